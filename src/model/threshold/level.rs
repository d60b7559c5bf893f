//! [`Level`]: one threshold, and what it asks for.

use super::resolved::Resolved;
use super::{ThresholdDraw, ThresholdRule, ThresholdValue};
use crate::graph::SocialGraph;
use crate::id::{AccountId, NetworkId};
use crate::model::decimal::Decimal;
use crate::random::{Channel, Lane, RunKeys, Sampler};

/// Drawn thresholds lie on a grid of 2^−32.
const GRID: f64 = 4_294_967_296.0;

/// A threshold, as exact as it is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Level {
    /// As it was written.
    Exact(Decimal),
    /// Drawn: rounded down to units of 2^−32, but never to 0; 0 for all that is not above 0.
    Grid(u64),
    /// Drawn above 1, where that never passes.
    Never,
}

impl Level {
    pub(crate) fn given(value: f64) -> Self {
        Self::Exact(Decimal::shortest(value))
    }

    pub(super) fn drawn(value: f64, rule: ThresholdRule) -> Self {
        if value <= 0.0 {
            Self::Grid(0)
        } else if value > if rule == ThresholdRule::Count { GRID } else { 1.0 } {
            Self::Never
        } else {
            Self::Grid(((value * GRID) as u64).max(1))
        }
    }

    /// The least sum out of `total` that passes: 0 if nothing is asked for, `u64::MAX` if none does.
    pub(super) fn need(self, total: u64) -> u64 {
        match self {
            Self::Grid(0) => 0,
            _ if total == 0 => u64::MAX,
            Self::Never => u64::MAX,
            Self::Exact(decimal) => decimal.part_of(total),
            Self::Grid(units) => ((u128::from(units) * u128::from(total)).div_ceil(1 << 32)) as u64,
        }
    }

    /// Whether `sum` out of `total` passes.
    pub(crate) fn is_met(self, sum: u64, total: u64) -> bool {
        match self {
            Self::Grid(0) => true,
            Self::Grid(units) => {
                total > 0 && u128::from(sum) << 32 >= u128::from(units) * u128::from(total)
            }
            Self::Exact(decimal) => total > 0 && decimal.is_reached(sum, total),
            Self::Never => false,
        }
    }
}

/// Where the drawn thresholds of a run come from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ThresholdLane(Lane);

impl ThresholdLane {
    /// With `Ensemble`, the keys of a run that no ensemble has take the place of the run's own.
    pub(crate) fn new(keys: &RunKeys, draw: ThresholdDraw) -> Self {
        let keys = match draw {
            ThresholdDraw::Run => *keys,
            ThresholdDraw::Ensemble => keys.of_ensemble(),
        };
        Self(keys.channel(Channel::Threshold).lane(0))
    }

    /// What `who` draws: an account, or the first account of a person.
    pub(crate) fn level(
        self,
        graph: &SocialGraph,
        who: AccountId,
        sampler: &Sampler,
        rule: ThresholdRule,
    ) -> Level {
        let stream = self.0.stream(graph.logical_key(who).get());
        Level::drawn(sampler.draw(stream), rule)
    }
}

/// Which cells draw their threshold in each run, and what it is a part of.
#[derive(Debug, Clone)]
pub(crate) struct OpenNeeds {
    /// By network, and last for all; none where it is given.
    samplers: Vec<Option<Sampler>>,
    /// By cell.
    pub(super) totals: Box<[u64]>,
    rule: ThresholdRule,
    pub(crate) draw: ThresholdDraw,
    /// Whether any draw can be 0 or less.
    pub(crate) can_be_low: bool,
}

impl OpenNeeds {
    /// None if nothing is drawn.
    pub(super) fn new(resolved: &Resolved, totals: Vec<u64>) -> Option<Self> {
        let values = resolved.values();
        let samplers: Vec<_> = values
            .iter()
            .map(|value| match value {
                Some(ThresholdValue::Drawn(distribution)) => Some(distribution.sampler()),
                _ => None,
            })
            .collect();
        samplers.iter().any(Option::is_some).then(|| Self {
            can_be_low: values.iter().flatten().any(ThresholdValue::can_be_low),
            samplers,
            totals: totals.into(),
            rule: resolved.rule,
            draw: resolved.draw,
        })
    }

    /// What a cell asks for in this run, if its threshold is drawn; `who` draws.
    #[cold]
    pub(crate) fn need(
        &self,
        graph: &SocialGraph,
        lane: ThresholdLane,
        cell: usize,
        who: AccountId,
        network: Option<NetworkId>,
    ) -> u64 {
        let place = network.map_or(self.samplers.len() - 1, NetworkId::index);
        match &self.samplers[place] {
            Some(sampler) => lane.level(graph, who, sampler, self.rule).need(self.totals[cell]),
            None => u64::MAX,
        }
    }

    /// How much a cell looks at.
    pub(crate) fn total(&self, cell: usize) -> u64 {
        self.totals[cell]
    }
}
