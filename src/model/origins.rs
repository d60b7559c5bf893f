//! Origins that are drawn in each run, or chosen by degree.

use std::collections::{HashMap, HashSet};

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use crate::error::{Error, OfKey, Result};
use crate::graph::SocialGraph;
use crate::id::{AccountId, NetworkId, UserId};
use crate::random::{Channel, Key, RunKeys, mix64};

/// How many origins: a number, or a share of those there are.
///
/// ```
/// use tieline::Amount;
///
/// assert_eq!("10".parse::<Amount>()?, Amount::Count(10));
/// assert_eq!("2.5%".parse::<Amount>()?, Amount::Share(0.025));
/// assert!("-1".parse::<Amount>().is_err());
/// # Ok::<(), tieline::Error>(())
/// ```
///
/// Serde writes a number, or text such as `"2.5%"`.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Amount {
    /// So many.
    Count(u64),
    /// This share of them, in 0..=1: ⌊share · n + ½⌋, which must not be 0 unless the share is.
    Share(f64),
}

impl std::str::FromStr for Amount {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let bad = || Error::input(format!("expected a number of origins K, or X%, found `{text}`"));
        let amount = match text.strip_suffix('%') {
            Some(percent) => Self::Share(percent.trim().parse::<f64>().map_err(|_| bad())? / 100.0),
            None => Self::Count(text.parse().map_err(|_| bad())?),
        };
        amount.check()?;
        Ok(amount)
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count}"),
            Self::Share(share) => write!(f, "{}%", share * 100.0),
        }
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Count(count) => count.serialize(serializer),
            Self::Share(_) => self.to_string().serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = Amount;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a number of origins K, or \"X%\"")
            }

            fn visit_u64<E: de::Error>(self, count: u64) -> Result<Amount, E> {
                Ok(Amount::Count(count))
            }

            fn visit_i64<E: de::Error>(self, count: i64) -> Result<Amount, E> {
                let count = u64::try_from(count);
                count.map(Amount::Count).map_err(|_| E::custom("expected a number from 0"))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Amount, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Any)
    }
}

impl Amount {
    pub(crate) fn check(self) -> Result<()> {
        match self {
            Self::Share(share) if !(0.0..=1.0).contains(&share) => Err(Error::range(format!(
                "a share of accounts or users must lie in 0..=100 %, found {} %",
                share * 100.0
            ))),
            _ => Ok(()),
        }
    }

    /// How many of `n`, called so.
    fn of(self, n: u64, what: &str) -> Result<u64> {
        self.check()?;
        let count = match self {
            Self::Count(count) => count,
            Self::Share(share) => {
                let count = (share * n as f64 + 0.5) as u64;
                if count == 0 && share > 0.0 {
                    return Err(Error::range(format!(
                        "{} % of {n} {what} is nobody; say a larger share, or a number",
                        share * 100.0
                    )));
                }
                count
            }
        };
        if count > n {
            return Err(Error::range(format!(
                "{count} origins of {n} {what}: expected {n} at most"
            )));
        }
        Ok(count)
    }
}

/// Who is chosen.
///
/// ```
/// use tieline::Choice;
/// assert_ne!(Choice::Accounts, Choice::Users);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Choice {
    /// Accounts at random.
    Accounts,
    /// Users at random, each of whom posts on one of their accounts at random.
    Users,
    /// Users at random, each of whom posts on all of their accounts.
    UsersEverywhere,
    /// The accounts that most others see, ties and bridge ties; of equals the first by logical key.
    TopDegree,
    /// Accounts at random in proportion to how many others see them, each once.
    ByDegree,
}

/// Origins that are drawn in each run, or chosen by degree, in place of given ones or beside them.
///
/// Of all networks together, or of those that are named: by calling this for each network, each has
/// draws of its own. Draws are keyed by who is chosen, the networks and a number, so those for k are the first of
/// those for k + 1, and the size of one network does not touch another's. Rules add up: each has draws of its own,
/// and whom two of them choose starts once.
///
/// ```
/// use tieline::{Amount, Choice, Ensemble, IndependentCascade, OriginRule, Scenario, SocialGraph};
///
/// let mut builder = SocialGraph::builder();
/// let (square, hall) = (builder.network("square"), builder.network("hall"));
/// builder.tie(square, "ann", "bob").tie(square, "ann", "cid").tie(hall, "dee", "eve");
/// let scenario = Scenario::builder(builder.build()?)
///     .model(IndependentCascade::with_probability(0.0))
///     .origin_rule(OriginRule::new(Choice::Accounts, Amount::Count(2)).in_networks(["square"]))
///     .origin_rule(OriginRule::new(Choice::TopDegree, Amount::Count(1)).in_networks(["hall"]))
///     .build()?;
/// let outcome = Ensemble::new(&scenario).run();
/// assert_eq!((outcome.size.mean, outcome.network("square").unwrap().mean), (3.0, 2.0));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OriginRule {
    /// Who is chosen.
    pub choice: Choice,
    /// How many.
    pub amount: Amount,
    /// Of which networks; of all together if none is named.
    pub networks: Vec<String>,
}

