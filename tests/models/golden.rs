//! Freezes what every model computes: how many shares its runs have, a hash of all of them, and the first few. A
//! change here means that published results change, and asks for a new `MAPPING_VERSION`. Complete outcomes of
//! three models are frozen by `runs::golden`.

use std::fmt::Write;
use std::hash::Hasher;
use std::sync::Arc;

use tieline::{
    Amount, Choice, Clock, CrosspostRates, CustomModel, Delays, Distribution, Ensemble,
    ExternalInfluence, Fatigue, Feeds, Friends, Fsir, Hawkes, IndependentCascade, Interaction,
    LinearThreshold, OriginRule, Overlay, Per, PeriodPer, Periods, Post, Reshares, Scenario,
    ScenarioBuilder, Seir, ShareRow, Sharing, Si, Sight, Sir, Sirs, Sis, SocialGraph, Threshold,
    ThresholdWeights, Ticks, TypedHawkes, WeightedCascade,
};
use twox_hash::XxHash3_64;

use crate::scenarios::{Case, Dice};
use crate::temporal::{Kind, graph_with_times};

const RUNS: u64 = 30;

/// How a model is set.
type Set = fn(ScenarioBuilder) -> ScenarioBuilder;

fn drawn(text: &str) -> Distribution {
    text.parse().unwrap()
}

fn periods(text: &str) -> Periods {
    Periods::all(drawn(text))
}

fn delays(text: &str) -> Delays {
    Delays::all(drawn(text))
}

fn uniform() -> Distribution {
    drawn("uniform(0, 1)")
}

/// Two networks of 40, some people in both; weights that are multiples of 1/64.
fn graph() -> SocialGraph {
    let mut dice = Dice::new(3);
    let mut builder = SocialGraph::builder();
    let networks = [builder.network("square"), builder.network("hall")];
    for network in networks {
        for source in 0..40 {
            for place in 0..dice.below(7) {
                let target = (source + 1 + 6 * place + dice.below(6)) % 40;
                let weight = (1 + dice.below(8)) as f64 / 64.0;
                let (one, other) = (format!("p{source}"), format!("p{target}"));
                builder.weighted_tie(network, &one, &other, weight);
            }
        }
    }
    for person in (0..40).step_by(3) {
        let (here, there) = (format!("p{person}"), format!("p{}", (person + 5) % 40));
        builder.user(&format!("u{person}"), [(networks[0], &*here), (networks[1], &*there)]);
    }
    builder.weighted_bridge((networks[0], "p1"), (networks[1], "p2"), 0.125);
    builder.build().unwrap()
}

fn reshares() -> Reshares {
    Reshares::all(0.3)
        .in_network("hall", 0.45)
        .between("square", "hall", 0.6)
        .infectivity("u3", 1.5)
        .susceptibility("u9", 0.5)
}

fn cascade() -> IndependentCascade {
    IndependentCascade::with(reshares())
}

fn contact(rate: f64) -> Reshares {
    Reshares::all(rate).infectivity("u3", 2.5)
}

fn two_posts(builder: ScenarioBuilder, interaction: Interaction) -> ScenarioBuilder {
    builder
        .post(Post::new("one").origins(["p0@square", "p7@hall"]))
        .post(Post::new("other").origin_at(1.0, "p9@square"))
        .interaction(interaction)
}

/// Who shares what they see the second time, or by chance.
fn own(sight: &Sight<'_>) -> bool {
    let often = sight.exposures() > 1 && sight.weight().is_none_or(|weight| weight > 0.05);
    often || sight.tie_draw() < 0.3 || sight.tie_wait(1) < sight.viewer_draw()
}

