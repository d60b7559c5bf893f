//! The fast kernel: step by step, sharers push along the ties that fire.

use super::World;
use super::fire::fire;
use super::level::Level;
use super::listen::ask_all;
use super::split::{is_worth_it, try_all_on_threads};
use super::trace::{NO_PARENT, Route, Trace};
use super::wave::Wave;
use crate::model::Prepared;
use crate::random::RunKeys;

/// A step is dense if more than one account in this many shares at it: then whom they reach is
/// marked in a set of bits and read off it in order, so that rows are visited in order too.
const DENSE: usize = 32;

/// Runs one cascade, and returns whether it came to an end: with `most` ties examined it is given
/// up. `LINKS`: find parents. `OVERLAY`: look at the overlay. Both are paid for only
/// where they are asked for.
#[inline(always)]
pub(super) fn push<L: Level, const LINKS: bool, const OVERLAY: bool>(
    world: &World<'_>,
    keys: &RunKeys,
    most: u64,
    trace: &mut Trace,
) -> bool {
    let World { graph, overlay, .. } = *world;
    trace.clear();
    if LINKS && trace.places.is_empty() {
        trace.places = vec![0; graph.account_count()];
    }
    let added = if OVERLAY { overlay.added_origins() } else { &[] };
    for &origin in world.origins.iter().chain(added) {
        if !(OVERLAY && overlay.is_muted(origin)) && trace.shared.insert(origin) {
            if LINKS {
                trace.push_linked(origin, NO_PARENT, Route::Origin, 0);
            } else {
                trace.push(origin);
            }
        }
    }
    let (mut start, mut step) = (0, 0);
    while start < trace.len() {
        let end = trace.len();
        trace.step_ends.push(end as u32);
        if step == world.timing.until {
            break;
        }
        let (sharers, accounts) = (end - start, graph.account_count());
        let split = !LINKS && is_worth_it(sharers, accounts, trace.threads, world.model);
        let dense = !LINKS && (split || sharers > accounts / DENSE);
        let mut wave = Wave::<LINKS, OVERLAY> { world, keys, trace, start, end, dense };
        if split {
            try_all_on_threads::<L, LINKS, OVERLAY>(&mut wave);
        } else {
            try_all::<L, LINKS, OVERLAY>(&mut wave);
        }
        if dense {
            trace.absorb_next();
        }
        if trace.ties_examined > most {
            return false;
        }
        start = end;
        step += 1;
    }
    true
}

/// Everybody who shares at a step tries, along ties and by cross-posts.
#[inline(always)]
pub(super) fn try_all<L: Level, const LINKS: bool, const OVERLAY: bool>(
    wave: &mut Wave<'_, LINKS, OVERLAY>,
) {
    match wave.world.model {
        Prepared::Ties(rates) => {
            let mut batches = wave.trace.space.batches.take().unwrap_or_default();
            fire::<L, _>(wave, rates, &mut batches);
            wave.trace.space.batches = Some(batches);
        }
        Prepared::Choices(choices) => ask_all::<LINKS, OVERLAY>(wave, choices),
        _ => unreachable!("a model with a kernel of its own"),
    }
    wave.cross_post();
}
