//! `tieline simulate` without a graph.

use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use serde::Serialize;
use tieline::report::counted;
use tieline::scenario_file::{ScenarioFile, TypedPlan};
use tieline::{MAPPING_VERSION, TypedOutcome};

use super::Failure;
use super::page::{model, starts};
use super::progress::{Stop, bar};
use super::shares::Shares;
use super::simulate::{cannot_write, late_deadline, tell};
use super::summary::Seconds;

/// Everything but `seconds` is the same bits every time.
#[derive(Debug, Serialize)]
struct Summary {
    model: &'static str,
    #[serde(flatten)]
    outcome: TypedOutcome,
    rng_seed: u64,
    mapping: u32,
    interrupted: bool,
    /// What people should know who set the model so.
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<String>,
    /// The scenario as resolved.
    scenario: ScenarioFile,
    seconds: Seconds,
}

pub(super) fn run(plan: &TypedPlan, stop: &Stop) -> Result<(), Failure> {
    let (runs, started) = (plan.runs(), Instant::now());
    let bar = bar(runs);
    let outcome = match &plan.keys().shares {
        None => plan.model().run_with(runs, plan.rng_seed(), |progress| {
            bar.set_position(progress.finished);
            stop.flow()
        })?,
        Some(file) => with_shares(plan, &file.path(), stop)?,
    };
    bar.finish_and_clear();
    let interrupted = outcome.runs < runs;
    let simulate = started.elapsed().as_secs_f64();
    let summary = Summary {
        model: "hawkes",
        rng_seed: plan.rng_seed(),
        mapping: MAPPING_VERSION,
        interrupted,
        warning: late_deadline(plan.keys(), &outcome.reached_within),
        scenario: plan.echo(),
        seconds: Seconds { simulate, ..Seconds::default() },
        outcome,
    };
    tell(plan.keys(), &summary, || page(&summary))?;
    if interrupted {
        let finished = summary.outcome.runs;
        return Err(Failure::late(format!("interrupted after {finished} of {runs} runs")));
    }
    Ok(())
}

/// Run by run, so that the log never stands in memory as a whole.
fn with_shares(plan: &TypedPlan, path: &Path, stop: &Stop) -> Result<TypedOutcome, Failure> {
    let cannot = |error| cannot_write(path, &error);
    let mut shares = Shares::create(path, Vec::new()).map_err(cannot)?;
    let mut written = Ok(());
    let types = &plan.model().types;
    let outcome = plan.model().each_run(plan.runs(), plan.rng_seed(), |run, events| {
        written = shares.write_typed(types, run, events);
        if written.is_err() { ControlFlow::Break(()) } else { stop.flow() }
    })?;
    written.map_err(cannot)?;
    shares.finish().map_err(cannot)?;
    Ok(outcome)
}

fn page(summary: &Summary) -> String {
    let Summary { outcome, scenario, rng_seed, .. } = summary;
    let types = counted(outcome.types.len() as u64, "type");
    let mut page = String::new();
    let _ = writeln!(page, "{types} of shares without a graph, {}", model(scenario));
    let _ = writeln!(
        page,
        "{}; {}, rng-seed {rng_seed}{}",
        starts(scenario, 0),
        counted(outcome.runs, "run"),
        if summary.interrupted { ": INTERRUPTED" } else { "" },
    );
    if let Some(warning) = &summary.warning {
        let _ = writeln!(page, "{warning}");
    }
    let _ = write!(page, "\n{outcome}\nsimulated in {:.2} s\n", summary.seconds.simulate);
    page
}
