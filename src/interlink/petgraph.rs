//! The graph of interlinked networks as a petgraph graph.

use std::collections::HashMap;

use ::petgraph::graph::{DiGraph, NodeIndex};

use super::outcome::{LinkOutcome, Links};

impl Links {
    /// A node per network, in order of declaration, and an edge per link that at least one run has.
    /// O(pairs of networks).
    ///
    /// ```
    /// # use tieline::{Ensemble, IndependentCascade, Scenario, SocialGraph};
    /// # let mut builder = SocialGraph::builder();
    /// # let (square, hall) = (builder.network("square"), builder.network("hall"));
    /// # builder.tie(square, "ann", "bob").tie(hall, "bob", "cid").same_name_is_one_user();
    /// # let scenario = Scenario::builder(builder.build()?)
    /// #     .model(IndependentCascade::with_probability(1.0))
    /// #     .crosspost(1.0)
    /// #     .origin("ann")
    /// #     .build()?;
    /// let outcome = Ensemble::new(&scenario).runs(10).links().run();
    /// let networks = outcome.interlinks.as_ref().unwrap().to_petgraph();
    /// assert_eq!((networks.node_count(), networks.edge_count()), (2, 1));
    /// let link = networks.edge_weights().next().unwrap();
    /// assert_eq!((link.from.as_str(), link.probability), ("square", 1.0));
    /// # Ok::<(), tieline::Error>(())
    /// ```
    #[must_use]
    pub fn to_petgraph(&self) -> DiGraph<&str, &LinkOutcome> {
        let mut graph = DiGraph::new();
        let mut nodes: HashMap<&str, NodeIndex> = HashMap::new();
        // Every network is the source of some pair, and the pairs are in order of their sources.
        for link in &self.links {
            nodes.entry(&link.from).or_insert_with(|| graph.add_node(link.from.as_str()));
        }
        for link in self.links.iter().filter(|link| link.linked_runs > 0) {
            graph.add_edge(nodes[link.from.as_str()], nodes[link.to.as_str()], link);
        }
        graph
    }
}
