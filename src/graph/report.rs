//! What loading read, what it dropped, and why.

use serde::{Deserialize, Serialize};

/// What was read and what was dropped while a graph was built: from code, by
/// [`GraphBuilder::build_with_report`](crate::GraphBuilder::build_with_report), or from files, by
/// [`GraphFiles::load`](crate::GraphFiles::load). Printing it tells what was left out, combined or
/// made up, a line each.
///
/// ```
/// use tieline::SocialGraph;
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// builder.tie(square, "ann", "bob").tie(square, "ann", "bob").tie(square, "cid", "cid");
/// let (graph, report) = builder.build_with_report()?;
/// assert_eq!((graph.tie_count(), graph.account_count()), (1, 3));
/// assert_eq!((report.networks[0].duplicates, report.networks[0].self_ties), (1, 1));
/// assert_eq!(
///     report.to_string(),
///     "square: 1 row from an account to itself left out\n\
///      square: 1 row stating a tie again left out\n"
/// );
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LoadReport {
    /// Each file that was read, in order.
    pub files: Vec<FileReport>,
    /// Each network, in order of declaration.
    pub networks: Vec<NetworkReport>,
    /// Ties between networks.
    pub bridges: TieReport,
    /// Accounts that files of bridge ties name and none of ties or accounts.
    #[serde(default, skip_serializing_if = "is_none")]
    pub bridge_accounts: u64,
    /// Identity rows, and what they named.
    pub identities: IdentityReport,
}

/// One file, line by line: `lines` = comments + blank lines + header + rows + directives. Shown at
/// [`GraphFiles`](crate::GraphFiles).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FileReport {
    /// As the caller wrote it.
    pub file: String,
    /// What it was read as, in words.
    pub form: String,
    /// All lines.
    pub lines: u64,
    /// Lines that hold data.
    pub rows: u64,
    /// Comment lines.
    pub comments: u64,
    /// Blank lines.
    pub blank: u64,
    /// Section names and declarations of a sectioned file.
    pub directives: u64,
    /// The header row, if there is one.
    pub header: Option<String>,
    /// What was left out because the caller said so, or because no model reads it: a sentence each.
    pub left_out: Vec<String>,
    /// One real row read aloud.
    pub example: Option<String>,
    /// Whether the last line has no end: of a file that was cut short that line may be, too, and still look whole.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open_end: bool,
}

/// What became of the rows that state ties. [`NetworkReport`] has the same columns; shown at
/// [`LoadReport`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TieReport {
    /// Rows that state a tie.
    pub rows: u64,
    /// Rows from an account to itself: dropped, the account stays.
    pub self_ties: u64,
    /// Rows that state a tie again: dropped.
    pub duplicates: u64,
    /// Rows whose different weight was combined into an earlier row of the same tie.
    pub combined: u64,
    /// Reciprocal rows of a mutual tie that was stated already: they confirm it.
    pub confirmed: u64,
    /// Directed ties in the graph.
    pub ties: u64,
    /// Times of these ties, where they have any.
    #[serde(default, skip_serializing_if = "is_none")]
    pub times: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_none(count: &u64) -> bool {
    *count == 0
}

/// One network after loading. Shown at [`LoadReport`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NetworkReport {
    /// Its name.
    pub name: String,
    /// Its accounts.
    pub accounts: u64,
    /// Rows that state a tie.
    pub rows: u64,
    /// Rows from an account to itself: dropped, the account stays.
    pub self_ties: u64,
    /// Rows that state a tie again: dropped.
    pub duplicates: u64,
    /// Rows whose different weight was combined into an earlier row of the same tie.
    pub combined: u64,
    /// Reciprocal rows of a mutual tie that was stated already: they confirm it.
    pub confirmed: u64,
    /// Directed ties inside the network.
    pub ties: u64,
    /// Times of these ties, where they have any.
    #[serde(default, skip_serializing_if = "is_none")]
    pub times: u64,
}

impl NetworkReport {
    pub(crate) fn new(name: String, accounts: u64, ties: &TieReport) -> Self {
        let &TieReport { rows, self_ties, duplicates, combined, confirmed, ties, times } = ties;
        Self { name, accounts, rows, self_ties, duplicates, combined, confirmed, ties, times }
    }
}

/// What identity rows said. Shown at [`GraphFiles`](crate::GraphFiles).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IdentityReport {
    /// Rows that give an account to a user.
    pub rows: u64,
    /// Rows that said so again: dropped.
    pub duplicates: u64,
    /// Accounts that no earlier row had named; they exist now, without ties.
    pub new_accounts: u64,
    /// Users with two accounts or more.
    pub users_with_several: u64,
}
