//! `tieline generate`.

use tieline::generate::{
    BarabasiAlbert, Configuration, ErdosRenyi, GeneratedTies, Generator, LinkedNetworks, PowerLaw,
    RMat, SharedOutcome, StochasticBlock, WattsStrogatz,
};
use tieline::report::{Table, count, counted, percent};
use tieline::{LoadReport, Probability, Reciprocity, SocialGraph, Source};

use super::convert::counts;
use super::generate_args::{
    Amount, ErdosRenyiArgs, Form, GenerateArgs, Kind, LinkedArgs, One, OutputArgs,
    StochasticBlockArgs,
};
use super::page::notes_on;
use super::{Failure, print, tie_rows};

pub(super) fn generate(args: GenerateArgs) -> Result<(), Failure> {
    let (model, output) = model(args.kind)?;
    let OutputArgs { out, with_reverse, rng_seed, threads } = output;
    if with_reverse && out.form != Form::GraphFile {
        return Err(Failure::usage("`--with-reverse` needs a graph file, `--out FILE.tl`"));
    }
    if threads == Some(0) {
        return Err(Failure::usage("`threads` must be at least 1, found 0"));
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0)).build();
    let pool = pool.map_err(|error| Failure::late(format!("no threads: {error}")))?;
    let (graph, load, shared) = pool.install(|| model.build(rng_seed, out.form))?;

    let mut more = Vec::new();
    let mut page = if out.form == Form::GraphFile {
        let bytes = pool.install(|| match with_reverse {
            true => graph.save_with_reverse(&out.path),
            false => graph.save(&out.path),
        })?;
        let fingerprint = graph.fingerprint();
        let counts = counts(&graph);
        format!("{}: {counts}; {} bytes, graph {fingerprint:016x}\n", out.path, count(bytes))
    } else {
        let written = tie_rows::write(&graph, &out)
            .map_err(|error| Failure::late(format!("{}: cannot write: {error}", out.path)))?;
        if written.isolated > 0 {
            let accounts = counted(written.isolated, "account");
            more.push(format!("{}: {accounts} without ties not in the rows", out.path));
        }
        format!("{}: {}; {} bytes\n", out.path, counts(&graph), count(written.bytes))
    };
    if !shared.is_empty() {
        page += &format!("\n{}", table(&shared));
    }
    notes_on("generating", &mut page, &load, &more);
    print(&page)
}

/// What is to be generated.
enum Model {
    /// A network of that name.
    One(Generator, String),
    /// The same from numbers in a file.
    Given(Configuration, String, String),
    /// What the file describes.
    Linked(LinkedNetworks, String),
}

type Built = (SocialGraph, LoadReport, Vec<SharedOutcome>);

impl Model {
    /// What is wrong with a description is told before anything is built.
    fn build(self, rng_seed: u64, form: Form) -> Result<Built, Failure> {
        let one = |ties: GeneratedTies, name: &str| -> Result<Built, Failure> {
            let (graph, load) = ties.graph_with_report(name).map_err(Failure::usage)?;
            Ok((graph, load, Vec::new()))
        };
        match self {
            Self::One(generator, name) => {
                one(generator.ties(rng_seed).map_err(Failure::usage)?, &name)
            }
            Self::Given(configuration, name, file) => {
                one(configuration.ties(rng_seed).map_err(|error| late_in(&file, &error))?, &name)
            }
            Self::Linked(networks, file) => {
                if form != Form::GraphFile && networks.networks.len() != 1 {
                    return Err(Failure::usage(format!(
                        "rows of text hold one network, found {}; write a graph file, `--out \
                         FILE.tl`",
                        networks.networks.len()
                    )));
                }
                let ties = networks.ties(rng_seed);
                let ties = ties.map_err(|error| Failure::usage(format!("{file}: {error}")))?;
                let built = ties.build().map_err(|error| late_in(&file, &error))?;
                Ok((built.graph, built.report, built.shared))
            }
        }
    }
}

fn late_in(file: &str, error: &tieline::Error) -> Failure {
    Failure::late(format!("{file}: {error}"))
}

