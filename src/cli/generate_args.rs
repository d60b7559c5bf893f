//! The arguments of `tieline generate`: a command for each model, and what they all have.

use std::str::FromStr;

use clap::{Args, Subcommand};
use tieline::Probability;

use super::flags::{number, probability, whole};

const EXAMPLE: &str = "\
Example:
  A thousand million ties, made in the memory of the graph, and a post on them:

    tieline generate r-mat --scale 26 --edge-factor 16 --out big.tl
    tieline simulate --graph big.tl --reshare 0.002 --origins 0,1,2,3

Accounts are called 0, 1, 2 … Equal flags and equal seeds make the same network, bit for bit, on any
number of threads. `tieline generate KIND --help` explains the flags of a kind.";

/// Make up a network by a model of the literature, or several that share users.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE, after_long_help = EXAMPLE, arg_required_else_help = false)]
#[command(subcommand_value_name = "KIND", subcommand_help_heading = "Kinds")]
#[command(disable_help_subcommand = true)]
pub(super) struct GenerateArgs {
    #[command(subcommand)]
    pub(super) kind: Kind,
}

#[derive(Debug, Subcommand)]
pub(super) enum Kind {
    /// Nothing but chance: each pair is tied with the same probability, or so many pairs are
    ErdosRenyi(One<ErdosRenyiArgs>),
    /// Who has ties gets more: newcomers tie themselves to those who have many
    BarabasiAlbert(One<BarabasiAlbertArgs>),
    /// Neighbours on a ring, and a few shortcuts; ties are mutual
    WattsStrogatz(One<WattsStrogatzArgs>),
    /// Degrees as a file gives them, and chance otherwise
    Configuration(One<ConfigurationArgs>),
    /// Degrees from a power law, and chance otherwise
    PowerLaw(One<PowerLawArgs>),
    /// Communities: how likely a tie is depends on the blocks of its two ends
    StochasticBlock(One<StochasticBlockArgs>),
    /// Hubs and communities inside communities, at any size: the usual benchmark
    RMat(One<RMatArgs>),
    /// Networks of these kinds, each described in a file, with users who are in several of them
    Linked(LinkedArgs),
}

/// A model of one network.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub(super) struct One<A: Args> {
    #[command(flatten)]
    pub(super) model: A,

    /// The name of the network [default: the kind]
    #[arg(long, value_name = "NAME", help_heading = "Output")]
    pub(super) name: Option<String>,

    #[command(flatten)]
    pub(super) output: OutputArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct OutputArgs {
    /// The file to write: a graph file that ends in .tl; or rows of text, a shares and b sees, that
    /// end in .tsv or .txt, .gz after it to pack them
    #[arg(long, value_name = "FILE")]
    pub(super) out: Out,

    /// Write the ties turned round into the graph file, too, for weighted-cascade, linear-threshold
    /// and `info`
    #[arg(long)]
    pub(super) with_reverse: bool,

    /// What chooses the network: equal seeds give equal networks
    #[arg(long, value_parser = whole::<u64>, value_name = "S", default_value = "0")]
    pub(super) rng_seed: u64,

    /// Number of threads; it never changes a result [default: all cores]
    #[arg(long, value_parser = whole::<usize>, value_name = "T")]
    pub(super) threads: Option<usize>,
}

#[derive(Debug, Args)]
pub(super) struct ErdosRenyiArgs {
    /// Number of accounts
    #[arg(long, value_parser = whole::<u32>, value_name = "N")]
    pub(super) accounts: u32,

    #[command(flatten)]
    pub(super) amount: Amount,

    /// Ties are mutual
    #[arg(long)]
    pub(super) mutual: bool,
}

#[derive(Debug, Args)]
#[group(multiple = false)]
pub(super) struct Amount {
    /// The probability that a pair is tied
    #[arg(short, long, value_parser = probability, value_name = "P")]
    pub(super) probability: Option<Probability>,

    /// How many pairs are tied; a mutual tie counts once
    #[arg(long, value_parser = whole::<u64>, value_name = "M")]
    pub(super) ties: Option<u64>,

    /// How many are expected to see what an account shares: the probability is D / (N − 1)
    #[arg(long, value_parser = number, value_name = "D")]
    pub(super) mean_degree: Option<f64>,
}

