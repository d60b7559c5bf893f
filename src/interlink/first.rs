//! When something was first, over runs: as steps or as times, whichever the clock has.

use crate::stats::Counts;
use crate::unit::{Clock, Ticks};

/// Steps, or ticks, counted over the runs in which it was at all.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FirstTimes<'a> {
    pub(crate) clock: Clock,
    pub(crate) when: &'a Counts,
}

impl FirstTimes<'_> {
    /// Mean step; none in continuous time, or if it never was.
    pub(crate) fn step_mean(&self) -> Option<f64> {
        self.when.mean().filter(|_| self.clock == Clock::Steps)
    }

    /// Quantile of steps, likewise.
    pub(crate) fn step_quantile(&self, q: f64) -> Option<u64> {
        self.when.quantile(q).filter(|_| self.clock == Clock::Steps)
    }

    /// Mean time in units; none in steps, or if it never was.
    pub(crate) fn time_mean(&self) -> Option<f64> {
        let one = Ticks::new(1).in_units();
        self.when.mean().filter(|_| self.clock == Clock::Continuous).map(|ticks| ticks * one)
    }

    /// Quantile of times, likewise.
    pub(crate) fn time_quantile(&self, q: f64) -> Option<f64> {
        let tick = self.when.quantile(q).filter(|_| self.clock == Clock::Continuous)?;
        Some(Ticks::new(tick).in_units())
    }
}
