//! [`ShareLog`]: every share event of every run, as columns.

use serde::{Deserialize, Serialize};

use super::run::Run;
use crate::engine::Route;
use crate::id::AccountId;

/// Every share event of an ensemble as columns of equal length, sorted by run, step and logical
/// key.
///
/// Memory: 25 bytes per share event. In these models one post is shared at most once by an
/// account, so `post` and `occurrence` are 0 throughout and take no column.
///
/// ```
/// use tieline::{Ensemble, IndependentCascade, Route, Scenario, SocialGraph};
///
/// let mut builder = SocialGraph::builder();
/// let (square, hall) = (builder.network("square"), builder.network("hall"));
/// builder.tie(square, "ann", "bob").account(hall, "bob");
/// builder.same_name_is_one_user();
/// let scenario = Scenario::builder(builder.build()?)
///     .model(IndependentCascade::with_probability(1.0))
///     .crosspost(1.0)
///     .origin("ann")
///     .build()?;
///
/// let log = Ensemble::new(&scenario).runs(2).share_log();
/// assert_eq!(log.run, [0, 0, 0, 1, 1, 1]);
/// assert_eq!(log.step, [0, 1, 2, 0, 1, 2]);
/// let last = log.rows().last().unwrap();
/// assert_eq!(scenario.graph().account_label(last.account), "bob@hall");
/// assert_eq!((last.parent, last.route), (Some(1), Route::CrossPost));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ShareLog {
    /// The run.
    pub run: Vec<u64>,
    /// The place of the share event in its run, from 0.
    pub row: Vec<u32>,
    /// Who shared.
    pub account: Vec<AccountId>,
    /// The row of the parent in the same run; [`ShareLog::NO_PARENT`] for an origin.
    pub parent: Vec<u32>,
    /// The step; origins share at step 0.
    pub step: Vec<u32>,
    /// How the share event came about.
    pub route: Vec<Route>,
}

/// One row of a [`ShareLog`]; see [`ShareLog::rows`]. Shown at [`ShareLog`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ShareRow {
    /// The run.
    pub run: u64,
    /// The place in the run.
    pub row: u32,
    /// Who shared.
    pub account: AccountId,
    /// The row of the parent in the same run.
    pub parent: Option<u32>,
    /// The step.
    pub step: u32,
    /// How it came about.
    pub route: Route,
}

impl ShareLog {
    /// In `parent`: there is none.
    pub const NO_PARENT: u32 = u32::MAX;

    /// Number of share events.
    #[must_use]
    pub fn len(&self) -> usize {
        self.run.len()
    }

    /// Whether there is no share event.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.run.is_empty()
    }

    /// Row by row.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = ShareRow> {
        (0..self.len()).map(|at| ShareRow {
            run: self.run[at],
            row: self.row[at],
            account: self.account[at],
            parent: Some(self.parent[at]).filter(|&parent| parent != Self::NO_PARENT),
            step: self.step[at],
            route: self.route[at],
        })
    }

    /// Appends the share events of a run, which must have parents.
    pub(crate) fn push_run(&mut self, run: &Run<'_>) {
        let order = in_order(run);
        let mut row_of = vec![0; order.len()];
        for (row, &(_, place)) in order.iter().enumerate() {
            row_of[place] = row as u32;
        }
        for (row, &(step, place)) in order.iter().enumerate() {
            self.run.push(run.number());
            self.row.push(row as u32);
            self.account.push(run.accounts()[place]);
            self.parent.push(run.parent_place(place).map_or(Self::NO_PARENT, |p| row_of[p]));
            self.step.push(step);
            self.route.push(run.route(place));
        }
    }

    pub(crate) fn append(&mut self, mut later: Self) {
        self.run.append(&mut later.run);
        self.row.append(&mut later.row);
        self.account.append(&mut later.account);
        self.parent.append(&mut later.parent);
        self.step.append(&mut later.step);
        self.route.append(&mut later.route);
    }
}

/// Step and place of all share events, by step and logical key.
pub(crate) fn in_order(run: &Run<'_>) -> Vec<(u32, usize)> {
    let graph = run.graph();
    let mut order = Vec::with_capacity(run.accounts().len());
    for step in 0..run.steps() {
        let start = order.len();
        order.extend(run.places_at(step).map(|place| (step, place)));
        order[start..].sort_by_cached_key(|&(_, place)| graph.logical_key(run.accounts()[place]));
    }
    order
}
