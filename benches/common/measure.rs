//! Times, and the tables in which they are shown.

use std::fmt::Display;
use std::time::{Duration, Instant};

/// Works take turns so many times, and no more once they took [`PATIENCE`].
const MOST_ROUNDS: usize = 9;
const LEAST_ROUNDS: usize = 3;
const PATIENCE: Duration = Duration::from_secs(2);

/// Nanoseconds that `work` takes.
pub(crate) fn nanoseconds<R>(work: impl FnOnce() -> R) -> f64 {
    let start = Instant::now();
    std::hint::black_box(work());
    start.elapsed().as_nanos() as f64
}

/// Nanoseconds for which `work`, which stays on this thread, has a core: while another process has
/// it, nothing is counted. Where the system does not tell, as [`nanoseconds`].
fn core_nanoseconds(work: &mut dyn FnMut()) -> f64 {
    let before = time_on_core();
    let passed = nanoseconds(work);
    match (before, time_on_core()) {
        (Some(before), Some(after)) if after > before => (after - before) as f64,
        _ => passed,
    }
}

/// Nanoseconds for which this thread had a core so far.
fn time_on_core() -> Option<u64> {
    // The system brings its books up to date when it may give the core to somebody else.
    std::thread::yield_now();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split(' ').next()?.parse().ok()
}

/// Nanoseconds per activation of what `cascades` does; it returns activations.
pub(crate) fn per_activation(cascades: impl FnOnce() -> u64) -> f64 {
    let mut activations = 0;
    let time = nanoseconds(|| activations = cascades());
    time / activations as f64
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// What works took that were done in turn, so that whatever else the machine does meets them all.
pub(crate) struct Rounds(Vec<Vec<f64>>);

impl Rounds {
    /// Lets `works` take turns, and counts what each has of the core. Each is done once before that,
    /// untimed.
    pub(crate) fn of(works: &mut [&mut dyn FnMut()]) -> Self {
        Self::timed(works, core_nanoseconds, LEAST_ROUNDS)
    }

    /// The same, however long it takes: [`MOST_ROUNDS`] rounds.
    pub(crate) fn all(works: &mut [&mut dyn FnMut()]) -> Self {
        Self::timed(works, core_nanoseconds, MOST_ROUNDS)
    }

    /// The same with the time that passes, for works on several threads.
    pub(crate) fn by_the_clock(works: &mut [&mut dyn FnMut()]) -> Self {
        Self::timed(works, |work| nanoseconds(work), LEAST_ROUNDS)
    }

    fn timed(
        works: &mut [&mut dyn FnMut()],
        time: fn(&mut dyn FnMut()) -> f64,
        least: usize,
    ) -> Self {
        works.iter_mut().for_each(|work| work());
        let start = Instant::now();
        let mut rounds: Vec<Vec<f64>> = Vec::new();
        while rounds.len() < least || rounds.len() < MOST_ROUNDS && start.elapsed() < PATIENCE {
            rounds.push(works.iter_mut().map(|work| time(*work)).collect());
        }
        Self(rounds)
    }

    /// Median nanoseconds of a work.
    pub(crate) fn median(&self, work: usize) -> f64 {
        median(self.0.iter().map(|round| round[work]).collect())
    }

    /// The median, over rounds, of how many times as long one work took as another.
    pub(crate) fn ratio(&self, work: usize, other: usize) -> f64 {
        median(self.0.iter().map(|round| round[work] / round[other]).collect())
    }
}

/// Prints a heading and the head of a table.
pub(crate) fn table(heading: &str, columns: &[&str]) {
    println!(
        "\n{heading}\n\n| {} |\n|---|{}",
        columns.join(" | "),
        "--:|".repeat(columns.len() - 1)
    );
}

/// Prints a row.
pub(crate) fn row(cells: &[&dyn Display]) {
    let cells: Vec<String> = cells.iter().map(ToString::to_string).collect();
    println!("| {} |", cells.join(" | "));
}

/// A number to three digits.
pub(crate) fn short(value: f64) -> String {
    match value.abs() {
        least if least >= 100.0 => thousands(value.round() as u64),
        least if least >= 10.0 => format!("{value:.1}"),
        least if least >= 1.0 => format!("{value:.2}"),
        least if least >= 0.001 || least == 0.0 => format!("{value:.3}"),
        _ => format!("{value:.1e}"),
    }
}

/// A whole number with commas.
pub(crate) fn thousands(value: u64) -> String {
    let digits = value.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).expect("digits"))
        .collect();
    groups.join(",")
}
