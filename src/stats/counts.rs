//! How often each value came up, and quantiles by nearest rank.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::moments::{Estimate, Moments};

/// A histogram of whole numbers with one bin per value. Mergeable: any split gives the same.
///
/// ```
/// use tieline::stats::Counts;
///
/// let sizes: Counts = [1u64, 1, 1, 2, 30].into_iter().collect();
/// assert_eq!((sizes.quantile(0.5), sizes.quantile(0.9)), (Some(1), Some(30)));
/// assert_eq!((sizes.min(), sizes.max(), sizes.mean()), (Some(1), Some(30), Some(7.0)));
/// ```
///
/// # Complexity
/// Memory in the number of different values, not of values.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Counts {
    times: BTreeMap<u64, u64>,
}

impl Counts {
    /// Counts one value.
    pub fn push(&mut self, value: u64) {
        self.push_times(value, 1);
    }

    /// Counts one value `times` times.
    pub fn push_times(&mut self, value: u64, times: u64) {
        if times > 0 {
            *self.times.entry(value).or_default() += times;
        }
    }

    /// Adds the counts of `other`.
    pub fn merge(&mut self, other: &Self) {
        other.iter().for_each(|(value, times)| self.push_times(value, times));
    }

    /// Number of values counted, n.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.times.values().sum()
    }

    /// Whether nothing was counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// Each value that came up with the number of times, by increasing value.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (u64, u64)> + ExactSizeIterator {
        self.times.iter().map(|(&value, &times)| (value, times))
    }

    /// The least value.
    #[must_use]
    pub fn min(&self) -> Option<u64> {
        self.times.keys().next().copied()
    }

    /// The largest value.
    #[must_use]
    pub fn max(&self) -> Option<u64> {
        self.times.keys().next_back().copied()
    }

    /// The mean.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        self.estimate().map(|estimate| estimate.mean)
    }

    /// The mean with its standard error, the same bits as from [`Moments`] of the values.
    #[must_use]
    pub fn estimate(&self) -> Option<Estimate> {
        let mut moments = Moments::default();
        self.iter().for_each(|(value, times)| moments.push_times(value, times));
        moments.estimate()
    }

    /// The quantile by nearest rank: the value at place ⌈q·n⌉ (from 1) of the sorted values, the
    /// least one for q = 0. It is always a value that came up. `None` without values and for a `q`
    /// outside 0..=1.
    ///
    /// A q·n within a few units in the last place of a whole number is that number, so 0.07 of 100
    /// is place 7, though no `f64` is 0.07.
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<u64> {
        if !(0.0..=1.0).contains(&q) {
            return None;
        }
        let count = self.count();
        let exact = q * count as f64;
        let whole = exact.round();
        let near = (exact - whole).abs() <= 4.0 * f64::EPSILON * exact;
        let place = if near { whole } else { exact.ceil() };
        let place = (place as u64).clamp(1, count.max(1));
        let mut passed = 0;
        self.iter().find_map(|(value, times)| {
            passed += times;
            (passed >= place).then_some(value)
        })
    }
}

impl Extend<u64> for Counts {
    fn extend<I: IntoIterator<Item = u64>>(&mut self, values: I) {
        values.into_iter().for_each(|value| self.push(value));
    }
}

impl FromIterator<u64> for Counts {
    fn from_iter<I: IntoIterator<Item = u64>>(values: I) -> Self {
        let mut counts = Self::default();
        counts.extend(values);
        counts
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nearest_rank() {
        // The textbook case: 15, 20, 35, 40, 50.
        let five: Counts = [50, 15, 40, 20, 35].into_iter().collect();
        let at = |q| five.quantile(q).unwrap();
        assert_eq!([at(0.05), at(0.3), at(0.4), at(0.5), at(1.0)], [15, 20, 20, 35, 50]);
        assert_eq!([at(0.0), at(0.2), at(0.21)], [15, 15, 20]);
        let hundred: Counts = (1..=100).collect();
        for percent in 1..=100 {
            assert_eq!(hundred.quantile(percent as f64 / 100.0), Some(percent));
        }
    }

    #[test]
    fn nothing_counted_or_no_quantile() {
        let none = Counts::default();
        assert!(none.is_empty());
        assert_eq!((none.quantile(0.5), none.min(), none.max(), none.mean()), Default::default());
        let some: Counts = [3].into_iter().collect();
        assert_eq!(
            (some.quantile(1.1), some.quantile(-0.1), some.quantile(f64::NAN)),
            Default::default()
        );
    }

    proptest! {
        #[test]
        fn merging_any_split_equals_the_whole(
            values in prop::collection::vec(0u64..20, 0..80),
            cut in any::<prop::sample::Index>(),
        ) {
            let (left, right) = values.split_at(cut.index(values.len() + 1));
            let mut merged: Counts = right.iter().copied().collect();
            merged.merge(&left.iter().copied().collect());
            let whole: Counts = values.iter().copied().collect();
            prop_assert_eq!(&merged, &whole);
            prop_assert_eq!(whole.count(), values.len() as u64);
            let moments: Moments = values.iter().copied().collect();
            prop_assert_eq!(whole.estimate(), moments.estimate());
        }

        #[test]
        fn a_quantile_is_the_sorted_value_at_its_place(
            mut values in prop::collection::vec(0u64..20, 1..80),
            thousandths in 0usize..=1000,
        ) {
            let counts: Counts = values.iter().copied().collect();
            values.sort_unstable();
            let place = (thousandths * values.len()).div_ceil(1000).max(1);
            prop_assert_eq!(counts.quantile(thousandths as f64 / 1000.0), Some(values[place - 1]));
        }
    }
}
