//! A scenario as the enumerator reads it: arcs that may be live, and the coins that decide.

use super::MAX_ACCOUNTS;
use super::history::{Coin, too_many};
use super::threshold::Waits;
use crate::engine::Route;
use crate::error::{Error, Result};
use crate::graph::{Overlay, SocialGraph};
use crate::id::{AccountId, NetworkId, TieId, UserId};
use crate::model::{Model, ThresholdWeights};
use crate::scenario::Scenario;
use crate::unit::Clock;

/// Something along which a share can land: a tie, or the way to another account of the user.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arc {
    pub(super) source: u8,
    pub(super) target: u8,
    pub(super) route: Route,
    /// Its coin, and which bit of what it shows says "live", under each overlay.
    pub(super) coin: u32,
    pub(super) bits: [u8; 2],
}

/// What one overlay makes of the same worlds.
#[derive(Debug)]
pub(super) struct Side {
    pub(super) origins: u64,
    pub(super) muted: u64,
    /// Arcs on which nothing lands: cut ties, and cross-posts that are not carried.
    pub(super) dead: Vec<bool>,
    /// For each account those from which it has a tie that is not cut.
    pub(super) sees: Vec<u64>,
}

/// A tiny graph under one or two overlays. Sets of accounts are words of 64 bits.
#[derive(Debug)]
pub(super) struct Tiny {
    pub(super) arcs: Vec<Arc>,
    /// The arcs that start at each account.
    pub(super) out: Vec<std::ops::Range<usize>>,
    pub(super) coins: Vec<Coin>,
    pub(super) sides: Vec<Side>,
    pub(super) network_of: Vec<NetworkId>,
    /// The accounts of each network.
    pub(super) networks: Vec<u64>,
    /// For each account its user's place in `users`.
    pub(super) user_of: Vec<u8>,
    pub(super) users: Vec<UserId>,
    pub(super) max_steps: u32,
    /// Under a threshold model, what accounts wait for.
    pub(super) waits: Option<Waits>,
}

impl Tiny {
    pub(super) fn new(scenario: &Scenario, overlays: &[&Overlay]) -> Result<Self> {
        let graph = &**scenario.graph();
        let n = graph.account_count();
        if n > MAX_ACCOUNTS {
            return Err(Error::capacity(format!(
                "the enumerator takes at most {MAX_ACCOUNTS} accounts, found {n}"
            )));
        }
        let known = matches!(
            scenario.model(),
            Model::IndependentCascade(_)
                | Model::WeightedCascade(_)
                | Model::LinearThreshold(_)
                | Model::Threshold(_)
        );
        if !known || scenario.clock() != Clock::Steps {
            return Err(Error::conflict(format!(
                "the enumerator knows independent cascade, weighted cascade, linear threshold and \
                 threshold models in steps, found {}",
                scenario.model().name()
            )));
        }
        if let Some(what) = scenario.beyond_the_plain() {
            return Err(Error::conflict(format!("the enumerator does not know {what}")));
        }
        let users: Vec<_> = graph.users().collect();
        let place = |account| users.iter().position(|&user| user == graph.user_of(account));
        let networks = graph.networks().map(|network| set(graph.accounts_of_network(network)));
        let mut tiny = Self {
            arcs: Vec::new(),
            out: Vec::new(),
            coins: Vec::new(),
            sides: Vec::new(),
            network_of: graph.accounts().map(|account| graph.network_of(account)).collect(),
            networks: networks.collect(),
            user_of: graph.accounts().map(|a| place(a).unwrap_or(0) as u8).collect(),
            users,
            max_steps: scenario.max_steps().unwrap_or(u32::MAX),
            waits: None,
        };
        tiny.add_ties(graph, scenario.model())?;
        tiny.add_crossposts(scenario, overlays);
        tiny.arcs.sort_by_key(|arc| (arc.source, arc.target, arc.route));
        for source in 0..n {
            let start = tiny.arcs.partition_point(|arc| usize::from(arc.source) < source);
            let end = tiny.arcs.partition_point(|arc| usize::from(arc.source) <= source);
            tiny.out.push(start..end);
        }
        tiny.sides = overlays.iter().map(|overlay| tiny.side(scenario, overlay)).collect();
        tiny.forget_what_never_matters();
        Ok(tiny)
    }

