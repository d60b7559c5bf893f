//! Paired differences, done by hand.

use tieline::exact::{self, ExactComparison, ExactDifference};
use tieline::{IndependentCascade, Overlay, OverlayBuilder, Scenario, SocialGraph};

use super::by_hand::two_networks;
use super::{all_close, close};

fn compare<'a>(
    scenario: &'a Scenario,
    change: impl FnOnce(OverlayBuilder<'a>) -> OverlayBuilder<'a>,
) -> ExactComparison {
    let overlay = change(Overlay::builder(scenario.graph())).build().unwrap();
    let compared = exact::compare(scenario, &overlay).unwrap();
    // Apart, each side is what it is together, told in fewer histories.
    let alone = exact::enumerate(&scenario.with_overlay(overlay)).unwrap();
    close(alone.size.mean, compared.intervened.size.mean);
    close(alone.users.variance, compared.intervened.users.variance);
    all_close(&alone.accounts, &compared.intervened.accounts);
    close(alone.audience.total.mean, compared.intervened.audience.total.mean);
    for ((apart, together), difference) in
        alone.links.iter().zip(&compared.intervened.links).zip(&compared.links)
    {
        close(apart.crossings.probability, together.crossings.probability);
        let base = &compared.base.link(difference.from, difference.to).unwrap().crossings;
        close(difference.linked.mean, together.crossings.probability - base.probability);
    }
    close(compared.size.mean, compared.intervened.size.mean - compared.base.size.mean);
    compared
}

#[track_caller]
fn is(found: ExactDifference, mean: f64, variance: f64, changed: f64) {
    close(found.mean, mean);
    close(found.variance, variance);
    close(found.changed, changed);
}

/// ann → bob at home with p, bob carries over with q, then robert → cid with p.
fn carried(p: f64, q: f64) -> Scenario {
    let (mut builder, a, b) = two_networks();
    builder.tie(a, "ann", "bob").tie(b, "robert", "cid");
    builder.user("Bob", [(a, "bob"), (b, "robert")]);
    Scenario::builder(builder.build().unwrap())
        .model(IndependentCascade::with_probability(p))
        .crosspost(q)
        .origin("ann")
        .build()
        .unwrap()
}

#[test]
fn muting_silences_at_home_too() {
    let (p, q) = (0.5, 0.25);
    let scenario = carried(p, q);
    let muted = compare(&scenario, |overlay| overlay.mute("Bob"));
    // Bob shares: −1; carries: −2; cid hears it: −3.
    let square = p * (1.0 - q) + 4.0 * p * q * (1.0 - p) + 9.0 * p * q * p;
    let mean = -(p + p * q + p * q * p);
    is(muted.size, mean, square - mean * mean, p);
    is(muted.networks[0], -p, p * (1.0 - p), p);
    let fewer = -(p + p * q * p);
    let square = p - p * q * p + 4.0 * p * q * p;
    is(muted.users, fewer, square - fewer * fewer, p);

    let kept = compare(&scenario, |overlay| overlay.no_carry("Bob"));
    is(kept.networks[0], 0.0, 0.0, 0.0);
    let mean = -(p * q + p * q * p);
    let square = p * q * (1.0 - p) + 4.0 * p * q * p;
    is(kept.size, mean, square - mean * mean, p * q);
    is(kept.links[0].linked, -p * q, p * q * (1.0 - p * q), p * q);
    is(kept.links[1].linked, 0.0, 0.0, 0.0);
    // robert's follower is the audience that is lost.
    is(kept.audience, -p * q, p * q * (1.0 - p * q), p * q);
    let off = compare(&scenario, OverlayBuilder::no_crosspost);
    assert_eq!((off.size, off.links), (kept.size, kept.links));
}

