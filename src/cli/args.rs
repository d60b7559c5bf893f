//! The arguments, as clap reads them and as `--help` explains them.

use clap::{Args, Parser, Subcommand};
use tieline::scenario_file::{ModelName, UntilKey};
use tieline::{
    AccountFile, Adopt, BridgeFile, Duplicates, FatigueCurve, Friends, MultilayerFile, Per,
    Probability, ThresholdDraw, ThresholdWeights, TieFile,
};

use super::feed_args::FeedArgs;
use super::flags::{
    ContentFlag, CrosspostFlag, Cut, FactorFlag, LayerFlag, ReshareFlag, ThresholdFlag, fatigue,
    probability, whole,
};
use super::generate_args::GenerateArgs;
use super::start_args::StartArgs;
use super::time_args::{TimeArgs, word};
use super::typed_args::TypedArgs;

/// Simulates how shared posts travel through social networks and, by travelling, link networks
/// that were separate.
#[derive(Debug, Parser)]
#[command(name = "tieline", version, max_term_width = 100)]
pub(super) struct Tieline {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Simulate(Box<SimulateArgs>),
    Info(Box<InfoArgs>),
    Convert(Box<ConvertArgs>),
    Generate(Box<GenerateArgs>),
}

const EXAMPLE: &str = "\
Example:
  Ann shares a post on the square. Whoever sees it shares it too with probability 0.1; people who
  are on both networks carry it over with probability 0.25. What if Bob did not?

    tieline simulate --network square=square.tsv:follows --network hall=hall.csv:mutual \\
        --identities same-name --reshare 0.1 --crosspost 0.25 --origins ann@square \\
        --no-carry bob --compare

