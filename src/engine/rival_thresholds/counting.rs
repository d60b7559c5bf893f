//! What sharers of each post count up to, and whom that convinces.

use std::ops::Range;
use std::sync::Arc;

use super::{Race, RivalThresholdSpace};
use crate::engine::World;
use crate::engine::level::{AHEAD, prefetch_row};
use crate::engine::thresholds::{FriendSums, open_ties};
use crate::engine::trace::{Route, Trace};
use crate::graph::SocialGraph;
use crate::id::AccountId;
use crate::model::{Persons, Slot, Thresholds};

/// Memory for a run: 8 bytes a cell and post, 4 where ties are counted and nothing is drawn; where persons adopt, also
/// 1 an account and 8 a person.
#[derive(Debug, Default)]
pub(super) struct Counts {
    cells: usize,
    persons: usize,
    accounts: usize,
    /// By post and cell: what is still asked for, one more than that; 0 if nobody asked yet.
    left: Vec<u64>,
    touched: Vec<usize>,
    /// The same where ties are counted and nothing is drawn: by post and account, between runs what they ask
    /// for, which is this.
    counters: Vec<u32>,
    asked_for: Option<Arc<[u32]>>,
    /// Whether this run counts so.
    pub(super) is_given: bool,
    /// Where persons adopt, by post and account: whether it sees somebody who shared.
    sees: Vec<bool>,
    seeing: Vec<usize>,
    /// How many of these were known before this step.
    seen_before: usize,
    /// By post and person.
    convictions: Vec<Conviction>,
    asked: Vec<usize>,
    /// Cells that passed at this step; and those of them whose person was convinced before.
    passed: Vec<(u8, u32)>,
    late: Vec<(u8, u32)>,
    friends: FriendSums,
}

/// How a post stands with a person.
#[derive(Debug, Clone, Copy, Default)]
struct Conviction {
    /// How many of their cells must still pass, one more than that; 0 if none has.
    left: u32,
    /// When none was left.
    at: u32,
}

impl Conviction {
    /// Whether they were convinced before this step.
    fn before(self, step: u64) -> bool {
        self.left == 1 && u64::from(self.at) < step
    }
}

impl Counts {
    /// `is_plain` if ties and nothing else are counted.
    pub(super) fn begin(
        &mut self,
        graph: &SocialGraph,
        thresholds: &Thresholds,
        posts: usize,
        is_plain: bool,
    ) {
        let persons = thresholds.persons.as_ref();
        self.accounts = graph.account_count();
        self.cells = persons.map_or(self.accounts, Persons::cells);
        self.persons = persons.map_or(0, Persons::len);
        let given = thresholds.given_counts().filter(|_| is_plain);
        self.is_given = given.is_some();
        match given {
            None => self.left.resize(posts * self.cells, 0),
            Some(given) => {
                let is_same =
                    self.asked_for.as_ref().is_some_and(|known| Arc::ptr_eq(given, known));
                if !is_same || self.counters.len() != posts * given.len() {
                    self.counters = given.repeat(posts);
                    self.asked_for = Some(given.clone());
                }
            }
        }
        self.convictions.resize(posts * self.persons, Conviction::default());
        self.sees.resize(if persons.is_some() { posts * self.accounts } else { 0 }, false);
    }

    /// Forgets what was counted by those who shared, as in `trace`.
    pub(super) fn end(&mut self, graph: &SocialGraph, trace: &Trace) {
        if let Some(given) = self.asked_for.as_ref().filter(|_| self.is_given) {
            if trace.reached_many(self.counters.len()) {
                let posts = self.counters.chunks_mut(given.len().max(1));
                posts.for_each(|counters| counters.copy_from_slice(given));
            } else {
                for (&source, &post) in trace.accounts().iter().zip(&trace.posts) {
                    let first = post as usize * given.len();
                    for target in graph.targets(source) {
                        self.counters[first + target.index()] = given[target.index()];
                    }
                }
            }
        }
        self.touched.drain(..).for_each(|at| self.left[at] = 0);
        self.seeing.drain(..).for_each(|at| self.sees[at] = false);
        self.asked.drain(..).for_each(|at| self.convictions[at] = Conviction::default());
        self.passed.clear();
        self.late.clear();
    }

