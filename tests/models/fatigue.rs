//! Fatigue: the kernel equals the reference kernel to the bit, and exact values.

use std::sync::Arc;

use crate::scenarios::{Case, Dice, part, seeds};
use crate::temporal::{WITHOUT_DURATIONS, graph_with_times};
use crate::times::{time, times};
use tieline::{
    Clock, Delays, Distribution, Ensemble, Fatigue, FatigueCurve, IndependentCascade, Per,
    Reshares, Scenario, ScenarioBuilder, SocialGraph, WeightedCascade,
};

fn base(case: &Case, graph: Arc<SocialGraph>) -> ScenarioBuilder {
    Scenario::builder(graph)
        .crosspost_rates(case.crosspost.clone())
        .origins(case.origins.iter().map(|&origin| case.label(origin)))
        .ignore_weights()
}

/// Fatigue, and what goes with it, by dice.
fn with_the_rest(
    dice: &mut Dice,
    case: &Case,
    clock: Clock,
    rising: bool,
    mut builder: ScenarioBuilder,
) -> ScenarioBuilder {
    let table = |factors: &[f64]| Fatigue::table(factors.iter().copied());
    let fatigue = match rising {
        true => table(dice.pick(&[&[1.0, 2.0, 0.5, 1.25][..], &[1.0, 1.5, 2.0]])),
        false if dice.chance(30) => table(dice.pick(&[&[1.0, 0.5][..], &[1.0, 1.0, 0.25]])),
        false => Fatigue::geometric(dice.pick(&[0.0, 0.5, 0.9, 1.0])),
    };
    builder = builder.fatigue(fatigue.per(dice.pick(&[Per::User, Per::Account])));
    if clock == Clock::Continuous || dice.chance(40) {
        let delays = Delays::all(time(dice, clock));
        builder = builder.delays(delays.in_network(case.network_name(0), time(dice, clock)));
    }
    if clock == Clock::Continuous && dice.chance(50) {
        builder = builder.crosspost_delay(time(dice, clock));
    }
    builder = crate::times::starts(dice, clock, case, builder);
    if dice.chance(20) {
        builder = builder.max_shares(1 + dice.below(5) as u64);
    }
    let external = dice.chance(25);
    if external {
        builder = builder.external(crate::times::external(dice, case));
    }
    if external || dice.chance(30) {
        builder = match clock {
            Clock::Continuous => builder.until(dice.pick(&[0.0, 0.7, 3.0])),
            _ => builder.max_steps(dice.below(5) as u32),
        };
    }
    builder
}

/// The kernel equals the reference kernel in 2,000 random worlds, with and without an intervention, in the
/// order of the builder and in another one.
#[test]
fn fast_equals_reference_in_random_worlds() {
    let mut spread = 0;
    for seed in seeds(2000) {
        let case = Case::new(seed);
        let mut dice = Dice::new(seed ^ 0xfa716e);
        let clock = dice.pick(&[Clock::Steps, Clock::Steps, Clock::Continuous]);
        let mut builder = base(&case, case.graph_in_some_order(seed).into()).clock(clock);
        let rising = dice.chance(30);
        builder = if dice.chance(30) && !rising {
            builder.model(WeightedCascade)
        } else {
            let mut reshares = Reshares::all(dice.pick(&[0.1, 0.4, 0.5]));
            if dice.chance(40) {
                reshares = reshares.susceptibility(case.label(0), 0.6);
            }
            builder.model(IndependentCascade::with(reshares))
        };
        builder = with_the_rest(&mut dice, &case, clock, rising, builder);
        case.assert_agreement(&builder.build().unwrap(), seed, 3, |scenario, fast| {
            spread += usize::from(fast.size() > scenario.origins().len());
        });
    }
    assert!(spread > part(4000), "{spread}");
}

