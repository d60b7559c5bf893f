//! `tieline generate`: the networks that the library makes, in a file.

use std::fmt::Write;

use tieline::SocialGraph;
use tieline::generate::{
    BarabasiAlbert, Configuration, ErdosRenyi, Generator, LinkedNetworks, PowerLaw, RMat,
    StochasticBlock, WattsStrogatz,
};
use tieline::report::counted;

use super::{command, folder, stdout, summary, tieline};

const KINDS: [&str; 8] = [
    "erdos-renyi",
    "barabasi-albert",
    "watts-strogatz",
    "configuration",
    "power-law",
    "stochastic-block",
    "r-mat",
    "linked",
];

const PLAN: &str = "\
[[network]]
name = 'square'
kind = 'barabasi-albert'
accounts = 2000
ties_per_account = 3

[[network]]
name = 'hall'
kind = 'erdos-renyi'
accounts = 800
ties = 4000
reciprocity = 'mutual'

[[network]]
name = 'club'
kind = 'stochastic-block'
blocks = [60, 40]
probabilities = [[0.2, 0.01], [0.01, 0.3]]

[[shared]]
networks = ['square', 'hall']
fraction = 0.25
degree_correlation = 0.6

[[shared]]
networks = ['square', 'hall', 'club']
users = 50
degree_correlation = 0.3
";

/// Flags, and what the library makes of the same.
fn pairs() -> Vec<(&'static str, Generator)> {
    let mut r_mat = RMat::new(10, 4).mutual();
    (r_mat.a, r_mat.b, r_mat.c, r_mat.in_order) = (0.5, 0.2, 0.1, true);
    let matrix = || vec![vec![0.1, 0.02], vec![0.01, 0.2]];
    vec![
        ("erdos-renyi --accounts 500 -p 0.01", ErdosRenyi::with_probability(500, 0.01).into()),
        (
            "erdos-renyi --accounts 501 --mean-degree 6 --mutual",
            ErdosRenyi::with_probability(501, 0.012).mutual().into(),
        ),
        ("erdos-renyi --accounts 500 --ties 900", ErdosRenyi::with_ties(500, 900).into()),
        ("barabasi-albert --accounts 500 --ties-per-account 3", BarabasiAlbert::new(500, 3).into()),
        (
            "barabasi-albert --accounts 500 --ties-per-account 3 --directed",
            BarabasiAlbert::new(500, 3).directed().into(),
        ),
        (
            "watts-strogatz --accounts 500 --neighbours 6 --rewiring 0.1",
            WattsStrogatz::new(500, 6, 0.1).into(),
        ),
        ("configuration --degrees degrees.txt", Configuration::mutual(vec![3, 1, 2, 2]).into()),
        (
            "configuration --degrees degrees.txt --in-degrees in.txt",
            Configuration::directed(vec![3, 1, 2, 2], vec![2, 2, 2, 2]).into(),
        ),
        (
            "power-law --accounts 500 --exponent 2.5 --min-degree 2 --max-degree 40 --mutual",
            PowerLaw::new(500, 2.5, 2..=40).mutual().into(),
        ),
        (
            "power-law --accounts 500 --exponent 2.5 --max-degree 40",
            PowerLaw::new(500, 2.5, 1..=40).into(),
        ),
        (
            "stochastic-block --blocks 60,40 --row 0.1,0.02 --row 0.01,0.2",
            StochasticBlock::new(vec![60, 40], matrix()).into(),
        ),
        (
            "stochastic-block --blocks 60,40 --inside 0.2 --between 0.01 --mutual",
            StochasticBlock::new(vec![60, 40], vec![vec![0.2, 0.01], vec![0.01, 0.2]])
                .mutual()
                .into(),
        ),
        ("r-mat --scale 10 --edge-factor 8", RMat::new(10, 8).into()),
        (
            "r-mat --scale 10 --edge-factor 4 --a 0.5 --b 0.2 --c 0.1 --in-order --mutual",
            r_mat.into(),
        ),
    ]
}

fn write(folder: &std::path::Path) {
    std::fs::write(folder.join("degrees.txt"), "# degrees\n3\n1\n\n2\n2\n").unwrap();
    std::fs::write(folder.join("in.txt"), "2\n2\n2\n2\n").unwrap();
    std::fs::write(folder.join("plan.toml"), PLAN).unwrap();
}

#[test]
fn every_kind_is_the_graph_that_the_library_makes() {
    let folder = folder();
    let folder = folder.path();
    write(folder);
    for (words, generator) in pairs() {
        let graph = generator.ties(7).unwrap().graph(generator.kind()).unwrap();
        for more in ["", " --threads 1 --with-reverse"] {
            let line = format!("generate {words} --rng-seed 7 --out net.tl{more}");
            let page = stdout(&tieline(folder, &line));
            let opened = SocialGraph::open(folder.join("net.tl")).unwrap();
            assert_eq!(opened.fingerprint(), graph.fingerprint(), "{line}");
            let users = counted(opened.user_count() as u64, "user");
            let start = format!("net.tl: 1 network, {users}, ");
            assert!(page.starts_with(&start), "{page}");
            assert!(page.contains(&format!("graph {:016x}\n", graph.fingerprint())), "{page}");
        }
    }
    let named = "generate r-mat --scale 5 --out net.tl --name square";
    stdout(&tieline(folder, named));
    let named = SocialGraph::open(folder.join("net.tl")).unwrap();
    let graph = RMat::new(5, 16).ties(0).unwrap().graph("square").unwrap();
    assert_eq!(named.fingerprint(), graph.fingerprint());
}

