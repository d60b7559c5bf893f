//! The events of one run of a self-exciting cascade without a graph.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

use super::arrivals::Arrivals;
use super::counts::Counts;
use super::prepare::Prepared;
use super::{Ended, TypedShare};
use crate::engine::{Found as Instructions, Kernel, Level, Ranking, on};
use crate::id::{LogicalKey, NetworkId};
use crate::random::{Descent, Lineage, RunKeys, Sampler, Stream};
use crate::unit::{Clock, Ticks};

/// An event: when, its word, and what else there is to know. In this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub(super) at: u64,
    pub(super) word: u64,
    /// What is drawn for it, by its word.
    own: Descent,
    pub(super) of_type: u32,
    /// The place of its parent.
    parent: u32,
}

/// In place of a parent: there is none.
const NO_PARENT: u32 = u32::MAX;

impl Found {
    /// An event without a parent.
    pub(super) fn first(lineage: &Lineage, at: u64, word: u64, of_type: u32) -> Self {
        Self { at, word, own: lineage.event(word), of_type, parent: NO_PARENT }
    }
}

/// So many events are followed together, and offspring as soon as there are so many.
const TOGETHER: usize = 128;
const MANY_BIRTHS: usize = 1024;

/// An offspring of which only the number is drawn.
#[derive(Debug, Clone, Copy, Default)]
struct Birth {
    /// Its number among the offspring of its parent.
    nth: u64,
    /// The place of its parent.
    place: u32,
    to: u32,
}

/// Memory for a run: what is found and what is told, 64 bytes an event, and what puts them in order.
#[derive(Debug, Default)]
pub(super) struct Space {
    /// Each after its parent.
    found: Vec<Found>,
    births: Vec<Birth>,
    several: Vec<u32>,
    /// Of those that are followed together, if there are any.
    marks: Vec<f64>,
    ranking: Ranking,
    coming: BinaryHeap<Reverse<Found>>,
    /// The events of the run in order of time, those of one tick in order of their words.
    pub(super) events: Vec<TypedShare>,
}

impl Space {
    /// Puts what is found in order of time.
    fn put_in_order(&mut self) {
        let Self { found, ranking, events, .. } = self;
        events.clear();
        let event = |place: u32| &found[place as usize];
        let (times, time) = (found.iter().map(|event| event.at), |place| event(place).at);
        ranking.each(
            times,
            time,
            |place| event(place).word,
            |place, ranks| {
                let event = event(place);
                let parent = ranks.get(event.parent as usize).map(|&rank| rank as usize);
                events.push(TypedShare {
                    time: Ticks::new(event.at),
                    of_type: event.of_type as usize,
                    parent,
                });
            },
        );
    }

    /// When each event is, its type, and that of its parent.
    pub(super) fn types(&self) -> impl Iterator<Item = (u64, usize, Option<usize>)> + Clone {
        self.found.iter().map(|event| {
            let parent = self.found.get(event.parent as usize);
            (event.at, event.of_type as usize, parent.map(|parent| parent.of_type as usize))
        })
    }
}

/// [`Prepared::in_no_order`], compiled for what the processor can do.
struct InNoOrder<'a> {
    prepared: &'a Prepared,
    keys: &'a RunKeys,
    space: &'a mut Space,
}

impl Kernel for InNoOrder<'_> {
    type Output = Ended;

    #[inline(always)]
    fn run<L: Level>(self) -> Ended {
        self.prepared.in_no_order(self.keys, self.space)
    }
}

impl Prepared {
    /// Makes a run, whose events are in [`Space::events`].
    pub(super) fn events(&self, rng_seed: u64, run: u64, space: &mut Space) -> Ended {
        let ended = self.found(rng_seed, run, space);
        space.put_in_order();
        ended
    }

    /// Makes a run, whose events are in [`Space::found`], each after its parent.
    pub(super) fn found(&self, rng_seed: u64, run: u64, space: &mut Space) -> Ended {
        let keys = &RunKeys::new(rng_seed, run, 0);
        match self.max_shares {
            u64::MAX => on(Instructions::best(), InNoOrder { prepared: self, keys, space }),
            _ => self.in_order(keys, space),
        }
    }

