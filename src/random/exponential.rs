//! Exponential draws, and the logarithms that they need, in IEEE arithmetic only.

use super::{Stream, more};

const LN_2: f64 = std::f64::consts::LN_2;
const TWO_POW_MINUS_64: f64 = 1.0 / 18_446_744_073_709_551_616.0;

/// Draw number `index` of `stream` as an exponential variable of mean 1: −ln(1 − v), v uniform.
///
/// v has 64 bits, and 64 more where v < 2^−32, so small values are exact to 2^−52 relative: a jump
/// over ties of probability 10^−12 realises it as well as one over ties of probability 0.1.
#[inline]
pub(crate) fn exponential(stream: Stream, index: u64) -> f64 {
    exponential_of(stream.draw(index))
}

/// The same for a draw that is at hand. It grows with `word`.
#[inline]
pub(crate) fn exponential_of(word: u64) -> f64 {
    if word >> 32 == 0 { small(word, more(word)) } else { not_small(word) }
}

/// The same for eight, written so that a compiler makes several at a time.
#[inline(always)]
pub(crate) fn exponentials_of(words: &[u64; 8]) -> [f64; 8] {
    let mut drawn = [0.0; 8];
    for i in 0..8 {
        drawn[i] = not_small(words[i]);
    }
    if words.iter().any(|word| word >> 32 == 0) {
        drawn = words.map(exponential_of);
    }
    drawn
}

/// [`exponential_of`] for a word of which the first 32 bits are not 0.
#[inline(always)]
fn not_small(word: u64) -> f64 {
    let v = (word as f64 + 0.5) * TWO_POW_MINUS_64;
    // Near 1, v has lost the bits that 1 − v still has.
    let (exponent, m) = split(((!word) as f64 + 0.5) * TWO_POW_MINUS_64);
    // The smaller v is, the more 1 − v has lost. Which of the two serves is a coin that no
    // processor can guess, so both are made and one is taken.
    let small = v < 0.25;
    let above = if small { -v } else { m - 1.0 };
    let below = if small { 2.0 - v } else { m + 1.0 };
    let exponent = if small { 0.0 } else { exponent };
    -exponent * LN_2 - two_artanh_at_once(above / below)
}

#[cold]
fn small(word: u64, more: u64) -> f64 {
    let v = (word as f64 + (more as f64 + 0.5) * TWO_POW_MINUS_64) * TWO_POW_MINUS_64;
    minus_ln_of_complement(v)
}

/// What [`exponential_of`] gives for `word` is no less, up to its last few bits; far cheaper.
#[inline]
pub(crate) fn exponential_at_least(word: u64) -> f64 {
    let v = word as f64 * TWO_POW_MINUS_64;
    v * (1.0 + v * (0.5 + v * (1.0 / 3.0)))
}

/// 1 − e^−x for x ≥ 0, to some 2^−40 relative: enough where who needs the last bits asks again.
#[inline]
pub(crate) fn exponential_below(x: f64) -> f64 {
    // From 64 on it is 1. e^−x = 2^−whole · e^−rest, with the rest within half a ln 2 of 0.
    let x = x.min(64.0);
    let whole = (x * std::f64::consts::LOG2_E + 0.5) as u64;
    let r = x - whole as f64 * LN_2;
    // 1 − e^−r by its series, in pairs: the term left out is below 2^−40 of it.
    let r2 = r * r;
    let r4 = r2 * r2;
    let a = (1.0 - r * (1.0 / 2.0)) + r2 * (1.0 / 6.0 - r * (1.0 / 24.0));
    let b = (1.0 / 120.0 - r * (1.0 / 720.0)) + r2 * (1.0 / 5040.0 - r * (1.0 / 40_320.0));
    let c = 1.0 / 362_880.0 - r * (1.0 / 3_628_800.0);
    let below = r * (a + r4 * (b + r4 * c));
    let scale = f64::from_bits((1023 - whole) << 52);
    (1.0 - scale) + scale * below
}

/// Draw number `index` of `stream`, uniform in 0..1 in steps of 2^−53.
pub(crate) fn uniform(stream: Stream, index: u64) -> f64 {
    (stream.draw(index) >> 11) as f64 / 9_007_199_254_740_992.0
}

