//! Where the keys of a scenario file stand, for errors that only the whole of it shows.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use super::ScenarioFile;
use crate::error::Error;

/// Where keys and their entries stand. Equal to any other: it is no part of what a scenario says.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines {
    /// What errors call the scenario file.
    file: String,
    keys: BTreeMap<String, Place>,
}

/// Where one key stands.
#[derive(Debug, Clone, Default)]
struct Place {
    /// The file that has the rows, if it is another.
    file: Option<String>,
    /// The line of the key.
    line: Option<u64>,
    /// The lines of its entries.
    rows: Vec<u64>,
    /// Keys and words in what it holds, with their lines.
    words: Vec<(String, u64)>,
}

impl Place {
    /// The line of what a message is about: of a word in it, if the key, or that row of it, holds that.
    fn line_of(&self, row: Option<usize>, message: &str) -> Option<u64> {
        let first = row.and_then(|row| self.rows.get(row)).copied();
        let end = row.and_then(|row| self.rows.get(row + 1)).copied().unwrap_or(u64::MAX);
        let inside =
            |line: u64| first.is_none_or(|first| (first..end.max(first + 1)).contains(&line));
        let is = |held: &str, word: &str| {
            held.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with('@'))
        };
        // What follows is suggested, and the last word is what something else is said of.
        let message = message.split("; ").next().unwrap_or(message);
        let known = message.split('`').skip(1).step_by(2).filter_map(|word| {
            let mut held = self.words.iter().filter(|&&(_, line)| inside(line));
            held.find(|(held, _)| is(held, word)).map(|&(_, line)| line)
        });
        let word = known.last();
        word.or(first).or(self.line)
    }
}

/// All keys and words in a value.
fn words(
    value: &toml::Spanned<DeValue<'_>>,
    found: &mut Vec<(String, u64)>,
    line_of: &mut impl FnMut(usize) -> u64,
) {
    match value.get_ref() {
        DeValue::String(text) => found.push((text.to_string(), line_of(value.span().start))),
        DeValue::Array(values) => values.iter().for_each(|value| words(value, found, line_of)),
        DeValue::Table(table) => {
            for (key, value) in table {
                found.push((key.get_ref().to_string(), line_of(key.span().start)));
                words(value, found, line_of);
            }
        }
        _ => {}
    }
}

impl PartialEq for Lines {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Lines {
    /// Of a text that is a scenario file.
    pub(super) fn of(text: &str, file: &str) -> Self {
        let mut lines = Self { file: file.to_owned(), keys: BTreeMap::new() };
        // Text that could not be read has had its own error.
        if let Ok(table) = DeTable::parse(text) {
            lines.add(text, table.get_ref());
        }
        lines
    }

    fn add(&mut self, text: &str, table: &DeTable<'_>) {
        let mut known = (0, 1);
        let mut starts: Vec<_> = table.iter().collect();
        starts.sort_unstable_by_key(|(key, _)| key.span().start);
        for (key, value) in starts {
            let mut line_of = |at: usize| {
                let (from, line) = if at >= known.0 { known } else { (0, 1) };
                let passed = &text.as_bytes()[from..at.min(text.len()).max(from)];
                let line = line + passed.iter().filter(|&&byte| byte == b'\n').count() as u64;
                known = (at.min(text.len()), line);
                line
            };
            let mut place = Place { line: Some(line_of(key.span().start)), ..Place::default() };
            words(value, &mut place.words, &mut line_of);
            match value.get_ref() {
                DeValue::Array(rows) => {
                    place.rows = rows.iter().map(|row| line_of(row.span().start)).collect();
                }
                // Its keys are known by their own names.
                DeValue::Table(own) if key.get_ref() == "intervention" => self.add(text, own),
                _ => {}
            }
            self.keys.insert(key.get_ref().to_string(), place);
        }
    }

    /// Without the keys that `flags` say, which stand in no file.
    pub(super) fn without(mut self, flags: &ScenarioFile) -> Self {
        let Ok(serde_json::Value::Object(said)) = serde_json::to_value(flags) else { return self };
        self.keys.retain(|key, _| !said.contains_key(key));
        if let Some(serde_json::Value::Object(change)) = said.get("intervention") {
            self.keys.retain(|key, _| !change.contains_key(key));
        }
        self
    }

    /// The entries of `key` stand on these lines of a file of their own.
    pub(super) fn rows_are_in(&mut self, key: &str, file: String, rows: Vec<u64>) {
        self.keys.insert(key.to_owned(), Place { file: Some(file), rows, ..Place::default() });
    }

    /// The same error, with file and line if they can be told: those of the value that it is about, else of the
    /// key that it names first.
    pub(super) fn locate(&self, error: Error) -> Error {
        if error.file().is_some() {
            return error;
        }
        let named = error.message().split('`').nth(1);
        let (key, row) = match error.key() {
            Some(said) => said,
            None => (named.unwrap_or_default(), None),
        };
        let Some(place) = self.keys.get(key) else { return error };
        let line = place.line_of(row, error.message());
        let file = place.file.as_ref().unwrap_or(&self.file).clone();
        match line {
            Some(line) => error.in_file(file).at_line(line),
            None => error.in_file(file),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_entries_have_their_lines() {
        let text = "# who\nreshare = 0.5\n\n[intervention]\nmute = [\n  'ann',\n  'bob',\n]\n\
                    [[posts]]\nname = 'a'\n[[posts]]\nname = 'b'\n[delay]\nall = 'fixed(1)'\n";
        let lines = Lines::of(text, "s.toml");
        let at = |key: &'static str, row: Option<usize>| {
            let error = Error::range("wrong").of_key(key);
            lines.locate(row.into_iter().fold(error, Error::of_row)).to_string()
        };
        assert_eq!(at("reshare", None), "s.toml:2: wrong");
        assert_eq!(at("mute", Some(1)), "s.toml:7: wrong");
        assert_eq!(at("posts", Some(1)), "s.toml:11: wrong");
        assert_eq!(at("delay", None), "s.toml:13: wrong");
        assert_eq!(at("period", None), "wrong");
        let named = lines.locate(Error::conflict("`delay` is not for `reshare`"));
        assert_eq!(named.to_string(), "s.toml:13: `delay` is not for `reshare`");
    }
}
