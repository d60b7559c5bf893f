//! Contacts of accounts that share, in models in which an account shares once: SI, SIR, SEIR.

use super::PeriodPer;
use super::gaps::{Bounds, Gaps, gap_within};
use crate::error::{Error, Result};
use crate::graph::SocialGraph;
use crate::id::{AccountId, LogicalKey, NetworkId};
use crate::model::periods::{PreparedPeriods, check_duration};
use crate::model::reshare::Meaning;
use crate::model::tie_numbers::TieNumbers;
use crate::model::{Periods, Reshares, Timing};
use crate::random::{Channel, Distribution, Key, Lane, RunKeys, Sampler, exponential, hazard};
use crate::unit::Clock;

/// What the models differ by.
pub(in crate::model) struct Parts<'a> {
    pub(in crate::model) name: &'static str,
    pub(in crate::model) reshares: &'a Reshares,
    /// Whether rates are shared out among the ties that lead to an account.
    pub(in crate::model) shared_out: bool,
    pub(in crate::model) contact: Option<&'a Distribution>,
    pub(in crate::model) latency: Option<&'a Periods>,
    pub(in crate::model) period: Option<&'a Periods>,
    pub(in crate::model) period_per: PeriodPer,
}

impl<'a> Parts<'a> {
    pub(super) fn new(name: &'static str, reshares: &'a Reshares) -> Self {
        Self {
            name,
            reshares,
            shared_out: false,
            contact: None,
            latency: None,
            period: None,
            period_per: PeriodPer::Account,
        }
    }
}

/// Contacts made ready for one graph.
///
/// Of every account i its period `D_i`, and of every tie the age `W_ij` of the first contact along it, are
/// given before anything happens: i → j passes the post on iff `W_ij ≤ D_i`, at `t_i + W_ij`. Which of the
/// two ways makes the `W_ij` follows from the parameters.
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
    /// One draw a tie: an exponential wait at this rate, in steps at this hazard a step.
    Each(TieNumbers),
    /// One draw a tie from this.
    Contact(Sampler),
    /// Not here: ties have times, and contacts follow from these.
    Elsewhere,
}

/// Above this many contacts a tie and period, each tie draws its own: a mark costs some sixteen times as
/// much as a draw that comes to nothing.
pub(crate) const MARKS_A_TIE: f64 = 1.0 / 16.0;

/// The keys from which contacts are drawn in a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ContactKeys {
    contact: Key,
    period: Lane,
    latency: Lane,
}

impl ContactKeys {
    pub(crate) fn of(keys: &RunKeys) -> Self {
        Self {
            contact: keys.channel(Channel::Contact),
            period: keys.channel(Channel::Period).lane(0),
            latency: keys.channel(Channel::Latency).lane(0),
        }
    }
}

impl Parts<'_> {
    /// Whether the parameters may be what they are, as far as that can be told without a graph.
    pub(in crate::model) fn check(&self, timing: &Timing, clock: Clock) -> Result<()> {
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
        self.reshares.check(self.meaning_of_all(clock))?;
        for (periods, what) in [(self.period, "the period"), (self.latency, "the latency")] {
            periods.iter().try_for_each(|periods| periods.check(what, timing.has_end()))?;
        }
        Ok(())
    }

    /// What the numbers are before they are shared out.
    fn meaning_of_all(&self, clock: Clock) -> Meaning {
        match clock {
            Clock::Steps if self.shared_out => Meaning::Mean,
            clock => Meaning::of_contacts(clock),
        }
    }
}

impl Contacts {
    /// `parts` passed [`check`](Parts::check).
    pub(in crate::model) fn prepare(
        graph: &SocialGraph,
        timing: &Timing,
        clock: Clock,
        parts: &Parts<'_>,
    ) -> Result<Self> {
        let mut contacts = Self::without_contacts(graph, timing, clock, parts)?;
        contacts.ways = match parts.contact {
            Some(contact) => Ways::Contact(contact.sampler()),
            None => {
                let mut rates = parts.reshares.rates(graph, parts.meaning_of_all(clock))?;
                if parts.shared_out {
                    rates = rates.share_out(Meaning::of_contacts(clock));
                }
                let numbers = TieNumbers::of_rates(graph, &rates)?;
                let period = contacts.period.as_ref();
                let mean = period.map_or(f64::INFINITY, |period| period.longest_mean);
                let few = numbers.greatest() * mean <= MARKS_A_TIE;
                match clock {
                    Clock::Continuous if few => Ways::Marks(numbers),
                    Clock::Continuous => Ways::Each(numbers.map(|rate| rate)),
                    Clock::Steps => Ways::Each(numbers.map(hazard_of)),
                }
            }
        };
        Ok(contacts)
    }

