//! Models of one's own: the kernel equals the reference kernel to the bit, and what they say is what
//! happens.

use std::sync::Arc;

use crate::scenarios::{Case, Dice, part, seeds};
use tieline::{Clock, Decide, Ensemble, Model, Scenario, Sight, SocialGraph};

/// Something of everything that a sight tells.
#[derive(Debug)]
struct Fickle;

impl Decide for Fickle {
    fn name(&self) -> &str {
        "fickle"
    }

    fn decide(&self, sight: &Sight<'_>) -> Option<f64> {
        let share = f64::from(sight.exposures()) / sight.in_degree() as f64;
        let eager = sight.viewer_draw() < 0.5 * share + 0.1;
        (eager || sight.tie_draw() < 0.3).then(|| sight.tie_wait(1) + sight.viewer_draw_number(2))
    }
}

/// The kernel equals the reference kernel in 1,000 random worlds, with and without an intervention, in the
/// order of the builder and in another one.
#[test]
fn fast_equals_reference_in_random_worlds() {
    let mut spread = 0;
    for seed in seeds(1000) {
        let case = Case::new(seed);
        let graph = case.graph_in_some_order(seed);
        let mut dice = Dice::new(seed ^ 0xdec1de);
        let clock = dice.pick(&[Clock::Continuous, Clock::Steps]);
        let mut builder = Scenario::builder(graph)
            .model(Model::custom(Fickle))
            .clock(clock)
            .crosspost_rates(case.crosspost.clone())
            .origins(case.origins.iter().map(|&origin| case.label(origin)));
        builder = crate::times::starts(&mut dice, clock, &case, builder);
        let external = dice.chance(25);
        if external {
            builder = builder.external(crate::times::external(&mut dice, &case));
        }
        if external || dice.chance(50) {
            builder = match clock {
                Clock::Continuous => builder.until(dice.pick(&[0.0, 0.7, 3.0])),
                _ => builder.max_steps(dice.below(5) as u32),
            };
        }
        if dice.chance(20) {
            builder = builder.max_shares(1 + dice.below(5) as u64);
        }
        let scenario = builder.build().unwrap();
        case.assert_agreement(&scenario, seed, 3, |scenario, fast| {
            spread += usize::from(fast.size() > scenario.origins().len());
        });
    }
    assert!(spread > part(2000), "{spread}");
}

/// A threshold as a closure: two of the four that an account sees.
#[test]
fn a_closure_is_enough_for_a_threshold() {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    for a in 0..5 {
        for b in 0..a {
            builder.mutual(square, &a.to_string(), &b.to_string());
        }
    }
    let graph = Arc::new(builder.build().unwrap());
    let size = |least: u32, origins: &[&str]| {
        let model = Model::in_steps("count", move |sight| sight.exposures() >= least);
        let builder = Scenario::builder(graph.clone()).model(model);
        let scenario = builder.origins(origins.iter().copied()).build().unwrap();
        let outcome = Ensemble::new(&scenario).runs(3).run();
        assert_eq!(outcome.model, "count");
        outcome.size.mean
    };
    assert_eq!([size(2, &["0"]), size(2, &["0", "1"]), size(3, &["0", "1"])], [1.0, 5.0, 2.0]);
}

/// A decision sees the weight of the tie, and that there is none.
#[test]
fn a_decision_by_weight() {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    builder.weighted_tie(square, "ann", "bob", 0.7).weighted_tie(square, "ann", "cid", 0.2);
    builder.tie(square, "ann", "dee");
    let model =
        Model::in_steps("strong", |sight| sight.weight().is_some_and(|weight| weight > 0.5));
    let graph = builder.build().unwrap();
    let scenario = Scenario::builder(graph).model(model).origin("ann").build().unwrap();
    let cascade = Ensemble::new(&scenario).cascade(0);
    let graph = scenario.graph();
    let names: Vec<_> = cascade.accounts().iter().map(|&who| graph.account_label(who)).collect();
    assert_eq!(names, ["ann@square", "bob@square"]);
}
