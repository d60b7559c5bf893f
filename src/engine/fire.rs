//! Which ties of those who share fire: the draws of [`TieRates`], many ties at a time.
//!
//! Four stages, each a plain loop over what the one before gathered: the lists of sharers, how many
//! points fall on each list, where these fall, and whom the ties reach. What a stage will read is
//! sent for by the stage before.

use std::ops::Range;

use super::batch::Batches;
use super::dispatch::Kernel;
use super::land::{LandHits, LandPicks};
use super::level::{Level, prefetch};
use super::lists::List;
use super::wave::Wave;
use crate::graph::{NetworkKeys, SocialGraph};
use crate::id::{AccountId, NetworkId};
use crate::model::{Head, PartHead, PartRule, Special, TieRates, block_stream, parts};
use crate::random::{Lane, PoissonRows, Stream};

/// How many sharers ahead the places of their rows are asked for.
const AHEAD: usize = 32;

/// Fires the ties of all who share at this step, and lands them. `TABLES`: some ties have a
/// probability of their own.
#[inline(always)]
pub(super) fn fire<L: Level, const LINKS: bool, const OVERLAY: bool, const TABLES: bool>(
    wave: &mut Wave<'_, LINKS, OVERLAY>,
    rates: &TieRates,
) {
    let graph = wave.world.graph;
    let (start, end) = (wave.start, wave.end);
    let batches = wave.trace.space.batches.take().unwrap_or_default();
    let mut firing = Firing::<LINKS, OVERLAY, TABLES> {
        wave,
        rates,
        batches,
        any_special: false,
        sent_for: start,
    };
    let mut home = Home::of(graph, firing.wave, start, rates);
    let may_bridge = rates.any_bridging();
    let mut examined = 0;
    for place in start..end {
        firing.send_for_rows(place + AHEAD);
        let accounts = firing.wave.trace.accounts();
        let source = accounts[place];
        let row = firing.row(source);
        examined += row.end - row.start;
        if row.is_empty() {
            continue;
        }
        if !home.accounts.contains(&source.get()) {
            home = Home::of(graph, firing.wave, place, rates);
        }
        let who = home.keys.key_of(source);
        if may_bridge && rates.is_bridging(source) {
            firing.row_in_parts::<L>(source, home.network, who, place as u32);
            continue;
        }
        let list = List {
            first_tie: row.start,
            ties: row.end - row.start,
            place: place as u32,
            rule: home.rule,
            head: firing.head(home.rule, source, home.network, true),
        };
        firing.batches.lists.push(home.lane.unmixed(who), list);
        if firing.batches.lists.are_full() {
            firing.fire_lists::<L>();
        }
    }
    firing.fire_lists::<L>();
    firing.finish::<L>();
    let Firing { wave, batches, .. } = firing;
    wave.trace.ties_examined += examined;
    wave.trace.space.batches = Some(batches);
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
    fn of<const LINKS: bool, const OVERLAY: bool>(
        graph: &'a SocialGraph,
        wave: &Wave<'_, LINKS, OVERLAY>,
        place: usize,
        rates: &TieRates,
    ) -> Self {
        let network = graph.network_of(wave.trace.accounts()[place]);
        Self {
            network,
            accounts: graph.account_range(network),
            keys: graph.keys_in(network),
            lane: wave.keys.tie.lane(u64::from(network.get())),
            rule: rates.inside[network.index()],
        }
    }
}

struct Firing<'w, 'a, const LINKS: bool, const OVERLAY: bool, const TABLES: bool> {
    wave: &'w mut Wave<'a, LINKS, OVERLAY>,
    rates: &'w TieRates,
    batches: Box<Batches>,
    /// Whether a list is special, and coins may have to be sent for.
    any_special: bool,
    /// Up to which place rows were sent for.
    sent_for: usize,
}

