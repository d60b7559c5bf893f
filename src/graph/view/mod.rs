//! Borrowed views of a graph that implement petgraph's `visit` traits, so petgraph's algorithms run
//! on it as it is.
//!
//! [`SocialGraph::directed_view`] has the ties as they are, [`SocialGraph::symmetric_view`] who is
//! tied to whom. A view is a reference: making one copies nothing, its nodes are the graph's own
//! [`AccountId`](crate::AccountId)s, and the weight of a node is its network.
//!
//! Times of ties are left out: a tie that exists at any time is an edge.
//!
//! Three warnings about petgraph 0.8: `page_rank` takes quadratic time and its result is wrong;
//! `tarjan_scc` recurses, so a long path overflows the stack, where `kosaraju_scc` does not; and
//! what takes edge weights as lengths (`bellman_ford`, `min_spanning_tree`) takes the weights of ties
//! as lengths, which data about people seldom mean.

mod nodes;
mod symmetric;
mod ties;

pub use self::nodes::{AccountNodes, VisitedAccounts};
pub use self::symmetric::{AllEdges, Edge, Edges, Neighbors, SymmetricView};
pub use self::ties::{AllTies, TieRef, TieRefs, TiesView};
use super::SocialGraph;

impl SocialGraph {
    /// All ties as a directed petgraph graph: nodes are accounts, their weights are their networks,
    /// an edge is a tie in the direction of information and weighs what the tie weighs, else 1.
    ///
    /// Algorithms that go against the ties turn all ties round at first, O(n + m).
    ///
    /// ```
    /// use tieline::SocialGraph;
    /// use tieline::petgraph::algo::{dijkstra, kosaraju_scc};
    ///
    /// let mut builder = SocialGraph::builder();
    /// let square = builder.network("square");
    /// let hall = builder.network("hall");
    /// builder.tie(square, "ann", "bob").mutual(hall, "cid", "dee");
    /// builder.bridge((square, "bob"), (hall, "cid"));
    /// let graph = builder.build()?;
    ///
    /// let steps = dijkstra(graph.directed_view(), graph.account("ann@square")?, None, |_| 1);
    /// assert_eq!(steps[&graph.account("dee@hall")?], 3);
    /// assert_eq!(kosaraju_scc(graph.directed_view()).len(), 3);
    /// # Ok::<(), tieline::Error>(())
    /// ```
    #[must_use]
    pub fn directed_view(&self) -> TiesView<'_> {
        TiesView::new(self)
    }

    /// Who is tied to whom, as an undirected petgraph graph: for components, articulation points
    /// and bridges. Two accounts with ties both ways are joined by one edge.
    ///
    /// [`joined_by_users`](SymmetricView::joined_by_users) also joins the accounts of one user.
    ///
    /// ```
    /// use tieline::SocialGraph;
    /// use tieline::petgraph::algo::articulation_points::articulation_points;
    /// use tieline::petgraph::algo::connected_components;
    ///
    /// let mut builder = SocialGraph::builder();
    /// let square = builder.network("square");
    /// let hall = builder.network("hall");
    /// builder.mutual(square, "ann", "bob").tie(square, "cid", "bob").tie(hall, "robert", "dee");
    /// builder.user("Bob", [(square, "bob"), (hall, "robert")]);
    /// let graph = builder.build()?;
    ///
    /// let cut_points = articulation_points(graph.symmetric_view());
    /// assert_eq!(cut_points.into_iter().collect::<Vec<_>>(), [graph.account("bob@square")?]);
    /// assert_eq!(connected_components(graph.symmetric_view()), 2);
    /// assert_eq!(connected_components(graph.symmetric_view().joined_by_users()), 1);
    /// # Ok::<(), tieline::Error>(())
    /// ```
    #[must_use]
    pub fn symmetric_view(&self) -> SymmetricView<'_> {
        SymmetricView::new(self)
    }
}
