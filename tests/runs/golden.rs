//! Freezes what the engine computes: complete small ensembles and share logs for every model. A
//! change here means that published results change, and asks for a new `MAPPING_VERSION` (if worlds
//! changed) or a new `schema` (if names changed).

use tieline::{
    CrosspostRates, Ensemble, IndependentCascade, LinearThreshold, Model, Overlay, Scenario,
    SocialGraph, ThresholdWeights, WeightedCascade,
};

/// Three networks of six accounts, people in several of them, one with two accounts in one network;
/// weights that are probabilities, and sum to at most 1 at each account.
fn graph(bridges: bool) -> SocialGraph {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    let hall = builder.network("hall");
    let court = builder.network("court");
    for (network, rows) in [
        (square, "ann bob .5;ann cid .25;bob cid .5;cid dee 1;dee ann .3;ann eve .1;eve fay .9"),
        (hall, "bob gus .5;gus hal .5;hal bob .25;gus ida .75;ida jon .5;hal jon .5;jon gus .125"),
        (court, "cid kim .5;kim lea .2;lea kim .4;kim max .8;max cid .5;kim cid2 .6;cid2 ned .7"),
    ] {
        for row in rows.split(';') {
            let mut fields = row.split(' ');
            let mut field = || fields.next().unwrap();
            builder.weighted_tie(network, field(), field(), field().parse().unwrap());
        }
    }
    if bridges {
        builder.bridge((square, "fay"), (hall, "ida")).bridge((hall, "jon"), (court, "lea"));
        builder.bridge((court, "ned"), (square, "bob"));
    }
    builder.user("Bob", [(square, "bob"), (hall, "bob")]);
    builder.user("Cid", [(square, "cid"), (court, "cid"), (court, "cid2")]);
    builder.user("Jon", [(hall, "jon"), (square, "eve"), (court, "max")]);
    builder.build().unwrap()
}

fn scenario(model: impl Into<Model>, bridges: bool) -> Scenario {
    let crosspost = CrosspostRates::with_probability(0.4)
        .between("square", "court", 0.7)
        .between("court", "court", 0.5)
        .inclination("Jon", 0.5);
    Scenario::builder(graph(bridges))
        .model(model)
        .crosspost_rates(crosspost)
        .origins(["ann@square", "kim@court"])
        .ignore_weights()
        .build()
        .unwrap()
}

/// The outcome as JSON, and the share events of its first runs.
fn golden(scenario: &Scenario) -> String {
    let graph = scenario.graph();
    let overlay =
        Overlay::builder(graph).no_carry("Bob").cut("kim", "lea").add_origin("gus").build();
    let ensemble =
        Ensemble::new(scenario).runs(200).rng_seed(11).links().audience().compare(overlay.unwrap());
    let mut outcome = serde_json::to_value(ensemble.run()).unwrap();
    // The crate's version changes with each release; the rest must not.
    outcome["version"] = "(version)".into();
    let mut text = serde_json::to_string_pretty(&outcome).unwrap();
    text.push_str("\n\nrun row account parent step route\n");
    for row in ensemble.runs(6).share_log().rows() {
        let parent = row.parent.map_or(String::from("-"), |parent| parent.to_string());
        let account = graph.account_label(row.account);
        let route = row.route.name();
        text.push_str(&format!(
            "{} {} {account} {parent} {} {route}\n",
            row.run, row.row, row.step
        ));
    }
    text
}

/// Jumps, with probabilities by network and by pair.
#[test]
fn independent_cascade() {
    let model = IndependentCascade::with_probability(0.4)
        .in_network("hall", 0.6)
        .between("hall", "court", 0.5);
    insta::assert_snapshot!(golden(&scenario(model, true)));
}

/// Superposed hazards and sure ties.
#[test]
fn tie_weights() {
    let model = IndependentCascade::with_tie_weights()
        .between("square", "hall", 0.5)
        .between("hall", "court", 0.25)
        .between("court", "square", 1.0);
    insta::assert_snapshot!(golden(&scenario(model, true)));
}

#[test]
fn weighted_cascade() {
    insta::assert_snapshot!(golden(&scenario(WeightedCascade, true)));
}

#[test]
fn linear_threshold() {
    insta::assert_snapshot!(golden(&scenario(LinearThreshold::default(), true)));
}

#[test]
fn linear_threshold_as_is() {
    let model = LinearThreshold::with_weights(ThresholdWeights::AsIs);
    insta::assert_snapshot!(golden(&scenario(model, false)));
}

#[test]
fn linear_threshold_normalised() {
    let model = LinearThreshold::with_weights(ThresholdWeights::Normalise);
    insta::assert_snapshot!(golden(&scenario(model, false)));
}

/// The names of all keys, in the order in which they are written.
#[test]
fn names_in_json() {
    let scenario = scenario(IndependentCascade::with_probability(1.0), true);
    let overlay = Overlay::builder(scenario.graph()).no_crosspost().build().unwrap();
    let ensemble = Ensemble::new(&scenario).runs(1).links().audience().compare(overlay);
    let text = serde_json::to_string_pretty(&ensemble.run()).unwrap();
    let names: Vec<&str> = text.lines().filter_map(|line| line.split("\":").next()).collect();
    let mut known = std::collections::BTreeSet::new();
    let names = names
        .into_iter()
        .filter(|name| name.trim().starts_with('"') && known.insert(*name))
        .map(|name| name.replace('"', ""))
        .collect::<Vec<_>>()
        .join("\n");
    insta::assert_snapshot!(names);
    let ranking = serde_json::to_value(ensemble.runs(4).rank_carriers(1)).unwrap();
    insta::assert_json_snapshot!("names_in_a_ranking", ranking);
}
