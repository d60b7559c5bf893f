//! How far is the engine from what the memory can deliver?
//!
//! The denominator is a replay of the same runs' addresses without arithmetic (`common/replay.rs`),
//! which no engine that pushes along ties can undercut while the graph lies where it lies: within 1.5
//! times of it is the limit. Beside it what the machine can do at all: how long one of many
//! independent reads of a line takes in working sets from 1 MB to 1 GB, and how fast memory is read
//! from end to end.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]
#![allow(clippy::print_stdout, reason = "a bench reports what it measured")]

mod common;

use std::cmp::Reverse;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use common::graphs::{hubs, r_mat};
use common::measure::{Rounds, row, short, table};
use common::plain::Xoshiro;
use common::regimes::{Regime, regimes};
use common::replay::{Pull, Push, huge_pages};
use common::work::activations;
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use tieline::{Ensemble, LinearThreshold, Model, Scenario, SocialGraph, WeightedCascade};

/// No more runs than this are recorded.
const RECORDED: u64 = 10;

/// Reads of one measurement.
const READS: usize = 1_000_000;

fn machine() {
    table(
        "What the machine can do, on one core",
        &[
            "working set",
            "ns per independent line",
            "the same on huge pages",
            "GB/s from end to end",
            "the same on huge pages",
        ],
    );
    for megabytes in [1, 4, 16, 64, 256, 1024] {
        let len = megabytes << 20;
        // Written once, so that the system gives memory and not one page of zeros.
        let ordinary = vec![1u8; len];
        let mut huge = huge_pages(len);
        huge.fill(1);
        let rounds = Rounds::of(&mut [
            &mut || _ = black_box(gather(&ordinary)),
            &mut || _ = black_box(gather(&huge)),
            &mut || _ = black_box(stream(&ordinary)),
            &mut || _ = black_box(stream(&huge)),
        ]);
        let line = |work| short(rounds.median(work) / READS as f64);
        let speed = |work| short(len.max(STREAMED) as f64 / rounds.median(work));
        row(&[&format_args!("{megabytes} MB"), &line(0), &line(1), &speed(2), &speed(3)]);
    }
}

/// Reads one number of a line, [`READS`] times.
fn gather(bytes: &[u8]) -> u64 {
    let (lines, _) = bytes.as_chunks::<64>();
    let mut random = Xoshiro::new(7);
    let mask = lines.len() - 1;
    (0..READS).map(|_| u64::from(lines[random.next() as usize & mask][0])).sum()
}

/// Bytes that one measurement reads at least.
const STREAMED: usize = 64 << 20;

/// Reads all bytes, small ones again and again.
fn stream(bytes: &[u8]) -> u64 {
    let (words, _) = bytes.as_chunks();
    let once =
        || words.iter().fold(0, |sum: u64, &word| sum.wrapping_add(u64::from_ne_bytes(word)));
    (0..(STREAMED / bytes.len()).max(1)).fold(0, |sum, _| sum ^ black_box(once()))
}

fn replays(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("limits");
    group.sample_size(10).warm_up_time(Duration::from_millis(200));
    group.measurement_time(Duration::from_secs(1));
    table(
        "The engine against a replay of what it must read and write (bar: 1.5)",
        &[
            "regime",
            "mean size",
            "ties fired per activation",
            "engine, ns per activation",
            "replay, ns per activation",
            "engine / replay",
        ],
    );
    for scale in [17, 20] {
        let graph = Arc::new(r_mat(scale, 16));
        let barred = regimes().into_iter().filter(|regime| regime.bar.is_some());
        for regime in barred.filter(|regime| regime.scale == scale) {
            replay(&mut group, &graph, regime);
        }
    }
    group.finish();
}

fn replay(group: &mut BenchmarkGroup<'_, WallTime>, graph: &Arc<SocialGraph>, regime: Regime) {
    let Regime { name, model, runs, origins, .. } = regime;
    let runs = runs.min(RECORDED);
    let listens = model == Model::from(LinearThreshold::default());
    let weighted = model == Model::from(WeightedCascade);
    let scenario = Scenario::builder(graph.clone())
        .model(model)
        .origins(hubs(graph, origins))
        .build()
        .expect("a scenario without mistakes");
    let ensemble = Ensemble::new(&scenario).runs(runs).serial();
    // Linear threshold lays rows out in an order of its own: hubs first, who only sees behind.
    let laid_out = listens.then(|| {
        let graph = graph.stored_by(|a| {
            let only_sees = graph.out_degree(a) == 0;
            (only_sees, Reverse(graph.out_degree(a).checked_ilog2()))
        });
        let hubs = hubs(&graph, origins);
        let scenario = Scenario::builder(graph).model(LinearThreshold::default()).origins(hubs);
        Ensemble::new(&scenario.build().expect("the same scenario")).runs(runs).serial()
    });
    let recorded = laid_out.as_ref().unwrap_or(&ensemble);
    let ((shares, fired), mut play_push) = if weighted {
        totals_and_play(Push::<8>::record(recorded, runs))
    } else {
        totals_and_play(Push::<4>::record(recorded, runs))
    };
    assert_eq!(shares, activations(&ensemble), "the replay is of other runs");
    let mut played = |kind: &str, play: &mut dyn FnMut()| {
        let rounds = Rounds::of(&mut [&mut || _ = activations(&ensemble), &mut *play]);
        row(&[
            &format_args!("{name}{kind}"),
            &short(shares as f64 / runs as f64),
            &short(fired as f64 / shares as f64),
            &short(rounds.median(0) / shares as f64),
            &short(rounds.median(1) / shares as f64),
            &short(rounds.ratio(0, 1)),
        ]);
        group.bench_function(format!("replay of {name}{kind}"), |bencher| bencher.iter(&mut *play));
    };
    if listens {
        let mut pull = Pull::record(recorded, runs);
        played(", asking all", &mut || _ = black_box(pull.play()));
        played(", if one knew whom to ask", &mut play_push);
    } else {
        played("", &mut play_push);
    }
}

/// The totals of recorded runs, and what plays them.
fn totals_and_play<const N: usize>(mut push: Push<N>) -> ((u64, u64), Box<dyn FnMut()>) {
    (push.totals(), Box::new(move || _ = black_box(push.play())))
}

fn limits(criterion: &mut Criterion) {
    machine();
    replays(criterion);
}

criterion_group!(benches, limits);
criterion_main!(benches);
