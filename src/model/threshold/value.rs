//! [`ThresholdValue`]: a threshold, or the distribution that thresholds are drawn from.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use super::ThresholdRule;
use crate::error::{Error, Result};
use crate::random::Distribution;

/// A threshold: the same for all whom it is for, or drawn for each. As text it is a number or a
/// [`Distribution`].
///
/// ```
/// use tieline::{Distribution, ThresholdValue};
///
/// let same: ThresholdValue = "0.18".parse()?;
/// assert_eq!(same, 0.18.into());
/// let drawn: ThresholdValue = "normal(0.36, 0.2)".parse()?;
/// assert_eq!(drawn, Distribution::Normal { mean: 0.36, sd: 0.2 }.into());
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ThresholdValue {
    /// This value.
    Given(f64),
    /// One draw for each account, or for each person where persons adopt.
    Drawn(Distribution),
}

impl From<f64> for ThresholdValue {
    fn from(value: f64) -> Self {
        Self::Given(value)
    }
}

impl From<Distribution> for ThresholdValue {
    fn from(distribution: Distribution) -> Self {
        Self::Drawn(distribution)
    }
}

impl ThresholdValue {
    /// Whether `rule` can go by it. Drawn values may be anything.
    pub(super) fn check(&self, rule: ThresholdRule) -> Result<()> {
        let value = match self {
            Self::Drawn(distribution) => return distribution.check(),
            Self::Given(value) => *value,
        };
        if rule == ThresholdRule::Count {
            if !(value.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&value)) {
                return Err(Error::range(format!(
                    "the threshold of count is how many must have shared, a whole number from 1, \
                     found {value}"
                )));
            }
        } else if !(0.0..=1.0).contains(&value) {
            let why = if value > 1.0 { ": above 1 nobody ever shares" } else { "" };
            return Err(Error::range(format!(
                "a threshold of `{}` must lie above 0 and be at most 1, found {value}{why}",
                rule.name()
            )));
        }
        if value == 0.0 {
            return Err(Error::range(
                "with a threshold of 0 everyone shares unasked: use origins for those who do",
            ));
        }
        Ok(())
    }

    /// Whether a draw can be 0 or less.
    pub(super) fn can_be_low(&self) -> bool {
        match self {
            Self::Given(_) => false,
            Self::Drawn(Distribution::Uniform { low, .. }) => *low <= 0.0,
            Self::Drawn(Distribution::Fixed { x }) => *x <= 0.0,
            Self::Drawn(Distribution::Table { entries }) => {
                entries.iter().any(|&(value, _)| value <= 0.0)
            }
            // A normal draw can be; a waiting time can be rounded to 0.
            Self::Drawn(_) => true,
        }
    }
}

impl FromStr for ThresholdValue {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if let Ok(value) = text.trim().parse() {
            return Ok(Self::Given(value));
        }
        if !text.contains('(') {
            return Err(Error::input(format!(
                "expected a threshold, or a distribution like `normal(0.36, 0.2)`, found `{text}`"
            )));
        }
        text.parse().map(Self::Drawn)
    }
}

impl fmt::Display for ThresholdValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(value) => value.fmt(f),
            Self::Drawn(distribution) => distribution.fmt(f),
        }
    }
}

impl Serialize for ThresholdValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Given(value) => serializer.serialize_f64(*value),
            Self::Drawn(distribution) => distribution.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for ThresholdValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = ThresholdValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a threshold or a distribution")
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<ThresholdValue, E> {
                Ok(ThresholdValue::Given(value))
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<ThresholdValue, E> {
                self.visit_f64(value as f64)
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<ThresholdValue, E> {
                self.visit_f64(value as f64)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<ThresholdValue, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Any)
    }
}
