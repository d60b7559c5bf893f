//! Marks of Poisson processes in absolute time: what can happen along ties that exist for a while.

use super::Enough;
use super::listed::Listed;
use crate::random::{
    Key, Lane, Stream, exponential, exponential_below, exponential_of, exponentials_of,
    first_draws, mixed,
};

/// Of so many ties, at most, first draws are made side by side.
pub(super) const MOST: usize = 16;

/// Where no more cells are asked for in all.
const NEAR: u64 = 4;

/// Cells of time, into which marks of one hazard fall.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cells {
    /// In a tick, or a step.
    hazard: f64,
    /// A cell has 2 to this power ticks.
    size: u32,
    /// First draws from here on are behind their cell; `u64::MAX` if none is sure to be.
    behind: u64,
}

impl Cells {
    pub(super) fn of(hazard: f64) -> Self {
        let size = cell(hazard);
        // A little more than what is missing to be exact, which is some 2^-40.
        let within = exponential_below(hazard * (1u64 << size) as f64) * (1.0 + 1e-9);
        let is_sure = within < 1.0;
        let behind = (within * 18_446_744_073_709_551_616.0) as u64;
        Self { hazard, size, behind: if is_sure { behind + 1 } else { u64::MAX } }
    }
}

/// Marks of one hazard along the ties of one account, by cell of time: whatever is asked for, they are the same.
#[derive(Debug)]
pub(crate) struct TieMarks {
    key: Key,
    cells: Cells,
    /// The last cells that were looked at, by the last bits of their number.
    lanes: [Option<(u64, Lane)>; NEAR as usize],
}

impl TieMarks {
    pub(super) fn new(key: Key, cells: Cells) -> Self {
        Self { key, cells, lanes: [None; NEAR as usize] }
    }

    /// For another tie; what cells of the same number have in common stays.
    #[inline]
    pub(super) fn set_hazard(&mut self, hazard: f64) {
        if self.cells.hazard != hazard {
            self.cells = Cells::of(hazard);
        }
    }

    /// Calls `see` with the ticks, from one to another, that have marks along the tie to the account with this
    /// logical key, in order, until there are enough.
    #[inline(never)]
    pub(crate) fn each(
        &mut self,
        whom: u64,
        (from, to): (u64, u64),
        see: &mut impl FnMut(u64) -> Enough,
    ) -> Enough {
        if from > to {
            return Enough::No;
        }
        let Cells { hazard, size, behind } = self.cells;
        if hazard == f64::INFINITY {
            let enough = (from..=to).any(|at| see(at) == Enough::Yes);
            return if enough { Enough::Yes } else { Enough::No };
        }
        for cell in from >> size..=to >> size {
            let stream = self.lane(cell).stream(whom);
            let word = stream.draw(0);
            if word >= behind {
                continue;
            }
            let draws = (stream, exponential_of(word) / hazard);
            if self.in_cell(cell << size, draws, (from, to), see) == Enough::Yes {
                return Enough::Yes;
            }
        }
        Enough::No
    }

    /// The same of several ties: those of each in order. Where these stretches lie near each other first draws are
    /// made side by side, and so are the first marks of cells that have any.
    #[inline(always)]
    pub(crate) fn each_of(
        &mut self,
        stretches: &mut [Stretch],
        mut see: impl FnMut(u32, u64) -> Enough,
    ) {
        let Cells { hazard, size, .. } = self.cells;
        let (mut first, mut last, mut own) = (u64::MAX, 0, 0u64);
        for &Stretch { from, to, .. } in &*stretches {
            let ends = (from >> size, to >> size);
            (first, last) = (first.min(ends.0), last.max(ends.1));
            own = own.saturating_add(ends.1 - ends.0 + 1);
        }
        // Where one mark is enough, long stretches are mostly not gone through.
        let cells = last.saturating_sub(first).saturating_add(1);
        let are_near = cells <= NEAR && cells * stretches.len() as u64 / 2 <= own;
        if hazard == f64::INFINITY || !are_near || stretches.len() > MOST {
            for &Stretch { place, whom, from, to } in &*stretches {
                self.each(whom, (from, to), &mut |at| see(place, at));
            }
            return;
        }
        let lanes: [Lane; NEAR as usize] =
            std::array::from_fn(|place| self.lane(first.saturating_add(place as u64).min(last)));
        let (mut asked, mut hits) = (Listed::default(), Listed::default());
        for of in 0..stretches.len() {
            let Stretch { whom, from, to, .. } = stretches[of];
            let (one, other) = (from >> size, to >> size);
            let mut ask = |cell: u64, counts: bool| {
                let lane = lanes[(cell - first) as usize % lanes.len()];
                asked.put((lane.unmixed(whom), cell << size, of), counts);
            };
            ask(one, true);
            (one + 1..other).for_each(|cell| ask(cell, true));
            // Which stretches go into a second cell no processor can guess.
            ask(other, other > one);
            if asked.len >= 8 {
                self.list_hits(&mut asked, &mut hits, stretches, &mut see);
            }
        }
        self.list_hits(&mut asked, &mut hits, stretches, &mut see);
        self.see_hits(&mut hits, stretches, &mut see);
    }

