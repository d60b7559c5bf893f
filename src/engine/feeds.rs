//! Feeds: accounts look at their screens again and again, and share what they see there or what is new.
//!
//! When an account looks, and what it chooses, is known from its number of that look alone; so nothing is
//! drawn that depends on what happens. Copies have the word of the share event that put them up, a hash of
//! its account and look, and are chosen among by it.

use std::collections::{HashMap, VecDeque};

use super::World;
use super::arrivals::starts;
use super::queue::{Lands, Queue};
use super::trace::{Ended, NO_PARENT, Route, Trace};
use crate::id::AccountId;
use crate::model::{FeedRule, Screens};
use crate::random::{Channel, Key, Lineage, RunKeys, Stream, Threshold, exponential};
use crate::unit::Clock;

/// What happens at a time.
#[derive(Debug, Clone, Copy)]
struct Happening {
    at: u64,
    account: AccountId,
    what: What,
}

#[derive(Debug, Clone, Copy)]
enum What {
    /// The account looks for the time of this number.
    Look(u32),
    /// It starts a post.
    Start(u32),
    /// Its user carries a post over: the number of what is carried.
    Carried(u32),
}

impl Lands for Happening {
    #[inline(always)]
    fn at(&self) -> u64 {
        self.at
    }
}

/// A post in front of somebody, or in memory.
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

/// Memory for a run: 24 bytes for each copy, and for each account that looks; with a window 64 more an
/// account.
#[derive(Debug, Default)]
pub(super) struct FeedSpace {
    queue: Queue<Happening>,
    now: Vec<Happening>,
    acts: Vec<Act>,
    carried: Vec<(Copied, u64, AccountId)>,
    /// Screens of so many slots, one after the other, and how many copies each account was ever shown.
    slots: Vec<Copied>,
    shown: Vec<u32>,
    /// Screens without slots, or with a window; and memories.
    screens: Vec<VecDeque<Copied>>,
    memories: Vec<VecDeque<Copied>>,
    arriving: Vec<(AccountId, u64, Copied)>,
}

