//! `exact_small.json`: exact rationals on tiny graphs, and how to read them.
#![allow(dead_code, reason = "not every test uses all of it")]

use serde_json::Value;
use tieline::{IndependentCascade, Scenario, SocialGraph};

pub(crate) fn rational(value: &Value) -> f64 {
    let (above, below) = value.as_str().unwrap().split_once('/').unwrap();
    above.parse::<f64>().unwrap() / below.parse::<f64>().unwrap()
}

pub(crate) fn rationals(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(rational).collect()
}

/// `{"2": "1/4"}` as a column.
pub(crate) fn by_number(value: &Value) -> Vec<f64> {
    let mut column = Vec::new();
    for (number, p) in value.as_object().unwrap() {
        let number: usize = number.parse().unwrap();
        column.resize(column.len().max(number + 1), 0.0);
        column[number] = rational(p);
    }
    column
}

pub(crate) fn index(value: &Value) -> usize {
    value.as_u64().unwrap() as usize
}

/// `[source, target, "p"]`.
pub(crate) fn rows(value: &Value) -> Vec<(usize, usize, f64)> {
    let rows = value.as_array().unwrap().iter();
    rows.map(|row| (index(&row[0]), index(&row[1]), rational(&row[2]))).collect()
}

pub(crate) fn reference() -> Value {
    serde_json::from_str(include_str!("../data/exact_small.json")).unwrap()
}

/// A case of `multilayer`: accounts named by number in networks A and B, mutual ties, one probability
/// of cross-posting.
pub(crate) fn two_networks(case: &Value) -> Scenario {
    let q = rational(&case["q"]);
    let accounts = case["accounts"].as_array().unwrap();
    let mut builder = SocialGraph::builder();
    let networks = ["A", "B"].map(|name| builder.network(name));
    let network_of = |i: usize| networks[usize::from(accounts[i][1] == "B")];
    for (i, account) in accounts.iter().enumerate() {
        let name = i.to_string();
        builder.account(network_of(i), &name);
        builder.user(&account[0].to_string(), [(network_of(i), name.as_str())]);
    }
    for (a, b, p) in rows(&case["edges"]) {
        // The edge between two accounts of one user stands for cross-posting.
        if accounts[a][0] == accounts[b][0] {
            assert!((p - q).abs() <= 1e-12, "{p} for {q}");
            continue;
        }
        assert_eq!(network_of(a), network_of(b));
        builder.weighted_tie(network_of(a), &a.to_string(), &b.to_string(), p);
        builder.weighted_tie(network_of(a), &b.to_string(), &a.to_string(), p);
    }
    Scenario::builder(builder.build().unwrap())
        .model(IndependentCascade::with_tie_weights())
        .crosspost(q)
        .origins(case["seed"].as_array().unwrap().iter().map(Value::to_string))
        .build()
        .unwrap()
}
