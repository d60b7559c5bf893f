//! Friends that count once, whatever accounts they share on: as much as the tie that counts most.

/// Each cell once, with the greatest of its weights, in order.
pub(in crate::engine) fn greatest(weights: &mut Vec<(u32, u64)>) {
    weights.sort_unstable_by_key(|&(cell, weight)| (cell, std::cmp::Reverse(weight)));
    weights.dedup_by_key(|&mut (cell, _)| cell);
}

/// Calls `add` with what a share adds, by cell, of which the ties count `mine`, where those of their other
/// accounts counted `before`. Each has a cell once, in order.
pub(in crate::engine) fn left_of_friend(
    mine: &[(u32, u64)],
    before: &[(u32, u64)],
    mut add: impl FnMut(u32, u64),
) {
    let mut rest = before;
    for &(cell, weight) in mine {
        while rest.first().is_some_and(|&(other, _)| other < cell) {
            rest = &rest[1..];
        }
        let known = rest.first().filter(|&&(other, _)| other == cell).map_or(0, |&(_, w)| w);
        add(cell, weight.saturating_sub(known));
    }
}
