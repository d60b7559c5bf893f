//! Alias tables: one draw picks an entry in proportion to its weight (Walker 1977; Vose 1991,
//! doi:10.1109/32.92917).
//!
//! Cutoffs have as many bits as a share needs, and what rounding gives or takes is settled with the
//! entry that fills the rest of the cell; so each entry gets its share to 2^−20 relative, however
//! small it is.

use super::Stream;

/// One cell of a table: below the cutoff its own entry, else its alias.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) own: u32,
    /// The same as `own` where the cell has no alias; or [`NOBODY`](Self::NOBODY).
    pub(crate) alias: u32,
    /// In units of 2^−64.
    pub(crate) cutoff: u64,
}

impl Slot {
    /// The alias that stands for no entry.
    pub(crate) const NOBODY: u32 = u32::MAX;

    /// A cell that is all its entry's.
    pub(crate) const fn full(own: u32) -> Self {
        Self { own, alias: own, cutoff: WHOLE }
    }
}

/// How exact the cutoffs of a table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grain {
    /// The first 21 bits, as far as they stand for 2^−35 or more.
    Coarse,
    /// The first 27 bits; for tables in which a share is below 2^−15 of a cell.
    Fine,
}

impl Grain {
    /// Significant bits.
    pub(crate) const fn bits(self) -> u32 {
        match self {
            Self::Coarse => 21,
            Self::Fine => 27,
        }
    }

    /// Bits that no cutoff has, at the end.
    pub(crate) const fn left_out(self) -> u32 {
        match self {
            Self::Coarse => 29,
            Self::Fine => 0,
        }
    }

    /// How far the significant bits of `cutoff` are moved left.
    pub(crate) fn shift(self, cutoff: u64) -> u32 {
        (64 - self.bits()).saturating_sub(cutoff.leading_zeros()).max(self.left_out())
    }

    /// The cutoffs next to `share` (0 ≤ `share` < 1), at most that, if any is, and at least that;
    /// [`WHOLE`] is one.
    fn around(self, share: f64) -> [u64; 2] {
        let units = (share * TWO_64) as u64;
        let shift = self.shift(units);
        let below = units >> shift << shift;
        if (below as f64) >= share * TWO_64 {
            return [below; 2];
        }
        [below, below.checked_add(1 << shift).unwrap_or(WHOLE)]
    }

    /// The largest cutoff but for [`WHOLE`].
    pub(crate) const fn largest(self) -> u64 {
        u64::MAX << (64 - self.bits())
    }
}

/// The cutoff of a cell that is all its entry's: as a number, 1.
const WHOLE: u64 = u64::MAX;

const TWO_64: f64 = 18_446_744_073_709_551_616.0;

/// Rounding gives away no more of a cell, nor takes more: half of the last of 21 bits.
const MOST_GIVEN: f64 = 1.0 / 4_194_304.0;

/// A borrowed table with a cell for each entry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AliasTable<'a>(pub(crate) &'a [Slot]);

impl AliasTable<'_> {
    /// Appends the cells for `entries` (numbers with weights, finite and above 0), one for each, to
    /// `slots`; `total` is at least the sum of weights, and what it has more goes to nobody. O(entries)
    /// time.
    pub(crate) fn build(entries: &[(u32, f64)], total: f64, slots: &mut Vec<Slot>) -> Grain {
        let scale = entries.len() as f64 / total;
        let base = slots.len();
        slots.extend(entries.iter().map(|&(own, _)| Slot::full(own)));
        let mut left: Vec<f64> = entries.iter().map(|&(_, weight)| weight * scale).collect();
        let is_small = left.iter().any(|&share| share < 1.0 / 32_768.0);
        let grain = if is_small { Grain::Fine } else { Grain::Coarse };
        // What rounding has given away so far.
        let mut given = 0.0f64;
        let mut round = |share: f64| {
            let [below, above] = grain.around(share);
            let [less, more] = [below, above].map(|cutoff| cutoff as f64 / TWO_64 - share);
            let mut is_less = -less <= more;
            let nearer = if is_less { less } else { more };
            // If that would give away, or take, too much: the other side.
            is_less ^= (given + nearer).abs() > MOST_GIVEN;
            given += if is_less { less } else { more };
            if is_less { below } else { above }
        };
        let small = pair_entries(&mut left, |lesser, share, greater| {
            let cutoff = round(share);
            if cutoff != WHOLE {
                slots[base + lesser] =
                    Slot { own: entries[lesser].0, alias: entries[greater].0, cutoff };
            }
            cutoff as f64 / TWO_64
        });
        // Large ones that are left are 1 but for rounding; what small ones lack is nobody's.
        for entry in small {
            let mut cutoff = round(left[entry]);
            // The largest is kept for cells that have an alias.
            if cutoff == grain.largest() {
                let next = cutoff - (1 << (64 - grain.bits()));
                cutoff = if left[entry] * TWO_64 < cutoff as f64 { next } else { WHOLE };
            }
            if cutoff == WHOLE {
                continue;
            }
            slots[base + entry] = Slot { own: entries[entry].0, alias: Slot::NOBODY, cutoff };
        }
        grain
    }

    /// The entry that draw number `index` of `stream` picks.
    pub(crate) fn pick(self, stream: Stream, index: u64) -> Option<u32> {
        let slot = self.0[stream.place(index, self.0.len() as u32) as usize];
        let entry = if stream.more(index) < slot.cutoff { slot.own } else { slot.alias };
        (entry != Slot::NOBODY).then_some(entry)
    }

    /// The share of each entry that the cells realise, if entries are 0, 1, 2 …
    #[cfg(test)]
    pub(crate) fn shares(self) -> Vec<f64> {
        let mut shares = vec![0.0; self.0.len()];
        for slot in self.0 {
            let own = slot.cutoff as f64 / TWO_64;
            shares[slot.own as usize] += own;
            if let Some(share) = shares.get_mut(slot.alias as usize) {
                *share += 1.0 - own;
            }
        }
        shares.iter().map(|share| share / self.0.len() as f64).collect()
    }
}

