//! Self-exciting cascades without a graph: share events have types, and nobody in particular makes them.

mod arrivals;
mod counts;
mod events;
mod outcome;
mod prepare;
mod radius;

use std::ops::ControlFlow;

use self::events::Space;
use self::outcome::TypedTally;
pub use self::outcome::{TypeFigure, TypedCrossing, TypedOutcome};
use self::prepare::Prepared;
use self::radius::spectral_radius;
use crate::ensemble::{Progress, Split, drive};
use crate::error::Result;
use crate::model::{Delays, Periods};
use crate::random::Distribution;
use crate::unit::Ticks;

/// A Hawkes process with types in place of accounts: a share event of type A causes `n_AB` of type B on
/// average, each after a time drawn from the memory. For posts of which it is known in which network they
/// were shared, and not by whom.
///
/// An event may have a *mark* d, the size of its audience: it then has a Poisson number of offspring of
/// type B with mean `n_AB · d / E[d]`. The *branching factor* is the spectral radius of n; below 1, one event
/// of each type brings (I − n)^−1 · 1 in all. There are no accounts, so no users, no carriers, no
/// interventions and no cross-posts; types play the part of networks, and links are told by type.
///
/// A. G. Hawkes (1971), <https://doi.org/10.1093/biomet/58.1.83>; marks and the power law: Q. Zhao et al.
/// (2015), <https://doi.org/10.1145/2783258.2783401>.
///
/// ```
/// use tieline::{Distribution, TypedHawkes};
///
/// let model = TypedHawkes::new(["square", "hall"], [[0.5, 0.1], [0.2, 0.4]])
///     .memory_of_all(Distribution::Exponential { rate: 1.0 })
///     .origins("square", 1);
/// assert!((model.branching_factor() - 0.6).abs() < 1e-9);
/// let outcome = model.run(20_000, 0)?;
/// assert!((outcome.size.mean - 2.5).abs() < 4.5 * outcome.size.std_error.unwrap());
/// # Ok::<(), tieline::Error>(())
/// ```
///
/// # Complexity
/// A run of k share events and t types takes O(k (t + log k)) time.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
#[must_use = "a model does nothing until it is run"]
pub struct TypedHawkes {
    /// Names of types.
    pub types: Vec<String>,
    /// n: for each type, how many events of each type one event causes on average.
    pub numbers: Vec<Vec<f64>>,
    /// How much later these are, by type of what is caused or by pair of types.
    pub memory: Delays,
    /// How large audiences are, by type; if nothing is said, all are alike.
    pub marks: Periods,
    /// What n is multiplied by from each of these times on, in units; the first is 0. Nothing says 1 throughout.
    pub over_time: Vec<(f64, f64)>,
    /// Types of events at time 0, and how many.
    pub origins: Vec<(String, u32)>,
    /// Types of which events come of their own accord, and how many per unit of time.
    pub external: Vec<(String, f64)>,
    /// The time, in units, after which nothing happens any more.
    pub until: Option<f64>,
    /// A run ends with this share event.
    pub max_shares: Option<u64>,
    /// Times, in units, up to which share events are counted, too.
    pub reached_within: Vec<f64>,
}

/// A share event of a [`TypedHawkes`].
///
/// ```
/// use tieline::{Distribution, TypedHawkes};
///
/// let model = TypedHawkes::new(["square"], [[0.5]])
///     .memory_of_all(Distribution::Exponential { rate: 1.0 })
///     .origins("square", 1);
/// let events = model.events(0, 7)?;
/// assert_eq!((events[0].time.get(), events[0].parent), (0, None));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct TypedShare {
    /// When.
    pub time: Ticks,
    /// The place of its type in [`TypedHawkes::types`].
    pub of_type: usize,
    /// The place, among the events of its run, of the one that caused it.
    pub parent: Option<usize>,
}

