//! Cells of time that are asked side by side, eight at a time.

/// Cells of stretches.
#[derive(Debug, Default)]
pub(super) struct Listed {
    pub(super) len: usize,
    /// What their streams are made of.
    pub(super) words: [u64; ROOM],
    /// Where they begin.
    pub(super) starts: [u64; ROOM],
    /// Of which stretches.
    pub(super) of: [u8; ROOM],
}

/// Eight, and seven that others are added to, of one stretch or of eight cells.
const ROOM: usize = 16;

impl Listed {
    /// Adds one if it `counts`.
    #[inline(always)]
    pub(super) fn put(&mut self, (word, start, of): (u64, u64, usize), counts: bool) {
        debug_assert!(self.len < ROOM);
        let place = self.len % ROOM;
        (self.words[place], self.starts[place], self.of[place]) = (word, start, of as u8);
        self.len += usize::from(counts);
    }

    /// The words of the first eight; behind the last there is rubbish.
    #[inline(always)]
    pub(super) fn eight(&self) -> &[u64; 8] {
        self.words.first_chunk().expect("there is room for eight")
    }

    /// Leaves out the first eight.
    #[inline(always)]
    pub(super) fn forget_eight(&mut self) {
        self.words.copy_within(8.., 0);
        self.starts.copy_within(8.., 0);
        self.of.copy_within(8.., 0);
        self.len = self.len.saturating_sub(8);
    }
}
