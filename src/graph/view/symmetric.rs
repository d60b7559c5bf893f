//! Who is tied to whom, as an undirected graph.

use petgraph::visit::{
    EdgeCount, EdgeRef, GetAdjacencyMatrix, GraphBase, GraphProp, IntoEdgeReferences, IntoEdges,
    IntoEdgesDirected, IntoNeighbors, IntoNeighborsDirected,
};
use petgraph::{Direction, Undirected};

use super::nodes::accounts_are_nodes;
use super::ties::weight;
use crate::graph::SocialGraph;
use crate::id::{AccountId, TieId};

/// Who is tied to whom, as an undirected petgraph graph without parallel edges; see
/// [`SocialGraph::symmetric_view`].
///
/// An edge id is the pair of its accounts, the lesser id first. An edge weighs what the tie weighs,
/// else 1; where there are ties both ways, the mean of the two. The neighbours of an account come
/// in order of logical key.
///
/// ```
/// use tieline::SocialGraph;
/// use tieline::petgraph::visit::{EdgeCount, EdgeRef, IntoEdges};
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// builder.weighted_tie(square, "ann", "bob", 0.5).weighted_tie(square, "bob", "ann", 1.0);
/// builder.tie(square, "cid", "ann");
/// let graph = builder.build()?;
///
/// let view = graph.symmetric_view();
/// assert_eq!(view.edge_count(), 2);
/// let ann = graph.account("ann@square")?;
/// let weights: Vec<f64> = view.edges(ann).map(|edge| *edge.weight()).collect();
/// assert_eq!(weights, [0.75, 1.0]);
/// # Ok::<(), tieline::Error>(())
/// ```
///
/// # Complexity
/// The first use turns all ties round, O(n + m). Then the neighbours of an account are merged from
/// its sorted rows as they are asked for, O(1) each (O(log networks) where the storage was
/// reordered). The number of edges is counted anew each time it is asked for, O(n + m).
#[derive(Clone, Copy)]
pub struct SymmetricView<'a> {
    graph: &'a SocialGraph,
    users: bool,
}

accounts_are_nodes!(SymmetricView);

impl<'a> SymmetricView<'a> {
    pub(super) fn new(graph: &'a SocialGraph) -> Self {
        Self { graph, users: false }
    }

    /// The same view with an edge, of weight 1, between any two accounts of one user that are not
    /// tied anyway. Its components are what one post can link at most, by ties and cross-posts.
    ///
    /// ```
    /// use tieline::SocialGraph;
    /// use tieline::petgraph::algo::has_path_connecting;
    ///
    /// let mut builder = SocialGraph::builder();
    /// let square = builder.network("square");
    /// let hall = builder.network("hall");
    /// builder.tie(square, "ann", "bob").tie(hall, "robert", "dee");
    /// builder.user("Bob", [(square, "bob"), (hall, "robert")]);
    /// let graph = builder.build()?;
    ///
    /// let (ann, dee) = (graph.account("ann@square")?, graph.account("dee@hall")?);
    /// let ties = graph.symmetric_view();
    /// assert!(!has_path_connecting(ties, ann, dee, None));
    /// assert!(has_path_connecting(ties.joined_by_users(), ann, dee, None));
    /// # Ok::<(), tieline::Error>(())
    /// ```
    #[must_use]
    pub fn joined_by_users(self) -> Self {
        Self { users: true, ..self }
    }

    /// The graph behind the view.
    #[must_use]
    pub fn graph(self) -> &'a SocialGraph {
        self.graph
    }

    fn merge(self, account: AccountId) -> Merge<'a> {
        let reverse = &self.graph.reverse().rows;
        Merge {
            graph: self.graph,
            account,
            targets: self.graph.targets(account),
            target_place: self.graph.tie_range(account).start,
            sources: reverse.row(account),
            source_place: reverse.range(account).start,
            people: if self.users { self.graph.accounts_beside(account) } else { &[] },
        }
    }

    fn edges_at(self, account: AccountId, end: Direction) -> Edges<'a> {
        Edges { merge: self.merge(account), end }
    }
}

