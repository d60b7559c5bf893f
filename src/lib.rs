//! `tieline` simulates how shared posts travel through social networks and, by travelling, link
//! networks that were separate.

mod error;
mod graph;
mod id;
mod random;
pub mod stats;
mod unit;

pub use crate::error::{Error, Result};
#[cfg(feature = "petgraph")]
pub use crate::graph::view;
pub use crate::graph::{
    AccountRef, DegreeCorrelation, Duplicates, FileReport, GraphBuilder, IdentityReport,
    LoadReport, Network, NetworkKind, NetworkOverlap, NetworkReport, Overlap, Overlay,
    OverlayBuilder, Reciprocity, SocialGraph, TieReport, UserRef,
};
pub use crate::id::{AccountId, LogicalKey, NetworkId, TieId, UserId};
pub use crate::unit::Probability;
/// The petgraph whose algorithms run on [`view`]s of a graph.
#[cfg(feature = "petgraph")]
pub use petgraph;