    fn add_ties(&mut self, graph: &SocialGraph, model: &Model) -> Result<()> {
        if let Model::Threshold(model) = model {
            self.waits = Some(Waits::new(graph, model)?);
        }
        let rates = match model {
            Model::IndependentCascade(model) => Some(model.rates(graph)?),
            _ => None,
        };
        for target in graph.accounts() {
            let ties: Vec<_> = graph
                .sources(target)
                .iter()
                .filter_map(|&source| Some((source, graph.find_tie(source, target)?)))
                .collect();
            if let Model::LinearThreshold(model) = model {
                self.add_choice(target, &ties, &shares(graph, &ties, model.weights));
                continue;
            }
            for &(source, tie) in &ties {
                if self.waits.is_some() {
                    self.add_arc(source, target, Route::Tie, [0, 0], &[(1, 1.0)]);
                    continue;
                }
                let p = match &rates {
                    Some(rates) => rates.of_tie(graph, tie, (source, target)).unwrap_or(0.0),
                    None => 1.0 / ties.len() as f64,
                };
                self.add_arc(source, target, Route::Tie, [0, 0], &[(1, p), (0, 1.0 - p)]);
            }
        }
        Ok(())
    }

    /// One coin for all ties that end at `target`: which of them it listens to, if any.
    fn add_choice(&mut self, target: AccountId, ties: &[(AccountId, TieId)], shares: &[f64]) {
        let coin = self.coins.len() as u32;
        // Decimals that sum to 1 may miss it by a rounding error each.
        let rest = 1.0 - shares.iter().sum::<f64>();
        let rest = if rest < 1e-15 * ties.len() as f64 { 0.0 } else { rest };
        let options = shares.iter().enumerate().map(|(place, &share)| (1 << place, share));
        let options = options.chain([(0, rest)]).filter(|&(_, p)| p > 0.0).collect();
        self.coins.push(Coin { options });
        for (place, &(source, _)) in ties.iter().enumerate().filter(|&(i, _)| shares[i] > 0.0) {
            self.arcs.push(Arc {
                source: source.get() as u8,
                target: target.get() as u8,
                route: Route::Tie,
                coin,
                bits: [place as u8; 2],
            });
        }
    }

    /// A cross-post is live where one uniform number lies below its probability; with two overlays
    /// it is the same number.
    fn add_crossposts(&mut self, scenario: &Scenario, overlays: &[&Overlay]) {
        let (graph, world) = (&**scenario.graph(), scenario.world());
        for from in graph.accounts() {
            for to in graph.accounts_of_user(graph.user_of(from)).filter(|&to| to != from) {
                let q = |overlay| world.crossposts.probability(graph, overlay, from, to);
                let one = q(overlays[0]);
                let other = overlays.get(1).map_or(one, |overlay| q(overlay));
                let (low, high) = (one.min(other), one.max(other));
                let between = if one > other { 0b01 } else { 0b10 };
                let options = [(0b11, low), (between, high - low), (0, 1.0 - high)];
                self.add_arc(from, to, Route::CrossPost, [0, 1], &options);
            }
        }
    }

    fn add_arc(
        &mut self,
        source: AccountId,
        target: AccountId,
        route: Route,
        bits: [u8; 2],
        options: &[(u64, f64)],
    ) {
        let options: Vec<_> = options.iter().copied().filter(|&(_, p)| p > 0.0).collect();
        if options.iter().any(|&(shown, _)| shown != 0) {
            let (source, target) = (source.get() as u8, target.get() as u8);
            self.arcs.push(Arc { source, target, route, coin: self.coins.len() as u32, bits });
            self.coins.push(Coin { options });
        }
    }

