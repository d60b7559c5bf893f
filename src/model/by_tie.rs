//! Ties that each have a probability of their own: an alias table for every part of every row.

use std::collections::HashMap;

use super::blocks::{Blocks, STRONG};
use super::head::Head;
use super::parts;
use super::tie_rates::{BlockTables, PartRule, TieRates};
use crate::graph::{SocialGraph, on_huge_pages};
use crate::id::{AccountId, NetworkId, TieId};
use crate::random::{
    AliasTable, Cell, Grain, LONGEST, NARROW, Narrow, PoissonRows, Slot, Stream, Threshold, Wide,
    hazard,
};

/// Parts with probabilities tie by tie: 8 bytes a tie, or 12 if there are more than [`NARROW`]
/// accounts, and 8 an account; some more for parts with ties that nearly always fire, and for accounts
/// with ties into several networks.
///
/// The cells of a part stand together, and name whom they reach: first one for each tie that always
/// fires, then the alias table of the others. A pick reads one cell and nothing else.
#[derive(Debug, Clone)]
pub(crate) struct ByTie {
    rows: PoissonRows,
    /// For each account, and behind the last.
    heads: Box<[Head]>,
    /// For accounts with several parts, by target network: where their long heads are.
    bridging: HashMap<(AccountId, NetworkId), u64>,
    /// Whether all cells are wide: else those of tables of fine grain are.
    wide: bool,
    words: Vec<u32>,
}

/// In place of a number of ties with coins: all ties have the same probability.
const RULE: u32 = u32::MAX;

/// What a [`Head`] has no room for, in words that stand in place of the first cells of the part.
#[derive(Debug, Clone)]
pub(crate) enum LongHead {
    /// All ties have the same probability; there are no cells.
    Rule {
        rule: PartRule,
        first_tie: u64,
        ties: u32,
    },
    Table(Table),
}

/// See [`LongHead::Table`].
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) ties: u32,
    pub(crate) row: usize,
    pub(crate) pieces: u32,
    /// How many ties toss coins: three words each, behind the long head.
    coins: u32,
    /// The cells of ties that toss coins begin here, and then come those of ties that always fire.
    known: u64,
    sure: u32,
    /// The first cell of the alias table, and how many there are.
    pub(crate) cells: (u64, u32),
    /// Whether its cells are wide.
    pub(crate) wide: bool,
}

impl Table {
    /// The first cell of ties that always fire, and how many there are.
    pub(crate) fn sure(&self) -> (u64, u32) {
        (self.known + u64::from(self.coins), self.sure)
    }
}

/// Words in a long head.
pub(crate) const LONG_WORDS: usize = 7;

/// What is known while the parts are prepared.
struct Making {
    by_tie: ByTie,
    row_of_stretch: HashMap<u64, usize>,
    /// Of one part: the ties that points pick from, and the cells for that.
    entries: Vec<(u32, f64)>,
    table: Vec<Slot>,
}

/// About as many words as so many ties have at most, if few toss coins.
const fn room_for(ties: usize, wide: bool) -> usize {
    let words = ties * if wide { Wide::WORDS } else { Narrow::WORDS };
    words + words / 8
}

impl ByTie {
    pub(super) fn prepare(
        graph: &SocialGraph,
        rates: &TieRates,
        blocks: &mut BlockTables,
        probability: impl Fn(TieId, (AccountId, AccountId)) -> f64,
    ) -> Self {
        let wide = graph.account_count() > NARROW;
        let mut making = Making {
            by_tie: Self {
                rows: PoissonRows::default(),
                heads: Box::default(),
                bridging: HashMap::new(),
                wide,
                // What is not needed is given back. More would have to be moved, off huge pages.
                words: Vec::with_capacity(room_for(graph.tie_count() as usize, wide)),
            },
            row_of_stretch: HashMap::new(),
            entries: Vec::new(),
            table: Vec::new(),
        };
        // The row of heads without stretches.
        making.row(0.0);
        on_huge_pages(&mut making.by_tie.words);
        let mut heads = Vec::with_capacity(graph.account_count() + 1);
        on_huge_pages(&mut heads);
        let mut own = Vec::new();
        for source in graph.accounts() {
            let from = graph.network_of(source);
            let row = graph.targets(source);
            let first = graph.tie_range(source).start;
            let mut head = Head::silent(making.start());
            for (to, part) in parts(graph, source) {
                if rates.part_rule(from, to) != PartRule::ByTie {
                    continue;
                }
                own.clear();
                own.extend(
                    part.clone()
                        .map(|i| probability(TieId::new(first + i as u64), (source, row[i]))),
                );
                let start = first + part.start as u64;
                let whole = part.len() == row.len();
                let made = making.part(&own, &row[part], start, whole, blocks);
                if whole {
                    head = made;
                } else {
                    making.by_tie.bridging.insert((source, to), made.first());
                }
            }
            heads.push(head);
        }
        heads.push(Head::silent(making.start()));
        making.by_tie.heads = heads.into();
        making.by_tie.words.shrink_to_fit();
        making.by_tie
    }

