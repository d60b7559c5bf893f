//! Which of several posts that convince somebody at one step they share: that of the least hash of those who
//! tipped them.

use std::ops::Range;

use super::{Candidate, Race, RivalThresholdSpace};
use crate::engine::trace::{NO_PARENT, Route, Trace};
use crate::engine::{Detail, TryHashes, World, try_hash};
use crate::id::AccountId;

/// So many ties of an account are looked at together.
pub(super) const TOGETHER: usize = 32;

/// Memory for a step: 4 bytes for whoever remembers, 4 an account and post where ties and nothing else
/// are counted, and 24 for each candidate.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// By whoever remembers: the place of their best candidate, one more than that.
    best: Vec<u32>,
    tips: Vec<Tip>,
    /// By post and account: which tip is theirs, one more than its number.
    tip_of: Vec<u32>,
    ahead: Vec<Candidate>,
    behind: Vec<Candidate>,
}

impl Order {
    pub(super) fn begin(&mut self, who: usize, cells: usize) {
        self.best.resize(who, 0);
        self.tip_of.resize(cells, 0);
    }
}

/// In place of a best candidate: there is one, or there are several.
const ONE: u32 = u32::MAX - 1;
const SEVERAL: u32 = u32::MAX;

/// Who tips a candidate.
#[derive(Debug, Clone, Copy)]
struct Tip {
    /// The logical key of the candidate.
    child: u64,
    hash: u64,
    parent: u32,
    /// The place of the candidate.
    of: u32,
}

impl Race<'_, '_> {
    /// Puts those who would share at the next step in the order in which they may: of whoever has several posts,
    /// that of the least hash first. Through whom somebody shares matters only there, and where parents are asked
    /// for.
    pub(super) fn put_in_order(
        &self,
        sharers: Range<usize>,
        step: u64,
        trace: &Trace,
        space: &mut RivalThresholdSpace,
    ) {
        let mut candidates = std::mem::take(&mut space.candidates);
        let mut any = false;
        for candidate in &candidates {
            let best = &mut space.order.best[candidate.who];
            any |= *best > 0;
            *best = if *best == 0 { ONE } else { SEVERAL };
        }
        let parents = self.detail == Detail::Parents;
        if any || parents {
            let best = std::mem::take(&mut space.order.best);
            let is_asked = |candidate: &Candidate| {
                candidate.route == Route::Tie && (parents || best[candidate.who] == SEVERAL)
            };
            if self.is_plain {
                self.find_parents(sharers, trace, &mut candidates, is_asked, space);
            } else {
                for candidate in candidates.iter_mut().filter(|candidate| is_asked(candidate)) {
                    if let Some((parent, hash)) = self.tipped_by(candidate, step, space) {
                        (candidate.parent, candidate.hash) = (parent, hash);
                    }
                }
            }
            space.order.best = best;
        }
        if any {
            if self.worlds[0].crossposts.any() {
                // One account may have two ways to a post.
                candidates.sort_unstable_by_key(|candidate| (candidate.child, candidate.hash));
            }
            put_the_best_first(&mut candidates, &mut space.order);
        }
        candidates.iter().for_each(|candidate| space.order.best[candidate.who] = 0);
        space.candidates = candidates;
    }

