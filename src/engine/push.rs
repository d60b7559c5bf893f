//! The fast kernel: step by step, sharers push along the ties that fire.

use super::World;
use super::fire::fire;
use super::level::Level;
use super::listen::ask_all;
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
        if step == world.max_steps {
            break;
        }
        let dense = !LINKS && end - start > graph.account_count() / DENSE;
        let mut wave = Wave::<LINKS, OVERLAY> { world, keys, trace, start, end, dense };
        match world.model {
            Prepared::Ties(rates) if rates.by_tie.is_none() => {
                fire::<L, LINKS, OVERLAY, false>(&mut wave, rates);
            }
            Prepared::Ties(rates) => fire::<L, LINKS, OVERLAY, true>(&mut wave, rates),
            Prepared::Choices(choices) => ask_all::<LINKS, OVERLAY>(&mut wave, choices),
        }
        wave.cross_post();
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
