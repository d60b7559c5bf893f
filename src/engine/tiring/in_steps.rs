//! Fatigue where every try lands at the next step.

use super::{how_many, whoever};
use crate::engine::arrivals::starts;
use crate::engine::carry::CrossPosts;
use crate::engine::externals::Externals;
use crate::engine::fire_one::fire_one;
use crate::engine::trace::{EXTERNAL, Ended, NO_PARENT, Route, Trace};
use crate::engine::{World, try_hash};
use crate::id::AccountId;
use crate::model::Tiring;
use crate::random::{Channel, Key, RunKeys};

/// Memory for a run: 8 bytes for whoever can tire, and 32 for each try of a step.
#[derive(Debug, Default)]
pub(super) struct Space {
    /// By whoever tires: exposures so far, and whether something fires there now.
    counts: Vec<u32>,
    /// What fires now, by whom it reaches.
    tries: Vec<Try>,
    /// By whoever tires, if something fires there now: where their tries begin.
    first: Vec<u32>,
    shares: Vec<(AccountId, u32, Route)>,
    /// Who had an exposure by a cross-post.
    carried: Vec<usize>,
}

/// In a count: something fires there now.
const FIRES: u32 = 1 << 31;

/// An exposure: at which account, by the share at which place, and how it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Exposure {
    child: AccountId,
    parent: u32,
    route: Route,
}

/// One of which the tie fires, or that needs none; the hash that orders it, and which one of its whoever it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Try {
    who: u32,
    hash: u64,
    exposure: Exposure,
    number: u32,
}

/// Runs one cascade.
pub(super) fn run(
    world: &World<'_>,
    keys: &RunKeys,
    tiring: &Tiring,
    trace: &mut Trace,
    space: &mut Space,
) {
    space.counts.resize(how_many(world.graph, tiring), 0);
    space.first.resize(space.counts.len(), 0);
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
        let World { graph, timing, .. } = *self.world;
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
                    trace.ties_examined += graph.out_degree(child);
                }
            }
            if trace.len() as u64 == timing.max_shares {
                trace.ended = Ended::Truncated;
                return;
            }
            (sharers, last) = (first..trace.len(), step);
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
    fn expose(&self, sharers: std::ops::Range<usize>, trace: &mut Trace, space: &mut Space) {
        let World { graph, overlay, .. } = *self.world;
        let whoever = |account| whoever(graph, self.tiring, account) as u32;
        let Space { counts, tries, first, carried, .. } = &mut *space;
        tries.clear();
        for place in sharers.clone() {
            let (source, parent) = (trace.accounts()[place], place as u32);
            let cuts = overlay.cuts_from(source);
            let mut push = |child, route| {
                let hash = try_hash(self.keys, self.key(child), self.key(source), route);
                let (who, exposure) = (whoever(child), Exposure { child, parent, route });
                tries.push(Try { who, hash, exposure, number: 0 });
            };
            fire_one(graph, &self.tiring.rates, self.keys.tie, source, |child| {
                let lost = trace.holds(child) || overlay.is_muted(child);
                if !(lost || cuts && overlay.cuts_between(graph, source, child)) {
                    push(child, Route::Tie);
                }
            });
            self.crossposts.fire(source, |child, _| push(child, Route::CrossPost));
        }
        tries.sort_unstable();
        // A tie may fire more than once.
        tries.dedup();
        for place in (0..tries.len()).rev() {
            let this = &mut tries[place];
            let count = &mut counts[this.who as usize];
            this.number = (*count & !FIRES) + 1;
            *count |= FIRES;
            first[this.who as usize] = place as u32;
        }
        // Each exposure comes before the tries of its whoever that have a greater hash.
        let comes_before = |tries: &mut [Try], first: u32, who: u32, hash: u64| {
            let of_one = tries[first as usize..].iter_mut().take_while(|this| this.who == who);
            of_one.filter(|this| this.hash > hash).for_each(|this| this.number += 1);
        };
        for place in sharers {
            let source = trace.accounts()[place];
            let lane = self.keys.parent.lane(self.key(source));
            let cuts = overlay.cuts_from(source);
            for (tie, &child) in graph.tie_ids(source).zip(graph.targets(source)) {
                if cuts && overlay.is_cut(tie) {
                    continue;
                }
                let who = whoever(child);
                let count = &mut counts[who as usize];
                *count += 1;
                if *count & FIRES != 0 {
                    let hash = lane.stream(self.key(child)).draw(Route::Tie as u64);
                    comes_before(tries, first[who as usize], who, hash);
                }
            }
        }
        for place in 0..tries.len() {
            let Try { who, hash, exposure, .. } = tries[place];
            if exposure.route == Route::CrossPost {
                counts[who as usize] += 1;
                carried.push(who as usize);
                comes_before(tries, first[who as usize], who, hash);
            }
        }
        let tries = std::mem::take(&mut space.tries);
        for this in &tries {
            space.counts[this.who as usize] &= !FIRES;
            self.try_one(&this.exposure, this.number, trace, space);
        }
        space.tries = tries;
    }

    /// What fires and is somebody's exposure of this number succeeds, or not.
    fn try_one(&self, exposure: &Exposure, number: u32, trace: &mut Trace, space: &mut Space) {
        let &Exposure { child, parent, route, .. } = exposure;
        let persuades = || {
            let source = trace.accounts()[parent as usize];
            let (from, to) = (self.key(source), self.key(child));
            self.tiring.persuades(number.into(), self.draws, from, to)
        };
        if route == Route::CrossPost || !trace.holds(child) && persuades() {
            self.share((child, parent, route), trace, space);
        }
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
                space.counts[whoever(graph, self.tiring, target)] = 0;
            }
        }
        for who in space.carried.drain(..) {
            space.counts[who] = 0;
        }
    }
}
