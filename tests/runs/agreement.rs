//! The engine and the enumerator agree on random tiny worlds with everything in them: all models and
//! ways to set them, several accounts of a user anywhere, bridge ties, origins anywhere, and every
//! intervention; for every figure of an outcome and more that is counted from the share events.
//!
//! Each comparison is judged by a bound that holds for any number of runs and any probability
//! (`statistics`), and fails at 1e-8: about 6.2 standard errors where the normal law holds. With
//! fewer than 100,000 comparisons (there are some 90,000) the probability of any false alarm is below 1e-3, over all
//! choices of `rng_seed`; these are fixed. Small errors that all worlds have in common are found by
//! the mean deviations of each kind, which must be 0 within five standard errors between worlds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::scenarios::{Case, Change, Dice};
use crate::statistics::checks::{Checks, Scores};
use crate::statistics::{Counted, fraction_tail};
use tieline::exact::{self, Exact, ExactCarrier, ExactComparison, ExactCrossings, ExactDifference};
use tieline::{
    AccountId, CarrierOutcome, CompareOutcome, Difference, Ensemble, IndependentCascade, Model,
    Observer, Outcome, Overlay, Route, Run, Scenario, SocialGraph, ThresholdWeights,
};

/// Runs of each ensemble, and of a longer proof.
const RUNS: u64 = 10_000;
const MANY_RUNS: u64 = 40_000;
/// So many seeds have 500 worlds that serve.
const SEEDS: u64 = 1346;

/// Accounts, and draws that can matter, of a world: few enough to tell all histories.
const MOST_ACCOUNTS: usize = 9;
const MOST_DRAWS: usize = 17;

/// What the worlds have in them, by how many have it.
type Coverage = BTreeMap<&'static str, u64>;

/// Each of these comes up in at least so many worlds.
const WANTED: [(&str, u64); 39] = [
    ("independent cascade", 60),
    ("independent cascade by network and pair", 30),
    ("file weights as probabilities", 30),
    ("weighted cascade", 20),
    ("linear threshold", 60),
    ("file weights as thresholds, as is", 20),
    ("file weights as thresholds, normalised", 20),
    ("weights that are not read", 20),
    ("unequal probabilities in one list", 20),
    ("ties with p = 0", 20),
    ("ties with p = 1", 20),
    ("cross-posts in independent cascade", 40),
    ("cross-posts in weighted cascade", 10),
    ("cross-posts in linear threshold", 30),
    ("cross-posts with q = 1", 20),
    ("cross-posts by pair of networks", 40),
    ("inclinations", 30),
    ("users with three accounts that share", 30),
    ("cross-posts inside a network", 10),
    ("two ways between two accounts", 20),
    ("bridge ties that carry", 30),
    ("bridge ties beside cross-posts on a link", 10),
    ("contested parents", 60),
    ("contested openers", 20),
    ("origins in several networks", 60),
    ("an origin where the post is carried to", 20),
    ("the last step allowed is reached", 30),
    ("three networks", 60),
    ("mute alone changes something", 10),
    ("mute changes links", 5),
    ("no-carry alone changes something", 20),
    ("cut alone changes something", 10),
    ("no-crosspost alone changes something", 3),
    ("lowered cross-posting alone changes something", 5),
    ("an added origin alone changes something", 10),
    ("several changes at once", 100),
    ("an overlay in place of another", 200),
    ("stored in another order", 100),
    ("carriers without whom something is lost", 80),
];

/// World number `seed`, if all its histories can be told and, but for some, it is not the same in
/// every run.
fn tiny(seed: u64) -> Option<Case> {
    let mut case = Case::of_size(seed, 3, 4);
    if !seed.is_multiple_of(4) {
        make_unequal(&mut case, seed);
    }
    let n = case.homes.len();
    let pairs = (0..n).map(|a| case.accounts_of(a).len() - 1).sum::<usize>();
    if n > MOST_ACCOUNTS || case.ties.len() + pairs > MOST_DRAWS {
        return None;
    }
    let varies = || exact::enumerate(&case.scenario()).is_ok_and(|e| e.size.variance > 0.1);
    (seed.is_multiple_of(8) || varies()).then_some(case)
}

