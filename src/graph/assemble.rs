//! From drafts to columns: sort, settle duplicates, number the accounts, find the users.

use super::builder::{Duplicates, GraphBuilder, IdentityRow, Row, RowStore};
use super::csr::Csr;
use super::names::{MOST_NAMES, NameTable};
use super::report::{LoadReport, NetworkReport, TieReport};
use super::{Network, SocialGraph, Users};
use crate::error::{Error, Result};
use crate::id::{AccountId, LogicalKey, NetworkId, TieId};
use crate::random::mix64;

/// A tie that the rows agree on.
type Settled = (LogicalKey, LogicalKey, f64);

pub(super) fn assemble(mut builder: GraphBuilder) -> Result<(SocialGraph, LoadReport)> {
    let mut report = std::mem::take(&mut builder.report);
    let starts = starts(&builder)?;
    let rows = std::mem::take(&mut builder.rows);
    let mut columns = Columns::new(&starts);
    let (bridges, bridge_report) =
        settle(std::mem::take(&mut builder.bridges), builder.duplicates, &builder, &report)?;
    let mut bridges_left = &bridges[..];
    let RowStore { directed, mutual, weighted } = rows;
    for (index, ((directed, mutual), weighted)) in
        directed.into_iter().zip(mutual).zip(weighted).enumerate()
    {
        let network = NetworkId::new(index as u32);
        let here = bridges_left.partition_point(|tie| tie.0.network() == network);
        let (from_here, rest) = bridges_left.split_at(here);
        bridges_left = rest;
        let ties = if weighted.is_empty() {
            let (keys, ties) = settle_plain(&directed, &mutual);
            columns.append(network, keys.iter().map(|&key| plain(network, key)), from_here);
            ties
        } else {
            let mut rows = weighted;
            rows.extend(bare_rows(network, &directed, false));
            rows.extend(bare_rows(network, &mutual, true));
            let (settled, ties) = settle(rows, builder.duplicates, &builder, &report)?;
            columns.append(network, settled.into_iter(), from_here);
            ties
        };
        let draft = &builder.networks[index];
        let accounts = u64::from(draft.names.len());
        report.networks.push(NetworkReport::new(draft.name.clone(), accounts, &ties));
    }
    report.bridges = bridge_report;
    let users = find_users(&builder, &starts, &mut report)?;
    let same_name = builder.same_name;
    let networks = (0..).map(NetworkId::new).zip(builder.networks).map(|(id, draft)| {
        let (name, kind, mut names) = (draft.name, draft.kind, draft.names);
        names.freeze();
        Network { id, name, kind, names, names_are_people: same_name || draft.people }
    });
    let graph = SocialGraph {
        networks: networks.collect(),
        weights: columns.weights.map(Vec::into_boxed_slice),
        ties: Csr { offsets: columns.offsets.into(), entries: columns.targets.into() },
        starts,
        ranks: None,
        bridge_ties: bridges.len() as u64,
        users,
        reverse: std::sync::OnceLock::new(),
        fingerprint: std::sync::OnceLock::new(),
    };
    Ok((graph, report))
}

/// First account of each network, then the number of all.
fn starts(builder: &GraphBuilder) -> Result<Vec<u32>> {
    let sizes = builder.networks.iter().map(|draft| draft.names.len());
    first_accounts(sizes)
}

fn first_accounts(sizes: impl Iterator<Item = u32>) -> Result<Vec<u32>> {
    let mut starts = vec![0u32];
    let mut total = 0u64;
    for size in sizes {
        total += u64::from(size);
        if total > u64::from(MOST_NAMES) {
            return Err(Error::capacity(format!(
                "the networks together have more than {MOST_NAMES} accounts, which account ids of \
                 32 bits cannot number"
            )));
        }
        starts.push(total as u32);
    }
    Ok(starts)
}

fn plain(network: NetworkId, key: u64) -> Settled {
    let source = LogicalKey::new(network, (key >> 32) as u32);
    (source, LogicalKey::new(network, key as u32), f64::NAN)
}

