//! Loops that can do one thing each along ties that come and go: lists in order of time, one generator.

use crate::common::arrivals::Arrivals;
use crate::common::plain::Xoshiro;

/// A contact of a list that is sorted by time.
pub(crate) struct Contact {
    pub(crate) at: f64,
    pub(crate) source: u32,
    pub(crate) target: u32,
}

/// A tie of a list that is sorted by source, and from when to when it exists.
pub(crate) struct Interval {
    pub(crate) source: u32,
    pub(crate) target: u32,
    pub(crate) start: f64,
    pub(crate) end: f64,
}

/// Accounts, origins, one generator.
pub(crate) struct Loops {
    accounts: usize,
    origins: Vec<u32>,
    random: Xoshiro,
}

impl Loops {
    pub(crate) fn new(accounts: usize, origins: &[u32]) -> Self {
        Self { accounts, origins: origins.to_vec(), random: Xoshiro::new(7) }
    }

    /// Since when each shares: origins since before the first contact, others never.
    fn since(&self) -> Vec<f64> {
        let mut since = vec![f64::INFINITY; self.accounts];
        self.origins.iter().for_each(|&origin| since[origin as usize] = f64::NEG_INFINITY);
        since
    }

    /// The same, and until when.
    fn periods(&mut self, gamma: f64) -> Vec<(f64, f64)> {
        let mut since = vec![(f64::INFINITY, f64::NEG_INFINITY); self.accounts];
        for &origin in &self.origins {
            since[origin as usize] = (f64::NEG_INFINITY, self.random.exponential(gamma));
        }
        since
    }

    /// SI along a list of contacts.
    pub(crate) fn si_over(&mut self, p: f64, rows: &[Contact]) -> u64 {
        let mut since = self.since();
        let mut size = self.origins.len() as u64;
        for &Contact { at, source, target } in rows {
            let can = since[source as usize] < at && since[target as usize] == f64::INFINITY;
            if can && self.random.unit() < p {
                since[target as usize] = at;
                size += 1;
            }
        }
        size
    }

    /// SIR along a list of contacts.
    pub(crate) fn sir_over(&mut self, p: f64, gamma: f64, rows: &[Contact]) -> u64 {
        let mut since = self.periods(gamma);
        let mut size = self.origins.len() as u64;
        for &Contact { at, source, target } in rows {
            let (from, to) = since[source as usize];
            let can = from < at && at <= to && since[target as usize].0 == f64::INFINITY;
            if can && self.random.unit() < p {
                since[target as usize] = (at, at + self.random.exponential(gamma));
                size += 1;
            }
        }
        size
    }

    /// Independent cascade along a list of contacts: the first of each pair after the share is its try.
    pub(crate) fn cascade_over(&mut self, p: f64, rows: &[Contact]) -> u64 {
        let mut since = self.since();
        let mut tried = std::collections::HashSet::new();
        let mut size = self.origins.len() as u64;
        for &Contact { at, source, target } in rows {
            let can = since[source as usize] < at && since[target as usize] == f64::INFINITY;
            if can && tried.insert((source, target)) && self.random.unit() < p {
                since[target as usize] = at;
                size += 1;
            }
        }
        size
    }

    /// SEIR along a list of contacts.
    pub(crate) fn seir_over(
        &mut self,
        (p, sigma, gamma): (f64, f64, f64),
        rows: &[Contact],
    ) -> u64 {
        let mut since = self.periods(gamma);
        let mut size = self.origins.len() as u64;
        for &Contact { at, source, target } in rows {
            let (from, to) = since[source as usize];
            let can = from < at && at <= to && since[target as usize].0 == f64::INFINITY;
            if can && self.random.unit() < p {
                let from = at + self.random.exponential(sigma);
                since[target as usize] = (from, from + self.random.exponential(gamma));
                size += 1;
            }
        }
        size
    }

    /// SIS along a list of contacts.
    pub(crate) fn sis_over(&mut self, p: f64, gamma: f64, rows: &[Contact]) -> u64 {
        let mut since = self.periods(gamma);
        let mut size = self.origins.len() as u64;
        for &Contact { at, source, target } in rows {
            let (from, to) = since[source as usize];
            if from < at && at <= to && since[target as usize].1 < at && self.random.unit() < p {
                since[target as usize] = (at, at + self.random.exponential(gamma));
                size += 1;
            }
        }
        size
    }

