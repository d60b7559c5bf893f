//! [`Per`]: whether what is remembered is a person's or an account's.

use serde::{Deserialize, Serialize};

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
