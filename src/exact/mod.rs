//! Exact answers on tiny graphs: every world is told, none is drawn.
//!
//! What an ensemble estimates, [`enumerate`] computes, for graphs of at most 64 accounts in which
//! few things are undecided; [`compare`] does so for an intervention. Nothing here shares code with
//! the kernels, so each checks the other; and on graphs of this size, why wait for a million runs.
//!
//! A *world* says of every tie, and of every cross-post between two accounts of a user, whether it
//! is live. Under independent and weighted cascade that is one coin each; under linear threshold
//! each account chooses one of its in-ties or none. Under a threshold model all ties are live, and an
//! account is reached by them once their sum is enough. In a world, who shares at which step is fixed:
//! breadth first from the origins along what is live. Worlds that differ only in what no share ever
//! looks at are told together, as one *history*. Parent hashes are independent and uniform, so of
//! the live tries that reach an account at the step at which it shares, each is as likely as the
//! others to be its parent; that part is integrated, not enumerated. Sums are compensated, and all
//! numbers are right to about 1e-14.
//!
//! ```
//! use tieline::{IndependentCascade, Scenario, SocialGraph, exact};
//!
//! let mut builder = SocialGraph::builder();
//! let square = builder.network("square");
//! let hall = builder.network("hall");
//! builder.tie(square, "ann", "bob").tie(hall, "robert", "cid");
//! builder.user("Bob", [(square, "bob"), (hall, "robert")]);
//! let scenario = Scenario::builder(builder.build()?)
//!     .model(IndependentCascade::with_probability(0.5))
//!     .crosspost(0.25)
//!     .origin("ann")
//!     .build()?;
//! let exact = exact::enumerate(&scenario)?;
//! // Bob shares in half of the runs, and carries it over in a quarter of these.
//! let link = exact.link(square, hall).unwrap();
//! assert_eq!(link.crossings.probability, 0.125);
//! assert_eq!(link.crossings.first_step_mean(), Some(2.0));
//! assert_eq!(exact.size.mean, 1.0 + 0.5 + 0.125 + 0.0625);
//! # Ok::<(), tieline::Error>(())
//! ```

mod audience;
mod compare;
mod history;
mod links;
mod spread;
mod sums;
mod threshold;
mod world;

use serde::Serialize;

use self::audience::AudienceSums;
pub use self::audience::ExactAudience;
pub use self::compare::{ExactComparison, ExactDifference, ExactLinkDifference, compare};
use self::history::Histories;
use self::links::{Crossers, LinkSums};
pub use self::links::{ExactCarrier, ExactCarrying, ExactCrossings, ExactLink};
pub use self::spread::{ByRoute, ExactNetwork, ExactParent};
use self::spread::{Spread, SpreadSums};
pub use self::sums::Count;
use self::world::Tiny;
use crate::engine::Route;
use crate::error::Result;
use crate::id::{AccountId, NetworkId};
use crate::scenario::Scenario;

/// The most accounts that a graph may have: sets of accounts are one word.
pub const MAX_ACCOUNTS: usize = 64;

/// The most histories that are told: some ten seconds on ten accounts.
pub const MAX_HISTORIES: u64 = 1 << 24;

/// The exact law of one run of a scenario. Made by [`enumerate`].
///
/// ```
/// use tieline::exact::{self, ExactCarrier};
/// use tieline::{IndependentCascade, Route, Scenario, SocialGraph};
///
/// let mut builder = SocialGraph::builder();
/// let (square, hall) = (builder.network("square"), builder.network("hall"));
/// builder.tie(square, "ann", "bob").tie(hall, "bob", "cid");
/// builder.same_name_is_one_user();
/// let scenario = Scenario::builder(builder.build()?)
///     .model(IndependentCascade::with_probability(0.5))
///     .crosspost(0.5)
///     .origin("ann")
///     .build()?;
/// let graph = scenario.graph();
/// let (ann, bob) = (graph.account("ann@square")?, graph.account("bob@square")?);
/// let exact = exact::enumerate(&scenario)?;
///
/// // Nobody follows; bob does; bob carries it over; cid follows as well.
/// assert_eq!(exact.size.distribution, [0.0, 0.5, 0.25, 0.125, 0.125]);
/// assert_eq!((exact.accounts[bob.index()], exact.parent(bob, ann, Route::Tie)), (0.5, 0.5));
/// assert_eq!(exact.networks[1].reached, 0.25);
/// assert_eq!((exact.routes.origin, exact.routes.cross_post), (1.0, 0.25));
/// // bob sees ann's share, cid sees bob's in the hall.
/// assert_eq!((exact.audience.total.mean, exact.audience.fresh_by_route.cross_post), (1.25, 0.25));
/// let crossings = &exact.link(square, hall).unwrap().crossings;
/// assert_eq!((crossings.probability, &crossings.first_step[..]), (0.25, &[0.0, 0.0, 0.25][..]));
/// let carrier = crossings.carrier(ExactCarrier::User(graph.user("bob")?)).unwrap();
/// assert_eq!((carrier.carries, carrier.opens), (0.25, 0.25));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Exact {
    /// How many histories were told.
    pub histories: u64,
    /// Share events; every account shares at most once. 0 where all origins are muted.
    pub size: Count,
    /// The people behind them, once each.
    pub users: Count,
    /// The probability that an account shares, by account.
    pub accounts: Vec<f64>,
    /// The probability that the last share happens at step 0, 1, …; a run in which nobody shares
    /// has none.
    pub last_step: Vec<f64>,
    /// The mean number of shares at step 0, 1, ….
    pub new_by_step: Vec<f64>,
    /// By network.
    pub networks: Vec<ExactNetwork>,
    /// For all ordered pairs of distinct networks, in order of `from`, then of `to`.
    pub links: Vec<ExactLink>,
    /// Over all links.
    pub crossings: ExactCrossings,
    /// In order of child, parent, route; those that never happen are left out.
    pub parents: Vec<ExactParent>,
    /// Mean numbers of share events.
    pub routes: ByRoute,
    /// Who sees the post.
    pub audience: ExactAudience,
}

