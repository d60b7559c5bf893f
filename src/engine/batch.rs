//! Ties that fired, gathered so that their draws are made side by side, and so that the lines they
//! need can be on their way before they are read.

use super::lists::Lists;
use crate::random::{Stream, mixed, more_of, places_in};

/// What is gathered at a step, and what was gathered before: while one is filled, the lines of the
/// other arrive.
#[derive(Debug, Default)]
pub(super) struct Batches {
    /// Whose ties are looked at next.
    pub(super) lists: Lists,
    pub(super) hits: Box<Batch>,
    pub(super) old_hits: Box<Batch>,
    /// Picks from tables with narrow cells, and with wide ones.
    pub(super) narrow: Picks,
    pub(super) wide: Picks,
}

/// Picks from tables of ties; what stands for ties are cells.
#[derive(Debug, Default)]
pub(super) struct Picks {
    pub(super) new: Box<Batch>,
    pub(super) old: Box<Batch>,
}

/// About as many lines as a core fetches while it deals with the batch before.
const FULL: usize = 192;

/// Points that are written down together.
const WRITTEN: usize = 8;

/// Room behind [`FULL`] for what one list adds before it is asked for: 64 ties that are known and 64
/// points at most, and what is written in vain.
const ROOM: usize = FULL + 2 * 64 + 2 * WRITTEN;

/// Points that fell on ties: first what their places are drawn from, then, once the batch is
/// [settled](Self::settle), the ties.
#[derive(Debug)]
pub(super) struct Batch {
    len: usize,
    /// What a draw is the mix of; once settled, the tie or cell.
    ties: [u64; ROOM],
    /// The first tie of the block, and how many ties it has.
    firsts: [u64; ROOM],
    lens: [u32; ROOM],
    /// For picks from a table, once settled: what decides between a cell and its alias.
    fractions: [u64; ROOM],
    /// The place of the sharer, where it is needed.
    parents: [u32; ROOM],
}

impl Default for Batch {
    fn default() -> Self {
        Self {
            len: 0,
            ties: [0; ROOM],
            firsts: [0; ROOM],
            lens: [0; ROOM],
            fractions: [0; ROOM],
            parents: [0; ROOM],
        }
    }
}

impl Batch {
    #[inline(always)]
    pub(super) fn is_full(&self) -> bool {
        self.len >= FULL
    }

    pub(super) fn clear(&mut self) {
        self.len = 0;
    }

    /// The ties of a settled batch.
    #[inline(always)]
    pub(super) fn ties(&self) -> &[u64] {
        &self.ties[..self.len]
    }

    /// What goes with them, if they are picks.
    #[inline(always)]
    pub(super) fn fractions(&self) -> &[u64] {
        &self.fractions[..self.len]
    }

    /// The places of their sharers, if these are needed.
    #[inline(always)]
    pub(super) fn parents(&self) -> &[u32] {
        &self.parents[..self.len]
    }

    /// One tie, which is known.
    #[inline(always)]
    pub(super) fn push(&mut self, tie: u64, parent: Option<u32>) {
        self.push_known(tie, 1, parent);
    }

    /// Ties that are known, `count` from `first` on, 64 at most.
    #[inline(always)]
    pub(super) fn push_known(&mut self, first: u64, count: usize, parent: Option<u32>) {
        let (mut at, mut next) = (self.len, first);
        self.len += count;
        // As below. The place of whatever draw in a block of no tie is the first.
        loop {
            let Some(firsts) = self.firsts[at..].first_chunk_mut::<WRITTEN>() else { return };
            *firsts = std::array::from_fn(|i| next + i as u64);
            let Some(lens) = self.lens[at..].first_chunk_mut::<WRITTEN>() else { return };
            *lens = [0; WRITTEN];
            if let Some(parent) = parent {
                self.parents[at..at + WRITTEN].fill(parent);
            }
            at += WRITTEN;
            next += WRITTEN as u64;
            if at >= self.len {
                break;
            }
        }
    }

    /// Points 1 to `points` of `block`, each on one of `len` ties from `first` on. `parent` is the
    /// place of the sharer, if it is needed.
    #[inline(always)]
    pub(super) fn push_points(
        &mut self,
        block: Stream,
        points: usize,
        (first, len): (u64, u32),
        parent: Option<u32>,
    ) {
        let (mut at, mut number) = (self.len, 1);
        self.len += points;
        // Eight are written whether they are needed or not: that is cheaper than to ask.
        loop {
            let Some(ties) = self.ties[at..].first_chunk_mut() else { return };
            *ties = block.eight_unmixed(number);
            let Some(firsts) = self.firsts[at..].first_chunk_mut::<WRITTEN>() else { return };
            *firsts = [first; WRITTEN];
            let Some(lens) = self.lens[at..].first_chunk_mut::<WRITTEN>() else { return };
            *lens = [len; WRITTEN];
            if let Some(parent) = parent {
                self.parents[at..at + WRITTEN].fill(parent);
            }
            at += WRITTEN;
            number += WRITTEN as u64;
            if at >= self.len {
                break;
            }
        }
    }

    /// How often [`settle`](Self::settle) is to be called.
    #[inline(always)]
    pub(super) fn eights(&self) -> usize {
        self.len.div_ceil(8)
    }

    /// Makes the draws of eight points that stand side by side, and returns their ties. With `PICKS`,
    /// also makes the fractions that go with them.
    #[inline(always)]
    pub(super) fn settle<const PICKS: bool>(&mut self, eight: usize) -> &[u64; 8] {
        let ties = &mut self.ties.as_chunks_mut::<8>().0[eight];
        let (firsts, lens) = (self.firsts.as_chunks::<8>().0, self.lens.as_chunks::<8>().0);
        let draws = mixed(ties);
        *ties = places_in(&draws, &lens[eight], &firsts[eight]);
        if PICKS {
            self.fractions.as_chunks_mut::<8>().0[eight] = more_of(&draws);
        }
        ties
    }
}
