//! [`BulkBuilder`]: graphs of numbered accounts from ties that are never held.

mod rows;
mod source;

pub use self::source::{TieList, TieSource};
use super::assemble::first_accounts;
use super::builder::check_network_name;
use super::csr::Csr;
use super::filed_names::Names;
use super::kind::NetworkKind;
use super::names::NameTable;
use super::report::{LoadReport, NetworkReport};
use super::users::Users;
use super::{Network, NetworkTimes, SocialGraph};
use crate::error::{Error, Result};
use crate::id::{AccountId, LogicalKey, NetworkId};

/// Builds a [`SocialGraph`] whose accounts are called 0, 1, 2 … in each network, from ties that can
/// be gone through twice: a thousand million ties take the memory of the graph and no more.
///
/// [`GraphBuilder`](crate::GraphBuilder) takes names and anything in any order, and holds all rows
/// before it sorts them. This one takes whole networks as [`TieSource`]s.
///
/// ```
/// use tieline::{SocialGraph, TieList};
///
/// let mut builder = SocialGraph::bulk_builder();
/// let square = builder.network("square", &TieList::new(3, vec![(0, 1), (0, 2)]))?;
/// let hall = builder.network("hall", &TieList::new(2, vec![(0, 1)]).mutual())?;
/// builder.user([(square, 2), (hall, 0)])?;
/// let graph = builder.build()?;
///
/// assert_eq!((graph.tie_count(), graph.user_count()), (4, 4));
/// let (here, there) = (graph.account("2@square")?, graph.account("0@hall")?);
/// assert_eq!(graph.user_of(here), graph.user_of(there));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug)]
pub struct BulkBuilder {
    networks: Vec<Network>,
    starts: Vec<u32>,
    offsets: Vec<u64>,
    targets: Vec<AccountId>,
    /// The accounts of each user with several, and where each of these lists ends.
    members: Vec<AccountId>,
    user_ends: Vec<u64>,
    report: LoadReport,
}

impl BulkBuilder {
    pub(super) fn new() -> Self {
        Self {
            networks: Vec::new(),
            starts: vec![0],
            offsets: vec![0],
            targets: Vec::new(),
            members: Vec::new(),
            user_ends: vec![0],
            report: LoadReport::default(),
        }
    }

    /// Declares a network and takes its ties. Self-ties and repeated ties are dropped and counted.
    ///
    /// # Errors
    /// If the name is none or is taken, if a tie names an account that the source does not have, or
    /// if there are more accounts than a `u32` can number.
    ///
    /// # Panics
    /// If the source gives other ties when it is asked again.
    ///
    /// # Complexity
    /// O(n + m log(m / n)) time, twice the source's included; the memory of the rows before repeated
    /// ties are dropped, and some buffers per thread. Runs on the caller's rayon pool with the
    /// feature `parallel`; the graph is the same on any number of threads.
    pub fn network(&mut self, name: impl Into<String>, ties: &dyn TieSource) -> Result<NetworkId> {
        let name = name.into();
        check_network_name(&name)?;
        if self.networks.iter().any(|network| network.name == name) {
            return Err(Error::conflict(format!("two networks are called `{name}`")));
        }
        let accounts = ties.account_count();
        let sizes = self.starts.windows(2).map(|bounds| bounds[1] - bounds[0]);
        let starts = first_accounts(sizes.chain([accounts]))?;
        let first = self.starts[self.networks.len()];
        let rows = rows::append_rows(ties, first, &mut self.offsets, &mut self.targets);
        let rows = rows.inspect_err(|_| self.offsets.truncate(first as usize + 1))?;
        let id = NetworkId::new(self.networks.len() as u32);
        self.starts = starts;
        self.report.networks.push(NetworkReport::new(name.clone(), u64::from(accounts), &rows));
        self.networks.push(Network {
            id,
            name,
            kind: NetworkKind::new("", ties.reciprocity()),
            names: Names::Table(NameTable::counting(accounts)),
            times: NetworkTimes::default(),
            names_are_people: false,
        });
        Ok(id)
    }

