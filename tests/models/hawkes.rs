//! Self-exciting cascades: the kernel equals the reference kernel to the bit, results equal what is known
//! of Hawkes processes, and Ogata's thinning, which knows nothing of clusters, has the same law.
//!
//! Each comparison of a mean with what is known is within 4.5 standard errors (false alarm 7e-6), each
//! chi-square below its quantile of 1 − 1e-6.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::scenarios::{Case, Change, Dice, part, seeds};
use tieline::stats::Counts;
use tieline::{
    AccountId, Cascade, Delays, Distribution, Ensemble, ExternalInfluence, Hawkes,
    IndependentCascade, Outcome, Reshares, Route, Scenario, ScenarioBuilder, Sharing, SocialGraph,
    Ticks,
};

fn exponential(rate: f64) -> Distribution {
    Distribution::Exponential { rate }
}

fn memory(dice: &mut Dice) -> Distribution {
    match dice.below(6) {
        0 => Distribution::Fixed { x: dice.pick(&[0.3, 1.0]) },
        1 => Distribution::Gamma { shape: 2.0, mean: 0.5 },
        2 => Distribution::Lomax { c: 0.2, theta: 0.8 },
        3 => Distribution::Seismic { s0: 0.1, theta: 0.25 },
        _ => exponential(dice.pick(&[0.5, 2.0])),
    }
}

/// The graph, cross-posts and origins of a case under a self-exciting model.
fn hawkes(seed: u64, case: &Case, graph: Arc<SocialGraph>, sharing: Sharing) -> ScenarioBuilder {
    let mut dice = Dice::new(seed ^ 0x4a7_7e5);
    let numbers = [0.0, 0.05, 0.1, 0.2, 0.4];
    let mut reshares = Reshares::all(dice.pick(&numbers));
    if dice.chance(30) {
        reshares = reshares.in_network(case.network_name(0), dice.pick(&numbers));
    }
    if dice.chance(30) {
        reshares = reshares.infectivity(case.label(0), 2.5).susceptibility(case.label(0), 0.0);
    }
    let mut delays = Delays::all(memory(&mut dice));
    if dice.chance(30) {
        delays = delays.in_network(case.network_name(0), memory(&mut dice));
    }
    if dice.chance(30) {
        let name = case.network_name(0);
        delays = delays.between(&name, &name, memory(&mut dice));
    }
    let mut model = Hawkes::with(reshares, delays).sharing(sharing);
    if sharing == Sharing::Repeat && dice.chance(30) {
        model = model.over_time([(0.0, 1.0), (0.5, dice.pick(&[0.0, 0.3, 1.5])), (1.0, 0.2)]);
    }
    let mut builder = Scenario::builder(graph)
        .model(model)
        .crosspost_rates(case.crosspost.clone())
        .origins(case.origins.iter().map(|&origin| case.label(origin)))
        .crosspost_delay(exponential(1.0))
        .until(dice.pick(&[0.0, 0.7, 1.5]))
        .ignore_weights();
    if sharing == Sharing::Repeat && dice.chance(20) {
        builder = builder.origin_at(0.4, case.label(0)).origin_at(0.5, case.label(0));
    }
    if sharing == Sharing::Repeat && dice.chance(20) {
        builder = builder.external(ExternalInfluence::with_rate(0.2));
    }
    builder
}

