//! Models in steps of which an account's share decides which of its ties fire: probabilities are asked
//! for tie by tie, every try is written down and the parent chosen at the end of the step.

use std::collections::{BTreeMap, BTreeSet};

use super::Event;
use crate::engine::trace::Route;
use crate::engine::{World, try_hash};
use crate::graph::SocialGraph;
use crate::id::{AccountId, LogicalKey, NetworkId, TieId};
use crate::model::{
    Model, STRONG, ThresholdWeights, block_stream, coin_index, plain_hits, stretches, table_hazard,
};
use crate::random::{AliasTable, Key, RunKeys, Stream, Threshold, count};

/// Runs one cascade; the events are in order of step and logical key.
pub(super) fn in_steps(world: &World<'_>, keys: &RunKeys) -> Vec<Event> {
    let World { graph, overlay, .. } = *world;
    let key = |account: AccountId| graph.logical_key(account);
    let mut shared = BTreeSet::new();
    let mut events: Vec<Event> = Vec::new();
    let mut now: BTreeMap<LogicalKey, Event> = BTreeMap::new();
    for &account in world.origins.iter().chain(overlay.added_origins()) {
        if !overlay.is_muted(account) {
            let event = Event { at: 0, account, parent: None, route: Route::Origin };
            now.insert(key(account), event);
        }
    }
    for step in 0.. {
        let first = events.len();
        shared.extend(now.keys().copied());
        events.extend(now.values());
        if now.is_empty() || step == world.timing.until {
            break;
        }
        let mut tries: BTreeMap<LogicalKey, Vec<(u64, Event)>> = BTreeMap::new();
        for (row, event) in events.iter().enumerate().skip(first) {
            let source = event.account;
            for (account, route) in successes(world, keys, source) {
                if !shared.contains(&key(account)) && !overlay.is_muted(account) {
                    let hash = try_hash(keys, key(account).get(), key(source).get(), route);
                    let child = Event { at: step + 1, account, parent: Some(row as u32), route };
                    tries.entry(key(account)).or_default().push((hash, child));
                }
            }
        }
        now = tries
            .into_iter()
            .filter_map(|(child, tries)| {
                let &(_, event) = tries.iter().min_by_key(|&&(hash, _)| hash)?;
                Some((child, event))
            })
            .collect();
    }
    events
}

/// Whom the share of `source` reaches, and how.
fn successes(world: &World<'_>, keys: &RunKeys, source: AccountId) -> Vec<(AccountId, Route)> {
    let World { graph, overlay, .. } = *world;
    let fired = ties_that_fire(world, keys, source).into_iter();
    let along_ties =
        fired.filter(|&tie| !overlay.is_cut(tie)).map(|tie| (graph.tie_ends(tie).1, Route::Tie));
    let carried = cross_posts(world, keys, source).into_iter();
    along_ties.chain(carried.map(|other| (other, Route::CrossPost))).collect()
}

/// To which of the user's other accounts a share of `source` is carried over.
pub(super) fn cross_posts(world: &World<'_>, keys: &RunKeys, source: AccountId) -> Vec<AccountId> {
    cross_posts_with(world, keys.crosspost, source)
}

/// The same by coins of this key.
pub(super) fn cross_posts_with(world: &World<'_>, key: Key, source: AccountId) -> Vec<AccountId> {
    let World { graph, overlay, .. } = *world;
    let others = graph.accounts_of_user(graph.user_of(source)).filter(|&other| other != source);
    others
        .filter(|&other| {
            let coin = Threshold::new(world.crossposts.probability(graph, overlay, source, other));
            let (from, to) = (graph.logical_key(source).get(), graph.logical_key(other).get());
            !overlay.is_no_carry(source) && coin.succeeds(key.stream(from, to), 0)
        })
        .collect()
}

/// The ties of `source` that fire if it shares, whatever the overlay makes of them.
pub(crate) fn ties_that_fire(world: &World<'_>, keys: &RunKeys, source: AccountId) -> Vec<TieId> {
    let graph = world.graph;
    let places = match world.description {
        Model::IndependentCascade(model) => {
            let rates = model.rates(graph).ok();
            fired_ties(world, keys.tie, source, |tie| {
                rates.as_ref()?.of_tie(graph, tie, graph.tie_ends(tie))
            })
        }
        Model::WeightedCascade(_) => fired_ties(world, keys.tie, source, |tie| {
            Some(1.0 / graph.in_degree(graph.tie_ends(tie).1) as f64)
        }),
        Model::LinearThreshold(model) => (0..graph.targets(source).len())
            .filter(|&place| {
                let target = graph.targets(source)[place];
                listens_to(graph, keys, target, model.weights) == Some(source)
            })
            .collect(),
        // Which ties pass it on follows from times, or from who else has shared.
        _ => Vec::new(),
    };
    let first = graph.tie_range(source).start;
    places.into_iter().map(|place| TieId::new(first + place as u64)).collect()
}

