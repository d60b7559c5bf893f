//! Ties that come and go, from files to results.

use tempfile::TempDir;

use super::{command, stdout, summary, tieline};

/// Contacts a–b at 1, b–c at 2, c–d at 2, d–e at 3, with a repeated row, the same with durations, and as
/// intervals.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in [
        ("yard.tsv", "sender\treceiver\ttime\na\tb\t1\nb\tc\t2\nc\td\t2\nd\te\t3\na\tb\t1\n"),
        ("long.csv", "source,target,time,duration\na,b,1,3\nb,c,2,1\n"),
        ("hours.tsv", "a b 36\nb c 48\n"),
        ("while.tsv", "a b 0 2\nb c 1 9\n"),
        ("still.tsv", "a b\n"),
        ("overlap.tsv", "a b 0 2\na b 1 3\n"),
        ("noon.tsv", "a b 1\nb c noon\n"),
        (
            "scenario.toml",
            "model = 'si'\nreshare = 1\norigins = ['a']\nruns = 2\ntime_unit = 'day'\n[[network]]\n\
             name = 'yard'\nties = 'hours.tsv'\ndirection = 'mutual'\ntimes = 'contacts'\nunit = 'h'\n",
        ),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

const YARD: &str =
    "simulate --network yard=yard.tsv:mutual:contacts --origins a --runs 50 --json -";

/// Every model that goes over ties with times, from flags and from the scenario that its summary states.
#[test]
fn models_run_from_flags_and_from_a_file() {
    let folder = folder();
    let folder = folder.path();
    let while_ = "simulate --network yard=while.tsv:intervals --origins a --runs 50 --json -";
    let long = "simulate --network yard=long.csv:contacts --origins a --runs 50 --json -";
    let rivals = "simulate --network yard=yard.tsv:mutual:contacts --posts one=a@yard --posts other=e@yard \
                  --interaction exclusive --runs 50 --json -";
    for (graph, words, mean) in [
        (YARD, "--model si --reshare 1", Some(3.0)),
        (YARD, "--model si --reshare 1 --audience", Some(3.0)),
        (YARD, "--model si --reshare 1 --clock steps", Some(3.0)),
        (YARD, "--model sir --reshare 1 --period fixed(9)", Some(3.0)),
        (YARD, "--model seir --reshare 1 --latency fixed(0.5) --period fixed(9)", Some(3.0)),
        (YARD, "--model sis --reshare 1 --period fixed(1.5) --until 9", Some(3.0)),
        (YARD, "--model sirs --reshare 1 --period fixed(2) --immunity fixed(1) --until 9", None),
        (YARD, "--reshare 1", Some(3.0)),
        (YARD, "--reshare 1 --delay fixed(0.5)", Some(3.0)),
        (YARD, "--reshare 1 --fatigue geometric(0.5)", Some(3.0)),
        (rivals, "--model si --reshare 1", Some(5.0)),
        (rivals, "--model sir --reshare 0.5 --period fixed(9)", None),
        (YARD, "--model count --threshold 1 --window 1", Some(3.0)),
        (YARD, "--model watts --threshold 0.5 --window 2 --friends people", Some(3.0)),
        (long, "--model si --reshare 0.5", None),
        (while_, "--model si --reshare 0.5 --until 8", None),
        (while_, "--reshare 1", Some(3.0)),
        (while_, "--model watts --threshold 1", Some(3.0)),
        (while_, "--model hawkes --reshare 0.5 --memory exponential(1) --until 9", None),
    ] {
        let words = format!("{graph} {words}");
        let said = summary(folder, &words);
        let found = said["size"]["mean"].as_f64().unwrap();
        assert!(mean.is_none_or(|mean| mean == found) && found >= 1.0, "{words}: {found}");
        let scenario: toml::Value = serde_json::from_value(said["scenario"].clone()).unwrap();
        std::fs::write(folder.join("again.toml"), toml::to_string(&scenario).unwrap()).unwrap();
        assert_eq!(said, summary(folder, "simulate again.toml --json -"), "{words}");
    }
}

