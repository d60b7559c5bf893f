//! Every model runs from flags, and from the scenario that its summary states, with the same result.

use serde_json::{Value, json};
use tieline::scenario_file::ScenarioFile;

use super::{GRAPH, folder, stdout, summary, tieline};

/// A model, and what says it fully, with every way to start and every key of times somewhere.
const MODELS: &[(&str, &str)] = &[
    ("independent-cascade", "--reshare 0.5 --origins x@a --infectivity y=0.5 --crosspost 0.25"),
    (
        "independent-cascade",
        "--reshare 0.5 --delay gamma(2,3) --time-unit h --origins-at 0=x@a,2.5=z@b",
    ),
    ("independent-cascade", "--reshare 0.5 --external 0.1 --external-factor y=2 --max-steps 4"),
    ("weighted-cascade", "--by-degree 1 --delay a=fixed(1) --delay b=exponential(1) --until 9"),
    (
        "independent-cascade",
        "--reshare 0.5 --fatigue geometric(0.5) --fatigue-per account --origins x@a",
    ),
    ("weighted-cascade", "--fatigue table(1,0.5,0.25) --delay fixed(1) --origins x@a,y@a"),
    ("independent-cascade", "--reshare 0.5 --posts p=x@a --posts q=z@b --interaction exclusive"),
    (
        "sir",
        "--reshare 1 --period fixed(1) --posts p=x@a --posts q=y@a --interaction 1,2;0.5,1 --interaction-per account",
    ),
    ("hawkes", "--reshare 0.5 --memory exponential(1) --until 9 --posts p=x@a --posts q=y@a,z@b"),
    ("linear-threshold", "--random-origins a=1 --max-shares 2"),
    ("si", "--reshare 0.5 --until 3 --random-users 1 --users-post-on all"),
    ("si", "--contact weibull(1.5,2) --random-origins 50% --reached-within 1,2.5"),
    ("sir", "--reshare 0.5 --period exponential(1) --period b=fixed(2) --top-degree b=1"),
    ("sir", "--reshare 0.5 --clock steps --period geometric(0.5) --origins x@a --max-steps 20"),
    ("seir", "--reshare 1 --latency pareto(1,3) --period fixed(1) --period-per user --origins x@a"),
    ("fsir", "--reshare 1 --period fixed(1) --origins x@a --susceptibility y=2"),
    (
        "sis",
        "--reshare 1 --period fixed(1) --until 5 --crosspost 0.25 --crosspost-delay fixed(0.5) --origins x@a",
    ),
    ("sirs", "--reshare 1 --period fixed(1) --immunity lomax(1,2) --max-shares 9 --origins x@a"),
    ("watts", "--threshold 0.5 --origins x@a --crosspost 0.25"),
    ("watts", "--threshold 0.5 --posts p=x@a --posts q=z@b --interaction exclusive"),
    ("count", "--threshold b=2 --threshold a=1 --origins x@a"),
    ("linear-fixed", "--threshold uniform(0,1) --draw ensemble --origins x@a"),
    ("or", "--threshold 0.5 --adopt person --friends people --origins x@a"),
    ("or", "--threshold 0.5 --posts p=x@a --posts q=z@b --interaction exclusive"),
    ("pooled", "--threshold 0.25 --origins x@a --max-shares 3"),
    ("and", "--threshold normal(0.5,0.1) --origins x@a"),
    ("content", "--threshold 0.5 --content a=2 --origins x@a"),
    ("pooled", "--threshold 0.5 --origins x@a"),
    (
        "gleeson",
        "--innovation 0.2 --slots 2 --activity 2 --activity b=1 --burn-in 3 --until 5 --origins x@a",
    ),
    (
        "weng",
        "--innovation 0.4 --attention 0.3 --recall 0.1 --window 1 --until 5 --posts p=x@a --posts q=z@b",
    ),
    ("hawkes", "--reshare 0.5 --memory seismic(300,0.24) --time-unit s --until 3600 --origins x@a"),
    ("hawkes", "--reshare 0.5 --memory exponential(1) --sharing once --until 9 --origins x@a"),
];

#[test]
fn every_model_runs_from_flags_and_from_a_file() {
    let folder = folder();
    let folder = folder.path();
    for (model, words) in MODELS {
        let words = format!("simulate {GRAPH} --model {model} {words} --runs 50 --json -");
        let said = summary(folder, &words);
        assert_eq!(said["model"], *model);
        assert!(said["size"]["mean"].as_f64().unwrap() > 0.0, "{words}");
        let scenario: toml::Value = serde_json::from_value(said["scenario"].clone()).unwrap();
        std::fs::write(folder.join("again.toml"), toml::to_string(&scenario).unwrap()).unwrap();
        let again = summary(folder, "simulate again.toml --json -");
        assert_eq!(said, again, "{words}");
    }
}

