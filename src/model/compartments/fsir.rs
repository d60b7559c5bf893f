//! FSIR: as SIR, but attention is shared out among all whom an account sees.

use serde::{Deserialize, Serialize};

use super::PeriodPer;
use super::contacts::Parts;
use crate::model::{Periods, Reshares};

/// FSIR, fractional SIR: as [`Sir`](super::Sir), but the rate of contacts along a tie is β / k, k being how
/// many the account that sees it sees in all, bridges included.
///
/// So the rate at which an account starts to share is β times the *share* of those it sees that share: who
/// sees many needs to see a post from many. Hubs lose what makes them spread in SIR, so there is a
/// threshold in networks of any degrees. In steps, each tie is tried with probability β / k at each step; with β
/// = 1 and `geometric(1)` that is weighted cascade. There β above the k of an account that sees anybody is
/// an error. For readers who have more to read than they can.
///
/// L. Feng, Y. Hu, B. Li, H. E. Stanley, S. Havlin, L. A. Braunstein, "Competing for attention in social
/// media under information overload conditions", PLOS ONE 10 (2015),
/// <https://doi.org/10.1371/journal.pone.0126090>. Coupling under interventions: reachability, as in
/// independent cascade; what is cut stays in k.
///
/// ```
/// use tieline::{Distribution, Ensemble, Fsir, Periods, Scenario, SocialGraph};
///
/// // eve sees four, and ann is one of them.
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// for source in ["ann", "bob", "cid", "dee"] {
///     builder.tie(square, source, "eve");
/// }
/// let period = Periods::all(Distribution::Exponential { rate: 1.0 });
/// let scenario = Scenario::builder(builder.build()?)
///     .model(Fsir::new(2.0, period))
///     .origin("ann")
///     .build()?;
/// let size = Ensemble::new(&scenario).runs(20_000).run().size;
/// // (β/4) / (β/4 + γ).
/// assert!((size.mean - 1.0 - 0.5 / 1.5).abs() < 4.5 * size.std_error.unwrap());
/// # Ok::<(), tieline::Error>(())
/// ```
///
/// # Complexity
/// As [`Sir`](super::Sir); makes the graph turn its ties round once.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fsir {
    /// The rate of contacts, per unit of time, before it is divided among those whom an account sees; in
    /// steps, their probability per step.
    pub reshares: Reshares,
    /// How long an account passes the post on.
    pub period: Periods,
    /// Whose the period is.
    #[serde(default)]
    pub period_per: PeriodPer,
}

impl Fsir {
    /// The same rate for all accounts.
    #[must_use]
    pub fn new(rate: f64, period: Periods) -> Self {
        Self::with(Reshares::all(rate), period)
    }

    /// With these rates.
    #[must_use]
    pub fn with(reshares: Reshares, period: Periods) -> Self {
        Self { reshares, period, period_per: PeriodPer::Account }
    }

    /// Whose the period is.
    #[must_use]
    pub fn period_per(mut self, whose: PeriodPer) -> Self {
        self.period_per = whose;
        self
    }

    /// What it differs from its kin by.
    pub(in crate::model) fn parts(&self) -> Parts<'_> {
        Parts {
            shared_out: true,
            period: Some(&self.period),
            period_per: self.period_per,
            ..Parts::new("fsir", &self.reshares)
        }
    }
}
