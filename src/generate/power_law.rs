//! [`PowerLaw`]: the configuration model with degrees from a power law.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::{GeneratedTies, configuration, purpose};
use crate::error::{Error, Result};
use crate::graph::Reciprocity;
use crate::random::{AliasTable, Key, Permutation, inverse_power};

/// The [configuration model](super::Configuration) with degrees drawn from a power law: degree k has
/// a probability in proportion to k^−`exponent`, from `min_degree` to `max_degree`.
///
/// Directed ties, the default, have in-degrees that are the same numbers as the out-degrees, in
/// another order: who has a large audience need not see many. If the sum of mutual degrees is odd,
/// the first account whose degree is not the largest gets one more. Exponents between 2 and 3 are
/// what is found in social networks; the smaller the exponent and the larger `max_degree`, the more
/// repeated ties are erased.
///
/// M. E. J. Newman, S. H. Strogatz, D. J. Watts, "Random graphs with arbitrary degree distributions
/// and their applications", Physical Review E 64, 026118 (2001),
/// <https://doi.org/10.1103/PhysRevE.64.026118>.
///
/// ```
/// use tieline::generate::PowerLaw;
///
/// let model = PowerLaw::new(10_000, 2.5, 2..=100).mutual();
/// let (graph, report) = model.ties(7)?.graph_with_report("square")?;
/// let erased = report.networks[0].self_ties + report.networks[0].duplicates;
/// assert_eq!((graph.tie_count(), erased), (40_862, 39));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PowerLaw {
    /// Number of accounts, n.
    pub accounts: u32,
    /// How fast degrees fall off, in 0..=10.
    pub exponent: f64,
    /// The smallest degree, from 1.
    pub min_degree: u32,
    /// The largest degree, below n.
    pub max_degree: u32,
    /// Whether ties are directed or mutual.
    #[serde(default)]
    pub reciprocity: Reciprocity,
}

impl PowerLaw {
    /// Degrees in this range in proportion to k^−`exponent`.
    #[must_use]
    pub fn new(accounts: u32, exponent: f64, degrees: RangeInclusive<u32>) -> Self {
        let (min_degree, max_degree) = degrees.into_inner();
        let reciprocity = Reciprocity::Directed;
        Self { accounts, exponent, min_degree, max_degree, reciprocity }
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
    /// [`Error::is_range`] if the exponent is not in 0..=10, the range of degrees is not inside 1..n,
    /// or each account would have the same odd degree and their number is odd.
    ///
    /// # Complexity
    /// O(n + m + `max_degree`) time; 12 bytes an account and 4 a tie, held as long as the result,
    /// and for a moment 32 for each possible degree.
    pub fn ties(&self, rng_seed: u64) -> Result<GeneratedTies> {
        let degrees = self.degrees(rng_seed)?;
        if self.reciprocity == Reciprocity::Mutual {
            return Ok(configuration::join(None, &degrees, rng_seed));
        }
        let key = Key::of_graph(rng_seed);
        let order = Permutation::new(key, purpose::DEGREE_ORDER, u64::from(self.accounts));
        let in_degrees: Vec<u32> =
            (0..u64::from(self.accounts)).map(|a| degrees[order.at(a) as usize]).collect();
        Ok(configuration::join(Some(&degrees), &in_degrees, rng_seed))
    }

    fn degrees(&self, rng_seed: u64) -> Result<Vec<u32>> {
        let &Self { accounts, exponent, min_degree, max_degree, reciprocity } = self;
        if !(0.0..=10.0).contains(&exponent) {
            return Err(Error::range(format!(
                "the exponent of a power law must lie in 0..=10, found {exponent}"
            )));
        }
        if min_degree == 0 || min_degree > max_degree || max_degree >= accounts {
            return Err(Error::range(format!(
                "degrees must go from at least 1 to less than the number of accounts, {accounts}; \
                 found {min_degree} to {max_degree}"
            )));
        }
        let weights: Vec<_> = (min_degree..=max_degree)
            .map(|degree| (degree, inverse_power(f64::from(degree), exponent)))
            .collect();
        let mut slots = Vec::with_capacity(weights.len());
        let total = weights.iter().map(|&(_, weight)| weight).sum();
        AliasTable::build(&weights, total, &mut slots);
        let (table, stream) =
            (AliasTable(&slots), Key::of_graph(rng_seed).stream(0, purpose::DEGREES));
        // What rounding leaves to nobody, some 2^-20 of one cell, goes to the least degree.
        let degree = |account| table.pick(stream, account).unwrap_or(min_degree);
        let mut degrees: Vec<u32> = (0..u64::from(accounts)).map(degree).collect();
        let odd = degrees.iter().fold(false, |odd, degree| odd ^ (degree % 2 == 1));
        if reciprocity == Reciprocity::Mutual && odd {
            match degrees.iter_mut().find(|degree| **degree < max_degree) {
                Some(degree) => *degree += 1,
                None => {
                    return Err(Error::range(format!(
                        "{accounts} accounts that all have {max_degree} mutual ties have an odd sum \
                         of degrees; make one of the numbers even"
                    )));
                }
            }
        }
        Ok(degrees)
    }
}