    /// Periods and latencies alone, where contacts follow from the times of ties.
    pub(in crate::model) fn without_contacts(
        graph: &SocialGraph,
        timing: &Timing,
        clock: Clock,
        parts: &Parts<'_>,
    ) -> Result<Self> {
        let end = timing.has_end();
        let prepare = |periods: Option<&Periods>, what| {
            periods.map(|periods| periods.prepare(graph, what, end)).transpose()
        };
        let period = prepare(parts.period, "the period")?;
        let latency = prepare(parts.latency, "the latency")?;
        let period_per_user = parts.period_per == PeriodPer::User;
        if period_per_user && period.as_ref().is_some_and(|period| !period.same) {
            return Err(Error::conflict(
                "`period_per = user` is one period for all accounts of a user, so the period must be \
                 the same in all networks",
            ));
        }
        Ok(Self { clock, ways: Ways::Elsewhere, period, period_per_user, latency })
    }

    /// Whether accounts ever stop.
    pub(crate) fn ends(&self) -> bool {
        self.period.is_some()
    }

    /// How long accounts pass the post on, in the mean, where that is longest, in ticks; infinite if they never
    /// stop.
    pub(crate) fn longest_mean(&self) -> f64 {
        let mean = self.period.as_ref().map_or(f64::INFINITY, |period| period.longest_mean);
        mean * self.clock.per_unit()
    }

    /// After so many ticks nobody is expected to pass the post on any more.
    pub(crate) fn long(&self) -> u64 {
        let long = self.period.as_ref().map_or(f64::INFINITY, |period| period.long);
        self.clock.span(long)
    }

    /// The rate of contacts along the tie of `source` to `target`, or in steps their hazard a step.
    #[inline]
    pub(crate) fn rate_between(
        &self,
        graph: &SocialGraph,
        source: AccountId,
        target: AccountId,
    ) -> f64 {
        let (Ways::Marks(numbers) | Ways::Each(numbers)) = &self.ways else { return 0.0 };
        numbers.of_all(graph, source).unwrap_or_else(|| {
            let tie = graph.find_tie(source, target);
            tie.map_or(0.0, |tie| numbers.of_tie(graph, source, tie.get()))
        })
    }

    /// How much later than the one before it contact number `number` comes along the tie to `target`, from
    /// 0, at this rate, if that is no more than `most`.
    #[inline]
    pub(crate) fn gap(
        &self,
        graph: &SocialGraph,
        keys: &ContactKeys,
        (source, target): (AccountId, AccountId),
        (number, rate): (u32, f64),
        most: u64,
    ) -> Option<u64> {
        let lane = keys.contact.lane(graph.logical_key(source).get());
        let stream = lane.stream(graph.logical_key(target).get());
        gap_within(self.clock, stream.draw(u64::from(number)), rate, most)
    }

    /// Calls `land` with whom `source` contacts within `last`, at `most` times its rates, and at what age:
    /// the first contact along each tie, which is number 0 of [`gap`](Self::gap).
    pub(crate) fn first_gaps(
        &self,
        graph: &SocialGraph,
        keys: &ContactKeys,
        source: AccountId,
        most: f64,
        last: u64,
        land: impl FnMut(AccountId, u64),
    ) {
        let (Ways::Marks(numbers) | Ways::Each(numbers)) = &self.ways else { return };
        let lane = keys.contact.lane(graph.logical_key(source).get());
        let gaps = Gaps { numbers, factor: most, last, clock: self.clock };
        let first = |key| lane.stream(key).draw(0);
        gaps.of_row(graph, source, first, |_| u64::MAX, land);
    }

    /// The part of contacts at `most` times this rate that there are at `factor` times it.
    pub(crate) fn kept(&self, rate: f64, factor: f64, most: f64) -> f64 {
        match self.clock {
            _ if factor == most => 1.0,
            Clock::Continuous => factor / most,
            Clock::Steps if factor == 0.0 => 0.0,
            Clock::Steps => libm::expm1(-rate * factor) / libm::expm1(-rate * most),
        }
    }

    /// How long `account` passes the post on; `u64::MAX` is for ever.
    #[inline]
    pub(crate) fn period_of(
        &self,
        graph: &SocialGraph,
        keys: &ContactKeys,
        account: AccountId,
    ) -> u64 {
        let network = graph.network_of(account);
        self.period_in(graph, keys, (network, account), graph.keys_in(network).key_of(account))
    }

    /// The same for an account in `network` with this key.
    #[inline]
    fn period_in(
        &self,
        graph: &SocialGraph,
        keys: &ContactKeys,
        (network, account): (NetworkId, AccountId),
        own: u64,
    ) -> u64 {
        let Some(periods) = &self.period else { return u64::MAX };
        let who = match self.period_per_user {
            true => graph.accounts_beside(account).first().map(|&first| graph.logical_key(first)),
            false => None,
        };
        let stream = keys.period.stream(who.map_or(own, LogicalKey::get));
        self.clock.span(periods.of(network).draw(stream))
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
        let stream = keys.latency.stream(graph.logical_key(account).get());
        self.clock.span(periods.of(graph.network_of(account)).draw(stream))
    }

