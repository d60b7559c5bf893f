//! Which tests come to which mutants: a test that does not come to a place runs as it did, whatever stands there.

use std::collections::HashSet;
use std::error::Error;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use crate::build::Program;

/// A test by its name.
#[derive(Debug)]
pub struct Test {
    /// Which program it is in.
    pub program: usize,
    /// As the program lists it.
    pub name: String,
    /// What it takes, alone.
    pub takes: Duration,
    /// The places it comes to, by the first mutant that stands there.
    places: HashSet<u32>,
}

impl Test {
    /// Whether it comes to this place.
    pub fn reaches(&self, place: u32) -> bool {
        self.places.contains(&place)
    }
}

/// Runs all tests, each alone and without a mutant, and gives those that take no longer than this, by what they
/// take. One that fails so is told, and left out.
pub fn tests(
    copy: &Path,
    programs: &[Program],
    longest: Duration,
) -> Result<Vec<Test>, Box<dyn Error>> {
    let mut names = Vec::new();
    for (number, program) in programs.iter().enumerate() {
        let listed = Command::new(&program.path)
            .args(["--list", "--format", "terse"])
            .current_dir(copy)
            .stderr(Stdio::inherit())
            .output()?;
        let listed = String::from_utf8(listed.stdout)?;
        let tests = listed.lines().filter_map(|line| line.strip_suffix(": test"));
        names.extend(tests.map(|name| (number, name.to_owned())));
    }
    let (queue, known, failed) =
        (Mutex::new(names.into_iter()), Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    let threads = thread::available_parallelism()?.get();
    thread::scope(|scope| {
        for thread in 0..threads {
            let (queue, known, failed) = (&queue, &known, &failed);
            let file = copy.with_file_name(format!("reached.{thread}"));
            scope.spawn(move || {
                loop {
                    let next = queue.lock().unwrap().next();
                    let Some((program, name)) = next else { return };
                    match alone(copy, &programs[program], &name, &file, longest) {
                        Ok(None) => {}
                        Ok(Some((takes, places))) => {
                            known.lock().unwrap().push(Test { program, name, takes, places });
                        }
                        Err(error) => failed.lock().unwrap().push(format!("{name}: {error}")),
                    }
                }
            });
        }
    });
    for failed in failed.into_inner()? {
        eprintln!("left out, for it fails without a mutant: {failed}");
    }
    let mut known = known.into_inner()?;
    known.sort_by(|a: &Test, b| (a.takes, &a.name).cmp(&(b.takes, &b.name)));
    Ok(known)
}

/// What a test takes, and where it comes to; nothing of one that takes too long, or is not asked for.
fn alone(
    copy: &Path,
    program: &Program,
    name: &str,
    file: &Path,
    longest: Duration,
) -> Result<Option<(Duration, HashSet<u32>)>, Box<dyn Error>> {
    fs::write(file, [])?;
    let begin = Instant::now();
    let mut test = Command::new(&program.path)
        .args(["--exact", name, "--test-threads=1"])
        .current_dir(copy)
        .env("TIELINE_MUTANT", "0")
        .env("TIELINE_REACHED", file)
        .env("INSTA_UPDATE", "no")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()?;
    let status = loop {
        if let Some(status) = test.try_wait()? {
            break status;
        }
        if begin.elapsed() > longest {
            // With what it has started.
            Command::new("kill").args(["-9", "--", &format!("-{}", test.id())]).status()?;
            test.wait()?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(2));
    };
    let takes = begin.elapsed();
    if !status.success() {
        return Err(status.to_string().into());
    }
    let places = fs::read(file)?;
    let places = places
        .chunks_exact(4)
        .map(|place| u32::from_le_bytes(place.try_into().expect("chunks have four bytes")));
    Ok(Some((takes, places.collect())))
}