/// The same uniform number: what is carried at the lower probability is carried at the higher.
#[test]
fn lowered_cross_posts_are_nested() {
    let (p, q) = (1.0, 0.5);
    let scenario = carried(p, q);
    let lowered = compare(&scenario, |overlay| overlay.crosspost_times(0.5));
    let lost = q / 2.0;
    is(lowered.links[0].linked, -lost, lost * (1.0 - lost), lost);
    is(lowered.size, -2.0 * lost, 4.0 * lost * (1.0 - lost), lost);
    close(lowered.intervened.size.mean, 2.0 + 2.0 * q / 2.0);
    // The overlay replaces the scenario's own: from 0.25 back to 0.5.
    let own = Overlay::builder(scenario.graph()).crosspost_times(0.5).build().unwrap();
    let raised = compare(&scenario.with_overlay(own), |overlay| overlay);
    is(raised.links[0].linked, lost, lost * (1.0 - lost), lost);
}

#[test]
fn cuts_and_added_origins() {
    let mut builder = SocialGraph::builder();
    let a = builder.network("a");
    builder.tie(a, "o", "x").tie(a, "x", "y").tie(a, "o", "y");
    let p = 0.5;
    let scenario = Scenario::builder(builder.build().unwrap())
        .model(IndependentCascade::with_probability(p))
        .origin("o")
        .build()
        .unwrap();
    // y is lost iff o → x and x → y live and o → y not.
    let cut = compare(&scenario, |overlay| overlay.cut("x", "y"));
    is(cut.size, -0.125, 0.125 * 0.875, 0.125);
    is(cut.audience, 0.0, 0.0, 0.0);
    // Alone, y's audience is lost with the tie that shows it.
    let cut = compare(&scenario, |overlay| overlay.cut("o", "y").cut("o", "x"));
    is(cut.audience, -2.0, 0.0, 1.0);
    // y is gained iff o does not reach it by itself: (1 − p)(1 − p · p).
    let added = compare(&scenario, |overlay| overlay.add_origin("y"));
    let gained = 0.5 * 0.75;
    is(added.size, gained, gained * (1.0 - gained), gained);
    let same = compare(&scenario, |overlay| overlay.add_origin("o"));
    is(same.size, 0.0, 0.0, 0.0);
    // A muted origin shares nothing, added or not.
    let silent = compare(&scenario, |overlay| overlay.mute("o@a").add_origin("o"));
    assert_eq!(silent.intervened.size.distribution, [1.0]);
    assert_eq!(silent.intervened.last_step, [0.0; 0]);
}

/// Without its neighbour at home, the bridge is sure to win x: muting links networks.
#[test]
fn muting_can_open_a_crossing() {
    let (mut builder, a, b) = two_networks();
    builder.bridge((a, "o"), (b, "x")).tie(b, "h", "x");
    let scenario = Scenario::builder(builder.build().unwrap())
        .model(IndependentCascade::with_probability(1.0))
        .origins(["o", "h"])
        .build()
        .unwrap();
    let muted = compare(&scenario, |overlay| overlay.mute("h@b"));
    is(muted.links[0].linked, 0.5, 0.25, 0.5);
    assert_eq!(muted.size.mean, -1.0);
}

/// x has three tries at once: two bridges o, p and h at home. Without o: with hashes in any order,
/// linked before iff h is not the least, after iff p is before h. Lost iff o < h < p: 1/6.
#[test]
fn hashes_are_the_same_in_both() {
    let (mut builder, a, b) = two_networks();
    builder.bridge((a, "o"), (b, "x")).bridge((a, "p"), (b, "x")).tie(b, "h", "x");
    let scenario = Scenario::builder(builder.build().unwrap())
        .model(IndependentCascade::with_probability(1.0))
        .origins(["o", "p", "h"])
        .build()
        .unwrap();
    let cut = compare(&scenario, |overlay| overlay.cut("o", "x"));
    is(cut.links[0].linked, -1.0 / 6.0, 1.0 / 6.0 - 1.0 / 36.0, 1.0 / 6.0);
}
