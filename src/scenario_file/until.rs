//! The key `until_std_error`: which standard error to reach.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use super::Pair;
use crate::ensemble::{Figure, Precision};
use crate::error::{Error, Result};

/// The key `until_std_error`: a number for the mean size, or text, `FIGURE=X`, where `FIGURE` is
/// `users`, the name of a network or a link `A:B`. `X%` is a fraction of the figure itself.
///
/// `users` is always the number of users, even if a network is called so.
///
/// ```
/// use tieline::Figure;
/// use tieline::scenario_file::ScenarioFile;
///
/// let scenario = ScenarioFile::parse("until_std_error = 'hall=0.5%'\nmax_runs = 50_000", "f")?;
/// let until = scenario.until_std_error.unwrap();
/// assert_eq!(until.figure, Figure::Network("hall".into()));
/// assert_eq!((until.number, until.percent), (0.5, true));
/// let precision = until.precision();
/// assert_eq!((precision.std_error, precision.relative), (0.005, true));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct UntilKey {
    /// The figure.
    pub figure: Figure,
    /// The largest standard error allowed, in the unit of the figure or in percent of it.
    pub number: f64,
    /// Whether it is in percent.
    pub percent: bool,
}

impl UntilKey {
    /// What it asks for, in as many runs as [`Precision`] allows.
    pub fn precision(&self) -> Precision {
        let precision = if self.percent {
            Precision::relative(self.number / 100.0)
        } else {
            Precision::std_error(self.number)
        };
        precision.of(self.figure.clone())
    }
}

impl FromStr for UntilKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (figure, bound) = match text.split_once('=') {
            None => (Figure::Size, text),
            Some(("users", bound)) => (Figure::Users, bound),
            Some(("", _)) => return Err(Error::input("expected a figure before `=`")),
            Some((link, bound)) if link.contains(':') => {
                let Pair { from, to } = Pair::try_from(link.to_owned())?;
                (Figure::Link { from, to }, bound)
            }
            Some((network, bound)) => (Figure::Network(network.into()), bound),
        };
        let (number, percent) = match bound.strip_suffix('%') {
            Some(number) => (number, true),
            None => (bound, false),
        };
        let number = number.trim().parse().map_err(|_| {
            Error::input(format!(
                "expected a standard error X, or X% of the figure, found `{bound}`"
            ))
        })?;
        let key = Self { figure, number, percent };
        key.precision().check()?;
        Ok(key)
    }
}

impl fmt::Display for UntilKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.figure {
            Figure::Size => {}
            Figure::Users => f.write_str("users=")?,
            Figure::Network(name) => write!(f, "{name}=")?,
            Figure::Link { from, to } => write!(f, "{from}:{to}=")?,
        }
        write!(f, "{}{}", self.number, if self.percent { "%" } else { "" })
    }
}

impl Serialize for UntilKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.figure == Figure::Size && !self.percent {
            return serializer.serialize_f64(self.number);
        }
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for UntilKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = UntilKey;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a standard error, or text `FIGURE=X` or `X%`")
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<UntilKey, E> {
                let key = UntilKey { figure: Figure::Size, number, percent: false };
                key.precision().check().map_err(E::custom)?;
                Ok(key)
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<UntilKey, E> {
                self.visit_f64(number as f64)
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<UntilKey, E> {
                self.visit_f64(number as f64)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<UntilKey, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["0.05", "1%", "users=2", "hall=0.07%", "square:hall=0.000001"] {
            let key: UntilKey = text.parse().unwrap();
            assert_eq!(key.to_string(), text);
            let json = serde_json::to_string(&key).unwrap();
            assert_eq!(serde_json::from_str::<UntilKey>(&json).unwrap(), key, "{json}");
        }
        assert_eq!(serde_json::from_str::<UntilKey>("1").unwrap(), "1".parse().unwrap());
    }
}
