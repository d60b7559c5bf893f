//! Marks of Poisson processes in absolute time: what can happen along ties that exist for a while.

use super::Enough;
use crate::random::{Key, Lane, Stream, exponential, exponential_below, exponential_of};

/// Of so many ties, at most, first draws are made side by side.
pub(super) const MOST: usize = 16;

/// Where no more cells are asked for in all.
const NEAR: u64 = 4;

/// Marks of one hazard along the ties of one account, by cell of time: whatever is asked for, they are the same.
#[derive(Debug)]
pub(crate) struct TieMarks {
    key: Key,
    /// In a tick, or a step.
    hazard: f64,
    /// A cell has 2 to this power ticks.
    size: u32,
    /// First draws from here on are behind their cell; `u64::MAX` if none is sure to be.
    behind: u64,
    /// The last cells that were looked at, by whether their number is odd.
    lanes: [(u64, Lane); 2],
}

impl TieMarks {
    pub(crate) fn new(key: Key, hazard: f64) -> Self {
        let lane = key.lane(0);
        let lanes = [(0, lane), (u64::MAX, lane)];
        let mut marks = Self { key, hazard: f64::NAN, size: 0, behind: 0, lanes };
        marks.set_hazard(hazard);
        marks
    }

    /// For another tie; what cells of the same number have in common stays.
    #[inline]
    pub(crate) fn set_hazard(&mut self, hazard: f64) {
        if self.hazard == hazard {
            return;
        }
        (self.hazard, self.size) = (hazard, cell(hazard));
        // A little more than what is missing to be exact, which is some 2^-40.
        let length = (1u64 << self.size) as f64;
        let within = exponential_below(hazard * length) * (1.0 + 1e-9);
        let is_sure = within < 1.0;
        let behind = (within * 18_446_744_073_709_551_616.0) as u64;
        self.behind = if is_sure { behind + 1 } else { u64::MAX };
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
        if self.hazard == f64::INFINITY {
            let enough = (from..=to).any(|at| see(at) == Enough::Yes);
            return if enough { Enough::Yes } else { Enough::No };
        }
        for cell in from >> self.size..=to >> self.size {
            let stream = self.lane(cell).stream(whom);
            let word = stream.draw(0);
            if word < self.behind
                && self.in_cell(cell, (stream, word), (from, to), see) == Enough::Yes
            {
                return Enough::Yes;
            }
        }
        Enough::No
    }

    /// The same of several ties: those of each in order. Where these stretches lie near each other the first draws
    /// of a cell are made side by side.
    #[inline(always)]
    pub(crate) fn each_of(
        &mut self,
        stretches: &mut [Stretch],
        mut see: impl FnMut(u32, u64) -> Enough,
    ) {
        let (mut first, mut last, mut own) = (u64::MAX, 0, 0u64);
        for &Stretch { from, to, .. } in &*stretches {
            let ends = (from >> self.size, to >> self.size);
            (first, last) = (first.min(ends.0), last.max(ends.1));
            own = own.saturating_add(ends.1 - ends.0 + 1);
        }
        // Where one mark is enough, long stretches are mostly not gone through.
        let cells = last.saturating_sub(first).saturating_add(1);
        let are_near = cells <= NEAR && cells * stretches.len() as u64 / 2 <= own;
        if self.hazard == f64::INFINITY || !are_near || stretches.len() > MOST {
            for &Stretch { place, whom, from, to } in &*stretches {
                self.each(whom, (from, to), &mut |at| see(place, at));
            }
            return;
        }
        // Which have marks no processor can guess, so these are listed first.
        let mut listed = [(0, 0); MOST];
        for cell in first..=last {
            let (lane, start) = (self.lane(cell), cell << self.size);
            let end = start + ((1 << self.size) - 1);
            let mut count = 0;
            for (of, stretch) in stretches.iter().enumerate() {
                let word = lane.stream(stretch.whom).draw(0);
                let is_asked = (stretch.from <= end) & (stretch.to >= start);
                listed[count] = (of, word);
                count += usize::from(is_asked & (word < self.behind));
            }
            for &(of, word) in &listed[..count] {
                let Stretch { place, whom, from, to } = stretches[of];
                let draws = (lane.stream(whom), word);
                let see = &mut |at| see(place, at);
                if self.in_cell(cell, draws, (from, to), see) == Enough::Yes {
                    // No later cell is asked for it.
                    stretches[of].to = 0;
                }
            }
            if stretches.iter().all(|stretch| stretch.to <= end) {
                break;
            }
        }
    }

    /// Those in one cell, whose first draw is that word.
    #[inline(always)]
    fn in_cell(
        &self,
        cell: u64,
        (stream, word): (Stream, u64),
        (from, to): (u64, u64),
        see: &mut impl FnMut(u64) -> Enough,
    ) -> Enough {
        let (first, length) = (cell << self.size, (1u64 << self.size) as f64);
        let mut at = exponential_of(word) / self.hazard;
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
            at += exponential(stream, mark) / self.hazard;
        }
        Enough::No
    }

    #[inline(always)]
    fn lane(&mut self, cell: u64) -> Lane {
        let (of, lane) = &mut self.lanes[(cell & 1) as usize];
        if *of != cell {
            (*of, *lane) = (cell, self.key.lane(cell));
        }
        *lane
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
            let mut marks = TieMarks::new(key, hazard);
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
                    TieMarks::new(key, hazard).each_of(&mut stretches, |place, at| {
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
        TieMarks::new(key, 1e-9).each_of(&mut stretches, |_, _| {
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
                TieMarks::new(key, hazard).each(7, (from, to), &mut |at| {
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
        TieMarks::new(key, f64::INFINITY).each(7, (3, 6), &mut |at| {
            sure.push(at);
            if at == 5 { Enough::Yes } else { Enough::No }
        });
        assert_eq!(sure, [3, 4, 5]);
    }
}
