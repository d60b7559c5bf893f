//! When the ties of a graph exist, in the ticks or steps of a scenario.

use std::ops::Range;
use std::sync::Arc;

use super::contacts::after;
use crate::error::{Error, Result};
use crate::graph::{SocialGraph, Times, TimesKind};
use crate::id::{AccountId, NetworkId, TieId};
use crate::model::Timing;
use crate::unit::{Clock, TimeUnit};

/// Times of ties made ready for one clock: 8 bytes for each, 16 if any of them lasts.
#[derive(Debug, Clone)]
pub(crate) struct TieTicks {
    times: Arc<Times>,
    /// Whether each tie has one time, which stands where the tie does.
    at_ties: bool,
    /// When contacts are, and intervals start.
    first: Box<[u64]>,
    /// When intervals end; empty if there are none.
    ends: Box<[u64]>,
    /// How long contacts last, in units of time, or steps; empty if none does.
    durations: Box<[f64]>,
}

/// When one tie exists.
#[derive(Debug, Clone, Copy)]
pub(crate) enum When<'a> {
    Always,
    /// At these ticks.
    Contacts(&'a [u64]),
    /// From these ticks on, for so long.
    Lasting(&'a [u64], &'a [f64]),
    /// From each of the first on, and at that of the second no more.
    Intervals(&'a [u64], &'a [u64]),
}

impl TieTicks {
    /// `times` are those of `graph`. Where `at_start` is not allowed, contacts at tick 0 come a tick later
    /// (origins share before the first contact), and at step 0 they are an error.
    pub(super) fn prepare(
        graph: &SocialGraph,
        times: &Arc<Times>,
        timing: &Timing,
        clock: Clock,
        at_start: bool,
    ) -> Result<Self> {
        let mut ticks = Self {
            times: times.clone(),
            at_ties: (0..).zip(&times.offsets[..]).all(|(tie, &first)| tie == first),
            first: Box::default(),
            ends: Box::default(),
            durations: Box::default(),
        };
        let any = |kind| times.networks.iter().any(|network| network.kind == Some(kind));
        let (mut first, mut ends, mut durations) = (Vec::new(), Vec::new(), Vec::new());
        for source in graph.accounts() {
            let network = graph.network_of(source);
            let unit =
                Units::new(graph, times.networks[network.index()].unit, network, timing, clock)?;
            for tie in graph.tie_range(source) {
                for place in times.range(tie) {
                    let (one, other) = (times.first[place], times.second_at(place));
                    let told = |error: Error| {
                        let (source, target) = graph.tie_ends(TieId::new(tie));
                        Error::range(format!(
                            "the times of the tie {} → {}: {}",
                            graph.account_label(source),
                            graph.account_label(target),
                            error.message()
                        ))
                        .of_tie(graph.tie_row((source, target), one))
                    };
                    let mut at = unit.moment(one).map_err(told)?;
                    let kind = times.networks[network.index()].kind;
                    if kind != Some(TimesKind::Intervals) && at == 0 && !at_start {
                        if clock == Clock::Steps {
                            return Err(told(Error::range(
                                "a contact at step 0 is before anybody can pass anything on, for origins \
                                 share at step 0: let steps begin with 1",
                            )));
                        }
                        at = 1;
                    }
                    first.push(at);
                    let (end, duration) = match kind {
                        Some(TimesKind::Intervals) => (unit.end(other).map_err(told)?, f64::NAN),
                        Some(TimesKind::Lasting) => (0, unit.span(other).map_err(told)?),
                        _ => (0, f64::NAN),
                    };
                    if any(TimesKind::Intervals) {
                        ends.push(end);
                    }
                    if any(TimesKind::Lasting) {
                        durations.push(duration);
                    }
                }
            }
        }
        (ticks.first, ticks.ends, ticks.durations) = (first.into(), ends.into(), durations.into());
        Ok(ticks)
    }

    /// How many times there are.
    pub(crate) fn len(&self) -> usize {
        self.first.len()
    }

    /// What the times of the ties inside a network are.
    #[inline]
    pub(crate) fn kind(&self, network: NetworkId) -> Option<TimesKind> {
        self.times.networks[network.index()].kind
    }

    /// The first tick at which any tie exists; none if one exists always. O(t) for t ties and their times.
    pub(crate) fn first_of_all(&self) -> Option<u64> {
        let always = self.times.offsets.windows(2).any(|ends| ends[0] == ends[1]);
        if always { None } else { self.first.iter().min().copied() }
    }

    /// Whether the ties of any network are of this kind.
    pub(crate) fn any(&self, kind: TimesKind) -> bool {
        self.times.networks.iter().any(|network| network.kind == Some(kind))
    }

    /// Whether each tie has one time, which stands where the tie does.
    #[inline]
    pub(crate) fn are_at_ties(&self) -> bool {
        self.at_ties
    }

    /// Where the times of each tie of an account stand.
    #[inline]
    pub(crate) fn places_of(&self, graph: &SocialGraph, account: AccountId) -> &[u64] {
        let ties = graph.tie_range(account);
        &self.times.offsets[ties.start as usize..ties.end as usize]
    }

    /// Where the times of a tie stand.
    #[inline]
    fn range(&self, tie: u64) -> Range<usize> {
        if self.at_ties { tie as usize..tie as usize + 1 } else { self.times.range(tie) }
    }

    /// When contacts of a tie are, or intervals start; and when these end, if there are any.
    #[inline]
    pub(crate) fn of_tie(&self, tie: u64) -> (&[u64], &[u64]) {
        let range = self.range(tie);
        (&self.first[range.clone()], self.ends.get(range).unwrap_or_default())
    }

