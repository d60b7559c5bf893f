//! What is wrong with a command line or a scenario is said in one sentence, with the exit code.

use std::fmt::Write;

use tieline::Outcome;

use super::{GRAPH, folder, stdout, tieline};

const TYPES: &str =
    "--model hawkes --types a,b --reshare a=0.5 --memory fixed(1) --random-origins a=1";

/// `$DEFAULT` is `$GRAPH --reshare 0.5 --origins x@a`.
const LINES: &[&str] = &[
    // Wrong by themselves.
    "",
    "simulat",
    "simulate",
    "simulate --netwrk a=a.tsv",
    "simulate --network a.tsv --reshare 0.5 --origins x",
    "simulate --network a=a.tsv:mutal --reshare 0.5 --origins x",
    "simulate --network a:b=a.tsv --reshare 0.5 --origins x",
    "simulate --network a= --reshare 0.5 --origins x",
    "simulate --multilayer layers.txt:layer-node --reshare 0.5 --origins x",
    "simulate $GRAPH --origins x@a",
    "simulate $GRAPH --reshare 0.5",
    "simulate $GRAPH --reshare 1.5 --origins x@a",
    "simulate $GRAPH --reshare -0.5 --origins x@a",
    "simulate $GRAPH --reshare nan --origins x@a",
    "simulate $GRAPH --reshare wieght --origins x@a",
    "simulate $GRAPH --reshare 0.5 --reshare 0.6 --origins x@a",
    "simulate $GRAPH --reshare a=0.5 --reshare a=0.6 --origins x@a",
    "simulate $GRAPH --reshare a:b:c=0.5 --origins x@a",
    "simulate $DEFAULT --carriers 3 --runs 1",
    "simulate $DEFAULT --crosspost 2",
    "simulate $DEFAULT --crosspost a=0.5",
    "simulate $DEFAULT --crosspost a:b=0.5 --crosspost a:b=0.5",
    "simulate $DEFAULT --model independant-cascade",
    "simulate $DEFAULT --model weighted-cascade",
    "simulate $DEFAULT --model linear-threshold",
    "simulate $DEFAULT --weights as-is",
    "simulate $DEFAULT --threshold 0.5",
    "simulate $GRAPH --origins x@a --model linear-threshold --threshold 0.5",
    "simulate $GRAPH --origins x@a --model watts",
    "simulate $GRAPH --origins x@a --model watts --threshold 0",
    "simulate $GRAPH --origins x@a --model watts --threshold 1.5",
    "simulate $GRAPH --origins x@a --model watts --threshold a=-0.5",
    "simulate $GRAPH --origins x@a --model watts --threshold half",
    "simulate $GRAPH --origins x@a --model watts --threshold uniform(2,1)",
    "simulate $GRAPH --origins x@a --model watts --threshold unifrom(0,1)",
    "simulate $GRAPH --origins x@a --model watts --threshold 0.5 --threshold 0.6",
    "simulate $GRAPH --origins x@a --model watts --threshold 0.5 --reshare 0.5",
    "simulate $GRAPH --origins x@a --model watts --threshold 0.5 --weights as-is",
    "simulate $GRAPH --origins x@a --model watts --threshold 0.5 --draw ensemble",
    "simulate $GRAPH --origins x@a --model watts --threshold 0.5 --content a=1",
    "simulate $GRAPH --origins x@a --model count --threshold 1.5",
    "simulate $GRAPH --origins x@a --model count --threshold 0",
    "simulate $GRAPH --origins x@a --model linear-fixed --threshold 0.5 --friends people",
    "simulate $GRAPH --origins x@a --model or --threshold 0.5 --adopt account",
    "simulate $GRAPH --origins x@a --model or --threshold 0.5 --crosspost 0.5",
    "simulate $GRAPH --origins x@a --model watts --adopt person --threshold 0.5 --inclination y=1",
    "simulate $GRAPH --origins x@a --model pooled --threshold a=0.5",
    "simulate $GRAPH --origins x@a --model content --threshold 0.5",
    "simulate $GRAPH --origins x@a --model content --threshold 0.5 --content a=-1",
    "simulate $GRAPH --origins x@a --model watts --threshold 0.5 --adopt persons",
    "simulate --types a,b --reshare a=0.5 --memory fixed(1) --random-origins a=1",
    "simulate $TYPES --types a,a",
    "simulate --model hawkes --types a,b --reshare a=0.5 --memory fixed(1)",
    "simulate --model hawkes --types a,b --reshare a=0.5 --random-origins a=1",
    "simulate --model hawkes --types a,b --memory fixed(1) --random-origins a=1",
    "simulate --model hawkes --types a,b --reshare 0.5 --memory fixed(1) --random-origins a=1",
    "simulate --model hawkes --types a,b --reshare a=1.5 --memory fixed(1) --random-origins a=1",
    "simulate --model hawkes --types a,b --reshare aa=0.5 --memory fixed(1) --random-origins a=1",
    "simulate --model hawkes --types a,b --reshare a=weight --memory fixed(1) --random-origins a=1",
    "simulate --model hawkes --types a,b --reshare a=0.5 --memory fixed(1) --random-origins 1",
    "simulate --model hawkes --types a,b --reshare a=0.5 --memory fixed(1) --random-origins a=5%",
    "simulate --model hawkes --types a,b --reshare a=0.5 --memory fixed(1) --random-origins c=1",
    "simulate $TYPES --marks pareto(1,0.5)",
    "simulate $TYPES --marks a=fixed(1)",
    "simulate $TYPES --external c=1 --until 5",
    "simulate $TYPES --marks a:b=fixed(1)",
    "simulate $TYPES --external 1",
    "simulate $TYPES --memory b=lomax(0.5,1)",
    "simulate $TYPES --network a=a.tsv",
    "simulate $TYPES --mute y",
    "simulate $TYPES --crosspost 0.5",
    "simulate $TYPES --origins x@a",
    "simulate $TYPES --until-std-error 1%",
    "simulate $TYPES --clock steps",
    "simulate $DEFAULT --marks fixed(1)",
    "simulate $DEFAULT --delay weight --ignore-weights",
    "simulate $GRAPH --reshare weight --origins x@a --delay weight",
    "simulate $DEFAULT --model sir --period weight",
    "simulate $DEFAULT --delay weight --delay weight",
    "simulate $TYPES --memory weight",
    "simulate $DEFAULT --fatigue geometric(2)",
    "simulate $DEFAULT --fatigue table(0.5,1)",
    "simulate $DEFAULT --fatigue linear(1)",
    "simulate $DEFAULT --fatigue-per user",
    "simulate $GRAPH --origins x@a --model linear-threshold --fatigue geometric(0.5)",
    "simulate $DEFAULT --interaction exclusive",
    "simulate $DEFAULT --posts p=x@a",
    "simulate $GRAPH --reshare 0.5 --posts x@a",
    "simulate $GRAPH --reshare 0.5 --posts p= --posts q=y@a",
    "simulate $GRAPH --reshare 0.5 --posts p=x@a --posts p=y@a",
    "simulate $GRAPH --reshare 0.5 --posts p=x@a --posts q=y@a --interaction 1,2;0.5",
    "simulate $GRAPH --reshare 0.5 --posts p=x@a --posts q=y@a --interaction 1,2;-1,1",
    "simulate $GRAPH --reshare 0.5 --posts p=x@a --posts q=y@a --interaction exclusiv",
    "simulate $GRAPH --model watts --threshold 0.5 --posts p=x@a --posts q=y@a --interaction 1,2;2,1",
    "simulate $GRAPH --model watts --threshold normal(0.5,1) --posts p=x@a --posts q=y@a --interaction exclusive",
    "simulate $GRAPH --model sis --reshare 1 --period fixed(1) --until 3 --posts p=x@a --posts q=y@a --interaction exclusive",
    "simulate $GRAPH --model gleeson --origins x@a --until 3",
    "simulate $GRAPH --model gleeson --innovation 0.5 --origins x@a",
    "simulate $GRAPH --model gleeson --innovation 1.5 --origins x@a --until 3",
    "simulate $GRAPH --model gleeson --innovation 0.5 --slots 0 --origins x@a --until 3",
    "simulate $GRAPH --model gleeson --innovation 0.5 --attention 0.5 --origins x@a --until 3",
    "simulate $GRAPH --model gleeson --innovation 0.5 --external 0.1 --origins x@a --until 3",
    "simulate $GRAPH --model gleeson --innovation 0.5 --clock steps --origins x@a --max-steps 3",
    "simulate $GRAPH --model gleeson --innovation 0.5 --delay fixed(1) --origins x@a --until 3",
    "simulate $GRAPH --model weng --innovation 0.5 --attention 0.1 --recall 0.1 --origins x@a --until 3",
    "simulate $GRAPH --model weng --innovation 0.5 --attention 0.1 --recall 0.1 --window 0 --origins x@a --until 3",
    // What a model does not go with.
    "simulate $GRAPH --origins x@a --model linear-threshold --delay fixed(1)",
    "simulate $GRAPH --origins x@a --model watts --threshold 0.5 --delay fixed(1)",
    "simulate $GRAPH --origins x@a --model or --threshold 0.5 --delay fixed(1)",
    "simulate $DEFAULT --model si --delay fixed(1)",
    "simulate $DEFAULT --model sir --period fixed(1) --delay fixed(1)",
    "simulate $DEFAULT --model seir --latency fixed(1) --period fixed(1) --delay fixed(1)",
    "simulate $DEFAULT --model fsir --period fixed(1) --delay fixed(1)",
    "simulate $DEFAULT --model sis --period fixed(1) --until 3 --delay fixed(1)",
    "simulate $DEFAULT --model hawkes --memory fixed(1) --until 3 --delay fixed(1)",
    "simulate $DEFAULT --model hawkes --memory fixed(1) --max-steps 3 --clock steps",
    "simulate $GRAPH --model linear-threshold --posts p=x@a --posts q=y@a --interaction 1,2;2,1",
    "simulate $GRAPH --model linear-threshold --posts p=x@a --posts q=y@a --interaction exclusive",
    "simulate $GRAPH --reshare 0.5 --model hawkes --memory fixed(1) --until 3 --posts p=x@a --posts q=y@a --interaction exclusive",
    "simulate $GRAPH --reshare 0.5 --model sirs --period fixed(1) --immunity fixed(1) --until 3 --posts p=x@a --posts q=y@a --interaction 1,2;2,1",
    "simulate $GRAPH --model gleeson --innovation 0.5 --until 3 --posts p=x@a --posts q=y@a --interaction exclusive",
    "simulate $GRAPH --reshare 0.5 --fatigue geometric(0.5) --posts p=x@a --posts q=y@a",
    "simulate $DEFAULT --model sir --period fixed(1) --fatigue geometric(0.5)",
    "simulate $TYPES --no-carry y",
    "simulate $TYPES --cut x@a:y@a",
    "simulate $TYPES --fatigue geometric(0.5)",
    "simulate $TYPES --posts p=x@a --posts q=y@a",
    "simulate $DEFAULT --weights asis",
    "simulate $GRAPH --origins x@a --model linear-threshold --weights as-is --ignore-weights",
    "simulate $GRAPH --origins x@a --reshare weight --ignore-weights",
    "simulate $DEFAULT --origins-file origins.txt",
    "simulate $DEFAULT --duplicates mean",
    "simulate $DEFAULT --compare",
    "simulate $DEFAULT --compare --cut x@a",
    "simulate $DEFAULT --no-crosspost --crosspost-times 0.5",
    "simulate $DEFAULT --crosspost-times 1.5",
    "simulate $DEFAULT --inclination y",
    "simulate $DEFAULT --inclination y=-1",
    "simulate $DEFAULT --inclination y=1 --inclination y=2",
    "simulate $DEFAULT --runs 0",
    "simulate $DEFAULT --runs many",
    "simulate $DEFAULT --runs 5 --runs 6",
    "simulate $DEFAULT --until-std-error 0",
    "simulate $DEFAULT --until-std-error -1",
    "simulate $DEFAULT --until-std-error inf",
    "simulate $DEFAULT --until-std-error nan%",
    "simulate $DEFAULT --until-std-error few",
    "simulate $DEFAULT --until-std-error =1",
    "simulate $DEFAULT --until-std-error a:b:c=1",
    "simulate $DEFAULT --until-std-error a:a=1",
    "simulate $DEFAULT --until-std-error 0.1 --runs 5",
    "simulate $DEFAULT --until-std-error 0.1 --max-runs 0",
    "simulate $DEFAULT --until-std-error 0.1 --max-runs 1 --carriers 3",
    "simulate $DEFAULT --max-runs 5",
    "simulate $DEFAULT --rng-seed -1",
    "simulate $DEFAULT --threads 0",
    "simulate $DEFAULT --carriers 0",
    "simulate $DEFAULT --shares x.txt",
    "simulate $DEFAULT --shares csv",
    "simulate $DEFAULT --layer 1=one",
    "simulate --graph ab.tl $DEFAULT",
    "simulate --graph ab.tl --identities same-name --reshare 0.5 --origins x@a",
    "simulate --graph ab.tl --accounts a=lonely.txt --reshare 0.5 --origins x@a",
    "simulate --graph ab.tl --duplicates sum --reshare 0.5 --origins x@a",
    "simulate --graph ab.tl --layer 1=one --reshare 0.5 --origins x@a",
    "info --graph ",
    "info $GRAPH --verify",
    "convert $GRAPH",
    "convert --out ab.tl",
    "convert $GRAPH --graph ab.tl --out ab.tl",
    "simulate missing.toml $DEFAULT",
    // Wrong once data are read.
    "simulate --network a=missing.tsv --reshare 0.5 --origins x",
    "simulate --network c=third.tsv --reshare 0.5 --origins x",
    "simulate --network c=weighted.csv --reshare 0.5 --origins x",
    "simulate --network c=third.tsv --reshare weight --origins x",
    "simulate --network c=third.tsv --model linear-threshold --weights as-is --origins x",
    "simulate --multilayer layers.txt --reshare 0.5 --origins x",
    "simulate --multilayer layers.txt:layer-node-node --layer 3=three --reshare 0.5 --origins x",
    "simulate $GRAPH --reshare 0.5 --origins x@aa",
    "simulate $GRAPH --reshare 0.5 --origins xx@a",
    "simulate $GRAPH --reshare 0.5 --origins nobody",
    "simulate $GRAPH --reshare 0.5 --origins y",
    "simulate $GRAPH --reshare 0.5 --origins-file lonely.txt",
    "simulate $GRAPH --reshare 0.5 --origins-file missing.txt",
    "simulate $GRAPH --reshare 0.8 --origins x@a --fatigue table(1,1.5)",
    "simulate $GRAPH --reshare 0.5 --posts p=x@a --posts q=x@a --interaction exclusive",
    "simulate $GRAPH --reshare 0.5 --posts p=x@a --posts q=nobody@a",
    "simulate $GRAPH --reshare a=0.5 --origins x@a",
    "simulate $DEFAULT --reshare c=0.5",
    "simulate $GRAPH --origins x@a --model watts --threshold a=0.5",
    "simulate $GRAPH --origins x@a --model watts --threshold c=0.5",
    "simulate $GRAPH --origins x@a --model watts --threshold-file lonely.txt",
    "simulate $GRAPH --origins x@a --model watts --threshold-file missing.txt",
    "simulate $GRAPH --origins x@a --model content --threshold 0.5 --content a=0 --content b=0",
    "simulate --network c=third.tsv --model watts --threshold 0.5 --origins x",
    "simulate --network c=third.tsv --model linear-fixed --threshold 0.5 --weights as-is --origins x",
    "simulate $DEFAULT --crosspost a:c=0.5",
    "simulate $DEFAULT --crosspost 0.6 --inclination y=2",
    "simulate $DEFAULT --until-std-error c=0.1",
    "simulate $DEFAULT --mute who",
    "simulate $DEFAULT --no-carry who",
    "simulate $DEFAULT --cut y@b:x@a",
    "simulate $DEFAULT --cut x@a:w@a",
    "simulate $DEFAULT --add-origin w@a",
    "simulate $DEFAULT --ignore-columns since",
    "simulate $DEFAULT --delay weight",
    "simulate --network a=late.csv --reshare 0.5 --origins x@a",
    "simulate $DEFAULT --shares no/such/folder/x.csv",
    "simulate $DEFAULT --json no/such/folder/x.json",
    "info",
    "info --network a=missing.tsv",
    "info --graph missing.tl",
    "info --graph a.tsv",
    "info --graph a.tsv --verify",
    "convert --graph a.tsv --out b.tl",
    "convert --network a=missing.tsv --out ab.tl",
    "convert $GRAPH --out no/such/folder/ab.tl",
    "info --network c=third.tsv",
];

