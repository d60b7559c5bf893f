//! A replay of what a cascade must read and write, without the arithmetic that finds out what.
//!
//! The sequence of addresses is recorded from the engine's own runs: who shared in which order, and
//! which ties fired. To play it is to read the offsets of each sharer's row and the target of each tie
//! that fired, to test and set the target's bit, and to write down who is new: no push engine does
//! less. Nothing waits for anything: the targets of a block are read before the bits of the block
//! before are set, so as many lines are on their way as the core can ask for. Where each tie has a
//! probability of its own, a target stands in a cell of eight bytes; the cell of the tie stands for the
//! one that it was picked from, which lies in the same row.
//!
//! Linear threshold in large cascades asks all accounts that see somebody instead: of each the offsets
//! of its turned row, the tie it chose, and whether the account at its other end shares.

use tieline::{AccountId, Ensemble, SocialGraph};

use super::work::Sharers;

/// Bytes on huge pages, if the feature `mmap` is on and the system has them: what the engine may lay
/// its columns on.
#[cfg(feature = "mmap")]
pub(crate) type Bytes = memmap2::MmapMut;
#[cfg(not(feature = "mmap"))]
pub(crate) type Bytes = Vec<u8>;

/// So many bytes, all 0.
#[cfg(feature = "mmap")]
pub(crate) fn huge_pages(len: usize) -> Bytes {
    let bytes = memmap2::MmapMut::map_anon(len.max(1)).expect("memory to be had");
    // A system without huge pages refuses, and the memory is as good as any other.
    #[cfg(target_os = "linux")]
    let _ = bytes.advise(memmap2::Advice::HugePage);
    bytes
}

#[cfg(not(feature = "mmap"))]
pub(crate) fn huge_pages(len: usize) -> Bytes {
    vec![0; len]
}

/// Numbers of `N` bytes.
struct Column<const N: usize>(Bytes);

impl<const N: usize> Column<N> {
    fn new(len: usize, cells: impl Iterator<Item = [u8; N]>) -> Self {
        let mut bytes = huge_pages(len * N);
        bytes.as_chunks_mut().0.iter_mut().zip(cells).for_each(|(place, cell)| *place = cell);
        Self(bytes)
    }

    fn cells(&self) -> &[[u8; N]] {
        self.0.as_chunks().0
    }
}

/// Where rows of these lengths begin and end.
fn offsets(accounts: usize, degrees: impl Iterator<Item = u64>) -> Column<8> {
    let ends = degrees.scan(0u64, |end, degree| {
        *end += degree;
        Some(*end)
    });
    Column::new(accounts + 1, std::iter::once(0).chain(ends).map(u64::to_ne_bytes))
}

/// Accounts, each in the first four of `N` bytes.
fn ids<'a, const N: usize>(ties: u64, rows: impl Iterator<Item = &'a [AccountId]>) -> Column<N> {
    Column::new(
        ties as usize,
        rows.flatten().map(|account| {
            let mut cell = [0; N];
            cell[..4].copy_from_slice(&account.get().to_ne_bytes());
            cell
        }),
    )
}

fn id<const N: usize>(cell: &[u8; N]) -> u32 {
    cell.first_chunk().map_or(0, |id| u32::from_ne_bytes(*id))
}

/// How many targets are read at a time.
const TOGETHER: usize = 128;

/// One step: where its sharers and the ties that they fire end, and whether the run ends too.
struct Step {
    sharers: usize,
    ties: usize,
    last: bool,
}

/// The runs of an ensemble, to be played as a push engine reads and writes whose targets stand in cells
/// of `N` bytes.
pub(crate) struct Push<const N: usize> {
    offsets: Column<8>,
    targets: Column<N>,
    steps: Vec<Step>,
    sharers: Vec<u32>,
    ties: Vec<u32>,
    shared: Vec<u64>,
    reached: Vec<u32>,
}

impl<const N: usize> Push<N> {
    /// Records runs 0 to `runs` − 1.
    pub(crate) fn record(ensemble: &Ensemble, runs: u64) -> Self {
        let graph: &SocialGraph = ensemble.scenario().graph();
        let (mut steps, mut sharers, mut ties) = (Vec::new(), Vec::new(), Vec::new());
        let seen = ensemble.clone().runs(runs).serial().observe(Sharers::default).value.0;
        for (run, by_step) in (0..).zip(&seen) {
            for (step, accounts) in by_step.iter().enumerate() {
                for &account in accounts {
                    sharers.push(account.get());
                    let fired = ensemble.ties_that_fire(run, account);
                    ties.extend(fired.iter().map(|tie| tie.get() as u32));
                }
                let last = step + 1 == by_step.len();
                steps.push(Step { sharers: sharers.len(), ties: ties.len(), last });
            }
        }
        let accounts = graph.account_count();
        let room = seen.iter().map(|steps| steps.iter().flatten().count()).max().unwrap_or(0);
        Self {
            offsets: offsets(accounts, graph.accounts().map(|account| graph.out_degree(account))),
            targets: ids(graph.tie_count(), graph.accounts().map(|account| graph.targets(account))),
            steps,
            sharers,
            ties,
            shared: vec![0; accounts.div_ceil(64)],
            reached: vec![0; room + TOGETHER],
        }
    }

    /// Share events and ties that fired.
    pub(crate) fn totals(&self) -> (u64, u64) {
        (self.sharers.len() as u64, self.ties.len() as u64)
    }

