//! `or` and `and` where no user has two accounts in one network, and whoever is convinced shares with all
//! accounts within two steps: what is asked of an account lies in one place with what it still waits for, and so
//! it does for persons.

use std::sync::Arc;

use super::{AHEAD, MOST_WAITING, Step};
use crate::engine::level::{prefetch, prefetch_two};
use crate::id::AccountId;
use crate::model::{Alone, Asked};

/// What is still waited for in the run of that number.
#[derive(Debug, Clone, Copy)]
struct Counter {
    run: u32,
    left: u32,
    asked: Asked,
}

/// Counters, and what one step needs.
#[derive(Debug, Default)]
pub(super) struct Space {
    of: Option<Arc<Alone>>,
    run: u32,
    accounts: Vec<Counter>,
    persons: Vec<Counter>,
    /// Whom ties that are to be counted reach.
    waiting: Vec<AccountId>,
    /// Accounts that passed at this step, with their persons.
    passed: Vec<(AccountId, u32)>,
    /// Who was convinced at this step, and at the step before.
    convinced: Vec<u32>,
    convinced_before: Vec<u32>,
}

/// Runs one cascade in which nothing is drawn, nobody starts late and nothing is changed.
pub(super) fn run(mut step: Step<'_>, alone: &Arc<Alone>, space: &mut Space) {
    space.begin(alone);
    step.share_origins::<false, false>();
    let origins = step.world.origins.iter();
    space.convinced_before.extend(origins.map(|origin| alone.accounts[origin.index()].of));
    while step.advance::<false, false>() {
        space.count(&mut step);
        space.settle(&mut step, alone);
        space.share_of_convinced_before(&mut step, alone);
    }
    // A run may end before anybody asks whom it convinced.
    space.convinced_before.clear();
}

impl Space {
    fn begin(&mut self, alone: &Arc<Alone>) {
        let same = self.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, alone));
        if !same || self.run == u32::MAX {
            let fresh = |&asked: &Asked| Counter { run: 0, left: 0, asked };
            *self = Self {
                of: Some(alone.clone()),
                accounts: alone.accounts.iter().map(fresh).collect(),
                persons: alone.persons.iter().map(fresh).collect(),
                ..Self::default()
            };
        }
        self.run += 1;
    }

    /// What those add who share at this step.
    fn count(&mut self, step: &mut Step<'_>) {
        let graph = step.world.graph;
        for place in step.start..step.end {
            step.send_for_rows(place);
            let source = step.trace.accounts()[place];
            step.trace.ties_examined += graph.out_degree(source);
            for &target in graph.targets(source) {
                // Nobody asks what tells who shares already.
                if step.trace.holds(target) {
                    continue;
                }
                prefetch(&self.accounts, target.index());
                self.waiting.push(target);
                if self.waiting.len() == MOST_WAITING {
                    self.add_waiting();
                }
            }
        }
        self.add_waiting();
    }

    /// Adds what waited until it could be read without delay.
    fn add_waiting(&mut self) {
        let run = self.run;
        for account in self.waiting.drain(..) {
            if count_down(&mut self.accounts[account.index()], run) {
                let person = self.accounts[account.index()].asked.of;
                prefetch(&self.persons, person as usize);
                self.passed.push((account, person));
            }
        }
    }

    /// The accounts that share because they convinced their persons.
    fn settle(&mut self, step: &mut Step<'_>, alone: &Alone) {
        let run = self.run;
        for (account, person) in self.passed.drain(..) {
            if alone.one_is_enough {
                // Then a person may be listed twice, and shares once.
                share(step, account);
                self.convinced.push(person);
            } else if count_down(&mut self.persons[person as usize], run) {
                prefetch(&alone.members, self.persons[person as usize].asked.of as usize);
                self.convinced.push(person);
            }
        }
        if alone.one_is_enough {
            return;
        }
        for (place, &person) in self.convinced.iter().enumerate() {
            if let Some(&soon) = self.convinced.get(place + AHEAD) {
                let members = alone.members_of(soon);
                members.iter().for_each(|member| prefetch(&self.accounts, member.index()));
            }
            for &member in alone.members_of(person) {
                let counter = &self.accounts[member.index()];
                if (counter.run, counter.left) == (run, 0) {
                    share(step, member);
                }
            }
        }
    }

    /// The other accounts of those who were convinced one step before, and of origins.
    fn share_of_convinced_before(&mut self, step: &mut Step<'_>, alone: &Alone) {
        for (place, &person) in self.convinced_before.iter().enumerate() {
            if let Some(&soon) = self.convinced_before.get(place + 2 * AHEAD) {
                prefetch_two(&alone.persons, soon as usize);
            }
            if let Some(&soon) = self.convinced_before.get(place + AHEAD) {
                prefetch(&alone.members, alone.persons[soon as usize].of as usize);
            }
            alone.members_of(person).iter().for_each(|&member| share(step, member));
        }
        self.convinced_before.clear();
        std::mem::swap(&mut self.convinced, &mut self.convinced_before);
    }
}

/// `account` shares at the next step if it can, and its row is looked up then.
#[inline(always)]
fn share(step: &mut Step<'_>, account: AccountId) {
    prefetch_two(step.world.graph.row_offsets(), account.index());
    step.share::<false, false>(account);
}

/// Counts one, and says whether it was the last that was waited for.
#[inline(always)]
fn count_down(counter: &mut Counter, run: u32) -> bool {
    if counter.run != run {
        (counter.run, counter.left) = (run, counter.asked.need);
    }
    let last = counter.left == 1;
    // 0 stays, and so does what nobody reaches.
    counter.left = counter.left.saturating_sub(1);
    last
}
