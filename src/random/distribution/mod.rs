//! Distributions of periods, delays, memory and thresholds: what they are, and what is drawn from them.

mod check;
mod gamma;
mod inverse;
mod normal;
mod sampler;
mod table;
#[cfg(test)]
mod tests;
mod text;

pub(crate) use self::sampler::Sampler;

/// How a period, a delay, a memory or a threshold is distributed.
///
/// It is written like a call, with the parameters in the order of the fields below, or by name:
///
/// ```
/// use tieline::Distribution;
///
/// let delay: Distribution = "gamma(2, 1.5)".parse()?;
/// assert_eq!(delay, Distribution::Gamma { shape: 2.0, mean: 1.5 });
/// assert_eq!(delay, "gamma(mean = 1.5, shape = 2)".parse()?);
/// assert_eq!(delay.to_string(), "gamma(2, 1.5)");
/// assert_eq!(delay.mean(), 1.5);
///
/// let error = "gama(2, 1.5)".parse::<Distribution>().unwrap_err();
/// assert_eq!(error.to_string(), "unknown distribution `gama`; did you mean `gamma`?");
/// # Ok::<(), tieline::Error>(())
/// ```
///
/// Times and rates are in the unit of time of whoever reads it. Serde reads and writes the same text.
/// What is read from text has been [checked](Self::check).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Distribution {
    /// `fixed(x)`: always the same.
    Fixed {
        /// The value.
        x: f64,
    },
    /// `exponential(rate)`: what has no memory.
    Exponential {
        /// One over the mean.
        rate: f64,
    },
    /// `gamma(shape, mean)`: for a whole `shape`, a sum of that many exponential waits.
    Gamma {
        /// The squared mean over the variance.
        shape: f64,
        /// The mean.
        mean: f64,
    },
    /// `log_normal(median, sigma)`: its logarithm is normal.
    LogNormal {
        /// Half are below.
        median: f64,
        /// The standard deviation of the natural logarithm.
        sigma: f64,
    },
    /// `weibull(shape, scale)`: P(X > x) = e^−(x/scale)^shape.
    Weibull {
        /// Below 1, the longer it has lasted, the longer it goes on; above 1, the other way round.
        shape: f64,
        /// What 63 % are below.
        scale: f64,
    },
    /// `pareto(min, alpha)`: P(X > x) = (x/min)^−alpha from `min` on.
    Pareto {
        /// The least value.
        min: f64,
        /// How fast the tail falls. At most 1: the mean is infinite.
        alpha: f64,
    },
    /// `lomax(c, theta)`: P(X > x) = (1 + x/c)^−theta.
    Lomax {
        /// Where the tail begins to look like a power.
        c: f64,
        /// How fast the tail falls. At most 1: the mean is infinite.
        theta: f64,
    },
    /// `seismic(s0, theta)`: how long readers take to react, by SEISMIC: evenly often up to `s0`, then
    /// like s^(−1−theta) (Zhao, Erdogdu, He, Rajaraman, Leskovec 2015,
    /// doi:10.1145/2783258.2783401).
    Seismic {
        /// Where the fall begins: 5 minutes for Twitter in 2011.
        s0: f64,
        /// How fast it falls: 0.2314843 there. At most 1: the mean is infinite.
        theta: f64,
    },
    /// `geometric(p)`: in which of the steps 1, 2, … a coin of probability `p` first succeeds.
    Geometric {
        /// The probability in each step, above 0.
        p: f64,
    },
    /// `table(value:probability, …)`: one of these values.
    Table {
        /// Values with probabilities, which sum to 1.
        entries: Vec<(f64, f64)>,
    },
    /// `uniform(low, high)`: evenly between two values. For thresholds; may be negative there.
    Uniform {
        /// The least value.
        low: f64,
        /// The greatest value.
        high: f64,
    },
    /// `normal(mean, sd)`. For thresholds; some are negative.
    Normal {
        /// The mean.
        mean: f64,
        /// The standard deviation, which may be 0.
        sd: f64,
    },
}

impl Distribution {
    /// The mean; infinite where the tail is too heavy for one.
    #[must_use]
    pub fn mean(&self) -> f64 {
        match *self {
            Self::Fixed { x } => x,
            Self::Exponential { rate } => 1.0 / rate,
            Self::Gamma { mean, .. } | Self::Normal { mean, .. } => mean,
            Self::LogNormal { median, sigma } => median * libm::exp(0.5 * sigma * sigma),
            Self::Weibull { shape, scale } => scale * libm::tgamma(1.0 + 1.0 / shape),
            Self::Pareto { alpha: least, .. }
            | Self::Lomax { theta: least, .. }
            | Self::Seismic { theta: least, .. }
                if least <= 1.0 =>
            {
                f64::INFINITY
            }
            Self::Pareto { min, alpha } => min * (alpha / (alpha - 1.0)),
            Self::Lomax { c, theta } => c / (theta - 1.0),
            Self::Seismic { s0, theta } => 0.5 * s0 * (theta / (theta - 1.0)),
            Self::Geometric { p } => 1.0 / p,
            Self::Table { ref entries } => {
                let total: f64 = entries.iter().map(|&(_, probability)| probability).sum();
                let sum: f64 =
                    entries.iter().map(|&(value, probability)| value * probability).sum();
                sum / total
            }
            Self::Uniform { low, high } => 0.5 * low + 0.5 * high,
        }
    }

    /// Whether it can be a duration: none of its values is negative.
    #[must_use]
    pub fn is_time(&self) -> bool {
        match *self {
            Self::Uniform { low, .. } => low >= 0.0,
            Self::Normal { mean, sd } => sd == 0.0 && mean >= 0.0,
            Self::Table { ref entries } => entries.iter().all(|&(value, _)| value >= 0.0),
            _ => true,
        }
    }

    /// What draws from it; it must pass [`check`](Self::check).
    pub(crate) fn sampler(&self) -> Sampler {
        Sampler::new(self)
    }
}
