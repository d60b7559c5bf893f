//! Frequencies on tiny graphs.

use tieline::{Clock, Detail, Observer, Run};

use crate::page::Estimate;

/// Frequencies over runs.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) runs: u64,
    pub(crate) sizes: Vec<u64>,
    pub(crate) users: Vec<u64>,
    pub(crate) last: Vec<u64>,
    pub(crate) accounts: Vec<u64>,
    /// Shares at each step, and in the second network: sum, and sum of squares.
    pub(crate) steps: Vec<[u64; 2]>,
    pub(crate) second: [u64; 2],
    pub(crate) reached_second: u64,
}

fn count(column: &mut Vec<u64>, place: usize, times: u64) {
    column.resize(column.len().max(place + 1), 0);
    column[place] += times;
}

impl Observer for Seen {
    const DETAIL: Detail = Detail::Steps;

    fn see(&mut self, run: &Run<'_>) {
        self.runs += 1;
        count(&mut self.sizes, run.size() as usize, 1);
        count(&mut self.users, run.users() as usize, 1);
        let mut second = 0;
        for account in run.accounts() {
            count(&mut self.accounts, account.index(), 1);
            second += u64::from(run.graph().network_of(*account).index() == 1);
        }
        self.second[0] += second;
        self.second[1] += second * second;
        self.reached_second += u64::from(second > 0);
        if run.clock() == Clock::Steps {
            count(&mut self.last, run.steps() as usize - 1, 1);
            self.steps.resize(self.steps.len().max(run.steps() as usize), [0; 2]);
            for step in 0..run.steps() {
                let new = run.accounts_at(step).len() as u64;
                self.steps[step as usize][0] += new;
                self.steps[step as usize][1] += new * new;
            }
        }
    }

    fn merge(&mut self, later: Self) {
        self.runs += later.runs;
        let columns = [
            (&mut self.sizes, later.sizes),
            (&mut self.users, later.users),
            (&mut self.last, later.last),
            (&mut self.accounts, later.accounts),
        ];
        for (column, later) in columns {
            later.iter().enumerate().for_each(|(place, &times)| count(column, place, times));
        }
        self.steps.resize(self.steps.len().max(later.steps.len()), [0; 2]);
        for (step, later) in self.steps.iter_mut().zip(later.steps) {
            *step = [step[0] + later[0], step[1] + later[1]];
        }
        self.second = [self.second[0] + later.second[0], self.second[1] + later.second[1]];
        self.reached_second += later.reached_second;
    }
}

/// The mean of a sum and a sum of squares over runs.
pub(crate) fn mean_of([sum, squares]: [u64; 2], runs: u64) -> Estimate {
    let n = runs as f64;
    let mean = sum as f64 / n;
    let variance = (squares as f64 / n - mean * mean).max(0.0);
    Estimate::with_variance(mean, variance, runs)
}
