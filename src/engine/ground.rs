//! Who fires ties, and where these land: what [`fire`](super::fire) is made for.

use std::ops::Range;

use crate::graph::SocialGraph;
use crate::id::AccountId;
use crate::random::Key;

/// Sharers, each at a place, and what becomes of whom their ties reach.
pub(super) trait Ground<'g> {
    /// Whether the places of sharers are looked at where ties land.
    const PLACES: bool;

    fn graph(&self) -> &'g SocialGraph;

    /// The key from which it is drawn which ties fire.
    fn tie_key(&self) -> Key;

    /// The places of those who share.
    fn places(&self) -> Range<usize>;

    /// Who shares at a place.
    fn source(&self, place: usize) -> AccountId;

    /// Takes note of so many ties that a plain loop would have looked at.
    fn examined(&mut self, ties: u64);

    /// Ties that fired, with the places of sharers if these are looked at.
    fn land_ties(&mut self, ties: &[u64], places: &[u32]);

    /// Accounts that ties reached, if they did, with the places of sharers if these are looked at.
    fn land_targets(
        &mut self,
        reached: impl ExactSizeIterator<Item = (AccountId, bool)>,
        places: &[u32],
    );
}
