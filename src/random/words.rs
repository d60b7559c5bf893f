//! The words that the engine draws in a run, for tests of the generator.

use super::RunKeys;

/// Every word that decides something in one run, by what it is for.
///
/// For the battery that `RANDOMNESS.md` describes, and part of no promise. Accounts are given by
/// their logical keys.
#[derive(Debug, Clone, Copy)]
pub struct Words(RunKeys);

impl Words {
    /// Those of one run.
    #[must_use]
    pub fn of_run(rng_seed: u64, run: u64) -> Self {
        Self(RunKeys::new(rng_seed, run, 0))
    }

    /// Draw number `index` of the ties of `who` into `network`, and the 64 bits behind it.
    #[inline(always)]
    #[must_use]
    pub fn tie(&self, who: u64, network: u64, index: u64) -> [u64; 2] {
        let stream = self.0.tie.stream(who, network);
        [stream.draw(index), stream.more(index)]
    }

    /// The coin of a cross-post.
    #[inline(always)]
    #[must_use]
    pub fn crosspost(&self, from: u64, to: u64) -> u64 {
        self.0.crosspost.stream(from, to).draw(0)
    }

    /// What ranks a try to reach `child`.
    #[inline(always)]
    #[must_use]
    pub fn parent(&self, child: u64, parent: u64, route: u64) -> u64 {
        self.0.parent.stream(child, parent).draw(route)
    }

    /// Whom `who` listens to.
    #[inline(always)]
    #[must_use]
    pub fn choice(&self, who: u64) -> u64 {
        self.0.choice.lane(0).word(who)
    }
}
