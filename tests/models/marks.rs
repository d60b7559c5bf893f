//! SIS and SIRS: the kernel equals the reference kernel to the bit; what is known of their laws.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::scenarios::{Case, Dice, part, seeds};
use crate::times::{periods, reshares};
use tieline::{
    AccountId, Cascade, Clock, Distribution, Ensemble, Model, Overlay, Periods, Reshares, Scenario,
    ScenarioBuilder, Sirs, Sis, SocialGraph, Ticks,
};

/// The graph, cross-posts and origins of a case, under SIS or SIRS.
fn again(seed: u64, case: &Case, graph: Arc<SocialGraph>) -> ScenarioBuilder {
    let mut dice = Dice::new(seed ^ 0x5a15);
    let clock = dice.pick(&[Clock::Continuous, Clock::Continuous, Clock::Steps]);
    let reshares = reshares(&mut dice, clock, case);
    let period = match dice.below(2) {
        0 if clock == Clock::Continuous => Periods::all(Distribution::Exponential { rate: 1.0 }),
        _ => periods(&mut dice, clock, case),
    };
    let model: Model = match dice.below(2) {
        0 => Sis::with(reshares, period).into(),
        _ => Sirs::with(reshares, period, periods(&mut dice, clock, case)).into(),
    };
    let mut builder = Scenario::builder(graph)
        .model(model)
        .clock(clock)
        .crosspost_rates(case.crosspost.clone())
        .origins(case.origins.iter().map(|&origin| case.label(origin)))
        .ignore_weights();
    builder = crate::times::starts(&mut dice, clock, case, builder);
    if dice.chance(25) {
        builder = builder.external(crate::times::external(&mut dice, case));
    }
    if dice.chance(30) {
        builder = builder.max_shares(1 + dice.below(12) as u64);
    }
    match clock {
        Clock::Continuous => {
            if dice.chance(50) {
                builder = builder.crosspost_delay(crate::times::time(&mut dice, clock));
            }
            builder.until(dice.pick(&[0.0, 1.5, 4.0]))
        }
        _ => builder.max_steps(dice.below(7) as u32),
    }
}

/// The kernel equals the reference kernel in 800 random worlds, with and without an intervention, in the
/// order of the builder and in another one.
#[test]
fn fast_equals_reference_in_random_worlds() {
    let (mut spread, mut shared_again) = (0, 0);
    for seed in seeds(800) {
        let case = Case::new(seed);
        let graph = case.graph_in_some_order(seed);
        let scenario = again(seed, &case, Arc::new(graph)).build().unwrap();
        case.assert_agreement(&scenario, seed, 3, |scenario, fast| {
            spread += usize::from(fast.size() > scenario.origins().len());
            shared_again += usize::from(fast.rows().any(|row| row.occurrence > 0));
        });
    }
    assert!(
        spread > part(1500) && shared_again > part(500),
        "{spread} spread, in {shared_again} shared again"
    );
}

fn exponential(rate: f64) -> Periods {
    Periods::all(Distribution::Exponential { rate })
}

/// Who passes it on at some times, by the log of a cascade with periods that this test knows: of SIS with
/// fixed periods.
fn shares(cascade: &Cascade) -> BTreeSet<(AccountId, u64)> {
    let when = |row: tieline::ShareRow| row.time.map_or(row.step.into(), Ticks::get);
    cascade.rows().map(|row| (row.account, when(row))).collect()
}

/// Reachability, class R: in continuous time with exponential periods and without cross-posts, whoever
/// shares from some origins passes it on whenever it does from more of them; what is added begins at shares
/// that only the added origins cause. So no account shares in the smaller world at a time at which it
/// does not pass it on in the larger one.
#[test]
fn more_origins_never_take_away() {
    for seed in seeds(200) {
        let case = Case::new(seed);
        let graph = Arc::new(case.graph());
        let mut dice = Dice::new(seed);
        let reshares = reshares(&mut dice, Clock::Continuous, &case);
        let build = |origins: &[usize]| {
            let model = Sis::with(reshares.clone(), exponential(1.0));
            let builder = Scenario::builder(graph.clone()).model(model).until(6.0).ignore_weights();
            let origins = origins.iter().map(|&origin| case.label(origin));
            Ensemble::new(&builder.origins(origins).build().unwrap()).rng_seed(seed)
        };
        let n = case.homes.len();
        let (one, other) = (dice.below(n), dice.below(n));
        let [first, second, both] = [build(&[one]), build(&[other]), build(&[one, other])];
        for run in 0..5 {
            let [first, second, both] = [&first, &second, &both].map(|e| shares(&e.cascade(run)));
            // Additive: a share from both is a share from one of them.
            for share in &both {
                assert!(first.contains(share) || second.contains(share), "case {seed}, run {run}");
            }
            for who in first.union(&second) {
                assert!(both.iter().any(|share| share.0 == who.0 && share.1 <= who.1));
            }
        }
    }
}

