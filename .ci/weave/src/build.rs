//! The tests of a copy of the crate, with all mutants in it that compile.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::list::Mutant;
use crate::weave;

/// What the woven code asks: the number of the mutant that is on. Where `TIELINE_REACHED` names a file, it gets the
/// places that ask.
const MUTANT: &str = r#"//! Which mutant this is.
use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::OnceLock;

static ACTIVE: AtomicU32 = AtomicU32::new(UNKNOWN);
const UNKNOWN: u32 = u32::MAX;
const NONE_BUT_TELL: u32 = u32::MAX - 1;

#[inline(always)]
pub(crate) const fn active(place: u32) -> u32 {
    core::intrinsics::const_eval_select((place,), none, which)
}

const fn none(_place: u32) -> u32 {
    0
}

#[inline(always)]
fn which(place: u32) -> u32 {
    let known = ACTIVE.load(Ordering::Relaxed);
    if known >= NONE_BUT_TELL { find(place) } else { known }
}

#[cold]
fn find(place: u32) -> u32 {
    if ACTIVE.load(Ordering::Relaxed) == UNKNOWN {
        let said = std::env::var("TIELINE_MUTANT").ok().and_then(|text| text.parse().ok());
        let told = if std::env::var_os("TIELINE_REACHED").is_some() { NONE_BUT_TELL } else { said.unwrap_or(0) };
        ACTIVE.store(told, Ordering::Relaxed);
    }
    match ACTIVE.load(Ordering::Relaxed) {
        NONE_BUT_TELL => {
            tell(place);
            0
        }
        known => known,
    }
}

fn tell(place: u32) {
    static TOLD: [AtomicBool; 1 << 16] = [const { AtomicBool::new(false) }; 1 << 16];
    static FILE: OnceLock<std::fs::File> = OnceLock::new();
    let told = &TOLD[place as usize];
    if !told.load(Ordering::Relaxed) && !told.swap(true, Ordering::Relaxed) {
        let mut file = FILE.get_or_init(|| {
            let path = std::env::var_os("TIELINE_REACHED").unwrap();
            std::fs::OpenOptions::new().append(true).open(path).unwrap()
        });
        file.write_all(&place.to_le_bytes()).unwrap();
    }
}

/// What a function gives back whose type has no name, or something else.
#[derive(Clone)]
pub(crate) enum Either<A, B> {
    Own(A),
    Other(B),
}

impl<A: Iterator, B: Iterator<Item = A::Item>> Iterator for Either<A, B> {
    type Item = A::Item;

    fn next(&mut self) -> Option<A::Item> {
        match self {
            Self::Own(own) => own.next(),
            Self::Other(other) => other.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Own(own) => own.size_hint(),
            Self::Other(other) => other.size_hint(),
        }
    }
}

impl<A: DoubleEndedIterator, B: DoubleEndedIterator<Item = A::Item>> DoubleEndedIterator for Either<A, B> {
    fn next_back(&mut self) -> Option<A::Item> {
        match self {
            Self::Own(own) => own.next_back(),
            Self::Other(other) => other.next_back(),
        }
    }
}

impl<A: ExactSizeIterator, B: ExactSizeIterator<Item = A::Item>> ExactSizeIterator for Either<A, B> {}
"#;

/// Functions that are constant may ask which mutant is on: while the program is made, none is.
const FEATURES: &str =
    "#![feature(core_intrinsics, const_eval_select)]\n#![allow(internal_features)]\n";

/// A program of tests.
#[derive(Debug, Clone)]
pub struct Program {
    /// Where it is.
    pub path: PathBuf,
}

/// Copies the crate at `root` to `copy`, weaves in all mutants that compile, and builds what is tested. Gives the
/// programs and the numbers of the mutants that are in them.
pub fn build(
    root: &Path,
    copy: &Path,
    mutants: &[Mutant],
) -> Result<(Vec<Program>, BTreeSet<u32>), Box<dyn Error>> {
    if mutants.len() >= 1 << 16 {
        return Err("there is no room for so many places in what tells of them".into());
    }
    if copy.exists() {
        fs::remove_dir_all(copy)?;
    }
    fs::create_dir_all(copy)?;
    for part in ["Cargo.toml", "Cargo.lock", "README.md", "src", "tests", "benches", "examples"] {
        let copied = Command::new("cp").arg("-r").arg(root.join(part)).arg(copy).status()?;
        if !copied.success() {
            return Err(format!("{part} was not copied").into());
        }
    }
    let mut left_out = BTreeSet::new();
    loop {
        let woven = weave_all(root, copy, mutants, &left_out)?;
        let wrong = places_that_do_not_compile(copy)?;
        eprintln!(
            "{} of {} mutants are woven, {} places do not compile",
            woven.len(),
            mutants.len(),
            wrong.len()
        );
        if wrong.is_empty() {
            let programs = programs(copy)?;
            return Ok((programs, woven));
        }
        let before = left_out.len();
        for (file, at) in &wrong {
            let text = fs::read_to_string(copy.join(file))?;
            if let Some(number) = innermost(&text, *at) {
                leave_out(mutants, number, &mut left_out);
            }
        }
        if left_out.len() == before {
            // What holds only with other arms is told of the whole `match`, and of a function before its block.
            leave_out_near(copy, mutants, &wrong, &mut left_out)?;
        }
        if left_out.len() == before {
            return Err(format!("what does not compile is no mutant: {wrong:?}").into());
        }
    }
}

fn leave_out(mutants: &[Mutant], number: u32, left_out: &mut BTreeSet<u32>) {
    let key = mutants[number as usize - 1].key();
    let alike = mutants.iter().filter(|mutant| {
        mutant.number == number || (mutant.key() == key && mutant.genre != "FnValue")
    });
    left_out.extend(alike.map(|mutant| mutant.number));
}

