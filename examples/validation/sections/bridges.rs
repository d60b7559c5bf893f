//! Few ties between two networks.

use std::sync::Arc;

use tieline::{Amount, Choice, IndependentCascade, OriginRule, Scenario, SocialGraph, TieSource};

use crate::page::{Estimate, Section};
use crate::sim::{Dice, Effort, Outbreaks, er_ties, for_each};
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
    let mut dice = Dice::new(seed);
    let mut anybody = || ((dice.unit() * f64::from(n)) as u32).to_string();
    for _ in 0..bridges {
        builder.bridge((networks[0], &anybody()), (networks[1], &anybody()));
    }
    Arc::new(builder.build().expect("a graph"))
}

/// How often the second has an outbreak, if the first has.
fn crossing(effort: Effort, r: [f64; 2], t: f64, bridges: u32) -> Estimate {
    let n = effort.pick(4000, 1200);
    let rows = for_each(effort.pick(100, 16), |seed| {
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
    section.text("100 pairs of graphs of 4,000 accounts, mean degree 6, 40 runs on each.");
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
