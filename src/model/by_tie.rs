//! Ties that each have a probability of their own: an alias table for every part of every row.

use std::collections::HashMap;
use std::ops::Range;

use super::blocks::{Blocks, STRONG};
use super::parts;
use super::tie_rates::{BlockTables, PartRule, TieRates};
use crate::graph::{SocialGraph, on_huge_pages};
use crate::id::{AccountId, NetworkId, TieId};
use crate::random::{AliasTable, Cell, LONGEST, PoissonRows, Stream, Threshold, hazard};

/// Parts with probabilities tie by tie: 8 bytes a tie and 16 an account, and some more for parts
/// with ties that always fire or nearly so, and for accounts with ties into several networks.
#[derive(Debug, Clone)]
pub(crate) struct ByTie {
    rows: PoissonRows,
    /// For each account where its row is, and how it fires, if it is one part.
    heads: Box<[Head]>,
    /// For accounts with several parts, by target network.
    bridging: HashMap<(AccountId, NetworkId), Head>,
    /// One cell a tie, from `first_tie` on. An alias is the target account.
    cells: Vec<Cell>,
    first_tie: u64,
    special: Vec<Special>,
    /// Places in their part of ties that always fire, the last of a part with [`LAST`], and of those
    /// that toss coins.
    sure: Vec<u32>,
    strong: Vec<(u32, Threshold)>,
}

/// Which ties a part is, and how they fire: the points of stretches that have the same row of
/// thresholds, each picked from the table, and beside them the ties that always fire; or what a
/// [`Special`] says. All in one line of memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(align(16))]
pub(crate) struct Head {
    /// The first tie, in 40 bits: nobody has the memory for cells of more.
    first_tie: u32,
    first_tie_high: u8,
    /// How many stretches, or [`SPECIAL`], or [`ALIKE`].
    pieces: u8,
    /// Decides how many points a stretch holds.
    row: u16,
    ties: u32,
    /// Where the ties that always fire begin in [`ByTie::sure`], or [`NONE`]; the number of a special;
    /// the row of thresholds of ties that are alike.
    sure: u32,
}

/// In place of a number of stretches: the head is the number of a special.
const SPECIAL: u8 = u8::MAX;

/// In place of a number of stretches: there is one, in which all ties are alike, so that a point hits
/// what it falls on. There may be more such rows than fit into 16 bits.
const ALIKE: u8 = u8::MAX - 1;

/// In place of where ties begin that always fire: there are none.
const NONE: u32 = u32::MAX;

/// The bit of the last of the ties of a part that always fire.
const LAST: u32 = 1 << 31;

/// A [`Head`] as the kernels read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PartHead {
    Table {
        row: usize,
        pieces: u32,
        /// Where the ties that always fire begin, if there are any: see [`ByTie::sure_from`].
        sure: Option<usize>,
    },
    /// One stretch, in which all ties are alike.
    Alike { row: usize },
    /// What [`ByTie::special`] says.
    Special(usize),
}

impl Head {
    /// The head of a part without ties.
    pub(crate) const SILENT: Self = Self::of_row(0..0);

    /// The head of these ties, which never fire.
    const fn of_row(ties: Range<u64>) -> Self {
        Self {
            first_tie: ties.start as u32,
            first_tie_high: (ties.start >> 32) as u8,
            pieces: 0,
            row: 0,
            // No account sees more others than a `u32` can count.
            ties: (ties.end - ties.start) as u32,
            sure: NONE,
        }
    }

    const fn special(self, number: usize) -> Self {
        Self { pieces: SPECIAL, sure: number as u32, ..self }
    }

    /// The ties of the part.
    #[inline(always)]
    pub(crate) fn ties(self) -> Range<u64> {
        let start = u64::from(self.first_tie_high) << 32 | u64::from(self.first_tie);
        start..start + u64::from(self.ties)
    }

    #[inline(always)]
    pub(crate) fn open(self) -> PartHead {
        let Self { row, pieces, sure, .. } = self;
        match pieces {
            SPECIAL => return PartHead::Special(sure as usize),
            ALIKE => return PartHead::Alike { row: sure as usize },
            _ => {}
        }
        let sure = (sure != NONE).then_some(sure as usize);
        PartHead::Table { row: row.into(), pieces: pieces.into(), sure }
    }
}

