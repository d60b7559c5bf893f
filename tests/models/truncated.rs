//! Runs that end with a number of shares, under every kernel that has such an end, in more accounts than a word has
//! bits: they tell of all accounts whether they shared, and which shares came of their own accord.

use std::sync::Arc;

use tieline::{
    Adopt, Clock, Delays, Detail, Distribution, Ensemble, ExternalInfluence, Fatigue, Hawkes,
    IndependentCascade, Interaction, LinearThreshold, Model, Observer, Periods, Post, Route, Run,
    Scenario, ScenarioBuilder, Seir, ShareRow, Si, Sir, Sirs, Sis, SocialGraph, Threshold,
    WeightedCascade,
};

/// Of how many runs it was asked, and how many of them did not tell the truth.
#[derive(Default)]
struct Told {
    runs: u64,
    wrong: u64,
}

impl Observer for Told {
    const DETAIL: Detail = Detail::Parents;

    fn see(&mut self, run: &Run<'_>) {
        self.runs += 1;
        let truth = |account| run.accounts().contains(&account) == run.shared(account);
        self.wrong += u64::from(!run.graph().accounts().all(truth));
    }

    fn merge(&mut self, later: Self) {
        self.runs += later.runs;
        self.wrong += later.wrong;
    }
}

/// 200 people in two networks.
fn graph() -> Arc<SocialGraph> {
    let mut builder = SocialGraph::builder();
    for (name, step) in [("square", 3), ("hall", 4)] {
        let network = builder.network(name);
        for a in 0..200 {
            for b in (0..200).filter(|&b| b != a && (a * 7 + b * step) % 25 == 0) {
                builder.tie(network, &a.to_string(), &b.to_string());
            }
        }
    }
    builder.same_name_is_one_user();
    Arc::new(builder.build().unwrap())
}

fn fixed(x: f64) -> Periods {
    Periods::all(Distribution::Fixed { x })
}

