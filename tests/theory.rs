//! Theory: every value of `theory.json`, as the page of theory and simulation compares them; and sizes on large
//! random graphs, two networks that share users, at more places and with more graphs.
//!
//! The second proves that cross-posting, several networks and the fast kernel together give the sizes that
//! percolation theory predicts for conjoint networks (Yağan, Qian, Zhang, Cochran 2013,
//! doi:10.1109/JSAC.2013.130606). Runs on one graph are correlated, so the standard error is taken
//! between graphs.

// The page itself is written elsewhere.
#![allow(dead_code)]

#[path = "../examples/validation/families.rs"]
mod families;
#[path = "../examples/validation/page.rs"]
mod page;
#[path = "../examples/validation/sections/mod.rs"]
mod sections;
#[path = "../examples/validation/seen.rs"]
mod seen;
#[path = "../examples/validation/sim.rs"]
mod sim;
#[path = "../examples/validation/svg.rs"]
mod svg;
#[path = "../examples/validation/table.rs"]
mod table;
#[path = "formulas/mod.rs"]
mod theory;

use std::sync::Arc;

use serde::Deserialize;
use sim::Effort;
use table::Table as Values;
use tieline::{
    AccountId, CrosspostRates, Ensemble, IndependentCascade, Observer, Run, Scenario, SocialGraph,
};

#[derive(Debug, Deserialize)]
struct Table {
    conjoin_size: Vec<Row>,
}

#[derive(Debug, Deserialize)]
struct Row {
    alpha: Option<f64>,
    lw: Option<f64>,
    lf: Option<f64>,
    ov: Option<f64>,
    l1: Option<f64>,
    l2: Option<f64>,
    q: Option<f64>,
    q12: Option<f64>,
    q21: Option<f64>,
    #[serde(rename = "R")]
    r: f64,
    #[serde(rename = "F1")]
    f1: f64,
    #[serde(rename = "F2")]
    f2: f64,
    #[serde(rename = "B1")]
    b1: f64,
    #[serde(rename = "B2")]
    b2: f64,
}

impl Row {
    /// Share of each network's members who are in both.
    fn shared(&self) -> (f64, f64) {
        match self.alpha {
            Some(alpha) => (alpha, 1.0),
            None => (self.ov.unwrap(), self.ov.unwrap()),
        }
    }

    fn lambdas(&self) -> (f64, f64) {
        (self.lw.or(self.l1).unwrap(), self.lf.or(self.l2).unwrap())
    }

    /// Cross-posting from 1 to 2 and from 2 to 1.
    fn crossposts(&self) -> (f64, f64) {
        let both = self.q.unwrap_or(1.0);
        (self.q12.unwrap_or(both), self.q21.unwrap_or(both))
    }
}

/// The two equations of the general account model, iterated from 1: (X1, X2). `q1` is the
/// probability that matters to network 1.
fn solve(lambda: (f64, f64), shared: (f64, f64), q1: f64, q2: f64) -> (f64, f64) {
    let (mut x1, mut x2) = (1.0f64, 1.0f64);
    for _ in 0..100_000 {
        let (e1, e2) = ((-lambda.0 * x1).exp(), (-lambda.1 * x2).exp());
        x1 = 1.0 - e1 * (1.0 - shared.0 * q1 * (1.0 - e2));
        x2 = 1.0 - e2 * (1.0 - shared.1 * q2 * (1.0 - e1));
    }
    (x1, x2)
}

fn table() -> Vec<Row> {
    let text = include_str!("data/conjoin_size.json");
    serde_json::from_str::<Table>(text).unwrap().conjoin_size
}

/// The table and the equations say the same, so that the equations may stand for the table.
#[test]
fn the_equations_give_the_table() {
    for row in table().iter().filter(|row| !(0.9..1.1).contains(&row.r)) {
        let (q12, q21) = row.crossposts();
        let reached = solve(row.lambdas(), row.shared(), q21, q12);
        let outbreak = solve(row.lambdas(), row.shared(), q12, q21);
        for (got, want) in
            [(reached.0, row.b1), (reached.1, row.b2), (outbreak.0, row.f1), (outbreak.1, row.f2)]
        {
            assert!((got - want).abs() < 2e-5, "{got} for {want} in {row:?}");
        }
    }
}

