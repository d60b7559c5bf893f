//! From drafts to columns: sort, settle duplicates, number the accounts, find the users.

use super::builder::{GraphBuilder, Row, RowStore};
use super::csr::Csr;
use super::filed_names::Names;
use super::names::MOST_NAMES;
use super::report::{LoadReport, NetworkReport};
use super::settle::{Settled, settle, settle_plain};
use super::times::{SettledTimes, Times, settle_timed};
use super::users::find_users;
use super::{Network, SocialGraph};
use crate::error::{Error, Result};
use crate::id::{AccountId, LogicalKey, NetworkId};

pub(super) fn assemble(mut builder: GraphBuilder) -> Result<(SocialGraph, LoadReport)> {
    let mut report = std::mem::take(&mut builder.report);
    let starts = starts(&builder)?;
    let rows = std::mem::take(&mut builder.rows);
    let mut columns = Columns::new(&starts);
    let (bridges, bridge_report) =
        settle(std::mem::take(&mut builder.bridges), builder.duplicates, &builder, &report)?;
    let mut bridges_left = &bridges[..];
    let mut timed = std::mem::take(&mut builder.timed);
    timed.resize_with(builder.networks.len(), Default::default);
    let mut settled_times = Vec::new();
    let RowStore { directed, mutual, weighted } = rows;
    for (index, ((directed, mutual), weighted)) in
        directed.into_iter().zip(mutual).zip(weighted).enumerate()
    {
        let network = NetworkId::new(index as u32);
        let here = bridges_left.partition_point(|tie| tie.0.network() == network);
        let (from_here, rest) = bridges_left.split_at(here);
        bridges_left = rest;
        let with_times = std::mem::take(&mut timed[index]);
        let ties = if !with_times.rows.is_empty() {
            if !(directed.is_empty() && mutual.is_empty() && weighted.is_empty()) {
                return Err(Error::conflict(format!(
                    "network `{}` has ties with times and ties without; give the others an interval, or \
                     a network of their own",
                    builder.networks[index].name
                )));
            }
            let (settled, ties) = settle_timed(with_times, &builder, &report)?;
            columns.append(network, settled.ties.iter().copied(), from_here);
            settled_times.resize_with(index, SettledTimes::default);
            settled_times.push(settled);
            ties
        } else if weighted.is_empty() {
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
    let times = (!settled_times.is_empty()).then(|| {
        settled_times.resize_with(builder.networks.len(), SettledTimes::default);
        std::sync::Arc::new(columns.with_times(&settled_times))
    });
    let users = find_users(&builder, &starts, &mut report)?;
    let same_name = builder.same_name;
    let networks = (0..).map(NetworkId::new).zip(builder.networks).map(|(id, draft)| {
        let (name, kind, mut names) = (draft.name, draft.kind, draft.names);
        names.freeze();
        let names_are_people = same_name || draft.people;
        let known = times.as_ref().map(|times| times.networks[id.index()]);
        let times = known.unwrap_or_default();
        Network { id, name, kind, names: Names::Table(names), times, names_are_people }
    });
    let networks = networks.collect();
    let graph = SocialGraph {
        networks,
        times,
        weights: columns.weights.map(Into::into),
        ties: Csr { offsets: columns.offsets.into(), entries: columns.targets.into() },
        starts,
        ranks: None,
        bridge_ties: bridges.len() as u64,
        users,
        layout: super::next_layout(),
        derived: super::Derived::default(),
    };
    Ok((graph, report))
}

/// First account of each network, then the number of all.
fn starts(builder: &GraphBuilder) -> Result<Vec<u32>> {
    let sizes = builder.networks.iter().map(|draft| draft.names.len());
    first_accounts(sizes)
}

pub(super) fn first_accounts(sizes: impl Iterator<Item = u32>) -> Result<Vec<u32>> {
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

    /// The times of all ties that networks settled on.
    fn with_times(&self, settled: &[SettledTimes]) -> Times {
        let network_of = |account: u32| self.starts.partition_point(|&start| start <= account) - 1;
        let rows = self.offsets.windows(2).enumerate();
        let ties = rows.flat_map(|(source, range)| {
            let home = network_of(source as u32);
            let row = &self.targets[range[0] as usize..range[1] as usize];
            row.iter().map(move |target| {
                let inside = network_of(target.get()) == home;
                inside.then(|| NetworkId::new(home as u32))
            })
        });
        Times::of_ties(settled, ties)
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
}
