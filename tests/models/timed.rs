//! Models in which an account shares when the post first arrives, in continuous time and in steps: the
//! kernel equals the reference kernel to the bit, and the laws of time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::scenarios::{Case, Dice, Sizes, part, seeds};
use crate::times::{periods, reshares, time, times};
use tieline::{
    AccountId, Clock, Delays, Distribution, Ensemble, Fsir, IndependentCascade, Model, Observer,
    PeriodPer, Reshares, Run, Scenario, ScenarioBuilder, Seir, Si, Sir, SocialGraph, Ticks,
    WeightedCascade,
};

/// The graph, cross-posts and origins of a case, under a model with times, which starts at once and goes on until
/// it is over.
fn without_end(dice: &mut Dice, case: &Case, graph: Arc<SocialGraph>) -> (Clock, ScenarioBuilder) {
    let clock = dice.pick(&[Clock::Continuous, Clock::Continuous, Clock::Steps]);
    let mut builder = Scenario::builder(graph)
        .clock(clock)
        .crosspost_rates(case.crosspost.clone())
        .origins(case.origins.iter().map(|&origin| case.label(origin)))
        .ignore_weights();
    let kind = dice.below(6);
    let model: Model = match kind {
        0 => IndependentCascade::with(Reshares::all(dice.pick(&[0.1, 0.4, 0.9, 1.0]))).into(),
        1 => WeightedCascade.into(),
        2 if dice.chance(30) => Si::with_contact(time(dice, clock)).into(),
        2 => Si::with(reshares(dice, clock, case)).into(),
        3 => {
            let (reshares, period) = (reshares(dice, clock, case), periods(dice, clock, case));
            let same = period.networks.is_empty();
            let per = if same && dice.chance(50) { PeriodPer::User } else { PeriodPer::Account };
            Sir::with(reshares, period).period_per(per).into()
        }
        4 => {
            // β above the number of those whom an account sees is an error in steps.
            let (reshares, period) = (reshares(dice, clock, case), periods(dice, clock, case));
            Fsir::with(reshares, period).into()
        }
        _ => {
            let reshares = reshares(dice, clock, case);
            let latency = periods(dice, clock, case);
            Seir::with(reshares, latency, periods(dice, clock, case)).into()
        }
    };
    builder = builder.model(model);
    if kind < 2 {
        let mut delays = Delays::all(time(dice, clock));
        if dice.chance(30) {
            delays = delays.in_network(case.network_name(0), time(dice, clock));
        }
        builder = builder.delays(delays);
    }
    if clock == Clock::Continuous && dice.chance(50) {
        builder = builder.crosspost_delay(time(dice, clock));
    }
    (clock, builder)
}

/// The same with whatever may start later, come from outside, or be an end.
fn timed(seed: u64, case: &Case, graph: Arc<SocialGraph>) -> ScenarioBuilder {
    let mut dice = Dice::new(seed ^ 0x7133d);
    let (clock, mut builder) = without_end(&mut dice, case, graph);
    builder = crate::times::starts(&mut dice, clock, case, builder);
    if dice.chance(20) {
        builder = builder.max_shares(1 + dice.below(5) as u64);
    }
    let external = dice.chance(25);
    if external {
        builder = builder.external(crate::times::external(&mut dice, case));
    }
    if external || dice.chance(30) {
        builder = match clock {
            Clock::Continuous => builder.until(dice.pick(&[0.0, 0.7, 3.0])),
            _ => builder.max_steps(dice.below(5) as u32),
        };
    }
    builder
}

