//! SIR, FSIR, SIS, SI.

use tieline::{
    Clock, Distribution, Fsir, Periods, Scenario, ScenarioBuilder, Si, Sir, Sis, SocialGraph,
};

use std::sync::Arc;

use crate::families::family;
use crate::page::{Estimate, Section};
use crate::sim::{
    Effort, Outbreaks, anybody, complete, ensemble, er, for_each, geometric, lasting, on_graphs,
    sizes, star,
};
use crate::svg::Plot;
use crate::table::Table;
use crate::theory::{binomial, final_sizes, giant, grid, settled};

const TITLE: &str = "Sharing for a while";

const TEXT: &str = "\
SIR: who shares meets each follower at rate β for a period of rate γ (in steps: with probabilities). A tie
passes the post on with probability T = β/(β + γ), in steps β/(β + γ − βγ), and an outbreak on an Erdős–Rényi
graph of mean degree c reaches S = 1 − e^(−cTS); but ties of one account have its period in common, so outbreaks
are rarer: P = 1 − E[e^(−c(1 − x)P)], x being the probability that a follower is not met during a period.
M. E. J. Newman (2002), <https://doi.org/10.1103/PhysRevE.66.016128>; I. Z. Kiss, J. C. Miller, P. L. Simon
(2017), <https://doi.org/10.1007/978-3-319-50806-1>. SIS, in which who stops may share again, is Markov on a
complete graph: T. E. Harris (1978), <https://doi.org/10.1214/aop/1176995523>. FSIR, in which an account's
attention is shared out among all k whom it sees: L. Feng et al. (2015),
<https://doi.org/10.1371/journal.pone.0126090>.";

pub(crate) fn section(effort: Effort, theory: &Table) -> Section {
    let mut section = Section::new(TITLE, TEXT);
    outbreaks(effort, theory, &mut section);
    fsir(effort, &mut section);
    small(effort, &mut section);
    comes_back(effort, theory, &mut section);
    section
}

fn compare(
    effort: Effort,
    graph: impl Fn(u64) -> Arc<SocialGraph> + Sync,
    model: impl Fn(Arc<SocialGraph>) -> ScenarioBuilder + Sync,
) -> Vec<Estimate> {
    on_graphs(effort.graphs(), |seed| {
        let graph = graph(seed);
        let n = graph.account_count();
        let builder = model(graph).origin_rule(anybody());
        let seen = Outbreaks::of(builder, 60, seed, n as u64 / 20);
        vec![seen.often(), seen.part(0, n)]
    })
}

/// How often an outbreak follows in continuous time.
fn outbreak(c: f64, beta: f64, gamma: f64) -> f64 {
    let points = 1500;
    let at = |i: u32| ((f64::from(i) + 0.5) / f64::from(points)).powf(beta / gamma);
    let mean = |p: f64| {
        (0..points).map(|i| (-c * (1.0 - at(i)) * p).exp()).sum::<f64>() / f64::from(points)
    };
    settled(1.0, |p| 1.0 - mean(p))
}