Everything can be said in a scenario file too: flags override it key by key, and most keys are
called as their flags, with _ for -. The same:

    model = \"independent-cascade\"
    reshare = 0.1
    crosspost = 0.25
    origins = [\"ann@square\"]
    identities = \"same-name\"
    compare = true
    [[network]]
    name = \"square\"
    ties = \"square.tsv\"
    direction = \"follows\"
    [[network]]
    name = \"hall\"
    ties = \"hall.csv\"
    direction = \"mutual\"
    [intervention]
    no_carry = [\"bob\"]

A number by network is a table there: reshare = { networks = { hall = 0.2 }, all = 0.1 }. Files of
bridge ties are [[bridges]] with file, posts [[posts]] with name and origins.

Durations are fixed(x), exponential(rate), gamma(shape, mean), log_normal(median, sigma),
weibull(shape, scale), uniform(low, high), table(value:probability, ...); with tails
pareto(min, alpha), lomax(c, theta), seismic(s0, theta), which P(X > x) falls as a power of x;
geometric(p) in steps. Thresholds may be normal(mean, sd) too.

The first row of a file of ties is a header if it names two columns, as source and target, from
and to, sender and receiver, ego and alter (who shares, who sees; :follows turns them round), user1
and user2, follower and followed.

Exit codes: 0; 2 if flags or scenario are wrong by themselves, before data are read; 1 for
everything after.";

/// Simulate a post, many times, and say how far it gets, which networks it links, and through whom.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLE, after_help = EXAMPLE, allow_negative_numbers = true)]
pub(super) struct SimulateArgs {
    /// A scenario file in TOML; flags override it
    pub(super) scenario: Option<String>,

    #[command(flatten)]
    pub(super) graph: GraphArgs,

    /// How the post spreads: independent-cascade (a sharer gets one try at everyone who sees it),
    /// weighted-cascade (the same, with 1 / in-degree as probability), linear-threshold (people
    /// share once enough of those they see have: how many is drawn anew in every run); with thresholds
    /// that are given: watts (a share of those whom an account sees), count (so many), linear-fixed (a
    /// sum of weights), or (a share in some network of a person), and (in all), content (in all
    /// together, weighed), pooled (in all together); epidemics: si, sir, seir, fsir, sis, sirs;
    /// self-exciting: hawkes; feeds, where posts compete for attention: gleeson, weng [default:
    /// independent-cascade]
    #[arg(long, value_name = "MODEL", help_heading = "The post")]
    pub(super) model: Option<ModelName>,

    /// What a share passes along ties: the probability that a try succeeds, under independent-cascade;
    /// the rate of contacts per time unit, in si, sir, seir, fsir, sis and sirs (in steps their
    /// probability); how many shares one causes on average, in hawkes. For all
    /// ties, for those that end in a network, or for those from A into B; the most specific wins;
    /// `weight` takes the weights of the files. Repeatable
    #[arg(long, value_name = "P|NAME=P|A:B=P|weight", help_heading = "The post")]
    pub(super) reshare: Vec<ReshareFlag>,

    /// What the probability of a try is multiplied by if it is somebody's first, second, … exposure,
    /// under independent- and weighted-cascade: geometric(R) leaves R of it each time, table(1, F, F, …)
    /// says the factors, the last of which holds for all that follow
    #[arg(long, value_name = "geometric(R)|table(1,F,…)", value_parser = fatigue, help_heading = "The post")]
    pub(super) fatigue: Option<FatigueCurve>,

    /// Who tires: people, by what they see on all their accounts, or each account [default: user]
    #[arg(long, value_parser = word::<Per>(&["user", "account"]), value_name = "user|account", help_heading = "The post")]
    pub(super) fatigue_per: Option<Per>,

    /// How many must have shared before somebody does: what part of those they see, above 0 and at most
    /// 1, or how many (count); for all, or for the accounts in a network; or a distribution to draw
    /// from, like normal(0.36, 0.2). Repeatable
    #[arg(long, value_name = "X|NAME=X|DISTRIBUTION", help_heading = "The post")]
    pub(super) threshold: Vec<ThresholdFlag>,

    /// A file with thresholds of some, rows `account@network X` or `user X`
    #[arg(long, value_name = "FILE", help_heading = "The post")]
    pub(super) threshold_file: Option<String>,

    /// Who makes up their mind: each account by what it sees, or a person by what all their accounts
    /// see, and then for all of them [default: account under watts, count, linear-fixed]
    #[arg(long, value_name = "account|person", help_heading = "The post")]
    pub(super) adopt: Option<Adopt>,

    /// Whether every tie counts towards a threshold, or a friend once who is seen on several accounts
    /// [default: ties]
    #[arg(long, value_name = "ties|people", help_heading = "The post")]
    pub(super) friends: Option<Friends>,

    /// When thresholds are drawn: in every run, or once for all [default: run]
    #[arg(long, value_name = "run|ensemble", help_heading = "The post")]
    pub(super) draw: Option<ThresholdDraw>,

    /// What a tie into a network counts, under content; 1 in networks not named. Repeatable
    #[arg(long, value_name = "NAME=C", help_heading = "The post")]
    pub(super) content: Vec<ContentFlag>,

    /// Probability that a user carries a post over from one account to another: for all pairs of
    /// different networks, or for one pair (A:A must be named). Repeatable [default: 0]
    #[arg(long, value_name = "Q|FROM:TO=Q", help_heading = "The post")]
    pub(super) crosspost: Vec<CrosspostFlag>,

    /// A table of users, with a first line `user` and any of `infectivity`, `susceptibility`, `inclination` and
    /// `external_factor`, separated by tabs, commas or spaces: factors, 1 where nothing stands. What a flag or
    /// the scenario says of a user, too, is an error
    #[arg(long, value_name = "FILE", help_heading = "The post")]
    pub(super) user_factors: Option<String>,

    /// How inclined a user is to carry over: a factor, 1 for everybody else. Repeatable
    #[arg(long, value_name = "USER=X", help_heading = "The post")]
    pub(super) inclination: Vec<FactorFlag>,

    /// What shares of a user pass on is multiplied by: a factor, 1 for everybody else. Repeatable
    #[arg(long, value_name = "USER=X", help_heading = "The post")]
    pub(super) infectivity: Vec<FactorFlag>,

    /// What reaches a user is multiplied by: a factor, 1 for everybody else. Repeatable
    #[arg(long, value_name = "USER=X", help_heading = "The post")]
    pub(super) susceptibility: Vec<FactorFlag>,

    #[command(flatten)]
    pub(super) feeds: FeedArgs,

    #[command(flatten)]
    pub(super) time: TimeArgs,

    #[command(flatten)]
    pub(super) typed: TypedArgs,

    #[command(flatten)]
    pub(super) start: StartArgs,

    /// The accounts that share first. A bare name will do where it is unique
    #[arg(
        long,
        value_name = "ACCOUNT@NETWORK,…",
        value_delimiter = ',',
        conflicts_with = "origins_file",
        help_heading = "The post"
    )]
    pub(super) origins: Vec<String>,

    /// A file with the origins, one a line
    #[arg(long, value_name = "FILE", help_heading = "The post")]
    pub(super) origins_file: Option<String>,

    /// The last step at which anybody may share; origins share at step 0
    #[arg(long, value_parser = whole::<u32>, value_name = "N", help_heading = "The post")]
    pub(super) max_steps: Option<u32>,

    /// Users who never share, on any account, even as origins
    #[arg(long, value_name = "USER,…", value_delimiter = ',', help_heading = "What if")]
    pub(super) mute: Vec<String>,

    /// Users who share, but carry nothing over
    #[arg(long, value_name = "USER,…", value_delimiter = ',', help_heading = "What if")]
    pub(super) no_carry: Vec<String>,

    /// Ties over which nothing goes, from the account that shares to the one that sees
    #[arg(long, value_name = "A@N:B@N,…", value_delimiter = ',', help_heading = "What if")]
    pub(super) cut: Vec<Cut>,

    /// More origins
    #[arg(long, value_name = "ACCOUNT@NETWORK,…", value_delimiter = ',', help_heading = "What if")]
    pub(super) add_origin: Vec<String>,

    /// Nobody carries anything over
    #[arg(long, conflicts_with = "crosspost_times", help_heading = "What if")]
    pub(super) no_crosspost: bool,

    /// Every probability of carrying over is multiplied by this
    #[arg(long, value_name = "0..1", value_parser = probability, help_heading = "What if")]
    pub(super) crosspost_times: Option<Probability>,

    /// Show the runs without the intervention, and beside them what it changes in the same worlds.
    /// Without this, everything is shown under the intervention
    #[arg(long, help_heading = "What if")]
    pub(super) compare: bool,

    /// Number of runs [default: 1000]
    #[arg(long, value_parser = whole::<u64>, value_name = "N", help_heading = "Runs")]
    pub(super) runs: Option<u64>,

    /// In place of a number of runs: until the standard error of the mean size is at most X, or at
    /// most X% of the mean; or that of another figure: users=X, a network NAME=X, a link A:B=X. It
    /// is looked at after 1000, 2000, 4000, … runs and after the most runs
    #[arg(long, value_name = "X|X%|FIGURE=X", conflicts_with = "runs", help_heading = "Runs")]
    pub(super) until_std_error: Option<UntilKey>,

    /// The most runs that `--until-std-error` may take [default: 1024000]
    #[arg(long, value_parser = whole::<u64>, value_name = "N", help_heading = "Runs")]
    pub(super) max_runs: Option<u64>,

    /// What chooses the worlds: equal seeds give equal worlds [default: 0]
    #[arg(long, value_parser = whole::<u64>, value_name = "S", help_heading = "Runs")]
    pub(super) rng_seed: Option<u64>,

    /// Number of threads; it never changes a result [default: all cores]
    #[arg(long, value_parser = whole::<usize>, value_name = "T", help_heading = "Runs")]
    pub(super) threads: Option<usize>,

    /// Observe who saw the post, too
    #[arg(long, help_heading = "Results")]
    pub(super) audience: bool,

    /// Rank the N users who carried over most often by what is lost without their carrying, on one
    /// half of the runs, and measure it on the other
    #[arg(long, value_parser = whole::<usize>, value_name = "N", help_heading = "Results")]
    pub(super) carriers: Option<usize>,

    /// Write the summary as JSON, to a file or (-) to stdout, and no text
    #[arg(long, value_name = "FILE|-", help_heading = "Results")]
    pub(super) json: Option<String>,

    /// Write every share event to a file that ends in .csv or .jsonl: post, run, row, account,
    /// network, user, parent (its row in the run), step, time, route (origin, tie, cross-post),
    /// occurrence; with --types the route is origin or offspring, the network is the type, and nobody is
    /// named. With --compare, those of the base run
    #[arg(long, value_name = "FILE", help_heading = "Results")]
    pub(super) shares: Option<String>,
}