/// The kernel equals the reference kernel in 700 random worlds, with and without an intervention, in the
/// order of the builder and in another one; and so does the size where no more is asked for.
#[test]
fn fast_equals_reference_in_random_worlds() {
    let (mut again, mut truncated) = (0, 0);
    for seed in seeds(700) {
        let case = Case::new(seed);
        let graph = case.graph_in_some_order(seed);
        let sharing = if seed % 5 == 0 { Sharing::Once } else { Sharing::Repeat };
        let mut scenario = hawkes(seed, &case, Arc::new(graph), sharing).max_shares(400);
        if seed % 20 == 3 {
            // Numbers of offspring that take more than one draw.
            scenario = scenario.model(Hawkes::new(9.0, exponential(1.0)));
        }
        let scenario = scenario.build().unwrap();
        let overlay = case.overlay(scenario.graph(), &case.changes);
        for scenario in [scenario.with_overlay(overlay), scenario] {
            let ensemble = Ensemble::new(&scenario).rng_seed(seed);
            let mut sizes = Counts::default();
            for run in 0..3 {
                let (fast, reference) = (ensemble.cascade(run), ensemble.reference_cascade(run));
                assert_eq!(fast, reference, "case {seed}, run {run}: {:?}", scenario.model());
                sizes.push(fast.size() as u64);
                let repeats = fast.rows().any(|row| row.occurrence > 0);
                assert!(!repeats || sharing == Sharing::Repeat);
                again += usize::from(repeats);
                truncated += usize::from(fast.size() == 400);
            }
            let found = ensemble.runs(3).observe(Counts::default).value;
            assert!(found.iter().eq(sizes.iter()), "case {seed}");
        }
    }
    assert!(
        again > part(500) && truncated > part(5),
        "{again} runs with repeats, {truncated} truncated"
    );
}

/// Without `max_shares` events are found in no order: the runs are the same. Those that end with a number of
/// shares are their beginnings, and so are those that end earlier.
#[test]
fn ends_are_beginnings() {
    const MOST: u64 = 3000;
    let mut compared = 0;
    for seed in seeds(200) {
        let case = Case::new(seed);
        let graph = Arc::new(case.graph());
        let build = |until: f64| hawkes(seed, &case, graph.clone(), Sharing::Repeat).until(until);
        let scenarios =
            [build(1.5).max_shares(MOST), build(1.5).max_shares(6), build(0.6), build(1.5)];
        let scenarios = scenarios.map(|builder| builder.build().unwrap());
        let overlay = case.overlay(&graph, &case.changes);
        let changed = scenarios.each_ref().map(|scenario| scenario.with_overlay(overlay.clone()));
        for scenarios in [scenarios, changed] {
            let [whole, few, early, no_order] =
                scenarios.map(|scenario| Ensemble::new(&scenario).rng_seed(seed));
            for run in 0..3 {
                let all = whole.cascade(run);
                if all.size() as u64 == MOST {
                    continue;
                }
                compared += 1;
                assert_eq!(all, no_order.cascade(run), "case {seed}, run {run}");
                let times: Vec<_> = all.rows().map(|row| row.time).collect();
                let first: Vec<_> = few.cascade(run).rows().map(|row| row.time).collect();
                assert_eq!(first, times[..times.len().min(6)], "case {seed}, run {run}");
                let end = Ticks::new(crate::times::last_tick(0.6));
                let before = all.rows().filter(|row| row.time.unwrap() <= end);
                let before: Vec<_> = before.collect();
                assert!(early.cascade(run).rows().eq(before), "case {seed}, run {run}");
                let single = |ensemble: &Ensemble| ensemble.clone().run_range(run..run + 1);
                let within = single(&whole).reached_within(0.6).unwrap().run();
                assert_eq!(within.reached_within[0].mean, single(&early).run().size.mean);
            }
        }
    }
    assert!(compared > part(900), "only {compared} runs were compared");
}

/// Reachability: without a user, a cascade is what it was without all that descends from a share of theirs,
/// to the bit; so with cuts and with users who do not carry over.
#[test]
fn interventions_take_subtrees_away() {
    let mut taken = 0;
    for seed in seeds(500) {
        let case = Case::new(seed);
        let scenario = hawkes(seed, &case, Arc::new(case.graph()), Sharing::Repeat);
        let scenario = scenario.max_shares(3000).build().unwrap();
        let graph = scenario.graph().clone();
        let mut dice = Dice::new(seed);
        let account = dice.below(case.homes.len());
        let mut changes = vec![Change::Mute(account), Change::NoCarry(account)];
        if !case.ties.is_empty() {
            let (source, target, _) = dice.pick(&case.ties);
            changes.push(Change::Cut(source, target));
        }
        let with = Ensemble::new(&scenario).rng_seed(seed);
        for change in changes {
            let overlay = case.overlay(&graph, &[change]);
            let without = Ensemble::new(&scenario.with_overlay(overlay)).rng_seed(seed);
            for run in 0..3 {
                let base = with.cascade(run);
                if base.size() == 3000 {
                    continue;
                }
                let left = left_by(&case, &graph, &base, change);
                taken += base.size() - left.len();
                let found = without.cascade(run);
                let rows: Vec<_> = found.rows().collect();
                assert_eq!(rows.len(), left.len(), "case {seed}, run {run}: {change:?}");
                for (row, old) in rows.iter().zip(left) {
                    assert_eq!(
                        (row.account, row.time, row.route, row.step),
                        (old.account, old.time, old.route, old.step)
                    );
                }
            }
        }
    }
    assert!(taken > part(1000), "{taken} share events were taken away");
}