#[test]
fn linked_networks_tell_what_was_met() {
    let folder = folder();
    write(folder.path());
    let page = stdout(&tieline(folder.path(), "generate linked plan.toml --out l.tl --rng-seed 7"));
    let opened = SocialGraph::open(folder.path().join("l.tl")).unwrap();
    let graph = LinkedNetworks::parse(PLAN, "plan").unwrap().graph(7).unwrap();
    assert_eq!(opened.fingerprint(), graph.fingerprint());
    insta::assert_snapshot!(page);
}

#[test]
fn a_generated_file_is_simulated() {
    let folder = folder();
    let folder = folder.path();
    write(folder);
    stdout(&tieline(folder, "generate linked plan.toml --out l.tl --rng-seed 7"));
    let words = "simulate --graph l.tl --reshare 0.2 --crosspost 0.5 --origins 0@square --runs 100 \
                 --json -";
    let found = summary(folder, words);
    let reached: Vec<f64> =
        (0..3).map(|network| found["networks"][network]["reached"].as_f64().unwrap()).collect();
    assert!(reached[0] == 1.0 && reached[1] > 0.0 && reached[2] > 0.0, "{reached:?}");
}

#[test]
fn rows_of_text_hold_every_tie() {
    let folder = folder();
    let folder = folder.path();
    let words = "generate r-mat --scale 8 --edge-factor 4 --rng-seed 7 --out";
    let page = stdout(&tieline(folder, &format!("{words} net.tsv")));
    let packed = stdout(&tieline(folder, &format!("{words} net.txt.gz")));
    let graph = RMat::new(8, 4).ties(7).unwrap().graph("r-mat").unwrap();
    let text = std::fs::read_to_string(folder.join("net.tsv")).unwrap();
    let mut rows = String::from("# source\ttarget: what the source shares, the target sees\n");
    for source in graph.accounts() {
        for target in graph.targets(source) {
            let _ = writeln!(rows, "{}\t{}", source.get(), target.get());
        }
    }
    assert_eq!(text, rows);
    let load = |file: &str| {
        let words = format!("convert --network n={file} --out again.tl");
        let line = stdout(&tieline(folder, &words));
        line.split_once(';').unwrap().0.to_owned()
    };
    assert_eq!(load("net.tsv"), load("net.txt.gz"));
    let again = SocialGraph::open(folder.join("again.tl")).unwrap();
    assert_eq!(again.tie_count(), graph.tie_count());
    let isolated = 256 - again.account_count();
    let note = format!("net.tsv: {isolated} accounts without ties not in the rows\n");
    assert!(isolated > 1 && page.ends_with(&note), "{page}");
    assert!(packed.contains(&format!("{} ties; ", graph.tie_count())), "{packed}");
}

/// Wrong by themselves; after the empty line, wrong once data are read.
const MISTAKES: &str = "\
generate
generate r-matt --scale 4 --out n.tl
generate r-mat --scale 4
generate r-mat --out n.tl
generate r-mat --scale 4 --out n.csv
generate r-mat --scale 4 --out .tl
generate r-mat --scale 4 --with-reverse --out n.tsv
generate r-mat --scale 4 --threads 0 --out n.tl
generate r-mat --scale 32 --out n.tl
generate r-mat --scale -1 --out n.tl
generate r-mat --scale 4 --a 0.9 --b 0.2 --out n.tl
generate r-mat --scale 4 --a 1.5 --out n.tl
generate r-mat --scale 4 --name a@b --out n.tl
generate erdos-renyi --accounts 10 --out n.tl
generate erdos-renyi --accounts 10 -p 0.1 --ties 5 --out n.tl
generate erdos-renyi --accounts 10 -p 2 --out n.tl
generate erdos-renyi --accounts 10 --ties 91 --out n.tl
generate erdos-renyi --accounts 10 --ties 46 --mutual --out n.tl
generate erdos-renyi --accounts 10 --mean-degree 9.5 --out n.tl
generate erdos-renyi --accounts 10 --mean-degree some --out n.tl
generate erdos-renyi --accounts 5000000000 --mean-degree 9.5 --out n.tl
generate erdos-renyi --accounts ten -p 0.1 --out n.tl
generate barabasi-albert --accounts 10 --ties-per-account 10 --out n.tl
generate barabasi-albert --accounts 10 --ties-per-account 0 --out n.tl
generate barabasi-albert --accounts 10 --ties-per-account 2 --mutual --out n.tl
generate watts-strogatz --accounts 10 --neighbours 3 --rewiring 0.1 --out n.tl
generate watts-strogatz --accounts 10 --neighbours 4 --rewiring 1.1 --out n.tl
generate power-law --accounts 10 --exponent 11 --max-degree 5 --out n.tl
generate power-law --accounts 10 --exponent 2.5 --max-degree 10 --out n.tl
generate power-law --accounts 5 --exponent 2.5 --min-degree 3 --max-degree 3 --mutual --out n.tl
generate stochastic-block --blocks 5,5 --out n.tl
generate stochastic-block --blocks 5,x --inside 0.5 --between 0 --out n.tl
generate stochastic-block --blocks 5,5 --inside 0.5 --out n.tl
generate stochastic-block --blocks 5,5 --inside 0.5 --between 0 --row 1,1 --out n.tl
generate stochastic-block --blocks 5,5 --row 0.1,0.2 --out n.tl
generate stochastic-block --blocks 5,5 --row 0.1,0.2 --row 0.3 --out n.tl
generate stochastic-block --blocks 5,5 --row 0.1,0.2 --row 0.3,0.4 --mutual --out n.tl
generate stochastic-block --blocks 5,5 --row 0.1,two --out n.tl
generate configuration --out n.tl
generate linked --out n.tl
generate linked missing.toml --out n.tl
generate linked plan.toml --out n.tsv
generate linked plan.toml --name square --out n.tl

