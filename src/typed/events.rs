//! The events of one run of a self-exciting cascade without a graph.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Ended, Prepared, TypedShare};
use crate::engine::rank;
use crate::id::{LogicalKey, NetworkId};
use crate::random::{Channel, Key, Lineage, RunKeys, count, exponential, pieces};
use crate::unit::{Clock, Ticks};

/// An event: when, its word, type and the place of its parent. In this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    at: u64,
    word: u64,
    of_type: u32,
    parent: u32,
}

/// In place of a parent: there is none.
const NO_PARENT: u32 = u32::MAX;

impl Found {
    fn as_share(&self, parent: u32) -> TypedShare {
        TypedShare {
            time: Ticks::new(self.at),
            of_type: self.of_type as usize,
            parent: (parent != NO_PARENT).then_some(parent as usize),
        }
    }
}

impl Prepared {
    /// The events of a run in order of time, those of one tick in order of their words.
    pub(super) fn events(&self, rng_seed: u64, run: u64) -> (Vec<TypedShare>, Ended) {
        let keys = &RunKeys::new(rng_seed, run, 0);
        match self.max_shares {
            u64::MAX => self.in_no_order(keys),
            _ => self.in_order(keys),
        }
    }

    /// All events as they are found, and then put in order: nothing that follows from one depends on what else
    /// happened.
    fn in_no_order(&self, keys: &RunKeys) -> (Vec<TypedShare>, Ended) {
        let lineage = Lineage::of(keys);
        let mut found: Vec<Found> = self.starts(&lineage).collect();
        let mut arrivals = Arrivals::new(self, keys);
        while let Some(arrival) = arrivals.take(u64::MAX, &lineage) {
            found.push(arrival);
        }
        let (mut ended, mut next) = (Ended::Extinct, 0);
        while let Some(&event) = found.get(next) {
            self.follow(&lineage, &event, next as u32, |offspring| match offspring {
                Some(offspring) => found.push(offspring),
                None => ended = Ended::GoingOn,
            });
            next += 1;
            assert!(next < NO_PARENT as usize, "a run has at most 2^32 − 2 events");
        }
        let (mut order, mut places) = (Vec::new(), Vec::new());
        rank(found.iter().map(|event| (event.at, event.word)), &mut order, &mut places);
        let in_order = order.iter().map(|&(.., place)| {
            let event = &found[place as usize];
            event.as_share(places.get(event.parent as usize).copied().unwrap_or(NO_PARENT))
        });
        (in_order.collect(), ended)
    }

    /// The same as they come, up to the number of shares with which the run ends.
    fn in_order(&self, keys: &RunKeys) -> (Vec<TypedShare>, Ended) {
        let lineage = Lineage::of(keys);
        let mut coming: BinaryHeap<Reverse<Found>> = self.starts(&lineage).map(Reverse).collect();
        let mut arrivals = Arrivals::new(self, keys);
        let (mut events, mut ended) = (Vec::new(), Ended::Extinct);
        loop {
            let next = coming.peek().map_or(u64::MAX, |Reverse(next)| next.at);
            if let Some(arrival) = arrivals.take(next, &lineage) {
                coming.push(Reverse(arrival));
                continue;
            }
            let Some(Reverse(event)) = coming.pop() else { break };
            let place = events.len() as u32;
            events.push(event.as_share(event.parent));
            if events.len() as u64 == self.max_shares {
                return (events, Ended::Truncated);
            }
            self.follow(&lineage, &event, place, |offspring| match offspring {
                Some(offspring) => coming.push(Reverse(offspring)),
                None => ended = Ended::GoingOn,
            });
        }
        (events, ended)
    }

    /// Calls `land` with what follows from the event at `place`; with none for what comes after the end.
    #[inline(always)]
    fn follow(
        &self,
        lineage: &Lineage,
        event: &Found,
        place: u32,
        mut land: impl FnMut(Option<Found>),
    ) {
        let own = lineage.event(event.word);
        let from = NetworkId::new(event.of_type);
        let mark = self.marks.as_ref().map_or(1.0, |marks| {
            marks.of(from).draw(own.mark()) / self.mean_marks[event.of_type as usize]
        });
        for (to, number) in (0..).zip(&self.numbers[event.of_type as usize]) {
            // Types have numbers of their own, so one type more moves nothing of the others.
            let first = u64::from(to) << 32;
            let (pieces, length) = pieces(number * mark);
            let born = (first..first + pieces).map(|piece| count(length, own.count(piece), 0));
            for r in 0..born.sum::<usize>() as u64 {
                let word = own.offspring(first + r);
                let memory = self.memory.of(from, NetworkId::new(to));
                let later = Clock::Continuous.span(memory.draw(lineage.event(word).delay()));
                let at = event.at.saturating_add(later);
                let comes = at <= self.until && at < u64::MAX;
                land(comes.then_some(Found { at, word, of_type: to, parent: place }));
            }
        }
    }

    /// The origins.
    fn starts(&self, lineage: &Lineage) -> impl Iterator<Item = Found> {
        self.origins.iter().map(|&(of_type, nth)| {
            let word = lineage.origin(key(of_type, nth), 0);
            Found { at: 0, word, of_type, parent: NO_PARENT }
        })
    }
}

/// The name of an event without a parent to randomness.
fn key(of_type: u32, nth: u32) -> u64 {
    LogicalKey::new(NetworkId::new(of_type), nth).get()
}

/// What comes of its own accord: of each type the next.
struct Arrivals {
    waits: Key,
    until: u64,
    /// When, of which type, its number, and the rate.
    next: Vec<(u64, u32, u32, f64)>,
}

impl Arrivals {
    fn new(prepared: &Prepared, keys: &RunKeys) -> Self {
        let waits = keys.channel(Channel::External);
        let first =
            |&(of_type, rate): &(u32, f64)| (after(waits, 0, of_type, 0, rate), of_type, 0, rate);
        Self { waits, until: prepared.until, next: prepared.external.iter().map(first).collect() }
    }

    /// The next, if it comes no later than this.
    fn take(&mut self, latest: u64, lineage: &Lineage) -> Option<Found> {
        let next = self.next.iter_mut().min_by_key(|next| next.0)?;
        let (at, of_type, nth, rate) = *next;
        if at > self.until || at > latest {
            return None;
        }
        *next = (after(self.waits, at, of_type, nth + 1, rate), of_type, nth + 1, rate);
        let word = lineage.origin(key(of_type, nth), at);
        Some(Found { at, word, of_type, parent: NO_PARENT })
    }
}

/// When number `nth` of a type comes of its own accord, if the one before came at `at`.
fn after(waits: Key, at: u64, of_type: u32, nth: u32, rate: f64) -> u64 {
    let wait = exponential(waits.stream(u64::from(of_type), u64::from(nth)), 0) / rate;
    at.saturating_add(Clock::Continuous.span(wait))
}
