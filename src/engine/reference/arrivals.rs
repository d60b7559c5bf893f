//! Models in which an account shares when the post first arrives: all landings are written down, and the
//! earliest is taken again and again.

use std::collections::BTreeSet;

use super::clusters::offspring;
use super::row::TieRow;
use super::steps::{cross_posts, ties_that_fire};
use super::{Event, starts};
use crate::engine::trace::Route;
use crate::engine::{World, try_hash};
use crate::id::{AccountId, LogicalKey};
use crate::model::{
    Fsir, MARKS_A_TIE, Meaning, Model, PeriodPer, Periods, Prepared, Reshares, Seir, Si, Sir,
};
use crate::random::{Channel, Distribution, Lineage, RunKeys, exponential, exponential_of, hazard};
use crate::unit::Clock;

/// Runs one cascade; the events are in order of step, or tick, and logical key.
pub(super) fn by_arrival(world: &World<'_>, keys: &RunKeys) -> Vec<Event> {
    by_landings(world, keys, |source, _| along_ties(world, keys, source))
}

/// The same, given whom a share of an account at a time reaches along ties, and how much later they share.
pub(super) fn by_landings(
    world: &World<'_>,
    keys: &RunKeys,
    along_ties: impl Fn(AccountId, u64) -> Vec<(AccountId, u64)>,
) -> Vec<Event> {
    let World { graph, overlay, timing, .. } = *world;
    let key = |account: AccountId| graph.logical_key(account);
    let mut shared: BTreeSet<LogicalKey> = BTreeSet::new();
    let mut events: Vec<Event> = Vec::new();
    let mut landings: Vec<Event> = starts(world, keys);
    loop {
        landings.retain(|landing| {
            landing.at <= timing.until
                && landing.at < u64::MAX
                && !overlay.is_muted(landing.account)
                && !shared.contains(&key(landing.account))
        });
        let hash = |landing: &Event| {
            let parent = landing.parent.map(|parent| events[parent as usize].account);
            parent.map(|parent| {
                try_hash(keys, key(landing.account).get(), key(parent).get(), landing.route)
            })
        };
        let order = |landing: &&Event| (landing.at, key(landing.account), hash(landing));
        let Some(&event) = landings.iter().min_by_key(order) else { break };
        let row = events.len() as u32;
        events.push(event);
        if events.len() as u64 == timing.max_shares {
            break;
        }
        shared.insert(key(event.account));
        let reached = along_ties(event.account, event.at);
        for (account, later, route) in with_cross_posts(world, keys, event.account, reached) {
            let at = event.at.saturating_add(later);
            landings.push(Event { at, account, parent: Some(row), route });
        }
    }
    events
}

/// Whom the share of `source` reaches, how much later they share, and how it came about.
pub(super) fn tries(
    world: &World<'_>,
    keys: &RunKeys,
    source: AccountId,
) -> Vec<(AccountId, u64, Route)> {
    with_cross_posts(world, keys, source, along_ties(world, keys, source))
}

/// Whom the share of `source` reaches along ties, and how much later they share.
fn along_ties(world: &World<'_>, keys: &RunKeys, source: AccountId) -> Vec<(AccountId, u64)> {
    let World { graph, timing, .. } = *world;
    let pair = |target| (graph.logical_key(source).get(), graph.logical_key(target).get());
    match world.description {
        Model::Si(Si { reshares, contact }) => {
            States { contact: contact.as_ref(), ..States::of(reshares) }
                .contacts(world, keys, source)
        }
        Model::Sir(Sir { reshares, contact, period, period_per }) => {
            let (contact, period, per) = (contact.as_ref(), Some(period), *period_per);
            States { contact, period, per, ..States::of(reshares) }.contacts(world, keys, source)
        }
        Model::Seir(Seir { reshares, contact, latency, period, period_per }) => {
            let (contact, per) = (contact.as_ref(), *period_per);
            let (period, latency) = (Some(period), Some(latency));
            let states = States { contact, period, latency, per, ..States::of(reshares) };
            states.contacts(world, keys, source)
        }
        Model::Fsir(Fsir { reshares, period, period_per }) => {
            let (period, per) = (Some(period), *period_per);
            let states = States { period, per, shared_out: true, ..States::of(reshares) };
            states.contacts(world, keys, source)
        }
        Model::Hawkes(_) => {
            let lineage = Lineage::of(keys);
            let word = lineage.origin(graph.logical_key(source).get(), 0);
            let all = offspring(world, &lineage, source, word).into_iter();
            all.map(|(_, target, later)| (target, later)).collect()
        }
        _ => {
            let key = keys.channel(Channel::Delay);
            let later = |target: AccountId| {
                let Prepared::Delayed(delayed) = world.model else { return 1 };
                let (from, to) = pair(target);
                let delay = delayed.delays.of(graph.network_of(source), graph.network_of(target));
                let own = delayed.delays.of_tie(graph, source, target);
                timing.clock.span(own.unwrap_or_else(|| delay.draw(key.stream(to, from))))
            };
            let fired = ties_that_fire(world, keys, source).into_iter();
            fired.map(|tie| graph.tie_ends(tie).1).map(|target| (target, later(target))).collect()
        }
    }
}