/// A unit of the file is converted; flags take the place of what the file says of ties; a graph file holds all
/// of it.
#[test]
fn times_survive_files() {
    let folder = folder();
    let folder = folder.path();
    let from_file = summary(folder, "simulate scenario.toml --json -");
    assert_eq!(from_file["size"]["mean"], 3.0);
    assert_eq!(from_file["last_time"]["mean"], 2.0, "{from_file}");
    assert_eq!(from_file["load"]["networks"][0]["times"], 4);
    let flags = "simulate scenario.toml --network yard=hours.tsv:mutual:contacts:unit=min --json -";
    let faster = summary(folder, flags);
    assert!(faster["last_time"]["mean"].as_f64().unwrap() < 0.04);
    stdout(&tieline(folder, "convert scenario.toml --out yard.tl"));
    stdout(&tieline(folder, "info --graph yard.tl --verify"));
    let mut opened = summary(
        folder,
        "simulate --graph yard.tl --model si --reshare 1 --origins a --runs 2 --time-unit day --json -",
    );
    let mut read = from_file;
    assert_eq!(opened["load"]["networks"][0]["times"], 4);
    for summary in [&mut opened, &mut read] {
        for key in ["scenario", "load"] {
            summary.as_object_mut().unwrap().remove(key);
        }
    }
    assert_eq!(opened, read);
}

#[test]
fn info_tells_of_times() {
    let folder = folder();
    let folder = folder.path();
    let page = stdout(&tieline(folder, "info --network yard=yard.tsv:mutual:contacts"));
    assert!(page.contains("yard: 8 contacts from 1 to 3\n"), "{page}");
    assert!(page.contains("yard: 1 row stating a tie again left out"), "{page}");
    let page = stdout(&tieline(folder, "info --network yard=hours.tsv:contacts:unit=h"));
    assert!(page.contains("yard: 2 contacts from 36 to 48 h\n"), "{page}");
    let head = stdout(&tieline(folder, &YARD.replace(" --json -", " --model si --reshare 1")));
    assert!(head.contains("8 ties at 8 times, si, reshare 1"), "{head}");
}

/// Mistakes, each with its sentence and its exit code.
#[test]
fn mistakes_are_told() {
    let folder = folder();
    let yard = YARD.trim_end_matches(" --json -");
    for (code, words, sentence) in [
        (2, "simulate --network y=yard.tsv:contact", "did you mean `contacts`?"),
        (2, "simulate --network y=yard.tsv:unit=h", "`:contacts` or `:intervals`"),
        (2, "simulate --network y=yard.tsv:contacts:unit=hours", "unknown time unit `hours`"),
        (
            1,
            "info --network y=yard.tsv",
            "yard.tsv:1: nobody said what the column `time` is; call it `weight` if it is the weight, or \
             leave it out with `--ignore-columns time`; with `:contacts` behind the file it says when two \
             met",
        ),
        (1, "info --network y=noon.tsv:contacts", "noon.tsv:2: expected a number for the time"),
        (
            1,
            "info --network y=overlap.tsv:intervals",
            "overlap.tsv:2: the tie a@y → b@y exists from",
        ),
        (1, "info --network y=while.tsv:contacts", "and nobody said what the last is"),
        (1, &format!("{yard} --model watts --threshold 0.5"), "needs a `window`"),
        (2, &format!("{yard} --model si --reshare 1 --window 2"), "it is for weng, watts, count"),
        (2, &format!("{yard} --model watts --threshold 1 --window 1.5"), "a whole number of steps"),
        (1, &format!("{yard} --model weighted-cascade"), "nearest model that goes over them is"),
        (
            1,
            "simulate --network y=hours.tsv:contacts:unit=h --model si --reshare 1 --origins a",
            "say `--time-unit h`",
        ),
        (
            1,
            "simulate --network y=still.tsv --model count --threshold 1 --window 3 --origins a",
            "there are no contacts here",
        ),
    ] {
        let output = command(folder.path(), words).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains(sentence), "{words}: {told}");
        assert_eq!(output.status.code(), Some(code), "{words}");
    }
}