/// The rows of `base` that a change leaves.
fn left_by(
    case: &Case,
    graph: &SocialGraph,
    base: &Cascade,
    change: Change,
) -> Vec<tieline::ShareRow> {
    let ids = case.ids(graph);
    let user = |account: usize| graph.user_of(ids[account]);
    let rows: Vec<_> = base.rows().collect();
    let mut gone = vec![false; rows.len()];
    for (place, row) in rows.iter().enumerate() {
        let parent = row.parent.map(|parent| rows[parent as usize].account);
        let ends = (parent, row.route);
        gone[place] = row.parent.is_some_and(|parent| gone[parent as usize])
            || match change {
                Change::Mute(account) => graph.user_of(row.account) == user(account),
                Change::NoCarry(account) => {
                    row.route == Route::CrossPost && graph.user_of(row.account) == user(account)
                }
                Change::Cut(source, target) => {
                    ends == (Some(ids[source]), Route::Tie) && row.account == ids[target]
                }
                _ => false,
            };
    }
    rows.into_iter().zip(gone).filter(|&(_, gone)| !gone).map(|(row, _)| row).collect()
}

fn near(found: f64, std_error: Option<f64>, want: f64) {
    let error = std_error.unwrap();
    assert!((found - want).abs() < 4.5 * error, "{found} ± {error} for {want}");
}

fn mean_is(outcome: &Outcome, want: f64) {
    near(outcome.size.mean, outcome.size.std_error, want);
}

/// Expected totals are (I − K)^−1 · 1, with bridge ties, factors by user and different networks; 12 graphs
/// (each false alarm 7e-6).
#[test]
fn totals_are_those_of_the_linear_system() {
    let mut checked = 0;
    for seed in seeds(200) {
        let case = Case::new(seed);
        let n = case.homes.len();
        if n < 4 || case.ties.len() < n {
            continue;
        }
        let mut numbers = vec![vec![0.0; n]; n];
        for &(source, target, _) in &case.ties {
            let to = if case.homes[target] == 0 { 0.25 } else { 0.4 };
            let pair = case.homes[source] == case.homes[target] && case.homes[target] == 0;
            let from = if case.same_user(source, 0) { 2.0 } else { 1.0 };
            let into = if case.same_user(target, 1) { 0.5 } else { 1.0 };
            numbers[source][target] = if pair { 0.2 } else { to } * from * into;
        }
        // Expected shares by one share of each, generation by generation.
        let (mut total, mut generation) = (vec![1.0; n], vec![1.0; n]);
        for _ in 0..400 {
            let next = |row: &Vec<f64>| row.iter().zip(&generation).map(|(k, g)| k * g).sum();
            generation = numbers.iter().map(next).collect();
            total.iter_mut().zip(&generation).for_each(|(total, more)| *total += more);
        }
        // Variances of cascades near the critical point are too large to check.
        let want = total[case.origins[0]];
        if generation.iter().any(|&g: &f64| g > 1e-12) || !(1.5..12.0).contains(&want) {
            continue;
        }
        let graph = Arc::new(case.graph());
        let user = |account: usize| {
            let user = graph.user_of(case.ids(&graph)[account]);
            graph.user_name(user).to_string()
        };
        let name = case.network_name(0);
        let reshares = Reshares::all(0.4)
            .in_network(&name, 0.25)
            .between(&name, &name, 0.2)
            .infectivity(user(0), 2.0)
            .susceptibility(user(1), 0.5);
        let scenario = Scenario::builder(graph.clone())
            .model(Hawkes::with(reshares, Delays::all(exponential(1.0))))
            .origin(case.label(case.origins[0]))
            .until(1e6)
            .ignore_weights()
            .build()
            .unwrap();
        mean_is(&Ensemble::new(&scenario).rng_seed(seed).runs(20_000).run(), want);
        checked += 1;
        if checked == 12 {
            return;
        }
    }
    assert!(checked >= part(12), "only {checked} graphs were checked");
}

