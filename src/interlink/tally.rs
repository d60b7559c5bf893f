//! Counting crossings over runs.

use std::collections::{BTreeMap, HashMap};

use crate::cascade::Run;
use crate::engine::Route;
use crate::id::{AccountId, NetworkId, UserId};
use crate::stats::{Counts, Moments};

/// Who carries a post from one network into another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Carrier {
    /// A user cross-posted.
    User(UserId),
    /// It went over a bridge tie.
    Bridge(AccountId, AccountId),
}

/// A share event whose parent is in another network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Crossing {
    pub(crate) from: NetworkId,
    pub(crate) to: NetworkId,
    /// The step, or tick, of the child.
    pub(crate) when: u64,
    /// Parent hash, which orders crossings of one step.
    pub(crate) hash: u64,
    pub(crate) carrier: Carrier,
}

/// All crossings of a run with parents, sorted by link, step or tick, and hash. O(size).
pub(crate) fn crossings(run: &Run<'_>, found: &mut Vec<Crossing>) {
    found.clear();
    let graph = run.graph();
    let by_ties = graph.bridge_tie_count() > 0;
    for (when, places) in run.moments() {
        for place in places {
            let route = run.route(place);
            if route == Route::Origin || (route == Route::Tie && !by_ties) {
                continue;
            }
            let Some(parent) = run.parent_place(place) else { continue };
            let (child, parent) = (run.accounts()[place], run.accounts()[parent]);
            let (from, to) = (graph.network_of(parent), graph.network_of(child));
            if from != to {
                let carrier = match route {
                    Route::CrossPost => Carrier::User(graph.user_of(child)),
                    Route::Tie | Route::Origin => Carrier::Bridge(parent, child),
                };
                let hash = run.try_hash(child, parent, route);
                found.push(Crossing { from, to, when, hash, carrier });
            }
        }
    }
    found.sort_unstable();
}

/// What is known of one ordered pair of networks.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct LinkTally {
    /// The child's step, or tick, at the first crossing, over linked runs.
    pub(crate) first: Counts,
    /// Crossings per run, over linked runs.
    pub(crate) crossings: Moments,
    /// Runs with at least one crossing by each carrier.
    pub(crate) carriers: HashMap<Carrier, u64>,
    /// Runs whose first crossing on this link each carrier made.
    pub(crate) openers: HashMap<Carrier, u64>,
}

/// What is known of all links of an ensemble.
#[derive(Debug, Clone, Default)]
pub(crate) struct LinksTally {
    pub(crate) links: BTreeMap<(NetworkId, NetworkId), LinkTally>,
    /// Runs whose first crossing of all each carrier made.
    pub(crate) openers: HashMap<Carrier, u64>,
    /// Runs with at least one crossing.
    pub(crate) linked_runs: u64,
    found: Vec<Crossing>,
    carriers: Vec<Carrier>,
}

impl LinksTally {
    pub(crate) fn see(&mut self, run: &Run<'_>) {
        let mut found = std::mem::take(&mut self.found);
        crossings(run, &mut found);
        for link in found.chunk_by(|a, b| (a.from, a.to) == (b.from, b.to)) {
            let tally = self.links.entry((link[0].from, link[0].to)).or_default();
            tally.first.push(link[0].when);
            tally.crossings.push(link.len() as u64);
            *tally.openers.entry(link[0].carrier).or_default() += 1;
            self.carriers.clear();
            self.carriers.extend(link.iter().map(|crossing| crossing.carrier));
            self.carriers.sort_unstable();
            self.carriers.dedup();
            for &carrier in &self.carriers {
                *tally.carriers.entry(carrier).or_default() += 1;
            }
        }
        if let Some(first) = found.iter().min_by_key(|crossing| (crossing.when, crossing.hash)) {
            *self.openers.entry(first.carrier).or_default() += 1;
            self.linked_runs += 1;
        }
        self.found = found;
    }

    pub(crate) fn merge(&mut self, later: Self) {
        for (link, tally) in later.links {
            let known = self.links.entry(link).or_default();
            known.first.merge(&tally.first);
            known.crossings.merge(&tally.crossings);
            add(&mut known.carriers, tally.carriers);
            add(&mut known.openers, tally.openers);
        }
        add(&mut self.openers, later.openers);
        self.linked_runs += later.linked_runs;
    }
}

fn add(known: &mut HashMap<Carrier, u64>, later: HashMap<Carrier, u64>) {
    for (carrier, runs) in later {
        *known.entry(carrier).or_default() += runs;
    }
}
