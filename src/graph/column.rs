//! [`Column`]: numbers one after the other, wherever they lie: in memory, or in a file.
//!
//! This is the one file with `unsafe` code. It holds what the language cannot check by itself: that
//! bytes of a file are numbers, that a map lives as long as what points into it, and that a mapped
//! file does not change. All reading is by slices, with their checks.
#![allow(unsafe_code)]

use std::any::Any;
use std::fs::File;
use std::io::{self, Read};
use std::ops::{Deref, Range};
use std::ptr::NonNull;
use std::slice;
use std::sync::Arc;

use crate::id::{AccountId, TieId};

/// Numbers that are nothing but their bytes.
///
/// # Safety
/// Any `size_of::<Self>()` bytes are a value, and a value has no other bytes: no padding, no
/// pointer, nothing that can change behind a shared reference.
pub(crate) unsafe trait Plain: Copy + Default + Send + Sync + 'static {}

// SAFETY: whole numbers and floats take any bits.
unsafe impl Plain for u8 {}
// SAFETY: as above.
unsafe impl Plain for u32 {}
// SAFETY: as above.
unsafe impl Plain for u64 {}
// SAFETY: as above; NaNs are values.
unsafe impl Plain for f64 {}
// SAFETY: transparent over a u32.
unsafe impl Plain for AccountId {}
// SAFETY: transparent over a u64.
unsafe impl Plain for TieId {}

/// A column of a graph: a slice that keeps alive what it is a part of. A copy shares the memory.
///
/// Reading it costs what reading a boxed slice costs.
pub(crate) struct Column<T> {
    start: NonNull<T>,
    len: usize,
    /// The vector or the map that `start` points into; nobody writes to it any more.
    owner: Option<Arc<dyn Any + Send + Sync>>,
}

// SAFETY: a column is a shared slice of numbers that nobody writes to, and its owner may be sent.
unsafe impl<T: Plain> Send for Column<T> {}
// SAFETY: as above.
unsafe impl<T: Plain> Sync for Column<T> {}

impl<T> Deref for Column<T> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        // SAFETY: `start` points to `len` values that `owner` keeps alive and nobody writes to, or
        // `len` is 0; all constructors see to it.
        unsafe { slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }
}

impl<T: Plain> Column<T> {
    /// `len` numbers, zero at first, as `fill` leaves them. Large columns go on huge pages where
    /// the system has them: a random access then costs no walk through page tables.
    pub(crate) fn huge(len: usize, fill: impl FnOnce(&mut [T])) -> Self {
        #[cfg(all(feature = "mmap", target_os = "linux", not(miri)))]
        if let Some(mut pages) = huge_pages::<T>(len) {
            // SAFETY: the map has room for `len` values, begins at a page and so is aligned, and
            // any bytes are values. The reference ends before the map is shared.
            fill(unsafe { slice::from_raw_parts_mut(pages.as_mut_ptr().cast(), len) });
            let Some(start) = NonNull::new(pages.as_mut_ptr().cast()) else {
                unreachable!("a map has an address")
            };
            return Self { start, len, owner: Some(Arc::new(pages)) };
        }
        let mut cells = vec![T::default(); len];
        fill(&mut cells);
        cells.into()
    }

    /// The numbers that stand in these bytes of the column; none if they do not lie in it, are not
    /// aligned, or are no whole number of them.
    pub(crate) fn part<U: Plain>(&self, bytes: Range<u64>) -> Option<Column<U>> {
        let bytes = usize::try_from(bytes.start).ok()?..usize::try_from(bytes.end).ok()?;
        let part = bytes_of(self).get(bytes)?;
        let start = NonNull::from(part).cast::<U>();
        let fits = start.is_aligned() && part.len().is_multiple_of(size_of::<U>());
        let len = part.len() / size_of::<U>();
        fits.then(|| Column { start, len, owner: self.owner.clone() })
    }
}

impl Column<u8> {
    /// The first `len` bytes of a file, which must not change as long as the column is in use.
    ///
    /// With the feature `mmap` they are mapped, else, or if the system refuses, read; they begin at
    /// an address that can be divided by 8.
    pub(crate) fn of_file(file: &mut File, len: u64) -> io::Result<Self> {
        let whole = usize::try_from(len).map_err(|_| io::ErrorKind::FileTooLarge)?;
        #[cfg(all(feature = "mmap", not(miri)))]
        if whole > 0 {
            // SAFETY: the map is only read. That nobody else writes to the file is what the docs of
            // `SocialGraph::open` ask for; nothing that Rust offers could see to it.
            if let Ok(map) = unsafe { memmap2::MmapOptions::new().len(whole).map(&*file) } {
                let start = NonNull::from(&map[..]).cast();
                return Ok(Self { start, len: whole, owner: Some(Arc::new(map)) });
            }
        }
        let mut read = Ok(());
        let words = Column::<u64>::huge(whole.div_ceil(8), |words| {
            read = file.read_exact(&mut bytes_of_mut(words)[..whole]);
        });
        read?;
        Ok(words.part(0..len).unwrap_or_default())
    }
}

/// Below this many bytes pages of the usual size will do.
#[cfg(all(feature = "mmap", target_os = "linux", not(miri)))]
const HUGE: usize = 4 << 20;

