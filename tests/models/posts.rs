//! Several posts: the kernels equal the reference kernel to the bit, posts that exclude each other are one
//! cascade together, and exact values.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::scenarios::told::{PARENTS, STEPS, Told};
use crate::scenarios::{Case, Dice, part, seeds};
use crate::times::{external, periods, reshares, time};
use tieline::{
    AccountId, Amount, Cascade, Choice, Clock, Delays, Distribution, Ensemble, ExternalInfluence,
    Fsir, Hawkes, IndependentCascade, Interaction, LinearThreshold, Model, OriginRule, Overlay,
    Per, Periods, Post, Reshares, Route, Scenario, ScenarioBuilder, Seir, Si, Sir, Sis,
    SocialGraph, WeightedCascade,
};

pub(crate) fn base(case: &Case, graph: impl Into<Arc<SocialGraph>>) -> ScenarioBuilder {
    Scenario::builder(graph.into()).crosspost_rates(case.crosspost.clone()).ignore_weights()
}

/// A model in which posts can act on each other.
fn model(dice: &mut Dice, case: &Case, clock: Clock) -> Model {
    match dice.below(6) {
        0 | 1 => IndependentCascade::with(match clock {
            Clock::Steps => reshares(dice, clock, case),
            _ => Reshares::all(dice.pick(&[0.3, 0.9, 1.0])),
        })
        .into(),
        2 => WeightedCascade.into(),
        3 => Si::with(reshares(dice, clock, case)).into(),
        4 if dice.chance(50) => {
            Fsir::with(reshares(dice, clock, case), periods(dice, clock, case)).into()
        }
        4 => Sir::with(reshares(dice, clock, case), periods(dice, clock, case)).into(),
        _ => {
            let latency = periods(dice, clock, case);
            Seir::with(reshares(dice, clock, case), latency, periods(dice, clock, case)).into()
        }
    }
}

pub(crate) fn interaction(dice: &mut Dice, posts: usize) -> Interaction {
    let factors: &[f64] = match dice.below(3) {
        0 => return Interaction::exclusive(),
        1 => &[0.0, 1.0],
        _ => &[0.0, 0.3, 1.0, 2.5],
    };
    Interaction::matrix((0..posts).map(|row| {
        let number = |column| if row == column { 1.0 } else { dice.pick(factors) };
        (0..posts).map(number).collect::<Vec<_>>()
    }))
}

fn post(dice: &mut Dice, case: &Case, clock: Clock, number: usize) -> Post {
    let mut post = Post::new(format!("p{number}"));
    // Nobody starts two posts at one time: that may be an error.
    for (place, &origin) in case.origins.iter().enumerate() {
        if place % 2 == number % 2 {
            post = post.origin(case.label(origin));
        }
    }
    let at = 1.0 + number as f64;
    post = post.origin_at(at, case.label(dice.below(case.homes.len())));
    if dice.chance(20) && clock == Clock::Steps {
        post = post.origin_at(at + 4.0, case.label(dice.below(case.homes.len())));
    }
    post
}

/// So many posts, some of which have a number of their own, if they may.
pub(crate) fn with_posts(
    dice: &mut Dice,
    case: &Case,
    clock: Clock,
    (many, own): (usize, bool),
    mut builder: ScenarioBuilder,
) -> ScenarioBuilder {
    for number in 0..many {
        let mut post = post(dice, case, clock, number);
        if own && dice.chance(30) {
            post = post.reshare(0.6);
        }
        builder = builder.post(post);
    }
    builder
}

/// When cross-posts land, and what ends runs: with external influence, or so often without, a time, or a step
/// below this one.
pub(crate) fn with_ends(
    dice: &mut Dice,
    case: &Case,
    clock: Clock,
    (percent, steps): (usize, usize),
    mut builder: ScenarioBuilder,
) -> ScenarioBuilder {
    if clock == Clock::Continuous && dice.chance(50) {
        builder = builder.crosspost_delay(time(dice, clock));
    }
    if dice.chance(20) {
        builder = builder.max_shares(1 + dice.below(8) as u64);
    }
    let from_outside = dice.chance(25);
    if from_outside {
        builder = builder.external(external(dice, case));
    }
    if from_outside || dice.chance(percent) {
        builder = match clock {
            Clock::Continuous => builder.until(dice.pick(&[0.0, 0.7, 3.0])),
            _ => builder.max_steps(dice.below(steps) as u32),
        };
    }
    builder
}

