//! What a kernel leaves behind: who shared, in order of step, and through whom.

use serde::{Deserialize, Serialize};

use super::World;
use super::arrivals::ArrivalSpace;
use super::batch::Batches;
use super::clusters::ClusterSpace;
use super::custom::CustomSpace;
use super::feeds::{Background, FeedSpace};
use super::marks::MarkSpace;
use super::pull::PullSpace;
use super::pull_sizes;
use super::reach::ReachSpace;
use super::rival_thresholds::RivalThresholdSpace;
use super::rivals::RivalSpace;
use super::temporal::TimedThresholdSpace;
use super::thresholds;
use super::tiring::TiringSpace;
use super::together::TogetherSpace;
use crate::id::AccountId;

/// How a share event came about.
///
/// ```
/// use tieline::Route;
/// assert_eq!(Route::CrossPost.name(), "cross-post");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Route {
    /// It started the cascade.
    Origin,
    /// The account saw it along a tie.
    Tie,
    /// The same user carried it over from another account.
    CrossPost,
}

impl Route {
    /// The word in files: `origin`, `tie` or `cross-post`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Origin => "origin",
            Self::Tie => "tie",
            Self::CrossPost => "cross-post",
        }
    }
}

/// Whether a run came to an end of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Ended {
    /// The model does not tell.
    #[default]
    Untold,
    /// Nobody passes the post on any more, from this step or tick on.
    At(u64),
    /// It was still going on when time was up.
    GoingOn,
    /// It had as many shares as it may have.
    Truncated,
}

/// In place of a parent's place: there is none.
pub(crate) const NO_PARENT: u32 = u32::MAX;

/// The same, and it came of external influence; only of landings.
pub(super) const EXTERNAL: u32 = u32::MAX - 1;

/// One cascade, and the memory to run the next: n/4 bytes, 4n more with links, and what the cascade
/// itself takes; as much again for each thread among which a step is split.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    /// Who shared, by step; inside a step in no particular order. Behind `len` there is rubbish.
    buffer: Vec<AccountId>,
    len: usize,
    /// Only the size is known: nobody is listed.
    only_size: bool,
    /// In steps: where in `accounts` each step ends.
    pub(crate) step_ends: Vec<u32>,
    /// In continuous time: the tick of each of `accounts`, which are in this order.
    pub(crate) ticks: Vec<u64>,
    /// If accounts may share more than once: which share of its account each of `accounts` is, from 0.
    pub(crate) occurrences: Vec<u32>,
    /// If there are several posts: which each of `accounts` shared.
    pub(crate) posts: Vec<u32>,
    /// And whether it is the first of its account, of any post.
    pub(crate) firsts: Vec<bool>,
    /// How often each account has shared, for `occurrences`.
    shares: Vec<u32>,
    /// The places of share events that came of external influence.
    pub(crate) externals: Vec<u32>,
    /// What happened beside the posts, in feeds.
    pub(crate) background: Option<Background>,
    /// How the run ended, if the model knows an end.
    pub(crate) ended: Ended,
    /// With links: for each of `accounts` the place of its parent, and how it came about.
    pub(crate) parents: Vec<u32>,
    pub(crate) routes: Vec<Route>,
    /// On how many threads a large step is made; if this is not above 1, on the caller's.
    pub(super) threads: usize,
    /// Ties that a plain loop would have looked at: those of every account that got to try.
    pub(crate) ties_examined: u64,
    pub(super) hashes: Vec<u64>,
    pub(super) shared: BitSet,
    /// Who is reached at the step to come, if many are; else nobody.
    pub(super) next: BitSet,
    /// For accounts in `shared`: their place in `accounts`.
    pub(super) places: Vec<u32>,
    pub(super) space: Space,
}

impl Trace {
    pub(crate) fn new(accounts: usize) -> Self {
        let set = || BitSet(vec![0; accounts.div_ceil(64)].into());
        Self { shared: set(), next: set(), ..Self::default() }
    }

    /// The same for runs that are made on so many threads, where that is worth it.
    pub(crate) fn on_threads(threads: usize, accounts: usize) -> Self {
        Self { threads, ..Self::new(accounts) }
    }

