//! A model of one's own in twenty lines, on real people: who is new to a post waits for a second friend
//! to share it, and then follows within hours.

use tieline::{
    Amount, Choice, Clock, Decide, Direction, Ensemble, GraphFiles, Model, MultilayerFile,
    MultilayerForm, OriginRule, Scenario, Sight, TimeUnit,
};

/// The first friend who shares makes one in fifty follow, every further one makes one in five.
#[derive(Debug)]
struct Reinforced;

impl Decide for Reinforced {
    fn name(&self) -> &str {
        "reinforced"
    }

    fn decide(&self, sight: &Sight<'_>) -> Option<f64> {
        let chance = if sight.exposures() == 1 { 0.02 } else { 0.2 };
        // Three hours later in the mean.
        (sight.tie_draw() < chance).then(|| 3.0 * sight.tie_wait(1))
    }
}

fn main() -> tieline::Result<()> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/fftwyt.edgeslist.gz");
    let file = MultilayerFile::new(path, MultilayerForm::NodeLayerNodeLayer)
        .direction(Direction::Mutual)
        .layer("1", "YouTube")
        .layer("2", "FriendFeed")
        .layer("3", "Twitter");
    let (graph, _) = GraphFiles::new().multilayer_file(file).load()?;
    let scenario = Scenario::builder(graph)
        .model(Model::custom(Reinforced))
        .clock(Clock::Continuous)
        .time_unit(TimeUnit::Hour)
        .crosspost(0.1)
        .origin_rule(OriginRule::new(Choice::TopDegree, Amount::Count(3)).in_networks(["Twitter"]))
        .build()?;
    let ensemble = Ensemble::new(&scenario).runs(200).links().reached_within(24.0)?;
    print!("{}", ensemble.run());
    Ok(())
}
