//! [`ShareLog`]: every share event of every run, as columns.

use serde::{Deserialize, Serialize};

use super::run::{Run, Stamp};
use crate::engine::Route;
use crate::id::AccountId;
use crate::unit::Ticks;

/// Every share event of an ensemble as columns of equal length, sorted by run, step (in continuous
/// time: time) and logical key.
///
/// Memory: 25 bytes per share event, 8 more with times. A column that says the same throughout is
/// empty: `time` in steps, `occurrence` where nobody shares again, `post` where there is one.
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
    /// The step; origins share at step 0. In continuous time: the distance from the origin.
    pub step: Vec<u32>,
    /// How the share event came about.
    pub route: Vec<Route>,
    /// The time; empty in steps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub time: Vec<Ticks>,
    /// Which share of its account, and post, it is; empty if all are 0, the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub occurrence: Vec<u32>,
    /// Which of several posts it is, from 0; empty if all are 0, the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub post: Vec<u32>,
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
    /// The step; in continuous time the distance from the origin.
    pub step: u32,
    /// The time, if it is continuous.
    pub time: Option<Ticks>,
    /// How it came about.
    pub route: Route,
    /// Which share of its account, and post, it is, from 0.
    pub occurrence: u32,
    /// Which of several posts it is, from 0.
    pub post: u32,
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
            time: self.time.get(at).copied(),
            route: self.route[at],
            occurrence: self.occurrence.get(at).copied().unwrap_or(0),
            post: self.post.get(at).copied().unwrap_or(0),
        })
    }

    /// Appends the share events of a run, which must have parents.
    pub(crate) fn push_run(&mut self, run: &Run<'_>) {
        let order = in_order(run);
        let mut row_of = vec![0; order.len()];
        for (row, &(place, _)) in order.iter().enumerate() {
            row_of[place] = row as u32;
        }
        for (row, &(place, stamp)) in order.iter().enumerate() {
            self.push(Row {
                run: run.number(),
                row: row as u32,
                account: run.accounts()[place],
                parent: run.parent_place(place).map(|parent| row_of[parent]),
                stamp,
                route: run.route(place),
                occurrence: run.occurrence(place),
                post: run.post(place),
            });
        }
    }

    /// Appends one share event.
    pub(super) fn push(&mut self, row: Row) {
        let rows = self.len();
        self.run.push(row.run);
        self.row.push(row.row);
        self.account.push(row.account);
        self.parent.push(row.parent.unwrap_or(Self::NO_PARENT));
        self.step.push(row.stamp.step);
        self.route.push(row.route);
        self.time.extend(row.stamp.time);
        push_if_any(&mut self.occurrence, rows, row.occurrence);
        push_if_any(&mut self.post, rows, row.post);
    }

    pub(crate) fn append(&mut self, mut later: Self) {
        let lens = (self.len(), later.len());
        append_if_any(&mut self.occurrence, &mut later.occurrence, lens);
        append_if_any(&mut self.post, &mut later.post, lens);
        self.run.append(&mut later.run);
        self.row.append(&mut later.row);
        self.account.append(&mut later.account);
        self.parent.append(&mut later.parent);
        self.step.append(&mut later.step);
        self.route.append(&mut later.route);
        self.time.append(&mut later.time);
    }
}

/// Appends a number to a column that is empty as long as all are 0; `rows` says how many there were.
fn push_if_any(column: &mut Vec<u32>, rows: usize, number: u32) {
    if number > 0 && column.is_empty() {
        column.resize(rows, 0);
    }
    if number > 0 || !column.is_empty() {
        column.push(number);
    }
}

/// The same for two columns of so many rows.
fn append_if_any(column: &mut Vec<u32>, later: &mut Vec<u32>, (rows, more): (usize, usize)) {
    if column.is_empty() != later.is_empty() {
        column.resize(rows, 0);
        later.resize(more, 0);
    }
    column.append(later);
}

/// What is appended to a log.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) run: u64,
    pub(super) row: u32,
    pub(super) account: AccountId,
    pub(super) parent: Option<u32>,
    pub(super) stamp: Stamp,
    pub(super) route: Route,
    pub(super) occurrence: u32,
    pub(super) post: u32,
}

/// Places and stamps of all share events, by step, or time, logical key, and post. An account shares a post
/// no more than once at a time.
pub(crate) fn in_order(run: &Run<'_>) -> Vec<(usize, Stamp)> {
    let graph = run.graph();
    let mut order: Vec<(usize, Stamp)> = run.stamps().enumerate().collect();
    for (_, places) in run.moments() {
        order[places].sort_by_cached_key(|&(place, _)| {
            (graph.logical_key(run.accounts()[place]), run.post(place))
        });
    }
    order
}
