//! One history: who shares at which step, and which tries reach whom.

use serde::Serialize;

use super::history::Histories;
use super::sums::{Count, Sum, Sums};
use super::world::{Arc, Tiny, members};
use crate::engine::Route;
use crate::id::{AccountId, NetworkId};

/// What is the same in all worlds of one history.
#[derive(Debug, Default)]
pub(super) struct Spread {
    /// Who shares at each step.
    pub(super) steps: Vec<u64>,
    pub(super) shared: u64,
    /// Who shares by tie or cross-post, with the step, in order of step.
    pub(super) children: Vec<(u8, u8)>,
    /// For each of `children`, by account: the live arcs from those who shared a step before. Each
    /// of them is as likely as the others to have the least hash.
    pub(super) tries: Vec<Vec<u32>>,
    /// Under a threshold model, by account: what has counted so far.
    sums: Vec<u64>,
}

impl Spread {
    pub(super) fn new(tiny: &Tiny) -> Self {
        let accounts = tiny.network_of.len();
        Self { tries: vec![Vec::new(); accounts], sums: vec![0; accounts], ..Self::default() }
    }

    /// Breadth first from the origins, along live arcs.
    pub(super) fn run(&mut self, tiny: &Tiny, side: usize, histories: &mut Histories<'_>) {
        let rules = &tiny.sides[side];
        self.steps.clear();
        for (child, _) in self.children.drain(..) {
            self.tries[usize::from(child)].clear();
        }
        self.shared = 0;
        self.sums.fill(0);
        let mut tipping = Vec::new();
        let mut now = rules.origins & !rules.muted;
        while now != 0 {
            let step = self.steps.len();
            self.steps.push(now);
            self.shared |= now;
            if step as u64 == u64::from(tiny.max_steps) {
                break;
            }
            let closed = self.shared | rules.muted;
            let mut next = 0;
            for source in members(now) {
                for place in tiny.out[source].clone() {
                    let arc = &tiny.arcs[place];
                    if closed >> arc.target & 1 == 1
                        || rules.dead[place]
                        || histories.look(arc.coin) >> arc.bits[side] & 1 == 0
                    {
                        continue;
                    }
                    if let Some(waits) = &tiny.waits
                        && arc.route == Route::Tie
                    {
                        if waits.add(arc, &mut self.sums) {
                            tipping.push(place as u32);
                        }
                        continue;
                    }
                    self.land(arc, place, step, &mut next);
                }
            }
            // A tie counts at once, and lands if all that counted are enough.
            for place in tipping.drain(..) {
                let arc = &tiny.arcs[place as usize];
                if tiny.waits.as_ref().is_some_and(|waits| waits.is_enough(arc.target, &self.sums))
                {
                    self.land(arc, place as usize, step, &mut next);
                }
            }
            now = next;
        }
    }

    /// A try that succeeds.
    fn land(&mut self, arc: &Arc, place: usize, step: usize, next: &mut u64) {
        if *next >> arc.target & 1 == 0 {
            *next |= 1 << arc.target;
            self.children.push((arc.target, step as u8 + 1));
        }
        self.tries[usize::from(arc.target)].push(place as u32);
    }

    /// The users of those who share.
    pub(super) fn users(&self, tiny: &Tiny) -> u64 {
        members(self.shared).fold(0, |users, account| users | 1 << tiny.user_of[account])
    }
}

/// What is known about one network, over all runs. Shown at [`Exact`](super::Exact).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ExactNetwork {
    /// The network.
    pub network: NetworkId,
    /// How many of its accounts share.
    pub accounts: Count,
    /// The probability that any of them does.
    pub reached: f64,
    /// The probability that the first of them does at step 0, 1, …; the sum is `reached`.
    pub first_step: Vec<f64>,
}

/// The probability that a share event has this parent. A tie and a cross-post between the same two
/// accounts are two entries. Shown at [`Exact`](super::Exact).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ExactParent {
    /// Who shares.
    pub child: AccountId,
    /// Through whom.
    pub parent: AccountId,
    /// How.
    pub route: Route,
    /// The probability that `child` shares and that this is how.
    pub probability: f64,
}