/// The models in steps that go without times, where origins come later, in external influence, or with an
/// end at a number of shares: in 1,000 random worlds.
#[test]
fn models_in_steps_with_late_starts_equal_the_reference() {
    for seed in seeds(1000) {
        let case = Case::new(seed);
        let mut dice = Dice::new(seed ^ 0x1a7e);
        let mut builder = Scenario::builder(case.graph())
            .model(case.model.clone())
            .crosspost_rates(case.crosspost.clone())
            .origins(case.origins.iter().map(|&origin| case.label(origin)));
        if !case.model.reads_weights() {
            builder = builder.ignore_weights();
        }
        builder = crate::times::starts(&mut dice, Clock::Steps, &case, builder);
        if dice.chance(50) {
            builder = builder.external(crate::times::external(&mut dice, &case));
        }
        if dice.chance(30) {
            builder = builder.max_shares(1 + dice.below(6) as u64);
        }
        let scenario = builder.max_steps(dice.below(7) as u32).build().unwrap();
        case.assert_agreement(&scenario, seed, 3, |_, _| {});
    }
}

/// The kernel equals the reference kernel in 2,000 random worlds, with and without an intervention, in the
/// order of the builder and in another one.
#[test]
fn fast_equals_reference_in_random_worlds() {
    let (mut spread, mut timed_runs) = (0, 0);
    for seed in seeds(2000) {
        let case = Case::new(seed);
        let graph = case.graph_in_some_order(seed);
        let scenario = timed(seed, &case, Arc::new(graph)).build().unwrap();
        case.assert_agreement(&scenario, seed, 4, |scenario, fast| {
            spread += usize::from(fast.size() > scenario.origins().len());
            timed_runs += usize::from(fast.rows().any(|row| row.time.is_some()));
        });
    }
    assert!(
        spread > part(4000) && timed_runs > part(6000),
        "{spread} runs spread, {timed_runs} have times"
    );
}

/// Of two that come at one tick, and nobody else does, the one with the least hash is the parent: each in
/// about half of 200 runs.
#[test]
fn of_two_at_once_the_least_counts() {
    let mut builder = SocialGraph::builder();
    let yard = builder.network("yard");
    for (from, to) in [("o", "a"), ("o", "b"), ("b", "c"), ("a", "c")] {
        builder.tie(yard, from, to);
    }
    let scenario = Scenario::builder(builder.build().unwrap())
        .model(IndependentCascade::with_probability(1.0))
        .clock(Clock::Continuous)
        .delays(Delays::all(Distribution::Fixed { x: 1.0 }))
        .origin("o")
        .build()
        .unwrap();
    let ensemble = Ensemble::new(&scenario);
    let mut first = 0;
    for run in 0..200 {
        let (fast, plain) = (ensemble.cascade(run), ensemble.reference_cascade(run));
        let parents = |cascade: &tieline::Cascade| -> Vec<_> {
            cascade.rows().map(|row| (row.account, row.parent)).collect()
        };
        assert_eq!(parents(&fast), parents(&plain), "run {run}");
        first += u32::from(fast.rows().last().unwrap().parent == Some(1));
    }
    assert!((70..130).contains(&first), "{first}");
}

/// Delays that are weights of ties: the kernel equals the reference kernel in 600 random worlds; where every try
/// succeeds, times are shortest paths.
#[test]
fn delays_by_tie_are_lengths_of_paths() {
    let (mut spread, mut far) = (0, 0);
    for seed in seeds(600) {
        let mut case = Case::new(seed);
        let mut dice = Dice::new(seed ^ 0xde1a);
        let clock = dice.pick(&[Clock::Continuous, Clock::Steps]);
        let lengths: &[f64] =
            if clock == Clock::Steps { &[1.0, 2.0, 5.0] } else { &[0.0, 0.25, 1.5, 3.0] };
        for tie in &mut case.ties {
            let inside = case.homes[tie.0] == case.homes[tie.1];
            tie.2 = (inside && dice.chance(80)).then(|| dice.pick(lengths));
        }
        let other = Distribution::Fixed { x: 1.0 };
        let mut delays = Delays::tie_weights();
        delays.base = Some(other);
        let sure = dice.chance(50);
        let model: Model = match (sure, dice.chance(50)) {
            (true, _) => IndependentCascade::with_probability(1.0).into(),
            (_, true) => IndependentCascade::with_probability(0.5).into(),
            _ => WeightedCascade.into(),
        };
        let origins = case.origins.iter().map(|&origin| case.label(origin));
        let mut builder = Scenario::builder(case.graph_in_some_order(seed))
            .model(model)
            .clock(clock)
            .delays(delays)
            .origins(origins);
        if !sure {
            builder = builder.crosspost_rates(case.crosspost.clone());
        }
        let scenario = builder.build().unwrap();
        case.assert_agreement(&scenario, seed, 3, |scenario, fast| {
            spread += usize::from(fast.size() > scenario.origins().len());
        });
        if !sure {
            continue;
        }
        let ids = case.ids(scenario.graph());
        let mut want: BTreeMap<AccountId, u64> =
            case.origins.iter().map(|&origin| (ids[origin], 0)).collect();
        // As often as there are accounts, everybody tells everybody.
        for _ in &case.homes {
            for &(source, target, length) in &case.ties {
                let Some(&at) = want.get(&ids[source]) else { continue };
                let length = length.unwrap_or(1.0);
                let later = match clock {
                    Clock::Steps => length as u64,
                    _ => Ticks::from_units(length).unwrap().get().max(1),
                };
                let known = want.entry(ids[target]).or_insert(u64::MAX);
                *known = (at + later).min(*known);
            }
        }
        far += want.len();
        assert_eq!(times(&Ensemble::new(&scenario).rng_seed(seed).cascade(0)), want, "case {seed}");
    }
    assert!(spread > part(1500) && far > part(2000), "{spread} {far}");
}

