//! Thresholds in one network.

use tieline::{Distribution, Scenario, Threshold, ThresholdRule};

use crate::page::{Estimate, Section};
use crate::sim::{Effort, Outbreaks, anybody, er, on_graphs, part, sizes};
use crate::svg::Plot;
use crate::table::Table;
use crate::theory::{generating, gleeson, grid, poisson, settled, share};

const TITLE: &str = "Thresholds";

const TEXT: &str = "\
Somebody who sees k shares once a part φ of them does. One account sets off a global cascade if it sees, or is
in, the giant cluster of those for whom one is enough (k ≤ K = ⌊1/φ⌋); on an Erdős–Rényi graph of mean degree
z there is one where z·P(Poisson(z) ≤ K − 2) > 1: the window. D. J. Watts (2002),
<https://doi.org/10.1073/pnas.082090499>. With a part ρ of all as origins, q = ρ + (1 − ρ)Σ k p_k/z Σ_m
B(k−1, m, q)F(m/k) and ρ + (1 − ρ)Σ p_k Σ_m B(k, m, q)F(m/k) share in the end, B being binomial and F(x) the
part of thresholds up to x. J. P. Gleeson, D. J. Cahalane (2007), <https://doi.org/10.1103/PhysRevE.75.056103>.";

/// How often one account sets off a global cascade: in the cluster itself, and at all.
fn vulnerable(z: f64, most: usize) -> [f64; 2] {
    let p = poisson(z);
    let weak = |v: f64| -> f64 { (1..=most).map(|k| p[k - 1] * v.powi(k as i32 - 1)).sum() };
    let v = settled(0.0, |v| 1.0 - weak(1.0) + weak(v));
    let inside = (0..=most).map(|k| p[k] * (1.0 - v.powi(k as i32))).sum();
    [inside, 1.0 - generating(&p, v)]
}

/// The same of runs: outbreaks from accounts who are seen by at most five, and all.
fn global(effort: Effort, phi: f64, z: f64, runs: u64) -> Vec<Estimate> {
    // Near the threshold it takes large graphs.
    let few = poisson(z)[..=(1.0 / phi + 1e-9) as usize - 2].iter().sum::<f64>();
    let near = (1.0..1.25).contains(&(z * few));
    let n = if near { effort.pick(60_000, 4000) } else { effort.accounts(12_000) };
    let found = on_graphs(effort.graphs(), |seed| {
        let graph = er(n, z, seed);
        let builder = Scenario::builder(graph).model(Threshold::watts(phi)).origin_rule(anybody());
        let seen = Outbreaks::of(builder, runs, seed, u64::from(n / 20));
        vec![seen.of_few as f64 / seen.runs as f64, seen.often()]
    });
    found.into_iter().map(|found| found.tries(runs * effort.graphs())).collect()
}

pub(crate) fn section(effort: Effort, theory: &Table) -> Section {
    let mut section = Section::new(TITLE, TEXT);
    window(effort, theory, &mut section);
    sizes_of(effort, theory, &mut section);
    drawn(effort, theory, &mut section);
    section
}

fn window(effort: Effort, theory: &Table, section: &mut Section) {
    let mut plot = Plot::new(
        "window",
        "How often one account sets off a global cascade, φ = 0.18",
        "mean degree z",
        "probability",
    );
    plot.line("sees or is in the cluster", grid(0.5, 7.0, 195), |z| vulnerable(z, 5)[1]);
    plot.line("is in the cluster", grid(0.5, 7.0, 195), |z| vulnerable(z, 5)[0]);
    section.text(
        "How often one account at random sets off a cascade that reaches a twentieth; *cluster* if at most K \
         see it. 20 graphs of 12,000 accounts, near the threshold (R < 1.25) of \
         60,000, 40 runs on each.",
    );
    let mut compare = |z: f64| {
        let found = global(effort, 0.18, z, 40);
        for (name, found) in ["is in the cluster", "sees or is in the cluster"].iter().zip(&found) {
            plot.dot(name, z, found.mean, found.std_error);
        }
        found
    };
    for z in [0.8, 1.4, 1.7, 2.5, 3.5, 4.0, 4.5, 6.5] {
        compare(z);
    }
    for (text, node) in theory.at("watts_phi018").each() {
        let z: f64 = text.parse().expect("a degree");
        if z < 1.1 {
            node.left_out("too near the threshold, where no finite graph decides (R = 1.03)");
            continue;
        }
        let found = compare(z);
        section.value(format!("φ = 0.18, z = {text}, cluster"), &node.at("0"), found[0]);
        section.value(format!("φ = 0.18, z = {text}, all"), &node.at("1"), found[1]);
    }
    section.plot(plot);
    section.text(
        "The ends of the window are no numbers of a run: 15 % outside no run is global, and inside, 30 % above \
         the lower end and 15 % below the upper one, as many are as theory says. 20 runs on each of 20 graphs.",
    );
    for (text, node) in theory.at("watts_window").each() {
        let phi: f64 = text.parse().expect("a threshold");
        let (label, most) =
            (format!("φ = {phi:.4}").trim_end_matches('0').to_owned(), node.at("0"));
        most.given();
        node.at("1").bracketed(TITLE);
        let places = match node.at("1").find("0") {
            None => vec![(1.6, false)],
            Some(low) => {
                let (low, high) = (low.number(), node.at("1").at("1").number());
                vec![
                    (0.85 * low, false),
                    (1.3 * low, true),
                    (0.85 * high, true),
                    (1.15 * high, false),
                ]
            }
        };
        for (z, inside) in places {
            let wanted = if inside { vulnerable(z, most.index())[1] } else { 0.0 };
            let found = global(effort, phi, z, 20)[1];
            section.row(format!("{label}, z = {z:.3}"), wanted, found);
        }
    }
}

