//! Models in which accounts share again and again: each share event has offspring, and they have theirs.
//!
//! All that follows from an event is drawn by its word, a hash of its descent, so the events of a run are
//! found in no order, and put in order of time where that is asked for. Only where a run ends with a number
//! of shares are they taken as they come.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::arrivals::starts;
use super::externals::Externals;
use super::family::{births, later};
use super::level::{prefetch, prefetch_row, prefetch_two};
use super::queue::Landing;
use super::rank::Ranking;
use super::trace::{EXTERNAL, Ended, NO_PARENT, Route, Trace};
use super::{Detail, World};
use crate::graph::SocialGraph;
use crate::id::AccountId;
use crate::model::Offspring;
use crate::random::{Lineage, RunKeys, Stream, Threshold};

/// A share event, in order of time; of those at one tick, in order of their words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Share {
    at: u64,
    word: u64,
    account: AccountId,
    /// The place of its parent.
    parent: u32,
    route: Route,
}

/// So many events are followed together.
const TOGETHER: usize = 16;

/// An offspring that is not drawn as a whole.
#[derive(Debug, Clone, Copy)]
struct Birth {
    word: u64,
    /// Along which tie it comes.
    tie: u64,
    /// The place of its parent.
    place: u32,
    /// How much later it is.
    later: u64,
}

/// Memory for a run: for each share event 32 bytes, and what puts them in order.
#[derive(Debug, Default)]
pub(super) struct ClusterSpace {
    events: Vec<Share>,
    births: Vec<Birth>,
    ranking: Ranking,
    queue: BinaryHeap<Reverse<Share>>,
}

/// Runs a self-exciting cascade.
pub(super) fn clusters(
    world: &World<'_>,
    keys: &RunKeys,
    offspring: &Offspring,
    detail: Detail,
    trace: &mut Trace,
) {
    clusters_over(world, keys, offspring, Always, detail, trace);
}

/// Whether a tie exists at the moment of a share.
pub(super) trait Exists {
    fn exists(&self, graph: &SocialGraph, source: AccountId, target: AccountId, at: u64) -> bool;
}

/// Ties without times.
struct Always;

impl Exists for Always {
    #[inline(always)]
    fn exists(&self, _: &SocialGraph, _: AccountId, _: AccountId, _: u64) -> bool {
        true
    }
}

/// The same along ties that exist at the share before.
pub(super) fn clusters_over(
    world: &World<'_>,
    keys: &RunKeys,
    offspring: &Offspring,
    ties: impl Exists,
    detail: Detail,
    trace: &mut Trace,
) {
    let family = Family { world, keys, offspring, lineage: Lineage::of(keys), ties };
    let mut space = std::mem::take(&mut trace.space.clusters);
    if world.overlay.is_empty() {
        family.run::<false>(detail, trace, &mut space);
    } else {
        family.run::<true>(detail, trace, &mut space);
    }
    trace.space.clusters = space;
}

struct Family<'a, E> {
    world: &'a World<'a>,
    keys: &'a RunKeys,
    offspring: &'a Offspring,
    lineage: Lineage,
    ties: E,
}

