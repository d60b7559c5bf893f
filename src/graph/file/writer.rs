//! [`GraphWriter`]: a graph file from numbers that need never be in memory together.

use std::path::Path;

use super::header::Header;
use super::networks::NetworkRecord;
use super::output::Output;
use super::section::Kind;
use crate::error::{Error, Result};
use crate::graph::NetworkTimes;
use crate::graph::builder::{check_network_name, check_weight};
use crate::graph::kind::NetworkKind;
use crate::graph::names::MOST_NAMES;
use crate::graph::users::Users;
use crate::id::{AccountId, NetworkId};

/// Writes a graph file column by column, for graphs that are made rather than read: the ties are
/// never in memory together.
///
/// Say all [`network`](Self::network)s, then [`degrees`](Self::degrees), then
/// [`targets`](Self::targets), then [`weights`](Self::weights) and [`users`](Self::users) if there
/// are any, then [`finish`](Self::finish). The file appears under its name when it is whole;
/// a writer that is dropped leaves nothing behind. A graph that is in memory has
/// [`SocialGraph::save`](crate::SocialGraph::save).
///
/// ```
/// use tieline::{AccountId, GraphFile, GraphWriter, NetworkKind};
///
/// let folder = tempfile::tempdir().unwrap();
/// let path = folder.path().join("ring.tl");
/// let n = 1000;
/// let mut writer = GraphWriter::create(&path)?;
/// let ring = writer.network("ring", NetworkKind::broadcast(), n)?;
/// writer.degrees((0..n).map(|_| 1))?;
/// writer.targets((0..n).map(|account| AccountId::new((account + 1) % n)))?;
/// writer.finish()?;
///
/// let file = GraphFile::open(&path)?;
/// file.verify()?;
/// let graph = file.into_graph();
/// assert_eq!((graph.account_count(), graph.tie_count()), (1000, 1000));
/// // Accounts are called by their numbers in their network.
/// let last = graph.account_in(ring, "999")?;
/// assert_eq!(graph.account_name(graph.targets(last)[0]), "0");
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug)]
pub struct GraphWriter {
    pub(super) output: Output,
    networks: Vec<NetworkRecord>,
    /// First account of each network, then the number of accounts so far.
    starts: Vec<u32>,
    /// For each network, the ties of accounts up to its last.
    tie_ends: Vec<u64>,
    stage: Stage,
    pub(super) header: Header,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Networks,
    Degrees,
    Targets,
    Weights,
    Users,
}

