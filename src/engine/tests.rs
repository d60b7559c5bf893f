//! Proves that kernels give the same bits with every set of instructions that this machine has.

use super::dispatch::Found;
use super::{
    Detail, Event, NO_PARENT, Trace, World, reference, run_on, run_together_on, runs_together,
};
use crate::random::RunKeys;

#[path = "../../tests/scenarios/mod.rs"]
mod scenarios;

use scenarios::{Case, crowd};
use tieline::{
    AccountId, CrosspostRates, Delays, Distribution, Fsir, Hawkes, IndependentCascade,
    LinearThreshold, Model, Overlay, Periods, Scenario, Seir, Sharing, Sir, SocialGraph,
    WeightedCascade,
};

/// What a run with parents left behind, as the reference kernel tells it.
fn events(world: &World<'_>, trace: &Trace) -> Vec<Event> {
    let accounts = trace.accounts();
    let key = |place: usize| world.graph.logical_key(accounts[place]);
    let mut order: Vec<(u64, usize)> = Vec::new();
    for step in 0..trace.steps() {
        order.extend(trace.step(step).map(|place| (step as u64, place)));
    }
    order.sort_by_key(|&(step, place)| (step, key(place)));
    let row_of = |parent| order.iter().position(|&(_, place)| place == parent as usize);
    let event = |&(at, place): &(u64, usize)| {
        let parent = trace.parents[place];
        let parent = (parent != NO_PARENT).then(|| row_of(parent).unwrap() as u32);
        Event { at, account: accounts[place], parent, route: trace.routes[place] }
    };
    order.iter().map(event).collect()
}

/// Who shared at which step.
fn steps(trace: &Trace) -> Vec<(usize, AccountId)> {
    let at = |step| trace.step(step).map(move |place| (step, trace.accounts()[place]));
    let mut steps: Vec<_> = (0..trace.steps()).flat_map(at).collect();
    steps.sort();
    steps
}

/// Runs `scenario` with every set of instructions, in every detail, against the reference kernel.
fn assert_levels_agree(scenario: &Scenario, rng_seed: u64, runs: u64, what: &str) {
    let world = scenario.world();
    for run in 0..runs {
        let keys = RunKeys::new(rng_seed, run, 0);
        let want = reference(&world, &keys);
        let mut want_steps: Vec<_> =
            want.iter().map(|event| (event.at as usize, event.account)).collect();
        want_steps.sort();
        for found in Found::all() {
            let mut trace = Trace::new(world.graph.account_count());
            let what = format!("{what}, run {run}, {found:?}");
            run_on(found, &world, &keys, Detail::Parents, &mut trace);
            assert_eq!(events(&world, &trace), want, "{what}");
            run_on(found, &world, &keys, Detail::Steps, &mut trace);
            assert_eq!(steps(&trace), want_steps, "{what}");
            run_on(found, &world, &keys, Detail::Size, &mut trace);
            assert_eq!(trace.len(), want.len(), "{what}");
        }
    }
    // Runs that are made together, or one at a time.
    let keys: Vec<_> = (0..runs).map(|run| RunKeys::new(rng_seed, run, 0)).collect();
    let want: Vec<_> = keys.iter().map(|keys| reference(&world, keys).len() as u64).collect();
    if runs <= runs_together(&world, Detail::Size) {
        for found in Found::all() {
            let mut trace = Trace::new(world.graph.account_count());
            assert_eq!(run_together_on(found, &world, &keys, &mut trace), want, "{what}");
        }
    }
}

/// In 600 random worlds of all models, with and without an intervention.
#[test]
#[allow(clippy::print_stdout, reason = "what a pass proves depends on the machine")]
fn levels_agree_in_random_worlds() {
    println!("kernels run with {:?}", Found::all());
    for seed in 0..600 {
        let case = Case::new(seed);
        let scenario = case.scenario();
        assert_levels_agree(&scenario, seed, 3, &format!("case {seed}"));
        let overlay = case.overlay(scenario.graph(), &case.changes);
        let what = format!("case {seed} intervened");
        assert_levels_agree(&scenario.with_overlay(overlay), seed, 3, &what);
    }
}

