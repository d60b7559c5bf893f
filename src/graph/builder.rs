//! [`GraphBuilder`]: rows in, a graph out. Takes anything in any order and says what it dropped.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::SocialGraph;
use super::assemble;
use super::kind::{NetworkKind, Reciprocity};
use super::names::NameTable;
use super::report::{FileReport, LoadReport};
use super::times::TimedRows;
use crate::error::{Error, Result};
use crate::id::{LogicalKey, NetworkId};

/// What to do with rows that state the same tie with different weights. On the command line:
/// `--duplicates sum`, `first` or `max`.
///
/// ```
/// use tieline::{Duplicates, SocialGraph};
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// builder.weighted_tie(square, "ann", "bob", 0.5).weighted_tie(square, "ann", "bob", 0.25);
/// builder.duplicates(Duplicates::Sum);
/// let (graph, report) = builder.build_with_report()?;
/// let tie = graph.tie_ids(graph.account("ann")?).next().unwrap();
/// assert_eq!((graph.weight(tie), report.networks[0].combined), (Some(0.75), 1));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Duplicates {
    /// It is an error that names both rows.
    #[default]
    Error,
    /// The weights add up, those of equal rows too.
    Sum,
    /// The row that came first counts.
    First,
    /// The largest weight counts.
    Max,
}

/// A row that states a tie between two accounts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) source: LogicalKey,
    pub(crate) target: LogicalKey,
    pub(crate) mutual: bool,
    /// NaN if the row has none.
    pub(crate) weight: f64,
    /// File and line, for the error about two weights; 0 if the row came from code.
    pub(crate) file: u32,
    pub(crate) line: u64,
}

/// Collects networks, accounts, ties and users, then builds a [`SocialGraph`].
///
/// Accounts are numbered in order of first appearance in their network; that order is the account's
/// name to randomness, so another order of the same rows is another world of the same law.
/// The first mistake is kept and returned by [`build`](Self::build).
///
/// ```
/// use tieline::SocialGraph;
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// let hall = builder.network("hall");
/// builder
///     .tie(square, "ann", "bob")
///     .weighted_tie(square, "bob", "cid", 0.5)
///     .account(hall, "lurker")
///     .bridge((square, "cid"), (hall, "dee"));
/// let graph = builder.build()?;
/// assert_eq!((graph.tie_count(), graph.bridge_tie_count()), (3, 1));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct GraphBuilder {
    pub(super) networks: Vec<NetworkDraft>,
    by_name: HashMap<String, NetworkId>,
    pub(super) rows: RowStore,
    /// Per network, as far as any has rows with times.
    pub(super) timed: Vec<TimedRows>,
    pub(super) bridges: Vec<Row>,
    pub(super) users: NameTable,
    /// User, account, and where it was said.
    pub(super) identities: Vec<IdentityRow>,
    pub(super) same_name: bool,
    pub(super) duplicates: Duplicates,
    pub(super) report: LoadReport,
    failed: Option<Error>,
}

#[derive(Debug)]
pub(super) struct NetworkDraft {
    pub(super) name: String,
    pub(super) kind: NetworkKind,
    pub(super) names: NameTable,
    /// Equal account names in networks that say so are one user.
    pub(super) people: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct IdentityRow {
    pub(super) user: u32,
    pub(super) account: LogicalKey,
    pub(super) file: u32,
    pub(super) line: u64,
}

/// Rows inside networks: 8 bytes each while no weight is given.
#[derive(Debug, Default)]
pub(super) struct RowStore {
    /// Per network: (source rank, target rank).
    pub(super) directed: Vec<Vec<(u32, u32)>>,
    pub(super) mutual: Vec<Vec<(u32, u32)>>,
    /// Per network: the rows with weights.
    pub(super) weighted: Vec<Vec<Row>>,
}

impl GraphBuilder {
    /// Declares a network, or finds the one of that name.
    ///
    /// A name must not be empty nor hold `@`, `:` or `=`.
    pub fn network(&mut self, name: impl Into<String>) -> NetworkId {
        self.network_of_kind(name, NetworkKind::default())
    }

    /// Declares a network of a kind, or finds the one of that name and leaves its kind as it is.
    pub fn network_of_kind(&mut self, name: impl Into<String>, kind: NetworkKind) -> NetworkId {
        let name = name.into();
        if let Some(&known) = self.by_name.get(&name) {
            return known;
        }
        if let Err(error) = check_network_name(&name) {
            self.fail(error);
        }
        let id = NetworkId::new(self.networks.len() as u32);
        self.by_name.insert(name.clone(), id);
        let names = NameTable::default();
        self.networks.push(NetworkDraft { name, kind, names, people: false });
        self.rows.directed.push(Vec::new());
        self.rows.mutual.push(Vec::new());
        self.rows.weighted.push(Vec::new());
        id
    }

