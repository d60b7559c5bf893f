//! What a kernel leaves behind: who shared, in order of step, and through whom.

use serde::{Deserialize, Serialize};

use crate::id::AccountId;
use crate::model::KnownChoices;

/// How a share event came about.
///
/// ```
/// use tieline::Route;
/// assert_eq!(Route::CrossPost.name(), "cross-post");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Route {
    /// It started the cascade.
    Origin,
    /// The account saw it along a tie.
    Tie,
    /// The same user carried it over from another account.
    CrossPost,
}

impl Route {
    /// The word in files: `origin`, `tie` or `cross-post`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Origin => "origin",
            Self::Tie => "tie",
            Self::CrossPost => "cross-post",
        }
    }
}

/// In place of a parent's place: there is none.
pub(crate) const NO_PARENT: u32 = u32::MAX;

/// One cascade, and the memory to run the next: n/8 bytes, 4n more with links, 8n more for linear
/// threshold, and what the cascade itself takes.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    /// Who shared, by step; inside a step in no particular order.
    pub(crate) accounts: Vec<AccountId>,
    /// Where in `accounts` each step ends.
    pub(crate) step_ends: Vec<u32>,
    /// With links: for each of `accounts` the place of its parent, and how it came about.
    pub(crate) parents: Vec<u32>,
    pub(crate) routes: Vec<Route>,
    /// Ties that a plain loop would have looked at: those of every account that got to try.
    pub(crate) ties_examined: u64,
    pub(super) hashes: Vec<u64>,
    pub(super) shared: BitSet,
    /// For accounts in `shared`: their place in `accounts`.
    pub(super) places: Vec<u32>,
    pub(super) hits: Vec<u32>,
    pub(super) choices: KnownChoices,
}

impl Trace {
    pub(crate) fn new(accounts: usize) -> Self {
        Self { shared: BitSet(vec![0; accounts.div_ceil(64)].into()), ..Self::default() }
    }

    /// Forgets the cascade, in time proportional to it.
    pub(super) fn clear(&mut self) {
        if self.accounts.len() < self.shared.0.len() / 4 {
            for account in &self.accounts {
                self.shared.0[account.index() / 64] = 0;
            }
        } else {
            self.shared.0.fill(0);
        }
        self.accounts.clear();
        self.step_ends.clear();
        self.parents.clear();
        self.routes.clear();
        self.hashes.clear();
        self.ties_examined = 0;
    }

    /// Whether `account` shared.
    #[inline]
    pub(crate) fn holds(&self, account: AccountId) -> bool {
        self.shared.holds(account)
    }

    /// The places in `accounts` of those who shared at `step`.
    pub(crate) fn step(&self, step: usize) -> std::ops::Range<usize> {
        let start = if step == 0 { 0 } else { self.step_ends[step - 1] };
        start as usize..self.step_ends[step] as usize
    }

    /// Number of steps at which somebody shared.
    pub(crate) fn steps(&self) -> usize {
        self.step_ends.len()
    }
}

/// One bit per account.
#[derive(Debug, Default)]
pub(crate) struct BitSet(pub(super) Box<[u64]>);

impl BitSet {
    #[inline]
    pub(crate) fn holds(&self, account: AccountId) -> bool {
        self.0[account.index() / 64] >> (account.index() % 64) & 1 == 1
    }

    /// Whether it is new.
    #[inline]
    pub(crate) fn insert(&mut self, account: AccountId) -> bool {
        let word = &mut self.0[account.index() / 64];
        let bit = 1 << (account.index() % 64);
        let new = *word & bit == 0;
        *word |= bit;
        new
    }
}
