//! Times: steps, or ticks of a unit that the scenario names.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// How time goes by in a scenario.
///
/// ```
/// use tieline::Clock;
/// assert_eq!(Clock::default(), Clock::Steps);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Clock {
    /// In steps 0, 1, 2 …: everybody who acts at a step acts at once.
    #[default]
    Steps,
    /// In [`Ticks`], so finely that two events hardly ever fall on one.
    Continuous,
}

impl Clock {
    /// The key of a scenario that ends runs.
    pub(crate) fn end(self) -> &'static str {
        match self {
            Self::Continuous => "until",
            Self::Steps => "max_steps",
        }
    }

    /// The tick, or the step, of a time that was said.
    pub(crate) fn moment(self, time: f64) -> Result<u64> {
        match self {
            Self::Continuous => Ticks::from_units(time).map(Ticks::get),
            Self::Steps if time.fract() == 0.0 && (0.0..PER_UNIT / 2.0).contains(&time) => {
                Ok(time as u64)
            }
            Self::Steps => {
                Err(Error::range(format!("time goes in steps, whole numbers from 0, found {time}")))
            }
        }
    }

    /// The last tick, or step, of a run that ends at a time that was said. What is drawn is rounded up to ticks, so
    /// this is, too: who is there at that time is in time.
    pub(crate) fn deadline(self, time: f64) -> Result<u64> {
        let moment = self.moment(time)?;
        Ok(moment + u64::from((moment as f64) < time * self.per_unit()))
    }

    /// A delay or a period that was drawn, in ticks or steps: rounded up, and at least 1, so that what
    /// follows is later.
    #[inline]
    pub(crate) fn span(self, drawn: f64) -> u64 {
        let ticks = drawn * self.per_unit();
        // The next whole number, without a call of a function for it.
        if ticks < 9_223_372_036_854_775_808.0 {
            let whole = ticks as i64;
            let up = whole + i64::from((whole as f64) < ticks);
            return up.max(1) as u64;
        }
        // From 2^63 on numbers are whole, and a cast stops at the largest integer, which stands for never.
        (ticks as u64).max(1)
    }

    /// Ticks in a unit of time, or steps in a step.
    #[inline]
    pub(crate) const fn per_unit(self) -> f64 {
        match self {
            Self::Steps => 1.0,
            Self::Continuous => PER_UNIT,
        }
    }
}

/// What one unit of continuous time is called; all times and rates of a scenario are in it.
///
/// ```
/// use tieline::TimeUnit;
///
/// assert_eq!("h".parse::<TimeUnit>()?, TimeUnit::Hour);
/// assert_eq!(TimeUnit::Minute.to_string(), "min");
/// assert_eq!(TimeUnit::Day.seconds(), Some(86_400.0));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum TimeUnit {
    /// No unit of any clock.
    #[default]
    #[serde(rename = "unit")]
    Unit,
    /// `s`
    #[serde(rename = "s")]
    Second,
    /// `min`
    #[serde(rename = "min")]
    Minute,
    /// `h`
    #[serde(rename = "h")]
    Hour,
    /// `day`
    #[serde(rename = "day")]
    Day,
}

impl TimeUnit {
    pub(crate) const ALL: [Self; 5] =
        [Self::Unit, Self::Second, Self::Minute, Self::Hour, Self::Day];

    /// The word in files and flags.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Second => "s",
            Self::Minute => "min",
            Self::Hour => "h",
            Self::Day => "day",
        }
    }

    /// How many seconds it has; none for a unit of no clock.
    #[must_use]
    pub const fn seconds(self) -> Option<f64> {
        match self {
            Self::Unit => None,
            Self::Second => Some(1.0),
            Self::Minute => Some(60.0),
            Self::Hour => Some(3600.0),
            Self::Day => Some(86_400.0),
        }
    }
}

impl fmt::Display for TimeUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for TimeUnit {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let known = Self::ALL.into_iter().find(|unit| unit.name() == name);
        known.ok_or_else(|| Error::unknown("time unit", name, Self::ALL.map(Self::name)))
    }
}

/// A time, or a stretch of it: a whole number of 2^−32 of the scenario's time unit.
///
/// Whole numbers, so that equal times are equal and no result depends on where time starts.
///
/// ```
/// use tieline::Ticks;
///
/// let half = Ticks::from_units(0.5)?;
/// assert_eq!((half.get(), half.in_units()), (1 << 31, 0.5));
/// assert!(Ticks::from_units(-1.0).is_err());
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ticks(u64);

const PER_UNIT: f64 = 4_294_967_296.0;

impl Ticks {
    /// So many ticks.
    #[must_use]
    pub const fn new(ticks: u64) -> Self {
        Self(ticks)
    }

    /// The last tick that is not after `units` of time.
    ///
    /// # Errors
    /// [`Error::is_range`] if that is negative, not a number, or 2^31 units and more.
    pub fn from_units(units: f64) -> Result<Self> {
        if (0.0..PER_UNIT / 2.0).contains(&units) {
            Ok(Self((units * PER_UNIT) as u64))
        } else {
            Err(Error::range(format!("a time must lie in 0..2^31 time units, found {units}")))
        }
    }

    /// The number of ticks.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The time in units; exact up to 2^21 of them.
    #[must_use]
    pub fn in_units(self) -> f64 {
        self.0 as f64 / PER_UNIT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_named_in_errors() {
        let error = "hour".parse::<TimeUnit>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown time unit `hour`; there are `unit`, `s`, `min`, `h`, `day`"
        );
        for unit in TimeUnit::ALL {
            assert_eq!(unit.name().parse::<TimeUnit>().unwrap(), unit);
            assert_eq!(serde_json::to_value(unit).unwrap(), unit.name());
        }
    }

    #[test]
    fn times_are_whole_ticks() {
        assert_eq!(Ticks::from_units(1.0).unwrap().get(), 1 << 32);
        assert_eq!(Ticks::from_units(2f64.powi(-33)).unwrap().get(), 0);
        assert_eq!(Ticks::from_units(0.1).unwrap().get(), 429_496_729);
        for bad in [-0.1, f64::NAN, f64::INFINITY, 2f64.powi(31)] {
            assert!(Ticks::from_units(bad).unwrap_err().is_range());
        }
    }
}
