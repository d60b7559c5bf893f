//! The engine reproduces exact rationals on tiny graphs: means, whole distributions, accounts, last
//! steps; in one network under all models, and across two.
//!
//! 40,000 runs each. A mean or a fraction may be off by 4.5 standard errors of the exact variance
//! (by chance once in 147,000 times), a distribution by a chi-square of p = 1e-6. Some 600 of the
//! one and 150 of the other: over all choices of `rng_seed` one in 200 would fail by chance. This
//! one is fixed.

// The page of theory and simulation is written elsewhere.
#![allow(dead_code)]

#[path = "../examples/validation/page.rs"]
mod page;
mod rationals;
#[path = "../examples/validation/sections/exact.rs"]
mod section;
#[path = "../examples/validation/seen.rs"]
mod seen;
#[path = "../examples/validation/sim.rs"]
mod sim;
mod statistics;
#[path = "../examples/validation/svg.rs"]
mod svg;
#[path = "../examples/validation/table.rs"]
mod table;

use rationals::{by_number, index, rational, reference, rows, two_networks};
use serde_json::Value;
use statistics::{Counted, bounded_tail, chi_square, chi_square_tail, moments};
use tieline::{
    Ensemble, IndependentCascade, LinearThreshold, Model, Outcome, Scenario, SocialGraph,
    ThresholdWeights, WeightedCascade,
};

/// Everything in the file, the value of the best origins, SIR and thresholds as well, in 100,000 runs each: none of
/// some 1,000 comparisons is off by more than 4.5 standard errors, and no value is forgotten.
#[test]
fn every_value_of_the_file_is_reproduced() {
    let exact = table::Table::new("exact_small.json", include_str!("data/exact_small.json"));
    let section = section::section(sim::Effort { quick: false }, &exact);
    let rows = section.rows().count();
    assert!(rows > 900, "{rows}");
    let wrong: Vec<_> = section.wrong().collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(exact.fates().err(), None);
}

const RUNS: u64 = 40_000;
const RNG_SEED: u64 = 20_240_611;

/// A mean of all runs; with variance 0 there is only one value.
#[track_caller]
fn close(found: f64, wanted: f64, variance: f64, what: &str) {
    if variance < 1e-12 {
        return assert!((found - wanted).abs() < 1e-12, "{what}: {found}, wanted {wanted}");
    }
    let z = (found - wanted) / (variance / RUNS as f64).sqrt();
    assert!(z.abs() < 4.5, "{what}: {found}, wanted {wanted}, z = {z:.2}");
}

#[track_caller]
fn close_fraction(hits: u64, p: f64, what: &str) {
    assert!(p * (1.0 - p) == 0.0 || RUNS as f64 * p * (1.0 - p) > 10.0, "{what}: {p} is too rare");
    close(hits as f64 / RUNS as f64, p, p * (1.0 - p), what);
}

