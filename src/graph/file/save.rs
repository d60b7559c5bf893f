//! From a graph in memory to a graph file.

use std::path::Path;

use super::networks::NetworkRecord;
use super::section::{Kind, OF_USERS};
use super::writer::GraphWriter;
use crate::error::Result;
use crate::graph::SocialGraph;
use crate::graph::filed_names::Names;
use crate::graph::names::NameColumns;

impl SocialGraph {
    /// Writes the graph to a file that [`open`](Self::open) opens in milliseconds, and returns its
    /// length in bytes. All of it is kept: kinds, names, weights, users, order of storage.
    ///
    /// The file appears under its name when it is whole, in place of one that was there. Its form
    /// is described in `FORMAT.md` in the repository.
    ///
    /// # Errors
    /// [`Error::is_io`](crate::Error::is_io), with the file, if it cannot be written.
    ///
    /// # Complexity
    /// O(n log n + m) time, the logarithm for names; 4 bytes a name of memory.
    ///
    /// Shown at [`open`](Self::open).
    pub fn save(&self, path: impl AsRef<Path>) -> Result<u64> {
        self.write(path.as_ref(), false)
    }

    /// [`save`](Self::save) with the ties turned round as well, which in-degrees, sources, weighted
    /// cascade and linear threshold need: 8 bytes an account and 4 a tie more, 12 if ties have
    /// weights. Without it they are turned round in memory, when somebody asks.
    ///
    /// ```
    /// use tieline::SocialGraph;
    ///
    /// let folder = tempfile::tempdir().unwrap();
    /// let mut builder = SocialGraph::builder();
    /// let square = builder.network("square");
    /// builder.tie(square, "ann", "bob");
    /// let path = folder.path().join("square.tl");
    /// builder.build()?.save_with_reverse(&path)?;
    /// let graph = SocialGraph::open(&path)?;
    /// assert_eq!(graph.in_degree(graph.account("bob")?), 1);
    /// # Ok::<(), tieline::Error>(())
    /// ```
    ///
    /// # Errors
    /// As in [`save`](Self::save).
    ///
    /// # Complexity
    /// As in [`save`](Self::save), and that of turning the ties round.
    pub fn save_with_reverse(&self, path: impl AsRef<Path>) -> Result<u64> {
        self.write(path.as_ref(), true)
    }

    fn write(&self, path: &Path, with_reverse: bool) -> Result<u64> {
        let mut writer = GraphWriter::create(path)?;
        for network in &self.networks {
            writer.declare(NetworkRecord {
                name: network.name.clone(),
                kind: network.kind.clone(),
                accounts: self.accounts_of_network(network.id).len() as u32,
                ties: 0,
                names_are_people: network.names_are_people,
                times: network.times,
            })?;
        }
        writer.degrees(self.accounts().map(|account| self.out_degree(account)))?;
        writer.targets(self.ties.entries.iter().copied())?;
        if let Some(weights) = &self.weights {
            writer.weights(weights.iter().copied())?;
        }
        if let Some(ranks) = &self.ranks {
            writer.output.column(Kind::Ranks, 0, &ranks.of_account)?;
            writer.output.column(Kind::ByRank, 0, &ranks.account_at)?;
        }
        let users = &self.users;
        writer.user_columns(&users.several_of, &users.rows.offsets, &users.rows.entries)?;
        writer.header.named_alone = users.named_alone.len() as u64;
        if !users.named_alone.is_empty() {
            writer.output.column(Kind::NamedAlone, 0, &users.named_alone)?;
            writer.output.column(Kind::AloneInOrder, 0, &users.alone_in_order)?;
        }
        let of_networks = self.networks.iter().map(|network| (network.id.get(), &network.names));
        for (of, names) in of_networks.chain([(OF_USERS, &users.names)]) {
            writer.names(of, names)?;
        }
        if with_reverse {
            let reverse = self.reverse();
            writer.output.column(Kind::ReverseOffsets, 0, &reverse.rows.offsets)?;
            writer.output.column(Kind::Sources, 0, &reverse.rows.entries)?;
            if let Some(ties) = &reverse.ties {
                writer.output.column(Kind::ReverseTies, 0, ties)?;
            }
        }
        if let Some(times) = &self.times {
            writer.header.times = true;
            writer.output.column(Kind::TimeOffsets, 0, &times.offsets)?;
            writer.output.column(Kind::Times, 0, &times.first)?;
            if !times.second.is_empty() {
                writer.output.column(Kind::TimeEnds, 0, &times.second)?;
            }
        }
        writer.header.fingerprint = Some(self.fingerprint());
        writer.finish()
    }
}

impl GraphWriter {
    fn names(&mut self, of: u32, names: &Names) -> Result<()> {
        match names.columns() {
            // Also none at all.
            _ if names.len() == 0 => return Ok(()),
            NameColumns::Counting => return Ok(()),
            NameColumns::Numbers(numbers) => self.output.column(Kind::NameNumbers, of, numbers)?,
            NameColumns::Text { ends, bytes } => {
                self.output.column(Kind::NameEnds, of, ends)?;
                self.output.column(Kind::NameBytes, of, bytes)?;
            }
        }
        self.output.column(Kind::NamesInOrder, of, &names.in_order())
    }
}
