//! [`Per`]: whether what is remembered is a person's or an account's.

use serde::{Deserialize, Serialize};

use crate::graph::SocialGraph;
use crate::id::AccountId;

/// Whether people remember what they have seen and shared on any of their accounts, or each account by
/// itself.
///
/// ```
/// use tieline::Per;
/// assert_eq!(Per::default(), Per::User);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Per {
    /// What concerns one account of a user concerns all of them.
    #[default]
    User,
    /// Accounts of one user know nothing of each other.
    Account,
}

impl Per {
    /// The number of whoever remembers what `account` saw and shared.
    #[inline(always)]
    pub(crate) fn whoever(self, graph: &SocialGraph, account: AccountId) -> usize {
        match self {
            Self::Account => account.index(),
            Self::User => graph.user_of(account).index(),
        }
    }

    /// All these numbers are below this.
    pub(crate) fn how_many(self, graph: &SocialGraph) -> usize {
        match self {
            Self::Account => graph.account_count(),
            // Users with several accounts are numbered before the others, who have the numbers of accounts.
            Self::User => graph.account_count() + graph.users_with_several_accounts() as usize,
        }
    }
}
