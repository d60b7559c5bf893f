//! Fatigue where tries land at times of their own.

use crate::engine::arrivals::starts;
use crate::engine::carry::CrossPosts;
use crate::engine::externals::Externals;
use crate::engine::fire_one::fire_one;
use crate::engine::queue::{Lands, Queue};
use crate::engine::trace::{EXTERNAL, Ended, NO_PARENT, Route, Trace};
use crate::engine::{World, try_hash};
use crate::id::AccountId;
use crate::model::{Per, Tiring, When};
use crate::random::{Channel, RunKeys};

/// An exposure to come, or that the tie of one fires.
#[derive(Debug, Clone, Copy)]
struct Exposure {
    at: u64,
    child: AccountId,
    parent: u32,
    route: Route,
    /// It is no exposure of its own: it says that the tie of one fires.
    fires: bool,
}

impl Lands for Exposure {
    #[inline(always)]
    fn at(&self) -> u64 {
        self.at
    }
}

/// Memory for a run: 9 bytes for each account, or user, and 24 for each exposure to come.
#[derive(Debug, Default)]
pub(super) struct Space {
    queue: Queue<Exposure>,
    /// Those of this step or tick, and of the next.
    now: Vec<Exposure>,
    soon: Vec<Exposure>,
    /// By whoever tires: exposures before this time, and now.
    before: Vec<u64>,
    at_once: Vec<u32>,
    /// Whether something fires there now.
    fires: Vec<bool>,
    /// Who has exposures now, and who had any.
    touched: Vec<usize>,
    exposed: Vec<usize>,
    /// Exposures whose order matters: of whom, the hash that orders them.
    several: Vec<(usize, u64, Exposure)>,
    /// Who shares now.
    shares: Vec<(AccountId, u32, Route)>,
}

/// Runs one cascade.
pub(super) fn run(
    world: &World<'_>,
    keys: &RunKeys,
    tiring: &Tiring,
    trace: &mut Trace,
    space: &mut Space,
) {
    cascade(world, keys, tiring, trace, space);
    let Space { queue, now, soon, before, exposed, .. } = space;
    queue.drain().for_each(drop);
    now.clear();
    soon.clear();
    exposed.drain(..).for_each(|who| before[who] = 0);
}

