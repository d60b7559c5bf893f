//! Models over ties that come and go: cases by hand, and what is refused.

use std::sync::Arc;

use tieline::{
    Amount, Choice, Clock, Decide, Delays, Distribution, Ensemble, Feeds, Fsir, Hawkes,
    IndependentCascade, Interaction, LinearThreshold, Model, OriginRule, Periods, Post, Scenario,
    ScenarioBuilder, Seir, Si, Sight, Sir, Sis, SocialGraph, Threshold, TimeUnit, WeightedCascade,
};

/// a–b at 1, b–c at 2, c–d at 2, d–e at 3, both ways.
fn four_contacts() -> Arc<SocialGraph> {
    contacts(&[("a", "b", 1.0), ("b", "c", 2.0), ("c", "d", 2.0), ("d", "e", 3.0)])
}

fn contacts(rows: &[(&str, &str, f64)]) -> Arc<SocialGraph> {
    let mut builder = SocialGraph::builder();
    let yard = builder.network("yard");
    for &(one, other, at) in rows {
        builder.contact(yard, one, other, at).contact(yard, other, one, at);
    }
    Arc::new(builder.build().unwrap())
}

fn on(graph: &Arc<SocialGraph>, model: impl Into<Model>) -> ScenarioBuilder {
    Scenario::builder(graph.clone()).model(model)
}

fn fixed(x: f64) -> Periods {
    Periods::all(Distribution::Fixed { x })
}

/// The mean size over 40,000 runs, within 4.5 standard errors of `wanted` (false alarm 7e-6 each).
fn assert_mean(builder: ScenarioBuilder, wanted: f64) {
    let outcome = Ensemble::new(&builder.build().unwrap()).runs(40_000).run();
    let error = outcome.size.std_error.unwrap();
    assert!((outcome.size.mean - wanted).abs() <= 4.5 * error, "{}, {wanted}", outcome.size.mean);
}

/// From a the post takes a–b and b–c and not c–d, which is at the same time as b–c; from e only d–e, since
/// c–d was before. SI, SIR and independent cascade, in continuous time and in steps.
#[test]
fn contacts_are_passed_in_order_of_time() {
    let graph = four_contacts();
    for p in [0.3, 1.0] {
        let models: [Model; 3] = [
            Si::with_rate(p).into(),
            Sir::new(p, fixed(9.0)).into(),
            IndependentCascade::with_probability(p).into(),
        ];
        for (place, model) in models.into_iter().enumerate() {
            for clock in [Clock::Continuous, Clock::Steps] {
                let build = |origin: &str| {
                    let builder = on(&graph, model.clone()).clock(clock).origin(origin);
                    match clock {
                        Clock::Continuous if place == 2 => {
                            builder.delays(Delays::all(Distribution::Fixed { x: 0.0 }))
                        }
                        _ => builder,
                    }
                };
                assert_mean(build("a"), 1.0 + p + p * p);
                assert_mean(build("e"), 1.0 + p);
            }
        }
    }
    let size = |p| {
        Ensemble::new(&on(&graph, Si::with_rate(p)).origin("a").build().unwrap()).cascade(0).size()
    };
    assert_eq!((size(1.0), size(0.0)), (3, 1));
}

