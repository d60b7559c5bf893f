//! Tiny graphs, of which everything is known as a rational.

use std::sync::Arc;

use tieline::{
    Clock, Ensemble, IndependentCascade, LinearThreshold, Model, Scenario, ScenarioBuilder, Sir,
    SocialGraph, Threshold, ThresholdWeights, WeightedCascade,
};

use crate::page::{Estimate, Section};
use crate::seen::{Seen, mean_of};
use crate::sim::{Effort, complete, geometric, lasting};
use crate::table::{Node, Table};

const TITLE: &str = "Tiny graphs";

const TEXT: &str = "\
All that is in `exact_small.json`, rationals by enumeration: means and variances, laws of sizes and of last
steps, each account, each step; under independent cascade, weighted cascade and linear threshold, across two
networks with cross-posting, SIR on complete graphs in continuous time and in steps, the value of the best
origins, and thresholds, where nothing is left to chance. 100,000 runs each. A variance is judged by the fourth
moment of the law. Too many to be shown one by one, so this is the largest difference among them.";

/// {"2": "1/4"} as a column.
fn law(node: &Node<'_>) -> Vec<f64> {
    let mut column = Vec::new();
    for (place, p) in node.each() {
        let place: usize = place.parse().expect("a number");
        column.resize(column.len().max(place + 1), 0.0);
        column[place] = p.number();
    }
    column
}

/// Mean, variance and fourth central moment.
fn moments(law: &[f64]) -> [f64; 3] {
    let over =
        |f: &dyn Fn(f64) -> f64| (0..).zip(law).map(|(k, p)| f(f64::from(k)) * p).sum::<f64>();
    let mean = over(&|k| k);
    [mean, over(&|k| (k - mean).powi(2)), over(&|k| (k - mean).powi(4))]
}

/// What is compared, for whom.
struct Compare<'a> {
    section: &'a mut Section,
    of: &'static str,
    name: String,
}

impl Compare<'_> {
    fn value(&mut self, value: &Node<'_>, what: &str, found: Estimate) {
        value.compared(TITLE);
        self.section.hide(self.of, format!("{}, {what}", self.name), value.number(), found);
    }

    /// Frequencies under a law, each cell by itself.
    fn law(&mut self, node: &Node<'_>, what: &str, counts: &[u64], runs: u64) {
        let law = law(node);
        for (place, p) in node.each() {
            let at: usize = place.parse().expect("a number");
            let hits = counts.get(at).copied().unwrap_or(0);
            self.value(&p, &format!("{what} {place}"), Estimate::fraction(hits, runs, p.number()));
        }
        // What cannot happen does not.
        let never =
            counts.iter().enumerate().filter(|(at, _)| law.get(*at).is_none_or(|&p| p == 0.0));
        let hits: u64 = never.map(|(_, &times)| times).sum();
        let label = format!("{}, no other {what}", self.name);
        self.section.hide(self.of, label, 0.0, Estimate::sure(hits as f64));
    }

    /// Mean and variance of a law.
    fn mean(&mut self, mean: &Node<'_>, variance: Option<&Node<'_>>, law: &[f64], counts: &[u64]) {
        let [_, second, fourth] = moments(law);
        let runs: u64 = counts.iter().sum();
        let found: Vec<f64> = counts.iter().map(|&times| times as f64 / runs as f64).collect();
        let [found_mean, found_variance, _] = moments(&found);
        self.value(mean, "mean", Estimate::with_variance(found_mean, second, runs));
        if let Some(variance) = variance {
            let spread = fourth - second * second;
            // With two values as likely the variance hardly varies: by 1/n, not by 1/√n.
            let spread = spread.max(second * second / runs as f64);
            let found = Estimate::with_variance(found_variance, spread, runs);
            self.value(variance, "variance", found);
        }
    }
}

/// Says that these describe the case, or say another value again.
fn given(node: &Node<'_>, keys: &[&str]) {
    keys.iter().filter_map(|key| node.find(key)).for_each(|value| value.given());
}

fn rows(node: &Node<'_>) -> Vec<(usize, usize, f64)> {
    let row = |(_, row): (String, Node<'_>)| {
        let weight = row.find("2").map_or(1.0, |p| p.number());
        (row.at("0").index(), row.at("1").index(), weight)
    };
    node.each().into_iter().map(row).collect()
}

