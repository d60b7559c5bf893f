//! Threshold models as the enumerator reads them.

use super::world::Arc;
use crate::error::{Error, Result};
use crate::graph::SocialGraph;
use crate::id::AccountId;
use crate::model::{
    Adopt, Friends, Level, Threshold, ThresholdRule, ThresholdValue, ThresholdWeights, tie_weights,
};

/// What accounts wait for, and what their ties count.
#[derive(Debug)]
pub(super) struct Waits {
    /// By account: the threshold, and what it is a part of.
    levels: Vec<(Level, u64)>,
    /// By source, then target; 1 if absent.
    weights: Option<Vec<Vec<u64>>>,
}

impl Waits {
    pub(super) fn new(graph: &SocialGraph, model: &Threshold) -> Result<Self> {
        let name = model.rule.name();
        if model.adopt == Adopt::Person || model.friends == Friends::People {
            return Err(Error::conflict(format!(
                "the enumerator takes {name} where accounts adopt and every tie counts; without drawn \
                 thresholds any one run is exact where a person adopts"
            )));
        }
        let resolved = model.resolve(graph)?;
        let mut levels = Vec::new();
        for account in graph.accounts() {
            let value = resolved.value(graph, account, Some(graph.network_of(account)));
            let Some(ThresholdValue::Given(value)) = value else {
                return Err(Error::conflict(format!(
                    "the enumerator takes {name} with thresholds that are given, and those of {} are \
                     drawn",
                    graph.account_label(account)
                )));
            };
            let total = match (model.rule, model.weights) {
                (ThresholdRule::Count, _) => 1,
                (_, ThresholdWeights::InverseDegree) => graph.in_degree(account),
                _ => 1 << 32,
            };
            levels.push((Level::given(value), total));
        }
        let of_ties = tie_weights(model, graph)?;
        let weights = of_ties.map(|of_ties| {
            let weight = |source: AccountId, target: AccountId| {
                graph.find_tie(source, target).map_or(0, |tie| of_ties[tie.index()])
            };
            let row = |source| graph.accounts().map(|target| weight(source, target)).collect();
            graph.accounts().map(row).collect()
        });
        Ok(Self { levels, weights })
    }

    /// Counts a tie whose source has shared; whether it counted at all.
    pub(super) fn add(&self, arc: &Arc, sums: &mut [u64]) -> bool {
        let (source, target) = (usize::from(arc.source), usize::from(arc.target));
        let weight = self.weights.as_ref().map_or(1, |weights| weights[source][target]);
        sums[target] += weight;
        weight > 0
    }

    pub(super) fn is_enough(&self, account: u8, sums: &[u64]) -> bool {
        let (level, total) = self.levels[usize::from(account)];
        level.is_met(sums[usize::from(account)], total)
    }
}
