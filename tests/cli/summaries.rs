//! What `simulate` and `info` say.

use serde_json::Value;
use tieline::{Ensemble, IndependentCascade, Outcome, Overlay, Scenario, SocialGraph};

use super::{GRAPH, folder, stdout, summary, tieline};

const RUNS: u64 = 200_000;

fn library() -> Scenario {
    let mut builder = SocialGraph::builder();
    let (a, b) = (builder.network("a"), builder.network("b"));
    builder.mutual(a, "x", "y").mutual(b, "y", "z").same_name_is_one_user();
    Scenario::builder(builder.build().unwrap())
        .model(IndependentCascade::with_probability(0.5))
        .crosspost(0.25)
        .origin("x@a")
        .build()
        .unwrap()
}

fn main_command() -> String {
    format!(
        "simulate {GRAPH} --reshare 0.5 --crosspost 0.25 --origins x@a --runs {RUNS} \
         --rng-seed 11 --json -"
    )
}

#[test]
fn the_summary_is_the_outcome_of_the_library() {
    let folder = folder();
    let text = stdout(&tieline(folder.path(), &main_command()));
    let outcome: Outcome = serde_json::from_str(&text).unwrap();
    let ensemble = Ensemble::new(&library()).runs(RUNS).rng_seed(11).links();
    assert_eq!(outcome, ensemble.run());
}

/// By hand; a false alarm at five standard errors comes once in a million.
#[test]
fn the_means_are_those_computed_by_hand() {
    let folder = folder();
    let summary = summary(folder.path(), &main_command());
    let near = |value: &Value, mean: &str, exact: f64| {
        let (found, error) = (value[mean].as_f64().unwrap(), value["std_error"].as_f64().unwrap());
        assert!((found - exact).abs() <= 5.0 * error, "{mean} {found} ± {error}, not {exact}");
    };
    // The enumerator knows the same numbers, and more than one would like to do by hand.
    let exact = tieline::exact::enumerate(&library()).unwrap();
    near(&summary["size"], "mean", exact.size.mean);
    near(&summary["users"], "mean", exact.users.mean);
    for (network, exact) in summary["networks"].as_array().unwrap().iter().zip(&exact.networks) {
        near(network, "mean", exact.accounts.mean);
    }
    for (link, exact) in summary["links"].as_array().unwrap().iter().zip(&exact.links) {
        near(link, "probability", exact.crossings.probability);
    }
    near(&summary["size"], "mean", 1.0 + 0.5 + 0.125 + 0.0625);
    near(&summary["users"], "mean", 1.0 + 0.5 + 0.0625);
    near(&summary["networks"][0], "mean", 1.5);
    near(&summary["networks"][1], "mean", 0.1875);
    near(&summary["links"][0], "probability", 0.125);
    let link = &summary["links"][0];
    assert_eq!((&link["from"], &link["to"]), (&"a".into(), &"b".into()));
    assert_eq!(link["first_step_mean"], 2.0);
    assert_eq!(link["carriers"][0]["user"], "y");
    assert_eq!(link["carriers"][0]["runs"], link["linked_runs"]);
    assert!(link["low"].as_f64().unwrap() < 0.125 && 0.125 < link["high"].as_f64().unwrap());
    assert_eq!(summary["links"][1]["probability"], 0.0);
    assert_eq!(summary["links"][1]["first_step_mean"], Value::Null);
    assert_eq!(summary["networks"][1]["reached"], link["probability"]);
}

