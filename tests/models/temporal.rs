//! Models over ties that come and go: the kernel equals the reference kernel to the bit in random worlds, and
//! laws that hold run by run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::scenarios::{Case, Dice, part, seeds};
use crate::times::{external, periods, reshares, starts, time, times};
use tieline::{
    AccountId, Clock, Delays, Distribution, Ensemble, ExternalInfluence, IndependentCascade, Model,
    Overlay, PeriodPer, Periods, Reshares, Scenario, ScenarioBuilder, Seir, Si, Sir, Sirs, Sis,
    SocialGraph, Ticks, TieTime,
};

/// What the ties of a network are in a random world.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Static,
    Contacts,
    Lasting,
    Intervals,
}

/// The graph of a case, with times by dice: no more than a few stamps, so that many fall together.
pub(crate) fn graph_with_times(
    case: &Case,
    dice: &mut Dice,
    clock: Clock,
    kinds: &[Kind],
) -> SocialGraph {
    let mut builder = SocialGraph::builder();
    let networks: Vec<_> =
        (0..case.networks).map(|network| builder.network(case.network_name(network))).collect();
    let mut kind: Vec<_> = (0..case.networks).map(|_| dice.pick(kinds)).collect();
    let with_ties = case.ties.iter().find(|tie| case.homes[tie.0] == case.homes[tie.1]);
    if let Some(tie) = with_ties {
        // At least one network has times.
        kind[case.homes[tie.0]] = dice.pick(&kinds[1..]);
    }
    let names: Vec<_> = (0..case.homes.len()).map(|account| case.account_name(account)).collect();
    for (account, name) in names.iter().enumerate() {
        builder.account(networks[case.homes[account]], name);
    }
    let stamp = |dice: &mut Dice| match clock {
        Clock::Steps => 1.0 + dice.below(6) as f64,
        _ => dice.pick(&[0.0, 0.3, 0.5, 1.0, 1.7, 2.0, 3.25]),
    };
    let long = |dice: &mut Dice| match clock {
        Clock::Steps => 1.0 + dice.below(3) as f64,
        _ => dice.pick(&[0.1, 0.7, 2.0]),
    };
    for &(source, target, _) in &case.ties {
        let (from, to) = (case.homes[source], case.homes[target]);
        let (network, one, other) = (networks[from], &names[source], &names[target]);
        if from != to {
            builder.bridge((network, one), (networks[to], other));
            continue;
        }
        let stamps: BTreeSet<u64> = (0..1 + dice.below(4)).map(|_| stamp(dice).to_bits()).collect();
        let mut free = 0.0;
        for stamp in stamps.into_iter().map(f64::from_bits) {
            let length = long(dice);
            match kind[from] {
                Kind::Static => _ = builder.tie(network, one, other),
                Kind::Contacts => _ = builder.contact(network, one, other, stamp),
                Kind::Lasting => {
                    _ = builder.contact_lasting(network, one, other, stamp, length);
                }
                Kind::Intervals if stamp >= free => {
                    free = stamp + length;
                    builder.interval(network, one, other, stamp, free);
                }
                Kind::Intervals => {}
            }
        }
    }
    for (account, user) in case.users.iter().enumerate() {
        if let Some(user) = user {
            builder.user(&format!("u{user}"), [(networks[case.homes[account]], &*names[account])]);
        }
    }
    builder.build().expect("a graph without mistakes")
}

pub(crate) const ALL: [Kind; 4] = [Kind::Static, Kind::Contacts, Kind::Lasting, Kind::Intervals];
pub(crate) const WITHOUT_DURATIONS: [Kind; 3] = [Kind::Static, Kind::Contacts, Kind::Intervals];

/// Rates none of which is above 1, as probabilities of contacts must not be.
pub(crate) fn rates_up_to_one(dice: &mut Dice, clock: Clock, case: &Case) -> Reshares {
    loop {
        let rates = reshares(dice, clock, case);
        let most =
            rates.networks.iter().map(|(_, rate)| *rate).chain(rates.base).fold(0.0, f64::max);
        if most <= 1.0 {
            return rates;
        }
    }
}

