//! [`Tally`]: an ensemble counted in integers, mergeable with adjoining runs.

use std::ops::{ControlFlow, Range};

use super::audience::AudienceTally;
use super::compare::CompareTally;
use super::deadline::Deadline;
use super::drive::{Progress, drive};
use super::figures::{Endings, Figures, PostFigures, Reach};
use super::outcome::{
    AudienceOutcome, BackgroundOutcome, ExtinctOutcome, NetworkOutcome, Outcome,
    PostNetworkOutcome, PostOutcome, SizeOutcome,
};
use super::precision::{Place, PrecisionOutcome};
use super::{Ensemble, Workspace};
use crate::engine::Detail;
use crate::error::{Error, Result};
use crate::graph::SocialGraph;
use crate::interlink::{FirstTimes, LinksTally};
use crate::random::MAPPING_VERSION;
use crate::scenario::Scenario;
use crate::stats::{Counts, Estimate, Moments};
use crate::unit::{Clock, Ticks};

/// Version of the form of an [`Outcome`].
const SCHEMA: u32 = 1;

/// Everything that an ensemble counted, before means are taken: runs 0..k merged with k..n equal
/// runs 0..n, to the bit.
///
/// ```
/// # use tieline::{Ensemble, IndependentCascade, Scenario, SocialGraph};
/// # let mut builder = SocialGraph::builder();
/// # let square = builder.network("square");
/// # builder.tie(square, "ann", "bob");
/// # let scenario = Scenario::builder(builder.build()?)
/// #     .model(IndependentCascade::with_probability(0.5))
/// #     .origin("ann")
/// #     .build()?;
/// let ensemble = Ensemble::new(&scenario);
/// let mut tally = ensemble.clone().run_range(0..400).tally();
/// tally.merge(ensemble.clone().run_range(400..1000).tally())?;
/// assert_eq!(tally.outcome(), ensemble.runs(1000).run());
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Tally {
    scenario: Scenario,
    rng_seed: u64,
    first_run: u64,
    runs: u64,
    interrupted: bool,
    precision: Option<PrecisionOutcome>,
    seen: Seen,
}

/// The part that threads fill.
#[derive(Debug, Clone)]
struct Seen {
    figures: Figures,
    links: Option<LinksTally>,
    audience: Option<AudienceTally>,
    compare: Option<CompareTally>,
}

