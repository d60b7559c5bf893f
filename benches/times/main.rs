//! What do models cost along ties that come and go, beside plain loops that can do nothing else?
//!
//! Each model on one thread beside its loop ([`loops`]), in turns, per share. 10,000 accounts and 100,000 mutual
//! ties, ten origins unless the row says otherwise. Contacts: ten for each tie, at uniform times up to 10 (in steps:
//! up to 100). Intervals: one of length 2 for each tie, which starts at a uniform time up to 8 (in steps: 20 and up to
//! 80). A word on the command line picks rows.
#![allow(clippy::print_stdout, reason = "a bench reports what it measured")]

#[path = "../common/mod.rs"]
mod common;
mod loops;

use std::sync::Arc;

use common::beside::Beside;
use common::graphs::spread;
use common::plain::Xoshiro;
use loops::{Contact, Interval, Loops};
use tieline::generate::ErdosRenyi;
use tieline::{
    Clock, Delays, Distribution, IndependentCascade, Periods, Scenario, Seir, Si, Sir, Sis,
    SocialGraph, Threshold,
};

fn main() {
    common::beside::stay_on_this_thread();
    let beside = Beside::table("Ties that come and go, against single-purpose loops");
    let ties = ErdosRenyi::with_ties(10_000, 100_000).mutual().ties(7).expect("so many pairs");
    let graph = ties.graph("er").expect("ties without mistakes");
    on_contacts(&beside, &graph);
    on_intervals(&beside, &graph);
    on_contacts_in_steps(&beside, &graph);
    on_intervals_in_steps(&beside, &graph);
}

fn exponential(rate: f64) -> Periods {
    Periods::all(Distribution::Exponential { rate })
}

/// Contacts at times that `draw` gives, as a graph and as a list in order of time.
fn contacts(
    graph: &SocialGraph,
    mut draw: impl FnMut(f64) -> f64,
) -> (Arc<SocialGraph>, Vec<Contact>) {
    let mut random = Xoshiro::new(5);
    let (mut builder, mut rows) = (SocialGraph::builder(), Vec::new());
    let network = builder.network("er");
    graph.accounts().for_each(|account| {
        builder.account(network, &account.get().to_string());
    });
    for source in graph.accounts() {
        for &target in graph.targets(source) {
            let mut times: Vec<f64> = (0..10).map(|_| draw(random.unit())).collect();
            // A contact that is told twice is one.
            times.sort_by(f64::total_cmp);
            times.dedup();
            for at in times {
                let [one, other] = [source, target].map(|account| account.get().to_string());
                builder.contact(network, &one, &other, at);
                rows.push(Contact { at, source: source.get(), target: target.get() });
            }
        }
    }
    rows.sort_by(|one, other| one.at.total_cmp(&other.at));
    (Arc::new(builder.build().expect("contacts without mistakes")), rows)
}

/// The same of intervals of a length, in order of source.
fn intervals(
    graph: &SocialGraph,
    length: f64,
    mut draw: impl FnMut(f64) -> f64,
) -> (Arc<SocialGraph>, Vec<usize>, Vec<Interval>) {
    let mut random = Xoshiro::new(5);
    let (mut builder, mut rows, mut offsets) = (SocialGraph::builder(), Vec::new(), vec![0]);
    let network = builder.network("er");
    graph.accounts().for_each(|account| {
        builder.account(network, &account.get().to_string());
    });
    for source in graph.accounts() {
        for &target in graph.targets(source) {
            let start = draw(random.unit());
            let [one, other] = [source, target].map(|account| account.get().to_string());
            let end = start + length;
            builder.interval(network, &one, &other, start, end);
            rows.push(Interval { source: source.get(), target: target.get(), start, end });
        }
        offsets.push(rows.len());
    }
    (Arc::new(builder.build().expect("intervals without mistakes")), offsets, rows)
}

