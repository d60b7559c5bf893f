//! [`GraphFiles`]: what to load, as plain data that ends in a graph.

use serde::{Deserialize, Serialize};

use super::accounts::{self, AccountFile};
use super::bridges::BridgeFile;
use super::identities::{self, Identities};
use super::multilayer::{MultilayerFile, MultilayerForm};
use super::source::Source;
use super::ties::TieFile;
use crate::error::{Error, Result};
use crate::graph::{
    Direction, Duplicates, GraphBuilder, LoadReport, SocialGraph, check_network_name,
};
use crate::id::NetworkId;

/// What a third column, or one that a header calls `weight`, is to the caller.
///
/// The command line finds it out from other flags: `--reshare weight` and `--weights` mean
/// [`Used`](Self::Used), `--delay weight` means [`Delay`](Self::Delay), `--ignore-weights` means
/// [`Ignored`](Self::Ignored).
///
/// ```
/// use tieline::{Direction, GraphFiles, Source, WeightColumn};
///
/// let rows = Source::bytes("chirp.tsv", "ann bob 0.5\n");
/// let files = GraphFiles::new().network("chirp", rows, Direction::Directed);
/// assert!(files.load().is_err(), "nobody said what the third column is");
/// assert!(files.weights(WeightColumn::Used).load()?.0.has_weights());
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum WeightColumn {
    /// The caller said nothing: a header has to call it `weight`.
    #[default]
    Unexplained,
    /// It is the weight.
    Used,
    /// It is how much later what a share passes on arrives; a header may call it `delay`, too.
    Delay,
    /// It is left out, before duplicates are compared.
    Ignored,
}

impl WeightColumn {
    /// Whether a column of this name holds the weights, in whatever case it is written.
    pub(super) fn is_called(self, name: &str) -> bool {
        name.eq_ignore_ascii_case("weight")
            || (self == Self::Delay && name.eq_ignore_ascii_case("delay"))
    }
}

