//! What a section holds, and how it looks on the page.

use std::fmt::Write as _;

use tieline::report::plus_minus;

use crate::svg::Plot;
use crate::table::Node;

/// A difference of more standard errors than this is no chance: once in 147,000 times, if normal.
pub(crate) const MOST: f64 = 4.5;

/// What runs say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Estimate {
    pub(crate) mean: f64,
    pub(crate) std_error: f64,
    /// Of how many graphs or blocks of runs the error was taken, less one.
    freedom: Option<f64>,
    /// Whether so few events are expected that no normal law judges them.
    rare: bool,
}

impl Estimate {
    /// Of independent runs.
    pub(crate) fn of_runs(mean: f64, std_error: f64) -> Self {
        Self { mean, std_error, freedom: None, rare: false }
    }

    /// Without chance.
    pub(crate) fn sure(mean: f64) -> Self {
        Self::of_runs(mean, 0.0)
    }

    /// Of graphs, or of blocks of runs. Values that are none are left out.
    pub(crate) fn between(values: impl IntoIterator<Item = f64>) -> Self {
        let values: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n.max(1.0);
        let squares = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
        let std_error = if n > 1.0 { (squares / (n - 1.0) / n).sqrt() } else { 0.0 };
        Self { mean, std_error, freedom: Some((n - 1.0).max(1.0)), rare: false }
    }

    /// Of independent runs of which theory says that a fraction `p` does it, with the error that it says.
    pub(crate) fn fraction(hits: u64, runs: u64, p: f64) -> Self {
        let n = runs as f64;
        let rare = n * p * (1.0 - p) < 10.0;
        Self { mean: hits as f64 / n, std_error: (p * (1.0 - p) / n).sqrt(), freedom: None, rare }
    }

    /// Of independent values with this variance.
    pub(crate) fn with_variance(mean: f64, variance: f64, runs: u64) -> Self {
        Self::of_runs(mean, (variance / runs as f64).sqrt())
    }

    /// In other units, or less what is known.
    pub(crate) fn map(self, factor: f64, add: f64) -> Self {
        Self { mean: self.mean * factor + add, std_error: self.std_error * factor.abs(), ..self }
    }
}

/// One comparison.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) label: String,
    theory: f64,
    found: Estimate,
}

impl Row {
    /// The difference in standard errors.
    pub(crate) fn errors(&self) -> f64 {
        let off = self.found.mean - self.theory;
        match off.abs() < 1e-9 || (self.found.std_error == 0.0 && off.abs() < 1.5e-6) {
            true => 0.0,
            false => off / self.found.std_error,
        }
    }

    /// The same as if the error were known: what is as rare under the normal law (Wallace 1959).
    fn judged(&self) -> f64 {
        let t = self.errors().abs();
        match self.found.freedom {
            Some(n) => {
                (n * (t * t / n).ln_1p()).sqrt() * (8.0 * n + 1.0) / (8.0 * n + 3.0)
            }
            None => t,
        }
    }

    pub(crate) fn agrees(&self) -> bool {
        self.found.rare || self.judged() <= MOST
    }
}

enum Part {
    Text(String),
    Rows(Vec<Row>),
    Plot(Plot),
}

/// A section of the page.
pub(crate) struct Section {
    pub(crate) title: &'static str,
    parts: Vec<Part>,
    hidden: Vec<Row>,
}

impl Section {
    pub(crate) fn new(title: &'static str, text: &str) -> Self {
        Self { title, parts: vec![Part::Text(text.to_owned())], hidden: Vec::new() }
    }

    pub(crate) fn text(&mut self, text: impl Into<String>) {
        self.parts.push(Part::Text(text.into()));
    }

    pub(crate) fn plot(&mut self, plot: Plot) {
        self.parts.push(Part::Plot(plot));
    }

    /// A comparison that belongs to no key.
    pub(crate) fn row(&mut self, label: impl Into<String>, theory: f64, found: Estimate) {
        let row = Row { label: label.into(), theory, found };
        match self.parts.last_mut() {
            Some(Part::Rows(rows)) => rows.push(row),
            _ => self.parts.push(Part::Rows(vec![row])),
        }
    }

    /// A comparison with a value of a table.
    pub(crate) fn value(&mut self, label: impl Into<String>, value: &Node<'_>, found: Estimate) {
        value.compared(self.title);
        self.row(label, value.number(), found);
    }

    /// A comparison of which there are too many to show.
    pub(crate) fn hide(&mut self, label: impl Into<String>, theory: f64, found: Estimate) {
        self.hidden.push(Row { label: label.into(), theory, found });
    }

    /// How many comparisons with chance are not shown, and the largest difference among them.
    pub(crate) fn hidden(&self) -> (usize, f64) {
        let by_chance = self.hidden.iter().filter(|row| row.found.std_error > 0.0 && !row.found.rare);
        by_chance.fold((0, 0.0), |(n, most), row| (n + 1, row.errors().abs().max(most)))
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = &Row> {
        let shown = self.parts.iter().filter_map(|part| match part {
            Part::Rows(rows) => Some(rows),
            _ => None,
        });
        shown.flatten().chain(&self.hidden)
    }

    pub(crate) fn plots(&self) -> impl Iterator<Item = &Plot> {
        self.parts.iter().filter_map(|part| match part {
            Part::Plot(plot) => Some(plot),
            _ => None,
        })
    }

    pub(crate) fn markdown(&self) -> String {
        let mut out = format!("## {}\n", self.title);
        for part in &self.parts {
            out.push('\n');
            match part {
                Part::Text(text) => out.push_str(&wrapped(text)),
                Part::Plot(plot) => {
                    let _ = writeln!(out, "![{}](docs/validation/{}.svg)", plot.title, plot.file);
                }
                Part::Rows(rows) => {
                    out.push_str("| | theory | simulation | standard errors apart |\n");
                    out.push_str("|---|--:|--:|--:|\n");
                    for row in rows {
                        let _ = writeln!(
                            out,
                            "| {} | {} | {} | {} |",
                            row.label,
                            number(row.theory),
                            simulated(&row.found),
                            apart(row)
                        );
                    }
                }
            }
        }
        out
    }
}

fn simulated(found: &Estimate) -> String {
    match found.std_error > 0.0 {
        true => plus_minus(found.mean, Some(found.std_error)),
        false => number(found.mean),
    }
}

fn apart(row: &Row) -> String {
    let errors = row.errors();
    let text = match row.found.std_error > 0.0 {
        true => format!("{errors:+.2}").replace('-', "−"),
        false if errors == 0.0 => "equal".to_owned(),
        false => "not equal".to_owned(),
    };
    match (row.agrees(), row.found.rare) {
        (false, _) => format!("**{text}**"),
        (_, true) => format!("{text} (rare)"),
        _ => text,
    }
}

/// Six digits after the point at most.
fn number(value: f64) -> String {
    let text = format!("{value:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.replace('-', "−") }
}

/// Where a title leads to on the page.
pub(crate) fn anchor(title: &str) -> String {
    let kept = title.chars().filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '-');
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

/// Paragraphs, broken into lines like the rest of the repository.
pub(crate) fn wrapped(text: &str) -> String {
    let mut out = String::new();
    for paragraph in text.split("\n\n") {
        let mut width = 0;
        for word in paragraph.split_whitespace() {
            let length = word.chars().count();
            if width > 0 && width + 1 + length > 100 {
                out.push('\n');
                width = 0;
            } else if width > 0 {
                out.push(' ');
                width += 1;
            }
            out.push_str(word);
            width += length;
        }
        out.push_str("\n\n");
    }
    out.truncate(out.trim_end().len());
    out + "\n"
}
