//! `tieline simulate`.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Instant;

use serde::Serialize;
use tieline::scenario_file::{Plan, ScenarioFile};
use tieline::{CarrierRanking, Ensemble, Outcome, SocialGraph, Tally, WithinOutcome};

use super::args::SimulateArgs;
use super::progress::{Stop, bar};
use super::shares::Shares;
use super::summary::{Origins, Seconds, Summary, json};
use super::{Failure, page, print, typed};

/// Share events that are held in memory before they are written, one large run aside.
const EVENTS_AT_ONCE: u64 = 1 << 18;

pub(super) fn simulate(args: SimulateArgs) -> Result<(), Failure> {
    let scenario = args.scenario()?;
    if scenario.types.is_some() {
        let plan = scenario.typed_plan().map_err(Failure::usage)?;
        let stop = Stop::on_ctrl_c()?;
        return on_threads(plan.keys().threads, || typed::run(&plan, &stop));
    }
    let plan = scenario.plan().map_err(Failure::usage)?;
    super::USES_GRAPH_FILE.store(plan.keys().graph.is_some(), Ordering::Relaxed);
    let stop = Stop::on_ctrl_c()?;
    on_threads(plan.keys().threads, || run(plan, &stop))
}

/// Does `work` in a pool of so many threads, or of as many as there are cores.
fn on_threads(
    threads: Option<usize>,
    work: impl FnOnce() -> Result<(), Failure> + Send,
) -> Result<(), Failure> {
    let mut pool = rayon::ThreadPoolBuilder::new();
    if let Some(threads) = threads {
        pool = pool.num_threads(threads);
    }
    let pool = pool.build().map_err(|error| Failure::late(format!("no threads: {error}")))?;
    pool.install(work)
}

fn run(mut plan: Plan, stop: &Stop) -> Result<(), Failure> {
    let mut seconds = Seconds::default();
    let started = Instant::now();
    let (graph, load) = plan.load()?;
    seconds.load = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let ensemble = plan.ensemble(graph)?;
    seconds.prepare = started.elapsed().as_secs_f64();

    let scenario = ensemble.scenario().clone();
    let origins = scenario.origins().len();
    let runs = plan.most_runs();
    if let Some(grows) = scenario.grows_without_end() {
        // Also at once: behind a run that does not end it would come too late.
        eprintln!("note: {grows}");
    }
    let started = Instant::now();
    let mut outcome = match &plan.keys().shares {
        None => simple(&ensemble, runs, stop),
        Some(shares) => with_shares(&ensemble, runs, &shares.path(), scenario.graph(), stop)?,
    };
    let interrupted = outcome.interrupted;
    let candidates = plan.keys().carriers.filter(|_| !interrupted);
    let carrier_ranking = candidates
        .and_then(|n| ranking(&ensemble.clone().runs(outcome.runs), n, outcome.runs, stop));
    seconds.simulate = started.elapsed().as_secs_f64();

    let unranked = candidates.is_some() && carrier_ranking.is_none();
    outcome.interrupted |= unranked;
    let warnings = [scenario.warning(), late_deadline(plan.keys(), &outcome.reached_within)];
    let warning = warnings.into_iter().flatten().reduce(|one, other| format!("{one}; {other}"));
    let summary = Summary {
        warning,
        carrier_ranking,
        origins: Origins {
            accounts: origins,
            repeated: plan.origins_named().saturating_sub(origins),
        },
        scenario: plan.echo(),
        load,
        seconds,
        outcome,
    };
    tell(plan.keys(), &summary, || page::page(&summary, scenario.graph()))?;
    if interrupted {
        let finished = summary.outcome.runs;
        let most = if ensemble.precision().is_some() { "at most " } else { "" };
        return Err(Failure::late(format!("interrupted after {finished} of {most}{runs} runs")));
    }
    if unranked {
        return Err(Failure::late("interrupted while carriers were ranked; the runs are complete"));
    }
    Ok(())
}

