//! Two networks that share users.

use tieline::{
    Amount, Choice, CrosspostRates, Detail, IndependentCascade, Observer, OriginRule, Run,
    Scenario, ScenarioBuilder, SocialGraph,
};

use std::sync::Arc;

use crate::page::{Estimate, Section};
use crate::sim::{Effort, Outbreaks, ensemble, for_each, on_graphs, two_networks};
use crate::svg::Plot;
use crate::table::{Node, Table};
use crate::theory::{grid, growth, linked, small};

const TITLE: &str = "Linked networks";

const TEXT: &str = "\
Erdős–Rényi networks 1 and 2; λ is the probability of a reshare times the mean degree; a part f of the
members of each is in both, and carries a post over with probability q. The parts reached are
X₁ = 1 − e^(−λ₁X₁)(1 − f₁q₂₁(1 − e^(−λ₂X₂))), and X₂ likewise; with q₁₂ and q₂₁ exchanged the same equations
say how often an outbreak follows. The threshold is (1 − λ₁)(1 − λ₂) = f₁f₂q₁₂q₂₁λ₁λ₂: a post can spread in
two networks neither of which would spread it alone. O. Yağan, D. Qian, J. Zhang, D. Cochran (2013),
<https://doi.org/10.1109/JSAC.2013.130606>, for q = 1 and one network within the other; the rest by the same
argument.";

/// Mean degree.
const DEGREE: f64 = 6.0;

/// What two linked networks are.
#[derive(Debug, Clone, Copy)]
struct Case {
    lambda: [f64; 2],
    /// The part of each network's members who are in both.
    shared: [f64; 2],
    /// Cross-posts from one to two, and from two to one.
    crosspost: [f64; 2],
}

impl Case {
    fn equal(lambda: f64, overlap: f64, q: f64) -> Self {
        Self { lambda: [lambda; 2], shared: [overlap; 2], crosspost: [q; 2] }
    }

    /// A network on a part `alpha` of the users of another.
    fn within(lambda: [f64; 2], alpha: f64) -> Self {
        Self { lambda, shared: [alpha, 1.0], crosspost: [1.0; 2] }
    }

    /// Cross-posts into one, and into two.
    fn into(self) -> [f64; 2] {
        [self.crosspost[1], self.crosspost[0]]
    }

    fn growth(self) -> f64 {
        growth(self.lambda, self.shared, self.into())
    }

    fn reached(self) -> [f64; 2] {
        linked(self.lambda, self.shared, self.into())
    }

    fn outbreaks(self) -> [f64; 2] {
        linked(self.lambda, self.shared, self.crosspost)
    }

    fn graph(self, n: u32, seed: u64) -> Arc<SocialGraph> {
        let both = (f64::from(n) * self.shared[0]).round() as u32;
        let second = if self.shared[1] == 1.0 { both } else { n };
        two_networks([(n, DEGREE), (second, DEGREE)], both, seed)
    }

    fn scenario(self, graph: &Arc<SocialGraph>, from: &str) -> ScenarioBuilder {
        let model = IndependentCascade::default()
            .in_network("one", self.lambda[0] / DEGREE)
            .in_network("two", self.lambda[1] / DEGREE);
        let rates = CrosspostRates::default().between("one", "two", self.crosspost[0]).between(
            "two",
            "one",
            self.crosspost[1],
        );
        let origin = OriginRule::new(Choice::Accounts, Amount::Count(1)).in_networks([from]);
        Scenario::builder(graph.clone()).model(model).crosspost_rates(rates).origin_rule(origin)
    }

    /// Outbreaks from one and from two, the parts reached of one and two, and of all users.
    fn run(self, effort: Effort, n: u32, runs: u64) -> Vec<Estimate> {
        let n = effort.accounts(n);
        let mut found = on_graphs(effort.graphs(), |seed| {
            let graph = self.graph(n, seed);
            let accounts: Vec<usize> =
                graph.networks().map(|network| graph.accounts_of_network(network).len()).collect();
            let cut = u64::from(n / 40);
            let mut from = ["one", "two"]
                .map(|name| Outbreaks::of(self.scenario(&graph, name), runs, seed, cut));
            let often = [from[0].often(), from[1].often()];
            // Outbreaks of the whole are one, wherever they began; alone each network has its own.
            let mut users = from[0].users as f64 / from[0].outbreaks as f64;
            if self.shared[0] == 0.0 && from[1].outbreaks > 0 {
                users += from[1].users as f64 / from[1].outbreaks as f64;
            }
            if self.shared[0] > 0.0 {
                let later = from[1].clone();
                from[0].merge(later);
                from[1] = from[0].clone();
            }
            let parts = [from[0].part(0, accounts[0]), from[1].part(1, accounts[1])];
            vec![often[0], often[1], parts[0], parts[1], users / graph.user_count() as f64]
        });
        for often in &mut found[..2] {
            *often = often.tries(runs * effort.graphs());
        }
        found
    }

