//! Share events of a run, the forest they form, and its measures.

mod forest;
mod log;
#[cfg(feature = "petgraph")]
mod petgraph;
mod run;

pub use self::forest::Cascade;
pub(crate) use self::log::in_order;
pub use self::log::{ShareLog, ShareRow};
pub use self::run::{Run, ShareEvent};
