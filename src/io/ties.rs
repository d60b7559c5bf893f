//! [`TieFile`]: the ties of one network.

use serde::{Deserialize, Serialize};

use super::Reader;
use super::layout::{Layout, Shape};
use super::lines::utf8;
use super::source::Source;
use super::table::Rows;
use super::times::TimeColumns;
use crate::error::{Error, Result};
use crate::graph::{Direction, GraphBuilder, Row, RowTimes, TimedRow};
use crate::id::{LogicalKey, NetworkId};
use crate::unit::TimeUnit;

/// Ties of a network: rows `a b`, perhaps with a weight, perhaps with times.
///
/// As text it is `NAME=FILE[:directed|:follows|:mutual][:contacts|:intervals][:unit=UNIT]`. With
/// `:contacts` rows are `a b t`: the two met at t; a header calls the column `time` (`timestamp`, `t`) and
/// may have a `duration`. With `:intervals` they are `a b start end`, by the names `start` and `end`.
///
/// ```
/// use tieline::{Direction, RowTimes, TieFile, TimeUnit};
///
/// let file: TieFile = "chirp=data/chirp.tsv.gz:follows".parse()?;
/// assert_eq!(file, TieFile::new("chirp", "data/chirp.tsv.gz", Direction::Follows));
/// let file: TieFile = "yard=yard.tsv:mutual:contacts:unit=h".parse()?;
/// assert_eq!((file.times, file.unit), (Some(RowTimes::Contacts), Some(TimeUnit::Hour)));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TieFile {
    /// The network. Several files may feed the same one.
    pub name: String,
    /// Where the rows are.
    pub file: Source,
    /// What a row says; directed if it is not stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// What times its rows have; none if it is not stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<RowTimes>,
    /// What these are in; in the unit of the scenario if it is not stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<TimeUnit>,
}

impl TieFile {
    /// The ties of the network `name` are in `file`, whose rows say `direction`.
    #[must_use]
    pub fn new(name: impl Into<String>, file: impl Into<Source>, direction: Direction) -> Self {
        let direction = Some(direction);
        Self { name: name.into(), file: file.into(), direction, times: None, unit: None }
    }

    /// The same, whose rows have such times.
    ///
    /// ```
    /// use tieline::{Direction, GraphFiles, RowTimes, Source, TieFile};
    ///
    /// let rows = Source::bytes("yard.tsv", "ann bob 1\nann bob 5\nbob cid 2\n");
    /// let mut files = GraphFiles::new();
    /// files.networks.push(TieFile::new("yard", rows, Direction::Mutual).times(RowTimes::Contacts));
    /// let (graph, report) = files.load()?;
    /// assert_eq!((graph.tie_count(), report.networks[0].times), (4, 6));
    /// # Ok::<(), tieline::Error>(())
    /// ```
    #[must_use]
    pub fn times(mut self, times: RowTimes) -> Self {
        self.times = Some(times);
        self
    }

    /// The same, whose times are in this unit.
    #[must_use]
    pub fn unit(mut self, unit: TimeUnit) -> Self {
        self.unit = Some(unit);
        self
    }

