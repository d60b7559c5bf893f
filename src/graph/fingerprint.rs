//! A number that says whether two graphs are the same.

use super::{NetworkTimes, SocialGraph};
use crate::id::TieId;
use crate::random::mix64;

/// Mixes everything that makes up a graph, in logical order.
pub(super) fn fingerprint(graph: &SocialGraph) -> u64 {
    let mut state = 0x7469_656c_696e_6531;
    let mut take = |word: u64| state = mix64(state ^ word).wrapping_add(0x9e37_79b9_7f4a_7c15);
    let take_text = |text: &str, take: &mut dyn FnMut(u64)| {
        take(text.len() as u64);
        for chunk in text.as_bytes().chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            take(u64::from_le_bytes(word));
        }
    };
    take(graph.network_count() as u64);
    for network in graph.networks() {
        take_text(graph.network(network).name(), &mut take);
        take(graph.accounts_of_network(network).len() as u64);
        if let Some(times) = graph.times() {
            let NetworkTimes { kind, unit } = times.networks[network.index()];
            take(kind.map_or(0, |kind| kind as u64));
            take_text(unit.name(), &mut take);
        }
    }
    for account in graph.accounts_in_key_order() {
        take_text(&graph.account_name(account), &mut take);
        take(graph.out_degree(account));
        for &target in graph.targets(account) {
            take(graph.logical_key(target).get());
        }
        if graph.has_weights() {
            for tie in graph.tie_range(account) {
                take(graph.weight(TieId::new(tie)).map_or(u64::MAX, f64::to_bits));
            }
        }
        if let Some(times) = graph.times() {
            for tie in graph.tie_range(account) {
                let range = times.range(tie);
                take(range.len() as u64);
                for place in range {
                    take(times.first[place].to_bits());
                    take(times.second_at(place).to_bits());
                }
            }
        }
        for &sibling in graph.accounts_beside(account) {
            take(graph.logical_key(sibling).get());
        }
        if !graph.accounts_beside(account).is_empty() {
            take_text(&graph.user_name(graph.user_of(account)), &mut take);
        }
    }
    state
}