/// An interval of length 3 at rate ½ passes it on with probability 1 − e^−1.5, wherever it lies and whatever
/// of it is before the share; a contact of that length does, too.
#[test]
fn intervals_pass_it_on_at_their_rate() {
    let wanted = 1.0 + 0.776870;
    for start in [0.0, 1.0, 40.5] {
        let mut builder = SocialGraph::builder();
        let yard = builder.network("yard");
        builder.interval(yard, "a", "b", start, start + 3.0);
        let graph = Arc::new(builder.build().unwrap());
        assert_mean(on(&graph, Si::with_rate(0.5)).origin("a"), wanted);
        let late = on(&graph, Si::with_rate(0.5)).origin_at(start + 1.0, "a");
        assert_mean(late, 2.0 - (-1.0f64).exp());
        let seir = Seir::new(0.5, fixed(2.0), fixed(100.0));
        assert_mean(on(&graph, seir).origin("a"), wanted);
    }
    let mut builder = SocialGraph::builder();
    let yard = builder.network("yard");
    builder.interval(yard, "a", "b", 1.0, 2.0).interval(yard, "a", "b", 2.0, 3.0);
    builder.interval(yard, "a", "b", 7.0, 8.0);
    assert_mean(on(&Arc::new(builder.build().unwrap()), Si::with_rate(0.5)).origin("a"), wanted);
    // In steps 1, 2 and 3: 1 − (1 − .3)³.
    let mut builder = SocialGraph::builder();
    let yard = builder.network("yard");
    builder.interval(yard, "a", "b", 1.0, 4.0).contact_lasting(yard, "a", "c", 1.0, 3.0);
    assert!(builder.build().unwrap_err().message().contains("intervals and contacts"));
    for lasting in [false, true] {
        let mut builder = SocialGraph::builder();
        let yard = builder.network("yard");
        match lasting {
            true => builder.contact_lasting(yard, "a", "b", 2.0, 3.0),
            false => builder.interval(yard, "a", "b", 1.0, 4.0),
        };
        let graph = Arc::new(builder.build().unwrap());
        assert_mean(on(&graph, Si::with_rate(0.3)).clock(Clock::Steps).origin("a"), 2.0 - 0.343);
    }
}

/// SIR can lose by an added origin: with x, b shares early and has stopped before c meets it.
#[test]
fn sir_can_lose_by_an_added_origin() {
    let rows = [("x", "b", 1.0), ("y", "b", 4.0), ("b", "c", 4.5), ("c", "d", 4.7)];
    let graph = contacts(&rows);
    let size = |origins: &[(f64, &str)]| {
        let mut builder = on(&graph, Sir::new(1.0, fixed(1.0)));
        for &(at, who) in origins {
            builder = builder.origin_at(at, who);
        }
        Ensemble::new(&builder.build().unwrap()).cascade(0).size()
    };
    assert_eq!((size(&[(3.5, "y")]), size(&[(3.5, "y"), (0.5, "x")])), (4, 3));
}

/// The one try of a tie is at the share, over an interval, and at the first contact after it, over contacts.
#[test]
fn a_tie_has_one_try() {
    let sure = IndependentCascade::with_probability(1.0);
    let mut builder = SocialGraph::builder();
    let yard = builder.network("yard");
    builder.interval(yard, "a", "b", 0.0, 2.0).interval(yard, "b", "c", 2.0, 9.0);
    let graph = Arc::new(builder.build().unwrap());
    let size = |start: f64| {
        let scenario = on(&graph, sure.clone()).origin_at(start, "a").build().unwrap();
        Ensemble::new(&scenario).cascade(0).size()
    };
    // b shares a step after a: at 1, when b → c does not exist; at 2, when it does; at 2 a → b does not.
    assert_eq!((size(0.0), size(1.0), size(2.0)), (2, 3, 1));
    // Many contacts are one try: p, not 1 − (1 − p)³.
    let graph = contacts(&[("a", "b", 1.0), ("a", "b", 2.0), ("a", "b", 3.0)]);
    assert_mean(on(&graph, IndependentCascade::with_probability(0.5)).origin("a"), 1.5);
    assert_mean(on(&graph, Si::with_rate(0.5)).clock(Clock::Steps).origin("a"), 1.875);
    // A delay counts from the contact on.
    let scenario = on(&graph, sure)
        .delays(Delays::all(Distribution::Fixed { x: 0.25 }))
        .clock(Clock::Continuous)
        .origin_at(1.5, "a")
        .build()
        .unwrap();
    let times: Vec<_> = Ensemble::new(&scenario)
        .cascade(0)
        .rows()
        .map(|row| row.time.unwrap().in_units())
        .collect();
    assert_eq!(times, [1.5, 2.25]);
}