/// A case under a model, by the number of its kind, with everything that goes with it.
fn timed(seed: u64, case: &Case, kind: usize, kinds: &[Kind]) -> Option<ScenarioBuilder> {
    let mut dice = Dice::new(seed ^ 0x7e4b);
    let clock = dice.pick(&[Clock::Continuous, Clock::Steps]);
    let graph = graph_with_times(case, &mut dice, clock, kinds);
    if !graph.has_times() {
        return None;
    }
    let graph = match seed % 2 {
        0 => graph,
        _ => graph.stored_by(|account| (u64::from(account.get()) + 1).wrapping_mul(seed | 1)),
    };
    let rates = rates_up_to_one(&mut dice, clock, case);
    let mut spans = || periods(&mut dice, clock, case);
    let (period, other) = (spans(), spans());
    let model: Model = match kind {
        0 => IndependentCascade::with(rates).into(),
        1 => Si::with(rates).into(),
        2 => {
            let per = if period.networks.is_empty() { PeriodPer::User } else { PeriodPer::Account };
            Sir::with(rates, period).period_per(per).into()
        }
        3 => Seir::with(rates, other, period).into(),
        4 => Sis::with(rates, period).into(),
        _ => Sirs::with(rates, period, other).into(),
    };
    let mut builder = Scenario::builder(graph)
        .model(model)
        .clock(clock)
        .crosspost_rates(case.crosspost.clone())
        .origins(case.origins.iter().map(|&origin| case.label(origin)));
    if kind == 0 && (clock == Clock::Continuous || dice.chance(50)) {
        builder = builder.delays(Delays::all(time(&mut dice, clock)));
    }
    if clock == Clock::Continuous && dice.chance(50) {
        builder = builder.crosspost_delay(time(&mut dice, clock));
    }
    builder = starts(&mut dice, clock, case, builder);
    if dice.chance(20) {
        builder = builder.max_shares(1 + dice.below(6) as u64);
    }
    let from_outside = dice.chance(25);
    if from_outside {
        builder = builder.external(external(&mut dice, case));
    }
    if from_outside || kind >= 4 || dice.chance(30) {
        builder = match clock {
            Clock::Continuous => builder.until(dice.pick(&[0.0, 0.7, 2.5, 4.0])),
            _ => builder.max_steps(dice.below(8) as u32),
        };
    }
    Some(builder)
}

/// The kernel equals the reference kernel in 2,400 random worlds, with and without an intervention, in two
/// orders of storage.
#[test]
fn fast_equals_reference_in_random_worlds() {
    let mut spread = [0; 6];
    let mut again = 0;
    for seed in seeds(2400) {
        let case = Case::new(seed);
        let kind = seed as usize % 6;
        let kinds = if kind == 0 { &WITHOUT_DURATIONS[..] } else { &ALL };
        let Some(builder) = timed(seed, &case, kind, kinds) else { continue };
        let scenario = builder.build().unwrap_or_else(|error| panic!("case {seed}: {error}"));
        case.assert_agreement(&scenario, seed, 3, |scenario, fast| {
            let along_ties = fast.rows().any(|row| row.route == tieline::Route::Tie);
            spread[kind] += usize::from(along_ties && fast.size() > scenario.origins().len());
            again += usize::from(fast.rows().any(|row| row.occurrence > 0));
        });
    }
    assert!(
        spread.iter().all(|&runs| runs > part(300)) && again > part(200),
        "{spread:?}, {again}"
    );
}

/// Time-respecting paths, by going through all contacts in order of time: when each account can first have
/// it that started at time 0.
fn earliest_arrivals(
    graph: &SocialGraph,
    origins: &[AccountId],
    muted: &BTreeSet<AccountId>,
    passes: impl Fn(AccountId, AccountId) -> bool,
) -> BTreeMap<AccountId, u64> {
    let mut contacts = Vec::new();
    for source in graph.accounts() {
        for tie in graph.tie_ids(source) {
            for time in graph.tie_times(tie) {
                let TieTime::Contact { at, .. } = time else { panic!("contacts only") };
                contacts.push((at as u64, source, graph.tie_ends(tie).1));
            }
        }
    }
    contacts.sort();
    let mut arrivals: BTreeMap<AccountId, u64> =
        origins.iter().filter(|o| !muted.contains(o)).map(|&origin| (origin, 0)).collect();
    for &(at, source, target) in &contacts {
        let can = arrivals.get(&source).is_some_and(|&since| since < at);
        if can && !muted.contains(&target) && passes(source, target) {
            let known = arrivals.entry(target).or_insert(at);
            *known = at.min(*known);
        }
    }
    arrivals
}

