//! The laws that models have in common, each over all the models for which it is true, run by run in the same
//! worlds; where it is not true, a world is found that breaks it.

mod settings;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::settings::Class::{Monotone, Prefix, Reachability};
use self::settings::Law::{Always, Broken, OnAverage, Unasked};
use self::settings::{Law, Setting, settings};
use crate::scenarios::{Case, Dice};
use crate::temporal::graph_with_times;
use tieline::{
    AccountId, Cascade, Clock, CrosspostRates, Delays, Detail, Distribution, Ensemble,
    ExternalInfluence, Feeds, IndependentCascade, Interaction, Model, Observer, Overlay, Per,
    Periods, Post, Run, Scenario, ScenarioBuilder, Si, Sir, SocialGraph, Threshold, Ticks,
};

const WORLDS: u64 = 100;
const RUNS: u64 = 3;

/// The world of a setting.
struct World {
    case: Case,
    graph: Arc<SocialGraph>,
    seed: u64,
}

impl World {
    fn new(setting: &Setting, seed: u64) -> Self {
        let mut case = Case::of_size(seed, 3, 6);
        if !setting.crossposts {
            case.crosspost = CrosspostRates::default();
        }
        let graph = Self::graph(setting, &case, seed);
        Self { case, graph, seed }
    }

    fn graph(setting: &Setting, case: &Case, seed: u64) -> Arc<SocialGraph> {
        Arc::new(match setting.times {
            Some(kind) => {
                graph_with_times(case, &mut Dice::new(seed), setting.clock, &[kind, kind])
            }
            None => case.graph(),
        })
    }

    /// The same without its last tie, if there is one.
    fn without_a_tie(&self, setting: &Setting) -> Option<Self> {
        let mut case = self.case.clone();
        let place = (self.seed as usize * 7) % case.ties.len().max(1);
        (place < case.ties.len()).then(|| _ = case.ties.remove(place))?;
        let graph = Self::graph(setting, &case, self.seed);
        Some(Self { case, graph, seed: self.seed })
    }

    fn builder(&self, setting: &Setting, strength: f64) -> ScenarioBuilder {
        let labels: Vec<_> = self.case.origins.iter().map(|&o| self.case.label(o)).collect();
        let mut builder = Scenario::builder(self.graph.clone())
            .clock(setting.clock)
            .crosspost_rates(self.case.crosspost.clone())
            .ignore_weights();
        if setting.clock == Clock::Continuous && !setting.once {
            // Else cross-posts may go round at once.
            builder = builder.crosspost_delay(Distribution::Fixed { x: 0.3 });
        }
        builder = (setting.set)(builder, strength);
        match &setting.posts {
            None => builder.origins(labels),
            Some(interaction) => builder
                .post(Post::new("one").origins(labels))
                .post(Post::new("other").origin_at(1.0, self.case.label(0)))
                .interaction(interaction.clone()),
        }
    }

    /// A builder whose runs end.
    fn ending(&self, setting: &Setting, strength: f64) -> ScenarioBuilder {
        let builder = self.builder(setting, strength);
        match setting.clock {
            Clock::Steps => builder.max_steps(7),
            _ => builder.until(4.0),
        }
    }

    fn scenario(&self, setting: &Setting) -> Scenario {
        self.ending(setting, 1.0)
            .build()
            .unwrap_or_else(|error| panic!("{}: {error}", setting.name))
    }

    fn cascade(&self, scenario: &Scenario, run: u64) -> Cascade {
        Ensemble::new(scenario).rng_seed(self.seed).cascade(run)
    }

    /// Who sees an account.
    fn followers(&self, account: AccountId) -> BTreeSet<AccountId> {
        let ids = self.case.ids(&self.graph);
        let ties = self.case.ties.iter().map(|&(source, target, _)| (ids[source], ids[target]));
        ties.filter(|tie| tie.0 == account).map(|tie| tie.1).collect()
    }

    fn users(&self) -> impl Iterator<Item = (tieline::UserId, BTreeSet<AccountId>)> + '_ {
        self.graph.users().take(5).map(|user| {
            let accounts = self.graph.accounts_of_user(user).collect();
            (user, accounts)
        })
    }
}