/// Scenario files, each with its name.
const SCENARIOS: &[(&str, &str)] = &[
    ("key", "runs = 5\nreshar = 0.5"),
    ("nothing-like-it", "zzzzzz = 1"),
    ("network-key", "reshare = 0.5\n[[network]]\nname = 'a'\ntie = 'a.tsv'"),
    ("reshare-key", "reshare = { al = 0.5 }"),
    ("intervention-key-on-top", "mute = ['x']"),
    ("intervention-key", "[intervention]\nmuted = ['x']"),
    ("model", "model = 'weighted-cascde'"),
    ("direction", "[[network]]\nname = 'a'\nties = 'a.tsv'\ndirection = 'follow'"),
    ("range", "runs = 5\n\nreshare = 1.5"),
    ("range-inside", "[reshare]\nall = 0.5\nnetworks = { a = 2 }"),
    ("pair", "reshare = { pairs = { a = 0.5 } }"),
    ("word", "reshare = 'wieght'"),
    ("kind", "runs = 'many'"),
    ("error-to-reach", "runs = 5\nuntil_std_error = 0"),
    ("error-in-words", "until_std_error = 'small'"),
    ("error-of-a-kind", "until_std_error = true"),
    (
        "both-runs",
        "runs = 5\nuntil_std_error = 1\nreshare = 0.5\norigins = ['x']\n[[network]]\nname = 'a'\nties = 'a.tsv'",
    ),
    ("negative", "runs = -1"),
    ("list", "origins = 'x@a'"),
    ("nameless", "[[network]]\nties = 'a.tsv'"),
    ("without-files", "reshare = 0.5\norigins = ['x']\n[[network]]\nname = 'a'"),
    ("one-end", "[intervention]\ncut = [['x@a']]"),
    ("twice", "runs = 5\nruns = 6"),
    ("syntax", "runs = \n"),
    (
        "both-origins",
        "reshare = 0.5\norigins = ['x']\norigins_file = 'o'\n[[network]]\nname = 'a'\nties = 'a.tsv'",
    ),
    ("no-origins", "reshare = 0.5\norigins = []\n[[network]]\nname = 'a'\nties = 'a.tsv'"),
    (
        "empty-intervention",
        "reshare = 0.5\norigins = ['x']\ncompare = true\n[[network]]\nname = 'a'\nties = 'a.tsv'\n[intervention]\nmute = []",
    ),
    ("column", "[[network]]\nname = 'a'\naccounts = 'a.tsv'\naccounts_column = true"),
    (
        "shares",
        "reshare = 0.5\norigins = ['x']\nshares = 'x.parquet'\n[[network]]\nname = 'a'\nties = 'a.tsv'",
    ),
    ("graph-and-network", "graph = 'ab.tl'\n[[network]]\nname = 'a'\nties = 'a.tsv'"),
    ("graph-without-name", "graph = ''\nreshare = 0.5\norigins = ['x']"),
    ("unknown-origin", "reshare = 0.5\norigins = ['w@a']\n[[network]]\nname = 'a'\nties = 'a.tsv'"),
];

