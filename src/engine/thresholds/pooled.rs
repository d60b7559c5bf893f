//! Persons who go by the sum of all that their accounts see, where nothing is drawn and whoever is convinced
//! shares with all accounts within two steps.
//!
//! Beside a bit or two, a tie reads whose account it reaches and what that person still waits for, in four bytes: which
//! is put back at the end of a run.

use std::sync::Arc;

use super::{MOST_WAITING, Step, send_for_members};
use crate::engine::level::prefetch;
use crate::engine::trace::BitSet;
use crate::id::AccountId;
use crate::model::{Persons, Pooled, Slot, Thresholds};

/// What is still waited for, and what one step needs.
#[derive(Debug, Default)]
pub(super) struct Space {
    of: Option<Arc<Pooled>>,
    /// By person; between runs what they ask for.
    left: Vec<u32>,
    /// Accounts that see somebody who shared.
    sees: BitSet,
    /// Whom ties that are to be counted reach, and then whose accounts these are; and what each tie counts.
    waiting: Vec<Slot>,
    /// Who was convinced at this step, and at the step before.
    convinced: Vec<u32>,
    convinced_before: Vec<u32>,
}

/// Runs one cascade in which nothing is drawn, nobody starts late and nothing is changed.
pub(super) fn run(mut step: Step<'_>, persons: &Persons, pooled: &Arc<Pooled>, space: &mut Space) {
    space.begin(pooled, step.world.graph.account_count());
    step.share_origins::<false, false>();
    let origins = step.world.origins.iter();
    space.convinced_before.extend(origins.map(|&origin| step.thresholds.slot(origin).cell));
    while step.advance::<false, false>() {
        space.count(&mut step);
        space.share_of_convinced(&mut step, persons);
        space.share_of_convinced_before(&mut step, persons);
    }
    space.end(&step, pooled);
}

impl Space {
    fn begin(&mut self, pooled: &Arc<Pooled>, accounts: usize) {
        if self.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, pooled)) {
            return;
        }
        *self = Self {
            of: Some(pooled.clone()),
            left: pooled.needs.to_vec(),
            sees: BitSet(vec![0; accounts.div_ceil(64)].into()),
            ..Self::default()
        };
    }

    /// What those add who share at this step.
    fn count(&mut self, step: &mut Step<'_>) {
        let (graph, thresholds) = (step.world.graph, step.thresholds);
        for place in step.start..step.end {
            step.send_for_rows(place);
            let source = step.trace.accounts()[place];
            step.trace.ties_examined += graph.out_degree(source);
            for targets in graph.targets(source).chunks(MOST_WAITING) {
                for &target in targets {
                    // Nobody asks what tells who shares already.
                    if step.trace.holds(target) {
                        continue;
                    }
                    self.sees.set(target);
                    if let Some(slots) = thresholds.slots() {
                        prefetch(slots, target.index());
                    }
                    self.waiting.push(Slot { cell: target.get(), weight: 0 });
                }
                if self.waiting.len() >= MOST_WAITING {
                    self.add_waiting(thresholds);
                }
            }
        }
        self.add_waiting(thresholds);
    }

    /// Adds what waited until it could be read without delay: first whose account it is, then what they wait
    /// for.
    fn add_waiting(&mut self, thresholds: &Thresholds) {
        for waits in &mut self.waiting {
            *waits = thresholds.slot(AccountId::new(waits.cell));
            prefetch(&self.left, waits.cell as usize);
        }
        for Slot { cell: person, weight } in self.waiting.drain(..) {
            let left = &mut self.left[person as usize];
            if *left > weight {
                *left -= weight;
            } else if *left > 0 {
                *left = 0;
                self.convinced.push(person);
            }
        }
    }

    /// The accounts that see somebody, of those who were convinced at this step.
    fn share_of_convinced(&mut self, step: &mut Step<'_>, persons: &Persons) {
        for (place, &person) in self.convinced.iter().enumerate() {
            send_for_members(persons, &self.convinced, place);
            for member in persons.members_of(person) {
                if self.sees.holds(member.account) {
                    step.share::<false, false>(member.account);
                }
            }
        }
    }

    /// The other accounts of those who were convinced one step before, and of origins.
    fn share_of_convinced_before(&mut self, step: &mut Step<'_>, persons: &Persons) {
        for (place, &person) in self.convinced_before.iter().enumerate() {
            send_for_members(persons, &self.convinced_before, place);
            for member in persons.members_of(person) {
                step.share::<false, false>(member.account);
            }
        }
        self.convinced_before.clear();
        std::mem::swap(&mut self.convinced, &mut self.convinced_before);
    }

    /// Puts back what this run changed.
    fn end(&mut self, step: &Step<'_>, pooled: &Pooled) {
        // A run may end before anybody asks whom it convinced.
        self.convinced.clear();
        self.convinced_before.clear();
        let graph = step.world.graph;
        if step.trace.reached_many(self.left.len()) {
            self.left.copy_from_slice(&pooled.needs);
            self.sees.words().fill(0);
            return;
        }
        // Those of the last step did not count.
        for &source in &step.trace.accounts()[..step.start] {
            for target in graph.targets(source) {
                let person = step.thresholds.slot(*target).cell as usize;
                self.left[person] = pooled.needs[person];
                self.sees.words()[target.index() / 64] = 0;
            }
        }
    }
}
