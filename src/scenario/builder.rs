//! [`ScenarioBuilder`]: what makes up a scenario, and the checks that it goes together.

use std::sync::Arc;

use super::posts::{Posts, Starts};
use super::{Scenario, Shared};
use crate::error::{Error, OfKey, Result};
use crate::graph::{AccountRef, Overlay, SocialGraph};
use crate::id::AccountId;
use crate::model::{
    Adopt, CrosspostRates, Crossposts, Delays, ExternalInfluence, Fatigue, Interaction, Model,
    OriginRule, Post, Prepared, ThresholdRule, Timing,
};
use crate::random::Distribution;
use crate::unit::{Clock, TimeUnit};

/// Collects what makes up a [`Scenario`]; [`build`](Self::build) checks it and prepares the model.
///
/// ```
/// use tieline::{Scenario, SocialGraph, WeightedCascade};
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// builder.weighted_tie(square, "ann", "bob", 0.5).tie(square, "bob", "cid");
/// let graph = std::sync::Arc::new(builder.build()?); // for two scenarios
///
/// let unread = Scenario::builder(graph.clone()).model(WeightedCascade).origin("ann").build();
/// assert!(unread.unwrap_err().is_conflict(), "weights that the model does not read");
/// let scenario = Scenario::builder(graph)
///     .model(WeightedCascade)
///     .ignore_weights()
///     .origins(["ann", "cid@square"])
///     .max_steps(3)
///     .build()?;
/// assert_eq!((scenario.origins().len(), scenario.max_steps()), (2, Some(3)));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a scenario does nothing until it is built and run"]
pub struct ScenarioBuilder {
    graph: Arc<SocialGraph>,
    model: Option<Model>,
    crosspost: CrosspostRates,
    origins: Vec<AccountRef>,
    overlay: Overlay,
    timing: Timing,
    rules: Vec<OriginRule>,
    late: Vec<(f64, AccountRef)>,
    external: Option<ExternalInfluence>,
    fatigue: Option<Fatigue>,
    posts: Vec<Post>,
    interaction: Interaction,
    ignore_weights: bool,
}

impl ScenarioBuilder {
    pub(super) fn new(graph: Arc<SocialGraph>) -> Self {
        Self {
            graph,
            model: None,
            crosspost: CrosspostRates::default(),
            origins: Vec::new(),
            overlay: Overlay::default(),
            timing: Timing::default(),
            rules: Vec::new(),
            late: Vec::new(),
            external: None,
            fatigue: None,
            posts: Vec::new(),
            interaction: Interaction::default(),
            ignore_weights: false,
        }
    }

    /// How the post spreads along ties. Required.
    pub fn model(mut self, model: impl Into<Model>) -> Self {
        self.model = Some(model.into());
        self
    }

    /// Users cross-post with probability `q` between their accounts in different networks; 0 if this
    /// is not called. [`crosspost_rates`](Self::crosspost_rates) says more.
    pub fn crosspost(mut self, q: f64) -> Self {
        self.crosspost.base = q;
        self
    }

    /// All probabilities of cross-posting at once, by pair of networks and by user. Shown at
    /// [`CrosspostRates`].
    pub fn crosspost_rates(mut self, rates: CrosspostRates) -> Self {
        self.crosspost = rates;
        self
    }

    /// An account that shares the post at step 0. May be called again.
    pub fn origin(self, account: impl Into<AccountRef>) -> Self {
        self.origins([account])
    }

    /// Accounts that share the post at step 0. One that is named twice shares once.
    pub fn origins<A: Into<AccountRef>>(mut self, accounts: impl IntoIterator<Item = A>) -> Self {
        self.origins.extend(accounts.into_iter().map(Into::into));
        self
    }

    /// An account that shares the post at `time`: in units, or a step. In models in which accounts share
    /// again it may be said of an account more than once.
    pub fn origin_at(mut self, time: f64, account: impl Into<AccountRef>) -> Self {
        self.late.push((time, account.into()));
        self
    }

    /// Origins that each run draws, or that are chosen by degree, beside those that are given. Shown at
    /// [`OriginRule`].
    pub fn origin_rule(mut self, rule: OriginRule) -> Self {
        self.rules.push(rule);
        self
    }

    /// Accounts share of their own accord, too. Shown at [`ExternalInfluence`].
    pub fn external(mut self, influence: ExternalInfluence) -> Self {
        self.external = Some(influence);
        self
    }

