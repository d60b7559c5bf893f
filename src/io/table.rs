//! Rows of fields: comments and blank lines set apart and counted, the delimiter found.

use super::lines::{Lines, utf8};
use super::source::Source;
use crate::error::{Error, Result};
use crate::graph::{FileReport, GraphBuilder};

/// What stands between the fields of a file's rows: as its first row has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delimiter {
    Tab,
    Comma,
    Spaces,
}

impl Delimiter {
    fn of(line: &[u8]) -> Self {
        if line.contains(&b'\t') {
            Self::Tab
        } else if line.contains(&b',') {
            Self::Comma
        } else {
            Self::Spaces
        }
    }

    #[inline]
    fn is(self, byte: u8) -> bool {
        byte == match self {
            Self::Tab => b'\t',
            Self::Comma => b',',
            Self::Spaces => b' ',
        }
    }
}

/// The rows of one file, and what its report will say.
pub(super) struct Rows {
    lines: Lines,
    delimiter: Delimiter,
    /// Where the fields of the row are, once it is split.
    fields: Vec<(usize, usize)>,
    /// The row that the reader stands at has not been given out.
    pending: bool,
    report: FileReport,
    number_in_report: u32,
}

impl Rows {
    /// Opens a file and goes to its first row, which stays to be given out or to be
    /// [`take_header`](Self::take_header)ed.
    ///
    /// # Errors
    /// If the file cannot be read or has no row; `expected` says what rows hold.
    pub(super) fn open(
        builder: &mut GraphBuilder,
        source: &Source,
        form: String,
        expected: &str,
    ) -> Result<Self> {
        let lines = Lines::open(source)?;
        let report = FileReport { file: source.name(), form, ..FileReport::default() };
        let mut rows = Self {
            lines,
            delimiter: Delimiter::Spaces,
            fields: Vec::new(),
            pending: false,
            number_in_report: builder.push_file(report.clone()),
            report,
        };
        if !rows.advance()? {
            return Err(rows.no_rows(expected));
        }
        rows.report.rows = 0;
        rows.pending = true;
        rows.delimiter = Delimiter::of(rows.lines.line());
        rows.split();
        Ok(rows)
    }

    fn no_rows(&self, expected: &str) -> Error {
        let error = match (self.report.comments, self.report.blank) {
            (0, 0) => Error::input(format!("expected {expected}, found an empty file")),
            (comments, blank) => Error::input(format!(
                "expected {expected}, found no row, only {} and {}",
                plural(comments, "comment line"),
                plural(blank, "blank one")
            )),
        };
        error.in_file(self.lines.file())
    }

    /// The first row is a header.
    pub(super) fn take_header(&mut self) {
        self.pending = false;
        self.report.header = Some(String::from_utf8_lossy(self.lines.line()).trim().to_owned());
    }

