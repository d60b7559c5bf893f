//! The probabilities of ties under the cascades that toss a coin for each: independent and weighted.

use super::reshare::{Meaning, ReshareRates, Reshares};
use super::tie_rates::{Rate, TieRates};
use super::{Model, parts};
use crate::error::Result;
use crate::graph::SocialGraph;
use crate::id::{AccountId, NetworkId, TieId};

/// What is known of the probability of every tie of one graph.
#[derive(Debug, Clone)]
pub(crate) enum TieProbabilities {
    /// As they were said.
    Said(Box<ReshareRates>),
    /// 1 / in-degree of the target, by account.
    InverseDegree(Box<[u32]>),
}

impl TieProbabilities {
    /// Those that were said; every tie has one.
    pub(super) fn said(graph: &SocialGraph, reshares: &Reshares) -> Result<Self> {
        let rates = reshares.rates(graph, Meaning::Probability)?;
        rates.check(graph)?;
        Ok(Self::Said(Box::new(rates)))
    }

    pub(super) fn inverse_degree(graph: &SocialGraph) -> Self {
        let mut in_degree = vec![0u32; graph.account_count()].into_boxed_slice();
        for account in graph.accounts() {
            for target in graph.targets(account) {
                in_degree[target.index()] += 1;
            }
        }
        Self::InverseDegree(in_degree)
    }

    /// Those of a model, if its ties have coins.
    pub(crate) fn of(graph: &SocialGraph, model: &Model) -> Result<Option<Self>> {
        Ok(match model {
            Model::IndependentCascade(model) => Some(Self::said(graph, &model.reshares)?),
            Model::WeightedCascade(_) => Some(Self::inverse_degree(graph)),
            _ => None,
        })
    }

    /// The probability that all ties from one network into another share, if there is one.
    fn same(&self, from: NetworkId, to: NetworkId) -> Option<f64> {
        match self {
            // If nothing is said, no tie asks.
            Self::Said(rates) => match rates.rate(from, to) {
                Some(_) => rates.same(from, to),
                None => Some(0.0),
            },
            Self::InverseDegree(_) => None,
        }
    }

    /// The probability of a tie between these ends.
    pub(crate) fn of_tie(
        &self,
        graph: &SocialGraph,
        tie: TieId,
        ends: (AccountId, AccountId),
    ) -> f64 {
        match self {
            Self::Said(rates) => rates.of_tie(graph, tie, ends).unwrap_or(0.0),
            Self::InverseDegree(degrees) => 1.0 / f64::from(degrees[ends.1.index()]),
        }
    }

    /// The probability of the tie between two accounts.
    pub(crate) fn between(&self, graph: &SocialGraph, ends: (AccountId, AccountId)) -> f64 {
        let (source, target) = ends;
        match self {
            Self::Said(rates) => {
                let [from, to] = [source, target].map(|account| graph.network_of(account));
                rates.same(from, to).unwrap_or_else(|| {
                    let tie = graph.find_tie(source, target);
                    tie.map_or(0.0, |tie| self.of_tie(graph, tie, ends))
                })
            }
            Self::InverseDegree(degrees) => 1.0 / f64::from(degrees[target.index()]),
        }
    }

    /// Ties that fire with what `change` makes of these probabilities, which must be one again.
    pub(crate) fn rates(&self, graph: &SocialGraph, change: impl Fn(f64) -> f64) -> TieRates {
        TieRates::prepare(
            graph,
            |from, to| self.same(from, to).map_or(Rate::ByTie, |p| Rate::Uniform(change(p))),
            |tie, ends| change(self.of_tie(graph, tie, ends)),
        )
    }

    /// Some tie with the greatest probability, and that. O(n + m) where they differ, else O(n).
    pub(crate) fn greatest(&self, graph: &SocialGraph) -> Option<((AccountId, AccountId), f64)> {
        let mut greatest: Option<((AccountId, AccountId), f64)> = None;
        let mut see = |ends, p| {
            if greatest.is_none_or(|(_, known)| p > known) {
                greatest = Some((ends, p));
            }
        };
        for source in graph.accounts() {
            let (from, first) = (graph.network_of(source), graph.tie_range(source).start);
            for (to, part) in parts(graph, source) {
                let row = graph.targets(source);
                match self.same(from, to) {
                    Some(p) => see((source, row[part.start]), p),
                    None => {
                        for place in part {
                            let ends = (source, row[place]);
                            see(ends, self.of_tie(graph, TieId::new(first + place as u64), ends));
                        }
                    }
                }
            }
        }
        greatest
    }
}
