//! Where the cells of an account are, and how they fire, in 8 bytes.

/// Where the cells of an account begin, and how they fire if it is one part; they end where those of
/// the next account begin.
///
/// From bit 0: the number of the first cell, 40 bits, for nobody has the memory for more; which row
/// of thresholds decides how many points there are, 16 bits; how many of the cells are of ties that
/// always fire, 8 bits; or, above [`FAR`], there are none, and the row has more bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub(crate) struct Head(u64);

/// In place of a number of ties that always fire: what there is stands in place of the first cells, as
/// a long head.
const LONG: u64 = 255;

/// What is above this, instead of a number of ties that always fire, are more bits of the row: accounts
/// whose few ties are alike have rows of their own, and there may be more than 16 bits can tell apart.
const FAR: u64 = 127;

/// Ties that always fire in a short head.
const MOST_SURE: usize = 64;

/// A [`Head`] as the kernels read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PartHead {
    /// One stretch with this row of thresholds, and so many ties that always fire; one cell a tie.
    Short { row: usize, sure: u32 },
    /// One stretch, whose row stands far from others; one cell a tie.
    Far { row: usize },
    /// What [`ByTie::long_head`](super::ByTie::long_head) says.
    Long,
}

impl Head {
    /// The head of a part that never fires, or otherwise.
    pub(crate) const fn silent(first: u64) -> Self {
        Self(first)
    }

    /// A head that opens to [`PartHead::Short`] or [`Far`](PartHead::Far), if there is room for that.
    pub(super) fn short(first: u64, row: usize, sure: usize) -> Option<Self> {
        let more = (row >> 16) as u64;
        let last = match (more, sure) {
            (0, ..=MOST_SURE) => sure as u64,
            (1.., 0) if FAR + more < LONG => FAR + more,
            _ => return None,
        };
        Some(Self(first | (row as u64 & 0xffff) << 40 | last << 56))
    }

    /// The head of a part whose long head is there.
    pub(super) const fn long(first: u64) -> Self {
        Self(first | LONG << 56)
    }

    /// The first cell.
    #[inline(always)]
    pub(crate) const fn first(self) -> u64 {
        self.0 & ((1 << 40) - 1)
    }

    #[inline(always)]
    pub(crate) const fn is_long(self) -> bool {
        self.0 >> 56 == LONG
    }

    #[inline(always)]
    pub(crate) const fn open(self) -> PartHead {
        let (row, last) = ((self.0 >> 40) as u16 as usize, self.0 >> 56);
        match last {
            0..=FAR => PartHead::Short { row, sure: last as u32 },
            LONG => PartHead::Long,
            _ => PartHead::Far { row: row | ((last - FAR) as usize) << 16 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_head_has_room_for_is_read_again() {
        let first = (1 << 40) - 1;
        for (row, sure) in [(0, 0), (65_535, 64), (7, 3)] {
            let head = Head::short(first, row, sure).unwrap();
            assert_eq!((head.first(), head.is_long()), (first, false));
            assert_eq!(head.open(), PartHead::Short { row, sure: sure as u32 });
        }
        for row in [1 << 16, (128 << 16) - 1] {
            let head = Head::short(first, row, 0).unwrap();
            assert_eq!((head.first(), head.is_long()), (first, false));
            assert_eq!(head.open(), PartHead::Far { row });
        }
        for (row, sure) in [(0, 65), (1 << 16, 1), (128 << 16, 0)] {
            assert_eq!(Head::short(first, row, sure), None);
        }
        let long = Head::long(first);
        assert_eq!((long.first(), long.is_long(), long.open()), (first, true, PartHead::Long));
    }
}