fn bare_rows(network: NetworkId, rows: &[(u32, u32)], mutual: bool) -> impl Iterator<Item = Row> {
    rows.iter().map(move |&(source, target)| Row {
        source: LogicalKey::new(network, source),
        target: LogicalKey::new(network, target),
        mutual,
        weight: f64::NAN,
        file: 0,
        line: 0,
    })
}

/// Settles rows without weights: sorted (source rank, target rank) keys, each once.
fn settle_plain(directed: &[(u32, u32)], mutual: &[(u32, u32)]) -> (Vec<u64>, TieReport) {
    let mut report =
        TieReport { rows: (directed.len() + mutual.len()) as u64, ..TieReport::default() };
    let key = |source: u32, target: u32| u64::from(source) << 32 | u64::from(target);
    let mut given = Vec::with_capacity(directed.len() + mutual.len());
    let mut implied = Vec::with_capacity(mutual.len());
    for (&(source, target), mutual) in
        directed.iter().map(|row| (row, false)).chain(mutual.iter().map(|row| (row, true)))
    {
        if source == target {
            report.self_ties += 1;
            continue;
        }
        given.push(key(source, target));
        if mutual {
            implied.push(key(target, source));
        }
    }
    let stated = given.len();
    given.sort_unstable();
    given.dedup();
    report.duplicates = (stated - given.len()) as u64;
    implied.sort_unstable();
    implied.dedup();
    // Reciprocal rows meet in two keys, one for each direction.
    let met = implied.iter().filter(|key| given.binary_search(key).is_ok()).count() as u64;
    report.confirmed = met.div_ceil(2);
    if !implied.is_empty() {
        given.extend(implied);
        given.sort_unstable();
        given.dedup();
    }
    report.ties = given.len() as u64;
    (given, report)
}

/// Settles rows any of which may have a weight.
fn settle(
    rows: Vec<Row>,
    duplicates: Duplicates,
    builder: &GraphBuilder,
    files: &LoadReport,
) -> Result<(Vec<Settled>, TieReport)> {
    let mut report = TieReport { rows: rows.len() as u64, ..TieReport::default() };
    let mut stated = Vec::with_capacity(rows.len());
    for row in rows {
        if row.source == row.target {
            report.self_ties += 1;
            continue;
        }
        stated.push((row, false));
        if row.mutual {
            stated.push((Row { source: row.target, target: row.source, ..row }, true));
        }
    }
    // Stable, so rows of one tie stay in the order in which they were read.
    stated.sort_by_key(|&(row, implied)| (row.source, row.target, implied));
    let mut settled: Vec<Settled> = Vec::with_capacity(stated.len());
    let mut met = 0;
    for tie in stated.chunk_by(|(a, _), (b, _)| (a.source, a.target) == (b.source, b.target)) {
        let given = tie.partition_point(|&(_, implied)| !implied);
        let (given, implied) = tie.split_at(given);
        let fail = |first: &Row, second: &Row| two_weights(first, second, builder, files);
        let own = combine(given, duplicates, &fail)?;
        let other = combine(implied, duplicates, &fail)?;
        let weight = match (own, other) {
            (Some(weight), None) | (None, Some(weight)) => weight,
            (Some(own), Some(other)) => {
                met += 1;
                reconcile(own, other, duplicates, &given[0].0, &implied[0].0, &fail)?
            }
            (None, None) => continue,
        };
        for (row, _) in given.iter().skip(1) {
            if same(row.weight, given[0].0.weight) && duplicates != Duplicates::Sum {
                report.duplicates += 1;
            } else {
                report.combined += 1;
            }
        }
        settled.push((tie[0].0.source, tie[0].0.target, weight));
    }
    report.confirmed = u64::div_ceil(met, 2);
    report.ties = settled.len() as u64;
    Ok((settled, report))
}

fn same(one: f64, other: f64) -> bool {
    one == other || (one.is_nan() && other.is_nan())
}