#[derive(Debug, Args)]
pub(super) struct BarabasiAlbertArgs {
    /// Number of accounts
    #[arg(long, value_parser = whole::<u32>, value_name = "N")]
    pub(super) accounts: u32,

    /// How many a newcomer ties itself to, from 1 to N − 1
    #[arg(long, value_parser = whole::<u32>, value_name = "K")]
    pub(super) ties_per_account: u32,

    /// The newcomer sees what those it chose share, and they do not see what it shares
    #[arg(long)]
    pub(super) directed: bool,
}

#[derive(Debug, Args)]
pub(super) struct WattsStrogatzArgs {
    /// Number of accounts
    #[arg(long, value_parser = whole::<u32>, value_name = "N")]
    pub(super) accounts: u32,

    /// Neighbours of an account on the ring, an even number below N
    #[arg(long, value_parser = whole::<u32>, value_name = "K")]
    pub(super) neighbours: u32,

    /// The probability that a tie is rewired
    #[arg(long, value_parser = probability, value_name = "P")]
    pub(super) rewiring: Probability,
}

#[derive(Debug, Args)]
pub(super) struct ConfigurationArgs {
    /// A file with the degree of each account, one a line; ties are mutual
    #[arg(long, value_name = "FILE")]
    pub(super) degrees: String,

    /// A file with how many each account sees, one a line: then ties are directed, and `--degrees`
    /// says how many see what each account shares
    #[arg(long, value_name = "FILE")]
    pub(super) in_degrees: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct PowerLawArgs {
    /// Number of accounts
    #[arg(long, value_parser = whole::<u32>, value_name = "N")]
    pub(super) accounts: u32,

    /// Degree k has a probability in proportion to k to the power of −X
    #[arg(long, value_parser = number, value_name = "X")]
    pub(super) exponent: f64,

    /// The smallest degree, from 1
    #[arg(long, value_parser = whole::<u32>, value_name = "K", default_value = "1")]
    pub(super) min_degree: u32,

    /// The largest degree, below N
    #[arg(long, value_parser = whole::<u32>, value_name = "K")]
    pub(super) max_degree: u32,

    /// Ties are mutual
    #[arg(long)]
    pub(super) mutual: bool,
}

#[derive(Debug, Args)]
pub(super) struct StochasticBlockArgs {
    /// Number of accounts of each block
    #[arg(long, value_parser = whole::<u32>, value_name = "N,…", value_delimiter = ',',
          required = true)]
    pub(super) blocks: Vec<u32>,

    /// The probabilities of one block, in order: that somebody in each of the blocks sees what
    /// somebody in this one shares. Once for each block
    #[arg(long, value_name = "P,…", conflicts_with_all = ["inside", "between"])]
    pub(super) row: Vec<Row>,

    /// In place of rows: the probability of a tie inside a block
    #[arg(long, value_parser = probability, value_name = "P", requires = "between")]
    pub(super) inside: Option<Probability>,

    /// And of a tie between two blocks
    #[arg(long, value_parser = probability, value_name = "P", requires = "inside")]
    pub(super) between: Option<Probability>,

    /// Ties are mutual
    #[arg(long)]
    pub(super) mutual: bool,
}

#[derive(Debug, Args)]
pub(super) struct RMatArgs {
    /// The accounts number 2 to the power of this; at most 31
    #[arg(long, value_parser = whole::<u32>, value_name = "S")]
    pub(super) scale: u32,

    /// Ties drawn for each account; self-ties and repeated ones are left out and counted
    #[arg(long, value_parser = whole::<u32>, value_name = "K", default_value = "16")]
    pub(super) edge_factor: u32,

    /// The probability of the quarter from the lower half to the lower half
    #[arg(long, value_parser = probability, value_name = "P", default_value = "0.57")]
    pub(super) a: Probability,

    /// From the lower half to the upper half
    #[arg(long, value_parser = probability, value_name = "P", default_value = "0.19")]
    pub(super) b: Probability,

    /// From the upper half to the lower half; what is left to 1 is from the upper to the upper
    #[arg(long, value_parser = probability, value_name = "P", default_value = "0.19")]
    pub(super) c: Probability,

    /// Leave accounts in the order of the matrix, hubs first, and do not permute their numbers
    #[arg(long)]
    pub(super) in_order: bool,

    /// Ties are mutual
    #[arg(long)]
    pub(super) mutual: bool,
}

