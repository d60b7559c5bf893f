//! External influence: accounts share of their own accord, at a rate.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::reshare::check_factor;
use super::twice;
use crate::error::{Error, OfKey, Result};
use crate::graph::{SocialGraph, UserRef};
use crate::id::UserId;
use crate::unit::Clock;

/// External influence: every account shares of its own accord, at a rate (in steps, with a probability
/// from step 1 on), as long as it can.
///
/// The arrivals of a network do not depend on what happens in it, so an intervention leaves them as they
/// are. Such shares have no parent and count for the reach of their network, never for a link. A run needs
/// an end (`until` or `max_steps`).
///
/// F. M. Bass, "A new product growth for model consumer durables", Management Science 15 (1969),
/// <https://doi.org/10.1287/mnsc.15.5.215>; S. Myers, C. Zhu, J. Leskovec, "Information diffusion and
/// external influence in networks", KDD 2012, <https://doi.org/10.1145/2339530.2339540>.
///
/// ```
/// use tieline::{Ensemble, ExternalInfluence, Scenario, Si, SocialGraph};
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// for name in ["ann", "bob", "cid", "dee"] {
///     builder.account(square, name);
/// }
/// let scenario = Scenario::builder(builder.build()?)
///     .model(Si::with_rate(1.0))
///     .external(ExternalInfluence::with_rate(0.1))
///     .until(5.0)
///     .build()?;
/// let outcome = Ensemble::new(&scenario).runs(20_000).run();
/// // Nobody sees anybody: 1 − e^(−εt) of them share.
/// assert!((outcome.size.mean / 4.0 - 0.393469).abs() < 0.01);
/// assert_eq!(outcome.external.unwrap().mean, outcome.size.mean);
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ExternalInfluence {
    /// Per account and unit of time, or step.
    pub base: Option<f64>,
    /// For the accounts of a network.
    pub networks: Vec<(String, f64)>,
    /// What the rate of a user is multiplied by; 1 for those not listed.
    pub factors: Vec<(String, f64)>,
}

impl ExternalInfluence {
    /// The same rate for all accounts.
    #[must_use]
    pub fn with_rate(rate: f64) -> Self {
        Self { base: Some(rate), ..Self::default() }
    }

    /// A rate for the accounts of one network.
    #[must_use]
    pub fn in_network(mut self, network: impl Into<String>, rate: f64) -> Self {
        self.networks.push((network.into(), rate));
        self
    }

    /// A factor for the accounts of one user.
    #[must_use]
    pub fn factor(mut self, user: impl Into<String>, factor: f64) -> Self {
        self.factors.push((user.into(), factor));
        self
    }

    /// Whether the numbers may be what they are, as far as that can be told without a graph.
    pub(crate) fn check(&self, clock: Clock, has_end: bool) -> Result<()> {
        if !has_end {
            let end = clock.end();
            return Err(Error::conflict(format!(
                "external influence goes on for ever, so a run needs an end: `{end}`"
            ))
            .of_key(end));
        }
        let named = self.networks.iter().map(|(_, rate)| rate);
        let mut rates = self.base.iter().chain(named);
        rates.try_for_each(|&rate| check_external(clock, rate)).of_key("external")?;
        self.factors.iter().try_for_each(|(user, f)| check_factor("external_factor", user, *f))
    }

    pub(crate) fn prepare(&self, graph: &SocialGraph, clock: Clock) -> Result<PreparedExternal> {
        let mut own: Vec<Option<f64>> = vec![None; graph.network_count()];
        for (name, rate) in &self.networks {
            let network = graph.network_named(name).of_key("external")?.index();
            if own[network].replace(*rate).is_some() {
                return Err(twice("the external rate", name));
            }
        }
        let rates: Vec<f64> = own.into_iter().map(|own| own.or(self.base).unwrap_or(0.0)).collect();
        let mut factors = HashMap::new();
        for (name, factor) in &self.factors {
            if factors
                .insert(graph.user(UserRef::from(name)).of_key("external_factor")?, *factor)
                .is_some()
            {
                return Err(twice("the external factor", name).of_key("external_factor"));
            }
        }
        let most = factors.values().copied().fold(1.0, f64::max);
        // Arrivals come at the highest rate that anybody may have, and are kept by factor.
        let highest = rates.iter().copied().fold(0.0, f64::max);
        check_external(clock, highest * most).map_err(|error| {
            let who = self.factors.iter().find(|(_, factor)| *factor == most);
            let who = who.map_or("", |(user, _)| user);
            let what = error.message();
            Error::range(format!(
                "{what}: {highest}, the highest rate, times {most}, the highest factor, of `{who}`"
            ))
            .of_key("external_factor")
        })?;
        Ok(PreparedExternal { rates, factors, most })
    }
}

fn check_external(clock: Clock, rate: f64) -> Result<()> {
    match clock {
        Clock::Continuous => super::reshare::check_rate(rate, "external influence"),
        Clock::Steps if (0.0..=1.0).contains(&rate) => Ok(()),
        Clock::Steps => Err(Error::range(format!(
            "external influence in steps is a probability and must lie in 0..=1, found {rate}"
        ))),
    }
}

/// External influence made ready for one graph.
#[derive(Debug, Clone)]
pub(crate) struct PreparedExternal {
    /// By network.
    pub(crate) rates: Vec<f64>,
    factors: HashMap<UserId, f64>,
    /// The largest factor, at least 1.
    pub(crate) most: f64,
}

impl PreparedExternal {
    /// The share of arrivals at the highest rate that are some of this user.
    pub(crate) fn kept(&self, user: UserId) -> f64 {
        self.factors.get(&user).copied().unwrap_or(1.0) / self.most
    }
}