/// Pairs entries so that each cell holds one with less than a cell and a part of one with more.
///
/// `left` is what each entry is worth in cells. `fill` is told of the lesser of two, what is left of
/// it, and the greater, and says how much of the cell the lesser gets; the rest is the greater's.
/// Returns the lesser entries that no greater one is left for; the greater ones that are left have
/// their cells to themselves. O(entries).
pub(crate) fn pair_entries(
    left: &mut [f64],
    mut fill: impl FnMut(usize, f64, usize) -> f64,
) -> Vec<usize> {
    let (mut small, mut large): (Vec<usize>, Vec<usize>) =
        (0..left.len()).partition(|&entry| left[entry] < 1.0);
    while let (Some(&lesser), Some(&greater)) = (small.last(), large.last()) {
        small.pop();
        left[greater] = (left[greater] + fill(lesser, left[lesser], greater)) - 1.0;
        if left[greater] < 1.0 {
            large.pop();
            small.push(greater);
        }
    }
    small
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::RunKeys;

    fn table(weights: &[f64], total: f64) -> Vec<Slot> {
        let mut slots = Vec::new();
        let entries: Vec<_> = (0..).zip(weights.iter().copied()).collect();
        AliasTable::build(&entries, total, &mut slots);
        slots
    }

    fn assert_shares(weights: &[f64], total: f64) {
        let cells = table(weights, total);
        for (share, weight) in AliasTable(&cells).shares().iter().zip(weights) {
            let want = weight / total;
            assert!((share - want).abs() < 1e-6 * want, "{share} for {want}");
        }
    }

    #[test]
    fn shares_follow_weights_even_when_they_are_far_apart() {
        let mut weights = vec![0.693; 1000];
        weights.extend((0..999_000).map(|i| if i % 2 == 0 { 1e-4 } else { 1e-12 }));
        let sum: f64 = weights.iter().sum();
        for spare in [1.0, 1.04, 30.0] {
            assert_shares(&weights, sum * spare);
        }
    }

    /// Weights of all sizes and nearly equal ones, with and without a rest for nobody.
    #[test]
    fn shares_follow_weights_of_every_kind() {
        let stream = RunKeys::new(2, 0, 0).tie.stream(0, 0);
        for case in 0..300u64 {
            let len = 1 + u64::from(stream.from(case << 20).place(0, 200));
            let uniform = |i: u64| stream.draw((case << 20) + 1 + i) as f64 / 2f64.powi(64);
            let weights: Vec<f64> = (0..len)
                .map(|i| match case % 4 {
                    0 => 10f64.powf(-12.0 * uniform(i)),
                    1 => 1.0 + 1e-7 * uniform(i),
                    2 => uniform(i),
                    _ => f64::from(u8::from(uniform(i) < 0.3)) + 1e-9,
                })
                .collect();
            let sum: f64 = weights.iter().sum();
            assert_shares(&weights, sum);
            assert_shares(&weights, sum * (1.0 + uniform(len) / 16.0));
        }
    }

    #[test]
    fn one_entry_is_always_picked() {
        let stream = RunKeys::new(0, 0, 0).tie.stream(0, 0);
        let slots = table(&[3.0], 3.0);
        assert_eq!(slots, [Slot::full(0)]);
        assert!((0..1000).all(|i| AliasTable(&slots).pick(stream, i) == Some(0)));
    }

    /// Cutoffs lie on both sides of a share, as near as their bits allow.
    #[test]
    fn cutoffs_are_near() {
        for (grain, least) in [(Grain::Coarse, -14), (Grain::Fine, -37)] {
            for power in least..0 {
                for part in [1.0, 1.1, 1.5, 1.999_999_9] {
                    let share = part * 2f64.powi(power - 1);
                    let [below, above] = grain.around(share).map(|cutoff| cutoff as f64 / TWO_64);
                    let step = share * 2f64.powi(1 - grain.bits() as i32);
                    assert!(below <= share && above >= share);
                    assert!(above - below <= step, "{grain:?}, {share}");
                }
            }
            assert_eq!(grain.around(1.0 - f64::EPSILON), [grain.largest(), WHOLE]);
        }
        assert_eq!(Grain::Coarse.around(0.0), [0; 2]);
        assert_eq!(Grain::Coarse.around(2f64.powi(-40)), [0, 1 << 29]);
        assert_eq!(Grain::Fine.around(1.5 / TWO_64), [1, 2]);
    }

    /// Chi-square with 5 degrees of freedom below 35.9 (false alarm 1e-6).
    #[test]
    fn picks_follow_weights() {
        let weights = [1.0, 2.0, 3.0, 4.0, 0.5, 1.5];
        let cells = table(&weights[..5], 12.0);
        let stream = RunKeys::new(5, 0, 0).tie.stream(0, 0);
        let n = 210_000;
        let mut seen = [0u32; 6];
        for index in 0..n {
            let entry = AliasTable(&cells).pick(stream, index).unwrap_or(5);
            seen[entry as usize] += 1;
        }
        let chi: f64 = seen
            .iter()
            .zip(weights)
            .map(|(&seen, weight)| {
                let want = n as f64 * weight / 12.0;
                (f64::from(seen) - want).powi(2) / want
            })
            .sum();
        assert!(chi < 35.9, "{chi}");
    }
}
