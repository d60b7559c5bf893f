//! Whom each account listens to in a run: the live edges of linear threshold.

use crate::graph::SocialGraph;
use crate::id::AccountId;
use crate::random::Key;

/// How accounts choose one of their in-ties.
#[derive(Debug, Clone)]
pub(crate) struct Choices {
    /// For each in-tie of each account, in order of the source's logical key: the running sum of
    /// weights in units of 2^−64, `u64::MAX` standing for 1. Absent if all alike.
    bounds: Option<Box<[u64]>>,
}

impl Choices {
    pub(super) fn uniform() -> Self {
        Self { bounds: None }
    }

    pub(super) fn weighted(bounds: Vec<u64>) -> Self {
        Self { bounds: Some(bounds.into()) }
    }

    /// The running sums of `weights`, each rounded down to 2^−64.
    pub(super) fn push_as_is(weights: &[f64], bounds: &mut Vec<u64>) {
        let mut sum = 0u128;
        bounds.extend(weights.iter().map(|weight| {
            sum += (weight * 18_446_744_073_709_551_616.0) as u128;
            u64::try_from(sum).unwrap_or(u64::MAX)
        }));
    }

    /// The same, each divided by the sum of all; the last that is not 0 ends at 1.
    pub(super) fn push_normalised(weights: &[f64], bounds: &mut Vec<u64>) {
        let total: f64 = weights.iter().sum();
        if total <= 0.0 {
            return bounds.extend(weights.iter().map(|_| 0));
        }
        let start = bounds.len();
        let shares: Vec<f64> = weights.iter().map(|weight| weight / total).collect();
        Self::push_as_is(&shares, bounds);
        let last = weights.iter().rposition(|&weight| weight > 0.0).unwrap_or(0);
        bounds[start + last..].fill(u64::MAX);
    }

    /// The account that `account` listens to in this run.
    #[inline]
    pub(crate) fn chosen(
        &self,
        graph: &SocialGraph,
        key: Key,
        account: AccountId,
    ) -> Option<AccountId> {
        let who = graph.logical_key(account).get();
        let draw = key.stream(who, 0).draw(0);
        let reverse = &graph.reverse().rows;
        let row = reverse.row(account);
        let place = match &self.bounds {
            None => ((u128::from(draw) * row.len() as u128) >> 64) as usize,
            Some(bounds) => {
                let range = reverse.range(account);
                let bounds = &bounds[range.start as usize..range.end as usize];
                bounds.partition_point(|&bound| draw >= bound && bound != u64::MAX)
            }
        };
        row.get(place).copied()
    }

    /// Appends the places, in the row of `source`, of the accounts that listen to it; those for
    /// which `seen` holds are not asked. `known` remembers choices for as long as the run lasts.
    #[inline]
    pub(crate) fn fire(
        &self,
        graph: &SocialGraph,
        key: Key,
        source: AccountId,
        seen: impl Fn(AccountId) -> bool,
        known: &mut KnownChoices,
        hits: &mut Vec<u32>,
    ) {
        for (place, &target) in graph.targets(source).iter().enumerate() {
            if !seen(target) && known.get(target, || self.chosen(graph, key, target)) == source {
                hits.push(place as u32);
            }
        }
    }
}

/// Choices that were asked for in this run: an account is asked by everybody it sees who shares.
#[derive(Debug, Default)]
pub(crate) struct KnownChoices {
    run: u32,
    /// The run in which it was asked for, and the choice.
    of_account: Vec<(u32, AccountId)>,
}

impl KnownChoices {
    /// No account has this id.
    const NOBODY: AccountId = AccountId::new(u32::MAX);

    /// Forgets everything, in time O(1) but for every 2^32nd call.
    pub(crate) fn forget(&mut self, accounts: usize) {
        self.run = self.run.wrapping_add(1);
        if self.run == 0 || self.of_account.len() != accounts {
            self.run = 1;
            self.of_account.clear();
            self.of_account.resize(accounts, (0, Self::NOBODY));
        }
    }

    #[inline]
    fn get(&mut self, account: AccountId, ask: impl FnOnce() -> Option<AccountId>) -> AccountId {
        let entry = &mut self.of_account[account.index()];
        if entry.0 != self.run {
            *entry = (self.run, ask().unwrap_or(Self::NOBODY));
        }
        entry.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_sums_end_at_one_where_they_should() {
        let mut bounds = Vec::new();
        Choices::push_as_is(&[0.25, 0.0, 0.25], &mut bounds);
        assert_eq!(bounds, [1 << 62, 1 << 62, 1 << 63]);
        bounds.clear();
        Choices::push_as_is(&[0.5, 0.5, 0.0], &mut bounds);
        assert_eq!(bounds, [1 << 63, u64::MAX, u64::MAX]);
        bounds.clear();
        Choices::push_normalised(&[3.0, 1.0, 0.0], &mut bounds);
        assert_eq!(bounds, [3 << 62, u64::MAX, u64::MAX]);
        bounds.clear();
        Choices::push_normalised(&[0.0, 0.0], &mut bounds);
        assert_eq!(bounds, [0, 0]);
    }
}