    /// All events as they are found: nothing that follows from one depends on what else happened.
    #[inline(always)]
    fn in_no_order(&self, keys: &RunKeys, space: &mut Space) -> Ended {
        let Space { found, births, several, marks, .. } = space;
        let lineage = Lineage::of(keys);
        births.clear();
        found.clear();
        found.extend(self.starts(&lineage));
        let mut arrivals = Arrivals::new(self, keys);
        while let Some(arrival) = arrivals.take(u64::MAX, &lineage) {
            found.push(arrival);
        }
        let (mut ended, mut next, types) = (Ended::Extinct, 0, self.counts.types());
        while next < found.len() {
            // Numbers are drawn side by side, and then times: none waits for another.
            let end = found.len().min(next + TOGETHER);
            marks.clear();
            marks.extend(found[next..end].iter().map_while(|event| self.mark(event)));
            for to in 0..types {
                self.none_or_one(found, next..end, to, births, several);
                for &place in &*several {
                    let (event, mark) = (found[place as usize], marks.get(place as usize - next));
                    let (first, number) = self.born(&event, mark.copied(), to);
                    for nth in first..first + number {
                        births.push(Birth { nth, place, to });
                        if births.len() >= MANY_BIRTHS {
                            self.follow_many(&lineage, births, found, &mut ended);
                        }
                    }
                }
                if births.len() >= MANY_BIRTHS || to + 1 == types {
                    self.follow_all(&lineage, births, found, &mut ended);
                }
            }
            next = end;
            assert!(next < NO_PARENT as usize, "a run has at most 2^32 − 2 events");
        }
        ended
    }

    /// The same as they come, up to the number of shares with which the run ends.
    fn in_order(&self, keys: &RunKeys, space: &mut Space) -> Ended {
        let Space { coming, found, .. } = space;
        let lineage = Lineage::of(keys);
        found.clear();
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
            let place = found.len() as u32;
            found.push(event);
            if found.len() as u64 == self.max_shares {
                return Ended::Truncated;
            }
            let mark = self.mark(&event);
            for to in 0..self.counts.types() {
                let (first, number) = self.born(&event, mark, to);
                for nth in first..first + number {
                    let offspring = self.follow(&lineage, &event, &Birth { nth, place, to });
                    self.keep(offspring, |it| coming.push(Reverse(it)), &mut ended);
                }
            }
        }
        ended
    }

    /// Appends to `births` those events that have one offspring of type `to`, and says of which it cannot tell
    /// so quickly how many they have. Which of the two is no guess for a processor, so nothing depends on it.
    #[inline(always)]
    fn none_or_one(
        &self,
        found: &[Found],
        events: Range<usize>,
        to: u32,
        births: &mut Vec<Birth>,
        several: &mut Vec<u32>,
    ) {
        several.clear();
        let places = events.start as u32..events.end as u32;
        if self.marks.is_some() {
            return several.extend(places);
        }
        let (first, quick, before) = (first_of(to), self.counts.quick(to), births.len());
        births.resize(before + places.len(), Birth::default());
        several.resize(places.len(), 0);
        let (ones, others) = (&mut births[before..], &mut several[..]);
        let (mut one, mut other) = (0, 0);
        for (place, event) in places.zip(&found[events]) {
            let (is_one, is_other) = quick.one(event.of_type, event.own.count(first));
            ones[one] = Birth { nth: first, place, to };
            others[other] = place;
            one += usize::from(is_one);
            other += usize::from(is_other);
        }
        births.truncate(before + one);
        several.truncate(other);
    }

    /// How large the audience of an event is, as a part of the mean, if there are marks.
    #[inline]
    fn mark(&self, event: &Found) -> Option<f64> {
        self.marks.as_ref().map(|marks| {
            let mark = marks.of(NetworkId::new(event.of_type)).draw(event.own.mark());
            mark / self.mean_marks[event.of_type as usize]
        })
    }

    /// The offspring of type `to` that an event has: the number of the first, and how many.
    #[inline(always)]
    fn born(&self, event: &Found, mark: Option<f64>, to: u32) -> (u64, u64) {
        let first = first_of(to);
        let (from, count) = (event.of_type, |piece| event.own.count(first + piece));
        let born = match mark {
            None => self.counts.born(from, to, count),
            Some(mark) => {
                let number = self.numbers[from as usize][to as usize];
                Counts::born_of_marked(number * mark, count)
            }
        };
        (first, born)
    }

    /// How much later offspring of type `to` are.
    fn memory(&self, from: u32, to: u32) -> &Sampler {
        let same = self.memory.same();
        same.unwrap_or_else(|| self.memory.of(NetworkId::new(from), NetworkId::new(to)))
    }

    /// [`follow_all`](Self::follow_all) in a place of its own: few have so many.
    #[inline(never)]
    fn follow_many(
        &self,
        lineage: &Lineage,
        births: &mut Vec<Birth>,
        found: &mut Vec<Found>,
        ended: &mut Ended,
    ) {
        self.follow_all(lineage, births, found, ended);
    }

    /// Appends the events that these are the births of, unless they come after the end.
    #[inline(always)]
    fn follow_all(
        &self,
        lineage: &Lineage,
        births: &mut Vec<Birth>,
        found: &mut Vec<Found>,
        ended: &mut Ended,
    ) {
        let (eights, mut rest) = births.as_chunks::<8>();
        match self.memory.same() {
            Some(memory) => {
                for eight in eights {
                    let (mut words, mut own) = ([0; 8], [Descent::default(); 8]);
                    let mut delays = [Stream::default(); 8];
                    for i in 0..8 {
                        let parent = &found[eight[i].place as usize];
                        words[i] = parent.own.offspring(eight[i].nth);
                        own[i] = lineage.event(words[i]);
                        delays[i] = own[i].delay();
                    }
                    let later = memory.draw_eight(&delays);
                    for i in 0..8 {
                        let at = found[eight[i].place as usize].at;
                        let offspring = Self::lands(at, later[i], words[i], own[i], &eight[i]);
                        self.keep(offspring, |it| found.push(it), ended);
                    }
                }
            }
            None => rest = births,
        }
        for birth in rest {
            let event = found[birth.place as usize];
            let offspring = self.follow(lineage, &event, birth);
            self.keep(offspring, |it| found.push(it), ended);
        }
        births.clear();
    }

    /// What this birth of `event` comes to.
    #[inline]
    fn follow(&self, lineage: &Lineage, event: &Found, birth: &Birth) -> Found {
        let word = event.own.offspring(birth.nth);
        let own = lineage.event(word);
        let later = self.memory(event.of_type, birth.to).draw(own.delay());
        Self::lands(event.at, later, word, own, birth)
    }

    #[inline(always)]
    fn lands(at: u64, later: f64, word: u64, own: Descent, birth: &Birth) -> Found {
        let at = at.saturating_add(Clock::Continuous.span(later));
        Found { at, word, own, of_type: birth.to, parent: birth.place }
    }

    /// Tells what becomes of an offspring: it is one more event, or none because of infectivity, or it comes
    /// after the end, which says that the run would have gone on.
    #[inline(always)]
    fn keep(&self, offspring: Found, mut push: impl FnMut(Found), ended: &mut Ended) {
        // What comes so late never comes.
        if offspring.at == u64::MAX || !self.fading.keeps(offspring.at, offspring.own.coin()) {
            return;
        }
        if offspring.at <= self.until {
            push(offspring);
        } else {
            *ended = Ended::GoingOn;
        }
    }

    /// The origins.
    fn starts(&self, lineage: &Lineage) -> impl Iterator<Item = Found> {
        self.origins.iter().map(|&(of_type, nth)| {
            Found::first(lineage, 0, lineage.origin(key(of_type, nth), 0), of_type)
        })
    }
}

