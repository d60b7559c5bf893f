//! Where the row of a tie stands, for errors that only the graph shows.

use std::io::{BufRead, BufReader};

use super::Source;

/// The first line of a text that names both ends and holds the number, if there is one and the text can be read.
/// Rows of any form are looked at, so what stands between and beside does not matter. O(bytes).
pub(crate) fn line_of_tie(source: &Source, ends: [&str; 2], number: f64) -> Option<u64> {
    let (bytes, _) = source.open().ok()?;
    let mut lines = (1..).zip(BufReader::new(bytes).split(b'\n'));
    lines.find_map(|(number_of_line, line)| {
        let line = line.ok()?;
        let fields: Vec<&str> = std::str::from_utf8(&line)
            .ok()?
            .split([',', '\t', ' ', '\r', ';'])
            .filter(|field| !field.is_empty())
            .collect();
        let holds = |name: &str| fields.iter().any(|field| is_name(field, name));
        let says = |field: &&str| field.parse().is_ok_and(|said: f64| said == number);
        (ends.into_iter().all(holds) && fields.iter().any(says)).then_some(number_of_line)
    })
}

/// Numbers name the same account however they are written.
fn is_name(field: &str, name: &str) -> bool {
    let number = |text: &str| text.parse::<u64>().ok();
    field == name || number(field).is_some_and(|field| Some(field) == number(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_row_with_both_ends_and_the_number_is_found() {
        let text = "a,b,weight\nann,bob,1.5\nbob,cid,0.5\r\ncid,bob,1.50\n007\t8\t2\n";
        let source = Source::bytes("ties.csv", text);
        assert_eq!(line_of_tie(&source, ["bob", "cid"], 1.5), Some(4));
        assert_eq!(line_of_tie(&source, ["bob", "cid"], 0.5), Some(3));
        assert_eq!(line_of_tie(&source, ["7", "8"], 2.0), Some(5));
        assert_eq!(line_of_tie(&source, ["ann", "cid"], 1.5), None);
        assert_eq!(line_of_tie(&source, ["ann", "bob"], 2.0), None);
        assert_eq!(line_of_tie(&Source::from("not/there.csv"), ["ann", "bob"], 1.5), None);
    }
}