    /// Forgets the cascade, in time proportional to it.
    pub(super) fn clear(&mut self) {
        if !self.occurrences.is_empty() && !self.shares.is_empty() {
            for account in &self.buffer[..self.len] {
                self.shares[account.index()] = 0;
            }
        }
        if self.only_size {
            // Nobody was marked.
        } else {
            self.shared.forget(&self.buffer[..self.len]);
        }
        self.len = 0;
        self.only_size = false;
        self.step_ends.clear();
        self.ticks.clear();
        self.occurrences.clear();
        self.posts.clear();
        self.firsts.clear();
        self.ended = Ended::Untold;
        self.externals.clear();
        self.background = None;
        self.parents.clear();
        self.routes.clear();
        self.hashes.clear();
        self.ties_examined = 0;
    }

    /// Begins anew with accounts that share and are marked nowhere, in no step.
    #[cfg(feature = "parallel")]
    pub(super) fn start_with(&mut self, sharers: &[AccountId]) {
        // What was here before was begun so too, and taken over: nobody is marked, nothing counted.
        self.len = 0;
        self.make_room(sharers.len());
        self.buffer[..sharers.len()].copy_from_slice(sharers);
        self.len = sharers.len();
    }

    /// Takes over whom the sharers of `side` reached at a dense step, and what was examined for that.
    #[cfg(feature = "parallel")]
    pub(super) fn take_over(&mut self, side: &mut Self) {
        self.ties_examined += std::mem::take(&mut side.ties_examined);
        for (next, reached) in self.next.0.iter_mut().zip(&mut side.next.0) {
            *next |= std::mem::take(reached);
        }
    }

    /// Who shared, by step; inside a step in no particular order.
    #[inline]
    pub(crate) fn accounts(&self) -> &[AccountId] {
        &self.buffer[..self.len]
    }

    /// Whether more than the size is known.
    #[inline]
    pub(crate) fn is_listed(&self) -> bool {
        !self.only_size
    }

    /// How many shared.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Whether `account` shared.
    #[inline]
    pub(crate) fn holds(&self, account: AccountId) -> bool {
        self.shared.holds(account)
    }

    /// The places in `accounts` of those who shared at `step`.
    pub(crate) fn step(&self, step: usize) -> std::ops::Range<usize> {
        let start = if step == 0 { 0 } else { self.step_ends[step - 1] };
        start as usize..self.step_ends[step] as usize
    }

    /// In steps: the last step at which somebody shared, + 1.
    pub(crate) fn steps(&self) -> usize {
        self.step_ends.len()
    }

    /// The steps, or ticks, at which somebody shared, in order, each with the places in `accounts`.
    pub(crate) fn moments(&self) -> impl Iterator<Item = (u64, std::ops::Range<usize>)> {
        let mut start = 0;
        let by_tick = std::iter::from_fn(move || {
            let &tick = self.ticks.get(start)?;
            let same = self.ticks[start..].iter().take_while(|&&other| other == tick);
            let places = start..start + same.count();
            start = places.end;
            Some((tick, places))
        });
        let by_step = (0..self.steps()).map(|step| (step as u64, self.step(step)));
        by_step.filter(|(_, places)| !places.is_empty()).chain(by_tick)
    }

    /// Adds a share event in continuous time. They come in order of time.
    #[inline]
    pub(super) fn push_at(&mut self, tick: u64, account: AccountId, parent: u32, route: Route) {
        debug_assert!(self.ticks.last().is_none_or(|&last| last <= tick));
        let parent = match parent {
            EXTERNAL => {
                self.externals.push(self.len as u32);
                NO_PARENT
            }
            parent => parent,
        };
        make_room(&mut self.buffer, self.len + 1, usize::MAX);
        self.buffer[self.len] = account;
        self.len += 1;
        self.shared.set(account);
        self.ticks.push(tick);
        self.parents.push(parent);
        self.routes.push(route);
    }

    /// The same in models in which accounts may share again: then all share events come so.
    #[inline]
    pub(super) fn push_again(&mut self, tick: u64, account: AccountId, parent: u32, route: Route) {
        if self.shares.is_empty() {
            self.shares = vec![0; 64 * self.shared.0.len()];
        }
        let shares = &mut self.shares[account.index()];
        self.occurrences.push(*shares);
        *shares += 1;
        self.push_at(tick, account, parent, route);
    }

    /// The same where there are several posts: then all share events come so.
    #[inline]
    pub(super) fn push_post(
        &mut self,
        tick: u64,
        account: AccountId,
        parent: u32,
        route: Route,
        post: u32,
    ) {
        self.posts.push(post);
        self.firsts.push(!self.shared.holds(account));
        self.push_at(tick, account, parent, route);
    }

