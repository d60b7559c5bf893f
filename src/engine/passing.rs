//! What a share passes on, in models in which an account shares when the post first arrives.

use super::World;
use super::ask::Asked;
use super::family::family;
use super::fire_one::fire_one;
use crate::id::AccountId;
use crate::model::{ContactKeys, Contacts, Delayed, Offspring, TieRates};
use crate::random::{Key, Lineage, RunKeys};

/// What a share passes on.
pub(super) trait Passing {
    /// Calls `land` with whom a share of `source` at `at` reaches along ties, and how much later they
    /// share. What comes later than `useful` tells of an account may be left out; 0 is everything.
    /// Returns how long it goes on, if the model knows an end of that; `u64::MAX` is for ever.
    fn pass(
        &self,
        world: &World<'_>,
        source: AccountId,
        at: u64,
        useful: impl Fn(AccountId) -> u64,
        land: impl FnMut(AccountId, u64),
    ) -> Option<u64>;

    /// Whether so much is read when an account shares that it is worth a look at who comes next.
    const READS_MUCH: bool = false;

    /// Asks for its ties, and what [`send_for`](Self::send_for) reads when `_soon` is next.
    #[inline(always)]
    fn send_for_ties(&self, _world: &World<'_>, _soon: AccountId) {}

    /// Asks for what is read when `_next` shares, beside its ties: of those to accounts that `_waits` still for
    /// the post.
    #[inline(always)]
    fn send_for(&self, _world: &World<'_>, _next: AccountId, _waits: impl Fn(AccountId) -> bool) {}
}

/// Independent and weighted cascade with delays.
pub(super) struct Tries<'a> {
    pub(super) delayed: &'a Delayed,
    pub(super) tie: Key,
    pub(super) delay: Key,
}

impl Passing for Tries<'_> {
    #[inline]
    fn pass(
        &self,
        world: &World<'_>,
        source: AccountId,
        _at: u64,
        useful: impl Fn(AccountId) -> u64,
        mut land: impl FnMut(AccountId, u64),
    ) -> Option<u64> {
        let (graph, Delayed { rates, delays }) = (world.graph, self.delayed);
        let (from, who) = (graph.network_of(source), graph.logical_key(source).get());
        let (lane, clock) = (self.delay.lane(who), world.timing.clock);
        let (home, keys) = (graph.account_range(from), graph.keys_in(from));
        fire_one(graph, rates, self.tie, source, |target| {
            if useful(target) == 0 {
                return;
            }
            // Most ties stay in a network.
            let (to, key) = match home.contains(&target.get()) {
                true => (from, keys.key_of(target)),
                false => (graph.network_of(target), graph.logical_key(target).get()),
            };
            let own = delays.of_tie(graph, source, target);
            let later = own.unwrap_or_else(|| delays.of(from, to).draw(lane.stream(key)));
            land(target, clock.span(later));
        });
        None
    }
}

/// SI, SIR and SEIR.
pub(super) struct Meetings<'a> {
    pub(super) contacts: &'a Contacts,
    pub(super) keys: ContactKeys,
}

impl Passing for Meetings<'_> {
    #[inline]
    fn pass(
        &self,
        world: &World<'_>,
        source: AccountId,
        at: u64,
        useful: impl Fn(AccountId) -> u64,
        mut land: impl FnMut(AccountId, u64),
    ) -> Option<u64> {
        let (graph, Self { contacts, keys }) = (world.graph, self);
        let period = contacts.period_of(graph, keys, source);
        if contacts.at_once() {
            // The period of who contacts somebody after the end of the run ends after it, too.
            let last = period.min(world.timing.until - at);
            contacts.contacts(graph, keys, source, last, useful, land);
        } else {
            contacts.contacts(graph, keys, source, period, useful, |target, age| {
                land(target, age.saturating_add(contacts.latency_of(graph, keys, target)));
            });
        }
        contacts.ends().then_some(period)
    }
}

/// Self-exciting cascades in which an account shares once.
pub(super) struct Descendants<'a> {
    pub(super) offspring: &'a Offspring,
    pub(super) lineage: Lineage,
}

impl Passing for Descendants<'_> {
    #[inline]
    fn pass(
        &self,
        world: &World<'_>,
        source: AccountId,
        _at: u64,
        _useful: impl Fn(AccountId) -> u64,
        mut land: impl FnMut(AccountId, u64),
    ) -> Option<u64> {
        let Self { offspring, lineage } = self;
        // An account has one share, so its word is a hash of the account, whenever that is.
        let word = lineage.origin(world.graph.logical_key(source).get(), 0);
        family(world, offspring, lineage, source, word, |_, target, later| land(target, later));
        None
    }
}

/// Independent and weighted cascade in steps.
pub(super) struct AtOnce<'a> {
    pub(super) rates: &'a TieRates,
    pub(super) tie: Key,
}

impl Passing for AtOnce<'_> {
    #[inline]
    fn pass(
        &self,
        world: &World<'_>,
        source: AccountId,
        _at: u64,
        _useful: impl Fn(AccountId) -> u64,
        mut land: impl FnMut(AccountId, u64),
    ) -> Option<u64> {
        fire_one(world.graph, self.rates, self.tie, source, |target| land(target, 1));
        None
    }
}

/// Linear threshold.
pub(super) struct Listening<'a> {
    pub(super) asked: Asked<'a>,
    pub(super) keys: &'a RunKeys,
}

impl Passing for Listening<'_> {
    fn pass(
        &self,
        world: &World<'_>,
        source: AccountId,
        _at: u64,
        _useful: impl Fn(AccountId) -> u64,
        mut land: impl FnMut(AccountId, u64),
    ) -> Option<u64> {
        let listeners = world.graph.listeners();
        let place = listeners.place_of(source)?;
        for &target in world.graph.targets(source) {
            let listener = listeners.place_of(target);
            let chosen = listener.map(|listener| self.asked.one(listener, self.keys, u32::MAX));
            if chosen == Some(place as u32) {
                land(target, 1);
            }
        }
        None
    }
}
