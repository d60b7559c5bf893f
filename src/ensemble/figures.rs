//! The figures of one run, and their sums over runs.

use crate::cascade::Run;
use crate::graph::SocialGraph;
use crate::id::NetworkId;
use crate::stats::{Counts, Moments};

/// Share events of one run in each network, and the step of the first.
#[derive(Debug, Default)]
pub(super) struct Reach {
    pub(super) accounts: Vec<u64>,
    pub(super) first_step: Vec<u32>,
}

impl Reach {
    pub(super) fn of(&mut self, run: &Run<'_>) {
        let graph = run.graph();
        self.accounts.clear();
        self.accounts.resize(graph.network_count(), 0);
        self.first_step.clear();
        self.first_step.resize(graph.network_count(), 0);
        if let [only] = &mut self.accounts[..] {
            *only = run.size();
            return;
        }
        // Most accounts are in the network of the one before them, and steps are of interest only
        // where a network is new.
        let (mut network, mut accounts, mut step) = (0, 0..0, 0);
        for (place, account) in run.accounts().iter().enumerate() {
            if !accounts.contains(&account.get()) {
                let id = graph.network_of(*account);
                (network, accounts) = (id.index(), graph.account_range(id));
            }
            if self.accounts[network] == 0 {
                while run.places_at(step).end <= place {
                    step += 1;
                }
                self.first_step[network] = step;
            }
            self.accounts[network] += 1;
        }
    }
}

/// Sizes and reach over runs.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Figures {
    pub(crate) sizes: Counts,
    pub(crate) users: Moments,
    pub(crate) networks: Vec<NetworkFigures>,
    pub(crate) steps: Counts,
    pub(crate) ties_examined: u128,
    pub(crate) activations: u128,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct NetworkFigures {
    pub(crate) accounts: Moments,
    /// Step of the first share there, over runs with one.
    pub(crate) first_steps: Counts,
}

impl Figures {
    pub(super) fn new(graph: &SocialGraph) -> Self {
        Self { networks: vec![NetworkFigures::default(); graph.network_count()], ..Self::default() }
    }

    pub(super) fn see(&mut self, run: &Run<'_>, reach: &mut Reach) {
        self.sizes.push(run.size());
        self.users.push(run.users());
        self.steps.push(u64::from(run.steps()));
        self.ties_examined += u128::from(run.ties_examined());
        self.activations += u128::from(run.size());
        reach.of(run);
        for (index, network) in self.networks.iter_mut().enumerate() {
            network.accounts.push(reach.accounts[index]);
            if reach.accounts[index] > 0 {
                network.first_steps.push(u64::from(reach.first_step[index]));
            }
        }
    }

    pub(super) fn merge(&mut self, later: &Self) {
        self.sizes.merge(&later.sizes);
        self.users.merge(&later.users);
        self.steps.merge(&later.steps);
        self.ties_examined += later.ties_examined;
        self.activations += later.activations;
        for (known, later) in self.networks.iter_mut().zip(&later.networks) {
            known.accounts.merge(&later.accounts);
            known.first_steps.merge(&later.first_steps);
        }
    }
}

/// What two runs of one world are compared by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Snapshot {
    pub(super) size: u64,
    pub(super) users: u64,
    pub(super) networks: Vec<u64>,
    /// Networks linked, sorted.
    pub(super) links: Vec<(NetworkId, NetworkId)>,
}

impl Snapshot {
    /// A run with parents.
    pub(super) fn of(run: &Run<'_>) -> Self {
        let mut reach = Reach::default();
        reach.of(run);
        let mut crossings = Vec::new();
        crate::interlink::crossings(run, &mut crossings);
        let mut links: Vec<_> = crossings.iter().map(|c| (c.from, c.to)).collect();
        links.dedup();
        Self { size: run.size(), users: run.users(), networks: reach.accounts, links }
    }
}
