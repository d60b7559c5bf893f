//! Degrees from files: what the configuration model is given.

use super::lines::{Lines, utf8};
use super::source::Source;
use crate::error::{Error, Result};
use crate::generate::Configuration;

impl Configuration {
    /// Reads the degree of each account from a file, one whole number a line. With a second file ties
    /// are directed: the first says how many see what an account shares, the second how many it sees.
    ///
    /// Comments (first byte `#` or `%`) and blank lines are no accounts.
    ///
    /// ```
    /// use tieline::Source;
    /// use tieline::generate::Configuration;
    ///
    /// let degrees = Source::bytes("degrees.txt", "# four people\n3\n1\n1\n1\n");
    /// assert_eq!(Configuration::read(&degrees, None)?, Configuration::mutual(vec![3, 1, 1, 1]));
    ///
    /// let degrees = Source::bytes("degrees.txt", "1\n2\n0\n");
    /// let error = Configuration::read(&degrees, None).and_then(|model| model.ties(7)).unwrap_err();
    /// assert!(error.to_string().contains("must have an even sum"));
    /// let degrees = Source::bytes("degrees.txt", "1\nmany\n");
    /// let error = Configuration::read(&degrees, None).unwrap_err();
    /// assert_eq!(error.to_string(), "degrees.txt:2: expected a degree from 0, found `many`");
    /// # Ok::<(), tieline::Error>(())
    /// ```
    ///
    /// # Errors
    /// With the file, and the line if there is one: if a file cannot be read or holds no degree, a
    /// line is no whole number below the number of accounts, or the files do not tell of as many
    /// accounts.
    ///
    /// # Complexity
    /// 4 bytes an account and file.
    pub fn read(degrees: &Source, in_degrees: Option<&Source>) -> Result<Self> {
        let out = Degrees::read(degrees)?;
        let accounts = out.degrees.len();
        out.check(accounts, degrees)?;
        let Some(source) = in_degrees else { return Ok(Self::mutual(out.degrees)) };
        let into = Degrees::read(source)?;
        if into.degrees.len() != accounts {
            return Err(Error::conflict(format!(
                "expected as many degrees as {} has, {accounts}; found {}",
                degrees.name(),
                into.degrees.len()
            ))
            .in_file(source.name()));
        }
        into.check(accounts, source)?;
        Ok(Self::directed(out.degrees, into.degrees))
    }
}

/// The degrees of a file, and the line of a largest one.
struct Degrees {
    degrees: Vec<u32>,
    largest: (u32, u64),
}

impl Degrees {
    fn read(source: &Source) -> Result<Self> {
        let mut lines = Lines::open(source)?;
        let mut found = Self { degrees: Vec::new(), largest: (0, 0) };
        while lines.advance()? {
            if matches!(lines.line().first(), Some(b'#' | b'%')) {
                continue;
            }
            let text = utf8(lines.line()).map_err(|error| lines.wrong(error))?.trim();
            if text.is_empty() {
                continue;
            }
            let degree: u32 = text.parse().map_err(|_| {
                lines.wrong(Error::input(format!("expected a degree from 0, found `{text}`")))
            })?;
            found.degrees.push(degree);
            found.largest = found.largest.max((degree, lines.number()));
        }
        if found.degrees.is_empty() {
            let error = Error::input("expected degrees, one a line, found none");
            return Err(error.in_file(source.name()));
        }
        Ok(found)
    }

    fn check(&self, accounts: usize, source: &Source) -> Result<()> {
        let (degree, line) = self.largest;
        if (degree as usize) < accounts {
            return Ok(());
        }
        Err(Error::range(format!(
            "a degree must be below the number of accounts, {accounts}; found {degree}"
        ))
        .at_line(line)
        .in_file(source.name()))
    }
}
