//! Feeds: accounts look at their screens again and again, and share what they see there or what is new.
//!
//! When an account looks, and what it chooses, is known from its number of that look alone; so nothing is
//! drawn that depends on what happens. Copies have the word of the share event that put them up, a hash of
//! its account and look, and are chosen among by it.

mod draws;
mod slots;

use std::collections::{HashMap, VecDeque};

pub(super) use self::draws::{LookDraws, Waits, arrival_order};
use self::slots::{Slot, Slots};
use super::World;
use super::arrivals::starts;
use super::level::prefetch_row;
use super::queue::{Lands, Queue};
use super::trace::{Ended, NO_PARENT, Route, Trace};
use crate::id::AccountId;
use crate::model::{FeedRule, Screens};
use crate::random::{Channel, Key, Lineage, RunKeys, Threshold};

/// What happens at a time.
#[derive(Debug, Clone, Copy)]
struct Happening {
    at: u64,
    account: AccountId,
    /// What it is, and a number of that beside it.
    what: u32,
}

/// The account looks, for the time of this number.
const LOOK: u32 = 0;
/// It starts the post of this number.
const START: u32 = 1;
/// Its user carries over what has this number of all that is carried.
const CARRIED: u32 = 2;

impl Happening {
    #[inline(always)]
    fn new(at: u64, account: AccountId, what: u32, number: u32) -> Self {
        assert!(
            number < 1 << 30,
            "an account looks at most 2^30 times, and so much is carried over"
        );
        Self { at, account, what: what << 30 | number }
    }
}

impl Lands for Happening {
    #[inline(always)]
    fn at(&self) -> u64 {
        self.at
    }
}

/// A post in front of somebody, or in memory, where it goes after a time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Copied {
    /// The word of the share event that put it there.
    word: u64,
    /// Its time.
    since: u64,
    /// Its place among those of the scenario's posts; [`NO_PARENT`] for background.
    place: u32,
    post: u32,
}

/// In place of the number of a post: it is none of the scenario's.
const BACKGROUND: u32 = u32::MAX;

/// What is shared at a time.
#[derive(Debug, Clone, Copy)]
struct Act {
    account: AccountId,
    /// The word of the share event.
    word: u64,
    post: u32,
    parent: u32,
    route: Route,
    /// It goes on the own screen, too.
    own: bool,
    /// The account that it was carried over from.
    from: Option<AccountId>,
}

/// What happened beside the posts of the scenario, since these could start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Background {
    /// Times that somebody looked.
    pub(crate) looks: u64,
    /// New posts.
    pub(crate) innovations: u64,
    /// Shares of all posts, new ones and those of the scenario among them.
    pub(crate) shares: u64,
}

/// Memory for a run: 16 bytes for each slot, and for each account that looks; with a window 64 an account
/// and 24 for each copy.
#[derive(Debug, Default)]
pub(super) struct FeedSpace {
    queue: Queue<Happening>,
    now: Vec<Happening>,
    acts: Vec<Act>,
    carried: Vec<(Copied, u64, AccountId)>,
    /// Screens of so many slots.
    slots: Slots,
    /// Screens without slots, or with a window; and memories.
    screens: Vec<VecDeque<Copied>>,
    memories: Vec<VecDeque<Copied>>,
    arriving: Vec<(AccountId, u64, Copied)>,
}

/// Runs the posts of a scenario, whose worlds these are, together: they differ in who starts them.
pub(super) fn run(worlds: &[World<'_>], screens: &Screens, keys: &RunKeys, trace: &mut Trace) {
    trace.clear();
    let mut space = std::mem::take(&mut trace.space.feeds);
    let activity = keys.channel(Channel::Activation);
    let feed = Feed {
        worlds,
        screens,
        activity,
        waits: Waits::new(activity),
        lineage: Lineage::of(keys),
        delay: keys.channel(Channel::CrosspostDelay),
        live: 0,
        last_seen: 0,
        background: Background::default(),
        again: HashMap::new(),
    };
    let background = feed.run(trace, &mut space);
    trace.background = Some(background);
    space.queue.drain().for_each(drop);
    space.now.clear();
    space.carried.clear();
    space.screens.iter_mut().chain(&mut space.memories).for_each(VecDeque::clear);
    trace.space.feeds = space;
}

struct Feed<'r, 'w> {
    worlds: &'r [World<'w>],
    screens: &'r Screens,
    activity: Key,
    waits: Waits,
    lineage: Lineage,
    delay: Key,
    /// Copies of the scenario's posts in slots.
    live: u64,
    /// Until when the last of their copies can be seen otherwise.
    last_seen: u64,
    background: Background,
    /// How often each account has shared each post, where there are several.
    again: HashMap<(AccountId, u32), u32>,
}

