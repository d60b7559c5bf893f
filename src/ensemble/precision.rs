//! [`Precision`]: how exact a figure shall be before an ensemble stops.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::Ensemble;
use super::drive::Progress;
use super::tally::{Tally, fixed};
use crate::error::{Error, Result};
use crate::graph::SocialGraph;
use crate::id::NetworkId;
use crate::stats::Estimate;

/// The number of runs after which a precision is tested first; every further test doubles it.
const FIRST_TEST: u64 = 1000;

/// The most runs if nothing else is said: the eleventh test.
const MAX_RUNS: u64 = FIRST_TEST << 10;

/// A figure of an outcome that has a standard error. Shown at [`Precision`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Figure {
    /// Mean share events: [`Outcome::size`](crate::Outcome::size).
    #[default]
    Size,
    /// Mean users behind them: [`Outcome::users`](crate::Outcome::users).
    Users,
    /// Mean share events in the network of this name:
    /// [`NetworkOutcome::mean`](crate::NetworkOutcome::mean).
    Network(String),
    /// The probability of a link: [`LinkOutcome::probability`](crate::LinkOutcome::probability).
    Link {
        /// The network that the post comes from.
        from: String,
        /// The network that it comes into.
        to: String,
    },
}

/// How exact a figure shall be before an ensemble stops, and after how many runs it stops anyway.
/// For [`Ensemble::until`].
///
/// The standard error is looked at after 1000, 2000, 4000, … runs and after `max_runs`, never in
/// between. So the number of runs depends on the scenario, the precision and the `rng_seed` alone,
/// and the outcome is, to the bit, that of an ensemble with so many runs.
///
/// ```
/// use tieline::{Ensemble, Figure, IndependentCascade, Precision, Scenario, SocialGraph};
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
/// let outcome = Ensemble::new(&scenario).until(Precision::std_error(0.02))?.run();
/// assert!(outcome.size.std_error.unwrap() <= 0.02);
/// assert_eq!(outcome.runs, 4000);
/// assert_eq!(outcome.size, Ensemble::new(&scenario).runs(4000).run().size);
///
/// // The probability of the link to 1 % of itself is more than 20,000 runs can give.
/// let link = Figure::Link { from: "square".into(), to: "hall".into() };
/// let precision = Precision::relative(0.01).of(link).max_runs(20_000);
/// let outcome = Ensemble::new(&scenario).until(precision)?.run();
/// let verdict = outcome.precision.unwrap();
/// assert!(!verdict.reached && outcome.runs == 20_000);
/// assert!((0.01..0.02).contains(&verdict.found.unwrap()));
/// # Ok::<(), tieline::Error>(())
/// ```
///
/// # What stopping does to a result
/// Whoever stops when the error looks small stops sooner when it looks smaller than it is, and a
/// figure that happens to be small often looks so. Tests are few, so this is small too: at the worst
/// of bounds, one that half of all ensembles meet at a test, figures came out off by at most a quarter
/// of the standard error asked for (too low, or too high for a relative one), and 93 to 95.5 of 100
/// intervals of 95 % held the truth.
///
/// A figure that is the same in every run has the standard error 0, which is below any bound: a link
/// that was never seen in 1000 runs stops there, although its probability may be some 0.3 %. For what
/// is rare ask for a *relative* error. That of a mean of 0 is unknown, so the ensemble goes on until
/// it has seen the event, or to `max_runs`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[must_use = "a precision does nothing until it is handed to an ensemble"]
#[non_exhaustive]
pub struct Precision {
    /// The largest standard error allowed: in the unit of the figure, or, if `relative`, as a
    /// fraction of the figure.
    pub std_error: f64,
    /// Whether that is a fraction of the figure itself.
    pub relative: bool,
    /// The figure.
    pub of: Figure,
    /// The most runs.
    pub max_runs: u64,
}

impl Precision {
    /// A standard error of the mean size of at most `std_error`, in at most 1,024,000 runs. Shown at
    /// [`Precision`].
    pub fn std_error(std_error: f64) -> Self {
        Self { std_error, relative: false, of: Figure::Size, max_runs: MAX_RUNS }
    }

