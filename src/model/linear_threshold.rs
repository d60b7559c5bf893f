//! Linear threshold, in its live-edge form.

use serde::{Deserialize, Serialize};

use super::choices::Choices;
use super::decimal::Decimal;
use crate::error::{Error, Result};
use crate::graph::{SocialGraph, on_huge_pages};
use crate::id::AccountId;

/// Where the weights of linear threshold come from. On the command line: `--weights as-is` or
/// `--weights normalise`.
///
/// ```
/// use tieline::{LinearThreshold, Scenario, SocialGraph, ThresholdWeights};
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// builder.weighted_tie(square, "ann", "cid", 3.0).weighted_tie(square, "bob", "cid", 1.0);
/// let graph = std::sync::Arc::new(builder.build()?);
/// let build = |weights| {
///     let model = LinearThreshold::with_weights(weights);
///     Scenario::builder(graph.clone()).model(model).origin("ann").build()
/// };
/// assert!(build(ThresholdWeights::AsIs).unwrap_err().is_range()); // 3 + 1 is above 1
/// assert!(build(ThresholdWeights::Normalise).is_ok()); // 3/4 and 1/4
/// assert!(build(ThresholdWeights::InverseDegree).unwrap_err().is_conflict()); // not read
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ThresholdWeights {
    /// 1 / in-degree: each account chooses one of those it sees, all alike.
    #[default]
    InverseDegree,
    /// The weights of ties; they must sum to at most 1 at every account.
    AsIs,
    /// The weights of ties, divided by their sum at each account.
    Normalise,
}

/// Linear threshold: an account shares once the weights of those it sees who have shared reach its
/// threshold, which is uniform in 0..1.
///
/// The usual choice where people wait for others to go first.
///
/// Simulated in the live-edge form, which has the same law: in each run an account chooses at most
/// one of its in-ties, with the tie's weight as probability, and shares one step after the chosen
/// account did. That account is its parent, unless a cross-post at the same step has the lesser
/// hash.
///
/// **Interventions** (class *reachability*): without a user, or a tie, accounts share when the post arrives first in
/// the same world without them; nobody new shares, and nobody earlier.
///
/// M. Granovetter, "Threshold models of collective behavior", American Journal of Sociology 83
/// (1978), <https://doi.org/10.1086/226707>; D. Kempe, J. Kleinberg, É. Tardos, "Maximizing the
/// spread of influence through a social network", KDD 2003,
/// <https://doi.org/10.1145/956750.956769>.
///
/// ```
/// use tieline::{LinearThreshold, ThresholdWeights};
/// assert_eq!(LinearThreshold::default().weights, ThresholdWeights::InverseDegree);
/// ```
///
/// # Complexity
/// A run takes time in proportion to the ties of its sharers, or, once these are many, O(n), whatever
/// the number of ties. The first scenario on a graph turns the ties round and lays them out for asking,
/// O(n + m) time, 24 bytes an account and 8 a tie; with weights 24 a tie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LinearThreshold {
    /// Where the weights come from.
    pub weights: ThresholdWeights,
}

impl LinearThreshold {
    /// Linear threshold with these weights.
    #[must_use]
    pub fn with_weights(weights: ThresholdWeights) -> Self {
        Self { weights }
    }

    pub(super) fn prepare(self, graph: &SocialGraph) -> Result<Choices> {
        // Made here, so that no run has to wait for it.
        let listeners = graph.listeners();
        if self.weights == ThresholdWeights::InverseDegree {
            return Ok(Choices::uniform());
        }
        let mut bounds = Vec::with_capacity(graph.tie_count() as usize);
        let mut weights = Vec::new();
        for account in graph.accounts() {
            read_weights(graph, account, "linear threshold", &mut weights)?;
            if self.weights == ThresholdWeights::Normalise {
                if weights.iter().sum::<f64>().is_infinite() {
                    return Err(Error::range(format!(
                        "the weights of the {} ties that end at {} sum to more than a number can \
                         hold; divide them all by the same",
                        weights.len(),
                        graph.account_label(account),
                    )));
                }
                Choices::push_normalised(&weights, &mut bounds);
                continue;
            }
            if exceeds_one(&weights) {
                return Err(Error::range(format!(
                    "the weights of the {} ties that end at {} sum to {}, above 1; \
                     say `--weights normalise`, or correct them",
                    weights.len(),
                    graph.account_label(account),
                    weights.iter().sum::<f64>(),
                )));
            }
            Choices::push_as_is(&weights, &mut bounds);
        }
        // In the order in which accounts are asked.
        let rows = &graph.reverse().rows;
        let mut by_place = Vec::with_capacity(bounds.len());
        on_huge_pages(&mut by_place);
        for place in 0..listeners.len() {
            let row = rows.range(listeners.account_at(place));
            by_place.extend_from_slice(&bounds[row.start as usize..row.end as usize]);
        }
        Ok(Choices::weighted(by_place))
    }
}

/// The weights of the ties that end at `account`, in order of the source's logical key; `reader` is
/// the model that reads them.
pub(crate) fn read_weights(
    graph: &SocialGraph,
    account: AccountId,
    reader: &str,
    weights: &mut Vec<f64>,
) -> Result<()> {
    weights.clear();
    let reverse = graph.reverse();
    for (entry, &source) in reverse.rows.range(account).zip(reverse.rows.row(account)) {
        let weight = reverse.ties.as_ref().and_then(|ties| graph.weight(ties[entry as usize]));
        let Some(weight) = weight else {
            let (from, to) = (graph.account_label(source), graph.account_label(account));
            return Err(Error::conflict(format!(
                "the tie {from} → {to} has no weight for {reader} to read"
            )));
        };
        weights.push(weight);
    }
    Ok(())
}

/// Whether the weights sum to more than 1, judged on the decimals that were read: ten times 0.1 is
/// not above 1, although the nearest binary fractions are.
pub(super) fn exceeds_one(weights: &[f64]) -> bool {
    let sum: f64 = weights.iter().sum();
    if (sum - 1.0).abs() > 1e-9 {
        return sum > 1.0;
    }
    // In units of 10^-36, each rounded down.
    let one = 10u128.pow(36);
    weights.iter().map(|&weight| Decimal::shortest(weight).in_units(36)).sum::<u128>() > one
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Divided by an infinite sum all weights would be 0, and the last tie would be chosen always.
    #[test]
    fn a_sum_that_no_number_can_hold_is_an_error() {
        let mut builder = SocialGraph::builder();
        let square = builder.network("square");
        builder.weighted_tie(square, "ann", "cid", 1e308).weighted_tie(square, "bob", "cid", 1e308);
        let graph = builder.build().unwrap();
        let model = LinearThreshold::with_weights(ThresholdWeights::Normalise);
        let error = model.prepare(&graph).unwrap_err();
        assert!(error.is_range());
        assert!(error.to_string().contains("cid@square"), "{error}");
    }

    #[test]
    fn sums_are_judged_on_decimals() {
        assert!(!exceeds_one(&[0.1; 10]));
        assert!(!exceeds_one(&[0.7, 0.2, 0.1]));
        assert!(exceeds_one(&[0.7, 0.2, 0.100_000_000_000_01]));
        assert!(exceeds_one(&[0.5, 0.6]));
        assert!(!exceeds_one(&[1.0]));
        assert!(!exceeds_one(&[1.0, 0.0]));
        assert!(exceeds_one(&[1.0, 1e-20]));
        assert!(!exceeds_one(&[]));
    }
}
