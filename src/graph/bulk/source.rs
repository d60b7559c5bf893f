//! [`TieSource`]: ties that can be gone through as often as one likes.

use std::fmt;

use crate::graph::Reciprocity;

/// Ties between accounts 0, 1, … n − 1 that can be gone through again and again, in chunks.
///
/// [`BulkBuilder`](crate::BulkBuilder) asks for every chunk twice and keeps none, so a source that
/// makes its ties anew each time needs no memory for them. Chunks are asked for in any order and on
/// any thread; a chunk must hold the same ties each time. The generators of
/// [`generate`](crate::generate) are sources; so is a [`TieList`].
///
/// ```
/// use tieline::{Reciprocity, SocialGraph, TieSource};
///
/// /// Everybody sees what the next one shares.
/// #[derive(Debug)]
/// struct Ring(u32);
///
/// impl TieSource for Ring {
///     fn account_count(&self) -> u32 {
///         self.0
///     }
///     fn chunk_count(&self) -> u64 {
///         u64::from(self.0).div_ceil(1000)
///     }
///     fn chunk(&self, chunk: u64, ties: &mut Vec<(u32, u32)>) {
///         let start = 1000 * chunk as u32;
///         ties.extend((start..self.0.min(start + 1000)).map(|a| ((a + 1) % self.0, a)));
///     }
/// }
///
/// let mut builder = SocialGraph::bulk_builder();
/// builder.network("ring", &Ring(2500))?;
/// assert_eq!(builder.build()?.tie_count(), 2500);
/// # Ok::<(), tieline::Error>(())
/// ```
pub trait TieSource: fmt::Debug + Sync {
    /// Number of accounts, n.
    fn account_count(&self) -> u32;

    /// Number of chunks.
    fn chunk_count(&self) -> u64;

    /// Appends the ties of chunk number `chunk` to `ties`, as (who shares, who sees). A chunk of
    /// some 2^16 ties is neither too small to be worth a thread's turn nor too large to be kept for
    /// a moment.
    fn chunk(&self, chunk: u64, ties: &mut Vec<(u32, u32)>);

    /// Whether each tie stands for both directions.
    fn reciprocity(&self) -> Reciprocity {
        Reciprocity::Directed
    }

    /// Calls `see` for every tie, chunk by chunk. Self-ties and repeated ties are among them.
    fn for_each(&self, see: &mut dyn FnMut(u32, u32)) {
        let mut ties = Vec::new();
        for chunk in 0..self.chunk_count() {
            ties.clear();
            self.chunk(chunk, &mut ties);
            for &(source, target) in &ties {
                see(source, target);
            }
        }
    }
}

/// Ties held in memory, as a [`TieSource`].
///
/// ```
/// use tieline::{SocialGraph, TieList};
///
/// let mut builder = SocialGraph::bulk_builder();
/// builder.network("square", &TieList::new(3, vec![(0, 1), (0, 1), (2, 2)]))?;
/// let (graph, report) = builder.build_with_report()?;
/// assert_eq!((graph.account_count(), graph.tie_count()), (3, 1));
/// assert_eq!((report.networks[0].duplicates, report.networks[0].self_ties), (1, 1));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TieList {
    accounts: u32,
    ties: Vec<(u32, u32)>,
    reciprocity: Reciprocity,
}

impl TieList {
    /// These ties, (who shares, who sees), between accounts 0 … `accounts` − 1.
    #[must_use]
    pub fn new(accounts: u32, ties: Vec<(u32, u32)>) -> Self {
        Self { accounts, ties, reciprocity: Reciprocity::Directed }
    }

    /// Each tie stands for both directions.
    #[must_use]
    pub fn mutual(mut self) -> Self {
        self.reciprocity = Reciprocity::Mutual;
        self
    }
}

const TIES_PER_CHUNK: usize = 1 << 16;

impl TieSource for TieList {
    fn account_count(&self) -> u32 {
        self.accounts
    }

    fn chunk_count(&self) -> u64 {
        self.ties.len().div_ceil(TIES_PER_CHUNK) as u64
    }

    fn chunk(&self, chunk: u64, ties: &mut Vec<(u32, u32)>) {
        if let Some(part) = self.ties.chunks(TIES_PER_CHUNK).nth(chunk as usize) {
            ties.extend_from_slice(part);
        }
    }

    fn reciprocity(&self) -> Reciprocity {
        self.reciprocity
    }
}
