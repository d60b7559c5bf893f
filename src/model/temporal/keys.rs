//! What contacts over ties with times are drawn by.

use crate::random::{Channel, Key, RunKeys};

/// The keys of contacts over ties with times in a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TimedKeys {
    marks: Key,
    coins: Key,
}

impl TimedKeys {
    pub(crate) fn of(keys: &RunKeys) -> Self {
        Self { marks: keys.channel(Channel::TieMark), coins: keys.channel(Channel::TieCoin) }
    }

    /// The key of the coins of contacts that the data know, with all who see the account with this logical key.
    pub(crate) fn coins_of(self, who: u64) -> Key {
        self.coins.nested(who)
    }

    /// That of marks with all who see it.
    pub(super) fn marks_of(self, who: u64) -> Key {
        self.marks.nested(who)
    }
}
