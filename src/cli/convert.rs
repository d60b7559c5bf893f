//! `tieline convert`.

use tieline::SocialGraph;
use tieline::report::{count, counted};

use super::args::ConvertArgs;
use super::page::notes;
use super::{Failure, print};

pub(super) fn convert(args: ConvertArgs) -> Result<(), Failure> {
    let ConvertArgs { scenario, graph, out, with_reverse } = args;
    let keys = graph.scenario(scenario.as_deref())?;
    keys.check_graph().map_err(Failure::usage)?;
    if out.is_empty() {
        return Err(Failure::usage("expected a file, found an empty name"));
    }
    let (graph, load) = keys.load_graph()?;
    let bytes = if with_reverse { graph.save_with_reverse(&out) } else { graph.save(&out) }?;
    let counts = counts(&graph);
    let fingerprint = graph.fingerprint();
    let mut page = format!("{out}: {counts}; {} bytes, graph {fingerprint:016x}\n", count(bytes));
    notes(&mut page, &load, &[]);
    print(&page)
}

/// Of what a graph has how many.
pub(super) fn counts(graph: &SocialGraph) -> String {
    format!(
        "{}, {}, {}, {}{}",
        counted(graph.network_count() as u64, "network"),
        counted(graph.user_count() as u64, "user"),
        counted(graph.account_count() as u64, "account"),
        counted(graph.tie_count(), "tie"),
        if graph.has_weights() { ", with weights" } else { "" },
    )
}
