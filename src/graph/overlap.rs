//! How much two networks have in common, which decides whether a post can link them.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::SocialGraph;
use crate::id::{AccountId, NetworkId, UserId};
use crate::stats::{pearson, spearman};

/// What two networks have in common. Shown at [`SocialGraph::overlap`].
///
/// A user may have several accounts in one network, so everything here is about users. S are the
/// *shared users*: those with an account in both networks. In one network X, u is *tied to* v ≠ u
/// if any account of u in X has a tie to any account of v in X; T(X) are these ordered pairs, each
/// once, and T(X, S) those of them with both ends in S. Bridge ties are counted apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Overlap {
    /// Each network by itself, in the order asked for.
    pub networks: [NetworkOverlap; 2],
    /// |S|: users with an account in both networks.
    pub shared_users: u64,
    /// |T(A) ∩ T(B)|: ordered pairs of users that are tied in both networks.
    pub shared_ties: u64,
    /// |T(A) ∩ T(B)| / |T(A, S) ∪ T(B, S)|, the Jaccard index of the ties among shared users; null
    /// without such ties.
    pub tie_jaccard: Option<f64>,
    /// How the audiences of shared users in the two networks go together.
    pub out_degree: DegreeCorrelation,
    /// How the numbers of those that shared users see go together.
    pub in_degree: DegreeCorrelation,
}

/// One network's part of an [`Overlap`]: how much of it is shared with the other. Shown at
/// [`SocialGraph::overlap`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NetworkOverlap {
    /// The network, X.
    pub id: NetworkId,
    /// Its name.
    pub name: String,
    /// Users with an account in X.
    pub users: u64,
    /// |S| over `users`; null if X has none.
    pub shared_user_fraction: Option<f64>,
    /// |T(X)|: ordered pairs of users tied in X. With one account per user these are the ties of X.
    pub ties: u64,
    /// |T(X, S)|: those among shared users.
    pub ties_among_shared_users: u64,
    /// Shared ties over `ties`; null if X has none.
    pub shared_tie_fraction: Option<f64>,
    /// Shared ties over `ties_among_shared_users`; null if there are none. How sure a tie here is,
    /// given a tie between the same two there.
    pub shared_tie_fraction_among_shared_users: Option<f64>,
    /// Bridge ties from X to the other network, between accounts.
    pub bridge_ties: u64,
}

/// Correlation, over shared users, of their degrees in two networks. Shown at
/// [`SocialGraph::overlap`].
///
/// The degree of a user in a network is the sum over their accounts there of the ties inside that
/// network, so bridge ties do not count. Null where undefined: fewer than two shared users, or the
/// same degree for all of them in one of the networks.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DegreeCorrelation {
    /// [`pearson`] of the degrees.
    pub pearson: Option<f64>,
    /// [`spearman`] of the degrees, equal degrees sharing the mean of their ranks.
    pub spearman: Option<f64>,
}

impl DegreeCorrelation {
    fn new(degrees: &[(f64, f64)]) -> Self {
        Self { pearson: pearson(degrees), spearman: spearman(degrees) }
    }
}

impl SocialGraph {
    /// What networks `a` and `b` have in common: users, ties, and who is a hub in both.
    ///
    /// A post crosses from `a` into `b` through a shared user or a bridge tie; without either the
    /// two can never be linked directly. If ties are shared, a post that crossed finds the same
    /// people again; if degrees go together, the users who carry it have an audience on both sides.
    ///
    /// Fractions and Jaccard indices as in Bródka, Chmiel, Magnani and Ragozini, "Quantifying layer
    /// similarity in multiplex networks: a systematic study", Royal Society Open Science 5 (2018),
    /// <https://doi.org/10.1098/rsos.171747>; degree correlations as in Nicosia and Latora,
    /// "Measuring and modeling correlations in multiplex networks", Physical Review E 92 (2015),
    /// <https://doi.org/10.1103/PhysRevE.92.032805>. Both take one node per user and network.
    ///
    /// ```
    /// use tieline::SocialGraph;
    ///
    /// let mut builder = SocialGraph::builder();
    /// let square = builder.network("square");
    /// let hall = builder.network("hall");
    /// builder.mutual(square, "ann", "bob").tie(square, "bob", "cid");
    /// builder.tie(hall, "ann", "bob").tie(hall, "dee", "bob");
    /// builder.same_name_is_one_user();
    /// let graph = builder.build()?;
    ///
    /// let overlap = graph.overlap(square, hall);
    /// assert_eq!((overlap.shared_users, overlap.shared_ties), (2, 1));
    /// // One of the three ties of the square is also in the hall.
    /// assert_eq!(overlap.networks[0].shared_tie_fraction, Some(1.0 / 3.0));
    /// // Two ties join ann and bob in some network, one of them does in both.
    /// assert_eq!(overlap.tie_jaccard, Some(0.5));
    /// // bob has the larger audience in the square, and none in the hall.
    /// assert_eq!(overlap.out_degree.pearson, Some(-1.0));
    /// # Ok::<(), tieline::Error>(())
    /// ```
    ///
    /// # Panics
    /// If `a` and `b` are the same network.
    ///
    /// # Complexity
    /// O(n + the ties of both networks) time and O(n) memory; the first call turns all ties round.
    #[must_use]
    pub fn overlap(&self, a: NetworkId, b: NetworkId) -> Overlap {
        assert!(a != b, "a network overlaps with itself entirely");
        let mut shared = SharedUsers::new();
        for user in self.several() {
            let networks = self.networks_of(user);
            if networks.contains(&a) && networks.contains(&b) {
                shared.entry((a, b)).or_default().push(user);
            }
        }
        let users = shared.remove(&(a, b)).unwrap_or_default();
        Measure::new(self, &[a, b]).pair(a, b, &users)
    }

