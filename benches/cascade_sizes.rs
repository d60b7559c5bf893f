//! What does a cascade cost, per activation, against the plain loop in the same run?
//!
//! Prints, for each regime, the median ratio over interleaved pairs and how sizes are distributed;
//! then for each model the cost over the whole range, from cascades of some ten shares to cascades of
//! a third of the graph and more. Criterion keeps the history of the engine's own times.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]
#![allow(clippy::print_stdout, reason = "a bench reports what it measured")]

mod common;

use common::graphs::{hubs, log_uniform, r_mat, spread, weighted};
use common::measure::{Rounds, median, per_activation, row, short, table, thousands};
use common::plain::{Plain, PlainModel, Xoshiro};
use common::regimes::{Regime, regimes};
use common::work::activations;
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use std::sync::Arc;
use std::time::Duration;
use tieline::stats::Counts;
use tieline::{
    Ensemble, IndependentCascade, LinearThreshold, Model, Scenario, SocialGraph, WeightedCascade,
};

const PAIRS: usize = 9;

fn cascade_sizes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("cascade_sizes");
    group.sample_size(10).warm_up_time(Duration::from_millis(500));
    for scale in [17, 20] {
        let graph = Arc::new(r_mat(scale, 16));
        let mut plain = Plain::new(&graph);
        for regime in regimes().into_iter().filter(|regime| regime.scale == scale) {
            compare(&mut group, &graph, &mut plain, regime);
        }
    }
    group.finish();
    whole_range();
}

/// Prints the median ratio over interleaved pairs.
fn compare(
    group: &mut BenchmarkGroup<'_, WallTime>,
    graph: &Arc<SocialGraph>,
    plain: &mut Plain,
    regime: Regime,
) {
    let Regime { name, model, plain: plain_model, runs, bar, .. } = regime;
    let origins = hubs(graph, regime.origins);
    let numbers = plain.numbers(&origins);
    let scenario = Scenario::builder(graph.clone())
        .model(model)
        .origins(origins)
        .build()
        .expect("a scenario without mistakes");
    let ensemble = Ensemble::new(&scenario).runs(runs).serial();
    let sizes = || activations(&ensemble);
    let mut pairs: Vec<(f64, f64)> = Vec::new();
    for _ in 0..PAIRS {
        let loop_time = per_activation(|| plain.cascades(plain_model, &numbers, runs));
        pairs.push((loop_time, per_activation(sizes)));
    }
    let ratio = median(pairs.iter().map(|(plain, own)| plain / own).collect());
    let own = median(pairs.iter().map(|pair| pair.1).collect());
    let mean = sizes() as f64 / runs as f64;
    let bar = bar.map_or(String::new(), |bar| format!(" (bar: {bar})"));
    println!(
        "{name}: mean size {mean:.0}, {own:.2} ns per activation, {ratio:.1} times as fast as the \
         plain loop{bar}"
    );
    println!("{name}: median, 90 %, 99 % and largest size: {}", sizes_of(&ensemble).join(", "));
    group.bench_function(name, |bencher| bencher.iter(sizes));
}

/// Median, 90 %, 99 % and the largest size.
fn sizes_of(ensemble: &Ensemble) -> [String; 4] {
    let sizes = ensemble.observe(Counts::default).value;
    [0.5, 0.9, 0.99, 1.0].map(|q| thousands(sizes.quantile(q).unwrap_or(0)))
}

/// From cascades of some ten shares to cascades of more than a third of 2^17 accounts. Those who
/// start are no hubs, but one from each of so many stretches of the graph.
fn whole_range() {
    table(
        "Cost over the whole range of sizes, 2^17 accounts",
        &[
            "model",
            "origins",
            "mean size",
            "median",
            "90 %",
            "99 %",
            "largest",
            "ns per activation",
            "times as fast as the plain loop",
        ],
    );
    let graph = Arc::new(r_mat(17, 16));
    let plain = &mut Plain::new(&graph);
    let probabilities = [2e-4, 0.003, 0.006, 0.01, 0.02, 0.05, 0.15];
    for p in probabilities {
        let model = IndependentCascade::with_probability(p);
        let name = format!("independent cascade, p = {p}");
        in_range(&name, &graph, plain, (model.into(), PlainModel::Independent(p)), 8);
    }
    for origins in [2, 20, 200, 2000, 10_000] {
        let model = (WeightedCascade.into(), PlainModel::Weighted);
        in_range("weighted cascade", &graph, plain, model, origins);
    }
    for origins in [2, 20, 200, 2000, 10_000] {
        let model = (LinearThreshold::default().into(), PlainModel::Threshold);
        in_range("linear threshold", &graph, plain, model, origins);
    }
    let folder = tempfile::tempdir().expect("a folder for weighted graphs");
    for p in probabilities {
        // Log-uniform over a decade, with mean p.
        let mut random = Xoshiro::new(7);
        let weight = || p * 2.558 * log_uniform(&mut random, 1.0);
        let graph = Arc::new(weighted(&graph, &folder.path().join("net.tl"), weight));
        let model = (IndependentCascade::with_tie_weights().into(), PlainModel::Weighted);
        let name = format!("a probability for each tie, mean {p}");
        in_range(&name, &graph, &mut Plain::new(&graph), model, 8);
    }
}

/// A row.
fn in_range(
    name: &str,
    graph: &Arc<SocialGraph>,
    plain: &mut Plain,
    (model, plain_model): (Model, PlainModel),
    origins: usize,
) {
    let accounts = spread(graph, origins);
    let numbers = plain.numbers(&accounts);
    let scenario = Scenario::builder(graph.clone())
        .model(model)
        .origins(accounts)
        .build()
        .expect("a scenario without mistakes");
    let few = activations(&Ensemble::new(&scenario).runs(20).serial()) / 20;
    let runs = (300_000 / few.max(1)).clamp(5, 20_000);
    let ensemble = Ensemble::new(&scenario).runs(runs).serial();
    let (total, mut of_plain) = (activations(&ensemble) as f64, 0);
    let rounds = Rounds::of(&mut [&mut || _ = activations(&ensemble), &mut || {
        of_plain = plain.cascades(plain_model, &numbers, runs.div_ceil(4));
    }]);
    let [median, p90, p99, most] = sizes_of(&ensemble);
    let own = rounds.median(0) / total;
    row(&[
        &name,
        &origins,
        &short(total / runs as f64),
        &median,
        &p90,
        &p99,
        &most,
        &short(own),
        &short(rounds.median(1) / of_plain as f64 / own),
    ]);
}

criterion_group!(benches, cascade_sizes);
criterion_main!(benches);
