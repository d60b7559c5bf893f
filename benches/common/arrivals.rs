//! What comes when, in loops in which an account shares when the post first arrives.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A binary heap of times, who has shared, and the earliest time known. Times are not negative, so their bits are in
/// their order.
pub(crate) struct Arrivals {
    pub(crate) shared: Vec<bool>,
    earliest: Vec<f64>,
    queue: BinaryHeap<Reverse<(u64, u32)>>,
}

impl Arrivals {
    pub(crate) fn new(accounts: usize, origins: &[u32]) -> Self {
        let queue = origins.iter().map(|&origin| Reverse((0, origin))).collect();
        Self { shared: vec![false; accounts], earliest: vec![f64::INFINITY; accounts], queue }
    }

    /// Who shares next, and when.
    #[inline(always)]
    pub(crate) fn next(&mut self) -> Option<(f64, u32)> {
        while let Some(Reverse((at, account))) = self.queue.pop() {
            if !std::mem::replace(&mut self.shared[account as usize], true) {
                return Some((f64::from_bits(at), account));
            }
        }
        None
    }

    /// The post comes to `target`, if it is the first that does so far.
    #[inline(always)]
    pub(crate) fn land(&mut self, at: f64, target: u32) {
        let known = &mut self.earliest[target as usize];
        if at < *known {
            *known = at;
            self.queue.push(Reverse((at.to_bits(), target)));
        }
    }
}
