//! [`BridgeFile`]: ties between accounts of two networks.

use serde::{Deserialize, Serialize};

use super::Reader;
use super::layout::{Layout, Shape};
use super::source::Source;
use super::table::Rows;
use super::ties::{push, says_who_sees};
use super::times::TimeColumns;
use crate::error::{Error, Result};
use crate::graph::{Direction, GraphBuilder};
use crate::id::LogicalKey;

/// Bridge ties: rows `a@net b@net`, perhaps with a weight. The last `@` splits.
///
/// As text it is `FILE[:directed|:follows|:mutual]`.
///
/// ```
/// use tieline::{BridgeFile, Direction};
///
/// let file: BridgeFile = "federated.tsv:mutual".parse()?;
/// assert_eq!(file, BridgeFile::new("federated.tsv", Direction::Mutual));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct BridgeFile {
    /// Where the rows are.
    pub file: Source,
    /// What a row says; directed if it is not stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
}

const EXPECTED: &str = "two accounts `name@network`";

impl BridgeFile {
    /// The bridge ties are in `file`, whose rows say `direction`.
    #[must_use]
    pub fn new(file: impl Into<Source>, direction: Direction) -> Self {
        Self { file: file.into(), direction: Some(direction) }
    }

    pub(super) fn read(&self, reader: &mut Reader<'_>) -> Result<()> {
        let direction = self.direction.unwrap_or_default();
        let form = format!("bridge ties, {direction}");
        let mut rows = Rows::open(&mut reader.builder, &self.file, form, EXPECTED)?;
        let stated = says_who_sees(self.direction);
        let layout = Layout::find(&mut rows, Shape::Ties, reader, stated, TimeColumns::default())?;
        let [one, other] = layout.names;
        let builder = &mut reader.builder;
        let before = builder.account_count();
        while rows.advance()? {
            rows.split();
            layout.check(&rows)?;
            let first = labelled_account(builder, rows.text(one)?);
            let first = first.map_err(|error| rows.wrong(error))?;
            let second = labelled_account(builder, rows.text(other)?);
            let second = second.map_err(|error| rows.wrong(error))?;
            if first.network() == second.network() {
                return Err(rows.wrong(Error::conflict(format!(
                    "`{}` and `{}` are in the same network; a tie inside a network belongs into \
                     its `--network` file",
                    rows.text(one)?,
                    rows.text(other)?
                ))));
            }
            let weight = layout.weight(&rows)?;
            push(builder, direction, first, second, weight, &rows)?;
            if rows.wants_example() {
                rows.example(direction.aloud(rows.text(one)?, rows.text(other)?));
            }
        }
        let new = builder.account_count() - before;
        builder.report_mut().bridge_accounts += new;
        rows.finish(builder, EXPECTED)
    }
}

/// The account `name@network`, which exists from now on.
fn labelled_account(builder: &mut GraphBuilder, label: &str) -> Result<LogicalKey> {
    let Some((name, network)) = label.rsplit_once('@') else {
        return Err(Error::input(format!("expected `name@network`, found `{label}`")));
    };
    match builder.find_network(network) {
        Some(network) => builder.intern(network, name),
        None => Err(Error::unknown("network", network, builder.network_names())),
    }
}
