//! [`GraphFile::verify`]: everything that opening takes on trust.

use std::fmt::Display;

use super::GraphFile;
use super::header::LENGTH;
use super::read::Filed;
use super::section::{ENTRY, Kind, OF_USERS, Section, checksum, label};
use crate::error::{Error, Result};
use crate::graph::builder::check_weight;
use crate::graph::csr::Csr;
use crate::graph::fingerprint::fingerprint;
use crate::graph::names::NameColumns;
use crate::graph::users::Users;
use crate::graph::{SocialGraph, TimesKind, check_contact, check_interval, filed_names};
use crate::id::AccountId;

impl GraphFile {
    /// Checks all that opening does not read: the checksum of every section, that what lies between
    /// sections is 0, and then that the columns make a graph: rows that rise and are sorted, ids of
    /// accounts that exist, names in UTF-8 and in order, users that own what they are said to own,
    /// reversed ties that are the ties reversed, the fingerprint if the file has one.
    ///
    /// Shown at [`GraphFile`].
    ///
    /// # Errors
    /// [`Error::is_input`] with the file, the section and what was expected there.
    ///
    /// # Complexity
    /// O(bytes + m log networks) time; 8 bytes an account of memory if the file holds reversed ties.
    pub fn verify(&self) -> Result<()> {
        let checked = self.checksums().and_then(|()| self.gaps()).and_then(|()| self.columns());
        checked.map_err(|error| error.in_file(self.name.clone()))
    }

    fn checksums(&self) -> Result<()> {
        for Section { kind, of, bytes, checksum: stated } in &self.filed.sections {
            let found = self.bytes.part::<u8>(bytes.clone()).map(|bytes| checksum(&bytes));
            if found != Some(*stated) {
                return Err(Error::input(format!(
                    "section `{}` does not have its checksum: the file was altered",
                    label(*kind, *of)
                )));
            }
        }
        Ok(())
    }

    /// Header, table and sections have their checksums; everything else is there to align them.
    fn gaps(&self) -> Result<()> {
        let Filed { header, sections, .. } = &self.filed;
        let table = header.table_at..header.table_at + (sections.len() * ENTRY) as u64;
        let mut known: Vec<_> = sections.iter().map(|section| section.bytes.clone()).collect();
        known.extend([0..LENGTH as u64, table, header.file_length..header.file_length]);
        known.sort_unstable_by_key(|bytes| bytes.start);
        let mut end = 0;
        for bytes in known {
            let gap = &self.bytes[end as usize..bytes.start.max(end) as usize];
            if let Some(at) = gap.iter().position(|&byte| byte != 0) {
                return Err(Error::input(format!(
                    "byte {} lies between sections and must be 0: the file was altered",
                    end as usize + at
                )));
            }
            end = end.max(bytes.end);
        }
        Ok(())
    }

    fn columns(&self) -> Result<()> {
        let graph = self.graph();
        let n = graph.account_count();
        rises(&graph.ties, Kind::Offsets)?;
        accounts_below(n, &graph.ties.entries, Kind::Targets)?;
        ranks(graph)?;
        let counted = rows_are_sorted(graph, &graph.ties, Kind::Targets)?;
        let stated = self.filed.networks.iter().map(|network| network.ties);
        if !stated.eq(counted) {
            return Err(wrong(Kind::Networks, 0, "the number of ties in each network", "another"));
        }
        for (tie, weight) in graph.weights.iter().flat_map(|weights| weights.iter().enumerate()) {
            if !weight.is_nan() && check_weight(*weight).is_err() {
                let found = format!("{weight} for tie {tie}");
                return Err(wrong(Kind::Weights, 0, "weights that are finite and ≥ 0", found));
            }
        }
        times(graph)?;
        users(graph)?;
        for network in &graph.networks {
            names(network.id.get(), &network.names)?;
        }
        names(OF_USERS, &graph.users.names)?;
        reversed(graph)?;
        match self.filed.header.fingerprint {
            Some(stated) if stated != fingerprint(graph) => Err(Error::input(format!(
                "expected the fingerprint {stated:016x}, found that of another graph: {:016x}",
                fingerprint(graph)
            ))),
            _ => Ok(()),
        }
    }
}

fn wrong(kind: Kind, of: u32, expected: impl Display, found: impl Display) -> Error {
    Error::input(format!("section `{}`: expected {expected}, found {found}", label(kind, of)))
}

