//! [`Run`]: one realisation, as observers see it.

use serde::{Deserialize, Serialize};

use crate::engine::{Background, Ended, NO_PARENT, Route, Trace, try_hash};
use crate::graph::SocialGraph;
use crate::id::AccountId;
use crate::model::{Shown, TieTicks};
use crate::random::RunKeys;
use crate::scenario::Scenario;
use crate::unit::{Clock, Ticks};

/// One share event of a run; see [`Run::events`]. Shown at [`Run`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ShareEvent {
    /// Who shared.
    pub account: AccountId,
    /// At which step; in continuous time, how many shares lie between it and its origin, plus 1, or 0
    /// for an origin.
    pub step: u32,
    /// At what time, if time is continuous.
    pub time: Option<Ticks>,
    /// Whose share it followed; none for an origin.
    pub parent: Option<AccountId>,
    /// How it came about.
    pub route: Route,
    /// Which share of its account, and post, it is, from 0.
    pub occurrence: u32,
    /// Which of several posts it is, from 0; see [`Scenario::posts`].
    pub post: u32,
}

/// One realisation of a scenario: who shared at which step and, if parents were asked for, through
/// whom. Lent to an [`Observer`](crate::Observer); gone when the next run starts.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use tieline::{
///     AccountId, Detail, Ensemble, IndependentCascade, Observer, Run, Scenario, SocialGraph,
/// };
///
/// /// How many shares followed those of each account.
/// #[derive(Default)]
/// struct Followed(BTreeMap<AccountId, u64>);
///
/// impl Observer for Followed {
///     const DETAIL: Detail = Detail::Parents;
///
///     fn see(&mut self, run: &Run<'_>) {
///         for parent in run.events().filter_map(|event| event.parent) {
///             *self.0.entry(parent).or_default() += 1;
///         }
///     }
///
///     fn merge(&mut self, later: Self) {
///         for (account, shares) in later.0 {
///             *self.0.entry(account).or_default() += shares;
///         }
///     }
/// }
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// builder.tie(square, "ann", "bob").tie(square, "ann", "cid").tie(square, "cid", "dee");
/// let scenario = Scenario::builder(builder.build()?)
///     .model(IndependentCascade::with_probability(1.0))
///     .origin("ann")
///     .build()?;
/// let followed = Ensemble::new(&scenario).runs(10).observe(Followed::default).value.0;
/// assert_eq!(followed[&scenario.graph().account("ann")?], 20);
/// assert_eq!(followed[&scenario.graph().account("cid")?], 10);
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    number: u64,
    scenario: &'a Scenario,
    keys: &'a RunKeys,
    trace: &'a Trace,
}

impl<'a> Run<'a> {
    pub(crate) fn new(
        number: u64,
        scenario: &'a Scenario,
        keys: &'a RunKeys,
        trace: &'a Trace,
    ) -> Self {
        Self { number, scenario, keys, trace }
    }