/// All values of both tables: each is compared with runs, or bracketed by them, or accounted for. Within 4.5
/// standard errors, or what is as rare under Student's law where they come from few graphs: of some 1,500
/// comparisons one fails by chance once in a hundred choices of seeds, and these are fixed.
#[test]
fn every_value_of_the_tables_is_reproduced() {
    all_values(Effort { quick: true });
}

/// The same with all the runs of the page, 20 graphs in place of 6 and the accounts of the page.
#[test]
#[ignore = "takes some ten minutes"]
fn every_value_of_the_tables_is_reproduced_by_all_runs() {
    all_values(Effort { quick: false });
}

fn all_values(effort: Effort) {
    let theory = Values::new("theory.json", include_str!("data/theory.json"));
    let exact = Values::new("exact_small.json", include_str!("data/exact_small.json"));
    let sections = sections::all(effort, &theory, &exact);
    let rows = sections.iter().flat_map(page::Section::rows).count();
    assert!(rows > 1400, "{rows}");
    let wrong: Vec<_> = sections.iter().flat_map(page::Section::wrong).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    for table in [&theory, &exact] {
        assert_eq!(table.fates().err(), None);
    }
}

const DEGREE: f64 = 6.0;

/// A plain generator, so that the graphs owe nothing to the crate.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((u128::from(z ^ (z >> 31)) * n as u128) >> 64) as usize
    }
}

/// Two Erdős–Rényi networks of mean degree [`DEGREE`]; the first `both` accounts of each are the
/// same people.
fn conjoint(n1: usize, n2: usize, both: usize, seed: u64) -> SocialGraph {
    let mut random = Random(seed);
    let mut builder = SocialGraph::builder();
    for (name, n, first) in [("one", n1, 0), ("two", n2, n1 - both)] {
        let network = builder.network(name);
        // People 0..both are in both networks, then come those of one, then those of two.
        let person = |i: usize| if i < both { i } else { first + i }.to_string();
        for i in 0..n {
            builder.account(network, &person(i));
        }
        for _ in 0..(n as f64 * DEGREE / 2.0).round() as usize {
            let (a, b) = (random.below(n), random.below(n));
            builder.mutual(network, &person(a), &person(b));
        }
    }
    builder.same_name_is_one_user();
    builder.build().unwrap()
}

/// Accounts reached in each network, summed over the runs that broke out.
#[derive(Default)]
struct Outbreaks {
    runs: u64,
    outbreaks: u64,
    reached: [u64; 2],
}

impl Observer for Outbreaks {
    const DETAIL: tieline::Detail = tieline::Detail::Steps;

    fn see(&mut self, run: &Run<'_>) {
        self.runs += 1;
        if run.size() > 300 {
            self.outbreaks += 1;
            for &account in run.accounts() {
                self.reached[run.graph().network_of(account).index()] += 1;
            }
        }
    }

    fn merge(&mut self, later: Self) {
        self.runs += later.runs;
        self.outbreaks += later.outbreaks;
        self.reached[0] += later.reached[0];
        self.reached[1] += later.reached[1];
    }
}

/// Mean and standard error between graphs.
fn between(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let var = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (var / n).sqrt())
}

/// Every row away from the threshold, both networks as the origin's: fraction reached and
/// probability of an outbreak within 5 standard errors between 20 graphs (Student's t with 19
/// degrees of freedom: false alarm 8e-5 each, some 140 comparisons).
#[test]
fn sizes_of_conjoint_networks() {
    sizes(16_000, 20, 6);
}

/// The same on larger and more graphs: standard errors a third as large.
#[test]
#[ignore = "takes five minutes"]
fn sizes_of_large_conjoint_networks() {
    sizes(40_000, 24, 24);
}

