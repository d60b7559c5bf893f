//! What a share passes along each tie: a probability, a rate, or a mean number of shares.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{resolve_pair, twice};
use crate::error::{Error, OfKey, Result};
use crate::graph::{SocialGraph, UserRef};
use crate::id::{AccountId, NetworkId, TieId, UserId};
use crate::unit::Clock;

/// One number for each tie: a probability, a rate or a mean number of shares, whichever the model takes.
///
/// It is a product: what the most specific of `pairs`, `networks` and `base` says, or the weight of the
/// tie, × the infectivity of the user who shares × the susceptibility of the user who sees. Names and
/// numbers are checked by [`ScenarioBuilder::build`](crate::ScenarioBuilder::build). On the command
/// line: `--reshare`, `--infectivity`, `--susceptibility`.
///
/// ```
/// use tieline::{IndependentCascade, Reshares, Scenario, SocialGraph};
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// builder.tie(square, "ann", "bob").tie(square, "bob", "cid");
/// let graph = std::sync::Arc::new(builder.build()?);
/// let build = |reshares| {
///     let model = IndependentCascade::with(reshares);
///     Scenario::builder(graph.clone()).model(model).origin("ann").build()
/// };
/// let reshares = Reshares::all(0.4).infectivity("ann", 2.0);
/// assert!(build(reshares.clone()).is_ok());
/// let error = build(reshares.susceptibility("bob", 3.0)).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "the probability of a reshare along the tie ann@square → bob@square is 0.4 × 2 × 3, above 1"
/// );
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Reshares {
    /// For all ties; if there is none, every network that holds ties needs its own.
    pub base: Option<f64>,
    /// Whether it is the weight of the tie, where nothing more specific is said.
    pub weights: bool,
    /// For ties that end in a network.
    pub networks: Vec<(String, f64)>,
    /// For ties from one network into another, or inside one if both are the same.
    pub pairs: Vec<(String, String, f64)>,
    /// What shares of a user pass on is multiplied by this; 1 for those not listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub infectivity: Vec<(String, f64)>,
    /// What reaches a user is multiplied by this; 1 for those not listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub susceptibility: Vec<(String, f64)>,
}

impl Reshares {
    /// The same for all ties.
    #[must_use]
    pub fn all(number: f64) -> Self {
        Self { base: Some(number), ..Self::default() }
    }

    /// The weight of each tie; a tie without a weight is an error. On the command line:
    /// `--reshare weight`.
    #[must_use]
    pub fn tie_weights() -> Self {
        Self { weights: true, ..Self::default() }
    }

    /// For the ties that end in `network`.
    #[must_use]
    pub fn in_network(mut self, network: impl Into<String>, number: f64) -> Self {
        self.networks.push((network.into(), number));
        self
    }

    /// For the ties from one network into another; also for those inside one network if both are the
    /// same.
    #[must_use]
    pub fn between(mut self, from: impl Into<String>, to: impl Into<String>, number: f64) -> Self {
        self.pairs.push((from.into(), to.into(), number));
        self
    }

    /// A factor for what shares of `user` pass on, on all their accounts.
    #[must_use]
    pub fn infectivity(mut self, user: impl Into<String>, factor: f64) -> Self {
        self.infectivity.push((user.into(), factor));
        self
    }

    /// A factor for what reaches `user`, on all their accounts.
    #[must_use]
    pub fn susceptibility(mut self, user: impl Into<String>, factor: f64) -> Self {
        self.susceptibility.push((user.into(), factor));
        self
    }

    /// Whether the numbers may be what they are to be, as far as that can be told without a graph.
    pub(crate) fn check(&self, meaning: Meaning) -> Result<()> {
        let named = self.networks.iter().map(|(_, number)| number);
        let mut numbers =
            self.base.iter().chain(named).chain(self.pairs.iter().map(|pair| &pair.2));
        numbers.try_for_each(|&number| meaning.check(number).map(|_| ())).of_key("reshare")?;
        let of_users =
            [("infectivity", &self.infectivity), ("susceptibility", &self.susceptibility)];
        for (what, factors) in of_users {
            factors.iter().try_for_each(|(name, factor)| check_factor(what, name, *factor))?;
        }
        Ok(())
    }

    /// What holds for each network, each pair of networks and each user.
    pub(crate) fn rates(&self, graph: &SocialGraph, meaning: Meaning) -> Result<ReshareRates> {
        self.resolved(graph, meaning).of_key("reshare")
    }