/// Asks the system to lay what `cells` has room for, and has not used yet, on huge pages, if it is
/// much. To be called when the room was just made: pages that were touched stay as they are.
pub(crate) fn on_huge_pages<T>(cells: &mut Vec<T>) {
    #[cfg(all(feature = "mmap", target_os = "linux", not(miri)))]
    {
        const PAGE: usize = 4096;
        let room = cells.spare_capacity_mut();
        let bytes = size_of_val(room);
        let skipped = room.as_ptr().addr().next_multiple_of(PAGE) - room.as_ptr().addr();
        if bytes >= HUGE {
            let start = room.as_mut_ptr().cast::<u8>().wrapping_add(skipped);
            // SAFETY: a hint on how to lay out memory that the vector owns; contents stay. A system
            // that has no huge pages refuses, and the memory is as good as any other.
            unsafe { libc::madvise(start.cast(), bytes - skipped, libc::MADV_HUGEPAGE) };
        }
    }
    #[cfg(not(all(feature = "mmap", target_os = "linux", not(miri))))]
    let _ = cells;
}

/// Memory for `len` values, all zero; none if that is not much, or the system has none to give.
#[cfg(all(feature = "mmap", target_os = "linux", not(miri)))]
fn huge_pages<T: Plain>(len: usize) -> Option<memmap2::MmapMut> {
    let bytes = len.checked_mul(size_of::<T>()).filter(|&bytes| bytes >= HUGE)?;
    let pages = memmap2::MmapMut::map_anon(bytes).ok()?;
    // A system without huge pages refuses, and the memory is as good as any other.
    let _ = pages.advise(memmap2::Advice::HugePage);
    Some(pages)
}

/// The bytes of numbers, in the order of this machine.
pub(crate) fn bytes_of<T: Plain>(cells: &[T]) -> &[u8] {
    // SAFETY: a plain value is its bytes and nothing else; a byte needs no alignment.
    unsafe { slice::from_raw_parts(cells.as_ptr().cast(), size_of_val(cells)) }
}

fn bytes_of_mut<T: Plain>(cells: &mut [T]) -> &mut [u8] {
    // SAFETY: as in `bytes_of`, and whatever is written is a value.
    unsafe { slice::from_raw_parts_mut(cells.as_mut_ptr().cast(), size_of_val(cells)) }
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self { start: NonNull::dangling(), len: 0, owner: None }
    }
}

impl<T> Clone for Column<T> {
    fn clone(&self) -> Self {
        Self { start: self.start, len: self.len, owner: self.owner.clone() }
    }
}

impl<T: Plain> From<Vec<T>> for Column<T> {
    fn from(mut cells: Vec<T>) -> Self {
        cells.shrink_to_fit();
        let owner = Arc::new(cells);
        let cells = owner.as_slice();
        Self { start: NonNull::from(cells).cast(), len: cells.len(), owner: Some(owner) }
    }
}

impl<T: Plain> FromIterator<T> for Column<T> {
    fn from_iter<I: IntoIterator<Item = T>>(cells: I) -> Self {
        cells.into_iter().collect::<Vec<_>>().into()
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for Column<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&**self).finish()
    }
}

impl<T: PartialEq> PartialEq for Column<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Eq> Eq for Column<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_the_slice_it_was_made_of_and_so_is_its_copy() {
        let mut cells = Vec::with_capacity(100);
        cells.extend([3u64, 1, 2]);
        let column = Column::from(cells);
        let copy = column.clone();
        drop(column);
        assert_eq!(copy[..], [3, 1, 2]);
        assert_eq!(std::thread::spawn(move || copy[1]).join().unwrap(), 1);
        assert!(Column::<u32>::default().is_empty() && Column::<f64>::from(Vec::new()).is_empty());
    }

    #[test]
    fn parts_are_whole_aligned_numbers_inside() {
        let column = Column::from(vec![1u64, 2 | 7 << 32, u64::MAX]);
        let part = |bytes| column.part::<AccountId>(bytes).map(|part| part.to_vec());
        let id = AccountId::new;
        if cfg!(target_endian = "little") {
            assert_eq!(part(8..20), Some(vec![id(2), id(7), id(u32::MAX)]));
        }
        assert_eq!(part(24..24), Some(vec![]));
        for wrong in [2..10, 8..15, 0..25, 32..32, Range { start: 16, end: 8 }, 0..u64::MAX] {
            assert_eq!(part(wrong.clone()), None, "{wrong:?}");
        }
        let words = column.part::<u64>(8..24).unwrap();
        drop(column);
        assert_eq!(words[1], u64::MAX);
        assert_eq!(words.part::<u8>(15..16).unwrap()[..], [255]);
    }

    #[test]
    fn large_columns_are_filled_where_they_lie() {
        for len in [0, 1, 1000, if cfg!(miri) { 2000 } else { 3 << 20 }] {
            let column = Column::<u32>::huge(len, |cells| {
                assert!(cells.iter().all(|&cell| cell == 0));
                cells.iter_mut().zip(7..).for_each(|(cell, value)| *cell = value);
            });
            assert_eq!(column.len(), len);
            assert!(column.iter().zip(7..).all(|(&cell, value)| cell == value));
        }
    }

    #[cfg(not(miri))]
    #[test]
    fn bytes_of_a_file_begin_where_numbers_can() {
        use std::io::{Seek, Write};
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&(0..=20).collect::<Vec<u8>>()).unwrap();
        file.rewind().unwrap();
        let bytes = Column::of_file(&mut file, 21).unwrap();
        assert_eq!(bytes.part::<u64>(8..16).unwrap()[0].to_le_bytes()[0], 8);
        assert_eq!((bytes.len(), bytes[20]), (21, 20));
        assert!(bytes.part::<u64>(16..24).is_none());
        assert!(Column::of_file(&mut file, 0).unwrap().is_empty());
    }
}
