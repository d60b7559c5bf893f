//! [`SocialGraph`]: users, networks, accounts and the ties between accounts, as plain columns.
//!
//! Accounts are numbered network by network, so a network is a range of account ids, and the ties
//! of all networks are one set of compressed rows. Names live in a side table. The graph never
//! changes once it is built; an [`Overlay`] says what an intervention takes away or adds.

mod assemble;
mod builder;
mod bulk;
mod column;
mod csr;
mod direction;
mod file;
mod filed_names;
mod fingerprint;
#[cfg(feature = "petgraph")]
mod from_petgraph;
mod kind;
mod listeners;
pub(crate) mod names;
mod order;
mod overlap;
mod overlay;
mod report;
mod resolve;
mod settle;
mod times;
mod users;
#[cfg(feature = "petgraph")]
pub mod view;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

pub use self::builder::{Duplicates, GraphBuilder};
pub(crate) use self::builder::{Row, check_network_name, check_weight};
pub use self::bulk::{BulkBuilder, TieList, TieSource};
use self::column::Column;
pub(crate) use self::column::on_huge_pages;
pub(crate) use self::csr::{Csr, Reverse};
pub use self::direction::Direction;
pub use self::file::{GraphFile, GraphWriter};
use self::filed_names::Names;
pub use self::kind::{NetworkKind, Reciprocity};
pub(crate) use self::listeners::Listeners;
pub use self::overlap::{DegreeCorrelation, NetworkOverlap, Overlap};
pub use self::overlay::{Overlay, OverlayBuilder};
pub use self::report::{FileReport, IdentityReport, LoadReport, NetworkReport, TieReport};
pub use self::resolve::{AccountRef, UserRef};
pub(crate) use self::times::{
    NetworkTimes, TimedRow, Times, TimesKind, check_contact, check_interval,
};
pub use self::times::{RowTimes, TieTime};
use self::users::Users;
use crate::error::TieRow;
use crate::id::{AccountId, LogicalKey, NetworkId, TieId, UserId};

/// Users with accounts in one or several networks, and the ties along which posts travel.
///
/// A tie `a → b` means: what `a` shares, `b` sees. Build one with [`SocialGraph::builder`], from
/// files with [`GraphFiles`](crate::GraphFiles), or from petgraph graphs with
/// `GraphBuilder::network_from_petgraph` (feature `petgraph`).
///
/// ```
/// use tieline::SocialGraph;
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// let hall = builder.network("hall");
/// builder.tie(square, "ann", "bob").mutual(hall, "robert", "cid");
/// builder.user("Bob", [(square, "bob"), (hall, "robert")]);
/// let graph = builder.build()?;
///
/// assert_eq!((graph.account_count(), graph.user_count(), graph.tie_count()), (4, 3, 3));
/// let bob = graph.user("Bob")?;
/// assert_eq!(graph.accounts_of_user(bob).count(), 2);
///
/// // What ann shares, bob sees.
/// let (ann, bob) = (graph.account("ann@square")?, graph.account("bob@square")?);
/// assert_eq!((graph.targets(ann), graph.sources(bob)), (&[bob][..], &[ann][..]));
/// let tie = graph.find_tie(ann, bob).unwrap();
/// assert_eq!((graph.tie_ends(tie), graph.weight(tie)), ((ann, bob), None));
/// // A network is a range of accounts.
/// let names: Vec<_> = graph.accounts_of_network(hall).map(|a| graph.account_name(a)).collect();
/// assert_eq!(names, ["robert", "cid"]);
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct SocialGraph {
    networks: Vec<Network>,
    /// First account of each network, then the number of accounts.
    starts: Vec<u32>,
    /// For each account its place in the order of first appearance in its network, if accounts are
    /// not stored in that order.
    ranks: Option<Ranks>,
    ties: Csr,
    bridge_ties: u64,
    /// One per tie, NaN where the tie has none; absent if no tie has one.
    weights: Option<Column<f64>>,
    /// When ties exist; absent if all always do.
    times: Option<Arc<Times>>,
    users: Users,
    /// Names this build of the columns; clones share it.
    layout: u64,
    derived: Derived,
}

/// What follows from the rest, and is found out when it is first asked for.
#[derive(Debug, Clone, Default)]
struct Derived {
    reverse: OnceLock<Reverse>,
    listeners: OnceLock<Arc<Listeners>>,
    fingerprint: OnceLock<u64>,
}

