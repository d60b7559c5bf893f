//! The threshold of each account, where the total that it is a part of changes over time.

use super::level::{Level, ThresholdLane};
use super::{Threshold, ThresholdDraw, ThresholdRule, ThresholdValue};
use crate::error::Result;
use crate::graph::SocialGraph;
use crate::id::AccountId;
use crate::random::{RunKeys, Sampler};

/// Thresholds of accounts: 16 bytes each.
#[derive(Debug, Clone)]
pub(crate) struct AccountLevels {
    /// None where it is drawn.
    given: Box<[Option<Level>]>,
    /// By network, where it is drawn.
    samplers: Vec<Option<Sampler>>,
    rule: ThresholdRule,
    draw: ThresholdDraw,
    /// Whether any draw can be 0 or less.
    pub(crate) can_be_low: bool,
}

impl AccountLevels {
    pub(crate) fn new(model: &Threshold, graph: &SocialGraph) -> Result<Self> {
        model.check()?;
        let resolved = model.resolve(graph)?;
        let level = |account| resolved.given(graph, account, Some(graph.network_of(account)));
        let sampler = |value: &Option<ThresholdValue>| match value {
            Some(ThresholdValue::Drawn(distribution)) => Some(distribution.sampler()),
            _ => None,
        };
        Ok(Self {
            given: graph.accounts().map(level).collect(),
            samplers: resolved.values().iter().map(sampler).collect(),
            rule: resolved.rule,
            draw: resolved.draw,
            can_be_low: resolved.values().iter().flatten().any(ThresholdValue::can_be_low),
        })
    }

    /// Where drawn thresholds of a run come from.
    pub(crate) fn lane(&self, keys: &RunKeys) -> ThresholdLane {
        ThresholdLane::new(keys, self.draw)
    }

    /// The threshold of an account in a run.
    pub(crate) fn of(&self, graph: &SocialGraph, lane: ThresholdLane, account: AccountId) -> Level {
        if let Some(level) = self.given[account.index()] {
            return level;
        }
        match &self.samplers[graph.network_of(account).index()] {
            Some(sampler) => lane.level(graph, account, sampler, self.rule),
            None => Level::Never,
        }
    }
}
