//! Where the keys of a scenario file stand, for errors that only the whole of it shows.
//!
//! The text is kept, and looked at again only if there is something to tell.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::ScenarioFile;
use super::explain::line_at;
use crate::error::Error;

/// Where keys and their entries stand. Equal to any other: it is no part of what a scenario says.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines {
    /// What errors call the scenario file, and its text.
    file: Arc<str>,
    text: Arc<str>,
    /// Keys that flags say, which stand in no file.
    flags: BTreeSet<String>,
    /// Keys whose entries stand in a file of their own, and on which lines.
    rows: BTreeMap<String, (String, Vec<u64>)>,
}

impl PartialEq for Lines {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Lines {
    /// Of a text that is a scenario file.
    pub(super) fn of(text: &str, file: &str) -> Self {
        Self { file: file.into(), text: text.into(), ..Self::default() }
    }

    /// Without the keys that `flags` say.
    pub(super) fn without(mut self, flags: &ScenarioFile) -> Self {
        let Ok(serde_json::Value::Object(said)) = serde_json::to_value(flags) else { return self };
        self.flags.extend(said.keys().cloned());
        if flags.graph.is_some() {
            // Nothing counts that the file says of other files.
            self.flags.extend(flags.beside_graph().map(|(key, _)| key.to_owned()));
        }
        if let Some(serde_json::Value::Object(change)) = said.get("intervention") {
            self.flags.extend(change.keys().cloned());
        }
        self
    }

    /// The entries of `key` stand on these lines of a file of their own.
    pub(super) fn rows_are_in(&mut self, key: &str, file: String, rows: Vec<u64>) {
        self.rows.insert(key.to_owned(), (file, rows));
    }

    /// The same error about a file that could not be opened, with where the scenario file writes it so.
    pub(super) fn say_who_names(&self, error: Error, written: &str) -> Error {
        let Ok(table) = DeTable::parse(&self.text) else { return error };
        let mut held = Vec::new();
        for (key, value) in table.get_ref() {
            if !self.flags.contains(&**key.get_ref()) {
                words(value, &mut held);
            }
        }
        let place = held.iter().find(|(said, _)| *said == written);
        match place.map(|&(_, place)| line_at(&self.text, place)) {
            Some(line) => error.named_in(&self.file, line),
            None => error,
        }
    }

    /// The same error, with file and line if they can be told: those of the value that it is about, else of the
    /// key that it names first; of a key that is said to be missing, those of the model that needs it.
    pub(super) fn locate(&self, error: Error) -> Error {
        if error.file().is_some() {
            return error;
        }
        let named = error.message().split('`').nth(1);
        let (key, row) = match error.key() {
            Some(said) => said,
            None => (named.unwrap_or_default(), None),
        };
        if let Some((file, lines)) = self.rows.get(key) {
            let line = row.and_then(|row| lines.get(row)).copied();
            let error = error.in_file(file);
            return line.into_iter().fold(error, Error::at_line);
        }
        if self.flags.contains(key) || self.text.is_empty() {
            return error;
        }
        // Text that could not be read has had its own error.
        let Ok(table) = DeTable::parse(&self.text) else { return error };
        let missing = error.key().is_some();
        match place_of(table.get_ref(), key, row, error.message()) {
            Some(place) => error.in_file(&*self.file).at_line(line_at(&self.text, place)),
            // It is missing, and no flag asks for it.
            None if missing && !ASKING.iter().any(|key| self.flags.contains(*key)) => {
                let line = line_of_model(table.get_ref(), &self.text, error.message());
                line.into_iter().fold(error.in_file(&*self.file), Error::at_line)
            }
            None => error,
        }
    }
}

/// Keys beside which others may be needed.
const ASKING: [&str; 12] = [
    "model",
    "clock",
    "external",
    "reshare",
    "network",
    "multilayer",
    "graph",
    "types",
    "sharing",
    "adopt",
    "threshold",
    "threshold_file",
];

/// The line of the model, if it begins the message.
fn line_of_model(top: &DeTable<'_>, text: &str, message: &str) -> Option<u64> {
    let (key, model) = top.get_key_value("model")?;
    let begins = message.starts_with(model.get_ref().as_str()?);
    begins.then(|| line_at(text, key.span().start))
}

/// Where in the text that stands which a message about `key`, or that entry of it, is about: a word of the
/// message, if it is there, else the entry, else the key.
fn place_of(top: &DeTable<'_>, key: &str, row: Option<usize>, message: &str) -> Option<usize> {
    // The keys of `intervention` are known by their own names.
    let below = top.get("intervention").and_then(|own| own.get_ref().as_table());
    let mut tables = std::iter::once(top).chain(below);
    let (name, value) = tables.find_map(|table| table.get_key_value(key))?;
    let entry = row.and_then(|row| value.get_ref().as_array()?.get(row));
    let mut held = Vec::new();
    words(entry.unwrap_or(value), &mut held);
    let is = |held: &str, word: &str| {
        held.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with('@'))
    };
    // What follows is suggested, and the last word is what something else is said of.
    let message = message.split("; ").next().unwrap_or(message);
    let known =
        message.split('`').skip(1).step_by(2).filter_map(|word| {
            held.iter().find(|(held, _)| is(held, word)).map(|&(_, place)| place)
        });
    let entry = entry.map(|entry| entry.span().start);
    known.last().or(entry).or(Some(name.span().start))
}

/// All keys and words in a value, with where they stand.
fn words<'a>(value: &'a toml::Spanned<DeValue<'_>>, found: &mut Vec<(&'a str, usize)>) {
    match value.get_ref() {
        DeValue::String(text) => found.push((text, value.span().start)),
        DeValue::Array(values) => values.iter().for_each(|value| words(value, found)),
        DeValue::Table(table) => {
            for (key, value) in table {
                found.push((key.get_ref(), key.span().start));
                words(value, found);
            }
        }
        _ => {}
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
        assert_eq!(at("period", None), "s.toml: wrong");
        let named = lines.locate(Error::conflict("`delay` is not for `reshare`"));
        assert_eq!(named.to_string(), "s.toml:13: `delay` is not for `reshare`");
    }
}