#[derive(Debug, Clone)]
struct Ranks {
    of_account: Column<u32>,
    /// The account at each place of the order of logical keys.
    account_at: Column<AccountId>,
}

/// One network of a graph: a platform, an instance, a community.
///
/// ```
/// use tieline::{NetworkKind, SocialGraph};
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network_of_kind("square", NetworkKind::broadcast());
/// builder.connect(square, "ann", "bob");
/// let graph = builder.build()?;
/// let network = graph.network(graph.network_named("square")?);
/// assert_eq!((network.id(), network.name()), (square, "square"));
/// assert_eq!(network.kind().label, "broadcast");
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Network {
    id: NetworkId,
    name: String,
    kind: NetworkKind,
    /// Account names by rank.
    names: Names,
    /// What times its ties have.
    times: NetworkTimes,
    /// A user with one account here is named like the account, without `@network`.
    names_are_people: bool,
}

impl Network {
    /// The id.
    #[must_use]
    pub fn id(&self) -> NetworkId {
        self.id
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> &NetworkKind {
        &self.kind
    }
}

/// What says the logical keys of the accounts of one network.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NetworkKeys<'a> {
    ranks: Option<&'a [u32]>,
    base: u64,
    first: u32,
}

impl NetworkKeys<'_> {
    /// The logical key of `account`, which is in the network, as a number.
    #[inline(always)]
    pub(crate) fn key_of(&self, account: AccountId) -> u64 {
        self.base | u64::from(self.rank_of(account))
    }

    #[inline(always)]
    fn rank_of(&self, account: AccountId) -> u32 {
        match self.ranks {
            None => account.get() - self.first,
            Some(ranks) => ranks[account.index()],
        }
    }
}

