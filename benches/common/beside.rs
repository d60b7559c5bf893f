//! The engine beside loops that can do one thing each, in turns.

use tieline::{Ensemble, ScenarioBuilder};

use super::measure::{Rounds, row, short, table};
use super::shares::Shares;
use super::wanted::Wanted;

/// The engine shall take no more than this much of the time of the loop.
const BAR: f64 = 1.5;

/// What is compared stays on this thread.
pub(crate) fn stay_on_this_thread() {
    #[cfg(feature = "parallel")]
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().expect("the first pool");
}

/// Rows of one table.
pub(crate) struct Beside {
    wanted: Wanted,
}

impl Beside {
    /// Prints the head.
    pub(crate) fn table(title: &str) -> Self {
        let columns = [
            "model",
            "shares a run",
            "of the loop",
            "ns a share",
            "of the loop",
            "engine / loop",
            "bar",
        ];
        table(title, &columns);
        Self { wanted: Wanted::of_command_line() }
    }

    /// `plain` makes one run and returns its shares.
    pub(crate) fn row(
        &self,
        name: &str,
        runs: u64,
        builder: ScenarioBuilder,
        mut plain: impl FnMut() -> u64,
    ) {
        let scenario = builder.build().expect("a scenario without mistakes");
        let ensemble = Ensemble::new(&scenario).runs(runs).serial();
        let ours = || ensemble.observe(Shares::default).value.0;
        self.compare(name, runs, ours, || (0..runs).map(|_| plain()).sum());
    }

    /// The same of looks at screens.
    pub(crate) fn looks(
        &self,
        name: &str,
        runs: u64,
        builder: ScenarioBuilder,
        mut plain: impl FnMut() -> u64,
    ) {
        if self.wanted.leaves_out(name) {
            return;
        }
        let scenario = builder.build().expect("a scenario without mistakes");
        let ensemble = Ensemble::new(&scenario).runs(runs).serial();
        let looks = ensemble.run().background.expect("feeds have a background").looks.mean;
        let ours = || {
            ensemble.observe(Shares::default);
            (looks * runs as f64) as u64
        };
        self.compare(name, runs, ours, || (0..runs).map(|_| plain()).sum());
    }

    /// The same of whatever `ours` and `plain` do, which return how much of it.
    pub(crate) fn compare(
        &self,
        name: &str,
        runs: u64,
        mut ours: impl FnMut() -> u64,
        mut plain: impl FnMut() -> u64,
    ) {
        if self.wanted.leaves_out(name) {
            return;
        }
        let (mut own, mut of_plain) = (0, 0);
        let rounds = Rounds::of(&mut [&mut || own = ours(), &mut || of_plain = plain()]);
        let (own, of_plain) = (own as f64, of_plain as f64);
        // Sizes differ from round to round, so what is compared is time a share.
        let ratio = rounds.ratio(0, 1) * of_plain / own;
        row(&[
            &name,
            &short(own / runs as f64),
            &short(of_plain / runs as f64),
            &short(rounds.median(0) / own),
            &short(rounds.median(1) / of_plain),
            &format!("{ratio:.2}"),
            &if ratio <= BAR { "met" } else { "MISSED" },
        ]);
    }
}