    /// Mean shares in each network, from one and from two.
    fn run_small(self, effort: Effort, runs: u64) -> [[Estimate; 2]; 2] {
        let n = effort.accounts(20_000);
        let rows = for_each(effort.graphs(), |seed| {
            let graph = self.graph(n, seed);
            ["one", "two"].map(|from| {
                let builder = self.scenario(&graph, from);
                let seen = ensemble(builder, runs, seed).serial().observe(Shares::default).value;
                seen.there.map(|shares| shares as f64 / runs as f64)
            })
        });
        [0, 1].map(|from| [0, 1].map(|to| Estimate::between(rows.iter().map(|row| row[from][to]))))
    }
}

/// Shares in each network.
#[derive(Debug, Default)]
struct Shares {
    there: [u64; 2],
}

impl Observer for Shares {
    const DETAIL: Detail = Detail::Steps;

    fn see(&mut self, run: &Run<'_>) {
        for &account in run.accounts() {
            self.there[run.graph().network_of(account).index()] += 1;
        }
    }

    fn merge(&mut self, later: Self) {
        self.there[0] += later.there[0];
        self.there[1] += later.there[1];
    }
}

pub(crate) fn section(effort: Effort, theory: &Table) -> Section {
    let mut section = Section::new(TITLE, TEXT);
    curves(effort, &mut section);
    sizes(effort, theory, &mut section);
    below(effort, theory, &mut section);
    thresholds(effort, theory, &mut section);
    section
}

fn curves(effort: Effort, section: &mut Section) {
    let mut plot = Plot::new(
        "linked",
        "Part reached in two equal linked networks over λ",
        "λ of each network",
        "reached by an outbreak",
    );
    for (overlap, q) in [(0.0, 0.0), (0.1, 1.0), (0.5, 0.5), (0.5, 1.0), (1.0, 1.0)] {
        let name = format!("overlap {overlap}, q {q}");
        plot.line(&name, grid(0.3, 2.0, 170), |x| Case::equal(x, overlap, q).reached()[0]);
        for lambda in [0.6, 0.8, 1.0, 1.25, 1.5, 1.75, 2.0] {
            let case = Case::equal(lambda, overlap, q);
            if case.growth() > 1.1 {
                let found = case.run(effort, 10_000, 8)[2];
                plot.dot(&name, lambda, found.mean, found.std_error);
            }
        }
    }
    section.plot(plot);
    let mut plot = Plot::new(
        "linked-outbreaks",
        "How often and how far: λ₂ = 0.6 λ₁, cross-posts to 2 with 0.8, to 1 with 0.1",
        "λ₁",
        "fraction",
    );
    let case = |lambda: f64| Case {
        lambda: [lambda, 0.6 * lambda],
        shared: [0.5; 2],
        crosspost: [0.8, 0.1],
    };
    let names = ["outbreaks from 1", "outbreaks from 2", "reached in 1", "reached in 2"];
    for (place, name) in names.iter().enumerate() {
        let value = |x: f64| match place < 2 {
            true => case(x).outbreaks()[place],
            false => case(x).reached()[place - 2],
        };
        plot.line(name, grid(0.6, 2.4, 180), value);
    }
    for lambda in [1.2, 1.4, 1.6, 2.0, 2.4] {
        for (name, found) in names.iter().zip(case(lambda).run(effort, 10_000, 60)) {
            plot.dot(name, lambda, found.mean, found.std_error);
        }
    }
    section.plot(plot);
}

/// The case that a row describes.
fn case_of(row: &Node<'_>) -> (Case, String) {
    let given = |key: &str| {
        row.find(key).map(|value| {
            value.given();
            value.number()
        })
    };
    row.at("model").given();
    if let Some(alpha) = given("alpha") {
        let lambda = [given("lw").unwrap(), given("lf").unwrap()];
        let label = format!("α = {alpha}, λ = {}, {}", lambda[0], lambda[1]);
        return (Case::within(lambda, alpha), label);
    }
    let (overlap, lambda) = (given("ov").unwrap(), [given("l1").unwrap(), given("l2").unwrap()]);
    let (crosspost, q) = match given("q") {
        Some(q) => ([q; 2], format!("q = {q}")),
        None => {
            let crosspost = [given("q12").unwrap(), given("q21").unwrap()];
            (crosspost, format!("q₁₂ = {}, q₂₁ = {}", crosspost[0], crosspost[1]))
        }
    };
    let label = format!("overlap {overlap}, λ = {}, {}, {q}", lambda[0], lambda[1]);
    (Case { lambda, shared: [overlap; 2], crosspost }, label)
}

