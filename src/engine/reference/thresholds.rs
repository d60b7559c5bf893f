//! Threshold models: at every step everybody is asked anew, by the definition.

use std::collections::{BTreeMap, BTreeSet};

use super::{Event, starts, steps};
use crate::engine::trace::Route;
use crate::engine::{World, try_hash};
use crate::graph::SocialGraph;
use crate::id::{AccountId, LogicalKey, NetworkId, UserId};
use crate::model::{
    Adopt, Friends, Level, Resolved, Threshold, ThresholdLane, ThresholdRule, ThresholdValue,
    ThresholdWeights, content_weights, tie_weights,
};
use crate::random::RunKeys;

/// Runs one cascade; the events are in order of step and logical key.
pub(super) fn in_steps(world: &World<'_>, model: &Threshold, keys: &RunKeys) -> Vec<Event> {
    let World { graph, overlay, .. } = *world;
    let key = |account: AccountId| graph.logical_key(account);
    let Some(rule) = Rule::new(world, model, keys) else { return Vec::new() };
    let adopters = adopters(graph, model);
    let starts = starts(world, keys);
    let origins = starts.iter().filter(|start| start.at == 0).map(|start| start.account);
    let unasked = adopters.values().flat_map(|accounts| rule.unasked(accounts));
    let mut now: BTreeMap<LogicalKey, Event> = origins
        .chain(unasked)
        .filter(|&account| !overlay.is_muted(account))
        .map(|account| (key(account), Event { at: 0, account, parent: None, route: Route::Origin }))
        .collect();
    let mut events: Vec<Event> = Vec::new();
    let mut convinced = BTreeSet::new();
    for step in 0.. {
        let first = events.len();
        events.extend(now.values());
        if events.len() as u64 >= world.timing.max_shares {
            events.truncate(world.timing.max_shares as usize);
            break;
        }
        let waits = starts.iter().any(|start| start.at > step);
        if now.is_empty() && !waits || step == world.timing.until {
            break;
        }
        let shared: BTreeMap<AccountId, usize> =
            events.iter().enumerate().map(|(row, event)| (event.account, row)).collect();
        let can_share = |account| !shared.contains_key(&account) && !overlay.is_muted(account);
        let mut tries: BTreeMap<LogicalKey, Vec<(u64, Event)>> = BTreeMap::new();
        for (row, event) in events.iter().enumerate().skip(first) {
            for account in steps::cross_posts(world, keys, event.account) {
                if can_share(account) {
                    let route = Route::CrossPost;
                    let hash = try_hash(keys, key(account).get(), key(event.account).get(), route);
                    let child = Event { at: step + 1, account, parent: Some(row as u32), route };
                    tries.entry(key(account)).or_default().push((hash, child));
                }
            }
        }
        for (&adopter, accounts) in &adopters {
            if !rule.holds(accounts, &shared) {
                continue;
            }
            let at_once = convinced.insert(adopter);
            for &account in accounts.iter().filter(|&&account| can_share(account)) {
                let carried = tries.contains_key(&key(account));
                if rule.holds_at(accounts, account, &shared)
                    && let Some((row, hash)) = rule.tipped_by(keys, account, &shared, &events)
                    && (at_once || !carried)
                {
                    let (parent, route) = (Some(row as u32), Route::Tie);
                    let child = Event { at: step + 1, account, parent, route };
                    tries.entry(key(account)).or_default().push((hash, child));
                }
            }
        }
        now = tries
            .into_iter()
            .filter_map(|(child, tries)| Some((child, tries.iter().min_by_key(|t| t.0)?.1)))
            .collect();
        for &start in starts.iter().filter(|start| start.at == step + 1) {
            if can_share(start.account) {
                now.insert(key(start.account), start);
            }
        }
    }
    events
}

/// Who adopts, with their accounts in order of logical key.
pub(super) fn adopters(graph: &SocialGraph, model: &Threshold) -> BTreeMap<UserId, Vec<AccountId>> {
    let mut adopters: BTreeMap<UserId, Vec<AccountId>> = BTreeMap::new();
    for account in graph.accounts_in_key_order() {
        let adopter = match model.adopt {
            Adopt::Account => UserId::new(u64::from(account.get())),
            Adopt::Person => graph.user_of(account),
        };
        adopters.entry(adopter).or_default().push(account);
    }
    adopters
}

/// The rule of a model on one graph, in one run.
pub(super) struct Rule<'a> {
    world: &'a World<'a>,
    model: &'a Threshold,
    thresholds: Resolved,
    lane: ThresholdLane,
    content: Vec<u32>,
    tie_weights: Option<Box<[u64]>>,
}

/// Who has shared, and in which row of the events.
pub(super) type Shared = BTreeMap<AccountId, usize>;

impl<'a> Rule<'a> {
    pub(super) fn new(world: &'a World<'a>, model: &'a Threshold, keys: &RunKeys) -> Option<Self> {
        let graph = world.graph;
        Some(Self {
            world,
            model,
            thresholds: model.resolve(graph).ok()?,
            lane: ThresholdLane::new(keys, model.draw),
            content: content_weights(model, graph).ok()?,
            tie_weights: tie_weights(model, graph).ok()?,
        })
    }

    /// What is compared one by one: all accounts that adopt together, or those in each network.
    fn parts(&self, accounts: &[AccountId]) -> Vec<Vec<AccountId>> {
        if !matches!(self.model.rule, ThresholdRule::Or | ThresholdRule::And) {
            return vec![accounts.to_vec()];
        }
        let mut by_network: BTreeMap<NetworkId, Vec<AccountId>> = BTreeMap::new();
        for &account in accounts {
            by_network.entry(self.graph().network_of(account)).or_default().push(account);
        }
        by_network.into_values().collect()
    }