/// Offsets that begin at 0, never fall, and end with the entries.
fn rises(rows: &Csr, kind: Kind) -> Result<()> {
    let (offsets, end) = (&rows.offsets, rows.entries.len() as u64);
    if let Some(row) = offsets.windows(2).position(|pair| pair[0] > pair[1]) {
        let found = format!("{} after {} in row {row}", offsets[row + 1], offsets[row]);
        return Err(wrong(kind, 0, "offsets that never fall", found));
    }
    match (offsets.first(), offsets.last()) {
        (Some(&0), Some(&last)) if last == end => Ok(()),
        (first, last) => {
            let [first, last] = [first, last].map(|offset| offset.copied().unwrap_or_default());
            Err(wrong(kind, 0, format!("offsets from 0 to {end}"), format!("{first} to {last}")))
        }
    }
}

fn accounts_below(n: usize, accounts: &[AccountId], kind: Kind) -> Result<()> {
    match accounts.iter().position(|account| account.index() >= n) {
        None => Ok(()),
        Some(at) => {
            let found = format!("{} at place {at}", accounts[at].get());
            Err(wrong(kind, 0, format!("accounts below {n}"), found))
        }
    }
}

/// Ranks and accounts by rank say the same.
fn ranks(graph: &SocialGraph) -> Result<()> {
    let Some(ranks) = &graph.ranks else { return Ok(()) };
    for network in graph.networks() {
        let range = graph.account_range(network);
        for account in range.clone() {
            let rank = ranks.of_account[account as usize];
            let place = range.start.checked_add(rank).filter(|place| range.contains(place));
            let back = place.map(|place| ranks.account_at[place as usize].get());
            if back != Some(account) {
                let found = format!("rank {rank} for account {account}");
                return Err(wrong(Kind::Ranks, 0, "each rank of a network once", found));
            }
        }
    }
    Ok(())
}

/// Rows in order of logical key, each account once and never the row's own. Counts, for each
/// network, the entries that stay inside.
fn rows_are_sorted(graph: &SocialGraph, rows: &Csr, kind: Kind) -> Result<Vec<u64>> {
    let mut inside = vec![0; graph.network_count()];
    for network in graph.networks() {
        for account in graph.accounts_of_network(network) {
            let row = rows.row(account);
            let mut before = None;
            for &other in row {
                let key = graph.logical_key(other);
                if other == account || before.is_some_and(|before| before >= key) {
                    let found = format!("{} out of place in row {}", other.get(), account.get());
                    return Err(wrong(kind, 0, "sorted rows without their own account", found));
                }
                before = Some(key);
                inside[network.index()] += u64::from(key.network() == network);
            }
        }
    }
    Ok(inside)
}

/// Ties have times where and only where their network says so, of its kind, in order.
fn times(graph: &SocialGraph) -> Result<()> {
    let Some(times) = graph.times() else { return Ok(()) };
    let (offsets, count) = (&times.offsets, times.first.len() as u64);
    let risen = offsets.windows(2).all(|pair| pair[0] <= pair[1]);
    if !risen || offsets.first() != Some(&0) || offsets.last() != Some(&count) {
        return Err(wrong(Kind::TimeOffsets, 0, format!("offsets from 0 to {count}"), "others"));
    }
    for source in graph.accounts() {
        let home = graph.network_of(source);
        for (tie, &target) in graph.tie_range(source).zip(graph.targets(source)) {
            let kind = times.networks[home.index()].kind;
            let kind = kind.filter(|_| graph.network_of(target) == home);
            let range = times.range(tie);
            if range.is_empty() != kind.is_none() {
                let expected = "times of the ties of networks that have any";
                return Err(wrong(Kind::TimeOffsets, 0, expected, format!("others at tie {tie}")));
            }
            let mut free = f64::NEG_INFINITY;
            for place in range {
                let (first, second) = (times.first[place], times.second_at(place));
                let sound = match kind {
                    Some(TimesKind::Intervals) => check_interval(first, second).is_ok(),
                    Some(TimesKind::Lasting) => {
                        check_contact(first, second).is_ok() && second.is_finite()
                    }
                    _ => check_contact(first, second).is_ok() && second.is_nan(),
                };
                let lasting = kind == Some(TimesKind::Intervals);
                if !sound || first < free || !lasting && first == free {
                    let found = format!("{first} out of place at tie {tie}");
                    return Err(wrong(
                        Kind::Times,
                        0,
                        "times in order, apart from each other",
                        found,
                    ));
                }
                free = if lasting { second } else { first };
            }
        }
    }
    Ok(())
}

