//! Posts of which each shuts out the others, under threshold models: sharers of each post count up along
//! their ties ([`counting`]), and where several pass for one who may share one, the least hash of those who
//! tipped it decides.

mod alone;
mod counting;
mod order;

use self::alone::Alone;
use self::counting::Counts;
use self::order::Order;
use super::arrivals::starts;
use super::carry::CrossPosts;
use super::externals::Externals;
use super::trace::{EXTERNAL, Ended, NO_PARENT, Route, Trace};
use super::{Detail, World, start_hash, try_hash};
use crate::id::AccountId;
use crate::model::{Per, Rivals, ThresholdLane, Thresholds};
use crate::random::RunKeys;

/// Memory for a run: 8 bytes an account and post, 4 if ties and nothing else are counted and accounts remember, 12 if
/// users do; 5 for whoever remembers, and what is counted.
#[derive(Debug, Default)]
pub(super) struct RivalThresholdSpace {
    counts: Counts,
    order: Order,
    alone: Alone,
    /// By post and account: the place of its share, one more than that, and the step. Empty if nobody asks.
    shared: Vec<(u32, u32)>,
    /// By whoever remembers: which post is theirs, one more than its number.
    taken: Vec<u8>,
    candidates: Vec<Candidate>,
    shares: Vec<(AccountId, u8, u32, Route)>,
    starts: Vec<(u64, u8, AccountId)>,
}

/// An account that would share a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    who: usize,
    hash: u64,
    post: u8,
    child: AccountId,
    parent: u32,
    route: Route,
}

/// Runs one cascade of each post. All draw by the same keys.
pub(super) fn run(
    worlds: &[World<'_>],
    rivals: &Rivals,
    thresholds: &Thresholds,
    keys: &RunKeys,
    detail: Detail,
    trace: &mut Trace,
) {
    trace.clear();
    let mut space = std::mem::take(&mut trace.space.rival_thresholds);
    let lane = thresholds.open.as_ref().map(|open| ThresholdLane::new(keys, open.draw));
    let is_plain = thresholds.only_counts() && worlds[0].overlay.is_empty();
    let one_each = worlds[0].graph.users_with_several_accounts() == 0;
    let per = if one_each { Per::Account } else { rivals.per };
    let race = Race { worlds, per, thresholds, keys, lane, detail, is_plain };
    race.run(trace, &mut space);
    space.counts.end(worlds[0].graph, trace);
    // Who would share after the end of the run.
    space.candidates.clear();
    for (&account, &post) in trace.accounts().iter().zip(&trace.posts) {
        race.note(account, post as u8, (0, 0), &mut space);
        space.taken[race.who(account)] = 0;
        space.alone.forget(account);
    }
    if detail < Detail::Parents {
        trace.forget_parents();
    }
    trace.space.rival_thresholds = space;
    trace.ticks_are_steps();
}

struct Race<'r, 'w> {
    worlds: &'r [World<'w>],
    per: Per,
    thresholds: &'r Thresholds,
    keys: &'r RunKeys,
    lane: Option<ThresholdLane>,
    detail: Detail,
    /// Whether ties and nothing else are counted.
    is_plain: bool,
}

impl Race<'_, '_> {
    fn who(&self, account: AccountId) -> usize {
        self.per.whoever(self.worlds[0].graph, account)
    }

    fn key(&self, account: AccountId) -> u64 {
        self.worlds[0].graph.logical_key(account).get()
    }

