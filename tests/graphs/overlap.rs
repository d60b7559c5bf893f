//! Overlap of networks: by hand, and against counting all pairs of users.

use std::collections::BTreeSet;

use crate::worlds::{World, worlds};
use proptest::prelude::*;
use tieline::stats::{pearson, spearman};
use tieline::{NetworkId, SocialGraph, UserId};

/// What the fields of an overlap mean, written as the definitions say, for `a` and then `b`.
struct Naive {
    users: [u64; 2],
    ties: [u64; 2],
    among: [u64; 2],
    bridges: [u64; 2],
    shared_users: u64,
    shared_ties: u64,
    union: u64,
    out_degrees: Vec<(f64, f64)>,
    in_degrees: Vec<(f64, f64)>,
}

fn naive(world: &World, a: NetworkId, b: NetworkId) -> Naive {
    let graph = &world.graph;
    let home = |account| graph.network_of(account);
    let users = |network| -> BTreeSet<UserId> {
        graph.accounts().filter(|&x| home(x) == network).map(|x| graph.user_of(x)).collect()
    };
    let ties = |network| -> BTreeSet<(UserId, UserId)> {
        let inside =
            world.ties.iter().filter(|(s, t, _)| home(*s) == network && home(*t) == network);
        inside
            .map(|&(s, t, _)| (graph.user_of(s), graph.user_of(t)))
            .filter(|(u, v)| u != v)
            .collect()
    };
    let bridges = |from, to| {
        world.ties.iter().filter(|(s, t, _)| home(*s) == from && home(*t) == to).count() as u64
    };
    let shared: BTreeSet<UserId> = users(a).intersection(&users(b)).copied().collect();
    let among = |network| -> BTreeSet<_> {
        let both = |(u, v): &(UserId, UserId)| shared.contains(u) && shared.contains(v);
        ties(network).into_iter().filter(both).collect()
    };
    let degree = |user, network, outgoing| {
        let own = world.ties.iter().filter(|(s, t, _)| {
            let end = if outgoing { *s } else { *t };
            home(*s) == network && home(*t) == network && graph.user_of(end) == user
        });
        own.count() as f64
    };
    let degrees = |outgoing| -> Vec<(f64, f64)> {
        shared.iter().map(|&u| (degree(u, a, outgoing), degree(u, b, outgoing))).collect()
    };
    Naive {
        users: [users(a).len() as u64, users(b).len() as u64],
        ties: [ties(a).len() as u64, ties(b).len() as u64],
        among: [among(a).len() as u64, among(b).len() as u64],
        bridges: [bridges(a, b), bridges(b, a)],
        shared_users: shared.len() as u64,
        shared_ties: ties(a).intersection(&ties(b)).count() as u64,
        union: among(a).union(&among(b)).count() as u64,
        out_degrees: degrees(true),
        in_degrees: degrees(false),
    }
}

fn over(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn agrees_with_counting_all_pairs(world in worlds()) {
        let graph = &world.graph;
        let mut all = graph.overlaps().into_iter();
        for a in graph.networks() {
            for b in graph.networks().filter(|&b| a < b) {
                let overlap = graph.overlap(a, b);
                prop_assert_eq!(all.next(), Some(overlap.clone()));
                let expected = naive(&world, a, b);
                prop_assert_eq!(overlap.shared_users, expected.shared_users);
                prop_assert_eq!(overlap.shared_ties, expected.shared_ties);
                prop_assert_eq!(overlap.tie_jaccard, over(expected.shared_ties, expected.union));
                prop_assert_eq!(overlap.out_degree.pearson, pearson(&expected.out_degrees));
                prop_assert_eq!(overlap.out_degree.spearman, spearman(&expected.out_degrees));
                prop_assert_eq!(overlap.in_degree.pearson, pearson(&expected.in_degrees));
                prop_assert_eq!(overlap.in_degree.spearman, spearman(&expected.in_degrees));
                for (i, side) in overlap.networks.iter().enumerate() {
                    prop_assert_eq!(side.id, [a, b][i]);
                    prop_assert_eq!(&side.name, graph.network(side.id).name());
                    prop_assert_eq!(side.users, expected.users[i]);
                    prop_assert_eq!(side.ties, expected.ties[i]);
                    prop_assert_eq!(side.ties_among_shared_users, expected.among[i]);
                    prop_assert_eq!(side.bridge_ties, expected.bridges[i]);
                    let (users, ties) = (expected.shared_users, expected.shared_ties);
                    prop_assert_eq!(side.shared_user_fraction, over(users, expected.users[i]));
                    prop_assert_eq!(side.shared_tie_fraction, over(ties, expected.ties[i]));
                    prop_assert_eq!(
                        side.shared_tie_fraction_among_shared_users,
                        over(ties, expected.among[i])
                    );
                }
                let mut turned = graph.overlap(b, a);
                turned.networks.reverse();
                prop_assert_eq!(turned.networks, overlap.networks);
            }
        }
        prop_assert!(all.next().is_none());
    }

    #[test]
    fn storage_changes_nothing(world in worlds()) {
        let turned = world.graph.stored_by(|account| std::cmp::Reverse(account.get()));
        prop_assert_eq!(world.graph.overlaps(), turned.overlaps());
    }
}