fn indices(node: &Node<'_>) -> Vec<usize> {
    node.each().iter().map(|(_, value)| value.index()).collect()
}

/// Accounts named by number, in one network.
fn weighted(n: usize, ties: &[(usize, usize, f64)]) -> Arc<SocialGraph> {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    for account in 0..n {
        builder.account(square, &account.to_string());
    }
    for &(source, target, weight) in ties {
        builder.weighted_tie(square, &source.to_string(), &target.to_string(), weight);
    }
    Arc::new(builder.build().expect("a graph"))
}

fn mutual(ties: &[(usize, usize, f64)]) -> Vec<(usize, usize, f64)> {
    ties.iter().flat_map(|&(a, b, p)| [(a, b, p), (b, a, p)]).collect()
}

fn run(builder: ScenarioBuilder, runs: u64) -> Seen {
    let scenario = builder.ignore_weights().build().unwrap_or_else(|error| panic!("{error}"));
    Ensemble::new(&scenario).runs(runs).rng_seed(20_240_611).observe(Seen::default).value
}

fn from(graph: &Arc<SocialGraph>, model: impl Into<Model>, origins: &[usize]) -> ScenarioBuilder {
    let origins = origins.iter().map(ToString::to_string);
    Scenario::builder(graph.clone()).model(model.into()).origins(origins)
}

pub(crate) fn section(effort: Effort, exact: &Table) -> Section {
    let mut section = Section::new(TITLE, TEXT);
    let runs = effort.runs(100_000);
    exact.at("conventions").given();
    graphs(runs, exact, &mut section);
    networks(runs, exact, &mut section);
    epidemics(runs, exact, &mut section);
    best_origins(runs, exact, &mut section);
    thresholds(exact, &mut section);
    section.summary();
    section
}

/// The three models with tries on a case.
fn models(case: &Node<'_>) -> [(&'static str, &'static str, Arc<SocialGraph>, Model); 3] {
    let n = case.at("n").index();
    let mut ties = rows(&case.at("edges"));
    if !case.at("directed").value().as_bool().expect("yes or no") {
        ties = mutual(&ties);
    }
    let graph = weighted(n, &ties);
    let arcs = case.at("lt").find("arcs").map(|arcs| rows(&arcs));
    let (arcs, weights) = match arcs {
        Some(arcs) => (weighted(n, &arcs), ThresholdWeights::AsIs),
        None => (graph.clone(), ThresholdWeights::default()),
    };
    [
        ("ic", "independent cascade", graph.clone(), IndependentCascade::with_tie_weights().into()),
        ("wc", "weighted cascade", graph, WeightedCascade.into()),
        ("lt", "linear threshold", arcs, LinearThreshold::with_weights(weights).into()),
    ]
}

fn graphs(runs: u64, exact: &Table, section: &mut Section) {
    for (_, case) in exact.at("graphs").each() {
        given(&case, &["name", "n", "directed", "edges", "seeds", "note"]);
        let origins = indices(&case.at("seeds"));
        for (key, of, graph, model) in models(&case) {
            let node = case.at(key);
            given(&node, &["mean_f", "var_f", "arcs"]);
            let seen = run(from(&graph, model, &origins), runs);
            let name = case.at("name").text().to_owned();
            let mut compare = Compare { section, of, name };
            let sizes = law(&node.at("size_dist"));
            compare.mean(&node.at("mean"), Some(&node.at("var")), &sizes, &seen.sizes);
            compare.law(&node.at("size_dist"), "size", &seen.sizes, runs);
            for (account, p) in node.at("node_prob").each() {
                let place: usize = account.parse().expect("a number");
                let hits = seen.accounts.get(place).copied().unwrap_or(0);
                let found = Estimate::fraction(hits, runs, p.number());
                compare.value(&p, &format!("account {account}"), found);
            }
            if let Some(last) = node.find("last_round_dist") {
                compare.law(&last, "last step", &seen.last, runs);
            }
            for (step, mean) in node.find("mean_new_by_round").map_or(Vec::new(), |new| new.each())
            {
                let place: usize = step.parse().expect("a step");
                let sums = seen.steps.get(place).copied().unwrap_or([0; 2]);
                compare.value(&mean, &format!("new at step {step}"), mean_of(sums, runs));
            }
        }
    }
}