    /// A standard error of the mean size of at most `fraction` of the mean size, in at most
    /// 1,024,000 runs. Shown at [`Precision`].
    pub fn relative(fraction: f64) -> Self {
        Self { relative: true, ..Self::std_error(fraction) }
    }

    /// Of another figure than the mean size.
    pub fn of(self, figure: Figure) -> Self {
        Self { of: figure, ..self }
    }

    /// After `runs` runs it is enough, whatever was reached.
    pub fn max_runs(self, max_runs: u64) -> Self {
        Self { max_runs, ..self }
    }

    /// The numbers of runs after which it is tested: 1000, 2000, 4000, … and `max_runs`.
    ///
    /// ```
    /// use tieline::Precision;
    ///
    /// let precision = Precision::std_error(0.1).max_runs(5000);
    /// assert_eq!(precision.tests().collect::<Vec<_>>(), [1000, 2000, 4000, 5000]);
    /// ```
    pub fn tests(&self) -> impl Iterator<Item = u64> + use<> {
        let most = self.max_runs;
        std::iter::successors(Some(FIRST_TEST.min(most)), move |&runs| {
            (runs < most).then(|| runs.saturating_mul(2).min(most))
        })
    }

    /// What can be said without a graph.
    pub(crate) fn check(&self) -> Result<()> {
        if !(self.std_error.is_finite() && self.std_error > 0.0) {
            return Err(Error::range(format!(
                "a standard error to reach must be finite and above 0, found {}",
                self.std_error
            )));
        }
        if self.max_runs == 0 {
            return Err(Error::range("`max_runs` must be at least 1, found 0"));
        }
        if let Figure::Link { from, to } = &self.of
            && from == to
        {
            return Err(Error::conflict(format!(
                "a link leads from one network into another, found `{from}` twice"
            )));
        }
        Ok(())
    }
}

/// Whether the precision asked for was reached. Shown at [`Precision`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PrecisionOutcome {
    /// What was asked for.
    #[serde(flatten)]
    pub asked: Precision,
    /// What the standard error came to, as a fraction of the figure if that was asked for; null if
    /// it is unknown: at one run, and as a fraction of 0.
    pub found: Option<f64>,
    /// Whether a test found it so. If not, `max_runs` or an interruption came first.
    pub reached: bool,
}

impl Ensemble {
    /// In place of a number of runs: until a figure is exact enough, or `max_runs` have been made.
    /// The probability of a link has [`links`](Self::links) observed. Shown at [`Precision`], where
    /// it is said what stopping does to a result.
    ///
    /// The first run is that of an earlier [`run_range`](Self::run_range), else 0; a later
    /// [`runs`](Self::runs) or `run_range` takes the precision back.
    /// [`share_log`](Self::share_log), [`observe`](Self::observe) and
    /// [`rank_carriers`](Self::rank_carriers) go through the runs that [`run`](Self::run) makes,
    /// after a pass that finds out how many these are.
    ///
    /// # Errors
    /// [`is_range`](Error::is_range) if the standard error is not finite or not above 0, or the most
    /// runs are 0; [`is_unknown_name`](Error::is_unknown_name) for a network that does not exist;
    /// [`is_conflict`](Error::is_conflict) for a link from a network to itself.
    ///
    /// # Complexity
    /// As so many runs, and at each test the merging of a [`Tally`].
    pub fn until(mut self, precision: Precision) -> Result<Self> {
        precision.check()?;
        Place::of(&precision.of, self.scenario.graph())?;
        self.links |= matches!(precision.of, Figure::Link { .. });
        self.runs.end = self.runs.start.saturating_add(precision.max_runs);
        self.until = Some(precision);
        Ok(self)
    }

    /// The precision asked for by [`until`](Self::until).
    #[must_use]
    pub fn precision(&self) -> Option<&Precision> {
        self.until.as_ref()
    }

