//! Threshold models with fixed thresholds: an account, or a person, passes a post on once enough of
//! those they see have.

mod alone;
mod by_account;
mod level;
mod pooled;
mod prepared;
mod resolved;
mod rule;
mod value;
mod weights;

use serde::{Deserialize, Serialize};

pub(crate) use self::alone::{Alone, Asked};
pub(crate) use self::by_account::AccountLevels;
pub(crate) use self::level::{Level, OpenNeeds, ThresholdLane};
pub(crate) use self::pooled::Pooled;
pub(crate) use self::prepared::{Member, Persons, Slot, Thresholds};
pub(crate) use self::resolved::Resolved;
pub use self::rule::{Adopt, Friends, ThresholdDraw, ThresholdRule};
pub use self::value::ThresholdValue;
pub(crate) use self::weights::{content_weights, tie_weights};
use super::{CrosspostRates, Crossposts, ThresholdWeights};
use crate::error::{Error, OfKey, Result};
use crate::random::Distribution;

/// A threshold model: somebody passes a post on once enough of those they see have, and how many are
/// enough does not depend on the run, or is drawn before it.
///
/// The choice where people need to see a thing from several others before they join in: norms,
/// protest, new habits. What one share starts, a second can finish, so clusters matter more than
/// bridges.
///
/// Steps are synchronous. With m of the k accounts that somebody sees having shared by step t,
/// bridge ties included and cross-posts not, they share at t + 1 if
///
/// | rule | passes iff | adopts | paper |
/// |---|---|---|---|
/// | [`watts`](Self::watts) | m ≥ φ·k | account | Watts 2002 |
/// | [`count`](Self::count) | m ≥ c | account | Granovetter 1978; Centola, Macy 2007 |
/// | [`linear_fixed`](Self::linear_fixed) | Σ w over those who shared ≥ θ | account | Granovetter 1978 |
/// | [`or`](Self::or) | in some network m ≥ φ·k | person | Brummitt, Lee, Goh 2012 |
/// | [`and`](Self::and) | in every network with k > 0, at least one | person | Lee, Brummitt, Goh 2014 |
/// | [`content`](Self::content) | Σ c·m ≥ τ·Σ c·k over networks, c of the one in which it is seen | person | Yağan, Gligor 2012 |
/// | [`pooled`](Self::pooled) | the same with c = 1 | person | – |
///
/// k = 0 never passes, and an account shares once. Comparisons are in integers: 0.18 is 18/100.
/// Weights and drawn thresholds lie on a grid of 2^−32; a weight is rounded up, so that weights that
/// sum to θ as decimals reach it, and a drawn value down, but never to 0.
///
/// **Account or person** ([`Adopt`]). Where accounts adopt, a rule reads the in-ties of one account,
/// and cross-posts are tossed for as in every model. Where a person adopts, it reads those of all
/// their accounts. Once it holds, those accounts share at the next step that see somebody who shared
/// (under `or` and `and`: and in whose network it holds), and one step later the other accounts, by
/// sure cross-posts. An origin is convinced, too: the person's other accounts follow by cross-posts.
/// Who does not carry shares on the others one step after the same holds there, if ever. The
/// first three rules, adopted by a person, read all networks: then `watts` is `pooled`, and
/// `linear_fixed` reads weights that sum to 1 for a person.
///
/// **Parents**: of those whom the account sees and who counted, those of the latest step, for it was
/// they who tipped it; among them the least hash. A cross-post of the same step competes by hash.
///
/// **Thresholds** are one value, per network, per user or account, or drawn
/// ([`ThresholdValue`], [`ThresholdDraw`]). A given one lies in 0..=1 without 0 (for `count`: whole,
/// from 1). A drawn one of 0 or less makes who drew it an origin, whatever k; one above 1 never
/// passes.
///
/// **Interventions** (class M). A run in which a muted user never shares, or one who does not carry
/// never carries, or over whose cut tie nothing went, is the same to the bit. What is left else is the
/// least fixed point of the same rule with the same thresholds: nobody new, nobody earlier. Muted users
/// and cut ties keep counting in k.
///
/// M. Granovetter, "Threshold models of collective behavior", American Journal of Sociology 83
/// (1978), <https://doi.org/10.1086/226707>; D. J. Watts, "A simple model of global cascades on
/// random networks", PNAS 99 (2002), <https://doi.org/10.1073/pnas.082090499>; D. Centola, M. Macy,
/// "Complex contagions and the weakness of long ties", American Journal of Sociology 113 (2007),
/// <https://doi.org/10.1086/521848>; C. D. Brummitt, K.-M. Lee, K.-I. Goh, "Multiplexity-facilitated
/// cascades in networks", Physical Review E 85 (2012),
/// <https://doi.org/10.1103/PhysRevE.85.045102>; K.-M. Lee, C. D. Brummitt, K.-I. Goh, "Threshold
/// cascades with response heterogeneity in multiplex networks", Physical Review E 90 (2014),
/// <https://doi.org/10.1103/PhysRevE.90.062816>; O. Yağan, V. Gligor, "Analysis of complex contagions
/// in random multiplex networks", Physical Review E 86 (2012),
/// <https://doi.org/10.1103/PhysRevE.86.036103>. On ties that come and go: F. Karimi, P. Holme,
/// "Threshold model of cascades in empirical temporal networks", Physica A 392 (2013),
/// <https://doi.org/10.1016/j.physa.2013.03.050>.
///
/// ```
/// use tieline::{Ensemble, Scenario, SocialGraph, Threshold};
///
/// // Two circles of four friends, and one tie between them.
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// let (one, two) = (["ann", "bob", "cid", "dee"], ["eve", "fay", "gil", "hal"]);
/// for circle in [one, two] {
///     for (i, a) in circle.iter().enumerate() {
///         circle[i + 1..].iter().for_each(|b| _ = builder.mutual(square, a, b));
///     }
/// }
/// builder.mutual(square, "dee", "eve");
/// let graph = std::sync::Arc::new(builder.build()?);
/// let size = |model, origins: &[&str]| {
///     let origins = origins.iter().copied();
///     let scenario = Scenario::builder(graph.clone()).model(model).origins(origins).build()?;
///     Ok::<_, tieline::Error>(Ensemble::new(&scenario).cascade(0).size())
/// };
/// // Who waits for two is not reached over one tie; for who waits for a quarter one is enough.
/// assert_eq!(size(Threshold::count(2), &["ann", "bob"])?, 4);
/// assert_eq!(size(Threshold::watts(0.25), &["ann"])?, 8);
/// # Ok::<(), tieline::Error>(())
/// ```
///
/// # Complexity
/// A run takes time in proportion to the ties of its sharers, and memory of 8 bytes an account (16 with
/// weights, persons or friends counted once); with parents also the in-ties of those who share, which
/// the first such run turns round. Draws of 0 or less that a distribution allows cost O(n) a run. To
/// prepare it is O(n + m) time; O(m log m) where friends count once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Threshold {
    /// The rule.
    pub rule: ThresholdRule,
    /// The threshold of all who have no other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<ThresholdValue>,
    /// By network, where networks are looked at one by one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<(String, ThresholdValue)>,
    /// By user, or by `account@network` where accounts adopt.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<(String, f64)>,
    /// Who adopts.
    pub adopt: Adopt,
    /// How friends with several accounts count.
    #[serde(default)]
    pub friends: Friends,
    /// When drawn thresholds are drawn.
    #[serde(default)]
    pub draw: ThresholdDraw,
    /// Under `content`: what a tie into a network counts, by network; 1 for those not listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub content: Vec<(String, f64)>,
    /// Under `linear-fixed`: where weights come from.
    #[serde(default)]
    pub weights: ThresholdWeights,
    /// Over contacts: for how many steps each counts, its own among them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<u32>,
}

