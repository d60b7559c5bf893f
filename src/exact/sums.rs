//! Sums that lose nothing, and distributions made of them.

use serde::Serialize;

/// A sum with the rounding errors kept beside it (Neumaier 1974).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    #[inline]
    pub(super) fn add(&mut self, term: f64) {
        let sum = self.sum + term;
        self.lost += if self.sum.abs() >= term.abs() {
            (self.sum - sum) + term
        } else {
            (term - sum) + self.sum
        };
        self.sum = sum;
    }

    pub(super) fn total(self) -> f64 {
        self.sum + self.lost
    }
}

/// A column of sums.
#[derive(Debug, Clone, Default)]
pub(super) struct Sums(Vec<Sum>);

impl Sums {
    pub(super) fn new(len: usize) -> Self {
        Self(vec![Sum::default(); len])
    }

    #[inline]
    pub(super) fn add(&mut self, place: usize, term: f64) {
        self.0[place].add(term);
    }

    pub(super) fn get(&self, place: usize) -> f64 {
        self.0[place].total()
    }

    pub(super) fn totals(&self) -> Vec<f64> {
        self.0.iter().map(|sum| sum.total()).collect()
    }

    /// The totals without the zeros at the end.
    pub(super) fn trimmed(&self) -> Vec<f64> {
        let mut totals = self.totals();
        while totals.last() == Some(&0.0) {
            totals.pop();
        }
        totals
    }

    /// As a distribution: place k holds the probability of `k - shift`.
    pub(super) fn moments(&self, shift: usize) -> (f64, f64) {
        let value = |place: usize| place as f64 - shift as f64;
        let (mut mean, mut variance) = (Sum::default(), Sum::default());
        for (place, sum) in self.0.iter().enumerate() {
            mean.add(value(place) * sum.total());
        }
        let mean = mean.total();
        for (place, sum) in self.0.iter().enumerate() {
            variance.add((value(place) - mean).powi(2) * sum.total());
        }
        (mean, variance.total())
    }

    pub(super) fn count(&self) -> Count {
        let (mean, variance) = self.moments(0);
        Count { mean, variance, distribution: self.trimmed() }
    }
}

/// The exact law of a number that is counted in each run.
///
/// ```
/// use tieline::{IndependentCascade, Scenario, SocialGraph, exact};
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// builder.tie(square, "ann", "bob");
/// let scenario = Scenario::builder(builder.build()?)
///     .model(IndependentCascade::with_probability(0.25))
///     .origin("ann")
///     .build()?;
/// let size = exact::enumerate(&scenario)?.size;
/// assert_eq!((size.mean, size.variance), (1.25, 0.1875));
/// assert_eq!(size.distribution, [0.0, 0.75, 0.25]);
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Count {
    /// The mean.
    pub mean: f64,
    /// The variance of one run.
    pub variance: f64,
    /// The probability of 0, 1, 2, …; what follows is 0.
    pub distribution: Vec<f64>,
}
