//! The sections of the page, one a file: each runs what it shows.

mod attention;
mod branching;
mod bridges;
mod epidemics;
mod exact;
mod hawkes;
mod layers;
mod linked;
mod percolation;
mod thresholds;
mod times;
mod trees;
mod weighted;

use crate::page::Section;
use crate::sim::Effort;
use crate::table::Table;

/// All of them, in order; says on the standard error how long each took.
pub(crate) fn all(effort: Effort, theory: &Table, exact: &Table) -> Vec<Section> {
    let sections: [(&str, &dyn Fn() -> Section); 13] = [
        ("exact", &|| exact::section(effort, exact)),
        ("percolation", &|| percolation::section(effort, theory)),
        ("branching", &|| branching::section(effort, theory)),
        ("trees", &|| trees::section(effort, theory)),
        ("weighted", &|| weighted::section(effort, theory)),
        ("linked", &|| linked::section(effort, theory)),
        ("bridges", &|| bridges::section(effort, theory)),
        ("thresholds", &|| thresholds::section(effort, theory)),
        ("layers", &|| layers::section(effort, theory)),
        ("epidemics", &|| epidemics::section(effort, theory)),
        ("times", &|| times::section(effort)),
        ("hawkes", &|| hawkes::section(effort, theory)),
        ("attention", &|| attention::section(effort, theory)),
    ];
    let timed = sections.into_iter().map(|(name, section)| {
        let start = std::time::Instant::now();
        let section = section();
        eprintln!("{name}: {:.1} s", start.elapsed().as_secs_f64());
        section
    });
    timed.collect()
}