/// A case with contacts in steps, and no cross-posts.
fn contacts_in_steps(seed: u64) -> (Case, Arc<SocialGraph>) {
    let case = Case::new(seed);
    let mut dice = Dice::new(seed);
    let graph = graph_with_times(&case, &mut dice, Clock::Steps, &[Kind::Contacts; 2]);
    (case, Arc::new(graph))
}

fn origins_of(case: &Case, graph: &SocialGraph) -> Vec<AccountId> {
    case.origins.iter().map(|&origin| graph.account(case.label(origin)).unwrap()).collect()
}

fn build(graph: &Arc<SocialGraph>, model: Model, origins: &[AccountId]) -> ScenarioBuilder {
    let clock = Clock::Steps;
    Scenario::builder(graph.clone()).model(model).clock(clock).origins(origins.iter().copied())
}

/// Sure contacts reach, and when, what a plain search along time-respecting paths finds; so does independent
/// cascade; and so it is without a user who is muted.
#[test]
fn sure_contacts_are_time_respecting_paths() {
    let mut reached = 0;
    for seed in seeds(400) {
        let (case, graph) = contacts_in_steps(seed);
        if graph.bridge_tie_count() > 0 || !graph.has_times() {
            continue;
        }
        let origins = origins_of(&case, &graph);
        let user = graph.user_of(AccountId::new(Dice::new(seed).below(case.homes.len()) as u32));
        let overlay = Overlay::builder(&graph).mute(user).build().unwrap();
        for model in [Si::with_rate(1.0).into(), IndependentCascade::with_probability(1.0).into()] {
            let scenario = build(&graph, model, &origins).build().unwrap();
            let plain = times(&Ensemble::new(&scenario).cascade(0));
            assert_eq!(plain, earliest_arrivals(&graph, &origins, &BTreeSet::new(), |_, _| true));
            let without = Ensemble::new(&scenario.with_overlay(overlay.clone())).cascade(0);
            let muted = graph.accounts_of_user(user).collect();
            assert_eq!(times(&without), earliest_arrivals(&graph, &origins, &muted, |_, _| true));
            reached += plain.len() - origins.iter().collect::<BTreeSet<_>>().len();
        }
    }
    assert!(reached > part(500), "{reached}");
}

/// Independent cascade over contacts: a tie whose try succeeds passes it on at its first contact after the
/// share, and which these are is what it is without times (class R): a search along the ties that fire in the
/// run where nothing has times.
#[test]
fn tries_are_those_of_independent_cascade_without_times() {
    let mut reached = 0;
    for seed in seeds(300) {
        let (case, graph) = contacts_in_steps(seed);
        if graph.bridge_tie_count() > 0 || !graph.has_times() {
            continue;
        }
        let (p, origins) = (0.6, origins_of(&case, &graph));
        let still = Arc::new(case.graph());
        let fires: Vec<BTreeSet<(AccountId, AccountId)>> = {
            // Everybody is an origin, so every tie has its try; who is reached over it is seen by muting all
            // others: as a cascade of one.
            let model = || IndependentCascade::with_probability(p);
            (0..3)
                .map(|run| {
                    let mut fired = BTreeSet::new();
                    for source in still.accounts() {
                        let builder = Scenario::builder(still.clone()).model(model());
                        let scenario =
                            builder.origin(source).ignore_weights().max_steps(1).build().unwrap();
                        let cascade = Ensemble::new(&scenario).rng_seed(seed).cascade(run);
                        let others = cascade.accounts().iter().filter(|&&a| a != source);
                        fired.extend(others.map(|&target| (source, target)));
                    }
                    fired
                })
                .collect()
        };
        let model = IndependentCascade::with_probability(p);
        let scenario = build(&graph, model.into(), &origins).build().unwrap();
        let user = graph.user_of(AccountId::new(0));
        let overlay = Overlay::builder(&graph).mute(user).build().unwrap();
        let without = scenario.with_overlay(overlay);
        for (run, fired) in (0..).zip(&fires) {
            let passes = |source, target| fired.contains(&(source, target));
            let plain = times(&Ensemble::new(&scenario).rng_seed(seed).cascade(run));
            assert_eq!(plain, earliest_arrivals(&graph, &origins, &BTreeSet::new(), passes));
            let muted = graph.accounts_of_user(user).collect();
            let other = times(&Ensemble::new(&without).rng_seed(seed).cascade(run));
            assert_eq!(other, earliest_arrivals(&graph, &origins, &muted, passes));
            reached += plain.len();
        }
    }
    assert!(reached > part(600), "{reached}");
}

