//! What tests need to judge numbers that came about by chance: tails of the chi-square law, and
//! bounds that hold for any number of runs and any probability, however small.

// Each test binary uses its own part of this.
#![allow(dead_code, unused_imports)]

pub(crate) mod checks;
mod counted;

#[allow(unused_imports, reason = "not every test uses all of it")]
pub(crate) use counted::Counted;

/// The probability that a chi-square variable of `freedom` degrees is at least `value`.
pub(crate) fn chi_square_tail(value: f64, freedom: usize) -> f64 {
    if freedom == 0 || value <= 0.0 {
        return 1.0;
    }
    upper_gamma(freedom, value / 2.0)
}

/// Γ(a, x) / Γ(a) for a = `twice_a` / 2: the regularised incomplete gamma function.
fn upper_gamma(twice_a: usize, x: f64) -> f64 {
    let a = twice_a as f64 / 2.0;
    let scale = (a * x.ln() - x - ln_gamma(twice_a)).exp();
    if x < a + 1.0 {
        // The series of the lower one.
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        while term > sum * 1e-17 {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        return 1.0 - scale * sum;
    }
    // The continued fraction, by Lentz's method.
    let mut b = x + 1.0 - a;
    let mut c = 1e300;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for i in 1..1000 {
        let n = f64::from(i);
        let numerator = -n * (n - a);
        b += 2.0;
        d = 1.0 / (numerator * d + b);
        c = b + numerator / c;
        fraction *= d * c;
        if (d * c - 1.0).abs() < 1e-15 {
            break;
        }
    }
    scale * fraction
}

/// ln Γ(`twice_a` / 2).
fn ln_gamma(twice_a: usize) -> f64 {
    let start = if twice_a.is_multiple_of(2) { 0.0 } else { std::f64::consts::PI.ln() / 2.0 };
    let first = if twice_a.is_multiple_of(2) { 2 } else { 1 };
    (first..twice_a).step_by(2).map(|twice| (twice as f64 / 2.0).ln()).sum::<f64>() + start
}

/// Pearson's statistic and its degrees of freedom for these counts under these probabilities, which
/// sum to 1. Neighbouring cells are merged until each expects at least `least`.
///
/// # Panics
/// If something happened that has probability 0.
pub(crate) fn chi_square(counts: &[u64], probabilities: &[f64], least: f64) -> (f64, usize) {
    let runs = counts.iter().sum::<u64>() as f64;
    let mut cells: Vec<(f64, f64)> = Vec::new();
    let (mut found, mut expected) = (0.0, 0.0);
    for place in 0..counts.len().max(probabilities.len()) {
        let count = counts.get(place).copied().unwrap_or(0);
        let p = probabilities.get(place).copied().unwrap_or(0.0);
        assert!(p > 0.0 || count == 0, "{count} at {place}, which cannot happen: {counts:?}");
        found += count as f64;
        expected += runs * p;
        if expected >= least {
            cells.push((found, expected));
            (found, expected) = (0.0, 0.0);
        }
    }
    // What is left at the end belongs to the last cell.
    match cells.last_mut() {
        Some(last) => *last = (last.0 + found, last.1 + expected),
        None => return (0.0, 0),
    }
    let statistic = cells.iter().map(|(found, expected)| (found - expected).powi(2) / expected);
    (statistic.sum(), cells.len() - 1)
}

/// A bound on the probability that of `runs` independent tries of probability `p` as many succeed
/// as `hits`, or a number as far off on either side (Chernoff 1952). It holds for every p and every
/// number of runs.
pub(crate) fn fraction_tail(hits: u64, runs: u64, p: f64) -> f64 {
    let (n, q) = (runs as f64, hits as f64 / runs as f64);
    let part = |found: f64, wanted: f64| match found > 0.0 {
        true if wanted > 0.0 => found * (found / wanted).ln(),
        true => f64::INFINITY,
        false => 0.0,
    };
    let p = p.clamp(0.0, 1.0);
    (2.0 * (-n * (part(q, p) + part(1.0 - q, 1.0 - p))).exp()).min(1.0)
}

/// The same for the mean of `runs` independent values with this distribution, place k holding the
/// probability of k (Cramér 1938).
pub(crate) fn mean_tail(mean: f64, runs: u64, distribution: &[f64]) -> f64 {
    let cells = || distribution.iter().enumerate().filter(|(_, p)| **p > 0.0);
    let values: Vec<f64> = cells().map(|(value, _)| value as f64).collect();
    let logs: Vec<f64> = cells().map(|(_, p)| p.ln()).collect();
    let (Some(&low), Some(&high)) = (values.first(), values.last()) else { return 0.0 };
    if mean < low - 1e-9 || mean > high + 1e-9 {
        return 0.0;
    }
    // ln E e^{θX} and the mean of the law tilted by θ, which grows with θ.
    let tilted = |theta: f64| {
        let terms: Vec<f64> = values.iter().zip(&logs).map(|(v, log)| theta * v + log).collect();
        let most = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let parts: Vec<f64> = terms.iter().map(|term| (term - most).exp()).collect();
        let sum: f64 = parts.iter().sum();
        let mean = parts.iter().zip(&values).map(|(part, value)| part * value).sum::<f64>() / sum;
        (most + sum.ln(), mean)
    };
    let (mut below, mut above) = (-100.0, 100.0);
    for _ in 0..60 {
        let middle = (below + above) / 2.0;
        if tilted(middle).1 < mean {
            below = middle;
        } else {
            above = middle;
        }
    }
    let theta = (below + above) / 2.0;
    let rate = theta * mean - tilted(theta).0;
    (2.0 * (-(runs as f64) * rate.max(0.0)).exp()).min(1.0)
}

/// The same where only the variance is known, and that no value is further than `range` from the
/// mean (Bernstein 1924).
pub(crate) fn bounded_tail(deviation: f64, runs: u64, variance: f64, range: f64) -> f64 {
    if deviation.abs() < 1e-9 {
        return 1.0;
    }
    let square = deviation * deviation / 2.0;
    let exponent = square / (variance.max(0.0) + range * deviation.abs() / 3.0);
    (2.0 * (-(runs as f64) * exponent).exp()).min(1.0)
}

/// Mean and variance of a distribution.
pub(crate) fn moments(distribution: &[f64]) -> (f64, f64) {
    let of = |f: &dyn Fn(f64) -> f64| -> f64 {
        distribution.iter().enumerate().map(|(value, p)| f(value as f64) * p).sum()
    };
    let mean = of(&|value| value);
    (mean, of(&|value| (value - mean).powi(2)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn near(found: f64, wanted: f64) {
        assert!((found / wanted - 1.0).abs() < 1e-10, "{found}, wanted {wanted}");
    }

    /// Quantiles from tables, and what has a closed form.
    #[test]
    fn tails_of_the_chi_square_law() {
        near(chi_square_tail(3.841_458_820_694_124, 1), 0.05);
        near(chi_square_tail(6.634_896_601_021_213, 1), 0.01);
        near(chi_square_tail(23.928_126_976_879_47, 1), 1e-6);
        near(chi_square_tail(18.307_038_053_275_146, 10), 0.05);
        near(chi_square_tail(43.772_971_825_742_19, 30), 0.05);
        for x in [0.1f64, 1.0, 3.0, 10.0, 60.0] {
            let half = x / 2.0;
            near(chi_square_tail(x, 2), (-half).exp());
            near(chi_square_tail(x, 6), (-half).exp() * (1.0 + half + half * half / 2.0));
            // One more degree of freedom of an odd kind, by recurrence.
            let step = (2.0 * x / std::f64::consts::PI).sqrt() * (-half).exp();
            near(chi_square_tail(x, 3), chi_square_tail(x, 1) + step);
        }
        assert_eq!(chi_square_tail(0.0, 3), 1.0);
    }

    #[test]
    fn cells_are_merged() {
        // Expected 50, 3 + 40, 7, the last of which joins the one before.
        let (statistic, freedom) = chi_square(&[60, 2, 34, 4], &[0.5, 0.03, 0.4, 0.07], 10.0);
        assert_eq!(freedom, 1);
        near(statistic, 100.0 / 50.0 + 100.0 / 50.0);
        assert_eq!(chi_square(&[5], &[1.0], 10.0), (0.0, 0));
    }

    #[test]
    #[should_panic(expected = "cannot happen")]
    fn what_cannot_happen_does_not() {
        chi_square(&[99, 1], &[1.0], 10.0);
    }

    /// The bounds lie above the exact tails, not far above, and agree where they bound the same.
    #[test]
    fn bounds_bound() {
        // All of ten succeed: 2^−10, and the same on the other side.
        near(fraction_tail(10, 10, 0.5), 2.0 / 1024.0);
        assert_eq!(fraction_tail(3, 10, 0.3), 1.0);
        assert_eq!((fraction_tail(0, 10, 0.0), fraction_tail(1, 10, 0.0)), (1.0, 0.0));
        assert_eq!((fraction_tail(10, 10, 1.0), fraction_tail(9, 10, 1.0)), (1.0, 0.0));
        for (hits, p) in [(480, 0.5), (700, 0.5), (8, 0.001), (3, 0.002), (999, 0.99)] {
            let one = fraction_tail(hits, 1000, p);
            let other = mean_tail(hits as f64 / 1000.0, 1000, &[1.0 - p, p]);
            assert!((one / other - 1.0).abs() < 1e-6, "{one} {other}");
            let deviation = hits as f64 / 1000.0 - p;
            assert!(bounded_tail(deviation, 1000, p * (1.0 - p), 1.0) >= one);
        }
        // Six standard errors of 10,000 even coins: the normal law says 2e-9.
        let six = fraction_tail(5300, 10_000, 0.5);
        assert!((2e-9..4e-8).contains(&six), "{six}");
        // Hits of a law without spread.
        assert_eq!(mean_tail(2.0, 100, &[0.0, 0.0, 1.0]), 1.0);
        assert_eq!(mean_tail(2.01, 100, &[0.0, 0.0, 1.0]), 0.0);
        assert_eq!(bounded_tail(0.0, 100, 0.0, 1.0), 1.0);
    }
}