    /// Under independent and weighted cascade: who has seen the post before is persuaded less, or more.
    /// Shown at [`Fatigue`].
    pub fn fatigue(mut self, fatigue: Fatigue) -> Self {
        self.fatigue = Some(fatigue);
        self
    }

    /// One of several posts, which then have the origins. Shown at [`Post`].
    pub fn post(mut self, post: Post) -> Self {
        self.posts.push(post);
        self
    }

    /// What several posts do to each other; nothing if this is not called. Shown at [`Interaction`].
    pub fn interaction(mut self, interaction: Interaction) -> Self {
        self.interaction = interaction;
        self
    }

    /// An intervention, made for the same graph. Shown at [`Overlay`].
    pub fn overlay(mut self, overlay: Overlay) -> Self {
        self.overlay = overlay;
        self
    }

    /// The last step at which an account may share; origins share at step 0.
    pub fn max_steps(mut self, steps: u32) -> Self {
        self.timing.max_steps = Some(steps);
        self
    }

    /// All that is said of time at once.
    #[cfg(feature = "cli")]
    pub(crate) fn timing(mut self, timing: Timing) -> Self {
        self.timing = timing;
        self
    }

    /// How time goes by. If this is not called: continuously under independent and weighted cascade with
    /// [`delays`](Self::delays) and in compartmental models, else in steps.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.timing.clock = Some(clock);
        self
    }

    /// What times and rates are in, where time is continuous. It changes no result, only what outcomes
    /// call it.
    pub fn time_unit(mut self, unit: TimeUnit) -> Self {
        self.timing.time_unit = Some(unit);
        self
    }

    /// The time, in units, after which nobody shares any more.
    pub fn until(mut self, time: f64) -> Self {
        self.timing.until = Some(time);
        self
    }

    /// A run ends once it has so many share events.
    pub fn max_shares(mut self, shares: u64) -> Self {
        self.timing.max_shares = Some(shares);
        self
    }

    /// Under independent and weighted cascade: how much later tries land. Shown at [`Delays`].
    pub fn delays(mut self, delays: Delays) -> Self {
        self.timing.delays = Some(delays);
        self
    }

    /// In continuous time: how much later a cross-post lands. If this is not called, one tick.
    pub fn crosspost_delay(mut self, delay: Distribution) -> Self {
        self.timing.crosspost_delay = Some(delay);
        self
    }

    /// The weights of ties mean nothing here. Without this, weights that the model does not read
    /// are an error. On the command line: `--ignore-weights`.
    pub fn ignore_weights(mut self) -> Self {
        self.ignore_weights = true;
        self
    }

    /// The scenario.
    ///
    /// # Errors
    /// No model, no origin, an unknown or ambiguous name, a probability outside 0..=1, a tie without
    /// a probability, an overlay of another graph, weights that the model does not read, or weights
    /// of linear threshold that sum to more than 1 at an account.
    ///
    /// # Complexity
    /// O(n) for equal probabilities, O(n + m) else; linear threshold turns the ties round.
    pub fn build(self) -> Result<Scenario> {
        let graph = self.graph;
        let model = self.model.ok_or_else(|| Error::conflict("a scenario needs a model"))?;
        if self.timing.reads_weights() {
            if model.reads_weights() {
                return Err(Error::conflict(format!(
                    "the weights of ties are delays, or what {} reads, and not both",
                    model.name()
                )));
            }
            if self.ignore_weights {
                return Err(Error::conflict(
                    "the weights of ties are delays, and `ignore_weights` says that they are nothing",
                ));
            }
        }
        let read = model.reads_weights() || self.timing.reads_weights();
        if graph.has_weights() && !read && !self.ignore_weights {
            let meaning = match &model {
                Model::IndependentCascade(_) => {
                    "say that they are the probabilities (`--reshare weight`), or delays (`--delay weight`), \
                     or that they are nothing"
                }
                Model::WeightedCascade(_) => {
                    "say that they are delays (`--delay weight`), or that they are nothing"
                }
                Model::LinearThreshold(_) => {
                    "say how to read them (`--weights as-is|normalise`), or that they are nothing"
                }
                Model::Feeds(_) => "say that they are nothing",
                Model::Hawkes(_) => {
                    "say that they are the mean numbers of reshares (`--reshare weight`), or that they \
                     are nothing"
                }
                Model::Threshold(model) if model.rule == ThresholdRule::LinearFixed => {
                    "say how to read them (`--weights as-is|normalise`), or that they are nothing"
                }
                Model::Threshold(_) => "say that they are nothing",
                Model::Si(_)
                | Model::Sir(_)
                | Model::Seir(_)
                | Model::Fsir(_)
                | Model::Sis(_)
                | Model::Sirs(_)
                | Model::Custom(_) => {
                    "say that they are the rates (`--reshare weight`), or that they are nothing"
                }
            };
            return Err(Error::conflict(format!(
                "the ties have weights, which {} does not read as it is set; {meaning} \
                 (`--ignore-weights`)",
                model.name()
            )));
        }
        if !self.overlay.fits(&graph) {
            return Err(Error::conflict("the overlay was made for another graph"));
        }
        model.check(&self.timing)?;
        let timing = self.timing.prepare(&model)?;
        let prepared = model.prepare(&graph, &self.timing, self.fatigue.as_ref())?;
        let crossposts = match &model {
            Model::Threshold(model) if model.adopt == Adopt::Person => {
                model.crossposts(&self.crosspost)?
            }
            _ => self.crosspost.prepare(&graph)?,
        };
        check_rounds(&graph, &prepared, &crossposts, &self.timing)?;
        let others = self.external.is_some();
        let starts = if self.posts.is_empty() {
            if self.interaction != Interaction::default() {
                return Err(Error::conflict(
                    "`interaction` says what several posts do to each other: name them by `posts`",
                ));
            }
            let (origins, late) = (self.origins, self.late);
            let others = others || model.goes_by_itself(&self.timing);
            Starts::prepare(&graph, timing.clock, origins, late, &self.rules, others)?
        } else {
            if !(self.origins.is_empty() && self.late.is_empty() && self.rules.is_empty()) {
                return Err(Error::conflict(
                    "of several posts each has its own origins: say them of the posts",
                ));
            }
            if self.fatigue.is_some() {
                return Err(Error::conflict(
                    "`fatigue` does not go with several posts: each of them tires for itself in a scenario \
                     of its own",
                ));
            }
            Starts::default()
        };
        let (said, interaction) = (self.posts, &self.interaction);
        let posts = Posts::prepare(&graph, &self.timing, &model, said, interaction, others)?;
        if let (Some(_), Model::Feeds(model)) = (&self.external, &model) {
            return Err(model.without_external());
        }
        if let Some(external) = &self.external {
            external.check(timing.clock, self.timing.has_last())?;
        }
        let external = self.external.map(|external| external.prepare(&graph, timing.clock));
        let Starts { mut origins, late, rules } = starts;
        origins.extend(posts.parts.iter().flat_map(|part| &part.starts.origins));
        origins.sort_by_key(|&account| graph.logical_key(account));
        origins.dedup();
        Ok(Scenario {
            origins: origins.into(),
            others: (!posts.is_empty()).then(|| self.overlay.without_added_origins().into()),
            overlay: self.overlay.into(),
            shared: Arc::new(Shared {
                posts,
                graph,
                model,
                crosspost: self.crosspost,
                prepared,
                crossposts,
                max_steps: self.timing.max_steps,
                timing,
                rules,
                late,
                external: external.transpose()?,
                fatigue: self.fatigue,
            }),
        })
    }
}

