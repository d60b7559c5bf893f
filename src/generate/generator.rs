//! [`Generator`]: any of the generators of one network.

use serde::{Deserialize, Serialize};

use super::{
    BarabasiAlbert, Configuration, ErdosRenyi, GeneratedTies, PowerLaw, RMat, StochasticBlock,
    WattsStrogatz,
};
use crate::error::Result;

/// A generator of one network, whichever it is: what [`LinkedNetworks`](super::LinkedNetworks) are
/// made of. In files its kind is a key among its parameters.
///
/// ```
/// use tieline::generate::{ErdosRenyi, Generator, WattsStrogatz};
///
/// let kinds: [Generator; 2] =
///     [ErdosRenyi::with_ties(50, 100).into(), WattsStrogatz::new(50, 4, 0.1).into()];
/// assert_eq!(kinds.map(|generator| generator.kind()), ["erdos-renyi", "watts-strogatz"]);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Generator {
    /// Every tie equally likely.
    ErdosRenyi(ErdosRenyi),
    /// Growth towards those who have ties.
    BarabasiAlbert(BarabasiAlbert),
    /// Neighbours on a ring and a few far ties.
    WattsStrogatz(WattsStrogatz),
    /// Degrees as given.
    Configuration(Configuration),
    /// Degrees from a power law.
    PowerLaw(PowerLaw),
    /// Communities.
    StochasticBlock(StochasticBlock),
    /// Quarters of quarters.
    RMat(RMat),
}

impl Generator {
    /// The name that files and the command line use.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ErdosRenyi(_) => "erdos-renyi",
            Self::BarabasiAlbert(_) => "barabasi-albert",
            Self::WattsStrogatz(_) => "watts-strogatz",
            Self::Configuration(_) => "configuration",
            Self::PowerLaw(_) => "power-law",
            Self::StochasticBlock(_) => "stochastic-block",
            Self::RMat(_) => "r-mat",
        }
    }

    /// The ties.
    ///
    /// # Errors
    /// As the generator's own `ties`.
    pub fn ties(&self, rng_seed: u64) -> Result<GeneratedTies> {
        match self {
            Self::ErdosRenyi(generator) => generator.ties(rng_seed),
            Self::BarabasiAlbert(generator) => generator.ties(rng_seed),
            Self::WattsStrogatz(generator) => generator.ties(rng_seed),
            Self::Configuration(generator) => generator.ties(rng_seed),
            Self::PowerLaw(generator) => generator.ties(rng_seed),
            Self::StochasticBlock(generator) => generator.ties(rng_seed),
            Self::RMat(generator) => generator.ties(rng_seed),
        }
    }
}

macro_rules! generator_from {
    ($($kind:ident),*) => {$(
        impl From<$kind> for Generator {
            fn from(generator: $kind) -> Self {
                Self::$kind(generator)
            }
        }
    )*};
}
generator_from!(
    ErdosRenyi,
    BarabasiAlbert,
    WattsStrogatz,
    Configuration,
    PowerLaw,
    StochasticBlock,
    RMat
);