/// The same over ties that come and go, in 1,000.
#[test]
fn over_times_fast_equals_reference() {
    let (mut spread, mut tired) = (0, 0);
    for seed in seeds(1000) {
        let case = Case::new(seed);
        let mut dice = Dice::new(seed ^ 0x71ed);
        let clock = dice.pick(&[Clock::Steps, Clock::Continuous]);
        let graph = graph_with_times(&case, &mut dice, clock, &WITHOUT_DURATIONS);
        if !graph.has_times() {
            continue;
        }
        let rising = dice.chance(30);
        let p = dice.pick(&[0.1, 0.4, 0.5]);
        let builder = base(&case, graph.into()).clock(clock);
        let builder = builder.model(IndependentCascade::with_probability(p));
        let builder = with_the_rest(&mut dice, &case, clock, rising, builder);
        let scenario = builder.clone().build().unwrap();
        let untired = builder.fatigue(Fatigue::geometric(1.0)).build().unwrap();
        case.assert_agreement(&scenario, seed, 3, |scenario, fast| {
            spread += usize::from(fast.size() > scenario.origins().len());
        });
        let who = |scenario| times(&Ensemble::new(scenario).rng_seed(seed).cascade(0));
        tired += usize::from(who(&scenario) != who(&untired));
    }
    assert!(spread > part(1200) && tired > part(50), "{spread} {tired}");
}

/// Exposures come with contacts: three of them, at different times or at one, m = 3 of MODELS.
#[test]
fn contacts_tire() {
    for stamps in [[1.0, 2.0, 3.0], [2.0; 3]] {
        let mut builder = SocialGraph::builder();
        let yard = builder.network("yard");
        for (name, at) in ["ann", "bob", "cid"].into_iter().zip(stamps) {
            builder.contact(yard, name, "dee", at);
        }
        let scenario = Scenario::builder(builder.build().unwrap())
            .model(IndependentCascade::with_probability(0.5))
            .fatigue(Fatigue::geometric(0.5))
            .origins(["ann", "bob", "cid"])
            .build()
            .unwrap();
        let shared = Ensemble::new(&scenario).runs(40_000).rng_seed(2).run().size.mean - 3.0;
        // Within 4.5 standard errors of a fraction (false alarm 7e-6).
        let error = (0.671875f64 * 0.328125 / 40_000.0).sqrt();
        assert!((shared - 0.671875).abs() < 4.5 * error, "{shared}");
    }
}

/// Whom nothing tires does what untired people do, to the bit, in time too.
#[test]
fn a_factor_of_one_changes_nothing() {
    for seed in seeds(300) {
        let case = Case::new(seed);
        let graph = Arc::new(case.graph());
        for delayed in [false, true] {
            let build = |fatigue: Option<Fatigue>| {
                let model = IndependentCascade::with_probability(0.4);
                let mut builder = base(&case, graph.clone()).model(model);
                if delayed {
                    builder = builder.delays(Delays::all(Distribution::Exponential { rate: 1.0 }));
                }
                if let Some(fatigue) = fatigue {
                    builder = builder.fatigue(fatigue);
                }
                Ensemble::new(&builder.build().unwrap()).rng_seed(seed)
            };
            let (plain, tiring) = (build(None), build(Some(Fatigue::geometric(1.0))));
            for run in 0..5 {
                assert_eq!(plain.cascade(run), tiring.cascade(run), "{seed} {run}");
            }
        }
    }
}

/// What falls only takes away from the first tries; what a table allows beyond 1 can add.
#[test]
fn fatigue_takes_away_and_interest_adds() {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    for sharer in ["a", "b", "c"] {
        builder.tie(square, sharer, "z");
    }
    let graph = Arc::new(builder.build().unwrap());
    let share = |fatigue: Fatigue| {
        let scenario = Scenario::builder(graph.clone())
            .model(IndependentCascade::with_probability(0.5))
            .fatigue(fatigue)
            .origins(["a", "b", "c"])
            .build()
            .unwrap();
        Ensemble::new(&scenario).runs(200_000).run().size
    };
    let all = [
        (Fatigue::geometric(0.5), 0.671875),
        (Fatigue::geometric(0.0), 0.5),
        (Fatigue::table([1.0, 2.0, 0.0]), 1.0),
        (Fatigue::table([1.0, 1.5, 0.5]), 1.0 - 0.5 * 0.25 * 0.75),
    ];
    for (fatigue, expected) in all {
        let size = share(fatigue.clone());
        let off = (size.mean - 3.0 - expected).abs();
        // False alarms: 4.5 standard errors, 7e-6 each.
        assert!(off <= 4.5 * size.std_error.unwrap(), "{fatigue:?}: {} {expected}", size.mean);
    }
}