    /// By account, and behind the last.
    pub(crate) fn heads(&self) -> &[Head] {
        &self.heads
    }

    /// The head of an account whose row is one part, and how many cells it has.
    #[inline(always)]
    pub(crate) fn head(&self, source: AccountId) -> (Head, u32) {
        let heads = &self.heads[source.index()..][..2];
        (heads[0], (heads[1].first() - heads[0].first()) as u32)
    }

    /// The head of a part that is not the whole row.
    pub(crate) fn part_head(&self, source: AccountId, to: NetworkId) -> Head {
        Head::long(self.bridging[&(source, to)])
    }

    pub(crate) fn rows(&self) -> &PoissonRows {
        &self.rows
    }

    /// Words that cells are made of.
    pub(crate) fn words(&self) -> &[u32] {
        &self.words
    }

    /// Whether cells are wide of which no long head says so.
    #[inline(always)]
    pub(crate) fn is_wide(&self) -> bool {
        self.wide
    }

    /// Words in such a cell.
    #[inline(always)]
    pub(crate) fn cell_words(&self) -> usize {
        if self.wide { Wide::WORDS } else { Narrow::WORDS }
    }

    /// The long head in place of cell `first`.
    #[inline]
    pub(crate) fn long_head(&self, first: u64) -> LongHead {
        let start = first as usize * self.cell_words();
        let Some(&[ties, coins, row, pieces, sure, cells, fine]) =
            self.words[start..].first_chunk::<LONG_WORDS>()
        else {
            panic!("a long head at {first} of {}", self.words.len());
        };
        if coins == RULE {
            let rule = if row == 0 { PartRule::Coins(pieces) } else { PartRule::Blocks(pieces) };
            let first_tie = u64::from(sure) | u64::from(cells) << 32;
            return LongHead::Rule { rule, first_tie, ties };
        }
        let behind = start + LONG_WORDS + 3 * coins as usize;
        let known = behind.div_ceil(self.cell_words());
        let (mut table, mut wide) = (known + (coins + sure) as usize, self.wide);
        if fine == 1 && !wide {
            table = (table * Narrow::WORDS).div_ceil(Wide::WORDS);
            wide = true;
        }
        let (known, row, cells) = (known as u64, row as usize, (table as u64, cells));
        LongHead::Table(Table { ties, row, pieces, coins, known, sure, cells, wide })
    }

    /// The cells of the ties with coins that say so, of the part whose long head stands at `first`.
    #[inline(always)]
    pub(crate) fn toss(&self, first: u64, table: &Table, list: Stream, mut land: impl FnMut(u64)) {
        let start = first as usize * self.cell_words() + LONG_WORDS;
        let (coins, _) = self.words[start..][..3 * table.coins as usize].as_chunks::<3>();
        for (cell, &[place, low, high]) in (table.known..).zip(coins) {
            let limit = u128::from(high) << 96 | u128::from(low) << 64;
            if Threshold::Below(limit).succeeds(list, coin_index(place)) {
                land(cell);
            }
        }
    }
}

impl ByTie {
    fn write(&mut self, slot: Slot) {
        let Self { wide, words, .. } = self;
        if *wide { Wide::write(slot, words) } else { Narrow::write(slot, words) }
    }

    /// Fills up to a multiple of so many words.
    fn pad(&mut self, words: usize) {
        let end = self.words.len().next_multiple_of(words);
        self.words.resize(end, 0);
    }
}

/// The draw that the coin of a tie in a mixed part takes: far from those of the table.
pub(crate) const fn coin_index(place: u32) -> u64 {
    1 << 63 | place as u64
}

/// The stretches that a table with hazards of sum `total` is cut into, all alike: how many, and how
/// long. Lengths are rounded up to one of 16 an octave, so that few rows serve all; points in what
/// was added hit nobody.
pub(crate) fn stretches(total: f64) -> (u32, f64) {
    if total <= 0.0 {
        return (0, 0.0);
    }
    let pieces = (total / LONGEST).ceil();
    let length = (total / pieces).clamp(LEAST_STRETCH, LONGEST);
    let low = (1u64 << 48) - 1;
    let rounded = f64::from_bits((length.to_bits() + low) & !low);
    (pieces as u32, rounded.min(LONGEST))
}

/// 2^−24.
const LEAST_STRETCH: f64 = 1.0 / 16_777_216.0;

/// The hazard by which a tie takes part in a table, and 0 if it does not.
pub(crate) fn table_hazard(p: f64) -> f64 {
    if p > 0.0 && p <= STRONG { hazard(p) } else { 0.0 }
}

