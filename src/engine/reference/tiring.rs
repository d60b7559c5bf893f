//! Fatigue: every exposure is written down, and at every time they are taken one after the other.

use std::collections::{BTreeMap, BTreeSet};

use super::steps::{cross_posts, fired_ties};
use super::{Event, starts, temporal};
use crate::engine::trace::Route;
use crate::engine::{World, try_hash};
use crate::id::AccountId;
use crate::model::{Model, Per, Tiring};
use crate::random::{Channel, RunKeys, Threshold};

/// Runs one cascade; the events are in order of step, or tick, and logical key.
pub(super) fn by_exposures(world: &World<'_>, keys: &RunKeys, tiring: &Tiring) -> Vec<Event> {
    let World { graph, overlay, timing, .. } = *world;
    let key = |account: AccountId| graph.logical_key(account).get();
    let whoever = |account: AccountId| match tiring.per {
        Per::Account => key(account),
        Per::User => graph.user_of(account).get(),
    };
    let draws = keys.channel(Channel::Resistance);
    let persuades = |exposure, from, to| {
        let kept = (tiring.curve.factor(exposure) / tiring.most).min(1.0);
        Threshold::new(kept).succeeds(draws.stream(key(from), key(to)), 0)
    };
    let mut shared = BTreeSet::new();
    let mut seen: BTreeMap<u64, u64> = BTreeMap::new();
    let mut events: Vec<Event> = Vec::new();
    // With whether the tie fires.
    let mut coming: Vec<(Event, bool)> =
        starts(world, keys).into_iter().map(|start| (start, true)).collect();
    loop {
        coming.retain(|(event, _)| event.at <= timing.until && event.at < u64::MAX);
        let Some(now) = coming.iter().map(|(event, _)| event.at).min() else { return events };
        let (mut exposures, later): (Vec<_>, Vec<_>) =
            coming.into_iter().partition(|(event, _)| event.at == now);
        coming = later;
        exposures.sort_by_key(|(event, _)| {
            event.parent.map(|parent| {
                let sharer = events[parent as usize].account;
                try_hash(keys, key(event.account), key(sharer), event.route)
            })
        });
        let mut new = Vec::new();
        for (event, fires) in exposures {
            let mut succeeds = fires;
            if let Some(parent) = event.parent {
                let number = seen.entry(whoever(event.account)).or_default();
                *number += 1;
                let sharer = events[parent as usize].account;
                succeeds = event.route == Route::CrossPost
                    || fires && persuades(*number, sharer, event.account);
            }
            let can = !overlay.is_muted(event.account) && !shared.contains(&key(event.account));
            if succeeds && can {
                shared.insert(key(event.account));
                new.push(event);
            }
        }
        new.sort_by_key(|event| key(event.account));
        for event in new {
            let row = events.len() as u32;
            events.push(event);
            if events.len() as u64 == timing.max_shares {
                return events;
            }
            expose(world, keys, tiring, (event, row), &mut coming);
        }
    }
}

/// Whom a share exposes.
fn expose(
    world: &World<'_>,
    keys: &RunKeys,
    tiring: &Tiring,
    (event, row): (Event, u32),
    coming: &mut Vec<(Event, bool)>,
) {
    let World { graph, overlay, timing, .. } = *world;
    let key = |account: AccountId| graph.logical_key(account).get();
    let source = event.account;
    let span = |later| timing.clock.span(later);
    let mut push = |account, later: u64, route, fires| {
        let at = event.at.saturating_add(later);
        coming.push((Event { at, account, parent: Some(row), route }, fires));
    };
    let rates = match world.description {
        Model::IndependentCascade(model) => model.rates(graph).ok(),
        _ => None,
    };
    let fired = fired_ties(world, keys.tie, source, |tie| {
        let ends = graph.tie_ends(tie);
        let p = match &rates {
            Some(rates) => rates.of_tie(graph, tie, ends)?,
            None => 1.0 / graph.in_degree(ends.1) as f64,
        };
        Some(p * tiring.most)
    });
    for (place, tie) in graph.tie_ids(source).enumerate() {
        let target = graph.tie_ends(tie).1;
        let one_try = temporal::one_try(world, tie, event.at);
        if let Some((wait, next)) = one_try.filter(|_| !overlay.is_cut(tie)) {
            let later = tiring.delays.as_ref().map(|delays| {
                let delay = delays.of(graph.network_of(source), graph.network_of(target));
                delay.draw(keys.channel(Channel::Delay).stream(key(target), key(source)))
            });
            let later = wait.saturating_add(later.map_or(next, span));
            push(target, later, Route::Tie, fired.contains(&place));
        }
    }
    for target in cross_posts(world, keys, source) {
        let later = timing.crosspost_delay.as_ref().map(|delay| {
            delay.draw(keys.channel(Channel::CrosspostDelay).stream(key(source), key(target)))
        });
        push(target, later.map_or(1, span), Route::CrossPost, false);
    }
}
