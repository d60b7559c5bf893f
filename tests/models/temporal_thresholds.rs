//! Thresholds and self-exciting cascades over ties that come and go.

use std::sync::Arc;

use crate::scenarios::told::{PARENTS, STEPS, Told};
use crate::scenarios::{Case, Dice, part, seeds};
use crate::temporal::{Kind, graph_with_times};
use crate::times::{external, starts, time};
use tieline::{
    Adopt, Clock, Delays, Distribution, Ensemble, Friends, Hawkes, Reshares, Route, Scenario,
    ScenarioBuilder, Sharing, SocialGraph, Threshold, ThresholdRule,
};

const NO_DURATIONS: [Kind; 3] = [Kind::Static, Kind::Contacts, Kind::Intervals];

/// Thresholds by dice, over a graph of steps.
fn threshold(dice: &mut Dice, graph: &SocialGraph) -> Threshold {
    let mut model = match dice.below(4) {
        0 => Threshold::count(1 + dice.below(3) as u32),
        1 => Threshold::of(ThresholdRule::Watts).drawn(Distribution::Normal { mean: 0.4, sd: 0.3 }),
        2 => {
            Threshold::of(ThresholdRule::Count).drawn(Distribution::Uniform { low: 0.5, high: 2.5 })
        }
        _ => Threshold::watts(dice.pick(&[0.1, 0.34, 0.5, 1.0])),
    };
    if dice.chance(50) {
        model = model.friends(Friends::People);
    }
    let contacts = |network| graph.network(network).times() == Some(tieline::RowTimes::Contacts);
    if graph.networks().any(contacts) {
        model = model.window(1 + dice.below(4) as u32);
    }
    model
}

/// Parts of a scenario that go with every model.
fn beside(dice: &mut Dice, case: &Case, clock: Clock, builder: ScenarioBuilder) -> ScenarioBuilder {
    let mut builder = builder
        .crosspost_rates(case.crosspost.clone())
        .origins(case.origins.iter().map(|&origin| case.label(origin)));
    builder = starts(dice, clock, case, builder);
    let from_outside = dice.chance(25);
    if from_outside {
        builder = builder.external(external(dice, case));
    }
    if from_outside || dice.chance(30) {
        builder = match clock {
            Clock::Steps => builder.max_steps(dice.below(9) as u32),
            _ => builder.until(dice.pick(&[0.0, 0.7, 2.5, 4.0])),
        };
    }
    builder
}

/// The kernel equals the reference kernel in 1,500 random worlds, with and without an intervention, in two
/// orders of storage.
#[test]
fn thresholds_equal_their_reference_in_random_worlds() {
    let (mut spread, mut by_ties) = (0, 0);
    for seed in seeds(1500) {
        let case = Case::new(seed);
        let mut dice = Dice::new(seed ^ 0x71d);
        let graph = graph_with_times(&case, &mut dice, Clock::Steps, &NO_DURATIONS);
        if !graph.has_times() {
            continue;
        }
        let graph = match seed % 2 {
            0 => graph,
            _ => graph.stored_by(|account| (u64::from(account.get()) + 1).wrapping_mul(seed | 1)),
        };
        let model = threshold(&mut dice, &graph);
        let builder = Scenario::builder(graph).model(model).ignore_weights();
        let mut builder = beside(&mut dice, &case, Clock::Steps, builder);
        if dice.chance(20) {
            builder = builder.max_shares(1 + dice.below(6) as u64);
        }
        let scenario = builder.build().unwrap();
        let ensemble = Ensemble::new(&scenario).rng_seed(seed).runs(3).serial();
        let steps = ensemble.observe(Told::<STEPS>::default).value.0;
        assert_eq!(steps, ensemble.observe(Told::<PARENTS>::default).value.0, "case {seed}");
        case.assert_agreement(&scenario, seed, 3, |scenario, fast| {
            spread += usize::from(fast.size() > scenario.origins().len());
            by_ties += usize::from(fast.rows().any(|row| row.route == Route::Tie));
        });
    }
    assert!(spread > part(3000) && by_ties > part(2000), "{spread} spread, {by_ties} along ties");
}

