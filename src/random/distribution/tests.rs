//! What is drawn follows its distribution, and is frozen.

use super::Distribution::{self, *};
use crate::random::{RunKeys, Stream};

/// In the order of the enum, some more than once.
pub(super) fn one_of_each() -> Vec<Distribution> {
    vec![
        Fixed { x: 0.0 },
        Fixed { x: 2.5 },
        Exponential { rate: 0.5 },
        Gamma { shape: 0.3, mean: 2.0 },
        Gamma { shape: 1.0, mean: 1e-9 },
        Gamma { shape: 2.0, mean: 1.5 },
        Gamma { shape: 40.0, mean: 3.0 },
        LogNormal { median: 2.0, sigma: 0.75 },
        Weibull { shape: 0.5, scale: 1.0 / 3.0 },
        Weibull { shape: 3.0, scale: 2.0 },
        Pareto { min: 1.0, alpha: 2.5 },
        Pareto { min: 60.0, alpha: 0.8 },
        Lomax { c: 10.0, theta: 3.0 },
        Lomax { c: 1e-6, theta: 0.25 },
        Seismic { s0: 300.0, theta: 0.231_484_3 },
        Seismic { s0: 2.0, theta: 3.0 },
        Geometric { p: 0.3 },
        Geometric { p: 1.0 },
        Geometric { p: 0.001 },
        Table { entries: vec![(3.0, 0.5), (1.0, 0.25), (-0.5, 0.25)] },
        Uniform { low: -0.25, high: 0.75 },
        Uniform { low: 0.1, high: 0.1 },
        Normal { mean: 0.18, sd: 0.05 },
        Normal { mean: -1.0, sd: 0.0 },
    ]
}

/// P(X ≤ x), by the functions of the standard library where it has them.
fn cdf(distribution: &Distribution, x: f64) -> f64 {
    let normal = |z: f64| 0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2);
    let step = |is_above: bool| f64::from(u8::from(is_above));
    match *distribution {
        Fixed { x: value } => step(x >= value),
        Exponential { rate } => -(-rate * x).exp_m1(),
        Gamma { shape, mean } => gamma_cdf(shape, x * shape / mean),
        LogNormal { median, sigma } => normal((x / median).ln() / sigma),
        Weibull { shape, scale } => -(-(x / scale).powf(shape)).exp_m1(),
        Pareto { min, alpha } => 1.0 - (x / min).powf(-alpha),
        Lomax { c, theta } => -(-theta * (x / c).ln_1p()).exp_m1(),
        Seismic { s0, theta } => {
            let density = theta / (s0 * (1.0 + theta));
            if x <= s0 { density * x } else { 1.0 - (x / s0).powf(-theta) / (1.0 + theta) }
        }
        Geometric { p } => 1.0 - (1.0 - p).powf(x),
        Table { ref entries } => {
            entries.iter().filter(|entry| entry.0 <= x).map(|entry| entry.1).sum()
        }
        Uniform { low, high } if low == high => step(x >= low),
        Uniform { low, high } => (x - low) / (high - low),
        Normal { mean, sd: 0.0 } => step(x >= mean),
        Normal { mean, sd } => normal((x - mean) / sd),
    }
}