#[test]
fn the_names_of_the_summary_stay() {
    let folder = folder();
    let words = main_command() + " --no-carry y --compare --audience --carriers 2";
    let summary = summary(folder.path(), &words);
    let shape = |value: &Value| {
        let keys: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
        keys.join(" ")
    };
    let shapes = [
        ("", &summary),
        ("size", &summary["size"]),
        ("users", &summary["users"]),
        ("networks", &summary["networks"][0]),
        ("links", &summary["links"][0]),
        ("carriers", &summary["links"][0]["carriers"][0]),
        ("compare", &summary["compare"]),
        ("compare.size", &summary["compare"]["size"]),
        ("compare.networks", &summary["compare"]["networks"][0]),
        ("compare.links", &summary["compare"]["links"][0]),
        ("audience", &summary["audience"]),
        ("carrier_ranking", &summary["carrier_ranking"]),
        ("carrier_ranking.carriers", &summary["carrier_ranking"]["carriers"][0]),
        ("scenario", &summary["scenario"]),
        ("load", &summary["load"]),
    ];
    let lines: Vec<_> =
        shapes.iter().map(|(name, value)| format!("{name}: {}", shape(value))).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn a_bridge_tie_names_both_ends() {
    let folder = folder();
    let words = "simulate --network a=a.tsv --network b=b.tsv --bridges bridges.tsv --reshare 0 \
                 --reshare a:b=1 --origins x@a --runs 4 --json -";
    let summary = summary(folder.path(), words);
    let carrier = &summary["links"][0]["carriers"][0];
    assert_eq!(*carrier, serde_json::json!({ "parent": "x@a", "child": "z@b", "runs": 4 }));
}

#[test]
fn compare_holds_the_base_on_top_and_the_difference_beside_it() {
    let folder = folder();
    let base = summary(folder.path(), &main_command());
    let compared = summary(folder.path(), &(main_command() + " --no-carry y --compare"));
    assert_eq!(base["size"], compared["size"]);
    assert_eq!(base["links"], compared["links"]);
    let without = summary(folder.path(), &(main_command() + " --no-carry y"));
    let difference = compared["compare"]["size"]["difference"].as_f64().unwrap();
    let mean = |summary: &Value| summary["size"]["mean"].as_f64().unwrap();
    assert!((mean(&without) - mean(&base) - difference).abs() < 1e-12);
    assert_eq!(without["links"][0]["probability"], 0.0);
    let changed = &compared["compare"]["links"][0]["changed_runs"];
    assert_eq!(*changed, base["links"][0]["linked_runs"]);

    let scenario = library();
    let overlay = Overlay::builder(scenario.graph()).no_carry("y").build().unwrap();
    let ensemble = Ensemble::new(&scenario).runs(RUNS).rng_seed(11).links().compare(overlay);
    let outcome: Outcome = serde_json::from_value(compared).unwrap();
    assert_eq!(outcome, ensemble.run());
}

#[test]
fn threads_change_nothing() {
    let folder = folder();
    let words = main_command().replace(&RUNS.to_string(), "5000")
        + " --mute z --compare --audience --carriers 3";
    let text = |threads: u64| {
        let text = stdout(&tieline(folder.path(), &format!("{words} --threads {threads}")));
        text.split_once("\"seconds\"").unwrap().0.to_owned()
    };
    let one = text(1);
    assert!(!one.contains("threads"));
    assert_eq!((&one, &one), (&text(2), &text(7)));
}

#[test]
fn each_model_runs() {
    let folder = folder();
    for model in [
        "--model weighted-cascade",
        "--model linear-threshold",
        "--network c=weighted.csv --reshare weight --reshare a=1 --reshare b=1",
        "--network c=weighted.csv --reshare 0.5 --ignore-weights",
        "--network c=third.tsv --reshare 0.5 --ignore-weights",
    ] {
        let words = format!("simulate {GRAPH} {model} --origins x@a --runs 10 --json -");
        assert_eq!(summary(folder.path(), &words)["runs"], 10, "{model}");
    }
    let words = "simulate --network c=weighted.csv --model linear-threshold --weights as-is \
                 --origins x --runs 10 --json -";
    assert_eq!(summary(folder.path(), words)["scenario"]["weights"], "as-is");
}

#[test]
fn the_page_is_for_people() {
    let folder = folder();
    let words = main_command().replace(" --json -", "").replace(&RUNS.to_string(), "2000")
        + " --no-carry y --compare --audience --carriers 2";
    let page = stdout(&tieline(folder.path(), &words));
    let (page, seconds) = page.rsplit_once("\nloaded in ").unwrap();
    assert!(seconds.contains("simulated in"));
    insta::assert_snapshot!(page);
}

#[test]
fn info_says_what_is_in_the_files() {
    let folder = folder();
    let graph = format!("info {GRAPH} --accounts a=lonely.txt --bridges bridges.tsv");
    insta::assert_snapshot!(stdout(&tieline(folder.path(), &graph)));
    for json in ["--json", "--json -"] {
        let text = stdout(&tieline(folder.path(), &format!("{graph} {json}")));
        let info: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(info["accounts"], 5);
        assert_eq!(info["networks"][0]["isolated"], 1);
        assert_eq!(info["overlaps"][0]["shared_users"], 1);
        assert_eq!(info["load"]["files"][1]["example"], "x and y see what the other shares");
    }
}

#[test]
fn help_explains_every_flag() {
    let folder = folder();
    insta::assert_snapshot!(stdout(&tieline(folder.path(), "simulate --help")));
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_panic() {
    use std::process::Stdio;
    let folder = folder();
    let mut command = super::command(folder.path(), &main_command());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn pairs_that_never_link_are_only_counted_among_many() {
    let folder = folder();
    let more = ["c", "d", "e"].map(|name| format!("--network {name}=b.tsv")).join(" ");
    let words = format!(
        "simulate {GRAPH} {more} --reshare 1 --crosspost a:b=1 --origins x@a --runs 5 --mute y \
         --compare"
    );
    let page = stdout(&tieline(folder.path(), &words));
    assert!(page.contains("\na ⇒ b ") && !page.contains("\nc ⇒ d "), "{page}");
    assert!(page.contains("\nand 19 pairs never linked\n"), "{page}");
    assert!(page.contains("\nand 19 pairs whose link did not change\n"), "{page}");
}