/// In steps more origins can take away: two that see each other, β = γ = 1, share for ever from one
/// origin, and once from two.
#[test]
fn in_steps_more_origins_can_take_away() {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    builder.mutual(square, "ann", "bob");
    let graph = Arc::new(builder.build().unwrap());
    let size = |origins: &[&str]| {
        let model = Sis::new(1.0, Periods::all(Distribution::Geometric { p: 1.0 }));
        let builder =
            Scenario::builder(graph.clone()).model(model).clock(Clock::Steps).max_steps(9);
        let scenario = builder.origins(origins.iter().copied()).build().unwrap();
        Ensemble::new(&scenario).cascade(0).size()
    };
    assert_eq!((size(&["ann"]), size(&["ann", "bob"])), (10, 2));
}

fn complete(n: usize) -> Arc<SocialGraph> {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    for a in 0..n {
        for b in 0..a {
            builder.mutual(square, &a.to_string(), &b.to_string());
        }
    }
    Arc::new(builder.build().unwrap())
}

/// Mean time to extinction from one who shares on a complete graph: of the birth and death chain with
/// births kβ(n − k) and deaths kγ, by its recursion from the top.
fn extinction_time(n: usize, beta: f64, gamma: f64) -> f64 {
    // The mean time from k to k − 1.
    let mut down = 1.0 / (n as f64 * gamma);
    for k in (1..n).rev() {
        let (birth, death) = (k as f64 * beta * (n - k) as f64, k as f64 * gamma);
        down = (1.0 + birth * down) / death;
    }
    down
}

/// Continuous SIS dies out when theory says: within 4.5 standard errors of 40,000 runs (false alarm 7e-6
/// each; that of the mean time is estimated from the runs).
#[test]
fn continuous_extinction_times() {
    for (n, beta, gamma) in
        [(2, 0.5, 1.0), (4, 0.25, 1.0), (5, 0.5, 1.0), (10, 0.1, 1.0), (3, 1.2, 2.0)]
    {
        let scenario = Scenario::builder(complete(n))
            .model(Sis::new(beta, exponential(gamma)))
            .until(10_000.0)
            .origin("0")
            .build()
            .unwrap();
        let runs = 40_000;
        let outcome = Ensemble::new(&scenario).runs(runs).rng_seed(n as u64).run();
        let extinct = outcome.extinct.unwrap();
        assert_eq!(extinct.fraction, 1.0);
        let (found, wanted) = (extinct.time_mean.unwrap(), extinction_time(n, beta, gamma));
        // Near-exponential: the standard deviation is at most 1.5 times the mean here.
        let error = 1.5 * wanted / (runs as f64).sqrt();
        assert!((found - wanted).abs() < 4.5 * error, "K{n}: {found}, wanted {wanted}");
    }
    // The recursion itself, against values from elsewhere.
    for (n, beta, wanted) in
        [(2, 0.5, 1.25), (4, 0.25, 1.523438), (5, 0.5, 4.05), (10, 0.1, 1.913027)]
    {
        assert!((extinction_time(n, beta, 1.0) - wanted).abs() < 1e-6);
    }
}

/// SIS in steps on two that see each other, β = .3, γ = .4: mean time to extinction 3.942308, and the mean
/// number that pass it on after each step (which the shares at each step give, as I(t+1) = (1−γ) I(t) +
/// shares). 4.5 standard errors of 100,000 runs; the time has a standard deviation of 3.5494 (its mean square m
/// from one and from two: m₁ = 1 + 2·2.942308 + .54 m₁ + .18 m₂, m₂ = 1 + 2·3.519231 + .48 m₁ + .36 m₂), and
/// those who pass it on one of at most .73 (after two steps).
#[test]
fn extinction_in_steps() {
    let scenario = Scenario::builder(complete(2))
        .model(Sis::new(0.3, Periods::all(Distribution::Geometric { p: 0.4 })))
        .clock(Clock::Steps)
        .max_steps(10_000)
        .origin("0")
        .build()
        .unwrap();
    let runs = 100_000;
    let ensemble = Ensemble::new(&scenario).runs(runs);
    let outcome = ensemble.run();
    let found = outcome.extinct.unwrap().time_mean.unwrap();
    assert!((found - 3.942308).abs() < 4.5 * 3.5494 / (runs as f64).sqrt(), "{found}");
    let log = ensemble.share_log();
    let mut shares = [0u64; 8];
    log.rows().filter(|row| row.step < 8).for_each(|row| shares[row.step as usize] += 1);
    let mut infectious = 0.0;
    let wanted = [1.0, 0.9, 0.702, 0.5346, 0.405324, 0.307055, 0.232574, 0.176155];
    for (step, wanted) in wanted.into_iter().enumerate() {
        infectious = 0.6 * infectious + shares[step] as f64 / runs as f64;
        assert!(
            (infectious - wanted).abs() < 4.5 * 0.74 / (runs as f64).sqrt(),
            "{step}: {infectious}"
        );
    }
}

