//! Models over ties that come and go: every time of every tie is read from the graph, and all that lands is
//! written down.

use super::Event;
use super::arrivals::by_landings;
use super::clusters::{by_descent_over, offspring as offspring_of};
use super::marks::by_contacts;
use super::steps::fired_ties;
use super::timed_thresholds;
use crate::engine::World;
use crate::graph::TieTime;
use crate::id::{AccountId, TieId};
use crate::model::{
    ContactKeys, Contacts, Meaning, Model, Reshares, Seir, Sharing, Si, Sir, Sirs, Sis, Timed,
    raised,
};
use crate::random::{Channel, Lineage, RunKeys, Threshold, exponential, hazard};
use crate::unit::{Clock, TimeUnit};

/// Runs one cascade; the events are in order of step, or tick, and logical key. Lengths of periods are asked
/// of what was prepared.
pub(super) fn over_ties_with_times(world: &World<'_>, keys: &RunKeys, timed: &Timed) -> Vec<Event> {
    let until = world.timing.until;
    match timed {
        Timed::Tries(_) => by_landings(world, keys, |source, at| tries(world, keys, source, at)),
        Timed::Contacts(_, stays) => {
            by_landings(world, keys, |source, at| meetings(world, keys, stays, source, at))
        }
        Timed::Again(_, stays) => by_contacts(world, keys, stays, |source, (start, end), _| {
            let ties = world.graph.tie_ids(source);
            ties.flat_map(|tie| {
                let all = contacts(world, keys, tie, (start, end.min(until)), 1.0, false);
                all.into_iter().map(move |at| (at, world.graph.tie_ends(tie).1))
            })
            .collect()
        }),
        Timed::Thresholds(_) => {
            let Model::Threshold(model) = world.description else { unreachable!("thresholds") };
            timed_thresholds::in_steps(world, model, keys)
        }
        Timed::Offspring(_, offspring) => {
            let exists = |source: AccountId, target: AccountId, at: u64| {
                let tie = world.graph.find_tie(source, target);
                let times = tie.map(|tie| times(world, tie)).unwrap_or_default();
                let now =
                    |&(start, end, _): &(u64, Option<u64>, f64)| start <= at && Some(at) < end;
                times.is_empty() || times.iter().any(now)
            };
            match offspring.sharing {
                Sharing::Repeat => by_descent_over(world, keys, exists),
                Sharing::Once => by_landings(world, keys, |source, at| {
                    let lineage = Lineage::of(keys);
                    let word = lineage.origin(world.graph.logical_key(source).get(), 0);
                    let all = offspring_of(world, &lineage, source, word).into_iter();
                    let all = all.map(|(_, target, later)| (target, later));
                    all.filter(|&(target, _)| exists(source, target, at)).collect()
                }),
            }
        }
    }
}

/// Whom the share of `source` at `at` reaches under SI, SIR and SEIR, and how much later they share.
pub(super) fn meetings(
    world: &World<'_>,
    keys: &RunKeys,
    stays: &Contacts,
    source: AccountId,
    at: u64,
) -> Vec<(AccountId, u64)> {
    let keys_of_stays = ContactKeys::of(keys);
    let period = stays.period_of(world.graph, &keys_of_stays, source);
    let end = at.saturating_add(period).min(world.timing.until);
    let mut landings = Vec::new();
    for tie in world.graph.tie_ids(source) {
        let target = world.graph.tie_ends(tie).1;
        let first = contacts(world, keys, tie, (at, end), 1.0, true).into_iter().min();
        let latency = stays.latency_of(world.graph, &keys_of_stays, target);
        landings.extend(first.map(|first| (target, (first - at).saturating_add(latency))));
    }
    landings
}

/// A time of the data as a tick or a step.
fn moment(world: &World<'_>, unit: TimeUnit, time: f64) -> u64 {
    let (own, other) = (unit.seconds(), world.timing.time_unit.seconds());
    let time = own.zip(other).map_or(time, |(own, other)| time * own / other);
    (time * world.timing.clock.per_unit()) as u64
}

/// Whether a tie exists at a tick: its times as ticks, in which contacts are the first of a pair.
fn times(world: &World<'_>, tie: TieId) -> Vec<(u64, Option<u64>, f64)> {
    let (graph, source) = (world.graph, world.graph.tie_ends(tie).0);
    let unit = graph.network(graph.network_of(source)).time_unit();
    let ratio = unit.seconds().zip(world.timing.time_unit.seconds());
    let of = |time| match time {
        TieTime::Interval { start, end } => {
            (moment(world, unit, start), Some(moment(world, unit, end)), f64::NAN)
        }
        TieTime::Contact { at, duration } => {
            let duration = duration.unwrap_or(f64::NAN);
            let duration = ratio.map_or(duration, |(own, other)| duration * own / other);
            (moment(world, unit, at).max(1), None, duration)
        }
    };
    graph.tie_times(tie).map(of).collect()
}

