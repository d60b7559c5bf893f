//! What is said of ties as numbers, and what follows from them.

use super::Enough;
use super::keys::TimedKeys;
use super::marks::{Cells, MOST, Stretch, TieMarks};
use crate::random::{Key, Lane, Threshold};

/// A number for each tie; one where all have the same. Nothing is picked by them, which is what
/// [`model::tie_numbers`](crate::model::tie_numbers) is for.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbers {
    of: Box<[f64]>,
    /// Of the first, if it is a hazard that marks can have.
    cells: Option<Cells>,
}

impl Numbers {
    pub(super) fn new(numbers: Vec<f64>) -> Self {
        let cells = numbers.first().filter(|&&first| first > 0.0).map(|&first| Cells::of(first));
        let of = match numbers[..] {
            [first, ..] if numbers.iter().all(|&number| number == first) => [first].into(),
            _ => numbers.into(),
        };
        Self { of, cells }
    }

    /// That of all ties, if they have the same.
    pub(super) fn one(&self) -> Option<f64> {
        let [number] = self.of[..] else { return None };
        Some(number)
    }

    #[inline]
    pub(super) fn of(&self, tie: u64) -> f64 {
        self.of[if self.of.len() == 1 { 0 } else { tie as usize }]
    }
}

/// What follows from the number of a tie, kept for the next from the same source: most have the same.
#[derive(Debug)]
pub(super) struct NumberBefore {
    keys: TimedKeys,
    /// The logical key of the source.
    who: u64,
    /// Of contacts that the data know, once any is asked for.
    coins: Option<Key>,
    coin: (f64, Threshold),
    /// Where marks of the first number fall.
    cells: Option<Cells>,
    marks: Option<TieMarks>,
}

impl NumberBefore {
    /// For the ties of the account with this logical key.
    pub(super) fn of(numbers: &Numbers, keys: TimedKeys, who: u64) -> Self {
        let coin = (f64::NAN, Threshold::new(0.0));
        Self { keys, who, coins: None, coin, cells: numbers.cells, marks: None }
    }

    /// The coins of contacts that the data know, by tick.
    #[inline(always)]
    pub(super) fn coins(&mut self, whom: u64) -> Lane {
        self.coins.get_or_insert_with(|| self.keys.coins_of(self.who)).lane(whom)
    }

    #[inline(always)]
    pub(super) fn coin(&mut self, number: f64) -> Threshold {
        if self.coin.0 != number {
            self.coin = (number, Threshold::new(number));
        }
        self.coin.1
    }

    /// Calls `see` with the marks along ties of which each has a hazard and a stretch.
    #[inline(always)]
    pub(super) fn each_of(
        &mut self,
        ties: impl Iterator<Item = Stretch>,
        hazard: impl Fn(usize) -> f64,
        mut see: impl FnMut(u32, u64) -> Enough,
    ) {
        let (mut alike, mut count, mut of_all) = ([Stretch::default(); MOST], 0, 0.0);
        for stretch in ties {
            let of_this = hazard(stretch.place as usize);
            if count == MOST || of_this != of_all && count > 0 {
                self.marks(of_all).each_of(&mut alike[..count], &mut see);
                count = 0;
            }
            (of_all, alike[count]) = (of_this, stretch);
            // Which stretches are empty no processor can guess.
            count += usize::from((of_this > 0.0) & (stretch.from <= stretch.to));
        }
        if count > 0 {
            self.marks(of_all).each_of(&mut alike[..count], &mut see);
        }
    }

    #[inline]
    pub(super) fn marks(&mut self, hazard: f64) -> &mut TieMarks {
        let cells = || self.cells.unwrap_or_else(|| Cells::of(hazard));
        let fresh = || TieMarks::new(self.keys.marks_of(self.who), cells());
        let marks = self.marks.get_or_insert_with(fresh);
        marks.set_hazard(hazard);
        marks
    }
}
