//! Numbers with a meaning: probabilities, and times.

mod probability;
mod time;

pub use self::probability::Probability;
pub use self::time::{Clock, Ticks, TimeUnit};
