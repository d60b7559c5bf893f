//! The summary of `simulate` as JSON.

use serde::Serialize;
use tieline::scenario_file::ScenarioFile;
use tieline::{CarrierRanking, LoadReport, Outcome};

/// Everything but `seconds` is the same bits every time.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    #[serde(flatten)]
    pub(super) outcome: Outcome,
    /// What people should know who set the model so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) warning: Option<String>,
    /// What is lost without each of the carriers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) carrier_ranking: Option<CarrierRanking>,
    pub(super) origins: Origins,
    /// The scenario as resolved.
    pub(super) scenario: ScenarioFile,
    /// What loading read and dropped.
    pub(super) load: LoadReport,
    pub(super) seconds: Seconds,
}

/// Where the post starts.
#[derive(Debug, Serialize)]
pub(super) struct Origins {
    /// Accounts, each once, without those that the intervention adds.
    pub(super) accounts: usize,
    /// Names that named an account again.
    pub(super) repeated: usize,
}

#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(super) struct Seconds {
    pub(super) load: f64,
    pub(super) prepare: f64,
    pub(super) simulate: f64,
}

/// `value` as indented JSON with a line end. Floats are printed as the shortest text that reads as
/// the same number.
pub(super) fn json(value: &impl Serialize) -> Result<String, super::Failure> {
    serde_json::to_string_pretty(value)
        .map(|text| text + "\n")
        .map_err(|error| super::Failure::late(format!("cannot write JSON: {error}")))
}
