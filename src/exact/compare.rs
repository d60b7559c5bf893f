//! The same worlds under two overlays.

use serde::Serialize;

use super::audience::audience_of;
use super::history::Histories;
use super::links::Crossers;
use super::spread::Spread;
use super::sums::{Sum, Sums};
use super::world::Tiny;
use super::{Exact, Ledger, MAX_HISTORIES};
use crate::error::Result;
use crate::graph::Overlay;
use crate::id::NetworkId;
use crate::scenario::Scenario;

/// The exact law of a paired difference, intervened − base, in one world. Shown at [`compare`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ExactDifference {
    /// The mean.
    pub mean: f64,
    /// The variance in one world; a mean over r runs has the standard error √(variance / r).
    pub variance: f64,
    /// The probability that the two differ.
    pub changed: f64,
}

/// The difference in whether two networks are linked: 1, 0 or −1 in each world. Part of an
/// [`ExactComparison`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ExactLinkDifference {
    /// The parent's network.
    pub from: NetworkId,
    /// The child's network.
    pub to: NetworkId,
    /// The difference; parent hashes are the same in both.
    pub linked: ExactDifference,
}

/// A scenario with its overlay and with another one instead, in the same worlds. Made by
/// [`compare`], and shown there.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ExactComparison {
    /// With the scenario's own overlay.
    pub base: Exact,
    /// With the other.
    pub intervened: Exact,
    /// Share events.
    pub size: ExactDifference,
    /// Users.
    pub users: ExactDifference,
    /// Accounts that see the post.
    pub audience: ExactDifference,
    /// Accounts that share, by network.
    pub networks: Vec<ExactDifference>,
    /// For all ordered pairs of distinct networks, in order of `from`, then of `to`.
    pub links: Vec<ExactLinkDifference>,
}

/// Enumerates a scenario under its own overlay and under `overlay`, in the same worlds: every tie
/// keeps its fate, a cross-post's uniform number is compared with both probabilities, and tries
/// keep their hashes.
///
/// ```
/// use tieline::{IndependentCascade, Overlay, Scenario, SocialGraph, exact};
///
/// let mut builder = SocialGraph::builder();
/// let square = builder.network("square");
/// builder.tie(square, "ann", "bob").tie(square, "bob", "cid");
/// let scenario = Scenario::builder(builder.build()?)
///     .model(IndependentCascade::with_probability(0.5))
///     .origin("ann")
///     .build()?;
/// let without_bob = Overlay::builder(scenario.graph()).mute("bob").build()?;
/// let compared = exact::compare(&scenario, &without_bob)?;
/// assert_eq!((compared.base.size.mean, compared.intervened.size.mean), (1.75, 1.0));
/// // 0, −1 or −2, with probabilities 1/2, 1/4, 1/4.
/// assert_eq!((compared.size.mean, compared.size.variance), (-0.75, 0.6875));
/// assert_eq!(compared.size.changed, 0.5);
/// # Ok::<(), tieline::Error>(())
/// ```
///
/// # Errors
/// As [`enumerate`](super::enumerate), with the histories of both together.
///
/// # Complexity
/// As [`enumerate`](super::enumerate).
pub fn compare(scenario: &Scenario, overlay: &Overlay) -> Result<ExactComparison> {
    let tiny = Tiny::new(scenario, &[scenario.overlay(), overlay])?;
    tiny.check(MAX_HISTORIES)?;
    let crossers = Crossers::new(&tiny);
    let mut ledgers = [Ledger::new(&tiny, &crossers), Ledger::new(&tiny, &crossers)];
    let mut spreads = [Spread::new(&tiny), Spread::new(&tiny)];
    let mut sums = DifferenceSums::new(&tiny, &crossers);
    let mut histories = Histories::new(&tiny.coins, MAX_HISTORIES);
    loop {
        for (side, spread) in spreads.iter_mut().enumerate() {
            spread.run(&tiny, side, &mut histories);
        }
        let probability = histories.probability();
        for (side, (ledger, spread)) in ledgers.iter_mut().zip(&spreads).enumerate() {
            ledger.add(&tiny, &crossers, side, spread, probability);
        }
        sums.add(&tiny, &crossers, &spreads, probability);
        if !histories.next()? {
            break;
        }
    }
    let [base, intervened] = ledgers.map(|sums| sums.finish(&tiny, &crossers, histories.count()));
    let links = crossers.links.iter().zip(&sums.links).map(|(&(from, to), sums)| {
        let linked = sums.finish();
        ExactLinkDifference { from, to, linked }
    });
    Ok(ExactComparison {
        base,
        intervened,
        size: sums.size.finish(),
        users: sums.users.finish(),
        audience: sums.audience.finish(),
        networks: sums.networks.iter().map(Shifted::finish).collect(),
        links: links.collect(),
    })
}

