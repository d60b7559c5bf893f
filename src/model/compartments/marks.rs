//! Contacts as marks in absolute time, in models in which accounts share again: SIS and SIRS.

use crate::error::{Error, Result};
use crate::graph::SocialGraph;
use crate::id::{AccountId, NetworkId};
use crate::model::periods::PreparedPeriods;
use crate::model::reshare::Meaning;
use crate::model::tie_numbers::TieNumbers;
use crate::model::tie_rates::TieRates;
use crate::model::{Periods, Reshares, TieProbabilities, Timing};
use crate::random::{Channel, Distribution, Key, RunKeys, exponential};
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
/// The marks of an account in a cell of time are given before anything happens: whom it contacts when,
/// and, where periods have no memory, when a period that is going on ends. A mark outside of a period, or
/// on an account that cannot share, is lost.
#[derive(Debug, Clone)]
pub(crate) struct Marks {
    clock: Clock,
    contacts: MarkedContacts,
    period: PreparedPeriods,
    /// By network: the rate of ends, if periods have no memory.
    rates: Vec<Option<f64>>,
    /// By network: a cell has 2 to this power ticks.
    cells: Vec<u32>,
    immunity: Option<PreparedPeriods>,
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
        let period = again.period.prepare(graph, "the period", true)?;
        let immunity = again.immunity.map(|periods| periods.prepare(graph, "the immunity", true));
        let of_network = |network| again.period.of_network(graph.network(network).name());
        let rate = |distribution: &Distribution| match (clock, distribution) {
            (Clock::Continuous, Distribution::Exponential { rate }) => Some(*rate),
            _ => None,
        };
        Ok(Self {
            clock,
            contacts,
            rates: graph.networks().map(|network| rate(of_network(network)?)).collect(),
            cells: graph.networks().map(|network| cell(of_network(network))).collect(),
            period,
            immunity: immunity.transpose()?,
        })
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
        self.cells[network.index()]
    }

    /// When the period of `account` ends that shares at `start`.
    pub(crate) fn end_of_period(
        &self,
        graph: &SocialGraph,
        keys: &MarkKeys,
        account: AccountId,
        start: u64,
    ) -> u64 {
        let (network, who) = (graph.network_of(account), graph.logical_key(account).get());
        let Some(rate) = self.rates[network.index()] else {
            let stream = keys.period.stream(who, start);
            return start.saturating_add(self.clock.span(self.period.of(network).draw(stream)));
        };
        let size = self.cells[network.index()];
        let mut cell = start >> size;
        loop {
            let marks = in_cell(keys.period, who, size, cell, rate, 1);
            if let Some((end, _)) = marks.into_iter().find(|&(tick, _)| tick > start) {
                return end;
            }
            cell += 1;
        }
    }

    /// From when on an account can share again whose period ends at `end` and began at `start`.
    pub(crate) fn end_of_immunity(
        &self,
        graph: &SocialGraph,
        keys: &MarkKeys,
        account: AccountId,
        (start, end): (u64, u64),
    ) -> u64 {
        let Some(immunity) = &self.immunity else { return end };
        let stream = keys.immunity.stream(graph.logical_key(account).get(), start);
        let drawn = immunity.of(graph.network_of(account)).draw(stream);
        end.saturating_add(self.clock.span(drawn))
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
        let size = self.cells[graph.network_of(source).index()];
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

/// The marks of a Poisson process of `rate` a unit in a cell of 2^`size` ticks, in order, and their
/// numbers: waits are draws 0, `apart`, 2 · `apart` …
pub(crate) fn in_cell(
    key: Key,
    who: u64,
    size: u32,
    cell: u64,
    rate: f64,
    apart: u64,
) -> impl Iterator<Item = (u64, u64)> {
    let stream = key.stream(who, cell);
    let (first, length) = (cell << size, (1u64 << size) as f64);
    let ticks_a_wait = Clock::Continuous.per_unit() / rate;
    let mut at = 0.0;
    (0..)
        .map(move |mark| {
            at += exponential(stream, apart * mark) * ticks_a_wait;
            (at, mark)
        })
        .take_while(move |&(at, _)| at < length)
        .map(move |(at, mark)| (first + at as u64, mark))
}

/// The size of a cell: the power of two of ticks next to half of the mean period.
fn cell(period: Option<&Distribution>) -> u32 {
    let mean = period.map_or(1.0, Distribution::mean);
    // Where the mean is infinite or out of reach, periods are long, and long cells cost least.
    let half = (mean / 2.0).clamp(1.0 / 1_048_576.0, 1_048_576.0);
    let half = half * Clock::Continuous.per_unit();
    let exponent = half.to_bits() >> 52;
    (exponent - 1023) as u32
}
