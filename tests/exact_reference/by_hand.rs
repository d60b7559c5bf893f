//! Cases small enough for a pencil.

use tieline::exact::{self, Exact, ExactCarrier};
use tieline::{
    GraphBuilder, IndependentCascade, LinearThreshold, NetworkId, Overlay, Route, Scenario,
    SocialGraph, WeightedCascade,
};

use super::{all_close, close};

pub(super) fn two_networks() -> (GraphBuilder, NetworkId, NetworkId) {
    let mut builder = SocialGraph::builder();
    let (a, b) = (builder.network("a"), builder.network("b"));
    (builder, a, b)
}

/// Every tie is sure unless its pair of networks says otherwise.
fn sure(builder: GraphBuilder, q: f64, origins: &[&str]) -> (Scenario, Exact) {
    let scenario = Scenario::builder(builder.build().unwrap())
        .model(IndependentCascade::with_probability(1.0))
        .crosspost(q)
        .origins(origins.iter().copied())
        .build()
        .unwrap();
    let exact = exact::enumerate(&scenario).unwrap();
    (scenario, exact)
}

fn bridge(scenario: &Scenario, parent: &str, child: &str) -> ExactCarrier {
    let account = |name| scenario.graph().account(name).unwrap();
    ExactCarrier::bridge(account(parent), account(child))
}

fn user(scenario: &Scenario, name: &str) -> ExactCarrier {
    ExactCarrier::User(scenario.graph().user(name).unwrap())
}

#[test]
fn parents_are_uniform_among_the_tries_that_succeed() {
    let (p, q) = (0.3, 0.8);
    let mut builder = SocialGraph::builder();
    let a = builder.network("a");
    builder
        .weighted_tie(a, "o", "x", 1.0)
        .weighted_tie(a, "o", "y", 1.0)
        .weighted_tie(a, "x", "z", p)
        .weighted_tie(a, "y", "z", q);
    let scenario = Scenario::builder(builder.build().unwrap())
        .model(IndependentCascade::with_tie_weights())
        .origin("o")
        .build()
        .unwrap();
    let exact = exact::enumerate(&scenario).unwrap();
    let [x, y, z] = ["x", "y", "z"].map(|name| scenario.graph().account(name).unwrap());
    close(exact.parent(z, x, Route::Tie), p * (1.0 - q) + p * q / 2.0);
    close(exact.parent(z, y, Route::Tie), q * (1.0 - p) + p * q / 2.0);
    close(exact.parent(x, z, Route::Tie), 0.0);
    close(exact.routes.tie, exact.size.mean - 1.0);
}

#[test]
fn a_tie_and_a_cross_post_from_one_parent_are_two_tries() {
    let (p, q) = (0.5, 0.4);
    let (mut builder, a, b) = two_networks();
    builder.user("Ann", [(a, "ann"), (b, "anna")]).bridge((a, "ann"), (b, "anna"));
    let scenario = Scenario::builder(builder.build().unwrap())
        .model(IndependentCascade::with_probability(p))
        .crosspost(q)
        .origin("ann")
        .build()
        .unwrap();
    let exact = exact::enumerate(&scenario).unwrap();
    let crossings = &exact.link(a, b).unwrap().crossings;
    close(crossings.probability, 1.0 - (1.0 - p) * (1.0 - q));
    close(crossings.mean, crossings.probability);
    let tie = p * (1.0 - q) + p * q / 2.0;
    let carry = q * (1.0 - p) + p * q / 2.0;
    let by_tie = crossings.carrier(bridge(&scenario, "ann", "anna")).unwrap();
    let by_user = crossings.carrier(user(&scenario, "Ann")).unwrap();
    for (found, wanted) in [(by_tie, tie), (by_user, carry)] {
        close(found.carries, wanted);
        close(found.opens, wanted);
    }
    close(exact.routes.tie, tie);
    close(exact.routes.cross_post, carry);
    assert_eq!(exact.users.distribution, [0.0, 1.0]);
    close(exact.link(b, a).unwrap().crossings.probability, 0.0);
    assert_eq!(exact.crossings, *crossings);
}