#[track_caller]
fn same_law(counts: &[u64], probabilities: &[f64], what: &str) {
    assert!((probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{what}: {probabilities:?}");
    assert_eq!(counts.iter().sum::<u64>(), RUNS);
    let (statistic, freedom) = chi_square(counts, probabilities, 10.0);
    let tail = chi_square_tail(statistic, freedom);
    assert!(tail > 1e-6, "{what}: {counts:?} under {probabilities:?}, p = {tail:e}");
}

/// Accounts named 0..n in one network, so that account i has id i.
fn one_network(n: usize, ties: &[(usize, usize, f64)]) -> SocialGraph {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    for account in 0..n {
        builder.account(square, &account.to_string());
    }
    for &(source, target, weight) in ties {
        builder.weighted_tie(square, &source.to_string(), &target.to_string(), weight);
    }
    builder.build().unwrap()
}

fn observe(scenario: &Scenario) -> (Outcome, Counted) {
    let ensemble = Ensemble::new(scenario).runs(RUNS).rng_seed(RNG_SEED);
    (ensemble.clone().links().run(), ensemble.observe(Counted::default).value)
}

/// One network: `wanted` holds `mean`, `var`, `size_dist`, `node_prob` and more.
fn check(graph: &SocialGraph, model: impl Into<Model>, origins: &[usize], wanted: &Value) {
    let model = model.into();
    let what = format!("{}, {:?}: {}", model.name(), origins, wanted["mean"]);
    let builder = Scenario::builder(graph.clone()).model(model).ignore_weights();
    let scenario = builder.origins(origins.iter().map(ToString::to_string)).build().unwrap();
    let (outcome, counted) = observe(&scenario);
    let (mean, variance) = (rational(&wanted["mean"]), rational(&wanted["var"]));
    close(outcome.size.mean, mean, variance, &what);
    close(outcome.users.mean, mean, variance, &what);
    same_law(&counted.sizes, &by_number(&wanted["size_dist"]), &what);
    for (account, p) in wanted["node_prob"].as_array().unwrap().iter().enumerate() {
        let what = format!("{what}, account {account}");
        close_fraction(counted.accounts[account], rational(p), &what);
    }
    if let Some(last) = wanted.get("last_round_dist") {
        let last = by_number(last);
        let (mean, variance) = moments(&last);
        same_law(&counted.last_step, &last, &what);
        close(outcome.last_step.mean, mean, variance, &what);
    }
    if let Some(new) = wanted.get("mean_new_by_round") {
        let n = graph.account_count() as f64;
        for (step, mean) in by_number(new).into_iter().enumerate() {
            let shares = counted.new_by_step.get(step).copied().unwrap_or(0);
            // A number in 0..=n of this mean has at most this variance.
            let tail = bounded_tail(shares as f64 / RUNS as f64 - mean, RUNS, mean * (n - mean), n);
            assert!(tail > 1e-6, "{what}: {shares} shares at step {step}, wanted {mean}");
        }
    }
}

#[test]
fn one_network_matches_the_rationals() {
    let reference = reference();
    let graphs = reference["graphs"].as_array().unwrap();
    assert!(graphs.len() >= 12);
    let mut inverse_degrees = 0;
    for case in graphs {
        let n = index(&case["n"]);
        let origins: Vec<_> = case["seeds"].as_array().unwrap().iter().map(index).collect();
        let mut ties = rows(&case["edges"]);
        if !case["directed"].as_bool().unwrap() {
            let turned: Vec<_> = ties.iter().map(|&(a, b, p)| (b, a, p)).collect();
            ties.extend(turned);
        }
        let graph = one_network(n, &ties);
        check(&graph, IndependentCascade::with_tie_weights(), &origins, &case["ic"]);
        check(&graph, WeightedCascade, &origins, &case["wc"]);
        if ties.iter().all(|tie| tie.2 == ties[0].2) {
            check(&graph, IndependentCascade::with_probability(ties[0].2), &origins, &case["ic"]);
        }
        let arcs = rows(&case["lt"]["arcs"]);
        let graph = one_network(n, &arcs);
        let as_is = LinearThreshold::with_weights(ThresholdWeights::AsIs);
        check(&graph, as_is, &origins, &case["lt"]);
        let in_degree = |target| arcs.iter().filter(|arc| arc.1 == target).count() as f64;
        if arcs.iter().all(|&(_, target, p)| (p - 1.0 / in_degree(target)).abs() < 1e-15) {
            inverse_degrees += 1;
            check(&graph, LinearThreshold::default(), &origins, &case["lt"]);
            // Weights of any size, as long as all are alike.
            let tenfold: Vec<_> = arcs.iter().map(|&(a, b, p)| (a, b, 10.0 * p)).collect();
            let normalise = LinearThreshold::with_weights(ThresholdWeights::Normalise);
            check(&one_network(n, &tenfold), normalise, &origins, &case["lt"]);
        }
    }
    assert!(inverse_degrees >= 8, "{inverse_degrees}");
}

/// Reed and Frost's epidemic is independent cascade on a complete graph.
#[test]
fn complete_graphs_match_reed_and_frost() {
    let reference = reference();
    let cases = reference["reed_frost"].as_array().unwrap();
    assert!(cases.len() >= 11);
    for case in cases {
        let (n, p) = (index(&case["n"]), rational(&case["p"]));
        let pairs = (0..n).flat_map(|a| (0..n).map(move |b| (a, b))).filter(|(a, b)| a != b);
        let graph = one_network(n, &pairs.map(|(a, b)| (a, b, p)).collect::<Vec<_>>());
        let law = by_number(&case["size_dist"]);
        let (mean, variance) = moments(&law);
        for model in
            [IndependentCascade::with_probability(p), IndependentCascade::with_tie_weights()]
        {
            let origins = (0..index(&case["seeds"])).map(|origin| origin.to_string());
            let builder = Scenario::builder(graph.clone()).model(model).ignore_weights();
            let (outcome, counted) = observe(&builder.origins(origins).build().unwrap());
            let what = format!("complete graph of {n}, p {p}");
            assert!((mean - rational(&case["mean"])).abs() < 1e-12, "{what}");
            close(outcome.size.mean, mean, variance, &what);
            same_law(&counted.sizes, &law, &what);
        }
    }
}

#[test]
fn several_networks_match_the_rationals() {
    let reference = reference();
    let cases = reference["multilayer"].as_array().unwrap();
    assert!(cases.len() >= 4);
    for case in cases {
        let what = case["name"].as_str().unwrap();
        let scenario = two_networks(case);
        let networks: Vec<_> = scenario.graph().networks().collect();
        let (outcome, counted) = observe(&scenario);

        let (mean, variance) = (rational(&case["mean_accounts"]), rational(&case["var_accounts"]));
        close(outcome.size.mean, mean, variance, what);
        same_law(&counted.sizes, &by_number(&case["account_size_dist"]), what);
        let users = by_number(&case["user_size_dist"]);
        let (mean, variance) = moments(&users);
        assert!((mean - rational(&case["mean_users"])).abs() < 1e-12, "{what}");
        close(outcome.users.mean, mean, variance, what);
        same_law(&counted.users, &users, what);
        for (i, p) in case["node_prob"].as_array().unwrap().iter().enumerate() {
            let account = scenario.graph().account(i.to_string()).unwrap();
            let what = format!("{what}, account {i}");
            close_fraction(counted.accounts[account.index()], rational(p), &what);
        }

        // All that reaches B was carried over.
        let reached = rational(&case["prob_reaches_other_network"]);
        let there = outcome.network("B").unwrap();
        close(there.reached, reached, reached * (1.0 - reached), what);
        let link = outcome.link("A", "B").unwrap();
        close(link.probability, reached, reached * (1.0 - reached), what);
        assert_eq!(link.linked_runs, counted.link(networks[0], networks[1]).iter().sum::<u64>());
        // Its variance is not in the table, so the sample's stands in.
        let error = there.std_error.unwrap();
        let mean = rational(&case["mean_accounts_other_network"]);
        close(there.mean, mean, error * error * RUNS as f64, what);
    }
}