#[test]
fn each_gets_its_sentence_and_its_exit_code() {
    let folder = folder();
    let mut table = String::new();
    let mut run = |shown: &str, words: &str, code: Option<i32>| {
        let output = tieline(folder.path(), words);
        let error = String::from_utf8(output.stderr).unwrap();
        let found = output.status.code().unwrap();
        assert!(error.starts_with("error: "), "{shown}: {error}");
        assert_eq!(error.matches('\n').count(), 1, "one line: {error}");
        assert!(output.stdout.is_empty(), "{shown}");
        assert!(code.is_none_or(|code| code == found), "{shown}: exit code {found}; {error}");
        let _ = writeln!(table, "$ tieline {shown}\n[{found}] {error}");
    };
    // Up to the missing scenario file no data are read.
    let early = LINES.iter().position(|line| line.contains("missing.toml")).unwrap();
    for (place, line) in LINES.iter().enumerate() {
        let words = line
            .replace("$DEFAULT", "$GRAPH --reshare 0.5 --origins x@a")
            .replace("$GRAPH", GRAPH)
            .replace("$TYPES", TYPES);
        let code = if place <= early || *line == "info" { 2 } else { 1 };
        run(line, &words, Some(code));
    }
    for (name, text) in SCENARIOS {
        let file = format!("{name}.toml");
        std::fs::write(folder.path().join(&file), text).unwrap();
        let words = format!("simulate {file}");
        let code = if *name == "unknown-origin" { 1 } else { 2 };
        run(&words, &words, Some(code));
    }
    insta::assert_snapshot!(table);
}

