//! `tieline` simulates how shared posts travel through social networks and, by travelling, link
//! networks that were separate.
//!
//! ```
//! use tieline::{Ensemble, IndependentCascade, Scenario, SocialGraph};
//!
//! let mut builder = SocialGraph::builder();
//! let (square, hall) = (builder.network("square"), builder.network("hall"));
//! builder.tie(square, "ann", "bob").tie(square, "ann", "cid"); // what ann shares, they see
//! builder.tie(hall, "bob", "dee").tie(hall, "cid", "dee");
//! builder.same_name_is_one_user();
//!
//! let scenario = Scenario::builder(builder.build()?)
//!     .model(IndependentCascade::with_probability(0.5))
//!     .crosspost(0.25)
//!     .origin("ann@square")
//!     .build()?;
//! let outcome = Ensemble::new(&scenario).runs(100_000).rng_seed(7).links().run();
//! print!("{outcome}");
//! # assert_eq!(outcome.to_string(), "\
//! # per run                mean   median   90 %   99 %   max\n\
//! # shares      2.3731 ± 0.0037        2      4      6     6\n\
//! # users       2.1225 ± 0.0027\n\
//! # last step   1.1074 ± 0.0029\n\
//! # \n\
//! # network   accounts    shares per run   reached in   first step\n\
//! # square           3   2.0016 ± 0.0022        100 %            0\n\
//! # hall             3   0.3715 ± 0.0023       23.5 %            2\n\
//! # \n\
//! # link            in runs   95 % interval   first step   crossings   carried most by\n\
//! # square ⇒ hall    23.5 %   23.3 – 23.8 %            2       0.251   cid (12.6 %), bob (12.4 %)\n\
//! # hall ⇒ square       0 %    0 – 0.0038 %            –           0\n\
//! # ");
//! # Ok::<(), tieline::Error>(())
//! ```
//! ```text
//! per run                mean   median   90 %   99 %   max
//! shares      2.3731 ± 0.0037        2      4      6     6
//! users       2.1225 ± 0.0027
//! last step   1.1074 ± 0.0029
//!
//! network   accounts    shares per run   reached in   first step
//! square           3   2.0016 ± 0.0022        100 %            0
//! hall             3   0.3715 ± 0.0023       23.5 %            2
//!
//! link            in runs   95 % interval   first step   crossings   carried most by
//! square ⇒ hall    23.5 %   23.3 – 23.8 %            2       0.251   cid (12.6 %), bob (12.4 %)
//! hall ⇒ square       0 %    0 – 0.0038 %            –           0
//! ```
//!
//! # The one type to know
//! [`Ensemble`]: many runs of one scenario. It is made of
//!
//! - a [`Scenario`], which is made of
//!   - a [`SocialGraph`]: users, networks, accounts and the ties between accounts, built in code
//!     ([`GraphBuilder`]), from files ([`GraphFiles`]) or from petgraph graphs;
//!   - a [`Model`]: cascades ([`IndependentCascade`], [`WeightedCascade`], [`LinearThreshold`]), thresholds
//!     ([`Threshold`]), sharing for a while ([`Si`], [`Sir`], [`Seir`], [`Fsir`], [`Sis`], [`Sirs`]), self-exciting
//!     ([`Hawkes`]), limited attention ([`Feeds`]) or one's own ([`Decide`]), with cross-posting between a user's
//!     accounts beside it ([`CrosspostRates`]); `MODELS.md` in the repository compares them;
//!   - origins: the accounts that share first;
//!   - an [`Overlay`]: what an intervention takes away or adds;
//! - a number of runs, or a [`Precision`] to reach, and an `rng_seed`.
//!
//! Running it gives an [`Outcome`], plain data that can be printed and serialised.
//!
//! # How do I …
//! | | |
//! |---|---|
//! | read files, or see what loading dropped | [`GraphFiles`], [`LoadReport`] |
//! | find the model for what I have in mind | [`Model`], `MODELS.md` in the repository |
//! | give shares times, and ask who is reached within a day | [`Delays`], [`Distribution`], [`Ensemble::reached_within`] |
//! | let people tire of a post | [`Fatigue`] |
//! | let several posts compete, exclude or help each other | [`Post`], [`Interaction`], [`Feeds`] |
//! | start somewhere by chance, by degree, or later | [`OriginRule`], [`ScenarioBuilder::origin_at`] |
//! | let people hear of it elsewhere | [`ExternalInfluence`] |
//! | study shares of which only the network is known | [`TypedHawkes`] |
//! | decide myself who shares | [`Decide`], [`Model::in_steps`] |
//! | let ties come and go | [`GraphBuilder::contact`], [`GraphBuilder::interval`], [`TieFile`] |
//! | save a graph, and open it in milliseconds | [`SocialGraph::save`], [`SocialGraph::open`], [`GraphFile`] |
//! | write a graph that does not fit into memory | [`GraphWriter`] |
//! | ask whether two networks can be linked at all | [`SocialGraph::overlap`] |
//! | find which networks get linked, and by whom | [`Ensemble::links`], [`LinkOutcome`] |
//! | ask what changes if somebody does not share, or does not carry over | [`Overlay`], [`Ensemble::compare`] |
//! | rank carriers by what is lost without them | [`Ensemble::rank_carriers`] |
//! | see who saw the post | [`Ensemble::audience`], [`Ensemble::fresh_audience`] |
//! | get every share event, or one cascade as a tree | [`Ensemble::share_log`], [`Ensemble::cascade`] |
//! | observe something of my own | [`Observer`], [`Ensemble::observe`] |
//! | split runs over machines and merge them | [`Ensemble::run_range`], [`Tally::merge`] |
//! | run until a mean is known well enough | [`Ensemble::until`], [`Precision`] |
//! | stop early, or show progress | [`Ensemble::run_with`] |
//! | print results, or tables of my own in the same style | [`Outcome`], [`report`] |
//! | use a mean, quantile or interval elsewhere | [`stats`] |
//! | run a petgraph algorithm on the graph | `SocialGraph::directed_view` (feature `petgraph`) |
//! | hand a cascade or the links to petgraph | `Cascade::to_petgraph`, `Links::to_petgraph` (the same) |
//! | know the exact answer on a tiny graph | [`exact::enumerate`] |
//!
//! # Words
//! A *tie* `a → b` means: what `a` shares, `b` sees; a follower is the target. An *account* is one
//! user's presence in one *network*; a user may have several. A *share event* has a parent and a
//! [`Route`]: origin, tie, or *cross-post* (the same user carried it over). A *crossing* is a share
//! event whose parent is in another network; networks are *interlinked* A ⇒ B in a run that has one,
//! and that is the *link* from A to B. A *run* is one realisation, an *ensemble* many of them. Sizes
//! of data are n accounts, m ties, r runs. `DESIGN.md` in the repository defines every word and every
//! result.
//!
//! # Same bits
//! Every draw is a pure function of what it is for: `rng_seed`, run, channel, and the logical keys of
//! the accounts concerned. Results do not depend on threads, on how runs are split, or on the order
//! of storage; run i is the same in every ensemble; an intervention leaves all other draws alone.
//!
//! # Features
//! `gzip`, `mmap`, `parallel` and `petgraph` are on by default; `mmap` maps graph files, which are
//! else read as a whole; `zstd` reads `.zst` files, `cli` brings the
//! binary and [`scenario_file`](https://docs.rs/tieline/latest/tieline/scenario_file). The core
//! compiles with none of them.