impl Feed<'_, '_> {
    fn run(mut self, trace: &mut Trace, space: &mut FeedSpace) -> Background {
        let World { graph, timing, .. } = self.worlds[0];
        let n = graph.account_count();
        let burn_in = self.screens.burn_in;
        let end = timing.until.saturating_add(burn_in);
        match self.screens.rule {
            FeedRule::Gleeson { slots, .. } => space.slots.reset(n, slots),
            FeedRule::Weng { .. } => {
                space.screens.resize(n, VecDeque::new());
                space.memories.resize(n, VecDeque::new());
            }
        }
        for account in graph.accounts() {
            self.look_again(account, 0, 0, end, space);
        }
        let mut waiting = 0u64;
        for (post, world) in (0..).zip(self.worlds) {
            // Who is named twice at one time shares once.
            let mut all: Vec<_> = starts::<true>(world).collect();
            all.sort_unstable();
            all.dedup();
            for (at, account) in all {
                let at = at.saturating_add(burn_in);
                space.queue.push(Happening::new(at, account, START, post));
                waiting += 1;
            }
        }
        let endless = timing.until == u64::MAX;
        let (mut extinct, mut last) = (None, 0);
        loop {
            if extinct.is_none() && waiting == 0 && self.live == 0 {
                let next = space.queue.peek();
                if next.is_none_or(|next| next > self.last_seen) {
                    // Nothing more can happen to the posts of the scenario.
                    extinct = Some(self.last_seen.max(last).saturating_sub(burn_in));
                    if endless {
                        break;
                    }
                }
            }
            space.now.clear();
            let Some(tick) = space.queue.take_any_order(&mut space.now) else { break };
            last = tick;
            if let Some(next) = space.queue.front() {
                space.slots.prefetch(next.account);
                prefetch_row(graph, next.account);
            }
            space.acts.clear();
            let now = std::mem::take(&mut space.now);
            for &Happening { account, what, .. } in &now {
                let number = what & ((1 << 30) - 1);
                match what >> 30 {
                    LOOK => {
                        self.look(account, number, tick, trace, space);
                        self.look_again(account, number + 1, tick, end, space);
                    }
                    START => {
                        waiting -= 1;
                        let (post, origin) =
                            (number, self.lineage.origin(self.key(account), tick - burn_in));
                        // Two posts of one account are two.
                        let word = origin.wrapping_add(u64::from(post));
                        let (parent, route, from) = (NO_PARENT, Route::Origin, None);
                        let own = true;
                        space.acts.push(Act { account, word, post, parent, route, own, from });
                    }
                    _ => {
                        let (copy, word, from) = space.carried[number as usize];
                        waiting -= u64::from(copy.post != BACKGROUND);
                        let Copied { post, place: parent, .. } = copy;
                        let (route, own, from) = (Route::CrossPost, true, Some(from));
                        space.acts.push(Act { account, word, post, parent, route, own, from });
                    }
                }
            }
            space.now = now;
            let mut acts = std::mem::take(&mut space.acts);
            let truncated = self.share(tick, &mut acts, end, &mut waiting, trace, space);
            space.acts = acts;
            if truncated {
                trace.ended = Ended::Truncated;
                break;
            }
        }
        if trace.ended == Ended::Untold {
            trace.ended = match extinct {
                Some(at) if at <= timing.until => Ended::At(at),
                _ => Ended::GoingOn,
            };
        }
        self.background
    }

    fn key(&self, account: AccountId) -> u64 {
        self.worlds[0].graph.logical_key(account).get()
    }

