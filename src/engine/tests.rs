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
    AccountId, CrosspostRates, IndependentCascade, LinearThreshold, Model, Overlay, Scenario,
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
