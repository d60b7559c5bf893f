//! What arrives is decided, one after the other.

use std::cell::Cell;

use super::{Arrival, Kind, Race, RivalSpace};
use crate::engine::externals::Externals;
use crate::engine::trace::{EXTERNAL, Trace};
use crate::engine::{start_hash, try_hash};
use crate::id::AccountId;
use crate::model::{Over, Passes, Per, Tries};
use crate::random::Threshold;

/// The part of tries that was kept last, by their probability and their factor. Most ties have one
/// probability, so mostly it is asked for again.
#[derive(Debug, Default)]
pub(super) struct Kept(Cell<Option<(f64, f64, Threshold)>>);

impl Kept {
    #[inline]
    fn of(&self, tries: &Tries, p: f64, factor: f64) -> Threshold {
        match self.0.get() {
            Some((last_p, last_factor, kept)) if last_p == p && last_factor == factor => kept,
            _ => {
                let kept = Threshold::new(tries.kept(p, factor).min(1.0));
                self.0.set(Some((p, factor, kept)));
                kept
            }
        }
    }
}

impl Race<'_, '_> {
    /// Those who start, before all that reaches anybody: in the order of hashes.
    pub(super) fn start(&self, tick: u64, externals: &mut [Externals<'_>], space: &mut RivalSpace) {
        let is_start = |arrival: &&Arrival| arrival.kind == Kind::Start;
        let mut starts: Vec<Arrival> = space.now.iter().filter(is_start).copied().collect();
        let mut landings = Vec::new();
        for (post, externals) in (0..).zip(externals) {
            if externals.peek() == Some(tick) {
                externals.take(tick, &mut landings);
                starts.extend(landings.drain(..).map(|landing| Arrival {
                    at: tick,
                    child: landing.child,
                    parent: EXTERNAL,
                    number: 0,
                    kind: Kind::Start,
                    post,
                }));
            }
        }
        if starts.is_empty() {
            return;
        }
        // An origin starts before what comes from outside.
        starts.sort_by_cached_key(|&Arrival { child, parent, post, .. }| {
            (parent == EXTERNAL, start_hash(&self.keys[0], self.key(child), post.into()))
        });
        for start in starts {
            if self.factor(start.child, start.post, space) > 0.0 {
                self.share(&start, space);
            }
        }
        space.now.retain(|arrival| arrival.kind != Kind::Start);
    }

    /// What arrives is decided for one after the other, in the order of hashes where one has several.
    pub(super) fn decide(&self, tick: u64, trace: &Trace, space: &mut RivalSpace) {
        let mut now = std::mem::take(&mut space.now);
        let mut order = std::mem::take(&mut space.order);
        for arrival in &now {
            space.known.count(self.who(arrival.child));
        }
        for (place, arrival) in (0..).zip(&now) {
            let who = self.who(arrival.child);
            if !space.known.are_several(who) {
                self.decide_one(tick, arrival, trace, space);
                continue;
            }
            let keys = &self.keys[usize::from(arrival.post)];
            let parent = self.key(trace.accounts()[arrival.parent as usize]);
            let hash = try_hash(keys, self.key(arrival.child), parent, arrival.route());
            order.push((who as u32, hash, place));
        }
        order.sort_unstable();
        for (_, _, place) in order.drain(..) {
            self.decide_one(tick, &now[place as usize], trace, space);
        }
        for arrival in now.drain(..) {
            space.known.forget_count(self.who(arrival.child));
        }
        (space.now, space.order) = (now, order);
    }

    /// The factor of a post at an account; 0 if it is lost there whatever happens.
    #[inline]
    pub(super) fn factor(&self, child: AccountId, post: u8, space: &RivalSpace) -> f64 {
        let lost = || self.worlds[0].overlay.is_muted(child);
        if self.rivals.per == Per::User {
            if space.shared.has(child.index(), post) || lost() {
                return 0.0;
            }
            return self.rivals.factor(space.known.posts(self.who(child)), post.into());
        }
        let known = space.known.posts(child.index());
        if known >> post & 1 == 1 || lost() {
            return 0.0;
        }
        self.rivals.factor(known, post.into())
    }

    fn share(&self, arrival: &Arrival, space: &mut RivalSpace) {
        let &Arrival { child, parent, post, .. } = arrival;
        space.known.add(self.who(child), post);
        if self.rivals.per == Per::User {
            space.shared.add(child.index(), post);
        }
        space.touched.push(child);
        space.shares.push((child, post, parent, arrival.route()));
    }

    /// Whether the coin of this number says that an arrival is kept.
    #[inline(always)]
    fn coin(&self, arrival: &Arrival, trace: &Trace, kept: Threshold, number: u64) -> bool {
        let source = || self.key(trace.accounts()[arrival.parent as usize]);
        let draws = || self.draws[usize::from(arrival.post)];
        kept.succeeds_in(|| draws().stream(source(), self.key(arrival.child)), number)
    }

    /// Whether a cross-post with this factor makes its account share. The draws behind the first are those of tries.
    #[inline(always)]
    fn is_carried(&self, arrival: &Arrival, factor: f64, trace: &Trace) -> bool {
        self.coin(arrival, trace, Threshold::new(factor.min(1.0)), 0)
    }

    /// Whether what would have come after the end would have made its account share.
    pub(super) fn would_share(&self, late: &Arrival, trace: &Trace, space: &RivalSpace) -> bool {
        let factor = self.factor(late.child, late.post, space);
        factor > 0.0 && (late.kind != Kind::CrossPost || self.is_carried(late, factor, trace))
    }

    #[inline]
    pub(super) fn decide_one(
        &self,
        tick: u64,
        arrival: &Arrival,
        trace: &Trace,
        space: &mut RivalSpace,
    ) {
        let factor = self.factor(arrival.child, arrival.post, space);
        if factor == 0.0 {
            return;
        }
        let (post, child) = (usize::from(arrival.post), arrival.child);
        let graph = self.worlds[post].graph;
        let source = || trace.accounts()[arrival.parent as usize];
        let coin = |kept: Threshold, number: u64| self.coin(arrival, trace, kept, number);
        match (arrival.kind, &self.rivals.passes[post]) {
            (Kind::Start | Kind::Due, _) | (Kind::Try, Passes::First(_) | Passes::FirstOver(_)) => {
                self.share(arrival, space);
            }
            (Kind::CrossPost, _) => {
                if self.is_carried(arrival, factor, trace) {
                    self.share(arrival, space);
                }
            }
            (Kind::Try, Passes::Tries(tries)) => {
                let keeps = factor == tries.most || {
                    let p = tries.probability(graph, (source(), child));
                    coin(self.kept[post].of(tries, p, factor), 1)
                };
                if keeps {
                    self.share(arrival, space);
                }
            }
            (Kind::Try, Passes::Every { contacts, most }) => {
                let rate = contacts.rate_between(graph, source(), child);
                let kept = contacts.kept(rate, factor, *most);
                if !coin(Threshold::new(kept.min(1.0)), 1 + u64::from(arrival.number)) {
                    let began = trace.ticks[arrival.parent as usize];
                    let keys = &self.contacts[post];
                    let last = began.saturating_add(contacts.period_of(graph, keys, source()));
                    self.meet_again(contacts, (source(), rate * most), last, arrival, space);
                } else if contacts.at_once() {
                    self.share(arrival, space);
                } else {
                    let later = contacts.latency_of(graph, &self.contacts[post], child);
                    self.arrive(tick, later, Arrival { kind: Kind::Due, ..*arrival }, space);
                }
            }
            (Kind::Try, Passes::EveryOver { over, most }) => {
                let (Over { contacts, stays }, ends) = (&**over, (source(), child));
                let kept = contacts.kept(graph, ends, tick, (factor, *most));
                // Contacts along a tie are told apart by their times.
                if !coin(Threshold::new(kept.min(1.0)), 1 + tick) {
                    let began = trace.ticks[arrival.parent as usize];
                    let period = stays.period_of(graph, &self.contacts[post], ends.0);
                    let last = began.saturating_add(period).min(self.worlds[0].timing.until);
                    let next = contacts.next(graph, self.over[post], ends, (tick, last));
                    if let Some(next) = next {
                        self.arrive(tick, next - tick, *arrival, space);
                    }
                } else if stays.at_once() {
                    self.share(arrival, space);
                } else {
                    let later = stays.latency_of(graph, &self.contacts[post], child);
                    self.arrive(tick, later, Arrival { kind: Kind::Due, ..*arrival }, space);
                }
            }
        }
    }
}
