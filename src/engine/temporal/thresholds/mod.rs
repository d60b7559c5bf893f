//! Threshold models over ties that come and go: who sees something change is asked again.
//!
//! Where every tie counts, what each account sees is kept from step to step ([`counts`]); where friends count
//! once, whoever is asked looks at all of them ([`people`]).

mod counts;
mod people;

use self::counts::Sight;
use self::people::Counted;
use crate::engine::arrivals::{push_starts, settle};
use crate::engine::carry::CrossPosts;
use crate::engine::externals::Externals;
use crate::engine::queue::{Landing, Queue};
use crate::engine::trace::{BitSet, Ended, NO_PARENT, Route, Trace};
use crate::engine::{Detail, World};
use crate::id::AccountId;
use crate::model::{Changes, Level, ThresholdLane, TimedThresholds};
use crate::random::RunKeys;

/// Memory for a run: 20 bytes and a bit for each account, and what the queue takes.
#[derive(Debug, Default)]
pub(in crate::engine) struct TimedThresholdSpace {
    queue: Queue,
    now: Vec<Landing>,
    asked: Vec<AccountId>,
    /// When each account shared, `u64::MAX` if it has not; and its place among those who have.
    since: Vec<u64>,
    places: Vec<u32>,
    /// Who has a tie, at whatever time, from somebody who shared.
    seeing: BitSet,
    seen: Vec<Counted>,
    /// What each account sees now.
    sights: Vec<Sight>,
}

/// Runs one cascade.
pub(super) fn run(
    world: &World<'_>,
    keys: &RunKeys,
    thresholds: &TimedThresholds,
    detail: Detail,
    trace: &mut Trace,
) {
    trace.clear();
    let mut space = std::mem::take(&mut trace.space.timed_thresholds);
    let accounts = world.graph.account_count();
    space.since.resize(accounts, u64::MAX);
    space.places.resize(accounts, NO_PARENT);
    if space.seeing.0.is_empty() {
        space.seeing = BitSet(vec![0; accounts.div_ceil(64)].into());
    }
    let lane = thresholds.levels.lane(keys);
    // Where a post may come to somebody by two routes at once the parents decide.
    let parents = detail == Detail::Parents || world.crossposts.any();
    let running = Running { world, keys, thresholds, lane, parents };
    match (world.overlay.is_empty(), thresholds.people) {
        (true, false) => running.run::<false, false>(trace, &mut space),
        (false, false) => running.run::<true, false>(trace, &mut space),
        (true, true) => running.run::<false, true>(trace, &mut space),
        (false, true) => running.run::<true, true>(trace, &mut space),
    }
    space.queue.drain().for_each(drop);
    space.now.clear();
    space.asked.clear();
    if !parents {
        trace.forget_parents();
    }
    for account in trace.accounts() {
        space.since[account.index()] = u64::MAX;
        space.places[account.index()] = NO_PARENT;
    }
    space.seeing.0.fill(0);
    trace.space.timed_thresholds = space;
    trace.ticks_are_steps();
}

struct Running<'a> {
    world: &'a World<'a>,
    keys: &'a RunKeys,
    thresholds: &'a TimedThresholds,
    lane: ThresholdLane,
    parents: bool,
}

impl Running<'_> {
    fn run<const OVERLAY: bool, const PEOPLE: bool>(
        &self,
        trace: &mut Trace,
        space: &mut TimedThresholdSpace,
    ) {
        let World { overlay, timing, .. } = *self.world;
        push_starts::<OVERLAY>(self.world, &mut space.queue);
        self.push_unasked(&mut space.queue);
        if !PEOPLE {
            self.begin_counts(space);
        }
        let mut externals = Externals::new(self.world, self.keys);
        let crossposts = CrossPosts::new(self.world, self.keys);
        let Changes { steps, ties } = &self.thresholds.changes;
        let (mut changes, mut known) = (steps.iter().peekable(), 0);
        loop {
            let landing = space.queue.next_at(&externals);
            let change = changes.peek().map(|change| change.0);
            let Some(step) = [landing, change].into_iter().flatten().min() else { break };
            if step > timing.until {
                break;
            }
            let changed = match changes.next_if(|change| change.0 == step) {
                None => [&ties[..0]; 3],
                Some(&(_, [begun, ended, forgotten])) => {
                    let first = std::mem::replace(&mut known, forgotten);
                    [&ties[first..begun], &ties[begun..ended], &ties[ended..forgotten]]
                }
            };
            if !PEOPLE {
                self.count_changes::<OVERLAY>(changed, step, space);
            }
            let first = trace.len();
            if landing == Some(step) {
                space.queue.next_tick(&mut externals, &mut space.now);
                settle(self.world, self.keys, &mut space.now, trace);
            }
            for Landing { child, parent, route, .. } in space.now.drain(..) {
                if trace.holds(child) || OVERLAY && overlay.is_muted(child) {
                    continue;
                }
                space.since[child.index()] = step;
                space.places[child.index()] = trace.len() as u32;
                trace.push_at(step, child, parent, route);
                if trace.len() as u64 == timing.max_shares {
                    trace.ended = Ended::Truncated;
                    return;
                }
                trace.examine(self.world, child, step);
            }
            for place in first..trace.len() {
                let source = trace.accounts()[place];
                if PEOPLE {
                    self.see(source, space);
                } else {
                    self.count_share::<OVERLAY>(source, step, space);
                }
                crossposts.fire(source, |child, later| {
                    let (at, route) = (step + later, Route::CrossPost);
                    space.queue.push(Landing { at, child, parent: place as u32, route });
                });
            }
            if PEOPLE {
                self.ask_changed(changed, space);
            }
            let mut asked = std::mem::take(&mut space.asked);
            let waits =
                |child: &AccountId| !(trace.holds(*child) || OVERLAY && overlay.is_muted(*child));
            if PEOPLE {
                asked.retain(waits);
            } else {
                asked.retain(|child| waits(child) && self.is_met(*child, space));
            }
            asked.sort_unstable();
            asked.dedup();
            for child in asked.drain(..) {
                let parent = if PEOPLE {
                    self.passes::<OVERLAY>(child, step, space)
                } else if self.parents {
                    self.tipped_by::<OVERLAY>(child, step, space)
                } else {
                    // Nobody asks.
                    Some(0)
                };
                if let Some(parent) = parent {
                    let landing = Landing { at: step + 1, child, parent, route: Route::Tie };
                    space.queue.push(landing);
                }
            }
            space.asked = asked;
        }
    }

    /// Who drew a threshold of 0 or less shares at step 0.
    fn push_unasked(&self, queue: &mut Queue) {
        let (graph, levels) = (self.world.graph, &self.thresholds.levels);
        if !levels.can_be_low {
            return;
        }
        for child in graph.accounts() {
            if levels.of(graph, self.lane, child) == Level::Grid(0) {
                queue.push(Landing { at: 0, child, parent: NO_PARENT, route: Route::Origin });
            }
        }
    }
}