/// The targets, the sources and the user's other accounts of one account, as one sorted list
/// without repetition. All three are sorted by logical key.
#[derive(Clone)]
struct Merge<'a> {
    graph: &'a SocialGraph,
    account: AccountId,
    targets: &'a [AccountId],
    target_place: u64,
    sources: &'a [AccountId],
    source_place: u64,
    people: &'a [AccountId],
}

/// A neighbour, with the places in the rows of the tie to it and the tie from it.
struct Neighbor {
    account: AccountId,
    target_place: Option<u64>,
    source_place: Option<u64>,
}

impl Merge<'_> {
    /// A number in the order of logical keys.
    fn key(&self, account: AccountId) -> u64 {
        match self.graph.ranks {
            None => u64::from(account.get()),
            Some(_) => self.graph.logical_key(account).get(),
        }
    }
}

/// Takes the first account of `row` if it is `account`.
fn take(row: &mut &[AccountId], account: AccountId) -> bool {
    match row.split_first() {
        Some((&first, rest)) if first == account => {
            *row = rest;
            true
        }
        _ => false,
    }
}

/// Takes the first account of `row` if it is `account`, and says where it stood.
fn take_placed(row: &mut &[AccountId], place: &mut u64, account: AccountId) -> Option<u64> {
    take(row, account).then(|| {
        *place += 1;
        *place - 1
    })
}

impl Iterator for Merge<'_> {
    type Item = Neighbor;

    fn next(&mut self) -> Option<Neighbor> {
        if self.people.first() == Some(&self.account) {
            self.people = &self.people[1..];
        }
        let heads = [self.targets.first(), self.sources.first(), self.people.first()];
        let account = heads.into_iter().flatten().copied().min_by_key(|&a| self.key(a))?;
        take(&mut self.people, account);
        Some(Neighbor {
            account,
            target_place: take_placed(&mut self.targets, &mut self.target_place, account),
            source_place: take_placed(&mut self.sources, &mut self.source_place, account),
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let rows = [self.targets.len(), self.sources.len()];
        (rows[0].max(rows[1]), Some(rows[0] + rows[1] + self.people.len()))
    }
}

/// The neighbours of an account in a [`SymmetricView`]; what its `neighbors` gives, shown there.
#[derive(Clone)]
pub struct Neighbors<'a> {
    merge: Merge<'a>,
}

impl Iterator for Neighbors<'_> {
    type Item = AccountId;

    fn next(&mut self) -> Option<AccountId> {
        self.merge.next().map(|neighbor| neighbor.account)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.merge.size_hint()
    }
}

/// One edge of a [`SymmetricView`]; ask it through petgraph's [`EdgeRef`], as shown there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    source: AccountId,
    target: AccountId,
    weight: f64,
}

impl EdgeRef for Edge {
    type NodeId = AccountId;
    type EdgeId = (AccountId, AccountId);
    type Weight = f64;

    fn source(&self) -> AccountId {
        self.source
    }

    fn target(&self) -> AccountId {
        self.target
    }

    fn weight(&self) -> &f64 {
        &self.weight
    }

    fn id(&self) -> (AccountId, AccountId) {
        (self.source.min(self.target), self.source.max(self.target))
    }
}

/// The edges of an account in a [`SymmetricView`]; what its `edges` gives, shown there.
#[derive(Clone)]
pub struct Edges<'a> {
    merge: Merge<'a>,
    /// Outgoing if the account is the source of each.
    end: Direction,
}

