//! The figures of one run, and their sums over runs.

use super::Deadline;
use crate::cascade::Run;
use crate::engine::{Background, Ended};
use crate::graph::SocialGraph;
use crate::id::NetworkId;
use crate::stats::{Counts, Moments, Times};

/// Share events of one run in each network, and the step, or tick, of the first.
#[derive(Debug, Default)]
pub(super) struct Reach {
    pub(super) accounts: Vec<u64>,
    pub(super) first: Vec<u64>,
}

impl Reach {
    pub(super) fn of(&mut self, run: &Run<'_>) {
        let graph = run.graph();
        self.accounts.clear();
        self.accounts.resize(graph.network_count(), 0);
        self.first.clear();
        self.first.resize(graph.network_count(), 0);
        if let ([only], [first]) = (&mut self.accounts[..], &mut self.first[..]) {
            *only = run.size();
            *first = run.moments().next().map_or(0, |(when, _)| when);
            return;
        }
        // Most accounts are in the network of the one before them, and steps are of interest only
        // where a network is new.
        let (mut network, mut accounts, mut step) = (0, 0..0, 0);
        for (place, account) in run.accounts().iter().enumerate() {
            if !accounts.contains(&account.get()) {
                let id = graph.network_of(*account);
                (network, accounts) = (id.index(), graph.account_range(id));
            }
            if self.accounts[network] == 0 {
                self.first[network] = run.tick(place).unwrap_or_else(|| {
                    while run.places_at(step).end <= place {
                        step += 1;
                    }
                    u64::from(step)
                });
            }
            self.accounts[network] += 1;
        }
    }
}

/// Sizes and reach over runs.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Figures {
    pub(crate) sizes: Counts,
    pub(crate) users: Moments,
    /// Accounts that shared, each once.
    pub(crate) accounts: Moments,
    pub(crate) networks: Vec<NetworkFigures>,
    pub(crate) steps: Counts,
    /// In continuous time: of the last share, over the runs with one.
    pub(crate) last: Times,
    pub(crate) endings: Endings,
    /// Share events that came of external influence.
    pub(crate) externals: Moments,
    /// Looks, new posts and shares in feeds.
    pub(crate) background: [Moments; 3],
    /// By post, where there are several.
    pub(crate) posts: Vec<PostFigures>,
    /// Up to what time how many shared.
    pub(crate) within: Vec<Deadline>,
    pub(crate) ties_examined: u128,
    pub(crate) activations: u128,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct NetworkFigures {
    pub(crate) accounts: Moments,
    /// Step, or tick, of the first share there, over runs with one.
    pub(crate) first: Counts,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct PostFigures {
    pub(crate) sizes: Counts,
    /// Runs in which it has more share events than any other.
    pub(crate) ahead: u64,
    /// Its share events by network, and the runs in which there are any.
    pub(crate) networks: Vec<(Moments, u64)>,
}

/// How runs ended, where the model tells.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Endings {
    /// When runs came to an end of their own: steps, or ticks.
    pub(crate) extinct: Counts,
    /// Runs that had as many shares as they may have.
    pub(crate) truncated: u64,
    /// Runs that tell how they ended.
    pub(crate) told: u64,
}

impl Endings {
    fn see(&mut self, ended: Ended) {
        self.told += u64::from(ended != Ended::Untold);
        match ended {
            Ended::At(when) => self.extinct.push(when),
            Ended::Truncated => self.truncated += 1,
            Ended::Untold | Ended::GoingOn => {}
        }
    }

    fn merge(&mut self, later: &Self) {
        self.extinct.merge(&later.extinct);
        self.truncated += later.truncated;
        self.told += later.told;
    }
}

impl Figures {
    pub(super) fn new(graph: &SocialGraph, posts: usize, within: &[Deadline]) -> Self {
        let by_network = vec![(Moments::default(), 0); graph.network_count()];
        let post = PostFigures { networks: by_network, ..PostFigures::default() };
        Self {
            posts: vec![post; posts],
            networks: vec![NetworkFigures::default(); graph.network_count()],
            within: within.to_vec(),
            ..Self::default()
        }
    }

