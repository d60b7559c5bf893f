//! Diffusion models: each a small struct with one decision, which ties of a sharer fire.
//!
//! A model is described by a plain public struct and prepared for one graph into a [`Prepared`]
//! that the kernels ask. Nothing here walks a cascade.

mod blocks;
mod by_tie;
mod choices;
mod compartments;
mod crosspost;
mod custom;
mod decimal;
mod external;
mod fading;
mod fatigue;
mod feeds;
mod hawkes;
mod head;
mod independent_cascade;
mod interaction;
mod linear_threshold;
mod origins;
mod passes;
mod per;
mod periods;
mod post;
mod reshare;
mod temporal;
mod threshold;
mod tie_numbers;
mod tie_probabilities;
mod tie_rates;
mod timing;
mod weighted_cascade;

use serde::{Deserialize, Serialize};

pub(crate) use self::blocks::{STRONG, block_stream, plain_hits};
pub(crate) use self::by_tie::{ByTie, LONG_WORDS, LongHead, coin_index, stretches, table_hazard};
pub(crate) use self::choices::Choices;
use self::compartments::{Again, Parts};
pub(crate) use self::compartments::{
    ContactHead, ContactKeys, Contacts, MARKS_A_TIE, MarkKeys, Marks, in_cell,
};
pub use self::compartments::{Fsir, PeriodPer, Seir, Si, Sir, Sirs, Sis};
pub use self::crosspost::CrosspostRates;
pub(crate) use self::crosspost::Crossposts;
pub use self::custom::{CustomModel, Decide, Sight};
pub use self::external::ExternalInfluence;
pub(crate) use self::external::PreparedExternal;
pub(crate) use self::fading::Fading;
pub(crate) use self::fatigue::Tiring;
pub use self::fatigue::{Fatigue, FatigueCurve};
pub(crate) use self::feeds::Screens;
pub use self::feeds::{FeedRule, Feeds};
pub use self::hawkes::{Hawkes, Sharing};
pub(crate) use self::hawkes::{Offspring, Row};
pub(crate) use self::head::{Head, PartHead};
pub use self::independent_cascade::IndependentCascade;
pub(crate) use self::interaction::Rivals;
pub use self::interaction::{Effects, Interaction};
pub use self::linear_threshold::{LinearThreshold, ThresholdWeights};
pub(crate) use self::origins::PreparedRule;
pub use self::origins::{Amount, Choice, OriginRule};
pub(crate) use self::passes::{Over, Passes, Tries, raised};
pub use self::per::Per;
pub use self::periods::{Delays, Periods};
pub(crate) use self::periods::{PreparedDelays, PreparedPeriods};
pub use self::post::Post;
pub(crate) use self::reshare::Meaning;
pub use self::reshare::Reshares;
#[cfg(feature = "cli")]
pub(crate) use self::reshare::check_factor;
pub(crate) use self::reshare::check_rate;
use self::temporal::no_window;
pub(crate) use self::temporal::{
    Changes, Enough, InOrder, OneContact, Seen, Shown, TieTicks, Timed, TimedContacts, TimedKeys,
    TimedThresholds, TimedTries, Wanted, When,
};
pub(crate) use self::threshold::{
    AccountLevels, Alone, Asked, Level, Member, Persons, Pooled, Resolved, Slot, ThresholdLane,
    Thresholds, content_weights, tie_weights,
};
pub use self::threshold::{
    Adopt, Friends, Threshold, ThresholdDraw, ThresholdRule, ThresholdValue,
};
pub(crate) use self::tie_probabilities::TieProbabilities;
pub(crate) use self::tie_rates::{PartRule, TieRates};
pub(crate) use self::timing::{PreparedTiming, Timing};
pub use self::weighted_cascade::WeightedCascade;
use crate::error::{Error, OfKey, Result};
use crate::graph::SocialGraph;
use crate::id::{AccountId, NetworkId};

