//! The events of one run of a self-exciting cascade without a graph.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Ended, Prepared, TypedShare};
use crate::engine::rank;
use crate::id::{LogicalKey, NetworkId};
use crate::random::{
    Channel, Key, Lineage, PoissonRows, RunKeys, Stream, count, exponential, pieces,
};
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

/// So many events are followed together, or as many as have so many offspring.
const TOGETHER: usize = 16;
const MOST_BIRTHS: usize = 1024;

/// An offspring of which only the number is drawn.
#[derive(Debug, Clone, Copy, Default)]
struct Birth {
    word: u64,
    from: u32,
    to: u32,
    /// The place of its parent, and when that is.
    place: u32,
    at: u64,
}

/// Memory for a run: what is found and what is told, 56 bytes an event, and 20 to put them in order.
#[derive(Debug, Default)]
pub(super) struct Space {
    found: Vec<Found>,
    births: Vec<Birth>,
    order: Vec<(u64, u32)>,
    places: Vec<u32>,
    coming: BinaryHeap<Reverse<Found>>,
    /// The events of the run in order of time, those of one tick in order of their words.
    pub(super) events: Vec<TypedShare>,
}

impl Prepared {
    /// Makes a run.
    pub(super) fn events(&self, rng_seed: u64, run: u64, space: &mut Space) -> Ended {
        let keys = &RunKeys::new(rng_seed, run, 0);
        space.events.clear();
        match self.max_shares {
            u64::MAX => self.in_no_order(keys, space),
            _ => self.in_order(keys, space),
        }
    }

    /// All events as they are found, and then put in order: nothing that follows from one depends on what else
    /// happened.
    fn in_no_order(&self, keys: &RunKeys, space: &mut Space) -> Ended {
        let Space { found, births, order, places, events, .. } = space;
        let lineage = Lineage::of(keys);
        births.resize(MOST_BIRTHS, Birth::default());
        found.clear();
        found.extend(self.starts(&lineage));
        let mut arrivals = Arrivals::new(self, keys);
        while let Some(arrival) = arrivals.take(u64::MAX, &lineage) {
            found.push(arrival);
        }
        let (mut ended, mut next) = (Ended::Extinct, 0);
        while next < found.len() {
            // Numbers are drawn side by side, and then times: none waits for another.
            let end = found.len().min(next + TOGETHER);
            let mut follow = |births: &[Birth], found: &mut Vec<Found>| {
                for birth in births {
                    match self.follow(&lineage, birth) {
                        Some(offspring) => found.push(offspring),
                        None => ended = Ended::GoingOn,
                    }
                }
            };
            let mut born = 0;
            for place in next..end {
                let event = found[place];
                self.births(&lineage, &event, place as u32, |birth, is_born| {
                    births[born] = birth;
                    born += is_born;
                    if born == MOST_BIRTHS {
                        follow(births, found);
                        born = 0;
                    }
                });
            }
            follow(&births[..born], found);
            next = end;
            assert!(next < NO_PARENT as usize, "a run has at most 2^32 − 2 events");
        }
        let word = |place: u32| found[place as usize].word;
        rank(found.iter().map(|event| event.at), word, order, places);
        events.extend(order.iter().map(|&(_, place)| {
            let event = &found[place as usize];
            event.as_share(places.get(event.parent as usize).copied().unwrap_or(NO_PARENT))
        }));
        ended
    }

    /// The same as they come, up to the number of shares with which the run ends.
    fn in_order(&self, keys: &RunKeys, space: &mut Space) -> Ended {
        let Space { coming, events, .. } = space;
        let lineage = Lineage::of(keys);
        coming.clear();
        coming.extend(self.starts(&lineage).map(Reverse));
        let mut arrivals = Arrivals::new(self, keys);
        let mut ended = Ended::Extinct;
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
                return Ended::Truncated;
            }
            self.births(&lineage, &event, place, |birth, is_born| {
                if is_born == 1 {
                    match self.follow(&lineage, &birth) {
                        Some(offspring) => coming.push(Reverse(offspring)),
                        None => ended = Ended::GoingOn,
                    }
                }
            });
        }
        ended
    }

    /// Calls `land` with what is born of the event at `place`: with 1, or with 0 if it is not.
    #[inline(always)]
    fn births(
        &self,
        lineage: &Lineage,
        event: &Found,
        place: u32,
        mut land: impl FnMut(Birth, usize),
    ) {
        let (own, from) = (lineage.event(event.word), event.of_type);
        let mark = self.marks.as_ref().map(|marks| {
            marks.of(NetworkId::new(from)).draw(own.mark()) / self.mean_marks[from as usize]
        });
        for (to, number) in (0..).zip(&self.numbers[from as usize]) {
            // Types have numbers of their own, so one type more moves nothing of the others.
            let first = u64::from(to) << 32;
            let born = match mark {
                None => self.counts.born(from, to, |piece| own.count(first + piece)),
                Some(mark) => {
                    let (pieces, length) = pieces(number * mark);
                    let counts = (0..pieces).map(|piece| own.count(first + piece));
                    counts.map(|stream| count(length, stream, 0) as u64).sum()
                }
            };
            let birth = |r| Birth { word: own.offspring(first + r), from, to, place, at: event.at };
            // None or one, most often, and which of the two no processor can guess.
            land(birth(0), born.min(1) as usize);
            (1..born).for_each(|r| land(birth(r), 1));
        }
    }

    /// The event that this is the birth of, unless it comes after the end.
    #[inline(always)]
    fn follow(
        &self,
        lineage: &Lineage,
        &Birth { word, from, to, place, at }: &Birth,
    ) -> Option<Found> {
        let memory = self.memory.same();
        let memory =
            memory.unwrap_or_else(|| self.memory.of(NetworkId::new(from), NetworkId::new(to)));
        let later = Clock::Continuous.span(memory.draw(lineage.event(word).delay()));
        let at = at.saturating_add(later);
        let comes = at <= self.until && at < u64::MAX;
        comes.then_some(Found { at, word, of_type: to, parent: place })
    }

    /// The origins.
    fn starts(&self, lineage: &Lineage) -> impl Iterator<Item = Found> {
        self.origins.iter().map(|&(of_type, nth)| {
            let word = lineage.origin(key(of_type, nth), 0);
            Found { at: 0, word, of_type, parent: NO_PARENT }
        })
    }
}

/// Numbers of offspring where all events of a type have the same mean numbers.
#[derive(Debug, Default)]
pub(super) struct Counts {
    types: usize,
    /// For each pair of types: by one row, so many pieces.
    rows: PoissonRows,
    pieces: Vec<u64>,
}

impl Counts {
    pub(super) fn new(numbers: &[Vec<f64>]) -> Self {
        let mut counts = Self { types: numbers.len(), ..Self::default() };
        for &number in numbers.iter().flatten() {
            let (pieces, length) = pieces(number);
            counts.rows.push(length);
            counts.pieces.push(pieces);
        }
        counts
    }

    /// How many of type `to` one of type `from` has; `stream` has the draw of a piece.
    #[inline(always)]
    fn born(&self, from: u32, to: u32, stream: impl Fn(u64) -> Stream) -> u64 {
        let pair = from as usize * self.types + to as usize;
        (0..self.pieces[pair]).map(|piece| self.rows.points(pair, stream(piece))).sum()
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
