//! Scenario files: everything that a command line can say, in TOML.
//!
//! Every flag of `tieline simulate` has its key here, with `_` for `-`. An unknown key is an error
//! that suggests the nearest one; so is a value of the wrong kind; both with file and line.
//!
//! ```toml
#![doc = include_str!("example.toml")]
//! ```
//! One with what takes time, and with other ways to start:
//!
//! ```toml
#![doc = include_str!("example_in_time.toml")]
//! ```
//! One with several posts:
//!
//! ```toml
#![doc = include_str!("example_of_posts.toml")]
//! ```
//! One with thresholds:
//!
//! ```toml
#![doc = include_str!("example_of_thresholds.toml")]
//! ```
//! One without a graph, which has a [`TypedPlan`]:
//!
//! ```toml
#![doc = include_str!("example_of_types.toml")]
//! ```
//!
//! Paths are relative to the folder of the scenario file. `[[network]]` declares networks in order;
//! entries of one name feed the same network, and networks without ties come after the others.
//! A file of origins holds one `account@network` a line; comments (first byte `#` or `%`) and blank
//! lines are counted.
//!
//! **Flags override the file** key by key. Lists (origins, mute, …) are replaced as a whole, and
//! `--origins` replaces `origins_file` as well, and the other way round; so it is with `--runs`, and
//! `--until-std-error` with its `max_runs`. In tables each entry is a
//! key of its own: `--reshare hall=0.2` leaves `all` and the other networks as they are. `--network`
//! replaces all `ties`, `--accounts` all `accounts`, `--multilayer` and `--bridges` all theirs;
//! `--layer ID=NAME` adds a name to every multilayer file. `--graph` replaces all files that describe
//! the graph and what is said of their rows, and `--network` or `--multilayer` replaces `graph`. What the file switches on
//! (`compare = true`), no flag switches off.

mod build;
mod by_network;
mod check;
mod examples;
mod explain;
mod fitting;
mod lines;
mod linked;
mod merge;
mod plan;
mod posts;
mod starts;
mod threshold;
mod times;
mod types;
mod until;
mod values;

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

pub use self::by_network::ByNetwork;
pub use self::examples::{
    EXAMPLE, EXAMPLE_IN_TIME, EXAMPLE_OF_POSTS, EXAMPLE_OF_THRESHOLDS, EXAMPLE_OF_TYPES,
};
use self::lines::Lines;
pub use self::plan::Plan;
pub use self::posts::PostKeys;
pub use self::starts::PostOn;
pub use self::threshold::ThresholdKey;
pub use self::times::DistributionKey;
pub use self::types::TypedPlan;
pub use self::until::UntilKey;
pub use self::values::{CrosspostKey, IdentityKey, InputPath, Pair, Paths, Reshare, ReshareKey};
use crate::error::{Error, Result};
use crate::graph::{Direction, Duplicates, RowTimes};
use crate::io::{Column, MultilayerForm};
use crate::model::{
    Adopt, Amount, Effects, FatigueCurve, Friends, Per, PeriodPer, Sharing, ThresholdDraw,
    ThresholdWeights,
};
use crate::random::Distribution;
use crate::unit::{Clock, Probability, TimeUnit};