    fn graph(&self) -> &SocialGraph {
        self.world.graph
    }

    /// The threshold of accounts that are compared together; the first of the adopter draws.
    fn level(&self, first: AccountId, part: &[AccountId]) -> Level {
        let network = match (self.model.adopt, self.model.rule) {
            (Adopt::Account, _) | (_, ThresholdRule::Or | ThresholdRule::And) => {
                Some(self.graph().network_of(part[0]))
            }
            _ => None,
        };
        match self.thresholds.value(self.graph(), part[0], network) {
            Some(ThresholdValue::Given(value)) => Level::given(value),
            Some(ThresholdValue::Drawn(from)) => {
                self.lane.level(self.graph(), first, &from.sampler(), self.model.rule)
            }
            None => Level::Never,
        }
    }

    /// What the ties into `part` count from sources that `is_counted` takes.
    fn sum(&self, part: &[AccountId], is_counted: impl Fn(AccountId, AccountId) -> bool) -> u64 {
        let graph = self.graph();
        let mut sum = 0;
        let mut friends: BTreeMap<UserId, u64> = BTreeMap::new();
        for &target in part {
            for &source in graph.sources(target).iter().filter(|&&s| is_counted(s, target)) {
                let weight = self.weight(source, target);
                sum += weight;
                let friend = friends.entry(graph.user_of(source)).or_default();
                *friend = weight.max(*friend);
            }
        }
        if self.model.friends == Friends::People { friends.values().sum() } else { sum }
    }

    fn weight(&self, source: AccountId, target: AccountId) -> u64 {
        match &self.tie_weights {
            None => u64::from(self.content[self.graph().network_of(target).index()]),
            Some(weights) => {
                self.graph().find_tie(source, target).map_or(0, |tie| weights[tie.index()])
            }
        }
    }

    /// k, or what stands in its place.
    fn total(&self, part: &[AccountId]) -> u64 {
        let total = self.sum(part, |_, _| true);
        if self.model.rule == ThresholdRule::Count {
            1
        } else if self.model.weights != ThresholdWeights::InverseDegree {
            if part.iter().any(|&a| !self.graph().sources(a).is_empty()) { 1 << 32 } else { 0 }
        } else {
            total
        }
    }

    fn is_met(&self, accounts: &[AccountId], part: &[AccountId], shared: &Shared) -> bool {
        let reached = self.sum(part, |source, target| self.has_shown(source, target, shared));
        self.level(accounts[0], part).is_met(reached, self.total(part))
    }

    /// Whether `source` has shared, and `target` could see it.
    fn has_shown(&self, source: AccountId, target: AccountId, shared: &Shared) -> bool {
        let tie = self.graph().find_tie(source, target);
        shared.contains_key(&source) && tie.is_some_and(|tie| !self.world.overlay.is_cut(tie))
    }

    pub(super) fn holds(&self, accounts: &[AccountId], shared: &Shared) -> bool {
        let mut parts = self.parts(accounts);
        if self.model.rule != ThresholdRule::And {
            return parts.iter().any(|part| self.is_met(accounts, part, shared));
        }
        let asked = |part: &Vec<AccountId>| self.total(part) > 0;
        if parts.iter().any(asked) {
            parts.retain(asked);
        }
        parts.iter().all(|part| self.is_met(accounts, part, shared))
    }

    /// Whether the rule holds at this account, given that it holds for who adopts.
    pub(super) fn holds_at(
        &self,
        accounts: &[AccountId],
        account: AccountId,
        shared: &Shared,
    ) -> bool {
        let parts = self.parts(accounts);
        let own = parts.iter().find(|part| part.contains(&account));
        own.is_some_and(|part| self.is_met(accounts, part, shared))
    }

    /// The accounts that share at step 0 because nothing is asked of them.
    fn unasked(&self, accounts: &[AccountId]) -> Vec<AccountId> {
        let free = |part: &Vec<AccountId>| self.level(accounts[0], part) == Level::Grid(0);
        let parts = self.parts(accounts);
        let nobody = Shared::new();
        if !parts.iter().any(free) || !self.holds(accounts, &nobody) {
            return Vec::new();
        }
        parts.into_iter().filter(free).flatten().collect()
    }

    /// The row and the hash of the parent of `child`: of those who counted, at the latest step, the
    /// least hash.
    pub(super) fn tipped_by(
        &self,
        keys: &RunKeys,
        child: AccountId,
        shared: &Shared,
        events: &[Event],
    ) -> Option<(usize, u64)> {
        let graph = self.graph();
        let seen: Vec<(AccountId, usize)> = graph
            .sources(child)
            .iter()
            .filter(|&&source| self.has_shown(source, child, shared))
            .filter(|&&source| self.tie_weights.is_none() || self.weight(source, child) > 0)
            .map(|&source| (source, shared[&source]))
            .collect();
        let at = |row: usize| events[row].at;
        // A friend who counts once did so with the account that shared first.
        let counted = seen.iter().filter(|&&(source, row)| {
            self.model.friends == Friends::Ties
                || !seen.iter().any(|&(other, earlier)| {
                    graph.user_of(other) == graph.user_of(source) && at(earlier) < at(row)
                })
        });
        let counted: Vec<_> = counted.collect();
        let latest = counted.iter().map(|&&(_, row)| at(row)).max()?;
        counted
            .into_iter()
            .filter(|&&(_, row)| at(row) == latest)
            .map(|&(source, row)| {
                let (child, parent) = (graph.logical_key(child), graph.logical_key(source));
                (row, try_hash(keys, child.get(), parent.get(), Route::Tie))
            })
            .min_by_key(|&(_, hash)| hash)
    }
}