/// The one weight of rows that state the same tie in the same words; none if there is no row.
fn combine(
    rows: &[(Row, bool)],
    duplicates: Duplicates,
    fail: &impl Fn(&Row, &Row) -> Error,
) -> Result<Option<f64>> {
    let Some(((first, _), rest)) = rows.split_first() else { return Ok(None) };
    let mut weight = first.weight;
    for (row, _) in rest {
        if row.weight.is_nan() && weight.is_nan() {
            continue;
        }
        if row.weight.is_nan() != weight.is_nan() {
            return Err(fail(first, row));
        }
        match duplicates {
            Duplicates::Error if same(row.weight, weight) => {}
            Duplicates::Error => return Err(fail(first, row)),
            Duplicates::Sum => weight += row.weight,
            Duplicates::First => {}
            Duplicates::Max => weight = weight.max(row.weight),
        }
    }
    Ok(Some(weight))
}

/// The weight of one direction of a mutual tie whose two directions were both stated.
fn reconcile(
    own: f64,
    other: f64,
    duplicates: Duplicates,
    given: &Row,
    implied: &Row,
    fail: &impl Fn(&Row, &Row) -> Error,
) -> Result<f64> {
    if same(own, other) {
        return Ok(own);
    }
    let (first, second) = if (implied.file, implied.line) < (given.file, given.line) {
        (implied, given)
    } else {
        (given, implied)
    };
    match duplicates {
        _ if own.is_nan() || other.is_nan() => Err(fail(first, second)),
        Duplicates::First => Ok(first.weight),
        Duplicates::Max => Ok(own.max(other)),
        // A reciprocal row confirms a tie, so a sum cannot tell whether it adds.
        Duplicates::Error | Duplicates::Sum => Err(fail(first, second)),
    }
}

fn two_weights(first: &Row, second: &Row, builder: &GraphBuilder, files: &LoadReport) -> Error {
    let label = |key: LogicalKey| {
        let network = &builder.networks[key.network().index()];
        format!("{}@{}", network.names.get(key.rank()), network.name)
    };
    let weight = |row: &Row| {
        if row.weight.is_nan() { "no weight".into() } else { format!("weight {}", row.weight) }
    };
    let place = |row: &Row| match row.file {
        0 => String::new(),
        _ => format!(" on line {}", row.line),
    };
    let reciprocal = first.mutual && second.mutual && builder.duplicates == Duplicates::Sum;
    let advice = if first.weight.is_nan() || second.weight.is_nan() {
        "give every row of a tie its weight, or say `--ignore-weights`"
    } else if reciprocal {
        "`--duplicates sum` cannot tell whether a reciprocal row adds to a mutual tie; \
         say `--duplicates first` or `max`, or state the ties as directed"
    } else {
        "say `--duplicates sum`, `first` or `max`"
    };
    let error = Error::conflict(format!(
        "the tie {} → {} has {}{} and {}{}; {advice}",
        label(second.source),
        label(second.target),
        weight(first),
        place(first),
        weight(second),
        place(second),
    ));
    // A row without a weight keeps no place; then the other one's has to do.
    let placed = if second.file == 0 { first } else { second };
    match placed.file {
        0 => error,
        file => error.in_file(files.files[file as usize - 1].file.clone()).at_line(placed.line),
    }
}

/// The columns of ties, filled network by network.
struct Columns<'a> {
    starts: &'a [u32],
    offsets: Vec<u64>,
    targets: Vec<AccountId>,
    weights: Option<Vec<f64>>,
}

impl<'a> Columns<'a> {
    fn new(starts: &'a [u32]) -> Self {
        Self { starts, offsets: vec![0], targets: Vec::new(), weights: None }
    }

    /// The rows of all accounts of `network`: ties inside it, and bridge ties from it, each sorted
    /// by source and target.
    fn append(
        &mut self,
        network: NetworkId,
        inside: impl Iterator<Item = Settled>,
        bridges: &[Settled],
    ) {
        let accounts = self.starts[network.index() + 1] - self.starts[network.index()];
        let mut inside = inside.peekable();
        let mut bridges = bridges.iter().copied().peekable();
        for rank in 0..accounts {
            let key = LogicalKey::new(network, rank);
            loop {
                let next = match (inside.peek(), bridges.peek()) {
                    (Some(&tie), Some(&bridge)) if tie.0 == key && bridge.0 == key => {
                        if tie.1 < bridge.1 { inside.next() } else { bridges.next() }
                    }
                    (Some(&tie), _) if tie.0 == key => inside.next(),
                    (_, Some(&bridge)) if bridge.0 == key => bridges.next(),
                    _ => break,
                };
                if let Some((_, target, weight)) = next {
                    self.push(target, weight);
                }
            }
            self.offsets.push(self.targets.len() as u64);
        }
    }

