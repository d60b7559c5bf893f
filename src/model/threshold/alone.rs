//! [`Alone`]: persons of whom every account is in a network of its own.

use super::Thresholds;
use crate::id::AccountId;

/// What an account or a person asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    /// Of an account: how many that it sees must have shared; of a person: how many accounts must pass.
    /// `u32::MAX` if no number is enough.
    pub(crate) need: u32,
    /// Of an account: its person; of a person: the place of the first account in [`Alone::members`].
    pub(crate) of: u32,
}

/// Persons whose networks are looked at one by one, none of whom has two accounts in one, where every tie
/// counts 1 and no threshold is drawn.
#[derive(Debug)]
pub(crate) struct Alone {
    pub(crate) accounts: Box<[Asked]>,
    /// And one more, for the end of the last.
    pub(crate) persons: Box<[Asked]>,
    /// The accounts of one person after the other.
    pub(crate) members: Box<[AccountId]>,
    /// Whether one account that passes convinces its person.
    pub(crate) one_is_enough: bool,
}

impl Alone {
    /// The same as `thresholds` say, if they are so.
    pub(super) fn of(thresholds: &Thresholds) -> Option<Self> {
        let persons = thresholds.persons.as_ref()?;
        let differs = persons.slots.is_some() || persons.by_network.is_none() || thresholds.people;
        if differs || thresholds.tie_weights.is_some() || thresholds.open.is_some() {
            return None;
        }
        let account = |cell: usize| {
            let need = thresholds.need(cell).and_then(|need| u32::try_from(need).ok());
            Asked { need: need.unwrap_or(u32::MAX), of: persons.person_of(cell as u32) }
        };
        let person =
            |person: u32| Asked { need: persons.asked(person), of: persons.start[person as usize] };
        let end = Asked { need: 0, of: persons.members.len() as u32 };
        Some(Self {
            accounts: (0..persons.cells()).map(account).collect(),
            persons: (0..persons.len() as u32).map(person).chain([end]).collect(),
            members: persons.members.iter().map(|member| member.account).collect(),
            one_is_enough: persons.one_is_enough(),
        })
    }

    /// The accounts of a person.
    #[inline(always)]
    pub(crate) fn members_of(&self, person: u32) -> &[AccountId] {
        let place = person as usize;
        &self.members[self.persons[place].of as usize..self.persons[place + 1].of as usize]
    }
}