#[test]
fn delays_by_tie_need_weights_that_nothing_else_reads() {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    builder.weighted_tie(square, "ann", "bob", 2.0).tie(square, "bob", "cid");
    let graph = Arc::new(builder.build().unwrap());
    let told = |builder: ScenarioBuilder| {
        let built = builder.delays(Delays::tie_weights()).origin("ann").build();
        built.unwrap_err().to_string()
    };
    let of = |model: Model| Scenario::builder(graph.clone()).model(model);
    let cascade = || of(IndependentCascade::with_probability(1.0).into());
    assert_eq!(
        told(cascade()),
        "the tie from `bob@square` to `cid@square` has no weight, so no delay: say one for ties without"
    );
    assert_eq!(
        told(of(IndependentCascade::with_tie_weights().into())),
        "the weights of ties are delays, or what independent-cascade reads, and not both"
    );
    assert_eq!(
        told(cascade().ignore_weights()),
        "the weights of ties are delays, and `ignore_weights` says that they are nothing"
    );
    assert_eq!(
        told(cascade().fatigue(tieline::Fatigue::geometric(0.5))),
        "delays by weight do not go with `fatigue`; they go with independent-cascade and \
         weighted-cascade over ties without times"
    );
    // Something for ties without a weight is enough, and a weight must be a time.
    let partly = Delays::tie_weights().between("square", "square", Distribution::Fixed { x: 1.0 });
    let scenario = cascade().delays(partly).origin("ann").build().unwrap();
    let cid = times(&Ensemble::new(&scenario).cascade(0)).into_values().max();
    assert_eq!(cid, Some(Ticks::from_units(3.0).unwrap().get()));
    let long = |weight, clock| {
        let mut builder = SocialGraph::builder();
        let square = builder.network("square");
        builder.weighted_tie(square, "ann", "bob", weight);
        let model = IndependentCascade::with_probability(1.0);
        told(Scenario::builder(builder.build().unwrap()).model(model).clock(clock))
    };
    assert_eq!(
        long(5e9, Clock::Continuous),
        "the tie from `ann@square` to `bob@square`: its delay: a time must lie in 0..2^31 time units, \
         found 5000000000"
    );
    assert_eq!(
        long(2e6, Clock::Steps),
        "a delay in steps is at most 1000000, found 2000000: let time be continuous (`--clock continuous`)"
    );
    let memory = tieline::Hawkes::with(Reshares::all(0.5), Delays::tie_weights());
    let built = of(memory.into()).ignore_weights().until(1.0).origin("ann").build();
    assert_eq!(
        built.unwrap_err().to_string(),
        "the memory is no weight of a tie: give a distribution"
    );
}

