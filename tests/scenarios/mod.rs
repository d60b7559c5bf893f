//! Random scenarios as plain rows that a test can also read by itself, the same on every machine:
//! case number `n` is a pure function of `n`.

// Each test binary uses its own part of this.
#![allow(dead_code)]

mod thresholds;
pub(crate) mod told;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use tieline::{
    AccountId, Cascade, CrosspostRates, Detail, Ensemble, IndependentCascade, LinearThreshold,
    Model, Observer, Overlay, Route, Run, Scenario, ScenarioBuilder, SocialGraph, ThresholdWeights,
    WeightedCascade,
};

/// A generator of small whole numbers (`SplitMix64`), owned by the tests, so that no new version of
/// anything changes their cases.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_f491_4f6c_dd1d).wrapping_add(0x1234_5678))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }

    pub(crate) fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// How many random cases are asked, as a multiple of the usual number: `TIELINE_CASES=10`, or `.1`.
fn multiple_of_cases() -> f64 {
    std::env::var("TIELINE_CASES").map_or(1.0, |text| {
        let factor: f64 = text.parse().expect("TIELINE_CASES: a number such as 10 or .1");
        assert!(factor > 0.0, "TIELINE_CASES must be above 0, is {factor}");
        factor
    })
}

/// The seeds of `n` random cases, or of as many as `TIELINE_CASES` makes of them.
pub(crate) fn seeds(n: u64) -> Range<u64> {
    0..(n as f64 * multiple_of_cases()).ceil() as u64
}

/// What `n` things that must be among the usual random cases become where fewer are asked: half of their share,
/// as a rare thing may be missing.
pub(crate) fn part<T: TryFrom<u64>>(n: u64) -> T {
    let factor = multiple_of_cases();
    let least = if factor < 1.0 { n as f64 * factor / 2.0 } else { n as f64 };
    T::try_from(least as u64).unwrap_or_else(|_| unreachable!("it is small"))
}

/// One part of an intervention; accounts by their place in [`Case::homes`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Change {
    /// The user of this account.
    Mute(usize),
    /// The user of this account.
    NoCarry(usize),
    Cut(usize, usize),
    CrosspostTimes(f64),
    AddOrigin(usize),
}

/// A scenario as rows.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// How many networks are declared.
    pub(crate) networks: usize,
    /// The network of each account.
    pub(crate) homes: Vec<usize>,
    /// The user of each account; none for those without an identity row.
    pub(crate) users: Vec<Option<usize>>,
    pub(crate) ties: Vec<(usize, usize, Option<f64>)>,
    pub(crate) model: Model,
    pub(crate) crosspost: CrosspostRates,
    pub(crate) origins: Vec<usize>,
    pub(crate) max_steps: Option<u32>,
    /// An intervention, in which every kind comes up.
    pub(crate) changes: Vec<Change>,
}

const PROBABILITIES: [f64; 8] = [0.0, 0.001, 0.15, 0.3, 0.5, 0.8, 0.97, 1.0];

/// The kernel makes the same runs as the reference kernel, alone and one after the other in the same memory,
/// with parents and without; `see` looks at each.
pub(crate) fn assert_agreement(
    scenario: &Scenario,
    rng_seed: u64,
    runs: u64,
    what: &str,
    mut see: impl FnMut(&Cascade),
) {
    let ensemble = Ensemble::new(scenario).rng_seed(rng_seed).runs(runs).serial();
    let (log, sizes) = (ensemble.share_log(), ensemble.observe(Sizes::default).value.0);
    for run in 0..runs {
        let fast = ensemble.cascade(run);
        assert_eq!(fast, ensemble.reference_cascade(run), "{what}, run {run}");
        let of_run = log.rows().filter(|row| row.run == run);
        assert!(of_run.eq(fast.rows()), "{what}, run {run} behind others");
        assert_eq!(sizes[run as usize], fast.size() as u64, "{what}, run {run} behind others");
        see(&fast);
    }
}

/// The sizes of runs, in order, where nothing else is asked for.
#[derive(Default)]
pub(crate) struct Sizes(pub(crate) Vec<u64>);

impl Observer for Sizes {
    const DETAIL: Detail = Detail::Size;

    fn see(&mut self, run: &Run<'_>) {
        self.0.push(run.size());
    }

    fn merge(&mut self, later: Self) {
        self.0.extend(later.0);
    }
}

impl Case {
    /// Case number `seed`: one to four networks of one to ten accounts, mutual and directed ties,
    /// bridge ties, users with up to four accounts (also in one network), all models and all ways to
    /// set them, cross-posts by pair and by inclination, origins anywhere.
    pub(crate) fn new(seed: u64) -> Self {
        Self::of_size(seed, 4, 10)
    }

