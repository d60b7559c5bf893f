//! From the bytes of a graph file to a graph whose columns lie in them.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::header::{self, Header};
use super::networks::{self, NetworkRecord};
use super::section::{ENTRY, Kind, OF_USERS, Section, checksum, label};
use crate::error::{Error, Result};
use crate::graph::column::{Column, Plain};
use crate::graph::csr::{Csr, Reverse};
use crate::graph::filed_names::{FiledForm, FiledNames, Names};
use crate::graph::names::{MOST_NAMES, NameTable};
use crate::graph::users::Users;
use crate::graph::{Derived, Network, Ranks, SocialGraph, Times, TimesKind, next_layout};
use crate::id::NetworkId;

/// A graph in a file, and what is said about it there.
#[derive(Debug)]
pub(super) struct Filed {
    pub(super) graph: SocialGraph,
    pub(super) header: Header,
    pub(super) sections: Vec<Section>,
    pub(super) networks: Vec<NetworkRecord>,
}

/// Finds the columns. Of the sections only that of the networks is read, which is small.
pub(super) fn read(bytes: &Column<u8>) -> Result<Filed> {
    let head = &bytes[..bytes.len().min(header::LENGTH)];
    let header = Header::decode(head, bytes.len() as u64)?;
    let sections = table(bytes, &header)?;
    let mut columns = Columns { bytes, sections: HashMap::new() };
    for section in &sections {
        if columns.sections.insert((section.kind, section.of), section).is_some() {
            return Err(Error::input(format!("found section `{}` twice", section.label())));
        }
    }
    let networks = columns.networks(header.networks)?;
    let graph = graph(&mut columns, &header, &networks)?;
    if let Some(section) = columns.sections.values().next() {
        return Err(Error::input(format!(
            "found section `{}`, which belongs to nothing in this graph",
            section.label()
        )));
    }
    Ok(Filed { graph, header, sections, networks })
}

fn table(bytes: &Column<u8>, header: &Header) -> Result<Vec<Section>> {
    let end = bytes.len() as u64;
    let length = u64::from(header.sections) * ENTRY as u64;
    let inside = header.table_at.checked_add(length).is_some_and(|last| last == end);
    let table = bytes.part::<u8>(header.table_at..end).filter(|_| inside);
    let table = table.ok_or_else(|| {
        Error::input(format!(
            "expected the table of {} sections at the end, found it said to be at byte {}",
            header.sections, header.table_at
        ))
    })?;
    if checksum(&table) != header.table_checksum {
        return Err(Error::input(
            "the table of sections does not have its checksum: the file was altered",
        ));
    }
    table.chunks(ENTRY).map(|entry| Section::decode(entry, header.table_at)).collect()
}

/// Sections by what they hold; each is taken once.
struct Columns<'a> {
    bytes: &'a Column<u8>,
    sections: HashMap<(Kind, u32), &'a Section>,
}

impl Columns<'_> {
    /// A column of so many numbers, if there is one.
    fn find<T: Plain>(&mut self, kind: Kind, of: u32, count: u64) -> Result<Option<Column<T>>> {
        let Some(column) = self.of_any_length(kind, of)? else { return Ok(None) };
        if column.len() as u64 != count {
            return Err(Error::input(format!(
                "section `{}`: expected {count} numbers, found {}",
                label(kind, of),
                column.len()
            )));
        }
        Ok(Some(column))
    }

    fn of_any_length<T: Plain>(&mut self, kind: Kind, of: u32) -> Result<Option<Column<T>>> {
        let Some(section) = self.sections.remove(&(kind, of)) else { return Ok(None) };
        let column = self.bytes.part(section.bytes.clone()).ok_or_else(|| {
            Error::input(format!(
                "section `{}`: expected numbers of {} bytes, found {} bytes",
                section.label(),
                kind.size(),
                section.bytes.end - section.bytes.start
            ))
        })?;
        Ok(Some(column))
    }

    /// A column that must be there.
    fn get<T: Plain>(&mut self, kind: Kind, of: u32, count: u64) -> Result<Column<T>> {
        self.find(kind, of, count)?.ok_or_else(|| missing(kind, of))
    }

    fn networks(&mut self, count: u32) -> Result<Vec<NetworkRecord>> {
        let stated = self.sections.get(&(Kind::Networks, 0)).map(|section| section.checksum);
        let records: Option<Column<u8>> = self.of_any_length(Kind::Networks, 0)?;
        let records = records.ok_or_else(|| missing(Kind::Networks, 0))?;
        if Some(checksum(&records)) != stated {
            return Err(Error::input(
                "section `networks` does not have its checksum: the file was altered",
            ));
        }
        networks::decode(&records, count)
    }

    fn names(&mut self, of: u32, count: u64) -> Result<Names> {
        let numbers = self.find(Kind::NameNumbers, of, count)?;
        let form = match (numbers, self.find(Kind::NameEnds, of, count)?) {
            (None, None) => return Ok(Names::Table(NameTable::counting(count as u32))),
            (Some(numbers), _) => FiledForm::Numbers(numbers),
            (None, Some(ends)) => {
                let bytes = self.of_any_length(Kind::NameBytes, of)?;
                let bytes = bytes.ok_or_else(|| missing(Kind::NameBytes, of))?;
                FiledForm::Text { ends, bytes }
            }
        };
        let in_order = self.get(Kind::NamesInOrder, of, count)?;
        Ok(Names::Filed(FiledNames { form, in_order }))
    }
}