/// All arms, and functions of opaque types, that begin within some lines of such a place.
fn leave_out_near(
    copy: &Path,
    mutants: &[Mutant],
    wrong: &BTreeSet<(String, usize)>,
    left_out: &mut BTreeSet<u32>,
) -> Result<(), Box<dyn Error>> {
    for (file, at) in wrong {
        // Nothing that is woven in has lines of its own.
        let line = fs::read(copy.join(file))?[..*at].iter().filter(|&&byte| byte == b'\n').count();
        let near = mutants.iter().filter(|mutant| {
            mutant.file == *file
                && (mutant.genre.starts_with("MatchArm") || mutant.is_opaque())
                && (line..line + 12).contains(&(mutant.start.0 - 1))
        });
        left_out.extend(near.map(|mutant| mutant.number));
    }
    Ok(())
}

fn weave_all(
    root: &Path,
    copy: &Path,
    mutants: &[Mutant],
    left_out: &BTreeSet<u32>,
) -> Result<BTreeSet<u32>, Box<dyn Error>> {
    // A file of which nothing is left in is written again, too.
    let mut by_file: BTreeMap<&str, Vec<&Mutant>> = BTreeMap::new();
    for mutant in mutants {
        let of_file = by_file.entry(&mutant.file).or_default();
        of_file.extend((!left_out.contains(&mutant.number)).then_some(mutant));
    }
    let mut all = BTreeSet::new();
    for (file, mutants) in by_file {
        let (text, woven) = weave::woven(&fs::read_to_string(root.join(file))?, &mutants)?;
        fs::write(copy.join(file), text)?;
        all.extend(woven);
    }
    fs::write(copy.join("src/mutant.rs"), MUTANT)?;
    let lib = fs::read_to_string(root.join("src/lib.rs"))?;
    fs::write(
        copy.join("src/lib.rs"),
        FEATURES.to_owned() + &lib.replacen("\nmod ", "\nmod mutant;\nmod ", 1),
    )?;
    Ok(all)
}

fn cargo(copy: &Path, words: &[&str]) -> Command {
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(copy)
        .args(words)
        .args(["--profile", "mutants", "--message-format", "json"])
        .env("RUSTFLAGS", "-Awarnings")
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", copy.with_extension("target"))
        .env("CARGO_PROFILE_MUTANTS_INCREMENTAL", "false")
        .env("CARGO_PROFILE_MUTANTS_OPT_LEVEL", "2")
        .stderr(Stdio::null());
    cargo
}

/// File and byte.
fn places_that_do_not_compile(copy: &Path) -> Result<BTreeSet<(String, usize)>, Box<dyn Error>> {
    let checked = cargo(copy, &["check", "--all-features"]).output()?;
    let mut places = BTreeSet::new();
    for line in checked.stdout.split(|&byte| byte == b'\n') {
        let Ok(message) = serde_json::from_slice::<Value>(line) else { continue };
        let message = &message["message"];
        if message["level"] != "error" {
            continue;
        }
        let Some(span) = message["spans"].as_array().and_then(|spans| spans.first()) else {
            continue;
        };
        let file = span["file_name"].as_str().unwrap_or_default().to_owned();
        places.insert((file, span["byte_start"].as_u64().unwrap_or(0) as usize));
    }
    if places.is_empty() && !checked.status.success() {
        return Err("the copy does not compile; `cargo check` there says why".into());
    }
    Ok(places)
}

/// The mutant whose text this byte is in, or just before; of several the innermost.
fn innermost(text: &str, at: usize) -> Option<u32> {
    let (mut open, mut best) = (Vec::new(), None::<(usize, u32)>);
    for (place, _) in text.match_indices("/*") {
        let rest = &text[place + 2..];
        let Some((word, number)) = rest.split_once("*/").and_then(|(word, _)| word.split_once(':'))
        else {
            continue;
        };
        let Ok(number) = number.parse() else { continue };
        match word {
            "b" => open.push((number, place)),
            "e" => {
                let Some((known, start)) = open.pop() else { continue };
                debug_assert_eq!(known, number);
                let length = place - start;
                // Before and behind the marks stand brackets that belong to it.
                let end = place + rest.find("*/").unwrap_or(0) + 4 + 3;
                if (start.saturating_sub(4)..end).contains(&at)
                    && best.is_none_or(|(least, _)| length < least)
                {
                    best = Some((length, number));
                }
            }
            _ => {}
        }
    }
    best.map(|(_, number)| number)
}

fn programs(copy: &Path) -> Result<Vec<Program>, Box<dyn Error>> {
    let built = cargo(
        copy,
        &["test", "--no-run", "--lib", "--test", "models", "--test", "cli", "--all-features"],
    )
    .stderr(Stdio::inherit())
    .output()?;
    if !built.status.success() {
        return Err("the tests do not compile".into());
    }
    let mut programs = Vec::new();
    for line in built.stdout.split(|&byte| byte == b'\n') {
        let Ok(message) = serde_json::from_slice::<Value>(line) else { continue };
        if let Some(path) = message["executable"].as_str()
            && message["profile"]["test"] == true
        {
            programs.push(Program { path: path.into() });
        }
    }
    Ok(programs)
}

#[cfg(test)]
mod tests {
    use super::innermost;

    #[test]
    fn the_innermost_is_found() {
        let text = "({ /*b:1*/ let a = ({ /*b:2*/ x /*e:2*/ }); b /*e:1*/ })";
        assert_eq!(innermost(text, text.find('x').unwrap()), Some(2));
        assert_eq!(innermost(text, text.find("b /").unwrap()), Some(1));
        assert_eq!(innermost(text, 200), None);
    }
}