fn cascade(
    world: &World<'_>,
    keys: &RunKeys,
    tiring: &Tiring,
    trace: &mut Trace,
    space: &mut Space,
) {
    let World { graph, overlay, timing, .. } = *world;
    let Space { queue, now, soon, before, at_once, fires, touched, exposed, several, shares } =
        space;
    let who = |account: AccountId| tiring.per.whoever(graph, account);
    let many = tiring.per.how_many(graph);
    before.resize(many, 0);
    at_once.resize(many, 0);
    fires.resize(many, false);
    let key = |account: AccountId| graph.logical_key(account).get();
    let with_others = graph.users_with_several_accounts();
    // Nobody counts what comes to one who has shared, but for the other accounts of a person.
    let counts = |account: AccountId, trace: &Trace| {
        let alone = || tiring.per == Per::Account || graph.user_of(account).get() >= with_others;
        !(trace.shared.holds(account) && alone())
    };
    for (at, child) in starts::<true>(world) {
        let route = Route::Origin;
        queue.push(Exposure { at, child, parent: NO_PARENT, route, fires: true });
    }
    let (mut externals, mut from_outside) = (Externals::new(world, keys), Vec::new());
    let crossposts = CrossPosts::new(world, keys);
    let draws = keys.channel(Channel::Resistance);
    let coin = |from, to| Tiring::coin(draws, key(from), key(to));
    let delay_key = tiring.delays.as_ref().map(|_| keys.channel(Channel::Delay));
    let mut last = 0;
    loop {
        // What comes next: what was pushed a tick ago, what waits, what comes from outside.
        let soonest = if soon.is_empty() { None } else { Some(last + 1) };
        let (waiting, outside) = (queue.peek(), externals.peek());
        let Some(tick) = [soonest, waiting, outside].into_iter().flatten().min() else { break };
        if soonest == Some(tick) {
            std::mem::swap(now, soon);
        }
        if waiting == Some(tick) {
            queue.take_any_order(now);
        }
        // Mostly an exposure comes alone, and nothing fires.
        if let [Exposure { child, route: Route::Tie, fires: false, .. }] = now[..]
            && outside != Some(tick)
        {
            let before = &mut before[who(child)];
            if *before == 0 {
                exposed.push(who(child));
            }
            *before += 1;
            now.clear();
            last = tick;
            continue;
        }
        // Who starts comes before all tries, and may be one whom somebody reaches now.
        shares.clear();
        let mut share = |child: AccountId, parent: u32, route: Route, trace: &mut Trace| {
            if !overlay.is_muted(child) && trace.shared.insert(child) {
                shares.push((child, parent, route));
            }
        };
        for start in now.iter().filter(|start| start.route == Route::Origin) {
            share(start.child, NO_PARENT, Route::Origin, trace);
        }
        if outside == Some(tick) {
            externals.take(tick, &mut from_outside);
            for landing in from_outside.drain(..) {
                share(landing.child, EXTERNAL, Route::Origin, trace);
            }
        }
        for exposure in now.iter().filter(|exposure| exposure.route != Route::Origin) {
            let who = who(exposure.child);
            if exposure.route == Route::CrossPost || exposure.fires {
                fires[who] = true;
            }
            if !exposure.fires {
                if at_once[who] == 0 {
                    touched.push(who);
                }
                at_once[who] += 1;
            }
        }
        several.clear();
        for exposure in now.iter().filter(|exposure| exposure.route != Route::Origin) {
            let &Exposure { child, parent, route, .. } = exposure;
            let who = who(child);
            if !fires[who] {
                continue;
            }
            let sharer = trace.accounts()[parent as usize];
            if at_once[who] > 1 {
                let hash = try_hash(keys, key(child), key(sharer), route);
                several.push((who, hash, *exposure));
            } else if route == Route::CrossPost
                || exposure.fires
                    && !trace.shared.holds(child)
                    && tiring.persuades(before[who] + 1, coin(sharer, child))
            {
                share(child, parent, route, trace);
            }
        }
        // What says that a tie fires stands behind its exposure.
        several.sort_unstable_by_key(|&(who, hash, exposure)| (who, hash, exposure.fires));
        for of_one in several.chunk_by(|(one, ..), (other, ..)| one == other) {
            let mut number = before[of_one[0].0];
            for &(_, _, Exposure { child, parent, route, fires, .. }) in of_one {
                number += u64::from(!fires);
                let sharer = trace.accounts()[parent as usize];
                if route == Route::CrossPost
                    || fires
                        && !trace.shared.holds(child)
                        && tiring.persuades(number, coin(sharer, child))
                {
                    share(child, parent, route, trace);
                }
            }
        }
        for who in touched.drain(..) {
            if before[who] == 0 {
                exposed.push(who);
            }
            before[who] += u64::from(std::mem::take(&mut at_once[who]));
            fires[who] = false;
        }
        now.clear();
        if timing.max_shares < u64::MAX {
            shares.sort_by_key(|&(child, ..)| key(child));
        }
        let first = trace.len();
        for &(child, parent, route) in &*shares {
            if trace.len() as u64 == timing.max_shares {
                trace.shared.remove(child);
            } else {
                trace.push_at(tick, child, parent, route);
            }
        }
        if trace.len() as u64 == timing.max_shares {
            trace.ended = Ended::Truncated;
            return;
        }
        last = tick;
        for place in first..trace.len() {
            let source = trace.accounts()[place];
            trace.examine(world, source, tick);
            if tick == timing.until {
                continue;
            }
            let parent = place as u32;
            let mut expose = |later: u64, child: AccountId, route: Route, fires: bool| {
                let at = tick.saturating_add(later);
                if at > timing.until || at == u64::MAX || !counts(child, trace) {
                    return;
                }
                let exposure = Exposure { at, child, parent, route, fires };
                if later == 1 {
                    soon.push(exposure);
                } else {
                    queue.push(exposure);
                }
            };
            let (from, who) = (graph.network_of(source), key(source));
            let lane = delay_key.map(|delay| delay.lane(who));
            let kind = tiring.ticks.as_ref().and_then(|ticks| ticks.kind(from));
            let later = |(wait, next): (u64, u64), target: AccountId| {
                let (Some(delays), Some(lane)) = (&tiring.delays, lane) else {
                    return wait + next;
                };
                let to = graph.network_of(target);
                let stream = lane.stream(graph.keys_in(to).key_of(target));
                let delay = timing.clock.span(delays.of(from, to).draw(stream));
                wait.saturating_add(delay)
            };
            let cuts = overlay.cuts_from(source);
            for (tie, &target) in graph.tie_ids(source).zip(graph.targets(source)) {
                let one_try = tiring
                    .ticks
                    .as_ref()
                    .map_or(When::AT_ONCE, |ticks| ticks.when(kind, tie.get()).one_try(tick));
                if let Some(one_try) = one_try.filter(|_| !(cuts && overlay.is_cut(tie))) {
                    expose(later(one_try, target), target, Route::Tie, false);
                }
            }
            fire_one(graph, &tiring.rates, keys.tie, source, |target| {
                if cuts && overlay.cuts_between(graph, source, target) {
                    return;
                }
                let one_try = tiring.ticks.as_ref().map_or(When::AT_ONCE, |ticks| {
                    ticks.try_between(graph, (source, target), tick)
                });
                if let Some(one_try) = one_try {
                    expose(later(one_try, target), target, Route::Tie, true);
                }
            });
            crossposts.fire(source, |target, later| expose(later, target, Route::CrossPost, false));
        }
    }
}
