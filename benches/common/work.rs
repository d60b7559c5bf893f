//! What the runs of an ensemble do: how many accounts share, and how many ties fire.

use tieline::stats::Counts;
use tieline::{AccountId, Detail, Ensemble, Model, Observer, Run, SocialGraph};

/// The activations of all runs, by the cheapest observer.
pub(crate) fn activations(ensemble: &Ensemble) -> u64 {
    let sizes = ensemble.observe(Counts::default).value;
    sizes.iter().map(|(size, times)| size * times).sum()
}

/// Who shared, by run and step, in the order of the engine.
#[derive(Default)]
pub(crate) struct Sharers(pub(crate) Vec<Vec<Vec<AccountId>>>);

impl Observer for Sharers {
    const DETAIL: Detail = Detail::Steps;

    fn see(&mut self, run: &Run<'_>) {
        self.0.push((0..run.steps()).map(|step| run.accounts_at(step).to_vec()).collect());
    }

    fn merge(&mut self, later: Self) {
        self.0.extend(later.0);
    }
}

/// For each account, how many of its ties are expected to fire when it shares, whoever else does.
pub(crate) struct Expected(Vec<f64>);

impl Expected {
    /// Of `model` on `graph`: with `p` for all ties, or without it with their weights. Of linear
    /// threshold nothing: there a tie that fires is an activation.
    pub(crate) fn new(graph: &SocialGraph, model: &Model, p: Option<f64>) -> Self {
        let fires = |account| match (model, p) {
            (Model::WeightedCascade(_), _) => {
                graph.targets(account).iter().map(|&v| 1.0 / graph.in_degree(v) as f64).sum()
            }
            (Model::IndependentCascade(_), Some(p)) => p * graph.out_degree(account) as f64,
            (Model::IndependentCascade(_), None) => {
                graph.tie_ids(account).filter_map(|tie| graph.weight(tie)).sum()
            }
            _ => 0.0,
        };
        Self(graph.accounts().map(fires).collect())
    }

    /// How many accounts share in all runs of `ensemble`, and how many ties fire. Ties into origins that fire under
    /// linear threshold are left out.
    pub(crate) fn work(&self, ensemble: &Ensemble) -> Work {
        let runs = ensemble.clone().serial().observe(Sharers::default).value.0;
        let mut work = Work { runs: runs.len() as u64, activations: 0, fired: 0.0 };
        let origins = ensemble.scenario().origins().len() as u64;
        let listens = matches!(ensemble.scenario().model(), Model::LinearThreshold(_));
        for run in runs {
            let sharers = || run.iter().flatten();
            let size = sharers().count() as u64;
            work.activations += size;
            work.fired += if listens {
                (size - origins) as f64
            } else {
                sharers().map(|sharer| self.0[sharer.index()]).sum()
            };
        }
        work
    }
}

/// What so many runs did.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Work {
    pub(crate) runs: u64,
    pub(crate) activations: u64,
    pub(crate) fired: f64,
}
