//! Whether tests notice a mutant.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::build::Program;
use crate::list::Mutant;
use crate::reach::Test;

/// What became of a mutant.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// This test failed, or the program did.
    Noticed(String),
    /// It took too long, which somebody would have noticed.
    Timeout,
    /// Nobody noticed.
    Missed,
    /// Nobody came there.
    NotReached,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Noticed(test) => write!(f, "noticed by {test}"),
            Self::Timeout => f.write_str("timeout"),
            Self::Missed => f.write_str("missed"),
            Self::NotReached => f.write_str("missed, for none comes there"),
        }
    }
}

/// Asks the tests that come to the place where a mutant stands, those that take least first.
pub fn ask(
    copy: &Path,
    programs: &[Program],
    tests: &[Test],
    mutant: &Mutant,
    place: u32,
) -> std::io::Result<Verdict> {
    let mut tests: Vec<_> = tests.iter().filter(|test| test.reaches(place)).collect();
    if tests.is_empty() {
        return Ok(Verdict::NotReached);
    }
    // Some at once, for to start a program takes its time; one that is asked last takes longest.
    let mut takes = Duration::from_millis(100);
    while !tests.is_empty() {
        let mut sum = Duration::ZERO;
        let together = tests.iter().take_while(|test| {
            let fits = sum < takes;
            sum += test.takes;
            fits
        });
        let together = together.count();
        for (number, program) in programs.iter().enumerate() {
            let names: Vec<_> = tests[..together]
                .iter()
                .filter(|test| test.program == number)
                .map(|test| &*test.name)
                .collect();
            if names.is_empty() {
                continue;
            }
            let verdict = run(copy, program, &names, mutant.number, 5 * sum + LEAST)?;
            if verdict != Verdict::Missed {
                return Ok(verdict);
            }
        }
        tests.drain(..together);
        takes *= 4;
    }
    Ok(Verdict::Missed)
}

/// What no mutant needs, but what takes milliseconds otherwise may on a busy machine.
const LEAST: Duration = Duration::from_secs(6);

/// What `ulimit -t` sends.
const SIGXCPU: i32 = 24;

fn run(
    copy: &Path,
    program: &Program,
    names: &[&str],
    number: u32,
    limit: Duration,
) -> std::io::Result<Verdict> {
    // A loop that never ends may ask for memory all the while, and outlive what began it.
    let limits =
        format!("ulimit -c 0 -v 6000000; ulimit -S -t {}; exec \"$0\" \"$@\"", limit.as_secs() + 1);
    let mut child = Command::new("bash")
        .args(["-c", &limits])
        .arg(&program.path)
        .args(["--exact", "--test-threads=1"])
        .args(names)
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
            } else if status.signal() == Some(SIGXCPU) {
                Verdict::Timeout
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
