//! What does a self-exciting cascade cost beside a plain loop that can do nothing else?
//!
//! R-MAT with sixteen ties an account, one κ for all ties, an exponential memory, no end that matters.
//! The plain loop takes events from a queue, draws a Poisson number of offspring by products, and one tie
//! and one delay for each. A word on the command line, as `2^14`, picks rows.
#![allow(clippy::print_stdout, reason = "a bench reports what it measured")]
// Of what benches share, this needs a part.
#![allow(dead_code)]

#[path = "common/graphs.rs"]
mod graphs;
#[path = "common/measure.rs"]
mod measure;
#[path = "common/plain.rs"]
mod plain;
#[path = "common/shares.rs"]
mod shares;
#[path = "common/wanted.rs"]
mod wanted;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use graphs::{hubs, r_mat};
use measure::{Rounds, row, short, table};
use plain::Xoshiro;
use shares::{Linked, Sizes};
use tieline::{Distribution, Ensemble, Hawkes, Scenario, SocialGraph};
use wanted::Wanted;

/// The plain loop: an event is its time, as bits in the same order, and its account.
struct Loop<'a> {
    graph: &'a SocialGraph,
    /// For each account e^(−Σκ).
    limits: Vec<f64>,
    offsets: Vec<u64>,
    targets: Vec<u32>,
    queue: Vec<(u64, u32)>,
    in_order: BinaryHeap<Reverse<(u64, u32)>>,
    random: Xoshiro,
}

impl<'a> Loop<'a> {
    fn new(graph: &'a SocialGraph, kappa: f64) -> Self {
        let degrees: Vec<u64> = graph.accounts().map(|account| graph.out_degree(account)).collect();
        let offset = |sum: &mut u64, degree| {
            *sum += degree;
            Some(*sum)
        };
        let targets = graph.accounts().flat_map(|account| graph.targets(account));
        Self {
            graph,
            limits: degrees.iter().map(|&degree| (-kappa * degree as f64).exp()).collect(),
            offsets: std::iter::once(0).chain(degrees.into_iter().scan(0, offset)).collect(),
            targets: targets.map(|target| target.get()).collect(),
            queue: Vec::new(),
            in_order: BinaryHeap::new(),
            random: Xoshiro::new(7),
        }
    }

    #[inline]
    fn offspring(
        &mut self,
        (at, account): (u64, u32),
        mut land: impl FnMut(&mut Self, (u64, u32)),
    ) {
        let account = account as usize;
        let (first, end) = (self.offsets[account], self.offsets[account + 1]);
        let limit = self.limits[account];
        let mut product = self.random.unit();
        while product > limit {
            let place = (u128::from(self.random.next()) * u128::from(end - first)) >> 64;
            let target = self.targets[first as usize + place as usize];
            let delay = -(1.0 - self.random.unit()).ln();
            let time = f64::from_bits(at) + delay;
            if time <= UNTIL {
                land(self, (time.to_bits(), target));
            }
            product *= self.random.unit();
        }
    }

    /// The size of a cascade, its events in no order.
    fn size(&mut self, origins: &[u32]) -> u64 {
        self.queue.clear();
        self.queue.extend(origins.iter().map(|&origin| (0f64.to_bits(), origin)));
        let mut next = 0;
        while let Some(&event) = self.queue.get(next) {
            self.offspring(event, |this, child| this.queue.push(child));
            next += 1;
        }
        self.queue.len() as u64
    }

    /// The same with its events in order of time.
    fn events(&mut self, origins: &[u32]) -> u64 {
        let mut events = 0;
        self.in_order.extend(origins.iter().map(|&origin| Reverse((0f64.to_bits(), origin))));
        while let Some(Reverse(event)) = self.in_order.pop() {
            self.offspring(event, |this, child| this.in_order.push(Reverse(child)));
            events += 1;
        }
        events
    }
}

/// The spectral radius of K.
const BRANCHING: f64 = 0.9;

/// The spectral radius of the ties, by power iteration.
fn radius(graph: &SocialGraph) -> f64 {
    let (mut values, mut radius) = (vec![1.0; graph.account_count()], 0.0);
    for _ in 0..30 {
        let sum =
            |account| graph.targets(account).iter().map(|&target| values[target.index()]).sum();
        let next: Vec<f64> = graph.accounts().map(sum).collect();
        let norm = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>().sqrt();
        radius = norm(&next) / norm(&values);
        let scale = 1.0 / norm(&next);
        values = next.into_iter().map(|value| value * scale).collect();
    }
    radius
}

const UNTIL: f64 = 1e6;

fn main() {
    table(
        "Self-exciting cascades from ten hubs: nanoseconds a share event",
        &[
            "graph",
            "events a run",
            "plain, size",
            "size",
            "ratio",
            "plain, in order",
            "in order",
            "ratio",
        ],
    );
    let wanted = Wanted::of_command_line();
    for (scale, runs) in [(14, 300), (17, 300), (20, 100)] {
        if wanted.leaves_out(&format!("2^{scale}")) {
            continue;
        }
        let graph = Arc::new(r_mat(scale, 16));
        let kappa = BRANCHING / radius(&graph);
        let origins = hubs(&graph, 10);
        let numbers: Vec<u32> = origins.iter().map(|origin| origin.get()).collect();
        let scenario = Scenario::builder(graph.clone())
            .model(Hawkes::new(kappa, Distribution::Exponential { rate: 1.0 }))
            .origins(origins)
            .until(UNTIL)
            .build()
            .expect("a scenario without mistakes");
        let ensemble = Ensemble::new(&scenario).runs(runs).serial();
        let (mut plain, mut sorted) = (Loop::new(&graph, kappa), Loop::new(&graph, kappa));
        assert_eq!(plain.graph.tie_count(), plain.targets.len() as u64);
        let mut events = [0u64; 4];
        let [a, b, c, d] = &mut events;
        let rounds = Rounds::of(&mut [
            &mut || *a = (0..runs).map(|_| plain.size(&numbers)).sum(),
            &mut || *b = ensemble.observe(Sizes::default).value.0,
            &mut || *c = (0..runs).map(|_| sorted.events(&numbers)).sum(),
            &mut || *d = ensemble.observe(Linked::default).value.0,
        ]);
        let each = |work: usize| short(rounds.median(work) / events[work] as f64);
        // Sizes differ from round to round of the plain loop, so what is compared is time an event.
        let ratio = |work: usize, plain: usize| {
            short(rounds.ratio(work, plain) * events[plain] as f64 / events[work] as f64)
        };
        row(&[
            &format!("2^{scale}"),
            &short(events[1] as f64 / runs as f64),
            &each(0),
            &each(1),
            &ratio(1, 0),
            &each(2),
            &each(3),
            &ratio(3, 2),
        ]);
    }
}
