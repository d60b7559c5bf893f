//! Attention: fatigue, posts that exclude or help each other, feeds.

use std::sync::Arc;

use tieline::stats::Counts;
use tieline::{
    Fatigue, Feeds, IndependentCascade, Interaction, Post, Scenario, SizeOutcome, SocialGraph,
};

use crate::page::{Estimate, Section};
use crate::sim::{Effort, anybody, ensemble, for_each, graph};
use crate::svg::Plot;
use crate::table::Table;
use crate::theory::{grid, never_again};

const TITLE: &str = "Attention";

pub(crate) fn section(effort: Effort, theory: &Table) -> Section {
    let mut section = Section::new(
        TITLE,
        "People tire, posts compete, screens are short. Decreasing cascade: D. Kempe, J. Kleinberg, É. Tardos \
         (2005), <https://doi.org/10.1007/11523468_91>. Posts that exclude each other: S. Bharathi, D. Kempe, \
         M. Salek (2007), <https://doi.org/10.1007/978-3-540-77105-0_31>. Feeds: J. P. Gleeson, J. A. Ward, \
         K. P. O'Sullivan, W. T. Lee (2014), <https://doi.org/10.1103/PhysRevLett.112.048701>; L. Weng, \
         A. Flammini, A. Vespignani, F. Menczer (2012), <https://doi.org/10.1038/srep00335>.",
    );
    fatigue(effort, &mut section);
    posts(effort, &mut section);
    feeds(effort, &mut section);
    popularity(effort, theory, &mut section);
    section
}

fn of(size: &SizeOutcome) -> Estimate {
    Estimate::of_runs(size.mean, size.std_error.expect("many runs"))
}

fn fatigue(effort: Effort, section: &mut Section) {
    let runs = effort.runs(100_000);
    section.text(
        "Fatigue: of m whom somebody sees and who share, the r-th convinces with probability p·r₀^(r−1), so \
         one does with 1 − Π(1 − p·r₀^(r−1)). p = 0.5, 100,000 runs.",
    );
    let mut plot = Plot::new(
        "fatigue",
        "How often one of m sharers convinces somebody who tires, p = 0.5",
        "m",
        "probability",
    );
    for ratio in [1.0, 0.8, 0.5, 0.2] {
        let name = format!("r₀ = {ratio}");
        let one = |m: f64| {
            let fails = (0..m as i32).map(|r| 1.0 - 0.5 * f64::powi(ratio, r));
            1.0 - fails.product::<f64>()
        };
        plot.line(&name, grid(1.0, 8.0, 7), one);
        for m in [1, 2, 3, 5, 8u32] {
            let origins = (1..=m).map(|sharer| sharer.to_string());
            let builder = Scenario::builder(graph(m + 1, (1..=m).map(|sharer| (sharer, 0))))
                .model(IndependentCascade::with_probability(0.5))
                .fatigue(Fatigue::geometric(ratio))
                .origins(origins);
            let size = ensemble(builder, runs, 16).run().size;
            let found = of(&size).map(1.0, -f64::from(m));
            plot.dot(&name, f64::from(m), found.mean, found.std_error);
            if m > 1 {
                section.row(format!("{name}, m = {m}"), one(f64::from(m)), found);
            }
        }
    }
    section.plot(plot);
}

fn posts(effort: Effort, section: &mut Section) {
    let runs = effort.runs(100_000);
    section.text(
        "Two posts that exclude each other, one from each end of a path of five, p = ½: 57/32 shares each, and \
         together those of one cascade from both ends. Where a post was shared before, a factor of M on the \
         hazard of the second makes p = 0.3 into 1 − 0.7^M. 100,000 runs.",
    );
    let line = graph(5, (1..5).flat_map(|a| [(a - 1, a), (a, a - 1)]));
    let builder = Scenario::builder(line)
        .model(IndependentCascade::with_probability(0.5))
        .post(Post::new("a").origin("0"))
        .post(Post::new("b").origin("4"))
        .interaction(Interaction::exclusive());
    let outcome = ensemble(builder, runs, 17).run();
    section.row("exclusive, post from one end", 57.0 / 32.0, of(&outcome.posts[0].size));
    section.row("exclusive, post from the other", 57.0 / 32.0, of(&outcome.posts[1].size));
    section.row("exclusive, both", 57.0 / 16.0, of(&outcome.size));
    for factor in [0.5, 2.0] {
        let builder = Scenario::builder(graph(2, [(0, 1)]))
            .model(IndependentCascade::with_probability(0.3))
            .post(Post::new("first").origin("1"))
            .post(Post::new("second").origin_at(1.0, "0"))
            .interaction(Interaction::matrix([[1.0, factor], [1.0, 1.0]]));
        let size = of(&ensemble(builder, runs, 18).run().posts[1].size);
        let p = 1.0 - f64::powf(0.7, factor);
        section.row(format!("M = {factor}: the second is shared on"), p, size.map(1.0, -1.0));
    }
}

/// Everybody sees k others and is seen by k, at random: shifted orders of all.
fn regular(n: u32, k: u32, seed: u64) -> Arc<SocialGraph> {
    let mut word = seed;
    let mut below = |n: u32| {
        word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((word >> 33) % u64::from(n)) as u32
    };
    let mut ties = std::collections::BTreeSet::new();
    for _ in 0..k {
        let mut targets: Vec<u32> = (0..n).collect();
        for place in (1..n).rev() {
            targets.swap(place as usize, below(place + 1) as usize);
        }
        // Only few are wrong: those are exchanged with others until none is.
        loop {
            let bad = |place: u32, target: u32| place == target || ties.contains(&(place, target));
            let Some(wrong) = (0..n).find(|&place| bad(place, targets[place as usize])) else {
                break;
            };
            targets.swap(wrong as usize, below(n) as usize);
        }
        ties.extend((0..n).zip(targets));
    }
    graph(n, ties)
}

