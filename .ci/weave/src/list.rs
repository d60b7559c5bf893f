//! What cargo-mutants would change, one by one.

use std::error::Error;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// A change of one place.
#[derive(Debug)]
pub struct Mutant {
    /// From 1.
    pub number: u32,
    /// What cargo-mutants calls it: file, line, column and what is changed.
    pub name: String,
    /// From the root of the crate.
    pub file: String,
    /// What kind of change.
    pub genre: String,
    /// What comes in its place.
    pub replacement: String,
    /// Line and column, from 1, of what is changed.
    pub start: (usize, usize),
    /// What the function gives back, if it is a whole function that is changed.
    pub gives: String,
}

impl Mutant {
    /// Whether it is a whole function that is changed, which gives back something that has no name.
    pub fn is_opaque(&self) -> bool {
        self.genre == "FnValue" && self.gives.contains("impl ")
    }

    /// Mutants with the same key change the same operator, arm or function.
    pub fn key(&self) -> (&str, (usize, usize), &str) {
        (&self.file, self.start, &self.genre)
    }
}

/// The mutants of the crate at `root`, as `.ci/mutants` picks them.
pub fn mutants(root: &Path) -> Result<Vec<Mutant>, Box<dyn Error>> {
    let listed = Command::new(root.join(".ci/mutants"))
        .args(["0/1", "--list", "--json"])
        .stderr(std::process::Stdio::inherit())
        .output()?;
    if !listed.status.success() {
        return Err("cargo-mutants lists nothing".into());
    }
    let listed: Value = serde_json::from_slice(&listed.stdout)?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mutants = listed.as_array().ok_or("expected a list of mutants")?.iter().zip(1..);
    Ok(mutants
        .map(|(mutant, number)| {
            let start = &mutant["span"]["start"];
            let at = |key: &str| start[key].as_u64().unwrap_or(0) as usize;
            Mutant {
                number,
                name: text(&mutant["name"]),
                file: text(&mutant["file"]),
                genre: text(&mutant["genre"]),
                replacement: text(&mutant["replacement"]),
                start: (at("line"), at("column")),
                gives: text(&mutant["function"]["return_type"]),
            }
        })
        .collect())
}