impl Threshold {
    /// Whether a threshold may be drawn at 0 or less.
    pub(crate) fn can_be_low(&self) -> bool {
        let named = self.networks.iter().map(|(_, value)| value);
        self.threshold.iter().chain(named).any(ThresholdValue::can_be_low)
    }

    /// This rule, without any threshold yet.
    #[must_use]
    pub fn of(rule: ThresholdRule) -> Self {
        Self {
            rule,
            threshold: None,
            networks: Vec::new(),
            given: Vec::new(),
            adopt: rule.adopter(),
            friends: Friends::default(),
            draw: ThresholdDraw::default(),
            content: Vec::new(),
            weights: ThresholdWeights::default(),
            window: None,
        }
    }

    /// A share φ of those whom an account sees must have shared; over contacts, of its contacts: see
    /// [`window`](Self::window).
    #[must_use]
    pub fn watts(phi: f64) -> Self {
        Self::of(ThresholdRule::Watts).at(phi)
    }

    /// So many of those whom an account sees must have shared; over contacts, so many contacts, of which one person
    /// may have several: see [`window`](Self::window) and [`Friends::People`].
    #[must_use]
    pub fn count(c: u32) -> Self {
        Self::of(ThresholdRule::Count).at(f64::from(c))
    }

    /// The weights of those who have shared must sum to θ; 1/in-degree each, unless
    /// [`with_weights`](Self::with_weights) says more.
    #[must_use]
    pub fn linear_fixed(theta: f64) -> Self {
        Self::of(ThresholdRule::LinearFixed).at(theta)
    }

