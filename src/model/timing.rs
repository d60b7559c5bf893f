//! The clock of a scenario, and what takes time whatever the model.

use super::periods::{Delays, check_duration};
use super::{Model, PreparedDelays};
use crate::error::{Error, OfKey, Result};
use crate::graph::SocialGraph;
use crate::random::{Distribution, Sampler};
use crate::unit::{Clock, TimeUnit};

/// What was said of time; none of it has to be.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Timing {
    pub(crate) clock: Option<Clock>,
    pub(crate) time_unit: Option<TimeUnit>,
    /// In units of time.
    pub(crate) until: Option<f64>,
    pub(crate) max_steps: Option<u32>,
    pub(crate) max_shares: Option<u64>,
    pub(crate) delays: Option<Delays>,
    pub(crate) crosspost_delay: Option<Distribution>,
}

/// Time as the kernels read it.
#[derive(Debug, Clone)]
pub(crate) struct PreparedTiming {
    pub(crate) clock: Clock,
    pub(crate) time_unit: TimeUnit,
    /// The last step, or tick, at which an account may share.
    pub(crate) until: u64,
    /// A run ends with this share event.
    pub(crate) max_shares: u64,
    /// How much later a cross-post lands in continuous time; if there is none, one tick.
    pub(crate) crosspost_delay: Option<Sampler>,
}

impl Timing {
    /// Whether a run ends whatever happens.
    pub(crate) fn has_end(&self) -> bool {
        self.until.is_some() || self.max_steps.is_some() || self.max_shares.is_some()
    }

    /// Whether a run ends under a model whose accounts share again and again.
    pub(super) fn check_end(&self, name: &str) -> Result<()> {
        if self.has_end() {
            return Ok(());
        }
        Err(Error::conflict(format!(
            "{name} needs an end, `until` or `max_shares`: accounts share again and again"
        ))
        .of_key("until"))
    }

    /// Whether there is a last step, or a last time.
    pub(crate) fn has_last(&self) -> bool {
        self.until.is_some() || self.max_steps.is_some()
    }

    /// The clock that was chosen, or that goes without saying.
    pub(crate) fn clock(&self, model: &Model) -> Clock {
        self.clock.unwrap_or(match model {
            Model::IndependentCascade(_) | Model::WeightedCascade(_) if self.delays.is_some() => {
                Clock::Continuous
            }
            _ if model.is_compartmental() => Clock::Continuous,
            Model::Hawkes(_) | Model::Feeds(_) => Clock::Continuous,
            _ => Clock::Steps,
        })
    }

    /// Checks that it fits the model, and together.
    pub(crate) fn prepare(&self, model: &Model) -> Result<PreparedTiming> {
        let (clock, name) = (self.clock(model), model.name());
        let hawkes = matches!(model, Model::Hawkes(_));
        let feeds = matches!(model, Model::Feeds(_));
        let cascades = matches!(model, Model::IndependentCascade(_) | Model::WeightedCascade(_));
        if self.delays.is_some() && !cascades {
            return Err(Error::conflict(if model.is_compartmental() {
                format!(
                    "`delay` means nothing beside {name}: there the rates of ties say how much later \
                     an account shares; the model with delays is independent-cascade"
                )
            } else if hawkes {
                "`delay` means nothing beside hawkes: there `memory` says how much later an account shares"
                    .to_owned()
            } else if feeds {
                format!(
                    "`delay` means nothing beside {name}: there accounts share when they look at their \
                     screens; the model with delays is independent-cascade"
                )
            } else {
                format!(
                    "`delay` means nothing beside {name}, which goes in steps; the model with delays \
                     is independent-cascade"
                )
            }));
        }
        match clock {
            Clock::Steps if hawkes => {
                return Err(Error::conflict(
                    "hawkes is in continuous time; the model in steps that is nearest to it is \
                     independent-cascade",
                ));
            }
            Clock::Steps if feeds => {
                return Err(Error::conflict(format!(
                    "{name} is in continuous time: accounts look at their screens when they do"
                )));
            }
            Clock::Steps => self.check_steps()?,
            Clock::Continuous if cascades && self.delays.is_none() => {
                return Err(Error::conflict(format!(
                    "{name} in continuous time needs a `delay`: how much later a try lands"
                ))
                .of_key("delay"));
            }
            Clock::Continuous
                if !(cascades
                    || hawkes
                    || feeds
                    || model.is_compartmental()
                    || matches!(model, Model::Custom(_))) =>
            {
                return Err(Error::conflict(format!(
                    "{name} goes in steps; models of continuous time are independent-cascade with \
                     `delay`, si, sir, seir, fsir, sis, sirs, hawkes, gleeson and weng"
                )));
            }
            Clock::Continuous if self.max_steps.is_some() => {
                return Err(Error::conflict(
                    "`max_steps` is for steps; where time is continuous a run ends at `until`",
                ));
            }
            Clock::Continuous => {}
        }
        if self.max_shares == Some(0) {
            return Err(Error::range("`max_shares` must be at least 1, found 0"));
        }
        if let Some(delay) = &self.crosspost_delay {
            check_duration(delay, "the delay of a cross-post", self.has_end())?;
        }
        let until = match (self.until, self.max_steps) {
            (Some(until), _) => Clock::Continuous.deadline(until).of_key("until")?,
            (None, Some(steps)) => steps.into(),
            (None, None) => u64::MAX,
        };
        Ok(PreparedTiming {
            clock,
            time_unit: self.time_unit.unwrap_or_default(),
            until,
            max_shares: self.max_shares.unwrap_or(u64::MAX),
            crosspost_delay: self.crosspost_delay.as_ref().map(Distribution::sampler),
        })
    }

    fn check_steps(&self) -> Result<()> {
        for (key, given) in [
            ("until", self.until.is_some()),
            ("time_unit", self.time_unit.is_some()),
            ("crosspost_delay", self.crosspost_delay.is_some()),
        ] {
            if given {
                let instead = if key == "until" { "; steps end at `max_steps`" } else { "" };
                return Err(Error::conflict(format!(
                    "`{key}` is for continuous time, and this scenario goes in steps{instead}"
                )));
            }
        }
        Ok(())
    }

    /// An error if delays are weights of ties, which `what` does not read.
    pub(crate) fn refuse_delays_by_tie(&self, what: &str) -> Result<()> {
        match &self.delays {
            Some(delays) if delays.tie_weights => Err(Error::conflict(format!(
                "delays by weight do not go with {what}; they go with independent-cascade and \
                 weighted-cascade over ties without times"
            ))),
            _ => Ok(()),
        }
    }

    /// Whether the weights of ties are delays.
    pub(crate) fn reads_weights(&self) -> bool {
        self.delays.as_ref().is_some_and(|delays| delays.tie_weights)
    }

    /// The delays, ready for one graph, if there are any.
    pub(crate) fn prepare_delays(&self, graph: &SocialGraph) -> Result<Option<PreparedDelays>> {
        self.delays
            .as_ref()
            .map(|delays| delays.prepare(graph, "the delay", self.has_end()))
            .transpose()
    }
}
