//! What rows agree on: duplicates, reciprocal rows and weights settled, each tie once.

use super::builder::{Duplicates, GraphBuilder, Row};
use super::report::{LoadReport, TieReport};
use crate::error::{Error, Result};
use crate::id::LogicalKey;

/// A tie that the rows agree on.
pub(super) type Settled = (LogicalKey, LogicalKey, f64);

/// Settles rows without weights: sorted (source rank, target rank) keys, each once.
pub(super) fn settle_plain(
    directed: &[(u32, u32)],
    mutual: &[(u32, u32)],
) -> (Vec<u64>, TieReport) {
    let mut report =
        TieReport { rows: (directed.len() + mutual.len()) as u64, ..TieReport::default() };
    let key = |source: u32, target: u32| u64::from(source) << 32 | u64::from(target);
    let mut given = Vec::with_capacity(directed.len() + mutual.len());
    let mut implied = Vec::with_capacity(mutual.len());
    for (&(source, target), mutual) in
        directed.iter().map(|row| (row, false)).chain(mutual.iter().map(|row| (row, true)))
    {
        if source == target {
            report.self_ties += 1;
            continue;
        }
        given.push(key(source, target));
        if mutual {
            implied.push(key(target, source));
        }
    }
    let stated = given.len();
    given.sort_unstable();
    given.dedup();
    report.duplicates = (stated - given.len()) as u64;
    implied.sort_unstable();
    implied.dedup();
    // Reciprocal rows meet in two keys, one for each direction.
    let met = implied.iter().filter(|key| given.binary_search(key).is_ok()).count() as u64;
    report.confirmed = met.div_ceil(2);
    if !implied.is_empty() {
        given.extend(implied);
        given.sort_unstable();
        given.dedup();
    }
    report.ties = given.len() as u64;
    (given, report)
}

/// Settles rows any of which may have a weight.
pub(super) fn settle(
    rows: Vec<Row>,
    duplicates: Duplicates,
    builder: &GraphBuilder,
    files: &LoadReport,
) -> Result<(Vec<Settled>, TieReport)> {
    let mut report = TieReport { rows: rows.len() as u64, ..TieReport::default() };
    let mut stated = Vec::with_capacity(rows.len());
    for row in rows {
        if row.source == row.target {
            report.self_ties += 1;
            continue;
        }
        stated.push((row, false));
        if row.mutual {
            stated.push((Row { source: row.target, target: row.source, ..row }, true));
        }
    }
    // Stable, so rows of one tie stay in the order in which they were read.
    stated.sort_by_key(|&(row, implied)| (row.source, row.target, implied));
    let mut settled: Vec<Settled> = Vec::with_capacity(stated.len());
    let mut met = 0;
    for tie in stated.chunk_by(|(a, _), (b, _)| (a.source, a.target) == (b.source, b.target)) {
        let given = tie.partition_point(|&(_, implied)| !implied);
        let (given, implied) = tie.split_at(given);
        let fail = |first: &Row, second: &Row| two_weights(first, second, builder, files);
        let own = combine(given, duplicates, &fail)?;
        let other = combine(implied, duplicates, &fail)?;
        let weight = match (own, other) {
            (Some(weight), None) | (None, Some(weight)) => weight,
            (Some(own), Some(other)) => {
                met += 1;
                reconcile(own, other, duplicates, &given[0].0, &implied[0].0, &fail)?
            }
            (None, None) => continue,
        };
        for (row, _) in given.iter().skip(1) {
            if same(row.weight, given[0].0.weight) && duplicates != Duplicates::Sum {
                report.duplicates += 1;
            } else {
                report.combined += 1;
            }
        }
        settled.push((tie[0].0.source, tie[0].0.target, weight));
    }
    report.confirmed = u64::div_ceil(met, 2);
    report.ties = settled.len() as u64;
    Ok((settled, report))
}

fn same(one: f64, other: f64) -> bool {
    one == other || (one.is_nan() && other.is_nan())
}

/// The one weight of rows that state the same tie in the same words; none if there is no row.
fn combine(
    rows: &[(Row, bool)],
    duplicates: Duplicates,
    fail: &impl Fn(&Row, &Row) -> Error,
) -> Result<Option<f64>> {
    let Some(((first, _), rest)) = rows.split_first() else { return Ok(None) };
    let mut weight = first.weight;
    for (row, _) in rest {
        if row.weight.is_nan() && weight.is_nan() {
            continue;
        }
        if row.weight.is_nan() != weight.is_nan() {
            return Err(fail(first, row));
        }
        match duplicates {
            Duplicates::Error if same(row.weight, weight) => {}
            Duplicates::Error => return Err(fail(first, row)),
            Duplicates::Sum => weight += row.weight,
            Duplicates::First => {}
            Duplicates::Max => weight = weight.max(row.weight),
        }
    }
    Ok(Some(weight))
}

/// The weight of one direction of a mutual tie whose two directions were both stated.
fn reconcile(
    own: f64,
    other: f64,
    duplicates: Duplicates,
    given: &Row,
    implied: &Row,
    fail: &impl Fn(&Row, &Row) -> Error,
) -> Result<f64> {
    if same(own, other) {
        return Ok(own);
    }
    let (first, second) = if (implied.file, implied.line) < (given.file, given.line) {
        (implied, given)
    } else {
        (given, implied)
    };
    match duplicates {
        _ if own.is_nan() || other.is_nan() => Err(fail(first, second)),
        Duplicates::First => Ok(first.weight),
        Duplicates::Max => Ok(own.max(other)),
        // A reciprocal row confirms a tie, so a sum cannot tell whether it adds.
        Duplicates::Error | Duplicates::Sum => Err(fail(first, second)),
    }
}

fn two_weights(first: &Row, second: &Row, builder: &GraphBuilder, files: &LoadReport) -> Error {
    let label = |key: LogicalKey| {
        let network = &builder.networks[key.network().index()];
        format!("{}@{}", network.names.get(key.rank()), network.name)
    };
    let weight = |row: &Row| {
        if row.weight.is_nan() { "no weight".into() } else { format!("weight {}", row.weight) }
    };
    let place = |row: &Row| match row.file {
        0 => String::new(),
        _ => format!(" on line {}", row.line),
    };
    let reciprocal = first.mutual && second.mutual && builder.duplicates == Duplicates::Sum;
    let advice = if first.weight.is_nan() || second.weight.is_nan() {
        "give every row of a tie its weight, or say `--ignore-weights`"
    } else if reciprocal {
        "`--duplicates sum` cannot tell whether a reciprocal row adds to a mutual tie; \
         say `--duplicates first` or `max`, or state the ties as directed"
    } else {
        "say `--duplicates sum`, `first` or `max`"
    };
    let error = Error::conflict(format!(
        "the tie {} → {} has {}{} and {}{}; {advice}",
        label(second.source),
        label(second.target),
        weight(first),
        place(first),
        weight(second),
        place(second),
    ));
    // A row without a weight keeps no place; then the other one's has to do.
    let placed = if second.file == 0 { first } else { second };
    match placed.file {
        0 => error,
        file => error.in_file(files.files[file as usize - 1].file.clone()).at_line(placed.line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reciprocal_rows_confirm_and_equal_rows_are_dropped() {
        let (keys, report) = settle_plain(&[], &[(0, 1), (1, 0), (0, 1), (2, 2), (1, 2)]);
        assert_eq!(keys.len(), 4);
        let TieReport { rows, self_ties, duplicates, confirmed, ties, .. } = report;
        assert_eq!((rows, self_ties, duplicates, confirmed, ties), (5, 1, 1, 1, 4));
    }
}
