//! Models of one's own: at every time at which somebody shares, everybody who sees it is asked.

use std::collections::{BTreeMap, BTreeSet};

use super::steps::cross_posts;
use super::{Event, starts};
use crate::engine::custom::sight;
use crate::engine::trace::Route;
use crate::engine::{World, try_hash};
use crate::id::AccountId;
use crate::model::CustomModel;
use crate::random::{Channel, RunKeys};

/// Runs one cascade; the events are in order of step, or tick, and logical key.
pub(super) fn by_sights(world: &World<'_>, keys: &RunKeys, model: &CustomModel) -> Vec<Event> {
    let World { graph, overlay, timing, .. } = *world;
    let key = |account: AccountId| graph.logical_key(account).get();
    let draws = keys.channel(Channel::Decision);
    let mut shared = BTreeSet::new();
    let mut exposures: BTreeMap<u64, u32> = BTreeMap::new();
    let mut events: Vec<Event> = Vec::new();
    let mut landings = starts(world, keys);
    loop {
        landings.retain(|landing| {
            landing.at <= timing.until
                && landing.at < u64::MAX
                && !overlay.is_muted(landing.account)
                && !shared.contains(&key(landing.account))
        });
        let Some(now) = landings.iter().map(|landing| landing.at).min() else { return events };
        let first = events.len();
        let mut reached: BTreeMap<u64, Event> = BTreeMap::new();
        let hash = |landing: &Event| {
            let parent = landing.parent.map(|parent| events[parent as usize].account);
            parent.map(|parent| try_hash(keys, key(landing.account), key(parent), landing.route))
        };
        for landing in landings.iter().filter(|landing| landing.at == now) {
            let best = reached.entry(key(landing.account)).or_insert(*landing);
            if hash(landing) < hash(best) {
                *best = *landing;
            }
        }
        for event in reached.into_values() {
            shared.insert(key(event.account));
            events.push(event);
            if events.len() as u64 == timing.max_shares {
                return events;
            }
        }
        let mut sights = Vec::new();
        for (row, event) in events.iter().enumerate().skip(first) {
            for tie in graph.tie_ids(event.account) {
                let (sharer, viewer) = graph.tie_ends(tie);
                let hash = try_hash(keys, key(viewer), key(sharer), Route::Tie);
                if !overlay.is_cut(tie)
                    && !overlay.is_muted(viewer)
                    && !shared.contains(&key(viewer))
                {
                    sights.push((key(viewer), hash, row as u32, tie));
                }
            }
            for account in cross_posts(world, keys, event.account) {
                let later = timing.crosspost_delay.as_ref().map_or(1, |delay| {
                    let delays = keys.channel(Channel::CrosspostDelay);
                    timing.clock.span(delay.draw(delays.stream(key(event.account), key(account))))
                });
                let (at, parent) = (now.saturating_add(later), Some(row as u32));
                landings.push(Event { at, account, parent, route: Route::CrossPost });
            }
        }
        sights.sort_unstable();
        for (viewer, _, row, tie) in sights {
            let seen = exposures.entry(viewer).or_default();
            *seen += 1;
            if let Some(later) =
                model.decide(&sight(world, draws, graph.tie_ends(tie), tie, *seen, now))
            {
                let at = now.saturating_add(timing.clock.span(later));
                let account = graph.tie_ends(tie).1;
                landings.push(Event { at, account, parent: Some(row), route: Route::Tie });
            }
        }
    }
}
