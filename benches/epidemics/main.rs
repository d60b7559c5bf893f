//! What does a cascade in time cost, per share, against a single-purpose loop?
//!
//! Each model beside a loop that can do nothing else, on one thread, in turns. Prints the median over
//! pairs of how long the engine takes of what the loop takes. A word on the command line picks rows.
#![allow(clippy::print_stdout, reason = "a bench reports what it measured")]

#[path = "../common/mod.rs"]
mod common;
mod loops;

use std::sync::Arc;

use common::graphs::{hubs, r_mat, spread};
use common::measure::{Rounds, row, short, table};
use common::shares::Shares;
use common::wanted::Wanted;
use common::work::activations;
use loops::Loops;
use tieline::generate::ErdosRenyi;
use tieline::{
    AccountId, Clock, Delays, Distribution, Ensemble, IndependentCascade, Model, Periods, Scenario,
    ScenarioBuilder, Seir, Si, Sir, Sirs, Sis, SocialGraph,
};

/// The engine shall take no more than this much of the time of the loop.
const BAR: f64 = 1.5;

fn main() {
    let bench = Bench { wanted: Wanted::of_command_line() };
    table(
        "Cascades in time, against single-purpose loops",
        &["model", "shares a run", "ns a share", "of the loop", "engine / loop", "bar"],
    );
    // 100,000 mutual ties: who shares has 20.
    let ties = ErdosRenyi::with_ties(10_000, 100_000).mutual().ties(7).expect("so many pairs");
    let random = Arc::new(ties.graph("er").expect("ties without mistakes"));
    bench.rows("ER 10^4", &random, &spread(&random, 10), (1.0, 20));
    let r_mat = Arc::new(r_mat(17, 16));
    bench.rows("R-MAT 2^17", &r_mat, &hubs(&r_mat, 10), (0.4, 1));
}

fn exponential(rate: f64) -> Periods {
    Periods::all(Distribution::Exponential { rate })
}

struct Bench {
    wanted: Wanted,
}

impl Bench {
    /// All models on one graph. `scale` multiplies rates of contact and says how many runs are made.
    fn rows(
        &self,
        name: &str,
        graph: &Arc<SocialGraph>,
        origins: &[AccountId],
        (scale, runs): (f64, u64),
    ) {
        let loops = &mut Loops::new(graph);
        let numbers: Vec<u32> = origins.iter().map(|origin| origin.get()).collect();
        let numbers = &numbers;
        let of =
            |model: Model| Scenario::builder(graph.clone()).model(model).origins(origins.to_vec());
        let never = f64::INFINITY;
        let beta = 0.1 * scale;
        let mut one = |what: &str,
                       sizes: bool,
                       scenario: ScenarioBuilder,
                       plain: &mut dyn FnMut(&mut Loops) -> u64| {
            self.row(&format!("{what}, {name}"), sizes, runs, scenario, &mut || plain(loops));
        };
        let sir = || Model::from(Sir::new(beta, exponential(1.0)));
        one("SIR", false, of(sir()), &mut |l| l.sir((beta, never, 1.0), never, numbers));
        one("SIR, sizes only", true, of(sir()), &mut |l| l.sir_sizes(beta, 1.0, numbers));
        let strong = 20.0 * beta;
        let sir = || Model::from(Sir::new(strong, exponential(1.0)));
        one("SIR with 20 β", false, of(sir()), &mut |l| {
            l.sir((strong, never, 1.0), never, numbers)
        });
        one("SIR with 20 β, sizes only", true, of(sir()), &mut |l| {
            l.sir_sizes(strong, 1.0, numbers)
        });
        let seir = Seir::new(beta, exponential(2.0), exponential(1.0));
        one("SEIR", false, of(seir.into()), &mut |l| l.sir((beta, 2.0, 1.0), never, numbers));
        let until = 4.0;
        let si = of(Si::with_rate(beta).into()).until(until);
        one("SI until 4", false, si, &mut |l| l.sir((beta, never, 0.0), until, numbers));
        let geometric = Periods::all(Distribution::Geometric { p: 0.2 });
        let steps = || of(Sir::new(beta, geometric.clone()).into()).clock(Clock::Steps);
        one("SIR in steps", false, steps(), &mut |l| l.sir_in_steps(beta, 0.2, numbers));
        one("SIR in steps, sizes only", true, steps(), &mut |l| l.sir_in_steps(beta, 0.2, numbers));
        let most = if scale < 1.0 { 12 } else { 30 };
        let sis = of(Sis::new(beta, geometric.clone()).into()).clock(Clock::Steps).max_steps(most);
        one("SIS in steps", false, sis, &mut |l| l.sis_in_steps(beta, 0.2, most, numbers));
        let p = if scale < 1.0 { 0.06 } else { 0.1 };
        let delayed = of(IndependentCascade::with_probability(p).into())
            .delays(Delays::all(Distribution::Exponential { rate: 1.0 }));
        one("IC with delays", false, delayed, &mut |l| l.delayed(p, 1.0, numbers));
        let until = 20.0 * scale;
        let sis = of(Sis::new(beta, exponential(1.0)).into()).until(until);
        one("SIS", false, sis, &mut |l| l.again((beta, 1.0, never), until, numbers));
        let sirs = of(Sirs::new(beta, exponential(1.0), exponential(1.0)).into()).until(until);
        one("SIRS", false, sirs, &mut |l| l.again((beta, 1.0, 1.0), until, numbers));
    }

    fn row(
        &self,
        name: &str,
        sizes: bool,
        runs: u64,
        scenario: ScenarioBuilder,
        plain: &mut dyn FnMut() -> u64,
    ) {
        if self.wanted.leaves_out(name) {
            return;
        }
        let scenario = scenario.build().expect("a scenario without mistakes");
        let ensemble = Ensemble::new(&scenario).runs(runs).serial();
        let shares = || match sizes {
            true => activations(&ensemble),
            false => ensemble.observe(Shares::default).value.0,
        };
        let (mut own, mut of_plain) = (0, 0);
        let rounds = Rounds::all(&mut [&mut || own = shares(), &mut || {
            of_plain = (0..runs).map(|_| plain()).sum();
        }]);
        let (own, of_plain) = (own as f64, of_plain as f64);
        let ratio = rounds.ratio(0, 1) * of_plain / own;
        row(&[
            &name,
            &format!(
                "{} ({} in the loop)",
                short(own / runs as f64),
                short(of_plain / runs as f64)
            ),
            &short(rounds.median(0) / own),
            &short(rounds.median(1) / of_plain),
            &format!("{ratio:.2}"),
            &if ratio <= BAR { "met" } else { "MISSED" },
        ]);
    }
}