/// How a post spreads along ties.
///
/// ```
/// use tieline::{IndependentCascade, LinearThreshold, Model, WeightedCascade};
///
/// let models: [Model; 3] = [
///     IndependentCascade::with_probability(0.1).into(),
///     WeightedCascade.into(),
///     LinearThreshold::default().into(),
/// ];
/// assert_eq!(models[1].name(), "weighted-cascade");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Model {
    /// Every tie of a sharer gets one try.
    IndependentCascade(IndependentCascade),
    /// Independent cascade with probability 1 / in-degree of the target.
    WeightedCascade(WeightedCascade),
    /// An account shares once enough of those it sees have, its threshold being uniform.
    LinearThreshold(LinearThreshold),
    /// An account, or a person, shares once enough of those they see have, their thresholds being
    /// known.
    Threshold(Threshold),
    /// An account that shares contacts those who see it, for ever.
    Si(Si),
    /// The same for a period.
    Sir(Sir),
    /// The same, and who is contacted shares later.
    Seir(Seir),
    /// As SIR, and attention is shared out among all whom an account sees.
    Fsir(Fsir),
    /// Every share of an account causes others, each of which does so again.
    Hawkes(Hawkes),
    /// Who stops sharing may share again.
    Sis(Sis),
    /// The same, after a time.
    Sirs(Sirs),
    /// Copies compete for places on screens.
    Feeds(Feeds),
    /// One's own. It cannot be serialised.
    #[serde(skip)]
    Custom(CustomModel),
}

impl Model {
    /// A model of one's own. Shown at [`Decide`].
    pub fn custom(model: impl Decide + 'static) -> Self {
        Self::Custom(CustomModel::new(model))
    }