/// The kernel equals the reference kernel in 2,000 random worlds, with and without an intervention, in the
/// order of the builder and in another one; so do posts that do nothing to each other.
#[test]
fn fast_equals_reference_in_random_worlds() {
    let (mut spread, mut built, mut again) = (0, 0, 0);
    for seed in seeds(2000) {
        let case = Case::new(seed);
        let mut dice = Dice::new(seed ^ 0x9057);
        let clock = dice.pick(&[Clock::Steps, Clock::Continuous]);
        let many = 2 + dice.below(2);
        let model = model(&mut dice, &case, clock);
        let own = !matches!(model, Model::WeightedCascade(_));
        let mut builder = base(&case, case.graph_in_some_order(seed)).clock(clock);
        if matches!(model, Model::IndependentCascade(_) | Model::WeightedCascade(_))
            && (clock == Clock::Continuous || dice.chance(30))
        {
            builder = builder.delays(Delays::all(time(&mut dice, clock)));
        }
        builder = builder.model(model);
        builder = with_posts(&mut dice, &case, clock, (many, own), builder);
        if dice.chance(80) {
            let per = dice.pick(&[Per::User, Per::Account]);
            builder = builder.interaction(interaction(&mut dice, many).per(per));
        }
        builder = with_ends(&mut dice, &case, clock, (30, 6), builder);
        // Who starts two posts at one time, or a susceptibility above what a probability may be.
        let Ok(scenario) = builder.build() else { continue };
        built += 1;

        case.assert_agreement(&scenario, seed, 3, |scenario, fast| {
            spread += usize::from(fast.size() > scenario.origins().len());
            let mut shares: Vec<_> = fast.rows().map(|row| (row.account, row.post)).collect();
            let all = shares.len();
            shares.sort_unstable();
            shares.dedup();
            assert_eq!(shares.len(), all, "an account shares a post once");
            let mut accounts: Vec<_> = fast.accounts().to_vec();
            accounts.sort_unstable();
            accounts.dedup();
            again += usize::from(accounts.len() < all);
        });
    }
    assert!(
        built > part(1500) && spread > part(5000) && again > part(1500),
        "{built} {spread} {again}"
    );
}

/// Where posts do nothing to each other, each is the cascade that it is by itself, under every model.
#[test]
fn posts_that_do_nothing_to_each_other_run_by_themselves() {
    for seed in seeds(200) {
        let case = Case::new(seed);
        let graph = Arc::new(case.graph());
        let mut dice = Dice::new(seed ^ 0xa10e);
        let period = || Periods::all(Distribution::Exponential { rate: 1.0 });
        let exponential = Distribution::Exponential { rate: 1.0 };
        let model: Model = match dice.below(4) {
            0 => IndependentCascade::with_probability(0.5).into(),
            1 => Sis::with(Reshares::all(0.7), period()).into(),
            2 => Hawkes::with(Reshares::all(0.4), Delays::all(exponential)).into(),
            _ => LinearThreshold::default().into(),
        };
        let end = |builder: ScenarioBuilder| match model {
            Model::Sis(_) | Model::Hawkes(_) => builder.until(2.0),
            _ => builder,
        };
        let origins = [case.label(case.origins[0]), case.label(dice.below(case.homes.len()))];
        let alone = |origin: &String| {
            let builder = end(base(&case, graph.clone()).model(model.clone()).origin(origin));
            Ensemble::new(&builder.build().unwrap()).rng_seed(seed)
        };
        let mut both = end(base(&case, graph.clone()).model(model.clone()));
        for (name, origin) in ["a", "b"].iter().zip(&origins) {
            both = both.post(Post::new(*name).origin(origin));
        }
        let neutral = Interaction::matrix([[1.0, 1.0], [1.0, 1.0]]);
        // Sure cross-posts that go round are an error where accounts share again.
        let Ok(both) = both.interaction(neutral).build() else { continue };
        let both = Ensemble::new(&both).rng_seed(seed);
        for run in 0..3 {
            let together = both.cascade(run);
            assert_eq!(together, both.reference_cascade(run));
            let of = |post| {
                let rows = together.rows().filter(move |row| row.post == post);
                rows.map(|row| (row.account, row.step, row.time, row.route, row.occurrence))
                    .collect::<Vec<_>>()
            };
            let first = alone(&origins[0]).cascade(run);
            let first: Vec<_> = first
                .rows()
                .map(|row| (row.account, row.step, row.time, row.route, row.occurrence))
                .collect();
            assert_eq!(of(0), first, "{seed} {run}");
        }
    }
}

