//! Many comparisons of frequencies with exact values: each by itself, and all together.

use std::collections::BTreeMap;
use std::fmt::Display;

use super::{bounded_tail, chi_square, chi_square_tail, fraction_tail, mean_tail, moments};

/// What a comparison may have as a bound on its probability.
const ALPHA: f64 = 1e-8;

/// What the statistic of a whole distribution may have as its probability. Cells expect 25 at
/// least; their tails are a little heavier than those of the law that the statistic is judged by,
/// and at this value true tails are still below [`ALPHA`] or so.
const ALPHA_OF_LAWS: f64 = 1e-10;

/// Comparisons of one ensemble.
#[derive(Debug)]
pub(crate) struct Checks {
    pub(crate) runs: u64,
    pub(crate) comparisons: u64,
    pub(crate) failures: Vec<String>,
    /// Standardised deviations by kind, of mean 0.
    scores: BTreeMap<&'static str, Vec<f64>>,
    /// Squares of those whose variance is 1.
    squares: Vec<f64>,
}

impl Checks {
    pub(crate) fn new(runs: u64) -> Self {
        let scores = BTreeMap::new();
        Self { runs, comparisons: 0, failures: Vec::new(), scores, squares: Vec::new() }
    }

    fn judge(&mut self, kind: &str, name: &impl Display, tail: f64, found: f64, wanted: f64) {
        self.comparisons += 1;
        if tail.is_nan() || tail < ALPHA {
            self.failures.push(format!("{kind}, {name}: {found}, wanted {wanted} ({tail:.1e})"));
        }
    }

    fn score(&mut self, kind: &'static str, deviation: f64, variance: f64) {
        let score = deviation / (variance / self.runs as f64).sqrt();
        self.scores.entry(kind).or_default().push(score);
        self.squares.push(score * score);
    }

    /// Runs in which something of probability `p` happened.
    pub(crate) fn fraction(&mut self, kind: &'static str, name: impl Display, hits: u64, p: f64) {
        let tail = fraction_tail(hits, self.runs, p);
        let (found, variance) = (hits as f64 / self.runs as f64, p * (1.0 - p));
        self.judge(kind, &name, tail, found, p);
        if self.runs as f64 * variance >= 10.0 {
            self.score(kind, found - p, variance);
        }
    }

    /// A mean over runs of a number whose distribution is known; place k holds the probability of k.
    pub(crate) fn mean(&mut self, kind: &'static str, name: impl Display, found: f64, law: &[f64]) {
        let (mean, variance) = moments(law);
        self.judge(kind, &name, mean_tail(found, self.runs, law), found, mean);
        let common = law.iter().copied().fold(0.0, f64::max);
        if self.runs as f64 * (1.0 - common) >= 10.0 {
            self.score(kind, found - mean, variance);
        }
    }

    /// A mean over runs of a number of known mean and variance that is not further than `range`
    /// from its mean, and is 0 but for a part of `changed` of all runs.
    pub(crate) fn difference(
        &mut self,
        kind: &'static str,
        name: impl Display,
        found: f64,
        (mean, variance, changed): (f64, f64, f64),
        range: f64,
    ) {
        let tail = bounded_tail(found - mean, self.runs, variance, range);
        self.judge(kind, &name, tail, found, mean);
        if self.runs as f64 * changed >= 10.0 && variance > 1e-9 {
            self.score(kind, found - mean, variance);
        }
    }

    /// A mean over runs of a number in 0..=`most` of which only the mean is known: its variance is
    /// at most mean × (most − mean).
    pub(crate) fn bounded(
        &mut self,
        kind: &'static str,
        name: impl Display,
        (found, std_error): (f64, Option<f64>),
        mean: f64,
        most: f64,
    ) {
        let tail = bounded_tail(found - mean, self.runs, mean * (most - mean), most);
        self.judge(kind, &name, tail, found, mean);
        // Scored by the sample's error: close to mean 0, and no square.
        if let Some(error) = std_error.filter(|&error| error > 0.0)
            && self.runs as f64 * mean.min(most - mean) >= 100.0
        {
            self.scores.entry(kind).or_default().push((found - mean) / error);
        }
    }

    /// How many runs had the number k, for all k of probability above 0; what is missing on both
    /// sides are runs that had none. Each cell is compared, and all together.
    pub(crate) fn law(
        &mut self,
        kind: &'static str,
        name: impl Display,
        counts: &[u64],
        law: &[f64],
    ) {
        let cells = counts.len().max(law.len());
        let mut counts = counts.to_vec();
        let mut law = law.to_vec();
        counts.resize(cells, 0);
        law.resize(cells, 0.0);
        counts.push(self.runs - counts.iter().sum::<u64>());
        law.push(Some(1.0 - law.iter().sum::<f64>()).filter(|&rest| rest > 1e-12).unwrap_or(0.0));
        for (place, (&count, &p)) in counts.iter().zip(&law).enumerate() {
            let tail = fraction_tail(count, self.runs, p);
            self.judge(kind, &format_args!("{name}: {place}"), tail, count as f64, p);
        }
        if counts.iter().zip(&law).any(|(&count, &p)| count > 0 && p <= 0.0) {
            return;
        }
        let (statistic, freedom) = chi_square(&counts, &law, 25.0);
        if freedom > 0 {
            self.comparisons += 1;
            let tail = chi_square_tail(statistic, freedom);
            if tail.is_nan() || tail < ALPHA_OF_LAWS {
                self.failures
                    .push(format!("{kind}, {name}: {counts:?}, wanted {law:?} ({tail:e})"));
            }
            let freedom = freedom as f64;
            let score = (statistic - freedom) / (2.0 * freedom).sqrt();
            self.scores.entry("distributions").or_default().push(score);
        }
    }
}

/// Mean scores of many ensembles: numbers of one ensemble depend on each other, those of different
/// ones do not.
#[derive(Debug, Default)]
pub(crate) struct Scores {
    pub(crate) comparisons: u64,
    pub(crate) failures: Vec<String>,
    pub(crate) scores: u64,
    by_kind: BTreeMap<&'static str, Vec<f64>>,
}

impl Scores {
    pub(crate) fn add(&mut self, name: &impl Display, checks: Checks) {
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        self.comparisons += checks.comparisons;
        self.failures.extend(checks.failures.iter().map(|failure| format!("{name}: {failure}")));
        for (kind, scores) in checks.scores {
            self.scores += scores.len() as u64;
            self.by_kind.entry(kind).or_default().push(mean(&scores));
        }
        if !checks.squares.is_empty() {
            self.by_kind.entry("squares").or_default().push(mean(&checks.squares) - 1.0);
        }
    }

    pub(crate) fn merge(&mut self, later: Self) {
        self.comparisons += later.comparisons;
        self.failures.extend(later.failures);
        self.scores += later.scores;
        for (kind, means) in later.by_kind {
            self.by_kind.entry(kind).or_default().extend(means);
        }
    }

    /// For each kind the number of ensembles, the mean over them, which should be 0, and how many
    /// standard errors, taken between ensembles, it is away from that.
    pub(crate) fn drift(&self) -> Vec<(&'static str, usize, f64, f64)> {
        let drift = |(&kind, means): (&&'static str, &Vec<f64>)| {
            let n = means.len() as f64;
            let mean = means.iter().sum::<f64>() / n;
            let square = means.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
            (kind, means.len(), mean, mean / (square / (n - 1.0) / n).sqrt())
        };
        self.by_kind.iter().map(drift).collect()
    }
}
