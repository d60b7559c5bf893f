//! SIS and SIRS over contacts, where most of them find somebody who passes the post on: all contacts in order of
//! time, one after the other, which memory likes better than the ties of whoever shares next.

use super::{MarkSpace, Running};
use crate::engine::World;
use crate::engine::arrivals::{settle, starts};
use crate::engine::queue::{Landing, sort_by_child};
use crate::engine::trace::{NO_PARENT, Route};
use crate::id::AccountId;
use crate::model::{InOrder, OneContact, TimedKeys};
use crate::random::Key;
use crate::unit::Clock;

/// By account: when its last share was and, apart, since all contacts ask that, when it is over; its place; and the key
/// of its contacts. 36 bytes.
#[derive(Debug, Default)]
pub(super) struct SweepSpace {
    since: Vec<u64>,
    ends: Vec<u64>,
    places: Vec<u32>,
    coins: Vec<Key>,
}

/// So many contacts are looked at together.
const TOGETHER: usize = 32;

/// Whether nothing comes but what was shared before, by contacts.
pub(in crate::engine) fn is_enough(world: &World<'_>) -> bool {
    let nothing_else = world.late.is_empty() && world.external.is_none();
    nothing_else && world.overlay.is_empty() && !world.crossposts.any()
}

/// Runs one cascade. Whether it ends with the number of shares that it may have.
pub(in crate::engine) fn sweep(
    running: &mut Running<'_, '_>,
    space: &mut MarkSpace,
    all: &InOrder,
    keys_of_ties: TimedKeys,
) -> bool {
    let MarkSpace { now, free, sweep: shares, .. } = space;
    let World { graph, timing, .. } = *running.world;
    shares.begin(graph.account_count(), keys_of_ties);
    // Who can share again at a step is not reached before the next.
    let wait = u64::from(timing.clock == Clock::Steps);
    let key = |account: AccountId| graph.logical_key(account).get();
    let start = |(at, child)| Landing { at, child, parent: NO_PARENT, route: Route::Origin };
    now.extend(starts::<false>(running.world).map(start));
    // Shares of those who are reached at one tick, and when the last is over; none if that is the last that may be.
    let mut last_end = 0;
    let mut take = |now: &mut Vec<Landing>, free: &mut [u64], shares: &mut SweepSpace| {
        sort_by_child(now);
        settle(running.world, running.keys, now, running.trace);
        for landing in now.drain(..) {
            let (at, child) = (landing.at, landing.child);
            if at < free[child.index()] {
                continue;
            }
            let (place, end, again) = running.share(landing)?;
            free[child.index()] = again.saturating_add(wait);
            last_end = end.max(last_end);
            (shares.since[child.index()], shares.ends[child.index()]) = (at, end);
            shares.places[child.index()] = place;
            shares.coins[child.index()] = keys_of_ties.coins_of(key(child));
        }
        Some(last_end)
    };
    let reached = |contact: &OneContact, shares: &SweepSpace| {
        let &OneContact { at, source, target } = contact;
        let passes_on = all.passes_on(shares.coins[source.index()], key(target), at);
        let parent = shares.places[source.index()];
        passes_on.then_some(Landing { at, child: target, parent, route: Route::Tie })
    };
    let until = all.contacts.partition_point(|contact| contact.at <= timing.until);
    let mut contacts = &all.contacts[..until];
    let mut listed = [0; TOGETHER];
    loop {
        let Some(last_end) = take(now, free, shares) else { return true };
        // Until somebody is reached nothing changes. Who shares, and who can, no processor can guess, so they are
        // listed first.
        while now.is_empty() {
            let some = &contacts[..contacts.len().min(TOGETHER)];
            if some.first().is_none_or(|contact| contact.at > last_end) {
                return false;
            }
            let (mut sharing, mut open) = (0, 0);
            for (place, contact) in some.iter().enumerate() {
                listed[sharing] = place;
                sharing += usize::from(contact.at <= shares.ends[contact.source.index()]);
            }
            for from in 0..sharing {
                let contact = &some[listed[from]];
                listed[open] = listed[from];
                open += usize::from(shares.reaches(contact, free));
            }
            let mut looked_at = some.len();
            for &place in &listed[..open] {
                if now.first().is_some_and(|landing| landing.at < some[place].at) {
                    break;
                }
                if let Some(landing) = reached(&some[place], shares) {
                    now.push(landing);
                    // What is later is looked at anew.
                    let later = |contact: &&OneContact| contact.at <= landing.at;
                    looked_at = place + some[place..].iter().take_while(later).count();
                }
            }
            contacts = &contacts[looked_at..];
        }
        // More of the same time may follow.
        while let Some((contact, later)) = contacts.split_first()
            && now.first().is_some_and(|landing| landing.at == contact.at)
        {
            if contact.at <= shares.ends[contact.source.index()] && shares.reaches(contact, free) {
                now.extend(reached(contact, shares));
            }
            contacts = later;
        }
    }
}

impl SweepSpace {
    /// Whether the target of a contact can share at it, and its source did before.
    #[inline(always)]
    fn reaches(&self, contact: &OneContact, free: &[u64]) -> bool {
        let since = self.since[contact.source.index()];
        (since < contact.at) & (free[contact.target.index()] <= contact.at)
    }

    fn begin(&mut self, accounts: usize, keys: TimedKeys) {
        self.since.clear();
        self.since.resize(accounts, u64::MAX);
        self.ends.clear();
        self.ends.resize(accounts, 0);
        self.places.resize(accounts, NO_PARENT);
        self.coins.resize(accounts, keys.coins_of(0));
    }
}