/// Who shared when, through whom, whichever post.
pub(crate) fn who(
    cascade: &Cascade,
) -> BTreeMap<AccountId, (u32, Option<tieline::Ticks>, Option<AccountId>, Route)> {
    let rows: Vec<_> = cascade.rows().collect();
    let parent = |row: &tieline::ShareRow| row.parent.map(|parent| rows[parent as usize].account);
    rows.iter().map(|row| (row.account, (row.step, row.time, parent(row), row.route))).collect()
}

/// Posts that exclude each other, account by account, with equal probabilities, are one cascade from all
/// origins: the same accounts at the same times through the same parents, under every model.
#[test]
fn posts_that_exclude_each_other_are_one_cascade_together() {
    let mut spread = 0;
    for seed in seeds(600) {
        let case = Case::new(seed);
        let graph = Arc::new(case.graph());
        let mut dice = Dice::new(seed ^ 0xe8c1);
        let clock = dice.pick(&[Clock::Steps, Clock::Continuous]);
        let model = model(&mut dice, &case, clock);
        let delays = matches!(model, Model::IndependentCascade(_) | Model::WeightedCascade(_))
            .then(|| Delays::all(time(&mut dice, clock)));
        let build = || {
            let mut builder = base(&case, graph.clone()).clock(clock).model(model.clone());
            if let Some(delays) = &delays {
                builder = builder.delays(delays.clone());
            }
            builder
        };
        let origins = [dice.below(case.homes.len()), dice.below(case.homes.len())];
        let [a, b] = origins.map(|origin| case.label(origin));
        let two = build()
            .post(Post::new("a").origin(&a))
            .post(Post::new("b").origin_at(1.0, &b))
            .interaction(Interaction::exclusive().per(Per::Account))
            .build();
        let one = build().origin(&a).origin_at(1.0, &b).build().unwrap();
        let (two, one) = (Ensemble::new(&two.unwrap()), Ensemble::new(&one));
        for run in 0..4 {
            let (two, one) =
                (two.clone().rng_seed(seed).cascade(run), one.clone().rng_seed(seed).cascade(run));
            assert_eq!(two.size(), one.size(), "{seed} {run}");
            assert_eq!(who(&two), who(&one), "{seed} {run}");
            spread += usize::from(two.rows().any(|row| row.post == 1 && row.route == Route::Tie));
        }
    }
    assert!(spread > part(100), "{spread}");
}

/// Under threshold models posts can shut each other out: the kernel equals the reference kernel in 1,500
/// random worlds.
#[test]
fn thresholds_of_rivals_equal_the_reference() {
    let (mut built, mut spread, mut rivals, mut of_persons) = (0, 0, 0, 0);
    for seed in seeds(1500) {
        let mut case = Case::with_thresholds(seed);
        let mut dice = Dice::new(seed ^ 0x1e5);
        let Model::Threshold(threshold) = &mut case.model else { panic!("a threshold model") };
        if dice.chance(40) {
            threshold.adopt = tieline::Adopt::Account;
        }
        let persons = threshold.adopt == tieline::Adopt::Person;
        let per = dice.pick(&[Per::User, Per::Account]);
        let mut builder = base(&case, case.graph_in_some_order(seed))
            .model(case.model.clone())
            .interaction(Interaction::exclusive().per(per));
        for number in 0..2 + dice.below(2) {
            builder = builder.post(post(&mut dice, &case, Clock::Steps, number));
        }
        if dice.chance(20) {
            builder = builder.external(crate::times::external(&mut dice, &case)).max_steps(4);
        }
        if dice.chance(20) {
            builder = builder.max_shares(1 + dice.below(8) as u64);
        }
        if dice.chance(30) {
            builder = builder.max_steps(dice.below(4) as u32);
        }
        // Persons' rules where accounts shall adopt, thresholds that may be low, and who starts two posts at once.
        let Ok(scenario) = builder.build() else { continue };
        built += 1;
        let ensemble = Ensemble::new(&scenario).rng_seed(seed).runs(3).serial();
        let steps = ensemble.observe(Told::<STEPS>::default).value.0;
        assert_eq!(steps, ensemble.observe(Told::<PARENTS>::default).value.0, "case {seed}");
        case.assert_agreement(&scenario, seed, 2, |_, fast| {
            spread += usize::from(fast.rows().any(|row| row.route == Route::Tie));
            let of = |post| fast.rows().any(|row| row.post == post && row.route != Route::Origin);
            rivals += usize::from(of(0) && of(1));
            of_persons += usize::from(persons && of(0) && of(1));
        });
    }
    let told = format!("{built} {spread} {rivals} {of_persons}");
    assert!(
        built > part(250) && spread > part(500) && rivals > part(100) && of_persons > part(50),
        "{told}"
    );
}

