//! A distribution made ready to be drawn from.

use super::super::{Stream, exponential, exponentials_of, hazard};
use super::Distribution;
use super::gamma::Gamma;
use super::inverse::{Inverse, scaled_exp};
use super::normal::normal;
use super::table::Table;

/// What draws from a [`Distribution`].
///
/// Values are made with IEEE + − × ÷ √ in a written order and the functions of `libm`, which are made
/// of these, so they are the same on every platform. They grow with draw 0 of the stream, but for
/// `gamma`, which takes as many draws as it needs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sampler(Kind);

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Fixed(f64),
    Inverse(Inverse),
    Gamma(Gamma),
    LogNormal { median: f64, sigma: f64 },
    Table(Table),
    Uniform { low: f64, high: f64 },
    Normal { mean: f64, sd: f64 },
}

impl Sampler {
    pub(super) fn new(distribution: &Distribution) -> Self {
        debug_assert!(distribution.check().is_ok());
        Self(match *distribution {
            // −0.0 is 0, and is not to be told from it.
            Distribution::Fixed { x } => Kind::Fixed(x + 0.0),
            Distribution::Exponential { rate } => Kind::Inverse(Inverse::Exponential { rate }),
            Distribution::Gamma { shape, mean } => Kind::Gamma(Gamma::new(shape, mean)),
            Distribution::LogNormal { median, sigma } => Kind::LogNormal { median, sigma },
            Distribution::Weibull { shape, scale } => {
                Kind::Inverse(Inverse::Weibull { scale, power: 1.0 / shape })
            }
            Distribution::Pareto { min, alpha } => Kind::Inverse(Inverse::Pareto { min, alpha }),
            Distribution::Lomax { c, theta } => Kind::Inverse(Inverse::Lomax { c, theta }),
            Distribution::Seismic { s0, theta } => Kind::Inverse(Inverse::seismic(s0, theta)),
            Distribution::Geometric { p } => {
                let hazard = if p < 1.0 { hazard(p) } else { f64::INFINITY };
                Kind::Inverse(Inverse::Geometric { hazard })
            }
            Distribution::Table { ref entries } => Kind::Table(Table::new(entries)),
            Distribution::Uniform { low, high } => Kind::Uniform { low, high },
            Distribution::Normal { mean, sd } => Kind::Normal { mean, sd },
        })
    }

    /// The value of `stream`: finite, and negative only for thresholds.
    #[inline]
    pub(crate) fn draw(&self, stream: Stream) -> f64 {
        match self.0 {
            // What most ask for stands where it is asked for.
            Kind::Inverse(ref inverse @ Inverse::Exponential { .. }) => {
                inverse.at(exponential(stream, 0))
            }
            _ => self.draw_another(stream),
        }
    }

    /// The values of eight streams.
    #[inline(always)]
    pub(crate) fn draw_eight(&self, streams: &[Stream; 8]) -> [f64; 8] {
        match self.0 {
            Kind::Inverse(ref inverse) => {
                let mut words = [0; 8];
                for i in 0..8 {
                    words[i] = streams[i].draw(0);
                }
                let mut values = exponentials_of(&words);
                match *inverse {
                    Inverse::Exponential { .. } => {
                        values.iter_mut().for_each(|value| *value = inverse.at(*value));
                    }
                    _ => values.iter_mut().for_each(|value| *value = inverse.at(*value)),
                }
                values
            }
            _ => streams.map(|stream| self.draw_another(stream)),
        }
    }

    #[inline(never)]
    fn draw_another(&self, stream: Stream) -> f64 {
        match self.0 {
            Kind::Fixed(x) => x,
            Kind::Inverse(ref inverse) => inverse.at(exponential(stream, 0)),
            Kind::Gamma(ref gamma) => gamma.draw(stream),
            Kind::LogNormal { median, sigma } => {
                scaled_exp(median, sigma * normal(stream, 0)).min(f64::MAX)
            }
            Kind::Table(ref table) => table.draw(stream),
            Kind::Uniform { low, high } => {
                let word = stream.draw(0);
                // The length of the range can be too large for a number.
                (low * fraction(!word) + high * fraction(word)).clamp(low, high)
            }
            Kind::Normal { mean, sd } => (mean + sd * normal(stream, 0)).clamp(f64::MIN, f64::MAX),
        }
    }
}

/// The middle of the piece of 0..1 that a draw stands for.
#[inline]
pub(super) fn fraction(word: u64) -> f64 {
    (word as f64 + 0.5) / 18_446_744_073_709_551_616.0
}