/// Gives each tie a probability of its own where one would hold for all of them.
fn make_unequal(case: &mut Case, seed: u64) {
    let Model::IndependentCascade(model) = &case.model else { return };
    if model.reshares.weights
        || !model.reshares.networks.is_empty()
        || !model.reshares.pairs.is_empty()
    {
        return;
    }
    let mut dice = Dice::new(seed ^ 0x5eed);
    let mut model = IndependentCascade::with_tie_weights();
    for from in 0..case.networks {
        for to in (0..case.networks).filter(|&to| to != from) {
            let p = dice.pick(&[0.1, 0.4, 0.7]);
            model = model.between(case.network_name(from), case.network_name(to), p);
        }
    }
    case.model = model.into();
    for (source, target, weight) in &mut case.ties {
        let inside = case.homes[*source] == case.homes[*target];
        *weight = inside.then(|| dice.pick(&[0.0, 0.02, 0.2, 0.4, 0.5, 0.9, 1.0]));
    }
}

#[test]
fn engine_and_enumerator_agree() {
    agree(RUNS);
}

/// Some ninety seconds on two cores.
#[test]
#[ignore = "the same with four times the runs"]
fn engine_and_enumerator_agree_in_more_runs() {
    agree(MANY_RUNS);
}

fn agree(runs: u64) {
    let next = AtomicU64::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let part = || {
        let (mut scores, mut coverage, mut worlds) = (Scores::default(), Coverage::new(), 0);
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= SEEDS {
                return (scores, coverage, worlds);
            }
            if let Some(case) = tiny(seed) {
                worlds += 1;
                examine(&case, (seed, runs), &mut scores, &mut coverage);
            }
        }
    };
    let (mut scores, mut coverage, mut worlds) = (Scores::default(), Coverage::new(), 0);
    std::thread::scope(|scope| {
        let part = &part;
        let parts: Vec<_> = (0..threads).map(|_| scope.spawn(part)).collect();
        for part in parts {
            let (more, covered, found) = part.join().unwrap();
            scores.merge(more);
            worlds += found;
            for (what, worlds) in covered {
                *coverage.entry(what).or_default() += worlds;
            }
        }
    });
    println!("{worlds} worlds, {} comparisons, {} scores", scores.comparisons, scores.scores);
    for (what, worlds) in &coverage {
        println!("{worlds:5} {what}");
    }
    assert_eq!(worlds, 500, "of {SEEDS} seeds");
    for (what, least) in WANTED {
        let worlds = coverage.remove(what).unwrap_or(0);
        assert!(worlds >= least, "{what}: {worlds} worlds, wanted {least}");
    }
    assert!(coverage.is_empty(), "{coverage:?}");
    scores.failures.sort();
    let failures = scores.failures.len();
    scores.failures.truncate(20);
    assert!(failures == 0, "{failures} failures, such as {:#?}", scores.failures);
    assert!((30_000..100_000).contains(&scores.comparisons), "{}", scores.comparisons);
    for (kind, worlds, mean, errors) in scores.drift() {
        println!("{kind}: {worlds} worlds, mean {mean:+.4}, {errors:+.2} standard errors");
        assert!(worlds >= 50, "{kind}: {worlds} worlds");
        assert!(errors.abs() < 5.0, "{kind}: {mean} is {errors} standard errors from 0");
    }
}

