//! Proves that every kernel makes the same cascades as the reference kernel, to the bit: accounts,
//! steps, parents and routes; and that a run without parents is the same run.

use std::collections::BTreeSet;

use crate::scenarios::told::{PARENTS, STEPS, Told};
use crate::scenarios::{Case, Dice, Sizes, assert_agreement, crowd, seeds};
use tieline::{
    AccountId, CrosspostRates, Detail, Ensemble, IndependentCascade, Interaction, LinearThreshold,
    Model, Observer, Overlay, Post, Run, Scenario, SocialGraph, Threshold, ThresholdWeights,
    WeightedCascade,
};

fn assert_kernels_agree(scenario: &Scenario, rng_seed: u64, runs: u64, what: &str) {
    assert_agreement(scenario, rng_seed, runs, what, |_| {});
}

/// The kernels agree in 1,500 random worlds of all models, with and without an intervention, in the
/// order of the builder and in another one.
#[test]
fn fast_equals_reference_in_random_worlds() {
    for seed in seeds(1500) {
        let case = Case::new(seed);
        let scenario = case.scenario_on(case.graph_in_some_order(seed));
        case.assert_agreement(&scenario, seed, 8, |_, _| {});
    }
}

fn models() -> Vec<Model> {
    let mut models: Vec<Model> = [1e-9, 1e-4, 0.01, 0.1, 0.9, 0.999_999]
        .map(|p| IndependentCascade::with_probability(p).into())
        .into();
    models.push(IndependentCascade::with_probability(0.02).in_network("hall", 0.3).into());
    models.push(WeightedCascade.into());
    models.push(LinearThreshold::default().into());
    models
}

/// The kernels agree on two networks of 2,000 accounts and some 24,000 ties each, with hubs.
#[test]
fn fast_equals_reference_in_a_crowd() {
    let graph = std::sync::Arc::new(crowd(2000, 12, 1));
    let hub = graph.accounts().max_by_key(|&account| graph.out_degree(account)).unwrap();
    assert!(graph.out_degree(hub) > 100, "there is a hub");
    for (number, model) in models().into_iter().enumerate() {
        let scenario = Scenario::builder(graph.clone())
            .model(model)
            .crosspost_rates(CrosspostRates::with_probability(0.3))
            .origins([hub, AccountId::new(1999), AccountId::new(3999)])
            .build()
            .unwrap();
        assert_kernels_agree(&scenario, 5, 2, &format!("model {number}"));
        let overlay = Overlay::builder(&graph)
            .mute(graph.user_of(AccountId::new(1)))
            .no_carry(graph.user_of(AccountId::new(0)))
            .crosspost_times(0.5)
            .add_origin(AccountId::new(77))
            .build()
            .unwrap();
        assert_kernels_agree(&scenario.with_overlay(overlay), 5, 2, &format!("model {number}"));
    }
}

/// A hub that 5,000 see, each tie with a weight of its own; they see each other in a ring.
fn star(weight: impl Fn(usize) -> f64) -> SocialGraph {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    for leaf in 0..5000 {
        let (name, next) = (format!("l{leaf}"), format!("l{}", (leaf + 1) % 5000));
        builder.weighted_tie(square, "hub", &name, weight(leaf));
        builder.weighted_tie(square, &name, &next, weight(leaf + 1));
    }
    builder.build().unwrap()
}

/// The kernels agree on a hub of 5,000 ties by every path: jumps (tiny and large p), weights that
/// are all equal, alike and far apart, with ties that never and always fire, and thresholds.
#[test]
fn fast_equals_reference_at_a_hub() {
    let mut dice = Dice::new(3);
    let mixed: Vec<f64> =
        (0..5001).map(|_| dice.pick(&[0.0, 1e-12, 1e-3, 0.2, 0.999, 1.0])).collect();
    let graphs = [star(|_| 0.001), star(|leaf| mixed[leaf]), star(|leaf| 1.0 / (leaf + 2) as f64)];
    for (number, graph) in graphs.into_iter().enumerate() {
        let graph = std::sync::Arc::new(graph);
        let mut models: Vec<Model> = [1e-12, 2e-4, 0.5, 0.999_9]
            .map(|p| IndependentCascade::with_probability(p).into())
            .into();
        models.push(IndependentCascade::with_tie_weights().into());
        models.push(WeightedCascade.into());
        models.push(LinearThreshold::with_weights(ThresholdWeights::Normalise).into());
        for model in models {
            let what = format!("graph {number}, {}", model.name());
            let scenario = Scenario::builder(graph.clone())
                .model(model)
                .origin("hub")
                .ignore_weights()
                .build()
                .unwrap();
            assert_kernels_agree(&scenario, 9, 3, &what);
        }
    }
}

