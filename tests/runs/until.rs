//! Proves that an ensemble that stops by its precision is, to the bit, one with so many runs, that it
//! stops where it says, and that stopping does little to the intervals.

use std::ops::ControlFlow;

use crate::scenarios::Case;
use tieline::{
    Ensemble, Figure, IndependentCascade, Outcome, Overlay, Precision, Scenario, ShareLog,
    SocialGraph, exact,
};

/// ann, whose posts bob sees; bob is in both networks.
fn scenario() -> Scenario {
    let mut builder = SocialGraph::builder();
    let (square, hall) = (builder.network("square"), builder.network("hall"));
    builder.tie(square, "ann", "bob").tie(square, "bob", "cid").tie(hall, "bob", "dee");
    builder.mutual(hall, "dee", "eve").same_name_is_one_user();
    Scenario::builder(builder.build().unwrap())
        .model(IndependentCascade::with_probability(0.5))
        .crosspost(0.5)
        .origin("ann")
        .build()
        .unwrap()
}

fn link() -> Figure {
    Figure::Link { from: "square".into(), to: "hall".into() }
}

/// The outcome without what was asked.
fn figures(mut outcome: Outcome) -> Outcome {
    outcome.precision = None;
    outcome
}

/// The standard error of each figure, and its fraction of the figure, as the outcome states them.
fn errors(outcome: &Outcome) -> [(Figure, Option<f64>, f64); 4] {
    let hall = outcome.network("hall").unwrap();
    let link_outcome = outcome.link("square", "hall").unwrap();
    [
        (Figure::Size, outcome.size.std_error, outcome.size.mean),
        (Figure::Users, outcome.users.std_error, outcome.users.mean),
        (Figure::Network("hall".into()), hall.std_error, hall.mean),
        (link(), link_outcome.std_error, link_outcome.probability),
    ]
}

/// Each figure, absolute and relative, stops at the first test at which the outcome of so many runs
/// states that error or less.
#[test]
fn it_stops_at_the_first_test_that_is_precise_enough() {
    let ensemble = Ensemble::new(&scenario()).rng_seed(5).links();
    let tests = [1000, 2000, 4000, 8000, 10_000];
    let outcomes = tests.map(|runs| ensemble.clone().runs(runs).run());
    let mut lengths = Vec::new();
    for figure in 0..4 {
        for relative in [false, true] {
            for bound in [0.5, 0.04, 0.02, 0.015, 0.01, 0.007, 0.0001] {
                let error = |outcome: &Outcome| {
                    let (_, std_error, mean) = errors(outcome)[figure].clone();
                    std_error.unwrap() / if relative { mean } else { 1.0 }
                };
                let stop = outcomes.iter().position(|outcome| error(outcome) <= bound);
                let want = &outcomes[stop.unwrap_or(4)];
                let precision =
                    if relative { Precision::relative(bound) } else { Precision::std_error(bound) };
                let asked = precision.of(errors(want)[figure].0.clone()).max_runs(10_000);
                let got = ensemble.clone().until(asked.clone()).unwrap().run();
                let verdict = got.precision.clone().unwrap();
                assert_eq!(verdict.asked, asked);
                assert_eq!(verdict.reached, stop.is_some(), "{asked:?}");
                assert_eq!(verdict.found, Some(error(want)), "{asked:?}");
                assert_eq!(&figures(got), want, "{asked:?}");
                lengths.push(want.runs);
            }
        }
    }
    // None of the tests is there for nothing.
    assert!(tests.iter().all(|runs| lengths.contains(runs)), "{lengths:?}");
}

/// Threads, blocks, what else is observed, and where the first run is.
#[test]
fn it_is_an_ensemble_of_so_many_runs() {
    for seed in 0..25 {
        let case = Case::new(seed);
        let scenario = case.scenario();
        let overlay = case.overlay(scenario.graph(), &case.changes);
        let ensemble = Ensemble::new(&scenario).rng_seed(seed).links().audience().compare(overlay);
        let asked = Precision::std_error(0.025).max_runs(3000);
        let start = seed % 3 * 700;
        let until = ensemble.clone().run_range(start..0).until(asked).unwrap();
        let outcome = until.run();
        let fixed = ensemble.clone().run_range(start..start + outcome.runs);
        assert_eq!(figures(outcome.clone()), fixed.run(), "case {seed}");
        assert_eq!(until.share_log(), fixed.share_log(), "case {seed}");
        assert_eq!(until.rank_carriers(3), fixed.rank_carriers(3), "case {seed}");
        assert_eq!(until.clone().serial().run(), outcome, "case {seed}");
        for block in [1, 999, u64::MAX] {
            assert_eq!(until.clone().block_size(block).run(), outcome, "case {seed}");
        }
        #[cfg(feature = "parallel")]
        for threads in [1, 7] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            assert_eq!(pool.install(|| until.run()), outcome, "case {seed}, {threads} threads");
        }
    }
}

