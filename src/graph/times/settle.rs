//! What rows with times agree on: repeats, reciprocal rows and weights settled, each tie with its times.

use super::super::builder::{Duplicates, GraphBuilder, Row};
use super::super::report::{LoadReport, TieReport};
use super::super::settle::Settled;
use super::{NetworkTimes, TimedRow, TimedRows, TimesKind};
use crate::error::{Error, Result};
use crate::id::LogicalKey;

/// The ties of one network and their times, in order.
#[derive(Debug, Default)]
pub(in crate::graph) struct SettledTimes {
    pub(in crate::graph) times: NetworkTimes,
    pub(in crate::graph) ties: Vec<Settled>,
    /// Where the times of each tie end.
    ends: Vec<usize>,
    all: Vec<(f64, f64)>,
}

impl SettledTimes {
    /// The times of each tie.
    pub(super) fn rows(&self) -> impl Iterator<Item = &[(f64, f64)]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.all[start..end])
    }
}

/// A row, in the direction of one of its ties.
#[derive(Debug, Clone, Copy)]
struct Stated {
    timed: TimedRow,
    /// It is the other direction of a mutual tie.
    implied: bool,
    /// Its place among all rows.
    place: usize,
}

/// Settles the rows of a network: ties by source and target, times of each in order.
pub(in crate::graph) fn settle_timed(
    network: TimedRows,
    builder: &GraphBuilder,
    files: &LoadReport,
) -> Result<(SettledTimes, TieReport)> {
    let TimedRows { times, rows } = network;
    let mut report = TieReport { rows: rows.len() as u64, ..TieReport::default() };
    let mut stated = Vec::with_capacity(rows.len());
    for (place, timed) in rows.into_iter().enumerate() {
        let row = timed.row;
        if row.source == row.target {
            report.self_ties += 1;
            continue;
        }
        stated.push(Stated { timed, implied: false, place });
        if row.mutual {
            let turned = Row { source: row.target, target: row.source, ..row };
            let timed = TimedRow { row: turned, ..timed };
            stated.push(Stated { timed, implied: true, place });
        }
    }
    let ends = |stated: &Stated| (stated.timed.row.source, stated.timed.row.target);
    stated.sort_by(|a, b| {
        let order = ends(a).cmp(&ends(b)).then(a.timed.first.total_cmp(&b.timed.first));
        let order = order.then(a.timed.second.total_cmp(&b.timed.second));
        order.then(a.implied.cmp(&b.implied)).then(a.place.cmp(&b.place))
    });
    let mut settled = SettledTimes { times, ..SettledTimes::default() };
    let mut met = 0u64;
    for tie in stated.chunk_by(|a, b| ends(a) == ends(b)) {
        let mut distinct: Vec<Stated> = Vec::new();
        let same = |a: &Stated, b: &Stated| {
            let bits = |s: &Stated| (s.timed.first.to_bits(), s.timed.second.to_bits());
            bits(a) == bits(b)
        };
        for equal in tie.chunk_by(same) {
            let given = equal.iter().filter(|stated| !stated.implied).count() as u64;
            report.duplicates += given.saturating_sub(1);
            met += u64::from(given > 0 && given < equal.len() as u64);
            if let Some(before) = distinct.last() {
                check_apart(times.kind, before, &equal[0], builder, files)?;
            }
            distinct.push(equal[0]);
            let TimedRow { first, second, .. } = equal[0].timed;
            settled.all.push((first, second));
        }
        settled.ends.push(settled.all.len());
        let (source, target) = ends(&tie[0]);
        settled.ties.push((source, target, weight(tie, &distinct, builder, files)?));
    }
    report.confirmed = met.div_ceil(2);
    report.ties = settled.ties.len() as u64;
    report.times = settled.all.len() as u64;
    Ok((settled, report))
}

/// Two times of one tie exclude each other.
fn check_apart(
    kind: Option<TimesKind>,
    before: &Stated,
    after: &Stated,
    builder: &GraphBuilder,
    files: &LoadReport,
) -> Result<()> {
    let (one, other) = (&before.timed, &after.timed);
    let what = match kind {
        Some(TimesKind::Intervals) if other.first < one.second => format!(
            "exists from {} to {} and from {} to {}: intervals of one tie must not overlap",
            one.first, one.second, other.first, other.second
        ),
        Some(TimesKind::Lasting) if other.first == one.first => format!(
            "has a contact at {} that lasts {} and one that lasts {}",
            one.first, one.second, other.second
        ),
        _ => return Ok(()),
    };
    Err(placed(&what, before, after, builder, files))
}

/// The weight that the rows of a tie agree on, NaN if they have none.
fn weight(
    tie: &[Stated],
    distinct: &[Stated],
    builder: &GraphBuilder,
    files: &LoadReport,
) -> Result<f64> {
    let first = tie.iter().min_by_key(|stated| stated.place).unwrap_or(&tie[0]);
    let own = first.timed.row.weight;
    let differs = tie.iter().find(|stated| {
        let other = stated.timed.row.weight;
        !(other == own || other.is_nan() && own.is_nan())
    });
    let weights = || distinct.iter().map(|stated| stated.timed.row.weight);
    match (differs, builder.duplicates) {
        (None, Duplicates::Sum) if !own.is_nan() => Ok(weights().fold(0.0, |sum, w| sum + w)),
        (None, _) => Ok(own),
        (Some(other), duplicates) => {
            let some_have_none = tie.iter().any(|stated| stated.timed.row.weight.is_nan());
            match duplicates {
                Duplicates::First if !some_have_none => Ok(own),
                Duplicates::Max if !some_have_none => Ok(weights().fold(own, f64::max)),
                Duplicates::Sum if !some_have_none => Ok(weights().fold(0.0, |sum, w| sum + w)),
                _ => {
                    let weight = |stated: &Stated| match stated.timed.row.weight {
                        weight if weight.is_nan() => "no weight".to_owned(),
                        weight => format!("weight {weight}"),
                    };
                    let advice = if some_have_none {
                        "give every row of a tie its weight, or say `--ignore-weights`"
                    } else {
                        "a tie has one weight at all its times: say `--duplicates sum`, `first` or \
                         `max`, or `--ignore-weights`"
                    };
                    let what = format!("has {} and {}; {advice}", weight(first), weight(other));
                    Err(placed(&what, first, other, builder, files))
                }
            }
        }
    }
}

/// An error about two rows of one tie, at the later one.
fn placed(
    what: &str,
    one: &Stated,
    other: &Stated,
    builder: &GraphBuilder,
    files: &LoadReport,
) -> Error {
    let label = |key: LogicalKey| {
        let network = &builder.networks[key.network().index()];
        format!("{}@{}", network.names.get(key.rank()), network.name)
    };
    let (earlier, later) = if one.place <= other.place { (one, other) } else { (other, one) };
    let Row { source, target, file, line, .. } = later.timed.row;
    let also = match earlier.timed.row {
        Row { file: 0, .. } => String::new(),
        Row { line, .. } => format!(" (the other row is line {line})"),
    };
    let error =
        Error::conflict(format!("the tie {} → {} {what}{also}", label(source), label(target)));
    match file {
        0 => error,
        file => error.in_file(files.files[file as usize - 1].file.clone()).at_line(line),
    }
}