/// Say what is in the files: counts, degrees, what networks have in common, what loading dropped.
#[derive(Debug, Args)]
pub(super) struct InfoArgs {
    /// A scenario file in TOML, of which only what describes the graph matters here
    pub(super) scenario: Option<String>,

    #[command(flatten)]
    pub(super) graph: GraphArgs,

    /// Write JSON to stdout, and no text
    #[arg(long, value_name = "-", num_args = 0..=1, default_missing_value = "-",
          value_parser = ["-"])]
    pub(super) json: Option<String>,

    /// Check every byte of the graph file first: checksums, ids, order, names
    #[arg(long)]
    pub(super) verify: bool,
}

/// Write a graph to one file that opens in milliseconds: `--graph FILE` takes it everywhere.
#[derive(Debug, Args)]
pub(super) struct ConvertArgs {
    /// A scenario file in TOML, of which only what describes the graph matters here
    pub(super) scenario: Option<String>,

    #[command(flatten)]
    pub(super) graph: GraphArgs,

    /// The graph file to write, which appears when it is whole, in place of one of that name
    #[arg(long, value_name = "FILE")]
    pub(super) out: String,

    /// Write the ties turned round, too: weighted-cascade, linear-threshold and `info` need them, and
    /// else turn them round in memory each time
    #[arg(long)]
    pub(super) with_reverse: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "The networks")]
