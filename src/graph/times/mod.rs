//! When ties exist: columns beside the ties, only of graphs in which some have times.

mod rows;
mod settle;

use std::fmt;
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub(super) use self::rows::TimedRows;
pub(crate) use self::rows::{TimedRow, check_contact, check_interval};
pub(super) use self::settle::{SettledTimes, settle_timed};
use super::column::Column;
use super::{Network, SocialGraph};
use crate::error::{Error, Result};
use crate::id::{NetworkId, TieId};
use crate::unit::TimeUnit;

/// What times in the rows of a file say of its ties.
///
/// Its text form is the suffix of the command line, without the colon.
///
/// ```
/// use tieline::RowTimes;
///
/// assert_eq!("contacts".parse::<RowTimes>()?, RowTimes::Contacts);
/// assert_eq!(RowTimes::Intervals.to_string(), "intervals");
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RowTimes {
    /// `a b t`, perhaps with a duration: the two met at t. Rows with different t are different contacts of
    /// one tie.
    Contacts,
    /// `a b start end`: the tie exists from `start` on, and no more at `end`.
    Intervals,
}

impl RowTimes {
    pub(crate) const ALL: [Self; 2] = [Self::Contacts, Self::Intervals];

    /// The word in files and on the command line.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
            Self::Intervals => "intervals",
        }
    }
}

impl fmt::Display for RowTimes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for RowTimes {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self> {
        let known = Self::ALL.into_iter().find(|times| times.word() == word);
        known.ok_or_else(|| Error::unknown("kind of times", word, Self::ALL.map(Self::word)))
    }
}

/// One time of a tie, in the unit of its network ([`Network::time_unit`]). Shown at
/// [`SocialGraph::tie_times`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum TieTime {
    /// A contact.
    Contact {
        /// When it was, or began.
        at: f64,
        /// How long it lasted, if the data say so.
        duration: Option<f64>,
    },
    /// A stretch of time in which the tie exists.
    Interval {
        /// From when on.
        start: f64,
        /// From when on no more.
        end: f64,
    },
}

/// What the times of all ties of a network are. The numbers are those of graph files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimesKind {
    Contacts = 1,
    /// Contacts with durations.
    Lasting = 2,
    Intervals = 3,
}

impl TimesKind {
    pub(crate) const fn rows(self) -> RowTimes {
        match self {
            Self::Contacts | Self::Lasting => RowTimes::Contacts,
            Self::Intervals => RowTimes::Intervals,
        }
    }
}

/// What is said of the times of one network; of none if its ties have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct NetworkTimes {
    pub(crate) kind: Option<TimesKind>,
    /// `Unit` if the data do not say: then times are in that of the scenario.
    pub(crate) unit: TimeUnit,
}

/// The times of all ties. A tie without any exists always.
#[derive(Debug, Clone)]
pub(crate) struct Times {
    /// By network.
    pub(crate) networks: Vec<NetworkTimes>,
    /// For each tie where its times begin, and where those of the last one end.
    pub(crate) offsets: Column<u64>,
    /// When contacts are, and intervals start; of each tie in order.
    pub(crate) first: Column<f64>,
    /// When intervals end, and how long contacts last (NaN where they do not); empty if nothing does.
    pub(crate) second: Column<f64>,
}

impl Times {
    /// Where the times of a tie stand.
    #[inline]
    pub(crate) fn range(&self, tie: u64) -> Range<usize> {
        let [start, end] = [tie as usize, tie as usize + 1].map(|at| self.offsets[at] as usize);
        assert!(
            start <= end && end <= self.first.len(),
            "the times of tie {tie} are {start}..{end} of {}: the graph file was altered; `tieline info \
             --graph FILE --verify` says where",
            self.first.len()
        );
        start..end
    }

    /// What goes with the time at this place.
    pub(crate) fn second_at(&self, place: usize) -> f64 {
        self.second.get(place).copied().unwrap_or(f64::NAN)
    }

    /// The same with the ties in this order.
    pub(super) fn reordered(&self, ties: impl Iterator<Item = TieId>) -> Self {
        let mut offsets = vec![0u64];
        let (mut first, mut second) = (Vec::new(), Vec::new());
        for tie in ties {
            let range = self.range(tie.get());
            first.extend_from_slice(&self.first[range.clone()]);
            if !self.second.is_empty() {
                second.extend_from_slice(&self.second[range]);
            }
            offsets.push(first.len() as u64);
        }
        let (offsets, first, second) = (offsets.into(), first.into(), second.into());
        Self { networks: self.networks.clone(), offsets, first, second }
    }

    /// The times that networks settled on, in the order of the ties of a graph. `ties` are, row by row,
    /// the network of a tie if it stays inside one.
    pub(super) fn of_ties(
        settled: &[SettledTimes],
        ties: impl Iterator<Item = Option<NetworkId>>,
    ) -> Self {
        let lasts = settled.iter().any(|network| {
            matches!(network.times.kind, Some(TimesKind::Lasting | TimesKind::Intervals))
        });
        let mut left: Vec<_> = settled.iter().map(SettledTimes::rows).collect();
        let mut offsets = vec![0u64];
        let (mut first, mut second) = (Vec::new(), Vec::new());
        for network in ties {
            for &(one, other) in network.and_then(|n| left[n.index()].next()).unwrap_or(&[]) {
                first.push(one);
                if lasts {
                    second.push(other);
                }
            }
            offsets.push(first.len() as u64);
        }
        let networks = settled.iter().map(|network| network.times).collect();
        Self { networks, offsets: offsets.into(), first: first.into(), second: second.into() }
    }
}

