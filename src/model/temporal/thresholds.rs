//! Thresholds over ties that come and go: who sees how many, step by step.

use super::TOGETHER;
use super::ticks::{TieTicks, When};
use crate::error::{Error, Result};
use crate::graph::{SocialGraph, TimesKind};
use crate::id::AccountId;
use crate::model::{AccountLevels, Adopt, Friends, Threshold, ThresholdRule};

/// A threshold model made ready for a graph whose ties have times.
///
/// At each step an account sees those whose ties to it exist, and each contact of the last `window` steps:
/// k are all of them, m those of accounts that have shared (at a contact: by then).
#[derive(Debug, Clone)]
pub(crate) struct TimedThresholds {
    pub(crate) ticks: TieTicks,
    pub(crate) levels: AccountLevels,
    pub(crate) window: u64,
    pub(crate) people: bool,
    /// Whether a number is asked for, whatever it is a part of.
    pub(crate) counts: bool,
    pub(crate) changes: Changes,
    /// By account, how many ties it sees at every step.
    pub(crate) always: Box<[u32]>,
}

/// What changes by itself of what accounts see: 8 bytes for each beginning and each end.
#[derive(Debug, Clone)]
pub(crate) struct Changes {
    /// The steps at which anything does, in order, and where in `ties` what changes then ends, by [`Change`].
    pub(crate) steps: Box<[(u64, [usize; 3])]>,
    /// The ends of ties, step by step.
    pub(crate) ties: Box<[[AccountId; 2]]>,
}

/// How what an account sees changes, in the order in which it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    /// A tie begins, or a contact.
    Begins,
    /// An interval ends.
    Ends,
    /// A contact counts no more.
    IsForgotten,
}

impl Changes {
    /// `changes` come in no order.
    fn new(mut changes: Vec<(u64, Change, [AccountId; 2])>) -> Self {
        // What never ends never changes.
        changes.retain(|&(at, ..)| at < u64::MAX);
        changes.sort_unstable();
        let mut steps: Vec<(u64, [usize; 3])> = Vec::new();
        for (place, &(at, change, _)) in changes.iter().enumerate() {
            if steps.last().is_none_or(|last| last.0 < at) {
                steps.push((at, [place; 3]));
            }
            if let Some((_, ends)) = steps.last_mut() {
                ends[change as usize..].fill(place + 1);
            }
        }
        Self { steps: steps.into(), ties: changes.into_iter().map(|(.., ends)| ends).collect() }
    }
}

/// Who of those whom an account sees counts at a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    /// How many there are of this tie.
    pub(crate) all: u64,
    /// How many of them have shared.
    pub(crate) shared: u64,
}

impl TimedThresholds {
    pub(super) fn prepare(model: &Threshold, graph: &SocialGraph, ticks: TieTicks) -> Result<Self> {
        let name = model.rule.name();
        if model.rule == ThresholdRule::LinearFixed {
            return Err(Error::conflict(
                "some ties have times, and linear-fixed sums the weights of ties that exist always; the \
                 nearest models that go over them are watts and count",
            ));
        }
        if model.adopt == Adopt::Person {
            return Err(Error::conflict(format!(
                "some ties have times, and under {name} a person adopts by what all their accounts see, \
                 which goes over ties that exist always; the nearest models that go over them are watts and \
                 count with `adopt = account`"
            )));
        }
        let window = match (ticks.any(TimesKind::Contacts), model.window) {
            (true, None) => {
                return Err(Error::conflict(format!(
                    "{name} over contacts needs a `window`: how many steps long a contact counts"
                ))
                .of_key("window"));
            }
            (false, Some(_)) => return Err(no_window(name)),
            (_, window) => u64::from(window.unwrap_or(1)),
        };
        let mut changes = Vec::new();
        let mut always = vec![0u32; graph.account_count()];
        for source in graph.accounts() {
            let kind = ticks.kind(graph.network_of(source));
            for (tie, &target) in graph.tie_range(source).zip(graph.targets(source)) {
                let mut change = |at, change| changes.push((at, change, [source, target]));
                match ticks.when(kind, tie) {
                    When::Always => always[target.index()] += 1,
                    When::Intervals(starts, ends) => {
                        starts.iter().for_each(|&start| change(start, Change::Begins));
                        ends.iter().for_each(|&end| change(end, Change::Ends));
                    }
                    When::Contacts(rows) | When::Lasting(rows, _) => {
                        for &at in rows {
                            change(at, Change::Begins);
                            change(at.saturating_add(window), Change::IsForgotten);
                        }
                    }
                }
            }
        }
        Ok(Self {
            ticks,
            levels: AccountLevels::new(model, graph)?,
            window,
            people: model.friends == Friends::People,
            counts: model.rule == ThresholdRule::Count,
            changes: Changes::new(changes),
            always: always.into(),
        })
    }

    /// What of a tie from `source` counts at a step, if `source` shared at that step or before.
    #[inline]
    pub(crate) fn seen(
        &self,
        graph: &SocialGraph,
        source: AccountId,
        tie: u64,
        now: u64,
        shared_at: Option<u64>,
    ) -> Seen {
        let kind = self.ticks.kind(graph.network_of(source));
        match self.ticks.when(kind, tie) {
            When::Contacts(rows) | When::Lasting(rows, _) => {
                let gone = rows.partition_point(|&at| at.saturating_add(self.window) <= now);
                let come = rows.partition_point(|&at| at <= now);
                let rows = &rows[gone..come];
                let before = |since| rows.partition_point(|&at| at < since);
                let shared = shared_at.map_or(0, |since| rows.len() - before(since));
                Seen { all: rows.len() as u64, shared: shared as u64 }
            }
            when => {
                let all = u64::from(when.holds(now));
                Seen { all, shared: if shared_at.is_some() { all } else { 0 } }
            }
        }
    }

    /// Calls `see` with the ties of `source` that exist at a step, and those with a contact then, if it shares at
    /// that step.
    #[inline]
    pub(crate) fn each_now(
        &self,
        graph: &SocialGraph,
        source: AccountId,
        now: u64,
        mut see: impl FnMut(u64, AccountId),
    ) {
        let (first, targets) = (graph.tie_range(source).start, graph.targets(source));
        if let Some((starts, ends)) = self.ticks.one_each(graph, source) {
            // Which exist no processor can guess, so these are listed first.
            let mut listed = [0; TOGETHER];
            for from in (0..targets.len()).step_by(TOGETHER) {
                let (mut count, to) = (0, targets.len().min(from + TOGETHER));
                for (place, (&start, &end)) in
                    (from..).zip(starts[from..to].iter().zip(&ends[from..to]))
                {
                    listed[count] = place;
                    count += usize::from((start <= now) & (now < end));
                }
                listed[..count].iter().for_each(|&place| see(first + place as u64, targets[place]));
            }
            return;
        }
        let kind = self.ticks.kind(graph.network_of(source));
        for (tie, &target) in (first..).zip(targets) {
            let exists = match self.ticks.when(kind, tie) {
                When::Contacts(rows) | When::Lasting(rows, _) => rows.binary_search(&now).is_ok(),
                when => when.holds(now),
            };
            if exists {
                see(tie, target);
            }
        }
    }

    /// What `all` is a part of: a number asks for itself.
    pub(crate) fn total(&self, all: u64) -> u64 {
        if self.counts { 1 } else { all }
    }
}

/// The error for a window where no contacts are.
pub(in crate::model) fn no_window(name: &str) -> Error {
    Error::conflict(format!(
        "`window` says how many steps long a contact counts, and there are no contacts here: {name} counts \
         ties as long as they exist"
    ))
}