fn users(graph: &SocialGraph) -> Result<()> {
    let (users, n) = (&graph.users, graph.account_count());
    if users.several() > 0 {
        rises(&users.rows, Kind::UserOffsets)?;
        accounts_below(n, &users.rows.entries, Kind::UserAccounts)?;
        for user in 0..users.several() as u32 {
            let row = users.row(user);
            let owned = |account: &AccountId| users.several_of[account.index()] == user;
            let rising = row.is_sorted_by_key(|&account| graph.logical_key(account));
            if row.len() < 2 || !rising || !row.iter().all(owned) {
                let expected = "two accounts or more of each user, in order, and that user's";
                return Err(wrong(Kind::UserAccounts, 0, expected, format!("others at {user}")));
            }
        }
        let owned = users.several_of.iter().filter(|&&user| user != Users::ALONE).count();
        if owned != users.rows.entries.len() {
            let expected = format!("{} accounts of users with several", users.rows.entries.len());
            return Err(wrong(Kind::UserOf, 0, expected, owned));
        }
    }
    accounts_below(n, &users.named_alone, Kind::NamedAlone)?;
    if let Some(account) =
        users.named_alone.iter().find(|&&account| !graph.accounts_beside(account).is_empty())
    {
        let found = format!("account {} of a user with several", account.get());
        return Err(wrong(Kind::NamedAlone, 0, "accounts of users with one", found));
    }
    in_order(&users.alone_in_order, Kind::AloneInOrder, 0, |one, other| {
        users.named_alone[one] < users.named_alone[other]
    })
}

/// Places that are each there once: below their number, and strictly in order of what they name.
fn in_order(
    places: &[u32],
    kind: Kind,
    of: u32,
    below: impl Fn(usize, usize) -> bool,
) -> Result<()> {
    if let Some(place) = places.iter().find(|&&place| place as usize >= places.len()) {
        return Err(wrong(kind, of, format!("places below {}", places.len()), place));
    }
    match places.windows(2).position(|pair| !below(pair[0] as usize, pair[1] as usize)) {
        None => Ok(()),
        Some(at) => Err(wrong(kind, of, "each in order, and once", format!("others at {at}"))),
    }
}

fn names(of: u32, names: &filed_names::Names) -> Result<()> {
    let order = names.in_order();
    match names.columns() {
        NameColumns::Counting => Ok(()),
        NameColumns::Numbers(numbers) => {
            in_order(&order, Kind::NamesInOrder, of, |a, b| numbers[a] < numbers[b])
        }
        NameColumns::Text { ends, bytes } => {
            if let Some(place) = ends.windows(2).position(|pair| pair[0] >= pair[1]) {
                let found =
                    format!("{} after {} for name {}", ends[place + 1], ends[place], place + 1);
                return Err(wrong(Kind::NameEnds, of, "ends that rise", found));
            }
            let last = ends.last().copied().unwrap_or_default();
            if last != bytes.len() as u64 || ends.first() == Some(&0) {
                let expected = format!("ends from 1 to {}", bytes.len());
                return Err(wrong(Kind::NameEnds, of, expected, last));
            }
            let text = |place| filed_names::text(ends, bytes, place);
            if let Some(place) =
                (0..ends.len() as u32).find(|&place| str::from_utf8(text(place)).is_err())
            {
                let found = format!("other bytes in name {place}");
                return Err(wrong(Kind::NameBytes, of, "UTF-8", found));
            }
            in_order(&order, Kind::NamesInOrder, of, |a, b| text(a as u32) < text(b as u32))
        }
    }
}

/// Turning the ties round again, entry by entry, meets what the file holds.
fn reversed(graph: &SocialGraph) -> Result<()> {
    // Those that memory holds were made from the ties.
    let Some(reverse) = graph.derived.reverse.get() else { return Ok(()) };
    rises(&reverse.rows, Kind::ReverseOffsets)?;
    // Where the next source of each account must stand.
    let mut next = reverse.rows.offsets.to_vec();
    for source in graph.accounts_in_key_order() {
        for (tie, &target) in graph.tie_range(source).zip(graph.targets(source)) {
            let place = next[target.index()];
            next[target.index()] += 1;
            let inside = place < reverse.rows.offsets[target.index() + 1];
            let ties = reverse.ties.as_ref();
            let (kind, met) = if inside && reverse.rows.entries[place as usize] == source {
                let met = ties.is_none_or(|ties| ties[place as usize].get() == tie);
                (Kind::ReverseTies, met)
            } else {
                (Kind::Sources, false)
            };
            if !met {
                let found = format!("others from {} to {}", source.get(), target.get());
                return Err(wrong(kind, 0, "the ties turned round", found));
            }
        }
    }
    Ok(())
}
