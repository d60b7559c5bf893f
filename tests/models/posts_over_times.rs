//! Several posts that act on each other over ties that come and go: the kernel equals the reference kernel to the
//! bit, posts that exclude each other are one cascade together, and values by hand.

use std::sync::Arc;

use crate::posts::{base, interaction, who, with_ends, with_posts};
use crate::scenarios::{Case, Dice, part, seeds};
use crate::temporal::{ALL, Kind, WITHOUT_DURATIONS, graph_with_times, rates_up_to_one};
use crate::times::{periods, time};
use tieline::{
    Clock, Delays, Ensemble, IndependentCascade, Interaction, Model, Per, Post, Route,
    ScenarioBuilder, Seir, Si, Sir, SocialGraph,
};

/// A model in which posts act on each other over times, by the number of its kind.
fn model(dice: &mut Dice, case: &Case, clock: Clock, kind: usize) -> Model {
    let rates = rates_up_to_one(dice, clock, case);
    match kind {
        0 => IndependentCascade::with(rates).into(),
        1 => Si::with(rates).into(),
        2 => Sir::with(rates, periods(dice, clock, case)).into(),
        _ => Seir::with(rates, periods(dice, clock, case), periods(dice, clock, case)).into(),
    }
}

/// A case with times under a model, ready for its posts; none if no tie has times.
fn timed(seed: u64, dice: &mut Dice, case: &Case) -> Option<(Clock, ScenarioBuilder)> {
    let clock = dice.pick(&[Clock::Continuous, Clock::Steps]);
    let kind = seed as usize % 4;
    let kinds: &[Kind] = if kind == 0 { &WITHOUT_DURATIONS } else { &ALL };
    let graph = graph_with_times(case, dice, clock, kinds);
    if !graph.has_times() {
        return None;
    }
    let graph = match seed % 3 {
        0 => graph,
        _ => graph.stored_by(|account| (u64::from(account.get()) + 1).wrapping_mul(seed | 1)),
    };
    let model = model(dice, case, clock, kind);
    let mut builder = base(case, graph).clock(clock).model(model);
    if kind == 0 && (clock == Clock::Continuous || dice.chance(50)) {
        builder = builder.delays(Delays::all(time(dice, clock)));
    }
    Some((clock, builder))
}

/// The kernel equals the reference kernel in 2,000 random worlds, with and without an intervention.
#[test]
fn fast_equals_reference_in_random_worlds() {
    let (mut spread, mut both) = ([0; 4], [0; 4]);
    for seed in seeds(2000) {
        let case = Case::new(seed);
        let mut dice = Dice::new(seed ^ 0x71ed);
        let Some((clock, mut builder)) = timed(seed, &mut dice, &case) else { continue };
        let many = 2 + dice.below(2);
        builder = with_posts(&mut dice, &case, clock, (many, true), builder);
        let per = dice.pick(&[Per::User, Per::Account]);
        builder = builder.interaction(interaction(&mut dice, many).per(per));
        builder = with_ends(&mut dice, &case, clock, (50, 7), builder);
        // Who starts two posts at one time.
        let Ok(scenario) = builder.build() else { continue };
        let kind = seed as usize % 4;
        case.assert_agreement(&scenario, seed, 3, |_, fast| {
            let by_tie = |post| fast.rows().any(|row| row.route == Route::Tie && row.post == post);
            spread[kind] += usize::from(by_tie(0) || by_tie(1));
            both[kind] += usize::from(by_tie(0) && by_tie(1));
        });
    }
    let enough = spread.iter().all(|&runs| runs > part(600));
    assert!(enough && both.iter().all(|&runs| runs > part(150)), "{spread:?} {both:?}");
}

