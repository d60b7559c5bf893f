//! Runs and ensembles: what they are, whatever they are made by and whatever else is made.

#[path = "../scenarios/mod.rs"]
mod scenarios;
#[path = "../statistics/mod.rs"]
mod statistics;

mod agreement;
mod determinism;
mod golden;
mod interventions;
mod until;