    fn look_again(
        &self,
        account: AccountId,
        number: u32,
        tick: u64,
        end: u64,
        space: &mut FeedSpace,
    ) {
        let World { graph, overlay, .. } = self.worlds[0];
        if overlay.is_muted(account) {
            return;
        }
        let rate = self.screens.activity[graph.network_of(account).index()];
        let at = tick.saturating_add(self.waits.of(self.key(account), number, rate));
        if at <= end && at < u64::MAX {
            space.queue.push(Happening::new(at, account, LOOK, number));
        }
    }

    /// What an account shares at a look, by the state before this time.
    fn look(
        &mut self,
        account: AccountId,
        number: u32,
        tick: u64,
        trace: &Trace,
        space: &mut FeedSpace,
    ) {
        let draws = LookDraws::new(self.activity, self.key(account), number);
        let counts = tick >= self.screens.burn_in;
        self.background.looks += u64::from(counts);
        let route = Route::Tie;
        let of = |copy: u64, (post, parent): (u32, u32)| {
            let word = draws.word(copy);
            Act { account, word, post, parent, route, own: false, from: None }
        };
        match self.screens.rule {
            FeedRule::Gleeson { innovation, .. } => {
                if draws.is_new(innovation) {
                    self.background.innovations += u64::from(counts);
                    space.acts.push(new_post(account, draws, true));
                    return;
                }
                let chosen = match space.slots.of(account) {
                    // One is chosen without asking.
                    [only] => Some(only),
                    screen => screen.iter().min_by_key(|slot| draws.order(slot.word)),
                };
                if let Some(&Slot { word, place, .. }) = chosen {
                    space.acts.push(of(word, (self.post_at(place, trace), place)));
                }
            }
            FeedRule::Weng { innovation, attention, recall, .. } => {
                let FeedSpace { screens, memories, acts, .. } = space;
                let (screen, memory) =
                    (&mut screens[account.index()], &mut memories[account.index()]);
                for list in [&mut *screen, &mut *memory] {
                    let gone = |copy: &Copied| tick - copy.since >= self.screens.window;
                    while list.front().is_some_and(gone) {
                        list.pop_front();
                    }
                }
                if draws.is_new(innovation) {
                    self.background.innovations += u64::from(counts);
                    acts.push(new_post(account, draws, false));
                    return;
                }
                for copy in screen.iter().filter(|copy| draws.attends(attention, copy.word)) {
                    let recalled = draws.recalls(recall, copy.word).then(|| {
                        memory.iter().min_by_key(|own| draws.memory_order(copy.word, own.word))
                    });
                    let source = recalled.flatten().unwrap_or(copy);
                    acts.push(of(copy.word, (source.post, source.place)));
                }
            }
        }
    }

    /// The post of the share at `place`.
    #[inline]
    fn post_at(&self, place: u32, trace: &Trace) -> u32 {
        match place {
            NO_PARENT => BACKGROUND,
            _ if self.worlds.len() == 1 => 0,
            place => trace.posts[place as usize],
        }
    }

    /// Everything that is shared at one time arrives. Returns whether the run has all shares that it may
    /// have.
    fn share(
        &mut self,
        tick: u64,
        acts: &mut Vec<Act>,
        end: u64,
        waiting: &mut u64,
        trace: &mut Trace,
        space: &mut FeedSpace,
    ) -> bool {
        let World { graph, overlay, timing, .. } = self.worlds[0];
        if !overlay.is_empty() {
            acts.retain(|act| !overlay.is_muted(act.account));
        }
        // What comes alone is shown at once.
        let alone = acts.len() == 1;
        if !alone {
            acts.sort_by_key(|act| (self.key(act.account), act.post, act.word));
        }
        space.arriving.clear();
        for act in &*acts {
            let place = match act.post {
                BACKGROUND => NO_PARENT,
                post => {
                    let place = trace.len() as u32;
                    self.record(tick - self.screens.burn_in, act, post, trace);
                    if trace.len() as u64 == timing.max_shares {
                        return true;
                    }
                    place
                }
            };
            self.background.shares += u64::from(tick >= self.screens.burn_in);
            let copy = Copied { word: act.word, since: tick, place, post: act.post };
            let source = act.account;
            if tick < end {
                trace.ties_examined += graph.out_degree(source);
            }
            let rule = &self.screens.rule;
            let mut arrive = |target| match alone {
                true => self.show(target, &copy, space),
                false => space.arriving.push((target, 0, copy)),
            };
            let (mutes, cuts) = (!overlay.is_empty(), overlay.cuts_from(source));
            for (tie, &target) in graph.tie_ids(source).zip(graph.targets(source)) {
                if !(mutes && overlay.is_muted(target) || cuts && overlay.is_cut(tie)) {
                    arrive(target);
                }
            }
            match rule {
                FeedRule::Gleeson { .. } if act.own => arrive(source),
                FeedRule::Weng { .. } => {
                    self.see(&copy);
                    space.memories[source.index()].push_back(copy);
                }
                FeedRule::Gleeson { .. } => {}
            }
            self.carry(tick, &copy, act, end, waiting, space);
        }
        let mut arriving = std::mem::take(&mut space.arriving);
        for (target, order, copy) in &mut arriving {
            *order = arrival_order(copy.word, self.key(*target));
        }
        arriving.sort_by_key(|&(target, order, _)| (target, order));
        for (target, _, copy) in &arriving {
            self.show(*target, copy, space);
        }
        space.arriving = arriving;
        false
    }

