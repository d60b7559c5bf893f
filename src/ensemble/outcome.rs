//! The results of an ensemble as plain data.

use serde::{Deserialize, Serialize};

use super::precision::PrecisionOutcome;
use crate::interlink::{LinkOutcome, Links};
use crate::stats::Estimate;
use crate::unit::TimeUnit;

/// What an ensemble found. Plain data with frozen serde names; the same bits for any number of
/// threads and any split. [`Display`](std::fmt::Display) prints it as a page of tables.
///
/// ```
/// use tieline::{Ensemble, IndependentCascade, MAPPING_VERSION, Scenario, SocialGraph};
///
/// let mut builder = SocialGraph::builder();
/// let (square, hall) = (builder.network("square"), builder.network("hall"));
/// builder.tie(square, "ann", "bob").tie(hall, "bob", "cid");
/// builder.same_name_is_one_user();
/// let scenario = Scenario::builder(builder.build()?)
///     .model(IndependentCascade::with_probability(1.0))
///     .crosspost(1.0)
///     .origin("ann@square")
///     .build()?;
/// let outcome = Ensemble::new(&scenario).runs(10).links().run();
///
/// // ann, bob in the square, bob in the hall, cid: four share events of three users.
/// assert_eq!((outcome.size.mean, outcome.size.p99, outcome.users.mean), (4.0, 4, 3.0));
/// let hall = outcome.network("hall").unwrap();
/// assert_eq!((hall.mean, hall.reached, hall.first_step_mean), (2.0, 1.0, Some(2.0)));
/// assert_eq!(outcome.link("square", "hall").unwrap().probability, 1.0);
/// assert_eq!(outcome.mapping, MAPPING_VERSION);
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Outcome {
    /// Version of this form; it changes when a name changes or goes.
    pub schema: u32,
    /// Version of the crate.
    pub version: String,
    /// Version of the mapping from keys to draws.
    pub mapping: u32,
    /// [`SocialGraph::fingerprint`](crate::SocialGraph::fingerprint) in hexadecimal.
    pub graph: String,
    /// The model.
    pub model: String,
    /// Number of runs.
    pub runs: u64,
    /// Number of the first run.
    pub first_run: u64,
    /// What chose the worlds.
    pub rng_seed: u64,
    /// Whether it was stopped before its last run; it then holds the longest finished prefix.
    pub interrupted: bool,
    /// Whether the precision was reached, if one was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<PrecisionOutcome>,
    /// Share events per run.
    pub size: SizeOutcome,
    /// Users behind them, each once.
    pub users: Estimate,
    /// Accounts that shared, each once; the size where nobody shares again.
    #[serde(default = "nothing")]
    pub accounts: Estimate,
    /// Last step with a share, mean over runs; in continuous time the depth of the cascade.
    pub last_step: Estimate,
    /// What times are in, if time is continuous.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_unit: Option<TimeUnit>,
    /// When the last share was, in continuous time: mean over the runs with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_time: Option<Estimate>,
    /// Whether and when cascades came to an end, if the model tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extinct: Option<ExtinctOutcome>,
    /// Share events that came of external influence, if there is any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external: Option<Estimate>,
    /// What happened beside the posts, in feeds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background: Option<BackgroundOutcome>,
    /// Runs that ended because they had as many shares as they may have.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub truncated_runs: u64,
    /// Share events up to the times that were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reached_within: Vec<WithinOutcome>,
    /// Reach by network, in order of declaration.
    pub networks: Vec<NetworkOutcome>,
    /// What is known of each post, where there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub posts: Vec<PostOutcome>,
    /// The graph of interlinked networks, if it was observed.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub interlinks: Option<Links>,
    /// Who saw the post, if it was observed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<AudienceOutcome>,
    /// Differences to another overlay in the same worlds, if they were observed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compare: Option<CompareOutcome>,
    /// Ties that a plain loop would have looked at, over all runs.
    pub ties_examined: u64,
    /// Share events over all runs.
    pub activations: u64,
}

