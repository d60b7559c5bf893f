//! Self-exciting cascades without a graph. Each mean is within 4.5 standard errors (false alarm 7e-6).

use std::ops::ControlFlow;

use tieline::{Delays, Distribution, Periods, Ticks, TypedHawkes, TypedOutcome};

fn exponential(rate: f64) -> Distribution {
    Distribution::Exponential { rate }
}

fn two() -> TypedHawkes {
    TypedHawkes::new(["square", "hall"], [[0.5, 0.1], [0.2, 0.4]]).memory_of_all(exponential(1.0))
}

fn size_is(outcome: &TypedOutcome, want: f64) {
    let (mean, error) = (outcome.size.mean, outcome.size.std_error.unwrap());
    assert!((mean - want).abs() < 4.5 * error, "{mean} ± {error} for {want}");
}

/// (I − n)^−1 · 1, whatever the marks; the square of n's radius is no matter.
#[test]
fn totals_are_those_of_the_linear_system() {
    let marks = [
        Periods::default(),
        Periods::all(Distribution::Fixed { x: 3.0 }),
        Periods::all(Distribution::Geometric { p: 0.25 }),
        Periods::all(Distribution::Table { entries: vec![(1.0, 0.9), (21.0, 0.1)] }),
        Periods::all(Distribution::Pareto { min: 1.0, alpha: 3.5 }),
    ];
    for (seed, marks) in (0..).zip(marks) {
        for name in ["square", "hall"] {
            let outcome = two().marks(marks.clone()).origins(name, 1).run(20_000, seed).unwrap();
            size_is(&outcome, 2.5);
            assert_eq!((outcome.extinct, outcome.truncated), (1.0, 0));
        }
    }
    let bipartite = TypedHawkes::new(["a", "b"], [[0.0, 2.0], [0.125, 0.0]]);
    assert!((bipartite.branching_factor() - 0.5).abs() < 1e-9);
}

/// Offspring by t of one type: n/(1−n) (1 − e^(−(1−n)βt)); and events that come of their own accord.
#[test]
fn events_come_when_they_should() {
    let one = TypedHawkes::new(["square"], [[0.5]]).memory_of_all(exponential(1.0)).until(2.0);
    size_is(&one.clone().origins("square", 1).run(40_000, 1).unwrap(), 1.632_121);
    // The integral of rate (1 + offspring by what is left): εt(1 + n/(1−n)) − ε n/(1−n)² (1 − e^(−(1−n)t)).
    let want = 0.7 * (2.0 * 2.0 - 2.0 * (1.0 - (-1.0f64).exp()));
    let outcome = one.external("square", 0.7).run(40_000, 2).unwrap();
    size_is(&outcome, want);
}

/// A deadline finds the size of runs that end there, whatever else ends them.
#[test]
fn a_deadline_is_an_end() {
    let model = two().origins("square", 3).external("hall", 0.4).until(3.0).max_shares(40);
    let times = [1.5, 0.0, 3.0];
    let all = times.iter().fold(model.clone(), |model, &time| model.reached_within(time));
    let outcome = all.run(2000, 8).unwrap();
    for (within, time) in outcome.reached_within.iter().zip(times) {
        let ended = model.clone().until(time).run(2000, 8).unwrap().size;
        assert_eq!(
            (within.within, within.mean, within.std_error),
            (time, ended.mean, ended.std_error)
        );
    }
    assert_eq!((outcome.reached_within.len(), outcome.size), (3, model.run(2000, 8).unwrap().size));
    let error = model.reached_within(-1.0).run(1, 0).unwrap_err();
    assert!(error.is_range(), "{error}");
}

/// A type more moves nothing of the others, nor does an end; parents come before what they cause.
#[test]
fn runs_keep_what_they_share() {
    let three = TypedHawkes::new(
        ["square", "hall", "attic"],
        [[0.5, 0.1, 0.0], [0.2, 0.4, 0.0], [0.3, 0.3, 0.3]],
    );
    let three = three.memory_of_all(exponential(1.0)).origins("square", 2);
    let two = two().origins("square", 2);
    for run in 0..200 {
        let events = two.events(run, 9).unwrap();
        assert_eq!(events, three.events(run, 9).unwrap());
        let cut = two.clone().until(1.0).max_shares(5).events(run, 9).unwrap();
        let early = events.iter().filter(|event| event.time.in_units() <= 1.0).take(5);
        assert!(early.eq(&cut));
        for (place, event) in events.iter().enumerate() {
            assert!(
                event
                    .parent
                    .is_none_or(|parent| { parent < place && events[parent].time < event.time })
            );
        }
    }
    assert_eq!(two.run(50, 3).unwrap(), two.run(50, 3).unwrap());
}