/// ann, on which one leaf depends with κ = `n` and back with 1: a type of its own, seen every second share.
fn pair(there: f64, back: f64) -> Arc<SocialGraph> {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    builder.weighted_tie(square, "ann", "bob", there).weighted_tie(square, "bob", "ann", back);
    Arc::new(builder.build().unwrap())
}

/// Where every account has the same Σ κ, sizes are Borel: P(k) = e^(−kn) (kn)^(k−1) / k!; and offspring up
/// to t, for an exponential memory, n/(1−n) (1 − e^(−(1−n)βt)). Chi-square of 11 cells below 53.6 (1e-6 of
/// 10 degrees of freedom is 50.7).
#[test]
fn sizes_are_borel_and_grow_as_they_should() {
    let n = 0.5;
    let model = Hawkes::with(Reshares::tie_weights(), Delays::all(exponential(1.0)));
    let scenario = Scenario::builder(pair(n, n)).model(model).until(1000.0).origin("ann");
    let scenario = scenario.build().unwrap();
    let runs = 100_000;
    let ensemble = Ensemble::new(&scenario).runs(runs);
    let outcome = ensemble.clone().reached_within(2.0).unwrap().run();
    mean_is(&outcome, 2.0);
    let within = &outcome.reached_within[0];
    near(within.mean - 1.0, within.std_error, 0.632_121);
    assert_eq!(outcome.extinct.as_ref().unwrap().fraction, 1.0);

    let sizes = ensemble.observe(Counts::default).value;
    let (mut chi, mut rest, mut seen) = (0.0, 1.0, 0);
    let (mut log_factorial, mut cells) = (0.0, Vec::new());
    for k in 1..=10u64 {
        let size = k as f64;
        log_factorial += size.ln();
        let p = (-n * size + (size - 1.0) * (n * size).ln() - log_factorial).exp();
        let found = sizes.iter().find(|&(s, _)| s == k).map_or(0, |(_, count)| count);
        rest -= p;
        seen += found;
        cells.push((found, p));
    }
    cells.push((runs - seen, rest));
    for (found, p) in cells {
        let want = runs as f64 * p;
        chi += (found as f64 - want).powi(2) / want;
    }
    assert!(chi < 50.7, "{chi}");
}

/// SEISMIC's memory: its constant, and how many offspring of a first generation come by each time.
#[test]
fn seismic_offspring_come_when_they_should() {
    let (s0, theta) = (300.0, 0.231_484_3);
    let c = theta / (s0 * (1.0 + theta));
    assert!((c - 6.265_726e-4_f64).abs() < 1e-10);
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    builder.tie(square, "ann", "bob");
    let mean = 3.0;
    let scenario = Scenario::builder(builder.build().unwrap())
        .model(Hawkes::new(mean, Distribution::Seismic { s0, theta }))
        .time_unit("s".parse().unwrap())
        .origin("ann")
        .until(1e7)
        .build()
        .unwrap();
    let mut ensemble = Ensemble::new(&scenario).runs(40_000);
    let times = [50.0, 300.0, 1000.0, 1e5];
    for time in times {
        ensemble = ensemble.reached_within(time).unwrap();
    }
    let outcome = ensemble.run();
    for (within, time) in outcome.reached_within.iter().zip(times) {
        let cdf = match time <= s0 {
            true => c * time,
            false => 1.0 - (time / s0).powf(-theta) / (1.0 + theta),
        };
        near(within.mean - 1.0, within.std_error, mean * cdf);
    }
    assert!(outcome.extinct.unwrap().fraction < 0.9, "some offspring come after a third of a year");
}

