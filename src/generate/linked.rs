//! [`LinkedNetworks`]: several networks, and users who have accounts in two or more.

use serde::{Deserialize, Serialize};

use super::Generator;
use super::linked_ties::{Group, LinkedGraph, LinkedTies, seed_of};
use crate::error::{Error, Result, suggestion};
use crate::graph::{LoadReport, SocialGraph, TieSource, check_network_name};
use crate::unit::Probability;

/// Several networks, each from a generator of its own, with users who have accounts in two or more:
/// as many as asked for, and with degrees that go together as much as asked for.
///
/// The accounts that are shared are chosen evenly. What is asked of users and correlations is met,
/// or is an error, never missed in silence. Networks keep their ties whatever is shared.
///
/// Rank correlations between the degrees of a user in two networks: V. Nicosia, V. Latora, "Measuring
/// and modeling correlations in multiplex networks", Physical Review E 92, 032805 (2015),
/// <https://doi.org/10.1103/PhysRevE.92.032805>.
///
/// ```
/// use tieline::generate::{BarabasiAlbert, ErdosRenyi, LinkedNetworks, SharedUsers};
///
/// let graph = LinkedNetworks::new()
///     .network("square", BarabasiAlbert::new(2000, 3))
///     .network("hall", ErdosRenyi::with_ties(800, 4000))
///     .share(SharedUsers::count(["square", "hall"], 300).degree_correlation(0.6))
///     .graph(7)?;
/// let overlap = graph.overlap(graph.network_named("square")?, graph.network_named("hall")?);
/// assert_eq!(overlap.shared_users, 300);
/// assert!((overlap.out_degree.spearman.unwrap() - 0.6).abs() <= 0.01);
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct LinkedNetworks {
    /// The networks.
    #[serde(rename = "network")]
    pub networks: Vec<LinkedNetwork>,
    /// Who is in several of them. Nobody belongs to two of these groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shared: Vec<SharedUsers>,
    /// How far a correlation of degrees may be from what was asked for: 0.01 unless stated, above 0
    /// and at most 1.
    #[serde(default = "usual_tolerance")]
    pub degree_correlation_tolerance: f64,
}

fn usual_tolerance() -> f64 {
    0.01
}

/// One of several networks. Shown at [`LinkedNetworks`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LinkedNetwork {
    /// Its name.
    pub name: String,
    /// Where its ties come from.
    #[serde(flatten)]
    pub generator: Generator,
}

/// A group of users who have an account in each of some networks and in no other. Shown at
/// [`LinkedNetworks`].
///
/// The users that two networks share are those of all groups that name both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SharedUsers {
    /// The names of the networks, two or more.
    pub networks: Vec<String>,
    /// How many users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub users: Option<u32>,
    /// Or which part of the accounts of the smallest of these networks, in 0..=1; the number of users
    /// is the nearest whole one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fraction: Option<f64>,
    /// Spearman's rank correlation between the out-degrees that a user of this group has in any two
    /// of the networks: how many see what they share here and there. In −1..=1 for two networks, in
    /// 0..=1 for more. If there is none, users are matched at random.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub degree_correlation: Option<f64>,
}

impl SharedUsers {
    fn new<'a>(networks: impl IntoIterator<Item = &'a str>) -> Self {
        let networks = networks.into_iter().map(str::to_owned).collect();
        Self { networks, users: None, fraction: None, degree_correlation: None }
    }

    /// So many users with accounts in these networks.
    #[must_use]
    pub fn count<'a>(networks: impl IntoIterator<Item = &'a str>, users: u32) -> Self {
        Self { users: Some(users), ..Self::new(networks) }
    }

    /// As many users with accounts in these networks as make this part of the smallest one.
    #[must_use]
    pub fn fraction<'a>(networks: impl IntoIterator<Item = &'a str>, fraction: f64) -> Self {
        Self { fraction: Some(fraction), ..Self::new(networks) }
    }

    /// The rank correlation of their degrees in any two of the networks.
    #[must_use]
    pub fn degree_correlation(mut self, spearman: f64) -> Self {
        self.degree_correlation = Some(spearman);
        self
    }
}

impl Default for LinkedNetworks {
    fn default() -> Self {
        Self::new()
    }
}

impl LinkedNetworks {
    /// No networks.
    #[must_use]
    pub fn new() -> Self {
        Self {
            networks: Vec::new(),
            shared: Vec::new(),
            degree_correlation_tolerance: usual_tolerance(),
        }
    }

    /// One more network.
    #[must_use]
    pub fn network(mut self, name: impl Into<String>, generator: impl Into<Generator>) -> Self {
        self.networks.push(LinkedNetwork { name: name.into(), generator: generator.into() });
        self
    }

    /// One more group of users with several accounts.
    #[must_use]
    pub fn share(mut self, shared: SharedUsers) -> Self {
        self.shared.push(shared);
        self
    }

