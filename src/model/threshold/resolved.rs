//! [`Resolved`]: whose threshold is which, by id.

use std::collections::HashMap;

use super::level::Level;
use super::{Adopt, Threshold, ThresholdDraw, ThresholdRule, ThresholdValue};
use crate::error::{Error, OfKey, Result};
use crate::graph::{SocialGraph, UserRef};
use crate::id::{AccountId, NetworkId, UserId};
use crate::model::twice;

/// The thresholds of a model on one graph. The most specific wins: account, user, network, all.
#[derive(Debug, Clone)]
pub(crate) struct Resolved {
    pub(super) rule: ThresholdRule,
    pub(super) draw: ThresholdDraw,
    /// By network, and last for all.
    values: Vec<Option<ThresholdValue>>,
    of_account: HashMap<AccountId, f64>,
    of_user: HashMap<UserId, f64>,
}

impl Threshold {
    /// Who has which threshold.
    ///
    /// # Errors
    /// A name that is unknown or given twice, or somebody without a threshold.
    pub(crate) fn resolve(&self, graph: &SocialGraph) -> Result<Resolved> {
        let mut resolved = Resolved {
            rule: self.rule,
            draw: self.draw,
            values: vec![None; graph.network_count() + 1],
            of_account: HashMap::new(),
            of_user: HashMap::new(),
        };
        for (name, value) in &self.networks {
            let known = graph.network_named(name).map_err(|error| match self.find(graph, name) {
                Ok(_) => Error::name(format!(
                    "unknown network `{name}`; thresholds of users and accounts are given by \
                     `--threshold-file FILE`, or the key `threshold_file`"
                )),
                Err(_) => error,
            });
            let place = known.of_key("threshold")?.index();
            if resolved.values[place].replace(value.clone()).is_some() {
                return Err(twice("the threshold", name));
            }
        }
        let all = self.threshold.as_ref();
        for value in resolved.values.iter_mut().filter(|value| value.is_none()) {
            *value = all.cloned();
        }
        for (row, (name, value)) in self.given.iter().enumerate() {
            let of_row = |error: Error| error.of_row(row).of_key("threshold_file");
            let before = match self.find(graph, name).map_err(of_row)? {
                Holder::Account(account) => resolved.of_account.insert(account, *value),
                Holder::User(user) => resolved.of_user.insert(user, *value),
            };
            if before.is_some() {
                return Err(of_row(twice("the threshold", name)));
            }
        }
        if all.is_none() {
            self.check_that_all_have_one(graph, &resolved)?;
        }
        Ok(resolved)
    }

    fn check_that_all_have_one(&self, graph: &SocialGraph, resolved: &Resolved) -> Result<()> {
        let by_network = self.adopt == Adopt::Account || self.rule.is_by_network();
        for account in graph.accounts() {
            let network = by_network.then(|| graph.network_of(account));
            if resolved.value(graph, account, network).is_none() {
                return Err(Error::conflict(format!(
                    "{} has no threshold: give one for all, for network `{}`, or for `{}`",
                    graph.account_label(account),
                    graph.network(graph.network_of(account)).name(),
                    graph.user_name(graph.user_of(account)),
                ))
                .of_key("threshold"));
            }
        }
        Ok(())
    }

    /// What has an `@` is looked for among accounts first, if accounts adopt.
    fn find(&self, graph: &SocialGraph, name: &str) -> Result<Holder> {
        let user = graph.user(UserRef::from(name)).map(Holder::User);
        let Some((bare, network)) = name.rsplit_once('@') else { return user };
        let account = || graph.account_in(graph.network_named(network)?, bare);
        if self.adopt == Adopt::Account {
            return account().map(Holder::Account).or_else(|error| user.map_err(|_| error));
        }
        // A user of that name is meant; else an account that is one of several of a user is named.
        if let (Ok(account), Ok(Holder::User(user))) = (account(), &user)
            && graph.accounts_of_user(*user).len() > 1
            && graph.user_of(account) == *user
            && graph.user_name(*user) != name
        {
            return Err(Error::conflict(format!(
                "`{name}` is one of several accounts, and a person adopts with all of them: give the \
                 threshold of user `{}`",
                graph.user_name(*user)
            )));
        }
        user
    }
}

enum Holder {
    Account(AccountId),
    User(UserId),
}

impl Resolved {
    /// By network, and last for all.
    pub(super) fn values(&self) -> &[Option<ThresholdValue>] {
        &self.values
    }

    /// The threshold by which `account` goes, in `network` if networks are looked at one by one.
    pub(crate) fn value(
        &self,
        graph: &SocialGraph,
        account: AccountId,
        network: Option<NetworkId>,
    ) -> Option<ThresholdValue> {
        if let Some(value) = self.of_account.get(&account) {
            return Some(ThresholdValue::Given(*value));
        }
        if !self.of_user.is_empty()
            && let Some(value) = self.of_user.get(&graph.user_of(account))
        {
            return Some(ThresholdValue::Given(*value));
        }
        self.values[network.map_or(self.values.len() - 1, NetworkId::index)].clone()
    }

    /// The same if it is given.
    pub(super) fn given(
        &self,
        graph: &SocialGraph,
        account: AccountId,
        network: Option<NetworkId>,
    ) -> Option<Level> {
        match self.value(graph, account, network)? {
            ThresholdValue::Given(value) => Some(Level::given(value)),
            ThresholdValue::Drawn(_) => None,
        }
    }
}
