//! Self-exciting cascades: every share causes others after a while, and each of these does so again.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::fading::Fading;
use super::reshare::Meaning;
use super::tie_numbers::TieNumbers;
use super::{Delays, PreparedDelays, Reshares, Timing};
use crate::error::{Error, OfKey, Result};
use crate::graph::SocialGraph;
use crate::id::AccountId;
use crate::random::{Distribution, PoissonRows, pieces};

/// A Hawkes process on the graph: each share of an account causes shares of those who see it, κ of each on
/// average, each after a time drawn from the memory; and so does each of these.
///
/// Account j shares at the rate `λ_j(t) = Σ κ_ij φ(t − t_e)`, over the share events e, before t, of the
/// accounts i that j sees; `κ_ij ≥ 0` is the number of the tie ([`Reshares`]), φ the density of the memory.
/// κ may be above 1. If the spectral radius of `K = (κ_ij)` is below 1, the expected shares of all accounts
/// by one share of each account are (I − K)^−1 · 1; from 1 on, cascades may grow for ever, so a scenario
/// needs [`until`](crate::ScenarioBuilder::until) or
/// [`max_shares`](crate::ScenarioBuilder::max_shares).
///
/// For posts that people share again and again, or for counting rather than reaching. With
/// `Distribution::Seismic` as its memory it is the model of SEISMIC on a graph; with
/// [`Sharing::Once`] it is independent cascade in time with probability 1 − e^−κ and the earliest of a
/// Poisson number of delays.
///
/// A. G. Hawkes, "Spectra of some self-exciting and mutually exciting point processes", Biometrika 58
/// (1971), <https://doi.org/10.1093/biomet/58.1.83>; clusters: A. G. Hawkes, D. Oakes, "A cluster process
/// representation of a self-exciting process", J. Appl. Prob. 11 (1974),
/// <https://doi.org/10.2307/3212693>; the power law: Q. Zhao, M. A. Erdogdu, H. Y. He, A. Rajaraman,
/// J. Leskovec, "SEISMIC: A self-exciting point process model for predicting tweet popularity", KDD 2015,
/// <https://doi.org/10.1145/2783258.2783401>. Thinning, the other way to simulate it, serves as a test:
/// Y. Ogata, "On Lewis' simulation method for point processes", IEEE Trans. Inf. Theory 27 (1981),
/// <https://doi.org/10.1109/TIT.1981.1056305>.
///
/// Coupling under interventions: reachability. Without a user, a cascade is what it was without the
/// shares of the user and all that descends from them, to the bit. A share is carried over by cross-posts
/// like any other, but never straight back to the account of its parent.
///
/// ```
/// use tieline::{Distribution, Ensemble, Hawkes, Scenario, SocialGraph};
///
/// // A star of three leaves, all ties mutual.
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// for leaf in ["bob", "cid", "dee"] {
///     builder.mutual(square, "ann", leaf);
/// }
/// let scenario = Scenario::builder(builder.build()?)
///     .model(Hawkes::new(0.3, Distribution::Exponential { rate: 1.0 }))
///     .until(1000.0)
///     .origin("ann")
///     .build()?;
/// let size = Ensemble::new(&scenario).runs(50_000).run().size;
/// // (1 + 3κ)/(1 − 3κ²)
/// assert!((size.mean - 2.602740).abs() < 4.5 * size.std_error.unwrap());
/// # Ok::<(), tieline::Error>(())
/// ```
///
/// # Complexity
/// A run of k share events takes O(k) time where only sizes are asked for, else O(k log k); 32 bytes for
/// each. Prepared: 4 bytes an account, 44 for each different sum of an account's κ, and what
/// different κ take: 24 bytes a tie, 12 an account.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Hawkes {
    /// κ: how many shares of the account that sees it one share causes, on average.
    pub reshares: Reshares,
    /// How much later these are: the density φ.
    pub memory: Delays,
    /// Whether accounts share again.
    #[serde(default)]
    pub sharing: Sharing,
    /// What κ is multiplied by from each of these times on, in units of time; the first is 0. Nothing
    /// says 1 throughout.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub over_time: Vec<(f64, f64)>,
}

