//! What do the models cost that no other bench has, beside plain loops that can do nothing else?
//!
//! Each model on one thread beside its loop ([`loops`]), in turns: the median over pairs of how long the
//! engine takes of what the loop takes, per share. ER: 10,000 accounts and 100,000 mutual ties. Contacts: ten
//! for each of its ties, at uniform times up to 10. Layers: two with 50,000 persons in each and four ties a
//! person. A word on the command line picks rows.
#![allow(clippy::print_stdout, reason = "a bench reports what it measured")]

#[path = "../common/mod.rs"]
mod common;
mod loops;

use std::ops::ControlFlow;
use std::sync::Arc;

use common::graphs::spread;
use common::measure::{Rounds, row, short, table};
use common::plain::Xoshiro;
use common::shares::Shares;
use common::wanted::Wanted;
use loops::{Contact, Layers, Loops, types};
use tieline::generate::ErdosRenyi;
use tieline::{
    AccountId, Adopt, CustomModel, Delays, Distribution, Ensemble, ExternalInfluence, Fatigue,
    Feeds, Fsir, IndependentCascade, Periods, Scenario, ScenarioBuilder, Si, Sir, SocialGraph,
    Threshold, TypedHawkes, TypedShare,
};

/// The engine shall take no more than this much of the time of the loop.
const BAR: f64 = 1.5;

fn main() {
    // What is compared stays on this thread.
    #[cfg(feature = "parallel")]
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().expect("the first pool");
    let bench = Bench { wanted: Wanted::of_command_line() };
    table(
        "More models, against single-purpose loops",
        &[
            "model",
            "shares a run",
            "of the loop",
            "ns a share",
            "of the loop",
            "engine / loop",
            "bar",
        ],
    );
    // 100,000 mutual ties: who shares has 20.
    let ties = ErdosRenyi::with_ties(10_000, 100_000).mutual().ties(7).expect("so many pairs");
    let graph = Arc::new(ties.graph("er").expect("ties without mistakes"));
    bench.on_ties(&graph);
    bench.on_contacts(&graph);
    bench.on_layers();
    bench.on_types();
}

fn exponential(rate: f64) -> Distribution {
    Distribution::Exponential { rate }
}

struct Bench {
    wanted: Wanted,
}

impl Bench {
    fn on_ties(&self, graph: &Arc<SocialGraph>) {
        let origins = spread(graph, 10);
        let mut loops = Loops::new(graph, &origins);
        let of = || Scenario::builder(graph.clone()).origins(origins.clone());
        let fsir = of().model(Fsir::new(3.0, Periods::all(exponential(1.0))));
        self.row("FSIR β = 3, γ = 1", 20, fsir, || loops.fsir(3.0, 1.0));
        let ic = || of().model(IndependentCascade::with_probability(0.1));
        let tiring = ic().fatigue(Fatigue::geometric(0.8)).delays(Delays::all(exponential(1.0)));
        self.row("IC p = .1, fatigue .8, delays", 20, tiring, || loops.fatigue(0.1, 0.8, 1.0));
        let own = CustomModel::in_steps("ic", |sight| sight.tie_draw() < 0.1);
        self.row("a closure that is IC p = .1", 20, of().model(own), || loops.cascade(0.1));
        let outside = of().model(Si::with_rate(0.1)).until(2.0);
        let outside = outside.external(ExternalInfluence::with_rate(0.1));
        self.row("SI β = .1, external .1, until 2", 20, outside, || loops.external(0.1, 0.1, 2.0));
        let weng = of().model(Feeds::weng(0.45, 0.02, 0.1, 1.0)).until(10.0);
        self.looks("weng .45, .02, .1, 1, until 10", 4, weng, || {
            loops.weng((0.45, 0.02, 0.1), 10.0)
        });
        let count = of().model(Threshold::count(2)).origins(spread(graph, 300));
        let many: Vec<u32> = spread(graph, 300).iter().map(|origin| origin.get()).collect();
        self.row("count 2, 300 origins", 20, count, || loops.count(2, &many));
        let linear = of().model(Threshold::linear_fixed(0.1)).origins(spread(graph, 300));
        self.row("linear-fixed .1, 300 origins", 20, linear, || loops.linear(0.1, &many));
    }

