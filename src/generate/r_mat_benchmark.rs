//! The R-MAT graph of the benches, as their plain loop makes it: one generator from the first draw to
//! the last. Its state at the start of each chunk is kept, so that chunks can be asked for alone.

use super::{TIES_PER_CHUNK, part};
use crate::graph::TieSource;
use crate::random::mix64;

/// xoshiro256++ (D. Blackman, S. Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS
/// 47 (2021), doi:10.1145/3460772), filled by `SplitMix64`.
#[derive(Debug, Clone)]
struct Xoshiro([u64; 4]);

impl Xoshiro {
    fn new(mut seed: u64) -> Self {
        Self(std::array::from_fn(|_| {
            seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
            mix64(seed)
        }))
    }

    #[inline]
    fn next(&mut self) -> u64 {
        let s = &mut self.0;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }
}

#[derive(Debug)]
pub(super) struct BenchmarkTies {
    scale: u32,
    ties: u64,
    names: Vec<u32>,
    /// The generator before each chunk.
    states: Vec<Xoshiro>,
}

impl BenchmarkTies {
    pub(super) fn new(scale: u32, edge_factor: u32) -> Self {
        let mut random = Xoshiro::new(20_260_101 + u64::from(scale));
        let mut names: Vec<u32> = (0..1 << scale).collect();
        for i in (1..names.len()).rev() {
            let j = random.next() % (i as u64 + 1);
            names.swap(i, j as usize);
        }
        let ties = u64::from(edge_factor) << scale;
        let states = (0..ties.div_ceil(TIES_PER_CHUNK)).map(|chunk| {
            let state = random.clone();
            let part = part(chunk, ties);
            for _ in 0..(part.end - part.start) * u64::from(scale) {
                random.next();
            }
            state
        });
        let states = states.collect();
        Self { scale, ties, names, states }
    }
}

impl TieSource for BenchmarkTies {
    fn account_count(&self) -> u32 {
        self.names.len() as u32
    }

    fn chunk_count(&self) -> u64 {
        self.states.len() as u64
    }

    fn chunk(&self, chunk: u64, ties: &mut Vec<(u32, u32)>) {
        let mut random = self.states[chunk as usize].clone();
        ties.extend(part(chunk, self.ties).map(|_| {
            let (mut u, mut v) = (0, 0);
            for _ in 0..self.scale {
                let x = (random.next() >> 11) as f64 / (1u64 << 53) as f64;
                // Three comparisons without a branch: from 0.57 on to the right, from 0.76 on down,
                // and in between to the left again.
                let (right, down, both) = (x >= 0.57, x >= 0.76, x >= 0.95);
                u = u << 1 | usize::from(down);
                v = v << 1 | usize::from(right ^ down ^ both);
            }
            (self.names[u], self.names[v])
        }));
    }
}
