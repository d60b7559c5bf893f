//! SIS: who stops sharing may share again.

use serde::{Deserialize, Serialize};

use super::marks::Again;
use crate::model::{Periods, Reshares};

/// SIS: as [`Sir`](super::Sir), but an account whose period is over can be contacted and share again. A
/// run needs an end (`until`, `max_steps` or `max_shares`).
///
/// `dI_j/dt = S_j Σ β_ij I_i − γ I_j`. Contacts are marks in absolute time, and so are the ends of periods
/// without memory, so a share that another world lacks leaves all that comes later as it is. For topics
/// that people come back to.
///
/// Papers as [`Si`](super::Si); marks: T. E. Harris, "Additive set-valued Markov processes and graphical
/// methods", Ann. Probab. 6 (1978), <https://doi.org/10.1214/aop/1176995523>. Coupling under
/// interventions: in continuous time with exponential periods and without cross-posts reachability; else
/// runs agree up to the first share that the intervention takes away, and not beyond.
///
/// ```
/// use tieline::{Distribution, Ensemble, Periods, Scenario, Sis, SocialGraph};
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// builder.mutual(square, "ann", "bob");
/// let scenario = Scenario::builder(builder.build()?)
///     .model(Sis::new(0.5, Periods::all(Distribution::Exponential { rate: 1.0 })))
///     .until(1000.0)
///     .origin("ann")
///     .build()?;
/// let outcome = Ensemble::new(&scenario).runs(20_000).run();
/// let extinct = outcome.extinct.unwrap();
/// assert_eq!(extinct.fraction, 1.0);
/// // (1 + β/(2γ)) / γ
/// assert!((extinct.time_mean.unwrap() - 1.25).abs() < 0.05);
/// assert!(outcome.size.mean > outcome.accounts.mean);
/// # Ok::<(), tieline::Error>(())
/// ```
///
/// # Complexity
/// A run takes O(k log k) time for the k contacts of those who share, and as many that fall outside of
/// their periods; in steps O(k) for the tries that succeed, and a draw for each account and step.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Sis {
    /// The rate of contacts along each tie, per unit of time; in steps, their probability per step.
    pub reshares: Reshares,
    /// How long an account passes the post on.
    pub period: Periods,
}

impl Sis {
    /// The same rate for all ties.
    #[must_use]
    pub fn new(rate: f64, period: Periods) -> Self {
        Self::with(Reshares::all(rate), period)
    }

    /// With these rates.
    #[must_use]
    pub fn with(reshares: Reshares, period: Periods) -> Self {
        Self { reshares, period }
    }

    /// What it differs from its kin by.
    pub(in crate::model) fn again(&self) -> Again<'_> {
        Again { name: "sis", reshares: &self.reshares, period: &self.period, immunity: None }
    }
}
