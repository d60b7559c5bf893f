//! Few ties between two networks.

use std::sync::Arc;

use tieline::{Amount, Choice, IndependentCascade, OriginRule, Scenario, SocialGraph, TieSource};

use crate::page::{Estimate, Section};
use crate::sim::{Effort, Outbreaks, er_ties, for_each};
use crate::svg::Plot;
use crate::table::Table;
use crate::theory::{giant, grid};

const TITLE: &str = "Bridges";

const TEXT: &str = "\
Two Erdős–Rényi networks, each above its threshold (R₁, R₂ > 1), and L bridge ties from random accounts of the
first to random accounts of the second, each of which passes a post on with probability T. If an outbreak
reaches S₁ of the first, the second has one with probability 1 − (1 − T·S₁·S₂)^L, S = 1 − e^(−RS).";

/// Mean degree.
const DEGREE: f64 = 6.0;

fn bridged(n: u32, bridges: u32, seed: u64) -> Arc<SocialGraph> {
    let mut builder = SocialGraph::builder();
    let networks = ["one", "two"].map(|name| builder.network(name));
    for (network, seed) in networks.into_iter().zip([2 * seed, 2 * seed + 1]) {
        for account in 0..n {
            builder.account(network, &account.to_string());
        }
        er_ties(n, DEGREE, seed).for_each(&mut |a, b| {
            builder.mutual(network, &a.to_string(), &b.to_string());
        });
    }
    // The pairs of one sparse random graph more: bridges that owe nothing to the other two.
    let mut left = bridges;
    er_ties(n, 4.0, seed.wrapping_add(1 << 40)).for_each(&mut |a, b| {
        // Pairs come in order of the larger number: take some that lie far apart.
        if left > 0 && a.wrapping_mul(2_654_435_769).wrapping_add(b) % 7 == 0 {
            builder.bridge((networks[0], &a.to_string()), (networks[1], &b.to_string()));
            left -= 1;
        }
    });
    assert_eq!(left, 0, "too few pairs for {bridges} bridges");
    Arc::new(builder.build().expect("a graph"))
}

/// How often the second has an outbreak, if the first has.
fn crossing(effort: Effort, r: [f64; 2], t: f64, bridges: u32) -> Estimate {
    let n = effort.pick(3000, 1200);
    let rows = for_each(effort.pick(240, 16), |seed| {
        let graph = bridged(n, bridges, seed);
        let model = IndependentCascade::default()
            .in_network("one", r[0] / DEGREE)
            .in_network("two", r[1] / DEGREE)
            .between("one", "two", t);
        let rule = OriginRule::new(Choice::Accounts, Amount::Count(1)).in_networks(["one"]);
        let builder = Scenario::builder(graph).model(model).origin_rule(rule);
        let seen = Outbreaks::of(builder, 40, seed, u64::from(n / 12));
        seen.in_both as f64 / seen.there[0] as f64
    });
    Estimate::between(rows)
}

pub(crate) fn section(effort: Effort, theory: &Table) -> Section {
    let mut section = Section::new(TITLE, TEXT);
    section.text("240 pairs of graphs of 3,000 accounts, mean degree 6, 40 runs on each.");
    let numbers = |key: &str| -> Vec<f64> {
        let values = key.split(',').map(|part| part.rsplit('=').next().expect("a number"));
        values.map(|text| text.parse().expect("a number")).collect()
    };
    let mut plot = Plot::new(
        "bridges",
        "How often an outbreak crosses over, by the number of bridges",
        "bridge ties L",
        "P(outbreak in 2 | outbreak in 1)",
    );
    let formula = |r: f64, t: f64, l: f64| 1.0 - (1.0 - t * giant(r) * giant(r)).powf(l);
    for (key, value) in theory.at("bridge_crossing").each() {
        let [r1, r2, t, l] = numbers(&key)[..] else { panic!("{key}") };
        let found = crossing(effort, [r1, r2], t, l as u32);
        section.value(key.replace(',', ", "), &value, found);
    }
    for (key, value) in theory.at("bridges_L50").each() {
        let [r, t] = numbers(&key)[..] else { panic!("{key}") };
        value.bracketed(TITLE);
        let half = value.number().round();
        let found = crossing(effort, [r, r], t, half as u32);
        let label = format!("{}, L = {half}, next to {}", key.replace(',', ", "), value.number());
        section.row(label, formula(r, t, half), found);
    }
    for (r, t) in [(2.0, 0.1), (1.5, 0.1), (2.0, 0.5)] {
        let name = format!("R = {r}, T = {t}");
        plot.line(&name, grid(0.0, 60.0, 60), |l| formula(r, t, l));
        for l in [3, 10, 20, 30, 45, 60] {
            let found = crossing(effort, [r, r], t, l);
            plot.dot(&name, f64::from(l), found.mean, found.std_error);
        }
    }
    section.plot(plot);
    section
}