/// Self-exciting cascades over intervals, as often as accounts are made to and once, equal their reference in
/// 900 random worlds.
#[test]
fn hawkes_equals_its_reference_in_random_worlds() {
    let (mut by_ties, mut again) = (0, 0);
    for seed in seeds(900) {
        let case = Case::new(seed);
        let mut dice = Dice::new(seed ^ 0x4a3);
        let clock = Clock::Continuous;
        let graph = graph_with_times(&case, &mut dice, clock, &[Kind::Static, Kind::Intervals]);
        if !graph.has_times() {
            continue;
        }
        let graph = match seed % 2 {
            0 => graph,
            _ => graph.stored_by(|account| (u64::from(account.get()) + 1).wrapping_mul(seed | 1)),
        };
        let memory = Delays::all(time(&mut dice, clock));
        let sharing = dice.pick(&[Sharing::Repeat, Sharing::Once]);
        let mut model =
            Hawkes::with(Reshares::all(dice.pick(&[0.2, 0.7, 1.5])), memory).sharing(sharing);
        if sharing == Sharing::Repeat && dice.chance(30) {
            model = model.over_time([(0.0, 1.0), (1.0, 0.5)]);
        }
        let builder = Scenario::builder(graph).model(model);
        let builder = beside(&mut dice, &case, clock, builder);
        let builder = builder.crosspost_delay(Distribution::Fixed { x: 0.4 });
        let builder = builder.max_shares(40).until(dice.pick(&[0.6, 2.5, 4.0]));
        let scenario = builder.build().unwrap();
        case.assert_agreement(&scenario, seed, 3, |_, fast| {
            by_ties += usize::from(fast.rows().any(|row| row.route == Route::Tie));
            again += usize::from(fast.rows().any(|row| row.occurrence > 0));
        });
    }
    assert!(by_ties > part(800) && again > part(300), "{by_ties} along ties, {again} again");
}

/// Intervals that cover everything, and thresholds: the same cascades as without times, but for the order in
/// a step.
#[test]
fn intervals_that_cover_everything_change_nothing() {
    let mut spread = 0;
    for seed in seeds(300) {
        let case = Case::new(seed);
        let mut dice = Dice::new(seed);
        let [still, covered] = [false, true].map(|covered| {
            let mut builder = SocialGraph::builder();
            let networks: Vec<_> =
                (0..case.networks).map(|n| builder.network(case.network_name(n))).collect();
            let names: Vec<_> = (0..case.homes.len()).map(|a| case.account_name(a)).collect();
            for (account, name) in names.iter().enumerate() {
                builder.account(networks[case.homes[account]], name);
            }
            for &(source, target, _) in &case.ties {
                let (from, to) = (networks[case.homes[source]], networks[case.homes[target]]);
                let (one, other) = (&*names[source], &*names[target]);
                match (from == to, covered) {
                    (false, _) => builder.bridge((from, one), (to, other)),
                    (true, false) => builder.tie(from, one, other),
                    (true, true) => builder.interval(from, one, other, 0.0, 1e9),
                };
            }
            for (account, user) in case.users.iter().enumerate() {
                if let Some(user) = user {
                    let place = (networks[case.homes[account]], &*names[account]);
                    builder.user(&format!("u{user}"), [place]);
                }
            }
            builder.build().unwrap()
        });
        if !covered.has_times() {
            continue;
        }
        let model = threshold(&mut dice, &still);
        let seen = |graph: SocialGraph| {
            let builder = Scenario::builder(graph).model(model.clone());
            let builder = builder.crosspost_rates(case.crosspost.clone());
            let origins = case.origins.iter().map(|&origin| case.label(origin));
            let ensemble = Ensemble::new(&builder.origins(origins).build().unwrap()).rng_seed(seed);
            (0..4).map(|run| ensemble.cascade(run)).collect::<Vec<_>>()
        };
        let (still, covered) = (seen(still), seen(covered));
        assert_eq!(still, covered, "case {seed}");
        spread += still.iter().filter(|cascade| cascade.size() > 3).count();
    }
    assert!(spread > part(200), "{spread}");
}

fn steps(scenario: ScenarioBuilder) -> Vec<(String, u32)> {
    let scenario = scenario.build().unwrap();
    let cascade = Ensemble::new(&scenario).cascade(0);
    let name = |account| scenario.graph().account_name(account).into_owned();
    cascade.rows().map(|row| (name(row.account), row.step)).collect()
}

/// Two of four: as ties come and go, m and k are those of the step.
#[test]
fn shares_are_of_ties_that_exist_now() {
    let mut builder = SocialGraph::builder();
    let yard = builder.network("yard");
    // e sees a, who shares, always; b and c until 4, and d from 2 to 3.
    builder.interval(yard, "a", "e", 0.0, 99.0);
    builder.interval(yard, "b", "e", 0.0, 4.0).interval(yard, "c", "e", 0.0, 6.0);
    let graph = Arc::new(builder.build().unwrap());
    let of = |model: Threshold| steps(Scenario::builder(graph.clone()).model(model).origin("a"));
    let at = |name: &str, step| (name.to_owned(), step);
    // 1 of 3, from step 4 on 1 of 2, from 6 on 1 of 1; who passes shares at the next step.
    assert_eq!(of(Threshold::watts(0.3)), [at("a", 0), at("e", 1)]);
    assert_eq!(of(Threshold::watts(0.5)), [at("a", 0), at("e", 5)]);
    assert_eq!(of(Threshold::watts(1.0)), [at("a", 0), at("e", 7)]);
    assert_eq!(of(Threshold::count(1)), [at("a", 0), at("e", 1)]);
    assert_eq!(of(Threshold::count(2)), [at("a", 0)]);
}