/// Contacts are at times of the file, converted into those of the scenario.
#[test]
fn times_of_a_file_have_their_unit() {
    let of = |unit: Option<TimeUnit>| {
        let mut builder = SocialGraph::builder();
        let yard = builder.network("yard");
        builder.contact(yard, "a", "b", 36.0);
        if let Some(unit) = unit {
            builder.unit_of_times(yard, unit);
        }
        Arc::new(builder.build().unwrap())
    };
    let hours = of(Some(TimeUnit::Hour));
    let shared = |builder: ScenarioBuilder| {
        let cascade = Ensemble::new(&builder.build().unwrap()).cascade(0);
        cascade.rows().last().unwrap().time.unwrap().in_units()
    };
    let sure = || Si::with_rate(1.0);
    assert_eq!(shared(on(&hours, sure()).time_unit(TimeUnit::Day).origin("a")), 1.5);
    assert_eq!(shared(on(&hours, sure()).time_unit(TimeUnit::Minute).origin("a")), 2160.0);
    assert_eq!(shared(on(&of(None), sure()).time_unit(TimeUnit::Minute).origin("a")), 36.0);
    let error = on(&hours, sure()).origin("a").build().unwrap_err();
    assert!(error.is_conflict() && error.message().contains("say `--time-unit h`"), "{error}");
    let error = on(&hours, sure()).clock(Clock::Steps).origin("a").build().unwrap_err();
    assert!(error.message().contains("goes in steps, which have no unit"), "{error}");
}

/// Times that a scenario cannot have, each with the tie.
#[test]
fn times_out_of_reach_are_told() {
    let told = |at: f64, clock: Clock| {
        let graph = contacts(&[("a", "b", at)]);
        on(&graph, Si::with_rate(1.0)).clock(clock).origin("a").build().unwrap_err().to_string()
    };
    let error = told(1.5, Clock::Steps);
    assert_eq!(
        error,
        "the times of the tie a@yard → b@yard: time goes in steps, whole numbers from 0, found 1.5"
    );
    assert!(told(0.0, Clock::Steps).contains("a contact at step 0"));
    assert!(
        told(1.6e9, Clock::Steps).contains("steps of ties go up to 16777216, found 1600000000")
    );
    assert!(told(3e9, Clock::Continuous).contains("must lie in 0..2^31 time units"));
    // In continuous time the first contact may be at 0: origins share before it.
    let graph = contacts(&[("a", "b", 0.0), ("b", "c", 0.0)]);
    let scenario = on(&graph, Si::with_rate(1.0)).origin("a").build().unwrap();
    assert_eq!(Ensemble::new(&scenario).cascade(0).size(), 2);
}

/// Clock times are far from 0, where origins start: nobody would be reached, and that is said.
#[test]
fn origins_that_stop_before_there_is_a_tie_are_told() {
    let graph = contacts(&[("a", "b", 1_700.1), ("b", "c", 1_701.0)]);
    let sir = || on(&graph, Sir::new(1.0, fixed(3.0)));
    let early = sir().origin("a").build().unwrap();
    assert_eq!(
        early.warning().unwrap(),
        "the first time of a tie is 1700.1, and those who start, at 0 at the latest, stop after 3 in the mean: \
         let them start later (`origins_at`), or count times from the first on (who is drawn starts at 0)"
    );
    assert_eq!(Ensemble::new(&early).runs(10).run().size.mean, 1.0);
    let late = sir().origin_at(1_700.0, "a").build().unwrap();
    assert_eq!((late.warning(), Ensemble::new(&late).runs(10).run().size.mean), (None, 3.0));
    let not_so_late = sir().origin("b").origin_at(0.5, "a").build().unwrap();
    assert!(not_so_late.warning().unwrap().contains("at 0.5 at the latest"));
    let post = |at| Post::new("q").origin_at(at, "a");
    let of_post = |at| sir().post(post(at)).build().unwrap().warning();
    assert!((of_post(0.0).is_some(), of_post(1_700.0)) == (true, None));
    // Somebody else may start, or cross over, in time.
    let delay = Distribution::Fixed { x: 1_700.0 };
    let crossing = sir().origin("a").crosspost_delay(delay).build().unwrap();
    assert_eq!(crossing.warning(), None);
    // A tie without times exists always.
    let mut builder = SocialGraph::builder();
    let [yard, hall] = ["yard", "hall"].map(|name| builder.network(name));
    builder.contact(yard, "a", "b", 1_700.0).tie(hall, "a", "b");
    let mixed = Arc::new(builder.build().unwrap());
    let mixed = on(&mixed, Sir::new(1.0, fixed(3.0))).origin("a@yard").build().unwrap();
    assert_eq!(mixed.warning(), None);
    // Who never stops, or stops late, can wait.
    let stays = |periods| on(&graph, Sir::new(1.0, periods)).origin("a").build().unwrap();
    let exponential = |mean: f64| Periods::all(Distribution::Exponential { rate: 1.0 / mean });
    assert_eq!([fixed(1_700.2), exponential(90.0)].map(|p| stays(p).warning()), [None, None]);
    let told = [fixed(1_700.0), exponential(80.0)].map(|p| stays(p).warning().is_some());
    assert_eq!(told, [true; 2]);
    let for_ever = on(&graph, Si::with_rate(1.0)).origin("a").build().unwrap();
    assert_eq!(for_ever.warning(), None);
    // Who is drawn starts at 0.
    let drawn = sir().origin_rule(OriginRule::new(Choice::Accounts, Amount::Count(1)));
    assert!(drawn.build().unwrap().warning().is_some());
}

