//! Values that a scenario file may write in more than one way.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use crate::error::{Error, Result};
use crate::unit::Probability;

/// A path as it was written, and the folder that it is relative to: that of the scenario file, if
/// there is one.
///
/// ```
/// use tieline::scenario_file::InputPath;
/// assert_eq!(InputPath::from("ties.tsv").path(), std::path::Path::new("ties.tsv"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct InputPath {
    written: String,
    folder: PathBuf,
}

impl InputPath {
    /// As it was written.
    #[must_use]
    pub fn written(&self) -> &str {
        &self.written
    }

    /// Where it leads.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.join(&self.written)
    }

    pub(super) fn is_in(&mut self, folder: &Path) {
        folder.clone_into(&mut self.folder);
    }
}

impl From<String> for InputPath {
    fn from(written: String) -> Self {
        Self { written, folder: PathBuf::new() }
    }
}

impl From<&str> for InputPath {
    fn from(written: &str) -> Self {
        written.to_owned().into()
    }
}

impl From<InputPath> for String {
    fn from(path: InputPath) -> Self {
        path.written
    }
}

/// One path, or a list of them. Shown at [`NetworkKeys`](super::NetworkKeys).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paths(pub Vec<InputPath>);

impl Serialize for Paths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0[..] {
            [one] => one.serialize(serializer),
            several => several.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Paths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Paths;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a file or a list of files")
            }

            fn visit_str<E: de::Error>(self, path: &str) -> Result<Paths, E> {
                Ok(Paths(vec![path.into()]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Paths, A::Error> {
                let mut paths = Vec::new();
                while let Some(path) = seq.next_element()? {
                    paths.push(path);
                }
                Ok(Paths(paths))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// The key `identities`: which accounts are one user's, `same-name` or a file.
///
/// ```
/// use tieline::scenario_file::{IdentityKey, ScenarioFile};
///
/// let scenario = ScenarioFile::parse("identities = \"same-name\"", "post.toml")?;
/// assert_eq!(scenario.identities, Some(IdentityKey::SameName));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
#[non_exhaustive]
pub enum IdentityKey {
    /// Equal names are one user.
    SameName,
    /// A file with rows user, network, account. One that is called `same-name` is `./same-name`.
    File(InputPath),
}

impl From<String> for IdentityKey {
    fn from(text: String) -> Self {
        if text == "same-name" { Self::SameName } else { Self::File(text.into()) }
    }
}

impl From<IdentityKey> for String {
    fn from(key: IdentityKey) -> Self {
        match key {
            IdentityKey::SameName => "same-name".into(),
            IdentityKey::File(path) => path.written,
        }
    }
}

/// What holds for all ties: a number, or their weights. Shown at [`ReshareKey`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Reshare {
    /// The same number for all: a probability, or a rate.
    Number(f64),
    /// The weight of each tie.
    Weight,
}

impl Serialize for Reshare {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => number.serialize(serializer),
            Self::Weight => serializer.serialize_str("weight"),
        }
    }
}

impl<'de> Deserialize<'de> for Reshare {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = Reshare;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number or `weight`")
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Reshare, E> {
                Ok(Reshare::Number(number))
            }

            fn visit_i64<E: de::Error>(self, p: i64) -> Result<Reshare, E> {
                self.visit_f64(p as f64)
            }

            fn visit_u64<E: de::Error>(self, p: u64) -> Result<Reshare, E> {
                self.visit_f64(p as f64)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Reshare, E> {
                match text {
                    "weight" => Ok(Reshare::Weight),
                    _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// The key of an ordered pair of networks: `from:to`. Shown at [`ReshareKey`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pair {
    /// The network that the post comes from.
    pub from: String,
    /// The network that it comes into.
    pub to: String,
}

impl TryFrom<String> for Pair {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        match text.split_once(':') {
            Some((from, to)) if !from.is_empty() && !to.is_empty() && !to.contains(':') => {
                Ok(Self { from: from.into(), to: to.into() })
            }
            _ => Err(Error::input(format!("expected a pair of networks FROM:TO, found `{text}`"))),
        }
    }
}

impl From<Pair> for String {
    fn from(pair: Pair) -> Self {
        format!("{}:{}", pair.from, pair.to)
    }
}

/// The key `reshare`: one value for all ties, or a table. The most specific wins.
///
/// ```
/// use tieline::scenario_file::{Pair, Reshare, ScenarioFile};
///
/// let text = "
/// [reshare]
/// all = 'weight'
/// networks = { hall = 0.1 }
/// pairs = { 'hall:square' = 1 }
/// ";
/// let reshare = ScenarioFile::parse(text, "post.toml")?.reshare.unwrap();
/// assert_eq!(reshare.all, Some(Reshare::Weight));
/// assert_eq!(reshare.networks["hall"], 0.1);
/// let pair = Pair { from: "hall".into(), to: "square".into() };
/// assert_eq!(reshare.pairs[&pair], 1.0);
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct ReshareKey {
    /// For all ties.
    pub all: Option<Reshare>,
    /// For ties that end in a network.
    pub networks: BTreeMap<String, f64>,
    /// For ties from one network into another.
    pub pairs: BTreeMap<Pair, f64>,
}

/// The key `crosspost`: one value for all pairs of different networks, or a table.
///
/// ```
/// use tieline::scenario_file::ScenarioFile;
///
/// let crosspost = ScenarioFile::parse("crosspost = 0.25", "post.toml")?.crosspost.unwrap();
/// assert_eq!(crosspost.all.map(|q| q.get()), Some(0.25));
/// assert!(crosspost.pairs.is_empty());
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct CrosspostKey {
    /// For all ordered pairs of different networks.
    pub all: Option<Probability>,
    /// For one ordered pair.
    pub pairs: BTreeMap<Pair, Probability>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReshareTable {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    all: Option<Reshare>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    networks: BTreeMap<String, f64>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pairs: BTreeMap<Pair, f64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CrosspostTable {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    all: Option<Probability>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pairs: BTreeMap<Pair, Probability>,
}

/// Reads a table by `$table`, and anything else as the value of `all`.
macro_rules! one_or_table {
    ($key:ident, $table:ident { $($field:ident),* }, $expecting:literal) => {
        impl Serialize for $key {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self.all {
                    Some(all) if *self == Self::from(all) => all.serialize(serializer),
                    _ => {
                        let Self { $($field),* } = self.clone();
                        $table { $($field),* }.serialize(serializer)
                    }
                }
            }
        }

        impl<'de> Deserialize<'de> for $key {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Any;
                impl<'de> Visitor<'de> for Any {
                    type Value = $key;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expecting)
                    }

                    fn visit_f64<E: de::Error>(self, p: f64) -> Result<$key, E> {
                        Deserialize::deserialize(de::value::F64Deserializer::new(p))
                            .map(|all| $key { all: Some(all), ..$key::default() })
                    }

                    fn visit_i64<E: de::Error>(self, p: i64) -> Result<$key, E> {
                        self.visit_f64(p as f64)
                    }

                    fn visit_u64<E: de::Error>(self, p: u64) -> Result<$key, E> {
                        self.visit_f64(p as f64)
                    }

                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$key, E> {
                        Deserialize::deserialize(de::value::StrDeserializer::new(text))
                            .map(|all| $key { all: Some(all), ..$key::default() })
                            .map_err(|_: E| E::invalid_value(de::Unexpected::Str(text), &self))
                    }

                    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<$key, A::Error> {
                        let $table { $($field),* } =
                            Deserialize::deserialize(MapAccessDeserializer::new(map))?;
                        Ok($key { $($field),* })
                    }
                }
                deserializer.deserialize_any(Any)
            }
        }
    };
}

impl From<Reshare> for ReshareKey {
    fn from(all: Reshare) -> Self {
        Self { all: Some(all), ..Self::default() }
    }
}

impl From<Probability> for CrosspostKey {
    fn from(all: Probability) -> Self {
        Self { all: Some(all), ..Self::default() }
    }
}

one_or_table!(
    ReshareKey,
    ReshareTable { all, networks, pairs },
    "a number, `weight`, or a table with `all`, `networks`, `pairs`"
);
one_or_table!(
    CrosspostKey,
    CrosspostTable { all, pairs },
    "a probability, or a table with `all`, `pairs`"
);