/// x hears of it once, over a bridge; y twice at the same step, once over a bridge and once at
/// home. With three uniform hashes, y opens iff the bridge's hash is the least of all three; else
/// x does, and if the hash at home is the least, y crosses nowhere.
#[test]
fn openers_with_one_and_two_tries() {
    let (mut builder, a, b) = two_networks();
    builder.bridge((a, "o"), (b, "x")).bridge((a, "o"), (b, "y")).tie(b, "h", "y");
    let (scenario, exact) = sure(builder, 0.0, &["o", "h"]);
    let crossings = &exact.link(a, b).unwrap().crossings;
    let x = crossings.carrier(bridge(&scenario, "o", "x")).unwrap();
    let y = crossings.carrier(bridge(&scenario, "o", "y")).unwrap();
    close(x.opens, 2.0 / 3.0);
    close(y.opens, 1.0 / 3.0);
    close(x.carries, 1.0);
    close(y.carries, 0.5);
    close(crossings.mean, 1.5);
    all_close(&crossings.first_step, &[0.0, 1.0]);
    // An origin at home counts for reach, not for a link.
    all_close(&exact.networks[1].first_step, &[1.0]);
}

/// x has three tries and one crossing, y two and one. x opens if its bridge wins x and y does not
/// cross before: ∫ u²(1/2 + u²/2) du = 4/15; y: ∫ u(2/3 + u³/3) du = 2/5; nobody: 2/3 · 1/2.
#[test]
fn openers_with_two_and_three_tries() {
    let (mut builder, a, b) = two_networks();
    builder.bridge((a, "o"), (b, "x")).bridge((a, "o"), (b, "y"));
    builder.tie(b, "h", "x").tie(b, "g", "x").tie(b, "h", "y");
    // Later than all of them, and sure if it is not too late.
    builder.tie(a, "o", "p").bridge((a, "p"), (b, "z"));
    let (scenario, exact) = sure(builder, 0.0, &["o", "h", "g"]);
    let crossings = &exact.link(a, b).unwrap().crossings;
    let opens = |child| crossings.carrier(bridge(&scenario, "o", child)).unwrap().opens;
    close(opens("x"), 4.0 / 15.0);
    close(opens("y"), 2.0 / 5.0);
    let late = crossings.carrier(bridge(&scenario, "p", "z")).unwrap();
    close(late.opens, 1.0 / 3.0);
    close(late.carries, 1.0);
    all_close(&crossings.first_step, &[0.0, 2.0 / 3.0, 1.0 / 3.0]);
    close(crossings.first_step_mean().unwrap(), 4.0 / 3.0);
    close(crossings.mean, 1.0 / 3.0 + 0.5 + 1.0);
}

/// One user with three accounts in two networks: two carry into b, and both land at step 1.
#[test]
fn a_user_carries_once_however_many_accounts_it_reaches() {
    let q = 0.4;
    let (mut builder, a, b) = two_networks();
    builder.user("Ann", [(a, "ann"), (b, "anna"), (b, "anne")]);
    let scenario = Scenario::builder(builder.build().unwrap())
        .model(IndependentCascade::with_probability(0.0))
        .crosspost(q)
        .origin("ann")
        .build()
        .unwrap();
    let exact = exact::enumerate(&scenario).unwrap();
    let crossings = &exact.link(a, b).unwrap().crossings;
    let ann = crossings.carrier(user(&scenario, "Ann")).unwrap();
    let any = 1.0 - (1.0 - q) * (1.0 - q);
    close(ann.carries, any);
    close(ann.opens, any);
    close(crossings.mean, 2.0 * q);
    close(exact.users.mean, 1.0);
    // Between two accounts in one network only a named pair counts.
    close(exact.size.mean, 1.0 + 2.0 * q);
}

/// a → b → c and a → c at once: the opener over all links is the first over any.
#[test]
fn openers_over_all_links() {
    let mut builder = SocialGraph::builder();
    let [a, b, c] = ["a", "b", "c"].map(|name| builder.network(name));
    builder.bridge((a, "o"), (b, "x")).bridge((b, "x"), (c, "y")).bridge((a, "o"), (c, "z"));
    let (scenario, exact) = sure(builder, 0.0, &["o"]);
    let opens =
        |parent, child| exact.crossings.carrier(bridge(&scenario, parent, child)).unwrap().opens;
    close(opens("o", "x"), 0.5);
    close(opens("o", "z"), 0.5);
    close(opens("x", "y"), 0.0);
    close(exact.crossings.mean, 3.0);
    all_close(&exact.link(b, c).unwrap().crossings.first_step, &[0.0, 0.0, 1.0]);
    assert_eq!(exact.links.len(), 6);
}

