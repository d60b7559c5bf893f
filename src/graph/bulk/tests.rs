//! The two passes against the builder that takes anything in any order.

use super::*;
use crate::random::RunKeys;

/// Ties with repeats and self-ties, by a mix of numbers.
fn some_ties(accounts: u32, count: u64, seed: u64) -> Vec<(u32, u32)> {
    let stream = RunKeys::new(seed, 0, 0).tie.stream(0, 0);
    let pick = |index| ((u128::from(stream.draw(index)) * u128::from(accounts)) >> 64) as u32;
    (0..count).map(|i| (pick(2 * i), pick(2 * i + 1))).collect()
}

/// The same network through `GraphBuilder`.
fn plainly(accounts: u32, ties: &[(u32, u32)], mutual: bool) -> (SocialGraph, LoadReport) {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    for account in 0..accounts {
        builder.account(square, &account.to_string());
    }
    for (source, target) in ties {
        let (source, target) = (&*source.to_string(), &*target.to_string());
        if mutual {
            builder.mutual(square, source, target);
        } else {
            builder.tie(square, source, target);
        }
    }
    builder.build_with_report().unwrap()
}

#[test]
fn two_passes_equal_the_plain_builder() {
    // Few accounts and many repeats; several bands; several chunks; accounts without ties.
    for (accounts, count) in [(1, 3), (7, 300), (5000, 9000), (40_000, 200_000)] {
        let ties = some_ties(accounts, count, u64::from(accounts));
        for mutual in [false, true] {
            let list = TieList::new(accounts, ties.clone());
            let list = if mutual { list.mutual() } else { list };
            let mut bulk = SocialGraph::bulk_builder();
            bulk.network("square", &list).unwrap();
            let (graph, report) = bulk.build_with_report().unwrap();
            let (want, plain) = plainly(accounts, &ties, mutual);
            assert_eq!(graph.fingerprint(), want.fingerprint());
            assert!(graph.accounts().all(|a| graph.targets(a) == want.targets(a)));
            let (own, plain) = (&report.networks[0], &plain.networks[0]);
            assert_eq!((own.rows, own.self_ties), (plain.rows, plain.self_ties));
            assert_eq!(own.ties, plain.ties);
            // A reciprocal row confirms a mutual tie there, and is a repeat here.
            if !mutual {
                assert_eq!(own.duplicates, plain.duplicates);
            }
        }
    }
}

#[test]
fn networks_and_users_stand_side_by_side() {
    let mut bulk = SocialGraph::bulk_builder();
    let square = bulk.network("square", &TieList::new(3, vec![(2, 0), (2, 1), (2, 1)])).unwrap();
    let empty = bulk.network("empty", &TieList::new(0, Vec::new())).unwrap();
    let hall = bulk.network("hall", &TieList::new(2, vec![(0, 1)]).mutual()).unwrap();
    assert_eq!((bulk.account_count(empty), bulk.out_degree(square, 2)), (0, 2));
    bulk.user([(hall, 1), (square, 0)]).unwrap();
    let graph = bulk.build().unwrap();
    assert_eq!(graph.user_name(graph.user_of(graph.account("0@square").unwrap())), "0");
    assert_eq!(graph.user_name(graph.user_of(graph.account("1@square").unwrap())), "1@square");
    let user = graph.user("0").unwrap();
    let labels: Vec<_> = graph.accounts_of_user(user).map(|a| graph.account_label(a)).collect();
    assert_eq!(labels, ["0@square", "1@hall"]);
    let ann = graph.account("0@hall").unwrap();
    assert_eq!(graph.targets(ann), [graph.account("1@hall").unwrap()]);
    assert_eq!(graph.network(hall).kind().reciprocity, crate::graph::Reciprocity::Mutual);
}

#[test]
fn mistakes_are_told() {
    let mut bulk = SocialGraph::bulk_builder();
    let square = bulk.network("square", &TieList::new(2, vec![(0, 1)])).unwrap();
    let errors = [
        bulk.network("hall", &TieList::new(2, vec![(0, 2)])).unwrap_err(),
        bulk.network("hall", &TieList::new(0, vec![(0, 0)])).unwrap_err(),
        bulk.network("square", &TieList::new(2, Vec::new())).unwrap_err(),
        bulk.network("a:b", &TieList::new(2, Vec::new())).unwrap_err(),
        bulk.network("hall", &TieList::new(u32::MAX, Vec::new())).unwrap_err(),
        bulk.user([(square, 0)]).unwrap_err(),
        bulk.user([(square, 0), (square, 2)]).unwrap_err(),
    ];
    let sentences: Vec<String> = errors.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(sentences.join("\n"));
    // What failed left nothing behind.
    bulk.user([(square, 0), (square, 1)]).unwrap();
    assert_eq!(bulk.network("hall", &TieList::new(1, Vec::new())).unwrap().get(), 1);
    bulk.user([(square, 1), (NetworkId::new(1), 0)]).unwrap();
    insta::assert_snapshot!(
        bulk.build().unwrap_err(),
        @"the account 1@square is of user 1, but was said to be of user 0"
    );
}

/// A source that breaks its word.
#[derive(Debug, Default)]
struct Fickle(std::sync::atomic::AtomicU32);

impl TieSource for Fickle {
    fn account_count(&self) -> u32 {
        3
    }

    fn chunk_count(&self) -> u64 {
        1
    }

    fn chunk(&self, _: u64, ties: &mut Vec<(u32, u32)>) {
        let asked = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        ties.extend((0..=asked).map(|_| (0, 1)).skip(asked as usize));
        ties.resize(ties.len() + 1 - asked.min(1) as usize, (0, 2));
    }
}

#[test]
#[should_panic(expected = "gave other ties when asked again")]
fn a_source_that_changes_its_ties_is_found_out() {
    let _ = SocialGraph::bulk_builder().network("square", &Fickle::default());
}
