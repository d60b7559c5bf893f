//! Weights, persons, and friends that count once: sums by cell, in whole numbers.

use super::friends::FriendSums;
use super::{AHEAD, MOST_WAITING, Step, open_ties, send_for_members};
use crate::engine::World;
use crate::engine::level::{prefetch, prefetch_two};
use crate::engine::trace::BitSet;
use crate::id::AccountId;
use crate::model::{Member, Persons, Slot};

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
    /// Ties that are to be counted.
    waiting: Vec<Waiting>,
    /// Cells of persons that passed at this step.
    passed: Vec<u32>,
    /// Who was convinced at this step and the step before, and which cells of others passed.
    convinced: Vec<u32>,
    convinced_before: Vec<u32>,
    late: Vec<u32>,
    friends: FriendSums,
}

pub(super) fn run<const LINKS: bool, const OVERLAY: bool>(step: Step<'_>, space: &mut Space) {
    space.begin(&step);
    Sums::<LINKS, OVERLAY> { step, space, at_once: false }.run();
}

/// A tie that is to be counted: whom it reaches, where it is summed, and how much it counts.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    target: AccountId,
    cell: u32,
    weight: u64,
}

struct Sums<'s, 'a, const LINKS: bool, const OVERLAY: bool> {
    step: Step<'a>,
    space: &'s mut Space,
    /// All accounts of who is convinced share within two steps, whatever else they see.
    at_once: bool,
}

impl<const LINKS: bool, const OVERLAY: bool> Sums<'_, '_, LINKS, OVERLAY> {
    fn run(mut self) {
        self.step.share_origins::<LINKS, OVERLAY>();
        let draws_low = self.step.thresholds.open.as_ref().is_some_and(|open| open.can_be_low);
        if draws_low {
            self.share_unasked();
        }
        let world = self.step.world;
        if let Some(persons) = &self.step.thresholds.persons
            && !(LINKS || OVERLAY || draws_low)
            && world.late.is_empty()
            && world.external.is_none()
        {
            self.at_once = true;
            let person_of =
                |&account: &AccountId| persons.person_of(self.step.thresholds.slot(account).cell);
            self.space.convinced_before.extend(world.origins.iter().map(person_of));
        }
        while self.step.advance::<LINKS, OVERLAY>() {
            let first_seeing = self.space.seeing.len();
            self.count_step();
            if let Some(persons) = &self.step.thresholds.persons {
                self.settle(persons);
                self.share_of_convinced(persons);
                if self.at_once {
                    self.share_of_convinced_before(persons);
                    continue;
                }
            }
            self.step.cross_post::<LINKS, OVERLAY>();
            if OVERLAY && self.step.thresholds.persons.is_some() {
                self.share_late(first_seeing);
            }
            self.space.convinced.clear();
            self.space.late.clear();
        }
        // A run may end before anybody asks whom it convinced.
        self.space.convinced.clear();
        self.space.convinced_before.clear();
        self.space.late.clear();
        self.space.end(self.step.trace.accounts());
    }

    /// What those add who share at this step.
    fn count_step(&mut self) {
        let graph = self.step.world.graph;
        for place in self.step.start..self.step.end {
            self.step.send_for_rows(place);
            let source = self.step.trace.accounts()[place];
            self.step.trace.ties_examined += graph.out_degree(source);
            if self.step.thresholds.people {
                self.count_friend(source);
            } else {
                self.count_ties(source);
            }
        }
        self.add_waiting();
    }

    fn count_ties(&mut self, source: AccountId) {
        let (world, thresholds) = (self.step.world, self.step.thresholds);
        for (tie, target) in open_ties::<OVERLAY>(world.graph, world.overlay, source) {
            // Nobody asks what tells who shares already.
            if self.at_once && self.step.trace.holds(target) {
                continue;
            }
            let weight = match &thresholds.tie_weights {
                None => 0,
                Some(weights) if weights[tie.index()] == 0 => continue,
                Some(weights) => weights[tie.index()],
            };
            if let Some(slots) = thresholds.slots() {
                prefetch(slots, target.index());
            }
            self.space.waiting.push(Waiting { target, cell: 0, weight });
            if self.space.waiting.len() == MOST_WAITING {
                self.add_waiting();
            }
        }
    }

    /// Adds what waited until it could be read without delay: first the slots, then the cells.
    fn add_waiting(&mut self) {
        let mut waiting = std::mem::take(&mut self.space.waiting);
        for waits in &mut waiting {
            let slot = self.step.thresholds.slot(waits.target);
            waits.cell = slot.cell;
            if self.step.thresholds.tie_weights.is_none() {
                waits.weight = u64::from(slot.weight);
            }
            prefetch(&self.space.cells, slot.cell as usize);
            prefetch(self.step.thresholds.wide_needs(), slot.cell as usize);
        }
        for Waiting { target, cell, weight } in waiting.drain(..) {
            self.see(target);
            self.add(cell, weight);
        }
        self.space.waiting = waiting;
    }

