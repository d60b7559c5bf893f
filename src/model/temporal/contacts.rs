//! Contacts over ties that come and go, given in absolute time.

use std::sync::{Arc, OnceLock};

use super::in_order::{Examined, InOrder};
use super::keys::TimedKeys;
use super::marks::Stretch;
use super::numbers::{NumberBefore, Numbers};
use super::ticks::{TieTicks, When};
use super::wanted::Wanted;
use super::{Enough, TOGETHER};
use crate::error::Result;
use crate::graph::{SocialGraph, TimesKind};
use crate::id::{AccountId, TieId};
use crate::model::reshare::Meaning;
use crate::model::{Reshares, parts, raised};
use crate::random::{Lane, Threshold, hazard};
use crate::unit::Clock;

/// Contacts along all ties of one graph.
///
/// All that can happen along a tie i → j is given before anything happens, whenever i shares: while the tie
/// exists, marks of a Poisson process, drawn by (i, j, cell of time); at a contact that the data know, a
/// coin by (i, j, time). A contact that finds i not sharing since before, or j unable to share, is lost.
/// A tie without times exists always.
#[derive(Debug, Clone)]
pub(crate) struct TimedContacts {
    pub(crate) ticks: TieTicks,
    /// By tie: the probability of a contact that the data know, if they do not say how long it lasts; else
    /// the hazard in a unit of time, or a step; for marks that in a tick, or a step.
    numbers: Numbers,
    /// The same before they were [`multiplied`](Self::multiplied); empty if they were not.
    before: Numbers,
    /// All contacts, once somebody asked.
    pub(super) in_order: OnceLock<Option<Arc<InOrder>>>,
    pub(super) examined: Examined,
}

impl TimedContacts {
    pub(super) fn prepare(
        graph: &SocialGraph,
        reshares: &Reshares,
        clock: Clock,
        ticks: TieTicks,
    ) -> Result<Self> {
        let said = reshares.rates(graph, Meaning::of_contacts(clock))?;
        let as_probability = said.clone().meaning(Meaning::Probability);
        let mut numbers = Vec::with_capacity(graph.tie_count() as usize);
        for source in graph.accounts() {
            let (from, first) = (graph.network_of(source), graph.tie_range(source).start);
            for (to, part) in parts(graph, source) {
                let kind = ticks.kind(from).filter(|_| from == to);
                let contacts = kind == Some(TimesKind::Contacts);
                let rates = if contacts { &as_probability } else { &said };
                if rates.rate(from, to).is_none() {
                    // Which says so.
                    rates.check(graph)?;
                }
                for place in part {
                    let tie = TieId::new(first + place as u64);
                    let ends = (source, graph.targets(source)[place]);
                    rates.check_tie(graph, tie, ends)?;
                    let number = rates.of_tie(graph, tie, ends).unwrap_or(0.0);
                    numbers.push(match (kind, clock) {
                        (Some(TimesKind::Contacts), _) => number,
                        (_, Clock::Steps) if number >= 1.0 => f64::INFINITY,
                        (_, Clock::Steps) => hazard(number),
                        (Some(TimesKind::Lasting), Clock::Continuous) => number,
                        (_, Clock::Continuous) => number / clock.per_unit(),
                    });
                }
            }
        }
        let (numbers, before) = (Numbers::new(numbers), Numbers::default());
        Ok(Self {
            ticks,
            numbers,
            before,
            in_order: OnceLock::new(),
            examined: Examined::default(),
        })
    }

    /// Calls `see` with contacts of `source` with accounts that see it, those of a tie in order, as `wanted` says. If
    /// `see` says so, that was enough of the tie.
    #[inline(always)]
    pub(crate) fn each(
        &self,
        graph: &SocialGraph,
        keys: TimedKeys,
        source: AccountId,
        wanted: &impl Wanted,
        mut see: impl FnMut(AccountId, u64) -> Enough,
    ) {
        let kind = self.ticks.kind(graph.network_of(source));
        let mut numbers = NumberBefore::of(&self.numbers, keys, graph.logical_key(source).get());
        let (mut tie, targets) = (graph.tie_range(source).start, graph.targets(source));
        // Then there is one part.
        let mut intervals = self.ticks.one_each(graph, source);
        let (start, last) = wanted.window();
        for (network, part) in parts(graph, source) {
            let names = graph.keys_in(network);
            for targets in targets[part].chunks(TOGETHER) {
                // Of which ties contacts matter no processor can guess, so these are listed first.
                let (mut listed, mut count) = ([0u8; TOGETHER], 0);
                if let Some((starts, ends)) = &mut intervals {
                    let starts = starts.split_off(..targets.len()).unwrap_or_default();
                    let ends = ends.split_off(..targets.len()).unwrap_or_default();
                    for (place, (&from, &to)) in (0..).zip(starts.iter().zip(ends)) {
                        listed[count] = place;
                        count += usize::from((from <= last) & (to > start.saturating_add(1)));
                    }
                    let hazard = |place: usize| self.numbers.of(tie + place as u64);
                    let stretch = |&place: &u8| {
                        let place = usize::from(place);
                        let (start, last) = wanted.within(targets[place]);
                        let from = (start + 1).max(starts[place]);
                        let to = last.min(ends[place].saturating_sub(1));
                        let whom = names.key_of(targets[place]);
                        Stretch { place: place as u32, whom, from, to }
                    };
                    let see = |place: u32, at| see(targets[place as usize], at);
                    numbers.each_of(listed[..count].iter().map(stretch), hazard, see);
                } else {
                    for (place, &target) in (0..).zip(targets) {
                        listed[count] = place;
                        count += usize::from(wanted.may(target));
                    }
                    for &place in &listed[..count] {
                        let place = usize::from(place);
                        let target = targets[place];
                        let (of, whom) = ((tie + place as u64, kind), names.key_of(target));
                        let see = |at| see(target, at);
                        self.along(of, whom, wanted.within(target), &mut numbers, see);
                    }
                }
                tie += targets.len() as u64;
            }
        }
    }

