//! The same quantities by plain coins and explicit hashes, on random tiny graphs: a simulator of
//! its own, which shares no code with the crate.
//!
//! 12 graphs with some 100 comparisons each at 4.5 standard errors: a false alarm in about 1 % of
//! all choices of the seed; this one is fixed.

use std::collections::BTreeMap;

use tieline::exact::{self, Exact, ExactCarrier, ExactComparison};
use tieline::{
    AccountId, IndependentCascade, LinearThreshold, NetworkId, Overlay, Route, Scenario,
    SocialGraph,
};

use super::close;

const RUNS: u32 = 10_000;

/// The generator `SplitMix64`.
struct Random(u64);

impl Random {
    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn uniform(&mut self) -> f64 {
        (self.word() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, n: usize) -> usize {
        (self.word() % n as u64) as usize
    }
}

/// What changes between the two sides.
#[derive(Debug, Clone, Default)]
struct Change {
    muted: Option<usize>,
    no_carry: Option<usize>,
    cut: Option<usize>,
    factor: Option<f64>,
    added: Option<usize>,
}

#[derive(Debug)]
struct Toy {
    /// User and network of each account; networks in order.
    accounts: Vec<(usize, usize)>,
    ties: Vec<(usize, usize, f64)>,
    lt: bool,
    q: f64,
    origins: Vec<usize>,
    change: Change,
}

#[derive(Debug, Clone, Copy)]
struct Try {
    parent: usize,
    route: Route,
    hash: u64,
}

/// One run: for each account the step and the try that won; and the hashes of all tries.
struct Outcome {
    hashes: Vec<u64>,
    step: Vec<Option<usize>>,
    won: Vec<Option<Try>>,
}

impl Toy {
    fn random(random: &mut Random, number: usize) -> Self {
        let n = 5 + random.below(3);
        let users = n - 2;
        let mut networks: Vec<_> = (0..n).map(|_| random.below(3)).collect();
        networks.sort_unstable();
        let accounts = networks.into_iter().enumerate();
        let accounts = accounts.map(|(i, network)| (if i < users { i } else { i % 2 }, network));
        let mut ties = Vec::new();
        for a in 0..n {
            for b in 0..n {
                if a != b && random.below(n) < 2 && ties.len() < 9 {
                    ties.push((a, b, if random.below(4) == 0 { 1.0 } else { random.uniform() }));
                }
            }
        }
        let change = match number % 6 {
            0 => Change { muted: Some(1), ..Change::default() },
            1 => Change { no_carry: Some(0), ..Change::default() },
            2 => Change { cut: Some(random.below(ties.len())), ..Change::default() },
            3 => Change { factor: Some(0.5), ..Change::default() },
            4 => Change { added: Some(n - 1), ..Change::default() },
            _ => Change {
                muted: Some(2),
                cut: Some(0),
                factor: Some(0.3),
                added: Some(1),
                ..Change::default()
            },
        };
        let lt = number % 3 == 2;
        let accounts: Vec<_> = accounts.collect();
        Self { accounts, ties, lt, q: 0.6, origins: vec![0, random.below(n)], change }
    }

    fn scenario(&self) -> (Scenario, Overlay) {
        let mut builder = SocialGraph::builder();
        let networks: Vec<_> = (0..3).map(|i| builder.network(format!("n{i}"))).collect();
        let names: Vec<_> = (0..self.accounts.len()).map(|i| i.to_string()).collect();
        for (name, &(user, network)) in names.iter().zip(&self.accounts) {
            builder.user(&format!("u{user}"), [(networks[network], name.as_str())]);
        }
        let mut model = IndependentCascade::with_probability(0.0);
        // Probabilities go by pair of networks: the last tie of a pair decides for all of them.
        for &(a, b, p) in &self.ties {
            let [from, to] = [a, b].map(|i| self.accounts[i].1);
            builder.bridge((networks[from], &names[a]), (networks[to], &names[b]));
            model
                .reshares
                .pairs
                .retain(|(x, y, _)| (x, y) != (&format!("n{from}"), &format!("n{to}")));
            model = model.between(format!("n{from}"), format!("n{to}"), p);
        }
        let graph = builder.build().unwrap();
        let change = &self.change;
        let mut overlay = Overlay::builder(&graph);
        if let Some(user) = change.muted {
            overlay = overlay.mute(format!("u{user}"));
        }
        if let Some(user) = change.no_carry {
            overlay = overlay.no_carry(format!("u{user}"));
        }
        if let Some(tie) = change.cut {
            let (a, b, _) = self.ties[tie];
            overlay = overlay.cut(names[a].as_str(), names[b].as_str());
        }
        if let Some(factor) = change.factor {
            overlay = overlay.crosspost_times(factor);
        }
        if let Some(account) = change.added {
            overlay = overlay.add_origin(names[account].as_str());
        }
        let overlay = overlay.build().unwrap();
        let scenario = Scenario::builder(graph).crosspost(self.q).max_steps(4);
        let scenario = scenario.origins(self.origins.iter().map(|&i| names[i].as_str()));
        let scenario = if self.lt {
            scenario.model(LinearThreshold::default())
        } else {
            scenario.model(model)
        };
        (scenario.build().unwrap(), overlay)
    }

