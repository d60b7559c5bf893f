//! Graphs and origins.

use std::cmp::Reverse;
use std::path::Path;

use tieline::generate::RMat;
use tieline::{AccountId, GraphFile, GraphWriter, SocialGraph};

use super::plain::Xoshiro;

/// R-MAT (.57, .19, .19, .05), permuted, without self-ties and duplicates: the graph that plain loops
/// in other languages make too.
pub(crate) fn r_mat(scale: u32, edge_factor: u32) -> SocialGraph {
    let ties = RMat::benchmark(scale, edge_factor).expect("a scale within bounds");
    ties.graph("r-mat").expect("ties without mistakes")
}

/// The same ties with the weights that `weight` gives, in order, kept in a file at `path`.
pub(crate) fn weighted(
    graph: &SocialGraph,
    path: &Path,
    mut weight: impl FnMut() -> f64,
) -> SocialGraph {
    let mut write = || {
        let mut writer = GraphWriter::create(path)?;
        for network in graph.networks().map(|network| graph.network(network)) {
            let accounts = graph.accounts_of_network(network.id()).len() as u32;
            writer.network(network.name(), network.kind().clone(), accounts)?;
        }
        writer.degrees(graph.accounts().map(|account| graph.out_degree(account)))?;
        writer.targets(graph.accounts().flat_map(|account| graph.targets(account)).copied())?;
        writer.weights((0..graph.tie_count()).map(|_| weight()))?;
        writer.finish()?;
        GraphFile::open(path)
    };
    write().expect("a folder that can be written to").into_graph()
}

/// A weight from 10^−`decades` to 1, all orders of magnitude alike.
pub(crate) fn log_uniform(random: &mut Xoshiro, decades: f64) -> f64 {
    10f64.powf(-decades * random.unit())
}

/// The `k` accounts with most ties, the lesser id first among equals.
pub(crate) fn hubs(graph: &SocialGraph, k: usize) -> Vec<AccountId> {
    let mut accounts: Vec<AccountId> = graph.accounts().collect();
    accounts.sort_by_key(|&a| (Reverse(graph.out_degree(a)), graph.logical_key(a)));
    accounts.truncate(k);
    accounts
}

/// `k` accounts, one from each of `k` stretches of the graph.
pub(crate) fn spread(graph: &SocialGraph, k: usize) -> Vec<AccountId> {
    let accounts: Vec<AccountId> = graph.accounts_in_key_order().collect();
    (0..k).map(|i| accounts[i * accounts.len() / k]).collect()
}
