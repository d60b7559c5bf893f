//! Rows with times, as a builder collects them.

use super::super::builder::GraphBuilder;
use super::{NetworkTimes, TimesKind};
use crate::error::{Error, Result};
use crate::graph::Row;
use crate::id::NetworkId;
use crate::unit::TimeUnit;

/// A row that states a time of a tie.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TimedRow {
    pub(crate) row: Row,
    pub(crate) first: f64,
    /// The end of an interval, or a duration; NaN if the row has none.
    pub(crate) second: f64,
}

/// Those of one network.
#[derive(Debug, Default)]
pub(in crate::graph) struct TimedRows {
    pub(in crate::graph) times: NetworkTimes,
    pub(in crate::graph) rows: Vec<TimedRow>,
}

/// Whether there can be a contact at this time, for so long (NaN: nothing is said).
pub(crate) fn check_contact(at: f64, duration: f64) -> Result<()> {
    check_time("the time of a contact", at)?;
    if duration.is_nan() || duration.is_finite() && duration > 0.0 {
        return Ok(());
    }
    Err(Error::range(format!("how long a contact lasts must be above 0, found {duration}")))
}

/// Whether a tie can exist from `start` to `end`.
pub(crate) fn check_interval(start: f64, end: f64) -> Result<()> {
    check_time("the start of an interval", start)?;
    check_time("the end of an interval", end)?;
    if start < end {
        return Ok(());
    }
    Err(Error::range(format!("an interval must end after it starts, found {start} to {end}")))
}

fn check_time(what: &str, time: f64) -> Result<()> {
    if time.is_finite() && time >= 0.0 {
        return Ok(());
    }
    Err(Error::range(format!("{what} must be a number from 0, found {time}")))
}

impl GraphBuilder {
    /// A contact: the post can go from `source` to `target` at this time. Contacts of one pair at several
    /// times are several times of one tie; exactly the same again is dropped and counted. Times are in the
    /// unit of the scenario, unless [`unit_of_times`](Self::unit_of_times) says in which. All ties of a
    /// network are contacts, or all are not. Shown at [`SocialGraph::tie_times`](super::SocialGraph::tie_times).
    pub fn contact(
        &mut self,
        network: NetworkId,
        source: &str,
        target: &str,
        at: f64,
    ) -> &mut Self {
        self.timed(network, (source, target), TimesKind::Contacts, (at, f64::NAN))
    }

    /// A contact that begins at this time and lasts so long: under models with rates it passes the post on
    /// with probability 1 − e^(−rate · duration). Either all contacts of a network last, or none.
    ///
    /// ```
    /// use tieline::{Ensemble, Scenario, Si, SocialGraph};
    ///
    /// let mut builder = SocialGraph::builder();
    /// let yard = builder.network("yard");
    /// builder.contact_lasting(yard, "ann", "bob", 1.0, 3.0);
    /// let scenario = Scenario::builder(builder.build()?)
    ///     .model(Si::with_rate(0.5))
    ///     .origin("ann")
    ///     .build()?;
    /// let outcome = Ensemble::new(&scenario).runs(20_000).run();
    /// let share = outcome.size.mean - 1.0; // 1 − e^(−1.5)
    /// assert!((share - 0.776870).abs() < 4.5 * outcome.size.std_error.unwrap());
    /// # Ok::<(), tieline::Error>(())
    /// ```
    pub fn contact_lasting(
        &mut self,
        network: NetworkId,
        source: &str,
        target: &str,
        at: f64,
        duration: f64,
    ) -> &mut Self {
        self.timed(network, (source, target), TimesKind::Lasting, (at, duration))
    }

    /// The tie exists from `start` on, and no more at `end`. It may do so several times; intervals that
    /// overlap are an error. Shown at [`SocialGraph::times_of_network`](super::SocialGraph::times_of_network).
    pub fn interval(
        &mut self,
        network: NetworkId,
        source: &str,
        target: &str,
        start: f64,
        end: f64,
    ) -> &mut Self {
        self.timed(network, (source, target), TimesKind::Intervals, (start, end))
    }

    /// What the times of a network are in. If nothing is said, in the unit of the scenario. Shown at
    /// [`Network::times`](super::Network::times).
    pub fn unit_of_times(&mut self, network: NetworkId, unit: TimeUnit) -> &mut Self {
        self.catch(|builder| builder.set_unit_of_times(network, unit))
    }

    pub(crate) fn set_unit_of_times(&mut self, network: NetworkId, unit: TimeUnit) -> Result<()> {
        let name = self.network_name(network).to_owned();
        let known = &mut self.timed_of(network).times.unit;
        if *known != TimeUnit::Unit && *known != unit {
            return Err(Error::conflict(format!(
                "the times of network `{name}` are said to be in {known} and in {unit}"
            )));
        }
        *known = unit;
        Ok(())
    }

    fn timed(
        &mut self,
        network: NetworkId,
        (source, target): (&str, &str),
        kind: TimesKind,
        (first, second): (f64, f64),
    ) -> &mut Self {
        self.catch(|builder| {
            if kind == TimesKind::Lasting && second.is_nan() {
                check_contact(first, f64::INFINITY)?;
            }
            let source = builder.intern(network, source)?;
            let target = builder.intern(network, target)?;
            let row = Row { source, target, mutual: false, weight: f64::NAN, file: 0, line: 0 };
            builder.push_timed(TimedRow { row, first, second }, kind)
        })
    }

    /// Adds a row of ties that have such times.
    pub(crate) fn push_timed(&mut self, timed: TimedRow, kind: TimesKind) -> Result<()> {
        match kind {
            TimesKind::Intervals => check_interval(timed.first, timed.second)?,
            TimesKind::Contacts | TimesKind::Lasting => check_contact(timed.first, timed.second)?,
        }
        let network = timed.row.source.network();
        let name = self.network_name(network).to_owned();
        let known = self.timed_of(network);
        match known.times.kind {
            Some(other) if other != kind => {
                return Err(Error::conflict(match (other, kind) {
                    (TimesKind::Intervals, _) | (_, TimesKind::Intervals) => format!(
                        "network `{name}` has ties with intervals and contacts; give each a network of \
                         its own"
                    ),
                    _ => format!(
                        "network `{name}` has contacts with a duration and without; give each one, or \
                         none"
                    ),
                }));
            }
            _ => known.times.kind = Some(kind),
        }
        // −0 is the same time as 0.
        known.rows.push(TimedRow { first: timed.first + 0.0, ..timed });
        Ok(())
    }

    fn timed_of(&mut self, network: NetworkId) -> &mut TimedRows {
        if self.timed.len() <= network.index() {
            self.timed.resize_with(network.index() + 1, TimedRows::default);
        }
        &mut self.timed[network.index()]
    }
}
