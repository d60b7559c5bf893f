//! [`Source`]: where bytes come from, and how they are packed.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A file, or bytes that stand for one.
///
/// What is packed with gzip or zstd is unpacked, known by its first bytes. A name that ends in `.gz`
/// or `.zst` without such bytes is an error. In serde it is the path, or the name of the bytes.
///
/// ```
/// use tieline::Source;
///
/// assert_eq!(Source::from("data/chirp.tsv.gz").name(), "data/chirp.tsv.gz");
/// assert_eq!(Source::bytes("made up", "ann bob\n").name(), "made up");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "PathBuf", into = "String")]
#[non_exhaustive]
pub enum Source {
    /// A file.
    Path(PathBuf),
    /// Bytes as they would stand in a file, packed or not.
    Bytes {
        /// What reports and errors call them.
        name: String,
        /// The bytes.
        bytes: Arc<[u8]>,
    },
}

impl Source {
    /// Bytes as they would stand in a file of that name, packed or not.
    #[must_use]
    pub fn bytes(name: impl Into<String>, bytes: impl AsRef<[u8]>) -> Self {
        Self::Bytes { name: name.into(), bytes: bytes.as_ref().into() }
    }

    /// What reports and errors call it: the path as it was written.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Path(path) => path.to_string_lossy().into_owned(),
            Self::Bytes { name, .. } => name.clone(),
        }
    }

    /// The bytes, unpacked while they are read.
    pub(super) fn open(&self) -> Result<(Box<dyn Read>, Packing)> {
        let name = self.name();
        let unpacked = match self {
            Self::Path(path) => open_file(path).and_then(|file| unpack(file, &name)),
            Self::Bytes { bytes, .. } => unpack(Cursor::new(Arc::clone(bytes)), &name),
        };
        unpacked.map_err(|error| error.in_file(name))
    }
}

impl From<PathBuf> for Source {
    fn from(path: PathBuf) -> Self {
        Self::Path(path)
    }
}

impl From<&Path> for Source {
    fn from(path: &Path) -> Self {
        Self::Path(path.to_owned())
    }
}

impl From<&str> for Source {
    fn from(path: &str) -> Self {
        Self::Path(path.into())
    }
}

impl From<String> for Source {
    fn from(path: String) -> Self {
        Self::Path(path.into())
    }
}

impl From<Source> for String {
    fn from(source: Source) -> Self {
        source.name()
    }
}

/// How the bytes of a source are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Plain,
    Gzip,
    Zstd,
}

impl Packing {
    /// What a failure to read on means.
    pub(super) fn explain(self, error: io::Error) -> Error {
        let name = match self {
            Self::Plain => return Error::io("cannot read", error),
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        };
        if error.kind() == io::ErrorKind::UnexpectedEof {
            Error::input(format!(
                "the {name} data break off here: the file is cut short, or something else follows them"
            ))
        } else {
            Error::io(format!("the {name} data are broken"), error)
        }
    }
}

fn open_file(path: &Path) -> Result<File> {
    let file = File::open(path).map_err(|error| Error::io("cannot open", error))?;
    match file.metadata() {
        Ok(metadata) if metadata.is_dir() => {
            Err(Error::input("expected a file, found a directory"))
        }
        _ => Ok(file),
    }
}

/// The longest of the beginnings that [`packing`] knows.
const LONGEST_MAGIC: u64 = 10;

fn unpack(mut bytes: impl Read + 'static, name: &str) -> Result<(Box<dyn Read>, Packing)> {
    let mut head = Vec::new();
    bytes
        .by_ref()
        .take(LONGEST_MAGIC)
        .read_to_end(&mut head)
        .map_err(|error| Error::io("cannot read", error))?;
    let packing = packing(&head, name)?;
    let whole = Cursor::new(head).chain(bytes);
    Ok((
        match packing {
            Packing::Plain => Box::new(whole),
            Packing::Gzip => gzip(BufReader::new(whole))?,
            Packing::Zstd => zstd(BufReader::with_capacity(1 << 16, whole))?,
        },
        packing,
    ))
}

/// No text in UTF-8 begins like gzip or zstd, so the bytes decide; the name only betrays a file
/// that is not what it says.
fn packing(head: &[u8], name: &str) -> Result<Packing> {
    let named = |end: &str| {
        name.len() > end.len()
            && name.as_bytes()[name.len() - end.len()..].eq_ignore_ascii_case(end.as_bytes())
    };
    let other = match head {
        [0x1f, 0x8b, ..] => return Ok(Packing::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => return Ok(Packing::Zstd),
        // A zstd frame that decoders skip.
        [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] if named(".zst") => return Ok(Packing::Zstd),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => "xz",
        [b'P', b'K', 3, 4, ..] => "zip",
        [b'B', b'Z', b'h', _, b'1', b'A', b'Y', b'&', b'S', b'Y'] => "bzip2",
        _ if named(".gz") => {
            return Err(Error::input("the name ends in .gz, but the bytes are not gzip"));
        }
        _ if named(".zst") => {
            return Err(Error::input("the name ends in .zst, but the bytes are not zstd"));
        }
        _ => return Ok(Packing::Plain),
    };
    Err(Error::input(format!("packed with {other}; tieline reads plain text, gzip and zstd")))
}

#[cfg(feature = "gzip")]
fn gzip(packed: impl BufRead + 'static) -> Result<Box<dyn Read>> {
    Ok(Box::new(flate2::bufread::MultiGzDecoder::new(packed)))
}

#[cfg(not(feature = "gzip"))]
fn gzip(_: impl BufRead + 'static) -> Result<Box<dyn Read>> {
    Err(Error::input("packed with gzip; build tieline with its feature `gzip` to read it"))
}

#[cfg(feature = "zstd")]
fn zstd(packed: impl BufRead + 'static) -> Result<Box<dyn Read>> {
    Ok(Box::new(super::zstd::Frames::new(packed)))
}

#[cfg(not(feature = "zstd"))]
fn zstd(_: impl BufRead + 'static) -> Result<Box<dyn Read>> {
    Err(Error::input("packed with zstd; build tieline with its feature `zstd` to read it"))
}
