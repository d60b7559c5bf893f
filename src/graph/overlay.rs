//! [`Overlay`]: what an intervention takes away from an unchanged graph, or adds to it.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::SocialGraph;
use super::resolve::{AccountRef, UserRef};
use crate::error::{OfKey, Result};
use crate::id::{AccountId, TieId, UserId};
use crate::unit::Probability;

/// An intervention on an unchanged graph. In-degrees, weights and all other draws stay those of the
/// base graph, so every other tie keeps its fate and runs can be compared one by one.
///
/// What takes away reaches nobody new. Links are another matter: a link can become *more* likely
/// when somebody is muted, because another crossing takes the place of a share that is gone.
///
/// Give it to [`ScenarioBuilder::overlay`](crate::ScenarioBuilder::overlay) to simulate the
/// intervention, or to [`Ensemble::compare`](crate::Ensemble::compare) to measure what it changes.
///
/// ```
/// use tieline::{Overlay, SocialGraph};
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// builder.tie(square, "ann", "bob").tie(square, "bob", "cid");
/// let graph = builder.build()?;
/// let without_bob = Overlay::builder(&graph).mute("bob").cut("ann", "bob").build()?;
/// assert!(!without_bob.is_empty());
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Overlay {
    muted_users: BTreeSet<UserId>,
    no_carry_users: BTreeSet<UserId>,
    muted: AccountSet,
    no_carry: AccountSet,
    cut: HashSet<TieId>,
    cut_sources: AccountSet,
    crosspost_factor: Probability,
    added_origins: Vec<AccountId>,
    /// The graph whose ids these are.
    made_for: Option<u64>,
}

impl Default for Overlay {
    fn default() -> Self {
        Self {
            muted_users: BTreeSet::new(),
            no_carry_users: BTreeSet::new(),
            muted: AccountSet::default(),
            no_carry: AccountSet::default(),
            cut: HashSet::new(),
            cut_sources: AccountSet::default(),
            crosspost_factor: Probability::ONE,
            added_origins: Vec::new(),
            made_for: None,
        }
    }
}

impl Overlay {
    /// A builder that takes names or ids of `graph`.
    pub fn builder(graph: &SocialGraph) -> OverlayBuilder<'_> {
        let overlay = Self { made_for: Some(graph.layout()), ..Self::default() };
        OverlayBuilder { graph, overlay, failed: None, said: BTreeMap::new() }
    }

    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.muted_users.is_empty()
            && self.no_carry_users.is_empty()
            && self.cut.is_empty()
            && self.crosspost_factor == Probability::ONE
            && self.added_origins.is_empty()
    }

    /// Whether the ids are of `graph`, and not of another one or of another order of storage.
    pub(crate) fn fits(&self, graph: &SocialGraph) -> bool {
        self.is_empty() || self.made_for == Some(graph.layout())
    }

    /// The users who never share.
    pub fn muted_users(&self) -> impl ExactSizeIterator<Item = UserId> {
        self.muted_users.iter().copied()
    }

    /// The users who share but never carry over.
    pub fn no_carry_users(&self) -> impl ExactSizeIterator<Item = UserId> {
        self.no_carry_users.iter().copied()
    }

    /// The ties that are cut, in no particular order.
    pub fn cut_ties(&self) -> impl ExactSizeIterator<Item = TieId> {
        self.cut.iter().copied()
    }

    /// What every probability of cross-posting is multiplied by.
    #[must_use]
    pub fn crosspost_factor(&self) -> Probability {
        self.crosspost_factor
    }

    /// The origins that are added.
    #[must_use]
    pub fn added_origins(&self) -> &[AccountId] {
        &self.added_origins
    }

    /// This overlay, with no origins of its own.
    pub(crate) fn without_added_origins(&self) -> Self {
        Self { added_origins: Vec::new(), ..self.clone() }
    }

    /// This overlay, with one more user who does not carry.
    pub(crate) fn and_no_carry(mut self, graph: &SocialGraph, user: UserId) -> Self {
        self.made_for = Some(graph.layout());
        self.no_carry_users.insert(user);
        graph.accounts_of_user(user).for_each(|account| self.no_carry.insert(account));
        self
    }

    #[inline]
    pub(crate) fn is_muted(&self, account: AccountId) -> bool {
        self.muted.holds(account)
    }

    #[inline]
    pub(crate) fn is_no_carry(&self, account: AccountId) -> bool {
        self.no_carry.holds(account)
    }

    /// Whether any tie from `account` is cut.
    #[inline]
    pub(crate) fn cuts_from(&self, account: AccountId) -> bool {
        self.cut_sources.holds(account)
    }

    /// Whether the tie from `source` to `target`, if there is one, is cut.
    #[inline]
    pub(crate) fn cuts_between(
        &self,
        graph: &SocialGraph,
        source: AccountId,
        target: AccountId,
    ) -> bool {
        self.cuts_from(source) && graph.find_tie(source, target).is_some_and(|tie| self.is_cut(tie))
    }

    #[inline]
    pub(crate) fn is_cut(&self, tie: TieId) -> bool {
        self.cut.contains(&tie)
    }
}

