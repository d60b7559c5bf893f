//! Which accounts are one user's: as identities say, or as equal names say.

use super::builder::{GraphBuilder, IdentityRow};
use super::column::Column;
use super::csr::Csr;
use super::filed_names::Names;
use super::names::NameTable;
use super::report::LoadReport;
use crate::error::{Error, Result};
use crate::id::{AccountId, LogicalKey};

/// Which accounts are one user's. Users with several accounts are numbered first.
#[derive(Debug, Clone, Default)]
pub(super) struct Users {
    /// For each account its user with several accounts, or [`Users::ALONE`]; empty if there is none.
    pub(super) several_of: Column<u32>,
    /// The accounts of each user with several.
    pub(super) rows: Csr,
    /// Names of the users with several accounts, then of the others that have a name of their own.
    pub(super) names: Names,
    /// Accounts of the named users with one account, in the order of their names.
    pub(super) named_alone: Column<AccountId>,
    /// The places in `named_alone`, in order of account.
    pub(super) alone_in_order: Column<u32>,
}

impl Users {
    pub(super) const ALONE: u32 = u32::MAX;

    pub(super) fn several(&self) -> u64 {
        self.rows.offsets.len().saturating_sub(1) as u64
    }

    /// The accounts of a user with several.
    #[inline]
    pub(super) fn row(&self, user: u32) -> &[AccountId] {
        self.rows.row(AccountId::new(user))
    }

    /// The place of the name of the user whose only account this is, if the user has one.
    pub(super) fn own_name_of(&self, account: AccountId) -> Option<u32> {
        let by_account = |&place: &u32| self.named_alone[place as usize];
        let place = self.alone_in_order.binary_search_by_key(&account, by_account).ok()?;
        Some(self.several() as u32 + self.alone_in_order[place])
    }

    /// Says whose the named users with one account are, in the order of their names.
    pub(super) fn set_named_alone(&mut self, accounts: Column<AccountId>) {
        let mut in_order: Vec<u32> = (0..accounts.len() as u32).collect();
        in_order.sort_unstable_by_key(|&place| accounts[place as usize]);
        self.named_alone = accounts;
        self.alone_in_order = in_order.into();
    }
}

/// Groups accounts into users, by identity rows and by equal names.
pub(super) fn find_users(
    builder: &GraphBuilder,
    starts: &[u32],
    report: &mut LoadReport,
) -> Result<Users> {
    let account = |key: LogicalKey| AccountId::new(starts[key.network().index()] + key.rank());
    let accounts = starts[starts.len() - 1] as usize;
    let mut found = Vec::new();
    let mut groups: Vec<(String, Vec<AccountId>)> = Vec::new();
    if !builder.identities.is_empty() {
        groups = stated_users(builder, accounts, account, report)?;
    }
    let stated = groups.len();
    if builder.same_name || builder.networks.iter().any(|network| network.people) {
        let mut claimed = vec![Users::ALONE; accounts];
        for (user, (_, members)) in groups.iter().enumerate() {
            for member in members {
                claimed[member.index()] = user as u32;
            }
        }
        groups.extend(users_by_name(builder, starts, &claimed, &groups)?);
    }
    let mut names = NameTable::default();
    let mut offsets = vec![0u64];
    let mut several_of = Vec::new();
    for (name, members) in groups.iter().filter(|(_, members)| members.len() > 1) {
        several_of.resize(accounts, Users::ALONE);
        for member in members {
            several_of[member.index()] = names.len();
        }
        names.intern(name)?;
        found.extend_from_slice(members);
        offsets.push(found.len() as u64);
    }
    let mut named_alone = Vec::new();
    for (name, members) in groups[..stated].iter().filter(|(_, members)| members.len() == 1) {
        names.intern(name)?;
        named_alone.push(members[0]);
    }
    report.identities.users_with_several = offsets.len() as u64 - 1;
    names.freeze();
    let mut users = Users {
        several_of: several_of.into(),
        rows: Csr { offsets: offsets.into(), entries: found.into() },
        names: Names::Table(names),
        ..Users::default()
    };
    users.set_named_alone(named_alone.into());
    Ok(users)
}

/// Users and their accounts as identity rows say, in order of first appearance.
fn stated_users(
    builder: &GraphBuilder,
    accounts: usize,
    account: impl Fn(LogicalKey) -> AccountId,
    report: &mut LoadReport,
) -> Result<Vec<(String, Vec<AccountId>)>> {
    if builder.same_name {
        return Err(Error::conflict(
            "users are stated by identities and by equal names at once; choose one",
        ));
    }
    let mut owner: Vec<Option<IdentityRow>> = vec![None; accounts];
    let mut groups: Vec<(String, Vec<AccountId>)> =
        (0..builder.users.len()).map(|u| (builder.users.get(u).into_owned(), Vec::new())).collect();
    for row in &builder.identities {
        report.identities.rows += 1;
        let id = account(row.account);
        match owner[id.index()] {
            None => {
                owner[id.index()] = Some(*row);
                groups[row.user as usize].1.push(id);
            }
            Some(earlier) if earlier.user == row.user => report.identities.duplicates += 1,
            Some(earlier) => {
                let network = &builder.networks[row.account.network().index()];
                let error = Error::conflict(format!(
                    "the account {}@{} is of user `{}`, but was said to be of user `{}`{}",
                    network.names.get(row.account.rank()),
                    network.name,
                    builder.users.get(row.user),
                    builder.users.get(earlier.user),
                    if earlier.line > 0 {
                        format!(" on line {}", earlier.line)
                    } else {
                        String::new()
                    },
                ));
                return Err(match row.file {
                    0 => error,
                    file => error
                        .in_file(report.files[file as usize - 1].file.clone())
                        .at_line(row.line),
                });
            }
        }
    }
    for (_, members) in &mut groups {
        members.sort_unstable();
    }
    Ok(groups)
}

/// Accounts of equal names, in networks whose names are people.
fn users_by_name(
    builder: &GraphBuilder,
    starts: &[u32],
    claimed: &[u32],
    stated: &[(String, Vec<AccountId>)],
) -> Result<Vec<(String, Vec<AccountId>)>> {
    let mut names = NameTable::default();
    let mut groups: Vec<Vec<AccountId>> = Vec::new();
    for (network, &start) in builder.networks.iter().zip(starts) {
        if !(builder.same_name || network.people) {
            continue;
        }
        for rank in 0..network.names.len() {
            let place = names.intern(&network.names.get(rank))?;
            if place as usize == groups.len() {
                groups.push(Vec::new());
            }
            groups[place as usize].push(AccountId::new(start + rank));
        }
    }
    for (user, (name, _)) in stated.iter().enumerate() {
        if let Some(place) = names.find(name)
            && groups[place as usize].iter().any(|a| claimed[a.index()] != user as u32)
        {
            return Err(Error::conflict(format!(
                "identities call a user `{name}`, and so is another one called by the account names \
                 of a network whose names are people; call one of them otherwise"
            )));
        }
    }
    let mut users = Vec::new();
    for (place, members) in groups.into_iter().enumerate() {
        let name = names.get(place as u32);
        match members.iter().find(|a| claimed[a.index()] != Users::ALONE) {
            Some(taken) if members.len() > 1 => {
                let user = &stated[claimed[taken.index()] as usize].0;
                return Err(Error::conflict(format!(
                    "identities give an account named `{name}` to user `{user}`, but accounts of \
                     that name are one user already"
                )));
            }
            Some(_) => {}
            None => users.push((name.into_owned(), members)),
        }
    }
    Ok(users)
}
