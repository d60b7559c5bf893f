//! What ties count: the content of networks, and the weights of ties.

use super::{Adopt, Threshold, ThresholdRule};
use crate::error::{Error, Result};
use crate::graph::SocialGraph;
use crate::id::{AccountId, TieId};
use crate::model::decimal::Decimal;
use crate::model::linear_threshold::{exceeds_one, read_weights};
use crate::model::{ThresholdWeights, twice};

/// By network: what a tie into it counts, as whole numbers in the same proportion; 1 under all rules
/// but `content`.
pub(crate) fn content_weights(model: &Threshold, graph: &SocialGraph) -> Result<Vec<u32>> {
    let mut said = vec![None; graph.network_count()];
    if model.rule != ThresholdRule::Content {
        return Ok(vec![1; said.len()]);
    }
    for (network, c) in &model.content {
        let place = graph.network_named(network)?.index();
        if said[place].replace(*c).is_some() {
            return Err(twice("what ties count", network));
        }
    }
    let decimals: Vec<_> = said.iter().map(|c| Decimal::shortest(c.unwrap_or(1.0))).collect();
    // In units of the last digit that any of them has, and divided by what all have in common.
    let last = decimals.iter().map(|c| c.exponent()).min().unwrap_or(0);
    let whole: Vec<u128> = decimals.iter().map(|c| c.in_units(-last)).collect();
    let common = whole.iter().fold(0, |common, &c| greatest_divisor(common, c));
    if common == 0 {
        return Err(Error::range(
            "what ties count is 0 in every network, so nobody is ever convinced: give one a `content` \
             above 0",
        ));
    }
    let narrow = whole.iter().map(|c| u32::try_from(c / common).ok()).collect::<Option<_>>();
    narrow.ok_or_else(|| {
        Error::range(
            "what networks count must be in proportion like whole numbers below 2^32: write fewer digits",
        )
    })
}

fn greatest_divisor(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { greatest_divisor(b, a % b) }
}

/// The sum of all weights at somebody is at most this.
pub(super) const ONE: u64 = 1 << 32;

/// By tie: its weight in units of 2^−32, if weights are read. Rounded up, so that weights which as
/// decimals sum to a threshold reach it.
///
/// # Errors
/// A tie without a weight, one too small to count, or a sum above 1.
pub(crate) fn tie_weights(model: &Threshold, graph: &SocialGraph) -> Result<Option<Box<[u64]>>> {
    if !model.reads_weights() {
        return Ok(None);
    }
    let mut weights = vec![0u64; graph.tie_count() as usize];
    for account in graph.accounts() {
        let own = [account];
        let beside = graph.accounts_beside(account);
        let reader = match model.adopt {
            Adopt::Person if !beside.is_empty() => beside,
            _ => &own,
        };
        if reader[0] == account {
            weigh(model.weights, graph, reader, &mut weights)?;
        }
    }
    Ok(Some(weights.into()))
}

/// The ties that end at `accounts`, which adopt together.
fn weigh(
    how: ThresholdWeights,
    graph: &SocialGraph,
    accounts: &[AccountId],
    weights: &mut [u64],
) -> Result<()> {
    let (mut all, mut row) = (Vec::new(), Vec::new());
    let mut ties: Vec<TieId> = Vec::new();
    for &account in accounts {
        read_weights(graph, account, "linear-fixed", &mut row)?;
        all.append(&mut row);
        let reverse = graph.reverse();
        let known = reverse.ties.as_ref().map_or(&[][..], |ties| ties);
        ties.extend(reverse.rows.range(account).filter_map(|entry| known.get(entry as usize)));
    }
    let label = || graph.account_label(accounts[0]);
    let total: f64 = all.iter().sum();
    if how == ThresholdWeights::Normalise && total > 0.0 {
        if total.is_infinite() {
            return Err(Error::range(format!(
                "the weights of the ties that end at {} sum to more than a number can hold; divide \
                 them all by the same",
                label()
            )));
        }
        all.iter_mut().for_each(|weight| *weight /= total);
    } else if exceeds_one(&all) {
        return Err(Error::range(format!(
            "the weights of the {} ties that end at {} sum to {total}, above 1; say \
             `--weights normalise`, or correct them",
            all.len(),
            label(),
        )));
    }
    for (tie, &weight) in ties.into_iter().zip(&all) {
        let units = weight * ONE as f64;
        if weight > 0.0 && units < 0.5 {
            return Err(Error::range(format!(
                "a tie that ends at {} has weight {weight}, too small to count: expected 0, or at least \
                 2^-33",
                label()
            )));
        }
        weights[tie.index()] = units.ceil() as u64;
    }
    Ok(())
}
