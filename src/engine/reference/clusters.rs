//! Self-exciting cascades: all that is to come is written down, and the earliest is taken again and again.

use super::row::TieRow;
use super::{Event, starts};
use crate::engine::World;
use crate::engine::trace::Route;
use crate::id::AccountId;
use crate::model::{Delays, Hawkes, Meaning, Model};
use crate::random::{Distribution, Lineage, RunKeys, Threshold, count, pieces};
use crate::unit::Ticks;

/// A share event to come.
#[derive(Debug, Clone, Copy)]
struct Coming {
    word: u64,
    event: Event,
}

/// Runs one cascade; the events are in order of tick and logical key.
pub(super) fn by_descent(world: &World<'_>, keys: &RunKeys) -> Vec<Event> {
    by_descent_over(world, keys, |_, _, _| true)
}

/// The same along ties that exist, from one account to another, at the time of a share.
pub(super) fn by_descent_over(
    world: &World<'_>,
    keys: &RunKeys,
    exists: impl Fn(AccountId, AccountId, u64) -> bool,
) -> Vec<Event> {
    let World { graph, overlay, timing, .. } = *world;
    let lineage = Lineage::of(keys);
    let key = |account| graph.logical_key(account).get();
    let mut coming: Vec<Coming> = Vec::new();
    let mut starts = starts(world, keys);
    starts.sort_by_key(|event| (event.at, key(event.account)));
    starts.dedup();
    for event in starts {
        coming.push(Coming { word: lineage.origin(key(event.account), event.at), event });
    }
    let mut events: Vec<Event> = Vec::new();
    loop {
        coming.retain(|Coming { event, .. }| {
            event.at <= timing.until && event.at < u64::MAX && !overlay.is_muted(event.account)
        });
        let order = |&(_, coming): &(usize, &Coming)| (coming.event.at, coming.word);
        let Some((place, _)) = coming.iter().enumerate().min_by_key(order) else { break };
        let Coming { word, event } = coming.swap_remove(place);
        let row = events.len() as u32;
        events.push(event);
        if events.len() as u64 == timing.max_shares {
            break;
        }
        for (word, account, later) in offspring(world, &lineage, event.account, word) {
            if !exists(event.account, account, event.at) {
                continue;
            }
            let at = event.at.saturating_add(later);
            let tie = graph.find_tie(event.account, account);
            if !tie.is_some_and(|tie| overlay.is_cut(tie)) && happens(world, &lineage, word, at) {
                let event = Event { at, account, parent: Some(row), route: Route::Tie };
                coming.push(Coming { word, event });
            }
        }
        let carried = event.parent.filter(|_| event.route == Route::CrossPost);
        let came_from = carried.map(|parent| events[parent as usize].account);
        for to in graph.accounts_of_user(graph.user_of(event.account)) {
            if to == event.account || Some(to) == came_from || overlay.is_no_carry(event.account) {
                continue;
            }
            let q = world.crossposts.probability(graph, overlay, event.account, to);
            let stream = lineage.crosspost(word, key(to));
            if Threshold::new(q).succeeds(stream, 0) {
                let word = stream.draw(1);
                let later = timing
                    .crosspost_delay
                    .as_ref()
                    .map_or(1, |delay| timing.clock.span(delay.draw(lineage.event(word).delay())));
                let at = event.at.saturating_add(later);
                let event = Event { at, account: to, parent: Some(row), route: Route::CrossPost };
                coming.push(Coming { word, event });
            }
        }
    }
    by_logical_key(world, &events)
}

/// The word of each offspring of a share of `source` that has this word, where it is, and how much later.
pub(super) fn offspring(
    world: &World<'_>,
    lineage: &Lineage,
    source: AccountId,
    word: u64,
) -> Vec<(u64, AccountId, u64)> {
    let graph = world.graph;
    let Hawkes { reshares, memory, .. } = model(world);
    let row = TieRow::new(graph, reshares, Meaning::Mean, source);
    let (pieces, length) = pieces(row.sum * greatest(world));
    let own = lineage.event(word);
    let born: usize = (0..pieces).map(|piece| count(length, own.count(piece), 0)).sum();
    (0..born as u64)
        .filter_map(|r| {
            let word = own.offspring(r);
            let target = row.pick(lineage.event(word).place(), 0)?;
            let memory = memory_of(world, memory, source, target).sampler();
            Some((word, target, world.timing.clock.span(memory.draw(lineage.event(word).delay()))))
        })
        .collect()
}

fn model<'a>(world: &World<'a>) -> &'a Hawkes {
    let Model::Hawkes(model) = world.description else { unreachable!("a self-exciting cascade") };
    model
}

/// What κ is multiplied by at most.
fn greatest(world: &World<'_>) -> f64 {
    let factors = model(world).over_time.iter().map(|&(_, factor)| factor);
    factors.reduce(f64::max).unwrap_or(1.0)
}

/// Whether infectivity lets the event with this word happen at this tick.
fn happens(world: &World<'_>, lineage: &Lineage, word: u64, at: u64) -> bool {
    let began =
        |&&(time, _): &&(f64, f64)| Ticks::from_units(time).is_ok_and(|tick| tick.get() <= at);
    model(world).over_time.iter().rfind(began).is_none_or(|&(_, factor)| {
        let part = if factor > 0.0 { factor / greatest(world) } else { 0.0 };
        Threshold::new(part).succeeds(lineage.event(word).coin(), 0)
    })
}

/// The most specific memory.
fn memory_of<'a>(
    world: &World<'_>,
    memory: &'a Delays,
    source: AccountId,
    target: AccountId,
) -> &'a Distribution {
    let name = |account| world.graph.network(world.graph.network_of(account)).name();
    let pair = memory.pairs.iter().find(|(from, to, _)| from == name(source) && to == name(target));
    let network = memory.networks.iter().find(|(network, _)| network == name(target));
    let specific = pair.map(|(_, _, own)| own).or(network.map(|(_, own)| own));
    let Some(own) = specific.or(memory.base.as_ref()) else {
        unreachable!("every tie has a memory")
    };
    own
}

/// The events, at each tick in order of logical key instead of word.
fn by_logical_key(world: &World<'_>, events: &[Event]) -> Vec<Event> {
    let mut order: Vec<usize> = (0..events.len()).collect();
    order.sort_by_key(|&row| (events[row].at, world.graph.logical_key(events[row].account)));
    let row_of = |old: u32| order.iter().position(|&row| row == old as usize);
    let moved = |event: Event| Event {
        parent: event.parent.and_then(row_of).map(|row| row as u32),
        ..event
    };
    order.iter().map(|&row| moved(events[row])).collect()
}