    /// The same with at most so many networks of at most so many accounts.
    pub(crate) fn of_size(seed: u64, most_networks: usize, most_accounts: usize) -> Self {
        let mut dice = Dice::new(seed);
        let networks = 1 + dice.below(most_networks);
        let mut homes = Vec::new();
        for network in 0..networks {
            homes.extend(std::iter::repeat_n(network, 1 + dice.below(most_accounts)));
        }
        let n = homes.len();
        let kind = dice.below(7);
        let weighted_threshold = kind >= 5;
        let mut ties = BTreeMap::new();
        for _ in 0..dice.below(4 * n + 1) {
            let (source, target) = (dice.below(n), dice.below(n));
            let bridge = homes[source] != homes[target];
            // Bridge ties have no weights, so weighted thresholds cannot read them.
            if source == target || (bridge && (weighted_threshold || dice.chance(60))) {
                continue;
            }
            ties.insert((source, target), None);
            if dice.chance(30) {
                ties.insert((target, source), None);
            }
        }
        if n > 3 && dice.chance(30) {
            // Somebody whom everyone in the network sees.
            let hub = dice.below(n);
            for target in (0..n).filter(|&a| a != hub && homes[a] == homes[hub]) {
                ties.insert((hub, target), None);
            }
        }
        let mut ties: Vec<_> = ties.into_iter().map(|((s, t), weight)| (s, t, weight)).collect();
        let weights_ignored = kind != 2 && !weighted_threshold && dice.chance(25);
        if kind == 2 || weighted_threshold || weights_ignored {
            give_weights(&mut dice, kind, &homes, &mut ties);
        }
        let model = model(&mut dice, kind, networks);
        let users = match dice.below(4) {
            0 => vec![None; n],
            _ => group(&mut dice, n),
        };
        let crosspost = crosspost(&mut dice, networks, &users);
        let count = 1 + dice.below(3);
        let origins = (0..count).map(|_| dice.below(n)).collect();
        let max_steps = dice.chance(25).then(|| dice.below(4) as u32);
        let mut case = Self {
            networks,
            homes,
            users,
            ties,
            model,
            crosspost,
            origins,
            max_steps,
            changes: Vec::new(),
        };
        for _ in 0..1 + dice.below(3) {
            let change = case.change(&mut dice);
            case.changes.push(change);
        }
        case
    }

    /// A random intervention of one kind.
    pub(crate) fn change(&self, dice: &mut Dice) -> Change {
        let n = self.homes.len();
        match dice.below(6) {
            0 => Change::Mute(dice.below(n)),
            1 | 2 => Change::NoCarry(dice.below(n)),
            3 if !self.ties.is_empty() => {
                let (source, target, _) = dice.pick(&self.ties);
                Change::Cut(source, target)
            }
            4 => Change::CrosspostTimes(dice.pick(&[0.0, 0.25, 0.7, 1.0])),
            _ => Change::AddOrigin(dice.below(n)),
        }
    }

    pub(crate) fn network_name(&self, network: usize) -> String {
        format!("n{network}")
    }

    pub(crate) fn account_name(&self, account: usize) -> String {
        format!("a{account}")
    }

    /// `a3@n1`.
    pub(crate) fn label(&self, account: usize) -> String {
        format!("{}@{}", self.account_name(account), self.network_name(self.homes[account]))
    }

    /// The graph; accounts appear in their order here.
    pub(crate) fn graph(&self) -> SocialGraph {
        self.graph_of(self.ties.iter().copied())
    }

    /// The graph, in another order of storage if `seed` is odd.
    pub(crate) fn graph_in_some_order(&self, seed: u64) -> SocialGraph {
        let graph = self.graph();
        if seed.is_multiple_of(2) {
            return graph;
        }
        graph.stored_by(|account| (u64::from(account.get()) + 1).wrapping_mul(seed | 1))
    }

    /// The kernel makes the same runs as the reference kernel, with and without the changes of this case;
    /// `see` looks at each.
    pub(crate) fn assert_agreement(
        &self,
        scenario: &Scenario,
        rng_seed: u64,
        runs: u64,
        mut see: impl FnMut(&Scenario, &Cascade),
    ) {
        let overlay = self.overlay(scenario.graph(), &self.changes);
        for scenario in [&scenario.with_overlay(overlay), scenario] {
            let what = format!("case {rng_seed}: {:?}", scenario.model());
            assert_agreement(scenario, rng_seed, runs, &what, |fast| see(scenario, fast));
        }
    }

