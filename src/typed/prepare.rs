//! A self-exciting cascade without a graph, checked and made ready.

use super::TypedHawkes;
use super::counts::Counts;
use crate::ensemble::Deadline;
use crate::error::{Error, OfKey, Result};
use crate::graph::SocialGraph;
use crate::model::Periods;
use crate::model::{Fading, PreparedDelays, PreparedPeriods, check_rate};
use crate::random::Distribution;
use crate::unit::Clock;

impl TypedHawkes {
    pub(super) fn prepare(&self) -> Result<Prepared> {
        let types = self.types.len();
        if self.numbers.len() != types || self.numbers.iter().any(|row| row.len() != types) {
            return Err(Error::conflict(format!(
                "the mean numbers must have a row and a column for each of {types} types"
            )));
        }
        let fading = Fading::new(&self.over_time).of_key("over_time")?;
        self.check_numbers(fading.greatest)?;
        let mut builder = SocialGraph::builder();
        for (place, name) in self.types.iter().enumerate() {
            if self.types[..place].contains(name) {
                return Err(
                    Error::conflict(format!("two types are called `{name}`")).of_key("types")
                );
            }
            builder.network(name);
        }
        let graph = builder.build()?;
        self.memory.refuse_tie_weights("the memory")?;
        let has_end = self.until.is_some() || self.max_shares.is_some();
        let branching_factor = self.branching_factor();
        // What holds from some time on decides what happens for ever.
        let at_last = self.over_time.last().map_or(1.0, |&(_, factor)| factor);
        if !has_end && branching_factor * at_last >= 1.0 {
            let times = match self.over_time.last() {
                None => String::new(),
                Some((time, factor)) => format!(", times {factor} from {time} on"),
            };
            return Err(Error::conflict(format!(
                "the branching factor is {branching_factor}{times}, so a cascade may grow for ever: a run \
                 needs an end, `until` or `max_shares`"
            ))
            .of_key("until"));
        }
        let of_type = |name: &String| match self.types.iter().position(|known| known == name) {
            Some(place) => Ok(place as u32),
            None => Err(Error::unknown("type", name, self.types.iter().map(String::as_str))),
        };
        let mut external = Vec::new();
        for (name, rate) in &self.external {
            check_rate(*rate, "external influence").of_key("external")?;
            if *rate == 0.0 || self.until.is_none() {
                return Err(Error::conflict(format!(
                    "events of `{name}` that come of their own accord need a rate above 0, and an end \
                     (`until`)"
                ))
                .of_key("external"));
            }
            external.push((of_type(name).of_key("external")?, *rate));
        }
        let all: u64 = self.origins.iter().map(|&(_, events)| u64::from(events)).sum();
        if all > MOST_ORIGINS {
            return Err(Error::range(format!(
                "a run may have {MOST_ORIGINS} origins at most, found {all}"
            ))
            .of_key("random_origins"));
        }
        let mut origins = Vec::new();
        for (name, events) in &self.origins {
            let of_type = of_type(name).of_key("random_origins")?;
            let before = origins.iter().filter(|&&(known, _)| known == of_type).count() as u32;
            origins.extend((before..before + events).map(|nth| (of_type, nth)));
        }
        if origins.is_empty() && external.is_empty() {
            return Err(Error::conflict("a run needs an origin: an event that comes first")
                .of_key("random_origins"));
        }
        if self.max_shares == Some(0) {
            return Err(Error::range("`max_shares` must be at least 1, found 0"));
        }
        let named = self.marks.networks.iter().map(|(_, mark)| mark);
        if let Some(mark) = self.marks.base.iter().chain(named).find(|m| m.mean().is_infinite()) {
            return Err(Error::conflict(format!(
                "the mark, {mark}, has an infinite mean, and numbers of offspring are in proportion to \
                 its part of the mean"
            ))
            .of_key("marks"));
        }
        let marks = (self.marks != Periods::default())
            .then(|| self.marks.prepare(&graph, "the mark", false))
            .transpose()?;
        let mean = |name: &String| {
            let own = self.marks.networks.iter().find(|(network, _)| network == name);
            own.map(|(_, own)| own).or(self.marks.base.as_ref()).map_or(1.0, Distribution::mean)
        };
        let mean_marks: Vec<f64> = self.types.iter().map(mean).collect();
        if mean_marks.iter().any(|&mean| mean <= 0.0) {
            return Err(Error::range("the mean of a mark must be above 0").of_key("marks"));
        }
        let more = |row: &Vec<f64>| row.iter().map(|number| number * fading.greatest).collect();
        let numbers: Vec<Vec<f64>> = self.numbers.iter().map(more).collect();
        Ok(Prepared {
            branching_factor,
            counts: Counts::new(&numbers),
            numbers,
            fading,
            memory: self.memory.prepare(&graph, "the memory", has_end)?,
            marks,
            mean_marks,
            origins,
            external,
            until: self
                .until
                .map_or(Ok(u64::MAX), |time| Clock::Continuous.deadline(time))
                .of_key("until")?,
            max_shares: self.max_shares.unwrap_or(u64::MAX),
            within: self
                .reached_within
                .iter()
                .map(|&time| Deadline::new(time, Clock::Continuous))
                .collect::<Result<_>>()
                .of_key("reached_within")?,
        })
    }

    /// Whether all numbers may be, at the greatest infectivity, too.
    fn check_numbers(&self, greatest: f64) -> Result<()> {
        for (from, row) in self.types.iter().zip(&self.numbers) {
            for (to, number) in self.types.iter().zip(row) {
                let is_wrong = |number: f64| !(0.0..=MOST_OFFSPRING).contains(&number);
                let wrong = |times: &str| {
                    Error::range(format!(
                        "a mean number of shares must lie in 0..={MOST_OFFSPRING}, found {number} for \
                         `{from}:{to}`{times}"
                    ))
                };
                if is_wrong(*number) {
                    return Err(wrong("").of_key("reshare"));
                }
                if is_wrong(number * greatest) {
                    let times = format!(", times {greatest} by `over_time`");
                    return Err(wrong(&times).of_key("over_time"));
                }
            }
        }
        Ok(())
    }
}

/// A model that can be run.
pub(super) struct Prepared {
    pub(super) within: Vec<Deadline>,
    pub(super) branching_factor: f64,
    /// At the greatest infectivity.
    pub(super) numbers: Vec<Vec<f64>>,
    pub(super) fading: Fading,
    /// The same, ready to be drawn where there are no marks.
    pub(super) counts: Counts,
    pub(super) memory: PreparedDelays,
    pub(super) marks: Option<PreparedPeriods>,
    pub(super) mean_marks: Vec<f64>,
    /// Type, and number in it.
    pub(super) origins: Vec<(u32, u32)>,
    pub(super) external: Vec<(u32, f64)>,
    pub(super) until: u64,
    pub(super) max_shares: u64,
}

/// More origins than that are a mistake: each run lists them all.
const MOST_ORIGINS: u64 = 1 << 24;

/// More offspring of one event are one, too.
const MOST_OFFSPRING: f64 = 1_048_576.0;
