//! The enumerator against exact rationals, closed forms, cases done by hand, and plain coins.

mod by_hand;
mod coins;
mod compared;
#[path = "../rationals/mod.rs"]
mod rationals;

use rationals::{by_number, index, rational, rationals, reference, rows, two_networks};
use serde_json::Value;
use tieline::exact::{self, Count, Exact};
use tieline::{
    Amount, Choice, Clock, Delays, Distribution, ExternalInfluence, Fatigue, IndependentCascade,
    LinearThreshold, Model, OriginRule, Post, Scenario, SocialGraph, ThresholdWeights,
    WeightedCascade,
};

const TOLERANCE: f64 = 1e-12;

#[track_caller]
fn close(found: f64, wanted: f64) {
    assert!((found - wanted).abs() <= TOLERANCE, "found {found}, wanted {wanted}");
}

#[track_caller]
fn all_close(found: &[f64], wanted: &[f64]) {
    for place in 0..found.len().max(wanted.len()) {
        let at = |column: &[f64]| column.get(place).copied().unwrap_or(0.0);
        let (one, other) = (at(found), at(wanted));
        assert!((one - other).abs() <= TOLERANCE, "{place}: found {found:?}, wanted {wanted:?}");
    }
}

/// Accounts named 0..n in one network, so that account i has id i.
fn one_network(n: usize, ties: &[(usize, usize, Option<f64>)]) -> SocialGraph {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    for account in 0..n {
        builder.account(square, &account.to_string());
    }
    for &(source, target, weight) in ties {
        let (source, target) = (source.to_string(), target.to_string());
        match weight {
            Some(weight) => builder.weighted_tie(square, &source, &target, weight),
            None => builder.tie(square, &source, &target),
        };
    }
    builder.build().unwrap()
}

fn enumerate(graph: SocialGraph, model: impl Into<Model>, origins: &[usize]) -> Exact {
    let origins = origins.iter().map(ToString::to_string);
    let scenario = Scenario::builder(graph).model(model).origins(origins).ignore_weights();
    exact::enumerate(&scenario.build().unwrap()).unwrap()
}

fn check_count(count: &Count, mean: &Value, variance: Option<&Value>, distribution: &Value) {
    close(count.mean, rational(mean));
    if let Some(variance) = variance {
        close(count.variance, rational(variance));
    }
    all_close(&count.distribution, &by_number(distribution));
}

fn check(exact: &Exact, wanted: &Value) {
    check_count(&exact.size, &wanted["mean"], Some(&wanted["var"]), &wanted["size_dist"]);
    all_close(&exact.accounts, &rationals(&wanted["node_prob"]));
    if let Some(last) = wanted.get("last_round_dist") {
        all_close(&exact.last_step, &by_number(last));
    }
    if let Some(new) = wanted.get("mean_new_by_round") {
        all_close(&exact.new_by_step, &by_number(new));
    }
    // One account each: users are accounts.
    assert_eq!(exact.users, exact.size);
    close(exact.routes.origin + exact.routes.tie, exact.size.mean);
}