    /// The trace, if there is more in it than a size.
    fn listed(&self) -> &'a Trace {
        assert!(self.trace.is_listed(), "the run was made for its size only");
        self.trace
    }

    /// The number of the run; run i is the same whatever ensemble it is part of.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The scenario.
    #[must_use]
    pub fn scenario(&self) -> &'a Scenario {
        self.scenario
    }

    /// The graph.
    #[must_use]
    pub fn graph(&self) -> &'a SocialGraph {
        self.scenario.graph()
    }

    /// Number of share events.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.trace.len() as u64
    }

    /// Who shared, by step or time; inside a step in no particular order. An account stands there once
    /// for each of its shares.
    ///
    /// # Panics
    /// If the run was made for its size only; so do all methods below.
    #[must_use]
    pub fn accounts(&self) -> &'a [AccountId] {
        self.listed().accounts()
    }

    /// The last step at which somebody shared, + 1, or 0 if nobody did; in continuous time the depth of
    /// the cascade, + 1.
    #[must_use]
    pub fn steps(&self) -> u32 {
        match self.clock() {
            Clock::Steps => self.listed().steps() as u32,
            Clock::Continuous => self.depths().iter().map(|depth| depth + 1).max().unwrap_or(0),
        }
    }

    /// Who shared at `step`, in no particular order.
    ///
    /// # Panics
    /// If `step` is not below [`steps`](Self::steps), or if time is continuous.
    #[must_use]
    pub fn accounts_at(&self, step: u32) -> &'a [AccountId] {
        assert!(self.clock() == Clock::Steps, "there are no steps in continuous time");
        &self.accounts()[self.listed().step(step as usize)]
    }

    /// How time goes by.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.scenario.clock()
    }

    /// When somebody shared last: the time, if time is continuous.
    #[must_use]
    pub fn last_time(&self) -> Option<Ticks> {
        self.listed().ticks.last().map(|&tick| Ticks::new(tick))
    }

    /// Number of share events up to `time`: of the run that ends then. In steps, a tick is a step.
    #[must_use]
    pub fn size_within(&self, time: Ticks) -> u64 {
        let trace = self.listed();
        match self.clock() {
            Clock::Steps => {
                let last = time.get().saturating_add(1).min(trace.steps() as u64);
                last.checked_sub(1).map_or(0, |step| trace.step(step as usize).end as u64)
            }
            Clock::Continuous => trace.ticks.partition_point(|&tick| tick <= time.get()) as u64,
        }
    }

    /// Number of accounts that shared, each counted once. O(1), or O(size) if they may share again.
    #[must_use]
    pub fn distinct_accounts(&self) -> u64 {
        let trace = self.listed();
        match (&trace.firsts[..], &trace.occurrences[..]) {
            ([], []) => self.size(),
            ([], again) => again.iter().filter(|&&occurrence| occurrence == 0).count() as u64,
            (firsts, _) => firsts.iter().filter(|&&first| first).count() as u64,
        }
    }

    /// Whether `account` shared. O(1).
    #[must_use]
    pub fn shared(&self, account: AccountId) -> bool {
        self.listed().holds(account)
    }

    /// Number of users behind the share events, each counted once. O(size).
    #[must_use]
    pub fn users(&self) -> u64 {
        let graph = self.graph();
        if graph.users_with_several_accounts() == 0 {
            return self.distinct_accounts();
        }
        // A user counts with the first share of the first of their accounts that shared.
        let first = |&(place, &account): &(usize, &AccountId)| {
            let mut siblings = graph.accounts_beside(account).iter();
            self.is_first(place)
                && siblings.find(|&&other| self.shared(other)).is_none_or(|&first| first == account)
        };
        self.accounts().iter().enumerate().filter(first).count() as u64
    }

    /// Ties that a plain loop would have looked at: those of every account that got to try.
    #[must_use]
    pub fn ties_examined(&self) -> u64 {
        self.listed().ties_examined
    }

    /// All share events by step or time; inside a step in no particular order.
    ///
    /// # Panics
    /// If the run was made without parents ([`Observer::DETAIL`](crate::Observer::DETAIL)).
    pub fn events(&self) -> impl Iterator<Item = ShareEvent> + use<'a> {
        let (run, trace) = (*self, self.listed());
        assert!(trace.parents.len() == trace.len(), "this run has no parents");
        self.stamps().enumerate().map(move |(place, Stamp { step, time })| ShareEvent {
            account: trace.accounts()[place],
            step,
            time,
            parent: parent_place(trace, place).map(|parent| trace.accounts()[parent]),
            route: trace.routes[place],
            occurrence: run.occurrence(place),
            post: run.post(place),
        })
    }

    /// The steps, or ticks, at which somebody shared, in order, each with places in
    /// [`accounts`](Self::accounts).
    pub(crate) fn moments(&self) -> impl Iterator<Item = (u64, std::ops::Range<usize>)> + use<'a> {
        self.listed().moments()
    }

    /// How long the share at `place`, which was at `at`, is shown over ties with times, and when these exist;
    /// none if no tie has times.
    pub(crate) fn shown(&self, place: usize, at: u64) -> Option<(&'a TieTicks, Shown)> {
        self.scenario.shown(self.keys, self.post(place), self.accounts()[place], at)
    }

    /// The last step, or tick, of a run that ended with a number of shares: nothing is shown behind it.
    pub(crate) fn cut_short_at(&self) -> Option<u64> {
        let cut = self.trace.ended == Ended::Truncated;
        cut.then(|| self.moments().last().map_or(0, |(last, _)| last))
    }

    /// What a log says of when each share event was.
    pub(crate) fn stamps(&self) -> impl Iterator<Item = Stamp> + use<'a> {
        let trace = self.listed();
        let depths = match self.clock() {
            Clock::Steps => Vec::new(),
            Clock::Continuous => self.depths(),
        };
        trace.moments().flat_map(|(when, places)| places.map(move |place| (when, place))).map(
            move |(when, place)| match depths.get(place) {
                None => Stamp { step: when as u32, time: None },
                Some(&depth) => Stamp { step: depth, time: Some(Ticks::new(when)) },
            },
        )
    }

    /// For each share event its distance from its origin. A parent comes before its children.
    fn depths(&self) -> Vec<u32> {
        let mut depths: Vec<u32> = Vec::with_capacity(self.accounts().len());
        for place in 0..self.accounts().len() {
            depths.push(self.parent_place(place).map_or(0, |parent| depths[parent] + 1));
        }
        depths
    }

    /// Share events that came of external influence.
    pub(crate) fn externals(&self) -> u64 {
        self.listed().externals.len() as u64
    }

    /// What happened beside the posts, in feeds.
    pub(crate) fn background(&self) -> Option<Background> {
        self.listed().background
    }

    /// How the run ended.
    pub(crate) fn ended(&self) -> Ended {
        self.listed().ended
    }

    pub(crate) fn occurrence(&self, place: usize) -> u32 {
        self.trace.occurrences.get(place).copied().unwrap_or(0)
    }

    /// Which post a share event is of.
    pub(crate) fn post(&self, place: usize) -> u32 {
        self.trace.posts.get(place).copied().unwrap_or(0)
    }

    /// Whether it is the first of its account, of any post.
    fn is_first(&self, place: usize) -> bool {
        let first = self.trace.firsts.get(place).copied();
        first.unwrap_or_else(|| self.occurrence(place) == 0)
    }

    /// The tick of a share event, if time is continuous.
    pub(crate) fn tick(&self, place: usize) -> Option<u64> {
        self.trace.ticks.get(place).copied()
    }

    /// Places, in [`accounts`](Self::accounts), of who shared at `step`, in steps.
    pub(crate) fn places_at(&self, step: u32) -> std::ops::Range<usize> {
        self.trace.step(step as usize)
    }

    pub(crate) fn keys(&self) -> &'a RunKeys {
        self.keys
    }

    pub(crate) fn route(&self, place: usize) -> Route {
        self.trace.routes[place]
    }

    /// The place of the parent of the share event at `place`.
    pub(crate) fn parent_place(&self, place: usize) -> Option<usize> {
        parent_place(self.trace, place)
    }

    /// The hash by which a try competes with others at one step.
    pub(crate) fn try_hash(&self, child: AccountId, parent: AccountId, route: Route) -> u64 {
        let key = |account| self.graph().logical_key(account).get();
        try_hash(self.keys, key(child), key(parent), route)
    }
}

/// When a share event was, as logs have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// The step, or the depth in continuous time.
    pub(crate) step: u32,
    pub(crate) time: Option<Ticks>,
}

fn parent_place(trace: &Trace, place: usize) -> Option<usize> {
    Some(trace.parents[place]).filter(|&parent| parent != NO_PARENT).map(|parent| parent as usize)
}
