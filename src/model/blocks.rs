//! Ties that share one probability, cut into blocks that one draw decides.

use crate::random::{LONGEST, PoissonRows, Stream, Threshold, count, hazard};

/// Above this probability each tie tosses a coin of its own: points of a Poisson process would hit
/// most ties several times over. So a tie that fires costs two draws at most.
pub(crate) const STRONG: f64 = 0.75;

/// Blocks of every length up to this have a row of their own; longer ones are a power of two, or as
/// long as a block can be.
const SHORT: u64 = 2048;

/// Blocks of ties of one probability p ≤ [`STRONG`].
///
/// The hits of a block are the points of a Poisson process whose length is the sum of the ties'
/// hazards; each point falls on any tie alike, and a tie hit twice is hit.
#[derive(Debug, Clone)]
pub(crate) struct Blocks {
    /// Number of ties in the longest block.
    longest: u64,
    rows: PoissonRows,
    /// Lengths up to this have the row of that number.
    short: u64,
}

/// A block: how many ties it has, and the row that decides how many points fall on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) len: u32,
    pub(crate) row: usize,
}

impl Blocks {
    /// For lists of up to `degree` ties of probability `p`, 0 < `p` ≤ [`STRONG`].
    pub(crate) fn new(p: f64, degree: u64) -> Self {
        let hazard = hazard(p);
        let longest = longest(hazard);
        let short = SHORT.min(longest).min(degree);
        let mut rows = PoissonRows::default();
        (0..=short).for_each(|len| rows.push(len as f64 * hazard));
        if degree > short {
            let mut len = 2 * SHORT;
            while len < longest {
                rows.push(len as f64 * hazard);
                len *= 2;
            }
            rows.push(longest as f64 * hazard);
        }
        Self { longest, rows, short }
    }

    pub(crate) fn rows(&self) -> &PoissonRows {
        &self.rows
    }

    /// The first block of a list of `left` ties.
    #[inline(always)]
    pub(crate) fn first(&self, left: u64) -> Block {
        if left <= self.short {
            return Block { len: left as u32, row: left as usize };
        }
        self.first_of_many(left)
    }

    #[inline]
    fn first_of_many(&self, left: u64) -> Block {
        let len = block_len(left, self.longest);
        let row = if len == self.longest {
            self.rows.len() - 1
        } else if len <= SHORT {
            len as usize
        } else {
            self.short as usize + (len / SHORT).ilog2() as usize
        };
        Block { len: len as u32, row }
    }

    /// How many ties of `p` stand in the only block of a list of `len`, if it has only one.
    pub(crate) fn only_block(p: f64, len: u64) -> Option<f64> {
        let hazard = hazard(p);
        (block_len(len, longest(hazard)) == len).then_some(len as f64 * hazard)
    }
}

/// The most ties of `hazard` that a block holds.
fn longest(hazard: f64) -> u64 {
    (LONGEST / hazard).min(f64::from(u32::MAX / 2)) as u64
}

/// The length of the first block of a list of `left` ties.
fn block_len(left: u64, longest: u64) -> u64 {
    if left >= longest {
        longest
    } else if left <= SHORT {
        left
    } else {
        1 << left.ilog2()
    }
}

/// The draws of block number `block`: its count is number 0, its points are 1, 2 …
#[inline(always)]
pub(crate) fn block_stream(list: Stream, block: u64) -> Stream {
    list.from(block << 32)
}

/// Which of `len` ties of probability `p` fire, in the plainest words; a place may stand there
/// twice. What the fast kernels must agree with.
pub(crate) fn plain_hits(p: f64, list: Stream, len: usize) -> Vec<usize> {
    if p <= 0.0 || p >= 1.0 {
        return (0..len).filter(|_| p >= 1.0).collect();
    }
    if p > STRONG {
        let coin = Threshold::new(p);
        return (0..len).filter(|&place| coin.succeeds(list, place as u64)).collect();
    }
    let hazard = hazard(p);
    let (mut hits, mut start, mut block) = (Vec::new(), 0, 0);
    while start < len {
        let ties = block_len((len - start) as u64, longest(hazard));
        let stream = block_stream(list, block);
        let points = count(ties as f64 * hazard, stream, 0) as u64;
        hits.extend((1..=points).map(|point| start + stream.place(point, ties as u32) as usize));
        start += ties as usize;
        block += 1;
    }
    hits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_cover_a_list_and_know_their_rows() {
        for p in [1e-15, 1e-6, 1e-4, 0.004, 0.06, 0.5, 0.75] {
            for degree in [1, 7, 100, 2047, 2048, 2049, 1_000_000] {
                let blocks = Blocks::new(p, degree);
                let mut left = degree;
                while left > 0 {
                    let block = blocks.first(left);
                    let stretch = f64::from(block.len) * hazard(p);
                    assert!(stretch <= LONGEST && block.len > 0);
                    let mut row = PoissonRows::default();
                    row.push(stretch);
                    assert_eq!(blocks.rows().row(block.row), row.row(0), "{p}, {left}");
                    left -= u64::from(block.len);
                }
                assert_eq!(blocks.rows().row(0).0, [0; 16]);
            }
        }
    }
}
