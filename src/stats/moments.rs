//! Mean and standard error from exact integer sums.

use serde::{Deserialize, Serialize};

/// A mean and how far off it may be.
///
/// ```
/// use tieline::stats::{Estimate, Moments};
///
/// let estimate: Estimate = [1u64, 2, 3].into_iter().collect::<Moments>().estimate().unwrap();
/// assert_eq!(estimate.mean, 2.0);
/// assert_eq!(estimate.std_error, Some((1.0f64 / 3.0).sqrt()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// Sample standard deviation (divisor n − 1) over √n; `None` if n is 1.
    pub std_error: Option<f64>,
}

/// Sums from which an [`Estimate`] is made: n, Σx and Σx², all integers and exact.
///
/// ```
/// use tieline::stats::Moments;
///
/// let mut first = Moments::default();
/// first.push(3u64);
/// let mut second = Moments::default();
/// second.push(-1i64);
/// first.merge(&second);
/// assert_eq!(first, [-1i64, 3].into_iter().collect());
/// assert_eq!(first.estimate().unwrap().mean, 1.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Moments {
    count: u64,
    sum: i128,
    sum_of_squares: u128,
}

impl Moments {
    /// Adds one value: a `u64` for a count, an `i64` for a difference.
    ///
    /// # Panics
    /// If Σx² passes 2^128: it takes 2^48 values of 2^40 to get there.
    #[inline]
    pub fn push(&mut self, value: impl Into<i128>) {
        let value = value.into();
        self.merge(&Self { count: 1, sum: value, sum_of_squares: square(value) });
    }

    /// Adds one value `times` times.
    ///
    /// # Panics
    /// As [`push`](Self::push).
    pub fn push_times(&mut self, value: impl Into<i128>, times: u64) {
        let value = value.into();
        let squares = square(value).checked_mul(u128::from(times));
        let squares = squares.expect("sum of squares below 2^128");
        let sum = value.checked_mul(i128::from(times)).expect("sum below 2^127");
        self.merge(&Self { count: times, sum, sum_of_squares: squares });
    }

    /// Adds the values of `other`. The result is the same for any split and order.
    ///
    /// # Panics
    /// As [`push`](Self::push).
    #[inline]
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.sum = self.sum.checked_add(other.sum).expect("sum below 2^127");
        self.sum_of_squares = self
            .sum_of_squares
            .checked_add(other.sum_of_squares)
            .expect("sum of squares below 2^128");
    }

    /// Number of values, n.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Sum of the values.
    #[must_use]
    pub fn sum(&self) -> i128 {
        self.sum
    }

    /// Mean and standard error; `None` without values.
    ///
    /// The squared standard error is (n Σx² − (Σx)²) / (n² (n − 1)). Its numerator is formed
    /// exactly, in 256 bits, so nothing cancels; it is rounded once, then divided.
    #[must_use]
    pub fn estimate(&self) -> Option<Estimate> {
        if self.count == 0 {
            return None;
        }
        let n = self.count as f64;
        let mean = self.sum as f64 / n;
        let std_error = (self.count > 1).then(|| {
            let scaled = wide_product(self.sum_of_squares, u128::from(self.count));
            let magnitude = self.sum.unsigned_abs();
            let numerator = wide_difference(scaled, wide_product(magnitude, magnitude));
            (wide_to_f64(numerator) / (self.count - 1) as f64).sqrt() / n
        });
        Some(Estimate { mean, std_error })
    }
}

/// Counts fit into 64 bits, and then one multiplication cannot overflow.
#[inline]
fn square(value: i128) -> u128 {
    let magnitude = value.unsigned_abs();
    match u64::try_from(magnitude) {
        Ok(small) => u128::from(small) * u128::from(small),
        Err(_) => magnitude.checked_pow(2).expect("sum of squares below 2^128"),
    }
}

impl<V: Into<i128>> Extend<V> for Moments {
    fn extend<I: IntoIterator<Item = V>>(&mut self, values: I) {
        values.into_iter().for_each(|value| self.push(value));
    }
}

impl<V: Into<i128>> FromIterator<V> for Moments {
    fn from_iter<I: IntoIterator<Item = V>>(values: I) -> Self {
        let mut moments = Self::default();
        moments.extend(values);
        moments
    }
}

/// 256 bits: high, low.
type Wide = (u128, u128);

fn wide_product(a: u128, b: u128) -> Wide {
    let halves = |x: u128| (x >> 64, x & u128::from(u64::MAX));
    let ((a1, a0), (b1, b0)) = (halves(a), halves(b));
    // Each product of halves is at most (2^64 − 1)², so two more halves can be added to it.
    let (carry, p0) = halves(a0 * b0);
    let (carry1, p1) = halves(a1 * b0 + carry);
    let (carry2, p1) = halves(a0 * b1 + p1);
    (a1 * b1 + carry1 + carry2, p1 << 64 | p0)
}

