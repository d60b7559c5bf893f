//! Keys that hold distributions of times.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use super::Pair;
use crate::error::{Error, Result};
use crate::model::{Delays, Periods};
use crate::random::Distribution;

/// A key such as `period` or `delay`: one distribution, or a table. The most specific wins.
///
/// ```
/// use tieline::Distribution;
/// use tieline::scenario_file::ScenarioFile;
///
/// let text = "
/// [period]
/// all = 'exponential(0.5)'
/// networks = { hall = 'gamma(2, 3)' }
/// ";
/// let period = ScenarioFile::parse(text, "post.toml")?.period.unwrap();
/// assert_eq!(period.all, Some(Distribution::Exponential { rate: 0.5 }));
/// assert_eq!(period.networks["hall"], Distribution::Gamma { shape: 2.0, mean: 3.0 });
///
/// let error = ScenarioFile::parse("runs = 5\nperiod = 'gama(2, 3)'", "post.toml").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "post.toml:2: unknown distribution `gama`; did you mean `gamma`?"
/// );
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct DistributionKey {
    /// For all.
    pub all: Option<Distribution>,
    /// For the accounts of a network, or for ties that end there.
    pub networks: BTreeMap<String, Distribution>,
    /// For ties from one network into another.
    pub pairs: BTreeMap<Pair, Distribution>,
    /// For ties that have a weight: that. Of delays only.
    pub weight: bool,
}

impl DistributionKey {
    /// This, with what `flags` say in place of the same.
    pub(super) fn overridden_by(mut self, flags: Self) -> Self {
        // For all ties: a distribution, their weights, or the first for those without the second.
        if flags.all.is_some() || flags.weight {
            (self.all, self.weight) = (flags.all, flags.weight);
        }
        self.networks.extend(flags.networks);
        self.pairs.extend(flags.pairs);
        self
    }

    pub(super) fn delays(&self) -> Delays {
        let tie_weights = self.weight;
        let mut delays = Delays { base: self.all.clone(), tie_weights, ..Delays::default() };
        for (network, distribution) in &self.networks {
            delays = delays.in_network(network, distribution.clone());
        }
        for (Pair { from, to }, distribution) in &self.pairs {
            delays = delays.between(from, to, distribution.clone());
        }
        delays
    }

    pub(super) fn periods(&self) -> Periods {
        let mut periods = Periods { base: self.all.clone(), ..Periods::default() };
        for (network, distribution) in &self.networks {
            periods = periods.in_network(network, distribution.clone());
        }
        periods
    }

    /// An error if it says that weights are what `key` is of.
    pub(super) fn check_without_weight(&self, key: &str) -> Result<()> {
        if self.weight {
            return Err(Error::conflict(format!(
                "`{key}` is no number of a tie: only `delay` can be \"weight\""
            )));
        }
        Ok(())
    }

    /// An error if it says something of ties or of pairs of networks.
    pub(super) fn check_periods(&self, key: &str) -> Result<()> {
        self.check_without_weight(key)?;
        match self.pairs.keys().next() {
            None => Ok(()),
            Some(Pair { from, to }) => Err(Error::conflict(format!(
                "`{key}` is how long accounts stay in a state, so it is by network, and `{from}:{to}` \
                 is a pair"
            ))),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    all: Option<Distribution>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    networks: BTreeMap<String, Distribution>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pairs: BTreeMap<Pair, Distribution>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    weight: bool,
}

impl Serialize for DistributionKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { all, networks, pairs, weight } = self.clone();
        match all {
            None if weight && networks.is_empty() && pairs.is_empty() => {
                "weight".serialize(serializer)
            }
            Some(all) if !weight && networks.is_empty() && pairs.is_empty() => {
                all.serialize(serializer)
            }
            all => Table { all, networks, pairs, weight }.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for DistributionKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = DistributionKey;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "a distribution such as \"exponential(0.5)\", or a table with `all`, \
                     `networks`, `pairs`; a delay may be \"weight\"",
                )
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<DistributionKey, E> {
                if text == "weight" {
                    return Ok(DistributionKey { weight: true, ..DistributionKey::default() });
                }
                let all = Deserialize::deserialize(StrDeserializer::new(text))?;
                Ok(DistributionKey { all: Some(all), ..DistributionKey::default() })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<DistributionKey, A::Error> {
                let Table { all, networks, pairs, weight } =
                    Deserialize::deserialize(MapAccessDeserializer::new(map))?;
                Ok(DistributionKey { all, networks, pairs, weight })
            }
        }
        deserializer.deserialize_any(Any)
    }
}
