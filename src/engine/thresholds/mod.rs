//! The kernel of threshold models: sharers count up along their ties, and who reaches what they ask
//! for shares at the next step.
//!
//! Where every account is by itself and every tie counts 1, [`count`] does nothing but count down;
//! [`sum`] has weights, persons and friends that count once; [`alone`] has persons whose networks are looked at
//! one by one, [`pooled`] persons with one sum. Counters carry the number of the run that they belong to, so nothing
//! needs to be undone; those of [`pooled`] are put back.

mod alone;
mod count;
mod friends;
mod pooled;
mod sum;
mod tipped;

pub(super) use self::friends::FriendSums;
use super::externals::Externals;
use super::level::{prefetch, prefetch_row, prefetch_two};
use super::trace::{NO_PARENT, Route, Trace};
use super::wave::Wave;
use super::{Detail, World};
use crate::graph::{Overlay, SocialGraph};
use crate::id::{AccountId, TieId};
use crate::model::{Persons, ThresholdLane, Thresholds};
use crate::random::RunKeys;

/// So many sharers ahead, and so many persons, what is read of them is asked for.
const AHEAD: usize = 4;
/// When so many ties wait they are counted.
const MOST_WAITING: usize = 256;

/// What a thread keeps between runs.
#[derive(Debug, Default)]
pub(super) struct Space {
    count: count::Space,
    alone: alone::Space,
    pooled: pooled::Space,
    sum: sum::Space,
}

/// Runs one cascade.
pub(super) fn run(
    world: &World<'_>,
    thresholds: &Thresholds,
    keys: &RunKeys,
    detail: Detail,
    trace: &mut Trace,
) {
    match (detail == Detail::Parents, !world.overlay.is_empty()) {
        (false, false) => run_as::<false, false>(world, thresholds, keys, trace),
        (false, true) => run_as::<false, true>(world, thresholds, keys, trace),
        (true, false) => run_as::<true, false>(world, thresholds, keys, trace),
        (true, true) => run_as::<true, true>(world, thresholds, keys, trace),
    }
}

fn run_as<const LINKS: bool, const OVERLAY: bool>(
    world: &World<'_>,
    thresholds: &Thresholds,
    keys: &RunKeys,
    trace: &mut Trace,
) {
    trace.clear();
    if LINKS && trace.places.is_empty() {
        trace.places = vec![0; world.graph.account_count()];
    }
    let mut space = std::mem::take(&mut trace.space.thresholds);
    let lane = thresholds.open.as_ref().map(|open| ThresholdLane::new(keys, open.draw));
    let (late, externals) = (world.late, Externals::new(world, keys));
    let step = Step { world, thresholds, keys, lane, late, externals, trace, start: 0, end: 0 };
    let plain = !(LINKS || OVERLAY) && world.late.is_empty() && world.external.is_none();
    if let Some(alone) = thresholds.alone.as_ref().filter(|_| plain) {
        alone::run(step, alone, &mut space.alone);
    } else if let Some((pooled, persons)) =
        thresholds.pooled.as_ref().zip(thresholds.persons.as_ref()).filter(|_| plain)
    {
        pooled::run(step, persons, pooled, &mut space.pooled);
    } else if thresholds.only_counts() {
        count::run::<LINKS, OVERLAY>(step, &mut space.count);
    } else {
        sum::run::<LINKS, OVERLAY>(step, &mut space.sum);
    }
    trace.space.thresholds = space;
}

/// One step: those who share at it, and the cascade that they add to.
struct Step<'a> {
    world: &'a World<'a>,
    thresholds: &'a Thresholds,
    keys: &'a RunKeys,
    /// Where drawn thresholds come from.
    lane: Option<ThresholdLane>,
    /// Who starts later, by step.
    late: &'a [(u64, AccountId)],
    externals: Externals<'a>,
    trace: &'a mut Trace,
    /// Places of those who share; behind `end` are those who will at the next step.
    start: usize,
    end: usize,
}