/// Runs the posts of a scenario, whose worlds these are, together: they differ in who starts them.
pub(super) fn run(worlds: &[World<'_>], screens: &Screens, keys: &RunKeys, trace: &mut Trace) {
    trace.clear();
    let mut space = std::mem::take(&mut trace.space.feeds);
    let feed = Feed {
        worlds,
        screens,
        activity: keys.channel(Channel::Activation),
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
    space.shown.fill(0);
    space.screens.iter_mut().chain(&mut space.memories).for_each(VecDeque::clear);
    trace.space.feeds = space;
}

struct Feed<'r, 'w> {
    worlds: &'r [World<'w>],
    screens: &'r Screens,
    activity: Key,
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

/// Draws of one look are this far apart by what they are for.
const FAR: u64 = 1 << 48;

/// The draws of one look of an account.
#[derive(Debug, Clone, Copy)]
pub(super) struct LookDraws(Stream);

impl LookDraws {
    #[inline]
    pub(super) fn new(activity: Key, who: u64, number: u32) -> Self {
        Self(activity.stream(who, 1 + u64::from(number)))
    }

    /// Whether it shares something new.
    pub(super) fn is_new(self, innovation: f64) -> bool {
        Threshold::new(innovation).succeeds(self.0, 0)
    }

    /// The word of what is new.
    pub(super) fn new_word(self) -> u64 {
        self.0.draw(1)
    }

    /// By which copies are chosen among: the least.
    #[inline]
    pub(super) fn order(self, copy: u64) -> u64 {
        self.0.from(FAR).draw(copy)
    }

    /// Whether a copy draws attention.
    pub(super) fn attends(self, attention: f64, copy: u64) -> bool {
        Threshold::new(attention).succeeds(self.0.from(2 * FAR), copy)
    }

    /// Whether memory speaks in its place.
    pub(super) fn recalls(self, recall: f64, copy: u64) -> bool {
        Threshold::new(recall).succeeds(self.0.from(3 * FAR), copy)
    }

    /// By which memories are chosen among then: the least.
    pub(super) fn memory_order(self, copy: u64, memory: u64) -> u64 {
        Stream::of_word(self.0.from(4 * FAR).draw(copy)).draw(memory)
    }

    /// The word of the share of a copy.
    #[inline]
    pub(super) fn word(self, copy: u64) -> u64 {
        self.0.from(5 * FAR).draw(copy)
    }
}

/// By which copies that come to one screen at one time are put in order.
pub(super) fn arrival_order(word: u64, target: u64) -> u64 {
    Stream::of_word(word).from(6 * FAR).draw(target)
}

/// How much later than the look before it look number `number` of an account is.
#[inline]
pub(super) fn wait(activity: Key, who: u64, number: u32, rate: f64) -> u64 {
    Clock::Continuous.span(exponential(activity.stream(who, 0), number.into()) / rate)
}

impl Feed<'_, '_> {
    fn run(mut self, trace: &mut Trace, space: &mut FeedSpace) -> Background {
        let World { graph, timing, .. } = self.worlds[0];
        let n = graph.account_count();
        let burn_in = self.screens.burn_in;
        let end = timing.until.saturating_add(burn_in);
        match self.slots() {
            Some(slots) => {
                let nothing = Copied { word: 0, since: 0, place: NO_PARENT, post: BACKGROUND };
                space.slots.clear();
                space.slots.resize(n * slots, nothing);
                space.shown.resize(n, 0);
            }
            None => space.screens.resize(n, VecDeque::new()),
        }
        if matches!(self.screens.rule, FeedRule::Weng { .. }) {
            space.memories.resize(n, VecDeque::new());
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
                space.queue.push(Happening { at, account, what: What::Start(post) });
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
            space.acts.clear();
            let now = std::mem::take(&mut space.now);
            for happening in &now {
                let account = happening.account;
                match happening.what {
                    What::Look(number) => {
                        self.look(account, number, tick, space);
                        self.look_again(account, number + 1, tick, end, space);
                    }
                    What::Start(post) => {
                        waiting -= 1;
                        let word = self.lineage.origin(self.key(account), tick - burn_in);
                        let (parent, route) = (NO_PARENT, Route::Origin);
                        // Two posts of one account are two.
                        let word = word.wrapping_add(u64::from(post));
                        space.acts.push(Act {
                            account,
                            word,
                            post,
                            parent,
                            route,
                            own: true,
                            from: None,
                        });
                    }
                    What::Carried(number) => {
                        let (copy, word, from) = space.carried[number as usize];
                        if copy.post != BACKGROUND {
                            waiting -= 1;
                        }
                        let (parent, route) = (copy.place, Route::CrossPost);
                        let (post, from) = (copy.post, Some(from));
                        space.acts.push(Act {
                            account,
                            word,
                            post,
                            parent,
                            route,
                            own: true,
                            from,
                        });
                    }
                }
            }
            space.now = now;
            let acts = std::mem::take(&mut space.acts);
            let truncated = self.share(tick, &acts, end, &mut waiting, trace, space);
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

    /// How many copies a screen holds, if that is all that takes them away.
    fn slots(&self) -> Option<usize> {
        match self.screens.rule {
            FeedRule::Gleeson { slots, .. } => Some(slots as usize),
            FeedRule::Weng { .. } => None,
        }
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
        let at = tick.saturating_add(wait(self.activity, self.key(account), number, rate));
        if at <= end && at < u64::MAX {
            space.queue.push(Happening { at, account, what: What::Look(number) });
        }
    }

    /// What an account shares at a look, by the state before this time.
    fn look(&mut self, account: AccountId, number: u32, tick: u64, space: &mut FeedSpace) {
        let draws = LookDraws::new(self.activity, self.key(account), number);
        let counts = tick >= self.screens.burn_in;
        self.background.looks += u64::from(counts);
        let route = Route::Tie;
        let of = |copy: &Copied, source: &Copied| Act {
            account,
            word: draws.word(copy.word),
            post: source.post,
            parent: source.place,
            route,
            own: false,
            from: None,
        };
        match self.screens.rule {
            FeedRule::Gleeson { innovation, slots } => {
                if draws.is_new(innovation) {
                    self.background.innovations += u64::from(counts);
                    space.acts.push(new_post(account, draws, true));
                    return;
                }
                let slots = slots as usize;
                let shown = (space.shown[account.index()] as usize).min(slots);
                let screen = &space.slots[account.index() * slots..][..shown];
                if let Some(copy) = screen.iter().min_by_key(|copy| draws.order(copy.word)) {
                    space.acts.push(of(copy, copy));
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
                    acts.push(of(copy, recalled.flatten().unwrap_or(copy)));
                }
            }
        }
    }

    /// Everything that is shared at one time arrives. Returns whether the run has all shares that it may
    /// have.
    fn share(
        &mut self,
        tick: u64,
        acts: &[Act],
        end: u64,
        waiting: &mut u64,
        trace: &mut Trace,
        space: &mut FeedSpace,
    ) -> bool {
        let World { graph, overlay, timing, .. } = self.worlds[0];
        let mut order: Vec<&Act> =
            acts.iter().filter(|act| !overlay.is_muted(act.account)).collect();
        if order.len() > 1 {
            order.sort_by_key(|act| (self.key(act.account), act.post, act.word));
        }
        space.arriving.clear();
        for act in order {
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
            trace.ties_examined += graph.out_degree(source);
            let cuts = overlay.cuts_from(source);
            for (tie, &target) in graph.tie_ids(source).zip(graph.targets(source)) {
                if !(overlay.is_muted(target) || cuts && overlay.is_cut(tie)) {
                    space.arriving.push((target, 0, copy));
                }
            }
            match self.screens.rule {
                FeedRule::Gleeson { .. } if act.own => space.arriving.push((source, 0, copy)),
                FeedRule::Weng { .. } => {
                    self.see(&copy);
                    space.memories[source.index()].push_back(copy);
                }
                FeedRule::Gleeson { .. } => {}
            }
            self.carry(tick, &copy, act, end, waiting, space);
        }
        let mut arriving = std::mem::take(&mut space.arriving);
        if acts.len() > 1 {
            for (target, order, copy) in &mut arriving {
                *order = arrival_order(copy.word, self.key(*target));
            }
            arriving.sort_by_key(|&(target, order, _)| (target, order));
        }
        for &(target, _, copy) in &arriving {
            self.show(target, copy, space);
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

    fn show(&mut self, target: AccountId, copy: Copied, space: &mut FeedSpace) {
        match self.screens.rule {
            FeedRule::Gleeson { slots, .. } => {
                let shown = &mut space.shown[target.index()];
                let place = target.index() * slots as usize + (*shown % slots) as usize;
                if *shown >= slots {
                    self.live -= u64::from(space.slots[place].post != BACKGROUND);
                    // So that it goes round the slots and never over.
                    *shown = slots + (*shown + 1) % slots;
                } else {
                    *shown += 1;
                }
                self.live += u64::from(copy.post != BACKGROUND);
                space.slots[place] = copy;
            }
            FeedRule::Weng { slots, .. } => {
                self.see(&copy);
                let screen = &mut space.screens[target.index()];
                let gone = |old: &Copied| copy.since - old.since >= self.screens.window;
                while screen.front().is_some_and(gone) {
                    screen.pop_front();
                }
                screen.push_back(copy);
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
            if at <= end && at < u64::MAX {
                let number = space.carried.len() as u32;
                space.carried.push((*copy, draws.draw(1), source));
                *waiting += u64::from(copy.post != BACKGROUND);
                let what = What::Carried(number);
                space.queue.push(Happening { at, account: target, what });
            }
        }
    }
}

fn new_post(account: AccountId, draws: LookDraws, own: bool) -> Act {
    let (word, post) = (draws.new_word(), BACKGROUND);
    Act { account, word, post, parent: NO_PARENT, route: Route::Origin, own, from: None }
}
