//! Diffusion models: each a small struct with one decision, which ties of a sharer fire.
//!
//! A model is described by a plain public struct and prepared for one graph into a [`Prepared`]
//! that the kernels ask. Nothing here walks a cascade.

mod blocks;
mod by_tie;
mod choices;
mod compartments;
mod crosspost;
mod head;
mod independent_cascade;
mod linear_threshold;
mod periods;
mod reshare;
mod tie_rates;
mod timing;
mod weighted_cascade;

use serde::{Deserialize, Serialize};

pub(crate) use self::blocks::{STRONG, block_stream, plain_hits};
pub(crate) use self::by_tie::{ByTie, LONG_WORDS, LongHead, coin_index, stretches, table_hazard};
pub(crate) use self::choices::Choices;
pub(crate) use self::compartments::{ContactKeys, Contacts, MARKS_A_TIE, MarkKeys, Marks, in_cell};
pub use self::compartments::{Fsir, PeriodPer, Seir, Si, Sir, Sirs, Sis};
pub use self::crosspost::CrosspostRates;
pub(crate) use self::crosspost::Crossposts;
pub(crate) use self::head::{Head, PartHead};
pub use self::independent_cascade::IndependentCascade;
pub use self::linear_threshold::{LinearThreshold, ThresholdWeights};
pub(crate) use self::periods::PreparedDelays;
pub use self::periods::{Delays, Periods};
pub(crate) use self::reshare::Meaning;
pub use self::reshare::Reshares;
#[cfg(feature = "cli")]
pub(crate) use self::reshare::check_factor;
pub(crate) use self::tie_rates::{PartRule, TieRates};
pub(crate) use self::timing::{PreparedTiming, Timing};
pub use self::weighted_cascade::WeightedCascade;
use crate::error::{Error, Result};
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
/// assert_eq!(models.map(|model| model.name())[1], "weighted-cascade");
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
    /// An account that shares contacts those who see it, for ever.
    Si(Si),
    /// The same for a period.
    Sir(Sir),
    /// The same, and who is contacted shares later.
    Seir(Seir),
    /// As SIR, and attention is shared out among all whom an account sees.
    Fsir(Fsir),
    /// Who stops sharing may share again.
    Sis(Sis),
    /// The same, after a time.
    Sirs(Sirs),
}

impl Model {
    /// The name that the command line uses.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::IndependentCascade(_) => "independent-cascade",
            Self::WeightedCascade(_) => "weighted-cascade",
            Self::LinearThreshold(_) => "linear-threshold",
            Self::Si(_) => "si",
            Self::Sir(_) => "sir",
            Self::Seir(_) => "seir",
            Self::Fsir(_) => "fsir",
            Self::Sis(_) => "sis",
            Self::Sirs(_) => "sirs",
        }
    }

    /// Whether the weights of ties mean something to this model as it is set.
    #[must_use]
    pub fn reads_weights(&self) -> bool {
        match self {
            Self::IndependentCascade(model) => model.reads_weights(),
            Self::WeightedCascade(_) => false,
            Self::LinearThreshold(model) => model.weights != ThresholdWeights::InverseDegree,
            Self::Si(Si { reshares, .. })
            | Self::Sir(Sir { reshares, .. })
            | Self::Seir(Seir { reshares, .. })
            | Self::Fsir(Fsir { reshares, .. })
            | Self::Sis(Sis { reshares, .. })
            | Self::Sirs(Sirs { reshares, .. }) => reshares.weights,
        }
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
            delays.check(timing.has_end())?;
        }
        match self {
            Self::IndependentCascade(model) => model.reshares.check(Meaning::Probability),
            Self::WeightedCascade(_) | Self::LinearThreshold(_) => Ok(()),
            Self::Si(model) => model.check(timing, clock),
            Self::Sir(model) => model.check(timing, clock),
            Self::Seir(model) => model.check(timing, clock),
            Self::Fsir(model) => model.check(timing, clock),
            Self::Sis(model) => model.check(timing, clock),
            Self::Sirs(model) => model.check(timing, clock),
        }
    }

    /// Makes it ready for `graph`. `timing` fits it.
    pub(crate) fn prepare(&self, graph: &SocialGraph, timing: &Timing) -> Result<Prepared> {
        let (clock, delays) = (timing.clock(self), timing.prepare_delays(graph)?);
        let ties = |rates| match delays {
            None => Prepared::Ties(Box::new(rates)),
            Some(delays) => Prepared::Delayed(Box::new(Delayed { rates, delays })),
        };
        let contacts = |contacts| Prepared::Contacts(Box::new(contacts));
        Ok(match self {
            Self::IndependentCascade(model) => ties(model.prepare(graph)?),
            Self::WeightedCascade(model) => ties(model.prepare(graph)),
            Self::LinearThreshold(model) => Prepared::Choices(model.prepare(graph)?),
            Self::Si(model) => contacts(model.prepare(graph, timing, clock)?),
            Self::Sir(model) => contacts(model.prepare(graph, timing, clock)?),
            Self::Seir(model) => contacts(model.prepare(graph, timing, clock)?),
            Self::Fsir(model) => contacts(model.prepare(graph, timing, clock)?),
            Self::Sis(model) => Prepared::Marks(Box::new(model.prepare(graph, timing, clock)?)),
            Self::Sirs(model) => Prepared::Marks(Box::new(model.prepare(graph, timing, clock)?)),
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
model_from!(IndependentCascade, WeightedCascade, LinearThreshold, Si, Sir, Seir, Fsir, Sis, Sirs);

/// A model made ready for one graph.
#[derive(Debug, Clone)]
pub(crate) enum Prepared {
    /// The sharer decides, tie by tie.
    Ties(Box<TieRates>),
    /// Each account has chosen whom it listens to.
    Choices(Choices),
    /// The sharer decides, and tries land later.
    Delayed(Box<Delayed>),
    /// Accounts contact each other for periods.
    Contacts(Box<Contacts>),
    /// The same, and may share again.
    Marks(Box<Marks>),
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