fn when(row: &tieline::ShareRow) -> u64 {
    row.time.map_or(row.step.into(), Ticks::get)
}

/// Who shared which post first when.
type First = BTreeMap<(u32, AccountId), u64>;

fn first(cascade: &Cascade) -> First {
    let mut first = First::new();
    for row in cascade.rows() {
        first.entry((row.post, row.account)).or_insert(when(&row));
    }
    first
}

/// All that was shared, without parents.
fn shares(cascade: &Cascade) -> BTreeSet<(u32, AccountId, u64)> {
    cascade.rows().map(|row| (row.post, row.account, when(&row))).collect()
}

/// A share: when, of which post, by whom, and when and by whom its parent is, if it has one.
type Event = (u64, u32, AccountId, Option<(u64, AccountId)>);

fn events(cascade: &Cascade) -> BTreeSet<Event> {
    let rows: Vec<_> = cascade.rows().collect();
    let event = |row: &tieline::ShareRow| {
        let parent = row.parent.map(|parent| &rows[parent as usize]);
        (when(row), row.post, row.account, parent.map(|parent| (when(parent), parent.account)))
    };
    rows.iter().map(event).collect()
}

/// Whether all of `less` is in `more`, and nothing of it later.
fn within(less: &First, more: &First) -> bool {
    less.iter().all(|(key, when)| more.get(key).is_some_and(|other| other <= when))
}

/// Finds out over many worlds whether a law holds: always where it should, and not always where it should
/// not.
fn judge(setting: &Setting, should: bool, mut holds: impl FnMut(&World) -> bool) {
    let broken = (0..WORLDS).filter(|&seed| !holds(&World::new(setting, seed))).count();
    match should {
        true => assert_eq!(broken, 0, "{}: broken in {broken} of {WORLDS} worlds", setting.name),
        false => assert!(broken > 0, "{}: holds in {WORLDS} worlds", setting.name),
    }
}

/// The same of a law that may hold on average only: `pair` gives, of a world, runs with less and with more. By
/// chance an average fails once in 300,000 times (4.5 standard errors, one side).
fn judge_pairs(setting: &Setting, law: Law, pair: impl Fn(&World) -> Vec<(First, First)>) {
    let part = |world: &World| pair(world).iter().all(|(less, more)| within(less, more));
    match law {
        Always => judge(setting, true, part),
        Broken => judge(setting, false, part),
        OnAverage => {
            judge(setting, false, part);
            let pairs = (0..4 * WORLDS).flat_map(|seed| pair(&World::new(setting, seed)));
            let gains: Vec<f64> =
                pairs.map(|(less, more)| more.len() as f64 - less.len() as f64).collect();
            let n = gains.len() as f64;
            let mean = gains.iter().sum::<f64>() / n;
            let variance = gains.iter().map(|gain| (gain - mean).powi(2)).sum::<f64>() / n;
            assert!(mean > -4.5 * (variance / n).sqrt(), "{}: {mean}", setting.name);
        }
        Unasked => {}
    }
}

/// Nothing is passed on, and nobody carries anything over: only the origins share. What comes of its own
/// accord is new posts of feeds, which is not asked here, as their posts need no numbers.
#[test]
fn nothing_comes_of_nothing() {
    for setting in settings() {
        let zero = setting.numbers != Unasked
            || setting.name.contains("Hawkes")
            || setting.name.contains("SIS");
        if !zero {
            continue;
        }
        judge(&setting, true, |world| {
            let builder = world.ending(&setting, 0.0).crosspost_rates(CrosspostRates::default());
            let scenario = builder.build().unwrap();
            (0..RUNS).all(|run| {
                let cascade = world.cascade(&scenario, run);
                cascade.rows().all(|row| row.parent.is_none())
            })
        });
    }
}

