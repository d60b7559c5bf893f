//! Accounts in the order in which it pays to ask all of them whom they listen to.

use std::cmp::Reverse;
use std::ops::Range;

use super::{SocialGraph, on_huge_pages};
use crate::id::{AccountId, NetworkId};

/// The accounts with ties, with the rows of whom they see, in an order of their own: first those who
/// see and are seen, the ones seen by most in front. To follow lines from account to account is then to
/// stay among a few, near each other in memory; and who is seen by nobody, or sees nobody, is out of
/// the way.
///
/// An account stands at a *place*: first come those who see and are seen, then those who are only
/// seen, then those who only see. Who has no ties stands nowhere. No result depends on the order.
#[derive(Debug, Clone)]
pub(crate) struct Listeners {
    /// The account at each place.
    accounts: Vec<AccountId>,
    /// The place of each account, or [`NOWHERE`].
    places: Vec<u32>,
    /// The row of each place: of whom it sees, the places, in order of logical key.
    offsets: Vec<u64>,
    sources: Vec<u32>,
    /// How many see and are seen, and how many are seen.
    between: u32,
    seen: u32,
    /// Stretches of places whose accounts are of one network.
    stretches: Vec<(NetworkId, Range<u32>)>,
}

/// In place of the place of an account without ties.
const NOWHERE: u32 = u32::MAX;

/// The three kinds of accounts that have ties.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Between,
    OnlySeen,
    OnlySees,
}

impl Listeners {
    /// O(n + m) time, 16 bytes an account and 4 a tie.
    pub(super) fn of(graph: &SocialGraph) -> Self {
        let mut listeners = Self {
            accounts: Vec::new(),
            places: vec![NOWHERE; graph.account_count()],
            offsets: Vec::new(),
            sources: Vec::new(),
            between: 0,
            seen: 0,
            stretches: Vec::new(),
        };
        listeners.place_all(graph, Kind::Between);
        listeners.between = listeners.accounts.len() as u32;
        listeners.place_all(graph, Kind::OnlySeen);
        listeners.seen = listeners.accounts.len() as u32;
        listeners.place_all(graph, Kind::OnlySees);
        listeners.fill_rows(graph);
        listeners
    }

    /// Gives places to all accounts of one kind, network by network.
    fn place_all(&mut self, graph: &SocialGraph, kind: Kind) {
        for network in graph.networks() {
            let first = self.accounts.len();
            let range = graph.account_range(network);
            let ids = range.map(AccountId::new).filter(|&a| kind_of(graph, a) == Some(kind));
            self.accounts.extend(ids);
            // By powers of two: what is nearly as popular may stand as it is stored.
            let popularity =
                |account: &AccountId| Reverse(graph.out_degree(*account).checked_ilog2());
            self.accounts[first..].sort_by_key(popularity);
            let stretch = first as u32..self.accounts.len() as u32;
            for place in stretch.clone() {
                self.places[self.accounts[place as usize].index()] = place;
            }
            self.stretches.push((network, stretch));
        }
    }

    /// The rows of whom accounts see, the accounts given by place.
    fn fill_rows(&mut self, graph: &SocialGraph) {
        let turned = &graph.reverse().rows;
        self.offsets = Vec::with_capacity(self.accounts.len() + 1);
        on_huge_pages(&mut self.offsets);
        self.offsets.push(0);
        self.sources = Vec::with_capacity(turned.entries.len());
        on_huge_pages(&mut self.sources);
        for &account in &self.accounts {
            let places = turned.row(account).iter().map(|source| self.places[source.index()]);
            self.sources.extend(places);
            self.offsets.push(self.sources.len() as u64);
        }
        let seen = self.seen;
        assert!(
            self.sources.iter().all(|&source| source < seen),
            "who sees whom and who is seen by whom differ: the graph file was altered; \
             `tieline info --graph FILE --verify` says where"
        );
    }

    /// How many are seen by somebody: their places are those below.
    pub(crate) fn seen(&self) -> usize {
        self.seen as usize
    }

    /// How many stand somewhere.
    pub(crate) fn len(&self) -> usize {
        self.accounts.len()
    }

