//! Landings to come, in order of time.
//!
//! Nothing lands before what was taken last, so this is a radix heap (Ahuja, Mehlhorn, Orlin, Tarjan 1990,
//! doi:10.1145/77600.77615): landings stand by the highest digit in which their tick differs from the last
//! one, and by that digit. Only those that share it with the next tick are looked at again, so all that is
//! read lies side by side, and a landing is moved a few times at most.

use super::externals::Externals;
use super::trace::Route;
use crate::id::AccountId;

/// What comes to an account at a time.
pub(super) trait Lands: Copy {
    fn at(&self) -> u64;
}

impl Lands for Landing {
    #[inline(always)]
    fn at(&self) -> u64 {
        self.at
    }
}

/// A post on its way to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Landing {
    pub(super) at: u64,
    pub(super) child: AccountId,
    pub(super) parent: u32,
    pub(super) route: Route,
}

/// Bits of a digit of a tick.
const DIGIT: u32 = 4;
const DIGITS: usize = 1 << DIGIT;
const PLACES: usize = u64::BITS.div_ceil(DIGIT) as usize;

/// Among so many the next is looked for ahead of its time.
const FEW: usize = 16;

/// Landings to come, the earliest first: 24 bytes for each, and room that was needed before.
#[derive(Debug)]
pub(super) struct Queue<T = Landing> {
    /// By place, the lowest first, and by digit there.
    buckets: Box<[Vec<T>]>,
    /// By place: which digits have landings.
    filled: [u16; PLACES],
    /// Which places do.
    places: u16,
    /// The last tick that was taken.
    last: u64,
    /// The next tick, if somebody asked and it was not taken since.
    next: Option<u64>,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        let buckets = (0..PLACES * DIGITS).map(|_| Vec::new()).collect();
        Self { buckets, filled: [0; PLACES], places: 0, last: 0, next: None }
    }
}

impl Queue {
    /// The tick of what comes next.
    pub(super) fn next_at(&mut self, externals: &Externals<'_>) -> Option<u64> {
        [self.peek(), externals.peek()].into_iter().flatten().min()
    }

    /// Appends all landings of the next tick to `now`, those of one account side by side.
    #[inline]
    pub(super) fn next_tick(
        &mut self,
        externals: &mut Externals<'_>,
        now: &mut Vec<Landing>,
    ) -> Option<u64> {
        self.next_tick_of(externals, now, |_| true)
    }

    /// The same of those for which `counts` holds.
    #[inline]
    pub(super) fn next_tick_of(
        &mut self,
        externals: &mut Externals<'_>,
        now: &mut Vec<Landing>,
        counts: impl Fn(&Landing) -> bool,
    ) -> Option<u64> {
        let tick = match externals.peek() {
            Some(external) if self.peek().is_none_or(|next| next >= external) => {
                if self.peek() == Some(external) {
                    self.take_any_order(now);
                }
                externals.take(external, now);
                Some(external)
            }
            _ => self.take_any_order(now),
        };
        if now.len() > 1 {
            now.retain(counts);
            sort_by_child(now);
        }
        tick
    }
}

/// Puts the landings of one moment in order of account.
pub(super) fn sort_by_child(landings: &mut [Landing]) {
    landings.sort_unstable_by_key(|landing| landing.child);
}

impl<T: Lands> Queue<T> {
    /// `landing` is no earlier than what was taken last.
    #[inline]
    pub(super) fn push(&mut self, landing: T) {
        let at = landing.at();
        debug_assert!(at >= self.last);
        if self.next.is_some_and(|next| at < next) {
            self.next = Some(at);
        }
        let differs = (at ^ self.last) | 1;
        let place = differs.ilog2() / DIGIT;
        let digit = at >> (place * DIGIT) & (DIGITS as u64 - 1);
        self.buckets[place as usize * DIGITS + digit as usize].push(landing);
        self.filled[place as usize] |= 1 << digit;
        self.places |= 1 << place;
    }

    /// The next tick. O(1) until one is taken; then as many landings are read as stand together in front.
    pub(super) fn peek(&mut self) -> Option<u64> {
        if self.next.is_none() && self.places > 0 {
            let place = self.places.trailing_zeros() as usize;
            let digit = self.filled[place].trailing_zeros() as usize;
            let bucket = &self.buckets[place * DIGITS + digit];
            self.next = bucket.iter().map(Lands::at).min();
        }
        self.next
    }

