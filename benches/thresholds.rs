//! What does a threshold cascade cost against a loop written for the one purpose of counting?
//!
//! Watts on R-MAT graphs of 2^17 and 2^20 accounts, from few and from many origins. Prints the median
//! ratio over works done in turn, and what parents, drawn thresholds and persons cost beside.
#![allow(missing_docs, reason = "a bench has no documentation")]
#![allow(clippy::print_stdout, reason = "a bench reports what it measured")]

mod common;

use std::sync::Arc;

use common::graphs::{hubs, r_mat};
use common::measure::{Rounds, row, short, table};
use common::shares::Linked;
use common::work::activations;
use tieline::{Adopt, Distribution, Ensemble, Scenario, SocialGraph, Threshold, ThresholdRule};

/// The loop: compressed rows, a counter and the run that it belongs to for each account, first in
/// first out.
struct Loop {
    offsets: Vec<u32>,
    targets: Vec<u32>,
    /// How many must have shared.
    least: Vec<u32>,
    /// Run and count.
    counters: Vec<(u32, u32)>,
    shared: Vec<u32>,
    queue: Vec<u32>,
    run: u32,
}

impl Loop {
    fn new(graph: &SocialGraph, phi: f64) -> Self {
        let (mut offsets, mut targets) = (vec![0], Vec::new());
        let mut in_degree = vec![0u32; graph.account_count()];
        for account in graph.accounts() {
            targets.extend(graph.targets(account).iter().map(|target| target.get()));
            offsets.push(targets.len() as u32);
        }
        targets.iter().for_each(|&target| in_degree[target as usize] += 1);
        let least = |k: &u32| (phi * f64::from(*k)).ceil() as u32;
        Self {
            offsets,
            targets,
            least: in_degree.iter().map(least).collect(),
            counters: vec![(0, 0); in_degree.len()],
            shared: vec![0; in_degree.len()],
            queue: Vec::new(),
            run: 0,
        }
    }

    /// Its size.
    fn cascade(&mut self, origins: &[u32]) -> u64 {
        self.run += 1;
        let run = self.run;
        self.queue.clear();
        for &origin in origins {
            if self.shared[origin as usize] != run {
                self.shared[origin as usize] = run;
                self.queue.push(origin);
            }
        }
        let mut next = 0;
        while next < self.queue.len() {
            let source = self.queue[next] as usize;
            next += 1;
            for &target in
                &self.targets[self.offsets[source] as usize..self.offsets[source + 1] as usize]
            {
                let counter = &mut self.counters[target as usize];
                if counter.0 != run {
                    *counter = (run, 0);
                }
                counter.1 += 1;
                if counter.1 == self.least[target as usize] && self.shared[target as usize] != run {
                    self.shared[target as usize] = run;
                    self.queue.push(target);
                }
            }
        }
        self.queue.len() as u64
    }
}

fn main() {
    table(
        "Watts against a plain loop",
        &[
            "accounts",
            "φ",
            "origins",
            "size",
            "ns a share, loop",
            "kernel ÷ loop",
            "with parents",
            "drawn",
            "persons",
        ],
    );
    for (scale, phi, origins) in
        [(17, 0.1, 20), (17, 0.1, 500), (17, 0.18, 500), (20, 0.1, 500), (20, 0.18, 5000)]
    {
        let graph = Arc::new(r_mat(scale, 16));
        compare(&graph, phi, origins);
    }
}

fn compare(graph: &Arc<SocialGraph>, phi: f64, origins: usize) {
    let accounts = hubs(graph, origins);
    let numbers: Vec<u32> = accounts.iter().map(|account| account.get()).collect();
    let mut plain = Loop::new(graph, phi);
    let size = plain.cascade(&numbers);
    let runs = (1_000_000 / size.max(1)).clamp(2, 2000);
    let ensemble = |model: Threshold| {
        let scenario = Scenario::builder(graph.clone())
            .model(model)
            .origins(accounts.iter().copied())
            .build()
            .expect("a scenario without mistakes");
        Ensemble::new(&scenario).runs(runs).serial()
    };
    let watts = ensemble(Threshold::watts(phi));
    let (low, high) = (phi, phi + 1e-6);
    let drawn = Threshold::of(ThresholdRule::Watts).drawn(Distribution::Uniform { low, high });
    let (drawn, persons) = (ensemble(drawn), ensemble(Threshold::watts(phi).adopt(Adopt::Person)));
    assert_eq!(activations(&watts), runs * size, "the loop and the kernel count the same");
    let rounds = Rounds::of(&mut [
        &mut || _ = std::hint::black_box((0..runs).map(|_| plain.cascade(&numbers)).sum::<u64>()),
        &mut || _ = activations(&watts),
        &mut || _ = watts.observe(Linked::default),
        &mut || _ = activations(&drawn),
        &mut || _ = activations(&persons),
    ]);
    row(&[
        &graph.account_count(),
        &phi,
        &origins,
        &size,
        &short(rounds.median(0) / (runs * size) as f64),
        &short(rounds.ratio(1, 0)),
        &short(rounds.ratio(2, 0)),
        &short(rounds.ratio(3, 0)),
        &short(rounds.ratio(4, 0)),
    ]);
}
