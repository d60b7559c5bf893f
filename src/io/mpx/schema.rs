//! What an `.mpx` file declares: its type, its layers with their directions, its attributes.

use std::collections::HashMap;

use super::super::WeightColumn;
use super::super::table::in_words;
use crate::error::{Error, Result, suggestion};
use crate::graph::Direction;

/// The declarations read so far.
#[derive(Debug, Default)]
pub(super) struct Schema {
    /// `#TYPE multilayer`: edges name the layers of both ends.
    pub(super) multilayer: bool,
    /// There is a section `#LAYERS`.
    pub(super) has_layers: bool,
    /// Layers in order of declaration.
    pub(super) layers: Vec<String>,
    /// Whether the edges between two layers are directed; within one, both are the same.
    directed: HashMap<(String, String), bool>,
    pub(super) actor_attributes: Vec<Attribute>,
    node_attributes: HashMap<String, Vec<Attribute>>,
    edge_attributes: HashMap<(String, String), Vec<Attribute>>,
    all_edges: Vec<Attribute>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attribute {
    pub(super) name: String,
    numeric: bool,
}

impl Attribute {
    pub(super) fn is_weight(&self, weights: WeightColumn) -> bool {
        self.numeric && weights.is_called(&self.name)
    }
}

impl Schema {
    pub(super) fn declare_type(&mut self, text: &str) -> Result<()> {
        if self.has_layers {
            return Err(Error::input("`#TYPE` must stand above `#LAYERS`"));
        }
        self.multilayer = match text.to_ascii_lowercase().as_str() {
            "multiplex" => false,
            "multilayer" => true,
            _ => return Err(Error::unknown("type", text, ["multiplex", "multilayer"])),
        };
        Ok(())
    }

    /// A line of `#LAYERS`. `stated` is the direction that the caller gave.
    pub(super) fn declare_layer(
        &mut self,
        fields: &[&str],
        stated: Option<Direction>,
    ) -> Result<()> {
        let (one, other, rest) = match *fields {
            [layer, ref rest @ ..] if !self.multilayer && !rest.is_empty() => (layer, layer, rest),
            [one, other, ref rest @ ..] if self.multilayer && !rest.is_empty() => {
                (one, other, rest)
            }
            _ => return Err(self.expected_layer(fields)),
        };
        let (&direction, rest) = rest.split_first().ok_or_else(|| self.expected_layer(fields))?;
        if one.is_empty() || other.is_empty() {
            return Err(Error::input("a layer's name must not be empty"));
        }
        let directed = match direction.to_ascii_uppercase().as_str() {
            "DIRECTED" => true,
            "UNDIRECTED" => false,
            _ => {
                return Err(Error::unknown("direction", direction, ["DIRECTED", "UNDIRECTED"]));
            }
        };
        match rest {
            [] => {}
            [loops] if loops.eq_ignore_ascii_case("LOOPS") => {}
            _ => return Err(self.expected_layer(fields)),
        }
        let what = if one == other { format!("`{one}`") } else { format!("`{one}` to `{other}`") };
        match (directed, stated) {
            (true, Some(Direction::Mutual)) => {
                return Err(Error::conflict(format!(
                    "`:mutual` contradicts `#LAYERS`, which declares {what} DIRECTED"
                )));
            }
            (false, Some(Direction::Directed)) => {
                return Err(Error::conflict(format!(
                    "`:directed` contradicts `#LAYERS`, which declares {what} UNDIRECTED"
                )));
            }
            _ => {}
        }
        if self.directed.insert((one.to_owned(), other.to_owned()), directed).is_some() {
            return Err(Error::input(format!("the layer {what} is declared twice")));
        }
        for layer in [one, other] {
            if !self.layers.iter().any(|known| known == layer) {
                self.layers.push(layer.to_owned());
            }
        }
        Ok(())
    }

    fn expected_layer(&self, fields: &[&str]) -> Error {
        let form = if self.multilayer {
            "layer,layer,DIRECTED|UNDIRECTED[,LOOPS]"
        } else {
            "layer,DIRECTED|UNDIRECTED[,LOOPS]"
        };
        Error::input(format!("expected `{form}`, found `{}`", fields.join(",")))
    }

    /// A line of `#ACTOR ATTRIBUTES`.
    pub(super) fn declare_actor_attribute(&mut self, fields: &[&str]) -> Result<()> {
        let [name, kind] = *fields else {
            return Err(expected("name,type", fields));
        };
        self.actor_attributes.push(attribute(name, kind)?);
        Ok(())
    }

