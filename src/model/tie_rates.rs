//! Which ties of a sharer fire, when each tie has a probability of its own or shares one.
//!
//! Equal probabilities are realised by geometric jumps. Unequal ones superpose: hits are the points
//! of a Poisson process whose length is the sum of the hazards −ln(1 − p), and each point picks its
//! tie in proportion to hazard; a tie hit twice is hit. Ties with p = 1 always fire and are kept
//! apart. Which of these paths a part takes depends on its probabilities alone.

use std::collections::HashMap;
use std::ops::Range;

use super::parts;
use crate::graph::SocialGraph;
use crate::id::{AccountId, NetworkId, TieId};
use crate::random::{AliasTable, Key, Stream, exponential, hazard};

/// What holds for the ties from one network into another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum PartRule {
    Never,
    Sure,
    /// One probability, given as its hazard.
    Jumps(f64),
    /// Each tie has its own.
    ByTie,
}

impl PartRule {
    pub(crate) fn uniform(p: f64) -> Self {
        if p <= 0.0 {
            Self::Never
        } else if p >= 1.0 {
            Self::Sure
        } else {
            Self::Jumps(hazard(p))
        }
    }
}

/// Tie probabilities of a whole graph, ready to be drawn from.
#[derive(Debug, Clone)]
pub(crate) struct TieRates {
    /// For ties inside each network, and the others by pair.
    inside: Vec<PartRule>,
    between: HashMap<(NetworkId, NetworkId), PartRule>,
    by_tie: Option<ByTie>,
}

/// The parts of each account that have probabilities tie by tie, in order of the target's network.
#[derive(Debug, Clone, Default)]
struct ByTie {
    offsets: Vec<u64>,
    parts: Vec<Part>,
    cells: Vec<crate::random::Cell>,
    /// Places in the part: of the entries of a table, and of ties that always fire.
    places: Vec<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Part {
    rule: PartRule,
    /// If the rule is by tie: the sum of hazards, the table, the ties that always fire.
    total: f64,
    cells: (u64, u32),
    /// Where the table's entries stand in the part, if they are not all of it; then the sure ones.
    places: (u64, u32),
    sure: u32,
}

impl TieRates {
    /// Prepares all parts. `rule` is asked for every pair of networks that a tie joins;
    /// `probability` for every tie under [`PartRule::ByTie`], and must be in 0..=1.
    pub(crate) fn prepare(
        graph: &SocialGraph,
        rule: impl Fn(NetworkId, NetworkId) -> PartRule,
        probability: impl Fn(TieId, AccountId) -> f64,
    ) -> Self {
        let inside: Vec<_> = graph.networks().map(|network| rule(network, network)).collect();
        let mut between = HashMap::new();
        let any_by_tie = inside.contains(&PartRule::ByTie);
        if graph.bridge_tie_count() == 0 && !any_by_tie {
            return Self { inside, between, by_tie: None };
        }
        let mut by_tie = ByTie { offsets: vec![0], ..ByTie::default() };
        let mut own = Vec::new();
        for source in graph.accounts() {
            let from = graph.network_of(source);
            let first = graph.tie_range(source).start;
            for (to, part) in parts(graph, source) {
                let rule = if from == to {
                    inside[to.index()]
                } else {
                    *between.entry((from, to)).or_insert_with(|| rule(from, to))
                };
                if rule == PartRule::ByTie {
                    own.clear();
                    own.extend(part.map(|place| {
                        let target = graph.targets(source)[place];
                        probability(TieId::new(first + place as u64), target)
                    }));
                    by_tie.push(&own);
                }
            }
            by_tie.offsets.push(by_tie.parts.len() as u64);
        }
        let by_tie = (!by_tie.parts.is_empty()).then_some(by_tie);
        Self { inside, between, by_tie }
    }

