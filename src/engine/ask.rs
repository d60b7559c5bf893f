//! Asking accounts whom they listen to, many at a time: what the kernels of linear threshold share.

use std::ops::Range;

use super::dispatch::Kernel;
use super::level::{Level, prefetch};
use crate::graph::{Listeners, SocialGraph};
use crate::id::NetworkId;
use crate::model::Choices;
use crate::random::{Lane, RunKeys, mixed};

/// Accounts that are asked together; a multiple of eight.
pub(super) const TOGETHER: usize = 64;

/// The logical keys of accounts that stand side by side.
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
    /// their keys.
    pub(super) fn groups(self, places: Range<usize>) -> Groups<'a, impl Iterator<Item = Stretch>> {
        let stretches = self.listeners.stretches(places);
        Groups { asked: self, stretches, now: (NetworkId::new(0), 0..0) }
    }

    /// Asks for the rows of those who come next, from `place` on.
    #[inline(always)]
    fn send_for_rows(self, place: usize) {
        let offsets = self.listeners.offsets();
        for &row in offsets[..self.listeners.len()].iter().skip(place).take(TOGETHER) {
            prefetch(self.listeners.sources(), row as usize);
            if !self.choices.bounds().is_empty() {
                prefetch(self.choices.bounds(), row as usize);
            }
        }
    }

    /// Writes the places of whom those of `group` listen to in the run with these keys; `nobody` for
    /// who listens to none.
    #[inline(always)]
    pub(super) fn listen<L: Level>(
        self,
        group: Range<usize>,
        who: &Group,
        keys: &RunKeys,
        nobody: u32,
        chosen: &mut [u32],
    ) {
        L::apart(Listen { asked: self, group, who, lane: keys.choice.lane(0), nobody, chosen });
    }

    /// The place of whom the one at `place` listens to in the run with these keys.
    pub(super) fn one(self, place: usize, keys: &RunKeys, nobody: u32) -> u32 {
        let key = self.graph.logical_key(self.listeners.account_at(place)).get();
        let word = keys.choice.lane(0).word(key);
        self.choose(self.listeners.row(place), word, nobody)
    }

    /// The place of whom `word` chooses from this row.
    #[inline(always)]
    fn choose(self, row: Range<u64>, word: u64, nobody: u32) -> u32 {
        let entry = self.choices.entry(row, word);
        entry.map_or(nobody, |entry| self.listeners.sources()[entry as usize])
    }
}

/// Places of accounts of one network.
type Stretch = (NetworkId, Range<usize>);

/// See [`Asked::groups`].
pub(super) struct Groups<'a, I> {
    asked: Asked<'a>,
    stretches: I,
    now: Stretch,
}

impl<I: Iterator<Item = Stretch>> Iterator for Groups<'_, I> {
    type Item = (Range<usize>, Group);

    /// To be inlined, as all that a kernel calls, or it would lose the instructions that the kernel
    /// is compiled for.
    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        if self.now.1.is_empty() {
            self.now = self.stretches.next()?;
        }
        let Self { asked, now: (network, stretch), .. } = self;
        let group = stretch.start..(stretch.start + TOGETHER).min(stretch.end);
        stretch.start = group.end;
        let keys = asked.graph.keys_in(*network);
        let mut who = [0; TOGETHER];
        for (who, place) in who.iter_mut().zip(group.clone()) {
            *who = keys.key_of(asked.listeners.account_at(place));
        }
        asked.send_for_rows(group.end);
        Some((group, who))
    }
}

/// The words that accounts with these keys choose by, the first `many` of them.
#[inline(always)]
pub(super) fn words(lane: Lane, who: &Group, many: usize) -> Group {
    let mut words = [0; TOGETHER];
    let eights = words.as_chunks_mut::<8>().0.iter_mut().zip(who.as_chunks::<8>().0);
    for (words, who) in eights.take(many.div_ceil(8)) {
        words.iter_mut().zip(who).for_each(|(word, &who)| *word = lane.unmixed(who));
        *words = mixed(words);
    }
    words
}

/// See [`Asked::listen`].
struct Listen<'a> {
    asked: Asked<'a>,
    group: Range<usize>,
    who: &'a Group,
    lane: Lane,
    nobody: u32,
    chosen: &'a mut [u32],
}

impl Kernel for Listen<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let Self { asked, group, who, lane, nobody, chosen } = self;
        let words = words(lane, who, TOGETHER);
        let rows = &asked.listeners.offsets()[group.start..=group.end];
        let rows = rows.iter().zip(&rows[1..]);
        for ((chosen, (&start, &end)), &word) in chosen.iter_mut().zip(rows).zip(&words) {
            *chosen = asked.choose(start..end, word, nobody);
        }
    }
}