/// One world without an overlay and with one, each compared with another overlay in its place.
fn examine(case: &Case, (seed, runs): (u64, u64), scores: &mut Scores, coverage: &mut Coverage) {
    let mut graph = case.graph();
    if seed.is_multiple_of(3) {
        *coverage.entry("stored in another order").or_default() += 1;
        graph = graph.stored_by(|account| (u64::from(account.get()) + 1).wrapping_mul(seed | 1));
    }
    let plain = case.scenario_on(graph);
    let graph = plain.graph().clone();
    let mut dice = Dice::new(!seed);
    let one = [case.changes[0]];
    let several: Vec<Change> = (0..1 + dice.below(3)).map(|_| case.change(&mut dice)).collect();
    let one_overlay = case.overlay(&graph, &one);
    let other_overlay = case.overlay(&graph, &several);

    let compared = exact::compare(&plain, &one_overlay).expect("few histories");
    cover(case, &graph, &compared, coverage);
    let mut checks = Checks::new(runs);
    check(&mut checks, &plain, &one_overlay, &compared, seed);
    scores.add(&format_args!("world {seed}"), checks);

    if seed.is_multiple_of(2) {
        check_ranking(&plain, (seed, runs), scores, coverage);
    }

    let changed = plain.with_overlay(one_overlay);
    let compared = exact::compare(&changed, &other_overlay).expect("few histories");
    let mut note = |what, happened| *coverage.entry(what).or_default() += u64::from(happened);
    note("several changes at once", several.len() > 1);
    note("an overlay in place of another", compared.size.changed > 0.0);
    let mut checks = Checks::new(runs);
    check(&mut checks, &changed, &other_overlay, &compared, !seed);
    scores.add(&format_args!("world {seed} with {one:?}, then {several:?}"), checks);
}

/// What is lost without the carrying of each of three carriers, measured on the odd runs.
fn check_ranking(
    scenario: &Scenario,
    (seed, runs): (u64, u64),
    scores: &mut Scores,
    coverage: &mut Coverage,
) {
    let graph = scenario.graph();
    // Other runs than those that are looked at otherwise.
    let ensemble = Ensemble::new(scenario).runs(runs).rng_seed(seed ^ 0xca44).serial();
    let ranking = ensemble.rank_carriers(3);
    let n = graph.account_count() as f64;
    let mut checks = Checks::new(ranking.measuring_runs);
    for carrier in &ranking.carriers {
        let overlay = Overlay::builder(graph).no_carry(carrier.user.as_str()).build().unwrap();
        let exact = exact::compare(scenario, &overlay).expect("few histories");
        check_difference(&mut checks, "losses", "size", &carrier.size, &exact.size, n);
        check_difference(&mut checks, "losses", "users", &carrier.users, &exact.users, n);
        let links: f64 = exact.links.iter().map(|link| link.linked.mean).sum();
        let most = exact.links.len() as f64;
        let found = carrier.links.difference - links;
        // A number of links in −most..=most has at most this variance.
        let law = (0.0, most * most - links * links, 0.0);
        checks.difference("losses", "links", found, law, 2.0 * most);
        let lost = u64::from(exact.size.mean < 0.0);
        *coverage.entry("carriers without whom something is lost").or_default() += lost;
    }
    scores.add(&format_args!("world {seed}, without its carriers"), checks);
}

/// A figure that the outcome has is taken from there, everything else from the share events.
fn check(
    checks: &mut Checks,
    scenario: &Scenario,
    overlay: &Overlay,
    exact: &ExactComparison,
    rng_seed: u64,
) {
    let graph = scenario.graph();
    let ensemble = Ensemble::new(scenario).runs(checks.runs).rng_seed(rng_seed).serial();
    let counted = ensemble.observe(Counted::default).value;
    let outcome = ensemble.links().audience().compare(overlay.clone()).run();
    check_spread(checks, graph, &exact.base, &outcome, &counted);
    check_links(checks, graph, &exact.base, &outcome, &counted);
    check_audience(checks, graph, &exact.base, &outcome);
    check_differences(checks, graph, exact, &outcome.compare.expect("asked for"));
}