/// A small cascade of posts that exclude each other leaves nothing to the next, among many accounts of whom it
/// puts back only those that it reached.
#[test]
fn small_cascades_of_rivals_leave_nothing_behind() {
    let (mut builder, mut dice) = (SocialGraph::builder(), Dice::new(6));
    let network = builder.network("square");
    for place in 0..3000 {
        let (account, other) = (place % 1000, dice.below(1000));
        if other != account {
            builder.tie(network, &account.to_string(), &other.to_string());
        }
    }
    let graph = Arc::new(builder.build().unwrap());
    let accounts: Vec<_> = graph.accounts().collect();
    for at in [0, 100, 200] {
        // Whom two of ten see, and those beside.
        let seen = graph.targets(accounts[at]);
        let other = [accounts[at], accounts[at + 1]];
        let one = seen.iter().copied().filter(|one| !other.contains(one)).collect::<Vec<_>>();
        let scenario = Scenario::builder(graph.clone())
            .model(tieline::Threshold::watts(0.2))
            .post(Post::new("one").origins(one))
            .post(Post::new("other").origins(other))
            .interaction(Interaction::exclusive().per(Per::Account))
            .max_steps(2)
            .build()
            .unwrap();
        let mut sizes = Vec::new();
        crate::scenarios::assert_agreement(&scenario, 7, 12, "rivals", |run| {
            sizes.push(run.size());
        });
        assert!(sizes.iter().all(|size| (8..70).contains(size)), "{sizes:?}");
    }
}

/// Three posts among accounts of which everyone is somebody else: who is convinced of two at one step looks for who
/// tipped them, and shares nothing of which too few told them.
#[test]
fn rivals_among_single_accounts_equal_the_reference() {
    let mut several = 0;
    for seed in 0..8 {
        let (mut builder, mut dice) = (SocialGraph::builder(), Dice::new(seed));
        let network = builder.network("square");
        for _ in 0..500 {
            let (one, other) = (dice.below(60), dice.below(60));
            if one != other {
                builder.tie(network, &one.to_string(), &other.to_string());
            }
        }
        let graph = builder.build().unwrap();
        let graph = Arc::new(graph.stored_by(|account| u64::from(account.get()) * 7 % 61));
        let accounts: Vec<_> = graph.accounts().collect();
        let post = |number: usize| {
            let origins = &accounts[6 * number..][..6];
            Post::new(["one", "other", "third"][number]).origins(origins.iter().copied())
        };
        for per in [Per::Account, Per::User] {
            let builder = Scenario::builder(graph.clone())
                .model(tieline::Threshold::count(2))
                .interaction(Interaction::exclusive().per(per));
            let scenario = builder.post(post(0)).post(post(1)).post(post(2)).build().unwrap();
            crate::scenarios::assert_agreement(&scenario, seed, 4, "three", |run| {
                let shares = |post| run.rows().filter(|row| row.post == post).count();
                several += usize::from((0..3).all(|post| shares(post) > 8));
            });
            let of = Ensemble::new(&scenario).rng_seed(seed).runs(4).serial();
            let steps = of.observe(Told::<STEPS>::default).value.0;
            assert_eq!(steps, of.observe(Told::<PARENTS>::default).value.0, "{seed}");
        }
    }
    assert!(several > 10, "{several}");
}

/// Two posts that shut each other out, of which two accounts each start one; who sees two share shares.
fn of_two_and_two(graph: SocialGraph) -> Scenario {
    Scenario::builder(graph)
        .model(tieline::Threshold::count(2))
        .post(Post::new("one").origins(["a", "b"]))
        .post(Post::new("other").origins(["c", "d"]))
        .interaction(Interaction::exclusive())
        .build()
        .unwrap()
}

