//! Keys that hold one value, or one for each network.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// A key such as `external` or `random_origins`: one value for all networks together, or a table with
/// `all` and `networks`.
///
/// ```
/// use tieline::Amount;
/// use tieline::scenario_file::ScenarioFile;
///
/// let text = "random_origins = '2%'\nexternal = { all = 0.1, networks = { hall = 0.2 } }";
/// let scenario = ScenarioFile::parse(text, "post.toml")?;
/// assert_eq!(scenario.random_origins.unwrap().all, Some(Amount::Share(0.02)));
/// assert_eq!(scenario.external.unwrap().networks["hall"], 0.2);
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ByNetwork<T> {
    /// For all networks.
    pub all: Option<T>,
    /// For one network.
    pub networks: BTreeMap<String, T>,
}

impl<T> Default for ByNetwork<T> {
    fn default() -> Self {
        Self { all: None, networks: BTreeMap::new() }
    }
}

impl<T> ByNetwork<T> {
    /// This, with what `flags` say in place of the same.
    pub(super) fn overridden_by(mut self, flags: Self) -> Self {
        self.all = flags.all.or(self.all);
        self.networks.extend(flags.networks);
        self
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table<T> {
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    all: Option<T>,
    #[serde(default = "BTreeMap::new", skip_serializing_if = "BTreeMap::is_empty")]
    networks: BTreeMap<String, T>,
}

impl<T: Serialize + Clone> Serialize for ByNetwork<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.clone() {
            Self { all: Some(all), networks } if networks.is_empty() => all.serialize(serializer),
            Self { all, networks } => Table { all, networks }.serialize(serializer),
        }
    }
}

struct Any<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Any<T> {
    fn one<E: de::Error>(value: impl IntoDeserializer<'de, E>) -> Result<ByNetwork<T>, E> {
        let all = Some(T::deserialize(value.into_deserializer())?);
        Ok(ByNetwork { all, networks: BTreeMap::new() })
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Any<T> {
    type Value = ByNetwork<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one value, or a table with `all`, `networks`")
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<ByNetwork<T>, E> {
        Self::one(value)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<ByNetwork<T>, E> {
        Self::one(value)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<ByNetwork<T>, E> {
        Self::one(value)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<ByNetwork<T>, E> {
        Self::one(value.to_owned())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ByNetwork<T>, A::Error> {
        let Table { all, networks } = Table::deserialize(MapAccessDeserializer::new(map))?;
        Ok(ByNetwork { all, networks })
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for ByNetwork<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any(PhantomData))
    }
}
