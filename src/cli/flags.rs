//! Flags with a grammar of their own, and all flags as the keys of a scenario.

use std::collections::BTreeMap;
use std::str::FromStr;

use tieline::scenario_file::{
    BridgeKeys, CrosspostKey, InterventionKeys, MultilayerKeys, NetworkKeys, Pair, Paths, Reshare,
    ReshareKey, ScenarioFile, ThresholdKey,
};
use tieline::{FatigueCurve, Probability, Source, ThresholdValue};

use super::Failure;
use super::args::{GraphArgs, SimulateArgs};

pub(super) fn probability(text: &str) -> Result<Probability, String> {
    let number: f64 =
        text.parse().map_err(|_| format!("expected a probability, found `{text}`"))?;
    Probability::new(number).map_err(|error| error.to_string())
}

/// A whole number.
pub(super) fn whole<T: TryFrom<u64>>(text: &str) -> Result<T, String> {
    let number: Option<T> = text.parse().ok().and_then(|number: u64| number.try_into().ok());
    number.ok_or_else(|| match text.parse::<u128>() {
        Ok(_) => format!("expected a smaller number, for {text} is more than is counted here"),
        Err(_) => format!("expected a whole number from 0, found `{text}`"),
    })
}

pub(super) fn fatigue(text: &str) -> Result<FatigueCurve, String> {
    text.parse().map_err(|error: tieline::Error| error.to_string())
}

/// Any number.
pub(super) fn number(text: &str) -> Result<f64, String> {
    text.parse().map_err(|_| format!("expected a number, found `{text}`"))
}

/// `P`, `NAME=P`, `A:B=P` or `weight`.
#[derive(Debug, Clone)]
pub(super) enum ReshareFlag {
    All(Reshare),
    Network(String, f64),
    Pair(Pair, f64),
}

impl FromStr for ReshareFlag {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text.rsplit_once('=') {
            None if text == "weight" => Self::All(Reshare::Weight),
            None if text.parse::<f64>().is_err() => {
                return Err("expected P, NAME=P, A:B=P or `weight`".into());
            }
            None => Self::All(Reshare::Number(number(text)?)),
            Some((pair, p)) if pair.contains(':') => Self::Pair(pair_of(pair)?, number(p)?),
            Some(("", _)) => return Err("expected a network before `=`".into()),
            Some((network, p)) => Self::Network(network.into(), number(p)?),
        })
    }
}

/// `X`, `NAME=X` or a distribution, whose parameters may hold a `=`.
#[derive(Debug, Clone)]
pub(super) enum ThresholdFlag {
    All(ThresholdValue),
    Network(String, ThresholdValue),
}

impl FromStr for ThresholdFlag {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let value = |text: &str| text.parse().map_err(|error: tieline::Error| error.to_string());
        match text.split_once('=') {
            Some(("", _)) => Err("expected a network before `=`".into()),
            Some((network, x)) if !network.contains('(') => {
                Ok(Self::Network(network.into(), value(x)?))
            }
            _ => value(text).map(Self::All),
        }
    }
}

/// `NAME=C`.
#[derive(Debug, Clone)]
pub(super) struct ContentFlag(String, f64);

impl FromStr for ContentFlag {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (network, c) = text.rsplit_once('=').ok_or("expected NAME=C")?;
        Ok(Self(network.into(), number(c)?))
    }
}

/// `Q` or `FROM:TO=Q`.
#[derive(Debug, Clone)]
pub(super) enum CrosspostFlag {
    All(Probability),
    Pair(Pair, Probability),
}

impl FromStr for CrosspostFlag {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text.rsplit_once('=') {
            None => Self::All(probability(text)?),
            Some((pair, q)) => Self::Pair(pair_of(pair)?, probability(q)?),
        })
    }
}

pub(super) fn pair_of(text: &str) -> Result<Pair, String> {
    Pair::try_from(text.to_owned()).map_err(|error| error.to_string())
}

/// `USER=X`; the last `=` splits.
#[derive(Debug, Clone)]
pub(super) struct FactorFlag(pub(super) String, pub(super) f64);

impl FromStr for FactorFlag {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (user, factor) = text.rsplit_once('=').ok_or("expected USER=X")?;
        let number = factor.parse().map_err(|_| format!("expected a factor, found `{factor}`"))?;
        Ok(Self(user.into(), number))
    }
}

