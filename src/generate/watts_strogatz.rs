//! [`WattsStrogatz`]: neighbours, and a few shortcuts.

use serde::{Deserialize, Serialize};

use super::{GeneratedTies, TIES_PER_CHUNK, part, purpose};
use crate::error::{Error, Result};
use crate::graph::{Reciprocity, TieSource};
use crate::random::{Draws, Key};
use crate::unit::Probability;

/// Accounts stand in a ring, each tied to its `neighbours` nearest ones; then each tie is rewired
/// with a probability: its far end moves to an account chosen evenly among those not yet tied.
///
/// Friends of friends are friends, and yet everybody is near to everybody. Ties are mutual, and
/// rewiring keeps their number. As in the paper, the ties of distance 1 are gone through first, then
/// those of distance 2, and so on; a tie of somebody who is tied to all others stays.
///
/// D. J. Watts, S. H. Strogatz, "Collective dynamics of 'small-world' networks", Nature 393 (1998),
/// <https://doi.org/10.1038/30918>.
///
/// ```
/// use tieline::generate::WattsStrogatz;
///
/// let graph = WattsStrogatz::new(1000, 10, 0.05).ties(7)?.graph("hall")?;
/// assert_eq!(graph.tie_count(), 1000 * 10);
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct WattsStrogatz {
    /// Number of accounts, n.
    pub accounts: u32,
    /// Neighbours of an account on the ring, half of them on each side: even, and below n.
    pub neighbours: u32,
    /// The probability that a tie is rewired, in 0..=1.
    pub rewiring: f64,
}

impl WattsStrogatz {
    /// A ring of `accounts`, each tied to `neighbours`, ties rewired with probability `rewiring`.
    #[must_use]
    pub fn new(accounts: u32, neighbours: u32, rewiring: f64) -> Self {
        Self { accounts, neighbours, rewiring }
    }

    /// The ties.
    ///
    /// # Errors
    /// [`Error::is_range`] if `neighbours` is odd or not below n, or `rewiring` is not in 0..=1.
    ///
    /// # Complexity
    /// O(m · `neighbours`) time and 4 bytes for each mutual tie, held as long as the result.
    pub fn ties(&self, rng_seed: u64) -> Result<GeneratedTies> {
        let &Self { accounts, neighbours, rewiring } = self;
        let rewiring = Probability::new(rewiring)?;
        if !neighbours.is_multiple_of(2) || neighbours >= accounts.max(1) {
            return Err(Error::range(format!(
                "the neighbours on the ring must be an even number below that of the accounts, \
                 {accounts}; found {neighbours}"
            )));
        }
        let mut ring = Ring::new(accounts, (neighbours / 2) as usize);
        let draws = Draws::new(Key::of_graph(rng_seed).stream(0, purpose::WATTS_STROGATZ));
        ring.rewire(rewiring, draws);
        Ok(GeneratedTies::new(ring))
    }
}

/// For each account the far ends of the `half` ties that began as those to its next neighbours.
#[derive(Debug)]
struct Ring {
    accounts: u32,
    half: usize,
    far: Vec<u32>,
}

impl Ring {
    fn new(accounts: u32, half: usize) -> Self {
        let n = u64::from(accounts);
        let next = |from: u64| (1..=half as u64).map(move |step| ((from + step) % n) as u32);
        Self { accounts, half, far: (0..n).flat_map(next).collect() }
    }

    fn own(&self, account: u32) -> &[u32] {
        let start = account as usize * self.half;
        &self.far[start..start + self.half]
    }

    fn tied(&self, one: u32, other: u32) -> bool {
        self.own(one).contains(&other) || self.own(other).contains(&one)
    }

    fn rewire(&mut self, rewiring: Probability, mut draws: Draws) {
        if rewiring == Probability::ZERO {
            return;
        }
        let mut degrees = vec![2 * self.half as u32; self.accounts as usize];
        for step in 0..self.half {
            for account in 0..self.accounts {
                if draws.fraction() >= rewiring.get()
                    || degrees[account as usize] >= self.accounts - 1
                {
                    continue;
                }
                let far = loop {
                    let far = draws.below(u64::from(self.accounts)) as u32;
                    if far != account && !self.tied(account, far) {
                        break far;
                    }
                };
                let end = &mut self.far[account as usize * self.half + step];
                degrees[*end as usize] -= 1;
                degrees[far as usize] += 1;
                *end = far;
            }
        }
    }
}

impl TieSource for Ring {
    fn account_count(&self) -> u32 {
        self.accounts
    }

    fn chunk_count(&self) -> u64 {
        (self.far.len() as u64).div_ceil(TIES_PER_CHUNK)
    }

    fn chunk(&self, chunk: u64, ties: &mut Vec<(u32, u32)>) {
        ties.extend(
            part(chunk, self.far.len() as u64)
                .map(|tie| ((tie / self.half as u64) as u32, self.far[tie as usize])),
        );
    }

    fn reciprocity(&self) -> Reciprocity {
        Reciprocity::Mutual
    }
}
