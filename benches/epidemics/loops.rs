//! The single-purpose loops that the engine is measured against: one model each, one generator, one
//! draw a tie, a binary heap of times.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use tieline::{AccountId, SocialGraph};

use crate::common::plain::Xoshiro;

/// What comes when, and to whom it comes through whom. Times are not negative, so their bits are in
/// their order.
type Queue = BinaryHeap<Reverse<(u64, u32, u32)>>;

/// A graph in compressed rows, and what the loops remember from run to run: nothing but room.
pub(crate) struct Loops {
    offsets: Vec<u32>,
    targets: Vec<u32>,
    /// Who shared in this run, until when in SIS and SIRS, and the earliest contact so far.
    shared: Vec<bool>,
    ends: Vec<f64>,
    free: Vec<f64>,
    earliest: Vec<f64>,
    touched: Vec<u32>,
    queue: Queue,
    random: Xoshiro,
}

impl Loops {
    pub(crate) fn new(graph: &SocialGraph) -> Self {
        let accounts = graph.account_count();
        let mut offsets = vec![0];
        let mut targets = Vec::with_capacity(graph.tie_count() as usize);
        for account in graph.accounts() {
            targets.extend(graph.targets(account).iter().copied().map(AccountId::get));
            offsets.push(targets.len() as u32);
        }
        Self {
            offsets,
            targets,
            shared: vec![false; accounts],
            ends: vec![f64::NEG_INFINITY; accounts],
            free: vec![f64::NEG_INFINITY; accounts],
            earliest: vec![f64::INFINITY; accounts],
            touched: Vec::new(),
            queue: Queue::new(),
            random: Xoshiro::new(7),
        }
    }

    fn exponential(&mut self) -> f64 {
        -(1.0 - self.random.unit()).ln()
    }

    fn row(&self, account: u32) -> std::ops::Range<usize> {
        self.offsets[account as usize] as usize..self.offsets[account as usize + 1] as usize
    }

    fn forget(&mut self) {
        for account in self.touched.drain(..) {
            let account = account as usize;
            (self.shared[account], self.earliest[account]) = (false, f64::INFINITY);
            (self.ends[account], self.free[account]) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        }
        self.queue.clear();
    }

    fn start(&mut self, origins: &[u32]) {
        self.queue.extend(origins.iter().map(|&origin| Reverse((0, origin, u32::MAX))));
    }

    /// Notes that `target` may share at `at`, if that is earlier than what was known.
    fn land(&mut self, at: f64, target: u32, parent: u32) {
        let known = &mut self.earliest[target as usize];
        if at < *known {
            if known.is_infinite() {
                self.touched.push(target);
            }
            *known = at;
            self.queue.push(Reverse((at.to_bits(), target, parent)));
        }
    }

    /// The next that shares for the first time, and when.
    fn next(&mut self) -> Option<(f64, u32)> {
        while let Some(Reverse((at, account, _))) = self.queue.pop() {
            if !std::mem::replace(&mut self.shared[account as usize], true) {
                self.touched.push(account);
                return Some((f64::from_bits(at), account));
            }
        }
        None
    }

    /// Event-driven SI (`gamma` 0), SIR (`sigma` infinite) and SEIR up to a time.
    pub(crate) fn sir(
        &mut self,
        (beta, sigma, gamma): (f64, f64, f64),
        until: f64,
        origins: &[u32],
    ) -> u64 {
        self.start(origins);
        let mut size = 0;
        while let Some((at, account)) = self.next() {
            size += 1;
            // Beyond the end of the run nothing lands.
            let lasts = if gamma > 0.0 { self.exponential() / gamma } else { f64::INFINITY };
            let lasts = lasts.min(until - at);
            for tie in self.row(account) {
                let target = self.targets[tie];
                if self.shared[target as usize] {
                    continue;
                }
                let age = self.exponential() / beta;
                if age <= lasts {
                    let waits = if sigma.is_finite() { self.exponential() / sigma } else { 0.0 };
                    if at + age + waits <= until {
                        self.land(at + age + waits, target, account);
                    }
                }
            }
        }
        self.forget();
        size
    }

    /// Who is reached by SIR at all: no times, first come, first served.
    pub(crate) fn sir_sizes(&mut self, beta: f64, gamma: f64, origins: &[u32]) -> u64 {
        for &origin in origins {
            self.shared[origin as usize] = true;
            self.touched.push(origin);
        }
        let mut next = 0;
        while next < self.touched.len() {
            let account = self.touched[next];
            next += 1;
            // One coin a tie, of what the period makes of the rate.
            let lasts = self.exponential() / gamma;
            let bound = ((1.0 - (-beta * lasts).exp()) * 4_294_967_296.0) as u64;
            for tie in self.row(account) {
                let target = self.targets[tie];
                if self.random.next() >> 32 < bound && !self.shared[target as usize] {
                    self.shared[target as usize] = true;
                    self.touched.push(target);
                }
            }
        }
        self.forget();
        next as u64
    }

