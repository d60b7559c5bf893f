//! A list of names, one a line: who starts a cascade.

use super::lines::{Lines, utf8};
use super::source::Source;
use crate::error::{Error, Result};
use crate::graph::FileReport;

/// What the lines of a file hold, and which lines these are.
#[derive(Debug)]
pub(crate) struct Listed<T> {
    pub(crate) lines: Vec<u64>,
    pub(crate) values: Vec<T>,
}

/// Reads names, one a line. Comments (first byte `#` or `%`) and blank lines are counted; spaces
/// around a name are no part of it. With the lines that they stand on.
///
/// # Errors
/// If the file cannot be read, is not UTF-8, or holds no name.
pub(crate) fn read_names(source: &Source, form: &str) -> Result<(Listed<String>, FileReport)> {
    read_lines(source, form, |name| Ok(name.to_owned()))
}

/// Reads a file with a name and a number a line; what stands last is the number. A name that ends in a number has a
/// tab or a comma behind it. `form` is what the report calls it.
pub(crate) fn read_thresholds(
    source: &Source,
    form: &str,
) -> Result<(Listed<(String, f64)>, FileReport)> {
    read_lines(source, form, |line| {
        // A number before the number may be part of a name, or what somebody thought to be a column.
        let mut fields = line.rsplit(' ').filter(|field| !field.is_empty()).skip(1);
        let before = fields.next().filter(|_| fields.next().is_some());
        let unclear = !line.contains(['\t', ',']) && before.is_some_and(is_number);
        let (name, number) = line.rsplit_once([' ', '\t', ',']).unwrap_or((line, ""));
        let number = number.parse().ok().filter(|number: &f64| number.is_finite());
        match number {
            Some(number) if !unclear => {
                Ok((name.trim_end_matches([' ', '\t', ',']).to_owned(), number))
            }
            _ => Err(Error::input(format!(
                "expected a user or an account and a number, found `{line}`{}",
                if unclear {
                    "; behind a name that ends in a number there is a tab or a comma"
                } else {
                    ""
                }
            ))),
        }
    })
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok()
}

fn read_lines<T>(
    source: &Source,
    form: &str,
    parse: impl Fn(&str) -> Result<T>,
) -> Result<(Listed<T>, FileReport)> {
    let mut lines = Lines::open(source)?;
    let mut found = Listed { lines: Vec::new(), values: Vec::new() };
    let mut report =
        FileReport { file: source.name(), form: form.to_owned(), ..FileReport::default() };
    while lines.advance()? {
        if matches!(lines.line().first(), Some(b'#' | b'%')) {
            report.comments += 1;
            continue;
        }
        let line = utf8(lines.line()).map_err(|error| lines.wrong(error))?.trim();
        if line.is_empty() {
            report.blank += 1;
        } else {
            report.rows += 1;
            found.lines.push(lines.number());
            found.values.push(parse(line).map_err(|error| lines.wrong(error))?);
        }
    }
    report.lines = lines.number();
    if found.values.is_empty() {
        return Err(Error::input(format!("expected {form}, one a line, found no name"))
            .in_file(source.name()));
    }
    Ok((found, report))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_name_or_counted() {
        let source = Source::bytes("o", "# who\n ann@square \r\n\n%\nbob#1@hall\n");
        let (found, report) = read_names(&source, "origins").unwrap();
        assert_eq!(found.lines, [2, 5]);
        assert_eq!(found.values, ["ann@square", "bob#1@hall"]);
        assert_eq!((report.lines, report.rows, report.comments, report.blank), (5, 2, 2, 1));
        let error = read_names(&Source::bytes("o", "#\n"), "origins").unwrap_err();
        assert_eq!(error.to_string(), "o: expected origins, one a line, found no name");
    }

    #[test]
    fn a_number_stands_last() {
        let source = Source::bytes("t", "# who\nann@square 0.18\nBob the second,\t.5\ncid\t1\n");
        let (found, _) = read_thresholds(&source, "thresholds").unwrap();
        let expected = [("ann@square", 0.18), ("Bob the second", 0.5), ("cid", 1.0)];
        assert_eq!(found.values, expected.map(|(name, value)| (name.to_owned(), value)));
        let error = read_thresholds(&Source::bytes("t", "#\nann half\n"), "t").unwrap_err();
        assert_eq!(
            error.to_string(),
            "t:2: expected a user or an account and a number, found `ann half`"
        );
    }
}
