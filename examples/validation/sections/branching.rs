//! Sizes and generations of small cascades: branching processes.

use tieline::stats::Counts;
use tieline::{Distribution, IndependentCascade, Periods, Scenario, TypedHawkes};

use crate::page::{Estimate, Section};
use crate::sim::{Effort, anybody, er, exponential, for_each, graph, sizes};
use crate::svg::Plot;
use crate::table::{Node, Table};

const TITLE: &str = "Sizes of small cascades";

const TEXT: &str = "\
Where each sharer has Poisson(R) followers, as under independent cascade on an Erdős–Rényi graph and in
self-exciting cascades, the size is n with Borel's probability e^(−Rn)(Rn)^(n−1)/n!, of mean 1/(1 − R) and
variance R/(1 − R)³. With other numbers of followers it is P(n) = (1/n)·P(n numbers sum to n − 1). The
cascade still goes on in generation g with probability 1 − d_g, d_g = e^(−R(1 − d_(g−1))), d₀ = 0.
R. Otter (1949); M. Dwass (1969); self-exciting cascades as clusters: A. G. Hawkes, D. Oakes (1974),
<https://doi.org/10.2307/3212693>.";

const RARE: &str = "fewer than ten of all runs are expected to be of that size";

pub(crate) fn section(effort: Effort, theory: &Table) -> Section {
    let mut section = Section::new(TITLE, TEXT);
    let mut plot = Plot::new(
        "borel",
        "Sizes of cascades with Poisson(R) followers each",
        "size n",
        "probability",
    )
    .log_x()
    .log_y();
    borel(effort, theory, &mut section, &mut plot);
    critical(effort, theory, &mut section, &mut plot);
    section.plot(plot);
    other_followers(effort, theory, &mut section);
    generations(effort, theory, &mut section);
    section
}

/// Rows for the sizes of `node`, of `full` runs if all are made.
fn law(section: &mut Section, name: &str, node: &Node<'_>, found: &Counts, full: f64) {
    for (text, p) in node.each() {
        if full * p.number() < 10.0 {
            p.left_out(RARE);
            continue;
        }
        let size: u64 = text.parse().expect("a size");
        section.value(format!("{name}, n = {text}"), &p, of_size(found, size, p.number()));
    }
}

fn of_size(found: &Counts, size: u64, p: f64) -> Estimate {
    let hits = found.iter().find(|&(value, _)| value == size).map_or(0, |(_, times)| times);
    Estimate::fraction(hits, found.count(), p)
}

fn ln_borel(r: f64, n: f64) -> f64 {
    let mut log_factorial = 0.0;
    let mut k = 2.0;
    while k <= n {
        log_factorial += f64::ln(k);
        k += 1.0;
    }
    -r * n + (n - 1.0) * (r * n).ln() - log_factorial
}

fn draw(plot: &mut Plot, r: &str, found: &Counts) {
    let name = format!("R = {r}");
    let number: f64 = r.parse().expect("R");
    let shown = (0..=40).map(|i| 10f64.powf(f64::from(i) / 20.0).round());
    plot.line(&name, shown, |n| match ln_borel(number, n).exp() {
        p if p > 1e-6 => p,
        _ => f64::NAN,
    });
    for size in [1, 2, 3, 4, 5, 7, 10, 14, 20, 30, 50, 70, 100] {
        let p = ln_borel(number, size as f64).exp();
        let estimate = of_size(found, size, p);
        if p * found.count() as f64 > 20.0 && estimate.mean > 0.0 {
            plot.dot(&name, size as f64, estimate.mean, estimate.std_error);
        }
    }
}

fn borel(effort: Effort, theory: &Table, section: &mut Section, plot: &mut Plot) {
    let runs = effort.pick(10_000, 4000);
    section.text(
        "Independent cascade, T = R/8, 20 Erdős–Rényi graphs of 100,000 accounts and mean degree 8, 10,000 \
         runs on each. Error of the variance: between graphs.",
    );
    for (r, node) in theory.at("borel").each() {
        let t = r.parse::<f64>().expect("R");
        if t >= 1.0 {
            continue;
        }
        let n = effort.pick(100_000, 30_000);
        let found = for_each(effort.graphs(), |seed| {
            let model = IndependentCascade::with_probability(t / 8.0);
            let builder = Scenario::builder(er(n, 8.0, seed)).model(model);
            sizes(builder.origin_rule(anybody()), runs, seed)
        });
        let mut all = Counts::default();
        found.iter().for_each(|counts| all.merge(counts));
        law(section, &format!("R = {r}"), &node, &all, 200_000.0);
        draw(plot, &r, &all);
        let moments = theory.at("borel_mean_var").at(&r);
        let means = found.iter().map(|counts| counts.mean().unwrap());
        section.value(format!("R = {r}, mean"), &moments.at("0"), Estimate::between(means));
        let variances = found.iter().map(|counts| {
            let (mean, n) = (counts.mean().unwrap(), counts.count() as f64);
            let squares = |(v, times): (u64, u64)| times as f64 * (v as f64 - mean).powi(2);
            counts.iter().map(squares).sum::<f64>() / (n - 1.0)
        });
        section.value(format!("R = {r}, variance"), &moments.at("1"), Estimate::between(variances));
    }
}

