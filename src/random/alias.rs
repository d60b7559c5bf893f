//! Alias tables: one draw picks an entry in proportion to its weight (Walker 1977; Vose 1991,
//! doi:10.1109/32.92917), in eight bytes per entry.
//!
//! A cutoff is an `f32`, and what rounding it gives or takes is settled with the entry that fills
//! the rest of the cell; so each entry gets its share to 2^−22 relative, however small it is.

use super::Stream;

/// One cell of a table: below the cutoff the entry itself, else its alias.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(C)]
pub(crate) struct Cell {
    cutoff: f32,
    pub(crate) alias: u32,
}

impl Cell {
    /// A cell without an alias: its cutoff lies above every fraction.
    pub(crate) const FULL: Self = Self { cutoff: 1.0 + f32::EPSILON, alias: Self::NOBODY };

    /// The alias that stands for no entry.
    pub(crate) const NOBODY: u32 = u32::MAX;

    /// Whether `fraction` (uniform, in units of 2^−64) lies below the cutoff.
    #[inline(always)]
    pub(crate) fn is_own(self, fraction: u64) -> bool {
        (fraction as f64) < f64::from(self.cutoff) * 18_446_744_073_709_551_616.0
    }
}

/// A borrowed table with an entry for each cell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AliasTable<'a>(pub(crate) &'a [Cell]);

impl AliasTable<'_> {
    /// Appends the cells for `weights` (finite, ≥ 0) to `cells`; `total` is at least their sum, and
    /// what it has more goes to [`NOBODY`](Cell::NOBODY). `name` says what an alias to an entry is
    /// written as. O(weights) time.
    pub(crate) fn build(
        weights: &[f64],
        total: f64,
        name: impl Fn(usize) -> u32,
        cells: &mut Vec<Cell>,
    ) {
        let scale = weights.len() as f64 / total;
        let base = cells.len();
        cells.resize(base + weights.len(), Cell::FULL);
        let mut left: Vec<f64> = weights.iter().map(|weight| weight * scale).collect();
        // What rounding has given away so far; the next cutoff is rounded against it.
        let mut given = 0.0;
        let mut round = |share: f64| {
            let nearest = share as f32;
            let rounded = if given > 0.0 && f64::from(nearest) > share {
                nearest.next_down()
            } else if given < 0.0 && f64::from(nearest) < share {
                nearest.next_up()
            } else {
                nearest
            };
            given += f64::from(rounded) - share;
            rounded
        };
        let small = pair_entries(&mut left, |lesser, share, greater| {
            let cutoff = round(share);
            cells[base + lesser] = Cell { cutoff, alias: name(greater) };
            f64::from(cutoff)
        });
        // Large ones that are left are 1 but for rounding; what small ones lack is nobody's.
        for entry in small {
            cells[base + entry].cutoff = round(left[entry]);
        }
    }

    /// The entry that draw number `index` of `stream` picks: its place, or the alias written there.
    pub(crate) fn pick(self, stream: Stream, index: u64) -> Pick {
        let place = stream.place(index, self.0.len() as u32);
        let cell = self.0[place as usize];
        if cell.is_own(stream.more(index)) { Pick::Own(place) } else { Pick::Alias(cell.alias) }
    }

    /// The share of each entry that the cells realise, if aliases are written as places.
    #[cfg(test)]
    pub(crate) fn shares(self) -> Vec<f64> {
        let mut shares = vec![0.0; self.0.len()];
        for (entry, cell) in self.0.iter().enumerate() {
            let own = f64::from(cell.cutoff).min(1.0);
            shares[entry] += own;
            if let Some(share) = shares.get_mut(cell.alias as usize) {
                *share += 1.0 - own;
            }
        }
        shares.iter().map(|share| share / self.0.len() as f64).collect()
    }
}

