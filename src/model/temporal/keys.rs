//! What contacts over ties with times are drawn by.

use crate::random::{Channel, Key, RunKeys};

/// The keys of contacts over ties with times in a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TimedKeys {
    pub(super) marks: Key,
    pub(super) coins: Key,
}

impl TimedKeys {
    pub(crate) fn of(keys: &RunKeys) -> Self {
        Self { marks: keys.channel(Channel::TieMark), coins: keys.channel(Channel::TieCoin) }
    }

    /// The key of the coins of contacts that the data know, with all who see the account with this logical key.
    pub(crate) fn coins_of(self, who: u64) -> Key {
        self.coins.nested(who)
    }

    /// Those of contacts with all who see the account with this logical key.
    pub(super) fn of_source(self, who: u64) -> Self {
        Self { marks: self.marks.nested(who), coins: self.coins.nested(who) }
    }
}
