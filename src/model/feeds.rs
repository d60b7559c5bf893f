//! Limited attention: posts compete for places in front of people's eyes.

use serde::{Deserialize, Serialize};

use super::reshare::check_rate;
use super::twice;
use crate::error::{Error, OfKey, Result};
use crate::graph::SocialGraph;
use crate::unit::Clock;

/// Feeds: every account has a *screen* of copies that those whom it sees put there by sharing, looks at it
/// at the times of a Poisson process, and then shares something new or something that it sees.
///
/// New posts are background: they take attention away from the posts of the scenario, which start once
/// [`burn_in`](Self::burn_in) is over, and are told of as totals only
/// ([`BackgroundOutcome`](crate::BackgroundOutcome)). Several posts compete for the same screens. An account
/// may share a post again and again. A cross-post is shared by the other account as if it had found it.
/// Clocks and choices belong to the accounts and to nothing that happens, so runs under an intervention agree
/// until it takes something away, and no longer.
///
/// J. Gleeson, J. Ward, K. O'Sullivan, W. Lee, "Competition-induced criticality in a model of meme
/// popularity", Physical Review Letters 112 (2014), 048701,
/// <https://doi.org/10.1103/PhysRevLett.112.048701>; L. Weng, A. Flammini, A. Vespignani, F. Menczer,
/// "Competition among memes in a world with limited attention", Scientific Reports 2 (2012), 335,
/// <https://doi.org/10.1038/srep00335>.
///
/// ```
/// use tieline::{Ensemble, Feeds, Scenario, SocialGraph};
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// for i in 0..20 {
///     for step in [1, 3] {
///         builder.tie(square, &i.to_string(), &((i + step) % 20).to_string());
///     }
/// }
/// let scenario = Scenario::builder(builder.build()?)
///     .model(Feeds::gleeson(0.1).burn_in(30.0))
///     .origin("0")
///     .until(100.0)
///     .build()?;
/// let outcome = Ensemble::new(&scenario).runs(300).run();
/// // In the long run every new post is shared ten times, and every account shares once a unit of time.
/// let background = outcome.background.unwrap();
/// let ratio = background.shares.mean / background.innovations.mean;
/// assert!((ratio - 10.0).abs() < 0.5, "{ratio}");
/// # Ok::<(), tieline::Error>(())
/// ```
///
/// # Complexity
/// A run takes time in proportion to all that accounts share until its end, background included, and to
/// how many see it: with a new post or one seen at every look, activity × time × ties. 24 bytes for each copy
/// on a screen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Feeds {
    /// What an account does when it looks.
    pub rule: FeedRule,
    /// How often an account looks, per unit of time.
    pub activity: f64,
    /// The same for the accounts of a network.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub activities: Vec<(String, f64)>,
    /// How long it all goes on before time 0, when the posts of the scenario start.
    pub burn_in: f64,
}

/// What an account does when it looks at its screen. Shown at [`Feeds`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FeedRule {
    /// With probability `innovation` it shares a new post, which goes on its own screen, too; else one of the
    /// copies on its screen, each as likely as the others.
    Gleeson {
        /// μ, above 0 unless the scenario's posts are all there is.
        innovation: f64,
        /// How many copies a screen holds; a new one pushes out the oldest.
        slots: u32,
    },
    /// With probability `innovation` it shares a new post; else each copy on its screen draws its attention
    /// with probability `attention`, and for each that does it shares that one, or with probability `recall`
    /// one of those that it has shared itself, each as likely as the others.
    Weng {
        /// The probability of a new post.
        innovation: f64,
        /// That of a copy to be noticed.
        attention: f64,
        /// That of sharing something from memory in its place.
        recall: f64,
        /// How long a copy stays on a screen, and a share in memory.
        window: f64,
        /// How many copies a screen holds at the most, if there is a limit.
        slots: Option<u32>,
    },
}

impl Feeds {
    fn new(rule: FeedRule) -> Self {
        Self { rule, activity: 1.0, activities: Vec::new(), burn_in: 0.0 }
    }

    /// The rule of Gleeson et al., with room for one copy, and one look a unit of time.
    #[must_use]
    pub fn gleeson(innovation: f64) -> Self {
        Self::new(FeedRule::Gleeson { innovation, slots: 1 })
    }

    /// The rule of Weng et al., without a limit of copies, and one look a unit of time.
    #[must_use]
    pub fn weng(innovation: f64, attention: f64, recall: f64, window: f64) -> Self {
        Self::new(FeedRule::Weng { innovation, attention, recall, window, slots: None })
    }

    /// How many copies a screen holds.
    #[must_use]
    pub fn slots(mut self, most: u32) -> Self {
        match &mut self.rule {
            FeedRule::Gleeson { slots, .. } => *slots = most,
            FeedRule::Weng { slots, .. } => *slots = Some(most),
        }
        self
    }

