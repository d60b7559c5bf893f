//! When periods end in models in which accounts share again.

use crate::error::Result;
use crate::graph::SocialGraph;
use crate::id::{AccountId, NetworkId};
use crate::model::Periods;
use crate::model::periods::PreparedPeriods;
use crate::random::{Distribution, Key, exponential, exponential_of};
use crate::unit::Clock;

/// The ends of periods of one kind, made ready for one graph.
///
/// Where periods have no memory (exponential in continuous time, geometric in steps), the moments at which a
/// period ends that goes on then are given before anything happens: two worlds in which an account shares from
/// different times on agree from its next end. Others last as long as is drawn where they begin.
#[derive(Debug, Clone)]
pub(crate) struct Ends {
    clock: Clock,
    periods: PreparedPeriods,
    /// By network, where periods have no memory.
    without_memory: Vec<Option<Waits>>,
    /// By network: a cell has 2 to this power ticks.
    cells: Vec<u32>,
}

impl Ends {
    /// `what` is what errors call the periods.
    pub(super) fn prepare(
        graph: &SocialGraph,
        clock: Clock,
        periods: &Periods,
        what: &'static str,
    ) -> Result<Self> {
        let of_network = |network| periods.of_network(graph.network(network).name());
        let rate = |distribution: &Distribution| match (clock, distribution) {
            (Clock::Continuous, Distribution::Exponential { rate }) => Some(*rate),
            (Clock::Steps, Distribution::Geometric { p }) => Some(-libm::log1p(-p)),
            _ => None,
        };
        let cells = graph.networks().map(|network| cell(clock, of_network(network)));
        let cells: Vec<u32> = cells.collect();
        let waits = graph.networks().zip(&cells);
        let waits = waits.map(|(network, &size)| {
            rate(of_network(network)?).map(|rate| Waits::new(clock, rate, size))
        });
        let without_memory = waits.collect();
        Ok(Self { clock, periods: periods.prepare(graph, what, true)?, without_memory, cells })
    }

    /// A cell of the accounts of a network has 2 to this power ticks.
    pub(super) fn cell_of(&self, network: NetworkId) -> u32 {
        self.cells[network.index()]
    }

    /// When the period of `account` ends that begins at `start`. `key` is that of such periods.
    pub(super) fn of(&self, graph: &SocialGraph, key: Key, account: AccountId, start: u64) -> u64 {
        let (network, who) = (graph.network_of(account), graph.logical_key(account).get());
        let Some(waits) = &self.without_memory[network.index()] else {
            let stream = key.stream(who, start);
            return start.saturating_add(self.clock.span(self.periods.of(network).draw(stream)));
        };
        if start == u64::MAX {
            return start;
        }
        let size = self.cells[network.index()];
        let mut cells = start >> size..=u64::MAX >> size;
        let end =
            cells.find_map(|cell| waits.end_in_cell(self.clock, key, who, (size, cell), start));
        end.unwrap_or(u64::MAX)
    }
}

/// Waits between ends, in cells of one size.
#[derive(Debug, Clone)]
struct Waits {
    /// How often a period ends in a unit; in steps, the hazard of a step.
    rate: f64,
    /// The greatest draws of which waits are no longer than 1, 2 … steps, up to a cell, if that is short. A cell in
    /// which nothing ends is told by the last: most are such, and no logarithm is asked for.
    short: Vec<u64>,
    /// The greatest draw of which a wait ends in the cell, unless there is none.
    longest: Option<u64>,
}

impl Waits {
    /// Cells of no more than 2 to this power steps have [`short`](Self::short) waits.
    const SHORT: u32 = 3;

    fn new(clock: Clock, rate: f64, size: u32) -> Self {
        let length = (1u64 << size) as f64;
        match clock {
            Clock::Continuous => {
                let ticks_a_wait = Clock::Continuous.per_unit() / rate;
                let longest = greatest(|word| exponential_of(word) * ticks_a_wait < length);
                Self { rate, short: Vec::new(), longest }
            }
            Clock::Steps => {
                let within =
                    |steps: f64| greatest(|word| wait(exponential_of(word), rate) <= steps);
                let steps = 1..=1u64 << size.min(Self::SHORT);
                let short = steps.map_while(|steps| within(steps as f64));
                let short = if size <= Self::SHORT { short.collect() } else { Vec::new() };
                Self { rate, short, longest: within(length) }
            }
        }
    }