/// Contacts count for a window, with those who had shared by then; a friend met twice is one of the people.
#[test]
fn contacts_count_for_a_window() {
    let mut builder = SocialGraph::builder();
    let yard = builder.network("yard");
    builder.contact(yard, "a", "e", 1.0).contact(yard, "a", "e", 2.0).contact(yard, "b", "e", 4.0);
    builder.contact(yard, "e", "f", 2.0).contact(yard, "e", "f", 3.0);
    let graph = Arc::new(builder.build().unwrap());
    let of = |model: Threshold| {
        let builder = Scenario::builder(graph.clone()).model(model);
        steps(builder.origin("a").origin_at(3.0, "b"))
    };
    let at = |name: &str, step| (name.to_owned(), step);
    let (a, b) = (at("a", 0), at("b", 3));
    // The contacts of 1 and 2 make two; e shares at 3 and meets f then.
    let two = of(Threshold::count(2).window(2));
    assert_eq!(two, [a.clone(), at("e", 3), b.clone()]);
    // e meets nobody else at 1, and f nobody but e at 2, when e shares.
    let half = of(Threshold::watts(0.5).window(2));
    assert_eq!(half, [a.clone(), at("e", 2), b.clone(), at("f", 3)]);
    let people = |window| of(Threshold::count(2).friends(Friends::People).window(window));
    assert_eq!(people(2), [a.clone(), b.clone()]);
    assert_eq!(people(3), [a, b, at("e", 5)]);
    assert_eq!(of(Threshold::count(2).window(1)).len(), 2);
}

/// With a threshold of one contact, who shares is whom sure contacts reach.
#[test]
fn one_contact_is_enough_for_whom_sure_contacts_reach() {
    let mut spread = 0;
    for seed in seeds(200) {
        let case = Case::new(seed);
        let mut dice = Dice::new(seed);
        let kinds = [Kind::Contacts; 2];
        let graph = Arc::new(graph_with_times(&case, &mut dice, Clock::Steps, &kinds));
        if graph.bridge_tie_count() > 0 || !graph.has_times() {
            continue;
        }
        let origins = || case.origins.iter().map(|&origin| case.label(origin));
        let builder = || Scenario::builder(graph.clone()).clock(Clock::Steps).origins(origins());
        let who = |builder: ScenarioBuilder| {
            let cascade = Ensemble::new(&builder.build().unwrap()).cascade(0);
            let mut who = cascade.accounts().to_vec();
            who.sort();
            who
        };
        let sure = who(builder().model(tieline::Si::with_rate(1.0)));
        let one = who(builder().model(Threshold::count(1).window(1 + dice.below(3) as u32)));
        assert_eq!(sure, one, "case {seed}");
        spread += usize::from(sure.len() > 3);
    }
    assert!(spread > part(40), "{spread}");
}

/// κ offspring over a tie that exists at the share, none else: mean size 1 + κ, or 1.
#[test]
fn offspring_fall_on_ties_that_exist() {
    let mut builder = SocialGraph::builder();
    let yard = builder.network("yard");
    builder.interval(yard, "a", "b", 1.0, 2.0);
    let graph = Arc::new(builder.build().unwrap());
    for (at, wanted) in [(0.5, 1.0), (1.0, 1.7), (1.5, 1.7), (2.0, 1.0)] {
        let model = Hawkes::new(0.7, Distribution::Exponential { rate: 1.0 });
        let scenario = Scenario::builder(graph.clone()).model(model).until(1e3).origin_at(at, "a");
        let size = Ensemble::new(&scenario.build().unwrap()).runs(20_000).run().size;
        let error = size.std_error.unwrap();
        assert!((size.mean - wanted).abs() <= 4.5 * error, "{at}: {}", size.mean);
    }
}

/// What thresholds need there, and what they cannot.
#[test]
fn thresholds_say_what_they_need() {
    let graph = |contacts| {
        let mut builder = SocialGraph::builder();
        let yard = builder.network("yard");
        match contacts {
            true => builder.contact(yard, "a", "b", 1.0),
            false => builder.interval(yard, "a", "b", 1.0, 3.0),
        };
        builder.build().unwrap()
    };
    let told = |contacts, model: Threshold| {
        let builder = Scenario::builder(graph(contacts)).model(model).origin("a");
        builder.build().unwrap_err().to_string()
    };
    let none = told(true, Threshold::watts(0.5));
    assert_eq!(none, "watts over contacts needs a `window`: how many steps long a contact counts");
    assert!(told(false, Threshold::count(1).window(2)).contains("there are no contacts here"));
    assert!(told(true, Threshold::count(1).window(0)).contains("at least 1 step, found 0"));
    let fixed = Threshold::linear_fixed(0.5);
    assert!(
        told(false, fixed).contains("the nearest models that go over them are watts and count")
    );
    assert!(told(false, Threshold::or(0.5)).contains("`adopt = account`"));
    let person = Threshold::watts(0.5).adopt(Adopt::Person);
    assert!(told(false, person).contains("`adopt = account`"));
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    builder.tie(square, "a", "b");
    let still = builder.build().unwrap();
    let builder = Scenario::builder(still).model(Threshold::count(1).window(2)).origin("a");
    assert!(builder.build().unwrap_err().message().contains("there are no contacts here"));
}