/// What a builder cannot take.
#[test]
fn times_that_contradict_each_other_are_told() {
    let told = |add: &dyn Fn(&mut tieline::GraphBuilder, tieline::NetworkId)| {
        let mut builder = SocialGraph::builder();
        let yard = builder.network("yard");
        add(&mut builder, yard);
        builder.build().unwrap_err().to_string()
    };
    let overlap =
        told(&|b, n| _ = b.interval(n, "a", "b", 1.0, 4.0).interval(n, "a", "b", 3.0, 5.0));
    assert_eq!(
        overlap,
        "the tie a@yard → b@yard exists from 1 to 4 and from 3 to 5: intervals of one tie must not overlap"
    );
    let two = told(&|b, n| {
        b.contact_lasting(n, "a", "b", 1.0, 4.0).contact_lasting(n, "a", "b", 1.0, 5.0);
    });
    assert!(two.contains("a contact at 1 that lasts 4 and one that lasts 5"), "{two}");
    let empty = told(&|b, n| _ = b.interval(n, "a", "b", 2.0, 2.0));
    assert_eq!(empty, "an interval must end after it starts, found 2 to 2");
    let none = told(&|b, n| _ = b.contact(n, "a", "b", f64::NAN));
    assert_eq!(none, "the time of a contact must be a number from 0, found NaN");
    let lasting = told(&|b, n| _ = b.contact_lasting(n, "a", "b", 2.0, f64::NAN));
    assert!(lasting.contains("how long a contact lasts must be above 0"), "{lasting}");
    let mixed = told(&|b, n| _ = b.contact(n, "a", "b", 2.0).tie(n, "b", "c"));
    assert!(mixed.contains("network `yard` has ties with times and ties without"), "{mixed}");
    let kinds =
        told(&|b, n| _ = b.contact(n, "a", "b", 2.0).contact_lasting(n, "a", "b", 3.0, 1.0));
    assert!(kinds.contains("with a duration and without"), "{kinds}");
    let units = told(&|b, n| {
        b.contact(n, "a", "b", 2.0);
        b.unit_of_times(n, TimeUnit::Hour).unit_of_times(n, TimeUnit::Day);
    });
    assert!(units.contains("in h and in day"), "{units}");
}

/// Exact repeats are dropped and counted; a tie is one tie however often it is.
#[test]
fn repeats_are_counted() {
    let mut builder = SocialGraph::builder();
    let yard = builder.network("yard");
    builder.contact(yard, "a", "b", 1.0).contact(yard, "a", "b", 2.0).contact(yard, "a", "b", 1.0);
    builder.contact(yard, "a", "a", 1.0).contact(yard, "b", "a", -0.0);
    let (graph, report) = builder.build_with_report().unwrap();
    let report = &report.networks[0];
    assert_eq!((graph.tie_count(), report.ties, report.times), (2, 2, 3));
    assert_eq!((report.rows, report.duplicates, report.self_ties), (5, 1, 1));
}

