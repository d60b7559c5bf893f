//! [`Ensemble`]: many runs of one scenario, what is observed in them, and comparisons run by run.

mod audience;
mod carriers;
mod compare;
mod deadline;
mod drive;
mod figures;
mod observer;
mod outcome;
mod precision;
mod tally;

use std::collections::VecDeque;
use std::ops::{ControlFlow, Range};

use self::audience::AudienceSpace;
pub use self::carriers::{CarrierRank, CarrierRanking};
pub(crate) use self::deadline::Deadline;
pub use self::drive::Progress;
pub(crate) use self::drive::{Split, drive};
pub use self::observer::{Observed, Observer};
pub use self::outcome::{
    AudienceOutcome, BackgroundOutcome, CompareOutcome, Difference, ExtinctOutcome, LinkDifference,
    NetworkDifference, NetworkOutcome, Outcome, PostDifference, PostNetworkOutcome, PostOutcome,
    SizeOutcome, WithinOutcome,
};
pub use self::precision::{Figure, Precision, PrecisionOutcome};
pub use self::tally::Tally;
use crate::cascade::{Cascade, Run, ShareLog};
use crate::engine::{self, Detail, Trace};
use crate::error::Result;
use crate::graph::Overlay;
use crate::id::{AccountId, TieId};
use crate::random::RunKeys;
use crate::scenario::Scenario;

/// The post of a scenario that has only one.
const POST: u64 = 0;

/// Many runs of one scenario.
///
/// Made of a [`Scenario`] (a [`SocialGraph`](crate::SocialGraph), a [`Model`](crate::Model), origins
/// and an [`Overlay`]), a number of runs and an `rng_seed`; [`run`](Self::run) gives an [`Outcome`].
/// In place of a number of runs it may be told how exact a figure shall be:
/// [`until`](Self::until).
/// Sizes and reach are always observed; [`links`](Self::links), [`audience`](Self::audience) and
/// [`compare`](Self::compare) cost more and are done only if asked for.
///
/// The same bits come out for any number of threads and any split into blocks, and run i is the
/// same whatever ensemble it is part of.
///
/// ```
/// use tieline::{Ensemble, IndependentCascade, Scenario, SocialGraph};
///
/// let mut builder = SocialGraph::builder();
/// let (square, hall) = (builder.network("square"), builder.network("hall"));
/// builder.tie(square, "ann", "bob").tie(hall, "bob", "cid");
/// builder.same_name_is_one_user();
/// let scenario = Scenario::builder(builder.build()?)
///     .model(IndependentCascade::with_probability(0.5))
///     .crosspost(0.5)
///     .origin("ann@square")
///     .build()?;
///
/// let outcome = Ensemble::new(&scenario).runs(100_000).rng_seed(7).links().run();
/// // ann shares; bob follows suit in half of the runs, carries it over in a quarter …
/// assert!((outcome.size.mean - (1.0 + 0.5 + 0.25 + 0.125)).abs() < 0.02);
/// let link = outcome.link("square", "hall").unwrap();
/// assert!((link.probability - 0.25).abs() < 0.01);
/// assert_eq!(link.carriers[0].name(), "bob");
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "an ensemble does nothing until it is run"]
pub struct Ensemble {
    scenario: Scenario,
    runs: Range<u64>,
    /// If there is one, `runs` ends at its most.
    until: Option<Precision>,
    rng_seed: u64,
    split: Split,
    links: bool,
    audience: bool,
    compare: Option<Overlay>,
    /// Times, or steps, up to which shares are counted.
    within: Vec<Deadline>,
}

impl Ensemble {
    /// 1,000 runs with `rng_seed` 0, sizes and reach observed.
    pub fn new(scenario: &Scenario) -> Self {
        Self {
            scenario: scenario.clone(),
            runs: 0..1000,
            until: None,
            rng_seed: 0,
            split: Split::default(),
            links: false,
            audience: false,
            compare: None,
            within: Vec::new(),
        }
    }

    /// How many: runs 0 to `runs` − 1; of none all figures are 0. Shown at [`Ensemble`]. For as many as a precision takes:
    /// [`until`](Self::until).
    pub fn runs(self, runs: u64) -> Self {
        self.run_range(0..runs)
    }

