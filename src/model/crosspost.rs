//! Cross-posting: a user who shares on one account carries the post over to another one.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::reshare::check_factor;
use super::{resolve_pair, twice};
use crate::error::{Error, OfKey, Result};
use crate::graph::{Overlay, SocialGraph, UserRef};
use crate::id::{AccountId, NetworkId, UserId};
use crate::random::{Key, Threshold};
use crate::unit::Probability;

/// The probabilities of cross-posting, by ordered pair of networks.
///
/// One coin per ordered pair of accounts of one user, one step after the share, with probability
/// q(from network, to network) × the user's inclination. The bare q holds for pairs of different
/// networks; between two accounts in one network a pair must be named. Names and numbers are checked
/// by [`ScenarioBuilder::build`](crate::ScenarioBuilder::build); a product above 1 is an error.
///
/// ```
/// use tieline::{CrosspostRates, IndependentCascade, Scenario, SocialGraph};
///
/// let mut builder = SocialGraph::builder();
/// let (square, hall) = (builder.network("square"), builder.network("hall"));
/// builder.account(square, "ann").account(hall, "ann").same_name_is_one_user();
/// let graph = std::sync::Arc::new(builder.build()?);
/// let build = |rates| {
///     let model = IndependentCascade::with_probability(0.1);
///     Scenario::builder(graph.clone()).model(model).crosspost_rates(rates).origin("ann@hall").build()
/// };
///
/// // ann carries over with 0.5 × 2 from the square to the hall, with 0.25 × 2 the other way.
/// let rates = CrosspostRates::with_probability(0.25).between("square", "hall", 0.5);
/// assert!(build(rates.clone().inclination("ann", 2.0)).is_ok());
/// assert!(build(rates.inclination("ann", 3.0)).unwrap_err().is_range());
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CrosspostRates {
    /// For all ordered pairs of different networks.
    pub base: f64,
    /// For one ordered pair.
    pub pairs: Vec<(String, String, f64)>,
    /// What a user's probabilities are multiplied by; 1 for those not listed.
    pub inclinations: Vec<(String, f64)>,
}

impl CrosspostRates {
    /// The same probability for all ordered pairs of different networks.
    #[must_use]
    pub fn with_probability(q: f64) -> Self {
        Self { base: q, ..Self::default() }
    }

    /// A probability for one ordered pair of networks, which may be one network twice.
    #[must_use]
    pub fn between(mut self, from: impl Into<String>, to: impl Into<String>, q: f64) -> Self {
        self.pairs.push((from.into(), to.into(), q));
        self
    }

    /// How inclined a user is to cross-post: a factor, 1 for everybody else.
    #[must_use]
    pub fn inclination(mut self, user: impl Into<String>, factor: f64) -> Self {
        self.inclinations.push((user.into(), factor));
        self
    }

    pub(crate) fn prepare(&self, graph: &SocialGraph) -> Result<Crossposts> {
        self.prepared(graph).of_key("crosspost")
    }

    fn prepared(&self, graph: &SocialGraph) -> Result<Crossposts> {
        let mut prepared = Crossposts { base: probability(self.base)?, ..Crossposts::default() };
        for (from, to, q) in &self.pairs {
            let pair = resolve_pair(graph, from, to)?;
            if prepared.pairs.insert(pair, probability(*q)?).is_some() {
                let name = format!("{from}:{to}");
                return Err(twice("the probability of a cross-post", &name));
            }
        }
        for (name, factor) in &self.inclinations {
            let user = graph.user(UserRef::from(name)).of_key("inclination")?;
            check_factor("inclination", name, *factor)?;
            if prepared.inclinations.insert(user, *factor).is_some() {
                let flaw = twice("the inclination to cross-post", name);
                return Err(flaw.of_key("inclination"));
            }
            for from in graph.accounts_of_user(user) {
                for to in graph.accounts_of_user(user).filter(|&to| to != from) {
                    let q = prepared.base_rate(graph.network_of(from), graph.network_of(to));
                    if q * factor > 1.0 {
                        return Err(Error::range(format!(
                            "the probability that `{name}` cross-posts from {} to {} is {q} × {factor}, \
                             above 1",
                            graph.account_label(from),
                            graph.account_label(to),
                        ))
                        .of_key("inclination"));
                    }
                }
            }
        }
        prepared.any = prepared.base > 0.0 || prepared.pairs.values().any(|&q| q > 0.0);
        Ok(prepared)
    }
}