/// The regularised lower incomplete gamma function: a series, or a continued fraction for its rest.
fn gamma_cdf(a: f64, x: f64) -> f64 {
    let front = (a * x.ln() - x - libm::lgamma(a)).exp();
    if x < a + 1.0 {
        let (mut sum, mut term, mut n) = (1.0 / a, 1.0 / a, a);
        while term > sum * 1e-16 {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        return front * sum;
    }
    let fraction = (1..300).rev().map(f64::from).fold(0.0, |below, i| {
        // i (i − a) / (x + 2i + 1 − a − …)
        i * (i - a) / (x + 2.0 * i + 1.0 - a - below)
    });
    1.0 - front / (x + 1.0 - a - fraction)
}

/// Infinite where it is so.
fn variance(distribution: &Distribution) -> f64 {
    let heavy = |tail: f64, value: f64| if tail > 2.0 { value } else { f64::INFINITY };
    match *distribution {
        Fixed { .. } => 0.0,
        Exponential { rate } => rate.powi(-2),
        Gamma { shape, mean } => mean * mean / shape,
        LogNormal { median, sigma } => {
            let s = sigma * sigma;
            median * median * s.exp() * s.exp_m1()
        }
        Weibull { shape, scale } => {
            let moment = |k: f64| libm::tgamma(1.0 + k / shape);
            scale * scale * (moment(2.0) - moment(1.0).powi(2))
        }
        Pareto { min, alpha: a } => heavy(a, min * min * a / ((a - 1.0).powi(2) * (a - 2.0))),
        Lomax { c, theta: t } => heavy(t, c * c * t / ((t - 1.0).powi(2) * (t - 2.0))),
        Seismic { s0, theta: t } => {
            let square = s0 * s0 * t / (1.0 + t) * (1.0 / 3.0 + 1.0 / (t - 2.0));
            heavy(t, square - distribution.mean().powi(2))
        }
        Geometric { p } => (1.0 - p) / (p * p),
        Table { ref entries } => {
            let mean = distribution.mean();
            entries.iter().map(|(value, p)| p * (value - mean).powi(2)).sum()
        }
        Uniform { low, high } => (high - low).powi(2) / 12.0,
        Normal { sd, .. } => sd * sd,
    }
}

fn is_discrete(distribution: &Distribution) -> bool {
    match *distribution {
        Fixed { .. } | Geometric { .. } | Table { .. } => true,
        Uniform { low, high } => low == high,
        Normal { sd, .. } => sd == 0.0,
        _ => false,
    }
}

fn streams(n: u64) -> impl Iterator<Item = Stream> {
    let lane = RunKeys::new(17, 0, 0).tie.lane(3);
    (0..n).map(move |who| lane.stream(who))
}

/// The largest distance between the share of draws up to x and P(X ≤ x) is below what chance alone
/// exceeds once in a million (Dvoretzky, Kiefer, Wolfowitz; less often where values repeat); and means
/// lie within 4.5 standard errors (false alarm 7e-6 each).
#[test]
fn draws_follow_their_distributions() {
    let n = 200_000;
    for distribution in one_of_each() {
        distribution.check().unwrap();
        let sampler = distribution.sampler();
        let mut draws: Vec<f64> = streams(n).map(|stream| sampler.draw(stream)).collect();
        let n = n as f64;
        let spread = variance(&distribution);
        if spread.is_finite() {
            let mean = draws.iter().sum::<f64>() / n;
            let gap = (mean - distribution.mean()).abs();
            let rounding = 1e-12 * mean.abs();
            assert!(gap <= 4.5 * (spread / n).sqrt() + rounding, "{distribution}: mean {mean}");
        }

        draws.sort_by(f64::total_cmp);
        assert!(draws[0].is_finite() && draws[draws.len() - 1].is_finite());
        assert!(draws[0] >= 0.0 || !distribution.is_time(), "{distribution}: {}", draws[0]);
        let mut largest = 0f64;
        for (i, &draw) in draws.iter().enumerate() {
            let want = cdf(&distribution, draw);
            if !is_discrete(&distribution) {
                largest = largest.max((want - i as f64 / n).abs());
            } else if draws.get(i + 1) == Some(&draw) {
                continue;
            }
            largest = largest.max((want - (i + 1) as f64 / n).abs());
        }
        let limit = ((2.0f64 / 1e-6).ln() / 2.0 / n).sqrt();
        assert!(largest < limit, "{distribution}: {largest} is above {limit}");
    }
}

#[test]
fn means_are_known() {
    let near = |distribution: Distribution, want: f64| {
        let found = distribution.mean();
        assert!((found - want).abs() <= 1e-15 * want.abs(), "{distribution}: {found}");
    };
    near(Weibull { shape: 0.5, scale: 3.0 }, 6.0);
    near(Pareto { min: 2.0, alpha: 3.0 }, 3.0);
    near(Lomax { c: 2.0, theta: 3.0 }, 1.0);
    near(Seismic { s0: 4.0, theta: 2.0 }, 4.0);
    near(Geometric { p: 0.25 }, 4.0);
    near(Table { entries: vec![(1.0, 0.5), (3.0, 0.5)] }, 2.0);
    near(Uniform { low: f64::MAX, high: f64::MAX }, f64::MAX);
    near(LogNormal { median: 1.0, sigma: 2.0 }, 2f64.exp());
    for infinite in [
        Pareto { min: 1.0, alpha: 1.0 },
        Lomax { c: 1.0, theta: 1.0 },
        Seismic { s0: 1.0, theta: 1.0 },
        Seismic { s0: 300.0, theta: 0.231_484_3 },
    ] {
        assert_eq!(infinite.mean(), f64::INFINITY);
    }
}

#[test]
fn times_are_not_negative() {
    let table = |value: f64| Table { entries: vec![(1.0, 0.5), (value, 0.5)] };
    for (distribution, is_time) in [
        (Fixed { x: 0.0 }, true),
        (Seismic { s0: 1.0, theta: 1.0 }, true),
        (table(0.0), true),
        (table(-1e-9), false),
        (Uniform { low: 0.0, high: 1.0 }, true),
        (Uniform { low: -1.0, high: 1.0 }, false),
        (Normal { mean: 9.0, sd: 1.0 }, false),
        (Normal { mean: 9.0, sd: 0.0 }, true),
        (Normal { mean: -9.0, sd: 0.0 }, false),
    ] {
        assert_eq!(distribution.is_time(), is_time, "{distribution}");
    }
}

/// The numbers of SEISMIC: c = 6.265726e-4, and how many have reacted after 5 minutes, an hour, a day
/// and 2437 seconds. The median is given in whole seconds.
/// Shares of 400,000 draws lie within 4.5 standard errors (false alarm 7e-6 each).
#[test]
fn seismic_is_as_in_the_paper() {
    let theta = 0.231_484_3;
    let seismic = Seismic { s0: 300.0, theta };
    assert!((theta / (300.0 * (1.0 + theta)) - 6.265_726e-4).abs() < 1e-10);
    let n = 400_000;
    let sampler = seismic.sampler();
    let draws: Vec<f64> = streams(n).map(|stream| sampler.draw(stream)).collect();
    for (time, want) in
        [(300.0, 0.187_972), (3600.0, 0.543_167), (86_400.0, 0.781_093), (2437.0, 0.5)]
    {
        assert!((cdf(&seismic, time) - want).abs() < 2e-5, "{time}: {}", cdf(&seismic, time));
        let share = draws.iter().filter(|&&draw| draw <= time).count() as f64 / n as f64;
        assert!((share - want).abs() < 4.5 * (want * (1.0 - want) / n as f64).sqrt() + 2e-5);
    }
}

/// A draw on 1, 2, …: frequencies of the first few within 4.5 standard errors (false alarm 7e-6 each).
#[test]
fn geometric_draws_are_whole() {
    let n = 200_000;
    let sampler = Geometric { p: 0.3 }.sampler();
    let mut seen = [0u32; 6];
    for stream in streams(n) {
        let draw = sampler.draw(stream);
        assert!(draw >= 1.0 && draw.fract() == 0.0);
        if let Some(seen) = seen.get_mut(draw as usize) {
            *seen += 1;
        }
    }
    assert_eq!(seen[0], 0);
    for (k, &seen) in seen.iter().enumerate().skip(1) {
        let (n, want) = (n as f64, 0.3 * 0.7f64.powi(k as i32 - 1));
        assert!((f64::from(seen) / n - want).abs() < 4.5 * (want * (1.0 - want) / n).sqrt());
    }
}

/// Frozen: a change here is a new `MAPPING_VERSION`.
#[test]
fn known_answers() {
    let answers: Vec<String> = one_of_each()
        .iter()
        .map(|distribution| {
            let sampler = distribution.sampler();
            let bits: Vec<String> = streams(4)
                .map(|stream| format!("{:016x}", sampler.draw(stream).to_bits()))
                .collect();
            format!("{distribution}: {}", bits.join(" "))
        })
        .collect();
    insta::assert_debug_snapshot!(answers);
}

/// Values are pure functions of their streams, and all but gamma grow with the draw.
#[test]
fn draws_are_pure_and_grow() {
    for distribution in one_of_each() {
        let sampler = distribution.sampler();
        let mut pairs: Vec<(u64, f64)> =
            streams(5_000).map(|stream| (stream.draw(0), sampler.draw(stream))).collect();
        let again = streams(5_000).map(|stream| (stream.draw(0), sampler.draw(stream)));
        assert!(again.eq(pairs.iter().copied()));
        if !matches!(distribution, Gamma { .. }) {
            pairs.sort_by_key(|pair| pair.0);
            let grow = pairs.windows(2).all(|pair| pair[0].1 <= pair[1].1);
            assert!(grow, "{distribution}");
        }
    }
}
