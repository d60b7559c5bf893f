//! The numbers of one account's ties, and picks in proportion to them.

use crate::graph::SocialGraph;
use crate::id::{AccountId, TieId};
use crate::model::{Meaning, Reshares};
use crate::random::{AliasTable, Slot, Stream};

pub(super) struct TieRow {
    /// Whom each tie reaches, and its number.
    pub(super) ties: Vec<(AccountId, f64)>,
    pub(super) sum: f64,
    /// Whether all ties of each network have one number by themselves.
    alike: bool,
    slots: Vec<Slot>,
}

impl TieRow {
    pub(super) fn new(
        graph: &SocialGraph,
        reshares: &Reshares,
        meaning: Meaning,
        source: AccountId,
    ) -> Self {
        let rates = reshares.rates(graph, meaning).ok();
        let number = |tie| rates.as_ref()?.of_tie(graph, tie, graph.tie_ends(tie));
        let alike = graph.bridge_tie_count() == 0
            && rates.as_ref().is_some_and(|rates| {
                graph.networks().all(|network| {
                    rates.rate(network, network).is_none() || rates.same(network, network).is_some()
                })
            });
        Self::of(graph, source, alike, |tie| number(tie).unwrap_or(0.0))
    }

    /// The same of numbers that are known.
    pub(super) fn of(
        graph: &SocialGraph,
        source: AccountId,
        alike: bool,
        number: impl Fn(TieId) -> f64,
    ) -> Self {
        let numbers = graph.tie_ids(source).map(number);
        let ties: Vec<_> = graph.targets(source).iter().copied().zip(numbers).collect();
        let sum = match alike {
            true => ties.first().map_or(0.0, |&(_, number)| number * ties.len() as f64),
            // From 0, for no numbers at all would sum to −0, and 1 / −0 is a wait without end.
            false => ties.iter().fold(0.0, |sum, &(_, number)| sum + number),
        };
        let mut slots = Vec::new();
        let entries: Vec<(u32, f64)> = (0..)
            .zip(ties.iter().map(|&(_, number)| number))
            .filter(|&(_, number)| number > 0.0)
            .collect();
        if !entries.is_empty() {
            AliasTable::build(&entries, sum, &mut slots);
        }
        Self { ties, sum, alike, slots }
    }

    /// The target that draw number `index` picks, if any tie has a number above 0.
    pub(super) fn pick(&self, stream: Stream, index: u64) -> Option<AccountId> {
        let place = match self.alike {
            _ if self.slots.is_empty() => return None,
            true => stream.place(index, self.ties.len() as u32),
            false => AliasTable(&self.slots).pick(stream, index).unwrap_or(0),
        };
        Some(self.ties[place as usize].0)
    }
}
