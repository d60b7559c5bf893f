//! Independent and weighted cascade with fatigue: who has seen a post before is persuaded less, or more.
//!
//! Every tie of a sharer brings an exposure, most of which come to nothing whatever their number: their tie
//! does not fire even at the greatest factor. So exposures are counted, those that fire are written down
//! beside them, and only where somebody has several at one time, of which one fires, does their order
//! matter. [`in_steps`] counts along the rows of those who shared a step ago; where tries land at times of
//! their own, [`in_time`] takes exposures from a queue.

mod in_steps;
mod in_time;

use super::World;
use super::trace::Trace;
use crate::model::Tiring;
use crate::random::RunKeys;
use crate::unit::Clock;

/// Memory for a run.
#[derive(Debug, Default)]
pub(super) struct TiringSpace {
    steps: in_steps::Space,
    time: in_time::Space,
}

/// Runs one cascade.
pub(super) fn run(world: &World<'_>, keys: &RunKeys, tiring: &Tiring, trace: &mut Trace) {
    trace.clear();
    let mut space = std::mem::take(&mut trace.space.tiring);
    if tiring.delays.is_none() && tiring.ticks.is_none() {
        in_steps::run(world, keys, tiring, trace, &mut space.steps);
    } else {
        in_time::run(world, keys, tiring, trace, &mut space.time);
    }
    trace.space.tiring = space;
    if world.timing.clock == Clock::Steps {
        trace.ticks_are_steps();
    }
}
