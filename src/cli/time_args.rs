//! Flags of what takes time.

use std::str::FromStr;

use clap::Args;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser as _;
use serde::de::DeserializeOwned;
use tieline::scenario_file::{DistributionKey, Pair, ScenarioFile};
use tieline::{Clock, Distribution, PeriodPer, Sharing, TimeUnit};

use super::Failure;
use super::flags::{number, once, pair_of, whole};

/// `DIST`, `NAME=DIST` or `A:B=DIST`.
#[derive(Debug, Clone)]
pub(super) enum DistributionFlag {
    All(Distribution),
    Weight,
    Network(String, Distribution),
    Pair(Pair, Distribution),
}

impl FromStr for DistributionFlag {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = |text: &str| text.parse().map_err(|error: tieline::Error| error.to_string());
        if text == "weight" {
            return Ok(Self::Weight);
        }
        // A distribution may hold `=` and `:` behind its parenthesis, names stand before.
        let before = text.split('(').next().unwrap_or(text);
        Ok(match before.split_once('=') {
            None => Self::All(parsed(text)?),
            Some(("", _)) => return Err("expected a network before `=`".into()),
            Some((name, _)) => {
                let distribution = parsed(&text[name.len() + 1..])?;
                match name.contains(':') {
                    true => Self::Pair(pair_of(name)?, distribution),
                    false => Self::Network(name.into(), distribution),
                }
            }
        })
    }
}

fn distribution(text: &str) -> Result<Distribution, String> {
    text.parse().map_err(|error: tieline::Error| error.to_string())
}

/// `T:X`.
fn factor_from(text: &str) -> Result<(f64, f64), String> {
    let (time, factor) = text.split_once(':').ok_or("expected a time and a factor, T:X")?;
    Ok((number(time)?, number(factor)?))
}

/// One of some words that serde knows.
pub(super) fn word<T: DeserializeOwned + Clone + Send + Sync + 'static>(
    words: &'static [&'static str],
) -> impl clap::builder::TypedValueParser<Value = T> {
    PossibleValuesParser::new(words).try_map(|word| {
        serde_json::from_value(serde_json::Value::String(word)).map_err(|error| error.to_string())
    })
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Time")]
pub(super) struct TimeArgs {
    /// How time goes by: by default continuously in si, sir, seir, fsir, sis, sirs and hawkes and with
    /// --delay, else in
    /// steps
    #[arg(long, value_parser = word::<Clock>(&["steps", "continuous"]), value_name = "steps|continuous")]
    clock: Option<Clock>,

    /// What times and rates are in, where time is continuous
    #[arg(long, value_name = "s|min|h|day|unit")]
    time_unit: Option<TimeUnit>,

    /// The time after which nobody shares any more; in steps see --max-steps
    #[arg(long, value_parser = number, value_name = "T")]
    until: Option<f64>,

    /// A run ends with this share event
    #[arg(long, value_parser = whole::<u64>, value_name = "N")]
    max_shares: Option<u64>,

    /// Count the shares up to these times, or steps, too
    #[arg(long, value_parser = number, value_name = "T,…", value_delimiter = ',')]
    reached_within: Vec<f64>,

    /// How much later tries land, under independent- and weighted-cascade: a distribution, such as
    /// exponential(0.5), gamma(2, 3), `log_normal(1, 0.5)`, fixed(1); by network of who sees or by pair; or
    /// the weight of each tie (a column `weight` or `delay`, in units of time). Repeatable
    #[arg(long, value_name = "DIST|NAME=DIST|A:B=DIST|weight")]
    delay: Vec<DistributionFlag>,

    /// How much later a cross-post lands, in continuous time [default: at once]
    #[arg(long, value_parser = distribution, value_name = "DIST")]
    crosspost_delay: Option<Distribution>,

    /// How long an account passes the post on, in sir, seir, fsir, sis and sirs. Repeatable
    #[arg(long, value_name = "DIST|NAME=DIST")]
    period: Vec<DistributionFlag>,

    /// How long an account cannot share again when its period is over, in sirs. Repeatable
    #[arg(long, value_name = "DIST|NAME=DIST")]
    immunity: Vec<DistributionFlag>,

    /// Whether each account draws its period, or each user one for all accounts [default: account]
    #[arg(long, value_parser = word::<PeriodPer>(&["account", "user"]), value_name = "account|user")]
    period_per: Option<PeriodPer>,

    /// How much later the shares are that a share causes, in hawkes; by network of who sees or by pair.
    /// Repeatable
    #[arg(long, value_name = "DIST|NAME=DIST|A:B=DIST")]
    memory: Vec<DistributionFlag>,

    /// Whether accounts share again, in hawkes [default: repeat]
    #[arg(long, value_parser = word::<Sharing>(&["repeat", "once"]), value_name = "repeat|once")]
    sharing: Option<Sharing>,

    /// What infectivity is multiplied by from a time on, in hawkes; the first time is 0
    #[arg(long, value_parser = factor_from, value_name = "T:X,…", value_delimiter = ',')]
    over_time: Vec<(f64, f64)>,

    /// How long an account waits before it shares, in seir. Repeatable
    #[arg(long, value_name = "DIST|NAME=DIST")]
    latency: Vec<DistributionFlag>,

    /// When the first contact along a tie comes, in si, sir and seir, in place of --reshare RATE
    #[arg(long, value_parser = distribution, value_name = "DIST")]
    contact: Option<Distribution>,
}

impl TimeArgs {
    /// Writes them into `keys`.
    pub(super) fn into_keys(self, keys: &mut ScenarioFile) -> Result<(), Failure> {
        keys.clock = self.clock;
        keys.time_unit = self.time_unit;
        keys.until = self.until;
        keys.max_shares = self.max_shares;
        keys.reached_within = Some(self.reached_within).filter(|times| !times.is_empty());
        keys.delay = gathered(self.delay, "--delay")?;
        keys.crosspost_delay = self.crosspost_delay;
        keys.period = gathered(self.period, "--period")?;
        keys.memory = gathered(self.memory, "--memory")?;
        keys.sharing = self.sharing;
        keys.over_time = self.over_time;
        keys.immunity = gathered(self.immunity, "--immunity")?;
        keys.period_per = self.period_per;
        keys.latency = gathered(self.latency, "--latency")?;
        keys.contact = self.contact;
        Ok(())
    }
}

/// What the flags of one name say together.
pub(super) fn gathered(
    flags: Vec<DistributionFlag>,
    name: &str,
) -> Result<Option<DistributionKey>, Failure> {
    let mut key = None;
    for flag in flags {
        let key = key.get_or_insert_with(DistributionKey::default);
        match flag {
            DistributionFlag::Weight => {
                once(std::mem::replace(&mut key.weight, true), name, "weight")?;
            }
            DistributionFlag::All(all) => once(key.all.replace(all).is_some(), name, "all")?,
            DistributionFlag::Network(network, distribution) => {
                once(key.networks.insert(network.clone(), distribution).is_some(), name, &network)?;
            }
            DistributionFlag::Pair(pair, distribution) => {
                let text = String::from(pair.clone());
                once(key.pairs.insert(pair, distribution).is_some(), name, &text)?;
            }
        }
    }
    Ok(key)
}