    /// In some network a share φ of those whom a person sees there must have shared.
    #[must_use]
    pub fn or(phi: f64) -> Self {
        Self::of(ThresholdRule::Or).at(phi)
    }

    /// In every network in which a person sees anybody, a share φ of them must have shared.
    #[must_use]
    pub fn and(phi: f64) -> Self {
        Self::of(ThresholdRule::And).at(phi)
    }

    /// A share τ of those whom a person sees must have shared, weighed by network
    /// ([`weigh`](Self::weigh)).
    #[must_use]
    pub fn content(tau: f64) -> Self {
        Self::of(ThresholdRule::Content).at(tau)
    }

    /// A share τ of those whom a person sees, in all networks together, must have shared.
    #[must_use]
    pub fn pooled(tau: f64) -> Self {
        Self::of(ThresholdRule::Pooled).at(tau)
    }

    /// The threshold of all who have no other: a value, or a distribution to draw from.
    #[must_use]
    pub fn at(mut self, threshold: impl Into<ThresholdValue>) -> Self {
        self.threshold = Some(threshold.into());
        self
    }

    /// Thresholds are drawn from this distribution. In runs they differ, unless
    /// [`drawn_once`](Self::drawn_once) says otherwise.
    ///
    /// ```
    /// use tieline::{Distribution, Threshold, ThresholdRule};
    ///
    /// let normal = Distribution::Normal { mean: 0.36, sd: 0.2 };
    /// let model = Threshold::of(ThresholdRule::Watts).drawn(normal).drawn_once();
    /// assert_eq!(model.draw, tieline::ThresholdDraw::Ensemble);
    /// ```
    #[must_use]
    pub fn drawn(self, distribution: Distribution) -> Self {
        self.at(distribution)
    }

    /// Drawn thresholds are the same in all runs of one `rng_seed`.
    #[must_use]
    pub fn drawn_once(mut self) -> Self {
        self.draw = ThresholdDraw::Ensemble;
        self
    }

    /// The threshold of the accounts in a network; where persons adopt, what counts there under `or`
    /// and `and`.
    #[must_use]
    pub fn in_network(
        mut self,
        network: impl Into<String>,
        threshold: impl Into<ThresholdValue>,
    ) -> Self {
        self.networks.push((network.into(), threshold.into()));
        self
    }

    /// The threshold of one user, or of one account named `account@network`; that of an account goes
    /// before that of its user.
    ///
    /// ```
    /// use tieline::{Ensemble, Scenario, SocialGraph, Threshold};
    ///
    /// let mut builder = SocialGraph::builder();
    /// let square = builder.network("square");
    /// builder.tie(square, "ann", "bob").tie(square, "ann", "cid").tie(square, "dee", "bob");
    /// let model = Threshold::count(1).of_one("bob@square", 2.0);
    /// let scenario = Scenario::builder(builder.build()?).model(model).origin("ann").build()?;
    /// assert_eq!(Ensemble::new(&scenario).cascade(0).size(), 2); // ann and cid
    /// # Ok::<(), tieline::Error>(())
    /// ```
    #[must_use]
    pub fn of_one(mut self, name: impl Into<String>, threshold: f64) -> Self {
        self.given.push((name.into(), threshold));
        self
    }