const PLAN: &str = "\
Example of a description:
  [[network]]
  name = 'square'
  kind = 'barabasi-albert'
  accounts = 2000
  ties_per_account = 3

  [[network]]
  name = 'hall'
  kind = 'erdos-renyi'
  accounts = 800
  ties = 4000
  reciprocity = 'mutual'

  [[shared]]
  networks = ['square', 'hall']
  users = 300               # or fraction = 0.375, of the smallest of the networks
  degree_correlation = 0.6  # who has a large audience here has one there

Keys are the flags of the kinds, with _ for -. In place of --mutual and --directed stands
reciprocity = 'mutual' or 'directed', of --row probabilities = [[0.02, 0.001], [0.001, 0.03]], and
degrees = [3, 1, 2, 2] are the numbers themselves. Correlations are Spearman's, of ranks, and are met
to 0.01, or to degree_correlation_tolerance on top of the file. Nobody belongs to two groups.";

#[derive(Debug, Args)]
#[command(after_help = PLAN, after_long_help = PLAN)]
pub(super) struct LinkedArgs {
    /// A description of the networks in TOML
    pub(super) plan: String,

    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// A row of a matrix of probabilities.
#[derive(Debug, Clone)]
pub(super) struct Row(pub(super) Vec<f64>);

impl FromStr for Row {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let cells = text.split(',').map(|cell| probability(cell.trim()).map(Probability::get));
        cells.collect::<Result<_, _>>().map(Self)
    }
}

/// A file to write, and what its ending says of its form.
#[derive(Debug, Clone)]
pub(super) struct Out {
    pub(super) path: String,
    pub(super) form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    GraphFile,
    Rows,
    PackedRows,
}

impl FromStr for Out {
    type Err = String;

    fn from_str(path: &str) -> Result<Self, String> {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let ends = |endings: &[&str]| {
            endings.iter().any(|ending| name.len() > ending.len() && name.ends_with(ending))
        };
        let form = if ends(&[".tl"]) {
            Form::GraphFile
        } else if ends(&[".tsv", ".txt"]) {
            Form::Rows
        } else if ends(&[".tsv.gz", ".txt.gz"]) {
            Form::PackedRows
        } else {
            return Err("expected a file that ends in .tl, .tsv, .txt, .tsv.gz or .txt.gz".into());
        };
        Ok(Self { path: path.into(), form })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory;
    use tieline::generate::LinkedNetworks;

    use super::*;
    use crate::cli::args::Tieline;

    /// What says in words what a description says with `reciprocity` and `probabilities`, and what
    /// only flags compute.
    const ONLY_FLAGS: [&str; 6] = ["mutual", "directed", "row", "inside", "between", "mean_degree"];
    const ONLY_KEYS: [&str; 2] = ["reciprocity", "probabilities"];

    #[test]
    fn flags_are_the_keys_of_descriptions() {
        let command = Tieline::command();
        let generate = command.find_subcommand("generate").unwrap();
        for kind in generate.get_subcommands().filter(|kind| kind.get_name() != "linked") {
            let name = kind.get_name();
            let flags: BTreeSet<String> = kind
                .get_arguments()
                .filter(|argument| argument.get_help_heading() != Some("Output"))
                .filter_map(|argument| argument.get_long().map(|long| long.replace('-', "_")))
                .filter(|long| long != "help" && !ONLY_FLAGS.contains(&long.as_str()))
                .collect();
            let text = format!("[[network]]\nname = 'n'\nkind = '{name}'\nno_such_key = 1");
            let error = toml::from_str::<LinkedNetworks>(&text).unwrap_err().message().to_owned();
            let (_, known) = error.split_once("expected ").expect(&error);
            let known = known.split('`').skip(1).step_by(2).map(str::to_owned);
            let keys: BTreeSet<String> =
                known.filter(|key| !ONLY_KEYS.contains(&key.as_str())).collect();
            assert_eq!(flags, keys, "{name}");
        }
    }

    #[test]
    fn endings_say_the_form() {
        let form = |path: &str| path.parse::<Out>().map(|out| out.form);
        assert_eq!(form("a/b.tl"), Ok(Form::GraphFile));
        assert_eq!(form("b.tsv"), Ok(Form::Rows));
        assert_eq!(form("b.txt.gz"), Ok(Form::PackedRows));
        assert!(form("a/.tl").is_err() && form("b.gz").is_err() && form("").is_err());
    }
}
