//! Proves that results depend on the scenario, the `rng_seed` and the run alone: not on threads,
//! blocks, storage, the order of rows, the other runs of an ensemble, or what happens elsewhere.

use std::ops::ControlFlow;

use crate::scenarios::{Case, Dice, Event, crowd, events};
use tieline::{
    CarrierRanking, Ensemble, IndependentCascade, Model, Outcome, Scenario, ShareLog, SocialGraph,
};

/// An ensemble that observes everything.
fn everything(case: &Case, scenario: &Scenario, rng_seed: u64, runs: u64) -> Ensemble {
    let overlay = case.overlay(scenario.graph(), &case.changes);
    Ensemble::new(scenario).runs(runs).rng_seed(rng_seed).links().audience().compare(overlay)
}

/// All that an ensemble gives.
#[derive(Debug, PartialEq)]
struct Results {
    outcome: Outcome,
    log: ShareLog,
    carriers: CarrierRanking,
}

fn results(ensemble: &Ensemble) -> Results {
    Results {
        outcome: ensemble.run(),
        log: ensemble.share_log(),
        carriers: ensemble.rank_carriers(4),
    }
}

/// 1, 2 and 7 threads, the calling thread alone, and blocks of any size give the same bits, with
/// links, audience, comparison, share log and ranking of carriers.
#[cfg(feature = "parallel")]
#[test]
fn threads_and_blocks_change_nothing() {
    let pools: Vec<_> = [1, 2, 7]
        .map(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap())
        .into();
    for seed in 0..60 {
        let case = Case::new(seed);
        let ensemble = everything(&case, &case.scenario(), seed, 67);
        let want = results(&ensemble.clone().serial());
        for pool in &pools {
            assert_eq!(pool.install(|| results(&ensemble)), want, "case {seed}");
            for block in [1, 5, 66, u64::MAX] {
                let blocks = ensemble.clone().block_size(block);
                assert_eq!(pool.install(|| results(&blocks)), want, "case {seed}, block {block}");
            }
        }
    }
}