    fn push(&mut self, target: LogicalKey, weight: f64) {
        if !weight.is_nan() && self.weights.is_none() {
            self.weights = Some(vec![f64::NAN; self.targets.len()]);
        }
        if let Some(weights) = &mut self.weights {
            weights.push(weight);
        }
        self.targets.push(AccountId::new(self.starts[target.network().index()] + target.rank()));
    }
}

/// Groups accounts into users, by identity rows and by equal names.
fn find_users(builder: &GraphBuilder, starts: &[u32], report: &mut LoadReport) -> Result<Users> {
    let account = |key: LogicalKey| AccountId::new(starts[key.network().index()] + key.rank());
    let accounts = starts[starts.len() - 1] as usize;
    let mut found = Vec::new();
    let mut groups: Vec<(String, Vec<AccountId>)> = Vec::new();
    if !builder.identities.is_empty() {
        groups = stated_users(builder, accounts, account, report)?;
    }
    let stated = groups.len();
    if builder.same_name || builder.networks.iter().any(|network| network.people) {
        let mut claimed = vec![Users::ALONE; accounts];
        for (user, (_, members)) in groups.iter().enumerate() {
            for member in members {
                claimed[member.index()] = user as u32;
            }
        }
        groups.extend(users_by_name(builder, starts, &claimed, &groups)?);
    }
    let mut users = Users::default();
    let mut offsets = vec![0u64];
    let mut several_of = Vec::new();
    for (name, members) in groups.iter().filter(|(_, members)| members.len() > 1) {
        several_of.resize(accounts, Users::ALONE);
        for member in members {
            several_of[member.index()] = users.names.len();
        }
        users.names.intern(name)?;
        found.extend_from_slice(members);
        offsets.push(found.len() as u64);
    }
    let mut named_alone = Vec::new();
    for (name, members) in groups[..stated].iter().filter(|(_, members)| members.len() == 1) {
        named_alone.push((members[0], users.names.intern(name)?));
    }
    report.identities.users_with_several = offsets.len() as u64 - 1;
    users.names.freeze();
    users.named_alone = named_alone.iter().map(|&(account, _)| account).collect();
    named_alone.sort_unstable();
    users.named_alone_by_account = named_alone.into();
    users.offsets = offsets.into();
    users.several_of = several_of.into();
    users.accounts = found.into();
    Ok(users)
}

/// Users and their accounts as identity rows say, in order of first appearance.
fn stated_users(
    builder: &GraphBuilder,
    accounts: usize,
    account: impl Fn(LogicalKey) -> AccountId,
    report: &mut LoadReport,
) -> Result<Vec<(String, Vec<AccountId>)>> {
    if builder.same_name {
        return Err(Error::conflict(
            "users are stated by identities and by equal names at once; choose one",
        ));
    }
    let mut owner: Vec<Option<IdentityRow>> = vec![None; accounts];
    let mut groups: Vec<(String, Vec<AccountId>)> =
        (0..builder.users.len()).map(|u| (builder.users.get(u).into_owned(), Vec::new())).collect();
    for row in &builder.identities {
        report.identities.rows += 1;
        let id = account(row.account);
        match owner[id.index()] {
            None => {
                owner[id.index()] = Some(*row);
                groups[row.user as usize].1.push(id);
            }
            Some(earlier) if earlier.user == row.user => report.identities.duplicates += 1,
            Some(earlier) => {
                let network = &builder.networks[row.account.network().index()];
                let error = Error::conflict(format!(
                    "the account {}@{} is of user `{}`, but was said to be of user `{}`{}",
                    network.names.get(row.account.rank()),
                    network.name,
                    builder.users.get(row.user),
                    builder.users.get(earlier.user),
                    if earlier.line > 0 {
                        format!(" on line {}", earlier.line)
                    } else {
                        String::new()
                    },
                ));
                return Err(match row.file {
                    0 => error,
                    file => error
                        .in_file(report.files[file as usize - 1].file.clone())
                        .at_line(row.line),
                });
            }
        }
    }
    for (_, members) in &mut groups {
        members.sort_unstable();
    }
    Ok(groups)
}

