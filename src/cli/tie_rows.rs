//! The ties of one network as rows of text, which `--network NAME=FILE` reads.

use std::fs::File;
use std::io::{BufWriter, Result, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use tieline::SocialGraph;

use super::generate_args::{Form, Out};

/// What was written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written {
    pub(super) bytes: u64,
    /// Accounts that no row names.
    pub(super) isolated: u64,
}

/// Each tie a row `a b`: a shares, b sees. A mutual tie is two.
pub(super) fn write(graph: &SocialGraph, out: &Out) -> Result<Written> {
    let file = File::create(&out.path)?;
    let isolated = if out.form == Form::PackedRows {
        let mut packed = BufWriter::new(GzEncoder::new(&file, Compression::default()));
        let isolated = rows(graph, &mut packed)?;
        packed.into_inner().map_err(std::io::IntoInnerError::into_error)?.finish()?;
        isolated
    } else {
        let mut plain = BufWriter::new(&file);
        let isolated = rows(graph, &mut plain)?;
        plain.flush()?;
        isolated
    };
    Ok(Written { bytes: file.metadata()?.len(), isolated })
}

fn rows(graph: &SocialGraph, out: &mut impl Write) -> Result<u64> {
    writeln!(out, "# source\ttarget: what the source shares, the target sees")?;
    let mut named = vec![false; graph.account_count()];
    for source in graph.accounts() {
        let name = graph.account_name(source);
        for &target in graph.targets(source) {
            writeln!(out, "{name}\t{}", graph.account_name(target))?;
            named[target.index()] = true;
            named[source.index()] = true;
        }
    }
    Ok(named.iter().filter(|named| !**named).count() as u64)
}
