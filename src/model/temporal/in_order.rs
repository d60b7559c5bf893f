//! All contacts of a graph in order of time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::contacts::TimedContacts;
use super::ticks::When;
use crate::graph::SocialGraph;
use crate::id::AccountId;
use crate::random::{Key, Threshold};

/// A contact: 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OneContact {
    pub(crate) at: u64,
    pub(crate) source: AccountId,
    pub(crate) target: AccountId,
}

/// The contacts of a graph whose ties are nothing else, and all pass the post on with one probability.
#[derive(Debug)]
pub(crate) struct InOrder {
    pub(crate) contacts: Box<[OneContact]>,
    coin: Threshold,
}

impl InOrder {
    /// None if there are other ties, or several probabilities. O(c log c) for c contacts.
    fn of(graph: &SocialGraph, contacts: &TimedContacts) -> Option<Self> {
        let number = contacts.one_number()?;
        let mut all = Vec::with_capacity(contacts.ticks.len());
        for source in graph.accounts() {
            let kind = contacts.ticks.kind(graph.network_of(source));
            for (tie, &target) in graph.tie_range(source).zip(graph.targets(source)) {
                let When::Contacts(rows) = contacts.ticks.when(kind, tie) else { return None };
                all.extend(rows.iter().map(|&at| OneContact { at, source, target }));
            }
        }
        all.sort_unstable();
        // Of contacts alone it is a probability.
        Some(Self { contacts: all.into(), coin: Threshold::new(number) })
    }

    /// Whether a contact with the account that has this logical key passes the post on. `coins` is the key of
    /// its source.
    #[inline]
    pub(crate) fn passes_on(&self, coins: Key, whom: u64, at: u64) -> bool {
        self.coin.succeeds_by(coins.lane(whom).word(at))
    }
}

/// How many ties the last run looked at. It says how runs are made, and nothing of what they are.
#[derive(Debug, Default)]
pub(super) struct Examined(AtomicU64);

impl Clone for Examined {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl TimedContacts {
    /// All contacts in order of time, if it may pay to go through all: if the last run of which somebody
    /// [told](Self::tell) looked at so many ties. The first call after such a run makes the list.
    pub(crate) fn in_order(&self, graph: &SocialGraph) -> Option<&InOrder> {
        let Examined(ties) = &self.examined;
        // A tie of who shares costs as much as ten contacts of the list.
        if ties.load(Ordering::Relaxed).saturating_mul(10) < self.ticks.len() as u64 {
            return None;
        }
        self.in_order.get_or_init(|| InOrder::of(graph, self).map(Arc::new)).as_deref()
    }

    /// Tells how many ties a run looked at: runs of one scenario are alike.
    pub(crate) fn tell(&self, ties_examined: u64) {
        self.examined.0.store(ties_examined, Ordering::Relaxed);
    }
}
