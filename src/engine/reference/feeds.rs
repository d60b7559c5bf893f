//! Feeds: every screen is a list, and all that happens is taken one after the other.

use std::collections::BTreeMap;

use super::{Event, starts};
use crate::engine::World;
use crate::engine::feeds::{LookDraws, Waits, arrival_order};
use crate::engine::trace::Route;
use crate::id::AccountId;
use crate::model::{FeedRule, Screens};
use crate::random::{Channel, Lineage, RunKeys, Threshold};

/// Something on a screen, or in memory.
#[derive(Debug, Clone, Copy)]
struct Copied {
    word: u64,
    since: u64,
    /// The row of its share event and its post, if it is one of the scenario's.
    of: Option<(u32, u32)>,
}

/// Something that is shared.
#[derive(Debug, Clone, Copy)]
struct Act {
    account: AccountId,
    word: u64,
    post: Option<u32>,
    parent: Option<u32>,
    route: Route,
    own: bool,
    from: Option<AccountId>,
}

/// Runs the posts of a scenario; the events are in order of tick, logical key, and post.
pub(super) fn on_screens(
    worlds: &[World<'_>],
    screens: &Screens,
    keys: &RunKeys,
) -> Vec<(u32, Event)> {
    let World { graph, overlay, timing, crossposts, .. } = worlds[0];
    let key = |account: AccountId| graph.logical_key(account).get();
    let (activity, lineage) = (keys.channel(Channel::Activation), Lineage::of(keys));
    let waits = Waits::new(activity);
    let (burn_in, end) = (screens.burn_in, timing.until.saturating_add(screens.burn_in));
    let mut events: Vec<(u32, Event)> = Vec::new();
    let mut on_screen: BTreeMap<AccountId, Vec<Copied>> = BTreeMap::new();
    let mut memories: BTreeMap<AccountId, Vec<Copied>> = BTreeMap::new();
    // By account: when it looks next, and for which time.
    let rate = |account| screens.activity[graph.network_of(account).index()];
    let mut looks: BTreeMap<AccountId, (u64, u32)> = graph
        .accounts()
        .filter(|&account| !overlay.is_muted(account))
        .map(|account| (account, (waits.of(key(account), 0, rate(account)), 0)))
        .collect();
    let mut coming: Vec<(u64, Act)> = Vec::new();
    for (post, world) in (0u32..).zip(worlds) {
        let mut all = starts(world, keys);
        all.sort_by_key(|start| (start.at, start.account));
        all.dedup();
        for start in all {
            let word = lineage.origin(key(start.account), start.at).wrapping_add(post.into());
            let (account, route) = (start.account, Route::Origin);
            let post = Some(post);
            let act = Act { account, word, post, parent: None, route, own: true, from: None };
            coming.push((start.at.saturating_add(burn_in), act));
        }
    }
    loop {
        coming.retain(|&(at, act)| at <= end && at < u64::MAX && !overlay.is_muted(act.account));
        let next_look = looks.values().map(|&(at, _)| at).min().unwrap_or(u64::MAX);
        let next = coming.iter().map(|&(at, _)| at).min().unwrap_or(u64::MAX).min(next_look);
        let alive =
            |copy: &Copied| copy.of.is_some() && next.saturating_sub(copy.since) < screens.window;
        let seen = on_screen.values().chain(memories.values()).flatten().any(alive);
        let starts_wait = coming.iter().any(|(_, act)| act.post.is_some());
        if next > end || next == u64::MAX || !(starts_wait || seen) {
            return events;
        }
        let mut acts: Vec<Act> = Vec::new();
        for (&account, look) in &mut looks {
            if look.0 != next {
                continue;
            }
            let draws = LookDraws::new(activity, key(account), look.1);
            *look = (
                next.saturating_add(waits.of(key(account), look.1 + 1, rate(account))),
                look.1 + 1,
            );
            let screen = on_screen.entry(account).or_default();
            let memory = memories.entry(account).or_default();
            screen.retain(|copy| next - copy.since < screens.window);
            memory.retain(|copy| next - copy.since < screens.window);
            let (innovation, own) = match screens.rule {
                FeedRule::Gleeson { innovation, .. } => (innovation, true),
                FeedRule::Weng { innovation, .. } => (innovation, false),
            };
            let act = |word, of: Option<(u32, u32)>, route, own| Act {
                account,
                word,
                post: of.map(|(_, post)| post),
                parent: of.map(|(row, _)| row),
                route,
                own,
                from: None,
            };
            if draws.is_new(innovation) {
                acts.push(act(draws.new_word(), None, Route::Origin, own));
                continue;
            }
            match screens.rule {
                FeedRule::Gleeson { .. } => {
                    let chosen = screen.iter().min_by_key(|copy| draws.order(copy.word));
                    acts.extend(
                        chosen.map(|copy| act(draws.word(copy.word), copy.of, Route::Tie, false)),
                    );
                }
                FeedRule::Weng { attention, recall, .. } => {
                    for copy in screen.iter().filter(|copy| draws.attends(attention, copy.word)) {
                        let own = memory
                            .iter()
                            .min_by_key(|own| draws.memory_order(copy.word, own.word))
                            .filter(|_| draws.recalls(recall, copy.word));
                        let of = own.unwrap_or(copy).of;
                        acts.push(act(draws.word(copy.word), of, Route::Tie, false));
                    }
                }
            }
        }
        let (now, later): (Vec<_>, Vec<_>) = coming.into_iter().partition(|&(at, _)| at == next);
        coming = later;
        acts.extend(now.into_iter().map(|(_, act)| act));
        acts.sort_by_key(|act| (key(act.account), act.post.unwrap_or(u32::MAX), act.word));
        let mut arriving: Vec<(AccountId, u64, Copied)> = Vec::new();
        for act in acts {
            let of = act.post.map(|post| (events.len() as u32, post));
            if let Some(post) = act.post {
                let Act { account, parent, route, .. } = act;
                events.push((post, Event { at: next - burn_in, account, parent, route }));
                if events.len() as u64 == timing.max_shares {
                    return events;
                }
            }
            let copy = Copied { word: act.word, since: next, of };
            for tie in graph.tie_ids(act.account).filter(|&tie| !overlay.is_cut(tie)) {
                let target = graph.tie_ends(tie).1;
                arriving.push((target, arrival_order(act.word, key(target)), copy));
            }
            match screens.rule {
                FeedRule::Gleeson { .. } if act.own => {
                    arriving.push((act.account, arrival_order(act.word, key(act.account)), copy));
                }
                FeedRule::Gleeson { .. } => {}
                FeedRule::Weng { .. } => memories.entry(act.account).or_default().push(copy),
            }
            for target in graph.accounts_of_user(graph.user_of(act.account)) {
                if target == act.account || act.from == Some(target) {
                    continue;
                }
                let draws = lineage.crosspost(act.word, key(target));
                let q = crossposts.probability(graph, overlay, act.account, target);
                if overlay.is_no_carry(act.account) || !Threshold::new(q).succeeds(draws, 0) {
                    continue;
                }
                let later = timing.crosspost_delay.as_ref().map_or(1, |delay| {
                    let stream = keys.channel(Channel::CrosspostDelay);
                    timing.clock.span(delay.draw(stream.stream(act.word, key(target))))
                });
                let carried = Act {
                    account: target,
                    word: draws.draw(1),
                    parent: of.map(|(row, _)| row),
                    route: Route::CrossPost,
                    own: true,
                    from: Some(act.account),
                    ..act
                };
                coming.push((next.saturating_add(later), carried));
            }
        }
        arriving.retain(|&(target, ..)| !overlay.is_muted(target));
        arriving.sort_by_key(|&(target, order, _)| (target, order));
        for (target, _, copy) in arriving {
            let screen = on_screen.entry(target).or_default();
            screen.push(copy);
            let slots = match screens.rule {
                FeedRule::Gleeson { slots, .. } => Some(slots),
                FeedRule::Weng { slots, .. } => slots,
            };
            screen.retain(|copy| next - copy.since < screens.window);
            if slots.is_some_and(|slots| screen.len() > slots as usize) {
                screen.remove(0);
            }
        }
    }
}
