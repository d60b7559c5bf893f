//! Proves the laws that all models obey, and that every figure of an outcome is what one counts by
//! hand from the share events.

mod scenarios;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Debug;

use scenarios::{Case, Change, Dice, crowd, steps};
use tieline::stats::wilson;
use tieline::{
    AccountId, CarrierOutcome, Cascade, CrosspostRates, Ensemble, IndependentCascade,
    LinearThreshold, Model, NetworkId, Observer, Outcome, Route, Run, Scenario, ShareLog, ShareRow,
    SocialGraph, ThresholdWeights,
};

/// With p = 0 and q = 0 only the origins share.
#[test]
fn nothing_spreads_by_itself() {
    for seed in 0..300 {
        let mut case = Case::new(seed);
        case.crosspost = CrosspostRates::default();
        case.model = if seed % 2 == 0 {
            IndependentCascade::with_probability(0.0).into()
        } else {
            case.ties.retain(|tie| case.homes[tie.0] == case.homes[tie.1]);
            case.ties.iter_mut().for_each(|tie| tie.2 = Some(0.0));
            let weights = [ThresholdWeights::AsIs, ThresholdWeights::Normalise];
            LinearThreshold::with_weights(weights[seed as usize / 2 % 2]).into()
        };
        let origins: BTreeSet<_> = case.origins.iter().collect();
        let ensemble = Ensemble::new(&case.scenario()).runs(10).rng_seed(seed).links();
        let outcome = ensemble.run();
        assert_eq!(outcome.size.mean, origins.len() as f64, "case {seed}");
        assert_eq!(outcome.last_step.mean, 0.0);
        assert!(outcome.links().iter().all(|link| link.probability == 0.0));
    }
}

/// With p = 1 and q = 1 independent cascade reaches whatever is reachable, breadth first.
#[test]
fn everything_spreads_to_what_is_reachable() {
    for seed in 0..300 {
        let mut case = Case::new(seed);
        case.model = IndependentCascade::with_probability(1.0).into();
        case.crosspost = CrosspostRates::with_probability(1.0);
        let scenario = case.scenario();
        let ids = case.ids(scenario.graph());
        let mut want: BTreeMap<usize, u32> =
            case.origins.iter().map(|&origin| (origin, 0)).collect();
        let mut queue: VecDeque<usize> = want.keys().copied().collect();
        while let Some(source) = queue.pop_front() {
            let step = want[&source] + 1;
            let ties = case.ties.iter().filter(|tie| tie.0 == source).map(|tie| tie.1);
            let others = case.accounts_of(source).into_iter();
            let carried = others.filter(|&other| case.homes[other] != case.homes[source]);
            for target in ties.chain(carried) {
                if case.max_steps.is_none_or(|last| step <= last) && !want.contains_key(&target) {
                    want.insert(target, step);
                    queue.push_back(target);
                }
            }
        }
        let want = want.into_iter().map(|(account, step)| (ids[account], step)).collect();
        for run in 0..2 {
            let cascade = Ensemble::new(&scenario).rng_seed(seed).cascade(run);
            assert_eq!(steps(&cascade), want, "case {seed}");
        }
    }
}

/// More p never reduces the mean (independent cascade). Each of the 44 comparisons fails by chance
/// with probability below 3.4e-6 (4.5 standard errors, one side).
#[test]
fn more_probability_reaches_no_fewer() {
    let graph = std::sync::Arc::new(crowd(300, 5, 8));
    let means = |graph: std::sync::Arc<tieline::SocialGraph>, ps: &[f64], origin: AccountId| {
        let mut last: Option<(f64, f64)> = None;
        for &p in ps {
            let scenario = Scenario::builder(graph.clone())
                .model(IndependentCascade::with_probability(p))
                .ignore_weights()
                .crosspost(0.3)
                .origin(origin)
                .build()
                .unwrap();
            let size = Ensemble::new(&scenario).runs(2000).rng_seed(21).run().size;
            let error = size.std_error.unwrap();
            if let Some((mean, other)) = last {
                let allowed = 4.5 * (error * error + other * other).sqrt();
                assert!(size.mean >= mean - allowed, "p {p}: {} after {mean}", size.mean);
            }
            last = Some((size.mean, error));
        }
    };
    means(graph, &[0.001, 0.01, 0.05, 0.3, 0.9], AccountId::new(0));
    for seed in 0..20 {
        let graph = std::sync::Arc::new(Case::new(seed).graph());
        means(graph, &[0.1, 0.2, 0.5], AccountId::new(0));
    }
}