    /// Whether so many of those whom an account sees shared the post as it asks for, in a run that
    /// [`is_given`](Self::is_given).
    #[inline]
    pub(super) fn enough_shared(&self, post: usize, account: AccountId) -> bool {
        let left = self.counters[post * self.accounts + account.index()];
        let given = self.asked_for.as_ref().map(|given| given[account.index()]);
        given.is_some_and(|given| given.wrapping_sub(left) >= given)
    }

    fn has_passed(&self, post: u8, cell: u32) -> bool {
        self.left[usize::from(post) * self.cells + cell as usize] == 1
    }
}

impl Race<'_, '_> {
    /// Counts what was shared at this step; who passes is a candidate.
    pub(super) fn count(
        &self,
        sharers: Range<usize>,
        step: u64,
        trace: &mut Trace,
        space: &mut RivalThresholdSpace,
    ) {
        space.counts.seen_before = space.counts.seeing.len();
        for place in sharers.clone() {
            if let Some(&soon) = trace.accounts()[..sharers.end].get(place + AHEAD) {
                prefetch_row(self.worlds[0].graph, soon);
            }
            self.count_one(place, trace, space);
        }
        let passed = std::mem::take(&mut space.counts.passed);
        match &self.thresholds.persons {
            None => {
                for &(post, cell) in &passed {
                    self.push_passing(AccountId::new(cell), post, space);
                }
            }
            Some(persons) => self.convince(persons, &passed, step, space),
        }
        space.counts.passed = passed;
        space.counts.passed.clear();
    }

    /// Counts the share at `place` along its ties.
    fn count_one(&self, place: usize, trace: &mut Trace, space: &mut RivalThresholdSpace) {
        let World { graph, overlay, .. } = self.worlds[0];
        let (source, post) = (trace.accounts()[place], trace.posts[place] as u8);
        let open = |account| open_ties::<true>(graph, overlay, account);
        trace.ties_examined += graph.out_degree(source);
        if space.counts.is_given {
            let Counts { counters, passed, accounts, .. } = &mut space.counts;
            let counters = &mut counters[usize::from(post) * *accounts..][..*accounts];
            for &target in graph.targets(source) {
                let counter = &mut counters[target.index()];
                // Nobody sees as many as it takes to come round to 0 again.
                *counter = counter.wrapping_sub(1);
                if *counter == 0 {
                    passed.push((post, target.get()));
                }
            }
            return;
        }
        if !self.thresholds.people {
            for (tie, target) in open(source) {
                let slot = self.thresholds.slot(target);
                let own = self.thresholds.tie_weights.as_ref().map(|weights| weights[tie.index()]);
                if own == Some(0) {
                    continue;
                }
                self.see(target, post, &mut space.counts);
                let weight = own.unwrap_or(u64::from(slot.weight));
                self.add((post, slot.cell), weight, &mut space.counts);
            }
            return;
        }
        let weigh = |(_, target)| {
            let Slot { cell, weight } = self.thresholds.slot(target);
            (cell, u64::from(weight))
        };
        let RivalThresholdSpace { counts, shared, .. } = space;
        open(source).for_each(|(_, target)| self.see(target, post, counts));
        let first = usize::from(post) * counts.accounts;
        let is_before = |&other: &AccountId| {
            let (number, _) = shared[first + other.index()];
            number > 0 && number as usize <= place
        };
        let beside = graph.accounts_beside(source).iter().copied();
        let before = beside.filter(is_before).flat_map(open).map(weigh);
        let mut friends = std::mem::take(&mut counts.friends);
        let add = |cell, weight| self.add((post, cell), weight, counts);
        friends.added(open(source).map(weigh), before, add);
        counts.friends = friends;
    }