#[rustfmt::skip]
const STATIC: &[(&str, Set)] = &[
    ("independent cascade", |b| b.model(cascade())),
    ("by weight", |b| b.model(IndependentCascade::with(Reshares::tie_weights().infectivity("u3", 3.0)))),
    ("in time", |b| b.model(cascade()).clock(Clock::Continuous).delays(
        delays("gamma(2, 1)").in_network("hall", drawn("log_normal(1, 0.5)")).between("square", "hall", drawn("seismic(0.2, 0.4)"))
    ).crosspost_delay(drawn("weibull(1.5, 1)")).until(30.0)),
    ("in time, many at once", |b| b.model(cascade()).clock(Clock::Continuous).delays(delays("fixed(1)")).until(2.0)),
    ("in time, many at once, ends by shares", |b| b.model(cascade()).clock(Clock::Continuous).delays(delays("fixed(1)")).max_shares(12)),
    ("delays in steps", |b| b.model(cascade()).delays(delays("geometric(0.4)"))),
    ("weighted cascade", |b| b.model(WeightedCascade)),
    ("linear threshold", |b| b.model(LinearThreshold::default())),
    ("linear threshold by weights", |b| b.model(LinearThreshold::with_weights(ThresholdWeights::Normalise))),
    ("SI", |b| b.model(Si::with(contact(0.5))).until(3.0)),
    ("SI in steps", |b| b.model(Si::with(Reshares::all(0.2))).clock(Clock::Steps).max_steps(5)),
    ("SI by a contact interval", |b| b.model(Si::with_contact(drawn("lomax(1, 0.8)"))).until(2.0)),
    ("SIR", |b| b.model(Sir::with(contact(0.4), periods("exponential(1)")))),
    ("SIR with gamma periods", |b| b.model(Sir::with(contact(0.4), periods("gamma(0.5, 1)")).period_per(PeriodPer::User))),
    ("SIR with log-normal periods", |b| b.model(Sir::with(contact(0.4), periods("log_normal(1, 0.8)")))),
    ("SIR with Weibull periods", |b| b.model(Sir::with(contact(0.4), periods("weibull(0.7, 1)")))),
    ("SIR with Pareto periods", |b| b.model(Sir::with(contact(0.4), periods("pareto(0.4, 1.6)")))),
    ("SIR with periods of a table", |b| b.model(Sir::with(contact(0.4), periods("table(1:0.5,2:0.3,7:0.2)")))),
    ("SIR with many contacts", |b| b.model(Sir::with(contact(8.0), periods("exponential(20)")))),
    ("SIR in steps", |b| b.model(Sir::with(Reshares::all(0.2), periods("geometric(0.5)"))).clock(Clock::Steps)),
    ("SIR by a contact interval", |b| b.model(Sir::with_contact(drawn("weibull(2, 1.5)"), periods("exponential(1)")))),
    ("SEIR", |b| b.model(Seir::with(contact(0.5), periods("gamma(3, 1)"), periods("exponential(1)")))),
    ("SEIR in steps", |b| b.model(Seir::with(Reshares::all(0.2), periods("geometric(0.5)"), periods("fixed(3)"))).clock(Clock::Steps)),
    ("SEIR by a contact interval", |b| b.model(Seir::with_contact(drawn("gamma(2, 2)"), periods("fixed(0.5)"), periods("weibull(2, 1.5)")))),
    ("FSIR", |b| b.model(Fsir::with(Reshares::all(2.0), periods("exponential(1)")))),
    ("SIS", |b| b.model(Sis::with(contact(0.3), periods("exponential(1)"))).until(6.0)),
    ("SIS with fixed periods", |b| b.model(Sis::with(contact(0.3), periods("fixed(1)"))).until(6.0)),
    ("SIS in steps", |b| b.model(Sis::with(Reshares::all(0.2), periods("geometric(0.5)"))).clock(Clock::Steps).max_steps(8)),
    ("SIRS", |b| b.model(Sirs::with(contact(0.6), periods("exponential(1)"), periods("exponential(2)"))).until(6.0)),
    ("SIRS, carried over late", |b| b.model(Sirs::with(contact(0.4), periods("exponential(2)"), periods("exponential(0.5)")))
        .crosspost_delay(drawn("exponential(0.5)")).until(4.0)),
    ("SIRS in steps", |b| b.model(Sirs::with(Reshares::all(0.3), periods("geometric(0.5)"), periods("geometric(0.3)"))).clock(Clock::Steps).max_steps(8)),
    ("Hawkes", |b| b.model(Hawkes::with(contact(0.25), delays("lomax(1, 0.7)")).over_time([(0.0, 1.0), (1.0, 0.5), (2.0, 1.5)])).until(9.0)),
    ("Hawkes, once", |b| b.model(Hawkes::with(contact(0.3), delays("seismic(0.5, 0.3)")).sharing(Sharing::Once)).until(40.0)),
    ("Hawkes that ends by shares", |b| b.model(Hawkes::new(0.4, drawn("exponential(1)"))).max_shares(40)
        .external(ExternalInfluence::with_rate(0.05)).until(20.0)),
    ("Hawkes without origins", |b| b.model(Hawkes::new(0.4, drawn("exponential(1)"))).max_shares(40)
        .external(ExternalInfluence::with_rate(0.05)).until(20.0)),
    ("SI that ends by shares", |b| b.model(Si::with(contact(0.5))).max_shares(17)
        .external(ExternalInfluence::with_rate(0.05)).until(20.0)),
    ("watts", |b| b.model(Threshold::watts(0.25).of_one("u3", 0.5).in_network("hall", 0.3))),
    ("watts, drawn", |b| b.model(Threshold::watts(0.5).drawn(uniform()))),
    ("watts, drawn from a normal law", |b| b.model(Threshold::watts(0.5).drawn(drawn("normal(0.3, 0.2)")).drawn_once())),
    ("count, drawn", |b| b.model(Threshold::count(1).drawn(drawn("table(1:0.5,2:0.5)")))),
    ("linear-fixed", |b| b.model(Threshold::linear_fixed(0.1).drawn(uniform()).with_weights(ThresholdWeights::Normalise))),
    ("or", |b| persons(b.model(Threshold::or(0.3)))),
    ("and", |b| persons(b.model(Threshold::and(0.2)))),
    ("content", |b| persons(b.model(Threshold::content(0.3).weigh("square", 2.0).weigh("hall", 1.0)))),
    ("pooled, by friends", |b| persons(b.model(Threshold::pooled(0.25).friends(Friends::People)))),
    ("Gleeson's feeds", |b| b.model(Feeds::gleeson(0.1).slots(2).activity_in("hall", 2.0).burn_in(2.0)).until(12.0)),
    ("Weng's feeds", |b| b.model(Feeds::weng(0.3, 0.3, 0.2, 1.5)).until(8.0)),
    ("fatigue", |b| b.model(cascade()).fatigue(Fatigue::geometric(0.6))),
    ("fatigue in time", |b| b.model(cascade()).clock(Clock::Continuous).delays(delays("exponential(1)")).fatigue(Fatigue::table([1.0, 0.5, 1.4]).per(Per::Account))),
    ("external influence", |b| b.model(Si::with(contact(0.1))).until(3.0)
        .external(ExternalInfluence::with_rate(0.02).in_network("hall", 0.05).factor("u3", 3.0))),
    ("external influence in steps", |b| b.model(cascade()).max_steps(6)
        .external(ExternalInfluence::with_rate(0.02).in_network("hall", 0.05).factor("u3", 3.0))),
    ("random accounts", |b| b.model(cascade()).origin_rule(OriginRule::new(Choice::Accounts, Amount::Count(3)))),
    ("random accounts, all of them", |b| b.model(cascade()).origin_rule(OriginRule::new(Choice::Accounts, Amount::Share(1.0)))),
    ("random users of a network", |b| b.model(cascade()).origin_rule(OriginRule::new(Choice::Users, Amount::Share(0.1)).in_networks(["hall"]))),
    ("random users everywhere", |b| b.model(cascade()).origin_rule(OriginRule::new(Choice::UsersEverywhere, Amount::Count(2)))),
    ("origins of many ties", |b| b.model(cascade()).origin_rule(OriginRule::new(Choice::TopDegree, Amount::Count(2)))),
    ("origins by degree", |b| b.model(cascade()).origin_rule(OriginRule::new(Choice::ByDegree, Amount::Count(3)))),
    ("posts by a matrix", |b| two_posts(b.model(cascade()).ignore_weights(), Interaction::matrix([[1.0, 0.3], [2.0, 1.0]]))),
    ("posts by a matrix, SIR", |b| two_posts(b.model(Sir::with(contact(0.5), periods("exponential(1)"))), Interaction::matrix([[1.0, 0.3], [2.0, 1.0]]))),
    ("exclusive posts", |b| two_posts(b.model(cascade()), Interaction::exclusive())),
    ("exclusive posts, SI", |b| two_posts(b.model(Si::with(contact(0.5))).until(3.0), Interaction::exclusive().per(Per::Account))),
    ("exclusive posts, SIR", |b| two_posts(b.model(Sir::with(contact(0.9), periods("fixed(1)"))).until(2.0), Interaction::exclusive())),
    ("exclusive posts, watts", |b| two_posts(b.model(Threshold::watts(0.2)), Interaction::exclusive())),
    ("exclusive posts, watts, with an end", |b| two_posts(b.model(Threshold::watts(0.2)).max_steps(2), Interaction::exclusive())),
    ("posts that do not act on each other", |b| two_posts(b.model(LinearThreshold::default()), Interaction::independent())),
    ("posts that do not act on each other, from outside", |b| two_posts(b.model(Si::with(contact(0.2))).until(3.0), Interaction::independent())
        .external(ExternalInfluence::with_rate(0.03))),
    ("one's own model", |b| b.model(CustomModel::in_steps("own", own))),
];

