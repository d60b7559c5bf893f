//! Who is reached at all, in no order: enough where only sizes are asked for and no time ends the run.

use std::cell::Cell;

use super::World;
use super::arrivals::starts;
use super::carry::CrossPosts;
use super::dispatch::{Found, Kernel, on};
use super::level::{Level, prefetch_row};
use super::passing::{Descendants, Meetings, Passing};
use super::trace::Trace;
use crate::id::AccountId;
use crate::model::ContactHead;
use crate::random::RunKeys;

/// What a share passes on, whenever that is.
pub(super) trait Reaching: Passing {
    /// What is drawn of a source by itself. Of several sources it is drawn side by side, so none waits for
    /// another.
    type Head: Copy;

    /// For each of these sources.
    fn heads(&self, world: &World<'_>, sources: &[AccountId]) -> [Self::Head; TOGETHER];

    /// Calls `land` with whom `source` reaches along ties. Those of whom `is_new` is false may be left out.
    fn reach(
        &self,
        world: &World<'_>,
        source: AccountId,
        head: &Self::Head,
        is_new: impl Fn(AccountId) -> bool,
        land: impl FnMut(AccountId),
    );
}

impl Reaching for Meetings<'_> {
    type Head = ContactHead;

    #[inline(always)]
    fn heads(&self, world: &World<'_>, sources: &[AccountId]) -> [ContactHead; TOGETHER] {
        match self.contacts.at_once() {
            true => self.contacts.heads(world.graph, &self.keys, sources),
            false => Default::default(),
        }
    }

    #[inline(always)]
    fn reach(
        &self,
        world: &World<'_>,
        source: AccountId,
        head: &ContactHead,
        is_new: impl Fn(AccountId) -> bool,
        mut land: impl FnMut(AccountId),
    ) {
        if self.contacts.at_once() {
            self.contacts.reached(world.graph, &self.keys, source, head, is_new, land);
        } else {
            later_or_not(self, world, source, is_new, &mut land);
        }
    }
}

impl Reaching for Descendants<'_> {
    type Head = ();

    fn heads(&self, _: &World<'_>, _: &[AccountId]) -> [(); TOGETHER] {
        [(); TOGETHER]
    }

    #[inline]
    fn reach(
        &self,
        world: &World<'_>,
        source: AccountId,
        (): &(),
        is_new: impl Fn(AccountId) -> bool,
        land: impl FnMut(AccountId),
    ) {
        later_or_not(self, world, source, is_new, land);
    }
}

/// Of a share those who come later, and not never.
#[inline]
fn later_or_not(
    passing: &impl Passing,
    world: &World<'_>,
    source: AccountId,
    is_new: impl Fn(AccountId) -> bool,
    mut land: impl FnMut(AccountId),
) {
    let useful = |target| if is_new(target) { u64::MAX } else { 0 };
    passing.pass(world, source, 0, useful, |target, later| {
        if later < u64::MAX {
            land(target);
        }
    });
}

/// Memory for a run.
#[derive(Debug, Default)]
pub(super) struct ReachSpace {
    reached: Vec<AccountId>,
}

pub(super) fn in_any_order(
    world: &World<'_>,
    keys: &RunKeys,
    reaching: &impl Reaching,
    trace: &mut Trace,
) {
    trace.clear();
    if world.overlay.is_empty() {
        on(Found::best(), Reach::<false, _> { world, keys, reaching, trace });
    } else {
        on(Found::best(), Reach::<true, _> { world, keys, reaching, trace });
    }
}

/// [`reach`], compiled for what the processor can do.
struct Reach<'a, const OVERLAY: bool, R> {
    world: &'a World<'a>,
    keys: &'a RunKeys,
    reaching: &'a R,
    trace: &'a mut Trace,
}

impl<const OVERLAY: bool, R: Reaching> Kernel for Reach<'_, OVERLAY, R> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        reach::<OVERLAY, R>(self.world, self.keys, self.reaching, self.trace);
    }
}

/// So many sources are taken together.
const TOGETHER: usize = 8;

#[inline(always)]
fn reach<const OVERLAY: bool, R: Reaching>(
    world: &World<'_>,
    keys: &RunKeys,
    reaching: &R,
    trace: &mut Trace,
) {
    let World { graph, overlay, .. } = *world;
    let mut words = std::mem::take(&mut trace.shared.0);
    let mut reached = std::mem::take(&mut trace.space.reach.reached);
    let shared = Cell::from_mut(&mut words[..]).as_slice_of_cells();
    let is_new =
        |account: AccountId| shared[account.index() / 64].get() >> (account.index() % 64) & 1 == 0;
    let mark = |account: AccountId| {
        let word = &shared[account.index() / 64];
        word.set(word.get() | 1 << (account.index() % 64));
    };
    for (_, start) in starts::<OVERLAY>(world).filter(|&(_, start)| is_new(start)) {
        mark(start);
        reached.push(start);
    }
    let crossposts = CrossPosts::new(world, keys);
    let mut next = 0;
    while next < reached.len() {
        let many = (reached.len() - next).min(TOGETHER);
        let mut sources = [AccountId::new(0); TOGETHER];
        let sources = &mut sources[..many];
        sources.copy_from_slice(&reached[next..next + many]);
        sources.iter().for_each(|&source| prefetch_row(graph, source));
        let heads = reaching.heads(world, sources);
        next += many;
        for (&source, head) in sources.iter().zip(&heads) {
            let mut land = |target: AccountId| {
                if is_new(target) && !(OVERLAY && overlay.is_muted(target)) {
                    mark(target);
                    reached.push(target);
                }
            };
            reaching.reach(world, source, head, is_new, |target| {
                if !(OVERLAY && overlay.cuts_between(graph, source, target)) {
                    land(target);
                }
            });
            crossposts.fire(source, |target, _| land(target));
        }
    }
    trace.shared.0 = words;
    trace.shared.forget(&reached);
    // In no order there are no steps to tell of.
    trace.set_size(reached.len());
    reached.clear();
    trace.space.reach.reached = reached;
}
