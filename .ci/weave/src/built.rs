//! What was built last, kept in a file: to go on asking takes no build.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::build::Program;
use crate::list::Mutant;

/// Writes which programs there are, and the names of the mutants in them.
pub fn keep(
    file: &Path,
    programs: &[Program],
    mutants: &[Mutant],
    woven: &BTreeSet<u32>,
) -> std::io::Result<()> {
    let mut text = String::new();
    for program in programs {
        let _ = writeln!(text, "program\t{}", program.path.display());
    }
    for mutant in mutants.iter().filter(|mutant| woven.contains(&mutant.number)) {
        let _ = writeln!(text, "{}\t{}", mutant.number, mutant.name);
    }
    fs::write(file, text)
}

/// Reads it again. Source and tests are those of that time.
///
/// # Errors
///
/// If nothing was built, or mutants have other names by now.
pub fn read(
    file: &Path,
    mutants: &[Mutant],
) -> Result<(Vec<Program>, BTreeSet<u32>), Box<dyn Error>> {
    let text = fs::read_to_string(file).map_err(|_| "nothing was built yet")?;
    let (mut programs, mut woven) = (Vec::new(), BTreeSet::new());
    for (word, rest) in text.lines().filter_map(|line| line.split_once('\t')) {
        if word == "program" {
            programs.push(Program { path: rest.into() });
            continue;
        }
        let number: u32 = word.parse()?;
        if mutants.get(number as usize - 1).is_none_or(|mutant| mutant.name != rest) {
            return Err("mutants have other names since it was built".into());
        }
        woven.insert(number);
    }
    Ok((programs, woven))
}
