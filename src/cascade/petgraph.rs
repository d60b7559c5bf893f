//! A cascade as a petgraph graph.

use ::petgraph::graph::{DiGraph, NodeIndex};

use super::forest::Cascade;
use super::log::ShareRow;
use crate::engine::Route;

impl Cascade {
    /// The forest as a petgraph graph: a node per share event, in order of row, and an edge from
    /// each parent to its child, with the child's route. O(size).
    ///
    /// ```
    /// # use tieline::{Ensemble, IndependentCascade, Scenario, SocialGraph};
    /// # let mut builder = SocialGraph::builder();
    /// # let square = builder.network("square");
    /// # builder.tie(square, "ann", "bob").tie(square, "bob", "cid");
    /// # let scenario = Scenario::builder(builder.build()?)
    /// #     .model(IndependentCascade::with_probability(1.0))
    /// #     .origin("ann")
    /// #     .build()?;
    /// use tieline::petgraph::algo::toposort;
    ///
    /// let forest = Ensemble::new(&scenario).cascade(0).to_petgraph();
    /// assert_eq!((forest.node_count(), forest.edge_count()), (3, 2));
    /// assert_eq!(toposort(&forest, None).unwrap().len(), 3);
    /// # Ok::<(), tieline::Error>(())
    /// ```
    #[must_use]
    pub fn to_petgraph(&self) -> DiGraph<ShareRow, Route> {
        let mut forest = DiGraph::with_capacity(self.size(), self.size());
        for row in self.rows() {
            let child = forest.add_node(row);
            if let Some(parent) = row.parent {
                // A parent comes before its children, and nodes are numbered as they are added.
                forest.add_edge(NodeIndex::new(parent as usize), child, row.route);
            }
        }
        forest
    }
}
