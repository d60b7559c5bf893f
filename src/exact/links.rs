//! Crossings: which networks a run links, when, and through whom.

use std::collections::BTreeMap;

use serde::Serialize;

use super::spread::{Spread, sum_of};
use super::sums::{Sum, Sums};
use super::world::Tiny;
use crate::engine::Route;
use crate::id::{AccountId, NetworkId, UserId};

/// Who brings a post from one network into another. Shown at [`Exact`](super::Exact).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ExactCarrier {
    /// The user of a cross-post.
    User(UserId),
    /// The two ends of a bridge tie.
    Bridge {
        /// Who shared.
        parent: AccountId,
        /// Who saw it and shared.
        child: AccountId,
    },
}

impl ExactCarrier {
    /// The bridge tie `parent → child`.
    #[must_use]
    pub const fn bridge(parent: AccountId, child: AccountId) -> Self {
        Self::Bridge { parent, child }
    }
}

/// What one carrier does. Shown at [`Exact`](super::Exact).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ExactCarrying {
    /// Who.
    pub carrier: ExactCarrier,
    /// The probability of at least one such crossing in a run.
    pub carries: f64,
    /// The probability that this carrier makes the run's first crossing; of several at one step the
    /// one with the least parent hash.
    pub opens: f64,
}

/// Crossings of one kind: share events whose parent is in another network. Shown at
/// [`Exact`](super::Exact).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ExactCrossings {
    /// The probability of at least one in a run.
    pub probability: f64,
    /// The probability that the child of the first one shares at step 0, 1, …; the sum is
    /// `probability`.
    pub first_step: Vec<f64>,
    /// The mean number in a run.
    pub mean: f64,
    /// Who makes them, in order of carrier; those who never do are left out.
    pub carriers: Vec<ExactCarrying>,
}

impl ExactCrossings {
    /// The mean step of the first crossing over the runs that have one.
    #[must_use]
    pub fn first_step_mean(&self) -> Option<f64> {
        let steps = self.first_step.iter().enumerate();
        let weighted: Vec<_> = steps.map(|(step, &p)| step as f64 * p).collect();
        (self.probability > 0.0).then(|| sum_of(&weighted) / self.probability)
    }

    /// What `carrier` does; `None` if it never makes such a crossing.
    #[must_use]
    pub fn carrier(&self, carrier: ExactCarrier) -> Option<&ExactCarrying> {
        self.carriers.iter().find(|known| known.carrier == carrier)
    }
}

/// The crossings from one network into another. Shown at [`Exact`](super::Exact).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ExactLink {
    /// The parent's network.
    pub from: NetworkId,
    /// The child's network.
    pub to: NetworkId,
    /// The crossings; that there is one is what links the networks.
    pub crossings: ExactCrossings,
}

/// Which arcs cross, by what link and by whose doing.
#[derive(Debug)]
pub(super) struct Crossers {
    /// By arc: the place of its link, and of its carrier.
    pub(super) of_arc: Vec<Option<(usize, usize)>>,
    /// All ordered pairs of distinct networks.
    pub(super) links: Vec<(NetworkId, NetworkId)>,
    carriers: Vec<ExactCarrier>,
}

impl Crossers {
    pub(super) fn new(tiny: &Tiny) -> Self {
        let networks = (0..tiny.networks.len() as u32).map(NetworkId::new);
        let pairs = networks.clone().flat_map(|from| networks.clone().map(move |to| (from, to)));
        let links: Vec<_> = pairs.filter(|(from, to)| from != to).collect();
        let place: BTreeMap<_, _> = links.iter().enumerate().map(|(i, &link)| (link, i)).collect();
        let mut carriers = Vec::new();
        let of_arc = tiny.arcs.iter().map(|arc| {
            let (source, target) = (usize::from(arc.source), usize::from(arc.target));
            let link = *place.get(&(tiny.network_of[source], tiny.network_of[target]))?;
            let carrier = match arc.route {
                Route::CrossPost => {
                    ExactCarrier::User(tiny.users[usize::from(tiny.user_of[source])])
                }
                _ => ExactCarrier::Bridge {
                    parent: AccountId::new(source as u32),
                    child: AccountId::new(target as u32),
                },
            };
            let known = carriers.iter().position(|&known| known == carrier);
            Some((
                link,
                known.unwrap_or_else(|| {
                    carriers.push(carrier);
                    carriers.len() - 1
                }),
            ))
        });
        Self { of_arc: of_arc.collect(), links, carriers }
    }
}

/// A live try that would be a crossing, should it win its child.
#[derive(Debug, Clone, Copy)]
struct Hit {
    child: u8,
    step: u8,
    /// How many tries the child has, crossings or not.
    tries: u32,
    link: usize,
    carrier: usize,
}

/// One child at one step, with `hits` of its `tries` crossings.
#[derive(Debug, Clone, Copy)]
struct Child<'a> {
    hits: &'a [Hit],
    tries: usize,
    /// The probability that its parent is one of them.
    crosses: f64,
}

#[derive(Debug, Clone)]
struct CrossingSums {
    first_step: Sums,
    mean: Sum,
    /// By carrier.
    carries: Sums,
    opens: Sums,
}

