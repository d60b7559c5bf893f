//! Laws of SI, SIR, SEIR, FSIR, SIS and SIRS, run by run: the same draws make worlds that can be compared.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::scenarios::{Case, Dice, seeds};
use crate::times::periods;
use tieline::stats::Counts;
use tieline::{
    AccountId, Clock, Distribution, Ensemble, Fsir, IndependentCascade, Model, Periods, Reshares,
    Scenario, ScenarioBuilder, Seir, Si, Sir, Sirs, Sis, SocialGraph,
};

const RUNS: u64 = 6;

fn of(case: &Case, graph: &Arc<SocialGraph>, model: Model, clock: Clock) -> ScenarioBuilder {
    let origins: Vec<_> = case.origins.iter().map(|&origin| case.label(origin)).collect();
    Scenario::builder(graph.clone()).model(model).clock(clock).origins(origins).ignore_weights()
}

fn ensemble(builder: ScenarioBuilder, seed: u64) -> Ensemble {
    Ensemble::new(&builder.build().unwrap()).rng_seed(seed)
}

fn who(ensemble: &Ensemble, run: u64) -> BTreeSet<AccountId> {
    ensemble.cascade(run).accounts().iter().copied().collect()
}

/// SI, SIR, SEIR and FSIR with one rate.
fn share_once(kind: usize, beta: f64, [period, latency]: [Periods; 2]) -> Model {
    let reshares = Reshares::all(beta);
    match kind {
        0 => Si::with(reshares).into(),
        1 => Sir::with(reshares, period).into(),
        2 => Seir::with(reshares, latency, period).into(),
        _ => Fsir::with(reshares, period).into(),
    }
}

/// A clock, and periods and latencies that fit it.
fn dice_of(seed: u64, case: &Case) -> (Clock, [Periods; 2]) {
    let mut dice = Dice::new(seed ^ 0x1a3);
    let clock = dice.pick(&[Clock::Continuous, Clock::Steps]);
    let both = [(); 2].map(|()| periods(&mut dice, clock, case));
    (clock, both)
}

/// Without contacts and cross-posts nobody shares but the origins, each once.
#[test]
fn nothing_comes_of_nothing() {
    for seed in seeds(200) {
        let case = Case::new(seed);
        let graph = Arc::new(case.graph());
        let (clock, both) = dice_of(seed, &case);
        let again = [
            Sis::with(Reshares::all(0.0), both[0].clone()).into(),
            Sirs::with(Reshares::all(0.0), both[0].clone(), both[1].clone()).into(),
        ];
        let once = (0..4).map(|kind| share_once(kind, 0.0, both.clone()));
        for model in once.chain(again) {
            let builder = of(&case, &graph, model, clock);
            let builder = match clock {
                Clock::Steps => builder.max_steps(9),
                _ => builder.until(9.0),
            };
            let scenario = builder.build().unwrap();
            let origins: BTreeSet<_> = scenario.origins().iter().copied().collect();
            let ensemble = Ensemble::new(&scenario).rng_seed(seed);
            for run in 0..2 {
                assert_eq!(who(&ensemble, run), origins, "case {seed}");
                assert_eq!(ensemble.cascade(run).size(), origins.len(), "case {seed}");
            }
        }
    }
}

/// With sure contacts at every step, SI and SIR reach whom independent cascade reaches with p = 1: what is
/// reachable along ties and the cross-posts of the run.
#[test]
fn sure_contacts_reach_what_is_reachable() {
    for seed in seeds(300) {
        let case = Case::new(seed);
        let graph = Arc::new(case.graph());
        let mut dice = Dice::new(seed);
        let period = periods(&mut dice, Clock::Steps, &case);
        let build = |model| {
            let builder = of(&case, &graph, model, Clock::Steps);
            ensemble(builder.crosspost_rates(case.crosspost.clone()), seed)
        };
        let sure = build(IndependentCascade::with_probability(1.0).into());
        for model in [Si::with_rate(1.0).into(), Sir::new(1.0, period).into()] {
            let contacts = build(model);
            for run in 0..RUNS {
                assert_eq!(who(&contacts, run), who(&sure, run), "case {seed}, run {run}");
            }
        }
    }
}

/// As β grows first contacts come earlier in the same world, so whoever shares goes on to do so: run by run,
/// as long as contacts are drawn in one way, which follows from β times the longest mean period.
#[test]
fn more_contacts_never_take_away() {
    for seed in seeds(400) {
        let case = Case::new(seed);
        let graph = Arc::new(case.graph());
        let (clock, both) = dice_of(seed, &case);
        let kind = seed as usize % 4;
        let betas = match clock {
            Clock::Steps => [0.1, 0.3, 0.8],
            // Periods have means from 1 tick to some 5 units; of 1 tick, all are below.
            _ if seed % 8 < 4 => [0.001, 0.004, 0.012],
            _ => [2.0, 3.0, 9.0],
        };
        let of_beta = betas.map(|beta| {
            let builder = of(&case, &graph, share_once(kind, beta, both.clone()), clock);
            let builder = builder.crosspost_rates(case.crosspost.clone());
            let builder = if clock == Clock::Steps { builder } else { builder.until(1e6) };
            ensemble(builder, seed)
        });
        for run in 0..RUNS {
            let sets = of_beta.each_ref().map(|ensemble| who(ensemble, run));
            for pair in sets.windows(2) {
                assert!(pair[0].is_subset(&pair[1]), "case {seed}, run {run}: {sets:?}");
            }
        }
    }
}

