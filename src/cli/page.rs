//! The summary of `simulate` for people.

use std::fmt::Write;

use tieline::report::{count, counted};
use tieline::scenario_file::{InterventionKeys, Reshare, ScenarioFile};
use tieline::{Amount, Effects, LoadReport, SocialGraph};

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
    let mut more = Vec::new();
    if summary.origins.repeated > 0 {
        let repeated = counted(summary.origins.repeated as u64, "account");
        more.push(format!("origins: {repeated} named again"));
    }
    if may_cross_post(scenario) && graph.users_with_several_accounts() == 0 {
        more.push(
            "cross-posting: no user has several accounts, so nobody carries anything over; \
             `--identities` says who has"
                .into(),
        );
    }
    more.extend(carries_nothing(scenario, graph));
    more.extend(summary.warning.clone());
    notes(&mut page, &summary.load, &more);
    let seconds = summary.seconds;
    let _ = writeln!(
        page,
        "\nloaded in {:.2} s, prepared in {:.2} s, simulated in {:.2} s",
        seconds.load, seconds.prepare, seconds.simulate
    );
    page
}

/// What there is to say of users whose carrying is taken away and who never carry anything.
fn carries_nothing(scenario: &ScenarioFile, graph: &SocialGraph) -> Option<String> {
    let users = scenario.intervention.no_carry.as_ref().filter(|users| !users.is_empty())?;
    // It is not asked for where persons adopt, who share everywhere.
    if scenario.crosspost.is_some() && !may_cross_post(scenario) {
        return Some(
            "no-carry: nobody cross-posts (`--crosspost` is 0), so nothing is taken away".into(),
        );
    }
    let several = |name: &&String| {
        let user = graph.user(name.as_str());
        user.is_ok_and(|user| graph.accounts_of_user(user).count() > 1)
    };
    let one: Vec<_> = users.iter().filter(|name| !several(name)).collect();
    let first = one.first()?;
    let more = match one.len() - 1 {
        0 => "has one account, so has nowhere".to_owned(),
        more => {
            format!("and {} have one account each, so have nowhere", counted(more as u64, "other"))
        }
    };
    Some(format!("no-carry: {first} {more} to carry a post"))
}

fn may_cross_post(scenario: &ScenarioFile) -> bool {
    let mut probabilities =
        scenario.crosspost.iter().flat_map(|key| key.all.iter().chain(key.pairs.values()));
    probabilities.any(|probability| probability.get() > 0.0)
}

fn head(page: &mut String, summary: &Summary, graph: &SocialGraph) {
    let Summary { outcome, scenario, origins, .. } = summary;
    let _ = writeln!(
        page,
        "{}, {}, {}, {}{}, {}",
        counted(graph.network_count() as u64, "network"),
        counted(graph.user_count() as u64, "user"),
        counted(graph.account_count() as u64, "account"),
        counted(graph.tie_count(), "tie"),
        match summary.load.networks.iter().map(|network| network.times).sum::<u64>() {
            0 => String::new(),
            times => format!(" at {}", counted(times, "time")),
        },
        model(scenario),
    );
    let from = starts(scenario, origins.accounts as u64);
    let _ = writeln!(
        page,
        "{}{from}; {}, rng-seed {}{}",
        if scenario.posts.is_empty() { "a post by " } else { "" },
        counted(outcome.runs, "run"),
        outcome.rng_seed,
        if outcome.interrupted { ": INTERRUPTED" } else { "" },
    );
    if outcome.compare.is_none() && !scenario.intervention.is_empty() {
        let _ = writeln!(page, "with {}", intervention(&scenario.intervention));
    }
}

pub(super) fn model(scenario: &ScenarioFile) -> String {
    let mut text = scenario.model.map_or_else(|| "a model".into(), word);
    if let Some(reshare) = &scenario.reshare {
        match reshare.all {
            Some(Reshare::Number(number)) => {
                let _ = write!(text, ", reshare {number}");
            }
            Some(Reshare::Weight) => text.push_str(", reshare by weight"),
            _ => {}
        }
        for (network, number) in &reshare.networks {
            let _ = write!(text, ", {network} {number}");
        }
        for (pair, number) in &reshare.pairs {
            let _ = write!(text, ", {} → {} {number}", pair.from, pair.to);
        }
    }
    for (key, what) in [
        ("delay", &scenario.delay),
        ("latency", &scenario.latency),
        ("period", &scenario.period),
        ("immunity", &scenario.immunity),
        ("memory", &scenario.memory),
        ("marks", &scenario.marks),
    ] {
        let Some(what) = what else { continue };
        if what.weight {
            let _ = write!(text, ", {key} by weight");
        }
        if let Some(all) = &what.all {
            let _ = write!(text, ", {key} {all}");
        }
        for (network, distribution) in &what.networks {
            let _ = write!(text, ", {key} in {network} {distribution}");
        }
        for (pair, distribution) in &what.pairs {
            let _ = write!(text, ", {key} {} → {} {distribution}", pair.from, pair.to);
        }
    }
    settings(&mut text, scenario);
    if let Some(threshold) = &scenario.threshold {
        if let Some(all) = &threshold.all {
            let _ = write!(text, ", threshold {all}");
        }
        for (network, value) in &threshold.networks {
            let _ = write!(text, ", threshold in {network} {value}");
        }
    }
    if let Some(file) = &scenario.threshold_file {
        let _ = write!(text, ", thresholds of {}", file.written());
    }
    if let Some(file) = &scenario.user_factors {
        let _ = write!(text, ", factors of {}", file.written());
    }
    if let Some(fatigue) = &scenario.fatigue {
        let per =
            scenario.fatigue_per.map_or_else(String::new, |per| format!(" per {}", word(per)));
        let _ = write!(text, ", fatigue {fatigue}{per}");
    }
    if let Some(crosspost) = &scenario.crosspost {
        let _ = write!(text, ", cross-post {}", crosspost.all.unwrap_or_default().get());
        for (pair, q) in &crosspost.pairs {
            let _ = write!(text, ", {} → {} {}", pair.from, pair.to, q.get());
        }
    }
    if let Some(delay) = &scenario.crosspost_delay {
        let _ = write!(text, " after {delay}");
    }
    for (what, factors) in [
        ("infectivity", &scenario.infectivity),
        ("susceptibility", &scenario.susceptibility),
        ("inclination", &scenario.inclination),
    ] {
        if !factors.is_empty() {
            let _ = write!(text, ", {what} of {}", counted(factors.len() as u64, "user"));
        }
    }
    ends(&mut text, scenario);
    text
}

