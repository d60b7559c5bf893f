//! Histories: what a run learns of its world, coin by coin.

use crate::error::{Error, Result};

/// One independent draw of a world, and all that it can show.
#[derive(Debug, Clone)]
pub(super) struct Coin {
    /// A word of bits, each of which some arc reads, and its probability, which is not 0.
    pub(super) options: Vec<(u64, f64)>,
}

/// Walks through all histories, depth first.
///
/// A run looks at coins, and a coin is tossed when it is first looked at. Coins that a run never
/// looks at are never tossed: a history stands for all worlds that agree on those it looked at. The
/// last toss is then changed and the run repeated, until all options are used up.
#[derive(Debug)]
pub(super) struct Histories<'a> {
    coins: &'a [Coin],
    /// For each coin what it shows, if it was tossed.
    shown: Vec<Option<u64>>,
    /// The tosses in their order: coin, option, probability of the history up to it.
    tosses: Vec<(u32, usize, f64)>,
    count: u64,
    limit: u64,
}

impl<'a> Histories<'a> {
    pub(super) fn new(coins: &'a [Coin], limit: u64) -> Self {
        Self { coins, shown: vec![None; coins.len()], tosses: Vec::new(), count: 0, limit }
    }

    /// What `coin` shows.
    #[inline]
    pub(super) fn look(&mut self, coin: u32) -> u64 {
        match self.shown[coin as usize] {
            Some(shown) => shown,
            None => self.toss(coin, 0),
        }
    }

    fn toss(&mut self, coin: u32, option: usize) -> u64 {
        let (shown, p) = self.coins[coin as usize].options[option];
        self.tosses.push((coin, option, self.probability() * p));
        self.shown[coin as usize] = Some(shown);
        shown
    }

    /// The probability of the history so far.
    pub(super) fn probability(&self) -> f64 {
        self.tosses.last().map_or(1.0, |&(_, _, probability)| probability)
    }

    /// How many histories were told to their end.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Ends a history and turns to the next; `false` after the last.
    pub(super) fn next(&mut self) -> Result<bool> {
        self.count += 1;
        while let Some((coin, option, _)) = self.tosses.pop() {
            self.shown[coin as usize] = None;
            if option + 1 < self.coins[coin as usize].options.len() {
                if self.count == self.limit {
                    return Err(too_many(self.coins, self.limit));
                }
                self.toss(coin, option + 1);
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The refusal of a graph in which too much is undecided.
pub(super) fn too_many(coins: &[Coin], limit: u64) -> Error {
    let bits: f64 = coins.iter().map(|coin| (coin.options.len() as f64).log2()).sum();
    let draws = coins.iter().filter(|coin| coin.options.len() > 1).count();
    Error::capacity(format!(
        "the enumerator takes at most {limit} histories, and there are more: up to 2^{bits:.1}, from \
         {draws} draws"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tosses_only_what_is_looked_at() {
        let coin = |p: f64| Coin { options: vec![(1, p), (0, 1.0 - p)] };
        let coins = [coin(0.25), coin(0.5), coin(0.5)];
        let mut histories = Histories::new(&coins, 10);
        let mut told = Vec::new();
        loop {
            let first = histories.look(0);
            let second = if first == 1 { histories.look(2) } else { 9 };
            told.push((first, second, histories.probability()));
            if !histories.next().unwrap() {
                break;
            }
        }
        assert_eq!(told, [(1, 1, 0.125), (1, 0, 0.125), (0, 9, 0.75)]);
        assert_eq!(histories.count(), 3);
        let mut short = Histories::new(&coins, 2);
        let mut turn = || {
            for coin in 0..3 {
                short.look(coin);
            }
            short.next()
        };
        assert!(turn().unwrap());
        assert!(turn().unwrap_err().is_capacity());
    }
}