    /// Who adopts.
    #[must_use]
    pub fn adopt(mut self, adopt: Adopt) -> Self {
        self.adopt = adopt;
        self
    }

    /// How friends with several accounts count.
    #[must_use]
    pub fn friends(mut self, friends: Friends) -> Self {
        self.friends = friends;
        self
    }

    /// Under `content`, a tie into `network` counts `c` times; 1 for networks not named.
    ///
    /// ```
    /// use tieline::{Ensemble, Scenario, SocialGraph, Threshold};
    ///
    /// let mut builder = SocialGraph::builder();
    /// let (square, hall) = (builder.network("square"), builder.network("hall"));
    /// builder.tie(square, "ann", "bob").tie(hall, "cid", "bob").same_name_is_one_user();
    /// let graph = std::sync::Arc::new(builder.build()?);
    /// let size = |c| {
    ///     let model = Threshold::content(0.5).weigh("square", c);
    ///     let scenario = Scenario::builder(graph.clone()).model(model).origin("ann").build()?;
    ///     Ok::<_, tieline::Error>(Ensemble::new(&scenario).cascade(0).size())
    /// };
    /// // On both networks bob sees one: 1 of 2 is half, 0.5 of 1.5 is not.
    /// assert_eq!((size(1.0)?, size(0.5)?), (3, 1));
    /// # Ok::<(), tieline::Error>(())
    /// ```
    #[must_use]
    pub fn weigh(mut self, network: impl Into<String>, c: f64) -> Self {
        self.content.push((network.into(), c));
        self
    }

    /// Under `linear-fixed`, where weights come from.
    #[must_use]
    pub fn with_weights(mut self, weights: ThresholdWeights) -> Self {
        self.weights = weights;
        self
    }

    /// Over contacts, each counts for so many steps, its own among them: an account counts all that it had
    /// in the last `steps`, and of them those with somebody who had shared by then. Networks of contacts
    /// need it, and nothing else takes it. The threshold model of F. Karimi, P. Holme (2013).
    ///
    /// ```
    /// use tieline::{Ensemble, Scenario, SocialGraph, Threshold};
    ///
    /// let mut builder = SocialGraph::builder();
    /// let yard = builder.network("yard");
    /// builder.contact(yard, "ann", "cid", 1.0).contact(yard, "bob", "cid", 3.0);
    /// let graph = std::sync::Arc::new(builder.build()?);
    /// let size = |steps| {
    ///     let model = Threshold::count(2).window(steps);
    ///     let scenario =
    ///         Scenario::builder(graph.clone()).model(model).origins(["ann", "bob"]).build()?;
    ///     Ok::<_, tieline::Error>(Ensemble::new(&scenario).cascade(0).size())
    /// };
    /// // At step 3 the contact of step 1 counts if the last three steps do.
    /// assert_eq!((size(3)?, size(2)?), (3, 2));
    /// # Ok::<(), tieline::Error>(())
    /// ```
    #[must_use]
    pub fn window(mut self, steps: u32) -> Self {
        self.window = Some(steps);
        self
    }

    /// Whether it reads the weights of ties.
    pub(super) fn reads_weights(&self) -> bool {
        self.weights != ThresholdWeights::InverseDegree
    }

    /// How a person who adopts carries over.
    ///
    /// # Errors
    /// If rates are said, which mean nothing there.
    pub(crate) fn crossposts(&self, rates: &CrosspostRates) -> Result<Crossposts> {
        if *rates != CrosspostRates::default() {
            return Err(self.carries_for_sure("crosspost"));
        }
        Ok(Crossposts::sure())
    }