    fn resolved(&self, graph: &SocialGraph, meaning: Meaning) -> Result<ReshareRates> {
        let base = match (self.base, self.weights) {
            (Some(_), true) => {
                return Err(Error::conflict(format!(
                    "{} is one number and the weight of the tie at once",
                    meaning.name()
                )));
            }
            (Some(number), false) => Some(Reshare::Same(meaning.check(number)?)),
            (None, true) => Some(Reshare::Weight),
            (None, false) => None,
        };
        let mut into = vec![base; graph.network_count()];
        let mut named = vec![false; graph.network_count()];
        for (name, number) in &self.networks {
            let network = graph.network_named(name)?.index();
            if std::mem::replace(&mut named[network], true) {
                return Err(twice(meaning.name(), name));
            }
            into[network] = Some(Reshare::Same(meaning.check(*number)?));
        }
        let mut pairs = HashMap::new();
        for (from, to, number) in &self.pairs {
            let pair = resolve_pair(graph, from, to)?;
            let rate = Reshare::Same(meaning.check(*number)?);
            if pairs.insert(pair, rate).is_some() {
                return Err(twice(meaning.name(), &format!("{from}:{to}")));
            }
        }
        let infectivity = factors(graph, "infectivity", &self.infectivity)?;
        let susceptibility = factors(graph, "susceptibility", &self.susceptibility)?;
        Ok(ReshareRates { meaning, into, pairs, infectivity, susceptibility, shared_out: false })
    }
}

/// Whether what concerns a user can be multiplied by this.
pub(crate) fn check_factor(key: &'static str, user: &str, factor: f64) -> Result<()> {
    if factor.is_finite() && factor >= 0.0 {
        return Ok(());
    }
    let what = key.replace('_', " ");
    let flaw = format!("the {what} of `{user}` must be finite and not negative, found {factor}");
    Err(Error::range(flaw).of_key(key))
}

/// Factors by user.
fn factors(
    graph: &SocialGraph,
    what: &'static str,
    named: &[(String, f64)],
) -> Result<HashMap<UserId, f64>> {
    let mut factors = HashMap::new();
    for (name, factor) in named {
        let user = graph.user(UserRef::from(name)).of_key(what)?;
        check_factor(what, name, *factor)?;
        if factors.insert(user, *factor).is_some() {
            return Err(twice(&format!("the {what}"), name).of_key(what));
        }
    }
    Ok(factors)
}

/// What the number of a tie is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// In 0..=1.
    Probability,
    /// Per unit of time: 0, or in 2^−30..=2^20.
    Rate,
    /// Shares that one share causes: any that is finite and not negative.
    Mean,
}

/// Rates beyond these have too few ticks, or too many.
const RATES: std::ops::RangeInclusive<f64> = 1.0 / 1_073_741_824.0..=1_048_576.0;

impl Meaning {
    /// What the numbers of ties are along which accounts contact each other.
    pub(crate) const fn of_contacts(clock: Clock) -> Self {
        match clock {
            Clock::Continuous => Self::Rate,
            Clock::Steps => Self::Probability,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Probability => "the probability of a reshare",
            Self::Rate => "the rate of reshares",
            Self::Mean => "the mean number of reshares",
        }
    }

    /// `number`, if it may be one.
    fn check(self, number: f64) -> Result<f64> {
        match self.flaw(number) {
            // -0.0 is no other number than 0.0.
            None => Ok(number + 0.0),
            Some(flaw) => Err(Error::range(format!("{} {flaw}, found {number}", self.name()))),
        }
    }

    /// What is wrong with `number`.
    fn flaw(self, number: f64) -> Option<&'static str> {
        match self {
            Self::Probability if (0.0..=1.0).contains(&number) => None,
            Self::Probability => Some("must lie in 0..=1"),
            _ if !(number.is_finite() && number >= 0.0) => Some("must be finite and not negative"),
            Self::Rate if number != 0.0 && !RATES.contains(&number) => {
                Some("must lie in 2^−30..=2^20 per time unit: choose another `time_unit`")
            }
            _ => None,
        }
    }
}

/// Whether `rate` is one of time as it is counted.
pub(crate) fn check_rate(rate: f64, what: &str) -> Result<()> {
    match Meaning::Rate.flaw(rate) {
        None => Ok(()),
        Some(flaw) => Err(Error::range(format!("the rate of {what} {flaw}, found {rate}"))),
    }
}

/// What is said of the ties from one network into another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Reshare {
    /// The same number for all.
    Same(f64),
    /// The weight of the tie.
    Weight,
}

/// What holds for each network, each pair of networks and each user of one graph.
#[derive(Debug, Clone)]
pub(crate) struct ReshareRates {
    meaning: Meaning,
    into: Vec<Option<Reshare>>,
    pairs: HashMap<(NetworkId, NetworkId), Reshare>,
    infectivity: HashMap<UserId, f64>,
    susceptibility: HashMap<UserId, f64>,
    /// Whether what an account sees is shared out among all ties that lead to it: then numbers are divided
    /// by its in-degree.
    shared_out: bool,
}

impl ReshareRates {
    /// The same, shared out among all ties that lead to an account; what each gets is a `meaning`.
    pub(crate) fn share_out(self, meaning: Meaning) -> Self {
        Self { meaning, shared_out: true, ..self }
    }

