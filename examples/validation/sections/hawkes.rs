//! Self-exciting cascades, and their memory.

use tieline::{Distribution, Hawkes, Scenario, TypedHawkes};

use crate::page::{Estimate, Section};
use crate::sim::{Effort, ensemble, exponential, graph};
use crate::svg::Plot;
use crate::table::Table;
use crate::theory::grid;

const TITLE: &str = "Self-exciting cascades";

const TEXT: &str = "\
Each share causes n others on average, after delays with density φ. In all there are 1/(1 − n), and if φ is
exponential with rate β, n/(1 − n)·(1 − e^(−(1 − n)βt)) beside the first by time t. A. G. Hawkes (1971),
<https://doi.org/10.1093/biomet/58.1.83>; A. G. Hawkes, D. Oakes (1974), <https://doi.org/10.2307/3212693>.
The memory of SEISMIC is constant, c, up to 300 s and falls as a power 1 + θ from there; c = θ/(300(1 + θ)) makes
it a density. Q. Zhao et al. (2015), <https://doi.org/10.1145/2783258.2783401>.";

pub(crate) fn section(effort: Effort, theory: &Table) -> Section {
    let mut section = Section::new(TITLE, TEXT);
    totals(effort, theory, &mut section);
    seismic(effort, theory, &mut section);
    section
}

/// Two accounts each of whose shares causes n shares of the other.
fn pair(n: f64) -> tieline::ScenarioBuilder {
    let two = graph(2, [(0, 1), (1, 0)]);
    Scenario::builder(two).model(Hawkes::new(n, exponential(1.0))).origin("0").until(1e5)
}

fn totals(effort: Effort, theory: &Table, section: &mut Section) {
    let runs = effort.runs(200_000);
    section.text(
        "Two accounts each of whose shares causes n of the other, β = 1, 200,000 runs; and types [[.5, .1], \
         [.2, .4]] without a graph, of which one of either has 2.5 in all.",
    );
    let node = theory.at("hawkes");
    for (n, value) in node.at("total_incl_root").each() {
        let size = ensemble(pair(n.parse().expect("n")), runs, 12).run().size;
        let found = Estimate::of_runs(size.mean, size.std_error.expect("many runs"));
        section.value(format!("n = {n}, all"), &value, found);
        let offspring = node.at("offspring_only").at(&n);
        section.value(format!("n = {n}, beside the first"), &offspring, found.map(1.0, -1.0));
    }
    for name in ["square", "hall"] {
        let types = TypedHawkes::new(["square", "hall"], [[0.5, 0.1], [0.2, 0.4]])
            .memory_of_all(exponential(1.0))
            .origins(name, 1);
        let size = types.run(runs / 4, 13).expect("a model").size;
        let found = Estimate::of_runs(size.mean, size.std_error.expect("many runs"));
        section.row(format!("two types, from {name}"), 2.5, found);
    }
    let mut plot = Plot::new(
        "hawkes",
        "Shares beside the first by time t, exponential memory",
        "t",
        "mean number",
    );
    for n in [0.5, 0.8] {
        let name = format!("n = {n}");
        let mean = |t: f64| n / (1.0 - n) * (1.0 - (-(1.0 - n) * t).exp());
        plot.line(&name, grid(0.0, 10.0, 100), mean);
        let times = [0.5, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0];
        let mut all = ensemble(pair(n), runs, 14);
        for time in times {
            all = all.reached_within(time).expect("a time");
        }
        for (within, time) in all.run().reached_within.iter().zip(times) {
            let found = Estimate::of_runs(within.mean, within.std_error.expect("many runs"));
            let found = found.map(1.0, -1.0);
            plot.dot(&name, time, found.mean, found.std_error);
            let key = format!("n={n},beta=1,t={time}");
            if let Some(value) = node.at("exp_kernel_mean_by_t").find(&key) {
                section.value(format!("n = {n}, by t = {time}"), &value, found);
            }
        }
    }
    section.plot(plot);
}

fn seismic(effort: Effort, theory: &Table, section: &mut Section) {
    let (runs, mean) = (effort.runs(100_000), 3.0);
    section.text(
        "One account and one follower, who shares three times on average: the part of these shares that came \
         by a time. c is a 300th of the part by 300 s, and the median the time by which half of all came. \
         100,000 runs.",
    );
    let node = theory.at("seismic");
    let by = |theta: f64, times: &[f64]| -> Vec<Estimate> {
        let memory = Distribution::Seismic { s0: 300.0, theta };
        let builder = Scenario::builder(graph(2, [(0, 1)]))
            .model(Hawkes::new(mean, memory))
            .time_unit("s".parse().expect("a unit"))
            .origin("0")
            .until(1e7);
        let mut all = ensemble(builder, runs, 15);
        for &time in times {
            all = all.reached_within(time).expect("a time");
        }
        let parts = all.run().reached_within.into_iter().map(|within| {
            let found = Estimate::of_runs(within.mean, within.std_error.expect("many runs"));
            found.map(1.0 / mean, -1.0 / mean)
        });
        parts.collect()
    };
    let mut plot = Plot::new(
        "seismic",
        "The memory of SEISMIC: the part of what follows that came by time s",
        "seconds",
        "part",
    )
    .log_x();
    for (name, given, constant) in [
        ("θ = 0.2314843", "theta_pkg", "c_pkg_normalised"),
        ("θ = 0.242", "theta_paper", "c_if_normalised"),
    ] {
        node.at(given).given();
        let theta = node.at(given).number();
        let c = theta / (300.0 * (1.0 + theta));
        let cdf = move |s: f64| match s <= 300.0 {
            true => c * s,
            false => 1.0 - (s / 300.0).powf(-theta) / (1.0 + theta),
        };
        plot.line(name, grid(1.0, 6.0, 100).map(|x| 10f64.powf(x)), cdf);
        let rows = node.at("cdf_pkg").each();
        let mut times: Vec<f64> = rows.iter().map(|row| row.0.parse().expect("s")).collect();
        let median = node.at("median_pkg_s");
        times.push(median.number());
        let found = by(theta, &times);
        for (time, found) in times.iter().zip(&found) {
            plot.dot(name, *time, found.mean, found.std_error);
        }
        // 300 s is the second of the times.
        let slope = found[1].map(1.0 / 300.0, 0.0);
        section.value(format!("{name}, c"), &node.at(constant), slope);
        if given == "theta_pkg" {
            node.at("c_pkg").given();
            for ((text, value), found) in rows.iter().zip(&found) {
                section.value(format!("{name}, by {text} s"), value, *found);
            }
            median.bracketed(TITLE);
            section.row(format!("{name}, by the median, {} s", median.number()), 0.5, found[6]);
        }
    }
    section.plot(plot);
}
