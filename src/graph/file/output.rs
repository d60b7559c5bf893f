//! Writing sections one after the other into a file that appears when it is whole.

use std::fs::{self, File, OpenOptions};
use std::hash::Hasher;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use twox_hash::XxHash3_64;

use super::header::{self, Header};
use super::section::{ALIGNMENT, Kind, Section, checksum};
use crate::error::{Error, Result};
use crate::graph::column::{Plain, bytes_of};

/// Bytes that are hashed and written together.
const PIECE: usize = 1 << 20;

/// A file in the making, under another name beside the one that it will have. Dropped before it is
/// finished, it leaves nothing behind.
#[derive(Debug)]
pub(super) struct Output {
    out: BufWriter<File>,
    at: u64,
    table: Vec<Section>,
    path: PathBuf,
    /// The name for the time being; none once it has its own.
    unfinished: Option<PathBuf>,
}

impl Output {
    pub(super) fn create(path: &Path) -> Result<Self> {
        if cfg!(target_endian = "big") {
            return Err(big_endian().in_file(path.to_string_lossy()));
        }
        let cannot = |error| Error::io("cannot write", error).in_file(path.to_string_lossy());
        if path.is_dir() {
            let found = Error::input("expected a file, found a directory");
            return Err(found.in_file(path.to_string_lossy()));
        }
        let (unfinished, file) = beside(path).map_err(cannot)?;
        let mut output = Self {
            out: BufWriter::with_capacity(PIECE, file),
            at: 0,
            table: Vec::new(),
            path: path.to_owned(),
            unfinished: Some(unfinished),
        };
        output.raw(&[0; header::LENGTH])?;
        Ok(output)
    }

    /// What errors call the file.
    pub(super) fn in_file(&self, error: Error) -> Error {
        error.in_file(self.path.to_string_lossy())
    }

    /// A section with these numbers.
    pub(super) fn column<T: Plain>(&mut self, kind: Kind, of: u32, cells: &[T]) -> Result<()> {
        let start = self.begin(kind, size_of::<T>())?;
        let mut hasher = XxHash3_64::new();
        for piece in bytes_of(cells).chunks(PIECE) {
            hasher.write(piece);
            self.raw(piece)?;
        }
        self.end(kind, of, start, &hasher);
        Ok(())
    }

    /// A section with the numbers of an iterator, which are never in memory together.
    pub(super) fn stream<T: Plain>(
        &mut self,
        kind: Kind,
        cells: impl IntoIterator<Item = Result<T>>,
    ) -> Result<()> {
        let start = self.begin(kind, size_of::<T>())?;
        let mut hasher = XxHash3_64::new();
        let room = PIECE / size_of::<T>();
        let mut piece = Vec::with_capacity(room);
        for cell in cells {
            piece.push(cell.map_err(|error| self.in_file(error))?);
            if piece.len() == room {
                hasher.write(bytes_of(&piece));
                self.raw(bytes_of(&piece))?;
                piece.clear();
            }
        }
        hasher.write(bytes_of(&piece));
        self.raw(bytes_of(&piece))?;
        self.end(kind, 0, start, &hasher);
        Ok(())
    }

    /// Writes the table and the header, and gives the file its name. Returns its length.
    pub(super) fn finish(mut self, mut header: Header) -> Result<u64> {
        self.align()?;
        let table: Vec<u8> = self.table.iter().flat_map(Section::encode).collect();
        header.table_at = self.at;
        header.sections = self.table.len() as u32;
        header.table_checksum = checksum(&table);
        self.raw(&table)?;
        header.file_length = self.at;
        self.name_it(&header).map_err(|error| self.in_file(Error::io("cannot write", error)))?;
        Ok(self.at)
    }

    fn name_it(&mut self, header: &Header) -> io::Result<()> {
        self.out.seek(SeekFrom::Start(0))?;
        self.out.write_all(&header.encode())?;
        self.out.flush()?;
        // Else the name could reach the disk before the bytes do.
        self.out.get_ref().sync_all()?;
        if let Some(unfinished) = &self.unfinished {
            fs::rename(unfinished, &self.path)?;
        }
        self.unfinished = None;
        Ok(())
    }

    fn begin(&mut self, kind: Kind, size: usize) -> Result<u64> {
        debug_assert_eq!(kind.size() as usize, size, "{kind:?}");
        self.align()?;
        Ok(self.at)
    }

    fn end(&mut self, kind: Kind, of: u32, start: u64, hasher: &XxHash3_64) {
        let checksum = hasher.finish();
        self.table.push(Section { kind, of, bytes: start..self.at, checksum });
    }

    fn align(&mut self) -> Result<()> {
        let missing = self.at.next_multiple_of(ALIGNMENT) - self.at;
        self.raw(&[0; ALIGNMENT as usize][..missing as usize])
    }

    fn raw(&mut self, bytes: &[u8]) -> Result<()> {
        let written = self.out.write_all(bytes);
        written.map_err(|error| self.in_file(Error::io("cannot write", error)))?;
        self.at += bytes.len() as u64;
        Ok(())
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if let Some(unfinished) = &self.unfinished {
            // Nobody is left to tell.
            let _ = fs::remove_file(unfinished);
        }
    }
}

/// A new file in the folder of `path`: only there can it be renamed in one go.
fn beside(path: &Path) -> io::Result<(PathBuf, File)> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?.to_string_lossy();
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let other = path.with_file_name(format!(".{name}.{}-{number}.part", std::process::id()));
        match OpenOptions::new().write(true).create_new(true).open(&other) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            opened => return opened.map(|file| (other, file)),
        }
    }
}

pub(super) fn big_endian() -> Error {
    Error::input(
        "graph files are used where they lie, and their numbers begin with the lowest byte: \
         big-endian machines cannot read or write them",
    )
}