fn feeds(effort: Effort, section: &mut Section) {
    section.text(
        "Feeds where everybody sees k = 4 others: shares over new posts is 1/μ under the rule of Gleeson et \
         al., and shares a look a = p_n/(1 − (1 − p_n)p_r k t_w) under that of Weng et al., whatever is \
         recalled. 20 graphs of 300 accounts, 8 runs on each.",
    );
    let background = |feeds: Feeds, until: f64| {
        let rows = for_each(effort.pick(20, 6), |seed| {
            let builder = Scenario::builder(regular(300, 4, seed)).model(feeds.clone());
            let runs = effort.pick(8, 3);
            let outcome = ensemble(builder.origin("0").until(until), runs, seed).serial().run();
            let background = outcome.background.expect("a feed");
            let over = |figure: f64| background.shares.mean / figure;
            [over(background.innovations.mean), over(background.looks.mean)]
        });
        [0, 1].map(|column| Estimate::between(rows.iter().map(|row| row[column])))
    };
    for mu in [0.05, 0.2] {
        let found = background(Feeds::gleeson(mu).burn_in(60.0), 100.0)[0];
        section.row(format!("μ = {mu}: shares over new posts"), 1.0 / mu, found);
    }
    for recall in [0.0, 0.4] {
        let found = background(Feeds::weng(0.45, 0.1, recall, 1.0).burn_in(30.0), 100.0)[1];
        let label = format!("p_n = 0.45, p_r = 0.1, t_w = 1, p_m = {recall}: shares a look");
        section.row(label, 0.45 / (1.0 - 0.55 * 0.1 * 4.0), found);
    }
}

/// How often a post is shared if screens are independent: P(n) = C(mn, n − 1)/n · p^(n−1) (1 − p)^(mn−n+1)
/// with m = k + 1 and p = (1 − μ)/m.
fn independent(k: f64, mu: f64, n: f64) -> f64 {
    let m = k + 1.0;
    let p = (1.0 - mu) / m;
    let mut log = -n.ln() + (n - 1.0) * p.ln() + (m * n - n + 1.0) * (1.0 - p).ln();
    let mut i = 0.0;
    while i < n - 1.0 {
        log += ((m * n - i) / (n - 1.0 - i)).ln();
        i += 1.0;
    }
    log.exp()
}

fn popularity(effort: Effort, theory: &Table, section: &mut Section) {
    section.text(
        "A new post competes for screens of one place. If screens lose it independently of each other its \
         popularity is that of a branching process with Binomial(k + 1, (1 − μ)/(k + 1)) offspring, which \
         says P(1) = ((k + μ)/(k + 1))^(k+1), as in `meme_popularity`. They do not: all k screens that a share \
         reaches lose it at one moment when its sharer shares something else. The recursion over the number of \
         screens that still have it is exact on a graph that looks like a tree, and it is what runs say. The \
         plot has the law of the branching process as dashes: runs are near it in the tail, and above it where \
         a post has been shared a few times. 20 \
         graphs of 1,000 accounts, 300 posts on each.",
    );
    let mut plot = Plot::new(
        "feeds",
        "How often a post is shared: runs, and the branching process that takes screens for independent",
        "shares n",
        "P(≥ n)",
    )
    .log_x()
    .log_y();
    let why = "the approximation by independent screens, which the process itself does not follow: its P(1) \
               is compared with the exact recursion instead";
    for (key, node) in theory.at("meme_popularity").each() {
        node.left_out(why);
        let (k, mu) = key.split_once(',').expect("two numbers");
        let number = |text: &str| -> f64 {
            text.rsplit('=').next().expect("a number").parse().expect("a number")
        };
        let (k, mu) = (number(k), number(mu));
        if mu == 0.0 {
            // Without new posts nothing takes the place of the one that is there.
            continue;
        }
        let found = for_each(effort.pick(20, 6), |seed| {
            let builder = Scenario::builder(regular(1000, k as u32, seed))
                .model(Feeds::gleeson(mu).burn_in(8.0))
                .origin_rule(anybody())
                .max_shares(100);
            let runs = effort.pick(300, 40);
            ensemble(builder, runs, seed).serial().observe(Counts::default).value
        });
        let alone = found.iter().map(|counts| {
            let once = counts.iter().find(|row| row.0 == 1).map_or(0, |row| row.1);
            once as f64 / counts.count() as f64
        });
        let exact = never_again(k, mu, true, k as u32);
        let label = format!("k = {k}, μ = {mu}: P(1), branching {:.6}", node.at("1").number());
        let alone = Estimate::between(alone);
        section.row(label, exact, alone);
        let name = format!("k = {k}, μ = {mu}");
        let mut all = Counts::default();
        found.iter().for_each(|counts| all.merge(counts));
        let (mut left, mut line) = (1.0, Vec::new());
        for n in 1..=100u32 {
            line.push((f64::from(n), left));
            left -= independent(k, mu, f64::from(n));
        }
        plot.dashes(&name, line);
        for n in [2, 3, 5, 8, 14, 25, 50, 100u64] {
            let hits: u64 = all.iter().filter(|row| row.0 >= n).map(|row| row.1).sum();
            let part = hits as f64 / all.count() as f64;
            if part > 0.0 {
                let error = (part * (1.0 - part) / all.count() as f64).sqrt();
                plot.dot(&name, n as f64, part, error);
            }
        }
    }
    section.plot(plot);
}
