//! Events without a parent that come of their own accord.

use super::Prepared;
use super::events::{Found, key};
use crate::random::{Channel, Key, Lineage, RunKeys, exponential};
use crate::unit::Clock;

/// What comes of its own accord: of each type the next.
pub(super) struct Arrivals {
    waits: Key,
    until: u64,
    /// When, of which type, its number, and the rate.
    next: Vec<(u64, u32, u32, f64)>,
}

impl Arrivals {
    pub(super) fn new(prepared: &Prepared, keys: &RunKeys) -> Self {
        let waits = keys.channel(Channel::External);
        let first =
            |&(of_type, rate): &(u32, f64)| (after(waits, 0, of_type, 0, rate), of_type, 0, rate);
        Self { waits, until: prepared.until, next: prepared.external.iter().map(first).collect() }
    }

    /// The next, if it comes no later than this.
    pub(super) fn take(&mut self, latest: u64, lineage: &Lineage) -> Option<Found> {
        let next = self.next.iter_mut().min_by_key(|next| next.0)?;
        let (at, of_type, nth, rate) = *next;
        if at > self.until || at > latest {
            return None;
        }
        *next = (after(self.waits, at, of_type, nth + 1, rate), of_type, nth + 1, rate);
        let word = lineage.origin(key(of_type, nth), at);
        Some(Found::first(lineage, at, word, of_type))
    }
}

/// When number `nth` of a type comes of its own accord, if the one before came at `at`.
fn after(waits: Key, at: u64, of_type: u32, nth: u32, rate: f64) -> u64 {
    let wait = exponential(waits.stream(u64::from(of_type), u64::from(nth)), 0) / rate;
    at.saturating_add(Clock::Continuous.span(wait))
}