/// The hazard of a probability, −ln(1 − p), for 0 ≤ p < 1: what a unit Poisson process must cover
/// for a hit to have probability p.
pub(crate) fn hazard(p: f64) -> f64 {
    debug_assert!((0.0..1.0).contains(&p));
    if p < 0.25 { minus_ln_of_complement(p) } else { minus_ln(1.0 - p) }
}

/// −ln(1 − v) for 0 ≤ v < 1/4: 2 artanh(v / (2 − v)).
#[inline]
fn minus_ln_of_complement(v: f64) -> f64 {
    two_artanh(v / (2.0 - v))
}

/// −ln(u) for a normal number u > 0.
#[inline]
pub(super) fn minus_ln(u: f64) -> f64 {
    let (exponent, m) = split(u);
    -exponent * LN_2 - two_artanh((m - 1.0) / (m + 1.0))
}

/// `base`^−`exponent` for base ≥ 1 and exponent ≥ 0, to some 2^−48 relative: what a power law
/// weighs. 0 below 2^−1022.
pub(crate) fn inverse_power(base: f64, exponent: f64) -> f64 {
    // As base^−exponent = 2^−(whole + rest), with the rest within a half of 0.
    let (e, m) = split(base);
    let binary = exponent * (e + two_artanh((m - 1.0) / (m + 1.0)) / LN_2);
    let whole = (binary + 0.5).floor();
    if whole > 1021.0 {
        return 0.0;
    }
    let x = (whole - binary) * LN_2;
    // The series of e^x for |x| ≤ ln 2 / 2: the term left out is below 2^−60.
    let mut sum = 1.0;
    for k in (1..=15).rev() {
        sum = sum * (x / f64::from(k)) + 1.0;
    }
    sum * f64::from_bits((1023 - whole as u64) << 52)
}

/// u = m · 2^e with m in [√½, √2): e and m.
#[inline]
fn split(u: f64) -> (f64, f64) {
    let bits = u.to_bits();
    let exponent = (bits.wrapping_sub(0x3fe6_a09e_667f_3bcd) as i64) >> 52;
    (exponent as f64, f64::from_bits(bits.wrapping_sub((exponent as u64) << 52)))
}

/// The same, with its terms in pairs: most can be made while others are, where one chain would wait for each.
#[inline]
fn two_artanh_at_once(s: f64) -> f64 {
    let z = s * s;
    let (z2, twice) = (z * z, s + s);
    let z4 = z2 * z2;
    let a = (1.0 / 3.0 + z * (1.0 / 5.0)) + z2 * (1.0 / 7.0 + z * (1.0 / 9.0));
    let b = (1.0 / 11.0 + z * (1.0 / 13.0)) + z2 * (1.0 / 15.0 + z * (1.0 / 17.0));
    let c = 1.0 / 19.0 + z * (1.0 / 21.0);
    twice + twice * (z * (a + z4 * (b + z4 * c)))
}