/// The kernels agree where 70,000 accounts have one tie each and no two the same probability, which is
/// more than a short head has bits for: those in front and at the end.
#[test]
fn fast_equals_reference_where_no_two_are_alike() {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    for leaf in 0..70_000 {
        let (name, next) = (leaf.to_string(), ((leaf + 1) % 70_000).to_string());
        builder.weighted_tie(square, &name, &next, 0.3 + f64::from(leaf) * 5e-6);
    }
    let scenario = Scenario::builder(builder.build().unwrap())
        .model(IndependentCascade::with_tie_weights())
        .origins((0..2000).chain(68_000..70_000).step_by(9).map(AccountId::new))
        .build()
        .unwrap();
    assert_kernels_agree(&scenario, 1, 4, "a ring");
}

/// The kernels agree where there are more accounts than cells of tables have bits for: a few thousand
/// have ties, most of them with the largest ids, and weights of every kind.
#[test]
fn fast_equals_reference_among_a_million() {
    let accounts = (1 << 20) + 3000;
    let mut dice = Dice::new(8);
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    for account in 0..accounts {
        builder.account(square, &account.to_string());
    }
    let tied = |dice: &mut Dice| if dice.chance(30) { dice.below(20) } else { dice.below(3000) };
    let mut ties = BTreeSet::new();
    while ties.len() < 20_000 {
        let (source, target) = (tied(&mut dice), tied(&mut dice));
        if source != target {
            ties.insert((source, target));
        }
    }
    for (source, target) in ties {
        let (source, target) =
            [source, target].map(|place| (accounts - 1 - place).to_string()).into();
        let weight = dice.pick(&[0.0, 1e-12, 1e-3, 0.02, 0.2, 0.9, 1.0]);
        builder.weighted_tie(square, &source, &target, weight);
    }
    let graph = std::sync::Arc::new(builder.build().unwrap());
    for model in [IndependentCascade::with_tie_weights().into(), Model::from(WeightedCascade)] {
        let scenario = Scenario::builder(graph.clone())
            .model(model)
            .origins((0..5).map(|place| AccountId::new(accounts as u32 - 1 - place)))
            .ignore_weights()
            .build()
            .unwrap();
        assert_kernels_agree(&scenario, 4, 3, "a million");
        let ensemble = Ensemble::new(&scenario).rng_seed(4).runs(3);
        for (run, seen) in (0..).zip(ensemble.observe(Told::<STEPS>::default).value.0) {
            assert_eq!(seen.1, ensemble.cascade(run).size() as u64, "run {run}");
            assert!(seen.1 > 100, "run {run}");
        }
    }
}

/// An account whom nobody sees fires nothing, wherever it stands among accounts that have ties with
/// probabilities of their own.
#[test]
fn an_account_that_nobody_sees_fires_nothing() {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    builder.account(square, "ann").tie(square, "bob", "ann").tie(square, "bob", "cid");
    let graph = std::sync::Arc::new(builder.build().unwrap());
    for origin in ["ann", "cid"] {
        let scenario =
            Scenario::builder(graph.clone()).model(WeightedCascade).origin(origin).build().unwrap();
        assert_eq!(Ensemble::new(&scenario).cascade(0).size(), 1);
    }
}

/// Sizes, steps, users and the ties examined do not depend on whether parents are asked for.
#[test]
fn a_run_without_parents_is_the_same_run() {
    for seed in seeds(400) {
        let case = Case::new(seed);
        let scenario = case.scenario();
        let overlay = case.overlay(scenario.graph(), &case.changes);
        for scenario in [scenario.with_overlay(overlay), scenario] {
            let ensemble = Ensemble::new(&scenario).runs(12).rng_seed(seed).serial();
            let without = ensemble.observe(Told::<STEPS>::default).value;
            let with = ensemble.observe(Told::<PARENTS>::default).value;
            assert_eq!(without.0, with.0, "case {seed}");
            for (run, seen) in without.0.iter().enumerate() {
                let cascade = ensemble.cascade(run as u64);
                assert_eq!(seen.1, cascade.size() as u64, "case {seed}, run {run}");
            }
        }
    }
}

