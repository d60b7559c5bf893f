//! Small statistics: means with standard errors, counts with quantiles, intervals, correlations.
//!
//! [`Moments`] and [`Counts`] accumulate integers, so the parts of an ensemble may be merged in any
//! order and any split: the results are the same bits. Everything here uses only the operations
//! that IEEE 754 fixes (+ − × ÷ and the square root), in a written order, so the results do not
//! depend on threads or platform either.
//!
//! ```
//! use tieline::stats::{Counts, wilson};
//!
//! let sizes: Counts = [1, 1, 4, 6].into_iter().collect();
//! assert_eq!((sizes.mean(), sizes.quantile(0.5)), (Some(3.0), Some(1)));
//! // Two of four runs went beyond the origin. What may the probability be?
//! let (low, high) = wilson(2, 4);
//! assert!((low - 0.15).abs() < 0.001 && (high - 0.85).abs() < 0.001);
//! ```

mod correlation;
mod counts;
mod interval;
mod moments;
mod times;

pub use self::correlation::{pearson, spearman};
pub use self::counts::Counts;
pub use self::interval::{WILSON_Z, wilson};
pub use self::moments::{Estimate, Moments};
pub(crate) use self::times::Times;
