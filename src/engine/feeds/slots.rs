//! Screens that hold so many copies, of which a new one takes the place of the oldest.

use crate::engine::level::prefetch;
use crate::engine::trace::NO_PARENT;
use crate::id::AccountId;

/// A copy in front of somebody.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    /// The word of the share event that put it there.
    pub(super) word: u64,
    /// Its place among those of the scenario's posts; [`NO_PARENT`] for background.
    pub(super) place: u32,
    /// In the first slot of a screen: where the next copy goes, and whether all were filled.
    next: u32,
}

/// In `next`: all slots were filled.
const FULL: u32 = 1 << 31;

const EMPTY: Slot = Slot { word: 0, place: NO_PARENT, next: 0 };

/// Screens of so many slots, one after the other.
#[derive(Debug, Default)]
pub(super) struct Slots {
    each: usize,
    slots: Vec<Slot>,
}

impl Slots {
    /// Empty screens for `accounts`, with `each` slots.
    pub(super) fn reset(&mut self, accounts: usize, each: u32) {
        self.each = each as usize;
        self.slots.clear();
        self.slots.resize(accounts * self.each, EMPTY);
    }

    /// What `account` has in front of it.
    #[inline]
    pub(super) fn of(&self, account: AccountId) -> &[Slot] {
        let screen = &self.slots[account.index() * self.each..][..self.each];
        let next = screen[0].next;
        if next & FULL == 0 { &screen[..next as usize] } else { screen }
    }

    /// Asks for the screen of `account`.
    #[inline]
    pub(super) fn prefetch(&self, account: AccountId) {
        prefetch(&self.slots, account.index() * self.each);
    }

    /// Puts a copy in front of `account`, and returns the place of the one that goes for it.
    #[inline]
    pub(super) fn show(&mut self, account: AccountId, word: u64, place: u32) -> u32 {
        let first = account.index() * self.each;
        let next = self.slots[first].next;
        let (to, full) = ((next & !FULL) as usize, next & FULL);
        let slot = &mut self.slots[first + to];
        let gone = slot.place;
        (slot.word, slot.place) = (word, place);
        self.slots[first].next = if to + 1 == self.each { FULL } else { full | (to as u32 + 1) };
        gone
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A screen holds the last copies that came to it.
    #[test]
    fn the_oldest_goes() {
        for each in 1..5 {
            let mut slots = Slots::default();
            slots.reset(3, each);
            for number in 0..12u32 {
                let gone = slots.show(AccountId::new(1), number.into(), number);
                assert_eq!(gone, number.checked_sub(each).unwrap_or(NO_PARENT));
                let mut places: Vec<u32> =
                    slots.of(AccountId::new(1)).iter().map(|slot| slot.place).collect();
                places.sort_unstable();
                assert!(places.into_iter().eq((number + 1).saturating_sub(each)..=number));
                assert!(slots.of(AccountId::new(0)).is_empty());
                assert!(slots.of(AccountId::new(2)).is_empty());
            }
        }
    }
}
