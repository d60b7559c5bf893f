//! Where the row of a tie stands, for errors that only the graph shows.

use std::io::{BufRead, BufReader};

use super::Source;
use crate::graph::Direction;

/// The line of the first row that names both ends and behind them holds the number, as its last column if that is
/// said: in the order that the direction says if there is one, else in any. None if there is no such row, or the text
/// cannot be read again. O(bytes).
pub(crate) fn line_of_tie(
    source: &Source,
    direction: Direction,
    ends: [&str; 2],
    (number, is_last): (f64, bool),
) -> Option<u64> {
    // What is no file may not be there twice.
    if let Source::Path(path) = source
        && !path.is_file()
    {
        return None;
    }
    let (bytes, _) = source.open().ok()?;
    let mut turned = None;
    for (line, text) in (1..).zip(BufReader::new(bytes).split(b'\n')) {
        let text = text.ok()?;
        let Ok(text) = std::str::from_utf8(&text) else { continue };
        if text.starts_with(['#', '%']) {
            continue;
        }
        let fields: Vec<&str> = text
            .split([',', '\t', ' ', '\r'])
            .map(str::trim)
            .filter(|field| !field.is_empty())
            .collect();
        let says = |[one, other]: [&str; 2]| {
            let first = fields.iter().position(|&field| field == one)?;
            let rest = &fields[first + 1..];
            let second = rest.iter().position(|&field| field == other)?;
            let columns = &rest[second + 1..];
            let columns = if is_last { columns.last_chunk::<1>()? } else { columns };
            columns.iter().any(|column| column.parse() == Ok(number)).then_some(line)
        };
        let [one, other] = ends;
        let (straight, back) = match direction {
            Direction::Follows => (says([other, one]), says(ends)),
            _ => (says(ends), says([other, one])),
        };
        if straight.is_some() || direction == Direction::Mutual && back.is_some() {
            return Some(line);
        }
        turned = turned.or(back);
    }
    turned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_row_with_both_ends_and_the_number_is_found() {
        let text = "a,b,weight\n# bob,cid,1.5\nbob,cid,0.5\r\ncid,bob,1.50\n007\t8\t2\n";
        let source = Source::bytes("ties.csv", text);
        let find = |direction, ends, number| line_of_tie(&source, direction, ends, (number, true));
        assert_eq!(find(Direction::Directed, ["cid", "bob"], 1.5), Some(4));
        assert_eq!(find(Direction::Follows, ["bob", "cid"], 1.5), Some(4));
        assert_eq!(find(Direction::Mutual, ["bob", "cid"], 1.5), Some(4));
        assert_eq!(find(Direction::Directed, ["bob", "cid"], 0.5), Some(3));
        assert_eq!(find(Direction::Directed, ["007", "8"], 2.0), Some(5));
        // A leading zero makes another name.
        assert_eq!(find(Direction::Directed, ["7", "8"], 2.0), None);
        assert_eq!(find(Direction::Directed, ["ann", "cid"], 1.5), None);
        assert_eq!(find(Direction::Directed, ["bob", "cid"], 2.0), None);
        let none = Source::from("not/there.csv");
        assert_eq!(line_of_tie(&none, Direction::Mutual, ["ann", "bob"], (1.5, true)), None);
    }

    /// Names, layers and other times are not taken for the number.
    #[test]
    fn a_name_that_is_the_number_is_no_number() {
        let of = |text: &str, ends, what| {
            line_of_tie(&Source::bytes("t", text), Direction::Directed, ends, what)
        };
        assert_eq!(of("3 1 0.5\n1 3 3\n", ["1", "3"], (3.0, true)), Some(2));
        assert_eq!(of("0 1 3\n0 1 0\n", ["0", "1"], (0.0, false)), Some(2));
        assert_eq!(of("2 x y 0.5\n1 x y 2\n", ["x", "y"], (2.0, true)), Some(2));
        assert_eq!(of("x 2 y 2 0.5\nx 1 y 1 2\n", ["x", "y"], (2.0, true)), Some(2));
        assert_eq!(of("a b 1 2.5\na b 2.5 4\n", ["a", "b"], (4.0, false)), Some(2));
    }
}