impl Outcome {
    /// The link from one network to another, if links were observed.
    #[must_use]
    pub fn link(&self, from: &str, to: &str) -> Option<&LinkOutcome> {
        self.links().iter().find(|link| link.from == from && link.to == to)
    }

    /// All links; empty if they were not observed.
    #[must_use]
    pub fn links(&self) -> &[LinkOutcome] {
        self.interlinks.as_ref().map_or(&[], |links| &links.links)
    }

    /// Reach in one network.
    #[must_use]
    pub fn network(&self, name: &str) -> Option<&NetworkOutcome> {
        self.networks.iter().find(|network| network.name == name)
    }
}

/// The distribution of share events per run. Quantiles by nearest rank. Shown at [`Outcome`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SizeOutcome {
    /// The mean.
    pub mean: f64,
    /// Its standard error; null at one run.
    pub std_error: Option<f64>,
    /// The median.
    pub median: u64,
    /// The 90 % quantile.
    pub p90: u64,
    /// The 99 % quantile.
    pub p99: u64,
    /// The largest.
    pub max: u64,
}

/// What accounts did from time 0 to the end of a run in [`Feeds`](crate::Feeds), whatever they shared. Shown
/// there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BackgroundOutcome {
    /// Times that somebody looked at their screen.
    pub looks: Estimate,
    /// New posts, beside those of the scenario.
    pub innovations: Estimate,
    /// Shares of all posts, those of the scenario among them.
    pub shares: Estimate,
}

/// How one of several posts fared. Shown at [`Post`](crate::Post).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PostOutcome {
    /// Its name.
    pub name: String,
    /// Its share events.
    pub size: SizeOutcome,
    /// Fraction of runs in which it has more share events than any other.
    pub ahead: f64,
    /// Its share events by network, in order of declaration.
    pub networks: Vec<PostNetworkOutcome>,
}

/// The share events of one post in one network. Shown at [`PostOutcome`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PostNetworkOutcome {
    /// The network.
    pub name: String,
    /// Their mean.
    pub mean: f64,
    /// Its standard error; null at one run.
    pub std_error: Option<f64>,
    /// Fraction of runs with at least one.
    pub reached: f64,
}

/// For files that were written before accounts were counted.
fn nothing() -> Estimate {
    super::tally::NOTHING
}

fn is_zero(runs: &u64) -> bool {
    *runs == 0
}

/// How cascades end in which accounts stop passing a post on, and may begin again. Shown at
/// [`Outcome`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ExtinctOutcome {
    /// Fraction of runs at whose end nobody passes the post on any more.
    pub fraction: f64,
    /// The time, in units, or the step at which the last account stopped: mean over these runs; null if
    /// there is none.
    pub time_mean: Option<f64>,
}

/// How many share events there were up to a time. Observed by
/// [`Ensemble::reached_within`](crate::Ensemble::reached_within).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WithinOutcome {
    /// The time, in units, or the step.
    pub within: f64,
    /// Mean share events up to then: the size of runs that end there.
    pub mean: f64,
    /// Its standard error; null at one run.
    pub std_error: Option<f64>,
}

/// Reach in one network; see [`Outcome::network`]. Shown at [`Outcome`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NetworkOutcome {
    /// Its name.
    pub name: String,
    /// Its accounts.
    pub accounts: u64,
    /// Mean share events there.
    pub mean: f64,
    /// Standard error of the mean; null at one run.
    pub std_error: Option<f64>,
    /// Fraction of runs with a share there.
    pub reached: f64,
    /// Mean step of the first share there, over the runs with one; null if there is none, or if time is
    /// continuous.
    pub first_step_mean: Option<f64>,
    /// Median of the same.
    pub first_step_median: Option<u64>,
    /// Mean time of the first share there, in units, over the runs with one; in steps there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_time_mean: Option<f64>,
    /// Median of the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_time_median: Option<f64>,
}

