//! Which contacts are asked for, and when there are enough.

use crate::id::AccountId;

/// Which contacts of an account are asked for.
pub(crate) trait Wanted {
    /// Those behind the first tick and up to the second, which is no sooner.
    fn window(&self) -> (u64, u64);

    /// Quick to say: false of accounts of which none are asked for.
    fn may(&self, target: AccountId) -> bool;

    /// Which of the window are asked for of an account.
    fn within(&self, target: AccountId) -> (u64, u64);
}

/// All of a window.
impl Wanted for (u64, u64) {
    fn window(&self) -> (u64, u64) {
        *self
    }

    fn may(&self, _target: AccountId) -> bool {
        true
    }

    fn within(&self, _target: AccountId) -> (u64, u64) {
        *self
    }
}

/// Whether more contacts of a tie matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Enough {
    Yes,
    No,
}
