//! Scenario files say what flags say.

use super::{GRAPH, folder, stdout, summary, tieline};

const FILE: &str = r#"
reshare = { all = 0.5, networks = { b = 0.4 }, pairs = { "a:b" = 0.3 } }
crosspost = { all = 0.25, pairs = { "b:a" = 0.5 } }
inclination = { y = 2 }
identities = "same-name"
origins_file = "origins.txt"
runs = 300
rng_seed = 11
max_steps = 5
audience = true
compare = true
duplicates = "max"

[[network]]
name = "a"
ties = "a.tsv"
direction = "mutual"

[[network]]
name = "b"
ties = ["b.tsv"]
direction = "mutual"

[[network]]
name = "a"
accounts = "lonely.txt"
accounts_column = 1

[[bridges]]
file = "bridges.tsv"

[intervention]
mute = ["z"]
no_carry = ["y"]
cut = [["x@a", "y@a"]]
add_origin = ["z@b"]
crosspost_times = 0.5
"#;

const FLAGS: &str = "--reshare 0.5 --reshare b=0.4 --reshare a:b=0.3 --crosspost 0.25 \
     --crosspost b:a=0.5 --inclination y=2 --origins-file origins.txt --runs 300 --rng-seed 11 \
     --max-steps 5 --audience --compare --duplicates max --accounts a=lonely.txt:1 \
     --bridges bridges.tsv --mute z --no-carry y --cut x@a:y@a --add-origin z@b \
     --crosspost-times 0.5";

#[test]
fn a_file_and_flags_say_the_same() {
    let folder = folder();
    std::fs::write(folder.path().join("s.toml"), FILE).unwrap();
    let by_file = summary(folder.path(), "simulate s.toml --json -");
    let by_flags = summary(folder.path(), &format!("simulate {GRAPH} {FLAGS} --json -"));
    assert_eq!(by_file, by_flags);
}

/// The scenario in the summary is a scenario file that gives the same summary.
#[test]
fn the_scenario_as_resolved_is_one_again() {
    let folder = folder();
    std::fs::write(folder.path().join("s.toml"), FILE).unwrap();
    let first = summary(folder.path(), "simulate s.toml --json -");
    let scenario: toml::Table = serde_json::from_value(first["scenario"].clone()).unwrap();
    std::fs::write(folder.path().join("again.toml"), scenario.to_string()).unwrap();
    assert_eq!(first, summary(folder.path(), "simulate again.toml --json -"));
}

#[test]
fn paths_are_relative_to_the_folder_of_the_file() {
    let folder = folder();
    let file = format!("{FILE}\n").replace("audience = true", "json = \"out.json\"");
    std::fs::write(folder.path().join("s.toml"), file).unwrap();
    let elsewhere = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("s.toml");
    let output = tieline(elsewhere.path(), &format!("simulate {}", path.display()));
    assert_eq!(stdout(&output), "");
    let json = std::fs::read_to_string(folder.path().join("out.json")).unwrap();
    assert!(json.contains("\"origins_file\": \"origins.txt\""), "{json}");
    assert!(!json.contains("out.json"));
}

#[test]
fn flags_override_key_by_key() {
    let folder = folder();
    std::fs::write(folder.path().join("s.toml"), FILE).unwrap();
    let words = "simulate s.toml --runs 20 --reshare b=0.9 --crosspost 0.1 --origins z@b,y@a \
                 --mute x --json -";
    let scenario = &summary(folder.path(), words)["scenario"];
    let expected = serde_json::json!({
        "runs": 20,
        "rng_seed": 11,
        "reshare": { "all": 0.5, "networks": { "b": 0.9 }, "pairs": { "a:b": 0.3 } },
        "crosspost": { "all": 0.1, "pairs": { "b:a": 0.5 } },
        "origins": ["z@b", "y@a"],
    });
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(&scenario[key], value, "{key}");
    }
    assert!(scenario.get("origins_file").is_none());
    assert_eq!(scenario["intervention"]["mute"], serde_json::json!(["x"]));
    assert_eq!(scenario["intervention"]["no_carry"], serde_json::json!(["y"]));

    let words = "simulate s.toml --network c=a.tsv --accounts c=lonely.txt --reshare c=1 --json -";
    let output = tieline(folder.path(), words);
    let error = String::from_utf8(output.stderr).unwrap();
    // The other networks are gone, and with them what the file says of them.
    assert!(error.contains("network `b`") || error.contains("network `a`"), "{error}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn layers_get_names_by_flag_and_by_key() {
    let folder = folder();
    let file = "reshare = 0.5\norigins = [\"x@one\"]\n[[multilayer]]\nfile = \"layers.txt\"\n\
                form = \"layer-node-node\"\nlayers = { \"1\" = \"one\", \"2\" = \"two\" }\n";
    std::fs::write(folder.path().join("s.toml"), file).unwrap();
    let by_file = summary(folder.path(), "simulate s.toml --json -");
    let by_flags = summary(
        folder.path(),
        "simulate --multilayer layers.txt:layer-node-node --layer 1=one --layer 2=two \
         --reshare 0.5 --origins x@one --json -",
    );
    assert_eq!(by_file, by_flags);
    assert_eq!(by_file["networks"][1]["name"], "two");
}