/// Only sizes: made without an order of time from the same draws, by live ties, each run has the size that it has
/// with its times, one after the other.
#[test]
fn live_ties_give_the_sizes_of_event_driven_runs() {
    /// Sizes of runs with all their times.
    #[derive(Default)]
    struct Listed(Vec<u64>);
    impl Observer for Listed {
        const DETAIL: tieline::Detail = tieline::Detail::Steps;
        fn see(&mut self, run: &Run<'_>) {
            self.0.push(run.size());
        }
        fn merge(&mut self, later: Self) {
            self.0.extend(later.0);
        }
    }
    let (mut by_live_ties, mut spread) = (0, 0);
    for seed in seeds(600) {
        let case = Case::new(seed);
        let graph = Arc::new(case.graph());
        // Without an end, and with nothing that comes later, there is no order to keep.
        let (_, endless) = without_end(&mut Dice::new(seed), &case, graph.clone());
        for (builder, free) in [(endless, true), (timed(seed, &case, graph), false)] {
            let scenario = builder.build().unwrap();
            let contacts =
                matches!(scenario.model(), Model::Si(_) | Model::Sir(_) | Model::Seir(_));
            let overlay = case.overlay(scenario.graph(), &case.changes);
            for scenario in [scenario.with_overlay(overlay), scenario] {
                let ensemble = Ensemble::new(&scenario).rng_seed(seed).runs(20).serial();
                let sizes = ensemble.observe(Sizes::default).value.0;
                let listed = ensemble.observe(Listed::default).value.0;
                assert_eq!(sizes, listed, "case {seed}");
                by_live_ties += usize::from(free && contacts);
                spread += sizes.iter().filter(|&&size| size > case.origins.len() as u64).count();
            }
        }
    }
    assert!(by_live_ties > part(300) && spread > part(15_000), "{by_live_ties} {spread}");
}

/// A run that ends at a time is the beginning of the run that does not, and as large as what a deadline
/// counts.
#[test]
fn an_end_is_a_deadline() {
    for seed in seeds(400) {
        let case = Case::new(seed);
        let graph = Arc::new(case.graph());
        let whole = timed(seed, &case, graph.clone()).until(40.0).max_shares(u64::MAX);
        let Ok(whole) = whole.build() else { continue };
        for end in [0.0, 0.4, 1.0, 2.5] {
            let cut = timed(seed, &case, graph.clone()).until(end).max_shares(u64::MAX);
            let cut = cut.build().unwrap();
            let [all, some] =
                [&whole, &cut].map(|scenario| Ensemble::new(scenario).rng_seed(seed).runs(10));
            for run in 0..10 {
                let mut early = times(&all.cascade(run));
                early.retain(|_, &mut at| at <= crate::times::last_tick(end));
                assert_eq!(times(&some.cascade(run)), early, "case {seed}, run {run}");
            }
            let within = all.reached_within(end).unwrap().run().reached_within;
            assert_eq!(within[0].mean, some.run().size.mean, "case {seed}");
        }
    }
}

/// Delays change when accounts share, and nothing of who does; a delay of one step is the model without
/// delays, parents and all.
#[test]
fn delays_do_not_change_who_is_reached() {
    for seed in seeds(400) {
        let case = Case::new(seed);
        if matches!(case.model, Model::LinearThreshold(_)) {
            continue;
        }
        let graph = Arc::new(case.graph());
        let build = || {
            Scenario::builder(graph.clone())
                .model(case.model.clone())
                .crosspost_rates(case.crosspost.clone())
                .origins(case.origins.iter().map(|&origin| case.label(origin)))
                .ignore_weights()
        };
        if case.model.reads_weights() && build().build().is_err() {
            continue;
        }
        let mut dice = Dice::new(seed);
        let plain = build().build().unwrap();
        let in_time = build().delays(Delays::all(time(&mut dice, Clock::Continuous)));
        let in_time = in_time.build().unwrap();
        let one_step = build().delays(Delays::all(Distribution::Fixed { x: 1.0 }));
        let one_step = one_step.clock(Clock::Steps).build().unwrap();
        let [plain, in_time, one_step] =
            [plain, in_time, one_step].map(|scenario| Ensemble::new(&scenario).rng_seed(seed));
        for run in 0..8 {
            let who = |ensemble: &Ensemble| -> BTreeSet<AccountId> {
                ensemble.cascade(run).accounts().iter().copied().collect()
            };
            assert_eq!(who(&plain), who(&in_time), "case {seed}, run {run}");
            assert_eq!(plain.cascade(run), one_step.cascade(run), "case {seed}, run {run}");
        }
    }
}