    pub(super) fn see(&mut self, run: &Run<'_>, reach: &mut Reach) {
        self.sizes.push(run.size());
        self.users.push(run.users());
        self.accounts.push(run.distinct_accounts());
        self.steps.push(u64::from(run.steps()));
        if let Some(time) = run.last_time() {
            self.last.push(time.get());
        }
        self.endings.see(run.ended());
        self.externals.push(run.externals());
        for deadline in &mut self.within {
            deadline.push(|last| run.size_within(last));
        }
        self.ties_examined += u128::from(run.ties_examined());
        self.activations += u128::from(run.size());
        if let Some(Background { looks, innovations, shares }) = run.background() {
            let counts = self.background.iter_mut().zip([looks, innovations, shares]);
            counts.for_each(|(moments, count)| moments.push(count));
        }
        self.see_posts(run);
        reach.of(run);
        for (index, network) in self.networks.iter_mut().enumerate() {
            network.accounts.push(reach.accounts[index]);
            if reach.accounts[index] > 0 {
                network.first.push(reach.first[index]);
            }
        }
    }

    fn see_posts(&mut self, run: &Run<'_>) {
        if self.posts.is_empty() {
            return;
        }
        let counts = by_post(run, self.posts.len());
        let sizes: Vec<u64> = counts.iter().map(|networks| networks.iter().sum()).collect();
        let most = sizes.iter().copied().max().unwrap_or(0);
        let alone = sizes.iter().filter(|&&size| size == most).count() == 1;
        for ((post, networks), size) in self.posts.iter_mut().zip(counts).zip(sizes) {
            post.sizes.push(size);
            post.ahead += u64::from(alone && size == most);
            for ((moments, reached), count) in post.networks.iter_mut().zip(networks) {
                moments.push(count);
                *reached += u64::from(count > 0);
            }
        }
    }

    pub(super) fn merge(&mut self, later: &Self) {
        for (known, later) in self.posts.iter_mut().zip(&later.posts) {
            known.sizes.merge(&later.sizes);
            known.ahead += later.ahead;
            for ((known, runs), (later, more)) in known.networks.iter_mut().zip(&later.networks) {
                known.merge(later);
                *runs += more;
            }
        }
        for (known, later) in self.background.iter_mut().zip(&later.background) {
            known.merge(later);
        }
        self.sizes.merge(&later.sizes);
        self.users.merge(&later.users);
        self.accounts.merge(&later.accounts);
        self.last.merge(&later.last);
        self.endings.merge(&later.endings);
        self.externals.merge(&later.externals);
        self.within.iter_mut().zip(&later.within).for_each(|(known, later)| known.merge(later));
        self.steps.merge(&later.steps);
        self.ties_examined += later.ties_examined;
        self.activations += later.activations;
        for (known, later) in self.networks.iter_mut().zip(&later.networks) {
            known.accounts.merge(&later.accounts);
            known.first.merge(&later.first);
        }
    }
}

/// Share events of each post, if there are several, in each network.
fn by_post(run: &Run<'_>, posts: usize) -> Vec<Vec<u64>> {
    let graph = run.graph();
    let mut counts = vec![vec![0; graph.network_count()]; posts];
    let all = if posts > 0 { run.accounts() } else { &[] };
    for (place, &account) in all.iter().enumerate() {
        counts[run.post(place) as usize][graph.network_of(account).index()] += 1;
    }
    counts
}

/// What two runs of one world are compared by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Snapshot {
    pub(super) size: u64,
    pub(super) users: u64,
    pub(super) networks: Vec<u64>,
    pub(super) posts: Vec<u64>,
    /// Networks linked, sorted.
    pub(super) links: Vec<(NetworkId, NetworkId)>,
}

impl Snapshot {
    /// A run with parents.
    pub(super) fn of(run: &Run<'_>) -> Self {
        let mut reach = Reach::default();
        reach.of(run);
        let mut crossings = Vec::new();
        crate::interlink::crossings(run, &mut crossings);
        let mut links: Vec<_> = crossings.iter().map(|c| (c.from, c.to)).collect();
        links.dedup();
        let posts = by_post(run, run.scenario().posts().len());
        let posts = posts.iter().map(|networks| networks.iter().sum()).collect();
        Self { size: run.size(), users: run.users(), networks: reach.accounts, posts, links }
    }
}
