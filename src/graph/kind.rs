//! What kind of network a network is, as data.

use serde::{Deserialize, Serialize};

/// Which way a tie goes when somebody makes one. Shown at [`NetworkKind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reciprocity {
    /// `a` shares, `b` sees: following.
    #[default]
    Directed,
    /// Both see what the other shares: friendship.
    Mutual,
}

/// The kind of a network: a label, and which way its ties go.
///
/// [`GraphBuilder::connect`](crate::GraphBuilder::connect) makes ties as the kind says; the readers
/// take the direction that the caller states.
///
/// ```
/// use tieline::{NetworkKind, Reciprocity};
///
/// assert_eq!(NetworkKind::personal().reciprocity, Reciprocity::Mutual);
/// let forum = NetworkKind::new("forum", Reciprocity::Directed);
/// assert_eq!(forum.label, "forum");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct NetworkKind {
    /// A word for people; empty if the kind was not stated.
    pub label: String,
    /// Which way ties go.
    pub reciprocity: Reciprocity,
}

impl NetworkKind {
    /// A kind of one's own.
    #[must_use]
    pub fn new(label: impl Into<String>, reciprocity: Reciprocity) -> Self {
        Self { label: label.into(), reciprocity }
    }

    /// Friends who see each other's posts, as on Facebook: mutual ties.
    #[must_use]
    pub fn personal() -> Self {
        Self::new("personal", Reciprocity::Mutual)
    }

    /// Followers who need not be followed back, as on Twitter: directed ties.
    #[must_use]
    pub fn broadcast() -> Self {
        Self::new("broadcast", Reciprocity::Directed)
    }

    /// Contacts who confirmed each other, as on `LinkedIn`: mutual ties.
    #[must_use]
    pub fn professional() -> Self {
        Self::new("professional", Reciprocity::Mutual)
    }
}
