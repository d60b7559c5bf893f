//! Several posts that act on each other: what a share passes on at most is drawn from the world alone, as
//! in [`arrivals`](super::arrivals), and decided when it lands, by what was shared until then.

mod deciding;
mod known;
mod passing;

use self::deciding::Kept;
use self::known::Known;
use super::carry::CrossPosts;
use super::externals::Externals;
use super::level::{AHEAD, prefetch_row};
use super::queue::{Lands, Queue};
use super::trace::{Ended, NO_PARENT, Route, Trace};
use super::{World, arrivals};
use crate::id::AccountId;
use crate::model::{ContactKeys, Passes, Per, Rivals, TimedKeys};
use crate::random::{Channel, Key, RunKeys};
use crate::unit::Clock;

/// What comes to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It starts.
    Start,
    /// A try, or contact, along a tie.
    Try,
    /// Its user carries the post over.
    CrossPost,
    /// It was contacted before, and shares now.
    Due,
}

#[derive(Debug, Clone, Copy)]
struct Arrival {
    at: u64,
    child: AccountId,
    parent: u32,
    /// Of a contact: which one along its tie.
    number: u32,
    kind: Kind,
    post: u8,
}

impl Lands for Arrival {
    #[inline(always)]
    fn at(&self) -> u64 {
        self.at
    }
}

impl Arrival {
    fn route(&self) -> Route {
        match self.kind {
            Kind::Start => Route::Origin,
            Kind::Try | Kind::Due => Route::Tie,
            Kind::CrossPost => Route::CrossPost,
        }
    }
}

/// Memory for a run: with up to eight posts two bytes for each account and user with several, 16 more an
/// account if posts exclude each other and times are drawn; and 24 for each arrival to come.
#[derive(Debug, Default)]
pub(super) struct RivalSpace {
    queue: Queue<Arrival>,
    now: Vec<Arrival>,
    /// Those of the next tick, or step.
    soon: Vec<Arrival>,
    /// By whoever remembers: what was shared, and whether several arrive now.
    known: Known,
    /// What each account has shared, where it is its user who remembers.
    shared: Known,
    /// By account, if posts exclude each other and times are drawn: the earliest arrival to come, one more
    /// than its tick, and its post.
    earliest: Vec<(u64, u8)>,
    /// Who may be in one of these.
    touched: Vec<AccountId>,
    /// Who shares now, and which post.
    shares: Vec<(AccountId, u8, u32, Route)>,
    /// Whom an arrival would have reached after the end of the run.
    too_late: Vec<Arrival>,
    /// Of whom, the hash that orders it, which one of those of now.
    order: Vec<(u32, u64, u32)>,
}

/// Runs one cascade of each post. `worlds` and `keys` are those of the posts.
pub(super) fn run(worlds: &[World<'_>], rivals: &Rivals, keys: &[RunKeys], trace: &mut Trace) {
    trace.clear();
    let mut space = std::mem::take(&mut trace.space.rivals);
    let race = Race::new(worlds, rivals, keys);
    race.run(trace, &mut space);
    let RivalSpace { queue, now, soon, shared, known, earliest, touched, .. } = &mut space;
    queue.drain().for_each(drop);
    now.clear();
    soon.clear();
    for account in touched.drain(..) {
        known.forget(race.who(account));
        if rivals.per == Per::User {
            shared.forget(account.index());
        }
        if let Some(earliest) = earliest.get_mut(account.index()) {
            *earliest = (0, 0);
        }
    }
    trace.space.rivals = space;
    if worlds[0].timing.clock == Clock::Steps {
        trace.ticks_are_steps();
    }
}

/// What does not change while posts run.
struct Race<'r, 'w> {
    worlds: &'r [World<'w>],
    rivals: &'r Rivals,
    keys: &'r [RunKeys],
    /// By post.
    draws: Vec<Key>,
    delays: Vec<Key>,
    contacts: Vec<ContactKeys>,
    over: Vec<TimedKeys>,
    crossposts: Vec<CrossPosts<'r, 'w>>,
    /// By post: the part of tries that was kept last.
    kept: Vec<Kept>,
    /// Whether what comes first shuts out what comes later, which only matters where times are drawn.
    first_stays: bool,
}

