//! Proves the interventions run by run against their definition: who shares, and when, is
//! reachability in the same world, of which each test finds the live arcs by itself.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::scenarios::{Case, Change, Dice, events, steps};
use tieline::{
    AccountId, Cascade, Difference, Ensemble, IndependentCascade, Overlay, Route, Scenario,
    SocialGraph,
};

/// What fires in one run if its source shares: by place of the account in the case.
struct LiveArcs {
    ties: Vec<Vec<usize>>,
    crossposts: Vec<Vec<usize>>,
}

/// Scenarios of which each shows the arcs of one kind: one origin, one step.
struct Probe {
    ties: Vec<Ensemble>,
    crossposts: Vec<Ensemble>,
    place: BTreeMap<AccountId, usize>,
}

impl Probe {
    fn new(case: &Case, graph: &SocialGraph, rng_seed: u64, crosspost_factor: f64) -> Self {
        let ids = case.ids(graph);
        let graph = std::sync::Arc::new(graph.clone());
        let builder = || Scenario::builder(graph.clone()).origin(ids[0]).max_steps(1);
        let ties = match case.model.reads_weights() {
            true => builder().model(case.model.clone()).build(),
            false => builder().model(case.model.clone()).ignore_weights().build(),
        };
        let crossposts = builder()
            .model(IndependentCascade::with_probability(0.0))
            .crosspost_rates(case.crosspost.clone())
            .ignore_weights()
            .overlay(Overlay::builder(&graph).crosspost_times(crosspost_factor).build().unwrap())
            .build();
        let each = |scenario: Scenario| -> Vec<Ensemble> {
            let alone = |&id| Ensemble::new(&scenario.with_origins([id]).unwrap());
            ids.iter().map(|id| alone(id).rng_seed(rng_seed)).collect()
        };
        Self {
            ties: each(ties.unwrap()),
            crossposts: each(crossposts.unwrap()),
            place: ids.iter().enumerate().map(|(place, &id)| (id, place)).collect(),
        }
    }

    fn arcs(&self, run: u64) -> LiveArcs {
        let reached = |ensemble: &Ensemble| {
            let cascade = ensemble.cascade(run);
            cascade.accounts()[1..].iter().map(|account| self.place[account]).collect()
        };
        LiveArcs {
            ties: self.ties.iter().map(reached).collect(),
            crossposts: self.crossposts.iter().map(reached).collect(),
        }
    }
}

/// The definition: breadth first from the origins over the arcs that the changes leave.
fn reachable(case: &Case, changes: &[Change], arcs: &LiveArcs) -> BTreeMap<usize, u32> {
    let muted = |account: usize| {
        changes.iter().any(|c| matches!(*c, Change::Mute(user) if case.same_user(user, account)))
    };
    let no_carry = |account: usize| {
        changes.iter().any(|c| matches!(*c, Change::NoCarry(user) if case.same_user(user, account)))
    };
    let cut = |source, target| changes.contains(&Change::Cut(source, target));
    let added = changes.iter().filter_map(|change| match *change {
        Change::AddOrigin(account) => Some(account),
        _ => None,
    });
    let mut step_of = BTreeMap::new();
    let mut queue = VecDeque::new();
    for origin in case.origins.iter().copied().chain(added) {
        if !muted(origin) && step_of.insert(origin, 0).is_none() {
            queue.push_back(origin);
        }
    }
    while let Some(source) = queue.pop_front() {
        let step = step_of[&source] + 1;
        if case.max_steps.is_some_and(|last| step > last) {
            continue;
        }
        let ties = arcs.ties[source].iter().filter(|&&target| !cut(source, target));
        let carried = arcs.crossposts[source].iter().filter(|_| !no_carry(source));
        for &target in ties.chain(carried) {
            if !muted(target) && !step_of.contains_key(&target) {
                step_of.insert(target, step);
                queue.push_back(target);
            }
        }
    }
    step_of
}

/// The overlay as the builder understands it: of several factors the last counts.
fn settled(changes: &[Change]) -> (Vec<Change>, f64) {
    let mut factor = 1.0;
    let mut others = Vec::new();
    for &change in changes {
        match change {
            Change::CrosspostTimes(times) => factor = times,
            other => others.push(other),
        }
    }
    (others, factor)
}

