//! petgraph's algorithms say the same of a view as of a petgraph graph with the same data.

use std::collections::{BTreeMap, BTreeSet};

use crate::worlds::{World, worlds};
use petgraph::algo::articulation_points::articulation_points;
use petgraph::algo::bridges::bridges;
use petgraph::algo::{
    bellman_ford, connected_components, dijkstra, dinics, ford_fulkerson, has_path_connecting,
    is_bipartite_undirected, is_cyclic_directed, is_cyclic_undirected, kosaraju_scc,
    min_spanning_tree, tarjan_scc, toposort,
};
use petgraph::data::{DataMap, Element};
use petgraph::graph::{DiGraph, NodeIndex, UnGraph};
use petgraph::visit::{
    Bfs, EdgeCount, EdgeIndexable, EdgeRef, GetAdjacencyMatrix, IntoEdgeReferences, IntoEdges,
    IntoEdgesDirected, IntoNeighbors, IntoNeighborsDirected, IntoNodeReferences, NodeFiltered,
    NodeIndexable, Reversed, VisitMap, Visitable, Walker,
};
use petgraph::{Direction, Incoming, Outgoing};
use proptest::prelude::*;
use tieline::{AccountId, SocialGraph};

fn node(account: AccountId) -> NodeIndex {
    NodeIndex::new(account.index())
}

fn account(node: NodeIndex) -> AccountId {
    AccountId::new(node.index() as u32)
}

fn directed(world: &World) -> DiGraph<(), f64> {
    let mut graph = DiGraph::new();
    for _ in world.graph.accounts() {
        graph.add_node(());
    }
    for &(source, target, weight) in &world.ties {
        graph.add_edge(node(source), node(target), weight.unwrap_or(1.0));
    }
    graph
}

/// Pairs of tied accounts, the lesser first, with the mean weight; then of one user, with 1.
fn pairs(world: &World, users: bool) -> BTreeMap<(AccountId, AccountId), f64> {
    let mut weights: BTreeMap<_, Vec<f64>> = BTreeMap::new();
    for &(one, other, weight) in &world.ties {
        let pair = (one.min(other), one.max(other));
        weights.entry(pair).or_default().push(weight.unwrap_or(1.0));
    }
    let graph = &world.graph;
    for (one, other) in graph.accounts().flat_map(|a| graph.accounts().map(move |b| (a, b))) {
        if users && one < other && graph.user_of(one) == graph.user_of(other) {
            weights.entry((one, other)).or_insert_with(|| vec![1.0]);
        }
    }
    weights.into_iter().map(|(pair, w)| (pair, w.iter().sum::<f64>() / w.len() as f64)).collect()
}

fn undirected(world: &World, users: bool) -> UnGraph<(), f64> {
    let mut graph = UnGraph::new_undirected();
    for _ in world.graph.accounts() {
        graph.add_node(());
    }
    for ((one, other), weight) in pairs(world, users) {
        graph.add_edge(node(one), node(other), weight);
    }
    graph
}

