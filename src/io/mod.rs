//! Reading: files of ties, accounts, layers, identities and bridge ties, all into one graph.
//!
//! [`GraphFiles`] says what to load and loads it. Nothing is dropped in silence: a row is in the
//! graph, or counted in the [`LoadReport`](crate::LoadReport), or an error with file and line.

mod accounts;
mod bridges;
mod degrees;
mod files;
#[cfg(feature = "cli")]
mod find;
mod identities;
mod layout;
mod lines;
mod mpx;
mod multilayer;
#[cfg(feature = "cli")]
mod names_list;
mod source;
mod spec;
mod table;
mod ties;
mod times;
#[cfg(feature = "cli")]
mod user_factors;
#[cfg(feature = "zstd")]
mod zstd;

pub use self::accounts::{AccountFile, Column};
pub use self::bridges::BridgeFile;
use self::files::Reader;
pub use self::files::{GraphFiles, WeightColumn};
#[cfg(feature = "cli")]
pub(crate) use self::find::line_of_tie;
pub use self::identities::Identities;
pub use self::multilayer::{MultilayerFile, MultilayerForm};
#[cfg(feature = "cli")]
pub(crate) use self::names_list::{Listed, read_names, read_thresholds};
pub use self::source::Source;
pub use self::ties::TieFile;
#[cfg(feature = "cli")]
pub(crate) use self::user_factors::{FACTORS, UserFactors, read_user_factors};
