//! Two overlays in the same worlds, run by run.

use std::collections::BTreeMap;

use super::audience::AudienceSpace;
use super::figures::Snapshot;
use super::outcome::{
    CompareOutcome, Difference, LinkDifference, NetworkDifference, PostDifference,
};
use crate::cascade::Run;
use crate::engine::{Detail, Route, Trace};
use crate::graph::Overlay;
use crate::id::{NetworkId, UserId};
use crate::model::Model;
use crate::scenario::Scenario;
use crate::stats::Moments;

/// Sums of differences that are not 0; the others are known by the number of runs.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Changes {
    changed: Moments,
}

impl Changes {
    pub(super) fn push(&mut self, intervened: u64, base: u64) {
        if intervened != base {
            self.changed.push(i128::from(intervened) - i128::from(base));
        }
    }

    pub(super) fn merge(&mut self, later: &Self) {
        self.changed.merge(&later.changed);
    }

    pub(super) fn over(&self, runs: u64) -> Difference {
        let mut all = self.changed;
        all.push_times(0u64, runs - self.changed.count());
        let estimate = all.estimate();
        Difference {
            difference: estimate.map_or(0.0, |estimate| estimate.mean),
            std_error: estimate.and_then(|estimate| estimate.std_error),
            changed_runs: self.changed.count(),
        }
    }
}

/// Differences over runs.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct CompareTally {
    size: Changes,
    users: Changes,
    networks: Vec<Changes>,
    posts: Vec<Changes>,
    links: BTreeMap<(NetworkId, NetworkId), Changes>,
    audience: Option<Changes>,
    repeated_runs: u64,
}

impl CompareTally {
    pub(super) fn new(scenario: &Scenario, audience: bool) -> Self {
        let changes = |many| vec![Changes::default(); many];
        let (networks, posts) = (scenario.graph().network_count(), scenario.posts().len());
        let audience = audience.then(Changes::default);
        Self { networks: changes(networks), posts: changes(posts), audience, ..Self::default() }
    }

    /// Makes `run`, which has parents, again under the overlay of `intervened`, if that can differ. `audience`
    /// has looked at `run`, if audiences are asked for.
    pub(super) fn see(
        &mut self,
        run: &Run<'_>,
        intervened: &Scenario,
        trace: &mut Trace,
        audience: &mut AudienceSpace,
    ) {
        if !can_differ(run, intervened.overlay()) {
            return;
        }
        self.repeated_runs += 1;
        let base = Snapshot::of(run);
        let other_run = again(run, intervened, trace);
        let other = Snapshot::of(&other_run);
        if let Some(changes) = &mut self.audience {
            let before = audience.len();
            audience.look(&other_run);
            changes.push(audience.len(), before);
        }
        self.size.push(other.size, base.size);
        self.users.push(other.users, base.users);
        for ((changes, &after), &before) in
            self.networks.iter_mut().zip(&other.networks).zip(&base.networks)
        {
            changes.push(after, before);
        }
        for ((changes, &after), &before) in self.posts.iter_mut().zip(&other.posts).zip(&base.posts)
        {
            changes.push(after, before);
        }
        for &link in base.links.iter().filter(|link| !other.links.contains(link)) {
            self.links.entry(link).or_default().push(0, 1);
        }
        for &link in other.links.iter().filter(|link| !base.links.contains(link)) {
            self.links.entry(link).or_default().push(1, 0);
        }
    }

    pub(super) fn merge(&mut self, later: &Self) {
        self.size.merge(&later.size);
        self.users.merge(&later.users);
        for (known, changes) in self.networks.iter_mut().zip(&later.networks) {
            known.merge(changes);
        }
        for (known, changes) in self.posts.iter_mut().zip(&later.posts) {
            known.merge(changes);
        }
        for (&link, changes) in &later.links {
            self.links.entry(link).or_default().merge(changes);
        }
        if let (Some(known), Some(later)) = (&mut self.audience, &later.audience) {
            known.merge(later);
        }
        self.repeated_runs += later.repeated_runs;
    }

    pub(super) fn outcome(&self, scenario: &Scenario, runs: u64) -> CompareOutcome {
        let graph = scenario.graph();
        let name = |network: NetworkId| graph.network(network).name().to_owned();
        let mut links = Vec::new();
        for from in graph.networks() {
            for to in graph.networks().filter(|&to| to != from) {
                let change = self.links.get(&(from, to)).copied().unwrap_or_default().over(runs);
                links.push(LinkDifference { from: name(from), to: name(to), change });
            }
        }
        CompareOutcome {
            size: self.size.over(runs),
            users: self.users.over(runs),
            networks: graph
                .networks()
                .zip(&self.networks)
                .map(|(network, changes)| NetworkDifference {
                    name: name(network),
                    change: changes.over(runs),
                })
                .collect(),
            posts: scenario
                .posts()
                .zip(&self.posts)
                .map(|(name, changes)| PostDifference {
                    name: name.to_owned(),
                    change: changes.over(runs),
                })
                .collect(),
            links,
            audience: self.audience.map(|changes| changes.over(runs)),
            repeated_runs: self.repeated_runs,
        }
    }
}

/// The same world as `run` under the overlay of `intervened`.
pub(super) fn again<'a>(run: &Run<'a>, intervened: &'a Scenario, trace: &'a mut Trace) -> Run<'a> {
    intervened.run(run.keys(), Detail::Parents, trace);
    Run::new(run.number(), intervened, run.keys(), trace)
}

/// Whether `overlay`, in place of the run's own, can change the run: nobody who is muted shared,
/// nobody carried who shall not carry, nothing was shared towards a cut, and the added origins
/// shared at step 0 anyway means that it is the same to the bit.
pub(super) fn can_differ(run: &Run<'_>, overlay: &Overlay) -> bool {
    let graph = run.graph();
    let base = run.scenario().overlay();
    if base == overlay {
        return false;
    }
    if !base.is_empty() {
        return true;
    }
    let shared = |user: UserId| graph.accounts_of_user(user).any(|account| run.shared(account));
    if overlay.muted_users().any(shared) {
        return true;
    }
    if overlay.cut_ties().any(|tie| run.shared(graph.tie_ends(tie).0)) {
        return true;
    }
    let several_posts = run.scenario().posts().len() > 0;
    let at_once = |account| {
        let first = run.moments().next().filter(|&(when, _)| when == 0);
        first.is_some_and(|(_, places)| run.accounts()[places].contains(&account))
    };
    // Of several posts it is the first that they share.
    if overlay.added_origins().iter().any(|&origin| several_posts || !at_once(origin)) {
        return true;
    }
    let fewer = overlay.crosspost_factor().get() < 1.0;
    let feeds = matches!(run.scenario().model(), Model::Feeds(_));
    if feeds && (fewer || !overlay.is_empty()) {
        // Who looks changes the background.
        return true;
    }
    if run.scenario().fatigue().is_some() && (fewer || overlay.no_carry_users().any(shared)) {
        // What is carried to one who has shared already tires, too.
        return true;
    }
    (fewer || overlay.no_carry_users().any(shared))
        && (0..run.accounts().len()).any(|place| {
            run.route(place) == Route::CrossPost
                && (fewer || overlay.is_no_carry(run.accounts()[place]))
        })
}