fn outbreaks(effort: Effort, theory: &Table, section: &mut Section) {
    let n = effort.accounts(10_000);
    let mut plot =
        Plot::new("sir", "SIR on Erdős–Rényi graphs of mean degree 4, γ = 1", "β", "fraction");
    plot.line("reached", grid(0.2, 2.0, 90), |beta| giant(4.0 * beta / (beta + 1.0)));
    plot.line("outbreaks", grid(0.2, 2.0, 45), |beta| match 4.0 * beta > beta + 1.0 {
        true => outbreak(4.0, beta, 1.0),
        false => 0.0,
    });
    let continuous = |c: f64, beta: f64, gamma: f64| {
        let model = Sir::new(beta, lasting(gamma));
        compare(
            effort,
            |seed| er(n, c, seed),
            |graph| Scenario::builder(graph).model(model.clone()),
        )
    };
    for beta in [0.45, 0.6, 0.8, 1.25, 1.6, 2.0] {
        let found = continuous(4.0, beta, 1.0);
        plot.dot("outbreaks", beta, found[0].mean, found[0].std_error);
        plot.dot("reached", beta, found[1].mean, found[1].std_error);
    }
    section.text("20 Erdős–Rényi graphs of 10,000 accounts, 60 runs on each.");
    for (key, node) in theory.at("sir_er").each() {
        let number = |name: &str| -> f64 {
            let part = key.split(' ').find_map(|part| part.strip_prefix(&format!("{name}=")));
            part.expect("a parameter").parse().expect("a number")
        };
        let (c, beta, gamma) = (number("c"), number("beta"), number("gamma"));
        let found = match key.starts_with("ct") {
            true => continuous(c, beta, gamma),
            false => compare(
                effort,
                |seed| er(n, c, seed),
                |graph| {
                    let model = Sir::new(beta, geometric(gamma));
                    Scenario::builder(graph).model(model).clock(Clock::Steps)
                },
            ),
        };
        let clock = if key.starts_with("ct") { "continuous" } else { "steps" };
        let label = format!("{clock}, c = {c}, β = {beta}, γ = {gamma}");
        node.at("T").given();
        node.at("R").given();
        section.value(format!("{label}: outbreaks"), &node.at("outbreak_prob"), found[0]);
        section.value(format!("{label}: reached"), &node.at("final_size"), found[1]);
    }
    section.plot(plot);
}

/// Where everybody sees three.
fn fsir(effort: Effort, section: &mut Section) {
    section.text(
        "FSIR where everybody sees three: T = β/(β + 3γ); with β = 6γ, u = 1 − T + Tu² = ½ and 1 − u³ = 0.875 \
         are reached. 20 graphs of 10,000 accounts, 60 runs on each.",
    );
    // The probability not to be met, e^(−2D), has means 1/(2j + 1) of its powers j.
    let mean = |friends: usize, p: f64| -> f64 {
        let rows = binomial(friends, p).into_iter().enumerate();
        // Of j who would lead on none is met.
        rows.map(|(j, q)| q / (2.0 * j as f64 + 1.0)).sum()
    };
    let p = settled(1.0, |p| 1.0 - mean(2, p));
    let (make, n) = (family("regular3").make, effort.accounts(10_000));
    let found = compare(
        effort,
        |seed| make(n, seed),
        |graph| Scenario::builder(graph).model(Fsir::new(6.0, lasting(1.0))),
    );
    section.row("β = 6, γ = 1: outbreaks", 1.0 - mean(3, p), found[0]);
    section.row("β = 6, γ = 1: reached", 0.875, found[1]);
}

fn small(effort: Effort, section: &mut Section) {
    let runs = effort.runs(100_000);
    section.text(
        "SIR on a complete graph of six, β = 0.25, γ = 0.5: how many share in the end, by the chain of states. \
         Of the n leaves of a star none follows with probability φ(nβ), φ being the Laplace transform of the \
         period. SI, β = 1, on a complete graph of ten: the mean time until all share is (2/n)H_(n−1). \
         100,000 runs each.",
    );
    let mut plot = Plot::new(
        "sir-complete",
        "Final sizes of SIR on a complete graph of six, β = 0.25, γ = 0.5",
        "size",
        "probability",
    );
    for (name, steps) in [("continuous", false), ("steps", true)] {
        let period = if steps { geometric(0.5) } else { lasting(0.5) };
        let clock = if steps { Clock::Steps } else { Clock::Continuous };
        let builder = Scenario::builder(complete(6)).model(Sir::new(0.25, period)).clock(clock);
        let found = sizes(builder.origin("0"), runs, 4);
        let law = final_sizes(6, (5, 1), (0.25, 0.5), clock);
        for (size, times) in found.iter() {
            let estimate = Estimate::fraction(times, runs, law[size as usize]);
            section.row(format!("K6, {name}, size {size}"), law[size as usize], estimate);
            plot.dot(name, size as f64, estimate.mean, estimate.std_error);
        }
        plot.line(name, grid(1.0, 6.0, 5), |size| law[size as usize]);
    }
    let laws = [
        ("exponential(1)", Distribution::Exponential { rate: 1.0 }, 1.0 / 3.0),
        ("gamma(2, 1)", Distribution::Gamma { shape: 2.0, mean: 1.0 }, 0.25),
        ("fixed(1)", Distribution::Fixed { x: 1.0 }, f64::exp(-2.0)),
    ];
    for (name, period, none) in laws {
        let model = Sir::new(0.5, Periods::all(period));
        let builder = Scenario::builder(star(4)).model(model).origin("0");
        let alone = sizes(builder, runs, 5).iter().find(|row| row.0 == 1).map_or(0, |row| row.1);
        let label = format!("star of four, β = 0.5, {name}: nobody follows");
        section.row(label, none, Estimate::fraction(alone, runs, none));
    }
    let builder = Scenario::builder(complete(10)).model(Si::with_rate(1.0)).origin("0");
    let last = ensemble(builder, runs, 6).run().last_time.expect("times");
    let harmonic: f64 = (1..10).map(|k| 1.0 / f64::from(k)).sum();
    let found = Estimate::of_runs(last.mean, last.std_error.expect("many runs"));
    section.row("SI, K10: time to all", 0.2 * harmonic, found);
    section.plot(plot);
}

