//! `or` and `and` where no user has two accounts in one network, and whoever is convinced shares with all
//! accounts within two steps.
//!
//! What is asked of an account lies in one place with what it still waits for, and with the next account of the same
//! person: so persons need no counters of their own, and whoever passes looks whether the others have.

use std::sync::Arc;

use super::{AHEAD, MOST_WAITING, Step};
use crate::engine::level::{prefetch, prefetch_two};
use crate::id::AccountId;
use crate::model::{Alone, Asked};

/// What an account asks for, and what of it is still to come in the run of that number.
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
    /// Whom ties that are to be counted reach.
    waiting: Vec<AccountId>,
    /// Accounts that passed at this step, with the next of their persons.
    passed: Vec<(AccountId, AccountId)>,
    /// Of each person who was convinced at this step, and at the step before, an account; if there are others that
    /// are still to share.
    convinced: Vec<AccountId>,
    convinced_before: Vec<AccountId>,
}

/// Runs one cascade in which nothing is drawn, nobody starts late and nothing is changed.
pub(super) fn run(mut step: Step<'_>, alone: &Arc<Alone>, space: &mut Space) {
    space.begin(alone);
    step.share_origins::<false, false>();
    space.convinced_before.extend(step.world.origins);
    while step.advance::<false, false>() {
        space.count(&mut step);
        if alone.one_is_enough {
            space.settle_each(&mut step);
        } else {
            space.settle_all(&mut step);
        }
        space.share_of_convinced_before(&mut step);
    }
    // A run may end before anybody asks whom it convinced.
    space.convinced_before.clear();
}

impl Space {
    fn begin(&mut self, alone: &Arc<Alone>) {
        let same = self.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, alone));
        if !same || self.run == u32::MAX {
            let fresh = |&asked: &Asked| Counter { run: 0, left: 0, asked };
            let accounts = alone.accounts.iter().map(fresh).collect();
            *self = Self { of: Some(alone.clone()), accounts, ..Self::default() };
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
            let counter = &mut self.accounts[account.index()];
            let Asked { need, next } = counter.asked;
            let left = if counter.run == run { counter.left } else { need };
            // 0 stays.
            (counter.run, counter.left) = (run, left.saturating_sub(1));
            if left == 1 {
                prefetch(&self.accounts, next.index());
                self.passed.push((account, next));
            }
        }
    }

    /// The accounts that pass, each of which convinces its person.
    fn settle_each(&mut self, step: &mut Step<'_>) {
        for (account, next) in self.passed.drain(..) {
            share(step, account);
            if next != account {
                // A person may be listed twice, and shares once.
                self.convinced.push(account);
            }
        }
    }

    /// The accounts of those of whom all pass that see anybody.
    fn settle_all(&mut self, step: &mut Step<'_>) {
        let run = self.run;
        for (account, next) in self.passed.drain(..) {
            let others = Others { accounts: &self.accounts, of: account, next };
            let mut all_passed = true;
            let convinced = others.clone().all(|(_, other)| {
                let passes = (other.run, other.left) == (run, 0);
                all_passed &= passes;
                passes || other.asked.need == Asked::NOTHING
            });
            if !convinced {
                continue;
            }
            share(step, account);
            let passed = others.filter(|(_, other)| (other.run, other.left) == (run, 0));
            passed.for_each(|(other, _)| share(step, other));
            if !all_passed {
                self.convinced.push(account);
            }
        }
    }

    /// The other accounts of those who were convinced one step before, and of origins.
    fn share_of_convinced_before(&mut self, step: &mut Step<'_>) {
        for (place, &account) in self.convinced_before.iter().enumerate() {
            if let Some(&soon) = self.convinced_before.get(place + AHEAD) {
                prefetch(&self.accounts, soon.index());
            }
            let next = self.accounts[account.index()].asked.next;
            let others = Others { accounts: &self.accounts, of: account, next };
            others.for_each(|(other, _)| share(step, other));
        }
        self.convinced_before.clear();
        std::mem::swap(&mut self.convinced, &mut self.convinced_before);
    }
}

/// The other accounts of a person, with their counters.
#[derive(Clone)]
struct Others<'a> {
    accounts: &'a [Counter],
    of: AccountId,
    next: AccountId,
}

impl<'a> Iterator for Others<'a> {
    type Item = (AccountId, &'a Counter);

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        let account = self.next;
        if account == self.of {
            return None;
        }
        let counter = &self.accounts[account.index()];
        self.next = counter.asked.next;
        Some((account, counter))
    }
}

/// `account` shares at the next step if it can, and its row is looked up then.
#[inline(always)]
fn share(step: &mut Step<'_>, account: AccountId) {
    prefetch_two(step.world.graph.row_offsets(), account.index());
    step.share::<false, false>(account);
}