    /// One of those that come soon, mostly the next.
    #[inline]
    pub(super) fn front(&self) -> Option<&T> {
        let place = self.places.trailing_zeros() as usize;
        let digit = self.filled.get(place)?.trailing_zeros() as usize;
        self.buckets[place * DIGITS + digit].last()
    }

    /// The next, and the one behind it; sometimes others that come soon.
    #[inline]
    pub(super) fn soon(&self) -> [Option<&T>; 2] {
        let mut soon: [Option<&T>; 2] = [None; 2];
        let mut places = self.places;
        while places > 0 && soon[1].is_none() {
            let place = places.trailing_zeros() as usize;
            let mut digits = self.filled[place];
            while digits > 0 && soon[1].is_none() {
                let digit = digits.trailing_zeros() as usize;
                for landing in self.buckets[place * DIGITS + digit].iter().rev().take(FEW) {
                    // What came from buckets before is earlier.
                    let is_before =
                        |other: Option<&T>| other.is_none_or(|other| landing.at() < other.at());
                    if is_before(soon[0]) {
                        soon = [Some(landing), soon[0]];
                    } else if is_before(soon[1]) {
                        soon[1] = Some(landing);
                    }
                }
                digits &= digits - 1;
            }
            places &= places - 1;
        }
        soon
    }

    /// Appends all landings of the next tick to `now`, in no order.
    #[inline]
    pub(super) fn take_any_order(&mut self, now: &mut Vec<T>) -> Option<u64> {
        self.next = None;
        if self.places == 0 {
            return None;
        }
        let place = self.places.trailing_zeros() as usize;
        let digit = self.filled[place].trailing_zeros() as usize;
        self.filled[place] &= self.filled[place] - 1;
        if self.filled[place] == 0 {
            self.places &= self.places - 1;
        }
        let number = place * DIGITS + digit;
        if let &mut [landing] = &mut self.buckets[number][..] {
            self.buckets[number].clear();
            self.last = landing.at();
            now.push(landing);
            return Some(self.last);
        }
        let mut bucket = std::mem::take(&mut self.buckets[number]);
        self.last = bucket.iter().map(Lands::at).min()?;
        for landing in bucket.drain(..) {
            if landing.at() == self.last {
                now.push(landing);
            } else {
                self.push(landing);
            }
        }
        self.buckets[number] = bucket;
        Some(self.last)
    }

    /// Empties it.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = T> {
        (self.filled, self.places, self.last) = ([0; PLACES], 0, 0);
        self.next = None;
        self.buckets.iter_mut().flat_map(|bucket| bucket.drain(..))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is taken is what a sorted list gives.
    #[test]
    fn the_earliest_comes_first() {
        let mut queue = Queue::default();
        let mut random = 1u64;
        for round in 0..20 {
            let mut listed: Vec<Landing> = Vec::new();
            let (mut last, mut now) = (0u64, Vec::new());
            for _ in 0..2000 {
                for _ in 0..random % 3 {
                    random = crate::random::mix64(random);
                    let later = random >> (1 + random % 63);
                    let child = AccountId::new((random >> 7) as u32 % 5);
                    let (at, route) = (last.saturating_add(later), Route::Tie);
                    listed.push(Landing { at, child, parent: 0, route });
                    queue.push(listed[listed.len() - 1]);
                }
                random = crate::random::mix64(random);
                listed.sort_by_key(|landing| (landing.at, landing.child));
                assert_eq!(queue.peek(), listed.first().map(|landing| landing.at));
                let next = queue.take_any_order(&mut now);
                sort_by_child(&mut now);
                assert_eq!(next, listed.first().map(|landing| landing.at));
                let many = listed.partition_point(|landing| Some(landing.at) == next);
                assert!(now.drain(..).eq(listed.drain(..many)), "round {round}");
                last = next.unwrap_or(last);
            }
            assert_eq!(queue.drain().count(), listed.len());
            assert_eq!(queue.take_any_order(&mut now), None);
        }
    }
}
