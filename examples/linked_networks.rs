//! Which separate networks does a shared post link, through whom, and what is left without them?
//!
//! Real people with accounts on `FriendFeed`, Twitter and `YouTube`; ties are mutual. The data does
//! not name its layers: names follow its title and are unverified (`examples/data/SOURCE.txt`).
//! The probabilities, 1.5 % a tie and 10 % a cross-post, are ours, for illustration.

use std::{cmp::Reverse, sync::Arc};
use tieline::*;

const RUNS: u64 = 4000;

fn main() -> Result<()> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/fftwyt.edgeslist.gz");
    let mut files = GraphFiles::new();
    files.multilayer.push(
        MultilayerFile::new(path, MultilayerForm::NodeLayerNodeLayer)
            .direction(Direction::Mutual)
            .layer("1", "YouTube")
            .layer("2", "FriendFeed")
            .layer("3", "Twitter"),
    );
    let graph = Arc::new(files.load()?.0);
    let in_networks = |k| graph.users().filter(|&u| graph.accounts_of_user(u).len() == k).count();
    println!(
        "{} people on three networks, with {} accounts",
        graph.user_count(),
        graph.account_count()
    );
    println!(
        "and {} ties: {} of them in all three, {} in two.",
        graph.tie_count(),
        in_networks(3),
        in_networks(2)
    );

    let mut twitter: Vec<_> = graph.accounts_of_network(graph.network_named("Twitter")?).collect();
    twitter.sort_by_key(|&account| (Reverse(graph.out_degree(account)), account));
    let all_three = |a: &&AccountId| graph.accounts_of_user(graph.user_of(**a)).len() == 3;
    let everywhere: Vec<_> = twitter.iter().filter(all_three).collect();
    for (who, origin) in [
        ("somebody ordinary", twitter[twitter.len() / 2]),
        ("someone who is in all three networks", *everywhere[everywhere.len() / 2]),
        ("the greatest hub", twitter[0]),
    ] {
        let model = IndependentCascade::with_probability(0.015);
        let post =
            Scenario::builder(graph.clone()).model(model).crosspost(0.1).origin(origin).build()?;
        let ensemble = Ensemble::new(&post).runs(RUNS).links();
        // The ten are chosen in these worlds and silenced in others: else their loss looks larger.
        let ten = ensemble.rank_carriers(50).carriers.into_iter().take(10);
        let without = ten.fold(Overlay::builder(&graph), |o, ten| o.no_carry(ten.user)).build()?;
        let outcome = ensemble.rng_seed(1).compare(without).run();
        let compare = outcome.compare.as_ref().expect("asked for");

        println!("\nA post on Twitter by {who}, with {} ties there,", graph.out_degree(origin));
        let (users, error) = (outcome.users.mean, outcome.users.std_error.unwrap_or(0.0));
        println!(
            "is shared by {users:.1} ± {error:.1} people; in half of the runs on {} accounts or fewer.",
            outcome.size.median
        );
        println!(
            "   it links                 in % of runs [95 %]   at step   without ten   carried most by"
        );
        for (link, loss) in
            outcome.links().iter().zip(&compare.links).filter(|l| l.0.linked_runs > 0)
        {
            let [often, low, high] = [link.probability, link.low, link.high].map(|p| 100.0 * p);
            let left = often + 100.0 * loss.change.difference;
            let carriers: Vec<_> = link.carriers.iter().take(3).map(CarrierOutcome::name).collect();
            let (from, to, carriers) = (&link.from, &link.to, carriers.join(", "));
            let step = link.first_step_mean.unwrap_or_default();
            println!(
                "{from:>12} ⇒ {to:<10} {often:6.1} [{low:4.1}, {high:4.1}] {step:11.1} {left:13.1}   {carriers}"
            );
        }
        println!(
            "When its ten best carriers keep it where they saw it, {:.1} ± {:.1} fewer people share it.",
            -compare.users.difference,
            compare.users.std_error.unwrap_or(0.0)
        );
    }
    Ok(())
}
