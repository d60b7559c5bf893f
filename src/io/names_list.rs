//! A list of names, one a line: who starts a cascade.

use super::lines::{Lines, utf8};
use super::source::Source;
use crate::error::{Error, Result};
use crate::graph::FileReport;

/// Reads names, one a line. Comments (first byte `#` or `%`) and blank lines are counted; spaces
/// around a name are no part of it.
///
/// # Errors
/// If the file cannot be read, is not UTF-8, or holds no name.
pub(crate) fn read_names(source: &Source, form: &str) -> Result<(Vec<String>, FileReport)> {
    let mut lines = Lines::open(source)?;
    let mut names = Vec::new();
    let mut report =
        FileReport { file: source.name(), form: form.to_owned(), ..FileReport::default() };
    while lines.advance()? {
        if matches!(lines.line().first(), Some(b'#' | b'%')) {
            report.comments += 1;
            continue;
        }
        let name = utf8(lines.line()).map_err(|error| lines.wrong(error))?.trim();
        if name.is_empty() {
            report.blank += 1;
        } else {
            report.rows += 1;
            names.push(name.to_owned());
        }
    }
    report.lines = lines.number();
    if names.is_empty() {
        return Err(Error::input(format!("expected {form}, one a line, found no name"))
            .in_file(source.name()));
    }
    Ok((names, report))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_name_or_counted() {
        let source = Source::bytes("o", "# who\n ann@square \r\n\n%\nbob#1@hall\n");
        let (names, report) = read_names(&source, "origins").unwrap();
        assert_eq!(names, ["ann@square", "bob#1@hall"]);
        assert_eq!((report.lines, report.rows, report.comments, report.blank), (5, 2, 2, 1));
        let error = read_names(&Source::bytes("o", "#\n"), "origins").unwrap_err();
        assert_eq!(error.to_string(), "o: expected origins, one a line, found no name");
    }
}