    /// A model in steps of which a closure says whether who sees a share follows.
    ///
    /// ```
    /// use tieline::{Ensemble, Model, Scenario, SocialGraph};
    ///
    /// let mut builder = SocialGraph::builder();
    /// let square = builder.network("square");
    /// builder.tie(square, "ann", "bob").tie(square, "bob", "cid");
    /// let scenario = Scenario::builder(builder.build()?)
    ///     .model(Model::in_steps("coin", |sight| sight.tie_draw() < 0.5))
    ///     .origin("ann")
    ///     .build()?;
    /// let outcome = Ensemble::new(&scenario).runs(10_000).run();
    /// assert!((outcome.size.mean - 1.75).abs() < 0.05);
    /// # Ok::<(), tieline::Error>(())
    /// ```
    pub fn in_steps(
        name: impl Into<String>,
        decide: impl Fn(&Sight<'_>) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self::Custom(CustomModel::in_steps(name, decide))
    }

    /// The name that the command line uses.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::IndependentCascade(_) => "independent-cascade",
            Self::WeightedCascade(_) => "weighted-cascade",
            Self::LinearThreshold(_) => "linear-threshold",
            Self::Threshold(model) => model.rule.name(),
            Self::Si(_) => "si",
            Self::Sir(_) => "sir",
            Self::Seir(_) => "seir",
            Self::Fsir(_) => "fsir",
            Self::Hawkes(_) => "hawkes",
            Self::Sis(_) => "sis",
            Self::Sirs(_) => "sirs",
            Self::Feeds(model) => model.name(),
            Self::Custom(model) => model.name(),
        }
    }

    /// Whether accounts share of their own accord up to the end of a run, whether or not anybody starts.
    pub(crate) fn goes_by_itself(&self, timing: &Timing) -> bool {
        matches!(self, Self::Feeds(feeds) if feeds.has_news() && timing.until.is_some())
    }

    /// Whether the weights of ties mean something to this model as it is set.
    #[must_use]
    pub fn reads_weights(&self) -> bool {
        match self {
            Self::IndependentCascade(model) => model.reads_weights(),
            Self::WeightedCascade(_) | Self::Feeds(_) => false,
            Self::Custom(_) => true,
            Self::LinearThreshold(model) => model.weights != ThresholdWeights::InverseDegree,
            Self::Threshold(model) => model.reads_weights(),
            Self::Si(Si { reshares, .. })
            | Self::Sir(Sir { reshares, .. })
            | Self::Seir(Seir { reshares, .. })
            | Self::Fsir(Fsir { reshares, .. })
            | Self::Hawkes(Hawkes { reshares, .. })
            | Self::Sis(Sis { reshares, .. })
            | Self::Sirs(Sirs { reshares, .. }) => reshares.weights,
        }
    }

    /// The error where fatigue means nothing.
    pub(crate) fn without_fatigue(&self) -> Error {
        Error::conflict(format!(
            "`fatigue` means nothing beside {}: it multiplies the probability of a try; the models with \
             tries are independent-cascade and weighted-cascade",
            self.name()
        ))
    }

    /// Whether accounts stay in states for periods.
    pub(crate) fn is_compartmental(&self) -> bool {
        matches!(
            self,
            Self::Si(_)
                | Self::Sir(_)
                | Self::Seir(_)
                | Self::Fsir(_)
                | Self::Sis(_)
                | Self::Sirs(_)
        )
    }

    /// Whether the parameters may be what they are, as far as that can be told without a graph.
    pub(crate) fn check(&self, timing: &Timing) -> Result<()> {
        let clock = timing.clock(self);
        if let Some(delays) = &timing.delays {
            delays.check("the delay", timing.has_end())?;
        }
        match self {
            Self::IndependentCascade(model) => model.reshares.check(Meaning::Probability),
            Self::WeightedCascade(_) | Self::LinearThreshold(_) | Self::Custom(_) => Ok(()),
            Self::Threshold(model) => model.check_words(),
            Self::Si(model) => model.parts().check(timing, clock),
            Self::Sir(model) => model.parts().check(timing, clock),
            Self::Seir(model) => model.parts().check(timing, clock),
            Self::Fsir(model) => model.parts().check(timing, clock),
            Self::Hawkes(model) => model.check(timing),
            Self::Sis(model) => model.again().check(timing, clock),
            Self::Sirs(model) => model.again().check(timing, clock),
            Self::Feeds(model) => {
                timing.check_end(model.name())?;
                model.check()
            }
        }
    }

    /// Makes it ready for `graph`. `timing` fits it, and it passed [`check`](Self::check).
    pub(crate) fn prepare(
        &self,
        graph: &SocialGraph,
        timing: &Timing,
        fatigue: Option<&Fatigue>,
    ) -> Result<Prepared> {
        if let Some(times) = graph.times() {
            timing.refuse_delays_by_tie("ties that come and go")?;
            let timed = temporal::prepare(self, graph, times, timing)?;
            let Some(fatigue) = fatigue else { return Ok(Prepared::Timed(Box::new(timed))) };
            let (Timed::Tries(tries), Some(probabilities)) =
                (timed, TieProbabilities::of(graph, self)?)
            else {
                return Err(self.without_fatigue());
            };
            let tiring = fatigue.prepare(graph, &probabilities, tries.delays).of_key("fatigue")?;
            return Ok(Prepared::Tiring(Box::new(tiring.over(tries.ticks))));
        }
        if fatigue.is_some() {
            timing.refuse_delays_by_tie("`fatigue`")?;
        }
        let clock = timing.clock(self);
        let mut delays = timing.delays.iter();
        delays.try_for_each(|delays| delays.check_weights(graph, clock)).of_key("delay")?;
        let delays = timing.prepare_delays(graph)?;
        if let Some(fatigue) = fatigue {
            let Some(probabilities) = TieProbabilities::of(graph, self)? else {
                return Err(self.without_fatigue());
            };
            let tiring = fatigue.prepare(graph, &probabilities, delays).of_key("fatigue")?;
            return Ok(Prepared::Tiring(Box::new(tiring)));
        }
        let ties = |rates| match delays {
            None => Prepared::Ties(Box::new(rates)),
            Some(delays) => Prepared::Delayed(Box::new(Delayed { rates, delays })),
        };
        let contacts = |parts: &Parts<'_>| {
            let contacts = Contacts::prepare(graph, timing, clock, parts)?;
            Ok::<_, Error>(Prepared::Contacts(Box::new(contacts)))
        };
        let marks = |again: &Again<'_>| {
            Ok::<_, Error>(Prepared::Marks(Box::new(Marks::prepare(graph, clock, again)?)))
        };
        Ok(match self {
            Self::IndependentCascade(model) => ties(model.prepare(graph)?),
            Self::WeightedCascade(model) => ties(model.prepare(graph)),
            Self::LinearThreshold(model) => {
                Prepared::Choices(model.prepare(graph).of_key("weights")?)
            }
            Self::Threshold(model) => Prepared::Thresholds(Box::new(model.prepare(graph)?)),
            Self::Si(model) => contacts(&model.parts())?,
            Self::Sir(model) => contacts(&model.parts())?,
            Self::Seir(model) => contacts(&model.parts())?,
            Self::Fsir(model) => contacts(&model.parts())?,
            Self::Hawkes(model) => Prepared::Offspring(Box::new(model.prepare(graph, timing)?)),
            Self::Sis(model) => marks(&model.again())?,
            Self::Custom(model) => Prepared::Custom(model.clone()),
            Self::Feeds(model) => Prepared::Screens(Box::new(model.prepare(graph)?)),
            Self::Sirs(model) => marks(&model.again())?,
        })
    }
}

