//! Compressed rows: whom each account's posts reach, and by whom each account is reached.

use std::ops::Range;

use super::column::Column;
use crate::id::{AccountId, TieId};

/// One row of accounts per account. Offsets are `u64`: there may be more than 2^32 ties.
///
/// Rows of a file are checked where they are used: a row that is not inside the entries panics.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Csr {
    pub(crate) offsets: Column<u64>,
    pub(crate) entries: Column<AccountId>,
}

impl Csr {
    #[inline]
    pub(crate) fn range(&self, account: AccountId) -> Range<u64> {
        let range = row_range(&self.offsets, account);
        if range.start > range.end || range.end > self.entries.len() as u64 {
            no_row(account, range, self.entries.len());
        }
        range
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
fn row_range(offsets: &[u64], account: AccountId) -> Range<u64> {
    offsets[account.index()]..offsets[account.index() + 1]
}

#[cold]
fn no_row(row: AccountId, Range { start, end }: Range<u64>, entries: usize) -> ! {
    panic!(
        "row {} is {start}..{end} of {entries} entries: the graph file was altered; \
         `tieline info --graph FILE --verify` says where",
        row.get()
    );
}

/// The account whose row holds this tie. O(log n).
pub(crate) fn row_of(offsets: &[u64], tie: TieId) -> AccountId {
    AccountId::new((offsets.partition_point(|&offset| offset <= tie.get()) - 1) as u32)
}

/// The rows turned round: who is in the row of whom.
#[derive(Debug, Clone)]
pub(crate) struct Reverse {
    pub(crate) rows: Csr,
    /// For each entry of `rows`, the tie it is; only where ties have weights or times.
    pub(crate) ties: Option<Column<TieId>>,
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
    for target in forward.entries.iter() {
        offsets[target.index() + 1] += 1;
    }
    for index in 0..accounts {
        offsets[index + 1] += offsets[index];
    }
    let mut next = offsets.clone();
    let mut ties = None;
    let entries = Column::huge(forward.entries.len(), |entries| {
        let fill = |ties: &mut [TieId]| {
            for source in in_order {
                for (tie, target) in forward.range(source).zip(forward.row(source)) {
                    let at = next[target.index()] as usize;
                    next[target.index()] += 1;
                    entries[at] = source;
                    if let Some(known) = ties.get_mut(at) {
                        *known = TieId::new(tie);
                    }
                }
            }
        };
        if with_ties {
            ties = Some(Column::huge(forward.entries.len(), fill));
        } else {
            fill(&mut []);
        }
    });
    Reverse { rows: Csr { offsets: offsets.into(), entries }, ties }
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
