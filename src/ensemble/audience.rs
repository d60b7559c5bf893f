//! Who saw the post, and through whom first.

use crate::cascade::Run;
use crate::engine::Route;
use crate::graph::SocialGraph;
use crate::id::{AccountId, TieId};
use crate::stats::Moments;

/// Memory to find the audience of one run: 28 bytes per account, once per thread.
#[derive(Debug, Default)]
pub(super) struct AudienceSpace {
    /// How many runs were looked at.
    looks: u64,
    /// For each account the number of the look, from 1, in which it last saw a post.
    seen_in: Vec<u64>,
    /// For the accounts that saw this one: the place of the share event that showed it first.
    first: Vec<u32>,
    hash: Vec<u64>,
    /// The step, or tick, at which it did.
    when: Vec<u64>,
    audience: Vec<AccountId>,
}

/// Audiences over runs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AudienceTally {
    pub(crate) accounts: Moments,
    pub(crate) networks: Vec<Moments>,
    /// Fresh audience of origins, of shares along ties, of cross-posts.
    pub(crate) fresh: [Moments; 3],
}

impl AudienceTally {
    pub(super) fn new(graph: &SocialGraph) -> Self {
        let networks = vec![Moments::default(); graph.network_count()];
        Self { accounts: Moments::default(), networks, fresh: [Moments::default(); 3] }
    }

    /// Looks at all ties of all sharers of a run with parents.
    pub(super) fn see(&mut self, run: &Run<'_>, space: &mut AudienceSpace) {
        space.look(run);
        let graph = run.graph();
        let mut networks = vec![0u64; graph.network_count()];
        let mut fresh = [0u64; 3];
        for &account in &space.audience {
            networks[graph.network_of(account).index()] += 1;
            fresh[run.route(space.first[account.index()] as usize) as usize] += 1;
        }
        self.accounts.push(space.len());
        for (moments, count) in self.networks.iter_mut().zip(networks) {
            moments.push(count);
        }
        for (moments, count) in self.fresh.iter_mut().zip(fresh) {
            moments.push(count);
        }
    }

    pub(super) fn merge(&mut self, later: &Self) {
        self.accounts.merge(&later.accounts);
        self.networks.iter_mut().zip(&later.networks).for_each(|(known, m)| known.merge(m));
        self.fresh.iter_mut().zip(&later.fresh).for_each(|(known, m)| known.merge(m));
    }
}

impl AudienceSpace {
    /// For each place of a run with parents, the accounts that first saw the post through it.
    pub(super) fn fresh(&mut self, run: &Run<'_>) -> Vec<u64> {
        self.look(run);
        let mut fresh = vec![0; run.accounts().len()];
        for account in &self.audience {
            fresh[self.first[account.index()] as usize] += 1;
        }
        fresh
    }

    /// How many accounts saw a post in the run that was looked at last.
    pub(super) fn len(&self) -> u64 {
        self.audience.len() as u64
    }

    pub(super) fn look(&mut self, run: &Run<'_>) {
        let graph = run.graph();
        let overlay = run.scenario().overlay();
        if self.seen_in.is_empty() {
            self.seen_in = vec![0; graph.account_count()];
            self.first = vec![0; graph.account_count()];
            self.hash = vec![0; graph.account_count()];
            self.when = vec![0; graph.account_count()];
        }
        self.looks += 1;
        let stamp = self.looks;
        self.audience.clear();
        let end = run.cut_short_at().unwrap_or(u64::MAX);
        for (when, places) in run.moments() {
            for place in places {
                let source = run.accounts()[place];
                let shown = run.shown(place, when).map(|(ticks, shown)| (ticks, shown.up_to(end)));
                let kind = shown.and_then(|(ticks, _)| ticks.kind(graph.network_of(source)));
                let cuts = overlay.cuts_from(source);
                for (tie, &target) in graph.tie_range(source).zip(graph.targets(source)) {
                    if cuts && overlay.is_cut(TieId::new(tie)) {
                        continue;
                    }
                    // Without times, at the share.
                    let when = match shown {
                        None => Some(when),
                        Some((ticks, shown)) => ticks.when(kind, tie).shows(when, shown),
                    };
                    let Some(when) = when else { continue };
                    let at = target.index();
                    let seen = self.seen_in[at] == stamp;
                    if seen && self.when[at] < when {
                        continue;
                    }
                    let hash = run.try_hash(target, source, Route::Tie);
                    if !seen {
                        self.seen_in[at] = stamp;
                        self.audience.push(target);
                    } else if (self.when[at], self.hash[at]) <= (when, hash) {
                        continue;
                    }
                    self.first[at] = place as u32;
                    self.hash[at] = hash;
                    self.when[at] = when;
                }
            }
        }
    }
}