/// Two groups of four, each with a post, who see each other over one tie: at count ≥ 2 each keeps its own;
/// who is tipped by both shares one.
#[test]
fn who_is_tipped_by_two_posts_shares_one() {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    for sharer in ["a", "b", "c", "d"] {
        builder.tie(square, sharer, "z");
    }
    let scenario = of_two_and_two(builder.build().unwrap());
    let outcome = Ensemble::new(&scenario).runs(20_000).run();
    assert_eq!(outcome.size.mean, 5.0);
    assert!((outcome.posts[0].size.mean - 2.5).abs() < 4.5 * 0.5 / 20_000f64.sqrt());
}

/// The same where one who is tipped sees thousands who share nothing: then sharers look whom they tipped.
#[test]
fn who_sees_thousands_and_is_tipped_by_two_posts_shares_one() {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    for sharer in ["a", "b", "c", "d"] {
        for target in ["hub", "x", "y", "z"] {
            builder.tie(square, sharer, target);
        }
    }
    (0..3000).for_each(|other| {
        builder.tie(square, &format!("o{other}"), "hub");
    });
    let scenario = of_two_and_two(builder.build().unwrap());
    let mut ones = Vec::new();
    crate::scenarios::assert_agreement(&scenario, 5, 20, "hub", |run| {
        assert_eq!(run.size(), 8);
        ones.push(run.rows().filter(|row| row.post == 0).count());
    });
    assert!(ones.contains(&3) && ones.contains(&4) && ones.contains(&5), "{ones:?}");
}

/// A person who is convinced of two posts at once, of each in another network: as a user they share one of
/// them on both accounts, whichever has the lesser hash; as accounts one on each.
#[test]
fn a_person_convinced_of_two_posts_shares_one_as_a_user() {
    let mut builder = SocialGraph::builder();
    let (square, hall) = (builder.network("square"), builder.network("hall"));
    builder.tie(square, "a", "z").tie(hall, "b", "z").same_name_is_one_user();
    let graph = Arc::new(builder.build().unwrap());
    let sizes = |per| {
        let scenario = Scenario::builder(graph.clone())
            .model(tieline::Threshold::or(1.0))
            .post(Post::new("one").origin("a"))
            .post(Post::new("other").origin("b"))
            .interaction(Interaction::exclusive().per(per))
            .build()
            .unwrap();
        let outcome = Ensemble::new(&scenario).runs(20_000).run();
        (outcome.size.mean, outcome.posts[0].size.mean, outcome.posts[0].size.std_error.unwrap())
    };
    let (all, one, error) = sizes(Per::User);
    // One of them is shared three times, the other by its origin alone.
    assert!(all == 4.0 && (one - 2.0).abs() < 4.5 / 20_000f64.sqrt(), "{all} {one}");
    assert!((error * 20_000f64.sqrt() - 1.0).abs() < 0.02, "{error}");
    assert_eq!(sizes(Per::Account), (4.0, 2.0, 0.0));
}

/// A user is convinced of two posts at once, of which one comes by itself to one of their accounts before they share:
/// then it is theirs, and the other account shares what convinced it, whichever has the lesser hash.
#[test]
fn a_post_that_comes_first_by_itself_is_the_one() {
    let mut builder = SocialGraph::builder();
    let (square, hall) = (builder.network("square"), builder.network("hall"));
    builder.tie(square, "a", "z").tie(hall, "b", "z").same_name_is_one_user();
    let scenario = Scenario::builder(builder.build().unwrap())
        .model(tieline::Threshold::count(1))
        .post(Post::new("one").origin("a"))
        .post(Post::new("other").origin("b").origin_at(1.0, "z@square"))
        .interaction(Interaction::exclusive())
        .build()
        .unwrap();
    let mut seen = 0;
    crate::scenarios::assert_agreement(&scenario, 3, 40, "z", |run| {
        assert_eq!(run.size(), 4);
        seen += 1;
    });
    assert_eq!(seen, 40);
}

/// A number of its own replaces that of all ties, and not the factors of users.
#[test]
fn a_post_with_a_number_of_its_own_keeps_factors() {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    builder.tie(square, "a", "y").tie(square, "b", "z");
    let reshares = Reshares::all(0.1).infectivity("a", 2.0).susceptibility("z", 2.0);
    let scenario = Scenario::builder(builder.build().unwrap())
        .model(IndependentCascade::with(reshares))
        .post(Post::new("one").origin("a").reshare(0.5))
        .post(Post::new("other").origin("b").reshare(0.5))
        .build()
        .unwrap();
    let outcome = Ensemble::new(&scenario).runs(50).run();
    assert_eq!(outcome.posts.iter().map(|post| post.size.mean).collect::<Vec<_>>(), [2.0, 2.0]);
}