    /// The [`overlap`](Self::overlap) of all pairs of networks, each pair once, in order of
    /// declaration: (0, 1), (0, 2), …, (1, 2), ….
    ///
    /// ```
    /// use tieline::SocialGraph;
    ///
    /// let mut builder = SocialGraph::builder();
    /// for name in ["square", "hall", "lane"] {
    ///     let network = builder.network(name);
    ///     builder.account(network, "ann");
    /// }
    /// builder.same_name_is_one_user();
    /// let graph = builder.build()?;
    /// let pairs = graph.overlaps();
    /// assert_eq!(pairs.len(), 3);
    /// assert!(pairs.iter().all(|overlap| overlap.shared_users == 1));
    /// # Ok::<(), tieline::Error>(())
    /// ```
    ///
    /// # Complexity
    /// With k networks, O(k² + n + m) time and the ties of shared users once more for each other
    /// network in which the user has an account. The result has k (k − 1) / 2 entries.
    #[must_use]
    pub fn overlaps(&self) -> Vec<Overlap> {
        let mut shared = SharedUsers::new();
        for user in self.several() {
            let networks = self.networks_of(user);
            for (i, &a) in networks.iter().enumerate() {
                for &b in &networks[i + 1..] {
                    shared.entry((a, b)).or_default().push(user);
                }
            }
        }
        let all: Vec<NetworkId> = self.networks().collect();
        let mut measure = Measure::new(self, &all);
        let mut overlaps = Vec::new();
        for (i, &a) in all.iter().enumerate() {
            for &b in &all[i + 1..] {
                let users = shared.get(&(a, b)).map_or(&[][..], Vec::as_slice);
                overlaps.push(measure.pair(a, b, users));
            }
        }
        overlaps
    }

    /// Users with several accounts: only they can be in two networks.
    fn several(&self) -> impl Iterator<Item = UserId> + use<> {
        (0..self.users.several()).map(UserId::new)
    }

    /// The networks of a user, each once, in order.
    fn networks_of(&self, user: UserId) -> Vec<NetworkId> {
        let mut networks: Vec<_> =
            self.accounts_of_user(user).map(|account| self.network_of(account)).collect();
        networks.dedup();
        networks
    }

    /// The part of a row that lies in `network`. Rows are sorted by network. O(log degree).
    fn part<'a>(&self, row: &'a [AccountId], network: NetworkId) -> &'a [AccountId] {
        if self.bridge_ties == 0 {
            return row;
        }
        let range = self.account_range(network);
        let start = row.partition_point(|account| account.get() < range.start);
        let end = row.partition_point(|account| account.get() < range.end);
        &row[start..end]
    }
}

type SharedUsers = BTreeMap<(NetworkId, NetworkId), Vec<UserId>>;

/// What all pairs need of each network, and the marks with which ties are compared.
struct Measure<'a> {
    graph: &'a SocialGraph,
    /// Per network asked for: users, and |T|.
    sizes: BTreeMap<NetworkId, (u64, u64)>,
    bridges: HashMap<(NetworkId, NetworkId), u64>,
    /// For each user with several accounts the last pair in which they were shared, and the last
    /// row and network in which a tie led to them.
    member: Vec<u64>,
    marks: Vec<u64>,
    pairs: u64,
    rows: u64,
}

impl<'a> Measure<'a> {
    fn new(graph: &'a SocialGraph, networks: &[NetworkId]) -> Self {
        let several = graph.users.several() as usize;
        let mut extra: HashMap<NetworkId, u64> = HashMap::new();
        for user in graph.several() {
            let mut last = None;
            for network in graph.accounts_of_user(user).map(|account| graph.network_of(account)) {
                if last == Some(network) {
                    *extra.entry(network).or_default() += 1;
                }
                last = Some(network);
            }
        }
        let mut bridges = HashMap::new();
        let mut sizes = BTreeMap::new();
        for &network in networks {
            let accounts = graph.accounts_of_network(network);
            let doubled = extra.get(&network).copied().unwrap_or_default();
            let users = accounts.len() as u64 - doubled;
            let ties = match doubled {
                0 => accounts.map(|a| graph.part(graph.targets(a), network).len() as u64).sum(),
                _ => tied_pairs(graph, network),
            };
            sizes.insert(network, (users, ties));
            if graph.bridge_ties > 0 {
                count_bridges(graph, network, &mut bridges);
            }
        }
        let (member, marks) = (vec![0; several], vec![0; several]);
        Self { graph, sizes, bridges, member, marks, pairs: 0, rows: 0 }
    }

