//! Networks made up by the models of the literature, one at a time or linked by shared users.
//!
//! | generator | what it is known for |
//! |---|---|
//! | [`ErdosRenyi`] | every tie equally likely: nothing but chance |
//! | [`BarabasiAlbert`] | growth towards those who have ties already: hubs |
//! | [`WattsStrogatz`] | neighbours on a ring and a few far ties: clustered, yet small |
//! | [`Configuration`] | the degrees that you give, and chance otherwise |
//! | [`PowerLaw`] | the same with degrees drawn from a power law |
//! | [`StochasticBlock`] | communities |
//! | [`RMat`] | hubs and communities by halving, fast: the usual benchmark |
//! | [`LinkedNetworks`] | several of these, with users who have accounts in two or more |
//!
//! Each is a plain description. `ties(rng_seed)` checks it and gives [`GeneratedTies`], a
//! [`TieSource`]: ties that are made anew each time somebody asks, so that
//! [`GeneratedTies::graph`] builds graphs of a thousand million ties in the memory of the graph.
//!
//! ```
//! use tieline::generate::BarabasiAlbert;
//!
//! let graph = BarabasiAlbert::new(1000, 3).ties(7)?.graph("square")?;
//! // A tie for each pair of the first four, three for each later one; each in both directions.
//! assert_eq!(graph.tie_count(), 2 * (6 + 996 * 3));
//! # Ok::<(), tieline::Error>(())
//! ```
//!
//! # Same bits
//! Ties are a function of the description and `rng_seed`: not of threads, of chunks, or of the
//! platform. [`MAPPING_VERSION`] names this function. Draws come from `ChaCha8` keys and integer
//! mixes as in a simulation, under keys that no simulation has: a graph and the runs on it may well
//! have the same seed.

mod barabasi_albert;
mod configuration;
mod erdos_renyi;
mod generator;
mod linked;
mod linked_ties;
mod pairs;
mod power_law;
mod r_mat;
mod r_mat_benchmark;
mod rank_match;
mod stochastic_block;
mod ties;
mod watts_strogatz;

pub use self::barabasi_albert::BarabasiAlbert;
pub use self::configuration::Configuration;
pub use self::erdos_renyi::ErdosRenyi;
pub use self::generator::Generator;
pub use self::linked::{LinkedNetwork, LinkedNetworks, SharedUsers};
pub use self::linked_ties::{LinkedGraph, LinkedTies, SharedOutcome};
pub use self::power_law::PowerLaw;
pub use self::r_mat::RMat;
pub use self::stochastic_block::StochasticBlock;
pub use self::ties::GeneratedTies;
pub use self::watts_strogatz::WattsStrogatz;
pub use crate::random::GRAPH_MAPPING_VERSION as MAPPING_VERSION;

#[cfg(doc)]
use crate::graph::TieSource;

/// What a stream of a graph's key is for. Generators share no stream.
mod purpose {
    pub(super) const PAIRS: u64 = 1;
    pub(super) const PAIR_ORDER: u64 = 2;
    pub(super) const BARABASI_ALBERT: u64 = 3;
    pub(super) const WATTS_STROGATZ: u64 = 4;
    pub(super) const STUBS: u64 = 5;
    pub(super) const DEGREES: u64 = 6;
    pub(super) const DEGREE_ORDER: u64 = 7;
    pub(super) const R_MAT: u64 = 8;
    pub(super) const R_MAT_NAMES: u64 = 9;
    pub(super) const NETWORK_SEED: u64 = 10;
    pub(super) const SHARED_ACCOUNTS: u64 = 11;
    pub(super) const RANK_NOISE: u64 = 12;
    pub(super) const RANK_SWAPS: u64 = 13;
}

/// Ties that a chunk holds, or is expected to hold.
const TIES_PER_CHUNK: u64 = 1 << 16;

/// The part of 0 … `total` − 1 that chunk number `chunk` is.
fn part(chunk: u64, total: u64) -> std::ops::Range<u64> {
    chunk * TIES_PER_CHUNK..total.min((chunk + 1) * TIES_PER_CHUNK)
}

/// The pairs (v, u) with u < v, counted 0, 1, 2 … row by row: the pair of this number.
fn triangle(number: u64) -> (u64, u64) {
    let near = (2 * number).isqrt();
    let row = if (near + 1) * near / 2 <= number { near + 1 } else { near };
    (row, number - row * (row - 1) / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triangles_are_counted_row_by_row() {
        let pairs = (1..200u64).flat_map(|row| (0..row).map(move |column| (row, column)));
        for (number, pair) in (0..).zip(pairs) {
            assert_eq!(triangle(number), pair);
        }
        let last = u64::from(u32::MAX) * u64::from(u32::MAX - 1) / 2 - 1;
        assert_eq!(triangle(last), (u64::from(u32::MAX) - 1, u64::from(u32::MAX) - 2));
    }
}
