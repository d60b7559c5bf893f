//! A number for each tie, with picks in proportion to it.

use super::reshare::{Meaning, ReshareRates, Reshares};
use crate::error::Result;
use crate::graph::SocialGraph;
use crate::id::{AccountId, TieId};
use crate::random::{AliasTable, Slot, Stream};

/// The rates, or mean numbers, of the ties of a graph: nothing for each tie where all in a network have
/// the same, else 24 bytes a tie and 8 an account.
#[derive(Debug, Clone)]
pub(crate) enum TieNumbers {
    /// By network; ties stay inside networks.
    Same(Vec<f64>),
    Each(Box<Each>),
}

#[derive(Debug, Clone)]
pub(crate) struct Each {
    /// By tie.
    numbers: Vec<f64>,
    /// By account, over its ties.
    sums: Vec<f64>,
    /// An alias table for each row, in the place of its ties; shorter than the row if some are 0.
    slots: Vec<Slot>,
    /// By account: how many cells the table has.
    cells: Vec<u32>,
}

impl TieNumbers {
    pub(crate) fn prepare(
        graph: &SocialGraph,
        reshares: &Reshares,
        meaning: Meaning,
    ) -> Result<Self> {
        Self::of_rates(graph, &reshares.rates(graph, meaning)?)
    }

    pub(crate) fn of_rates(graph: &SocialGraph, rates: &ReshareRates) -> Result<Self> {
        rates.check(graph)?;
        if let Some(same) = Self::same_in_networks(graph, rates) {
            return Ok(Self::Same(same));
        }
        let ties = graph.tie_count() as usize;
        let mut each = Each {
            numbers: Vec::with_capacity(ties),
            sums: Vec::with_capacity(graph.account_count()),
            slots: Vec::with_capacity(ties),
            cells: Vec::with_capacity(graph.account_count()),
        };
        for source in graph.accounts() {
            each.push_row(graph, source, |tie, target| {
                rates.of_tie(graph, tie, (source, target)).unwrap_or(0.0)
            });
        }
        Ok(Self::Each(Box::new(each)))
    }

    /// What all ties of each network have, if no tie is a bridge and none has a number of its own.
    fn same_in_networks(graph: &SocialGraph, rates: &ReshareRates) -> Option<Vec<f64>> {
        if graph.bridge_tie_count() > 0 {
            return None;
        }
        let of_network = |network| match rates.rate(network, network) {
            Some(_) => rates.same(network, network),
            // No tie asks.
            None => Some(0.0),
        };
        graph.networks().map(of_network).collect()
    }

    /// The sum over the ties of `source`.
    #[inline]
    pub(crate) fn sum(&self, graph: &SocialGraph, source: AccountId) -> f64 {
        match self {
            Self::Same(numbers) => {
                numbers[graph.network_of(source).index()] * graph.out_degree(source) as f64
            }
            Self::Each(each) => each.sums[source.index()],
        }
    }

    /// The tie that draw number `index` of `stream` picks, in proportion to the numbers of the ties of `source`,
    /// whose sum is not 0.
    #[inline(always)]
    pub(crate) fn pick_tie(
        &self,
        graph: &SocialGraph,
        source: AccountId,
        stream: Stream,
        index: u64,
    ) -> u64 {
        let row = graph.tie_range(source);
        let place = match self {
            Self::Same(_) => stream.place(index, (row.end - row.start) as u32),
            Self::Each(each) => {
                let cells = each.cells[source.index()] as usize;
                let slots = &each.slots[row.start as usize..][..cells];
                // Nothing is left to nobody.
                AliasTable(slots).pick(stream, index).unwrap_or(0)
            }
        };
        row.start + u64::from(place)
    }

    /// The target of that tie.
    #[inline]
    pub(crate) fn pick(
        &self,
        graph: &SocialGraph,
        source: AccountId,
        stream: Stream,
        index: u64,
    ) -> AccountId {
        graph.all_targets()[self.pick_tie(graph, source, stream, index) as usize]
    }

    /// The number of a tie of `source`.
    #[inline]
    pub(crate) fn of_tie(&self, graph: &SocialGraph, source: AccountId, tie: u64) -> f64 {
        match self {
            Self::Same(numbers) => numbers[graph.network_of(source).index()],
            Self::Each(each) => each.numbers[tie as usize],
        }
    }

    /// What all ties of `source` have, if that is known.
    #[inline]
    pub(crate) fn of_all(&self, graph: &SocialGraph, source: AccountId) -> Option<f64> {
        match self {
            Self::Same(numbers) => Some(numbers[graph.network_of(source).index()]),
            Self::Each(_) => None,
        }
    }

    /// The least and the greatest of the ties of `source`; of none, infinity and 0, unless all are the same.
    #[inline]
    pub(crate) fn between(&self, graph: &SocialGraph, source: AccountId) -> (f64, f64) {
        match self {
            Self::Same(numbers) => {
                let number = numbers[graph.network_of(source).index()];
                (number, number)
            }
            Self::Each(each) => {
                let row = graph.tie_range(source);
                let row = &each.numbers[row.start as usize..row.end as usize];
                let both = |(least, most): (f64, f64), &n: &f64| (least.min(n), most.max(n));
                row.iter().fold((f64::INFINITY, 0.0), both)
            }
        }
    }

    /// Other numbers, made of these; nothing is to be picked any more.
    pub(crate) fn map(self, other: impl Fn(f64) -> f64) -> Self {
        let all = |numbers: Vec<f64>| numbers.into_iter().map(&other).collect();
        match self {
            Self::Same(numbers) => Self::Same(all(numbers)),
            Self::Each(each) => Self::Each(Box::new(Each {
                numbers: all(each.numbers),
                sums: Vec::new(),
                slots: Vec::new(),
                cells: Vec::new(),
            })),
        }
    }

    /// The greatest of all.
    pub(crate) fn greatest(&self) -> f64 {
        let numbers = match self {
            Self::Same(numbers) => numbers,
            Self::Each(each) => &each.numbers,
        };
        numbers.iter().copied().fold(0.0, f64::max)
    }
}

impl Each {
    fn push_row(
        &mut self,
        graph: &SocialGraph,
        source: AccountId,
        number: impl Fn(TieId, AccountId) -> f64,
    ) {
        let first = self.numbers.len();
        let ties = graph.tie_ids(source).zip(graph.targets(source));
        self.numbers.extend(ties.map(|(tie, &target)| number(tie, target)));
        let row = &self.numbers[first..];
        let sum: f64 = row.iter().sum();
        self.sums.push(sum);
        let entries: Vec<(u32, f64)> =
            (0..).zip(row.iter().copied()).filter(|&(_, number)| number > 0.0).collect();
        if !entries.is_empty() {
            AliasTable::build(&entries, sum, &mut self.slots);
        }
        self.cells.push(entries.len() as u32);
        self.slots.resize(self.numbers.len(), Slot::full(Slot::NOBODY));
    }
}