fn probability(q: f64) -> Result<f64> {
    Probability::new(q).map(Probability::get).map_err(|_| {
        Error::range(format!("the probability of a cross-post must lie in 0..=1, found {q}"))
    })
}

/// So many steps show whether cross-posts go round.
const STEPS: usize = 100;

/// Cross-posting made ready for one graph.
#[derive(Debug, Clone, Default)]
pub(crate) struct Crossposts {
    base: f64,
    pairs: HashMap<(NetworkId, NetworkId), f64>,
    inclinations: HashMap<UserId, f64>,
    any: bool,
    /// All pairs of a user's accounts, for sure.
    sure: bool,
}

impl Crossposts {
    /// Everybody carries everything over to all their accounts.
    pub(crate) fn sure() -> Self {
        Self { any: true, sure: true, ..Self::default() }
    }

    /// Whether anybody ever cross-posts.
    #[inline]
    pub(crate) fn any(&self) -> bool {
        self.any
    }

    fn base_rate(&self, from: NetworkId, to: NetworkId) -> f64 {
        let bare = if from == to { 0.0 } else { self.base };
        if self.pairs.is_empty() { bare } else { *self.pairs.get(&(from, to)).unwrap_or(&bare) }
    }

    /// The probability that a share by `from` is carried over to `to`, another account of `user`.
    pub(crate) fn probability(
        &self,
        graph: &SocialGraph,
        overlay: &Overlay,
        from: AccountId,
        to: AccountId,
    ) -> f64 {
        if self.sure {
            return overlay.crosspost_factor().get();
        }
        let q = self.base_rate(graph.network_of(from), graph.network_of(to));
        let inclination = if self.inclinations.is_empty() {
            1.0
        } else {
            *self.inclinations.get(&graph.user_of(from)).unwrap_or(&1.0)
        };
        q * inclination * overlay.crosspost_factor().get()
    }

    /// A user whose shares, where accounts share again, can be carried round among three accounts and more
    /// without their number ever falling. Between two nothing goes round, for nothing is carried straight
    /// back.
    pub(crate) fn goes_round(&self, graph: &SocialGraph) -> Option<UserId> {
        if !self.any() {
            return None;
        }
        let overlay = Overlay::default();
        let firsts = graph.accounts().filter(|&account| {
            let beside = graph.accounts_beside(account);
            beside.len() > 2 && beside[0] == account
        });
        firsts.map(|account| graph.accounts_beside(account)).find_map(|accounts| {
            let q = |from, to| self.probability(graph, &overlay, from, to);
            let pairs: Vec<_> = accounts
                .iter()
                .flat_map(|&from| accounts.iter().map(move |&to| (from, to)))
                .filter(|(from, to)| from != to)
                .collect();
            // How many shares so many steps after one that came from the first of a pair to the second. Once
            // all of them are below 1, they fall to nothing.
            let mut after: HashMap<_, f64> = pairs.iter().map(|&pair| (pair, 1.0)).collect();
            let falls = (0..STEPS).any(|_| {
                let next = pairs.iter().map(|&(from, at)| {
                    let onward = accounts.iter().filter(|&&to| to != at && to != from);
                    let shares = onward.map(|&to| q(at, to) * after[&(at, to)]).sum();
                    ((from, at), shares)
                });
                after = next.collect();
                after.values().all(|&shares| shares < 1.0)
            });
            (!falls).then(|| graph.user_of(accounts[0]))
        })
    }

    /// Calls `land` with each account that the user of `from` carries the post over to. Needs not be
    /// called if nobody does ([`any`](Self::any)).
    #[inline]
    pub(crate) fn fire(
        &self,
        graph: &SocialGraph,
        overlay: &Overlay,
        key: Key,
        from: AccountId,
        mut land: impl FnMut(AccountId),
    ) {
        for &to in graph.accounts_beside(from) {
            if to == from {
                continue;
            }
            let coin = Threshold::new(self.probability(graph, overlay, from, to));
            if coin.is_never() {
                continue;
            }
            let stream = || {
                let [from, to] = [from, to].map(|account| graph.logical_key(account).get());
                key.stream(from, to)
            };
            if coin.succeeds_in(stream, 0) {
                land(to);
            }
        }
    }
}