/// An interruption leaves the longest finished prefix, before the first test as well as after it;
/// one that comes as the precision is reached is none.
#[test]
fn an_interruption_comes_first_or_too_late() {
    let ensemble = Ensemble::new(&scenario()).block_size(10);
    let until = ensemble.clone().until(Precision::std_error(0.025)).unwrap();
    assert_eq!(until.run().runs, 4000);
    for enough in [1, 900, 1000, 1001, 3000, 4000] {
        let mut last = 0;
        let outcome = until.run_with(|progress| {
            assert!(progress.runs == 1_024_000 && progress.finished > last);
            last = progress.finished;
            if last >= enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert!(outcome.runs >= enough && outcome.runs == last);
        let verdict = outcome.precision.clone().unwrap();
        assert_eq!((outcome.interrupted, verdict.reached), (last < 4000, last == 4000));
        assert_eq!(verdict.found, outcome.size.std_error);
        let mut shorter = ensemble.clone().runs(outcome.runs).run();
        shorter.interrupted = outcome.interrupted;
        assert_eq!(figures(outcome), shorter);
    }
    let stop = |_| ControlFlow::Break(());
    let seen = until.observe_with(ShareLog::default, stop);
    assert!(seen.interrupted && seen.runs == 0 && seen.value.is_empty());
    assert!(until.rank_carriers_with(3, stop).is_none());
}

/// The cap may be at or before the first test, and as small as one run.
#[test]
fn the_cap_may_come_before_any_test() {
    for (most, bound, reached) in
        [(1, 9.0, false), (300, 1e-9, false), (300, 9.0, true), (1000, 9.0, true)]
    {
        let asked = Precision::std_error(bound).max_runs(most);
        let outcome = Ensemble::new(&scenario()).until(asked).unwrap().run();
        let verdict = outcome.precision.unwrap();
        assert_eq!((outcome.runs, verdict.reached, outcome.interrupted), (most, reached, false));
        assert_eq!(verdict.found, outcome.size.std_error);
    }
    let last = Ensemble::new(&scenario()).run_range(u64::MAX - 5..u64::MAX);
    assert_eq!(last.until(Precision::std_error(1e-9)).unwrap().run().runs, 5);
}

/// What never varies is exact at the first test; what never happens is so in its own unit, and
/// unknown as a fraction of itself.
#[test]
fn what_does_not_vary_stops_at_once() {
    let scenario = scenario();
    let home = Overlay::builder(scenario.graph()).no_crosspost().build().unwrap();
    let ensemble = Ensemble::new(&scenario.with_overlay(home));
    let ask = |asked: Precision| {
        let outcome = ensemble.clone().until(asked.max_runs(5000)).unwrap().run();
        let verdict = outcome.precision.unwrap();
        (outcome.runs, verdict.found, verdict.reached)
    };
    for figure in [Figure::Network("hall".into()), link()] {
        assert_eq!(ask(Precision::std_error(1e-12).of(figure.clone())), (1000, Some(0.0), true));
        assert_eq!(ask(Precision::relative(0.5).of(figure)), (5000, None, false));
    }
}

#[test]
fn what_cannot_be_reached_is_an_error() {
    let ensemble = Ensemble::new(&scenario());
    let error = |asked: Precision| ensemble.clone().until(asked).unwrap_err();
    for bound in [0.0, -0.0, -1.0, f64::NAN, f64::INFINITY] {
        for asked in [Precision::std_error(bound), Precision::relative(bound)] {
            let error = error(asked);
            assert!(error.is_range() && error.to_string().ends_with(&bound.to_string()), "{error}");
        }
    }
    assert!(error(Precision::std_error(1.0).max_runs(0)).is_range());
    let halls = Precision::std_error(1.0).of(Figure::Network("hal".into()));
    assert_eq!(error(halls).to_string(), "unknown network `hal`; did you mean `hall`?");
    let itself = Figure::Link { from: "hall".into(), to: "hall".into() };
    assert!(error(Precision::std_error(1.0).of(itself)).is_conflict());
    let tally = ensemble.runs(10).tally();
    assert!(tally.precision(&Precision::std_error(1.0).of(link())).unwrap_err().is_conflict());
}

/// A later number of runs takes a precision back, and merging more runs forgets it.
#[test]
fn a_precision_is_of_the_ensemble_that_it_was_asked_of() {
    let ensemble = Ensemble::new(&scenario());
    let until = ensemble.clone().until(Precision::std_error(0.025)).unwrap();
    assert_eq!(until.clone().runs(10).run(), ensemble.clone().runs(10).run());
    let mut tally = until.tally();
    tally.merge(ensemble.clone().run_range(4000..4500).tally()).unwrap();
    assert_eq!(tally.outcome(), ensemble.runs(4500).run());
}

#[test]
fn the_verdict_is_printed_and_survives_json() {
    let ensemble = Ensemble::new(&scenario()).links();
    let mut lines = String::new();
    for asked in [
        Precision::std_error(0.02),
        Precision::relative(0.01).of(link()).max_runs(20_000),
        Precision::std_error(0.1).of(Figure::Users),
        Precision::relative(0.125).of(Figure::Network("hall".into())).max_runs(1),
    ] {
        let outcome = ensemble.clone().until(asked).unwrap().run();
        let json = serde_json::to_string(&outcome).unwrap();
        assert_eq!(serde_json::from_str::<Outcome>(&json).unwrap(), outcome);
        let page = outcome.to_string();
        let line = page.lines().find(|line| line.starts_with("standard error")).unwrap();
        let verdict = serde_json::to_string(&outcome.precision).unwrap();
        lines += &format!("{line}\n{verdict}\n");
    }
    insta::assert_snapshot!(lines);
}

/// How 400 ensembles end that stop at a bound which some half of them meet at the second test, where
/// stopping does most: how many stopped there, how many 95 % intervals hold the exact value, and the
/// mean error in units of the bound.
fn at_the_worst_bound(
    scenario: &Scenario,
    figure: &Figure,
    (exact, deviation): (f64, f64),
    interval: impl Fn(&Outcome) -> (f64, f64, f64),
) -> (u32, u32, f64) {
    let bound = deviation / 2000f64.sqrt();
    let asked = Precision::std_error(bound).of(figure.clone());
    let (mut early, mut covered, mut errors) = (0, 0, 0.0);
    for seed in 0..400 {
        let ensemble = Ensemble::new(scenario).rng_seed(seed).until(asked.clone()).unwrap();
        let outcome = ensemble.run();
        let (found, low, high) = interval(&outcome);
        early += u32::from(outcome.runs == 2000);
        covered += u32::from(low <= exact && exact <= high);
        errors += (found - exact) / bound / 400.0;
    }
    (early, covered, errors)
}

/// Of 400 intervals some 380 ± 4.4 should hold the truth: beyond four times that a false alarm comes
/// once in ten thousand. The mean error is known to ± 0.05; a fifth of a standard error is what
/// stopping does to a rare event, and 0.4 is four times ± 0.05 more.
#[test]
fn stopping_does_little_to_the_estimates() {
    let size = scenario();
    let exact = exact::enumerate(&size).unwrap().size;
    let results =
        at_the_worst_bound(&size, &Figure::Size, (exact.mean, exact.variance.sqrt()), |o| {
            let half = 1.96 * o.size.std_error.unwrap();
            (o.size.mean, o.size.mean - half, o.size.mean + half)
        });
    let mut builder = SocialGraph::builder();
    let (square, hall) = (builder.network("square"), builder.network("hall"));
    builder.account(square, "ann").account(hall, "ann").same_name_is_one_user();
    let rare = Scenario::builder(builder.build().unwrap())
        .model(IndependentCascade::with_probability(0.0))
        .crosspost(0.01)
        .origin("ann@square")
        .build()
        .unwrap();
    let coin = (0.01, (0.01 * 0.99f64).sqrt());
    let rare = at_the_worst_bound(&rare, &link(), coin, |outcome| {
        let link = outcome.link("square", "hall").unwrap();
        (link.probability, link.low, link.high)
    });
    for (early, covered, error) in [results, rare] {
        let found = format!("{early} stopped early, {covered} held, mean error {error:.3}");
        println!("{found}");
        assert!((120..280).contains(&early), "{found}");
        assert!((363..=397).contains(&covered), "{found}");
        assert!(error.abs() < 0.4, "{found}");
    }
}