    /// Goes to the next row; false if there is none.
    #[inline]
    pub(super) fn advance(&mut self) -> Result<bool> {
        if self.pending {
            self.pending = false;
            self.report.rows += 1;
            return Ok(true);
        }
        while self.lines.advance()? {
            match self.lines.line().first() {
                Some(b'#' | b'%') => self.report.comments += 1,
                Some(b' ' | b'\t' | b'\r') | None if self.is_blank() => self.report.blank += 1,
                _ => {
                    self.report.rows += 1;
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn is_blank(&self) -> bool {
        self.lines.line().trim_ascii().is_empty()
    }

    /// Finds the fields of the row, trimmed.
    pub(super) fn split(&mut self) {
        self.fields.clear();
        let line = self.lines.line();
        let delimiter = self.delimiter;
        let mut start = 0;
        let ends = (0..line.len()).filter(|&at| delimiter.is(line[at])).chain([line.len()]);
        for end in ends {
            let field = &line[start..end];
            let trimmed = field.trim_ascii();
            let first = start + (field.len() - field.trim_ascii_start().len());
            start = end + 1;
            if delimiter != Delimiter::Spaces || !trimmed.is_empty() {
                self.fields.push((first, first + trimmed.len()));
            }
        }
    }

    /// The number of fields.
    pub(super) fn len(&self) -> usize {
        self.fields.len()
    }

    /// A field of the row as it was last split.
    #[inline]
    pub(super) fn field(&self, index: usize) -> &[u8] {
        let (start, end) = self.fields[index];
        &self.lines.line()[start..end]
    }

    /// A field as text.
    pub(super) fn text(&self, index: usize) -> Result<&str> {
        utf8(self.field(index)).map_err(|error| self.wrong(error))
    }

    /// The fields in lower case, to compare with the words of headers.
    pub(super) fn folded(&self) -> Vec<String> {
        (0..self.len())
            .map(|index| String::from_utf8_lossy(self.field(index)).to_lowercase())
            .collect()
    }

    /// The row as two numbers in plain decimal, if it is no more than that.
    #[inline]
    pub(super) fn two_numbers(&self) -> Option<(u64, u64)> {
        let line = self.lines.line();
        let (one, rest) = leading_number(line)?;
        let (&between, mut rest) = rest.split_first()?;
        if !self.delimiter.is(between) {
            return None;
        }
        if self.delimiter == Delimiter::Spaces {
            rest = rest.trim_ascii_start();
        }
        let (other, rest) = leading_number(rest)?;
        rest.is_empty().then_some((one, other))
    }

    /// The number of the line.
    pub(super) fn line_number(&self) -> u64 {
        self.lines.number()
    }

    /// The number by which rows refer to the file.
    pub(super) fn file_number(&self) -> u32 {
        self.number_in_report
    }

    /// The error, said to be in this row.
    pub(super) fn wrong(&self, error: Error) -> Error {
        self.lines.wrong(error)
    }

    /// Whether no row has been read aloud yet.
    #[inline]
    pub(super) fn wants_example(&self) -> bool {
        self.report.example.is_none()
    }

    /// A row read aloud.
    pub(super) fn example(&mut self, aloud: String) {
        self.report.example = Some(aloud);
    }

    /// A sentence on what was left out.
    pub(super) fn left_out(&mut self, sentence: String) {
        self.report.left_out.push(sentence);
    }

    /// The number of rows so far, without the header.
    pub(super) fn count(&self) -> u64 {
        self.report.rows
    }

    /// Hands in the report.
    ///
    /// # Errors
    /// If there was a header and nothing below it.
    pub(super) fn finish(mut self, builder: &mut GraphBuilder, expected: &str) -> Result<()> {
        if self.report.rows == 0 {
            return Err(Error::input(format!(
                "expected {expected}, found no row below the header"
            ))
            .in_file(self.lines.file()));
        }
        self.report.lines = self.lines.number();
        self.report.open_end = self.lines.is_open() && !self.is_blank();
        *builder.file_mut(self.number_in_report) = self.report;
        Ok(())
    }
}

/// The number in plain decimal that `bytes` begin with, short enough to fit, and what follows.
#[inline]
fn leading_number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0u64;
    let mut length = 0;
    while let Some(digit) = bytes.get(length).map(|byte| byte.wrapping_sub(b'0'))
        && digit < 10
    {
        number = number.wrapping_mul(10).wrapping_add(u64::from(digit));
        length += 1;
    }
    // 20 digits may not fit; a leading zero makes another name.
    let plain = length > 0 && length < 20 && (bytes[0] != b'0' || length == 1);
    plain.then(|| (number, &bytes[length..]))
}

/// So many of a thing.
pub(super) fn plural(count: u64, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// A small number in words.
pub(super) fn in_words(number: usize) -> String {
    const WORDS: [&str; 11] =
        ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    WORDS.get(number).map_or_else(|| number.to_string(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_decimals_are_numbers() {
        assert_eq!(leading_number(b"17 x"), Some((17, &b" x"[..])));
        assert_eq!(leading_number(b"0"), Some((0, &b""[..])));
        assert_eq!(leading_number(b"1099511627776,"), Some((1 << 40, &b","[..])));
        for name in ["", "x", "007", "-1", "+1", "18446744073709551616"] {
            assert_eq!(leading_number(name.as_bytes()), None, "{name}");
        }
    }
}
