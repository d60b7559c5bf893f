//! Which ties of those who share fire: the draws of [`TieRates`], many ties at a time.
//!
//! Four stages, each a plain loop over what the one before gathered: the lists of sharers, how many
//! points fall on each list, where these fall, and whom the ties reach. What a stage will read is
//! sent for by the stage before.

use std::marker::PhantomData;
use std::ops::Range;

use super::batch::{Batch, Batches, MOST};
use super::dispatch::Kernel;
use super::ground::Ground;
use super::land::{LandHits, LandPicks};
use super::level::{Level, prefetch, prefetch_two};
use super::lists::List;
use crate::graph::{NetworkKeys, SocialGraph};
use crate::id::{AccountId, NetworkId};
use crate::model::{
    ByTie, Head, LONG_WORDS, LongHead, PartHead, PartRule, TieRates, block_stream, parts,
};
use crate::random::{Lane, Narrow, PoissonRows, Stream, Wide};

/// How many sharers ahead the places of their rows are asked for.
const AHEAD: usize = 32;

/// Fires the ties of all sharers, and lands them.
#[inline(always)]
pub(super) fn fire<'g, L: Level, G: Ground<'g>>(
    ground: &mut G,
    rates: &TieRates,
    batches: &mut Batches,
) {
    if rates.by_tie.is_none() {
        fire_by::<L, G, false>(ground, rates, batches);
    } else {
        fire_by::<L, G, true>(ground, rates, batches);
    }
}

/// The same. `TABLES`: some ties have a probability of their own.
#[inline(always)]
fn fire_by<'g, L: Level, G: Ground<'g>, const TABLES: bool>(
    ground: &mut G,
    rates: &TieRates,
    batches: &mut Batches,
) {
    let graph = ground.graph();
    let Range { start, end } = ground.places();
    let mut firing = Firing::<G, TABLES> { graph, ground, rates, batches, sent_for: start, end };
    let mut home = Home::of(firing.ground, start, rates);
    let may_bridge = rates.any_bridging();
    let mut examined = 0;
    for place in start..end {
        firing.send_for_rows(place + AHEAD);
        let source = firing.ground.source(place);
        if !home.accounts.contains(&source.get()) {
            home = Home::of(firing.ground, place, rates);
        }
        let who = home.keys.key_of(source);
        if may_bridge && rates.is_bridging(source) {
            firing.row_in_parts::<L>(source, home.network, who, place as u32);
            continue;
        }
        let list = firing.whole_row(source, home.rule, place as u32);
        examined += list.ties_known::<TABLES>();
        firing.push_list::<L>(home.lane.unmixed(who), list);
    }
    firing.fire_lists::<L>();
    firing.finish::<L>();
    ground.examined(examined);
}

/// The network of the last sharer, and what is the same for all in it: the next is mostly of the
/// same.
struct Home<'a> {
    network: NetworkId,
    accounts: std::ops::Range<u32>,
    keys: NetworkKeys<'a>,
    lane: Lane,
    rule: PartRule,
}

impl<'a> Home<'a> {
    #[inline(never)]
    fn of(ground: &impl Ground<'a>, place: usize, rates: &TieRates) -> Self {
        let graph = ground.graph();
        let network = graph.network_of(ground.source(place));
        Self {
            network,
            accounts: graph.account_range(network),
            keys: graph.keys_in(network),
            lane: ground.tie_key().lane(u64::from(network.get())),
            rule: rates.inside[network.index()],
        }
    }
}

struct Firing<'f, 'g, G, const TABLES: bool> {
    graph: &'g SocialGraph,
    ground: &'f mut G,
    rates: &'f TieRates,
    batches: &'f mut Batches,
    /// Up to which place rows were sent for.
    sent_for: usize,
    /// Behind the last place.
    end: usize,
}

impl<'g, G: Ground<'g>, const TABLES: bool> Firing<'_, 'g, G, TABLES> {
    /// The place of the sharer, where landing looks at it.
    #[inline(always)]
    fn parent_of(list: &List) -> Option<u32> {
        G::PLACES.then_some(list.place)
    }

    /// Asks for what will be read of the sharers before `place`.
    #[inline(always)]
    fn send_for_rows(&mut self, place: usize) {
        while self.sent_for < place.min(self.end) {
            let account = self.ground.source(self.sent_for);
            if let Some(ranks) = self.graph.ranks() {
                prefetch(ranks, account.index());
            }
            match &self.rates.by_tie {
                Some(by_tie) if TABLES => {
                    prefetch_two(by_tie.heads(), account.index());
                    if self.rates.any_alike {
                        prefetch_two(self.graph.row_offsets(), account.index());
                    }
                }
                _ => prefetch_two(self.graph.row_offsets(), account.index()),
            }
            self.sent_for += 1;
        }
    }