impl Step<'_> {
    /// All who share at step 0 by being told to.
    fn share_origins<const LINKS: bool, const OVERLAY: bool>(&mut self) {
        let added = if OVERLAY { self.world.overlay.added_origins() } else { &[] };
        for &origin in self.world.origins.iter().chain(added) {
            self.share_as_origin::<LINKS, OVERLAY>(origin);
        }
    }

    fn share_as_origin<const LINKS: bool, const OVERLAY: bool>(&mut self, account: AccountId) {
        let muted = OVERLAY && self.world.overlay.is_muted(account);
        if !muted && self.trace.shared.insert(account) {
            if LINKS {
                self.trace.push_linked(account, NO_PARENT, Route::Origin, 0);
            } else {
                self.trace.push(account);
            }
        }
    }

    /// Goes to the next step; false if nobody shares at it or is still to start, or nobody may share any
    /// more after it.
    fn advance<const LINKS: bool, const OVERLAY: bool>(&mut self) -> bool {
        self.start = self.end;
        self.end = self.trace.len();
        if self.start == self.end && self.late.is_empty() && self.externals.peek().is_none() {
            self.forget_empty_steps();
            return false;
        }
        let World { graph, timing, .. } = *self.world;
        let is_last = self.end as u64 >= timing.max_shares;
        if is_last {
            let key = |account| graph.logical_key(account).get();
            self.trace.truncate(self.start, timing.max_shares as usize, &key);
            self.end = self.trace.len();
        }
        self.trace.step_ends.push(self.end as u32);
        let step = self.number() as u64;
        if is_last || step == timing.until {
            self.forget_empty_steps();
            return false;
        }
        // Who starts at the next step does so whoever else would have reached them.
        while let Some((&(_, account), rest)) =
            self.late.split_first().filter(|(first, _)| first.0 == step + 1)
        {
            self.late = rest;
            self.share_as_origin::<LINKS, OVERLAY>(account);
        }
        if self.externals.peek() == Some(step + 1) {
            let mut arrivals = Vec::new();
            self.externals.take(step + 1, &mut arrivals);
            for arrival in arrivals {
                let before = self.trace.len();
                self.share_as_origin::<LINKS, OVERLAY>(arrival.child);
                self.trace.externals.extend(before as u32..self.trace.len() as u32);
            }
        }
        true
    }

    /// A run ends with the last step at which anybody shared.
    fn forget_empty_steps(&mut self) {
        let ends = &mut self.trace.step_ends;
        while ends.last().is_some_and(|&last| last == ends.iter().nth_back(1).copied().unwrap_or(0))
        {
            ends.pop();
        }
    }

    /// Asks for the ties of those who share behind the place.
    #[inline(always)]
    fn send_for_rows(&self, place: usize) {
        let graph = self.world.graph;
        let soon = |ahead| self.trace.accounts()[..self.end].get(place + ahead);
        if let Some(&source) = soon(2 * AHEAD) {
            prefetch_two(graph.row_offsets(), source.index());
        }
        if let Some(&source) = soon(AHEAD) {
            prefetch_row(graph, source);
        }
    }

    /// The number of the step.
    fn number(&self) -> usize {
        self.trace.steps() - 1
    }

    /// `account` passes, and shares at the next step if it can.
    fn share<const LINKS: bool, const OVERLAY: bool>(&mut self, account: AccountId) {
        if OVERLAY && self.world.overlay.is_muted(account) || !self.trace.shared.insert(account) {
            return;
        }
        if !LINKS {
            return self.trace.push(account);
        }
        let (parent, hash) = self.tipped_by::<OVERLAY>(account).unwrap_or((NO_PARENT, 0));
        self.trace.push_linked(account, parent, Route::Tie, hash);
    }

    fn cross_post<const LINKS: bool, const OVERLAY: bool>(&mut self) {
        let Self { world, keys, ref mut trace, start, end, .. } = *self;
        Wave::<LINKS, OVERLAY> { world, keys, trace, start, end, dense: false }.cross_post();
    }
}

/// The ties of `source` over which a post can go, with whom they reach.
#[inline(always)]
pub(super) fn open_ties<'a, const OVERLAY: bool>(
    graph: &'a SocialGraph,
    overlay: &'a Overlay,
    source: AccountId,
) -> impl Iterator<Item = (TieId, AccountId)> + use<'a, OVERLAY> {
    let cuts = OVERLAY && overlay.cuts_from(source);
    let ties = graph.tie_ids(source).zip(graph.targets(source).iter().copied());
    ties.filter(move |&(tie, _)| !(cuts && overlay.is_cut(tie)))
}

/// Asks for the accounts of persons behind `place`.
#[inline(always)]
fn send_for_members(persons: &Persons, listed: &[u32], place: usize) {
    if let Some(&soon) = listed.get(place + 4 * AHEAD) {
        prefetch_two(&persons.start, soon as usize);
    }
    if let Some(&soon) = listed.get(place + 2 * AHEAD) {
        prefetch(&persons.members, persons.start[soon as usize] as usize);
    }
}