/// Whether an account shares a post again and again.
///
/// ```
/// use tieline::Sharing;
/// assert_eq!(Sharing::default(), Sharing::Repeat);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Sharing {
    /// As often as it is made to: the Hawkes process.
    #[default]
    Repeat,
    /// Only the first time.
    Once,
}

impl Hawkes {
    /// The same κ for all ties, and the same memory.
    #[must_use]
    pub fn new(mean: f64, memory: Distribution) -> Self {
        Self::with(Reshares::all(mean), Delays::all(memory))
    }

    /// With these κ, and this memory by network or pair of networks.
    #[must_use]
    pub fn with(reshares: Reshares, memory: Delays) -> Self {
        Self { reshares, memory, ..Self::default() }
    }

    /// Whether accounts share again.
    #[must_use]
    pub fn sharing(mut self, sharing: Sharing) -> Self {
        self.sharing = sharing;
        self
    }

    /// What κ is multiplied by from each of these times on: SEISMIC's infectivity of a post, which
    /// changes as it grows old. `[(0.0, 1.0), (24.0, 0.5)]` halves it after a day of hours.
    #[must_use]
    pub fn over_time(mut self, factors: impl IntoIterator<Item = (f64, f64)>) -> Self {
        self.over_time = factors.into_iter().collect();
        self
    }

    pub(super) fn check(&self, timing: &Timing) -> Result<()> {
        if self.sharing == Sharing::Repeat {
            timing.check_end("hawkes")?;
        }
        self.reshares.check(Meaning::Mean)?;
        self.memory.refuse_tie_weights(MEMORY)?;
        self.memory.check(MEMORY, timing.has_end())?;
        Fading::new(&self.over_time).of_key("over_time")?;
        if self.sharing == Sharing::Once && !self.over_time.is_empty() {
            return Err(Error::conflict(
                "`over_time` is for accounts that share again: where they share once, an earlier share \
                 could reach fewer; `sharing = repeat` takes it",
            ));
        }
        Ok(())
    }

    /// It passed [`check`](Self::check).
    pub(super) fn prepare(&self, graph: &SocialGraph, timing: &Timing) -> Result<Offspring> {
        let numbers = TieNumbers::prepare(graph, &self.reshares, Meaning::Mean)?;
        let fading = Fading::new(&self.over_time).of_key("over_time")?;
        let mut offspring = Offspring {
            counts: PoissonRows::default(),
            kinds: Vec::new(),
            kind_of: KindOf::Account(Vec::new()),
            memory: self.memory.prepare(graph, MEMORY, timing.has_end())?,
            sharing: self.sharing,
            numbers,
            fading,
            radius: OnceLock::new(),
        };
        let mut known = HashMap::new();
        let mut kind_of = Vec::with_capacity(graph.account_count());
        for account in graph.accounts() {
            let mean = offspring.numbers.sum(graph, account) * offspring.fading.greatest;
            if !mean.is_finite() {
                return Err(Error::range(format!(
                    "the mean numbers of reshares of {} sum to more than a number can hold",
                    graph.account_label(account)
                ))
                .of_key("reshare"));
            }
            let kind = *known.entry(mean.to_bits()).or_insert_with(|| {
                let (pieces, length) = pieces(mean);
                offspring.counts.push(length);
                offspring.kinds.push(pieces);
                offspring.kinds.len() as u32 - 1
            });
            kind_of.push(kind);
        }
        offspring.kind_of = match &offspring.numbers {
            TieNumbers::Same(numbers) if numbers.len() == 1 => {
                let mut by_degree = Vec::new();
                for (account, kind) in graph.accounts().zip(kind_of) {
                    let degree = graph.out_degree(account) as usize;
                    if degree >= by_degree.len() {
                        by_degree.resize(degree + 1, 0);
                    }
                    by_degree[degree] = kind;
                }
                KindOf::Degree(by_degree)
            }
            _ => KindOf::Account(kind_of),
        };
        Ok(offspring)
    }
}

const MEMORY: &str = "the memory";

