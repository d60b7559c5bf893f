//! The sections of an `.mpx` file.

use crate::error::{Error, Result, suggestion};

/// What the lines of a section hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    /// Above the first section name: rows of edges.
    Unnamed,
    Version,
    Type,
    Layers,
    ActorAttributes,
    NodeAttributes,
    EdgeAttributes,
    Actors,
    Nodes,
    Edges,
}

const NAMES: [(&str, Section); 11] = [
    ("#VERSION", Section::Version),
    ("#TYPE", Section::Type),
    ("#LAYERS", Section::Layers),
    ("#ACTOR ATTRIBUTES", Section::ActorAttributes),
    ("#NODE ATTRIBUTES", Section::NodeAttributes),
    ("#VERTEX ATTRIBUTES", Section::NodeAttributes),
    ("#EDGE ATTRIBUTES", Section::EdgeAttributes),
    ("#ACTORS", Section::Actors),
    ("#NODES", Section::Nodes),
    ("#VERTICES", Section::Nodes),
    ("#EDGES", Section::Edges),
];

impl Section {
    /// The section that a line `#…` opens, and what stands beside its name: `#TYPE multilayer`.
    pub(super) fn of(line: &str) -> Result<(Self, &str)> {
        let line = line.trim();
        let upper = line.to_ascii_uppercase();
        for (name, section) in NAMES {
            if upper == name {
                return Ok((section, ""));
            }
        }
        for (name, section) in [NAMES[0], NAMES[1]] {
            // Upper case in ASCII keeps all lengths.
            if upper.starts_with(name) && upper[name.len()..].starts_with([' ', '\t']) {
                return Ok((section, line[name.len()..].trim()));
            }
        }
        Err(Error::input(format!(
            "unknown section `{line}`{}",
            suggestion(line, NAMES.map(|(name, _)| name))
        )))
    }

    /// Whether its lines say how edges are to be read.
    pub(super) fn is_about_edges(self) -> bool {
        matches!(self, Self::Type | Self::Layers | Self::NodeAttributes | Self::EdgeAttributes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn section_names_are_known_in_any_case_and_slips_are_told() {
        assert_eq!(Section::of("#edges ").unwrap(), (Section::Edges, ""));
        assert_eq!(Section::of("#TYPE multilayer").unwrap(), (Section::Type, "multilayer"));
        let error = Section::of("#LAYER").unwrap_err();
        assert_eq!(error.to_string(), "unknown section `#LAYER`; did you mean `#LAYERS`?");
    }
}
