//! How often each value came up, and quantiles by nearest rank.

use std::collections::BTreeMap;
use std::fmt;

use hashbrown::HashMap;
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
/// Counting is O(1) on average, reading O(k log k) for k different values; memory O(k), however many
/// values there are and however large.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(from = "BTreeMap<u64, u64>", into = "BTreeMap<u64, u64>")]
pub struct Counts {
    /// How often each value below its length came up. A power of two long, or empty.
    low: Vec<u64>,
    /// The values from there on that came up; fewer than half the length of `low`.
    high: HashMap<u64, u64>,
}

/// The first length of `low`.
const FIRST: usize = 64;

impl Counts {
    /// Counts one value.
    #[inline]
    pub fn push(&mut self, value: u64) {
        self.push_times(value, 1);
    }

    /// Counts one value `times` times.
    #[inline]
    pub fn push_times(&mut self, value: u64, times: u64) {
        match usize::try_from(value).ok().and_then(|value| self.low.get_mut(value)) {
            Some(known) => *known += times,
            None if times > 0 => self.push_high(value, times),
            None => {}
        }
    }

    #[cold]
    fn push_high(&mut self, value: u64, times: u64) {
        if self.low.is_empty() {
            self.low.resize(FIRST, 0);
            return self.push_times(value, times);
        }
        *self.high.entry(value).or_default() += times;
        // So many different values pay for room to count twice as many by place.
        while self.high.len() >= self.low.len() / 2 {
            let length = 2 * self.low.len();
            self.low.resize(length, 0);
            for (value, times) in self.high.extract_if(|&value, _| value < length as u64) {
                self.low[value as usize] = times;
            }
        }
    }

    /// Adds the counts of `other`.
    pub fn merge(&mut self, other: &Self) {
        other.unsorted().for_each(|(value, times)| self.push_times(value, times));
    }

    /// Those in `low` by value, then the others in no order.
    fn unsorted(&self) -> impl Iterator<Item = (u64, u64)> {
        let low = self.low.iter().enumerate().filter(|&(_, &times)| times > 0);
        let high = self.high.iter().map(|(&value, &times)| (value, times));
        low.map(|(value, &times)| (value as u64, times)).chain(high)
    }

    /// Number of values counted, n.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.low.iter().chain(self.high.values()).sum()
    }

    /// Whether nothing was counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.unsorted().next().is_none()
    }

    /// Each value that came up with the number of times, by increasing value.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (u64, u64)> + ExactSizeIterator {
        let mut all: Vec<_> = self.unsorted().collect();
        let low = all.len() - self.high.len();
        all[low..].sort_unstable();
        all.into_iter()
    }

    /// The least value.
    #[must_use]
    pub fn min(&self) -> Option<u64> {
        self.unsorted().map(|(value, _)| value).min()
    }

    /// The largest value.
    #[must_use]
    pub fn max(&self) -> Option<u64> {
        self.unsorted().map(|(value, _)| value).max()
    }

    /// The mean.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        // No squares: of times, in ticks, they would soon be too large.
        let sum: u128 =
            self.unsorted().map(|(value, times)| u128::from(value) * u128::from(times)).sum();
        let n = self.count();
        (n > 0).then(|| sum as f64 / n as f64)
    }

    /// The mean with its standard error, the same bits as from [`Moments`] of the values.
    #[must_use]
    pub fn estimate(&self) -> Option<Estimate> {
        let mut moments = Moments::default();
        self.unsorted().for_each(|(value, times)| moments.push_times(value, times));
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

/// Whether the same values came up equally often.
impl PartialEq for Counts {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Counts {}

impl fmt::Debug for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counts").field("times", &BTreeMap::from(self.clone())).finish()
    }
}

impl From<Counts> for BTreeMap<u64, u64> {
    fn from(counts: Counts) -> Self {
        counts.iter().collect()
    }
}

impl From<BTreeMap<u64, u64>> for Counts {
    fn from(times: BTreeMap<u64, u64>) -> Self {
        let mut counts = Self::default();
        times.into_iter().for_each(|(value, times)| counts.push_times(value, times));
        counts
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

    /// Small ones, some that the vector grows to hold, and large ones.
    fn value() -> impl Strategy<Value = u64> {
        prop_oneof![4 => 0u64..20, 4 => 0u64..500, 1 => 0u64..1 << 40]
    }

    #[test]
    fn a_few_large_values_take_little_room() {
        let counts: Counts = (0..64).map(|power| 1u64 << power).collect();
        assert!(counts.low.len() <= 4 * 64, "{}", counts.low.len());
        let dense: Counts = (0..10_000).rev().collect();
        assert_eq!((dense.low.len(), dense.high.len()), (8192, 10_000 - 8192));
    }

    #[test]
    fn the_form_in_json_is_a_map() {
        let counts: Counts = [7, 3, 7, u64::MAX].into_iter().collect();
        let text = serde_json::to_string(&counts).unwrap();
        assert_eq!(text, r#"{"3":1,"7":2,"18446744073709551615":1}"#);
        assert_eq!(serde_json::from_str::<Counts>(&text).unwrap(), counts);
        assert_eq!(
            format!("{counts:?}"),
            "Counts { times: {3: 1, 7: 2, 18446744073709551615: 1} }"
        );
    }

    proptest! {
        /// However they came in, and for values that are counted by place as for others.
        #[test]
        fn a_plain_map_counts_the_same(
            values in prop::collection::vec((value(), 0u64..3), 0..300),
        ) {
            let mut counts = Counts::default();
            let mut plain = BTreeMap::new();
            for &(value, times) in &values {
                counts.push_times(value, times);
                if times > 0 {
                    *plain.entry(value).or_insert(0) += times;
                }
            }
            let pairs: Vec<_> = plain.iter().map(|(&value, &times)| (value, times)).collect();
            prop_assert_eq!(counts.iter().collect::<Vec<_>>(), pairs);
            prop_assert_eq!(counts.iter().len(), plain.len());
            prop_assert_eq!(counts.count(), plain.values().sum::<u64>());
            prop_assert_eq!(counts.min(), plain.keys().next().copied());
            prop_assert_eq!(counts.max(), plain.keys().next_back().copied());
            prop_assert_eq!(counts.is_empty(), plain.is_empty());
            prop_assert_eq!(&Counts::from(plain), &counts);
        }

        #[test]
        fn merging_any_split_equals_the_whole(
            values in prop::collection::vec(value(), 0..300),
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
