//! What posts do to each other.

use std::fmt;

use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use super::passes::Passes;
use super::per::Per;
use super::{Model, Seir, Si, Sir, Timing};
use crate::error::{Error, OfKey, Result};
use crate::graph::SocialGraph;

/// How several posts act on each other.
///
/// A matrix says what the hazard of sharing a post is multiplied by, for each post that has been shared
/// before: the try of a post k with probability p succeeds with `1 − (1 − p)^M`, and contacts have the rate
/// `β · M`, where `M` is the product of `matrix[l][k]` over all posts l that the user (or the account) whom
/// they reach has shared. 1 changes nothing, 0 shuts a post out, more than 1 helps it; p = 1 stays 1 unless
/// M is 0. Tries that land together are decided one after the other, in an order that only keys decide, and
/// what was decided stays so. A cross-post happens with the probability that it has, × `M` if that is less
/// than 1; an origin does unless `M` is 0.
///
/// Posts that exclude each other all draw from the same keys: with equal probabilities, and
/// [`Per::Account`], all of them together are exactly the cascade of one post from all origins.
///
/// **Interventions**: of posts that act on each other a run is the same up to the first share that is gone, and no
/// more (class *prefix*), but for what was just said of posts that exclude each other together.
///
/// S. Bharathi, D. Kempe, M. Salek, "Competitive influence maximization in social networks", WINE 2007,
/// <https://doi.org/10.1007/978-3-540-77105-0_31>; T. Carnes, C. Nagarajan, S. Wild, A. van Zuylen,
/// "Maximizing influence in a competitive social network", ICEC 2007,
/// <https://doi.org/10.1145/1282100.1282167>; M. Newman, C. Ferrario, "Interacting epidemics and
/// coinfection on contact networks", PLOS ONE 8(8) (2013), <https://doi.org/10.1371/journal.pone.0071321>.
/// On the command line: `--interaction`. Shown at [`Post`](crate::Post).
///
/// ```
/// use tieline::{Effects, Interaction, Per};
///
/// let helps = Interaction::matrix([[1.0, 2.0], [0.5, 1.0]]).per(Per::Account);
/// assert_eq!("1,2; 0.5,1".parse::<Effects>()?, helps.effects);
/// assert_eq!("exclusive".parse::<Effects>()?, Interaction::exclusive().effects);
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Interaction {
    /// What the posts do to each other.
    pub effects: Effects,
    /// Whose earlier shares count.
    pub per: Per,
}

/// What several posts do to each other. Shown at [`Interaction`].
///
/// Serde writes `independent`, `exclusive`, or rows of numbers.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum Effects {
    /// Nothing.
    #[default]
    Independent,
    /// Who has shared one shares no other.
    Exclusive,
    /// A factor of the hazard for each post that was shared before (row) and each that arrives (column). On
    /// the diagonal stands 1.
    Matrix(Vec<Vec<f64>>),
}