impl Network {
    /// What times its ties have, if they have any.
    ///
    /// ```
    /// use tieline::{RowTimes, SocialGraph, TimeUnit};
    ///
    /// let mut builder = SocialGraph::builder();
    /// let yard = builder.network("yard");
    /// builder.contact(yard, "ann", "bob", 9.5).unit_of_times(yard, TimeUnit::Hour);
    /// let graph = builder.build()?;
    /// let network = graph.network(yard);
    /// assert_eq!(network.times(), Some(RowTimes::Contacts));
    /// assert_eq!(network.time_unit(), TimeUnit::Hour);
    /// # Ok::<(), tieline::Error>(())
    /// ```
    #[must_use]
    pub fn times(&self) -> Option<RowTimes> {
        self.times.kind.map(TimesKind::rows)
    }

    /// What these times are in; [`TimeUnit::Unit`] is whatever the scenario's times are in.
    #[must_use]
    pub fn time_unit(&self) -> TimeUnit {
        self.times.unit
    }
}

impl SocialGraph {
    /// Whether ties of any network have times.
    #[must_use]
    pub fn has_times(&self) -> bool {
        self.times.is_some()
    }

    /// The times of a tie, in order; none if it exists always.
    ///
    /// ```
    /// use tieline::{SocialGraph, TieTime};
    ///
    /// let mut builder = SocialGraph::builder();
    /// let yard = builder.network("yard");
    /// builder.contact(yard, "ann", "bob", 9.5).contact(yard, "ann", "bob", 3.0);
    /// let graph = builder.build()?;
    /// let tie = graph.find_tie(graph.account("ann")?, graph.account("bob")?).unwrap();
    /// let contact = |at| TieTime::Contact { at, duration: None };
    /// assert_eq!(graph.tie_times(tie).collect::<Vec<_>>(), [contact(3.0), contact(9.5)]);
    /// # Ok::<(), tieline::Error>(())
    /// ```
    ///
    /// # Panics
    /// If the graph has no such tie.
    pub fn tie_times(&self, tie: TieId) -> impl ExactSizeIterator<Item = TieTime> {
        let (source, _) = self.tie_ends(tie);
        let network = self.network_of(source);
        let range = self.times.as_ref().map_or(0..0, |times| times.range(tie.get()));
        range.map(move |place| {
            let Some(times) = &self.times else { unreachable!("a tie with times") };
            let (first, second) = (times.first[place], times.second_at(place));
            match times.networks[network.index()].kind {
                Some(TimesKind::Intervals) => TieTime::Interval { start: first, end: second },
                _ => {
                    let duration = Some(second).filter(|duration| !duration.is_nan());
                    TieTime::Contact { at: first, duration }
                }
            }
        })
    }

    pub(crate) fn times(&self) -> Option<&Arc<Times>> {
        self.times.as_ref()
    }

    /// How many times the ties inside a network have. O(1): bridge ties have none.
    pub(super) fn times_in(&self, network: NetworkId) -> u64 {
        let Some(times) = &self.times else { return 0 };
        let accounts = self.account_range(network);
        let [start, end] = [accounts.start, accounts.end].map(|account| {
            let first_tie = self.ties.offsets.get(account as usize).copied().unwrap_or(0);
            times.offsets.get(first_tie as usize).copied().unwrap_or(0)
        });
        end.saturating_sub(start)
    }

    /// How many times the ties inside a network have, and the first and the last of them.
    ///
    /// ```
    /// use tieline::SocialGraph;
    ///
    /// let mut builder = SocialGraph::builder();
    /// let yard = builder.network("yard");
    /// builder.interval(yard, "ann", "bob", 1.0, 4.0).interval(yard, "bob", "cid", 2.0, 9.0);
    /// let graph = builder.build()?;
    /// assert_eq!(graph.times_of_network(yard), Some((2, 1.0, 9.0)));
    /// # Ok::<(), tieline::Error>(())
    /// ```
    #[must_use]
    pub fn times_of_network(&self, network: NetworkId) -> Option<(u64, f64, f64)> {
        let times = self.times.as_ref()?;
        times.networks[network.index()].kind?;
        let (mut count, mut earliest, mut latest) = (0, f64::INFINITY, f64::NEG_INFINITY);
        for account in self.accounts_of_network(network) {
            for tie in self.tie_ids(account) {
                for time in self.tie_times(tie) {
                    let (first, last) = match time {
                        TieTime::Contact { at, .. } => (at, at),
                        TieTime::Interval { start, end } => (start, end),
                    };
                    count += 1;
                    earliest = earliest.min(first);
                    latest = latest.max(last);
                }
            }
        }
        Some((count, earliest, latest))
    }
}
