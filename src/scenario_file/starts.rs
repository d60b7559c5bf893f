//! Keys that say who starts, beside given origins.

use super::{ByNetwork, ScenarioFile};
use crate::error::{Error, OfKey, Result};
use crate::model::{Amount, Choice, ExternalInfluence, Model, OriginRule};
use crate::scenario::ScenarioBuilder;

impl ScenarioFile {
    /// Whether anybody starts who is not a given origin.
    pub(super) fn has_other_starts(&self) -> bool {
        let some = |list: &Option<Vec<_>>| list.as_ref().is_some_and(|list| !list.is_empty());
        some(&self.origins_at)
            || self.external.is_some()
            || self.rules().next().is_some()
            || self.described_model().goes_by_itself(&self.timing())
    }

    /// Checks what can be checked without a graph.
    pub(super) fn check_starts(&self) -> Result<()> {
        let clock = self.timing().clock(&self.described_model());
        for (row, (time, _)) in self.origins_at.iter().flatten().enumerate() {
            clock.moment(*time).map_err(|error| error.of_row(row)).of_key("origins_at")?;
        }
        for rule in self.rules() {
            rule.amount.check().of_key(rule.key())?;
        }
        if self.users_post_on.is_some() && self.random_users.is_none() {
            return Err(Error::conflict("`users_post_on` is for `random_users`"));
        }
        self.check_external_factor()?;
        if let (Some(_), Model::Feeds(model)) = (&self.external, self.described_model()) {
            return Err(model.without_external());
        }
        match self.influence() {
            None => Ok(()),
            Some(influence) => influence.check(clock, self.timing().has_last()),
        }
    }

    /// Adds all of it to a scenario.
    pub(super) fn with_starts(&self, mut scenario: ScenarioBuilder) -> ScenarioBuilder {
        for (time, account) in self.origins_at.iter().flatten() {
            scenario = scenario.origin_at(*time, account);
        }
        for rule in self.rules() {
            scenario = scenario.origin_rule(rule);
        }
        if let Some(influence) = self.influence() {
            scenario = scenario.external(influence);
        }
        scenario
    }

    fn rules(&self) -> impl Iterator<Item = OriginRule> {
        rules(Rules {
            random_origins: &self.random_origins,
            random_users: &self.random_users,
            users_post_on: self.users_post_on,
            top_degree: &self.top_degree,
            by_degree: &self.by_degree,
        })
    }

    pub(super) fn check_external_factor(&self) -> Result<()> {
        if !self.external_factor.is_empty() && self.external.is_none() {
            return Err(Error::conflict("`external_factor` is for `external`"));
        }
        Ok(())
    }

    fn influence(&self) -> Option<ExternalInfluence> {
        let external = self.external.as_ref()?;
        let mut influence =
            ExternalInfluence { base: external.all, ..ExternalInfluence::default() };
        for (network, &rate) in &external.networks {
            influence = influence.in_network(network, rate);
        }
        for (user, &factor) in &self.external_factor {
            influence = influence.factor(user, factor);
        }
        Some(influence)
    }
}

/// What is said of origins that nobody names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules<'a> {
    pub(super) random_origins: &'a Option<ByNetwork<Amount>>,
    pub(super) random_users: &'a Option<ByNetwork<Amount>>,
    pub(super) users_post_on: Option<PostOn>,
    pub(super) top_degree: &'a Option<ByNetwork<Amount>>,
    pub(super) by_degree: &'a Option<ByNetwork<Amount>>,
}

/// Rule by rule.
pub(super) fn rules(keys: Rules<'_>) -> impl Iterator<Item = OriginRule> {
    let users = match keys.users_post_on {
        Some(PostOn::All) => Choice::UsersEverywhere,
        _ => Choice::Users,
    };
    let keys: [(&Option<ByNetwork<Amount>>, Choice); 4] = [
        (keys.random_origins, Choice::Accounts),
        (keys.random_users, users),
        (keys.top_degree, Choice::TopDegree),
        (keys.by_degree, Choice::ByDegree),
    ];
    keys.into_iter().flat_map(|(key, choice)| {
        let of = move |amount| OriginRule::new(choice, amount);
        let key = key.iter();
        key.flat_map(move |key| {
            let each = key.networks.iter();
            let each = each.map(move |(network, &amount)| of(amount).in_networks([network]));
            key.all.map(of).into_iter().chain(each)
        })
    })
}

/// The key `users_post_on`: on how many of their accounts random users post.
///
/// ```
/// use tieline::scenario_file::{PostOn, ScenarioFile};
///
/// let text = "random_users = 3\nusers_post_on = 'all'";
/// assert_eq!(ScenarioFile::parse(text, "post.toml")?.users_post_on, Some(PostOn::All));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PostOn {
    /// On one, at random.
    #[default]
    One,
    /// On all.
    All,
}
