//! One opaque error: what was expected, and the file and line where it was not so.

use std::fmt;

/// A result with tieline's [`Error`], for `fn main() -> tieline::Result<()>` and the like.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Errors that say which key of a scenario they are about.
pub(crate) trait OfKey {
    /// If it is an error, it is about the value of this key.
    fn of_key(self, key: &'static str) -> Self;
}

impl<T> OfKey for Result<T> {
    fn of_key(self, key: &'static str) -> Self {
        self.map_err(|error| error.of_key(key))
    }
}

/// What went wrong, in a sentence for a person, with the file and line if there is one.
///
/// Ask what kind of error it is with the predicates; the text may change between versions.
///
/// ```
/// use tieline::Probability;
///
/// let error = Probability::new(1.5).unwrap_err();
/// assert!(error.is_range());
/// assert_eq!(error.to_string(), "a probability must lie in 0..=1, found 1.5");
/// ```
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: Kind,
    file: Option<String>,
    line: Option<u64>,
    /// The key of a scenario that holds the value, and which of its entries, until the line is known.
    key: Option<&'static str>,
    row: Option<usize>,
    /// The tie whose row in the data holds the value, until the line is known.
    tie: Option<TieRow>,
    message: String,
    source: Option<std::io::Error>,
    /// Where the file is named that could not be opened.
    named_in: Option<(String, u64)>,
}

/// A row of the data: a tie inside a network, and a number that is said of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TieRow {
    pub(crate) network: String,
    pub(crate) ends: [String; 2],
    pub(crate) number: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Io,
    Input,
    Name,
    Range,
    Conflict,
    Capacity,
}

impl Error {
    fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            file: None,
            line: None,
            key: None,
            row: None,
            tie: None,
            message: message.into(),
            source: None,
            named_in: None,
        }))
    }

    /// A row or a file that does not have the form that was asked for.
    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::new(Kind::Input, message)
    }

    /// A name that nothing bears.
    pub(crate) fn name(message: impl Into<String>) -> Self {
        Self::new(Kind::Name, message)
    }

    /// A number outside the range that it must lie in.
    pub(crate) fn range(message: impl Into<String>) -> Self {
        Self::new(Kind::Range, message)
    }

    /// Two statements that contradict each other.
    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(Kind::Conflict, message)
    }

    /// More things than the ids can number.
    pub(crate) fn capacity(message: impl Into<String>) -> Self {
        Self::new(Kind::Capacity, message)
    }

    /// The operating system could not read or write.
    pub(crate) fn io(message: impl Into<String>, source: std::io::Error) -> Self {
        let mut error = Self::new(Kind::Io, message);
        error.0.source = Some(source);
        error
    }

    /// `name` is no `what`; names the nearest of `known`, else the first few of them.
    pub(crate) fn unknown<'a>(
        what: &str,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        Self::name(format!("unknown {what} `{name}`{}", suggestion(name, known)))
    }

    /// The same error, said to be in this file.
    #[must_use]
    pub(crate) fn in_file(mut self, file: impl Into<String>) -> Self {
        self.0.file.get_or_insert_with(|| file.into());
        self
    }

    /// The same error, said to be at this line (counted from 1).
    #[must_use]
    pub(crate) fn at_line(mut self, line: u64) -> Self {
        self.0.line.get_or_insert(line);
        self
    }

    /// The same error, said to be about the value of this key of a scenario.
    #[must_use]
    pub(crate) fn of_key(mut self, key: &'static str) -> Self {
        self.0.key.get_or_insert(key);
        self
    }

    /// The same error, said to be about this entry (counted from 0) of what its key holds.
    #[must_use]
    pub(crate) fn of_row(mut self, row: usize) -> Self {
        self.0.row.get_or_insert(row);
        self
    }

    /// The same error, said to be about this entry of this key, and not about the value in it.
    #[must_use]
    pub(crate) fn of_entry(mut self, key: &'static str, row: usize) -> Self {
        (self.0.key, self.0.row) = (Some(key), Some(row));
        self
    }

    /// The same error, said to be about this row of the data.
    #[must_use]
    pub(crate) fn of_tie(mut self, tie: TieRow) -> Self {
        self.0.tie.get_or_insert(tie);
        self
    }

    /// The same error about a file, said to be named there.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn named_in(mut self, file: &str, line: u64) -> Self {
        self.0.named_in.get_or_insert_with(|| (file.to_owned(), line));
        self
    }

    /// What [`of_tie`](Self::of_tie) said.
    #[cfg(feature = "cli")]
    pub(crate) fn tie(&self) -> Option<&TieRow> {
        self.0.tie.as_ref()
    }

    /// What [`of_key`](Self::of_key) and [`of_row`](Self::of_row) said.
    #[cfg(feature = "cli")]
    pub(crate) fn key(&self) -> Option<(&'static str, Option<usize>)> {
        self.0.key.map(|key| (key, self.0.row))
    }

    /// The same error, said to be about this network.
    #[must_use]
    pub(crate) fn of_network(mut self, network: &str) -> Self {
        self.0.message = format!("network `{network}`: {}", self.0.message);
        self
    }

    /// The same error, said to be about this post.
    #[must_use]
    pub(crate) fn of_post(mut self, post: &str) -> Self {
        self.0.message = format!("post `{post}`: {}", self.0.message);
        self
    }

    /// The file that the error is about.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        self.0.file.as_deref()
    }

    /// The line in [`file`](Self::file), counted from 1.
    #[must_use]
    pub fn line(&self) -> Option<u64> {
        self.0.line
    }

    /// The sentence without file and line.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// A file could not be opened, read or written.
    #[must_use]
    pub fn is_io(&self) -> bool {
        self.0.kind == Kind::Io
    }

    /// A file or a row does not have the form that was asked for.
    #[must_use]
    pub fn is_input(&self) -> bool {
        self.0.kind == Kind::Input
    }

    /// A network, user, account or key of that name does not exist.
    #[must_use]
    pub fn is_unknown_name(&self) -> bool {
        self.0.kind == Kind::Name
    }

    /// A number lies outside its range.
    #[must_use]
    pub fn is_range(&self) -> bool {
        self.0.kind == Kind::Range
    }

    /// Two statements contradict each other, or one has no meaning beside the other.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.0.kind == Kind::Conflict
    }

    /// There is more of something than tieline can number.
    #[must_use]
    pub fn is_capacity(&self) -> bool {
        self.0.kind == Kind::Capacity
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { file, line, message, source, .. } = &*self.0;
        match (file, line) {
            (Some(file), Some(line)) => write!(f, "{file}:{line}: ")?,
            (Some(file), None) => write!(f, "{file}: ")?,
            (None, Some(line)) => write!(f, "line {line}: ")?,
            (None, None) => {}
        }
        f.write_str(message)?;
        if let Some(source) = source {
            write!(f, ": {source}")?;
        }
        match &self.0.named_in {
            Some((file, line)) => write!(f, " ({file}:{line} names it)"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| source as _)
    }
}