    /// The error where it is said by `key` how a person carries over.
    pub(crate) fn carries_for_sure(&self, key: &'static str) -> Error {
        Error::conflict(format!(
            "`{key}` means nothing where a person adopts, as under {}: who is convinced carries over to all their \
             accounts for sure; `no_carry` and `crosspost_times` make it less, and under watts, count and \
             linear-fixed with `adopt = account` accounts carry over by `crosspost`",
            self.rule.name()
        ))
    }

    /// Whether any threshold is drawn.
    pub(crate) fn draws(&self) -> bool {
        let values = self.threshold.iter().chain(self.networks.iter().map(|(_, value)| value));
        values.into_iter().any(|value| matches!(value, ThresholdValue::Drawn(_)))
    }

    /// Everything that can be wrong without a graph.
    fn check(&self) -> Result<()> {
        self.check_presence()?;
        self.check_words()
    }

    /// Whether there is any threshold.
    pub(crate) fn check_presence(&self) -> Result<()> {
        if self.threshold.is_none() && self.networks.is_empty() && self.given.is_empty() {
            return Err(Error::conflict(format!(
                "{} needs a threshold: `--threshold X`, `NAME=X` or a distribution, \
                 `--threshold-file FILE`, or the key `threshold`",
                self.rule.name()
            ))
            .of_key("threshold"));
        }
        Ok(())
    }

    /// Whether what is said is in its range and fits together.
    pub(crate) fn check_words(&self) -> Result<()> {
        let (rule, name) = (self.rule, self.rule.name());
        let values = self.threshold.iter().chain(self.networks.iter().map(|(_, value)| value));
        values.into_iter().try_for_each(|value| value.check(rule)).of_key("threshold")?;
        for (row, (who, value)) in self.given.iter().enumerate() {
            ThresholdValue::Given(*value)
                .check(rule)
                .map_err(|error| Error::range(format!("`{who}`: {error}")).of_row(row))
                .of_key("threshold_file")?;
        }
        if self.adopt == Adopt::Account && rule.adopter() == Adopt::Person {
            return Err(Error::conflict(format!(
                "`adopt = account` means nothing beside {name}, which reads all networks of a person; \
                 watts reads one account"
            )));
        }
        if self.adopt == Adopt::Person && !rule.is_by_network() && !self.networks.is_empty() {
            return Err(Error::conflict(format!(
                "a threshold for one network means nothing where a person adopts under {name}, which \
                 reads all networks at once; or and and look at one after the other"
            )));
        }
        if self.friends == Friends::People && rule == ThresholdRule::LinearFixed {
            return Err(Error::conflict(
                "`friends = people` counts people, and linear-fixed sums the weights of ties; watts \
                 and pooled count people",
            ));
        }
        if self.window == Some(0) {
            return Err(Error::range("`window` must be at least 1 step, found 0"));
        }
        if self.draw == ThresholdDraw::Ensemble && !self.draws() {
            return Err(Error::conflict(
                "`draw` says when thresholds are drawn, and none is: give a distribution as \
                 `threshold`",
            ));
        }
        self.check_weights()
    }

    fn check_weights(&self) -> Result<()> {
        let name = self.rule.name();
        if self.rule == ThresholdRule::Content && self.content.is_empty() {
            return Err(Error::conflict(
                "content needs what networks count: `--content NAME=C` or the key `content`; with all \
                 alike it is pooled",
            )
            .of_key("content"));
        }
        if self.rule != ThresholdRule::Content && !self.content.is_empty() {
            return Err(Error::conflict(format!(
                "`content` says what networks count under content, and means nothing beside {name}"
            )));
        }
        for (network, c) in &self.content {
            if !(c.is_finite() && *c >= 0.0) {
                return Err(Error::range(format!(
                    "what network `{network}` counts must be finite and not negative, found {c}"
                ))
                .of_key("content"));
            }
        }
        if self.reads_weights() && self.rule != ThresholdRule::LinearFixed {
            return Err(Error::conflict(format!(
                "`weights` is for linear-threshold and linear-fixed, and means nothing beside {name}"
            )));
        }
        Ok(())
    }
}
