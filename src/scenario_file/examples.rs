//! The scenario files that the module shows.

/// A scenario file with nearly every key there is: the one that the [module](super) shows.
///
/// ```
/// use tieline::scenario_file::{EXAMPLE, ScenarioFile};
///
/// let scenario = ScenarioFile::parse(EXAMPLE, "example.toml")?;
/// assert_eq!(scenario.network.len(), 2);
/// scenario.plan()?;
/// # Ok::<(), tieline::Error>(())
/// ```
pub const EXAMPLE: &str = include_str!("example.toml");

/// A scenario file with what takes time: the second one that the [module](super) shows.
///
/// ```
/// use tieline::scenario_file::{EXAMPLE_IN_TIME, ScenarioFile};
///
/// let scenario = ScenarioFile::parse(EXAMPLE_IN_TIME, "example.toml")?;
/// assert_eq!(scenario.until, Some(72.0));
/// scenario.plan()?;
/// # Ok::<(), tieline::Error>(())
/// ```
pub const EXAMPLE_IN_TIME: &str = include_str!("example_in_time.toml");

/// A scenario file with several posts: the third one that the [module](super) shows.
///
/// ```
/// use tieline::scenario_file::{EXAMPLE_OF_POSTS, ScenarioFile};
///
/// let scenario = ScenarioFile::parse(EXAMPLE_OF_POSTS, "example.toml")?;
/// assert_eq!(scenario.posts.len(), 2);
/// scenario.plan()?;
/// # Ok::<(), tieline::Error>(())
/// ```
pub const EXAMPLE_OF_POSTS: &str = include_str!("example_of_posts.toml");

/// A scenario file with thresholds: the fourth one that the [module](super) shows.
///
/// ```
/// use tieline::scenario_file::{EXAMPLE_OF_THRESHOLDS, ScenarioFile};
///
/// let scenario = ScenarioFile::parse(EXAMPLE_OF_THRESHOLDS, "example.toml")?;
/// assert!(scenario.threshold.is_some());
/// scenario.plan()?;
/// # Ok::<(), tieline::Error>(())
/// ```
pub const EXAMPLE_OF_THRESHOLDS: &str = include_str!("example_of_thresholds.toml");

/// A scenario file without a graph: the fifth one that the [module](super) shows.
///
/// ```
/// use tieline::scenario_file::{EXAMPLE_OF_TYPES, ScenarioFile};
///
/// let scenario = ScenarioFile::parse(EXAMPLE_OF_TYPES, "example.toml")?;
/// let plan = scenario.typed_plan()?;
/// assert_eq!(plan.model().types, ["square", "hall"]);
/// # Ok::<(), tieline::Error>(())
/// ```
pub const EXAMPLE_OF_TYPES: &str = include_str!("example_of_types.toml");
