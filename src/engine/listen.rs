//! Linear threshold while a cascade is small: sharers ask those who see them whom they listen to.

use super::ask::{TOGETHER, words};
use super::level::prefetch;
use super::wave::Wave;
use crate::id::{AccountId, TieId};
use crate::model::Choices;

/// Asks all who see a post at this step, and lands those who listen to who shares it.
#[inline(always)]
pub(super) fn ask_all<const LINKS: bool, const OVERLAY: bool>(
    wave: &mut Wave<'_, LINKS, OVERLAY>,
    choices: &Choices,
) {
    let graph = wave.world.graph;
    let listeners = graph.listeners();
    let lane = wave.keys.choice.lane(0);
    // Those asked, each with the tie along which it sees the post, and their rows.
    let mut asked = [(AccountId::new(0), 0); TOGETHER];
    let mut rows = [0; TOGETHER];
    for place in wave.start..wave.end {
        let source = wave.trace.accounts()[place];
        let row = graph.tie_range(source);
        wave.trace.ties_examined += row.end - row.start;
        let source = listeners.place_of(source);
        let targets = &graph.all_targets()[row.start as usize..row.end as usize];
        for (group, first) in targets.chunks(TOGETHER).zip((row.start..).step_by(TOGETHER)) {
            let (mut who, mut count) = ([0; TOGETHER], 0);
            for (&target, tie) in group.iter().zip(first..) {
                // Who shares already, or will at the next step, listens to nobody else.
                if !wave.trace.holds(target)
                    && let Some(listener) = listeners.place_of(target)
                {
                    prefetch(listeners.offsets(), listener);
                    (asked[count], rows[count]) = ((target, tie), listener);
                    who[count] = graph.logical_key(target).get();
                    count += 1;
                }
            }
            let (asked, words) = (&asked[..count], words(lane, &who, count));
            let mut chosen = [None; TOGETHER];
            for ((chosen, &row), &word) in chosen.iter_mut().zip(&rows[..count]).zip(&words) {
                *chosen = choices.entry(listeners.row(row), word);
                if let Some(entry) = *chosen {
                    prefetch(listeners.sources(), entry as usize);
                }
            }
            for (&(target, tie), entry) in asked.iter().zip(chosen) {
                let place_of = |entry| listeners.sources()[entry as usize] as usize;
                if entry.is_some_and(|entry: u64| Some(place_of(entry)) == source) {
                    wave.land_tie(TieId::new(tie), target, place);
                }
            }
        }
    }
}
