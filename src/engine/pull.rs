//! Linear threshold when a cascade is large: every account says whom it listens to, and who follows
//! an origin, through whomever, shares. The same draws as [`listen`](super::listen), so the same
//! runs; the cost is that of the whole graph, however far the post gets.

use super::trace::Trace;
use super::{World, ask};
use crate::graph::SocialGraph;
use crate::id::AccountId;
use crate::model::Choices;
use crate::random::RunKeys;

/// Nobody: whom an account listens to that listens to none.
const NOBODY: u32 = u32::MAX;

/// What is known of an account: nothing, that it does not share, that it does, that its line is
/// being followed right now.
const UNKNOWN: u8 = 0;
const SILENT: u8 = 1;
const SHARES: u8 = 2;
const FOLLOWED: u8 = 3;

/// Memory for [`pull`]: 9n bytes, and some for lines being followed.
#[derive(Debug, Default)]
pub(super) struct PullSpace {
    listens_to: Vec<u32>,
    /// One more than there are accounts: the last stands for nobody.
    state: Vec<u8>,
    open: Vec<u32>,
    steps: Vec<u32>,
}

/// Runs one cascade.
#[inline(always)]
pub(super) fn pull(world: &World<'_>, choices: &Choices, keys: &RunKeys, trace: &mut Trace) {
    trace.clear();
    let mut space = std::mem::take(&mut trace.space.pull);
    space.choose(world.graph, choices, keys, world.origins);
    space.follow();
    space.count_steps();
    list(world, &space, trace);
    trace.space.pull = space;
}

impl PullSpace {
    /// Lets every account choose, and finds at once what follows from the accounts before it.
    #[inline(always)]
    fn choose(
        &mut self,
        graph: &SocialGraph,
        choices: &Choices,
        keys: &RunKeys,
        origins: &[AccountId],
    ) {
        let accounts = graph.account_count();
        self.listens_to.resize(accounts, NOBODY);
        self.state.clear();
        self.state.resize(accounts, UNKNOWN);
        self.state.push(SILENT);
        self.open.clear();
        origins.iter().for_each(|origin| self.state[origin.index()] = SHARES);
        let turned = &graph.reverse().rows;
        let lane = keys.choice.lane(0);
        let Self { listens_to, state, open, .. } = &mut *self;
        let listens_to = &mut listens_to[..];
        for (accounts, who) in ask::groups(graph) {
            let words = ask::words(lane, &who);
            for (account, &word) in accounts.zip(&words) {
                let source = ask::listens_to(turned, choices, account, word, NOBODY);
                listens_to[account] = source;
                let known = state[(source as usize).min(listens_to.len())];
                let state = &mut state[account];
                *state = if *state == SHARES { SHARES } else { known };
                if *state == UNKNOWN {
                    open.push(account as u32);
                }
            }
        }
        // Origins listen to nobody.
        origins.iter().for_each(|origin| self.listens_to[origin.index()] = NOBODY);
    }

    /// Follows the lines of all who are open to somebody of whom more is known.
    fn follow(&mut self) {
        let Self { listens_to, state, open, .. } = self;
        // What is before an account in storage is known before it; a few rounds settle most others.
        for _ in 0..3 {
            let mut kept = 0;
            for at in 0..open.len() {
                let account = open[at] as usize;
                let known = state[(listens_to[account] as usize).min(listens_to.len())];
                state[account] = known;
                open[kept] = account as u32;
                kept += usize::from(known == UNKNOWN);
            }
            open.truncate(kept);
        }
        let mut line = Vec::new();
        for &account in open.iter() {
            let mut at = account as usize;
            let end = loop {
                match state[at] {
                    UNKNOWN => {
                        state[at] = FOLLOWED;
                        line.push(at);
                        at = (listens_to[at] as usize).min(listens_to.len());
                    }
                    // A circle, which no origin is part of.
                    FOLLOWED => break SILENT,
                    known => break known,
                }
            };
            line.drain(..).for_each(|at| state[at] = end);
        }
    }

    /// How many steps after an origin each of those who share does.
    fn count_steps(&mut self) {
        const NOT_COUNTED: u32 = u32::MAX;
        let Self { listens_to, state, steps, .. } = self;
        steps.clear();
        steps.resize(listens_to.len(), NOT_COUNTED);
        let mut line = Vec::new();
        let sharers = state.iter().enumerate().filter(|&(_, &state)| state == SHARES);
        for (account, _) in sharers {
            let mut at = account;
            while steps[at] == NOT_COUNTED && listens_to[at] != NOBODY {
                line.push(at);
                at = listens_to[at] as usize;
            }
            let mut step = if steps[at] == NOT_COUNTED { 0 } else { steps[at] };
            steps[at] = step;
            for at in line.drain(..).rev() {
                step += 1;
                steps[at] = step;
            }
        }
    }
}

/// Lists who shares by step, up to the last step that is allowed.
fn list(world: &World<'_>, space: &PullSpace, trace: &mut Trace) {
    let shares = |&account: &usize| space.state[account] == SHARES;
    let mut ends: Vec<usize> = Vec::new();
    for account in (0..space.steps.len()).filter(shares) {
        let step = space.steps[account] as usize;
        if ends.len() <= step {
            ends.resize(step + 1, 0);
        }
        ends[step] += 1;
    }
    ends.truncate(world.max_steps as usize + 1);
    let mut total = 0;
    for end in &mut ends {
        // First where the step begins; the accounts push it to where it ends.
        total += std::mem::replace(end, total);
    }
    trace.list(total, |accounts| {
        for account in (0..space.steps.len()).filter(shares) {
            if let Some(place) = ends.get_mut(space.steps[account] as usize) {
                accounts[*place] = AccountId::new(account as u32);
                *place += 1;
            }
        }
    });
    trace.step_ends.extend(ends.iter().map(|&end| end as u32));
    let tried = match ends.len() {
        steps if steps == world.max_steps as usize + 1 => trace.step(steps - 1).start,
        _ => total,
    };
    let tried = &trace.accounts()[..tried];
    trace.ties_examined = tried.iter().map(|&account| world.graph.out_degree(account)).sum();
}