/// Infectivity that changes thins offspring by the time at which they come, not of their parents.
#[test]
fn infectivity_is_that_of_the_time() {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    builder.tie(square, "ann", "bob");
    let model = Hawkes::new(2.0, exponential(1.0)).over_time([(0.0, 0.5), (1.0, 1.5), (2.0, 0.0)]);
    let scenario = Scenario::builder(builder.build().unwrap()).model(model).until(9.0);
    let outcome = Ensemble::new(&scenario.origin("ann").build().unwrap()).runs(50_000).run();
    let cdf = |t: f64| 1.0 - (-t).exp();
    mean_is(&outcome, 1.0 + 2.0 * (0.5 * cdf(1.0) + 1.5 * (cdf(2.0) - cdf(1.0))));
}

/// Ogata's thinning of the same process: share after share in order of time, by the rates of all
/// accounts. It knows K, φ and nothing else.
fn thinning(
    dice: &mut Dice,
    numbers: &[Vec<f64>],
    density: impl Fn(f64) -> f64,
    until: f64,
) -> Vec<(f64, usize)> {
    let mut unit = || (dice.next() >> 11) as f64 / (1u64 << 53) as f64;
    let (mut events, mut now) = (vec![(0.0, 0)], 0.0);
    loop {
        // The density falls, so rates until the next event are at most those of now.
        let rate = |events: &[(f64, usize)], t: f64, j: usize| -> f64 {
            events.iter().map(|&(at, i)| numbers[i][j] * density(t - at)).sum()
        };
        let total = |events: &[(f64, usize)], t| -> f64 {
            (0..numbers.len()).map(|j| rate(events, t, j)).sum()
        };
        let bound = total(&events, now);
        if bound < 1e-12 {
            return events;
        }
        now -= (1.0 - unit()).ln() / bound;
        if now > until {
            return events;
        }
        let mut left = unit() * bound;
        for j in 0..numbers.len() {
            left -= rate(&events, now, j);
            if left < 0.0 {
                events.push((now, j));
                break;
            }
        }
    }
}

/// The law of two ways to count, over cells; the sum of squares of what differs, which is chi-square with
/// as many degrees of freedom as cells, less one.
fn chi_square(one: &BTreeMap<usize, f64>, other: &BTreeMap<usize, f64>) -> (f64, usize) {
    let cells: BTreeSet<_> = one.keys().chain(other.keys()).collect();
    let of = |counts: &BTreeMap<usize, f64>, cell| counts.get(cell).copied().unwrap_or(0.0);
    let (mut chi, mut rest, mut used) = (0.0, (0.0, 0.0), 0);
    for cell in cells {
        let (a, b) = (of(one, cell), of(other, cell));
        if a + b < 40.0 {
            rest = (rest.0 + a, rest.1 + b);
        } else {
            chi += (a - b).powi(2) / (a + b);
            used += 1;
        }
    }
    if rest.0 + rest.1 > 20.0 {
        chi += (rest.0 - rest.1).powi(2) / (rest.0 + rest.1);
        used += 1;
    }
    (chi, used - 1)
}

/// Wilson and Hilferty's quantile of chi-square at 1 − 1e-6.
fn bound(degrees: usize) -> f64 {
    let d = degrees as f64;
    d * (1.0 - 2.0 / (9.0 * d) + 4.753 * (2.0 / (9.0 * d)).sqrt()).powi(3)
}

