//! [`LinkedTies`]: linked networks that were checked, ready to be built; who is who is settled here.

use serde::{Deserialize, Serialize};

use super::linked::SharedUsers;
use super::rank_match::rank_match;
use super::{GeneratedTies, purpose};
use crate::error::{Error, Result};
use crate::graph::{BulkBuilder, LoadReport, SocialGraph, TieSource};
use crate::id::NetworkId;
use crate::random::{Key, Permutation};
use crate::stats::spearman;

/// The ties of linked networks, made when they are asked for, and the groups of users who share
/// them.
///
/// ```
/// use tieline::generate::{ErdosRenyi, LinkedNetworks, SharedUsers};
///
/// let linked = LinkedNetworks::new()
///     .network("square", ErdosRenyi::with_ties(2000, 9000))
///     .network("hall", ErdosRenyi::with_ties(800, 4000))
///     .share(SharedUsers::count(["square", "hall"], 300).degree_correlation(0.6))
///     .ties(7)?
///     .build()?;
/// let shared = &linked.shared[0];
/// assert_eq!((linked.graph.user_count(), shared.users), (2500, 300));
/// assert!((shared.correlations[0].unwrap() - 0.6).abs() <= 0.01);
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct LinkedTies {
    networks: Vec<(String, GeneratedTies)>,
    groups: Vec<Group>,
    tolerance: f64,
    rng_seed: u64,
}

/// Linked networks as they were built. Shown at [`LinkedTies`].
#[derive(Debug)]
#[non_exhaustive]
pub struct LinkedGraph {
    /// The graph of all networks.
    pub graph: SocialGraph,
    /// How many self-ties and repeated ties were dropped.
    pub report: LoadReport,
    /// What became of each group of shared users, in order.
    pub shared: Vec<SharedOutcome>,
}

/// A group of shared users as it was built. Shown at [`LinkedTies`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SharedOutcome {
    /// What was asked for.
    pub asked: SharedUsers,
    /// How many users it has.
    pub users: u32,
    /// Accounts of the smallest of its networks.
    pub smallest: u32,
    /// Spearman's rank correlation of out-degrees, over the users of this group, for each two of its
    /// networks: (0, 1), (0, 2), …, (1, 2), …. Null where it is undefined.
    pub correlations: Vec<Option<f64>>,
}

/// A group of shared users that was checked.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) shared: SharedUsers,
    pub(super) networks: Vec<usize>,
    pub(super) users: u32,
}

/// The seed that a network's generator is given: equal generators make different networks.
pub(super) fn seed_of(network: usize, rng_seed: u64) -> u64 {
    Key::of_graph(rng_seed).stream(network as u64, purpose::NETWORK_SEED).draw(0)
}

impl LinkedTies {
    pub(super) fn new(
        networks: Vec<(String, GeneratedTies)>,
        groups: Vec<Group>,
        tolerance: f64,
        rng_seed: u64,
    ) -> Self {
        Self { networks, groups, tolerance, rng_seed }
    }

    /// The graph of all networks, and what became of what was asked for. A network's source of ties
    /// is let go once its ties are taken.
    ///
    /// # Errors
    /// [`Error::is_range`] if a correlation of degrees cannot be met.
    ///
    /// # Complexity
    /// As [`BulkBuilder::network`] for each network; for users who share accounts O(u log u) time and
    /// some 50 bytes for each of their accounts while they are matched.
    pub fn build(self) -> Result<LinkedGraph> {
        let Self { networks, groups, tolerance, rng_seed } = self;
        let mut builder = SocialGraph::bulk_builder();
        let mut choices = Vec::new();
        let mut names = Vec::new();
        for (index, (name, ties)) in networks.into_iter().enumerate() {
            let key = Key::of_graph(seed_of(index, rng_seed));
            let size = u64::from(ties.account_count());
            let order = Permutation::new(key, purpose::SHARED_ACCOUNTS, size);
            choices.push(Choice { order, taken: 0 });
            builder.network(&name, &ties)?;
            names.push(name);
        }
        let mut shared = Vec::new();
        for (number, group) in (0..).zip(groups) {
            let accounts: Vec<Vec<u32>> = group
                .networks
                .iter()
                .map(|&network| choices[network].take(group.users as usize))
                .collect();
            let key = Key::of_graph(rng_seed).nested(number);
            shared.push(link(&mut builder, &names, group, accounts, tolerance, key)?);
        }
        let (graph, report) = builder.build_with_report()?;
        Ok(LinkedGraph { graph, report, shared })
    }
}

/// Tells the builder who is who among these accounts, which stand network by network.
fn link(
    builder: &mut BulkBuilder,
    names: &[String],
    group: Group,
    mut accounts: Vec<Vec<u32>>,
    tolerance: f64,
    key: Key,
) -> Result<SharedOutcome> {
    let Group { shared, networks, users } = group;
    let ids: Vec<NetworkId> = networks.iter().map(|&n| NetworkId::new(n as u32)).collect();
    let mut degrees: Vec<Vec<u64>> = Vec::new();
    for (&id, accounts) in ids.iter().zip(&accounts) {
        degrees.push(accounts.iter().map(|&account| builder.out_degree(id, account)).collect());
    }
    if let Some(target) = shared.degree_correlation
        && users > 0
    {
        for (&network, own) in networks.iter().zip(&degrees) {
            if own.iter().all(|degree| *degree == own[0]) {
                return Err(Error::range(format!(
                    "a degree correlation of {target} cannot be had: all shared users have the \
                     same degree in `{}`, {}",
                    names[network], own[0]
                )));
            }
        }
        let matched = rank_match(&degrees, target, tolerance, key)?;
        // The users in the order in which the first network's accounts were chosen.
        let mut persons = vec![0; users as usize];
        for (person, &account) in matched[0].iter().enumerate() {
            persons[account as usize] = person;
        }
        for ((accounts, degrees), matched) in accounts.iter_mut().zip(&mut degrees).zip(&matched) {
            let place = |&person: &usize| matched[person] as usize;
            *accounts = persons.iter().map(|person| accounts[place(person)]).collect();
            *degrees = persons.iter().map(|person| degrees[place(person)]).collect();
        }
    }
    for user in 0..users as usize {
        builder.user(ids.iter().zip(&accounts).map(|(&id, accounts)| (id, accounts[user])))?;
    }
    let mut correlations = Vec::new();
    for (one, own) in degrees.iter().enumerate() {
        for other in &degrees[one + 1..] {
            let pairs = own.iter().zip(other).map(|(&a, &b)| (a as f64, b as f64));
            correlations.push(spearman(&pairs.collect::<Vec<_>>()));
        }
    }
    let smallest = ids.iter().map(|&id| builder.account_count(id)).min().unwrap_or(0);
    Ok(SharedOutcome { asked: shared, users, smallest, correlations })
}

/// The accounts of a network in the order in which they are chosen to be shared.
#[derive(Debug)]
struct Choice {
    order: Permutation,
    taken: u64,
}

impl Choice {
    fn take(&mut self, users: usize) -> Vec<u32> {
        let start = self.taken;
        self.taken += users as u64;
        (start..self.taken).map(|place| self.order.at(place) as u32).collect()
    }
}
