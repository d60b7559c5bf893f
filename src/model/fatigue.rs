//! Fatigue: each further exposure persuades less, or more.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::per::Per;
use super::periods::PreparedDelays;
use super::temporal::TieTicks;
use super::tie_probabilities::TieProbabilities;
use super::tie_rates::TieRates;
use crate::error::{Error, Result};
use crate::graph::SocialGraph;
use crate::random::{Key, Stream, Threshold};

/// What the probability of a try is multiplied by if it is somebody's first, second, … exposure.
///
/// ```
/// use tieline::FatigueCurve;
///
/// let curve: FatigueCurve = "geometric(0.5)".parse()?;
/// assert_eq!([curve.factor(1), curve.factor(3)], [1.0, 0.25]);
/// let curve: FatigueCurve = "table(1, 1.5, 0.5)".parse()?;
/// assert_eq!([curve.factor(2), curve.factor(9)], [1.5, 0.5]);
/// assert!("table(0.5, 1)".parse::<FatigueCurve>().unwrap_err().is_range());
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum FatigueCurve {
    /// The r-th exposure has the factor `ratio`^(r − 1), `ratio` in 0..=1.
    Geometric {
        /// What each exposure leaves of the factor of the one before it.
        ratio: f64,
    },
    /// One factor after the other, the first of which is 1; the last holds for all that follow.
    Table {
        /// The factors, finite and not negative.
        factors: Vec<f64>,
    },
}

impl FatigueCurve {
    /// The factor of exposure number `exposure`, the first being number 1.
    #[must_use]
    pub fn factor(&self, exposure: u64) -> f64 {
        let before = exposure.saturating_sub(1);
        match self {
            Self::Geometric { ratio } => libm::pow(*ratio, before as f64),
            Self::Table { factors } => {
                let place = usize::try_from(before).unwrap_or(usize::MAX);
                factors.get(place).or(factors.last()).copied().unwrap_or(1.0)
            }
        }
    }

    /// The greatest factor.
    fn most(&self) -> f64 {
        match self {
            Self::Geometric { .. } => 1.0,
            Self::Table { factors } => factors.iter().copied().fold(1.0, f64::max),
        }
    }

    /// So many exposures are worth writing down.
    fn differs_up_to(&self) -> u64 {
        match self {
            Self::Geometric { .. } => 256,
            Self::Table { factors } => factors.len() as u64,
        }
    }

    /// Whether no factor is greater than the one before it.
    fn falls(&self) -> bool {
        match self {
            Self::Geometric { .. } => true,
            Self::Table { factors } => factors.is_sorted_by(|before, after| before >= after),
        }
    }

    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Self::Geometric { ratio } if (0.0..=1.0).contains(ratio) => Ok(()),
            Self::Geometric { ratio } => Err(Error::range(format!(
                "the ratio of geometric fatigue must lie in 0..=1, found {ratio}"
            ))),
            Self::Table { factors } => {
                let bad = |factor: &&f64| !(factor.is_finite() && **factor >= 0.0);
                match (factors.first(), factors.iter().find(bad)) {
                    (_, Some(bad)) => Err(Error::range(format!(
                        "factors of fatigue must be finite and not negative, found {bad}"
                    ))),
                    (Some(&1.0), None) => Ok(()),
                    (Some(first), None) => Err(Error::range(format!(
                        "the first factor of fatigue must be 1, for the first exposure, found {first}"
                    ))),
                    (None, None) => {
                        Err(Error::range("a table of fatigue needs factors, the first 1"))
                    }
                }
            }
        }
    }
}

impl fmt::Display for FatigueCurve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Geometric { ratio } => write!(f, "geometric({ratio})"),
            Self::Table { factors } => {
                let factors: Vec<_> = factors.iter().map(f64::to_string).collect();
                write!(f, "table({})", factors.join(", "))
            }
        }
    }
}

impl FromStr for FatigueCurve {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let what = || {
            Error::input(format!(
                "expected `geometric(R)` or `table(1, F, F, …)` for fatigue, found `{text}`"
            ))
        };
        let (name, rest) = text.trim().split_once('(').ok_or_else(what)?;
        let numbers = rest.strip_suffix(')').ok_or_else(what)?.split(',');
        let numbers: Vec<f64> = numbers
            .map(|number| number.trim().parse().map_err(|_| what()))
            .collect::<Result<_>>()?;
        let curve = match (name.trim_end(), &numbers[..]) {
            ("geometric", &[ratio]) => Self::Geometric { ratio },
            ("table", _) => Self::Table { factors: numbers },
            _ => return Err(what()),
        };
        curve.check()?;
        Ok(curve)
    }
}

