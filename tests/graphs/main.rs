//! Graphs: how they are read, kept in files, looked at and compared; and what is told of bad input.

#[path = "../scenarios/mod.rs"]
mod scenarios;
#[path = "../worlds/mod.rs"]
mod worlds;

mod bad_input;
mod formats;
mod graph_file;
mod overlap;
#[cfg(feature = "petgraph")]
mod petgraph;