    /// Ends the run with share number `most`: of the last step, which begins at `first`, the first by `key`
    /// stay. Nobody's parent is among them.
    pub(super) fn truncate(&mut self, first: usize, most: usize, key: &dyn Fn(AccountId) -> u64) {
        let mut order: Vec<u32> = (first as u32..self.len as u32).collect();
        order.sort_unstable_by_key(|&place| key(self.buffer[place as usize]));
        let outside: Vec<bool> =
            order.iter().map(|place| self.externals.binary_search(place).is_ok()).collect();
        for &place in &order[most - first..] {
            self.shared.remove(self.buffer[place as usize]);
        }
        order.truncate(most - first);
        fn pick<T: Copy>(column: &mut [T], first: usize, order: &[u32]) {
            let picked: Vec<T> = order.iter().map(|&place| column[place as usize]).collect();
            column[first..first + picked.len()].copy_from_slice(&picked);
        }
        pick(&mut self.buffer, first, &order);
        if !self.parents.is_empty() {
            pick(&mut self.parents, first, &order);
            pick(&mut self.routes, first, &order);
            pick(&mut self.hashes, first, &order);
            self.parents.truncate(most);
            self.routes.truncate(most);
            self.hashes.truncate(most);
            for (place, account) in (first..most).zip(&self.buffer[first..most]) {
                self.places[account.index()] = place as u32;
            }
        }
        self.externals.retain(|&place| (place as usize) < first);
        let places = (first as u32..).zip(&outside[..most - first]);
        self.externals.extend(places.filter(|(_, outside)| **outside).map(|(place, _)| place));
        self.len = most;
        self.ended = Ended::Truncated;
    }

    /// Whether so many ties were examined that it is quicker to put back all of so many counters than those
    /// that ties reached.
    pub(super) fn reached_many(&self, counters: usize) -> bool {
        self.ties_examined as usize >= counters / 8
    }

    /// What was not asked for was not found.
    pub(super) fn forget_parents(&mut self) {
        self.parents.clear();
        self.routes.clear();
    }

    /// Makes steps of ticks, which are the numbers of steps.
    pub(super) fn ticks_are_steps(&mut self) {
        for (place, tick) in self.ticks.drain(..).enumerate() {
            self.step_ends.resize(tick as usize, place as u32);
            // The step goes on until the next begins.
        }
        if self.len > 0 {
            self.step_ends.push(self.len as u32);
        }
    }

    /// The size of a cascade of which no more is told.
    pub(crate) fn set_size(&mut self, size: usize) {
        self.clear();
        (self.len, self.only_size) = (size, true);
    }

    /// Takes the accounts that `write` writes down, `size` of them, each once.
    pub(super) fn list(&mut self, size: usize, write: impl FnOnce(&mut [AccountId])) {
        self.make_room(size);
        self.len = size;
        write(&mut self.buffer[..size]);
        self.buffer[..size].iter().for_each(|&account| self.shared.set(account));
    }

    /// Adds an account that shares, without a parent.
    #[inline]
    pub(super) fn push(&mut self, account: AccountId) {
        self.make_room(1);
        self.buffer[self.len] = account;
        self.len += 1;
    }

    #[inline(always)]
    fn make_room(&mut self, more: usize) {
        make_room(&mut self.buffer, self.len + more, 64 * self.shared.0.len());
    }

    /// Adds those of `reached`, if they are, that are new. What is not an account of the graph stops the
    /// program.
    #[inline(always)]
    pub(super) fn push_new(&mut self, reached: impl ExactSizeIterator<Item = (AccountId, bool)>) {
        self.make_room(reached.len());
        let Self { buffer, shared: BitSet(shared), .. } = self;
        let mut len = self.len;
        let buffer = &mut buffer[..len + reached.len()];
        for (account, is_reached) in reached {
            let word = &mut shared[account.index() / 64];
            let bit = u64::from(is_reached) << (account.index() % 64);
            // Written at once and counted if it is new: no processor can guess which are.
            buffer[len] = account;
            len += usize::from(!*word & bit != 0);
            *word |= bit;
        }
        self.len = len;
    }

    /// Counts the ties of `account`, which shares at this step or tick, if it gets to try.
    #[inline(always)]
    pub(super) fn examine(&mut self, world: &World<'_>, account: AccountId, at: u64) {
        if at < world.timing.until {
            self.ties_examined += world.graph.out_degree(account);
        }
    }

