//! Kernels of models over ties that come and go.
//!
//! Where an account shares once they are [`arrivals`](super::arrivals) with another
//! [`Passing`](super::passing::Passing); where it shares again, [`again`].

mod again;
mod passing;
mod thresholds;

pub(super) use self::passing::TimedMeetings;
use self::passing::{TimedDescendants, TimedTry};
pub(super) use self::thresholds::TimedThresholdSpace;
use super::arrivals::in_order;
use super::clusters::{Exists, clusters_over};
use super::trace::Trace;
use super::{Detail, World};
use crate::graph::SocialGraph;
use crate::id::AccountId;
use crate::model::{ContactKeys, Sharing, TieTicks, Timed, TimedKeys};
use crate::random::{Channel, Lineage, RunKeys};

/// Runs one cascade.
pub(super) fn run(
    world: &World<'_>,
    keys: &RunKeys,
    timed: &Timed,
    detail: Detail,
    trace: &mut Trace,
) {
    match timed {
        Timed::Tries(tries) => {
            let delay = keys.channel(Channel::Delay);
            in_order(world, keys, &TimedTry { tries, tie: keys.tie, delay }, trace);
        }
        Timed::Contacts(contacts, stays) => {
            let (keys_of_stays, keys_of_ties) = (ContactKeys::of(keys), TimedKeys::of(keys));
            let passing = TimedMeetings { contacts, stays, keys_of_stays, keys_of_ties };
            in_order(world, keys, &passing, trace);
        }
        Timed::Again(contacts, marks) => again::run(world, keys, contacts, marks, trace),
        Timed::Thresholds(model) => thresholds::run(world, keys, model, detail, trace),
        Timed::Offspring(ticks, offspring) => match offspring.sharing {
            Sharing::Repeat => clusters_over(world, keys, offspring, ticks, detail, trace),
            Sharing::Once => {
                let lineage = Lineage::of(keys);
                in_order(world, keys, &TimedDescendants { offspring, ticks, lineage }, trace);
            }
        },
    }
}

/// Offspring of a share fall on ties that exist then.
impl Exists for &TieTicks {
    #[inline]
    fn exists(&self, graph: &SocialGraph, source: AccountId, target: AccountId, at: u64) -> bool {
        let kind = self.kind(graph.network_of(source));
        kind.is_none()
            || graph
                .find_tie(source, target)
                .is_some_and(|tie| self.when(kind, tie.get()).holds(at))
    }
}
