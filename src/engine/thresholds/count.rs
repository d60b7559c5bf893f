//! Every account by itself, every tie counting 1.

use super::{Step, open_ties};
use crate::id::AccountId;

/// How many more must share before an account does, in the run of that number.
#[derive(Debug, Clone, Copy, Default)]
struct Counter {
    run: u32,
    left: u32,
}

/// A counter per account.
#[derive(Debug, Default)]
pub(super) struct Space {
    counters: Vec<Counter>,
    run: u32,
}

pub(super) fn run<const LINKS: bool, const OVERLAY: bool>(mut step: Step<'_>, space: &mut Space) {
    let (graph, thresholds) = (step.world.graph, step.thresholds);
    space.begin(graph.account_count());
    step.share_origins::<LINKS, OVERLAY>();
    let Some((open, lane)) = thresholds.open.as_ref().zip(step.lane) else {
        let given =
            |account: AccountId| thresholds.need_narrow(account.index()).unwrap_or(u32::MAX);
        return steps::<LINKS, OVERLAY>(step, space, given);
    };
    let need = |account: AccountId| {
        thresholds.need_narrow(account.index()).unwrap_or_else(|| {
            let network = Some(graph.network_of(account));
            let need = open.need(graph, lane, account.index(), account, network);
            need.try_into().unwrap_or(u32::MAX)
        })
    };
    if open.can_be_low {
        for account in graph.accounts().filter(|&account| need(account) == 0) {
            step.share_as_origin::<LINKS, OVERLAY>(account);
        }
    }
    steps::<LINKS, OVERLAY>(step, space, need);
}

#[inline(always)]
fn steps<const LINKS: bool, const OVERLAY: bool>(
    mut step: Step<'_>,
    space: &mut Space,
    need: impl Fn(AccountId) -> u32,
) {
    let (graph, overlay) = (step.world.graph, step.world.overlay);
    let Space { counters, run } = space;
    let run = *run;
    while step.advance::<LINKS, OVERLAY>() {
        for place in step.start..step.end {
            let source = step.trace.accounts()[place];
            step.trace.ties_examined += graph.out_degree(source);
            for (_, target) in open_ties::<OVERLAY>(graph, overlay, source) {
                let counter = &mut counters[target.index()];
                if counter.run != run {
                    *counter = Counter { run, left: need(target) };
                }
                // Nobody sees as many as it takes to come round to 0 again.
                counter.left = counter.left.wrapping_sub(1);
                if counter.left == 0 {
                    step.share::<LINKS, OVERLAY>(target);
                }
            }
        }
        step.cross_post::<LINKS, OVERLAY>();
    }
}

impl Space {
    fn begin(&mut self, accounts: usize) {
        if self.counters.len() != accounts || self.run == u32::MAX {
            self.counters.clear();
            self.counters.resize(accounts, Counter::default());
            self.run = 0;
        }
        self.run += 1;
    }
}
