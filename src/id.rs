//! Typed ids. None of them means anything outside the graph that gave it out.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($int:ty)) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[repr(transparent)]
        pub struct $name($int);

        impl $name {
            /// The id with this number.
            #[must_use]
            pub const fn new(number: $int) -> Self {
                Self(number)
            }

            /// The number as stored.
            #[must_use]
            pub const fn get(self) -> $int {
                self.0
            }

            /// The number as an index into a column.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id! {
    /// One account: one user's presence in one network. Accounts are numbered network by network.
    ///
    /// ```
    /// use tieline::AccountId;
    /// assert_eq!(AccountId::new(7).index(), 7);
    /// ```
    AccountId(u32)
}
id! {
    /// One network, in the order in which networks were declared.
    ///
    /// ```
    /// use tieline::NetworkId;
    /// assert!(NetworkId::new(0) < NetworkId::new(1));
    /// ```
    NetworkId(u32)
}
id! {
    /// One user. Users with several accounts come first; ids need not be dense.
    ///
    /// ```
    /// use tieline::UserId;
    /// assert_eq!(UserId::new(3).get(), 3);
    /// ```
    UserId(u64)
}
id! {
    /// One tie: its place in the ties of the whole graph. There may be more than 2^32 of them.
    ///
    /// ```
    /// use tieline::TieId;
    /// assert_eq!(TieId::new(1 << 40).get(), 1 << 40);
    /// ```
    TieId(u64)
}

/// The name of an account that randomness knows: its network's place in the order of declaration
/// and its own place in the order of first appearance there. Storage may be reordered, this stays.
///
/// ```
/// use tieline::{LogicalKey, NetworkId};
///
/// let key = LogicalKey::new(NetworkId::new(2), 5);
/// assert_eq!((key.network(), key.rank()), (NetworkId::new(2), 5));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LogicalKey(u64);

impl LogicalKey {
    /// The key of the account that appeared `rank`-th (from 0) in `network`.
    #[must_use]
    pub const fn new(network: NetworkId, rank: u32) -> Self {
        Self((network.get() as u64) << 32 | rank as u64)
    }

    /// The network.
    #[must_use]
    pub const fn network(self) -> NetworkId {
        NetworkId::new((self.0 >> 32) as u32)
    }

    /// The place in the order of first appearance in the network, from 0.
    #[must_use]
    pub const fn rank(self) -> u32 {
        self.0 as u32
    }

    /// Both in one number; the order of these numbers is the order of logical keys.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}
