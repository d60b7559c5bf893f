//! Two groups, one person in both: what changes if they say nothing, and what if they only do not
//! carry it over?
//!
//! Both questions are asked of the same worlds, run by run, so the differences are much more
//! certain than the means. Muting also silences the person at home; not carrying does not.

use std::sync::Arc;

use tieline::{Ensemble, IndependentCascade, Overlay, Result, Scenario, SocialGraph};

fn main() -> Result<()> {
    let mut builder = SocialGraph::builder();
    let (work, choir) = (builder.network("work"), builder.network("choir"));
    for i in 0..30 {
        for step in [1, 2, 7] {
            builder.mutual(work, &format!("w{i}"), &format!("w{}", (i + step) % 30));
            builder.mutual(choir, &format!("c{i}"), &format!("c{}", (i + step) % 30));
        }
    }
    builder.user("Bea", [(work, "w4"), (choir, "c9")]);
    builder.user("Cleo", [(work, "w20"), (choir, "c21")]);
    let graph = Arc::new(builder.build()?);
    let scenario = Scenario::builder(graph.clone())
        .model(IndependentCascade::with_probability(0.3))
        .crosspost(0.5)
        .origin("w0@work")
        .build()?;

    println!(
        "{:<34}{:>16}{:>24}{:>8}",
        "in the same worlds …", "people", "work ⇒ choir", "changed"
    );
    for (what, overlay) in [
        ("Bea does not carry it over", Overlay::builder(&graph).no_carry("Bea")),
        ("Bea says nothing at all", Overlay::builder(&graph).mute("Bea")),
        (
            "neither Bea nor Cleo carry it",
            Overlay::builder(&graph).no_carry("Bea").no_carry("Cleo"),
        ),
        ("everybody carries half as often", Overlay::builder(&graph).crosspost_times(0.5)),
        ("Bea shares it too at the start", Overlay::builder(&graph).add_origin("w4@work")),
    ] {
        let outcome = Ensemble::new(&scenario).runs(20_000).compare(overlay.build()?).run();
        let compare = outcome.compare.expect("it was asked for");
        let (people, link) = (compare.users, &compare.links[0].change);
        let error = people.std_error.unwrap_or(0.0);
        println!(
            "{what:<34}{:>+9.2} ± {error:<4.2}{:>+17.1} points{:>8}",
            people.difference,
            100.0 * link.difference,
            people.changed_runs,
        );
    }
    Ok(())
}
