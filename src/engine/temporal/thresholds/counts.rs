//! How many ties each account sees, and how many of them from accounts that have shared: kept from step to step.

use super::{Running, TimedThresholdSpace};
use crate::engine::trace::Route;
use crate::engine::{World, try_hash};
use crate::id::{AccountId, TieId};

/// What an account sees now.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sight {
    /// How many ties, or contacts, are of accounts that have shared.
    shared: u32,
    /// How many there are; not kept where a number is asked for, whatever it is a part of.
    all: u32,
}

impl Running<'_> {
    /// Nobody has shared, and nothing has begun but what exists always.
    pub(super) fn begin_counts(&self, space: &mut TimedThresholdSpace) {
        space.sights.clear();
        let always = self.thresholds.always.iter();
        space.sights.extend(always.map(|&all| Sight { shared: 0, all }));
    }

    /// What begins and ends at this step, of those who shared before it. Whose part may grow is asked.
    pub(super) fn count_changes<const OVERLAY: bool>(
        &self,
        [begun, ended, forgotten]: [&[[AccountId; 2]]; 3],
        step: u64,
        space: &mut TimedThresholdSpace,
    ) {
        let World { graph, overlay, .. } = *self.world;
        let TimedThresholdSpace { since, sights, asked, .. } = space;
        let shared_by = |source: AccountId, target: AccountId, last: u64| {
            since[source.index()] <= last
                && !(OVERLAY && overlay.cuts_between(graph, source, target))
        };
        // Those who share now are not known yet, nor where a contact was that counted.
        let counts = |[source, target]: [AccountId; 2]| shared_by(source, target, u64::MAX - 1);
        let counted = |[source, target]: [AccountId; 2]| {
            step.checked_sub(self.thresholds.window)
                .is_some_and(|contact| shared_by(source, target, contact))
        };
        if self.thresholds.counts {
            for &tie in begun {
                if counts(tie) {
                    sights[tie[1].index()].shared += 1;
                    asked.push(tie[1]);
                }
            }
            let ended = ended.iter().filter(|tie| counts(**tie));
            for tie in ended.chain(forgotten.iter().filter(|tie| counted(**tie))) {
                sights[tie[1].index()].shared -= 1;
            }
            return;
        }
        for &tie in begun {
            let sight = &mut sights[tie[1].index()];
            sight.all += 1;
            if counts(tie) {
                sight.shared += 1;
                asked.push(tie[1]);
            }
        }
        let mut end = |tie: [AccountId; 2], counted: bool| {
            let sight = &mut sights[tie[1].index()];
            sight.all -= 1;
            sight.shared -= u32::from(counted);
            if sight.shared > 0 {
                asked.push(tie[1]);
            }
        };
        ended.iter().for_each(|&tie| end(tie, counts(tie)));
        forgotten.iter().for_each(|&tie| end(tie, counted(tie)));
    }

    /// `source` shares at this step: what its ties that exist, and its contacts of now, add.
    pub(super) fn count_share<const OVERLAY: bool>(
        &self,
        source: AccountId,
        step: u64,
        space: &mut TimedThresholdSpace,
    ) {
        let World { graph, overlay, .. } = *self.world;
        self.thresholds.each_now(graph, source, step, |tie, target| {
            if !(OVERLAY && overlay.is_cut(TieId::new(tie))) {
                space.sights[target.index()].shared += 1;
                space.asked.push(target);
            }
        });
    }

    /// Whether enough of what an account sees has shared.
    pub(super) fn is_met(&self, child: AccountId, space: &TimedThresholdSpace) -> bool {
        let Sight { shared, all } = space.sights[child.index()];
        let level = self.thresholds.levels.of(self.world.graph, self.lane, child);
        shared > 0 && level.is_met(shared.into(), self.thresholds.total(all.into()))
    }

    /// The place of the parent of `child`, which passes at this step: of those who count, the least hash of those
    /// who shared last.
    pub(super) fn tipped_by<const OVERLAY: bool>(
        &self,
        child: AccountId,
        step: u64,
        space: &TimedThresholdSpace,
    ) -> Option<u32> {
        let World { graph, overlay, .. } = *self.world;
        let reverse = graph.reverse();
        let ties = reverse.ties.as_ref()?;
        let key = graph.logical_key(child).get();
        let mut best: Option<(u64, u64, u32)> = None;
        for (entry, &source) in reverse.rows.range(child).zip(reverse.rows.row(child)) {
            let since = space.since[source.index()];
            if since == u64::MAX {
                continue;
            }
            let tie = ties[entry as usize];
            let seen = || self.thresholds.seen(graph, source, tie.get(), step, Some(since));
            let is_earlier = best.is_some_and(|(latest, ..)| since < latest);
            if is_earlier || OVERLAY && overlay.is_cut(tie) || seen().shared == 0 {
                continue;
            }
            let parent = graph.logical_key(source).get();
            let hash = try_hash(self.keys, key, parent, Route::Tie);
            if best.is_none_or(|(latest, least, _)| since > latest || hash < least) {
                best = Some((since, hash, space.places[source.index()]));
            }
        }
        best.map(|(.., place)| place)
    }
}