/// The files that make up a graph.
///
/// Fill it by its methods, or as plain data (it is serde's too), then [`load`](Self::load).
///
/// Networks are declared in this order: those of `networks`, those of `accounts`, then the layers of
/// `multilayer` as they appear. Accounts are numbered by first appearance in `accounts`, then
/// `networks`, `multilayer`, `bridges`, `identities`, each in order. That order is the account's
/// name to randomness; whatever is appended keeps all earlier ones.
///
/// Nothing is dropped in silence:
///
/// | in a text file | what becomes of it |
/// |---|---|
/// | a line whose first byte is `#` or `%` (in `.mpx`: `--` or `%`), a blank line | counted |
/// | the delimiter | what the first row has: a tab, else a comma, else spaces |
/// | quotes, `#` or `@` inside a row | part of the name |
/// | a first row with a known pair of column names | the header: columns are found by name |
/// | a column `weight` (or `delay`, if weights are delays), or a last one that the caller explains | the weight: finite and ≥ 0 |
/// | columns of times, in a [`TieFile`] that says that rows have them | the times; see there |
/// | any other column | an error, unless `ignore_columns` names it |
/// | weights, when they are ignored | left out before duplicates are compared, and counted |
/// | an attribute in `.mpx` but a numeric `weight` of edges | left out, and counted by name |
/// | a name that is empty or not UTF-8, too few or too many fields, a file without rows | an error |
/// | a row from an account to itself | dropped and counted; the account stays |
/// | the same tie again | dropped and counted; a reciprocal row of a mutual tie confirms it |
/// | the same tie with another weight | an error, unless `duplicates` says what to do |
/// | a row from a node to itself in another layer | counted: a node is one user already |
/// | an account that only an identity or a bridge tie names | it exists now |
/// | an unknown network, layer or column | an error that names the nearest |
///
/// A first row is a header if it holds one of these pairs, in any case and any order: `source`
/// `target`, `src` `dst`, `src` `dest`, `from` `to`, `node_1` `node_2`, `node1` `node2`, `id_1`
/// `id_2`, `id1` `id2`, `user_1` `user_2`, `user1` `user2`, `ego` `alter`, `sender` `receiver`,
/// `from_node` `to_node`, `FromNode` `ToNode`, `node_from` `node_to`, `NodeFrom` `NodeTo`,
/// `FromNodeId` `ToNodeId`, `from_id` `to_id`, `source_id` `target_id`, `SourceId` `TargetId`,
/// and `follower` `followed` or `follower` `followee`, which need a stated direction. In
/// `layer-node-node` it must also hold `layer`; in `node-layer-node-layer` one of the pairs
/// `source_layer` `target_layer`, `from_layer` `to_layer`, `layer_from` `layer_to`, `layer_1`
/// `layer_2`, the underscores left out or not.
///
/// ```
/// use tieline::{Direction, GraphFiles, Identities, Source};
///
/// let square = Source::bytes("square.tsv", "ann bob\nbob cid\n");
/// let hall = Source::bytes("hall.tsv", "bob,dee\n");
/// let (graph, report) = GraphFiles::new()
///     .network("square", square, Direction::Follows)
///     .network("hall", hall, Direction::Mutual)
///     .identities(Identities::SameName)
///     .load()?;
///
/// assert_eq!((graph.account_count(), graph.user_count(), graph.tie_count()), (5, 4, 4));
/// assert_eq!(report.files[0].example.as_deref(), Some("bob shares, ann sees"));
/// assert_eq!(report.identities.users_with_several, 1); // bob
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct GraphFiles {
    /// Names of networks in order of declaration, where that is not the order of the files; others
    /// follow.
    pub declared: Vec<String>,
    /// Ties inside networks.
    pub networks: Vec<TieFile>,
    /// Accounts, so that those without ties exist.
    pub accounts: Vec<AccountFile>,
    /// Files that hold several networks.
    pub multilayer: Vec<MultilayerFile>,
    /// Which accounts are one user's.
    pub identities: Option<Identities>,
    /// Ties between networks.
    pub bridges: Vec<BridgeFile>,
    /// What a column with weights is.
    pub weights: WeightColumn,
    /// What to do with rows that state the same tie with different weights.
    pub duplicates: Duplicates,
    /// Columns to leave out, by their names in header rows.
    pub ignore_columns: Vec<String>,
}

impl GraphFiles {
    /// No files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds ties of a network; several files may feed the same one.
    #[must_use]
    pub fn network(
        mut self,
        name: impl Into<String>,
        file: impl Into<Source>,
        direction: Direction,
    ) -> Self {
        self.networks.push(TieFile::new(name, file, direction));
        self
    }

    /// Adds accounts of a network, one a row.
    #[must_use]
    pub fn accounts(mut self, name: impl Into<String>, file: impl Into<Source>) -> Self {
        self.accounts.push(AccountFile::new(name, file));
        self
    }

    /// Adds a file of several networks; rows are directed unless the file says otherwise.
    #[must_use]
    pub fn multilayer(mut self, file: impl Into<Source>, form: MultilayerForm) -> Self {
        self.multilayer.push(MultilayerFile::new(file, form));
        self
    }

    /// Adds a file of several networks, with its direction and the names of its layers.
    #[must_use]
    pub fn multilayer_file(mut self, file: MultilayerFile) -> Self {
        self.multilayer.push(file);
        self
    }

    /// Says which accounts are one user's.
    #[must_use]
    pub fn identities(mut self, identities: Identities) -> Self {
        self.identities = Some(identities);
        self
    }

    /// Adds ties between networks.
    #[must_use]
    pub fn bridges(mut self, file: impl Into<Source>, direction: Direction) -> Self {
        self.bridges.push(BridgeFile::new(file, direction));
        self
    }

    /// Says what a column with weights is.
    #[must_use]
    pub fn weights(mut self, weights: WeightColumn) -> Self {
        self.weights = weights;
        self
    }

    /// Says what to do with rows that state the same tie with different weights.
    #[must_use]
    pub fn duplicates(mut self, duplicates: Duplicates) -> Self {
        self.duplicates = duplicates;
        self
    }

