//! What is said of ties as numbers, and what follows from them.

use super::Enough;
use super::keys::TimedKeys;
use super::marks::{MOST, Stretch, TieMarks};
use crate::random::Threshold;

/// A number for each tie; one where all have the same. Nothing is picked by them, which is what
/// [`model::tie_numbers`](crate::model::tie_numbers) is for.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbers(Box<[f64]>);

impl Numbers {
    pub(super) fn new(numbers: Vec<f64>) -> Self {
        match numbers[..] {
            [first, ..] if numbers.iter().all(|&number| number == first) => Self([first].into()),
            _ => Self(numbers.into()),
        }
    }

    /// That of all ties, if they have the same.
    pub(super) fn one(&self) -> Option<f64> {
        let [number] = self.0[..] else { return None };
        Some(number)
    }

    #[inline]
    pub(super) fn of(&self, tie: u64) -> f64 {
        self.0[if self.0.len() == 1 { 0 } else { tie as usize }]
    }
}

/// What follows from the number of a tie, kept for the next from the same source: most have the same.
#[derive(Debug)]
pub(super) struct NumberBefore {
    pub(super) keys: TimedKeys,
    coin: (f64, Threshold),
    marks: Option<TieMarks>,
}

impl NumberBefore {
    pub(super) fn of(keys: TimedKeys) -> Self {
        let coin = (f64::NAN, Threshold::new(0.0));
        Self { keys, coin, marks: None }
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
            if of_this <= 0.0 || stretch.from > stretch.to {
                continue;
            }
            if count == MOST || of_this != of_all && count > 0 {
                self.marks(of_all).each_of(&mut alike[..count], &mut see);
                count = 0;
            }
            (of_all, alike[count]) = (of_this, stretch);
            count += 1;
        }
        if count > 0 {
            self.marks(of_all).each_of(&mut alike[..count], &mut see);
        }
    }

    #[inline]
    pub(super) fn marks(&mut self, hazard: f64) -> &mut TieMarks {
        let marks = self.marks.get_or_insert_with(|| TieMarks::new(self.keys.marks, hazard));
        marks.set_hazard(hazard);
        marks
    }
}
