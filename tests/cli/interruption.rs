//! Ctrl-C leaves the longest finished prefix.
#![cfg(target_os = "linux")]

use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::{GRAPH, folder, summary};

/// More runs than anybody waits for.
const RUNS: u64 = 1 << 50;

fn words(runs: u64) -> String {
    format!("simulate {GRAPH} --reshare 0.5 --crosspost 0.25 --origins x@a --json - --runs {runs}")
}

/// Waits until the program listens for SIGINT, then a little, and sends it.
fn interrupt(child: Child) -> Output {
    let status = format!("/proc/{}/status", child.id());
    let listens = || {
        let text = std::fs::read_to_string(&status).unwrap();
        let caught = text.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap().trim();
        u64::from_str_radix(caught, 16).unwrap() & 0b10 != 0
    };
    while !listens() {
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(300));
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    child.wait_with_output().unwrap()
}

fn check(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8_lossy(&output.stderr);
    let mut found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let runs = found["runs"].as_u64().unwrap();
    assert_eq!(error, format!("error: interrupted after {runs} of {RUNS} runs\n"));
    assert!(0 < runs && runs < RUNS);
    assert_eq!(found["interrupted"], true);
    found.as_object_mut().unwrap().remove("seconds");
    found
}

#[test]
fn the_summary_holds_the_finished_prefix() {
    let folder = folder();
    let mut command = super::command(folder.path(), &words(RUNS));
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut found = check(&interrupt(child));
    let runs = found["runs"].as_u64().unwrap();
    let whole = summary(folder.path(), &words(runs));
    found["interrupted"] = false.into();
    found["scenario"]["runs"] = runs.into();
    assert_eq!(found, whole);
}

/// The bound is never met.
#[test]
fn a_precision_not_yet_reached_is_told() {
    let folder = folder();
    let words = words(RUNS).replace("--runs", "--until-std-error 1e-99 --max-runs");
    for shares in ["", " --shares out.csv"] {
        let mut command = super::command(folder.path(), &(words.clone() + shares));
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let output = interrupt(child);
        assert_eq!(output.status.code(), Some(1));
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        let runs = found["runs"].as_u64().unwrap();
        let error = format!("error: interrupted after {runs} of at most {RUNS} runs\n");
        assert_eq!(String::from_utf8_lossy(&output.stderr), error);
        assert_eq!(
            (&found["interrupted"], &found["precision"]["reached"]),
            (&true.into(), &false.into())
        );
        assert_eq!(found["precision"]["found"], found["size"]["std_error"]);
    }
}

#[test]
fn the_shares_hold_the_same_prefix() {
    let folder = folder();
    let words = words(RUNS) + " --shares out.csv";
    let mut command = super::command(folder.path(), &words);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let found = check(&interrupt(child));
    let shares = std::fs::read_to_string(folder.path().join("out.csv")).unwrap();
    let rows = shares.lines().count() as u64 - 1;
    assert_eq!(found["activations"], rows);
    let last = shares.lines().last().unwrap().split(',').nth(1).unwrap();
    assert_eq!(last.parse::<u64>().unwrap() + 1, found["runs"].as_u64().unwrap());
}
