//! Feeds: the kernel equals the reference kernel to the bit, and the values that the papers derive.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::formulas::never_again;
use crate::scenarios::{Case, Dice, part, seeds};
use crate::times::time;
use tieline::{
    Amount, Choice, Clock, Distribution, Ensemble, ExternalInfluence, Feeds, Interaction,
    OriginRule, Overlay, Post, Scenario, ScenarioBuilder, SocialGraph,
};

/// The kernel equals the reference kernel in 400 random worlds, with and without an intervention, in the
/// order of the builder and in another one.
#[test]
fn fast_equals_reference_in_random_worlds() {
    let (mut spread, mut again, mut carried) = (0, 0, 0);
    for seed in seeds(400) {
        let case = Case::new(seed);
        let mut dice = Dice::new(seed ^ 0xfeed5);
        let mut feeds = match dice.below(2) {
            0 => Feeds::gleeson(dice.pick(&[0.0, 0.1, 0.5])).slots(1 + dice.below(3) as u32),
            _ => {
                let attention = dice.pick(&[0.2, 0.7]);
                let weng =
                    Feeds::weng(dice.pick(&[0.0, 0.2]), attention, 0.3, dice.pick(&[0.4, 1.5]));
                if dice.chance(50) { weng.slots(1 + dice.below(3) as u32) } else { weng }
            }
        };
        feeds = feeds.activity(dice.pick(&[0.5, 2.0])).burn_in(dice.pick(&[0.0, 1.0]));
        if dice.chance(30) {
            feeds = feeds.activity_in(case.network_name(0), 1.0);
        }
        let mut builder = Scenario::builder(case.graph_in_some_order(seed))
            .model(feeds)
            .crosspost_rates(case.crosspost.clone())
            .crosspost_delay(Distribution::Exponential { rate: 2.0 })
            .ignore_weights();
        let origins = case.origins.iter().map(|&origin| case.label(origin));
        if dice.chance(40) {
            for (place, origin) in origins.enumerate() {
                let post = Post::new(format!("p{place}")).origin(&origin);
                builder = builder.post(post.origin_at(0.5, case.label(0)));
            }
        } else {
            builder =
                crate::times::starts(&mut dice, Clock::Continuous, &case, builder.origins(origins));
        }
        if dice.chance(50) {
            builder = builder.crosspost_delay(time(&mut dice, Clock::Continuous));
        }
        builder = match dice.below(3) {
            0 => builder.until(2.0),
            1 => builder.until(2.0).max_shares(1 + dice.below(6) as u64),
            _ => builder.max_shares(1 + dice.below(6) as u64),
        };
        // Cross-posts that take no time may go round.
        let Ok(scenario) = builder.build() else { continue };
        case.assert_agreement(&scenario, seed, 2, |scenario, fast| {
            spread += usize::from(fast.size() > scenario.origins().len());
            again += usize::from(fast.rows().any(|row| row.occurrence > 0));
            carried += usize::from(fast.rows().any(|row| row.route == tieline::Route::CrossPost));
        });
    }
    assert!(
        spread > part(300) && again > part(150) && carried > part(150),
        "{spread} {again} {carried}"
    );
}

/// Everybody sees `k` and is seen by `k`, who are random.
fn regular(n: usize, k: usize, seed: u64) -> Arc<SocialGraph> {
    let mut dice = Dice::new(seed);
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    let mut ties = BTreeSet::new();
    for _ in 0..k {
        let mut targets: Vec<usize> = (0..n).collect();
        loop {
            dice.shuffle(&mut targets);
            let new = |(source, &target): (usize, &usize)| {
                source != target && !ties.contains(&(source, target))
            };
            // Only few are wrong: those are exchanged with others until none is.
            let wrong: Vec<usize> =
                (0..n).filter(|&source| !new((source, &targets[source]))).collect();
            for source in wrong {
                for _ in 0..1000 {
                    let other = dice.below(n);
                    targets.swap(source, other);
                    if new((source, &targets[source])) && new((other, &targets[other])) {
                        break;
                    }
                    targets.swap(source, other);
                }
            }
            if targets.iter().enumerate().all(new) {
                break;
            }
        }
        ties.extend(targets.into_iter().enumerate());
    }
    for (source, target) in ties {
        builder.tie(square, &source.to_string(), &target.to_string());
    }
    Arc::new(builder.build().unwrap())
}