/// A number that no other columns of this process have.
fn next_layout() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl SocialGraph {
    /// A builder without networks.
    #[must_use]
    pub fn builder() -> GraphBuilder {
        GraphBuilder::default()
    }

    /// A builder of networks whose accounts are numbers, from ties that it never holds.
    #[must_use]
    pub fn bulk_builder() -> BulkBuilder {
        BulkBuilder::new()
    }

    /// Number of accounts, n.
    #[must_use]
    pub fn account_count(&self) -> usize {
        self.ties.offsets.len() - 1
    }

    /// Number of networks.
    #[must_use]
    pub fn network_count(&self) -> usize {
        self.networks.len()
    }

    /// Number of users.
    #[must_use]
    pub fn user_count(&self) -> usize {
        self.account_count() - self.users.rows.entries.len() + self.users.several() as usize
    }

    /// Number of users with two accounts or more.
    #[must_use]
    pub fn users_with_several_accounts(&self) -> u64 {
        self.users.several()
    }

    /// Number of ties, m, bridge ties included. A mutual tie is two ties.
    #[must_use]
    pub fn tie_count(&self) -> u64 {
        self.ties.entries.len() as u64
    }

    /// Number of ties between accounts of different networks.
    #[must_use]
    pub fn bridge_tie_count(&self) -> u64 {
        self.bridge_ties
    }

    /// All accounts, network by network.
    pub fn accounts(&self) -> impl DoubleEndedIterator<Item = AccountId> + ExactSizeIterator {
        (0..self.account_count() as u32).map(AccountId::new)
    }

    /// All networks in order of declaration.
    pub fn networks(&self) -> impl DoubleEndedIterator<Item = NetworkId> + ExactSizeIterator {
        (0..self.networks.len() as u32).map(NetworkId::new)
    }

    /// All users: those with several accounts first, then the others in order of account.
    pub fn users(&self) -> impl Iterator<Item = UserId> {
        let alone =
            self.accounts().map(|a| self.user_of(a)).filter(|u| u.get() >= self.users.several());
        (0..self.users.several()).map(UserId::new).chain(alone)
    }

    /// The network with this id.
    ///
    /// # Panics
    /// If the id is not of this graph; so do all methods that take an id.
    #[must_use]
    pub fn network(&self, network: NetworkId) -> &Network {
        &self.networks[network.index()]
    }

    /// The accounts of a network: a range of ids.
    pub fn accounts_of_network(
        &self,
        network: NetworkId,
    ) -> impl DoubleEndedIterator<Item = AccountId> + ExactSizeIterator + use<> {
        self.account_range(network).map(AccountId::new)
    }

    pub(crate) fn account_range(&self, network: NetworkId) -> Range<u32> {
        self.starts[network.index()]..self.starts[network.index() + 1]
    }

    /// The network of an account. O(log networks).
    #[must_use]
    pub fn network_of(&self, account: AccountId) -> NetworkId {
        assert!(
            account.index() < self.account_count(),
            "no account {} in this graph",
            account.get()
        );
        NetworkId::new((self.starts.partition_point(|&start| start <= account.get()) - 1) as u32)
    }

    /// The logical key of an account: what names it to randomness. O(log networks).
    #[must_use]
    pub fn logical_key(&self, account: AccountId) -> LogicalKey {
        let network = self.network_of(account);
        LogicalKey::new(network, self.rank_in(network, account))
    }

    /// The place of `account`, which is in `network`, in the order of first appearance there.
    #[inline]
    pub(crate) fn rank_in(&self, network: NetworkId, account: AccountId) -> u32 {
        self.keys_in(network).rank_of(account)
    }

    /// The logical keys of the accounts of one network.
    #[inline(always)]
    pub(crate) fn keys_in(&self, network: NetworkId) -> NetworkKeys<'_> {
        let base = LogicalKey::new(network, 0).get();
        NetworkKeys { ranks: self.ranks(), base, first: self.starts[network.index()] }
    }

    /// By account, what its logical key is made of, if keys do not follow the order of accounts.
    #[inline(always)]
    pub(crate) fn ranks(&self) -> Option<&[u32]> {
        self.ranks.as_ref().map(|ranks| &ranks.of_account[..])
    }

    /// The account with this logical key. O(1).
    ///
    /// # Panics
    /// If the graph has none.
    #[must_use]
    pub fn account_with_key(&self, key: LogicalKey) -> AccountId {
        let place = self.starts[key.network().index()] + key.rank();
        assert!(place < self.starts[key.network().index() + 1], "no account with that key");
        match &self.ranks {
            None => AccountId::new(place),
            Some(ranks) => ranks.account_at[place as usize],
        }
    }

    /// All accounts in order of logical key.
    pub fn accounts_in_key_order(&self) -> impl Iterator<Item = AccountId> {
        (0..self.account_count() as u32).map(|place| match &self.ranks {
            None => AccountId::new(place),
            Some(ranks) => ranks.account_at[place as usize],
        })
    }

    /// Who sees what `account` shares, in order of logical key. O(1).
    #[must_use]
    pub fn targets(&self, account: AccountId) -> &[AccountId] {
        self.ties.row(account)
    }

    /// The ties of [`targets`](Self::targets), in the same order.
    pub fn tie_ids(&self, account: AccountId) -> impl ExactSizeIterator<Item = TieId> + use<> {
        let Range { start, end } = self.tie_range(account);
        (0..(end - start) as usize).map(move |i| TieId::new(start + i as u64))
    }

    /// The targets of all ties, row by row.
    #[inline]
    pub(crate) fn all_targets(&self) -> &[AccountId] {
        &self.ties.entries
    }

    /// Where each row begins, and where the last one ends.
    #[inline]
    pub(crate) fn row_offsets(&self) -> &[u64] {
        &self.ties.offsets
    }

    #[inline]
    pub(crate) fn tie_range(&self, account: AccountId) -> Range<u64> {
        self.ties.range(account)
    }

    /// The account that shares along a tie and the one that sees. O(log n).
    #[must_use]
    pub fn tie_ends(&self, tie: TieId) -> (AccountId, AccountId) {
        (csr::row_of(&self.ties.offsets, tie), self.ties.entries[tie.index()])
    }

    /// The tie `source → target`, if there is one. O(log degree).
    #[must_use]
    pub fn find_tie(&self, source: AccountId, target: AccountId) -> Option<TieId> {
        let key = self.logical_key(target);
        let row = self.targets(source);
        let place = row.binary_search_by_key(&key, |&account| self.logical_key(account)).ok()?;
        Some(TieId::new(self.tie_range(source).start + place as u64))
    }

    /// How many see what `account` shares, bridge ties included. O(1).
    #[must_use]
    pub fn out_degree(&self, account: AccountId) -> u64 {
        self.ties.degree(account)
    }

    /// How many `account` sees, bridge ties included. The first call turns all ties round, O(n + m).
    #[must_use]
    pub fn in_degree(&self, account: AccountId) -> u64 {
        self.reverse().rows.degree(account)
    }

    /// What errors about a number of a tie say of it.
    pub(crate) fn tie_row(&self, ends: (AccountId, AccountId), number: f64) -> TieRow {
        let network = self.network(self.network_of(ends.0)).name().to_owned();
        let ends = [ends.0, ends.1].map(|account| self.account_name(account).into_owned());
        TieRow { network, ends, number }
    }

    /// Whom `account` sees, in order of logical key. The first call turns all ties round, O(n + m).
    #[must_use]
    pub fn sources(&self, account: AccountId) -> &[AccountId] {
        self.reverse().rows.row(account)
    }

    pub(crate) fn reverse(&self) -> &Reverse {
        self.derived.reverse.get_or_init(|| {
            let with_ties = self.weights.is_some() || self.times.is_some();
            csr::reverse(&self.ties, self.accounts_in_key_order(), with_ties)
        })
    }

    /// Who sees somebody, laid out for asking all of them. The first call builds it, O(n + m).
    pub(crate) fn listeners(&self) -> &Listeners {
        self.derived.listeners.get_or_init(|| Arc::new(Listeners::of(self)))
    }

    /// Whether any tie has a weight.
    #[must_use]
    pub fn has_weights(&self) -> bool {
        self.weights.is_some()
    }

    /// The weight that the data gave this tie. O(1).
    #[must_use]
    pub fn weight(&self, tie: TieId) -> Option<f64> {
        self.weights.as_ref().map(|weights| weights[tie.index()]).filter(|weight| !weight.is_nan())
    }

    /// The user behind an account. O(1).
    #[must_use]
    #[inline]
    pub fn user_of(&self, account: AccountId) -> UserId {
        match self.users.several_of.get(account.index()) {
            Some(&user) if user != Users::ALONE => UserId::new(u64::from(user)),
            _ => UserId::new(self.users.several() + u64::from(account.get())),
        }
    }

    /// The accounts of a user, in order of logical key.
    pub fn accounts_of_user(
        &self,
        user: UserId,
    ) -> impl DoubleEndedIterator<Item = AccountId> + ExactSizeIterator {
        let (row, alone) = match user.get().checked_sub(self.users.several()) {
            None => (self.users.row(user.get() as u32), None),
            Some(account) => (&[][..], Some(AccountId::new(account as u32))),
        };
        // `chain` is not an exact-size iterator; one of the two parts is empty.
        let len = row.len() + usize::from(alone.is_some());
        (0..len).map(move |i| alone.unwrap_or_else(|| row[i]))
    }

    /// The accounts of the user of `account`, that one included; empty if it is the only one.
    #[inline]
    pub(crate) fn accounts_beside(&self, account: AccountId) -> &[AccountId] {
        match self.users.several_of.get(account.index()) {
            Some(&user) if user != Users::ALONE => self.users.row(user),
            _ => &[],
        }
    }

    /// The name of an account inside its network.
    #[must_use]
    pub fn account_name(&self, account: AccountId) -> Cow<'_, str> {
        let key = self.logical_key(account);
        self.networks[key.network().index()].names.get(key.rank())
    }

    /// The name of an account with its network: `ann@square`.
    #[must_use]
    pub fn account_label(&self, account: AccountId) -> String {
        let network = self.network(self.network_of(account));
        format!("{}@{}", self.account_name(account), network.name)
    }

    /// The name of a user: what the identities call them, else `account@network`.
    #[must_use]
    pub fn user_name(&self, user: UserId) -> Cow<'_, str> {
        let Some(account) = user.get().checked_sub(self.users.several()) else {
            return self.users.names.get(user.get() as u32);
        };
        let account = AccountId::new(account as u32);
        if let Some(place) = self.users.own_name_of(account) {
            return self.users.names.get(place);
        }
        if self.network(self.network_of(account)).names_are_people {
            self.account_name(account)
        } else {
            Cow::Owned(self.account_label(account))
        }
    }

    /// A number that names the ids of this graph: another graph, even an equal one, and another
    /// order of storage have another number.
    pub(crate) fn layout(&self) -> u64 {
        self.layout
    }

    /// A number that two graphs share if they are the same networks, accounts, users, ties,
    /// weights and times by the same names, whatever the order of storage. The kinds of networks and the names
    /// of users with one account, which no result depends on, are left out. O(n + m) at the first
    /// call. Shown at [`stored_by`](Self::stored_by).
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        *self.derived.fingerprint.get_or_init(|| fingerprint::fingerprint(self))
    }
}