/// Clusters have the law of the process that is defined by its rates: sizes, who shares when in four
/// stretches of time, and pairs of counts, for an exponential and a power-law memory.
#[test]
fn clusters_have_the_law_of_thinning() {
    // ann → bob → cid → ann, and both ways between ann and bob.
    let numbers = [vec![0.0, 0.6, 0.0], vec![0.5, 0.0, 0.7], vec![0.8, 0.0, 0.0]];
    let names = ["ann", "bob", "cid"];
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    for (i, row) in numbers.iter().enumerate() {
        for (j, &number) in row.iter().enumerate().filter(|&(_, &number)| number > 0.0) {
            builder.weighted_tie(square, names[i], names[j], number);
        }
    }
    let graph = Arc::new(builder.build().unwrap());
    let (until, runs) = (3.0, 30_000);
    /// Of the distribution of the memory: what part comes up to a time.
    type Part = fn(f64) -> f64;
    let memories: [(Distribution, Part); 2] = [
        (exponential(1.0), |s| (-s).exp()),
        (Distribution::Lomax { c: 0.5, theta: 1.5 }, |s| 3.0 * (1.0 + 2.0 * s).powf(-2.5)),
    ];
    for (memory, density) in memories {
        let scenario = Scenario::builder(graph.clone())
            .model(Hawkes::with(Reshares::tie_weights(), Delays::all(memory)))
            .origin("ann")
            .until(until)
            .build()
            .unwrap();
        let log = Ensemble::new(&scenario).runs(runs).share_log();
        let mut ours = vec![Vec::new(); runs as usize];
        for row in log.rows() {
            let who = names.iter().position(|&n| n == graph.account_name(row.account)).unwrap();
            ours[row.run as usize].push((row.time.unwrap().in_units(), who));
        }
        let mut dice = Dice::new(5);
        let theirs: Vec<_> =
            (0..runs).map(|_| thinning(&mut dice, &numbers, density, until)).collect();
        /// A count of events, each a time and an account.
        type Counted = fn(&[(f64, usize)]) -> usize;
        let what: [Counted; 5] = [
            |events| events.len(),
            |events| events.iter().filter(|&&(at, _)| at < 0.4).count(),
            |events| events.iter().filter(|&&(at, who)| at > 1.5 && who == 0).count(),
            |events| {
                let bob = events.iter().filter(|&&(at, who)| at <= 1.0 && who == 1).count();
                let cid = events.iter().filter(|&&(at, who)| at > 1.0 && who == 2).count();
                bob.min(9) * 10 + cid.min(9)
            },
            |events| events.last().map_or(0, |&(at, who)| (at * 4.0) as usize * 3 + who),
        ];
        for (number, count) in what.into_iter().enumerate() {
            let counts = |runs: &[Vec<(f64, usize)>]| {
                let mut counts = BTreeMap::new();
                runs.iter().for_each(|run| *counts.entry(count(run)).or_insert(0.0) += 1.0);
                counts
            };
            let (chi, degrees) = chi_square(&counts(&ours), &counts(&theirs));
            assert!(degrees >= 5 && chi < bound(degrees), "count {number}: {chi} of {degrees}");
        }
    }
}

/// Where accounts share once, it is independent cascade in law: who is reached, with p = 1 − e^−κ.
#[test]
fn sharing_once_is_independent_cascade() {
    let (kappa, runs) = (0.35, 40_000);
    let graph = Arc::new(crate::scenarios::crowd(12, 2, 7));
    let origin = "p0@square";
    let model = Hawkes::new(kappa, exponential(1.0)).sharing(Sharing::Once);
    let once = Scenario::builder(graph.clone()).model(model).origin(origin).crosspost(0.3);
    let cascade = IndependentCascade::with_probability(1.0 - (-kappa).exp());
    let cascade = Scenario::builder(graph.clone()).model(cascade).origin(origin).crosspost(0.3);
    let counts = |scenario: ScenarioBuilder, seed| {
        let ensemble = Ensemble::new(&scenario.build().unwrap()).rng_seed(seed).runs(runs);
        let sizes = ensemble.observe(Counts::default).value;
        sizes.iter().map(|(size, runs)| (size as usize, runs as f64)).collect()
    };
    let (chi, degrees) = chi_square(&counts(once.clone(), 1), &counts(cascade, 2));
    assert!(degrees >= 10 && chi < bound(degrees), "{chi} of {degrees}");
    // The earliest of a Poisson number of exponential waits: by t with 1 − e^(−κ(1 − e^−t)).
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    builder.tie(square, "ann", "bob");
    let model = Hawkes::new(2.0, exponential(1.0)).sharing(Sharing::Once);
    let scenario = Scenario::builder(builder.build().unwrap()).model(model).origin("ann");
    let ensemble = Ensemble::new(&scenario.build().unwrap()).runs(40_000);
    let within = ensemble.reached_within(0.7).unwrap().run().reached_within;
    let want = 1.0 - (-2.0 * (1.0 - (-0.7f64).exp())).exp();
    near(within[0].mean - 1.0, within[0].std_error, want);
}