/// `ID=NAME`; the last `=` splits, for names of networks hold none.
#[derive(Debug, Clone)]
pub(super) struct LayerFlag(String, String);

impl FromStr for LayerFlag {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (layer, name) = text.rsplit_once('=').ok_or("expected ID=NAME")?;
        Ok(Self(layer.into(), name.into()))
    }
}

/// `A@N:B@N`.
#[derive(Debug, Clone)]
pub(super) struct Cut(String, String);

impl FromStr for Cut {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split(':').collect::<Vec<_>>()[..] {
            [source, target] if !source.is_empty() && !target.is_empty() => {
                Ok(Self(source.into(), target.into()))
            }
            _ => Err(format!(
                "expected ACCOUNT@NETWORK:ACCOUNT@NETWORK, found `{text}`; names that hold `:` go \
                 into a scenario file, as `cut = [[\"a@n\", \"b@n\"]]`"
            )),
        }
    }
}

impl SimulateArgs {
    /// The scenario file, if there is one, under the flags.
    pub(super) fn scenario(self) -> Result<ScenarioFile, Failure> {
        let layers = self.graph.layer.clone();
        let path = self.scenario.clone();
        let flags = self.keys()?;
        over(path.as_deref(), flags, layers)
    }

    fn keys(self) -> Result<ScenarioFile, Failure> {
        let mut keys = self.graph.keys();
        for flag in self.reshare {
            let reshare = keys.reshare.get_or_insert_with(ReshareKey::default);
            match flag {
                ReshareFlag::All(all) => {
                    let again = reshare.all.replace(all).is_some();
                    once(again, "--reshare", "all ties")?;
                }
                ReshareFlag::Network(name, p) => {
                    once(reshare.networks.insert(name.clone(), p).is_some(), "--reshare", &name)?;
                }
                ReshareFlag::Pair(pair, p) => {
                    let name = String::from(pair.clone());
                    once(reshare.pairs.insert(pair, p).is_some(), "--reshare", &name)?;
                }
            }
        }
        for flag in self.crosspost {
            let crosspost = keys.crosspost.get_or_insert_with(CrosspostKey::default);
            match flag {
                CrosspostFlag::All(q) => {
                    once(crosspost.all.replace(q).is_some(), "--crosspost", "all pairs")?;
                }
                CrosspostFlag::Pair(pair, q) => {
                    let name = String::from(pair.clone());
                    once(crosspost.pairs.insert(pair, q).is_some(), "--crosspost", &name)?;
                }
            }
        }
        keys.fatigue = self.fatigue;
        keys.fatigue_per = self.fatigue_per;
        for FactorFlag(user, factor) in self.inclination {
            once(keys.inclination.insert(user.clone(), factor).is_some(), "--inclination", &user)?;
        }
        for flag in self.threshold {
            let threshold = keys.threshold.get_or_insert_with(ThresholdKey::default);
            match flag {
                ThresholdFlag::All(x) => {
                    once(threshold.all.replace(x).is_some(), "--threshold", "all")?;
                }
                ThresholdFlag::Network(network, x) => {
                    let before = threshold.networks.insert(network.clone(), x).is_some();
                    once(before, "--threshold", &network)?;
                }
            }
        }
        for ContentFlag(network, c) in self.content {
            once(keys.content.insert(network.clone(), c).is_some(), "--content", &network)?;
        }
        keys.threshold_file = self.threshold_file.map(Into::into);
        keys.user_factors = self.user_factors.map(Into::into);
        keys.adopt = self.adopt;
        keys.friends = self.friends;
        keys.draw = self.draw;
        for FactorFlag(user, factor) in self.infectivity {
            once(keys.infectivity.insert(user.clone(), factor).is_some(), "--infectivity", &user)?;
        }
        for FactorFlag(user, factor) in self.susceptibility {
            let again = keys.susceptibility.insert(user.clone(), factor).is_some();
            once(again, "--susceptibility", &user)?;
        }
        self.feeds.into_keys(&mut keys)?;
        self.time.into_keys(&mut keys)?;
        self.typed.into_keys(&mut keys)?;
        self.start.into_keys(&mut keys)?;
        keys.model = self.model;
        keys.origins = list(trimmed(&self.origins));
        keys.origins_file = self.origins_file.map(Into::into);
        keys.max_steps = self.max_steps;
        keys.runs = self.runs;
        keys.until_std_error = self.until_std_error;
        keys.max_runs = self.max_runs;
        keys.rng_seed = self.rng_seed;
        keys.threads = self.threads;
        keys.compare = switch(self.compare);
        keys.audience = switch(self.audience);
        keys.carriers = self.carriers;
        keys.json = self.json.map(Into::into);
        keys.shares = self.shares.map(Into::into);
        let mut intervention = InterventionKeys::default();
        intervention.mute = list(trimmed(&self.mute));
        intervention.no_carry = list(trimmed(&self.no_carry));
        intervention.cut = list(self.cut.into_iter().map(|Cut(from, to)| (from, to)).collect());
        intervention.add_origin = list(trimmed(&self.add_origin));
        intervention.no_crosspost = switch(self.no_crosspost);
        intervention.crosspost_times = self.crosspost_times;
        keys.intervention = intervention;
        Ok(keys)
    }
}