    /// The first end behind `start` that is in this cell, if there is one.
    fn end_in_cell(
        &self,
        clock: Clock,
        key: Key,
        who: u64,
        (size, cell): (u32, u64),
        start: u64,
    ) -> Option<u64> {
        let stream = key.stream(who, cell);
        if self.longest.is_none_or(|longest| stream.draw(0) > longest) {
            return None;
        }
        if self.short.is_empty() {
            return match clock {
                Clock::Continuous => {
                    let mut ends = in_cell(key, who, size, cell, self.rate, 1).map(|(end, _)| end);
                    ends.find(|&end| end > start)
                }
                Clock::Steps => {
                    steps_in_cell(key, who, size, cell, self.rate).find(|&end| end > start)
                }
            };
        }
        let first = cell << size;
        let mut steps = 0;
        for mark in 0.. {
            let word = stream.draw(mark);
            steps += 1 + self.short.iter().filter(|&&most| word > most).count() as u64;
            if steps > 1 << size {
                break;
            }
            let end = first + (steps - 1);
            if end > start {
                return Some(end);
            }
        }
        None
    }
}

/// The greatest word for which `holds`, which holds for all below one, if it holds for any.
fn greatest(holds: impl Fn(u64) -> bool) -> Option<u64> {
    if !holds(0) {
        return None;
    }
    let (mut low, mut high) = (0, u64::MAX);
    while low < high {
        let middle = high - (high - low) / 2;
        match holds(middle) {
            true => low = middle,
            false => high = middle - 1,
        }
    }
    Some(low)
}