    fn probability(&self, tie: usize) -> f64 {
        let pair = |tie: &(usize, usize, f64)| (self.accounts[tie.0].1, self.accounts[tie.1].1);
        let same = self.ties.iter().rev().find(|other| pair(other) == pair(&self.ties[tie]));
        same.unwrap().2
    }

    /// One world, as it goes without and with the change.
    fn run(&self, random: &mut Random) -> [Outcome; 2] {
        let n = self.accounts.len();
        let mut live: Vec<_> =
            (0..self.ties.len()).map(|tie| random.uniform() < self.probability(tie)).collect();
        if self.lt {
            live.fill(false);
            for account in 0..n {
                let ties: Vec<_> =
                    (0..self.ties.len()).filter(|&tie| self.ties[tie].1 == account).collect();
                if !ties.is_empty() {
                    live[ties[random.below(ties.len())]] = true;
                }
            }
        }
        let carry: Vec<_> = (0..n * n).map(|_| random.uniform()).collect();
        let hashes: Vec<_> = (0..2 * n * n).map(|_| random.word()).collect();
        [&Change::default(), &self.change].map(|change| {
            let muted = |account: usize| change.muted == Some(self.accounts[account].0);
            let mut step = vec![None; n];
            let mut won = vec![None; n];
            for account in self.origins.iter().copied().chain(change.added) {
                step[account] = (!muted(account)).then_some(0);
            }
            for now in 0..4 {
                for child in (0..n).filter(|&child| !muted(child)) {
                    if step[child].is_some() {
                        continue;
                    }
                    let mut tries = Vec::new();
                    for parent in (0..n).filter(|&parent| step[parent] == Some(now)) {
                        let tie = self.ties.iter().position(|t| (t.0, t.1) == (parent, child));
                        if tie.is_some_and(|tie| live[tie] && change.cut != Some(tie)) {
                            let hash = hashes[2 * (parent * n + child)];
                            tries.push(Try { parent, route: Route::Tie, hash });
                        }
                        let (one, other) = (self.accounts[parent], self.accounts[child]);
                        let q = self.q * change.factor.unwrap_or(1.0);
                        if one.0 == other.0
                            && one.1 != other.1
                            && change.no_carry != Some(one.0)
                            && carry[parent * n + child] < q
                        {
                            let hash = hashes[2 * (parent * n + child) + 1];
                            tries.push(Try { parent, route: Route::CrossPost, hash });
                        }
                    }
                    won[child] = tries.into_iter().min_by_key(|one| one.hash);
                    if won[child].is_some() {
                        step[child] = Some(now + 1);
                    }
                }
            }
            Outcome { hashes: hashes.clone(), step, won }
        })
    }
}

/// What is measured, and the sum and the sum of squares over runs.
type Measures = BTreeMap<String, (f64, f64)>;

fn measure(toy: &Toy, sides: &[Outcome; 2], measures: &mut Measures) {
    let mut now: BTreeMap<String, f64> = BTreeMap::new();
    let mut sizes = [0.0; 2];
    let mut linked = [[[0.0; 3]; 3]; 2];
    for (side, Outcome { step, won, .. }) in sides.iter().enumerate() {
        let mut crossings = Vec::new();
        let mut users = std::collections::BTreeSet::new();
        for (child, at) in step.iter().enumerate() {
            let Some(at) = *at else { continue };
            sizes[side] += 1.0;
            users.insert(toy.accounts[child].0);
            now.insert(format!("{side} account {child}"), 1.0);
            let Some(Try { parent, route, hash }) = won[child] else { continue };
            now.insert(format!("{side} parent {child} {parent} {}", route.name()), 1.0);
            let (from, to) = (toy.accounts[parent].1, toy.accounts[child].1);
            if from != to {
                let carrier = match route {
                    Route::CrossPost => format!("u{}", toy.accounts[child].0),
                    _ => format!("{parent}-{child}"),
                };
                crossings.push((at, hash, from, to, carrier));
                linked[side][from][to] = 1.0;
            }
        }
        now.insert(format!("{side} users"), users.len() as f64);
        crossings.sort();
        let mut seen = std::collections::BTreeSet::new();
        for (place, (at, _, from, to, carrier)) in crossings.iter().enumerate() {
            let link = format!("{side} link {from}{to}");
            *now.entry(format!("{link} mean")).or_default() += 1.0;
            now.insert(format!("{link} carries {carrier}"), 1.0);
            now.insert(format!("{side} all carries {carrier}"), 1.0);
            if seen.insert((from, to)) {
                now.insert(format!("{link} first {at}"), 1.0);
                now.insert(format!("{link} opens {carrier}"), 1.0);
            }
            if place == 0 {
                now.insert(format!("{side} all opens {carrier}"), 1.0);
            }
        }
        let change = if side == 0 { &Change::default() } else { &toy.change };
        fresh(toy, change, &sides[side], side, &mut now);
    }
    now.insert("size".into(), sizes[1] - sizes[0]);
    now.insert("size changed".into(), f64::from(u8::from(sizes[1] != sizes[0])));
    now.insert("size square".into(), (sizes[1] - sizes[0]).powi(2));
    for pair in 0..9 {
        let (from, to) = (pair / 3, pair % 3);
        let difference: f64 = linked[1][from][to] - linked[0][from][to];
        now.insert(format!("linked {from}{to}"), difference);
        now.insert(format!("linked {from}{to} changed"), difference.abs());
    }
    for (name, value) in now {
        let sums = measures.entry(name).or_default();
        sums.0 += value;
        sums.1 += value * value;
    }
}

/// The first to show each account the post: of the earliest step, by the same hash as parents.
fn fresh(
    toy: &Toy,
    change: &Change,
    outcome: &Outcome,
    side: usize,
    now: &mut BTreeMap<String, f64>,
) {
    let n = toy.accounts.len();
    for viewer in 0..n {
        let ties = toy.ties.iter().enumerate();
        let ties = ties.filter(|&(place, tie)| tie.1 == viewer && change.cut != Some(place));
        let sharers = ties.filter_map(|(_, tie)| Some((outcome.step[tie.0]?, tie.0)));
        let hash = |sharer: usize| outcome.hashes[2 * (sharer * n + viewer)];
        let first = sharers.min_by_key(|&(step, sharer)| (step, hash(sharer)));
        let Some((_, sharer)) = first else { continue };
        let route = outcome.won[sharer].map_or(Route::Origin, |won| won.route);
        for name in
            ["audience".into(), format!("fresh {sharer}"), format!("fresh {}", route.name())]
        {
            *now.entry(format!("{side} {name}")).or_default() += 1.0;
        }
    }
}

/// The same names, exactly.
fn wanted(compared: &ExactComparison, graph: &SocialGraph) -> BTreeMap<String, f64> {
    let mut wanted = BTreeMap::new();
    let account = |account: AccountId| graph.account_name(account).into_owned();
    let carrier = |carrier: ExactCarrier| match carrier {
        ExactCarrier::User(user) => graph.user_name(user).into_owned(),
        ExactCarrier::Bridge { parent, child } => format!("{}-{}", account(parent), account(child)),
        _ => unreachable!(),
    };
    for (side, exact) in [&compared.base, &compared.intervened].into_iter().enumerate() {
        for id in graph.accounts() {
            wanted.insert(format!("{side} account {}", account(id)), exact.accounts[id.index()]);
            let fresh = exact.audience.fresh_by_account[id.index()];
            wanted.insert(format!("{side} fresh {}", account(id)), fresh);
        }
        for parent in &exact.parents {
            let (child, via) = (account(parent.child), account(parent.parent));
            let name = format!("{side} parent {child} {via} {}", parent.route.name());
            wanted.insert(name, parent.probability);
        }
        wanted.insert(format!("{side} users"), exact.users.mean);
        wanted.insert(format!("{side} audience"), exact.audience.total.mean);
        let routes = exact.audience.fresh_by_route;
        wanted.insert(format!("{side} fresh origin"), routes.origin);
        wanted.insert(format!("{side} fresh tie"), routes.tie);
        wanted.insert(format!("{side} fresh cross-post"), routes.cross_post);
        let links = exact.links.iter().map(|link| {
            (format!("{side} link {}{}", link.from.get(), link.to.get()), &link.crossings)
        });
        for (name, crossings) in links {
            wanted.insert(format!("{name} mean"), crossings.mean);
            for (step, &p) in crossings.first_step.iter().enumerate() {
                wanted.insert(format!("{name} first {step}"), p);
            }
            for carrying in &crossings.carriers {
                let who = carrier(carrying.carrier);
                wanted.insert(format!("{name} carries {who}"), carrying.carries);
                wanted.insert(format!("{name} opens {who}"), carrying.opens);
            }
        }
        for carrying in &exact.crossings.carriers {
            let who = carrier(carrying.carrier);
            wanted.insert(format!("{side} all carries {who}"), carrying.carries);
            wanted.insert(format!("{side} all opens {who}"), carrying.opens);
        }
    }
    let size = compared.size;
    wanted.insert("size".into(), size.mean);
    wanted.insert("size changed".into(), size.changed);
    wanted.insert("size square".into(), size.variance + size.mean * size.mean);
    for link in &compared.links {
        let name = format!("linked {}{}", link.from.get(), link.to.get());
        wanted.insert(format!("{name} changed"), link.linked.changed);
        wanted.insert(name, link.linked.mean);
    }
    wanted
}

/// What must add up whatever the graph.
fn sums_agree(exact: &Exact) {
    close(exact.size.mean, exact.accounts.iter().sum());
    close(exact.size.mean, exact.new_by_step.iter().sum());
    close(exact.size.mean, exact.networks.iter().map(|network| network.accounts.mean).sum());
    let routes = [exact.routes, exact.audience.fresh_by_route];
    let [shares, fresh] = routes.map(|by| by.origin + by.tie + by.cross_post);
    close(exact.size.mean, shares);
    close(exact.audience.total.mean, fresh);
    close(exact.audience.total.mean, exact.audience.fresh_by_account.iter().sum());
    close(exact.crossings.mean, exact.links.iter().map(|link| link.crossings.mean).sum());
    for crossings in exact.links.iter().map(|link| &link.crossings).chain([&exact.crossings]) {
        close(crossings.probability, crossings.carriers.iter().map(|carrier| carrier.opens).sum());
    }
}

#[test]
fn plain_coins_agree() {
    let mut random = Random(20_261_123);
    let mut compared_links = 0;
    for number in 0..12 {
        let toy = Toy::random(&mut random, number);
        let (scenario, overlay) = toy.scenario();
        let graph = scenario.graph();
        let compared = exact::compare(&scenario, &overlay).unwrap();
        let crosses = compared.base.link(NetworkId::new(0), NetworkId::new(1)).unwrap();
        compared_links += usize::from(crosses.crossings.probability > 0.0);
        sums_agree(&compared.base);
        sums_agree(&compared.intervened);
        let mut measures = Measures::new();
        for _ in 0..RUNS {
            let sides = toy.run(&mut random);
            measure(&toy, &sides, &mut measures);
        }
        let mut wanted = wanted(&compared, graph);
        let runs = f64::from(RUNS);
        for (name, (sum, squares)) in measures {
            let wanted = wanted.remove(&name).unwrap_or(0.0);
            let mean = sum / runs;
            let spread = (squares / runs - mean * mean).max(0.0).sqrt();
            // A rare event may happen never or once: then count what is expected.
            let spread = spread.max((wanted.abs() * (1.0 - wanted.abs())).max(0.0).sqrt());
            let room = 4.5 * spread / runs.sqrt() + 1e-9;
            assert!((mean - wanted).abs() <= room, "{number} {name}: {mean}, {wanted}\n{toy:?}");
        }
        for (name, wanted) in wanted {
            // Never seen in all runs.
            assert!(wanted.abs() < 12.0 / runs, "{number} {name}: never, {wanted}\n{toy:?}");
        }
    }
    assert!(compared_links >= 6);
}
