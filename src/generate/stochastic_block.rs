//! [`StochasticBlock`]: communities.

use serde::{Deserialize, Serialize};

use super::GeneratedTies;
use super::pairs::{PairTies, Shape};
use crate::error::{Error, Result};
use crate::graph::Reciprocity;
use crate::unit::Probability;

/// Accounts fall into blocks, and a tie's probability depends on the blocks of its two ends.
///
/// Larger probabilities inside blocks than between them make communities; the other way round, the
/// sides of a market. Accounts are numbered block by block.
///
/// P. W. Holland, K. B. Laskey, S. Leinhardt, "Stochastic blockmodels: first steps", Social Networks
/// 5 (1983), <https://doi.org/10.1016/0378-8733(83)90021-7>.
///
/// ```
/// use tieline::generate::StochasticBlock;
///
/// let model = StochasticBlock::new(vec![600, 400], vec![vec![0.02, 0.001], vec![0.001, 0.03]]);
/// let graph = model.mutual().ties(7)?.graph("square")?;
/// let between = graph
///     .accounts()
///     .take(600)
///     .flat_map(|account| graph.targets(account))
///     .filter(|target| target.get() >= 600);
/// assert_eq!(between.count(), 269); // 240 are expected
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct StochasticBlock {
    /// Number of accounts of each block.
    pub blocks: Vec<u32>,
    /// `probabilities[i][j]`: that somebody in block j sees what somebody in block i shares, in
    /// 0..=1. For mutual ties `[i][j]` and `[j][i]` must be equal.
    pub probabilities: Vec<Vec<f64>>,
    /// Whether ties are directed or mutual.
    #[serde(default)]
    pub reciprocity: Reciprocity,
}

impl StochasticBlock {
    /// Directed ties between blocks of these sizes, with these probabilities.
    #[must_use]
    pub fn new(blocks: Vec<u32>, probabilities: Vec<Vec<f64>>) -> Self {
        Self { blocks, probabilities, reciprocity: Reciprocity::Directed }
    }

    /// Ties are mutual.
    #[must_use]
    pub fn mutual(mut self) -> Self {
        self.reciprocity = Reciprocity::Mutual;
        self
    }

    /// The ties.
    ///
    /// # Errors
    /// [`Error::is_range`] if the matrix is not square with a row for each block, a probability is
    /// not in 0..=1, or the matrix of mutual ties is not symmetric; [`Error::is_capacity`] if the
    /// blocks hold more accounts than a `u32` can number.
    ///
    /// # Complexity
    /// O(m + n · blocks) time to go through all ties; O(blocks²) memory.
    pub fn ties(&self, rng_seed: u64) -> Result<GeneratedTies> {
        let mut ends = vec![0u32];
        for &size in &self.blocks {
            let end = ends[ends.len() - 1].checked_add(size).ok_or_else(|| {
                Error::capacity("the blocks together have more accounts than ids of 32 bits number")
            })?;
            ends.push(end);
        }
        self.check()?;
        let mutual = self.reciprocity == Reciprocity::Mutual;
        let mut ties = PairTies::new(ends[self.blocks.len()], self.reciprocity, rng_seed);
        for (i, row) in self.probabilities.iter().enumerate() {
            for (j, &p) in row.iter().enumerate() {
                let shape = match (i == j, mutual) {
                    (true, true) => Shape::Below,
                    (true, false) => Shape::NoDiagonal,
                    (false, _) => Shape::Full,
                };
                if !mutual || i <= j {
                    let (rows, columns) = (ends[i]..ends[i + 1], ends[j]..ends[j + 1]);
                    ties.add(rows, columns, shape, Probability::new(p)?);
                }
            }
        }
        Ok(GeneratedTies::new(ties))
    }

    fn check(&self) -> Result<()> {
        let (blocks, matrix) = (self.blocks.len(), &self.probabilities);
        if matrix.len() != blocks {
            return Err(Error::range(format!(
                "{blocks} blocks need a matrix of {blocks} rows, found {}",
                matrix.len()
            )));
        }
        for (i, row) in matrix.iter().enumerate() {
            if row.len() != blocks {
                return Err(Error::range(format!(
                    "{blocks} blocks need {blocks} probabilities in each row, found {} in row {}",
                    row.len(),
                    i + 1
                )));
            }
            for (j, &p) in row.iter().enumerate() {
                Probability::new(p)?;
                if self.reciprocity == Reciprocity::Mutual && matrix[j].get(i) != Some(&p) && j < i
                {
                    return Err(Error::range(format!(
                        "mutual ties need a symmetric matrix; found {p} in row {}, column {}, and \
                         {} the other way round",
                        i + 1,
                        j + 1,
                        matrix[j][i]
                    )));
                }
            }
        }
        Ok(())
    }
}
