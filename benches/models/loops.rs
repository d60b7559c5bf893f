//! Loops that can do one thing each: compressed rows, one generator, a binary heap of times.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use tieline::{AccountId, SocialGraph};

use crate::common::arrivals::Arrivals;
use crate::common::plain::Xoshiro;
use crate::common::rows::Rows;

/// Compressed rows, one generator, origins.
pub(crate) struct Loops {
    rows: Rows,
    in_degree: Vec<u32>,
    origins: Vec<u32>,
    random: Xoshiro,
}

impl Loops {
    pub(crate) fn new(graph: &SocialGraph, origins: &[AccountId]) -> Self {
        let rows = Rows::new(graph);
        let mut in_degree = vec![0; rows.accounts()];
        rows.targets.iter().for_each(|&target| in_degree[target as usize] += 1);
        let origins = origins.iter().map(|origin| origin.get()).collect();
        Self { rows, in_degree, origins, random: Xoshiro::new(7) }
    }

    /// SIR with the rate of a tie shared out among those that its target sees.
    pub(crate) fn fsir(&mut self, beta: f64, gamma: f64) -> u64 {
        let mut arrivals = Arrivals::new(self.rows.accounts(), &self.origins);
        let mut size = 0;
        while let Some((at, account)) = arrivals.next() {
            size += 1;
            let lasts = self.random.exponential(gamma);
            for tie in self.rows.row(account) {
                let target = self.rows.targets[tie];
                if arrivals.shared[target as usize] {
                    continue;
                }
                let age =
                    self.random.exponential(beta / f64::from(self.in_degree[target as usize]));
                if age <= lasts {
                    arrivals.land(at + age, target);
                }
            }
        }
        size
    }

    /// Independent cascade in which every try takes a time of its own, and each persuades less.
    pub(crate) fn fatigue(&mut self, p: f64, ratio: f64, rate: f64) -> u64 {
        let factors: Vec<f64> = (0..400).map(|r| p * ratio.powi(r)).collect();
        let mut exposures = vec![0u32; self.rows.accounts()];
        let mut shared = vec![false; self.rows.accounts()];
        let mut queue: BinaryHeap<Reverse<(u64, u32, bool)>> =
            self.origins.iter().map(|&origin| Reverse((0, origin, true))).collect();
        let mut size = 0;
        while let Some(Reverse((at, account, starts))) = queue.pop() {
            let number = exposures[account as usize] as usize;
            exposures[account as usize] += u32::from(!starts);
            let passes = starts || self.random.unit() < factors[number.min(399)];
            if shared[account as usize] || !passes {
                continue;
            }
            shared[account as usize] = true;
            size += 1;
            for tie in self.rows.row(account) {
                let later = self.random.exponential(rate);
                let at = f64::from_bits(at) + later;
                queue.push(Reverse((at.to_bits(), self.rows.targets[tie], false)));
            }
        }
        size
    }

    /// Independent cascade.
    pub(crate) fn cascade(&mut self, p: f64) -> u64 {
        let mut shared = vec![false; self.rows.accounts()];
        let mut queue = self.origins.clone();
        queue.iter().for_each(|&origin| shared[origin as usize] = true);
        let mut next = 0;
        while let Some(&source) = queue.get(next) {
            next += 1;
            for tie in self.rows.row(source) {
                let target = self.rows.targets[tie];
                if !shared[target as usize] && self.random.unit() < p {
                    shared[target as usize] = true;
                    queue.push(target);
                }
            }
        }
        queue.len() as u64
    }

    /// SI up to a time, where accounts start of their own accord, too.
    pub(crate) fn external(&mut self, beta: f64, epsilon: f64, until: f64) -> u64 {
        let mut shared = vec![false; self.rows.accounts()];
        let mut queue: BinaryHeap<Reverse<(u64, u32)>> =
            self.origins.iter().map(|&origin| Reverse((0, origin))).collect();
        for account in 0..self.rows.accounts() as u32 {
            let at = self.random.exponential(epsilon);
            if at <= until {
                queue.push(Reverse((at.to_bits(), account)));
            }
        }
        let mut size = 0;
        while let Some(Reverse((at, account))) = queue.pop() {
            if std::mem::replace(&mut shared[account as usize], true) {
                continue;
            }
            size += 1;
            for tie in self.rows.row(account) {
                let target = self.rows.targets[tie];
                let at = f64::from_bits(at) + self.random.exponential(beta);
                if at <= until && !shared[target as usize] {
                    queue.push(Reverse((at.to_bits(), target)));
                }
            }
        }
        size
    }

