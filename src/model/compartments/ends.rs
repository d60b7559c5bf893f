//! When periods end in models in which accounts share again.

use crate::error::Result;
use crate::graph::SocialGraph;
use crate::id::{AccountId, NetworkId};
use crate::model::Periods;
use crate::model::periods::PreparedPeriods;
use crate::random::{Distribution, Key, exponential};
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
    /// By network, where periods have no memory: how often they end.
    without_memory: Vec<Option<f64>>,
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
        Ok(Self {
            clock,
            periods: periods.prepare(graph, what, true)?,
            without_memory: graph.networks().map(|network| rate(of_network(network)?)).collect(),
            cells: graph.networks().map(|network| cell(clock, of_network(network))).collect(),
        })
    }

    /// A cell of the accounts of a network has 2 to this power ticks.
    pub(super) fn cell_of(&self, network: NetworkId) -> u32 {
        self.cells[network.index()]
    }

    /// When the period of `account` ends that begins at `start`. `key` is that of such periods.
    pub(super) fn of(&self, graph: &SocialGraph, key: Key, account: AccountId, start: u64) -> u64 {
        let (network, who) = (graph.network_of(account), graph.logical_key(account).get());
        let Some(rate) = self.without_memory[network.index()] else {
            let stream = key.stream(who, start);
            return start.saturating_add(self.clock.span(self.periods.of(network).draw(stream)));
        };
        if start == u64::MAX {
            return start;
        }
        let size = self.cells[network.index()];
        for cell in start >> size..=u64::MAX >> size {
            let end = match self.clock {
                Clock::Continuous => {
                    let mut ends = in_cell(key, who, size, cell, rate, 1).map(|(end, _)| end);
                    ends.find(|&end| end > start)
                }
                Clock::Steps => steps_in_cell(key, who, size, cell, rate).find(|&end| end > start),
            };
            if let Some(end) = end {
                return end;
            }
        }
        u64::MAX
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
            at += (exponential(stream, mark) / hazard).ceil().max(1.0);
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
        for p in [0.05, 0.3, 0.9, 1.0] {
            let ends = ends(Clock::Steps, Distribution::Geometric { p });
            let size = ends.cells[0];
            let who = graph.logical_key(ann).get();
            let all: Vec<u64> = (0..1 + (400 >> size))
                .flat_map(|cell| steps_in_cell(key, who, size, cell, -libm::log1p(-p)))
                .collect();
            for start in 0..200 {
                let first = all.iter().copied().find(|&end| end > start).unwrap();
                assert_eq!(ends.of(&graph, key, ann, start), first, "{p} {start}");
            }
        }
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