/// Accounts of people in networks A and B, mutual ties, one probability of cross-posting.
fn two_networks(case: &Node<'_>) -> ScenarioBuilder {
    let q = case.at("q").number();
    let homes: Vec<(usize, bool)> = case
        .at("accounts")
        .each()
        .iter()
        .map(|(_, home)| (home.at("0").index(), home.at("1").text() == "B"))
        .collect();
    let mut builder = SocialGraph::builder();
    let networks = ["A", "B"].map(|name| builder.network(name));
    let network_of = |i: usize| networks[usize::from(homes[i].1)];
    for (i, home) in homes.iter().enumerate() {
        let name = i.to_string();
        builder.account(network_of(i), &name);
        builder.user(&home.0.to_string(), [(network_of(i), name.as_str())]);
    }
    for (a, b, p) in rows(&case.at("edges")) {
        // The edge between two accounts of one person stands for cross-posting.
        if homes[a].0 != homes[b].0 {
            for (a, b) in [(a, b), (b, a)] {
                builder.weighted_tie(network_of(a), &a.to_string(), &b.to_string(), p);
            }
        }
    }
    let graph = Arc::new(builder.build().expect("a graph"));
    from(&graph, IndependentCascade::with_tie_weights(), &indices(&case.at("seed"))).crosspost(q)
}

fn networks(runs: u64, exact: &Table, section: &mut Section) {
    for (_, case) in exact.at("multilayer").each() {
        given(
            &case,
            &["name", "accounts", "edges", "seed", "q", "mean_accounts_f", "mean_users_f"],
        );
        given(&case, &["prob_reaches_other_network_f", "mean_accounts_other_network_f"]);
        let builder = two_networks(&case);
        let seen = run(builder.clone(), runs);
        let name = case.at("name").text().to_owned();
        let mut compare = Compare { section, of: "two networks, cross-posts", name };
        let [sizes, users] = ["account_size_dist", "user_size_dist"].map(|key| case.at(key));
        let variance = case.at("var_accounts");
        compare.mean(&case.at("mean_accounts"), Some(&variance), &law(&sizes), &seen.sizes);
        compare.mean(&case.at("mean_users"), None, &law(&users), &seen.users);
        compare.law(&sizes, "shares", &seen.sizes, runs);
        compare.law(&users, "users", &seen.users, runs);
        let graph = builder.build().expect("a scenario").graph().clone();
        for (account, p) in case.at("node_prob").each() {
            let place = graph.account(account.as_str()).expect("an account").index();
            let hits = seen.accounts.get(place).copied().unwrap_or(0);
            let found = Estimate::fraction(hits, runs, p.number());
            compare.value(&p, &format!("account {account}"), found);
        }
        let reached = case.at("prob_reaches_other_network");
        let found = Estimate::fraction(seen.reached_second, runs, reached.number());
        compare.value(&reached, "reaches the other network", found);
        let there = case.at("mean_accounts_other_network");
        compare.value(&there, "shares there", mean_of(seen.second, runs));
    }
}

fn epidemics(runs: u64, exact: &Table, section: &mut Section) {
    for (_, case) in exact.at("reed_frost").each() {
        given(&case, &["n", "p", "seeds", "mean_f", "size_dist_f"]);
        let (n, p) = (case.at("n").index(), case.at("p").number());
        let origins: Vec<usize> = (0..case.at("seeds").index()).collect();
        let graph = complete(n as u32);
        let seen = run(from(&graph, IndependentCascade::with_probability(p), &origins), runs);
        let of = "complete graphs, independent cascade (Reed and Frost)";
        let mut compare = Compare { section, of, name: format!("K{n}, p = {p}") };
        let sizes = case.at("size_dist");
        compare.mean(&case.at("mean"), None, &law(&sizes), &seen.sizes);
        compare.law(&sizes, "size", &seen.sizes, runs);
    }
    for (_, case) in exact.at("sir_complete").each() {
        given(&case, &["n", "beta", "gamma"]);
        let graph = complete(case.at("n").index() as u32);
        let (beta, gamma) = (case.at("beta").number(), case.at("gamma").number());
        for (key, of, clock) in [
            ("continuous", "complete graphs, SIR", Clock::Continuous),
            ("discrete", "complete graphs, SIR in steps", Clock::Steps),
        ] {
            let node = case.at(key);
            given(&node, &["convention", "size_dist_f"]);
            let period = if key == "discrete" { geometric(gamma) } else { lasting(gamma) };
            let seen = run(from(&graph, Sir::new(beta, period), &[0]).clock(clock), runs);
            let name = format!("{} accounts, β = {beta}, γ = {gamma}", graph.account_count());
            let mut compare = Compare { section, of, name };
            let sizes = node.at("size_dist");
            compare.mean(&node.at("mean_f"), None, &law(&sizes), &seen.sizes);
            compare.law(&sizes, "size", &seen.sizes, runs);
        }
    }
}