/// How many letters to change, add, leave out or swap with the next make one word of the other.
pub(crate) fn letters_apart(one: &str, other: &str) -> usize {
    strsim::damerau_levenshtein(one, other)
}

/// `; did you mean X?`, or `; there are A, B, C`, or nothing if nothing is known.
pub(crate) fn suggestion<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let mut first = Vec::new();
    let mut best: Option<((usize, usize), &str)> = None;
    let mut more = false;
    let folded = name.to_lowercase();
    let letters = name.chars().count();
    for candidate in known {
        // Of those that are as near, letters are swapped sooner than forgotten.
        let distance = (
            letters_apart(&folded, &candidate.to_lowercase()),
            candidate.chars().count().abs_diff(letters),
        );
        if best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
        if first.contains(&candidate) {
            continue;
        }
        if first.len() < 14 {
            first.push(candidate);
        } else {
            more = true;
        }
    }
    // Every letter is near every other one, so of a name some letters must be right.
    let near = letters.div_ceil(3).min(letters.saturating_sub(1));
    match best {
        None => String::new(),
        Some(((distance, _), nearest)) if distance <= near => {
            format!("; did you mean `{nearest}`?")
        }
        Some(_) => {
            let list = first.join("`, `");
            format!(
                "; there {} `{list}`{}",
                if first.len() == 1 { "is" } else { "are" },
                if more { ", …" } else { "" }
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_file_and_line_before_the_sentence() {
        let error = Error::input("expected two names, found one").at_line(17).in_file("chirp.tsv");
        assert_eq!(error.to_string(), "chirp.tsv:17: expected two names, found one");
        assert_eq!((error.file(), error.line()), (Some("chirp.tsv"), Some(17)));
        assert!(error.is_input());
    }

    #[test]
    fn suggests_the_nearest_name_or_lists_what_there_is() {
        assert_eq!(suggestion("twiter", ["twitter", "youtube"]), "; did you mean `twitter`?");
        assert_eq!(suggestion("sri", ["si", "sis", "sir"]), "; did you mean `sir`?");
        assert_eq!(suggestion("zzzzzz", ["a", "b", "a"]), "; there are `a`, `b`");
        assert_eq!(suggestion("x", []), "");
    }
}
