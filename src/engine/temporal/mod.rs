//! Kernels of models over ties that come and go.
//!
//! Where an account shares once they are [`arrivals`](super::arrivals) with another
//! [`Passing`](super::passing::Passing); where it shares again, [`again`].

mod again;
mod passing;

use self::passing::{TimedMeetings, TimedTry};
use super::World;
use super::arrivals::in_order;
use super::trace::Trace;
use crate::model::{ContactKeys, Timed, TimedKeys};
use crate::random::{Channel, RunKeys};

/// Runs one cascade.
pub(super) fn run(world: &World<'_>, keys: &RunKeys, timed: &Timed, trace: &mut Trace) {
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
    }
}
