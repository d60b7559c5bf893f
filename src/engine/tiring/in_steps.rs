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

/// Memory for a run: 4 bytes for whoever can tire, and some for those whose order matters at one step.
#[derive(Debug, Default)]
pub(super) struct Space {
    /// By whoever tires: exposures so far, and whether something fires there now.
    counts: Vec<u32>,
    /// What fires now.
    tries: Vec<Try>,
    /// All exposures of those where something does.
    exposures: Vec<Exposure>,
    order: Vec<(u64, Exposure)>,
    shares: Vec<(AccountId, u32, Route)>,
    /// Who had an exposure by a cross-post.
    carried: Vec<usize>,
}

/// In a count: something fires there now.
const FIRES: u32 = 1 << 31;

/// An exposure: whose, at which account, by the share at which place, and how it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Exposure {
    who: u32,
    child: AccountId,
    parent: u32,
    route: Route,
}

/// One of which the tie fires, or that needs none, and how many there were before this step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Try {
    exposure: Exposure,
    before: u32,
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
        let Space { counts, tries, exposures, carried, .. } = &mut *space;
        tries.clear();
        exposures.clear();
        for place in sharers.clone() {
            let (source, parent) = (trace.accounts()[place], place as u32);
            let cuts = overlay.cuts_from(source);
            fire_one(graph, &self.tiring.rates, self.keys.tie, source, |child| {
                let lost = trace.holds(child) || overlay.is_muted(child);
                if !(lost || cuts && overlay.cuts_between(graph, source, child)) {
                    let (who, route) = (whoever(child), Route::Tie);
                    tries.push(Try { exposure: Exposure { who, child, parent, route }, before: 0 });
                }
            });
            self.crossposts.fire(source, |child, _| {
                let (who, route) = (whoever(child), Route::CrossPost);
                tries.push(Try { exposure: Exposure { who, child, parent, route }, before: 0 });
            });
        }
        for Try { exposure, before } in tries.iter_mut() {
            *before = counts[exposure.who as usize] & !FIRES;
        }
        for Try { exposure, .. } in &*tries {
            counts[exposure.who as usize] |= FIRES;
        }
        for place in sharers {
            let (source, parent) = (trace.accounts()[place], place as u32);
            let cuts = overlay.cuts_from(source);
            for (tie, &child) in graph.tie_ids(source).zip(graph.targets(source)) {
                if cuts && overlay.is_cut(tie) {
                    continue;
                }
                let who = whoever(child);
                let count = &mut counts[who as usize];
                *count += 1;
                if *count & FIRES != 0 {
                    exposures.push(Exposure { who, child, parent, route: Route::Tie });
                }
            }
        }
        for &Try { exposure, .. } in &*tries {
            if exposure.route == Route::CrossPost {
                counts[exposure.who as usize] += 1;
                carried.push(exposure.who as usize);
                exposures.push(exposure);
            }
        }
        for Try { exposure, .. } in &*tries {
            counts[exposure.who as usize] &= !FIRES;
        }
        self.decide(trace, space);
    }

    fn decide(&self, trace: &mut Trace, space: &mut Space) {
        let (mut tries, mut exposures, mut order) = (
            std::mem::take(&mut space.tries),
            std::mem::take(&mut space.exposures),
            std::mem::take(&mut space.order),
        );
        let at_once =
            |space: &Space, this: &Try| space.counts[this.exposure.who as usize] - this.before;
        let mut several = false;
        for this in &tries {
            match at_once(space, this) {
                1 => self.try_one(&this.exposure, this.before + 1, trace, space),
                _ => several = true,
            }
        }
        if several {
            tries.retain(|this| at_once(space, this) > 1);
            tries.sort_unstable();
            exposures.sort_unstable();
            for of_one in exposures.chunk_by(|one, other| one.who == other.who) {
                if of_one.len() == 1 {
                    continue;
                }
                order.extend(of_one.iter().map(|exposure| {
                    let parent = self.key(trace.accounts()[exposure.parent as usize]);
                    let child = self.key(exposure.child);
                    (try_hash(self.keys, child, parent, exposure.route), *exposure)
                }));
                order.sort_unstable_by_key(|&(hash, _)| hash);
                let before = space.counts[of_one[0].who as usize] - of_one.len() as u32;
                for (number, (_, exposure)) in (before + 1..).zip(order.drain(..)) {
                    if tries.binary_search_by_key(&exposure, |this| this.exposure).is_ok() {
                        self.try_one(&exposure, number, trace, space);
                    }
                }
            }
        }
        (space.tries, space.exposures, space.order) = (tries, exposures, order);
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
