//! Draws from a list of values with probabilities.

use super::super::{Stream, Threshold};

/// Values in order, and the probability of all values up to each but the last, in units of 2^−128.
/// In order, so that a value grows with its draw, as for the other distributions.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Table {
    values: Vec<f64>,
    cuts: Vec<u128>,
}

impl Table {
    /// `entries` as [`check`](super::Distribution::check) wants them. O(k log k) for k entries.
    pub(super) fn new(entries: &[(f64, f64)]) -> Self {
        let mut entries = entries.to_vec();
        entries.sort_by(|a, b| a.0.total_cmp(&b.0));
        let total: f64 = entries.iter().map(|&(_, probability)| probability).sum();
        // 1 is 2^128, that is 0.
        let mut parts: Vec<u128> = entries
            .iter()
            .map(|&(_, probability)| match Threshold::new((probability / total).min(1.0)) {
                Threshold::Always => 0,
                Threshold::Below(part) => part,
            })
            .collect();
        // What rounding leaves goes to the likeliest, which misses it least.
        let sum = parts.iter().fold(0u128, |sum, &part| sum.wrapping_add(part));
        let likeliest = (0..entries.len()).max_by(|&a, &b| entries[a].1.total_cmp(&entries[b].1));
        if let Some(likeliest) = likeliest {
            parts[likeliest] = parts[likeliest].wrapping_sub(sum);
        }
        parts.pop();
        let mut cut = 0u128;
        let cuts = parts.into_iter().map(|part| {
            cut = cut.wrapping_add(part);
            cut
        });
        Self { cuts: cuts.collect(), values: entries.into_iter().map(|(value, _)| value).collect() }
    }

    /// O(log k).
    #[inline]
    pub(super) fn draw(&self, stream: Stream) -> f64 {
        let word = u128::from(stream.draw(0)) << 64 | u128::from(stream.more(0));
        self.values[self.cuts.partition_point(|&cut| cut <= word)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_are_where_probabilities_end() {
        let table = Table::new(&[(3.0, 0.5), (1.0, 0.25), (2.0, 0.25)]);
        assert_eq!(table.values, [1.0, 2.0, 3.0]);
        assert_eq!(table.cuts, [1 << 126, 1 << 127]);
        assert_eq!(Table::new(&[(7.0, 1.0)]).cuts, []);
    }

    #[test]
    fn rare_values_have_their_share() {
        let rare = 1e-25;
        let table = Table::new(&[(1.0, rare), (2.0, 1.0), (3.0, rare)]);
        let share = |part: u128| part as f64 / 2f64.powi(128);
        assert!((share(table.cuts[0]) / rare - 1.0).abs() < 1e-12);
        assert!((share(table.cuts[1].wrapping_neg()) / rare - 1.0).abs() < 1e-12);
    }
}