    /// Feeds with a window of 1 and a memory, one look a unit of time. Returns looks.
    pub(crate) fn weng(&mut self, (new, attention, recall): (f64, f64, f64), until: f64) -> u64 {
        let mut screens: Vec<VecDeque<(f64, u32)>> = vec![VecDeque::new(); self.rows.accounts()];
        let mut memories = screens.clone();
        let mut queue: BinaryHeap<Reverse<(u64, u32)>> = BinaryHeap::new();
        for account in 0..self.rows.accounts() as u32 {
            let at = self.random.exponential(1.0);
            queue.push(Reverse((at.to_bits(), account)));
        }
        let origins = self.origins.clone();
        for origin in origins {
            memories[origin as usize].push_back((0.0, 0));
            for tie in self.rows.row(origin) {
                screens[self.rows.targets[tie] as usize].push_back((0.0, 0));
            }
        }
        let (mut looks, mut posts, mut acts) = (0, 0, Vec::new());
        while let Some(Reverse((at, account))) = queue.pop() {
            let time = f64::from_bits(at);
            if time > until {
                break;
            }
            looks += 1;
            let again = time + self.random.exponential(1.0);
            queue.push(Reverse((again.to_bits(), account)));
            let own = account as usize;
            for list in [&mut screens[own], &mut memories[own]] {
                while list.front().is_some_and(|&(since, _)| time - since >= 1.0) {
                    list.pop_front();
                }
            }
            acts.clear();
            if self.random.unit() < new {
                posts += 1;
                acts.push(posts);
            } else {
                for &(_, post) in &screens[own] {
                    if self.random.unit() < attention {
                        let memory = &memories[own];
                        let recalls = self.random.unit() < recall && !memory.is_empty();
                        let place_there = (self.random.unit() * memory.len() as f64) as usize;
                        acts.push(if recalls { memory[place_there].1 } else { post });
                    }
                }
            }
            for &post in &acts {
                memories[own].push_back((time, post));
                for tie in self.rows.row(account) {
                    screens[self.rows.targets[tie] as usize].push_back((time, post));
                }
            }
        }
        looks
    }

    /// Who has seen so many share shares.
    pub(crate) fn count(&self, least: u32, origins: &[u32]) -> u64 {
        let mut seen = vec![0u32; self.rows.accounts()];
        self.follow(origins, |target| {
            seen[target] += 1;
            seen[target] >= least
        })
    }

    /// The same of two posts, of which an account shares one: who starts first the first, the others the second.
    /// Whom both convince at one step shares that of one of those who tipped it then, each as likely as the
    /// others.
    pub(crate) fn count_exclusive(&mut self, least: u32, origins: &[u32]) -> [u64; 2] {
        #[derive(Clone, Copy, Default)]
        struct Seen {
            of: [u32; 2],
            /// At this step and before it.
            before: [u32; 2],
            step: u32,
            shared: bool,
        }
        let mut seen = vec![Seen::default(); self.rows.accounts()];
        let half = origins.len() / 2;
        let mut sharers: Vec<(u32, usize)> = (0..)
            .zip(origins)
            .map(|(place, &origin)| (origin, usize::from(place >= half)))
            .collect();
        sharers.iter().for_each(|&(origin, _)| seen[origin as usize].shared = true);
        let (mut sizes, mut convinced, mut step) = ([0, 0], Vec::new(), 0);
        while !sharers.is_empty() {
            step += 1;
            for &(source, post) in &sharers {
                sizes[post] += 1;
                for tie in self.rows.row(source) {
                    let target = self.rows.targets[tie];
                    let seen = &mut seen[target as usize];
                    if seen.shared {
                        continue;
                    }
                    if seen.step != step {
                        (seen.before, seen.step) = (seen.of, step);
                    }
                    seen.of[post] += 1;
                    if seen.of[post] == least {
                        convinced.push((target, post));
                    }
                }
            }
            sharers.clear();
            for (target, post) in convinced.drain(..) {
                let seen = &mut seen[target as usize];
                if std::mem::replace(&mut seen.shared, true) {
                    continue;
                }
                let post = if seen.of[1 - post] < least {
                    post
                } else {
                    let tips = [0, 1].map(|post| f64::from(seen.of[post] - seen.before[post]));
                    usize::from(self.random.unit() * (tips[0] + tips[1]) >= tips[0])
                };
                sharers.push((target, post));
            }
        }
        sizes
    }

    /// Self-exciting: a Poisson number of offspring a tie, of which an account shares the first.
    pub(crate) fn hawkes_once(&mut self, kappa: f64, rate: f64) -> u64 {
        let limit = (-kappa).exp();
        let mut arrivals = Arrivals::new(self.rows.accounts(), &self.origins);
        let mut size = 0;
        while let Some((at, account)) = arrivals.next() {
            size += 1;
            for tie in self.rows.row(account) {
                let target = self.rows.targets[tie];
                let mut product = self.random.unit();
                while product > limit {
                    arrivals.land(at + self.random.exponential(rate), target);
                    product *= self.random.unit();
                }
            }
        }
        size
    }

