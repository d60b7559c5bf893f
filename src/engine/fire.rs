//! Which ties of those who share fire: the draws of [`TieRates`], many ties at a time.

use super::batch::{Batch, Batches};
use super::level::{Level, prefetch};
use super::wave::Wave;
use crate::LogicalKey;
use crate::graph::SocialGraph;
use crate::id::{AccountId, NetworkId};
use crate::model::{ByTie, PartHead, PartRule, Special, TieRates, block_stream, parts};
use crate::random::{Lane, PoissonRows, Stream, Threshold};

/// How many sharers ahead the places of their rows are asked for.
const AHEAD: usize = 16;

/// A part of a row: ties of one sharer into one network.
#[derive(Clone, Copy)]
struct Part {
    list: Stream,
    first_tie: u64,
    ties: u64,
    /// The place of the sharer.
    place: u32,
}

/// Fires the ties of all who share at this step, and lands them. `TABLES`: some ties have a
/// probability of their own.
#[inline(always)]
pub(super) fn fire<L: Level, const LINKS: bool, const OVERLAY: bool, const TABLES: bool>(
    wave: &mut Wave<'_, LINKS, OVERLAY>,
    rates: &TieRates,
) {
    let graph = wave.world.graph;
    let batches = wave.trace.space.batches.take().unwrap_or_default();
    let mut firing = Firing::<LINKS, OVERLAY, TABLES> { wave, rates, batches };
    let mut home = Home::of(graph, firing.wave, firing.wave.start);
    let offsets = graph.row_offsets();
    let mut examined = 0;
    for place in firing.wave.start..firing.wave.end {
        let accounts = firing.wave.trace.accounts();
        let source = accounts[place];
        let ahead = accounts[(place + AHEAD).min(firing.wave.end - 1)];
        prefetch(offsets, ahead.index());
        if TABLES && let Some(by_tie) = &rates.by_tie {
            prefetch(by_tie.heads(), ahead.index());
        }
        let row = graph.tie_range(source);
        examined += row.end - row.start;
        if row.is_empty() {
            continue;
        }
        if !home.holds(source) {
            home = Home::of(graph, firing.wave, place);
        }
        let who = LogicalKey::new(home.network, graph.rank_in(home.network, source)).get();
        if rates.is_bridging(source) {
            firing.row_in_parts::<L>(source, home.network, who, place as u32);
            continue;
        }
        let (list, place) = (home.lane.stream(who), place as u32);
        let part = Part { list, first_tie: row.start, ties: row.end - row.start, place };
        match rates.inside[home.network.index()] {
            PartRule::ByTie if TABLES => {
                firing.part_by_tie::<L>(part, source, home.network, true);
            }
            rule => firing.part::<L>(part, rule),
        }
    }
    firing.finish();
    let Firing { wave, batches, .. } = firing;
    wave.trace.ties_examined += examined;
    wave.trace.space.batches = Some(batches);
}

/// The network of the last sharer: the next is mostly of the same.
struct Home {
    network: NetworkId,
    accounts: std::ops::Range<u32>,
    lane: Lane,
}

impl Home {
    #[inline(always)]
    fn of<const LINKS: bool, const OVERLAY: bool>(
        graph: &SocialGraph,
        wave: &Wave<'_, LINKS, OVERLAY>,
        place: usize,
    ) -> Self {
        let network = graph.network_of(wave.trace.accounts()[place]);
        let lane = wave.keys.tie.lane(u64::from(network.get()));
        Self { network, accounts: graph.account_range(network), lane }
    }

    #[inline(always)]
    fn holds(&self, account: AccountId) -> bool {
        self.accounts.contains(&account.get())
    }
}

struct Firing<'w, 'a, const LINKS: bool, const OVERLAY: bool, const TABLES: bool> {
    wave: &'w mut Wave<'a, LINKS, OVERLAY>,
    rates: &'w TieRates,
    batches: Box<Batches>,
}