/// In the long run a new post is shared 1/μ times: shares over new posts, a ratio of totals.
#[test]
fn a_new_post_is_shared_one_over_innovation_times() {
    let scenario = Scenario::builder(regular(300, 4, 1))
        .model(Feeds::gleeson(0.05).burn_in(40.0))
        .origin("0")
        .until(100.0)
        .build()
        .unwrap();
    let outcome = Ensemble::new(&scenario).runs(100).run();
    let background = outcome.background.unwrap();
    // Everybody looks once a unit of time, and then shares, for no screen is empty any more.
    assert!((background.looks.mean / 30_000.0 - 1.0).abs() < 0.01);
    assert!((background.shares.mean - background.looks.mean - 1.0).abs() < 1e-6);
    // 1.5 million new posts in 3 million looks: 4.5 standard errors are 0.4 %.
    let ratio = background.shares.mean / background.innovations.mean;
    assert!((ratio * 0.05 - 1.0).abs() < 0.01, "{ratio}");
}

#[test]
fn a_post_dies_at_once_as_often_as_theory_says() {
    assert!((never_again(4.0, 0.05, true, 4) - 0.321970).abs() < 1e-6);
    for (k, mu) in [(4, 0.05), (3, 0.3)] {
        let random = OriginRule::new(Choice::Accounts, Amount::Count(1));
        let scenario = Scenario::builder(regular(250, k, 2))
            .model(Feeds::gleeson(mu).burn_in(8.0))
            .origin_rule(random)
            .max_shares(2)
            .build()
            .unwrap();
        let outcome = Ensemble::new(&scenario).runs(4000).run();
        let alone = 2.0 - outcome.size.mean;
        let expected = never_again(k as f64, mu, true, k as u32);
        // 4.5 standard errors, and short cycles among 250 accounts.
        let off = (alone - expected).abs();
        assert!(off < 4.5 * outcome.size.std_error.unwrap() + 0.005, "{alone} {expected}");
        assert!((outcome.extinct.unwrap().fraction - alone).abs() < 1e-9);
    }
}

/// Shares per look under the rule of Weng et al.: new ÷ (1 − (1 − new) · attention · k · window), whatever
/// memory does.
#[test]
fn shares_a_look_are_what_balance_says() {
    let graph = regular(300, 4, 3);
    for recall in [0.0, 0.4] {
        let scenario = Scenario::builder(graph.clone())
            .model(Feeds::weng(0.45, 0.1, recall, 1.0).burn_in(30.0))
            .origin("0")
            .until(100.0)
            .build()
            .unwrap();
        assert_eq!(scenario.warning(), None);
        let background = Ensemble::new(&scenario).runs(60).run().background.unwrap();
        let a = background.shares.mean / background.looks.mean;
        assert!((a / 0.576923 - 1.0).abs() < 0.01, "{a}");
    }
}

#[test]
fn growth_without_end_is_told() {
    let hot = Scenario::builder(regular(300, 4, 3))
        .model(Feeds::weng(0.1, 0.5, 0.0, 1.0))
        .origin("0")
        .until(1.0)
        .build()
        .unwrap();
    let growth = "weng: (1 − innovation) · attention · window · activity · ties an account is 1.800, and from 1 on \
                  shares grow without end as long as screens have no limit";
    assert_eq!(hot.grows_without_end().unwrap(), growth);
    // With what else there is to tell.
    let all = hot.warning().unwrap();
    assert!(all.starts_with(growth) && all.contains("; screens are empty"), "{all}");
}

/// A post that starts before there is anything else to see is shared more than later ones.
#[test]
fn empty_screens_are_told() {
    let graph = regular(20, 3, 4);
    let of = |model: Feeds| Scenario::builder(graph.clone()).model(model).until(20.0);
    let told = |builder: ScenarioBuilder| builder.build().unwrap().warning();
    let empty = told(of(Feeds::gleeson(0.1)).origin("0")).unwrap();
    assert!(empty.starts_with("screens are empty when the post starts"), "{empty}");
    assert_eq!(told(of(Feeds::gleeson(0.1).burn_in(5.0)).origin("0")), None);
    assert_eq!(told(of(Feeds::gleeson(0.1)).origin_at(9.0, "0")), None);
    // There is nothing to fill them with.
    assert_eq!(told(of(Feeds::gleeson(0.0)).origin("0")), None);
}

