//! Outcomes, comparisons and rankings as text.

use std::fmt;

use super::{Table, change, count, counted, mean, percent, percent_number, plus_minus};
use crate::ensemble::{
    CarrierRanking, CompareOutcome, Difference, Figure, Outcome, PrecisionOutcome,
};
use crate::graph::LoadReport;
use crate::interlink::CarrierOutcome;
use crate::unit::TimeUnit;

/// How many carriers of a link are named.
const NAMED: usize = 3;

/// With more pairs of networks than this, those without a link or a change are only counted.
const MOST_PAIRS: usize = 12;

/// Sizes, reach and links; not the comparison, which prints itself.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", sizes(self))?;
        endings(f, self)?;
        precision(f, self)?;
        if !self.posts.is_empty() {
            write!(f, "\n{}", posts(self))?;
        }
        write!(f, "\n{}", networks(self))?;
        links(f, self)
    }
}

/// The differences: intervened − base.
impl fmt::Display for CompareOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new(["", "difference", "changed in"]);
        let mut row = |name: String, difference: &Difference| {
            table.row([
                name,
                change(difference.difference, difference.std_error),
                counted(difference.changed_runs, "run"),
            ]);
        };
        row("shares".into(), &self.size);
        row("users".into(), &self.users);
        if let Some(audience) = &self.audience {
            row("audience".into(), audience);
        }
        for network in &self.networks {
            row(format!("shares in {}", network.name), &network.change);
        }
        for post in &self.posts {
            row(format!("shares of {}", post.name), &post.change);
        }
        let all = self.links.len() <= MOST_PAIRS;
        for link in self.links.iter().filter(|link| all || link.change.changed_runs > 0) {
            row(format!("P({} ⇒ {})", link.from, link.to), &link.change);
        }
        write!(f, "{table}")?;
        let same = self.links.iter().filter(|link| link.change.changed_runs == 0).count();
        if !all && same > 0 {
            writeln!(f, "and {} whose link did not change", counted(same as u64, "pair"))?;
        }
        Ok(())
    }
}

impl fmt::Display for CarrierRanking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "of {}, ranked on {} by shares lost without their carrying, measured on {}:",
            counted(self.carriers_total, "carrier"),
            counted(self.ranking_runs, "run"),
            counted(self.measuring_runs, "other run"),
        )?;
        let mut table =
            Table::new(["carrier", "by runs", "carried in", "shares", "users", "links"]);
        for carrier in &self.carriers {
            table.row([
                carrier.user.clone(),
                format!("#{}", carrier.rank_by_runs),
                percent(carrier.carried.mean),
                change(carrier.size.difference, carrier.size.std_error),
                change(carrier.users.difference, carrier.users.std_error),
                change(carrier.links.difference, carrier.links.std_error),
            ]);
        }
        write!(f, "{table}")
    }
}

fn sizes(outcome: &Outcome) -> Table {
    let mut table = Table::new(["per run", "mean", "median", "90 %", "99 %", "max"]);
    let size = &outcome.size;
    table.row([
        "shares".into(),
        plus_minus(size.mean, size.std_error),
        count(size.median),
        count(size.p90),
        count(size.p99),
        count(size.max),
    ]);
    table.row(["users".into(), plus_minus(outcome.users.mean, outcome.users.std_error)]);
    if let Some(audience) = &outcome.audience {
        table.row(["audience".into(), plus_minus(audience.mean, audience.std_error)]);
    }
    for within in &outcome.reached_within {
        let what = match outcome.time_unit {
            Some(unit) => format!("within {} {}", within.within, unit_name(unit)),
            None => format!("by step {}", within.within),
        };
        table.row([what.trim_end().into(), plus_minus(within.mean, within.std_error)]);
    }
    if let Some(background) = &outcome.background {
        for (what, estimate) in [
            ("looks", &background.looks),
            ("new posts beside", &background.innovations),
            ("shares of all posts", &background.shares),
        ] {
            table.row([what.into(), plus_minus(estimate.mean, estimate.std_error)]);
        }
    }
    if outcome.accounts.mean != outcome.size.mean {
        table.row([
            "accounts".into(),
            plus_minus(outcome.accounts.mean, outcome.accounts.std_error),
        ]);
    }
    let last = if outcome.time_unit.is_some() { "depth" } else { "last step" };
    table.row([last.into(), plus_minus(outcome.last_step.mean, outcome.last_step.std_error)]);
    if let Some(last) = &outcome.last_time {
        table.row([titled("last time", outcome), plus_minus(last.mean, last.std_error)]);
    }
    table
}

fn posts(outcome: &Outcome) -> Table {
    let mut table = Table::new(["post", "shares", "median", "90 %", "99 %", "max", "ahead in"]);
    for post in &outcome.posts {
        let size = &post.size;
        table.row([
            post.name.clone(),
            plus_minus(size.mean, size.std_error),
            count(size.median),
            count(size.p90),
            count(size.p99),
            count(size.max),
            percent(post.ahead),
        ]);
    }
    table
}

/// A title, with the unit of time if there is one.
fn titled(title: &str, outcome: &Outcome) -> String {
    match outcome.time_unit.map(unit_name) {
        None | Some("") => title.into(),
        Some(unit) => format!("{title} ({unit})"),
    }
}

/// What is written behind a time.
fn unit_name(unit: TimeUnit) -> &'static str {
    if unit == TimeUnit::Unit { "" } else { unit.name() }
}

/// The title of a column of first steps, or of first times.
fn first_title(outcome: &Outcome) -> String {
    if outcome.time_unit.is_some() { titled("first time", outcome) } else { "first step".into() }
}

