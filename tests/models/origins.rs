//! Who starts: origins that are drawn or chosen, at times, and external influence.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::scenarios::{Case, seeds};
use tieline::{
    AccountId, Amount, Choice, Clock, Distribution, Ensemble, ExternalInfluence,
    IndependentCascade, OriginRule, Overlay, Periods, Scenario, ScenarioBuilder, Si, Sirs,
    SocialGraph,
};

/// Two networks of ten and of `more` accounts; account i of the square is seen by i others. Some users
/// have accounts in both.
fn two_networks(more: usize) -> Arc<SocialGraph> {
    let mut builder = SocialGraph::builder();
    let (square, hall) = (builder.network("square"), builder.network("hall"));
    for a in 0..10 {
        builder.account(square, &a.to_string());
    }
    for a in 0..10usize {
        for b in 0..a {
            builder.tie(square, &a.to_string(), &b.to_string());
        }
    }
    for a in 0..more {
        builder.account(hall, &format!("h{a}"));
    }
    for a in 0..4 {
        let (here, there) = (a.to_string(), format!("h{a}"));
        builder.user(&format!("both{a}"), [(square, here.as_str()), (hall, there.as_str())]);
    }
    Arc::new(builder.build().unwrap())
}

fn silent(graph: &Arc<SocialGraph>) -> ScenarioBuilder {
    Scenario::builder(graph.clone()).model(IndependentCascade::with_probability(0.0))
}

/// The labels of those who start in one run.
fn starters(scenario: &Scenario, run: u64) -> BTreeSet<String> {
    let cascade = Ensemble::new(scenario).rng_seed(3).cascade(run);
    cascade.accounts().iter().map(|&a| scenario.graph().account_label(a)).collect()
}

fn with_rule(graph: &Arc<SocialGraph>, rule: OriginRule) -> Scenario {
    silent(graph).origin_rule(rule).build().unwrap()
}

/// Origins for k are among those for k + 1, whatever is drawn; and the draws of one network do not depend
/// on the size of another.
#[test]
fn draws_for_fewer_are_the_first_of_those_for_more() {
    let (small, large) = (two_networks(6), two_networks(300));
    for choice in [Choice::Accounts, Choice::Users, Choice::UsersEverywhere, Choice::ByDegree] {
        for run in 0..40 {
            let draw = |graph, k| {
                let rule = OriginRule::new(choice, Amount::Count(k)).in_networks(["square"]);
                starters(&with_rule(graph, rule), run)
            };
            for k in 1..8 {
                let (fewer, more) = (draw(&small, k), draw(&small, k + 1));
                assert_eq!(fewer.len() as u64, k, "{choice:?}");
                assert!(fewer.is_subset(&more), "{choice:?}, {fewer:?}, {more:?}");
                assert_eq!(fewer, draw(&large, k), "{choice:?}");
            }
        }
    }
}

/// How often each account starts, of 20,000 runs: within 4.5 standard errors of what its share of the draws
/// is (false alarm 7e-6 each, 40 of them).
#[test]
fn accounts_start_as_often_as_they_should() {
    let graph = two_networks(6);
    let runs = 20_000;
    let frequencies = |rule: OriginRule| {
        let log = Ensemble::new(&with_rule(&graph, rule)).runs(runs).share_log();
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for account in log.account {
            *counts.entry(graph.account_label(account)).or_default() += 1;
        }
        counts
    };
    let close = |found: Option<&u64>, p: f64, what: &str| {
        let found = *found.unwrap_or(&0) as f64 / runs as f64;
        assert!(
            (found - p).abs() <= 4.5 * (p * (1.0 - p) / runs as f64).sqrt(),
            "{what}: {found}, {p}"
        );
    };
    let three = frequencies(OriginRule::new(Choice::Accounts, Amount::Count(3)));
    assert_eq!(three.len(), 16);
    three.iter().for_each(|(name, count)| close(Some(count), 3.0 / 16.0, name));
    let by_degree = frequencies(OriginRule::new(Choice::ByDegree, Amount::Count(1)));
    for a in 0..10 {
        let name = format!("{a}@square");
        close(by_degree.get(&name), f64::from(a) / 45.0, &name);
    }
    // Twelve users, of whom four post on one of two accounts.
    let users = frequencies(OriginRule::new(Choice::Users, Amount::Count(1)));
    for (name, p) in [("0@square", 1.0 / 24.0), ("h0@hall", 1.0 / 24.0), ("7@square", 1.0 / 12.0)] {
        close(users.get(name), p, name);
    }
    let everywhere = frequencies(OriginRule::new(Choice::UsersEverywhere, Amount::Share(0.25)));
    for (name, p) in [("0@square", 0.25), ("h0@hall", 0.25), ("7@square", 0.25)] {
        close(everywhere.get(name), p, name);
    }
}

