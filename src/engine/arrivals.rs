//! Models in which an account shares once, when the post first arrives: everybody shares at the earliest
//! of all landings.
//!
//! What a share passes on is known from the world alone, so this is Dijkstra's algorithm on ties that are
//! drawn when their source shares. Where only sizes are asked for and no time ends the run, nobody has to
//! be taken in order: see [`reach`](super::reach).

use std::cell::Cell;

use super::ask::Asked;
use super::carry::CrossPosts;
use super::dispatch::{Found, Kernel, on};
use super::externals::Externals;
use super::level::{Level, prefetch_row};
use super::passing::{AtOnce, Descendants, Listening, Meetings, Passing, Tries};
use super::queue::{Landing, Queue};
use super::reach::{Reaching, in_any_order};
use super::trace::{EXTERNAL, Ended, NO_PARENT, Route, Trace};
use super::{Detail, World, try_hash};
use crate::id::AccountId;
use crate::model::{Choices, ContactKeys, Contacts, Delayed, Offspring, TieRates};
use crate::random::{Channel, Lineage, RunKeys};
use crate::unit::Clock;

/// Runs independent or weighted cascade in steps, where accounts must be taken one by one.
pub(super) fn one_by_one(world: &World<'_>, keys: &RunKeys, rates: &TieRates, trace: &mut Trace) {
    in_order(world, keys, &AtOnce { rates, tie: keys.tie }, trace);
}

/// Runs linear threshold, where accounts must be taken one by one.
pub(super) fn listening(world: &World<'_>, keys: &RunKeys, choices: &Choices, trace: &mut Trace) {
    in_order(world, keys, &Listening { asked: Asked::new(world.graph, choices), keys }, trace);
}

/// Runs independent or weighted cascade with delays.
pub(super) fn delayed(world: &World<'_>, keys: &RunKeys, delayed: &Delayed, trace: &mut Trace) {
    let tries = Tries { delayed, tie: keys.tie, delay: keys.channel(Channel::Delay) };
    in_order(world, keys, &tries, trace);
}

/// Runs SI, SIR or SEIR.
pub(super) fn contacts(
    world: &World<'_>,
    keys: &RunKeys,
    contacts: &Contacts,
    detail: Detail,
    trace: &mut Trace,
) {
    let meetings = Meetings { contacts, keys: ContactKeys::of(keys) };
    as_asked(world, keys, &meetings, detail, trace);
}

/// Runs a self-exciting cascade in which an account shares once.
pub(super) fn once(
    world: &World<'_>,
    keys: &RunKeys,
    offspring: &Offspring,
    detail: Detail,
    trace: &mut Trace,
) {
    let descendants = Descendants { offspring, lineage: Lineage::of(keys) };
    as_asked(world, keys, &descendants, detail, trace);
}

/// In order only where it matters.
fn as_asked(
    world: &World<'_>,
    keys: &RunKeys,
    passing: &impl Reaching,
    detail: Detail,
    trace: &mut Trace,
) {
    let no_end = world.timing.until == u64::MAX && !world.needs_order();
    if detail == Detail::Size && no_end {
        in_any_order(world, keys, passing, trace);
    } else {
        in_order(world, keys, passing, trace);
    }
}

/// Memory for a run: 8 bytes an account, and what the queue takes.
#[derive(Debug, Default)]
pub(super) struct ArrivalSpace {
    queue: Queue,
    /// The earliest landing to come; 0 for those who have shared.
    earliest: Vec<u64>,
    /// Those of one tick.
    now: Vec<Landing>,
    /// Whom a landing would have reached after the end of the run.
    too_late: Vec<AccountId>,
}

pub(super) fn in_order(
    world: &World<'_>,
    keys: &RunKeys,
    passing: &impl Passing,
    trace: &mut Trace,
) {
    trace.clear();
    let mut space = std::mem::take(&mut trace.space.arrivals);
    if world.overlay.is_empty() {
        let kernel = InOrder::<false, _> { world, keys, passing, trace, space: &mut space };
        on(Found::best(), kernel);
    } else {
        let kernel = InOrder::<true, _> { world, keys, passing, trace, space: &mut space };
        on(Found::best(), kernel);
    }
    trace.space.arrivals = space;
    if world.timing.clock == Clock::Steps {
        trace.ticks_are_steps();
    }
}

/// [`run`], compiled for what the processor can do.
struct InOrder<'a, const OVERLAY: bool, P> {
    world: &'a World<'a>,
    keys: &'a RunKeys,
    passing: &'a P,
    trace: &'a mut Trace,
    space: &'a mut ArrivalSpace,
}

impl<const OVERLAY: bool, P: Passing> Kernel for InOrder<'_, OVERLAY, P> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        run::<OVERLAY>(self.world, self.keys, self.passing, self.trace, self.space);
    }
}

