//! Threshold models on large random graphs against theory: windows of global cascades, and sizes by
//! Gleeson and Cahalane (2007, doi:10.1103/PhysRevE.75.056103) in one network and in two.
//!
//! Runs on one graph are correlated, so the standard error is taken between graphs. A mean may be off by
//! 5 standard errors between 20 graphs (Student's t with 19 degrees of freedom: false alarm 8e-5 each,
//! some 15 comparisons).

use std::sync::Arc;

use crate::formulas::{binomial, gleeson, poisson, share};
use tieline::{AccountId, Distribution, Ensemble, Scenario, SocialGraph, Threshold, ThresholdRule};

fn at_most(z: f64, k: usize) -> f64 {
    poisson(z)[..=k].iter().sum()
}

/// Σ over m of k neighbours, each active with probability q, of P(the threshold is at most m/k).
fn response(k: usize, q: f64, passes: &dyn Fn(usize, usize) -> f64) -> f64 {
    binomial(k, q).iter().enumerate().map(|(m, p)| p * passes(m, k)).sum()
}

/// P(normal(mean, sd) ≤ x), by Simpson's rule.
fn normal_below(x: f64) -> f64 {
    let (from, steps) = (-9.0f64, 400);
    let width = (x.clamp(-9.0, 9.0) - from) / f64::from(steps);
    let density = |x: f64| (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let sum: f64 = (0..=steps)
        .map(|i| {
            let weight = if i == 0 || i == steps {
                1.0
            } else if i % 2 == 1 {
                4.0
            } else {
                2.0
            };
            weight * density(from + width * f64::from(i))
        })
        .sum();
    sum * width / 3.0
}

/// Where z·P(Poisson(z) ≤ K − 2) = 1, between `low` and `high`.
fn window_end(phi: f64, mut low: f64, mut high: f64) -> f64 {
    let most = (1.0 / phi + 1e-9).floor() as usize;
    let above = |z: f64| z * at_most(z, most - 2) > 1.0;
    let first = above(low);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        *if above(middle) == first { &mut low } else { &mut high } = middle;
    }
    low
}

/// The equations give what papers print, so that they may stand for it.
#[test]
fn the_equations_give_the_tables() {
    let close =
        |found: f64, wanted: f64| assert!((found - wanted).abs() < 2e-5, "{found}, {wanted}");
    for (phi, low, high) in [
        (0.18, 1.020704, 5.764677),
        (0.25, 1.114142, 3.863069),
        (0.1, 1.000001, 13.659314),
        (0.15, 1.003731, 7.47708),
    ] {
        close(window_end(phi, 0.5, 2.0), low);
        close(window_end(phi, 2.0, 20.0), high);
    }
    for (seeds, z, wanted) in [
        (0.01, 1.0, 0.12603),
        (0.01, 3.0, 0.9412),
        (0.01, 8.0, 0.99967),
        (0.005, 8.0, 0.0154),
        (0.001, 6.0, 0.99749),
        (0.0001, 5.0, 0.99302),
    ] {
        close(gleeson(z, seeds, &share(0.18)), wanted);
    }
    for (mean, sd, z, wanted) in
        [(0.2, 0.1, 3.0, 0.94105), (0.38, 0.2, 3.0, 0.12766), (0.38, 0.2, 8.0, 0.09201)]
    {
        close(gleeson(z, 0.0, &normal(mean, sd)), wanted);
    }
    // Brummitt, Lee, Goh: two equal Poisson layers, K = 5.
    for (z, wanted) in [(1.0, 1.977352), (0.5, 0.999038), (4.0, 4.249228), (8.0, 1.1361)] {
        close(z * (at_most(z, 3) + at_most(z, 4)), wanted);
    }
    for (z, wanted) in [(0.4, 0.00248), (0.6, 0.31506), (3.0, 0.99748)] {
        close(either(z, z, 5e-4), wanted);
    }
    for (z, c, alpha, wanted) in [
        (1.5, 1.0, 1.0, 1.941696),
        (1.5, 0.5, 1.0, 1.746885),
        (2.0, 1.0, 0.5, 1.727352),
        (4.0, 0.25, 1.0, 1.074884),
        (4.0, 0.25, 0.5, 1.40413),
    ] {
        close(content_growth(z, c, alpha), wanted);
    }
}

/// Drawn thresholds; who draws 0 or less needs nobody.
fn normal(mean: f64, sd: f64) -> impl Fn(usize, usize) -> f64 {
    move |m, k| normal_below((if k == 0 { 0.0 } else { m as f64 / k as f64 } - mean) / sd)
}