    /// Appends the places, in the row of `source`, of the ties that fire; a place may stand there
    /// twice.
    #[inline]
    pub(crate) fn fire(
        &self,
        graph: &SocialGraph,
        key: Key,
        source: AccountId,
        hits: &mut Vec<u32>,
    ) {
        let row = graph.targets(source);
        if row.is_empty() {
            // It has no part either.
            return;
        }
        let from = graph.network_of(source);
        let who = crate::LogicalKey::new(from, graph.rank_in(from, source)).get();
        let mut next_by_tie = self.by_tie.as_ref().map(|by_tie| by_tie.offsets[source.index()]);
        let mut part = |to: NetworkId, range: Range<usize>| {
            let rule = if from == to { self.inside[to.index()] } else { self.between[&(from, to)] };
            let stream = key.stream(who, u64::from(to.get()));
            if rule != PartRule::ByTie {
                return fire_uniform(rule, stream, range, hits);
            }
            let (Some(by_tie), Some(next)) = (&self.by_tie, &mut next_by_tie) else { return };
            let part = by_tie.parts[*next as usize];
            *next += 1;
            if part.rule == PartRule::ByTie {
                by_tie.fire(part, stream, range.start, hits);
            } else {
                fire_uniform(part.rule, stream, range, hits);
            }
        };
        if graph.bridge_tie_count() == 0 {
            part(from, 0..row.len());
        } else {
            for (to, range) in parts(graph, source) {
                part(to, range);
            }
        }
    }
}

#[inline]
fn fire_uniform(rule: PartRule, stream: Stream, range: Range<usize>, hits: &mut Vec<u32>) {
    match rule {
        PartRule::Never | PartRule::ByTie => {}
        PartRule::Sure => hits.extend(range.start as u32..range.end as u32),
        PartRule::Jumps(hazard) => {
            let mut at = range.start;
            let mut index = 0;
            while at < range.end {
                let gap = exponential(stream, index) / hazard;
                if gap >= (range.end - at) as f64 {
                    break;
                }
                at += gap as usize;
                hits.push(at as u32);
                at += 1;
                index += 1;
            }
        }
    }
}

impl ByTie {
    fn push(&mut self, probabilities: &[f64]) {
        let none =
            Part { rule: PartRule::Never, total: 0.0, cells: (0, 0), places: (0, 0), sure: 0 };
        let first = probabilities[0];
        if probabilities.iter().all(|&p| p == first) {
            return self.parts.push(Part { rule: PartRule::uniform(first), ..none });
        }
        let open = |&(_, &p): &(usize, &f64)| p > 0.0 && p < 1.0;
        let hazards: Vec<f64> =
            probabilities.iter().enumerate().filter(open).map(|(_, &p)| hazard(p)).collect();
        let places = self.places.len() as u64;
        if hazards.len() < probabilities.len() {
            self.places.extend(
                probabilities.iter().enumerate().filter(open).map(|(place, _)| place as u32),
            );
        }
        let listed = (self.places.len() as u64 - places) as u32;
        let sure = probabilities.iter().enumerate().filter(|&(_, &p)| p >= 1.0);
        self.places.extend(sure.map(|(place, _)| place as u32));
        let cells = (self.cells.len() as u64, hazards.len() as u32);
        if !hazards.is_empty() {
            AliasTable::build(&hazards, &mut self.cells);
        }
        self.parts.push(Part {
            rule: PartRule::ByTie,
            total: hazards.iter().sum(),
            cells,
            places: (places, listed),
            sure: (self.places.len() as u64 - places) as u32 - listed,
        });
    }

    fn fire(&self, part: Part, stream: Stream, base: usize, hits: &mut Vec<u32>) {
        let slice = |start: u64, len: u32| start as usize..start as usize + len as usize;
        let places = &self.places[slice(part.places.0, part.places.1)];
        let sure = &self.places[slice(part.places.0 + u64::from(part.places.1), part.sure)];
        hits.extend(sure.iter().map(|place| base as u32 + place));
        let cells = &self.cells[slice(part.cells.0, part.cells.1)];
        if cells.is_empty() {
            return;
        }
        let table = AliasTable(cells);
        let mut covered = 0.0;
        let mut index = 0;
        loop {
            covered += exponential(stream, 2 * index);
            if covered >= part.total {
                break;
            }
            let entry = table.pick(stream, 2 * index + 1);
            let place = if places.is_empty() { entry as u32 } else { places[entry] };
            hits.push(base as u32 + place);
            index += 1;
        }
    }
}
