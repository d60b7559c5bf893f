//! How long accounts stay in a state, and how much later tries land: distributions by network.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{resolve_pair, twice};
use crate::error::{Error, OfKey, Result};
use crate::graph::SocialGraph;
use crate::id::{AccountId, NetworkId, TieId};
use crate::random::{Distribution, Sampler};
use crate::unit::{Clock, Ticks};

/// The longest delay of a tie in steps, which a run lists one by one.
const MOST_STEPS: f64 = 1_000_000.0;

/// How long accounts stay in a state: one distribution, or one for each network.
///
/// In units of time, or in steps: then what is drawn is rounded up, and
/// [`Distribution::Geometric`] is the one without memory. On the command line, for example:
/// `--period 'exponential(0.5)' --period 'hall=gamma(2, 3)'`.
///
/// ```
/// use tieline::{Distribution, Periods};
///
/// let periods = Periods::all(Distribution::Exponential { rate: 0.5 })
///     .in_network("hall", Distribution::Gamma { shape: 2.0, mean: 3.0 });
/// assert_eq!(periods.networks.len(), 1);
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Periods {
    /// For all accounts; if there is none, every network needs its own.
    pub base: Option<Distribution>,
    /// For the accounts of a network.
    pub networks: Vec<(String, Distribution)>,
}

impl Periods {
    /// The same for all accounts.
    #[must_use]
    pub fn all(distribution: Distribution) -> Self {
        Self { base: Some(distribution), networks: Vec::new() }
    }

    /// For the accounts of one network.
    #[must_use]
    pub fn in_network(mut self, network: impl Into<String>, distribution: Distribution) -> Self {
        self.networks.push((network.into(), distribution));
        self
    }

    /// What holds in a network.
    pub(crate) fn of_network(&self, name: &str) -> Option<&Distribution> {
        let own = self.networks.iter().find(|(network, _)| network == name);
        own.map(|(_, own)| own).or(self.base.as_ref())
    }

    /// Whether all of them can be times. `what` is what errors call them.
    pub(crate) fn check(&self, what: &'static str, has_end: bool) -> Result<()> {
        let named = self.networks.iter().map(|(_, distribution)| distribution);
        self.base.iter().chain(named).try_for_each(|d| check_duration(d, what, has_end))
    }

    /// By network. `what` is what errors call it; a mean may be infinite if the run has an end.
    pub(crate) fn prepare(
        &self,
        graph: &SocialGraph,
        what: &'static str,
        has_end: bool,
    ) -> Result<PreparedPeriods> {
        let mut chosen: Vec<Option<&Distribution>> = vec![None; graph.network_count()];
        for (name, distribution) in &self.networks {
            let network = graph.network_named(name).of_key(key_of(what))?.index();
            if chosen[network].replace(distribution).is_some() {
                return Err(twice(what, name).of_key(key_of(what)));
            }
        }
        let mut prepared =
            PreparedPeriods { by_network: Vec::new(), longest_mean: 0.0, long: 0.0, same: true };
        for (network, chosen) in graph.networks().zip(&chosen) {
            let Some(distribution) = chosen.or(self.base.as_ref()) else {
                let name = graph.network(network).name();
                return Err(Error::conflict(format!(
                    "no {} is given for `{name}`: say one for all, or for `{name}`",
                    what.trim_start_matches("the ")
                ))
                .of_key(key_of(what)));
            };
            check_duration(distribution, what, has_end)?;
            prepared.longest_mean = distribution.mean().max(prepared.longest_mean);
            let long = match distribution {
                Distribution::Fixed { x } => *x,
                distribution => LONG_AGO * distribution.mean(),
            };
            prepared.long = long.max(prepared.long);
            prepared.by_network.push(distribution.sampler());
        }
        let all = || chosen.iter().map(|chosen| chosen.or(self.base.as_ref()));
        prepared.same = all().all(|distribution| Some(distribution) == all().next());
        Ok(prepared)
    }
}

