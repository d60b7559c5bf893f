//! [`Thresholds`]: a threshold model made ready for one graph.
//!
//! Whatever is compared with a threshold is a *cell*: an account, a person, or under `or` and `and` a
//! person in one network. All that a run has to do is to sum, cell by cell, and to compare with a
//! whole number.

use std::sync::Arc;

use super::weights::{ONE, content_weights, tie_weights};
use super::{Adopt, Alone, Friends, OpenNeeds, Pooled, Threshold, ThresholdLane, ThresholdRule};
use crate::error::{Error, OfKey, Result};
use crate::graph::SocialGraph;
use crate::id::{AccountId, NetworkId};
use crate::model::ThresholdWeights;
use crate::model::no_window;

/// Where the ties that end at an account are summed, and what each counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot {
    pub(crate) cell: u32,
    pub(crate) weight: u32,
}

/// Persons, where they adopt, in order of their first account.
#[derive(Debug, Clone)]
pub(crate) struct Persons {
    /// By account, unless every account is a cell by itself and every tie counts 1.
    pub(crate) slots: Option<Box<[Slot]>>,
    /// The accounts of one person after the other, in order of logical key, with the cell of each.
    pub(crate) members: Box<[Member]>,
    /// The first member of each person, and the end.
    pub(crate) start: Box<[u32]>,
    /// Their networks one by one, under `or` and `and`; else persons are cells.
    pub(crate) by_network: Option<ByNetwork>,
}

/// An account of a person.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member {
    pub(crate) account: AccountId,
    pub(crate) cell: u32,
}

/// Cells that are a person in one network. Each has the number of the first account there.
#[derive(Debug, Clone)]
pub(crate) struct ByNetwork {
    /// By account.
    pub(crate) person: Box<[u32]>,
    /// Under `and`, by person: in how many networks they see somebody.
    pub(crate) asked: Box<[u32]>,
}

/// Who passes at which sum.
#[derive(Debug, Clone)]
pub(crate) struct Thresholds {
    needs: Needs,
    pub(crate) open: Option<OpenNeeds>,
    pub(crate) persons: Option<Persons>,
    /// By tie, if they have weights of their own; a tie of weight 0 counts for nothing.
    pub(crate) tie_weights: Option<Box<[u64]>>,
    /// Friends count once.
    pub(crate) people: bool,
    /// The same side by side, where every account of a person is in a network of its own.
    pub(crate) alone: Option<Arc<Alone>>,
    /// The same where every person has one sum.
    pub(crate) pooled: Option<Arc<Pooled>>,
}

/// By cell, the least sum that passes; the greatest number if none does, the one below if it is drawn.
#[derive(Debug, Clone)]
enum Needs {
    Narrow(Arc<[u32]>),
    Wide(Box<[u64]>),
}

/// Of a cell whose threshold is drawn.
pub(super) const OPEN: u64 = u64::MAX - 1;
const OPEN_NARROW: u32 = u32::MAX - 1;

impl Thresholds {
    /// What the cell asks for, if it is not drawn.
    #[inline(always)]
    pub(crate) fn need(&self, cell: usize) -> Option<u64> {
        match &self.needs {
            Needs::Narrow(_) => self.need_narrow(cell).map(|need| match need {
                u32::MAX => u64::MAX,
                need => u64::from(need),
            }),
            Needs::Wide(needs) => Some(needs[cell]).filter(|&need| need != OPEN),
        }
    }

    /// The same where every account is a cell and every tie counts 1.
    #[inline(always)]
    pub(crate) fn need_narrow(&self, cell: usize) -> Option<u32> {
        match &self.needs {
            Needs::Narrow(needs) => Some(needs[cell]).filter(|&need| need != OPEN_NARROW),
            Needs::Wide(_) => unreachable!("there is more than to count ties"),
        }
    }

    /// What the cell asks for in a run that draws from `lane`.
    #[inline(always)]
    pub(crate) fn need_of(
        &self,
        graph: &SocialGraph,
        lane: Option<&ThresholdLane>,
        cell: usize,
    ) -> u64 {
        self.need(cell).unwrap_or_else(|| self.drawn_need(graph, lane, cell))
    }

    #[inline(never)]
    fn drawn_need(&self, graph: &SocialGraph, lane: Option<&ThresholdLane>, cell: usize) -> u64 {
        let (Some(open), Some(&lane)) = (&self.open, lane) else { return u64::MAX };
        let (who, network) = match &self.persons {
            Some(persons) => persons.holder(graph, cell),
            None => {
                let account = AccountId::new(cell as u32);
                (account, Some(graph.network_of(account)))
            }
        };
        open.need(graph, lane, cell, who, network)
    }

    /// Where a tie into `target` is summed, and how much it counts if it has no weight of its own.
    #[inline(always)]
    pub(crate) fn slot(&self, target: AccountId) -> Slot {
        slot(self.persons.as_ref(), target)
    }

    /// Where [`slot`](Self::slot) looks, by account, if it looks anywhere.
    #[inline(always)]
    pub(crate) fn slots(&self) -> Option<&[Slot]> {
        self.persons.as_ref()?.slots.as_deref()
    }

