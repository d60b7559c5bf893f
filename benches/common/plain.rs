//! The plain loop that the engine is measured against.

use tieline::{AccountId, SocialGraph};

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

    /// A wait for what happens at this rate.
    pub(crate) fn exponential(&mut self, rate: f64) -> f64 {
        -(1.0 - self.unit()).ln() / rate
    }

    /// A number in 0..1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// `one` with probability `part`, else `other`.
    pub(crate) fn either(&mut self, part: f64, one: f64, other: f64) -> f64 {
        if self.unit() < part { one } else { other }
    }
}

/// The plain loop: compressed rows, one generator, an epoch per account, first in first out, the
/// coin tossed before the visited test.
pub(crate) struct Plain {
    /// For each account of the graph its number here: its place in order of logical key, however the
    /// graph stores it.
    numbers: Vec<u32>,
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
    /// A probability for each tie: its weight, or without weights 1 / in-degree of the target.
    Weighted,
    Threshold,
}

impl Plain {
    pub(crate) fn new(graph: &SocialGraph) -> Self {
        let accounts = graph.account_count();
        let mut numbers = vec![0u32; accounts];
        for (number, account) in (0..).zip(graph.accounts_in_key_order()) {
            numbers[account.index()] = number;
        }
        let mut offsets = vec![0u32];
        let mut targets = Vec::with_capacity(graph.tie_count() as usize);
        let mut in_degree = vec![0u32; accounts];
        for account in graph.accounts_in_key_order() {
            targets.extend(graph.targets(account).iter().map(|target| numbers[target.index()]));
            offsets.push(targets.len() as u32);
        }
        targets.iter().for_each(|&target| in_degree[target as usize] += 1);
        let bound = |p: f64| (4_294_967_295.0 * p) as u32;
        let by_degree = targets.iter().map(|&v| bound(1.0 / f64::from(in_degree[v as usize])));
        let ties = graph.accounts_in_key_order().flat_map(|account| graph.tie_ids(account));
        let tie_bounds = if graph.has_weights() {
            ties.filter_map(|tie| graph.weight(tie)).map(bound).collect()
        } else {
            by_degree.collect()
        };
        Self {
            numbers,
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

    /// The numbers of `accounts`.
    pub(crate) fn numbers(&self, accounts: &[AccountId]) -> Vec<u32> {
        accounts.iter().map(|account| self.numbers[account.index()]).collect()
    }

    /// The activations of so many cascades.
    pub(crate) fn cascades(&mut self, model: PlainModel, origins: &[u32], runs: u64) -> u64 {
        (0..runs).map(|_| self.cascade(model, origins) as u64).sum()
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
