//! Weighted cascade and linear threshold.

use tieline::generate::ErdosRenyi;
use tieline::{LinearThreshold, Model, Scenario, WeightedCascade};

use crate::families::{Family, family};
use crate::page::Section;
use crate::sim::{Effort, anybody, on_graphs, part, sizes};
use crate::svg::Plot;
use crate::table::Table;
use crate::theory::{excess, grid, settled};

const TITLE: &str = "Weighted cascade and linear threshold";

const TEXT: &str = "\
Each of the k whom an account sees counts 1/k: as the probability of a try (weighted cascade) or as a part of a
uniform threshold. On graphs of mutual ties that look like trees both are always below their threshold, and one
origin reaches 1 + ⟨k⟩ on average; where ties are directed and degrees Poisson, e^⟨k⟩ under weighted cascade.
With a part ρ as origins, linear threshold reaches ρ + (1 − ρ)(1 − p₀)a, a = ρ + (1 − ρ)a·Σ k p_k/⟨k⟩·(k−1)/k;
weighted cascade 1 − (1 − ρ)Σ p_k (1 − a/k)^k, a = 1 − (1 − ρ)Σ k p_k/⟨k⟩·(1 − a/k)^(k−1). D. Kempe,
J. Kleinberg, É. Tardos (2003), <https://doi.org/10.1145/956750.956769>; the equations are those of a branching
process.";

/// Weighted cascade with a part of all as origins.
fn weighted(p: &[f64], seeds: f64) -> f64 {
    let others = excess(p);
    let miss = |a: f64| -> f64 {
        (0..).zip(&others).map(|(k, p)| p * (1.0 - a / f64::from(k + 1)).powi(k)).sum()
    };
    let a = settled(1.0, |a| 1.0 - (1.0 - seeds) * miss(a));
    let rows = (0..).zip(p);
    let none = |(k, p): (i32, &f64)| p * (1.0 - a / f64::from(k.max(1))).powi(k);
    1.0 - (1.0 - seeds) * rows.map(none).sum::<f64>()
}

/// Linear threshold.
fn linear(p: &[f64], seeds: f64) -> f64 {
    let more = |(k, p): (i32, &f64)| p * f64::from(k) / f64::from(k + 1);
    let others: f64 = (0..).zip(&excess(p)).map(more).sum();
    seeds + (1.0 - seeds) * (1.0 - p[0]) * seeds / (1.0 - (1.0 - seeds) * others)
}

pub(crate) fn section(effort: Effort, theory: &Table) -> Section {
    let mut section = Section::new(TITLE, TEXT);
    let mut plot = Plot::new(
        "weighted",
        "Part that shares under weighted cascade and linear threshold over the part of origins (wc, lt)",
        "part ρ of all as origins",
        "part that shares",
    )
    .log_x()
    .log_y();
    let n = effort.accounts(30_000);
    section.text(
        "20 graphs of 30,000 accounts; 4,000 runs from one account at random, 10 from each ρ, on each graph.",
    );
    for key in ["poisson4", "regular4", "power2.5_k2_100"] {
        let Family { name, make, degrees } = &family(key);
        let node = theory.at("wc_lt_config").at(key);
        for (short, long) in [("wc", "weighted cascade"), ("lt", "linear threshold")] {
            let model = || match short {
                "wc" => Model::from(WeightedCascade),
                _ => LinearThreshold::default().into(),
            };
            let seeds = node.at(short).each();
            let found = on_graphs(effort.graphs(), |seed| {
                let graph = make(n, seed);
                let builder = || Scenario::builder(graph.clone()).model(model());
                let one = sizes(builder().origin_rule(anybody()), 4000, seed).mean().unwrap();
                let many = seeds.iter().map(|(text, _)| {
                    let rule = part(text.parse().expect("ρ"));
                    sizes(builder().origin_rule(rule), 10, seed).mean().unwrap() / f64::from(n)
                });
                [one].into_iter().chain(many).collect()
            });
            let label = format!("{name}, {long}");
            let law = if key == "poisson4" { "Poisson" } else { "power law" };
            let short_label = format!("{law}, {short}");
            section.value(
                format!("{label}, one origin"),
                &node.at(&format!("{short}_single_mean")),
                found[0],
            );
            if key != "regular4" {
                let line = |rho: f64| match short {
                    "wc" => weighted(degrees, rho),
                    _ => linear(degrees, rho),
                };
                let places = grid(-3.0, -1.0, 40).map(|x| 10f64.powf(x));
                plot.line(&short_label, places, line);
            }
            for ((text, value), found) in seeds.iter().zip(&found[1..]) {
                section.value(format!("{label}, ρ = {text}"), value, *found);
                if key != "regular4" {
                    plot.dot(&short_label, text.parse().expect("ρ"), found.mean, found.std_error);
                }
            }
        }
    }
    section.plot(plot);
    section.text(
        "Directed Erdős–Rényi graphs of 30,000 accounts, weighted cascade, 8,000 runs on each.",
    );
    for (c, value) in theory.at("wc_directed_poisson").each() {
        let degree: f64 = c.parse().expect("a mean degree");
        let found = on_graphs(effort.graphs(), |seed| {
            let er = ErdosRenyi::with_probability(n, degree / f64::from(n - 1));
            let graph = er.ties(seed).expect("a probability").graph("square").expect("a name");
            let builder = Scenario::builder(graph).model(WeightedCascade).origin_rule(anybody());
            vec![sizes(builder, effort.pick(8000, 2000), seed).mean().unwrap()]
        });
        section.value(format!("mean degree {c}, one origin"), &value, found[0]);
    }
    section
}
