//! Fatigue where every try lands at the next step.

use std::ops::Range;

use crate::engine::arrivals::starts;
use crate::engine::carry::CrossPosts;
use crate::engine::externals::Externals;
use crate::engine::fire_one::fire_one;
use crate::engine::level::{AHEAD, prefetch_row};
use crate::engine::trace::{EXTERNAL, Ended, NO_PARENT, Route, Trace};
use crate::engine::{World, try_hash};
use crate::id::{AccountId, TieId};
use crate::model::{Per, Tiring, parts};
use crate::random::{Channel, Key, RunKeys, Stream};

/// Memory for a run: 8 bytes for whoever can tire, and 40 for each try of a step.
#[derive(Debug, Default)]
pub(super) struct Space {
    /// By whoever tires: exposures so far, and whether something fires there now.
    counts: Vec<u32>,
    /// By whoever tires, if something fires there now: the last of their tries.
    newest: Vec<u32>,
    /// What fires now.
    tries: Vec<Try>,
    /// Where something fires now.
    fired_at: Vec<u32>,
    /// The tries of one of them.
    of_one: Vec<(u64, u32)>,
    shares: Vec<(AccountId, u32, Route)>,
    /// Who had an exposure by a cross-post.
    carried: Vec<usize>,
}

/// In a count: something fires there now.
const FIRES: u32 = 1 << 31;

/// An exposure of which the tie fires, or that needs none.
#[derive(Debug, Clone, Copy)]
struct Try {
    /// By which the exposures of one step are ordered.
    hash: u64,
    /// What decides of it, if it came along a tie.
    coin: Stream,
    child: AccountId,
    /// The place of the share that it came from.
    parent: u32,
    route: Route,
    /// Which exposure of its whoever it is, as far as these were counted, and the last that it may be.
    number: u32,
    last: u32,
    /// The one before it at the same whoever.
    older: u32,
}

/// So many ties are looked at together.
const KEPT: usize = 16;

/// In place of an older one: there is none.
const NO_TRY: u32 = u32::MAX;

/// Runs one cascade.
pub(super) fn run(
    world: &World<'_>,
    keys: &RunKeys,
    tiring: &Tiring,
    trace: &mut Trace,
    space: &mut Space,
) {
    space.counts.resize(tiring.per.how_many(world.graph), 0);
    space.newest.resize(space.counts.len(), 0);
    let steps = Steps {
        world,
        keys,
        tiring,
        draws: keys.channel(Channel::Resistance),
        crossposts: CrossPosts::new(world, keys),
    };
    steps.run(trace, space);
    steps.forget(trace, space);
}

struct Steps<'r, 'w> {
    world: &'r World<'w>,
    keys: &'r RunKeys,
    tiring: &'r Tiring,
    draws: Key,
    crossposts: CrossPosts<'r, 'w>,
}

impl Steps<'_, '_> {
    fn key(&self, account: AccountId) -> u64 {
        self.world.graph.logical_key(account).get()
    }

    fn run(&self, trace: &mut Trace, space: &mut Space) {
        let World { timing, .. } = *self.world;
        let mut starts: Vec<(u64, AccountId)> = starts::<true>(self.world).collect();
        starts.sort_by_key(|&(at, _)| at);
        let mut starts = &starts[..];
        let mut externals = Externals::new(self.world, self.keys);
        let mut from_outside = Vec::new();
        // Who shared at the step before.
        let (mut sharers, mut last) = (0..0, 0);
        loop {
            let next = if sharers.is_empty() { None } else { Some(last + 1) };
            let start = starts.first().map(|&(at, _)| at);
            let Some(step) = [next, start, externals.peek()].into_iter().flatten().min() else {
                return;
            };
            if step > timing.until {
                return;
            }
            space.shares.clear();
            while let Some((&(_, child), rest)) = starts.split_first().filter(|(s, _)| s.0 == step)
            {
                starts = rest;
                self.share((child, NO_PARENT, Route::Origin), trace, space);
            }
            if externals.peek() == Some(step) {
                externals.take(step, &mut from_outside);
                for landing in from_outside.drain(..) {
                    self.share((landing.child, EXTERNAL, Route::Origin), trace, space);
                }
            }
            self.expose(sharers, trace, space);
            if timing.max_shares < u64::MAX {
                space.shares.sort_by_key(|&(child, ..)| self.key(child));
            }
            let first = trace.len();
            for &(child, parent, route) in &space.shares {
                if trace.len() as u64 == timing.max_shares {
                    trace.shared.remove(child);
                } else {
                    trace.push_at(step, child, parent, route);
                }
            }
            if trace.len() as u64 == timing.max_shares {
                trace.ended = Ended::Truncated;
                return;
            }
            (sharers, last) = (first..trace.len(), step);
            for place in sharers.clone() {
                trace.examine(self.world, trace.accounts()[place], step);
            }
        }
    }

