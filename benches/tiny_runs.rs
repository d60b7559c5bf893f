//! What does a run cost beside its cascade? For posts that ten people share, that is most of it.
//!
//! Prints the median time of counting one value, and of one run that is made and shown to nobody, to
//! a histogram of sizes, and to all that an outcome holds.
#![allow(missing_docs, reason = "a bench has no documentation")]
#![allow(clippy::print_stdout, reason = "a bench reports what it measured")]

mod common;

use std::hint::black_box;
use std::time::Instant;

use common::measure::median;
use common::plain::Xoshiro;
use tieline::stats::{Counts, Moments};
use tieline::{Ensemble, IndependentCascade, Observer, Run, Scenario, SocialGraph};

const REPEATS: usize = 9;

/// Makes runs and looks at none.
#[derive(Default)]
struct Nobody;

impl Observer for Nobody {
    const DETAIL: tieline::Detail = tieline::Detail::Size;

    fn see(&mut self, run: &Run<'_>) {
        black_box(run.size());
    }

    fn merge(&mut self, _: Self) {}
}

/// Median nanoseconds for each of `times` things that `work` does.
fn nanoseconds(times: u64, mut work: impl FnMut()) -> f64 {
    let repeats = (0..REPEATS).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed().as_nanos() as f64 / times as f64
    });
    median(repeats.collect())
}

fn counting() {
    let values = 10_000_000;
    for most in [100, 1_000_000] {
        let counting = |push: &mut dyn FnMut(u64)| {
            let mut random = Xoshiro::new(7);
            (0..values).for_each(|_| push(1 + random.next() % most));
        };
        let nothing = nanoseconds(values, || counting(&mut |value| _ = black_box(value)));
        let counts = nanoseconds(values, || {
            let mut counts = Counts::default();
            counting(&mut |value| counts.push(value));
            black_box(counts);
        });
        let moments = nanoseconds(values, || {
            let mut moments = Moments::default();
            counting(&mut |value| moments.push(value));
            black_box(moments);
        });
        println!(
            "a value of 1 to {most}: counted in {:.1} ns, added to moments in {:.1} ns",
            counts - nothing,
            moments - nothing
        );
    }
}

/// Chains of accounts in `networks`, each person in all of them.
fn scenario(networks: usize) -> Scenario {
    let mut builder = SocialGraph::builder();
    for network in 0..networks {
        let network = builder.network(format!("network {network}"));
        for account in 0..1000 {
            builder.tie(network, &format!("{account}"), &format!("{}", account + 1));
        }
    }
    builder.same_name_is_one_user();
    Scenario::builder(builder.build().expect("a graph without mistakes"))
        .model(IndependentCascade::with_probability(0.9))
        .crosspost(0.01)
        .origin("0@network 0")
        .build()
        .expect("a scenario without mistakes")
}

fn runs() {
    let runs = 200_000;
    for networks in [1, 3] {
        let ensemble = Ensemble::new(&scenario(networks)).runs(runs).serial();
        let nobody = nanoseconds(runs, || _ = ensemble.observe(Nobody::default));
        let sizes = nanoseconds(runs, || _ = black_box(ensemble.observe(Counts::default)));
        let figures = nanoseconds(runs, || _ = black_box(ensemble.run()));
        let mean = ensemble.run().size.mean;
        println!(
            "a run of {mean:.1} shares in {networks} network(s): {nobody:.0} ns by itself, \
             {sizes:.0} ns with sizes, {figures:.0} ns with all figures"
        );
    }
    let alone = Ensemble::new(&scenario(1).with_origins(["1000"]).expect("the end of the chain"));
    let alone = alone.runs(runs).serial();
    let nobody = nanoseconds(runs, || _ = alone.observe(Nobody::default));
    let figures = nanoseconds(runs, || _ = black_box(alone.run()));
    println!("a run of one share: {nobody:.0} ns by itself, {figures:.0} ns with all figures");
}

fn main() {
    counting();
    runs();
}
