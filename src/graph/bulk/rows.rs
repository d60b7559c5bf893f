//! Two passes over a source make the rows of a network: the first counts, the second puts each
//! target in its place. Then each row is sorted and its repeated targets are dropped where they are.
//!
//! Both passes sort each chunk into *bands* of neighbouring accounts first, in a buffer that stays
//! in the cache. A band is one lock and one stretch of memory, so threads seldom meet and a write
//! seldom misses. Which thread comes first changes the order inside a row, and sorting undoes it.

use std::mem::take;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::source::TieSource;
use crate::error::{Error, Result};
use crate::graph::Reciprocity;
use crate::graph::column::on_huge_pages;
use crate::graph::report::TieReport;
use crate::id::AccountId;

/// Bands of a network that is large enough to have as many.
const MOST_BANDS_LOG2: u32 = 10;
/// Accounts of a band in a network that is not.
const LEAST_BAND_LOG2: u32 = 10;

/// Appends the rows of `source`, whose accounts begin at `first`, to the columns.
///
/// `offsets` ends with the number of `targets`.
pub(super) fn append_rows(
    source: &dyn TieSource,
    first: u32,
    offsets: &mut Vec<u64>,
    targets: &mut Vec<AccountId>,
) -> Result<TieReport> {
    let accounts = source.account_count();
    let base = targets.len();
    let shift =
        (u32::BITS - accounts.leading_zeros()).saturating_sub(MOST_BANDS_LOG2).max(LEAST_BAND_LOG2);
    let row_zero = offsets.len();
    offsets.reserve_exact(accounts as usize);
    on_huge_pages(offsets);
    offsets.resize(row_zero + accounts as usize, 0);
    let rows = &mut offsets[row_zero..];
    if rows.is_empty() {
        return match source.chunk_count() {
            0 => Ok(TieReport::default()),
            _ => Err(Error::input("a source without accounts has ties")),
        };
    }

    let counts: Vec<Mutex<&mut [u64]>> = rows.chunks_mut(1 << shift).map(Mutex::new).collect();
    let seen = for_each_band(source, shift, counts.len(), |band, ties| {
        let counts = &mut *lock(&counts[band]);
        for &(source, _) in ties {
            counts[in_band(source, shift)] += 1;
        }
    })?;
    let mut start = base as u64;
    for row in &mut *rows {
        // From now on where the next target of the row goes: in the end, where the row ends.
        start += std::mem::replace(row, start);
    }
    let given = start as usize - base;
    targets.reserve_exact(given);
    on_huge_pages(targets);
    targets.resize(base + given, AccountId::new(0));

    let mut bands = cut(rows, shift, &mut targets[base..], base as u64);
    let again = for_each_band(source, shift, bands.len(), |band, ties| {
        let band = &mut *lock(&bands[band]);
        for &(source, target) in ties {
            let next = &mut band.rows[in_band(source, shift)];
            band.targets[(*next - band.start) as usize] = AccountId::new(first + target);
            *next += 1;
        }
    })?;
    let same = bands.iter_mut().all(|band| {
        let band = band.get_mut().unwrap_or_else(PoisonError::into_inner);
        band.rows.last().is_none_or(|&end| end == band.start + band.targets.len() as u64)
    });
    assert!(same && seen == again, "a source of ties gave other ties when asked again");

    sort_bands(&mut bands);
    let kept: Vec<(u64, u64)> = bands
        .into_iter()
        .map(|band| band.into_inner().unwrap_or_else(PoisonError::into_inner))
        .map(|band| (band.start, band.kept))
        .collect();
    let ties = close_gaps(&kept, rows.chunks_mut(1 << shift), targets);
    let mut duplicates = given as u64 - ties;
    if source.reciprocity() == Reciprocity::Mutual {
        // A row that states a mutual tie again is met at both of its ends.
        duplicates /= 2;
    }
    Ok(TieReport {
        rows: seen.rows,
        self_ties: seen.self_ties,
        duplicates,
        ties,
        ..Default::default()
    })
}

/// The rows of neighbouring accounts, and the memory of their targets.
#[derive(Debug)]
struct Band<'a> {
    rows: &'a mut [u64],
    targets: &'a mut [AccountId],
    /// The place of `targets` in the whole column.
    start: u64,
    /// How many of `targets` are left once none is repeated.
    kept: u64,
}

/// `rows` holds where each row starts; `targets` starts at `base`.
fn cut<'a>(
    rows: &'a mut [u64],
    shift: u32,
    mut targets: &'a mut [AccountId],
    base: u64,
) -> Vec<Mutex<Band<'a>>> {
    let end = base + targets.len() as u64;
    let starts: Vec<u64> = rows.iter().step_by(1 << shift).copied().chain([end]).collect();
    let bands = rows.chunks_mut(1 << shift).zip(starts.windows(2));
    let bands = bands.map(|(rows, bounds)| {
        let (own, rest) = take(&mut targets).split_at_mut((bounds[1] - bounds[0]) as usize);
        targets = rest;
        Mutex::new(Band { rows, targets: own, start: bounds[0], kept: 0 })
    });
    bands.collect()
}

