//! Another order of storage for the same graph. No result may depend on it.

use super::csr::Csr;
use super::{Ranks, SocialGraph};
use crate::id::{AccountId, TieId};

impl SocialGraph {
    /// The same graph with the accounts of each network stored by increasing `key`.
    ///
    /// Account and tie ids change, logical keys stay; so does every result of every simulation, to
    /// the bit. What changes is which accounts lie near each other in memory.
    ///
    /// ```
    /// use tieline::SocialGraph;
    ///
    /// let mut builder = SocialGraph::builder();
    /// let square = builder.network("square");
    /// builder.tie(square, "ann", "bob").tie(square, "bob", "cid").tie(square, "bob", "dee");
    /// let graph = builder.build()?;
    /// let hubs_first = graph.stored_by(|account| std::cmp::Reverse(graph.out_degree(account)));
    /// assert_eq!(hubs_first.account_name(hubs_first.accounts().next().unwrap()), "bob");
    /// assert_eq!(graph.fingerprint(), hubs_first.fingerprint());
    /// # Ok::<(), tieline::Error>(())
    /// ```
    ///
    /// # Complexity
    /// O(n log n + m) time.
    #[must_use]
    pub fn stored_by<K: Ord>(&self, mut key: impl FnMut(AccountId) -> K) -> Self {
        let mut old_at: Vec<AccountId> = self.accounts().collect();
        for network in self.networks() {
            let range = self.account_range(network);
            // Stable, so equal keys keep their order.
            old_at[range.start as usize..range.end as usize].sort_by_cached_key(|&a| key(a));
        }
        let mut new_of = vec![AccountId::new(0); old_at.len()];
        for (new, old) in old_at.iter().enumerate() {
            new_of[old.index()] = AccountId::new(new as u32);
        }
        let rename = |account: &AccountId| new_of[account.index()];

        let mut offsets = vec![0u64];
        let mut entries = Vec::with_capacity(self.ties.entries.len());
        let mut weights = self.weights.as_ref().map(|w| Vec::with_capacity(w.len()));
        let mut of_account = Vec::with_capacity(old_at.len());
        for &old in &old_at {
            entries.extend(self.targets(old).iter().map(rename));
            offsets.push(entries.len() as u64);
            if let Some(weights) = &mut weights {
                let all = self.weights.as_deref().unwrap_or(&[]);
                weights.extend(self.tie_range(old).map(|tie| all[TieId::new(tie).index()]));
            }
            of_account.push(self.rank_in(self.network_of(old), old));
        }
        let account_at = self.accounts_in_key_order().map(|old| rename(&old)).collect();

        let mut users = self.users.clone();
        users.rows.entries = users.rows.entries.iter().map(rename).collect();
        if !users.several_of.is_empty() {
            users.several_of = old_at.iter().map(|o| self.users.several_of[o.index()]).collect();
        }
        users.set_named_alone(self.users.named_alone.iter().map(rename).collect());
        Self {
            networks: self.networks.clone(),
            starts: self.starts.clone(),
            ranks: Some(Ranks { of_account: of_account.into(), account_at }),
            ties: Csr { offsets: offsets.into(), entries: entries.into() },
            bridge_ties: self.bridge_ties,
            weights: weights.map(Into::into),
            times: self.times.as_ref().map(|times| {
                let ties = old_at.iter().flat_map(|&old| self.tie_range(old).map(TieId::new));
                times.reordered(ties).into()
            }),
            users,
            layout: super::next_layout(),
            derived: super::Derived::default(),
        }
    }
}