#[test]
fn delays_may_be_a_column() {
    let folder = folder();
    let folder = folder.path();
    std::fs::write(folder.join("late.csv"), "source,target,delay\nx,y,1.5\ny,z,2\n").unwrap();
    let words = "simulate --network c=late.csv --reshare 1 --delay weight --origins x@c --runs 1 --shares \
                 out.jsonl --json -";
    let said = summary(folder, words);
    assert_eq!(said["scenario"]["delay"], "weight");
    assert_eq!(said["last_time"]["mean"], 3.5);
    let scenario: toml::Value = serde_json::from_value(said["scenario"].clone()).unwrap();
    std::fs::write(folder.join("again.toml"), toml::to_string(&scenario).unwrap()).unwrap();
    assert_eq!(said, summary(folder, "simulate again.toml --json -"));
    // A flag for all ties takes the place of weights, and the other way round.
    let last = |words: &str| summary(folder, words)["last_time"]["mean"].as_f64().unwrap();
    assert_eq!(last("simulate again.toml --delay fixed(9) --ignore-columns delay --json -"), 18.0);
    std::fs::write(folder.join("fixed.toml"), "delay = 'fixed(9)'").unwrap();
    let graph = "--network c=late.csv --reshare 1 --origins x@c --runs 1";
    assert_eq!(last(&format!("simulate fixed.toml {graph} --delay weight --json -")), 3.5);
}

/// The scenario file that the help shows is the example of its flags, and what grows is told before it does.
#[test]
fn the_help_shows_a_file_that_works() {
    let folder = folder();
    let folder = folder.path();
    std::fs::write(folder.join("square.tsv"), "bob\tann\ncid\tbob\n").unwrap();
    std::fs::write(folder.join("hall.csv"), "bob,dee\n").unwrap();
    let help = stdout(&tieline(folder, "simulate --help"));
    let (_, file) = help.split_once("The same:").unwrap();
    let (file, _) = file.split_once("A number by network").unwrap();
    std::fs::write(folder.join("post.toml"), file).unwrap();
    let (_, flags) = help.split_once("tieline simulate --network").unwrap();
    let (flags, _) = flags.split_once("\n\n").unwrap();
    let flags = flags.replace('\\', " ");
    let of_flags = summary(folder, &format!("simulate --network {flags} --json -"));
    let mut of_file = summary(folder, "simulate post.toml --json -");
    assert!(of_file["comparison"].is_object() || of_file["compare"].is_object(), "{of_file}");
    of_file["scenario"] = of_flags["scenario"].clone();
    assert_eq!(of_file, of_flags);

    std::fs::write(folder.join("mutual.tsv"), "ann\tbob\n").unwrap();
    let grows = "simulate --network c=mutual.tsv:mutual --origins ann@c --model hawkes --reshare 1.5 --until 1 \
                 --memory exponential(1) --runs 2 --json -";
    let output = tieline(folder, grows);
    assert!(output.status.success());
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.starts_with("note: hawkes: in the long run a share leads to about 1.50 others"),
        "{told}"
    );
    assert!(stdout(&tieline(folder, &format!("{grows} --max-shares 9"))).starts_with('{'));
}

/// What a run answers, but nobody may have meant.
#[test]
fn ends_and_starts_that_miss_each_other_are_told() {
    let folder = folder();
    let folder = folder.path();
    std::fs::write(folder.join("met.txt"), "x y 1700\ny z 1701\n").unwrap();
    std::fs::write(folder.join("plain.txt"), "x y\ny z\n").unwrap();
    let warning = |words: &str| {
        let said = summary(folder, &format!("simulate --runs 5 --origins x@c --json - {words}"));
        said["warning"].as_str().map(str::to_owned)
    };
    let sir = "--network c=met.txt:contacts --model sir --reshare 0.5 --period fixed(3)";
    let early = warning(sir).expect("a warning");
    assert!(
        early.starts_with("the first time of a tie is 1700, and those who start, at 0"),
        "{early}"
    );
    for model in ["si", "sis --period fixed(3)", "independent-cascade --delay fixed(1)"] {
        let model =
            format!("--network c=met.txt:contacts --model {model} --reshare 0.5 --until 100");
        let late = "the first time of a tie is 1700, after the end of runs, 100: count times from the first on";
        assert_eq!(warning(&model).expect("a warning"), late);
    }
    let alone = warning("--network c=plain.txt --reshare 0.5 --crosspost 1").expect("a warning");
    assert!(
        alone.starts_with("no user has several accounts, so nothing is ever cross-posted"),
        "{alone}"
    );
    let delays = "--network c=plain.txt --reshare 0.5 --delay exponential(1) --until 2";
    assert_eq!(warning(&format!("{delays} --reached-within 2")), None);
    assert_eq!(
        warning(&format!("{delays} --reached-within 1,5")).expect("a warning"),
        "runs end at 2 (`until`), so who is reached within 5 are those who are reached until then"
    );
    let steps = "--network c=plain.txt --reshare 0.5 --max-steps 1 --reached-within 2";
    assert!(warning(steps).expect("a warning").starts_with("runs end at 1 (`max_steps`)"));
    let types = "simulate --model hawkes --types a,b --reshare a=0.5 --memory fixed(1) --random-origins a=1 \
                 --until 2 --reached-within 3 --runs 2 --json -";
    let said = summary(folder, types);
    assert!(said["warning"].as_str().expect("a warning").starts_with("runs end at 2 (`until`)"));
}

