//! Several posts that act on each other: what a share passes on at most is drawn from the world alone, as
//! in [`arrivals`](super::arrivals), and decided when it lands, by what was shared until then.

use super::carry::CrossPosts;
use super::externals::Externals;
use super::fire_one::fire_one;
use super::passing::{Meetings, Passing};
use super::queue::{Lands, Queue};
use super::trace::{EXTERNAL, Ended, NO_PARENT, Route, Trace};
use super::{World, arrivals, try_hash};
use crate::id::AccountId;
use crate::model::{
    ContactKeys, Contacts, Passes, Per, Rivals, kept_of_tries, probability_between,
};
use crate::random::{Channel, Key, RunKeys, Threshold};
use crate::unit::Clock;

/// What comes to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It starts.
    Start,
    /// A try, or contact number so many along its tie.
    Try(u32),
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
            Kind::Try(_) | Kind::Due => Route::Tie,
            Kind::CrossPost => Route::CrossPost,
        }
    }
}

/// Memory for a run: 16 bytes an account, and 8 for each user with several, 16 more an account if posts
/// exclude each other; and 32 for each arrival to come.
#[derive(Debug, Default)]
pub(super) struct RivalSpace {
    queue: Queue<Arrival>,
    now: Vec<Arrival>,
    /// Those of the next tick, or step.
    soon: Vec<Arrival>,
    /// By whoever remembers: how many arrive now.
    at_once: Vec<u32>,
    /// By account: which posts it has shared, one bit each.
    shared: Vec<u64>,
    /// The same of whoever remembers.
    known: Vec<u64>,
    /// By account, if posts exclude each other: the earliest arrival to come, one more than its tick, and its
    /// post.
    earliest: Vec<(u64, u8)>,
    /// Who may be in one of these.
    touched: Vec<AccountId>,
    /// Who shares now, and which post.
    shares: Vec<(AccountId, u8, u32, Route)>,
    /// Whom an arrival would have reached after the end of the run.
    too_late: Vec<(AccountId, u8)>,
    order: Vec<(usize, u64, Arrival)>,
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
        shared[account.index()] = 0;
        known[race.who(account)] = 0;
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
    crossposts: Vec<CrossPosts<'r, 'w>>,
}