/// Sizes of self-exciting cascades without a graph.
fn typed_sizes(model: &TypedHawkes, runs: u64) -> Counts {
    let blocks = for_each(50, |block| {
        let events =
            |run| model.events(block * (runs / 50) + run, 5).expect("a model").len() as u64;
        (0..runs / 50).map(events).collect::<Counts>()
    });
    let mut all = Counts::default();
    blocks.iter().for_each(|counts| all.merge(counts));
    all
}

fn one_type(r: f64) -> TypedHawkes {
    TypedHawkes::new(["post"], [[r]]).memory_of_all(exponential(1.0)).origins("post", 1)
}

fn critical(effort: Effort, theory: &Table, section: &mut Section, plot: &mut Plot) {
    let runs = effort.runs(100_000);
    section.text(
        "R = 1: self-exciting cascades without a graph, 100,000 runs that end with share 1,000. P(≥ n) is \
         the probability of a size of at least n.",
    );
    let found = typed_sizes(&one_type(1.0).max_shares(1000), runs);
    law(section, "R = 1", &theory.at("borel").at("1.0"), &found, 1e5);
    draw(plot, "1.0", &found);
    for (n, p) in theory.at("borel_ccdf_R1").each() {
        let least: u64 = n.parse().expect("a size");
        let hits = found.iter().filter(|&(size, _)| size >= least).map(|(_, times)| times).sum();
        let estimate = Estimate::fraction(hits, found.count(), p.number());
        section.value(format!("R = 1, P(≥ {n})"), &p, estimate);
    }
}

fn other_followers(effort: Effort, theory: &Table, section: &mut Section) {
    let runs = effort.runs(200_000);
    section.text(
        "A geometric number of followers of mean 1, which is Poisson with an exponential audience (marks of a \
         self-exciting cascade); and 0, 1 or 2 by two coins (independent cascade with p = ½ down a binary \
         tree of 12 generations). 200,000 runs each.",
    );
    let marked = one_type(1.0).marks(Periods::all(exponential(1.0))).max_shares(11);
    let found = typed_sizes(&marked, runs);
    law(section, "geometric", &theory.at("gw_geom_R1"), &found, 2e5);

    let tree = graph(8191, (1..8191).map(|child| ((child - 1) / 2, child)));
    let model = IndependentCascade::with_probability(0.5);
    let builder = Scenario::builder(tree).model(model).origin("0");
    let found = sizes(builder, runs, 3);
    law(section, "two coins", &theory.at("gw_binom2_half"), &found, 2e5);
}

fn generations(effort: Effort, theory: &Table, section: &mut Section) {
    let runs = effort.pick(20_000, 2000);
    section.text(
        "Self-exciting cascades in which each share follows one unit of time after its cause: P(somebody \
         shares in generation g). 20,000 runs. At R = 1.5 a run ends with share 400 and counts as going \
         on, for from there it dies out with a probability below 10^−30.",
    );
    for (r, node) in theory.at("gw_gen_alive_poisson").each() {
        let number: f64 = r.parse().expect("R");
        let most = if number > 1.0 { 400 } else { 1_000_000 };
        let model = TypedHawkes::new(["post"], [[number]])
            .memory_of_all(Distribution::Fixed { x: 1.0 })
            .origins("post", 1)
            .until(100.5)
            .max_shares(most);
        let blocks = for_each(50, |block| {
            let last = |run| {
                let events = model.events(block * (runs / 50) + run, 6).expect("a model");
                let last = events.last().expect("the first").time.in_units();
                if events.len() as u64 == most { 1000 } else { last.round() as u64 }
            };
            (0..runs / 50).map(last).collect::<Counts>()
        });
        let mut all = Counts::default();
        blocks.iter().for_each(|counts| all.merge(counts));
        for (g, p) in node.each() {
            if 2e4 * p.number() < 10.0 {
                p.left_out("fewer than ten of all runs are expected to last so long");
                continue;
            }
            let generation: u64 = g.parse().expect("a generation");
            let hits = all.iter().filter(|&(last, _)| last >= generation);
            let hits = hits.map(|(_, times)| times).sum();
            let estimate = Estimate::fraction(hits, all.count(), p.number());
            section.value(format!("R = {r}, g = {g}"), &p, estimate);
        }
    }
}