    /// This ensemble with the number of runs at which it stops, found by making them; none if it was
    /// interrupted meanwhile.
    pub(super) fn settled(
        &self,
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Option<Self> {
        let Some(precision) = &self.until else { return Some(self.clone()) };
        let links = matches!(precision.of, Figure::Link { .. });
        let bare = Self { links, audience: false, compare: None, ..self.clone() };
        let tally = until(&bare, precision, progress);
        let runs = self.runs.start..self.runs.start + tally.runs();
        (!tally.interrupted()).then(|| self.clone().run_range(runs))
    }
}

/// Runs from test to test. What is merged in order is what a fixed number of runs would have given.
pub(super) fn until(
    ensemble: &Ensemble,
    precision: &Precision,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Tally {
    let start = ensemble.runs.start;
    let most = ensemble.runs.end - start;
    let mut all: Option<Tally> = None;
    for test in precision.tests() {
        let done = all.as_ref().map_or(0, Tally::runs);
        let mut stopped = false;
        let part = fixed(ensemble, start + done..start + test.min(most), &mut |part| {
            let flow = progress(Progress { finished: done + part.finished, runs: most });
            stopped = flow.is_break();
            flow
        });
        let all = match &mut all {
            None => all.insert(part),
            Some(all) => {
                all.append(part);
                all
            }
        };
        let complete = !all.interrupted();
        let mut verdict = all.precision(precision).expect("checked when it was asked for");
        verdict.reached &= complete;
        let enough = verdict.reached || all.runs() == most;
        all.settle(verdict, stopped && !enough);
        if enough || stopped {
            break;
        }
    }
    all.expect("there is a test")
}

impl Tally {
    /// How exact a figure is after these runs, and whether that is what `asked` asks for: for those
    /// who make the runs themselves, part by part, and test them where [`Precision::tests`] says.
    ///
    /// ```
    /// # use tieline::{IndependentCascade, Scenario, SocialGraph};
    /// # let mut builder = SocialGraph::builder();
    /// # let square = builder.network("square");
    /// # builder.tie(square, "ann", "bob");
    /// # let scenario = Scenario::builder(builder.build()?)
    /// #     .model(IndependentCascade::with_probability(0.5))
    /// #     .origin("ann")
    /// #     .build()?;
    /// use tieline::{Ensemble, Precision};
    ///
    /// let asked = Precision::std_error(0.01);
    /// let ensemble = Ensemble::new(&scenario);
    /// let mut all = ensemble.clone().runs(0).tally();
    /// for test in asked.tests() {
    ///     all.merge(ensemble.clone().run_range(all.runs()..test).tally())?;
    ///     if all.precision(&asked)?.reached {
    ///         break;
    ///     }
    /// }
    /// let same = ensemble.until(asked)?.run();
    /// assert_eq!((all.runs(), all.outcome().size), (same.runs, same.size));
    /// # Ok::<(), tieline::Error>(())
    /// ```
    ///
    /// # Errors
    /// As in [`Ensemble::until`], and [`is_conflict`](Error::is_conflict) for the probability of a
    /// link if links were not observed.
    pub fn precision(&self, asked: &Precision) -> Result<PrecisionOutcome> {
        asked.check()?;
        let place = Place::of(&asked.of, self.graph())?;
        let Estimate { mean, std_error, .. } = self.estimate_of(place)?;
        let found = match std_error {
            // As a fraction of nothing an error is unknown.
            Some(_) if asked.relative && mean == 0.0 => None,
            Some(error) if asked.relative => Some(error / mean),
            absolute => absolute,
        };
        let reached = found.is_some_and(|found| found <= asked.std_error);
        Ok(PrecisionOutcome { asked: asked.clone(), found, reached })
    }
}

/// A figure whose networks were found.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    Size,
    Users,
    Network(NetworkId),
    Link(NetworkId, NetworkId),
}

impl Place {
    fn of(figure: &Figure, graph: &SocialGraph) -> Result<Self> {
        Ok(match figure {
            Figure::Size => Self::Size,
            Figure::Users => Self::Users,
            Figure::Network(name) => Self::Network(graph.network_named(name)?),
            Figure::Link { from, to } => {
                Self::Link(graph.network_named(from)?, graph.network_named(to)?)
            }
        })
    }
}