    /// These runs. Tallies of adjoining ranges can be merged: shown at [`Tally`].
    pub fn run_range(mut self, runs: Range<u64>) -> Self {
        self.runs = runs.start..runs.end.max(runs.start);
        self.until = None;
        self
    }

    /// Chooses the world: equal seeds give equal worlds.
    pub fn rng_seed(mut self, rng_seed: u64) -> Self {
        self.rng_seed = rng_seed;
        self
    }

    /// Stays on the calling thread. The bits are the same.
    pub fn serial(mut self) -> Self {
        self.split.serial = true;
        self
    }

    /// Hands `runs` to a thread at a time. Chosen by the time they take if this is not called; it
    /// never changes a result.
    pub fn block_size(mut self, runs: u64) -> Self {
        self.split.block = Some(runs.max(1));
        self
    }

    /// Observes which networks get linked, and by whom: [`Outcome::links`]. Shown at [`Ensemble`].
    pub fn links(mut self) -> Self {
        self.links = true;
        self
    }

    /// Observes who saw the post, and through whom first: [`Outcome::audience`], and what a comparison
    /// changes of it. Looks at all ties of all sharers. Shown at [`AudienceOutcome`].
    ///
    /// A share is seen at once along all ties. Where ties have times
    /// ([`SocialGraph::has_times`](crate::SocialGraph::has_times)) it is seen at once along those that exist
    /// then, at the first contact after it while its account passes it on, and where an interval begins in
    /// that time; independent and self-exciting cascades pass it on once.
    pub fn audience(mut self) -> Self {
        self.audience = true;
        self
    }

    /// Runs each world that can differ again under `overlay`, in place of the scenario's own, and
    /// observes the differences: [`Outcome::compare`]. Shown at [`CompareOutcome`].
    ///
    /// # Panics
    /// If the overlay was made for another graph.
    pub fn compare(mut self, overlay: Overlay) -> Self {
        assert!(overlay.fits(self.scenario.graph()), "the overlay was made for another graph");
        self.compare = Some(overlay);
        self
    }

    /// Counts the shares up to `time`, too: [`Outcome::reached_within`]. In units of time, or in steps. A
    /// deadline only observes, and finds the size of runs that end there.
    ///
    /// # Errors
    /// [`Error::is_range`](crate::Error::is_range) if the time is negative, not a number, or 2^31 and
    /// more; in steps also if it is not a whole number.
    pub fn reached_within(mut self, time: f64) -> Result<Self> {
        self.within.push(Deadline::new(time, self.scenario.clock())?);
        Ok(self)
    }

    /// The scenario.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Runs it all. In the caller's rayon pool, if the feature `parallel` is on.
    ///
    /// # Complexity
    /// Time in proportion to the ties that fire (and, for audiences, to those of all sharers).
    /// Memory per thread: n/4 bytes plus the largest cascade; with links, audiences or a comparison
    /// 4n more; for linear threshold without them up to 9n more; with a comparison all of this twice;
    /// with audiences another 28n.
    #[must_use]
    pub fn run(&self) -> Outcome {
        self.tally().outcome()
    }

    /// [`run`](Self::run), telling `progress` ten times a second or so how far it has come. If that
    /// breaks off, the outcome holds the longest finished prefix of runs and says
    /// [`interrupted`](Outcome::interrupted).
    ///
    /// ```
    /// # use tieline::{Ensemble, IndependentCascade, Scenario, SocialGraph};
    /// # let mut builder = SocialGraph::builder();
    /// # let square = builder.network("square");
    /// # builder.tie(square, "ann", "bob");
    /// # let scenario = Scenario::builder(builder.build()?)
    /// #     .model(IndependentCascade::with_probability(0.5))
    /// #     .origin("ann")
    /// #     .build()?;
    /// use std::ops::ControlFlow;
    ///
    /// let enough = 2000;
    /// let outcome = Ensemble::new(&scenario).runs(u64::MAX).run_with(|progress| {
    ///     if progress.finished >= enough {
    ///         return ControlFlow::Break(());
    ///     }
    ///     ControlFlow::Continue(())
    /// });
    /// assert!(outcome.interrupted && outcome.runs >= enough);
    /// // Which runs were finished is a matter of time; what they are is not.
    /// let again = Ensemble::new(&scenario).runs(outcome.runs).run();
    /// assert_eq!(again.size, outcome.size);
    /// # Ok::<(), tieline::Error>(())
    /// ```
    #[must_use]
    pub fn run_with(&self, mut progress: impl FnMut(Progress) -> ControlFlow<()>) -> Outcome {
        self.tally_with(&mut progress).outcome()
    }

