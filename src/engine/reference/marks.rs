//! SIS and SIRS: all marks of all accounts are written down, and what falls on an account that can share
//! counts.

use std::collections::BTreeMap;

use super::row::TieRow;
use super::steps::{cross_posts_with, fired_ties};
use super::{Event, starts};
use crate::engine::trace::Route;
use crate::engine::{World, try_hash};
use crate::id::{AccountId, LogicalKey};
use crate::model::{MarkKeys, Marks, Meaning, Model, Prepared, Reshares, Sirs, Sis, in_cell};
use crate::random::{Channel, Key, RunKeys};
use crate::unit::Clock;

/// Runs one cascade; the events are in order of step, or tick, and logical key. Ends of periods and of
/// immunity are asked of `marks`.
pub(super) fn by_marks(world: &World<'_>, keys: &RunKeys, marks: &Marks) -> Vec<Event> {
    by_contacts(world, keys, marks, |source, stretch, now| {
        contacts_of(world, keys, source, stretch, now)
    })
}

/// The same, given when and whom an account contacts that shares in a stretch, at `now` or later.
pub(super) fn by_contacts(
    world: &World<'_>,
    keys: &RunKeys,
    marks: &Marks,
    contacts_of: impl Fn(AccountId, (u64, u64), u64) -> Vec<(u64, AccountId)>,
) -> Vec<Event> {
    let World { graph, overlay, timing, .. } = *world;
    let key = |account: AccountId| graph.logical_key(account);
    let mark_keys = MarkKeys::of(keys);
    let mut events: Vec<Event> = Vec::new();
    // Of the last share of each account: its row, the end of its period, and when it can share again.
    let mut last: BTreeMap<LogicalKey, (u32, u64, u64)> = BTreeMap::new();
    let mut landings: Vec<Event> = starts(world, keys);
    let mut now = 0;
    loop {
        // Contacts at this tick or step of all that shared before it and whose period has not ended before.
        let mut contacts = Vec::new();
        let mut next_mark = u64::MAX;
        for &(row, end, _) in last.values() {
            let event = events[row as usize];
            for (at, target) in contacts_of(event.account, (event.at, end), now) {
                let tie = graph.find_tie(event.account, target);
                if at == now && !tie.is_some_and(|tie| overlay.is_cut(tie)) {
                    let parent = Some(row);
                    contacts.push(Event { at, account: target, parent, route: Route::Tie });
                }
                if at > now {
                    next_mark = next_mark.min(at);
                }
            }
        }
        let carried = landings.iter().filter(|landing| landing.at == now);
        let mut reached: BTreeMap<LogicalKey, Vec<Event>> = BTreeMap::new();
        for landing in contacts.iter().chain(carried) {
            let can = last.get(&key(landing.account)).is_none_or(|&(_, _, again)| {
                if timing.clock == Clock::Steps { now > again } else { now >= again }
            });
            if can && !overlay.is_muted(landing.account) {
                reached.entry(key(landing.account)).or_default().push(*landing);
            }
        }
        for (child, tries) in reached {
            let hash = |event: &Event| {
                let parent = event.parent.map(|parent| key(events[parent as usize].account));
                parent.map(|parent| try_hash(keys, child.get(), parent.get(), event.route))
            };
            let Some(&event) = tries.iter().min_by_key(|event| hash(event)) else { continue };
            let row = events.len() as u32;
            let back = match event.route {
                Route::CrossPost => event.parent.map(|parent| events[parent as usize].account),
                _ => None,
            };
            events.push(event);
            if events.len() as u64 == timing.max_shares {
                return events;
            }
            let end = marks.end_of_period(graph, &mark_keys, event.account, now);
            let again = marks.end_of_immunity(graph, &mark_keys, event.account, end);
            last.insert(child, (row, end, again));
            let nested = keys.crosspost.nested(now);
            for account in cross_posts_with(world, nested, event.account) {
                let later = timing.crosspost_delay.as_ref().map_or(1, |delay| {
                    let delays = keys.channel(Channel::CrosspostDelay).nested(now);
                    let stream = delays.stream(child.get(), key(account).get());
                    timing.clock.span(delay.draw(stream))
                });
                if Some(account) != back {
                    let (at, parent) = (now.saturating_add(later), Some(row));
                    landings.push(Event { at, account, parent, route: Route::CrossPost });
                }
            }
        }
        // The next moment at which anything can happen.
        for &(row, end, _) in last.values() {
            let event = events[row as usize];
            let marks = contacts_of(event.account, (event.at, end), now + 1);
            next_mark =
                marks.iter().map(|&(at, _)| at).filter(|&at| at > now).fold(next_mark, u64::min);
        }
        let next_landing = landings.iter().map(|landing| landing.at).filter(|&at| at > now).min();
        let next = next_mark.min(next_landing.unwrap_or(u64::MAX));
        if next > timing.until || next == u64::MAX {
            return events;
        }
        now = next;
    }
}

/// When and whom an account contacts that shares in this stretch: in steps, at `now`; in continuous time,
/// at any time.
fn contacts_of(
    world: &World<'_>,
    keys: &RunKeys,
    source: AccountId,
    (start, end): (u64, u64),
    now: u64,
) -> Vec<(u64, AccountId)> {
    let World { graph, timing, .. } = *world;
    let (Model::Sis(Sis { reshares, .. }) | Model::Sirs(Sirs { reshares, .. })) = world.description
    else {
        unreachable!("a model with marks")
    };
    let channel = keys.channel(Channel::Contact);
    if timing.clock == Clock::Steps {
        if now <= start || now > end {
            return Vec::new();
        }
        let Ok(rates) = reshares.rates(graph, Meaning::Probability) else { return Vec::new() };
        let number = |tie| rates.of_tie(graph, tie, graph.tie_ends(tie));
        let fired = fired_ties(world, channel.nested(now), source, number);
        let mut contacts: Vec<_> =
            fired.into_iter().map(|place| (now, graph.targets(source)[place])).collect();
        // Whether anybody is reached or not, the next step comes.
        contacts
            .extend(graph.targets(source).first().filter(|_| now < end).map(|&any| (now + 1, any)));
        return contacts;
    }
    marks_of(world, reshares, channel, source, (start, end.min(timing.until)))
}

/// All contacts behind `start` and up to `end` in continuous time.
fn marks_of(
    world: &World<'_>,
    reshares: &Reshares,
    channel: Key,
    source: AccountId,
    (start, end): (u64, u64),
) -> Vec<(u64, AccountId)> {
    let graph = world.graph;
    let Prepared::Marks(marks) = world.model else { return Vec::new() };
    let row = TieRow::new(graph, reshares, Meaning::Rate, source);
    let who = graph.logical_key(source).get();
    let size = marks.cell_of(graph.network_of(source));
    let mut contacts = Vec::new();
    for cell in start >> size..=end >> size {
        let stream = channel.stream(who, cell);
        for (at, mark) in in_cell(channel, who, size, cell, row.sum, 2) {
            contacts.extend(row.pick(stream, 2 * mark + 1).map(|target| (at, target)));
        }
    }
    contacts.retain(|&(at, _)| at > start && at <= end);
    contacts
}
