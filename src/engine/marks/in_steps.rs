//! The same in steps: at each, the ties of all whose period goes on are fired together.

use std::ops::Range;

use super::{MarkSpace, Running};
use crate::engine::World;
use crate::engine::arrivals::{push_starts, settle};
use crate::engine::batch::Batches;
use crate::engine::dispatch::{Found, Kernel, on};
use crate::engine::externals::Externals;
use crate::engine::fire::fire;
use crate::engine::ground::Ground;
use crate::engine::level::Level;
use crate::engine::queue::{Landing, sort_by_child};
use crate::engine::trace::Route;
use crate::graph::SocialGraph;
use crate::id::AccountId;
use crate::model::TieRates;
use crate::random::Key;

/// A share whose period goes on.
#[derive(Debug, Clone, Copy)]
pub(super) struct GoingOn {
    account: AccountId,
    /// In the cascade.
    place: u32,
    until: u64,
}

/// Whom a tie reached, and the place in the cascade of the share that it comes from: so they are in order of account.
pub(super) type Reached = (AccountId, u32);

impl Running<'_, '_> {
    pub(super) fn in_steps<const OVERLAY: bool>(&mut self, space: &mut MarkSpace) -> bool {
        let MarkSpace { queue, now, next, free, going_on, reached, .. } = space;
        let Some(rates) = self.marks.tries() else { return false };
        let mut batches = self.trace.space.batches.take().unwrap_or_default();
        push_starts::<OVERLAY>(self.world, queue);
        let mut externals = Externals::new(self.world, self.keys);
        let mut step = 0;
        let truncated = 'run: loop {
            // Who starts at this step, beside those whom others reached.
            if queue.next_at(&externals) == Some(step) {
                queue.next_tick(&mut externals, now);
            }
            sort_by_child(now);
            settle(self.world, self.keys, now, self.trace);
            for landing in now.drain(..) {
                let account = landing.child;
                let muted = OVERLAY && self.world.overlay.is_muted(account);
                if muted || step < free[account.index()] {
                    continue;
                }
                let Some((place, until, again)) = self.share(landing) else { break 'run true };
                // Who can share again at a step is not reached before the next.
                free[account.index()] = again.saturating_add(1);
                going_on.push(GoingOn { account, place, until });
                self.carry(landing, place, |landing| next.push(landing));
            }
            std::mem::swap(now, next);
            if step == self.world.timing.until {
                break false;
            }
            if going_on.is_empty() && now.is_empty() {
                // Nothing happens before somebody starts.
                match queue.next_at(&externals) {
                    Some(at) => step = at,
                    None => break false,
                }
                continue;
            }
            step += 1;
            let world = self.world;
            let key = self.mark_keys.tries_at(step);
            let tries = Tries::<OVERLAY> { world, key, at: step, going_on, free, reached };
            on(Found::best(), FireAll { tries, rates, batches: &mut batches });
            // Pairs are sorted sooner than landings, which are then in order, but for cross-posts.
            reached.sort_unstable();
            now.extend(reached.drain(..).map(|(child, parent)| Landing {
                at: step,
                child,
                parent,
                route: Route::Tie,
            }));
            going_on.retain(|going_on| going_on.until > step);
        };
        self.trace.space.batches = Some(batches);
        truncated
    }
}

/// The tries of one step.
struct Tries<'s, 'a, const OVERLAY: bool> {
    world: &'s World<'a>,
    key: Key,
    at: u64,
    going_on: &'s [GoingOn],
    free: &'s [u64],
    reached: &'s mut Vec<Reached>,
}

impl<const OVERLAY: bool> Tries<'_, '_, OVERLAY> {
    /// Takes note of whom ties reached, if they did, who can share then.
    #[inline(always)]
    fn land(&mut self, reached: impl ExactSizeIterator<Item = (AccountId, bool)>, places: &[u32]) {
        let World { graph, overlay, .. } = *self.world;
        for ((child, is_reached), &place) in reached.zip(places) {
            if !is_reached || self.at < self.free[child.index()] {
                continue;
            }
            let GoingOn { account, place, .. } = self.going_on[place as usize];
            let dies = || overlay.is_muted(child) || overlay.cuts_between(graph, account, child);
            if !(OVERLAY && dies()) {
                self.reached.push((child, place));
            }
        }
    }
}

impl<'a, const OVERLAY: bool> Ground<'a> for Tries<'_, 'a, OVERLAY> {
    const PLACES: bool = true;

    #[inline(always)]
    fn graph(&self) -> &'a SocialGraph {
        self.world.graph
    }

    #[inline(always)]
    fn tie_key(&self) -> Key {
        self.key
    }

    #[inline(always)]
    fn places(&self) -> Range<usize> {
        0..self.going_on.len()
    }

    #[inline(always)]
    fn source(&self, place: usize) -> AccountId {
        self.going_on[place].account
    }

    /// Counted where accounts share.
    #[inline(always)]
    fn examined(&mut self, _: u64) {}

    #[inline(always)]
    fn land_ties(&mut self, ties: &[u64], places: &[u32]) {
        let targets = self.world.graph.all_targets();
        self.land(ties.iter().map(|&tie| (targets[tie as usize], true)), places);
    }

    #[inline(always)]
    fn land_targets(
        &mut self,
        reached: impl ExactSizeIterator<Item = (AccountId, bool)>,
        places: &[u32],
    ) {
        self.land(reached, places);
    }
}

/// Fires the ties of all of them.
struct FireAll<'s, 'a, const OVERLAY: bool> {
    tries: Tries<'s, 'a, OVERLAY>,
    rates: &'s TieRates,
    batches: &'s mut Batches,
}

impl<const OVERLAY: bool> Kernel for FireAll<'_, '_, OVERLAY> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let Self { mut tries, rates, batches } = self;
        fire::<L, _>(&mut tries, rates, batches);
    }
}