    /// Number of accounts of a network.
    ///
    /// # Panics
    /// If there is no such network.
    #[must_use]
    pub fn account_count(&self, network: NetworkId) -> u32 {
        self.starts[network.index() + 1] - self.starts[network.index()]
    }

    /// How many see what account number `account` of `network` shares. O(1).
    ///
    /// # Panics
    /// If there is no such account.
    #[must_use]
    pub fn out_degree(&self, network: NetworkId, account: u32) -> u64 {
        let row = (self.starts[network.index()] + account) as usize;
        self.offsets[row + 1] - self.offsets[row]
    }

    /// These accounts, two or more, are one user's. Users are called 0, 1, 2 … in the order in which
    /// they are told.
    ///
    /// # Errors
    /// If there are less than two accounts, or one does not exist. An account of two users is told
    /// by [`build`](Self::build).
    pub fn user(&mut self, accounts: impl IntoIterator<Item = (NetworkId, u32)>) -> Result<()> {
        let before = self.members.len();
        for (network, account) in accounts {
            let known = network.index() < self.networks.len();
            if !known || account >= self.account_count(network) {
                self.members.truncate(before);
                return Err(Error::range(format!(
                    "there is no account number {account} in network number {}",
                    network.get()
                )));
            }
            self.members.push(AccountId::new(self.starts[network.index()] + account));
        }
        self.members[before..].sort_unstable();
        if self.members.len() < before + 2 {
            self.members.truncate(before);
            return Err(Error::range("a user to be told of must have two accounts or more"));
        }
        self.user_ends.push(self.members.len() as u64);
        Ok(())
    }

    /// Builds the graph.
    ///
    /// # Errors
    /// If an account is of two users.
    ///
    /// # Complexity
    /// O(n) time if there are users with several accounts, else O(1).
    pub fn build(self) -> Result<SocialGraph> {
        self.build_with_report().map(|(graph, _)| graph)
    }

    /// [`build`](Self::build), and what was dropped on the way. Shown at [`TieList`].
    ///
    /// # Errors
    /// As [`build`](Self::build).
    pub fn build_with_report(mut self) -> Result<(SocialGraph, LoadReport)> {
        let users = self.users()?;
        self.report.identities.users_with_several = users.several();
        self.report.identities.rows = self.members.len() as u64;
        let graph = SocialGraph {
            times: None,
            networks: self.networks,
            starts: self.starts,
            ranks: None,
            ties: Csr { offsets: self.offsets.into(), entries: self.targets.into() },
            bridge_ties: 0,
            weights: None,
            users,
            layout: super::next_layout(),
            derived: super::Derived::default(),
        };
        Ok((graph, self.report))
    }

    fn users(&self) -> Result<Users> {
        let several = self.user_ends.len() - 1;
        if several == 0 {
            return Ok(Users::default());
        }
        let mut several_of = vec![Users::ALONE; self.offsets.len() - 1];
        for (user, bounds) in (0u32..).zip(self.user_ends.windows(2)) {
            for account in &self.members[bounds[0] as usize..bounds[1] as usize] {
                let owner = &mut several_of[account.index()];
                if *owner != Users::ALONE {
                    return Err(Error::conflict(format!(
                        "the account {} is of user {user}, but was said to be of user {owner}",
                        self.label(*account)
                    )));
                }
                *owner = user;
            }
        }
        Ok(Users {
            several_of: several_of.into(),
            rows: Csr {
                offsets: self.user_ends.clone().into(),
                entries: self.members.clone().into(),
            },
            names: Names::Table(NameTable::counting(several as u32)),
            ..Users::default()
        })
    }

    fn label(&self, account: AccountId) -> String {
        let network = self.starts.partition_point(|&start| start <= account.get()) - 1;
        let key =
            LogicalKey::new(NetworkId::new(network as u32), account.get() - self.starts[network]);
        format!("{}@{}", key.rank(), self.networks[network].name)
    }
}

#[cfg(test)]
mod tests;