    /// A row whose ties all lead into the network of `source`.
    #[inline(always)]
    fn whole_row(&self, source: AccountId, rule: PartRule, place: u32) -> List {
        match &self.rates.by_tie {
            Some(by_tie) if TABLES && rule == PartRule::ByTie => {
                let (head, len) = by_tie.head(source);
                match head.open() {
                    PartHead::Short { .. } => {}
                    PartHead::Far { row } => prefetch(by_tie.rows().all(), row),
                    PartHead::Long => send_for_long_head(by_tie, head),
                }
                List { first: head.first(), len, place, rule, head }
            }
            _ => {
                let row = self.graph.tie_range(source);
                // No account sees more others than a `u32` can count.
                let len = (row.end - row.start) as u32;
                List { first: row.start, len, place, rule, head: Head::silent(0) }
            }
        }
    }

    /// A row with ties into several networks.
    #[inline(always)]
    fn row_in_parts<L: Level>(&mut self, source: AccountId, from: NetworkId, who: u64, place: u32) {
        let graph = self.graph;
        let row = graph.tie_range(source);
        for (to, range) in parts(graph, source) {
            let rule = self.rates.part_rule(from, to);
            let list = match &self.rates.by_tie {
                _ if range.len() as u64 == row.end - row.start => {
                    self.whole_row(source, rule, place)
                }
                Some(by_tie) if TABLES && rule == PartRule::ByTie => {
                    let head = by_tie.part_head(source, to);
                    send_for_long_head(by_tie, head);
                    List { first: head.first(), len: range.len() as u32, place, rule, head }
                }
                _ => {
                    let (first, len) = (row.start + range.start as u64, range.len() as u32);
                    List { first, len, place, rule, head: Head::silent(0) }
                }
            };
            self.ground.examined(list.ties_known::<TABLES>());
            let lane = self.ground.tie_key().lane(u64::from(to.get()));
            self.push_list::<L>(lane.unmixed(who), list);
        }
    }

    /// A list, and what the word of its stream is the mix of.
    #[inline(always)]
    fn push_list<L: Level>(&mut self, unmixed: u64, list: List) {
        self.batches.lists.push(unmixed, list);
        if self.batches.lists.are_full() {
            self.fire_lists::<L>();
        }
    }

    /// Fires the lists that were gathered.
    #[inline(always)]
    fn fire_lists<L: Level>(&mut self) {
        L::apart(FireLists(self));
    }

    /// A list whose ties have one probability.
    #[inline(always)]
    fn by_rule<L: Level>(&mut self, list: &List, rule: PartRule, stream: Stream, draw: u64) {
        match rule {
            PartRule::Blocks(number) => self.blocks::<L>(list, number, stream, draw),
            PartRule::Never | PartRule::ByTie => {}
            PartRule::Sure => {
                for (first, count) in in_portions(list.first, list.len) {
                    self.batches.hits.new.push_known(first, count, Self::parent_of(list));
                    self.land_full_hits::<L>();
                }
            }
            PartRule::Coins(number) => {
                let coin = self.rates.blocks.coin(number);
                for tie in 0..u64::from(list.len) {
                    if coin.succeeds(stream, tie) {
                        self.batches.hits.new.push(list.first + tie, Self::parent_of(list));
                        self.land_full_hits::<L>();
                    }
                }
            }
        }
    }

    /// A list in blocks; `draw` counts the points of the first.
    #[inline(always)]
    fn blocks<L: Level>(&mut self, list: &List, number: u32, stream: Stream, draw: u64) {
        let blocks = self.rates.blocks.get(number);
        let (mut first, mut left, mut number) = (list.first, u64::from(list.len), 0);
        let (mut stream, mut draw) = (stream, draw);
        let list_stream = stream;
        loop {
            let block = blocks.first(left);
            let points = points::<L>(blocks.rows(), block.row, stream, draw);
            let ties = (first, block.len);
            self.batches.hits.new.push_points(stream, points, ties, Self::parent_of(list));
            self.land_full_hits::<L>();
            left -= u64::from(block.len);
            if left == 0 {
                break;
            }
            first += u64::from(block.len);
            number += 1;
            stream = block_stream(list_stream, number);
            draw = stream.draw(0);
        }
    }

    /// A list whose ties have probabilities of their own; `draw` counts the points of the first
    /// stretch.
    #[inline(always)]
    fn by_tie<L: Level>(&mut self, list: &List, stream: Stream, draw: u64) {
        let Some(by_tie) = &self.rates.by_tie else { return };
        let (row, sure) = match list.head.open() {
            PartHead::Short { row, sure } => (row, sure),
            PartHead::Far { row } => (row, 0),
            PartHead::Long => return self.by_long_head::<L>(list, stream, draw),
        };
        let (wide, parent) = (by_tie.is_wide(), Self::parent_of(list));
        let points = points::<L>(by_tie.rows(), row, stream, draw);
        let cells = (list.first + u64::from(sure), list.len - sure);
        let picks = self.picks(wide);
        picks.push_known(list.first, sure as usize, parent);
        picks.push_points(stream, points, cells, parent);
        self.land_full_picks::<L>(wide);
    }

