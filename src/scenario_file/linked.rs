//! Linked networks described in TOML.

use std::path::Path;

use super::{explain, read_text};
use crate::error::Result;
use crate::generate::LinkedNetworks;

impl LinkedNetworks {
    /// Reads a description in TOML. [`parse`](Self::parse) shows one.
    ///
    /// # Errors
    /// If it cannot be read, or as in [`parse`](Self::parse).
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let (text, name) = read_text(path.as_ref())?;
        Self::parse(&text, &name)
    }

    /// Reads the text of a description; `name` is what errors call it.
    ///
    /// The keys are the fields of [`LinkedNetworks`], and for each network those of its generator
    /// beside its `kind`.
    ///
    /// ```
    /// use tieline::generate::LinkedNetworks;
    ///
    /// let text = "
    /// [[network]]
    /// name = 'square'
    /// kind = 'barabasi-albert'
    /// accounts = 2000
    /// ties_per_account = 3
    ///
    /// [[network]]
    /// name = 'hall'
    /// kind = 'erdos-renyi'
    /// accounts = 800
    /// ties = 4000
    ///
    /// [[shared]]
    /// networks = ['square', 'hall']
    /// users = 300
    /// degree_correlation = 0.6
    /// ";
    /// let graph = LinkedNetworks::parse(text, "two.toml")?.graph(7)?;
    /// assert_eq!(graph.user_count(), 2500);
    ///
    /// let error = LinkedNetworks::parse(&text.replace("ties_per", "tie_per"), "two.toml");
    /// let expected = "two.toml:2: unknown key `tie_per_account`; did you mean `ties_per_account`?";
    /// assert_eq!(error.unwrap_err().to_string(), expected);
    /// # Ok::<(), tieline::Error>(())
    /// ```
    ///
    /// # Errors
    /// With file and line, and the nearest key for one that is unknown. Of a mistake inside a network
    /// the line is that of its `[[network]]`.
    pub fn parse(text: &str, name: &str) -> Result<Self> {
        toml::from_str(text).map_err(|error| explain::in_toml(&error, text).in_file(name))
    }
}