    /// A line of `#NODE ATTRIBUTES`.
    pub(super) fn declare_node_attribute(&mut self, fields: &[&str]) -> Result<()> {
        let [layer, name, kind] = *fields else {
            return Err(expected("layer,name,type", fields));
        };
        self.check_layer(layer)?;
        let attribute = attribute(name, kind)?;
        self.node_attributes.entry(layer.to_owned()).or_default().push(attribute);
        Ok(())
    }

    /// A line of `#EDGE ATTRIBUTES`.
    pub(super) fn declare_edge_attribute(&mut self, fields: &[&str]) -> Result<()> {
        let (one, other, name, kind) = match *fields {
            [name, kind] => {
                let attribute = attribute(name, kind)?;
                self.all_edges.push(attribute);
                return Ok(());
            }
            [layer, name, kind] if !self.multilayer => (layer, layer, name, kind),
            [one, other, name, kind] if self.multilayer => (one, other, name, kind),
            _ if self.multilayer => {
                return Err(expected("layer,layer,name,type` or `name,type", fields));
            }
            _ => return Err(expected("layer,name,type` or `name,type", fields)),
        };
        self.check_layer(one)?;
        self.check_layer(other)?;
        let attribute = attribute(name, kind)?;
        self.edge_attributes.entry((one.to_owned(), other.to_owned())).or_default().push(attribute);
        Ok(())
    }

    /// A layer has to be declared once `#LAYERS` declares any.
    pub(super) fn check_layer(&self, layer: &str) -> Result<()> {
        if self.has_layers && !self.layers.iter().any(|known| known == layer) {
            let known = self.layers.iter().map(String::as_str);
            return Err(Error::unknown("layer", layer, known));
        }
        Ok(())
    }

    /// What an edge between these layers says, by `#LAYERS` or else by the caller.
    pub(super) fn direction(
        &self,
        one: &str,
        other: &str,
        stated: Option<Direction>,
    ) -> Result<Direction> {
        if !self.has_layers {
            return stated.ok_or_else(|| {
                Error::input(
                    "no section `#LAYERS` says which way edges go; say `:directed` (the first \
                     shares, the second sees), `:follows` (the other way) or `:mutual`",
                )
            });
        }
        self.check_layer(one)?;
        self.check_layer(other)?;
        match self.between(&self.directed, one, other) {
            Some(false) => Ok(Direction::Mutual),
            Some(true) => Ok(stated.unwrap_or_default()),
            None => {
                Err(Error::input(format!("`#LAYERS` declares no edges from `{one}` to `{other}`")))
            }
        }
    }

    /// What is declared for two layers, in this order or the other.
    fn between<'a, T>(
        &self,
        map: &'a HashMap<(String, String), T>,
        one: &str,
        other: &str,
    ) -> Option<&'a T> {
        map.get(&(one.to_owned(), other.to_owned()))
            .or_else(|| map.get(&(other.to_owned(), one.to_owned())))
    }

    /// Whether any layer is declared DIRECTED.
    pub(super) fn any_directed(&self) -> bool {
        self.directed.values().any(|&directed| directed)
    }

    /// The attributes that an edge between these layers has, in order.
    pub(super) fn edge_attributes(&self, one: &str, other: &str) -> Vec<Attribute> {
        let local = self.between(&self.edge_attributes, one, other);
        local.into_iter().flatten().chain(&self.all_edges).cloned().collect()
    }

    /// The attributes that an actor has in this layer.
    pub(super) fn node_attributes(&self, layer: &str) -> &[Attribute] {
        self.node_attributes.get(layer).map_or(&[], Vec::as_slice)
    }
}

fn expected(form: &str, fields: &[&str]) -> Error {
    let found = match fields.len() {
        1 => format!("`{}`", fields[0]),
        count => format!("{} fields", in_words(count)),
    };
    Error::input(format!("expected `{form}`, found {found}"))
}

fn attribute(name: &str, kind: &str) -> Result<Attribute> {
    const NUMERIC: [&str; 4] = ["NUMERIC", "DOUBLE", "INTEGER", "INT"];
    const OTHER: [&str; 7] =
        ["STRING", "TEXT", "TIME", "STRINGSET", "DOUBLESET", "INTEGERSET", "TIMESET"];
    if name.is_empty() {
        return Err(Error::input("an attribute's name must not be empty"));
    }
    let upper = kind.to_ascii_uppercase();
    let numeric = NUMERIC.contains(&upper.as_str());
    if !numeric && !OTHER.contains(&upper.as_str()) {
        return Err(Error::input(format!(
            "unknown type `{kind}` of the attribute `{name}`{}",
            suggestion(kind, NUMERIC.into_iter().chain(OTHER))
        )));
    }
    Ok(Attribute { name: name.to_owned(), numeric })
}
