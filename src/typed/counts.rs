//! How many offspring events have.

use crate::random::{PoissonRows, Stream, count, none_or_one, pieces};

/// Numbers of offspring where all events of a type have the same mean numbers.
#[derive(Debug, Default)]
pub(super) struct Counts {
    types: usize,
    /// For each pair of types: by one row, so many pieces.
    rows: PoissonRows,
    pieces: Vec<u64>,
    /// For each type that is caused, by the type that causes it, what tells most numbers that one draw
    /// decides: see [`none_or_one`].
    quick: Vec<Vec<[u16; 2]>>,
}

impl Counts {
    pub(super) fn new(numbers: &[Vec<f64>]) -> Self {
        let types = numbers.len();
        let mut counts = Self { types, quick: vec![Vec::new(); types], ..Self::default() };
        for (pair, &number) in numbers.iter().flatten().enumerate() {
            let (pieces, length) = pieces(number);
            counts.rows.push(length);
            counts.pieces.push(pieces);
            let quick = if pieces > 1 { [u16::MAX; 2] } else { counts.rows.one_or_two(pair) };
            counts.quick[pair % types].push(quick);
        }
        counts
    }

    #[inline]
    pub(super) fn types(&self) -> u32 {
        self.types as u32
    }

    /// What tells quickly how many of type `to` others have.
    #[inline]
    pub(super) fn quick(&self, to: u32) -> Quick<'_> {
        Quick(&self.quick[to as usize])
    }

    /// How many of type `to` one of type `from` has; `stream` has the draw of a piece.
    #[inline]
    pub(super) fn born(&self, from: u32, to: u32, stream: impl Fn(u64) -> Stream) -> u64 {
        let pair = from as usize * self.types + to as usize;
        (0..self.pieces[pair]).map(|piece| self.rows.points(pair, stream(piece))).sum()
    }

    /// The same for an event with a mark, whose mean number of offspring is its own.
    pub(super) fn born_of_marked(number: f64, stream: impl Fn(u64) -> Stream) -> u64 {
        let (pieces, length) = pieces(number);
        (0..pieces).map(|piece| count(length, stream(piece), 0) as u64).sum()
    }
}

/// Numbers of offspring of one type, by the type that causes them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quick<'a>(&'a [[u16; 2]]);

impl Quick<'_> {
    /// Whether one of type `from` has one, if it has none or one; and whether that is not known. `first` has
    /// the draw of the first piece.
    #[inline(always)]
    pub(super) fn one(self, from: u32, first: Stream) -> (bool, bool) {
        none_or_one(self.0[from as usize], (first.draw(0) >> 48) as u16)
    }
}