    /// Lists the first eight cells that are asked which have a mark, and sees those once there are eight.
    #[inline(always)]
    fn list_hits(
        &self,
        asked: &mut Listed,
        hits: &mut Listed,
        stretches: &mut [Stretch],
        see: &mut impl FnMut(u32, u64) -> Enough,
    ) {
        let streams = mixed(asked.eight());
        let draws = first_draws(&streams);
        // Which have marks no processor can guess.
        for place in 0..asked.len.min(8) {
            let (start, of) = (asked.starts[place], asked.of[place]);
            hits.put((streams[place], start, of.into()), draws[place] < self.cells.behind);
        }
        asked.forget_eight();
        if hits.len >= 8 {
            self.see_hits(hits, stretches, see);
        }
    }

    /// Sees the marks of the first eight cells that have any.
    #[inline(always)]
    fn see_hits(
        &self,
        hits: &mut Listed,
        stretches: &mut [Stretch],
        see: &mut impl FnMut(u32, u64) -> Enough,
    ) {
        let firsts = exponentials_of(&first_draws(hits.eight()));
        for place in 0..hits.len.min(8) {
            let stretch = &mut stretches[usize::from(hits.of[place])];
            let draws = (Stream::of_word(hits.words[place]), firsts[place] / self.cells.hazard);
            let see = &mut |at| see(stretch.place, at);
            let within = (stretch.from, stretch.to);
            if self.in_cell(hits.starts[place], draws, within, see) == Enough::Yes {
                // No later cell is asked for it.
                stretch.to = 0;
            }
        }
        hits.forget_eight();
    }

    /// Those in the cell that begins at `first`, of which the first mark is so long after that.
    #[inline(always)]
    fn in_cell(
        &self,
        first: u64,
        (stream, mut at): (Stream, f64),
        (from, to): (u64, u64),
        see: &mut impl FnMut(u64) -> Enough,
    ) -> Enough {
        let Cells { hazard, size, .. } = self.cells;
        let length = (1u64 << size) as f64;
        let mut known = None;
        for mark in 1.. {
            if at >= length {
                break;
            }
            let tick = first + at as u64;
            if tick > to {
                break;
            }
            if tick >= from && known != Some(tick) && see(tick) == Enough::Yes {
                return Enough::Yes;
            }
            known = Some(tick);
            at += exponential(stream, mark) / hazard;
        }
        Enough::No
    }

    #[inline(always)]
    fn lane(&mut self, cell: u64) -> Lane {
        let known = &mut self.lanes[(cell % NEAR) as usize];
        match *known {
            Some((of, lane)) if of == cell => lane,
            _ => known.insert((cell, self.key.lane(cell))).1,
        }
    }
}

/// A stretch of the tie to the account with a logical key, from one tick to another.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Stretch {
    /// What the tie is known by.
    pub(crate) place: u32,
    pub(crate) whom: u64,
    pub(crate) from: u64,
    pub(crate) to: u64,
}

