//! Threshold models over ties that come and go: at every step everybody is asked anew, by the definition.

use std::collections::{BTreeMap, BTreeSet};

use super::{Event, starts, steps};
use crate::engine::trace::Route;
use crate::engine::{World, try_hash};
use crate::graph::TieTime;
use crate::id::{AccountId, LogicalKey};
use crate::model::{
    Friends, Level, Resolved, Threshold, ThresholdLane, ThresholdRule, ThresholdValue,
};
use crate::random::RunKeys;

/// Runs one cascade; the events are in order of step and logical key.
pub(super) fn in_steps(world: &World<'_>, model: &Threshold, keys: &RunKeys) -> Vec<Event> {
    let World { graph, overlay, .. } = *world;
    let key = |account: AccountId| graph.logical_key(account);
    let Ok(thresholds) = model.resolve(graph) else { return Vec::new() };
    let lane = ThresholdLane::new(keys, model.draw);
    let rule = Rule { world, model, thresholds, lane };
    let starts = starts(world, keys);
    // Behind this step nothing changes by itself, unless somebody starts.
    let last = graph.accounts().flat_map(|account| graph.tie_ids(account)).flat_map(|tie| {
        let window = u64::from(model.window.unwrap_or(1));
        graph.tie_times(tie).map(move |time| match time {
            TieTime::Contact { at, .. } => at as u64 + window,
            // Later than any step is never.
            TieTime::Interval { start, end } if end > 16_777_216.0 => start as u64,
            TieTime::Interval { end, .. } => end as u64,
        })
    });
    let last = last.chain(starts.iter().map(|start| start.at)).max().unwrap_or(0);
    let mut events: Vec<Event> = Vec::new();
    let mut shared: BTreeMap<AccountId, usize> = BTreeMap::new();
    let mut coming: Vec<Event> = starts;
    for account in graph.accounts() {
        if rule.level(account) == Level::Grid(0) {
            coming.push(Event { at: 0, account, parent: None, route: Route::Origin });
        }
    }
    for step in 0..=world.timing.until {
        let mut now: BTreeMap<LogicalKey, Vec<Event>> = BTreeMap::new();
        for event in coming.iter().filter(|event| event.at == step) {
            if !shared.contains_key(&event.account) && !overlay.is_muted(event.account) {
                now.entry(key(event.account)).or_default().push(*event);
            }
        }
        let nobody = now.is_empty();
        for (child, tries) in now {
            let hash = |event: &&Event| {
                let parent = event.parent.map(|parent| key(events[parent as usize].account));
                parent.map(|parent| try_hash(keys, child.get(), parent.get(), event.route))
            };
            let Some(&event) = tries.iter().min_by_key(hash) else { continue };
            shared.insert(event.account, events.len());
            let (at, parent) = (step + 1, Some(events.len() as u32));
            for account in steps::cross_posts(world, keys, event.account) {
                coming.push(Event { at, account, parent, route: Route::CrossPost });
            }
            events.push(event);
            if events.len() as u64 == world.timing.max_shares {
                return events;
            }
        }
        let can_share =
            |account: &AccountId| !shared.contains_key(account) && !overlay.is_muted(*account);
        for account in graph.accounts().filter(can_share) {
            if let Some(row) = rule.passes(keys, account, step, &shared, &events) {
                let (at, parent, route) = (step + 1, Some(row as u32), Route::Tie);
                coming.push(Event { at, account, parent, route });
            }
        }
        if nobody && step > last && !coming.iter().any(|event| event.at > step) {
            break;
        }
    }
    events
}

/// The rule of a model on one graph, in one run.
struct Rule<'a> {
    world: &'a World<'a>,
    model: &'a Threshold,
    thresholds: Resolved,
    lane: ThresholdLane,
}

impl Rule<'_> {
    fn level(&self, account: AccountId) -> Level {
        let graph = self.world.graph;
        let network = Some(graph.network_of(account));
        match self.thresholds.value(graph, account, network) {
            Some(ThresholdValue::Given(value)) => Level::given(value),
            Some(ThresholdValue::Drawn(from)) => {
                self.lane.level(graph, account, &from.sampler(), self.model.rule)
            }
            None => Level::Never,
        }
    }

    /// The steps of which a tie counts at `step`: those of contacts, and `step` itself where it exists.
    fn sights(&self, source: AccountId, target: AccountId, step: u64) -> Vec<u64> {
        let graph = self.world.graph;
        let Some(tie) = graph.find_tie(source, target) else { return Vec::new() };
        let mut times = graph.tie_times(tie).peekable();
        if times.peek().is_none() {
            return vec![step];
        }
        let window = u64::from(self.model.window.unwrap_or(1));
        let counts = |time| match time {
            TieTime::Contact { at, .. } => {
                let at = at as u64;
                (at <= step && step < at + window).then_some(at)
            }
            TieTime::Interval { start, end } => {
                (start as u64 <= step && step < end as u64).then_some(step)
            }
        };
        times.filter_map(counts).collect()
    }

    /// The row of the parent of `child`, if enough of whom it sees at this step have shared.
    fn passes(
        &self,
        keys: &RunKeys,
        child: AccountId,
        step: u64,
        shared: &BTreeMap<AccountId, usize>,
        events: &[Event],
    ) -> Option<usize> {
        let World { graph, overlay, .. } = *self.world;
        let people = self.model.friends == Friends::People;
        let (mut m, mut k) = (0, 0);
        let (mut met, mut counted) = (BTreeSet::new(), Vec::new());
        for &source in graph.sources(child) {
            let sights = self.sights(source, child, step);
            k += sights.len() as u64;
            if !sights.is_empty() {
                met.insert(graph.user_of(source));
            }
            let cut = graph.find_tie(source, child).is_some_and(|tie| overlay.is_cut(tie));
            let Some(&row) = shared.get(&source).filter(|_| !cut) else { continue };
            let by_then = sights.iter().filter(|&&at| events[row].at <= at).count() as u64;
            m += by_then;
            if by_then > 0 {
                counted.push((source, row));
            }
        }
        if people {
            let friends: BTreeSet<_> = counted.iter().map(|&(s, _)| graph.user_of(s)).collect();
            (m, k) = (friends.len() as u64, met.len() as u64);
        }
        let total = if self.model.rule == ThresholdRule::Count { 1 } else { k };
        if m == 0 || !self.level(child).is_met(m, total) {
            return None;
        }
        let at = |row: usize| events[row].at;
        let first = |&&(source, row): &&(AccountId, usize)| {
            !people
                || !counted.iter().any(|&(other, earlier)| {
                    graph.user_of(other) == graph.user_of(source) && at(earlier) < at(row)
                })
        };
        let counted: Vec<_> = counted.iter().filter(first).collect();
        let latest = counted.iter().map(|&&(_, row)| at(row)).max()?;
        let tipped = counted.into_iter().filter(|&&(_, row)| at(row) == latest);
        let hash = |&&(source, _): &&(AccountId, usize)| {
            let (child, parent) = (graph.logical_key(child), graph.logical_key(source));
            try_hash(keys, child.get(), parent.get(), Route::Tie)
        };
        tipped.min_by_key(hash).map(|&(_, row)| row)
    }
}