impl<'r, 'w> Race<'r, 'w> {
    fn new(worlds: &'r [World<'w>], rivals: &'r Rivals, keys: &'r [RunKeys]) -> Self {
        let channel = |channel| keys.iter().map(|keys| keys.channel(channel)).collect();
        Self {
            worlds,
            rivals,
            keys,
            draws: channel(Channel::Resistance),
            delays: channel(Channel::Delay),
            contacts: keys.iter().map(ContactKeys::of).collect(),
            crossposts: worlds.iter().zip(keys).map(|(w, keys)| CrossPosts::new(w, keys)).collect(),
        }
    }

    /// Whoever remembers what `account` shared.
    #[inline]
    fn who(&self, account: AccountId) -> usize {
        match self.rivals.per {
            Per::Account => account.index(),
            Per::User => self.worlds[0].graph.user_of(account).index(),
        }
    }

    fn key(&self, account: AccountId) -> u64 {
        self.worlds[0].graph.logical_key(account).get()
    }

    fn run(&self, trace: &mut Trace, space: &mut RivalSpace) {
        let World { graph, timing, .. } = self.worlds[0];
        space.shared.resize(graph.account_count(), 0);
        // Users with several accounts are numbered before the others, who have the numbers of accounts.
        let many = graph.account_count() + graph.users_with_several_accounts() as usize;
        space.known.resize(many, 0);
        space.at_once.resize(many, 0);
        if self.rivals.exclusive {
            space.earliest.resize(graph.account_count(), (0, 0));
        }
        space.too_late.clear();
        for (post, world) in (0..).zip(self.worlds) {
            for (at, child) in arrivals::starts::<true>(world) {
                space.queue.push(Arrival { at, child, parent: NO_PARENT, kind: Kind::Start, post });
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
            space.shares.clear();
            self.start(tick, &mut externals, space);
            self.decide(tick, trace, space);
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
                let lasts = self.pass(tick, place, trace, space);
                if let Some(lasts) = lasts {
                    told = true;
                    end = tick.saturating_add(lasts).max(end);
                }
            }
        }
        if told {
            // Somebody may wait to share still.
            let waits = space.too_late.iter().any(|&(child, post)| {
                let factor = self.rivals.factor(space.known[self.who(child)], post.into());
                factor > 0.0 && space.shared[child.index()] >> post & 1 == 0
            });
            let is_over = end <= timing.until && end < u64::MAX && !waits;
            trace.ended = if is_over { Ended::At(end) } else { Ended::GoingOn };
        }
    }

    /// Those who start, before all that reaches anybody: in order of post.
    fn start(&self, tick: u64, externals: &mut [Externals<'_>], space: &mut RivalSpace) {
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
                    kind: Kind::Start,
                    post,
                }));
            }
        }
        // An origin starts before what comes from outside, and a post before those behind it.
        starts.sort_by_key(|start| (start.parent == EXTERNAL, start.post));
        for start in starts {
            if self.factor(&start, space) > 0.0 {
                self.share(&start, space);
            }
        }
        space.now.retain(|arrival| arrival.kind != Kind::Start);
    }

    /// What arrives is decided for one after the other, in the order of hashes where one has several.
    fn decide(&self, tick: u64, trace: &Trace, space: &mut RivalSpace) {
        let mut now = std::mem::take(&mut space.now);
        let mut order = std::mem::take(&mut space.order);
        for arrival in &now {
            space.at_once[self.who(arrival.child)] += 1;
        }
        for arrival in &now {
            let who = self.who(arrival.child);
            if space.at_once[who] == 1 {
                self.decide_one(tick, arrival, trace, space);
                continue;
            }
            let keys = &self.keys[usize::from(arrival.post)];
            let parent = self.key(trace.accounts()[arrival.parent as usize]);
            let hash = try_hash(keys, self.key(arrival.child), parent, arrival.route());
            order.push((who, hash, *arrival));
        }
        order.sort_unstable_by_key(|&(who, hash, _)| (who, hash));
        for (_, _, arrival) in order.drain(..) {
            self.decide_one(tick, &arrival, trace, space);
        }
        for arrival in now.drain(..) {
            space.at_once[self.who(arrival.child)] = 0;
        }
        (space.now, space.order) = (now, order);
    }

    /// The factor of an arrival; 0 if it is lost whatever happens.
    #[inline]
    fn factor(&self, arrival: &Arrival, space: &RivalSpace) -> f64 {
        let &Arrival { child, post, .. } = arrival;
        if self.worlds[0].overlay.is_muted(child) || space.shared[child.index()] >> post & 1 == 1 {
            return 0.0;
        }
        self.rivals.factor(space.known[self.who(child)], post.into())
    }

    fn share(&self, arrival: &Arrival, space: &mut RivalSpace) {
        let &Arrival { child, parent, post, .. } = arrival;
        space.shared[child.index()] |= 1 << post;
        space.known[self.who(child)] |= 1 << post;
        space.touched.push(child);
        space.shares.push((child, post, parent, arrival.route()));
    }

    fn decide_one(&self, tick: u64, arrival: &Arrival, trace: &Trace, space: &mut RivalSpace) {
        let factor = self.factor(arrival, space);
        if factor == 0.0 {
            return;
        }
        let (post, child) = (usize::from(arrival.post), arrival.child);
        let graph = self.worlds[post].graph;
        let source = trace.accounts()[arrival.parent as usize];
        let coin = |kept: f64, number: u64| {
            let stream = self.draws[post].stream(self.key(source), self.key(child));
            kept >= 1.0 || Threshold::new(kept).succeeds(stream, number)
        };
        match (arrival.kind, &self.rivals.passes[post]) {
            (Kind::Start | Kind::Due, _) => self.share(arrival, space),
            // The draws behind the first are those of tries.
            (Kind::CrossPost, _) => {
                if coin(factor, 0) {
                    self.share(arrival, space);
                }
            }
            (Kind::Try(_), Passes::First(_)) => self.share(arrival, space),
            (Kind::Try(_), Passes::Tries(tries)) => {
                let kept = match factor == tries.most {
                    true => 1.0,
                    false => {
                        let ends = (source, child);
                        let p = probability_between(graph, &tries.probabilities, ends);
                        kept_of_tries(p, factor, tries.most)
                    }
                };
                if coin(kept, 1) {
                    self.share(arrival, space);
                }
            }
            (Kind::Try(number), Passes::Every { contacts, most }) => {
                let rate = contacts.rate_between(graph, source, child);
                if !coin(contacts.kept(rate, factor, *most), 1 + u64::from(number)) {
                    let began = trace.ticks[arrival.parent as usize];
                    let last = began.saturating_add(contacts.period_of(
                        graph,
                        &self.contacts[post],
                        source,
                    ));
                    let rate = rate * most;
                    self.meet(contacts, (source, rate), last, (number + 1, *arrival), space);
                } else if contacts.at_once() {
                    self.share(arrival, space);
                } else {
                    let later = contacts.latency_of(graph, &self.contacts[post], child);
                    self.arrive(tick, later, Arrival { kind: Kind::Due, ..*arrival }, space);
                }
            }
        }
    }

    /// The next contact along a tie, behind the one that `before` was, up to the tick of `last`.
    fn meet(
        &self,
        contacts: &Contacts,
        (source, rate): (AccountId, f64),
        last: u64,
        (number, before): (u32, Arrival),
        space: &mut RivalSpace,
    ) {
        let (post, child) = (usize::from(before.post), before.child);
        let graph = self.worlds[post].graph;
        if self.factor(&before, space) == 0.0 {
            return;
        }
        let ends = (source, child);
        let most = last - before.at;
        let gap = contacts.gap(graph, &self.contacts[post], ends, (number, rate), most);
        if gap <= most {
            self.arrive(before.at, gap, Arrival { kind: Kind::Try(number), ..before }, space);
        }
    }

    /// Lets `arrival` come `later` than `tick`, unless it is lost already.
    fn arrive(&self, tick: u64, later: u64, arrival: Arrival, space: &mut RivalSpace) {
        let at = tick.saturating_add(later);
        if at == u64::MAX || self.factor(&arrival, space) == 0.0 {
            return;
        }
        if at > self.worlds[0].timing.until {
            space.too_late.push((arrival.child, arrival.post));
            return;
        }
        if self.rivals.exclusive {
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
    fn pass(
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
        trace.ties_examined += graph.out_degree(source);
        let arrival = |child, kind| Arrival { at: tick, child, parent, kind, post: number as u8 };
        let is_cut = |target| overlay.cuts_between(graph, source, target);
        let mut lasts = None;
        match &self.rivals.passes[post] {
            Passes::Tries(tries) => {
                let (rates, delays) = (&tries.rates, &tries.delays);
                let (from, who) = (graph.network_of(source), self.key(source));
                fire_one(graph, rates, self.keys[post].tie, source, |target| {
                    if !is_cut(target) {
                        let later = delays.as_ref().map_or(1, |delays| {
                            let delay = delays.of(from, graph.network_of(target));
                            let stream = self.delays[post].lane(who).stream(self.key(target));
                            timing.clock.span(delay.draw(stream))
                        });
                        self.arrive(tick, later, arrival(target, Kind::Try(0)), space);
                    }
                });
            }
            Passes::First(contacts) => {
                let meetings = Meetings { contacts, keys: self.contacts[post] };
                lasts = meetings.pass::<true>(
                    world,
                    source,
                    tick,
                    |_| u64::MAX,
                    |target, later| {
                        if !is_cut(target) {
                            self.arrive(tick, later, arrival(target, Kind::Try(0)), space);
                        }
                    },
                );
            }
            Passes::Every { contacts, most } => {
                let period = contacts.period_of(graph, &self.contacts[post], source);
                for (tie, &target) in graph.tie_ids(source).zip(graph.targets(source)) {
                    if !overlay.is_cut(tie) {
                        let rate = contacts.rate_of(graph, source, tie) * most;
                        let last = tick.saturating_add(period);
                        let first = (0, arrival(target, Kind::Try(0)));
                        self.meet(contacts, (source, rate), last, first, space);
                    }
                }
                lasts = contacts.ends().then_some(period);
            }
        }
        self.crossposts[post].fire(source, |target, later| {
            self.arrive(tick, later, arrival(target, Kind::CrossPost), space);
        });
        lasts
    }
}
