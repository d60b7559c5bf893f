//! Several posts: those that do nothing to each other run one by one; else all that may arrive is written
//! down, and at every time taken one after the other.

use std::collections::{BTreeMap, BTreeSet};

use super::arrivals::tries;
use super::row::TieRow;
use super::steps::{cross_posts, fired_ties};
use super::{Event, feeds, reference, rival_thresholds, starts, temporal};
use crate::engine::trace::Route;
use crate::engine::{World, start_hash, try_hash};
use crate::graph::SocialGraph;
use crate::id::{AccountId, TieId};
use crate::model::{
    ContactKeys, Fsir, Meaning, Model, Passes, Per, Prepared, Rivals, Seir, Si, Sir, raised,
};
use crate::random::{Channel, RunKeys, Threshold, exponential, hazard};
use crate::unit::Clock;

/// Runs one cascade of each post; the events are in order of step, or tick, logical key, and post.
pub(crate) fn reference_posts(
    worlds: &[World<'_>],
    rivals: Option<&Rivals>,
    keys: &[RunKeys],
) -> Vec<(u32, Event)> {
    if let Prepared::Screens(screens) = worlds[0].model {
        return feeds::on_screens(worlds, screens, &keys[0]);
    }
    match rivals {
        None => one_by_one(worlds, keys),
        Some(rivals) if let Model::Threshold(model) = worlds[0].description => {
            rival_thresholds::in_steps(worlds, rivals, model, &keys[0])
        }
        Some(rivals) => Race { worlds, rivals, keys }.run(),
    }
}

fn one_by_one(worlds: &[World<'_>], keys: &[RunKeys]) -> Vec<(u32, Event)> {
    let graph = worlds[0].graph;
    let mut all = Vec::new();
    for (post, (world, keys)) in (0u32..).zip(worlds.iter().zip(keys)) {
        let mut shares: BTreeMap<AccountId, u32> = BTreeMap::new();
        for (row, event) in reference(world, keys).into_iter().enumerate() {
            let shared = shares.entry(event.account).or_default();
            let key = graph.logical_key(event.account);
            all.push(((event.at, key, post, *shared), row as u32, event));
            *shared += 1;
        }
    }
    all.sort_by_key(|&(order, ..)| order);
    let most = usize::try_from(worlds[0].timing.max_shares).unwrap_or(usize::MAX);
    all.truncate(most);
    let rows: BTreeMap<(u32, u32), u32> =
        (0..).zip(&all).map(|(row, ((.., post, _), number, _))| ((*post, *number), row)).collect();
    let moved = |((_, _, post, _), _, event): &(_, u32, Event)| {
        let post: u32 = *post;
        let parent = event.parent.map(|parent| rows[&(post, parent)]);
        (post, Event { parent, ..*event })
    };
    all.iter().map(moved).collect()
}

struct Race<'r, 'w> {
    worlds: &'r [World<'w>],
    rivals: &'r Rivals,
    keys: &'r [RunKeys],
}

/// What may arrive.
#[derive(Clone, Copy)]
struct Coming {
    event: Event,
    post: usize,
    /// The contact, or try, along a tie: which one, and when the last can be.
    contact: Option<(u64, u64)>,
}

impl Race<'_, '_> {
    fn key(&self, account: AccountId) -> u64 {
        self.worlds[0].graph.logical_key(account).get()
    }

    fn run(&self) -> Vec<(u32, Event)> {
        let World { graph, overlay, timing, .. } = self.worlds[0];
        let whoever = |account: AccountId| match self.rivals.per {
            Per::Account => self.key(account),
            Per::User => graph.user_of(account).get(),
        };
        let mut shared: BTreeSet<(u64, usize)> = BTreeSet::new();
        let mut known: BTreeMap<u64, u64> = BTreeMap::new();
        let mut events: Vec<(u32, Event)> = Vec::new();
        let mut coming = Vec::new();
        for (post, (world, keys)) in self.worlds.iter().zip(self.keys).enumerate() {
            let all = starts(world, keys).into_iter();
            coming.extend(all.map(|event| Coming { event, post, contact: None }));
        }
        loop {
            coming.retain(|Coming { event, .. }| event.at <= timing.until && event.at < u64::MAX);
            let Some(now) = coming.iter().map(|coming| coming.event.at).min() else {
                return events;
            };
            let (mut arriving, later): (Vec<_>, Vec<_>) =
                coming.into_iter().partition(|coming| coming.event.at == now);
            coming = later;
            let source_of = |event: &Event| event.parent.map(|row| events[row as usize].1.account);
            // Origins have no parent and come first: given ones, then external ones.
            arriving.sort_by_key(|&Coming { ref event, post, .. }| {
                let own = self.key(event.account);
                match source_of(event) {
                    Some(source) => {
                        let hash = try_hash(&self.keys[post], own, self.key(source), event.route);
                        (2, hash)
                    }
                    None => {
                        let is_external = u8::from(self.is_external(event, post));
                        (is_external, start_hash(&self.keys[0], own, post as u64))
                    }
                }
            });
            let mut new = Vec::new();
            for arrival in arriving {
                let Coming { event, post, contact } = arrival;
                let whoever = whoever(event.account);
                let before = known.get(&whoever).copied().unwrap_or(0);
                let factor = self.rivals.factor(before, post);
                let can = !overlay.is_muted(event.account)
                    && !shared.contains(&(self.key(event.account), post));
                if !can || factor == 0.0 {
                    continue;
                }
                let due = match (source_of(&event), contact) {
                    (Some(source), Some((number, last))) => {
                        let ends = (source, event.account);
                        match self.decide(post, ends, (now, last), number, factor) {
                            Verdict::Shares(later) => later,
                            Verdict::Lost => continue,
                            Verdict::Again(at) => {
                                if at <= last {
                                    let event = Event { at, ..event };
                                    let contact = Some((number + 1, last));
                                    coming.push(Coming { event, post, contact });
                                }
                                continue;
                            }
                        }
                    }
                    (Some(source), None) if event.route == Route::CrossPost => {
                        if !self.coin(post, (source, event.account), factor, 0) {
                            continue;
                        }
                        0
                    }
                    _ => 0,
                };
                if due > 0 {
                    let event = Event { at: now.saturating_add(due), ..event };
                    coming.push(Coming { event, post, contact: None });
                } else {
                    shared.insert((self.key(event.account), post));
                    *known.entry(whoever).or_default() |= 1 << post;
                    new.push((post, event));
                }
            }
            new.sort_by_key(|&(post, event)| (self.key(event.account), post));
            for (post, event) in new {
                let row = events.len() as u32;
                events.push((post as u32, event));
                if events.len() as u64 == timing.max_shares {
                    return events;
                }
                self.pass(post, row, &event, &mut coming);
            }
        }
    }

    /// Whether a start is none that was given.
    fn is_external(&self, event: &Event, post: usize) -> bool {
        let world = &self.worlds[post];
        let given = world.origins.iter().chain(world.overlay.added_origins());
        let given = given.map(|&account| (0, account)).chain(world.late.iter().copied());
        !given.into_iter().any(|start| start == (event.at, event.account))
    }

    fn coin(&self, post: usize, ends: (AccountId, AccountId), kept: f64, draw: u64) -> bool {
        let draws = self.keys[post].channel(Channel::Resistance);
        let stream = draws.stream(self.key(ends.0), self.key(ends.1));
        Threshold::new(kept.min(1.0)).succeeds(stream, draw)
    }

    /// What becomes of try, or contact, number `number` along a tie.
    fn decide(
        &self,
        post: usize,
        ends: (AccountId, AccountId),
        (now, last): (u64, u64),
        number: u64,
        factor: f64,
    ) -> Verdict {
        let world = &self.worlds[post];
        match &self.rivals.passes[post] {
            Passes::First(_) | Passes::FirstOver(_) => Verdict::Shares(0),
            Passes::Tries(tries) => {
                let most = &tries.most;
                let p = probability(world, ends);
                let kept = if factor == *most { 1.0 } else { raised(p, factor) / raised(p, *most) };
                match self.coin(post, ends, kept, 1) {
                    true => Verdict::Shares(0),
                    false => Verdict::Lost,
                }
            }
            Passes::Every { contacts, most } => {
                let rate = rate(world, ends);
                let kept = match world.timing.clock {
                    _ if factor == *most => 1.0,
                    Clock::Continuous => factor / most,
                    Clock::Steps => libm::expm1(-rate * factor) / libm::expm1(-rate * most),
                };
                if !self.coin(post, ends, kept, 1 + number) {
                    let gap = self.gap(post, ends, number + 1, rate * most);
                    return Verdict::Again(now.saturating_add(gap));
                }
                let keys = ContactKeys::of(&self.keys[post]);
                Verdict::Shares(contacts.latency_of(world.graph, &keys, ends.1))
            }
            Passes::EveryOver { over, most } => {
                let (graph, keys) = (world.graph, &self.keys[post]);
                let Some(tie) = tie_between(graph, ends) else { return Verdict::Lost };
                let chance = |factor| temporal::chance(world, tie, now, factor);
                let kept = if factor == *most { 1.0 } else { chance(factor) / chance(*most) };
                if !self.coin(post, ends, kept, 1 + now) {
                    let next = temporal::contacts(world, keys, tie, (now, last), *most, true);
                    return next.into_iter().min().map_or(Verdict::Lost, Verdict::Again);
                }
                Verdict::Shares(over.stays.latency_of(graph, &ContactKeys::of(keys), ends.1))
            }
        }
    }

    /// How much later contact number `number` comes than the one before it.
    fn gap(&self, post: usize, ends: (AccountId, AccountId), number: u64, rate: f64) -> u64 {
        if rate == 0.0 {
            return u64::MAX;
        }
        let channel = self.keys[post].channel(Channel::Contact);
        let stream = channel.stream(self.key(ends.1), self.key(ends.0));
        self.worlds[post].timing.clock.span(exponential(stream, number) / rate)
    }

    /// What a share passes on.
    fn pass(&self, post: usize, row: u32, event: &Event, coming: &mut Vec<Coming>) {
        let (world, keys) = (&self.worlds[post], &self.keys[post]);
        let World { graph, overlay, timing, .. } = *world;
        let source = event.account;
        let mut push = |account, later: u64, route, contact| {
            let event =
                Event { at: event.at.saturating_add(later), account, parent: Some(row), route };
            coming.push(Coming { event, post, contact });
        };
        let is_cut = |target| graph.find_tie(source, target).is_some_and(|tie| overlay.is_cut(tie));
        match &self.rivals.passes[post] {
            Passes::First(_) => {
                for (target, later, route) in tries(world, keys, source) {
                    push(target, later, route, (route == Route::Tie).then_some((0, 0)));
                }
                return;
            }
            Passes::Tries(tries) => {
                let (delays, most) = (&tries.delays, tries.most);
                let fired = fired_ties(world, keys.tie, source, |tie| {
                    Some(raised(probability(world, graph.tie_ends(tie)), most))
                });
                let fired: BTreeSet<usize> = fired.into_iter().collect();
                let ties =
                    fired.into_iter().map(|place| graph.tie_range(source).start + place as u64);
                for tie in ties.map(TieId::new) {
                    let target = graph.tie_ends(tie).1;
                    let one_try = temporal::one_try(world, tie, event.at);
                    let Some((wait, next)) = one_try else { continue };
                    let later = wait
                        + delays.as_ref().map_or(next, |delays| {
                            let delay =
                                delays.of(graph.network_of(source), graph.network_of(target));
                            let stream = keys.channel(Channel::Delay);
                            let stream = stream.stream(self.key(target), self.key(source));
                            timing.clock.span(delay.draw(stream))
                        });
                    if !is_cut(target) {
                        push(target, later, Route::Tie, Some((0, 0)));
                    }
                }
            }
            Passes::Every { contacts, most } => {
                let period = contacts.period_of(graph, &ContactKeys::of(keys), source);
                for &target in graph.targets(source).iter().filter(|&&target| !is_cut(target)) {
                    let rate = rate(world, (source, target)) * most;
                    let first = self.gap(post, (source, target), 0, rate);
                    if first <= period {
                        let last = event.at.saturating_add(period);
                        push(target, first, Route::Tie, Some((0, last)));
                    }
                }
            }
            Passes::FirstOver(over) => {
                for (target, later) in
                    temporal::meetings(world, keys, &over.stays, source, event.at)
                {
                    if !is_cut(target) {
                        push(target, later, Route::Tie, Some((0, 0)));
                    }
                }
            }
            Passes::EveryOver { over, most } => {
                let period = over.stays.period_of(graph, &ContactKeys::of(keys), source);
                let last = event.at.saturating_add(period).min(timing.until);
                for tie in graph.tie_ids(source).filter(|&tie| !overlay.is_cut(tie)) {
                    let all = temporal::contacts(world, keys, tie, (event.at, last), *most, true);
                    if let Some(first) = all.into_iter().min() {
                        push(graph.tie_ends(tie).1, first - event.at, Route::Tie, Some((0, last)));
                    }
                }
            }
        }
        for target in cross_posts(world, keys, source) {
            let later = timing.crosspost_delay.as_ref().map_or(1, |delay| {
                let stream = keys.channel(Channel::CrosspostDelay);
                timing.clock.span(delay.draw(stream.stream(self.key(source), self.key(target))))
            });
            push(target, later, Route::CrossPost, None);
        }
    }
}

enum Verdict {
    /// So much later.
    Shares(u64),
    Lost,
    /// Perhaps at the next contact, which is then.
    Again(u64),
}

fn tie_between(graph: &SocialGraph, ends: (AccountId, AccountId)) -> Option<TieId> {
    graph.tie_ids(ends.0).find(|&tie| graph.tie_ends(tie).1 == ends.1)
}

/// The probability of a tie, as the model says it.
fn probability(world: &World<'_>, ends: (AccountId, AccountId)) -> f64 {
    let graph = world.graph;
    match world.description {
        Model::IndependentCascade(model) => {
            let rates = model.rates(graph).ok();
            let tie = tie_between(graph, ends);
            tie.and_then(|tie| rates?.of_tie(graph, tie, ends)).unwrap_or(0.0)
        }
        _ => 1.0 / graph.in_degree(ends.1) as f64,
    }
}

/// The rate of contacts along a tie, in steps their hazard.
fn rate(world: &World<'_>, ends: (AccountId, AccountId)) -> f64 {
    let (graph, clock) = (world.graph, world.timing.clock);
    let (reshares, shared_out) = match world.description {
        Model::Si(Si { reshares, .. })
        | Model::Sir(Sir { reshares, .. })
        | Model::Seir(Seir { reshares, .. }) => (reshares, false),
        Model::Fsir(Fsir { reshares, .. }) => (reshares, true),
        _ => return 0.0,
    };
    let meaning = match clock {
        Clock::Continuous => Meaning::Rate,
        Clock::Steps if shared_out => Meaning::Mean,
        Clock::Steps => Meaning::Probability,
    };
    let number = match shared_out {
        true => {
            let rates = reshares.rates(graph, meaning).ok();
            let factors = tie_between(graph, ends).and_then(|tie| rates?.factors(graph, tie, ends));
            let [own, from, to] = factors.unwrap_or([0.0; 3]);
            own / graph.sources(ends.1).len() as f64 * from * to
        }
        false => {
            let row = TieRow::new(graph, reshares, meaning, ends.0);
            row.ties.iter().find(|tie| tie.0 == ends.1).map_or(0.0, |tie| tie.1)
        }
    };
    match clock {
        Clock::Continuous => number,
        Clock::Steps if number >= 1.0 => f64::INFINITY,
        Clock::Steps => hazard(number),
    }
}
