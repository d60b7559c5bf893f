//! When contacts come along the ties of one account: one exponential draw a tie, most of which come too
//! late, which is told without a logarithm.

use crate::graph::SocialGraph;
use crate::id::AccountId;
use crate::model::parts;
use crate::model::tie_numbers::TieNumbers;
use crate::random::{exponential_at_least, exponential_below, exponential_of};
use crate::unit::Clock;

/// So many ties are looked at together. Which of them matter no processor can guess: all are written down,
/// and those that do not are written over.
const KEPT: usize = 32;

/// More than what all roundings on the way to an age make of 1.
const ROUNDED_UP: f64 = 1.0 + 1e-9;

/// Less than what they make of it.
const ROUNDED_DOWN: f64 = 1.0 - 1e-9;

/// Gaps up to a length at these rates, times `factor`.
pub(super) struct Gaps<'a> {
    pub(super) numbers: &'a TieNumbers,
    pub(super) factor: f64,
    pub(super) last: u64,
    pub(super) clock: Clock,
}

impl Gaps<'_> {
    /// Calls `land` with the target of each tie of `source` whose gap is no longer than `last`, and the gap.
    /// `draw` gives the draw of a target by its key. Gaps above what `useful` tells of an account may be left
    /// out; 0 is none.
    #[inline(always)]
    pub(super) fn of_row(
        &self,
        graph: &SocialGraph,
        source: AccountId,
        draw: impl Fn(u64) -> u64,
        useful: impl Fn(AccountId) -> u64,
        mut land: impl FnMut(AccountId, u64),
    ) {
        let bounds = self.bounds(graph, source);
        let (row, first) = (graph.targets(source), graph.tie_range(source).start);
        for (to, part) in parts(graph, source) {
            let keys = graph.keys_in(to);
            let mut tie = first + part.start as u64;
            for targets in row[part].chunks(KEPT) {
                let (mut kept, mut len) = ([(0, 0u32); KEPT], 0);
                for (place, &target) in (0..).zip(targets) {
                    let word = draw(keys.key_of(target));
                    kept[len % KEPT] = (word, place);
                    len += usize::from(word <= bounds.most);
                }
                for &(word, place) in &kept[..len] {
                    let target = targets[place as usize];
                    let most = useful(target).min(self.last);
                    let gap = self.gap(graph, source, tie + u64::from(place), word, most);
                    if let Some(gap) = gap {
                        land(target, gap);
                    }
                }
                tie += targets.len() as u64;
            }
        }
    }

    /// The same without gaps: with whom there are any. Those of whom `is_new` is false may be left out.
    #[inline(always)]
    pub(super) fn reached(
        &self,
        graph: &SocialGraph,
        source: AccountId,
        bounds: Bounds,
        draw: impl Fn(u64) -> u64,
        is_new: impl Fn(AccountId) -> bool,
        mut land: impl FnMut(AccountId),
    ) {
        let (row, first) = (graph.targets(source), graph.tie_range(source).start);
        let (mut new, mut words, mut kept) = ([0u8; KEPT], [0u64; KEPT], [0u8; KEPT]);
        for (to, part) in parts(graph, source) {
            let keys = graph.keys_in(to);
            let mut tie = first + part.start as u64;
            for targets in row[part].chunks(KEPT) {
                let (mut many, mut len) = (0, 0);
                for (place, &target) in (0..).zip(targets) {
                    new[many % KEPT] = place;
                    many += usize::from(is_new(target));
                }
                for &place in &new[..many] {
                    let word = draw(keys.key_of(targets[usize::from(place)]));
                    (words[len % KEPT], kept[len % KEPT]) = (word, place);
                    len += usize::from(word <= bounds.most);
                }
                for (&word, &place) in words[..len].iter().zip(&kept) {
                    let tie = tie + u64::from(place);
                    if word < bounds.least
                        || self.gap(graph, source, tie, word, self.last).is_some()
                    {
                        land(targets[usize::from(place)]);
                    }
                }
                tie += targets.len() as u64;
            }
        }
    }

    /// The gap of a tie with this draw, if it is no longer than `most`.
    #[inline(always)]
    fn gap(
        &self,
        graph: &SocialGraph,
        source: AccountId,
        tie: u64,
        word: u64,
        most: u64,
    ) -> Option<u64> {
        if most == 0 {
            return None;
        }
        let rate = self.numbers.of_tie(graph, source, tie) * self.factor;
        gap_within(self.clock, word, rate, most)
    }

    /// Which draws of the ties of `source` matter.
    #[inline(always)]
    pub(super) fn bounds(&self, graph: &SocialGraph, source: AccountId) -> Bounds {
        let (least, most) = self.numbers.between(graph, source);
        let a_tick = |rate: f64| rate * self.factor / self.clock.per_unit();
        Bounds::new(a_tick(least), a_tick(most), self.last)
    }
}

/// The gap that a draw stands for at this rate, if it is no longer than `most`.
#[inline(always)]
pub(super) fn gap_within(clock: Clock, word: u64, rate: f64, most: u64) -> Option<u64> {
    let longest = most as f64 * (rate / clock.per_unit());
    // Most come too late, which is told without a logarithm.
    if exponential_at_least(word) > longest * ROUNDED_UP {
        return None;
    }
    let gap = clock.span(exponential_of(word) / rate);
    // What comes so late never comes.
    (gap <= most && gap < u64::MAX).then_some(gap)
}

/// Which draws of ties with rates in a range give gaps of no more than so many ticks: those below `least` do,
/// those above `most` do not, and between them stand those that only the rate and the logarithm tell apart.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Bounds {
    least: u64,
    most: u64,
}

impl Bounds {
    /// At rates a tick between these two.
    fn new(least: f64, most: f64, last: u64) -> Self {
        if last == 0 {
            return Self::default();
        }
        // Casts stop at the largest word.
        let word = |v: f64| (v * 18_446_744_073_709_551_616.0) as u64;
        let below = |rate: f64| exponential_below(rate * last as f64);
        let above = below(most);
        let below = if least < most { below(least) } else { above };
        Self { least: word(below * ROUNDED_DOWN), most: word(above * ROUNDED_UP).saturating_add(1) }
    }
}