/// Linear threshold without cross-posts has a kernel of its own for large cascades, and one that
/// tells the size only. Both give what the reference kernel gives, from one origin and from many,
/// with all weights alike and unlike, in other orders of storage, and with a last step.
#[test]
fn everybody_asked_at_once_gives_the_same_runs() {
    let weighted = star(|leaf| 1.0 / (leaf % 7 + 2) as f64);
    let normalised = LinearThreshold::with_weights(ThresholdWeights::Normalise);
    let crowd = crowd(600, 6, 3);
    let hubs_first = crowd.stored_by(|account| std::cmp::Reverse(crowd.out_degree(account)));
    let cases: [(SocialGraph, LinearThreshold); 3] =
        [(weighted, normalised), (crowd, Default::default()), (hubs_first, Default::default())];
    for (number, (graph, model)) in cases.into_iter().enumerate() {
        let graph = std::sync::Arc::new(graph);
        for origins in [1, 40] {
            for last in [None, Some(0), Some(3)] {
                let mut builder = Scenario::builder(graph.clone())
                    .model(model)
                    .ignore_weights()
                    .origins(graph.accounts_in_key_order().step_by(7).take(origins));
                if let Some(last) = last {
                    builder = builder.max_steps(last);
                }
                let ensemble =
                    Ensemble::new(&builder.build().unwrap()).runs(20).rng_seed(1).serial();
                let sizes = ensemble.observe(tieline::stats::Counts::default).value;
                let steps = ensemble.observe(Told::<STEPS>::default).value;
                let parents = ensemble.observe(Told::<PARENTS>::default).value;
                let what = format!("case {number}, {origins} origins, last step {last:?}");
                assert_eq!(steps.0, parents.0, "{what}");
                assert_eq!(sizes, steps.0.iter().map(|run| run.1).collect(), "{what}");
                // In whatever blocks: some runs are made together, and some are left over.
                for block in [1, 5, 16, 100] {
                    let ensemble = ensemble.clone().runs(37).block_size(block);
                    let sizes = ensemble.observe(Sizes::default).value;
                    let steps = ensemble.observe(Told::<STEPS>::default).value;
                    assert_eq!(sizes.0, steps.0.iter().map(|run| run.1).collect::<Vec<_>>());
                }
                for run in 0..4 {
                    let reference = ensemble.reference_cascade(run);
                    assert_eq!(reference.size() as u64, steps.0[run as usize].1, "{what}");
                }
            }
        }
    }
}

/// Asks for steps in a run that was made for its size only.
#[derive(Default)]
struct Greedy;

impl Observer for Greedy {
    const DETAIL: Detail = Detail::Size;

    fn see(&mut self, run: &Run<'_>) {
        assert!(run.size() > 0 && run.steps() > 0);
    }

    fn merge(&mut self, _: Self) {}
}

/// What was not asked for is refused, and not made up: here everybody is asked at once.
#[test]
#[should_panic(expected = "the run was made for its size only")]
fn a_run_made_for_its_size_tells_no_more() {
    let scenario = Scenario::builder(crowd(600, 6, 3))
        .model(LinearThreshold::default())
        .origins(["p0@square", "p1@square"])
        .build()
        .unwrap();
    Ensemble::new(&scenario).runs(1).serial().observe(Greedy::default);
}

/// Parents that nobody asked for are not told, rather than told wrong.
#[test]
fn runs_without_parents_have_no_events() {
    /// Reads what it did not ask for.
    #[derive(Default)]
    struct Curious;
    impl Observer for Curious {
        const DETAIL: Detail = Detail::Steps;
        fn see(&mut self, run: &Run<'_>) {
            assert!(run.size() > 1);
            run.events().for_each(drop);
        }
        fn merge(&mut self, _: Self) {}
    }
    let mut builder = SocialGraph::builder();
    let yard = builder.network("yard");
    builder.interval(yard, "ann", "bob", 0.0, 9.0).interval(yard, "ann", "cid", 0.0, 9.0);
    let timed =
        Scenario::builder(builder.build().unwrap()).model(Threshold::count(1)).origin("ann");
    let mut builder = SocialGraph::builder();
    let yard = builder.network("yard");
    builder.tie(yard, "ann", "bob").tie(yard, "cid", "dee");
    let rivals = Scenario::builder(builder.build().unwrap())
        .model(Threshold::count(1))
        .post(Post::new("one").origin("ann"))
        .post(Post::new("other").origin("cid"))
        .interaction(Interaction::exclusive());
    for builder in [timed, rivals] {
        let scenario = builder.build().unwrap();
        let look = || Ensemble::new(&scenario).serial().observe(Curious::default);
        let told = std::panic::catch_unwind(std::panic::AssertUnwindSafe(look)).err().unwrap();
        assert_eq!(told.downcast_ref::<&str>(), Some(&"this run has no parents"));
    }
}
