//! Which networks a cascade linked, and who carried it over.
//!
//! A *crossing* is a share event whose parent is in another network. Networks A and B are
//! interlinked A ⇒ B in a run if the cascade has a crossing from A into B. Origins in B count for
//! B's reach, never for a link.

mod first;
mod outcome;
#[cfg(feature = "petgraph")]
mod petgraph;
mod tally;

pub(crate) use self::first::FirstTimes;
pub use self::outcome::{CarrierOutcome, LinkOutcome, Links};
pub(crate) use self::tally::{LinksTally, crossings};
