//! Numbers and tables for people.

use std::fmt::Write;

/// clap's report as one sentence, without the usage.
pub(super) fn one_sentence(report: &str) -> String {
    let mut sentence = String::new();
    for line in report.lines().map(str::trim) {
        if line.starts_with("Usage:") || line.starts_with("For more information") {
            break;
        }
        if line.is_empty() {
            continue;
        }
        let line = line.strip_prefix("error: ").unwrap_or(line);
        if !sentence.is_empty() {
            sentence.push_str(if sentence.ends_with([':', ',']) { " " } else { "; " });
        }
        sentence.push_str(line);
    }
    sentence
}

/// `12,345`.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 run`, `2 runs`.
pub(super) fn counted(number: u64, what: &str) -> String {
    format!("{} {what}{}", count(number), if number == 1 { "" } else { "s" })
}

/// `number` with so many decimals, and commas between thousands.
fn decimal(number: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", number.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let negative = number < 0.0 && text.contains(|digit| ('1'..='9').contains(&digit));
    let sign = if negative { "−" } else { "" };
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), count);
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

/// Decimals that show two digits of `error`.
fn decimals(error: f64) -> usize {
    if error > 0.0 { (1.0 - error.log10().floor()).clamp(0.0, 6.0) as usize } else { 2 }
}

/// A mean, rounded so that a tenth of its usual size still shows.
pub(super) fn mean(number: f64) -> String {
    let places = if number == 0.0 || number.fract() == 0.0 {
        0
    } else {
        (2.0 - number.abs().log10().floor()).clamp(0.0, 6.0) as usize
    };
    decimal(number, places)
}

/// `1.63 ± 0.02`: the mean with as many digits as its standard error says are known.
pub(super) fn plus_minus(number: f64, error: Option<f64>) -> String {
    match error {
        Some(error) if error > 0.0 => {
            let places = decimals(error);
            format!("{} ± {}", decimal(number, places), decimal(error, places))
        }
        Some(_) => format!("{} ± 0", mean(number)),
        None => mean(number),
    }
}

/// The same with a sign.
pub(super) fn change(number: f64, error: Option<f64>) -> String {
    let text = plus_minus(number, error);
    if number > 0.0 { format!("+{text}") } else { text }
}

/// `12.3 %`, with more digits for what is rare.
pub(super) fn percent(fraction: f64) -> String {
    format!("{} %", percent_number(fraction))
}

pub(super) fn percent_number(fraction: f64) -> String {
    let percent = 100.0 * fraction;
    let near = percent.min(100.0 - percent);
    let places = if near <= 0.0 {
        0
    } else if near >= 1.0 {
        1
    } else {
        (1.0 - near.log10().floor()).clamp(1.0, 5.0) as usize
    };
    decimal(percent, places)
}

/// Rows of cells in columns: the first to the left, the others to the right.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<Vec<String>>,
    left: Vec<usize>,
}

impl Table {
    pub(super) fn new<const N: usize>(head: [&str; N]) -> Self {
        Self { rows: vec![head.map(str::to_owned).into()], left: vec![0] }
    }

    /// This column stands to the left, too.
    pub(super) fn left(mut self, column: usize) -> Self {
        self.left.push(column);
        self
    }

    pub(super) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into());
    }

    pub(super) fn write(&self, page: &mut String) {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns)
            .map(|c| {
                self.rows
                    .iter()
                    .filter_map(|row| row.get(c))
                    .map(|cell| width(cell))
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        for row in &self.rows {
            let mut line = String::new();
            for (column, cell) in row.iter().enumerate() {
                let space = " ".repeat(widths[column] - width(cell));
                let gap = if column == 0 { "" } else { "   " };
                let _ = if self.left.contains(&column) {
                    write!(line, "{gap}{cell}{space}")
                } else {
                    write!(line, "{gap}{space}{cell}")
                };
            }
            page.push_str(line.trim_end());
            page.push('\n');
        }
    }
}

fn width(cell: &str) -> usize {
    cell.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_exact_as_their_error() {
        assert_eq!(plus_minus(1.63, Some(0.0213)), "1.630 ± 0.021");
        assert_eq!(plus_minus(26_100.4, Some(35.0)), "26,100 ± 35");
        assert_eq!(plus_minus(4.0, Some(0.0)), "4 ± 0");
        assert_eq!(plus_minus(2.5, None), "2.50");
        assert_eq!(change(-3.25, Some(0.5)), "−3.25 ± 0.50");
        assert_eq!(change(0.0, Some(0.0)), "0 ± 0");
        assert_eq!(percent(0.251_23), "25.1 %");
        assert_eq!(percent(0.000_123), "0.012 %");
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(
            (count(0), count(999), count(1_234_567)),
            ("0".into(), "999".into(), "1,234,567".into())
        );
    }

    #[test]
    fn reports_become_a_sentence() {
        let report = "error: unexpected argument '--netwrk' found\n\n  tip: a similar argument \
                      exists: '--network'\n\nUsage: tieline simulate\n";
        assert_eq!(
            one_sentence(report),
            "unexpected argument '--netwrk' found; tip: a similar argument exists: '--network'"
        );
    }
}