fn check_spread(
    checks: &mut Checks,
    graph: &SocialGraph,
    exact: &Exact,
    outcome: &Outcome,
    counted: &Counted,
) {
    checks.mean("size", "mean", outcome.size.mean, &exact.size.distribution);
    checks.law("size", "law", &counted.sizes, &exact.size.distribution);
    checks.mean("users", "mean", outcome.users.mean, &exact.users.distribution);
    checks.law("users", "law", &counted.users, &exact.users.distribution);
    checks.law("last step", "law", &counted.last_step, &exact.last_step);
    // A run in which nobody shares counts as one that ends at step 0.
    let mut last_step = exact.last_step.clone();
    last_step.resize(last_step.len().max(1), 0.0);
    last_step[0] += exact.size.distribution[0];
    checks.mean("last step", "mean", outcome.last_step.mean, &last_step);
    let n = graph.account_count() as f64;
    for step in 0..counted.new_by_step.len().max(exact.new_by_step.len()) {
        let shares =
            counted.new_by_step.get(step).copied().unwrap_or(0) as f64 / checks.runs as f64;
        let mean = exact.new_by_step.get(step).copied().unwrap_or(0.0);
        checks.bounded("new by step", step, (shares, None), mean, n);
    }
    for network in &exact.networks {
        let place = network.network.index();
        let found = &outcome.networks[place];
        let name = &found.name;
        checks.mean("networks", name, found.mean, &network.accounts.distribution);
        checks.law("networks", name, &counted.networks[place], &network.accounts.distribution);
        let reached = (found.reached * checks.runs as f64).round() as u64;
        checks.fraction("networks reached", name, reached, network.reached);
        checks.law("first steps", name, &counted.first_steps[place], &network.first_step);
        let first = over_all_runs(found.first_step_mean, reached, checks.runs);
        checks.mean("first steps", name, first, &with_rest_at_zero(&network.first_step));
    }
    let mut by_parent: BTreeMap<(usize, usize, Route), f64> = BTreeMap::new();
    for parent in &exact.parents {
        let key = (parent.child.index(), parent.parent.index(), parent.route);
        by_parent.insert(key, parent.probability);
    }
    for child in 0..graph.account_count() {
        checks.fraction("accounts", child, counted.accounts[child], exact.accounts[child]);
        for parent in 0..graph.account_count() {
            for route in [Route::Tie, Route::CrossPost] {
                let hits = counted.parent(child, parent, route);
                let p = by_parent.remove(&(child, parent, route));
                if hits > 0 || p.is_some() {
                    let name = format_args!("{parent} to {child}, {route:?}");
                    checks.fraction("parents", name, hits, p.unwrap_or(0.0));
                }
            }
        }
    }
    assert!(by_parent.is_empty());
}

/// The mean over all runs of a step that only `some` of them have; the others count as 0.
fn over_all_runs(mean: Option<f64>, some: u64, runs: u64) -> f64 {
    assert_eq!(mean.is_some(), some > 0, "a mean of none");
    mean.unwrap_or(0.0) * some as f64 / runs as f64
}

/// The law of that number.
fn with_rest_at_zero(law: &[f64]) -> Vec<f64> {
    let mut law = law.to_vec();
    law.resize(law.len().max(1), 0.0);
    law[0] += 1.0 - law.iter().sum::<f64>();
    law
}