/// How often each account shared, and each account together with the next one.
#[derive(Default)]
struct Tries {
    single: Vec<u64>,
    pairs: Vec<u64>,
}

impl Observer for Tries {
    const DETAIL: tieline::Detail = tieline::Detail::Steps;

    fn see(&mut self, run: &Run<'_>) {
        let n = run.graph().account_count();
        self.single.resize(n, 0);
        self.pairs.resize(n, 0);
        for &account in run.accounts() {
            self.single[account.index()] += 1;
            let next = AccountId::new((account.get() + 1) % n as u32);
            self.pairs[account.index()] += u64::from(run.shared(next));
        }
    }

    fn merge(&mut self, later: Self) {
        self.single.resize(later.single.len(), 0);
        self.pairs.resize(later.pairs.len(), 0);
        self.single.iter_mut().zip(later.single).for_each(|(known, count)| *known += count);
        self.pairs.iter_mut().zip(later.pairs).for_each(|(known, count)| *known += count);
    }
}

/// A model, and the probability of each tie of the hub under it.
type Tried = (Model, Box<dyn Fn(usize) -> f64>);

/// Each tie of a hub fires with its own probability, and independently of the next one, whether by
/// jumps, by hazards or by threshold; so does a cross-post. Each of the 714 frequencies fails by
/// chance with probability below 6e-7 (5 standard errors).
#[test]
fn tries_succeed_with_their_probability() {
    const LEAVES: usize = 60;
    const RUNS: f64 = 40_000.0;
    let weights = [0.0, 0.002, 0.05, 0.3, 0.5, 0.9, 0.99, 1.0];
    let weight = move |leaf: usize| weights[leaf * 5 % 8];
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    builder.account(square, "hub");
    for leaf in 0..LEAVES {
        builder.weighted_tie(square, "hub", &format!("l{leaf}"), weight(leaf));
    }
    // What the thresholds leave to somebody else does not count: nobody else shares.
    let hub = std::sync::Arc::new(builder.build().unwrap());
    let mut builder = SocialGraph::builder();
    let names: Vec<String> = (0..=LEAVES).map(|network| format!("n{network}")).collect();
    let networks: Vec<_> = names.iter().map(|name| builder.network(name)).collect();
    let accounts: Vec<_> = networks.iter().map(|&network| (network, "me")).collect();
    builder.user("Me", accounts);
    let me = std::sync::Arc::new(builder.build().unwrap());
    let rates = (0..LEAVES).fold(CrosspostRates::default(), |rates, leaf| {
        rates.between("n0", &names[leaf + 1], weight(leaf))
    });
    let equal = |p: f64| -> Tried {
        (IndependentCascade::with_probability(p).into(), Box::new(move |_| p))
    };
    let as_is = LinearThreshold::with_weights(ThresholdWeights::AsIs).into();
    let hub_models: Vec<Tried> = vec![
        equal(0.01),
        equal(0.4),
        equal(0.97),
        (IndependentCascade::with_tie_weights().into(), Box::new(weight)),
        (as_is, Box::new(weight)),
    ];
    let mut scenarios: Vec<_> = hub_models
        .into_iter()
        .map(|(model, p)| {
            let builder = Scenario::builder(hub.clone()).model(model).ignore_weights();
            (builder.origin("hub").build().unwrap(), p)
        })
        .collect();
    let carried = Scenario::builder(me)
        .model(IndependentCascade::with_probability(0.0))
        .crosspost_rates(rates)
        .max_steps(1)
        .origin("me@n0");
    scenarios.push((carried.build().unwrap(), Box::new(weight)));
    for (number, (scenario, p)) in scenarios.iter().enumerate() {
        let ensemble = Ensemble::new(scenario).runs(RUNS as u64).rng_seed(17).serial();
        let tries = ensemble.observe(Tries::default).value;
        let near = |count: u64, p: f64, what: &str| {
            let off = (count as f64 - RUNS * p).abs();
            assert!(
                off <= 5.0 * (RUNS * p * (1.0 - p)).sqrt(),
                "{number}, {what}: {count} for {p}"
            );
        };
        for leaf in 0..LEAVES {
            near(tries.single[leaf + 1], p(leaf), &format!("leaf {leaf}"));
            if leaf + 1 < LEAVES {
                near(tries.pairs[leaf + 1], p(leaf) * p(leaf + 1), &format!("leaf {leaf}, next"));
            }
        }
    }
}

