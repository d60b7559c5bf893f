//! Observers of one's own.

use crate::cascade::{Run, ShareLog};
use crate::engine::Detail;
use crate::stats::Counts;

/// Sees runs and adds them up. An ensemble pays only for what the observer asks for; one that asks
/// for parents is shown at [`Run`].
///
/// ```
/// use tieline::{Detail, Ensemble, IndependentCascade, Observer, Run, Scenario, SocialGraph};
///
/// /// How often the cascade went three steps or more.
/// #[derive(Default)]
/// struct Far(u64);
///
/// impl Observer for Far {
///     const DETAIL: Detail = Detail::Steps;
///
///     fn see(&mut self, run: &Run<'_>) {
///         self.0 += u64::from(run.steps() > 3);
///     }
///
///     fn merge(&mut self, later: Self) {
///         self.0 += later.0;
///     }
/// }
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// for (a, b) in [("ann", "bob"), ("bob", "cid"), ("cid", "dee")] {
///     builder.tie(square, a, b);
/// }
/// let scenario = Scenario::builder(builder.build()?)
///     .model(IndependentCascade::with_probability(0.5))
///     .origin("ann")
///     .build()?;
/// let far = Ensemble::new(&scenario).runs(8000).observe(Far::default).value.0;
/// assert!((800..1200).contains(&far)); // about one in eight
/// # Ok::<(), tieline::Error>(())
/// ```
pub trait Observer: Send {
    /// How much of a run is looked at; what is not asked for is not made.
    const DETAIL: Detail;

    /// Takes note of a run.
    fn see(&mut self, run: &Run<'_>);

    /// Adds what was seen in later runs. For results that do not depend on how runs were split into
    /// blocks, this must give what seeing those runs here would have given.
    fn merge(&mut self, later: Self);
}

/// What an observer saw; see [`Ensemble::observe`](crate::Ensemble::observe). Shown at [`Observer`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Observed<O> {
    /// The observer.
    pub value: O,
    /// How many runs it saw.
    pub runs: u64,
    /// Whether the callback stopped the ensemble before its last run.
    pub interrupted: bool,
}

/// The distribution of sizes and nothing else: the cheapest thing to observe.
///
/// ```
/// # use tieline::{Ensemble, IndependentCascade, Scenario, SocialGraph};
/// # let mut builder = SocialGraph::builder();
/// # let square = builder.network("square");
/// # builder.tie(square, "ann", "bob");
/// # let scenario = Scenario::builder(builder.build()?)
/// #     .model(IndependentCascade::with_probability(1.0))
/// #     .origin("ann")
/// #     .build()?;
/// use tieline::stats::Counts;
///
/// let sizes = Ensemble::new(&scenario).runs(10).observe(Counts::default).value;
/// assert_eq!(sizes.iter().collect::<Vec<_>>(), [(2, 10)]);
/// # Ok::<(), tieline::Error>(())
/// ```
impl Observer for Counts {
    const DETAIL: Detail = Detail::Size;

    fn see(&mut self, run: &Run<'_>) {
        self.push(run.size());
    }

    fn merge(&mut self, later: Self) {
        Self::merge(self, &later);
    }
}

/// Every share event, as [`Ensemble::share_log`](crate::Ensemble::share_log) gives it; by
/// [`Ensemble::observe_with`](crate::Ensemble::observe_with) it can be stopped.
impl Observer for ShareLog {
    const DETAIL: Detail = Detail::Parents;

    fn see(&mut self, run: &Run<'_>) {
        self.push_run(run);
    }

    fn merge(&mut self, later: Self) {
        self.append(later);
    }
}