    fn on_contacts(&self, graph: &SocialGraph) {
        let mut random = Xoshiro::new(5);
        let (mut builder, mut rows) = (SocialGraph::builder(), Vec::new());
        let network = builder.network("er");
        for account in graph.accounts() {
            builder.account(network, &account.get().to_string());
        }
        for source in graph.accounts() {
            for &target in graph.targets(source) {
                for _ in 0..10 {
                    let at = 10.0 * random.unit();
                    let names = [source, target].map(|account| account.get().to_string());
                    builder.contact(network, &names[0], &names[1], at);
                    rows.push(Contact { at, source: source.get(), target: target.get() });
                }
            }
        }
        rows.sort_by(|one, other| one.at.total_cmp(&other.at));
        let timed = Arc::new(builder.build().expect("contacts without mistakes"));
        let origins = spread(&timed, 10);
        let mut loops = Loops::new(&timed, &origins);
        let of = || Scenario::builder(timed.clone()).origins(origins.clone());
        let si = of().model(Si::with_rate(0.05));
        self.row("SI, a contact passes it on with .05", 5, si, || loops.si_over(0.05, &rows));
        let sir = of().model(Sir::new(0.1, Periods::all(exponential(1.0))));
        self.row("SIR the same with .1, γ = 1", 5, sir, || loops.sir_over(0.1, 1.0, &rows));
        let ic = of().model(IndependentCascade::with_probability(0.1));
        let ic = ic.delays(Delays::all(Distribution::Fixed { x: 0.0 }));
        self.row("IC p = .1 at first contacts", 5, ic, || loops.cascade_over(0.1, &rows));
    }

    fn on_layers(&self) {
        let mut builder = SocialGraph::builder();
        let (mut random, users) = (Xoshiro::new(6), 50_000u64);
        for name in ["square", "hall"] {
            let network = builder.network(name);
            for user in 0..users {
                builder.account(network, &user.to_string());
            }
            for _ in 0..4 * users {
                let ends = [random.next() % users, random.next() % users];
                if ends[0] != ends[1] {
                    let [source, target] = ends.map(|user| user.to_string());
                    builder.tie(network, &source, &target);
                }
            }
        }
        builder.same_name_is_one_user();
        let graph = Arc::new(builder.build().expect("layers without mistakes"));
        let first = graph.networks().next().expect("it was made");
        let origins: Vec<AccountId> =
            graph.accounts_of_network(first).step_by(100).take(500).collect();
        let mut layers = Layers::new(&graph, &origins);
        let of = |model| Scenario::builder(graph.clone()).model(model).origins(origins.clone());
        self.row("watts .18 by person", 4, of(Threshold::watts(0.18).adopt(Adopt::Person)), || {
            layers.adopt(|[one, other], [k, l]| 50 * (one + other) >= 9 * (k + l) && k + l > 0)
        });
        self.row("or .18", 4, of(Threshold::or(0.18)), || {
            layers.adopt(|[one, other], [k, l]| {
                50 * one >= 9 * k && k > 0 || 50 * other >= 9 * l && l > 0
            })
        });
        self.row("and .05", 200, of(Threshold::and(0.05)), || {
            layers.adopt(|[one, other], [k, l]| 20 * one >= k && 20 * other >= l && k + l > 0)
        });
        let content = Threshold::content(0.15).weigh("hall", 0.5);
        self.row("content .15, ½", 4, of(content), || {
            layers.adopt(|[one, other], [k, l]| {
                20 * (2 * one + other) >= 3 * (2 * k + l) && k + l > 0
            })
        });
    }

    fn on_types(&self) {
        let numbers = [[0.5, 0.1], [0.2, 0.4]];
        let hawkes = TypedHawkes::new(["one", "other"], numbers)
            .memory_of_all(exponential(1.0))
            .origins("one", 1000)
            .until(50.0);
        let runs = 200;
        let mut random = Xoshiro::new(7);
        let mut events = || {
            let mut all = 0;
            let see = |_, events: &[TypedShare]| {
                all += events.len() as u64;
                ControlFlow::Continue(())
            };
            hawkes.each_run(runs, 1, see).expect("without mistakes");
            all
        };
        self.compare("Hawkes with two types", runs, &mut events, || {
            (0..runs).map(|_| types(&mut random, numbers, 1000, 50.0, true)).sum()
        });
        let mut random = Xoshiro::new(7);
        let sizes = || {
            let size = hawkes.run(runs, 1).expect("without mistakes").size;
            (size.mean * runs as f64).round() as u64
        };
        self.compare("Hawkes with two types, sizes", runs, sizes, || {
            (0..runs).map(|_| types(&mut random, numbers, 1000, 50.0, false)).sum()
        });
    }

    /// `plain` makes one run and returns its shares.
    fn row(&self, name: &str, runs: u64, builder: ScenarioBuilder, mut plain: impl FnMut() -> u64) {
        let scenario = builder.build().expect("a scenario without mistakes");
        let ensemble = Ensemble::new(&scenario).runs(runs).serial();
        let ours = || ensemble.observe(Shares::default).value.0;
        self.compare(name, runs, ours, || (0..runs).map(|_| plain()).sum());
    }

    /// The same of looks at screens.
    fn looks(
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

    fn compare(
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
