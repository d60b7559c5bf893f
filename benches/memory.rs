//! What do a graph, a scenario and a thread that runs cascades hold in memory, against what they may?
//!
//! Each case is a process of its own, so that nothing that another left behind is counted, and counts
//! the memory that belongs to it alone and to no file (`RssAnon` in `/proc/self/status`), which is what
//! a machine must have. It tells the allocator to give back what is freed; what one may hold is rounded
//! to whole huge pages by the system, which the cases are large enough not to show.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]
#![allow(clippy::print_stdout, reason = "a bench reports what it measured")]

mod common;

use std::process::Command;
use std::sync::Arc;

use common::graphs::{hubs, r_mat};
use common::measure::{row, short, table};
use criterion::{Criterion, criterion_group, criterion_main};
use tieline::generate::{LinkedNetworks, RMat, SharedUsers};
use tieline::{
    Detail, Ensemble, IndependentCascade, LinearThreshold, Model, Observer, Run, Scenario,
    SocialGraph, WeightedCascade,
};

/// What one process measures.
#[derive(Clone, Copy)]
struct Case {
    name: &'static str,
    graph: fn() -> SocialGraph,
    model: fn() -> Model,
    /// Bytes a tie, and an account, that graph and scenario may hold.
    may_hold: Option<(f64, f64)>,
    /// Bytes that a thread may write on, by accounts; `links`: with parents.
    scratch: Option<fn(f64) -> f64>,
    links: bool,
}

/// Bytes a tie, and an account, where probabilities are alike, where each tie has its own, and where
/// that takes wide cells.
const UNIFORM: (f64, f64) = (4.3, 20.0);
const BY_TIE: (f64, f64) = (12.6, 28.0);
const WIDE: (f64, f64) = (16.6, 28.0);

/// Bytes that graph and scenario may hold beside these, an account of a user with several.
const WITH_SEVERAL: f64 = 8.0;

/// A bit and a place in the list of sharers for everybody.
fn one_run(accounts: f64) -> f64 {
    accounts / 8.0 + 4.0 * accounts
}

/// A block of runs that are pulled together.
fn pulled(accounts: f64) -> f64 {
    4.0 * accounts * PULLED_TOGETHER
}

/// Runs in a block of linear threshold.
const PULLED_TOGETHER: f64 = 16.0;

fn linked() -> SocialGraph {
    let ties = || RMat::new(20, 16);
    LinkedNetworks::new()
        .network("square", ties())
        .network("hall", ties())
        .share(SharedUsers::fraction(["square", "hall"], 0.5))
        .graph(1)
        .expect("networks that can be linked")
}

fn independent() -> Model {
    IndependentCascade::with_probability(0.08).into()
}

fn nearly_all() -> Model {
    IndependentCascade::with_probability(0.9).into()
}

fn cases() -> Vec<Case> {
    let case = |name, graph, model, may_hold, scratch, links| Case {
        name,
        graph,
        model,
        may_hold,
        scratch,
        links,
    };
    let one = || r_mat(20, 16);
    let weighted = || Model::from(WeightedCascade);
    let threshold = || Model::from(LinearThreshold::default());
    vec![
        case(
            "independent cascade, p = 0.08",
            one,
            independent,
            Some(UNIFORM),
            Some(one_run),
            false,
        ),
        case("the same, two networks linked", linked, independent, Some(UNIFORM), None, false),
        case("the same, p = 0.9", one, nearly_all, Some(UNIFORM), Some(one_run), false),
        case("the same, p = 0.08, with parents", one, independent, None, None, true),
        case("weighted cascade", one, weighted, Some(BY_TIE), Some(one_run), false),
        case(
            "the same, 2^21 accounts",
            || r_mat(21, 16),
            weighted,
            Some(WIDE),
            Some(one_run),
            false,
        ),
        case("linear threshold", one, threshold, None, Some(pulled), false),
    ]
}

/// Of the environment: makes this process measure the case with that number.
const CASE: &str = "TIELINE_MEMORY_CASE";

fn memory(_: &mut Criterion) {
    if let Ok(number) = std::env::var(CASE) {
        measure(cases()[number.parse::<usize>().expect("the number of a case")]);
        return;
    }
    if held().is_none() {
        println!("This system does not tell what a process holds.");
        return;
    }
    table(
        "What is held in memory",
        &[
            "case",
            "accounts",
            "ties",
            "graph and scenario, MB",
            "part of the bar",
            "a thread that ran cascades, MB",
            "bytes an account",
            "part of the bar",
        ],
    );
    for number in 0..cases().len() {
        let program = std::env::current_exe().expect("the name of this program");
        let status = Command::new(program)
            .arg("tables")
            .env(CASE, number.to_string())
            // Without these the allocator keeps what is freed, the more the larger it was.
            .env("MALLOC_MMAP_THRESHOLD_", "131072")
            .env("MALLOC_TRIM_THRESHOLD_", "131072")
            .status();
        assert!(status.is_ok_and(|status| status.success()), "case {number} failed");
    }
}

/// Prints a row.
fn measure(case: Case) {
    let before = held().unwrap_or(0.0);
    let graph = Arc::new((case.graph)());
    let origins = hubs(&graph, 50);
    let scenario = Scenario::builder(graph.clone()).model((case.model)()).origins(origins);
    let scenario = scenario.build().expect("a scenario without mistakes");
    let ready = held().unwrap_or(0.0);
    let ensemble = Ensemble::new(&scenario).runs(RUNS).serial();
    let most = if case.links {
        ensemble.observe(Most::<true>::default).value.0
    } else {
        ensemble.observe(Most::<false>::default).value.0
    };
    let (ties, accounts) = (graph.tie_count() as f64, graph.account_count() as f64);
    let several: usize =
        graph.users().map(|user| graph.accounts_of_user(user).len()).filter(|&of| of > 1).sum();
    let may_hold = case.may_hold.map(|(a_tie, an_account)| {
        a_tie * ties + an_account * accounts + WITH_SEVERAL * several as f64
    });
    let part = |held: f64, bar: Option<f64>| bar.map_or("".into(), |bar| short(held / bar));
    row(&[
        &case.name,
        &short(accounts),
        &short(ties),
        &short((ready - before) / 1e6),
        &part(ready - before, may_hold),
        &short((most - ready) / 1e6),
        &short((most - ready) / accounts),
        &part(most - ready, case.scratch.map(|bar| bar(accounts))),
    ]);
}

/// Runs of one measurement.
const RUNS: u64 = 20;

/// The most that was held when a run was seen.
#[derive(Default)]
struct Most<const LINKS: bool>(f64);

impl<const LINKS: bool> Observer for Most<LINKS> {
    const DETAIL: Detail = if LINKS { Detail::Parents } else { Detail::Size };

    fn see(&mut self, _: &Run<'_>) {
        self.0 = self.0.max(held().unwrap_or(0.0));
    }

    fn merge(&mut self, later: Self) {
        self.0 = self.0.max(later.0);
    }
}

/// Bytes that this process holds of its own; none where the system does not tell.
fn held() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
    let kilobytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(1024.0 * kilobytes)
}

criterion_group!(benches, memory);
criterion_main!(benches);
