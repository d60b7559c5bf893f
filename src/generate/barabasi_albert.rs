//! [`BarabasiAlbert`]: who has ties gets more.

use serde::{Deserialize, Serialize};

use super::{GeneratedTies, TIES_PER_CHUNK, part, purpose, triangle};
use crate::error::{Error, Result};
use crate::graph::{Reciprocity, TieSource};
use crate::random::{Draws, Key};

/// Accounts come one after the other, and each ties itself to `ties_per_account` different ones that
/// are there, chosen in proportion to the ties that they have.
///
/// The result has hubs: degrees fall off as k^−3. The first `ties_per_account` + 1 accounts are all
/// tied to each other. A choice that falls on an account already chosen is made again. With directed
/// ties a newcomer sees what those it chose share, so early accounts have large audiences; they are
/// chosen in proportion to all their ties, as in the mutual network, which is the default.
///
/// A.-L. Barabási, R. Albert, "Emergence of scaling in random networks", Science 286 (1999),
/// <https://doi.org/10.1126/science.286.5439.509>; drawn from the list of the ends of all ties, as V.
/// Batagelj and U. Brandes do, <https://doi.org/10.1103/PhysRevE.71.036113>.
///
/// ```
/// use tieline::generate::BarabasiAlbert;
///
/// let graph = BarabasiAlbert::new(10_000, 4).ties(7)?.graph("square")?;
/// let largest = graph.accounts().map(|account| graph.out_degree(account)).max();
/// assert_eq!((graph.tie_count(), largest), (79_980, Some(358)));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct BarabasiAlbert {
    /// Number of accounts, n.
    pub accounts: u32,
    /// How many a newcomer ties itself to, from 1 to n − 1.
    pub ties_per_account: u32,
    /// Whether ties are mutual, which is the default, or directed from the old to the new.
    #[serde(default = "mutual")]
    pub reciprocity: Reciprocity,
}

fn mutual() -> Reciprocity {
    Reciprocity::Mutual
}

impl BarabasiAlbert {
    /// Mutual ties, `ties_per_account` for each newcomer.
    #[must_use]
    pub fn new(accounts: u32, ties_per_account: u32) -> Self {
        Self { accounts, ties_per_account, reciprocity: Reciprocity::Mutual }
    }

    /// Ties are directed: the newcomer sees what the one that it chose shares.
    #[must_use]
    pub fn directed(mut self) -> Self {
        self.reciprocity = Reciprocity::Directed;
        self
    }

    /// The ties.
    ///
    /// # Errors
    /// [`Error::is_range`] if `ties_per_account` is not in 1..n.
    ///
    /// # Complexity
    /// O(m) time and 4 bytes a tie, held as long as the result: growth cannot be looked up in the
    /// middle.
    pub fn ties(&self, rng_seed: u64) -> Result<GeneratedTies> {
        let &Self { accounts, ties_per_account, reciprocity } = self;
        if ties_per_account == 0 || ties_per_account >= accounts {
            return Err(Error::range(format!(
                "the ties of a newcomer must number at least 1 and less than the accounts, \
                 {accounts}; found {ties_per_account}"
            )));
        }
        let mut grown =
            Grown { accounts, per_account: ties_per_account, reciprocity, chosen: Vec::new() };
        grown.grow(Draws::new(Key::of_graph(rng_seed).stream(0, purpose::BARABASI_ALBERT)));
        Ok(GeneratedTies::new(grown))
    }
}

/// The ties in order of time. Tie e is between `newcomer(e)` and `chosen[e]`.
#[derive(Debug)]
struct Grown {
    accounts: u32,
    per_account: u32,
    reciprocity: Reciprocity,
    chosen: Vec<u32>,
}

impl Grown {
    /// Ties among the accounts that stand at the beginning.
    fn first_ties(&self) -> u64 {
        let k = u64::from(self.per_account);
        k * (k + 1) / 2
    }

    fn newcomer(&self, tie: u64) -> u32 {
        match tie.checked_sub(self.first_ties()) {
            None => triangle(tie).0 as u32,
            Some(later) => self.per_account + 1 + (later / u64::from(self.per_account)) as u32,
        }
    }

    fn grow(&mut self, mut draws: Draws) {
        let newcomers = self.accounts - self.per_account - 1;
        let ties = self.first_ties() + u64::from(newcomers) * u64::from(self.per_account);
        self.chosen.reserve_exact(ties as usize);
        self.chosen.extend((0..self.first_ties()).map(|tie| triangle(tie).1 as u32));
        for _ in 0..newcomers {
            let before = self.chosen.len();
            while self.chosen.len() < before + self.per_account as usize {
                let end = draws.below(2 * before as u64);
                let choice = match end % 2 {
                    0 => self.newcomer(end / 2),
                    _ => self.chosen[(end / 2) as usize],
                };
                if !self.chosen[before..].contains(&choice) {
                    self.chosen.push(choice);
                }
            }
        }
    }
}

impl TieSource for Grown {
    fn account_count(&self) -> u32 {
        self.accounts
    }

    fn chunk_count(&self) -> u64 {
        (self.chosen.len() as u64).div_ceil(TIES_PER_CHUNK)
    }

    fn chunk(&self, chunk: u64, ties: &mut Vec<(u32, u32)>) {
        let part = part(chunk, self.chosen.len() as u64);
        ties.extend(part.map(|tie| (self.chosen[tie as usize], self.newcomer(tie))));
    }

    fn reciprocity(&self) -> Reciprocity {
        self.reciprocity
    }
}
