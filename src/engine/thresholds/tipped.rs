//! Through whom an account shares that passes: by those who tipped it.

use super::Step;
use crate::engine::trace::Route;
use crate::engine::try_hash;
use crate::id::AccountId;

impl Step<'_> {
    /// The place and the hash of the parent of `child`, which shares at the next step: of those whom
    /// it sees and who counted, the least hash at the latest step.
    pub(super) fn tipped_by<const OVERLAY: bool>(&self, child: AccountId) -> Option<(u32, u64)> {
        let (graph, trace) = (self.world.graph, &*self.trace);
        let reverse = graph.reverse();
        let key = graph.logical_key(child).get();
        let mut best: Option<(u32, u64)> = None;
        // The places of the step of the best so far.
        let mut of_step = 0..0;
        for (entry, &source) in reverse.rows.range(child).zip(reverse.rows.row(child)) {
            let Some(place) = self.place_of(source) else { continue };
            if place < of_step.start || !self.counts::<OVERLAY>(source, child, entry, place) {
                continue;
            }
            let hash = try_hash(self.keys, key, graph.logical_key(source).get(), Route::Tie);
            if place >= of_step.end {
                let number = trace.step_ends.partition_point(|&end| end as usize <= place);
                of_step = trace.step(number);
                best = Some((place as u32, hash));
            } else if best.is_none_or(|(_, least)| hash < least) {
                best = Some((place as u32, hash));
            }
        }
        best
    }

    /// Where `source` stands among those who have shared.
    fn place_of(&self, source: AccountId) -> Option<usize> {
        let place = self.trace.places[source.index()] as usize;
        Some(place).filter(|&place| place < self.end && self.trace.holds(source))
    }

    /// Whether the share of `source` counted at `child`.
    fn counts<const OVERLAY: bool>(
        &self,
        source: AccountId,
        child: AccountId,
        entry: u64,
        place: usize,
    ) -> bool {
        let graph = self.world.graph;
        if OVERLAY && self.is_cut(source, child) {
            return false;
        }
        if let Some(weights) = &self.thresholds.tie_weights {
            let tie = graph.reverse().ties.as_ref().map(|ties| ties[entry as usize]);
            if tie.is_none_or(|tie| weights[tie.index()] == 0) {
                return false;
            }
        }
        if !self.thresholds.people {
            return true;
        }
        // A friend counted with the first of their accounts that shared.
        let number = self.trace.step_ends.partition_point(|&end| end as usize <= place);
        let first = self.trace.step(number).start;
        !graph.accounts_beside(source).iter().any(|&other| {
            self.place_of(other).is_some_and(|place| place < first)
                && graph.find_tie(other, child).is_some()
                && !(OVERLAY && self.is_cut(other, child))
        })
    }

    fn is_cut(&self, source: AccountId, target: AccountId) -> bool {
        self.world.overlay.cuts_between(self.world.graph, source, target)
    }
}
