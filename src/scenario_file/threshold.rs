//! The keys of threshold models.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use super::{ModelName, ScenarioFile};
use crate::error::{Error, Result};
use crate::model::{Adopt, Threshold, ThresholdRule, ThresholdValue};

/// The key `threshold`: one value or distribution for all, or a table with `networks`.
///
/// ```
/// use tieline::scenario_file::ScenarioFile;
///
/// let text = "threshold = { all = 0.18, networks = { hall = 'uniform(0.1, 0.5)' } }";
/// let threshold = ScenarioFile::parse(text, "post.toml")?.threshold.unwrap();
/// assert_eq!(threshold.all, Some(0.18.into()));
/// assert_eq!(threshold.networks["hall"].to_string(), "uniform(0.1, 0.5)");
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct ThresholdKey {
    /// For all.
    pub all: Option<ThresholdValue>,
    /// For the accounts in a network.
    pub networks: BTreeMap<String, ThresholdValue>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    all: Option<ThresholdValue>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    networks: BTreeMap<String, ThresholdValue>,
}

impl Serialize for ThresholdKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.all {
            Some(all) if self.networks.is_empty() => all.serialize(serializer),
            _ => {
                let Self { all, networks } = self.clone();
                Table { all, networks }.serialize(serializer)
            }
        }
    }
}

impl<'de> Deserialize<'de> for ThresholdKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = ThresholdKey;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a threshold, a distribution, or a table with `all`, `networks`")
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<ThresholdKey, E> {
                Ok(ThresholdKey { all: Some(value.into()), ..ThresholdKey::default() })
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<ThresholdKey, E> {
                self.visit_f64(value as f64)
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<ThresholdKey, E> {
                self.visit_f64(value as f64)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<ThresholdKey, E> {
                let all = Some(text.parse().map_err(E::custom)?);
                Ok(ThresholdKey { all, ..ThresholdKey::default() })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ThresholdKey, A::Error> {
                let Table { all, networks } =
                    Deserialize::deserialize(MapAccessDeserializer::new(map))?;
                Ok(ThresholdKey { all, networks })
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// What flags say over what the file says.
pub(super) fn merged(mut file: ThresholdKey, flags: ThresholdKey) -> ThresholdKey {
    file.all = flags.all.or(file.all);
    file.networks.extend(flags.networks);
    file
}

impl ModelName {
    /// The rule, if it is a threshold model.
    pub(super) fn rule(self) -> Option<ThresholdRule> {
        Some(match self {
            Self::IndependentCascade | Self::WeightedCascade | Self::LinearThreshold => {
                return None;
            }
            Self::Watts => ThresholdRule::Watts,
            Self::Count => ThresholdRule::Count,
            Self::LinearFixed => ThresholdRule::LinearFixed,
            Self::Or => ThresholdRule::Or,
            Self::And => ThresholdRule::And,
            Self::Content => ThresholdRule::Content,
            Self::Pooled => ThresholdRule::Pooled,
            _ => return None,
        })
    }
}

impl ScenarioFile {
    /// Everything that a threshold model says, but for its file.
    pub(super) fn check_threshold(&self, rule: ThresholdRule) -> Result<()> {
        let name = rule.name();
        if self.reshare.is_some() {
            return Err(Error::conflict(format!(
                "`reshare` means nothing beside {name}, which goes by `threshold`"
            )));
        }
        if self.weights.is_some() && rule != ThresholdRule::LinearFixed {
            return Err(Error::conflict(format!(
                "`weights` is for linear-threshold and linear-fixed, and means nothing beside {name}"
            )));
        }
        if let Some(steps) = self.window
            && !(steps.fract() == 0.0 && (1.0..=f64::from(u32::MAX)).contains(&steps))
        {
            return Err(Error::range(format!(
                "`window` under {name} is a whole number of steps, from 1, found {steps}"
            )));
        }
        let model = self.threshold_model(rule);
        if self.threshold_file.is_none() {
            model.check_presence()?;
        }
        model.check_words()?;
        self.check_person_carries()?;
        let empty = |path: &super::InputPath| path.written().is_empty();
        if self.threshold_file.as_ref().is_some_and(empty) {
            return Err(Error::input("expected a file of thresholds, found an empty name"));
        }
        Ok(())
    }

    /// An error if it is said how a person carries over who adopts for all their accounts.
    pub(super) fn check_person_carries(&self) -> Result<()> {
        let model = self.model.and_then(ModelName::rule).map(|rule| self.threshold_model(rule));
        let Some(model) = model.filter(|model| model.adopt == Adopt::Person) else {
            return Ok(());
        };
        let said = [
            ("crosspost", self.crosspost.is_some()),
            ("inclination", !self.inclination.is_empty()),
        ];
        match said.into_iter().find(|(_, said)| *said) {
            None => Ok(()),
            Some((key, _)) => Err(model.carries_for_sure(key)),
        }
    }

    /// The model, without the thresholds in a file.
    pub(super) fn threshold_model(&self, rule: ThresholdRule) -> Threshold {
        let mut model = Threshold::of(rule);
        let threshold = self.threshold.clone().unwrap_or_default();
        model.threshold = threshold.all;
        model.networks = threshold.networks.into_iter().collect();
        model.adopt = self.adopt.unwrap_or(model.adopt);
        model.friends = self.friends.unwrap_or_default();
        model.draw = self.draw.unwrap_or_default();
        model.content = self.content.clone().into_iter().collect();
        model.weights = self.weights.unwrap_or_default();
        // One that is no number of steps is told by `check_threshold`.
        model.window = self.window.map(|steps| steps as u32);
        model
    }

    pub(super) fn with_threshold_defaults(&mut self, rule: ThresholdRule) {
        let model = self.threshold_model(rule);
        self.adopt.get_or_insert(model.adopt);
        self.friends.get_or_insert(model.friends);
        if model.draws() {
            self.draw.get_or_insert(model.draw);
        }
        if rule == ThresholdRule::LinearFixed {
            self.weights.get_or_insert_default();
        }
    }
}