/// Sharing once is class R: who is muted takes nobody's share away from those who do not need them.
#[test]
fn sharing_once_only_loses_by_muting() {
    let first = |cascade: &Cascade| -> BTreeMap<AccountId, u64> {
        cascade.rows().map(|row| (row.account, row.time.unwrap().get())).collect()
    };
    for seed in seeds(200) {
        let case = Case::new(seed);
        let scenario = hawkes(seed, &case, Arc::new(case.graph()), Sharing::Once);
        let scenario = scenario.max_shares(u64::MAX).build().unwrap();
        let overlay = case.overlay(scenario.graph(), &[Change::Mute(0)]);
        let muted = scenario.with_overlay(overlay);
        let [with, without] = [&scenario, &muted].map(|s| Ensemble::new(s).rng_seed(seed));
        for run in 0..4 {
            let base = first(&with.cascade(run));
            for (account, at) in first(&without.cascade(run)) {
                assert!(base.get(&account).is_some_and(|&earlier| earlier <= at), "case {seed}");
            }
        }
    }
}

/// A run that the muted user never shares in is the same to the bit; threads, blocks and the order of
/// storage change nothing.
#[test]
fn results_do_not_depend_on_how_they_are_made() {
    let graph = crate::scenarios::crowd(200, 4, 3);
    let stored = graph.stored_by(|account| u64::from(account.get()).wrapping_mul(0x9e37_79b9));
    let outcome = |graph: SocialGraph, serial: bool, block: u64| {
        let graph = Arc::new(graph);
        let scenario = Scenario::builder(graph.clone())
            .model(Hawkes::new(0.15, exponential(1.0)))
            .crosspost(0.4)
            .origin("p0@square")
            .until(4.0)
            .build()
            .unwrap();
        let overlay = tieline::Overlay::builder(&graph).mute("p7@square").build().unwrap();
        let ensemble = Ensemble::new(&scenario).runs(200).links().audience().compare(overlay);
        let ensemble = ensemble.block_size(block);
        let outcome = if serial { ensemble.serial() } else { ensemble }.run();
        serde_json::to_value(&outcome).unwrap()
    };
    let base = outcome(graph.clone(), true, 200);
    assert_eq!(base, outcome(graph, false, 7));
    assert_eq!(base, outcome(stored, false, 50));
    let repeated = base["compare"]["size"]["changed_runs"].as_u64().unwrap();
    assert!((1..200).contains(&repeated));
}

/// What cannot be is said in a sentence.
#[test]
fn mistakes_are_told() {
    let mut builder = SocialGraph::builder();
    let nets = ["a", "b", "c"].map(|name| builder.network(name));
    for net in nets {
        builder.account(net, "ann");
    }
    builder.tie(nets[0], "ann", "bob").same_name_is_one_user();
    let graph = Arc::new(builder.build().unwrap());
    let hawkes = || Hawkes::new(0.3, exponential(1.0));
    let with = |model: Hawkes| Scenario::builder(graph.clone()).origin("ann@a").model(model);
    let infinite = Hawkes::new(0.3, Distribution::Seismic { s0: 300.0, theta: 0.2 });
    let wrong = [
        with(hawkes()),
        with(hawkes()).until(5.0).crosspost(1.0),
        with(hawkes()).until(5.0).clock(tieline::Clock::Steps),
        with(hawkes()).until(5.0).delays(Delays::all(exponential(1.0))),
        with(hawkes()).max_steps(5),
        with(Hawkes::new(-0.3, exponential(1.0))).until(5.0),
        with(Hawkes::with(Reshares::default(), Delays::all(exponential(1.0)))).until(5.0),
        with(Hawkes::with(Reshares::all(0.3), Delays::default())).until(5.0),
        with(Hawkes::new(0.3, exponential(0.0))).until(5.0),
        with(Hawkes::new(0.3, Distribution::Normal { mean: 1.0, sd: 1.0 })).until(5.0),
        with(infinite.sharing(Sharing::Once)),
        with(hawkes().over_time([(1.0, 1.0)])).until(5.0),
        with(hawkes().over_time([(0.0, 1.0), (0.0, 0.5)])).until(5.0),
        with(hawkes().over_time([(0.0, -1.0)])).until(5.0),
        with(hawkes().over_time([(0.0, 1.0)]).sharing(Sharing::Once)),
    ];
    let sentences = wrong.map(|builder| builder.build().unwrap_err().to_string());
    insta::assert_snapshot!(sentences.join("\n"));
    for right in [
        with(hawkes()).max_shares(50).crosspost(1.0),
        with(hawkes()).until(5.0).crosspost(0.9),
        with(hawkes()).until(5.0).crosspost(1.0).crosspost_delay(exponential(1.0)),
        with(hawkes().sharing(Sharing::Once)).crosspost(1.0),
    ] {
        let _ = Ensemble::new(&right.build().unwrap()).runs(10).run();
    }
}