/// A part that is more than a table.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Special {
    /// All ties have the same probability.
    Rule(PartRule),
    /// A table, ties that always fire, and some that toss coins; or a table that a head has no room
    /// for.
    Mixed(Mixed),
}

/// See [`Special::Mixed`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mixed {
    pub(crate) row: usize,
    pub(crate) pieces: u32,
    pub(crate) sure: Option<usize>,
    strong: (usize, usize),
}

/// What is known while the parts are prepared.
struct Making {
    by_tie: ByTie,
    row_of_stretch: HashMap<u64, usize>,
    special_of_probability: HashMap<u64, usize>,
}

impl ByTie {
    pub(super) fn prepare(
        graph: &SocialGraph,
        rates: &TieRates,
        blocks: &mut BlockTables,
        probability: impl Fn(TieId, AccountId) -> f64,
    ) -> Self {
        let mut making = Making {
            by_tie: Self {
                rows: PoissonRows::default(),
                heads: Box::default(),
                bridging: HashMap::new(),
                cells: Vec::new(),
                first_tie: 0,
                special: Vec::new(),
                sure: Vec::new(),
                strong: Vec::new(),
            },
            row_of_stretch: HashMap::new(),
            special_of_probability: HashMap::new(),
        };
        // The row of heads without ties.
        making.row(0.0);
        let mut heads = Vec::with_capacity(graph.account_count());
        on_huge_pages(&mut heads);
        heads.extend(graph.accounts().map(|account| Head::of_row(graph.tie_range(account))));
        making.by_tie.cells.reserve_exact(graph.tie_count() as usize);
        on_huge_pages(&mut making.by_tie.cells);
        let mut own = Vec::new();
        for source in graph.accounts() {
            let from = graph.network_of(source);
            let row = graph.targets(source);
            let first = graph.tie_range(source).start;
            for (to, part) in parts(graph, source) {
                if rates.part_rule(from, to) != PartRule::ByTie {
                    continue;
                }
                own.clear();
                own.extend(part.clone().map(|i| probability(TieId::new(first + i as u64), row[i])));
                let start = first + part.start as u64;
                let head = making.part(&own, &row[part.clone()], start, blocks);
                if part.len() == row.len() {
                    heads[source.index()] = head;
                } else {
                    making.by_tie.bridging.insert((source, to), head);
                }
            }
        }
        making.by_tie.heads = heads.into();
        making.by_tie.cells.shrink_to_fit();
        making.by_tie
    }

    /// How the part of `source` into `to` fires, `whole` saying that it is the whole row.
    #[inline(always)]
    pub(crate) fn head(&self, source: AccountId, to: NetworkId, whole: bool) -> Head {
        if whole { self.heads[source.index()] } else { self.bridging[&(source, to)] }
    }

    /// By account: its row, and how that fires if it is one part whose ties have probabilities of their
    /// own.
    pub(crate) fn heads(&self) -> &[Head] {
        &self.heads
    }

    pub(crate) fn rows(&self) -> &PoissonRows {
        &self.rows
    }

    pub(crate) fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The tie that the first cell stands for.
    pub(crate) fn first_tie(&self) -> u64 {
        self.first_tie
    }

    #[inline(always)]
    pub(crate) fn special(&self, number: usize) -> Special {
        self.special[number]
    }

    /// What [`special`](Self::special) looks at.
    pub(crate) fn specials(&self) -> &[Special] {
        &self.special
    }

    /// What [`toss`](Self::toss) looks at first, if anything.
    #[inline(always)]
    pub(crate) fn coins_of(&self, special: usize) -> &[(u32, Threshold)] {
        match self.special[special] {
            Special::Mixed(mixed) => &self.strong[mixed.strong.0..mixed.strong.1],
            Special::Rule(_) => &[],
        }
    }

    /// What [`sure_from`](Self::sure_from) looks at.
    pub(crate) fn sure(&self) -> &[u32] {
        &self.sure
    }

    /// Places in their part of the ties that always fire, from where a head says that they begin.
    #[inline(always)]
    pub(crate) fn sure_from(&self, start: usize, mut land: impl FnMut(u32)) {
        for &place in &self.sure[start..] {
            land(place & !LAST);
            if place & LAST != 0 {
                break;
            }
        }
    }