/// A scenario as it is written: every key that was said, and nothing else. [`plan`](Self::plan)
/// checks it and fills in the defaults.
///
/// ```
/// use tieline::scenario_file::ScenarioFile;
///
/// let error = ScenarioFile::parse("runs = 10\nreshar = 0.5\n", "post.toml").unwrap_err();
/// assert_eq!(error.to_string(), "post.toml:2: unknown key `reshar`; did you mean `reshare`?");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ScenarioFile {
    /// How the post spreads along ties.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelName>,
    /// What a share passes along ties: a probability, or a rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reshare: Option<ReshareKey>,
    /// What shares of users pass on is multiplied by.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub infectivity: BTreeMap<String, f64>,
    /// What reaches users is multiplied by.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub susceptibility: BTreeMap<String, f64>,
    /// The probability of sharing something new at a look, in feeds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub innovation: Option<f64>,
    /// How many copies a screen holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slots: Option<u32>,
    /// The probability that a copy on a screen is noticed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attention: Option<f64>,
    /// The probability of sharing something from memory in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recall: Option<f64>,
    /// How long copies stay on a screen, and shares in memory; under `watts` and `count`, for how many steps a
    /// contact counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<f64>,
    /// How often accounts look, per unit of time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activity: Option<ByNetwork<f64>>,
    /// How long it all goes on before time 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub burn_in: Option<f64>,
    /// What the probability of a try is multiplied by, by the number of the exposure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fatigue: Option<FatigueCurve>,
    /// Who tires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fatigue_per: Option<Per>,
    /// How much later tries land.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay: Option<DistributionKey>,
    /// When the first contact along a tie comes, in place of a rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Distribution>,
    /// How long an account waits before it shares.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency: Option<DistributionKey>,
    /// How long it then passes the post on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<DistributionKey>,
    /// How long it cannot share again after that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub immunity: Option<DistributionKey>,
    /// How much later the shares are that a share causes, in self-exciting cascades.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<DistributionKey>,
    /// Whether accounts share again there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sharing: Option<Sharing>,
    /// What infectivity is multiplied by there, from each time on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub over_time: Vec<(f64, f64)>,
    /// Types of shares, in place of a graph, in self-exciting cascades; in other keys they are the networks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub types: Option<Vec<String>>,
    /// How large audiences are there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marks: Option<DistributionKey>,
    /// Whose the period is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_per: Option<PeriodPer>,
    /// How time goes by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// What times and rates are in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_unit: Option<TimeUnit>,
    /// The time after which nobody shares any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<f64>,
    /// The number of share events with which a run ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_shares: Option<u64>,
    /// How much later a cross-post lands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crosspost_delay: Option<Distribution>,
    /// Times, or steps, up to which shares are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reached_within: Option<Vec<f64>>,
    /// Where the weights of linear threshold come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weights: Option<ThresholdWeights>,
    /// The thresholds of a threshold model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<ThresholdKey>,
    /// A file with thresholds of users or accounts, one a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold_file: Option<InputPath>,
    /// A table of users: its first line names the columns, `user` and any of `infectivity`, `susceptibility`,
    /// `inclination` and `external_factor`, separated by tabs, else commas, else spaces; 1 where nothing stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_factors: Option<InputPath>,
    /// Who adopts under a threshold model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adopt: Option<Adopt>,
    /// How friends with several accounts count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub friends: Option<Friends>,
    /// When drawn thresholds are drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draw: Option<ThresholdDraw>,
    /// What ties into a network count, under `content`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub content: BTreeMap<String, f64>,
    /// Weights in files mean nothing here; without it, weights that no model reads are an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignore_weights: Option<bool>,
    /// Columns to leave out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignore_columns: Option<Vec<String>>,
    /// What to do with a tie that is stated with different weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicates: Option<Duplicates>,
    /// The probability of a cross-post.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crosspost: Option<CrosspostKey>,
    /// How inclined users are to cross-post.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub inclination: BTreeMap<String, f64>,
    /// What they do to each other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interaction: Option<Effects>,
    /// Whose earlier shares count for that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interaction_per: Option<Per>,
    /// The accounts that share first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origins: Option<Vec<String>>,
    /// A file with them, one a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origins_file: Option<InputPath>,
    /// Accounts that share at a time: lists of a time and an account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origins_at: Option<Vec<(f64, String)>>,
    /// How many accounts share first, drawn in each run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub random_origins: Option<ByNetwork<Amount>>,
    /// How many users share first, drawn in each run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub random_users: Option<ByNetwork<Amount>>,
    /// On how many of their accounts these users post.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub users_post_on: Option<PostOn>,
    /// How many of the accounts that most others see share first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_degree: Option<ByNetwork<Amount>>,
    /// How many accounts share first, drawn in proportion to how many see them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_degree: Option<ByNetwork<Amount>>,
    /// The rate at which accounts share of their own accord.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external: Option<ByNetwork<f64>>,
    /// What that rate is multiplied by, by user.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub external_factor: BTreeMap<String, f64>,
    /// The last step at which anybody may share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_steps: Option<u32>,
    /// Number of runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runs: Option<u64>,
    /// In place of a number of runs: the standard error to reach.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until_std_error: Option<UntilKey>,
    /// The most runs that this may take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_runs: Option<u64>,
    /// What chooses the worlds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rng_seed: Option<u64>,
    /// Compare the intervention with the same worlds without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compare: Option<bool>,
    /// Observe who saw the post.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<bool>,
    /// How many carriers to rank by what is lost without them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carriers: Option<usize>,
    /// Number of threads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threads: Option<usize>,
    /// Where the summary goes as JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub json: Option<InputPath>,
    /// Where the share events go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shares: Option<InputPath>,
    /// Which accounts are one user's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identities: Option<IdentityKey>,
    /// A graph file, in place of all files of text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graph: Option<InputPath>,
    /// Several posts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub posts: Vec<PostKeys>,
    /// Networks, one by one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub network: Vec<NetworkKeys>,
    /// Files of several networks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub multilayer: Vec<MultilayerKeys>,
    /// Ties between networks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bridges: Vec<BridgeKeys>,
    /// What is taken away or added.
    #[serde(skip_serializing_if = "InterventionKeys::is_empty")]
    pub intervention: InterventionKeys,
    #[serde(skip)]
    lines: Lines,
}

