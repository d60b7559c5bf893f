//! Every model as the laws in common ask it, and which of them hold for it.

use crate::temporal::Kind;
use tieline::{
    Clock, Delays, Distribution, Fatigue, Feeds, Fsir, Hawkes, IndependentCascade, Interaction,
    LinearThreshold, Model, Per, PeriodPer, Periods, Reshares, ScenarioBuilder, Seir, Sharing, Si,
    Sir, Sirs, Sis, Threshold, WeightedCascade,
};

/// What an intervention does to a model beyond the first share that it takes away.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Class {
    /// Whom the post reaches, and when, is the earliest arrival in a world that does not depend on it.
    Reachability,
    /// Whom it reaches is a least fixed point, and less leads to less.
    Monotone,
    /// Nothing more can be said.
    Prefix,
}
use Class::{Monotone, Prefix, Reachability};

/// Whether more of something never takes a share away, or makes one later.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Law {
    /// In no run.
    Always,
    /// Not on average, but in some runs: worlds with more and with less have not all draws in common.
    OnAverage,
    /// It does.
    Broken,
    /// There is no more.
    Unasked,
}
use Law::{Always, Broken, OnAverage, Unasked};

/// A model as it is set here, and which laws hold for it.
pub(crate) struct Setting {
    pub(crate) name: &'static str,
    pub(crate) class: Class,
    pub(crate) clock: Clock,
    /// What more origins do,
    pub(crate) origins: Law,
    /// more ties,
    pub(crate) ties: Law,
    /// and larger numbers of reshares.
    pub(crate) numbers: Law,
    /// Whether an account shares a post once at most.
    pub(crate) once: bool,
    /// How many shares there are of it, and how much of them ties pass on: 0 is nothing.
    pub(crate) set: fn(ScenarioBuilder, f64) -> ScenarioBuilder,
    pub(crate) crossposts: bool,
    pub(crate) posts: Option<Interaction>,
    /// What times the ties have, if they have some.
    pub(crate) times: Option<Kind>,
}

const fn of(
    name: &'static str,
    class: Class,
    clock: Clock,
    [origins, ties, numbers]: [Law; 3],
    set: fn(ScenarioBuilder, f64) -> ScenarioBuilder,
) -> Setting {
    let (once, crossposts, posts, times) = (true, true, None, None);
    Setting { name, class, clock, origins, ties, numbers, once, set, crossposts, posts, times }
}

fn exponential(rate: f64) -> Periods {
    Periods::all(Distribution::Exponential { rate })
}

fn fixed(x: f64) -> Periods {
    Periods::all(Distribution::Fixed { x })
}

fn soon() -> Delays {
    Delays::all(Distribution::Exponential { rate: 1.5 })
}

fn cascade(p: f64) -> Model {
    IndependentCascade::with_probability(0.4 * p).into()
}

