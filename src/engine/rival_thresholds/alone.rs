//! The same order where every account decides for itself and ties are counted: whoever is convinced of several
//! posts looks for who tipped them.

use std::ops::Range;

use super::order::TOGETHER;
use super::{Candidate, Race, RivalThresholdSpace};
use crate::engine::level::{AHEAD, prefetch_lines};
use crate::engine::trace::{NO_PARENT, Route, Trace};
use crate::engine::{Detail, TryHashes, World};
use crate::id::AccountId;
use crate::random::Lane;

/// Memory for a run, beside the ties of the graph turned round: 8 bytes an account, 16 for each sharer of a step, and
/// 40 for each candidate.
#[derive(Debug, Default)]
pub(super) struct Alone {
    /// By account, the place of its share, one more than that. Empty if nobody asks.
    places: Vec<u32>,
    /// By account, the place of what it decided, one more than that.
    decided: Vec<u32>,
    decisions: Vec<Decision>,
    /// Of those who share at this step.
    lanes: Vec<Lane>,
    /// By post, whether it convinced an account.
    convinced: Vec<bool>,
    kept: Vec<Candidate>,
}

/// Which post an account shares, and through whom if that was asked for.
#[derive(Debug, Clone, Copy)]
struct Decision {
    post: u8,
    parent: u32,
}

impl Alone {
    pub(super) fn begin(&mut self, accounts: usize, posts: usize) {
        self.places.resize(accounts, 0);
        self.decided.resize(accounts, 0);
        self.convinced.resize(posts, false);
    }

    /// An account shares: its place is one less.
    #[inline]
    pub(super) fn note(&mut self, account: AccountId, place: u32) {
        if let Some(known) = self.places.get_mut(account.index()) {
            *known = place;
        }
    }

    pub(super) fn forget(&mut self, account: AccountId) {
        self.note(account, 0);
    }
}

impl Race<'_, '_> {
    /// Keeps those of the candidates who share at the next step, in their order. False, and nothing changed, if it
    /// were much quicker to go along the ties of those who share at this step, of which there are so many.
    pub(super) fn decide_alone(
        &self,
        sharers: Range<usize>,
        ties: u64,
        trace: &Trace,
        space: &mut RivalThresholdSpace,
    ) -> bool {
        let graph = self.worlds[0].graph;
        let mut left = 4 * ties + 1024;
        let mut alone = std::mem::take(&mut space.alone);
        alone.lanes.clear();
        let (mut is_done, mut looks) = (true, self.detail == Detail::Parents);
        for (place, candidate) in space.candidates.iter().enumerate() {
            // If nobody was asked whom it sees, then perhaps nobody is.
            if looks && let Some(soon) = space.candidates.get(place + AHEAD) {
                prefetch_lines(graph.sources(soon.child), TOGETHER / 16);
            }
            let child = candidate.child;
            if alone.decided[child.index()] == 0 {
                let Some(decision) =
                    self.decide(candidate, sharers.clone(), &mut left, trace, (space, &mut alone))
                else {
                    is_done = false;
                    break;
                };
                looks |= decision.parent != NO_PARENT;
                alone.decisions.push(decision);
                alone.decided[child.index()] = alone.decisions.len() as u32;
            }
            let Decision { post, parent } =
                alone.decisions[alone.decided[child.index()] as usize - 1];
            if candidate.post == post {
                alone.kept.push(Candidate { parent, ..*candidate });
            }
        }
        for candidate in &space.candidates {
            alone.decided[candidate.child.index()] = 0;
        }
        alone.decisions.clear();
        if is_done {
            std::mem::swap(&mut space.candidates, &mut alone.kept);
        }
        alone.kept.clear();
        space.alone = alone;
        is_done
    }

    /// What the account of `candidate` shares. None if it has more ties than are left.
    #[inline(always)]
    fn decide(
        &self,
        candidate: &Candidate,
        sharers: Range<usize>,
        left: &mut u64,
        trace: &Trace,
        (space, alone): (&RivalThresholdSpace, &mut Alone),
    ) -> Option<Decision> {
        let World { graph, .. } = self.worlds[0];
        let child = candidate.child;
        let mut posts = 0;
        for (post, convinced) in alone.convinced.iter_mut().enumerate() {
            *convinced = space.counts.enough_shared(post, child);
            posts += usize::from(*convinced);
        }
        if posts <= 1 && self.detail < Detail::Parents {
            return Some(Decision { post: candidate.post, parent: NO_PARENT });
        }
        let sources = graph.sources(child);
        *left = left.checked_sub(sources.len() as u64)?;
        if alone.lanes.is_empty() {
            let sharers = trace.accounts()[sharers.clone()].iter();
            alone.lanes.extend(sharers.map(|&source| self.keys.parent.lane(self.key(source))));
        }
        let key = self.key(child);
        let (mut least, mut best) = (u64::MAX, None);
        let mut listed = [0; TOGETHER];
        for sources in sources.chunks(TOGETHER) {
            // Who shared at this step no processor can guess, so these are listed first.
            let mut count = 0;
            for source in sources {
                let place = alone.places[source.index()].wrapping_sub(sharers.start as u32 + 1);
                listed[count] = place;
                count += usize::from((place as usize) < sharers.len());
            }
            for &place in &listed[..count] {
                let number = sharers.start + place as usize;
                if alone.convinced[trace.posts[number] as usize] {
                    let hash =
                        TryHashes { lane: alone.lanes[place as usize], route: Route::Tie }.of(key);
                    best = if hash <= least { Some(number) } else { best };
                    least = least.min(hash);
                }
            }
        }
        // Somebody who shared at this step has convinced it.
        let best = best?;
        Some(Decision { post: trace.posts[best] as u8, parent: best as u32 })
    }
}
