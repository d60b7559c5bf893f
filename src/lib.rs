//! `tieline` simulates how shared posts travel through social networks and, by travelling, link
//! networks that were separate.

#![warn(clippy::print_stdout, clippy::print_stderr)]

mod cascade;
mod engine;
mod ensemble;
mod error;
pub mod exact;
mod graph;
mod id;
mod interlink;
mod io;
mod model;
mod random;
pub mod report;
mod scenario;
#[cfg(feature = "cli")]
pub mod scenario_file;
pub mod stats;
mod unit;

pub use crate::cascade::{Cascade, Run, ShareEvent, ShareLog, ShareRow};
pub use crate::engine::Route;
pub use crate::ensemble::{
    AudienceOutcome, CarrierRank, CarrierRanking, CompareOutcome, Difference, Ensemble,
    LinkDifference, NetworkDifference, NetworkOutcome, Observed, Observer, Outcome, Progress,
    SizeOutcome, Tally,
};
pub use crate::error::{Error, Result};
#[cfg(feature = "petgraph")]
pub use crate::graph::view;
pub use crate::graph::{
    AccountRef, DegreeCorrelation, Direction, Duplicates, FileReport, GraphBuilder, IdentityReport,
    LoadReport, Network, NetworkKind, NetworkOverlap, NetworkReport, Overlap, Overlay,
    OverlayBuilder, Reciprocity, SocialGraph, TieReport, UserRef,
};
pub use crate::id::{AccountId, LogicalKey, NetworkId, TieId, UserId};
pub use crate::interlink::{CarrierOutcome, LinkOutcome, Links};
pub use crate::io::{
    AccountFile, BridgeFile, Column, GraphFiles, Identities, MultilayerFile, MultilayerForm,
    Source, TieFile, WeightColumn,
};
pub use crate::model::{
    CrosspostRates, IndependentCascade, LinearThreshold, Model, ThresholdWeights, WeightedCascade,
};
pub use crate::random::MAPPING_VERSION;
pub use crate::scenario::{Scenario, ScenarioBuilder};
pub use crate::unit::Probability;
/// The petgraph whose algorithms run on [`view`]s of a graph.
#[cfg(feature = "petgraph")]
pub use petgraph;
