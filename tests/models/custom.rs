//! Models of one's own: the kernel equals the reference kernel to the bit, and what they say is what
//! happens.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use crate::scenarios::{Case, Dice, part, seeds};
use tieline::{AccountId, Clock, Decide, Ensemble, Model, Scenario, Sight, SocialGraph, TieId};

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

/// A decision is told who sees whose share along which tie and when, and has draws that are its own: by tie, by who
/// sees it, and by number.
#[test]
fn a_decision_is_told_what_is() {
    type Seen = (AccountId, AccountId, TieId, f64, u64, u64, [u64; 6]);
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    for (from, to) in
        [("ann", "bob"), ("bob", "cid"), ("ann", "cid"), ("cid", "dee"), ("eve", "dee")]
    {
        builder.tie(square, from, to);
    }
    let graph = Arc::new(builder.build().unwrap());
    let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
    let noted = seen.clone();
    let model = Model::in_steps("noted", move |sight| {
        let draws = [
            sight.tie_draw(),
            sight.tie_draw_number(1),
            sight.tie_draw_number(2),
            sight.viewer_draw(),
            sight.viewer_draw_number(1),
            sight.viewer_draw_number(2),
        ];
        assert_eq!(sight.tie_draw(), sight.tie_draw_number(0));
        assert_eq!(sight.viewer_draw(), sight.viewer_draw_number(0));
        assert!(draws.iter().all(|draw| (0.0..1.0).contains(draw)));
        let degree = sight.graph().in_degree(sight.viewer());
        let told = (sight.in_degree(), degree);
        let who = (sight.sharer(), sight.viewer(), sight.tie());
        let at = (sight.time(), told.0, told.1);
        noted.lock().unwrap().push((
            who.0,
            who.1,
            who.2,
            at.0,
            at.1,
            at.2,
            draws.map(f64::to_bits),
        ));
        true
    });
    let debug = format!("{model:?}");
    assert!(debug.contains("noted"), "{debug}");
    assert_eq!(model, model.clone());
    assert_ne!(model, Model::in_steps("noted", |_| true));
    let scenario = Scenario::builder(graph.clone()).model(model).origin("ann").build().unwrap();
    let cascade = Ensemble::new(&scenario).cascade(3);
    let step_of = |account| {
        cascade.rows().find(|row| row.account == account).map(|row| f64::from(row.step)).unwrap()
    };
    let seen = seen.lock().unwrap();
    let (mut ties, mut draws) = (BTreeSet::new(), BTreeSet::new());
    for &(sharer, viewer, tie, time, told, degree, of_sight) in &*seen {
        assert_eq!(graph.find_tie(sharer, viewer), Some(tie));
        assert_eq!((time, told), (step_of(sharer), degree));
        ties.insert((sharer, viewer));
        draws.extend(of_sight);
    }
    // Of four ties that lead on three are asked before their viewers share; nobody's draws are another's.
    assert!(ties.len() >= 3, "{ties:?}");
    assert_eq!(draws.len(), 3 * ties.len() + 3 * 3, "{draws:?}");
}