/// What starts at one time is decided by a hash, whichever post was given first: of a user who starts two, of accounts
/// that are drawn for both, and of what comes from outside.
#[test]
fn posts_that_start_at_one_time_are_alike() {
    let mut builder = SocialGraph::builder();
    let (square, hall) = (builder.network("square"), builder.network("hall"));
    builder.tie(square, "a", "z").tie(hall, "b", "z").same_name_is_one_user();
    let graph = Arc::new(builder.build().unwrap());
    let models: [fn() -> Model; 3] = [
        || IndependentCascade::with_probability(0.0).into(),
        || Si::with_rate(0.0).into(),
        || tieline::Threshold::count(5).into(),
    ];
    for (number, model) in models.into_iter().enumerate() {
        let rivals = || {
            Scenario::builder(graph.clone()).model(model()).interaction(Interaction::exclusive())
        };
        let of_two = |of: &dyn Fn(Post) -> Post, other: &dyn Fn(Post) -> Post| {
            rivals().post(of(Post::new("one"))).post(other(Post::new("other")))
        };
        let two = || OriginRule::new(Choice::Accounts, Amount::Count(2));
        let given = of_two(&|post| post.origin("z@square"), &|post| post.origin("z@hall"));
        let drawn = of_two(&|post| post.origin_rule(two()), &|post| post.origin_rule(two()));
        // At half of the steps each comes by itself.
        let outside = of_two(&|post| post, &|post| post)
            .external(ExternalInfluence::with_rate(std::f64::consts::LN_2));
        for (name, builder) in [("given", given), ("drawn", drawn), ("outside", outside)] {
            let builder = if number == 1 { builder.until(1.0) } else { builder.max_steps(1) };
            let scenario = builder.build().unwrap();
            let outcome = Ensemble::new(&scenario).runs(20_000).run();
            let [one, other] = [0, 1].map(|post| &outcome.posts[post].size);
            let error = one.std_error.unwrap().hypot(other.std_error.unwrap());
            let apart = (one.mean - other.mean).abs();
            assert!(error > 0.0 && apart < 4.5 * error, "{name} {one:?} {other:?}");
        }
    }
}

fn line(n: usize) -> Arc<SocialGraph> {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    for i in 1..n {
        builder.mutual(square, &(i - 1).to_string(), &i.to_string());
    }
    Arc::new(builder.build().unwrap())
}

/// Within 4.5 standard errors: a false alarm in 150,000.
fn assert_near(size: &tieline::SizeOutcome, expected: f64, what: &str) {
    let off = (size.mean - expected).abs();
    assert!(off <= 4.5 * size.std_error.unwrap(), "{what}: {} for {expected}", size.mean);
}

/// A path of five with a post at each end: 57/32 each.
#[test]
fn two_posts_share_a_path() {
    let scenario = Scenario::builder(line(5))
        .model(IndependentCascade::with_probability(0.5))
        .post(Post::new("a").origin("0"))
        .post(Post::new("b").origin("4"))
        .interaction(Interaction::exclusive())
        .build()
        .unwrap();
    let outcome = Ensemble::new(&scenario).runs(200_000).run();
    assert_near(&outcome.posts[0].size, 57.0 / 32.0, "a");
    assert_near(&outcome.posts[1].size, 57.0 / 32.0, "b");
    assert_near(&outcome.size, 57.0 / 16.0, "both");
    assert_eq!(outcome.accounts.mean, outcome.size.mean);
    // Neither is ahead where both have as many.
    assert!((outcome.posts[0].ahead - outcome.posts[1].ahead).abs() < 0.01);
    assert!(outcome.posts[0].ahead < 0.5);
}