#[test]
fn names_that_flags_cannot_hold_go_into_arrays() {
    let folder = folder();
    std::fs::write(folder.path().join("odd.tsv"), "a,b:c=d\te@f\n").unwrap();
    let file = "reshare = 1\norigins = [\"a,b:c=d@odd\"]\nidentities = \"same-name\"\n\
                [[network]]\nname = \"odd\"\nties = \"odd.tsv\"\n\
                [intervention]\ncut = [[\"a,b:c=d@odd\", \"e@f@odd\"]]\n";
    std::fs::write(folder.path().join("s.toml"), file).unwrap();
    assert_eq!(summary(folder.path(), "simulate s.toml --json -")["size"]["mean"], 1.0);
}

const THRESHOLDS: &str = r#"
model = "and"
threshold = { all = "uniform(0.2, 0.6)", networks = { b = 0.5 } }
threshold_file = "thresholds.txt"
friends = "people"
draw = "ensemble"
identities = "same-name"
origins = ["x@a"]
runs = 20

[[network]]
name = "a"
ties = "a.tsv"
direction = "mutual"

[[network]]
name = "b"
ties = "b.tsv"
direction = "mutual"
"#;

/// A threshold model in a file and by flags, and as it is told in the summary; thresholds of some from
/// a file: y waits for both that y sees, and so does z, who hears of nobody else.
#[test]
fn thresholds_are_said_by_files_and_flags() {
    let folder = folder();
    std::fs::write(folder.path().join("s.toml"), THRESHOLDS).unwrap();
    std::fs::write(folder.path().join("thresholds.txt"), "# who waits\ny 1\nz,1.0\n").unwrap();
    let by_file = summary(folder.path(), "simulate s.toml --json -");
    let flags = "--model and --threshold uniform(0.2,0.6) --threshold b=0.5 \
         --threshold-file thresholds.txt --friends people --draw ensemble --origins x@a --runs 20";
    let by_flags = summary(folder.path(), &format!("simulate {GRAPH} {flags} --json -"));
    assert_eq!(by_file, by_flags);
    assert_eq!(by_file["size"]["max"], 1);
    let scenario: toml::Table = serde_json::from_value(by_file["scenario"].clone()).unwrap();
    assert_eq!(scenario["adopt"].as_str(), Some("person"));
    std::fs::write(folder.path().join("again.toml"), scenario.to_string()).unwrap();
    assert_eq!(by_file, summary(folder.path(), "simulate again.toml --json -"));
    let either = summary(folder.path(), "simulate s.toml --model or --json -");
    assert_eq!(either["size"]["mean"], 4.0);
    let content = "--model content --content a=2 --content b=1 --threshold 0.5";
    let weighed =
        summary(folder.path(), &format!("simulate {GRAPH} {content} --origins x@a --json -"));
    assert_eq!(weighed["scenario"]["content"]["a"], 2.0);
    assert_eq!(weighed["size"]["mean"], 4.0);
}

/// Factors of users in a table are those said one by one, and what is wrong with them is told by file and line.
#[test]
fn factors_of_users_are_read_from_a_table() {
    let folder = folder();
    let folder = folder.path();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write("people.csv", "user,infectivity,inclination,external_factor\nx,2,,\ny,0.5,0.25,3\n");
    let words = format!(
        "simulate {GRAPH} --reshare 0.25 --crosspost 0.5 --external 0.05 --max-steps 4 --origins x@a --runs 300 \
         --json -"
    );
    let one_by_one = summary(
        folder,
        &format!(
            "{words} --infectivity x=2 --infectivity y=0.5 --inclination y=0.25 --external-factor y=3"
        ),
    );
    let table = summary(folder, &format!("{words} --user-factors people.csv"));
    for key in ["size", "users", "networks", "links", "external"] {
        assert_eq!(one_by_one[key], table[key], "{key}");
    }
    assert_ne!(table["size"], summary(folder, &words)["size"]);
    let scenario: toml::Table = serde_json::from_value(table["scenario"].clone()).unwrap();
    assert_eq!(scenario["user_factors"].as_str(), Some("people.csv"));
    write("again.toml", &scenario.to_string());
    assert_eq!(table, summary(folder, "simulate again.toml --json -"));

    let error = |more: &str| {
        let output = tieline(folder, &format!("{words} {more}"));
        assert!(!output.status.success(), "{more}");
        String::from_utf8(output.stderr).unwrap().trim().to_owned()
    };
    write("unknown.csv", "user,infectivity\nx,2\nyy,1\n");
    write("negative.csv", "user susceptibility\nx -1\n");
    write("twice.csv", "user,infectivity\nx,2\nx,3\n");
    assert_eq!(
        error("--user-factors unknown.csv"),
        "error: unknown.csv:3: unknown user `yy`; did you mean `y`?"
    );
    assert_eq!(
        error("--user-factors negative.csv"),
        "error: negative.csv:2: the susceptibility of `x` must be finite and not negative, found -1"
    );
    let twice = "error: twice.csv:3: the infectivity of `x` is said twice";
    assert_eq!(error("--user-factors twice.csv"), twice);
    assert_eq!(
        error("--user-factors people.csv --infectivity y=1"),
        "error: people.csv:3: the infectivity of `y` is said twice"
    );
    let nothing = format!(
        "simulate {GRAPH} --model watts --threshold 0.5 --origins x@a --user-factors people.csv"
    );
    let output = tieline(folder, &nothing);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("people.csv: `infectivity` means nothing beside watts"), "{told}");
}
