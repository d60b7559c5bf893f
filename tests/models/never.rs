//! What comes later than the last tick never comes, in no model.

use crate::scenarios::assert_agreement;
use tieline::{
    Clock, Decide, Delays, Distribution, Hawkes, IndependentCascade, Model, Periods, Scenario,
    Seir, Si, Sight, Sir, Sirs, Sis, SocialGraph,
};

/// A decision by half of the ties.
#[derive(Debug)]
struct Half;

impl Decide for Half {
    fn name(&self) -> &str {
        "half"
    }

    fn decide(&self, sight: &Sight<'_>) -> Option<f64> {
        (sight.tie_draw() < 0.5).then(|| sight.tie_wait(1))
    }
}

/// Cross-posts 10^10 units later, which is more than 2^64 ticks: they are of no run, and the kernels agree.
#[test]
fn cross_posts_behind_the_last_tick_never_come() {
    let unit = || Periods::all(Distribution::Exponential { rate: 1.0 });
    let soon = || Delays::all(Distribution::Exponential { rate: 1.0 });
    let models: [Model; 8] = [
        IndependentCascade::with_probability(0.5).into(),
        Si::with_rate(1.0).into(),
        Sir::new(1.0, unit()).into(),
        Seir::new(1.0, unit(), unit()).into(),
        Sis::new(1.0, unit()).into(),
        Sirs::new(1.0, unit(), unit()).into(),
        Hawkes::new(1.5, Distribution::Exponential { rate: 1.0 }).into(),
        Model::custom(Half),
    ];
    for model in models {
        let mut builder = SocialGraph::builder();
        let (square, hall) = (builder.network("square"), builder.network("hall"));
        builder.mutual(square, "ann", "bob").mutual(square, "bob", "cid");
        builder.tie(hall, "ann", "bob").same_name_is_one_user();
        let mut builder = Scenario::builder(builder.build().unwrap())
            .clock(Clock::Continuous)
            .crosspost(1.0)
            .crosspost_delay(Distribution::Fixed { x: 1e10 })
            .origin("ann@square")
            .max_shares(9);
        if matches!(model, Model::IndependentCascade(_)) {
            builder = builder.delays(soon());
        }
        let what = format!("{model:?}");
        let scenario = builder.model(model).build().unwrap();
        let hall = scenario.graph().network_named("hall").unwrap();
        assert_agreement(&scenario, 1, 20, &what, |cascade| {
            let graph = scenario.graph();
            let there = cascade.accounts().iter().filter(|&&who| graph.network_of(who) == hall);
            assert_eq!(there.count(), 0, "{what}");
        });
    }
}
