//! When: deadlines, delays, latencies, external influence.

use tieline::{Delays, Ensemble, ExternalInfluence, IndependentCascade, Scenario, Seir, Si, Ticks};

use crate::page::{Estimate, Section};
use crate::sim::{Effort, complete, ensemble, exponential, graph, lasting, path, sizes};
use crate::svg::Plot;
use crate::theory::grid;

const TITLE: &str = "Times";

pub(crate) fn section(effort: Effort) -> Section {
    let mut section = Section::new(
        TITLE,
        "Deadlines, delays and influence from outside; none of these values is in the two tables.",
    );
    deadlines(effort, &mut section);
    latency(effort, &mut section);
    outside(effort, &mut section);
    section
}

/// P(a sum of d exponential times of this rate is at most t).
fn erlang(d: u32, rate: f64, t: f64) -> f64 {
    let (mut term, mut later) = ((-rate * t).exp(), 0.0);
    for k in 1..=d {
        later += term;
        term *= rate * t / f64::from(k);
    }
    1.0 - later
}

fn deadlines(effort: Effort, section: &mut Section) {
    let runs = effort.runs(200_000);
    section.text(
        "Along a path of sure ties with exponential delays of rate 1 who is d ties away shares by time t with \
         Erlang's probability 1 − e^(−t)Σ_(k<d) t^k/k!: independent cascade with delays (M. Gomez-Rodriguez, \
         D. Balduzzi, B. Schölkopf 2011), and SI with β = 1, which on a path is the same. 200,000 runs each, \
         with a deadline at t.",
    );
    let mut plot = Plot::new(
        "deadlines",
        "Who is d ties away on a path shares by time t: independent cascade with delays",
        "t",
        "probability",
    );
    for d in [1, 2, 3, 5] {
        plot.line(&format!("d = {d}"), grid(0.0, 8.0, 80), |t| erlang(d, 1.0, t));
    }
    for (seed, t) in (70..).zip([0.5, 1.0, 2.0, 3.0, 5.0, 8.0]) {
        let path = path(8);
        let delayed = Scenario::builder(path.clone())
            .model(IndependentCascade::with_probability(1.0))
            .delays(Delays::all(exponential(1.0)));
        let si = Scenario::builder(path).model(Si::with_rate(1.0));
        for (name, builder) in [("delays", delayed), ("SI", si)] {
            let found = sizes(builder.origin("0").until(t), runs, seed);
            for d in [1, 2, 3, 5] {
                let hits = found.iter().filter(|&(size, _)| size > d).map(|(_, times)| times).sum();
                let p = erlang(d as u32, 1.0, t);
                let estimate = Estimate::fraction(hits, runs, p);
                if name == "delays" {
                    plot.dot(&format!("d = {d}"), t, estimate.mean, estimate.std_error);
                }
                if name == "delays" || d == 3 {
                    section.row(format!("{name}, t = {t}, d = {d}"), p, estimate);
                }
            }
        }
    }
    section.plot(plot);
}

/// Times of all shares but the first, less those of their parents.
fn waits(ensemble: &Ensemble) -> Vec<f64> {
    let log = ensemble.share_log();
    let rows: Vec<_> = log.rows().collect();
    let mut waits = Vec::new();
    let mut first = 0;
    for (place, row) in rows.iter().enumerate() {
        if row.run != rows[first].run {
            first = place;
        }
        if let Some(parent) = row.parent {
            let parent = rows[first + parent as usize].time.map_or(0.0, Ticks::in_units);
            waits.push(row.time.map_or(0.0, Ticks::in_units) - parent);
        }
    }
    waits
}

fn latency(effort: Effort, section: &mut Section) {
    let runs = effort.runs(50_000);
    section.text(
        "SEIR along a path of four, β = 0.5, γ = 1, σ = 2: each follows with probability β/(β + γ), and if so \
         later by 1/(β + γ) + 1/σ on average, with variance 1/(β + γ)² + 1/σ². 50,000 runs.",
    );
    let (beta, gamma, sigma) = (0.5, 1.0, 2.0);
    let model = Seir::new(beta, lasting(sigma), lasting(gamma));
    let ensemble = ensemble(Scenario::builder(path(4)).model(model).origin("0"), runs, 8);
    let t: f64 = beta / (beta + gamma);
    for (size, times) in ensemble.observe(tieline::stats::Counts::default).value.iter() {
        let p = t.powi(size as i32 - 1) * if size < 4 { 1.0 - t } else { 1.0 };
        section.row(format!("SEIR, {size} share"), p, Estimate::fraction(times, runs, p));
    }
    let waits = waits(&ensemble);
    let n = waits.len() as u64;
    let mean = waits.iter().sum::<f64>() / n as f64;
    let (contact, latency) = (1.0 / (beta + gamma), 1.0 / sigma);
    let variance: f64 = contact * contact + latency * latency;
    section.row(
        "SEIR, from share to share",
        contact + latency,
        Estimate::with_variance(mean, variance, n),
    );
}

