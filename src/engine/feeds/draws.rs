//! What a look of an account draws, and when it is.

use crate::random::{Key, Lane, Stream, Threshold, exponential};
use crate::unit::Clock;

/// Draws of one look are this far apart by what they are for.
const FAR: u64 = 1 << 48;

/// The draws of one look of an account.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine) struct LookDraws(Stream);

impl LookDraws {
    #[inline]
    pub(in crate::engine) fn new(activity: Key, who: u64, number: u32) -> Self {
        Self(activity.stream(who, 1 + u64::from(number)))
    }

    /// Whether it shares something new.
    #[inline]
    pub(in crate::engine) fn is_new(self, innovation: f64) -> bool {
        Threshold::new(innovation).succeeds(self.0, 0)
    }

    /// The word of what is new.
    pub(in crate::engine) fn new_word(self) -> u64 {
        self.0.draw(1)
    }

    /// By which copies are chosen among: the least.
    #[inline]
    pub(in crate::engine) fn order(self, copy: u64) -> u64 {
        self.0.from(FAR).draw(copy)
    }

    /// Whether a copy draws attention.
    pub(in crate::engine) fn attends(self, attention: f64, copy: u64) -> bool {
        Threshold::new(attention).succeeds(self.0.from(2 * FAR), copy)
    }

    /// Whether memory speaks in its place.
    pub(in crate::engine) fn recalls(self, recall: f64, copy: u64) -> bool {
        Threshold::new(recall).succeeds(self.0.from(3 * FAR), copy)
    }

    /// By which memories are chosen among then: the least.
    pub(in crate::engine) fn memory_order(self, copy: u64, memory: u64) -> u64 {
        Stream::of_word(self.0.from(4 * FAR).draw(copy)).draw(memory)
    }

    /// The word of the share of a copy.
    #[inline]
    pub(in crate::engine) fn word(self, copy: u64) -> u64 {
        self.0.from(5 * FAR).draw(copy)
    }
}

/// By which copies that come to one screen at one time are put in order.
pub(in crate::engine) fn arrival_order(word: u64, target: u64) -> u64 {
    Stream::of_word(word).from(6 * FAR).draw(target)
}

/// How much time is between the looks of accounts.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine) struct Waits(Lane);

impl Waits {
    pub(in crate::engine) fn new(activity: Key) -> Self {
        Self(activity.lane(0))
    }

    /// How much later than the look before it look number `number` of an account is.
    #[inline]
    pub(in crate::engine) fn of(self, who: u64, number: u32, rate: f64) -> u64 {
        Clock::Continuous.span(exponential(self.0.stream(who), number.into()) / rate)
    }
}
