//! What is seen of runs.

use tieline::{Detail, Observer, Run};

/// Counts shares of runs with times.
#[derive(Default)]
pub(crate) struct Shares(pub(crate) u64);

impl Observer for Shares {
    const DETAIL: Detail = Detail::Steps;

    fn see(&mut self, run: &Run<'_>) {
        self.0 += run.size();
    }

    fn merge(&mut self, later: Self) {
        self.0 += later.0;
    }
}
