//! What benches share: the R-MAT graph and the plain loop that the engine is measured against.
#![allow(dead_code, reason = "not every bench uses all of it")]

use std::time::Instant;

use tieline::generate::RMat;
use tieline::{AccountId, SocialGraph, TieList, TieSource};

/// xoshiro256++ (Blackman, Vigna 2021), the generator of the plain loop.
#[derive(Debug, Clone)]
pub(crate) struct Xoshiro([u64; 4]);

impl Xoshiro {
    pub(crate) fn new(mut seed: u64) -> Self {
        let mut next = || {
            seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = seed;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        };
        Self([next(), next(), next(), next()])
    }

    #[inline]
    pub(crate) fn next(&mut self) -> u64 {
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

/// R-MAT (.57, .19, .19, .05), permuted, without self-ties and duplicates: rows (source, target).
pub(crate) fn r_mat(scale: u32, edge_factor: u32) -> Vec<(u32, u32)> {
    let ties = RMat::benchmark(scale, edge_factor).expect("a scale within bounds");
    let mut rows = Vec::new();
    ties.for_each(&mut |source, target| {
        if source != target {
            rows.push((source, target));
        }
    });
    rows.sort_unstable();
    rows.dedup();
    rows
}

/// The same rows as a graph of one network, accounts in order of number.
pub(crate) fn graph(scale: u32, rows: &[(u32, u32)]) -> SocialGraph {
    let mut builder = SocialGraph::bulk_builder();
    let ties = TieList::new(1 << scale, rows.to_vec());
    builder.network("r-mat", &ties).expect("rows without mistakes");
    builder.build().expect("rows without mistakes")
}

/// The `k` accounts with most ties, the lesser id first among equals.
pub(crate) fn hubs(graph: &SocialGraph, k: usize) -> Vec<AccountId> {
    let mut accounts: Vec<AccountId> = graph.accounts().collect();
    accounts.sort_by_key(|&a| (std::cmp::Reverse(graph.out_degree(a)), a));
    accounts.truncate(k);
    accounts
}

/// The plain loop: compressed rows, one generator, an epoch per account, first in first out, the
/// coin tossed before the visited test.
pub(crate) struct Plain {
    offsets: Vec<u32>,
    targets: Vec<u32>,
    in_degree: Vec<u32>,
    tie_bounds: Vec<u32>,
    seen: Vec<u32>,
    stamp: Vec<u32>,
    need: Vec<f32>,
    queue: Vec<u32>,
    run: u32,
    random: Xoshiro,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum PlainModel {
    Independent(f64),
    Weighted,
    Threshold,
}

impl Plain {
    pub(crate) fn new(accounts: usize, rows: &[(u32, u32)]) -> Self {
        let mut offsets = vec![0u32; accounts + 1];
        let mut in_degree = vec![0u32; accounts];
        for &(source, target) in rows {
            offsets[source as usize + 1] += 1;
            in_degree[target as usize] += 1;
        }
        for i in 0..accounts {
            offsets[i + 1] += offsets[i];
        }
        // Rows are sorted by source.
        let targets: Vec<u32> = rows.iter().map(|row| row.1).collect();
        let tie_bounds = targets
            .iter()
            .map(|&v| (4_294_967_295.0 / f64::from(in_degree[v as usize])) as u32)
            .collect();
        Self {
            offsets,
            targets,
            in_degree,
            tie_bounds,
            seen: vec![0; accounts],
            stamp: vec![0; accounts],
            need: vec![0.0; accounts],
            queue: Vec::with_capacity(accounts),
            run: 0,
            random: Xoshiro::new(7),
        }
    }

    /// One cascade; its size.
    pub(crate) fn cascade(&mut self, model: PlainModel, origins: &[u32]) -> usize {
        self.run += 1;
        let run = self.run;
        self.queue.clear();
        for &origin in origins {
            if self.seen[origin as usize] != run {
                self.seen[origin as usize] = run;
                self.queue.push(origin);
            }
        }
        let bound = match model {
            PlainModel::Independent(p) => (p * 4_294_967_296.0) as u32,
            _ => 0,
        };
        let mut head = 0;
        while head < self.queue.len() {
            let u = self.queue[head] as usize;
            head += 1;
            let row = self.offsets[u] as usize..self.offsets[u + 1] as usize;
            for at in row {
                let v = self.targets[at] as usize;
                let shares = match model {
                    PlainModel::Independent(_) => {
                        ((self.random.next() >> 32) as u32) < bound && self.seen[v] != run
                    }
                    PlainModel::Weighted => {
                        (self.random.next() >> 32) as u32 <= self.tie_bounds[at]
                            && self.seen[v] != run
                    }
                    PlainModel::Threshold => {
                        self.seen[v] != run && {
                            if self.stamp[v] != run {
                                self.stamp[v] = run;
                                let draw = (self.random.next() >> 40) as f32 + 1.0;
                                self.need[v] = draw / 16_777_216.0 * self.in_degree[v] as f32;
                            }
                            self.need[v] -= 1.0;
                            self.need[v] <= 1e-6
                        }
                    }
                };
                if shares {
                    self.seen[v] = run;
                    self.queue.push(v as u32);
                }
            }
        }
        self.queue.len()
    }
}

/// Nanoseconds per activation of what `cascades` does; it returns activations.
pub(crate) fn per_activation(cascades: impl FnOnce() -> u64) -> f64 {
    let start = Instant::now();
    let activations = cascades();
    start.elapsed().as_nanos() as f64 / activations as f64
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The number by which [`r_mat`] names an account: the place in which it was declared, however the
/// graph stores it.
pub(crate) fn number(graph: &SocialGraph, account: AccountId) -> u32 {
    graph.logical_key(account).rank()
}