/// `n1` accounts in the first network, `starts` origins in each network of each graph.
fn sizes(n1: usize, graphs: u64, starts: usize) {
    let rows = table();
    let mut families: Vec<(f64, f64)> = rows.iter().map(Row::shared).collect();
    families.sort_by(|a, b| a.partial_cmp(b).unwrap());
    families.dedup();
    for shared in families {
        // As many people in both, counted from either side.
        let both = (n1 as f64 * shared.0).round() as usize;
        let n2 = if shared.1 == 1.0 && shared.0 < 1.0 { both } else { n1 };
        let graphs: Vec<_> =
            (0..graphs).map(|g| Arc::new(conjoint(n1, n2, both, 77 + g))).collect();
        let here = |row: &&Row| row.shared() == shared && !(0.9..1.1).contains(&row.r);
        for row in rows.iter().filter(here) {
            check(row, &graphs, starts);
        }
    }
}

fn check(row: &Row, graphs: &[Arc<SocialGraph>], starts: usize) {
    let (lambda, (q12, q21)) = (row.lambdas(), row.crossposts());
    let model = IndependentCascade::default()
        .in_network("one", lambda.0 / DEGREE)
        .in_network("two", lambda.1 / DEGREE);
    let rates = CrosspostRates::default().between("one", "two", q12).between("two", "one", q21);
    let mut outbreak = [Vec::new(), Vec::new()];
    let mut reached = [Vec::new(), Vec::new()];
    for (number, graph) in graphs.iter().enumerate() {
        let mut random = Random(number as u64);
        let networks: Vec<_> = graph.networks().collect();
        let scenario = Scenario::builder(graph.clone())
            .model(model.clone())
            .crosspost_rates(rates.clone())
            .origin(AccountId::new(0))
            .build()
            .unwrap();
        let mut from = [Outbreaks::default(), Outbreaks::default()];
        for (side, &network) in networks.iter().enumerate() {
            let mut seen = Outbreaks::default();
            let accounts: Vec<_> = graph.accounts_of_network(network).collect();
            for start in 0..starts as u64 {
                let origin = accounts[random.below(accounts.len())];
                let from_there = scenario.with_origins([origin]).unwrap();
                let ensemble = Ensemble::new(&from_there).run_range(start..start + 1).serial();
                seen.merge(ensemble.rng_seed(number as u64).observe(Outbreaks::default).value);
            }
            outbreak[side].push(seen.outbreaks as f64 / seen.runs as f64);
            from[side] = seen;
        }
        if row.shared().0 > 0.0 {
            // One giant component spans both: it does not matter where the outbreak began.
            let [one, two] = std::mem::take(&mut from);
            from[0].merge(one);
            from[0].merge(two);
            from[1] = Outbreaks { reached: from[0].reached, ..from[0] };
        }
        for (side, &network) in networks.iter().enumerate() {
            let accounts = graph.accounts_of_network(network).len() as u64;
            let Outbreaks { outbreaks, reached: sums, .. } = &from[side];
            if *outbreaks > 0 {
                reached[side].push(sums[side] as f64 / (outbreaks * accounts) as f64);
            }
        }
    }
    for (name, values, want) in [
        ("outbreak from one", &outbreak[0], row.f1),
        ("outbreak from two", &outbreak[1], row.f2),
        ("reached in one", &reached[0], row.b1),
        ("reached in two", &reached[1], row.b2),
    ] {
        if values.len() < graphs.len() / 2 {
            assert!(
                want < 0.01 || row.f1.max(row.f2) < 0.05,
                "{name}: too few outbreaks in {row:?}"
            );
            continue;
        }
        let (mean, std_error) = between(values);
        let z = (mean - want) / std_error.max(1e-9);
        println!("{name}: {mean:.5} ± {std_error:.5}, theory {want:.5}, z {z:.2}");
        assert!(
            (mean - want).abs() <= 5.0 * std_error || (mean - want).abs() < 1e-9,
            "{name}: {mean} ± {std_error} where theory says {want}: z {z:.2} in {row:?}"
        );
    }
}