    /// The network of that name, if it was declared.
    pub(crate) fn find_network(&self, name: &str) -> Option<NetworkId> {
        self.by_name.get(name).copied()
    }

    pub(crate) fn network_names(&self) -> impl Iterator<Item = &str> {
        self.networks.iter().map(|network| network.name.as_str())
    }

    /// The name of a network.
    pub(crate) fn network_name(&self, network: NetworkId) -> &str {
        &self.networks[network.index()].name
    }

    /// Equal account names in all networks for which this was said are one user, named like them.
    pub(crate) fn names_are_people(&mut self, network: NetworkId) {
        self.networks[network.index()].people = true;
    }

    /// An account, so that it exists even without ties.
    pub fn account(&mut self, network: NetworkId, name: &str) -> &mut Self {
        self.catch(|builder| builder.intern(network, name).map(drop))
    }

    /// A tie: what `source` shares, `target` sees.
    pub fn tie(&mut self, network: NetworkId, source: &str, target: &str) -> &mut Self {
        self.catch(|builder| builder.add(network, source, target, false, f64::NAN))
    }

    /// A tie with a weight: finite and ≥ 0. A weight is nothing by itself; the model says what it
    /// means.
    pub fn weighted_tie(
        &mut self,
        network: NetworkId,
        source: &str,
        target: &str,
        weight: f64,
    ) -> &mut Self {
        self.catch(|builder| {
            check_weight(weight)?;
            builder.add(network, source, target, false, weight)
        })
    }

    /// Two ties: each sees what the other shares.
    pub fn mutual(&mut self, network: NetworkId, one: &str, other: &str) -> &mut Self {
        self.catch(|builder| builder.add(network, one, other, true, f64::NAN))
    }

    /// One tie or two, as the kind of the network says. Shown at [`Network`](crate::Network).
    pub fn connect(&mut self, network: NetworkId, source: &str, target: &str) -> &mut Self {
        self.catch(|builder| {
            let kind = &builder.networks[network.index()].kind;
            let mutual = kind.reciprocity == Reciprocity::Mutual;
            builder.add(network, source, target, mutual, f64::NAN)
        })
    }

    /// A bridge tie: a tie between accounts of two networks.
    pub fn bridge(&mut self, source: (NetworkId, &str), target: (NetworkId, &str)) -> &mut Self {
        self.catch(|builder| builder.add_bridge(source, target, f64::NAN))
    }

    /// A bridge tie with a weight: finite and ≥ 0.
    pub fn weighted_bridge(
        &mut self,
        source: (NetworkId, &str),
        target: (NetworkId, &str),
        weight: f64,
    ) -> &mut Self {
        self.catch(|builder| {
            check_weight(weight)?;
            builder.add_bridge(source, target, weight)
        })
    }

    /// These accounts are one user's, who is called `name`. May be called again with more accounts.
    /// Shown at [`SocialGraph`].
    pub fn user<'a>(
        &mut self,
        name: &str,
        accounts: impl IntoIterator<Item = (NetworkId, &'a str)>,
    ) -> &mut Self {
        self.catch(|builder| {
            for (network, account) in accounts {
                let account = builder.intern(network, account)?;
                builder.push_identity(name, account, 0, 0)?;
            }
            Ok(())
        })
    }

    /// Equal account names, in whatever networks, are one user's. Shown at
    /// [`Ensemble`](crate::Ensemble).
    pub fn same_name_is_one_user(&mut self) -> &mut Self {
        self.same_name = true;
        self
    }

    /// What to do with rows that state the same tie with different weights.
    pub fn duplicates(&mut self, duplicates: Duplicates) -> &mut Self {
        self.duplicates = duplicates;
        self
    }

    /// Builds the graph.
    ///
    /// # Errors
    /// The first mistake in what was added, two weights for one tie, an account of two users, or
    /// more accounts than a `u32` can number.
    ///
    /// # Complexity
    /// O(n + m log m) time.
    pub fn build(self) -> Result<SocialGraph> {
        self.build_with_report().map(|(graph, _)| graph)
    }

    /// [`build`](Self::build), and what was dropped on the way. Shown at [`LoadReport`].
    ///
    /// # Errors
    /// As [`build`](Self::build).
    pub fn build_with_report(mut self) -> Result<(SocialGraph, LoadReport)> {
        match self.failed.take() {
            Some(error) => Err(error),
            None => assemble::assemble(self),
        }
    }

