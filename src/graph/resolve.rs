//! From names to ids, with the nearest name when there is no such one.

use super::SocialGraph;
use crate::error::{Error, Result};
use crate::id::{AccountId, NetworkId, UserId};

/// An account, by id or by name: `ann@square`, or `ann` where that is unique.
///
/// ```
/// use tieline::{AccountId, AccountRef};
///
/// let by_name: AccountRef = "ann@square".into();
/// let by_id: AccountRef = AccountId::new(3).into();
/// assert_ne!(by_name, by_id);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AccountRef {
    /// By id.
    Id(AccountId),
    /// By name.
    Name(String),
}

/// A user, by id or by name: what the identities call them, else `account@network`, or the bare
/// account name where that is unique.
///
/// ```
/// use tieline::{UserId, UserRef};
///
/// let by_name: UserRef = "Bob".into();
/// let by_id: UserRef = UserId::new(0).into();
/// assert_ne!(by_name, by_id);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UserRef {
    /// By id.
    Id(UserId),
    /// By name.
    Name(String),
}

macro_rules! reference_from {
    ($reference:ident, $id:ident) => {
        impl From<$id> for $reference {
            fn from(id: $id) -> Self {
                Self::Id(id)
            }
        }
        impl From<&str> for $reference {
            fn from(name: &str) -> Self {
                Self::Name(name.into())
            }
        }
        impl From<&String> for $reference {
            fn from(name: &String) -> Self {
                Self::Name(name.clone())
            }
        }
        impl From<String> for $reference {
            fn from(name: String) -> Self {
                Self::Name(name)
            }
        }
        impl From<&$reference> for $reference {
            fn from(reference: &$reference) -> Self {
                reference.clone()
            }
        }
    };
}
reference_from!(AccountRef, AccountId);
reference_from!(UserRef, UserId);

/// How many names a message lists or compares with a misspelt one.
const COMPARED: usize = 100_000;

impl SocialGraph {
    /// The network of that name.
    ///
    /// # Errors
    /// [`Error::is_unknown_name`], with the nearest name.
    pub fn network_named(&self, name: &str) -> Result<NetworkId> {
        match self.networks.iter().position(|network| network.name == name) {
            Some(index) => Ok(NetworkId::new(index as u32)),
            None => {
                let known = self.networks.iter().map(|network| network.name.as_str());
                Err(Error::unknown("network", name, known))
            }
        }
    }

    /// The account of that name: `ann@square` (the last `@` splits), or `ann` where it is unique.
    ///
    /// # Errors
    /// [`Error::is_unknown_name`] if there is none, or several.
    pub fn account(&self, account: impl Into<AccountRef>) -> Result<AccountId> {
        let name = match account.into() {
            AccountRef::Id(id) if id.index() < self.account_count() => return Ok(id),
            AccountRef::Id(id) => {
                return Err(Error::name(format!("no account {} in this graph", id.get())));
            }
            AccountRef::Name(name) => name,
        };
        if let Some((account, network)) = name.rsplit_once('@')
            && let Ok(network) = self.network_named(network)
        {
            return self.account_in(network, account);
        }
        match self.accounts_called(&name)[..] {
            [account] => Ok(account),
            [] => {
                if let Some((_, network)) = name.rsplit_once('@') {
                    self.network_named(network)?;
                }
                if let Some(place) = self.users.names.find(&name) {
                    let user = self.named_user(place);
                    let accounts: Vec<_> =
                        self.accounts_of_user(user).map(|a| self.account_label(a)).collect();
                    return Err(Error::name(format!(
                        "`{name}` is a user; say which account: {}",
                        accounts.join(" or ")
                    )));
                }
                let known = self.some_account_names();
                Err(Error::unknown("account", &name, known.iter().map(String::as_str)))
            }
            ref several => Err(self.ambiguous("account", &name, several)),
        }
    }

    /// The account of that name in this network.
    ///
    /// # Errors
    /// [`Error::is_unknown_name`], with the nearest name.
    pub fn account_in(&self, network: NetworkId, name: &str) -> Result<AccountId> {
        let names = &self.network(network).names;
        match names.find(name) {
            Some(rank) => Ok(self.account_with_key(crate::LogicalKey::new(network, rank))),
            None => {
                let known: Vec<_> =
                    (0..names.len()).take(COMPARED).map(|rank| names.get(rank)).collect();
                let what = format!("account of network `{}`:", self.network(network).name());
                Err(Error::unknown(&what, name, known.iter().map(AsRef::as_ref)))
            }
        }
    }

    /// The user of that name: as the identities say, else `account@network`, or a bare account name
    /// where it is unique.
    ///
    /// # Errors
    /// [`Error::is_unknown_name`] if there is none, or several.
    pub fn user(&self, user: impl Into<UserRef>) -> Result<UserId> {
        let several = self.users.several();
        let name = match user.into() {
            UserRef::Id(id) => {
                let known = match id.get().checked_sub(several) {
                    None => true,
                    Some(account) if account < self.account_count() as u64 => {
                        self.user_of(AccountId::new(account as u32)) == id
                    }
                    Some(_) => false,
                };
                let unknown = || Error::name(format!("no user {} in this graph", id.get()));
                return known.then_some(id).ok_or_else(unknown);
            }
            UserRef::Name(name) => name,
        };
        if let Some(place) = self.users.names.find(&name) {
            return Ok(self.named_user(place));
        }
        if let Some((account, network)) = name.rsplit_once('@')
            && let Ok(network) = self.network_named(network)
        {
            return self.account_in(network, account).map(|account| self.user_of(account));
        }
        let accounts = self.accounts_called(&name);
        let mut users: Vec<_> = accounts.iter().map(|&account| self.user_of(account)).collect();
        users.dedup();
        match users[..] {
            [user] => Ok(user),
            [] => {
                let names = &self.users.names;
                let mut known: Vec<String> =
                    (0..names.len()).take(COMPARED).map(|p| names.get(p).into_owned()).collect();
                known.extend(self.some_account_names());
                Err(Error::unknown("user", &name, known.iter().map(String::as_str)))
            }
            _ => Err(self.ambiguous("user", &name, &accounts)),
        }
    }

    /// The user whose own name stands at this place.
    fn named_user(&self, place: u32) -> UserId {
        match u64::from(place).checked_sub(self.users.several()) {
            None => UserId::new(u64::from(place)),
            Some(alone) => self.user_of(self.users.named_alone[alone as usize]),
        }
    }

    /// All accounts of that bare name, in order of network.
    fn accounts_called(&self, name: &str) -> Vec<AccountId> {
        self.networks()
            .filter_map(|network| {
                let rank = self.network(network).names.find(name)?;
                Some(self.account_with_key(crate::LogicalKey::new(network, rank)))
            })
            .collect()
    }

    fn some_account_names(&self) -> Vec<String> {
        self.accounts().take(COMPARED).map(|a| self.account_name(a).into_owned()).collect()
    }

    fn ambiguous(&self, what: &str, name: &str, accounts: &[AccountId]) -> Error {
        let labels: Vec<_> = accounts.iter().map(|&account| self.account_label(account)).collect();
        Error::name(format!("`{name}` is no unique {what}: say {}", labels.join(" or ")))
    }
}