impl GraphWriter {
    /// Begins a file, which takes the place of one that has its name once it is finished.
    ///
    /// # Errors
    /// If nothing can be written beside `path`.
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        Ok(Self {
            output: Output::create(path.as_ref())?,
            networks: Vec::new(),
            starts: vec![0],
            tie_ends: Vec::new(),
            stage: Stage::Networks,
            header: Header::default(),
        })
    }

    /// Declares a network of so many accounts, which follow those of the network before; their
    /// names are 0, 1, 2 …
    ///
    /// # Errors
    /// If the name is empty, taken, or holds `@`, `:` or `=`; if the accounts of all networks are
    /// more than a `u32` can number; if degrees were written already.
    pub fn network(
        &mut self,
        name: impl Into<String>,
        kind: NetworkKind,
        accounts: u32,
    ) -> Result<NetworkId> {
        let name = name.into();
        let times = NetworkTimes::default();
        self.declare(NetworkRecord {
            name,
            kind,
            accounts,
            ties: 0,
            names_are_people: false,
            times,
        })
    }

    pub(super) fn declare(&mut self, network: NetworkRecord) -> Result<NetworkId> {
        self.enter(Stage::Networks, "network")?;
        check_network_name(&network.name).map_err(|error| self.output.in_file(error))?;
        if self.networks.iter().any(|known| known.name == network.name) {
            return self.fail(format!("there is a network `{}` already", network.name));
        }
        let known = self.starts[self.networks.len()];
        match known.checked_add(network.accounts).filter(|&all| all <= MOST_NAMES) {
            Some(all) => self.starts.push(all),
            None => {
                return Err(self.output.in_file(Error::capacity(format!(
                    "the networks together have more than {MOST_NAMES} accounts, which account ids \
                     of 32 bits cannot number"
                ))));
            }
        }
        self.networks.push(network);
        Ok(NetworkId::new(self.networks.len() as u32 - 1))
    }

    /// How many see what each account shares, in order of account.
    ///
    /// # Errors
    /// If there is not one for each account, or if writing fails.
    pub fn degrees(&mut self, degrees: impl IntoIterator<Item = u64>) -> Result<()> {
        self.enter(Stage::Degrees, "degrees")?;
        let accounts = u64::from(self.starts[self.networks.len()]);
        let (mut count, mut ties) = (0u64, 0u64);
        let (starts, tie_ends) = (&self.starts, &mut self.tie_ends);
        let mut offset = |degree: u64| {
            ties =
                ties.checked_add(degree).ok_or_else(|| Error::capacity("more than 2^64 ties"))?;
            count += 1;
            while starts.get(tie_ends.len() + 1).is_some_and(|&end| u64::from(end) < count) {
                tie_ends.push(ties - degree);
            }
            Ok(ties)
        };
        let offsets = degrees.into_iter().map(&mut offset);
        self.output.stream(Kind::Offsets, std::iter::once(Ok(0)).chain(offsets))?;
        self.tie_ends.resize(self.networks.len(), ties);
        if count != accounts {
            return self
                .fail(format!("expected {accounts} degrees, one an account, found {count}"));
        }
        (self.header.accounts, self.header.ties) = (accounts, ties);
        Ok(())
    }

    /// Who sees what each account shares: the rows of all accounts, one after the other. In a row
    /// accounts stand in order, each once, and never the account itself; only
    /// [`GraphFile::verify`](crate::GraphFile::verify) finds out if it is otherwise.
    ///
    /// # Errors
    /// If there are not as many as the degrees say, or one is no account, or if writing fails.
    pub fn targets(&mut self, targets: impl IntoIterator<Item = AccountId>) -> Result<()> {
        self.enter(Stage::Targets, "targets")?;
        let Header { accounts, ties, .. } = self.header;
        let (starts, tie_ends, networks) = (&self.starts, &self.tie_ends, &mut self.networks);
        let (mut count, mut from, mut bridges) = (0u64, 0, 0);
        let cells = targets.into_iter().map(|target| {
            if u64::from(target.get()) >= accounts || count == ties {
                return Err(match count == ties {
                    true => Error::conflict(format!("expected {ties} targets, found more")),
                    false => Error::range(format!(
                        "no account {} among {accounts}, found as target {count}",
                        target.get()
                    )),
                });
            }
            while tie_ends[from] <= count {
                from += 1;
            }
            count += 1;
            if (starts[from]..starts[from + 1]).contains(&target.get()) {
                networks[from].ties += 1;
            } else {
                bridges += 1;
            }
            Ok(target)
        });
        self.output.stream(Kind::Targets, cells)?;
        if count != ties {
            return self.fail(format!("expected {ties} targets, found {count}"));
        }
        self.header.bridge_ties = bridges;
        Ok(())
    }

    /// The weight of each tie, NaN for one that has none.
    ///
    /// # Errors
    /// If there is not one for each tie, or one is negative or infinite, or if writing fails.
    pub fn weights(&mut self, weights: impl IntoIterator<Item = f64>) -> Result<()> {
        self.enter(Stage::Weights, "weights")?;
        let mut count = 0u64;
        let cells = weights.into_iter().map(|weight| {
            count += 1;
            // There are many NaNs, and only one way to write "no weight".
            if weight.is_nan() { Ok(f64::NAN) } else { check_weight(weight).map(|()| weight) }
        });
        self.output.stream(Kind::Weights, cells)?;
        if count != self.header.ties {
            let ties = self.header.ties;
            return self.fail(format!("expected {ties} weights, one a tie, found {count}"));
        }
        Ok(())
    }

    /// The users with several accounts, each with its accounts in order; they are called 0, 1, 2 …
    ///
    /// # Errors
    /// If a user has fewer than two accounts, or an account is of two users, out of order or
    /// unknown, or if writing fails.
    ///
    /// # Complexity
    /// 4 bytes an account and 8 a user of memory.
    pub fn users<A: AsRef<[AccountId]>>(
        &mut self,
        users: impl IntoIterator<Item = A>,
    ) -> Result<()> {
        self.enter(Stage::Users, "users")?;
        let mut several_of = vec![Users::ALONE; self.header.accounts as usize];
        let (mut offsets, mut members) = (vec![0u64], Vec::new());
        for (user, accounts) in (0u32..).zip(users) {
            let accounts = accounts.as_ref();
            if accounts.len() < 2 || !accounts.is_sorted_by(|one, other| one < other) {
                return self.fail(format!("user {user}: expected two accounts or more, in order"));
            }
            for account in accounts {
                match several_of.get_mut(account.index()) {
                    Some(known) if *known == Users::ALONE => *known = user,
                    Some(other) => {
                        let other = *other;
                        let account = account.get();
                        return self
                            .fail(format!("account {account} is of user {other} and of {user}"));
                    }
                    None => return self.fail(format!("user {user}: no account {}", account.get())),
                }
            }
            members.extend_from_slice(accounts);
            offsets.push(members.len() as u64);
        }
        self.user_columns(&several_of, &offsets, &members)
    }

    /// Users as columns, if there are any.
    pub(super) fn user_columns(
        &mut self,
        several_of: &[u32],
        offsets: &[u64],
        accounts: &[AccountId],
    ) -> Result<()> {
        self.header.users_with_several = offsets.len().saturating_sub(1) as u64;
        if self.header.users_with_several > 0 {
            self.output.column(Kind::UserOf, 0, several_of)?;
            self.output.column(Kind::UserOffsets, 0, offsets)?;
            self.output.column(Kind::UserAccounts, 0, accounts)?;
        }
        Ok(())
    }

    /// Writes what is left, and gives the file its name. Returns its length in bytes.
    ///
    /// # Errors
    /// If degrees or targets are missing, or if writing fails.
    pub fn finish(mut self) -> Result<u64> {
        if self.stage < Stage::Targets {
            return self.fail("the degrees and targets of the accounts are missing");
        }
        let mut records = Vec::new();
        self.networks.iter().for_each(|network| network.encode(&mut records));
        self.output.column(Kind::Networks, 0, &records)?;
        self.header.networks = self.networks.len() as u32;
        self.output.finish(self.header)
    }

    /// Goes on to `stage`, if its turn has come.
    fn enter(&mut self, stage: Stage, what: &str) -> Result<()> {
        let again = stage == self.stage && stage != Stage::Networks;
        let early = stage == Stage::Targets && self.stage != Stage::Degrees
            || stage > Stage::Targets && self.stage < Stage::Targets;
        if again || early || stage < self.stage {
            return self.fail(format!(
                "`{what}` is out of turn: say all networks, then degrees, targets, weights, users, \
                 each once"
            ));
        }
        self.stage = stage;
        Ok(())
    }

    fn fail<T>(&self, message: impl Into<String>) -> Result<T> {
        Err(self.output.in_file(Error::conflict(message)))
    }
}
