//! Compartmental models: accounts are susceptible, perhaps exposed, infectious, perhaps removed.

mod contacts;
mod ends;
mod fsir;
mod gaps;
mod marks;
mod seir;
mod si;
mod sir;
mod sirs;
mod sis;

use serde::{Deserialize, Serialize};

pub(super) use self::contacts::Parts;
pub(crate) use self::contacts::{ContactHead, ContactKeys, Contacts, MARKS_A_TIE};
pub(crate) use self::ends::in_cell;
pub use self::fsir::Fsir;
pub(super) use self::marks::Again;
pub(crate) use self::marks::{MarkKeys, Marks};
pub use self::seir::Seir;
pub use self::si::Si;
pub use self::sir::Sir;
pub use self::sirs::Sirs;
pub use self::sis::Sis;

/// Whose a period is.
///
/// ```
/// use tieline::PeriodPer;
/// assert_eq!(PeriodPer::default(), PeriodPer::Account);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PeriodPer {
    /// Each account draws its own.
    #[default]
    Account,
    /// All accounts of a user have the same, each from its own share on.
    User,
}
