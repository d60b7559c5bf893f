//! Permutations that are computed and not stored.

use super::{Draws, Key};

/// A permutation of 0, 1, … `size` − 1 that a key chooses.
///
/// Up to 2^16 numbers it is a table, shuffled after Fisher and Yates: every permutation is equally
/// likely. Larger ones are rounds of adding, multiplying by an odd number and folding the upper half
/// of the bits into the lower one, each a bijection of w bits; a result of `size` or more is put in
/// again until one is below (cycle walking: J. Black, P. Rogaway, "Ciphers with arbitrary finite
/// domains", CT-RSA 2002, doi:10.1007/3-540-45760-7_9). No statistic of interest tells these from
/// permutations at random, though they are few among all.
#[derive(Debug, Clone)]
pub(crate) enum Permutation {
    Table(Box<[u16]>),
    Rounds { size: u64, mask: u64, fold: u32, rounds: [(u64, u64); ROUNDS] },
}

const ROUNDS: usize = 5;
/// The largest size that has a table.
const TABLE: u64 = 1 << 16;

impl Permutation {
    /// The permutation of 0 … `size` − 1 of this purpose. O(1), or O(size) up to 2^16.
    pub(crate) fn new(key: Key, purpose: u64, size: u64) -> Self {
        let mut draws = Draws::new(key.stream(purpose, u64::MAX));
        if size <= TABLE {
            let mut table: Vec<u16> = (0..size).map(|number| number as u16).collect();
            for place in (1..table.len()).rev() {
                table.swap(place, draws.below(place as u64 + 1) as usize);
            }
            return Self::Table(table.into());
        }
        let width = u64::BITS - (size - 1).leading_zeros();
        let rounds = std::array::from_fn(|_| (draws.word(), draws.word() | 1));
        Self::Rounds {
            size,
            mask: u64::MAX >> (u64::BITS - width),
            fold: width.div_ceil(2),
            rounds,
        }
    }

    /// Where `number`, below the size, goes. O(1).
    #[inline]
    pub(crate) fn at(&self, number: u64) -> u64 {
        match self {
            Self::Table(table) => u64::from(table[number as usize]),
            Self::Rounds { size, mask, fold, rounds } => {
                let mut number = number;
                loop {
                    for (addend, factor) in rounds {
                        number = number.wrapping_add(*addend).wrapping_mul(*factor) & mask;
                        number ^= number >> fold;
                    }
                    if number < *size {
                        return number;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_comes_once() {
        let key = Key::of_graph(0);
        for size in [0u64, 1, 2, 3, 1000, TABLE, TABLE + 1, 100_000, 1 << 17] {
            let permutation = Permutation::new(key, 1, size);
            let mut seen = vec![false; size as usize];
            for number in 0..size {
                let place = permutation.at(number) as usize;
                assert!(!std::mem::replace(&mut seen[place], true), "{place} twice of {size}");
            }
        }
        let wide = Permutation::new(key, 1, u64::MAX);
        assert!((0..1000).all(|number| wide.at(number) < u64::MAX));
    }

    /// The places of neighbours fall into 16 × 16 cells evenly: chi-square with 255 degrees of
    /// freedom below 377 (false alarm 1e-6), for each of 20 keys; so do fixed distances.
    #[test]
    fn neighbours_part() {
        for seed in 0..20 {
            let size = (1u64 << 18) - 4321;
            let permutation = Permutation::new(Key::of_graph(seed), 3, size);
            for distance in [1, 2, 1 << 9, 1 << 17] {
                let mut cells = [0f64; 256];
                let cell = |number: u64| (permutation.at(number) * 16 / size) as usize;
                for number in (0..size - distance).step_by(3) {
                    cells[cell(number) * 16 + cell(number + distance)] += 1.0;
                }
                let want = cells.iter().sum::<f64>() / 256.0;
                let chi: f64 = cells.iter().map(|seen| (seen - want).powi(2) / want).sum();
                assert!(chi < 377.0, "{chi} at distance {distance} with seed {seed}");
            }
        }
    }

    #[test]
    fn known_answers() {
        let key = Key::of_graph(11);
        let small = Permutation::new(key, 0, 8);
        let large = Permutation::new(key, 0, 1 << 40);
        assert_ne!(large.at(0), Permutation::new(key, 1, 1 << 40).at(0));
        let places: Vec<u64> =
            (0..8).map(|number| small.at(number)).chain((0..3).map(|n| large.at(n))).collect();
        insta::assert_debug_snapshot!(places);
    }
}