fn sizes(effort: Effort, theory: &Table, section: &mut Section) {
    section.text(
        "α is the part of the users of network 1 who are in network 2, which has no others; overlap the part \
         of each of two equal networks. 20 graphs with 10,000 accounts in network 1, mean degree 6, 20 runs \
         from each network on each. Where theory says that there are no outbreaks, that is all that can be \
         compared.",
    );
    for (_, row) in theory.at("conjoin_size").each() {
        let (case, label) = case_of(&row);
        row.at("R").given();
        let values = ["F1", "F2", "B1", "B2", "user_fraction"];
        if (0.88..1.1).contains(&case.growth()) {
            let why = "too near the threshold, where no finite graph decides (0.88 < R < 1.1)";
            values.iter().for_each(|key| row.at(key).left_out(why));
            continue;
        }
        let found = case.run(effort, 10_000, 20);
        let names = [
            "outbreaks from 1",
            "outbreaks from 2",
            "reached in 1",
            "reached in 2",
            "users reached",
        ];
        for ((key, name), found) in values.iter().zip(names).zip(found) {
            let value = row.at(key);
            // What is never reached has no part that outbreaks reach.
            match found.mean.is_finite() && (value.number() > 0.0 || key.starts_with('F')) {
                true => section.value(format!("{label}: {name}"), &value, found),
                false => value.compared(TITLE),
            }
        }
    }
}

fn below(effort: Effort, theory: &Table, section: &mut Section) {
    section.text(
        "Below the threshold: mean shares in each network of a post that starts in one of them, \
         (1 − λ₁)t₁ = 1 + f₁q₁₂λ₂t₂ and so on. 20 graphs of 20,000 accounts in each network, 2,000 runs.",
    );
    for (key, node) in theory.at("conjoin_mean_subcritical").each() {
        let number = |name: &str| -> f64 {
            let part = key.split(',').find_map(|part| part.strip_prefix(&format!("{name}=")));
            part.expect("a parameter").parse().expect("a number")
        };
        let case = Case {
            lambda: [number("l1"), number("l2")],
            shared: [number("f1"), number("f2")],
            crosspost: [number("q"); 2],
        };
        let found = case.run_small(effort, 2000);
        for (from, row) in found.iter().enumerate() {
            for (to, found) in row.iter().enumerate() {
                let value = node.at(&from.to_string()).at(&to.to_string());
                let label = format!("{}: in {} from {}", key.replace(',', ", "), to + 1, from + 1);
                section.value(label, &value, *found);
            }
        }
    }
}

/// Beside a threshold: below it the mean size, above it the part reached.
fn beside(effort: Effort, section: &mut Section, label: &str, case: Case) {
    let r = case.growth();
    if r < 0.9 {
        let theory = small(case.lambda, case.shared, case.into())[0];
        let found = case.run_small(effort, 400)[0];
        let label = format!("{label}, R = {r:.3}: mean shares in 1");
        section.row(label, theory[0], found[0]);
    } else {
        let found = case.run(effort, 8000, 8);
        let label = format!("{label}, R = {r:.3}: reached in 1");
        section.row(label, case.reached()[0], found[2]);
    }
}

fn thresholds(effort: Effort, theory: &Table, section: &mut Section) {
    section.text(
        "A threshold is no number of a run. So below it mean sizes, and above it the part reached, are \
         compared with what the equations say that put it there: at 0.8 and 1.25 of each critical λ, and at \
         each R of a pair of λ that is not between 0.9 and 1.1.",
    );
    for (key, critical) in theory.at("yagan_lambda_c").each() {
        critical.bracketed(TITLE);
        for factor in [0.8, 1.25] {
            let lambda = critical.number() * factor;
            let case = Case::within([lambda; 2], key.parse().expect("α"));
            beside(effort, section, &format!("α = {key}, λ = {lambda:.3}"), case);
        }
    }
    for (key, critical) in theory.at("overlap_lambda_c_equal_nets").each() {
        critical.bracketed(TITLE);
        let (overlap, q) = key.split_once(',').expect("two numbers");
        let number = |text: &str| text.split_once('=').expect("a number").1.parse().expect("one");
        for factor in [0.8, 1.25] {
            let lambda = critical.number() * factor;
            let case = Case::equal(lambda, number(overlap), number(q));
            beside(effort, section, &format!("{}, λ = {lambda:.3}", key.replace(',', ", ")), case);
        }
    }
    for (key, node) in theory.at("conjoin_threshold").each() {
        let (one, two) = key.split_once(',').expect("two numbers");
        let lambda = [one.parse().expect("λ"), two.parse().expect("λ")];
        node.at("alpha_c").bracketed(TITLE);
        for (alpha, r) in node.at("Rc").each() {
            let case = Case::within(lambda, alpha.parse().expect("α"));
            assert!((case.growth() - r.number()).abs() < 2e-6, "{key}, {alpha}");
            if alpha == "0" {
                r.left_out("α = 0 is no second network");
            } else if (0.9..1.1).contains(&case.growth()) {
                r.left_out("too near the threshold, where no finite graph decides (0.9 < R < 1.1)");
            } else {
                r.bracketed(TITLE);
                beside(effort, section, &format!("λ = {one}, {two}, α = {alpha}"), case);
            }
        }
    }
}
