//! Whether tests notice a mutant.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::build::Program;
use crate::list::Mutant;

/// What became of a mutant.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// This test failed, or the program did.
    Noticed(String),
    /// It took too long, which somebody would have noticed.
    Timeout,
    /// Nobody noticed.
    Missed,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Noticed(test) => write!(f, "noticed by {test}"),
            Self::Timeout => f.write_str("timeout"),
            Self::Missed => f.write_str("missed"),
        }
    }
}

/// What to run of the unit tests, and of the others.
#[derive(Debug)]
pub struct Words {
    /// Parts of the names of unit tests.
    pub unit: Vec<String>,
    /// Parts of the names of the others that are quick and notice most,
    pub first: Vec<String>,
    /// and of the rest of the others.
    pub others: Vec<String>,
}

/// Asks the tests about a mutant, one program after the other.
pub fn ask(
    copy: &Path,
    programs: &[Program],
    words: &Words,
    mutant: Option<&Mutant>,
    limit: Duration,
) -> std::io::Result<Verdict> {
    // Where the change is known by its own tests, these come first.
    let unit_first = mutant.is_none_or(|mutant| {
        mutant.file.starts_with("src/random/") || mutant.file.starts_with("src/typed/")
    });
    let mut programs: Vec<_> = programs.iter().collect();
    programs.sort_by_key(|program| program.unit != unit_first);
    for program in programs {
        let parts =
            if program.unit { vec![&words.unit] } else { vec![&words.first, &words.others] };
        let number = mutant.map_or(0, |mutant| mutant.number);
        for words in parts {
            let verdict = run(copy, program, words, number, limit)?;
            if verdict != Verdict::Missed {
                return Ok(verdict);
            }
        }
    }
    Ok(Verdict::Missed)
}

fn run(
    copy: &Path,
    program: &Program,
    words: &[String],
    number: u32,
    limit: Duration,
) -> std::io::Result<Verdict> {
    // A loop that never ends may ask for memory all the while.
    let mut child = Command::new("sh")
        .args(["-c", "ulimit -v 6000000; exec \"$0\" \"$@\""])
        .arg(&program.path)
        .args(words)
        .arg("--test-threads=1")
        .current_dir(copy)
        .env("TIELINE_MUTANT", number.to_string())
        .env("INSTA_UPDATE", "no")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()?;
    let stdout = BufReader::new(child.stdout.take().expect("it is piped"));
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        for line in stdout.lines().map_while(Result::ok) {
            if let Some(test) =
                line.strip_prefix("test ").and_then(|line| line.strip_suffix(" ... FAILED"))
                && send.send(test.to_owned()).is_err()
            {
                return;
            }
        }
    });
    let end = Instant::now() + limit;
    let told = receive.recv_timeout(end.saturating_duration_since(Instant::now()));
    let verdict = match told {
        Ok(test) => Verdict::Noticed(test),
        Err(RecvTimeoutError::Timeout) => Verdict::Timeout,
        Err(RecvTimeoutError::Disconnected) => {
            let status = child.wait()?;
            return Ok(if status.success() {
                Verdict::Missed
            } else {
                Verdict::Noticed(format!("{status}"))
            });
        }
    };
    // The whole group, for `sh` has become the program.
    Command::new("kill").args(["-9", "--", &format!("-{}", child.id())]).status()?;
    child.wait()?;
    Ok(verdict)
}