/// The tally of these runs.
pub(super) fn fixed(
    ensemble: &Ensemble,
    runs: Range<u64>,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Tally {
    let scenario = &ensemble.scenario;
    let graph = scenario.graph();
    // Where nothing can cross there are no links, and no parents are needed to find none.
    let links = ensemble.links && can_cross(scenario);
    let parents = links || ensemble.audience || ensemble.compare.is_some();
    let detail = if parents { Detail::Parents } else { Detail::Steps };
    let intervened = ensemble.compare.clone().map(|overlay| scenario.with_overlay(overlay));
    let empty = || Seen {
        figures: Figures::new(graph, scenario.posts().len(), &ensemble.within),
        links: ensemble.links.then(LinksTally::default),
        audience: ensemble.audience.then(|| AudienceTally::new(graph)),
        compare: ensemble.compare.as_ref().map(|_| CompareTally::new(scenario, ensemble.audience)),
    };
    let work = |seen: &mut Seen, (space, reach): &mut (Workspace, Reach), ahead: Range<u64>| {
        let Workspace { trace, other, audience, .. } = space;
        ensemble.one(ahead.start, detail, trace, |run| {
            seen.figures.see(run, reach);
            if let Some(tally) = seen.links.as_mut().filter(|_| links) {
                tally.see(run);
            }
            if let Some(tally) = &mut seen.audience {
                tally.see(run, audience);
            }
            if let (Some(compare), Some(intervened)) = (&mut seen.compare, &intervened) {
                compare.see(run, intervened, other, audience);
            }
        });
    };
    let first_run = runs.start;
    let (seen, runs, interrupted) = drive(
        runs,
        ensemble.split,
        || (ensemble.workspace(), Reach::default()),
        empty,
        work,
        Seen::merge,
        progress,
    );
    let (scenario, rng_seed) = (scenario.clone(), ensemble.rng_seed);
    Tally { scenario, rng_seed, first_run, runs, interrupted, precision: None, seen }
}

/// Whether a post can get from one network into another.
fn can_cross(scenario: &Scenario) -> bool {
    let graph = scenario.graph();
    graph.network_count() > 1 && (graph.bridge_tie_count() > 0 || scenario.world().crossposts.any())
}

impl Seen {
    fn merge(&mut self, later: Self) {
        self.figures.merge(&later.figures);
        if let (Some(known), Some(later)) = (&mut self.links, later.links) {
            known.merge(later);
        }
        if let (Some(known), Some(later)) = (&mut self.audience, &later.audience) {
            known.merge(later);
        }
        if let (Some(known), Some(later)) = (&mut self.compare, &later.compare) {
            known.merge(later);
        }
    }
}

impl Tally {
    /// Number of runs.
    #[must_use]
    pub fn runs(&self) -> u64 {
        self.runs
    }

    /// Adds the runs of `later`, which must begin where these end. Whether a precision was reached
    /// is forgotten: [`precision`](Self::precision) says what it is now.
    ///
    /// # Errors
    /// If the runs do not adjoin, or were made with another graph, `rng_seed` or choice of what to
    /// observe. Model, origins and overlay are the caller's to keep equal.
    ///
    /// # Complexity
    /// In the number of different sizes, links and carriers seen, not of runs.
    pub fn merge(&mut self, later: Self) -> Result<()> {
        let observed = |tally: &Self| {
            let Seen { links, audience, compare, .. } = &tally.seen;
            (links.is_some(), audience.is_some(), compare.is_some())
        };
        if self.first_run + self.runs != later.first_run {
            return Err(Error::conflict(format!(
                "runs {}..{} cannot be merged with runs from {}",
                self.first_run,
                self.first_run + self.runs,
                later.first_run
            )));
        }
        if self.rng_seed != later.rng_seed || observed(self) != observed(&later) {
            return Err(Error::conflict(
                "tallies of different seeds or observations cannot be merged",
            ));
        }
        let same_graph = std::sync::Arc::ptr_eq(self.scenario.graph(), later.scenario.graph());
        if !same_graph
            && self.scenario.graph().fingerprint() != later.scenario.graph().fingerprint()
        {
            return Err(Error::conflict("tallies of different graphs cannot be merged"));
        }
        self.append(later);
        Ok(())
    }

    /// Adds the runs of `later`, which adjoin and were made alike.
    pub(super) fn append(&mut self, later: Self) {
        self.seen.merge(later.seen);
        self.runs += later.runs;
        self.interrupted |= later.interrupted;
        self.precision = None;
    }

    /// How it ended.
    pub(super) fn settle(&mut self, precision: PrecisionOutcome, interrupted: bool) {
        self.precision = Some(precision);
        self.interrupted = interrupted;
    }

    pub(super) fn interrupted(&self) -> bool {
        self.interrupted
    }

    pub(super) fn graph(&self) -> &SocialGraph {
        self.scenario.graph()
    }

    /// The estimate that a precision is asked of.
    pub(super) fn estimate_of(&self, place: Place) -> Result<Estimate> {
        let Seen { figures, links, .. } = &self.seen;
        Ok(match place {
            Place::Size => figures.sizes.estimate().unwrap_or(NOTHING),
            Place::Users => estimate(&figures.users),
            Place::Network(network) => estimate(&figures.networks[network.index()].accounts),
            Place::Link(from, to) => match links {
                Some(links) => links.probability(from, to, self.runs),
                None => return Err(Error::conflict("links were not observed")),
            },
        })
    }

    /// Means, intervals and rankings. The tally stays as it is.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let (graph, clock) = (self.scenario.graph(), self.scenario.clock());
        let Seen { figures, links, audience, compare } = &self.seen;
        let posts = self.scenario.posts().zip(&figures.posts);
        let networks = graph.networks().zip(&figures.networks).map(|(network, figures)| {
            let Estimate { mean, std_error } = estimate(&figures.accounts);
            let reached = figures.first.count();
            let first = FirstTimes { clock, when: &figures.first };
            NetworkOutcome {
                name: graph.network(network).name().into(),
                accounts: graph.accounts_of_network(network).len() as u64,
                mean,
                std_error,
                reached: if self.runs == 0 { 0.0 } else { reached as f64 / self.runs as f64 },
                first_step_mean: first.step_mean(),
                first_step_median: first.step_quantile(0.5),
                first_time_mean: first.time_mean(),
                first_time_median: first.time_quantile(0.5),
            }
        });
        Outcome {
            schema: SCHEMA,
            version: env!("CARGO_PKG_VERSION").into(),
            mapping: MAPPING_VERSION,
            graph: format!("{:016x}", graph.fingerprint()),
            model: self.scenario.model().name().into(),
            runs: self.runs,
            first_run: self.first_run,
            rng_seed: self.rng_seed,
            interrupted: self.interrupted,
            precision: self.precision.clone(),
            size: size_outcome(&figures.sizes),
            users: estimate(&figures.users),
            accounts: estimate(&figures.accounts),
            last_step: last_step(figures),
            time_unit: (clock == Clock::Continuous).then(|| self.scenario.time_unit()),
            last_time: figures.last.estimate(),
            extinct: extinct(&figures.endings, clock),
            external: self.scenario.world().external.map(|_| estimate(&figures.externals)),
            background: background(figures),
            truncated_runs: figures.endings.truncated,
            reached_within: figures.within.iter().map(Deadline::outcome).collect(),
            networks: networks.collect(),
            posts: posts
                .map(|(name, figures)| post_outcome(name, figures, graph, self.runs))
                .collect(),
            interlinks: links.as_ref().map(|links| links.outcome(graph, clock, self.runs)),
            audience: audience.as_ref().map(audience_outcome),
            compare: compare.as_ref().map(|compare| compare.outcome(&self.scenario, self.runs)),
            ties_examined: u64::try_from(figures.ties_examined).unwrap_or(u64::MAX),
            activations: u64::try_from(figures.activations).unwrap_or(u64::MAX),
        }
    }
}