    /// Writes down a share of one of the scenario's posts.
    fn record(&mut self, tick: u64, act: &Act, post: u32, trace: &mut Trace) {
        if self.worlds.len() == 1 {
            return trace.push_again(tick, act.account, act.parent, act.route);
        }
        trace.push_post(tick, act.account, act.parent, act.route, post);
        let shared = self.again.entry((act.account, post)).or_default();
        trace.occurrences.push(*shared);
        *shared += 1;
    }

    /// A copy that leaves by its window can be seen so long.
    fn see(&mut self, copy: &Copied) {
        if copy.post != BACKGROUND {
            self.last_seen = self.last_seen.max(copy.since.saturating_add(self.screens.window - 1));
        }
    }

    #[inline(always)]
    fn show(&mut self, target: AccountId, copy: &Copied, space: &mut FeedSpace) {
        match self.screens.rule {
            FeedRule::Gleeson { .. } => {
                let gone = space.slots.show(target, copy.word, copy.place);
                self.live += u64::from(copy.place != NO_PARENT);
                self.live -= u64::from(gone != NO_PARENT);
            }
            FeedRule::Weng { slots, .. } => {
                self.see(copy);
                let screen = &mut space.screens[target.index()];
                let gone = |old: &Copied| copy.since - old.since >= self.screens.window;
                while screen.front().is_some_and(gone) {
                    screen.pop_front();
                }
                screen.push_back(*copy);
                if slots.is_some_and(|slots| screen.len() > slots as usize) {
                    screen.pop_front();
                }
            }
        }
    }

    /// The user carries what an account shared over to others, but not back to where it came from.
    fn carry(
        &self,
        tick: u64,
        copy: &Copied,
        act: &Act,
        end: u64,
        waiting: &mut u64,
        space: &mut FeedSpace,
    ) {
        let World { graph, overlay, crossposts, timing, .. } = self.worlds[0];
        let source = act.account;
        if !crossposts.any() || overlay.is_no_carry(source) {
            return;
        }
        for &target in graph.accounts_beside(source) {
            if target == source || act.from == Some(target) {
                continue;
            }
            let draws = self.lineage.crosspost(copy.word, self.key(target));
            let q = crossposts.probability(graph, overlay, source, target);
            if !Threshold::new(q).succeeds(draws, 0) || overlay.is_muted(target) {
                continue;
            }
            let later = timing.crosspost_delay.as_ref().map_or(1, |delay| {
                timing.clock.span(delay.draw(self.delay.stream(copy.word, self.key(target))))
            });
            let at = tick.saturating_add(later);
            if at == u64::MAX {
                continue;
            }
            // What lands behind the end of the run waits to the end.
            *waiting += u64::from(copy.post != BACKGROUND);
            if at <= end {
                let number = space.carried.len() as u32;
                space.carried.push((*copy, draws.draw(1), source));
                space.queue.push(Happening::new(at, target, CARRIED, number));
            }
        }
    }
}

fn new_post(account: AccountId, draws: LookDraws, own: bool) -> Act {
    let (word, post) = (draws.new_word(), BACKGROUND);
    Act { account, word, post, parent: NO_PARENT, route: Route::Origin, own, from: None }
}