    /// Everything counted in integers, to be merged with the tally of other runs. Shown at
    /// [`Tally`].
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.tally_with(&mut |_| ControlFlow::Continue(()))
    }

    /// [`tally`](Self::tally) with a callback, as in [`run_with`](Self::run_with).
    #[must_use]
    pub fn tally_with(&self, progress: &mut dyn FnMut(Progress) -> ControlFlow<()>) -> Tally {
        match &self.until {
            None => tally::fixed(self, self.runs.clone(), progress),
            Some(asked) => precision::until(self, asked, progress),
        }
    }

    /// Every share event of every run, in memory: 25 bytes each. Shown at [`ShareLog`].
    #[must_use]
    pub fn share_log(&self) -> ShareLog {
        self.observe(ShareLog::default).value
    }

    /// The cascade of run number `run` by itself. Shown at [`Cascade`].
    ///
    /// # Complexity
    /// As one run of [`run`](Self::run), and O(n) to make room for it: for many runs use
    /// [`share_log`](Self::share_log) or [`observe`](Self::observe).
    #[must_use]
    pub fn cascade(&self, run: u64) -> Cascade {
        let mut space = self.workspace();
        self.one(run, Detail::Parents, &mut space.trace, Cascade::new)
    }

    /// For each share event of [`cascade`](Self::cascade)`(run)`, in the same order, its fresh
    /// audience: how many accounts first saw the post through it (of ties at one step the least hash
    /// counts). They sum to the audience. O(ties of all sharers).
    ///
    /// ```
    /// # use tieline::{Ensemble, IndependentCascade, Scenario, SocialGraph};
    /// # let mut builder = SocialGraph::builder();
    /// # let square = builder.network("square");
    /// # builder.tie(square, "ann", "bob").tie(square, "ann", "cid").tie(square, "bob", "cid");
    /// # builder.tie(square, "bob", "dee");
    /// # let scenario = Scenario::builder(builder.build()?)
    /// #     .model(IndependentCascade::with_probability(1.0))
    /// #     .origin("ann")
    /// #     .build()?;
    /// // ann shows it to bob and cid, bob to dee; the others show it to nobody new.
    /// assert_eq!(Ensemble::new(&scenario).fresh_audience(0), [2, 1, 0, 0]);
    /// # Ok::<(), tieline::Error>(())
    /// ```
    #[must_use]
    pub fn fresh_audience(&self, run: u64) -> Vec<u64> {
        let Workspace { mut trace, mut audience, .. } = self.workspace();
        self.one(run, Detail::Parents, &mut trace, |run| {
            let fresh = audience.fresh(run);
            crate::cascade::in_order(run).into_iter().map(|(place, _)| fresh[place]).collect()
        })
    }

    /// The cascade of run number `run` by the reference kernel: the same mapping in plain words, a
    /// thousand times slower. It equals [`cascade`](Self::cascade) to the bit; if it ever does not,
    /// that is a bug to report.
    ///
    /// ```
    /// # use tieline::{Ensemble, IndependentCascade, Scenario, SocialGraph};
    /// # let mut builder = SocialGraph::builder();
    /// # let square = builder.network("square");
    /// # builder.mutual(square, "ann", "bob").mutual(square, "bob", "cid");
    /// # let scenario = Scenario::builder(builder.build()?)
    /// #     .model(IndependentCascade::with_probability(0.5))
    /// #     .origin("ann")
    /// #     .build()?;
    /// let ensemble = Ensemble::new(&scenario).rng_seed(7);
    /// assert!((0..100).all(|run| ensemble.cascade(run) == ensemble.reference_cascade(run)));
    /// # Ok::<(), tieline::Error>(())
    /// ```
    #[must_use]
    pub fn reference_cascade(&self, run: u64) -> Cascade {
        let keys = RunKeys::new(self.rng_seed, run, POST);
        let events = self.scenario.reference(&keys);
        Cascade::from_events(run, self.scenario.clock(), &events)
    }

    /// The ties of `account` that fire in run number `run` if it shares, by the reference kernel's
    /// draws and whatever the overlay: for benches, which replay what a run must read.
    #[doc(hidden)]
    #[must_use]
    pub fn ties_that_fire(&self, run: u64, account: AccountId) -> Vec<TieId> {
        let keys = RunKeys::new(self.rng_seed, run, POST);
        engine::ties_that_fire(&self.scenario.world(), &keys, account)
    }

    /// Shows every run to an observer of your own. A block of runs starts with `new()`; blocks are
    /// merged in order. Shown at [`Observer`] and, with parents, at [`Run`].
    pub fn observe<O: Observer>(&self, new: impl Fn() -> O + Sync) -> Observed<O> {
        self.observe_with(new, |_| ControlFlow::Continue(()))
    }

    /// [`observe`](Self::observe) with a callback, as in [`run_with`](Self::run_with). If that breaks
    /// off while it is found out how many runs [`until`](Self::until) takes, the observer has seen
    /// none.
    pub fn observe_with<O: Observer>(
        &self,
        new: impl Fn() -> O + Sync,
        mut progress: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Observed<O> {
        let Some(Self { runs, .. }) = self.settled(&mut progress) else {
            return Observed { value: new(), runs: 0, interrupted: true };
        };
        let together = self.scenario.runs_together(O::DETAIL);
        let (value, runs, interrupted) = drive(
            runs,
            Split { least: together, ..self.split },
            || self.workspace(),
            new,
            |observer: &mut O, Workspace { trace, made, .. }, ahead| {
                if together == 1 {
                    self.one(ahead.start, O::DETAIL, trace, |run| observer.see(run));
                } else {
                    self.one_of_many(ahead, together, trace, made, |run| observer.see(run));
                }
            },
            O::merge,
            &mut progress,
        );
        Observed { value, runs, interrupted }
    }

    fn workspace(&self) -> Workspace {
        let accounts = self.scenario.graph().account_count();
        let threads = self.split.threads_a_run(&self.runs);
        let trace = |accounts| Trace::on_threads(threads, accounts);
        Workspace {
            trace: trace(accounts),
            made: VecDeque::new(),
            other: trace(if self.compare.is_some() { accounts } else { 0 }),
            audience: AudienceSpace::default(),
        }
    }

    /// Makes one run and shows it.
    fn one<R>(
        &self,
        run: u64,
        detail: Detail,
        trace: &mut Trace,
        see: impl FnOnce(&Run<'_>) -> R,
    ) -> R {
        let keys = RunKeys::new(self.rng_seed, run, POST);
        self.scenario.run(&keys, detail, trace);
        see(&Run::new(run, &self.scenario, &keys, trace))
    }

    /// Shows the size of the first run of `ahead`, the rest of a block. Where none is left in `made`,
    /// `together` runs are made.
    fn one_of_many(
        &self,
        ahead: Range<u64>,
        together: u64,
        trace: &mut Trace,
        made: &mut VecDeque<(RunKeys, u64)>,
        see: impl FnOnce(&Run<'_>),
    ) {
        let run = ahead.start;
        if made.is_empty() {
            let keys = |run| RunKeys::new(self.rng_seed, run, POST);
            let keys: Vec<RunKeys> = ahead.take(together as usize).map(keys).collect();
            let sizes = engine::run_together(&self.scenario.world(), &keys, trace);
            made.extend(keys.into_iter().zip(sizes));
        }
        let Some((keys, size)) = made.pop_front() else { unreachable!("this run was made") };
        trace.set_size(size as usize);
        see(&Run::new(run, &self.scenario, &keys, trace));
    }
}

/// What a thread needs beside its part of the result.
#[derive(Debug)]
struct Workspace {
    trace: Trace,
    /// Keys and sizes of the runs to come, where several were made together.
    made: VecDeque<(RunKeys, u64)>,
    other: Trace,
    audience: AudienceSpace,
}
