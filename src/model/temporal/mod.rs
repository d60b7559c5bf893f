//! Models over ties that come and go: what each is there, and which are refused.
//!
//! A model prepares for a graph whose ties have times into a [`Timed`], and kernels of their own run that;
//! where no tie has times nothing here is used.

mod contacts;
mod in_order;
mod keys;
mod listed;
mod marks;
mod numbers;
mod shown;
mod thresholds;
mod ticks;
mod wanted;

use std::sync::Arc;

pub(crate) use self::contacts::TimedContacts;
pub(crate) use self::in_order::{InOrder, OneContact};
pub(crate) use self::keys::TimedKeys;
pub(crate) use self::shown::Shown;
pub(super) use self::thresholds::no_window;
pub(crate) use self::thresholds::{Changes, Seen, TimedThresholds};
pub(crate) use self::ticks::{TieTicks, When};
pub(crate) use self::wanted::{Enough, Wanted};
use super::compartments::{Again, Parts};
use super::periods::PreparedDelays;
use super::tie_rates::TieRates;
use super::{Contacts, Marks, Model, Offspring, Timing};
use crate::error::{Error, Result};
use crate::graph::{SocialGraph, Times, TimesKind};

/// A model made ready for a graph whose ties have times.
#[derive(Debug, Clone)]
pub(crate) enum Timed {
    /// One try for each tie, at the share or at the first contact after it.
    Tries(TimedTries),
    /// Accounts contact each other for periods, and share once.
    Contacts(TimedContacts, Contacts),
    /// The same, and may share again.
    Again(TimedContacts, Marks),
    /// Those who see the post count who else has shared.
    Thresholds(TimedThresholds),
    /// Share events cause others, along ties that exist at the share.
    Offspring(TieTicks, Offspring),
}

/// So many ties are looked at together.
const TOGETHER: usize = 32;

impl Timed {
    /// The first tick at which any tie exists; none if one exists always.
    pub(crate) fn first_tie(&self) -> Option<u64> {
        match self {
            Self::Tries(tries) => tries.ticks.first_of_all(),
            Self::Contacts(contacts, _) | Self::Again(contacts, _) => contacts.ticks.first_of_all(),
            Self::Thresholds(thresholds) => thresholds.ticks.first_of_all(),
            Self::Offspring(ticks, _) => ticks.first_of_all(),
        }
    }

    /// How long who shares passes the post on in the mean, in ticks, if those who share up to `latest` have
    /// stopped long before `first`.
    pub(crate) fn stops_before(&self, first: u64, latest: u64) -> Option<f64> {
        let Self::Contacts(_, stays) = self else { return None };
        (first > latest.saturating_add(stays.long())).then_some(stays.longest_mean())
    }
}

/// Tries over ties with times.
#[derive(Debug, Clone)]
pub(crate) struct TimedTries {
    pub(crate) ticks: TieTicks,
    pub(crate) rates: TieRates,
    /// How much later a try lands; without it, at the next step, or at the contact.
    pub(crate) delays: Option<PreparedDelays>,
}

/// Makes `model` ready for `graph`, whose ties have these times.
pub(super) fn prepare(
    model: &Model,
    graph: &SocialGraph,
    times: &Arc<Times>,
    timing: &Timing,
) -> Result<Timed> {
    let clock = timing.clock(model);
    let ticks = |at_start| TieTicks::prepare(graph, times, timing, clock, at_start);
    let contacts = |parts: &Parts<'_>| {
        check_waits(parts)?;
        let contacts = TimedContacts::prepare(graph, parts.reshares, clock, ticks(false)?)?;
        let stays = Contacts::without_contacts(graph, timing, clock, parts)?;
        Ok::<_, Error>(Timed::Contacts(contacts, stays))
    };
    let again = |again: &Again<'_>| {
        let contacts = TimedContacts::prepare(graph, again.reshares, clock, ticks(false)?)?;
        let stays = Marks::without_contacts(graph, clock, again)?;
        Ok::<_, Error>(Timed::Again(contacts, stays))
    };
    match model {
        Model::IndependentCascade(cascade) => {
            let ticks = ticks(false)?;
            check_no_durations(&ticks, model)?;
            let (rates, delays) = (cascade.prepare(graph)?, timing.prepare_delays(graph)?);
            Ok(Timed::Tries(TimedTries { ticks, rates, delays }))
        }
        Model::Si(model) => contacts(&model.parts()),
        Model::Sir(model) => contacts(&model.parts()),
        Model::Seir(model) => contacts(&model.parts()),
        Model::Sis(model) => again(&model.again()),
        Model::Sirs(model) => again(&model.again()),
        Model::Threshold(threshold) => {
            let ticks = ticks(true)?;
            check_no_durations(&ticks, model)?;
            Ok(Timed::Thresholds(TimedThresholds::prepare(threshold, graph, ticks)?))
        }
        Model::Hawkes(hawkes) => {
            let ticks = ticks(false)?;
            if ticks.any(TimesKind::Contacts) || ticks.any(TimesKind::Lasting) {
                return Err(Error::conflict(
                    "shares under hawkes fall on ties that exist at the moment of the share before, and \
                     contacts exist at no moment between: say when ties exist by `:intervals`, or take sis, \
                     which goes over contacts",
                )
                .of_key("model"));
            }
            Ok(Timed::Offspring(ticks, hawkes.prepare(graph, timing)?))
        }
        _ => Err(refused(model)),
    }
}

/// A wait from the share on says nothing of marks in absolute time.
fn check_waits(parts: &Parts<'_>) -> Result<()> {
    if parts.contact.is_none() {
        return Ok(());
    }
    Err(Error::conflict(format!(
        "`contact` says when the first contact comes after a share, and ties with times are contacted at \
         times of their own: {} takes a rate there, `reshare`",
        parts.name
    )))
}

fn check_no_durations(ticks: &TieTicks, model: &Model) -> Result<()> {
    if !ticks.any(TimesKind::Lasting) {
        return Ok(());
    }
    Err(Error::conflict(format!(
        "how long a contact lasts means nothing to {}: leave the column out with `--ignore-columns \
         duration`, or take si, sir, seir, sis or sirs",
        model.name()
    )))
}

/// Why a model does not go over ties with times, and what is nearest to it.
fn refused(model: &Model) -> Error {
    let degrees =
        "goes by how many an account sees, which has no one meaning where ties come and go";
    let (why, nearest) = match model {
        Model::WeightedCascade(_) => (degrees, "independent-cascade"),
        Model::LinearThreshold(_) => (degrees, "independent-cascade"),
        Model::Fsir(_) => (degrees, "sir"),
        _ => ("knows only ties that exist always", "independent-cascade"),
    };
    Error::conflict(format!(
        "some ties have times, and {} {why}; the nearest model that goes over them is {nearest}",
        model.name()
    ))
    .of_key("model")
}