    /// SIR in steps: at each step a coin for each tie from who shares to who does not, then one for each
    /// who shares.
    pub(crate) fn sir_in_steps(&mut self, beta: f64, gamma: f64, origins: &[u32]) -> u64 {
        let [beta, gamma] = [beta, gamma].map(|p| (p * 4_294_967_296.0) as u64);
        let mut sharing = origins.to_vec();
        for &origin in origins {
            self.shared[origin as usize] = true;
            self.touched.push(origin);
        }
        while !sharing.is_empty() {
            let first_new = self.touched.len();
            for &account in &sharing {
                for tie in self.row(account) {
                    let target = self.targets[tie];
                    if !self.shared[target as usize] && self.random.next() >> 32 < beta {
                        self.shared[target as usize] = true;
                        self.touched.push(target);
                    }
                }
            }
            sharing.retain(|_| self.random.next() >> 32 >= gamma);
            sharing.extend_from_slice(&self.touched[first_new..]);
        }
        let size = self.touched.len() as u64;
        self.forget();
        size
    }

    /// SIS in steps up to one of them: the same, and who is over can share again from the step after.
    pub(crate) fn sis_in_steps(
        &mut self,
        beta: f64,
        gamma: f64,
        until: u32,
        origins: &[u32],
    ) -> u64 {
        let [beta, gamma] = [beta, gamma].map(|p| (p * 4_294_967_296.0) as u64);
        let (mut sharing, mut new) = (origins.to_vec(), Vec::new());
        origins.iter().for_each(|&origin| self.shared[origin as usize] = true);
        let mut size = sharing.len() as u64;
        for _ in 0..until {
            for &account in &sharing {
                for tie in self.row(account) {
                    let target = self.targets[tie];
                    if !self.shared[target as usize] && self.random.next() >> 32 < beta {
                        self.shared[target as usize] = true;
                        new.push(target);
                    }
                }
            }
            sharing.retain(|&account| {
                let stays = self.random.next() >> 32 >= gamma;
                self.shared[account as usize] = stays;
                stays
            });
            size += new.len() as u64;
            sharing.append(&mut new);
        }
        sharing.iter().for_each(|&account| self.shared[account as usize] = false);
        size
    }

    /// Independent cascade: a coin a tie, an exponential delay for each success.
    pub(crate) fn delayed(&mut self, p: f64, rate: f64, origins: &[u32]) -> u64 {
        let bound = (p * 4_294_967_296.0) as u64;
        self.start(origins);
        let mut size = 0;
        while let Some((at, account)) = self.next() {
            size += 1;
            for tie in self.row(account) {
                let target = self.targets[tie];
                if self.random.next() >> 32 < bound && !self.shared[target as usize] {
                    let at = at + self.exponential() / rate;
                    self.land(at, target, account);
                }
            }
        }
        self.forget();
        size
    }

    /// SIS (`omega` infinite) and SIRS up to a time. Each tie waits for the next contact that can do
    /// something, from when its target can share again.
    pub(crate) fn again(
        &mut self,
        (beta, gamma, omega): (f64, f64, f64),
        until: f64,
        origins: &[u32],
    ) -> u64 {
        self.start(origins);
        let mut size = 0;
        while let Some(Reverse((bits, account, source))) = self.queue.pop() {
            let at = f64::from_bits(bits);
            let can = at >= self.free[account as usize];
            if source != u32::MAX {
                let free = if can { at } else { self.free[account as usize] };
                self.contact(beta, (free, until), account, source);
            }
            if !can {
                continue;
            }
            size += 1;
            self.touched.push(account);
            let end = at + self.exponential() / gamma;
            let immune = if omega.is_finite() { self.exponential() / omega } else { 0.0 };
            self.ends[account as usize] = end;
            self.free[account as usize] = end + immune;
            for tie in self.row(account) {
                let target = self.targets[tie];
                let free = self.free[target as usize].max(at);
                self.contact(beta, (free, until), target, account);
            }
        }
        self.forget();
        size
    }

    /// The next contact of `source` with `target` from a time on.
    fn contact(&mut self, beta: f64, (from, until): (f64, f64), target: u32, source: u32) {
        let at = from + self.exponential() / beta;
        if at <= self.ends[source as usize] && at <= until {
            self.queue.push(Reverse((at.to_bits(), target, source)));
        }
    }
}