impl Serialize for FatigueCurve {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FatigueCurve {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Fatigue under independent and weighted cascade: the try that is somebody's r-th exposure succeeds with
/// the probability of its tie × the factor of r.
///
/// Every try is an exposure, whether it succeeds or not, at whichever account of the user it lands
/// ([`per`](Self::per) says otherwise), also at accounts that have shared already; so is a cross-post. They
/// count in order of time, and at one step or tick in an order that only keys decide. A cross-post itself
/// is not asked.
///
/// With factors that fall this is a *decreasing cascade* (D. Kempe, J. Kleinberg, É. Tardos, "Influential
/// nodes in a diffusion model for social networks", ICALP 2005,
/// <https://doi.org/10.1007/11523468_91>), with factors measured from data an exposure curve (D. Romero,
/// B. Meeder, J. Kleinberg, "Differences in the mechanics of information diffusion across topics", WWW
/// 2011, <https://doi.org/10.1145/1963405.1963503>). More ties, or origins, may reduce who shares; without
/// somebody what comes before the first exposure that is gone is the same, and no more (class *prefix*). On the
/// command line: `--fatigue`.
///
/// ```
/// use tieline::{Ensemble, Fatigue, IndependentCascade, Scenario, SocialGraph};
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// builder.tie(square, "ann", "dee").tie(square, "bob", "dee").tie(square, "cid", "dee");
/// let scenario = Scenario::builder(builder.build()?)
///     .model(IndependentCascade::with_probability(0.5))
///     .fatigue(Fatigue::geometric(0.5))
///     .origins(["ann", "bob", "cid"])
///     .build()?;
/// let outcome = Ensemble::new(&scenario).runs(100_000).run();
/// let dee = outcome.size.mean - 3.0;
/// assert!((dee - (1.0 - 0.5 * 0.75 * 0.875)).abs() < 0.01);
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fatigue {
    /// The factors.
    pub curve: FatigueCurve,
    /// Who tires.
    pub per: Per,
}

impl Fatigue {
    /// With these factors, of users.
    #[must_use]
    pub fn new(curve: FatigueCurve) -> Self {
        Self { curve, per: Per::User }
    }

    /// Each exposure leaves `ratio` of what the one before it had.
    #[must_use]
    pub fn geometric(ratio: f64) -> Self {
        Self::new(FatigueCurve::Geometric { ratio })
    }

    /// These factors one after the other, the last for all that follow.
    #[must_use]
    pub fn table(factors: impl IntoIterator<Item = f64>) -> Self {
        Self::new(FatigueCurve::Table { factors: factors.into_iter().collect() })
    }

    /// Who tires: people, or each account by itself.
    #[must_use]
    pub fn per(mut self, per: Per) -> Self {
        self.per = per;
        self
    }

    /// Made ready for one graph.
    pub(crate) fn prepare(
        &self,
        graph: &SocialGraph,
        probabilities: &TieProbabilities,
        delays: Option<PreparedDelays>,
    ) -> Result<Tiring> {
        self.curve.check()?;
        let most = self.curve.most();
        if let Some(((source, target), p)) = probabilities.greatest(graph).filter(|_| most > 1.0)
            && p * most > 1.0
        {
            return Err(Error::range(format!(
                "the probability of a reshare along the tie {} → {} is {p}, × {most} by `fatigue`, above 1",
                graph.account_label(source),
                graph.account_label(target)
            )));
        }
        // Without people who have several accounts there is nothing to remember beyond an account.
        let several = graph.users_with_several_accounts() > 0;
        let kept = |exposure| kept(&self.curve, most, exposure);
        Ok(Tiring {
            rates: probabilities.rates(graph, |p| p * most),
            delays,
            ticks: None,
            kept: (1..=self.curve.differs_up_to()).map(kept).collect(),
            falls: self.curve.falls(),
            curve: self.curve.clone(),
            most,
            per: if several { self.per } else { Per::Account },
        })
    }
}

/// Fatigue made ready for one graph.
#[derive(Debug, Clone)]
pub(crate) struct Tiring {
    /// Ties that fire at the greatest factor.
    pub(crate) rates: TieRates,
    pub(crate) delays: Option<PreparedDelays>,
    /// When ties exist, if they have times.
    pub(crate) ticks: Option<TieTicks>,
    pub(crate) curve: FatigueCurve,
    /// By exposure: the part of the tries that succeed, where their ties fire. Of the first, and for tables
    /// the last stands for all that follow.
    kept: Box<[Threshold]>,
    /// Whether no exposure persuades more than the one before it.
    falls: bool,
    pub(crate) most: f64,
    pub(crate) per: Per,
}

impl Tiring {
    /// The same over ties that exist then.
    pub(super) fn over(self, ticks: TieTicks) -> Self {
        Self { ticks: Some(ticks), ..self }
    }

    /// What decides of the try along a tie that fires at the greatest factor.
    #[inline]
    pub(crate) fn coin(draws: Key, from: u64, to: u64) -> Stream {
        draws.stream(from, to)
    }

    /// Whether a try with this coin succeeds as exposure number `exposure`.
    #[inline]
    pub(crate) fn persuades(&self, exposure: u64, coin: Stream) -> bool {
        let known = usize::try_from(exposure - 1).ok().and_then(|place| self.kept.get(place));
        let kept = known.copied().unwrap_or_else(|| kept(&self.curve, self.most, exposure));
        kept.succeeds(coin, 0)
    }

    /// The last exposure, from number `exposure` on, as which a try with this coin may succeed; the one before
    /// if there is none. `u32::MAX` where that is not known.
    #[inline]
    pub(crate) fn last_to_persuade(&self, exposure: u32, coin: Stream) -> u32 {
        if !self.falls {
            return u32::MAX;
        }
        let (first, end) = (exposure as usize - 1, self.kept.len() - 1);
        // Those behind the last are no better.
        if !self.kept[first.min(end)].succeeds(coin, 0) {
            return exposure - 1;
        }
        let mut later = self.kept.iter().skip(exposure as usize);
        match later.position(|kept| !kept.succeeds(coin, 0)) {
            Some(place) => exposure + place as u32,
            None => u32::MAX,
        }
    }
}

/// The part of the tries that succeed as exposure number `exposure`, where their ties fire at the greatest factor.
fn kept(curve: &FatigueCurve, most: f64, exposure: u64) -> Threshold {
    Threshold::new((curve.factor(exposure) / most).min(1.0))
}
