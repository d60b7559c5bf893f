//! Linear threshold when cascades are large and only their sizes are asked for: many runs at once.
//!
//! In every run each account says whom it listens to, and shares if that account does. The rows of
//! the graph are read once for all runs. Then, run by run, each listens to whom the one that it
//! listens to listens to, again and again (pointer jumping): in each round lines get half as long at
//! the least, and what is left when no line ends any more leads into circles, in which nobody shares.
//! The same draws as [`listen`](super::listen), so the same runs.

use super::level::prefetch;
use super::{World, ask};
use crate::graph::{SocialGraph, on_huge_pages};
use crate::model::Choices;
use crate::random::RunKeys;

/// Runs that are made together at the most.
pub(super) const RUNS: usize = 16;

/// Memory for [`pull_sizes`]: 4 bytes an account, and 4 for every run.
#[derive(Debug, Default)]
pub(super) struct Space {
    /// For each run, whom each account listens to; behind the accounts stand [`Ends`].
    listens_to: Vec<u32>,
    open: Vec<u32>,
}

/// Where lines end, in place of accounts: each listens to itself.
struct Ends {
    /// Somebody who listens to nobody, and does not share.
    silent: u32,
    /// Somebody who shares.
    shares: u32,
}

/// The sizes of the runs with these keys, [`RUNS`] at the most.
#[inline(always)]
pub(super) fn pull_sizes(
    world: &World<'_>,
    choices: &Choices,
    keys: &[RunKeys],
    space: &mut Space,
) -> Vec<u64> {
    let accounts = world.graph.account_count();
    // There are fewer than 2^32 − 1 accounts.
    let ends = Ends { silent: accounts as u32, shares: accounts as u32 + 1 };
    // Runs do not begin at the same place of a page: a cache could not hold them side by side.
    let stride = (accounts + 2).next_multiple_of(64) + 16 * 5;
    if space.listens_to.capacity() < stride * keys.len() {
        space.listens_to = Vec::with_capacity(stride * keys.len());
        on_huge_pages(&mut space.listens_to);
    }
    space.listens_to.resize(stride * keys.len(), 0);
    space.ask(world.graph, choices, keys, &ends, stride);
    let Space { listens_to, open } = space;
    let runs = listens_to.chunks_mut(stride).map(|run| &mut run[..accounts + 2]);
    runs.map(|listens_to| {
        listens_to[accounts..].copy_from_slice(&[ends.silent, ends.shares]);
        world.origins.iter().for_each(|origin| listens_to[origin.index()] = ends.shares);
        follow(listens_to, open);
        listens_to[..accounts].iter().map(|&end| u64::from(end == ends.shares)).sum()
    })
    .collect()
}

impl Space {
    /// Asks every account whom it listens to in every run.
    #[inline(always)]
    fn ask(
        &mut self,
        graph: &SocialGraph,
        choices: &Choices,
        keys: &[RunKeys],
        ends: &Ends,
        stride: usize,
    ) {
        let turned = &graph.reverse().rows;
        for (accounts, who) in ask::groups(graph) {
            for soon in accounts.end..(accounts.end + who.len()).min(graph.account_count()) {
                prefetch(&turned.entries, turned.offsets[soon] as usize);
            }
            for (keys, run) in keys.iter().zip(self.listens_to.chunks_mut(stride)) {
                let words = ask::words(keys.choice.lane(0), &who);
                let sources = &mut run[accounts.clone()];
                for ((account, source), &word) in accounts.clone().zip(sources).zip(&words) {
                    *source = ask::listens_to(turned, choices, account, word, ends.silent);
                }
            }
        }
    }
}

/// Lets all listen to the ends of their lines, where these have ends.
#[inline(always)]
fn follow(listens_to: &mut [u32], open: &mut Vec<u32>) {
    let accounts = listens_to.len() - 2;
    open.clear();
    open.resize(accounts, 0);
    let mut left = 0;
    for account in 0..accounts {
        let next = listens_to[listens_to[account] as usize];
        listens_to[account] = next;
        open[left] = account as u32;
        left += usize::from((next as usize) < accounts);
    }
    loop {
        let mut kept = 0;
        for place in 0..left {
            let account = open[place] as usize;
            let next = listens_to[listens_to[account] as usize];
            listens_to[account] = next;
            open[kept] = account as u32;
            kept += usize::from((next as usize) < accounts);
        }
        // If nobody has come to an end, all who are left listen to each other.
        if kept == left {
            break;
        }
        left = kept;
    }
}
