//! Whom the ties that fired reach: what a batch needs is sent for while the one before it lands.

use std::marker::PhantomData;

use super::batch::Pair;
use super::dispatch::Kernel;
use super::ground::Ground;
use super::level::{Level, prefetch};
use crate::graph::SocialGraph;
use crate::id::AccountId;
use crate::random::Cell;

/// Sends for the targets of the ties gathered, and lands those sent for before.
pub(super) struct LandHits<'b, 'g, G> {
    pub(super) ground: &'b mut G,
    pub(super) hits: &'b mut Pair,
    pub(super) of: PhantomData<&'g SocialGraph>,
}

impl<'g, G: Ground<'g>> Kernel for LandHits<'_, 'g, G> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let Self { ground, hits, .. } = self;
        let Pair { new, old } = &mut *hits;
        let targets = ground.graph().all_targets();
        // Some are sent for, some are landed, and so on: neither waits for the other.
        let (ties, parents) = (old.ties(), old.parents());
        let mut landed = 0;
        for eight in 0..new.eights() {
            new.settle::<false>(eight).iter().for_each(|&tie| prefetch(targets, tie as usize));
            let next = (landed + 8).min(ties.len());
            ground.land_ties(&ties[landed..next], &parents[landed..next]);
            landed = next;
        }
        ground.land_ties(&ties[landed..], &parents[landed..]);
        hits.turn();
    }
}

/// Sends for the cells of the picks gathered, and lands those sent for before.
pub(super) struct LandPicks<'b, 'g, G, C> {
    pub(super) ground: &'b mut G,
    pub(super) picks: &'b mut Pair,
    pub(super) words: &'b [u32],
    /// How cells are written.
    pub(super) of: PhantomData<(&'g SocialGraph, C)>,
}

impl<'g, C: Cell, G: Ground<'g>> Kernel for LandPicks<'_, 'g, G, C> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let Self { ground, picks, words, .. } = self;
        let Pair { new, old } = &mut *picks;
        // As above: some are sent for, some are landed.
        let (cells, fractions, parents) = (old.ties(), old.fractions(), old.parents());
        let mut landed = 0;
        for eight in 0..new.eights().max(old.eights()) {
            if eight < new.eights() {
                new.settle::<true>(eight).iter().for_each(|&cell| {
                    prefetch(words, cell as usize * C::WORDS);
                });
            }
            let next = (landed + 8).min(cells.len());
            let reached = cells[landed..next].iter().zip(&fractions[landed..next]);
            let reached = reached.map(|(&cell, &fraction)| {
                let words = &words[cell as usize * C::WORDS..][..C::WORDS];
                let (target, is_any) = C::pick(words, fraction);
                (AccountId::new(target), is_any)
            });
            ground.land_targets(reached, &parents[landed..next]);
            landed = next;
        }
        picks.turn();
    }
}
