//! SIRS: who stops sharing is immune for a time, and may then share again.

use serde::{Deserialize, Serialize};

use super::marks::Again;
use crate::model::{Periods, Reshares};

/// SIRS: as [`Sis`](super::Sis), but an account whose period is over is immune for a time before it can
/// be contacted and share again. A run needs an end (`until`, `max_steps` or `max_shares`).
///
/// Immunity begins when the period ends. For people who have had enough of a topic for a while.
///
/// Papers as [`Sis`](super::Sis). Coupling under interventions: runs agree up to the first share that the
/// intervention takes away, and not beyond.
///
/// ```
/// use tieline::{Distribution, Ensemble, Periods, Scenario, Sirs, SocialGraph};
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// builder.mutual(square, "ann", "bob").mutual(square, "bob", "cid");
/// let periods = |x| Periods::all(Distribution::Fixed { x });
/// let scenario = Scenario::builder(builder.build()?)
///     .model(Sirs::new(2.0, periods(1.0), periods(0.5)))
///     .until(20.0)
///     .origin("ann")
///     .build()?;
/// let log = Ensemble::new(&scenario).runs(100).share_log();
/// let mut last = std::collections::HashMap::new();
/// for row in log.rows() {
///     let now = row.time.unwrap().in_units();
///     if let Some(before) = last.insert((row.run, row.account), now) {
///         assert!(now - before >= 1.5);
///     }
/// }
/// assert!(log.rows().any(|row| row.occurrence > 0));
/// # Ok::<(), tieline::Error>(())
/// ```
///
/// # Complexity
/// As [`Sis`](super::Sis).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Sirs {
    /// The rate of contacts along each tie, per unit of time; in steps, their probability per step.
    pub reshares: Reshares,
    /// How long an account passes the post on.
    pub period: Periods,
    /// How long it is immune after that.
    pub immunity: Periods,
}

impl Sirs {
    /// The same rate for all ties.
    #[must_use]
    pub fn new(rate: f64, period: Periods, immunity: Periods) -> Self {
        Self::with(Reshares::all(rate), period, immunity)
    }

    /// With these rates.
    #[must_use]
    pub fn with(reshares: Reshares, period: Periods, immunity: Periods) -> Self {
        Self { reshares, period, immunity }
    }

    /// What it differs from its kin by.
    pub(in crate::model) fn again(&self) -> Again<'_> {
        let (reshares, period, immunity) = (&self.reshares, &self.period, Some(&self.immunity));
        Again { name: "sirs", reshares, period, immunity }
    }
}
