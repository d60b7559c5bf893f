//! Which ties of a sharer fire, when each tie has a probability of its own or shares one.
//!
//! Hits are the points of a Poisson process whose length is the sum of the hazards −ln(1 − p), and
//! each point picks its tie in proportion to hazard; a tie hit twice is hit. Ties of equal
//! probability stand in [`Blocks`]; unequal ones in an alias table. Ties that fire more often than
//! not toss coins, and those with p = 1 always fire. Which of these paths a part takes depends on
//! its probabilities alone.

use std::collections::HashMap;

use super::blocks::{Blocks, STRONG};
use super::by_tie::ByTie;
use super::parts;
use crate::graph::SocialGraph;
use crate::id::{AccountId, NetworkId, TieId};
use crate::random::Threshold;

/// What is known of the ties from one network into another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Rate {
    /// All have this probability.
    Uniform(f64),
    /// Each has its own.
    ByTie,
}

/// How the ties of a part fire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PartRule {
    Never,
    Sure,
    /// One coin a tie: the number of it.
    Coins(u32),
    /// The number of a [`Blocks`].
    Blocks(u32),
    /// Each tie has its own probability: see [`ByTie`].
    ByTie,
}

/// Tie probabilities of a whole graph, ready to be drawn from.
#[derive(Debug, Clone)]
pub(crate) struct TieRates {
    /// For ties inside each network, and the others by pair.
    pub(crate) inside: Vec<PartRule>,
    pub(crate) between: HashMap<(NetworkId, NetworkId), PartRule>,
    pub(crate) blocks: BlockTables,
    pub(crate) by_tie: Option<ByTie>,
    /// Whether ties between some networks share one probability.
    pub(crate) any_alike: bool,
    /// Accounts with a tie into another network, one bit each; empty if there is none.
    bridging: Box<[u64]>,
}

/// One coin or [`Blocks`] for each probability.
#[derive(Debug, Clone, Default)]
pub(crate) struct BlockTables {
    coins: Vec<Threshold>,
    tables: Vec<Blocks>,
    of_probability: HashMap<u64, u32>,
    longest_list: u64,
}

impl BlockTables {
    pub(crate) fn rule(&mut self, p: f64) -> PartRule {
        if p <= 0.0 {
            PartRule::Never
        } else if p >= 1.0 {
            PartRule::Sure
        } else if p > STRONG {
            self.coins.push(Threshold::new(p));
            PartRule::Coins(self.coins.len() as u32 - 1)
        } else {
            let Self { tables, of_probability, longest_list, .. } = self;
            PartRule::Blocks(*of_probability.entry(p.to_bits()).or_insert_with(|| {
                tables.push(Blocks::new(p, *longest_list));
                tables.len() as u32 - 1
            }))
        }
    }

    #[inline(always)]
    pub(crate) fn coin(&self, number: u32) -> Threshold {
        self.coins[number as usize]
    }

    #[inline(always)]
    pub(crate) fn get(&self, number: u32) -> &Blocks {
        &self.tables[number as usize]
    }
}

impl TieRates {
    /// Prepares all parts. `rate` is asked for every pair of networks that a tie joins;
    /// `probability` for every tie under [`Rate::ByTie`], with its ends, and must be in 0..=1.
    pub(crate) fn prepare(
        graph: &SocialGraph,
        rate: impl Fn(NetworkId, NetworkId) -> Rate,
        probability: impl Fn(TieId, (AccountId, AccountId)) -> f64,
    ) -> Self {
        let longest_list = graph.accounts().map(|a| graph.out_degree(a)).max().unwrap_or(0);
        let mut blocks = BlockTables { longest_list, ..BlockTables::default() };
        let mut rule = |from, to| match rate(from, to) {
            Rate::Uniform(p) => blocks.rule(p),
            Rate::ByTie => PartRule::ByTie,
        };
        let inside: Vec<_> = graph.networks().map(|network| rule(network, network)).collect();
        let mut between = HashMap::new();
        let mut bridging = Vec::new();
        if graph.bridge_tie_count() > 0 {
            bridging.resize(graph.account_count().div_ceil(64), 0u64);
            for source in graph.accounts() {
                let from = graph.network_of(source);
                for (to, _) in parts(graph, source).filter(|&(to, _)| to != from) {
                    bridging[source.index() / 64] |= 1 << (source.index() % 64);
                    between.entry((from, to)).or_insert_with(|| rule(from, to));
                }
            }
        }
        let rules = || inside.iter().chain(between.values());
        let any_by_tie = rules().any(|&rule| rule == PartRule::ByTie);
        let any_alike = rules().any(|&rule| rule != PartRule::ByTie);
        let bridging = bridging.into();
        let mut rates = Self { inside, between, blocks, by_tie: None, any_alike, bridging };
        if any_by_tie {
            let mut blocks = std::mem::take(&mut rates.blocks);
            let by_tie = ByTie::prepare(graph, &rates, &mut blocks, probability);
            rates.blocks = blocks;
            rates.by_tie = Some(by_tie);
        }
        rates
    }

    /// Whether any tie leads into another network.
    pub(crate) fn any_bridging(&self) -> bool {
        !self.bridging.is_empty()
    }

    /// Whether any tie of `source` leads into another network; some tie does.
    #[inline(always)]
    pub(crate) fn is_bridging(&self, source: AccountId) -> bool {
        self.bridging[source.index() / 64] >> (source.index() % 64) & 1 == 1
    }

    /// How the ties from one network into another fire.
    #[inline]
    pub(crate) fn part_rule(&self, from: NetworkId, to: NetworkId) -> PartRule {
        if from == to { self.inside[to.index()] } else { self.between[&(from, to)] }
    }
}