    /// Through whom those of `candidates` share that are asked for. Where ties are counted and nothing else, who
    /// passes at a step was tipped by who shared at it, so these look for them along their ties.
    fn find_parents(
        &self,
        sharers: Range<usize>,
        trace: &Trace,
        candidates: &mut [Candidate],
        is_asked: impl Fn(&Candidate) -> bool,
        space: &mut RivalThresholdSpace,
    ) {
        let World { graph, .. } = self.worlds[0];
        let Order { tips, tip_of, .. } = &mut space.order;
        let accounts = graph.account_count();
        for (of, candidate) in (0..).zip(&*candidates).filter(|(_, candidate)| is_asked(candidate))
        {
            let child = self.key(candidate.child);
            tips.push(Tip { child, hash: u64::MAX, parent: NO_PARENT, of });
            tip_of[self.cell(candidate.child, candidate.post)] = tips.len() as u32;
        }
        if tips.is_empty() {
            return;
        }
        let mut listed = [0; TOGETHER];
        for place in sharers {
            let (source, post) = (trace.accounts()[place], trace.posts[place] as u8);
            let hashes = TryHashes::new(self.keys, self.key(source), Route::Tie);
            let tip_of = &tip_of[usize::from(post) * accounts..][..accounts];
            for targets in graph.targets(source).chunks(TOGETHER) {
                // Who is asked for no processor can guess, so these are listed first.
                let mut count = 0;
                for target in targets {
                    let tip = tip_of[target.index()];
                    listed[count] = tip;
                    count += usize::from(tip > 0);
                }
                for &tip in &listed[..count] {
                    let tip = &mut tips[tip as usize - 1];
                    let hash = hashes.of(tip.child);
                    let is_less = hash <= tip.hash;
                    tip.hash = if is_less { hash } else { tip.hash };
                    tip.parent = if is_less { place as u32 } else { tip.parent };
                }
            }
        }
        for Tip { hash, parent, of, .. } in tips.drain(..) {
            let candidate = &mut candidates[of as usize];
            (candidate.hash, candidate.parent) = (hash, parent);
            tip_of[self.cell(candidate.child, candidate.post)] = 0;
        }
    }

    /// Of those whom it sees and who counted, the least hash at the latest step.
    fn tipped_by(
        &self,
        candidate: &Candidate,
        step: u64,
        space: &RivalThresholdSpace,
    ) -> Option<(u32, u64)> {
        let World { graph, overlay, .. } = self.worlds[0];
        let child = candidate.child;
        let first = usize::from(candidate.post) * graph.account_count();
        let tie_of = |source: AccountId| graph.find_tie(source, child);
        let shown = |source: AccountId| tie_of(source).is_some_and(|tie| !overlay.is_cut(tie));
        let at = |source: AccountId| Some(space.shared[first + source.index()]).filter(|s| s.0 > 0);
        let counts =
            |&&source: &&AccountId| {
                let weighs = self.thresholds.tie_weights.as_ref().is_none_or(|weights| {
                    tie_of(source).is_some_and(|tie| weights[tie.index()] > 0)
                });
                let earlier = || {
                    let mine = at(source).map_or(0, |(_, step)| step);
                    graph.accounts_beside(source).iter().any(|&other| {
                        at(other).is_some_and(|(_, step)| step < mine) && shown(other)
                    })
                };
                at(source).is_some()
                    && shown(source)
                    && weighs
                    && !(self.thresholds.people && earlier())
            };
        debug_assert!(step < u64::from(u32::MAX));
        let mut best: Option<(u32, u64, u32)> = None;
        for &source in graph.sources(child).iter().filter(counts) {
            let Some((number, when)) = at(source) else { continue };
            let hash = try_hash(self.keys, self.key(child), self.key(source), Route::Tie);
            if best.is_none_or(|(_, least, latest)| when > latest || when == latest && hash < least)
            {
                best = Some((number - 1, hash, when));
            }
        }
        best.map(|(parent, hash, _)| (parent, hash))
    }
}

/// Puts those with another post than that of the least hash, of whoever has several, behind all others: they share
/// only if something that comes first takes their post. `best` says who has several.
fn put_the_best_first(candidates: &mut Vec<Candidate>, order: &mut Order) {
    let Order { best, ahead, behind, .. } = order;
    for (place, candidate) in (1..).zip(&*candidates) {
        let known = &mut best[candidate.who];
        if *known >= ONE || candidate.hash < candidates[*known as usize - 1].hash {
            *known = place;
        }
    }
    for candidate in &*candidates {
        let is_best = candidates[best[candidate.who] as usize - 1].post == candidate.post;
        if is_best { &mut *ahead } else { &mut *behind }.push(*candidate);
    }
    std::mem::swap(candidates, ahead);
    candidates.append(behind);
    ahead.clear();
}