#[inline(always)]
fn run<const OVERLAY: bool>(
    world: &World<'_>,
    keys: &RunKeys,
    passing: &impl Passing,
    trace: &mut Trace,
    space: &mut ArrivalSpace,
) {
    let World { graph, overlay, timing, .. } = *world;
    let ArrivalSpace { queue, earliest, now, too_late, .. } = space;
    earliest.resize(graph.account_count(), u64::MAX);
    let earliest = Cell::from_mut(&mut earliest[..]).as_slice_of_cells();
    push_starts::<OVERLAY>(world, queue);
    let mut externals = Externals::new(world, keys);
    let crossposts = CrossPosts::new(world, keys);
    let (mut end, mut told) = (0, false);
    too_late.clear();
    // An earlier one may have come on the way since.
    let counts = |landing: &Landing| {
        landing.route == Route::Origin || earliest[landing.child.index()].get() == landing.at
    };
    while queue.next_tick_of(&mut externals, now, counts).is_some() {
        send_for_next(world, passing, queue, earliest);
        settle(world, keys, now, trace);
        for &Landing { at, child, parent, route } in &*now {
            if trace.holds(child) || OVERLAY && overlay.is_muted(child) {
                continue;
            }
            earliest[child.index()].set(0);
            let place = trace.len() as u32;
            trace.push_at(at, child, parent, route);
            if trace.len() as u64 == timing.max_shares {
                trace.ended = Ended::Truncated;
                break;
            }
            trace.examine(world, child, at);
            let mut land = |target: AccountId, later: u64, route: Route| {
                let at = at.saturating_add(later);
                let known = &earliest[target.index()];
                // At one tick the hashes decide.
                if at > known.get() || at == u64::MAX || OVERLAY && overlay.is_muted(target) {
                    return;
                }
                if at > timing.until {
                    too_late.push(target);
                } else {
                    known.set(at);
                    queue.push(Landing { at, child: target, parent: place, route });
                }
            };
            let useful = |target: AccountId| earliest[target.index()].get().saturating_sub(at);
            let lasts = passing.pass(world, child, at, useful, |target, later| {
                if !(OVERLAY && overlay.cuts_between(graph, child, target)) {
                    land(target, later, Route::Tie);
                }
            });
            if let Some(lasts) = lasts {
                told = true;
                end = at.saturating_add(lasts).max(end);
            }
            crossposts.fire(child, |target, later| land(target, later, Route::CrossPost));
        }
        if trace.ended == Ended::Truncated {
            break;
        }
        now.clear();
    }
    for landing in now.drain(..).chain(queue.drain()) {
        earliest[landing.child.index()].set(u64::MAX);
    }
    trace.accounts().iter().for_each(|account| earliest[account.index()].set(u64::MAX));
    if told && trace.ended == Ended::Untold {
        // Somebody may wait to share still.
        let waits = too_late.iter().any(|&account| !trace.holds(account));
        let is_over = end <= timing.until && end < u64::MAX && !waits;
        trace.ended = if is_over { Ended::At(end) } else { Ended::GoingOn };
    }
}

/// Asks for what is read when those share who come next.
#[inline(always)]
fn send_for_next<P: Passing>(
    world: &World<'_>,
    passing: &P,
    queue: &Queue,
    earliest: &[Cell<u64>],
) {
    if !P::READS_MUCH {
        if let Some(next) = queue.front() {
            prefetch_row(world.graph, next.child);
        }
        return;
    }
    let [next, soon] = queue.soon();
    if let Some(soon) = soon {
        passing.send_for_ties(world, soon.child);
    }
    if let Some(next) = next {
        passing.send_for(world, next.child, |target| earliest[target.index()].get() > 0);
    }
}

/// Of the landings of one tick, those that count: of each account the one with the least hash. In order of
/// logical key, if the run may end among them.
pub(super) fn settle(world: &World<'_>, keys: &RunKeys, now: &mut Vec<Landing>, trace: &Trace) {
    if now.len() < 2 {
        return;
    }
    let key = |account| world.graph.logical_key(account).get();
    // Origins first, then external influence, then the least hash.
    let hash = |landing: &Landing| match landing.route {
        Route::Origin => (u8::from(landing.parent == EXTERNAL), 0),
        route => {
            let parent = key(trace.accounts()[landing.parent as usize]);
            (2, try_hash(keys, key(landing.child), parent, route))
        }
    };
    now.dedup_by(|other, best| {
        let same = other.child == best.child;
        if same && hash(other) < hash(best) {
            *best = *other;
        }
        same
    });
    if world.timing.max_shares < u64::MAX {
        now.sort_by_key(|landing| key(landing.child));
    }
}

/// Lets the accounts that start land when they do.
pub(super) fn push_starts<const OVERLAY: bool>(world: &World<'_>, queue: &mut Queue) {
    for (at, child) in starts::<OVERLAY>(world) {
        queue.push(Landing { at, child, parent: NO_PARENT, route: Route::Origin });
    }
}

/// The accounts that start, and when.
pub(super) fn starts<'a, const OVERLAY: bool>(
    world: &World<'a>,
) -> impl Iterator<Item = (u64, AccountId)> + use<'a, OVERLAY> {
    let World { origins, late, overlay, timing, .. } = *world;
    let added = if OVERLAY { overlay.added_origins() } else { &[] };
    let at_once = origins.iter().chain(added).map(|&start| (0, start));
    let starts = at_once.chain(late.iter().copied());
    starts.filter(move |&(at, start)| at <= timing.until && !(OVERLAY && overlay.is_muted(start)))
}