    /// Adds those of `next` that are new, by increasing id, and empties it. O(n / 64).
    #[inline(always)]
    pub(super) fn absorb_next(&mut self) {
        let Self { buffer, len, shared: BitSet(shared), next: BitSet(next), .. } = self;
        let most = 64 * shared.len();
        for (index, (reached, shared)) in next.iter_mut().zip(shared).enumerate() {
            if *reached == 0 {
                continue;
            }
            let mut new = std::mem::take(reached) & !*shared;
            *shared |= new;
            make_room(buffer, *len + 64, most);
            let room = &mut buffer[*len..*len + 64];
            *len += new.count_ones() as usize;
            for account in room {
                if new == 0 {
                    break;
                }
                *account = AccountId::new(index as u32 * 64 + new.trailing_zeros());
                new &= new - 1;
            }
        }
    }
}

/// Makes `buffer` at least `len` long, and half as long again as it was if it was not, but no longer
/// than it must be for `most` accounts.
#[inline(always)]
fn make_room(buffer: &mut Vec<AccountId>, len: usize, most: usize) {
    if buffer.len() < len {
        lengthen(buffer, len, most);
    }
}

#[cold]
#[inline(never)]
fn lengthen(buffer: &mut Vec<AccountId>, len: usize, most: usize) {
    let longer = len.max((buffer.len() + buffer.len() / 2).min(most));
    buffer.reserve_exact(longer - buffer.len());
    buffer.resize(longer, AccountId::new(0));
}

/// What a kernel writes on and forgets.
#[derive(Debug, Default)]
pub(super) struct Space {
    /// Made at the first step, then handed from step to step.
    pub(super) batches: Option<Box<Batches>>,
    pub(super) arrivals: ArrivalSpace,
    pub(super) clusters: ClusterSpace,
    pub(super) marks: MarkSpace,
    pub(super) custom: CustomSpace,
    pub(super) feeds: FeedSpace,
    pub(super) pull: PullSpace,
    pub(super) pull_sizes: pull_sizes::Space,
    pub(super) reach: ReachSpace,
    pub(super) rivals: RivalSpace,
    pub(super) rival_thresholds: RivalThresholdSpace,
    pub(super) together: TogetherSpace,
    pub(super) thresholds: thresholds::Space,
    pub(super) timed_thresholds: TimedThresholdSpace,
    pub(super) tiring: TiringSpace,
    /// One for each thread of a step that is split.
    #[cfg(feature = "parallel")]
    pub(super) sides: Vec<Trace>,
}

/// Sets the bit of `account` in the words of a [`BitSet`].
#[inline(always)]
pub(super) fn set_in(words: &mut [u64], account: AccountId) {
    set_in_if(words, account, true);
}

/// The same, if `is_reached`, without a branch.
#[inline(always)]
pub(super) fn set_in_if(words: &mut [u64], account: AccountId, is_reached: bool) {
    words[account.index() / 64] |= u64::from(is_reached) << (account.index() % 64);
}

/// One bit per account.
#[derive(Debug, Default)]
pub(crate) struct BitSet(pub(super) Box<[u64]>);

impl BitSet {
    #[inline]
    pub(crate) fn holds(&self, account: AccountId) -> bool {
        self.0[account.index() / 64] >> (account.index() % 64) & 1 == 1
    }

    /// Takes out `accounts`, who are all that it holds.
    pub(super) fn forget(&mut self, accounts: &[AccountId]) {
        if accounts.len() < self.0.len() / 4 {
            accounts.iter().for_each(|account| self.0[account.index() / 64] = 0);
        } else {
            self.0.fill(0);
        }
    }

    #[inline(always)]
    pub(crate) fn set(&mut self, account: AccountId) {
        set_in(&mut self.0, account);
    }

    /// Takes out `account`.
    pub(super) fn remove(&mut self, account: AccountId) {
        self.0[account.index() / 64] &= !(1 << (account.index() % 64));
    }

    /// The words, for a loop that sets many bits: their place is then looked up once.
    #[inline(always)]
    pub(super) fn words(&mut self) -> &mut [u64] {
        &mut self.0
    }

    /// Whether it is new.
    #[inline]
    pub(crate) fn insert(&mut self, account: AccountId) -> bool {
        let word = &mut self.0[account.index() / 64];
        let bit = 1 << (account.index() % 64);
        let new = *word & bit == 0;
        *word |= bit;
        new
    }
}
