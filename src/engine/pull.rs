//! Linear threshold when a cascade is large: every account says whom it listens to, and who follows
//! an origin, through whomever, shares. The same draws as [`listen`](super::listen), so the same
//! runs; the cost is that of the whole graph, however far the post gets.

use std::ops::Range;

use super::World;
use super::ask::{Asked, TOGETHER};
use super::level::Level;
use super::trace::Trace;
use crate::id::AccountId;
use crate::model::Choices;
use crate::random::RunKeys;

/// At which step an account shares, or that it never does, that nothing is known yet, or that
/// its line is being followed right now. Steps come before all others.
const NEVER: u32 = u32::MAX - 2;
const UNKNOWN: u32 = u32::MAX - 1;
const FOLLOWED: u32 = u32::MAX;

/// The step of who listens to somebody of whom this is known.
#[inline(always)]
fn after(step: u32) -> u32 {
    step + u32::from(step < NEVER)
}

/// Memory for [`pull`]: 8 bytes for each account with ties, and some for lines being followed.
#[derive(Debug, Default)]
pub(super) struct PullSpace {
    /// By place: whom those listen to who see and are seen.
    listens_to: Vec<u32>,
    /// By place: when each shares. One more than there are places: the last stands for nobody.
    steps: Vec<u32>,
}

/// Runs one cascade.
#[inline(always)]
pub(super) fn pull<L: Level>(
    world: &World<'_>,
    choices: &Choices,
    keys: &RunKeys,
    trace: &mut Trace,
) {
    trace.clear();
    let mut space = std::mem::take(&mut trace.space.pull);
    let asked = Asked::new(world.graph, choices);
    space.begin(asked, world.origins);
    space.ask::<L>(asked, asked.listeners.between(), keys);
    space.follow();
    // All whom they may listen to are known by now.
    space.ask::<L>(asked, asked.listeners.only_see(), keys);
    list(world, asked, &space.steps[..asked.listeners.len()], trace);
    trace.space.pull = space;
}

impl PullSpace {
    /// Only of origins, and of those who see nobody, anything is known.
    fn begin(&mut self, asked: Asked<'_>, origins: &[AccountId]) {
        let listeners = asked.listeners;
        self.listens_to.resize(listeners.between().len(), 0);
        self.steps.clear();
        self.steps.resize(listeners.len(), UNKNOWN);
        self.steps.push(NEVER);
        self.steps[listeners.only_seen()].fill(NEVER);
        for place in origins.iter().filter_map(|&origin| listeners.place_of(origin)) {
            self.steps[place] = 0;
        }
    }

    /// Lets all at `places` choose, who are of one kind, and finds at once what follows from those before
    /// them.
    #[inline(always)]
    fn ask<L: Level>(&mut self, asked: Asked<'_>, places: Range<usize>, keys: &RunKeys) {
        let nobody = asked.listeners.len() as u32;
        let Self { listens_to, steps } = self;
        let mut chosen = [0; TOGETHER];
        for (group, who) in asked.groups(places) {
            asked.listen::<L>(group.clone(), &who, keys, nobody, &mut chosen[..group.len()]);
            for (place, &source) in group.zip(&chosen) {
                // Lines lead through those who are seen alone.
                if let Some(listens_to) = listens_to.get_mut(place) {
                    *listens_to = source;
                }
                let known = after(steps[source as usize]);
                let step = &mut steps[place];
                // Origins listen to nobody.
                *step = if *step == 0 { 0 } else { known };
            }
        }
    }

    /// Follows the lines of all of whom nothing is known to somebody of whom something is.
    #[inline(always)]
    fn follow(&mut self) {
        let Self { listens_to, steps } = self;
        let mut line = Vec::new();
        for place in 0..listens_to.len() {
            let mut at = place;
            let mut end = loop {
                match steps[at] {
                    UNKNOWN => {
                        steps[at] = FOLLOWED;
                        line.push(at);
                        at = listens_to[at] as usize;
                    }
                    // A circle, which no origin is part of.
                    FOLLOWED => break NEVER,
                    known => break known,
                }
            };
            for at in line.drain(..).rev() {
                end = after(end);
                steps[at] = end;
            }
        }
    }
}

/// Lists who shares by step, up to the last step that is allowed.
fn list(world: &World<'_>, asked: Asked<'_>, steps: &[u32], trace: &mut Trace) {
    // Who has no ties stands at no place.
    let apart = |origin: &&AccountId| asked.listeners.place_of(**origin).is_none();
    let apart = world.origins.iter().filter(apart);
    let sharing = || steps.iter().enumerate().filter(|&(_, &step)| step < NEVER);
    let mut ends: Vec<usize> = vec![apart.clone().count()];
    for (_, &step) in sharing() {
        let step = step as usize;
        if ends.len() <= step {
            ends.resize(step + 1, 0);
        }
        ends[step] += 1;
    }
    ends.truncate((world.timing.until as usize).saturating_add(1));
    let mut total = 0;
    for end in &mut ends {
        // First where the step begins; the accounts push it to where it ends.
        total += std::mem::replace(end, total);
    }
    trace.list(total, |accounts| {
        let mut write = |account: AccountId, step: u32| {
            if let Some(at) = ends.get_mut(step as usize) {
                accounts[*at] = account;
                *at += 1;
            }
        };
        apart.for_each(|&origin| write(origin, 0));
        sharing().for_each(|(place, &step)| write(asked.listeners.account_at(place), step));
    });
    trace.step_ends.extend(ends.iter().map(|&end| end as u32));
    let tried = match ends.len() {
        steps if steps as u64 > world.timing.until => trace.step(steps - 1).start,
        _ => total,
    };
    let tried = &trace.accounts()[..tried];
    trace.ties_examined = tried.iter().map(|&account| world.graph.out_degree(account)).sum();
}