/// The final fraction under `or` with φ = 0.18 in two Poisson layers of all users.
fn either(z1: f64, z2: f64, seeds: f64) -> f64 {
    // Not convinced in a layer: by all of their ties, or but for the one they were reached by.
    let all = |z: f64, q: f64| -> f64 {
        let degrees = poisson(z).into_iter().enumerate();
        degrees.map(|(k, p)| p * (1.0 - response(k, q, &share(0.18)))).sum()
    };
    let others = |z: f64, q: f64| -> f64 {
        let degrees = poisson(z).into_iter().enumerate();
        let not = |(k, p): (usize, f64)| {
            let passes = |m: usize, k: usize| share(0.18)(m, k + 1);
            p * (1.0 - response(k, q, &passes))
        };
        degrees.map(not).sum()
    };
    let (mut q1, mut q2) = (seeds, seeds);
    for _ in 0..300 {
        (q1, q2) = (
            1.0 - (1.0 - seeds) * others(z1, q1) * all(z2, q2),
            1.0 - (1.0 - seeds) * others(z2, q2) * all(z1, q1),
        );
    }
    1.0 - (1.0 - seeds) * all(z1, q1) * all(z2, q2)
}

/// The degrees in layer 1, in which a part `alpha` of all users is, and in layer 2.
fn content_degrees(z: f64, alpha: f64) -> (Vec<f64>, Vec<f64>) {
    let two = poisson(z);
    let mut one: Vec<f64> = two.iter().map(|p| p * alpha).collect();
    one[0] += 1.0 - alpha;
    (one, two)
}

/// The largest eigenvalue of the matrix of vulnerable excess degrees (Yağan, Gligor 2012), τ = 0.18;
/// layer 1 counts c.
fn content_growth(z: f64, c: f64, alpha: f64) -> f64 {
    let (one, two) = content_degrees(z, alpha);
    let mut matrix = [[0.0; 2]; 2];
    for (k1, p1) in one.iter().enumerate() {
        for (k2, p2) in two.iter().enumerate() {
            let (p, asked) = (p1 * p2, 0.18 * (c * k1 as f64 + k2 as f64) - 1e-9);
            let (k1, k2) = (k1 as f64, k2 as f64);
            if c >= asked && k1 > 0.0 {
                matrix[0][0] += p * k1 / (alpha * z) * (k1 - 1.0);
                matrix[0][1] += p * k1 / (alpha * z) * k2;
            }
            if 1.0 >= asked && k2 > 0.0 {
                matrix[1][0] += p * k2 / z * k1;
                matrix[1][1] += p * k2 / z * (k2 - 1.0);
            }
        }
    }
    let (half, [[a, b], [c, d]]) = (0.5, matrix);
    half * (a + d + ((a - d).powi(2) + 4.0 * b * c).sqrt())
}

/// The final fraction of users under `content` with τ = 0.18.
fn weighed(z: f64, c: f64, alpha: f64, seeds: f64) -> f64 {
    let (one, two) = content_degrees(z, alpha);
    // Degrees up to which nearly all are.
    let cap = |p: &[f64]| p.iter().rposition(|&p| p > 1e-7).unwrap() + 1;
    let (one, two) = (&one[..cap(&one)], &two[..cap(&two)]);
    let passes = |m1: usize, k1: usize, m2: usize, k2: usize| {
        let (k1, k2) = (k1 as f64, k2 as f64);
        k1 + k2 > 0.0 && c * m1 as f64 + m2 as f64 + 1e-9 >= 0.18 * (c * k1 + k2)
    };
    // `less`: one tie of that layer is not asked.
    let reached = |q: [f64; 2], less: [usize; 2]| -> f64 {
        let mut sum = 0.0;
        for (k1, p1) in one.iter().enumerate().skip(less[0]) {
            let row1 = binomial(k1 - less[0], q[0]);
            let p1 = if less[0] == 1 { p1 * k1 as f64 / (alpha * z) } else { *p1 };
            for (k2, p2) in two.iter().enumerate().skip(less[1]) {
                let row2 = binomial(k2 - less[1], q[1]);
                let p2 = if less[1] == 1 { p2 * k2 as f64 / z } else { *p2 };
                for (m1, b1) in row1.iter().enumerate() {
                    for (m2, b2) in row2.iter().enumerate() {
                        sum += if passes(m1, k1, m2, k2) { p1 * p2 * b1 * b2 } else { 0.0 };
                    }
                }
            }
        }
        seeds + (1.0 - seeds) * sum
    };
    let mut q = [seeds; 2];
    for _ in 0..40 {
        q = [reached(q, [1, 0]), reached(q, [0, 1])];
    }
    reached(q, [0, 0])
}

/// A plain generator, so that the graphs owe nothing to the crate.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((u128::from(z ^ (z >> 31)) * n as u128) >> 64) as usize
    }
}

