//! What does it cost that people tire, that posts act on each other, that feeds hold so much and no more,
//! beside plain loops that can do nothing else?
//!
//! Each model on one thread beside its loop ([`loops`]), in turns: the median over pairs of how long the
//! engine takes of what the loop takes, per share. R-MAT with sixteen ties an account, ten hubs as origins
//! (of two posts five each). The loops take what comes at a step in the order in which it was written down,
//! not in one that keys decide. A word on the command
//! line picks rows.
#![allow(clippy::print_stdout, reason = "a bench reports what it measured")]

#[path = "../common/mod.rs"]
mod common;
mod loops;

use std::sync::Arc;

use common::graphs::{hubs, r_mat};
use common::measure::{Rounds, row, short, table};
use common::shares::Shares;
use common::wanted::Wanted;
use loops::Loops;
use tieline::{
    AccountId, Distribution, Ensemble, Fatigue, Feeds, IndependentCascade, Interaction, Periods,
    Post, Reshares, Scenario, ScenarioBuilder, Sir, SocialGraph,
};

fn main() {
    let wanted = Wanted::of_command_line();
    table(
        "Attention, against single-purpose loops",
        &["graph", "model", "shares a run", "ns a share", "of the loop", "engine / loop"],
    );
    for (scale, runs) in [(14, 40), (17, 4)] {
        let graph = Arc::new(r_mat(scale, 16));
        let bench = Bench { scale, runs, origins: hubs(&graph, 10), graph, wanted: &wanted };
        let mut loops = Loops::new(&bench.graph);
        let numbers: Vec<u32> = bench.origins.iter().map(|origin| origin.get()).collect();
        let ic = || {
            Scenario::builder(bench.graph.clone()).model(IndependentCascade::with_probability(0.05))
        };
        let tiring = ic().fatigue(Fatigue::geometric(0.8)).origins(bench.origins.clone());
        bench.row("IC p = .05, fatigue .8", tiring, || loops.fatigue(0.05, 0.8, &numbers));
        bench.row("IC p = .05, two exclusive", bench.two(ic(), Interaction::exclusive()), || {
            loops.exclusive(0.05, &numbers)
        });
        let matrix = || Interaction::matrix([[1.0, 0.5], [2.0, 1.0]]);
        bench.row("IC p = .05, two by a matrix", bench.two(ic(), matrix()), || {
            loops.matrix(0.05, [[1.0, 0.5], [2.0, 1.0]], &numbers)
        });
        let period = Periods::all(Distribution::Exponential { rate: 1.0 });
        let sir = Sir::with(Reshares::all(0.05), period);
        let sir = Scenario::builder(bench.graph.clone()).model(sir);
        bench.row("SIR β = .05, γ = 1, two by a matrix", bench.two(sir, matrix()), || {
            loops.sir(0.05, [[1.0, 0.5], [2.0, 1.0]], &numbers)
        });
        for (name, feeds) in [
            ("gleeson μ = .05, to 10", Feeds::gleeson(0.05)),
            ("gleeson μ = .05, 4 slots, to 10", Feeds::gleeson(0.05).slots(4)),
        ] {
            let slots = if name.contains("slots") { 4 } else { 1 };
            let scenario = Scenario::builder(bench.graph.clone()).model(feeds).until(10.0);
            let scenario = scenario.origins(bench.origins.clone());
            // Looks, for the cost is theirs.
            bench.looks(name, scenario, || loops.gleeson(0.05, slots, 10.0, &numbers));
        }
    }
}

struct Bench<'a> {
    wanted: &'a Wanted,
    scale: u32,
    runs: u64,
    graph: Arc<SocialGraph>,
    origins: Vec<AccountId>,
}

impl Bench<'_> {
    /// Two posts that start at half of the origins each.
    fn two(&self, builder: ScenarioBuilder, interaction: Interaction) -> ScenarioBuilder {
        let (one, other) = self.origins.split_at(self.origins.len() / 2);
        builder
            .post(Post::new("one").origins(one.to_vec()))
            .post(Post::new("other").origins(other.to_vec()))
            .interaction(interaction)
    }

    fn leaves_out(&self, name: &str) -> bool {
        self.wanted.leaves_out(&format!("2^{} {name}", self.scale))
    }

    /// `plain` makes one run and returns its shares.
    fn row(&self, name: &str, builder: ScenarioBuilder, mut plain: impl FnMut() -> u64) {
        if self.leaves_out(name) {
            return;
        }
        let scenario = builder.build().expect("a scenario without mistakes");
        let ensemble = Ensemble::new(&scenario).runs(self.runs).serial();
        let (mut ours, mut theirs) = (0, 0);
        let rounds = Rounds::of(&mut [
            &mut || ours = ensemble.observe(Shares::default).value.0,
            &mut || theirs = (0..self.runs).map(|_| plain()).sum(),
        ]);
        self.print(name, (ours, theirs), &rounds);
    }

    /// The same of looks at screens.
    fn looks(&self, name: &str, builder: ScenarioBuilder, mut plain: impl FnMut() -> u64) {
        if self.leaves_out(name) {
            return;
        }
        let scenario = builder.build().expect("a scenario without mistakes");
        let ensemble = Ensemble::new(&scenario).runs(self.runs).serial();
        let looks = ensemble.run().background.expect("feeds have a background").looks.mean;
        let (ours, mut theirs) = ((looks * self.runs as f64) as u64, 0);
        let rounds = Rounds::of(&mut [&mut || _ = ensemble.observe(Shares::default), &mut || {
            theirs = (0..self.runs).map(|_| plain()).sum();
        }]);
        self.print(name, (ours, theirs), &rounds);
    }

    fn print(&self, name: &str, (ours, theirs): (u64, u64), rounds: &Rounds) {
        let each = |work: usize, shares: u64| rounds.median(work) / shares as f64;
        // Sizes differ from round to round, so what is compared is time a share.
        let ratio = rounds.ratio(0, 1) * theirs as f64 / ours as f64;
        row(&[
            &format!("2^{}", self.scale),
            &name,
            &short(ours as f64 / self.runs as f64),
            &short(each(0, ours)),
            &short(each(1, theirs)),
            &short(ratio),
        ]);
    }
}