fn missing(kind: Kind, of: u32) -> Error {
    Error::input(format!("expected a section `{}`, found none", label(kind, of)))
}

fn graph(
    columns: &mut Columns<'_>,
    header: &Header,
    records: &[NetworkRecord],
) -> Result<SocialGraph> {
    let &Header { accounts: n, ties: m, bridge_ties, users_with_several, .. } = header;
    let mut starts = vec![0u32];
    let (mut all, mut ties) = (0u64, bridge_ties);
    for record in records {
        all += u64::from(record.accounts);
        ties = ties.saturating_add(record.ties);
        starts.push(u32::try_from(all).unwrap_or(u32::MAX));
    }
    if all != n || n > u64::from(MOST_NAMES) {
        return Err(Error::input(format!(
            "expected {n} accounts in all networks, at most {MOST_NAMES}, found {all}"
        )));
    }
    if ties != m {
        return Err(Error::input(format!("expected {m} ties in all networks, found {ties}")));
    }
    let rows = Csr {
        offsets: columns.get(Kind::Offsets, 0, n + 1)?,
        entries: columns.get(Kind::Targets, 0, m)?,
    };
    let weights: Option<Column<f64>> = columns.find(Kind::Weights, 0, m)?;
    let ranks = match columns.find(Kind::Ranks, 0, n)? {
        None => None,
        Some(of_account) => {
            Some(Ranks { of_account, account_at: columns.get(Kind::ByRank, 0, n)? })
        }
    };
    let times = match header.times {
        false => None,
        true => Some(Arc::new(times(columns, m, records)?)),
    };
    let users = users(columns, n, users_with_several, header.named_alone)?;
    let mut networks = Vec::with_capacity(records.len());
    for (id, record) in (0..).zip(records) {
        networks.push(Network {
            id: NetworkId::new(id),
            name: record.name.clone(),
            kind: record.kind.clone(),
            names: columns.names(id, u64::from(record.accounts))?,
            times: record.times,
            names_are_people: record.names_are_people,
        });
    }
    let derived = Derived {
        fingerprint: header.fingerprint.map_or_else(OnceLock::new, OnceLock::from),
        ..Derived::default()
    };
    if let Some(offsets) = columns.find(Kind::ReverseOffsets, 0, n + 1)? {
        let entries = columns.get(Kind::Sources, 0, m)?;
        let ties = match weights.is_some() || header.times {
            false => None,
            true => Some(columns.get(Kind::ReverseTies, 0, m)?),
        };
        let _ = derived.reverse.set(Reverse { rows: Csr { offsets, entries }, ties });
    }
    Ok(SocialGraph {
        networks,
        starts,
        ranks,
        ties: rows,
        bridge_ties,
        weights,
        times,
        users,
        layout: next_layout(),
        derived,
    })
}

/// The times of `m` ties. How many there are, the last offset says.
fn times(columns: &mut Columns<'_>, m: u64, records: &[NetworkRecord]) -> Result<Times> {
    let networks: Vec<_> = records.iter().map(|record| record.times).collect();
    let offsets: Column<u64> = columns.get(Kind::TimeOffsets, 0, m.saturating_add(1))?;
    let count = offsets.last().copied().unwrap_or_default();
    let first = columns.get(Kind::Times, 0, count)?;
    let lasts = |kind| matches!(kind, Some(TimesKind::Lasting | TimesKind::Intervals));
    let second = match networks.iter().any(|times| lasts(times.kind)) {
        true => columns.get(Kind::TimeEnds, 0, count)?,
        false => Column::default(),
    };
    Ok(Times { networks, offsets, first, second })
}

fn users(columns: &mut Columns<'_>, n: u64, several: u64, named_alone: u64) -> Result<Users> {
    let mut users = Users::default();
    if several > 0 {
        users.several_of = columns.get(Kind::UserOf, 0, n)?;
        users.rows.offsets = columns.get(Kind::UserOffsets, 0, several.saturating_add(1))?;
        let accounts: Option<Column<_>> = columns.of_any_length(Kind::UserAccounts, 0)?;
        let accounts = accounts.ok_or_else(|| missing(Kind::UserAccounts, 0))?;
        let found = accounts.len() as u64;
        if found > n || several > found / 2 {
            return Err(Error::input(format!(
                "section `{}`: expected two or more for each of {several} users among {n} accounts, \
                 found {found}",
                label(Kind::UserAccounts, 0)
            )));
        }
        users.rows.entries = accounts;
    }
    if named_alone > 0 {
        users.named_alone = columns.get(Kind::NamedAlone, 0, named_alone)?;
        users.alone_in_order = columns.get(Kind::AloneInOrder, 0, named_alone)?;
    }
    let named = several.saturating_add(named_alone);
    if named > n {
        return Err(Error::input(format!("expected at most {n} names of users, found {named}")));
    }
    users.names = columns.names(OF_USERS, named)?;
    Ok(users)
}
