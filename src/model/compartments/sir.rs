//! SIR: who shares does so for a period, and never again.

use serde::{Deserialize, Serialize};

use super::PeriodPer;
use super::contacts::Parts;
use crate::model::{Periods, Reshares};
use crate::random::Distribution;

/// SIR: an account that shares contacts those who see it, at the rate of each tie, for a period; who is
/// contacted for the first time shares, and after its own period never again.
///
/// With contacts at rate β and exponential periods of rate γ, a tie passes the post on with probability
/// T = β/(β+γ); other periods have other T, and all ties of an account share one period, so this is no
/// independent cascade: of n leaves of a star that shares, none follows with probability φ(nβ), φ being
/// the Laplace transform of the period. In steps β is a probability per step, periods are whole steps,
/// and with `geometric(1)` it is independent cascade.
///
/// W. O. Kermack, A. G. McKendrick (1927), <https://doi.org/10.1098/rspa.1927.0118>; M. E. J. Newman,
/// "Spread of epidemic disease on networks", Phys. Rev. E 66 (2002),
/// <https://doi.org/10.1103/PhysRevE.66.016128>; I. Z. Kiss, J. C. Miller, P. L. Simon, *Mathematics of
/// Epidemics on Networks* (2017), <https://doi.org/10.1007/978-3-319-50806-1>. Coupling under
/// interventions: reachability, as in independent cascade; over ties that come and go an account that shares
/// earlier may have stopped before a contact, so runs agree up to the first share that the intervention takes
/// away, and not beyond.
///
/// ```
/// use tieline::{Distribution, Ensemble, Periods, Scenario, Sir, SocialGraph};
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// for leaf in ["bob", "cid", "dee", "eve"] {
///     builder.tie(square, "ann", leaf);
/// }
/// let graph = std::sync::Arc::new(builder.build()?);
/// let alone = |period| -> tieline::Result<f64> {
///     let model = Sir::new(0.5, Periods::all(period));
///     let scenario = Scenario::builder(graph.clone()).model(model).origin("ann").build()?;
///     let sizes = Ensemble::new(&scenario).runs(50_000).observe(tieline::stats::Counts::default);
///     Ok(sizes.value.iter().find(|&(size, _)| size == 1).unwrap().1 as f64 / 50_000.0)
/// };
/// // γ/(γ+nβ), (1+nβ/2)^−2, e^−nβ.
/// assert!((alone(Distribution::Exponential { rate: 1.0 })? - 1.0 / 3.0).abs() < 0.01);
/// assert!((alone(Distribution::Gamma { shape: 2.0, mean: 1.0 })? - 0.25).abs() < 0.01);
/// assert!((alone(Distribution::Fixed { x: 1.0 })? - (-2.0f64).exp()).abs() < 0.01);
/// # Ok::<(), tieline::Error>(())
/// ```
///
/// # Complexity
/// A run takes O(k log k) time for the k contacts of those who share; where only sizes are asked for and
/// nothing ends the run, O(k).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Sir {
    /// The rate of contacts along each tie, per unit of time; in steps, their probability per step.
    pub reshares: Reshares,
    /// When the first contact comes, in place of an exponential wait at that rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Distribution>,
    /// How long an account passes the post on.
    pub period: Periods,
    /// Whose the period is.
    #[serde(default)]
    pub period_per: PeriodPer,
}

impl Sir {
    /// The same rate for all ties.
    #[must_use]
    pub fn new(rate: f64, period: Periods) -> Self {
        Self::with(Reshares::all(rate), period)
    }

    /// With these rates.
    #[must_use]
    pub fn with(reshares: Reshares, period: Periods) -> Self {
        Self { reshares, contact: None, period, period_per: PeriodPer::Account }
    }

    /// The first contact along each tie comes after such a time; rates then mean nothing.
    #[must_use]
    pub fn with_contact(contact: Distribution, period: Periods) -> Self {
        Self { contact: Some(contact), ..Self::with(Reshares::default(), period) }
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
            period: Some(&self.period),
            period_per: self.period_per,
            ..Parts::new("sir", &self.reshares)
        }
    }
}
