//! `--until-std-error`: the ensemble of so many runs, whatever is written beside it.

use serde_json::{Value, json};

use super::{GRAPH, folder, stdout, summary, tieline};

fn words(more: &str) -> String {
    format!("simulate {GRAPH} --reshare 0.5 --crosspost 0.25 --origins x@a --rng-seed 11 {more}")
}

/// Without what says how the number of runs came about.
fn figures(mut summary: Value) -> Value {
    let map = summary.as_object_mut().unwrap();
    map.remove("precision");
    let scenario = map["scenario"].as_object_mut().unwrap();
    for key in ["until_std_error", "max_runs", "runs"] {
        scenario.remove(key);
    }
    summary
}

#[test]
fn it_is_the_summary_of_so_many_runs() {
    let folder = folder();
    for (asked, runs) in [
        ("0.02", 2000),
        ("users=1% --max-runs 50000", 2000),
        ("b=0.005", 16_000),
        ("a:b=1% --max-runs 10000", 10_000),
    ] {
        let more = "--no-carry y --compare --carriers 2 --json -";
        let until = summary(folder.path(), &words(&format!("--until-std-error {asked} {more}")));
        assert_eq!(until["runs"], runs, "{asked}");
        assert_eq!(until["precision"]["reached"], runs != 10_000);
        let fixed = summary(folder.path(), &words(&format!("--runs {runs} {more}")));
        assert!(fixed.get("precision").is_none());
        assert_eq!(figures(until), figures(fixed), "{asked}");
    }
}

#[test]
fn shares_are_those_of_the_same_runs() {
    let folder = folder();
    let until = "--until-std-error 0.02 --json -";
    let plain = summary(folder.path(), &words(until));
    assert_eq!(plain, summary(folder.path(), &words(&format!("{until} --shares until.csv"))));
    let capped = "--until-std-error 1e-9 --max-runs 2345 --json -";
    let plain = summary(folder.path(), &words(capped));
    assert_eq!(plain, summary(folder.path(), &words(&format!("{capped} --shares capped.csv"))));
    for (file, runs) in [("until.csv", 2000), ("capped.csv", 2345)] {
        let fixed = words(&format!("--runs {runs} --json - --shares fixed.csv"));
        summary(folder.path(), &fixed);
        let read = |file| std::fs::read_to_string(folder.path().join(file)).unwrap();
        assert!(read(file) == read("fixed.csv"), "{file}");
    }
}

#[test]
fn the_scenario_as_resolved_says_the_same_again() {
    let folder = folder();
    let first = summary(folder.path(), &words("--until-std-error a:b=2.5% --json -"));
    let expected = json!({
        "std_error": 0.025, "relative": true, "of": { "link": { "from": "a", "to": "b" } },
        "max_runs": 1_024_000, "found": first["precision"]["found"], "reached": true,
    });
    assert_eq!(first["precision"], expected);
    assert_eq!(first["scenario"]["until_std_error"], "a:b=2.5%");
    assert_eq!(first["scenario"]["max_runs"], 1_024_000);
    let scenario: toml::Table = serde_json::from_value(first["scenario"].clone()).unwrap();
    std::fs::write(folder.path().join("again.toml"), scenario.to_string()).unwrap();
    assert_eq!(first, summary(folder.path(), "simulate again.toml --json -"));

    // Flags that say how many runs replace all that the file says of it.
    let fixed = summary(folder.path(), "simulate again.toml --runs 70 --json -");
    assert_eq!((&fixed["runs"], fixed.get("precision")), (&70.into(), None));
    let fewer = summary(folder.path(), "simulate again.toml --max-runs 70 --json -");
    assert_eq!((&fewer["runs"], &fewer["precision"]["reached"]), (&70.into(), &false.into()));
    std::fs::write(folder.path().join("fixed.toml"), "runs = 70").unwrap();
    let until = summary(
        folder.path(),
        &words("--until-std-error 9 --json -").replace("simulate", "simulate fixed.toml"),
    );
    assert_eq!((&until["runs"], &until["precision"]["of"]), (&1000.into(), &"size".into()));
}

#[test]
fn the_page_says_which_came_first() {
    let folder = folder();
    let line = |asked: &str| {
        let page = stdout(&tieline(folder.path(), &words(&format!("--until-std-error {asked}"))));
        page.lines().find(|line| line.starts_with("standard error")).unwrap().to_owned()
    };
    let reached = "standard error of shares: 0.0195, asked for 0.02: reached after 2,000 runs";
    assert_eq!(line("0.02"), reached);
    let capped = line("users=0.1% --max-runs 3000");
    assert!(capped.starts_with("standard error of users: 0."), "{capped}");
    assert!(capped.ends_with(" %, asked for 0.10 %: NOT REACHED in 3,000 runs"), "{capped}");
}