    /// The number that all ties have, if they have one.
    pub(super) fn one_number(&self) -> Option<f64> {
        self.numbers.one()
    }

    /// The first contact of `source` with `target` behind `start` and up to `last`, if there is one.
    pub(crate) fn next(
        &self,
        graph: &SocialGraph,
        keys: TimedKeys,
        (source, target): (AccountId, AccountId),
        (start, last): (u64, u64),
    ) -> Option<u64> {
        let tie = graph.find_tie(source, target)?.get();
        let kind = self.ticks.kind(graph.network_of(source));
        let (whom, mut found) = (graph.logical_key(target).get(), None);
        let mut numbers = NumberBefore::of(&self.numbers, keys, graph.logical_key(source).get());
        self.along((tie, kind), whom, (start, last), &mut numbers, |at| {
            found = Some(at);
            Enough::Yes
        });
        found
    }

    /// Calls `see` with the contacts along a tie, in order, behind `start` and up to `last`, until there are
    /// enough. `before` is what was found for the tie before, from the same source.
    #[inline(always)]
    fn along(
        &self,
        (tie, kind): (u64, Option<TimesKind>),
        whom: u64,
        (start, last): (u64, u64),
        before: &mut NumberBefore,
        mut see: impl FnMut(u64) -> Enough,
    ) {
        let number = self.numbers.of(tie);
        if number <= 0.0 || last <= start {
            return;
        }
        match self.ticks.when(kind, tie) {
            When::Always => _ = before.marks(number).each(whom, (start + 1, last), &mut see),
            When::Intervals(starts, ends) => {
                let gone = ends.partition_point(|&end| end <= start + 1);
                for (&from, &to) in starts.iter().zip(ends).skip(gone) {
                    if from > last {
                        break;
                    }
                    let stretch = (from.max(start + 1), (to - 1).min(last));
                    if before.marks(number).each(whom, stretch, &mut see) == Enough::Yes {
                        break;
                    }
                }
            }
            When::Contacts(rows) => {
                let coins = before.coins(whom);
                passed_on(before.coin(number), coins, after(rows, start, last), see);
            }
            When::Lasting(rows, durations) => {
                let gone = rows.partition_point(|&at| at <= start);
                let rows = rows.iter().zip(durations).skip(gone);
                let coins = before.coins(whom);
                for (&at, duration) in rows.take_while(|&(&at, _)| at <= last) {
                    let coin = Threshold::new(lasting(number, *duration));
                    if coin.succeeds_by(coins.word(at)) && see(at) == Enough::Yes {
                        break;
                    }
                }
            }
        }
    }

    /// The same as often as everything that multiplies hazards by `most` makes them, some of which
    /// [`kept`](Self::kept) takes back.
    pub(crate) fn multiplied(mut self, graph: &SocialGraph, most: f64) -> Self {
        let mut numbers = Vec::with_capacity(graph.tie_count() as usize);
        for source in graph.accounts() {
            let kind = self.ticks.kind(graph.network_of(source));
            for tie in graph.tie_range(source) {
                let contacts = matches!(self.ticks.when(kind, tie), When::Contacts(_));
                let number = self.numbers.of(tie);
                numbers.push(match contacts {
                    true => raised(number, most),
                    false if number > 0.0 => number * most,
                    false => 0.0,
                });
            }
        }
        self.before = std::mem::replace(&mut self.numbers, Numbers::new(numbers));
        self.in_order = OnceLock::new();
        self
    }