#[rustfmt::skip]
const TEMPORAL: &[(&str, Clock, Kind, Set)] = &[
    ("IC over contacts", Clock::Steps, Kind::Contacts, |b| b.model(IndependentCascade::with_probability(0.5))),
    ("IC with delays in intervals", Clock::Continuous, Kind::Intervals, |b| b.model(IndependentCascade::with_probability(0.7)).delays(delays("exponential(2)"))),
    ("SI over contacts", Clock::Continuous, Kind::Contacts, |b| b.model(Si::with(Reshares::all(0.5)))),
    ("SI over contacts that last", Clock::Continuous, Kind::Lasting, |b| b.model(Si::with(Reshares::all(0.7)))),
    ("SIR in intervals", Clock::Continuous, Kind::Intervals, |b| b.model(Sir::with(Reshares::all(0.9), periods("gamma(2, 2)")))),
    ("SEIR over contacts in steps", Clock::Steps, Kind::Contacts, |b| b.model(Seir::with(Reshares::all(0.6), periods("geometric(0.6)"), periods("geometric(0.4)")))),
    ("SIS in intervals", Clock::Continuous, Kind::Intervals, |b| b.model(Sis::with(Reshares::all(0.9), periods("exponential(1)"))).until(6.0)),
    ("SIRS over contacts", Clock::Continuous, Kind::Contacts, |b| b.model(Sirs::with(Reshares::all(0.8), periods("exponential(0.5)"), periods("exponential(2)"))).until(6.0)),
    ("Hawkes in intervals", Clock::Continuous, Kind::Intervals, |b| b.model(Hawkes::new(0.7, drawn("exponential(1)"))).until(8.0)),
    ("watts in intervals", Clock::Steps, Kind::Intervals, |b| b.model(Threshold::watts(0.5).drawn(uniform()))),
    ("count over contacts", Clock::Steps, Kind::Contacts, |b| b.model(Threshold::count(1).window(2))),
    ("fatigue over contacts", Clock::Steps, Kind::Contacts, |b| b.model(IndependentCascade::with_probability(0.6)).fatigue(Fatigue::geometric(0.7))),
    ("exclusive posts over contacts", Clock::Continuous, Kind::Contacts, |b| b.model(Si::with(Reshares::all(0.6)))),
];

