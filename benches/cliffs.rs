//! Is there a cliff: a shape of graph, or a spread of probabilities, at which a model becomes slow?
//!
//! For each model the cost per tie that fired and activation, over degrees from all alike to a star
//! of 10^6 ties and probabilities from all alike to a thousand million to one, beside the best of the
//! model; within 3 times of it there is no cliff. The leaves of the star lie in memory in the order in
//! which they are reached, and see nobody but the hub, so that in some models all of them share at
//! once: no other graph can be as cheap, and costs are shown beside the best of the others too.
//!
//! Each case takes turns with a plain loop on one and the same graph, and its time is told in the
//! units of that loop, so that a slow moment of the machine is no cliff.
#![allow(missing_docs, reason = "a bench has no documentation")]
#![allow(clippy::print_stdout, reason = "a bench reports what it measured")]

mod common;

use std::sync::Arc;

use common::graphs::{log_uniform, spread, weighted};
use common::measure::{Rounds, row, short, table};
use common::plain::{Plain, PlainModel, Xoshiro};
use common::work::{Expected, activations};
use tieline::generate::{Configuration, ErdosRenyi, PowerLaw};
use tieline::{
    AccountId, Ensemble, IndependentCascade, LinearThreshold, Model, Scenario, SocialGraph,
    ThresholdWeights, TieList, WeightedCascade,
};

const ACCOUNTS: u32 = 1 << 17;
const STAR: u32 = 1_000_000;
const STAR_NAME: &str = "star";
/// Within this of the best there is no cliff.
const BAR: f64 = 3.0;
/// Ties that fire and activations of one measurement, about.
const ENOUGH: f64 = 1_000_000.0;

/// Graphs, some sixteen ties an account, each with those who start: one in fifty.
fn graphs() -> Vec<(&'static str, SocialGraph, Vec<AccountId>)> {
    let degrees = || vec![16; ACCOUNTS as usize];
    let generated = [
        ("all alike", Configuration::directed(degrees(), degrees()).ties(7)),
        ("Erdős–Rényi", ErdosRenyi::with_ties(ACCOUNTS, 16 * u64::from(ACCOUNTS)).ties(7)),
        ("power law, 3", PowerLaw::new(ACCOUNTS, 3.0, 8..=20_000).ties(7)),
        ("power law, 2.5", PowerLaw::new(ACCOUNTS, 2.5, 5..=20_000).ties(7)),
        ("power law, 2.1", PowerLaw::new(ACCOUNTS, 2.1, 3..=20_000).ties(7)),
    ];
    let mut graphs: Vec<_> = generated
        .into_iter()
        .map(|(name, ties)| {
            let ties = ties.expect("a description without mistakes");
            let graph = ties.graph("net").expect("ties without mistakes");
            let origins = spread(&graph, ACCOUNTS as usize / 50);
            (name, graph, origins)
        })
        .collect();
    let mut builder = SocialGraph::bulk_builder();
    let ties = TieList::new(STAR + 1, (1..=STAR).map(|leaf| (0, leaf)).collect()).mutual();
    builder.network("star", &ties).expect("ties without mistakes");
    graphs.push((STAR_NAME, builder.build().expect("a star"), vec![AccountId::new(0)]));
    graphs
}

