//! [`RMat`]: hubs and communities by halving the matrix of ties again and again.

use serde::{Deserialize, Serialize};

use super::r_mat_benchmark::BenchmarkTies;
use super::{GeneratedTies, TIES_PER_CHUNK, part, purpose};
use crate::error::{Error, Result};
use crate::graph::{Reciprocity, TieSource};
use crate::random::{Key, Permutation, Stream, pair_entries};

/// R-MAT: each tie falls into one of the four quarters of the matrix of sources and targets, with
/// probabilities a, b, c and d, then into a quarter of that quarter, and so on.
///
/// The usual graph of benchmarks (Graph500): heavy-tailed degrees, communities inside communities,
/// and some ten nanoseconds a tie at any size. 2^`scale` accounts and `edge_factor` · 2^`scale` draws,
/// of which self-ties and repeated ones are dropped and counted when a graph is built.
///
/// D. Chakrabarti, Y. Zhan, C. Faloutsos, "R-MAT: a recursive model for graph mining", SDM 2004,
/// <https://doi.org/10.1137/1.9781611972740.43>.
///
/// ```
/// use tieline::generate::RMat;
///
/// let (graph, report) = RMat::new(12, 8).ties(7)?.graph_with_report("square")?;
/// let network = &report.networks[0];
/// assert_eq!((network.accounts, network.rows), (4096, 32_768));
/// assert_eq!((network.self_ties, network.duplicates, network.ties), (124, 3974, 28_670));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RMat {
    /// The accounts number 2^`scale`; at most 31.
    pub scale: u32,
    /// Draws for each account.
    pub edge_factor: u32,
    /// The probability of the quarter from the lower half to the lower half: 0.57 as a rule.
    #[serde(default = "usual_a")]
    pub a: f64,
    /// From the lower half to the upper half: 0.19 as a rule.
    #[serde(default = "usual_b")]
    pub b: f64,
    /// From the upper half to the lower half: 0.19 as a rule. What is left to 1 is d.
    #[serde(default = "usual_b")]
    pub c: f64,
    /// Leaves accounts in the order of the matrix, hubs first, and does not permute their numbers.
    #[serde(default)]
    pub in_order: bool,
    /// Whether ties are directed or mutual.
    #[serde(default)]
    pub reciprocity: Reciprocity,
}

fn usual_a() -> f64 {
    0.57
}

fn usual_b() -> f64 {
    0.19
}

/// A scale above this has more accounts than ids can number.
const MOST_SCALE: u32 = 31;

impl RMat {
    /// Directed ties with the usual probabilities, numbers permuted.
    #[must_use]
    pub fn new(scale: u32, edge_factor: u32) -> Self {
        Self {
            scale,
            edge_factor,
            a: usual_a(),
            b: usual_b(),
            c: usual_b(),
            in_order: false,
            reciprocity: Reciprocity::Directed,
        }
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
    /// [`Error::is_range`] if the scale is above 31, a probability is negative, or a + b + c is above
    /// 1.
    ///
    /// # Complexity
    /// O(m · scale / 6) time to go through all ties; O(1) memory.
    pub fn ties(&self, rng_seed: u64) -> Result<GeneratedTies> {
        self.check()?;
        let key = Key::of_graph(rng_seed);
        let accounts = 1u64 << self.scale;
        let names = Permutation::new(key, purpose::R_MAT_NAMES, accounts);
        let levels = self.scale.div_ceil(self.scale.div_ceil(MOST_LEVELS).max(1));
        Ok(GeneratedTies::new(MatrixTies {
            scale: self.scale,
            ties: u64::from(self.edge_factor) << self.scale,
            reciprocity: self.reciprocity,
            key,
            names: (!self.in_order).then_some(names),
            quarters: Quarters::new([self.a, self.b, self.c], levels),
        }))
    }

    /// Just the graph of `benches/`, which plain loops in other languages make too: a generator of
    /// the family xoshiro256++ goes from draw to draw, and the numbers are shuffled first.
    ///
    /// The `rng_seed` is part of the definition (20260101 + `scale`), and so are a = 0.57, b = c =
    /// 0.19, compared in binary floating point with 0.57, 0.76 and 0.95.
    ///
    /// ```
    /// use tieline::generate::RMat;
    ///
    /// let graph = RMat::benchmark(10, 16)?.graph("square")?;
    /// assert_eq!(graph.tie_count(), 12_126);
    /// # Ok::<(), tieline::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::is_range`] if the scale is above 31.
    ///
    /// # Complexity
    /// O(m · scale) time, to prepare and to go through all ties; 4 bytes an account.
    pub fn benchmark(scale: u32, edge_factor: u32) -> Result<GeneratedTies> {
        Self::new(scale, edge_factor).check()?;
        Ok(GeneratedTies::new(BenchmarkTies::new(scale, edge_factor)))
    }

    fn check(&self) -> Result<()> {
        let &Self { scale, a, b, c, .. } = self;
        if scale > MOST_SCALE {
            return Err(Error::range(format!(
                "the scale must lie in 0..={MOST_SCALE}, for accounts are numbered in 32 bits; \
                 found {scale}"
            )));
        }
        // Decimals such as 0.6, 0.3 and 0.1 may sum to a little more than 1.
        let sum = a + b + c;
        if ![a, b, c].iter().all(|p| (0.0..=1.0).contains(p)) || sum > 1.0 + 1e-12 {
            return Err(Error::range(format!(
                "a, b and c must be probabilities that sum to 1 at most, found {a}, {b} and {c}"
            )));
        }
        Ok(())
    }
}

/// Levels that one draw decides at most. The table of 4^6 cells fits the nearest cache.
const MOST_LEVELS: u32 = 6;

/// An alias table of what one draw decides: `levels` bits of the source and of the target. The low 12
/// bits of a cell are the alias, the others the cutoff.
#[derive(Debug)]
struct Quarters {
    levels: u32,
    cells: Vec<u64>,
}

impl Quarters {
    fn new([a, b, c]: [f64; 3], levels: u32) -> Self {
        let quarter = [a, b, c, (1.0 - a - b - c).max(0.0)];
        let outcomes = 1usize << (2 * levels);
        // Outcome: the bits of the source, then those of the target.
        let weight = |outcome: usize| {
            (0..levels).fold(1.0, |product, level| {
                let (u, v) = (outcome >> (levels + level) & 1, outcome >> level & 1);
                product * quarter[2 * u + v]
            })
        };
        let weights: Vec<f64> = (0..outcomes).map(weight).collect();
        let total: f64 = weights.iter().sum();
        let mut left: Vec<f64> = weights.iter().map(|w| w / total * outcomes as f64).collect();
        let mut cells: Vec<u64> = (0..outcomes as u64).map(|own| !0xfff | own).collect();
        pair_entries(&mut left, |lesser, share, greater| {
            cells[lesser] = ((share * (1u64 << 52) as f64) as u64) << 12 | greater as u64;
            share
        });
        Self { levels, cells }
    }