/// All whom the share of `source` reaches, how much later they share, and how it came about.
fn with_cross_posts(
    world: &World<'_>,
    keys: &RunKeys,
    source: AccountId,
    mut reached: Vec<(AccountId, u64)>,
) -> Vec<(AccountId, u64, Route)> {
    let World { graph, overlay, timing, .. } = *world;
    let pair = |target| (graph.logical_key(source).get(), graph.logical_key(target).get());
    let is_cut = |target| graph.find_tie(source, target).is_some_and(|tie| overlay.is_cut(tie));
    reached.retain(|&(target, _)| !is_cut(target));
    let along_ties = reached.into_iter().map(|(target, later)| (target, later, Route::Tie));
    let carried = cross_posts(world, keys, source).into_iter().map(|target| {
        let later = timing.crosspost_delay.as_ref().map_or(1, |delay| {
            let (from, to) = pair(target);
            timing.clock.span(delay.draw(keys.channel(Channel::CrosspostDelay).stream(from, to)))
        });
        (target, later, Route::CrossPost)
    });
    along_ties.chain(carried).collect()
}

/// The parameters of a compartmental model.
struct States<'a> {
    reshares: &'a Reshares,
    /// Whether rates are shared out among those whom an account sees.
    shared_out: bool,
    contact: Option<&'a Distribution>,
    period: Option<&'a Periods>,
    latency: Option<&'a Periods>,
    per: PeriodPer,
}

impl<'a> States<'a> {
    fn of(reshares: &'a Reshares) -> Self {
        let (shared_out, per) = (false, PeriodPer::Account);
        Self { reshares, shared_out, contact: None, period: None, latency: None, per }
    }

    /// Whom `source` contacts while it shares, and when they share.
    fn contacts(
        &self,
        world: &World<'_>,
        keys: &RunKeys,
        source: AccountId,
    ) -> Vec<(AccountId, u64)> {
        let (graph, clock) = (world.graph, world.timing.clock);
        let key = |account| graph.logical_key(account).get();
        let span_of = |periods: &Periods, account: AccountId, channel, whose| {
            let name = graph.network(graph.network_of(account)).name();
            let own = periods.networks.iter().find(|(network, _)| network == name);
            let distribution = own.map(|(_, own)| own).or(periods.base.as_ref());
            let stream = keys.channel(channel).stream(key(whose), 0);
            distribution.map_or(u64::MAX, |known| clock.span(known.sampler().draw(stream)))
        };
        let first_of_user = graph.accounts_of_user(graph.user_of(source)).min_by_key(|&a| key(a));
        let whose = match self.per {
            PeriodPer::User => first_of_user.unwrap_or(source),
            PeriodPer::Account => source,
        };
        let last =
            self.period.map_or(u64::MAX, |period| span_of(period, source, Channel::Period, whose));
        let ages = self.ages(world, keys, source, last);
        let reached = ages.into_iter().filter(|&(_, age)| age <= last);
        reached
            .map(|(target, age)| {
                let latency = self
                    .latency
                    .map_or(0, |latency| span_of(latency, target, Channel::Latency, target));
                (target, age.saturating_add(latency))
            })
            .collect()
    }

    /// Contacts along the ties of `source`, the first among them, and at what age.
    fn ages(
        &self,
        world: &World<'_>,
        keys: &RunKeys,
        source: AccountId,
        last: u64,
    ) -> Vec<(AccountId, u64)> {
        let (graph, clock) = (world.graph, world.timing.clock);
        let key = |account| graph.logical_key(account).get();
        let channel = keys.channel(Channel::Contact);
        if let Some(contact) = self.contact {
            let age = |target| contact.sampler().draw(channel.stream(key(target), key(source)));
            let targets = graph.targets(source).iter();
            return targets.map(|&target| (target, clock.span(age(target)))).collect();
        }
        let meaning = match clock {
            Clock::Continuous => Meaning::Rate,
            Clock::Steps if self.shared_out => Meaning::Mean,
            Clock::Steps => Meaning::Probability,
        };
        let Ok(rates) = self.reshares.rates(graph, meaning) else { return Vec::new() };
        let number = |tie| {
            let ends = graph.tie_ends(tie);
            let [rate, from, to] = rates.factors(graph, tie, ends).unwrap_or([0.0; 3]);
            let k = graph.sources(ends.1).len() as f64;
            (if self.shared_out { rate / k } else { rate }) * from * to
        };
        let all = graph.accounts().flat_map(|account| graph.tie_ids(account));
        let greatest = all.map(number).fold(0.0, f64::max);
        let mean = self.period.map_or(f64::INFINITY, |period| {
            let named = period.networks.iter().map(|(_, distribution)| distribution.mean());
            let unnamed = graph.network_count() > period.networks.len();
            let base = period.base.as_ref().filter(|_| unnamed).map(Distribution::mean);
            named.chain(base).fold(0.0, f64::max)
        });
        let row = match self.shared_out {
            true => TieRow::of(graph, source, false, number),
            false => TieRow::new(graph, self.reshares, meaning, source),
        };
        if clock == Clock::Steps || greatest * mean > MARKS_A_TIE {
            let age = |&(target, number): &(AccountId, f64)| {
                let wait = exponential_of(channel.lane(key(source)).word(key(target)));
                let age = match clock {
                    _ if number == 0.0 => return (target, u64::MAX),
                    Clock::Continuous => wait / number,
                    Clock::Steps if number >= 1.0 => 1.0,
                    Clock::Steps => wait / hazard(number),
                };
                (target, clock.span(age))
            };
            return row.ties.iter().map(age).filter(|&(_, age)| age < u64::MAX).collect();
        }
        // The contacts with all who see it, one after the other.
        let stream = channel.stream(key(source), u64::MAX);
        let (mut ages, mut age) = (Vec::new(), 0.0);
        for mark in 0.. {
            age += exponential(stream, 2 * mark) * (1.0 / row.sum);
            let Some(target) = row.pick(stream, 2 * mark + 1) else { break };
            if clock.span(age) > last {
                break;
            }
            ages.push((target, clock.span(age)));
        }
        ages
    }
}
