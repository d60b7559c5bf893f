//! `tieline` simulates how shared posts travel through social networks and, by travelling, link
//! networks that were separate.

mod error;
mod graph;
mod id;
mod io;
mod random;
mod unit;

pub use crate::error::{Error, Result};
pub use crate::graph::{
    AccountRef, Direction, Duplicates, FileReport, GraphBuilder, IdentityReport, LoadReport,
    Network, NetworkKind, NetworkReport, Overlay, OverlayBuilder, Reciprocity, SocialGraph,
    TieReport, UserRef,
};
pub use crate::id::{AccountId, LogicalKey, NetworkId, TieId, UserId};
pub use crate::io::{
    AccountFile, BridgeFile, Column, GraphFiles, Identities, MultilayerFile, MultilayerForm,
    Source, TieFile, WeightColumn,
};
pub use crate::unit::Probability;