fn best_origins(runs: u64, exact: &Table, section: &mut Section) {
    for (_, case) in exact.at("best_seeds").each() {
        given(&case, &["graph", "edges", "directed", "n"]);
        for (key, _, graph, model) in models(&case).into_iter().filter(|model| model.0 != "wc") {
            let node = case.at(key);
            let value = |origins: &[usize]| {
                let seen = run(from(&graph, model.clone(), origins), runs);
                let squares = |(size, times): (u64, &u64)| size * size * times;
                let sum = (0..).zip(&seen.sizes).map(|(size, times): (u64, _)| size * times).sum();
                mean_of([sum, (0..).zip(&seen.sizes).map(squares).sum()], runs)
            };
            let name = format!("{}, {key}", case.at("graph").text());
            let mut compare = Compare { section, of: "best origins", name };
            for (origin, mean) in node.at("sigma_single").each() {
                let found = value(&[origin.parse().expect("an account")]);
                compare.value(&mean, &format!("from {origin}"), found);
            }
            for best in ["best1", "best2"] {
                node.at(best).at("sets").given();
                for (_, set) in node.at(best).at("sets").each() {
                    let found = value(&indices(&set));
                    compare.value(&node.at(best).at("value"), best, found);
                }
            }
            let greedy = node.at("greedy2");
            given(&greedy, &["first", "second"]);
            let found = value(&[greedy.at("first").index(), greedy.at("second").index()]);
            compare.value(&greedy.at("value"), "greedy", found);
        }
    }
}

/// Nothing is left to chance: one run.
fn thresholds(exact: &Table, section: &mut Section) {
    for (_, case) in exact.at("threshold_deterministic").each() {
        given(&case, &["name", "n", "edges", "seeds", "rule", "value"]);
        let graph = weighted(case.at("n").index(), &mutual(&rows(&case.at("edges"))));
        let value = case.at("value").number();
        let model = match case.at("rule").text().starts_with("count") {
            true => Threshold::count(value as u32),
            false => Threshold::watts(value),
        };
        let builder = from(&graph, model, &indices(&case.at("seeds"))).ignore_weights();
        let cascade = Ensemble::new(&builder.build().expect("a scenario")).cascade(0);
        let step_of = |account: usize| {
            let row = cascade.rows().find(|row| row.account.index() == account);
            row.map(|row| f64::from(row.step))
        };
        let name = case.at("name").text().to_owned();
        let mut compare = Compare { section, of: "thresholds", name };
        for (_, account) in case.at("final").each() {
            account.compared(TITLE);
            let label = format!("{}, account {}", compare.name, account.number());
            let shares = f64::from(u8::from(step_of(account.index()).is_some()));
            compare.section.hide("thresholds", label, 1.0, Estimate::sure(shares));
        }
        let size = Estimate::sure(cascade.size() as f64);
        compare.value(&case.at("final_size"), "size", size);
        let last = cascade.rows().map(|row| f64::from(row.step)).fold(0.0, f64::max);
        compare.value(&case.at("rounds"), "last step", Estimate::sure(last));
        for (step, accounts) in case.at("new_by_round").each() {
            for (_, account) in accounts.each() {
                account.compared(TITLE);
                let found = Estimate::sure(step_of(account.index()).unwrap_or(-1.0));
                let label = format!("{}, step of {}", compare.name, account.number());
                compare.section.hide("thresholds", label, step.parse().expect("a step"), found);
            }
        }
    }
}