fn check_links(
    checks: &mut Checks,
    graph: &SocialGraph,
    exact: &Exact,
    outcome: &Outcome,
    counted: &Counted,
) {
    assert_eq!(outcome.links().len(), exact.links.len());
    for link in &exact.links {
        let (from, to) = (graph.network(link.from).name(), graph.network(link.to).name());
        let found = outcome.link(from, to).expect("all pairs are there");
        let name = &format!("{from} to {to}");
        let wanted = &link.crossings;
        let hits = (found.probability * checks.runs as f64).round() as u64;
        assert_eq!(hits, found.linked_runs);
        checks.fraction("links", name, hits, wanted.probability);
        checks.law("link steps", name, counted.link(link.from, link.to), &wanted.first_step);
        let first = over_all_runs(found.first_step_mean, hits, checks.runs);
        checks.mean("link steps", name, first, &with_rest_at_zero(&wanted.first_step));
        let most = graph.accounts_of_network(link.to).len() as f64;
        checks.bounded("crossings", name, (found.crossings_mean, None), wanted.mean, most);
        check_carriers(checks, graph, name, wanted, Some(&found.carriers), &found.openers);
    }
    let found = outcome.interlinks.as_ref().expect("asked for");
    let wanted = &exact.crossings;
    checks.fraction("links", "any", found.linked_runs, wanted.probability);
    checks.law("link steps", "any", &counted.linked, &wanted.first_step);
    let crossings: f64 = found.links.iter().map(|link| link.crossings_mean).sum();
    let most = graph.account_count() as f64;
    checks.bounded("crossings", "any", (crossings, None), wanted.mean, most);
    check_carriers(checks, graph, "any", wanted, None, &found.openers);
}

fn check_carriers(
    checks: &mut Checks,
    graph: &SocialGraph,
    link: &str,
    wanted: &ExactCrossings,
    carriers: Option<&[CarrierOutcome]>,
    openers: &[CarrierOutcome],
) {
    let by_name = |found: &[CarrierOutcome]| -> BTreeMap<String, u64> {
        found.iter().map(|carrier| (carrier.name(), carrier.runs())).collect()
    };
    let mut openers = by_name(openers);
    let mut carriers = carriers.map(by_name);
    for carrying in &wanted.carriers {
        let name = match carrying.carrier {
            ExactCarrier::User(user) => graph.user_name(user).into_owned(),
            ExactCarrier::Bridge { parent, child } => {
                format!("{} → {}", graph.account_label(parent), graph.account_label(child))
            }
            _ => unreachable!("a new kind of carrier"),
        };
        let opened = openers.remove(&name).unwrap_or(0);
        checks.fraction("openers", format_args!("{link}: {name}"), opened, carrying.opens);
        if let Some(carriers) = &mut carriers {
            let carried = carriers.remove(&name).unwrap_or(0);
            checks.fraction("carriers", format_args!("{link}: {name}"), carried, carrying.carries);
        }
    }
    // Whoever is left cannot be one.
    for (name, runs) in openers.into_iter().chain(carriers.unwrap_or_default()) {
        checks.fraction("carriers", format_args!("{link}: {name}"), runs, 0.0);
    }
}

fn check_audience(checks: &mut Checks, graph: &SocialGraph, exact: &Exact, outcome: &Outcome) {
    let found = outcome.audience.as_ref().expect("asked for");
    let wanted = &exact.audience;
    checks.mean("audience", "total", found.mean, &wanted.total.distribution);
    for (network, (found, mean)) in found.networks.iter().zip(&wanted.networks).enumerate() {
        let network = graph.networks().nth(network).expect("known");
        let most = graph.accounts_of_network(network).len() as f64;
        let name = graph.network(network).name();
        checks.bounded("audience of networks", name, (found.mean, found.std_error), *mean, most);
    }
    let most = graph.account_count() as f64;
    let fresh = &wanted.fresh_by_route;
    for (name, found, mean) in [
        ("origins", &found.fresh_by_origin, fresh.origin),
        ("ties", &found.fresh_by_tie, fresh.tie),
        ("cross-posts", &found.fresh_by_cross_post, fresh.cross_post),
    ] {
        checks.bounded("fresh audience", name, (found.mean, found.std_error), mean, most);
    }
}

fn check_difference(
    checks: &mut Checks,
    kind: &'static str,
    name: &str,
    found: &Difference,
    exact: &ExactDifference,
    most: f64,
) {
    let law = (exact.mean, exact.variance, exact.changed);
    checks.difference(kind, name, found.difference, law, most + exact.mean.abs());
    checks.fraction("changed runs", name, found.changed_runs, exact.changed);
}