    /// Whether who is contacted shares at once.
    pub(crate) fn at_once(&self) -> bool {
        self.latency.is_none()
    }

    /// Calls `land` with whom `source` contacts up to the age of `last`, and at what age: the first
    /// contacts among others. Those above the age that `useful` tells of an account may be left out; 0
    /// is none.
    #[inline]
    pub(crate) fn contacts(
        &self,
        graph: &SocialGraph,
        keys: &ContactKeys,
        source: AccountId,
        last: u64,
        useful: impl Fn(AccountId) -> u64,
        mut land: impl FnMut(AccountId, u64),
    ) {
        let who = graph.logical_key(source).get();
        match &self.ways {
            Ways::Elsewhere => {}
            Ways::Marks(numbers) => {
                let sum = numbers.sum(graph, source);
                if sum == 0.0 {
                    return;
                }
                let (stream, wait) = (keys.contact.stream(who, u64::MAX), 1.0 / sum);
                let mut age = 0.0;
                for mark in 0.. {
                    age += exponential(stream, 2 * mark) * wait;
                    let span = self.clock.span(age);
                    if span > last {
                        break;
                    }
                    land(numbers.pick(graph, source, stream, 2 * mark + 1), span);
                }
            }
            Ways::Each(numbers) => {
                let gaps = Gaps { numbers, factor: 1.0, last, clock: self.clock };
                let lane = keys.contact.lane(who);
                gaps.of_row(graph, source, |key| lane.word(key), useful, land);
            }
            Ways::Contact(contact) => {
                let lane = keys.contact.lane(who);
                for &target in graph.targets(source) {
                    let most = useful(target).min(last);
                    if most == 0 {
                        continue;
                    }
                    let stream = lane.stream(graph.logical_key(target).get());
                    let age = self.clock.span(contact.draw(stream));
                    if age <= most {
                        land(target, age);
                    }
                }
            }
        }
    }

    /// What is drawn of up to eight sources before they are asked whom they contact.
    #[inline(always)]
    pub(crate) fn heads(
        &self,
        graph: &SocialGraph,
        keys: &ContactKeys,
        sources: &[AccountId],
    ) -> [ContactHead; 8] {
        let mut heads = [ContactHead::default(); 8];
        let key = |account| graph.keys_in(graph.network_of(account)).key_of(account);
        for (head, &source) in heads.iter_mut().zip(sources) {
            head.who = key(source);
        }
        match self.period.as_ref().and_then(PreparedPeriods::of_all) {
            Some(period) if !self.period_per_user && sources.len() == heads.len() => {
                let streams = heads.map(|head| keys.period.stream(head.who));
                let drawn = period.draw_eight(&streams);
                for (head, drawn) in heads.iter_mut().zip(drawn) {
                    head.last = self.clock.span(drawn);
                }
            }
            _ => {
                for (head, &source) in heads.iter_mut().zip(sources) {
                    let network = graph.network_of(source);
                    head.last = self.period_in(graph, keys, (network, source), head.who);
                }
            }
        }
        if let Ways::Each(numbers) = &self.ways {
            for (head, &source) in heads.iter_mut().zip(sources) {
                let gaps = Gaps { numbers, factor: 1.0, last: head.last, clock: self.clock };
                head.bounds = gaps.bounds(graph, source);
            }
        }
        heads
    }

    /// Calls `land` with whom `source` contacts at all. Those of whom `is_new` is false may be left out.
    #[inline(always)]
    pub(crate) fn reached(
        &self,
        graph: &SocialGraph,
        keys: &ContactKeys,
        source: AccountId,
        &ContactHead { who, last, bounds }: &ContactHead,
        is_new: impl Fn(AccountId) -> bool,
        mut land: impl FnMut(AccountId),
    ) {
        if let Ways::Each(numbers) = &self.ways {
            let gaps = Gaps { numbers, factor: 1.0, last, clock: self.clock };
            let lane = keys.contact.lane(who);
            return gaps.reached(graph, source, bounds, |key| lane.word(key), is_new, land);
        }
        let useful = |target| if is_new(target) { u64::MAX } else { 0 };
        self.contacts(graph, keys, source, last, useful, |target, _| land(target));
    }
}

/// What is drawn of an account that shares by itself: how long it does, and which draws of its ties that is.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ContactHead {
    who: u64,
    last: u64,
    bounds: Bounds,
}

/// The hazard per step of a probability, perhaps infinite.
fn hazard_of(probability: f64) -> f64 {
    if probability < 1.0 { hazard(probability) } else { f64::INFINITY }
}