/// Networks of mutual ties among the first `n` of the same people each, with mean degree `z`.
fn layers(networks: &[(usize, f64)], seed: u64) -> Arc<SocialGraph> {
    let mut random = Random(seed);
    let mut builder = SocialGraph::builder();
    for (number, &(n, z)) in networks.iter().enumerate() {
        let network = builder.network(format!("n{number}"));
        for person in 0..n {
            builder.account(network, &person.to_string());
        }
        for _ in 0..(n as f64 * z / 2.0).round() as usize {
            let (a, b) = (random.below(n), random.below(n));
            builder.mutual(network, &a.to_string(), &b.to_string());
        }
    }
    builder.same_name_is_one_user();
    Arc::new(builder.build().unwrap())
}

const GRAPHS: u64 = 20;

/// The fraction of the accounts of the last network that share, against theory: everybody with less
/// than `seeds` shares first there.
#[track_caller]
fn agrees(networks: &[(usize, f64)], model: &Threshold, seeds: usize, wanted: f64, what: &str) {
    let values: Vec<f64> = (0..GRAPHS)
        .map(|seed| {
            let graph = layers(networks, 99 + seed);
            let last = graph.networks().next_back().unwrap();
            let n = graph.accounts_of_network(last).len();
            let mut random = Random(seed);
            let first = graph.account_count() - n;
            let origins: Vec<_> =
                (0..seeds).map(|_| AccountId::new((first + random.below(n)) as u32)).collect();
            let scenario = Scenario::builder(graph.clone())
                .model(model.clone())
                .origins(origins)
                .build()
                .unwrap();
            let cascade = Ensemble::new(&scenario).rng_seed(seed).cascade(0);
            let there = cascade.accounts().iter().filter(|a| a.index() >= first).count();
            there as f64 / n as f64
        })
        .collect();
    let mean = values.iter().sum::<f64>() / GRAPHS as f64;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (GRAPHS - 1) as f64;
    // Finite graphs are off by some 1/n beside what they differ by.
    let error = (variance / GRAPHS as f64).sqrt().max(1.0 / networks[0].0 as f64);
    println!("{what}: {mean:.5} ± {error:.5}, theory {wanted:.5}");
    assert!((mean - wanted).abs() < 5.0 * error, "{what}: {mean} ± {error}, theory {wanted}");
}

/// Sizes in one network, below, inside and above the window.
#[test]
fn watts_sizes() {
    let n = 10_000;
    for (z, seeds) in [(1.5, 100), (3.0, 100), (8.0, 50)] {
        let fraction = 1.0 - (1.0 - 1.0 / n as f64).powi(seeds);
        let wanted = gleeson(z, fraction, &share(0.18));
        let model = Threshold::watts(0.18);
        agrees(&[(n, z)], &model, seeds as usize, wanted, &format!("watts, z = {z}"));
    }
}

/// Thresholds drawn from a normal distribution, those who draw 0 or less being the only seeds.
#[test]
fn sizes_with_drawn_thresholds() {
    for (mean, sd, z) in [(0.2, 0.1, 3.0), (0.38, 0.2, 3.0), (0.38, 0.2, 8.0)] {
        let model = Threshold::of(ThresholdRule::Watts).drawn(Distribution::Normal { mean, sd });
        let wanted = gleeson(z, 0.0, &normal(mean, sd));
        agrees(&[(10_000, z)], &model, 1, wanted, &format!("normal({mean}, {sd}), z = {z}"));
    }
}

/// People in two networks: convinced in either, and by both together with a partial one that counts a
/// quarter.
#[test]
fn sizes_in_two_networks() {
    let n = 10_000;
    let part = |seeds: i32| 1.0 - (1.0 - 1.0 / n as f64).powi(seeds);
    for (z, seeds) in [(0.7, 50), (2.0, 20)] {
        let wanted = either(z, z, part(seeds));
        let model = Threshold::or(0.18);
        agrees(&[(n, z), (n, z)], &model, seeds as usize, wanted, &format!("or, z = {z}"));
    }
    let wanted = weighed(2.0, 0.25, 0.5, part(50));
    let model = Threshold::content(0.18).weigh("n0", 0.25);
    agrees(&[(n / 2, 2.0), (n, 2.0)], &model, 50, wanted, "content, c = 0.25");
}

/// From a single origin, cascades are global inside the window and nowhere else. The chance that none
/// of 200 origins is followed far inside is below 1e-20 by `watts_phi018`: a quarter to three quarters
/// of them are.
#[test]
fn the_window_of_watts() {
    for (z, inside) in [(0.9, false), (1.2, true), (5.0, true), (7.0, false)] {
        let graph = layers(&[(20_000, z)], 5);
        let base = Scenario::builder(graph.clone())
            .model(Threshold::watts(0.18))
            .origin(AccountId::new(0))
            .build()
            .unwrap();
        let large = (0..200).filter(|i| {
            let scenario = base.with_origins([AccountId::new(i * 97)]).unwrap();
            Ensemble::new(&scenario).cascade(0).size() > 2000
        });
        let large = large.count();
        assert!(if inside { large > 20 } else { large == 0 }, "z = {z}: {large} of 200");
    }
}