    /// The same, each number being a `meaning`.
    pub(crate) fn meaning(self, meaning: Meaning) -> Self {
        Self { meaning, ..self }
    }

    pub(crate) fn rate(&self, from: NetworkId, to: NetworkId) -> Option<Reshare> {
        self.pairs.get(&(from, to)).copied().or(self.into[to.index()])
    }

    /// The number that all ties from one network into another have, if there is one.
    pub(crate) fn same(&self, from: NetworkId, to: NetworkId) -> Option<f64> {
        match self.rate(from, to) {
            Some(Reshare::Same(number)) if self.infectivity.is_empty() && !self.shared_out => {
                Some(number).filter(|_| self.susceptibility.is_empty())
            }
            _ => None,
        }
    }

    /// The factors of the number of a tie: its own, its source's and its target's; none if nothing is
    /// said of it.
    pub(crate) fn factors(
        &self,
        graph: &SocialGraph,
        tie: TieId,
        (source, target): (AccountId, AccountId),
    ) -> Option<[f64; 3]> {
        let own = match self.rate(graph.network_of(source), graph.network_of(target))? {
            Reshare::Same(number) => number,
            Reshare::Weight => graph.weight(tie)?,
        };
        let own = if self.shared_out { own / graph.in_degree(target) as f64 } else { own };
        let factor = |of: &HashMap<UserId, f64>, account| match of.is_empty() {
            true => 1.0,
            false => of.get(&graph.user_of(account)).copied().unwrap_or(1.0),
        };
        Some([own, factor(&self.infectivity, source), factor(&self.susceptibility, target)])
    }

    /// The number of a tie between these ends; none if nothing is said of it.
    pub(crate) fn of_tie(
        &self,
        graph: &SocialGraph,
        tie: TieId,
        ends: (AccountId, AccountId),
    ) -> Option<f64> {
        self.factors(graph, tie, ends).map(|[own, from, to]| own * from * to)
    }

    /// Checks that every tie has a number that it may have. O(m) where they differ, else O(n).
    pub(crate) fn check(&self, graph: &SocialGraph) -> Result<()> {
        for source in graph.accounts() {
            let from = graph.network_of(source);
            for (to, part) in super::parts(graph, source) {
                if self.rate(from, to).is_none() {
                    let (from, to) = (graph.network(from).name(), graph.network(to).name());
                    let pair = if from == to { to.into() } else { format!("{from}:{to}") };
                    return Err(Error::conflict(format!(
                        "no {} is given for ties of `{pair}`: say one for all, or for `{to}`",
                        self.meaning.name().trim_start_matches("the ")
                    ))
                    .of_key("reshare"));
                }
                if self.same(from, to).is_none() {
                    let first = graph.tie_range(source).start;
                    for place in part {
                        let target = graph.targets(source)[place];
                        let tie = TieId::new(first + place as u64);
                        self.check_tie(graph, tie, (source, target)).of_key("reshare")?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Checks that a tie has a number that it may have.
    pub(crate) fn check_tie(
        &self,
        graph: &SocialGraph,
        tie: TieId,
        ends: (AccountId, AccountId),
    ) -> Result<()> {
        let label = || {
            let (source, target) = ends;
            format!("{} → {}", graph.account_label(source), graph.account_label(target))
        };
        let Some([own, from, to]) = self.factors(graph, tie, ends) else {
            let what = self.meaning.name().trim_start_matches("the ");
            let what = what.split(' ').next().unwrap_or(what);
            return Err(Error::conflict(format!(
                "the tie {} has no weight to be its {what}",
                label()
            )));
        };
        let Some(flaw) = self.meaning.flaw(own * from * to) else { return Ok(()) };
        if (from, to) == (1.0, 1.0) && self.meaning == Meaning::Probability && !self.shared_out {
            let [from, to] = [ends.0, ends.1].map(|account| graph.network_of(account));
            let (what, why) = match self.rate(from, to) {
                Some(Reshare::Same(_)) => (
                    "what is passed on along",
                    ": at contacts of the data and in steps `reshare` is one, not a rate",
                ),
                _ => ("the weight of", ""),
            };
            let tie = label();
            return Err(Error::range(format!(
                "{what} the tie {tie} is {own}, which is no probability (0..=1){why}"
            ))
            .of_tie(graph.tie_row(ends, own)));
        }
        let factors = [own, from, to].map(|factor| factor.to_string());
        let mut product = factors.join(" × ");
        if self.shared_out {
            let target = ends.1;
            let (k, name) = (graph.in_degree(target), graph.account_label(target));
            product.push_str(&format!(" once shared out among the {k} whom {name} sees"));
        }
        let flaw = if self.meaning == Meaning::Probability { "above 1" } else { flaw };
        Err(Error::range(format!(
            "{} along the tie {} is {product}, {flaw}",
            self.meaning.name(),
            label()
        )))
    }
}