/// A mean number for each route. Shown at [`Exact`](super::Exact).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
#[non_exhaustive]
pub struct ByRoute {
    /// Of the origins.
    pub origin: f64,
    /// By ties.
    pub tie: f64,
    /// By cross-posts.
    pub cross_post: f64,
}

/// Collects what concerns accounts, users and networks.
#[derive(Debug)]
pub(super) struct SpreadSums {
    pub(super) size: Sums,
    pub(super) users: Sums,
    pub(super) accounts: Sums,
    pub(super) last_step: Sums,
    pub(super) new_by_step: Sums,
    sizes: Vec<Sums>,
    first_steps: Vec<Sums>,
    /// By arc.
    parents: Sums,
    origins: Sum,
}

impl SpreadSums {
    pub(super) fn new(tiny: &Tiny) -> Self {
        let n = tiny.network_of.len();
        let column = Sums::new(n + 1);
        Self {
            size: column.clone(),
            users: column.clone(),
            accounts: column.clone(),
            last_step: column.clone(),
            new_by_step: column.clone(),
            sizes: vec![column.clone(); tiny.networks.len()],
            first_steps: vec![column; tiny.networks.len()],
            parents: Sums::new(tiny.arcs.len()),
            origins: Sum::default(),
        }
    }

    pub(super) fn add(&mut self, tiny: &Tiny, spread: &Spread, probability: f64) {
        self.size.add(spread.shared.count_ones() as usize, probability);
        self.users.add(spread.users(tiny).count_ones() as usize, probability);
        for account in members(spread.shared) {
            self.accounts.add(account, probability);
        }
        if let Some(last) = spread.steps.len().checked_sub(1) {
            self.last_step.add(last, probability);
            self.origins.add(f64::from(spread.steps[0].count_ones()) * probability);
        }
        for (step, new) in spread.steps.iter().enumerate() {
            self.new_by_step.add(step, f64::from(new.count_ones()) * probability);
        }
        for (network, &accounts) in tiny.networks.iter().enumerate() {
            self.sizes[network].add((spread.shared & accounts).count_ones() as usize, probability);
            if let Some(first) = spread.steps.iter().position(|new| new & accounts != 0) {
                self.first_steps[network].add(first, probability);
            }
        }
        for &(child, _) in &spread.children {
            let tries = &spread.tries[usize::from(child)];
            for &arc in tries {
                self.parents.add(arc as usize, probability / tries.len() as f64);
            }
        }
    }

    pub(super) fn networks(&self) -> Vec<ExactNetwork> {
        let columns = self.sizes.iter().zip(&self.first_steps);
        columns
            .enumerate()
            .map(|(network, (sizes, first_steps))| ExactNetwork {
                network: NetworkId::new(network as u32),
                accounts: sizes.count(),
                reached: sum_of(&first_steps.totals()),
                first_step: first_steps.trimmed(),
            })
            .collect()
    }

    pub(super) fn parents(&self, tiny: &Tiny) -> Vec<ExactParent> {
        let mut parents: Vec<_> = tiny
            .arcs
            .iter()
            .enumerate()
            .map(|(place, arc)| ExactParent {
                child: AccountId::new(arc.target.into()),
                parent: AccountId::new(arc.source.into()),
                route: arc.route,
                probability: self.parents.get(place),
            })
            .filter(|parent| parent.probability > 0.0)
            .collect();
        parents.sort_by_key(|parent| (parent.child, parent.parent, parent.route));
        parents
    }

    pub(super) fn routes(&self, parents: &[ExactParent]) -> ByRoute {
        let by = |route| {
            let parents = parents.iter().filter(|parent| parent.route == route);
            sum_of(&parents.map(|parent| parent.probability).collect::<Vec<_>>())
        };
        ByRoute {
            origin: self.origins.total(),
            tie: by(Route::Tie),
            cross_post: by(Route::CrossPost),
        }
    }
}

pub(super) fn sum_of(terms: &[f64]) -> f64 {
    let mut sum = Sum::default();
    terms.iter().for_each(|&term| sum.add(term));
    sum.total()
}
