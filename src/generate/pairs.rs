//! Fields of pairs: each pair of a field is a tie with the same probability.
//!
//! The way from one tie to the next is geometric, so a field takes time in proportion to its ties
//! and rows, never to its pairs (V. Batagelj, U. Brandes, "Efficient generation of large random
//! networks", Physical Review E 71, 036113 (2005), <https://doi.org/10.1103/PhysRevE.71.036113>).

use std::ops::Range;

use super::{TIES_PER_CHUNK, purpose};
use crate::graph::{Reciprocity, TieSource};
use crate::random::{Draws, Key, hazard};
use crate::unit::Probability;

/// Which pairs of a row and a column belong to a field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Shape {
    /// All of them.
    Full,
    /// Rows and columns are the same accounts; nobody is tied to themselves.
    NoDiagonal,
    /// The same, and the column comes before the row: each two accounts once.
    Below,
}

#[derive(Debug, Clone)]
struct Field {
    rows: Range<u32>,
    columns: Range<u32>,
    shape: Shape,
    /// −ln(1 − p); infinite for p = 1.
    hazard: f64,
    rows_per_chunk: u32,
}

impl Field {
    fn row_length(&self, row: u32) -> u64 {
        let columns = u64::from(self.columns.end - self.columns.start);
        match self.shape {
            Shape::Full => columns,
            Shape::NoDiagonal => columns - 1,
            Shape::Below => u64::from(row - self.rows.start),
        }
    }

    fn column(&self, row: u32, place: u64) -> u32 {
        let column = self.columns.start + place as u32;
        column + u32::from(self.shape == Shape::NoDiagonal && column >= row)
    }

    fn chunks(&self) -> u64 {
        u64::from((self.rows.end - self.rows.start).div_ceil(self.rows_per_chunk))
    }

    fn chunk(&self, chunk: u64, mut draws: Draws, ties: &mut Vec<(u32, u32)>) {
        let start = u64::from(self.rows.start) + chunk * u64::from(self.rows_per_chunk);
        let mut row = start as u32;
        let end = (start + u64::from(self.rows_per_chunk)).min(u64::from(self.rows.end)) as u32;
        let mut place = 0u64;
        loop {
            // A conversion that saturates: what lies that far lies behind the last row.
            place = place.saturating_add((draws.exponential() / self.hazard) as u64);
            while place >= self.row_length(row) {
                place -= self.row_length(row);
                row += 1;
                if row == end {
                    return;
                }
            }
            ties.push((row, self.column(row, place)));
            place += 1;
        }
    }
}

/// All fields of a network.
#[derive(Debug)]
pub(super) struct PairTies {
    accounts: u32,
    reciprocity: Reciprocity,
    key: Key,
    fields: Vec<Field>,
    /// Chunks before each field, and then of all.
    first_chunk: Vec<u64>,
}

impl PairTies {
    pub(super) fn new(accounts: u32, reciprocity: Reciprocity, rng_seed: u64) -> Self {
        let key = Key::of_graph(rng_seed);
        Self { accounts, reciprocity, key, fields: Vec::new(), first_chunk: vec![0] }
    }

    /// One more field. Fields must not have pairs in common.
    pub(super) fn add(
        &mut self,
        rows: Range<u32>,
        columns: Range<u32>,
        shape: Shape,
        p: Probability,
    ) {
        if rows.is_empty() || columns.is_empty() || p == Probability::ZERO {
            return;
        }
        let hazard = if p == Probability::ONE { f64::INFINITY } else { hazard(p.get()) };
        let mut field = Field { rows, columns, shape, hazard, rows_per_chunk: 1 };
        let last = field.rows.end - 1;
        let per_row =
            p.get() * (field.row_length(field.rows.start) + field.row_length(last)) as f64 / 2.0;
        let rows_per_chunk = (TIES_PER_CHUNK as f64 / per_row) as u32;
        field.rows_per_chunk = rows_per_chunk.clamp(1, field.rows.end - field.rows.start);
        self.first_chunk.push(self.chunk_count() + field.chunks());
        self.fields.push(field);
    }
}

impl TieSource for PairTies {
    fn account_count(&self) -> u32 {
        self.accounts
    }

    fn chunk_count(&self) -> u64 {
        self.first_chunk[self.fields.len()]
    }

    fn chunk(&self, chunk: u64, ties: &mut Vec<(u32, u32)>) {
        let field = self.first_chunk.partition_point(|&first| first <= chunk) - 1;
        let draws = Draws::new(self.key.stream(chunk, purpose::PAIRS));
        self.fields[field].chunk(chunk - self.first_chunk[field], draws, ties);
    }

    fn reciprocity(&self) -> Reciprocity {
        self.reciprocity
    }
}