/// A distribution over −n..=n.
#[derive(Debug, Clone)]
struct Shifted {
    sums: Sums,
    shift: usize,
    changed: Sum,
}

impl Shifted {
    fn new(n: usize) -> Self {
        Self { sums: Sums::new(2 * n + 1), shift: n, changed: Sum::default() }
    }

    fn add(&mut self, difference: i64, probability: f64) {
        self.sums.add((self.shift as i64 + difference) as usize, probability);
        if difference != 0 {
            self.changed.add(probability);
        }
    }

    fn finish(&self) -> ExactDifference {
        let (mean, variance) = self.sums.moments(self.shift);
        ExactDifference { mean, variance, changed: self.changed.total() }
    }
}

#[derive(Debug)]
struct DifferenceSums {
    size: Shifted,
    users: Shifted,
    audience: Shifted,
    networks: Vec<Shifted>,
    links: Vec<Shifted>,
}

impl DifferenceSums {
    fn new(tiny: &Tiny, crossers: &Crossers) -> Self {
        let by_account = Shifted::new(tiny.network_of.len());
        Self {
            size: by_account.clone(),
            users: by_account.clone(),
            audience: by_account.clone(),
            networks: vec![by_account; tiny.networks.len()],
            links: vec![Shifted::new(1); crossers.links.len()],
        }
    }

    fn add(&mut self, tiny: &Tiny, crossers: &Crossers, spreads: &[Spread; 2], probability: f64) {
        let [base, other] = spreads;
        let difference =
            |one: u64, other: u64| i64::from(other.count_ones()) - i64::from(one.count_ones());
        self.size.add(difference(base.shared, other.shared), probability);
        self.users.add(difference(base.users(tiny), other.users(tiny)), probability);
        let audience = audience_of(tiny, 1, other) - audience_of(tiny, 0, base);
        self.audience.add(audience, probability);
        for (sums, accounts) in self.networks.iter_mut().zip(&tiny.networks) {
            sums.add(difference(base.shared & accounts, other.shared & accounts), probability);
        }
        for (link, sums) in self.links.iter_mut().enumerate() {
            let crosses =
                |&arc: &u32| crossers.of_arc[arc as usize].is_some_and(|(of, _)| of == link);
            // The probabilities that no child crosses: in the base, in the other, in neither.
            let mut none = [1.0; 3];
            for (one, other) in base.tries.iter().zip(&other.tries) {
                let child = neither(one, other, crosses);
                none.iter_mut().zip(child).for_each(|(none, child)| *none *= child);
            }
            let [base, other, both] = none;
            sums.add(1, probability * (base - both));
            sums.add(-1, probability * (other - both));
            sums.add(0, probability * (1.0 - base - other + 2.0 * both));
        }
    }
}

/// For a child that has these live tries in two runs: the probabilities that its parent is no
/// crossing in the first, in the second, in both. A child without tries crosses nowhere.
///
/// The least hash of all tries together is uniform among them. If both runs have that try, it wins
/// both; if only one has it, it wins there, and who wins the other run is still uniform there.
fn neither(one: &[u32], other: &[u32], crosses: impl Fn(&u32) -> bool) -> [f64; 3] {
    let stay = |tries: &[u32]| tries.iter().filter(|&arc| !crosses(arc)).count() as f64;
    let part = |tries: &[u32]| {
        if tries.is_empty() { 1.0 } else { stay(tries) / tries.len() as f64 }
    };
    let apart = [part(one), part(other)];
    let shared: Vec<u32> = one.iter().copied().filter(|arc| other.contains(arc)).collect();
    let all = one.len() + other.len() - shared.len();
    if all == 0 {
        return [1.0; 3];
    }
    let only_one = stay(one) - stay(&shared);
    let only_other = stay(other) - stay(&shared);
    let both = stay(&shared) + only_one * apart[1] + only_other * apart[0];
    [apart[0], apart[1], both / all as f64]
}
