//! Ties that fired, gathered so that the lines they need can be on their way before they are read.

use crate::random::{Stream, WIDTH};

/// What is gathered at a step, and what was gathered before: while one is filled, the lines of the
/// other arrive.
#[derive(Debug, Default)]
pub(super) struct Batches {
    pub(super) hits: Batch,
    pub(super) old_hits: Batch,
    /// Picks from tables of ties.
    pub(super) picks: Batch,
    pub(super) old_picks: Batch,
}

/// About as many lines as a core fetches while it deals with the batch before.
const FULL: usize = 128;

/// Room behind [`FULL`] for the points of one block, 64 at most, and for whole vectors.
const ROOM: usize = FULL + 64 + 2 * WIDTH;

/// Points that fell on ties: each a tie or a cell, and what goes with it.
#[derive(Debug)]
pub(super) struct Batch {
    len: usize,
    /// Ties.
    pub(super) ties: Box<[u64; ROOM]>,
    /// For picks from a table: what decides between a cell and its alias.
    pub(super) fractions: Box<[u64; ROOM]>,
    /// The place of the sharer, where it is needed.
    pub(super) parents: Box<[u32; ROOM]>,
}

impl Default for Batch {
    fn default() -> Self {
        Self {
            len: 0,
            ties: Box::new([0; ROOM]),
            fractions: Box::new([0; ROOM]),
            parents: Box::new([0; ROOM]),
        }
    }
}

impl Batch {
    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.len
    }

    #[inline(always)]
    pub(super) fn is_full(&self) -> bool {
        self.len >= FULL
    }

    pub(super) fn clear(&mut self) {
        self.len = 0;
    }

    /// One tie.
    #[inline(always)]
    pub(super) fn push(&mut self, tie: u64, parent: u32) {
        self.ties[self.len] = tie;
        self.parents[self.len] = parent;
        self.len += 1;
    }

    /// Draws 1 to `points` of `block`, each on one of `len` ties from `first` on. With `PICKS`, also
    /// the fractions that go with them. `parent` is the place of the sharer, if it is needed.
    #[inline(always)]
    pub(super) fn push_points<const PICKS: bool>(
        &mut self,
        block: Stream,
        points: usize,
        (first, len): (u64, u32),
        parent: Option<u32>,
    ) {
        let mut done = 0;
        // Eight are made whether they are needed or not: that is cheaper than to ask.
        loop {
            let at = self.len + done;
            let number = 1 + done as u64;
            let Some(places) = self.ties[at..].first_chunk_mut() else { return };
            if PICKS {
                let Some(fractions) = self.fractions[at..].first_chunk_mut() else { return };
                block.eight_picks(number, len, first, places, fractions);
            } else {
                block.eight_places(number, len, first, places);
            }
            if let Some(parent) = parent {
                self.parents[at..at + 8].fill(parent);
            }
            done += 8;
            if done >= points {
                break;
            }
        }
        self.len += points;
    }
}