/// Mean numbers that share at these times, of n who meet each other at rate `q`/(n − 1) and share of their
/// own accord at rate `p`: the forward equations, by Euler's improved method.
fn forward(n: usize, p: f64, q: f64, times: &[f64]) -> Vec<f64> {
    let rate = |k: usize| (n - k) as f64 * (p + q * k as f64 / (n as f64 - 1.0));
    let slope = |law: &[f64]| -> Vec<f64> {
        let into = |k: usize| if k > 0 { law[k - 1] * rate(k - 1) } else { 0.0 };
        (0..=n).map(|k| into(k) - law[k] * rate(k)).collect()
    };
    let mut law = vec![0.0; n + 1];
    law[0] = 1.0;
    let (step, mut now, mut means) = (0.001, 0.0, Vec::new());
    for &time in times {
        while now < time - step / 2.0 {
            let first = slope(&law);
            let ahead: Vec<f64> = law.iter().zip(&first).map(|(p, s)| p + step * s).collect();
            let second = slope(&ahead);
            for (k, p) in law.iter_mut().enumerate() {
                *p += step / 2.0 * (first[k] + second[k]);
            }
            now += step;
        }
        means.push(law.iter().enumerate().map(|(k, p)| k as f64 * p).sum());
    }
    means
}

fn outside(effort: Effort, section: &mut Section) {
    let runs = effort.runs(50_000);
    section.text(
        "External influence. Without ties an account shares by time t with probability 1 − e^(−εt). Two who \
         see each other both share after 1/(2ε) + 1/(ε + β) on average. Where all see all, SI with rate \
         q/(n − 1) and ε = p is the model of F. Bass (1969), <https://doi.org/10.1287/mnsc.15.5.215>: of an \
         infinite crowd F(t) = (1 − e^(−(p+q)t))/(1 + (q/p)e^(−(p+q)t)) share by time t. The table compares \
         with the forward equations of the 100 accounts that there are; the dashed line is F.",
    );
    let alone = Scenario::builder(graph(1, []))
        .model(Si::with_rate(0.0))
        .external(ExternalInfluence::with_rate(0.1))
        .until(5.0);
    let found = ensemble(alone, runs, 9).run().size;
    let p = 1.0 - f64::exp(-0.5);
    section.row(
        "no ties, ε = 0.1, t = 5",
        p,
        Estimate::fraction((found.mean * runs as f64).round() as u64, runs, p),
    );
    let (epsilon, beta) = (0.2, 0.7);
    let two = Scenario::builder(complete(2))
        .model(Si::with_rate(beta))
        .external(ExternalInfluence::with_rate(epsilon))
        .until(500.0);
    let last = ensemble(two, runs, 10).run().last_time.expect("times");
    section.row(
        "two, ε = 0.2, β = 0.7: time to both",
        0.5 / epsilon + 1.0 / (epsilon + beta),
        Estimate::of_runs(last.mean, last.std_error.expect("many runs")),
    );
    let (n, p, q) = (100u32, 0.03, 0.38);
    let times = [2.0, 5.0, 10.0, 15.0, 20.0];
    let exact = forward(n as usize, p, q, &times);
    let builder = Scenario::builder(complete(n))
        .model(Si::with_rate(q / f64::from(n - 1)))
        .external(ExternalInfluence::with_rate(p))
        .until(20.0);
    let mut ensemble = ensemble(builder, effort.runs(20_000), 11);
    for time in times {
        ensemble = ensemble.reached_within(time).expect("a time");
    }
    let mut plot = Plot::new(
        "bass",
        "The model of Bass: 100 who all see each other, p = 0.03, q = 0.38",
        "t",
        "part that shares",
    );
    let places: Vec<f64> = grid(0.0, 20.0, 40).collect();
    let curve = forward(n as usize, p, q, &places);
    let name = "100 accounts";
    plot.line(name, places.iter().copied(), |t| curve[(2.0 * t).round() as usize] / f64::from(n));
    let bass = |t: f64| {
        let fade = (-(p + q) * t).exp();
        (1.0 - fade) / (1.0 + q / p * fade)
    };
    plot.dashes("F(t), infinitely many", places.iter().map(|&t| (t, bass(t))).collect());
    for (within, (time, exact)) in ensemble.run().reached_within.iter().zip(times.iter().zip(exact))
    {
        let found = Estimate::of_runs(within.mean, within.std_error.expect("many runs"));
        let part = found.map(1.0 / f64::from(n), 0.0);
        let label = format!("Bass, t = {time} (F = {:.6})", bass(*time));
        section.row(label, exact / f64::from(n), part);
        plot.dot(name, *time, part.mean, part.std_error);
    }
    section.plot(plot);
}
