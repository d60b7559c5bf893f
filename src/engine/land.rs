//! Whom the ties that fired reach: what a batch needs is sent for while the one before it lands.

use std::marker::PhantomData;

use super::batch::Pair;
use super::dispatch::Kernel;
use super::level::{Level, prefetch};
use super::wave::Wave;
use crate::id::AccountId;
use crate::random::Cell;

/// Sends for the targets of the ties gathered, and lands those sent for before.
pub(super) struct LandHits<'b, 'a, const LINKS: bool, const OVERLAY: bool> {
    pub(super) wave: &'b mut Wave<'a, LINKS, OVERLAY>,
    pub(super) hits: &'b mut Pair,
}

impl<const LINKS: bool, const OVERLAY: bool> Kernel for LandHits<'_, '_, LINKS, OVERLAY> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let Self { wave, hits } = self;
        let Pair { new, old } = &mut *hits;
        let targets = wave.world.graph.all_targets();
        // Some are sent for, some are landed, and so on: neither waits for the other.
        let (ties, parents) = (old.ties(), old.parents());
        let mut landed = 0;
        for eight in 0..new.eights() {
            new.settle::<false>(eight).iter().for_each(|&tie| prefetch(targets, tie as usize));
            let next = (landed + 8).min(ties.len());
            wave.land_ties(&ties[landed..next], &parents[landed..next]);
            landed = next;
        }
        wave.land_ties(&ties[landed..], &parents[landed..]);
        hits.turn();
    }
}

/// Sends for the cells of the picks gathered, and lands those sent for before.
pub(super) struct LandPicks<'b, 'a, C, const LINKS: bool, const OVERLAY: bool> {
    pub(super) wave: &'b mut Wave<'a, LINKS, OVERLAY>,
    pub(super) picks: &'b mut Pair,
    pub(super) words: &'b [u32],
    /// How cells are written.
    pub(super) cells: PhantomData<C>,
}

impl<C: Cell, const LINKS: bool, const OVERLAY: bool> Kernel
    for LandPicks<'_, '_, C, LINKS, OVERLAY>
{
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let Self { wave, picks, words, .. } = self;
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
            wave.land_targets(reached, &parents[landed..next]);
            landed = next;
        }
        picks.turn();
    }
}
