//! Whom the ties that fired reach: what a batch needs is sent for while the one before it lands.

use super::batch::{Batch, Batches};
use super::dispatch::Kernel;
use super::level::{Level, prefetch};
use super::wave::Wave;
use crate::id::AccountId;
use crate::model::ByTie;
use crate::random::Cell;

/// Sends for the targets of the ties gathered, and lands those sent for before.
pub(super) struct LandHits<'b, 'a, const LINKS: bool, const OVERLAY: bool> {
    pub(super) wave: &'b mut Wave<'a, LINKS, OVERLAY>,
    pub(super) hits: &'b mut Box<Batch>,
    pub(super) old_hits: &'b mut Box<Batch>,
}

impl<const LINKS: bool, const OVERLAY: bool> Kernel for LandHits<'_, '_, LINKS, OVERLAY> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let Self { wave, hits, old_hits } = self;
        let targets = wave.world.graph.all_targets();
        // Some are sent for, some are landed, and so on: neither waits for the other.
        let (ties, parents) = (old_hits.ties(), old_hits.parents());
        let mut landed = 0;
        for eight in 0..hits.eights() {
            hits.settle::<false>(eight).iter().for_each(|&tie| prefetch(targets, tie as usize));
            let next = (landed + 8).min(ties.len());
            wave.land_ties(&ties[landed..next], &parents[landed..next]);
            landed = next;
        }
        wave.land_ties(&ties[landed..], &parents[landed..]);
        old_hits.clear();
        std::mem::swap(hits, old_hits);
    }
}

/// Sends for the cells of the picks gathered, and looks at those sent for before: some are hits of a
/// cell's own tie, the others name their target.
pub(super) struct LandPicks<'b, 'a, const LINKS: bool, const OVERLAY: bool> {
    pub(super) wave: &'b mut Wave<'a, LINKS, OVERLAY>,
    pub(super) batches: &'b mut Batches,
    pub(super) by_tie: &'b ByTie,
}

impl<const LINKS: bool, const OVERLAY: bool> Kernel for LandPicks<'_, '_, LINKS, OVERLAY> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let Self { wave, batches, by_tie } = self;
        let cell_of = |tie: u64| (tie - by_tie.first_tie()) as usize;
        let cells = by_tie.cells();
        let Batches { picks, old_picks, hits, old_hits, .. } = batches;
        // As above: some are sent for, some are looked at.
        for eight in 0..picks.eights().max(old_picks.eights()) {
            if eight < picks.eights() {
                picks.settle::<true>(eight).iter().for_each(|&tie| prefetch(cells, cell_of(tie)));
            }
            let old = 8 * eight..old_picks.ties().len().min(8 * eight + 8);
            let mut aliases = [AccountId::new(0); 8];
            let mut places = [0; 8];
            let mut count = 0;
            for i in old {
                let (tie, fraction) = (old_picks.ties()[i], old_picks.fractions()[i]);
                let parent = (LINKS || OVERLAY).then(|| old_picks.parents()[i]);
                let cell = cells[cell_of(tie)];
                let own = cell.is_own(fraction);
                hits.push_if(own, tie, parent);
                aliases[count] = AccountId::new(cell.alias);
                places[count] = parent.unwrap_or(0);
                count += usize::from(!own & (cell.alias != Cell::NOBODY));
            }
            wave.land_targets(&aliases[..count], &places[..count]);
            if hits.is_full() {
                L::apart(LandHits { wave: &mut *wave, hits: &mut *hits, old_hits: &mut *old_hits });
            }
        }
        old_picks.clear();
        std::mem::swap(picks, old_picks);
    }
}