/// Infectivity that ends at time 1: nothing comes after it, and before it as much as without, n/(1 − n) · (1 −
/// e^(−(1 − n) t)) (false alarm 7e-6 each); what it is multiplied by at first is as good as a larger n.
#[test]
fn infectivity_changes_over_time() {
    let one =
        |n: f64| TypedHawkes::new(["a"], [[n]]).memory_of_all(exponential(1.0)).origins("a", 1);
    let expected = 1.0 + (1.0 - (-0.5f64).exp());
    for model in [
        one(0.5).over_time([(0.0, 1.0), (1.0, 0.0)]),
        one(0.25).over_time([(0.0, 2.0), (1.0, 0.0)]),
    ] {
        let size = model.run(200_000, 3).unwrap().size;
        assert!((size.mean - expected).abs() < 4.5 * size.std_error.unwrap(), "{}", size.mean);
        let last = model.events(5, 3).unwrap().last().unwrap().time;
        assert!(last <= Ticks::from_units(1.0).unwrap(), "{last:?}");
    }
    // What holds at last decides whether there must be an end.
    assert!(one(1.5).over_time([(0.0, 1.0), (2.0, 0.5)]).run(10, 0).is_ok());
    assert_eq!(
        one(0.6).over_time([(0.0, 1.0), (3.0, 2.0)]).run(10, 0).unwrap_err().to_string(),
        "the branching factor is 0.6, times 2 from 3 on, so a cascade may grow for ever: a run needs an end, \
         `until` or `max_shares`"
    );
    let never = one(0.5).over_time([(0.0, 1.0), (0.0, 2.0)]).run(10, 0).unwrap_err().to_string();
    assert_eq!(never, "the times of `over_time` must grow, and 0 does not");
}

#[test]
fn mistakes_are_told() {
    let pareto = Periods::all(Distribution::Pareto { min: 1.0, alpha: 1.0 });
    let wrong = [
        two(),
        two().origins("attic", 1),
        TypedHawkes::new(["a", "b"], [[0.1], [0.2]]).origins("a", 1),
        TypedHawkes::new(["a"], [[-0.1]]).origins("a", 1),
        TypedHawkes::new(["a", "a"], [[0.1, 0.1], [0.1, 0.1]]).origins("a", 1),
        TypedHawkes::new(["a"], [[1.5]]).memory_of_all(exponential(1.0)).origins("a", 1),
        TypedHawkes::new(["a"], [[0.5]]).origins("a", 1),
        two().memory(Delays::all(Distribution::Lomax { c: 1.0, theta: 0.5 })).origins("hall", 1),
        two().marks(pareto).origins("hall", 1).until(1.0),
        two().external("hall", 1.0),
        two().origins("hall", 1).max_shares(0),
    ];
    let sentences = wrong.map(|model| model.run(1, 0).unwrap_err().to_string());
    insta::assert_snapshot!(sentences.join("\n"));
}

/// Threads, and who looks on, do not change a bit; a break keeps what is finished.
#[test]
fn runs_are_the_same_however_they_are_made() {
    let model = two().origins("square", 1).marks(Periods::all(Distribution::Geometric { p: 0.25 }));
    let all = model.run(3000, 5).unwrap();
    let mut seen = 0;
    let one_by_one = model.each_run(3000, 5, |run, events| {
        assert_eq!((run, events), (seen, &*model.events(run, 5).unwrap()));
        seen += 1;
        ControlFlow::Continue(())
    });
    assert_eq!((&all, seen), (&one_by_one.unwrap(), 3000));
    let until = |last| {
        model.each_run(3000, 5, |run, _| match run == last {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        })
    };
    assert_eq!(until(99).unwrap(), model.run(100, 5).unwrap());
    let stopped = model.run_with(1_000_000_000, 5, |_| ControlFlow::Break(())).unwrap();
    assert!((1..1_000_000_000).contains(&stopped.runs));
    assert_eq!(stopped, model.run(stopped.runs, 5).unwrap());
}

/// What comes of its own accord is not listed before it is due, and numbers that no run can list are told.
#[test]
fn runs_with_many_starts_end_where_they_may() {
    let busy = TypedHawkes::new(["square"], [[0.5]])
        .memory_of_all(exponential(1.0))
        .external("square", 1e6)
        .until(1e6)
        .max_shares(10);
    assert_eq!(busy.run(3, 0).unwrap().size.mean, 10.0);
    let told = |model: TypedHawkes| model.run(1, 0).unwrap_err().to_string();
    assert_eq!(
        told(two().origins("square", 4_000_000_000)),
        "a run may have 16777216 origins at most, found 4000000000"
    );
    assert!(told(busy.external("square", 1e7)).contains("2^20"));
    let wild = TypedHawkes::new(["a", "b"], [[2e6; 2]; 2]);
    assert_eq!(
        told(wild.memory_of_all(exponential(1.0)).origins("a", 1)),
        "a mean number of shares must lie in 0..=1048576, found 2000000 for `a:a`"
    );
}