/// Top degrees are the same in any order of storage, equals in order of logical key; so are all draws.
#[test]
fn storage_changes_nobody() {
    let graph = two_networks(6);
    let stored =
        Arc::new(graph.stored_by(|account| u64::from(account.get()).wrapping_mul(0x9e37_79b9) | 1));
    let top = |k| OriginRule::new(Choice::TopDegree, Amount::Count(k));
    let names: Vec<_> = starters(&with_rule(&graph, top(3)), 0).into_iter().collect();
    assert_eq!(names, ["7@square", "8@square", "9@square"]);
    for choice in [
        Choice::Accounts,
        Choice::Users,
        Choice::UsersEverywhere,
        Choice::ByDegree,
        Choice::TopDegree,
    ] {
        for run in 0..20 {
            let rule = OriginRule::new(choice, Amount::Count(6));
            let [plain, other] =
                [&graph, &stored].map(|graph| starters(&with_rule(graph, rule.clone()), run));
            assert_eq!(plain, other, "{choice:?}");
        }
    }
    let external = |graph: &Arc<SocialGraph>, run| {
        let influence = ExternalInfluence::with_rate(0.3).factor("both1", 2.0);
        let scenario = silent(graph).external(influence).max_steps(4).build().unwrap();
        starters(&scenario, run)
    };
    assert!((0..50).all(|run| external(&graph, run) == external(&stored, run)));
}

#[test]
fn mistakes_are_told() {
    let graph = two_networks(6);
    let error =
        |rule: OriginRule| silent(&graph).origin_rule(rule).build().unwrap_err().to_string();
    let accounts = |amount| OriginRule::new(Choice::Accounts, amount);
    for (rule, sentence) in [
        (accounts(Amount::Count(17)), "17 origins of 16 accounts: expected 16 at most"),
        (
            accounts(Amount::Share(0.001)),
            "0.1 % of 16 accounts is nobody; say a larger share, or a number",
        ),
        (
            accounts(Amount::Share(1.5)),
            "a share of accounts or users must lie in 0..=100 %, found 150 %",
        ),
        (
            OriginRule::new(Choice::ByDegree, Amount::Count(10)),
            "10 origins of 9 accounts that somebody sees: expected 9 at most",
        ),
        (
            accounts(Amount::Count(1)).in_networks(["hal"]),
            "unknown network `hal`; did you mean `hall`?",
        ),
    ] {
        assert_eq!(error(rule), sentence);
    }
    let everybody = silent(&graph).origin_rule(accounts(Amount::Count(16))).build();
    assert_eq!(Ensemble::new(&everybody.unwrap()).cascade(0).size(), 16);
    let external = |rate, steps: Option<u32>| {
        let mut builder = silent(&graph).external(ExternalInfluence::with_rate(rate));
        if let Some(steps) = steps {
            builder = builder.max_steps(steps);
        }
        builder.build().map(|_| ()).unwrap_err().to_string()
    };
    assert_eq!(
        external(0.1, None),
        "external influence goes on for ever, so a run needs an end: `max_steps`"
    );
    assert_eq!(
        external(1.5, Some(3)),
        "external influence in steps is a probability and must lie in 0..=1, found 1.5"
    );
}

/// An origin at a time is an origin from then on: on a path with p = 1 the later half is a copy.
#[test]
fn origins_at_times() {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    for a in 0..9 {
        builder.tie(square, &a.to_string(), &(a + 1).to_string());
    }
    let graph = Arc::new(builder.build().unwrap());
    let model = IndependentCascade::with_probability(1.0);
    let scenario = Scenario::builder(graph.clone())
        .model(model)
        .origin("0")
        .origin_at(2.0, "5")
        .build()
        .unwrap();
    let cascade = Ensemble::new(&scenario).cascade(0);
    let step = |name: &str| {
        let account = graph.account(name).unwrap();
        cascade.rows().find(|row| row.account == account).map(|row| row.step)
    };
    assert_eq!((step("4"), step("5"), step("9")), (Some(4), Some(2), Some(6)));
    let error = silent(&graph).origin_at(0.5, "5").build().unwrap_err();
    assert_eq!(error.to_string(), "time goes in steps, whole numbers from 0, found 0.5");
}

