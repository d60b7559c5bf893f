//! Independent cascade: every tie of a sharer gets one try, at the next step.

use serde::{Deserialize, Serialize};

use super::tie_rates::{Rate, TieRates};
use super::{resolve_pair, twice};
use crate::error::{Error, Result};
use crate::graph::SocialGraph;
use crate::id::TieId;
use crate::unit::Probability;

/// What makes a try succeed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Reshare {
    /// The same probability for all ties that this is said of.
    Probability(Probability),
    /// The weight of the tie is the probability.
    Weight,
}

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
    /// For all ties; if there is none, every network that holds ties needs its own.
    pub base: Option<f64>,
    /// Whether the weights of ties are their probabilities, where nothing more specific is said.
    pub weights: bool,
    /// For ties that end in a network.
    pub networks: Vec<(String, f64)>,
    /// For ties from one network into another, or inside one if both are the same.
    pub pairs: Vec<(String, String, f64)>,
}

impl IndependentCascade {
    /// Every try succeeds with probability `p`.
    #[must_use]
    pub fn with_probability(p: f64) -> Self {
        Self { base: Some(p), ..Self::default() }
    }

    /// A try succeeds with the weight of its tie as probability; a tie without a weight, or with one
    /// above 1, is an error. On the command line: `--reshare weight`.
    #[must_use]
    pub fn with_tie_weights() -> Self {
        Self { weights: true, ..Self::default() }
    }

    /// A probability for the ties that end in `network`.
    #[must_use]
    pub fn in_network(mut self, network: impl Into<String>, p: f64) -> Self {
        self.networks.push((network.into(), p));
        self
    }

    /// A probability for the ties from one network into another; also for those inside one network
    /// if both are the same.
    #[must_use]
    pub fn between(mut self, from: impl Into<String>, to: impl Into<String>, p: f64) -> Self {
        self.pairs.push((from.into(), to.into(), p));
        self
    }

    /// Whether the weights of ties mean something to this model as it is set.
    #[must_use]
    pub fn reads_weights(&self) -> bool {
        self.weights
    }

    /// What holds for each network and each pair of networks.
    pub(crate) fn rates(&self, graph: &SocialGraph) -> Result<ReshareRates> {
        let base = match (self.base, self.weights) {
            (Some(_), true) => {
                return Err(Error::conflict(
                    "the probability of a reshare is one number and the weight of the tie at once",
                ));
            }
            (Some(p), false) => Some(Reshare::Probability(probability(p)?)),
            (None, true) => Some(Reshare::Weight),
            (None, false) => None,
        };
        let mut into = vec![base; graph.network_count()];
        let mut named = vec![false; graph.network_count()];
        for (name, p) in &self.networks {
            let network = graph.network_named(name)?.index();
            if std::mem::replace(&mut named[network], true) {
                return Err(twice("the probability of a reshare", name));
            }
            into[network] = Some(Reshare::Probability(probability(*p)?));
        }
        let mut pairs = std::collections::HashMap::new();
        for (from, to, p) in &self.pairs {
            let pair = resolve_pair(graph, from, to)?;
            let rate = Reshare::Probability(probability(*p)?);
            if pairs.insert(pair, rate).is_some() {
                return Err(twice("the probability of a reshare", &format!("{from}:{to}")));
            }
        }
        Ok(ReshareRates { into, pairs })
    }

    pub(super) fn prepare(&self, graph: &SocialGraph) -> Result<TieRates> {
        let rates = self.rates(graph)?;
        for source in graph.accounts() {
            let from = graph.network_of(source);
            for (to, part) in super::parts(graph, source) {
                match rates.rate(from, to) {
                    Some(Reshare::Probability(_)) => {}
                    Some(Reshare::Weight) => {
                        let first = graph.tie_range(source).start;
                        for place in part {
                            check_probability(graph, TieId::new(first + place as u64))?;
                        }
                    }
                    None => {
                        let (from, to) = (graph.network(from).name(), graph.network(to).name());
                        let pair = if from == to { to.into() } else { format!("{from}:{to}") };
                        return Err(Error::conflict(format!(
                            "no probability of a reshare is given for ties of `{pair}`: say one for \
                             all, or for `{to}`"
                        )));
                    }
                }
            }
        }
        let rule = |from, to| match rates.rate(from, to) {
            Some(Reshare::Probability(p)) => Rate::Uniform(p.get()),
            Some(Reshare::Weight) => Rate::ByTie,
            // No tie asks.
            None => Rate::Uniform(0.0),
        };
        Ok(TieRates::prepare(graph, rule, |tie, _| graph.weight(tie).unwrap_or(0.0)))
    }
}

/// What holds for each network and each pair of networks of one graph.
#[derive(Debug, Clone)]
pub(crate) struct ReshareRates {
    into: Vec<Option<Reshare>>,
    pairs: std::collections::HashMap<(crate::NetworkId, crate::NetworkId), Reshare>,
}

impl ReshareRates {
    pub(crate) fn rate(&self, from: crate::NetworkId, to: crate::NetworkId) -> Option<Reshare> {
        self.pairs.get(&(from, to)).copied().or(self.into[to.index()])
    }
}

fn probability(p: f64) -> Result<Probability> {
    Probability::new(p).map_err(|_| {
        Error::range(format!("the probability of a reshare must lie in 0..=1, found {p}"))
    })
}

fn check_probability(graph: &SocialGraph, tie: TieId) -> Result<()> {
    let weight = graph.weight(tie);
    if weight.is_some_and(|weight| weight <= 1.0) {
        return Ok(());
    }
    let (source, target) = graph.tie_ends(tie);
    let (source, target) = (graph.account_label(source), graph.account_label(target));
    Err(match weight {
        Some(weight) => Error::range(format!(
            "the weight of the tie {source} → {target} is {weight}, which is no probability (0..=1)"
        )),
        None => Error::conflict(format!(
            "the tie {source} → {target} has no weight to be its probability"
        )),
    })
}