#[rustfmt::skip]
pub(crate) fn settings() -> Vec<Setting> {
    use Clock::{Continuous, Steps};
    const SURE: [Law; 3] = [Always; 3];
    const DIVIDED: [Law; 3] = [Always, Broken, Always];
    const RULE: [Law; 3] = [Always, Broken, Unasked];
    const NEITHER: [Law; 3] = [Broken; 3];
    const NO_NUMBERS: [Law; 3] = [Broken, Broken, Unasked];
    let again = |setting: Setting| Setting { once: false, ..setting };
    let two = |setting: Setting, posts: Interaction| Setting { posts: Some(posts), ..setting };
    let without = |setting: Setting| Setting { crossposts: false, ..setting };
    let timed = |setting: Setting| Setting { times: Some(Kind::Contacts), ..setting };
    let coming = |setting: Setting| Setting { times: Some(Kind::Intervals), ..setting };
    vec![
        of("independent cascade", Reachability, Steps, [Always, OnAverage, Always], |b, x| b.model(cascade(x))),
        of("independent cascade in time", Reachability, Continuous, [Always, OnAverage, Always],
            |b, x| b.model(cascade(x)).delays(soon())),
        of("weighted cascade", Reachability, Steps, RULE, |b, _| b.model(WeightedCascade)),
        of("weighted cascade in time", Reachability, Continuous, RULE,
            |b, _| b.model(WeightedCascade).delays(soon())),
        of("linear threshold", Reachability, Steps, RULE, |b, _| b.model(LinearThreshold::default())),
        of("SI", Reachability, Continuous, SURE, |b, x| b.model(Si::with(Reshares::all(0.5 * x)))),
        of("SI in steps", Reachability, Steps, SURE, |b, x| b.model(Si::with(Reshares::all(0.3 * x)))),
        of("SIR", Reachability, Continuous, SURE,
            |b, x| b.model(Sir::with(Reshares::all(0.5 * x), exponential(1.0)))),
        of("SIR in steps", Reachability, Steps, SURE,
            |b, x| b.model(Sir::with(Reshares::all(0.3 * x), fixed(2.0)).period_per(PeriodPer::User))),
        of("SEIR", Reachability, Continuous, SURE,
            |b, x| b.model(Seir::with(Reshares::all(0.5 * x), exponential(2.0), exponential(1.0)))),
        of("SEIR in steps", Reachability, Steps, SURE,
            |b, x| b.model(Seir::with(Reshares::all(0.3 * x), fixed(1.0), fixed(3.0)))),
        of("FSIR", Reachability, Continuous, DIVIDED,
            |b, x| b.model(Fsir::with(Reshares::all(1.5 * x), exponential(1.0)))),
        of("FSIR in steps", Reachability, Steps, DIVIDED,
            |b, x| b.model(Fsir::with(Reshares::all(0.9 * x), fixed(2.0)))),
        of("Hawkes, once", Reachability, Continuous, [Always, OnAverage, Always],
            |b, x| b.model(Hawkes::with(Reshares::all(0.5 * x), soon()).sharing(Sharing::Once))),
        again(of("Hawkes", Reachability, Continuous, [Always, OnAverage, Always],
            |b, x| b.model(Hawkes::with(Reshares::all(0.4 * x), soon())))),
        again(without(of("SIS", Reachability, Continuous, [Always, OnAverage, OnAverage],
            |b, x| b.model(Sis::with(Reshares::all(0.5 * x), exponential(1.0)))))),
        of("watts", Monotone, Steps, RULE, |b, _| b.model(Threshold::watts(0.4))),
        of("count", Monotone, Steps, [Always, Always, Unasked], |b, _| b.model(Threshold::count(2))),
        of("linear with given thresholds", Monotone, Steps, RULE,
            |b, _| b.model(Threshold::linear_fixed(0.4))),
        without(of("or", Monotone, Steps, RULE, |b, _| b.model(Threshold::or(0.6)))),
        without(of("and", Monotone, Steps, RULE, |b, _| b.model(Threshold::and(0.6)))),
        without(of("content", Monotone, Steps, RULE,
            |b, _| b.model(Threshold::content(0.6).weigh("n0", 2.0)))),
        without(of("pooled", Monotone, Steps, RULE, |b, _| b.model(Threshold::pooled(0.6)))),
        again(of("SIRS", Prefix, Continuous, NEITHER,
            |b, x| b.model(Sirs::with(Reshares::all(1.5 * x), exponential(2.0), fixed(1.5))))),
        again(of("SIS in steps", Prefix, Steps, NO_NUMBERS,
            |b, x| b.model(Sis::with(Reshares::all(0.6 * x), fixed(1.0))))),
        again(of("SIS with fixed periods", Prefix, Continuous, NO_NUMBERS,
            |b, x| b.model(Sis::with(Reshares::all(1.5 * x), fixed(0.7))))),
        again(of("SIS with cross-posts", Prefix, Continuous, [Broken, Unasked, Unasked],
            |b, x| b.model(Sis::with(Reshares::all(0.8 * x), exponential(1.0))))),
        again(of("SIRS in steps", Prefix, Steps, NO_NUMBERS,
            |b, x| b.model(Sirs::with(Reshares::all((0.9 * x).min(1.0)), fixed(1.0), fixed(2.0))))),
        again(of("Gleeson's feeds", Prefix, Continuous, NO_NUMBERS, |b, x| {
            b.model(Feeds::gleeson(0.3 * x).activity(3.0))
        })),
        again(of("Weng's feeds", Prefix, Continuous, NO_NUMBERS, |b, x| {
            let feeds = Feeds::weng(0.2 * x, 0.6, 0.2, 1.0).slots(1).activity(2.0);
            b.model(feeds)
        })),
        of("fatigue that rises", Prefix, Steps, NO_NUMBERS,
            |b, x| b.model(cascade(x)).fatigue(Fatigue::table([1.0, 0.0, 2.4]))),
        of("fatigue that falls", Prefix, Steps, NO_NUMBERS,
            |b, x| b.model(cascade(2.0 * x)).fatigue(Fatigue::geometric(0.2))),
        of("fatigue in time", Prefix, Continuous, NO_NUMBERS,
            |b, x| b.model(cascade(2.0 * x)).fatigue(Fatigue::geometric(0.2)).delays(soon())),
        two(of("posts that exclude each other", Prefix, Steps, NEITHER, |b, x| b.model(cascade(x))),
            Interaction::exclusive().per(Per::Account)),
        two(of("posts that act on each other", Prefix, Continuous, NEITHER,
            |b, x| b.model(Si::with(Reshares::all(0.5 * x)))),
            Interaction::matrix([[1.0, 0.2], [3.0, 1.0]])),
        two(of("posts that act on each other, SIR", Prefix, Continuous, NEITHER,
            |b, x| b.model(Sir::with(Reshares::all(0.7 * x), exponential(1.0)))),
            Interaction::matrix([[1.0, 0.2], [3.0, 1.0]])),
        two(of("posts that do not act on each other", Reachability, Continuous, SURE,
            |b, x| b.model(Sir::with(Reshares::all(0.5 * x), exponential(1.0)))),
            Interaction::independent()),
        timed(of("SI on temporal ties", Reachability, Continuous, [Always, Unasked, Unasked],
            |b, x| b.model(Si::with(Reshares::all(0.4 * x))))),
        timed(of("SIR on temporal ties", Prefix, Continuous, [Broken, Unasked, Broken],
            |b, x| b.model(Sir::with(Reshares::all(x.min(1.0)), fixed(0.6))))),
        timed(of("SEIR on temporal ties", Prefix, Continuous, [Broken, Unasked, Unasked],
            |b, x| b.model(Seir::with(Reshares::all(x.min(1.0)), fixed(0.05), fixed(0.6))))),
        again(timed(of("SIS on temporal ties", Prefix, Continuous, [Unasked; 3],
            |b, x| b.model(Sis::with(Reshares::all(x.min(1.0)), fixed(0.6)))))),
        timed(of("independent cascade over contacts", Reachability, Continuous, [Always, Unasked, Always],
            |b, x| b.model(cascade(1.5 * x)).delays(soon()))),
        coming(of("independent cascade in intervals", Prefix, Continuous, [Broken, Unasked, Broken],
            |b, x| b.model(cascade(2.0 * x)).delays(soon()))),
        coming(of("watts in intervals", Monotone, Steps, [Always, Unasked, Unasked],
            |b, _| b.model(Threshold::watts(0.4)))),
    ]
}
