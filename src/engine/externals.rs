//! Arrivals of external influence, in order of time, drawn as they are asked for.

use super::World;
use super::queue::Landing;
use super::trace::{EXTERNAL, Route};
use crate::id::{AccountId, LogicalKey, NetworkId};
use crate::model::PreparedExternal;
use crate::random::{Channel, Key, RunKeys, Stream, Threshold, exponential, hazard};
use crate::unit::Clock;

/// What comes next in each network.
#[derive(Debug)]
pub(super) struct Externals<'a> {
    world: World<'a>,
    /// None: nothing ever comes.
    external: Option<&'a PreparedExternal>,
    key: Key,
    /// In continuous time: the number and tick of the next arrival of each network.
    next: Vec<(u64, u64)>,
    /// In steps: those of the step that comes, and its number.
    at_step: (u64, Vec<AccountId>),
}

impl<'a> Externals<'a> {
    pub(super) fn new(world: &World<'a>, keys: &RunKeys) -> Self {
        let external = world.external;
        let key = if external.is_some() { keys.channel(Channel::External) } else { keys.tie };
        let mut externals =
            Self { world: *world, external, key, next: Vec::new(), at_step: (0, Vec::new()) };
        match (external, world.timing.clock) {
            (None, _) => {}
            (Some(_), Clock::Continuous) => {
                for network in world.graph.networks() {
                    externals.next.push((0, 0));
                    externals.go_on(network);
                }
            }
            (Some(_), Clock::Steps) => externals.next_step(),
        }
        externals
    }

    /// The tick or step of what comes next, up to the end of the run.
    #[inline]
    pub(super) fn peek(&self) -> Option<u64> {
        self.external?;
        let at = match self.world.timing.clock {
            Clock::Continuous => self.next.iter().map(|&(_, at)| at).min()?,
            Clock::Steps => self.at_step.0,
        };
        (at <= self.world.timing.until && at < u64::MAX).then_some(at)
    }

    /// Appends what comes at `at`, which is next.
    pub(super) fn take(&mut self, at: u64, now: &mut Vec<Landing>) {
        match self.world.timing.clock {
            Clock::Continuous => {
                for network in self.world.graph.networks() {
                    while self.next[network.index()].1 == at {
                        now.extend(self.arrival(network).map(|child| landing(at, child)));
                        self.go_on(network);
                    }
                }
            }
            Clock::Steps => {
                now.extend(self.at_step.1.iter().map(|&child| landing(at, child)));
                self.next_step();
            }
        }
    }

    /// The number of accounts of a network.
    fn size(&self, network: NetworkId) -> u32 {
        let range = self.world.graph.account_range(network);
        range.end - range.start
    }

    /// The account of a network with this place in the order of logical keys.
    fn account(&self, network: NetworkId, rank: u32) -> AccountId {
        self.world.graph.account_with_key(LogicalKey::new(network, rank))
    }

    /// Goes on to the next arrival of a network.
    fn go_on(&mut self, network: NetworkId) {
        let Some(external) = self.external else { return };
        let rate = external.rates[network.index()] * external.most * f64::from(self.size(network));
        let (number, at) = &mut self.next[network.index()];
        if *at > 0 {
            *number += 1;
        }
        let wait = exponential(self.key.stream(u64::from(network.get()), *number), 0) / rate;
        *at = if rate > 0.0 { at.saturating_add(Clock::Continuous.span(wait)) } else { u64::MAX };
    }

    /// Whose the next arrival of a network is, if anybody's.
    fn arrival(&self, network: NetworkId) -> Option<AccountId> {
        let (number, _) = self.next[network.index()];
        let stream = self.key.stream(u64::from(network.get()), number);
        let account = self.account(network, stream.place(1, self.size(network)));
        self.keeps(account, stream, 2).then_some(account)
    }

    /// Whether an arrival at the highest rate is one of this account, by this draw.
    fn keeps(&self, account: AccountId, stream: Stream, index: u64) -> bool {
        let Some(external) = self.external else { return false };
        let share = external.kept(self.world.graph.user_of(account));
        Threshold::new(share.min(1.0)).succeeds(stream, index)
    }

    /// Goes on to the next step at which anything comes, or behind the end of the run.
    fn next_step(&mut self) {
        let Some(external) = self.external else { return };
        let (step, accounts) = &mut self.at_step;
        accounts.clear();
        let (mut step_now, mut found) = (*step, std::mem::take(accounts));
        while found.is_empty() && step_now <= self.world.timing.until {
            step_now += 1;
            for network in self.world.graph.networks() {
                let p = external.rates[network.index()] * external.most;
                if p <= 0.0 {
                    continue;
                }
                let stream = self.key.stream(u64::from(network.get()), step_now);
                let (mut rank, mut draw, size) = (0u64, 0, u64::from(self.size(network)));
                loop {
                    if p < 1.0 {
                        rank = rank.saturating_add((exponential(stream, draw) / hazard(p)) as u64);
                    }
                    if rank >= size {
                        break;
                    }
                    let account = self.account(network, rank as u32);
                    if self.keeps(account, stream, draw + 1) {
                        found.push(account);
                    }
                    rank += 1;
                    draw += 2;
                }
            }
        }
        self.at_step = (step_now, found);
    }
}

fn landing(at: u64, child: AccountId) -> Landing {
    Landing { at, child, parent: EXTERNAL, route: Route::Origin }
}
