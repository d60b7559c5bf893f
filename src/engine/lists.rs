//! Lists of ties, gathered so that what is drawn for them first is drawn side by side.

use crate::model::{Head, PartRule};
use crate::random::{Stream, first_draws, mixed};

/// Lists that are gathered; a multiple of eight.
const TOGETHER: usize = 32;

/// The ties of one sharer into one network.
#[derive(Debug, Clone, Copy)]
pub(super) struct List {
    /// The first tie; under [`PartRule::ByTie`] the first cell.
    pub(super) first: u64,
    /// How many there are.
    pub(super) len: u32,
    /// The place of the sharer.
    pub(super) place: u32,
    pub(super) rule: PartRule,
    /// Under [`PartRule::ByTie`]: how it fires.
    pub(super) head: Head,
}

impl List {
    /// How many ties it has; 0 if that stands in place of its first cells. `TABLES`: it may.
    #[inline(always)]
    pub(super) fn ties_known<const TABLES: bool>(&self) -> u64 {
        if TABLES && self.head.is_long() { 0 } else { self.len.into() }
    }
}

/// Some lists, with their streams.
#[derive(Debug)]
pub(super) struct Lists {
    len: usize,
    lists: [List; TOGETHER],
    /// What the words of their streams are the mix of; then these words.
    words: [u64; TOGETHER],
    /// Draw 0 of each.
    draws: [u64; TOGETHER],
}

impl Default for Lists {
    fn default() -> Self {
        let none =
            List { first: 0, len: 0, place: 0, rule: PartRule::Never, head: Head::silent(0) };
        Self { len: 0, lists: [none; TOGETHER], words: [0; TOGETHER], draws: [0; TOGETHER] }
    }
}

impl Lists {
    /// A list, and what the word of its stream is the mix of. One without ties is left out, which no
    /// processor could guess.
    #[inline(always)]
    pub(super) fn push(&mut self, unmixed: u64, list: List) {
        self.words[self.len] = unmixed;
        self.lists[self.len] = list;
        self.len += usize::from(list.len != 0);
    }

    #[inline(always)]
    pub(super) fn are_full(&self) -> bool {
        self.len == TOGETHER
    }

    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The place of the last sharer whose ties are here; 0 if there is none.
    #[inline(always)]
    pub(super) fn last_place(&self) -> usize {
        self.lists[..self.len].last().map_or(0, |list| list.place as usize)
    }

    /// Makes the streams and their first draws.
    #[inline(always)]
    pub(super) fn draw(&mut self) {
        let (words, _) = self.words.as_chunks_mut::<8>();
        let (draws, _) = self.draws.as_chunks_mut::<8>();
        for (words, draws) in words.iter_mut().zip(draws).take(self.len.div_ceil(8)) {
            *words = mixed(words);
            *draws = first_draws(words);
        }
    }

    /// List number `number`, its stream, and draw 0 of that.
    #[inline(always)]
    pub(super) fn get(&self, number: usize) -> (List, Stream, u64) {
        (self.lists[number], Stream::of_word(self.words[number]), self.draws[number])
    }

    #[inline(always)]
    pub(super) fn clear(&mut self) {
        self.len = 0;
    }
}
