//! Friends who count once: whoever sees something change looks at all of them.

use super::{Running, TimedThresholdSpace};
use crate::engine::trace::Route;
use crate::engine::{World, try_hash};
use crate::id::{AccountId, UserId};
use crate::model::Seen;

/// A tie over which somebody is seen who shared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counted {
    user: UserId,
    since: u64,
    place: u32,
    source: AccountId,
    /// Whether what counts of it has shared.
    shared: bool,
}

impl Running<'_> {
    /// Whoever sees `source`, which shares, is asked.
    pub(super) fn see(&self, source: AccountId, space: &mut TimedThresholdSpace) {
        for &target in self.world.graph.targets(source) {
            space.seeing.set(target);
            space.asked.push(target);
        }
    }

    /// Whoever sees somebody who shared, and of whose ties some begin or end, is asked.
    pub(super) fn ask_changed(
        &self,
        changed: [&[[AccountId; 2]]; 3],
        space: &mut TimedThresholdSpace,
    ) {
        for &[_, target] in changed.into_iter().flatten() {
            if space.seeing.holds(target) {
                space.asked.push(target);
            }
        }
    }

    /// The place of the parent of `child`, if enough of whom it sees at this step have shared.
    pub(super) fn passes<const OVERLAY: bool>(
        &self,
        child: AccountId,
        step: u64,
        space: &mut TimedThresholdSpace,
    ) -> Option<u32> {
        let World { graph, overlay, .. } = *self.world;
        let (reverse, seen) = (graph.reverse(), &mut space.seen);
        let ties = reverse.ties.as_ref()?;
        seen.clear();
        for (entry, &source) in reverse.rows.range(child).zip(reverse.rows.row(child)) {
            let cut = OVERLAY && overlay.is_cut(ties[entry as usize]);
            let (since, place) = (space.since[source.index()], space.places[source.index()]);
            let counts_since = Some(since).filter(|&since| !cut && since < u64::MAX);
            let tie = ties[entry as usize].get();
            let Seen { all, shared } = self.thresholds.seen(graph, source, tie, step, counts_since);
            if all > 0 {
                let (user, shared) = (graph.user_of(source), shared > 0);
                seen.push(Counted { user, since, place, source, shared });
            }
        }
        // A friend counts with the account that shared first.
        seen.sort_unstable_by_key(|tie| (tie.user, !tie.shared, tie.since));
        let friends = || seen.chunk_by(|one, other| one.user == other.user);
        let m = friends().filter(|ties| ties[0].shared).count() as u64;
        let k = friends().count() as u64;
        let mut first = (None, 0);
        seen.retain(|tie| {
            if first.0 != Some(tie.user) {
                first = (Some(tie.user), tie.since);
            }
            tie.shared && tie.since == first.1
        });
        let level = self.thresholds.levels.of(graph, self.lane, child);
        if m == 0 || !level.is_met(m, self.thresholds.total(k)) {
            return None;
        }
        let latest = seen.iter().map(|tie| tie.since).max()?;
        let key = graph.logical_key(child).get();
        let hash = |tie: &&Counted| {
            try_hash(self.keys, key, graph.logical_key(tie.source).get(), Route::Tie)
        };
        let tipped = seen.iter().filter(|tie| tie.since == latest).min_by_key(hash);
        tipped.map(|tie| tie.place)
    }
}