impl<const LINKS: bool, const OVERLAY: bool, const TABLES: bool>
    Firing<'_, '_, LINKS, OVERLAY, TABLES>
{
    /// The place of the sharer, where landing looks at it.
    #[inline(always)]
    fn parent_of(part: Part) -> Option<u32> {
        (LINKS || OVERLAY).then_some(part.place)
    }

    /// A row with ties into several networks.
    #[inline(always)]
    fn row_in_parts<L: Level>(&mut self, source: AccountId, from: NetworkId, who: u64, place: u32) {
        let graph = self.wave.world.graph;
        let row = graph.tie_range(source);
        for (to, range) in parts(graph, source) {
            let list = self.wave.keys.tie.stream(who, u64::from(to.get()));
            let (first_tie, ties) = (row.start + range.start as u64, range.len() as u64);
            let part = Part { list, first_tie, ties, place };
            match self.rates.part_rule(from, to) {
                PartRule::ByTie => {
                    let whole = ties == row.end - row.start;
                    self.part_by_tie::<L>(part, source, to, whole);
                }
                rule => self.part::<L>(part, rule),
            }
        }
    }

    #[inline(always)]
    fn part<L: Level>(&mut self, part: Part, rule: PartRule) {
        match rule {
            PartRule::Blocks(number) => self.blocks::<L>(part, number),
            PartRule::Never | PartRule::ByTie => {}
            PartRule::Sure => self.coins(part, None),
            PartRule::Coins(coin) => self.coins(part, Some(coin)),
        }
    }

    #[inline(always)]
    fn blocks<L: Level>(&mut self, part: Part, number: u32) {
        let blocks = self.rates.blocks.get(number);
        let (mut first, mut left, mut number) = (part.first_tie, part.ties, 0);
        loop {
            let block = blocks.first(left);
            let stream = block_stream(part.list, number);
            let points = points::<L>(blocks.rows(), block.row, stream);
            let ties = (first, block.len);
            self.batches.hits.push_points::<false>(stream, points, ties, Self::parent_of(part));
            if self.batches.hits.is_full() {
                self.land_hits();
            }
            first += u64::from(block.len);
            left -= u64::from(block.len);
            number += 1;
            if left == 0 {
                break;
            }
        }
    }

    /// Each tie of the part tosses a coin; without one it fires.
    #[inline(always)]
    fn coins(&mut self, part: Part, coin: Option<Threshold>) {
        for tie in 0..part.ties {
            if coin.is_none_or(|coin| coin.succeeds(part.list, tie)) {
                self.push_hit(part.first_tie + tie, part.place);
            }
        }
    }

    #[inline(always)]
    fn part_by_tie<L: Level>(&mut self, part: Part, source: AccountId, to: NetworkId, whole: bool) {
        let Some(by_tie) = &self.rates.by_tie else { return };
        let (row, pieces) = match by_tie.head(source, to, whole) {
            PartHead::Table { row, pieces } => (row, pieces),
            PartHead::Special(number) => match by_tie.special(number) {
                Special::Rule(rule) => return self.part::<L>(part, rule),
                Special::Mixed(mixed) => {
                    by_tie.fire_mixed(mixed, part.list, |place| {
                        self.push_hit(part.first_tie + u64::from(place), part.place);
                    });
                    (mixed.row, mixed.pieces)
                }
            },
        };
        self.table::<L>(by_tie, part, row, pieces);
    }

    #[inline(always)]
    fn table<L: Level>(&mut self, by_tie: &ByTie, part: Part, row: usize, pieces: u32) {
        for piece in 0..u64::from(pieces) {
            let stream = block_stream(part.list, piece);
            let points = points::<L>(by_tie.rows(), row, stream);
            let ties = (part.first_tie, part.ties as u32);
            self.batches.picks.push_points::<true>(stream, points, ties, Self::parent_of(part));
            if self.batches.picks.is_full() {
                self.land_picks(by_tie);
            }
        }
    }

    #[inline(always)]
    fn push_hit(&mut self, tie: u64, place: u32) {
        self.batches.hits.push(tie, place);
        if self.batches.hits.is_full() {
            self.land_hits();
        }
    }

    /// Sends for the targets of the ties gathered, and lands those sent for before.
    #[inline(always)]
    fn land_hits(&mut self) {
        let targets = self.wave.world.graph.all_targets();
        for &tie in &self.batches.hits.ties[..self.batches.hits.len()] {
            prefetch(targets, tie as usize);
        }
        let Batch { ties, parents, .. } = &self.batches.old_hits;
        let len = self.batches.old_hits.len();
        self.wave.land_ties(&ties[..len], &parents[..len]);
        self.batches.old_hits.clear();
        let Batches { hits, old_hits, .. } = &mut *self.batches;
        std::mem::swap(hits, old_hits);
    }

    #[inline(always)]
    fn land_picks(&mut self, by_tie: &ByTie) {
        let (targets, cells) = (self.wave.world.graph.all_targets(), by_tie.cells());
        for &tie in &self.batches.picks.ties[..self.batches.picks.len()] {
            prefetch(cells, (tie - by_tie.first_tie()) as usize);
            prefetch(targets, tie as usize);
        }
        let Batch { ties, fractions, parents, .. } = &self.batches.old_picks;
        let len = self.batches.old_picks.len();
        let picked = |i: usize| {
            let cell = cells[(ties[i] - by_tie.first_tie()) as usize];
            let own = targets[ties[i] as usize];
            if cell.is_own(fractions[i]) { own } else { AccountId::new(cell.alias) }
        };
        self.wave.land_picked(len, &parents[..], picked);
        self.batches.old_picks.clear();
        let Batches { picks, old_picks, .. } = &mut *self.batches;
        std::mem::swap(picks, old_picks);
    }

    #[inline(always)]
    fn finish(&mut self) {
        for _ in 0..2 {
            self.land_hits();
            if TABLES && let Some(by_tie) = &self.rates.by_tie {
                self.land_picks(by_tie);
            }
        }
    }
}

/// How many points draw 0 of `stream` stands for, by row number `row`.
#[inline(always)]
fn points<L: Level>(rows: &PoissonRows, row: usize, stream: Stream) -> usize {
    L::points(rows.row(row), (stream.draw(0) >> 48) as u16)
        .unwrap_or_else(|| rows.exactly(row, stream, 0))
}
