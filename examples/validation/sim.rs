//! Graphs, and what is counted on them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tieline::generate::{ErdosRenyi, GeneratedTies};
use tieline::stats::Counts;
use tieline::{
    Amount, Choice, Detail, Distribution, Ensemble, Observer, OriginRule, Periods, Run,
    ScenarioBuilder, SocialGraph, TieList,
};

use crate::page::Estimate;

/// How much is run: everything, or as much as shows that the command works.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    pub(crate) quick: bool,
}

impl Effort {
    pub(crate) fn pick<T>(self, full: T, quick: T) -> T {
        if self.quick { quick } else { full }
    }

    /// Runs that have no graph in common.
    pub(crate) fn runs(self, full: u64) -> u64 {
        self.pick(full, (full / 20).max(2000))
    }

    /// Graphs between which errors are taken.
    pub(crate) fn graphs(self) -> u64 {
        self.pick(20, 6)
    }

    /// Accounts of a graph.
    pub(crate) fn accounts(self, full: u32) -> u32 {
        self.pick(full, (full / 8).clamp(2000, 8000).min(full))
    }
}

/// Does the work for each number below `times`, on all cores, and gives the results in order.
pub(crate) fn for_each<T: Send>(times: u64, work: impl Fn(u64) -> T + Sync) -> Vec<T> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicU64::new(0);
    let one_thread = || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= times {
                return done;
            }
            done.push((number, work(number)));
        }
    };
    let mut all: Vec<(u64, T)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(one_thread)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("no panic")).collect()
    });
    all.sort_by_key(|&(number, _)| number);
    all.into_iter().map(|(_, result)| result).collect()
}

/// The same columns from each graph: their means, with the error between graphs.
pub(crate) fn on_graphs(graphs: u64, work: impl Fn(u64) -> Vec<f64> + Sync) -> Vec<Estimate> {
    let rows = for_each(graphs, work);
    (0..rows[0].len()).map(|column| Estimate::between(rows.iter().map(|row| row[column]))).collect()
}

pub(crate) fn er_ties(n: u32, degree: f64, seed: u64) -> GeneratedTies {
    let model = ErdosRenyi::with_probability(n, degree / f64::from(n - 1)).mutual();
    model.ties(seed).expect("a probability")
}

pub(crate) fn er(n: u32, degree: f64, seed: u64) -> Arc<SocialGraph> {
    Arc::new(er_ties(n, degree, seed).graph("square").expect("a name"))
}

/// Erdős–Rényi networks `one` and `two`, of (accounts, mean degree), of which so many people have an account
/// in both.
pub(crate) fn two_networks([one, two]: [(u32, f64); 2], both: u32, seed: u64) -> Arc<SocialGraph> {
    let mut builder = SocialGraph::bulk_builder();
    let first = builder.network("one", &er_ties(one.0, one.1, 2 * seed)).expect("a name");
    let second = builder.network("two", &er_ties(two.0, two.1, 2 * seed + 1)).expect("a name");
    for person in 0..both {
        builder.user([(first, person), (second, person)]).expect("accounts of one person");
    }
    Arc::new(builder.build().expect("users"))
}

/// A plain generator (`SplitMix64`), so that what it decides owes nothing to the crate.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number in 0..1.
    pub(crate) fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Accounts 0 to n − 1 in one network with these ties, each seen from its second end.
pub(crate) fn graph(n: u32, ties: impl IntoIterator<Item = (u32, u32)>) -> Arc<SocialGraph> {
    let ties = TieList::new(n, ties.into_iter().collect::<Vec<_>>());
    let mut builder = SocialGraph::bulk_builder();
    builder.network("square", &ties).expect("a name");
    Arc::new(builder.build().expect("a graph"))
}

pub(crate) fn complete(n: u32) -> Arc<SocialGraph> {
    graph(n, (0..n).flat_map(|a| (0..n).filter(move |&b| a != b).map(move |b| (a, b))))
}