impl Serialize for Effects {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            Self::Independent => serializer.serialize_str("independent"),
            Self::Exclusive => serializer.serialize_str("exclusive"),
            Self::Matrix(rows) => rows.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Effects {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Effects;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "\"independent\", \"exclusive\", or rows of numbers such as [[1, 0.5], [2, 1]]",
                )
            }

            fn visit_str<E: de::Error>(self, text: &str) -> std::result::Result<Effects, E> {
                text.parse().map_err(E::custom)
            }

            fn visit_seq<A: SeqAccess<'de>>(
                self,
                mut rows: A,
            ) -> std::result::Result<Effects, A::Error> {
                let mut matrix = Vec::new();
                while let Some(row) = rows.next_element()? {
                    matrix.push(row);
                }
                Ok(Effects::Matrix(matrix))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

impl Interaction {
    /// None.
    #[must_use]
    pub fn independent() -> Self {
        Self::default()
    }

    /// Who has shared one post shares no other.
    #[must_use]
    pub fn exclusive() -> Self {
        Self { effects: Effects::Exclusive, per: Per::User }
    }

    /// Factors of the hazard: a row for each post that was shared before, in it one for each that arrives.
    #[must_use]
    pub fn matrix<R: Into<Vec<f64>>>(rows: impl IntoIterator<Item = R>) -> Self {
        let rows = rows.into_iter().map(Into::into).collect();
        Self { effects: Effects::Matrix(rows), per: Per::User }
    }

    /// Whose earlier shares count: those of the user on all accounts, or those of the account.
    #[must_use]
    pub fn per(mut self, per: Per) -> Self {
        self.per = per;
        self
    }

    /// The factors between so many posts; none if all are 1.
    fn factors(&self, posts: usize) -> Result<Option<Vec<Vec<f64>>>> {
        self.checked_factors(posts).of_key("interaction")
    }

    fn checked_factors(&self, posts: usize) -> Result<Option<Vec<Vec<f64>>>> {
        let rows = match &self.effects {
            Effects::Independent => return Ok(None),
            Effects::Exclusive => (0..posts)
                .map(|row| (0..posts).map(|column| f64::from(u8::from(row == column))).collect())
                .collect(),
            Effects::Matrix(rows) => rows.clone(),
        };
        let square = rows.len() == posts && rows.iter().all(|row| row.len() == posts);
        if !square {
            let found: Vec<_> = rows.iter().map(|row| row.len().to_string()).collect();
            return Err(Error::conflict(format!(
                "`interaction` needs a row and a column for each of the {posts} posts, found {} rows of \
                 {} numbers",
                rows.len(),
                found.join(", ")
            )));
        }
        for (place, row) in rows.iter().enumerate() {
            if let Some(bad) = row.iter().find(|factor| !(factor.is_finite() && **factor >= 0.0)) {
                return Err(Error::range(format!(
                    "what posts do to each other must be finite and not negative, found {bad}"
                )));
            }
            if row[place] != 1.0 {
                return Err(Error::range(format!(
                    "on the diagonal of `interaction` stands 1, for a post does nothing to itself, found {}",
                    row[place]
                )));
            }
        }
        let neutral = rows.iter().flatten().all(|&factor| factor == 1.0);
        Ok(Some(rows).filter(|_| !neutral))
    }

    /// Whether posts that spread by these models can act on each other so.
    pub(crate) fn check(&self, models: &[Model]) -> Result<()> {
        let Some(matrix) = self.factors(models.len())? else { return Ok(()) };
        let only_sure = only_sure(&matrix);
        models.iter().try_for_each(|model| match model {
            Model::IndependentCascade(_)
            | Model::WeightedCascade(_)
            | Model::Si(Si { contact: None, .. })
            | Model::Sir(Sir { contact: None, .. })
            | Model::Seir(Seir { contact: None, .. })
            | Model::Fsir(_) => Ok(()),
            Model::Si(_) | Model::Sir(_) | Model::Seir(_) if only_sure => Ok(()),
            Model::Si(_) | Model::Sir(_) | Model::Seir(_) => Err(Error::conflict(format!(
                "with `contact` {} has no rate that another post could multiply: `interaction` may hold \
                 0 and 1 only, or give the rate by `reshare`",
                model.name()
            ))),
            Model::Threshold(model) if !exclusive(&matrix) => Err(Error::conflict(format!(
                "under {} posts can act on each other by `exclusive` only: there are no hazards to multiply",
                model.rule.name()
            ))),
            Model::Threshold(model) if model.can_be_low() => Err(Error::conflict(format!(
                "under {} with thresholds that may be drawn at 0 or less, who has one would share every post \
                 unasked, and these exclude each other",
                model.rule.name()
            ))),
            Model::Threshold(_) => Ok(()),
            Model::Feeds(model) => Err(Error::conflict(format!(
                "under {} posts compete for places on screens, and `interaction` means nothing beside it",
                model.name()
            ))),
            _ => Err(Error::conflict(format!(
                "under {} posts cannot act on each other; the models in which they do are \
                 independent-cascade, weighted-cascade, si, sir, seir and fsir, and by `exclusive` the \
                 threshold models",
                model.name()
            ))),
        })
    }

    /// Made ready for posts that spread by these models; none if nothing acts on anything.
    pub(crate) fn prepare(
        &self,
        graph: &SocialGraph,
        timing: &Timing,
        models: &[Model],
    ) -> Result<Option<Rivals>> {
        self.check(models)?;
        let Some(matrix) = self.factors(models.len())? else { return Ok(None) };
        let thresholds = models.iter().any(|model| matches!(model, Model::Threshold(_)));
        if graph.has_times() && thresholds {
            return Err(Error::conflict(
                "under threshold models posts that exclude each other do not go over ties with times; posts \
                 that do nothing to each other (`interaction = \"independent\"`) do, and under \
                 independent-cascade, si, sir and seir so do posts that act on each other",
            ));
        }
        if models.len() > MOST_POSTS {
            return Err(Error::capacity(format!(
                "at most {MOST_POSTS} posts can act on each other, found {}",
                models.len()
            )));
        }
        let exclusive = exclusive(&matrix);
        let only_sure = only_sure(&matrix);
        let mut passes = Vec::new();
        let passing = if thresholds { &[][..] } else { models };
        for (post, model) in passing.iter().enumerate() {
            let most = matrix.iter().map(|row| row[post].max(1.0)).product();
            passes.push(Passes::prepare(graph, timing, model, only_sure, most)?);
        }
        let several = graph.users_with_several_accounts() > 0;
        let per = if several { self.per } else { Per::Account };
        let products = products(&matrix);
        Ok(Some(Rivals { matrix, products, exclusive, per, passes }))
    }
}

impl std::str::FromStr for Effects {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Ok(match text.trim() {
            "independent" => Self::Independent,
            "exclusive" => Self::Exclusive,
            rows => {
                let number = |text: &str| {
                    text.trim().parse().map_err(|_| {
                        Error::input(format!(
                            "expected `independent`, `exclusive`, or rows of numbers `1,X;X,1` for \
                             `interaction`, found `{rows}`"
                        ))
                    })
                };
                let rows = rows.split(';').map(|row| row.split(',').map(number).collect());
                Self::Matrix(rows.collect::<Result<_>>()?)
            }
        })
    }
}

