//! What does a cascade cost, per activation, against the plain loop in the same run?
//!
//! Prints, for each model, the median ratio over interleaved pairs; criterion keeps the history of
//! the engine's own times.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]
#![allow(clippy::print_stdout, reason = "a bench reports what it measured")]

mod common;

use common::{Plain, PlainModel, graph, hubs, median, number, per_activation, r_mat};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use std::sync::Arc;
use std::time::Duration;
use tieline::stats::Counts;
use tieline::{
    Ensemble, IndependentCascade, LinearThreshold, Model, Scenario, SocialGraph, WeightedCascade,
};

const PAIRS: usize = 9;

/// One regime: a graph of 2^`scale` accounts, a model, so many of the accounts with most ties as
/// origins, and how many times as fast as the plain loop the engine shall be.
struct Regime {
    name: &'static str,
    scale: u32,
    model: Model,
    plain: PlainModel,
    origins: usize,
    runs: u64,
    bar: Option<f64>,
}

fn independent(
    name: &'static str,
    scale: u32,
    p: f64,
    runs: u64,
    bar: impl Into<Option<f64>>,
) -> Regime {
    let (model, plain) = (IndependentCascade::with_probability(p), PlainModel::Independent(p));
    Regime { name, scale, model: model.into(), plain, origins: 10, runs, bar: bar.into() }
}

fn regimes() -> Vec<Regime> {
    let other = |name, scale, model, plain, runs, bar| Regime {
        name,
        scale,
        model,
        plain,
        origins: 50,
        runs,
        bar,
    };
    let (weighted, threshold) =
        (Model::from(WeightedCascade), Model::from(LinearThreshold::default()));
    vec![
        independent("17/ic-0.0003", 17, 0.0003, 4000, None),
        independent("17/ic-0.002", 17, 0.002, 2000, None),
        independent("17/ic-0.007", 17, 0.007, 200, 20.0),
        independent("17/ic-0.06", 17, 0.06, 30, 7.0),
        independent("17/ic-0.3", 17, 0.3, 10, None),
        other("17/wc", 17, weighted.clone(), PlainModel::Weighted, 50, None),
        other("17/lt", 17, threshold.clone(), PlainModel::Threshold, 20, None),
        independent("20/ic-0.004", 20, 0.004, 20, 28.0),
        independent("20/ic-0.08", 20, 0.08, 3, 8.0),
        other("20/wc", 20, weighted, PlainModel::Weighted, 6, Some(8.5)),
        other("20/lt", 20, threshold, PlainModel::Threshold, 4, Some(45.0)),
    ]
}

fn cascade_sizes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("cascade_sizes");
    group.sample_size(10).warm_up_time(Duration::from_millis(500));
    for scale in [17, 20] {
        let rows = r_mat(scale, 16);
        let graph = std::sync::Arc::new(graph(scale, &rows));
        let mut plain = Plain::new(graph.account_count(), &rows);
        for regime in regimes().into_iter().filter(|regime| regime.scale == scale) {
            compare(&mut group, &graph, &mut plain, regime);
        }
    }
    group.finish();
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
    let numbers: Vec<u32> = origins.iter().map(|&account| number(graph, account)).collect();
    let scenario = Scenario::builder(graph.clone())
        .model(model)
        .origins(origins)
        .build()
        .expect("a scenario without mistakes");
    let ensemble = Ensemble::new(&scenario).runs(runs).serial();
    let sizes = || {
        let sizes = ensemble.observe(Counts::default).value;
        sizes.iter().map(|(size, times)| size * times).sum::<u64>()
    };
    let mut pairs: Vec<(f64, f64)> = Vec::new();
    for _ in 0..PAIRS {
        let loop_time =
            per_activation(|| (0..runs).map(|_| plain.cascade(plain_model, &numbers) as u64).sum());
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
    group.bench_function(name, |bencher| bencher.iter(sizes));
}

criterion_group!(benches, cascade_sizes);
criterion_main!(benches);
