//! The sections of the page, one a file: each runs what it shows.

mod linked;
mod percolation;

use crate::page::Section;
use crate::sim::Effort;
use crate::table::Table;

/// All of them, in order.
pub(crate) fn all(effort: Effort, theory: &Table, exact: &Table) -> Vec<Section> {
    let sections: [(&str, &dyn Fn() -> Section); 2] = [
        ("percolation", &|| percolation::section(effort, theory)),
        ("linked", &|| linked::section(effort, theory)),
    ];
    for table in [theory, exact] {
        table.rest("no section yet");
    }
    let timed = sections.into_iter().map(|(name, section)| {
        let start = std::time::Instant::now();
        let section = section();
        eprintln!("{name}: {:.1} s", start.elapsed().as_secs_f64());
        section
    });
    timed.collect()
}
