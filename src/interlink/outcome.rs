//! Links between networks as plain data.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::first::FirstTimes;
use super::tally::{Carrier, LinkTally, LinksTally};
use crate::graph::SocialGraph;
use crate::id::NetworkId;
use crate::stats::{Estimate, wilson};
use crate::unit::Clock;

/// How many carriers and openers of a link are listed.
pub(crate) const MOST_CARRIERS: usize = 50;

/// The graph of interlinked networks: one entry per ordered pair of distinct networks. Shown at
/// [`LinkOutcome`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Links {
    /// For all ordered pairs of distinct networks, in order of declaration.
    pub links: Vec<LinkOutcome>,
    /// Who made a run's first crossing of all: at most 50, by runs, then by name.
    pub openers: Vec<CarrierOutcome>,
    /// Runs with at least one crossing.
    pub linked_runs: u64,
}

/// How often, how soon and through whom one network got linked to another. Observed by
/// [`Ensemble::links`](crate::Ensemble::links).
///
/// ```
/// use tieline::{Ensemble, IndependentCascade, Scenario, SocialGraph};
///
/// let mut builder = SocialGraph::builder();
/// let (square, hall) = (builder.network("square"), builder.network("hall"));
/// builder.tie(square, "ann", "bob").account(hall, "bob").account(hall, "dee");
/// builder.bridge((square, "ann"), (hall, "dee")).same_name_is_one_user();
/// let scenario = Scenario::builder(builder.build()?)
///     .model(IndependentCascade::with_probability(1.0))
///     .crosspost(1.0)
///     .origin("ann")
///     .build()?;
/// let links = Ensemble::new(&scenario).runs(10).links().run().interlinks.unwrap();
///
/// let link = &links.links[0];
/// assert_eq!((link.from.as_str(), link.to.as_str()), ("square", "hall"));
/// assert_eq!((link.linked_runs, link.crossings_mean), (10, 2.0));
/// assert!(link.low < 1.0 && link.high == 1.0); // ten runs do not prove that it is always so
/// // The bridge tie is a step ahead of bob, who has to see the post first.
/// assert_eq!((link.first_step_mean, link.carriers.len()), (Some(1.0), 2));
/// assert_eq!(links.openers[0].name(), "ann@square → dee@hall");
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LinkOutcome {
    /// The network that the post came from.
    pub from: String,
    /// The network that it came into.
    pub to: String,
    /// Fraction of runs with at least one crossing.
    pub probability: f64,
    /// Its standard error; null at one run.
    pub std_error: Option<f64>,
    /// Low end of its 95 % Wilson interval.
    pub low: f64,
    /// High end of its 95 % Wilson interval.
    pub high: f64,
    /// Runs with at least one crossing.
    pub linked_runs: u64,
    /// Mean step of the first crossing, over linked runs; null if there is none, or if time is
    /// continuous.
    pub first_step_mean: Option<f64>,
    /// Median of the same.
    pub first_step_median: Option<u64>,
    /// 90 % quantile of the same.
    pub first_step_p90: Option<u64>,
    /// Mean time of the first crossing, in units, over linked runs; in steps there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_time_mean: Option<f64>,
    /// Median of the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_time_median: Option<f64>,
    /// 90 % quantile of the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_time_p90: Option<f64>,
    /// Mean number of crossings, over all runs.
    pub crossings_mean: f64,
    /// Who carried it over in how many runs: at most 50, by runs, then by name.
    pub carriers: Vec<CarrierOutcome>,
    /// All carriers, listed or not.
    pub carriers_total: u64,
    /// Who made a run's first crossing on this link: at most 50, by runs, then by name.
    pub openers: Vec<CarrierOutcome>,
}

/// Who carried a post from one network into another, in how many runs. Shown at [`LinkOutcome`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum CarrierOutcome {
    /// A user who cross-posted.
    User {
        /// The user's name.
        user: String,
        /// Runs with at least one such crossing.
        runs: u64,
    },
    /// A bridge tie.
    Bridge {
        /// The account that shared, with its network.
        parent: String,
        /// The account that saw it and shared, with its network.
        child: String,
        /// Runs with at least one such crossing.
        runs: u64,
    },
}