/// Whether an intervention can touch a run, by the words of the definition.
fn touches(case: &Case, changes: &[Change], base: &Cascade, ids: &[AccountId]) -> bool {
    let at = steps(base);
    let shared = |account: usize| at.contains_key(&ids[account]);
    let carried = |account: AccountId| {
        base.rows().any(|row| row.route == Route::CrossPost && row.account == account)
    };
    changes.iter().any(|&change| match change {
        Change::Mute(user) => case.accounts_of(user).into_iter().any(shared),
        Change::NoCarry(user) => case.accounts_of(user).iter().any(|&a| carried(ids[a])),
        Change::Cut(source, _) => shared(source),
        Change::CrosspostTimes(factor) => factor < 1.0 && base.count(Route::CrossPost) > 0,
        Change::AddOrigin(account) => at.get(&ids[account]) != Some(&0),
    })
}

const RUNS: u64 = 8;

/// In 700 random worlds of all models: the accounts reached and their steps, without an
/// intervention, under each kind and under several at once, are those reachable in the same world;
/// and each parent is a live arc of the step before.
#[test]
fn shares_are_reachability_in_the_same_world() {
    let mut compared = 0;
    for seed in 0..700 {
        let case = Case::new(seed);
        let scenario = case.scenario();
        let graph = scenario.graph();
        for changes in [&[][..], &case.changes[..1], &case.changes[..]] {
            let overlay = case.overlay(graph, changes);
            let intervened = scenario.with_overlay(overlay);
            let ensemble = Ensemble::new(&intervened).rng_seed(seed);
            let (changes, factor) = settled(changes);
            let probe = Probe::new(&case, graph, seed, factor);
            for run in 0..RUNS {
                let arcs = probe.arcs(run);
                let want = reachable(&case, &changes, &arcs);
                let cascade = ensemble.cascade(run);
                let got: BTreeMap<usize, u32> = steps(&cascade)
                    .into_iter()
                    .map(|(id, step)| (probe.place[&id], step))
                    .collect();
                assert_eq!(got, want, "case {seed}, run {run}, {changes:?}");
                for row in cascade.rows() {
                    let Some(parent) = row.parent else {
                        assert_eq!((row.route, row.step), (Route::Origin, 0));
                        continue;
                    };
                    let child = probe.place[&row.account];
                    let parent = probe.place[&cascade.accounts()[parent as usize]];
                    let live = match row.route {
                        Route::Tie => &arcs.ties,
                        _ => &arcs.crossposts,
                    };
                    assert_eq!(want[&parent] + 1, row.step, "case {seed}, run {run}");
                    assert!(live[parent].contains(&child), "case {seed}, run {run}: a dead arc");
                }
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 700 * 3 * RUNS);
}

/// Runs that the intervention cannot touch are identical to the bit, log included; both kinds of
/// runs come up thousands of times.
#[test]
fn runs_that_it_cannot_touch_are_identical() {
    let (mut untouched, mut touched) = (0, 0);
    for seed in 0..2000 {
        let case = Case::new(seed);
        let scenario = case.scenario();
        let graph = scenario.graph();
        let ids = case.ids(graph);
        let changes = &case.changes[..1 + seed as usize % case.changes.len()];
        let intervened = scenario.with_overlay(case.overlay(graph, changes));
        let base = Ensemble::new(&scenario).rng_seed(seed);
        let other = Ensemble::new(&intervened).rng_seed(seed);
        for run in 0..6 {
            let cascade = base.cascade(run);
            if touches(&case, changes, &cascade, &ids) {
                touched += 1;
            } else {
                untouched += 1;
                assert_eq!(cascade, other.cascade(run), "case {seed}, run {run}, {changes:?}");
            }
        }
    }
    assert!(untouched > 2000 && touched > 2000, "{untouched} {touched}");
}

/// The figures of one run, counted from its share events.
#[derive(Debug, PartialEq)]
struct Counted {
    size: i64,
    users: i64,
    networks: Vec<i64>,
    links: BTreeSet<(u32, u32)>,
}

fn count(graph: &SocialGraph, cascade: &Cascade) -> Counted {
    let users: BTreeSet<_> = cascade.accounts().iter().map(|&a| graph.user_of(a)).collect();
    let mut networks = vec![0; graph.network_count()];
    let mut links = BTreeSet::new();
    for row in cascade.rows() {
        let to = graph.network_of(row.account);
        networks[to.index()] += 1;
        if let Some(parent) = row.parent {
            let from = graph.network_of(cascade.accounts()[parent as usize]);
            if from != to {
                links.insert((from.get(), to.get()));
            }
        }
    }
    Counted { size: cascade.size() as i64, users: users.len() as i64, networks, links }
}

fn assert_difference(got: &Difference, differences: &[i64], what: &str) {
    let n = differences.len() as f64;
    let mean = differences.iter().sum::<i64>() as f64 / n;
    let changed = differences.iter().filter(|&&difference| difference != 0).count() as u64;
    let squares: f64 = differences.iter().map(|&d| (d as f64 - mean).powi(2)).sum();
    let std_error = (squares / (n - 1.0) / n).sqrt();
    assert_eq!(got.changed_runs, changed, "{what}");
    assert!((got.difference - mean).abs() < 1e-12, "{what}: {got:?}, {mean}");
    let found = got.std_error.expect("more than one run");
    assert!((found - std_error).abs() < 1e-12 * (1.0 + std_error), "{what}: {got:?}, {std_error}");
}

/// A comparison equals two ensembles subtracted run by run, whatever it leaves out; also from one
/// intervention to another.
#[test]
fn a_comparison_is_a_difference_of_two_ensembles() {
    const RUNS: u64 = 30;
    let mut left_out = 0;
    for seed in 0..600 {
        let case = Case::new(seed);
        let mut scenario = case.scenario();
        let graph = scenario.graph().clone();
        if seed % 4 == 0 {
            let change = case.change(&mut Dice::new(seed));
            scenario = scenario.with_overlay(case.overlay(&graph, &[change]));
        }
        let overlay = case.overlay(&graph, &case.changes);
        let intervened = scenario.with_overlay(overlay.clone());
        let ensemble = Ensemble::new(&scenario).runs(RUNS).rng_seed(seed);
        let compared = ensemble.clone().audience().compare(overlay).run().compare.unwrap();
        let other = Ensemble::new(&intervened).runs(RUNS).rng_seed(seed);
        let pairs: Vec<_> = (0..RUNS)
            .map(|run| (count(&graph, &ensemble.cascade(run)), count(&graph, &other.cascade(run))))
            .collect();
        let differences = |of: &dyn Fn(&Counted) -> i64| -> Vec<i64> {
            pairs.iter().map(|(base, other)| of(other) - of(base)).collect()
        };
        let what = format!("case {seed}, {:?}", case.changes);
        assert_difference(&compared.size, &differences(&|c| c.size), &what);
        assert_difference(&compared.users, &differences(&|c| c.users), &what);
        let saw =
            |ensemble: &Ensemble, run| ensemble.fresh_audience(run).iter().sum::<u64>() as i64;
        let saw: Vec<_> = (0..RUNS).map(|run| saw(&other, run) - saw(&ensemble, run)).collect();
        assert_difference(compared.audience.as_ref().unwrap(), &saw, &what);
        assert_eq!(compared.networks.len(), graph.network_count());
        for (index, network) in compared.networks.iter().enumerate() {
            assert_eq!(network.name, case.network_name(index));
            assert_difference(&network.change, &differences(&|c| c.networks[index]), &what);
        }
        let n = graph.network_count() as u32;
        let mut links = compared.links.iter();
        for from in 0..n {
            for to in (0..n).filter(|&to| to != from) {
                let link = links.next().unwrap();
                assert_eq!(link.from, case.network_name(from as usize));
                assert_eq!(link.to, case.network_name(to as usize));
                let linked = differences(&|c| i64::from(c.links.contains(&(from, to))));
                assert_difference(&link.change, &linked, &what);
            }
        }
        assert!(compared.repeated_runs >= compared.size.changed_runs);
        left_out += RUNS - compared.repeated_runs;
    }
    assert!(left_out > 1000, "the shortcut is taken: {left_out}");
}

/// Links are not monotone. cid's account in the hall hears of the post at home one step before it
/// could be carried over from the square; once those at home keep silent, it is carried.
#[test]
fn muting_can_open_a_link() {
    let mut builder = SocialGraph::builder();
    let (square, hall) = (builder.network("square"), builder.network("hall"));
    builder.tie(square, "ann", "cid").tie(hall, "bob", "cid");
    builder.user("cid", [(square, "cid"), (hall, "cid")]);
    let scenario = Scenario::builder(builder.build().unwrap())
        .model(IndependentCascade::with_probability(1.0))
        .crosspost(1.0)
        .origins(["ann@square", "bob@hall"])
        .build()
        .unwrap();
    let muted = Overlay::builder(scenario.graph()).mute("bob").build().unwrap();
    let outcome = Ensemble::new(&scenario).runs(10).links().compare(muted.clone()).run();
    assert_eq!(outcome.link("square", "hall").unwrap().probability, 0.0);
    let compared = outcome.compare.unwrap();
    assert_eq!(
        (compared.links[0].from.as_str(), compared.links[0].to.as_str()),
        ("square", "hall")
    );
    assert_eq!(compared.links[0].change.difference, 1.0);
    assert_eq!(compared.size.difference, -1.0);
    let after = Ensemble::new(&scenario.with_overlay(muted)).runs(10).links().run();
    assert_eq!(after.link("square", "hall").unwrap().carriers[0].name(), "cid");
}

/// The same without carrying: eve carries the post into the hall early, so cid's later carrying
/// from the square never shows until eve does not carry.
#[test]
fn not_carrying_can_open_another_link() {
    let mut builder = SocialGraph::builder();
    let (square, hall) = (builder.network("square"), builder.network("hall"));
    let court = builder.network("court");
    builder.tie(square, "ann", "dan").tie(square, "dan", "cid").tie(hall, "eve", "cid");
    builder.user("cid", [(square, "cid"), (hall, "cid")]);
    builder.user("eve", [(court, "eve"), (hall, "eve")]);
    let scenario = Scenario::builder(builder.build().unwrap())
        .model(IndependentCascade::with_probability(1.0))
        .crosspost(1.0)
        .origins(["ann@square", "eve@court"])
        .build()
        .unwrap();
    let without = Overlay::builder(scenario.graph()).no_carry("eve").build().unwrap();
    let compared = Ensemble::new(&scenario).runs(10).compare(without).run().compare.unwrap();
    let change = |from: &str, to: &str| {
        let link = compared.links.iter().find(|link| link.from == from && link.to == to);
        link.unwrap().change.difference
    };
    assert_eq!(change("square", "hall"), 1.0);
    assert_eq!(change("court", "hall"), -1.0);
}

/// In random worlds links are lost and gained, under muting and under no carrying alike.
#[test]
fn links_come_and_go() {
    let (mut gained, mut lost) = ([0; 2], [0; 2]);
    for seed in 0..600 {
        let case = Case::new(seed);
        let scenario = case.scenario();
        let account = seed as usize % case.homes.len();
        for (kind, change) in [Change::Mute(account), Change::NoCarry(account)].iter().enumerate() {
            let overlay = case.overlay(scenario.graph(), &[*change]);
            let ensemble = Ensemble::new(&scenario).runs(20).rng_seed(seed).compare(overlay);
            for link in ensemble.run().compare.unwrap().links {
                gained[kind] += u32::from(link.change.difference > 0.0);
                lost[kind] += u32::from(link.change.difference < 0.0);
            }
        }
    }
    assert!(gained.iter().chain(&lost).all(|&count| count > 0), "{gained:?} {lost:?}");
}

/// Carriers ranked naively: on even runs by what each costs, measured on odd runs.
#[test]
fn carriers_are_ranked_on_even_runs_and_measured_on_odd_ones() {
    const CANDIDATES: usize = 3;
    let mut ranked = 0;
    for seed in 0..450 {
        let case = Case::new(seed);
        let mut scenario = case.scenario();
        let graph = scenario.graph().clone();
        let changes = if seed % 3 == 0 { &case.changes[..1] } else { &[] };
        scenario = scenario.with_overlay(case.overlay(&graph, changes));
        let range = seed % 4..seed % 4 + 25;
        let ensemble = Ensemble::new(&scenario).run_range(range.clone()).rng_seed(seed);
        let ranking = ensemble.rank_carriers(CANDIDATES);

        let carried = |run: u64, user: &str| {
            let cascade = ensemble.cascade(run);
            let network = |row: u32| graph.network_of(cascade.accounts()[row as usize]);
            let carrier = |row: tieline::ShareRow| {
                row.route == Route::CrossPost
                    && graph.user_name(graph.user_of(row.account)) == user
                    && row.parent.is_some_and(|parent| network(parent) != network(row.row))
            };
            cascade.rows().any(carrier)
        };
        let (even, odd): (Vec<u64>, Vec<u64>) = range.partition(|run| run % 2 == 0);
        assert_eq!(ranking.ranking_runs, even.len() as u64);
        assert_eq!(ranking.measuring_runs, odd.len() as u64);
        let names: BTreeSet<String> =
            graph.users().map(|user| graph.user_name(user).into_owned()).collect();
        let runs_of = |name: &String| even.iter().filter(|&&run| carried(run, name)).count();
        let mut by_runs: Vec<(usize, String)> =
            names.into_iter().map(|name| (runs_of(&name), name)).filter(|c| c.0 > 0).collect();
        by_runs.sort_by_key(|(runs, name)| (std::cmp::Reverse(*runs), name.clone()));
        assert_eq!(ranking.carriers_total, by_runs.len() as u64, "case {seed}");
        by_runs.truncate(CANDIDATES);

        let mut want = Vec::new();
        for (place, (runs, name)) in by_runs.iter().enumerate() {
            let user = graph.user(name).unwrap();
            let member = graph.accounts_of_user(user).next().unwrap();
            let member = case.ids(&graph).iter().position(|&id| id == member).unwrap();
            let mut more = changes.to_vec();
            more.push(Change::NoCarry(member));
            let without =
                Ensemble::new(&scenario.with_overlay(case.overlay(&graph, &more))).rng_seed(seed);
            let differences = |of: &dyn Fn(&Counted) -> i64, runs: &[u64]| -> Vec<i64> {
                let figure = |ensemble: &Ensemble, run| of(&count(&graph, &ensemble.cascade(run)));
                runs.iter().map(|&run| figure(&without, run) - figure(&ensemble, run)).collect()
            };
            let loss: i64 = differences(&|c| c.size, &even).iter().sum();
            want.push((loss, place, *runs, name.clone()));
            let found = ranking.carriers.iter().find(|carrier| &carrier.user == name).unwrap();
            let what = format!("case {seed}, {name}");
            assert_difference(&found.size, &differences(&|c| c.size, &odd), &what);
            assert_difference(&found.users, &differences(&|c| c.users, &odd), &what);
            assert_difference(&found.links, &differences(&|c| c.links.len() as i64, &odd), &what);
            let times = odd.iter().filter(|&&run| carried(run, name)).count();
            assert!((found.carried.mean - times as f64 / odd.len() as f64).abs() < 1e-12);
        }
        // The greatest loss is the least difference; equal ones stay in the order of runs.
        want.sort();
        for (place, (carrier, want)) in ranking.carriers.iter().zip(&want).enumerate() {
            let (loss, by_runs, runs, name) = want;
            assert_eq!(&carrier.user, name, "case {seed}");
            assert_eq!(carrier.rank_by_loss, place as u64 + 1);
            assert_eq!(carrier.rank_by_runs, *by_runs as u64 + 1);
            assert_eq!(carrier.ranking_runs_carried, *runs as u64);
            assert!((carrier.ranking_loss + *loss as f64 / even.len() as f64).abs() < 1e-12);
            ranked += 1;
        }
        assert_eq!(ranking.carriers.len(), want.len());
    }
    assert!(ranked > 200, "{ranked}");
}

/// A lost origin's fate, in words: a muted origin does not share, its followers wait for others.
#[test]
fn a_muted_origin_stays_silent() {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    builder.tie(square, "ann", "bob").tie(square, "bob", "cid");
    let scenario = Scenario::builder(builder.build().unwrap())
        .model(IndependentCascade::with_probability(1.0))
        .origin("ann")
        .build()
        .unwrap();
    let muted = Overlay::builder(scenario.graph()).mute("ann").build().unwrap();
    let silent = scenario.with_overlay(muted);
    assert_eq!(Ensemble::new(&silent).cascade(0).size(), 0);
    let outcome = Ensemble::new(&silent).runs(5).links().audience().run();
    assert_eq!((outcome.size.max, outcome.networks[0].reached), (0, 0.0));
    let all = Ensemble::new(&scenario).cascade(0);
    assert_eq!(events(scenario.graph(), &all).len(), 3);
}