impl TypedHawkes {
    /// Types, and n: for each type, how many events of each type one event causes on average.
    pub fn new<S: Into<String>, R: Into<Vec<f64>>>(
        types: impl IntoIterator<Item = S>,
        numbers: impl IntoIterator<Item = R>,
    ) -> Self {
        Self {
            types: types.into_iter().map(Into::into).collect(),
            numbers: numbers.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }

    /// How much later events are that others cause; types stand for networks.
    pub fn memory(mut self, memory: Delays) -> Self {
        self.memory = memory;
        self
    }

    /// The same for all types.
    pub fn memory_of_all(self, memory: Distribution) -> Self {
        self.memory(Delays::all(memory))
    }

    /// How large audiences are, by type; types stand for networks.
    pub fn marks(mut self, marks: Periods) -> Self {
        self.marks = marks;
        self
    }

    /// What n is multiplied by from each of these times on, as infectivity changes: each event that would come
    /// does with the probability of its time, as a part of the greatest. `[(0.0, 1.0), (24.0, 0.5)]` halves it
    /// after a day of hours. The branching factor is that of n.
    pub fn over_time(mut self, factors: impl IntoIterator<Item = (f64, f64)>) -> Self {
        self.over_time = factors.into_iter().collect();
        self
    }

    /// So many events of a type at time 0.
    pub fn origins(mut self, of_type: impl Into<String>, events: u32) -> Self {
        self.origins.push((of_type.into(), events));
        self
    }

    /// Events of a type that come of their own accord, at this rate per unit of time.
    pub fn external(mut self, of_type: impl Into<String>, rate: f64) -> Self {
        self.external.push((of_type.into(), rate));
        self
    }

    /// The time, in units, after which nothing happens any more.
    pub fn until(mut self, time: f64) -> Self {
        self.until = Some(time);
        self
    }

    /// A run ends with this share event.
    pub fn max_shares(mut self, shares: u64) -> Self {
        self.max_shares = Some(shares);
        self
    }

    /// Counts the share events up to this time, in units, too: [`TypedOutcome::reached_within`]. A deadline
    /// only observes, and finds the size of runs that end there.
    pub fn reached_within(mut self, time: f64) -> Self {
        self.reached_within.push(time);
        self
    }

    /// The spectral radius of n: from 1 on, cascades may grow for ever.
    ///
    /// # Complexity
    /// O(t³) for t types.
    #[must_use]
    pub fn branching_factor(&self) -> f64 {
        spectral_radius(&self.numbers)
    }

    /// The events of run number `run`, in order of time.
    ///
    /// # Errors
    /// As in [`run`](Self::run).
    pub fn events(&self, run: u64, rng_seed: u64) -> Result<Vec<TypedShare>> {
        let mut space = Space::default();
        self.prepare()?.events(rng_seed, run, &mut space);
        Ok(space.events)
    }

    /// Makes so many runs, on the threads of the caller's rayon pool; they do not change a bit.
    ///
    /// # Errors
    /// A name of a type that is unknown or given twice, numbers that are no square of finite ones, a memory
    /// or a mark that cannot be, marks with an infinite mean; no origin; no end (`until`, `max_shares`)
    /// although the branching factor is 1 or more, the memory has an infinite mean, or events come of their
    /// own accord.
    pub fn run(&self, runs: u64, rng_seed: u64) -> Result<TypedOutcome> {
        self.run_with(runs, rng_seed, |_| ControlFlow::Continue(()))
    }

    /// The same, and tells from time to time how far it has come; `Break` ends it, and the outcome has the
    /// runs that are finished.
    ///
    /// # Errors
    /// As in [`run`](Self::run).
    pub fn run_with(
        &self,
        runs: u64,
        rng_seed: u64,
        mut progress: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<TypedOutcome> {
        let prepared = self.prepare()?;
        let (tally, ..) = drive(
            0..runs,
            Split::default(),
            Space::default,
            || TypedTally::new(self.types.len(), &prepared.within),
            |tally, space, ahead| {
                let ended = prepared.found(rng_seed, ahead.start, space);
                tally.see(&space.types(), ended);
            },
            TypedTally::merge,
            &mut progress,
        );
        Ok(tally.outcome(&self.types, prepared.branching_factor))
    }

    /// The same on this thread, and shows each run with its events in order of time as soon as it is made.
    /// `Break` ends it after that run.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use tieline::{Distribution, TypedHawkes};
    ///
    /// let model = TypedHawkes::new(["square"], [[0.5]])
    ///     .memory_of_all(Distribution::Exponential { rate: 1.0 })
    ///     .origins("square", 1);
    /// let mut shares = 0;
    /// let outcome = model.each_run(100, 0, |_, events| {
    ///     shares += events.len();
    ///     ControlFlow::Continue(())
    /// })?;
    /// assert_eq!(outcome.size.mean, shares as f64 / 100.0);
    /// # Ok::<(), tieline::Error>(())
    /// ```
    ///
    /// # Errors
    /// As in [`run`](Self::run).
    pub fn each_run(
        &self,
        runs: u64,
        rng_seed: u64,
        mut see: impl FnMut(u64, &[TypedShare]) -> ControlFlow<()>,
    ) -> Result<TypedOutcome> {
        let prepared = self.prepare()?;
        let mut tally = TypedTally::new(self.types.len(), &prepared.within);
        let mut space = Space::default();
        for run in 0..runs {
            let ended = prepared.events(rng_seed, run, &mut space);
            tally.see(&space.types(), ended);
            if see(run, &space.events).is_break() {
                break;
            }
        }
        Ok(tally.outcome(&self.types, prepared.branching_factor))
    }

    /// Whether it can be run; the errors are those of [`run`](Self::run).
    #[cfg(feature = "cli")]
    pub(crate) fn check(&self) -> Result<()> {
        self.prepare().map(|_| ())
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// Nothing follows.
    Extinct,
    GoingOn,
    Truncated,
}
