//! Posts, where a scenario has several.

use super::{
    Fsir, Hawkes, IndependentCascade, Model, OriginRule, Reshares, Seir, Si, Sir, Sirs, Sis,
};
use crate::error::{Error, Result};
use crate::graph::AccountRef;

/// One of several posts that travel at the same time: who starts it, when, and, if it is not what the model
/// says, what it passes along ties.
///
/// ```
/// use tieline::{Ensemble, IndependentCascade, Interaction, Post, Scenario, SocialGraph};
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// builder.mutual(square, "ann", "bob").mutual(square, "bob", "cid");
/// let scenario = Scenario::builder(builder.build()?)
///     .model(IndependentCascade::with_probability(0.5))
///     .post(Post::new("rumour").origin("ann"))
///     .post(Post::new("denial").origin_at(1.0, "cid").reshare(0.8))
///     .interaction(Interaction::exclusive())
///     .build()?;
/// let outcome = Ensemble::new(&scenario).runs(100_000).run();
/// // bob is ann's at step 1, or else, at step 2, cid's.
/// let [rumour, denial] = &outcome.posts[..] else { unreachable!("two posts") };
/// assert_eq!((rumour.name.as_str(), denial.name.as_str()), ("rumour", "denial"));
/// assert!((rumour.size.mean - (1.0 + 0.5)).abs() < 0.01);
/// assert!((denial.size.mean - (1.0 + 0.5 * 0.8)).abs() < 0.01);
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Post {
    /// What it is called in outcomes and logs.
    pub name: String,
    /// Who shares it at once.
    pub origins: Vec<AccountRef>,
    /// Who shares it later, and when.
    pub origins_at: Vec<(f64, AccountRef)>,
    /// Origins that are drawn in each run, or chosen by degree.
    pub rules: Vec<OriginRule>,
    /// The probability of all ties, or their rate, in place of the model's.
    pub reshare: Option<f64>,
}

impl Post {
    /// A post without origins.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        let (origins, origins_at, rules) = (Vec::new(), Vec::new(), Vec::new());
        Self { name: name.into(), origins, origins_at, rules, reshare: None }
    }

    /// An account that shares it at step 0. May be called again.
    #[must_use]
    pub fn origin(self, account: impl Into<AccountRef>) -> Self {
        self.origins([account])
    }

    /// Accounts that share it at step 0.
    #[must_use]
    pub fn origins<A: Into<AccountRef>>(mut self, accounts: impl IntoIterator<Item = A>) -> Self {
        self.origins.extend(accounts.into_iter().map(Into::into));
        self
    }

    /// An account that shares it at `time`: in units, or a step.
    #[must_use]
    pub fn origin_at(mut self, time: f64, account: impl Into<AccountRef>) -> Self {
        self.origins_at.push((time, account.into()));
        self
    }

    /// Origins that each run draws, or that are chosen by degree.
    #[must_use]
    pub fn origin_rule(mut self, rule: OriginRule) -> Self {
        self.rules.push(rule);
        self
    }

    /// The probability of all ties, or their rate, in place of all that the model says of them but for the
    /// factors of users.
    #[must_use]
    pub fn reshare(mut self, number: f64) -> Self {
        self.reshare = Some(number);
        self
    }

    /// The model by which it spreads.
    pub(crate) fn model(&self, all: &Model) -> Result<Model> {
        let Some(number) = self.reshare else { return Ok(all.clone()) };
        let mut model = all.clone();
        match &mut model {
            Model::IndependentCascade(IndependentCascade { reshares })
            | Model::Si(Si { reshares, .. })
            | Model::Sir(Sir { reshares, .. })
            | Model::Seir(Seir { reshares, .. })
            | Model::Fsir(Fsir { reshares, .. })
            | Model::Hawkes(Hawkes { reshares, .. })
            | Model::Sis(Sis { reshares, .. })
            | Model::Sirs(Sirs { reshares, .. }) => {
                let known = std::mem::take(reshares);
                let (infectivity, susceptibility) = (known.infectivity, known.susceptibility);
                *reshares = Reshares { infectivity, susceptibility, ..Reshares::all(number) };
            }
            _ => {
                return Err(Error::conflict(format!(
                    "the post `{}` has a `reshare` of its own, which means nothing beside {}",
                    self.name,
                    all.name()
                )));
            }
        }
        Ok(model)
    }
}