impl OriginRule {
    /// So many, of all networks together.
    #[must_use]
    pub fn new(choice: Choice, amount: Amount) -> Self {
        Self { choice, amount, networks: Vec::new() }
    }

    /// Of these networks together.
    #[must_use]
    pub fn in_networks<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.networks.extend(names.into_iter().map(Into::into));
        self
    }

    /// The key of a scenario that says it.
    pub(crate) const fn key(&self) -> &'static str {
        match self.choice {
            Choice::Accounts => "random_origins",
            Choice::Users | Choice::UsersEverywhere => "random_users",
            Choice::TopDegree => "top_degree",
            Choice::ByDegree => "by_degree",
        }
    }

    /// All of these rules made ready for one graph.
    pub(crate) fn prepare_all(rules: &[Self], graph: &SocialGraph) -> Result<Vec<PreparedRule>> {
        let mut known: HashMap<Draws, u64> = HashMap::new();
        let prepared = rules.iter().map(|rule| {
            let networks = rule.resolve(graph).of_key(rule.key())?;
            let mut draws = Draws::of(rule, graph, &networks);
            let before = known.entry(draws).or_default();
            draws.again = *before;
            *before += 1;
            rule.prepared(graph, draws, networks).of_key(rule.key())
        });
        prepared.collect()
    }

    /// In which networks, in order.
    fn resolve(&self, graph: &SocialGraph) -> Result<Vec<NetworkId>> {
        let named = self.networks.iter().map(|name| graph.network_named(name));
        let mut networks: Vec<NetworkId> = match self.networks.is_empty() {
            true => graph.networks().collect(),
            false => named.collect::<Result<_>>()?,
        };
        networks.sort_unstable();
        networks.dedup();
        Ok(networks)
    }

    fn prepared(
        &self,
        graph: &SocialGraph,
        draws: Draws,
        networks: Vec<NetworkId>,
    ) -> Result<PreparedRule> {
        // In order of logical key, whatever the storage.
        let accounts: Vec<AccountId> = graph
            .accounts_in_key_order()
            .filter(|&account| networks.contains(&graph.network_of(account)))
            .collect();
        let n = accounts.len() as u64;
        Ok(match self.choice {
            Choice::Accounts => {
                let count = self.amount.of(n, "accounts")?;
                PreparedRule::Accounts { draws, count, accounts }
            }
            Choice::Users | Choice::UsersEverywhere => {
                let mut known = HashSet::new();
                let users: Vec<UserId> = accounts
                    .iter()
                    .map(|&account| graph.user_of(account))
                    .filter(|&user| known.insert(user))
                    .collect();
                let count = self.amount.of(users.len() as u64, "users")?;
                let everywhere = self.choice == Choice::UsersEverywhere;
                PreparedRule::Users { draws, count, users, networks, everywhere }
            }
            Choice::TopDegree => {
                let count = self.amount.of(n, "accounts")?;
                let mut accounts = accounts;
                // Stable, so equals stay in order of logical key.
                accounts.sort_by_key(|&account| std::cmp::Reverse(graph.out_degree(account)));
                accounts.truncate(count as usize);
                PreparedRule::Known(accounts)
            }
            Choice::ByDegree => {
                let mut sum = 0;
                let ends: Vec<u64> = accounts
                    .iter()
                    .map(|&account| {
                        sum += graph.out_degree(account);
                        sum
                    })
                    .collect();
                let seen = accounts.iter().filter(|&&a| graph.out_degree(a) > 0).count() as u64;
                let count = self.amount.of(seen, "accounts that somebody sees")?;
                PreparedRule::ByDegree { draws, count, accounts, ends }
            }
        })
    }
}

