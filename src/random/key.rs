//! Keys of a run, and the streams that are made from them.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::mix64;

/// 2^64 / golden ratio, odd: draws of one stream are this far apart before they are mixed.
const STRIDE: u64 = 0x9e37_79b9_7f4a_7c15;

/// How keys are made of a run, and of a graph: the version of the mapping that brought it. Versions
/// since then moved what is drawn for some models, and leave the worlds of the others as they were.
const RUN_KEYS: u32 = 2;
const GRAPH_KEYS: u32 = 1;

/// The key of one channel in one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key {
    first: u64,
    second: u64,
}

impl Key {
    /// The key from which a graph is made. No run has it, whatever its `rng_seed`.
    pub(crate) fn of_graph(rng_seed: u64) -> Self {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&rng_seed.to_le_bytes());
        seed[16..20].copy_from_slice(&GRAPH_KEYS.to_le_bytes());
        seed[24..].copy_from_slice(b"tl-graph");
        let mut words = ChaCha8Rng::from_seed(seed);
        Self { first: words.next_u64(), second: words.next_u64() }
    }

    /// The key of part number `part` of what this key is for.
    pub(crate) fn nested(self, part: u64) -> Self {
        let stream = self.stream(part, u64::MAX);
        Self { first: stream.draw(0), second: stream.draw(1) }
    }

    /// What all accounts share who draw for `what`: another list, another end of a pair.
    #[inline]
    pub(crate) fn lane(self, what: u64) -> Lane {
        let word = mix64(what.wrapping_add(self.second));
        Lane { offset: mix64(word ^ self.first), stride: word | 1 }
    }

    /// The stream of `who` for `what`.
    #[inline]
    pub(crate) fn stream(self, who: u64, what: u64) -> Stream {
        self.lane(what).stream(who)
    }
}

/// The streams of all accounts for one purpose. Accounts are a progression with a stride that is
/// random itself, mixed: two runs cannot have the same streams in another order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lane {
    offset: u64,
    /// Odd.
    stride: u64,
}

impl Lane {
    /// The stream of `who`.
    #[inline(always)]
    pub(crate) fn stream(self, who: u64) -> Stream {
        Stream::of_word(self.word(who))
    }

    /// The one draw of `who`, where no more than one is needed.
    #[inline(always)]
    pub(crate) fn word(self, who: u64) -> u64 {
        mix64(self.unmixed(who))
    }

    /// What the word of `who` is the mix of: see [`mixed`].
    #[inline(always)]
    pub(crate) fn unmixed(self, who: u64) -> u64 {
        who.wrapping_mul(self.stride).wrapping_add(self.offset)
    }
}

/// Draws that belong to one purpose; any of them can be had at any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Stream(u64);

impl Stream {
    /// The stream with this word: see [`Lane::word`].
    #[inline(always)]
    pub(crate) fn of_word(word: u64) -> Self {
        Self(word)
    }

    /// Draw number `index`, uniform over 64 bits.
    #[inline(always)]
    pub(crate) fn draw(self, index: u64) -> u64 {
        mix64(self.unmixed(index))
    }

    /// The stream whose draws 0, 1, 2 … are this one's from number `first` on.
    #[inline(always)]
    pub(crate) fn from(self, first: u64) -> Self {
        Self(self.0.wrapping_add(first.wrapping_mul(STRIDE)))
    }

    /// What draw number `index` is the mix of: see [`mixed`].
    #[inline(always)]
    pub(crate) fn unmixed(self, index: u64) -> u64 {
        self.0.wrapping_add(index.wrapping_add(1).wrapping_mul(STRIDE))
    }

    /// [`unmixed`](Self::unmixed) for draws `first` to `first + 7`.
    #[inline(always)]
    pub(crate) fn eight_unmixed(self, first: u64) -> [u64; 8] {
        const STRIDES: [u64; 8] = {
            let mut strides = [0; 8];
            let mut i = 1;
            while i < 8 {
                strides[i] = STRIDE.wrapping_mul(i as u64);
                i += 1;
            }
            strides
        };
        let base = self.unmixed(first);
        let mut words = STRIDES;
        words.iter_mut().for_each(|word| *word = word.wrapping_add(base));
        words
    }

