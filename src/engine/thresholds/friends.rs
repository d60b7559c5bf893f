//! Friends that count once, whatever accounts they share on: as much as the tie that counts most of those over
//! which they were seen.

/// Sums by cell of one sharer, and of their other accounts before.
#[derive(Debug, Default)]
pub(in crate::engine) struct FriendSums {
    mine: Vec<(u32, u64)>,
    before: Vec<(u32, u64)>,
}

impl FriendSums {
    /// Calls `add` with what a share adds, by cell: what its ties count, these, without what those counted over
    /// which the same friend was seen before.
    pub(in crate::engine) fn added(
        &mut self,
        mine: impl Iterator<Item = (u32, u64)>,
        before: impl Iterator<Item = (u32, u64)>,
        mut add: impl FnMut(u32, u64),
    ) {
        greatest(mine, &mut self.mine);
        greatest(before, &mut self.before);
        let mut rest = &self.before[..];
        for &(cell, weight) in &self.mine {
            while rest.first().is_some_and(|&(other, _)| other < cell) {
                rest = &rest[1..];
            }
            let known = rest.first().filter(|&&(other, _)| other == cell).map_or(0, |&(_, w)| w);
            add(cell, weight.saturating_sub(known));
        }
    }
}

/// Each cell once, with the greatest of its weights, in order.
fn greatest(weights: impl Iterator<Item = (u32, u64)>, found: &mut Vec<(u32, u64)>) {
    found.clear();
    found.extend(weights);
    keep_greatest(found);
}

/// Compiled once, whatever the weights come from.
fn keep_greatest(found: &mut Vec<(u32, u64)>) {
    found.sort_unstable_by_key(|&(cell, weight)| (cell, std::cmp::Reverse(weight)));
    found.dedup_by_key(|&mut (cell, _)| cell);
}