/// Self-exciting cascades made ready for one graph.
///
/// A share event has a Poisson number of offspring, Σ κ on average, each of which picks a tie in proportion
/// to κ and a delay from the memory.
#[derive(Debug, Clone)]
pub(crate) struct Offspring {
    pub(crate) numbers: TieNumbers,
    pub(crate) memory: PreparedDelays,
    pub(crate) sharing: Sharing,
    pub(crate) fading: Fading,
    /// What decides numbers of offspring: one row, and into how many pieces a mean is cut, for each
    /// different mean.
    counts: PoissonRows,
    kinds: Vec<u64>,
    kind_of: KindOf,
    /// See [`warning`](Self::warning).
    radius: OnceLock<f64>,
}

/// Which mean an account has, as its number among all that differ.
#[derive(Debug, Clone)]
enum KindOf {
    /// By the number of its ties, where there is one network and all ties are alike: a table so small that
    /// it stays in a cache.
    Degree(Vec<u32>),
    Account(Vec<u32>),
}

/// How a number of offspring is drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// Its number in [`Offspring::counts`].
    pub(crate) row: usize,
    /// How often it is drawn from.
    pub(crate) pieces: u64,
}

impl Offspring {
    /// How the number of offspring of a share of `account` is drawn.
    #[inline]
    pub(crate) fn row(&self, graph: &SocialGraph, account: AccountId) -> Row {
        let row = match &self.kind_of {
            KindOf::Degree(kinds) => kinds[graph.out_degree(account) as usize],
            KindOf::Account(kinds) => kinds[account.index()],
        } as usize;
        Row { row, pieces: self.kinds[row] }
    }

    /// What people should know who let it go on without an end of its own. Cross-posts, which add to it, are not
    /// counted.
    pub(crate) fn warning(&self, graph: &SocialGraph) -> Option<String> {
        if self.sharing == Sharing::Once {
            return None;
        }
        let radius = *self.radius.get_or_init(|| self.find_radius(graph));
        let (when, until) = match self.fading.is_constant() {
            true => ("in the long run", "until the run ends"),
            false => ("while `over_time` is at its greatest", "for as long as that lasts"),
        };
        (radius >= 1.0).then(|| {
            format!(
                "hawkes: {when} a share leads to about {radius:.2} others (the spectral radius of the mean \
                 numbers), and from 1 on shares multiply {until}, each in 100 bytes of memory: `max_shares` \
                 bounds them"
            )
        })
    }

    /// About the spectral radius of the mean numbers, by power iteration: O(ties), 24 times, unless
    /// nobody's offspring are 1 in the mean.
    fn find_radius(&self, graph: &SocialGraph) -> f64 {
        let (numbers, greatest) = (&self.numbers, self.fading.greatest);
        let sums = graph.accounts().map(|account| numbers.sum(graph, account) * greatest);
        let most = sums.fold(0.0, f64::max);
        if most < 1.0 {
            return most;
        }
        // Shares may come back after some steps only, so growth is that of as many as have most divisors.
        let (half, mut growth) = (12, 0.0);
        let mut values = vec![1.0f64; graph.account_count()];
        for step in 1..=2 * half {
            let of = |account| {
                let ties = graph.tie_range(account);
                let targets = &graph.all_targets()[ties.start as usize..ties.end as usize];
                match numbers.of_all(graph, account) {
                    Some(same) => {
                        same * targets.iter().map(|target| values[target.index()]).sum::<f64>()
                    }
                    None => {
                        let each = ties.zip(targets).map(|(tie, target)| {
                            numbers.of_tie(graph, account, tie) * values[target.index()]
                        });
                        each.sum()
                    }
                }
            };
            let next: Vec<f64> = graph.accounts().map(of).collect();
            let largest = next.iter().copied().fold(0.0, f64::max);
            if largest == 0.0 {
                return 0.0;
            }
            values = next.into_iter().map(|value| value / largest).collect();
            // The first half forgets where it began. One step as the last tells nothing: in a ring of unlike ties
            // two are, and the third is not.
            growth += if step > half { largest.ln() } else { 0.0 };
        }
        (growth / f64::from(half)).exp() * greatest
    }

    /// The rows by which numbers are drawn.
    #[inline]
    pub(crate) fn counts(&self) -> &PoissonRows {
        &self.counts
    }
}
