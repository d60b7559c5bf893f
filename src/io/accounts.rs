//! [`AccountFile`]: accounts of one network, so that those without ties exist.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Reader;
use super::source::Source;
use super::table::{Rows, in_words, plural};
use super::ties::account;
use crate::error::{Error, Result};
use crate::graph::FileReport;

/// Accounts of a network, one a row.
///
/// A file with more than one column needs to be told which holds the names. As text it is
/// `NAME=FILE[:COLUMN]`.
///
/// ```
/// use tieline::{AccountFile, Column};
///
/// let file: AccountFile = "chirp=people.tsv:id".parse()?;
/// assert_eq!(file, AccountFile::new("chirp", "people.tsv").column(Column::Name("id".into())));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct AccountFile {
    /// The network. One that no other file declares is declared by this one.
    pub name: String,
    /// Where the rows are.
    pub file: Source,
    /// The column that holds the names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<Column>,
}

/// A column of a file.
///
/// As text it is a number from 1, or else the name that the header gives it.
///
/// ```
/// use tieline::Column;
///
/// assert_eq!(Column::from("2"), Column::Number(2));
/// assert_eq!(Column::from("id"), Column::Name("id".into()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Column {
    /// Its place, from 1.
    Number(u32),
    /// Its name in the header row; upper and lower case are the same.
    Name(String),
}

impl From<&str> for Column {
    fn from(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Name(text.to_owned()), Self::Number)
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// The names of a column with accounts that make a first row a header, in lower case.
pub(super) const ACCOUNT_WORDS: [&str; 12] = [
    "id",
    "account",
    "user",
    "node",
    "name",
    "account_id",
    "user_id",
    "node_id",
    "username",
    "screen_name",
    "actor",
    "vertex",
];

const EXPECTED: &str = "the name of an account";

impl AccountFile {
    /// The accounts of the network `name` are in `file`.
    #[must_use]
    pub fn new(name: impl Into<String>, file: impl Into<Source>) -> Self {
        Self { name: name.into(), file: file.into(), column: None }
    }

    /// The names are in this column.
    #[must_use]
    pub fn column(mut self, column: Column) -> Self {
        self.column = Some(column);
        self
    }

    /// Reads the file and returns its number in the report.
    pub(super) fn read(&self, reader: &mut Reader<'_>) -> Result<u32> {
        let network = reader.declare(&self.name)?;
        let builder = &mut reader.builder;
        let form = format!("accounts of {}", self.name);
        let mut rows = Rows::open(builder, &self.file, form, EXPECTED)?;
        let (column, width) = self.find_column(&mut rows)?;
        let before = builder.accounts_in(network);
        while rows.advance()? {
            rows.split();
            if rows.len() != width {
                return Err(rows.wrong(Error::input(format!(
                    "expected {} like in the first row, found {}",
                    columns(width),
                    in_words(rows.len())
                ))));
            }
            account(builder, network, column, &rows)?;
            if rows.wants_example() {
                rows.example(format!("{} has an account in {}", rows.text(column)?, self.name));
            }
        }
        let again = rows.count() - u64::from(builder.accounts_in(network) - before);
        if again > 0 {
            rows.left_out(format!("{} naming an account again", plural(again, "row")));
        }
        let number = rows.file_number();
        rows.finish(builder, EXPECTED)?;
        Ok(number)
    }

    /// The place of the column with the names, and how many columns there are.
    fn find_column(&self, rows: &mut Rows) -> Result<(usize, usize)> {
        let words = rows.folded();
        let width = words.len();
        let known = words.iter().position(|word| ACCOUNT_WORDS.contains(&word.as_str()));
        let (column, is_header) = match &self.column {
            Some(Column::Number(number)) => match (*number as usize).checked_sub(1) {
                Some(column) if column < width => (column, known.is_some()),
                _ => {
                    return Err(rows.wrong(Error::input(format!(
                        "expected the names in column {number}, found {}",
                        columns(width)
                    ))));
                }
            },
            Some(Column::Name(name)) => {
                let folded = name.to_lowercase();
                match words.iter().position(|word| *word == folded) {
                    Some(column) => (column, true),
                    None => {
                        let words = words.iter().map(String::as_str);
                        return Err(rows.wrong(Error::unknown("column", name, words)));
                    }
                }
            }
            None if width == 1 => (0, known.is_some()),
            None => {
                return Err(rows.wrong(Error::input(format!(
                    "expected one name, found {}; say which holds the names: `FILE:COLUMN`, by \
                     number or by the name in the header",
                    columns(width)
                ))));
            }
        };
        if width > 1 {
            let others = words.iter().enumerate().filter(|&(other, _)| other != column);
            let names: Vec<String> = others
                .map(
                    |(other, word)| {
                        if is_header { format!("`{word}`") } else { (other + 1).to_string() }
                    },
                )
                .collect();
            rows.left_out(format!(
                "the column{} {}",
                if names.len() == 1 { "" } else { "s" },
                names.join(", ")
            ));
        }
        if is_header {
            rows.take_header();
        }
        Ok((column, width))
    }
}

/// Says in the report that the file is all there is of a network.
pub(super) fn mark_without_ties(report: &mut FileReport) {
    report.form.push_str(", which no file gives ties inside");
}

fn columns(count: usize) -> String {
    format!("{} column{}", in_words(count), if count == 1 { "" } else { "s" })
}
