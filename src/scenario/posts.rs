//! Who starts a post, and what is known of each post where there are several.

use super::builder::resolve_origins;
use crate::error::{Error, OfKey, Result};
use crate::graph::{AccountRef, SocialGraph};
use crate::id::AccountId;
use crate::model::{Interaction, Model, OriginRule, Post, Prepared, PreparedRule, Rivals, Timing};
use crate::random::RunKeys;
use crate::unit::Clock;

/// Several posts, or none: then the scenario itself is about one.
#[derive(Debug, Default)]
pub(super) struct Posts {
    pub(super) parts: Vec<PostPart>,
    /// None: nothing that posts do concerns others.
    pub(super) rivals: Option<Rivals>,
}

/// One of several posts.
#[derive(Debug)]
pub(super) struct PostPart {
    pub(super) name: String,
    pub(super) starts: Starts,
    pub(super) model: Model,
    pub(super) prepared: Prepared,
}

/// Who starts a post.
#[derive(Debug, Default)]
pub(super) struct Starts {
    /// At once, in order of logical key.
    pub(super) origins: Vec<AccountId>,
    /// Later, by time.
    pub(super) late: Vec<(u64, AccountId)>,
    /// Drawn in each run.
    pub(super) rules: Vec<PreparedRule>,
}

impl Starts {
    /// `others` says whether the post may start without any of these.
    pub(super) fn prepare(
        graph: &SocialGraph,
        clock: Clock,
        origins: Vec<AccountRef>,
        origins_at: Vec<(f64, AccountRef)>,
        rules: &[OriginRule],
        others: bool,
    ) -> Result<Self> {
        let none_needed = others || !(rules.is_empty() && origins_at.is_empty());
        let mut origins = match origins.is_empty() && none_needed {
            true => Vec::new(),
            false => resolve_origins(graph, origins)?,
        };
        let rules = OriginRule::prepare_all(rules, graph)?;
        let mut late = Vec::new();
        for (row, (time, account)) in origins_at.into_iter().enumerate() {
            let start = clock.moment(time).and_then(|at| Ok((at, graph.account(account)?)));
            late.push(start.map_err(|error| error.of_row(row)).of_key("origins_at")?);
        }
        late.sort_by_key(|&(at, account)| (at, graph.logical_key(account)));
        late.dedup();
        // Who starts at once is an origin like the others.
        let at_once = late.partition_point(|&(at, _)| at == 0);
        origins.extend(late.drain(..at_once).map(|(_, account)| account));
        origins.sort_by_key(|&account| graph.logical_key(account));
        origins.dedup();
        Ok(Self { origins, late, rules })
    }

    /// Those who start at once in the run with these keys.
    pub(super) fn draw(&self, graph: &SocialGraph, keys: &RunKeys) -> Vec<AccountId> {
        draw(graph, &self.rules, &self.origins, keys)
    }
}

/// `origins`, and those that rules draw in the run with these keys.
pub(super) fn draw(
    graph: &SocialGraph,
    rules: &[PreparedRule],
    origins: &[AccountId],
    keys: &RunKeys,
) -> Vec<AccountId> {
    let mut drawn = origins.to_vec();
    if !rules.is_empty() {
        rules.iter().for_each(|rule| rule.draw(graph, keys, &mut drawn));
        drawn.sort_by_key(|&account| graph.logical_key(account));
        drawn.dedup();
    }
    drawn
}

impl Posts {
    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// `model` fits `timing`.
    pub(super) fn prepare(
        graph: &SocialGraph,
        timing: &Timing,
        model: &Model,
        posts: Vec<Post>,
        interaction: &Interaction,
        others: bool,
    ) -> Result<Self> {
        let clock = timing.clock(model);
        let mut parts: Vec<PostPart> = Vec::with_capacity(posts.len());
        for (place, post) in posts.into_iter().enumerate() {
            if post.name.is_empty() || parts.iter().any(|part| part.name == post.name) {
                return Err(Error::conflict(match post.name.as_str() {
                    "" => "a post needs a name".to_owned(),
                    name => format!("two posts are called `{name}`"),
                }));
            }
            let of_post = |error: Error| error.of_post(&post.name);
            let of_entry = |error: Error| of_post(error).of_entry("posts", place);
            let model = post.model(model)?;
            let own = post.reshare.is_some();
            let of_model = |error: Error| if own { of_entry(error) } else { of_post(error) };
            model.check(timing).map_err(of_model)?;
            // What posts have in common kernels know by where it is.
            let prepared = match parts.iter().find(|part| part.model == model) {
                Some(same) => same.prepared.clone(),
                None => model.prepare(graph, timing, None).map_err(of_model)?,
            };
            let Post { origins, origins_at, rules, .. } = post.clone();
            let starts = Starts::prepare(graph, clock, origins, origins_at, &rules, others);
            let starts = starts.map_err(of_entry)?;
            parts.push(PostPart { name: post.name, starts, model, prepared });
        }
        let models: Vec<_> = parts.iter().map(|part| part.model.clone()).collect();
        let rivals = interaction.prepare(graph, timing, &models)?;
        let posts = Self { parts, rivals };
        if posts.rivals.as_ref().is_some_and(|rivals| rivals.exclusive) {
            posts.check_exclusive(graph)?;
        }
        Ok(posts)
    }

    /// Nobody can start two posts at one time of which each shuts out the other.
    fn check_exclusive(&self, graph: &SocialGraph) -> Result<()> {
        let mut starts: Vec<(u64, AccountId, &str)> = Vec::new();
        for part in &self.parts {
            let at_once = part.starts.origins.iter().map(|&account| (0, account));
            let all = at_once.chain(part.starts.late.iter().copied());
            starts.extend(all.map(|(at, account)| (at, account, part.name.as_str())));
        }
        starts.sort_unstable();
        for pair in starts.windows(2) {
            let [(at, account, one), (again, same, other)] = pair else { continue };
            if (at, account) == (again, same) {
                return Err(Error::conflict(format!(
                    "{} starts the posts `{one}` and `{other}` at one time, and these exclude each other",
                    graph.account_label(*account)
                )));
            }
        }
        Ok(())
    }
}