/// The key `model`: the name of a model.
///
/// ```
/// use tieline::scenario_file::{ModelName, ScenarioFile};
///
/// let scenario = ScenarioFile::parse("model = \"linear-threshold\"", "post.toml")?;
/// assert_eq!(scenario.model, Some(ModelName::LinearThreshold));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ModelName {
    /// Every tie of a sharer gets one try.
    #[default]
    IndependentCascade,
    /// The same with probability 1 / in-degree.
    WeightedCascade,
    /// Accounts share once enough of those they see have.
    LinearThreshold,
    /// The same, given which share of them is enough.
    Watts,
    /// The same, given how many are.
    Count,
    /// The same, given which sum of weights is.
    LinearFixed,
    /// People share once a share of those they see in some network have.
    Or,
    /// The same, in all networks.
    And,
    /// The same, over all networks weighed.
    Content,
    /// The same, over all networks.
    Pooled,
    /// Who shares contacts those who see it, for ever.
    Si,
    /// The same for a period.
    Sir,
    /// The same, and who is contacted shares later.
    Seir,
    /// As SIR, and attention is shared out among all whom an account sees.
    Fsir,
    /// Who stops sharing may share again.
    Sis,
    /// The same, after a time.
    Sirs,
    /// Every share of an account causes others.
    Hawkes,
    /// Copies compete for slots on screens.
    Gleeson,
    /// They stay on screens for a time.
    Weng,
}

/// One entry of `[[network]]`.
///
/// ```
/// use tieline::Direction;
/// use tieline::scenario_file::ScenarioFile;
///
/// let text = "
/// [[network]]
/// name = 'square'
/// ties = ['square.tsv', 'square-later.tsv.gz']
/// direction = 'follows'
/// ";
/// let square = &ScenarioFile::parse(text, "post.toml")?.network[0];
/// assert_eq!((square.name.as_str(), square.direction), ("square", Some(Direction::Follows)));
/// assert_eq!(square.ties.0[1].written(), "square-later.tsv.gz");
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table, as [[network]] with name and ties")]
pub struct NetworkKeys {
    /// The name.
    pub name: String,
    /// Files of ties.
    #[serde(default, skip_serializing_if = "no_paths")]
    pub ties: Paths,
    /// What their rows say; directed by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// What times these rows have: `contacts` or `intervals`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<RowTimes>,
    /// What these times are in, if not in `time_unit`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<TimeUnit>,
    /// Files of accounts.
    #[serde(default, skip_serializing_if = "no_paths")]
    pub accounts: Paths,
    /// Which of their columns holds the names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accounts_column: Option<Column>,
}