    /// The graph with its ties stated in this order.
    pub(crate) fn graph_of(
        &self,
        ties: impl IntoIterator<Item = (usize, usize, Option<f64>)>,
    ) -> SocialGraph {
        let mut builder = SocialGraph::builder();
        let networks: Vec<_> =
            (0..self.networks).map(|network| builder.network(self.network_name(network))).collect();
        let names: Vec<_> = (0..self.homes.len()).map(|a| self.account_name(a)).collect();
        let place = |account: usize| (networks[self.homes[account]], names[account].as_str());
        for account in 0..names.len() {
            builder.account(place(account).0, place(account).1);
        }
        for (source, target, weight) in ties {
            let (from, to) = (place(source), place(target));
            match weight {
                _ if from.0 != to.0 => builder.bridge(from, to),
                Some(weight) => builder.weighted_tie(from.0, from.1, to.1, weight),
                None => builder.tie(from.0, from.1, to.1),
            };
        }
        for (account, user) in self.users.iter().enumerate() {
            if let Some(user) = user {
                builder.user(&format!("u{user}"), [place(account)]);
            }
        }
        builder.build().expect("a graph without mistakes")
    }

    /// The scenario on a graph of this case, without an intervention.
    pub(crate) fn scenario_on(&self, graph: SocialGraph) -> Scenario {
        self.builder_on(graph).build().expect("a scenario without mistakes")
    }

    /// The same, to which more can be said.
    pub(crate) fn builder_on(&self, graph: impl Into<Arc<SocialGraph>>) -> ScenarioBuilder {
        let origins = self.origins.iter().map(|&origin| self.label(origin));
        let mut builder = Scenario::builder(graph)
            .model(self.model.clone())
            .crosspost_rates(self.crosspost.clone())
            .origins(origins);
        if let Some(steps) = self.max_steps {
            builder = builder.max_steps(steps);
        }
        if !self.model.reads_weights() {
            builder = builder.ignore_weights();
        }
        builder
    }

    pub(crate) fn scenario(&self) -> Scenario {
        self.scenario_on(self.graph())
    }

    pub(crate) fn overlay(&self, graph: &SocialGraph, changes: &[Change]) -> Overlay {
        let mut builder = Overlay::builder(graph);
        for &change in changes {
            builder = match change {
                Change::Mute(account) => builder.mute(self.label(account)),
                Change::NoCarry(account) => builder.no_carry(self.label(account)),
                Change::Cut(source, target) => builder.cut(self.label(source), self.label(target)),
                Change::CrosspostTimes(factor) => builder.crosspost_times(factor),
                Change::AddOrigin(account) => builder.add_origin(self.label(account)),
            };
        }
        builder.build().expect("an overlay without mistakes")
    }

    /// The ids of all accounts, in their order here.
    pub(crate) fn ids(&self, graph: &SocialGraph) -> Vec<AccountId> {
        (0..self.homes.len()).map(|a| graph.account(self.label(a)).expect("known")).collect()
    }

    /// Whether two accounts belong to one user.
    pub(crate) fn same_user(&self, one: usize, other: usize) -> bool {
        one == other || (self.users[one].is_some() && self.users[one] == self.users[other])
    }

    /// All accounts of the user of `account`.
    pub(crate) fn accounts_of(&self, account: usize) -> BTreeSet<usize> {
        (0..self.homes.len()).filter(|&other| self.same_user(account, other)).collect()
    }
}

fn give_weights(
    dice: &mut Dice,
    kind: usize,
    homes: &[usize],
    ties: &mut [(usize, usize, Option<f64>)],
) {
    let equal = dice.chance(25);
    let common = dice.pick(&PROBABILITIES);
    // What is left of each account's sum of weights, in sixteenths.
    let mut left = vec![16usize; homes.len()];
    for (source, target, weight) in ties {
        if homes[*source] != homes[*target] {
            continue;
        }
        *weight = Some(match kind {
            5 => {
                let taken = if dice.chance(20) { left[*target] } else { dice.below(5) };
                let taken = taken.min(left[*target]);
                left[*target] -= taken;
                taken as f64 / 16.0
            }
            6 => dice.pick(&[0.0, 0.1, 1.0, 2.5, 1e6]),
            _ if equal => common,
            _ => dice.pick(&PROBABILITIES),
        });
    }
}

