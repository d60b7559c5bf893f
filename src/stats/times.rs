//! Mean and standard error of times.

use super::moments::{Estimate, Moments};

/// Sums of times in ticks of 2^−32 units.
///
/// The mean is exact. Squares of ticks would leave 128 bits, so the standard error is that of times
/// rounded down to 2^−20 units.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Times {
    sum: u128,
    coarse: Moments,
}

const FINER: u32 = 12;
const TICKS: f64 = 4_294_967_296.0;

impl Times {
    pub(crate) fn push(&mut self, tick: u64) {
        self.sum += u128::from(tick);
        self.coarse.push(tick >> FINER);
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.sum += other.sum;
        self.coarse.merge(&other.coarse);
    }

    pub(crate) fn count(&self) -> u64 {
        self.coarse.count()
    }

    /// In units of time; none without values.
    pub(crate) fn estimate(&self) -> Option<Estimate> {
        let Estimate { std_error, .. } = self.coarse.estimate()?;
        let scale = f64::from(1u32 << FINER) / TICKS;
        Some(Estimate {
            mean: self.sum as f64 / self.count() as f64 / TICKS,
            std_error: std_error.map(|error| error * scale),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_mean_and_an_error_however_large() {
        let mut times = Times::default();
        assert_eq!(times.estimate(), None);
        times.push(1 << 32);
        let mut later = Times::default();
        later.push(3 << 32);
        times.merge(&later);
        let estimate = times.estimate().unwrap();
        assert_eq!((times.count(), estimate.mean, estimate.std_error), (2, 2.0, Some(1.0)));
        (0..1000).for_each(|_| times.push(u64::MAX));
        assert!(times.estimate().unwrap().mean > 4e9);
    }
}