/// What follows `s.toml:`, `o.txt:` or `th.txt:` in the error of a scenario that says this of `GRAPH` above.
#[test]
fn what_a_scenario_gets_wrong_has_its_file_and_line() {
    let folder = folder();
    let origins = "origins = ['x@a']\n";
    let of_watts =
        format!("model = 'watts'\nthreshold = 0.5\nthreshold_file = 'th.txt'\n{origins}");
    let of_posts = |reshare| {
        format!(
            "reshare = 0.5\n[[posts]]\nname = 'p'\norigins = ['x@a']\n[[posts]]\nname = 'q'\n{reshare}"
        )
    };
    let cases = [
        // Out of range, told before data are read.
        (format!("{origins}reshare = 1.5"), "s.toml:2: the probability of a reshare"),
        (format!("reshare = 0.5\n{origins}max_shares = 0"), "s.toml:3: `max_shares`"),
        (
            format!("{origins}model = 'sir'\nreshare = 1\nperiod = 'pareto(1, 0.5)'"),
            "s.toml:4: the period",
        ),
        ("reshare = 0.5\norigins_at = [[0, 'x@a'],\n[-1, 'x@a']]".into(), "s.toml:3: time goes"),
        (
            "model = 'gleeson'\nuntil = 3\ninnovation = 2".into(),
            "s.toml:3: the probability of a new",
        ),
        (
            format!("model = 'watts'\n{origins}[threshold]\nnetworks = {{ a = 2 }}"),
            "s.toml:3: a threshold of `watts`",
        ),
        // At odds with another: the line of the one that is named first.
        (format!("reshare = 0.5\n{origins}until = 3"), "s.toml:3: `until` is for continuous"),
        // Told by the graph.
        (
            format!("reshare = {{ networks = {{ q = 1 }} }}\n{origins}"),
            "s.toml:1: unknown network `q`",
        ),
        ("reshare = 0.5\norigins = [\n'x@a',\n'w@a',\n]".into(), "s.toml:4: unknown account"),
        ("reshare = 0.5\n# few\nrandom_origins = 500".into(), "s.toml:3: 500 origins of 4"),
        (
            format!("reshare = 0.5\n{origins}inclination = {{ w = 1 }}"),
            "s.toml:3: unknown user `w`",
        ),
        (
            format!("reshare = 0.5\n{origins}infectivity = {{ x = 3 }}"),
            "s.toml:1: the probability of a reshare along",
        ),
        (
            format!("reshare = 0.5\n{origins}[intervention]\nno_carry = ['x']\nmute = ['x',\n'w']"),
            "s.toml:6: unknown user `w`",
        ),
        (of_posts("origins = ['w@a']"), "s.toml:7: post `q`: unknown account"),
        (of_posts("origins = ['x@a']\nreshare = 2"), "s.toml:6: post `q`: the probability"),
        (
            format!(
                "{origins}model = 'sir'\nreshare = 0.5\nperiod = {{ all = 'fixed(1)', networks = {{ q = 'fixed(2)' }} }}"
            ),
            "s.toml:4: unknown network `q`",
        ),
        // Not where the table begins, but where it is said.
        (
            format!("reshare = 0.5\n{origins}[inclination]\nx = 1\nw = 1"),
            "s.toml:5: unknown user `w`",
        ),
        (
            format!("{origins}reshare = 0.5\nreached_within = [1,\n1.5]"),
            "s.toml:4: time goes in steps",
        ),
        // What is missing: the line of the model that needs it.
        (format!("{origins}model = 'sir'\nreshare = 1"), "s.toml:2: sir needs `period`"),
        (
            format!("{origins}model = 'sis'\nreshare = 1\nperiod = 'fixed(1)'"),
            "s.toml:2: sis may go on for ever",
        ),
        (format!("{origins}model = 'watts'"), "s.toml:2: watts needs a threshold"),
        (origins.into(), "s.toml: independent-cascade needs"),
        ("reshare = 0.5".into(), "s.toml: no origin"),
        (
            format!("{origins}reshare = 0.5\n[[network]]\nname = 'c'\nties = 'a.tsv'\nunit = 'h'"),
            "s.toml:6: network `c` has a `unit`",
        ),
        (
            format!("{origins}reshare = 0.5\n[[network]]\nname = 'c'\nties = 'a.tsv:contacts'"),
            "s.toml:5: there is no file `a.tsv:contacts`; beside `ties = \"a.tsv\"` say `times = \"contacts\"`",
        ),
        (format!("{origins}reshare = .5"), "s.toml:2: a number has digits"),
        (
            format!("{origins}model = 'watts'\nthreshold = {{ networks = {{ x = 0.5 }} }}"),
            "s.toml:3: unknown network `x`; thresholds of users and accounts are given by",
        ),
        // In files of their own.
        ("reshare = 0.5\norigins_file = 'o.txt'".into(), "o.txt:4: unknown account"),
        (
            format!("{origins}model = 'watts'\n[threshold]\nnetworks = {{ a = 0.5 }}"),
            "s.toml:3: y@b has no threshold",
        ),
        (of_watts.clone(), "th.txt:3: `y`: a threshold of `watts`"),
    ];
    std::fs::write(folder.path().join("o.txt"), "# who\nx@a\n\nw@a\n").unwrap();
    std::fs::write(folder.path().join("th.txt"), "x 0.5\n\ny 1.5\n").unwrap();
    let networks =
        "[[network]]\nname = 'a'\nties = 'a.tsv'\n[[network]]\nname = 'b'\nties = 'b.tsv'\n";
    let told = |text: &str, flags: &str| {
        let text = format!("{text}\n{networks}");
        std::fs::write(folder.path().join("s.toml"), text).unwrap();
        let output = tieline(folder.path(), &format!("simulate s.toml {flags}"));
        String::from_utf8(output.stderr).unwrap()
    };
    for (text, expected) in &cases {
        let error = told(text, "");
        assert!(error.starts_with(&format!("error: {expected}")), "{text}\n{error}");
    }
    std::fs::write(folder.path().join("th.txt"), "x 0.5\nw 0.5\n").unwrap();
    assert!(told(&of_watts, "").starts_with("error: th.txt:2: unknown user `w`"));
    std::fs::write(folder.path().join("th.txt"), "x 0.5\ny 0.5 0.6\n").unwrap();
    let error = told(&of_watts, "");
    assert!(
        error.starts_with("error: th.txt:2: expected a user or an account and a number"),
        "{error}"
    );
    let error = told(&format!("reshare = 0.5\n{origins}identities = './gone.csv'"), "");
    assert!(
        error.starts_with("error: ./gone.csv: cannot open: ")
            && error.contains("(s.toml:3 names it)"),
        "{error}"
    );
    // What a flag says stands in no file.
    let error = told(&format!("reshare = 0.5\n{origins}"), "--reshare 1.5");
    assert!(error.starts_with("error: the probability of a reshare"), "{error}");
    let error = told(origins, "--model sir --reshare 1");
    assert!(error.starts_with("error: sir needs `period`"), "{error}");
    for (text, flags, expected) in [
        ("reshare = 0.5", "--external 0.1", "external influence goes on"),
        (
            "model = 'independent-cascade'\nreshare = 0.5",
            "--clock continuous",
            "independent-cascade in",
        ),
        ("model = 'watts'\nthreshold = 0.5", "--network a=a.tsv --clock continuous", "watts"),
    ] {
        let error = told(&format!("{text}\n{origins}"), flags);
        assert!(error.starts_with(&format!("error: {expected}")), "{error}");
    }
    // Names may have spaces.
    std::fs::write(folder.path().join("th.txt"), "y the second 0.5\n").unwrap();
    assert!(told(&of_watts, "").starts_with("error: th.txt:1: unknown user `y the second`"));
}

