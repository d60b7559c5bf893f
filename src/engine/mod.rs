//! Kernels: each runs one cascade of one scenario, given the keys of the run.
//!
//! [`push`] and [`pull`] are the fast ones. [`reference`] is the same mapping in the plainest words,
//! and must agree with them to the bit; anybody can check that with
//! [`Ensemble::reference_cascade`](crate::Ensemble::reference_cascade).

mod arrivals;
mod ask;
mod batch;
mod carry;
mod clusters;
mod custom;
mod dispatch;
mod externals;
mod family;
mod feeds;
mod fire;
mod fire_one;
mod ground;
mod land;
mod level;
mod listen;
mod lists;
mod marks;
mod passing;
mod pull;
mod pull_sizes;
mod push;
mod queue;
mod rank;
mod reach;
mod reference;
mod rival_thresholds;
mod rivals;
mod split;
mod temporal;
#[cfg(test)]
mod tests;
mod thresholds;
mod tiring;
mod together;
mod trace;
mod wave;

use crate::graph::{Overlay, SocialGraph};
use crate::id::AccountId;
use crate::model::{
    Choices, Crossposts, Model, Prepared, PreparedExternal, PreparedTiming, Rivals, Sharing,
};
use crate::random::{Lane, RunKeys};

pub(crate) use self::dispatch::{Found, Kernel, on};
use self::dispatch::{Pull, PullSizes, Push};
pub(crate) use self::feeds::Background;
pub(crate) use self::level::Level;
pub(crate) use self::rank::Ranking;
pub(crate) use self::reference::{Event, reference, reference_posts, ties_that_fire};
pub use self::trace::Route;
pub(crate) use self::trace::{Ended, NO_PARENT, Trace};

/// Everything that a kernel needs to know about a scenario.
#[derive(Debug, Clone, Copy)]
pub(crate) struct World<'a> {
    pub(crate) graph: &'a SocialGraph,
    pub(crate) model: &'a Prepared,
    /// The model as it was described; only the reference kernel reads it.
    pub(crate) description: &'a Model,
    pub(crate) crossposts: &'a Crossposts,
    /// Who starts at once.
    pub(crate) origins: &'a [AccountId],
    /// Who starts later, and at which step or tick.
    pub(crate) late: &'a [(u64, AccountId)],
    pub(crate) external: Option<&'a PreparedExternal>,
    pub(crate) overlay: &'a Overlay,
    pub(crate) timing: &'a PreparedTiming,
}

impl World<'_> {
    /// Whether accounts have to be taken one by one even where all act in steps.
    pub(crate) fn needs_order(&self) -> bool {
        !self.late.is_empty() || self.external.is_some() || self.timing.max_shares < u64::MAX
    }
}

/// The hash that decides which of several tries that succeed at one step is the parent: the least.
pub(crate) fn try_hash(keys: &RunKeys, child: u64, parent: u64, route: Route) -> u64 {
    TryHashes::new(keys, parent, route).of(child)
}

/// The hash that decides which of several posts comes first that accounts start at one tick: the least.
pub(crate) fn start_hash(keys: &RunKeys, account: u64, post: u64) -> u64 {
    try_hash(keys, account, post, Route::Origin)
}

/// The same for all whom one parent reaches by one route.
#[derive(Debug, Clone, Copy)]
struct TryHashes {
    lane: Lane,
    route: Route,
}

impl TryHashes {
    #[inline]
    fn new(keys: &RunKeys, parent: u64, route: Route) -> Self {
        Self { lane: keys.parent.lane(parent), route }
    }

    #[inline]
    fn of(&self, child: u64) -> u64 {
        self.lane.stream(child).draw(self.route as u64)
    }
}

/// How much of a run its observer asks for; each includes those before it.
///
/// ```
/// use tieline::Detail;
/// assert!(Detail::Size < Detail::Parents);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Detail {
    /// [`Run::size`](crate::Run::size) and nothing else.
    Size,
    /// Who shared at which step.
    Steps,
    /// Through whom: [`Run::events`](crate::Run::events). Costs a hash per try.
    Parents,
}

/// Runs one cascade with a fast kernel and leaves it, in as much detail, in `trace`.
pub(crate) fn run(world: &World<'_>, keys: &RunKeys, detail: Detail, trace: &mut Trace) {
    run_on(Found::best(), world, keys, detail, trace);
}