    /// Places in the part of `mixed` of the ties whose coins say so.
    #[inline(always)]
    pub(crate) fn toss(&self, mixed: Mixed, list: Stream, mut land: impl FnMut(u32)) {
        for &(place, coin) in &self.strong[mixed.strong.0..mixed.strong.1] {
            if coin.succeeds(list, coin_index(place)) {
                land(place);
            }
        }
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
    /// The row for a stretch.
    fn row(&mut self, length: f64) -> usize {
        let rows = &mut self.by_tie.rows;
        *self.row_of_stretch.entry(length.to_bits()).or_insert_with(|| {
            rows.push(length);
            rows.len() - 1
        })
    }

    /// A head, or a special where the head has no room.
    fn head(&mut self, ties: Head, mixed: Mixed) -> Head {
        let sure = mixed.sure.map_or(Some(NONE), |sure| u32::try_from(sure).ok());
        let row = u16::try_from(mixed.row).ok();
        let pieces = u8::try_from(mixed.pieces).ok().filter(|&pieces| pieces < ALIKE);
        match (row, pieces, sure) {
            (Some(row), Some(pieces), Some(sure)) if mixed.strong.0 == mixed.strong.1 => {
                Head { row, pieces, sure, ..ties }
            }
            _ => {
                self.by_tie.special.push(Special::Mixed(mixed));
                ties.special(self.by_tie.special.len() - 1)
            }
        }
    }

    /// Makes the cells of a part that begins at tie `start`.
    fn part(
        &mut self,
        probabilities: &[f64],
        targets: &[AccountId],
        start: u64,
        blocks: &mut BlockTables,
    ) -> Head {
        if self.by_tie.cells.is_empty() {
            self.by_tie.first_tie = start;
        }
        // Ties between the parts that have cells have some too, which nobody looks at.
        let gap = (start - self.by_tie.first_tie) as usize;
        self.by_tie.cells.resize(gap, Cell::FULL);
        let ties = Head::of_row(start..start + targets.len() as u64);
        let first = probabilities[0];
        if probabilities.iter().all(|&p| p == first) {
            self.by_tie.cells.resize(gap + targets.len(), Cell::FULL);
            let in_table = first > 0.0 && first <= STRONG;
            let one = in_table.then(|| Blocks::only_block(first, targets.len() as u64)).flatten();
            return match one {
                Some(stretch) => {
                    // No more rows than parts, which are no more than ties: 2^32 do not fit into memory.
                    Head { pieces: ALIKE, sure: self.row(stretch) as u32, ..ties }
                }
                None => self.special_rule(ties, first, blocks),
            };
        }
        let hazards: Vec<f64> = probabilities.iter().map(|&p| table_hazard(p)).collect();
        let (pieces, length) = stretches(hazards.iter().sum());
        let (cells, total) = (&mut self.by_tie.cells, f64::from(pieces) * length);
        if pieces > 0 {
            AliasTable::build(&hazards, total, |entry| targets[entry].get(), cells);
        } else {
            cells.resize(gap + targets.len(), Cell::FULL);
        }
        let row = self.row(length);
        let ByTie { sure, strong, .. } = &mut self.by_tie;
        let starts = (sure.len(), strong.len());
        for (place, &p) in probabilities.iter().enumerate() {
            if p >= 1.0 && place < LAST as usize {
                sure.push(place as u32);
            } else if p > STRONG {
                strong.push((place as u32, Threshold::new(p)));
            }
        }
        let strong = (starts.1, strong.len());
        let any_sure = starts.0 < sure.len();
        if let Some(last) = sure[starts.0..].last_mut() {
            *last |= LAST;
        }
        self.head(ties, Mixed { row, pieces, sure: any_sure.then_some(starts.0), strong })
    }

    fn special_rule(&mut self, ties: Head, p: f64, blocks: &mut BlockTables) -> Head {
        let special = &mut self.by_tie.special;
        ties.special(*self.special_of_probability.entry(p.to_bits()).or_insert_with(|| {
            special.push(Special::Rule(blocks.rule(p)));
            special.len() - 1
        }))
    }
}
