//! Weights, persons, and friends that count once: sums by cell, in whole numbers.

use super::{Step, open_ties};
use crate::engine::World;
use crate::engine::level::{prefetch, prefetch_row, prefetch_two};
use crate::engine::trace::BitSet;
use crate::id::AccountId;
use crate::model::Slot;

/// What a cell still waits for, in the run of that number.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    run: u32,
    left: u64,
}

/// A person in the run of that number.
#[derive(Debug, Clone, Copy, Default)]
struct Person {
    run: u32,
    /// How many of their cells must still pass.
    left: u32,
    /// When none was left.
    convinced_at: u32,
}

/// Cells and persons, and what one step or one sharer needs.
#[derive(Debug, Default)]
pub(super) struct Space {
    run: u32,
    cells: Vec<Cell>,
    persons: Vec<Person>,
    /// Accounts that see somebody who shared: as bits, and in order.
    sees: BitSet,
    seeing: Vec<AccountId>,
    /// Accounts whose ties have been counted, where friends count once.
    counted: BitSet,
    /// Who was convinced at this step, and which cells of others passed.
    convinced: Vec<u32>,
    late: Vec<u32>,
    /// Sums of one sharer, and of their other accounts before.
    mine: Vec<(u32, u64)>,
    before: Vec<(u32, u64)>,
}

pub(super) fn run<const LINKS: bool, const OVERLAY: bool>(step: Step<'_>, space: &mut Space) {
    space.begin(&step);
    Sums::<LINKS, OVERLAY> { step, space, skips: false }.run();
}

/// So many sharers ahead what is read of their ties is asked for, and of so many ties each.
const AHEAD: usize = 4;
const MOST_AHEAD: usize = 32;

struct Sums<'s, 'a, const LINKS: bool, const OVERLAY: bool> {
    step: Step<'a>,
    space: &'s mut Space,
    /// Ties to who shares already tell nothing.
    skips: bool,
}

impl<const LINKS: bool, const OVERLAY: bool> Sums<'_, '_, LINKS, OVERLAY> {
    fn run(mut self) {
        let graph = self.step.world.graph;
        self.step.share_origins::<LINKS, OVERLAY>();
        if self.step.thresholds.open.as_ref().is_some_and(|open| open.can_be_low) {
            self.share_unasked();
        }
        // Without links and interventions nobody asks what tells who shares already, as all their accounts do by
        // the next step; but who starts later is marked ahead.
        let world = self.step.world;
        let skips = !LINKS && !OVERLAY && self.step.thresholds.persons.is_some();
        self.skips = skips && world.late.is_empty() && world.external.is_none();
        while self.step.advance::<LINKS, OVERLAY>() {
            let first_seeing = self.space.seeing.len();
            for place in self.step.start..self.step.end {
                self.send_for(place);
                let source = self.step.trace.accounts()[place];
                self.step.trace.ties_examined += graph.out_degree(source);
                if self.step.thresholds.people {
                    self.count_friend(source);
                } else {
                    self.count_ties(source);
                }
            }
            self.share_of_convinced();
            self.step.cross_post::<LINKS, OVERLAY>();
            if OVERLAY && self.step.thresholds.persons.is_some() {
                self.share_late(first_seeing);
            }
            self.space.convinced.clear();
            self.space.late.clear();
        }
        self.space.end(self.step.trace.accounts());
    }

    /// Asks for what is read of the ties of those who share behind `place`.
    #[inline(always)]
    fn send_for(&self, place: usize) {
        let World { graph, .. } = *self.step.world;
        let soon = |ahead| self.step.trace.accounts()[..self.step.end].get(place + ahead);
        if let Some(&source) = soon(4 * AHEAD) {
            prefetch_two(graph.row_offsets(), source.index());
        }
        if let Some(&source) = soon(3 * AHEAD) {
            prefetch_row(graph, source);
        }
        if let (Some(&source), Some(persons)) = (soon(2 * AHEAD), &self.step.thresholds.persons) {
            for target in graph.targets(source).iter().take(MOST_AHEAD) {
                prefetch(&persons.slots, target.index());
            }
        }
        if let Some(&source) = soon(AHEAD) {
            for &target in graph.targets(source).iter().take(MOST_AHEAD) {
                prefetch(&self.space.cells, self.slot(target).cell as usize);
            }
        }
    }

    /// Where a tie into `target` is summed, and how much it counts if it has no weight of its own.
    #[inline(always)]
    fn slot(&self, target: AccountId) -> Slot {
        match &self.step.thresholds.persons {
            None => Slot { cell: target.get(), weight: 1 },
            Some(persons) => persons.slots[target.index()],
        }
    }

