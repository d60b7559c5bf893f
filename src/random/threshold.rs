//! Coins of any probability, compared in integers.

use super::Stream;
use super::key::more;

/// A probability as a 128-bit fraction: exact for every `f64` of at least 2^−75.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Threshold {
    Always,
    Below(u128),
}

impl Threshold {
    /// `p` in 0..=1.
    pub(crate) fn new(p: f64) -> Self {
        debug_assert!((0.0..=1.0).contains(&p));
        if p >= 1.0 {
            return Self::Always;
        }
        let bits = p.to_bits();
        let exponent = (bits >> 52) as i32;
        let fraction = u128::from(bits & ((1 << 52) - 1));
        let (mantissa, exponent) =
            if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) };
        let shift = 128 + exponent;
        Self::Below(if shift >= 0 {
            mantissa << shift
        } else {
            mantissa.checked_shr(shift.unsigned_abs()).unwrap_or(0)
        })
    }

    /// Whether this can ever succeed.
    pub(crate) fn is_never(self) -> bool {
        self == Self::Below(0)
    }

    /// Whether draw number `index` of `stream` succeeds.
    #[inline]
    pub(crate) fn succeeds(self, stream: Stream, index: u64) -> bool {
        self.succeeds_by(stream.draw(index))
    }

    /// The same of a stream that is only made if it decides.
    #[inline]
    pub(crate) fn succeeds_in(self, stream: impl FnOnce() -> Stream, index: u64) -> bool {
        self == Self::Always || self.succeeds(stream(), index)
    }

    /// Whether a draw that is at hand succeeds.
    #[inline]
    pub(crate) fn succeeds_by(self, draw: u64) -> bool {
        let Self::Below(limit) = self else { return true };
        let high = (limit >> 64) as u64;
        draw < high || (draw == high && more(draw) < limit as u64)
    }

    /// The greatest draw that may succeed. All below it do.
    #[inline]
    pub(crate) fn greatest(self) -> u64 {
        match self {
            Self::Always => u64::MAX,
            Self::Below(limit) => (limit >> 64) as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::RunKeys;

    #[test]
    fn draws_above_the_greatest_fail_and_those_below_it_succeed() {
        for p in [1e-300, 1e-18, 0.001, 0.3, 0.5, 0.75, 1.0] {
            let coin = Threshold::new(p);
            let greatest = coin.greatest();
            assert!(greatest.checked_add(1).is_none_or(|above| !coin.succeeds_by(above)), "{p}");
            assert!(greatest.checked_sub(1).is_none_or(|below| coin.succeeds_by(below)), "{p}");
        }
    }

    #[test]
    fn fractions_are_exact() {
        assert_eq!(Threshold::new(0.5), Threshold::Below(1 << 127));
        assert_eq!(Threshold::new(0.75), Threshold::Below(3 << 126));
        assert_eq!(Threshold::new(2f64.powi(-100)), Threshold::Below(1 << 28));
        assert_eq!(Threshold::new(1.0), Threshold::Always);
        assert!(Threshold::new(0.0).is_never());
        assert!(Threshold::new(f64::MIN_POSITIVE).is_never());
        let Threshold::Below(limit) = Threshold::new(1e-12) else { panic!() };
        assert!((limit as f64 / 2f64.powi(128) / 1e-12 - 1.0).abs() < 1e-15);
    }

    /// Frequency within 4.5 standard errors (false alarm 7e-6 each).
    #[test]
    fn frequencies() {
        let stream = RunKeys::new(0, 0, 0).crosspost.stream(0, 0);
        let n = 400_000u64;
        for p in [0.0, 0.001, 0.3, 0.9, 1.0] {
            let coin = Threshold::new(p);
            let hits = (0..n).filter(|&i| coin.succeeds(stream, i)).count() as f64;
            let n = n as f64;
            assert!((hits - n * p).abs() <= 4.5 * (n * p * (1.0 - p)).sqrt());
        }
    }
}