fn on_contacts(beside: &Beside, graph: &SocialGraph) {
    let (timed, rows) = contacts(graph, |unit| 10.0 * unit);
    let origins = spread(&timed, 10);
    let numbers: Vec<u32> = origins.iter().map(|origin| origin.get()).collect();
    let mut loops = Loops::new(timed.account_count(), &numbers);
    let of = || Scenario::builder(timed.clone()).origins(origins.clone());
    let si = of().model(Si::with_rate(0.05));
    beside.row("SI, a contact passes it on with .05", 5, si, || loops.si_over(0.05, &rows));
    let sir = of().model(Sir::new(0.1, exponential(1.0)));
    beside.row("SIR the same with .1, γ = 1", 5, sir, || loops.sir_over(0.1, 1.0, &rows));
    let seir = of().model(Seir::new(0.1, exponential(2.0), exponential(1.0)));
    beside.row("SEIR the same, σ = 2", 5, seir, || loops.seir_over((0.1, 2.0, 1.0), &rows));
    let sis = of().model(Sis::new(0.1, exponential(1.0))).until(10.0);
    beside.row("SIS the same, until 10", 5, sis, || loops.sis_over(0.1, 1.0, &rows));
    let ic = of().model(IndependentCascade::with_probability(0.1));
    let ic = ic.delays(Delays::all(Distribution::Fixed { x: 0.0 }));
    beside.row("IC p = .1 at first contacts", 5, ic, || loops.cascade_over(0.1, &rows));
}

fn on_intervals(beside: &Beside, graph: &SocialGraph) {
    let (timed, offsets, ties) = intervals(graph, 2.0, |unit| 8.0 * unit);
    let origins = spread(&timed, 10);
    let numbers: Vec<u32> = origins.iter().map(|origin| origin.get()).collect();
    let mut loops = Loops::new(timed.account_count(), &numbers);
    let sir =
        Scenario::builder(timed.clone()).origins(origins).model(Sir::new(0.3, exponential(0.5)));
    beside.row("SIR within intervals, β = .3, γ = ½", 200, sir, || {
        loops.sir_within((0.3, 0.5), &offsets, &ties)
    });
}

fn on_contacts_in_steps(beside: &Beside, graph: &SocialGraph) {
    let (timed, rows) = contacts(graph, |unit| (100.0 * unit).floor());
    let origins = spread(&timed, 10);
    let numbers: Vec<u32> = origins.iter().map(|origin| origin.get()).collect();
    let loops = Loops::new(timed.account_count(), &numbers);
    let mut by_source: Vec<Contact> =
        rows.iter().map(|&Contact { at, source, target }| Contact { at, source, target }).collect();
    by_source.sort_by_key(|row| row.source);
    let accounts = 0..=timed.account_count() as u32;
    let offsets: Vec<usize> =
        accounts.map(|source| by_source.partition_point(|row| row.source < source)).collect();
    let count =
        Scenario::builder(timed.clone()).origins(origins).model(Threshold::count(2).window(5));
    beside.row("count 2 of the contacts of 5 steps", 5, count, || {
        loops.count_over((2, 5), &rows, (&offsets, &by_source))
    });
}

fn on_intervals_in_steps(beside: &Beside, graph: &SocialGraph) {
    let (timed, offsets, ties) = intervals(graph, 20.0, |unit| (80.0 * unit).floor());
    let origins = spread(&timed, 300);
    let numbers: Vec<u32> = origins.iter().map(|origin| origin.get()).collect();
    let loops = Loops::new(timed.account_count(), &numbers);
    let mut changes = Vec::new();
    for &Interval { source, target, start, end } in &ties {
        changes.push((start as usize, true, source, target));
        changes.push((end as usize, false, source, target));
    }
    changes.sort_unstable();
    let watts = Scenario::builder(timed.clone()).origins(origins).model(Threshold::watts(0.3));
    beside.row("watts .3 of ties that exist, 300 origins", 5, watts.clock(Clock::Steps), || {
        loops.part_within((3, 10), &changes, &offsets, &ties)
    });
}
