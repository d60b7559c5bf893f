//! How long does a cascade take beside other simulators? tieline's side of the comparison that
//! `benches/peers/compare.py` makes; by itself it only writes the graph.
//!
//! ```text
//! cargo bench --bench peers -- write SCALE FILE   the ties, one `source<tab>target` a line
//! cargo bench --bench peers -- serve SCALE        answers lines of standard input
//! ```
//! A line `MODEL ORIGINS FIRST END`, as `independent-cascade:0.06 3,17 0 500`, asks for runs FIRST to
//! END − 1 on one thread; the answer is `SECONDS SUM SUM_OF_SQUARES` of their sizes.
#![allow(missing_docs, reason = "a bench has no documentation")]
#![allow(clippy::print_stdout, reason = "what it prints is what it is asked for")]

mod common;

use std::collections::HashMap;
use std::error::Error;
use std::io::{self, BufRead, BufWriter, Write};
use std::sync::Arc;
use std::time::Instant;
use std::{env, fs};

use common::graphs::r_mat;
use tieline::stats::Counts;
use tieline::{
    Ensemble, IndependentCascade, LinearThreshold, Model, Scenario, SocialGraph, WeightedCascade,
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const EDGE_FACTOR: u32 = 16;

fn write(scale: u32, path: &str) -> Result<()> {
    let mut file = BufWriter::new(fs::File::create(path)?);
    let graph = r_mat(scale, EDGE_FACTOR);
    let ties = graph.accounts().flat_map(|source| {
        graph.targets(source).iter().map(move |target| (source.get(), target.get()))
    });
    for (source, target) in ties {
        writeln!(file, "{source}\t{target}")?;
    }
    Ok(file.flush()?)
}

/// The model of a name such as `independent-cascade:0.06` or `weighted-cascade`.
fn model(name: &str) -> Result<Model> {
    Ok(match name.split_once(':') {
        Some(("independent-cascade", p)) => IndependentCascade::with_probability(p.parse()?).into(),
        None if name == "weighted-cascade" => WeightedCascade.into(),
        None if name == "linear-threshold" => LinearThreshold::default().into(),
        _ => return Err(format!("no model {name}").into()),
    })
}

/// Scenarios on one graph, each prepared once.
struct Server {
    graph: Arc<SocialGraph>,
    scenarios: HashMap<String, Scenario>,
}

impl Server {
    fn scenario(&mut self, name: &str, origins: &str) -> Result<&Scenario> {
        let key = format!("{name} {origins}");
        if !self.scenarios.contains_key(&key) {
            let scenario = Scenario::builder(self.graph.clone())
                .model(model(name)?)
                .origins(origins.split(','))
                .build()?;
            self.scenarios.insert(key.clone(), scenario);
        }
        Ok(&self.scenarios[&key])
    }

    fn answer(&mut self, line: &str) -> Result<String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [name, origins, first, end] = words[..] else {
            return Err(format!("expected MODEL ORIGINS FIRST END, found {line:?}").into());
        };
        let runs = first.parse()?..end.parse()?;
        let ensemble = Ensemble::new(self.scenario(name, origins)?).run_range(runs).serial();
        let start = Instant::now();
        let sizes = ensemble.observe(Counts::default).value;
        let seconds = start.elapsed().as_secs_f64();
        let sum: u64 = sizes.iter().map(|(size, times)| size * times).sum();
        let squares: u64 = sizes.iter().map(|(size, times)| size * size * times).sum();
        Ok(format!("{seconds} {sum} {squares}"))
    }
}

fn serve(scale: u32) -> Result<()> {
    let graph = r_mat(scale, EDGE_FACTOR).into();
    let mut server = Server { graph, scenarios: HashMap::new() };
    for line in io::stdin().lock().lines() {
        println!("{}", server.answer(&line?)?);
    }
    Ok(())
}

fn main() -> Result<()> {
    // Cargo adds `--bench`.
    let arguments: Vec<String> = env::args().skip(1).filter(|word| word != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["write", scale, path] => write(scale.parse()?, path),
        ["serve", scale] => serve(scale.parse()?),
        _ => {
            println!("the comparison with other simulators: see benches/peers/README.md");
            Ok(())
        }
    }
}