/// The same for several posts: the worlds, and keys, of each.
pub(crate) fn run_posts(
    worlds: &[World<'_>],
    rivals: Option<&Rivals>,
    keys: &[RunKeys],
    detail: Detail,
    trace: &mut Trace,
) {
    if let Prepared::Screens(screens) = worlds[0].model {
        return feeds::run(worlds, screens, &keys[0], trace);
    }
    match rivals {
        Some(rivals) if let Prepared::Thresholds(thresholds) = worlds[0].model => {
            rival_thresholds::run(worlds, rivals, thresholds, &keys[0], detail, trace);
        }
        Some(rivals) => rivals::run(worlds, rivals, keys, trace),
        None => together::run(worlds, keys, detail, trace),
    }
}

/// The same with some of the instructions that this machine has.
fn run_on(found: Found, world: &World<'_>, keys: &RunKeys, detail: Detail, trace: &mut Trace) {
    let overlay = !world.overlay.is_empty();
    let links = detail == Detail::Parents;
    match world.model {
        Prepared::Ties(rates) if world.needs_order() => {
            return arrivals::one_by_one(world, keys, rates, trace);
        }
        Prepared::Choices(choices) if world.needs_order() => {
            return arrivals::listening(world, keys, choices, trace);
        }
        Prepared::Ties(_) | Prepared::Choices(_) => {}
        Prepared::Delayed(delayed) => return arrivals::delayed(world, keys, delayed, trace),
        Prepared::Contacts(contacts) => {
            return arrivals::contacts(world, keys, contacts, detail, trace);
        }
        Prepared::Tiring(model) => return tiring::run(world, keys, model, trace),
        Prepared::Thresholds(model) => return thresholds::run(world, model, keys, detail, trace),
        Prepared::Offspring(offspring) => {
            return match offspring.sharing {
                Sharing::Repeat => clusters::clusters(world, keys, offspring, detail, trace),
                Sharing::Once => arrivals::once(world, keys, offspring, detail, trace),
            };
        }
        Prepared::Marks(marks) => return marks::run(world, keys, marks, trace),
        Prepared::Timed(timed) => return temporal::run(world, keys, timed, detail, trace),
        Prepared::Custom(model) => return custom::run(world, keys, model, trace),
        Prepared::Screens(screens) => {
            return feeds::run(std::slice::from_ref(world), screens, keys, trace);
        }
    }
    match pulling(world).filter(|_| !links) {
        None => _ = push(found, world, keys, (links, overlay), u64::MAX, trace),
        Some(choices) => {
            if !is_small(found, world, keys, trace) {
                on(found, Pull { world, choices, keys, trace });
            }
        }
    }
}

/// How many runs [`run_together`] makes best together, if they are asked for in this detail; 1 if
/// they are better made one at a time.
pub(crate) fn runs_together(world: &World<'_>, detail: Detail) -> u64 {
    let together =
        detail == Detail::Size && world.timing.until == u64::MAX && pulling(world).is_some();
    if together { pull_sizes::RUNS as u64 } else { 1 }
}

/// The sizes of the runs with these keys, no more than [`runs_together`] says.
pub(crate) fn run_together(world: &World<'_>, keys: &[RunKeys], trace: &mut Trace) -> Vec<u64> {
    run_together_on(Found::best(), world, keys, trace)
}

/// The same with some of the instructions that this machine has.
fn run_together_on(
    found: Found,
    world: &World<'_>,
    keys: &[RunKeys],
    trace: &mut Trace,
) -> Vec<u64> {
    let mut sizes = vec![0; keys.len()];
    let (mut large, mut places) = (Vec::new(), Vec::new());
    for (place, keys) in keys.iter().enumerate() {
        if is_small(found, world, keys, trace) {
            sizes[place] = trace.len() as u64;
        } else {
            large.push(*keys);
            places.push(place);
        }
    }
    if let Some(choices) = pulling(world).filter(|_| !large.is_empty()) {
        let mut space = std::mem::take(&mut trace.space.pull_sizes);
        let pulled = on(found, PullSizes { world, choices, keys: &large, space: &mut space });
        trace.space.pull_sizes = space;
        places.into_iter().zip(pulled).for_each(|(place, size)| sizes[place] = size);
    }
    sizes
}

/// What accounts choose from, if all may be asked at once: linear threshold has a kernel for large
/// cascades.
fn pulling<'a>(world: &World<'a>) -> Option<&'a Choices> {
    match world.model {
        Prepared::Choices(choices)
            if world.overlay.is_empty() && !world.crossposts.any() && !world.needs_order() =>
        {
            Some(choices)
        }
        _ => None,
    }
}

/// Makes a run if it is small; else it is better to ask all accounts.
fn is_small(found: Found, world: &World<'_>, keys: &RunKeys, trace: &mut Trace) -> bool {
    let most = world.graph.account_count() as u64 / PULL;
    let first = world.origins.iter().map(|&origin| world.graph.out_degree(origin)).sum::<u64>();
    first <= most && push(found, world, keys, (false, false), most, trace)
}

/// To ask all accounts costs about as much as to examine one tie for every so many accounts.
const PULL: u64 = 4;

fn push(
    found: Found,
    world: &World<'_>,
    keys: &RunKeys,
    (links, overlay): (bool, bool),
    most: u64,
    trace: &mut Trace,
) -> bool {
    match (links, overlay) {
        (false, false) => on(found, Push::<false, false> { world, keys, most, trace }),
        (false, true) => on(found, Push::<false, true> { world, keys, most, trace }),
        (true, false) => on(found, Push::<true, false> { world, keys, most, trace }),
        (true, true) => on(found, Push::<true, true> { world, keys, most, trace }),
    }
}