    /// Where [`need`](Self::need) looks, by cell; nowhere if needs are narrow.
    #[inline(always)]
    pub(crate) fn wide_needs(&self) -> &[u64] {
        match &self.needs {
            Needs::Narrow(_) => &[],
            Needs::Wide(needs) => needs,
        }
    }

    /// By account, how many must share before it does, `u32::MAX` if no number is enough: where all there is to do
    /// is to count ties, and nothing is drawn.
    pub(crate) fn given_counts(&self) -> Option<&Arc<[u32]>> {
        match &self.needs {
            Needs::Narrow(needs) if self.only_counts() && self.open.is_none() => Some(needs),
            _ => None,
        }
    }

    /// Whether all there is to do is to count the ties into each account.
    pub(crate) fn only_counts(&self) -> bool {
        self.persons.is_none() && matches!(self.needs, Needs::Narrow(_)) && !self.people
    }
}

impl Threshold {
    pub(in crate::model) fn prepare(&self, graph: &SocialGraph) -> Result<Thresholds> {
        self.check()?;
        if self.window.is_some() {
            return Err(no_window(self.rule.name()));
        }
        let resolved = self.resolve(graph)?;
        let content = content_weights(self, graph).of_key("content")?;
        let tie_weights = tie_weights(self, graph).of_key("weights")?;
        let persons = (self.adopt == Adopt::Person).then(|| self.persons(graph, &content));
        let cells = persons.as_ref().map_or(graph.account_count(), Persons::cells);
        let mut totals = if self.friends == Friends::People {
            friends(graph, persons.as_ref(), cells)?
        } else {
            ties(graph, persons.as_ref(), cells)
        };
        let persons = persons.map(|persons| self.with_asked(persons, &totals));
        let greatest = totals.iter().copied().max().unwrap_or(0);
        for total in &mut totals {
            if self.rule == ThresholdRule::Count {
                *total = 1;
            } else if self.weights != ThresholdWeights::InverseDegree && *total > 0 {
                *total = ONE;
            }
        }
        let mut needs = Vec::with_capacity(cells);
        for (cell, &total) in totals.iter().enumerate() {
            let (who, network) = self.holder(graph, persons.as_ref(), cell);
            let level = resolved.given(graph, who, network);
            needs.push(level.map_or(OPEN, |level| level.need(total)));
        }
        let ties_are_one = tie_weights.is_none() && self.friends == Friends::Ties;
        let alone = persons.as_ref().filter(|_| ties_are_one);
        let alone = alone.and_then(|persons| Alone::of(persons, &needs, &totals)).map(Arc::new);
        let only_counts = persons.is_none() && ties_are_one;
        let mut thresholds = Thresholds {
            needs: if only_counts { narrow(&needs) } else { Needs::Wide(needs.into()) },
            open: OpenNeeds::new(&resolved, totals),
            persons,
            tie_weights,
            people: self.friends == Friends::People,
            alone,
            pooled: None,
        };
        thresholds.pooled = Pooled::of(&thresholds, greatest).map(Arc::new);
        Ok(thresholds)
    }

    /// By whom a cell goes, and in which network.
    fn holder(
        &self,
        graph: &SocialGraph,
        persons: Option<&Persons>,
        cell: usize,
    ) -> (AccountId, Option<NetworkId>) {
        match persons {
            None => {
                let account = AccountId::new(cell as u32);
                // Networks matter only where one of them has a threshold of its own.
                (account, (!self.networks.is_empty()).then(|| graph.network_of(account)))
            }
            Some(persons) => persons.holder(graph, cell),
        }
    }

    fn persons(&self, graph: &SocialGraph, content: &[u32]) -> Persons {
        let by_network = self.rule.is_by_network();
        let mut slots = vec![Slot { cell: 0, weight: 0 }; graph.account_count()];
        let mut person_of = vec![0; if by_network { slots.len() } else { 0 }];
        let (mut members, mut start) = (Vec::with_capacity(slots.len()), Vec::new());
        for account in graph.accounts() {
            if graph.accounts_beside(account).first().is_some_and(|&other| other != account) {
                continue;
            }
            let person = start.len() as u32;
            start.push(members.len() as u32);
            let mut last: Option<AccountId> = None;
            for own in graph.accounts_of_user(graph.user_of(account)) {
                let here = graph.network_of(own);
                let first = last.filter(|&first| graph.network_of(first) == here).unwrap_or(own);
                last = Some(first);
                let cell = if by_network { first.get() } else { person };
                if by_network {
                    person_of[own.index()] = person;
                }
                slots[own.index()] = Slot { cell, weight: content[here.index()] };
                members.push(Member { account: own, cell });
            }
        }
        start.push(members.len() as u32);
        let plain = members.iter().all(|member| member.cell == member.account.get());
        let plain = plain && content.iter().all(|&weight| weight == 1);
        let by_network =
            by_network.then(|| ByNetwork { person: person_of.into(), asked: Box::default() });
        Persons {
            slots: (!plain).then(|| slots.into()),
            members: members.into(),
            start: start.into(),
            by_network,
        }
    }