/// What only the graph shows of a tie has the line of its row, in whatever order its ends stand.
#[test]
fn what_data_get_wrong_has_the_line_of_the_row() {
    let folder = folder();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("w.csv", "source,target,weight\nx,y,0.5\n# two\ny,z,1.5\n");
    write("met.tsv", "x y 1\ny z 2.5\n");
    write("layers.txt", "1 x y 0.5\n2 x y 7\n");
    write("heads.txt", "i j\n1 2\n2 3\n3 4\n");
    write("words.txt", "ann bob\n1 2\n");
    write("v.csv", "Citing,Cited\nann,bob\n");
    let misspelt =
        ["Sourc,Target", "source,targt", "sorce,tarlet", "Source ID,Target ID", "src,target"];
    let misspelt = misspelt.map(|header| {
        let file = format!("{}.csv", header.replace([' ', ','], "-"));
        write(&file, &format!("{header}\nann,bob\n"));
        file
    });
    // Of numbered names nobody knows, and `to` is a word of any text.
    write("numbered.csv", "user_3,user_5\nann,bob\n");
    write("to.csv", "go,to\nann,bob\n");
    write("headed.txt", "source target\nann bob\n1 2\n3 4\n");
    let simulate = |flags: &str| {
        let output = tieline(folder.path(), &format!("simulate {flags} --runs 1"));
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    for (flags, expected) in [
        (
            "--network a=w.csv --reshare weight --origins x@a",
            "w.csv:4: the weight of the tie y@a → z@a is 1.5",
        ),
        (
            "--network a=w.csv:follows --reshare weight --origins x@a",
            "w.csv:4: the weight of the tie z@a → y@a",
        ),
        (
            "--network a=met.tsv:contacts --reshare 1 --origins x@a",
            "met.tsv:2: the times of the tie y@a → z@a",
        ),
        (
            "--multilayer layers.txt:layer-node-node --reshare weight --origins x@1",
            "layers.txt:2: the weight of the tie x@2 → y@2 is 7",
        ),
        (
            "--network a=heads.txt --reshare 1 --origins 1@a",
            "heads.txt:1: `i` and `j` stand above numbers",
        ),
        (
            "--network a=v.csv --reshare 1 --origins ann@a",
            "v.csv:1: `citing` and `cited` look like names of columns",
        ),
    ] {
        let (_, error) = simulate(flags);
        assert!(error.starts_with(&format!("error: {expected}")), "{flags}\n{error}");
    }
    for file in misspelt {
        let (_, error) = simulate(&format!("--network a={file} --reshare 1 --origins ann@a"));
        assert!(
            error.contains(":1: `s") && error.contains("look like names of columns"),
            "{error}"
        );
    }
    for file in ["numbered.csv", "to.csv"] {
        assert_eq!(simulate(&format!("--network a={file} --reshare 1 --origins ann@a")).1, "");
    }
    // One row of words and one of numbers may be anything.
    assert_eq!(simulate("--network a=words.txt --reshare 1 --origins ann@a").1, "");
    assert_eq!(simulate("--network a=headed.txt --reshare 1 --origins ann@a").1, "");
    let (_, error) = simulate("--network a=w.csv --ignore-weights --reshare 1 --origins-at -3=x@a");
    assert!(error.starts_with("error: time goes in steps"), "{error}");
}

/// What cannot matter is told, and what runs depend on stands above.
#[test]
fn what_cannot_matter_is_told() {
    let folder = folder();
    std::fs::write(folder.path().join("two.csv"), "x,y\nw,y\n").unwrap();
    let told = |flags: &str| {
        stdout(&tieline(folder.path(), &format!("simulate {GRAPH} --origins x@a --runs 5 {flags}")))
    };
    let none = "nobody cross-posts (`--crosspost` is 0), so nothing is taken away";
    assert!(told("--reshare 1 --no-carry y").contains(none));
    let one = "no-carry: x has one account, so has nowhere to carry a post";
    assert!(told("--reshare 1 --crosspost 1 --no-carry x").contains(one));
    assert!(!told("--reshare 1 --crosspost 1 --no-carry y").contains("no-carry:"));
    assert!(!told("--model or --threshold 0.5 --no-carry y").contains("no-carry:"));
    let late = "one of those who start does so after the end of runs, 3, and so never";
    assert!(told("--reshare 1 --max-steps 3 --origins-at 5=z@b").contains(late));
    let page =
        told("--model gleeson --innovation 0.1 --slots 2 --activity 0.5 --until 4 --max-shares 50");
    let head = "gleeson, innovation 0.1, slots 2, activity 0.5";
    assert!(page.contains(head) && page.contains("until 4, 50 shares at most"), "{page}");
    assert!(page.contains("screens are empty when the post starts"), "{page}");
    let page = stdout(&tieline(
        folder.path(),
        "simulate --network a=two.csv --reshare 1 --interaction exclusive --runs 20 \
         --posts first=x@a --posts second=0=w@a --json -",
    ));
    let outcome: Outcome = serde_json::from_str(&page).unwrap();
    assert_eq!(outcome.size.mean, 3.0);
    let page = stdout(&tieline(
        folder.path(),
        "simulate --network a=two.csv --reshare 1 --runs 20 --posts first=x@a,2=w@a --posts second=1=w@a \
         --json -",
    ));
    let outcome: Outcome = serde_json::from_str(&page).unwrap();
    assert_eq!(outcome.posts.iter().map(|post| post.size.mean).collect::<Vec<_>>(), [3.0, 2.0]);
}
