//! Tables of text.

use std::fmt::{self, Write};

/// Rows of cells in columns: the first to the left, the others to the right.
///
/// ```
/// use tieline::report::Table;
///
/// let mut table = Table::new(["network", "reached in"]);
/// table.row(["square".into(), "100 %".into()]);
/// assert_eq!(table.to_string(), "network   reached in\nsquare         100 %\n");
/// ```
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<Vec<String>>,
    left: Vec<usize>,
}

impl Table {
    /// A table with these words on top.
    #[must_use]
    pub fn new<const N: usize>(head: [&str; N]) -> Self {
        Self { rows: vec![head.map(str::to_owned).into()], left: vec![0] }
    }

    /// This column stands to the left, too.
    #[must_use]
    pub fn left(mut self, column: usize) -> Self {
        self.left.push(column);
        self
    }

    /// Adds a row; it may be shorter than the first.
    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into());
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

fn width(cell: &str) -> usize {
    cell.chars().count()
}