/// The number of the first offspring of type `to`. Types have numbers of their own, so one type more moves
/// nothing of the others.
fn first_of(to: u32) -> u64 {
    u64::from(to) << 32
}

/// The name of an event without a parent to randomness.
pub(super) fn key(of_type: u32, nth: u32) -> u64 {
    LogicalKey::new(NetworkId::new(of_type), nth).get()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TypedHawkes;
    use crate::model::{Delays, Periods};
    use crate::random::Distribution;

    /// All instructions that the machine has give the same events as a queue, whatever is drawn in which way:
    /// no number or one, many, in several pieces, by marks; one memory, others by pair; events that come of
    /// their own accord.
    #[test]
    fn events_are_those_of_a_queue() {
        let exponential = |rate| Distribution::Exponential { rate };
        let of = |numbers: [[f64; 3]; 3]| {
            TypedHawkes::new(["a", "b", "c"], numbers)
                .memory_of_all(exponential(1.0))
                .origins("a", 300)
                .origins("c", 2)
                .until(6.0)
        };
        let few = [[0.5, 0.1, 0.0], [0.2, 0.3, 1e-6], [0.01, 2.5, 0.0]];
        let many = [[0.1, 0.0, 3.0], [0.0, 0.4, 0.0], [0.0, 30.0, 0.0]];
        let memory = Delays::all(exponential(3.0))
            .between("a", "b", Distribution::Fixed { x: 0.5 })
            .in_network("c", Distribution::Lomax { c: 1.0, theta: 1.5 });
        let marks = Periods::all(Distribution::Pareto { min: 1.0, alpha: 2.5 });
        let models = [
            of(few),
            of(many),
            of(few).memory(memory.clone()),
            of(few).memory_of_all(Distribution::Gamma { shape: 0.7, mean: 1.0 }),
            of(few).memory_of_all(Distribution::Seismic { s0: 0.1, theta: 0.3 }),
            of(few).marks(marks.clone()).external("b", 20.0),
            of(few).over_time([(0.0, 0.5), (1.0, 1.5), (2.5, 0.0), (4.0, 0.7)]),
            of(many).marks(marks).memory(memory),
        ];
        for (number, model) in models.into_iter().enumerate() {
            let queue = model.clone().max_shares(u64::MAX - 1).events(3, 9).unwrap();
            assert!(queue.len() > 350, "model {number}");
            for found in Instructions::all() {
                let found_so = found.as_best(|| model.events(3, 9).unwrap());
                assert_eq!(found_so, queue, "model {number}, {found:?}");
            }
        }
    }
}
