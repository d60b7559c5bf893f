//! [`GraphFile`]: a graph in one binary file, used where it lies.
//!
//! A file is a header, sections that hold a column each, and a table of the sections; `FORMAT.md`
//! in the repository describes every byte. Opening checks the header, the table and all lengths,
//! and reads nothing else, so it takes milliseconds for a graph of any size.

mod header;
mod networks;
mod output;
mod read;
mod save;
mod section;
mod verify;
mod writer;

use std::fs::File;
use std::path::Path;

use self::read::{Filed, read};
pub use self::writer::GraphWriter;
use super::SocialGraph;
use super::column::Column;
use super::report::{FileReport, LoadReport, NetworkReport, TieReport};
use crate::error::{Error, Result};
use crate::id::NetworkId;

/// A graph file that is open: the graph, and what can be asked of the file itself.
///
/// [`SocialGraph::open`] will do where only the graph matters; what it says about files that are
/// altered while they are open holds here too.
///
/// ```
/// use tieline::{GraphFile, SocialGraph};
///
/// let folder = tempfile::tempdir().unwrap();
/// let path = folder.path().join("square.tl");
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// builder.tie(square, "ann", "bob");
/// builder.build()?.save(&path)?;
///
/// let file = GraphFile::open(&path)?;
/// file.verify()?;
/// assert_eq!(file.graph().tie_count(), 1);
/// assert_eq!(file.report().networks[0].accounts, 2);
///
/// // One byte of a target, altered.
/// let mut bytes = std::fs::read(&path).unwrap();
/// drop(file);
/// bytes[192] ^= 1;
/// std::fs::write(&path, &bytes).unwrap();
/// let error = GraphFile::open(&path)?.verify().unwrap_err();
/// assert!(error.is_input() && error.message().contains("does not have its checksum"));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug)]
pub struct GraphFile {
    name: String,
    bytes: Column<u8>,
    filed: Filed,
}

impl GraphFile {
    /// Opens a graph file.
    ///
    /// # Errors
    /// As in [`SocialGraph::open`].
    ///
    /// # Complexity
    /// As in [`SocialGraph::open`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let name = path.to_string_lossy().into_owned();
        let opened = bytes_of_file(path).and_then(|bytes| Ok((read(&bytes)?, bytes)));
        match opened {
            Ok((filed, bytes)) => Ok(Self { name, bytes, filed }),
            Err(error) => Err(error.in_file(name)),
        }
    }

    /// The graph.
    #[must_use]
    pub fn graph(&self) -> &SocialGraph {
        &self.filed.graph
    }

    /// The graph, which keeps the file open as long as it needs it.
    #[must_use]
    pub fn into_graph(self) -> SocialGraph {
        self.filed.graph
    }

    /// What the file holds, as other files report it: nothing was dropped, and no line was read.
    #[must_use]
    pub fn report(&self) -> LoadReport {
        let Filed { graph, header, networks, .. } = &self.filed;
        let mut report = LoadReport {
            files: vec![FileReport {
                file: self.name.clone(),
                form: format!("graph file, {} bytes", self.bytes.len()),
                ..FileReport::default()
            }],
            bridges: TieReport { ties: header.bridge_ties, ..TieReport::default() },
            ..LoadReport::default()
        };
        report.identities.users_with_several = graph.users_with_several_accounts();
        report.networks = networks
            .iter()
            .enumerate()
            .map(|(id, network)| {
                let times = graph.times_in(NetworkId::new(id as u32));
                let ties = TieReport { ties: network.ties, times, ..TieReport::default() };
                NetworkReport::new(network.name.clone(), u64::from(network.accounts), &ties)
            })
            .collect();
        report
    }
}

impl SocialGraph {
    /// Opens a graph file that [`save`](Self::save), [`GraphWriter`] or `tieline convert` wrote.
    ///
    /// With the feature `mmap` the file is mapped: columns are read from it when they are used, and
    /// processes that use one file share its memory. Without it the file is read as a whole.
    ///
    /// **The file must not change as long as the graph is in use.** Replacing it by another, as
    /// `save` does, is no change; writing into it or cutting it short is, and can end the process.
    /// Only the header, the table of sections and all lengths are checked;
    /// [`GraphFile::verify`] checks the rest. An altered file that was not verified can give wrong
    /// results, or a panic that says that the file was altered.
    ///
    /// ```
    /// use tieline::SocialGraph;
    ///
    /// let folder = tempfile::tempdir().unwrap();
    /// let path = folder.path().join("square.tl");
    /// let mut builder = SocialGraph::builder();
    /// let square = builder.network("square");
    /// builder.tie(square, "ann", "bob").weighted_tie(square, "bob", "cid", 0.5);
    /// let graph = builder.build()?;
    /// graph.save(&path)?;
    ///
    /// let same = SocialGraph::open(&path)?;
    /// assert_eq!(same.fingerprint(), graph.fingerprint());
    /// assert_eq!(same.account("cid@square")?, graph.account("cid")?);
    ///
    /// std::fs::write(folder.path().join("square.tsv"), "ann bob\n").unwrap();
    /// let error = SocialGraph::open(folder.path().join("square.tsv")).unwrap_err();
    /// assert!(error.message().starts_with("expected a graph file of tieline, found what looks like"));
    /// # Ok::<(), tieline::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::is_io`] if the file cannot be opened; [`Error::is_input`] if it is no graph file, of
    /// a newer version, cut short, or at odds with itself; always with the file.
    ///
    /// # Complexity
    /// O(networks) time and memory with the feature `mmap`; without it O(bytes).
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        GraphFile::open(path).map(GraphFile::into_graph)
    }
}

fn bytes_of_file(path: &Path) -> Result<Column<u8>> {
    if cfg!(target_endian = "big") {
        return Err(output::big_endian());
    }
    let mut file = File::open(path).map_err(|error| Error::io("cannot open", error))?;
    let metadata = file.metadata().map_err(|error| Error::io("cannot read", error))?;
    if metadata.is_dir() {
        return Err(Error::input("expected a file, found a directory"));
    }
    if !metadata.is_file() {
        return Err(Error::input("expected a file, found something that cannot be mapped"));
    }
    Column::of_file(&mut file, metadata.len()).map_err(|error| Error::io("cannot read", error))
}
