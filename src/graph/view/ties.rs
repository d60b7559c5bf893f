//! The ties as a directed graph.

use std::iter::Copied;
use std::slice;

use petgraph::data::DataMap;
use petgraph::visit::{
    EdgeCount, EdgeIndexable, EdgeRef, GetAdjacencyMatrix, GraphBase, GraphProp,
    IntoEdgeReferences, IntoEdges, IntoEdgesDirected, IntoNeighbors, IntoNeighborsDirected,
};
use petgraph::{Directed, Direction};

use super::nodes::accounts_are_nodes;
use crate::graph::SocialGraph;
use crate::id::{AccountId, NetworkId, TieId};

/// All ties of a graph as a directed petgraph graph; see [`SocialGraph::directed_view`].
///
/// Node ids are [`AccountId`]s, edge ids [`TieId`]s, the neighbours of an account its
/// [`targets`](SocialGraph::targets) or [`sources`](SocialGraph::sources) in their order.
///
/// petgraph's adaptors work on it. Who can hear of what somebody shares, in one network only:
///
/// ```
/// use tieline::SocialGraph;
/// use tieline::petgraph::visit::{Bfs, NodeFiltered, Walker};
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// let hall = builder.network("hall");
/// builder.tie(square, "ann", "bob").tie(square, "bob", "cid").tie(square, "dee", "ann");
/// builder.bridge((square, "cid"), (hall, "eve"));
/// let graph = builder.build()?;
///
/// let view = graph.directed_view();
/// let here = NodeFiltered::from_fn(view, |account| graph.network_of(account) == square);
/// let ann = graph.account("ann@square")?;
/// assert_eq!(Bfs::new(&here, ann).iter(&here).count(), 3);
/// assert_eq!(Bfs::new(view, ann).iter(view).count(), 4);
/// # Ok::<(), tieline::Error>(())
/// ```
///
/// # Complexity
/// Each neighbour is O(1). Asking whether two accounts are adjacent, or for the id of an incoming
/// tie in a graph without weights, is O(log degree).
#[derive(Clone, Copy)]
pub struct TiesView<'a> {
    graph: &'a SocialGraph,
}

accounts_are_nodes!(TiesView);

impl<'a> TiesView<'a> {
    pub(super) fn new(graph: &'a SocialGraph) -> Self {
        Self { graph }
    }

    /// The graph behind the view.
    #[must_use]
    pub fn graph(self) -> &'a SocialGraph {
        self.graph
    }
}

/// What a tie weighs in a view: what the data say, else 1.
pub(super) fn weight(graph: &SocialGraph, tie: TieId) -> &f64 {
    match &graph.weights {
        Some(weights) if !weights[tie.index()].is_nan() => &weights[tie.index()],
        _ => &1.0,
    }
}

/// One tie in a [`TiesView`]; ask it through petgraph's [`EdgeRef`].
///
/// ```
/// use tieline::SocialGraph;
/// use tieline::petgraph::visit::{EdgeRef, IntoEdgeReferences};
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// builder.tie(square, "ann", "bob").weighted_tie(square, "bob", "ann", 0.5);
/// let graph = builder.build()?;
/// let ties: Vec<_> = graph.directed_view().edge_references().collect();
/// assert_eq!(graph.tie_ends(ties[1].id()), (ties[1].source(), ties[1].target()));
/// assert_eq!((*ties[0].weight(), *ties[1].weight()), (1.0, 0.5));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct TieRef<'a> {
    graph: &'a SocialGraph,
    source: AccountId,
    target: AccountId,
    /// Unknown for an incoming tie of a graph without weights, which does not store it.
    tie: Option<TieId>,
}

impl EdgeRef for TieRef<'_> {
    type NodeId = AccountId;
    type EdgeId = TieId;
    type Weight = f64;

    fn source(&self) -> AccountId {
        self.source
    }

    fn target(&self) -> AccountId {
        self.target
    }

    fn weight(&self) -> &f64 {
        self.tie.map_or(&1.0, |tie| weight(self.graph, tie))
    }

    fn id(&self) -> TieId {
        self.tie
            .or_else(|| self.graph.find_tie(self.source, self.target))
            .expect("a tie of the graph that gave it out")
    }
}

impl std::fmt::Debug for TieRef<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TieRef")
            .field("source", &self.source)
            .field("target", &self.target)
            .field("weight", self.weight())
            .finish_non_exhaustive()
    }
}

/// The ties of one account, outgoing or incoming: what `edges` and `edges_directed` of a
/// [`TiesView`] give.
#[derive(Clone)]
pub struct TieRefs<'a> {
    graph: &'a SocialGraph,
    account: AccountId,
    direction: Direction,
    others: slice::Iter<'a, AccountId>,
    /// Place of the next entry in the rows of its direction.
    place: u64,
}

impl<'a> Iterator for TieRefs<'a> {
    type Item = TieRef<'a>;