/// `a − b`, where a ≥ b by the inequality of Cauchy and Schwarz.
fn wide_difference(a: Wide, b: Wide) -> Wide {
    let (low, borrow) = a.1.overflowing_sub(b.1);
    (a.0 - b.0 - u128::from(borrow), low)
}

fn wide_to_f64((high, low): Wide) -> f64 {
    if high == 0 {
        return low as f64;
    }
    // Keep the top 128 bits; a bit that says whether anything was cut keeps the rounding right.
    let shift = 128 - high.leading_zeros();
    let top = if shift == 128 { high } else { high << (128 - shift) | low >> shift };
    let cut = if shift == 128 { low } else { low << (128 - shift) };
    // 2^shift with shift ≤ 128 is exact.
    (top | u128::from(cut != 0)) as f64 * f64::from_bits(u64::from(1023 + shift) << 52)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn moments(values: &[i64]) -> Moments {
        values.iter().copied().collect()
    }

    #[test]
    fn estimates_of_small_samples_are_exact() {
        assert_eq!(Moments::default().estimate(), None);
        let one = moments(&[7]).estimate().unwrap();
        assert_eq!((one.mean, one.std_error), (7.0, None));
        // Sum 20, mean 5, squared deviations 9 + 1 + 1 + 9 = 20, sd² = 20/3, se² = 20/12.
        let four = moments(&[2, 4, 6, 8]).estimate().unwrap();
        assert_eq!(four.mean, 5.0);
        assert!((four.std_error.unwrap() - (5.0f64 / 3.0).sqrt()).abs() < 1e-15);
        // Deviations ±3: sd² = 18, se² = 9.
        let differences = moments(&[-4, 2]).estimate().unwrap();
        assert_eq!((differences.mean, differences.std_error), (-1.0, Some(3.0)));
        assert_eq!(moments(&[5, 5, 5]).estimate().unwrap().std_error, Some(0.0));
    }

    /// Float sums of these squares have no digit of the variance left.
    #[test]
    fn nothing_cancels_beside_a_large_mean() {
        let big = 1i64 << 62;
        let estimate = moments(&[big - 3, big + 3]).estimate().unwrap();
        assert_eq!((estimate.mean, estimate.std_error), (big as f64, Some(3.0)));
    }

    #[test]
    fn more_than_128_bits_in_the_variance() {
        // n values 0 and n values x: variance numerator n² x² with n = 2^39, x = 2^43.
        let mut all = Moments::default();
        all.push_times(0u64, 1 << 39);
        all.push_times(1u64 << 43, 1 << 39);
        let (n, x) = (2f64.powi(40), 2f64.powi(43));
        let estimate = all.estimate().unwrap();
        assert_eq!(estimate.mean, x / 2.0);
        let expected = x / 2.0 / (n - 1.0).sqrt();
        assert!((estimate.std_error.unwrap() / expected - 1.0).abs() < 1e-15);
    }

    #[test]
    fn wide_arithmetic() {
        let max = u128::MAX;
        assert_eq!(wide_product(max, max), (max - 1, 1));
        assert_eq!(wide_product(1 << 100, 1 << 60), (1 << 32, 0));
        assert_eq!(wide_difference((5, 0), (3, 1)), (1, max));
        assert_eq!(wide_to_f64((1 << 32, 0)), 2f64.powi(160));
        assert_eq!(wide_to_f64((max, max)), 2f64.powi(256));
        assert_eq!(wide_to_f64((0, 12)), 12.0);
    }

    #[test]
    fn sums_survive_json() {
        let moments = moments(&[i64::MIN, 5]);
        let text = serde_json::to_string(&moments).unwrap();
        assert_eq!(serde_json::from_str::<Moments>(&text).unwrap(), moments);
    }

    proptest! {
        #[test]
        fn merging_any_split_equals_the_whole(
            values in prop::collection::vec(any::<i32>(), 0..60),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        ) {
            let mut cuts: Vec<usize> = cuts.iter().map(|c| c.index(values.len() + 1)).collect();
            cuts.sort_unstable();
            let mut parts: Vec<Moments> = Vec::new();
            let mut start = 0;
            for end in cuts.into_iter().chain([values.len()]) {
                parts.push(values[start..end].iter().copied().collect());
                start = end;
            }
            let mut merged = Moments::default();
            parts.iter().rev().for_each(|part| merged.merge(part));
            let whole: Moments = values.iter().copied().collect();
            prop_assert_eq!(merged, whole);
            prop_assert_eq!(merged.estimate(), whole.estimate());
        }
    }
}
