//! Asking accounts whom they listen to, many at a time: what both kernels do that ask everybody.

use std::ops::Range;

use crate::graph::{Csr, SocialGraph};
use crate::id::AccountId;
use crate::model::Choices;
use crate::random::{Lane, mixed};

/// Accounts that are asked together; a multiple of eight.
const TOGETHER: usize = 64;

/// The logical keys of accounts that stand side by side, or the words that they choose by.
pub(super) type Group = [u64; TOGETHER];

/// All accounts, some that stand side by side at a time, with their keys. An iterator, for a closure
/// that is called from here would lose the instructions that its kernel is compiled for.
pub(super) fn groups(graph: &SocialGraph) -> impl Iterator<Item = (Range<usize>, Group)> {
    graph.networks().flat_map(|network| {
        let keys = graph.keys_in(network);
        let Range { start, end } = graph.account_range(network);
        (start as usize..end as usize).step_by(TOGETHER).map(move |first| {
            let accounts = first..(first + TOGETHER).min(end as usize);
            let mut who = [0; TOGETHER];
            for (who, account) in who.iter_mut().zip(accounts.clone()) {
                *who = keys.key_of(AccountId::new(account as u32));
            }
            (accounts, who)
        })
    })
}

/// The words that accounts with these keys choose by.
#[inline(always)]
pub(super) fn words(lane: Lane, who: &Group) -> Group {
    let mut words = [0; TOGETHER];
    for (words, who) in words.as_chunks_mut::<8>().0.iter_mut().zip(who.as_chunks::<8>().0) {
        words.iter_mut().zip(who).for_each(|(word, &who)| *word = lane.unmixed(who));
        *words = mixed(words);
    }
    words
}

/// Whom `account` listens to if it chooses by `word`, by the ties turned round, of which there are
/// some; `nobody` if it listens to none.
#[inline(always)]
pub(super) fn listens_to(
    rows: &Csr,
    choices: &Choices,
    account: usize,
    word: u64,
    nobody: u32,
) -> u32 {
    let entry = choices.entry(rows.range(AccountId::new(account as u32)), word);
    // Nobody's choice is read too, and not used: that is cheaper than to branch.
    let read = entry.unwrap_or(0).min(rows.entries.len() as u64 - 1);
    let chosen = rows.entries[read as usize].get();
    if entry.is_some() { chosen } else { nobody }
}
