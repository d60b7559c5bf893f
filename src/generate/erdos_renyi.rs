//! [`ErdosRenyi`]: nothing but chance.

use serde::{Deserialize, Serialize};

use super::pairs::{PairTies, Shape};
use super::{GeneratedTies, TIES_PER_CHUNK, part, purpose, triangle};
use crate::error::{Error, Result};
use crate::graph::{Reciprocity, TieSource};
use crate::random::{Key, Permutation};
use crate::unit::Probability;

/// Every pair of accounts is tied with the same probability, G(n, p), or so many of the pairs are,
/// G(n, m), each choice of them being equally likely.
///
/// The yardstick: what other networks do and this one does not is due to their structure. Pairs are
/// ordered if ties are directed (the default), and unordered if they are mutual.
///
/// E. N. Gilbert, "Random graphs", Annals of Mathematical Statistics 30 (1959),
/// <https://doi.org/10.1214/aoms/1177706098>; P. Erdős, A. Rényi, "On random graphs I",
/// Publicationes Mathematicae Debrecen 6 (1959), <https://doi.org/10.5486/PMD.1959.6.3-4.12>.
///
/// ```
/// use tieline::generate::ErdosRenyi;
///
/// let graph = ErdosRenyi::with_ties(1000, 5000).mutual().ties(7)?.graph("square")?;
/// assert_eq!(graph.tie_count(), 2 * 5000);
/// let graph = ErdosRenyi::with_probability(1000, 0.005).ties(7)?.graph("square")?;
/// assert_eq!(graph.tie_count(), 5056); // 4995 are expected
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ErdosRenyi {
    /// Number of accounts, n.
    pub accounts: u32,
    /// The probability that a pair is tied, p, in 0..=1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// Or the number of pairs that are tied, m. A mutual tie counts once here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ties: Option<u64>,
    /// Whether ties are directed or mutual.
    #[serde(default)]
    pub reciprocity: Reciprocity,
}

impl ErdosRenyi {
    /// Each pair is tied with probability `p`.
    #[must_use]
    pub fn with_probability(accounts: u32, p: f64) -> Self {
        let reciprocity = Reciprocity::Directed;
        Self { accounts, probability: Some(p), ties: None, reciprocity }
    }

    /// Just so many pairs are tied.
    #[must_use]
    pub fn with_ties(accounts: u32, ties: u64) -> Self {
        let reciprocity = Reciprocity::Directed;
        Self { accounts, probability: None, ties: Some(ties), reciprocity }
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
    /// [`Error::is_range`] if p is not in 0..=1 or there are fewer pairs than m;
    /// [`Error::is_conflict`] unless just one of p and m is given.
    ///
    /// # Complexity
    /// O(n + m) time to go through all ties, m for G(n, m); O(1) memory.
    pub fn ties(&self, rng_seed: u64) -> Result<GeneratedTies> {
        let (n, reciprocity) = (self.accounts, self.reciprocity);
        let mutual = reciprocity == Reciprocity::Mutual;
        match (self.probability, self.ties) {
            (Some(p), None) => {
                let shape = if mutual { Shape::Below } else { Shape::NoDiagonal };
                let mut ties = PairTies::new(n, reciprocity, rng_seed);
                ties.add(0..n, 0..n, shape, Probability::new(p)?);
                Ok(GeneratedTies::new(ties))
            }
            (None, Some(ties)) => {
                let ordered = u64::from(n) * u64::from(n.saturating_sub(1));
                let pairs = if mutual { ordered / 2 } else { ordered };
                if ties > pairs {
                    return Err(Error::range(format!(
                        "{n} accounts can have {pairs} {} ties at most, found {ties}",
                        if mutual { "mutual" } else { "directed" }
                    )));
                }
                let order = Permutation::new(Key::of_graph(rng_seed), purpose::PAIR_ORDER, pairs);
                Ok(GeneratedTies::new(CountedTies { accounts: n, ties, reciprocity, order }))
            }
            _ => Err(Error::conflict(
                "give the probability of a tie or the number of ties, one of them",
            )),
        }
    }
}

/// The first `ties` pairs in a random order of all of them.
#[derive(Debug)]
struct CountedTies {
    accounts: u32,
    ties: u64,
    reciprocity: Reciprocity,
    order: Permutation,
}

impl TieSource for CountedTies {
    fn account_count(&self) -> u32 {
        self.accounts
    }

    fn chunk_count(&self) -> u64 {
        self.ties.div_ceil(TIES_PER_CHUNK)
    }

    fn chunk(&self, chunk: u64, ties: &mut Vec<(u32, u32)>) {
        let others = u64::from(self.accounts) - 1;
        ties.extend(part(chunk, self.ties).map(|number| {
            let pair = self.order.at(number);
            let (row, column) = match self.reciprocity {
                Reciprocity::Mutual => triangle(pair),
                Reciprocity::Directed => {
                    let (row, column) = (pair / others, pair % others);
                    (row, column + u64::from(column >= row))
                }
            };
            (row as u32, column as u32)
        }));
    }

    fn reciprocity(&self) -> Reciprocity {
        self.reciprocity
    }
}
