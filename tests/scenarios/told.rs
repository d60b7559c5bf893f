//! What runs say of themselves, in as much detail as is asked for.

use std::collections::BTreeSet;

use tieline::{AccountId, Detail, Observer, Run};

pub(crate) const SIZE: u8 = Detail::Size as u8;
pub(crate) const STEPS: u8 = Detail::Steps as u8;
pub(crate) const PARENTS: u8 = Detail::Parents as u8;

/// Who shared at which step in each run, sorted, and what else a run says without parents.
#[derive(Default, Debug, PartialEq)]
pub(crate) struct Told<const DETAIL: u8>(pub(crate) Vec<(Vec<BTreeSet<AccountId>>, u64, u64, u64)>);

impl<const DETAIL: u8> Observer for Told<DETAIL> {
    const DETAIL: Detail = match DETAIL {
        SIZE => Detail::Size,
        STEPS => Detail::Steps,
        _ => Detail::Parents,
    };

    fn see(&mut self, run: &Run<'_>) {
        let steps = (0..run.steps()).map(|s| run.accounts_at(s).iter().copied().collect());
        self.0.push((steps.collect(), run.size(), run.users(), run.ties_examined()));
    }

    fn merge(&mut self, later: Self) {
        self.0.extend(later.0);
    }
}
