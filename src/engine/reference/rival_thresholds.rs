//! Posts of which each shuts out the others under threshold models: at every step everybody is asked anew,
//! post by post.

use std::collections::{BTreeMap, BTreeSet};

use super::thresholds::{Rule, Shared, adopters};
use super::{Event, starts, steps};
use crate::engine::trace::Route;
use crate::engine::{World, start_hash, try_hash};
use crate::id::AccountId;
use crate::model::{Per, Rivals, Threshold};
use crate::random::RunKeys;

/// Runs one cascade of each post; the events are in order of step, logical key, and post.
pub(super) fn in_steps(
    worlds: &[World<'_>],
    rivals: &Rivals,
    model: &Threshold,
    keys: &RunKeys,
) -> Vec<(u32, Event)> {
    let World { graph, overlay, timing, .. } = worlds[0];
    let key = |account: AccountId| graph.logical_key(account).get();
    let whoever = |account: AccountId| match rivals.per {
        Per::Account => u64::from(account.get()),
        Per::User => graph.user_of(account).get(),
    };
    let Some(rule) = Rule::new(&worlds[0], model, keys) else { return Vec::new() };
    let adopters = adopters(graph, model);
    let mut convinced = BTreeSet::new();
    let starts: Vec<_> = worlds.iter().map(|world| starts(world, keys)).collect();
    let mut events: Vec<(u32, Event)> = Vec::new();
    let mut passed: BTreeSet<(u32, u64)> = BTreeSet::new();
    let mut coming: Vec<(u64, u32, Event)> = Vec::new();
    let mut taken: BTreeMap<u64, u32> = BTreeMap::new();
    let last_start = starts.iter().flatten().map(|start| start.at).max().unwrap_or(0);
    for step in 0.. {
        let mut now: BTreeMap<(u64, u32), Event> = BTreeMap::new();
        let mut share = |post: u32, event: Event, now: &mut BTreeMap<(u64, u32), Event>| {
            let account = event.account;
            let theirs = *taken.get(&whoever(account)).unwrap_or(&post) == post;
            let again = events.iter().any(|(same, e)| (*same, e.account) == (post, account));
            if theirs && !again && !overlay.is_muted(account) {
                taken.insert(whoever(account), post);
                now.entry((key(account), post)).or_insert(event);
            }
        };
        for given in [true, false] {
            let mut starting = Vec::new();
            for (post, (starts, world)) in (0..).zip(starts.iter().zip(worlds)) {
                let is_given = |start: &&Event| {
                    let at_once = world.origins.iter().chain(world.overlay.added_origins());
                    let all =
                        at_once.map(|&account| (0, account)).chain(world.late.iter().copied());
                    all.into_iter().any(|one| one == (start.at, start.account)) == given
                };
                let of_now = starts.iter().filter(|start| start.at == step).filter(is_given);
                starting.extend(of_now.map(|&start| (post, start)));
            }
            starting
                .sort_by_key(|&(post, start)| start_hash(keys, key(start.account), post.into()));
            for (post, start) in starting {
                share(post, start, &mut now);
            }
        }
        coming.sort_by_key(|&(hash, post, _)| (hash, post));
        for (_, post, event) in coming.drain(..) {
            share(post, event, &mut now);
        }
        let first = events.len();
        for ((_, post), event) in now {
            events.push((post, event));
            if events.len() as u64 == timing.max_shares {
                return events;
            }
        }
        if step == timing.until || events.len() == first && step >= last_start {
            return events;
        }
        let mut carried = BTreeSet::new();
        for (row, &(post, event)) in events.iter().enumerate().skip(first) {
            for account in steps::cross_posts(&worlds[0], keys, event.account) {
                let (parent, route) = (Some(row as u32), Route::CrossPost);
                let hash = try_hash(keys, key(account), key(event.account), route);
                coming.push((hash, post, Event { at: step + 1, account, parent, route }));
                carried.insert((post, account));
            }
        }
        for post in 0..worlds.len() as u32 {
            let shared: Shared = (0..)
                .zip(&events)
                .filter(|(_, (same, _))| *same == post)
                .map(|(row, (_, event))| (event.account, row))
                .collect();
            let all: Vec<Event> = events.iter().map(|(_, event)| *event).collect();
            for (&adopter, accounts) in &adopters {
                if !rule.holds(accounts, &shared) {
                    continue;
                }
                let at_once = convinced.insert((post, adopter));
                for &account in accounts {
                    // Who passes does so once, and one of a person who was convinced before not beside a
                    // cross-post.
                    if rule.holds_at(accounts, account, &shared)
                        && let Some((row, hash)) = rule.tipped_by(keys, account, &shared, &all)
                        && passed.insert((post, key(account)))
                        && (at_once || !carried.contains(&(post, account)))
                    {
                        let (parent, route) = (Some(row as u32), Route::Tie);
                        coming.push((hash, post, Event { at: step + 1, account, parent, route }));
                    }
                }
            }
        }
    }
    events
}