/// Collects crossings, by link and over all links.
#[derive(Debug)]
pub(super) struct LinkSums {
    by_link: Vec<CrossingSums>,
    all: CrossingSums,
    hits: Vec<Hit>,
    of_link: Vec<Hit>,
}

impl LinkSums {
    pub(super) fn new(tiny: &Tiny, crossers: &Crossers) -> Self {
        let carriers = Sums::new(crossers.carriers.len());
        let sums = CrossingSums {
            first_step: Sums::new(tiny.network_of.len() + 1),
            mean: Sum::default(),
            carries: carriers.clone(),
            opens: carriers,
        };
        Self {
            by_link: vec![sums.clone(); crossers.links.len()],
            all: sums,
            hits: Vec::new(),
            of_link: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, crossers: &Crossers, spread: &Spread, probability: f64) {
        let Self { by_link, all, hits, of_link } = self;
        hits.clear();
        for &(child, step) in &spread.children {
            let arcs = &spread.tries[usize::from(child)];
            let tries = arcs.len() as u32;
            let crossing = arcs.iter().filter_map(|&arc| crossers.of_arc[arc as usize]);
            hits.extend(crossing.map(|(link, carrier)| Hit { child, step, tries, link, carrier }));
        }
        if hits.is_empty() {
            return;
        }
        all.add(hits, probability);
        for (link, sums) in by_link.iter_mut().enumerate() {
            of_link.clear();
            of_link.extend(hits.iter().filter(|hit| hit.link == link));
            if !of_link.is_empty() {
                sums.add(of_link, probability);
            }
        }
    }

    pub(super) fn links(&self, crossers: &Crossers) -> Vec<ExactLink> {
        let links = crossers.links.iter().zip(&self.by_link);
        links
            .map(|(&(from, to), sums)| ExactLink { from, to, crossings: sums.finish(crossers) })
            .collect()
    }

    pub(super) fn all(&self, crossers: &Crossers) -> ExactCrossings {
        self.all.finish(crossers)
    }
}

impl CrossingSums {
    /// `hits`, which stand together by child, in order of step. Which try wins a child is
    /// independent of who wins the other children.
    fn add(&mut self, hits: &[Hit], probability: f64) {
        let mut none_yet = 1.0;
        let mut children = Vec::new();
        for step in hits.chunk_by(|one, other| one.step == other.step) {
            children.clear();
            children.extend(step.chunk_by(|one, other| one.child == other.child).map(|hits| {
                let tries = hits[0].tries as usize;
                Child { hits, tries, crosses: hits.len() as f64 / tries as f64 }
            }));
            for (place, child) in children.iter().enumerate() {
                let opens = probability * none_yet * first_of(&children, place);
                for hit in child.hits {
                    self.opens.add(hit.carrier, opens);
                }
                self.mean.add(probability * child.crosses);
            }
            let none_now = children.iter().fold(1.0, |none, child| none * (1.0 - child.crosses));
            self.first_step
                .add(usize::from(step[0].step), probability * none_yet * (1.0 - none_now));
            none_yet *= none_now;
        }
        for (place, hit) in hits.iter().enumerate() {
            if hits[..place].iter().any(|before| before.carrier == hit.carrier) {
                continue;
            }
            let own = |child: &[Hit]| {
                let own = child.iter().filter(|other| other.carrier == hit.carrier).count();
                1.0 - own as f64 / f64::from(child[0].tries)
            };
            let never: f64 =
                hits.chunk_by(|one, other| one.child == other.child).map(own).product();
            self.carries.add(hit.carrier, probability * (1.0 - never));
        }
    }

    fn finish(&self, crossers: &Crossers) -> ExactCrossings {
        let carriers = crossers.carriers.iter().enumerate().map(|(place, &carrier)| {
            let (carries, opens) = (self.carries.get(place), self.opens.get(place));
            ExactCarrying { carrier, carries, opens }
        });
        let mut carriers: Vec<_> = carriers.filter(|carrying| carrying.carries > 0.0).collect();
        carriers.sort_by_key(|carrying| carrying.carrier);
        ExactCrossings {
            probability: sum_of(&self.first_step.totals()),
            first_step: self.first_step.trimmed(),
            mean: self.mean.total(),
            carriers,
        }
    }
}

/// The probability that one given crossing try of `children[place]` wins its child and has the
/// least hash of all crossings among `children`.
///
/// Let x be the part of all hashes above that try's. It wins its child if the other k − 1 tries
/// there are above too: x^(k − 1). Another child, with k tries of which a part r are crossings, is
/// no earlier crossing if its winner is none (1 − r), or is one above (r x^k): who wins is
/// independent of how small the least hash is. The product is a polynomial in x, integrated over
/// 0..1.
fn first_of(children: &[Child<'_>], place: usize) -> f64 {
    let own = children[place].tries;
    if children.len() == 1 {
        return 1.0 / own as f64;
    }
    let mut product = vec![1.0];
    for (_, other) in children.iter().enumerate().filter(|&(other, _)| other != place) {
        let mut next = vec![0.0; product.len() + other.tries];
        for (power, factor) in product.iter().enumerate() {
            next[power] += factor * (1.0 - other.crosses);
            next[power + other.tries] += factor * other.crosses;
        }
        product = next;
    }
    let terms = product.iter().enumerate();
    terms.map(|(power, factor)| factor / (own + power) as f64).sum()
}
