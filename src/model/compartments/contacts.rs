//! Contacts of accounts that share, in models in which an account shares once: SI, SIR, SEIR.

use super::PeriodPer;
use crate::error::{Error, Result};
use crate::graph::SocialGraph;
use crate::id::AccountId;
use crate::model::periods::{PreparedPeriods, check_duration};
use crate::model::reshare::Meaning;
use crate::model::tie_numbers::TieNumbers;
use crate::model::{Periods, Reshares, Timing};
use crate::random::{Channel, Distribution, Key, RunKeys, Sampler, Stream, exponential, hazard};
use crate::unit::Clock;

/// What the models differ by.
pub(super) struct Parts<'a> {
    pub(super) name: &'static str,
    pub(super) reshares: &'a Reshares,
    pub(super) contact: Option<&'a Distribution>,
    pub(super) latency: Option<&'a Periods>,
    pub(super) period: Option<&'a Periods>,
    pub(super) period_per: PeriodPer,
}

impl Parts<'_> {
    pub(super) fn new(name: &'static str) -> Self {
        static NOTHING: Reshares = Reshares::nothing();
        let period_per = PeriodPer::Account;
        Self { name, reshares: &NOTHING, contact: None, latency: None, period: None, period_per }
    }
}

/// Contacts made ready for one graph.
///
/// Of every account i its period D_i, and of every tie the age W_ij of the first contact along it, are
/// given before anything happens: i → j passes the post on iff W_ij ≤ D_i, at t_i + W_ij. Which of the
/// two ways makes the W_ij follows from the parameters.
#[derive(Debug, Clone)]
pub(crate) struct Contacts {
    clock: Clock,
    ways: Ways,
    /// None: for ever.
    period: Option<PreparedPeriods>,
    period_per_user: bool,
    latency: Option<PreparedPeriods>,
}

/// How the ages of first contacts come about.
#[derive(Debug, Clone)]
enum Ways {
    /// The contacts of an account with all who see it are one Poisson process; each picks whom it is
    /// with.
    Marks(TieNumbers),
    /// One draw a tie: an exponential wait, or in steps one without memory.
    Each(TieNumbers),
    /// One draw a tie from this.
    Contact(Sampler),
}

/// Above this many contacts a tie and period, each tie draws its own.
pub(crate) const MARKS_A_TIE: f64 = 1.0;

/// The keys from which contacts are drawn in a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ContactKeys {
    contact: Key,
    period: Key,
    latency: Key,
}

impl ContactKeys {
    pub(crate) fn of(keys: &RunKeys) -> Self {
        Self {
            contact: keys.channel(Channel::Contact),
            period: keys.channel(Channel::Period),
            latency: keys.channel(Channel::Latency),
        }
    }
}

impl Parts<'_> {
    /// Whether the parameters may be what they are, as far as that can be told without a graph.
    pub(super) fn check(&self, timing: &Timing, clock: Clock) -> Result<()> {
        if let Some(contact) = self.contact {
            if *self.reshares != Reshares::default() {
                return Err(Error::conflict(format!(
                    "{} takes either the rate of contacts (`reshare`) or when the first comes \
                     (`contact`)",
                    self.name
                )));
            }
            // A first contact may never come.
            check_duration(contact, "the contact", true)?;
        }
        self.reshares.check(meaning(clock))?;
        for (periods, what) in [(self.period, "the period"), (self.latency, "the latency")] {
            periods.iter().try_for_each(|periods| periods.check(what, timing.has_end()))?;
        }
        Ok(())
    }
}

/// What the numbers of ties are.
const fn meaning(clock: Clock) -> Meaning {
    match clock {
        Clock::Continuous => Meaning::Rate,
        Clock::Steps => Meaning::Probability,
    }
}