/// SI is of class R: who shares from two origins does so at the earlier of the times of each alone, for all
/// that can happen along ties is given before.
#[test]
fn si_is_additive_in_its_origins() {
    let mut both_matter = 0;
    for seed in seeds(400) {
        let case = Case::new(seed);
        let mut dice = Dice::new(seed);
        let clock = dice.pick(&[Clock::Continuous, Clock::Steps]);
        let graph = Arc::new(graph_with_times(&case, &mut dice, clock, &ALL));
        if !graph.has_times() {
            continue;
        }
        let n = case.homes.len();
        let (one, other) = (dice.below(n), dice.below(n));
        let of = |origins: &[usize]| {
            let origins = origins.iter().map(|&origin| case.label(origin));
            let builder = Scenario::builder(graph.clone()).model(Si::with_rate(0.7)).clock(clock);
            let scenario = builder.origins(origins).build().unwrap();
            Ensemble::new(&scenario).rng_seed(seed)
        };
        let [first, second, both] = [of(&[one]), of(&[other]), of(&[one, other])];
        for run in 0..4 {
            let [first, second, both] = [&first, &second, &both].map(|e| times(&e.cascade(run)));
            let mut least = first.clone();
            for (&account, &at) in &second {
                let known = least.entry(account).or_insert(at);
                *known = at.min(*known);
            }
            assert_eq!(both, least, "case {seed}, run {run}");
            both_matter += usize::from(least != first && least != second);
        }
    }
    assert!(both_matter > part(200), "{both_matter}");
}

/// SIS in continuous time with exponential periods and without cross-posts is additive, too: a share from two
/// origins is a share from one of them, and who shares from one does so from both.
#[test]
fn sis_is_additive_in_its_origins() {
    let mut shares_of_both = 0;
    for seed in seeds(300) {
        let case = Case::new(seed);
        let mut dice = Dice::new(seed);
        let graph = Arc::new(graph_with_times(&case, &mut dice, Clock::Continuous, &ALL));
        if !graph.has_times() {
            continue;
        }
        let n = case.homes.len();
        let (one, other) = (dice.below(n), dice.below(n));
        let of = |origins: &[usize]| {
            let model = Sis::new(0.9, Periods::all(Distribution::Exponential { rate: 0.7 }));
            let builder = Scenario::builder(graph.clone()).model(model).until(5.0);
            let origins = origins.iter().map(|&origin| case.label(origin));
            Ensemble::new(&builder.origins(origins).build().unwrap()).rng_seed(seed)
        };
        let [first, second, both] = [of(&[one]), of(&[other]), of(&[one, other])];
        for run in 0..4 {
            let [first, second, both] = [&first, &second, &both].map(|ensemble| {
                let cascade = ensemble.cascade(run);
                cascade.rows().map(|row| (row.account, row.time)).collect::<BTreeSet<_>>()
            });
            assert!(both.iter().all(|share| first.contains(share) || second.contains(share)));
            for share in first.union(&second) {
                assert!(both.iter().any(|earlier| earlier.0 == share.0 && earlier.1 <= share.1));
            }
            shares_of_both += both.len();
        }
    }
    assert!(shares_of_both > part(2000), "{shares_of_both}");
}

/// Whatever the model: a run in which a muted user never shares is the same to the bit, and any run is the
/// same up to their first share.
#[test]
fn muting_changes_nothing_before_the_first_share_that_it_takes_away() {
    let mut differ = 0;
    for seed in seeds(600) {
        let case = Case::new(seed);
        let kind = seed as usize % 6;
        let kinds = if kind == 0 { &WITHOUT_DURATIONS[..] } else { &ALL };
        let Some(builder) = timed(seed, &case, kind, kinds) else { continue };
        let scenario = builder.build().unwrap();
        let graph = scenario.graph().clone();
        for user in graph.users().take(4) {
            let overlay = Overlay::builder(&graph).mute(user).build().unwrap();
            let without = Ensemble::new(&scenario.with_overlay(overlay)).rng_seed(seed);
            let with = Ensemble::new(&scenario).rng_seed(seed);
            for run in 0..2 {
                let (base, muted) = (with.cascade(run), without.cascade(run));
                let when = |row: &tieline::ShareRow| row.time.map_or(row.step.into(), Ticks::get);
                let first = base.rows().find(|row| graph.user_of(row.account) == user);
                let Some(first) = first.map(|row| when(&row)) else {
                    assert_eq!(base, muted, "case {seed}, run {run}");
                    continue;
                };
                let before = |cascade: &tieline::Cascade| -> Vec<_> {
                    let rows = cascade.rows().filter(|row| when(row) < first);
                    rows.map(|row| (when(&row), row.account, row.route)).collect()
                };
                assert_eq!(before(&base), before(&muted), "case {seed}, run {run}");
                differ += 1;
            }
        }
    }
    assert!(differ > part(500), "{differ}");
}