    /// The upper bits of a word choose a cell, the others the cell's outcome.
    #[inline]
    fn pick(&self, word: u64) -> u64 {
        let place = word.rotate_left(2 * self.levels) & (self.cells.len() as u64 - 1);
        let cell = self.cells[place as usize];
        let fraction = word << (2 * self.levels) >> 12;
        if fraction < cell >> 12 { place } else { cell & 0xfff }
    }
}

#[derive(Debug)]
struct MatrixTies {
    scale: u32,
    ties: u64,
    reciprocity: Reciprocity,
    key: Key,
    names: Option<Permutation>,
    quarters: Quarters,
}

impl MatrixTies {
    #[inline]
    fn tie(&self, stream: Stream, first_draw: u64) -> (u64, u64) {
        let levels = self.quarters.levels;
        let (mut u, mut v, mut done, mut draw) = (0, 0, 0, first_draw);
        while done < self.scale {
            let outcome = self.quarters.pick(stream.draw(draw));
            u = u << levels | outcome >> levels;
            v = v << levels | (outcome & ((1 << levels) - 1));
            (done, draw) = (done + levels, draw + 1);
        }
        // The last draw may have decided more levels than there are.
        (u >> (done - self.scale), v >> (done - self.scale))
    }
}

impl TieSource for MatrixTies {
    fn account_count(&self) -> u32 {
        1 << self.scale
    }

    fn chunk_count(&self) -> u64 {
        self.ties.div_ceil(TIES_PER_CHUNK)
    }

    fn chunk(&self, chunk: u64, ties: &mut Vec<(u32, u32)>) {
        let stream = self.key.stream(chunk, purpose::R_MAT);
        let draws = u64::from(self.scale.div_ceil(self.quarters.levels.max(1)));
        let part = part(chunk, self.ties);
        let rows = (0..part.end - part.start).map(|tie| self.tie(stream, tie * draws));
        match &self.names {
            None => ties.extend(rows.map(|(u, v)| (u as u32, v as u32))),
            Some(names) => {
                ties.extend(rows.map(|(u, v)| (names.at(u) as u32, names.at(v) as u32)));
            }
        }
    }

    fn reciprocity(&self) -> Reciprocity {
        self.reciprocity
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the cells realise, each outcome to 1e-9 relative.
    #[test]
    fn quarters_of_quarters_have_their_probabilities() {
        for levels in 1..=MOST_LEVELS {
            let p = [0.57, 0.19, 0.14, 0.1];
            let quarters = Quarters::new([p[0], p[1], p[2]], levels);
            let mut shares = vec![0.0; quarters.cells.len()];
            for (place, cell) in quarters.cells.iter().enumerate() {
                let own = (cell >> 12) as f64 / (1u64 << 52) as f64;
                shares[place] += own;
                shares[(cell & 0xfff) as usize] += 1.0 - own;
            }
            for (outcome, share) in shares.iter().enumerate() {
                let want: f64 = (0..levels)
                    .map(|level| p[2 * (outcome >> (levels + level) & 1) + (outcome >> level & 1)])
                    .product();
                let found = share / shares.len() as f64;
                assert!((found / want - 1.0).abs() < 1e-9, "{outcome} of {levels}: {found}");
            }
        }
    }

    #[test]
    fn a_word_is_a_cell_and_a_fraction() {
        let quarters =
            Quarters { levels: 1, cells: vec![1 << 63 | 3, !0xfff, !0xfff | 2, !0xfff | 3] };
        assert_eq!(quarters.pick(0), 0);
        assert_eq!(quarters.pick(0b001 << 61), 3);
        assert_eq!(quarters.pick(0b101 << 61), 2);
    }
}
