//! Normal draws by the inverse of the distribution function: one draw, one value.

use super::super::Stream;
use super::super::exponential::minus_ln;

const TWO_POW_MINUS_64: f64 = 1.0 / 18_446_744_073_709_551_616.0;

/// Draw number `index` of `stream` as a normal variable of mean 0 and variance 1. It grows with the
/// draw, and a draw with all bits turned has the same value with the other sign.
#[inline]
pub(super) fn normal(stream: Stream, index: u64) -> f64 {
    let word = stream.draw(index);
    let is_low = word >> 63 == 0;
    // The probability of what lies further out, in units of 2^−64, from its lower end.
    let rest = if is_low { word } else { !word };
    let tail = if rest >> 32 == 0 {
        let more = stream.more(index) as f64 + 0.5;
        rest as f64 + more * TWO_POW_MINUS_64
    } else {
        rest as f64 + 0.5
    };
    // Near the middle the tail has lost the bits that its distance from there still has.
    let middle = ((1u64 << 63) - 1 - rest) as f64 + 0.5;
    let z = upper_quantile(tail * TWO_POW_MINUS_64, middle * TWO_POW_MINUS_64);
    if is_low { -z } else { z }
}

/// The z ≥ 0 with P(Z > z) = `tail`, where `tail` + `middle` = ½ and 2^−1000 < `tail`: algorithm
/// AS 241 (PPND16) of M. J. Wichura, "The percentage points of the normal distribution", Applied
/// Statistics 37 (1988), doi:10.2307/2347330; right to some 10^−16 relative.
fn upper_quantile(tail: f64, middle: f64) -> f64 {
    if middle <= 0.425 {
        return middle * ratio(0.180625 - middle * middle, &CENTRE);
    }
    let r = minus_ln(tail).sqrt();
    if r <= 5.0 { ratio(r - 1.6, &TAIL) } else { ratio(r - 5.0, &FAR) }
}

/// A polynomial over another one.
#[inline]
fn ratio(x: f64, [above, below]: &[[f64; 8]; 2]) -> f64 {
    let polynomial = |of: &[f64; 8]| of.iter().rev().fold(0.0, |sum, next| sum * x + next);
    polynomial(above) / polynomial(below)
}

#[expect(clippy::excessive_precision, reason = "as printed in the paper")]
const CENTRE: [[f64; 8]; 2] = [
    [
        3.387_132_872_796_366_608_0,
        133.141_667_891_784_377_45,
        1_971.590_950_306_551_442_7,
        13_731.693_765_509_461_125,
        45_921.953_931_549_871_457,
        67_265.770_927_008_700_853,
        33_430.575_583_588_128_105,
        2_509.080_928_730_122_672_7,
    ],
    [
        1.0,
        42.313_330_701_600_911_252,
        687.187_007_492_057_908_30,
        5_394.196_021_424_751_107_7,
        21_213.794_301_586_595_867,
        39_307.895_800_092_710_610,
        28_729.085_735_721_942_674,
        5_226.495_278_852_854_561_0,
    ],
];

#[expect(clippy::excessive_precision, reason = "as printed in the paper")]
const TAIL: [[f64; 8]; 2] = [
    [
        1.423_437_110_749_683_577_34,
        4.630_337_846_156_545_295_90,
        5.769_497_221_460_691_405_50,
        3.647_848_324_763_204_605_04,
        1.270_458_252_452_368_382_58,
        0.241_780_725_177_450_611_770,
        0.022_723_844_989_269_184_583_3,
        7.745_450_142_783_414_076_40e-4,
    ],
    [
        1.0,
        2.053_191_626_637_758_821_87,
        1.676_384_830_183_803_849_40,
        0.689_767_334_985_100_004_550,
        0.148_103_976_427_480_074_590,
        0.015_198_666_563_616_457_166_7,
        5.475_938_084_995_344_946_00e-4,
        1.050_750_071_644_416_843_24e-9,
    ],
];

#[expect(clippy::excessive_precision, reason = "as printed in the paper")]
const FAR: [[f64; 8]; 2] = [
    [
        6.657_904_643_501_103_777_20,
        5.463_784_911_164_114_369_90,
        1.784_826_539_917_291_335_80,
        0.296_560_571_828_504_891_230,
        0.026_532_189_526_576_123_093_0,
        1.242_660_947_388_078_438_60e-3,
        2.711_555_568_743_487_578_15e-5,
        2.010_334_399_292_288_132_65e-7,
    ],
    [
        1.0,
        0.599_832_206_555_887_937_690,
        0.136_929_880_922_735_805_310,
        0.014_875_361_290_850_615_025_0,
        7.868_691_311_456_132_591_00e-4,
        1.846_318_317_510_054_681_80e-5,
        1.421_511_758_316_445_888_70e-7,
        2.044_263_103_389_939_785_64e-15,
    ],
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::RunKeys;

    #[test]
    fn quantiles_are_right() {
        for (tail, want) in [
            (0.25f64, 0.674_489_750_196_081_7),
            (0.1, 1.281_551_565_544_600_4),
            (0.05, 1.644_853_626_951_472_6),
            (0.025, 1.959_963_984_540_054),
            (0.01, 2.326_347_874_040_841),
            (0.001, 3.090_232_306_167_813_5),
            (1e-10, 6.361_340_902_404_056),
            (1e-16, 8.222_082_216_130_435),
            (1e-30, 11.464_024_688_443_616),
        ] {
            let found = upper_quantile(tail, 0.5 - tail);
            assert!((found / want - 1.0).abs() < 1e-15, "{tail}: {found:?} for {want:?}");
        }
        // Where one form ends and the next begins, and near the middle.
        let tail = |z: f64| 0.5 * libm::erfc(z * std::f64::consts::FRAC_1_SQRT_2);
        for z in (1..1200).map(|i| f64::from(i) / 100.0) {
            let found =
                upper_quantile(tail(z), 0.5 * libm::erf(z * std::f64::consts::FRAC_1_SQRT_2));
            assert!((found / z - 1.0).abs() < 2e-15, "{z}: {found:?}");
        }
        assert_eq!(upper_quantile(0.5, 0.0), 0.0);
        assert!((upper_quantile(0.5, 1e-19) / (1e-19 * 2.506_628_274_631) - 1.0).abs() < 1e-12);
    }

    /// No stream can be made for a wanted word, so many words are put in order.
    #[test]
    fn values_grow_with_draws() {
        let stream = RunKeys::new(0, 0, 0).tie.stream(0, 0);
        let mut pairs: Vec<_> = (0..20_000).map(|i| (stream.draw(i), normal(stream, i))).collect();
        pairs.sort_by_key(|pair| pair.0);
        assert!(pairs.windows(2).all(|pair| pair[0].1 <= pair[1].1));
        assert!(pairs.iter().all(|&(word, z)| (z < 0.0) == (word < 1 << 63) && z.abs() < 14.0));
    }
}
