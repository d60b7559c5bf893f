//! Small statistics: means with standard errors, counts with quantiles, intervals, correlations.
//!
//! [`Moments`] and [`Counts`] accumulate integers, so the parts of an ensemble may be merged in any
//! order and any split: the results are the same bits. Everything here uses only the operations
//! that IEEE 754 fixes (+ − × ÷ and the square root), in a written order, so the results do not
//! depend on threads or platform either.

mod correlation;
mod counts;
mod interval;
mod moments;

pub use self::correlation::{pearson, spearman};
pub use self::counts::Counts;
pub use self::interval::{WILSON_Z, wilson};
pub use self::moments::{Estimate, Moments};
