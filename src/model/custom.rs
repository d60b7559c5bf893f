//! Models of one's own: one decision, whether who sees a share follows.

use std::fmt;
use std::sync::Arc;

use crate::graph::SocialGraph;
use crate::id::{AccountId, TieId};
use crate::random::{Stream, exponential, uniform};

/// A diffusion model of one's own: does an account that sees a share follow?
///
/// The engine calls [`decide`](Self::decide) for every account that sees a share along a tie and has not
/// shared yet, in order of time; what is seen at one step (or tick) comes in an order that only keys decide,
/// so results depend on neither storage nor threads. Cross-posts, interventions, origins, external
/// influence, logs and comparisons work as for every other model. A closure from a [`Sight`] to `bool` is
/// enough for models in steps: `Model::in_steps("my-model", |sight| …)`.
///
/// Draw from the sight and from nothing else: its draws belong to the tie, or to the account, and to the
/// run, and so stay the same under interventions. How worlds with and without an account relate depends on
/// what is decided; runs agree up to the first share that an intervention takes away in any case.
///
/// ```
/// use tieline::{Clock, Decide, Ensemble, Model, Scenario, Sight, SocialGraph};
///
/// /// Who sees a post for the second time follows within the hour, or half of the time never.
/// #[derive(Debug)]
/// struct SecondLook;
///
/// impl Decide for SecondLook {
///     fn name(&self) -> &str {
///         "second-look"
///     }
///
///     fn decide(&self, sight: &Sight<'_>) -> Option<f64> {
///         (sight.exposures() == 2 && sight.viewer_draw() < 0.5).then(|| sight.tie_draw())
///     }
/// }
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// builder.tie(square, "ann", "cid").tie(square, "bob", "cid");
/// let scenario = Scenario::builder(builder.build()?)
///     .model(Model::custom(SecondLook))
///     .clock(Clock::Continuous)
///     .origins(["ann", "bob"])
///     .build()?;
/// let outcome = Ensemble::new(&scenario).runs(10_000).run();
/// assert!((outcome.size.mean - 2.5).abs() < 0.03);
/// # Ok::<(), tieline::Error>(())
/// ```
///
/// # Complexity
/// A run takes O(k log k) time for the k ties of those who share, and as many decisions.
pub trait Decide: fmt::Debug + Send + Sync {
    /// What outcomes call the model.
    fn name(&self) -> &str;

    /// Whether the viewer follows, and how much later: in units of time, or in steps, of which it is at
    /// least one; rounded up. It must be a function of the sight alone. A run panics if it is negative or NaN.
    fn decide(&self, sight: &Sight<'_>) -> Option<f64>;
}

/// An account sees a share. Shown at [`Decide`].
#[derive(Debug, Clone, Copy)]
pub struct Sight<'a> {
    pub(crate) graph: &'a SocialGraph,
    pub(crate) sharer: AccountId,
    pub(crate) viewer: AccountId,
    pub(crate) tie: TieId,
    pub(crate) exposures: u32,
    pub(crate) time: f64,
    pub(crate) of_tie: Stream,
    pub(crate) of_viewer: Stream,
}

impl<'a> Sight<'a> {
    /// The graph.
    #[must_use]
    pub fn graph(&self) -> &'a SocialGraph {
        self.graph
    }

    /// Who shared.
    #[must_use]
    pub fn sharer(&self) -> AccountId {
        self.sharer
    }

    /// Who sees it.
    #[must_use]
    pub fn viewer(&self) -> AccountId {
        self.viewer
    }

    /// The tie between them.
    #[must_use]
    pub fn tie(&self) -> TieId {
        self.tie
    }

    /// Its weight, if it has one.
    #[must_use]
    pub fn weight(&self) -> Option<f64> {
        self.graph.weight(self.tie)
    }

    /// How many shares the viewer has seen along ties, this one included.
    #[must_use]
    pub fn exposures(&self) -> u32 {
        self.exposures
    }

    /// How many accounts the viewer sees.
    #[must_use]
    pub fn in_degree(&self) -> u64 {
        self.graph.in_degree(self.viewer)
    }

    /// When: the time in units, or the step, of the share.
    #[must_use]
    pub fn time(&self) -> f64 {
        self.time
    }

    /// Uniform in 0..1, always the same for this tie in this run.
    #[must_use]
    pub fn tie_draw(&self) -> f64 {
        uniform(self.of_tie, 0)
    }

    /// More draws for this tie: number 0 is [`tie_draw`](Self::tie_draw).
    #[must_use]
    pub fn tie_draw_number(&self, number: u32) -> f64 {
        uniform(self.of_tie, number.into())
    }

    /// Uniform in 0..1, always the same for the viewer in this run.
    #[must_use]
    pub fn viewer_draw(&self) -> f64 {
        uniform(self.of_viewer, 0)
    }

    /// More draws for the viewer: number 0 is [`viewer_draw`](Self::viewer_draw).
    #[must_use]
    pub fn viewer_draw_number(&self, number: u32) -> f64 {
        uniform(self.of_viewer, number.into())
    }

    /// Exponential with mean 1, from the same draw as [`tie_draw_number`](Self::tie_draw_number).
    #[must_use]
    pub fn tie_wait(&self, number: u32) -> f64 {
        exponential(self.of_tie, number.into())
    }
}

/// A model in steps that is a closure.
struct InSteps<F> {
    name: String,
    decide: F,
}

impl<F> fmt::Debug for InSteps<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl<F: Fn(&Sight<'_>) -> bool + Send + Sync> Decide for InSteps<F> {
    fn name(&self) -> &str {
        &self.name
    }

    fn decide(&self, sight: &Sight<'_>) -> Option<f64> {
        (self.decide)(sight).then_some(1.0)
    }
}

/// A [`Decide`] as part of a [`Model`](crate::Model). Two are equal if they are the same.
#[derive(Clone)]
pub struct CustomModel(Arc<dyn Decide>);

impl CustomModel {
    /// A model of one's own.
    pub fn new(model: impl Decide + 'static) -> Self {
        Self(Arc::new(model))
    }

    /// A model in steps: whether who sees a share follows at the next step.
    pub fn in_steps(
        name: impl Into<String>,
        decide: impl Fn(&Sight<'_>) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self::new(InSteps { name: name.into(), decide })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.name()
    }

    pub(crate) fn decide(&self, sight: &Sight<'_>) -> Option<f64> {
        self.0.decide(sight)
    }
}

impl fmt::Debug for CustomModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl PartialEq for CustomModel {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}
