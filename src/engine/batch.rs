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
    pub(super) hits: Pair,
    /// Picks from tables with narrow cells, and with wide ones; what stands for ties are cells.
    pub(super) narrow: Pair,
    pub(super) wide: Pair,
}

/// What is being gathered, and what was before.
#[derive(Debug, Default)]
pub(super) struct Pair {
    pub(super) new: Box<Batch>,
    pub(super) old: Box<Batch>,
}

impl Pair {
    /// Makes room for new ones: what was gathered is old.
    #[inline(always)]
    pub(super) fn turn(&mut self) {
        self.old.clear();
        std::mem::swap(&mut self.new, &mut self.old);
    }
}

/// About as many lines as a core fetches while it deals with the batch before.
const FULL: usize = 192;

/// Points that are written down together.
const WRITTEN: usize = 8;

/// Ties that are known, or points, that are added at a time; a block has no more.
pub(super) const MOST: usize = 64;

/// Room behind [`FULL`] for what is added before one asks whether a batch is full, twice what is added
/// at a time, and for what is written in vain.
const ROOM: usize = FULL + 2 * MOST + 2 * WRITTEN;

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

    fn clear(&mut self) {
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
        let at = self.len;
        // The place of whatever draw in a block of no tie is the first.
        (self.firsts[at], self.lens[at]) = (tie, 0);
        if let Some(parent) = parent {
            self.parents[at] = parent;
        }
        self.len += 1;
    }

    /// Ties that are known, `count` from `first` on, [`MOST`] at most.
    #[inline(always)]
    pub(super) fn push_known(&mut self, first: u64, count: usize, parent: Option<u32>) {
        self.write(count, 0, parent, |number, _, firsts| {
            *firsts = std::array::from_fn(|i| first + number + i as u64);
        });
    }

    /// Points 1 to `points` of `block`, [`MOST`] at most, each on one of `len` ties from `first` on.
    /// `parent` is the place of the sharer, if it is needed.
    #[inline(always)]
    pub(super) fn push_points(
        &mut self,
        block: Stream,
        points: usize,
        (first, len): (u64, u32),
        parent: Option<u32>,
    ) {
        self.write(points, len, parent, |number, ties, firsts| {
            *ties = block.eight_unmixed(number + 1);
            *firsts = [first; WRITTEN];
        });
    }

    /// Writes `count` points on blocks of `len` ties; `eight` writes from what the draws of points number
    /// 0, 8, 16 … and of the seven behind each are mixed, and where their blocks begin.
    #[inline(always)]
    fn write(
        &mut self,
        count: usize,
        len: u32,
        parent: Option<u32>,
        eight: impl Fn(u64, &mut [u64; WRITTEN], &mut [u64; WRITTEN]),
    ) {
        let (mut at, mut number) = (self.len, 0);
        self.len += count;
        // Eight are written whether they are needed or not: that is cheaper than to ask.
        loop {
            let Some(ties) = self.ties[at..].first_chunk_mut() else { return };
            let Some(firsts) = self.firsts[at..].first_chunk_mut() else { return };
            let Some(lens) = self.lens[at..].first_chunk_mut::<WRITTEN>() else { return };
            eight(number, ties, firsts);
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