fn sets<T: Copy, N: Ord>(parts: &[Vec<T>], name: impl Fn(T) -> N) -> BTreeSet<BTreeSet<N>> {
    parts.iter().map(|part| part.iter().map(|&node| name(node)).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn directed_algorithms_agree(world in worlds()) {
        let (view, plain) = (world.graph.directed_view(), directed(&world));

        prop_assert_eq!(connected_components(view), connected_components(&plain));
        let expected = sets(&tarjan_scc(&plain), account);
        prop_assert_eq!(&sets(&tarjan_scc(view), |a| a), &expected);
        prop_assert_eq!(&sets(&kosaraju_scc(view), |a| a), &expected);
        prop_assert_eq!(is_cyclic_directed(view), is_cyclic_directed(&plain));
        match toposort(view, None) {
            Err(_) => prop_assert!(toposort(&plain, None).is_err()),
            Ok(order) => {
                let place = |a| order.iter().position(|&b| b == a);
                prop_assert_eq!(order.len(), world.graph.account_count());
                prop_assert!(world.ties.iter().all(|&(s, t, _)| place(s) < place(t)));
            }
        }
        for start in world.graph.accounts() {
            let lengths = dijkstra(view, start, None, |tie| *tie.weight());
            let expected = dijkstra(&plain, node(start), None, |edge| *edge.weight());
            let expected = expected.into_iter().map(|(n, d)| (account(n), d)).collect();
            prop_assert_eq!(lengths.into_iter().collect::<BTreeMap<_, _>>(), expected);

            let back = dijkstra(Reversed(view), start, None, |_| 1u32);
            let expected = dijkstra(Reversed(&plain), node(start), None, |_| 1u32);
            let expected = expected.into_iter().map(|(n, d)| (account(n), d)).collect();
            prop_assert_eq!(back.into_iter().collect::<BTreeMap<_, _>>(), expected);

            let paths = bellman_ford(view, start).expect("no weight is negative");
            let expected = bellman_ford(&plain, node(start)).expect("no weight is negative");
            prop_assert_eq!(paths.distances, expected.distances);

            let reached: BTreeSet<_> = Bfs::new(view, start).iter(view).collect();
            let expected = Bfs::new(&plain, node(start)).iter(&plain).map(account).collect();
            prop_assert_eq!(reached, expected);
        }
    }

    #[test]
    fn flows_agree(world in worlds()) {
        let (view, plain) = (world.graph.directed_view(), directed(&world));
        let (first, last) = (AccountId::new(0), AccountId::new(world.graph.account_count() as u32 - 1));
        prop_assume!(first != last);
        // Weights are quarters, so the sums are exact.
        let (expected, _) = ford_fulkerson(&plain, node(first), node(last));
        prop_assert_eq!(ford_fulkerson(view, first, last).0, expected);
        prop_assert_eq!(dinics(view, first, last).0, expected);
        let connected = has_path_connecting(&plain, node(first), node(last), None);
        prop_assert_eq!(has_path_connecting(view, first, last, None), connected);
    }

    #[test]
    fn undirected_algorithms_agree(world in worlds(), users: bool) {
        let view = world.graph.symmetric_view();
        let view = if users { view.joined_by_users() } else { view };
        let plain = undirected(&world, users);

        prop_assert_eq!(view.edge_count(), plain.edge_count());
        prop_assert_eq!(connected_components(view), connected_components(&plain));
        prop_assert_eq!(is_cyclic_undirected(view), is_cyclic_undirected(&plain));
        prop_assert_eq!(
            articulation_points(view).into_iter().collect::<BTreeSet<_>>(),
            articulation_points(&plain).into_iter().map(account).collect()
        );
        let pair = |one: AccountId, other: AccountId| (one.min(other), one.max(other));
        prop_assert_eq!(
            bridges(view).map(|link| link.id()).collect::<BTreeSet<_>>(),
            bridges(&plain).map(|e| pair(account(e.source()), account(e.target()))).collect()
        );
        fn total<N>(tree: impl Iterator<Item = Element<N, f64>>) -> f64 {
            tree.map(|e| if let Element::Edge { weight, .. } = e { weight } else { 0.0 }).sum()
        }
        prop_assert_eq!(total(min_spanning_tree(view)), total(min_spanning_tree(&plain)));
        for start in world.graph.accounts() {
            let lengths = dijkstra(view, start, None, |link| *link.weight());
            let expected = dijkstra(&plain, node(start), None, |edge| *edge.weight());
            let expected = expected.into_iter().map(|(n, d)| (account(n), d)).collect();
            prop_assert_eq!(lengths.into_iter().collect::<BTreeMap<_, _>>(), expected);
            prop_assert_eq!(
                is_bipartite_undirected(view, start),
                is_bipartite_undirected(&plain, node(start))
            );
        }
    }

    /// Each way to list the ties lists the same ties, with the same ids and weights.
    #[test]
    fn directed_listings_agree(world in worlds()) {
        let (graph, view) = (&world.graph, world.graph.directed_view());
        let mut expected: Vec<_> = world.ties.iter().map(|&(s, t, w)| (s, t, w.unwrap_or(1.0))).collect();
        expected.sort_by_key(|&(s, t, _)| (s, t));
        fn list<E>(edges: impl Iterator<Item = E>) -> Vec<(AccountId, AccountId, f64)>
        where
            E: EdgeRef<NodeId = AccountId, Weight = f64>,
        {
            let mut list: Vec<_> = edges.map(|e| (e.source(), e.target(), *e.weight())).collect();
            list.sort_by_key(|&(s, t, _)| (s, t));
            list
        }
        prop_assert_eq!(view.edge_count(), expected.len());
        prop_assert_eq!(&list(view.edge_references()), &expected);
        prop_assert_eq!(&list(graph.accounts().flat_map(|a| view.edges(a))), &expected);
        let incoming = |a| view.edges_directed(a, Incoming);
        prop_assert_eq!(&list(graph.accounts().flat_map(incoming)), &expected);
        let all = view.edge_references().chain(graph.accounts().flat_map(incoming));
        for tie in all.chain(graph.accounts().flat_map(|a| view.edges(a))) {
            prop_assert_eq!(graph.tie_ends(tie.id()), (tie.source(), tie.target()));
            prop_assert_eq!(view.edge_weight(tie.id()), Some(tie.weight()));
            let index = EdgeIndexable::to_index(&view, tie.id());
            prop_assert_eq!(EdgeIndexable::from_index(&view, index), tie.id());
            prop_assert!(view.is_adjacent(&(), tie.source(), tie.target()));
        }
        for (account, &network) in view.node_references() {
            prop_assert_eq!(graph.network_of(account), network);
            prop_assert_eq!(view.node_weight(account), Some(&network));
            prop_assert_eq!(NodeIndexable::from_index(&view, account.index()), account);
            prop_assert!(view.edges_directed(account, Incoming).all(|tie| tie.target() == account));
            for direction in [Outgoing, Incoming] {
                let far = view.edges_directed(account, direction).map(|tie| match direction {
                    Direction::Outgoing => tie.target(),
                    Direction::Incoming => tie.source(),
                });
                prop_assert!(far.eq(view.neighbors_directed(account, direction)));
            }
        }
        prop_assert_eq!(view.node_references().len(), graph.account_count());
    }

    #[test]
    fn symmetric_listings_agree(world in worlds(), users: bool) {
        let (graph, view) = (&world.graph, world.graph.symmetric_view());
        let view = if users { view.joined_by_users() } else { view };
        let expected = pairs(&world, users);
        let links: Vec<_> = view.edge_references().map(|l| (l.id(), *l.weight())).collect();
        prop_assert_eq!(links.len(), expected.len());
        prop_assert_eq!(links.into_iter().collect::<BTreeMap<_, _>>(), expected.clone());
        for a in graph.accounts() {
            let near: Vec<_> = view.neighbors(a).collect();
            prop_assert!(near.is_sorted_by_key(|&b| graph.logical_key(b)));
            let ends: BTreeSet<_> = near.iter().map(|&b| (a.min(b), a.max(b))).collect();
            prop_assert_eq!(ends.len(), near.len());
            let mine: BTreeSet<_> =
                expected.keys().filter(|pair| pair.0 == a || pair.1 == a).copied().collect();
            prop_assert_eq!(ends, mine);
            prop_assert!(view.edges(a).all(|l| l.source() == a && expected[&l.id()] == *l.weight()));
            prop_assert!(view.edges_directed(a, Incoming).all(|l| l.target() == a));
            for b in graph.accounts() {
                let adjacent = expected.contains_key(&(a.min(b), a.max(b)));
                prop_assert_eq!(view.is_adjacent(&(), a, b), adjacent);
            }
        }
    }

    /// A network made from a petgraph graph has that graph's nodes and edges, and gives it back.
    #[test]
    fn there_and_back(world in worlds()) {
        let plain = directed(&world);
        let mut builder = SocialGraph::builder();
        builder.weighted_network_from_petgraph("one", &plain, |n, ()| n.index(), |&w| Some(w));
        builder.weighted_network_from_petgraph("two", world.graph.directed_view(), |a, _| a.get(), |&w| Some(w));
        let undirected = undirected(&world, false);
        builder.network_from_petgraph("mutual", &undirected, |n, ()| n.index());
        let graph = builder.build().expect("names differ");
        let n = plain.node_count();
        prop_assert_eq!(graph.account_count(), 3 * n);
        for edge in plain.edge_references() {
            for shift in [0, n] {
                let end = |node: NodeIndex| AccountId::new((node.index() + shift) as u32);
                let tie = graph.find_tie(end(edge.source()), end(edge.target()));
                prop_assert_eq!(tie.and_then(|tie| graph.weight(tie)), Some(*edge.weight()));
            }
        }
        let ties = 2 * plain.edge_count() + 2 * undirected.edge_count();
        prop_assert_eq!(graph.tie_count(), ties as u64);
        for edge in undirected.edge_references() {
            let end = |node: NodeIndex| AccountId::new((node.index() + 2 * n) as u32);
            let (one, other) = (end(edge.source()), end(edge.target()));
            prop_assert!(graph.find_tie(one, other).is_some() && graph.find_tie(other, one).is_some());
        }
    }
}

#[test]
fn a_visit_map_remembers_each_account() {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    for i in 0..200 {
        builder.account(square, &i.to_string());
    }
    let graph = builder.build().unwrap();
    let mut map = graph.directed_view().visit_map();
    for account in graph.accounts().step_by(7) {
        assert!(map.visit(account) && !map.visit(account));
    }
    for account in graph.accounts() {
        assert_eq!(map.is_visited(&account), account.get() % 7 == 0);
        assert_eq!(map.unvisit(account), account.get() % 7 == 0);
    }
    assert!(graph.accounts().all(|account| !map.is_visited(&account)));
    assert!(map.visit(AccountId::new(3)));
    graph.symmetric_view().reset_map(&mut map);
    assert!(!map.is_visited(&AccountId::new(3)));
}

#[test]
fn a_graph_without_accounts() {
    let graph = SocialGraph::builder().build().unwrap();
    assert_eq!(connected_components(graph.directed_view()), 0);
    assert_eq!(graph.symmetric_view().edge_count(), 0);
    assert!(articulation_points(graph.symmetric_view()).is_empty());
}

/// Nodes that are filtered away leave holes in the indices; loops and parallel edges are dropped.
#[test]
fn a_graph_with_holes() {
    let mut plain = UnGraph::<&str, ()>::default();
    let nodes: Vec<_> = ["ann", "gone", "bob", "cid"].map(|name| plain.add_node(name)).into();
    plain.add_edge(nodes[2], nodes[0], ());
    plain.add_edge(nodes[0], nodes[2], ());
    plain.add_edge(nodes[0], nodes[0], ());
    plain.add_edge(nodes[1], nodes[3], ());
    let plain = NodeFiltered::from_fn(&plain, |node| node != nodes[1]);
    let mut builder = SocialGraph::builder();
    let square = builder.network_from_petgraph("square", &plain, |_, name| *name);
    let graph = builder.build().unwrap();
    let names: Vec<_> = graph.accounts().map(|a| graph.account_name(a).into_owned()).collect();
    assert_eq!(names, ["ann", "bob", "cid"]);
    assert_eq!(graph.tie_count(), 2);
    assert_eq!(graph.networks().collect::<Vec<_>>(), [square]);
}

#[test]
fn mistakes_in_a_petgraph_graph_come_with_build() {
    let build = |name: fn(usize) -> String, weight: f64| {
        let plain = DiGraph::<(), ()>::from_edges([(0, 1)]);
        let mut builder = SocialGraph::builder();
        builder.weighted_network_from_petgraph(
            "hall",
            &plain,
            |n, ()| name(n.index()),
            |()| Some(weight),
        );
        builder.build().unwrap_err()
    };
    let same = build(|_| "ann".into(), 1.0);
    assert!(same.is_conflict());
    assert_eq!(
        same.to_string(),
        "two nodes of the petgraph graph for network `hall` are named `ann`"
    );
    assert!(build(|_| String::new(), 1.0).is_input());
    assert!(build(|i| i.to_string(), -1.0).is_range());
    assert!(build(|i| i.to_string(), f64::NAN).is_range());
}
