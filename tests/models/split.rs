//! One network split in two, with sure cross-posts: as many people share in every law of how many, under models in
//! which a person passes on what they would have; times agree up to a tick for each carry. Where periods are random
//! and by account they are not (`epidemics::periods_of_accounts_in_a_network_that_is_split`).

use std::sync::Arc;

use crate::scenarios::Dice;
use tieline::{
    Clock, Detail, Distribution, Ensemble, IndependentCascade, Model, Observer, PeriodPer, Periods,
    Run, Scenario, Seir, Si, Sir, SocialGraph,
};

const PEOPLE: usize = 9;

/// The ties of a random world, each with the half to which it goes.
fn ties(seed: u64) -> Vec<(usize, usize, usize)> {
    let mut dice = Dice::new(seed);
    let mut ties = Vec::new();
    for (a, b) in (0..PEOPLE).flat_map(|a| (0..PEOPLE).map(move |b| (a, b))) {
        if a != b && dice.chance(22) {
            ties.push((a, b, dice.below(2)));
        }
    }
    ties
}

/// Everybody has an account in each of the networks.
fn graph(ties: &[(usize, usize, usize)], networks: usize) -> Arc<SocialGraph> {
    let mut builder = SocialGraph::builder();
    let ids: Vec<_> =
        ["one", "two"][..networks].iter().map(|name| builder.network(*name)).collect();
    for &network in &ids {
        (0..PEOPLE).for_each(|person| _ = builder.account(network, &person.to_string()));
    }
    for &(a, b, half) in ties {
        builder.tie(ids[half % networks], &a.to_string(), &b.to_string());
    }
    builder.same_name_is_one_user();
    Arc::new(builder.build().unwrap())
}

/// How many runs have so many people.
#[derive(Default)]
struct PeopleOf(Vec<u64>);

impl Observer for PeopleOf {
    const DETAIL: Detail = Detail::Steps;

    fn see(&mut self, run: &Run<'_>) {
        self.0.resize(PEOPLE + 1, 0);
        self.0[run.users() as usize] += 1;
    }

    fn merge(&mut self, later: Self) {
        self.0.resize(PEOPLE + 1, 0);
        (0..later.0.len()).for_each(|n| self.0[n] += later.0[n]);
    }
}

fn models() -> Vec<(&'static str, Clock, Model)> {
    use Clock::{Continuous, Steps};
    let fixed = |x| Periods::all(Distribution::Fixed { x });
    let random = |rate| Periods::all(Distribution::Exponential { rate });
    let per = PeriodPer::User;
    vec![
        ("IC", Steps, IndependentCascade::with_probability(0.4).into()),
        ("SI", Continuous, Si::with_rate(0.5).into()),
        ("SIR, fixed", Continuous, Sir::new(0.7, fixed(1.0)).into()),
        ("SIR, of users", Continuous, Sir::new(0.7, random(1.0)).period_per(per).into()),
        ("SIR in steps, fixed", Steps, Sir::new(0.3, fixed(2.0)).into()),
        ("SEIR, fixed", Continuous, Seir::new(0.7, fixed(0.5), fixed(1.0)).into()),
        (
            "SEIR, of users",
            Continuous,
            Seir::new(0.7, random(2.0), random(1.0)).period_per(per).into(),
        ),
    ]
}

const RUNS: u64 = 20_000;

/// In 6 worlds, each number of people in 20,000 runs: the difference of two fractions within 4.5 standard errors
/// (false alarm 7e-6 each, some 400 of them).
#[test]
fn a_network_that_is_split_reaches_the_same_people() {
    for seed in 0..6 {
        let ties = ties(seed);
        for (name, clock, model) in models() {
            let people = |networks: usize| {
                let mut builder = Scenario::builder(graph(&ties, networks))
                    .model(model.clone())
                    .clock(clock)
                    .crosspost(1.0)
                    .origin("0@one");
                if name == "SI" {
                    // A carry takes a tick, which is nothing beside this.
                    builder = builder.until(1.5);
                }
                let ensemble = Ensemble::new(&builder.build().unwrap());
                ensemble.runs(RUNS).rng_seed(networks as u64).observe(PeopleOf::default).value.0
            };
            let (whole, halves) = (people(1), people(2));
            for n in 0..=PEOPLE {
                let [one, other] = [&whole, &halves].map(|runs| runs[n] as f64 / RUNS as f64);
                let p = f64::midpoint(one, other);
                let error = (2.0 * p * (1.0 - p) / RUNS as f64).sqrt();
                assert!(
                    (one - other).abs() <= 4.5 * error,
                    "{name}, world {seed}, {n} people: {one} and {other}"
                );
            }
        }
    }
}

/// Where ties are sure and take a fixed time, a person shares when they would, and up to a tick later for each
/// time that the post was carried over; in steps a carry is a whole step.
#[test]
fn in_halves_times_agree_up_to_a_tick_for_each_carry() {
    let mut carried = 0;
    for seed in 0..50 {
        let ties = ties(seed);
        let first = |networks: usize, clock: Clock| {
            let model = IndependentCascade::with_probability(1.0);
            let scenario = Scenario::builder(graph(&ties, networks))
                .model(model)
                .clock(clock)
                .delays(tieline::Delays::all(Distribution::Fixed { x: 1.0 }))
                .crosspost(1.0)
                .origin("0@one");
            let scenario = scenario.build().unwrap();
            let cascade = Ensemble::new(&scenario).cascade(0);
            let graph = scenario.graph();
            let mut first = vec![None; PEOPLE];
            for row in cascade.rows() {
                let person: usize = graph.account_name(row.account).parse().unwrap();
                let at = row.time.map_or(u64::from(row.step), tieline::Ticks::get);
                first[person] = Some(first[person].map_or(at, |known: u64| known.min(at)));
            }
            first
        };
        let (whole, halves) = (first(1, Clock::Continuous), first(2, Clock::Continuous));
        for (whole, halves) in whole.iter().zip(&halves) {
            assert_eq!(whole.is_some(), halves.is_some(), "world {seed}");
            if let (Some(whole), Some(halves)) = (whole, halves) {
                // One carry for each tie of its path at the most, and a path has fewer than there are people.
                assert!((*whole..whole + PEOPLE as u64).contains(halves), "{whole} {halves}");
                carried += usize::from(halves > whole);
            }
        }
        let (whole, halves) = (first(1, Clock::Steps), first(2, Clock::Steps));
        assert!(whole.iter().zip(&halves).all(|(whole, halves)| whole <= halves), "world {seed}");
    }
    assert!(carried > 20, "{carried}");
}
