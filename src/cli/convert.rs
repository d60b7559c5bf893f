//! `tieline convert`.

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
    let mut page = format!(
        "{out}: {}, {}, {}, {}{}; {} bytes, graph {:016x}\n",
        counted(graph.network_count() as u64, "network"),
        counted(graph.user_count() as u64, "user"),
        counted(graph.account_count() as u64, "account"),
        counted(graph.tie_count(), "tie"),
        if graph.has_weights() { ", with weights" } else { "" },
        count(bytes),
        graph.fingerprint(),
    );
    notes(&mut page, &load, &[]);
    print(&page)
}