fn check_differences(
    checks: &mut Checks,
    graph: &SocialGraph,
    exact: &ExactComparison,
    found: &CompareOutcome,
) {
    let mut check = |kind, name: &str, found: &Difference, exact: &ExactDifference, most: f64| {
        check_difference(checks, kind, name, found, exact, most);
    };
    let n = graph.account_count() as f64;
    check("difference of size", "size", &found.size, &exact.size, n);
    check("difference of users", "users", &found.users, &exact.users, n);
    for (found, wanted) in found.networks.iter().zip(&exact.networks) {
        check("difference of networks", &found.name, &found.change, wanted, n);
    }
    assert_eq!(found.links.len(), exact.links.len());
    for (found, wanted) in found.links.iter().zip(&exact.links) {
        let (from, to) = (graph.network(wanted.from).name(), graph.network(wanted.to).name());
        assert_eq!((found.from.as_str(), found.to.as_str()), (from, to));
        check("difference of links", from, &found.change, &wanted.linked, 1.0);
    }
}

/// Notes what this world has; what can never come about does not count.
fn cover(case: &Case, graph: &SocialGraph, exact: &ExactComparison, coverage: &mut Coverage) {
    let mut note = |what, has| *coverage.entry(what).or_default() += u64::from(has);
    let base = &exact.base;
    let open = |p: f64| p > 0.0 && p < 1.0;
    let spreads = base.size.variance > 0.0;
    let by = |route| base.parents.iter().filter(move |parent| parent.route == route);
    let network = |account: AccountId| graph.network_of(account);
    let carries = by(Route::CrossPost).next().is_some();
    match &case.model {
        Model::IndependentCascade(model) => {
            note("independent cascade", spreads);
            let several = !model.reshares.networks.is_empty() || !model.reshares.pairs.is_empty();
            note(
                "independent cascade by network and pair",
                spreads && several && !model.reshares.weights,
            );
            note("file weights as probabilities", spreads && model.reshares.weights);
            note("cross-posts in independent cascade", carries);
            let any = |p: f64| case.ties.iter().any(|tie| tie.2 == Some(p));
            note(
                "ties with p = 0",
                model.reshares.base == Some(0.0) || (model.reshares.weights && any(0.0)),
            );
            note(
                "ties with p = 1",
                model.reshares.base == Some(1.0) || (model.reshares.weights && any(1.0)),
            );
            let ps = |source: usize| -> BTreeSet<u64> {
                let ties = case.ties.iter().filter(|tie| tie.0 == source);
                ties.filter_map(|tie| tie.2.filter(|&p| open(p))).map(f64::to_bits).collect()
            };
            let unequal = (0..case.homes.len()).any(|source| ps(source).len() > 1);
            note("unequal probabilities in one list", spreads && model.reshares.weights && unequal);
        }
        Model::WeightedCascade(_) => {
            note("weighted cascade", spreads);
            note("cross-posts in weighted cascade", carries);
        }
        Model::LinearThreshold(model) => {
            note("linear threshold", spreads);
            note("cross-posts in linear threshold", carries);
            let as_is = model.weights == ThresholdWeights::AsIs;
            note("file weights as thresholds, as is", spreads && as_is);
            let normalise = model.weights == ThresholdWeights::Normalise;
            note("file weights as thresholds, normalised", spreads && normalise);
        }
        _ => panic!("a model that no world has: {:?}", case.model),
    }
    note("weights that are not read", graph.has_weights() && !case.model.reads_weights());

    let pairs = &case.crosspost.pairs;
    let q_is_one = case.crosspost.base == 1.0 || pairs.iter().any(|pair| pair.2 == 1.0);
    note("cross-posts with q = 1", carries && q_is_one);
    note("cross-posts by pair of networks", carries && !pairs.is_empty());
    let inclined: BTreeSet<_> = case.crosspost.inclinations.iter().map(|(user, _)| user).collect();
    let of_inclined =
        |child| inclined.contains(&graph.user_name(graph.user_of(child)).into_owned());
    note("inclinations", by(Route::CrossPost).any(|parent| of_inclined(parent.child)));
    let sharing = |user| graph.accounts_of_user(user).filter(|a| base.accounts[a.index()] > 0.0);
    let three = graph.users().any(|user| sharing(user).count() >= 3);
    note("users with three accounts that share", spreads && three);
    let inside = |parent: &exact::ExactParent| network(parent.child) == network(parent.parent);
    note("cross-posts inside a network", by(Route::CrossPost).any(inside));
    let two_ways = by(Route::CrossPost).any(|one| {
        by(Route::Tie).any(|other| (one.child, one.parent) == (other.child, other.parent))
    });
    note("two ways between two accounts", two_ways);
    note("bridge ties that carry", by(Route::Tie).any(|parent| !inside(parent)));
    let both = |link: &exact::ExactLink| {
        let bridge = |c: &exact::ExactCarrying| matches!(c.carrier, ExactCarrier::Bridge { .. });
        let bridges = link.crossings.carriers.iter().filter(|&carrying| bridge(carrying)).count();
        bridges > 0 && bridges < link.crossings.carriers.len()
    };
    note("bridge ties beside cross-posts on a link", base.links.iter().any(both));
    let contested = base.parents.chunk_by(|one, other| one.child == other.child);
    note("contested parents", contested.into_iter().any(|parents| parents.len() > 1));
    let openers = |link: &exact::ExactLink| {
        let open = |carrying: &&exact::ExactCarrying| carrying.opens < carrying.carries;
        link.crossings.carriers.iter().any(|carrying| open(&carrying))
    };
    note("contested openers", base.links.iter().any(openers));

    let at: BTreeSet<_> = case.origins.iter().map(|&origin| case.homes[origin]).collect();
    note("origins in several networks", spreads && at.len() > 1);
    let carried_to = |network: &exact::ExactNetwork| {
        let linked = base.links.iter().filter(|link| link.to == network.network);
        at.contains(&network.network.index())
            && linked.map(|link| link.crossings.probability).sum::<f64>() > 0.0
    };
    note("an origin where the post is carried to", base.networks.iter().any(carried_to));
    let steps = case.max_steps.map(|steps| steps as usize + 1);
    note("the last step allowed is reached", spreads && steps == Some(base.last_step.len()));
    note("three networks", spreads && case.networks == 3);

    let changes = exact.size.changed > 0.0;
    match case.changes[0] {
        Change::Mute(_) => {
            note("mute alone changes something", changes);
            let links = exact.links.iter().any(|link| link.linked.changed > 0.0);
            note("mute changes links", links);
        }
        Change::NoCarry(_) => note("no-carry alone changes something", changes),
        Change::Cut(..) => note("cut alone changes something", changes),
        Change::CrosspostTimes(0.0) => note("no-crosspost alone changes something", changes),
        Change::CrosspostTimes(_) => {
            note("lowered cross-posting alone changes something", changes);
        }
        Change::AddOrigin(_) => note("an added origin alone changes something", changes),
    }
}