    /// The place that draw number `index` picks out of `len`.
    #[inline]
    pub(crate) fn place(self, index: u64, len: u32) -> u32 {
        place_in(self.draw(index), len) as u32
    }

    /// 64 more bits of draw number `index`.
    #[inline]
    pub(crate) fn more(self, index: u64) -> u64 {
        more(self.draw(index))
    }
}

/// ⌊`draw` · `len` / 2^64⌋, in the two products that vector units have.
#[inline(always)]
pub(crate) fn place_in(draw: u64, len: u32) -> u64 {
    let len = u64::from(len);
    let (high, low) = (draw >> 32, draw & 0xffff_ffff);
    (high * len + ((low * len) >> 32)) >> 32
}

/// Eight at a time, written so that a compiler turns it into a few vector operations: draws, or the
/// words of streams, from what they are the mix of.
#[inline(always)]
pub(crate) fn mixed(unmixed: &[u64; 8]) -> [u64; 8] {
    let mut words = *unmixed;
    words.iter_mut().for_each(|word| *word = mix64(*word));
    words
}

/// Draw 0 of the streams with these words.
#[inline(always)]
pub(crate) fn first_draws(words: &[u64; 8]) -> [u64; 8] {
    let mut draws = *words;
    draws.iter_mut().for_each(|draw| *draw = Stream(*draw).draw(0));
    draws
}

/// [`place_in`] for eight draws and lists, each behind its base.
#[inline(always)]
pub(crate) fn places_in(draws: &[u64; 8], lens: &[u32; 8], bases: &[u64; 8]) -> [u64; 8] {
    let mut places = [0; 8];
    for i in 0..8 {
        places[i] = bases[i] + place_in(draws[i], lens[i]);
    }
    places
}

/// 64 more bits of each of eight draws.
#[inline(always)]
pub(crate) fn more_of(draws: &[u64; 8]) -> [u64; 8] {
    let mut words = *draws;
    words.iter_mut().for_each(|word| *word = more(*word));
    words
}

/// 64 more bits of a draw.
#[inline(always)]
pub(super) fn more(draw: u64) -> u64 {
    mix64(!draw ^ STRIDE)
}

/// What draws are for, beside what every [`RunKeys`] has a key of: one key each in a run. The number
/// is part of the mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub(crate) enum Channel {
    /// How much later a try lands.
    Delay = 4,
    /// Which threshold an account, or a person, has.
    Threshold = 5,
    /// How much later a cross-post lands.
    CrosspostDelay = 6,
    /// Whom an account contacts when, while it passes a post on.
    Contact = 7,
    /// How long it does so.
    Period = 8,
    /// How long it waits before it does.
    Latency = 9,
    /// What follows from a share event, by its descent.
    Lineage = 10,
    /// How long it cannot do so again.
    Immunity = 11,
    /// Who starts.
    Origins = 12,
    /// Who shares of their own accord when.
    External = 13,
    /// What models of one's own draw.
    Decision = 14,
    /// Whether a try succeeds against what an account has seen, or shared, before.
    Resistance = 15,
    /// When accounts look at their screens, and what they do then.
    Activation = 16,
    /// When an account contacts another while a tie that comes and goes exists.
    TieMark = 20,
    /// Whether a contact that the data know passes the post on.
    TieCoin = 21,
}

/// The keys of all channels in one run of one post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RunKeys {
    /// Which ties of a sharer fire.
    pub(crate) tie: Key,
    /// Which cross-posts of a sharer fire.
    pub(crate) crosspost: Key,
    /// Which of several successful tries is the parent.
    pub(crate) parent: Key,
    /// Which in-tie an account chooses (linear threshold).
    pub(crate) choice: Key,
    rng_seed: u64,
    run: u64,
    post: u64,
}

