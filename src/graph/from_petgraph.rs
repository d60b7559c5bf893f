//! petgraph graphs as networks.

use std::collections::HashSet;
use std::fmt::Display;

use petgraph::visit::{
    EdgeRef, GraphProp, IntoEdgeReferences, IntoNodeReferences, NodeIndexable, NodeRef,
};

use super::builder::{GraphBuilder, Row, check_weight};
use crate::error::{Error, Result};
use crate::id::NetworkId;

impl GraphBuilder {
    /// Adds a network from a petgraph graph of any type and returns its id.
    ///
    /// Each node is an account, in the order in which the graph lists them (for `Graph`, of their
    /// indices), isolated ones too; `name` gives its name from the node's id and weight. An edge of
    /// a directed graph is a tie from source to target, an edge of an undirected one is mutual.
    /// Loops and parallel edges are dropped and counted, like those from files. If the network was
    /// declared before, say with a kind, the accounts are added to it.
    ///
    /// Two nodes of the same name are a mistake, which [`build`](GraphBuilder::build) returns.
    ///
    /// ```
    /// use tieline::SocialGraph;
    /// use tieline::petgraph::graph::{DiGraph, UnGraph};
    ///
    /// let mut chirp = DiGraph::<&str, ()>::new();
    /// let (ann, bob) = (chirp.add_node("ann"), chirp.add_node("bob"));
    /// chirp.add_node("cid");
    /// chirp.add_edge(ann, bob, ());
    /// let hall = UnGraph::<(), ()>::from_edges([(0, 1), (1, 2)]);
    ///
    /// let mut builder = SocialGraph::builder();
    /// let chirp = builder.network_from_petgraph("chirp", &chirp, |_, name| *name);
    /// let hall = builder.network_from_petgraph("hall", &hall, |node, _| node.index());
    /// builder.user("Bob", [(chirp, "bob"), (hall, "0")]);
    /// let graph = builder.build()?;
    /// assert_eq!((graph.account_count(), graph.tie_count()), (6, 1 + 4));
    /// # Ok::<(), tieline::Error>(())
    /// ```
    ///
    /// # Complexity
    /// O(n + m) time.
    pub fn network_from_petgraph<G, N>(
        &mut self,
        network: impl Into<String>,
        graph: G,
        name: impl FnMut(G::NodeId, &G::NodeWeight) -> N,
    ) -> NetworkId
    where
        G: IntoNodeReferences + IntoEdgeReferences + NodeIndexable + GraphProp,
        N: Display,
    {
        self.weighted_network_from_petgraph(network, graph, name, |_| None)
    }

    /// [`network_from_petgraph`](Self::network_from_petgraph) with weights for the ties: `weight`
    /// gives one, finite and ≥ 0, from the weight of the edge, or `None` for a tie without one.
    /// Both ties of an undirected edge get the same.
    ///
    /// ```
    /// use tieline::SocialGraph;
    /// use tieline::petgraph::graph::DiGraph;
    ///
    /// let letters = DiGraph::<(), f64>::from_edges([(0, 1, 0.5), (1, 0, 2.0)]);
    /// let mut builder = SocialGraph::builder();
    /// builder.weighted_network_from_petgraph("post", &letters, |n, _| n.index(), |&w| Some(w));
    /// let graph = builder.build()?;
    /// let tie = graph.tie_ids(graph.account("0@post")?).next().unwrap();
    /// assert_eq!(graph.weight(tie), Some(0.5));
    /// # Ok::<(), tieline::Error>(())
    /// ```
    pub fn weighted_network_from_petgraph<G, N>(
        &mut self,
        network: impl Into<String>,
        graph: G,
        name: impl FnMut(G::NodeId, &G::NodeWeight) -> N,
        weight: impl FnMut(&G::EdgeWeight) -> Option<f64>,
    ) -> NetworkId
    where
        G: IntoNodeReferences + IntoEdgeReferences + NodeIndexable + GraphProp,
        N: Display,
    {
        let network = self.network(network);
        self.catch(|builder| builder.add_petgraph(network, graph, name, weight));
        network
    }

    fn add_petgraph<G, N>(
        &mut self,
        network: NetworkId,
        graph: G,
        mut name: impl FnMut(G::NodeId, &G::NodeWeight) -> N,
        mut weight: impl FnMut(&G::EdgeWeight) -> Option<f64>,
    ) -> Result<()>
    where
        G: IntoNodeReferences + IntoEdgeReferences + NodeIndexable + GraphProp,
        N: Display,
    {
        let mut account_of = vec![None; graph.node_bound()];
        let mut seen = HashSet::new();
        for node in graph.node_references() {
            let name = name(node.id(), node.weight()).to_string();
            let account = self.intern(network, &name)?;
            if !seen.insert(account) {
                return Err(Error::conflict(format!(
                    "two nodes of the petgraph graph for network `{}` are named `{name}`",
                    self.networks[network.index()].name
                )));
            }
            account_of[graph.to_index(node.id())] = Some(account);
        }
        for edge in graph.edge_references() {
            let end =
                |node| account_of[graph.to_index(node)].expect("both ends of an edge are nodes");
            let weight = weight(edge.weight());
            weight.map_or(Ok(()), check_weight)?;
            self.push_row(Row {
                source: end(edge.source()),
                target: end(edge.target()),
                mutual: !graph.is_directed(),
                weight: weight.unwrap_or(f64::NAN),
                file: 0,
                line: 0,
            })?;
        }
        Ok(())
    }
}
