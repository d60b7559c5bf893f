//! Keys of several posts.

use serde::{Deserialize, Serialize};

use super::starts::{Rules, rules};
use super::{ByNetwork, PostOn, ScenarioFile};
use crate::error::{Error, Result};
use crate::model::{Amount, Interaction, Model, Post};
use crate::scenario::ScenarioBuilder;

/// One entry of `[[posts]]`: who starts it, and what it passes along ties if that is not what the model says.
///
/// ```
/// use tieline::scenario_file::ScenarioFile;
///
/// let text = "
/// interaction = 'exclusive'
///
/// [[posts]]
/// name = 'rumour'
/// origins = ['ann@square']
///
/// [[posts]]
/// name = 'denial'
/// origins_at = [[2, 'bob@hall']]
/// reshare = 0.3
/// ";
/// let posts = ScenarioFile::parse(text, "post.toml")?.posts;
/// assert_eq!((posts[0].name.as_str(), posts[1].reshare), ("rumour", Some(0.3)));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table, as [[posts]] with name = '...'")]
#[non_exhaustive]
pub struct PostKeys {
    /// What it is called.
    pub name: String,
    /// The accounts that share it first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<String>,
    /// Accounts that share it at a time: lists of a time and an account.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub origins_at: Vec<(f64, String)>,
    /// How many accounts share it first, drawn in each run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub random_origins: Option<ByNetwork<Amount>>,
    /// How many users share it first, drawn in each run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub random_users: Option<ByNetwork<Amount>>,
    /// On how many of their accounts these users post.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub users_post_on: Option<PostOn>,
    /// How many of the accounts that most others see share it first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_degree: Option<ByNetwork<Amount>>,
    /// How many accounts share it first, drawn in proportion to how many see them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_degree: Option<ByNetwork<Amount>>,
    /// What it passes along all ties, in place of what the model says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reshare: Option<f64>,
}

impl PostKeys {
    /// A post that these accounts start.
    #[must_use]
    pub fn new(name: impl Into<String>, origins: Vec<String>) -> Self {
        Self { name: name.into(), origins, ..Self::default() }
    }

    fn rules(&self) -> Rules<'_> {
        Rules {
            random_origins: &self.random_origins,
            random_users: &self.random_users,
            users_post_on: self.users_post_on,
            top_degree: &self.top_degree,
            by_degree: &self.by_degree,
        }
    }

    fn post(&self) -> Post {
        let mut post = Post::new(&self.name).origins(&self.origins);
        for (time, account) in &self.origins_at {
            post = post.origin_at(*time, account);
        }
        for rule in rules(self.rules()) {
            post = post.origin_rule(rule);
        }
        post.reshare = self.reshare;
        post
    }
}

impl ScenarioFile {
    /// Checks what can be checked without a graph.
    pub(super) fn check_posts(&self, model: &Model) -> Result<()> {
        if self.posts.is_empty() {
            for (key, given) in [
                ("interaction", self.interaction.is_some()),
                ("interaction_per", self.interaction_per.is_some()),
            ] {
                if given {
                    return Err(Error::conflict(format!(
                        "`{key}` concerns several posts: name them by `[[posts]]`, or `--posts \
                         NAME=ACCOUNT@NETWORK,…`"
                    )));
                }
            }
            return Ok(());
        }
        let alone = [
            ("origins", self.origins.is_some()),
            ("origins_file", self.origins_file.is_some()),
            ("origins_at", self.origins_at.is_some()),
            ("random_origins", self.random_origins.is_some()),
            ("random_users", self.random_users.is_some()),
            ("top_degree", self.top_degree.is_some()),
            ("by_degree", self.by_degree.is_some()),
        ];
        if let Some((key, _)) = alone.iter().find(|(_, given)| *given) {
            return Err(Error::conflict(format!(
                "`{key}` says who starts a post, and of several `posts` each has its own"
            )));
        }
        if self.fatigue.is_some() {
            return Err(Error::conflict(
                "`fatigue` does not go with several posts: each of them tires for itself in a scenario of its \
                 own",
            ));
        }
        let (clock, external) = (self.timing().clock(model), self.external.is_some());
        let mut models = Vec::with_capacity(self.posts.len());
        for (place, keys) in self.posts.iter().enumerate() {
            let name = &keys.name;
            let of_post = |error: Error| error.of_post(name).of_entry("posts", place);
            if name.is_empty() || self.posts[..place].iter().any(|other| other.name == *name) {
                return Err(Error::conflict(match name.as_str() {
                    "" => "a post needs a `name`".to_owned(),
                    name => format!("two posts are called `{name}`"),
                })
                .of_entry("posts", place));
            }
            let starts = !(keys.origins.is_empty() && keys.origins_at.is_empty()) || external;
            if !starts && rules(keys.rules()).next().is_none() {
                return Err(Error::conflict(format!(
                    "the post `{name}` has no origin: an account that shares it first"
                ))
                .of_entry("posts", place));
            }
            for (time, _) in &keys.origins_at {
                clock.moment(*time).map_err(of_post)?;
            }
            for rule in rules(keys.rules()) {
                rule.amount.check().map_err(of_post)?;
            }
            if keys.users_post_on.is_some() && keys.random_users.is_none() {
                return Err(Error::conflict("`users_post_on` is for `random_users`"));
            }
            let model = keys.post().model(model)?;
            let own = keys.reshare.is_some();
            model.check(&self.timing()).map_err(|error| match own {
                true => of_post(error),
                false => error.of_post(name),
            })?;
            models.push(model);
        }
        self.interaction().check(&models)
    }

    fn interaction(&self) -> Interaction {
        let effects = self.interaction.clone().unwrap_or_default();
        Interaction { effects, per: self.interaction_per.unwrap_or_default() }
    }

    /// Adds all of it to a scenario.
    pub(super) fn with_posts(&self, mut scenario: ScenarioBuilder) -> ScenarioBuilder {
        if self.posts.is_empty() {
            return scenario;
        }
        for keys in &self.posts {
            scenario = scenario.post(keys.post());
        }
        scenario.interaction(self.interaction())
    }
}