/// What has been shared before multiplies the hazard of what comes, in both clocks, and not the other way
/// round.
#[test]
fn a_post_helps_or_hinders_another() {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    builder.tie(square, "x", "z");
    let graph = Arc::new(builder.build().unwrap());
    // z has shared the first post when the second comes along its tie.
    let second = |model: Model, factor: f64| {
        let mut scenario = Scenario::builder(graph.clone())
            .model(model)
            .post(Post::new("first").origin("z"))
            .post(Post::new("second").origin_at(1.0, "x"))
            .interaction(Interaction::matrix([[1.0, factor], [7.0, 1.0]]));
        scenario = scenario.ignore_weights();
        let outcome = Ensemble::new(&scenario.build().unwrap()).runs(200_000).run();
        assert_eq!(outcome.posts[0].size.mean, 1.0);
        outcome.posts[1].size.clone()
    };
    let ic = || Model::from(IndependentCascade::with_probability(0.3));
    assert_near(&second(ic(), 2.0), 1.51, "M = 2, p = .3");
    assert_near(&second(ic(), 0.5), 2.0 - 0.7f64.sqrt(), "M = ½");
    assert_near(&second(ic(), 1.0), 1.3, "M = 1");
    assert_eq!(second(ic(), 0.0).mean, 1.0);
    let sure = Model::from(IndependentCascade::with_probability(1.0));
    assert_eq!(second(sure.clone(), 0.01).mean, 2.0, "what is sure stays so");
    assert_eq!(second(sure, 0.0).mean, 1.0);
    // β / (β + γ) with β multiplied.
    let period = Periods::all(Distribution::Exponential { rate: 1.0 });
    for factor in [0.25, 1.0, 4.0] {
        let expected = 1.0 + 0.5 * factor / (0.5 * factor + 1.0);
        let sir = Sir::with(Reshares::all(0.5), period.clone());
        assert_near(&second(sir.into(), factor), expected, "SIR");
        let latency = Periods::all(Distribution::Fixed { x: 1.0 });
        let seir = Seir::with(Reshares::all(0.5), latency, period.clone());
        assert_near(&second(seir.into(), factor), expected, "SEIR");
    }
    // Where all depends on a mark that comes too early: SI up to time 3 is one mark in 2 units.
    let mut si = Scenario::builder(graph.clone()).model(Si::with(Reshares::all(0.4))).until(3.0);
    si = si.post(Post::new("first").origin("z")).post(Post::new("second").origin_at(1.0, "x"));
    si = si.interaction(Interaction::matrix([[1.0, 0.5], [1.0, 1.0]]));
    let outcome = Ensemble::new(&si.build().unwrap()).runs(200_000).run();
    assert_near(&outcome.posts[1].size, 2.0 - (-0.4f64).exp(), "SI");
}

/// In steps the hazard of each step is multiplied: SIR with γ = ½, P = p' / (1 − (1 − p')(1 − γ)).
#[test]
fn a_post_helps_another_in_steps() {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    builder.tie(square, "x", "z");
    let graph = Arc::new(builder.build().unwrap());
    for factor in [0.5, 1.0, 3.0] {
        let period = Periods::all(Distribution::Geometric { p: 0.5 });
        let scenario = Scenario::builder(graph.clone())
            .model(Sir::with(Reshares::all(0.4), period))
            .clock(Clock::Steps)
            .post(Post::new("first").origin("z"))
            .post(Post::new("second").origin_at(1.0, "x"))
            .interaction(Interaction::matrix([[1.0, factor], [1.0, 1.0]]))
            .build()
            .unwrap();
        let outcome = Ensemble::new(&scenario).runs(200_000).run();
        let p = 1.0 - 0.6f64.powf(factor);
        assert_near(&outcome.posts[1].size, 1.0 + p / (1.0 - (1.0 - p) * 0.5), "steps");
    }
}

/// People remember on one account what they shared on another, if they are asked; carrying over is
/// hindered, and never helped beyond its probability.
#[test]
fn people_remember_and_accounts_do_not() {
    let mut builder = SocialGraph::builder();
    let (square, hall) = (builder.network("square"), builder.network("hall"));
    builder.tie(square, "ann", "bob").account(hall, "bob").account(hall, "cid");
    builder.same_name_is_one_user();
    let graph = Arc::new(builder.build().unwrap());
    let first = |factor: f64, per: Per, q: f64| {
        let scenario = Scenario::builder(graph.clone())
            .model(IndependentCascade::with_probability(1.0))
            .crosspost(q)
            .post(Post::new("one").origin("ann"))
            .post(Post::new("two").origin("bob@hall"))
            .interaction(Interaction::matrix([[1.0, 1.0], [factor, 1.0]]).per(per))
            .build()
            .unwrap();
        Ensemble::new(&scenario).runs(50_000).run().posts[0].clone()
    };
    // Post two is with bob's account in the hall, so bob shares nothing on the square as a person.
    assert_eq!(first(0.0, Per::User, 0.0).size.mean, 1.0);
    assert_eq!(first(0.0, Per::Account, 0.0).size.mean, 2.0);
    // Half of what is carried over is.
    assert_near(&first(0.5, Per::Account, 0.8).size, 2.4, "hindered");
    assert_near(&first(9.0, Per::Account, 0.8).size, 2.8, "not helped");
}

