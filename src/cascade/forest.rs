//! [`Cascade`]: the share events of one run as a forest, and its measures.

use std::collections::HashMap;

use serde::Serialize;

use super::log::{Row, ShareLog, ShareRow};
use super::run::{Run, Stamp};
use crate::engine::{Event, Route};
use crate::id::AccountId;
use crate::unit::{Clock, Ticks};

/// All share events of one run: a forest rooted at the origins, in order of step and
/// logical key.
///
/// ```
/// use tieline::{Ensemble, IndependentCascade, Scenario, SocialGraph};
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// builder.tie(square, "ann", "bob").tie(square, "ann", "cid").tie(square, "cid", "dee");
/// let scenario = Scenario::builder(builder.build()?)
///     .model(IndependentCascade::with_probability(1.0))
///     .origin("ann")
///     .build()?;
/// let cascade = Ensemble::new(&scenario).cascade(0);
/// assert_eq!((cascade.size(), cascade.depth(), cascade.max_breadth()), (4, 2, 2));
/// // Distances: ann-bob 1, ann-cid 1, ann-dee 2, bob-cid 2, bob-dee 3, cid-dee 1.
/// assert_eq!(cascade.structural_virality(), [Some(10.0 / 6.0)]);
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cascade {
    rows: ShareLog,
}

impl Cascade {
    pub(crate) fn new(run: &Run<'_>) -> Self {
        let mut rows = ShareLog::default();
        rows.push_run(run);
        Self { rows }
    }

    /// From the events of the reference kernel and their posts, which are in order of step, or tick, logical
    /// key, and post.
    pub(crate) fn from_events(run: u64, clock: Clock, events: &[(u32, Event)]) -> Self {
        let mut rows = ShareLog::default();
        let mut depths: Vec<u32> = Vec::with_capacity(events.len());
        let mut shares: HashMap<(AccountId, u32), u32> = HashMap::new();
        for (row, &(post, event)) in events.iter().enumerate() {
            depths.push(event.parent.map_or(0, |parent| depths[parent as usize] + 1));
            let stamp = match clock {
                Clock::Steps => Stamp { step: event.at as u32, time: None },
                Clock::Continuous => Stamp { step: depths[row], time: Some(Ticks::new(event.at)) },
            };
            let shared = shares.entry((event.account, post)).or_default();
            let (account, parent, route) = (event.account, event.parent, event.route);
            let row = row as u32;
            let occurrence = *shared;
            rows.push(Row { run, row, account, parent, stamp, route, occurrence, post });
            *shared += 1;
        }
        Self { rows }
    }

    /// Number of share events.
    #[must_use]
    pub fn size(&self) -> usize {
        self.rows.len()
    }

    /// Row by row, a parent before its children.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = ShareRow> {
        self.rows.rows()
    }

    /// Who shared, in order of step and logical key.
    #[must_use]
    pub fn accounts(&self) -> &[AccountId] {
        &self.rows.account
    }

    /// The greatest distance from an origin along the forest; 0 for an empty cascade.
    #[must_use]
    pub fn depth(&self) -> u32 {
        self.depths().into_iter().max().unwrap_or(0)
    }

    /// The greatest number of share events at one depth.
    #[must_use]
    pub fn max_breadth(&self) -> usize {
        let mut breadth = vec![0; self.size()];
        for depth in self.depths() {
            breadth[depth as usize] += 1;
        }
        breadth.into_iter().max().unwrap_or(0)
    }

    /// For each share event its distance from its origin. O(size).
    #[must_use]
    pub fn depths(&self) -> Vec<u32> {
        let mut depths = Vec::with_capacity(self.size());
        for row in self.rows() {
            depths.push(row.parent.map_or(0, |parent| depths[parent as usize] + 1));
        }
        depths
    }

    /// For each share event the number of share events in its subtree, its own included. O(size).
    #[must_use]
    pub fn subtree_sizes(&self) -> Vec<u64> {
        let mut sizes = vec![1; self.size()];
        for (row, &parent) in self.rows.parent.iter().enumerate().rev() {
            if parent != ShareLog::NO_PARENT {
                sizes[parent as usize] += sizes[row];
            }
        }
        sizes
    }

    /// For each origin, in order, the mean distance over all pairs of its tree; none for an origin
    /// that stayed alone. Never pooled over the forest. O(size).
    ///
    /// S. Goel, A. Anderson, J. Hofman, D. Watts, "The structural virality of online diffusion",
    /// Management Science 62 (2016), <https://doi.org/10.1287/mnsc.2015.2158>.
    #[must_use]
    pub fn structural_virality(&self) -> Vec<Option<f64>> {
        let sizes = self.subtree_sizes();
        let mut roots = Vec::with_capacity(self.size());
        // A tie of the tree lies on the path of every pair that it separates.
        let mut separated = vec![0u128; self.size()];
        for (row, share) in self.rows().enumerate() {
            let root = share.parent.map_or(row, |parent| roots[parent as usize]);
            roots.push(root);
            if root != row {
                separated[root] += u128::from(sizes[row]) * u128::from(sizes[root] - sizes[row]);
            }
        }
        (0..self.size())
            .filter(|&row| roots[row] == row)
            .map(|root| {
                let n = sizes[root] as f64;
                (sizes[root] > 1).then(|| separated[root] as f64 / (n * (n - 1.0) / 2.0))
            })
            .collect()
    }

    /// Number of share events that came about by this route.
    #[must_use]
    pub fn count(&self, route: Route) -> usize {
        self.rows.route.iter().filter(|&&other| other == route).count()
    }
}
