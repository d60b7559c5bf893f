//! Shapes of cascades: structural virality.

use std::sync::Arc;

use tieline::{Distribution, Hawkes, IndependentCascade, Scenario, Si, SocialGraph, TypedHawkes};

use crate::page::{Estimate, Section};
use crate::sim::{Effort, complete, ensemble, exponential, for_each, graph, path, star};
use crate::svg::Plot;
use crate::table::Table;

const TITLE: &str = "Shapes of cascades";

const TEXT: &str = "\
Structural virality is the mean distance of two sharers in the tree of a cascade: 2(n − 1)/n for a star,
(n + 1)/3 for a path. Where every new share follows any earlier one with equal probability the tree is a random
recursive tree, with a sum of distances D₁ = 0, D_(n+1) = D_n(1 + 2/n) + n. Given its size, a cascade with
Poisson followers is a random labelled tree, whatever R. S. Goel, A. Anderson, J. Hofman, D. Watts (2016),
<https://doi.org/10.1287/mnsc.2015.2158>; A. Meir, J. W. Moon (1970).";

/// The shape of the sure cascade from account 0.
fn sure(graph: &Arc<SocialGraph>) -> Estimate {
    let model = IndependentCascade::with_probability(1.0);
    let builder = Scenario::builder(graph.clone()).model(model).origin("0");
    let shape = ensemble(builder, 1, 0).cascade(0).structural_virality();
    Estimate::sure(shape[0].expect("two sharers"))
}

fn b_ary(b: u32, height: u32) -> Arc<SocialGraph> {
    let n = (0..=height).map(|level| b.pow(level)).sum();
    graph(n, (1..n).map(|child| ((child - 1) / b, child)))
}

pub(crate) fn section(effort: Effort, theory: &Table) -> Section {
    let mut section = Section::new(TITLE, TEXT);
    let table = theory.at("structural_virality");
    section.text("Trees that every tie fires in: one run.");
    type Tree<'a> = (&'a str, &'a str, &'a dyn Fn(u32) -> Arc<SocialGraph>);
    let trees: [Tree<'_>; 4] = [
        ("star", "star, n", &|n| star(n - 1)),
        ("path", "path, n", &path),
        ("binary_h", "binary tree, height", &|h| b_ary(2, h)),
        ("ternary_h", "ternary tree, height", &|h| b_ary(3, h)),
    ];
    for (key, name, tree) in trees {
        for (text, value) in table.at(key).each() {
            let found = sure(&tree(text.parse().expect("a number")));
            let value = value.find("1").map_or(value.clone(), |shape| {
                value.at("0").given();
                shape
            });
            section.value(format!("{name} = {text}"), &value, found);
        }
    }
    let mut plot = Plot::new(
        "shapes",
        "Structural virality of random trees over their size",
        "size",
        "structural virality",
    )
    .log_x()
    .log_y();
    recursive(effort, theory, &mut section, &mut plot);
    labelled(effort, theory, &mut section, &mut plot);
    section.plot(plot);
    section
}

/// What two earlier lines leave to the plot: values of the table, joined.
fn line(plot: &mut Plot, name: &str, rows: &[(f64, f64)]) {
    let places: Vec<f64> = rows.iter().map(|row| row.0).collect();
    plot.line(name, places, |x| rows.iter().find(|row| row.0 == x).map_or(f64::NAN, |row| row.1));
}

fn recursive(effort: Effort, theory: &Table, section: &mut Section, plot: &mut Plot) {
    section.text(
        "Random recursive trees: SI on a complete graph of n accounts, in which all who share meet everybody \
         else at one rate (20,000 runs, 500 from n = 100 on); for n ≥ 1,000 a self-exciting cascade whose \
         memory does not fade before the run ends with share n (200 and 30 runs).",
    );
    let mut rows = Vec::new();
    for (text, value) in theory.at("structural_virality").at("rrt_expected").each() {
        let n: u32 = text.parse().expect("a size");
        let runs = match n {
            0..100 => effort.runs(20_000),
            100..1000 => effort.pick(500, 100),
            1000..10_000 => effort.pick(200, 12),
            _ => effort.pick(30, 4),
        };
        let builder = match n < 1000 {
            true => Scenario::builder(complete(n)).model(Si::with_rate(1.0)),
            false => {
                // A share causes 40 others, half of which come evenly over the first 300 units: share 10,000
                // comes after some 140 units, and after 300 with a probability of 10^−5.
                let even = Distribution::Seismic { s0: 300.0, theta: 1.0 };
                let two = graph(2, [(0, 1), (1, 0)]);
                Scenario::builder(two).model(Hawkes::new(40.0, even)).until(300.0)
            }
        };
        let ensemble = ensemble(builder.origin("0").max_shares(n.into()), runs, 9);
        let shapes = for_each(runs, |run| {
            let cascade = ensemble.cascade(run);
            assert_eq!(cascade.size(), n as usize);
            cascade.structural_virality()[0].expect("two sharers")
        });
        let found = Estimate::between(shapes);
        section.value(format!("random recursive tree, n = {text}"), &value, found);
        rows.push((f64::from(n), value.number()));
        plot.dot("recursive", f64::from(n), found.mean, found.std_error);
    }
    line(plot, "recursive", &rows);
}

/// The mean distance of two in a tree, given the place of each parent.
fn virality(parents: &[Option<usize>]) -> f64 {
    let n = parents.len();
    let (mut below, mut pairs) = (vec![1u64; n], 0);
    for place in (1..n).rev() {
        pairs += below[place] * (n as u64 - below[place]);
        below[parents[place].expect("one origin")] += below[place];
    }
    pairs as f64 / (n as f64 * (n as f64 - 1.0) / 2.0)
}

fn labelled(effort: Effort, theory: &Table, section: &mut Section, plot: &mut Plot) {
    let runs = effort.pick(200_000, 20_000);
    section.text(
        "Self-exciting cascades without a graph, R = 1, that came to just n shares, among 200,000.",
    );
    let node = theory.at("structural_virality").at("poisson_gw_given_size_expected").each();
    let wanted: Vec<usize> = node.iter().map(|(text, _)| text.parse().expect("a size")).collect();
    let model = TypedHawkes::new(["post"], [[1.0]])
        .memory_of_all(exponential(1.0))
        .origins("post", 1)
        .max_shares(1001);
    let blocks = for_each(100, |block| {
        let mut shapes = vec![Vec::new(); wanted.len()];
        for run in 0..runs / 100 {
            let events = model.events(block * (runs / 100) + run, 8).expect("a model");
            if let Some(place) = wanted.iter().position(|&size| size == events.len()) {
                let parents: Vec<_> = events.iter().map(|event| event.parent).collect();
                shapes[place].push(virality(&parents));
            }
        }
        shapes
    });
    let mut rows = Vec::new();
    for (place, (text, value)) in node.iter().enumerate() {
        let shapes = blocks.iter().flat_map(|block| block[place].iter().copied());
        rows.push((text.parse().expect("a size"), value.number()));
        // Borel's probability of this size is n^(−3/2)/√(2π).
        if 2e5 * 0.4 * f64::powf(wanted[place] as f64, -1.5) < 50.0 {
            value.left_out("fewer than fifty of all runs are expected to be of that size");
            continue;
        }
        let found = Estimate::between(shapes);
        section.value(format!("labelled tree, n = {text}"), value, found);
        plot.dot("labelled", wanted[place] as f64, found.mean, found.std_error);
    }
    line(plot, "labelled", &rows);
}