impl Exact {
    /// The link from one network into another; `None` if they are one, or unknown.
    #[must_use]
    pub fn link(&self, from: NetworkId, to: NetworkId) -> Option<&ExactLink> {
        self.links.iter().find(|link| (link.from, link.to) == (from, to))
    }

    /// The probability that `child` shares and that `parent` is its parent by `route`. Shown at
    /// [`Exact`].
    #[must_use]
    pub fn parent(&self, child: AccountId, parent: AccountId, route: Route) -> f64 {
        let wanted = (child, parent, route);
        let found = self.parents.iter().find(|p| (p.child, p.parent, p.route) == wanted);
        found.map_or(0.0, |parent| parent.probability)
    }
}

/// The exact law of one run of `scenario`, its overlay included. Shown at [`Exact`].
///
/// # Errors
/// [`Error::is_capacity`](crate::Error::is_capacity) if the graph has more than [`MAX_ACCOUNTS`]
/// accounts, or if there are more than [`MAX_HISTORIES`] histories;
/// [`Error::is_conflict`](crate::Error::is_conflict) for thresholds that are drawn, for persons who
/// adopt and for friends who count once.
///
/// # Complexity
/// O(histories × (n + m)) time, at most 2^d histories for d undecided ties and cross-posts that can
/// matter; O(n + m) memory. 2^16 histories of ten accounts take some 30 ms.
pub fn enumerate(scenario: &Scenario) -> Result<Exact> {
    let tiny = Tiny::new(scenario, &[scenario.overlay()])?;
    tiny.check(MAX_HISTORIES)?;
    let crossers = Crossers::new(&tiny);
    let mut ledger = Ledger::new(&tiny, &crossers);
    let mut spread = Spread::new(&tiny);
    let mut histories = Histories::new(&tiny.coins, MAX_HISTORIES);
    loop {
        spread.run(&tiny, 0, &mut histories);
        ledger.add(&tiny, &crossers, 0, &spread, histories.probability());
        if !histories.next()? {
            return Ok(ledger.finish(&tiny, &crossers, histories.count()));
        }
    }
}

/// All sums of one scenario.
#[derive(Debug)]
struct Ledger {
    spread: SpreadSums,
    links: LinkSums,
    audience: AudienceSums,
}

impl Ledger {
    fn new(tiny: &Tiny, crossers: &Crossers) -> Self {
        Self {
            spread: SpreadSums::new(tiny),
            links: LinkSums::new(tiny, crossers),
            audience: AudienceSums::new(tiny),
        }
    }

    fn add(
        &mut self,
        tiny: &Tiny,
        crossers: &Crossers,
        side: usize,
        spread: &Spread,
        probability: f64,
    ) {
        self.spread.add(tiny, spread, probability);
        self.links.add(crossers, spread, probability);
        self.audience.add(tiny, side, spread, probability);
    }

    fn finish(&self, tiny: &Tiny, crossers: &Crossers, histories: u64) -> Exact {
        let parents = self.spread.parents(tiny);
        Exact {
            histories,
            size: self.spread.size.count(),
            users: self.spread.users.count(),
            accounts: self.spread.accounts.totals()[..tiny.network_of.len()].to_vec(),
            last_step: self.spread.last_step.trimmed(),
            new_by_step: self.spread.new_by_step.trimmed(),
            networks: self.spread.networks(),
            links: self.links.links(crossers),
            crossings: self.links.all(crossers),
            routes: self.spread.routes(&parents),
            parents,
            audience: self.audience.finish(),
        }
    }
}