/// A child is later than its parent, and is reached along a tie or from an account of its user.
#[test]
fn time_goes_up_along_every_tree() {
    for setting in settings() {
        let mut children = 0;
        judge(&setting, true, |world| {
            let scenario = world.scenario(&setting);
            (0..RUNS).all(|run| {
                let cascade = world.cascade(&scenario, run);
                let rows: Vec<_> = cascade.rows().collect();
                rows.iter().all(|row| {
                    let Some(parent) = row.parent else {
                        return row.route == tieline::Route::Origin;
                    };
                    children += 1;
                    let parent = &rows[parent as usize];
                    let follows = match row.route {
                        tieline::Route::CrossPost => {
                            world.graph.user_of(parent.account) == world.graph.user_of(row.account)
                        }
                        _ => world.followers(parent.account).contains(&row.account),
                    };
                    let adopts =
                        world.graph.user_of(parent.account) == world.graph.user_of(row.account);
                    when(parent) < when(row) && parent.post == row.post && (follows || adopts)
                })
            })
        });
        assert!(children > 100, "{}: {children}", setting.name);
    }
}

/// A run that ends at H is the beginning of one that goes on.
#[test]
fn an_end_is_a_deadline() {
    for setting in settings() {
        let mut later = 0;
        judge(&setting, true, |world| {
            let builder = world.builder(&setting, 1.0);
            let early = match setting.clock {
                Clock::Steps => builder.max_steps(2),
                _ => builder.until(1.3),
            };
            let last = if setting.clock == Clock::Steps { 2 } else { crate::times::last_tick(1.3) };
            let (early, late) = (early.build().unwrap(), world.scenario(&setting));
            (0..RUNS).all(|run| {
                let rows = |scenario: &Scenario| -> Vec<_> {
                    let cascade = world.cascade(scenario, run);
                    let rows: Vec<_> = cascade.rows().collect();
                    rows.iter()
                        .map(|row| (row.post, row.account, when(row), row.route, row.parent))
                        .collect()
                };
                let sizes = |scenario: &Scenario| {
                    let ensemble =
                        Ensemble::new(scenario).rng_seed(world.seed).run_range(run..run + 1);
                    let deadline = if setting.clock == Clock::Steps { 2.0 } else { 1.3 };
                    let outcome = ensemble.reached_within(deadline).unwrap().run();
                    (outcome.size.mean, outcome.reached_within[0].mean)
                };
                let (of_early, of_late) = (sizes(&early), sizes(&late));
                if of_early != (of_late.1, of_late.1) {
                    return false;
                }
                let (early, mut late) = (rows(&early), rows(&late));
                let all = late.len();
                late.retain(|row| row.2 <= last);
                later += all - late.len();
                // Rows are in order of time.
                early == late
            })
        });
        assert!(later > 0, "{}: {later}", setting.name);
    }
}

/// When a run is over, if that is told at all: then a run that ends later is the same, and over at the same time;
/// and one that is not over by an early end is not over before it in a run that goes on.
#[test]
fn what_is_over_stays_so() {
    let mut told = BTreeSet::new();
    for setting in settings() {
        let (mut over, mut goes_on) = (0, 0);
        judge(&setting, true, |world| {
            // What is carried over may land behind the end.
            let (early, late) = (world.builder(&setting, 1.0), world.ending(&setting, 1.0));
            let slow = |builder: ScenarioBuilder| {
                builder.crosspost_delay(Distribution::Exponential { rate: 2.0 })
            };
            let (end, early, late) = match setting.clock {
                Clock::Steps => (3.0, early.max_steps(3), late),
                _ => (1.7, slow(early).until(1.7), slow(late)),
            };
            let (mut early, mut late) = (early.build().unwrap(), late.build().unwrap());
            if world.seed % 2 == 0 {
                let user = world.graph.users().last().unwrap();
                let muted = Overlay::builder(&world.graph).mute(user).build().unwrap();
                (early, late) = (early.with_overlay(muted.clone()), late.with_overlay(muted));
            }
            (0..RUNS).all(|run| {
                let outcome = |scenario: &Scenario| {
                    let seed = world.seed + 1_000_000 * run;
                    Ensemble::new(scenario).rng_seed(seed).runs(1).run()
                };
                let (early, late) = (outcome(&early), outcome(&late));
                let Some(extinct) = early.extinct else { return late.extinct.is_none() };
                told.insert(setting.name);
                let later = late.extinct.unwrap().time_mean;
                if let Some(when) = extinct.time_mean {
                    over += 1;
                    let last = if setting.clock == Clock::Steps {
                        early.last_step.mean
                    } else {
                        early.last_time.map_or(0.0, |last| last.mean)
                    };
                    later == Some(when) && late.size == early.size && last <= when
                } else {
                    goes_on += 1;
                    later.is_none_or(|when| when > end)
                }
            })
        });
        let some = !told.contains(setting.name) || (over > 0 && goes_on > 0);
        assert!(some, "{}: {over} are over, {goes_on} go on", setting.name);
    }
    assert!(told.len() > 10, "{told:?}");
}

