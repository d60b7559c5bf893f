//! One step of a cascade: those who share at it, and how whom they reach is taken note of.

use std::ops::Range;

use super::ground::Ground;
use super::trace::{NO_PARENT, Route, Trace, set_in, set_in_if};
use super::{World, try_hash};
use crate::graph::SocialGraph;
use crate::id::{AccountId, TieId};
use crate::random::{Key, RunKeys};

/// The accounts that share at one step, and the cascade to which it adds.
pub(super) struct Wave<'a, const LINKS: bool, const OVERLAY: bool> {
    pub(super) world: &'a World<'a>,
    pub(super) keys: &'a RunKeys,
    pub(super) trace: &'a mut Trace,
    /// Places of those who share; behind `end` are those who will at the next step.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Mark who is reached in a set of bits.
    pub(super) dense: bool,
}

impl<'a, const LINKS: bool, const OVERLAY: bool> Ground<'a> for Wave<'a, LINKS, OVERLAY> {
    const PLACES: bool = LINKS || OVERLAY;

    #[inline(always)]
    fn graph(&self) -> &'a SocialGraph {
        self.world.graph
    }

    #[inline(always)]
    fn tie_key(&self) -> Key {
        self.keys.tie
    }

    #[inline(always)]
    fn places(&self) -> Range<usize> {
        self.start..self.end
    }

    #[inline(always)]
    fn source(&self, place: usize) -> AccountId {
        self.trace.accounts()[place]
    }

    #[inline(always)]
    fn examined(&mut self, ties: u64) {
        self.trace.ties_examined += ties;
    }

    #[inline(always)]
    fn land_ties(&mut self, ties: &[u64], parents: &[u32]) {
        let targets = self.world.graph.all_targets();
        if LINKS || OVERLAY {
            for (&tie, &parent) in ties.iter().zip(parents) {
                self.land_tie(TieId::new(tie), targets[tie as usize], parent as usize);
            }
        } else if self.dense {
            let next = self.trace.next.words();
            ties.iter().for_each(|&tie| set_in(next, targets[tie as usize]));
        } else {
            self.trace.push_new(ties.iter().map(|&tie| (targets[tie as usize], true)));
        }
    }

    #[inline(always)]
    fn land_targets(
        &mut self,
        reached: impl ExactSizeIterator<Item = (AccountId, bool)>,
        parents: &[u32],
    ) {
        if LINKS || OVERLAY {
            for ((target, is_reached), &parent) in reached.zip(parents) {
                if is_reached {
                    self.land_target(target, parent as usize);
                }
            }
        } else if self.dense {
            let next = self.trace.next.words();
            reached.for_each(|(target, is_reached)| set_in_if(next, target, is_reached));
        } else {
            self.trace.push_new(reached);
        }
    }
}

impl<const LINKS: bool, const OVERLAY: bool> Wave<'_, LINKS, OVERLAY> {
    /// A tie that fired, of the sharer at place `parent`.
    #[inline(always)]
    pub(super) fn land_tie(&mut self, tie: TieId, target: AccountId, parent: usize) {
        let overlay = self.world.overlay;
        if !(OVERLAY && (overlay.is_muted(target) || overlay.is_cut(tie))) {
            self.land(target, parent, Route::Tie);
        }
    }

    /// An account that a tie of the sharer at place `parent` reached.
    #[inline(always)]
    pub(super) fn land_target(&mut self, target: AccountId, parent: usize) {
        if OVERLAY {
            let World { overlay, graph, .. } = *self.world;
            let source = self.trace.accounts()[parent];
            if overlay.is_muted(target) || overlay.cuts_between(graph, source, target) {
                return;
            }
        }
        self.land(target, parent, Route::Tie);
    }

    /// Tosses the coins for the other accounts of those who share.
    #[inline(always)]
    pub(super) fn cross_post(&mut self) {
        let World { graph, overlay, crossposts, .. } = *self.world;
        if !crossposts.any() {
            return;
        }
        for place in self.start..self.end {
            let source = self.trace.accounts()[place];
            if OVERLAY && overlay.is_no_carry(source) {
                continue;
            }
            // The target is of the same user, who shares: so it is not muted.
            crossposts.fire(graph, overlay, self.keys.crosspost, source, |target| {
                self.land(target, place, Route::CrossPost);
            });
        }
    }

    /// A try that succeeded.
    #[inline(always)]
    pub(super) fn land(&mut self, target: AccountId, parent: usize, route: Route) {
        if LINKS {
            self.land_linked(target, parent, route);
        } else if self.dense {
            self.trace.next.set(target);
        } else if self.trace.shared.insert(target) {
            self.trace.push(target);
        }
    }

    #[inline]
    fn land_linked(&mut self, target: AccountId, parent: usize, route: Route) {
        if self.trace.shared.insert(target) {
            let hash = self.hash_of(target, parent, route);
            self.trace.push_linked(target, parent as u32, route, hash);
            return;
        }
        let place = self.trace.places[target.index()] as usize;
        if place >= self.end {
            let hash = self.hash_of(target, parent, route);
            if hash < self.trace.hashes[place] {
                self.trace.parents[place] = parent as u32;
                self.trace.routes[place] = route;
                self.trace.hashes[place] = hash;
            }
        }
    }

    fn hash_of(&self, child: AccountId, parent: usize, route: Route) -> u64 {
        let graph = self.world.graph;
        let child = graph.logical_key(child).get();
        let parent = graph.logical_key(self.trace.accounts()[parent]).get();
        try_hash(self.keys, child, parent, route)
    }
}

impl Trace {
    #[inline]
    pub(super) fn push_linked(&mut self, account: AccountId, parent: u32, route: Route, hash: u64) {
        debug_assert!(parent == NO_PARENT || (parent as usize) < self.len());
        self.places[account.index()] = self.len() as u32;
        self.parents.push(parent);
        self.routes.push(route);
        self.hashes.push(hash);
        self.push(account);
    }
}
