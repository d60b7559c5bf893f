//! How far does a post get in a network that I write down myself?

use tieline::{Ensemble, IndependentCascade, Result, Scenario, SocialGraph};

fn main() -> Result<()> {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    builder.tie(square, "ann", "bob").tie(square, "ann", "cid").tie(square, "bob", "dee");
    let model = IndependentCascade::with_probability(0.5);
    let scenario = Scenario::builder(builder.build()?).model(model).origin("ann").build()?;

    let outcome = Ensemble::new(&scenario).runs(100_000).run();
    println!(
        "ann's post is shared {:.2} times on average; by theory 2.25 times",
        outcome.size.mean
    );

    let graph = scenario.graph();
    for share in Ensemble::new(&scenario).cascade(0).rows() {
        println!(
            "step {}: {} ({})",
            share.step,
            graph.account_label(share.account),
            share.route.name()
        );
    }
    Ok(())
}