    /// The account of that name in `network`, which exists from now on.
    pub(crate) fn intern(&mut self, network: NetworkId, name: &str) -> Result<LogicalKey> {
        if name.is_empty() {
            return Err(Error::input("an account's name must not be empty"));
        }
        let rank = self.networks[network.index()].names.intern(name)?;
        Ok(LogicalKey::new(network, rank))
    }

    /// [`intern`](Self::intern) for a name that is this number in plain decimal.
    #[inline]
    pub(crate) fn intern_number(&mut self, network: NetworkId, number: u64) -> Result<LogicalKey> {
        let rank = self.networks[network.index()].names.intern_number(number)?;
        Ok(LogicalKey::new(network, rank))
    }

    /// The account of that name in `network`, if there is one by now.
    pub(crate) fn find_account(&self, network: NetworkId, name: &str) -> Option<LogicalKey> {
        let rank = self.networks[network.index()].names.find(name)?;
        Some(LogicalKey::new(network, rank))
    }

    /// The number of accounts so far.
    pub(crate) fn account_count(&self) -> u64 {
        self.networks.iter().map(|network| u64::from(network.names.len())).sum()
    }

    /// The number of those in `network`.
    pub(crate) fn accounts_in(&self, network: NetworkId) -> u32 {
        self.networks[network.index()].names.len()
    }

    pub(crate) fn push_row(&mut self, row: Row) -> Result<()> {
        let network = row.source.network();
        if network != row.target.network() {
            self.bridges.push(row);
        } else if row.weight.is_nan() {
            let rows = if row.mutual { &mut self.rows.mutual } else { &mut self.rows.directed };
            rows[network.index()].push((row.source.rank(), row.target.rank()));
        } else {
            self.rows.weighted[network.index()].push(row);
        }
        Ok(())
    }

    pub(crate) fn push_identity(
        &mut self,
        user: &str,
        account: LogicalKey,
        file: u32,
        line: u64,
    ) -> Result<()> {
        if user.is_empty() {
            return Err(Error::input("a user's name must not be empty"));
        }
        let user = self.users.intern(user)?;
        self.identities.push(IdentityRow { user, account, file, line });
        Ok(())
    }

    /// Adds a file to the report; rows refer to it by the number returned (from 1).
    pub(crate) fn push_file(&mut self, file: FileReport) -> u32 {
        self.report.files.push(file);
        self.report.files.len() as u32
    }

    pub(crate) fn file_mut(&mut self, file: u32) -> &mut FileReport {
        &mut self.report.files[file as usize - 1]
    }

    pub(crate) fn report_mut(&mut self) -> &mut LoadReport {
        &mut self.report
    }

    fn add(
        &mut self,
        network: NetworkId,
        source: &str,
        target: &str,
        mutual: bool,
        weight: f64,
    ) -> Result<()> {
        let source = self.intern(network, source)?;
        let target = self.intern(network, target)?;
        self.push_row(Row { source, target, mutual, weight, file: 0, line: 0 })
    }

    fn add_bridge(
        &mut self,
        source: (NetworkId, &str),
        target: (NetworkId, &str),
        weight: f64,
    ) -> Result<()> {
        let source = self.intern(source.0, source.1)?;
        let target = self.intern(target.0, target.1)?;
        self.push_row(Row { source, target, mutual: false, weight, file: 0, line: 0 })
    }

    fn fail(&mut self, error: Error) {
        self.failed.get_or_insert(error);
    }

    pub(super) fn catch(&mut self, add: impl FnOnce(&mut Self) -> Result<()>) -> &mut Self {
        if let Err(error) = add(self) {
            self.fail(error);
        }
        self
    }
}

/// The name of a network has to be written `account@network`, `NAME=FILE` and `FROM:TO=Q`.
pub(crate) fn check_network_name(name: &str) -> Result<()> {
    if name.is_empty() || name.contains(['@', ':', '=']) {
        return Err(Error::input(format!(
            "a network's name must not be empty nor hold `@`, `:` or `=`, found `{name}`"
        )));
    }
    Ok(())
}

/// Weights are finite and not negative, whatever they are used for.
pub(crate) fn check_weight(weight: f64) -> Result<()> {
    if weight.is_finite() && weight >= 0.0 {
        Ok(())
    } else {
        Err(Error::range(format!("a weight must be finite and not negative, found {weight}")))
    }
}