/// Without a user the others share what they share if nothing goes along the ties of the user and the user
/// carries nothing over.
#[test]
fn muting_is_cutting_what_leads_away() {
    for setting in settings() {
        let mut different = 0;
        judge(&setting, true, |world| {
            let scenario = world.scenario(&setting);
            world.users().all(|(user, accounts)| {
                let muted = Overlay::builder(&world.graph).mute(user).build().unwrap();
                let mut cut = Overlay::builder(&world.graph).no_carry(user);
                for &account in &accounts {
                    for follower in world.followers(account) {
                        cut = cut.cut(account, follower);
                    }
                }
                let worlds =
                    [muted, cut.build().unwrap()].map(|overlay| scenario.with_overlay(overlay));
                (0..RUNS).all(|run| {
                    let others = |scenario: &Scenario| {
                        let mut shares = shares(&world.cascade(scenario, run));
                        shares.retain(|share| !accounts.contains(&share.1));
                        shares
                    };
                    let [muted, cut] = [0, 1].map(|place| others(&worlds[place]));
                    different += usize::from(muted != others(&scenario));
                    muted == cut
                })
            })
        });
        assert!(different > 10, "{}: {different}", setting.name);
    }
}

/// Up to the first share that an intervention takes away a run is the same, and all of it where there is none.
#[test]
fn interventions_change_nothing_before_they_take_something_away() {
    for setting in settings() {
        judge(&setting, true, |world| {
            // The new posts that a user shares beside are taken away, too, and are in no log.
            let strength = if setting.name.contains("feeds") { 0.0 } else { 1.0 };
            let scenario = world.ending(&setting, strength).build().unwrap();
            world.users().all(|(user, accounts)| {
                let overlay = Overlay::builder(&world.graph).mute(user).build().unwrap();
                let muted = scenario.with_overlay(overlay);
                (0..RUNS).all(|run| {
                    let (base, muted) = (world.cascade(&scenario, run), world.cascade(&muted, run));
                    let gone = base.rows().find(|row| accounts.contains(&row.account));
                    let Some(gone) = gone.map(|row| when(&row)) else { return base == muted };
                    let before = |cascade: &Cascade| -> Vec<_> {
                        let rows: Vec<_> = cascade.rows().filter(|row| when(row) < gone).collect();
                        rows.iter()
                            .map(|row| (row.post, row.account, when(row), row.route))
                            .collect()
                    };
                    before(&base) == before(&muted)
                })
            })
        });
    }
}

