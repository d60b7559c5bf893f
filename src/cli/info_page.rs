//! `tieline info` for people.

use std::fmt::Write;

use super::info::{Degrees, Info};
use super::page::notes;
use tieline::TimeUnit;
use tieline::report::{Table, count, counted, mean, percent};

pub(super) fn page(info: &Info) -> String {
    let mut page = String::new();
    let _ = writeln!(
        page,
        "{}, {} ({} with several accounts), {}, {}{}{}",
        counted(info.networks.len() as u64, "network"),
        counted(info.users, "user"),
        count(info.users_with_several_accounts),
        counted(info.accounts, "account"),
        counted(info.ties, "tie"),
        match info.bridge_ties {
            0 => String::new(),
            bridges => format!(", {} of them between networks", count(bridges)),
        },
        if info.weights { ", with weights" } else { "" },
    );
    files(&mut page, info);
    networks(&mut page, info);
    overlaps(&mut page, info);
    notes(&mut page, &info.load, &[]);
    page
}

fn files(page: &mut String, info: &Info) {
    for file in &info.load.files {
        if file.lines == 0 {
            let _ = writeln!(page, "\n{}: {}", file.file, file.form);
            continue;
        }
        let mut lines = vec![counted(file.rows, "row")];
        for (number, what) in [(file.comments, "comment"), (file.blank, "blank line")] {
            if number > 0 {
                lines.push(counted(number, what));
            }
        }
        let _ = writeln!(page, "\n{}: {}; {}", file.file, file.form, lines.join(", "));
        if let Some(header) = &file.header {
            let _ = writeln!(page, "  header: {header}");
        }
        if let Some(example) = &file.example {
            let _ = writeln!(page, "  a row read aloud: {example}");
        }
    }
}

fn networks(page: &mut String, info: &Info) {
    page.push('\n');
    let mut table = Table::new([
        "network",
        "accounts",
        "isolated",
        "ties",
        "reciprocated",
        "seen by: mean",
        "median",
        "90 %",
        "max",
        "sees: median",
        "90 %",
        "max",
    ]);
    let number = |number: Option<u64>| number.map_or_else(|| "–".into(), count);
    for network in &info.networks {
        let Degrees { mean: average, median, p90, max, .. } = &network.out_degree;
        let reciprocated = match network.ties {
            0 => "–".into(),
            ties => percent(network.reciprocated as f64 / ties as f64),
        };
        table.row([
            network.name.clone(),
            count(network.accounts),
            count(network.isolated),
            count(network.ties),
            reciprocated,
            average.map_or_else(|| "–".into(), mean),
            number(*median),
            number(*p90),
            number(*max),
            number(network.in_degree.median),
            number(network.in_degree.p90),
            number(network.in_degree.max),
        ]);
    }
    let _ = write!(page, "{table}");
    for network in &info.networks {
        let Some(times) = &network.times else { continue };
        let unit = match times.unit {
            TimeUnit::Unit => String::new(),
            unit => format!(" {unit}"),
        };
        let _ = writeln!(
            page,
            "{}: {} from {} to {}{unit}",
            network.name,
            counted(times.count, times.kind.to_string().trim_end_matches('s')),
            times.first,
            times.last,
        );
    }
}

fn overlaps(page: &mut String, info: &Info) {
    if info.overlaps.is_empty() {
        return;
    }
    page.push('\n');
    let head = [
        "in common",
        "users",
        "of the first",
        "of the second",
        "ties",
        "Jaccard of ties",
        "seen-by correlation",
    ];
    let mut table = Table::new(head);
    let share = |fraction: Option<f64>| fraction.map_or_else(|| "–".into(), percent);
    let plain = |number: Option<f64>| number.map_or_else(|| "–".into(), |x| format!("{x:.3}"));
    for overlap in &info.overlaps {
        let [one, other] = &overlap.networks;
        table.row([
            format!("{} and {}", one.name, other.name),
            count(overlap.shared_users),
            share(one.shared_user_fraction),
            share(other.shared_user_fraction),
            count(overlap.shared_ties),
            plain(overlap.tie_jaccard),
            plain(overlap.out_degree.spearman),
        ]);
    }
    let _ = write!(page, "{table}");
}
