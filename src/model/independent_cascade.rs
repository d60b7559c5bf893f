//! Independent cascade: every tie of a sharer gets one try, at the next step.

use serde::{Deserialize, Serialize};

use super::reshare::{Meaning, ReshareRates, Reshares};
use super::tie_probabilities::TieProbabilities;
use super::tie_rates::TieRates;
use crate::error::Result;
use crate::graph::SocialGraph;

/// Independent cascade: an account that shares at step t gets one try at each of its ties, at step
/// t + 1, with that tie's probability, and shares a post at most once.
///
/// The usual choice where each exposure is a chance of its own. The most specific probability wins:
/// of the pair of networks, else of the target's network, else the general one or the weight of the
/// tie. Names and numbers are checked by [`ScenarioBuilder::build`](crate::ScenarioBuilder::build).
///
/// J. Goldenberg, B. Libai, E. Muller, "Talk of the network: a complex systems look at the
/// underlying process of word-of-mouth", Marketing Letters 12 (2001),
/// <https://doi.org/10.1023/A:1011122126881>; D. Kempe, J. Kleinberg, É. Tardos, "Maximizing the
/// spread of influence through a social network", KDD 2003,
/// <https://doi.org/10.1145/956750.956769>.
///
/// **Interventions** (class *reachability*): without a user, or a tie, accounts share when the post arrives first in
/// the same world without them; nobody new shares, and nobody earlier.
///
/// Over ties that come and go ([`SocialGraph::has_times`]) the one try of a tie is at the share, if the tie
/// exists then, or at the first contact after it, which is also when it lands. In intervals an earlier share may
/// meet a tie that is not there, so there only what comes before a difference is the same (class *prefix*).
///
/// ```
/// use tieline::IndependentCascade;
///
/// let model = IndependentCascade::with_probability(0.02)
///     .in_network("square", 0.1)
///     .between("square", "hall", 0.5);
/// assert!(!model.reads_weights());
/// assert!(IndependentCascade::with_tie_weights().reads_weights());
/// ```
///
/// # Complexity
/// A run takes time in proportion to the ties that fire. To prepare it is O(n + m) time; memory only
/// where ties have probabilities of their own: 8 bytes each, and 8 an account.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IndependentCascade {
    /// The probability of each tie.
    #[serde(flatten)]
    pub reshares: Reshares,
}

impl IndependentCascade {
    /// With these probabilities.
    #[must_use]
    pub fn with(reshares: Reshares) -> Self {
        Self { reshares }
    }

    /// Every try succeeds with probability `p`.
    #[must_use]
    pub fn with_probability(p: f64) -> Self {
        Self::with(Reshares::all(p))
    }

    /// A try succeeds with the weight of its tie as probability; a tie without a weight, or with one
    /// above 1, is an error. On the command line: `--reshare weight`.
    #[must_use]
    pub fn with_tie_weights() -> Self {
        Self::with(Reshares::tie_weights())
    }

    /// A probability for the ties that end in `network`.
    #[must_use]
    pub fn in_network(mut self, network: impl Into<String>, p: f64) -> Self {
        self.reshares = self.reshares.in_network(network, p);
        self
    }

    /// A probability for the ties from one network into another; also for those inside one network
    /// if both are the same.
    #[must_use]
    pub fn between(mut self, from: impl Into<String>, to: impl Into<String>, p: f64) -> Self {
        self.reshares = self.reshares.between(from, to, p);
        self
    }

    /// Whether the weights of ties mean something to this model as it is set.
    #[must_use]
    pub fn reads_weights(&self) -> bool {
        self.reshares.weights
    }

    /// What holds for each network and each pair of networks.
    pub(crate) fn rates(&self, graph: &SocialGraph) -> Result<ReshareRates> {
        self.reshares.rates(graph, Meaning::Probability)
    }

    pub(super) fn prepare(&self, graph: &SocialGraph) -> Result<TieRates> {
        Ok(TieProbabilities::said(graph, &self.reshares)?.rates(graph, |p| p))
    }
}
