//! A table of users: what theirs is multiplied by.

use super::lines::{Lines, utf8};
use super::names_list::Listed;
use super::source::Source;
use crate::error::{Error, Result};
use crate::graph::FileReport;

/// What a column may say, as it is called in a scenario.
pub(crate) const FACTORS: [&str; 4] =
    ["infectivity", "susceptibility", "inclination", "external_factor"];

/// A user, and their factors, by their place in [`FACTORS`].
pub(crate) type UserFactors = (String, Vec<(usize, f64)>);

/// Reads a table whose first line names its columns: `user`, and any of [`FACTORS`]. They are separated by tabs, else
/// by commas, else by spaces; where nothing stands the factor is 1. Comments (first byte `#` or `%`) and blank
/// lines are counted.
///
/// # Errors
/// If the file cannot be read, is not UTF-8, has no such columns, or a row has others.
pub(crate) fn read_user_factors(source: &Source) -> Result<(Listed<UserFactors>, FileReport)> {
    let mut lines = Lines::open(source)?;
    let mut found = Listed { lines: Vec::new(), values: Vec::new() };
    let mut report = FileReport {
        file: source.name(),
        form: "factors of users".into(),
        ..FileReport::default()
    };
    let mut head: Option<(Option<char>, Vec<Column>)> = None;
    while lines.advance()? {
        if matches!(lines.line().first(), Some(b'#' | b'%')) {
            report.comments += 1;
            continue;
        }
        let line = utf8(lines.line()).map_err(|error| lines.wrong(error))?.trim_end_matches('\r');
        if line.trim().is_empty() {
            report.blank += 1;
            continue;
        }
        match &head {
            None => {
                let between = ['\t', ','].into_iter().find(|&mark| line.contains(mark));
                head = Some((between, columns(line, between).map_err(|error| lines.wrong(error))?));
            }
            Some((between, columns)) => {
                report.rows += 1;
                found.lines.push(lines.number());
                let row = row(&cells(line, *between), columns);
                found.values.push(row.map_err(|error| lines.wrong(error))?);
            }
        }
    }
    report.lines = lines.number();
    if found.values.is_empty() {
        let error = Error::input("expected a first line `user` and factors, and a user a line");
        return Err(error.in_file(source.name()));
    }
    Ok((found, report))
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq)]
enum Column {
    User,
    /// By its place in [`FACTORS`].
    Factor(usize),
}

fn cells(line: &str, between: Option<char>) -> Vec<&str> {
    match between {
        Some(mark) => line.split(mark).map(str::trim).collect(),
        None => line.split_whitespace().collect(),
    }
}

fn columns(line: &str, between: Option<char>) -> Result<Vec<Column>> {
    let mut columns = Vec::new();
    for word in cells(line, between) {
        let place = FACTORS.iter().position(|factor| *factor == word);
        let column = match (word, place) {
            ("user", _) => Column::User,
            (_, Some(place)) => Column::Factor(place),
            _ => {
                let known = ["user"].into_iter().chain(FACTORS);
                return Err(Error::unknown("column", word, known));
            }
        };
        if columns.contains(&column) {
            return Err(Error::input(format!("two columns are called `{word}`")));
        }
        columns.push(column);
    }
    if !columns.contains(&Column::User) || columns.len() < 2 {
        return Err(Error::input(format!(
            "expected the columns `user` and `{}`, found `{line}`",
            FACTORS.join("`, `")
        )));
    }
    Ok(columns)
}

fn row(cells: &[&str], columns: &[Column]) -> Result<UserFactors> {
    if cells.len() != columns.len() {
        return Err(Error::input(format!(
            "expected {} columns as in the first line, found {}",
            columns.len(),
            cells.len()
        )));
    }
    let (mut user, mut factors) = (String::new(), Vec::new());
    for (&cell, column) in cells.iter().zip(columns) {
        match column {
            Column::User => cell.clone_into(&mut user),
            Column::Factor(_) if cell.is_empty() => {}
            Column::Factor(place) => {
                let factor = cell.parse::<f64>().map_err(|_| {
                    Error::input(format!(
                        "expected a number for {}, found `{cell}`",
                        FACTORS[*place]
                    ))
                })?;
                factors.push((*place, factor));
            }
        }
    }
    if user.is_empty() {
        return Err(Error::input("expected the name of a user, found nothing"));
    }
    Ok((user, factors))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named() {
        let text = "# who\nuser,inclination,infectivity\nann b,2,\ncid, 0.5 ,3\n\n";
        let (found, report) = read_user_factors(&Source::bytes("u", text)).unwrap();
        let expected = [("ann b", vec![(2, 2.0)]), ("cid", vec![(2, 0.5), (0, 3.0)])];
        assert_eq!(found.values, expected.map(|(name, factors)| (name.to_owned(), factors)));
        assert_eq!(
            (found.lines, report.rows, report.comments, report.blank),
            (vec![3, 4], 2, 1, 1)
        );
        let (found, _) =
            read_user_factors(&Source::bytes("u", "external_factor user\n4 bob\n")).unwrap();
        assert_eq!(found.values, [("bob".to_owned(), vec![(3, 4.0)])]);
    }

    #[test]
    fn mistakes_are_told() {
        for (text, sentence) in [
            (
                "user\tinfectivty\nann\t2\n",
                "u:1: unknown column `infectivty`; did you mean `infectivity`?",
            ),
            (
                "user\n",
                "u:1: expected the columns `user` and `infectivity`, `susceptibility`, `inclination`, `external_factor`, found `user`",
            ),
            ("user,infectivity,user\n", "u:1: two columns are called `user`"),
            ("user,infectivity\nann\n", "u:2: expected 2 columns as in the first line, found 1"),
            (
                "user,infectivity\nann,much\n",
                "u:2: expected a number for infectivity, found `much`",
            ),
            ("user,infectivity\n,2\n", "u:2: expected the name of a user, found nothing"),
            (
                "user,infectivity\n",
                "u: expected a first line `user` and factors, and a user a line",
            ),
        ] {
            let error = read_user_factors(&Source::bytes("u", text)).unwrap_err();
            assert_eq!(error.to_string(), sentence);
        }
    }
}