/// The places, in the row of `source`, of the ties that fire, part by part.
pub(super) fn fired_ties(
    world: &World<'_>,
    key: Key,
    source: AccountId,
    probability: impl Fn(TieId) -> Option<f64>,
) -> Vec<usize> {
    let graph = world.graph;
    let mut by_network: BTreeMap<NetworkId, Vec<(usize, f64)>> = BTreeMap::new();
    for (place, tie) in graph.tie_ids(source).enumerate() {
        let to = graph.network_of(graph.targets(source)[place]);
        let p = probability(tie).unwrap_or(0.0);
        by_network.entry(to).or_default().push((place, p));
    }
    let mut fired = Vec::new();
    for (network, part) in by_network {
        let stream = key.stream(graph.logical_key(source).get(), u64::from(network.get()));
        let first = part[0].1;
        if part.iter().all(|&(_, p)| p == first) {
            let hits = plain_hits(first, stream, part.len());
            fired.extend(hits.into_iter().map(|i| part[i].0));
        } else {
            fired.extend(superpose(stream, &part).into_iter().map(|i| part[i].0));
        }
    }
    fired
}

/// Which entries of `ties`, places with unlike probabilities, fire: those that the points of a
/// Poisson process hit, each point by hazard, and those whose coin falls so.
fn superpose(list: Stream, ties: &[(usize, f64)]) -> Vec<usize> {
    let certain = |&i: &usize| {
        let (_, p) = ties[i];
        p >= 1.0 || (p > STRONG && Threshold::new(p).succeeds(list, coin_index(i as u32)))
    };
    let mut hits: Vec<u32> = (0..ties.len()).filter(certain).map(|i| i as u32).collect();
    let entries: Vec<(u32, f64)> = (0..)
        .zip(ties.iter().map(|&(_, p)| table_hazard(p)))
        .filter(|&(_, hazard)| hazard > 0.0)
        .collect();
    let (pieces, length) = stretches(entries.iter().map(|&(_, hazard)| hazard).sum());
    let mut slots = Vec::new();
    if pieces > 0 {
        AliasTable::build(&entries, f64::from(pieces) * length, &mut slots);
    }
    for piece in 0..pieces {
        let stream = block_stream(list, u64::from(piece));
        let points = 1..=count(length, stream, 0) as u64;
        hits.extend(points.filter_map(|point| AliasTable(&slots).pick(stream, point)));
    }
    hits.into_iter().map(|place| place as usize).collect()
}

/// Whom `account` listens to in this run, under linear threshold.
fn listens_to(
    graph: &SocialGraph,
    keys: &RunKeys,
    account: AccountId,
    weights: ThresholdWeights,
) -> Option<AccountId> {
    let draw = u128::from(keys.choice.lane(0).word(graph.logical_key(account).get()));
    let sources = graph.sources(account);
    if weights == ThresholdWeights::InverseDegree {
        return sources.get(((draw * sources.len() as u128) >> 64) as usize).copied();
    }
    let mut shares: Vec<f64> = sources
        .iter()
        .map(|&source| graph.find_tie(source, account).and_then(|tie| graph.weight(tie)))
        .map(|weight| weight.unwrap_or(0.0))
        .collect();
    let total: f64 = shares.iter().sum();
    if weights == ThresholdWeights::Normalise {
        if total == 0.0 {
            return None;
        }
        shares.iter_mut().for_each(|share| *share /= total);
    }
    let mut sum = 0u128;
    for (&source, share) in sources.iter().zip(&shares) {
        sum += (share * 2f64.powi(64)) as u128;
        if draw < sum {
            return Some(source);
        }
    }
    // Normalised weights leave no gap: rounding gives the rest to the last that has any.
    let last = shares.iter().rposition(|&share| share > 0.0)?;
    (weights == ThresholdWeights::Normalise).then(|| sources[last])
}
