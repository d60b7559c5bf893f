//! Kernels compiled for each [`Level`](super::level::Level), and the choice between them.

use super::World;
#[cfg(all(target_arch = "x86_64", not(miri)))]
use super::level::Avx512;
use super::level::Portable;
use super::push::push;
use super::trace::Trace;
use crate::random::RunKeys;

/// Runs [`push`] on the best level that this machine has.
pub(super) fn push_on_best<const LINKS: bool, const OVERLAY: bool>(
    world: &World<'_>,
    keys: &RunKeys,
    trace: &mut Trace,
) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    {
        #[allow(unsafe_code, reason = "a call into a function with more instructions")]
        if has_avx512() {
            // SAFETY: the instructions that the function is compiled for were found.
            return unsafe { push_avx512::<LINKS, OVERLAY>(world, keys, trace) };
        }
        #[allow(unsafe_code, reason = "a call into a function with more instructions")]
        if has_avx2() {
            // SAFETY: as above.
            return unsafe { push_avx2::<LINKS, OVERLAY>(world, keys, trace) };
        }
    }
    push::<Portable, LINKS, OVERLAY>(world, keys, trace);
}

#[cfg(all(target_arch = "x86_64", not(miri)))]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,popcnt,bmi1,bmi2,lzcnt")]
fn push_avx512<const LINKS: bool, const OVERLAY: bool>(
    world: &World<'_>,
    keys: &RunKeys,
    trace: &mut Trace,
) {
    push::<Avx512, LINKS, OVERLAY>(world, keys, trace);
}

#[cfg(all(target_arch = "x86_64", not(miri)))]
#[target_feature(enable = "avx2,popcnt,bmi1,bmi2,lzcnt")]
fn push_avx2<const LINKS: bool, const OVERLAY: bool>(
    world: &World<'_>,
    keys: &RunKeys,
    trace: &mut Trace,
) {
    push::<Portable, LINKS, OVERLAY>(world, keys, trace);
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
fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("popcnt")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt")
}
