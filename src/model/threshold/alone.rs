//! [`Alone`]: persons of whom every account is in a network of its own.

use super::Persons;
use super::prepared::OPEN;
use crate::id::AccountId;

/// What an account asks for, and which account of its person comes next.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    /// How many that it sees must share: more than there are if no number is enough, and
    /// [`NOTHING`](Self::NOTHING) if it sees nobody.
    pub(crate) need: u32,
    /// Behind the last comes the first.
    pub(crate) next: AccountId,
}

impl Asked {
    /// Of an account that sees nobody, and is not asked.
    pub(crate) const NOTHING: u32 = u32::MAX;
    /// So many do not come.
    const TOO_MUCH: u32 = u32::MAX - 1;
}

/// Persons whose networks are looked at one by one, none of whom has two accounts in one, where every tie
/// counts 1 and no threshold is drawn.
#[derive(Debug)]
pub(crate) struct Alone {
    pub(crate) accounts: Box<[Asked]>,
    /// Whether one account that passes convinces its person; else all must that see anybody.
    pub(crate) one_is_enough: bool,
}

/// Whoever has more accounts is not asked here: an account that passes looks at all the others.
const MOST_ACCOUNTS: usize = 32;

impl Alone {
    /// The same as `needs` and the totals of what accounts see, by cell, if persons are so; ties have no weights of
    /// their own.
    pub(super) fn of(persons: &Persons, needs: &[u64], totals: &[u64]) -> Option<Self> {
        let has_many = |person| persons.members_of(person).len() > MOST_ACCOUNTS;
        let differs = persons.slots.is_some() || persons.by_network.is_none();
        // What nobody reaches shall be out of reach of a count.
        let is_wide = totals.iter().any(|&total| total >= u64::from(Asked::TOO_MUCH));
        if differs || is_wide || needs.contains(&OPEN) || persons.all().any(has_many) {
            return None;
        }
        let mut accounts = vec![Asked { need: 0, next: AccountId::new(0) }; needs.len()];
        for members in persons.all().map(|person| persons.members_of(person)) {
            for (member, next) in members.iter().zip(members.iter().cycle().skip(1)) {
                let (need, total) = (needs[member.cell as usize], totals[member.cell as usize]);
                let need = match u32::try_from(need) {
                    _ if total == 0 => Asked::NOTHING,
                    Ok(need) => need.min(Asked::TOO_MUCH),
                    Err(_) => Asked::TOO_MUCH,
                };
                accounts[member.account.index()] = Asked { need, next: next.account };
            }
        }
        Some(Self { accounts: accounts.into(), one_is_enough: persons.one_is_enough() })
    }
}
