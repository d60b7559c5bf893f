//! Which parameters of a distribution make sense.

use super::Distribution;
use super::text::Number;
use crate::error::{Error, Result};

/// How far probabilities may miss 1: a billionth, as sums of written decimals do, and what it costs to
/// read and add these.
const MISSES: f64 = 1.001e-9;

impl Distribution {
    /// Whether the parameters are finite and in range: above 0, but that `x` of `fixed` and `sd` of
    /// `normal` may be 0, `p` and each probability are at most 1, and the values of `uniform`,
    /// `normal` and `table` may be any.
    ///
    /// # Errors
    /// [`Error::is_range`], with the parameter and what was found; [`Error::is_conflict`] if the
    /// probabilities of a table do not sum to 1 (to 10^−9), or `low` is above `high`.
    pub fn check(&self) -> Result<()> {
        if let Self::Table { entries } = self {
            return check_table(entries);
        }
        for (parameter, value) in self.parameters() {
            let (is_right, range) = match (self, parameter) {
                (Self::Uniform { .. }, _) | (Self::Normal { .. }, "mean") => (true, "finite"),
                (Self::Fixed { .. }, _) | (Self::Normal { .. }, _) => {
                    (value >= 0.0, "finite and at least 0")
                }
                (Self::Geometric { .. }, _) => {
                    (value > 0.0 && value <= 1.0, "above 0 and at most 1")
                }
                _ => (value > 0.0, "finite and above 0"),
            };
            if !is_right || !value.is_finite() {
                return Err(Error::range(format!(
                    "the `{parameter}` of `{}` must be {range}, found {}",
                    self.name(),
                    Number(value)
                )));
            }
        }
        match *self {
            Self::Uniform { low, high } if low > high => Err(Error::conflict(format!(
                "the `low` of `uniform` must not be above its `high`, found {} and {}",
                Number(low),
                Number(high)
            ))),
            _ => Ok(()),
        }
    }
}

fn check_table(entries: &[(f64, f64)]) -> Result<()> {
    for &(value, probability) in entries {
        if !value.is_finite() {
            let value = Number(value);
            return Err(Error::range(format!("a value of `table` must be finite, found {value}")));
        }
        if !(probability > 0.0 && probability <= 1.0) {
            return Err(Error::range(format!(
                "a probability of `table` must be above 0 and at most 1, found {}",
                Number(probability)
            )));
        }
    }
    let sum: f64 = entries.iter().map(|&(_, probability)| probability).sum();
    if entries.is_empty() || (sum - 1.0).abs() > MISSES {
        return Err(Error::conflict(format!(
            "the probabilities of `table` must sum to 1, found {}",
            Number(sum + 0.0)
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(distribution: &Distribution) -> String {
        distribution.check().unwrap_err().to_string()
    }

    #[test]
    fn sentences_name_the_parameter_and_what_was_found() {
        use Distribution::*;
        let wrong = [
            Fixed { x: -1.0 },
            Fixed { x: f64::INFINITY },
            Exponential { rate: 0.0 },
            Gamma { shape: f64::NAN, mean: 1.0 },
            Gamma { shape: 1.0, mean: -2.5 },
            LogNormal { median: 0.0, sigma: 1.0 },
            LogNormal { median: 1.0, sigma: 0.0 },
            Weibull { shape: 0.0, scale: 1.0 },
            Weibull { shape: 1.0, scale: f64::INFINITY },
            Pareto { min: 0.0, alpha: 1.0 },
            Pareto { min: 1.0, alpha: 0.0 },
            Lomax { c: -1e-30, theta: 1.0 },
            Lomax { c: 1.0, theta: 0.0 },
            Seismic { s0: 0.0, theta: 0.2 },
            Seismic { s0: 300.0, theta: 0.0 },
            Geometric { p: 0.0 },
            Geometric { p: 1.5 },
            Geometric { p: f64::NAN },
            Table { entries: vec![] },
            Table { entries: vec![(f64::NAN, 1.0)] },
            Table { entries: vec![(1.0, 0.0), (2.0, 1.0)] },
            Table { entries: vec![(1.0, 1.5)] },
            Table { entries: vec![(1.0, 0.5), (2.0, 0.4)] },
            Uniform { low: f64::NEG_INFINITY, high: 0.0 },
            Uniform { low: 0.0, high: f64::NAN },
            Uniform { low: 2.0, high: 1.0 },
            Normal { mean: f64::INFINITY, sd: 1.0 },
            Normal { mean: 0.0, sd: -1.0 },
        ];
        insta::assert_snapshot!(wrong.each_ref().map(sentence).join("\n"));
        assert!(wrong.iter().all(|wrong| {
            let error = wrong.check().unwrap_err();
            error.is_range() != error.is_conflict()
        }));
    }

    #[test]
    fn ends_of_ranges_are_right() {
        use Distribution::*;
        let third = 0.333_333_333;
        for right in [
            Fixed { x: 0.0 },
            Exponential { rate: f64::MIN_POSITIVE },
            Geometric { p: 1.0 },
            Table { entries: vec![(-1.0, 1.0)] },
            Table { entries: vec![(0.0, third), (1.0, third), (2.0, third)] },
            Table { entries: (0..10_000).map(|i| (f64::from(i), 1e-4)).collect() },
            Uniform { low: -1.0, high: -1.0 },
            Normal { mean: -1.0, sd: 0.0 },
        ] {
            right.check().unwrap();
        }
        let less = third - 1e-11;
        assert!(Table { entries: vec![(0.0, third), (1.0, third), (2.0, less)] }.check().is_err());
    }
}
