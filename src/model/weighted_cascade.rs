//! Weighted cascade: independent cascade with probability 1 / in-degree of the target.

use serde::{Deserialize, Serialize};

use super::tie_probabilities::TieProbabilities;
use super::tie_rates::TieRates;
use crate::graph::SocialGraph;

/// Weighted cascade: independent cascade in which a tie's probability is 1 / in-degree of its
/// target. In-degree counts ties and bridge ties, not cross-posts.
///
/// For those who have no probabilities: who sees much is moved little by each.
///
/// **Interventions** (class *reachability*): without a user, or a tie, accounts share when the post arrives first in
/// the same world without them; nobody new shares, and nobody earlier.
///
/// D. Kempe, J. Kleinberg, É. Tardos, "Maximizing the spread of influence through a social network",
/// KDD 2003, <https://doi.org/10.1145/956750.956769>.
///
/// ```
/// use tieline::{Model, WeightedCascade};
/// assert_eq!(Model::from(WeightedCascade).name(), "weighted-cascade");
/// ```
///
/// # Complexity
/// A run takes time in proportion to the ties that fire. To prepare it is O(n + m) time, and
/// memory of 8 bytes a tie and 8 an account, some more for ties that always fire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WeightedCascade;

impl WeightedCascade {
    pub(super) fn prepare(self, graph: &SocialGraph) -> TieRates {
        TieProbabilities::inverse_degree(graph).rates(graph, |p| p)
    }
}
