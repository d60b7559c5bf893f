//! Order-free randomness: every draw is a pure function of what it is for.
//!
//! A run derives one 128-bit [`Key`] per channel from `(rng_seed, run, post)` with `ChaCha8`. From a
//! key, a part and a logical key a keyed integer mix makes a [`Stream`]; draw number i of a stream
//! is one more mix. Nothing has a state that could depend on the order in which accounts are
//! visited, on threads, or on where an account is stored.
//!
//! Arithmetic that decides a world is IEEE + − × ÷ √ in a written order and integers (what `libm`
//! computes is made of these too), so that worlds are the same on every platform; [`MAPPING_VERSION`] names this mapping and known-answer tests
//! freeze it.

mod alias;
mod cell;
mod distribution;
mod draws;
mod exponential;
mod key;
mod lineage;
mod permutation;
mod poisson;
mod threshold;
#[cfg(feature = "internals")]
mod words;

pub(crate) use self::alias::{AliasTable, Grain, Slot, pair_entries};
pub(crate) use self::cell::{Cell, NARROW, Narrow, Wide};
pub use self::distribution::Distribution;
pub(crate) use self::distribution::Sampler;
pub(crate) use self::draws::Draws;
pub(crate) use self::exponential::{
    exponential, exponential_at_least, exponential_below, exponential_of, exponentials_of, hazard,
    inverse_power, uniform,
};
use self::key::more;
pub(crate) use self::key::{
    Channel, Key, Lane, RunKeys, Stream, first_draws, mixed, more_of, place_in, places_in,
};
pub(crate) use self::lineage::{Descent, Lineage};
pub(crate) use self::permutation::Permutation;
pub(crate) use self::poisson::{LONGEST, PoissonRows, Row, WIDTH, count, none_or_one, pieces};
pub(crate) use self::threshold::Threshold;
#[cfg(feature = "internals")]
pub use self::words::Words;

/// Which mapping from keys to draws this version of the crate uses. Results of one scenario and one
/// `rng_seed` are equal to the bit wherever this number is equal. Every
/// [`Outcome`](crate::Outcome::mapping) states it.
pub const MAPPING_VERSION: u32 = 6;

/// The same for generated graphs: those of one description and one `rng_seed` are equal wherever this
/// number is.
pub const GRAPH_MAPPING_VERSION: u32 = 3;

/// A bijection of 64-bit words in which every bit of the input moves half of the output: the
/// finaliser of `SplitMix64` (Steele, Lea, Flood 2014, doi:10.1145/2660193.2660195; constants by
/// Stafford's variant 13).
#[inline(always)]
pub(crate) const fn mix64(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}
