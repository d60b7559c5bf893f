//! Events put in order of time.

/// Memory to put events in order: 12 bytes for each, and 8 for each of those at one tick.
#[derive(Debug, Default)]
pub(crate) struct Ranking {
    in_order: Vec<u64>,
    of_tick: Vec<u64>,
    ranks: Vec<u32>,
}

impl Ranking {
    /// Shows events, found at these times and with these words, in order of time, those of one tick in order
    /// of their words, of which no two are the same: the place at which each was found, and for all before it,
    /// by the places at which they were found, which one each is in order of time.
    ///
    /// O(n log n) for n events.
    pub(crate) fn each(
        &mut self,
        times: impl Iterator<Item = u64> + Clone,
        time: impl Fn(u32) -> u64,
        word: impl Fn(u32) -> u64,
        mut see: impl FnMut(u32, &[u32]),
    ) {
        let Self { in_order, of_tick, ranks } = self;
        let mask = sort((0..).zip(times), in_order);
        each_near(in_order, mask, |near| {
            let place = |packed: &u64| (packed & mask) as u32;
            let at = time(place(&near[0]));
            if near.iter().any(|packed| time(place(packed)) != at) {
                return near.sort_unstable_by_key(|packed| {
                    let place = place(packed);
                    (time(place), word(place))
                });
            }
            // Words are looked at only where they decide.
            let words = near.iter().map(place).map(|place| (place, word(place)));
            let of_words = sort(words, of_tick);
            each_near(of_tick, of_words, |near| {
                near.sort_unstable_by_key(|packed| word((packed & of_words) as u32));
            });
            for (event, packed) in near.iter_mut().zip(&*of_tick) {
                *event = *event & !mask | packed & of_words;
            }
        });
        ranks.clear();
        ranks.resize(in_order.len(), 0);
        for (rank, packed) in (0..).zip(&*in_order) {
            let place = (packed & mask) as u32;
            ranks[place as usize] = rank;
            see(place, ranks);
        }
    }
}

/// Puts places in order of their keys, and returns which bits hold them: what is sorted is one number for each,
/// the first bits of its key and its place in the others. Those whose keys agree so far are in no order.
fn sort(pairs: impl Iterator<Item = (u32, u64)> + Clone, packed: &mut Vec<u64>) -> u64 {
    let (mut keys, mut places) = (0, 0);
    for (place, key) in pairs.clone() {
        keys |= key;
        places |= place;
    }
    let unused = keys.leading_zeros().min(63);
    let mask = u64::MAX.checked_shr(32 + places.leading_zeros()).unwrap_or(0);
    packed.clear();
    packed.extend(pairs.map(|(place, key)| (key << unused) & !mask | u64::from(place)));
    packed.sort_unstable();
    mask
}

/// Calls `near` with those, two or more, that agree in all but these bits.
fn each_near(packed: &mut [u64], mask: u64, mut near: impl FnMut(&mut [u64])) {
    let mut first = 0;
    while first + 1 < packed.len() {
        let differs = |&other: &u64| (packed[first] ^ other) & !mask != 0;
        if differs(&packed[first + 1]) {
            first += 1;
            continue;
        }
        let end = packed[first..].iter().position(differs).map_or(packed.len(), |at| first + at);
        near(&mut packed[first..end]);
        first = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::RunKeys;

    /// Times that are spread, crowded, the same, at both ends of what a time can be.
    #[test]
    fn ranks_are_those_of_a_plain_sort() {
        let stream = RunKeys::new(8, 0, 0).tie.stream(0, 0);
        let mut ranking = Ranking::default();
        for n in [0usize, 1, 2, 31, 32, 33, 100, 5000, 9000] {
            for kind in 0..8 {
                let time = |i: u64| match kind {
                    0 => stream.draw(i),
                    1 => stream.draw(i) >> 40,
                    2 => stream.draw(i) >> 60,
                    3 => 7,
                    4 => (1 << 40) >> (stream.draw(i) >> 58),
                    5 => [0, u64::MAX][(stream.draw(i) >> 63) as usize],
                    6 => u64::MAX - (stream.draw(i) >> 50),
                    _ => u64::MAX - (i >> 1),
                };
                let times: Vec<u64> = (0..n as u64).map(time).collect();
                // Some of them have their first bits in common, up to where places stand.
                let word = |place: u32| match kind {
                    3 => 1 << 63 | u64::from(place ^ 0x2a),
                    _ => !stream.draw(u64::from(place) + (1 << 32)),
                };
                let mut found = Vec::new();
                let time = |place: u32| times[place as usize];
                ranking.each(times.iter().copied(), time, word, |place, ranks| {
                    assert_eq!(ranks[place as usize] as usize, found.len());
                    found.push(place);
                });
                let mut want: Vec<u32> = (0..n as u32).collect();
                want.sort_by_key(|&place| (times[place as usize], word(place)));
                assert_eq!(found, want, "{n} of kind {kind}");
                let rank = |&place: &u32| ranking.ranks[place as usize];
                assert!(want.iter().map(rank).eq(0..n as u32));
            }
        }
    }
}
