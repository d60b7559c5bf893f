//! Errors of serde and TOML in the words of this crate.

use std::str::FromStr;

use serde::Deserialize;
use serde::de::value::{Error as ValueError, StrDeserializer};

use super::ModelName;
use crate::error::{Error, Result};
use crate::graph::Duplicates;
use crate::model::{Adopt, Friends, ThresholdDraw, ThresholdWeights};

/// The error of `text`, with its line.
pub(super) fn in_toml(error: &toml::de::Error, text: &str) -> Error {
    let explained = in_words(error.message(), "value");
    match error.span() {
        None => explained,
        Some(span) => explained.at_line(line_at(text, span.start)),
    }
}

/// The line, counted from 1, that this byte of a text is in.
pub(super) fn line_at(text: &str, byte: usize) -> u64 {
    let before = &text.as_bytes()[..byte.min(text.len())];
    1 + before.iter().filter(|&&byte| byte == b'\n').count() as u64
}

/// `unknown field` and `unknown variant` suggest the nearest; other messages stay, in one line.
fn in_words(message: &str, what: &str) -> Error {
    for (beginning, what) in [("unknown field `", "key"), ("unknown variant `", what)] {
        let Some(rest) = message.strip_prefix(beginning) else { continue };
        if let Some((name, known)) = rest.split_once("`, expected ") {
            if what == "key" && INTERVENTION.contains(&name) {
                return Error::name(format!("`{name}` belongs under `[intervention]`"));
            }
            return Error::unknown(what, name, known.split('`').skip(1).step_by(2));
        }
    }
    if message.starts_with("invalid type: map, expected a sequence") {
        return Error::input(
            "expected a list: what may come several times has two brackets, as `[[network]]`, `[[posts]]`",
        );
    }
    if message.contains("untagged enum Column") {
        return Error::input("expected a column, by number from 1 or by name");
    }
    let lines: Vec<_> = message.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut sentence = lines.join("; ");
    for (of_serde, ours) in WORDS {
        if sentence.ends_with(of_serde) || (of_serde.ends_with('`') && sentence.contains(of_serde))
        {
            sentence = sentence.replace(of_serde, ours);
        }
    }
    Error::input(sentence)
}

/// Keys that people look for at the top, where their flags are.
const INTERVENTION: [&str; 6] =
    ["mute", "no_carry", "cut", "add_origin", "no_crosspost", "crosspost_times"];

/// What serde says of Rust's types, in words of the file; what ends in a backtick may stand anywhere.
const WORDS: [(&str, &str); 10] = [
    ("missing field `", "missing key `"),
    ("invalid mantissa, expected digits", "a number has digits before and after its point, as 0.5"),
    ("expected u64", "expected a whole number from 0"),
    ("expected u32", "expected a whole number from 0"),
    ("expected usize", "expected a whole number from 0"),
    ("expected f64", "expected a number"),
    ("expected a boolean", "expected true or false"),
    ("expected a sequence", "expected a list"),
    ("expected a map", "expected a table"),
    (
        "expected a tuple of size 2",
        "expected a list of two: two accounts [\"from@network\", \"to@network\"], a time and an account \
         [2, \"ann@network\"], or a time and a factor [24, 0.5]",
    ),
];

macro_rules! words_from_str {
    ($($kind:ident $what:literal),*) => {$(
        impl FromStr for $kind {
            type Err = Error;

            /// Reads the word that scenario files use.
            fn from_str(word: &str) -> Result<Self> {
                Self::deserialize(StrDeserializer::<ValueError>::new(word))
                    .map_err(|error| in_words(&error.to_string(), $what))
            }
        }
    )*};
}
words_from_str!(
    ModelName "model",
    Duplicates "way with duplicates",
    ThresholdWeights "way with weights",
    Adopt "way to adopt",
    Friends "way to count friends",
    ThresholdDraw "time to draw"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serde_still_words_its_errors_so() {
        let error = "independant-cascade".parse::<ModelName>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown model `independant-cascade`; did you mean `independent-cascade`?"
        );
        let error = in_words("unknown field `nme`, expected `name` or `file`", "value");
        assert_eq!(error.to_string(), "unknown key `nme`; did you mean `name`?");
    }
}