/// What there is to say if a deadline is behind the end of runs.
pub(super) fn late_deadline(keys: &ScenarioFile, within: &[WithinOutcome]) -> Option<String> {
    let (key, end) = match (keys.until, keys.max_steps) {
        (Some(time), _) => ("until", time),
        (_, Some(steps)) => ("max_steps", f64::from(steps)),
        _ => return None,
    };
    let late = within.iter().find(|deadline| deadline.within > end)?;
    Some(format!(
        "runs end at {end} (`{key}`), so who is reached within {} are those who are reached until then",
        late.within
    ))
}

/// None if it was interrupted. Each run is gone through twice.
fn ranking(
    ensemble: &Ensemble,
    candidates: usize,
    runs: u64,
    stop: &Stop,
) -> Option<CarrierRanking> {
    let bar = bar(runs);
    let ranking = ensemble.rank_carriers_with(candidates, |progress| {
        bar.set_position(progress.finished);
        stop.flow()
    });
    bar.finish_and_clear();
    ranking
}

fn simple(ensemble: &Ensemble, runs: u64, stop: &Stop) -> Outcome {
    let bar = bar(runs);
    let outcome = ensemble.run_with(|progress| {
        bar.set_position(progress.finished);
        stop.flow()
    });
    bar.finish_and_clear();
    outcome
}

/// Range by range, so that the log never stands in memory as a whole, and so that an interruption
/// leaves the same runs in the file and in the outcome.
fn with_shares(
    ensemble: &Ensemble,
    runs: u64,
    path: &Path,
    graph: &SocialGraph,
    stop: &Stop,
) -> Result<Outcome, Failure> {
    let cannot = |error| cannot_write(path, &error);
    let posts = ensemble.scenario().posts().map(str::to_owned).collect();
    let mut shares = Shares::create(path, posts).map_err(cannot)?;
    let bar = bar(runs);
    let least = 4 * rayon::current_num_threads() as u64;
    let mut chunk = least;
    let mut all: Option<Tally> = None;
    let asked = ensemble.precision();
    // Where it may end.
    let tests = asked.map_or_else(|| vec![runs], |asked| asked.tests().collect());
    let mut reached = false;
    let mut next = 0;
    'tests: for test in tests {
        while next < test {
            if all.is_some() && stop.asked() {
                break 'tests;
            }
            let range = next..test.min(next + chunk);
            next = range.end;
            let part = ensemble.clone().run_range(range);
            let log = part.share_log();
            shares.write(graph, &log).map_err(cannot)?;
            match &mut all {
                None => all = Some(part.tally()),
                Some(all) => all.merge(part.tally())?,
            }
            bar.set_position(next);
            let per_run = (log.len() as u64).div_ceil(chunk).max(1);
            chunk = (EVENTS_AT_ONCE / per_run).min(chunk.saturating_mul(4)).max(least);
        }
        if let (Some(all), Some(asked)) = (&all, asked) {
            reached = all.precision(asked)?.reached;
        }
        if reached {
            break;
        }
    }
    shares.finish().map_err(cannot)?;
    bar.finish_and_clear();
    let all = all.unwrap_or_else(|| ensemble.clone().runs(0).tally());
    let mut outcome = all.outcome();
    outcome.interrupted = next < runs && !reached;
    if let Some(asked) = asked {
        let mut verdict = all.precision(asked)?;
        verdict.reached = reached;
        outcome.precision = Some(verdict);
    }
    Ok(outcome)
}

/// Shows the summary as a page, or as JSON where `keys` say so.
pub(super) fn tell(
    keys: &ScenarioFile,
    summary: &impl Serialize,
    page: impl FnOnce() -> String,
) -> Result<(), Failure> {
    match &keys.json {
        None => print(&page()),
        Some(file) if file.written() == "-" => print(&json(summary)?),
        Some(file) => std::fs::write(file.path(), json(summary)?)
            .map_err(|error| cannot_write(&file.path(), &error)),
    }
}

pub(super) fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure::late(format!("{}: cannot write: {error}", path.display()))
}
