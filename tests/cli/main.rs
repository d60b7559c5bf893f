//! The command line: it says what the library says, the same every time, and what is wrong.

mod convert;
mod generate;
mod interruption;
mod mistakes;
mod models;
mod real;
mod scenarios;
mod shares;
mod summaries;
mod temporal;
mod until;

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// A folder with two small networks in it.
///
/// In `a`, x – y; in `b`, y – z. With reshare 1/2, cross-post 1/4 and a post by x@a, by hand:
/// y@a shares with 1/2, y@b with 1/8, z@b with 1/16.
pub(crate) fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in [
        ("a.tsv", "x\ty\n"),
        ("b.tsv", "y\tz\n"),
        ("weighted.csv", "source,target,weight\nx,y,0.5\nx,z,0.25\n"),
        ("late.csv", "source,target,delay\nx,y,1.5\n"),
        ("third.tsv", "x y 2\n"),
        ("bridges.tsv", "x@a z@b\n"),
        ("who.csv", "user,network,account\nMr Y,a,y\nMr Y,b,y\n"),
        ("lonely.txt", "hermit\n"),
        ("layers.txt", "1 x y\n2 y z\n"),
        ("origins.txt", "# who starts\nx@a\n\n"),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// The networks of [`folder`].
pub(crate) const GRAPH: &str =
    "--network a=a.tsv:mutual --network b=b.tsv:mutual --identities same-name";

/// `tieline` with these words as arguments, in `folder`.
pub(crate) fn command(folder: &Path, words: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tieline"));
    command.args(words.split_whitespace()).current_dir(folder);
    command
}

pub(crate) fn tieline(folder: &Path, words: &str) -> Output {
    command(folder, words).output().unwrap()
}

pub(crate) fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The JSON of a run, without what may differ from run to run.
pub(crate) fn summary(folder: &Path, words: &str) -> Value {
    let mut value: Value = serde_json::from_str(&stdout(&tieline(folder, words))).unwrap();
    let seconds = value.as_object_mut().unwrap().remove("seconds").unwrap();
    for part in ["load", "prepare", "simulate"] {
        assert!(seconds[part].as_f64().unwrap() >= 0.0);
    }
    value
}
