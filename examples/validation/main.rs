//! Theory and simulation side by side: writes `VALIDATION.md` and its plots.
//!
//! ```console
//! $ cargo run --release --example validation             # the page, in some minutes
//! $ cargo run --release --example validation -- --quick  # whether the page is in step, in seconds
//! ```
//! The first runs everything with fixed seeds, so that it writes the same bytes each time, and writes
//! `VALIDATION.md` and `docs/validation/*.svg`. The second makes few runs on small graphs and writes no
//! file: the page goes to the standard output, and the command fails if a section, a table, a row, a plot or
//! a key of the committed page is not in it, or the other way round. Both fail if a value of the tables in
//! `tests/data` is neither compared nor accounted for, or if a comparison is off by more than 4.5 standard
//! errors.

mod families;
mod page;
mod sections;
mod seen;
mod sim;
mod svg;
mod table;
#[path = "../../tests/formulas/mod.rs"]
mod theory;
mod whole;

use std::path::Path;
use std::process::ExitCode;

use sim::Effort;
use table::Table;

const COMMAND: &str = "cargo run --release --example validation";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let quick = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => false,
        ["--quick"] => true,
        _ => {
            eprintln!("{COMMAND} [-- --quick]");
            return ExitCode::FAILURE;
        }
    };
    let theory = Table::new("theory.json", include_str!("../../tests/data/theory.json"));
    let exact = Table::new("exact_small.json", include_str!("../../tests/data/exact_small.json"));
    let sections = sections::all(Effort { quick }, &theory, &exact);
    let mut wrong: Vec<String> = sections.iter().flat_map(page::Section::wrong).collect();
    let page = match whole::page(&sections, &[&theory, &exact]) {
        Ok(page) => page,
        Err(forgotten) => {
            wrong.extend(forgotten.into_iter().map(|key| format!("not accounted for: {key}")));
            String::new()
        }
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if quick {
        print!("{page}");
        let committed = std::fs::read_to_string(root.join("VALIDATION.md")).unwrap_or_default();
        wrong.extend(whole::out_of_step(&page, &committed));
    } else if !page.is_empty() {
        let plots = root.join("docs/validation");
        std::fs::create_dir_all(&plots).expect("a folder");
        std::fs::write(root.join("VALIDATION.md"), page).expect("the page");
        for plot in sections.iter().flat_map(page::Section::plots) {
            std::fs::write(plots.join(format!("{}.svg", plot.file)), plot.svg()).expect("a plot");
        }
    }
    for line in &wrong {
        eprintln!("{line}");
    }
    if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
