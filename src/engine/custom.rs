//! Models of one's own: whoever sees a share is asked.

use super::World;
use super::arrivals::{push_starts, settle};
use super::carry::CrossPosts;
use super::externals::Externals;
use super::queue::{Landing, Queue};
use super::trace::{Ended, Route, Trace};
use super::try_hash;
use crate::id::{AccountId, TieId};
use crate::model::{CustomModel, Sight};
use crate::random::{Channel, Key, RunKeys};
use crate::unit::{Clock, Ticks};

/// Memory for a run: 12 bytes an account, 24 for each landing to come, and 32 for each tie of those who
/// share at one time.
#[derive(Debug, Default)]
pub(super) struct CustomSpace {
    queue: Queue,
    now: Vec<Landing>,
    /// Who sees shares of this time: the viewer, the hash that orders its sights, the sharer's place and
    /// the tie.
    sights: Vec<(AccountId, u64, u32, TieId)>,
    exposures: Vec<u32>,
    /// Who has been exposed.
    exposed: Vec<AccountId>,
    earliest: Vec<u64>,
}

/// Runs one cascade.
pub(super) fn run(world: &World<'_>, keys: &RunKeys, model: &CustomModel, trace: &mut Trace) {
    trace.clear();
    let mut space = std::mem::take(&mut trace.space.custom);
    let World { graph, overlay, timing, .. } = *world;
    space.exposures.resize(graph.account_count(), 0);
    space.earliest.resize(graph.account_count(), u64::MAX);
    let CustomSpace { queue, now, sights, exposures, exposed, earliest } = &mut space;
    push_starts::<true>(world, queue);
    let mut externals = Externals::new(world, keys);
    let crossposts = CrossPosts::new(world, keys);
    let draws = keys.channel(Channel::Decision);
    let key = |account: AccountId| graph.logical_key(account).get();
    'run: while let Some(tick) = queue.next_tick(&mut externals, now) {
        settle(world, keys, now, trace);
        sights.clear();
        for &Landing { child, parent, route, .. } in &*now {
            earliest[child.index()] = u64::MAX;
            if trace.holds(child) || overlay.is_muted(child) {
                continue;
            }
            let place = trace.len() as u32;
            trace.push_at(tick, child, parent, route);
            if trace.len() as u64 == timing.max_shares {
                trace.ended = Ended::Truncated;
                break 'run;
            }
            trace.examine(world, child, tick);
            for (tie, &viewer) in graph.tie_ids(child).zip(graph.targets(child)) {
                if !(overlay.is_cut(tie) || trace.holds(viewer)) {
                    let hash = try_hash(keys, key(viewer), key(child), Route::Tie);
                    sights.push((viewer, hash, place, tie));
                }
            }
            crossposts.fire(child, |child, later| {
                let at = tick.saturating_add(later);
                // What comes so late never comes.
                if at <= timing.until && at < u64::MAX && at <= earliest[child.index()] {
                    earliest[child.index()] = at;
                    queue.push(Landing { at, child, parent: place, route: Route::CrossPost });
                }
            });
        }
        now.clear();
        sights.sort_unstable();
        for &(viewer, _, place, tie) in &*sights {
            if trace.holds(viewer) || overlay.is_muted(viewer) {
                continue;
            }
            let seen = &mut exposures[viewer.index()];
            if *seen == 0 {
                exposed.push(viewer);
            }
            *seen += 1;
            let sharer = trace.accounts()[place as usize];
            let sight = sight(world, draws, (sharer, viewer), tie, *seen, tick);
            let Some(later) = model.decide(&sight) else {
                continue;
            };
            assert!(later >= 0.0, "`{}` follows {later} later, which is no time", model.name());
            let at = tick.saturating_add(timing.clock.span(later));
            let known = &mut earliest[viewer.index()];
            if at <= timing.until && at < u64::MAX && at <= *known {
                *known = at;
                queue.push(Landing { at, child: viewer, parent: place, route: Route::Tie });
            }
        }
    }
    for landing in now.drain(..).chain(queue.drain()) {
        earliest[landing.child.index()] = u64::MAX;
    }
    exposed.drain(..).for_each(|account| exposures[account.index()] = 0);
    trace.space.custom = space;
    if timing.clock == Clock::Steps {
        trace.ticks_are_steps();
    }
}

/// What a model is asked.
pub(super) fn sight<'a>(
    world: &World<'a>,
    draws: Key,
    (sharer, viewer): (AccountId, AccountId),
    tie: TieId,
    exposures: u32,
    tick: u64,
) -> Sight<'a> {
    let graph = world.graph;
    let [from, to] = [sharer, viewer].map(|account| graph.logical_key(account).get());
    let time = match world.timing.clock {
        Clock::Steps => tick as f64,
        Clock::Continuous => Ticks::new(tick).in_units(),
    };
    let (of_tie, of_viewer) = (draws.stream(from, to), draws.stream(to, u64::MAX));
    Sight { graph, sharer, viewer, tie, exposures, time, of_tie, of_viewer }
}
