//! What does it cost to observe more than sizes: provenance, interlinks, audiences, share logs, a
//! comparison with an intervention?
//!
//! The same ensemble each time, on one thread: three linked networks, two thirds of whose accounts
//! belong to people who have one in each.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]
#![allow(clippy::print_stdout, reason = "a bench reports what it measured")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use std::time::Duration;

use common::graphs::{hubs, spread};
use common::measure::{Rounds, row, short, table};
use common::work::{Sharers, activations};
use criterion::{Criterion, criterion_group, criterion_main};
use tieline::generate::{LinkedNetworks, RMat, SharedUsers};
use tieline::{Ensemble, IndependentCascade, Overlay, Scenario, SocialGraph, UserId};

/// Activations that a measurement should see, about.
const ENOUGH: u64 = 400_000;

fn graph() -> SocialGraph {
    let names = ["square", "hall", "market"];
    let mut linked = LinkedNetworks::new();
    for name in names {
        linked = linked.network(name, RMat::new(15, 16));
    }
    linked.share(SharedUsers::fraction(names, 0.667)).graph(7).expect("networks without mistakes")
}

fn observers(criterion: &mut Criterion) {
    let graph = std::sync::Arc::new(graph());
    let (few, many) = (spread(&graph, 4), hubs(&graph, 10));
    for (name, p, origins) in
        [("small", 0.004, few), ("middling", 0.01, many.clone()), ("large", 0.08, many)]
    {
        let scenario = Scenario::builder(graph.clone())
            .model(IndependentCascade::with_probability(p))
            .crosspost(0.1)
            .origins(origins)
            .build()
            .expect("a scenario without mistakes");
        observe(criterion, name, &scenario);
    }
}

/// Of the users who share in a tenth of the runs or more, the one who does least often.
fn somebody(scenario: &Scenario) -> UserId {
    let graph = scenario.graph();
    let mut times: BTreeMap<UserId, u64> = BTreeMap::new();
    for run in Ensemble::new(scenario).runs(100).serial().observe(Sharers::default).value.0 {
        let users = run.into_iter().flatten().map(|account| graph.user_of(account));
        for user in users.collect::<BTreeSet<_>>() {
            *times.entry(user).or_default() += 1;
        }
    }
    times.retain(|_, times| *times >= 10);
    let (&user, _) = times.iter().min_by_key(|entry| entry.1).expect("origins always share");
    user
}

fn observe(criterion: &mut Criterion, name: &str, scenario: &Scenario) {
    let size = activations(&Ensemble::new(scenario).runs(100).serial()) as f64 / 100.0;
    let runs = (ENOUGH as f64 / size) as u64;
    let ensemble = Ensemble::new(scenario).runs(runs).serial();
    let user = somebody(scenario);
    let mute = Overlay::builder(scenario.graph()).mute(user).build().expect("a user of the graph");
    let no_crosspost =
        Overlay::builder(scenario.graph()).no_crosspost().build().expect("nothing to go wrong");
    let (links, audience) = (ensemble.clone().links(), ensemble.clone().audience());
    let (muting, parting) =
        (ensemble.clone().compare(mute), ensemble.clone().compare(no_crosspost));
    let mut works: [(&str, &mut dyn FnMut()); 8] = [
        ("sizes", &mut || _ = black_box(activations(&ensemble))),
        ("who shared at which step", &mut || _ = black_box(ensemble.observe(Sharers::default))),
        ("outcome", &mut || _ = black_box(ensemble.run())),
        ("outcome with links", &mut || _ = black_box(links.run())),
        ("outcome with audience", &mut || _ = black_box(audience.run())),
        ("share log", &mut || _ = black_box(ensemble.share_log())),
        ("outcome beside that without one user", &mut || _ = black_box(muting.run())),
        ("outcome beside that without cross-posts", &mut || _ = black_box(parting.run())),
    ];
    let mut in_turn: Vec<&mut dyn FnMut()> =
        works.iter_mut().map(|(_, work)| &mut **work as &mut dyn FnMut()).collect();
    let rounds = Rounds::of(&mut in_turn);
    table(
        &format!("What {runs} {name} cascades cost, of {} shares each", short(size)),
        &["observed", "ns per activation", "µs per run", "times the cost of sizes"],
    );
    for (work, (observed, _)) in works.iter().enumerate() {
        row(&[
            observed,
            &short(rounds.median(work) / (size * runs as f64)),
            &short(rounds.median(work) / 1000.0 / runs as f64),
            &short(rounds.ratio(work, 0)),
        ]);
    }
    println!(
        "\nOf these runs {} were repeated without the user, {} without cross-posts.",
        muting.run().compare.map_or(0, |compare| compare.repeated_runs),
        parting.run().compare.map_or(0, |compare| compare.repeated_runs),
    );
    let mut group = criterion.benchmark_group(format!("observers/{name}"));
    group.sample_size(10).warm_up_time(Duration::from_millis(200));
    group.measurement_time(Duration::from_secs(1));
    for (observed, work) in works {
        group.bench_function(observed, |bencher| bencher.iter(&mut *work));
    }
    group.finish();
}

criterion_group!(benches, observers);
criterion_main!(benches);
