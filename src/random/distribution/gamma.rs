//! Gamma draws: G. Marsaglia and W. W. Tsang, "A simple method for generating gamma variables", ACM
//! TOMS 26 (2000), doi:10.1145/358407.358414.

use super::super::Stream;
use super::super::exponential::{exponential, minus_ln};
use super::inverse::scaled_exp;
use super::normal::normal;
use super::sampler::fraction;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Gamma {
    d: f64,
    c: f64,
    /// d in units of the value.
    scale: f64,
    /// The shape if it is below 1: then a draw of shape + 1 is made smaller.
    below_one: Option<f64>,
}

impl Gamma {
    pub(super) fn new(shape: f64, mean: f64) -> Self {
        let below_one = (shape < 1.0).then_some(shape);
        let d = if shape < 1.0 { shape + 2.0 / 3.0 } else { shape - 1.0 / 3.0 };
        let scale = (mean * (d / shape)).min(f64::MAX);
        Self { d, c: 1.0 / (9.0 * d).sqrt(), scale, below_one }
    }

    /// Draw 0 is for a shape below 1; then a try takes two draws, and nineteen of twenty succeed.
    #[inline]
    pub(super) fn draw(&self, stream: Stream) -> f64 {
        let mut next = 1;
        loop {
            let (x, u) = (normal(stream, next), fraction(stream.draw(next + 1)));
            next += 2;
            if let Some(v) = self.accepted(x, u) {
                let value = (self.scale * v).min(f64::MAX);
                return match self.below_one {
                    None => value,
                    // u^(1/shape) for u = e^−E.
                    Some(shape) => scaled_exp(value, -exponential(stream, 0) / shape),
                };
            }
        }
    }

    /// v = (1 + cx)³, if it is kept.
    #[inline]
    fn accepted(&self, x: f64, u: f64) -> Option<f64> {
        let y = self.c * x;
        if y <= -1.0 {
            return None;
        }
        let (t, square) = (1.0 + y, x * x);
        let v = t * t * t;
        if u < 1.0 - 0.0331 * square * square {
            return Some(v);
        }
        // 1 − v + ln v, by y: v and 1 are nearly equal where the shape is large.
        let below = 3.0 * (libm::log1p(y) - y) - y * y * (3.0 + y);
        (-minus_ln(u) < 0.5 * square + self.d * below).then_some(v)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::RunKeys;

    /// The squeeze only ever keeps what the exact test keeps, and the exact test is the one of the paper.
    #[test]
    fn tries_are_decided_as_in_the_paper() {
        for shape in [0.3, 1.0, 2.5, 50.0] {
            let gamma = Gamma::new(shape, 1.0);
            for i in -60..=60 {
                for j in 1..100 {
                    let (x, u) = (f64::from(i) / 10.0, f64::from(j) / 100.0);
                    let v = (1.0 + gamma.c * x).powi(3);
                    let gap = 0.5 * x * x + gamma.d * (1.0 - v + v.ln()) - u.ln();
                    if v <= 0.0 {
                        assert_eq!(gamma.accepted(x, u), None);
                    } else if gap.abs() > 1e-9 {
                        assert_eq!(gamma.accepted(x, u).is_some(), gap > 0.0, "{shape} {x} {u}");
                    }
                }
            }
        }
    }

    #[test]
    fn extreme_parameters_give_finite_values() {
        let lane = RunKeys::new(0, 0, 0).tie.lane(0);
        let extreme = [5e-324, 1e-300, 1e-3, 1.0, 1e3, 1e300, f64::MAX];
        for shape in extreme {
            for mean in extreme {
                let gamma = Gamma::new(shape, mean);
                for who in 0..200 {
                    let value = gamma.draw(lane.stream(who));
                    assert!((0.0..=f64::MAX).contains(&value), "{shape} {mean}: {value}");
                    if shape > 1e200 {
                        assert!((value / mean - 1.0).abs() < 1e-9, "{shape} {mean}: {value}");
                    }
                }
            }
        }
    }
}
