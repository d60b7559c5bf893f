//! What runs of share events with types come to.

use serde::{Deserialize, Serialize};

use super::Ended;
use crate::ensemble::{Deadline, WithinOutcome};
use crate::stats::Moments;

/// What runs of a [`TypedHawkes`](crate::TypedHawkes) came to. Shown there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TypedOutcome {
    /// Number of runs.
    pub runs: u64,
    /// The branching factor.
    pub branching_factor: f64,
    /// Share events per run.
    pub size: TypeFigure,
    /// Share events per run of each type.
    pub types: Vec<(String, TypeFigure)>,
    /// Ordered pairs of types of which one caused the other.
    pub crossings: Vec<TypedCrossing>,
    /// The fraction of runs after which nothing would have followed.
    pub extinct: f64,
    /// Runs that ended because they had as many share events as they may have.
    pub truncated: u64,
    /// Share events up to times, in the order in which these were given to
    /// [`TypedHawkes::reached_within`](crate::TypedHawkes::reached_within).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reached_within: Vec<WithinOutcome>,
}

/// A mean over runs. Shown at [`TypedHawkes`](crate::TypedHawkes).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TypeFigure {
    /// The mean.
    pub mean: f64,
    /// Its standard error; none for one run.
    pub std_error: Option<f64>,
}

/// Share events of one type that events of another caused. Shown at
/// [`TypedHawkes`](crate::TypedHawkes).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TypedCrossing {
    /// The type of the parent.
    pub from: String,
    /// The type of the child.
    pub to: String,
    /// The fraction of runs with at least one.
    pub probability: f64,
    /// How many in a run.
    pub crossings: TypeFigure,
}

/// Sums over runs.
pub(super) struct TypedTally {
    size: Moments,
    types: Vec<Moments>,
    /// By pair of types, row by row; and runs with any.
    crossings: Vec<(Moments, u64)>,
    extinct: u64,
    truncated: u64,
    /// By deadline.
    within: Vec<Deadline>,
}

impl TypedTally {
    pub(super) fn new(types: usize, within: &[Deadline]) -> Self {
        Self {
            within: within.to_vec(),
            size: Moments::default(),
            types: vec![Moments::default(); types],
            crossings: vec![(Moments::default(), 0); types * types],
            extinct: 0,
            truncated: 0,
        }
    }

    /// A run of which one knows when each event is, its type, and that of its parent.
    pub(super) fn see(
        &mut self,
        events: &(impl Iterator<Item = (u64, usize, Option<usize>)> + Clone),
        ended: Ended,
    ) {
        let types = self.types.len();
        let (mut shares, mut crossings) = (vec![0u64; types], vec![0u64; types * types]);
        for (_, of_type, from) in events.clone() {
            shares[of_type] += 1;
            if let Some(from) = from {
                crossings[from * types + of_type] += 1;
            }
        }
        self.size.push(shares.iter().sum::<u64>());
        self.types.iter_mut().zip(shares).for_each(|(moments, shares)| moments.push(shares));
        for ((moments, runs), crossings) in self.crossings.iter_mut().zip(crossings) {
            moments.push(crossings);
            *runs += u64::from(crossings > 0);
        }
        for deadline in &mut self.within {
            let times = events.clone().map(|(at, ..)| at);
            deadline.push(|last| times.filter(|&at| at <= last.get()).count() as u64);
        }
        self.extinct += u64::from(ended == Ended::Extinct);
        self.truncated += u64::from(ended == Ended::Truncated);
    }

    pub(super) fn merge(&mut self, later: Self) {
        self.size.merge(&later.size);
        self.types.iter_mut().zip(&later.types).for_each(|(own, later)| own.merge(later));
        for ((own, linked), (later, more)) in self.crossings.iter_mut().zip(later.crossings) {
            own.merge(&later);
            *linked += more;
        }
        self.within.iter_mut().zip(&later.within).for_each(|(own, later)| own.merge(later));
        self.extinct += later.extinct;
        self.truncated += later.truncated;
    }

    pub(super) fn outcome(&self, names: &[String], branching_factor: f64) -> TypedOutcome {
        let runs = self.size.count();
        let part = |some: u64| if runs == 0 { 0.0 } else { some as f64 / runs as f64 };
        let mut crossings = Vec::new();
        for (from, row) in names.iter().zip(self.crossings.chunks(names.len().max(1))) {
            for (to, (moments, linked)) in names.iter().zip(row).filter(|(to, _)| *to != from) {
                crossings.push(TypedCrossing {
                    from: from.clone(),
                    to: to.clone(),
                    probability: part(*linked),
                    crossings: figure(moments),
                });
            }
        }
        TypedOutcome {
            runs,
            branching_factor,
            size: figure(&self.size),
            types: names.iter().cloned().zip(self.types.iter().map(figure)).collect(),
            crossings,
            extinct: part(self.extinct),
            truncated: self.truncated,
            reached_within: self.within.iter().map(Deadline::outcome).collect(),
        }
    }
}

fn figure(moments: &Moments) -> TypeFigure {
    let estimate = moments.estimate();
    TypeFigure {
        mean: estimate.map_or(0.0, |estimate| estimate.mean),
        std_error: estimate.and_then(|estimate| estimate.std_error),
    }
}