/// A person tires on one account of what was seen on another; cross-posts and what comes too late count.
#[test]
fn people_tire_and_accounts_do_not() {
    let mut builder = SocialGraph::builder();
    let (square, hall) = (builder.network("square"), builder.network("hall"));
    builder.tie(square, "a", "z").tie(hall, "b", "z");
    builder.same_name_is_one_user();
    let graph = Arc::new(builder.build().unwrap());
    let both = |per: Per| {
        let scenario = Scenario::builder(graph.clone())
            .model(IndependentCascade::with_probability(0.5))
            .fatigue(Fatigue::geometric(0.0).per(per))
            .origins(["a", "b"])
            .build()
            .unwrap();
        Ensemble::new(&scenario).runs(100_000).run().size
    };
    let (user, account) = (both(Per::User), both(Per::Account));
    assert!((user.mean - 2.5).abs() < 4.5 * user.std_error.unwrap());
    assert!((account.mean - 3.0).abs() < 4.5 * account.std_error.unwrap());
    // Either account may see it first: in the order of hashes, whose network is not asked.
    let scenario = Scenario::builder(graph.clone())
        .model(IndependentCascade::with_probability(1.0))
        .fatigue(Fatigue::geometric(0.0))
        .origins(["a", "b"])
        .build()
        .unwrap();
    let outcome = Ensemble::new(&scenario).runs(10_000).run();
    let z = |name: &str| outcome.network(name).unwrap().mean - 1.0;
    assert_eq!(z("square") + z("hall"), 1.0);
    assert!((z("square") - 0.5).abs() < 0.03);
}

/// In continuous time the earlier of two exposures is the first.
#[test]
fn the_earlier_exposure_is_the_first() {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    builder.tie(square, "a", "z").tie(square, "b", "z");
    let scenario = Scenario::builder(builder.build().unwrap())
        .model(IndependentCascade::with_probability(1.0))
        .delays(Delays::all(Distribution::Exponential { rate: 1.0 }))
        .fatigue(Fatigue::table([1.0, 0.0]))
        .origins(["a", "b"])
        .build()
        .unwrap();
    let ensemble = Ensemble::new(&scenario);
    let plain = Scenario::builder(scenario.graph().clone())
        .model(IndependentCascade::with_probability(1.0))
        .delays(Delays::all(Distribution::Exponential { rate: 1.0 }))
        .origins(["a", "b"])
        .build()
        .unwrap();
    for run in 0..200 {
        assert_eq!(times(&ensemble.cascade(run)), times(&Ensemble::new(&plain).cascade(run)));
    }
}

#[test]
fn what_cannot_be_is_told() {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    builder.tie(square, "ann", "bob");
    let graph = Arc::new(builder.build().unwrap());
    let error = |curve: FatigueCurve, p: f64| {
        let builder = Scenario::builder(graph.clone()).origin("ann");
        let builder = builder.model(IndependentCascade::with_probability(p));
        builder.fatigue(Fatigue::new(curve)).build().unwrap_err().to_string()
    };
    let table = |factors: &[f64]| FatigueCurve::Table { factors: factors.to_vec() };
    assert_eq!(
        error(table(&[1.0, 1.5]), 0.8),
        "the probability of a reshare along the tie ann@square → bob@square is 0.8, × 1.5 by `fatigue`, \
         above 1"
    );
    assert_eq!(
        error(FatigueCurve::Geometric { ratio: 1.5 }, 0.5),
        "the ratio of geometric fatigue must lie in 0..=1, found 1.5"
    );
    assert_eq!(
        error(table(&[0.5]), 0.5),
        "the first factor of fatigue must be 1, for the first exposure, found 0.5"
    );
    let model = tieline::Sir::with(
        Reshares::all(1.0),
        tieline::Periods::all(Distribution::Exponential { rate: 1.0 }),
    );
    let builder = Scenario::builder(graph).origin("ann").model(model);
    let error = builder.fatigue(Fatigue::geometric(0.5)).build().unwrap_err().to_string();
    assert_eq!(
        error,
        "`fatigue` means nothing beside sir: it multiplies the probability of a try; the models with tries \
         are independent-cascade and weighted-cascade"
    );
}
