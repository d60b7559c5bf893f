//! Numbers as people write them: the shortest decimal of an `f64`, compared exactly.

/// `digits` · 10^`exponent`, not negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decimal {
    digits: u64,
    exponent: i32,
}

impl Decimal {
    /// The shortest decimal that reads as `value`, which must be finite and not negative: 0.18 is
    /// 18/100, although the nearest binary fraction is not.
    pub(crate) fn shortest(value: f64) -> Self {
        let text = format!("{value:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let exponent: i32 = exponent.parse().unwrap_or(0);
        let fraction = digits.split_once('.').map_or(0, |(_, fraction)| fraction.len() as i32);
        Self { digits: digits.replace('.', "").parse().unwrap_or(0), exponent: exponent - fraction }
    }

    /// The exponent of the last digit.
    pub(super) fn exponent(self) -> i32 {
        self.exponent
    }

    /// In units of 10^−`places`, rounded down, and no more than a word of 128 bits holds.
    pub(super) fn in_units(self, places: i32) -> u128 {
        let (digits, power) = (u128::from(self.digits), places + self.exponent);
        match u32::try_from(power) {
            Ok(power) => digits.saturating_mul(10u128.checked_pow(power).unwrap_or(u128::MAX)),
            Err(_) => digits / 10u128.checked_pow(power.unsigned_abs()).unwrap_or(u128::MAX),
        }
    }

    /// The least whole number that is at least this part of `whole`.
    pub(super) fn part_of(self, whole: u64) -> u64 {
        let product = u128::from(self.digits) * u128::from(whole);
        let power = 10u128.checked_pow(self.exponent.unsigned_abs()).unwrap_or(u128::MAX);
        let part = if self.exponent >= 0 {
            product.saturating_mul(power)
        } else {
            product.div_ceil(power)
        };
        u64::try_from(part).unwrap_or(u64::MAX)
    }

    /// Whether `sum` is at least this part of `whole`.
    pub(crate) fn is_reached(self, sum: u64, whole: u64) -> bool {
        let power = 10u128.checked_pow(self.exponent.unsigned_abs()).unwrap_or(u128::MAX);
        let (sum, part) = (u128::from(sum), u128::from(self.digits) * u128::from(whole));
        if self.exponent >= 0 {
            sum >= part.saturating_mul(power)
        } else {
            sum.saturating_mul(power) >= part
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_as_they_are_written() {
        let phi = Decimal::shortest(0.18);
        assert_eq!(phi, Decimal { digits: 18, exponent: -2 });
        assert_eq!([1, 5, 6, 50, 51, 100].map(|k| phi.part_of(k)), [1, 1, 2, 9, 10, 18]);
        // 0.1 is above one tenth as a binary fraction: ten would need two.
        assert_eq!(Decimal::shortest(0.1).part_of(10), 1);
        assert_eq!(Decimal::shortest(0.25).part_of(8), 2);
        assert_eq!(Decimal::shortest(1e-300).part_of(u64::MAX), 1);
        assert_eq!(Decimal::shortest(2.0).part_of(1), 2);
        assert_eq!(Decimal::shortest(1e300).part_of(1), u64::MAX);
        assert_eq!(Decimal::shortest(0.25).in_units(36), 25 * 10u128.pow(34));
        assert_eq!(Decimal::shortest(1e-40).in_units(36), 0);
    }

    /// The part is the least number that reaches it.
    #[test]
    fn the_part_is_the_least_that_reaches() {
        for value in [0.18, 0.1, 1.0 / 3.0, 0.2, 0.999_999, 1e-12, 1e-200, 1.0, 3.0] {
            let decimal = Decimal::shortest(value);
            for whole in [1, 2, 3, 7, 10, 50, 1000, 1 << 32, (1 << 40) - 1] {
                let part = decimal.part_of(whole);
                assert!(decimal.is_reached(part, whole), "{value} of {whole}");
                assert!(!decimal.is_reached(part - 1, whole), "{value} of {whole}");
            }
        }
    }
}
