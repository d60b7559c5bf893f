//! Whom a share is shown to over ties with times, and when.

use super::contacts::after;
use super::{TieTicks, Timed, When};
use crate::graph::SocialGraph;
use crate::id::AccountId;
use crate::model::{ContactKeys, MarkKeys, Prepared};
use crate::random::RunKeys;

/// How long a share is shown along ties that come and go. A tie that exists at the share shows it then.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown {
    /// The last tick, or step, of a contact that shows it.
    last: u64,
    /// Whether a tie that comes to be until then shows it, too.
    later: bool,
    /// Whether a contact at the very tick does.
    at_once: bool,
}

impl Shown {
    /// Whoever shares has one try for each tie.
    const ONE_TRY: Self = Self { last: u64::MAX, later: false, at_once: false };
    /// Who has shared has done so for ever.
    const FOR_EVER: Self = Self { last: u64::MAX, later: true, at_once: true };

    /// As long as the account passes it on.
    const fn until(last: u64) -> Self {
        Self { last, later: true, at_once: false }
    }

    /// In a run that ends then.
    pub(crate) fn up_to(self, end: u64) -> Self {
        Self { last: self.last.min(end), ..self }
    }
}

impl When<'_> {
    /// When the tie shows a share of its source at this tick, if it ever does.
    pub(crate) fn shows(self, at: u64, shown: Shown) -> Option<u64> {
        match self {
            Self::Always => Some(at),
            Self::Contacts(rows) | Self::Lasting(rows, _) => {
                let same = || rows.binary_search(&at).is_ok();
                if shown.at_once && same() {
                    return Some(at);
                }
                after(rows, at, shown.last).first().copied()
            }
            when if when.holds(at) => Some(at),
            Self::Intervals(starts, _) => {
                let next = starts[starts.partition_point(|&start| start <= at)..].first().copied();
                next.filter(|&next| shown.later && next <= shown.last)
            }
        }
    }
}

impl Prepared {
    /// How long a share of `source` at `at` is shown, and when ties exist; none if they have no times.
    pub(crate) fn shown(
        &self,
        graph: &SocialGraph,
        keys: &RunKeys,
        source: AccountId,
        at: u64,
    ) -> Option<(&TieTicks, Shown)> {
        let timed = match self {
            Self::Timed(timed) => timed,
            Self::Tiring(tiring) => return Some((tiring.ticks.as_ref()?, Shown::ONE_TRY)),
            _ => return None,
        };
        Some(match &**timed {
            Timed::Tries(tries) => (&tries.ticks, Shown::ONE_TRY),
            Timed::Contacts(contacts, stays) => {
                let period = stays.period_of(graph, &ContactKeys::of(keys), source);
                (&contacts.ticks, Shown::until(at.saturating_add(period)))
            }
            Timed::Again(contacts, marks) => {
                let end = marks.end_of_period(graph, &MarkKeys::of(keys), source, at);
                (&contacts.ticks, Shown::until(end))
            }
            Timed::Thresholds(thresholds) => (&thresholds.ticks, Shown::FOR_EVER),
            Timed::Offspring(ticks, _) => (ticks, Shown::ONE_TRY),
        })
    }
}