/// A person carries it over for sure.
fn persons(builder: ScenarioBuilder) -> ScenarioBuilder {
    builder.crosspost_rates(CrosspostRates::default())
}

/// Numbers of shares over runs, their hash, and the first few.
#[derive(Default)]
struct Frozen {
    hash: XxHash3_64,
    shares: u64,
    first: String,
}

impl Frozen {
    fn see(&mut self, row: &ShareRow) {
        let words = [
            row.run,
            u64::from(row.row),
            u64::from(row.account.get()),
            row.parent.map_or(u64::MAX, u64::from),
            u64::from(row.step),
            row.time.map_or(u64::MAX, Ticks::get),
            row.route as u64,
            u64::from(row.occurrence),
            u64::from(row.post),
        ];
        words.into_iter().for_each(|word| self.hash.write_u64(word));
        self.shares += 1;
        if row.run == 0 && self.shares <= 4 {
            let when = row.time.map_or_else(|| row.step.to_string(), |time| time.get().to_string());
            let _ = write!(self.first, " {}@{when}", row.account.get());
        }
    }

    fn line(self, name: &str) -> String {
        format!("{name}: {} shares, {:016x};{}\n", self.shares, self.hash.finish(), self.first)
    }
}

fn hash_of(value: &serde_json::Value) -> String {
    let mut hash = XxHash3_64::default();
    hash.write(value.to_string().as_bytes());
    format!("{:016x}", hash.finish())
}