/// Who shares in one run is part of who shares in another, and nobody shares earlier.
fn assert_part(less: &Cascade, more: &Cascade, what: &str) {
    let more = steps(more);
    for (account, step) in steps(less) {
        assert!(more.get(&account).is_some_and(|&other| other <= step), "{what}");
    }
}

/// More origins never take anything away, run by run, in all models.
#[test]
fn more_origins_reach_no_fewer() {
    for seed in 0..500 {
        let case = Case::new(seed);
        let mut more = case.clone();
        let mut dice = Dice::new(seed);
        more.origins.extend((0..2).map(|_| dice.below(case.homes.len())));
        let few = Ensemble::new(&case.scenario()).rng_seed(seed);
        let many = Ensemble::new(&more.scenario()).rng_seed(seed);
        for run in 0..10 {
            let what = format!("case {seed}, run {run}");
            assert_part(&few.cascade(run), &many.cascade(run), &what);
        }
    }
}

/// Less cross-posting never adds anything, run by run: its coins are coupled.
#[test]
fn less_crossposting_reaches_no_more() {
    for seed in 0..400 {
        let case = Case::new(seed);
        let scenario = case.scenario();
        let ensembles = [0.0, 0.2, 0.5, 0.9, 1.0].map(|factor| {
            let overlay = case.overlay(scenario.graph(), &[Change::CrosspostTimes(factor)]);
            Ensemble::new(&scenario.with_overlay(overlay)).rng_seed(seed)
        });
        for run in 0..10 {
            let cascades: Vec<_> = ensembles.iter().map(|e| e.cascade(run)).collect();
            for pair in cascades.windows(2) {
                assert_part(&pair[0], &pair[1], &format!("case {seed}, run {run}"));
            }
            assert_eq!(cascades[0].count(Route::CrossPost), 0);
            assert_eq!(cascades[4], Ensemble::new(&scenario).rng_seed(seed).cascade(run));
        }
    }
}

/// A run that may last k steps is the beginning of the run that may last for ever, to the bit.
#[test]
fn a_limit_of_steps_cuts_a_run_short() {
    for seed in 0..300 {
        let mut case = Case::new(seed);
        case.max_steps = None;
        let whole = Ensemble::new(&case.scenario()).rng_seed(seed);
        for limit in 0..4 {
            case.max_steps = Some(limit);
            let cut = Ensemble::new(&case.scenario()).rng_seed(seed);
            for run in 0..8 {
                let want: Vec<ShareRow> =
                    whole.cascade(run).rows().filter(|row| row.step <= limit).collect();
                let got: Vec<ShareRow> = cut.cascade(run).rows().collect();
                assert_eq!(got, want, "case {seed}, run {run}, limit {limit}");
            }
        }
    }
}

/// A case under its intervention, with all its cascades.
struct Sample {
    case: Case,
    scenario: Scenario,
    outcome: Outcome,
    cascades: Vec<Cascade>,
    cuts: BTreeSet<(AccountId, AccountId)>,
    ensemble: Ensemble,
}

const RUNS: u64 = 16;

