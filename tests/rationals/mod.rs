//! `exact_small.json`: exact rationals on tiny graphs, and how to read them.
#![allow(dead_code, reason = "not every test uses all of it")]

use serde_json::Value;

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