pub(super) struct GraphArgs {
    /// Ties of a network, rows `a b`: a shares, b sees. `:follows` turns rows round (follower,
    /// followed), `:mutual` adds both directions, `:directed` says neither. Text with tabs, commas or
    /// spaces, # or % comment lines, a header by name, perhaps weights; plain, .gz or .zst. `:contacts`
    /// reads rows `a b time` (in a header perhaps a `duration`), `:intervals` rows `a b start end`;
    /// `:unit=h` says what these times are in, if not in --time-unit. Repeatable
    #[arg(long, value_name = "NAME=FILE[:directed|:mutual|:follows][:contacts|:intervals]")]
    pub(super) network: Vec<TieFile>,

    /// Accounts of a network, one a row, so that those without ties exist. Repeatable
    #[arg(long, value_name = "NAME=FILE[:COLUMN]")]
    pub(super) accounts: Vec<AccountFile>,

    /// Several networks in one file, a node being a user in all of them. FORM is
    /// node-layer-node-layer, layer-node-node (a weight may follow) or mpx. Repeatable
    #[arg(long, value_name = "FILE:FORM[:directed|:mutual|:follows]")]
    pub(super) multilayer: Vec<MultilayerFile>,

    /// Another name for a layer of the multilayer files. Repeatable
    #[arg(long, value_name = "ID=NAME")]
    pub(super) layer: Vec<LayerFlag>,

    /// Which accounts are one user's: a file with rows user,network,account; or equal names are one
    /// user. Without it, equal names in two --network files are different people
    #[arg(long, value_name = "FILE|same-name")]
    pub(super) identities: Option<String>,

    /// Ties between networks, rows `a@net b@net` (the last @ splits). Repeatable
    #[arg(long, value_name = "FILE[:directed|:mutual|:follows]")]
    pub(super) bridges: Vec<BridgeFile>,

    /// A graph file, as `tieline convert` writes it, in place of all files of text. It must not
    /// change while it is in use, and is not read as a whole beforehand: one that may be damaged is
    /// checked by `tieline info --graph FILE --verify`
    #[arg(long, value_name = "FILE")]
    pub(super) graph: Option<String>,

    /// What a column with weights is to linear-threshold and linear-fixed: weights that sum to at most 1 at every
    /// account (as-is), or that are divided by their sum (normalise)
    #[arg(long, value_name = "as-is|normalise")]
    pub(super) weights: Option<ThresholdWeights>,

    /// A column with weights means nothing here
    #[arg(long)]
    pub(super) ignore_weights: bool,

    /// Columns to leave out, by the names in the header
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub(super) ignore_columns: Vec<String>,

    /// What to do with a tie that is stated twice with different weights [default: an error]
    #[arg(long, value_name = "sum|first|max")]
    pub(super) duplicates: Option<Duplicates>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory;
    use tieline::scenario_file::ScenarioFile;

    use super::*;

    /// The keys that serde knows in a table, from its complaint about one that it does not.
    fn keys(table: &str) -> BTreeSet<String> {
        let text = format!("{table}\nno_such_key = 1");
        let error = toml::from_str::<ScenarioFile>(&text).unwrap_err().message().to_owned();
        let (_, known) = error.split_once("expected ").expect(&error);
        known.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn every_flag_has_its_key_and_every_key_its_flag() {
        let mut schema = keys("");
        // Tables, and what is written inside a flag's value.
        let structure = ["intervention", "scenario"].map(str::to_owned);
        schema.extend(keys("[intervention]"));
        schema.retain(|key| !structure.contains(key));
        let inside: BTreeSet<String> = keys("[[network]]")
            .into_iter()
            .chain(keys("[[multilayer]]"))
            .chain(keys("[[bridges]]"))
            .collect();

        let command = Tieline::command();
        let simulate = command.find_subcommand("simulate").unwrap();
        let flags: BTreeSet<String> = simulate
            .get_arguments()
            .filter_map(|argument| argument.get_long())
            .filter(|long| *long != "help")
            .map(|long| long.replace('-', "_"))
            .collect();
        let elsewhere = [("layer", "layers"), ("accounts", "accounts")];
        for flag in flags.difference(&schema) {
            let key = elsewhere.iter().find(|(name, _)| name == flag).map(|(_, key)| *key);
            assert!(key.is_some_and(|key| inside.contains(key)), "no key for --{flag}");
        }
        let without: Vec<_> = schema.difference(&flags).collect();
        assert!(without.is_empty(), "no flag for {without:?}");
    }

    #[test]
    fn info_and_convert_take_the_same_graph_flags() {
        let command = Tieline::command();
        let longs = |name: &str| -> BTreeSet<String> {
            let command = command.find_subcommand(name).unwrap();
            command.get_arguments().filter_map(|a| a.get_long().map(str::to_owned)).collect()
        };
        for (name, own) in [("info", &["verify"][..]), ("convert", &["out", "with-reverse"])] {
            let mut graph = longs(name);
            assert!(own.iter().all(|flag| graph.remove(*flag)));
            assert!(longs("simulate").is_superset(&graph));
            assert!(graph.len() >= 11);
        }
    }
}