/// A setting as it is, and with an intervention: one of these is muted, the other does not carry over.
fn line(name: &str, scenario: &Scenario, [muted, still]: [&str; 2]) -> String {
    let mut frozen = Frozen::default();
    let change = Overlay::builder(scenario.graph()).mute(muted).no_carry(still).build().unwrap();
    for scenario in [scenario, &scenario.with_overlay(change)] {
        let log = Ensemble::new(scenario).runs(RUNS).rng_seed(11).share_log();
        log.rows().for_each(|row| frozen.see(&row));
    }
    let mut line = frozen.line(name);
    let outcome = Ensemble::new(scenario).runs(RUNS).rng_seed(11).links().audience().run();
    let mut all = serde_json::to_value(&outcome).unwrap();
    // The crate's version changes with each release; the rest must not.
    all["version"] = "(version)".into();
    let _ = write!(line, "    outcome {}; {} ties", hash_of(&all), outcome.ties_examined);
    if let Some(extinct) = outcome.extinct {
        let when = extinct.time_mean.unwrap_or(f64::NAN);
        let _ = write!(line, "; extinct {}, at {when}", extinct.fraction);
    }
    if let Some(background) = outcome.background {
        let [looks, new, shares] =
            [background.looks, background.innovations, background.shares].map(|some| some.mean);
        let _ = write!(line, "; {looks} looks, {new} new, {shares} shares");
    }
    line.push('\n');
    line
}

#[test]
fn results_stay() {
    let graph = Arc::new(graph());
    let mut all = String::new();
    for (name, set) in STATIC {
        let crosspost = CrosspostRates::with_probability(0.4).inclination("u3", 1.5);
        let mut builder = set(Scenario::builder(graph.clone()).crosspost_rates(crosspost));
        if !name.contains("origins") && !name.contains("random") && !name.contains("posts") {
            builder = builder.origins(["p0@square", "p7@hall"]).origin_at(1.0, "p30@square");
        }
        let scenario = builder.ignore_weights().build().unwrap_or_else(|e| panic!("{name}: {e}"));
        all += &line(name, &scenario, ["p1@square", "u9"]);
    }
    for (name, clock, kind, set) in TEMPORAL {
        let case = Case::of_size(8, 2, 30);
        let graph = graph_with_times(&case, &mut Dice::new(8), *clock, &[*kind, *kind]);
        let mut builder = set(Scenario::builder(graph).clock(*clock).crosspost(0.4));
        // At 0 no interval has begun.
        let (one, other) = ([3, 11, 18].map(|place| case.label(place)), case.label(5));
        if name.contains("posts") {
            builder = builder
                .post(Post::new("one").origins(one).origin_at(1.0, case.label(7)))
                .post(Post::new("other").origin_at(1.0, other))
                .interaction(Interaction::exclusive());
        } else {
            builder = builder.origins(one).origin_at(1.0, other).origin_at(2.0, case.label(7));
        }
        let scenario = builder.build().unwrap_or_else(|e| panic!("{name}: {e}"));
        all += &line(name, &scenario, [&*case.label(8), &*case.label(11)]);
    }
    insta::assert_snapshot!(all);
}

#[test]
fn results_without_a_graph_stay() {
    let typed = |memory: &str| {
        TypedHawkes::new(["square", "hall"], [[0.5, 0.1], [0.2, 0.4]])
            .memory(delays(memory).between("square", "hall", drawn("lomax(0.5, 0.9)")))
            .marks(periods("pareto(1, 2.5)").in_network("hall", drawn("geometric(0.3)")))
            .origins("square", 2)
            .external("hall", 0.3)
            .until(20.0)
    };
    let mut all = String::new();
    for memory in ["exponential(1)", "seismic(0.3, 0.4)", "gamma(2, 1)"] {
        let (mut hash, mut shares) = (XxHash3_64::default(), 0);
        for run in 0..RUNS {
            for event in typed(memory).events(run, 11).unwrap() {
                hash.write(format!("{event:?}").as_bytes());
                shares += 1;
            }
        }
        let outcome = typed(memory).reached_within(3.0).run(RUNS, 11).unwrap();
        let outcome = hash_of(&serde_json::to_value(outcome).unwrap());
        let hash = hash.finish();
        let _ = writeln!(all, "{memory}: {shares} shares, {hash:016x}; outcome {outcome}");
    }
    insta::assert_snapshot!(all);
}
