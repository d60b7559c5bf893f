//! Outcomes of self-exciting cascades without a graph.

use std::fmt;

use super::{Table, counted, percent, plus_minus};
use crate::typed::TypedOutcome;

impl fmt::Display for TypedOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shares = Table::new(["per run", "mean"]);
        shares.row(["shares".into(), plus_minus(self.size.mean, self.size.std_error)]);
        for (name, figure) in &self.types {
            shares.row([format!("of {name}"), plus_minus(figure.mean, figure.std_error)]);
        }
        for within in &self.reached_within {
            let what = format!("within {}", within.within);
            shares.row([what, plus_minus(within.mean, within.std_error)]);
        }
        write!(f, "{shares}")?;
        writeln!(f, "branching factor {:.3}", self.branching_factor)?;
        writeln!(f, "nothing would have followed in {} of runs", percent(self.extinct))?;
        if self.truncated > 0 {
            let runs = counted(self.truncated, "run");
            writeln!(f, "{runs} ended with as many shares as it may have")?;
        }
        if self.crossings.is_empty() {
            return Ok(());
        }
        let mut links = Table::new(["link", "in runs", "crossings"]);
        for link in &self.crossings {
            links.row([
                format!("{} ⇒ {}", link.from, link.to),
                percent(link.probability),
                plus_minus(link.crossings.mean, link.crossings.std_error),
            ]);
        }
        write!(f, "\n{links}")
    }
}