    /// Counts the ties of somebody whose accounts count once, all together.
    fn count_friend(&mut self, source: AccountId) {
        let (World { graph, overlay, .. }, thresholds) = (*self.step.world, self.step.thresholds);
        let open = |account| open_ties::<OVERLAY>(graph, overlay, account);
        let weigh = |(_, target)| {
            let Slot { cell, weight } = thresholds.slot(target);
            (cell, u64::from(weight))
        };
        open(source).for_each(|(_, target)| self.see(target));
        let mut friends = std::mem::take(&mut self.space.friends);
        let counted = std::mem::take(&mut self.space.counted);
        let beside = graph.accounts_beside(source).iter().copied();
        let before = beside.filter(|&other| counted.holds(other)).flat_map(open).map(weigh);
        friends.added(open(source).map(weigh), before, |cell, weight| self.add(cell, weight));
        (self.space.friends, self.space.counted) = (friends, counted);
        self.space.counted.set(source);
    }

    /// `target` sees somebody who shared. Where accounts adopt, nobody asks.
    #[inline(always)]
    fn see(&mut self, target: AccountId) {
        if self.step.thresholds.persons.is_some() && self.space.sees.insert(target) {
            self.space.seeing.push(target);
        }
    }

    /// What a cell asks for.
    #[inline(always)]
    fn need(&self, cell: u32) -> u64 {
        let Step { thresholds, world, ref lane, .. } = self.step;
        thresholds.need_of(world.graph, lane.as_ref(), cell as usize)
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
        if self.step.thresholds.persons.is_some() {
            self.space.passed.push(cell);
        } else {
            self.step.share::<LINKS, OVERLAY>(AccountId::new(cell));
        }
    }

    /// Whom the cells convince that passed.
    fn settle(&mut self, persons: &Persons) {
        let passed = std::mem::take(&mut self.space.passed);
        let step = self.step.number() as u32;
        // Then a person may be listed twice, and shares once.
        let one_is_enough = self.at_once && persons.one_is_enough();
        for (place, &cell) in passed.iter().enumerate() {
            if let (Some(&soon), Some(cells)) = (passed.get(place + 2 * AHEAD), &persons.by_network)
            {
                prefetch(&cells.person, soon as usize);
            }
            if let Some(&soon) = passed.get(place + AHEAD).filter(|_| !one_is_enough) {
                let soon = persons.person_of(soon) as usize;
                prefetch(&self.space.persons, soon);
                persons.by_network.iter().for_each(|cells| prefetch(&cells.asked, soon));
            }
            let person = persons.person_of(cell);
            if one_is_enough {
                self.space.convinced.push(person);
                continue;
            }
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
        self.space.passed = passed;
        self.space.passed.clear();
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
        let Some(persons) = &thresholds.persons else { return 1 };
        let asked = persons.asked(person);
        let Some(open) = thresholds.open.as_ref().filter(|_| !persons.one_is_enough()) else {
            return asked;
        };
        let free = persons
            .cells_of(person)
            .filter(|&cell| open.total(cell as usize) > 0 && self.need(cell) == 0);
        asked - free.count() as u32
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
        for person in 0..persons.len() as u32 {
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
                for member in persons.members_of(person) {
                    if self.need(member.cell) == 0 {
                        self.step.share_as_origin::<LINKS, OVERLAY>(member.account);
                    }
                }
            }
        }
    }

    /// The accounts that convinced a person at this step.
    fn share_of_convinced(&mut self, persons: &Persons) {
        let convinced = std::mem::take(&mut self.space.convinced);
        for (place, &person) in convinced.iter().enumerate() {
            send_for_members(persons, &convinced, place);
            if let Some(&soon) = convinced.get(place + AHEAD) {
                let first = persons.members_of(soon)[0];
                prefetch_two(&self.space.cells, first.cell as usize);
            }
            persons.members_of(person).iter().for_each(|&member| self.share_if_met(member));
        }
        self.space.convinced = convinced;
    }

    /// The other accounts of those who were convinced one step before, and of origins.
    fn share_of_convinced_before(&mut self, persons: &Persons) {
        let space = &mut *self.space;
        for (place, &person) in space.convinced_before.iter().enumerate() {
            send_for_members(persons, &space.convinced_before, place);
            for member in persons.members_of(person) {
                self.step.share::<LINKS, OVERLAY>(member.account);
            }
        }
        space.convinced_before.clear();
        std::mem::swap(&mut space.convinced, &mut space.convinced_before);
    }

    /// An account of somebody who is convinced shares by tie where the rule holds and it sees
    /// somebody.
    fn share_if_met(&mut self, member: Member) {
        if self.space.sees.holds(member.account) && *self.left(member.cell) == 0 {
            self.step.share::<LINKS, OVERLAY>(member.account);
        }
    }

    /// The other accounts of those who were convinced before, and did not carry it over.
    fn share_late(&mut self, first_seeing: usize) {
        let Some(persons) = &self.step.thresholds.persons else { return };
        let step = self.step.number() as u32;
        for place in first_seeing..self.space.seeing.len() {
            let account = self.space.seeing[place];
            let Slot { cell, .. } = self.step.thresholds.slot(account);
            let state = *self.person(persons.person_of(cell));
            if state.left == 0 && state.convinced_at < step {
                self.share_if_met(Member { account, cell });
            }
        }
        let late = std::mem::take(&mut self.space.late);
        for &cell in &late {
            let members = persons.members_of(persons.person_of(cell)).iter();
            members.filter(|member| member.cell == cell).for_each(|&met| self.share_if_met(met));
        }
        self.space.late = late;
    }
}

impl Space {
    fn begin(&mut self, step: &Step<'_>) {
        let accounts = step.world.graph.account_count();
        let persons = step.thresholds.persons.as_ref();
        let cells = persons.map_or(accounts, Persons::cells);
        let people = persons.map_or(0, Persons::len);
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
