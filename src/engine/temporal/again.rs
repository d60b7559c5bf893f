//! SIS and SIRS over ties with times: contacts that fall on accounts that can share, in continuous time and
//! in steps. Event by event, or where that looks at most contacts, contact by contact ([`sweep`]).

use super::passing::{send_for_ties, send_for_times};
use crate::engine::World;
use crate::engine::arrivals::{push_starts, settle};
use crate::engine::externals::Externals;
use crate::engine::marks::{MarkSpace, Running, run_by, sweep};
use crate::engine::queue::Landing;
use crate::engine::trace::{Route, Trace};
use crate::id::AccountId;
use crate::model::{Enough, Marks, TimedContacts, TimedKeys, Wanted};
use crate::random::RunKeys;
use crate::unit::Clock;

/// Runs one cascade.
pub(super) fn run(
    world: &World<'_>,
    keys: &RunKeys,
    contacts: &TimedContacts,
    marks: &Marks,
    trace: &mut Trace,
) {
    let keys_of_ties = TimedKeys::of(keys);
    let sweeps = sweep::is_enough(world);
    run_by(world, keys, marks, trace, |running, space| {
        let all = if sweeps { contacts.in_order(world.graph) } else { None };
        if let Some(all) = all {
            sweep::sweep(running, space, all, keys_of_ties)
        } else if world.overlay.is_empty() {
            in_order::<false>(running, space, contacts, keys_of_ties)
        } else {
            in_order::<true>(running, space, contacts, keys_of_ties)
        }
    });
    contacts.tell(trace.ties_examined);
}

/// Whether the run ends with the number of shares that it may have.
fn in_order<const OVERLAY: bool>(
    running: &mut Running<'_, '_>,
    space: &mut MarkSpace,
    contacts: &TimedContacts,
    keys_of_ties: TimedKeys,
) -> bool {
    let MarkSpace { queue, now, free, .. } = space;
    let World { graph, overlay, timing, .. } = *running.world;
    push_starts::<OVERLAY>(running.world, queue);
    let mut externals = Externals::new(running.world, running.keys);
    while let Some(tick) = queue.next_tick(&mut externals, now) {
        let [next, soon] = queue.soon();
        if let Some(soon) = soon {
            send_for_ties(contacts, running.world, soon.child);
        }
        if let Some(next) = next {
            send_for_times(contacts, running.world, next.child, |_| true);
        }
        settle(running.world, running.keys, now, running.trace);
        for landing in now.drain(..) {
            let source = landing.child;
            if OVERLAY && overlay.is_muted(source) || tick < free[source.index()] {
                continue;
            }
            let Some((place, end, again)) = running.share(landing) else { return true };
            // Who can share again at a step is not reached before the next.
            let wait = u64::from(timing.clock == Clock::Steps);
            free[source.index()] = again.saturating_add(wait);
            let wanted = FreeAgain { tick, last: end.min(timing.until), free };
            contacts.each(graph, keys_of_ties, source, &wanted, |child, at| {
                let dies = || overlay.is_muted(child) || overlay.cuts_between(graph, source, child);
                if !(OVERLAY && dies()) {
                    queue.push(Landing { at, child, parent: place, route: Route::Tie });
                }
                Enough::No
            });
            running.carry(landing, place, |landing| queue.push(landing));
        }
    }
    false
}

/// Contacts in a window with accounts that can share then; by account, from when on it can.
struct FreeAgain<'a> {
    tick: u64,
    last: u64,
    free: &'a [u64],
}

impl Wanted for FreeAgain<'_> {
    fn window(&self) -> (u64, u64) {
        (self.tick, self.last)
    }

    #[inline(always)]
    fn may(&self, target: AccountId) -> bool {
        self.free[target.index()] <= self.last
    }

    #[inline(always)]
    fn within(&self, target: AccountId) -> (u64, u64) {
        (self.tick.max(self.free[target.index()].saturating_sub(1)), self.last)
    }
}
