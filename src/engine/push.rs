//! The fast kernel: step by step, sharers push along the ties that fire.

use super::trace::{NO_PARENT, Route, Trace};
use super::{World, try_hash};
use crate::id::{AccountId, TieId};
use crate::model::Prepared;
use crate::random::RunKeys;

/// Runs one cascade. `LINKS`: find parents. `OVERLAY`: look at the overlay. Both are paid for only
/// where they are asked for.
pub(super) fn push<const LINKS: bool, const OVERLAY: bool>(
    world: &World<'_>,
    keys: &RunKeys,
    trace: &mut Trace,
) {
    let World { graph, overlay, .. } = *world;
    trace.clear();
    if LINKS && trace.places.is_empty() {
        trace.places = vec![0; graph.account_count()];
    }
    let added = if OVERLAY { overlay.added_origins() } else { &[] };
    for &origin in world.origins.iter().chain(added) {
        if !(OVERLAY && overlay.is_muted(origin)) && trace.shared.insert(origin) {
            trace.push::<LINKS>(origin, NO_PARENT, Route::Origin, 0);
        }
    }
    let mut known = std::mem::take(&mut trace.choices);
    if matches!(world.model, Prepared::Choices(_)) {
        known.forget(graph.account_count());
    }
    let (mut start, mut step) = (0, 0);
    while start < trace.accounts.len() {
        let end = trace.accounts.len();
        trace.step_ends.push(end as u32);
        if step == world.max_steps {
            break;
        }
        for place in start..end {
            let source = trace.accounts[place];
            let row = graph.targets(source);
            trace.ties_examined += row.len() as u64;
            let mut hits = std::mem::take(&mut trace.hits);
            hits.clear();
            match world.model {
                Prepared::Ties(rates) => rates.fire(graph, keys.tie, source, &mut hits),
                Prepared::Choices(choices) => {
                    // With links, who shares at the step that is being found may still find a
                    // better parent.
                    let settled = |account| {
                        trace.shared.holds(account)
                            && !(LINKS && trace.places[account.index()] as usize >= end)
                    };
                    let known = &mut known;
                    choices.fire(graph, keys.choice, source, settled, known, &mut hits);
                }
            }
            let cuts = OVERLAY && overlay.cuts_from(source);
            for &hit in &hits {
                let target = row[hit as usize];
                if OVERLAY {
                    let tie = TieId::new(graph.tie_range(source).start + u64::from(hit));
                    if (cuts && overlay.is_cut(tie)) || overlay.is_muted(target) {
                        continue;
                    }
                }
                land::<LINKS>(world, keys, trace, target, place, end, Route::Tie);
            }
            trace.hits = hits;
            if OVERLAY && overlay.is_no_carry(source) {
                continue;
            }
            // The target is of the same user, who shares: so it is not muted.
            world.crossposts.fire(graph, overlay, keys.crosspost, source, |target| {
                land::<LINKS>(world, keys, trace, target, place, end, Route::CrossPost);
            });
        }
        start = end;
        step += 1;
    }
    trace.choices = known;
}

/// A try that succeeded. `end` is where the accounts of the coming step begin.
#[inline]
fn land<const LINKS: bool>(
    world: &World<'_>,
    keys: &RunKeys,
    trace: &mut Trace,
    target: AccountId,
    parent: usize,
    end: usize,
    route: Route,
) {
    if trace.shared.insert(target) {
        let hash = if LINKS { hash_of(world, keys, trace, target, parent, route) } else { 0 };
        trace.push::<LINKS>(target, parent as u32, route, hash);
    } else if LINKS {
        let place = trace.places[target.index()] as usize;
        if place >= end {
            let hash = hash_of(world, keys, trace, target, parent, route);
            let known = trace.hashes[place];
            if hash < known {
                trace.parents[place] = parent as u32;
                trace.routes[place] = route;
                trace.hashes[place] = hash;
            }
        }
    }
}

fn hash_of(
    world: &World<'_>,
    keys: &RunKeys,
    trace: &Trace,
    child: AccountId,
    parent: usize,
    route: Route,
) -> u64 {
    let child = world.graph.logical_key(child).get();
    let parent = world.graph.logical_key(trace.accounts[parent]).get();
    try_hash(keys, child, parent, route)
}

impl Trace {
    #[inline]
    fn push<const LINKS: bool>(
        &mut self,
        account: AccountId,
        parent: u32,
        route: Route,
        hash: u64,
    ) {
        if LINKS {
            self.places[account.index()] = self.accounts.len() as u32;
            self.parents.push(parent);
            self.routes.push(route);
            self.hashes.push(hash);
        }
        self.accounts.push(account);
    }
}