impl Making {
    /// The number of the next cell.
    fn start(&self) -> u64 {
        let by_tie = &self.by_tie;
        debug_assert_eq!(by_tie.words.len() % by_tie.cell_words(), 0);
        (by_tie.words.len() / by_tie.cell_words()) as u64
    }

    /// The row for a stretch.
    fn row(&mut self, length: f64) -> usize {
        let rows = &mut self.by_tie.rows;
        *self.row_of_stretch.entry(length.to_bits()).or_insert_with(|| {
            rows.push(length);
            rows.len() - 1
        })
    }

    /// Makes the cells of a part that begins at tie `first_tie`; unless it is the `whole` row, with a
    /// long head.
    fn part(
        &mut self,
        probabilities: &[f64],
        targets: &[AccountId],
        first_tie: u64,
        whole: bool,
        blocks: &mut BlockTables,
    ) -> Head {
        let (start, ties, first) = (self.start(), targets.len(), probabilities[0]);
        self.table.clear();
        let (mut stretch, mut grain) = ((0, 0.0), Grain::Coarse);
        if first > 0.0 && first < 1.0 && probabilities.iter().all(|&p| p == first) {
            let one = (first <= STRONG).then(|| Blocks::only_block(first, ties as u64)).flatten();
            let Some(length) = one else {
                self.rule(blocks.rule(first), first_tie, ties as u32);
                return Head::long(start);
            };
            stretch = (1, length);
            self.table.extend(targets.iter().map(|target| Slot::full(target.get())));
        } else {
            self.entries.clear();
            let hazards = probabilities.iter().map(|&p| table_hazard(p));
            let entries = targets.iter().map(|target| target.get()).zip(hazards);
            self.entries.extend(entries.filter(|&(_, hazard)| hazard > 0.0));
            if !self.entries.is_empty() {
                stretch = stretches(self.entries.iter().map(|&(_, hazard)| hazard).sum());
                let total = f64::from(stretch.0) * stretch.1;
                grain = AliasTable::build(&self.entries, total, &mut self.table);
            }
        }
        let (pieces, length) = stretch;
        let row = self.row(length);
        let sure = probabilities.iter().filter(|&&p| p >= 1.0).count();
        let strong = |&(_, &p): &(usize, &f64)| p > STRONG && p < 1.0;
        let coins = probabilities.iter().enumerate().filter(strong).count();
        let cell_a_tie = pieces == 0 || (pieces == 1 && sure + self.table.len() == ties);
        let cells_alike = grain == Grain::Coarse || self.by_tie.wide;
        let is_short = whole && coins == 0 && cell_a_tie && cells_alike;
        let short = Head::short(start, row, sure).filter(|_| is_short);
        if short.is_none() {
            let fine = u32::from(grain == Grain::Fine);
            let (sure, cells) = (sure as u32, self.table.len() as u32);
            let words = &mut self.by_tie.words;
            words.extend([ties as u32, coins as u32, row as u32, pieces, sure, cells, fine]);
            for (place, &p) in probabilities.iter().enumerate().filter(strong) {
                let Threshold::Below(limit) = Threshold::new(p) else { continue };
                // Of a probability above a half, all bits that an `f64` has stand in the first 64.
                debug_assert_eq!(limit as u64, 0);
                words.extend([place as u32, (limit >> 64) as u32, (limit >> 96) as u32]);
            }
            self.by_tie.pad(self.by_tie.cell_words());
            for (place, _) in probabilities.iter().enumerate().filter(strong) {
                self.by_tie.write(Slot::full(targets[place].get()));
            }
        }
        let by_tie = &mut self.by_tie;
        for (&target, _) in targets.iter().zip(probabilities).filter(|&(_, &p)| p >= 1.0) {
            by_tie.write(Slot::full(target.get()));
        }
        if let Some(head) = short {
            self.table.iter().for_each(|&slot| by_tie.write(slot));
            // If nothing is picked, there is a cell for each tie nevertheless, for they count ties.
            by_tie.words.resize((start as usize + ties) * by_tie.cell_words(), 0);
            return head;
        }
        if cells_alike {
            self.table.iter().for_each(|&slot| by_tie.write(slot));
        } else {
            by_tie.pad(Wide::WORDS);
            self.table.iter().for_each(|&slot| Wide::write(slot, &mut by_tie.words));
        }
        by_tie.pad(by_tie.cell_words());
        Head::long(start)
    }

    /// A long head that says that all ties have the same probability.
    fn rule(&mut self, rule: PartRule, first_tie: u64, ties: u32) {
        let (kind, number) = match rule {
            PartRule::Coins(number) => (0, number),
            PartRule::Blocks(number) => (1, number),
            _ => unreachable!("a probability between 0 and 1"),
        };
        let (low, high) = (first_tie as u32, (first_tie >> 32) as u32);
        self.by_tie.words.extend([ties, RULE, kind, number, low, high, 0]);
        self.by_tie.pad(self.by_tie.cell_words());
    }
}