fn samples() -> impl Iterator<Item = Sample> {
    (0..500).map(|seed| {
        let case = Case::new(seed);
        let scenario = case.scenario();
        let ids = case.ids(scenario.graph());
        let changes = if seed % 3 == 0 { &case.changes[..] } else { &[] };
        let overlay = case.overlay(scenario.graph(), changes);
        let cuts = changes.iter().filter_map(|change| match *change {
            Change::Cut(source, target) => Some((ids[source], ids[target])),
            _ => None,
        });
        let cuts = cuts.collect();
        let scenario = scenario.with_overlay(overlay);
        let ensemble = Ensemble::new(&scenario).runs(RUNS).rng_seed(seed).links().audience();
        let outcome = ensemble.run();
        let cascades = (0..RUNS).map(|run| ensemble.cascade(run)).collect();
        Sample { case, scenario, outcome, cascades, cuts, ensemble }
    })
}

/// Each account shares once, rows are sorted by step and logical key, a child shares one step after
/// its parent, along a tie that exists and is not cut, or from another account of its user.
#[test]
fn a_cascade_is_a_forest_along_ties_and_users() {
    for sample in samples() {
        let graph = sample.scenario.graph();
        for cascade in &sample.cascades {
            let rows: Vec<_> = cascade.rows().collect();
            let order: Vec<_> =
                rows.iter().map(|row| (row.step, graph.logical_key(row.account))).collect();
            assert!(order.is_sorted_by(|a, b| a < b));
            assert_eq!(steps(cascade).len(), rows.len());
            for (place, row) in rows.iter().enumerate() {
                assert_eq!(row.row as usize, place);
                let Some(parent) = row.parent.map(|parent| rows[parent as usize]) else {
                    assert_eq!((row.route, row.step), (Route::Origin, 0));
                    continue;
                };
                assert_eq!(row.step, parent.step + 1);
                if row.route == Route::Tie {
                    assert!(graph.find_tie(parent.account, row.account).is_some());
                    assert!(!sample.cuts.contains(&(parent.account, row.account)));
                } else {
                    assert_eq!(row.route, Route::CrossPost);
                    assert_eq!(graph.user_of(parent.account), graph.user_of(row.account));
                    assert_ne!(parent.account, row.account);
                }
            }
        }
    }
}

fn mean(values: &[u64]) -> f64 {
    values.iter().sum::<u64>() as f64 / values.len() as f64
}

fn std_error(values: &[u64]) -> f64 {
    let (n, mean) = (values.len() as f64, mean(values));
    (values.iter().map(|&v| (v as f64 - mean).powi(2)).sum::<f64>() / (n - 1.0) / n).sqrt()
}

#[track_caller]
fn assert_estimate(mean_found: f64, error_found: Option<f64>, values: &[u64]) {
    assert!((mean_found - mean(values)).abs() < 1e-12, "{mean_found} of {values:?}");
    let error = error_found.expect("more than one run");
    assert!((error - std_error(values)).abs() < 1e-12, "{error} of {values:?}");
}

/// The value at place ⌈q·n⌉ of the sorted values.
fn nearest_rank(values: &[u64], percent: usize) -> Option<u64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let place = (percent * sorted.len()).div_ceil(100).max(1);
    sorted.get(place - 1).copied()
}

