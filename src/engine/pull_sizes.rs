//! Linear threshold when cascades are large and only their sizes are asked for: many runs at once.
//!
//! In every run each account says whom it listens to, and shares if that account does. The rows of
//! the graph are read once for all runs. Then, run by run, each of those who are seen listens to whom
//! the one that it listens to listens to, again and again (pointer jumping): in each round lines get
//! to a third of their length or less, and what is left when no line ends any more leads into circles,
//! in which nobody shares. Those whom nobody sees need only look at whom they chose. The same draws as
//! [`listen`](super::listen), so the same runs.

use super::World;
use super::ask::{Asked, TOGETHER};
use super::level::Level;
use crate::graph::on_huge_pages;
use crate::model::Choices;
use crate::random::RunKeys;

/// Runs that are made together at the most.
pub(super) const RUNS: usize = 16;

/// Memory for [`pull_sizes`]: 4 bytes for each account that is seen and sees, and 4 for each that is
/// seen in every run.
#[derive(Debug, Default)]
pub(super) struct Space {
    /// For each run, whom each of those who are seen listens to, by place; behind them stand
    /// [`Ends`].
    listens_to: Vec<u32>,
    open: Vec<u32>,
}

/// Where lines end, in place of places: each listens to itself.
#[derive(Debug, Clone, Copy)]
struct Ends {
    /// Somebody who listens to nobody, and does not share.
    silent: u32,
    /// Somebody who shares.
    shares: u32,
}

/// The sizes of the runs with these keys, [`RUNS`] at the most.
#[inline(always)]
pub(super) fn pull_sizes<L: Level>(
    world: &World<'_>,
    choices: &Choices,
    keys: &[RunKeys],
    space: &mut Space,
) -> Vec<u64> {
    let asked = Asked::new(world.graph, choices);
    let seen = asked.listeners.seen();
    // There are fewer than 2^32 − 1 accounts.
    let ends = Ends { silent: seen as u32, shares: seen as u32 + 1 };
    // Runs do not begin at the same place of a page: a cache could not hold them side by side.
    let stride = (seen + 2).next_multiple_of(64) + 16 * 5;
    if space.listens_to.capacity() < stride * keys.len() {
        space.listens_to = Vec::with_capacity(stride * keys.len());
        on_huge_pages(&mut space.listens_to);
    }
    space.listens_to.resize(stride * keys.len(), 0);
    let Space { listens_to, open } = space;
    ask_between::<L>(asked, keys, ends.silent, listens_to, stride);

    let places = world.origins.iter().map(|&origin| asked.listeners.place_of(origin));
    let (seen_origins, others): (Vec<_>, Vec<_>) =
        places.partition(|place| place.is_some_and(|place| place < seen));
    let mut sizes = Vec::with_capacity(keys.len());
    for listens_to in listens_to.chunks_mut(stride) {
        let listens_to = &mut listens_to[..seen + 2];
        listens_to[asked.listeners.only_seen()].fill(ends.silent);
        listens_to[seen..].copy_from_slice(&[ends.silent, ends.shares]);
        seen_origins.iter().flatten().for_each(|&place| listens_to[place] = ends.shares);
        follow(listens_to, asked.listeners.between().len(), open);
        sizes.push(listens_to[..seen].iter().map(|&end| u64::from(end == ends.shares)).sum());
    }
    ask_those_who_only_see::<L>(asked, keys, ends, listens_to, stride, &mut sizes);
    // An origin whom nobody sees shares, also if it listens to nobody who does.
    for ((keys, listens_to), size) in keys.iter().zip(listens_to.chunks(stride)).zip(&mut sizes) {
        let listens = |&place: &Option<usize>| {
            let source = place.map_or(ends.silent, |place| asked.one(place, keys, ends.silent));
            listens_to[source as usize] == ends.shares
        };
        *size += others.iter().filter(|place| !listens(place)).count() as u64;
    }
    sizes
}

/// Asks all who see and are seen whom they listen to in every run.
#[inline(always)]
fn ask_between<L: Level>(
    asked: Asked<'_>,
    keys: &[RunKeys],
    silent: u32,
    listens_to: &mut [u32],
    stride: usize,
) {
    for (group, who) in asked.groups(asked.listeners.between()) {
        for (keys, listens_to) in keys.iter().zip(listens_to.chunks_mut(stride)) {
            asked.listen::<L>(group.clone(), &who, keys, silent, &mut listens_to[group.clone()]);
        }
    }
}

/// Adds those who only see to the sizes of the runs in which all others have come to an end.
#[inline(always)]
fn ask_those_who_only_see<L: Level>(
    asked: Asked<'_>,
    keys: &[RunKeys],
    ends: Ends,
    listens_to: &[u32],
    stride: usize,
    sizes: &mut [u64],
) {
    let mut chosen = [0; TOGETHER];
    for (group, who) in asked.groups(asked.listeners.only_see()) {
        for ((keys, listens_to), size) in
            keys.iter().zip(listens_to.chunks(stride)).zip(&mut *sizes)
        {
            let chosen = &mut chosen[..group.len()];
            asked.listen::<L>(group.clone(), &who, keys, ends.silent, chosen);
            for &mut chosen in chosen {
                *size += u64::from(listens_to[chosen as usize] == ends.shares);
            }
        }
    }
}

/// Lets the first `many` listen to the ends of their lines, where these have ends.
#[inline(never)]
fn follow(listens_to: &mut [u32], many: usize, open: &mut Vec<u32>) {
    let end = listens_to.len() - 2;
    open.clear();
    open.resize(many, 0);
    // Each pass takes two hops at once: a pass costs more than a hop.
    let mut left = 0;
    for place in 0..many {
        let next = two_hops(listens_to, place);
        open[left] = place as u32;
        left += usize::from((next as usize) < end);
    }
    loop {
        let mut kept = 0;
        for at in 0..left {
            let place = open[at];
            let next = two_hops(listens_to, place as usize);
            open[kept] = place;
            kept += usize::from((next as usize) < end);
        }
        // If nobody has come to an end, all who are left listen to each other.
        if kept == left {
            break;
        }
        left = kept;
    }
}

/// Lets `place` listen to whom the one listens to that the one listens to that it listens to.
#[inline(always)]
fn two_hops(listens_to: &mut [u32], place: usize) -> u32 {
    let next = listens_to[listens_to[listens_to[place] as usize] as usize];
    listens_to[place] = next;
    next
}