/// How many steps a wait is that is drawn so, at least one.
#[inline]
fn wait(exponential: f64, hazard: f64) -> f64 {
    (exponential / hazard).ceil().max(1.0)
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

/// The steps of a cell of 2^`size` at which a coin succeeds that is tossed at each, with probability
/// 1 − e^(−`hazard`): from one to the next goes a geometric wait.
fn steps_in_cell(
    key: Key,
    who: u64,
    size: u32,
    cell: u64,
    hazard: f64,
) -> impl Iterator<Item = u64> {
    let stream = key.stream(who, cell);
    let (first, length) = (cell << size, (1u64 << size) as f64);
    let mut at = 0.0;
    (0..)
        .map(move |mark| {
            at += wait(exponential(stream, mark), hazard);
            at
        })
        .take_while(move |&at| at <= length)
        .map(move |at| first + (at as u64 - 1))
}

/// The size of a cell: the power of two of ticks next to half of the mean period.
fn cell(clock: Clock, period: Option<&Distribution>) -> u32 {
    let mean = period.map_or(1.0, Distribution::mean);
    // Where the mean is infinite or out of reach, periods are long, and long cells cost least.
    let half = match clock {
        Clock::Continuous => {
            (mean / 2.0).clamp(1.0 / 1_048_576.0, 1_048_576.0) * Clock::Continuous.per_unit()
        }
        // So long that none takes more than some thousand.
        Clock::Steps => (mean / 2.0).clamp(1.0, (1u64 << 52) as f64),
    };
    let exponent = half.to_bits() >> 52;
    (exponent - 1023) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Channel, RunKeys};

    /// The first end behind a beginning, wherever in a cell that is, is the least of all that are; there is one even if
    /// it hardly ever comes, and none behind the end of time.
    #[test]
    fn ends_are_the_first_behind_a_beginning() {
        let mut builder = SocialGraph::builder();
        let network = builder.network("yard");
        builder.account(network, "ann");
        let graph = builder.build().unwrap();
        let ann = graph.accounts().next().unwrap();
        let key = RunKeys::new(3, 1, 0).channel(Channel::Period);
        let ends = |clock: Clock, period: Distribution| {
            Ends::prepare(&graph, clock, &Periods::all(period), "the period").unwrap()
        };
        let who = graph.logical_key(ann).get();
        let compare = |ends: &Ends, all: &[u64], starts: &[u64]| {
            for &start in starts {
                let first = all.iter().copied().find(|&end| end > start).unwrap();
                assert_eq!(ends.of(&graph, key, ann, start), first, "{ends:?} {start}");
            }
        };
        // Cells of 1, 2, 4, 8, 16 and 32 steps.
        for (p, size) in
            [(1.0, 0), (0.9, 0), (0.3, 0), (0.2, 1), (0.1, 2), (0.05, 3), (0.03, 4), (0.015, 5)]
        {
            let ends = ends(Clock::Steps, Distribution::Geometric { p });
            assert_eq!(ends.cells[0], size, "{p}");
            let all: Vec<u64> = (0..4000 >> size)
                .flat_map(|cell| steps_in_cell(key, who, size, cell, -libm::log1p(-p)))
                .collect();
            compare(&ends, &all, &Vec::from_iter(0..2000));
        }
        let ends_in_time = ends(Clock::Continuous, Distribution::Exponential { rate: 1.5 });
        let size = ends_in_time.cells[0];
        let all: Vec<u64> = (0..4000)
            .flat_map(|cell| in_cell(key, who, size, cell, 1.5, 1).map(|(end, _)| end))
            .collect();
        let starts = all.iter().take(900).flat_map(|&end| [end - 1, end, end + 1]);
        compare(&ends_in_time, &all, &Vec::from_iter(starts));
        for p in [1e-9, 1e-15, 5e-324] {
            let ends = ends(Clock::Steps, Distribution::Geometric { p });
            assert!(ends.of(&graph, key, ann, 7) > 10_000);
        }
        for (clock, period) in [
            (Clock::Steps, Distribution::Geometric { p: 0.5 }),
            (Clock::Steps, Distribution::Geometric { p: 1.0 }),
            (Clock::Continuous, Distribution::Exponential { rate: 2.0 }),
            (Clock::Steps, Distribution::Fixed { x: 3.0 }),
        ] {
            let ends = ends(clock, period);
            assert_eq!(ends.of(&graph, key, ann, u64::MAX), u64::MAX);
            assert!(ends.of(&graph, key, ann, u64::MAX - 1) >= u64::MAX - 1);
        }
    }

    /// Steps at which the coin succeeds are as many as they must be, one by one and two in a row: each within
    /// 4.5 standard errors (false alarm 7e-6).
    #[test]
    fn coins_of_steps_are_independent() {
        for (p, size) in [(0.3f64, 0), (0.3, 3), (0.05, 3), (1.0, 2)] {
            let (mut ones, mut pairs, mut n) = (0.0, 0.0, 0.0);
            for run in 0..2000 {
                let key = RunKeys::new(5, run, 0).channel(Channel::Period);
                let all: Vec<u64> = (0..1u64 << (6 - size))
                    .flat_map(|cell| steps_in_cell(key, 7, size, cell, -libm::log1p(-p)))
                    .collect();
                assert!(all.is_sorted_by(|a, b| a < b) && all.iter().all(|&step| step < 64));
                ones += all.len() as f64;
                pairs += all.windows(2).filter(|two| two[1] == two[0] + 1).count() as f64;
                n += 64.0;
            }
            let error = |p: f64, n: f64| (p * (1.0 - p) / n).sqrt();
            assert!((ones / n - p).abs() <= 4.5 * error(p, n), "{p} {size}: {}", ones / n);
            // Pairs overlap, which adds covariances of 2 p³ (1 − p).
            let all = n * 63.0 / 64.0;
            let spread = ((p * p * (1.0 - p * p) + 2.0 * p.powi(3) * (1.0 - p)) / all).sqrt();
            assert!((pairs / all - p * p).abs() <= 4.5 * spread, "{p} {size}: {}", pairs / all);
        }
    }
}