fn size_outcome(sizes: &Counts) -> SizeOutcome {
    let Estimate { mean, std_error } = sizes.estimate().unwrap_or(NOTHING);
    let quantile = |q| sizes.quantile(q).unwrap_or(0);
    SizeOutcome {
        mean,
        std_error,
        median: quantile(0.5),
        p90: quantile(0.9),
        p99: quantile(0.99),
        max: sizes.max().unwrap_or(0),
    }
}

fn background(figures: &Figures) -> Option<BackgroundOutcome> {
    let [looks, innovations, shares] = &figures.background;
    (looks.count() > 0).then(|| BackgroundOutcome {
        looks: estimate(looks),
        innovations: estimate(innovations),
        shares: estimate(shares),
    })
}

fn post_outcome(name: &str, figures: &PostFigures, graph: &SocialGraph, runs: u64) -> PostOutcome {
    let part = |some: u64| if runs == 0 { 0.0 } else { some as f64 / runs as f64 };
    let networks = graph.networks().zip(&figures.networks).map(|(network, (moments, reached))| {
        let Estimate { mean, std_error } = estimate(moments);
        let name = graph.network(network).name().into();
        PostNetworkOutcome { name, mean, std_error, reached: part(*reached) }
    });
    PostOutcome {
        name: name.into(),
        size: size_outcome(&figures.sizes),
        ahead: part(figures.ahead),
        networks: networks.collect(),
    }
}

pub(super) const NOTHING: Estimate = Estimate { mean: 0.0, std_error: None };

/// Of nothing, 0 without an error.
pub(super) fn estimate(moments: &Moments) -> Estimate {
    moments.estimate().unwrap_or(NOTHING)
}

/// Steps are counted from 0, so the last is one less than their number.
fn last_step(figures: &Figures) -> Estimate {
    let mut last = Moments::default();
    for (steps, runs) in figures.steps.iter() {
        last.push_times(steps.saturating_sub(1), runs);
    }
    estimate(&last)
}

fn extinct(endings: &Endings, clock: Clock) -> Option<ExtinctOutcome> {
    let Endings { extinct, told, .. } = endings;
    (*told > 0).then(|| ExtinctOutcome {
        fraction: extinct.count() as f64 / *told as f64,
        time_mean: extinct.mean().map(|when| when * units_of_one(clock)),
    })
}

/// What a step, or a tick, is worth in the numbers of an outcome.
fn units_of_one(clock: Clock) -> f64 {
    match clock {
        Clock::Steps => 1.0,
        Clock::Continuous => Ticks::new(1).in_units(),
    }
}

fn audience_outcome(tally: &AudienceTally) -> AudienceOutcome {
    let Estimate { mean, std_error } = estimate(&tally.accounts);
    let [origin, tie, cross_post] = &tally.fresh;
    AudienceOutcome {
        mean,
        std_error,
        networks: tally.networks.iter().map(estimate).collect(),
        fresh_by_origin: estimate(origin),
        fresh_by_tie: estimate(tie),
        fresh_by_cross_post: estimate(cross_post),
    }
}
