//! Parameters of models with times, by dice, and what cascades say of times.
#![allow(dead_code, reason = "not every test uses all of it")]

use std::collections::BTreeMap;

use tieline::{
    AccountId, Amount, Cascade, Choice, Clock, Distribution, ExternalInfluence, OriginRule,
    Periods, Reshares, ScenarioBuilder, Ticks,
};

use crate::scenarios::{Case, Dice};

/// A distribution of continuous times, or of steps.
pub(crate) fn time(dice: &mut Dice, clock: Clock) -> Distribution {
    let kinds = match clock {
        Clock::Continuous => 8,
        _ => 3,
    };
    match dice.below(kinds) {
        0 => Distribution::Fixed { x: dice.pick(&[0.0, 1.0, 2.0]) },
        1 => Distribution::Geometric { p: dice.pick(&[0.3, 0.8, 1.0]) },
        2 => Distribution::Table { entries: vec![(0.5, 0.25), (2.0, 0.75)] },
        3 => Distribution::Exponential { rate: dice.pick(&[0.2, 1.0, 5.0]) },
        4 => Distribution::Gamma { shape: dice.pick(&[0.5, 2.0]), mean: 1.5 },
        5 => Distribution::LogNormal { median: 1.0, sigma: 0.7 },
        6 => Distribution::Weibull { shape: 1.5, scale: 0.8 },
        _ => Distribution::Pareto { min: 0.2, alpha: 2.5 },
    }
}

pub(crate) fn periods(dice: &mut Dice, clock: Clock, case: &Case) -> Periods {
    let periods = Periods::all(time(dice, clock));
    if dice.chance(70) {
        return periods;
    }
    periods.in_network(case.network_name(0), time(dice, clock))
}

pub(crate) fn reshares(dice: &mut Dice, clock: Clock, case: &Case) -> Reshares {
    let numbers: &[f64] = match clock {
        Clock::Continuous => &[0.0, 0.05, 0.3, 1.0, 4.0],
        _ => &[0.0, 0.05, 0.3, 0.7, 1.0],
    };
    let mut reshares = Reshares::all(dice.pick(numbers));
    if dice.chance(30) {
        reshares = reshares.in_network(case.network_name(0), dice.pick(numbers));
    }
    if dice.chance(30) {
        reshares = reshares.susceptibility(case.label(0), 0.5);
    }
    reshares
}

/// The last tick of a run that ends at this time: the first that is not before it.
pub(crate) fn last_tick(units: f64) -> u64 {
    (units * 4_294_967_296.0).ceil() as u64
}

/// Who shared when, in ticks or steps.
pub(crate) fn times(cascade: &Cascade) -> BTreeMap<AccountId, u64> {
    let when = |row: tieline::ShareRow| row.time.map_or(row.step.into(), Ticks::get);
    cascade.rows().map(|row| (row.account, when(row))).collect()
}

/// More origins: at times, drawn, by degree.
pub(crate) fn starts(
    dice: &mut Dice,
    clock: Clock,
    case: &Case,
    mut builder: ScenarioBuilder,
) -> ScenarioBuilder {
    for _ in 0..dice.below(3) {
        let time =
            if clock == Clock::Steps { dice.below(4) as f64 } else { dice.pick(&[0.0, 0.3, 1.7]) };
        builder = builder.origin_at(time, case.label(dice.below(case.homes.len())));
    }
    if dice.chance(30) {
        let choice = dice.pick(&[
            Choice::Accounts,
            Choice::Users,
            Choice::UsersEverywhere,
            Choice::TopDegree,
        ]);
        let mut rule = OriginRule::new(choice, Amount::Count(1));
        if dice.chance(50) {
            rule = rule.in_networks([case.network_name(0)]);
        }
        builder = builder.origin_rule(rule);
    }
    builder
}

pub(crate) fn external(dice: &mut Dice, case: &Case) -> ExternalInfluence {
    let mut external = ExternalInfluence::with_rate(dice.pick(&[0.02, 0.2, 0.5]));
    if dice.chance(50) {
        external = external.in_network(case.network_name(0), dice.pick(&[0.0, 0.3]));
    }
    if dice.chance(30) {
        external = external.factor(case.label(0), 2.0);
    }
    external
}