/// Accounts of equal names, in networks whose names are people.
fn users_by_name(
    builder: &GraphBuilder,
    starts: &[u32],
    claimed: &[u32],
    stated: &[(String, Vec<AccountId>)],
) -> Result<Vec<(String, Vec<AccountId>)>> {
    let mut names = NameTable::default();
    let mut groups: Vec<Vec<AccountId>> = Vec::new();
    for (network, &start) in builder.networks.iter().zip(starts) {
        if !(builder.same_name || network.people) {
            continue;
        }
        for rank in 0..network.names.len() {
            let place = names.intern(&network.names.get(rank))?;
            if place as usize == groups.len() {
                groups.push(Vec::new());
            }
            groups[place as usize].push(AccountId::new(start + rank));
        }
    }
    for (user, (name, _)) in stated.iter().enumerate() {
        if let Some(place) = names.find(name)
            && groups[place as usize].iter().any(|a| claimed[a.index()] != user as u32)
        {
            return Err(Error::conflict(format!(
                "identities call a user `{name}`, and so is another one called by the account names \
                 of a network whose names are people; call one of them otherwise"
            )));
        }
    }
    let mut users = Vec::new();
    for (place, members) in groups.into_iter().enumerate() {
        let name = names.get(place as u32);
        match members.iter().find(|a| claimed[a.index()] != Users::ALONE) {
            Some(taken) if members.len() > 1 => {
                let user = &stated[claimed[taken.index()] as usize].0;
                return Err(Error::conflict(format!(
                    "identities give an account named `{name}` to user `{user}`, but accounts of \
                     that name are one user already"
                )));
            }
            Some(_) => {}
            None => users.push((name.into_owned(), members)),
        }
    }
    Ok(users)
}

/// Mixes everything that makes up a graph, in logical order.
pub(super) fn fingerprint(graph: &SocialGraph) -> u64 {
    let mut state = 0x7469_656c_696e_6531;
    let mut take = |word: u64| state = mix64(state ^ word).wrapping_add(0x9e37_79b9_7f4a_7c15);
    let take_text = |text: &str, take: &mut dyn FnMut(u64)| {
        take(text.len() as u64);
        for chunk in text.as_bytes().chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            take(u64::from_le_bytes(word));
        }
    };
    take(graph.network_count() as u64);
    for network in graph.networks() {
        take_text(graph.network(network).name(), &mut take);
        take(graph.accounts_of_network(network).len() as u64);
    }
    for account in graph.accounts_in_key_order() {
        take_text(&graph.account_name(account), &mut take);
        take(graph.out_degree(account));
        for &target in graph.targets(account) {
            take(graph.logical_key(target).get());
        }
        if graph.has_weights() {
            for tie in graph.tie_range(account) {
                take(graph.weight(TieId::new(tie)).map_or(u64::MAX, f64::to_bits));
            }
        }
        for &sibling in graph.accounts_beside(account) {
            take(graph.logical_key(sibling).get());
        }
        if !graph.accounts_beside(account).is_empty() {
            take_text(&graph.user_name(graph.user_of(account)), &mut take);
        }
    }
    state
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_accounts_than_a_u32_can_number_are_refused_with_a_sentence() {
        assert!(first_accounts([MOST_NAMES].into_iter()).is_ok());
        let error = first_accounts([1 << 31, 1 << 31].into_iter()).unwrap_err();
        assert!(error.is_capacity());
        assert!(error.to_string().contains("cannot number"), "{error}");
    }

    #[test]
    fn reciprocal_rows_confirm_and_equal_rows_are_dropped() {
        let (keys, report) = settle_plain(&[], &[(0, 1), (1, 0), (0, 1), (2, 2), (1, 2)]);
        assert_eq!(keys.len(), 4);
        let TieReport { rows, self_ties, duplicates, confirmed, ties, .. } = report;
        assert_eq!((rows, self_ties, duplicates, confirmed, ties), (5, 1, 1, 1, 4));
    }
}
