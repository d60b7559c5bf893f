//! Several posts that do nothing to each other: one cascade after the other, and then all share events
//! in one order.

use super::trace::{EXTERNAL, Ended, NO_PARENT, Route, Trace};
use super::{Detail, World, run as run_one};
use crate::id::AccountId;
use crate::random::RunKeys;
use crate::unit::Clock;

/// Memory for a run: that of one cascade, and 48 bytes for each share event.
#[derive(Debug, Default)]
pub(super) struct TogetherSpace {
    alone: Option<Box<Trace>>,
    events: Vec<Gathered>,
    /// Where each event of a post stands in the end, from where the first of the post is on.
    places: Vec<u32>,
}

/// One share event.
#[derive(Debug, Clone, Copy)]
struct Gathered {
    when: u64,
    key: u64,
    /// Its number, and that of its parent.
    number: u32,
    parent: u32,
    account: AccountId,
    post: u32,
    occurrence: u32,
    route: Route,
}

/// Runs one cascade of each post. `worlds` and `keys` are those of the posts.
pub(super) fn run(worlds: &[World<'_>], keys: &[RunKeys], detail: Detail, trace: &mut Trace) {
    trace.clear();
    let mut space = std::mem::take(&mut trace.space.together);
    let World { graph, timing, .. } = worlds[0];
    let TogetherSpace { alone, events, places } = &mut space;
    let alone = alone.get_or_insert_with(|| Box::new(Trace::new(graph.account_count())));
    if detail == Detail::Size {
        let mut size = 0;
        for (world, keys) in worlds.iter().zip(keys) {
            run_one(world, keys, detail, alone);
            size += alone.len();
        }
        let most = usize::try_from(timing.max_shares).unwrap_or(usize::MAX);
        trace.set_size(size.min(most));
        trace.space.together = space;
        return;
    }
    events.clear();
    let mut ended = Ended::At(0);
    for (post, (world, keys)) in (0..).zip(worlds.iter().zip(keys)) {
        run_one(world, keys, Detail::Parents, alone);
        trace.ties_examined += alone.ties_examined;
        ended = both(ended, alone.ended);
        let first = events.len() as u32;
        for (when, places) in alone.moments() {
            events.extend(places.map(|place| Gathered {
                when,
                key: graph.logical_key(alone.accounts()[place]).get(),
                number: first + place as u32,
                parent: match alone.parents[place] {
                    NO_PARENT if alone.externals.binary_search(&(place as u32)).is_ok() => EXTERNAL,
                    NO_PARENT => NO_PARENT,
                    parent => first + parent,
                },
                account: alone.accounts()[place],
                post,
                occurrence: alone.occurrences.get(place).copied().unwrap_or(0),
                route: alone.routes[place],
            }));
        }
    }
    events.sort_unstable_by_key(|event| (event.when, event.key, event.post, event.occurrence));
    places.clear();
    places.resize(events.len(), 0);
    let again = events.iter().any(|event| event.occurrence > 0);
    for (place, event) in events.iter().enumerate() {
        if place as u64 == timing.max_shares {
            break;
        }
        places[event.number as usize] = place as u32;
        let parent = match event.parent {
            none @ (NO_PARENT | EXTERNAL) => none,
            // It was earlier.
            parent => places[parent as usize],
        };
        trace.push_post(event.when, event.account, parent, event.route, event.post);
        if again {
            trace.occurrences.push(event.occurrence);
        }
    }
    if events.len() as u64 >= timing.max_shares {
        ended = Ended::Truncated;
    }
    trace.ended = ended;
    trace.space.together = space;
    if timing.clock == Clock::Steps {
        trace.ticks_are_steps();
    }
}

/// How two cascades end that go on beside each other.
fn both(one: Ended, other: Ended) -> Ended {
    match (one, other) {
        (Ended::Truncated, _) | (_, Ended::Truncated) => Ended::Truncated,
        (Ended::Untold, _) | (_, Ended::Untold) => Ended::Untold,
        (Ended::GoingOn, _) | (_, Ended::GoingOn) => Ended::GoingOn,
        (Ended::At(one), Ended::At(other)) => Ended::At(one.max(other)),
    }
}
