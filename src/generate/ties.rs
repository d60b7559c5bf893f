//! [`GeneratedTies`]: a description that was checked, ready to give its ties.

use std::sync::Arc;

use crate::error::Result;
use crate::graph::{LoadReport, Reciprocity, SocialGraph, TieSource};

/// The ties of a generated network, made when they are asked for.
///
/// ```
/// use tieline::TieSource;
/// use tieline::generate::ErdosRenyi;
///
/// let ties = ErdosRenyi::with_ties(100, 250).ties(7)?;
/// let mut rows = 0;
/// ties.for_each(&mut |source, target| rows += u32::from(source != target));
/// assert_eq!(rows, 250);
/// assert_eq!(ties.graph("square")?.tie_count(), 250);
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct GeneratedTies(Arc<dyn TieSource + Send>);

impl GeneratedTies {
    pub(super) fn new(source: impl TieSource + Send + 'static) -> Self {
        Self(Arc::new(source))
    }

    /// The graph of this one network.
    ///
    /// # Errors
    /// If a network cannot have that name, or the accounts are more than a `u32` can number.
    ///
    /// # Complexity
    /// As [`BulkBuilder::network`](crate::BulkBuilder::network).
    pub fn graph(&self, network: &str) -> Result<SocialGraph> {
        self.graph_with_report(network).map(|(graph, _)| graph)
    }

    /// [`graph`](Self::graph), and how many self-ties and repeated ties were dropped. Shown at
    /// [`Configuration`](super::Configuration).
    ///
    /// # Errors
    /// As [`graph`](Self::graph).
    pub fn graph_with_report(&self, network: &str) -> Result<(SocialGraph, LoadReport)> {
        let mut builder = SocialGraph::bulk_builder();
        builder.network(network, self)?;
        builder.build_with_report()
    }
}

impl TieSource for GeneratedTies {
    fn account_count(&self) -> u32 {
        self.0.account_count()
    }

    fn chunk_count(&self) -> u64 {
        self.0.chunk_count()
    }

    fn chunk(&self, chunk: u64, ties: &mut Vec<(u32, u32)>) {
        self.0.chunk(chunk, ties);
    }

    fn reciprocity(&self) -> Reciprocity {
        self.0.reciprocity()
    }
}