    /// The same for a list with a long head.
    #[inline(always)]
    fn by_long_head<L: Level>(&mut self, list: &List, stream: Stream, draw: u64) {
        let Some(by_tie) = &self.rates.by_tie else { return };
        let table = match by_tie.long_head(list.first) {
            LongHead::Rule { rule, first_tie, ties } => {
                self.ground.examined(u64::from(ties));
                let list = List { first: first_tie, len: ties, ..*list };
                return self.by_rule::<L>(&list, rule, stream, draw);
            }
            LongHead::Table(table) => table,
        };
        self.ground.examined(u64::from(table.ties));
        let (wide, parent) = (by_tie.is_wide(), Self::parent_of(list));
        by_tie.toss(list.first, &table, stream, |cell| {
            self.picks(wide).push(cell, parent);
            self.land_full_picks::<L>(wide);
        });
        let (first, sure) = table.sure();
        for (first, count) in in_portions(first, sure) {
            self.picks(wide).push_known(first, count, parent);
            self.land_full_picks::<L>(wide);
        }
        let list_stream = stream;
        let (mut stream, mut draw) = (stream, draw);
        for piece in 1..=table.pieces {
            let points = points::<L>(by_tie.rows(), table.row, stream, draw);
            self.picks(table.wide).push_points(stream, points, table.cells, parent);
            self.land_full_picks::<L>(table.wide);
            if piece < table.pieces {
                stream = block_stream(list_stream, u64::from(piece));
                draw = stream.draw(0);
            }
        }
    }

    #[inline(always)]
    fn picks(&mut self, wide: bool) -> &mut Batch {
        if wide { &mut self.batches.wide.new } else { &mut self.batches.narrow.new }
    }

    #[inline(always)]
    fn land_full_hits<L: Level>(&mut self) {
        if self.batches.hits.new.is_full() {
            self.land_hits::<L>();
        }
    }

    #[inline(always)]
    fn land_full_picks<L: Level>(&mut self, wide: bool) {
        if self.picks(wide).is_full() {
            self.land_picks::<L>(wide);
        }
    }

    #[inline(always)]
    fn land_hits<L: Level>(&mut self) {
        L::apart(LandHits { ground: self.ground, hits: &mut self.batches.hits, of: PhantomData });
    }

    #[inline(always)]
    fn land_picks<L: Level>(&mut self, wide: bool) {
        let Some(by_tie) = &self.rates.by_tie else { return };
        let Batches { narrow, wide: wide_picks, .. } = &mut *self.batches;
        let (ground, words) = (&mut *self.ground, by_tie.words());
        if wide {
            let of = PhantomData::<(&SocialGraph, Wide)>;
            L::apart(LandPicks { ground, picks: wide_picks, words, of });
        } else {
            let of = PhantomData::<(&SocialGraph, Narrow)>;
            L::apart(LandPicks { ground, picks: narrow, words, of });
        }
    }

    #[inline(always)]
    fn finish<L: Level>(&mut self) {
        if TABLES {
            for wide in [false, false, true, true] {
                self.land_picks::<L>(wide);
            }
        }
        self.land_hits::<L>();
        self.land_hits::<L>();
    }
}

/// Counts the points on the lists that were gathered.
struct FireLists<'f, 'l, 'g, G, const TABLES: bool>(&'f mut Firing<'l, 'g, G, TABLES>);

impl<'g, G: Ground<'g>, const TABLES: bool> Kernel for FireLists<'_, '_, 'g, G, TABLES> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let Self(firing) = self;
        firing.batches.lists.draw();
        let ahead = firing.batches.lists.last_place() + 2 * AHEAD;
        for number in 0..firing.batches.lists.len() {
            firing.send_for_rows(ahead.min(firing.sent_for + 2));
            let (list, stream, draw) = firing.batches.lists.get(number);
            match list.rule {
                PartRule::ByTie if TABLES => firing.by_tie::<L>(&list, stream, draw),
                rule => firing.by_rule::<L>(&list, rule, stream, draw),
            }
        }
        firing.batches.lists.clear();
    }
}

/// Asks for what stands in place of the first cells of a part.
#[inline(always)]
fn send_for_long_head(by_tie: &ByTie, head: Head) {
    let first = head.first() as usize * by_tie.cell_words();
    prefetch(by_tie.words(), first);
    // Half of them end on the next line.
    prefetch(by_tie.words(), first + LONG_WORDS - 1);
}

/// Ties that are known, `len` from `first` on, as many at a time as a batch takes.
#[inline(always)]
fn in_portions(first: u64, len: u32) -> impl Iterator<Item = (u64, usize)> {
    let len = len as usize;
    (0..len).step_by(MOST).map(move |start| (first + start as u64, MOST.min(len - start)))
}

/// How many points `draw`, number 0 of `stream`, stands for, by row number `row`.
#[inline(always)]
pub(super) fn points<L: Level>(rows: &PoissonRows, row: usize, stream: Stream, draw: u64) -> usize {
    L::points(rows.row(row), (draw >> 48) as u16).unwrap_or_else(|| rows.exactly(row, stream, 0))
}