    /// SIR along ties that exist for a while, with a heap of times.
    pub(crate) fn sir_within(
        &mut self,
        (beta, gamma): (f64, f64),
        offsets: &[usize],
        ties: &[Interval],
    ) -> u64 {
        let mut arrivals = Arrivals::new(self.accounts, &self.origins);
        let mut size = 0;
        while let Some((at, account)) = arrivals.next() {
            size += 1;
            let over = at + self.random.exponential(gamma);
            for tie in &ties[offsets[account as usize]..offsets[account as usize + 1]] {
                let (start, end) = (tie.start.max(at), tie.end.min(over));
                if start >= end || arrivals.shared[tie.target as usize] {
                    continue;
                }
                let at = start + self.random.exponential(beta);
                if at < end {
                    arrivals.land(at, tie.target);
                }
            }
        }
        size
    }

    /// Who has had so many contacts within a window of steps with those who shared by then. `rows` are in order
    /// of time, and `by_source`, of which `offsets` tell where each begins, in order of source and time.
    pub(crate) fn count_over(
        &self,
        (least, window): (u32, usize),
        rows: &[Contact],
        (offsets, by_source): (&[usize], &[Contact]),
    ) -> u64 {
        let mut seen = vec![0u32; self.accounts];
        let mut since = vec![usize::MAX; self.accounts];
        let (mut now, mut size, mut met) = (self.origins.clone(), 0, Vec::new());
        // The first contact that is not yet, and the first that still counts.
        let (mut next, mut first) = (0, 0);
        for step in 0.. {
            if next == rows.len() && first == next && now.is_empty() {
                break;
            }
            met.clear();
            while first < rows.len() && rows[first].at as usize + window <= step {
                let Contact { at, source, target } = rows[first];
                if since[source as usize] <= at as usize {
                    seen[target as usize] -= 1;
                }
                first += 1;
            }
            while next < rows.len() && rows[next].at as usize == step {
                if since[rows[next].source as usize] < step {
                    seen[rows[next].target as usize] += 1;
                    met.push(rows[next].target);
                }
                next += 1;
            }
            size += now.len() as u64;
            for &account in &now {
                since[account as usize] = step;
                for row in &by_source[offsets[account as usize]..offsets[account as usize + 1]] {
                    if row.at as usize == step {
                        seen[row.target as usize] += 1;
                        met.push(row.target);
                    }
                }
            }
            now.clear();
            for &target in &met {
                if since[target as usize] == usize::MAX && seen[target as usize] >= least {
                    now.push(target);
                }
            }
            now.sort_unstable();
            now.dedup();
        }
        size
    }

    /// Who sees, of those whom it sees now, so great a part share. `changes` are in order of steps: ties that
    /// begin and that end.
    pub(crate) fn part_within(
        &self,
        (part, of): (u32, u32),
        changes: &[(usize, bool, u32, u32)],
        offsets: &[usize],
        ties: &[Interval],
    ) -> u64 {
        let mut seen = vec![[0u32; 2]; self.accounts];
        let mut shared = vec![false; self.accounts];
        let (mut now, mut size, mut met) = (self.origins.clone(), 0, Vec::new());
        let mut next = 0;
        for step in 0.. {
            if next == changes.len() && now.is_empty() {
                break;
            }
            met.clear();
            while let Some(&(_, begins, source, target)) =
                changes.get(next).filter(|change| change.0 == step)
            {
                let [shares, all] = &mut seen[target as usize];
                let counts = u32::from(shared[source as usize]);
                if begins {
                    (*shares, *all) = (*shares + counts, *all + 1);
                } else {
                    (*shares, *all) = (*shares - counts, *all - 1);
                }
                met.push(target);
                next += 1;
            }
            size += now.len() as u64;
            for &account in &now {
                shared[account as usize] = true;
                for tie in &ties[offsets[account as usize]..offsets[account as usize + 1]] {
                    if tie.start as usize <= step && step < tie.end as usize {
                        seen[tie.target as usize][0] += 1;
                        met.push(tie.target);
                    }
                }
            }
            now.clear();
            for &target in &met {
                let [shares, all] = seen[target as usize];
                if !shared[target as usize] && shares > 0 && of * shares >= part * all {
                    now.push(target);
                }
            }
            now.sort_unstable();
            now.dedup();
        }
        size
    }
}