/// Shares of each account of a hub's ties, by class.
#[derive(Debug)]
struct Hits {
    class_of: Arc<[usize]>,
    hits: Vec<u64>,
}

impl Observer for Hits {
    const DETAIL: tieline::Detail = tieline::Detail::Steps;

    fn see(&mut self, run: &Run<'_>) {
        for account in run.accounts() {
            self.hits[self.class_of[account.index()]] += 1;
        }
    }

    fn merge(&mut self, later: Self) {
        self.hits.iter_mut().zip(later.hits).for_each(|(known, hits)| *known += hits);
    }
}

/// How often ties of each class fire over `runs` runs: class 0 is the hub and what is not counted.
fn hits(model: impl Into<Model>, weights: &[f64], class_of: &[usize], runs: u64) -> Vec<u64> {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    builder.account(square, "hub");
    for (leaf, &weight) in weights.iter().enumerate() {
        builder.weighted_tie(square, "hub", &leaf.to_string(), weight);
    }
    let scenario = Scenario::builder(builder.build().unwrap()).model(model).origin("hub");
    let scenario = scenario.ignore_weights().build().unwrap();
    let classes = class_of.iter().max().map_or(1, |last| last + 1);
    let class_of: Arc<[usize]> = std::iter::once(0).chain(class_of.iter().copied()).collect();
    let new = || Hits { class_of: class_of.clone(), hits: vec![0; classes] };
    Ensemble::new(&scenario).runs(runs).rng_seed(3).observe(new).value.hits
}