/// SEIR reaches whom SIR reaches in the same world.
#[test]
fn latency_does_not_change_who_is_reached() {
    for seed in seeds(300) {
        let case = Case::new(seed);
        let mut dice = Dice::new(seed);
        let clock = dice.pick(&[Clock::Continuous, Clock::Steps]);
        let reshares = reshares(&mut dice, clock, &case);
        let [period, latency] = [(); 2].map(|()| periods(&mut dice, clock, &case));
        let graph = Arc::new(case.graph());
        let build = |model: Model| {
            let builder = Scenario::builder(graph.clone()).model(model).clock(clock);
            let builder = builder.crosspost_rates(case.crosspost.clone()).ignore_weights();
            let origins = case.origins.iter().map(|&origin| case.label(origin));
            Ensemble::new(&builder.origins(origins).build().unwrap()).rng_seed(seed)
        };
        let sir = build(Sir::with(reshares.clone(), period.clone()).into());
        let seir = build(Seir::with(reshares, latency, period).into());
        for run in 0..10 {
            let [sir, seir] = [&sir, &seir].map(|ensemble| times(&ensemble.cascade(run)));
            assert!(sir.keys().eq(seir.keys()), "case {seed}, run {run}");
            assert!(sir.iter().all(|(account, at)| seir[account] >= *at), "case {seed}");
        }
    }
}

/// Reachability: who is muted takes nobody's share away from those who do not need them, and makes nobody
/// share earlier; a world in which they never share is the same to the bit.
#[test]
fn muting_only_takes_away() {
    for seed in seeds(500) {
        let case = Case::new(seed);
        let scenario = timed(seed, &case, Arc::new(case.graph())).max_shares(u64::MAX);
        let scenario = scenario.build().unwrap();
        let graph = scenario.graph().clone();
        for user in graph.users().take(6) {
            let overlay = tieline::Overlay::builder(&graph).mute(user).build().unwrap();
            let without = Ensemble::new(&scenario.with_overlay(overlay)).rng_seed(seed);
            let with = Ensemble::new(&scenario).rng_seed(seed);
            for run in 0..4 {
                let (base, muted) = (with.cascade(run), without.cascade(run));
                if !base.accounts().iter().any(|&account| graph.user_of(account) == user) {
                    assert_eq!(base, muted, "case {seed}, run {run}");
                }
                let base = times(&base);
                for (account, at) in times(&muted) {
                    assert!(graph.user_of(account) != user, "case {seed}: a muted user shares");
                    assert!(base.get(&account).is_some_and(|&earlier| earlier <= at));
                }
            }
        }
    }
}

/// A delay of a decimal is in time for a deadline of the same, though neither is a whole number of ticks; the
/// outcome says the deadline as it was said.
#[test]
fn decimals_are_in_time() {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    builder.tie(square, "ann", "bob");
    let graph = Arc::new(builder.build().unwrap());
    for delay in [0.1, 0.3, 0.7] {
        let scenario = |until| {
            Scenario::builder(graph.clone())
                .model(IndependentCascade::with_probability(1.0))
                .delays(Delays::all(Distribution::Fixed { x: delay }))
                .until(until)
                .origin("ann")
                .build()
                .unwrap()
        };
        let all = Ensemble::new(&scenario(9.0));
        let all = all.reached_within(delay).unwrap().run();
        let within: Vec<_> = all.reached_within.iter().map(|at| (at.within, at.mean)).collect();
        assert_eq!(within, [(delay, 2.0)]);
        assert_eq!(Ensemble::new(&scenario(delay)).run().size.mean, 2.0);
    }
}
