//! What the processor can do. Kernels are generic over it, are compiled once for each, and give the
//! same bits; [`dispatch`](super::dispatch) chooses when a run starts.

use super::dispatch::Kernel;
use crate::graph::SocialGraph;
use crate::id::AccountId;
use crate::random::{Row, WIDTH};

/// One set of machine instructions.
pub(crate) trait Level: Copy {
    /// How many thresholds of `row` lie above `draw`, the first 16 bits of a draw; `None` if those
    /// bits alone do not tell how many points the whole draw stands for.
    fn points(row: &Row, draw: u16) -> Option<usize>;

    /// Runs a part of a kernel in a function of its own, compiled for these instructions: a loop that
    /// has all registers to itself.
    fn apart<K: Kernel>(kernel: K) -> K::Output;
}

/// What the compiler makes of plain code.
#[derive(Debug, Clone, Copy)]
pub(super) struct Portable;

impl Level for Portable {
    #[inline(always)]
    fn points(row: &Row, draw: u16) -> Option<usize> {
        let (mut above, mut not_below) = (0u16, 0u16);
        for &bits in &row.0 {
            above += u16::from(draw < bits);
            not_below += u16::from(draw <= bits);
        }
        decided(above.into(), not_below.into())
    }

    #[inline(always)]
    fn apart<K: Kernel>(kernel: K) -> K::Output {
        super::dispatch::on_portable(kernel)
    }
}

/// With AVX2. Only for kernels that are compiled for it.
#[cfg(all(target_arch = "x86_64", not(miri)))]
#[derive(Debug, Clone, Copy)]
pub(super) struct Avx2;

#[cfg(all(target_arch = "x86_64", not(miri)))]
impl Level for Avx2 {
    #[inline(always)]
    #[allow(unsafe_code, reason = "intrinsics need the features that the kernel is compiled for")]
    fn points(row: &Row, draw: u16) -> Option<usize> {
        use std::arch::x86_64::{
            _mm256_cmpeq_epi16, _mm256_loadu_si256, _mm256_min_epu16, _mm256_movemask_epi8,
            _mm256_set1_epi16,
        };
        // SAFETY: the row holds 16 words; this level is named by `dispatch` alone, in a function
        // that is compiled for these instructions and called where they were found.
        let (not_below, equal) = unsafe {
            let bounds = _mm256_loadu_si256(row.0.as_ptr().cast());
            let draw = _mm256_set1_epi16(draw as i16);
            let not_below = _mm256_cmpeq_epi16(_mm256_min_epu16(draw, bounds), draw);
            let equal = _mm256_cmpeq_epi16(draw, bounds);
            (_mm256_movemask_epi8(not_below) as u32, _mm256_movemask_epi8(equal))
        };
        // Two bits a word.
        let above = not_below.count_ones() as usize / 2;
        (equal == 0 && above < WIDTH).then_some(above)
    }

    #[inline(always)]
    #[allow(unsafe_code, reason = "a call into a function with more instructions")]
    fn apart<K: Kernel>(kernel: K) -> K::Output {
        // SAFETY: as above: this level is named only where the instructions were found.
        unsafe { super::dispatch::on_avx2(kernel) }
    }
}

/// With AVX-512 F, BW, DQ and VL. Only for kernels that are compiled for these.
#[cfg(all(target_arch = "x86_64", not(miri)))]
#[derive(Debug, Clone, Copy)]
pub(super) struct Avx512;

#[cfg(all(target_arch = "x86_64", not(miri)))]
impl Level for Avx512 {
    #[inline(always)]
    #[allow(unsafe_code, reason = "intrinsics need the features that the kernel is compiled for")]
    fn points(row: &Row, draw: u16) -> Option<usize> {
        use std::arch::x86_64::{
            _mm256_cmple_epu16_mask, _mm256_cmplt_epu16_mask, _mm256_loadu_epi16, _mm256_set1_epi16,
        };
        // SAFETY: the row holds 16 words; this level is named by `dispatch` alone, in a function
        // that is compiled for these instructions and called where they were found.
        let (above, not_below) = unsafe {
            let bounds = _mm256_loadu_epi16(row.0.as_ptr().cast());
            let draw = _mm256_set1_epi16(draw as i16);
            (_mm256_cmplt_epu16_mask(draw, bounds), _mm256_cmple_epu16_mask(draw, bounds))
        };
        decided(above.count_ones() as usize, not_below.count_ones() as usize)
    }

    #[inline(always)]
    #[allow(unsafe_code, reason = "a call into a function with more instructions")]
    fn apart<K: Kernel>(kernel: K) -> K::Output {
        // SAFETY: as above: this level is named only where the instructions were found.
        unsafe { super::dispatch::on_avx512(kernel) }
    }
}

#[inline(always)]
fn decided(above: usize, not_below: usize) -> Option<usize> {
    (above == not_below && above < WIDTH).then_some(above)
}

/// Asks for the cache line that holds entry `index` of `column`, if there is one.
#[inline(always)]
#[cfg_attr(
    all(target_arch = "x86_64", not(miri)),
    allow(unsafe_code, reason = "the intrinsic takes a pointer")
)]
pub(super) fn prefetch<T>(column: &[T], index: usize) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a hint; it reads nothing and cannot fault, whatever the address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(column.as_ptr().wrapping_add(index).cast()) }
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    {
        let _ = (column, index);
    }
}

/// The same for the entry behind it too, which may lie on the next line.
#[inline(always)]
pub(super) fn prefetch_two<T>(column: &[T], index: usize) {
    prefetch(column, index);
    prefetch(column, index + 1);
}

/// Asks for the first lines of `column`, for no more than so many.
#[inline(always)]
pub(super) fn prefetch_lines<T>(column: &[T], most: usize) {
    let a_line = 64 / size_of::<T>();
    let lines = column.len().div_ceil(a_line).min(most);
    (0..lines).for_each(|line| prefetch(column, line * a_line));
}

/// So many accounts ahead rows are asked for, where each takes long.
pub(super) const AHEAD: usize = 2;

/// Asks for the first ties of an account.
#[inline(always)]
pub(super) fn prefetch_row(graph: &SocialGraph, account: AccountId) {
    let first = graph.tie_range(account).start as usize;
    // A line, and the one behind.
    prefetch(graph.all_targets(), first);
    prefetch(graph.all_targets(), first + 16);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::PoissonRows;

    /// All levels of this machine decide alike, for every draw.
    #[test]
    fn levels_agree() {
        let mut rows = PoissonRows::default();
        [0.0, 1e-7, 0.01, 0.7, 3.0, 6.0].iter().for_each(|&hazard| rows.push(hazard));
        for place in 0..rows.len() {
            let row = rows.row(place);
            for draw in 0..=u16::MAX {
                let plain = row.0.iter().filter(|&&bits| draw < bits).count();
                let want = (plain < WIDTH && !row.0.contains(&draw)).then_some(plain);
                assert_eq!(Portable::points(row, draw), want);
                #[cfg(all(target_arch = "x86_64", not(miri)))]
                if super::super::dispatch::has_avx2() {
                    assert_eq!(Avx2::points(row, draw), want);
                }
                #[cfg(all(target_arch = "x86_64", not(miri)))]
                if super::super::dispatch::has_avx512() {
                    assert_eq!(Avx512::points(row, draw), want);
                }
            }
        }
    }
}
