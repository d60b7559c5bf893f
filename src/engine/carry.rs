//! Cross-posts of accounts that share one after the other.

use super::World;
use crate::id::AccountId;
use crate::random::{Channel, Key, RunKeys};

/// Draws the cross-posts of a run.
#[derive(Debug)]
pub(super) struct CrossPosts<'w, 'a> {
    world: &'w World<'a>,
    key: Key,
    delay: Option<Key>,
}

impl<'w, 'a> CrossPosts<'w, 'a> {
    pub(super) fn new(world: &'w World<'a>, keys: &RunKeys) -> Self {
        let delay = world.timing.crosspost_delay.as_ref();
        let delay = delay.map(|_| keys.channel(Channel::CrosspostDelay));
        Self { world, key: keys.crosspost, delay }
    }

    /// Calls `land` with whom the user of `source` carries the post over to, and how much later, in models
    /// in which an account shares once.
    #[inline]
    pub(super) fn fire(&self, source: AccountId, land: impl FnMut(AccountId, u64)) {
        if self.world.crossposts.any() {
            self.draw(source, self.key, self.delay, land);
        }
    }

    /// The same for a share at this tick or step, in models in which an account may share again.
    #[inline]
    pub(super) fn fire_at(&self, source: AccountId, at: u64, land: impl FnMut(AccountId, u64)) {
        if self.world.crossposts.any() {
            let delay = self.delay.map(|key| key.nested(at));
            self.draw(source, self.key.nested(at), delay, land);
        }
    }

    fn draw(
        &self,
        source: AccountId,
        key: Key,
        delay_key: Option<Key>,
        mut land: impl FnMut(AccountId, u64),
    ) {
        let World { graph, overlay, crossposts, timing, .. } = *self.world;
        if overlay.is_no_carry(source) {
            return;
        }
        crossposts.fire(graph, overlay, key, source, |target| {
            let later = match (&timing.crosspost_delay, delay_key) {
                (Some(delay), Some(key)) => {
                    let [from, to] =
                        [source, target].map(|account| graph.logical_key(account).get());
                    timing.clock.span(delay.draw(key.stream(from, to)))
                }
                _ => 1,
            };
            land(target, later);
        });
    }
}
