//! The section of networks: a record each, with its name and kind.

use std::collections::HashSet;

use super::section::Fields;
use crate::error::{Error, Result};
use crate::graph::builder::check_network_name;
use crate::graph::kind::{NetworkKind, Reciprocity};
use crate::graph::{NetworkTimes, TimesKind};
use crate::unit::TimeUnit;

/// One network in a file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NetworkRecord {
    pub(super) name: String,
    pub(super) kind: NetworkKind,
    pub(super) accounts: u32,
    /// Ties inside.
    pub(super) ties: u64,
    pub(super) names_are_people: bool,
    /// What times its ties have.
    pub(super) times: NetworkTimes,
}

impl NetworkRecord {
    pub(super) fn encode(&self, bytes: &mut Vec<u8>) {
        let mutual = self.kind.reciprocity == Reciprocity::Mutual;
        let (name, label) = (self.name.as_bytes(), self.kind.label.as_bytes());
        for word in [
            self.accounts,
            u32::from(mutual),
            u32::from(self.names_are_people),
            name.len() as u32,
            label.len() as u32,
            encode_times(self.times),
        ] {
            bytes.extend(word.to_le_bytes());
        }
        bytes.extend(self.ties.to_le_bytes());
        bytes.extend(name);
        bytes.extend(label);
        bytes.resize(bytes.len().next_multiple_of(8), 0);
    }

    fn decode(fields: &mut Fields<'_>) -> Option<Self> {
        let mut fixed = Fields(fields.take(32)?);
        let (accounts, reciprocity, people) = (fixed.u32(), fixed.u32(), fixed.u32());
        let lengths = [fixed.u32(), fixed.u32()];
        let times = decode_times(fixed.u32())?;
        let ties = fixed.u64();
        let text = |bytes: &[u8]| str::from_utf8(bytes).map(str::to_owned).ok();
        let [name, label] = lengths.map(|length| fields.take(length as usize).and_then(text));
        let (name, label) = (name?, label?);
        let used = lengths.iter().map(|&length| u64::from(length)).sum::<u64>();
        fields.take((used.next_multiple_of(8) - used) as usize)?;
        let reciprocity = match reciprocity {
            0 => Reciprocity::Directed,
            1 => Reciprocity::Mutual,
            _ => return None,
        };
        let kind = NetworkKind { label, reciprocity };
        Some(Self { name, kind, accounts, ties, names_are_people: people == 1, times })
    }
}

/// The kind in the lowest byte, the unit in the next.
fn encode_times(NetworkTimes { kind, unit }: NetworkTimes) -> u32 {
    let unit = TimeUnit::ALL.iter().position(|&known| known == unit).unwrap_or(0) as u32;
    kind.map_or(0, |kind| kind as u32 | unit << 8)
}

fn decode_times(word: u32) -> Option<NetworkTimes> {
    let kind = match word & 0xff {
        0 => return (word == 0).then(NetworkTimes::default),
        1 => TimesKind::Contacts,
        2 => TimesKind::Lasting,
        3 => TimesKind::Intervals,
        _ => return None,
    };
    let unit = *TimeUnit::ALL.get(word as usize >> 8)?;
    Some(NetworkTimes { kind: Some(kind), unit })
}

/// The records of a section, which must be `count`.
pub(super) fn decode(bytes: &[u8], count: u32) -> Result<Vec<NetworkRecord>> {
    let mut fields = Fields(bytes);
    let mut records: Vec<NetworkRecord> = Vec::new();
    let mut names = HashSet::new();
    while !fields.0.is_empty() {
        let Some(record) = NetworkRecord::decode(&mut fields) else {
            return Err(Error::input(format!(
                "section `networks`: expected a network, found other bytes in record {}",
                records.len()
            )));
        };
        check_network_name(&record.name)?;
        if !names.insert(record.name.clone()) {
            return Err(Error::input(format!(
                "section `networks`: found two networks `{}`",
                record.name
            )));
        }
        records.push(record);
    }
    if records.len() as u64 != u64::from(count) {
        return Err(Error::input(format!(
            "section `networks`: expected {count} networks, found {}",
            records.len()
        )));
    }
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_read_as_they_were_written_and_broken_ones_are_told() {
        let record = |name: &str, kind, accounts| NetworkRecord {
            name: name.into(),
            kind,
            accounts,
            ties: 1 << 40,
            names_are_people: accounts > 2,
            times: match accounts {
                3 => NetworkTimes { kind: Some(TimesKind::Lasting), unit: TimeUnit::Day },
                _ => NetworkTimes::default(),
            },
        };
        let given = [
            record("square", NetworkKind::broadcast(), 3),
            record("é", NetworkKind::default(), 0),
            record("12345678", NetworkKind::personal(), u32::MAX),
        ];
        let mut bytes = Vec::new();
        given.iter().for_each(|record| record.encode(&mut bytes));
        assert_eq!(decode(&bytes, 3).unwrap(), given);
        assert!(
            decode(&bytes, 2).unwrap_err().to_string().contains("expected 2 networks, found 3")
        );
        for length in 1..bytes.len() {
            assert!(decode(&bytes[..length], 3).is_err());
        }
        let twice = [&bytes[..], &bytes[..]].concat();
        assert!(decode(&twice, 6).unwrap_err().to_string().contains("two networks `square`"));
    }
}