    /// How often an account looks, per unit of time.
    #[must_use]
    pub fn activity(mut self, rate: f64) -> Self {
        self.activity = rate;
        self
    }

    /// How often the accounts of one network do.
    #[must_use]
    pub fn activity_in(mut self, network: impl Into<String>, rate: f64) -> Self {
        self.activities.push((network.into(), rate));
        self
    }

    /// How long it all goes on before the posts of the scenario start.
    #[must_use]
    pub fn burn_in(mut self, time: f64) -> Self {
        self.burn_in = time;
        self
    }

    pub(crate) const fn name(&self) -> &'static str {
        match self.rule {
            FeedRule::Gleeson { .. } => "gleeson",
            FeedRule::Weng { .. } => "weng",
        }
    }

    pub(super) fn check(&self) -> Result<()> {
        let probability = |key: &'static str, p: f64| {
            let what = if key == "innovation" { "a new post" } else { key };
            match (0.0..=1.0).contains(&p) {
                true => Ok(()),
                false => Err(Error::range(format!(
                    "the probability of {what} must lie in 0..=1, found {p}"
                ))
                .of_key(key)),
            }
        };
        let slots = match self.rule {
            FeedRule::Gleeson { innovation, slots } => {
                probability("innovation", innovation)?;
                Some(slots)
            }
            FeedRule::Weng { innovation, attention, recall, window, slots } => {
                probability("innovation", innovation)?;
                probability("attention", attention)?;
                probability("recall", recall)?;
                if !(window.is_finite() && window > 0.0) {
                    return Err(Error::range(format!(
                        "the window must be finite and above 0, found {window}"
                    ))
                    .of_key("window"));
                }
                Clock::Continuous.moment(window).of_key("window")?;
                slots
            }
        };
        if slots == Some(0) {
            return Err(Error::range("a screen has at least 1 slot, found 0").of_key("slots"));
        }
        let rates = self.activities.iter().map(|(_, rate)| rate);
        for &rate in rates.chain([&self.activity]) {
            check_rate(rate, "activity").of_key("activity")?;
            if rate == 0.0 {
                let flaw = Error::range("the activity must be above 0, found 0");
                return Err(flaw.of_key("activity"));
            }
        }
        Clock::Continuous.moment(self.burn_in).map(|_| ()).of_key("burn_in")
    }

    /// It passed [`check`](Self::check).
    pub(super) fn prepare(&self, graph: &SocialGraph) -> Result<Screens> {
        let mut own: Vec<Option<f64>> = vec![None; graph.network_count()];
        for (name, rate) in &self.activities {
            let network = graph.network_named(name).of_key("activity")?.index();
            if own[network].replace(*rate).is_some() {
                return Err(twice("the activity", name));
            }
        }
        let window = match self.rule {
            FeedRule::Gleeson { .. } => u64::MAX,
            FeedRule::Weng { window, .. } => Clock::Continuous.span(window),
        };
        Ok(Screens {
            rule: self.rule.clone(),
            activity: own.into_iter().map(|own| own.unwrap_or(self.activity)).collect(),
            window,
            burn_in: Clock::Continuous.moment(self.burn_in)?,
        })
    }

    /// Whether accounts share something new of their own accord, so that there is something to see without a post
    /// of the scenario.
    pub(crate) fn has_news(&self) -> bool {
        match self.rule {
            FeedRule::Gleeson { innovation, .. } | FeedRule::Weng { innovation, .. } => {
                innovation > 0.0
            }
        }
    }

    /// The error where accounts would share of their own accord twice.
    pub(crate) fn without_external(&self) -> Error {
        Error::conflict(format!(
            "`external` means nothing beside {}: there `innovation` says how often accounts share of their \
             own accord",
            self.name()
        ))
    }

    /// What people should know who set it so.
    pub(crate) fn warning(&self, graph: &SocialGraph) -> Option<String> {
        let FeedRule::Weng { innovation, attention, window, .. } = self.rule else { return None };
        // The mean number of shares of the next generation that a share causes.
        let mean_degree = graph.tie_count() as f64 / graph.account_count().max(1) as f64;
        let next = (1.0 - innovation) * attention * window * self.activity * mean_degree;
        (next >= 1.0).then(|| {
            format!(
                "weng: (1 − innovation) · attention · window · activity · ties an account is {next:.3}, and \
                 from 1 on shares grow without end as long as screens have no limit"
            )
        })
    }
}

/// Feeds made ready for one graph.
#[derive(Debug, Clone)]
pub(crate) struct Screens {
    pub(crate) rule: FeedRule,
    /// By network: how often accounts look, per unit of time.
    pub(crate) activity: Vec<f64>,
    /// How long copies stay, in ticks.
    pub(crate) window: u64,
    pub(crate) burn_in: u64,
}