/// A cell has 2 to this power ticks: so many that a mark is to be expected in one or two of them.
fn cell(hazard: f64) -> u32 {
    let exponent = ((1.0 / hazard).to_bits() >> 52) as i64 - 1023;
    exponent.clamp(0, 62) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Channel, RunKeys};

    /// The same by the definition: cell by cell, draw by draw.
    fn plain(key: Key, whom: u64, hazard: f64, (from, to): (u64, u64)) -> Vec<u64> {
        let size = cell(hazard);
        let mut all = Vec::new();
        for cell in from >> size..=to >> size {
            let stream = key.stream(whom, cell);
            let (mut at, mut mark) = (exponential(stream, 0) / hazard, 1);
            while at < (1u64 << size) as f64 {
                all.push((cell << size) + at as u64);
                at += exponential(stream, mark) / hazard;
                mark += 1;
            }
        }
        all.retain(|tick| (from..=to).contains(tick));
        all.dedup();
        all
    }

    #[test]
    fn marks_are_those_of_the_definition() {
        let key = RunKeys::new(5, 0, 0).channel(Channel::TieMark);
        for hazard in [1e-12, 1e-9, 3e-4, 0.01, 0.3, 1.0, 1.5, 7.0] {
            let mut marks = TieMarks::new(key, Cells::of(hazard));
            let long = (3.0 / hazard) as u64 + 2;
            let mut found = 0;
            for whom in 0..300 {
                for from in [0, long / 5, 7 * long] {
                    let (mut seen, stretch) = (Vec::new(), (from, from + long));
                    let enough = marks.each(whom, stretch, &mut |at| {
                        seen.push(at);
                        Enough::No
                    });
                    assert_eq!(enough, Enough::No);
                    assert_eq!(seen, plain(key, whom, hazard, stretch), "{hazard}");
                    found += seen.len();
                }
            }
            assert!(found > 900, "{found} of {hazard}");
        }
    }

    /// Whether ties are asked together or one by one, and whether the first mark is enough.
    #[test]
    fn marks_of_several_ties_are_those_of_each() {
        let key = RunKeys::new(5, 0, 0).channel(Channel::TieMark);
        let near = |_, long| (long / 3, long / 2);
        let wide = |_, long| (long / 3, 4 * long);
        let far = |place: u64, long| (place * 40 * long, long);
        for hazard in [1e-12, 3e-4, 0.3, 1.5, f64::INFINITY] {
            let long = if hazard == f64::INFINITY { 3 } else { (3.0 / hazard) as u64 + 2 };
            type Of<'a> = &'a dyn Fn(u64, u64) -> (u64, u64);
            for (of, many) in [(&near as Of<'_>, 16), (&near, 40), (&wide, 16), (&far, 9)] {
                let mut found = 0;
                for most in [1, usize::MAX] {
                    let mut stretches: Vec<Stretch> = (0..many)
                        .map(|place| {
                            let (from, length) = of(place, long);
                            let (from, to) =
                                (from + place, from + place + place % 4 * (length / 4));
                            Stretch { place: place as u32, whom: 3 * place, from, to }
                        })
                        .collect();
                    let asked = stretches.clone();
                    let mut seen = vec![Vec::new(); stretches.len()];
                    TieMarks::new(key, Cells::of(hazard)).each_of(&mut stretches, |place, at| {
                        let seen = &mut seen[place as usize];
                        seen.push(at);
                        if seen.len() < most { Enough::No } else { Enough::Yes }
                    });
                    for (seen, of) in seen.iter().zip(asked) {
                        let mut all = if hazard == f64::INFINITY {
                            (of.from..=of.to).collect()
                        } else {
                            plain(key, of.whom, hazard, (of.from, of.to))
                        };
                        all.truncate(most);
                        assert_eq!(*seen, all, "{hazard} {many}");
                        found += all.len();
                    }
                }
                assert!(found > 3, "{found} of {hazard}");
            }
        }
    }

    /// Where the first mark is enough, nobody goes through thousands of millions of cells up to the last stretch.
    #[test]
    fn what_is_enough_ends_long_stretches() {
        let key = RunKeys::new(5, 0, 0).channel(Channel::TieMark);
        let mut stretches =
            [0, 1 << 62].map(|from| Stretch { place: 0, whom: 3, from, to: u64::MAX });
        let mut seen = 0;
        TieMarks::new(key, Cells::of(1e-9)).each_of(&mut stretches, |_, _| {
            seen += 1;
            Enough::Yes
        });
        assert_eq!(seen, 2);
    }

    /// Marks in a stretch are those of the whole that fall into it, and as many as the hazard says: within
    /// 4.5 standard errors (false alarm 7e-6 each).
    #[test]
    fn marks_are_given_whatever_is_asked_for() {
        let key = RunKeys::new(5, 0, 0).channel(Channel::TieMark);
        for hazard in [1e-9, 3e-4, 0.01, 0.3] {
            let to = (20_000.0 / hazard) as u64;
            let all_of = |from, to| {
                let mut all = Vec::new();
                TieMarks::new(key, Cells::of(hazard)).each(7, (from, to), &mut |at| {
                    all.push(at);
                    Enough::No
                });
                all
            };
            let all = all_of(0, to);
            assert!(all.is_sorted_by(|a, b| a < b));
            // A tick has a mark with probability 1 − e^−hazard.
            let p = -(-hazard).exp_m1();
            let wanted = (to + 1) as f64 * p;
            assert!((all.len() as f64 - wanted).abs() < 4.5 * wanted.sqrt(), "{hazard}");
            for part in [to / 7, to / 2] {
                let (mut cut, rest) = (all_of(0, part), all_of(part + 1, to));
                cut.extend(rest);
                assert_eq!(cut, all);
            }
        }
        let mut sure = Vec::new();
        TieMarks::new(key, Cells::of(f64::INFINITY)).each(7, (3, 6), &mut |at| {
            sure.push(at);
            if at == 5 { Enough::Yes } else { Enough::No }
        });
        assert_eq!(sure, [3, 4, 5]);
    }
}