fn model(kind: Kind) -> Result<(Model, OutputArgs), Failure> {
    let (generator, name, output): (Generator, _, _) = match kind {
        Kind::ErdosRenyi(One { model, name, output }) => {
            (erdos_renyi(&model)?.into(), name, output)
        }
        Kind::BarabasiAlbert(One { model, name, output }) => {
            let mut generator = BarabasiAlbert::new(model.accounts, model.ties_per_account);
            if model.directed {
                generator = generator.directed();
            }
            (generator.into(), name, output)
        }
        Kind::WattsStrogatz(One { model, name, output }) => {
            let (accounts, rewiring) = (model.accounts, model.rewiring.get());
            (WattsStrogatz::new(accounts, model.neighbours, rewiring).into(), name, output)
        }
        Kind::Configuration(One { model, name, output }) => {
            let in_degrees = model.in_degrees.clone().map(Source::from);
            let given = Configuration::read(&model.degrees.as_str().into(), in_degrees.as_ref())?;
            let name = name.unwrap_or_else(|| "configuration".into());
            let file = model.in_degrees.unwrap_or(model.degrees);
            return Ok((Model::Given(given, name, file), output));
        }
        Kind::PowerLaw(One { model, name, output }) => {
            let degrees = model.min_degree..=model.max_degree;
            let mut generator = PowerLaw::new(model.accounts, model.exponent, degrees);
            generator.reciprocity = reciprocity(model.mutual);
            (generator.into(), name, output)
        }
        Kind::StochasticBlock(One { model, name, output }) => {
            (stochastic_block(model)?.into(), name, output)
        }
        Kind::RMat(One { model, name, output }) => {
            let mut generator = RMat::new(model.scale, model.edge_factor);
            (generator.a, generator.b, generator.c) = (model.a.get(), model.b.get(), model.c.get());
            generator.in_order = model.in_order;
            generator.reciprocity = reciprocity(model.mutual);
            (generator.into(), name, output)
        }
        Kind::Linked(LinkedArgs { plan, output }) => {
            let networks = LinkedNetworks::read(&plan).map_err(Failure::usage)?;
            return Ok((Model::Linked(networks, plan), output));
        }
    };
    let name = name.unwrap_or_else(|| generator.kind().into());
    Ok((Model::One(generator, name), output))
}

fn reciprocity(mutual: bool) -> Reciprocity {
    if mutual { Reciprocity::Mutual } else { Reciprocity::Directed }
}

fn erdos_renyi(args: &ErdosRenyiArgs) -> Result<ErdosRenyi, Failure> {
    let ErdosRenyiArgs { accounts, amount, mutual } = args;
    let &Amount { probability, ties, mean_degree } = amount;
    let probability = match mean_degree {
        None => probability.map(Probability::get),
        Some(degree) => {
            let others = f64::from(accounts.saturating_sub(1));
            if !(0.0..=others).contains(&degree) {
                return Err(Failure::usage(format!(
                    "the mean degree of {} must lie in 0..={others}, found {degree}",
                    counted(u64::from(*accounts), "account")
                )));
            }
            Some(if others > 0.0 { degree / others } else { 0.0 })
        }
    };
    if probability.is_none() && ties.is_none() {
        return Err(Failure::usage(
            "say how likely or how many ties are: `--probability P`, `--ties M` or `--mean-degree D`",
        ));
    }
    let mut generator = ErdosRenyi::with_ties(*accounts, 0);
    (generator.probability, generator.ties) = (probability, ties);
    generator.reciprocity = reciprocity(*mutual);
    Ok(generator)
}

fn stochastic_block(args: StochasticBlockArgs) -> Result<StochasticBlock, Failure> {
    let StochasticBlockArgs { blocks, row, inside, between, mutual } = args;
    let probabilities = match (inside, between) {
        (Some(inside), Some(between)) => {
            let cell = |i, j| if i == j { inside.get() } else { between.get() };
            let all = 0..blocks.len();
            all.clone().map(|i| all.clone().map(|j| cell(i, j)).collect()).collect()
        }
        _ if row.is_empty() => {
            return Err(Failure::usage(
                "say how likely ties are: `--inside P --between P`, or `--row P,…` for each block",
            ));
        }
        _ => row.into_iter().map(|row| row.0).collect(),
    };
    let mut generator = StochasticBlock::new(blocks, probabilities);
    generator.reciprocity = reciprocity(mutual);
    Ok(generator)
}

/// What was asked of shared users, and what they are.
fn table(shared: &[SharedOutcome]) -> Table {
    let head = ["shared by", "users", "of the smallest", "degree correlation", "asked for"];
    let mut table = Table::new(head);
    for outcome in shared {
        let SharedOutcome { asked, users, smallest, correlations, .. } = outcome;
        let smallest = f64::from(*smallest);
        let found: Option<Vec<f64>> = correlations.iter().copied().collect();
        let found = found.map(|mut found| {
            found.sort_by(f64::total_cmp);
            (found[0], found[found.len() - 1])
        });
        table.row([
            asked.networks.join(" and "),
            count(u64::from(*users)),
            if smallest > 0.0 { percent(f64::from(*users) / smallest) } else { "–".into() },
            match found {
                None => "–".into(),
                Some((least, most)) if correlations.len() == 1 || least == most => {
                    format!("{least:.4}")
                }
                Some((least, most)) => format!("{least:.4} to {most:.4}"),
            },
            asked.degree_correlation.map_or_else(|| "–".into(), |asked| asked.to_string()),
        ]);
    }
    table
}