    pub(super) fn read(&self, reader: &mut Reader<'_>) -> Result<()> {
        let network = reader.declare(&self.name)?;
        let direction = self.direction.unwrap_or_default();
        let shape = Shape::Ties;
        if self.unit.is_some() && self.times.is_none() {
            return Err(Error::conflict(format!(
                "the unit of the times of network `{}` is stated, but not that it has any: `:contacts` or \
                 `:intervals`",
                self.name
            )));
        }
        let mut form = format!("ties of {}, {direction}", self.name);
        if let Some(times) = self.times {
            form.push_str(&format!(", {times}"));
        }
        if let Some(unit) = self.unit {
            form.push_str(&format!(" in {unit}"));
            reader.builder.set_unit_of_times(network, unit)?;
        }
        let mut rows = Rows::open(&mut reader.builder, &self.file, form, shape.expected())?;
        let stated = says_who_sees(self.direction);
        let times = TimeColumns::new(self.times);
        let layout = Layout::find(&mut rows, shape, reader, stated, times)?;
        let kind = layout.times.kind();
        let builder = &mut reader.builder;
        // Rows often come sorted by their first name.
        let mut last: Option<(u64, LogicalKey)> = None;
        let mut in_words = InWords::default();
        while rows.advance()? {
            let (one, other, weight);
            if layout.plain
                && let Some((first, second)) = rows.two_numbers()
            {
                one = match last {
                    Some((number, account)) if number == first => account,
                    _ => number_account(builder, network, first, &rows)?,
                };
                last = Some((first, one));
                other = number_account(builder, network, second, &rows)?;
                weight = f64::NAN;
                if one != other && rows.wants_example() {
                    rows.example(direction.aloud(&first.to_string(), &second.to_string()));
                }
            } else {
                rows.split();
                layout.check(&rows)?;
                let [first, second] = layout.names;
                in_words.see(&rows, layout.names)?;
                one = account(builder, network, first, &rows)?;
                other = account(builder, network, second, &rows)?;
                weight = layout.weight(&rows)?;
                if one != other && rows.wants_example() {
                    rows.example(direction.aloud(rows.text(first)?, rows.text(second)?));
                }
            }
            let Some(kind) = kind else {
                push(builder, direction, one, other, weight, &rows)?;
                continue;
            };
            let (first, second) = layout.times.of(&rows)?;
            let row = place(direction, one, other, weight, rows.file_number(), rows.line_number());
            let timed = TimedRow { row, first, second };
            builder.push_timed(timed, kind).map_err(|error| rows.wrong(error))?;
        }
        if layout.plain && !layout.has_header {
            in_words.check(&rows)?;
        }
        rows.finish(builder, shape.expected())
    }
}

/// Whether the caller said how to read a row in which one follows another.
pub(super) fn says_who_sees(direction: Option<Direction>) -> bool {
    matches!(direction, Some(Direction::Follows | Direction::Mutual))
}

#[inline]
fn number_account(
    builder: &mut GraphBuilder,
    network: NetworkId,
    number: u64,
    rows: &Rows,
) -> Result<LogicalKey> {
    builder.intern_number(network, number).map_err(|error| rows.wrong(error))
}

/// The account that a field names.
pub(super) fn account(
    builder: &mut GraphBuilder,
    network: NetworkId,
    field: usize,
    rows: &Rows,
) -> Result<LogicalKey> {
    utf8(rows.field(field))
        .and_then(|name| builder.intern(network, name))
        .map_err(|error| rows.wrong(error))
}

/// Adds the tie or the two ties that a row states.
#[inline]
pub(super) fn push(
    builder: &mut GraphBuilder,
    direction: Direction,
    one: LogicalKey,
    other: LogicalKey,
    weight: f64,
    rows: &Rows,
) -> Result<()> {
    let row = place(direction, one, other, weight, rows.file_number(), rows.line_number());
    builder.push_row(row)
}

/// What a row `one other` states.
#[inline]
pub(super) fn place(
    direction: Direction,
    one: LogicalKey,
    other: LogicalKey,
    weight: f64,
    file: u32,
    line: u64,
) -> Row {
    let (source, target) = match direction {
        Direction::Follows => (other, one),
        Direction::Directed | Direction::Mutual => (one, other),
    };
    Row { source, target, mutual: direction == Direction::Mutual, weight, file, line }
}
/// Rows whose names are no numbers: one alone, above numbers, is a header.
#[derive(Debug, Default)]
struct InWords {
    rows: u64,
    /// The line and the names of the first row, if it is such a row.
    first: Option<(u64, [String; 2])>,
}

impl InWords {
    fn see(&mut self, rows: &Rows, names: [usize; 2]) -> Result<()> {
        if self.rows == 0 && rows.count() == 1 {
            let [one, other] = names.map(|column| rows.text(column));
            let names = [one?.to_owned(), other?.to_owned()];
            let is_word = |name: &String| name.parse::<f64>().is_err();
            self.first = names.iter().all(is_word).then(|| (rows.line_number(), names));
        }
        self.rows += 1;
        Ok(())
    }

    fn check(self, rows: &Rows) -> Result<()> {
        match self.first {
            Some((line, [one, other])) if self.rows == 1 && rows.count() > 2 => {
                Err(rows.wrong(Error::input(format!(
                    "`{one}` and `{other}` stand above numbers and look like names of columns: call them \
                     `source` and `target`, or `follower` and `followed`, so that it is known who sees whom, or put such \
                     a row above if they are accounts"
                ))
                .at_line(line)))
            }
            _ => Ok(()),
        }
    }
}
