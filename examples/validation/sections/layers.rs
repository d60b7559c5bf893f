//! Thresholds of people over two networks.

use std::sync::Arc;

use tieline::{Amount, Choice, OriginRule, Scenario, SocialGraph, Threshold};

use crate::page::{Estimate, Section};
use crate::sim::{Effort, Outbreaks, on_graphs, two_networks};
use crate::svg::Plot;
use crate::table::Table;
use crate::theory::{grid, poisson, trigger};

const TITLE: &str = "Thresholds over two networks";

const TEXT: &str = "\
All people, or in network 1 a part α of them, are in two Erdős–Rényi networks of mean degrees z₁ and z₂. A
person shares on both once convinced: by a part φ of whom they see in *any* network (`or`: C. D. Brummitt,
K.-M. Lee, K.-I. Goh 2012, <https://doi.org/10.1103/PhysRevE.85.045102>), or by the weighed sum c·m₁ + m₂ ≥
τ(c·k₁ + k₂) (`content`: O. Yağan, V. Gligor 2012, <https://doi.org/10.1103/PhysRevE.86.036103>). One person
sets off a global cascade with probability 1 − E[u₁^k₁ u₂^k₂], u_i being the probability that a tie of network
i leads to nobody, or to nobody who is convinced by one and leads on; R, the growth of that branching process,
is 1 at the threshold.";

const NEAR: &str = "too near the threshold, where no finite graph decides (0.9 < R < 1.1)";

/// Of `n` people the first `part` are in network one as well.
fn layers(n: u32, part: f64, z: [f64; 2], seed: u64) -> Arc<SocialGraph> {
    let first = (f64::from(n) * part).round() as u32;
    two_networks([(first, z[0]), (n, z[1])], first, seed)
}

/// How often one person at random sets off a global cascade; near the threshold it takes large graphs.
fn global(effort: Effort, model: &Threshold, part: f64, z: [f64; 2], near: bool) -> Estimate {
    let n = if near { effort.pick(50_000, 4000) } else { effort.accounts(6000) };
    let runs = effort.pick(20, 12);
    let found = on_graphs(effort.graphs(), |seed| {
        let rule = OriginRule::new(Choice::Users, Amount::Count(1));
        let builder =
            Scenario::builder(layers(n, part, z, seed)).model(model.clone()).origin_rule(rule);
        vec![Outbreaks::of(builder, runs, seed, u64::from(n / 20)).often()]
    });
    found[0].tries(runs * effort.graphs())
}

fn either(z: [f64; 2]) -> f64 {
    let [one, two] = z.map(poisson);
    trigger([&one, &two], &|k1, k2| [k1 <= 5, k2 <= 5])
}

fn weighed(z: f64, c: f64, part: f64) -> f64 {
    let two = poisson(z);
    let mut one: Vec<f64> = two.iter().map(|p| p * part).collect();
    one[0] += 1.0 - part;
    let weak = |k1: usize, k2: usize| {
        let asked = 0.18 * (c * k1 as f64 + k2 as f64) - 1e-9;
        [c >= asked, 1.0 >= asked]
    };
    trigger([&one, &two], &weak)
}

/// The numbers of `a=1,b=2`.
fn numbers(key: &str) -> Vec<f64> {
    let values = key.split(',').map(|part| part.rsplit('=').next().expect("a number"));
    values.map(|text| text.parse().expect("a number")).collect()
}

pub(crate) fn section(effort: Effort, theory: &Table) -> Section {
    let mut section = Section::new(TITLE, TEXT);
    let mut plot = Plot::new(
        "layers",
        "How often one person sets off a global cascade in two equal networks, φ = 0.18",
        "mean degree z of each network",
        "probability",
    );
    plot.line("any of two networks", grid(0.3, 9.0, 87), |z| either([z, z]));
    plot.line("one network", grid(0.3, 9.0, 87), |z| {
        let alone = poisson(z);
        trigger([&alone, &[1.0]], &|k1, _| [k1 <= 5, false])
    });
    for z in [0.35, 0.7, 1.5, 3.0, 5.0, 7.0, 7.5, 8.8] {
        let found = global(effort, &Threshold::or(0.18), 1.0, [z, z], z > 6.5);
        plot.dot("any of two networks", z, found.mean, found.std_error);
    }
    section.plot(plot);
    section.text(
        "R itself is no number of a run: how often one person sets off a cascade that reaches a twentieth, \
         which follows from the same equations. 20 graphs of 6,000 people, near \
         the threshold (R < 1.25, and at the ends of the window) of 50,000, 20 runs on each.",
    );
    for (key, r) in theory.at("blg_R_phi018").each() {
        if (0.9..1.1).contains(&r.number()) {
            r.left_out(NEAR);
            continue;
        }
        r.bracketed(TITLE);
        let (z, near) = (numbers(&key), (1.0..1.25).contains(&r.number()));
        let found = global(effort, &Threshold::or(0.18), 1.0, [z[0], z[1]], near);
        let wanted = if r.number() < 1.0 { 0.0 } else { either([z[0], z[1]]) };
        let label = format!("or, z₁ = {}, z₂ = {}, R = {:.3}", z[0], z[1], r.number());
        section.row(label, wanted, found);
    }
    for (place, end) in theory.at("blg_window_equal_layers_phi018").each() {
        end.bracketed(TITLE);
        let factors = if place == "0" { [0.8, 1.3] } else { [0.9, 1.1] };
        for factor in factors {
            let z = end.number() * factor;
            let inside = (factor > 1.0) == (place == "0");
            let wanted = if inside { either([z, z]) } else { 0.0 };
            let found = global(effort, &Threshold::or(0.18), 1.0, [z, z], true);
            section.row(format!("or, window, z₁ = z₂ = {z:.3}"), wanted, found);
        }
    }
    for (key, r) in theory.at("yg_R").each() {
        if (0.9..1.1).contains(&r.number()) {
            r.left_out(NEAR);
            continue;
        }
        r.bracketed(TITLE);
        let [z, _, c, _, part] = numbers(&key)[..] else { panic!("{key}") };
        let model = Threshold::content(0.18).weigh("one", c);
        let found = global(effort, &model, part, [z, z], false);
        let label = format!("content, z = {z}, c = {c}, α = {part}, R = {:.3}", r.number());
        section.row(label, weighed(z, c, part), found);
    }
    section.text(
        "The part that shares in the end if a part 0.0005 of the people post on both networks, `or`, φ = 0.18. \
         20 graphs of 50,000 people, a run on each.",
    );
    for (key, value) in theory.at("blg_size_phi018_rho5e-4").each() {
        let (z, n) = (numbers(&key), effort.pick(50_000, 20_000));
        let found = on_graphs(effort.graphs(), |seed| {
            let rule = OriginRule::new(Choice::UsersEverywhere, Amount::Share(0.0005));
            let builder = Scenario::builder(layers(n, 1.0, [z[0], z[1]], seed))
                .model(Threshold::or(0.18))
                .origin_rule(rule);
            let seen = Outbreaks::of(builder, 1, seed, 0);
            vec![seen.users as f64 / f64::from(n)]
        });
        section.value(
            format!("or, {}", key.replace(',', ", ")),
            &value,
            found[0].tries(u64::from(n) * effort.graphs()),
        );
    }
    section
}
