//! [`Run`]: one realisation, as observers see it.

use serde::{Deserialize, Serialize};

use crate::engine::{NO_PARENT, Route, Trace, try_hash};
use crate::graph::SocialGraph;
use crate::id::AccountId;
use crate::random::RunKeys;
use crate::scenario::Scenario;

/// One share event of a run; see [`Run::events`]. Shown at [`Run`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ShareEvent {
    /// Who shared.
    pub account: AccountId,
    /// At which step; origins share at step 0.
    pub step: u32,
    /// Whose share it followed; none for an origin.
    pub parent: Option<AccountId>,
    /// How it came about.
    pub route: Route,
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

    /// Who shared, by step; inside a step in no particular order.
    ///
    /// # Panics
    /// If the run was made for its size only; so do all methods below.
    #[must_use]
    pub fn accounts(&self) -> &'a [AccountId] {
        self.listed().accounts()
    }

    /// Number of steps at which somebody shared: the last step + 1, or 0 if nobody did.
    #[must_use]
    pub fn steps(&self) -> u32 {
        self.listed().steps() as u32
    }

    /// Who shared at `step`, in no particular order.
    ///
    /// # Panics
    /// If `step` is not below [`steps`](Self::steps).
    #[must_use]
    pub fn accounts_at(&self, step: u32) -> &'a [AccountId] {
        &self.accounts()[self.trace.step(step as usize)]
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
            return self.size();
        }
        // A user counts with the first of their accounts that shared.
        let first = |&&account: &&AccountId| {
            let mut siblings = graph.accounts_beside(account).iter();
            siblings.find(|&&other| self.shared(other)).is_none_or(|&first| first == account)
        };
        self.accounts().iter().filter(first).count() as u64
    }

    /// Ties that a plain loop would have looked at: those of every account that got to try.
    #[must_use]
    pub fn ties_examined(&self) -> u64 {
        self.listed().ties_examined
    }

    /// All share events by step; inside a step in no particular order.
    ///
    /// # Panics
    /// If the run was made without parents ([`Observer::DETAIL`](crate::Observer::DETAIL)).
    pub fn events(&self) -> impl Iterator<Item = ShareEvent> + use<'a> {
        let trace = self.listed();
        assert!(trace.parents.len() == trace.len(), "this run has no parents");
        (0..trace.steps()).flat_map(move |step| {
            trace.step(step).map(move |place| ShareEvent {
                account: trace.accounts()[place],
                step: step as u32,
                parent: parent_place(trace, place).map(|parent| trace.accounts()[parent]),
                route: trace.routes[place],
            })
        })
    }

    /// Places, in [`accounts`](Self::accounts), of who shared at `step`.
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

fn parent_place(trace: &Trace, place: usize) -> Option<usize> {
    Some(trace.parents[place]).filter(|&parent| parent != NO_PARENT).map(|parent| parent as usize)
}