    /// The place of `account`, if it has ties.
    pub(crate) fn place_of(&self, account: AccountId) -> Option<usize> {
        Some(self.places[account.index()]).filter(|&place| place != NOWHERE).map(|p| p as usize)
    }

    /// The account at `place`.
    #[inline(always)]
    pub(crate) fn account_at(&self, place: usize) -> AccountId {
        self.accounts[place]
    }

    /// The places of those who see somebody and are seen.
    pub(crate) fn between(&self) -> Range<usize> {
        0..self.between as usize
    }

    /// The places of those who are seen and see nobody.
    pub(crate) fn only_seen(&self) -> Range<usize> {
        self.between as usize..self.seen as usize
    }

    /// The places of those who see somebody and are seen by nobody.
    pub(crate) fn only_see(&self) -> Range<usize> {
        self.seen as usize..self.accounts.len()
    }

    /// The stretches inside `places` whose accounts are of one network.
    pub(crate) fn stretches(
        &self,
        places: Range<usize>,
    ) -> impl Iterator<Item = (NetworkId, Range<usize>)> {
        self.stretches.iter().filter_map(move |(network, stretch)| {
            let stretch = stretch.start as usize..stretch.end as usize;
            let inside = places.start <= stretch.start && stretch.end <= places.end;
            (inside && !stretch.is_empty()).then_some((*network, stretch))
        })
    }

    /// The entries of the row of `place`.
    #[inline(always)]
    pub(crate) fn row(&self, place: usize) -> Range<u64> {
        self.offsets[place]..self.offsets[place + 1]
    }

    /// Where each row begins, and where the last one ends.
    #[inline(always)]
    pub(crate) fn offsets(&self) -> &[u64] {
        &self.offsets
    }

    /// All rows, one behind the other.
    #[inline(always)]
    pub(crate) fn sources(&self) -> &[u32] {
        &self.sources
    }
}

fn kind_of(graph: &SocialGraph, account: AccountId) -> Option<Kind> {
    match (graph.in_degree(account) > 0, graph.out_degree(account) > 0) {
        (true, true) => Some(Kind::Between),
        (false, true) => Some(Kind::OnlySeen),
        (true, false) => Some(Kind::OnlySees),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two networks with a bridge; `hub` is seen by most, `far` by nobody, `top` sees nobody.
    #[test]
    fn all_with_ties_have_a_place_and_their_row() {
        let mut builder = SocialGraph::builder();
        let (square, hall) = (builder.network("square"), builder.network("hall"));
        builder.tie(square, "ann", "hub").tie(square, "top", "ann").tie(square, "top", "hub");
        for seer in ["bob", "cid", "dee", "far"] {
            builder.tie(square, "hub", seer);
        }
        builder.tie(square, "bob", "ann").account(square, "alone");
        builder.tie(hall, "eve", "fay").bridge((hall, "fay"), (square, "cid"));
        let graph = builder.build().unwrap();
        let listeners = graph.listeners();

        let names = |places: Range<usize>| -> Vec<String> {
            places.map(|place| graph.account_name(listeners.account_at(place)).into()).collect()
        };
        assert_eq!(names(listeners.between()), ["hub", "ann", "bob", "fay"]);
        assert_eq!(names(listeners.only_seen()), ["top", "eve"]);
        assert_eq!(names(listeners.only_see()), ["cid", "dee", "far"]);
        assert_eq!((listeners.seen(), listeners.len()), (6, 9));
        let stretches: Vec<_> = listeners.stretches(0..9).map(|(_, stretch)| stretch).collect();
        assert_eq!(stretches, [0..3, 3..4, 4..5, 5..6, 6..9]);
        assert_eq!(listeners.stretches(listeners.only_seen()).count(), 2);

        for account in graph.accounts() {
            let Some(place) = listeners.place_of(account) else {
                assert_eq!(graph.account_name(account), "alone");
                continue;
            };
            assert_eq!(listeners.account_at(place), account);
            let [start, end] = [0, 1].map(|next| listeners.offsets()[place + next] as usize);
            let row = listeners.sources()[start..end].iter();
            let row: Vec<_> = row.map(|&source| listeners.account_at(source as usize)).collect();
            assert_eq!(row, graph.sources(account));
        }
    }
}