    /// The part of contacts between these ends at a tick that are left where hazards are multiplied by
    /// `factor`, above 0, in place of `most`.
    pub(crate) fn kept(
        &self,
        graph: &SocialGraph,
        (source, target): (AccountId, AccountId),
        at: u64,
        (factor, most): (f64, f64),
    ) -> f64 {
        let Some(tie) = graph.find_tie(source, target).filter(|_| factor != most) else {
            return 1.0;
        };
        let (number, kind) = (self.before.of(tie.get()), self.ticks.kind(graph.network_of(source)));
        let within =
            |duration: f64| lasting(number * factor, duration) / lasting(number * most, duration);
        match self.ticks.when(kind, tie.get()) {
            When::Contacts(_) => raised(number, factor) / raised(number, most),
            When::Lasting(rows, durations) => {
                within(durations[rows.partition_point(|&row| row < at)])
            }
            // One tick, or step.
            When::Always | When::Intervals(..) => within(1.0),
        }
    }
}

/// Calls `see` with the contacts of one tie that pass the post on, in order, until there are enough. Their
/// coins are tossed side by side: most fail, and which do no processor can guess.
#[inline(always)]
fn passed_on(coin: Threshold, coins: Lane, rows: &[u64], mut see: impl FnMut(u64) -> Enough) {
    let greatest = coin.greatest();
    for rows in rows.chunks(u32::BITS as usize) {
        let may = |at: u64| u32::from(coins.word(at) <= greatest);
        let mut hits = (0..).zip(rows).fold(0, |hits, (place, &at)| hits | may(at) << place);
        while hits != 0 {
            let at = rows[hits.trailing_zeros() as usize];
            if coin.succeeds_by(coins.word(at)) && see(at) == Enough::Yes {
                return;
            }
            hits &= hits - 1;
        }
    }
}

/// Those of `rows` behind `start` and up to `last`.
#[inline]
pub(crate) fn after(rows: &[u64], start: u64, last: u64) -> &[u64] {
    // Few are counted sooner than they are searched.
    if rows.len() <= 16 {
        let up_to = |latest: u64| rows.iter().map(|&at| usize::from(at <= latest)).sum::<usize>();
        return &rows[up_to(start)..up_to(last).max(up_to(start))];
    }
    let rows = &rows[rows.partition_point(|&at| at <= start)..];
    &rows[..rows.partition_point(|&at| at <= last)]
}

/// The probability that something happens at this hazard in so long a time.
pub(crate) fn lasting(hazard: f64, duration: f64) -> f64 {
    (-libm::expm1(-hazard * duration)).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::super::marks::{Cells, TieMarks};
    use super::*;
    use crate::random::{Channel, RunKeys};

    /// Frozen: a change here is a new `MAPPING_VERSION`.
    #[test]
    fn known_answers() {
        let keys = TimedKeys::of(&RunKeys::new(11, 3, 0));
        let mut found = Vec::new();
        TieMarks::new(keys.marks_of(5), Cells::of(1e-3)).each(7, (0, 5000), &mut |at| {
            found.push(at);
            Enough::No
        });
        let coins = [0, 1, 1 << 40].map(|at| format!("{:016x}", keys.coins_of(5).lane(7).word(at)));
        insta::assert_debug_snapshot!((found, coins));
    }

    #[test]
    fn rows_in_a_stretch_are_found_among_few_and_many() {
        for len in [0u64, 1, 5, 16, 17, 40] {
            let rows: Vec<u64> = (0..len).map(|place| 3 * place).collect();
            for (start, last) in
                (0..130).flat_map(|start| [(start, start), (start, 90), (start, 7)])
            {
                let inside = rows.iter().copied().filter(|at| (start + 1..=last).contains(at));
                assert_eq!(after(&rows, start, last), inside.collect::<Vec<_>>());
            }
        }
    }

    /// More contacts than are tossed for at once: all that pass it on are seen, in order, up to the one that is
    /// enough.
    #[test]
    fn contacts_pass_it_on_in_order() {
        let coins = RunKeys::new(3, 0, 0).channel(Channel::TieCoin).lane(4);
        let rows: Vec<u64> = (0..100).map(|place| 7 * place).collect();
        for p in [0.0, 0.05, 0.5, 1.0] {
            let coin = Threshold::new(p);
            let all = rows.iter().copied().filter(|&at| coin.succeeds_by(coins.word(at)));
            let all: Vec<u64> = all.collect();
            let seen = |enough: usize| {
                let mut seen = Vec::new();
                passed_on(coin, coins, &rows, |at| {
                    seen.push(at);
                    if seen.len() == enough { Enough::Yes } else { Enough::No }
                });
                seen
            };
            assert_eq!(seen(usize::MAX), all);
            assert_eq!(seen(1), all[..all.len().min(1)]);
        }
    }
}
