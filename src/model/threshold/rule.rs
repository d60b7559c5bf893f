//! The words of threshold models: rules, who adopts, how friends count, when thresholds are drawn.

use serde::{Deserialize, Serialize};

/// By which rule somebody passes a post on, given m of the k whom they see have. Shown at
/// [`Threshold`](crate::Threshold).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ThresholdRule {
    /// m ≥ φ·k.
    Watts,
    /// m ≥ c.
    Count,
    /// The weights of those who have sum to θ or more.
    LinearFixed,
    /// In some network m ≥ φ·k.
    Or,
    /// In every network in which they see anybody m ≥ φ·k.
    And,
    /// Over all networks Σ c·m ≥ τ·Σ c·k.
    Content,
    /// Over all networks m ≥ τ·k.
    Pooled,
}

impl ThresholdRule {
    /// The name that the command line uses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Watts => "watts",
            Self::Count => "count",
            Self::LinearFixed => "linear-fixed",
            Self::Or => "or",
            Self::And => "and",
            Self::Content => "content",
            Self::Pooled => "pooled",
        }
    }

    /// Who adopts if nothing is said.
    #[must_use]
    pub const fn adopter(self) -> Adopt {
        match self {
            Self::Watts | Self::Count | Self::LinearFixed => Adopt::Account,
            Self::Or | Self::And | Self::Content | Self::Pooled => Adopt::Person,
        }
    }

    /// Whether networks are looked at one by one.
    pub(super) const fn is_by_network(self) -> bool {
        matches!(self, Self::Or | Self::And)
    }
}

/// Who makes up their mind: each account for itself, or a person for all their accounts. On the
/// command line: `--adopt account` or `--adopt person`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Adopt {
    /// Each account, by what it sees; cross-posts are tossed for.
    Account,
    /// The person, by what all their accounts see. Once convinced they share on the accounts that
    /// convinced them, and carry it over to the others for sure.
    Person,
}

/// Whether a friend whom one sees on several accounts counts as often. On the command line:
/// `--friends ties` or `--friends people`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Friends {
    /// Every tie counts, as in the papers.
    #[default]
    Ties,
    /// A friend counts once: among those seen if any of their accounts is, among those who shared if
    /// any account that is seen has.
    People,
}

/// When thresholds are drawn anew. On the command line: `--draw run` or `--draw ensemble`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ThresholdDraw {
    /// In every run.
    #[default]
    Run,
    /// Once: people are the same in all runs of one `rng_seed`.
    Ensemble,
}
