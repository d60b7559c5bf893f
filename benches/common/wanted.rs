//! Which rows of a table are asked for.

/// Words of the command line, of which a row must have one, if there are any.
pub(crate) struct Wanted(Vec<String>);

impl Wanted {
    pub(crate) fn of_command_line() -> Self {
        Self(std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect())
    }

    /// Whether the row of this name is none of them.
    pub(crate) fn leaves_out(&self, name: &str) -> bool {
        !self.0.is_empty() && !self.0.iter().any(|wanted| name.contains(wanted.as_str()))
    }
}