#[track_caller]
fn realised(hits: u64, tries: u64, p: f64) {
    let found = hits as f64 / tries as f64;
    assert!(fraction_tail(hits, tries, p) > 1e-8, "{hits} of {tries}: {found}, wanted {p}");
}

/// A hub whose ties are even coins, rare and sure: each class keeps its probability, the rare ones
/// to half a percent, and so do the first and the last tie of each.
#[test]
fn probabilities_far_apart_in_one_list_are_kept() {
    const RUNS: u64 = 60_000;
    let weights: Vec<f64> = (0..1200)
        .map(|leaf| match leaf % 12 {
            0 => 0.5,
            1 => 1.0,
            2 => 0.0,
            _ => 1e-3,
        })
        .collect();
    // Rare ones by themselves too: the first, the last, and one in between.
    let places = [(0, 0.5), (1188, 0.5), (3, 1e-3), (603, 1e-3), (1199, 1e-3), (1, 1.0), (2, 0.0)];
    let class = |leaf: usize| match places.iter().position(|&(place, _)| place == leaf) {
        Some(place) => 5 + place,
        None => 1 + leaf % 12 - (leaf % 12).saturating_sub(3),
    };
    let class_of: Vec<_> = (0..weights.len()).map(class).collect();
    let hits = hits(IndependentCascade::with_tie_weights(), &weights, &class_of, RUNS);
    for (class, p) in [(1, 0.5), (2, 1.0), (3, 0.0), (4, 1e-3)] {
        let ties = class_of.iter().filter(|&&of| of == class).count() as u64;
        assert!(ties > 90);
        realised(hits[class], ties * RUNS, p);
    }
    for (place, &(_, p)) in places.iter().enumerate() {
        realised(hits[5 + place], RUNS, p);
    }
}

/// Hazards that differ by ten orders of magnitude in one list, with one tie just short of sure.
#[test]
fn a_list_with_everything_in_it_keeps_each_probability() {
    const RUNS: u64 = 400_000;
    let weights =
        [0.5, 1e-4, 1.0, 0.999_9, 0.0, 1e-9, 0.25, 1e-4, 0.9, 0.002, 0.5, 1e-3, 1.0, 0.01];
    let class_of: Vec<_> = (1..=weights.len()).collect();
    let hits = hits(IndependentCascade::with_tie_weights(), &weights, &class_of, RUNS);
    for (&hits, p) in hits[1..].iter().zip(weights) {
        realised(hits, RUNS, p);
    }
}

/// The same by jumps over a hub of equal ties: rare, even, nearly sure; overall (the rarer outcome
/// to half a percent or better), and at either end of the list.
#[test]
fn equal_probabilities_are_kept_by_jumps() {
    for (p, runs) in [(1e-4, 3_000_000u64), (0.02, 200_000), (0.5, 40_000), (0.999, 40_000)] {
        let ties = 1000;
        let mut class_of = vec![1; ties];
        (class_of[0], class_of[ties - 1]) = (2, 3);
        let hits = hits(IndependentCascade::with_probability(p), &vec![0.5; ties], &class_of, runs);
        realised(hits[1], (ties as u64 - 2) * runs, p);
        realised(hits[2], runs, p);
        realised(hits[3], runs, p);
    }
}
