//! Poisson counts from one draw, compared in integers: how many points a stretch of hazard holds.

use super::{Stream, Threshold, exponential_below};

/// The longest stretch of hazard that one draw decides; longer ones are cut.
pub(crate) const LONGEST: f64 = 6.0;

/// Counts at or above this have a probability below 10^−40 at [`LONGEST`], and do not happen.
const MOST: usize = 64;

/// Thresholds in a [`Row`].
pub(crate) const WIDTH: usize = 16;

/// The first 16 bits of P(N ≥ 1) … P(N ≥ 16): what decides a count unless the draw's first 16 bits
/// equal one of them, or lie below all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C, align(32))]
pub(crate) struct Row(pub(crate) [u16; WIDTH]);

/// Rows for several stretches.
#[derive(Debug, Clone, Default)]
pub(crate) struct PoissonRows {
    rows: Vec<Row>,
    stretches: Vec<f64>,
}

impl PoissonRows {
    /// Appends a stretch (0 ≤ `hazard` ≤ [`LONGEST`]).
    pub(crate) fn push(&mut self, hazard: f64) {
        let mut row = [0; WIDTH];
        for (bits, tail) in row.iter_mut().zip(tails(hazard)) {
            // A tail can round to 1, for which there are no 16 bits.
            *bits = (tail * 65_536.0).min(65_535.0) as u16;
        }
        self.rows.push(Row(row));
        self.stretches.push(hazard);
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// What [`row`](Self::row) looks at.
    #[inline(always)]
    pub(crate) fn all(&self) -> &[Row] {
        &self.rows
    }

    #[inline(always)]
    pub(crate) fn row(&self, place: usize) -> &Row {
        &self.rows[place]
    }

    /// The first 16 bits of P(N ≥ 1) and P(N ≥ 2), for [`none_or_one`].
    #[inline(always)]
    pub(crate) fn one_or_two(&self, place: usize) -> [u16; 2] {
        let [one, two, ..] = self.rows[place].0;
        [one, two]
    }

    /// The count that draw number 0 of `stream` stands for, where most are 0 or 1: which of the two no processor
    /// can guess, so that is told without a branch.
    #[inline]
    pub(crate) fn points(&self, place: usize, stream: Stream) -> u64 {
        let first = (stream.draw(0) >> 48) as u16;
        let (is_one, is_unknown) = none_or_one(self.one_or_two(place), first);
        if is_unknown { self.more_points(place, stream, first) } else { u64::from(is_one) }
    }

    #[inline(never)]
    fn more_points(&self, place: usize, stream: Stream, first: u16) -> u64 {
        let thresholds = &self.rows[place].0;
        let points = thresholds.iter().take_while(|&&threshold| first < threshold).count();
        match thresholds.get(points) {
            Some(&threshold) if threshold != first => points as u64,
            // The first bits do not decide.
            _ => self.exactly(place, stream, 0) as u64,
        }
    }

    /// The count that draw number `index` of `stream` stands for, to the last bit.
    #[cold]
    #[inline(never)]
    pub(crate) fn exactly(&self, place: usize, stream: Stream, index: u64) -> usize {
        to_the_last_bit(self.stretches[place], stream, index)
    }
}

/// Whether a draw that begins with `first` stands for 1, if it stands for 0 or 1; and whether that is not known by
/// the first bits of P(N ≥ 1) and P(N ≥ 2) alone: they are those of the first, or do not lie above the second.
#[inline(always)]
pub(crate) fn none_or_one([one, two]: [u16; 2], first: u16) -> (bool, bool) {
    let is_unknown = (first <= two) | (first == one);
    ((first < one) & !is_unknown, is_unknown)
}

/// The number of points in a stretch of `hazard` that draw number `index` of `stream` stands for:
/// the k for which the draw, as a fraction, lies in [P(N ≥ k + 1), P(N ≥ k)).
pub(crate) fn count(hazard: f64, stream: Stream, index: u64) -> usize {
    quickly(hazard, stream.draw(index)).unwrap_or_else(|| to_the_last_bit(hazard, stream, index))
}

/// Nearer than that to the border between two counts, sums of terms do not tell which it is.
const NEAR: f64 = 1e-9;

/// The same unless the draw is near a border: P(N ≤ 0), P(N ≤ 1) … from below.
#[inline]
fn quickly(hazard: f64, draw: u64) -> Option<usize> {
    let above = 1.0 - (draw >> 11) as f64 / 9_007_199_254_740_992.0;
    let mut term = 1.0 - exponential_below(hazard);
    let (mut sum, mut count) = (term, 0);
    while (sum - above).abs() > NEAR {
        if sum > above {
            return Some(count);
        }
        count += 1;
        term = term * hazard / count as f64;
        sum += term;
    }
    None
}

#[cold]
fn to_the_last_bit(hazard: f64, stream: Stream, index: u64) -> usize {
    tails(hazard).take_while(|&tail| Threshold::new(tail).succeeds(stream, index)).count()
}

/// A mean of any length, cut into pieces that one draw each decides: how many, and how long.
pub(crate) fn pieces(mean: f64) -> (u64, f64) {
    let pieces = (mean / LONGEST).ceil();
    if pieces > 0.0 { (pieces as u64, (mean / pieces).min(LONGEST)) } else { (0, 0.0) }
}

/// P(N ≥ 1), P(N ≥ 2) … for N Poisson with mean `hazard`, each to some 10^−14 relative: sums of
/// positive terms, the smallest first.
fn tails(hazard: f64) -> impl Iterator<Item = f64> {
    debug_assert!((0.0..=LONGEST).contains(&hazard));
    let mut tails = [0.0; MOST];
    let mut term = exp_minus(hazard);
    for (k, tail) in tails.iter_mut().enumerate() {
        term = term * hazard / (k as f64 + 1.0);
        *tail = term;
    }
    for k in (0..MOST - 1).rev() {
        tails[k] += tails[k + 1];
    }
    tails.into_iter().map(|tail| tail.min(1.0))
}

/// e^−x for 0 ≤ x ≤ [`LONGEST`].
fn exp_minus(x: f64) -> f64 {
    // Taylor at x / 64 ≤ 0.1: the term left out is below 2^−60. Then squared six times.
    let y = x * 0.015_625;
    let mut sum = 1.0;
    for k in (1..=12).rev() {
        sum = 1.0 + sum * y / f64::from(k);
    }
    for _ in 0..6 {
        sum *= sum;
    }
    1.0 / sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::RunKeys;

    #[test]
    fn exponentials_are_right() {
        for i in 0..=6000 {
            let x = f64::from(i) / 1000.0;
            assert!((exp_minus(x) / (-x).exp() - 1.0).abs() < 2e-14, "{x}");
        }
    }

    #[test]
    fn counts_are_the_same_in_two_ways() {
        let stream = RunKeys::new(3, 0, 0).tie.stream(1, 1);
        for hazard in [0.0, 1e-12, 1e-4, 0.3, 1.0, 2.5, 6.0] {
            let told = (0..20_000).filter(|&index| {
                let exactly = to_the_last_bit(hazard, stream, index);
                let quickly = quickly(hazard, stream.draw(index));
                assert!(quickly.is_none_or(|found| found == exactly), "{hazard}: {exactly}");
                quickly.is_some()
            });
            assert!(told.count() > 19_990, "{hazard}");
            // The borders themselves, and what lies beside them.
            for tail in tails(hazard).take(8) {
                let border = (tail * 18_446_744_073_709_551_616.0) as u64;
                assert!(quickly(hazard, border).is_none() || tail < NEAR / 2.0 || tail == 1.0);
            }
        }
    }

    #[test]
    fn tails_are_right() {
        for hazard in [1e-300f64, 1e-12, 1e-4, 0.3, 1.0, 2.5, 6.0] {
            let found: Vec<f64> = tails(hazard).collect();
            assert!((found[0] / -(-hazard).exp_m1() - 1.0).abs() < 2e-14, "{hazard}");
            let term = |k: i32| (-hazard).exp() * hazard.powi(k);
            assert!((found[0] - found[1] - term(1)).abs() < 1e-15 * (1.0 + 1.0 / hazard).min(5.0));
            assert!(found.windows(2).all(|pair| pair[1] <= pair[0]));
            let mean: f64 = found.iter().sum();
            assert!((mean / hazard - 1.0).abs() < 1e-13, "{hazard}: {mean}");
        }
        assert!(tails(0.0).all(|tail| tail == 0.0));
    }

    /// A row decides like the exact count wherever it claims to.
    #[test]
    fn rows_agree_with_counts() {
        let mut rows = PoissonRows::default();
        let stretches = [0.0, 1e-9, 0.01, 0.7, 3.0, 6.0];
        stretches.iter().for_each(|&hazard| rows.push(hazard));
        let stream = RunKeys::new(1, 2, 0).tie.lane(0).stream(5);
        for (place, &hazard) in stretches.iter().enumerate() {
            for target in 0..50_000 {
                let own = RunKeys::new(4, 2, 0).tie.lane(0).stream(target);
                assert_eq!(rows.points(place, own), rows.exactly(place, own, 0) as u64, "{hazard}");
            }
            let mut decided = 0;
            for index in 0..50_000 {
                let first = (stream.draw(index) >> 48) as u16;
                let Row(row) = rows.row(place);
                let below = row.iter().filter(|&&bits| first < bits).count();
                let exact = rows.exactly(place, stream, index);
                if below < WIDTH && !row.contains(&first) {
                    assert_eq!(below, exact, "hazard {hazard}, draw {index}");
                    decided += 1;
                }
                assert_eq!(exact, count(hazard, stream, index));
            }
            assert!(decided > 49_000, "hazard {hazard}: {decided}");
        }
    }

    /// Means within 4.5 standard errors (false alarm 7e-6 each).
    #[test]
    fn means() {
        let n = 200_000;
        let stream = RunKeys::new(3, 0, 0).tie.lane(0).stream(0);
        for hazard in [0.001, 0.5, 2.5, 6.0] {
            let sum: usize = (0..n).map(|index| count(hazard, stream, index)).sum();
            let n = n as f64;
            assert!((sum as f64 / n - hazard).abs() < 4.5 * (hazard / n).sqrt(), "{hazard}");
        }
    }

    #[test]
    fn pieces_cover_a_mean() {
        assert_eq!((pieces(0.0), pieces(LONGEST)), ((0, 0.0), (1, LONGEST)));
        for mean in [1e-300, 0.1, 0.999 * LONGEST, 1.001 * LONGEST, 2.5 * LONGEST, 12_345.6] {
            let (number, length) = pieces(mean);
            assert!(0.0 < length && length <= LONGEST, "{mean}: {length}");
            assert!(
                (number as f64 * length / mean - 1.0).abs() < 1e-12,
                "{mean}: {number} × {length}"
            );
            assert!((number - 1) as f64 * LONGEST < mean, "{mean}: {number}");
        }
    }
}
