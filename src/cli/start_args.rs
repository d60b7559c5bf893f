//! Flags that say who starts, beside `--origins`.

use std::str::FromStr;

use clap::Args;
use tieline::scenario_file::{ByNetwork, PostKeys, PostOn, ScenarioFile};
use tieline::{Amount, Effects, Per};

use super::Failure;
use super::flags::{FactorFlag, once};
use super::time_args::word;

/// `X` or `NAME=X`.
#[derive(Debug, Clone)]
pub(super) enum ByNetworkFlag<T> {
    All(T),
    Network(String, T),
}

impl<T: FromStr<Err: ToString>> FromStr for ByNetworkFlag<T> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = |text: &str| text.parse::<T>().map_err(|error| error.to_string());
        match text.rsplit_once('=') {
            None => parsed(text).map(Self::All),
            Some(("", _)) => Err("expected a network before `=`".into()),
            Some((network, value)) => Ok(Self::Network(network.into(), parsed(value)?)),
        }
    }
}

/// `TIME=ACCOUNT@NETWORK`.
#[derive(Debug, Clone)]
pub(super) struct AtFlag(f64, String);

impl FromStr for AtFlag {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || format!("expected TIME=ACCOUNT@NETWORK, found `{text}`");
        let (time, account) = text.split_once('=').ok_or_else(expected)?;
        Ok(Self(time.trim().parse().map_err(|_| expected())?, account.trim().into()))
    }
}

/// `NAME=[T=]ACCOUNT@NETWORK,…`.
#[derive(Debug, Clone)]
pub(super) struct PostFlag(PostKeys);

impl FromStr for PostFlag {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, origins) = text
            .split_once('=')
            .ok_or_else(|| format!("expected NAME=[T=]ACCOUNT@NETWORK,…, found `{text}`"))?;
        let mut post = PostKeys::new(name.trim(), Vec::new());
        for origin in origins.split(',').map(str::trim).filter(|origin| !origin.is_empty()) {
            // A name may have an `=` in it.
            match origin.parse() {
                Ok(AtFlag(time, account)) => post.origins_at.push((time, account)),
                Err(_) => post.origins.push(origin.into()),
            }
        }
        Ok(Self(post))
    }
}

fn effects(text: &str) -> Result<Effects, String> {
    text.parse().map_err(|error: tieline::Error| error.to_string())
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Who starts")]
pub(super) struct StartArgs {
    /// Several posts in place of one, and who starts each, perhaps at a time, or step. Other ways to start
    /// and reshare of their own are keys of [[posts]] in a scenario file. Repeatable
    #[arg(long, value_name = "NAME=[T=]ACCOUNT@NETWORK,…", help_heading = "The post")]
    posts: Vec<PostFlag>,

    /// What several posts do to each other: nothing, each shuts out the others, or the hazard of the post
    /// in a column is multiplied for those who have shared the one in a row [default: independent]
    #[arg(long, value_name = "independent|exclusive|1,X;X,1", value_parser = effects, help_heading = "The post")]
    interaction: Option<Effects>,

    /// Whose earlier shares count for that: of all accounts of a user, or of the account [default: user]
    #[arg(long, value_parser = word::<Per>(&["user", "account"]), value_name = "user|account", help_heading = "The post")]
    interaction_per: Option<Per>,

    /// Accounts that share at a time, or step
    #[arg(
        long,
        value_name = "T=ACCOUNT@NETWORK,…",
        value_delimiter = ',',
        allow_hyphen_values = true
    )]
    origins_at: Vec<AtFlag>,

    /// So many accounts share first, drawn in each run: of all networks together, or of one. Repeatable
    #[arg(long, value_name = "K|X%|NAME=K")]
    random_origins: Vec<ByNetworkFlag<Amount>>,

    /// So many users share first, drawn in each run, of all or of those with an account in a network.
    /// Repeatable
    #[arg(long, value_name = "K|X%|NAME=K")]
    random_users: Vec<ByNetworkFlag<Amount>>,

    /// On how many of their accounts these users post [default: one, at random]
    #[arg(long, value_parser = word::<PostOn>(&["one", "all"]), value_name = "one|all")]
    users_post_on: Option<PostOn>,

    /// So many of the accounts that most others see share first. Repeatable
    #[arg(long, value_name = "K|X%|NAME=K")]
    top_degree: Vec<ByNetworkFlag<Amount>>,

    /// So many accounts share first, drawn in proportion to how many see them. Repeatable
    #[arg(long, value_name = "K|X%|NAME=K")]
    by_degree: Vec<ByNetworkFlag<Amount>>,

    /// External influence: the rate at which every account shares of its own accord, per time unit, or
    /// in steps the probability. Repeatable
    #[arg(long, value_name = "RATE|NAME=RATE")]
    external: Vec<ByNetworkFlag<f64>>,

    /// What that rate is multiplied by for a user. Repeatable
    #[arg(long, value_name = "USER=X")]
    external_factor: Vec<FactorFlag>,
}

impl StartArgs {
    /// Writes them into `keys`.
    pub(super) fn into_keys(self, keys: &mut ScenarioFile) -> Result<(), Failure> {
        let at = self.origins_at.into_iter().map(|AtFlag(time, account)| (time, account));
        keys.origins_at = Some(at.collect()).filter(|list: &Vec<_>| !list.is_empty());
        let posts = self.posts.into_iter();
        keys.posts = posts.map(|PostFlag(post)| post).collect();
        keys.interaction = self.interaction;
        keys.interaction_per = self.interaction_per;
        keys.random_origins = gathered(self.random_origins, "--random-origins")?;
        keys.random_users = gathered(self.random_users, "--random-users")?;
        keys.users_post_on = self.users_post_on;
        keys.top_degree = gathered(self.top_degree, "--top-degree")?;
        keys.by_degree = gathered(self.by_degree, "--by-degree")?;
        keys.external = gathered(self.external, "--external")?;
        for FactorFlag(user, factor) in self.external_factor {
            let again = keys.external_factor.insert(user.clone(), factor).is_some();
            once(again, "--external-factor", &user)?;
        }
        Ok(())
    }
}

/// What the flags of one name say together.
pub(super) fn gathered<T>(
    flags: Vec<ByNetworkFlag<T>>,
    name: &str,
) -> Result<Option<ByNetwork<T>>, Failure> {
    let mut key = None;
    for flag in flags {
        let key = key.get_or_insert_with(ByNetwork::default);
        match flag {
            ByNetworkFlag::All(all) => once(key.all.replace(all).is_some(), name, "all networks")?,
            ByNetworkFlag::Network(network, value) => {
                once(key.networks.insert(network.clone(), value).is_some(), name, &network)?;
            }
        }
    }
    Ok(key)
}