impl RunKeys {
    /// Keys for run number `run` and post number `post` under `rng_seed`.
    ///
    /// One `ChaCha8` block: the seed holds `rng_seed`, `post` and [`RUN_KEYS`], the stream is `run`,
    /// and channel c takes words 4c to 4c + 3.
    pub(crate) fn new(rng_seed: u64, run: u64, post: u64) -> Self {
        let [tie, crosspost, parent, choice] = keys_of_run(rng_seed, run, post, 0);
        Self { tie, crosspost, parent, choice, rng_seed, run, post }
    }

    /// The key of a channel that only some models draw from. A block of `ChaCha8`, so it is asked for
    /// once in a run.
    pub(crate) fn channel(&self, channel: Channel) -> Key {
        let [key] = keys_of_run(self.rng_seed, self.run, self.post, 4 * channel as u128);
        key
    }

    /// Those of another post in the same run.
    pub(crate) fn of_post(&self, post: u64) -> Self {
        Self::new(self.rng_seed, self.run, post)
    }

    /// The keys that belong to no run, for what is drawn once for all runs of an `rng_seed`: those of
    /// run 2^64 − 1, which no ensemble has.
    pub(crate) fn of_ensemble(&self) -> Self {
        Self::new(self.rng_seed, u64::MAX, self.post)
    }
}

/// So many keys of a run, from word `first` on.
fn keys_of_run<const KEYS: usize>(rng_seed: u64, run: u64, post: u64, first: u128) -> [Key; KEYS] {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&rng_seed.to_le_bytes());
    seed[8..16].copy_from_slice(&post.to_le_bytes());
    seed[16..20].copy_from_slice(&RUN_KEYS.to_le_bytes());
    seed[24..].copy_from_slice(b"tieline\0");
    let mut words = ChaCha8Rng::from_seed(seed);
    words.set_stream(run);
    // `set_stream` keeps the word position; a channel must not depend on what came before.
    words.set_word_pos(first);
    // All at once: a call for each word costs more than the words.
    let mut bytes = [[0; 16]; KEYS];
    words.fill_bytes(bytes.as_flattened_mut());
    bytes.map(|bytes| {
        let both = u128::from_le_bytes(bytes);
        Key { first: both as u64, second: (both >> 64) as u64 }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frozen: a change here is a new `MAPPING_VERSION`.
    #[test]
    fn known_answers() {
        let keys = RunKeys::new(11, 3, 0);
        let stream = keys.tie.stream(5, 1);
        let draws = [
            keys.tie.first,
            keys.crosspost.second,
            keys.parent.first,
            keys.choice.second,
            stream.draw(0),
            stream.draw(1),
            stream.more(1),
            mix64(1),
        ];
        insta::assert_debug_snapshot!(draws.map(|draw| format!("{draw:016x}")));
    }

    #[test]
    fn graphs_and_runs_have_keys_of_their_own() {
        let key = Key::of_graph(11);
        assert_ne!(key, Key::of_graph(12));
        assert_ne!(key, RunKeys::new(11, 0, 0).tie);
        insta::assert_debug_snapshot!(format!("{:016x}", key.stream(5, 1).draw(0)));
    }

    #[test]
    fn every_part_of_a_key_matters() {
        let base = RunKeys::new(1, 2, 3);
        for other in [RunKeys::new(0, 2, 3), RunKeys::new(1, 0, 3), RunKeys::new(1, 2, 0)] {
            assert_ne!(base.tie, other.tie);
            assert_ne!(base.choice, other.choice);
        }
        let s = base.tie.stream(4, 5);
        assert_ne!(s, base.tie.stream(5, 4));
        assert_ne!(s, base.crosspost.stream(4, 5));
        assert_ne!(s.draw(0), s.draw(1));
    }
}