/// Intervals that cover everything: independent cascade and SIS in the same worlds as without times, the
/// first to the bit.
#[test]
fn intervals_that_cover_everything_change_nothing_under_independent_cascade() {
    let mut spread = 0;
    for seed in seeds(400) {
        let case = Case::new(seed);
        let mut dice = Dice::new(seed);
        let clock = dice.pick(&[Clock::Continuous, Clock::Steps]);
        let still = case.graph();
        let mut builder = SocialGraph::builder();
        let networks: Vec<_> =
            (0..case.networks).map(|n| builder.network(case.network_name(n))).collect();
        for account in 0..case.homes.len() {
            builder.account(networks[case.homes[account]], &case.account_name(account));
        }
        for &(source, target, _) in &case.ties {
            let [one, other] = [source, target].map(|account| case.account_name(account));
            let [from, to] = [source, target].map(|account| networks[case.homes[account]]);
            match from == to {
                true => builder.interval(from, &one, &other, 0.0, 1e9),
                false => builder.bridge((from, &*one), (to, &*other)),
            };
        }
        for (account, user) in case.users.iter().enumerate() {
            if let Some(user) = user {
                let place = (networks[case.homes[account]], &*case.account_name(account));
                builder.user(&format!("u{user}"), [place]);
            }
        }
        let covered = builder.build().unwrap();
        if !covered.has_times() {
            continue;
        }
        let delay = Delays::all(time(&mut dice, clock));
        let (steps, p) = (clock == Clock::Steps, dice.pick(&[0.2, 0.5, 1.0]));
        let of = |graph: SocialGraph| {
            let mut builder = Scenario::builder(graph)
                .model(IndependentCascade::with_probability(p))
                .clock(clock)
                .crosspost_rates(case.crosspost.clone())
                .ignore_weights()
                .origins(case.origins.iter().map(|&origin| case.label(origin)));
            if !steps {
                builder = builder.delays(delay.clone());
            }
            Ensemble::new(&builder.build().unwrap()).rng_seed(seed)
        };
        let (still, covered) = (of(still), of(covered));
        for run in 0..5 {
            assert_eq!(still.cascade(run), covered.cascade(run), "case {seed}, run {run}");
            spread += usize::from(still.cascade(run).size() > 3);
        }
    }
    assert!(spread > part(400), "{spread}");
}

/// Under a fixed period that no interval is as long as, SIS over ties that exist always has the law of SIS
/// without times: mean time to extinction of two who see each other, with exponential periods, 1.25; in
/// steps (.3, .4) 3.942308. 4.5 standard errors (false alarm 7e-6 each).
#[test]
fn sis_over_ties_that_exist_always_has_its_law() {
    let pair = |end: f64| {
        let mut builder = SocialGraph::builder();
        let yard = builder.network("yard");
        builder.interval(yard, "0", "1", 0.0, end).interval(yard, "1", "0", 0.0, end);
        Arc::new(builder.build().unwrap())
    };
    let exponential = Periods::all(Distribution::Exponential { rate: 1.0 });
    let geometric = Periods::all(Distribution::Geometric { p: 0.4 });
    let runs = 40_000;
    for (model, clock, wanted, deviation) in [
        (Sis::new(0.5, exponential), Clock::Continuous, 1.25, 1.9),
        (Sis::new(0.3, geometric), Clock::Steps, 3.942308, 4.5),
    ] {
        let builder = Scenario::builder(pair(1e6)).model(model).clock(clock).origin("0");
        let builder = match clock {
            Clock::Steps => builder.max_steps(10_000),
            _ => builder.until(10_000.0),
        };
        let outcome = Ensemble::new(&builder.build().unwrap()).runs(runs).run();
        let extinct = outcome.extinct.unwrap();
        assert_eq!(extinct.fraction, 1.0);
        let found = extinct.time_mean.unwrap();
        assert!((found - wanted).abs() < 4.5 * deviation / (runs as f64).sqrt(), "{found}");
    }
}

