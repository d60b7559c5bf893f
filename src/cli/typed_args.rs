//! Flags of self-exciting cascades without a graph.

use clap::Args;
use tieline::scenario_file::ScenarioFile;

use super::Failure;
use super::time_args::{DistributionFlag, gathered};

#[derive(Debug, Args)]
#[command(next_help_heading = "Without a graph")]
pub(super) struct TypedArgs {
    /// Types of shares, in place of a graph, in hawkes: --reshare A=MEAN and A:B=MEAN then say how many
    /// shares of B one of A causes, --random-origins A=N how many come first
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    types: Vec<String>,

    /// How large the audience of a share is, by type; numbers of shares are in proportion. Repeatable
    /// [default: all alike]
    #[arg(long, value_name = "DIST|NAME=DIST")]
    marks: Vec<DistributionFlag>,
}

impl TypedArgs {
    /// Writes them into `keys`.
    pub(super) fn into_keys(self, keys: &mut ScenarioFile) -> Result<(), Failure> {
        keys.types = Some(self.types).filter(|types| !types.is_empty());
        keys.marks = gathered(self.marks, "--marks")?;
        Ok(())
    }
}
