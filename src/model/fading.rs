//! Infectivity that changes over time.

use crate::error::{Error, Result};
use crate::random::{Stream, Threshold};
use crate::unit::Ticks;

/// How infectivity changes over time: each share event that would happen does with the probability of
/// its time, as a part of the greatest.
#[derive(Debug, Clone)]
pub(crate) struct Fading {
    pub(crate) greatest: f64,
    /// From which tick on, and the coin.
    coins: Vec<(u64, Threshold)>,
}

impl Fading {
    /// What infectivity is multiplied by from each of these times on; without any, by 1 throughout.
    pub(crate) fn new(over_time: &[(f64, f64)]) -> Result<Self> {
        let greatest = over_time.iter().map(|&(_, factor)| factor).fold(0.0, f64::max);
        let mut fading = Self { greatest: 1.0, coins: Vec::new() };
        if over_time.first().is_some_and(|&(time, _)| time != 0.0) {
            return Err(Error::conflict("the first time of `over_time` must be 0"));
        }
        for &(time, factor) in over_time {
            if !(factor.is_finite() && factor >= 0.0) {
                return Err(Error::range(format!(
                    "a factor of `over_time` must be finite and not negative, found {factor}"
                )));
            }
            let tick = Ticks::from_units(time)?.get();
            if fading.coins.last().is_some_and(|&(last, _)| last >= tick) {
                return Err(Error::conflict(format!(
                    "the times of `over_time` must grow, and {time} does not"
                )));
            }
            let part = if greatest > 0.0 { factor / greatest } else { 0.0 };
            fading.coins.push((tick, Threshold::new(part.min(1.0))));
        }
        if !over_time.is_empty() {
            fading.greatest = greatest;
        }
        Ok(fading)
    }

    /// Whether it is the same throughout.
    pub(crate) fn is_constant(&self) -> bool {
        self.coins.len() < 2
    }

    /// Whether what would happen at this tick does, by draw 0 of `coin`.
    #[inline]
    pub(crate) fn keeps(&self, at: u64, coin: Stream) -> bool {
        if self.coins.is_empty() {
            return true;
        }
        let place = self.coins.partition_point(|&(from, _)| from <= at);
        self.coins[place - 1].1.succeeds(coin, 0)
    }
}