/// Two accounts that see each other, external rate ε, contacts at rate β: the mean time until both share is
/// 1/(2ε) + 1/(ε + β). 4.5 standard errors, estimated from the runs.
#[test]
fn external_influence_and_contacts() {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    builder.mutual(square, "ann", "bob");
    let graph = Arc::new(builder.build().unwrap());
    for (epsilon, beta) in [(0.2, 0.7), (1.0, 0.1)] {
        let scenario = Scenario::builder(graph.clone())
            .model(Si::with_rate(beta))
            .external(ExternalInfluence::with_rate(epsilon))
            .until(500.0)
            .build()
            .unwrap();
        let outcome = Ensemble::new(&scenario).runs(20_000).run();
        assert_eq!(outcome.size.max, 2);
        let last = outcome.last_time.unwrap();
        let wanted = 0.5 / epsilon + 1.0 / (epsilon + beta);
        assert!(
            (last.mean - wanted).abs() < 4.5 * last.std_error.unwrap(),
            "{}, {wanted}",
            last.mean
        );
    }
}

/// The Bass model: everybody sees everybody, SI at rate .38/(n−1), external rate .03: after ten units .812803
/// of an infinite crowd share. With n = 300 it is off by O(1/n); within .01.
#[test]
fn the_bass_model() {
    let n = 300;
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    for a in 0..n {
        for b in 0..a {
            builder.mutual(square, &a.to_string(), &b.to_string());
        }
    }
    let scenario = Scenario::builder(builder.build().unwrap())
        .model(Si::with_rate(0.38 / f64::from(n - 1)))
        .external(ExternalInfluence::with_rate(0.03))
        .until(10.0)
        .build()
        .unwrap();
    let outcome = Ensemble::new(&scenario).runs(60).run();
    let (p, q, t) = (0.03f64, 0.38f64, 10.0);
    let wanted = (1.0 - (-(p + q) * t).exp()) / (1.0 + q / p * (-(p + q) * t).exp());
    assert!((wanted - 0.812803).abs() < 1e-6);
    assert!((outcome.size.mean / f64::from(n) - wanted).abs() < 0.01, "{}", outcome.size.mean);
}

/// SIRS of one account under external influence: it shares once in 1/ε + 1/γ + 1/ω units, so it passes a post
/// on for γ⁻¹ of each: .125 of the time for ε = .2, γ = 1, ω = .5. 4.5 standard errors and the beginning.
#[test]
fn one_account_comes_back_again() {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    builder.account(square, "ann");
    let exponential = |rate| Periods::all(Distribution::Exponential { rate });
    let until = 2000.0;
    let scenario = Scenario::builder(builder.build().unwrap())
        .model(Sirs::new(0.0, exponential(1.0), exponential(0.5)))
        .external(ExternalInfluence::with_rate(0.2))
        .until(until)
        .build()
        .unwrap();
    let outcome = Ensemble::new(&scenario).runs(150).run();
    assert_eq!(outcome.external.unwrap().mean, outcome.size.mean);
    let share = outcome.size.mean / until;
    let error = 4.5 * outcome.size.std_error.unwrap() / until + 1.0 / until;
    assert!((share - 0.125).abs() < error, "{share}");
}

/// External arrivals do not depend on what happens: a mute user's are lost, and all others stay.
#[test]
fn interventions_leave_external_arrivals_alone() {
    for seed in seeds(100) {
        let case = Case::new(seed);
        let graph = Arc::new(case.graph());
        let scenario = silent(&graph)
            .ignore_weights()
            .clock(Clock::Steps)
            .external(ExternalInfluence::with_rate(0.2))
            .max_steps(6)
            .build()
            .unwrap();
        let user = graph.user_of(AccountId::new(0));
        let overlay = Overlay::builder(&graph).mute(user).build().unwrap();
        let muted = scenario.with_overlay(overlay);
        for run in 0..10 {
            let [base, muted] = [&scenario, &muted].map(|scenario| {
                let cascade = Ensemble::new(scenario).cascade(run);
                cascade.rows().map(|row| (row.account, row.step)).collect::<BTreeSet<_>>()
            });
            let without: BTreeSet<_> =
                base.into_iter().filter(|&(account, _)| graph.user_of(account) != user).collect();
            assert_eq!(without, muted, "case {seed}, run {run}");
        }
    }
}

