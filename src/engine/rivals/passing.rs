//! What a share of one of the posts passes on at most.

use super::{Arrival, Kind, Race, RivalSpace};
use crate::engine::World;
use crate::engine::fire_one::fire_one;
use crate::engine::passing::{Meetings, Passing};
use crate::engine::temporal::TimedMeetings;
use crate::engine::trace::Trace;
use crate::id::AccountId;
use crate::model::{Contacts, Enough, Over, Passes, Per, When};

impl Race<'_, '_> {
    /// The contact along a tie that follows the one that `before` was, up to the tick of `last`, if there is
    /// one.
    pub(super) fn meet_again(
        &self,
        contacts: &Contacts,
        (source, rate): (AccountId, f64),
        last: u64,
        before: &Arrival,
        space: &mut RivalSpace,
    ) {
        let (post, number) = (usize::from(before.post), before.number + 1);
        let (graph, ends) = (self.worlds[post].graph, (source, before.child));
        let most = last - before.at;
        let gap = contacts.gap(graph, &self.contacts[post], ends, (number, rate), most);
        if let Some(gap) = gap {
            self.arrive(before.at, gap, Arrival { number, ..*before }, space);
        }
    }

    /// Lets `arrival` come `later` than `tick`, unless it is lost already.
    #[inline]
    pub(super) fn arrive(&self, tick: u64, later: u64, arrival: Arrival, space: &mut RivalSpace) {
        let at = tick.saturating_add(later);
        if at == u64::MAX || self.factor(arrival.child, arrival.post, space) == 0.0 {
            return;
        }
        if at > self.worlds[0].timing.until {
            space.too_late.push(Arrival { at, ..arrival });
            return;
        }
        if self.first_stays {
            // What is not shut out succeeds, and then nothing else does that comes later; if it is shut out
            // by what the user shares elsewhere until then, so is its post for good.
            let (earliest, post) = &mut space.earliest[arrival.child.index()];
            let later = *earliest > 0 && at >= *earliest;
            if later && (self.rivals.per == Per::Account || *post == arrival.post) {
                return;
            }
            if *earliest == 0 {
                space.touched.push(arrival.child);
            }
            if !later {
                (*earliest, *post) = (at + 1, arrival.post);
            }
        }
        match later {
            1 => space.soon.push(Arrival { at, ..arrival }),
            _ => space.queue.push(Arrival { at, ..arrival }),
        }
    }

    /// What the share at `place` passes on. Returns how long that goes on, if the model knows an end.
    pub(super) fn pass(
        &self,
        tick: u64,
        place: usize,
        trace: &mut Trace,
        space: &mut RivalSpace,
    ) -> Option<u64> {
        let (source, parent) = (trace.accounts()[place], place as u32);
        let number = trace.posts[place];
        let (post, world) = (number as usize, &self.worlds[number as usize]);
        let World { graph, overlay, timing, .. } = *world;
        trace.examine(world, source, tick);
        let arrival = |child, kind| {
            let post = number as u8;
            Arrival { at: tick, child, parent, number: 0, kind, post }
        };
        let cuts = overlay.cuts_from(source);
        let is_cut = |target| cuts && overlay.cuts_between(graph, source, target);
        let mut lasts = None;
        match &self.rivals.passes[post] {
            Passes::Tries(tries) => {
                let (rates, delays) = (&tries.rates, &tries.delays);
                let (from, who) = (graph.network_of(source), self.key(source));
                fire_one(graph, rates, self.keys[post].tie, source, |target| {
                    if is_cut(target) {
                        return;
                    }
                    let one_try = tries.ticks.as_ref().map_or(When::AT_ONCE, |ticks| {
                        ticks.try_between(graph, (source, target), tick)
                    });
                    let Some((wait, next)) = one_try else { return };
                    let later = delays.as_ref().map_or(next, |delays| {
                        let delay = delays.of(from, graph.network_of(target));
                        let stream = self.delays[post].lane(who).stream(self.key(target));
                        timing.clock.span(delay.draw(stream))
                    });
                    let later = wait.saturating_add(later);
                    self.arrive(tick, later, arrival(target, Kind::Try), space);
                });
            }
            Passes::First(contacts) => {
                let meetings = Meetings { contacts, keys: self.contacts[post] };
                lasts = meetings.pass(
                    world,
                    source,
                    tick,
                    |_| u64::MAX,
                    |target, later| {
                        if !is_cut(target) {
                            self.arrive(tick, later, arrival(target, Kind::Try), space);
                        }
                    },
                );
            }
            Passes::Every { contacts, most } => {
                let keys = &self.contacts[post];
                let period = contacts.period_of(graph, keys, source);
                contacts.first_gaps(graph, keys, source, *most, period, |target, later| {
                    if !is_cut(target) {
                        self.arrive(tick, later, arrival(target, Kind::Try), space);
                    }
                });
                lasts = contacts.ends().then_some(period);
            }
            Passes::FirstOver(over) => {
                let (keys_of_stays, keys_of_ties) = (self.contacts[post], self.over[post]);
                let Over { contacts, stays } = &**over;
                let meetings = TimedMeetings { contacts, stays, keys_of_stays, keys_of_ties };
                let meet = |target, later| {
                    if !is_cut(target) {
                        self.arrive(tick, later, arrival(target, Kind::Try), space);
                    }
                };
                lasts = meetings.pass(world, source, tick, |_| u64::MAX, meet);
            }
            Passes::EveryOver { over, .. } => {
                let Over { contacts, stays } = &**over;
                let period = stays.period_of(graph, &self.contacts[post], source);
                let last = tick.saturating_add(period).min(timing.until);
                contacts.each(graph, self.over[post], source, &(tick, last), |target, contact| {
                    if !is_cut(target) {
                        self.arrive(tick, contact - tick, arrival(target, Kind::Try), space);
                    }
                    Enough::Yes
                });
                lasts = stays.ends().then_some(period);
            }
        }
        self.crossposts[post].fire(source, |target, later| {
            self.arrive(tick, later, arrival(target, Kind::CrossPost), space);
        });
        lasts
    }
}
