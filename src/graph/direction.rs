//! [`Direction`]: what a row of a file says about who shares and who sees.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// What a row `a b` says about direction.
///
/// Its text form is the suffix of the command line, without the colon.
///
/// ```
/// use tieline::Direction;
///
/// assert_eq!("follows".parse::<Direction>()?, Direction::Follows);
/// let error = "mutal".parse::<Direction>().unwrap_err();
/// assert_eq!(error.to_string(), "unknown direction `mutal`; did you mean `mutual`?");
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Direction {
    /// `a` shares, `b` sees.
    #[default]
    Directed,
    /// `a` follows `b`: `b` shares, `a` sees.
    Follows,
    /// Both see what the other shares.
    Mutual,
}

impl Direction {
    pub(crate) const ALL: [Self; 3] = [Self::Directed, Self::Follows, Self::Mutual];

    /// The word in files and on the command line.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Directed => "directed",
            Self::Follows => "follows",
            Self::Mutual => "mutual",
        }
    }

    /// A row with these two names, read aloud.
    pub(crate) fn aloud(self, one: &str, other: &str) -> String {
        match self {
            Self::Directed => format!("{one} shares, {other} sees"),
            Self::Follows => format!("{other} shares, {one} sees"),
            Self::Mutual => format!("{one} and {other} see what the other shares"),
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Direction {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|direction| direction.word() == word)
            .ok_or_else(|| Error::unknown("direction", word, Self::ALL.map(Self::word)))
    }
}