/// Sizes, users, networks, first steps, the last step and the counters, by hand.
#[test]
fn figures_are_what_one_counts_by_hand() {
    for Sample { case, scenario, outcome, cascades, .. } in samples() {
        let graph = scenario.graph();
        let each = |of: &dyn Fn(&Cascade) -> u64| cascades.iter().map(of).collect::<Vec<u64>>();
        let sizes = each(&|cascade| cascade.size() as u64);
        assert_estimate(outcome.size.mean, outcome.size.std_error, &sizes);
        let quantiles = [outcome.size.median, outcome.size.p90, outcome.size.p99, outcome.size.max];
        assert_eq!(quantiles, [50, 90, 99, 100].map(|q| nearest_rank(&sizes, q).unwrap()));
        let users = each(&|cascade| {
            let users: BTreeSet<_> = cascade.accounts().iter().map(|&a| graph.user_of(a)).collect();
            users.len() as u64
        });
        assert_estimate(outcome.users.mean, outcome.users.std_error, &users);
        assert!(users.iter().zip(&sizes).all(|(users, size)| users <= size));
        let last =
            each(&|cascade| cascade.rows().map(|row| u64::from(row.step)).max().unwrap_or(0));
        assert_estimate(outcome.last_step.mean, outcome.last_step.std_error, &last);

        let mut total = 0.0;
        for (network, found) in graph.networks().zip(&outcome.networks) {
            let there = |cascade: &Cascade| -> Vec<u64> {
                let rows = cascade.rows().filter(|row| graph.network_of(row.account) == network);
                rows.map(|row| u64::from(row.step)).collect()
            };
            let counts = each(&|cascade| there(cascade).len() as u64);
            assert_estimate(found.mean, found.std_error, &counts);
            let first: Vec<u64> =
                cascades.iter().filter_map(|c| there(c).into_iter().min()).collect();
            assert_eq!(found.reached, first.len() as f64 / RUNS as f64);
            assert_eq!(found.first_step_mean, (!first.is_empty()).then(|| mean(&first)));
            assert_eq!(found.first_step_median, nearest_rank(&first, 50));
            assert_eq!(found.accounts, graph.accounts_of_network(network).len() as u64);
            assert_eq!(found.name, case.network_name(network.index()));
            total += found.mean;
        }
        assert!((total - outcome.size.mean).abs() < 1e-9, "networks add up to the size");
        assert_eq!(outcome.activations, sizes.iter().sum::<u64>());
        let examined = each(&|cascade| {
            let tried = cascade
                .rows()
                .filter(|row| scenario.max_steps().is_none_or(|limit| row.step < limit));
            tried.map(|row| graph.out_degree(row.account)).sum()
        });
        assert_eq!(outcome.ties_examined, examined.iter().sum::<u64>());
    }
}

/// A crossing: its link, its step and who carried.
fn crossings(scenario: &Scenario, cascade: &Cascade) -> Vec<((NetworkId, NetworkId), u64, String)> {
    let graph = scenario.graph();
    let crossing = |row: ShareRow| {
        let parent = cascade.accounts()[row.parent? as usize];
        let link = (graph.network_of(parent), graph.network_of(row.account));
        let carrier = match row.route {
            Route::CrossPost => graph.user_name(graph.user_of(row.account)).into_owned(),
            _ => format!("{} → {}", graph.account_label(parent), graph.account_label(row.account)),
        };
        (link.0 != link.1).then_some((link, u64::from(row.step), carrier))
    };
    cascade.rows().filter_map(crossing).collect()
}

fn in_runs(carriers: &[CarrierOutcome]) -> BTreeMap<String, u64> {
    carriers.iter().map(|carrier| (carrier.name(), carrier.runs())).collect()
}

/// Links, first steps, crossings and carriers by hand; openers too, where one step has one crossing.
#[test]
fn links_are_what_one_counts_by_hand() {
    let mut linked = 0;
    for Sample { scenario, outcome, cascades, .. } in samples() {
        let graph = scenario.graph();
        let runs: Vec<_> = cascades.iter().map(|cascade| crossings(&scenario, cascade)).collect();
        let mut links = outcome.links().iter();
        for from in graph.networks() {
            for to in graph.networks().filter(|&to| to != from) {
                let found = links.next().unwrap();
                assert_eq!(found.from, graph.network(from).name());
                assert_eq!(found.to, graph.network(to).name());
                let here: Vec<Vec<_>> = runs
                    .iter()
                    .map(|run| run.iter().filter(|crossing| crossing.0 == (from, to)).collect())
                    .collect();
                let first: Vec<u64> =
                    here.iter().filter_map(|run| run.iter().map(|c| c.1).min()).collect();
                let hits = first.len() as u64;
                linked += hits;
                assert_eq!(found.linked_runs, hits);
                assert_eq!((found.low, found.high), wilson(hits, RUNS));
                let or_not: Vec<u64> = here.iter().map(|run| u64::from(!run.is_empty())).collect();
                assert_estimate(found.probability, found.std_error, &or_not);
                assert_eq!(found.first_step_mean, (!first.is_empty()).then(|| mean(&first)));
                assert_eq!(found.first_step_median, nearest_rank(&first, 50));
                assert_eq!(found.first_step_p90, nearest_rank(&first, 90));
                let counts: Vec<u64> = here.iter().map(|run| run.len() as u64).collect();
                assert!((found.crossings_mean - mean(&counts)).abs() < 1e-12);

                let mut carriers = BTreeMap::new();
                let mut openers = BTreeMap::new();
                let mut unique = true;
                for run in here.iter().filter(|run| !run.is_empty()) {
                    let names: BTreeSet<_> = run.iter().map(|crossing| &crossing.2).collect();
                    for name in names {
                        *carriers.entry(name.clone()).or_default() += 1;
                    }
                    let soonest = run.iter().map(|c| c.1).min();
                    let soonest: Vec<_> = run.iter().filter(|c| Some(c.1) == soonest).collect();
                    unique &= soonest.len() == 1;
                    *openers.entry(soonest[0].2.clone()).or_default() += 1;
                }
                assert_eq!(found.carriers_total, carriers.len() as u64);
                assert_eq!(in_runs(&found.carriers), carriers);
                let order: Vec<_> = found
                    .carriers
                    .iter()
                    .map(|c| (std::cmp::Reverse(c.runs()), c.name()))
                    .collect();
                assert!(order.is_sorted());
                let opened: u64 = found.openers.iter().map(CarrierOutcome::runs).sum();
                assert_eq!(opened, hits, "each linked run has one opener");
                if unique {
                    assert_eq!(in_runs(&found.openers), openers);
                }
            }
        }
        let links = outcome.interlinks.unwrap();
        assert_eq!(links.linked_runs, runs.iter().filter(|run| !run.is_empty()).count() as u64);
        let opened: u64 = links.openers.iter().map(CarrierOutcome::runs).sum();
        assert_eq!(opened, links.linked_runs);
    }
    assert!(linked > 2000, "{linked}");
}