    /// When contacts of the ties of an account are, or intervals start, of all of them; and when these end, if
    /// there are any.
    #[inline]
    pub(crate) fn of_row(&self, graph: &SocialGraph, account: AccountId) -> (&[u64], &[u64]) {
        let ties = graph.tie_range(account);
        let [start, end] = [ties.start as usize, ties.end as usize];
        let place = |tie: usize| if self.at_ties { tie } else { self.times.offsets[tie] as usize };
        let range = place(start)..place(end);
        let first = self.first.get(range.clone()).unwrap_or_default();
        (first, self.ends.get(range).unwrap_or_default())
    }

    /// When the ties of an account begin and end, if each does once and the graph has no bridge ties.
    #[inline]
    pub(crate) fn one_each(
        &self,
        graph: &SocialGraph,
        account: AccountId,
    ) -> Option<(&[u64], &[u64])> {
        let (starts, ends) = self.of_row(graph, account);
        // A tie without times is a bridge tie.
        let once = starts.len() == graph.targets(account).len() && graph.bridge_tie_count() == 0;
        let has_intervals = self.kind(graph.network_of(account)) == Some(TimesKind::Intervals);
        (once && has_intervals).then_some((starts, ends))
    }

    /// When a tie from an account of a network exists whose ties have times of this kind.
    #[inline]
    pub(crate) fn when(&self, kind: Option<TimesKind>, tie: u64) -> When<'_> {
        let Some(kind) = kind else { return When::Always };
        let range = self.range(tie);
        // A bridge tie has no times.
        if range.is_empty() {
            return When::Always;
        }
        let first = &self.first[range.clone()];
        match kind {
            TimesKind::Contacts => When::Contacts(first),
            TimesKind::Lasting => When::Lasting(first, &self.durations[range]),
            TimesKind::Intervals => When::Intervals(first, &self.ends[range]),
        }
    }

    /// The same of the tie between two accounts, whose source shares at this tick: see [`When::one_try`].
    #[inline]
    pub(crate) fn try_between(
        &self,
        graph: &SocialGraph,
        (source, target): (AccountId, AccountId),
        at: u64,
    ) -> Option<(u64, u64)> {
        let tie = graph.find_tie(source, target)?;
        self.when(self.kind(graph.network_of(source)), tie.get()).one_try(at)
    }
}

impl When<'_> {
    /// The one try of a tie that exists always.
    pub(crate) const AT_ONCE: Option<(u64, u64)> = Some((0, 1));

    /// Of the one try of a tie whose source shares at this tick: how much later it is, and without a delay the
    /// share that follows it. None if the tie exists neither then nor later.
    #[inline]
    pub(crate) fn one_try(self, at: u64) -> Option<(u64, u64)> {
        match self {
            Self::Contacts(rows) | Self::Lasting(rows, _) => {
                after(rows, at, u64::MAX).first().map(|&contact| (contact - at, 0))
            }
            when if when.holds(at) => Self::AT_ONCE,
            _ => None,
        }
    }

    /// Whether the tie exists at this tick; contacts are of no length.
    #[inline]
    pub(crate) fn holds(self, at: u64) -> bool {
        match self {
            Self::Always => true,
            Self::Contacts(_) | Self::Lasting(..) => false,
            Self::Intervals(starts, ends) => {
                let begun = starts.partition_point(|&start| start <= at);
                begun > 0 && at < ends[begun - 1]
            }
        }
    }
}

/// A run in steps takes 4 bytes for each step up to its last.
const MOST_STEPS: f64 = 16_777_216.0;

/// What the times of a network are in, and what they are to be in.
struct Units {
    /// Seconds of the one and of the other.
    ratio: Option<(f64, f64)>,
    clock: Clock,
}

impl Units {
    fn new(
        graph: &SocialGraph,
        unit: TimeUnit,
        network: NetworkId,
        timing: &Timing,
        clock: Clock,
    ) -> Result<Self> {
        let Some(own) = unit.seconds() else { return Ok(Self { ratio: None, clock }) };
        let name = graph.network(network).name();
        if clock == Clock::Steps {
            return Err(Error::conflict(format!(
                "the times of network `{name}` are in {unit}, and this scenario goes in steps, which have \
                 no unit: leave the unit out if a step is 1 {unit}"
            ))
            .of_key("network"));
        }
        match timing.time_unit.and_then(TimeUnit::seconds) {
            Some(other) => Ok(Self { ratio: Some((own, other)), clock }),
            None => Err(Error::conflict(format!(
                "the times of network `{name}` are in {unit}, and nobody said what those of the scenario \
                 are in: say `--time-unit {unit}`, or another"
            ))
            .of_key("network")),
        }
    }

    fn of(&self, time: f64) -> f64 {
        self.ratio.map_or(time, |(own, other)| time * own / other)
    }

    fn moment(&self, time: f64) -> Result<u64> {
        let time = self.of(time);
        if self.clock == Clock::Steps && time > MOST_STEPS {
            return Err(Error::range(format!(
                "steps of ties go up to {MOST_STEPS}, found {time}: count steps from the first on, or let \
                 time be continuous"
            )));
        }
        self.clock.moment(time)
    }

    /// An end that is later than any time that there is never comes.
    fn end(&self, time: f64) -> Result<u64> {
        let last = match self.clock {
            Clock::Steps => MOST_STEPS,
            Clock::Continuous => 2_147_483_647.0,
        };
        if self.of(time) > last { Ok(u64::MAX) } else { self.moment(time) }
    }

    fn span(&self, time: f64) -> Result<f64> {
        self.moment(time).map(|_| self.of(time))
    }
}