/// Three users in both networks, all by hand.
#[test]
fn three_shared_users() {
    let mut builder = SocialGraph::builder();
    let (a, b) = (builder.network("a"), builder.network("b"));
    // Out-degrees in a: ann 3, bob 2, cid 1; in b: ann 2, bob 1, cid 0.
    builder.tie(a, "ann", "bob").tie(a, "ann", "cid").tie(a, "ann", "zoe");
    builder.tie(a, "bob", "ann").tie(a, "bob", "zoe").tie(a, "cid", "zoe");
    builder.tie(b, "ann", "bob").tie(b, "ann", "yan").tie(b, "bob", "cid");
    builder.account(b, "cid").same_name_is_one_user();
    builder.bridge((a, "zoe"), (b, "yan")).bridge((a, "ann"), (b, "bob"));
    let graph = builder.build().unwrap();
    let overlap = graph.overlap(a, b);

    assert_eq!(overlap.shared_users, 3);
    let [in_a, in_b] = &overlap.networks;
    assert_eq!((in_a.users, in_a.shared_user_fraction), (4, Some(0.75)));
    assert_eq!((in_b.users, in_b.shared_user_fraction), (4, Some(0.75)));
    // ann→bob, ann→cid, bob→ann in a; ann→bob, bob→cid in b.
    assert_eq!((in_a.ties_among_shared_users, in_b.ties_among_shared_users), (3, 2));
    assert_eq!((overlap.shared_ties, overlap.tie_jaccard), (1, Some(0.25)));
    assert_eq!((in_a.shared_tie_fraction, in_b.shared_tie_fraction), (over(1, 6), over(1, 3)));
    assert_eq!((in_a.bridge_ties, in_b.bridge_ties), (2, 0));
    assert_eq!(overlap.out_degree.pearson, Some(1.0));
    assert_eq!(overlap.out_degree.spearman, Some(1.0));
    // In-degrees: (1, 0), (1, 1), (1, 1): all equal in a.
    assert_eq!((overlap.in_degree.pearson, overlap.in_degree.spearman), (None, None));
}

/// Two accounts of one user in a network count as that user, and the ties between them as none.
#[test]
fn several_accounts_in_one_network() {
    let mut builder = SocialGraph::builder();
    let (a, b) = (builder.network("a"), builder.network("b"));
    builder.user("Ann", [(a, "ann"), (a, "ann-work"), (b, "ann")]);
    builder.user("Bob", [(a, "bob"), (b, "bob")]);
    builder.tie(a, "ann", "bob").tie(a, "ann-work", "bob").mutual(a, "ann", "ann-work");
    builder.tie(b, "ann", "bob");
    let graph = builder.build().unwrap();
    let overlap = graph.overlap(a, b);
    assert_eq!((overlap.shared_users, overlap.shared_ties), (2, 1));
    assert_eq!(overlap.networks.each_ref().map(|network| network.users), [2, 2]);
    assert_eq!(overlap.networks.each_ref().map(|network| network.ties), [1, 1]);
    assert_eq!(overlap.tie_jaccard, Some(1.0));
    // Degrees are summed over accounts, ties to oneself included: (4, 1) and (0, 0).
    assert_eq!(overlap.out_degree.pearson, Some(1.0));
}

#[test]
fn nothing_in_common() {
    let mut builder = SocialGraph::builder();
    let (a, b) = (builder.network("a"), builder.network("b"));
    builder.tie(a, "ann", "bob");
    let graph = builder.build().unwrap();
    let overlap = graph.overlap(a, b);
    assert_eq!((overlap.shared_users, overlap.shared_ties, overlap.tie_jaccard), (0, 0, None));
    assert_eq!(overlap.networks[0].shared_user_fraction, Some(0.0));
    assert_eq!(overlap.networks[1].shared_user_fraction, None);
    assert_eq!(overlap.out_degree.pearson, None);
    let text = serde_json::to_string(&overlap).unwrap();
    assert_eq!(serde_json::from_str::<tieline::Overlap>(&text).unwrap(), overlap);
}