impl<'r, 'w> Race<'r, 'w> {
    fn new(worlds: &'r [World<'w>], rivals: &'r Rivals, keys: &'r [RunKeys]) -> Self {
        let channel = |channel| keys.iter().map(|keys| keys.channel(channel)).collect();
        let next_step = rivals.passes.iter().all(Passes::at_next_step);
        let first_stays = rivals.exclusive
            && !(next_step && worlds.iter().all(|world| world.timing.crosspost_delay.is_none()));
        Self {
            worlds,
            rivals,
            keys,
            draws: channel(Channel::Resistance),
            delays: channel(Channel::Delay),
            contacts: keys.iter().map(ContactKeys::of).collect(),
            over: keys.iter().map(TimedKeys::of).collect(),
            crossposts: worlds.iter().zip(keys).map(|(w, keys)| CrossPosts::new(w, keys)).collect(),
            kept: worlds.iter().map(|_| Kept::default()).collect(),
            first_stays,
        }
    }

    /// Whoever remembers what `account` shared.
    #[inline]
    fn who(&self, account: AccountId) -> usize {
        self.rivals.per.whoever(self.worlds[0].graph, account)
    }

    fn key(&self, account: AccountId) -> u64 {
        self.worlds[0].graph.logical_key(account).get()
    }

    fn run(&self, trace: &mut Trace, space: &mut RivalSpace) {
        let World { graph, timing, .. } = self.worlds[0];
        let (accounts, posts) = (graph.account_count(), self.worlds.len());
        space.known.resize(self.rivals.per.how_many(graph), posts);
        if self.rivals.per == Per::User {
            space.shared.resize(accounts, posts);
        }
        if self.first_stays {
            space.earliest.resize(accounts, (0, 0));
        }
        space.too_late.clear();
        for (post, world) in (0..).zip(self.worlds) {
            for (at, child) in arrivals::starts::<true>(world) {
                let (parent, number, kind) = (NO_PARENT, 0, Kind::Start);
                space.queue.push(Arrival { at, child, parent, number, kind, post });
            }
        }
        let outside = self.worlds.iter().zip(self.keys);
        let mut externals: Vec<_> =
            outside.map(|(world, keys)| Externals::new(world, keys)).collect();
        let (mut end, mut told, mut last) = (0, false, 0);
        loop {
            let soonest = if space.soon.is_empty() { None } else { Some(last + 1) };
            let outside = externals.iter().filter_map(Externals::peek).min();
            let waiting = space.queue.peek();
            let next = [soonest, outside, waiting].into_iter().flatten().min();
            let Some(tick) = next else { break };
            if soonest == Some(tick) {
                std::mem::swap(&mut space.now, &mut space.soon);
            }
            if waiting == Some(tick) {
                space.queue.take_any_order(&mut space.now);
            }
            if let Some(next) = space.queue.front() {
                prefetch_row(graph, next.child);
            }
            space.shares.clear();
            match space.now[..] {
                // In continuous time mostly one comes alone.
                [only] if only.kind != Kind::Start && outside != Some(tick) => {
                    self.decide_one(tick, &only, trace, space);
                    space.now.clear();
                }
                _ => {
                    self.start(tick, &mut externals, space);
                    self.decide(tick, trace, space);
                }
            }
            if timing.max_shares < u64::MAX {
                space.shares.sort_by_key(|&(child, post, ..)| (self.key(child), post));
            }
            last = tick;
            let first = trace.len();
            for &(child, post, parent, route) in &space.shares {
                if (trace.len() as u64) < timing.max_shares {
                    trace.push_post(tick, child, parent, route, post.into());
                }
            }
            if trace.len() as u64 == timing.max_shares {
                trace.ended = Ended::Truncated;
                return;
            }
            for place in first..trace.len() {
                if let Some(&soon) = trace.accounts().get(place + AHEAD) {
                    prefetch_row(graph, soon);
                }
                let lasts = self.pass(tick, place, trace, space);
                if let Some(lasts) = lasts {
                    told = true;
                    end = tick.saturating_add(lasts).max(end);
                }
            }
        }
        if told {
            // Somebody may wait to share still: before the first of these that does, nothing changes.
            let waits = space.too_late.iter().any(|late| self.would_share(late, trace, space));
            let is_over = end <= timing.until && end < u64::MAX && !waits;
            trace.ended = if is_over { Ended::At(end) } else { Ended::GoingOn };
        }
    }
}
