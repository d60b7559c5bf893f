//! What both views have in common: accounts are the nodes, networks their weights.

use petgraph::visit::VisitMap;

use crate::graph::SocialGraph;
use crate::id::{AccountId, NetworkId};

/// All accounts of a graph, each with its network: what `node_references` of a view gives.
#[derive(Clone)]
pub struct AccountNodes<'a> {
    graph: &'a SocialGraph,
    network: usize,
    next: u32,
}

impl<'a> AccountNodes<'a> {
    pub(super) fn new(graph: &'a SocialGraph) -> Self {
        Self { graph, network: 0, next: 0 }
    }
}

impl<'a> Iterator for AccountNodes<'a> {
    type Item = (AccountId, &'a NetworkId);

    fn next(&mut self) -> Option<Self::Item> {
        if self.len() == 0 {
            return None;
        }
        while self.graph.starts[self.network + 1] <= self.next {
            self.network += 1;
        }
        let account = AccountId::new(self.next);
        self.next += 1;
        Some((account, &self.graph.networks[self.network].id))
    }

    // petgraph's articulation points take the lower bound for the number of nodes.
    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.graph.account_count() - self.next as usize;
        (left, Some(left))
    }
}

impl ExactSizeIterator for AccountNodes<'_> {}

impl std::fmt::Debug for AccountNodes<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountNodes").field("next", &self.next).finish_non_exhaustive()
    }
}

/// Which accounts an algorithm has visited: one bit each. What `visit_map` of a view gives.
#[derive(Debug, Clone, Default)]
pub struct VisitedAccounts {
    words: Vec<u64>,
}

impl VisitedAccounts {
    pub(super) fn reset(&mut self, accounts: usize) {
        self.words.clear();
        self.words.resize(accounts.div_ceil(64), 0);
    }
}

/// The word of an account and its bit there.
fn place(account: AccountId) -> (usize, u64) {
    (account.index() / 64, 1 << (account.get() % 64))
}

impl VisitMap<AccountId> for VisitedAccounts {
    fn visit(&mut self, account: AccountId) -> bool {
        let (word, bit) = place(account);
        let first = self.words[word] & bit == 0;
        self.words[word] |= bit;
        first
    }

    fn is_visited(&self, account: &AccountId) -> bool {
        let (word, bit) = place(*account);
        self.words[word] & bit != 0
    }

    fn unvisit(&mut self, account: AccountId) -> bool {
        let (word, bit) = place(account);
        let was = self.words[word] & bit != 0;
        self.words[word] &= !bit;
        was
    }
}

/// The traits about nodes, which are the same for every view with a field `graph`.
macro_rules! accounts_are_nodes {
    ($view:ident) => {
        impl ::petgraph::visit::GraphRef for $view<'_> {}

        impl ::petgraph::visit::Data for $view<'_> {
            type NodeWeight = $crate::id::NetworkId;
            type EdgeWeight = f64;
        }

        impl ::petgraph::visit::NodeCount for $view<'_> {
            fn node_count(&self) -> usize {
                self.graph.account_count()
            }
        }

        impl ::petgraph::visit::NodeIndexable for $view<'_> {
            fn node_bound(&self) -> usize {
                self.graph.account_count()
            }

            fn to_index(&self, account: AccountId) -> usize {
                account.index()
            }

            fn from_index(&self, index: usize) -> AccountId {
                assert!(index < self.graph.account_count(), "no account {index} in this graph");
                AccountId::new(index as u32)
            }
        }

        impl ::petgraph::visit::NodeCompactIndexable for $view<'_> {}

        impl ::petgraph::visit::Visitable for $view<'_> {
            type Map = $crate::graph::view::VisitedAccounts;

            fn visit_map(&self) -> Self::Map {
                let mut map = Self::Map::default();
                self.reset_map(&mut map);
                map
            }

            fn reset_map(&self, map: &mut Self::Map) {
                map.reset(self.graph.account_count());
            }
        }

        impl<'a> ::petgraph::visit::IntoNodeIdentifiers for $view<'a> {
            type NodeIdentifiers = ::std::iter::Map<::std::ops::Range<u32>, fn(u32) -> AccountId>;

            fn node_identifiers(self) -> Self::NodeIdentifiers {
                (0..self.graph.account_count() as u32).map(AccountId::new)
            }
        }

        impl<'a> ::petgraph::visit::IntoNodeReferences for $view<'a> {
            type NodeRef = (AccountId, &'a $crate::id::NetworkId);
            type NodeReferences = $crate::graph::view::AccountNodes<'a>;

            fn node_references(self) -> Self::NodeReferences {
                $crate::graph::view::AccountNodes::new(self.graph)
            }
        }

        impl ::std::fmt::Debug for $view<'_> {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(stringify!($view))
                    .field("accounts", &self.graph.account_count())
                    .field("ties", &self.graph.tie_count())
                    .finish_non_exhaustive()
            }
        }
    };
}
pub(super) use accounts_are_nodes;
