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
    /// Of how many tries this is the fraction, if it is one.
    tries: Option<f64>,
}

impl Estimate {
    /// Of independent runs.
    pub(crate) fn of_runs(mean: f64, std_error: f64) -> Self {
        Self { mean, std_error, freedom: None, tries: None }
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
        // Equal values differ by what sums are rounded to.
        let std_error = if std_error < 1e-12 { 0.0 } else { std_error };
        Self { mean, std_error, freedom: Some((n - 1.0).max(1.0)), tries: None }
    }

    /// Of independent runs of which theory says that a fraction `p` does it, with the error that it says.
    pub(crate) fn fraction(hits: u64, runs: u64, p: f64) -> Self {
        let n = runs as f64;
        let found = Self::of_runs(hits as f64 / n, (p * (1.0 - p) / n).sqrt());
        found.tries(runs)
    }

    /// Of independent values with this variance.
    pub(crate) fn with_variance(mean: f64, variance: f64, runs: u64) -> Self {
        Self::of_runs(mean, (variance / runs as f64).sqrt())
    }

    /// It is the fraction of so many tries.
    pub(crate) fn tries(self, tries: u64) -> Self {
        Self { tries: Some(tries as f64), ..self }
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
            Some(n) => (n * (t * t / n).ln_1p()).sqrt() * (8.0 * n + 1.0) / (8.0 * n + 3.0),
            None => t,
        }
    }

    /// Whether so few tries are expected to go one way that no normal law judges them.
    fn rare(&self) -> bool {
        let p = self.theory;
        p > 0.0 && p < 1.0 && self.found.tries.is_some_and(|n| n * p * (1.0 - p) < 10.0)
    }

    pub(crate) fn agrees(&self) -> bool {
        match (self.rare(), self.found.tries) {
            // Of fewer than ten expected; 35 and more come once in ten billion times.
            (true, Some(n)) => (self.found.mean - self.theory).abs() * n < 25.0,
            _ => self.judged() <= MOST,
        }
    }
}

enum Part {
    Text(String),
    Rows(Vec<Row>),
    Plot(Plot),
    /// What hidden comparisons come to.
    Summary,
}

/// A section of the page.
pub(crate) struct Section {
    pub(crate) title: &'static str,
    parts: Vec<Part>,
    /// Comparisons of which there are too many to show, with what they are of.
    hidden: Vec<(&'static str, Row)>,
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
    pub(crate) fn hide(&mut self, of: &'static str, label: String, theory: f64, found: Estimate) {
        self.hidden.push((of, Row { label, theory, found }));
    }

    /// A table of what the hidden comparisons come to.
    pub(crate) fn summary(&mut self) {
        self.parts.push(Part::Summary);
    }

    fn summarised(&self) -> String {
        let mut out = "| of | values | sure and equal | largest difference in standard errors |\n\
                       |---|--:|--:|--:|\n"
            .to_owned();
        let mut groups: Vec<&str> = Vec::new();
        for (of, _) in &self.hidden {
            if !groups.contains(of) {
                groups.push(of);
            }
        }
        for group in groups {
            let rows = || self.hidden.iter().filter(|row| row.0 == group).map(|row| &row.1);
            let sure = rows().filter(|row| row.found.std_error == 0.0 && row.errors() == 0.0);
            let by_chance = rows().filter(|row| !row.rare() && row.found.std_error > 0.0);
            let most = by_chance.map(|row| row.errors().abs()).fold(f64::NAN, f64::max);
            let (all, sure) = (rows().count(), sure.count());
            let most = if most.is_nan() { "–".into() } else { format!("{most:.2}") };
            let _ = writeln!(out, "| {group} | {all} | {sure} | {most} |");
        }
        out
    }

    /// What is off, if anything is.
    pub(crate) fn wrong(&self) -> impl Iterator<Item = String> {
        let off = self.rows().filter(|row| !row.agrees());
        off.map(|row| format!("{}: {} ({:+.2})", self.title, row.label, row.errors()))
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = &Row> {
        let shown = self.parts.iter().filter_map(|part| match part {
            Part::Rows(rows) => Some(rows),
            _ => None,
        });
        shown.flatten().chain(self.hidden.iter().map(|(_, row)| row))
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
                Part::Summary => out.push_str(&self.summarised()),
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
    match (row.agrees(), row.rare()) {
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