generate configuration --degrees missing.txt --out n.tl
generate configuration --degrees lonely.txt --out n.tl
generate configuration --degrees high.txt --out n.tl
generate configuration --degrees odd.txt --out n.tl
generate configuration --degrees none.txt --out n.tl
generate configuration --degrees degrees.txt --in-degrees odd.txt --out n.tl
generate configuration --degrees degrees.txt --in-degrees less.txt --out n.tl
generate r-mat --scale 4 --out no/such/folder/n.tl
generate r-mat --scale 4 --out no/such/folder/n.tsv";

/// Descriptions, each made of the good one by replacing the first of these with the second.
const PLANS: [(&str, &str); 18] = [
    ("ties_per_account", "tie_per_account"),
    ("kind = 'erdos-renyi'\n", ""),
    ("erdos-renyi", "erdos-reny"),
    ("ties = 4000", "ties = 4000\nprobability = 0.5"),
    ("ties = 4000", "ties = 'many'"),
    ("ties = 4000", "ties = -1"),
    ("ties = 4000\n", ""),
    ("ties = 4000", "ties = 400000"),
    ("'mutual'", "'both'"),
    ("[[shared]]", "[[share]]"),
    ("fraction", "fractoin"),
    ("['square', 'hall']", "['square', 'halls']"),
    ("['square', 'hall']", "['square']"),
    ("fraction = 0.25", "users = 801"),
    ("degree_correlation = 0.6", "degree_correlation = 1.6"),
    ("name = 'hall'", "name = 'hall'\nname = 'hall'"),
    ("name = 'hall'", "name = 'square'"),
    ("name = 'club'", "name = 'c@b'"),
];

#[test]
fn mistakes_are_told() {
    let folder = folder();
    let folder = folder.path();
    write(folder);
    for (name, text) in [
        ("high.txt", "1\n1\n3\n"),
        ("odd.txt", "1\n1\n1\n0\n"),
        ("none.txt", "#\n"),
        ("less.txt", "1\n1\n"),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let mut table = String::new();
    let mut told = |shown: &str, words: &str, code: i32| {
        let output = command(folder, words).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{shown}: {error}");
        assert_eq!(error.matches('\n').count(), 1, "one line: {error}");
        assert!(output.stdout.is_empty(), "{shown}");
        let _ = writeln!(table, "$ {shown}\n[{code}] {error}");
    };
    let (early, late) = MISTAKES.split_once("\n\n").unwrap();
    for (lines, code) in [(early, 2), (late, 1)] {
        lines.lines().for_each(|line| told(&format!("tieline {line}"), line, code));
    }
    for (right, wrong) in PLANS {
        assert!(PLAN.contains(right));
        std::fs::write(folder.join("wrong.toml"), PLAN.replacen(right, wrong, 1)).unwrap();
        told(&format!("{right:?} → {wrong:?}"), "generate linked wrong.toml --out n.tl", 2);
    }
    // Only the degrees tell that it cannot be met.
    let flat = PLAN.replace("ties = 4000", "ties = 0");
    std::fs::write(folder.join("flat.toml"), flat).unwrap();
    told("no ties", "generate linked flat.toml --out n.tl", 1);
    assert!(!folder.join("n.tl").exists() && !folder.join("n.tsv").exists());
    insta::assert_snapshot!(table);
}

#[test]
fn help_explains_every_kind() {
    let folder = folder();
    let mut pages = stdout(&tieline(folder.path(), "generate --help"));
    for kind in KINDS {
        let page = stdout(&tieline(folder.path(), &format!("generate {kind} --help")));
        let _ = write!(pages, "\n$ tieline generate {kind} --help\n{page}");
    }
    insta::assert_snapshot!(pages);
}
