//! The page as a whole: what stands before and after the sections, and whether two pages are in step.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use tieline::MAPPING_VERSION;
use tieline::report::count;

use crate::page::{MOST, Row, Section, anchor, wrapped};
use crate::table::{Fate, Table};

const HEAD: &str = "\
Every number under *simulation* came out of a run of `tieline`, every number under *theory* out of a formula:
those of the tables [`theory.json`](tests/data/theory.json), written by
[`theory.py`](tests/data/theory.py), and [`exact_small.json`](tests/data/exact_small.json), rationals by
enumeration. In plots lines are theory and dots are runs, with intervals of 95 %.

`cargo run --release --example validation` writes this page and its plots, in some minutes and with the same
bytes each time; `-- --quick` tells in seconds whether it is in step with the code, and `.ci/run` asks that.

A simulation is given with its standard error. Runs on one graph have that graph in common, so there the error
is taken between graphs, most often 20; elsewhere it is that of independent runs, for a fraction the one that
theory says. *Standard errors apart* is the difference divided by it. By chance it is beyond 4.5 once in
147,000 times; where the error comes from few graphs, what is as rare under Student's law counts as that
(by the approximation of D. L. Wallace 1959). A difference beyond it stands in bold.
Rows that
come from the same runs go together: chance shows in several at once. *Rare* is said where fewer than ten events are expected, so that no difference means much.";

/// What says by which draws the runs were made: a page with another is out of step.
const MAPPING: &str = "`MAPPING_VERSION`";

/// The page, or what nobody accounts for.
pub(crate) fn page(sections: &[Section], tables: &[&Table]) -> Result<String, Vec<String>> {
    let mut out = String::from("# Theory and simulation side by side\n\n");
    out.push_str(&wrapped(HEAD));
    out.push_str(&format!("\n{}", wrapped(&verdict(sections))));
    let _ = writeln!(
        out,
        "\nDraws: {MAPPING} {MAPPING_VERSION}; generated graphs: {}.",
        tieline::generate::MAPPING_VERSION
    );
    out.push('\n');
    for section in sections {
        let _ = writeln!(out, "- [{}](#{})", section.title, anchor(section.title));
    }
    out.push_str("- [Every value](#every-value)\n");
    for section in sections {
        let _ = write!(out, "\n{}", section.markdown());
    }
    out.push_str("\n## Every value\n\n");
    out.push_str(&wrapped(
        "What became of each value of the two tables: how many are compared with runs, how many bracketed \
         by runs on either side, how many describe a case or say a value once more, and how many are left \
         out. The command that writes this page fails if it forgets one.",
    ));
    let mut forgotten = Vec::new();
    for table in tables {
        match table.fates() {
            Ok(keys) => out.push_str(&fates(table.name, keys)),
            Err(more) => forgotten.extend(more),
        }
    }
    if forgotten.is_empty() { Ok(out) } else { Err(forgotten) }
}

/// What all comparisons come to.
fn verdict(sections: &[Section]) -> String {
    let rows: Vec<&Row> = sections.iter().flat_map(Section::rows).collect();
    let off: Vec<String> = sections
        .iter()
        .filter(|section| section.rows().any(|row| !row.agrees()))
        .map(|section| format!("[{}](#{})", section.title, anchor(section.title)))
        .collect();
    let beyond = |most: f64| rows.iter().filter(|row| row.errors().abs() > most).count();
    let said = match off.is_empty() {
        true => format!("none is beyond {MOST}, judged so"),
        false => format!("**some are beyond {MOST}**, in {}", off.join(", ")),
    };
    format!(
        "Of {} comparisons, {} are more than 2 standard errors apart and {} more than 3; {said}.",
        count(rows.len() as u64),
        count(beyond(2.0) as u64),
        count(beyond(3.0) as u64)
    )
}

fn fates(name: &str, keys: Vec<(String, Vec<Fate>)>) -> String {
    let mut out = format!("\n### {name}\n\n");
    out.push_str("| key | compared | bracketed | given | left out | where, or why not |\n");
    out.push_str("|---|--:|--:|--:|--:|---|\n");
    for (key, fates) in keys {
        let number = |of: &dyn Fn(&Fate) -> bool| fates.iter().filter(|fate| of(fate)).count();
        let mut places: Vec<String> = Vec::new();
        let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
        for fate in &fates {
            match fate {
                Fate::Compared(title) | Fate::Bracketed(title) => {
                    let place = format!("[{title}](#{})", anchor(title));
                    if !places.contains(&place) {
                        places.push(place);
                    }
                }
                Fate::LeftOut(reason) => *reasons.entry(reason).or_default() += 1,
                Fate::Given => {}
            }
        }
        places.extend(reasons.iter().map(|(reason, times)| format!("{times}: {reason}")));
        let _ = writeln!(
            out,
            "| `{key}` | {} | {} | {} | {} | {} |",
            number(&|fate| matches!(fate, Fate::Compared(_))),
            number(&|fate| matches!(fate, Fate::Bracketed(_))),
            number(&|fate| matches!(fate, Fate::Given)),
            number(&|fate| matches!(fate, Fate::LeftOut(_))),
            if places.is_empty() { "says what the file holds".into() } else { places.join("; ") }
        );
    }
    out
}

/// What one page has and the other has not: headings, the versions of draws, plots, tables, the first cells of rows,
/// and the whole rows of keys. What runs say may differ.
pub(crate) fn out_of_step(new: &str, committed: &str) -> Vec<String> {
    let [new, old] = [new, committed].map(skeleton);
    let missing = |from: &[String], other: &[String], which: &str| -> Vec<String> {
        let lines = from.iter().filter(|line| !other.contains(line));
        lines.map(|line| format!("only in the {which} page: {line}")).collect()
    };
    let mut wrong = missing(&new, &old, "new");
    wrong.extend(missing(&old, &new, "committed"));
    if !wrong.is_empty() {
        wrong.push(format!("VALIDATION.md is out of step: {}", crate::COMMAND));
    }
    wrong
}

fn skeleton(page: &str) -> Vec<String> {
    let lines = page.lines().filter_map(|line| match line.strip_prefix("| ") {
        Some(row) if !row.starts_with('`') => {
            let mut cells = row.split(" | ");
            // The label and the theory.
            Some(cells.by_ref().take(2).collect::<Vec<_>>().join(" | "))
        }
        Some(row) => Some(row.to_owned()),
        None => {
            let tells = ["#", "!", "Draws: "].iter().any(|start| line.starts_with(start));
            tells.then(|| line.to_owned())
        }
    });
    lines.collect()
}