/// The audience by hand. Which share first showed the post is certain where all that showed it at
/// the first step came about by the same route; else it is one of them.
#[test]
fn audiences_are_what_one_counts_by_hand() {
    for Sample { scenario, outcome, cascades, cuts, ensemble, .. } in samples() {
        let graph = scenario.graph();
        let found = outcome.audience.unwrap();
        let mut by_event = [0; 3];
        let mut totals = Vec::new();
        let mut networks = vec![Vec::new(); graph.network_count()];
        let (mut least, mut most) = ([0; 3], [0; 3]);
        for cascade in &cascades {
            let mut seen: BTreeMap<AccountId, (u32, BTreeSet<Route>)> = BTreeMap::new();
            for row in cascade.rows() {
                for &target in graph.targets(row.account) {
                    if cuts.contains(&(row.account, target)) {
                        continue;
                    }
                    let (step, routes) =
                        seen.entry(target).or_insert_with(|| (row.step, BTreeSet::new()));
                    if *step == row.step {
                        routes.insert(row.route);
                    }
                }
            }
            totals.push(seen.len() as u64);
            if let Some(first) = cascade.rows().next() {
                let fresh = ensemble.fresh_audience(first.run);
                assert_eq!(fresh.iter().sum::<u64>(), seen.len() as u64);
                for (row, fresh) in cascade.rows().zip(fresh) {
                    assert!(fresh <= graph.out_degree(row.account));
                    by_event[row.route as usize] += fresh;
                }
            }
            for network in graph.networks() {
                let there = seen.keys().filter(|&&account| graph.network_of(account) == network);
                networks[network.index()].push(there.count() as u64);
            }
            for (_, routes) in seen.values() {
                for &route in routes {
                    most[route as usize] += 1;
                    least[route as usize] += u64::from(routes.len() == 1);
                }
            }
        }
        assert_estimate(found.mean, found.std_error, &totals);
        for (network, counts) in found.networks.iter().zip(&networks) {
            assert_estimate(network.mean, network.std_error, counts);
        }
        let fresh = [&found.fresh_by_origin, &found.fresh_by_tie, &found.fresh_by_cross_post];
        let fresh = fresh.map(|estimate| (estimate.mean * RUNS as f64).round() as u64);
        assert_eq!(fresh.iter().sum::<u64>(), totals.iter().sum::<u64>(), "fresh adds up");
        assert_eq!(by_event, fresh, "event by event");
        for route in 0..3 {
            assert!((least[route]..=most[route]).contains(&fresh[route]));
        }
    }
}