    fn run(&self, trace: &mut Trace, space: &mut RivalThresholdSpace) {
        let World { graph, timing, .. } = self.worlds[0];
        let accounts = graph.account_count();
        space.counts.begin(graph, self.thresholds, self.worlds.len(), self.is_plain);
        let cells = accounts * self.worlds.len();
        space.shared.resize(if self.notes_shares() { cells } else { 0 }, (0, 0));
        space.taken.resize(self.per.how_many(graph), 0);
        space.order.begin(space.taken.len(), if self.is_plain { cells } else { 0 });
        let is_alone =
            space.counts.is_given && self.per == Per::Account && !self.worlds[0].crossposts.any();
        space.alone.begin(if is_alone { accounts } else { 0 }, self.worlds.len());
        space.starts.clear();
        let outside = self.worlds.iter();
        let mut externals: Vec<_> = outside.map(|world| Externals::new(world, self.keys)).collect();
        for (post, world) in (0..).zip(self.worlds) {
            space.starts.extend(starts::<true>(world).map(|(at, account)| (at, post, account)));
        }
        let hash_of = |account, post: u8| start_hash(self.keys, self.key(account), post.into());
        space.starts.sort_by_cached_key(|&(at, post, account)| (at, hash_of(account, post)));
        let crossposts = CrossPosts::new(&self.worlds[0], self.keys);
        let (mut next_start, mut sharers, mut last) = (0, 0..0, 0);
        loop {
            let next = if sharers.is_empty() { None } else { Some(last + 1) };
            let start = space.starts.get(next_start).map(|&(at, ..)| at);
            let outside = externals.iter().filter_map(Externals::peek).min();
            let Some(step) = [next, start, outside].into_iter().flatten().min() else { return };
            if step > timing.until {
                return;
            }
            let mut shares = std::mem::take(&mut space.shares);
            while let Some(&(_, post, child)) = space.starts.get(next_start).filter(|s| s.0 == step)
            {
                next_start += 1;
                self.share((child, post, NO_PARENT, Route::Origin), space, &mut shares);
            }
            let (mut landings, mut outside) = (Vec::new(), Vec::new());
            for (post, externals) in (0..).zip(&mut externals) {
                if externals.peek() == Some(step) {
                    externals.take(step, &mut landings);
                    outside.extend(landings.drain(..).map(|landing| (landing.child, post)));
                }
            }
            outside.sort_by_cached_key(|&(account, post)| hash_of(account, post));
            for (child, post) in outside {
                self.share((child, post, EXTERNAL, Route::Origin), space, &mut shares);
            }
            // What those of the step before brought.
            let mut candidates = std::mem::take(&mut space.candidates);
            for Candidate { child, post, parent, route, .. } in candidates.drain(..) {
                self.share((child, post, parent, route), space, &mut shares);
            }
            space.candidates = candidates;
            if timing.max_shares < u64::MAX {
                shares.sort_by_key(|&(child, post, ..)| (self.key(child), post));
            }
            let first = trace.len();
            for &(child, post, parent, route) in &shares {
                if (trace.len() as u64) < timing.max_shares {
                    trace.push_post(step, child, parent, route, post.into());
                    self.note(child, post, (trace.len() as u32, step as u32), space);
                    space.alone.note(child, trace.len() as u32);
                } else {
                    space.taken[self.who(child)] = 0;
                    self.note(child, post, (0, 0), space);
                }
            }
            shares.clear();
            space.shares = shares;
            if trace.len() as u64 == timing.max_shares {
                trace.ended = Ended::Truncated;
                return;
            }
            (sharers, last) = (first..trace.len(), step);
            let ties = trace.ties_examined;
            self.count(sharers.clone(), step, trace, space);
            for place in sharers.clone() {
                let (source, post) = (trace.accounts()[place], trace.posts[place] as u8);
                crossposts.fire(source, |child, _| {
                    if self.can(child, post, space) {
                        let route = Route::CrossPost;
                        let hash = try_hash(self.keys, self.key(child), self.key(source), route);
                        let (who, parent) = (self.who(child), place as u32);
                        space.candidates.push(Candidate { who, hash, post, child, parent, route });
                    }
                });
            }
            self.count_late(step, space);
            let ties = trace.ties_examined - ties;
            if !is_alone || !self.decide_alone(sharers.clone(), ties, trace, space) {
                self.put_in_order(sharers.clone(), step, trace, space);
            }
        }
    }

    /// Whether it is asked when an account shared a post.
    fn notes_shares(&self) -> bool {
        !self.is_plain || self.per != Per::Account
    }

    /// Notes when an account shared a post, if anybody asks.
    #[inline]
    fn note(
        &self,
        account: AccountId,
        post: u8,
        when: (u32, u32),
        space: &mut RivalThresholdSpace,
    ) {
        if self.notes_shares() {
            space.shared[self.cell(account, post)] = when;
        }
    }

    /// The place of an account and a post in what is kept of each.
    #[inline]
    fn cell(&self, account: AccountId, post: u8) -> usize {
        usize::from(post) * self.worlds[0].graph.account_count() + account.index()
    }

    /// Whether an account can share a post still.
    #[inline]
    fn can(&self, child: AccountId, post: u8, space: &RivalThresholdSpace) -> bool {
        if self.worlds[0].overlay.is_muted(child) {
            return false;
        }
        match space.taken[self.who(child)] {
            0 => true,
            // Another account of theirs may have.
            taken if taken == post + 1 && self.per != Per::Account => {
                space.shared[self.cell(child, post)].0 == 0
            }
            _ => false,
        }
    }

    /// An account shares a post at this step, if it can.
    #[inline]
    fn share(
        &self,
        share: (AccountId, u8, u32, Route),
        space: &mut RivalThresholdSpace,
        shares: &mut Vec<(AccountId, u8, u32, Route)>,
    ) {
        let (child, post, ..) = share;
        if self.can(child, post, space) {
            space.taken[self.who(child)] = post + 1;
            // Its place is not known yet.
            self.note(child, post, (u32::MAX, 0), space);
            shares.push(share);
        }
    }

    /// An account passes, and would share a post at the next step: through whom is not known yet.
    fn push_passing(&self, child: AccountId, post: u8, space: &mut RivalThresholdSpace) {
        if self.can(child, post, space) {
            let (who, hash, parent, route) = (self.who(child), 0, NO_PARENT, Route::Tie);
            space.candidates.push(Candidate { who, hash, post, child, parent, route });
        }
    }
}
