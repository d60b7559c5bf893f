//! Distributions that are a function of an exponential variable: small values and far tails are then
//! as good as its own.

/// A value that grows with a draw E of mean 1, for P(E > e) = e^−e.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Inverse {
    Exponential { rate: f64 },
    Weibull { scale: f64, power: f64 },
    Pareto { min: f64, alpha: f64 },
    Lomax { c: f64, theta: f64 },
    Seismic { s0: f64, theta: f64, head: f64, longest: f64 },
    Geometric { hazard: f64 },
}

impl Inverse {
    pub(super) fn seismic(s0: f64, theta: f64) -> Self {
        // As P(S > s0) = 1/(1 + θ), values up to s0 are those of E ≤ ln(1 + θ).
        Self::Seismic { s0, theta, head: libm::log1p(theta), longest: s0 * ((1.0 + theta) / theta) }
    }

    /// The value at `e`, finite and not negative.
    #[inline]
    pub(super) fn at(&self, e: f64) -> f64 {
        let value = match *self {
            Self::Exponential { rate } => e / rate,
            Self::Weibull { scale, power } => scaled_power(scale, e, power),
            Self::Pareto { min, alpha } => scaled_exp(min, e / alpha),
            Self::Lomax { c, theta } => {
                let x = e / theta;
                if x < LARGE { c * libm::expm1(x) } else { scaled_exp(c, x) }
            }
            Self::Seismic { s0, head, longest, .. } if e <= head => {
                // 1 − e^−e is uniform, and evenly spread values reach `longest` at its end.
                (longest * -libm::expm1(-e)).min(s0)
            }
            Self::Seismic { s0, theta, head, .. } => scaled_exp(s0, (e - head) / theta),
            Self::Geometric { hazard } => (e / hazard).ceil().max(1.0),
        };
        value.min(f64::MAX)
    }
}

/// Below it, e^x and e^−x are normal numbers.
const LARGE: f64 = 700.0;

/// `scale` · e^`x`, also where only e^x is out of range.
#[inline]
pub(super) fn scaled_exp(scale: f64, x: f64) -> f64 {
    if x.abs() < LARGE {
        return scale * libm::exp(x);
    }
    let half = libm::exp(0.5 * x);
    scale * half * half
}

/// `scale` · `base`^`power`, likewise.
#[inline]
fn scaled_power(scale: f64, base: f64, power: f64) -> f64 {
    let whole = libm::pow(base, power);
    if whole.is_normal() {
        return scale * whole;
    }
    let half = libm::pow(base, 0.5 * power);
    scale * half * half
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws from the smallest that has more bits to the largest, and what the values must be to some
    /// units in the last place of E or of the parameter.
    #[test]
    fn small_values_and_tails_are_right() {
        let near = |found: f64, want: f64| {
            assert!((found / want - 1.0).abs() < 3e-14, "{found:e} for {want:e}");
        };
        for e in [1e-38f64, 1e-20, 1e-9, 0.01, 0.3, 1.0, 5.0, 20.0, 45.0] {
            near(Inverse::Exponential { rate: 4.0 }.at(e), e / 4.0);
            near(Inverse::Weibull { scale: 3.0, power: 2.0 }.at(e), 3.0 * e * e);
            near(Inverse::Weibull { scale: 3.0, power: 0.5 }.at(e), 3.0 * e.sqrt());
            near(Inverse::Pareto { min: 2.0, alpha: 1.5 }.at(e), 2.0 * (e / 1.5).exp());
            near(Inverse::Lomax { c: 2.0, theta: 0.5 }.at(e), 2.0 * (e / 0.5).exp_m1());
            let seismic = if e <= 0.25f64.ln_1p() {
                300.0 * 5.0 * -(-e).exp_m1()
            } else {
                300.0 * ((e - 0.25f64.ln_1p()) / 0.25).exp()
            };
            near(Inverse::seismic(300.0, 0.25).at(e), seismic);
        }
    }

    #[test]
    fn what_is_out_of_range_on_the_way_comes_back() {
        let close = |found: f64, want: f64| (found / want - 1.0).abs() < 1e-12;
        assert!(close(Inverse::Pareto { min: 1e-300, alpha: 0.05 }.at(40.0), 2.726_374_572_112e47));
        assert!(close(scaled_exp(1e300, -800.0), 3.667_874_584_177_7e-48));
        assert!(close(scaled_power(1e300, 1e-4, 100.0), 1e-100));
        assert!(close(scaled_power(1e-300, 1e4, 100.0), 1e100));
        assert!(close(Inverse::Lomax { c: 1e-300, theta: 0.05 }.at(40.0), 2.726_374_572_112e47));
    }

    #[test]
    fn values_stay_finite_and_do_not_fall() {
        let extreme = [5e-324, 1e-300, 1e-3, 1.0, 1e3, 1e300, f64::MAX];
        for a in extreme {
            for b in extreme {
                for inverse in [
                    Inverse::Exponential { rate: a },
                    Inverse::Weibull { scale: a, power: 1.0 / b },
                    Inverse::Pareto { min: a, alpha: b },
                    Inverse::Lomax { c: a, theta: b },
                    Inverse::seismic(a, b),
                    Inverse::Geometric { hazard: a },
                ] {
                    let mut before = 0.0;
                    for e in [1e-39, 1e-30, 1e-10, 0.1, 0.5, 0.9, 1.0, 1.1, 10.0, 45.1] {
                        let value = inverse.at(e);
                        assert!((before..=f64::MAX).contains(&value), "{inverse:?} {e}: {value}");
                        before = value;
                    }
                }
            }
        }
        assert_eq!(Inverse::Geometric { hazard: f64::INFINITY }.at(45.0), 1.0);
    }
}