    /// The graph of all networks.
    ///
    /// # Errors
    /// As [`ties`](Self::ties) and [`LinkedTies::build`].
    ///
    /// # Complexity
    /// As [`LinkedTies::build`].
    pub fn graph(&self, rng_seed: u64) -> Result<SocialGraph> {
        self.graph_with_report(rng_seed).map(|(graph, _)| graph)
    }

    /// [`graph`](Self::graph), and how many self-ties and repeated ties were dropped.
    ///
    /// # Errors
    /// As [`graph`](Self::graph).
    pub fn graph_with_report(&self, rng_seed: u64) -> Result<(SocialGraph, LoadReport)> {
        let LinkedGraph { graph, report, .. } = self.ties(rng_seed)?.build()?;
        Ok((graph, report))
    }

    /// Checks everything that can be checked before a graph is built.
    ///
    /// # Errors
    /// Those of the generators; [`Error::is_unknown_name`] if a group names a network that is none;
    /// [`Error::is_conflict`] if two networks have one name; [`Error::is_range`] if a network has fewer
    /// accounts than users are to share, or a correlation is out of its range.
    ///
    /// # Complexity
    /// As `ties` of the generators.
    pub fn ties(&self, rng_seed: u64) -> Result<LinkedTies> {
        let groups = self.groups()?;
        let mut sources = Vec::new();
        for (index, network) in self.networks.iter().enumerate() {
            let ties = network.generator.ties(seed_of(index, rng_seed));
            let ties = ties.map_err(|error| error.of_network(&network.name))?;
            sources.push((network.name.clone(), ties));
        }
        let sizes: Vec<u32> = sources.iter().map(|(_, ties)| ties.account_count()).collect();
        let groups = self.count(groups, &sizes)?;
        Ok(LinkedTies::new(sources, groups, self.degree_correlation_tolerance, rng_seed))
    }

    /// What can be checked before any tie is made.
    fn groups(&self) -> Result<Vec<Group>> {
        let tolerance = self.degree_correlation_tolerance;
        if !(tolerance > 0.0 && tolerance <= 1.0) {
            return Err(Error::range(format!(
                "the tolerance of degree correlations must be above 0 and at most 1, found \
                 {tolerance}"
            )));
        }
        for (index, network) in self.networks.iter().enumerate() {
            check_network_name(&network.name)?;
            if self.networks[..index].iter().any(|known| known.name == network.name) {
                let name = &network.name;
                return Err(Error::conflict(format!("two networks are called `{name}`")));
            }
        }
        self.shared.iter().map(|shared| self.group(shared)).collect()
    }

    fn group(&self, shared: &SharedUsers) -> Result<Group> {
        let mut networks = Vec::new();
        for name in &shared.networks {
            let known = || self.networks.iter().map(|network| network.name.as_str());
            let Some(index) = known().position(|network| network == name) else {
                return Err(Error::name(format!(
                    "unknown network `{name}` among those that share users{}",
                    suggestion(name, known())
                )));
            };
            if networks.contains(&index) {
                return Err(Error::conflict(format!(
                    "`{name}` is said to share users with itself"
                )));
            }
            networks.push(index);
        }
        if networks.len() < 2 {
            return Err(Error::range(format!(
                "users are shared by two networks or more, found {}",
                networks.len()
            )));
        }
        if shared.users.is_some() == shared.fraction.is_some() {
            return Err(Error::conflict(
                "give the number of shared users or the fraction, one of them",
            ));
        }
        if let Some(fraction) = shared.fraction {
            Probability::new(fraction).map_err(|_| {
                Error::range(format!("a fraction of users must lie in 0..=1, found {fraction}"))
            })?;
        }
        if let Some(correlation) = shared.degree_correlation {
            let (least, range) =
                if networks.len() == 2 { (-1.0, "-1..=1") } else { (0.0, "0..=1") };
            if !(least..=1.0).contains(&correlation) {
                return Err(Error::range(format!(
                    "the degree correlation of {} networks must lie in {range}, found {correlation}",
                    networks.len()
                )));
            }
        }
        Ok(Group { shared: shared.clone(), networks, users: 0 })
    }

    /// How many users each group has, for networks of these sizes.
    fn count(&self, mut groups: Vec<Group>, sizes: &[u32]) -> Result<Vec<Group>> {
        let mut wanted = vec![0u64; sizes.len()];
        for group in &mut groups {
            let smallest = group.networks.iter().map(|&network| sizes[network]).min().unwrap_or(0);
            group.users = match (group.shared.users, group.shared.fraction) {
                (Some(users), _) => users,
                (None, fraction) => (fraction.unwrap_or(0.0) * f64::from(smallest)).round() as u32,
            };
            for &network in &group.networks {
                wanted[network] += u64::from(group.users);
            }
        }
        for ((network, &size), &wanted) in self.networks.iter().zip(sizes).zip(&wanted) {
            if wanted > u64::from(size) {
                return Err(Error::range(format!(
                    "`{}` has {size} accounts, but is said to share {wanted} users",
                    network.name
                )));
            }
        }
        Ok(groups)
    }
}