/// Whether shares multiply is told by the spectral radius: two who see each other (κ), three in a row (0), a star
/// of four (κ √4), where a share comes back after two steps.
#[test]
fn what_multiplies_is_told() {
    let graph = |ties: &[(&str, &str)]| {
        let mut builder = SocialGraph::builder();
        let network = builder.network("yard");
        for &(source, target) in ties {
            builder.tie(network, source, target);
        }
        Arc::new(builder.build().unwrap())
    };
    let of = |graph: &Arc<SocialGraph>, model: Hawkes| {
        let ann = graph.accounts().next().unwrap();
        Scenario::builder(graph.clone()).model(model).origins([ann]).until(1.0)
    };
    let told = |builder: ScenarioBuilder| builder.build().unwrap().grows_without_end();
    let hawkes = |kappa| Hawkes::new(kappa, exponential(1.0));
    let mutual = graph(&[("ann", "bob"), ("bob", "ann")]);
    let row = graph(&[("ann", "bob"), ("bob", "cid")]);
    let star = graph(&[
        ("hub", "a"),
        ("hub", "b"),
        ("hub", "c"),
        ("hub", "d"),
        ("a", "hub"),
        ("b", "hub"),
        ("c", "hub"),
        ("d", "hub"),
    ]);
    let sentence = told(of(&mutual, hawkes(1.5))).expect("it grows");
    assert!(sentence.contains("about 1.50 others"), "{sentence}");
    assert_eq!(of(&mutual, hawkes(1.5)).build().unwrap().warning(), Some(sentence));
    assert_eq!(told(of(&mutual, hawkes(0.99))), None);
    assert_eq!(told(of(&row, hawkes(40.0))), None);
    assert_eq!(told(of(&star, hawkes(0.49))), None);
    let sentence = told(of(&star, hawkes(0.6))).expect("it grows");
    assert!(sentence.contains("about 1.20 others"), "{sentence}");
    let sentence =
        told(of(&star, hawkes(0.3).over_time([(0.0, 1.0), (1.0, 2.0)]))).expect("it grows");
    assert!(sentence.contains("while `over_time` is at its greatest a share leads to about 1.20"));
    // Three in a ring, unlike: the third root of the product.
    let mut builder = SocialGraph::builder();
    let network = builder.network("yard");
    for (source, target, weight) in [("a", "b", 110.0), ("b", "c", 0.11), ("c", "a", 0.11)] {
        builder.weighted_tie(network, source, target, weight);
    }
    let ring = Arc::new(builder.build().unwrap());
    let by_weight = Hawkes::with(Reshares::tie_weights(), Delays::all(exponential(1.0)));
    let sentence = told(of(&ring, by_weight)).expect("it grows");
    assert!(sentence.contains("about 1.10 others"), "{sentence}");
    assert_eq!(told(of(&mutual, hawkes(1.5)).max_shares(50)), None);
    assert_eq!(told(of(&mutual, hawkes(1.5).sharing(Sharing::Once))), None);
}
