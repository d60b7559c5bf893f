//! The sections of a graph file: one column each, and the table that says where they are.

use std::ops::Range;

use twox_hash::XxHash3_64;

use crate::error::{Error, Result};

/// Sections begin at multiples of this: a cache line, and more than any number asks for.
pub(super) const ALIGNMENT: u64 = 64;

/// Length of an entry of the table.
pub(super) const ENTRY: usize = 40;

/// In place of a network's number: the names are those of users.
pub(super) const OF_USERS: u32 = u32::MAX;

/// XXH3 with 64 bits and seed 0.
pub(super) fn checksum(bytes: &[u8]) -> u64 {
    XxHash3_64::oneshot(bytes)
}

macro_rules! kinds {
    ($($name:ident = $number:literal, $size:literal, $words:literal;)*) => {
        /// What a section holds. The numbers are those of the file, and stay.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(super) enum Kind { $($name = $number),* }

        impl Kind {
            const ALL: &[Self] = &[$(Self::$name),*];

            /// Bytes of each of its numbers.
            pub(super) const fn size(self) -> u32 {
                match self { $(Self::$name => $size),* }
            }

            const fn words(self) -> &'static str {
                match self { $(Self::$name => $words),* }
            }
        }
    };
}

kinds! {
    Networks = 1, 1, "networks";
    Offsets = 2, 8, "offsets";
    Targets = 3, 4, "targets";
    Weights = 4, 8, "weights";
    Ranks = 5, 4, "ranks";
    ByRank = 6, 4, "accounts by rank";
    UserOf = 7, 4, "user of each account";
    UserOffsets = 8, 8, "offsets of users";
    UserAccounts = 9, 4, "accounts of users";
    NamedAlone = 10, 4, "named users with one account";
    AloneInOrder = 11, 4, "order of named users with one account";
    NameNumbers = 12, 8, "names as numbers";
    NameEnds = 13, 8, "ends of names";
    NameBytes = 14, 1, "bytes of names";
    NamesInOrder = 15, 4, "order of names";
    ReverseOffsets = 16, 8, "offsets, reversed";
    Sources = 17, 4, "sources";
    ReverseTies = 18, 8, "ties, reversed";
    TimeOffsets = 19, 8, "offsets of times";
    Times = 20, 8, "times";
    TimeEnds = 21, 8, "ends and durations";
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) kind: Kind,
    /// For names the network, or [`OF_USERS`]; else 0.
    pub(super) of: u32,
    pub(super) bytes: Range<u64>,
    pub(super) checksum: u64,
}

impl Section {
    /// What errors call it.
    pub(super) fn label(&self) -> String {
        label(self.kind, self.of)
    }

    pub(super) fn encode(&self) -> [u8; ENTRY] {
        let mut entry = [0; ENTRY];
        for (at, word) in [(0, self.kind as u32), (4, self.of), (8, self.kind.size())] {
            entry[at..at + 4].copy_from_slice(&word.to_le_bytes());
        }
        let length = self.bytes.end - self.bytes.start;
        for (at, word) in [(16, self.bytes.start), (24, length), (32, self.checksum)] {
            entry[at..at + 8].copy_from_slice(&word.to_le_bytes());
        }
        entry
    }

    /// Reads a line of the table of a file whose sections end at `end`.
    pub(super) fn decode(entry: &[u8], end: u64) -> Result<Self> {
        let mut fields = Fields(entry);
        let (number, of, size, _) = (fields.u32(), fields.u32(), fields.u32(), fields.u32());
        let (start, length, checksum) = (fields.u64(), fields.u64(), fields.u64());
        let Some(&kind) = Kind::ALL.iter().find(|&&kind| kind as u32 == number) else {
            return Err(Error::input(format!("found an unknown section, of kind {number}")));
        };
        let name = label(kind, of);
        if size != kind.size() {
            return Err(Error::input(format!(
                "section `{name}`: expected numbers of {} bytes, found {size}",
                kind.size()
            )));
        }
        let Some(bytes) = start.checked_add(length).filter(|&last| last <= end).map(|e| start..e)
        else {
            return Err(Error::input(format!(
                "section `{name}`: expected to end by byte {end}, found {length} bytes from byte \
                 {start}"
            )));
        };
        if start % ALIGNMENT != 0 {
            return Err(Error::input(format!(
                "section `{name}`: expected to begin at a multiple of {ALIGNMENT}, found byte {start}"
            )));
        }
        Ok(Self { kind, of, bytes, checksum })
    }
}

/// What errors call the section of this kind.
pub(super) fn label(kind: Kind, of: u32) -> String {
    match (kind, of) {
        (Kind::NameNumbers | Kind::NameEnds | Kind::NameBytes | Kind::NamesInOrder, OF_USERS) => {
            format!("{} (users)", kind.words())
        }
        (Kind::NameNumbers | Kind::NameEnds | Kind::NameBytes | Kind::NamesInOrder, network) => {
            format!("{} (network {network})", kind.words())
        }
        _ => kind.words().into(),
    }
}

/// Numbers out of bytes, in order; 0 where there are no more.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn u32(&mut self) -> u32 {
        self.take(4).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> u64 {
        self.take(8).and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_le_bytes)
    }

    /// The next so many bytes, if there are as many.
    pub(super) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_table_reads_as_it_was_written() {
        for (&kind, of) in Kind::ALL.iter().zip([0, 3, OF_USERS].into_iter().cycle()) {
            let section = Section { kind, of, bytes: 128..1 << 40, checksum: 7 };
            assert_eq!(Section::decode(&section.encode(), 1 << 40).unwrap(), section);
            assert!(Section::decode(&section.encode(), (1 << 40) - 1).is_err());
        }
    }

    /// The checksum of the empty input is a published test vector of XXH3.
    #[test]
    fn the_checksum_is_xxh3() {
        assert_eq!(checksum(b""), 0x2d06_8005_38d3_94c2);
    }
}