impl Contacts {
    pub(super) fn prepare(
        graph: &SocialGraph,
        timing: &Timing,
        clock: Clock,
        parts: &Parts<'_>,
    ) -> Result<Self> {
        parts.check(timing, clock)?;
        let &Parts { reshares, contact, latency, period, period_per, .. } = parts;
        let end = timing.has_end();
        let prepare = |periods: Option<&Periods>, what| {
            periods.map(|periods| periods.prepare(graph, what, end)).transpose()
        };
        let period = prepare(period, "the period")?;
        let latency = prepare(latency, "the latency")?;
        let period_per_user = period_per == PeriodPer::User;
        if period_per_user && period.as_ref().is_some_and(|period| !period.same) {
            return Err(Error::conflict(
                "`period_per = user` is one period for all accounts of a user, so the period must be \
                 the same in all networks",
            ));
        }
        let ways = match contact {
            Some(contact) => Ways::Contact(contact.sampler()),
            None => {
                let numbers = TieNumbers::prepare(graph, reshares, meaning(clock))?;
                let mean = period.as_ref().map_or(f64::INFINITY, |period| period.longest_mean);
                let few = numbers.greatest() * mean <= MARKS_A_TIE;
                if few && clock == Clock::Continuous {
                    Ways::Marks(numbers)
                } else {
                    Ways::Each(numbers)
                }
            }
        };
        Ok(Self { clock, ways, period, period_per_user, latency })
    }

    /// Whether accounts ever stop.
    pub(crate) fn ends(&self) -> bool {
        self.period.is_some()
    }

    /// How long `account` passes the post on; `u64::MAX` is for ever.
    #[inline]
    pub(crate) fn period_of(
        &self,
        graph: &SocialGraph,
        keys: &ContactKeys,
        account: AccountId,
    ) -> u64 {
        let Some(periods) = &self.period else { return u64::MAX };
        let whose = match graph.accounts_beside(account) {
            [first, ..] if self.period_per_user => *first,
            _ => account,
        };
        let stream = keys.period.stream(graph.logical_key(whose).get(), 0);
        self.clock.span(periods.of(graph.network_of(account)).draw(stream))
    }

    /// How long `account`, once contacted, waits before it shares.
    #[inline]
    pub(crate) fn latency_of(
        &self,
        graph: &SocialGraph,
        keys: &ContactKeys,
        account: AccountId,
    ) -> u64 {
        let Some(periods) = &self.latency else { return 0 };
        let stream = keys.latency.stream(graph.logical_key(account).get(), 0);
        self.clock.span(periods.of(graph.network_of(account)).draw(stream))
    }

    /// Calls `land` with whom `source` contacts up to the age of `last`, and at what age: the first
    /// contacts among others.
    #[inline]
    pub(crate) fn contacts(
        &self,
        graph: &SocialGraph,
        keys: &ContactKeys,
        source: AccountId,
        last: u64,
        mut land: impl FnMut(AccountId, u64),
    ) {
        let who = graph.logical_key(source).get();
        match &self.ways {
            Ways::Marks(numbers) => {
                let sum = numbers.sum(graph, source);
                if sum == 0.0 {
                    return;
                }
                let stream = keys.contact.stream(who, u64::MAX);
                let mut age = 0.0;
                for mark in 0.. {
                    age += exponential(stream, 2 * mark) / sum;
                    let span = self.clock.span(age);
                    if span > last {
                        break;
                    }
                    land(numbers.pick(graph, source, stream, 2 * mark + 1), span);
                }
            }
            Ways::Each(numbers) => {
                for (tie, &target) in graph.tie_range(source).zip(graph.targets(source)) {
                    let number = numbers.of_tie(graph, source, tie);
                    let stream = keys.contact.stream(who, graph.logical_key(target).get());
                    let age = self.first_contact(number, stream);
                    if age <= last {
                        land(target, age);
                    }
                }
            }
            Ways::Contact(contact) => {
                for &target in graph.targets(source) {
                    let stream = keys.contact.stream(who, graph.logical_key(target).get());
                    let age = self.clock.span(contact.draw(stream));
                    if age <= last {
                        land(target, age);
                    }
                }
            }
        }
    }

    /// The age of the first contact along a tie of this rate, or probability per step.
    #[inline]
    fn first_contact(&self, number: f64, stream: Stream) -> u64 {
        match self.clock {
            _ if number == 0.0 => u64::MAX,
            Clock::Continuous => self.clock.span(exponential(stream, 0) / number),
            Clock::Steps if number >= 1.0 => 1,
            Clock::Steps => self.clock.span(exponential(stream, 0) / hazard(number)),
        }
    }
}
