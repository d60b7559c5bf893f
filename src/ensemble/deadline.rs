//! [`Deadline`]: how many share events there are up to a time.

use super::WithinOutcome;
use super::tally::estimate;
use crate::error::Result;
use crate::stats::{Estimate, Moments};
use crate::unit::{Clock, Ticks};

/// Share events up to a time, over runs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Deadline {
    /// The time as it was said.
    said: f64,
    last: Ticks,
    sizes: Moments,
}

impl Deadline {
    /// Of no run so far.
    pub(crate) fn new(said: f64, clock: Clock) -> Result<Self> {
        Ok(Self { said, last: Ticks::new(clock.deadline(said)?), sizes: Moments::default() })
    }

    /// One more run, of which is told how many share events it has up to a tick, or step.
    pub(crate) fn push(&mut self, size_within: impl FnOnce(Ticks) -> u64) {
        self.sizes.push(size_within(self.last));
    }

    pub(crate) fn merge(&mut self, later: &Self) {
        self.sizes.merge(&later.sizes);
    }

    pub(crate) fn outcome(&self) -> WithinOutcome {
        let Estimate { mean, std_error } = estimate(&self.sizes);
        WithinOutcome { within: self.said, mean, std_error }
    }
}