/// What differs first without a carrier, or a tie, is a share that is gone, or came from somebody else: up to it a
/// run is the same. Where the user carried nothing over, all of it is, to the bit.
#[test]
fn what_differs_first_is_a_share_that_is_gone() {
    for setting in settings() {
        // An exposure less may be what persuades, and a copy less leaves its place to another that is noticed: what
        // is gone first is in no log there.
        if setting.name.contains("fatigue") || setting.name.contains("Weng") {
            continue;
        }
        let mut different = [0, 0];
        judge(&setting, true, |world| {
            let strength = if setting.name.contains("feeds") { 0.0 } else { 1.0 };
            let scenario = world.ending(&setting, strength).build().unwrap();
            let ids = world.case.ids(&world.graph);
            let carriers = world.users().take(2).map(|(user, accounts)| {
                let overlay = Overlay::builder(&world.graph).no_carry(user).build().unwrap();
                (overlay, Some(accounts))
            });
            let cuts = world.case.ties.iter().take(2).map(|&(source, target, _)| {
                let overlay = Overlay::builder(&world.graph).cut(ids[source], ids[target]);
                (overlay.build().unwrap(), None)
            });
            carriers.chain(cuts).all(|(overlay, accounts)| {
                let changed = scenario.with_overlay(overlay);
                (0..RUNS).all(|run| {
                    let (base, without) =
                        (world.cascade(&scenario, run), world.cascade(&changed, run));
                    let rows: Vec<_> = base.rows().collect();
                    let carried = |row: &tieline::ShareRow| {
                        row.route == tieline::Route::CrossPost
                            && accounts
                                .as_ref()
                                .is_some_and(|accounts| accounts.contains(&row.account))
                    };
                    let carries_nothing = accounts.is_some() && !rows.iter().any(carried);
                    let people = ["or", "and", "content", "pooled"].contains(&setting.name);
                    if carries_nothing && !people && base != without {
                        return false;
                    }
                    let (base, without) = (events(&base), events(&without));
                    let first = |one: &BTreeSet<Event>, other: &BTreeSet<Event>| {
                        one.difference(other).map(|event| event.0).min().unwrap_or(u64::MAX)
                    };
                    different[usize::from(accounts.is_none())] += usize::from(base != without);
                    first(&base, &without) <= first(&without, &base)
                })
            })
        });
        let carries = setting.crossposts || setting.name == "or";
        assert!(different[1] > 5, "{}: {different:?}", setting.name);
        assert!(!carries || different[0] > 5, "{}: {different:?}", setting.name);
    }
}

/// What a run tells of itself: its steps end with the last at which anybody shares, and the ties that it has looked
/// at are those of all who shared, but for the last step that it may have.
#[derive(Default)]
struct Itself(Vec<[u64; 4]>);

impl Observer for Itself {
    const DETAIL: Detail = Detail::Parents;

    fn see(&mut self, run: &Run<'_>) {
        let last = run.events().map(|event| u64::from(event.step)).max().unwrap_or(0);
        let ties = |until: u64| {
            let events = run.events().filter(|event| u64::from(event.step) < until);
            events.map(|event| run.graph().out_degree(event.account)).sum()
        };
        self.0.push([run.steps().into(), last + 1, run.ties_examined(), ties(LAST_STEP)]);
    }

    fn merge(&mut self, later: Self) {
        self.0.extend(later.0);
    }
}

const LAST_STEP: u64 = 2;

#[test]
fn a_run_tells_its_steps_and_ties() {
    let mut asked = 0;
    for setting in settings() {
        if setting.clock != Clock::Steps || setting.times.is_some() || setting.posts.is_some() {
            continue;
        }
        judge(&setting, true, |world| {
            let scenario =
                world.builder(&setting, 1.0).max_steps(LAST_STEP as u32).build().unwrap();
            let ensemble = Ensemble::new(&scenario).rng_seed(world.seed).runs(RUNS).serial();
            let told = ensemble.observe(Itself::default).value.0;
            asked += told.len();
            told.iter().all(|&[steps, last, ties, expected]| steps == last && ties == expected)
        });
    }
    assert!(asked > 3000, "{asked}");
}

