//! Which ties of one account fire, for kernels in which accounts share one after the other. The same
//! draws as [`fire`](super::fire), which takes many accounts at a time.

use super::level::Portable;
use crate::graph::SocialGraph;
use crate::id::AccountId;
use crate::model::{ByTie, LongHead, PartHead, PartRule, TieRates, block_stream, parts};
use crate::random::{Cell, Key, Narrow, PoissonRows, Stream, Wide};

/// Calls `land` with each account that a tie of `source` reaches, with some more than once. `key` is that
/// of the channel of ties.
pub(super) fn fire_one(
    graph: &SocialGraph,
    rates: &TieRates,
    key: Key,
    source: AccountId,
    mut land: impl FnMut(AccountId),
) {
    let (from, who) = (graph.network_of(source), graph.logical_key(source).get());
    let row = graph.tie_range(source);
    for (to, part) in parts(graph, source) {
        let stream = key.stream(who, u64::from(to.get()));
        let ties = (row.start + part.start as u64, part.len() as u32);
        match (rates.part_rule(from, to), &rates.by_tie) {
            (PartRule::ByTie, Some(by_tie)) => {
                let whole = part.len() as u64 == row.end - row.start;
                let head = match whole {
                    true => by_tie.head(source),
                    false => (by_tie.part_head(source, to), part.len() as u32),
                };
                let (head, cells) = (head.0, (head.0.first(), head.1));
                let pick = match head.open() {
                    PartHead::Short { row, sure } => Picks { row, sure, pieces: 1, cells },
                    PartHead::Far { row } => Picks { row, sure: 0, pieces: 1, cells },
                    PartHead::Long => match by_tie.long_head(cells.0) {
                        LongHead::Rule { rule, first_tie, ties } => {
                            alike(graph, rates, rule, (first_tie, ties), stream, &mut land);
                            continue;
                        }
                        LongHead::Table(table) => {
                            let wide = by_tie.is_wide();
                            let mut known = |cell| land(picked(by_tie, wide, cell, 0).0);
                            by_tie.toss(cells.0, &table, stream, &mut known);
                            let (first, sure) = table.sure();
                            (first..first + u64::from(sure)).for_each(&mut known);
                            let (row, pieces) = (table.row, table.pieces);
                            let picks = Picks { row, sure: 0, pieces, cells: table.cells };
                            picks.land(by_tie, table.wide, stream, &mut land);
                            continue;
                        }
                    },
                };
                pick.land(by_tie, by_tie.is_wide(), stream, &mut land);
            }
            (rule, _) => alike(graph, rates, rule, ties, stream, &mut land),
        }
    }
}

/// Ties with one probability, `len` from `first` on.
#[inline]
fn alike(
    graph: &SocialGraph,
    rates: &TieRates,
    rule: PartRule,
    (first, len): (u64, u32),
    list: Stream,
    land: &mut impl FnMut(AccountId),
) {
    let row = &graph.all_targets()[first as usize..][..len as usize];
    match rule {
        PartRule::Never | PartRule::ByTie => {}
        PartRule::Sure => row.iter().for_each(|&target| land(target)),
        PartRule::Coins(number) => {
            let coin = rates.blocks.coin(number);
            for (place, &target) in (0..).zip(row) {
                if coin.succeeds(list, place) {
                    land(target);
                }
            }
        }
        PartRule::Blocks(number) => {
            let blocks = rates.blocks.get(number);
            let (mut start, mut number) = (0, 0);
            while start < row.len() {
                let block = blocks.first((row.len() - start) as u64);
                let stream = block_stream(list, number);
                for point in 1..=points(blocks.rows(), block.row, stream) {
                    land(row[start + stream.place(point, block.len) as usize]);
                }
                start += block.len as usize;
                number += 1;
            }
        }
    }
}

/// Cells of an alias table, behind those of ties that always fire.
struct Picks {
    row: usize,
    sure: u32,
    pieces: u32,
    /// The first, and how many.
    cells: (u64, u32),
}

impl Picks {
    #[inline]
    fn land(self, by_tie: &ByTie, wide: bool, list: Stream, land: &mut impl FnMut(AccountId)) {
        let Self { row, sure, pieces, cells: (first, len) } = self;
        let first_pick = first + u64::from(sure);
        (first..first_pick).for_each(|cell| land(picked(by_tie, wide, cell, 0).0));
        for piece in 0..pieces {
            let stream = block_stream(list, u64::from(piece));
            for point in 1..=points(by_tie.rows(), row, stream) {
                let place = u64::from(stream.place(point, len - sure));
                let (target, is_any) = picked(by_tie, wide, first_pick + place, stream.more(point));
                if is_any {
                    land(target);
                }
            }
        }
    }
}

/// The account that `fraction` picks from a cell, if it picks any.
#[inline]
fn picked(by_tie: &ByTie, wide: bool, cell: u64, fraction: u64) -> (AccountId, bool) {
    let words = by_tie.words();
    let (target, is_any) = if wide {
        Wide::pick(&words[cell as usize * Wide::WORDS..][..Wide::WORDS], fraction)
    } else {
        Narrow::pick(&words[cell as usize * Narrow::WORDS..][..Narrow::WORDS], fraction)
    };
    (AccountId::new(target), is_any)
}

/// How many points draw number 0 of `stream` stands for, by row number `row`.
#[inline]
fn points(rows: &PoissonRows, row: usize, stream: Stream) -> u64 {
    super::fire::points::<Portable>(rows, row, stream, stream.draw(0)) as u64
}
