//! Cells of alias tables as they lie in memory: in two words of 32 bits, or in three.

use super::alias::{Grain, Slot};

/// A way to write cells down, whose words stand side by side in a column.
pub(crate) trait Cell {
    /// Words in a cell.
    const WORDS: usize;

    /// Appends a cell to `words`.
    fn write(slot: Slot, words: &mut Vec<u32>);

    /// The entry that `fraction` (uniform, in units of 2^−64) picks from the cell in these words, and
    /// whether it picks any; if not, the entry is one that stands in the cell.
    fn pick(words: &[u32], fraction: u64) -> (u32, bool);
}

/// Two entries of 20 bits each, and the [`code`] of a cutoff of coarse grain in 24.
#[derive(Debug)]
pub(crate) struct Narrow;

/// Two entries, and the [`code`] of a cutoff of fine grain.
#[derive(Debug)]
pub(crate) struct Wide;

const ENTRY: u32 = 20;

/// Entries below this can stand in narrow cells.
pub(crate) const NARROW: usize = 1 << ENTRY;

/// A cutoff in few bits: its significant bits, and before them how far these are moved left beyond those
/// that no cutoff has. The first significant bit is left out: it adds 1 to that, and so tells such
/// cutoffs from those that are smaller and have none.
fn code(cutoff: u64, grain: Grain) -> u32 {
    let cutoff = cutoff.min(grain.largest());
    let shift = grain.shift(cutoff);
    ((shift - grain.left_out()) << (grain.bits() - 1)) + (cutoff >> shift) as u32
}

/// The cutoff with this code.
#[inline(always)]
fn cutoff(code: u32, grain: Grain) -> u64 {
    let shift = (code >> (grain.bits() - 1)).saturating_sub(1);
    u64::from(code - (shift << (grain.bits() - 1))) << (shift + grain.left_out())
}

impl Cell for Narrow {
    const WORDS: usize = 2;

    fn write(Slot { own, alias, cutoff }: Slot, words: &mut Vec<u32>) {
        // An alias that is the own entry says that there is nobody, unless the cutoff is the largest.
        let alias = if alias == Slot::NOBODY { own } else { alias };
        let code = u64::from(code(cutoff, Grain::Coarse));
        let word = u64::from(own) | u64::from(alias) << ENTRY | code << (2 * ENTRY);
        words.extend([word as u32, (word >> 32) as u32]);
    }

    #[inline(always)]
    fn pick(words: &[u32], fraction: u64) -> (u32, bool) {
        let (low, high) = (words[0], words[1]);
        let mask = (1 << ENTRY) - 1;
        let (own, alias) = (low & mask, (low >> ENTRY | high << (32 - ENTRY)) & mask);
        let code = high >> (2 * ENTRY - 32);
        let is_own = fraction < cutoff(code, Grain::Coarse);
        (if is_own { own } else { alias }, is_own | (alias != own) | (code == 0xff_ffff))
    }
}

impl Cell for Wide {
    const WORDS: usize = 3;

    fn write(Slot { own, alias, cutoff }: Slot, words: &mut Vec<u32>) {
        words.extend([own, alias, code(cutoff, Grain::Fine)]);
    }

    #[inline(always)]
    fn pick(words: &[u32], fraction: u64) -> (u32, bool) {
        let (own, alias) = (words[0], words[1]);
        let (is_own, is_any) = (fraction < cutoff(words[2], Grain::Fine), alias != Slot::NOBODY);
        (if is_own | !is_any { own } else { alias }, is_own | is_any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written is read: on both sides of every cutoff.
    fn assert_reads<C: Cell>(grain: Grain, cutoffs: impl Iterator<Item = u64>) {
        let largest = grain.largest();
        for cutoff in cutoffs.chain([largest]) {
            for (own, alias) in [(5, 1_048_575), (1_048_575, 5), (7, Slot::NOBODY), (9, 9)] {
                let alone = cutoff == largest && alias == Slot::NOBODY;
                if alone || (alias == own && cutoff != largest) {
                    continue;
                }
                let mut words = Vec::new();
                C::write(Slot { own, alias, cutoff }, &mut words);
                assert_eq!(words.len(), C::WORDS);
                assert_eq!(C::pick(&words, cutoff - 1), (own, true));
                for fraction in [cutoff, u64::MAX] {
                    let want = if alias == Slot::NOBODY { (own, false) } else { (alias, true) };
                    assert_eq!(C::pick(&words, fraction), want, "{cutoff:x}, {alias}");
                }
            }
        }
        let mut words = Vec::new();
        C::write(Slot::full(3), &mut words);
        assert!(
            [0, 1, u64::MAX].into_iter().all(|fraction| C::pick(&words, fraction) == (3, true))
        );
    }

    #[test]
    fn cells_are_read_as_they_were_written() {
        let coarse =
            || (29..64).flat_map(|i| [1 << i, 0x1f_ffff << (i - 20)].map(|c| c >> 29 << 29));
        assert_reads::<Narrow>(Grain::Coarse, coarse());
        assert_reads::<Wide>(Grain::Fine, coarse());
        let fine = (0..38).flat_map(|i| [1 << i, 3 << i, 0x7ff_ffff << i]);
        assert_reads::<Wide>(Grain::Fine, fine);
    }
}