    /// An account shares at this step, if it can.
    #[inline]
    fn share(&self, share: (AccountId, u32, Route), trace: &mut Trace, space: &mut Space) {
        if !self.world.overlay.is_muted(share.0) && trace.shared.insert(share.0) {
            space.shares.push(share);
        }
    }

    /// What those who shared at the step before bring.
    fn expose(&self, sharers: Range<usize>, trace: &mut Trace, space: &mut Space) {
        for place in sharers.clone() {
            if let Some(&soon) = trace.accounts().get(place + AHEAD) {
                prefetch_row(self.world.graph, soon);
            }
            self.fire(place, trace, space);
        }
        for place in sharers {
            self.count(trace.accounts()[place], space);
        }
        for place in 0..space.tries.len() {
            let Try { child, hash, route, .. } = space.tries[place];
            if route == Route::CrossPost {
                let who = self.whoever(child);
                space.counts[who] += 1;
                space.carried.push(who);
                comes_before(who, hash, space);
            }
        }
        let mut fired_at = std::mem::take(&mut space.fired_at);
        for who in fired_at.drain(..) {
            space.counts[who as usize] &= !FIRES;
            self.decide(space.newest[who as usize], trace, space);
        }
        space.fired_at = fired_at;
        space.tries.clear();
    }

    #[inline(always)]
    fn whoever(&self, account: AccountId) -> usize {
        self.tiring.per.whoever(self.world.graph, account)
    }

    /// The tries of the sharer at `place`.
    #[inline]
    fn fire(&self, place: usize, trace: &Trace, space: &mut Space) {
        let World { graph, overlay, .. } = *self.world;
        let (source, parent) = (trace.accounts()[place], place as u32);
        let (cuts, from) = (overlay.cuts_from(source), self.key(source));
        let mut push = |child: AccountId, route: Route| {
            let (who, to) = (self.whoever(child), self.key(child));
            let before = space.counts[who] & !FIRES;
            let (coin, number) = (Tiring::coin(self.draws, from, to), before + 1);
            // Whichever exposure of this step it is, none before it persuades less.
            let last = match route {
                Route::Tie => self.tiring.last_to_persuade(number, coin),
                _ => u32::MAX,
            };
            if last < number {
                return;
            }
            let is_first = space.counts[who] & FIRES == 0;
            let older = if is_first { NO_TRY } else { space.newest[who] };
            // A tie may fire more than once.
            let same = |this: &Try| (this.child, this.parent, this.route) == (child, parent, route);
            if of_one(&space.tries, older).any(|(_, this)| same(this)) {
                return;
            }
            if is_first {
                space.counts[who] |= FIRES;
                space.fired_at.push(who as u32);
            }
            space.newest[who] = space.tries.len() as u32;
            let hash = try_hash(self.keys, to, from, route);
            space.tries.push(Try { hash, coin, child, parent, route, number, last, older });
        };
        fire_one(graph, &self.tiring.rates, self.keys.tie, source, |child| {
            let lost = trace.holds(child) || overlay.is_muted(child);
            if !(lost || cuts && overlay.cuts_between(graph, source, child)) {
                push(child, Route::Tie);
            }
        });
        self.crossposts.fire(source, |child, _| push(child, Route::CrossPost));
    }

