//! What does a cascade cost, per activation, against the plain loop in the same run?
//!
//! Prints, for each model, the median ratio over interleaved pairs; criterion keeps the history of
//! the engine's own times.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]
#![allow(clippy::print_stdout, reason = "a bench reports what it measured")]

mod common;

use common::graphs::{hubs, r_mat};
use common::measure::{median, per_activation};
use common::plain::Plain;
use common::regimes::{Regime, regimes};
use common::work::activations;
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use std::sync::Arc;
use std::time::Duration;
use tieline::{Ensemble, Scenario, SocialGraph};

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
    group.bench_function(name, |bencher| bencher.iter(sizes));
}

criterion_group!(benches, cascade_sizes);
criterion_main!(benches);