fn no_paths(paths: &Paths) -> bool {
    paths.0.is_empty()
}

/// One entry of `[[multilayer]]`. Shown at [`EXAMPLE`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table, as [[multilayer]] with file")]
pub struct MultilayerKeys {
    /// The file.
    pub file: InputPath,
    /// What a row holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<MultilayerForm>,
    /// What a row says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// Names of networks by the name of the layer in the file.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub layers: BTreeMap<String, String>,
}

/// One entry of `[[bridges]]`. Shown at [`EXAMPLE`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table, as [[bridges]] with file")]
pub struct BridgeKeys {
    /// The file.
    pub file: InputPath,
    /// What a row says; directed by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
}

/// The table `[intervention]`: an [`Overlay`](crate::Overlay) by name.
///
/// ```
/// use tieline::scenario_file::ScenarioFile;
///
/// let text = "[intervention]\nno_carry = ['Bob']\ncut = [['ann@square', 'dee@square']]";
/// let intervention = ScenarioFile::parse(text, "post.toml")?.intervention;
/// assert_eq!(intervention.no_carry.as_deref(), Some(&["Bob".to_owned()][..]));
/// assert!(intervention.mute.is_none() && !intervention.is_empty());
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table, as [intervention] with mute = [...]")]
#[non_exhaustive]
pub struct InterventionKeys {
    /// Users who never share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mute: Option<Vec<String>>,
    /// Users who never cross-post.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_carry: Option<Vec<String>>,
    /// Ties over which nothing goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut: Option<Vec<(String, String)>>,
    /// More origins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub add_origin: Option<Vec<String>>,
    /// Nobody cross-posts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_crosspost: Option<bool>,
    /// What every probability of cross-posting is multiplied by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crosspost_times: Option<Probability>,
}

impl InterventionKeys {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl ScenarioFile {
    /// Reads a scenario file.
    ///
    /// # Errors
    /// If it cannot be read, or as in [`parse`](Self::parse).
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let (text, name) = read_text(path)?;
        let mut file = Self::parse(&text, &name)?;
        if let Some(folder) = path.parent() {
            file.paths().into_iter().for_each(|path| path.is_in(folder));
        }
        Ok(file)
    }

    /// Reads the text of a scenario file; `name` is what errors call it. Paths are relative to the
    /// working directory.
    ///
    /// # Errors
    /// With file and line, and the nearest key for one that is unknown.
    pub fn parse(text: &str, name: &str) -> Result<Self> {
        let read: Result<Self, _> = toml::from_str(text);
        let mut file = read.map_err(|error| explain::in_toml(&error, text).in_file(name))?;
        file.lines = Lines::of(text, name);
        Ok(file)
    }

    fn paths(&mut self) -> Vec<&mut InputPath> {
        let mut paths = Vec::new();
        for network in &mut self.network {
            paths.extend(&mut network.ties.0);
            paths.extend(&mut network.accounts.0);
        }
        paths.extend(self.multilayer.iter_mut().map(|multilayer| &mut multilayer.file));
        paths.extend(self.bridges.iter_mut().map(|bridges| &mut bridges.file));
        if let Some(IdentityKey::File(file)) = &mut self.identities {
            paths.push(file);
        }
        paths.extend(&mut self.graph);
        paths.extend(&mut self.origins_file);
        paths.extend(&mut self.threshold_file);
        paths.extend(&mut self.user_factors);
        paths.extend(self.json.as_mut().filter(|json| json.written() != "-"));
        paths.extend(&mut self.shares);
        paths
    }
}

/// The text of a file, and what errors call it.
fn read_text(path: &Path) -> Result<(String, String)> {
    let name = path.to_string_lossy();
    let bytes = std::fs::read(path)
        .map_err(|error| Error::io("cannot read", error).in_file(name.clone()))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let line = 1 + error.as_bytes()[..error.utf8_error().valid_up_to()]
            .iter()
            .filter(|&&byte| byte == b'\n')
            .count() as u64;
        Error::input("expected UTF-8").in_file(name.clone()).at_line(line)
    })?;
    Ok((text, name.into_owned()))
}
