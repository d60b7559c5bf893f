//! Contacts as marks in absolute time, in models in which accounts share again: SIS and SIRS.

use super::ends::{Ends, in_cell};
use crate::error::{Error, Result};
use crate::graph::SocialGraph;
use crate::id::{AccountId, NetworkId};
use crate::model::reshare::Meaning;
use crate::model::tie_numbers::TieNumbers;
use crate::model::tie_rates::TieRates;
use crate::model::{Periods, Reshares, TieProbabilities, Timing};
use crate::random::{Channel, Key, RunKeys};
use crate::unit::Clock;

/// What the models differ by.
pub(in crate::model) struct Again<'a> {
    pub(in crate::model) name: &'static str,
    pub(in crate::model) reshares: &'a Reshares,
    pub(in crate::model) period: &'a Periods,
    pub(in crate::model) immunity: Option<&'a Periods>,
}

impl Again<'_> {
    /// Whether the parameters may be what they are, as far as that can be told without a graph.
    pub(in crate::model) fn check(&self, timing: &Timing, clock: Clock) -> Result<()> {
        if !timing.has_end() {
            let end = clock.end();
            return Err(Error::conflict(format!(
                "{} may go on for ever, so a run needs an end: `{end}`, or `max_shares`",
                self.name
            ))
            .of_key(end));
        }
        self.reshares.check(Meaning::of_contacts(clock))?;
        self.period.check("the period", true)?;
        self.immunity.iter().try_for_each(|periods| periods.check("the immunity", true))
    }
}

/// Marks made ready for one graph.
///
/// The marks of an account in a cell of time are given before anything happens: whom it contacts when, and, where
/// periods or immunity have no memory, when one that is going on ends. A mark outside of a period, or
/// on an account that cannot share, is lost.
#[derive(Debug, Clone)]
pub(crate) struct Marks {
    contacts: MarkedContacts,
    period: Ends,
    immunity: Option<Ends>,
}

#[derive(Debug, Clone)]
enum MarkedContacts {
    /// In continuous time.
    Rates(TieNumbers),
    /// In steps: which ties pass it on at a step.
    Tries(Box<TieRates>),
    /// Not here: ties have times, and contacts follow from these.
    Elsewhere,
}

/// The keys from which marks are drawn in a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MarkKeys {
    contact: Key,
    period: Key,
    immunity: Key,
}

impl MarkKeys {
    pub(crate) fn of(keys: &RunKeys) -> Self {
        Self {
            contact: keys.channel(Channel::Contact),
            period: keys.channel(Channel::Period),
            immunity: keys.channel(Channel::Immunity),
        }
    }

    /// The key from which the tries of one step are drawn.
    pub(crate) fn tries_at(&self, step: u64) -> Key {
        self.contact.nested(step)
    }
}

impl Marks {
    /// `again` passed [`check`](Again::check).
    pub(in crate::model) fn prepare(
        graph: &SocialGraph,
        clock: Clock,
        again: &Again<'_>,
    ) -> Result<Self> {
        let contacts = match clock {
            Clock::Continuous => {
                MarkedContacts::Rates(TieNumbers::prepare(graph, again.reshares, Meaning::Rate)?)
            }
            Clock::Steps => {
                let probabilities = TieProbabilities::said(graph, again.reshares)?;
                MarkedContacts::Tries(Box::new(probabilities.rates(graph, |p| p)))
            }
        };
        Ok(Self { contacts, ..Self::without_contacts(graph, clock, again)? })
    }

    /// Periods and immunity alone, where contacts follow from the times of ties.
    pub(in crate::model) fn without_contacts(
        graph: &SocialGraph,
        clock: Clock,
        again: &Again<'_>,
    ) -> Result<Self> {
        let contacts = MarkedContacts::Elsewhere;
        let period = Ends::prepare(graph, clock, again.period, "the period")?;
        let immunity = again.immunity.map(|it| Ends::prepare(graph, clock, it, "the immunity"));
        Ok(Self { contacts, period, immunity: immunity.transpose()? })
    }

    /// Which ties pass it on at a step, if time goes in steps.
    pub(crate) fn tries(&self) -> Option<&TieRates> {
        match &self.contacts {
            MarkedContacts::Tries(rates) => Some(rates),
            MarkedContacts::Rates(_) | MarkedContacts::Elsewhere => None,
        }
    }

    /// A cell of the accounts of a network has 2 to this power ticks.
    pub(crate) fn cell_of(&self, network: NetworkId) -> u32 {
        self.period.cell_of(network)
    }

    /// When the period of `account` ends that shares at `start`.
    pub(crate) fn end_of_period(
        &self,
        graph: &SocialGraph,
        keys: &MarkKeys,
        account: AccountId,
        start: u64,
    ) -> u64 {
        self.period.of(graph, keys.period, account, start)
    }

    /// From when on an account can share again whose period ends at `end`.
    pub(crate) fn end_of_immunity(
        &self,
        graph: &SocialGraph,
        keys: &MarkKeys,
        account: AccountId,
        end: u64,
    ) -> u64 {
        self.immunity.as_ref().map_or(end, |it| it.of(graph, keys.immunity, account, end))
    }

    /// Calls `land` with whom `source` contacts behind `start` and up to `end`, and when.
    #[inline]
    pub(crate) fn contacts(
        &self,
        graph: &SocialGraph,
        keys: &MarkKeys,
        source: AccountId,
        (start, end): (u64, u64),
        mut land: impl FnMut(AccountId, u64),
    ) {
        let MarkedContacts::Rates(numbers) = &self.contacts else { return };
        let sum = numbers.sum(graph, source);
        if sum == 0.0 {
            return;
        }
        let who = graph.logical_key(source).get();
        let size = self.cell_of(graph.network_of(source));
        for cell in start >> size..=end >> size {
            for (tick, mark) in in_cell(keys.contact, who, size, cell, sum, 2) {
                if tick > start && tick <= end {
                    let stream = keys.contact.stream(who, cell);
                    land(numbers.pick(graph, source, stream, 2 * mark + 1), tick);
                }
            }
        }
    }
}
