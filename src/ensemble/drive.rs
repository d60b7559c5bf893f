//! Many runs, in blocks, on the caller's threads: any split gives the same bits.

use std::ops::{ControlFlow, Range};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// How far an ensemble has come. Shown at [`Ensemble::run_with`](crate::Ensemble::run_with).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Progress {
    /// Runs that are finished, all those before them included.
    pub finished: u64,
    /// Runs in all; with a [`Precision`](crate::Precision), the most that there may be.
    pub runs: u64,
}

/// How to split the work.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Split {
    /// Stay on this thread.
    pub(crate) serial: bool,
    /// Runs in a block; chosen by the time they take if absent.
    pub(crate) block: Option<u64>,
    /// A block has at least so many, if there are enough for all threads.
    pub(crate) least: u64,
}

impl Split {
    /// On how many threads one of these runs may be made, while the others are made on others.
    pub(super) fn threads_a_run(self, runs: &Range<u64>) -> usize {
        let runs = runs.end.saturating_sub(runs.start).max(1);
        if self.serial { 1 } else { (threads() / runs).max(1) as usize }
    }
}

/// How long a wave of blocks should take: the caller hears of progress this often.
const WAVE: Duration = Duration::from_millis(100);

/// Does `work` for every run of `runs` in order inside each block, and merges the blocks in order.
/// `work` is told the run and where its block ends: what it will be asked for next.
///
/// `workspace` is made once per thread or so and handed from block to block. Returns the merged
/// blocks of the longest finished prefix, its length, and whether `progress` stopped it early.
pub(crate) fn drive<A, W>(
    runs: Range<u64>,
    split: Split,
    workspace: impl Fn() -> W + Sync,
    empty: impl Fn() -> A + Sync,
    work: impl Fn(&mut A, &mut W, Range<u64>) + Sync,
    mut merge: impl FnMut(&mut A, A),
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> (A, u64, bool)
where
    A: Send,
    W: Send,
{
    let idle = Mutex::new(Vec::new());
    let do_block = |block: Range<u64>| {
        let reused = idle.lock().ok().and_then(|mut idle| idle.pop());
        let mut space = reused.unwrap_or_else(&workspace);
        let mut part = empty();
        for run in block.clone() {
            work(&mut part, &mut space, run..block.end);
        }
        if let Ok(mut idle) = idle.lock() {
            idle.push(space);
        }
        part
    };
    let threads = if split.serial { 1 } else { threads() };
    let total = runs.end - runs.start;
    let mut all = empty();
    let mut next = runs.start;
    let mut wave_runs = threads;
    let least = split.least.min(total.div_ceil(threads)).max(1);
    while next < runs.end {
        let block = split.block.unwrap_or_else(|| wave_runs.div_ceil(threads * 8).max(least));
        // Every thread gets a block, however long that takes.
        let least_wave = block.saturating_mul(threads);
        let wave_end = runs.end.min(next.saturating_add(wave_runs.max(least_wave)));
        let blocks = blocks(next..wave_end, block);
        let started = Instant::now();
        for part in map_blocks(&blocks, split.serial, &do_block) {
            merge(&mut all, part);
        }
        next = wave_end;
        let finished = next - runs.start;
        if progress(Progress { finished, runs: total }).is_break() && next < runs.end {
            return (all, finished, true);
        }
        // Towards waves of the length wanted, at most eightfold at a time.
        let ratio = WAVE.as_secs_f64() / started.elapsed().as_secs_f64().max(1e-6);
        wave_runs = ((wave_runs as f64 * ratio.clamp(0.125, 8.0)) as u64).max(threads);
    }
    (all, total, false)
}

fn blocks(runs: Range<u64>, block: u64) -> Vec<Range<u64>> {
    let count = (runs.end - runs.start).div_ceil(block);
    (0..count)
        .map(|i| runs.start + i * block)
        .map(|start| start..start.saturating_add(block).min(runs.end))
        .collect()
}

#[cfg(feature = "parallel")]
fn threads() -> u64 {
    rayon::current_num_threads() as u64
}

#[cfg(not(feature = "parallel"))]
fn threads() -> u64 {
    1
}

#[cfg(feature = "parallel")]
fn map_blocks<A: Send>(
    blocks: &[Range<u64>],
    serial: bool,
    work: &(impl Fn(Range<u64>) -> A + Sync),
) -> Vec<A> {
    use rayon::prelude::*;
    if serial || rayon::current_num_threads() == 1 {
        return blocks.iter().cloned().map(work).collect();
    }
    // A block is long enough to be handed over by itself.
    blocks.par_iter().with_max_len(1).cloned().map(work).collect()
}

#[cfg(not(feature = "parallel"))]
fn map_blocks<A: Send>(
    blocks: &[Range<u64>],
    _serial: bool,
    work: &(impl Fn(Range<u64>) -> A + Sync),
) -> Vec<A> {
    blocks.iter().cloned().map(work).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_cover_all_runs_once_and_in_order() {
        for block in [1, 3, 7, 100, u64::MAX] {
            let split = Split { block: Some(block), ..Split::default() };
            let (seen, finished, stopped) = drive(
                5..42,
                split,
                || (),
                Vec::new,
                |seen: &mut Vec<u64>, (), ahead| seen.push(ahead.start),
                Extend::extend,
                &mut |_| ControlFlow::Continue(()),
            );
            assert_eq!(seen, (5..42).collect::<Vec<_>>());
            assert_eq!((finished, stopped), (37, false));
        }
    }

    /// A wave that is far too long is followed by the shortest, which still has a block for each thread.
    #[cfg(feature = "parallel")]
    #[test]
    fn long_blocks_go_to_all_threads() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        let mut waves = Vec::new();
        pool.install(|| {
            let split = Split { least: 4, ..Split::default() };
            drive(
                0..36,
                split,
                || (),
                || (),
                |(), (), _| std::thread::sleep(WAVE / 2),
                |(), ()| (),
                &mut |progress| {
                    waves.push(progress.finished);
                    ControlFlow::Continue(())
                },
            );
        });
        assert_eq!(waves, [12, 24, 36]);
    }

    #[test]
    fn a_stop_keeps_the_longest_finished_prefix() {
        let split = Split { serial: true, block: Some(10), least: 1 };
        let (seen, finished, stopped) = drive(
            0..1000,
            split,
            || (),
            Vec::new,
            |seen: &mut Vec<u64>, (), ahead| seen.push(ahead.start),
            Extend::extend,
            &mut |progress| {
                if progress.finished >= 20 {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            },
        );
        assert!(stopped && (20..1000).contains(&finished));
        assert_eq!(seen, (0..finished).collect::<Vec<_>>());
    }
}