/// Who starts when something reaches them from outside starts as an origin: of four accounts that hear of it for
/// sure at step 1, three count as external.
#[test]
fn an_origin_counts_before_what_comes_from_outside() {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    for name in ["ann", "bob", "cid", "dee"] {
        builder.account(square, name);
    }
    let graph = Arc::new(builder.build().unwrap());
    let one = || IndependentCascade::with_probability(0.0);
    for (name, builder) in [
        ("IC", Scenario::builder(graph.clone()).model(one())),
        (
            "SI in steps",
            Scenario::builder(graph.clone()).model(tieline::Si::with_rate(0.0)).clock(Clock::Steps),
        ),
        (
            "SIS in steps",
            Scenario::builder(graph.clone())
                .model(tieline::Sis::new(
                    0.0,
                    tieline::Periods::all(Distribution::Fixed { x: 9.0 }),
                ))
                .clock(Clock::Steps),
        ),
        ("watts", Scenario::builder(graph.clone()).model(tieline::Threshold::watts(0.5))),
    ] {
        let builder = builder.origin_at(1.0, "bob").external(ExternalInfluence::with_rate(1.0));
        let outcome = Ensemble::new(&builder.max_steps(2).build().unwrap()).runs(3).run();
        assert_eq!((outcome.size.mean, outcome.external.unwrap().mean), (4.0, 3.0), "{name}");
    }
}

/// Rules add up: no two of them have draws in common, be they of the same kind, of accounts and users, of one network,
/// of some or of all.
#[test]
fn no_two_rules_draw_the_same() {
    let mut builder = SocialGraph::builder();
    for name in ["one", "two", "three"] {
        let network = builder.network(name);
        (0..30).for_each(|a| _ = builder.account(network, &format!("{name}{a}")));
    }
    let graph = Arc::new(builder.build().unwrap());
    let accounts = || OriginRule::new(Choice::Accounts, Amount::Count(1));
    let users = || OriginRule::new(Choice::Users, Amount::Count(1));
    let starts = |rules: &[OriginRule]| {
        let model = IndependentCascade::with_probability(0.0);
        let builder = Scenario::builder(graph.clone()).model(model);
        let builder = rules.iter().fold(builder, |builder, rule| builder.origin_rule(rule.clone()));
        Ensemble::new(&builder.build().unwrap()).runs(2000).run().size.mean
    };
    for (name, rules, n) in [
        ("the same twice", [accounts(), accounts()], 90.0),
        ("accounts and users", [accounts(), users()], 90.0),
        ("users twice", [users(), users()], 90.0),
        (
            "all and all by name",
            [accounts(), accounts().in_networks(["one", "two", "three"])],
            90.0,
        ),
        (
            "one and two",
            [accounts().in_networks(["one"]), accounts().in_networks(["one", "two"])],
            60.0,
        ),
        (
            "two and two",
            [accounts().in_networks(["one", "two"]), accounts().in_networks(["two", "three"])],
            120.0,
        ),
    ] {
        // Both choose the same with a probability of 1 in n, within 4.5 standard errors (false alarm 7e-6).
        let (p, found) = (1.0 / n, 2.0 - starts(&rules));
        let error = (p * (1.0 - p) / 2000.0f64).sqrt();
        assert!((found - p).abs() < 4.5 * error, "{name}: {found}, expected {p}");
    }
}

/// External influence by network and by user: who is sure to hear of it does, who has a factor of 0 never, and others
/// as often as their factor says (4.5 standard errors; false alarm 7e-6).
#[test]
fn external_influence_goes_by_network_and_user() {
    let mut builder = SocialGraph::builder();
    let (square, hall) = (builder.network("square"), builder.network("hall"));
    for a in 0..20 {
        builder.account(square, &format!("s{a}")).account(hall, &format!("h{a}"));
    }
    let graph = Arc::new(builder.build().unwrap());
    let rate = |rate: f64| ExternalInfluence::default().in_network("square", rate);
    let shares = |external: ExternalInfluence| {
        let scenario = silent(&graph).external(external).max_steps(1).build().unwrap();
        let outcome = Ensemble::new(&scenario).runs(2000).run();
        ["square", "hall"].map(|name| outcome.network(name).unwrap().mean)
    };
    assert_eq!(shares(rate(1.0)), [20.0, 0.0]);
    assert_eq!(shares(rate(1.0).factor("s0", 0.0)), [19.0, 0.0]);
    let [found, _] = shares(rate(0.25).factor("s1", 4.0));
    let (expected, error) = (1.0 + 19.0 * 0.25, (19.0f64 * 0.25 * 0.75 / 2000.0).sqrt());
    assert!((found - expected).abs() < 4.5 * error, "{found}, expected {expected}");
    let many = rate(0.5).factor("s2", 0.5).factor("s3", 3.0);
    let told = silent(&graph).external(many).max_steps(1).build().unwrap_err().to_string();
    assert_eq!(
        told,
        "external influence in steps is a probability and must lie in 0..=1, found 1.5: 0.5, the highest rate, \
         times 3, the highest factor, of `s3`"
    );
    let much = rate(1e6).factor("s3", 3.0);
    let fast = Scenario::builder(graph.clone())
        .model(tieline::Si::with_rate(0.1))
        .external(much)
        .until(1.0);
    assert!(fast.build().unwrap_err().is_range());
}