/// The added origin shares the first post; what happens to each post is told.
#[test]
fn comparisons_tell_posts_apart() {
    let scenario = Scenario::builder(line(4))
        .model(IndependentCascade::with_probability(1.0))
        .post(Post::new("a").origin("0"))
        .post(Post::new("b").origin("3"))
        .interaction(Interaction::exclusive())
        .build()
        .unwrap();
    let overlay = Overlay::builder(scenario.graph()).mute("0").build().unwrap();
    let compare = Ensemble::new(&scenario).runs(50).compare(overlay).run().compare.unwrap();
    let by_post: Vec<_> =
        compare.posts.iter().map(|post| (&post.name[..], post.change.difference)).collect();
    assert_eq!(by_post, [("a", -2.0), ("b", 1.0)]);
    let overlay = Overlay::builder(scenario.graph()).add_origin("2").build().unwrap();
    let compare = Ensemble::new(&scenario).runs(50).compare(overlay).run().compare.unwrap();
    let by_post: Vec<_> = compare.posts.iter().map(|post| post.change.difference).collect();
    assert_eq!(by_post, [1.0, -1.0]);
    let log = Ensemble::new(&scenario).runs(1).share_log();
    assert_eq!((log.post, log.step), (vec![0, 1, 0, 1], vec![0, 0, 1, 1]));
}

#[test]
fn what_cannot_be_is_told() {
    let graph = line(3);
    let builder = |interaction: Interaction| {
        Scenario::builder(graph.clone())
            .model(IndependentCascade::with_probability(0.5))
            .post(Post::new("a").origin("0"))
            .post(Post::new("b").origin("1"))
            .interaction(interaction)
    };
    let error = |interaction| builder(interaction).build().unwrap_err().to_string();
    assert_eq!(
        error(Interaction::matrix([[1.0, 0.5]])),
        "`interaction` needs a row and a column for each of the 2 posts, found 1 rows of 2 numbers"
    );
    assert_eq!(
        error(Interaction::matrix([[1.0, 0.5], [0.5, 0.5]])),
        "on the diagonal of `interaction` stands 1, for a post does nothing to itself, found 0.5"
    );
    assert_eq!(
        error(Interaction::matrix([[1.0, -0.5], [0.5, 1.0]])),
        "what posts do to each other must be finite and not negative, found -0.5"
    );
    let exclusive = Interaction::exclusive;
    let twice = builder(exclusive()).post(Post::new("c").origin("0")).build().unwrap_err();
    assert_eq!(
        twice.to_string(),
        "0@square starts the posts `a` and `c` at one time, and these exclude each other"
    );
    let same = builder(exclusive()).post(Post::new("a").origin("2")).build().unwrap_err();
    assert_eq!(same.to_string(), "two posts are called `a`");
    let nobody = builder(exclusive()).post(Post::new("c")).build().unwrap_err();
    assert_eq!(
        nobody.to_string(),
        "post `c`: a scenario needs an origin: an account that shares first"
    );
    let both = builder(exclusive()).origin("2").build().unwrap_err();
    assert_eq!(
        both.to_string(),
        "of several posts each has its own origins: say them of the posts"
    );
    let sis = builder(exclusive())
        .model(Sis::with(Reshares::all(1.0), Periods::all(Distribution::Fixed { x: 1.0 })))
        .until(3.0)
        .build()
        .unwrap_err();
    assert_eq!(
        sis.to_string(),
        "under sis posts cannot act on each other; the models in which they do are independent-cascade, \
         weighted-cascade, si, sir, seir and fsir, and by `exclusive` the threshold models"
    );
    let contact = builder(Interaction::matrix([[1.0, 0.5], [1.0, 1.0]]))
        .model(Si::with_contact(Distribution::Exponential { rate: 1.0 }))
        .build()
        .unwrap_err();
    assert_eq!(
        contact.to_string(),
        "with `contact` si has no rate that another post could multiply: `interaction` may hold 0 and 1 only, \
         or give the rate by `reshare`"
    );
    let own = Scenario::builder(graph.clone())
        .model(WeightedCascade)
        .post(Post::new("a").origin("0").reshare(0.5))
        .build()
        .unwrap_err();
    assert_eq!(
        own.to_string(),
        "the post `a` has a `reshare` of its own, which means nothing beside weighted-cascade"
    );
}
