//! Confidence intervals for fractions.

/// How many standard deviations around the mean hold 95 % of a normal distribution; of [`wilson`].
pub const WILSON_Z: f64 = 1.959964;

/// The 95 % interval of Wilson for a probability of which `successes` in `n` tries are known: low
/// end, high end.
///
/// With k successes and z = [`WILSON_Z`] the ends are
/// (k + z²/2 ± z √(k (n − k) / n + z²/4)) / (n + z²), clamped to 0..=1; the low end is exactly 0 if
/// k = 0, the high end exactly 1 if k = n. Without tries it is 0..1. Unlike mean ± 2 standard
/// errors it is right near 0 and 1, where links between networks often are.
///
/// E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of
/// the American Statistical Association 22 (1927), <https://doi.org/10.1080/01621459.1927.10502953>.
///
/// ```
/// use tieline::stats::wilson;
///
/// let (low, high) = wilson(0, 10);
/// assert_eq!(low, 0.0);
/// assert!((high - 0.277533).abs() < 1e-6);
/// ```
///
/// # Panics
/// If there are more successes than tries.
#[must_use]
pub fn wilson(successes: u64, n: u64) -> (f64, f64) {
    assert!(successes <= n, "{successes} successes in {n} tries");
    if n == 0 {
        return (0.0, 1.0);
    }
    let failures = (n - successes) as f64;
    let (k, n) = (successes as f64, n as f64);
    let z2 = WILSON_Z * WILSON_Z;
    let middle = k + z2 / 2.0;
    let half = WILSON_Z * (k * failures / n + z2 / 4.0).sqrt();
    let low = if k == 0.0 { 0.0 } else { ((middle - half) / (n + z2)).clamp(0.0, 1.0) };
    let high = if failures == 0.0 { 1.0 } else { ((middle + half) / (n + z2)).clamp(0.0, 1.0) };
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With k = n/2 the interval is 1/2 ± z / (2 √(n + z²)).
    #[test]
    fn the_middle_is_symmetric() {
        let (low, high) = wilson(50, 100);
        let half = WILSON_Z / (2.0 * (100.0 + WILSON_Z * WILSON_Z).sqrt());
        assert!((low - (0.5 - half)).abs() < 1e-15 && (high - (0.5 + half)).abs() < 1e-15);
    }

    /// With k = 0 the high end is z² / (n + z²).
    #[test]
    fn the_ends_are_exact() {
        let z2 = WILSON_Z * WILSON_Z;
        for n in [1, 10, 1000, 1 << 40] {
            let (low, high) = wilson(0, n);
            assert_eq!(low, 0.0);
            assert!((high - z2 / (n as f64 + z2)).abs() < 1e-15);
            let (low, high) = wilson(n, n);
            assert_eq!(high, 1.0);
            assert!((low - n as f64 / (n as f64 + z2)).abs() < 1e-15);
        }
        assert_eq!(wilson(0, 0), (0.0, 1.0));
    }

    #[test]
    fn always_holds_the_fraction() {
        for n in 1..=60 {
            for k in 0..=n {
                let (low, high) = wilson(k, n);
                let fraction = k as f64 / n as f64;
                assert!(low <= fraction && fraction <= high, "{k} of {n}");
            }
        }
    }
}