impl GraphArgs {
    /// The scenario file, if there is one, under the flags.
    pub(super) fn scenario(self, path: Option<&str>) -> Result<ScenarioFile, Failure> {
        let layers = self.layer.clone();
        over(path, self.keys(), layers)
    }

    fn keys(self) -> ScenarioFile {
        let mut keys = ScenarioFile::default();
        keys.network.extend(self.network.into_iter().map(|ties| NetworkKeys {
            name: ties.name,
            ties: Paths(vec![written(&ties.file)]),
            direction: ties.direction,
            times: ties.times,
            unit: ties.unit,
            ..NetworkKeys::default()
        }));
        keys.network.extend(self.accounts.into_iter().map(|accounts| NetworkKeys {
            name: accounts.name,
            accounts: Paths(vec![written(&accounts.file)]),
            accounts_column: accounts.column,
            ..NetworkKeys::default()
        }));
        keys.multilayer.extend(self.multilayer.into_iter().map(|multilayer| MultilayerKeys {
            file: written(&multilayer.file),
            form: multilayer.form,
            direction: multilayer.direction,
            layers: BTreeMap::new(),
        }));
        keys.bridges.extend(self.bridges.into_iter().map(|bridges| BridgeKeys {
            file: written(&bridges.file),
            direction: bridges.direction,
        }));
        keys.identities = self.identities.map(Into::into);
        keys.graph = self.graph.map(Into::into);
        keys.weights = self.weights;
        keys.ignore_weights = switch(self.ignore_weights);
        keys.ignore_columns = list(self.ignore_columns);
        keys.duplicates = self.duplicates;
        keys
    }
}

fn over(
    path: Option<&str>,
    flags: ScenarioFile,
    layers: Vec<LayerFlag>,
) -> Result<ScenarioFile, Failure> {
    let mut scenario = match path {
        None => flags,
        Some(path) => ScenarioFile::read(path).map_err(Failure::usage)?.overridden_by(flags),
    };
    if !layers.is_empty() && scenario.multilayer.is_empty() {
        return Err(Failure::usage("`--layer` names the layers of a `--multilayer` file"));
    }
    let mut named = BTreeMap::new();
    for LayerFlag(layer, name) in layers {
        once(named.insert(layer.clone(), name).is_some(), "--layer", &layer)?;
    }
    for multilayer in &mut scenario.multilayer {
        multilayer.layers.extend(named.clone());
    }
    Ok(scenario)
}

fn written(source: &Source) -> tieline::scenario_file::InputPath {
    source.name().into()
}

fn switch(on: bool) -> Option<bool> {
    on.then_some(true)
}

fn list<T>(items: Vec<T>) -> Option<Vec<T>> {
    Some(items).filter(|items| !items.is_empty())
}

/// An error if something was said before.
pub(super) fn once(said_before: bool, flag: &str, what: &str) -> Result<(), Failure> {
    if said_before {
        return Err(Failure::usage(format!("`{flag}` is given twice for `{what}`")));
    }
    Ok(())
}

/// Without what stands around the commas of a list: no name begins or ends with a space.
fn trimmed(names: &[String]) -> Vec<String> {
    names.iter().map(|name| name.trim().to_owned()).collect()
}