    /// Everybody who sees what `source` shares has one exposure more, which comes before the tries there
    /// that have a greater hash.
    #[inline]
    fn count(&self, source: AccountId, space: &mut Space) {
        let World { graph, overlay, .. } = *self.world;
        let lane = self.keys.parent.lane(self.key(source));
        let first = graph.tie_range(source).start;
        let row = graph.targets(source);
        let cuts = overlay.cuts_from(source);
        let as_they_are = !cuts && self.tiring.per == Per::Account;
        for (to, part) in parts(graph, source) {
            let (keys, first) = (graph.keys_in(to), first + part.start as u64);
            let hash = |child| lane.stream(keys.key_of(child)).draw(Route::Tie as u64);
            for (chunk, targets) in (0..).zip(row[part].chunks(KEPT)) {
                // Where something fires no processor can guess: all are written down, and those where nothing
                // does are written over.
                let (mut kept, mut len) = ([AccountId::new(0); KEPT], 0);
                let mut count = |who: usize, child| {
                    let count = &mut space.counts[who];
                    *count += 1;
                    kept[len % KEPT] = child;
                    len += (*count >> 31) as usize;
                };
                if as_they_are {
                    targets.iter().for_each(|&child| count(child.index(), child));
                } else {
                    for (place, &child) in (0..).zip(targets) {
                        let tie = TieId::new(first + chunk * KEPT as u64 + place);
                        if !(cuts && overlay.is_cut(tie)) {
                            count(self.whoever(child), child);
                        }
                    }
                }
                for &child in &kept[..len] {
                    comes_before(self.whoever(child), hash(child), space);
                }
            }
        }
    }

    /// Tries of one who tires, from the newest on, succeed or not, in the order of their hashes.
    fn decide(&self, newest: u32, trace: &mut Trace, space: &mut Space) {
        let mut order = std::mem::take(&mut space.of_one);
        order.clear();
        order.extend(of_one(&space.tries, newest).map(|(place, this)| (this.hash, place)));
        order.sort_unstable();
        for &(_, place) in &order {
            let Try { coin, child, parent, route, number, .. } = space.tries[place as usize];
            let persuades = || self.tiring.persuades(number.into(), coin);
            if route == Route::CrossPost || !trace.holds(child) && persuades() {
                self.share((child, parent, route), trace, space);
            }
        }
        space.of_one = order;
    }

    /// Sets counts back to 0.
    fn forget(&self, trace: &Trace, space: &mut Space) {
        let graph = self.world.graph;
        if trace.ties_examined > space.counts.len() as u64 / 8 {
            space.counts.fill(0);
            space.carried.clear();
            return;
        }
        for &source in trace.accounts() {
            for &target in graph.targets(source) {
                space.counts[self.whoever(target)] = 0;
            }
        }
        for who in space.carried.drain(..) {
            space.counts[who] = 0;
        }
    }
}

/// The tries at one who tires, the newest first.
#[inline(always)]
fn of_one(tries: &[Try], newest: u32) -> impl Iterator<Item = (u32, &Try)> {
    let at = |place: u32| (place != NO_TRY).then(|| (place, &tries[place as usize]));
    std::iter::successors(at(newest), move |(_, this)| at(this.older))
}

/// Whoever this is has an exposure with this hash: it comes before the tries there with a greater one, of
/// which those go that come too late by it.
#[inline]
fn comes_before(who: usize, hash: u64, space: &mut Space) {
    let Space { counts, newest, tries, .. } = space;
    let (mut place, mut newer) = (newest[who], NO_TRY);
    while let Some(this) = tries.get_mut(place as usize) {
        this.number += u32::from(this.hash > hash);
        let (older, is_late) = (this.older, this.number > this.last);
        if !is_late {
            newer = place;
        } else if let Some(newer) = tries.get_mut(newer as usize) {
            newer.older = older;
        } else {
            newest[who] = older;
        }
        place = older;
    }
    if newest[who] == NO_TRY {
        counts[who] &= !FIRES;
    }
}