#[test]
fn one_network_matches_the_rationals() {
    let reference = reference();
    let graphs = reference["graphs"].as_array().unwrap();
    assert!(graphs.len() >= 12);
    for case in graphs {
        let n = index(&case["n"]);
        let origins: Vec<_> = case["seeds"].as_array().unwrap().iter().map(index).collect();
        let mut ties = rows(&case["edges"]);
        if !case["directed"].as_bool().unwrap() {
            let turned: Vec<_> = ties.iter().map(|&(a, b, p)| (b, a, p)).collect();
            ties.extend(turned);
        }
        let weighted =
            |ties: &[_]| ties.iter().map(|&(a, b, p)| (a, b, Some(p))).collect::<Vec<_>>();
        let ic = one_network(n, &weighted(&ties));
        check(
            &enumerate(ic.clone(), IndependentCascade::with_tie_weights(), &origins),
            &case["ic"],
        );
        check(&enumerate(ic, WeightedCascade, &origins), &case["wc"]);
        let arcs = rows(&case["lt"]["arcs"]);
        let lt = one_network(n, &weighted(&arcs));
        let as_is = LinearThreshold::with_weights(ThresholdWeights::AsIs);
        check(&enumerate(lt.clone(), as_is, &origins), &case["lt"]);
        let in_degree = |target| arcs.iter().filter(|arc| arc.1 == target).count() as f64;
        if arcs.iter().all(|&(_, target, p)| (p - 1.0 / in_degree(target)).abs() < 1e-15) {
            check(&enumerate(lt.clone(), LinearThreshold::default(), &origins), &case["lt"]);
            let normalise = LinearThreshold::with_weights(ThresholdWeights::Normalise);
            check(&enumerate(lt, normalise, &origins), &case["lt"]);
        }
    }
}

#[test]
fn several_networks_match_the_rationals() {
    let reference = reference();
    let cases = reference["multilayer"].as_array().unwrap();
    assert!(cases.len() >= 4);
    for case in cases {
        let scenario = two_networks(case);
        let networks: Vec<_> = scenario.graph().networks().collect();
        let exact = exact::enumerate(&scenario).unwrap();
        check_count(
            &exact.size,
            &case["mean_accounts"],
            Some(&case["var_accounts"]),
            &case["account_size_dist"],
        );
        check_count(&exact.users, &case["mean_users"], None, &case["user_size_dist"]);
        let account = |i: usize| scenario.graph().account(i.to_string()).unwrap();
        let by_index: Vec<_> = (0..scenario.graph().account_count())
            .map(|i| exact.accounts[account(i).index()])
            .collect();
        all_close(&by_index, &rationals(&case["node_prob"]));
        let other = &exact.networks[1];
        close(other.reached, rational(&case["prob_reaches_other_network"]));
        close(other.accounts.mean, rational(&case["mean_accounts_other_network"]));
        let link = exact.link(networks[0], networks[1]).unwrap();
        close(link.crossings.probability, other.reached);
        all_close(&link.crossings.first_step, &other.first_step);
    }
}

fn undirected(edges: impl Iterator<Item = (usize, usize)>) -> Vec<(usize, usize, Option<f64>)> {
    edges.flat_map(|(a, b)| [(a, b, None), (b, a, None)]).collect()
}

#[test]
fn closed_forms_of_independent_cascade() {
    for n in [2usize, 3, 5, 8, 12] {
        for p in [0.1, 0.25, 0.6, 0.95] {
            let model = || IndependentCascade::with_probability(p);
            let mean = |edges: &[_], origin| {
                enumerate(one_network(n, edges), model(), &[origin]).size.mean
            };
            let m = n as f64;
            let path = undirected((1..n).map(|i| (i - 1, i)));
            close(mean(&path, 0), (1.0 - p.powi(n as i32)) / (1.0 - p));
            let star = undirected((1..n).map(|i| (0, i)));
            close(mean(&star, 0), 1.0 + (m - 1.0) * p);
            close(mean(&star, 1), 1.0 + p + (m - 2.0) * p * p);
            if n > 2 {
                let cycle = undirected((0..n).map(|i| (i, (i + 1) % n)));
                let arms: f64 = (1..n as i32).map(|d| p.powi(d)).sum();
                close(mean(&cycle, 0), 1.0 + 2.0 * arms - (m - 1.0) * p.powi(n as i32));
            }
        }
    }
    // Complete trees of b children, h generations below the root.
    for (b, h, p) in [(2usize, 3, 0.3), (2, 3, 0.7), (3, 2, 0.5)] {
        let n: usize = (0..=h).map(|i| b.pow(i)).sum();
        let tree = undirected((1..n).map(|i| ((i - 1) / b, i)));
        let exact = enumerate(one_network(n, &tree), IndependentCascade::with_probability(p), &[0]);
        let wanted: Vec<_> = (0..=h as i32).map(|i| (b as f64 * p).powi(i)).collect();
        all_close(&exact.new_by_step, &wanted);
        close(exact.size.mean, wanted.iter().sum());
    }
}