/// How cascades ended, if there is something to tell.
fn endings(f: &mut fmt::Formatter<'_>, outcome: &Outcome) -> fmt::Result {
    if let Some(extinct) = &outcome.extinct {
        write!(f, "nobody passes it on any more in {} of runs", percent(extinct.fraction))?;
        if let Some(when) = extinct.time_mean {
            match outcome.time_unit.map_or("", unit_name) {
                "" => write!(f, ", at {}", mean(when))?,
                "day" => write!(f, ", after {} days", mean(when))?,
                unit => write!(f, ", after {} {unit}", mean(when))?,
            }
        }
        writeln!(f)?;
    }
    if outcome.truncated_runs > 0 {
        writeln!(
            f,
            "{} ended with as many shares as it may have",
            counted(outcome.truncated_runs, "run")
        )?;
    }
    Ok(())
}

/// Whether the precision asked for was reached.
fn precision(f: &mut fmt::Formatter<'_>, outcome: &Outcome) -> fmt::Result {
    let Some(PrecisionOutcome { asked, found, reached }) = &outcome.precision else {
        return Ok(());
    };
    let figure = match &asked.of {
        Figure::Size => "shares".into(),
        Figure::Users => "users".into(),
        Figure::Network(name) => format!("shares in {name}"),
        Figure::Link { from, to } => format!("P({from} ⇒ {to})"),
    };
    let (found, most) = if asked.relative {
        (found.map(percent), percent(asked.std_error))
    } else {
        (found.map(mean), asked.std_error.to_string())
    };
    writeln!(
        f,
        "standard error of {figure}: {}, asked for {most}: {} {}",
        found.unwrap_or_else(|| "unknown".into()),
        if *reached { "reached after" } else { "NOT REACHED in" },
        counted(outcome.runs, "run"),
    )
}

fn networks(outcome: &Outcome) -> Table {
    let first = first_title(outcome);
    let mut table = Table::new(["network", "accounts", "shares per run", "reached in", &first]);
    for network in &outcome.networks {
        table.row([
            network.name.clone(),
            count(network.accounts),
            plus_minus(network.mean, network.std_error),
            percent(network.reached),
            network.first_step_mean.or(network.first_time_mean).map_or_else(|| "–".into(), mean),
        ]);
    }
    table
}

fn links(f: &mut fmt::Formatter<'_>, outcome: &Outcome) -> fmt::Result {
    if outcome.links().is_empty() {
        return Ok(());
    }
    let first = first_title(outcome);
    let head = ["link", "in runs", "95 % interval", &first, "crossings", "carried most by"];
    let mut table = Table::new(head).left(5);
    let all = outcome.links().len() <= MOST_PAIRS;
    for link in outcome.links().iter().filter(|link| all || link.linked_runs > 0) {
        let who: Vec<_> =
            link.carriers.iter().take(NAMED).map(|c| carrier(c, outcome.runs)).collect();
        let more = link.carriers_total.saturating_sub(NAMED as u64);
        let more = if more > 0 { format!(", {} more", count(more)) } else { String::new() };
        table.row([
            format!("{} ⇒ {}", link.from, link.to),
            percent(link.probability),
            format!("{} – {} %", percent_number(link.low), percent_number(link.high)),
            link.first_step_mean.or(link.first_time_mean).map_or_else(|| "–".into(), mean),
            mean(link.crossings_mean),
            who.join(", ") + &more,
        ]);
    }
    write!(f, "\n{table}")?;
    let never = outcome.links().iter().filter(|link| link.linked_runs == 0).count();
    if !all && never > 0 {
        writeln!(f, "and {} never linked", counted(never as u64, "pair"))?;
    }
    Ok(())
}

fn carrier(carrier: &CarrierOutcome, runs: u64) -> String {
    format!("{} ({})", carrier.name(), percent(carrier.runs() as f64 / runs.max(1) as f64))
}

/// What loading left out, combined or made up: a line each, nothing if there is nothing to tell.
impl fmt::Display for LoadReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut notes = Vec::new();
        let mut ties = |name: &str, [self_ties, duplicates, combined]: [u64; 3]| {
            for (rows, what) in [
                (self_ties, "from an account to itself left out"),
                (duplicates, "stating a tie again left out"),
                (combined, "combined with an earlier weight"),
            ] {
                if rows > 0 {
                    notes.push(format!("{name}: {} {what}", counted(rows, "row")));
                }
            }
        };
        for network in &self.networks {
            ties(&network.name, [network.self_ties, network.duplicates, network.combined]);
        }
        let bridges = &self.bridges;
        ties("bridges", [bridges.self_ties, bridges.duplicates, bridges.combined]);
        if self.bridge_accounts > 0 {
            let accounts = counted(self.bridge_accounts, "account");
            notes.push(format!("bridges: {accounts} that no file of ties or accounts names"));
        }
        let identities = &self.identities;
        if identities.duplicates > 0 {
            let rows = counted(identities.duplicates, "row");
            notes.push(format!("identities: {rows} said so again"));
        }
        if identities.new_accounts > 0 {
            let accounts = counted(identities.new_accounts, "account");
            notes.push(format!("identities: {accounts} that no other file names"));
        }
        for file in &self.files {
            if file.open_end {
                notes.push(format!(
                    "{}: its last line, {}, has no end, and was read as it stands: if the file was cut short, \
                     that line may be, too",
                    file.file, file.lines
                ));
            }
            notes.extend(file.left_out.iter().map(|what| format!("{}: {what}", file.file)));
        }
        notes.iter().try_for_each(|note| writeln!(f, "{note}"))
    }
}
