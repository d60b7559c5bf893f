//! The summary of `simulate` for people.

use std::fmt::Write;

use tieline::report::{count, counted};
use tieline::scenario_file::{InterventionKeys, Reshare, ScenarioFile};
use tieline::{LoadReport, SocialGraph};

use super::summary::Summary;

pub(super) fn page(summary: &Summary, graph: &SocialGraph) -> String {
    let mut page = String::new();
    head(&mut page, summary, graph);
    let Summary { outcome, scenario, .. } = summary;
    let _ = write!(page, "\n{outcome}");
    if let Some(compare) = &outcome.compare {
        let what = intervention(&scenario.intervention);
        let _ = write!(page, "\nin the same worlds with {what}:\n{compare}");
    }
    if let Some(ranking) = &summary.carrier_ranking {
        let _ = write!(page, "\n{ranking}");
    }
    notes(&mut page, &summary.load, summary.origins.repeated as u64);
    let seconds = summary.seconds;
    let _ = writeln!(
        page,
        "\nloaded in {:.2} s, prepared in {:.2} s, simulated in {:.2} s",
        seconds.load, seconds.prepare, seconds.simulate
    );
    page
}

fn head(page: &mut String, summary: &Summary, graph: &SocialGraph) {
    let Summary { outcome, scenario, origins, .. } = summary;
    let _ = writeln!(
        page,
        "{}, {}, {}, {}, {}",
        counted(graph.network_count() as u64, "network"),
        counted(graph.user_count() as u64, "user"),
        counted(graph.account_count() as u64, "account"),
        counted(graph.tie_count(), "tie"),
        model(scenario),
    );
    let from = match &scenario.origins {
        Some(names) if names.len() <= 5 => names.join(", "),
        _ => counted(origins.accounts as u64, "origin"),
    };
    let _ = writeln!(
        page,
        "a post by {from}; {}, rng-seed {}{}",
        counted(outcome.runs, "run"),
        outcome.rng_seed,
        if outcome.interrupted { ": INTERRUPTED" } else { "" },
    );
    if outcome.compare.is_none() && !scenario.intervention.is_empty() {
        let _ = writeln!(page, "with {}", intervention(&scenario.intervention));
    }
}

fn model(scenario: &ScenarioFile) -> String {
    let mut text = String::new();
    let name = serde_json::to_value(scenario.model).ok();
    text.push_str(name.as_ref().and_then(|name| name.as_str()).unwrap_or("a model"));
    if let Some(reshare) = &scenario.reshare {
        match reshare.all {
            Some(Reshare::Probability(p)) => {
                let _ = write!(text, ", reshare {}", p.get());
            }
            Some(Reshare::Weight) => text.push_str(", reshare by weight"),
            _ => {}
        }
        for (network, p) in &reshare.networks {
            let _ = write!(text, ", {network} {}", p.get());
        }
        for (pair, p) in &reshare.pairs {
            let _ = write!(text, ", {} → {} {}", pair.from, pair.to, p.get());
        }
    }
    if let Some(crosspost) = &scenario.crosspost {
        let _ = write!(text, ", cross-post {}", crosspost.all.unwrap_or_default().get());
        for (pair, q) in &crosspost.pairs {
            let _ = write!(text, ", {} → {} {}", pair.from, pair.to, q.get());
        }
    }
    text
}

fn intervention(change: &InterventionKeys) -> String {
    let named = |names: &[String]| match names.len() {
        0..=3 => names.join(", "),
        more => format!("{}, … ({} in all)", names[..3].join(", "), count(more as u64)),
    };
    let mut parts = Vec::new();
    if let Some(users) = &change.mute {
        parts.push(format!("{} muted", named(users)));
    }
    if let Some(users) = &change.no_carry {
        parts.push(format!("{} not carrying over", named(users)));
    }
    if let Some(ties) = &change.cut {
        parts.push(format!("{} cut", counted(ties.len() as u64, "tie")));
    }
    if let Some(origins) = &change.add_origin {
        parts.push(format!("{} sharing first, too", named(origins)));
    }
    if change.no_crosspost == Some(true) {
        parts.push("nobody cross-posting".into());
    }
    if let Some(factor) = change.crosspost_times {
        parts.push(format!("cross-posting × {}", factor.get()));
    }
    parts.join("; ")
}

/// What loading dropped or counted, if anything.
pub(super) fn notes(page: &mut String, load: &LoadReport, repeated_origins: u64) {
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
    for network in &load.networks {
        ties(&network.name, [network.self_ties, network.duplicates, network.combined]);
    }
    let bridges = &load.bridges;
    ties("bridges", [bridges.self_ties, bridges.duplicates, bridges.combined]);
    let identities = &load.identities;
    if identities.duplicates > 0 {
        let rows = counted(identities.duplicates, "row");
        notes.push(format!("identities: {rows} said so again"));
    }
    if identities.new_accounts > 0 {
        let accounts = counted(identities.new_accounts, "account");
        notes.push(format!("identities: {accounts} that no other file names"));
    }
    for file in &load.files {
        notes.extend(file.left_out.iter().map(|what| format!("{}: {what}", file.file)));
    }
    if repeated_origins > 0 {
        notes.push(format!("origins: {} named again", counted(repeated_origins, "account")));
    }
    if notes.is_empty() {
        return;
    }
    page.push_str("\nnotes on loading\n");
    for note in notes {
        let _ = writeln!(page, "  {note}");
    }
}