    /// `target` sees somebody who shared. Where accounts adopt, nobody asks.
    fn see(&self, target: AccountId, post: u8, counts: &mut Counts) {
        let at = usize::from(post) * counts.accounts + target.index();
        if self.thresholds.persons.is_some() && !std::mem::replace(&mut counts.sees[at], true) {
            counts.seeing.push(at);
        }
    }

    fn add(&self, (post, cell): (u8, u32), weight: u64, counts: &mut Counts) {
        let at = usize::from(post) * counts.cells + cell as usize;
        if counts.left[at] == 0 {
            let graph = self.worlds[0].graph;
            let need = self.thresholds.need_of(graph, self.lane.as_ref(), cell as usize);
            counts.left[at] = need.saturating_add(1);
            counts.touched.push(at);
        }
        let left = &mut counts.left[at];
        if *left > 1 && weight > 0 {
            *left = left.saturating_sub(weight).max(1);
            if *left == 1 {
                counts.passed.push((post, cell));
            }
        }
    }

    /// Whom the cells convince that passed: the accounts that did it are candidates.
    fn convince(
        &self,
        persons: &Persons,
        passed: &[(u8, u32)],
        step: u64,
        space: &mut RivalThresholdSpace,
    ) {
        let mut convinced = Vec::new();
        let counts = &mut space.counts;
        counts.late.clear();
        for &(post, cell) in passed {
            let person = persons.person_of(cell);
            let at = usize::from(post) * counts.persons + person as usize;
            let conviction = &mut counts.convictions[at];
            if conviction.left == 0 {
                conviction.left = persons.asked(person) + 1;
                counts.asked.push(at);
            }
            if conviction.left > 1 {
                conviction.left -= 1;
                if conviction.left == 1 {
                    conviction.at = step as u32;
                    convinced.push((post, person));
                }
            } else if conviction.before(step) {
                counts.late.push((post, cell));
            }
        }
        for (post, person) in convinced {
            for member in persons.members_of(person) {
                self.push_if_met(member.account, member.cell, post, space);
            }
        }
    }

    fn push_if_met(
        &self,
        account: AccountId,
        cell: u32,
        post: u8,
        space: &mut RivalThresholdSpace,
    ) {
        let sees = space.counts.sees[usize::from(post) * space.counts.accounts + account.index()];
        if sees && space.counts.has_passed(post, cell) {
            self.push_passing(account, post, space);
        }
    }

    /// Where persons adopt, the accounts of those convinced before at which the rule is met now, unless a
    /// cross-post of the post comes, too.
    pub(super) fn count_late(&self, step: u64, space: &mut RivalThresholdSpace) {
        let Some(persons) = &self.thresholds.persons else { return };
        let mut carried: Vec<_> = space
            .candidates
            .iter()
            .filter(|candidate| candidate.route == Route::CrossPost)
            .map(|candidate| (candidate.post, candidate.child))
            .collect();
        carried.sort_unstable();
        let is_carried = |post: u8, account| carried.binary_search(&(post, account)).is_ok();
        for place in space.counts.seen_before..space.counts.seeing.len() {
            let counts = &space.counts;
            let (post, account) =
                (counts.seeing[place] / counts.accounts, counts.seeing[place] % counts.accounts);
            let account = AccountId::new(account as u32);
            let Slot { cell, .. } = self.thresholds.slot(account);
            let person = persons.person_of(cell) as usize;
            let before = counts.convictions[post * counts.persons + person].before(step);
            if before && !is_carried(post as u8, account) {
                self.push_if_met(account, cell, post as u8, space);
            }
        }
        let late = std::mem::take(&mut space.counts.late);
        for &(post, cell) in &late {
            for member in persons.members_of(persons.person_of(cell)) {
                if member.cell == cell && !is_carried(post, member.account) {
                    self.push_if_met(member.account, cell, post, space);
                }
            }
        }
        space.counts.late = late;
    }
}
