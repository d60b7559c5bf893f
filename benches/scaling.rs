//! How does the cost of an activation, and of a tie that fires, grow with the work: with the graph,
//! with threads, with the number of networks, with cross-posting?
//!
//! Graphs are R-MAT with sixteen ties an account, from 2^14 to 2^22 accounts; `LARGEST_SCALE=24` in
//! the environment goes on to 2^24, which takes 6 GB of memory with the plain loop's copy.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]
#![allow(clippy::print_stdout, reason = "a bench reports what it measured")]

mod common;

use std::sync::Arc;

use common::graphs::{hubs, r_mat};
use common::measure::{Rounds, row, short, table};
use common::plain::{Plain, PlainModel};
use common::work::{Expected, activations};
use criterion::{Criterion, criterion_group, criterion_main};
use tieline::generate::{LinkedNetworks, RMat, SharedUsers};
use tieline::{
    Ensemble, IndependentCascade, LinearThreshold, Model, Scenario, SocialGraph, WeightedCascade,
};

/// Ties that runs of one measurement should examine, about: then a measurement takes some 20 ms.
const ENOUGH: u64 = 30_000_000;

/// A model, the plain loop's name of it, its probability if there is one, and how many hubs start.
type Case = (&'static str, Model, PlainModel, Option<f64>, usize);

fn cases() -> [Case; 4] {
    let independent = |name, p| {
        let model = IndependentCascade::with_probability(p).into();
        (name, model, PlainModel::Independent(p), Some(p), 10)
    };
    [
        independent("independent cascade, p = 0.004", 0.004),
        independent("independent cascade, p = 0.06", 0.06),
        ("weighted cascade", WeightedCascade.into(), PlainModel::Weighted, None, 50),
        ("linear threshold", LinearThreshold::default().into(), PlainModel::Threshold, None, 50),
    ]
}

fn scenario(graph: &Arc<SocialGraph>, model: Model, hub_count: usize, crosspost: f64) -> Scenario {
    Scenario::builder(graph.clone())
        .model(model)
        .crosspost(crosspost)
        .origins(hubs(graph, hub_count))
        .build()
        .expect("a scenario without mistakes")
}

/// An ensemble of about as much work as is [`ENOUGH`], on this thread.
fn enough(scenario: &Scenario) -> Ensemble {
    let size = activations(&Ensemble::new(scenario).runs(2).serial()) / 2;
    let graph = scenario.graph();
    let degree = graph.tie_count() / graph.account_count() as u64;
    Ensemble::new(scenario).runs((ENOUGH / (size * degree).max(1)).clamp(2, 2000)).serial()
}

fn sizes_of_graphs() {
    table(
        "Cost as the graph grows",
        &[
            "accounts",
            "model",
            "mean size",
            "ns per activation",
            "ns per tie that fired",
            "times as fast as the plain loop",
        ],
    );
    let largest = std::env::var("LARGEST_SCALE").ok().and_then(|scale| scale.parse().ok());
    for scale in (14..=largest.unwrap_or(22)).step_by(2) {
        let graph = Arc::new(r_mat(scale, 16));
        let mut plain = Plain::new(&graph);
        for (name, model, plain_model, p, hub_count) in cases() {
            let scenario = scenario(&graph, model, hub_count, 0.0);
            let ensemble = enough(&scenario);
            let runs = if scale < 20 { 5 } else { 1 };
            let origins = plain.numbers(scenario.origins());
            let mut of_plain = 0;
            let rounds = Rounds::of(&mut [&mut || _ = activations(&ensemble), &mut || {
                of_plain = plain.cascades(plain_model, &origins, runs);
            }]);
            let total = activations(&ensemble) as f64;
            let work = Expected::new(&graph, scenario.model(), p).work(&ensemble);
            let per_activation = rounds.median(0) / total;
            row(&[
                &format_args!("2^{scale}"),
                &name,
                &short(total / work.runs as f64),
                &short(per_activation),
                &short(rounds.median(0) / work.fired),
                &short(rounds.median(1) / of_plain as f64 / per_activation),
            ]);
        }
    }
}

/// Networks of 2^17 accounts in all. With several, a fifth of the accounts of each are of people
/// who have one in all of them.
fn linked(networks: u32) -> Arc<SocialGraph> {
    let names: Vec<String> = (0..networks).map(|i| format!("network {i}")).collect();
    let mut linked = LinkedNetworks::new();
    for name in &names {
        linked = linked.network(name, RMat::new(17 - networks.ilog2(), 16));
    }
    if networks > 1 {
        linked = linked.share(SharedUsers::fraction(names.iter().map(String::as_str), 0.2));
    }
    Arc::new(linked.graph(7).expect("networks without mistakes"))
}

fn networks_and_crossposts() {
    table(
        "Cost as 2^17 accounts are cut into networks (independent cascade, p = 0.06, nobody \
         cross-posts, 64 hubs start)",
        &["networks", "mean size", "ns per activation", "times the cost of one network"],
    );
    let model = || Model::from(IndependentCascade::with_probability(0.06));
    let whole = enough(&scenario(&linked(1), model(), 64, 0.0));
    let of_whole = activations(&whole) as f64;
    for networks in [1, 4, 16, 64] {
        compared(&networks, &scenario(&linked(networks), model(), 64, 0.0), &whole, of_whole);
    }
    table(
        "Cost as people cross-post (4 networks of 2^15 accounts, a fifth in all four; independent \
         cascade, p = 0.06, 64 hubs start)",
        &["cross-posting", "mean size", "ns per activation", "times the cost of none"],
    );
    let graph = linked(4);
    let none = enough(&scenario(&graph, model(), 64, 0.0));
    let of_none = activations(&none) as f64;
    for q in [0.0, 0.01, 0.1, 0.5, 1.0] {
        compared(&q, &scenario(&graph, model(), 64, q), &none, of_none);
    }
}

/// A row: the scenario beside the first of its table.
fn compared(name: &dyn std::fmt::Display, scenario: &Scenario, first: &Ensemble, of_first: f64) {
    let ensemble = enough(scenario);
    let rounds =
        Rounds::of(&mut [&mut || _ = activations(&ensemble), &mut || _ = activations(first)]);
    let work = Expected::new(scenario.graph(), scenario.model(), Some(0.06)).work(&ensemble);
    let total = work.activations as f64;
    row(&[
        name,
        &short(total / work.runs as f64),
        &short(rounds.median(0) / total),
        &short(rounds.ratio(0, 1) * of_first / total),
    ]);
}

#[cfg(feature = "parallel")]
fn threads(criterion: &mut Criterion) {
    table(
        "Two threads against one (2^20 accounts; bar: 1.85 on an idle machine)",
        &["model", "runs", "ms with one", "ms with two", "times as fast"],
    );
    let pool = |threads| {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads to be had")
    };
    let (one, two) = (pool(1), pool(2));
    let graph = Arc::new(r_mat(20, 16));
    let mut group = criterion.benchmark_group("scaling");
    group.sample_size(10).warm_up_time(std::time::Duration::from_millis(300));
    group.measurement_time(std::time::Duration::from_secs(2));
    for (name, model, _, _, hub_count) in cases() {
        let scenario = scenario(&graph, model, hub_count, 0.0);
        let size = activations(&Ensemble::new(&scenario).runs(2)) / 2;
        let runs = (10_000_000 / size.max(1)).clamp(32, 4000);
        let ensemble = Ensemble::new(&scenario).runs(runs);
        let rounds = Rounds::by_the_clock(&mut [
            &mut || _ = one.install(|| activations(&ensemble)),
            &mut || {
                _ = two.install(|| activations(&ensemble));
            },
        ]);
        let [ms_one, ms_two] = [0, 1].map(|work| short(rounds.median(work) / 1e6));
        row(&[&name, &runs, &ms_one, &ms_two, &short(rounds.ratio(0, 1))]);
        group.bench_function(format!("two threads/{name}"), |bencher| {
            bencher.iter(|| two.install(|| activations(&ensemble)));
        });
    }
    group.finish();
    table(
        "One run at a time, its large steps split among two threads (2^20 accounts)",
        &["model", "size", "ms with one", "ms with two", "times as fast"],
    );
    for (name, model, _, _, hub_count) in cases() {
        let scenario = scenario(&graph, model, hub_count, 0.0);
        let each_alone = || -> u64 {
            let ensembles = (0..SEEDS).map(|seed| Ensemble::new(&scenario).rng_seed(seed).runs(1));
            ensembles.map(|ensemble| activations(&ensemble)).sum()
        };
        let rounds = Rounds::by_the_clock(&mut [&mut || _ = one.install(each_alone), &mut || {
            _ = two.install(each_alone);
        }]);
        let per_run = |time: f64| short(time / SEEDS as f64 / 1e6);
        let size = short(each_alone() as f64 / SEEDS as f64);
        let [ms_one, ms_two] = [0, 1].map(|work| per_run(rounds.median(work)));
        row(&[&name, &size, &ms_one, &ms_two, &short(rounds.ratio(0, 1))]);
    }
}

/// Runs that are made one after the other.
#[cfg(feature = "parallel")]
const SEEDS: u64 = 5;

#[cfg(not(feature = "parallel"))]
fn threads(_: &mut Criterion) {
    println!("threads: needs the feature `parallel`");
}

fn scaling(criterion: &mut Criterion) {
    sizes_of_graphs();
    networks_and_crossposts();
    threads(criterion);
}

criterion_group!(benches, scaling);
criterion_main!(benches);
