//! Carriers ranked twice: by how often they carried, and by what is lost without their carrying.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::Ensemble;
use super::compare::{Changes, again};
use super::drive::{Progress, drive};
use super::figures::Snapshot;
use super::outcome::Difference;
use super::tally::estimate;
use crate::cascade::Run;
use crate::engine::{Detail, Route};
use crate::graph::{Overlay, SocialGraph};
use crate::id::UserId;
use crate::stats::{Estimate, Moments};

/// Users who carried the post from one network into another, ranked on the even runs and measured on
/// the odd ones. Made by [`Ensemble::rank_carriers`].
///
/// The two rankings differ because carrying often is not the same as being needed: where two people
/// would both carry a post over, the loss of either is small, and somebody who rarely carries may be
/// the only way into a part of a network. A ranking picks what was large by luck as well as what is
/// large, so losses measured on the runs that ranked would be exaggerated; here other runs measure.
/// Losses need not add up, and a link can even become more likely without a carrier: another
/// crossing, whose parent hash had lost, takes its place.
///
/// ```
/// use tieline::{Ensemble, IndependentCascade, Scenario, SocialGraph};
///
/// let mut builder = SocialGraph::builder();
/// let (square, hall) = (builder.network("square"), builder.network("hall"));
/// builder.tie(square, "ann", "bob").tie(square, "ann", "cid");
/// builder.tie(hall, "bob", "dee").account(hall, "cid");
/// builder.same_name_is_one_user();
/// let scenario = Scenario::builder(builder.build()?)
///     .model(IndependentCascade::with_probability(1.0))
///     .crosspost(1.0)
///     .origin("ann")
///     .build()?;
///
/// let ranking = Ensemble::new(&scenario).runs(10).rank_carriers(50);
/// assert_eq!((ranking.ranking_runs, ranking.measuring_runs), (5, 5));
/// // Both carry in every run. Without bob dee is not reached either.
/// let [bob, cid] = &ranking.carriers[..] else { panic!("two carriers") };
/// assert_eq!((bob.user.as_str(), bob.carried.mean, bob.size.difference), ("bob", 1.0, -2.0));
/// assert_eq!((cid.user.as_str(), cid.rank_by_loss, cid.size.difference), ("cid", 2, -1.0));
/// // The square and the hall stay linked by the other one.
/// assert_eq!((bob.links.difference, cid.links.difference), (0.0, 0.0));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CarrierRanking {
    /// The candidates, by loss on the even runs, then by runs carried, then by name.
    pub carriers: Vec<CarrierRank>,
    /// All users who carried in an even run.
    pub carriers_total: u64,
    /// Even runs, which ranked.
    pub ranking_runs: u64,
    /// Odd runs, which measured.
    pub measuring_runs: u64,
}

/// One carrier. Shown at [`CarrierRanking`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CarrierRank {
    /// The user.
    pub user: String,
    /// Place in the ranking by runs carried on the even runs, from 1.
    pub rank_by_runs: u64,
    /// Place in the ranking by loss on the even runs, from 1.
    pub rank_by_loss: u64,
    /// Even runs in which the user carried.
    pub ranking_runs_carried: u64,
    /// Mean share events lost without their carrying, on the even runs: what ranked.
    pub ranking_loss: f64,
    /// Fraction of the odd runs in which the user carried.
    pub carried: Estimate,
    /// What changes in share events without their carrying, on the odd runs (a loss is negative).
    pub size: Difference,
    /// What changes in users, on the odd runs.
    pub users: Difference,
    /// What changes in the number of ordered pairs of networks linked, on the odd runs.
    pub links: Difference,
}

/// What is known of one candidate over the runs of one parity.
#[derive(Debug, Clone, Default)]
struct Half {
    carried: u64,
    size: Changes,
    users: Changes,
    links: Changes,
}

impl Ensemble {
    /// Ranks the `candidates` users who carried most often in the even runs by what is lost without
    /// their carrying (only the cross-posts of one of them die at a time), and measures both on the
    /// odd runs. The ensemble's `compare` is not looked at. Shown at [`CarrierRanking`].
    ///
    /// # Complexity
    /// Two passes; a run is made again once for each candidate who cross-posted in it. Memory: two
    /// runs per thread, and at most n/8 bytes per candidate.
    #[must_use]
    pub fn rank_carriers(&self, candidates: usize) -> CarrierRanking {
        let ranking = self.rank_carriers_with(candidates, |_| ControlFlow::Continue(()));
        ranking.expect("nothing stops it")
    }

