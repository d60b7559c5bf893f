//! Draws of share events that are known by their descent alone, in models in which an account shares
//! again and again.

use super::{Channel, Key, Lane, RunKeys, Stream};

/// The keys of what follows from share events in one run.
///
/// A share event has a word: that of an origin is a hash of its account, that of an offspring a hash of
/// its parent's word and its number, that of a cross-post a hash of its parent's word and the account
/// that it is carried to. Everything of the event is drawn from the stream of its word, so nothing has
/// to be taken in order, and whatever an intervention removes moves nothing else.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lineage {
    origins: Key,
    crossposts: Key,
    events: Lane,
}

/// Draws of one share event are this far apart by what they are for.
const FAR: u64 = 1 << 48;

impl Lineage {
    pub(crate) fn of(keys: &RunKeys) -> Self {
        let key = keys.channel(Channel::Lineage);
        Self { origins: key.nested(0), crossposts: key.nested(1), events: key.lane(2) }
    }

    /// The word of the share of an origin at the account with this logical key, at this tick: its number
    /// there would move where another origin is added.
    #[inline]
    pub(crate) fn origin(&self, who: u64, at: u64) -> u64 {
        self.origins.lane(at).word(who)
    }

    /// What is drawn for the event with this word.
    #[inline]
    pub(crate) fn event(&self, word: u64) -> Descent {
        Descent(self.events.stream(word))
    }

    /// What is drawn for a cross-post of the event with this word to the account with this logical key:
    /// draw 0 is its coin, draw 1 the word of the share that follows.
    #[inline]
    pub(crate) fn crosspost(&self, word: u64, to: u64) -> Stream {
        self.crossposts.stream(word, to)
    }
}

/// The draws of one share event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Descent(Stream);

impl Descent {
    /// The word of offspring number `r`.
    #[inline]
    pub(crate) fn offspring(self, r: u64) -> u64 {
        self.0.draw(r)
    }

    /// For piece number `piece` of the number of offspring: its draw 0.
    #[inline]
    pub(crate) fn count(self, piece: u64) -> Stream {
        self.0.from(FAR + piece)
    }

    /// Where the event happens: its draw 0.
    #[inline]
    pub(crate) fn place(self) -> Stream {
        self.0.from(2 * FAR)
    }

    /// Whether it happens: its draw 0.
    #[inline]
    pub(crate) fn coin(self) -> Stream {
        self.0.from(3 * FAR)
    }

    /// How much later than its parent it happens: its draws 0, 1, 2 …
    #[inline]
    pub(crate) fn delay(self) -> Stream {
        self.0.from(4 * FAR)
    }

    /// How large its audience is, where there are no accounts: its draws 0, 1, 2 …
    #[inline]
    pub(crate) fn mark(self) -> Stream {
        self.0.from(5 * FAR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frozen: a change here is a new `MAPPING_VERSION`.
    #[test]
    fn known_answers() {
        let lineage = Lineage::of(&RunKeys::new(11, 3, 0));
        let origin = lineage.origin(5, 0);
        let event = lineage.event(origin);
        let words = [
            origin,
            lineage.origin(5, 1),
            event.offspring(0),
            event.offspring(1),
            event.count(0).draw(0),
            event.place().draw(0),
            event.coin().draw(0),
            event.delay().draw(0),
            event.mark().draw(0),
            lineage.crosspost(origin, 7).draw(1),
        ];
        insta::assert_debug_snapshot!(words.map(|word| format!("{word:016x}")));
    }
}