/// An outcome survives JSON, whole; so does a share log.
#[test]
fn an_outcome_survives_json() {
    for seed in 0..100 {
        let case = Case::new(seed);
        let scenario = case.scenario();
        let overlay = case.overlay(scenario.graph(), &case.changes);
        let plain = Ensemble::new(&scenario).runs(1 + seed % 20).rng_seed(u64::MAX - seed);
        let log = plain.share_log();
        let text = serde_json::to_string(&log).unwrap();
        assert_eq!(serde_json::from_str::<ShareLog>(&text).unwrap(), log, "case {seed}");
        for ensemble in [plain.clone().links().audience().compare(overlay), plain] {
            let outcome = ensemble.run();
            let value = serde_json::to_value(&outcome).unwrap();
            assert_eq!(serde_json::from_value::<Outcome>(value).unwrap(), outcome, "case {seed}");
            let text = serde_json::to_string(&outcome).unwrap();
            assert_eq!(serde_json::from_str::<Outcome>(&text).unwrap(), outcome, "case {seed}");
        }
    }
}

/// Whatever the crate hands out can be printed, cloned, sent and shared between threads.
#[test]
fn public_types_are_plain() {
    fn plain<T: Debug + Clone + Send + Sync>() {}
    plain::<tieline::AccountId>();
    plain::<tieline::AccountRef>();
    plain::<tieline::AudienceOutcome>();
    plain::<tieline::CarrierOutcome>();
    plain::<tieline::CarrierRank>();
    plain::<tieline::CarrierRanking>();
    plain::<tieline::Cascade>();
    plain::<tieline::CompareOutcome>();
    plain::<tieline::CrosspostRates>();
    plain::<tieline::DegreeCorrelation>();
    plain::<tieline::Difference>();
    plain::<tieline::Duplicates>();
    plain::<tieline::Ensemble>();
    plain::<tieline::Figure>();
    plain::<tieline::FileReport>();
    plain::<tieline::IdentityReport>();
    plain::<tieline::IndependentCascade>();
    plain::<tieline::LinearThreshold>();
    plain::<tieline::LinkDifference>();
    plain::<tieline::LinkOutcome>();
    plain::<tieline::Links>();
    plain::<tieline::LoadReport>();
    plain::<tieline::LogicalKey>();
    plain::<tieline::Model>();
    plain::<tieline::Network>();
    plain::<tieline::NetworkDifference>();
    plain::<tieline::NetworkId>();
    plain::<tieline::NetworkKind>();
    plain::<tieline::NetworkOutcome>();
    plain::<tieline::NetworkOverlap>();
    plain::<tieline::NetworkReport>();
    plain::<tieline::Observed<tieline::ShareLog>>();
    plain::<tieline::Outcome>();
    plain::<tieline::Overlap>();
    plain::<tieline::Overlay>();
    plain::<tieline::Precision>();
    plain::<tieline::PrecisionOutcome>();
    plain::<tieline::Probability>();
    plain::<tieline::Progress>();
    plain::<tieline::Reciprocity>();
    plain::<tieline::Route>();
    plain::<tieline::Run<'_>>();
    plain::<tieline::Scenario>();
    plain::<tieline::ScenarioBuilder>();
    plain::<tieline::ShareEvent>();
    plain::<tieline::ShareLog>();
    plain::<tieline::ShareRow>();
    plain::<tieline::SizeOutcome>();
    plain::<tieline::SocialGraph>();
    plain::<tieline::Tally>();
    plain::<tieline::ThresholdWeights>();
    plain::<tieline::TieId>();
    plain::<tieline::TieReport>();
    plain::<tieline::UserId>();
    plain::<tieline::UserRef>();
    plain::<tieline::WeightedCascade>();
    plain::<tieline::stats::Counts>();
    plain::<tieline::stats::Estimate>();
    plain::<tieline::stats::Moments>();
    // An error may hold one that cannot be cloned; a builder is used up.
    fn sent<T: Debug + Send + Sync>() {}
    sent::<tieline::Error>();
    sent::<tieline::GraphBuilder>();
    sent::<tieline::OverlayBuilder<'_>>();
}