/// The word of a choice in files and flags.
fn word(choice: impl serde::Serialize) -> String {
    let word = serde_json::to_value(choice).ok();
    word.as_ref().and_then(|word| word.as_str()).unwrap_or_default().to_owned()
}

/// What models take beside rates, times and thresholds.
fn settings(text: &mut String, scenario: &ScenarioFile) {
    let mut say = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = write!(text, ", {key} {value}");
        }
    };
    let number = |value: Option<f64>| value.map(|value| value.to_string());
    say("clock", scenario.clock.map(word));
    say("innovation", number(scenario.innovation));
    say("slots", scenario.slots.map(|slots| slots.to_string()));
    say("attention", number(scenario.attention));
    say("recall", number(scenario.recall));
    if let Some(activity) = &scenario.activity {
        say("activity", number(activity.all));
        for (network, value) in &activity.networks {
            say(&format!("activity in {network}"), number(Some(*value)));
        }
    }
    say("burn-in", number(scenario.burn_in));
    say("contact", scenario.contact.as_ref().map(ToString::to_string));
    say("sharing", scenario.sharing.map(word));
    say("one period per", scenario.period_per.map(word));
    say("window", number(scenario.window));
    say("weights", scenario.weights.map(word));
    say("adopts as", scenario.adopt.map(word));
    say("counts friends as", scenario.friends.map(word));
    say("thresholds drawn per", scenario.draw.map(word));
    for (network, weight) in &scenario.content {
        say(&format!("content of {network}"), number(Some(*weight)));
    }
}

/// When runs end that nothing else ends.
fn ends(text: &mut String, scenario: &ScenarioFile) {
    if let Some(until) = scenario.until {
        let _ = write!(text, ", until {until}");
    }
    if let Some(steps) = scenario.max_steps {
        let _ = write!(text, ", {} at most", counted(steps.into(), "step"));
    }
    if let Some(shares) = scenario.max_shares {
        let _ = write!(text, ", {} at most", counted(shares, "share"));
    }
}

/// Who starts.
pub(super) fn starts(scenario: &ScenarioFile, origins: u64) -> String {
    let mut from = Vec::new();
    if !scenario.posts.is_empty() {
        let names: Vec<_> = scenario.posts.iter().map(|post| format!("`{}`", post.name)).collect();
        from.push(format!("{} {}", counted(names.len() as u64, "post"), names.join(", ")));
        from.extend(match &scenario.interaction {
            Some(Effects::Exclusive) => Some("of which each shuts out the others".to_owned()),
            Some(Effects::Matrix(_)) => Some("which act on each other".to_owned()),
            _ => None,
        });
    }
    match &scenario.origins {
        Some(names) if names.len() <= 5 => from.extend(names.iter().cloned()),
        Some(_) => from.push(counted(origins, "origin")),
        None if scenario.origins_file.is_some() => from.push(counted(origins, "origin")),
        None => {}
    }
    if let Some(later) = &scenario.origins_at {
        from.extend(later.iter().take(3).map(|(time, account)| format!("{account} at {time}")));
        if later.len() > 3 {
            from.push(format!("{} more at their times", count(later.len() as u64 - 3)));
        }
    }
    let shares = ["share", "shares"];
    let accounts = ["random account", "random accounts"];
    for (key, who) in [
        (&scenario.random_origins, if scenario.types.is_some() { shares } else { accounts }),
        (&scenario.random_users, ["random user", "random users"]),
        (&scenario.top_degree, ["account that most others see", "accounts that most others see"]),
        (&scenario.by_degree, ["random account by degree", "random accounts by degree"]),
    ] {
        let Some(key) = key else { continue };
        let [one, several] = who;
        let who = |amount: &Amount| match amount {
            Amount::Count(1) => format!("1 {one}"),
            amount => format!("{amount} {several}"),
        };
        from.extend(key.all.as_ref().map(who));
        let of = |(name, amount): (&String, &Amount)| format!("{} of {name}", who(amount));
        from.extend(key.networks.iter().map(of));
    }
    if let Some(external) = &scenario.external {
        let each = external.networks.iter().map(|(name, rate)| format!("{rate} in {name}"));
        let rates: Vec<_> =
            external.all.map(|rate| rate.to_string()).into_iter().chain(each).collect();
        from.push(format!("external influence {}", rates.join(", ")));
    }
    from.join(", ")
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

/// What there is to tell about loading, if anything.
pub(super) fn notes(page: &mut String, load: &LoadReport, more: &[String]) {
    notes_on("loading", page, load, more);
}

/// What there is to tell about `work`, if anything.
pub(super) fn notes_on(work: &str, page: &mut String, load: &LoadReport, more: &[String]) {
    let told = load.to_string();
    let mut notes = told.lines().chain(more.iter().map(String::as_str)).peekable();
    if notes.peek().is_some() {
        let _ = writeln!(page, "\nnotes on {work}");
    }
    for note in notes {
        let _ = writeln!(page, "  {note}");
    }
}
