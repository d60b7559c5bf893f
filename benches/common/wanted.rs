//! Which rows of a table are asked for.

/// Words of the command line, of which a row must have one, if there are any.
pub(crate) struct Wanted(Vec<String>);

impl Wanted {
    pub(crate) fn of_command_line() -> Self {
        // `tables` says that nothing else is wanted, in benches that have a history, too.
        let picks = |arg: &String| !arg.starts_with('-') && arg != "tables";
        Self(std::env::args().skip(1).filter(picks).collect())
    }

    /// Whether the row of this name is none of them.
    pub(crate) fn leaves_out(&self, name: &str) -> bool {
        !self.0.is_empty() && !self.0.iter().any(|wanted| name.contains(wanted.as_str()))
    }
}