#[test]
fn closed_forms_of_linear_threshold() {
    for n in 3..=8usize {
        let cycle = undirected((0..n).map(|i| (i, (i + 1) % n)));
        let lt = |edges: &[_]| {
            enumerate(one_network(n, edges), LinearThreshold::default(), &[0]).size.mean
        };
        close(lt(&cycle), 3.0 - 2f64.powi(2 - n as i32));
        if n <= 6 {
            let pairs = (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b)));
            let m = n as f64;
            let falling =
                |k: usize| (0..k).map(|i| (m - 1.0 - i as f64) / (m - 1.0)).product::<f64>();
            close(lt(&undirected(pairs)), (0..n).map(falling).sum());
        }
    }
}

#[test]
fn long_paths_have_few_histories_and_large_graphs_are_refused() {
    let path = undirected((1..64).map(|i| (i - 1, i)));
    let exact = enumerate(one_network(64, &path), IndependentCascade::with_probability(0.5), &[0]);
    assert_eq!(exact.histories, 64);
    close(exact.size.mean, 2.0 - 0.5f64.powi(63));
    let refuse = |graph| {
        let model = IndependentCascade::with_probability(0.5);
        let scenario = Scenario::builder(graph).model(model).origin("0").build().unwrap();
        exact::enumerate(&scenario).unwrap_err()
    };
    let error = refuse(one_network(65, &[]));
    assert!(error.is_capacity());
    assert_eq!(error.message(), "the enumerator takes at most 64 accounts, found 65");
    let error = refuse(one_network(31, &undirected((1..31).map(|i| (0, i)))));
    assert!(error.is_capacity());
    assert!(error.message().contains("up to 2^30"), "{error}");
}

#[test]
fn what_it_does_not_know_is_refused() {
    let path = undirected([(0, 1), (1, 2)].into_iter());
    let base = || {
        Scenario::builder(one_network(3, &path)).model(IndependentCascade::with_probability(0.5))
    };
    let drawn = OriginRule::new(Choice::Accounts, Amount::Count(1));
    let late = Delays::all(Distribution::Fixed { x: 2.0 });
    for (what, builder) in [
        ("several posts", base().post(Post::new("a").origin("0")).post(Post::new("b").origin("2"))),
        ("fatigue", base().origin("0").fatigue(Fatigue::geometric(0.5))),
        ("delays", base().origin("0").delays(late).clock(Clock::Steps)),
        ("origins that are drawn", base().origin_rule(drawn)),
        ("origins that start later", base().origin("0").origin_at(1.0, "2")),
        ("external influence", base().external(ExternalInfluence::with_rate(0.1)).max_steps(3)),
        ("an end by `max_shares`", base().origin("0").max_shares(2)),
    ] {
        let error = exact::enumerate(&builder.build().unwrap()).unwrap_err();
        assert_eq!(error.message(), format!("the enumerator does not know {what}"));
    }
}

#[test]
fn the_last_step_ends_the_run() {
    let path = undirected((1..5).map(|i| (i - 1, i)));
    let scenario = |steps| {
        Scenario::builder(one_network(5, &path))
            .model(IndependentCascade::with_probability(0.5))
            .origin("0")
            .max_steps(steps)
            .build()
            .unwrap()
    };
    assert_eq!(exact::enumerate(&scenario(0)).unwrap().size.distribution, [0.0, 1.0]);
    let exact = exact::enumerate(&scenario(2)).unwrap();
    all_close(&exact.size.distribution, &[0.0, 0.5, 0.25, 0.25]);
    // Those who share last still show it.
    close(exact.audience.total.mean, 0.5 + 0.25 * 3.0 + 0.25 * 4.0);
}