impl<E: Exists> Family<'_, E> {
    #[inline(always)]
    fn run<const OVERLAY: bool>(
        &self,
        detail: Detail,
        trace: &mut Trace,
        space: &mut ClusterSpace,
    ) {
        trace.clear();
        let all_end = if self.world.timing.max_shares < u64::MAX {
            self.in_order::<OVERLAY>(trace, &mut space.queue)
        } else {
            let all_end = self.in_no_order::<OVERLAY>(&mut space.events, &mut space.births);
            if detail == Detail::Size {
                return trace.set_size(space.events.len());
            }
            put_in_order(space, trace);
            all_end
        };
        // With the last share that it may have a run ends before its ties are looked at.
        let tried = trace.len() - usize::from(trace.ended == Ended::Truncated);
        for place in 0..tried {
            trace.examine(self.world, trace.accounts()[place], trace.ticks[place]);
        }
        if trace.ended == Ended::Untold {
            let last = trace.ticks.last().copied().unwrap_or(0);
            trace.ended = if all_end { Ended::At(last) } else { Ended::GoingOn };
        }
    }

    /// Finds all events, a parent before its offspring, and tells whether none would come after the end
    /// of the run.
    fn in_no_order<const OVERLAY: bool>(
        &self,
        events: &mut Vec<Share>,
        births: &mut Vec<Birth>,
    ) -> bool {
        let (mut all_end, mut next, graph) = (true, 0, self.world.graph);
        events.clear();
        events.extend(self.origins::<OVERLAY>());
        let mut externals = Externals::new(self.world, self.keys);
        while let Some(at) = externals.peek() {
            self.take::<OVERLAY>(&mut externals, at, |share| events.push(share));
        }
        while next < events.len() {
            // Numbers of offspring are drawn side by side, and then all of these offspring: what they share is
            // no order, so none waits for another.
            let end = events.len().min(next + TOGETHER);
            births.clear();
            for (place, event) in (next..end).zip(&events[next..end]) {
                prefetch_row(graph, event.account);
                let place = place as u32;
                births.extend(self.words(event).map(|word| Birth {
                    word,
                    tie: 0,
                    place,
                    later: 0,
                }));
            }
            for birth in &mut *births {
                birth.tie = self.tie(events[birth.place as usize].account, birth.word);
                prefetch(graph.all_targets(), birth.tie as usize);
            }
            self.draw_times(events, births);
            let mut land = |share: Share, events: &mut Vec<Share>| {
                if share.at <= self.world.timing.until {
                    // Its row is looked up once all that was found before it was followed.
                    prefetch_two(graph.row_offsets(), share.account.index());
                    events.push(share);
                } else {
                    all_end = false;
                }
            };
            for birth in &*births {
                let event = events[birth.place as usize];
                if let Some(share) = self.offspring::<OVERLAY>(&event, birth) {
                    land(share, events);
                }
            }
            if self.world.crossposts.any() {
                for place in next..end {
                    let event = events[place];
                    let parent = (event.parent < EXTERNAL).then_some(event.parent);
                    let parent = parent.map(|parent| events[parent as usize].account);
                    let each = |share| land(share, events);
                    self.carry::<OVERLAY>(&event, parent, place as u32, each);
                }
            }
            next = end;
            assert!(next < EXTERNAL as usize, "a run has at most 2^32 − 2 share events");
        }
        all_end
    }

    /// The same as they come, up to the number of shares with which the run ends.
    fn in_order<const OVERLAY: bool>(
        &self,
        trace: &mut Trace,
        queue: &mut BinaryHeap<Reverse<Share>>,
    ) -> bool {
        let timing = self.world.timing;
        let mut all_end = true;
        queue.clear();
        queue.extend(self.origins::<OVERLAY>().into_iter().map(Reverse));
        let mut externals = Externals::new(self.world, self.keys);
        loop {
            let next = queue.peek().map_or(u64::MAX, |Reverse(first)| first.at);
            if let Some(at) = externals.peek().filter(|&at| at <= next) {
                self.take::<OVERLAY>(&mut externals, at, |share| queue.push(Reverse(share)));
                continue;
            }
            let Some(Reverse(event)) = queue.pop() else { break };
            let place = trace.len() as u32;
            trace.push_again(event.at, event.account, event.parent, event.route);
            if trace.len() as u64 == timing.max_shares {
                trace.ended = Ended::Truncated;
                break;
            }
            let parent = trace.accounts().get(event.parent as usize).copied();
            let mut land = |share: Share| {
                if share.at <= timing.until {
                    queue.push(Reverse(share));
                } else {
                    all_end = false;
                }
            };
            let born = self.words(&event).filter_map(|word| {
                let tie = self.tie(event.account, word);
                let later = self.later(event.account, word, tie);
                self.offspring::<OVERLAY>(&event, &Birth { word, tie, place, later })
            });
            born.for_each(&mut land);
            self.carry::<OVERLAY>(&event, parent, place, land);
        }
        all_end
    }

    fn origins<const OVERLAY: bool>(&self) -> Vec<Share> {
        let graph = self.world.graph;
        let share = |(at, account)| Share {
            at,
            word: self.lineage.origin(graph.logical_key(account).get(), at),
            account,
            parent: NO_PARENT,
            route: Route::Origin,
        };
        let mut shares: Vec<Share> = starts::<OVERLAY>(self.world).map(share).collect();
        if OVERLAY {
            // Who is an origin anyway is not added to them.
            shares.sort_unstable();
            shares.dedup();
        }
        shares
    }

    /// Calls `land` with the shares that come of external influence at `at`, which is next.
    fn take<const OVERLAY: bool>(
        &self,
        externals: &mut Externals<'_>,
        at: u64,
        land: impl FnMut(Share),
    ) {
        let World { graph, overlay, .. } = *self.world;
        let mut found = Vec::new();
        externals.take(at, &mut found);
        found.retain(|landing| !(OVERLAY && overlay.is_muted(landing.child)));
        let shares = found.into_iter().map(|Landing { at, child, parent, route }| Share {
            at,
            word: self.lineage.origin(graph.logical_key(child).get(), at),
            account: child,
            parent,
            route,
        });
        shares.for_each(land);
    }

    /// The words of the offspring of an event.
    #[inline(always)]
    fn words(&self, event: &Share) -> impl Iterator<Item = u64> + use<E> {
        let own = self.lineage.event(event.word);
        let births = births(self.world, self.offspring, own, event.account);
        (0..births).map(move |r| own.offspring(r))
    }

    /// Along which tie of an account the offspring with this word comes.
    #[inline(always)]
    fn tie(&self, account: AccountId, word: u64) -> u64 {
        let draw = self.lineage.event(word).place();
        self.offspring.numbers.pick_tie(self.world.graph, account, draw, 0)
    }

    /// How much later than a share of `account` its offspring with this word and tie is.
    #[inline(always)]
    fn later(&self, account: AccountId, word: u64, tie: u64) -> u64 {
        let target = self.world.graph.all_targets()[tie as usize];
        later(self.world, self.offspring, &self.lineage, (account, target), word)
    }

    /// The same of many, of eight at a time if all ties have one memory.
    #[inline(always)]
    fn draw_times(&self, events: &[Share], births: &mut [Birth]) {
        let mut rest = &mut *births;
        if let Some(memory) = self.offspring.memory.same() {
            let (eights, others) = rest.as_chunks_mut::<8>();
            for eight in eights {
                let mut delays = [Stream::default(); 8];
                for (delay, birth) in delays.iter_mut().zip(&*eight) {
                    *delay = self.lineage.event(birth.word).delay();
                }
                for (birth, later) in eight.iter_mut().zip(memory.draw_eight(&delays)) {
                    birth.later = self.world.timing.clock.span(later);
                }
            }
            rest = others;
        }
        for birth in rest {
            let account = events[birth.place as usize].account;
            birth.later = self.later(account, birth.word, birth.tie);
        }
    }

    /// What this birth of `event` comes to, if nothing takes it away.
    #[inline(always)]
    fn offspring<const OVERLAY: bool>(&self, event: &Share, birth: &Birth) -> Option<Share> {
        let World { graph, overlay, .. } = *self.world;
        let Birth { word, tie, place, later } = *birth;
        let Self { offspring, lineage, .. } = self;
        let (account, target) = (event.account, graph.all_targets()[tie as usize]);
        let at = event.at.saturating_add(later);
        let dies = OVERLAY
            && (overlay.is_muted(target) || overlay.cuts_between(graph, account, target))
            || !self.ties.exists(graph, account, target, event.at);
        // What comes so late never comes.
        if dies || at == u64::MAX || !offspring.fading.keeps(at, lineage.event(word).coin()) {
            return None;
        }
        Some(Share { at, word, account: target, parent: place, route: Route::Tie })
    }

    /// Calls `land` with the cross-posts of the event at `place`, whose parent is a share of `parent`.
    #[inline]
    fn carry<const OVERLAY: bool>(
        &self,
        event: &Share,
        parent: Option<AccountId>,
        place: u32,
        mut land: impl FnMut(Share),
    ) {
        let World { graph, overlay, crossposts, timing, .. } = *self.world;
        let lineage = &self.lineage;
        if !crossposts.any() || OVERLAY && overlay.is_no_carry(event.account) {
            return;
        }
        // Two accounts of a user never hand a post to and fro.
        let back = parent.filter(|_| event.route == Route::CrossPost);
        for &to in graph.accounts_beside(event.account) {
            if to == event.account || Some(to) == back || OVERLAY && overlay.is_muted(to) {
                continue;
            }
            let coin = Threshold::new(crossposts.probability(graph, overlay, event.account, to));
            if coin.is_never() {
                continue;
            }
            let stream = lineage.crosspost(event.word, graph.logical_key(to).get());
            if coin.succeeds(stream, 0) {
                let word = stream.draw(1);
                let delay = timing.crosspost_delay.as_ref();
                let later = delay
                    .map_or(1, |delay| timing.clock.span(delay.draw(lineage.event(word).delay())));
                let at = event.at.saturating_add(later);
                // What comes so late never comes.
                if at < u64::MAX {
                    land(Share { at, word, account: to, parent: place, route: Route::CrossPost });
                }
            }
        }
    }
}

fn put_in_order(space: &mut ClusterSpace, trace: &mut Trace) {
    let ClusterSpace { events, ranking, .. } = space;
    let event = |place: u32| events[place as usize];
    let (times, time) = (events.iter().map(|event| event.at), |place| event(place).at);
    ranking.each(
        times,
        time,
        |place| event(place).word,
        |place, ranks| {
            let Share { at, account, parent, route, .. } = event(place);
            let parent = if parent >= EXTERNAL { parent } else { ranks[parent as usize] };
            trace.push_again(at, account, parent, route);
        },
    );
}