#![warn(clippy::print_stdout, clippy::print_stderr)]

// Unit tests use scenarios of `tests/`, which know the crate by its name.
#[cfg(test)]
extern crate self as tieline;

mod cascade;
mod engine;
mod ensemble;
mod error;
pub mod exact;
pub mod generate;
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
mod typed;
mod unit;

pub use crate::cascade::{Cascade, Run, ShareEvent, ShareLog, ShareRow};
pub use crate::engine::{Detail, Route};
pub use crate::ensemble::{
    AudienceOutcome, BackgroundOutcome, CarrierRank, CarrierRanking, CompareOutcome, Difference,
    Ensemble, ExtinctOutcome, Figure, LinkDifference, NetworkDifference, NetworkOutcome, Observed,
    Observer, Outcome, PostDifference, PostNetworkOutcome, PostOutcome, Precision,
    PrecisionOutcome, Progress, SizeOutcome, Tally, WithinOutcome,
};
pub use crate::error::{Error, Result};
#[cfg(feature = "petgraph")]
pub use crate::graph::view;
pub use crate::graph::{
    AccountRef, BulkBuilder, DegreeCorrelation, Direction, Duplicates, FileReport, GraphBuilder,
    GraphFile, GraphWriter, IdentityReport, LoadReport, Network, NetworkKind, NetworkOverlap,
    NetworkReport, Overlap, Overlay, OverlayBuilder, Reciprocity, RowTimes, SocialGraph, TieList,
    TieReport, TieSource, TieTime, UserRef,
};
pub use crate::id::{AccountId, LogicalKey, NetworkId, TieId, UserId};
pub use crate::interlink::{CarrierOutcome, LinkOutcome, Links};
pub use crate::io::{
    AccountFile, BridgeFile, Column, GraphFiles, Identities, MultilayerFile, MultilayerForm,
    Source, TieFile, WeightColumn,
};
pub use crate::model::{
    Adopt, Amount, Choice, CrosspostRates, CustomModel, Decide, Delays, Effects, ExternalInfluence,
    Fatigue, FatigueCurve, FeedRule, Feeds, Friends, Fsir, Hawkes, IndependentCascade, Interaction,
    LinearThreshold, Model, OriginRule, Per, PeriodPer, Periods, Post, Reshares, Seir, Sharing, Si,
    Sight, Sir, Sirs, Sis, Threshold, ThresholdDraw, ThresholdRule, ThresholdValue,
    ThresholdWeights, WeightedCascade,
};
#[cfg(feature = "internals")]
#[doc(hidden)]
pub use crate::random::Words;
pub use crate::random::{Distribution, MAPPING_VERSION};
pub use crate::scenario::{Scenario, ScenarioBuilder};
pub use crate::typed::{TypeFigure, TypedCrossing, TypedHawkes, TypedOutcome, TypedShare};
pub use crate::unit::{Clock, Probability, Ticks, TimeUnit};
/// The petgraph whose algorithms run on [`view`]s of a graph.
#[cfg(feature = "petgraph")]
pub use petgraph;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
#[cfg(doctest)]
#[doc = include_str!("../DESIGN.md")]
struct Design;