    fn pair(&mut self, a: NetworkId, b: NetworkId, users: &[UserId]) -> Overlap {
        let graph = self.graph;
        self.pairs += 1;
        for user in users {
            self.member[user.index()] = self.pairs;
        }
        let (mut in_a, mut in_b, mut in_both) = (0, 0, 0);
        for &user in users {
            // Marks of this row: `self.rows` for a tie in A, one more for one seen in B.
            self.rows += 2;
            let (mark_a, mark_b) = (self.rows, self.rows + 1);
            for target in tied_to(graph, user, a).filter(|v| self.member[v.index()] == self.pairs) {
                let mark = &mut self.marks[target.index()];
                in_a += u64::from(*mark != mark_a);
                *mark = mark_a;
            }
            for target in tied_to(graph, user, b).filter(|v| self.member[v.index()] == self.pairs) {
                let mark = &mut self.marks[target.index()];
                in_b += u64::from(*mark != mark_b);
                in_both += u64::from(*mark == mark_a);
                *mark = mark_b;
            }
        }
        let shared_users = users.len() as u64;
        let side = |network: NetworkId, other: NetworkId, among: u64| {
            let (users, ties) = self.sizes[&network];
            NetworkOverlap {
                id: network,
                name: graph.network(network).name().to_owned(),
                users,
                shared_user_fraction: fraction(shared_users, users),
                ties,
                ties_among_shared_users: among,
                shared_tie_fraction: fraction(in_both, ties),
                shared_tie_fraction_among_shared_users: fraction(in_both, among),
                bridge_ties: self.bridges.get(&(network, other)).copied().unwrap_or_default(),
            }
        };
        let degrees = |rows: &dyn Fn(AccountId) -> &'a [AccountId]| {
            let in_network = |user, network| -> u64 {
                accounts_in(graph, user, network)
                    .map(|account| graph.part(rows(account), network).len() as u64)
                    .sum()
            };
            let both = |&user: &UserId| (in_network(user, a) as f64, in_network(user, b) as f64);
            DegreeCorrelation::new(&users.iter().map(both).collect::<Vec<_>>())
        };
        Overlap {
            networks: [side(a, b, in_a), side(b, a, in_b)],
            shared_users,
            shared_ties: in_both,
            tie_jaccard: fraction(in_both, in_a + in_b - in_both),
            out_degree: degrees(&|account| graph.targets(account)),
            in_degree: degrees(&|account| graph.sources(account)),
        }
    }
}

fn fraction(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn accounts_in(
    graph: &SocialGraph,
    user: UserId,
    network: NetworkId,
) -> impl Iterator<Item = AccountId> + '_ {
    let range = graph.account_range(network);
    graph.accounts_of_user(user).filter(move |account| range.contains(&account.get()))
}

/// Users with several accounts to whom `user` is tied in `network`, perhaps repeated.
fn tied_to(
    graph: &SocialGraph,
    user: UserId,
    network: NetworkId,
) -> impl Iterator<Item = UserId> + '_ {
    accounts_in(graph, user, network)
        .flat_map(move |account| graph.part(graph.targets(account), network))
        .map(|&target| graph.user_of(target))
        .filter(move |&other| other != user && other.get() < graph.users.several())
}

/// |T| of a network in which some user has several accounts. O(n + ties).
fn tied_pairs(graph: &SocialGraph, network: NetworkId) -> u64 {
    // The first account of a user in the network stands for the user.
    let first =
        |account| accounts_in(graph, graph.user_of(account), network).next() == Some(account);
    let start = graph.account_range(network).start;
    let mut marks = vec![u32::MAX; graph.accounts_of_network(network).len()];
    let mut pairs = 0;
    for account in graph.accounts_of_network(network).filter(|&account| first(account)) {
        let user = graph.user_of(account);
        for own in accounts_in(graph, user, network) {
            for &target in graph.part(graph.targets(own), network) {
                let other = graph.user_of(target);
                let stands = accounts_in(graph, other, network).next().unwrap_or(target);
                let mark = &mut marks[(stands.get() - start) as usize];
                if other != user && *mark != account.get() {
                    *mark = account.get();
                    pairs += 1;
                }
            }
        }
    }
    pairs
}

/// Counts the bridge ties that start in `network`, by the network where they end.
fn count_bridges(
    graph: &SocialGraph,
    network: NetworkId,
    counts: &mut HashMap<(NetworkId, NetworkId), u64>,
) {
    for account in graph.accounts_of_network(network) {
        let mut rest = graph.targets(account);
        while let Some(&first) = rest.first() {
            let there = graph.network_of(first);
            // At least the first: the row of an altered file may be out of order.
            let part = graph.part(rest, there).len().max(1);
            if there != network {
                *counts.entry((network, there)).or_default() += part as u64;
            }
            rest = &rest[part..];
        }
    }
}
