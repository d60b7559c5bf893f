//! SEIR: as SIR, but who is contacted shares later.

use serde::{Deserialize, Serialize};

use super::PeriodPer;
use super::contacts::Parts;
use crate::model::{Periods, Reshares};
use crate::random::Distribution;

/// SEIR: as [`Sir`](super::Sir), but an account that is contacted is exposed first, and shares when its
/// latency is over.
///
/// Whose contact came first is the parent. A cross-post makes an account share at once, even one that is
/// exposed: it then shares at the earlier of the two. The set of accounts that share is that of SIR in the
/// same world; only times differ. For posts that lie in a queue before they are shared.
///
/// Papers and coupling as [`Sir`](super::Sir).
///
/// ```
/// use tieline::{Distribution, Ensemble, Periods, Scenario, Seir, SocialGraph};
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// builder.tie(square, "ann", "bob");
/// let exponential = |rate| Periods::all(Distribution::Exponential { rate });
/// let scenario = Scenario::builder(builder.build()?)
///     .model(Seir::new(0.5, exponential(2.0), exponential(1.0)))
///     .origin("ann")
///     .build()?;
/// let log = Ensemble::new(&scenario).runs(50_000).share_log();
/// let times: Vec<f64> = log.rows().filter_map(|row| row.parent.and(row.time)).map(|t| t.in_units()).collect();
/// // From ann's share to bob's, if there is one: 1/(β+γ) + 1/σ.
/// let mean = times.iter().sum::<f64>() / times.len() as f64;
/// assert!((mean - (1.0 / 1.5 + 1.0 / 2.0)).abs() < 0.03);
/// # Ok::<(), tieline::Error>(())
/// ```
///
/// # Complexity
/// As [`Sir`](super::Sir).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Seir {
    /// The rate of contacts along each tie, per unit of time; in steps, their probability per step.
    pub reshares: Reshares,
    /// When the first contact comes, in place of an exponential wait at that rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Distribution>,
    /// How long an account is exposed before it shares.
    pub latency: Periods,
    /// How long it then passes the post on.
    pub period: Periods,
    /// Whose the period is.
    #[serde(default)]
    pub period_per: PeriodPer,
}

impl Seir {
    /// The same rate for all ties.
    #[must_use]
    pub fn new(rate: f64, latency: Periods, period: Periods) -> Self {
        Self::with(Reshares::all(rate), latency, period)
    }

    /// With these rates.
    #[must_use]
    pub fn with(reshares: Reshares, latency: Periods, period: Periods) -> Self {
        Self { reshares, contact: None, latency, period, period_per: PeriodPer::Account }
    }

    /// The first contact along each tie comes after such a time; rates then mean nothing.
    #[must_use]
    pub fn with_contact(contact: Distribution, latency: Periods, period: Periods) -> Self {
        Self { contact: Some(contact), ..Self::with(Reshares::default(), latency, period) }
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
            contact: self.contact.as_ref(),
            latency: Some(&self.latency),
            period: Some(&self.period),
            period_per: self.period_per,
            ..Parts::new("seir", &self.reshares)
        }
    }
}