fn model(dice: &mut Dice, kind: usize, networks: usize) -> Model {
    let name = |network: usize| format!("n{network}");
    match kind {
        0 => IndependentCascade::with_probability(dice.pick(&PROBABILITIES)).into(),
        1 => {
            let mut model = IndependentCascade::with_probability(dice.pick(&PROBABILITIES));
            for network in (0..networks).filter(|network| network % 2 == 0) {
                model = model.in_network(name(network), dice.pick(&PROBABILITIES));
            }
            for (from, to) in pairs(networks) {
                if dice.chance(30) {
                    model = model.between(name(from), name(to), dice.pick(&PROBABILITIES));
                }
            }
            model.into()
        }
        2 => {
            let mut model = IndependentCascade::with_tie_weights();
            for (from, to) in pairs(networks).into_iter().filter(|(from, to)| from != to) {
                model = model.between(name(from), name(to), dice.pick(&PROBABILITIES));
            }
            model.into()
        }
        3 => WeightedCascade.into(),
        4 => LinearThreshold::default().into(),
        5 => LinearThreshold::with_weights(ThresholdWeights::AsIs).into(),
        _ => LinearThreshold::with_weights(ThresholdWeights::Normalise).into(),
    }
}

fn pairs(networks: usize) -> Vec<(usize, usize)> {
    (0..networks).flat_map(|from| (0..networks).map(move |to| (from, to))).collect()
}

/// Users of one to four accounts, whatever the networks; some accounts are nobody's in particular.
fn group(dice: &mut Dice, accounts: usize) -> Vec<Option<usize>> {
    let mut order: Vec<_> = (0..accounts).collect();
    dice.shuffle(&mut order);
    let mut users = vec![None; accounts];
    let (mut user, mut left) = (0, 1 + dice.below(4));
    for account in order {
        if left == 0 {
            user += 1;
            left = 1 + dice.below(4);
        }
        if dice.chance(85) {
            users[account] = Some(user);
        }
        left -= 1;
    }
    users
}

fn crosspost(dice: &mut Dice, networks: usize, users: &[Option<usize>]) -> CrosspostRates {
    let mut rates = CrosspostRates::with_probability(dice.pick(&[0.0, 0.2, 0.5, 0.5, 0.9, 1.0]));
    for (from, to) in pairs(networks) {
        if dice.chance(25) {
            let q = dice.pick(&[0.0, 0.3, 0.6, 1.0]);
            rates = rates.between(format!("n{from}"), format!("n{to}"), q);
        }
    }
    let known: BTreeSet<_> = users.iter().flatten().collect();
    for user in known {
        if dice.chance(25) {
            rates = rates.inclination(format!("u{user}"), dice.pick(&[0.0, 0.5, 0.9, 1.0]));
        }
    }
    rates
}

/// One share event with accounts by label, whatever the storage.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Event {
    pub(crate) step: u32,
    pub(crate) account: String,
    pub(crate) parent: Option<String>,
    pub(crate) route: Route,
}

/// A cascade by labels, row by row.
pub(crate) fn events(graph: &SocialGraph, cascade: &Cascade) -> Vec<Event> {
    let accounts = cascade.accounts();
    cascade
        .rows()
        .map(|row| Event {
            step: row.step,
            account: graph.account_label(row.account),
            parent: row.parent.map(|parent| graph.account_label(accounts[parent as usize])),
            route: row.route,
        })
        .collect()
}

/// Who shared at which step.
pub(crate) fn steps(cascade: &Cascade) -> BTreeMap<AccountId, u32> {
    cascade.rows().map(|row| (row.account, row.step)).collect()
}

/// Two networks that look like networks: many small accounts and a few hubs, bridge ties, half of
/// the people in both.
pub(crate) fn crowd(accounts: usize, ties_per_account: usize, seed: u64) -> SocialGraph {
    let mut dice = Dice::new(seed);
    let mut builder = SocialGraph::builder();
    let networks = [builder.network("square"), builder.network("hall")];
    let name = |account: usize| format!("p{account}");
    for network in networks {
        for account in 0..accounts {
            builder.account(network, &name(account));
        }
        for _ in 0..accounts * ties_per_account {
            // The product of three uniform places crowds near 0: hubs come first.
            let mut skewed = || (0..3).fold(accounts, |limit, _| 1 + dice.below(limit)) - 1;
            let (source, target) = (skewed(), skewed());
            if source != target {
                builder.tie(network, &name(source), &name(target));
            }
        }
    }
    for _ in 0..accounts / 10 {
        let (source, target) = (dice.below(accounts), dice.below(accounts));
        builder.bridge((networks[0], &name(source)), (networks[1], &name(target)));
    }
    for account in (0..accounts).step_by(2) {
        let other = (account * 7 + 3) % accounts;
        if other % 2 == 1 {
            let (one, two) = (name(account), name(other));
            builder.user(
                &format!("both{account}"),
                [(networks[0], one.as_str()), (networks[1], two.as_str())],
            );
        }
    }
    builder.build().expect("a graph without mistakes")
}
