//! What loops walk on.

use std::ops::Range;

use tieline::SocialGraph;

/// Compressed rows.
pub(crate) struct Rows {
    offsets: Vec<usize>,
    pub(crate) targets: Vec<u32>,
}

impl Rows {
    pub(crate) fn new(graph: &SocialGraph) -> Self {
        let (mut offsets, mut targets) = (vec![0], Vec::new());
        for account in graph.accounts() {
            targets.extend(graph.targets(account).iter().map(|target| target.get()));
            offsets.push(targets.len());
        }
        Self { offsets, targets }
    }

    pub(crate) fn accounts(&self) -> usize {
        self.offsets.len() - 1
    }

    /// The ties of an account, as places of targets.
    #[inline]
    pub(crate) fn row(&self, account: u32) -> Range<usize> {
        self.offsets[account as usize]..self.offsets[account as usize + 1]
    }
}