/// A name, and how a probability is drawn.
type Spread = (&'static str, fn(&mut Xoshiro) -> f64);

/// How the probabilities of ties are spread: their mean is a tenth, about.
fn spreads() -> Vec<Spread> {
    vec![
        ("equal", |_| 0.1),
        ("×10", |random| 0.256 * log_uniform(random, 1.0)),
        ("×10^4", |random| log_uniform(random, 4.0)),
        ("0.5 beside 10^−4", |random| random.either(0.2, 0.5, 1e-4)),
        ("0.2 beside 10^−12", |random| random.either(0.5, 0.2, 1e-12)),
        ("×10^4 and sure ties", |random| {
            let weak = 0.5 * log_uniform(random, 4.0);
            random.either(0.05, 1.0, weak)
        }),
    ]
}

/// What was measured of one case: its graph, its probabilities, the mean size, and the cost of a tie
/// that fired or an activation.
struct Cost {
    graph: &'static str,
    what: String,
    size: f64,
    fired: f64,
    nanoseconds: f64,
}

/// The plain loop that cases take turns with.
struct Yardstick {
    plain: Plain,
    origins: Vec<u32>,
    nanoseconds: Option<f64>,
}

impl Yardstick {
    fn measure(
        &mut self,
        graph_name: &'static str,
        what: impl Into<String>,
        (graph, origins): (&Arc<SocialGraph>, &[AccountId]),
        model: impl Into<Model>,
        p: Option<f64>,
    ) -> Cost {
        let scenario = Scenario::builder(graph.clone())
            .model(model)
            .origins(origins.iter().copied())
            .build()
            .expect("a scenario without mistakes");
        let expected = Expected::new(graph, scenario.model(), p);
        let few = Ensemble::new(&scenario).runs(3).serial();
        let work = expected.work(&few);
        let runs = ENOUGH * 3.0 / (work.fired + work.activations as f64);
        let ensemble = few.runs((runs as u64).clamp(2, 100_000));
        let rounds = Rounds::of(&mut [&mut || _ = activations(&ensemble), &mut || {
            _ = self.plain.cascades(PlainModel::Independent(0.1), &self.origins, 1);
        }]);
        let work = expected.work(&ensemble);
        let unit = *self.nanoseconds.get_or_insert(rounds.median(1));
        Cost {
            graph: graph_name,
            what: what.into(),
            size: work.activations as f64 / work.runs as f64,
            fired: work.fired / work.activations as f64,
            nanoseconds: rounds.ratio(0, 1) * unit / (work.fired + work.activations as f64),
        }
    }
}

fn report(model: &str, costs: &[Cost]) {
    let least = |costs: &mut dyn Iterator<Item = &Cost>| {
        costs.map(|cost| cost.nanoseconds).fold(f64::INFINITY, f64::min)
    };
    let best = least(&mut costs.iter());
    let best_but_star = least(&mut costs.iter().filter(|cost| cost.graph != STAR_NAME));
    table(
        model,
        &[
            "degrees",
            "probabilities",
            "mean size",
            "ties fired per activation",
            "ns per tie fired or activation",
            "times the best",
            "times the best, stars aside",
        ],
    );
    for cost in costs {
        let times = |best: f64| {
            let times = cost.nanoseconds / best;
            format!("{}{}", short(times), if times > BAR { " (above 3)" } else { "" })
        };
        row(&[
            &cost.graph,
            &cost.what,
            &short(cost.size),
            &short(cost.fired),
            &short(cost.nanoseconds),
            &times(best),
            &times(best_but_star),
        ]);
    }
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder for weighted graphs");
    let (mut uniform, mut by_tie) = (Vec::new(), Vec::new());
    let (mut cascade, mut threshold) = (Vec::new(), Vec::new());
    let mut yardstick = None;
    for (name, graph, origins) in graphs() {
        let graph = Arc::new(graph);
        let yardstick = yardstick.get_or_insert_with(|| {
            let plain = Plain::new(&graph);
            Yardstick { origins: plain.numbers(&origins), plain, nanoseconds: None }
        });
        let place = (&graph, &origins[..]);
        for p in [1e-4, 1e-3, 0.01, 0.1, 0.5, 1.0] {
            let model = IndependentCascade::with_probability(p);
            uniform.push(yardstick.measure(name, p.to_string(), place, model, Some(p)));
        }
        cascade.push(yardstick.measure(name, "1 / in-degree", place, WeightedCascade, None));
        let equal = LinearThreshold::default();
        threshold.push(yardstick.measure(name, "1 / in-degree", place, equal, None));
        for (spread, weight) in spreads() {
            let mut random = Xoshiro::new(7);
            let graph = weighted(&graph, &folder.path().join("net.tl"), || weight(&mut random));
            let place = (&Arc::new(graph), &origins[..]);
            let model = IndependentCascade::with_tie_weights();
            by_tie.push(yardstick.measure(name, spread, place, model, None));
            let model = LinearThreshold::with_weights(ThresholdWeights::Normalise);
            threshold.push(yardstick.measure(name, spread, place, model, None));
        }
    }
    report("Linear threshold", &threshold);
    report("Weighted cascade", &cascade);
    report("A probability for each tie", &by_tie);
    report("One probability for all ties", &uniform);
}