/// A rule made ready for one graph. Accounts and users are in order of logical key.
#[derive(Debug, Clone)]
pub(crate) enum PreparedRule {
    Known(Vec<AccountId>),
    Accounts {
        draws: Draws,
        count: u64,
        accounts: Vec<AccountId>,
    },
    Users {
        draws: Draws,
        count: u64,
        users: Vec<UserId>,
        networks: Vec<NetworkId>,
        everywhere: bool,
    },
    /// `ends` are running sums of degrees.
    ByDegree {
        draws: Draws,
        count: u64,
        accounts: Vec<AccountId>,
        ends: Vec<u64>,
    },
}

impl PreparedRule {
    /// Appends the origins of the run with these keys.
    pub(crate) fn draw(&self, graph: &SocialGraph, keys: &RunKeys, origins: &mut Vec<AccountId>) {
        match self {
            Self::Known(accounts) => origins.extend(accounts),
            Self::Accounts { draws, count, accounts } => {
                let draws = Distinct::new(*draws, keys, accounts.len() as u64);
                origins.extend(draws.take(*count as usize).map(|(place, _)| accounts[place]));
            }
            Self::ByDegree { draws, count, accounts, ends } => {
                let draws = Distinct::new(*draws, keys, ends.last().copied().unwrap_or(0));
                let place = |tie: usize| ends.partition_point(|&end| end <= tie as u64);
                origins.extend(draws.of(place).take(*count as usize).map(|(p, _)| accounts[p]));
            }
            Self::Users { draws, count, users, networks, everywhere } => {
                let draws = Distinct::new(*draws, keys, users.len() as u64);
                for (place, which) in draws.take(*count as usize) {
                    let mut own: Vec<AccountId> = graph
                        .accounts_of_user(users[place])
                        .filter(|&account| networks.contains(&graph.network_of(account)))
                        .collect();
                    own.sort_by_key(|&account| graph.logical_key(account));
                    if *everywhere {
                        origins.extend(own);
                    } else {
                        let one = (u128::from(which) * own.len() as u128) >> 64;
                        origins.push(own[one as usize]);
                    }
                }
            }
        }
    }
}

/// What the draws of a rule are drawn for. Rules add up, so no two of a post have draws in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Draws {
    /// Accounts, users, or accounts by degree.
    kind: u64,
    /// Of which networks.
    networks: u64,
    /// How many rules before it are for the same.
    again: u64,
}

impl Draws {
    fn of(rule: &OriginRule, graph: &SocialGraph, networks: &[NetworkId]) -> Self {
        let kind = match rule.choice {
            Choice::Accounts => 0,
            Choice::Users | Choice::UsersEverywhere => 1,
            Choice::ByDegree => 2,
            // Nothing is drawn.
            Choice::TopDegree => 3,
        };
        let mixed = |word: u64, network: &NetworkId| mix64(word ^ u64::from(network.get()));
        let networks = match (networks, rule.networks.is_empty()) {
            (&[one], false) => u64::from(one.get()),
            _ if networks.len() == graph.network_count() => u64::MAX,
            _ => networks.iter().fold(u64::MAX, mixed),
        };
        Self { kind, networks, again: 0 }
    }

    fn key(self, keys: &RunKeys) -> Key {
        keys.channel(Channel::Origins).nested(self.kind).nested(self.again)
    }
}

/// Places below a bound, each once, in the order in which they are drawn, with a word more for each.
struct Distinct<F> {
    key: Key,
    what: u64,
    bound: u64,
    next: u64,
    of: F,
    drawn: HashSet<usize>,
}

impl Distinct<fn(usize) -> usize> {
    fn new(draws: Draws, keys: &RunKeys, bound: u64) -> Self {
        let (key, what) = (draws.key(keys), draws.networks);
        Self { key, what, bound, next: 0, of: |place| place, drawn: HashSet::new() }
    }

    /// The same of what stands for each place.
    fn of<F: Fn(usize) -> usize>(self, of: F) -> Distinct<F> {
        let Self { key, what, bound, next, drawn, .. } = self;
        Distinct { key, what, bound, next, of, drawn }
    }
}

impl<F: Fn(usize) -> usize> Iterator for Distinct<F> {
    type Item = (usize, u64);

    fn next(&mut self) -> Option<(usize, u64)> {
        // What is asked for is there: counts were checked.
        loop {
            let stream = self.key.stream(self.what, self.next);
            self.next += 1;
            let place = (u128::from(stream.draw(0)) * u128::from(self.bound)) >> 64;
            let place = (self.of)(place as usize);
            if self.drawn.insert(place) {
                return Some((place, stream.draw(1)));
            }
        }
    }
}
