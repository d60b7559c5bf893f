//! `tieline info`.

use serde::Serialize;
use tieline::stats::Counts;
use tieline::{GraphFile, LoadReport, NetworkId, Overlap, RowTimes, SocialGraph, TimeUnit};

use super::args::InfoArgs;
use super::summary::json;
use super::{Failure, info_page, print};

/// What is in a graph.
#[derive(Debug, Serialize)]
pub(super) struct Info {
    pub(super) version: &'static str,
    /// The fingerprint of the graph.
    pub(super) graph: String,
    pub(super) users: u64,
    pub(super) users_with_several_accounts: u64,
    pub(super) accounts: u64,
    pub(super) ties: u64,
    pub(super) bridge_ties: u64,
    pub(super) weights: bool,
    pub(super) networks: Vec<NetworkInfo>,
    /// For all pairs of networks.
    pub(super) overlaps: Vec<Overlap>,
    pub(super) load: LoadReport,
}

#[derive(Debug, Serialize)]
pub(super) struct NetworkInfo {
    pub(super) name: String,
    pub(super) accounts: u64,
    /// Ties inside.
    pub(super) ties: u64,
    /// Those of them whose reverse is a tie as well.
    pub(super) reciprocated: u64,
    /// Accounts without any tie, bridge ties included.
    pub(super) isolated: u64,
    /// What times these ties have, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) times: Option<TimesInfo>,
    /// How many see what an account shares, bridge ties included.
    pub(super) out_degree: Degrees,
    /// How many an account sees, bridge ties included.
    pub(super) in_degree: Degrees,
}

/// The times of the ties of a network.
#[derive(Debug, Serialize)]
pub(super) struct TimesInfo {
    pub(super) kind: RowTimes,
    /// `unit`: that of the scenario.
    pub(super) unit: TimeUnit,
    pub(super) count: u64,
    pub(super) first: f64,
    pub(super) last: f64,
}

/// Quantiles by nearest rank.
#[derive(Debug, Serialize)]
pub(super) struct Degrees {
    pub(super) mean: Option<f64>,
    pub(super) median: Option<u64>,
    pub(super) p90: Option<u64>,
    pub(super) p99: Option<u64>,
    pub(super) max: Option<u64>,
}

pub(super) fn info(args: InfoArgs) -> Result<(), Failure> {
    let InfoArgs { scenario, graph, json: as_json, verify } = args;
    let keys = graph.scenario(scenario.as_deref())?;
    keys.check_graph().map_err(Failure::usage)?;
    if verify && keys.graph.is_none() {
        return Err(Failure::usage("`--verify` checks a graph file: say `--graph FILE`"));
    }
    let (graph, mut load) = keys.load_graph()?;
    if let Some(file) = keys.graph.as_ref().filter(|_| verify) {
        GraphFile::open(file.path())?.verify()?;
        load.files.iter_mut().for_each(|file| file.form.push_str(", all of them verified"));
    }
    let info = Info {
        version: env!("CARGO_PKG_VERSION"),
        graph: format!("{:016x}", graph.fingerprint()),
        users: graph.user_count() as u64,
        users_with_several_accounts: graph.users_with_several_accounts(),
        accounts: graph.account_count() as u64,
        ties: graph.tie_count(),
        bridge_ties: graph.bridge_tie_count(),
        weights: graph.has_weights(),
        networks: graph.networks().map(|network| describe(&graph, network)).collect(),
        overlaps: graph.overlaps(),
        load,
    };
    print(&if as_json.is_some() { json(&info)? } else { info_page::page(&info) })
}

fn describe(graph: &SocialGraph, network: NetworkId) -> NetworkInfo {
    let (mut out_degree, mut in_degree) = (Counts::default(), Counts::default());
    let (mut ties, mut reciprocated, mut isolated) = (0, 0, 0);
    for account in graph.accounts_of_network(network) {
        out_degree.push(graph.out_degree(account));
        in_degree.push(graph.in_degree(account));
        isolated += u64::from(graph.out_degree(account) + graph.in_degree(account) == 0);
        let inside = |&&other: &&_| graph.network_of(other) == network;
        for &target in graph.targets(account).iter().filter(inside) {
            ties += 1;
            reciprocated += u64::from(graph.find_tie(target, account).is_some());
        }
    }
    NetworkInfo {
        name: graph.network(network).name().into(),
        accounts: graph.accounts_of_network(network).len() as u64,
        ties,
        reciprocated,
        isolated,
        times: times(graph, network),
        out_degree: degrees(&out_degree),
        in_degree: degrees(&in_degree),
    }
}

fn times(graph: &SocialGraph, network: NetworkId) -> Option<TimesInfo> {
    let (count, first, last) = graph.times_of_network(network)?;
    let unit = graph.network(network).time_unit();
    Some(TimesInfo { kind: graph.network(network).times()?, unit, count, first, last })
}

fn degrees(counts: &Counts) -> Degrees {
    Degrees {
        mean: counts.mean(),
        median: counts.quantile(0.5),
        p90: counts.quantile(0.9),
        p99: counts.quantile(0.99),
        max: counts.max(),
    }
}