    fn count_ties(&mut self, source: AccountId) {
        let (world, thresholds) = (self.step.world, self.step.thresholds);
        for (tie, target) in open_ties::<OVERLAY>(world.graph, world.overlay, source) {
            if self.skips && self.step.trace.holds(target) {
                continue;
            }
            let slot = self.slot(target);
            let weight = match &thresholds.tie_weights {
                None => u64::from(slot.weight),
                Some(weights) if weights[tie.index()] == 0 => continue,
                Some(weights) => weights[tie.index()],
            };
            self.see(target);
            self.add(slot.cell, weight);
        }
    }

    /// A friend counts as much as the tie that counts most of those over which they were seen: what
    /// this account adds to what their others did before.
    fn count_friend(&mut self, source: AccountId) {
        let World { graph, overlay, .. } = *self.step.world;
        let (mut mine, mut before) =
            (std::mem::take(&mut self.space.mine), std::mem::take(&mut self.space.before));
        for (_, target) in open_ties::<OVERLAY>(graph, overlay, source) {
            let slot = self.slot(target);
            self.see(target);
            mine.push((slot.cell, u64::from(slot.weight)));
        }
        greatest(&mut mine);
        for &other in graph.accounts_beside(source) {
            if self.space.counted.holds(other) {
                before.extend(open_ties::<OVERLAY>(graph, overlay, other).map(|(_, target)| {
                    let slot = self.slot(target);
                    (slot.cell, u64::from(slot.weight))
                }));
            }
        }
        greatest(&mut before);
        let mut rest = &before[..];
        for &(cell, weight) in &mine {
            while rest.first().is_some_and(|&(other, _)| other < cell) {
                rest = &rest[1..];
            }
            let known = rest.first().filter(|&&(other, _)| other == cell).map_or(0, |&(_, w)| w);
            self.add(cell, weight.saturating_sub(known));
        }
        self.space.counted.set(source);
        mine.clear();
        before.clear();
        (self.space.mine, self.space.before) = (mine, before);
    }

    /// `target` sees somebody who shared. Where accounts adopt, nobody asks.
    #[inline(always)]
    fn see(&mut self, target: AccountId) {
        if self.step.thresholds.persons.is_some() && self.space.sees.insert(target) {
            self.space.seeing.push(target);
        }
    }

    /// What a cell asks for.
    fn need(&self, cell: u32) -> u64 {
        let Step { thresholds, world, lane, .. } = self.step;
        let cell = cell as usize;
        if let Some(need) = thresholds.need(cell) {
            return need;
        }
        let (Some(open), Some(lane)) = (&thresholds.open, lane) else { return u64::MAX };
        let (who, network) = match &thresholds.persons {
            Some(persons) => persons.holder(cell),
            None => {
                let account = AccountId::new(cell as u32);
                (account, Some(world.graph.network_of(account)))
            }
        };
        open.need(world.graph, lane, cell, who, network)
    }

    /// What a cell still waits for.
    fn left(&mut self, cell: u32) -> &mut u64 {
        let run = self.space.run;
        if self.space.cells[cell as usize].run != run {
            self.space.cells[cell as usize] = Cell { run, left: self.need(cell) };
        }
        &mut self.space.cells[cell as usize].left
    }

    #[inline(always)]
    fn add(&mut self, cell: u32, weight: u64) {
        let left = self.left(cell);
        if *left > weight {
            *left -= weight;
        } else if *left > 0 {
            *left = 0;
            self.pass(cell);
        }
    }

    fn pass(&mut self, cell: u32) {
        let Some(persons) = &self.step.thresholds.persons else {
            return self.step.share::<LINKS, OVERLAY>(AccountId::new(cell));
        };
        let person = persons.person_of(cell);
        let step = self.step.number() as u32;
        let state = self.person(person);
        if state.left > 0 {
            state.left -= 1;
            if state.left == 0 {
                state.convinced_at = step;
                self.space.convinced.push(person);
            }
        } else if state.convinced_at < step {
            self.space.late.push(cell);
        }
    }

    fn person(&mut self, person: u32) -> &mut Person {
        let run = self.space.run;
        if self.space.persons[person as usize].run != run {
            let left = self.still_asked(person);
            self.space.persons[person as usize] = Person { run, left, convinced_at: 0 };
        }
        &mut self.space.persons[person as usize]
    }

    /// How many cells of a person must pass: one, or under `and` all that ask for something.
    fn still_asked(&self, person: u32) -> u32 {
        let thresholds = self.step.thresholds;
        let asked = thresholds.persons.as_ref().and_then(|persons| {
            let asked = *persons.by_network.as_ref()?.asked.get(person as usize)?;
            let Some(open) = &thresholds.open else { return Some(asked) };
            let free = persons
                .cells_of(person)
                .filter(|&cell| open.total(cell as usize) > 0 && self.need(cell) == 0);
            Some(asked - free.count() as u32)
        });
        asked.unwrap_or(1)
    }