macro_rules! model_from {
    ($($model:ident),*) => {$(
        impl From<$model> for Model {
            fn from(model: $model) -> Self {
                Self::$model(model)
            }
        }
    )*};
}
model_from!(
    IndependentCascade,
    WeightedCascade,
    LinearThreshold,
    Threshold,
    Si,
    Sir,
    Seir,
    Fsir,
    Sis,
    Sirs,
    Hawkes,
    Feeds
);

impl From<CustomModel> for Model {
    fn from(model: CustomModel) -> Self {
        Self::Custom(model)
    }
}

/// A model made ready for one graph.
#[derive(Debug, Clone)]
pub(crate) enum Prepared {
    /// The sharer decides, tie by tie.
    Ties(Box<TieRates>),
    /// Each account has chosen whom it listens to.
    Choices(Choices),
    /// Those who see the post count who else has shared.
    Thresholds(Box<Thresholds>),
    /// The sharer decides, and tries land later.
    Delayed(Box<Delayed>),
    /// What somebody has seen before decides, too.
    Tiring(Box<Tiring>),
    /// Accounts contact each other for periods.
    Contacts(Box<Contacts>),
    /// The same, and may share again.
    Marks(Box<Marks>),
    /// Whoever sees a share is asked.
    Custom(CustomModel),
    /// Share events cause others.
    Offspring(Box<Offspring>),
    /// Copies compete for places on screens.
    Screens(Box<Screens>),
    /// Any of these over ties that come and go.
    Timed(Box<Timed>),
}

impl Prepared {
    /// Whether all that a share causes is caused whatever else happened, so that cross-posts can go round.
    pub(crate) fn shares_regardless(&self) -> bool {
        match self {
            Self::Offspring(offspring) => offspring.sharing == Sharing::Repeat,
            Self::Screens(_) => true,
            _ => false,
        }
    }
}

/// Ties that fire, and how much later.
#[derive(Debug, Clone)]
pub(crate) struct Delayed {
    pub(crate) rates: TieRates,
    pub(crate) delays: PreparedDelays,
}

/// A sharer's ties, cut into parts by the network of the target, with the place of each part in
/// the row. Parts have streams of their own, so a new tie into another network moves nothing here.
pub(crate) fn parts(
    graph: &SocialGraph,
    source: AccountId,
) -> impl Iterator<Item = (NetworkId, std::ops::Range<usize>)> {
    let row = graph.targets(source);
    let mut start = 0;
    let inside = graph.bridge_tie_count() == 0;
    std::iter::from_fn(move || {
        if inside && start < row.len() {
            // The row need not be read to know where it leads.
            start = row.len();
            return Some((graph.network_of(source), 0..start));
        }
        let network = graph.network_of(*row.get(start)?);
        // Rows are in order of logical key, so a network's targets stand together.
        let range = graph.account_range(network);
        let len = if range.contains(&row[row.len() - 1].get()) {
            row.len() - start
        } else {
            // At least the first: the row of an altered file may be out of order.
            row[start..].partition_point(|target| range.contains(&target.get())).max(1)
        };
        let part = start..start + len;
        start = part.end;
        Some((network, part))
    })
}

/// The error for a network that a model names and the graph lacks, or a pair that it names twice.
fn resolve_pair(graph: &SocialGraph, from: &str, to: &str) -> Result<(NetworkId, NetworkId)> {
    Ok((graph.network_named(from)?, graph.network_named(to)?))
}

fn twice(what: &str, name: &str) -> Error {
    Error::conflict(format!("{what} is given twice for `{name}`"))
}
