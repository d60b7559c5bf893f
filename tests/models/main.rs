//! What each model promises, by model or by promise. One program, so that it is linked once.

#[path = "../formulas/mod.rs"]
mod formulas;
#[path = "../rationals/mod.rs"]
mod rationals;
#[path = "../scenarios/mod.rs"]
mod scenarios;
#[path = "../statistics/mod.rs"]
mod statistics;

mod custom;
mod epidemics;
mod epidemics_laws;
mod every_model;
mod fatigue;
mod feeds;
mod golden;
mod hawkes;
mod kernels;
mod marks;
mod never;
mod origins;
mod posts;
mod posts_over_times;
mod split;
mod temporal;
mod temporal_audience;
mod temporal_checks;
mod temporal_thresholds;
mod threshold_theory;
mod thresholds;
mod timed;
mod times;
mod truncated;
mod typed;