    /// Who has seen so great a part of those it sees share shares.
    pub(crate) fn linear(&self, part: f64, origins: &[u32]) -> u64 {
        let mut sums = vec![0.0; self.rows.accounts()];
        self.follow(origins, |target| {
            sums[target] += 1.0 / f64::from(self.in_degree[target]);
            sums[target] >= part
        })
    }

    /// Who sees one more share shares if that is enough.
    fn follow(&self, origins: &[u32], mut is_enough: impl FnMut(usize) -> bool) -> u64 {
        let mut shared = vec![false; self.rows.accounts()];
        let mut queue = origins.to_vec();
        queue.iter().for_each(|&origin| shared[origin as usize] = true);
        let mut next = 0;
        while let Some(&source) = queue.get(next) {
            next += 1;
            for tie in self.rows.row(source) {
                let target = self.rows.targets[tie] as usize;
                if is_enough(target) && !shared[target] {
                    shared[target] = true;
                    queue.push(target as u32);
                }
            }
        }
        queue.len() as u64
    }
}

/// Persons in two layers.
pub(crate) struct Layers {
    /// By layer: compressed rows by person.
    rows: [(Vec<usize>, Vec<u32>); 2],
    in_degree: Vec<[u32; 2]>,
    origins: Vec<u32>,
    accounts: u64,
}

impl Layers {
    /// The names of the accounts of `graph` are the numbers of its persons.
    pub(crate) fn new(graph: &SocialGraph, origins: &[AccountId]) -> Self {
        let person = |account: AccountId| {
            graph.account_name(account).parse::<u32>().expect("names are numbers")
        };
        let networks: Vec<_> = graph.networks().collect();
        let mut in_degree = vec![[0; 2]; graph.account_count() / 2];
        let rows = [0, 1].map(|layer| {
            let mut ties: Vec<(u32, u32)> = Vec::new();
            for source in graph.accounts_of_network(networks[layer]) {
                let targets = graph.targets(source).iter();
                ties.extend(targets.map(|&target| (person(source), person(target))));
            }
            ties.sort_unstable();
            ties.iter().for_each(|&(_, target)| in_degree[target as usize][layer] += 1);
            let offsets = (0..=in_degree.len())
                .map(|person| ties.partition_point(|&(source, _)| (source as usize) < person));
            (offsets.collect(), ties.iter().map(|&(_, target)| target).collect())
        });
        let accounts = graph.account_count() as u64;
        Self { rows, in_degree, origins: origins.iter().map(|&a| person(a)).collect(), accounts }
    }

    /// Who passes by what it has seen in the layers of what it sees there adopts in both. Returns shares of
    /// accounts: persons that start have shared in one at first.
    pub(crate) fn adopt(&mut self, passes: impl Fn([u32; 2], [u32; 2]) -> bool) -> u64 {
        let mut seen = vec![[0u32; 2]; self.in_degree.len()];
        let mut adopted = vec![false; self.in_degree.len()];
        let mut queue = self.origins.clone();
        queue.iter().for_each(|&origin| adopted[origin as usize] = true);
        let mut next = 0;
        while let Some(&source) = queue.get(next) {
            next += 1;
            for layer in 0..2 {
                let (offsets, targets) = &self.rows[layer];
                for &target in &targets[offsets[source as usize]..offsets[source as usize + 1]] {
                    let target = target as usize;
                    seen[target][layer] += 1;
                    if !adopted[target] && passes(seen[target], self.in_degree[target]) {
                        adopted[target] = true;
                        queue.push(target as u32);
                    }
                }
            }
        }
        (2 * queue.len() as u64).min(self.accounts)
    }
}

/// Self-exciting events of two types: numbers by products, one delay each; put in order at the end if
/// that is asked for.
pub(crate) fn types(
    random: &mut Xoshiro,
    numbers: [[f64; 2]; 2],
    origins: u32,
    until: f64,
    in_order: bool,
) -> u64 {
    let limits = numbers.map(|row| row.map(|number| (-number).exp()));
    let mut events: Vec<(f64, usize)> = (0..origins).map(|_| (0.0, 0)).collect();
    let mut next = 0;
    while let Some(&(at, of_type)) = events.get(next) {
        next += 1;
        for (other, &limit) in limits[of_type].iter().enumerate() {
            let mut product = random.unit();
            while product > limit {
                let at = at - (1.0 - random.unit()).ln();
                if at <= until {
                    events.push((at, other));
                }
                product *= random.unit();
            }
        }
    }
    if in_order {
        events.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
    }
    events.len() as u64
}