impl Band<'_> {
    /// Sorts each row, drops what is repeated, and moves the rows together at the band's start.
    fn sort(&mut self) {
        let (mut read, mut write) = (0, 0);
        for end in &mut *self.rows {
            let row_end = (*end - self.start) as usize;
            self.targets[read..row_end].sort_unstable();
            let row_start = write;
            for at in read..row_end {
                let target = self.targets[at];
                if write == row_start || self.targets[write - 1] != target {
                    self.targets[write] = target;
                    write += 1;
                }
            }
            read = row_end;
            *end = self.start + write as u64;
        }
        self.kept = write as u64;
    }
}

fn sort_bands(bands: &mut [Mutex<Band<'_>>]) {
    let sort = |band: &mut Mutex<Band<'_>>| {
        band.get_mut().unwrap_or_else(PoisonError::into_inner).sort();
    };
    #[cfg(feature = "parallel")]
    {
        use rayon::prelude::*;
        bands.par_iter_mut().for_each(sort);
    }
    #[cfg(not(feature = "parallel"))]
    bands.iter_mut().for_each(sort);
}

/// Moves the bands together; `kept` is where each starts and what is left of it. Returns the sum.
fn close_gaps<'a>(
    kept: &[(u64, u64)],
    bands: impl Iterator<Item = &'a mut [u64]>,
    targets: &mut Vec<AccountId>,
) -> u64 {
    let base = kept.first().map_or(0, |&(start, _)| start);
    let mut write = base;
    for (&(start, length), rows) in kept.iter().zip(bands) {
        targets.copy_within(start as usize..(start + length) as usize, write as usize);
        for end in rows {
            *end -= start - write;
        }
        write += length;
    }
    targets.truncate(write as usize);
    write - base
}

/// What a pass saw.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Seen {
    rows: u64,
    self_ties: u64,
}

/// Goes through all chunks and hands the ties out of each band, in both directions if the source
/// says so, to `work`.
fn for_each_band(
    source: &dyn TieSource,
    shift: u32,
    bands: usize,
    work: impl Fn(usize, &[(u32, u32)]) + Sync,
) -> Result<Seen> {
    let do_chunk = |sorter: &mut Sorter, chunk: u64| -> Result<Seen> {
        let seen = sorter.fill(source, chunk, shift, bands)?;
        // Threads that start together start at different bands.
        let turn = (chunk as usize).wrapping_mul(bands / 2 + 1) % bands;
        for band in (turn..bands).chain(0..turn) {
            let ties = sorter.band(band);
            if !ties.is_empty() {
                work(band, ties);
            }
        }
        Ok(seen)
    };
    let chunks = 0..source.chunk_count();
    let add =
        |a: Seen, b: Seen| Seen { rows: a.rows + b.rows, self_ties: a.self_ties + b.self_ties };
    #[cfg(feature = "parallel")]
    {
        use rayon::prelude::*;
        let seen = chunks.into_par_iter().map_init(Sorter::default, do_chunk);
        seen.try_reduce(Seen::default, |a, b| Ok(add(a, b)))
    }
    #[cfg(not(feature = "parallel"))]
    {
        let mut sorter = Sorter::default();
        let mut seen = chunks.map(|chunk| do_chunk(&mut sorter, chunk));
        seen.try_fold(Seen::default(), |a, b| Ok(add(a, b?)))
    }
}

/// Sorts the ties of one chunk into bands.
#[derive(Debug, Default)]
struct Sorter {
    given: Vec<(u32, u32)>,
    sorted: Vec<(u32, u32)>,
    /// Where each band ends in `sorted`; the first one starts at 0.
    ends: Vec<usize>,
}

impl Sorter {
    fn fill(
        &mut self,
        source: &dyn TieSource,
        chunk: u64,
        shift: u32,
        bands: usize,
    ) -> Result<Seen> {
        let Self { given, sorted, ends } = self;
        given.clear();
        source.chunk(chunk, given);
        let rows = given.len();
        let accounts = source.account_count();
        if let Some((a, b)) = given.iter().find(|tie| tie.0.max(tie.1) >= accounts) {
            return Err(Error::range(format!(
                "accounts must be numbers below {accounts}, found the tie {a} → {b}"
            )));
        }
        given.retain(|(source, target)| source != target);
        let seen = Seen { rows: rows as u64, self_ties: (rows - given.len()) as u64 };
        if source.reciprocity() == Reciprocity::Mutual {
            given.extend_from_within(..);
            let stated = given.len() / 2;
            for (source, target) in &mut given[stated..] {
                std::mem::swap(source, target);
            }
        }
        ends.clear();
        ends.resize(bands, 0);
        for &(source, _) in &*given {
            ends[(source >> shift) as usize] += 1;
        }
        let mut start = 0;
        for end in &mut *ends {
            start += std::mem::replace(end, start);
        }
        sorted.resize(given.len(), (0, 0));
        for &tie in &*given {
            let end = &mut ends[(tie.0 >> shift) as usize];
            sorted[*end] = tie;
            *end += 1;
        }
        Ok(seen)
    }

    fn band(&self, band: usize) -> &[(u32, u32)] {
        let start = if band == 0 { 0 } else { self.ends[band - 1] };
        &self.sorted[start..self.ends[band]]
    }
}

fn in_band(account: u32, shift: u32) -> usize {
    (account & ((1 << shift) - 1)) as usize
}

/// A thread that panics ends the pass, so what it leaves behind is never read.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
