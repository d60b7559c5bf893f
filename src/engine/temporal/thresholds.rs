//! Threshold models over ties that come and go: who sees something change is asked again.

use crate::engine::World;
use crate::engine::arrivals::{push_starts, settle};
use crate::engine::carry::CrossPosts;
use crate::engine::externals::Externals;
use crate::engine::queue::{Landing, Queue};
use crate::engine::trace::{BitSet, Ended, NO_PARENT, Route, Trace};
use crate::engine::try_hash;
use crate::id::{AccountId, UserId};
use crate::model::{Level, Seen, ThresholdLane, TimedThresholds};
use crate::random::RunKeys;

/// Memory for a run: 12 bytes and a bit for each account, and what the queue takes.
#[derive(Debug, Default)]
pub(in crate::engine) struct TimedThresholdSpace {
    queue: Queue,
    now: Vec<Landing>,
    asked: Vec<AccountId>,
    /// When each account shared, and its place among those who have.
    shared: Vec<Option<(u64, u32)>>,
    /// Who has a tie, at whatever time, from somebody who shared.
    seeing: BitSet,
    seen: Vec<Counted>,
}

/// A tie over which somebody is seen who shared.
#[derive(Debug, Clone, Copy)]
struct Counted {
    user: UserId,
    since: u64,
    place: u32,
    source: AccountId,
    /// Whether what counts of it has shared.
    shared: bool,
}

/// Runs one cascade.
pub(super) fn run(
    world: &World<'_>,
    keys: &RunKeys,
    thresholds: &TimedThresholds,
    trace: &mut Trace,
) {
    trace.clear();
    let mut space = std::mem::take(&mut trace.space.timed_thresholds);
    let accounts = world.graph.account_count();
    space.shared.resize(accounts, None);
    if space.seeing.0.is_empty() {
        space.seeing = BitSet(vec![0; accounts.div_ceil(64)].into());
    }
    let lane = thresholds.levels.lane(keys);
    let mut running = Running { world, keys, thresholds, lane };
    match world.overlay.is_empty() {
        true => running.run::<false>(trace, &mut space),
        false => running.run::<true>(trace, &mut space),
    }
    space.queue.drain().for_each(drop);
    space.now.clear();
    for account in trace.accounts() {
        space.shared[account.index()] = None;
    }
    space.seeing.0.fill(0);
    trace.space.timed_thresholds = space;
    trace.ticks_are_steps();
}

struct Running<'a> {
    world: &'a World<'a>,
    keys: &'a RunKeys,
    thresholds: &'a TimedThresholds,
    lane: ThresholdLane,
}

impl Running<'_> {
    fn run<const OVERLAY: bool>(&mut self, trace: &mut Trace, space: &mut TimedThresholdSpace) {
        let World { graph, overlay, timing, .. } = *self.world;
        push_starts::<OVERLAY>(self.world, &mut space.queue);
        self.push_unasked(&mut space.queue);
        let mut externals = Externals::new(self.world, self.keys);
        let crossposts = CrossPosts::new(self.world, self.keys);
        let mut changes = &self.thresholds.changes[..];
        loop {
            let landing = space.queue.next_at(&externals);
            let change = changes.first().map(|&(at, _)| at);
            let Some(step) = [landing, change].into_iter().flatten().min() else { break };
            if step > timing.until {
                break;
            }
            let first = trace.len();
            if landing == Some(step) {
                space.queue.next_tick(&mut externals, &mut space.now);
                settle(self.world, self.keys, &mut space.now, trace);
            }
            for Landing { child, parent, route, .. } in space.now.drain(..) {
                if trace.holds(child) || OVERLAY && overlay.is_muted(child) {
                    continue;
                }
                space.shared[child.index()] = Some((step, trace.len() as u32));
                trace.push_at(step, child, parent, route);
                if trace.len() as u64 == timing.max_shares {
                    trace.ended = Ended::Truncated;
                    return;
                }
                trace.examine(self.world, child, step);
            }
            for place in first..trace.len() {
                let source = trace.accounts()[place];
                for &target in graph.targets(source) {
                    space.seeing.set(target);
                    space.asked.push(target);
                }
                crossposts.fire(source, |child, later| {
                    let (at, route) = (step + later, Route::CrossPost);
                    space.queue.push(Landing { at, child, parent: place as u32, route });
                });
            }
            let changed = changes.partition_point(|&(at, _)| at <= step);
            for &(_, account) in &changes[..changed] {
                if space.seeing.holds(account) {
                    space.asked.push(account);
                }
            }
            changes = &changes[changed..];
            space.asked.sort_unstable();
            space.asked.dedup();
            let mut asked = std::mem::take(&mut space.asked);
            for child in asked.drain(..) {
                if trace.holds(child) || OVERLAY && overlay.is_muted(child) {
                    continue;
                }
                if let Some(parent) = self.passes::<OVERLAY>(child, step, space) {
                    let landing = Landing { at: step + 1, child, parent, route: Route::Tie };
                    space.queue.push(landing);
                }
            }
            space.asked = asked;
        }
    }

    /// Who drew a threshold of 0 or less shares at step 0.
    fn push_unasked(&self, queue: &mut Queue) {
        let (graph, levels) = (self.world.graph, &self.thresholds.levels);
        if !levels.can_be_low {
            return;
        }
        for child in graph.accounts() {
            if levels.of(graph, self.lane, child) == Level::Grid(0) {
                queue.push(Landing { at: 0, child, parent: NO_PARENT, route: Route::Origin });
            }
        }
    }

    /// The place of the parent of `child`, if enough of whom it sees at this step have shared.
    fn passes<const OVERLAY: bool>(
        &self,
        child: AccountId,
        step: u64,
        space: &mut TimedThresholdSpace,
    ) -> Option<u32> {
        let World { graph, overlay, .. } = *self.world;
        let (reverse, seen) = (graph.reverse(), &mut space.seen);
        let ties = reverse.ties.as_ref()?;
        seen.clear();
        let (mut m, mut k) = (0, 0);
        for (entry, &source) in reverse.rows.range(child).zip(reverse.rows.row(child)) {
            let cut = OVERLAY && overlay.is_cut(ties[entry as usize]);
            let shared = space.shared[source.index()];
            let since = shared.filter(|_| !cut).map(|(since, _)| since);
            let tie = ties[entry as usize].get();
            let Seen { all, shared: counted } =
                self.thresholds.seen(graph, source, tie, step, since);
            (m, k) = (m + counted, k + all);
            if all > 0 && (self.thresholds.people || counted > 0) {
                let (since, place) = shared.unwrap_or((u64::MAX, NO_PARENT));
                let (user, shared) = (graph.user_of(source), counted > 0);
                seen.push(Counted { user, since, place, source, shared });
            }
        }
        if self.thresholds.people {
            // A friend counts with the account that shared first.
            seen.sort_unstable_by_key(|tie| (tie.user, !tie.shared, tie.since));
            let friends = || seen.chunk_by(|one, other| one.user == other.user);
            (m, k) =
                (friends().filter(|ties| ties[0].shared).count() as u64, friends().count() as u64);
            let mut first = (None, 0);
            seen.retain(|tie| {
                if first.0 != Some(tie.user) {
                    first = (Some(tie.user), tie.since);
                }
                tie.shared && tie.since == first.1
            });
        }
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
