//! What a share passes on over ties with times, in models in which an account shares once.

use crate::engine::World;
use crate::engine::clusters::Exists;
use crate::engine::family::family;
use crate::engine::fire_one::fire_one;
use crate::engine::level::{prefetch, prefetch_lines, prefetch_row, prefetch_two};
use crate::engine::passing::Passing;
use crate::id::AccountId;
use crate::model::{
    ContactKeys, Contacts, Enough, Offspring, TieTicks, TimedContacts, TimedKeys, TimedTries,
    Wanted,
};
use crate::random::{Key, Lineage};

/// Independent cascade: the try of a tie is at the share, if the tie exists then, or at the first contact
/// after it; which tries succeed is drawn as where ties have no times.
pub(super) struct TimedTry<'a> {
    pub(super) tries: &'a TimedTries,
    pub(super) tie: Key,
    pub(super) delay: Key,
}

impl Passing for TimedTry<'_> {
    #[inline]
    fn pass(
        &self,
        world: &World<'_>,
        source: AccountId,
        at: u64,
        useful: impl Fn(AccountId) -> u64,
        mut land: impl FnMut(AccountId, u64),
    ) -> Option<u64> {
        let (graph, TimedTries { ticks, rates, delays }) = (world.graph, self.tries);
        let (from, who) = (graph.network_of(source), graph.logical_key(source).get());
        let lane = self.delay.lane(who);
        fire_one(graph, rates, self.tie, source, |target| {
            if useful(target) == 0 {
                return;
            }
            let one_try = ticks.try_between(graph, (source, target), at);
            let Some((wait, next)) = one_try else { return };
            let later = delays.as_ref().map_or(next, |delays| {
                let key = graph.logical_key(target);
                let delay = delays.of(from, key.network());
                world.timing.clock.span(delay.draw(lane.stream(key.get())))
            });
            land(target, wait.saturating_add(later));
        });
        None
    }
}

/// Of so many ties of who shares next times are asked for.
const MOST_TIES: usize = 32;

/// SI, SIR and SEIR.
pub(in crate::engine) struct TimedMeetings<'a> {
    pub(in crate::engine) contacts: &'a TimedContacts,
    pub(in crate::engine) stays: &'a Contacts,
    pub(in crate::engine) keys_of_stays: ContactKeys,
    pub(in crate::engine) keys_of_ties: TimedKeys,
}

impl Passing for TimedMeetings<'_> {
    const READS_MUCH: bool = true;

    #[inline(always)]
    fn pass(
        &self,
        world: &World<'_>,
        source: AccountId,
        at: u64,
        useful: impl Fn(AccountId) -> u64,
        mut land: impl FnMut(AccountId, u64),
    ) -> Option<u64> {
        let (graph, stays, keys) = (world.graph, self.stays, &self.keys_of_stays);
        let period = stays.period_of(graph, keys, source);
        let last = at.saturating_add(period).min(world.timing.until);
        let wanted = NotTold { at, last, useful };
        self.contacts.each(graph, self.keys_of_ties, source, &wanted, |target, contact| {
            let latency = stays.latency_of(graph, keys, target);
            land(target, (contact - at).saturating_add(latency));
            Enough::Yes
        });
        stays.ends().then_some(period)
    }

    #[inline(always)]
    fn send_for_ties(&self, world: &World<'_>, soon: AccountId) {
        send_for_ties(self.contacts, world, soon);
    }

    #[inline(always)]
    fn send_for(&self, world: &World<'_>, next: AccountId, waits: impl Fn(AccountId) -> bool) {
        send_for_times(self.contacts, world, next, waits);
    }
}

/// Contacts in a window, up to when an account shares for all that is known.
struct NotTold<U> {
    at: u64,
    last: u64,
    useful: U,
}

impl<U: Fn(AccountId) -> u64> Wanted for NotTold<U> {
    fn window(&self) -> (u64, u64) {
        (self.at, self.last)
    }

    #[inline(always)]
    fn may(&self, target: AccountId) -> bool {
        (self.useful)(target) > 0
    }

    #[inline(always)]
    fn within(&self, target: AccountId) -> (u64, u64) {
        (self.at, self.last.min(self.at.saturating_add((self.useful)(target))))
    }
}

/// Asks for the ties of an account, and where their times stand; or where its ties stand, if their times do, too.
#[inline(always)]
pub(super) fn send_for_ties(contacts: &TimedContacts, world: &World<'_>, soon: AccountId) {
    if contacts.ticks.are_at_ties() {
        return prefetch_two(world.graph.row_offsets(), soon.index());
    }
    prefetch_row(world.graph, soon);
    prefetch_lines(contacts.ticks.places_of(world.graph, soon), MOST_TIES / 8);
}

/// Asks for the times of its ties: of all if they are few, else of those to accounts that wait.
#[inline(always)]
pub(super) fn send_for_times(
    contacts: &TimedContacts,
    world: &World<'_>,
    next: AccountId,
    waits: impl Fn(AccountId) -> bool,
) {
    let graph = world.graph;
    if contacts.ticks.are_at_ties() {
        prefetch_row(graph, next);
    }
    let (times, ends) = contacts.ticks.of_row(graph, next);
    if times.len() <= MOST_TIES {
        prefetch_lines(times, MOST_TIES / 8);
        prefetch_lines(ends, MOST_TIES / 8);
        return;
    }
    // Who waits no processor can guess, so they are listed first.
    let (mut listed, mut count) = ([0; MOST_TIES], 0);
    for (tie, &target) in graph.tie_range(next).zip(graph.targets(next)).take(MOST_TIES) {
        listed[count] = tie;
        count += usize::from(waits(target));
    }
    for &tie in &listed[..count] {
        let (times, ends) = contacts.ticks.of_tie(tie);
        for times in [times, ends] {
            prefetch(times, 0);
            prefetch(times, times.len().wrapping_sub(1));
        }
    }
}

/// Self-exciting cascades in which an account shares once.
pub(super) struct TimedDescendants<'a> {
    pub(super) offspring: &'a Offspring,
    pub(super) ticks: &'a TieTicks,
    pub(super) lineage: Lineage,
}

impl Passing for TimedDescendants<'_> {
    #[inline]
    fn pass(
        &self,
        world: &World<'_>,
        source: AccountId,
        at: u64,
        _useful: impl Fn(AccountId) -> u64,
        mut land: impl FnMut(AccountId, u64),
    ) -> Option<u64> {
        let Self { offspring, ticks, lineage } = self;
        let word = lineage.origin(world.graph.logical_key(source).get(), 0);
        family(world, offspring, lineage, source, word, |_, target, later| {
            if ticks.exists(world.graph, source, target, at) {
                land(target, later);
            }
        });
        None
    }
}
