//! Flags of feeds.

use clap::Args;
use tieline::scenario_file::ScenarioFile;

use super::Failure;
use super::flags::{number, whole};
use super::start_args::{ByNetworkFlag, gathered};

#[derive(Debug, Args)]
#[command(next_help_heading = "Feeds")]
pub(super) struct FeedArgs {
    /// The probability that an account shares something new when it looks at its screen, in gleeson and
    /// weng
    #[arg(long, value_parser = number, value_name = "P")]
    innovation: Option<f64>,

    /// How many copies a screen holds; a new one pushes out the oldest [default: 1 in gleeson, no limit in
    /// weng]
    #[arg(long, value_parser = whole::<u32>, value_name = "N")]
    slots: Option<u32>,

    /// The probability that a copy on a screen is noticed, in weng
    #[arg(long, value_parser = number, value_name = "P")]
    attention: Option<f64>,

    /// The probability of sharing something from memory in its place, in weng
    #[arg(long, value_parser = number, value_name = "P")]
    recall: Option<f64>,

    /// How long copies stay on a screen, and shares in memory, in weng; for how many steps a contact counts,
    /// its own among them, in watts and count over networks of contacts, which need it: there each contact
    /// counts, and several with one person as one only with `--friends people`
    #[arg(long, value_parser = number, value_name = "T")]
    window: Option<f64>,

    /// How often accounts look, per unit of time, in gleeson and weng. Repeatable [default: 1]
    #[arg(long, value_name = "RATE|NAME=RATE")]
    activity: Vec<ByNetworkFlag<f64>>,

    /// How long it all goes on before time 0, when the post starts [default: 0]
    #[arg(long, value_parser = number, value_name = "T")]
    burn_in: Option<f64>,
}

impl FeedArgs {
    /// Writes them into `keys`.
    pub(super) fn into_keys(self, keys: &mut ScenarioFile) -> Result<(), Failure> {
        keys.innovation = self.innovation;
        keys.slots = self.slots;
        keys.attention = self.attention;
        keys.recall = self.recall;
        keys.window = self.window;
        keys.activity = gathered(self.activity, "--activity")?;
        keys.burn_in = self.burn_in;
        Ok(())
    }
}
