//! SIS and SIRS: accounts share again and again, where marks of those who share fall on accounts that can.

mod in_steps;
pub(super) mod sweep;

use self::in_steps::{GoingOn, Reached};
use self::sweep::SweepSpace;
use super::World;
use super::arrivals::{push_starts, settle};
use super::carry::CrossPosts;
use super::externals::Externals;
use super::queue::{Landing, Queue};
use super::trace::{Ended, Route, Trace};
use crate::id::AccountId;
use crate::model::{MarkKeys, Marks};
use crate::random::RunKeys;
use crate::unit::Clock;

/// Memory for a run: 8 bytes an account, what the queue takes, and 24 for each that shares; 36 more an account where
/// contacts are gone through.
#[derive(Debug, Default)]
pub(super) struct MarkSpace {
    pub(super) queue: Queue,
    /// Landings of one tick or step, and in steps of the next.
    pub(super) now: Vec<Landing>,
    next: Vec<Landing>,
    /// The first tick or step at which each account can share (again).
    pub(super) free: Vec<u64>,
    /// In steps: who passes it on.
    going_on: Vec<GoingOn>,
    /// In steps: whom the ties of these reach.
    reached: Vec<Reached>,
    /// Cross-posts that would land after the end of the run: when, and where.
    late: Vec<(u64, AccountId)>,
    sweep: SweepSpace,
}

/// Runs one cascade.
pub(super) fn run(world: &World<'_>, keys: &RunKeys, marks: &Marks, trace: &mut Trace) {
    run_by(world, keys, marks, trace, |running, space| {
        match (world.timing.clock, world.overlay.is_empty()) {
            (Clock::Continuous, true) => running.in_time::<false>(space),
            (Clock::Continuous, false) => running.in_time::<true>(space),
            (Clock::Steps, true) => running.in_steps::<false>(space),
            (Clock::Steps, false) => running.in_steps::<true>(space),
        }
    });
}

/// Lets `go` run one cascade, and tells how it ended: `go` says whether by a number of shares.
#[inline]
pub(super) fn run_by(
    world: &World<'_>,
    keys: &RunKeys,
    marks: &Marks,
    trace: &mut Trace,
    go: impl FnOnce(&mut Running<'_, '_>, &mut MarkSpace) -> bool,
) {
    trace.clear();
    let mut space = std::mem::take(&mut trace.space.marks);
    space.free.resize(world.graph.account_count(), 0);
    let mut running = Running {
        world,
        keys,
        marks,
        mark_keys: MarkKeys::of(keys),
        crossposts: CrossPosts::new(world, keys),
        trace,
        last_end: 0,
        late: std::mem::take(&mut space.late),
    };
    let truncated = go(&mut running, &mut space);
    let Running { last_end, mut late, .. } = running;
    // Nothing comes before the first of these whose account can share then.
    let carries_on = late
        .drain(..)
        .any(|(at, child)| at >= space.free[child.index()] && !world.overlay.is_muted(child));
    space.late = late;
    trace.ended = match truncated {
        true => Ended::Truncated,
        false if last_end <= world.timing.until && !carries_on => Ended::At(last_end),
        false => Ended::GoingOn,
    };
    space.queue.drain().for_each(drop);
    space.now.clear();
    space.next.clear();
    space.going_on.clear();
    for account in trace.accounts() {
        space.free[account.index()] = 0;
    }
    trace.space.marks = space;
    if world.timing.clock == Clock::Steps {
        trace.ticks_are_steps();
    }
}

pub(super) struct Running<'r, 'a> {
    pub(super) world: &'r World<'a>,
    pub(super) keys: &'r RunKeys,
    marks: &'r Marks,
    mark_keys: MarkKeys,
    crossposts: CrossPosts<'r, 'a>,
    pub(super) trace: &'r mut Trace,
    /// When the last period ends.
    last_end: u64,
    late: Vec<(u64, AccountId)>,
}

impl Running<'_, '_> {
    fn in_time<const OVERLAY: bool>(&mut self, space: &mut MarkSpace) -> bool {
        let MarkSpace { queue, now, free, .. } = space;
        push_starts::<OVERLAY>(self.world, queue);
        let mut externals = Externals::new(self.world, self.keys);
        while let Some(tick) = queue.next_tick(&mut externals, now) {
            settle(self.world, self.keys, now, self.trace);
            for landing in now.drain(..) {
                let muted = OVERLAY && self.world.overlay.is_muted(landing.child);
                if muted || tick < free[landing.child.index()] {
                    continue;
                }
                let Some((place, end, again)) = self.share(landing) else { return true };
                free[landing.child.index()] = again;
                let World { graph, overlay, timing, .. } = *self.world;
                let source = landing.child;
                let stretch = (tick, end.min(timing.until));
                let dies = |source, child| {
                    overlay.is_muted(child) || overlay.cuts_between(graph, source, child)
                };
                self.marks.contacts(graph, &self.mark_keys, source, stretch, |child, at| {
                    // Who cannot share then will not be able to by anything that comes before.
                    if at >= free[child.index()] && !(OVERLAY && dies(source, child)) {
                        queue.push(Landing { at, child, parent: place, route: Route::Tie });
                    }
                });
                self.carry(landing, place, |landing| queue.push(landing));
            }
        }
        false
    }

    /// Adds a share event: its place, when its period ends, and when the account can share again. None if
    /// it is the last that the run may have.
    pub(super) fn share(&mut self, landing: Landing) -> Option<(u32, u64, u64)> {
        let Landing { at, child, parent, route } = landing;
        let World { graph, timing, .. } = *self.world;
        let place = self.trace.len() as u32;
        self.trace.push_again(at, child, parent, route);
        if self.trace.len() as u64 == timing.max_shares {
            return None;
        }
        self.trace.examine(self.world, child, at);
        let end = self.marks.end_of_period(graph, &self.mark_keys, child, at);
        self.last_end = self.last_end.max(end);
        let again = self.marks.end_of_immunity(graph, &self.mark_keys, child, end);
        Some((place, end, again))
    }

    /// The cross-posts of a share at `place`, but for one back to where it was carried over from.
    pub(super) fn carry(&mut self, share: Landing, place: u32, mut land: impl FnMut(Landing)) {
        let back =
            (share.route == Route::CrossPost).then(|| self.trace.accounts()[share.parent as usize]);
        let until = self.world.timing.until;
        let late = &mut self.late;
        self.crossposts.fire_at(share.child, share.at, |child: AccountId, later| {
            let at = share.at.saturating_add(later);
            // What comes so late never comes.
            if Some(child) == back || at == u64::MAX {
                return;
            }
            if at > until {
                late.push((at, child));
            } else {
                land(Landing { at, child, parent: place, route: Route::CrossPost });
            }
        });
    }
}
