//! Who sees the post, and through whose share first.

use serde::Serialize;

use super::spread::{ByRoute, Spread};
use super::sums::{Count, Sum, Sums};
use super::world::{Tiny, members};
use crate::engine::Route;

/// Who sees the post: the accounts with a tie, not cut, from one that shares. An origin or an
/// account that was cross-posted to belongs to the audience only if a tie shows it the post too;
/// muted accounts see. Shown at [`Exact`](super::Exact).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ExactAudience {
    /// How many accounts see the post.
    pub total: Count,
    /// The mean number in each network.
    pub networks: Vec<f64>,
    /// The mean number of accounts that first see the post through a share event of each route: at
    /// the earliest step, and among ties at that step the least hash. The sum is the mean audience.
    pub fresh_by_route: ByRoute,
    /// The same by the account that shares.
    pub fresh_by_account: Vec<f64>,
}

#[derive(Debug)]
pub(super) struct AudienceSums {
    total: Sums,
    networks: Sums,
    /// Origin, tie, cross-post.
    routes: [Sum; 3],
    accounts: Sums,
}

impl AudienceSums {
    pub(super) fn new(tiny: &Tiny) -> Self {
        let n = tiny.network_of.len();
        Self {
            total: Sums::new(n + 1),
            networks: Sums::new(tiny.networks.len()),
            routes: [Sum::default(); 3],
            accounts: Sums::new(n),
        }
    }

    pub(super) fn add(&mut self, tiny: &Tiny, side: usize, spread: &Spread, probability: f64) {
        let sees = &tiny.sides[side].sees;
        // For each sharer the accounts that it is expected to be the first to show the post to.
        let mut fresh = [0.0; super::MAX_ACCOUNTS];
        let mut audience = 0u64;
        for (viewer, sources) in sees.iter().enumerate() {
            if sources & spread.shared == 0 {
                continue;
            }
            audience |= 1 << viewer;
            let first = spread.steps.iter().map(|new| new & sources).find(|&first| first != 0);
            let first = first.unwrap_or(0);
            for source in members(first) {
                fresh[source] += 1.0 / f64::from(first.count_ones());
            }
        }
        self.total.add(audience.count_ones() as usize, probability);
        for (network, accounts) in tiny.networks.iter().enumerate() {
            let seen = f64::from((audience & accounts).count_ones());
            self.networks.add(network, seen * probability);
        }
        for source in members(spread.shared) {
            let fresh = fresh[source] * probability;
            if fresh == 0.0 {
                continue;
            }
            self.accounts.add(source, fresh);
            let tries = &spread.tries[source];
            if tries.is_empty() {
                self.routes[0].add(fresh);
                continue;
            }
            let ties = tries.iter().filter(|&&arc| tiny.arcs[arc as usize].route == Route::Tie);
            let ties = ties.count() as f64 / tries.len() as f64;
            self.routes[1].add(fresh * ties);
            self.routes[2].add(fresh * (1.0 - ties));
        }
    }

    pub(super) fn finish(&self) -> ExactAudience {
        let [origin, tie, cross_post] = self.routes.map(Sum::total);
        ExactAudience {
            total: self.total.count(),
            networks: self.networks.totals(),
            fresh_by_route: ByRoute { origin, tie, cross_post },
            fresh_by_account: self.accounts.totals(),
        }
    }
}

/// How many accounts see the post in one history.
pub(super) fn audience_of(tiny: &Tiny, side: usize, spread: &Spread) -> i64 {
    tiny.sides[side].sees.iter().filter(|&sources| sources & spread.shared != 0).count() as i64
}
