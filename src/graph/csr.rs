//! Compressed rows: whom each account's posts reach, and by whom each account is reached.

use crate::id::{AccountId, TieId};

/// One row of accounts per account. Offsets are `u64`: there may be more than 2^32 ties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Csr {
    pub(crate) offsets: Box<[u64]>,
    pub(crate) entries: Box<[AccountId]>,
}

impl Csr {
    #[inline]
    pub(crate) fn range(&self, account: AccountId) -> std::ops::Range<u64> {
        row_range(&self.offsets, account)
    }

    #[inline]
    pub(crate) fn row(&self, account: AccountId) -> &[AccountId] {
        let range = self.range(account);
        &self.entries[range.start as usize..range.end as usize]
    }

    #[inline]
    pub(crate) fn degree(&self, account: AccountId) -> u64 {
        let range = self.range(account);
        range.end - range.start
    }
}

#[inline]
pub(crate) fn row_range(offsets: &[u64], account: AccountId) -> std::ops::Range<u64> {
    offsets[account.index()]..offsets[account.index() + 1]
}

/// The account whose row holds this tie. O(log n).
pub(crate) fn row_of(offsets: &[u64], tie: TieId) -> AccountId {
    AccountId::new((offsets.partition_point(|&offset| offset <= tie.get()) - 1) as u32)
}

/// The rows turned round: who is in the row of whom.
#[derive(Debug, Clone)]
pub(crate) struct Reverse {
    pub(crate) rows: Csr,
    /// For each entry of `rows`, the tie it is; only where ties have weights.
    pub(crate) ties: Option<Box<[TieId]>>,
}

/// Turns `forward` round. `in_order` lists all accounts in the order in which the entries of each
/// new row shall stand. O(n + m).
pub(crate) fn reverse(
    forward: &Csr,
    in_order: impl Iterator<Item = AccountId>,
    with_ties: bool,
) -> Reverse {
    let accounts = forward.offsets.len() - 1;
    let mut offsets = vec![0u64; accounts + 1];
    for target in &forward.entries {
        offsets[target.index() + 1] += 1;
    }
    for index in 0..accounts {
        offsets[index + 1] += offsets[index];
    }
    let mut next = offsets.clone();
    let mut entries = vec![AccountId::new(0); forward.entries.len()];
    let mut ties = if with_ties { vec![TieId::new(0); entries.len()] } else { Vec::new() };
    for source in in_order {
        let range = forward.range(source);
        for (tie, target) in range.zip(forward.row(source)) {
            let at = next[target.index()] as usize;
            next[target.index()] += 1;
            entries[at] = source;
            if with_ties {
                ties[at] = TieId::new(tie);
            }
        }
    }
    Reverse {
        rows: Csr { offsets: offsets.into(), entries: entries.into() },
        ties: with_ties.then(|| ties.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows that would need 2^35 entries: only the offsets exist.
    #[test]
    fn tie_ids_pass_two_to_the_thirty_two() {
        let offsets = [0, 5, 1 << 33, (1 << 33) + 7, 1 << 35];
        assert_eq!(row_range(&offsets, AccountId::new(1)), 5..1 << 33);
        assert_eq!(row_range(&offsets, AccountId::new(2)).count(), 7);
        assert_eq!(row_of(&offsets, TieId::new(4)), AccountId::new(0));
        assert_eq!(row_of(&offsets, TieId::new(1 << 32)), AccountId::new(1));
        assert_eq!(row_of(&offsets, TieId::new(1 << 33)), AccountId::new(2));
        assert_eq!(row_of(&offsets, TieId::new((1 << 35) - 1)), AccountId::new(3));
    }
}
