//! The reference kernel: the same worlds as the fast ones, in the plainest words.
//!
//! No bitmaps, nothing prepared: sets and maps hold what happened. The fast kernels must agree with it
//! to the bit.

mod arrivals;
mod clusters;
mod custom;
mod feeds;
mod marks;
mod rival_thresholds;
mod rivals;
mod row;
mod steps;
mod temporal;
mod thresholds;
mod timed_thresholds;
mod tiring;

pub(crate) use self::rivals::reference_posts;
pub(crate) use self::steps::ties_that_fire;
use super::World;
use super::externals::Externals;
use super::trace::Route;
use crate::id::AccountId;
use crate::model::{Model, Prepared, Sharing};
use crate::random::RunKeys;

/// One share event: who, when, through whom and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Event {
    /// The step, or the tick.
    pub(crate) at: u64,
    pub(crate) account: AccountId,
    /// Which of the events is its parent.
    pub(crate) parent: Option<u32>,
    pub(crate) route: Route,
}

/// The accounts that start of their own accord, and when; muted ones among them.
fn starts(world: &World<'_>, keys: &RunKeys) -> Vec<Event> {
    let at_once =
        world.origins.iter().chain(world.overlay.added_origins()).map(|&start| (0, start));
    let mut starts: Vec<(u64, AccountId)> = at_once.chain(world.late.iter().copied()).collect();
    let (mut externals, mut arrivals) = (Externals::new(world, keys), Vec::new());
    while let Some(at) = externals.peek() {
        externals.take(at, &mut arrivals);
        starts.extend(arrivals.drain(..).map(|landing| (at, landing.child)));
    }
    let event = |(at, account)| Event { at, account, parent: None, route: Route::Origin };
    starts.into_iter().map(event).collect()
}

/// Runs one cascade; the events are in order of step, or tick, and logical key.
pub(crate) fn reference(world: &World<'_>, keys: &RunKeys) -> Vec<Event> {
    if let Prepared::Timed(timed) = world.model {
        return temporal::over_ties_with_times(world, keys, timed);
    }
    if let Model::Threshold(model) = world.description {
        return thresholds::in_steps(world, model, keys);
    }
    match world.model {
        Prepared::Ties(_) | Prepared::Choices(_) if world.needs_order() => {
            arrivals::by_arrival(world, keys)
        }
        Prepared::Delayed(_) | Prepared::Contacts(_) => arrivals::by_arrival(world, keys),
        Prepared::Tiring(tiring) => tiring::by_exposures(world, keys, tiring),
        Prepared::Screens(screens) => {
            let all = feeds::on_screens(std::slice::from_ref(world), screens, keys);
            all.into_iter().map(|(_, event)| event).collect()
        }
        Prepared::Custom(model) => custom::by_sights(world, keys, model),
        Prepared::Offspring(offspring) => match offspring.sharing {
            Sharing::Repeat => clusters::by_descent(world, keys),
            Sharing::Once => arrivals::by_arrival(world, keys),
        },
        Prepared::Marks(marks) => marks::by_marks(world, keys, marks),
        _ => steps::in_steps(world, keys),
    }
}
