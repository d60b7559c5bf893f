//! Results as pages that people read: outcomes, comparisons and rankings can be printed.
//!
//! `println!("{outcome}")` shows an [`Outcome`](crate::Outcome) as aligned tables, numbers with as
//! many digits as their standard errors say are known. [`Table`] and the functions here make tables
//! of one's own in the same style.
//!
//! ```
//! # use tieline::{Ensemble, IndependentCascade, Scenario, SocialGraph};
//! # let mut builder = SocialGraph::builder();
//! # let square = builder.network("square");
//! # builder.tie(square, "ann", "bob");
//! # let scenario = Scenario::builder(builder.build()?)
//! #     .model(IndependentCascade::with_probability(1.0))
//! #     .origin("ann")
//! #     .build()?;
//! let page = Ensemble::new(&scenario).runs(100).run().to_string();
//! assert!(page.contains("shares      2 ± 0        2      2      2     2"), "{page}");
//! # Ok::<(), tieline::Error>(())
//! ```

mod page;
mod table;
mod text;
mod typed;

pub use self::table::Table;
use self::text::percent_number;
pub use self::text::{change, count, counted, mean, percent, plus_minus};