/// Whether each post shuts out all others.
fn exclusive(matrix: &[Vec<f64>]) -> bool {
    let others = |(row, factors): (usize, &Vec<f64>)| {
        let mut factors = factors.iter().enumerate();
        factors.all(|(column, &factor)| column == row || factor == 0.0)
    };
    matrix.iter().enumerate().all(others)
}

/// Whether every factor leaves things as they are, or shuts out.
fn only_sure(matrix: &[Vec<f64>]) -> bool {
    matrix.iter().flatten().all(|&factor| factor == 0.0 || factor == 1.0)
}

/// So many posts fit into the bits of a word.
const MOST_POSTS: usize = 64;

/// Posts that act on each other, made ready for one graph.
#[derive(Debug, Clone)]
pub(crate) struct Rivals {
    matrix: Vec<Vec<f64>>,
    /// By post, and by what was shared before, for few posts: the product of factors.
    products: Vec<f64>,
    /// Whether who has shared one shares no other.
    pub(crate) exclusive: bool,
    pub(crate) per: Per,
    /// By post; nothing under threshold models.
    pub(crate) passes: Vec<Passes>,
}

impl Rivals {
    /// The factor for post `post` where these posts were shared before, one bit each.
    #[inline]
    pub(crate) fn factor(&self, shared: u64, post: usize) -> f64 {
        match self.products.is_empty() {
            false => self.products[post << self.matrix.len() | shared as usize],
            true => product(&self.matrix, shared, post),
        }
    }
}

/// So many posts have their products written down.
const FEW_POSTS: usize = 6;

/// Of the factors of everything that was shared, one bit each.
fn product(matrix: &[Vec<f64>], shared: u64, post: usize) -> f64 {
    let (mut rest, mut factor) = (shared, 1.0);
    while rest != 0 {
        factor *= matrix[rest.trailing_zeros() as usize][post];
        rest &= rest - 1;
    }
    factor
}

/// By post, and by what was shared before.
fn products(matrix: &[Vec<f64>]) -> Vec<f64> {
    let posts = matrix.len();
    if posts > FEW_POSTS {
        return Vec::new();
    }
    let of = |post| (0..1 << posts).map(move |shared| product(matrix, shared, post));
    (0..posts).flat_map(of).collect()
}
