//! Who sees a post over ties that come and go: the audience is what one counts from the share events and the times
//! of ties, under every model that goes over them.

use std::collections::BTreeMap;

use crate::scenarios::{Case, Dice, part, seeds};
use crate::temporal::{ALL, Kind, WITHOUT_DURATIONS, graph_with_times};
use tieline::{
    AccountId, Clock, Delays, Distribution, Ensemble, Fatigue, Hawkes, IndependentCascade,
    Interaction, Model, Overlay, Periods, Post, Scenario, Seir, ShareRow, Si, Sir, Sirs, Sis,
    SocialGraph, Threshold, TieId, TieTime,
};

/// How long a share is shown.
#[derive(Debug, Clone, Copy)]
enum Shown {
    /// One try for each tie.
    Once,
    /// So long, also along ties that come to be.
    For(u64),
    /// For ever, and a contact at the very step counts.
    Always,
}

/// When a tie shows a share at `at` in a run that ends at `end`.
fn seen_at(
    graph: &SocialGraph,
    tie: TieId,
    at: u64,
    (shown, end): (Shown, u64),
    unit: f64,
) -> Option<u64> {
    let mut times = graph.tie_times(tie).peekable();
    if times.peek().is_none() {
        return Some(at);
    }
    let first_contact = if matches!(shown, Shown::Always) { 0 } else { 1 };
    let last = match shown {
        Shown::For(long) => at.saturating_add(long).min(end),
        _ => end,
    };
    let tick = |time: f64| (time * unit) as u64;
    let seen = times.filter_map(|time| match time {
        TieTime::Contact { at: time, .. } => {
            let contact = tick(time).max(first_contact);
            let late = contact > at || contact == at && first_contact == 0;
            (late && contact <= last).then_some(contact)
        }
        TieTime::Interval { start, end } => {
            let (start, end) = (tick(start), tick(end));
            if start <= at && at < end {
                return Some(at);
            }
            let comes = start > at && start <= last && !matches!(shown, Shown::Once);
            comes.then_some(start)
        }
        _ => None,
    });
    seen.min()
}

fn fixed(x: f64) -> Periods {
    Periods::all(Distribution::Fixed { x })
}

/// In 900 random worlds.
#[test]
fn the_audience_is_what_one_counts() {
    let (mut seen, mut later, mut sure) = (0, 0, 0);
    for seed in seeds(900) {
        let case = Case::new(seed);
        let mut dice = Dice::new(seed ^ 0xa0d1);
        let kind = seed as usize % 9;
        let clock = match kind {
            6 => Clock::Steps,
            7 => Clock::Continuous,
            _ => dice.pick(&[Clock::Steps, Clock::Continuous]),
        };
        let unit = if clock == Clock::Steps { 1.0 } else { 4_294_967_296.0 };
        let kinds: &[Kind] = match kind {
            0 | 6 | 8 => &WITHOUT_DURATIONS,
            7 => &[Kind::Static, Kind::Intervals],
            _ => &ALL,
        };
        let graph = graph_with_times(&case, &mut dice, clock, kinds);
        if !graph.has_times() {
            continue;
        }
        let long = dice.pick(&[1.0, 2.0]);
        let shown = match kind {
            0 | 7 | 8 => Shown::Once,
            1 => Shown::For(u64::MAX),
            6 => Shown::Always,
            _ => Shown::For((long * unit) as u64),
        };
        let model: Model = match kind {
            0 | 8 => IndependentCascade::with_probability(0.7).into(),
            1 => Si::with_rate(0.6).into(),
            2 => Sir::new(0.7, fixed(long)).into(),
            3 => Seir::new(0.7, fixed(1.0), fixed(long)).into(),
            4 => Sis::new(0.5, fixed(long)).into(),
            5 => Sirs::new(0.5, fixed(long), fixed(1.0)).into(),
            6 => Threshold::count(1).window(2).into(),
            _ => Hawkes::new(0.6, Distribution::Exponential { rate: 1.0 }).into(),
        };
        let windowless = kind == 6
            && graph
                .networks()
                .all(|n| graph.network(n).times() != Some(tieline::RowTimes::Contacts));
        let model = if windowless { Threshold::count(1).into() } else { model };
        let mut builder = Scenario::builder(graph)
            .model(model)
            .clock(clock)
            .crosspost_rates(case.crosspost.clone());
        let labels: Vec<_> = case.origins.iter().map(|&o| case.label(o)).collect();
        builder = match kind {
            2 | 3 if dice.chance(50) => builder
                .post(Post::new("one").origins(&labels))
                .post(Post::new("other").origin_at(1.0, case.label(0)))
                .interaction(Interaction::exclusive()),
            _ => builder.origins(labels),
        };
        if matches!(kind, 0 | 8) && clock == Clock::Continuous {
            builder = builder.delays(Delays::all(Distribution::Fixed { x: 0.5 }));
        }
        if kind == 8 {
            builder = builder.fatigue(Fatigue::geometric(0.5));
        }
        let most = if dice.chance(30) { 1 + dice.below(6) as u64 } else { u64::MAX };
        if most < u64::MAX {
            builder = builder.max_shares(most);
        }
        let until = 4u64;
        builder = match clock {
            Clock::Steps => builder.max_steps(until as u32),
            _ => builder.until(until as f64).crosspost_delay(Distribution::Fixed { x: 0.2 }),
        };
        let scenario = builder.build().unwrap_or_else(|error| panic!("case {seed}: {error}"));
        let user = scenario.graph().user_of(AccountId::new(0));
        let mute = Overlay::builder(scenario.graph()).mute(user).build().unwrap();
        for scenario in [scenario.clone(), scenario.with_overlay(mute)] {
            let graph = scenario.graph();
            let ensemble = Ensemble::new(&scenario).rng_seed(seed);
            for run in 0..3 {
                let cascade = ensemble.cascade(run);
                let when = |row: &ShareRow| row.time.map_or(row.step.into(), tieline::Ticks::get);
                let cut = cascade.size() as u64 == most;
                let end = match cascade.rows().last() {
                    Some(last) if cut => when(&last),
                    _ => (until as f64 * unit) as u64,
                };
                // Of whoever sees it when, and through which rows.
                let mut first: BTreeMap<AccountId, (u64, Vec<usize>)> = BTreeMap::new();
                for (place, row) in cascade.rows().enumerate() {
                    for tie in graph.tie_ids(row.account) {
                        let target = graph.tie_ends(tie).1;
                        let at = seen_at(graph, tie, when(&row), (shown, end), unit);
                        let Some(at) = at else { continue };
                        let known = first.entry(target).or_insert((at, Vec::new()));
                        if at < known.0 {
                            *known = (at, Vec::new());
                        }
                        if at == known.0 {
                            known.1.push(place);
                        }
                        later += usize::from(at > when(&row));
                    }
                }
                let fresh = ensemble.fresh_audience(run);
                assert_eq!(fresh.iter().sum::<u64>(), first.len() as u64, "{seed} {kind} {run}");
                let mut least = vec![0; cascade.size()];
                let mut most = vec![0; cascade.size()];
                for (_, through) in first.values() {
                    through.iter().for_each(|&place| most[place] += 1);
                    if let [only] = through[..] {
                        least[only] += 1;
                        sure += 1;
                    }
                }
                for place in 0..fresh.len() {
                    assert!((least[place]..=most[place]).contains(&fresh[place]), "{seed} {kind}");
                }
                seen += first.len();
            }
        }
    }
    assert!(seen > part(4000) && later > part(1500) && sure > part(2000), "{seen} {later} {sure}");
}