    /// [`rank_carriers`](Self::rank_carriers), telling `progress` how far it has come, in each of the
    /// two passes from the beginning, and in one before them that finds out the number of runs if
    /// [`until`](Self::until) leaves it open. If that breaks off, there is no ranking.
    ///
    /// ```
    /// # use tieline::{Ensemble, IndependentCascade, Scenario, SocialGraph};
    /// # let mut builder = SocialGraph::builder();
    /// # let square = builder.network("square");
    /// # builder.tie(square, "ann", "bob");
    /// # let scenario = Scenario::builder(builder.build()?)
    /// #     .model(IndependentCascade::with_probability(0.5))
    /// #     .origin("ann")
    /// #     .build()?;
    /// use std::ops::ControlFlow;
    ///
    /// let ensemble = Ensemble::new(&scenario).runs(100_000);
    /// assert!(ensemble.rank_carriers_with(3, |_| ControlFlow::Break(())).is_none());
    /// # Ok::<(), tieline::Error>(())
    /// ```
    #[must_use]
    pub fn rank_carriers_with(
        &self,
        candidates: usize,
        mut progress: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Option<CarrierRanking> {
        self.settled(&mut progress)?.rank_in_two_passes(candidates, &mut progress)
    }

    fn rank_in_two_passes(
        &self,
        candidates: usize,
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Option<CarrierRanking> {
        let graph = self.scenario.graph();
        let frequencies = self.carried_in_even_runs(progress)?;
        let mut by_runs: Vec<(UserId, u64)> = frequencies.into_iter().collect();
        let total = by_runs.len() as u64;
        by_runs.sort_by_cached_key(|&(user, runs)| {
            (std::cmp::Reverse(runs), graph.user_name(user).into_owned())
        });
        by_runs.truncate(candidates);
        let halves = self.without_each(&by_runs, progress)?;

        let all = self.runs.end - self.runs.start;
        let odd = self.runs.end / 2 - self.runs.start / 2;
        let even = all - odd;
        let mut carriers: Vec<CarrierRank> = by_runs
            .iter()
            .enumerate()
            .map(|(place, &(user, runs))| {
                let [ranking, measuring] = halves.get(&user).cloned().unwrap_or_default();
                let mut carried = Moments::default();
                carried.push_times(1u64, measuring.carried);
                carried.push_times(0u64, odd - measuring.carried);
                CarrierRank {
                    user: graph.user_name(user).into_owned(),
                    rank_by_runs: place as u64 + 1,
                    rank_by_loss: 0,
                    ranking_runs_carried: runs,
                    ranking_loss: 0.0 - ranking.size.over(even).difference,
                    carried: estimate(&carried),
                    size: measuring.size.over(odd),
                    users: measuring.users.over(odd),
                    links: measuring.links.over(odd),
                }
            })
            .collect();
        // Stable: equal losses stay in the order of runs and names.
        carriers.sort_by(|a, b| b.ranking_loss.total_cmp(&a.ranking_loss));
        for (place, carrier) in carriers.iter_mut().enumerate() {
            carrier.rank_by_loss = place as u64 + 1;
        }
        Some(CarrierRanking {
            carriers,
            carriers_total: total,
            ranking_runs: even,
            measuring_runs: odd,
        })
    }

    fn carried_in_even_runs(
        &self,
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Option<HashMap<UserId, u64>> {
        let graph = self.scenario.graph();
        let (frequencies, _, stopped) = drive(
            self.runs.clone(),
            self.split,
            || self.workspace(),
            HashMap::new,
            |frequencies: &mut HashMap<UserId, u64>, space, ahead| {
                let run = ahead.start;
                if run % 2 == 0 {
                    self.one(run, Detail::Parents, &mut space.trace, |run| {
                        for (user, crossed) in cross_posters(graph, run) {
                            if crossed {
                                *frequencies.entry(user).or_default() += 1;
                            }
                        }
                    });
                }
            },
            |all, part| {
                for (user, runs) in part {
                    *all.entry(user).or_default() += runs;
                }
            },
            progress,
        );
        (!stopped).then_some(frequencies)
    }

    /// For each candidate what their carrying is worth, on even and on odd runs.
    fn without_each(
        &self,
        candidates: &[(UserId, u64)],
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Option<HashMap<UserId, [Half; 2]>> {
        let graph = self.scenario.graph();
        let without: HashMap<UserId, _> = candidates
            .iter()
            .map(|&(user, _)| {
                (
                    user,
                    self.scenario.with_overlay(
                        Overlay::clone(self.scenario.overlay()).and_no_carry(graph, user),
                    ),
                )
            })
            .collect();
        let (halves, _, stopped) = drive(
            self.runs.clone(),
            self.split,
            || (self.workspace(), crate::engine::Trace::new(graph.account_count())),
            HashMap::new,
            |halves: &mut HashMap<UserId, [Half; 2]>, (space, other), ahead| {
                self.one(ahead.start, Detail::Parents, &mut space.trace, |run| {
                    let base = Snapshot::of(run);
                    for (user, crossed) in cross_posters(graph, run) {
                        let Some(intervened) = without.get(&user) else { continue };
                        let after = Snapshot::of(&again(run, intervened, other));
                        let half = &mut halves.entry(user).or_default()[run.number() as usize % 2];
                        half.carried += u64::from(crossed);
                        half.size.push(after.size, base.size);
                        half.users.push(after.users, base.users);
                        half.links.push(after.links.len() as u64, base.links.len() as u64);
                    }
                });
            },
            |all, part| {
                for (user, halves) in part {
                    for (known, half) in all.entry(user).or_default().iter_mut().zip(halves) {
                        known.carried += half.carried;
                        known.size.merge(&half.size);
                        known.users.merge(&half.users);
                        known.links.merge(&half.links);
                    }
                }
            },
            progress,
        );
        (!stopped).then_some(halves)
    }
}

/// The users whose cross-posts are share events of `run`, each with whether one is a crossing: those
/// inside one network die with the others when the user shall not carry, but link nothing.
fn cross_posters(graph: &SocialGraph, run: &Run<'_>) -> BTreeMap<UserId, bool> {
    let network = |place: usize| graph.network_of(run.accounts()[place]);
    let mut found = BTreeMap::new();
    for place in 0..run.accounts().len() {
        if run.route(place) == Route::CrossPost {
            let user = graph.user_of(run.accounts()[place]);
            let crossed = run.parent_place(place).is_some_and(|p| network(p) != network(place));
            *found.entry(user).or_insert(false) |= crossed;
        }
    }
    found
}