/// Whom the share of `source` reaches under independent cascade, and how much later they share.
fn tries(world: &World<'_>, keys: &RunKeys, source: AccountId, at: u64) -> Vec<(AccountId, u64)> {
    let (graph, timing) = (world.graph, world.timing);
    let (Model::IndependentCascade(model), crate::model::Prepared::Timed(timed)) =
        (world.description, world.model)
    else {
        unreachable!("independent cascade over ties with times")
    };
    let Timed::Tries(prepared) = &**timed else { unreachable!("tries") };
    let rates = model.rates(graph).ok();
    let fired = fired_ties(world, keys.tie, source, |tie| {
        rates.as_ref()?.of_tie(graph, tie, graph.tie_ends(tie))
    });
    let mut landings = Vec::new();
    for place in fired {
        let target = graph.targets(source)[place];
        let tie = TieId::new(graph.tie_range(source).start + place as u64);
        let (from, to) = (graph.network_of(source), graph.network_of(target));
        let delay = prepared.delays.as_ref().map(|delays| {
            let key = keys.channel(Channel::Delay);
            let [one, other] = [source, target].map(|account| graph.logical_key(account).get());
            timing.clock.span(delays.of(from, to).draw(key.stream(other, one)))
        });
        let later = one_try(world, tie, at).map(|(wait, next)| wait + delay.unwrap_or(next));
        landings.extend(later.map(|later| (target, later)));
    }
    landings
}

/// How much later than the share of its source the one try of a tie is, and without a delay the share behind it.
pub(super) fn one_try(world: &World<'_>, tie: TieId, at: u64) -> Option<(u64, u64)> {
    let times = times(world, tie);
    match times.first() {
        Some((_, None, _)) => {
            let after = times.iter().map(|&(contact, ..)| contact).filter(|&t| t > at);
            after.min().map(|contact| (contact - at, 0))
        }
        None => Some((0, 1)),
        Some(_) => {
            let exists = times.iter().any(|&(start, end, _)| start <= at && Some(at) < end);
            exists.then_some((0, 1))
        }
    }
}

/// The probability that the tie, or contact, at a tick passes the post on, its hazard multiplied.
pub(super) fn chance(world: &World<'_>, tie: TieId, at: u64, factor: f64) -> f64 {
    let number = number(world, tie);
    let hazard = hazard_of(world, number) * factor;
    let within = |duration: f64| -libm::expm1(-hazard * duration);
    match times(world, tie).iter().find(|&&(row, end, _)| (row, end) == (at, None)) {
        Some(&(_, _, duration)) if duration.is_nan() => raised(number, factor),
        Some(&(_, _, duration)) => within(duration),
        None => within(1.0 / world.timing.clock.per_unit()),
    }
}

/// What the model says of a tie.
fn number(world: &World<'_>, tie: TieId) -> f64 {
    let graph = world.graph;
    let rates = reshares(world.description).rates(graph, Meaning::Mean).ok();
    rates.and_then(|rates| rates.of_tie(graph, tie, graph.tie_ends(tie))).unwrap_or(0.0)
}

/// The same as a hazard in a unit of time, or a step.
fn hazard_of(world: &World<'_>, number: f64) -> f64 {
    match world.timing.clock {
        Clock::Steps if number >= 1.0 => f64::INFINITY,
        Clock::Steps => hazard(number),
        Clock::Continuous => number,
    }
}

/// The contacts over a tie behind `start` and up to `end`, as often as hazards `most` times as high make them;
/// of a tie that exists always only the first, if no more is asked for.
pub(super) fn contacts(
    world: &World<'_>,
    keys: &RunKeys,
    tie: TieId,
    (start, end): (u64, u64),
    most: f64,
    only_first: bool,
) -> Vec<u64> {
    let (graph, clock) = (world.graph, world.timing.clock);
    let ends = graph.tie_ends(tie);
    let [from, to] = [ends.0, ends.1].map(|account| graph.logical_key(account).get());
    let number = number(world, tie);
    let a_unit = hazard_of(world, number);
    let times = times(world, tie);
    if number == 0.0 || end <= start {
        return Vec::new();
    }
    if let Some((_, None, _)) = times.first() {
        let passes = |&(at, _, duration): &(u64, Option<u64>, f64)| {
            let p = match duration.is_nan() {
                true => raised(number, most),
                false => (-libm::expm1(-a_unit * most * duration)).clamp(0.0, 1.0),
            };
            let coin = keys.channel(Channel::TieCoin).nested(from).lane(to).word(at);
            at > start && at <= end && Threshold::new(p).succeeds_by(coin)
        };
        return times.iter().filter(|time| passes(time)).map(|&(at, ..)| at).collect();
    }
    let hazard = a_unit / clock.per_unit() * most;
    let exists = |at: u64| {
        times.is_empty() || times.iter().any(|&(from, to, _)| from <= at && Some(at) < to)
    };
    let last = times.iter().filter_map(|&(_, to, _)| to).max().unwrap_or(u64::MAX).min(end);
    let mut found = Vec::new();
    if hazard == f64::INFINITY {
        for at in start + 1..=last {
            found.extend(exists(at).then_some(at));
            if only_first && !found.is_empty() {
                break;
            }
        }
        return found;
    }
    // The greatest power of two that is no longer than the mean time between marks.
    let size = (0..=62).rev().find(|&size| (1u64 << size) as f64 <= 1.0 / hazard).unwrap_or(0);
    let key = keys.channel(Channel::TieMark).nested(from);
    for cell in start >> size..=last >> size {
        let mut waits = 0.0;
        for mark in 0.. {
            waits += exponential(key.stream(to, cell), mark) / hazard;
            let at = (cell << size) + waits as u64;
            if waits >= (1u64 << size) as f64 {
                break;
            }
            if at > start && at <= last && exists(at) {
                found.push(at);
            }
        }
        if only_first && !found.is_empty() {
            break;
        }
    }
    found
}

fn reshares(model: &Model) -> &Reshares {
    match model {
        Model::Si(Si { reshares, .. })
        | Model::Sir(Sir { reshares, .. })
        | Model::Seir(Seir { reshares, .. })
        | Model::Sis(Sis { reshares, .. })
        | Model::Sirs(Sirs { reshares, .. }) => reshares,
        _ => unreachable!("a model with contacts"),
    }
}