impl Iterator for Edges<'_> {
    type Item = Edge;

    fn next(&mut self) -> Option<Edge> {
        let (graph, account) = (self.merge.graph, self.merge.account);
        let neighbor = self.merge.next()?;
        let there = neighbor.target_place.map(|place| *weight(graph, TieId::new(place)));
        // The ties behind the sources are stored only where they have weights.
        let back = neighbor.source_place.map(|place| match &graph.reverse().ties {
            Some(ties) => *weight(graph, ties[place as usize]),
            None => 1.0,
        });
        let weight = match (there, back) {
            // Halved first, so that it cannot leave the range.
            (Some(there), Some(back)) => there / 2.0 + back / 2.0,
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => 1.0,
        };
        Some(match self.end {
            Direction::Outgoing => Edge { source: account, target: neighbor.account, weight },
            Direction::Incoming => Edge { source: neighbor.account, target: account, weight },
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.merge.size_hint()
    }
}

/// All edges of a [`SymmetricView`], each once; its source has the lesser id. What its
/// `edge_references` gives.
#[derive(Clone)]
pub struct AllEdges<'a> {
    view: SymmetricView<'a>,
    accounts: std::ops::Range<u32>,
    edges: Option<Edges<'a>>,
}

impl Iterator for AllEdges<'_> {
    type Item = Edge;

    fn next(&mut self) -> Option<Edge> {
        loop {
            let mut edges = self.edges.iter_mut().flatten();
            if let Some(edge) = edges.find(|edge| edge.source < edge.target) {
                return Some(edge);
            }
            let account = AccountId::new(self.accounts.next()?);
            self.edges = Some(self.view.edges_at(account, Direction::Outgoing));
        }
    }
}

macro_rules! debug_as_rest {
    ($($iterator:ident),*) => {$(
        impl std::fmt::Debug for $iterator<'_> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_list().entries(self.clone()).finish()
            }
        }
    )*};
}
debug_as_rest!(Neighbors, Edges, AllEdges);

impl GraphBase for SymmetricView<'_> {
    type NodeId = AccountId;
    type EdgeId = (AccountId, AccountId);
}

impl GraphProp for SymmetricView<'_> {
    type EdgeType = Undirected;
}

impl EdgeCount for SymmetricView<'_> {
    fn edge_count(&self) -> usize {
        self.edge_references().count()
    }
}

impl GetAdjacencyMatrix for SymmetricView<'_> {
    /// The rows are sorted, so no matrix is made.
    type AdjMatrix = ();

    fn adjacency_matrix(&self) {}

    fn is_adjacent(&self, (): &(), one: AccountId, other: AccountId) -> bool {
        let graph = self.graph;
        let one_user = || graph.user_of(one) == graph.user_of(other);
        graph.find_tie(one, other).is_some()
            || graph.find_tie(other, one).is_some()
            || (self.users && one != other && one_user())
    }
}

impl<'a> IntoNeighbors for SymmetricView<'a> {
    type Neighbors = Neighbors<'a>;

    fn neighbors(self, account: AccountId) -> Neighbors<'a> {
        Neighbors { merge: self.merge(account) }
    }
}

impl<'a> IntoNeighborsDirected for SymmetricView<'a> {
    type NeighborsDirected = Neighbors<'a>;

    fn neighbors_directed(self, account: AccountId, _: Direction) -> Neighbors<'a> {
        self.neighbors(account)
    }
}

impl<'a> IntoEdgeReferences for SymmetricView<'a> {
    type EdgeRef = Edge;
    type EdgeReferences = AllEdges<'a>;

    fn edge_references(self) -> AllEdges<'a> {
        AllEdges { view: self, accounts: 0..self.graph.account_count() as u32, edges: None }
    }
}

impl<'a> IntoEdges for SymmetricView<'a> {
    type Edges = Edges<'a>;

    fn edges(self, account: AccountId) -> Edges<'a> {
        self.edges_at(account, Direction::Outgoing)
    }
}

impl<'a> IntoEdgesDirected for SymmetricView<'a> {
    type EdgesDirected = Edges<'a>;

    fn edges_directed(self, account: AccountId, direction: Direction) -> Edges<'a> {
        self.edges_at(account, direction)
    }
}