/// Where everybody has something new to say, nobody shares what they see.
#[test]
fn news_only_leaves_a_post_alone() {
    let scenario = Scenario::builder(regular(20, 3, 4))
        .model(Feeds::gleeson(1.0))
        .origin("0")
        .until(20.0)
        .build()
        .unwrap();
    let outcome = Ensemble::new(&scenario).runs(50).run();
    assert_eq!((outcome.size.mean, outcome.size.max), (1.0, 1));
    assert_eq!(outcome.extinct.unwrap().fraction, 1.0);
    let background = outcome.background.unwrap();
    assert_eq!(background.innovations.mean + 1.0, background.shares.mean);
}

/// What is carried over is in nobody's sight until it lands, and then for a window: a post that nobody notices is
/// over once the last copy is gone.
#[test]
fn a_post_is_over_when_what_was_carried_is() {
    let mut builder = SocialGraph::builder();
    for name in ["square", "hall"] {
        let network = builder.network(name);
        builder.account(network, "ann");
    }
    builder.same_name_is_one_user();
    let scenario = Scenario::builder(builder.build().unwrap())
        .model(Feeds::weng(0.5, 0.0, 0.0, 1.0))
        .crosspost(1.0)
        .crosspost_delay(Distribution::Fixed { x: 3.0 })
        .origin("ann@square")
        .until(20.0)
        .build()
        .unwrap();
    let outcome = Ensemble::new(&scenario).runs(20).run();
    assert_eq!((outcome.size.mean, outcome.size.max), (2.0, 2));
    let extinct = outcome.extinct.unwrap();
    assert_eq!(extinct.fraction, 1.0);
    // Shared at 0 and 3, remembered for 1.
    assert!((extinct.time_mean.unwrap() - 4.0).abs() < 1e-6, "{extinct:?}");
}

/// With one slot and nothing new there is a race of posts for all screens; the first has twice the start.
#[test]
fn posts_compete_for_screens() {
    let mut posts = Scenario::builder(regular(30, 3, 5)).model(Feeds::gleeson(0.0)).until(200.0);
    posts = posts.post(Post::new("two").origins(["0", "1"])).post(Post::new("one").origin("2"));
    let outcome = Ensemble::new(&posts.build().unwrap()).runs(400).run();
    // No copy is ever lost but to another, so one post is left in the end, by the share of its starts.
    let two = outcome.posts[0].size.mean / outcome.size.mean;
    assert!((two - 2.0 / 3.0).abs() < 0.08, "{two}");
    assert_eq!(outcome.background.unwrap().innovations.mean, 0.0);
}

#[test]
fn what_cannot_be_is_told() {
    let graph = regular(10, 2, 6);
    let build = |feeds: Feeds| Scenario::builder(graph.clone()).model(feeds).origin("0");
    let error = |feeds: Feeds| build(feeds).until(1.0).build().unwrap_err().to_string();
    assert_eq!(
        build(Feeds::gleeson(0.1)).build().unwrap_err().to_string(),
        "gleeson needs an end, `until` or `max_shares`: accounts share again and again"
    );
    assert_eq!(
        error(Feeds::gleeson(1.5)),
        "the probability of a new post must lie in 0..=1, found 1.5"
    );
    assert_eq!(error(Feeds::gleeson(0.5).slots(0)), "a screen has at least 1 slot, found 0");
    assert_eq!(
        error(Feeds::weng(0.5, 0.5, 0.5, 0.0)),
        "the window must be finite and above 0, found 0"
    );
    assert_eq!(error(Feeds::gleeson(0.5).activity(0.0)), "the activity must be above 0, found 0");
    let external =
        build(Feeds::gleeson(0.5)).until(1.0).external(ExternalInfluence::with_rate(0.1));
    assert_eq!(
        external.build().unwrap_err().to_string(),
        "`external` means nothing beside gleeson: there `innovation` says how often accounts share of their \
         own accord"
    );
    let steps = build(Feeds::gleeson(0.5)).clock(Clock::Steps).max_steps(3).build().unwrap_err();
    assert_eq!(
        steps.to_string(),
        "gleeson is in continuous time: accounts look at their screens when they do"
    );
    let posts = Scenario::builder(graph.clone()).model(Feeds::gleeson(0.1)).until(1.0);
    let posts = posts.post(Post::new("a").origin("0")).post(Post::new("b").origin("1"));
    assert_eq!(
        posts.interaction(Interaction::exclusive()).build().unwrap_err().to_string(),
        "under gleeson posts compete for places on screens, and `interaction` means nothing beside it"
    );
}