/// Posts that do nothing to each other go over contacts, each as if alone; those that exclude each other under
/// threshold models are refused.
#[test]
fn posts_that_do_not_act_on_each_other_go_over_contacts() {
    let graph = four_contacts();
    let posts = |builder: ScenarioBuilder| {
        builder.post(Post::new("one").origin("a")).post(Post::new("other").origin("e"))
    };
    let both = posts(on(&graph, Si::with_rate(0.6))).build().unwrap();
    let both = Ensemble::new(&both).runs(200);
    for run in 0..200 {
        assert_eq!(both.cascade(run), both.reference_cascade(run));
    }
    assert_mean(posts(on(&graph, Si::with_rate(0.6))), 1.0 + 0.6 + 0.36 + 1.6);
    let rivals = posts(on(&graph, Threshold::count(1).window(2)).clock(Clock::Steps));
    let error = rivals.interaction(Interaction::exclusive()).build().unwrap_err();
    assert!(error.message().contains("do not go over ties with times"), "{error}");
    let feeds = on(&graph, Feeds::gleeson(0.1)).origin("a").until(9.0).build().unwrap_err();
    assert!(feeds.message().contains("the nearest model that goes over them"), "{feeds}");
}

/// A decision of one's own, which is asked for ties that exist always.
#[derive(Debug)]
struct Never;

impl Decide for Never {
    fn name(&self) -> &str {
        "never"
    }

    fn decide(&self, _: &Sight<'_>) -> Option<f64> {
        None
    }
}

/// Models that cannot go over ties with times name one that can.
#[test]
fn models_that_cannot_name_the_nearest_that_can() {
    let graph = four_contacts();
    let refused: [(Model, &str); 5] = [
        (WeightedCascade.into(), "the nearest model that goes over them is independent-cascade"),
        (LinearThreshold::default().into(), "the nearest model that goes over them is"),
        (Fsir::new(1.0, fixed(1.0)).into(), "the nearest model that goes over them is sir"),
        (
            Hawkes::new(0.5, Distribution::Exponential { rate: 1.0 }).into(),
            "say when ties exist by `:intervals`, or take sis",
        ),
        (Model::custom(Never), "the nearest model that goes over them is independent-cascade"),
    ];
    for (model, words) in refused {
        let name = model.name().to_owned();
        let builder = on(&graph, model).origin("a").max_shares(10);
        let error = builder.build().unwrap_err();
        assert!(error.is_conflict() && error.message().contains(words), "{name}: {error}");
    }
    let contact = Si::with_contact(Distribution::Fixed { x: 1.0 });
    let error = on(&graph, contact).origin("a").build().unwrap_err();
    assert!(error.message().contains("si takes a rate there, `reshare`"), "{error}");
    let mut builder = SocialGraph::builder();
    let yard = builder.network("yard");
    builder.contact_lasting(yard, "a", "b", 1.0, 3.0);
    let sure = IndependentCascade::with_probability(1.0);
    let error = on(&Arc::new(builder.build().unwrap()), sure).origin("a").build().unwrap_err();
    assert!(error.message().contains("--ignore-columns duration"), "{error}");
    // A contact that the data know passes it on with a probability.
    let error = on(&graph, Si::with_rate(1.5)).origin("a").build().unwrap_err();
    assert!(error.is_range() && error.message().contains("no probability"), "{error}");
}

/// A tie that ends before a tick is over passes nothing on, and is no error.
#[test]
fn intervals_may_be_shorter_than_a_tick() {
    let mut builder = SocialGraph::builder();
    let yard = builder.network("yard");
    builder.interval(yard, "ann", "bob", 0.0, 1e-10).interval(yard, "ann", "cid", 2.0, 2.0 + 1e-10);
    builder.interval(yard, "ann", "dee", 1.0, 3.0);
    let graph = Arc::new(builder.build().unwrap());
    let period = Periods::all(Distribution::Fixed { x: 100.0 });
    for model in [
        Model::from(Si::with_rate(20.0)),
        Sir::new(20.0, period.clone()).into(),
        Sis::new(20.0, period).into(),
    ] {
        let scenario = Scenario::builder(graph.clone()).model(model).origin("ann").until(50.0);
        let scenario = scenario.build().unwrap();
        crate::scenarios::assert_agreement(&scenario, 1, 5, "ann", |run| assert_eq!(run.size(), 2));
    }
}