    /// Plays all runs. Returns a sum of what was read.
    pub(crate) fn play(&mut self) -> u64 {
        let (mut sum, mut first, mut first_tie, mut new_run) = (0, 0, 0, true);
        let (offsets, targets) = (self.offsets.cells(), self.targets.cells());
        let (shared, reached) = (&mut self.shared, &mut self.reached);
        let mut len = 0;
        for step in &self.steps {
            let sharers = &self.sharers[first..step.sharers];
            if new_run {
                len = mark(sharers.iter().copied(), shared, reached, 0);
            }
            for &sharer in sharers {
                let row = &offsets[sharer as usize..][..2];
                sum += u64::from_ne_bytes(row[1]) - u64::from_ne_bytes(row[0]);
            }
            let mut blocks = [[0u32; TOGETHER]; 2];
            let (mut arrived, mut on_their_way) = (0, 0);
            for ties in self.ties[first_tie..step.ties].chunks(TOGETHER) {
                let [before, now] = &mut blocks;
                for (place, &tie) in now.iter_mut().zip(ties) {
                    *place = id(&targets[tie as usize]);
                }
                on_their_way = ties.len();
                len = mark(before[..arrived].iter().copied(), shared, reached, len);
                blocks.swap(0, 1);
                arrived = on_their_way;
            }
            len = mark(blocks[0][..on_their_way].iter().copied(), shared, reached, len);
            (first, first_tie, new_run) = (step.sharers, step.ties, step.last);
            if step.last {
                forget(shared, &reached[..len]);
            }
        }
        sum
    }
}

/// Sets bits, and writes down behind `len` whose were new.
fn mark(
    accounts: impl Iterator<Item = u32>,
    shared: &mut [u64],
    reached: &mut [u32],
    mut len: usize,
) -> usize {
    for account in accounts {
        let word = &mut shared[account as usize / 64];
        let bit = 1 << (account % 64);
        reached[len] = account;
        len += usize::from(*word & bit == 0);
        *word |= bit;
    }
    len
}

fn forget(shared: &mut [u64], reached: &[u32]) {
    if reached.len() < shared.len() / 4 {
        reached.iter().for_each(|&account| shared[account as usize / 64] = 0);
    } else {
        shared.fill(0);
    }
}

/// Runs of linear threshold, to be played as an engine that asks all accounts reads and writes.
pub(crate) struct Pull {
    offsets: Column<8>,
    sources: Column<4>,
    /// Who sees somebody.
    asked: Vec<u32>,
    /// For each run and account that is asked, the place of the turned tie that it chose.
    chosen: Vec<u32>,
    origins: Vec<AccountId>,
    listens_to: Vec<u32>,
    state: Vec<u8>,
}

impl Pull {
    /// Records runs 0 to `runs` − 1.
    pub(crate) fn record(ensemble: &Ensemble, runs: u64) -> Self {
        let graph: &SocialGraph = ensemble.scenario().graph();
        let accounts = graph.account_count();
        let degrees = || graph.accounts().map(|account| graph.in_degree(account));
        let offsets = offsets(accounts, degrees());
        let mut of_all = vec![0u32; accounts * runs as usize];
        for (run, chosen) in (0..).zip(of_all.chunks_mut(accounts.max(1))) {
            for source in graph.accounts() {
                for tie in ensemble.ties_that_fire(run, source) {
                    let first = graph.tie_ids(source).next().expect("a tie that fired");
                    let target = graph.targets(source)[(tie.get() - first.get()) as usize];
                    let row = u64::from_ne_bytes(offsets.cells()[target.index()]);
                    let place = graph.sources(target).iter().position(|&known| known == source);
                    let place = place.expect("both directions of a tie");
                    chosen[target.index()] = row as u32 + place as u32;
                }
            }
        }
        let rows = graph.accounts().map(|account| graph.sources(account));
        let seers = graph.accounts().filter(|&account| graph.in_degree(account) > 0);
        let asked: Vec<u32> = seers.map(AccountId::get).collect();
        let mut chosen = Vec::with_capacity(asked.len() * runs as usize);
        for of_all in of_all.chunks(accounts.max(1)) {
            chosen.extend(asked.iter().map(|&account| of_all[account as usize]));
        }
        Self {
            offsets,
            sources: ids(graph.tie_count(), rows),
            asked,
            chosen,
            origins: ensemble.scenario().origins().to_vec(),
            listens_to: vec![0; accounts],
            state: vec![0; accounts],
        }
    }

    /// Plays all runs. Returns a sum of what was read.
    pub(crate) fn play(&mut self) -> u64 {
        let (offsets, sources) = (self.offsets.cells(), self.sources.cells());
        let mut sum = 0;
        for chosen in self.chosen.chunks_exact(self.asked.len()) {
            self.state.fill(0);
            self.origins.iter().for_each(|origin| self.state[origin.index()] = 1);
            for (&account, &tie) in self.asked.iter().zip(chosen) {
                let account = account as usize;
                sum += u64::from_ne_bytes(offsets[account + 1]);
                let source = id(&sources[tie as usize]);
                self.listens_to[account] = source;
                self.state[account] |= self.state[source as usize];
            }
            sum += self.state.iter().map(|&state| u64::from(state)).sum::<u64>();
        }
        sum
    }
}
