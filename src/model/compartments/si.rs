//! SI: who shares goes on sharing for ever.

use serde::{Deserialize, Serialize};

use super::contacts::Parts;
use crate::model::Reshares;
use crate::random::Distribution;

/// SI: an account that shares contacts each account that sees it again and again, at the rate of the tie,
/// for ever; who is contacted shares.
///
/// `dP(j shares)/dt = Σ β_ij` over the i that j sees and that share. In steps, β is the probability of a
/// contact at each step. For a post that never grows old.
///
/// W. O. Kermack, A. G. McKendrick, "A contribution to the mathematical theory of epidemics", Proc. R.
/// Soc. A 115 (1927), <https://doi.org/10.1098/rspa.1927.0118>; on networks: I. Z. Kiss, J. C. Miller,
/// P. L. Simon, *Mathematics of Epidemics on Networks* (2017),
/// <https://doi.org/10.1007/978-3-319-50806-1>. Coupling under interventions: reachability, as in
/// independent cascade; over ties that come and go along paths on which times rise.
///
/// ```
/// use tieline::{Ensemble, Scenario, Si, SocialGraph};
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// builder.tie(square, "ann", "bob");
/// let scenario = Scenario::builder(builder.build()?)
///     .model(Si::with_rate(0.5))
///     .until(2.0)
///     .origin("ann")
///     .build()?;
/// let outcome = Ensemble::new(&scenario).runs(20_000).run();
/// // bob shares by time t with probability 1 − e^(−βt).
/// let share = outcome.size.mean - 1.0;
/// assert!((share - (1.0 - (-1.0f64).exp())).abs() < 4.5 * outcome.size.std_error.unwrap());
/// # Ok::<(), tieline::Error>(())
/// ```
///
/// # Complexity
/// A run takes O(k log k) time for the k ties of those who share.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Si {
    /// The rate of contacts along each tie, per unit of time; in steps, their probability per step.
    pub reshares: Reshares,
    /// When the first contact comes, in place of an exponential wait at that rate. The contact interval
    /// of E. Kenah, J. M. Robins (2007), <https://doi.org/10.1016/j.jtbi.2007.09.011>.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Distribution>,
}

impl Si {
    /// The same rate for all ties.
    #[must_use]
    pub fn with_rate(rate: f64) -> Self {
        Self::with(Reshares::all(rate))
    }

    /// With these rates.
    #[must_use]
    pub fn with(reshares: Reshares) -> Self {
        Self { reshares, contact: None }
    }

    /// The first contact along each tie comes after such a time; rates then mean nothing.
    #[must_use]
    pub fn with_contact(contact: Distribution) -> Self {
        Self { reshares: Reshares::default(), contact: Some(contact) }
    }

    /// What it differs from its kin by.
    pub(in crate::model) fn parts(&self) -> Parts<'_> {
        Parts { contact: self.contact.as_ref(), ..Parts::new("si", &self.reshares) }
    }
}