/// Where every try succeeds all that can be reached is, and nothing else.
#[test]
fn sure_ties_reach_all_that_can_be_reached() {
    let sure = |name: &str| {
        let model: Model = match name {
            "SI" => Si::with_contact(Distribution::Fixed { x: 0.5 }).into(),
            "SI in steps" => Si::with_rate(1.0).into(),
            "SIR in steps" => {
                Sir::new(1.0, Periods::all(Distribution::Geometric { p: 0.7 })).into()
            }
            _ => IndependentCascade::with_probability(1.0).into(),
        };
        model
    };
    use Clock::{Continuous, Steps};
    for (name, clock, posts) in [
        ("IC", Steps, false),
        ("IC in time", Continuous, false),
        ("SI", Continuous, false),
        ("SI in steps", Steps, false),
        ("SIR in steps", Steps, false),
        ("exclusive posts", Steps, true),
    ] {
        let mut reached_many = 0;
        for seed in 0..WORLDS {
            let mut case = Case::of_size(seed, 3, 6);
            case.crosspost = CrosspostRates::default();
            let graph = Arc::new(case.graph());
            let ids = case.ids(&graph);
            let mut builder =
                Scenario::builder(graph.clone()).clock(clock).model(sure(name)).ignore_weights();
            if name == "IC in time" {
                builder = builder.delays(Delays::all(Distribution::Exponential { rate: 1.0 }));
            }
            let mut starts = vec![ids[0]];
            builder = match posts {
                false => builder.origin(ids[0]),
                true => {
                    let last = ids[ids.len() - 1];
                    if last == ids[0] {
                        continue;
                    }
                    starts.push(last);
                    builder
                        .post(Post::new("one").origin(ids[0]))
                        .post(Post::new("other").origin(last))
                        .interaction(Interaction::exclusive().per(Per::Account))
                }
            };
            let cascade = Ensemble::new(&builder.build().unwrap()).rng_seed(seed).cascade(0);
            let found: BTreeSet<AccountId> = cascade.rows().map(|row| row.account).collect();
            let (mut all, mut next): (BTreeSet<AccountId>, _) =
                (starts.iter().copied().collect(), starts);
            while let Some(source) = next.pop() {
                let new: Vec<_> =
                    graph.targets(source).iter().copied().filter(|&it| all.insert(it)).collect();
                next.extend(new);
            }
            assert_eq!(found, all, "{name}, world {seed}");
            reached_many += usize::from(all.len() > 3);
        }
        assert!(reached_many > 30, "{name}: {reached_many}");
    }
}

/// At the greatest numbers some models leave out some who could be reached: rates are no probabilities, thresholds
/// are not met, screens hold other things.
#[test]
fn the_greatest_numbers_do_not_reach_all_in_other_models() {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    for (a, b) in [("o", "a"), ("a", "b"), ("x", "b"), ("y", "b")] {
        builder.tie(square, a, b);
    }
    let graph = Arc::new(builder.build().unwrap());
    for (name, model) in [
        ("SIR", Model::from(Sir::new(1.0, Periods::all(Distribution::Exponential { rate: 1.0 })))),
        ("threshold", Threshold::watts(0.9).into()),
        ("feeds", Feeds::gleeson(0.0).into()),
    ] {
        let mut builder = Scenario::builder(graph.clone()).model(model).origin("o");
        if name == "feeds" {
            builder = builder.until(1.0);
        }
        let users = Ensemble::new(&builder.build().unwrap()).runs(500).run().users;
        assert!(users.mean < 2.9, "{name}: {}", users.mean);
    }
}

/// Where nothing is passed on some models share nevertheless: what comes from outside, what is new, and whoever
/// needs nobody.
#[test]
fn something_comes_of_nothing_in_other_models() {
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    (0..30).for_each(|a| _ = builder.tie(square, "o", &a.to_string()));
    let graph = Arc::new(builder.build().unwrap());
    let of = || Scenario::builder(graph.clone()).origin("o");
    let never = || IndependentCascade::with_probability(0.0);
    let outside = of().model(never()).external(ExternalInfluence::with_rate(0.2)).max_steps(3);
    let needs_nobody = Distribution::Normal { mean: 0.0, sd: 1.0 };
    let drawn = of().model(Threshold::linear_fixed(1.0).drawn(needs_nobody)).max_steps(3);
    for (name, builder) in [("external", outside), ("drawn thresholds", drawn)] {
        let size = Ensemble::new(&builder.build().unwrap()).runs(100).run().size;
        assert!(size.mean > 3.0, "{name}: {}", size.mean);
    }
    let news = of().model(Feeds::weng(0.5, 0.0, 0.0, 1.0)).until(3.0).build().unwrap();
    let outcome = Ensemble::new(&news).runs(100).run();
    assert!(outcome.size.mean == 1.0 && outcome.background.unwrap().innovations.mean > 10.0);
}

