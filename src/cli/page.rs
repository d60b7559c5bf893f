//! The summary of `simulate` for people.

use std::fmt::Write;

use tieline::scenario_file::{InterventionKeys, Reshare, ScenarioFile};
use tieline::{CarrierOutcome, CarrierRanking, CompareOutcome, LoadReport, Outcome, SocialGraph};

use super::summary::Summary;
use super::text::{Table, change, count, counted, mean, percent, percent_number, plus_minus};

/// How many carriers of a link are named.
const NAMED: usize = 3;

/// With more pairs of networks than this, those without a link or a change are only counted.
const MOST_PAIRS: usize = 12;

pub(super) fn page(summary: &Summary, graph: &SocialGraph) -> String {
    let mut page = String::new();
    head(&mut page, summary, graph);
    sizes(&mut page, &summary.outcome);
    networks(&mut page, &summary.outcome);
    links(&mut page, &summary.outcome);
    if let Some(compare) = &summary.outcome.compare {
        comparison(&mut page, compare, &summary.scenario.intervention);
    }
    if let Some(ranking) = &summary.carrier_ranking {
        carriers(&mut page, ranking);
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
        if outcome.interrupted { ": INTERRUPTED before the last" } else { "" },
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

fn sizes(page: &mut String, outcome: &Outcome) {
    page.push('\n');
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
    table
        .row(["last step".into(), plus_minus(outcome.last_step.mean, outcome.last_step.std_error)]);
    table.write(page);
}

fn networks(page: &mut String, outcome: &Outcome) {
    page.push('\n');
    let mut table =
        Table::new(["network", "accounts", "shares per run", "reached in", "first step"]);
    for network in &outcome.networks {
        table.row([
            network.name.clone(),
            count(network.accounts),
            plus_minus(network.mean, network.std_error),
            percent(network.reached),
            network.first_step_mean.map_or_else(|| "–".into(), mean),
        ]);
    }
    table.write(page);
}

fn links(page: &mut String, outcome: &Outcome) {
    if outcome.links().is_empty() {
        return;
    }
    page.push('\n');
    let head = ["link", "in runs", "95 % interval", "first step", "crossings", "carried most by"];
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
            link.first_step_mean.map_or_else(|| "–".into(), mean),
            mean(link.crossings_mean),
            who.join(", ") + &more,
        ]);
    }
    table.write(page);
    let never = outcome.links().iter().filter(|link| link.linked_runs == 0).count();
    if !all && never > 0 {
        let _ = writeln!(page, "and {} never linked", counted(never as u64, "pair"));
    }
}

fn carrier(carrier: &CarrierOutcome, runs: u64) -> String {
    format!("{} ({})", carrier.name(), percent(carrier.runs() as f64 / runs.max(1) as f64))
}

fn comparison(page: &mut String, compare: &CompareOutcome, change_: &InterventionKeys) {
    let _ = writeln!(page, "\nin the same worlds with {}:", intervention(change_));
    let mut table = Table::new(["", "difference", "changed in"]);
    let mut row = |name: String, difference: &tieline::Difference| {
        table.row([
            name,
            change(difference.difference, difference.std_error),
            counted(difference.changed_runs, "run"),
        ]);
    };
    row("shares".into(), &compare.size);
    row("users".into(), &compare.users);
    for network in &compare.networks {
        row(format!("shares in {}", network.name), &network.change);
    }
    let all = compare.links.len() <= MOST_PAIRS;
    for link in compare.links.iter().filter(|link| all || link.change.changed_runs > 0) {
        row(format!("P({} ⇒ {})", link.from, link.to), &link.change);
    }
    table.write(page);
    let same = compare.links.iter().filter(|link| link.change.changed_runs == 0).count();
    if !all && same > 0 {
        let _ = writeln!(page, "and {} whose link did not change", counted(same as u64, "pair"));
    }
}

fn carriers(page: &mut String, ranking: &CarrierRanking) {
    let _ = writeln!(
        page,
        "\nof {}, ranked on {} by shares lost without their carrying, measured on {}:",
        counted(ranking.carriers_total, "carrier"),
        counted(ranking.ranking_runs, "run"),
        counted(ranking.measuring_runs, "other run"),
    );
    let mut table = Table::new(["carrier", "by runs", "carried in", "shares", "users", "links"]);
    for carrier in &ranking.carriers {
        table.row([
            carrier.user.clone(),
            format!("#{}", carrier.rank_by_runs),
            percent(carrier.carried.mean),
            change(carrier.size.difference, carrier.size.std_error),
            change(carrier.users.difference, carrier.users.std_error),
            change(carrier.links.difference, carrier.links.std_error),
        ]);
    }
    table.write(page);
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