    /// Who drew a threshold of 0 or less shares at step 0.
    fn share_unasked(&mut self) {
        let graph = self.step.world.graph;
        let Some(persons) = &self.step.thresholds.persons else {
            for account in graph.accounts() {
                if self.need(account.get()) == 0 {
                    self.step.share_as_origin::<LINKS, OVERLAY>(account);
                }
            }
            return;
        };
        for person in 0..persons.first.len() as u32 {
            let cells = persons.cells_of(person);
            if !cells.clone().any(|cell| self.need(cell) == 0) {
                continue;
            }
            let asked = persons.by_network.as_ref().and_then(|c| c.asked.get(person as usize));
            let convinced = match asked {
                None => true,
                // Who sees nobody at all goes by all that they drew.
                Some(0) => cells.clone().all(|cell| self.need(cell) == 0),
                Some(_) => self.still_asked(person) == 0,
            };
            if convinced {
                *self.person(person) = Person { run: self.space.run, left: 0, convinced_at: 0 };
                self.space.convinced.push(person);
                let user = graph.user_of(persons.first[person as usize]);
                for account in graph.accounts_of_user(user) {
                    if self.need(persons.slots[account.index()].cell) == 0 {
                        self.step.share_as_origin::<LINKS, OVERLAY>(account);
                    }
                }
            }
        }
    }

    /// The accounts that convinced a person at this step.
    fn share_of_convinced(&mut self) {
        let Some(persons) = &self.step.thresholds.persons else { return };
        let graph = self.step.world.graph;
        let convinced = std::mem::take(&mut self.space.convinced);
        for &person in &convinced {
            let user = graph.user_of(persons.first[person as usize]);
            for account in graph.accounts_of_user(user) {
                self.share_if_met(account);
            }
        }
        self.space.convinced = convinced;
    }

    /// An account of somebody who is convinced shares by tie where the rule holds and it sees
    /// somebody.
    fn share_if_met(&mut self, account: AccountId) {
        let cell = self.slot(account).cell;
        if self.space.sees.holds(account) && *self.left(cell) == 0 {
            self.step.share::<LINKS, OVERLAY>(account);
        }
    }

    /// The other accounts of those who were convinced before, and did not carry it over.
    fn share_late(&mut self, first_seeing: usize) {
        let Some(persons) = &self.step.thresholds.persons else { return };
        let (graph, step) = (self.step.world.graph, self.step.number() as u32);
        for place in first_seeing..self.space.seeing.len() {
            let account = self.space.seeing[place];
            let person = persons.person_of(persons.slots[account.index()].cell);
            let state = *self.person(person);
            if state.left == 0 && state.convinced_at < step {
                self.share_if_met(account);
            }
        }
        let late = std::mem::take(&mut self.space.late);
        for &cell in &late {
            let user = graph.user_of(persons.holder(cell as usize).0);
            for account in graph.accounts_of_user(user) {
                if persons.slots[account.index()].cell == cell {
                    self.share_if_met(account);
                }
            }
        }
        self.space.late = late;
    }
}

/// Each cell once, with the greatest of its weights, in order.
fn greatest(weights: &mut Vec<(u32, u64)>) {
    weights.sort_unstable_by_key(|&(cell, weight)| (cell, std::cmp::Reverse(weight)));
    weights.dedup_by_key(|&mut (cell, _)| cell);
}

impl Space {
    fn begin(&mut self, step: &Step<'_>) {
        let accounts = step.world.graph.account_count();
        let persons = step.thresholds.persons.as_ref();
        let cells = persons.map_or(accounts, |persons| {
            persons.by_network.as_ref().map_or(persons.first.len(), |cells| cells.person.len())
        });
        let people = persons.map_or(0, |persons| persons.first.len());
        if self.run == u32::MAX || self.cells.len() != cells || self.persons.len() != people {
            *self = Self::default();
            self.cells.resize(cells, Cell::default());
            self.persons.resize(people, Person::default());
            let set = || BitSet(vec![0; accounts.div_ceil(64)].into());
            (self.sees, self.counted) = (set(), set());
        }
        self.run += 1;
    }

    /// Forgets who saw and who was counted, in time proportional to the cascade.
    fn end(&mut self, shared: &[AccountId]) {
        for account in self.seeing.drain(..) {
            self.sees.0[account.index() / 64] = 0;
        }
        for account in shared {
            self.counted.0[account.index() / 64] = 0;
        }
    }
}