/// The key of a scenario that says what is called `what`.
fn key_of(what: &'static str) -> &'static str {
    match what {
        "the delay of a cross-post" => "crosspost_delay",
        "the mark" => "marks",
        what => what.trim_start_matches("the "),
    }
}

/// Whether it can be how long something takes.
///
/// # Errors
/// About the key of what is called `what`.
pub(crate) fn check_duration(
    distribution: &Distribution,
    what: &'static str,
    has_end: bool,
) -> Result<()> {
    check_is_duration(distribution, what, has_end).of_key(key_of(what))
}

fn check_is_duration(distribution: &Distribution, what: &str, has_end: bool) -> Result<()> {
    let in_words = |error: Error| Error::range(format!("{what}: {}", error.message()));
    distribution.check().map_err(in_words)?;
    if !distribution.is_time() {
        return Err(Error::range(format!(
            "{what} must be a time, and {distribution} can be negative"
        )));
    }
    if let Distribution::Exponential { rate } = distribution {
        super::reshare::check_rate(*rate, what)?;
    }
    if distribution.mean().is_infinite() && !has_end {
        return Err(Error::conflict(format!(
            "{what}, {distribution}, has an infinite mean: a run needs an end (`until`)"
        )));
    }
    Ok(())
}

/// Nobody is expected to take so many times the mean.
const LONG_AGO: f64 = 20.0;

/// Periods made ready for one graph.
#[derive(Debug, Clone)]
pub(crate) struct PreparedPeriods {
    by_network: Vec<Sampler>,
    /// The longest mean of all networks, perhaps infinite.
    pub(crate) longest_mean: f64,
    /// Nobody is expected to take so long.
    pub(crate) long: f64,
    /// Whether it is the same in all networks.
    pub(crate) same: bool,
}

impl PreparedPeriods {
    /// The one for all accounts, if there is one.
    #[inline]
    pub(crate) fn of_all(&self) -> Option<&Sampler> {
        if self.same { self.by_network.first() } else { None }
    }

    #[inline]
    pub(crate) fn of(&self, network: NetworkId) -> &Sampler {
        &self.by_network[network.index()]
    }
}

/// How much later tries along ties land: one distribution, or by network of who sees, or by pair of
/// networks, or the weights of the ties. The most specific holds, a weight before all else. On the command
/// line: `--delay`.
///
/// ```
/// use tieline::{Delays, Distribution, Ensemble, IndependentCascade, Scenario, SocialGraph};
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// builder.tie(square, "ann", "bob").tie(square, "bob", "cid").tie(square, "cid", "dee");
/// let scenario = Scenario::builder(builder.build()?)
///     .model(IndependentCascade::with_probability(1.0))
///     .delays(Delays::all(Distribution::Exponential { rate: 1.0 }))
///     .origin("ann")
///     .build()?;
/// let outcome = Ensemble::new(&scenario).runs(20_000).reached_within(2.0)?.run();
/// assert_eq!(outcome.size.mean, 4.0);
/// // P(dee within 2) is that of three exponential delays: 0.323324; of two 0.593994, of one 0.864665.
/// let within = &outcome.reached_within[0];
/// let expected = 1.0 + 0.323324 + 0.593994 + 0.864665;
/// assert!((within.mean - expected).abs() < 4.5 * within.std_error.unwrap());
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Delays {
    /// For all ties; if there is none, every network needs its own.
    pub base: Option<Distribution>,
    /// For ties that end in a network.
    pub networks: Vec<(String, Distribution)>,
    /// For ties from one network into another, or inside one if both are the same.
    pub pairs: Vec<(String, String, Distribution)>,
    /// The weight of a tie is its delay, in units of time or in steps; the rest is for ties without a weight.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tie_weights: bool,
}

impl Delays {
    /// The same for all ties.
    #[must_use]
    pub fn all(distribution: Distribution) -> Self {
        Self { base: Some(distribution), ..Self::default() }
    }

    /// The weight of each tie is its delay, in units of time or in steps.
    ///
    /// ```
    /// use tieline::{Delays, Ensemble, IndependentCascade, Scenario, SocialGraph};
    ///
    /// let mut builder = SocialGraph::builder();
    /// let square = builder.network("square");
    /// builder.weighted_tie(square, "ann", "bob", 1.5).weighted_tie(square, "bob", "cid", 2.0);
    /// let scenario = Scenario::builder(builder.build()?)
    ///     .model(IndependentCascade::with_probability(1.0))
    ///     .delays(Delays::tie_weights())
    ///     .origin("ann")
    ///     .build()?;
    /// let cascade = Ensemble::new(&scenario).cascade(0);
    /// let times: Vec<_> = cascade.rows().map(|row| row.time.unwrap().in_units()).collect();
    /// assert_eq!(times, [0.0, 1.5, 3.5]);
    /// # Ok::<(), tieline::Error>(())
    /// ```
    #[must_use]
    pub fn tie_weights() -> Self {
        Self { tie_weights: true, ..Self::default() }
    }

    /// For the ties that end in one network.
    #[must_use]
    pub fn in_network(mut self, network: impl Into<String>, distribution: Distribution) -> Self {
        self.networks.push((network.into(), distribution));
        self
    }

    /// For the ties from one network into another.
    #[must_use]
    pub fn between(
        mut self,
        from: impl Into<String>,
        to: impl Into<String>,
        distribution: Distribution,
    ) -> Self {
        self.pairs.push((from.into(), to.into(), distribution));
        self
    }

    /// Whether all of them can be times. `what` is what errors call them.
    pub(crate) fn check(&self, what: &'static str, has_end: bool) -> Result<()> {
        let named = self.networks.iter().map(|(_, distribution)| distribution);
        let between = self.pairs.iter().map(|(_, _, distribution)| distribution);
        let mut all = self.base.iter().chain(named).chain(between);
        all.try_for_each(|distribution| check_duration(distribution, what, has_end))
    }

    /// An error if they are weights of ties, which only tries along ties read.
    pub(crate) fn refuse_tie_weights(&self, what: &'static str) -> Result<()> {
        if self.tie_weights {
            return Err(Error::conflict(format!(
                "{what} is no weight of a tie: give a distribution"
            )));
        }
        Ok(())
    }

    /// Whether weights, if they are delays, can be that, and something is said for ties without one.
    pub(crate) fn check_weights(&self, graph: &SocialGraph, clock: Clock) -> Result<()> {
        if !self.tie_weights {
            return Ok(());
        }
        for tie in (0..graph.tie_count()).map(TieId::new) {
            let (source, target) = graph.tie_ends(tie);
            let between = || {
                let [source, target] = [source, target].map(|account| graph.account_label(account));
                format!("the tie from `{source}` to `{target}`")
            };
            if let Some(weight) = graph.weight(tie) {
                Ticks::from_units(weight).map_err(|error| {
                    Error::range(format!("{}: its delay: {}", between(), error.message()))
                })?;
                if clock == Clock::Steps && weight > MOST_STEPS {
                    return Err(Error::range(format!(
                        "a delay in steps is at most {MOST_STEPS}, found {weight}: let time be \
                         continuous (`--clock continuous`)"
                    )));
                }
                continue;
            }
            let [from, to] = [source, target].map(|account| {
                let network = graph.network_of(account);
                graph.network(network).name()
            });
            let said = self.base.is_some()
                || self.networks.iter().any(|(network, _)| network == to)
                || self.pairs.iter().any(|(one, other, _)| one == from && other == to);
            if !said {
                return Err(Error::conflict(format!(
                    "{} has no weight, so no delay: say one for ties without",
                    between()
                )));
            }
        }
        Ok(())
    }

    /// By network and pair.
    pub(crate) fn prepare(
        &self,
        graph: &SocialGraph,
        what: &'static str,
        has_end: bool,
    ) -> Result<PreparedDelays> {
        let mut into = Periods { base: self.base.clone(), networks: self.networks.clone() };
        if self.tie_weights {
            // What no tie asks for.
            into.base.get_or_insert(Distribution::Fixed { x: 0.0 });
        }
        let mut pairs = HashMap::new();
        for (from, to, distribution) in &self.pairs {
            check_duration(distribution, what, has_end)?;
            let pair = resolve_pair(graph, from, to).of_key(key_of(what))?;
            if pairs.insert(pair, distribution.sampler()).is_some() {
                return Err(twice(what, &format!("{from}:{to}")).of_key(key_of(what)));
            }
        }
        let into = into.prepare(graph, what, has_end)?;
        Ok(PreparedDelays { into, pairs, by_weight: self.tie_weights })
    }
}

/// Delays made ready for one graph.
#[derive(Debug, Clone)]
pub(crate) struct PreparedDelays {
    into: PreparedPeriods,
    pairs: HashMap<(NetworkId, NetworkId), Sampler>,
    by_weight: bool,
}

impl PreparedDelays {
    /// The delay of the tie by itself, if it has one. O(log k) where weights are delays.
    #[inline]
    pub(crate) fn of_tie(
        &self,
        graph: &SocialGraph,
        source: AccountId,
        target: AccountId,
    ) -> Option<f64> {
        if !self.by_weight {
            return None;
        }
        graph.find_tie(source, target).and_then(|tie| graph.weight(tie))
    }

    /// The one for all ties, if there is one.
    #[inline]
    pub(crate) fn same(&self) -> Option<&Sampler> {
        if self.pairs.is_empty() { self.into.of_all() } else { None }
    }

    #[inline]
    pub(crate) fn of(&self, from: NetworkId, to: NetworkId) -> &Sampler {
        if self.pairs.is_empty() {
            return self.into.of(to);
        }
        self.pairs.get(&(from, to)).unwrap_or_else(|| self.into.of(to))
    }
}