const TYPES: &str = "\
model = 'hawkes'
types = ['square', 'hall']
memory = { all = 'exponential(1)', pairs = { 'square:hall' = 'fixed(2)' } }
marks = { all = 'fixed(3)', networks = { hall = 'geometric(0.5)' } }
random_origins = { networks = { square = 2 } }
external = { all = 0.1, networks = { hall = 0 } }
over_time = [[0, 1], [6, 0.5]]
time_unit = 'h'
until = 12
runs = 300
reached_within = [3, 6.5]

[reshare]
networks = { square = 0.5, hall = 0.4 }
pairs = { 'square:hall' = 0.1, 'hall:square' = 0.2 }
";

#[test]
fn self_exciting_cascades_run_without_a_graph() {
    let folder = folder();
    let folder = folder.path();
    std::fs::write(folder.join("types.toml"), TYPES).unwrap();
    let words = "simulate --model hawkes --types square,hall --memory exponential(1) --memory \
                 square:hall=fixed(2) --marks fixed(3) --marks hall=geometric(0.5) --random-origins square=2 --external 0.1 \
                 --external hall=0 --over-time 0:1,6:0.5 --time-unit h --until 12 --runs 300 --reached-within 3 --reached-within 6.5 --reshare square=0.5 --reshare hall=0.4 \
                 --reshare square:hall=0.1 --reshare hall:square=0.2 --json -";
    let said = summary(folder, words);
    assert_eq!(said, summary(folder, "simulate types.toml --json - --threads 1"));
    let most =
        format!("simulate types.toml --rng-seed {} --max-shares {} --json -", u64::MAX, u64::MAX);
    assert_eq!(summary(folder, &most)["rng_seed"], u64::MAX);
    let scenario: toml::Value = serde_json::from_value(said["scenario"].clone()).unwrap();
    std::fs::write(folder.join("again.toml"), toml::to_string(&scenario).unwrap()).unwrap();

    let plan = ScenarioFile::parse(TYPES, "types.toml").unwrap().typed_plan().unwrap();
    let outcome = plan.model().run(plan.runs(), plan.rng_seed()).unwrap();
    for (key, value) in serde_json::to_value(&outcome).unwrap().as_object().unwrap() {
        assert_eq!(said[key], *value, "{key}");
    }
    assert_eq!((&said["model"], &said["interrupted"]), (&json!("hawkes"), &json!(false)));

    // The log holds what the figures count, in both forms.
    for file in ["out.jsonl", "out.csv"] {
        let words = format!("simulate again.toml --json - --shares {file}");
        assert_eq!(said, summary(folder, &words));
    }
    let read = |file| std::fs::read_to_string(folder.join(file)).unwrap();
    let (lines, csv) = (read("out.jsonl"), read("out.csv"));
    let mut csv = csv.lines().skip(1);
    let (mut shares, mut of_run): (u64, Vec<Value>) = (0, Vec::new());
    for line in lines.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        if row["row"] == 0 {
            of_run.clear();
        }
        shares += 1;
        for key in ["account", "user", "occurrence"] {
            assert!(row[key].is_null());
        }
        let (step, route) = match row["parent"].as_u64() {
            None => (0, "origin"),
            Some(parent) => {
                let parent = &of_run[parent as usize];
                assert!(parent["time"].as_f64() < row["time"].as_f64());
                (parent["step"].as_u64().unwrap() + 1, "offspring")
            }
        };
        assert_eq!((row["step"].as_u64(), row["route"].as_str()), (Some(step), Some(route)));
        let parent = row["parent"].as_u64().map_or_else(String::new, |parent| parent.to_string());
        let expected = format!(
            "0,{},{},,{},,{parent},{step},{},{route},",
            row["run"],
            row["row"],
            row["network"].as_str().unwrap(),
            row["time"].as_f64().unwrap()
        );
        assert_eq!(csv.next(), Some(&*expected));
        of_run.push(row);
    }
    assert_eq!(csv.next(), None);
    assert!(shares > 300);
    assert_eq!(shares as f64 / 300.0, outcome.size.mean);
}
