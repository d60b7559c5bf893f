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
    let turned = &graph.reverse().rows;
    let lane = wave.keys.choice.lane(0);
    // Those asked, each with the tie along which it sees the post.
    let mut asked = [(AccountId::new(0), 0); TOGETHER];
    for place in wave.start..wave.end {
        let source = wave.trace.accounts()[place];
        let row = graph.tie_range(source);
        wave.trace.ties_examined += row.end - row.start;
        let targets = graph.targets(source);
        for (group, first) in targets.chunks(TOGETHER).zip((row.start..).step_by(TOGETHER)) {
            let (mut who, mut count) = ([0; TOGETHER], 0);
            for (&target, tie) in group.iter().zip(first..) {
                if !wave.is_settled(target) {
                    prefetch(&turned.offsets, target.index());
                    (asked[count], who[count]) = ((target, tie), graph.logical_key(target).get());
                    count += 1;
                }
            }
            let (asked, words) = (&asked[..count], words(lane, &who, count));
            // The turned ties that they choose.
            let mut chosen = [None; TOGETHER];
            for ((chosen, &(target, _)), &word) in chosen.iter_mut().zip(asked).zip(&words) {
                *chosen = choices.entry(turned.range(target), word);
                if let Some(entry) = *chosen {
                    prefetch(&turned.entries, entry as usize);
                }
            }
            for (&(target, tie), entry) in asked.iter().zip(chosen) {
                if entry.is_some_and(|entry| turned.entries[entry as usize] == source) {
                    wave.land_tie(TieId::new(tie), target, place);
                }
            }
        }
    }
}

impl<const LINKS: bool, const OVERLAY: bool> Wave<'_, LINKS, OVERLAY> {
    /// Whether `target` shares, and it is known through whom: with links, who shares at the step
    /// that is being found may still find a better parent.
    #[inline(always)]
    fn is_settled(&self, target: AccountId) -> bool {
        self.trace.holds(target)
            && !(LINKS && self.trace.places[target.index()] as usize >= self.end)
    }
}
