//! Probabilities.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A number in 0..=1.
///
/// ```
/// use tieline::Probability;
///
/// let p = Probability::new(0.25)?;
/// assert_eq!(p.get(), 0.25);
/// assert!(Probability::new(-0.1).is_err());
/// assert!(Probability::new(f64::NAN).is_err());
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Probability(f64);

impl Probability {
    /// Never.
    pub const ZERO: Self = Self(0.0);
    /// Always.
    pub const ONE: Self = Self(1.0);

    /// The probability `value`.
    ///
    /// # Errors
    /// [`Error::is_range`] if `value` is not in 0..=1.
    pub fn new(value: f64) -> Result<Self> {
        if (0.0..=1.0).contains(&value) {
            // -0.0 is in the range too, and is the same probability.
            Ok(Self(value + 0.0))
        } else {
            Err(Error::range(format!("a probability must lie in 0..=1, found {value}")))
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Probability {
    type Error = Error;

    fn try_from(value: f64) -> Result<Self> {
        Self::new(value)
    }
}

impl From<Probability> for f64 {
    fn from(probability: Probability) -> Self {
        probability.0
    }
}