fn sizes_of(effort: Effort, theory: &Table, section: &mut Section) {
    let mut plot = Plot::new(
        "gleeson",
        "Part that shares in the end, φ = 0.18, by the part ρ of origins",
        "mean degree z",
        "part that shares",
    );
    section.text(
        "The part that shares in the end, φ = 0.18. 20 graphs of 20,000 accounts (50,000 for ρ = 0.001; \
         200,000 for 0.0001); just above where such a part sets off a cascade, 400,000 for ρ = 0.001, z = 6.5, \
         and ten graphs of 1,000,000 for 0.0001, z = 6. A run on each.",
    );
    for (seeds, node) in theory.at("gleeson_phi018").each() {
        let rho: f64 = seeds.parse().expect("ρ");
        let graphs_at = |z: f64| match (rho < 0.0005, rho < 0.002) {
            (true, _) if z == 6.0 => effort.pick((1_000_000, 10), (30_000, 6)),
            (true, _) => effort.pick((200_000, 20), (30_000, 6)),
            (_, true) => effort.pick((if z == 6.5 { 400_000 } else { 50_000 }, 20), (12_000, 6)),
            _ => (effort.accounts(20_000), effort.graphs()),
        };
        let name = format!("ρ = {seeds}");
        plot.line(&name, grid(0.5, 8.0, 150), |z| gleeson(z, rho, &share(0.18)));
        for (text, value) in node.each() {
            let z: f64 = text.parse().expect("a degree");
            let (n, graphs) = graphs_at(z);
            let found = on_graphs(graphs, |seed| {
                let model = Threshold::watts(0.18);
                let builder = Scenario::builder(er(n, z, seed)).model(model).origin_rule(part(rho));
                vec![sizes(builder, 1, seed).mean().unwrap() / f64::from(n)]
            });
            let found = [found[0].tries(u64::from(n) * graphs)];
            section.value(format!("{name}, z = {text}"), &value, found[0]);
            plot.dot(&name, z, found[0].mean, found[0].std_error);
        }
    }
    section.plot(plot);
}

fn drawn(effort: Effort, theory: &Table, section: &mut Section) {
    section.text(
        "Thresholds drawn from a normal law of mean R and standard deviation σ; who draws 0 or less needs \
         nobody, and there is only one other origin. 20 graphs of 20,000 accounts (200,000 for σ = 0.05, and ten \
         of 1,000,000 at z = 6, where the six of 200,000 who need nobody are too few to be sure of a cascade).",
    );
    for (key, node) in theory.at("gleeson_gauss").each() {
        let number = |name: &str| -> f64 {
            let part = key.split(',').find_map(|part| part.strip_prefix(&format!("{name}=")));
            part.expect("a parameter").parse().expect("a number")
        };
        let (mean, sd) = (number("R"), number("sigma"));
        for (text, value) in node.each() {
            let z: f64 = text.parse().expect("a degree");
            let (n, graphs) = match (sd < 0.1, z == 6.0) {
                (true, true) => effort.pick((1_000_000, 10), (40_000, 6)),
                (true, false) => effort.pick((200_000, 20), (40_000, 6)),
                _ => (effort.accounts(20_000), effort.graphs()),
            };
            let found = on_graphs(graphs, |seed| {
                let law = Distribution::Normal { mean, sd };
                let model = Threshold::of(ThresholdRule::Watts).drawn(law);
                // A run must have an origin: one more in so many.
                let builder = Scenario::builder(er(n, z, seed)).model(model).origin("0");
                vec![sizes(builder, 1, seed).mean().unwrap() / f64::from(n)]
            });
            let found = found[0].tries(u64::from(n) * graphs);
            section.value(format!("R = {mean}, σ = {sd}, z = {text}"), &value, found);
        }
    }
}