type Setting = (&'static str, Clock, Model, fn(ScenarioBuilder) -> ScenarioBuilder);

fn settings() -> Vec<Setting> {
    use Clock::{Continuous, Steps};
    let plain: fn(ScenarioBuilder) -> ScenarioBuilder = |builder| builder;
    let tiring = |builder: ScenarioBuilder| builder.fatigue(Fatigue::geometric(0.5));
    let delayed = |builder: ScenarioBuilder| {
        builder.delays(Delays::all(Distribution::Fixed { x: 1.0 })).fatigue(Fatigue::geometric(0.5))
    };
    let in_time =
        |builder: ScenarioBuilder| builder.delays(Delays::all(Distribution::Fixed { x: 1.0 }));
    let ic = || Model::from(IndependentCascade::with_probability(0.3));
    let threshold = |threshold: Threshold| Model::from(threshold);
    vec![
        ("IC", Steps, ic(), plain),
        ("WC in time", Continuous, WeightedCascade.into(), in_time),
        ("fatigue", Steps, ic(), tiring),
        ("fatigue in time", Continuous, ic(), delayed),
        ("LT", Steps, LinearThreshold::default().into(), plain),
        ("count", Steps, threshold(Threshold::count(1)), plain),
        ("watts", Steps, threshold(Threshold::watts(0.1)), plain),
        ("watts of persons", Steps, threshold(Threshold::watts(0.1).adopt(Adopt::Person)), plain),
        ("or", Steps, threshold(Threshold::or(0.1)), plain),
        ("and", Steps, threshold(Threshold::and(0.1)), plain),
        ("content", Steps, threshold(Threshold::content(0.1).weigh("hall", 0.5)), plain),
        ("SI", Continuous, Si::with_rate(0.4).into(), plain),
        ("SI in steps", Steps, Si::with_rate(0.4).into(), plain),
        ("SIR", Continuous, Sir::new(0.4, fixed(1.0)).into(), plain),
        ("SEIR", Continuous, Seir::new(0.4, fixed(0.5), fixed(1.0)).into(), plain),
        ("SIS", Continuous, Sis::new(0.4, fixed(1.0)).into(), plain),
        ("SIS in steps", Steps, Sis::new(0.4, fixed(2.0)).into(), plain),
        ("SIRS", Continuous, Sirs::new(0.4, fixed(1.0), fixed(1.0)).into(), plain),
        (
            "Hawkes",
            Continuous,
            Hawkes::new(0.3, Distribution::Exponential { rate: 1.0 }).into(),
            plain,
        ),
    ]
}

fn ending(
    graph: &Arc<SocialGraph>,
    (_, clock, model, set): &Setting,
    most: u64,
) -> ScenarioBuilder {
    let builder = Scenario::builder(graph.clone()).model(model.clone()).clock(*clock);
    let builder = set(builder).max_shares(most);
    match clock {
        Clock::Steps => builder.max_steps(9),
        _ => builder.until(9.0),
    }
}

#[test]
fn truncated_runs_tell_who_shared() {
    let graph = graph();
    for setting in settings() {
        let (mut truncated, mut unasked) = (0, 0);
        for (most, rate) in [(2, 0.0), (3, 0.01), (5, 0.001), (17, 0.01), (40, 0.05)] {
            let mut builder = ending(&graph, &setting, most).origin("0@square").origin("7@hall");
            if rate > 0.0 {
                builder = builder.external(ExternalInfluence::with_rate(rate));
            }
            let scenario = builder.build().unwrap_or_else(|e| panic!("{}: {e}", setting.0));
            let ensemble = Ensemble::new(&scenario).runs(60).serial();
            let told = ensemble.observe(Told::default).value;
            assert_eq!((told.runs, told.wrong), (60, 0), "{}, {most}", setting.0);
            let outcome = ensemble.run();
            truncated += outcome.truncated_runs;
            if let Some(external) = outcome.external {
                let counted = (external.mean * 60.0).round() as u64;
                let start = |row: &ShareRow| row.step == 0 && row.time.is_none_or(|t| t.get() == 0);
                let from_outside = |row: &ShareRow| row.route == Route::Origin && !start(row);
                let in_run = |run| ensemble.cascade(run).rows().filter(from_outside).count() as u64;
                let all: u64 = (0..60).map(in_run).sum();
                assert_eq!(counted, all, "{}", setting.0);
                unasked += all;
            }
        }
        assert!(truncated > 100 && unasked > 100, "{}: {truncated} {unasked}", setting.0);
    }
}

/// Of those who share at one time the first in order of logical key count, in whatever order accounts are stored.
#[test]
fn truncated_runs_are_the_same_however_accounts_are_stored() {
    let graph = graph();
    let shuffled =
        graph.stored_by(|account| u64::from(account.get() + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let shuffled = Arc::new(shuffled);
    for setting in settings() {
        for most in [1, 2, 3, 5, 17, 40, 90] {
            let runs = [&graph, &shuffled].map(|graph| {
                let builder = ending(graph, &setting, most).origin("0@square").origin("7@hall");
                let scenario = builder.origin("5@square").build().unwrap();
                let ensemble = Ensemble::new(&scenario);
                let who = |run| {
                    let cascade = ensemble.cascade(run);
                    let row = |row: ShareRow| {
                        (graph.account_label(row.account), row.parent, row.step, row.time)
                    };
                    cascade.rows().map(row).collect::<Vec<_>>()
                };
                (0..20).map(who).collect::<Vec<_>>()
            });
            assert_eq!(runs[0], runs[1], "{}, {most}", setting.0);
        }
    }
}

/// So do posts that shut each other out.
#[test]
fn truncated_rivals_tell_who_shared() {
    let graph = graph();
    let can = |setting: &Setting| {
        let excluded =
            ["SIS", "SIS in steps", "SIRS", "Hawkes", "LT", "fatigue", "fatigue in time"];
        !excluded.contains(&setting.0)
    };
    for setting in settings().into_iter().filter(can) {
        for most in [2, 3, 5, 17, 40] {
            let scenario = ending(&graph, &setting, most)
                .post(Post::new("one").origin("0@square"))
                .post(Post::new("other").origin("7@hall"))
                .interaction(Interaction::exclusive())
                .build()
                .unwrap_or_else(|e| panic!("{}: {e}", setting.0));
            let ensemble = Ensemble::new(&scenario).runs(60).serial();
            let told = ensemble.observe(Told::default).value;
            assert_eq!((told.runs, told.wrong), (60, 0), "{}, {most}", setting.0);
            // Nothing of a run is left to the next.
            let log = ensemble.share_log();
            for run in 0..60 {
                let of_run = log.rows().filter(|row| row.run == run);
                assert!(
                    of_run.eq(ensemble.cascade(run).rows()),
                    "{}, {most}, run {run}",
                    setting.0
                );
            }
        }
    }
}