/// More origins never take anybody away.
#[test]
fn more_origins_never_take_away() {
    for seed in seeds(400) {
        let case = Case::new(seed);
        let graph = Arc::new(case.graph());
        let (clock, both) = dice_of(seed, &case);
        let mut dice = Dice::new(seed);
        let beta = dice.pick(&[0.05, 0.4, 1.0]);
        let build = |added: Option<usize>| {
            let model = share_once(seed as usize % 4, beta, both.clone());
            let builder = of(&case, &graph, model, clock).crosspost_rates(case.crosspost.clone());
            let builder = if clock == Clock::Steps { builder } else { builder.until(1e6) };
            ensemble(builder.origins(added.map(|origin| case.label(origin))), seed)
        };
        let (few, more) = (build(None), build(Some(dice.below(case.homes.len()))));
        for run in 0..RUNS {
            assert!(who(&few, run).is_subset(&who(&more, run)), "case {seed}, run {run}");
        }
    }
}

/// More ties never take anybody away, in SI, SIR and SEIR with a draw for each tie. (FSIR is not among them:
/// there others get less.)
#[test]
fn more_ties_never_take_away() {
    for seed in seeds(300) {
        let mut dice = Dice::new(seed);
        let n = 3 + dice.below(6);
        let pairs = (0..n).flat_map(|a| (0..n).map(move |b| (a, b))).filter(|(a, b)| a != b);
        let ranks: Vec<_> = pairs.map(|pair| (dice.below(100), pair)).collect();
        let build = |percent: usize, model: &Model, clock| {
            let mut builder = SocialGraph::builder();
            let square = builder.network("square");
            for account in 0..n {
                builder.account(square, &account.to_string());
            }
            for &(_, (a, b)) in ranks.iter().filter(|(rank, _)| *rank < percent) {
                builder.tie(square, &a.to_string(), &b.to_string());
            }
            let builder = Scenario::builder(builder.build().unwrap()).model(model.clone());
            ensemble(builder.clock(clock).origin("0"), seed)
        };
        let random = |p| Periods::all(Distribution::Exponential { rate: p });
        for (clock, beta) in [(Clock::Continuous, 1.0), (Clock::Steps, 0.3)] {
            for kind in 0..3 {
                let model = share_once(kind, beta, [random(0.8), random(0.5)]);
                let of_ties = [20, 45, 80].map(|percent| build(percent, &model, clock));
                for run in 0..2 {
                    let sets = of_ties.each_ref().map(|ensemble| who(ensemble, run));
                    for pair in sets.windows(2) {
                        assert!(pair[0].is_subset(&pair[1]), "case {seed}, run {run}: {sets:?}");
                    }
                }
            }
        }
    }
}

/// FSIR is SIR where everybody is seen by one or none.
#[test]
fn fsir_on_a_path_is_sir() {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    for a in 0..9 {
        builder.tie(square, &a.to_string(), &(a + 1).to_string());
    }
    let graph = Arc::new(builder.build().unwrap());
    for (clock, beta) in [(Clock::Continuous, 3.0), (Clock::Continuous, 0.05), (Clock::Steps, 0.7)]
    {
        let period = Periods::all(Distribution::Geometric { p: 0.3 });
        let build = |model| {
            ensemble(Scenario::builder(graph.clone()).model(model).clock(clock).origin("0"), 3)
        };
        let sir = build(Model::from(Sir::new(beta, period.clone())));
        let fsir = build(Model::from(Fsir::new(beta, period)));
        for run in 0..200 {
            assert_eq!(sir.cascade(run), fsir.cascade(run), "{clock:?}, β {beta}, run {run}");
        }
    }
}

/// A run that ends amid the shares of one step leaves nothing behind for the runs after it.
#[test]
fn runs_that_are_truncated_leave_nothing_behind() {
    for seed in seeds(200) {
        let case = Case::new(seed);
        let graph = Arc::new(case.graph());
        let (_, both) = dice_of(seed, &case);
        for clock in [Clock::Steps, Clock::Continuous] {
            let model = share_once(seed as usize % 4, 0.9, both.clone());
            let builder = of(&case, &graph, model, clock).crosspost(0.5);
            let ensemble = ensemble(builder.max_shares(3), seed).runs(60).serial();
            let mut apart = Counts::default();
            (0..60).for_each(|run| apart.push(ensemble.cascade(run).size() as u64));
            let together = ensemble.observe(Counts::default).value;
            assert!(together.iter().eq(apart.iter()), "case {seed}");
        }
    }
}