/// Kernels in time, in order and in none, over ties that exist always and over contacts.
#[test]
fn levels_agree_in_time() {
    let exponential = |rate| Distribution::Exponential { rate };
    let period = |rate| Periods::all(exponential(rate));
    let models: [(Model, bool); 7] = [
        (Sir::new(0.3, period(1.0)).into(), false),
        (Sir::new(0.05, period(1.0)).into(), false),
        (Sir::new(0.3, Periods::all(Distribution::Fixed { x: 1.0 })).into(), false),
        (Seir::new(0.3, period(2.0), period(1.0)).into(), false),
        (Fsir::new(2.0, period(1.0)).into(), false),
        (IndependentCascade::with_probability(0.1).into(), true),
        (Hawkes::new(0.05, exponential(1.0)).sharing(Sharing::Once).into(), false),
    ];
    let mut contacts = SocialGraph::builder();
    let square = contacts.network("square");
    let draw = RunKeys::new(1, 0, 0).tie.stream(0, 0);
    for row in 0..4000 {
        let [one, other] = [0, 1].map(|end| draw.place(3 * row + end, 200).to_string());
        if one != other {
            contacts.contact(
                square,
                &one,
                &other,
                f64::from(draw.place(3 * row + 2, 1000)) / 100.0,
            );
        }
    }
    let contacts = std::sync::Arc::new(contacts.build().unwrap());
    let graph = std::sync::Arc::new(crowd(1000, 12, 1));
    for (number, (model, delayed)) in models.into_iter().enumerate() {
        for graph in [&graph, &contacts] {
            if graph.has_times() && matches!(model, Model::Fsir(_) | Model::Hawkes(_)) {
                continue;
            }
            let mut builder = Scenario::builder(graph.clone())
                .model(model.clone())
                .origins((0..40).map(AccountId::new));
            if delayed {
                builder = builder.delays(Delays::all(exponential(1.0)));
            }
            let scenario = builder.build().unwrap();
            let overlay = Overlay::builder(graph).mute(graph.user_of(AccountId::new(41)));
            let without = scenario.with_overlay(overlay.build().unwrap());
            for (world, run) in [(scenario.world(), 0), (scenario.world(), 1), (without.world(), 0)]
            {
                let keys = RunKeys::new(5, run, 0);
                let all = Found::all().into_iter().map(|found| {
                    found.as_best(|| {
                        let mut trace = Trace::new(graph.account_count());
                        run_on(found, &world, &keys, Detail::Parents, &mut trace);
                        let events =
                            (trace.accounts().to_vec(), trace.ticks.clone(), trace.parents.clone());
                        run_on(found, &world, &keys, Detail::Size, &mut trace);
                        assert_eq!(trace.len(), events.0.len(), "model {number}, {found:?}");
                        events
                    })
                });
                let all: Vec<_> = all.collect();
                assert!(all[0].0.len() > 40, "model {number}");
                assert!(all.iter().all(|events| *events == all[0]), "model {number}, run {run}");
            }
        }
    }
}

/// On two networks of 1,000 accounts with hubs, where batches fill, and where everybody is asked.
#[test]
fn levels_agree_in_a_crowd() {
    let graph = std::sync::Arc::new(crowd(1000, 12, 1));
    let mut models: Vec<Model> = [1e-9, 0.01, 0.1, 0.7, 0.999]
        .map(|p| IndependentCascade::with_probability(p).into())
        .into();
    models.push(IndependentCascade::with_probability(0.02).in_network("hall", 0.3).into());
    models.push(WeightedCascade.into());
    models.push(LinearThreshold::default().into());
    for (number, model) in models.into_iter().enumerate() {
        for q in [0.0, 0.3] {
            let scenario = Scenario::builder(graph.clone())
                .model(model.clone())
                .crosspost_rates(CrosspostRates::with_probability(q))
                .origins((0..40).map(AccountId::new))
                .build()
                .unwrap();
            let what = format!("model {number}, cross-posts {q}");
            assert_levels_agree(&scenario, 5, 2, &what);
            let overlay = Overlay::builder(&graph)
                .mute(graph.user_of(AccountId::new(41)))
                .add_origin(AccountId::new(77))
                .build()
                .unwrap();
            assert_levels_agree(&scenario.with_overlay(overlay), 5, 2, &what);
        }
    }
}