impl<const LINKS: bool, const OVERLAY: bool, const TABLES: bool>
    Firing<'_, '_, LINKS, OVERLAY, TABLES>
{
    /// The place of the sharer, where landing looks at it.
    #[inline(always)]
    fn parent_of(list: &List) -> Option<u32> {
        (LINKS || OVERLAY).then_some(list.place)
    }

    /// Asks for what will be read of the sharers before `place`.
    #[inline(always)]
    fn send_for_rows(&mut self, place: usize) {
        while self.sent_for < place.min(self.wave.end) {
            let account = self.wave.trace.accounts()[self.sent_for];
            match &self.rates.by_tie {
                Some(by_tie) if TABLES => prefetch(by_tie.heads(), account.index()),
                _ => prefetch(self.wave.world.graph.row_offsets(), account.index()),
            }
            self.sent_for += 1;
        }
    }

    /// Asks for the coins of special lists.
    #[inline(always)]
    fn send_for_coins(&mut self) {
        if let Some(by_tie) = self.rates.by_tie.as_ref().filter(|_| TABLES && self.any_special) {
            for number in 0..self.batches.lists.len() {
                if let PartHead::Special(number) = self.batches.lists.get(number).0.head.open() {
                    prefetch(by_tie.coins_of(number), 0);
                }
            }
            self.any_special = false;
        }
    }

    /// The ties of an account.
    #[inline(always)]
    fn row(&self, source: AccountId) -> Range<u64> {
        match &self.rates.by_tie {
            Some(by_tie) if TABLES => by_tie.heads()[source.index()].ties(),
            _ => self.wave.world.graph.tie_range(source),
        }
    }

    /// The head of a part whose ties have probabilities of their own.
    #[inline(always)]
    fn head(&mut self, rule: PartRule, source: AccountId, to: NetworkId, whole: bool) -> Head {
        match &self.rates.by_tie {
            Some(by_tie) if TABLES && rule == PartRule::ByTie => {
                let head = by_tie.head(source, to, whole);
                match head.open() {
                    PartHead::Table { sure: Some(sure), .. } => prefetch(by_tie.sure(), sure),
                    PartHead::Alike { row } => prefetch(by_tie.rows().all(), row),
                    PartHead::Special(number) => {
                        prefetch(by_tie.specials(), number);
                        self.any_special = true;
                    }
                    PartHead::Table { .. } => {}
                }
                head
            }
            _ => Head::SILENT,
        }
    }

    /// A row with ties into several networks.
    #[inline(always)]
    fn row_in_parts<L: Level>(&mut self, source: AccountId, from: NetworkId, who: u64, place: u32) {
        let graph = self.wave.world.graph;
        let row = graph.tie_range(source);
        for (to, range) in parts(graph, source) {
            let lane = self.wave.keys.tie.lane(u64::from(to.get()));
            let (first_tie, ties) = (row.start + range.start as u64, range.len() as u64);
            let rule = self.rates.part_rule(from, to);
            let head = self.head(rule, source, to, ties == row.end - row.start);
            self.batches.lists.push(lane.unmixed(who), List { first_tie, ties, place, rule, head });
            if self.batches.lists.are_full() {
                self.fire_lists::<L>();
            }
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
                for tie in 0..list.ties {
                    self.push_hit::<L>(list.first_tie + tie, list);
                }
            }
            PartRule::Coins(number) => {
                let coin = self.rates.blocks.coin(number);
                for tie in 0..list.ties {
                    if coin.succeeds(stream, tie) {
                        self.push_hit::<L>(list.first_tie + tie, list);
                    }
                }
            }
        }
    }

    /// A list in blocks; `draw` counts the points of the first.
    #[inline(always)]
    fn blocks<L: Level>(&mut self, list: &List, number: u32, stream: Stream, draw: u64) {
        let blocks = self.rates.blocks.get(number);
        let (mut first, mut left, mut number) = (list.first_tie, list.ties, 0);
        let (mut stream, mut draw) = (stream, draw);
        let list_stream = stream;
        loop {
            let block = blocks.first(left);
            let points = points::<L>(blocks.rows(), block.row, stream, draw);
            let ties = (first, block.len);
            self.push_points::<L>(stream, points, ties, list);
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
        let (row, pieces, sure) = match list.head.open() {
            PartHead::Table { row, pieces, sure } => (row, pieces, sure),
            PartHead::Alike { row } => {
                let points = points::<L>(by_tie.rows(), row, stream, draw);
                let ties = (list.first_tie, list.ties as u32);
                return self.push_points::<L>(stream, points, ties, list);
            }
            PartHead::Special(number) => match by_tie.special(number) {
                Special::Rule(rule) => return self.by_rule::<L>(list, rule, stream, draw),
                Special::Mixed(mixed) => {
                    by_tie.toss(mixed, stream, |place| {
                        self.push_hit::<L>(list.first_tie + u64::from(place), list);
                    });
                    (mixed.row, mixed.pieces, mixed.sure)
                }
            },
        };
        if let Some(sure) = sure {
            by_tie.sure_from(sure, |place| {
                self.push_hit::<L>(list.first_tie + u64::from(place), list);
            });
        }
        let list_stream = stream;
        let (mut stream, mut draw) = (stream, draw);
        for piece in 1..=pieces {
            let points = points::<L>(by_tie.rows(), row, stream, draw);
            let ties = (list.first_tie, list.ties as u32);
            self.batches.picks.push_points(stream, points, ties, Self::parent_of(list));
            if self.batches.picks.is_full() {
                self.land_picks::<L>();
            }
            if piece < pieces {
                stream = block_stream(list_stream, u64::from(piece));
                draw = stream.draw(0);
            }
        }
    }

    /// Points on ties that are alike.
    #[inline(always)]
    fn push_points<L: Level>(
        &mut self,
        stream: Stream,
        points: usize,
        ties: (u64, u32),
        list: &List,
    ) {
        self.batches.hits.push_points(stream, points, ties, Self::parent_of(list));
        if self.batches.hits.is_full() {
            self.land_hits::<L>();
        }
    }

    #[inline(always)]
    fn push_hit<L: Level>(&mut self, tie: u64, list: &List) {
        self.batches.hits.push(tie, Self::parent_of(list));
        if self.batches.hits.is_full() {
            self.land_hits::<L>();
        }
    }

    #[inline(always)]
    fn land_hits<L: Level>(&mut self) {
        let Batches { hits, old_hits, .. } = &mut *self.batches;
        L::apart(LandHits { wave: self.wave, hits, old_hits });
    }

    #[inline(always)]
    fn land_picks<L: Level>(&mut self) {
        if let Some(by_tie) = &self.rates.by_tie {
            L::apart(LandPicks { wave: self.wave, batches: &mut self.batches, by_tie });
        }
    }

    #[inline(always)]
    fn finish<L: Level>(&mut self) {
        if TABLES {
            self.land_picks::<L>();
            self.land_picks::<L>();
        }
        self.land_hits::<L>();
        self.land_hits::<L>();
    }
}

/// Counts the points on the lists that were gathered.
struct FireLists<'f, 'w, 'a, const LINKS: bool, const OVERLAY: bool, const TABLES: bool>(
    &'f mut Firing<'w, 'a, LINKS, OVERLAY, TABLES>,
);

impl<const LINKS: bool, const OVERLAY: bool, const TABLES: bool> Kernel
    for FireLists<'_, '_, '_, LINKS, OVERLAY, TABLES>
{
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let Self(firing) = self;
        firing.batches.lists.draw();
        firing.send_for_coins();
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

/// How many points `draw`, number 0 of `stream`, stands for, by row number `row`.
#[inline(always)]
fn points<L: Level>(rows: &PoissonRows, row: usize, stream: Stream, draw: u64) -> usize {
    L::points(rows.row(row), (draw >> 48) as u16).unwrap_or_else(|| rows.exactly(row, stream, 0))
}
