//! Which columns of a file of ties say when they exist, and what a row says there.

use super::lines::utf8;
use super::table::{Rows, in_words};
use crate::error::{Error, Result};
use crate::graph::{RowTimes, TimesKind};

/// The columns of times of one file.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct TimeColumns {
    pub(super) times: Option<RowTimes>,
    /// When a contact is, or an interval starts.
    first: Option<usize>,
    /// How long a contact lasts, or when an interval ends.
    second: Option<usize>,
}

impl TimeColumns {
    pub(super) fn new(times: Option<RowTimes>) -> Self {
        Self { times, first: None, second: None }
    }

    /// How many columns without a header hold times.
    pub(super) fn fewest(self) -> usize {
        match self.times {
            None => 0,
            Some(RowTimes::Contacts) => 1,
            Some(RowTimes::Intervals) => 2,
        }
    }

    /// What stands in these columns, in words.
    pub(super) fn expected(self) -> &'static str {
        match self.times {
            None => "",
            Some(RowTimes::Contacts) => " and the time of a contact",
            Some(RowTimes::Intervals) => ", the start and the end of an interval",
        }
    }

    /// Takes the columns that follow the names, where nothing else says which they are.
    pub(super) fn take_positions(&mut self, names: usize) {
        let columns = self.fewest();
        self.first = (columns > 0).then_some(names);
        self.second = (columns > 1).then_some(names + 1);
    }

    /// Whether a header that calls a column so means one of these; an error if two columns do.
    pub(super) fn takes(&mut self, column: usize, word: &str) -> Result<bool> {
        let place = match (self.times, word) {
            (Some(RowTimes::Contacts), "time" | "timestamp" | "t") => &mut self.first,
            (Some(RowTimes::Contacts), "duration") => &mut self.second,
            (Some(RowTimes::Intervals), "start") => &mut self.first,
            (Some(RowTimes::Intervals), "end") => &mut self.second,
            _ => return Ok(false),
        };
        match place.replace(column) {
            None => Ok(true),
            Some(_) => {
                Err(Error::input(format!("two columns are the time, the second is `{word}`")))
            }
        }
    }

    /// Whether a header has all that it must.
    pub(super) fn check(&self) -> Result<()> {
        let missing = match self.times {
            Some(RowTimes::Contacts) if self.first.is_none() => "`time`, when a contact is",
            Some(RowTimes::Intervals) if self.first.is_none() => "`start`, when an interval starts",
            Some(RowTimes::Intervals) if self.second.is_none() => "`end`, when an interval ends",
            _ => return Ok(()),
        };
        Err(Error::input(format!("expected a column {missing}, found none in the header")))
    }

    /// What the times of the rows are.
    pub(super) fn kind(&self) -> Option<TimesKind> {
        Some(match (self.times?, self.second) {
            (RowTimes::Intervals, _) => TimesKind::Intervals,
            (RowTimes::Contacts, None) => TimesKind::Contacts,
            (RowTimes::Contacts, Some(_)) => TimesKind::Lasting,
        })
    }

    /// The times of a row; NaN where it has none.
    pub(super) fn of(&self, rows: &Rows) -> Result<(f64, f64)> {
        let number = |column: Option<usize>, what: &str| match column {
            None => Ok(f64::NAN),
            Some(column) => parse(rows.field(column), what).map_err(|error| rows.wrong(error)),
        };
        let (first, second) = match self.times {
            Some(RowTimes::Intervals) => ("the start of an interval", "the end of an interval"),
            _ => ("the time of a contact", "how long a contact lasts"),
        };
        Ok((number(self.first, first)?, number(self.second, second)?))
    }

    /// The error for rows of too few columns, without a header.
    pub(super) fn too_few(&self, rows: &Rows) -> Error {
        rows.wrong(Error::input(format!(
            "expected two names{}, found {} columns",
            self.expected(),
            in_words(rows.len())
        )))
    }
}

fn parse(field: &[u8], what: &str) -> Result<f64> {
    let text = utf8(field)?;
    match text.parse::<f64>() {
        Ok(time) if time.is_finite() => Ok(time),
        _ => Err(Error::input(format!("expected a number for {what}, found `{text}`"))),
    }
}

/// What to do about a column that may say when ties exist, in a file of which nobody said so.
pub(super) fn advice(word: &str) -> &'static str {
    match word {
        "time" | "timestamp" | "t" | "duration" => {
            "; with `:contacts` behind the file it says when two met"
        }
        "start" | "end" => "; with `:intervals` behind the file it says when a tie exists",
        "delay" => {
            "; with `simulate --delay weight`, or the key `delay = \"weight\"`, it is how much later a try \
             along the tie lands"
        }
        _ => "",
    }
}
