//! Kernels: each runs one cascade of one scenario, given the keys of the run.
//!
//! [`push`] is the fast one. [`reference`] is the same mapping in the plainest words, and must agree
//! with it to the bit; anybody can check that with
//! [`Ensemble::reference_cascade`](crate::Ensemble::reference_cascade).

mod batch;
mod dispatch;
mod fire;
mod level;
mod listen;
mod push;
mod reference;
mod trace;
mod wave;

use crate::graph::{Overlay, SocialGraph};
use crate::id::AccountId;
use crate::model::{Crossposts, Model, Prepared};
use crate::random::RunKeys;

pub(crate) use self::reference::{Event, reference};
pub use self::trace::Route;
pub(crate) use self::trace::{NO_PARENT, Trace};

/// Everything that a kernel needs to know about a scenario.
#[derive(Debug, Clone, Copy)]
pub(crate) struct World<'a> {
    pub(crate) graph: &'a SocialGraph,
    pub(crate) model: &'a Prepared,
    /// The model as it was described; only the reference kernel reads it.
    pub(crate) description: &'a Model,
    pub(crate) crossposts: &'a Crossposts,
    pub(crate) origins: &'a [AccountId],
    pub(crate) overlay: &'a Overlay,
    /// The last step at which an account may share; origins share at step 0.
    pub(crate) max_steps: u32,
}

/// The hash that decides which of several tries that succeed at one step is the parent: the least.
pub(crate) fn try_hash(keys: &RunKeys, child: u64, parent: u64, route: Route) -> u64 {
    keys.parent.stream(child, parent).draw(route as u64)
}

/// Runs one cascade with the fast kernel and leaves it in `trace`.
///
/// With `links` each share event gets its parent; without, only who shared at which step is known.
pub(crate) fn run(world: &World<'_>, keys: &RunKeys, links: bool, trace: &mut Trace) {
    let overlay = !world.overlay.is_empty();
    match (links, overlay) {
        (false, false) => dispatch::push_on_best::<false, false>(world, keys, trace),
        (false, true) => dispatch::push_on_best::<false, true>(world, keys, trace),
        (true, false) => dispatch::push_on_best::<true, false>(world, keys, trace),
        (true, true) => dispatch::push_on_best::<true, true>(world, keys, trace),
    }
}