    fn next(&mut self) -> Option<TieRef<'a>> {
        let (graph, account, other) = (self.graph, self.account, *self.others.next()?);
        let place = self.place;
        self.place += 1;
        Some(match self.direction {
            Direction::Outgoing => {
                TieRef { graph, source: account, target: other, tie: Some(TieId::new(place)) }
            }
            Direction::Incoming => {
                let tie = graph.reverse().ties.as_ref().map(|ties| ties[place as usize]);
                TieRef { graph, source: other, target: account, tie }
            }
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.others.size_hint()
    }
}

impl ExactSizeIterator for TieRefs<'_> {}

impl std::fmt::Debug for TieRefs<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TieRefs")
            .field("account", &self.account)
            .field("direction", &self.direction)
            .field("others", &self.others)
            .finish_non_exhaustive()
    }
}

/// All ties of a graph, in order of [`TieId`]: what `edge_references` of a [`TiesView`] gives.
#[derive(Clone)]
pub struct AllTies<'a> {
    graph: &'a SocialGraph,
    source: AccountId,
    next: u64,
}

impl<'a> Iterator for AllTies<'a> {
    type Item = TieRef<'a>;

    fn next(&mut self) -> Option<TieRef<'a>> {
        let graph = self.graph;
        let tie = TieId::new(self.next);
        let target = *graph.ties.entries.get(tie.index())?;
        while graph.tie_range(self.source).end <= self.next {
            self.source = AccountId::new(self.source.get() + 1);
        }
        self.next += 1;
        Some(TieRef { graph, source: self.source, target, tie: Some(tie) })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.graph.ties.entries.len() - self.next as usize;
        (left, Some(left))
    }
}

impl ExactSizeIterator for AllTies<'_> {}

impl std::fmt::Debug for AllTies<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AllTies").field("next", &self.next).finish_non_exhaustive()
    }
}

impl GraphBase for TiesView<'_> {
    type NodeId = AccountId;
    type EdgeId = TieId;
}

impl GraphProp for TiesView<'_> {
    type EdgeType = Directed;
}

impl EdgeCount for TiesView<'_> {
    fn edge_count(&self) -> usize {
        self.graph.ties.entries.len()
    }
}

impl EdgeIndexable for TiesView<'_> {
    fn edge_bound(&self) -> usize {
        self.graph.ties.entries.len()
    }

    fn to_index(&self, tie: TieId) -> usize {
        tie.index()
    }

    fn from_index(&self, index: usize) -> TieId {
        TieId::new(index as u64)
    }
}

impl DataMap for TiesView<'_> {
    fn node_weight(&self, account: AccountId) -> Option<&NetworkId> {
        let known = account.index() < self.graph.account_count();
        known.then(|| &self.graph.network(self.graph.network_of(account)).id)
    }

    fn edge_weight(&self, tie: TieId) -> Option<&f64> {
        let known = tie.get() < self.graph.tie_count();
        known.then(|| weight(self.graph, tie))
    }
}

impl GetAdjacencyMatrix for TiesView<'_> {
    /// The rows are sorted, so no matrix is made.
    type AdjMatrix = ();

    fn adjacency_matrix(&self) {}

    fn is_adjacent(&self, (): &(), source: AccountId, target: AccountId) -> bool {
        self.graph.find_tie(source, target).is_some()
    }
}

impl<'a> IntoNeighbors for TiesView<'a> {
    type Neighbors = Copied<slice::Iter<'a, AccountId>>;

    fn neighbors(self, account: AccountId) -> Self::Neighbors {
        self.graph.targets(account).iter().copied()
    }
}

impl<'a> IntoNeighborsDirected for TiesView<'a> {
    type NeighborsDirected = Copied<slice::Iter<'a, AccountId>>;

    fn neighbors_directed(self, account: AccountId, direction: Direction) -> Self::Neighbors {
        match direction {
            Direction::Outgoing => self.graph.targets(account).iter().copied(),
            Direction::Incoming => self.graph.sources(account).iter().copied(),
        }
    }
}

impl<'a> IntoEdgeReferences for TiesView<'a> {
    type EdgeRef = TieRef<'a>;
    type EdgeReferences = AllTies<'a>;

    fn edge_references(self) -> AllTies<'a> {
        AllTies { graph: self.graph, source: AccountId::new(0), next: 0 }
    }
}

impl<'a> IntoEdges for TiesView<'a> {
    type Edges = TieRefs<'a>;

    fn edges(self, account: AccountId) -> TieRefs<'a> {
        self.edges_directed(account, Direction::Outgoing)
    }
}

impl<'a> IntoEdgesDirected for TiesView<'a> {
    type EdgesDirected = TieRefs<'a>;

    fn edges_directed(self, account: AccountId, direction: Direction) -> TieRefs<'a> {
        let graph = self.graph;
        let rows = match direction {
            Direction::Outgoing => &graph.ties,
            Direction::Incoming => &graph.reverse().rows,
        };
        let (others, place) = (rows.row(account).iter(), rows.range(account).start);
        TieRefs { graph, account, direction, others, place }
    }
}
