//! Kernels compiled for each [`Level`](super::level::Level), and the choice between them.

use super::World;
#[cfg(all(target_arch = "x86_64", not(miri)))]
use super::level::{Avx2, Avx512};
use super::level::{Level, Portable};
use super::trace::Trace;
use super::{pull, pull_sizes, push};
use crate::model::Choices;
use crate::random::RunKeys;

/// A kernel, to be called with a level.
pub(crate) trait Kernel {
    /// What it returns.
    type Output;

    /// Runs it; to be inlined.
    fn run<L: Level>(self) -> Self::Output;
}

/// [`push`](push::push).
pub(super) struct Push<'a, const LINKS: bool, const OVERLAY: bool> {
    pub(super) world: &'a World<'a>,
    pub(super) keys: &'a RunKeys,
    pub(super) most: u64,
    pub(super) trace: &'a mut Trace,
}

impl<const LINKS: bool, const OVERLAY: bool> Kernel for Push<'_, LINKS, OVERLAY> {
    type Output = bool;

    #[inline(always)]
    fn run<L: Level>(self) -> bool {
        push::push::<L, LINKS, OVERLAY>(self.world, self.keys, self.most, self.trace)
    }
}

/// [`pull_sizes`](pull_sizes::pull_sizes).
pub(super) struct PullSizes<'a> {
    pub(super) world: &'a World<'a>,
    pub(super) choices: &'a Choices,
    pub(super) keys: &'a [RunKeys],
    pub(super) space: &'a mut pull_sizes::Space,
}

impl Kernel for PullSizes<'_> {
    type Output = Vec<u64>;

    #[inline(always)]
    fn run<L: Level>(self) -> Vec<u64> {
        pull_sizes::pull_sizes::<L>(self.world, self.choices, self.keys, self.space)
    }
}

/// [`pull`](pull::pull).
pub(super) struct Pull<'a> {
    pub(super) world: &'a World<'a>,
    pub(super) choices: &'a Choices,
    pub(super) keys: &'a RunKeys,
    pub(super) trace: &'a mut Trace,
}

impl Kernel for Pull<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        pull::pull::<L>(self.world, self.choices, self.keys, self.trace);
    }
}

/// A set of instructions that kernels are compiled for and this machine has; only this file makes
/// one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found(Set);

#[cfg(test)]
thread_local! {
    /// What a test takes for the best.
    static FORCED: std::cell::Cell<Option<Found>> = const { std::cell::Cell::new(None) };
}

#[derive(Debug, Clone, Copy)]
enum Set {
    Any,
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    Avx2,
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    Avx512,
}

impl Found {
    /// The best that there is.
    #[inline]
    pub(crate) fn best() -> Self {
        #[cfg(test)]
        if let Some(forced) = FORCED.get() {
            return forced;
        }
        #[cfg(all(target_arch = "x86_64", not(miri)))]
        {
            if has_avx512() {
                return Self(Set::Avx512);
            }
            if has_avx2() {
                return Self(Set::Avx2);
            }
        }
        Self(Set::Any)
    }

    /// What `work` comes to if this is taken for the best.
    #[cfg(test)]
    pub(crate) fn as_best<R>(self, work: impl FnOnce() -> R) -> R {
        struct Restored(Option<Found>);
        impl Drop for Restored {
            fn drop(&mut self) {
                FORCED.set(self.0);
            }
        }
        let _before = Restored(FORCED.replace(Some(self)));
        work()
    }

    /// All that there are.
    #[cfg(test)]
    pub(crate) fn all() -> Vec<Self> {
        let mut all = vec![Self(Set::Any)];
        #[cfg(all(target_arch = "x86_64", not(miri)))]
        {
            all.extend(has_avx2().then_some(Self(Set::Avx2)));
            all.extend(has_avx512().then_some(Self(Set::Avx512)));
        }
        all
    }
}

/// Runs a kernel on one level.
pub(crate) fn on<K: Kernel>(found: Found, kernel: K) -> K::Output {
    #[cfg_attr(
        all(target_arch = "x86_64", not(miri)),
        allow(unsafe_code, reason = "a call into a function with more instructions")
    )]
    match found.0 {
        Set::Any => on_portable(kernel),
        #[cfg(all(target_arch = "x86_64", not(miri)))]
        // SAFETY: the instructions that the function is compiled for were found.
        Set::Avx2 => unsafe { on_avx2(kernel) },
        #[cfg(all(target_arch = "x86_64", not(miri)))]
        // SAFETY: as above.
        Set::Avx512 => unsafe { on_avx512(kernel) },
    }
}

#[inline(never)]
pub(super) fn on_portable<K: Kernel>(kernel: K) -> K::Output {
    kernel.run::<Portable>()
}

#[cfg(all(target_arch = "x86_64", not(miri)))]
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,popcnt,bmi1,bmi2,lzcnt")]
pub(super) fn on_avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run::<Avx512>()
}

#[cfg(all(target_arch = "x86_64", not(miri)))]
#[inline(never)]
#[target_feature(enable = "avx2,popcnt,bmi1,bmi2,lzcnt")]
pub(super) fn on_avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run::<Avx2>()
}

#[cfg(all(target_arch = "x86_64", not(miri)))]
pub(super) fn has_avx512() -> bool {
    has_avx2()
        && is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl")
}

#[cfg(all(target_arch = "x86_64", not(miri)))]
pub(super) fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("popcnt")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt")
}