    /// Under `and`, networks in which a person sees nobody are left out.
    fn with_asked(&self, mut persons: Persons, totals: &[u64]) -> Persons {
        if self.rule == ThresholdRule::And {
            let asked = persons.all().map(|person| {
                persons.cells_of(person).filter(|&cell| totals[cell as usize] > 0).count() as u32
            });
            let asked = asked.collect();
            if let Some(cells) = &mut persons.by_network {
                cells.asked = asked;
            }
        }
        persons
    }
}

impl Persons {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.start.len() - 1
    }

    /// All of them.
    pub(crate) fn all(&self) -> impl Iterator<Item = u32> + use<> {
        0..self.len() as u32
    }

    /// How many cells they have, some of which may be of nobody.
    pub(crate) fn cells(&self) -> usize {
        self.by_network.as_ref().map_or(self.len(), |cells| cells.person.len())
    }

    /// How many cells of a person must pass: one, or under `and` all that ask for something.
    pub(crate) fn asked(&self, person: u32) -> u32 {
        let asked = self.by_network.as_ref().and_then(|cells| cells.asked.get(person as usize));
        asked.copied().unwrap_or(1)
    }

    /// Whether one cell that passes convinces its person.
    pub(crate) fn one_is_enough(&self) -> bool {
        self.by_network.as_ref().is_none_or(|cells| cells.asked.is_empty())
    }

    /// The accounts of a person.
    #[inline]
    pub(crate) fn members_of(&self, person: u32) -> &[Member] {
        let place = person as usize;
        &self.members[self.start[place] as usize..self.start[place + 1] as usize]
    }

    /// The first account of a person, which draws for all.
    fn first(&self, person: u32) -> AccountId {
        self.members_of(person)[0].account
    }

    /// Who draws for a cell, and in which network.
    pub(crate) fn holder(
        &self,
        graph: &SocialGraph,
        cell: usize,
    ) -> (AccountId, Option<NetworkId>) {
        let network = |_: &ByNetwork| graph.network_of(AccountId::new(cell as u32));
        (self.first(self.person_of(cell as u32)), self.by_network.as_ref().map(network))
    }

    /// Whose cell it is.
    #[inline]
    pub(crate) fn person_of(&self, cell: u32) -> u32 {
        self.by_network.as_ref().map_or(cell, |cells| cells.person[cell as usize])
    }

    /// The cells of a person.
    pub(crate) fn cells_of(&self, person: u32) -> impl Iterator<Item = u32> + Clone {
        let members = self.members_of(person);
        let is_first = |place: usize| place == 0 || members[place - 1].cell != members[place].cell;
        let firsts = (0..members.len()).filter(move |&place| is_first(place));
        firsts.map(|place| members[place].cell)
    }
}

fn narrow(needs: &[u64]) -> Needs {
    let narrow = |&need: &u64| match need {
        OPEN => OPEN_NARROW,
        // Nobody sees so many.
        need => u32::try_from(need).ok().filter(|&need| need < OPEN_NARROW).unwrap_or(u32::MAX),
    };
    Needs::Narrow(needs.iter().map(narrow).collect())
}

/// See [`Thresholds::slot`].
#[inline(always)]
fn slot(persons: Option<&Persons>, target: AccountId) -> Slot {
    match persons.and_then(|persons| persons.slots.as_ref()) {
        None => Slot { cell: target.get(), weight: 1 },
        Some(slots) => slots[target.index()],
    }
}

/// By cell, what all its ties count together.
fn ties(graph: &SocialGraph, persons: Option<&Persons>, cells: usize) -> Vec<u64> {
    let mut totals = vec![0; cells];
    for &target in graph.all_targets() {
        let Slot { cell, weight } = slot(persons, target);
        totals[cell as usize] += u64::from(weight);
    }
    totals
}

/// The same where a friend counts once, as much as the tie that counts most.
fn friends(graph: &SocialGraph, persons: Option<&Persons>, cells: usize) -> Result<Vec<u64>> {
    let mut totals = vec![0; cells];
    let mut seen: Vec<(u32, u64, u32)> = Vec::new();
    let mut settle = |seen: &mut Vec<(u32, u64, u32)>| {
        seen.sort_unstable();
        for friend in seen.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            // The last is the greatest.
            totals[friend[0].0 as usize] += u64::from(friend[friend.len() - 1].2);
        }
        seen.clear();
    };
    let see = |account: AccountId, seen: &mut Vec<_>| {
        let Slot { cell, weight } = slot(persons, account);
        seen.extend(graph.sources(account).iter().map(|&s| (cell, graph.user_of(s).get(), weight)));
    };
    match persons {
        None => {
            for account in graph.accounts() {
                see(account, &mut seen);
                settle(&mut seen);
            }
        }
        Some(persons) => {
            for person in 0..persons.len() as u32 {
                for member in persons.members_of(person) {
                    see(member.account, &mut seen);
                }
                settle(&mut seen);
            }
        }
    }
    if totals.iter().any(|&total| total >= OPEN) {
        return Err(Error::capacity("somebody sees more friends than can be counted"));
    }
    Ok(totals)
}