impl CarrierOutcome {
    /// Runs with at least one such crossing.
    #[must_use]
    pub fn runs(&self) -> u64 {
        match self {
            Self::User { runs, .. } | Self::Bridge { runs, .. } => *runs,
        }
    }

    /// The user, or the two ends of the bridge tie with an arrow between them.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::User { user, .. } => user.clone(),
            Self::Bridge { parent, child, .. } => format!("{parent} → {child}"),
        }
    }
}

impl LinksTally {
    pub(crate) fn outcome(&self, graph: &SocialGraph, clock: Clock, runs: u64) -> Links {
        let nothing = LinkTally::default();
        let mut links = Vec::new();
        for from in graph.networks() {
            for to in graph.networks().filter(|&to| to != from) {
                let tally = self.links.get(&(from, to)).unwrap_or(&nothing);
                let (from, to) = (graph.network(from).name(), graph.network(to).name());
                links.push(tally.outcome(graph, (from, to), clock, runs));
            }
        }
        let openers = ranked(graph, &self.openers);
        Links { links, openers, linked_runs: self.linked_runs }
    }

    /// The probability of one link, as its outcome states it.
    pub(crate) fn probability(&self, from: NetworkId, to: NetworkId, runs: u64) -> Estimate {
        let linked_runs = self.links.get(&(from, to)).map_or(0, |link| link.first.count());
        Estimate { mean: fraction(linked_runs, runs), std_error: fraction_error(linked_runs, runs) }
    }
}

impl LinkTally {
    fn outcome(
        &self,
        graph: &SocialGraph,
        (from, to): (&str, &str),
        clock: Clock,
        runs: u64,
    ) -> LinkOutcome {
        let linked_runs = self.first.count();
        let first = FirstTimes { clock, when: &self.first };
        let (low, high) = wilson(linked_runs, runs);
        LinkOutcome {
            from: from.into(),
            to: to.into(),
            probability: fraction(linked_runs, runs),
            std_error: fraction_error(linked_runs, runs),
            low,
            high,
            linked_runs,
            first_step_mean: first.step_mean(),
            first_step_median: first.step_quantile(0.5),
            first_step_p90: first.step_quantile(0.9),
            first_time_mean: first.time_mean(),
            first_time_median: first.time_quantile(0.5),
            first_time_p90: first.time_quantile(0.9),
            crossings_mean: if runs == 0 { 0.0 } else { self.crossings.sum() as f64 / runs as f64 },
            carriers: ranked(graph, &self.carriers),
            carriers_total: self.carriers.len() as u64,
            openers: ranked(graph, &self.openers),
        }
    }
}

/// `hits` of `n`; 0 of nothing.
fn fraction(hits: u64, n: u64) -> f64 {
    if n == 0 { 0.0 } else { hits as f64 / n as f64 }
}

/// The standard error of the fraction `hits` of `n`: sample sd / √n; none below two.
pub(crate) fn fraction_error(hits: u64, n: u64) -> Option<f64> {
    (n > 1).then(|| {
        let (hits, misses, n) = (hits as f64, (n - hits) as f64, n as f64);
        (hits * misses / (n - 1.0)).sqrt() / n
    })
}

fn ranked(graph: &SocialGraph, carriers: &HashMap<Carrier, u64>) -> Vec<CarrierOutcome> {
    let mut by_runs: Vec<(u64, Carrier)> = carriers.iter().map(|(&c, &runs)| (runs, c)).collect();
    by_runs.sort_unstable_by_key(|&(runs, _)| std::cmp::Reverse(runs));
    // Names are made for those only that can be listed.
    let last = by_runs.get(MOST_CARRIERS - 1).map_or(0, |&(runs, _)| runs);
    let mut listed: Vec<_> = by_runs
        .into_iter()
        .take_while(|&(runs, _)| runs >= last)
        .map(|(runs, carrier)| match carrier {
            Carrier::User(user) => {
                CarrierOutcome::User { user: graph.user_name(user).into_owned(), runs }
            }
            Carrier::Bridge(parent, child) => CarrierOutcome::Bridge {
                parent: graph.account_label(parent),
                child: graph.account_label(child),
                runs,
            },
        })
        .collect();
    listed.sort_by_cached_key(|carrier| (std::cmp::Reverse(carrier.runs()), carrier.name()));
    listed.truncate(MOST_CARRIERS);
    listed
}