fn comes_back(effort: Effort, theory: &Table, section: &mut Section) {
    let (blocks, runs) = (40, effort.runs(100_000) / 40);
    section.text(
        "SIS from one sharer: the mean time to extinction, and in steps the mean number I(t) that passes it on \
         after step t, of which I(t) − (1 − γ)I(t − 1) are the shares of that step. 100,000 runs; the error \
         is taken between 40 blocks.",
    );
    for (key, value) in theory.at("sis_ct_T_ext").each() {
        let (n, beta, gamma) = parameters(&key);
        let found = for_each(blocks, |block| {
            let model = Sis::new(beta, lasting(gamma));
            let builder = Scenario::builder(complete(n)).model(model).until(1e5).origin("0");
            let outcome = ensemble(builder, runs, block).serial().run();
            outcome.extinct.and_then(|extinct| extinct.time_mean).expect("an end")
        });
        let label = format!("continuous, {}: extinction", key.replace(',', ", "));
        section.value(label, &value, Estimate::between(found));
    }
    let mut plot =
        Plot::new("sis", "SIS in steps from one sharer: how many pass it on", "step t", "I(t)");
    for (key, node) in theory.at("sis_discrete").each() {
        let (n, beta, gamma) = parameters(&key);
        let rows = for_each(blocks, |block| {
            let model = Sis::new(beta, geometric(gamma));
            let builder = Scenario::builder(complete(n)).model(model).clock(Clock::Steps);
            let ensemble = ensemble(builder.max_steps(100_000).origin("0"), runs, block).serial();
            let time = ensemble.run().extinct.and_then(|extinct| extinct.time_mean);
            let mut shares = [0u64; 11];
            let log = ensemble.share_log();
            log.rows().filter(|row| row.step < 11).for_each(|row| shares[row.step as usize] += 1);
            let mut sharing = 0.0;
            let each = shares.map(|shares| {
                sharing = (1.0 - gamma) * sharing + shares as f64 / runs as f64;
                sharing
            });
            (time.expect("an end"), each)
        });
        let label = format!("steps, {}", key.replace(',', ", "));
        let time = Estimate::between(rows.iter().map(|row| row.0));
        section.value(format!("{label}: extinction"), &node.at("T_ext"), time);
        let name = format!("K{n}, β {beta}, γ {gamma}");
        let mut line = Vec::new();
        for (step, value) in node.at("E_I").each() {
            let place: usize = step.parse().expect("a step");
            let found = Estimate::between(rows.iter().map(|row| row.1[place]));
            section.value(format!("{label}: I({step})"), &value, found);
            plot.dot(&name, place as f64, found.mean, found.std_error);
            line.push(value.number());
        }
        plot.line(&name, grid(0.0, 10.0, 10), |step| line[step as usize]);
    }
    section.plot(plot);
}

/// n, β and γ of `K4,beta=0.1,gamma=0.3`.
fn parameters(key: &str) -> (u32, f64, f64) {
    let mut parts = key.split(',').map(|part| part.trim_start_matches('K').rsplit('=').next());
    let mut next = || parts.next().flatten().expect("a number");
    let n = next().parse().expect("a size");
    (n, next().parse().expect("β"), next().parse().expect("γ"))
}
