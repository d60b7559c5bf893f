//! The binary: arguments in, tables and JSON out. All it does, the library does for it.
//!
//! Exit codes: 0; 2 if flags or scenario are wrong by themselves, before data are read; 1 for
//! everything after.

mod args;
mod convert;
mod feed_args;
mod flags;
mod generate;
mod generate_args;
mod info;
mod info_page;
mod page;
mod progress;
mod shares;
mod simulate;
mod start_args;
mod summary;
mod tie_rows;
mod time_args;
mod typed;
mod typed_args;

use std::any::Any;
use std::io::Write;
use std::panic;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Parser;
use clap::error::ErrorKind;

use self::args::{Command, Tieline};

/// Why the program ends early, in a sentence, and with which exit code.
#[derive(Debug)]
struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    /// Flags or scenario are wrong by themselves.
    #[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
    fn usage(error: impl ToString) -> Self {
        Self { code: 2, message: error.to_string() }
    }

    fn late(message: impl Into<String>) -> Self {
        Self { code: 1, message: message.into() }
    }
}

/// What the library finds wrong once it is at work is no fault of the flags alone.
impl From<tieline::Error> for Failure {
    fn from(error: tieline::Error) -> Self {
        Self::late(error.to_string())
    }
}

pub(crate) fn main() -> ExitCode {
    let loud = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if altered(panic.payload()).is_none() {
            loud(panic);
        }
    }));
    let done = panic::catch_unwind(done).unwrap_or_else(|payload| match altered(&*payload) {
        Some(message) => Err(Failure::late(message)),
        // The panic itself was told.
        None if USES_GRAPH_FILE.load(Ordering::Relaxed) => Err(Failure::late(
            "the program broke off at work on a graph file, which may be altered: `tieline info --graph FILE \
             --verify` tells, and if it is not, this is a mistake of the program",
        )),
        None => panic::resume_unwind(payload),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure { code, message }) => {
            // Nobody is left to tell if stderr is gone too.
            let _ = writeln!(std::io::stderr().lock(), "error: {message}");
            ExitCode::from(code)
        }
    }
}

/// Does what the arguments say.
fn done() -> Result<(), Failure> {
    match Tieline::try_parse() {
        Ok(Tieline { command: Command::Simulate(args) }) => simulate::simulate(*args),
        Ok(Tieline { command: Command::Info(args) }) => info::info(*args),
        Ok(Tieline { command: Command::Convert(args) }) => convert::convert(*args),
        Ok(Tieline { command: Command::Generate(args) }) => generate::generate(*args),
        Err(error) => told(&error),
    }
}

/// What a panic says if it is one of those that an altered graph file leads to: no fault of the
/// program, for only `tieline info --verify` reads such a file as a whole beforehand.
fn altered(panic: &(dyn Any + Send)) -> Option<&str> {
    let message = panic.downcast_ref::<String>()?;
    message.contains("the graph file was altered").then_some(message)
}

/// Whether a graph file is in use, which is not read as a whole beforehand.
static USES_GRAPH_FILE: AtomicBool = AtomicBool::new(false);

/// What clap has to say: help and version as they are, an error in one sentence.
fn told(error: &clap::Error) -> Result<(), Failure> {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => print(&error.render().to_string()),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => Err(Failure::usage(
            "say what to do: `tieline simulate`, `tieline info`, `tieline convert` or `tieline \
             generate`, or see `tieline --help`",
        )),
        ErrorKind::MissingSubcommand => Err(Failure::usage(
            "say what kind of network: `tieline generate KIND`, or see `tieline generate --help`",
        )),
        _ => Err(Failure::usage(one_sentence(&error.render().to_string()))),
    }
}

/// Writes to stdout. A reader that has seen enough and closed the pipe is no error.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::late(format!("cannot write to stdout: {error}")))
        }
        _ => Ok(()),
    }
}

/// clap's report as one sentence, without the usage.
fn one_sentence(report: &str) -> String {
    let mut sentence = String::new();
    for line in report.lines().map(str::trim) {
        if line.starts_with("Usage:") || line.starts_with("For more information") {
            break;
        }
        if line.is_empty() {
            continue;
        }
        let line = line.strip_prefix("error: ").unwrap_or(line);
        if !sentence.is_empty() {
            sentence.push_str(if sentence.ends_with([':', ',']) { " " } else { "; " });
        }
        sentence.push_str(line);
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_become_a_sentence() {
        let report = "error: unexpected argument '--netwrk' found\n\n  tip: a similar argument \
                      exists: '--network'\n\nUsage: tieline simulate\n";
        assert_eq!(
            one_sentence(report),
            "unexpected argument '--netwrk' found; tip: a similar argument exists: '--network'"
        );
    }
}
