//! The regimes in which the engine is measured.

use tieline::{IndependentCascade, LinearThreshold, Model, WeightedCascade};

use super::plain::PlainModel;

/// One regime: a graph of 2^`scale` accounts, a model, so many of the accounts with most ties as
/// origins, and how many times as fast as the plain loop the engine shall be.
pub(crate) struct Regime {
    pub(crate) name: &'static str,
    pub(crate) scale: u32,
    pub(crate) model: Model,
    pub(crate) plain: PlainModel,
    pub(crate) origins: usize,
    pub(crate) runs: u64,
    pub(crate) bar: Option<f64>,
}

fn independent(
    name: &'static str,
    scale: u32,
    p: f64,
    runs: u64,
    bar: impl Into<Option<f64>>,
) -> Regime {
    let (model, plain) = (IndependentCascade::with_probability(p), PlainModel::Independent(p));
    Regime { name, scale, model: model.into(), plain, origins: 10, runs, bar: bar.into() }
}

pub(crate) fn regimes() -> Vec<Regime> {
    let other = |name, scale, model, plain, runs, bar| Regime {
        name,
        scale,
        model,
        plain,
        origins: 50,
        runs,
        bar,
    };
    let (weighted, threshold) =
        (Model::from(WeightedCascade), Model::from(LinearThreshold::default()));
    vec![
        independent("17/ic-0.0003", 17, 0.0003, 4000, None),
        independent("17/ic-0.002", 17, 0.002, 2000, None),
        independent("17/ic-0.007", 17, 0.007, 200, 20.0),
        independent("17/ic-0.06", 17, 0.06, 30, 7.0),
        independent("17/ic-0.3", 17, 0.3, 10, None),
        other("17/wc", 17, weighted.clone(), PlainModel::Weighted, 50, None),
        other("17/lt", 17, threshold.clone(), PlainModel::Threshold, 32, None),
        independent("20/ic-0.004", 20, 0.004, 20, 28.0),
        independent("20/ic-0.08", 20, 0.08, 3, 8.0),
        other("20/wc", 20, weighted, PlainModel::Weighted, 6, Some(8.5)),
        other("20/lt", 20, threshold, PlainModel::Threshold, 16, Some(45.0)),
    ]
}