/// 2 artanh(s) = 2 (s + s³/3 + s⁵/5 + …) for |s| ≤ 0.1716: the term left out is below 2^−58.
#[inline]
fn two_artanh(s: f64) -> f64 {
    let z = s * s;
    let mut sum = 1.0 / 21.0;
    sum = sum * z + 1.0 / 19.0;
    sum = sum * z + 1.0 / 17.0;
    sum = sum * z + 1.0 / 15.0;
    sum = sum * z + 1.0 / 13.0;
    sum = sum * z + 1.0 / 11.0;
    sum = sum * z + 1.0 / 9.0;
    sum = sum * z + 1.0 / 7.0;
    sum = sum * z + 1.0 / 5.0;
    sum = sum * z + 1.0 / 3.0;
    let twice = s + s;
    twice + twice * (z * sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::RunKeys;

    #[test]
    fn logarithms_are_right_to_a_few_units_in_the_last_place() {
        for i in 1..200_000u32 {
            let u = f64::from(i) / 200_000.0;
            let want = -u.ln();
            assert!((minus_ln(u) - want).abs() <= 4e-16 * want.max(0.05), "ln {u}");
        }
        for p in [1e-300f64, 1e-12, 1e-4, 0.1, 0.249_999, 0.25, 0.5, 0.9, 0.999_999_999] {
            let want = -(-p).ln_1p();
            assert!((hazard(p) - want).abs() <= 4e-16 * want, "hazard {p}");
        }
        assert_eq!(hazard(0.0), 0.0);
        assert_eq!(minus_ln(1.0), 0.0);
    }

    #[test]
    fn powers_are_right_to_twelve_digits() {
        for base in [1.0f64, 1.5, 2.0, 3.0, 10.0, 1e3, 123_457.0, 4e9] {
            for exponent in [0.0, 0.5, 1.0, 2.0, 2.5, 3.0, 10.0] {
                let want = base.powf(-exponent);
                let found = inverse_power(base, exponent);
                assert!((found / want - 1.0).abs() < 1e-12, "{base}^-{exponent}: {found}");
            }
        }
        assert_eq!((inverse_power(1.0, 7.5), inverse_power(2.0, 3.0)), (1.0, 0.125));
        assert_eq!(inverse_power(4e9, 100.0), 0.0);
    }

    #[test]
    fn small_draws_take_more_bits() {
        let smallest = small(0, 0);
        assert!(smallest > 0.0 && smallest < 1e-38);
        assert!((small(1 << 31, 0) / (0.5f64.powi(33)) - 1.0).abs() < 1e-9);
        // Below 2^−32 a draw falls anywhere in its cell of 2^−64, above in the middle.
        let fraction = |word: u64| exponential_of(word) / TWO_POW_MINUS_64 - word as f64;
        let fractions: Vec<f64> = (0..200).map(fraction).collect();
        assert!(fractions.iter().all(|fraction| (0.0..=1.0).contains(fraction)), "{fractions:?}");
        for part in [0.0..0.25, 0.25..0.5, 0.5..0.75, 0.75..1.0] {
            let there = fractions.iter().filter(|fraction| part.contains(*fraction)).count();
            assert!(there > 20, "{there} in {part:?}");
        }
        let above = (1 << 32) + 5;
        assert_eq!(
            exponential_of(above),
            minus_ln_of_complement((above as f64 + 0.5) * TWO_POW_MINUS_64)
        );
    }

    /// The cheap bound is no more than what it bounds, but for its last bits, and near it where it is asked.
    #[test]
    fn the_bound_from_below_is_one() {
        for i in 0..2000u64 {
            let word = i * (u64::MAX / 2000);
            let (bound, exact) = (exponential_at_least(word), exponential_of(word));
            assert!(bound <= exact * (1.0 + 4e-16), "{bound} for {exact}");
            let v = word as f64 * TWO_POW_MINUS_64;
            if v < 0.5 {
                assert!(exact - bound < 0.5 * v.powi(4) + 1e-18, "{bound} for {exact}");
            }
        }
    }

    #[test]
    fn what_lies_below_is_right_to_eleven_digits() {
        for i in 0..100_000u32 {
            let x = f64::from(i) * f64::from(i) / 1e8;
            let want = -(-x).exp_m1();
            let found = exponential_below(x);
            assert!((found - want).abs() <= 1e-11 * want, "{x}: {found}");
        }
        assert_eq!([0.0, 64.0, f64::INFINITY].map(exponential_below), [0.0, 1.0, 1.0]);
        assert!((exponential_below(1e-300) / 1e-300 - 1.0).abs() < 1e-15);
    }

    /// Mean 1 and second moment 2 within 4.5 standard errors (false alarm 7e-6 each).
    #[test]
    fn moments() {
        let n = 1_000_000;
        let stream = RunKeys::new(0, 0, 0).tie.stream(0, 0);
        let (mut one, mut two) = (0.0, 0.0);
        for index in 0..n {
            let e = exponential(stream, index);
            assert!(e > 0.0 && e < 46.0);
            one += e;
            two += e * e;
        }
        let n = n as f64;
        assert!((one / n - 1.0).abs() < 4.5 / n.sqrt());
        assert!((two / n - 2.0).abs() < 4.5 * (20.0 / n).sqrt());
    }

    #[test]
    fn known_answers() {
        let stream = RunKeys::new(0, 0, 0).tie.stream(0, 0);
        let bits: Vec<String> =
            (0..4).map(|i| format!("{:016x}", exponential(stream, i).to_bits())).collect();
        insta::assert_debug_snapshot!(bits);
    }
}