    /// Leaves out the columns that headers call so.
    #[must_use]
    pub fn ignore_column(mut self, name: impl Into<String>) -> Self {
        self.ignore_columns.push(name.into());
        self
    }

    /// Reads all files and builds the graph.
    ///
    /// # Errors
    /// The first mistake, with file and line: a file that cannot be read or has no rows, a row of
    /// another form, a name that is not UTF-8, a weight that is no number, a column that nobody
    /// explained, a network or layer that does not exist; and what
    /// [`GraphBuilder::build`](crate::GraphBuilder::build) finds in the whole.
    ///
    /// # Complexity
    /// O(bytes + n + m log m) time; 8 bytes a row while no weight is read.
    pub fn load(&self) -> Result<(SocialGraph, LoadReport)> {
        self.read()?.build_with_report()
    }

    /// Reads all files.
    pub(super) fn read(&self) -> Result<GraphBuilder> {
        let mut reader = Reader {
            files: self,
            builder: SocialGraph::builder(),
            ignored: vec![false; self.ignore_columns.len()],
            layers: Vec::new(),
        };
        reader.read()?;
        Ok(reader.builder)
    }
}

/// A builder, and what its files are read by.
pub(super) struct Reader<'a> {
    pub(super) files: &'a GraphFiles,
    pub(super) builder: GraphBuilder,
    /// For each column to leave out, whether a file has one.
    ignored: Vec<bool>,
    /// The networks that are layers.
    pub(super) layers: Vec<NetworkId>,
}

impl Reader<'_> {
    fn read(&mut self) -> Result<()> {
        let files = self.files;
        if files.networks.is_empty() && files.multilayer.is_empty() && files.accounts.is_empty() {
            return Err(Error::input(
                "expected at least one network: `--network NAME=FILE` or `--multilayer FILE:FORM`",
            ));
        }
        self.builder.duplicates(files.duplicates);
        let stated = files.networks.iter().map(|ties| &ties.name);
        let listed = files.accounts.iter().map(|accounts| &accounts.name);
        if let Some(name) = files
            .declared
            .iter()
            .find(|name| !stated.clone().chain(listed.clone()).any(|known| known == *name))
        {
            return Err(Error::input(format!(
                "no file gives ties or accounts of network `{name}`"
            )));
        }
        for name in files.declared.iter().chain(stated.clone()) {
            self.declare(name)?;
        }
        let with_ties: Vec<NetworkId> =
            stated.filter_map(|name| self.builder.find_network(name)).collect();
        let mut in_report = Vec::new();
        for accounts in &files.accounts {
            in_report.push(accounts.read(self)?);
        }
        for ties in &files.networks {
            ties.read(self)?;
        }
        for file in &files.multilayer {
            file.read(self)?;
        }
        for (accounts, file) in files.accounts.iter().zip(in_report) {
            let network = self.declare(&accounts.name)?;
            if !with_ties.contains(&network) && !self.layers.contains(&network) {
                accounts::mark_without_ties(self.builder.file_mut(file));
            }
        }
        for bridges in &files.bridges {
            bridges.read(self)?;
        }
        match &files.identities {
            None => {}
            Some(Identities::SameName) => {
                self.builder.same_name_is_one_user();
            }
            Some(Identities::File(source)) => identities::read(self, source)?,
        }
        for (column, seen) in files.ignore_columns.iter().zip(&self.ignored) {
            if !seen {
                return Err(Error::name(format!(
                    "no header has a column `{column}` that could be left out"
                )));
            }
        }
        Ok(())
    }

    /// Declares a network, or finds the one of that name.
    pub(super) fn declare(&mut self, name: &str) -> Result<NetworkId> {
        check_network_name(name)?;
        Ok(self.builder.network(name))
    }

    /// Whether the caller leaves out the columns that headers call so.
    pub(super) fn ignores_column(&mut self, name: &str) -> bool {
        let mut found = false;
        for (column, seen) in self.files.ignore_columns.iter().zip(&mut self.ignored) {
            if column.to_lowercase() == name.to_lowercase() {
                *seen = true;
                found = true;
            }
        }
        found
    }
}
