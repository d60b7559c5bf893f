//! Share events of a run, the forest they form, and its measures.

mod forest;
mod log;
mod run;

pub use self::forest::Cascade;
pub use self::log::{ShareLog, ShareRow};
pub use self::run::{Run, ShareEvent};