/// Pairs entries so that each cell holds one with less than a cell and a part of one with more.
///
/// `left` is what each entry is worth in cells. `fill` is told of the lesser of two, what is left of
/// it, and the greater, and says how much of the cell the lesser gets; the rest is the greater's.
/// Returns the lesser entries that no greater one is left for; the greater ones that are left have
/// their cells to themselves. O(entries).
pub(crate) fn pair_entries(
    left: &mut [f64],
    mut fill: impl FnMut(usize, f64, usize) -> f64,
) -> Vec<usize> {
    let (mut small, mut large): (Vec<usize>, Vec<usize>) =
        (0..left.len()).partition(|&entry| left[entry] < 1.0);
    while let (Some(&lesser), Some(&greater)) = (small.last(), large.last()) {
        small.pop();
        left[greater] = (left[greater] + fill(lesser, left[lesser], greater)) - 1.0;
        if left[greater] < 1.0 {
            large.pop();
            small.push(greater);
        }
    }
    small
}

/// What a draw picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pick {
    /// The entry of this cell.
    Own(u32),
    /// What is written as the cell's alias.
    Alias(u32),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::RunKeys;

    fn table(weights: &[f64], total: f64) -> Vec<Cell> {
        let mut cells = Vec::new();
        AliasTable::build(weights, total, |entry| entry as u32, &mut cells);
        cells
    }

    fn assert_shares(weights: &[f64], total: f64) {
        let cells = table(weights, total);
        for (share, weight) in AliasTable(&cells).shares().iter().zip(weights) {
            let want = weight / total;
            assert!((share - want).abs() <= 3e-7 * want, "{share} for {want}");
        }
    }

    #[test]
    fn shares_follow_weights_even_when_they_are_far_apart() {
        let mut weights = vec![0.693; 1000];
        weights.extend((0..999_000).map(|i| if i % 2 == 0 { 1e-4 } else { 1e-12 }));
        let sum: f64 = weights.iter().sum();
        for spare in [1.0, 1.04, 30.0] {
            assert_shares(&weights, sum * spare);
        }
    }

    /// Weights of all sizes and nearly equal ones, with and without a rest for nobody.
    #[test]
    fn shares_follow_weights_of_every_kind() {
        let stream = RunKeys::new(2, 0, 0).tie.stream(0, 0);
        for case in 0..300u64 {
            let len = 1 + u64::from(stream.from(case << 20).place(0, 200));
            let uniform = |i: u64| stream.draw((case << 20) + 1 + i) as f64 / 2f64.powi(64);
            let weights: Vec<f64> = (0..len)
                .map(|i| match case % 4 {
                    0 => 10f64.powf(-12.0 * uniform(i)),
                    1 => 1.0 + 1e-7 * uniform(i),
                    2 => uniform(i),
                    _ => f64::from(u8::from(uniform(i) < 0.3)) + 1e-9,
                })
                .collect();
            let sum: f64 = weights.iter().sum();
            assert_shares(&weights, sum);
            assert_shares(&weights, sum * (1.0 + uniform(len) / 16.0));
        }
    }

    #[test]
    fn one_entry_is_always_picked_and_one_without_weight_never() {
        let stream = RunKeys::new(0, 0, 0).tie.stream(0, 0);
        let cells = table(&[3.0], 3.0);
        assert!((0..1000).all(|i| AliasTable(&cells).pick(stream, i) == Pick::Own(0)));
        let cells = table(&[0.0, 3.0], 3.0);
        let ones = [Pick::Own(1), Pick::Alias(1)];
        assert!((0..1000).all(|i| ones.contains(&AliasTable(&cells).pick(stream, i))));
    }

    /// Chi-square with 5 degrees of freedom below 35.9 (false alarm 1e-6).
    #[test]
    fn picks_follow_weights() {
        let weights = [1.0, 2.0, 3.0, 4.0, 0.5, 1.5];
        let cells = table(&weights[..5], 12.0);
        let stream = RunKeys::new(5, 0, 0).tie.stream(0, 0);
        let n = 210_000;
        let mut seen = [0u32; 6];
        for index in 0..n {
            let (Pick::Own(entry) | Pick::Alias(entry)) = AliasTable(&cells).pick(stream, index);
            seen[(entry as usize).min(5)] += 1;
        }
        let chi: f64 = seen
            .iter()
            .zip(weights)
            .map(|(&seen, weight)| {
                let want = n as f64 * weight / 12.0;
                (f64::from(seen) - want).powi(2) / want
            })
            .sum();
        assert!(chi < 35.9, "{chi}");
    }
}