/// What `work` gives on a pool of so many threads.
#[cfg(feature = "parallel")]
fn on_threads<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> R {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

/// A post in `graph` under each model, where people cross-post; `p` is the probability of ties.
#[cfg(feature = "parallel")]
fn under_each_model<O: Into<tieline::AccountRef>>(
    graph: &std::sync::Arc<SocialGraph>,
    p: f64,
    origins: &(impl IntoIterator<Item = O> + Clone),
) -> [Scenario; 3] {
    use tieline::{CrosspostRates, LinearThreshold, WeightedCascade};

    let models: [Model; 3] = [
        IndependentCascade::with_probability(p).into(),
        WeightedCascade.into(),
        LinearThreshold::default().into(),
    ];
    models.map(|model| {
        Scenario::builder(graph.clone())
            .model(model)
            .crosspost_rates(CrosspostRates::with_probability(0.2))
            .origins(origins.clone())
            .build()
            .unwrap()
    })
}

/// The same on graphs in which a run is long enough for threads to overtake each other.
#[cfg(feature = "parallel")]
#[test]
fn threads_change_nothing_in_a_crowd() {
    let graph = std::sync::Arc::new(crowd(1500, 8, 4));
    for scenario in under_each_model(&graph, 0.08, &["p0@square", "p3@hall"]) {
        let ensemble = Ensemble::new(&scenario).runs(100).rng_seed(3).links().audience();
        let want = (ensemble.clone().serial().run(), ensemble.clone().serial().share_log());
        for threads in [2, 7] {
            let got = on_threads(threads, || (ensemble.run(), ensemble.share_log()));
            assert!(got == want, "{} on {threads} threads", scenario.model().name());
        }
    }
}

/// With fewer runs than threads, threads share the work of a step: with cross-posts and interventions,
/// and with a probability for each tie. Who asks for parents gets the same.
#[cfg(feature = "parallel")]
#[test]
fn threads_that_make_a_run_together_change_nothing() {
    use tieline::stats::Counts;
    use tieline::{AccountId, Overlay};

    let graph = std::sync::Arc::new(crowd(60_000, 12, 1));
    for scenario in under_each_model(&graph, 0.3, &(0..30_000).map(AccountId::new)) {
        let overlay = Overlay::builder(&graph)
            .mute(graph.user_of(AccountId::new(1)))
            .no_carry(graph.user_of(AccountId::new(0)))
            .add_origin(AccountId::new(59_999))
            .build()
            .unwrap();
        for scenario in [scenario.with_overlay(overlay), scenario] {
            let ensemble = Ensemble::new(&scenario).rng_seed(3).runs(1);
            let results = |ensemble: &Ensemble| {
                let sizes = ensemble.observe(Counts::default).value;
                (sizes, ensemble.run(), ensemble.clone().links().run(), ensemble.cascade(5))
            };
            let want = results(&ensemble.clone().serial());
            assert!(want.0.max() > Some(45_000), "a step is large");
            for threads in [2, 3] {
                let got = on_threads(threads, || results(&ensemble));
                assert!(got == want, "{threads} threads");
            }
        }
    }
}

/// Runs 0..k merged with k..n equal 0..n; so do many parts, none of which begins at 0.
#[test]
fn merged_parts_equal_the_whole() {
    for seed in 0..150 {
        let case = Case::new(seed);
        let ensemble = everything(&case, &case.scenario(), seed, 40);
        let mut dice = Dice::new(seed);
        let start = dice.below(3) as u64;
        let mut cuts: Vec<u64> = (0..3).map(|_| start + dice.below(40) as u64).collect();
        cuts.extend([start, 40 + start]);
        cuts.sort_unstable();
        let part = |range: &[u64]| ensemble.clone().run_range(range[0]..range[1]).tally();
        let mut parts = cuts.windows(2).map(part);
        let mut merged = parts.next().unwrap();
        parts.for_each(|part| merged.merge(part).unwrap());
        let whole = ensemble.clone().run_range(start..40 + start).run();
        assert_eq!(merged.outcome(), whole, "case {seed}, cut at {cuts:?}");
    }
}

/// Run i by itself is run i of an ensemble.
#[test]
fn a_run_alone_is_the_same_run() {
    for seed in 0..150 {
        let case = Case::new(seed);
        let ensemble = Ensemble::new(&case.scenario()).runs(15).rng_seed(seed);
        let log = ensemble.share_log();
        for run in 0..15 {
            let in_log: Vec<_> = log.rows().filter(|row| row.run == run).collect();
            assert_eq!(ensemble.cascade(run).rows().collect::<Vec<_>>(), in_log, "case {seed}");
            let alone = ensemble.clone().run_range(run..run + 1).share_log();
            assert_eq!(alone.rows().collect::<Vec<_>>(), in_log, "case {seed}, run {run}");
        }
    }
}

/// An ensemble that is stopped holds what a shorter one would have found.
#[test]
fn an_interrupted_ensemble_is_a_shorter_one() {
    let case = Case::new(11);
    let ensemble = everything(&case, &case.scenario(), 1, 100_000).block_size(8);
    let stopped = ensemble.run_with(|progress| {
        assert_eq!(progress.runs, 100_000);
        if progress.finished < 20 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    assert!(stopped.interrupted && (20..100_000).contains(&stopped.runs), "{}", stopped.runs);
    let mut shorter = ensemble.clone().runs(stopped.runs).run();
    assert!(!shorter.interrupted);
    shorter.interrupted = true;
    assert_eq!(stopped, shorter);
}

/// Every share event of some runs by label.
fn labelled(scenario: &Scenario, rng_seed: u64, runs: u64) -> Vec<Vec<Event>> {
    let ensemble = Ensemble::new(scenario).rng_seed(rng_seed);
    (0..runs).map(|run| events(scenario.graph(), &ensemble.cascade(run))).collect()
}

/// Whatever the order in which accounts are stored (hubs first, backwards, at random, or reordered
/// twice), all results are the same to the bit, and share logs name the same people row by row.
#[test]
fn storage_changes_nothing() {
    for seed in 0..250 {
        let case = Case::new(seed);
        let graph = case.graph();
        let scenario = case.scenario_on(graph.clone());
        let ensemble = everything(&case, &scenario, seed, 25);
        let want = (ensemble.run(), ensemble.rank_carriers(4), labelled(&scenario, seed, 25));
        let mixed = |account: u32| (u64::from(account) + 1).wrapping_mul(seed << 40 | 0x9e37_79b9);
        let hubs_first = graph.stored_by(|account| std::cmp::Reverse(graph.out_degree(account)));
        let others = [
            hubs_first.stored_by(|account| mixed(account.get())),
            hubs_first,
            graph.stored_by(std::cmp::Reverse),
            graph.stored_by(|account| mixed(account.get())),
        ];
        for (order, graph) in others.into_iter().enumerate() {
            let scenario = case.scenario_on(graph);
            let ensemble = everything(&case, &scenario, seed, 25);
            let got = (ensemble.run(), ensemble.rank_carriers(4), labelled(&scenario, seed, 25));
            assert_eq!(got, want, "case {seed}, order {order}");
        }
    }
}

/// Ties may be stated in any order, as long as accounts first appear in the same one.
#[test]
fn the_order_of_rows_changes_nothing() {
    for seed in 0..250 {
        let case = Case::new(seed);
        let want = everything(&case, &case.scenario(), seed, 25);
        let mut ties = case.ties.clone();
        Dice::new(seed).shuffle(&mut ties);
        let scenario = case.scenario_on(case.graph_of(ties));
        let got = everything(&case, &scenario, seed, 25);
        assert_eq!(results(&got), results(&want), "case {seed}");
    }
}

/// The outcome without what must differ once the graph has grown.
fn figures(mut outcome: Outcome) -> Outcome {
    outcome.graph.clear();
    outcome.networks.iter_mut().for_each(|network| network.accounts = 0);
    outcome
}

/// An account appended to any network, without ties, leaves every result as it was.
#[test]
fn an_isolated_account_more_changes_nothing() {
    for seed in 0..250 {
        let case = Case::new(seed);
        let mut grown = case.clone();
        let network = Dice::new(seed).below(case.networks);
        grown.homes.push(network);
        grown.users.push(None);
        let (before, after) = (case.scenario(), grown.scenario());
        let want = everything(&case, &before, seed, 25);
        let got = everything(&grown, &after, seed, 25);
        assert_eq!(figures(got.run()), figures(want.run()), "case {seed}");
        assert_eq!(got.rank_carriers(4), want.rank_carriers(4), "case {seed}");
        assert_eq!(labelled(&after, seed, 25), labelled(&before, seed, 25), "case {seed}");
    }
}

/// One more network declared at the end leaves the share events as they were. So does what is in
/// it, as long as no tie leads back: accounts, ties among them, and bridge ties from the old ones,
/// who have a list of its own for each network that sees them.
#[test]
fn another_network_changes_nothing_in_the_old_ones() {
    let mut reached = 0;
    for seed in 0..400 {
        let case = Case::new(seed);
        let mut grown = case.clone();
        let mut dice = Dice::new(seed);
        let (network, old) = (case.networks, case.homes.len());
        grown.networks += 1;
        // Weighted thresholds read a weight from every tie, which bridge ties do not have.
        let weights = case.model.reads_weights();
        let mut bridges = !weights;
        if let Model::IndependentCascade(model) = &mut grown.model
            && weights
        {
            let name = grown_name(network);
            for from in 0..case.networks {
                *model = model.clone().between(case.network_name(from), &name, 0.5);
            }
            *model = model.clone().between(&name, &name, 0.5);
            bridges = true;
        }
        if seed % 4 > 0 {
            let names = 1 + dice.below(6);
            grown.homes.extend(std::iter::repeat_n(network, names));
            grown.users.extend(std::iter::repeat_n(None, names));
            for account in old..old + names {
                let next = old + (account + 1 - old) % names;
                if next != account && !weights {
                    grown.ties.push((account, next, None));
                }
                if bridges {
                    grown.ties.push((dice.below(old), account, None));
                }
            }
        }
        let want = labelled(&case.scenario(), seed, 20);
        let after = grown.scenario();
        let suffix = format!("@{}", grown_name(network));
        for (run, (got, want)) in labelled(&after, seed, 20).iter().zip(&want).enumerate() {
            let (new, got): (Vec<Event>, Vec<Event>) =
                got.iter().cloned().partition(|event| event.account.ends_with(&suffix));
            assert_eq!(&got, want, "case {seed}, run {run}");
            reached += new.len();
        }
    }
    assert!(reached > 1000, "the new network is reached: {reached}");
}

fn grown_name(network: usize) -> String {
    format!("n{network}")
}

/// An account appended to a network, with ties of its own to everybody there, changes nothing as
/// long as nobody reaches it: where probabilities are fixed, in all networks.
#[test]
fn an_account_that_is_not_reached_changes_nothing() {
    let mut checked = 0;
    for seed in (0..1500).filter(|&seed| {
        let case = Case::new(seed);
        matches!(case.model, Model::IndependentCascade(_)) && !case.model.reads_weights()
    }) {
        let case = Case::new(seed);
        let mut grown = case.clone();
        let (network, new) = (seed as usize % case.networks, case.homes.len());
        grown.homes.push(network);
        grown.users.push(None);
        let peers = (0..new).filter(|&account| case.homes[account] == network);
        grown.ties.extend(peers.map(|peer| (new, peer, None)));
        let (got, want) = (grown.scenario(), case.scenario());
        assert_eq!(labelled(&got, seed, 15), labelled(&want, seed, 15), "case {seed}");
        checked += 1;
    }
    assert!(checked > 200, "{checked}");
}

/// Another `rng_seed` and another run are other worlds.
#[test]
fn seeds_and_runs_matter() {
    let graph: SocialGraph = crowd(200, 4, 2);
    let scenario = Scenario::builder(graph)
        .model(IndependentCascade::with_probability(0.3))
        .origin("p0@square")
        .build()
        .unwrap();
    let first = Ensemble::new(&scenario).rng_seed(1).runs(20);
    assert_ne!(first.share_log(), first.clone().rng_seed(2).share_log());
    assert_ne!(first.cascade(0).accounts(), first.cascade(1).accounts());
}
