//! How many instructions do the kernels take? One small fixed workload for each, made to be run
//! under valgrind by `.ci/counts`, which compares the counts with `benches/counts.txt`.
//!
//! Counts are the same whatever else the machine does, so they show a regression that no clock
//! would. They know nothing of memory: what is faster is for `cascade_sizes` to say.
#![allow(clippy::print_stdout, reason = "a bench reports what it did")]

mod common;

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::Arc;

use common::graphs::hubs;
use common::plain::Xoshiro;
use common::shares::{Linked, Sizes};
use tieline::{
    Ensemble, IndependentCascade, LinearThreshold, Model, Overlay, Scenario, ScenarioBuilder,
    SocialGraph, TieList, WeightedCascade,
};

const ACCOUNTS: u32 = 4096;
const TIES: usize = 16 * ACCOUNTS as usize;

/// Ties between accounts of which few have most.
fn ties(random: &mut Xoshiro, accounts: u32) -> (u32, u32) {
    let mut skewed = || {
        let below = |limit: u64, draw: u64| ((u128::from(draw) * u128::from(limit)) >> 64) as u64;
        (0..2).fold(u64::from(accounts), |limit, _| 1 + below(limit, random.next())) as u32 - 1
    };
    (skewed(), skewed())
}

/// Two networks, with the hubs of both shared.
fn plain() -> SocialGraph {
    let mut random = Xoshiro::new(1);
    let mut builder = SocialGraph::bulk_builder();
    let [square, hall] = ["square", "hall"].map(|name| {
        let rows = (0..TIES).map(|_| ties(&mut random, ACCOUNTS)).collect();
        builder.network(name, &TieList::new(ACCOUNTS, rows)).expect("rows without mistakes")
    });
    for account in 0..ACCOUNTS / 8 {
        builder.user([(square, account), (hall, account)]).expect("two accounts");
    }
    builder.build().expect("rows without mistakes")
}

/// One network whose ties have probabilities of their own, between 0.001 and 0.2.
fn weighted() -> SocialGraph {
    let mut random = Xoshiro::new(2);
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    let accounts = ACCOUNTS / 4;
    let mut rows: Vec<_> = (0..TIES / 4).map(|_| ties(&mut random, accounts)).collect();
    rows.sort_unstable();
    rows.dedup();
    for (source, target) in rows.into_iter().filter(|(source, target)| source != target) {
        let fraction = (random.next() >> 40) as f64 / 16_777_216.0;
        let weight = 0.001 + 0.199 * fraction * fraction;
        builder.weighted_tie(square, &source.to_string(), &target.to_string(), weight);
    }
    builder.build().expect("rows without mistakes")
}

/// What is counted; `.ci/counts` knows it by its name. Returns activations.
#[inline(never)]
fn counted(ensemble: &Ensemble, links: bool) -> u64 {
    if links {
        ensemble.observe(Linked::default).value.0
    } else {
        ensemble.observe(Sizes::default).value.0
    }
}

fn scenario(graph: SocialGraph, model: impl Into<Model>, origins: usize) -> ScenarioBuilder {
    let graph = Arc::new(graph);
    let origins = hubs(&graph, origins);
    Scenario::builder(graph).model(model).origins(origins).ignore_weights()
}

/// A workload: a scenario, how many runs, and whether parents are found.
type Workload = (&'static str, u64, bool, fn() -> ScenarioBuilder);

/// Each of them takes some 5 to 200 million instructions.
const WORKLOADS: [Workload; 10] = [
    ("ic-sparse", 1000, false, || scenario(plain(), ic(0.004), 10)),
    ("ic-dense", 40, false, || scenario(plain(), ic(0.2), 10)),
    ("ic-crossposts", 100, false, || scenario(plain(), ic(0.05), 10).crosspost(0.5)),
    ("ic-links", 100, true, || scenario(plain(), ic(0.05), 10).crosspost(0.5)),
    ("ic-overlay", 100, false, || scenario(plain(), ic(0.05), 10)),
    ("per-tie", 100, false, || scenario(weighted(), IndependentCascade::with_tie_weights(), 10)),
    ("weighted-cascade", 50, false, || scenario(plain(), WeightedCascade, 50)),
    ("lt-push", 20, false, || {
        // Cross-posts keep it from asking everybody.
        scenario(plain(), LinearThreshold::default(), 10).crosspost(0.01)
    }),
    ("lt-links", 20, true, || scenario(plain(), LinearThreshold::default(), 10)),
    ("lt-pull", 100, false, || scenario(plain(), LinearThreshold::default(), 50)),
];

fn ic(p: f64) -> IndependentCascade {
    IndependentCascade::with_probability(p)
}

fn main() -> ExitCode {
    // cargo adds a flag of its own.
    let asked = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let Some(asked) = asked else {
        WORKLOADS.iter().for_each(|workload| println!("{}", workload.0));
        return ExitCode::SUCCESS;
    };
    let Some(&(name, runs, links, build)) = WORKLOADS.iter().find(|workload| workload.0 == asked)
    else {
        println!("there is no workload `{asked}`");
        return ExitCode::FAILURE;
    };
    let mut scenario = build().build().expect("a scenario without mistakes");
    if name == "ic-overlay" {
        let graph = scenario.graph();
        let mut overlay = Overlay::builder(graph);
        for user in graph.users().step_by(100) {
            overlay = overlay.mute(user);
        }
        let overlay = overlay.build().expect("an overlay without mistakes");
        scenario = scenario.with_overlay(overlay);
    }
    let ensemble = Ensemble::new(&scenario).runs(runs).rng_seed(0).serial();
    println!("{name}: {} activations", counted(black_box(&ensemble), links));
    ExitCode::SUCCESS
}
