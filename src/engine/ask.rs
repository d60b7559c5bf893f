//! Asking accounts whom they listen to, many at a time: what both kernels do that ask everybody.

use std::ops::Range;

use super::level::prefetch;
use crate::graph::{Listeners, SocialGraph};
use crate::model::Choices;
use crate::random::{Lane, RunKeys, mixed, place_in};

/// Accounts that are asked together; a multiple of eight.
const TOGETHER: usize = 64;

/// The logical keys of accounts that stand side by side, or the words that they choose by.
pub(super) type Group = [u64; TOGETHER];

/// Accounts that are asked, and whom they may choose.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    graph: &'a SocialGraph,
    choices: &'a Choices,
    pub(super) listeners: &'a Listeners,
}

impl<'a> Asked<'a> {
    pub(super) fn new(graph: &'a SocialGraph, choices: &'a Choices) -> Self {
        Self { graph, choices, listeners: graph.listeners() }
    }

    /// All at `places`, which are those of one kind, some that stand side by side at a time, with
    /// their keys. An iterator, for a closure that is called from here would lose the instructions
    /// that its kernel is compiled for.
    pub(super) fn groups(
        self,
        places: Range<usize>,
    ) -> impl Iterator<Item = (Range<usize>, Group)> + use<'a> {
        self.listeners.stretches(places).flat_map(move |(network, stretch)| {
            let keys = self.graph.keys_in(network);
            stretch.clone().step_by(TOGETHER).map(move |first| {
                let group = first..(first + TOGETHER).min(stretch.end);
                let mut who = [0; TOGETHER];
                for (who, place) in who.iter_mut().zip(group.clone()) {
                    *who = keys.key_of(self.listeners.account_at(place));
                }
                self.send_for_rows(group.end);
                (group, who)
            })
        })
    }

    /// Asks for the rows of those who come next, from `place` on.
    #[inline(always)]
    fn send_for_rows(self, place: usize) {
        let offsets = self.listeners.offsets();
        for &row in offsets[..self.listeners.len()].iter().skip(place).take(TOGETHER) {
            prefetch(self.listeners.sources(), row as usize);
        }
    }

    /// The places of whom those of `group` listen to if they choose by `words`; `nobody` for who
    /// listens to none. One for each.
    #[inline(always)]
    pub(super) fn listen_to(
        self,
        group: Range<usize>,
        words: &Group,
        nobody: u32,
    ) -> impl Iterator<Item = u32> + use<'a, '_> {
        let (offsets, sources) = (self.listeners.offsets(), self.listeners.sources());
        let (starts, ends) = (&offsets[group.clone()], &offsets[group.start + 1..group.end + 1]);
        starts.iter().zip(ends).zip(group).zip(words).map(
            move |(((&start, &end), place), &word)| {
                let len = (end - start) as u32;
                match self.choices.bounds() {
                    None => sources[(start + place_in(word, len)) as usize],
                    Some(_) => self
                        .choose(place, word)
                        .map_or(nobody, |chosen| sources[start as usize + chosen as usize]),
                }
            },
        )
    }

    /// The same of the one at `place`, in the run with these keys.
    pub(super) fn one(self, place: usize, keys: &RunKeys, nobody: u32) -> u32 {
        let key = self.graph.logical_key(self.listeners.account_at(place)).get();
        let words = [keys.choice.lane(0).word(key); TOGETHER];
        self.listen_to(place..place + 1, &words, nobody).next().unwrap_or(nobody)
    }

    /// The place in its row of whom the account at `place` chooses by weight.
    fn choose(self, place: usize, word: u64) -> Option<u64> {
        let row = self.graph.reverse().rows.range(self.listeners.account_at(place));
        self.choices.entry(row.clone(), word).map(|entry| entry - row.start)
    }
}

/// The words that accounts with these keys choose by.
#[inline(always)]
pub(super) fn words(lane: Lane, who: &Group) -> Group {
    let mut words = [0; TOGETHER];
    for (words, who) in words.as_chunks_mut::<8>().0.iter_mut().zip(who.as_chunks::<8>().0) {
        words.iter_mut().zip(who).for_each(|(word, &who)| *word = lane.unmixed(who));
        *words = mixed(words);
    }
    words
}