/// Where periods and immunity have no memory, when they end is given before anything happens: an account that begins
/// later ends with one that began earlier, if that goes on still; in continuous time and in steps.
#[test]
fn ends_without_memory_do_not_depend_on_beginnings() {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    builder.account(square, "ann");
    let graph = Arc::new(builder.build().unwrap());
    let long = Periods::all(Distribution::Geometric { p: 0.1 });
    let short = Periods::all(Distribution::Fixed { x: 1.0 });
    for (clock, period, immunity) in [
        (Clock::Steps, long.clone(), None),
        (Clock::Continuous, exponential(0.1), None),
        (Clock::Steps, short.clone(), Some(long)),
        (Clock::Continuous, short, Some(exponential(0.1))),
    ] {
        let (mut together, mut apart) = (0, 0);
        for run in 0..400 {
            // She starts whenever she can from a time on: so each of her shares but the first tells when the
            // one before it was over.
            let second = |first: usize| {
                let mut builder = Scenario::builder(graph.clone()).clock(clock);
                builder = match immunity.clone() {
                    None => builder.model(Sis::new(0.0, period.clone())),
                    Some(it) => builder.model(Sirs::new(0.0, period.clone(), it)),
                };
                builder = match clock {
                    Clock::Steps => builder.max_steps(90),
                    _ => builder.until(90.0),
                };
                for at in first..90 {
                    builder = builder.origin_at(at as f64, "ann");
                }
                let cascade = Ensemble::new(&builder.build().unwrap()).cascade(run);
                let when = |row: tieline::ShareRow| row.time.map_or(row.step.into(), Ticks::get);
                cascade.rows().map(when).nth(1)
            };
            let (early, late) = (second(0), second(4));
            let unit =
                if clock == Clock::Steps { 1 } else { Ticks::from_units(1.0).unwrap().get() };
            // The first is over when the second has begun, and it is immune if that is what is asked.
            match early {
                Some(early) if early <= 7 * unit => apart += 1,
                _ => {
                    assert_eq!(early, late, "{clock:?}, run {run}");
                    together += 1;
                }
            }
        }
        assert!(together > 100 && apart > 100, "{clock:?}: {together} {apart}");
    }
}

/// A run in which nobody muted shares is the same to the bit; any run is the same up to the first share that the
/// intervention takes away.
#[test]
fn interventions_change_nothing_before_they_take_a_share_away() {
    for seed in seeds(300) {
        let case = Case::new(seed);
        let scenario = again(seed, &case, Arc::new(case.graph())).build().unwrap();
        let graph = scenario.graph().clone();
        for user in graph.users().take(4) {
            let overlay = Overlay::builder(&graph).mute(user).build().unwrap();
            let without = Ensemble::new(&scenario.with_overlay(overlay)).rng_seed(seed);
            let with = Ensemble::new(&scenario).rng_seed(seed);
            for run in 0..3 {
                let (base, muted) = (with.cascade(run), without.cascade(run));
                let when = |row: &tieline::ShareRow| row.time.map_or(row.step.into(), Ticks::get);
                let first = base.rows().find(|row| graph.user_of(row.account) == user);
                let Some(first) = first.map(|row| when(&row)) else {
                    assert_eq!(base, muted, "case {seed}, run {run}");
                    continue;
                };
                let before = |cascade: &Cascade| -> Vec<_> {
                    let rows = cascade.rows().filter(|row| when(row) < first);
                    rows.map(|row| (when(&row), row.account, row.route)).collect()
                };
                assert_eq!(before(&base), before(&muted), "case {seed}, run {run}");
            }
        }
    }
}

/// Ties whose numbers are far apart have tables of fine grain: each of 35 is tried with its own probability in a
/// step, and 35 with hardly any (4,000 runs; 5 standard errors; false alarm below 1e-4).
#[test]
fn ties_far_apart_are_tried_each_by_its_number() {
    const RUNS: u64 = 4000;
    let mut builder = SocialGraph::builder();
    let yard = builder.network("yard");
    let probability =
        |leaf: usize| if leaf.is_multiple_of(2) { 0.1 + 0.02 * (leaf / 2) as f64 } else { 1e-9 };
    for leaf in 0..70 {
        builder.weighted_tie(yard, "hub", &format!("leaf{leaf}"), probability(leaf));
    }
    let scenario = Scenario::builder(builder.build().unwrap())
        .model(Sis::with(Reshares::tie_weights(), Periods::all(Distribution::Fixed { x: 1.0 })))
        .clock(Clock::Steps)
        .max_steps(1)
        .origin("hub")
        .build()
        .unwrap();
    let graph = scenario.graph();
    let mut found = vec![0u32; graph.account_count()];
    let log = Ensemble::new(&scenario).runs(RUNS).rng_seed(5).share_log();
    log.rows().for_each(|row| found[row.account.index()] += 1);
    for leaf in 0..70 {
        let account = graph.account(format!("leaf{leaf}@yard").as_str()).unwrap();
        let (p, found) = (probability(leaf), f64::from(found[account.index()]) / RUNS as f64);
        let error = (p * (1.0 - p) / RUNS as f64).sqrt();
        assert!((found - p).abs() <= 5.0 * error + 1e-6, "leaf {leaf}: {found} for {p}");
    }
}
