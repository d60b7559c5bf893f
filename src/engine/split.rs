//! One step of a large cascade on several threads.
//!
//! Each thread lets some of the sharers try in a trace of its own, in which nobody else has shared;
//! whom they reach is then taken over into the cascade as one set. So no result depends on how many
//! threads there are. Not for runs with parents: to put those together takes as long as threads save.

#[cfg(feature = "parallel")]
use super::dispatch::Kernel;
use super::level::Level;
use super::push::try_all;
#[cfg(feature = "parallel")]
use super::trace::Trace;
use super::wave::Wave;
use crate::model::Prepared;

/// Whether [`try_all_on_threads`] is worth it for `sharers` of a graph of so many accounts.
pub(super) fn is_worth_it(
    sharers: usize,
    accounts: usize,
    threads: usize,
    model: &Prepared,
) -> bool {
    // It takes 0.1 ms to wake a thread, and sets of bits are put together. Linear threshold has a way
    // of its own.
    let least = 8192 + accounts / 128;
    threads > 1 && sharers >= threads * least && matches!(model, Prepared::Ties(_))
}

/// [`try_all`], on as many threads as the trace says; the wave is to be dense.
#[cfg(feature = "parallel")]
#[inline(never)]
pub(super) fn try_all_on_threads<L: Level, const LINKS: bool, const OVERLAY: bool>(
    wave: &mut Wave<'_, LINKS, OVERLAY>,
) {
    use rayon::prelude::*;

    debug_assert!(wave.dense && !LINKS);
    let (world, keys) = (wave.world, wave.keys);
    let threads = wave.trace.threads;
    let mut sides = std::mem::take(&mut wave.trace.space.sides);
    sides.resize_with(threads, || Trace::new(world.graph.account_count()));
    let sharers = &wave.trace.accounts()[wave.start..wave.end];
    let chunks: Vec<_> = sharers.chunks(sharers.len().div_ceil(threads)).collect();
    sides.par_iter_mut().zip(&chunks).with_max_len(1).for_each(|(trace, sharers)| {
        trace.start_with(sharers);
        let (start, end) = (0, sharers.len());
        let mut wave = Wave::<LINKS, OVERLAY> { world, keys, trace, start, end, dense: true };
        L::apart(TryAll(&mut wave));
    });
    for side in &mut sides {
        wave.trace.take_over(side);
    }
    wave.trace.space.sides = sides;
}

#[cfg(not(feature = "parallel"))]
pub(super) fn try_all_on_threads<L: Level, const LINKS: bool, const OVERLAY: bool>(
    wave: &mut Wave<'_, LINKS, OVERLAY>,
) {
    try_all::<L, LINKS, OVERLAY>(wave);
}

/// [`try_all`] as a kernel.
#[cfg(feature = "parallel")]
struct TryAll<'w, 'a, const LINKS: bool, const OVERLAY: bool>(&'w mut Wave<'a, LINKS, OVERLAY>);

#[cfg(feature = "parallel")]
impl<const LINKS: bool, const OVERLAY: bool> Kernel for TryAll<'_, '_, LINKS, OVERLAY> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        try_all::<L, LINKS, OVERLAY>(self.0);
    }
}
