//! Whom each account listens to in a run: the live edges of linear threshold.

use std::ops::Range;

use crate::random::place_in;

/// How accounts choose one of their in-ties.
#[derive(Debug, Clone)]
pub(crate) struct Choices {
    /// For each entry of the rows of [`Listeners`](crate::graph::Listeners): the running sum of weights
    /// in units of 2^−64, `u64::MAX` standing for 1. Absent if all alike.
    bounds: Option<Box<[u64]>>,
}

impl Choices {
    pub(super) fn uniform() -> Self {
        Self { bounds: None }
    }

    pub(super) fn weighted(bounds: Vec<u64>) -> Self {
        Self { bounds: Some(bounds.into()) }
    }

    /// The running sums of `weights`, each rounded down to 2^−64.
    pub(super) fn push_as_is(weights: &[f64], bounds: &mut Vec<u64>) {
        let mut sum = 0u128;
        bounds.extend(weights.iter().map(|weight| {
            sum += (weight * 18_446_744_073_709_551_616.0) as u128;
            u64::try_from(sum).unwrap_or(u64::MAX)
        }));
    }

    /// The same, each divided by the sum of all; the last that is not 0 ends at 1.
    pub(super) fn push_normalised(weights: &[f64], bounds: &mut Vec<u64>) {
        let total: f64 = weights.iter().sum();
        if total <= 0.0 {
            return bounds.extend(weights.iter().map(|_| 0));
        }
        let start = bounds.len();
        let shares: Vec<f64> = weights.iter().map(|weight| weight / total).collect();
        Self::push_as_is(&shares, bounds);
        let last = weights.iter().rposition(|&weight| weight > 0.0).unwrap_or(0);
        bounds[start + last..].fill(u64::MAX);
    }

    /// What [`entry`](Self::entry) looks at, entry by entry, if at anything.
    #[inline(always)]
    pub(crate) fn bounds(&self) -> &[u64] {
        self.bounds.as_deref().unwrap_or(&[])
    }

    /// Which of the entries of this row, of which there are some, `draw` chooses, if any.
    #[inline(always)]
    pub(crate) fn entry(&self, row: Range<u64>, draw: u64) -> Option<u64> {
        match &self.bounds {
            None => Some(row.start + place_in(draw, (row.end - row.start) as u32)),
            Some(bounds) => {
                let bounds = &bounds[row.start as usize..row.end as usize];
                let place = bounds.partition_point(|&bound| draw >= bound && bound != u64::MAX);
                (place < bounds.len()).then_some(row.start + place as u64)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_sums_end_at_one_where_they_should() {
        let mut bounds = Vec::new();
        Choices::push_as_is(&[0.25, 0.0, 0.25], &mut bounds);
        assert_eq!(bounds, [1 << 62, 1 << 62, 1 << 63]);
        bounds.clear();
        Choices::push_as_is(&[0.5, 0.5, 0.0], &mut bounds);
        assert_eq!(bounds, [1 << 63, u64::MAX, u64::MAX]);
        bounds.clear();
        Choices::push_normalised(&[3.0, 1.0, 0.0], &mut bounds);
        assert_eq!(bounds, [3 << 62, u64::MAX, u64::MAX]);
        bounds.clear();
        Choices::push_normalised(&[0.0, 0.0], &mut bounds);
        assert_eq!(bounds, [0, 0]);
    }
}
