//! The first 128 bytes of a graph file: what it is, how long, how many of each.

use super::section::{Fields, checksum};
use crate::error::{Error, Result};

/// What a graph file begins with. The line ends show whether a transfer took it for text.
pub(super) const MAGIC: [u8; 8] = *b"\x89tie\r\n\x1a\n";

/// The version of the form, which rises when an older reader could not read on. Graphs whose ties have no
/// times are written in version 1.
pub(super) const VERSION: u32 = 2;

/// Length of the header.
pub(super) const LENGTH: usize = 128;

/// Where the header's checksum stands: of all bytes before it.
const CHECKSUM_AT: usize = LENGTH - 8;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Header {
    /// Ties have times: version 2.
    pub(super) times: bool,
    pub(super) file_length: u64,
    pub(super) table_at: u64,
    pub(super) sections: u32,
    pub(super) networks: u32,
    pub(super) accounts: u64,
    pub(super) ties: u64,
    pub(super) bridge_ties: u64,
    pub(super) users_with_several: u64,
    pub(super) named_alone: u64,
    pub(super) fingerprint: Option<u64>,
    pub(super) table_checksum: u64,
}

impl Header {
    pub(super) fn encode(&self) -> [u8; LENGTH] {
        let mut bytes = Vec::with_capacity(LENGTH);
        bytes.extend(MAGIC);
        bytes.extend((if self.times { VERSION } else { 1 }).to_le_bytes());
        bytes.extend(self.sections.to_le_bytes());
        for word in [
            self.file_length,
            self.table_at,
            self.accounts,
            self.ties,
            self.bridge_ties,
            self.users_with_several,
            self.named_alone,
        ] {
            bytes.extend(word.to_le_bytes());
        }
        bytes.extend(self.networks.to_le_bytes());
        bytes.extend(u32::from(self.fingerprint.is_some()).to_le_bytes());
        bytes.extend(self.fingerprint.unwrap_or(0).to_le_bytes());
        bytes.extend(self.table_checksum.to_le_bytes());
        bytes.resize(CHECKSUM_AT, 0);
        bytes.extend(checksum(&bytes).to_le_bytes());
        let mut header = [0; LENGTH];
        header.copy_from_slice(&bytes);
        header
    }

    /// Reads what a file of `length` bytes begins with.
    pub(super) fn decode(head: &[u8], length: u64) -> Result<Self> {
        let known = head.len().min(MAGIC.len());
        if head.is_empty() || head[..known] != MAGIC[..known] {
            return Err(other_file(head));
        }
        if head.len() < LENGTH {
            return Err(Error::input(format!(
                "cut short: a graph file has {LENGTH} bytes and more, found {}",
                head.len()
            )));
        }
        let mut fields = Fields(&head[MAGIC.len()..LENGTH]);
        let version = fields.u32();
        if !(1..=VERSION).contains(&version) {
            return Err(Error::input(format!(
                "expected a graph file of version 1 to {VERSION}, found version {version}; {}",
                if version > VERSION {
                    "a newer tieline wrote it"
                } else {
                    "there is no such version"
                }
            )));
        }
        let times = version == VERSION;
        let mut header = Self { times, sections: fields.u32(), ..Self::default() };
        for word in [
            &mut header.file_length,
            &mut header.table_at,
            &mut header.accounts,
            &mut header.ties,
            &mut header.bridge_ties,
            &mut header.users_with_several,
            &mut header.named_alone,
        ] {
            *word = fields.u64();
        }
        header.networks = fields.u32();
        let known = fields.u32() == 1;
        header.fingerprint = Some(fields.u64()).filter(|_| known);
        header.table_checksum = fields.u64();
        if checksum(&head[..CHECKSUM_AT]) != Fields(&head[CHECKSUM_AT..]).u64() {
            return Err(Error::input(
                "the header does not have its checksum: the file was altered",
            ));
        }
        let expected = header.file_length;
        if length < expected {
            return Err(Error::input(format!(
                "cut short: expected {expected} bytes, found {length}; {} missing",
                expected - length
            )));
        }
        if length > expected {
            return Err(Error::input(format!(
                "expected {expected} bytes, found {length}: something else follows the graph"
            )));
        }
        Ok(header)
    }
}

/// What a file that is no graph file may be.
fn other_file(head: &[u8]) -> Error {
    let what = match head {
        [] => "an empty file",
        [0x1f, 0x8b, ..] => "a gzip file; unpack it first, for it is used where it lies",
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            "a zstd file; unpack it first, for it is used where it lies"
        }
        [0x89, b't', b'i', b'e', ..] => {
            "one whose line ends were changed, as a transfer of text does"
        }
        _ if head.iter().all(|&byte| byte == 0) => "zeros: writing was not finished",
        _ if !head.contains(&0) => {
            "what looks like text; `tieline convert --network NAME=FILE --out FILE.tl` makes a graph \
             file of it"
        }
        _ => "other bytes",
    };
    Error::input(format!("expected a graph file of tieline, found {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_reads_as_it_was_written_and_no_byte_of_it_may_change() {
        let header = Header {
            times: true,
            file_length: 4096,
            table_at: 1 << 40,
            sections: 7,
            networks: 2,
            accounts: 3,
            ties: 1 << 33,
            bridge_ties: 5,
            users_with_several: 1,
            named_alone: 9,
            fingerprint: Some(u64::MAX),
            table_checksum: 11,
        };
        let bytes = header.encode();
        assert_eq!(Header::decode(&bytes, 4096).unwrap(), header);
        let unknown = Header { fingerprint: None, times: false, ..header };
        assert_eq!(Header::decode(&unknown.encode(), 4096).unwrap(), unknown);
        for at in 0..LENGTH {
            let mut altered = bytes;
            altered[at] ^= 0x10;
            assert!(Header::decode(&altered, 4096).is_err(), "byte {at}");
        }
    }
}