/// Where accounts share again, cross-posts that take no time must not go round.
fn check_rounds(
    graph: &SocialGraph,
    prepared: &Prepared,
    crossposts: &Crossposts,
    timing: &Timing,
) -> Result<()> {
    let takes_time = timing.crosspost_delay.as_ref().is_some_and(|delay| delay.mean() > 0.0);
    if !prepared.shares_regardless() || takes_time || timing.max_shares.is_some() {
        return Ok(());
    }
    match crossposts.goes_round(graph) {
        None => Ok(()),
        Some(user) => Err(Error::conflict(format!(
            "cross-posts of `{}` go round among three accounts or more, again and again at once: give a \
             `crosspost_delay`, or an end by `max_shares`",
            graph.user_name(user)
        ))),
    }
}

pub(super) fn resolve_origins<A: Into<AccountRef>>(
    graph: &SocialGraph,
    origins: impl IntoIterator<Item = A>,
) -> Result<Vec<AccountId>> {
    let account =
        |(row, origin)| graph.account(origin).map_err(|error| error.of_row(row)).of_key("origins");
    let mut accounts: Vec<_> =
        origins.into_iter().enumerate().map(account).collect::<Result<_>>()?;
    if accounts.is_empty() {
        return Err(Error::conflict("a scenario needs an origin: an account that shares first"));
    }
    accounts.sort_by_key(|&account| graph.logical_key(account));
    accounts.dedup();
    Ok(accounts)
}