/// One interval for each of many ties of an account, of which some have hazards of their own, and some none.
#[test]
fn many_intervals_of_several_hazards_equal_the_reference() {
    let mut dice = Dice::new(9);
    let mut builder = SocialGraph::builder();
    let network = builder.network("square");
    for one in 0..30 {
        for other in 0..30 {
            if one != other && dice.chance(70) {
                let (start, long) =
                    (dice.below(600) as f64 / 100.0, dice.below(300) as f64 / 100.0);
                let [one, other] = [one, other].map(|account: usize| account.to_string());
                builder.interval(network, &one, &other, start, start + long + 0.01);
            }
        }
    }
    let graph = builder.build().unwrap();
    let graph = Arc::new(graph.stored_by(|account| u64::from(account.get()) * 7 % 31));
    let mut reshares = Reshares::all(0.3);
    for account in 0..30 {
        if account % 3 == 0 {
            let factor = [0.0, 0.3, 4.0][account / 3 % 3];
            reshares = reshares.susceptibility(account.to_string(), factor);
        }
    }
    let period = || Periods::all(Distribution::Exponential { rate: 0.7 });
    for reshares in [Reshares::all(0.3), reshares] {
        let models: [Model; 3] = [
            Si::with(reshares.clone()).into(),
            Sir::with(reshares.clone(), period()).into(),
            Sis::with(reshares, period()).into(),
        ];
        for model in models {
            let scenario = Scenario::builder(graph.clone())
                .model(model)
                .origins(["1", "2"])
                .until(9.0)
                .build()
                .unwrap();
            let mut shares = 0;
            crate::scenarios::assert_agreement(&scenario, 5, 4, "intervals", |run| {
                shares += run.size();
            });
            assert!(shares > 20, "{shares}");
        }
    }
}

/// SIS and SIRS among some who meet often: the first run of a scenario goes event by event, those behind it contact
/// by contact, unless something else comes; all are the first runs of scenarios of their own.
#[test]
fn many_contacts_in_order_are_the_same_runs() {
    for (seed, clock) in [(1, Clock::Continuous), (2, Clock::Steps)] {
        let mut dice = Dice::new(seed);
        let mut builder = SocialGraph::builder();
        let networks = ["square", "hall"].map(|name| builder.network(name));
        for _ in 0..3000 {
            let (one, other) = (dice.below(40), dice.below(40));
            if one != other {
                // In steps many at a time.
                let at = match clock {
                    Clock::Steps => (1 + dice.below(25)) as f64,
                    _ => dice.below(100_000) as f64 / 4000.0,
                };
                let [one, other] = [one, other].map(|account| account.to_string());
                builder.contact(networks[dice.below(2)], &one, &other, at);
            }
        }
        builder.same_name_is_one_user();
        let graph = builder.build().unwrap();
        let graph = Arc::new(graph.stored_by(|account| u64::from(account.get()) * 7 % 83));
        let period = |mean: f64| match clock {
            Clock::Steps => Periods::all(Distribution::Geometric { p: 1.0 / mean }),
            _ => Periods::all(Distribution::Gamma { shape: 2.0, mean }),
        };
        let sis = || Scenario::builder(graph.clone()).model(Sis::new(0.5, period(3.0)));
        let sirs = Sirs::new(0.5, period(4.0), period(2.0));
        let builders = [
            sis(),
            Scenario::builder(graph.clone()).model(sirs),
            sis().max_shares(37),
            sis().crosspost(0.5),
            sis().external(ExternalInfluence::with_rate(0.02)),
            sis().origin_at(5.0, "7@hall"),
            sis().overlay(Overlay::builder(&graph).mute("3@square").build().unwrap()),
        ];
        for (number, builder) in builders.into_iter().enumerate() {
            let builder = builder.clock(clock).origins(["1@square", "2@hall"]);
            let builder = match clock {
                Clock::Steps => builder.max_steps(20),
                _ => builder.until(20.0),
            };
            let scenario = builder.clone().build().unwrap();
            let log = Ensemble::new(&scenario).rng_seed(seed).runs(6).serial().share_log();
            for run in 0..6 {
                let first = builder.clone().build().unwrap();
                let first = Ensemble::new(&first).rng_seed(seed).cascade(run);
                let rows = log.rows().filter(|row| row.run == run);
                assert!(rows.eq(first.rows()), "{clock:?}, scenario {number}, run {run}");
            }
            assert!(log.rows().count() > 100, "{}", log.rows().count());
        }
    }
}