/// Two origins show v the post at once; ann's tie and her own cross-post reach anna at once.
#[test]
fn fresh_audience_goes_to_the_earliest_and_is_shared_among_equals() {
    let (mut builder, a, b) = two_networks();
    builder.tie(a, "ann", "v").tie(a, "o", "v").tie(b, "anna", "w").tie(a, "v", "w2");
    builder.user("Ann", [(a, "ann"), (b, "anna")]).bridge((a, "o"), (b, "anna"));
    let model = IndependentCascade::with_probability(0.0).between("a", "b", 1.0);
    let scenario = Scenario::builder(builder.build().unwrap())
        .model(model)
        .crosspost(1.0)
        .origins(["ann", "o"])
        .build()
        .unwrap();
    let exact = exact::enumerate(&scenario).unwrap();
    let fresh =
        |name| exact.audience.fresh_by_account[scenario.graph().account(name).unwrap().index()];
    // v, anna (a tie shows it to her too) and w.
    close(exact.audience.total.mean, 3.0);
    all_close(&exact.audience.networks, &[1.0, 2.0]);
    close(fresh("ann"), 0.5);
    close(fresh("o"), 1.5);
    close(fresh("anna"), 1.0);
    let by = exact.audience.fresh_by_route;
    all_close(&[by.origin, by.tie, by.cross_post], &[2.0, 0.5, 0.5]);
}

#[test]
fn linear_threshold_listens_to_one() {
    // z hears x and y, and chooses one of them; or is carried to at the same step.
    let q = 0.25;
    let (mut builder, a, b) = two_networks();
    builder.tie(a, "x", "z").tie(a, "y", "z").user("Zoe", [(a, "z"), (b, "zb")]);
    let scenario = Scenario::builder(builder.build().unwrap())
        .model(LinearThreshold::default())
        .crosspost(q)
        .origins(["x", "zb"])
        .build()
        .unwrap();
    let exact = exact::enumerate(&scenario).unwrap();
    let [x, z, zb] = ["x", "z", "zb"].map(|name| scenario.graph().account(name).unwrap());
    close(exact.accounts[z.index()], 1.0 - 0.5 * (1.0 - q));
    close(exact.parent(z, x, Route::Tie), 0.5 * (1.0 - q) + 0.5 * q / 2.0);
    close(exact.parent(z, zb, Route::CrossPost), 0.5 * q + 0.5 * q / 2.0);
    assert_eq!(exact.histories, 4);
}

#[test]
fn in_degrees_stay_under_interventions() {
    let mut builder = SocialGraph::builder();
    let a = builder.network("a");
    builder.tie(a, "x", "z").tie(a, "y", "z").tie(a, "z", "w");
    let graph = builder.build().unwrap();
    let cut = Overlay::builder(&graph).cut("y", "z").build().unwrap();
    let mute = Overlay::builder(&graph).mute("y").build().unwrap();
    let quiet = Overlay::builder(&graph).mute("z").build().unwrap();
    for lt in [false, true] {
        let builder = Scenario::builder(graph.clone()).origins(["x", "y"]);
        let builder = if lt {
            builder.model(LinearThreshold::default())
        } else {
            builder.model(WeightedCascade)
        };
        let scenario = builder.build().unwrap();
        let mean =
            |overlay: &Overlay| exact::enumerate(&scenario.with_overlay(overlay.clone())).unwrap();
        close(mean(&Overlay::default()).size.mean, 2.0 + 2.0 * if lt { 1.0 } else { 0.75 });
        close(mean(&cut).size.mean, 2.0 + 2.0 * 0.5);
        close(mean(&mute).size.mean, 1.0 + 2.0 * 0.5);
        // Who is muted still sees.
        close(mean(&quiet).size.mean, 2.0);
        close(mean(&quiet).audience.total.mean, 1.0);
    }
}
