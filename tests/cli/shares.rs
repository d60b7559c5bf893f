//! `--shares`: every share event, in two forms, as the library logs them.

use serde_json::{Value, json};
use tieline::scenario_file::ScenarioFile;

use super::{folder, stdout, summary, tieline};

const FILE: &str = r#"
reshare = 0.5
crosspost = 0.25
identities = "same-name"
origins = ["x@a", "z@b"]
runs = 700
rng_seed = 3

[[network]]
name = "a"
ties = "a.tsv"
direction = "mutual"

[[network]]
name = "b"
ties = "b.tsv"
direction = "mutual"
"#;

#[test]
fn both_forms_hold_the_log_of_the_library() {
    let folder = folder();
    let path = folder.path().join("s.toml");
    std::fs::write(&path, FILE).unwrap();
    let plain = summary(folder.path(), "simulate s.toml --json -");
    for shares in ["out.csv", "out.jsonl"] {
        let words = format!("simulate s.toml --json - --shares {shares} --threads 2");
        assert_eq!(plain, summary(folder.path(), &words), "shares change no result");
    }

    let mut plan = ScenarioFile::read(&path).unwrap().plan().unwrap();
    let (graph, _) = plan.load().unwrap();
    let ensemble = plan.ensemble(graph).unwrap();
    let graph = ensemble.scenario().graph();
    let log = ensemble.share_log();
    assert!(log.len() > 1500);

    let text = std::fs::read_to_string(folder.path().join("out.csv")).unwrap();
    let mut csv = text.lines();
    let columns = csv.next().unwrap();
    assert_eq!(columns, "post,run,row,account,network,user,parent,step,time,route,occurrence");
    let text = std::fs::read_to_string(folder.path().join("out.jsonl")).unwrap();
    let mut jsonl = text.lines();
    for row in log.rows() {
        let account = graph.account_name(row.account);
        let network = graph.network(graph.network_of(row.account)).name();
        let user = graph.user_name(graph.user_of(row.account));
        let route = serde_json::to_value(row.route).unwrap();
        let parent = row.parent.map_or_else(String::new, |parent| parent.to_string());
        let line = format!(
            "0,{},{},{account},{network},{user},{parent},{},,{},0",
            row.run,
            row.row,
            row.step,
            route.as_str().unwrap()
        );
        assert_eq!(csv.next().unwrap(), line);
        let line: Value = serde_json::from_str(jsonl.next().unwrap()).unwrap();
        let expected = json!({
            "post": 0, "run": row.run, "row": row.row, "account": account, "network": network,
            "user": user, "parent": row.parent, "step": row.step, "time": null, "route": route,
            "occurrence": 0,
        });
        assert_eq!(line, expected);
    }
    assert_eq!((csv.next(), jsonl.next()), (None, None));
}

#[test]
fn names_are_quoted_where_csv_needs_it() {
    let folder = folder();
    std::fs::write(folder.path().join("odd.tsv"), "the \"real\" bob, jr\tx\n").unwrap();
    let file = "reshare = 1\norigins = ['the \"real\" bob, jr']\nruns = 1\n\
                [[network]]\nname = \"odd, too\"\nties = \"odd.tsv\"\n";
    std::fs::write(folder.path().join("s.toml"), file).unwrap();
    stdout(&tieline(folder.path(), "simulate s.toml --shares out.csv"));
    let text = std::fs::read_to_string(folder.path().join("out.csv")).unwrap();
    assert_eq!(
        text.lines().skip(1).collect::<Vec<_>>(),
        [
            "0,0,0,\"the \"\"real\"\" bob, jr\",\"odd, too\",\
             \"the \"\"real\"\" bob, jr@odd, too\",,0,,origin,0",
            "0,0,1,x,\"odd, too\",\"x@odd, too\",0,1,,tie,0",
        ]
    );
}