/// Accounts that saw the post: those with a tie from a sharer. Observed by
/// [`Ensemble::audience`](crate::Ensemble::audience).
///
/// ```
/// # use tieline::{Ensemble, IndependentCascade, Scenario, SocialGraph};
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// builder.tie(square, "ann", "bob").tie(square, "ann", "cid").tie(square, "bob", "dee");
/// let scenario = Scenario::builder(builder.build()?)
///     .model(IndependentCascade::with_probability(1.0))
///     .origin("ann")
///     .build()?;
/// let audience = Ensemble::new(&scenario).runs(10).audience().run().audience.unwrap();
///
/// // bob and cid see ann's share, dee sees bob's. ann started it, and nobody shows it to her.
/// assert_eq!((audience.mean, audience.networks[0].mean), (3.0, 3.0));
/// assert_eq!((audience.fresh_by_origin.mean, audience.fresh_by_tie.mean), (2.0, 1.0));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AudienceOutcome {
    /// Mean accounts that saw it.
    pub mean: f64,
    /// Standard error of the mean; null at one run.
    pub std_error: Option<f64>,
    /// The same by network, in order of declaration.
    pub networks: Vec<Estimate>,
    /// Of these, the accounts that first saw it through an origin …
    pub fresh_by_origin: Estimate,
    /// … through a share that came along a tie …
    pub fresh_by_tie: Estimate,
    /// … through a cross-post.
    pub fresh_by_cross_post: Estimate,
}

/// A difference between two runs of the same world: intervened − base. Shown at
/// [`CompareOutcome`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Difference {
    /// Mean difference.
    pub difference: f64,
    /// Its standard error; null at one run.
    pub std_error: Option<f64>,
    /// Runs in which the two differ.
    pub changed_runs: u64,
}

/// What another overlay changes in the same worlds. Observed by
/// [`Ensemble::compare`](crate::Ensemble::compare).
///
/// ```
/// use tieline::{Ensemble, IndependentCascade, Overlay, Scenario, SocialGraph};
///
/// let mut builder = SocialGraph::builder();
/// let (square, hall) = (builder.network("square"), builder.network("hall"));
/// builder.tie(square, "ann", "bob").tie(hall, "bob", "cid");
/// builder.same_name_is_one_user();
/// let scenario = Scenario::builder(builder.build()?)
///     .model(IndependentCascade::with_probability(1.0))
///     .crosspost(1.0)
///     .origin("ann@square")
///     .build()?;
///
/// let at_home = Overlay::builder(scenario.graph()).no_carry("bob").build()?;
/// let compare = Ensemble::new(&scenario).runs(10).compare(at_home).run().compare.unwrap();
/// assert_eq!((compare.size.difference, compare.size.changed_runs), (-2.0, 10));
/// let (hall, link) = (&compare.networks[1], &compare.links[0]);
/// assert_eq!((hall.name.as_str(), hall.change.difference), ("hall", -2.0));
/// assert_eq!((link.to.as_str(), link.change.difference), ("hall", -1.0));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CompareOutcome {
    /// Of share events.
    pub size: Difference,
    /// Of users.
    pub users: Difference,
    /// Of share events by network.
    pub networks: Vec<NetworkDifference>,
    /// Of share events by post, where there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub posts: Vec<PostDifference>,
    /// Of the probabilities of links.
    pub links: Vec<LinkDifference>,
    /// Of the accounts that saw a post, with [`Ensemble::audience`](crate::Ensemble::audience).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<Difference>,
    /// Runs that could differ and were made again.
    pub repeated_runs: u64,
}

/// What changes in one network. Shown at [`CompareOutcome`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NetworkDifference {
    /// Its name.
    pub name: String,
    /// Of share events there.
    #[serde(flatten)]
    pub change: Difference,
}

/// What changes for one post. Shown at [`CompareOutcome`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PostDifference {
    /// Its name.
    pub name: String,
    /// Of its share events.
    #[serde(flatten)]
    pub change: Difference,
}

/// What changes in one link. Shown at [`CompareOutcome`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LinkDifference {
    /// The network that the post came from.
    pub from: String,
    /// The network that it came into.
    pub to: String,
    /// Of the probability.
    #[serde(flatten)]
    pub change: Difference,
}
