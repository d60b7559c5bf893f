//! [`Scenario`]: a graph, a model, where the post starts, and what an intervention changes.

mod builder;
mod posts;

use std::sync::Arc;

pub use self::builder::ScenarioBuilder;
use self::builder::resolve_origins;
use self::posts::Posts;
use crate::engine::{self, Detail, Event, Trace, World};
use crate::error::{Error, Result};
use crate::graph::{AccountRef, Overlay, SocialGraph};
use crate::id::AccountId;
use crate::model::{
    CrosspostRates, Crossposts, Fatigue, Feeds, Model, Prepared, PreparedExternal, PreparedRule,
    PreparedTiming, Shown, TieTicks,
};
use crate::random::RunKeys;
use crate::unit::{Clock, TimeUnit};

/// What is simulated: one post on one graph, the model by which it spreads, its origins, and an
/// [`Overlay`]. Cheap to clone; the graph and what was prepared for it are shared.
///
/// ```
/// use tieline::{IndependentCascade, Scenario, SocialGraph};
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// builder.tie(square, "ann", "bob").tie(square, "bob", "cid");
/// let scenario = Scenario::builder(builder.build()?)
///     .model(IndependentCascade::with_probability(0.5))
///     .origin("ann")
///     .build()?;
/// assert_eq!(scenario.origins().len(), 1);
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Scenario {
    shared: Arc<Shared>,
    origins: Arc<[AccountId]>,
    overlay: Arc<Overlay>,
    /// The same for all posts but the first of several.
    others: Option<Arc<Overlay>>,
}

#[derive(Debug)]
struct Shared {
    graph: Arc<SocialGraph>,
    model: Model,
    crosspost: CrosspostRates,
    prepared: Prepared,
    crossposts: Crossposts,
    max_steps: Option<u32>,
    timing: PreparedTiming,
    rules: Vec<PreparedRule>,
    /// Who starts later, by time.
    late: Vec<(u64, AccountId)>,
    external: Option<PreparedExternal>,
    fatigue: Option<Fatigue>,
    /// If there are several.
    posts: Posts,
}

impl Scenario {
    /// A builder for scenarios on `graph`, which may be a graph or an `Arc` of one.
    pub fn builder(graph: impl Into<Arc<SocialGraph>>) -> ScenarioBuilder {
        ScenarioBuilder::new(graph.into())
    }

    /// The graph.
    #[must_use]
    pub fn graph(&self) -> &Arc<SocialGraph> {
        &self.shared.graph
    }

