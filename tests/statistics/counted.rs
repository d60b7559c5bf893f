//! Counts what runs show, whatever the outcome says of them.

use tieline::{NetworkId, Observer, Route, Run};

/// Frequencies over runs, all of which have one graph.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    /// How many runs had this size, this number of users.
    pub(crate) sizes: Vec<u64>,
    pub(crate) users: Vec<u64>,
    /// In how many runs each account shared.
    pub(crate) accounts: Vec<u64>,
    /// How many runs ended at this step; those in which nobody shared are not counted.
    pub(crate) last_step: Vec<u64>,
    /// Shares at each step.
    pub(crate) new_by_step: Vec<u64>,
    /// By network: how many runs had this many shares there, and the first one at this step.
    pub(crate) networks: Vec<Vec<u64>>,
    pub(crate) first_steps: Vec<Vec<u64>>,
    /// By source and target network: how many runs had the first crossing at this step.
    pub(crate) links: Vec<Vec<u64>>,
    /// The same over all links.
    pub(crate) linked: Vec<u64>,
    /// Share events by route, child and parent.
    parents: Vec<u64>,
}

fn count(column: &mut Vec<u64>, place: usize, times: u64) {
    if column.len() <= place {
        column.resize(place + 1, 0);
    }
    column[place] += times;
}

fn add(column: &mut Vec<u64>, later: &[u64]) {
    later.iter().enumerate().for_each(|(place, &times)| count(column, place, times));
}

fn add_each(columns: &mut Vec<Vec<u64>>, later: &[Vec<u64>]) {
    columns.resize(columns.len().max(later.len()), Vec::new());
    columns.iter_mut().zip(later).for_each(|(column, later)| add(column, later));
}

impl Counted {
    /// Share events of this child with this parent by this route.
    pub(crate) fn parent(&self, child: usize, parent: usize, route: Route) -> u64 {
        let n = self.accounts.len();
        self.parents[(usize::from(route == Route::CrossPost) * n + child) * n + parent]
    }

    /// Runs with the first crossing from one network into another at each step.
    pub(crate) fn link(&self, from: NetworkId, to: NetworkId) -> &[u64] {
        &self.links[from.index() * self.networks.len() + to.index()]
    }
}

impl Observer for Counted {
    const DETAIL: tieline::Detail = tieline::Detail::Parents;

    fn see(&mut self, run: &Run<'_>) {
        let graph = run.graph();
        let (n, networks) = (graph.account_count(), graph.network_count());
        self.accounts.resize(n, 0);
        self.parents.resize(2 * n * n, 0);
        self.networks.resize(networks, Vec::new());
        self.first_steps.resize(networks, Vec::new());
        self.links.resize(networks * networks, Vec::new());
        count(&mut self.sizes, run.size() as usize, 1);
        count(&mut self.users, run.users() as usize, 1);
        if let Some(last) = run.steps().checked_sub(1) {
            count(&mut self.last_step, last as usize, 1);
        }
        let mut shares = vec![(0, usize::MAX); networks];
        let mut crossed = vec![usize::MAX; networks * networks];
        for event in run.events() {
            let (child, step) = (event.account, event.step as usize);
            self.accounts[child.index()] += 1;
            count(&mut self.new_by_step, step, 1);
            let here = graph.network_of(child).index();
            shares[here] = (shares[here].0 + 1, shares[here].1.min(step));
            if let Some(parent) = event.parent {
                let by = usize::from(event.route == Route::CrossPost);
                self.parents[(by * n + child.index()) * n + parent.index()] += 1;
                let there = graph.network_of(parent).index();
                if there != here {
                    let link = there * networks + here;
                    crossed[link] = crossed[link].min(step);
                }
            }
        }
        for (network, (shares, first)) in shares.into_iter().enumerate() {
            count(&mut self.networks[network], shares, 1);
            if shares > 0 {
                count(&mut self.first_steps[network], first, 1);
            }
        }
        for (link, &first) in crossed.iter().enumerate().filter(|(_, first)| **first < usize::MAX) {
            count(&mut self.links[link], first, 1);
        }
        if let Some(first) = crossed.into_iter().min().filter(|&first| first < usize::MAX) {
            count(&mut self.linked, first, 1);
        }
    }

    fn merge(&mut self, later: Self) {
        add(&mut self.sizes, &later.sizes);
        add(&mut self.users, &later.users);
        add(&mut self.accounts, &later.accounts);
        add(&mut self.last_step, &later.last_step);
        add(&mut self.new_by_step, &later.new_by_step);
        add(&mut self.linked, &later.linked);
        add(&mut self.parents, &later.parents);
        add_each(&mut self.networks, &later.networks);
        add_each(&mut self.first_steps, &later.first_steps);
        add_each(&mut self.links, &later.links);
    }
}
