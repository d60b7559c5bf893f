//! Alias tables: one draw picks an entry in proportion to its weight (Walker 1977; Vose 1991,
//! doi:10.1109/32.92917).

use super::Stream;

/// One cell of a table: below the cutoff the entry itself, else its alias.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cell {
    cutoff: u64,
    alias: u32,
}

/// A borrowed table with an entry for each cell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AliasTable<'a>(pub(crate) &'a [Cell]);

impl AliasTable<'_> {
    /// Appends the cells for `weights` (finite, > 0) to `cells`.
    ///
    /// Every entry gets its share of the table to about 2^−50 relative, if it is at least 2^−44 of
    /// the mean weight; entries below that keep 2^−64 of a cell as the step. O(weights) time.
    pub(crate) fn build(weights: &[f64], cells: &mut Vec<Cell>) {
        let total: f64 = weights.iter().sum();
        let scale = weights.len() as f64 / total;
        let base = cells.len();
        let (mut small, mut large) = (Vec::new(), Vec::new());
        let mut left: Vec<f64> = weights.iter().map(|weight| weight * scale).collect();
        for (entry, &share) in left.iter().enumerate() {
            // A full cell until something smaller needs a part of it.
            cells.push(Cell { cutoff: u64::MAX, alias: entry as u32 });
            if share < 1.0 { small.push(entry) } else { large.push(entry) }
        }
        while let (Some(&lesser), Some(&greater)) = (small.last(), large.last()) {
            small.pop();
            let cutoff = (left[lesser] * 18_446_744_073_709_551_616.0) as u64;
            cells[base + lesser] = Cell { cutoff, alias: greater as u32 };
            left[greater] = (left[greater] + left[lesser]) - 1.0;
            if left[greater] < 1.0 {
                large.pop();
                small.push(greater);
            }
        }
        // What is left of either list is 1 but for rounding: those cells stay full.
    }

    /// The entry that draw number `index` of `stream` picks.
    #[inline]
    pub(crate) fn pick(self, stream: Stream, index: u64) -> usize {
        let cells = self.0.len() as u64;
        let product = u128::from(stream.draw(index)) * u128::from(cells);
        let (place, fraction) = ((product >> 64) as u64, product as u64);
        let cell = self.0[place as usize];
        // The draw stands for an interval `cells` wide: usually no bound lies inside.
        if fraction > u64::MAX - cells || cell.cutoff.wrapping_sub(fraction).wrapping_sub(1) < cells
        {
            return self.pick_finely(product, stream.more(index));
        }
        if fraction < cell.cutoff { place as usize } else { cell.alias as usize }
    }

    #[cold]
    fn pick_finely(self, product: u128, more: u64) -> usize {
        let finer = product + ((u128::from(more) * self.0.len() as u128) >> 64);
        let (place, fraction) = ((finer >> 64) as usize, finer as u64);
        let cell = self.0[place];
        if fraction < cell.cutoff { place } else { cell.alias as usize }
    }

    /// The share of each entry that the cells realise.
    #[cfg(test)]
    pub(crate) fn shares(self) -> Vec<f64> {
        let mut shares = vec![0.0; self.0.len()];
        for (entry, cell) in self.0.iter().enumerate() {
            let own = cell.cutoff as f64 / 18_446_744_073_709_551_616.0;
            shares[entry] += own;
            shares[cell.alias as usize] += 1.0 - own;
        }
        shares.iter().map(|share| share / self.0.len() as f64).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::RunKeys;

    fn table(weights: &[f64]) -> Vec<Cell> {
        let mut cells = Vec::new();
        AliasTable::build(weights, &mut cells);
        cells
    }

    #[test]
    fn shares_follow_weights_even_when_they_are_far_apart() {
        let mut weights = vec![0.693; 1000];
        weights.extend((0..999_000).map(|i| if i % 2 == 0 { 1e-4 } else { 1e-12 }));
        let total: f64 = weights.iter().sum();
        let cells = table(&weights);
        for (share, weight) in AliasTable(&cells).shares().iter().zip(&weights) {
            let want = weight / total;
            assert!((share / want - 1.0).abs() < 1e-6, "{share} for {want}");
        }
    }

    #[test]
    fn one_entry_is_always_picked() {
        let cells = table(&[3.0]);
        let stream = RunKeys::new(0, 0, 0).tie.stream(0, 0);
        assert!((0..1000).all(|i| AliasTable(&cells).pick(stream, i) == 0));
    }

    /// Chi-square with 4 degrees of freedom below 33.4 (false alarm 1e-6).
    #[test]
    fn picks_follow_weights() {
        let weights = [1.0, 2.0, 3.0, 4.0, 0.5];
        let cells = table(&weights);
        let stream = RunKeys::new(5, 0, 0).tie.stream(0, 0);
        let n = 210_000;
        let mut seen = [0u32; 5];
        for index in 0..n {
            seen[AliasTable(&cells).pick(stream, index)] += 1;
        }
        let chi: f64 = seen
            .iter()
            .zip(weights)
            .map(|(&seen, weight)| {
                let want = n as f64 * weight / 10.5;
                (f64::from(seen) - want).powi(2) / want
            })
            .sum();
        assert!(chi < 33.4, "{chi}");
    }

    #[test]
    fn a_draw_on_a_bound_looks_at_more_bits() {
        // Four equal cells: the product's low word is near a bound only for chosen draws.
        let cells = [Cell { cutoff: 1 << 63, alias: 1 }, Cell { cutoff: u64::MAX, alias: 1 }];
        let half = (1u128 << 63) - 1;
        assert_eq!(AliasTable(&cells).pick_finely(half, 0), 0);
        assert_eq!(AliasTable(&cells).pick_finely(half, u64::MAX), 1);
        let end = u128::from(u64::MAX);
        assert_eq!(AliasTable(&cells).pick_finely(end, u64::MAX), 1);
    }
}
