//! [`Configuration`]: degrees as given, and chance otherwise.

use serde::{Deserialize, Serialize};

use super::{GeneratedTies, TIES_PER_CHUNK, part, purpose};
use crate::error::{Error, Result};
use crate::graph::{Reciprocity, TieSource};
use crate::random::{Key, Permutation};

/// The configuration model: each account gets as many half-ties as its degree says, and half-ties
/// are joined at random.
///
/// The yardstick for what degrees alone explain. Joining at random makes some self-ties and some
/// repeated ties; they are erased, and counted in the report, so degrees are met up to what is
/// erased: little unless hubs are large.
///
/// M. Molloy, B. Reed, "A critical point for random graphs with a given degree sequence", Random
/// Structures & Algorithms 6 (1995), <https://doi.org/10.1002/rsa.3240060204>; the erased variant: T.
/// Britton, M. Deijfen, A. Martin-Löf, "Generating simple random graphs with prescribed degree
/// distribution", Journal of Statistical Physics 124 (2006),
/// <https://doi.org/10.1007/s10955-006-9168-x>.
///
/// ```
/// use tieline::generate::Configuration;
///
/// let model = Configuration::mutual(vec![3; 1000]);
/// let (graph, report) = model.ties(7)?.graph_with_report("square")?;
/// let erased = report.networks[0].self_ties + report.networks[0].duplicates;
/// assert_eq!((graph.tie_count(), erased), (3000 - 2 * 2, 2));
///
/// let model = Configuration::directed(vec![2, 1, 0], vec![0, 1, 2]);
/// let graph = model.ties(7)?.graph("hall")?;
/// assert!(graph.accounts().all(|account| graph.in_degree(account) <= 2));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Configuration {
    /// The degree of each account, each below n; of directed ties how many see what it shares.
    pub degrees: Vec<u32>,
    /// If ties are directed, how many each account sees. The sum is that of `degrees`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_degrees: Option<Vec<u32>>,
}

impl Configuration {
    /// Mutual ties: account i has `degrees[i]` of them.
    #[must_use]
    pub fn mutual(degrees: Vec<u32>) -> Self {
        Self { degrees, in_degrees: None }
    }

    /// Directed ties: `out_degrees[i]` see what account i shares, and it sees `in_degrees[i]`.
    #[must_use]
    pub fn directed(out_degrees: Vec<u32>, in_degrees: Vec<u32>) -> Self {
        Self { degrees: out_degrees, in_degrees: Some(in_degrees) }
    }

    /// The ties.
    ///
    /// # Errors
    /// [`Error::is_range`] if a degree is not below n, if the sum of mutual degrees is odd, or if
    /// in-degrees and out-degrees differ in number or in sum.
    ///
    /// # Complexity
    /// O(n + m) time; 8 bytes an account and 4 a tie, held as long as the result.
    pub fn ties(&self, rng_seed: u64) -> Result<GeneratedTies> {
        let sum = self.sum(&self.degrees)?;
        let Some(in_degrees) = &self.in_degrees else {
            if sum % 2 == 1 {
                return Err(Error::range(format!(
                    "the degrees of mutual ties must have an even sum, found {sum}"
                )));
            }
            return Ok(join(None, &self.degrees, rng_seed));
        };
        if in_degrees.len() != self.degrees.len() {
            return Err(Error::range(format!(
                "there must be as many in-degrees as out-degrees, {}; found {}",
                self.degrees.len(),
                in_degrees.len()
            )));
        }
        let in_sum = self.sum(in_degrees)?;
        if in_sum != sum {
            return Err(Error::range(format!(
                "the in-degrees must have the sum of the out-degrees, {sum}; found {in_sum}"
            )));
        }
        Ok(join(Some(&self.degrees), in_degrees, rng_seed))
    }

    fn sum(&self, degrees: &[u32]) -> Result<u64> {
        let accounts = self.degrees.len();
        if u32::try_from(accounts).is_err() {
            return Err(Error::capacity(format!("{accounts} accounts do not fit ids of 32 bits")));
        }
        match degrees.iter().position(|&degree| degree as usize >= accounts) {
            Some(account) => Err(Error::range(format!(
                "a degree must be below the number of accounts, {accounts}; found {} for account \
                 {account}",
                degrees[account]
            ))),
            None => Ok(degrees.iter().map(|&degree| u64::from(degree)).sum()),
        }
    }
}

/// Joins half-ties whose numbers were checked: those of `sources` to those of `ends`, or without
/// sources those of `ends` among themselves.
pub(super) fn join(sources: Option<&[u32]>, ends: &[u32], rng_seed: u64) -> GeneratedTies {
    let half_ties = ends.iter().map(|&degree| u64::from(degree)).sum();
    let mut owners = Vec::with_capacity(half_ties as usize);
    for (account, &degree) in (0..).zip(ends) {
        owners.resize(owners.len() + degree as usize, account);
    }
    let starts = sources.map(|degrees| {
        let mut next = 0;
        let starts = degrees.iter().map(|&degree| {
            let start = next;
            next += u64::from(degree);
            start
        });
        starts.collect()
    });
    let order = Permutation::new(Key::of_graph(rng_seed), purpose::STUBS, half_ties);
    GeneratedTies::new(Joined { accounts: ends.len() as u32, starts, owners, order })
}

#[derive(Debug)]
struct Joined {
    accounts: u32,
    /// Of directed ties: the first tie of each account.
    starts: Option<Vec<u64>>,
    /// Of each half-tie at the end that is drawn, the account.
    owners: Vec<u32>,
    order: Permutation,
}

impl Joined {
    fn drawn(&self, place: u64) -> u32 {
        self.owners[self.order.at(place) as usize]
    }

    fn tie_count(&self) -> u64 {
        self.owners.len() as u64 / if self.starts.is_some() { 1 } else { 2 }
    }
}

impl TieSource for Joined {
    fn account_count(&self) -> u32 {
        self.accounts
    }

    fn chunk_count(&self) -> u64 {
        self.tie_count().div_ceil(TIES_PER_CHUNK)
    }

    fn chunk(&self, chunk: u64, ties: &mut Vec<(u32, u32)>) {
        let part = part(chunk, self.tie_count());
        let Some(starts) = &self.starts else {
            ties.extend(part.map(|tie| (self.drawn(2 * tie), self.drawn(2 * tie + 1))));
            return;
        };
        // The last account that starts at or before the first tie: those before it have none left.
        let mut source = starts.partition_point(|&start| start <= part.start) - 1;
        for tie in part {
            while starts.get(source + 1).is_some_and(|&start| start <= tie) {
                source += 1;
            }
            ties.push((source as u32, self.drawn(tie)));
        }
    }

    fn reciprocity(&self) -> Reciprocity {
        if self.starts.is_some() { Reciprocity::Directed } else { Reciprocity::Mutual }
    }
}