/// Who is muted neither shares nor looks, and the runs differ only by what follows from that.
#[test]
fn the_muted_neither_share_nor_look() {
    let scenario = Scenario::builder(regular(20, 3, 7))
        .model(Feeds::gleeson(0.2))
        .origin("0")
        .until(10.0)
        .build()
        .unwrap();
    let overlay = Overlay::builder(scenario.graph()).mute("5").build().unwrap();
    let muted = Ensemble::new(&scenario.with_overlay(overlay.clone())).runs(100);
    let account = scenario.graph().account("5").unwrap();
    assert!(muted.share_log().account.iter().all(|&other| other != account));
    let looks = muted.run().background.unwrap().looks.mean;
    let all = Ensemble::new(&scenario).runs(100).run().background.unwrap().looks.mean;
    assert!((looks / all - 0.95).abs() < 0.02);
    let compared = Ensemble::new(&scenario).runs(100).compare(overlay).run().compare.unwrap();
    assert_eq!(compared.repeated_runs, 100);
}

/// Where accounts have something new to say a run needs no post of the scenario, if it has an end: what there is to
/// see is the background.
#[test]
fn without_a_post_there_is_the_background() {
    let of = |feeds: Feeds| Scenario::builder(regular(30, 3, 4)).model(feeds);
    for feeds in [Feeds::gleeson(0.2), Feeds::weng(0.2, 0.1, 0.0, 1.0)] {
        let scenario = of(feeds.clone()).until(4.0).build().unwrap();
        let outcome = Ensemble::new(&scenario).runs(20).run();
        assert_eq!((outcome.size.mean, outcome.size.max), (0.0, 0));
        assert!(outcome.background.unwrap().innovations.mean > 10.0);
        assert!(of(feeds).build().is_err());
    }
    for feeds in [Feeds::gleeson(0.0), Feeds::weng(0.0, 0.1, 0.0, 1.0)] {
        let told = of(feeds).until(4.0).build().unwrap_err().to_string();
        assert_eq!(told, "a scenario needs an origin: an account that shares first");
    }
}

/// Of two copies that come to a screen at one tick, which has room for one, that with the lesser hash is there: each in
/// about half of 400 runs, within 4.5 standard errors (false alarm 7e-6).
#[test]
fn of_two_at_once_the_hashes_decide() {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    builder.tie(square, "ann", "cid").tie(square, "bob", "cid");
    let scenario = Scenario::builder(builder.build().unwrap())
        .model(Feeds::gleeson(0.0))
        .post(tieline::Post::new("one").origin("ann"))
        .post(tieline::Post::new("other").origin("bob"))
        .until(5.0)
        .build()
        .unwrap();
    let cid = scenario.graph().account("cid").unwrap();
    let ensemble = Ensemble::new(&scenario);
    let (mut first, mut all) = (0.0, 0.0);
    for run in 0..400 {
        let cascade = ensemble.cascade(run);
        // Ann and bob share again, so only what she shares before they do is what came at once.
        let again = cascade.rows().filter(|row| row.account != cid && row.occurrence > 0);
        let again = again.filter_map(|row| row.time).min();
        let own = cascade.rows().find(|row| row.account == cid);
        if let Some(own) = own.filter(|own| again.is_none_or(|again| own.time.unwrap() < again)) {
            all += 1.0;
            first += f64::from(1 - own.post);
        }
    }
    assert!(all > 80.0, "{all}");
    assert!((first / all - 0.5f64).abs() < 4.5 * 0.5 / all.sqrt(), "{first} of {all}");
}