    /// The model.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.shared.model
    }

    /// The probabilities of cross-posting.
    #[must_use]
    pub fn crosspost(&self) -> &CrosspostRates {
        &self.shared.crosspost
    }

    /// The accounts that start the cascade, in order of logical key, without those of the overlay.
    #[must_use]
    pub fn origins(&self) -> &[AccountId] {
        &self.origins
    }

    /// What exposures do to those who have seen the post before, if they do anything.
    #[must_use]
    pub fn fatigue(&self) -> Option<&Fatigue> {
        self.shared.fatigue.as_ref()
    }

    /// The intervention.
    #[must_use]
    pub fn overlay(&self) -> &Overlay {
        &self.overlay
    }

    /// How time goes by.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.shared.timing.clock
    }

    /// What times are in.
    #[must_use]
    pub fn time_unit(&self) -> TimeUnit {
        self.shared.timing.time_unit
    }

    /// The last step at which an account may share, if there is one.
    #[must_use]
    pub fn max_steps(&self) -> Option<u32> {
        self.shared.max_steps
    }

    /// The same scenario under another intervention. Nothing is prepared anew.
    ///
    /// # Panics
    /// If the overlay was made for another graph.
    #[must_use]
    pub fn with_overlay(&self, overlay: Overlay) -> Self {
        assert!(overlay.fits(self.graph()), "the overlay was made for another graph");
        let others = self.others.as_ref().map(|_| overlay.without_added_origins().into());
        Self { overlay: overlay.into(), others, ..self.clone() }
    }

    /// The same scenario with other origins, for the same question asked of many. Nothing is
    /// prepared anew.
    ///
    /// # Errors
    /// An unknown or ambiguous name, no origin at all, or several posts, of which each has its own.
    pub fn with_origins<A: Into<AccountRef>>(
        &self,
        origins: impl IntoIterator<Item = A>,
    ) -> Result<Self> {
        if !self.shared.posts.is_empty() {
            return Err(Error::conflict("of several posts each has its own origins"));
        }
        let origins = resolve_origins(self.graph(), origins)?;
        Ok(Self { origins: origins.into(), ..self.clone() })
    }

    /// What there is beside a model, cross-posts, origins that start at once, and a last step, if there is
    /// anything.
    pub(crate) fn beyond_the_plain(&self) -> Option<&'static str> {
        let shared = &self.shared;
        [
            ("several posts", !shared.posts.is_empty()),
            ("ties with times", shared.graph.has_times()),
            ("fatigue", shared.fatigue.is_some()),
            ("delays", matches!(shared.prepared, Prepared::Delayed(_))),
            ("origins that are drawn", self.draws_origins()),
            ("origins that start later", !shared.late.is_empty()),
            ("external influence", shared.external.is_some()),
            ("an end by `max_shares`", shared.timing.max_shares < u64::MAX),
        ]
        .into_iter()
        .find_map(|(what, is_there)| is_there.then_some(what))
    }

    /// What people should know who set the model so, if there is anything.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        let of_model = match self.model() {
            Model::Feeds(model) if self.starts_on_empty_screens(model) => Some(
                "screens are empty when the post starts, so at first it competes with nothing and is shared more \
                 than later ones: `burn_in` (`--burn-in`) lets them fill before"
                    .into(),
            ),
            Model::Threshold(model) if model.can_be_low() => Some(format!(
                "{}: thresholds can be drawn at 0 or less, and who draws one shares at step 0 unasked",
                model.rule.name()
            )),
            _ => None,
        };
        let starts = [self.carries_nothing(), self.starts_too_early(), self.starts_too_late()];
        let all = starts.into_iter().chain([self.grows_without_end(), of_model]).flatten();
        all.reduce(|one, other| format!("{one}; {other}"))
    }

    /// Whether a post starts before there is anything else to see.
    fn starts_on_empty_screens(&self, model: &Feeds) -> bool {
        let parts = &self.shared.posts.parts;
        let at_once = !self.origins.is_empty()
            || self.draws_origins()
            || parts.iter().any(|part| !part.starts.rules.is_empty());
        model.burn_in == 0.0 && model.has_news() && at_once
    }

    /// What there is to say if shares multiply until the run ends, which may take more time and memory than
    /// there are: worth telling before anything runs. Part of [`warning`](Self::warning).
    ///
    /// O(n + m), 24 times at the first call, under `Hawkes` if somebody has one offspring or more in the mean.
    #[must_use]
    pub fn grows_without_end(&self) -> Option<String> {
        match (self.model(), &self.shared.prepared) {
            (Model::Feeds(model), _) => model.warning(self.graph()),
            (_, Prepared::Offspring(offspring)) if self.shared.timing.max_shares == u64::MAX => {
                offspring.warning(self.graph())
            }
            _ => None,
        }
    }

    /// What there is to say if posts are to cross over, and nobody has an account to carry them to.
    fn carries_nothing(&self) -> Option<String> {
        let nobody =
            self.shared.crossposts.any() && self.graph().users_with_several_accounts() == 0;
        nobody.then(|| {
            "no user has several accounts, so nothing is ever cross-posted: say which accounts are one user's \
             (`identities`; `--identities same-name` if those of one name are)"
                .into()
        })
    }

    /// What there is to say if all who start have stopped long before the first tie comes to be, or runs are over.
    fn starts_too_early(&self) -> Option<String> {
        let shared = &self.shared;
        let Prepared::Timed(timed) = &shared.prepared else { return None };
        let first = timed.first_tie()?;
        if first > shared.timing.until {
            return Some(format!(
                "the first time of a tie is {}, after the end of runs, {}: count times from the first on",
                self.units(first as f64),
                self.units(shared.timing.until as f64)
            ));
        }
        // What crosses over later may start again. Who is drawn starts at 0.
        if shared.external.is_some() || shared.timing.crosspost_delay.is_some() {
            return None;
        }
        let latest = self.late_starts().max().unwrap_or(0);
        let mean = timed.stops_before(first, latest)?;
        Some(format!(
            "the first time of a tie is {}, and those who start, at {} at the latest, stop after {} in the mean: \
             let them start later (`origins_at`), or count times from the first on (who is drawn starts at 0)",
            self.units(first as f64),
            self.units(latest as f64),
            self.units(mean)
        ))
    }

    /// What there is to say if somebody starts when runs are over.
    fn starts_too_late(&self) -> Option<String> {
        let end = self.shared.timing.until;
        let late = self.late_starts().filter(|&at| at > end).count();
        (late > 0).then(|| {
            format!(
                "{} after the end of runs, {}, and so never",
                match late {
                    1 => "one of those who start does so".to_owned(),
                    late => format!("{late} of those who start do so"),
                },
                self.units(end as f64)
            )
        })
    }

    /// When those start, in ticks or steps, whose time was said.
    fn late_starts(&self) -> impl Iterator<Item = u64> {
        let parts = self.shared.posts.parts.iter().flat_map(|part| &part.starts.late);
        parts.chain(&self.shared.late).map(|&(at, _)| at)
    }

    /// So many ticks, or steps, as they were said: ticks are a little less than that.
    fn units(&self, ticks: f64) -> f64 {
        (ticks / self.clock().per_unit() * 1e6).round() / 1e6
    }

    /// The names of the posts, if there are several.
    pub fn posts(&self) -> impl ExactSizeIterator<Item = &str> {
        self.shared.posts.parts.iter().map(|part| part.name.as_str())
    }

    /// Whether each run has origins of its own.
    pub(crate) fn draws_origins(&self) -> bool {
        !self.shared.rules.is_empty()
    }

    /// Whether [`engine::run_together`] may make several runs at once.
    pub(crate) fn runs_together(&self, detail: Detail) -> u64 {
        match self.draws_origins() || !self.shared.posts.is_empty() {
            true => 1,
            false => engine::runs_together(&self.world(), detail),
        }
    }

    /// Makes the run with these keys, which are those of its first post.
    pub(crate) fn run(&self, keys: &RunKeys, detail: Detail, trace: &mut Trace) {
        if self.shared.posts.is_empty() {
            let drawn = self.draw(keys);
            return engine::run(&self.world_of(&drawn), keys, detail, trace);
        }
        self.with_posts(keys, |worlds, keys| {
            engine::run_posts(worlds, self.shared.posts.rivals.as_ref(), keys, detail, trace);
        });
    }

    /// The same by the reference kernel: the share events, and of which post each is.
    pub(crate) fn reference(&self, keys: &RunKeys) -> Vec<(u32, Event)> {
        if self.shared.posts.is_empty() {
            let drawn = self.draw(keys);
            let events = engine::reference(&self.world_of(&drawn), keys);
            return events.into_iter().map(|event| (0, event)).collect();
        }
        self.with_posts(keys, |worlds, keys| {
            engine::reference_posts(worlds, self.shared.posts.rivals.as_ref(), keys)
        })
    }

    /// The worlds of all posts, and their keys.
    fn with_posts<R>(&self, keys: &RunKeys, run: impl FnOnce(&[World<'_>], &[RunKeys]) -> R) -> R {
        let parts = &self.shared.posts.parts;
        let own = (0..).zip(parts);
        let drawn: Vec<_> =
            own.map(|(post, part)| part.starts.draw(self.graph(), &keys.of_post(post))).collect();
        let worlds: Vec<_> = parts
            .iter()
            .zip(&drawn)
            .enumerate()
            .map(|(post, (part, origins))| World {
                late: &part.starts.late,
                origins,
                model: &part.prepared,
                description: &part.model,
                overlay: match &self.others {
                    Some(others) if post > 0 => others,
                    _ => &self.overlay,
                },
                ..self.world()
            })
            .collect();
        let keys: Vec<_> =
            (0..).zip(parts).map(|(post, _)| self.keys_of_post(keys, post)).collect();
        run(&worlds, &keys)
    }

    /// By which keys a post spreads. Posts of which each shuts out the others draw the same: every tie is used by
    /// one at most.
    fn keys_of_post(&self, keys: &RunKeys, post: u32) -> RunKeys {
        let one = self.shared.posts.rivals.as_ref().is_some_and(|rivals| rivals.exclusive);
        keys.of_post(if one { 0 } else { post.into() })
    }

    /// How long a share of post `post` is shown over ties with times, in the run with these keys; none if no tie
    /// has times.
    pub(crate) fn shown(
        &self,
        keys: &RunKeys,
        post: u32,
        source: AccountId,
        at: u64,
    ) -> Option<(&TieTicks, Shown)> {
        let (prepared, keys) = match self.shared.posts.parts.get(post as usize) {
            None => (&self.shared.prepared, *keys),
            Some(part) => (&part.prepared, self.keys_of_post(keys, post)),
        };
        let (ticks, shown) = prepared.shown(self.graph(), &keys, source, at)?;
        Some((ticks, shown.up_to(self.shared.timing.until)))
    }

    /// The origins of the run with these keys, if they are drawn.
    fn draw(&self, keys: &RunKeys) -> Vec<AccountId> {
        match self.draws_origins() {
            true => posts::draw(self.graph(), &self.shared.rules, &self.origins, keys),
            false => Vec::new(),
        }
    }

    /// What a kernel needs to know, with the origins of a run.
    fn world_of<'a>(&'a self, drawn: &'a [AccountId]) -> World<'a> {
        match self.draws_origins() {
            true => World { origins: drawn, ..self.world() },
            false => self.world(),
        }
    }

    /// The same without those that are drawn.
    pub(crate) fn world(&self) -> World<'_> {
        World {
            late: &self.shared.late,
            external: self.shared.external.as_ref(),
            graph: &self.shared.graph,
            model: &self.shared.prepared,
            description: &self.shared.model,
            crossposts: &self.shared.crossposts,
            origins: &self.origins,
            overlay: &self.overlay,
            timing: &self.shared.timing,
        }
    }
}
