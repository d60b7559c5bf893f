//! Independent cascade on large random graphs.

use std::sync::Arc;

use tieline::{IndependentCascade, Scenario, ScenarioBuilder, SocialGraph, TieList};

use crate::families::{Family, family};
use crate::page::Section;
use crate::sim::{Dice, Effort, Outbreaks, anybody, er, for_each, on_graphs, part, sizes};
use crate::svg::Plot;
use crate::table::Table;
use crate::theory::{giant, grid, percolation, power_law};

const TITLE: &str = "Independent cascade and percolation";

const TEXT: &str = "\
A try along each tie succeeds with probability T. From one account at random an outbreak follows as often as
the account is in the giant component of bond percolation, and reaches what that component holds: with
degrees p_k of mean ⟨k⟩, u = 1 − T + T·G₁(u) and S = 1 − G₀(u), G₀(x) = Σ p_k x^k, G₁ = G₀′/⟨k⟩; critical
T = ⟨k⟩/⟨k(k−1)⟩. On an Erdős–Rényi graph S = 1 − e^(−RS), R = T⟨k⟩. Below the threshold the mean size is
1 + T⟨k⟩/(1 − R), R = T⟨k(k−1)⟩/⟨k⟩. With a part ρ as origins, x = 1 − T + T(1 − ρ)G₁(x) and
1 − (1 − ρ)G₀(x) share. Where ties are directed and degrees independent, how often follows from the
out-degrees, and how far from the in-degrees. M. E. J. Newman (2002),
<https://doi.org/10.1103/PhysRevE.66.016128>; M. E. J. Newman, S. H. Strogatz, D. J. Watts (2001),
<https://doi.org/10.1103/PhysRevE.64.026118>.";

fn cascade(graph: &Arc<SocialGraph>, t: f64) -> ScenarioBuilder {
    Scenario::builder(graph.clone()).model(IndependentCascade::with_probability(t))
}

/// How often, and how far: on one graph.
fn outbreaks(graph: &Arc<SocialGraph>, t: f64, runs: u64, seed: u64, cut: f64) -> [f64; 2] {
    let n = graph.account_count();
    let builder = cascade(graph, t).origin_rule(anybody());
    let seen = Outbreaks::of(builder, runs, seed, (cut * n as f64) as u64);
    [seen.often(), seen.part(0, n)]
}

pub(crate) fn section(effort: Effort, theory: &Table) -> Section {
    let mut section = Section::new(TITLE, TEXT);
    er_giant(effort, theory, &mut section);
    given_degrees(effort, theory, &mut section);
    directed(effort, theory, &mut section);
    section
}

fn er_giant(effort: Effort, theory: &Table, section: &mut Section) {
    let mut plot = Plot::new(
        "percolation",
        "Outbreaks of independent cascade on Erdős–Rényi graphs over R",
        "R = T⟨k⟩",
        "fraction",
    );
    plot.line("S", grid(0.5, 4.0, 140), giant);
    section.text(format!(
        "Erdős–Rényi graphs, T = ½, ⟨k⟩ = 2R; {} graphs of 20,000 accounts (400,000 at R = 1.05, 100,000 at \
         1.1), 60 runs on each.",
        effort.graphs()
    ));
    let mut compare = |r: f64| {
        let n = effort.accounts(if r < 1.1 {
            400_000
        } else if r < 1.2 {
            100_000
        } else {
            20_000
        });
        let runs = if r < 1.2 { 240 } else { 60 };
        let found = on_graphs(effort.graphs(), |seed| {
            outbreaks(&er(n, 2.0 * r, seed), 0.5, runs, seed, 0.03).to_vec()
        });
        for (name, found) in ["outbreaks", "reached"].iter().zip(&found) {
            if found.mean.is_finite() && found.std_error > 0.0 {
                plot.dot(name, r, found.mean, found.std_error);
            }
        }
        found
    };
    for r in [0.6, 0.8, 1.25, 1.75, 2.5, 3.5] {
        compare(r);
    }
    for (r, s) in theory.at("er_giant").each() {
        let found = compare(r.parse().expect("R"));
        for (name, found) in ["outbreaks", "reached"].iter().zip(found) {
            section.value(format!("R = {r}, {name}"), &s, found);
        }
    }
    section.plot(plot);
}

