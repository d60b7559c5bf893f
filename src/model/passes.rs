//! [`Passes`]: what a share of one of several posts passes on at most.

use super::compartments::Contacts;
use super::temporal::{TieTicks, Timed, TimedContacts};
use super::tie_probabilities::TieProbabilities;
use super::tie_rates::TieRates;
use super::{Model, Prepared, PreparedDelays, Timing};
use crate::error::Result;
use crate::graph::SocialGraph;
use crate::id::AccountId;

/// What a share of one post passes on at most, whatever was shared before.
#[derive(Debug, Clone)]
pub(crate) enum Passes {
    /// Along each tie one try.
    Tries(Box<Tries>),
    /// First contacts, where nothing is in between shut out and as before.
    First(Box<Contacts>),
    /// Contacts one after the other, as often as everything that helps can make them.
    Every {
        contacts: Box<Contacts>,
        most: f64,
    },
    /// The same two over ties with times.
    FirstOver(Box<Over>),
    EveryOver {
        over: Box<Over>,
        most: f64,
    },
}

/// Contacts over ties with times, and how long accounts stay in what they are.
#[derive(Debug, Clone)]
pub(crate) struct Over {
    pub(crate) contacts: TimedContacts,
    pub(crate) stays: Contacts,
}

/// Tries along ties.
#[derive(Debug, Clone)]
pub(crate) struct Tries {
    /// Those that fire where everything helps.
    pub(crate) rates: TieRates,
    pub(crate) delays: Option<PreparedDelays>,
    /// When ties exist, if they have times.
    pub(crate) ticks: Option<TieTicks>,
    pub(crate) probabilities: TieProbabilities,
    /// The factor of everything that helps.
    pub(crate) most: f64,
}

impl Tries {
    /// The part of the tries at the greatest factor that succeed at another.
    pub(crate) fn kept(&self, p: f64, factor: f64) -> f64 {
        if factor == self.most || p == 0.0 { 1.0 } else { raised(p, factor) / raised(p, self.most) }
    }

    /// The probability of the tie between these ends, as it was said.
    #[inline]
    pub(crate) fn probability(&self, graph: &SocialGraph, ends: (AccountId, AccountId)) -> f64 {
        self.probabilities.between(graph, ends)
    }
}

impl Passes {
    /// Whether whatever a share passes on along ties lands one step, or tick, later.
    pub(crate) fn at_next_step(&self) -> bool {
        matches!(self, Self::Tries(tries) if tries.delays.is_none() && tries.ticks.is_none())
    }

    pub(super) fn prepare(
        graph: &SocialGraph,
        timing: &Timing,
        model: &Model,
        only_sure: bool,
        most: f64,
    ) -> Result<Self> {
        // Which also tells of models that do not go over times.
        let timed = match graph.has_times() {
            true => Some(model.prepare(graph, timing, None)?),
            false => None,
        };
        let ticks = match timed {
            Some(Prepared::Timed(timed)) => match *timed {
                Timed::Tries(tries) => Some(tries.ticks),
                Timed::Contacts(contacts, stays) if only_sure => {
                    return Ok(Self::FirstOver(Box::new(Over { contacts, stays })));
                }
                Timed::Contacts(contacts, stays) => {
                    let contacts = contacts.multiplied(graph, most);
                    let over = Box::new(Over { contacts, stays });
                    return Ok(Self::EveryOver { over, most });
                }
                _ => unreachable!("posts were checked to act on each other under this model"),
            },
            _ => None,
        };
        if let Some(probabilities) = TieProbabilities::of(graph, model)? {
            let rates = match most > 1.0 {
                true => probabilities.rates(graph, |p| raised(p, most)),
                false => probabilities.rates(graph, |p| p),
            };
            timing.refuse_delays_by_tie("posts that act on each other")?;
            let delays = timing.prepare_delays(graph)?;
            return Ok(Self::Tries(Box::new(Tries { rates, delays, ticks, probabilities, most })));
        }
        match model.prepare(graph, timing, None)? {
            Prepared::Contacts(contacts) if only_sure => Ok(Self::First(contacts)),
            Prepared::Contacts(contacts) => Ok(Self::Every { contacts, most }),
            _ => unreachable!("posts were checked to act on each other under this model"),
        }
    }
}

/// What becomes of a probability if its hazard is multiplied.
pub(crate) fn raised(p: f64, factor: f64) -> f64 {
    match (p, factor) {
        (_, 0.0) => 0.0,
        (_, 1.0) => p,
        (1.0, _) => 1.0,
        _ => -libm::expm1(factor * libm::log1p(-p)),
    }
}
