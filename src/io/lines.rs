//! Lines of bytes, with the file and the number of the line.

use std::io::Read;
use std::ops::Range;

use super::source::{Packing, Source};
use crate::error::{Error, Result};

/// The lines of a source, one at a time, without their ends (LF or CRLF) and a UTF-8 mark at the
/// beginning.
pub(super) struct Lines {
    file: String,
    input: Box<dyn Read>,
    packing: Packing,
    buffer: Vec<u8>,
    /// What of the buffer is read but not yet given out.
    unread: Range<usize>,
    line: Range<usize>,
    number: u64,
    at_end: bool,
    /// The line has no end.
    is_open: bool,
}

const BUFFER: usize = 1 << 18;

/// A longer line is no row but a file of another kind, and might not fit into memory.
const LONGEST_LINE: usize = 1 << 26;

impl Lines {
    pub(super) fn open(source: &Source) -> Result<Self> {
        let (input, packing) = source.open()?;
        Ok(Self {
            file: source.name(),
            input,
            packing,
            buffer: vec![0; BUFFER],
            unread: 0..0,
            line: 0..0,
            number: 0,
            at_end: false,
            is_open: false,
        })
    }

    /// Goes to the next line; false if there is none.
    #[inline]
    pub(super) fn advance(&mut self) -> Result<bool> {
        let mut searched = 0;
        loop {
            let unread = &self.buffer[self.unread.clone()];
            if let Some(end) = unread[searched..].iter().position(|&byte| byte == b'\n') {
                self.take(searched + end, 1);
                return Ok(true);
            }
            searched = unread.len();
            if self.at_end {
                if searched == 0 {
                    return Ok(false);
                }
                self.take(searched, 0);
                return Ok(true);
            }
            self.fill()?;
        }
    }

    #[inline]
    fn take(&mut self, length: usize, end: usize) {
        self.number += 1;
        self.is_open = end == 0;
        self.line = self.unread.start..self.unread.start + length;
        self.unread.start += length + end;
        if end == 1 && self.line().last() == Some(&b'\r') {
            self.line.end -= 1;
        }
        if self.number == 1 && self.line().starts_with(b"\xef\xbb\xbf") {
            self.line.start += 3;
        }
    }

    #[cold]
    fn fill(&mut self) -> Result<()> {
        let kept = self.unread.len();
        if kept >= LONGEST_LINE {
            self.number += 1;
            return Err(self.wrong(Error::input(format!(
                "expected a row, found a line of more than {} MiB",
                LONGEST_LINE >> 20
            ))));
        }
        self.buffer.copy_within(self.unread.clone(), 0);
        self.unread = 0..kept;
        if kept == self.buffer.len() {
            self.buffer.resize(2 * kept, 0);
        }
        loop {
            match self.input.read(&mut self.buffer[kept..]) {
                Ok(0) => self.at_end = true,
                Ok(read) => self.unread.end += read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.number += 1;
                    return Err(self.wrong(self.packing.explain(error)));
                }
            }
            return Ok(());
        }
    }

    /// The line.
    #[inline]
    pub(super) fn line(&self) -> &[u8] {
        &self.buffer[self.line.clone()]
    }

    /// Its number, from 1; before the first line 0, after the last its number.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Whether the line has no end, which only the last may lack.
    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }

    /// The name of the source.
    pub(super) fn file(&self) -> &str {
        &self.file
    }

    /// The error, said to be in this line.
    pub(super) fn wrong(&self, error: Error) -> Error {
        error.in_file(self.file.clone()).at_line(self.number)
    }
}

/// `bytes` as text.
pub(super) fn utf8(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(|_| {
        let hint = match bytes {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "; it looks like UTF-16",
            _ => "",
        };
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(40)]);
        let shown = shown.replace(char::is_control, "\u{fffd}");
        Error::input(format!("expected UTF-8, found `{shown}`{hint}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Vec<String> {
        let mut lines = Lines::open(&Source::bytes("x", bytes)).unwrap();
        let mut all = Vec::new();
        while lines.advance().unwrap() {
            all.push(String::from_utf8(lines.line().to_vec()).unwrap());
        }
        assert_eq!(lines.number(), all.len() as u64);
        all
    }

    #[test]
    fn line_ends_marks_and_a_missing_last_end_are_no_part_of_a_line() {
        assert_eq!(lines(b""), [""; 0]);
        assert_eq!(lines(b"\n"), [""]);
        assert_eq!(lines(b"\xef\xbb\xbfa b\r\n\r\nc"), ["a b", "", "c"]);
        assert_eq!(lines(b"a\rb\n\xc3\xa9"), ["a\rb", "é"]);
    }

    #[test]
    fn lines_may_be_longer_than_the_buffer() {
        let long = "x".repeat(3 * BUFFER);
        assert_eq!(lines(format!("a\n{long}\n{long}").as_bytes()), ["a", &long, &long]);
    }
}