/// Posts that exclude each other, account by account, with equal rates, are one cascade from all origins.
#[test]
fn posts_that_exclude_each_other_are_one_cascade_together() {
    let mut spread = 0;
    for seed in seeds(600) {
        let case = Case::new(seed);
        let build = || timed(seed, &mut Dice::new(seed ^ 0xe8c1), &case);
        let (Some((_, two)), Some((_, one))) = (build(), build()) else { continue };
        let mut dice = Dice::new(seed);
        let [a, b] = [0, 1].map(|_| case.label(dice.below(case.homes.len())));
        let two = two
            .post(Post::new("a").origin(&a))
            .post(Post::new("b").origin_at(1.0, &b))
            .interaction(Interaction::exclusive().per(Per::Account))
            .build();
        let one = one.origin(&a).origin_at(1.0, &b).build().unwrap();
        let (two, one) = (Ensemble::new(&two.unwrap()), Ensemble::new(&one));
        for run in 0..4 {
            let (two, one) =
                (two.clone().rng_seed(seed).cascade(run), one.clone().rng_seed(seed).cascade(run));
            assert_eq!(who(&two), who(&one), "{seed} {run}");
            spread += usize::from(two.rows().any(|row| row.post == 1 && row.route == Route::Tie));
        }
    }
    assert!(spread > part(80), "{spread}");
}

/// bob has shared the first post before the second reaches him, in `times` of one tie; how often he shares that,
/// too, if the first multiplies its hazard by `factor`.
fn helped(graph: SocialGraph, model: Model, factor: f64, clock: Clock) -> f64 {
    const RUNS: u64 = 40_000;
    let scenario = tieline::Scenario::builder(Arc::new(graph))
        .model(model)
        .clock(clock)
        .post(Post::new("first").origin("bob"))
        .post(Post::new("second").origin("ann"))
        .interaction(Interaction::matrix([[1.0, factor], [1.0, 1.0]]))
        .build()
        .unwrap();
    let outcome = Ensemble::new(&scenario).runs(RUNS).rng_seed(3).run();
    // ann and bob start; bob passes nothing on, for nobody sees him.
    outcome.size.mean - 2.0
}

/// Within 4.5 standard errors of a fraction of 40,000 runs (false alarm 7e-6 each).
#[test]
fn one_post_helps_another_at_contacts_and_in_intervals() {
    let graph = |times: &dyn Fn(&mut tieline::GraphBuilder, tieline::NetworkId)| {
        let mut builder = SocialGraph::builder();
        let yard = builder.network("yard");
        times(&mut builder, yard);
        builder.build().unwrap()
    };
    let contact = || graph(&|b, yard| _ = b.contact(yard, "ann", "bob", 2.0));
    let twice = || {
        graph(&|b, yard| _ = b.contact(yard, "ann", "bob", 2.0).contact(yard, "ann", "bob", 3.0))
    };
    let lasting = || graph(&|b, yard| _ = b.contact_lasting(yard, "ann", "bob", 2.0, 1.5));
    let interval = || graph(&|b, yard| _ = b.interval(yard, "ann", "bob", 1.0, 4.0));
    let (p, rate) = (0.3f64, 0.2f64);
    let si = || Model::from(Si::with_rate(p));
    let by_rate = || Model::from(Si::with_rate(rate));
    let ic = || Model::from(IndependentCascade::with_probability(p));
    let (steps, continuous) = (Clock::Steps, Clock::Continuous);
    for (name, found, expected) in [
        ("IC, twice the hazard", helped(contact(), ic(), 2.0, steps), 0.51),
        ("IC has one try", helped(twice(), ic(), 2.0, steps), 0.51),
        ("half of it", helped(contact(), ic(), 0.5, steps), 1.0 - 0.7f64.sqrt()),
        ("SI", helped(contact(), si(), 2.0, steps), 0.51),
        ("SI at two contacts", helped(twice(), si(), 2.0, continuous), 1.0 - 0.49 * 0.49),
        ("half at two", helped(twice(), si(), 0.5, continuous), 0.3),
        (
            "a contact that lasts",
            helped(lasting(), by_rate(), 2.0, continuous),
            1.0 - (-0.6f64).exp(),
        ),
        ("an interval", helped(interval(), by_rate(), 2.0, continuous), 1.0 - (-1.2f64).exp()),
        ("half in it", helped(interval(), by_rate(), 0.5, continuous), 1.0 - (-0.3f64).exp()),
        ("steps of it", helped(interval(), by_rate(), 2.0, steps), 1.0 - 0.8f64.powi(6)),
    ] {
        let error = (expected * (1.0 - expected) / 40_000.0).sqrt();
        assert!((found - expected).abs() < 4.5 * error, "{name}: {found}, expected {expected}");
    }
}