/// A set of accounts: one bit each, none while it is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct AccountSet(Vec<u64>);

impl AccountSet {
    #[inline]
    fn holds(&self, account: AccountId) -> bool {
        self.0.get(account.index() / 64).is_some_and(|word| word >> (account.index() % 64) & 1 == 1)
    }

    fn insert(&mut self, account: AccountId) {
        let word = account.index() / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (account.index() % 64);
    }
}

/// Collects interventions by name or by id; the first mistake is returned by
/// [`build`](Self::build).
///
/// ```
/// use tieline::{Overlay, SocialGraph};
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// builder.tie(square, "ann", "bob").tie(square, "bob", "cid");
/// let graph = builder.build()?;
///
/// let overlay =
///     Overlay::builder(&graph).no_carry("ann").crosspost_times(0.5).add_origin("cid").build()?;
/// assert_eq!(overlay.no_carry_users().collect::<Vec<_>>(), [graph.user("ann")?]);
/// assert_eq!(overlay.crosspost_factor().get(), 0.5);
/// assert_eq!(overlay.added_origins(), [graph.account("cid")?]);
///
/// let error = Overlay::builder(&graph).cut("bob", "ann").build().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "no tie from bob@square to ann@square to cut; \
///      there is one from ann@square to bob@square"
/// );
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "an overlay does nothing until it is built"]
pub struct OverlayBuilder<'a> {
    graph: &'a SocialGraph,
    overlay: Overlay,
    failed: Option<crate::Error>,
    /// How often each kind of intervention was said.
    said: BTreeMap<&'static str, usize>,
}

impl OverlayBuilder<'_> {
    /// This user never shares, on any account, even as an origin; still sees, still counts in
    /// in-degrees.
    pub fn mute(self, user: impl Into<UserRef>) -> Self {
        self.with("mute", |graph, overlay| {
            let user = graph.user(user)?;
            overlay.muted_users.insert(user);
            graph.accounts_of_user(user).for_each(|account| overlay.muted.insert(account));
            Ok(())
        })
    }

    /// This user shares but never cross-posts.
    pub fn no_carry(self, user: impl Into<UserRef>) -> Self {
        self.with("no_carry", |graph, overlay| {
            let user = graph.user(user)?;
            *overlay = std::mem::take(overlay).and_no_carry(graph, user);
            Ok(())
        })
    }

    /// Whatever lands over this tie is discarded, at whatever time, and it shows nothing.
    pub fn cut(self, source: impl Into<AccountRef>, target: impl Into<AccountRef>) -> Self {
        self.with("cut", |graph, overlay| {
            let (source, target) = (graph.account(source)?, graph.account(target)?);
            let tie = graph.find_tie(source, target).ok_or_else(|| {
                let (from, to) = (graph.account_label(source), graph.account_label(target));
                let turned = match graph.find_tie(target, source) {
                    Some(_) => format!("; there is one from {to} to {from}"),
                    None => String::new(),
                };
                crate::Error::name(format!("no tie from {from} to {to} to cut{turned}"))
            })?;
            overlay.cut.insert(tie);
            overlay.cut_sources.insert(source);
            Ok(())
        })
    }

    /// Nobody cross-posts.
    pub fn no_crosspost(self) -> Self {
        self.crosspost_times(0.0)
    }

    /// Every probability of cross-posting is multiplied by `factor`, in 0..=1.
    pub fn crosspost_times(self, factor: f64) -> Self {
        self.with("crosspost_times", |_, overlay| {
            overlay.crosspost_factor = Probability::new(factor)?;
            Ok(())
        })
    }

    /// One more origin.
    pub fn add_origin(self, account: impl Into<AccountRef>) -> Self {
        self.with("add_origin", |graph, overlay| {
            let account = graph.account(account)?;
            if !overlay.added_origins.contains(&account) {
                overlay.added_origins.push(account);
                overlay.added_origins.sort_unstable();
            }
            Ok(())
        })
    }

    /// The overlay.
    ///
    /// # Errors
    /// An unknown or ambiguous name, a tie that does not exist, a factor outside 0..=1.
    pub fn build(self) -> Result<Overlay> {
        match self.failed {
            Some(error) => Err(error),
            None => Ok(self.overlay),
        }
    }

    fn with(
        mut self,
        key: &'static str,
        add: impl FnOnce(&SocialGraph, &mut Overlay) -> Result<()>,
    ) -> Self {
        let said = self.said.entry(key).or_default();
        if self.failed.is_none() {
            let added = add(self.graph, &mut self.overlay);
            self.failed = added.map_err(|error| error.of_row(*said)).of_key(key).err();
        }
        *said += 1;
        self
    }
}