    fn side(&self, scenario: &Scenario, overlay: &Overlay) -> Side {
        let graph = &**scenario.graph();
        let cut: Vec<_> = overlay.cut_ties().map(|tie| graph.tie_ends(tie)).collect();
        let of_users = |users: &mut dyn Iterator<Item = UserId>| {
            set(users.flat_map(|user| graph.accounts_of_user(user)))
        };
        let no_carry = of_users(&mut overlay.no_carry_users());
        let dead = |arc: &Arc| match arc.route {
            Route::CrossPost => no_carry >> arc.source & 1 == 1,
            _ => cut.iter().any(|(source, target)| {
                (source.get(), target.get()) == (u32::from(arc.source), u32::from(arc.target))
            }),
        };
        let sees = |account: AccountId| {
            let sources = graph.sources(account).iter().copied();
            set(sources.filter(|&source| !cut.contains(&(source, account))))
        };
        Side {
            origins: set(scenario.origins().iter().chain(overlay.added_origins()).copied()),
            muted: of_users(&mut overlay.muted_users()),
            dead: self.arcs.iter().map(dead).collect(),
            sees: graph.accounts().map(sees).collect(),
        }
    }

    /// Refuses early where the first step alone has too many histories: the origins look at all
    /// their coins, whatever these show.
    pub(super) fn check(&self, limit: u64) -> Result<()> {
        let side = &self.sides[0];
        let sharing = if self.max_steps == 0 { 0 } else { side.origins & !side.muted };
        let closed = sharing | side.muted;
        let looks = |&place: &usize| {
            let arc = &self.arcs[place];
            sharing >> arc.source & 1 == 1 && closed >> arc.target & 1 == 0 && !side.dead[place]
        };
        let arcs = (0..self.arcs.len()).filter(looks);
        let mut coins: Vec<_> = arcs.map(|place| self.arcs[place].coin as usize).collect();
        coins.sort_unstable();
        coins.dedup();
        let options = coins.iter().map(|&coin| self.coins[coin].options.len() as f64);
        if options.product::<f64>() > limit as f64 {
            return Err(too_many(&self.coins, limit));
        }
        Ok(())
    }

    /// Joins the options of a coin that differ only in arcs that are never looked at: those from
    /// accounts that never share, and those into accounts that always share at step 0.
    fn forget_what_never_matters(&mut self) {
        let mut reached = self.sides.iter().fold(0, |all, side| all | side.origins);
        loop {
            let before = reached;
            for arc in self.arcs.iter().filter(|arc| before >> arc.source & 1 == 1) {
                reached |= 1 << arc.target;
            }
            if reached == before {
                break;
            }
        }
        let at_once = self.sides.iter().fold(!0, |all, side| all & side.origins & !side.muted);
        let mut read = vec![0u64; self.coins.len()];
        for arc in &self.arcs {
            if reached >> arc.source & 1 == 1 && at_once >> arc.target & 1 == 0 {
                read[arc.coin as usize] |= 1 << arc.bits[0] | 1 << arc.bits[1];
            }
        }
        for (coin, read) in self.coins.iter_mut().zip(read) {
            let mut joined: Vec<(u64, f64)> = Vec::new();
            for &(shown, p) in &coin.options {
                match joined.iter_mut().find(|(known, _)| *known == shown & read) {
                    Some((_, sum)) => *sum += p,
                    None => joined.push((shown & read, p)),
                }
            }
            coin.options = joined;
        }
    }
}

/// The weights by which an account chooses among its in-ties.
fn shares(graph: &SocialGraph, ties: &[(AccountId, TieId)], weights: ThresholdWeights) -> Vec<f64> {
    if weights == ThresholdWeights::InverseDegree {
        return vec![1.0 / ties.len() as f64; ties.len()];
    }
    let mut shares: Vec<_> =
        ties.iter().map(|&(_, tie)| graph.weight(tie).unwrap_or(0.0)).collect();
    let total: f64 = shares.iter().sum();
    if weights == ThresholdWeights::Normalise && total > 0.0 {
        shares.iter_mut().for_each(|share| *share /= total);
    }
    shares
}

fn set(accounts: impl Iterator<Item = AccountId>) -> u64 {
    accounts.fold(0, |set, account| set | 1 << account.get())
}

/// The members of a set, in order.
#[inline]
pub(super) fn members(mut set: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let member = set.trailing_zeros() as usize;
        (set != 0).then(|| {
            set &= set - 1;
            member
        })
    })
}
