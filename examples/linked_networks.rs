//! Which separate networks does a shared post link, through whom, and what is left without them?
//!
//! Real people on `FriendFeed`, Twitter and `YouTube`. The data does not name its layers: the names
//! follow its title and are unverified (`examples/data/SOURCE.txt`). The probabilities are ours.

use std::{cmp::Reverse, sync::Arc};
use tieline::{report::*, *};

fn main() -> Result<()> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/fftwyt.edgeslist.gz");
    let file = MultilayerFile::new(path, MultilayerForm::NodeLayerNodeLayer)
        .direction(Direction::Mutual)
        .layer("1", "YouTube")
        .layer("2", "FriendFeed")
        .layer("3", "Twitter");
    let graph = Arc::new(GraphFiles::new().multilayer_file(file).load()?.0);
    let of = |a: AccountId| graph.accounts_of_user(graph.user_of(a)).len();
    let all_three = graph.users().filter(|&user| graph.accounts_of_user(user).len() == 3).count();
    let counts = [graph.user_count() as u64, graph.account_count() as u64, graph.tie_count()];
    let [users, accounts, ties] = counts.map(count);
    println!("{users} users, {accounts} accounts, {ties} ties; {all_three} users in all three.");
    let mut twitter: Vec<_> = graph.accounts_of_network(graph.network_named("Twitter")?).collect();
    twitter.sort_by_key(|&account| (Reverse(graph.out_degree(account)), account));
    let in_three: Vec<_> = twitter.iter().copied().filter(|&account| of(account) == 3).collect();
    for (who, origin) in [
        ("somebody ordinary", twitter[twitter.len() / 2]),
        ("someone ordinary in all three", in_three[in_three.len() / 2]),
        ("the greatest hub", twitter[0]),
    ] {
        let model = IndependentCascade::with_probability(0.015);
        let scenario =
            Scenario::builder(graph.clone()).model(model).crosspost(0.1).origin(origin).build()?;
        let ensemble = Ensemble::new(&scenario).runs(4000).links();
        // The ten are chosen in these worlds and measured in others: else they look greater.
        let ten = ensemble.rank_carriers(50).carriers.into_iter().take(10);
        let without = ten.fold(Overlay::builder(&graph), |all, one| all.no_carry(one.user));
        let outcome = ensemble.rng_seed(1).compare(without.build()?).run();
        let lost = outcome.compare.as_ref().expect("asked for");

        let people = plus_minus(outcome.users.mean, outcome.users.std_error);
        println!("\nA post by {who}, who has {} ties,", graph.out_degree(origin));
        println!("is shared by {people} people, and links the networks so:\n");
        let head = ["", "in runs", "first at step", "without ten", "carried most often by"];
        let mut table = Table::new(head).left(4);
        for (link, loss) in outcome.links().iter().zip(&lost.links) {
            let carriers: Vec<_> = link.carriers.iter().take(3).map(CarrierOutcome::name).collect();
            table.row([
                format!("{} ⇒ {}", link.from, link.to),
                percent(link.probability),
                link.first_step_mean.map_or("–".into(), mean),
                percent(link.probability + loss.change.difference),
                carriers.join(", "),
            ]);
        }
        let change = change(lost.users.difference, lost.users.std_error);
        print!("{table}\nIf its ten best carriers do not carry it over: {change} people.\n");
    }
    Ok(())
}