/// The class of a model: without a user nobody else shares who did not, or earlier, in the classes of
/// reachability and of monotone rules; in the other some do.
#[test]
fn without_a_user_nothing_is_gained_but_in_the_class_of_prefixes() {
    for setting in settings() {
        judge(&setting, setting.class != Prefix, |world| {
            let scenario = world.scenario(&setting);
            world.users().all(|(user, _)| {
                let overlay = Overlay::builder(&world.graph).mute(user).build().unwrap();
                let muted = scenario.with_overlay(overlay);
                (0..RUNS).all(|run| {
                    let (base, muted) = (world.cascade(&scenario, run), world.cascade(&muted, run));
                    within(&first(&muted), &first(&base))
                })
            })
        });
    }
}

/// In the class of reachability what the union of two sets of origins reaches, and when, is what one of them
/// does: arrivals do not meet.
#[test]
fn arrivals_do_not_meet_in_the_class_of_reachability() {
    let mut broken = 0;
    for setting in settings().into_iter().filter(|setting| setting.once && setting.posts.is_none())
    {
        let linear = setting.class == Reachability;
        let holds = |world: &World| {
            let [one, other] = [0, 1].map(|place| {
                let origin =
                    world.case.label((world.seed as usize + place) % world.case.homes.len());
                let mut case = world.case.clone();
                case.origins = vec![];
                let alone = World { case, graph: world.graph.clone(), seed: world.seed };
                let builder = alone.ending(&setting, 1.0);
                (builder.clone().origin(&*origin).build().unwrap(), (builder, origin))
            });
            let both = one.1.0.origin(&*one.1.1).origin(&*other.1.1).build().unwrap();
            (0..RUNS).all(|run| {
                let [one, other, both] =
                    [&one.0, &other.0, &both].map(|scenario| first(&world.cascade(scenario, run)));
                let mut union = one;
                for (key, when) in other {
                    union.entry(key).and_modify(|known| *known = when.min(*known)).or_insert(when);
                }
                union == both
            })
        };
        if linear {
            judge(&setting, true, holds);
        } else if setting.class == Monotone {
            broken += (0..WORLDS).filter(|&seed| !holds(&World::new(&setting, seed))).count();
        }
    }
    assert!(broken > 20, "{broken}");
}

/// More origins never take a share away, nor make it later, but where they do.
#[test]
fn more_origins_never_take_away_but_where_they_do() {
    for setting in settings() {
        judge_pairs(&setting, setting.origins, |world| {
            let scenario = world.scenario(&setting);
            let accounts = 0..4.min(world.case.homes.len());
            let pairs = accounts.flat_map(|account| {
                let overlay = Overlay::builder(&world.graph).add_origin(world.case.label(account));
                let more = scenario.with_overlay(overlay.build().unwrap());
                let scenario = &scenario;
                (0..RUNS).map(move |run| {
                    (first(&world.cascade(scenario, run)), first(&world.cascade(&more, run)))
                })
            });
            pairs.collect()
        });
    }
}

/// A tie more never takes a share away, nor makes it later, but where it does.
#[test]
fn more_ties_never_take_away_but_where_they_do() {
    // Times of a random world hang on all its ties.
    for setting in settings().into_iter().filter(|setting| setting.times.is_none()) {
        judge_pairs(&setting, setting.ties, |world| {
            let Some(less) = world.without_a_tie(&setting) else { return vec![] };
            let (fewer, more) = (less.scenario(&setting), world.scenario(&setting));
            let runs = 0..2 * RUNS;
            runs.map(|run| (first(&less.cascade(&fewer, run)), first(&world.cascade(&more, run))))
                .collect()
        });
    }
}

/// Larger numbers of reshares never take a share away, nor make it later, but where they do.
#[test]
fn larger_numbers_never_take_away_but_where_they_do() {
    for setting in settings() {
        judge_pairs(&setting, setting.numbers, |world| {
            let less = world.ending(&setting, 0.6).build().unwrap();
            let more = world.scenario(&setting);
            let runs = 0..2 * RUNS;
            runs.map(|run| (first(&world.cascade(&less, run)), first(&world.cascade(&more, run))))
                .collect()
        });
    }
}
