//! The offspring of one share event in self-exciting cascades: how many, where, and how much later.

use super::World;
use crate::id::AccountId;
use crate::model::{Offspring, Row};
use crate::random::{Descent, Lineage};

/// Calls `land` with the offspring of a share of `source` that has this word: the word of each, where it
/// is, and how much later.
#[inline(always)]
pub(super) fn family(
    world: &World<'_>,
    offspring: &Offspring,
    lineage: &Lineage,
    source: AccountId,
    word: u64,
    mut land: impl FnMut(u64, AccountId, u64),
) {
    let own = lineage.event(word);
    for r in 0..births(world, offspring, own, source) {
        let word = own.offspring(r);
        let place = lineage.event(word).place();
        let target = offspring.numbers.pick(world.graph, source, place, 0);
        land(word, target, later(world, offspring, lineage, (source, target), word));
    }
}

/// How many offspring a share of `source` has, from these draws.
#[inline(always)]
pub(super) fn births(
    world: &World<'_>,
    offspring: &Offspring,
    own: Descent,
    source: AccountId,
) -> u64 {
    let Row { row, pieces } = offspring.row(world.graph, source);
    (0..pieces).map(|piece| offspring.counts().points(row, own.count(piece))).sum()
}

/// How much later than its parent the offspring with this word comes.
#[inline(always)]
pub(super) fn later(
    world: &World<'_>,
    offspring: &Offspring,
    lineage: &Lineage,
    (source, target): (AccountId, AccountId),
    word: u64,
) -> u64 {
    let network = |account| world.graph.network_of(account);
    let memory = offspring.memory.same();
    let memory = memory.unwrap_or_else(|| offspring.memory.of(network(source), network(target)));
    world.timing.clock.span(memory.draw(lineage.event(word).delay()))
}
