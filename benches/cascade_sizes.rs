//! What does a cascade cost, per activation, against the plain loop in the same run?
//!
//! Prints, for each model, the median ratio over interleaved pairs; criterion keeps the history of
//! the engine's own times.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]
#![allow(clippy::print_stdout, reason = "a bench reports what it measured")]

mod common;

use common::{Plain, PlainModel, graph, hubs, median, per_activation, r_mat};
use criterion::{Criterion, criterion_group, criterion_main};
use std::time::Duration;
use tieline::stats::Counts;
use tieline::{Ensemble, IndependentCascade, LinearThreshold, Model, Scenario, WeightedCascade};

const SCALE: u32 = 17;
const PAIRS: usize = 9;

fn cascade_sizes(criterion: &mut Criterion) {
    let rows = r_mat(SCALE, 16);
    let graph = std::sync::Arc::new(graph(SCALE, &rows));
    let mut plain = Plain::new(graph.account_count(), &rows);
    let cases: [(&str, Model, PlainModel, usize, u64); 4] = [
        (
            "ic-0.007",
            IndependentCascade::with_probability(0.007).into(),
            PlainModel::Independent(0.007),
            10,
            200,
        ),
        (
            "ic-0.06",
            IndependentCascade::with_probability(0.06).into(),
            PlainModel::Independent(0.06),
            10,
            30,
        ),
        ("wc", WeightedCascade.into(), PlainModel::Weighted, 50, 100),
        ("lt", LinearThreshold::default().into(), PlainModel::Threshold, 50, 100),
    ];
    let mut group = criterion.benchmark_group("cascade_sizes");
    group.sample_size(10).warm_up_time(Duration::from_millis(500));
    for (name, model, plain_model, origins, runs) in cases {
        let origins = hubs(&graph, origins);
        let numbers: Vec<u32> = origins.iter().map(|account| account.get()).collect();
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
            let loop_time = per_activation(|| {
                (0..runs).map(|_| plain.cascade(plain_model, &numbers) as u64).sum()
            });
            pairs.push((loop_time, per_activation(sizes)));
        }
        let ratio = median(pairs.iter().map(|(plain, own)| plain / own).collect());
        let own = median(pairs.iter().map(|pair| pair.1).collect());
        let mean = sizes() as f64 / runs as f64;
        println!(
            "{name}: mean size {mean:.0}, {own:.2} ns per activation, {ratio:.1} times faster than the plain loop"
        );
        group.bench_function(name, |bencher| bencher.iter(sizes));
    }
    group.finish();
}

criterion_group!(benches, cascade_sizes);
criterion_main!(benches);