fn given_degrees(effort: Effort, theory: &Table, section: &mut Section) {
    let n = effort.accounts(30_000);
    let (n_below, runs_below) = (effort.accounts(300_000), effort.pick(20_000, 2000));
    let mut plot = Plot::new(
        "degrees",
        "Outbreaks of independent cascade under four laws of degrees over T",
        "T",
        "reached by an outbreak",
    );
    section.text(format!(
        "Configuration models; {} graphs of {} accounts. Outbreaks: 40 runs on each; with a hundredth of all as \
         origins 5. Below the threshold, where sizes have long tails and a hub more or less matters, graphs of {} \
         accounts, {} runs on each.",
        effort.graphs(),
        tieline::report::count(n.into()),
        tieline::report::count(n_below.into()),
        tieline::report::count(runs_below)
    ));
    for key in ["poisson4", "regular3", "power2.5_k2_100", "power3_k3_1000"] {
        let Family { name, make, degrees } = &family(key);
        let node = theory.at("ic_config").at(key);
        for given in ["mean", "kappa"] {
            node.at(given).given();
        }
        let critical = node.at("Tc").number();
        node.at("Tc").bracketed(TITLE);
        plot.line(name, grid(0.0, 0.8, 160), |t| percolation(degrees, t));
        let (sure, few, seeds) =
            (node.at("S").each(), node.at("mean_small").each(), node.at("seed1pct").each());
        let t = |text: &String| text.parse::<f64>().expect("T");
        let found = on_graphs(effort.graphs(), |seed| {
            let graph = Arc::new(make(n, seed));
            let mut row = Vec::new();
            for (text, _) in &sure {
                row.extend(outbreaks(&graph, t(text), 40, seed, 0.012));
            }
            let larger = Arc::new(make(n_below, seed));
            for (text, _) in &few {
                let builder = cascade(&larger, t(text) * critical).origin_rule(anybody());
                row.push(sizes(builder, runs_below, seed).mean().unwrap());
            }
            for (text, _) in &seeds {
                let builder = cascade(&graph, t(text)).origin_rule(part(0.01));
                row.push(sizes(builder, 5, seed).mean().unwrap() / f64::from(n));
            }
            row
        });
        let mut found = found.into_iter();
        for (text, value) in &sure {
            let often = found.next().unwrap().tries(40 * effort.graphs());
            let reached = found.next().unwrap();
            let r = t(text) / critical;
            if (0.9..1.12).contains(&r) {
                value.left_out("at the threshold itself, where no finite graph decides");
                continue;
            }
            section.value(format!("{name}, T = {text}, outbreaks"), value, often);
            if value.number() > 0.0 {
                section.value(format!("{name}, T = {text}, reached"), value, reached);
                plot.dot(name, t(text), reached.mean, reached.std_error);
            }
        }
        for (text, value) in &few {
            let label = format!("{name}, R = {text}, mean size");
            section.value(label, value, found.next().unwrap());
        }
        for (text, value) in &seeds {
            let label = format!("{name}, T = {text}, ρ = 0.01");
            section.value(label, value, found.next().unwrap());
        }
    }
    section.plot(plot);
}

/// Out-degrees as drawn by `draw` from a number in 0..1; who sees is anybody, so in-degrees are Poisson.
fn random_audience(n: u32, seed: u64, draw: &dyn Fn(f64) -> u32) -> Arc<SocialGraph> {
    let mut dice = Dice::new(seed);
    let mut ties = Vec::new();
    for source in 0..n {
        for _ in 0..draw(dice.unit()) {
            ties.push((source, (dice.unit() * f64::from(n)) as u32));
        }
    }
    let mut builder = SocialGraph::bulk_builder();
    builder.network("square", &TieList::new(n, ties)).expect("a name");
    Arc::new(builder.build().expect("a graph"))
}

fn directed(effort: Effort, theory: &Table, section: &mut Section) {
    let n = effort.pick(120_000, 8000);
    section.text(
        "Directed ties, out-degrees as named, in-degrees Poisson: an outbreak is one that reaches a fifth of \
         all. 20 graphs of 120,000 accounts, 40 runs on each.",
    );
    let sums: Vec<f64> = power_law(2.5, 1, 1000)
        .iter()
        .scan(0.0, |sum, p| {
            *sum += p;
            Some(*sum)
        })
        .collect();
    let heavy = |x: f64| (sums.partition_point(|&sum| sum <= x) as u32).min(1000);
    // 0.2 · 0.8^k on 0, 1, …
    let falling = |x: f64| ((1.0 - x).ln() / 0.8f64.ln()) as u32;
    for (key, node) in theory.at("ic_directed").each() {
        let t: f64 = key.rsplit('=').next().expect("T").parse().expect("T");
        node.at("R").given();
        let draw: &(dyn Fn(f64) -> u32 + Sync) =
            if key.contains("power") { &heavy } else { &falling };
        let found = for_each(effort.graphs(), |seed| {
            outbreaks(&random_audience(n, seed, draw), t, 40, seed, 0.2)
        });
        let column = |i: usize| crate::page::Estimate::between(found.iter().map(|row| row[i]));
        let name = key.replace(" in=", ", in=").replace(" T=", ", T=").replace('=', " = ");
        section.value(format!("{name}: outbreaks"), &node.at("outbreak_prob"), column(0));
        let size = node.at("final_size");
        match size.number() > 0.0 {
            true => section.value(format!("{name}: reached"), &size, column(1)),
            false => size.compared(TITLE),
        }
    }
}
