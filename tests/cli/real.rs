//! Every model on three real networks with people in common, from flags and from the scenario that its summary
//! states. The data stay out of the package: without them the tests are for the repository.

use std::path::Path;

use super::{stdout, summary, tieline};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/fftwyt.edgeslist.gz");

/// What starts, where nothing else is said.
const STARTS: &str = "--top-degree 3 --random-users 2";

const MODELS: &[(&str, &str)] = &[
    ("independent-cascade", "--reshare 0.05"),
    ("independent-cascade", "--reshare 0.05 --delay lomax(1,2) --reached-within 2"),
    ("independent-cascade", "--reshare 0.05 --fatigue geometric(0.7)"),
    ("weighted-cascade", ""),
    ("linear-threshold", ""),
    ("si", "--reshare 0.1 --until 2"),
    ("si", "--contact weibull(1.5,9) --until 4"),
    ("sir", "--reshare 0.1 --period gamma(2,1)"),
    ("sir", "--reshare 0.1 --period geometric(0.5) --clock steps"),
    ("seir", "--reshare 0.1 --latency log_normal(1,0.5) --period fixed(1)"),
    ("sis", "--reshare 0.1 --period exponential(1) --until 3 --crosspost-delay fixed(0.5)"),
    (
        "sirs",
        "--reshare 0.1 --period fixed(1) --immunity exponential(2) --until 3 --crosspost-delay fixed(0.5)",
    ),
    ("fsir", "--reshare 3 --period exponential(1)"),
    ("watts", "--threshold 0.05"),
    ("count", "--threshold 2"),
    ("linear-fixed", "--threshold uniform(0,1)"),
    ("or", "--threshold 0.05"),
    ("and", "--threshold 0.02"),
    ("content", "--threshold 0.05 --content 2=0.5"),
    ("pooled", "--threshold 0.05"),
    ("hawkes", "--reshare 0.01 --memory seismic(300,0.24) --until 3600 --max-shares 20000"),
    ("gleeson", "--innovation 0.05 --until 2"),
    ("weng", "--innovation 0.45 --attention 0.02 --recall 0.1 --window 1 --until 2"),
];

#[test]
fn every_model_runs_on_real_networks() {
    let folder = tempfile::TempDir::new().unwrap();
    let folder = folder.path();
    assert!(Path::new(DATA).exists(), "{DATA} is part of the repository");
    let words = format!("convert --multilayer {DATA}:node-layer-node-layer:mutual --out real.tl");
    stdout(&tieline(folder, &words));
    let mut linked = 0;
    for (model, words) in MODELS {
        let person = ["or", "and", "content", "pooled"].contains(model);
        let carried = if person { "" } else { "--crosspost 0.25" };
        let words = format!(
            "simulate --graph real.tl --model {model} {words} {STARTS} {carried} --runs 10 --json -"
        );
        let said = summary(folder, &words);
        assert!(said["size"]["mean"].as_f64().unwrap() >= 3.0, "{words}");
        linked += usize::from(said["linked_runs"].as_f64().is_some_and(|runs| runs > 0.0));
        let scenario: toml::Value = serde_json::from_value(said["scenario"].clone()).unwrap();
        std::fs::write(folder.join("again.toml"), toml::to_string(&scenario).unwrap()).unwrap();
        assert_eq!(said, summary(folder, "simulate again.toml --json -"), "{words}");
    }
    // Everything links networks here, whatever carries it.
    assert!(linked > MODELS.len() - 3, "{linked}");
}

/// Posts that act on each other, one of them from two places, on the same networks.
#[test]
fn several_posts_on_real_networks() {
    let folder = tempfile::TempDir::new().unwrap();
    let graph = format!("--multilayer {DATA}:node-layer-node-layer:mutual");
    for (model, interaction) in [
        ("independent-cascade --reshare 0.05", "exclusive"),
        ("sir --reshare 0.1 --period exponential(1)", "1,2;0.5,1"),
        ("watts --threshold 0.05", "exclusive"),
    ] {
        let words = format!(
            "simulate {graph} --model {model} --posts p=76@2 --posts q=370@3,4@3 --interaction {interaction} \
             --runs 10 --json -"
        );
        let said = summary(folder.path(), &words);
        assert_eq!(said["posts"].as_array().unwrap().len(), 2, "{words}");
    }
}
