//! Random graphs of several networks, as rows that a test can also count by itself.

use proptest::prelude::*;
use tieline::{AccountId, NetworkId, SocialGraph};

/// A graph and the rows that it was built from.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) graph: SocialGraph,
    /// Every tie once, by the ids of the graph, with its weight if it has one.
    pub(crate) ties: Vec<(AccountId, AccountId, Option<f64>)>,
}

/// Up to four networks of up to nine accounts, isolated ones too; ties with and without weights,
/// bridge ties, users with any number of accounts anywhere; stored in any order.
pub(crate) fn worlds() -> impl Strategy<Value = World> {
    let sizes = prop::collection::vec(1usize..=9, 1..=4);
    sizes.prop_flat_map(|sizes| {
        let accounts: usize = sizes.iter().sum();
        let ties = prop::collection::btree_map((0..accounts, 0..accounts), 0u8..6, 0..40);
        let users = prop::collection::vec(0..accounts, accounts);
        (Just(sizes), ties, users, any::<bool>(), any::<bool>(), any::<u64>()).prop_map(
            |(sizes, ties, users, weighted, people, order)| {
                let ties: Vec<_> = ties
                    .into_iter()
                    .filter(|((source, target), _)| source != target)
                    // Weight 0 stands for a tie without one.
                    .map(|((source, target), weight)| {
                        (source, target, (weighted && weight > 0).then(|| f64::from(weight) / 4.0))
                    })
                    .collect();
                build(&sizes, &ties, people.then_some(&users), order)
            },
        )
    })
}

fn build(
    sizes: &[usize],
    ties: &[(usize, usize, Option<f64>)],
    users: Option<&Vec<usize>>,
    order: u64,
) -> World {
    let mut builder = SocialGraph::builder();
    let mut homes = Vec::new();
    for (index, &size) in sizes.iter().enumerate() {
        let network = builder.network(format!("n{index}"));
        homes.extend(std::iter::repeat_n(network, size));
    }
    let names: Vec<String> = (0..homes.len()).map(|account| format!("a{account}")).collect();
    let place = |account: usize| -> (NetworkId, &str) { (homes[account], &names[account]) };
    for account in 0..homes.len() {
        builder.account(homes[account], &names[account]);
    }
    let mut kept = Vec::new();
    for &(source, target, weight) in ties {
        if homes[source] != homes[target] {
            builder.bridge(place(source), place(target));
            kept.push((source, target, None));
            continue;
        }
        match weight {
            Some(weight) => {
                builder.weighted_tie(homes[source], &names[source], &names[target], weight)
            }
            None => builder.tie(homes[source], &names[source], &names[target]),
        };
        kept.push((source, target, weight));
    }
    for (account, user) in users.into_iter().flatten().enumerate() {
        builder.user(&format!("u{user}"), [place(account)]);
    }
    let graph = builder.build().expect("a graph without mistakes");
    let graph = match order {
        // Some graphs stay in the order of the builder.
        order if order % 4 == 0 => graph,
        order => graph.stored_by(|account| (u64::from(account.get()) + 1).wrapping_mul(order | 1)),
    };
    let id = |account: usize| graph.account_in(homes[account], &names[account]).expect("known");
    let ties = kept.into_iter().map(|(s, t, weight)| (id(s), id(t), weight)).collect();
    World { ties, graph }
}
