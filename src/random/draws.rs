//! Draws one after the other, for what has an order of its own.

use super::{Stream, exponential, uniform};

/// The draws of a stream in order: what a generator reads that goes from tie to tie.
#[derive(Debug, Clone)]
pub(crate) struct Draws {
    stream: Stream,
    next: u64,
}

impl Draws {
    pub(crate) fn new(stream: Stream) -> Self {
        Self { stream, next: 0 }
    }

    /// Uniform over 64 bits.
    #[inline]
    pub(crate) fn word(&mut self) -> u64 {
        let word = self.stream.draw(self.next);
        self.next += 1;
        word
    }

    /// Uniform below `bound`, which is above 0: the upper half of a product, drawn again where that
    /// would prefer some numbers (D. Lemire, "Fast random integer generation in an interval", ACM
    /// TOMACS 29 (2019), doi:10.1145/3230636).
    #[inline]
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        let mut product = u128::from(self.word()) * u128::from(bound);
        if (product as u64) < bound {
            let uneven = bound.wrapping_neg() % bound;
            while (product as u64) < uneven {
                product = u128::from(self.word()) * u128::from(bound);
            }
        }
        (product >> 64) as u64
    }

    /// Exponential with mean 1.
    #[inline]
    pub(crate) fn exponential(&mut self) -> f64 {
        let index = self.next;
        self.next += 1;
        exponential(self.stream, index)
    }

    /// Uniform in 0..1, in steps of 2^−53.
    #[inline]
    pub(crate) fn fraction(&mut self) -> f64 {
        let index = self.next;
        self.next += 1;
        uniform(self.stream, index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Key;

    /// Chi-square with 6 degrees of freedom below 38.3 (false alarm 1e-6); and a bound just above
    /// half of the range, where every second draw is thrown away.
    #[test]
    fn numbers_below_a_bound_are_even() {
        let mut draws = Draws::new(Key::of_graph(0).stream(0, 0));
        let n = 70_000;
        let mut seen = [0f64; 7];
        for _ in 0..n {
            seen[draws.below(7) as usize] += 1.0;
        }
        let want = f64::from(n) / 7.0;
        let chi: f64 = seen.iter().map(|seen| (seen - want).powi(2) / want).sum();
        assert!(chi < 38.3, "{chi}");

        let bound = (1 << 63) + 1;
        let lower = (0..n).filter(|_| draws.below(bound) < bound / 2).count() as f64;
        assert!((lower - f64::from(n) / 2.0).abs() < 4.5 * (f64::from(n) / 4.0).sqrt());
        assert!((0..100).all(|_| draws.below(1) == 0 && (0.0..1.0).contains(&draws.fraction())));
    }
}