/// A path on which each sees the one before.
pub(crate) fn path(n: u32) -> Arc<SocialGraph> {
    graph(n, (1..n).map(|a| (a - 1, a)))
}

/// Somebody seen by so many others, who are numbered from 1.
pub(crate) fn star(leaves: u32) -> Arc<SocialGraph> {
    graph(leaves + 1, (1..=leaves).map(|leaf| (0, leaf)))
}

pub(crate) fn exponential(rate: f64) -> Distribution {
    Distribution::Exponential { rate }
}

pub(crate) fn lasting(rate: f64) -> Periods {
    Periods::all(exponential(rate))
}

pub(crate) fn geometric(p: f64) -> Periods {
    Periods::all(Distribution::Geometric { p })
}

/// One account at random.
pub(crate) fn anybody() -> OriginRule {
    OriginRule::new(Choice::Accounts, Amount::Count(1))
}

/// A part of all accounts, at random.
pub(crate) fn part(of_all: f64) -> OriginRule {
    OriginRule::new(Choice::Accounts, Amount::Share(of_all))
}

pub(crate) fn ensemble(builder: ScenarioBuilder, runs: u64, seed: u64) -> Ensemble {
    let scenario = builder.build().unwrap_or_else(|error| panic!("{error}"));
    Ensemble::new(&scenario).runs(runs).rng_seed(seed)
}

/// Sizes of runs on one thread, for work that is done on all of them already.
pub(crate) fn sizes(builder: ScenarioBuilder, runs: u64, seed: u64) -> Counts {
    ensemble(builder, runs, seed).serial().observe(Counts::default).value
}

/// What outbreaks come to: runs that more than a given number share in.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outbreaks {
    cut: u64,
    pub(crate) runs: u64,
    pub(crate) outbreaks: u64,
    /// Outbreaks whose origin is seen by at most five.
    pub(crate) of_few: u64,
    pub(crate) users: u64,
    pub(crate) reached: [u64; 2],
    /// Runs with more than that number of shares in each network, and in both.
    pub(crate) there: [u64; 2],
    pub(crate) in_both: u64,
}

impl Outbreaks {
    pub(crate) fn of(builder: ScenarioBuilder, runs: u64, seed: u64, cut: u64) -> Self {
        let new = || Self { cut, ..Self::default() };
        ensemble(builder, runs, seed).serial().observe(new).value
    }

    /// How many of all runs are outbreaks.
    pub(crate) fn often(&self) -> f64 {
        self.outbreaks as f64 / self.runs as f64
    }

    /// The part of these accounts that outbreaks reach; none without outbreaks.
    pub(crate) fn part(&self, network: usize, accounts: usize) -> f64 {
        self.reached[network] as f64 / (self.outbreaks as f64 * accounts as f64)
    }
}

impl Observer for Outbreaks {
    const DETAIL: Detail = Detail::Steps;

    fn see(&mut self, run: &Run<'_>) {
        self.runs += 1;
        if run.size() <= self.cut {
            return;
        }
        self.outbreaks += 1;
        let origin = run.accounts()[0];
        self.of_few += u64::from(run.graph().out_degree(origin) <= 5);
        self.users += run.users();
        let mut reached = [0; 2];
        for &account in run.accounts() {
            reached[run.graph().network_of(account).index()] += 1;
        }
        let there = reached.map(|shares| shares > self.cut);
        for network in 0..2 {
            self.reached[network] += reached[network];
            self.there[network] += u64::from(there[network]);
        }
        self.in_both += u64::from(there == [true; 2]);
    }

    fn merge(&mut self, later: Self) {
        self.runs += later.runs;
        self.outbreaks += later.outbreaks;
        self.of_few += later.of_few;
        self.users += later.users;
        self.in_both += later.in_both;
        for network in 0..2 {
            self.reached[network] += later.reached[network];
            self.there[network] += later.there[network];
        }
    }
}
