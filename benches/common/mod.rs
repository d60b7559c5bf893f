//! What benches share.
#![allow(dead_code, reason = "not every bench uses all of it")]

pub(crate) mod arrivals;
pub(crate) mod beside;
pub(crate) mod graphs;
pub(crate) mod measure;
pub(crate) mod plain;
pub(crate) mod regimes;
pub(crate) mod replay;
pub(crate) mod rows;
pub(crate) mod shares;
pub(crate) mod wanted;
pub(crate) mod work;
