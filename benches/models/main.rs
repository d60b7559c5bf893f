//! What do the models cost that no other bench has, beside plain loops that can do nothing else?
//!
//! Each model on one thread beside its loop ([`loops`]), in turns: the median over pairs of how long the
//! engine takes of what the loop takes, per share. ER: 10,000 accounts and 100,000 mutual ties.
//! Layers: two with 50,000 persons
//! in each and four ties a person. A word on the command line picks rows.
#![allow(clippy::print_stdout, reason = "a bench reports what it measured")]

#[path = "../common/mod.rs"]
mod common;
mod loops;

use std::ops::ControlFlow;
use std::sync::Arc;

use common::beside::Beside;
use common::graphs::spread;
use common::plain::Xoshiro;
use loops::{Layers, Loops, types};
use tieline::generate::ErdosRenyi;
use tieline::{
    AccountId, Adopt, CustomModel, Delays, Distribution, ExternalInfluence, Fatigue, Feeds, Fsir,
    Hawkes, IndependentCascade, Interaction, Periods, Post, Scenario, Sharing, Si, SocialGraph,
    Threshold, TypedHawkes, TypedShare,
};

fn main() {
    common::beside::stay_on_this_thread();
    let bench = Bench { beside: Beside::table("More models, against single-purpose loops") };
    // 100,000 mutual ties: who shares has 20.
    let ties = ErdosRenyi::with_ties(10_000, 100_000).mutual().ties(7).expect("so many pairs");
    let graph = Arc::new(ties.graph("er").expect("ties without mistakes"));
    bench.on_ties(&graph);
    bench.on_layers();
    bench.on_types();
}

fn exponential(rate: f64) -> Distribution {
    Distribution::Exponential { rate }
}

struct Bench {
    beside: Beside,
}

impl Bench {
    fn on_ties(&self, graph: &Arc<SocialGraph>) {
        let origins = spread(graph, 10);
        let mut loops = Loops::new(graph, &origins);
        let of = || Scenario::builder(graph.clone()).origins(origins.clone());
        let fsir = of().model(Fsir::new(3.0, Periods::all(exponential(1.0))));
        self.beside.row("FSIR β = 3, γ = 1", 20, fsir, || loops.fsir(3.0, 1.0));
        let ic = || of().model(IndependentCascade::with_probability(0.1));
        let tiring = ic().fatigue(Fatigue::geometric(0.8)).delays(Delays::all(exponential(1.0)));
        self.beside
            .row("IC p = .1, fatigue .8, delays", 20, tiring, || loops.fatigue(0.1, 0.8, 1.0));
        let own = CustomModel::in_steps("ic", |sight| sight.tie_draw() < 0.1);
        self.beside.row("a closure that is IC p = .1", 20, of().model(own), || loops.cascade(0.1));
        let outside = of().model(Si::with_rate(0.1)).until(2.0);
        let outside = outside.external(ExternalInfluence::with_rate(0.1));
        self.beside
            .row("SI β = .1, external .1, until 2", 20, outside, || loops.external(0.1, 0.1, 2.0));
        let weng = of().model(Feeds::weng(0.45, 0.02, 0.1, 1.0)).until(10.0);
        self.beside.looks("weng .45, .02, .1, 1, until 10", 4, weng, || {
            loops.weng((0.45, 0.02, 0.1), 10.0)
        });
        let count = of().model(Threshold::count(2)).origins(spread(graph, 300));
        let many: Vec<u32> = spread(graph, 300).iter().map(|origin| origin.get()).collect();
        self.beside.row("count 2, 300 origins", 20, count, || loops.count(2, &many));
        let (one, other) = (spread(graph, 300)[..150].to_vec(), spread(graph, 300)[150..].to_vec());
        let rivals = Scenario::builder(graph.clone()).model(Threshold::count(2));
        let rivals =
            rivals.post(Post::new("one").origins(one)).post(Post::new("other").origins(other));
        let rivals = rivals.interaction(Interaction::exclusive());
        self.beside.row("count 2, two exclusive, 300 origins", 20, rivals, || {
            loops.count_exclusive(2, &many).iter().sum()
        });
        let once = Hawkes::new(0.1, exponential(1.0)).sharing(Sharing::Once);
        self.beside
            .row("Hawkes κ = .1, once", 20, of().model(once), || loops.hawkes_once(0.1, 1.0));
        let linear = of().model(Threshold::linear_fixed(0.1)).origins(spread(graph, 300));
        self.beside.row("linear-fixed .1, 300 origins", 20, linear, || loops.linear(0.1, &many));
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
        self.beside.row(
            "watts .18 by person",
            4,
            of(Threshold::watts(0.18).adopt(Adopt::Person)),
            || layers.adopt(|[one, other], [k, l]| 50 * (one + other) >= 9 * (k + l) && k + l > 0),
        );
        self.beside.row("or .18", 4, of(Threshold::or(0.18)), || {
            layers.adopt(|[one, other], [k, l]| {
                50 * one >= 9 * k && k > 0 || 50 * other >= 9 * l && l > 0
            })
        });
        self.beside.row("and .05", 200, of(Threshold::and(0.05)), || {
            layers.adopt(|[one, other], [k, l]| 20 * one >= k && 20 * other >= l && k + l > 0)
        });
        let content = Threshold::content(0.15).weigh("hall", 0.5);
        self.beside.row("content .15, ½", 4, of(content), || {
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
        self.beside.compare("Hawkes with two types", runs, &mut events, || {
            (0..runs).map(|_| types(&mut random, numbers, 1000, 50.0, true)).sum()
        });
        let mut random = Xoshiro::new(7);
        let sizes = || {
            let size = hawkes.run(runs, 1).expect("without mistakes").size;
            (size.mean * runs as f64).round() as u64
        };
        self.beside.compare("Hawkes with two types, sizes", runs, sizes, || {
            (0..runs).map(|_| types(&mut random, numbers, 1000, 50.0, false)).sum()
        });
    }
}
