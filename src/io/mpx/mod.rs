//! `.mpx`, the format of multinet and uunet, with sections and without.
//!
//! Lines that begin with `--` or `%` are comments; lines that begin with `#` name sections. Fields
//! stand between commas. `#LAYERS` says which layers are directed; a file without it needs to be
//! told. Attributes other than a numeric `weight` of edges are counted by name.

mod schema;
mod section;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use self::schema::{Attribute, Schema};
use self::section::Section;
use super::layout::parse_weight;
use super::lines::{Lines, utf8};
use super::multilayer::{Layers, MultilayerFile, aloud, said_already};
use super::table::{in_words, plural};
use super::ties::place;
use super::{Reader, WeightColumn};
use crate::error::{Error, Result};
use crate::graph::{Direction, FileReport};

/// Reads a file in this format.
pub(super) fn read(file: &MultilayerFile, reader: &mut Reader<'_>) -> Result<()> {
    let mut lines = Lines::open(&file.file)?;
    let form = match file.direction {
        None => "mpx".to_owned(),
        Some(direction) => format!("mpx, {direction}"),
    };
    let report = FileReport { file: file.file.name(), form, ..FileReport::default() };
    let number = reader.builder.push_file(report.clone());
    let mut parser = Parser {
        stated: file.direction,
        layers: Layers::new(file),
        reader,
        schema: Schema::default(),
        section: Section::Unnamed,
        report,
        number,
        seen_edges: false,
        forms: HashMap::new(),
        identities: 0,
        left_out: BTreeMap::new(),
        actors: Vec::new(),
    };
    while lines.advance()? {
        parser.line(lines.line(), lines.number()).map_err(|error| lines.wrong(error))?;
    }
    parser.report.lines = lines.number();
    parser.finish(file)
}

/// How edges between two layers are read.
struct EdgeForm {
    direction: Direction,
    attributes: Vec<Attribute>,
}

struct Parser<'a, 'r> {
    stated: Option<Direction>,
    layers: Layers<'a>,
    reader: &'a mut Reader<'r>,
    schema: Schema,
    section: Section,
    report: FileReport,
    number: u32,
    seen_edges: bool,
    forms: HashMap<String, HashMap<String, Rc<EdgeForm>>>,
    identities: u64,
    /// How many values of an attribute were left out, by what it is of and its name.
    left_out: BTreeMap<(&'static str, String), u64>,
    actors: Vec<String>,
}

impl Parser<'_, '_> {
    fn line(&mut self, line: &[u8], number: u64) -> Result<()> {
        if line.starts_with(b"--") || line.starts_with(b"%") {
            self.report.comments += 1;
        } else if line.trim_ascii().is_empty() {
            self.report.blank += 1;
        } else if line.starts_with(b"#") {
            self.report.directives += 1;
            let (section, beside) = Section::of(utf8(line)?)?;
            self.open(section)?;
            if !beside.is_empty() {
                self.fields(&[beside], number)?;
            }
        } else {
            let text = utf8(line)?;
            let fields: Vec<&str> = text.split(',').map(str::trim).collect();
            match self.section {
                Section::Unnamed | Section::Actors | Section::Nodes | Section::Edges => {
                    self.report.rows += 1;
                }
                _ => self.report.directives += 1,
            }
            self.fields(&fields, number)?;
        }
        Ok(())
    }

    fn open(&mut self, section: Section) -> Result<()> {
        if self.seen_edges && section.is_about_edges() {
            return Err(Error::input("this section must stand above the edges"));
        }
        if section == Section::Layers {
            self.schema.has_layers = true;
        }
        self.section = section;
        Ok(())
    }

    fn fields(&mut self, fields: &[&str], number: u64) -> Result<()> {
        match self.section {
            Section::Version => Ok(()),
            Section::Type => self.schema.declare_type(&fields.join(",")),
            Section::Layers => self.layer(fields),
            Section::ActorAttributes => self.schema.declare_actor_attribute(fields),
            Section::NodeAttributes => self.schema.declare_node_attribute(fields),
            Section::EdgeAttributes => self.schema.declare_edge_attribute(fields),
            Section::Actors => self.actor(fields),
            Section::Nodes => self.node(fields),
            Section::Unnamed | Section::Edges => self.edge(fields, number),
        }
    }

    fn layer(&mut self, fields: &[&str]) -> Result<()> {
        self.schema.declare_layer(fields, self.stated)?;
        // Networks are declared in the order in which `#LAYERS` names them.
        let ends = if self.schema.multilayer { 2 } else { 1 };
        for layer in &fields[..ends] {
            self.layers.network(layer.as_bytes(), self.reader)?;
        }
        Ok(())
    }

    fn actor(&mut self, fields: &[&str]) -> Result<()> {
        let attributes = &self.schema.actor_attributes;
        check_width(fields, "an actor", 1, attributes, "#ACTOR ATTRIBUTES")?;
        if fields[0].is_empty() {
            return Err(Error::input("an actor's name must not be empty"));
        }
        count(&mut self.left_out, "actor", attributes);
        self.actors.push(fields[0].to_owned());
        Ok(())
    }

    fn node(&mut self, fields: &[&str]) -> Result<()> {
        let &[actor, layer, ..] = fields else {
            return Err(Error::input(format!(
                "expected an actor and a layer, found {}",
                in_words(fields.len())
            )));
        };
        self.schema.check_layer(layer)?;
        let attributes = self.schema.node_attributes(layer);
        check_width(fields, "an actor and a layer", 2, attributes, "#NODE ATTRIBUTES")?;
        count(&mut self.left_out, "node", attributes);
        let network = self.layers.network(layer.as_bytes(), self.reader)?;
        let before = self.reader.builder.accounts_in(network);
        self.reader.builder.intern(network, actor)?;
        if self.reader.builder.accounts_in(network) == before {
            *self.left_out.entry(("", AGAIN.into())).or_default() += 1;
        }
        Ok(())
    }

    fn edge(&mut self, fields: &[&str], line: u64) -> Result<()> {
        self.seen_edges = true;
        let (one, from, other, to, fixed) = match *fields {
            [one, from, other, to, ..] if self.schema.multilayer => (one, from, other, to, 4),
            [one, other, layer, ..] if !self.schema.multilayer => (one, layer, other, layer, 3),
            _ => {
                return Err(Error::input(format!(
                    "expected {}, found {}",
                    self.expected_edge(),
                    match fields.len() {
                        1 => "one field".into(),
                        count => format!("{} fields", in_words(count)),
                    }
                )));
            }
        };
        let form = self.edge_form(from, to)?;
        let direction = form.direction;
        let attributes = &form.attributes;
        check_width(fields, self.expected_edge(), fixed, attributes, "#EDGE ATTRIBUTES")?;
        let weight = self.weight(attributes, &fields[fixed..])?;
        let from = self.layers.network(from.as_bytes(), self.reader)?;
        let to = self.layers.network(to.as_bytes(), self.reader)?;
        let builder = &mut self.reader.builder;
        let first = builder.intern(from, one)?;
        let second = builder.intern(to, other)?;
        if from != to && one == other {
            self.identities += 1;
            return Ok(());
        }
        builder.push_row(place(direction, first, second, weight, self.number, line))?;
        if first != second && self.report.example.is_none() {
            self.report.example = Some(aloud(self.reader, direction, (one, from), (other, to)));
        }
        Ok(())
    }

    /// What is declared for edges between two layers, looked up once.
    fn edge_form(&mut self, from: &str, to: &str) -> Result<Rc<EdgeForm>> {
        if let Some(form) = self.forms.get(from).and_then(|forms| forms.get(to)) {
            return Ok(Rc::clone(form));
        }
        let direction = self.schema.direction(one_layer(from)?, one_layer(to)?, self.stated)?;
        let attributes = self.schema.edge_attributes(from, to);
        let form = Rc::new(EdgeForm { direction, attributes });
        self.forms.entry(from.to_owned()).or_default().insert(to.to_owned(), Rc::clone(&form));
        Ok(form)
    }

    fn expected_edge(&self) -> &'static str {
        if self.schema.multilayer {
            "an actor, its layer, another actor and its layer"
        } else {
            "two actors and a layer"
        }
    }

    /// The weight among the values of an edge; the others are counted.
    fn weight(&mut self, attributes: &[Attribute], values: &[&str]) -> Result<f64> {
        let mut weight = None;
        for (attribute, value) in attributes.iter().zip(values) {
            let weights = self.reader.files.weights;
            if !attribute.is_weight(weights) || weights == WeightColumn::Ignored {
                count(&mut self.left_out, "edge", std::slice::from_ref(attribute));
            } else if weight.is_some() {
                return Err(Error::conflict("`#EDGE ATTRIBUTES` gives this edge two weights"));
            } else {
                weight = Some(parse_weight(value.as_bytes())?);
            }
        }
        Ok(weight.unwrap_or(f64::NAN))
    }

    fn finish(mut self, file: &MultilayerFile) -> Result<()> {
        let wrong = |error: Error| error.in_file(file.file.name());
        if self.report.rows == 0 {
            return Err(wrong(Error::input(match self.report.lines {
                0 => "expected two actors and a layer, found an empty file",
                _ => "expected rows of edges, nodes or actors, found none",
            })));
        }
        let directed = !self.schema.has_layers || self.schema.any_directed();
        if self.stated == Some(Direction::Follows) && !directed {
            return Err(wrong(Error::conflict(
                "`:follows` has nothing to turn round: `#LAYERS` declares no layer DIRECTED",
            )));
        }
        self.layers.finish(&file.file)?;
        if self.identities > 0 {
            self.report.left_out.push(said_already(self.identities));
        }
        for ((what, name), count) in &self.left_out {
            self.report.left_out.push(match *what {
                "" => format!("{} {name}", plural(*count, "row")),
                what => format!("the {what} attribute `{name}` ({})", plural(*count, "value")),
            });
        }
        self.count_actors();
        *self.reader.builder.file_mut(self.number) = self.report;
        Ok(())
    }

    /// Actors that were listed, but have no account in any layer.
    fn count_actors(&mut self) {
        let networks: HashSet<_> = self.layers.networks().collect();
        let builder = &self.reader.builder;
        let mut seen = HashSet::new();
        let mut alone = Vec::new();
        for actor in &self.actors {
            if !seen.insert(actor) {
                continue;
            }
            if !networks.iter().any(|&network| builder.find_account(network, actor).is_some()) {
                alone.push(format!("`{actor}`"));
            }
        }
        let again = self.actors.len() - seen.len();
        if again > 0 {
            self.report
                .left_out
                .push(format!("{} naming an actor again", plural(again as u64, "row")));
        }
        if !alone.is_empty() {
            let more = if alone.len() > 5 { ", …" } else { "" };
            self.report.left_out.push(format!(
                "{} without an account in any layer: {}{more}",
                plural(alone.len() as u64, "actor"),
                alone[..alone.len().min(5)].join(", ")
            ));
        }
    }
}

const AGAIN: &str = "naming an account again";

fn one_layer(layer: &str) -> Result<&str> {
    if layer.is_empty() {
        return Err(Error::input("a layer's name must not be empty"));
    }
    Ok(layer)
}

fn check_width(
    fields: &[&str],
    what: &str,
    fixed: usize,
    attributes: &[Attribute],
    section: &str,
) -> Result<()> {
    if fields.len() == fixed + attributes.len() {
        return Ok(());
    }
    let declared = match attributes {
        [] => format!("and no attributes, as `{section}` declares none"),
        some => format!(
            "and the attributes {} that `{section}` declares",
            some.iter().map(|a| format!("`{}`", a.name)).collect::<Vec<_>>().join(", ")
        ),
    };
    Err(Error::input(format!(
        "expected {what} {declared}, found {} field{}",
        in_words(fields.len()),
        if fields.len() == 1 { "" } else { "s" }
    )))
}

fn count(
    left_out: &mut BTreeMap<(&'static str, String), u64>,
    what: &'static str,
    attributes: &[Attribute],
) {
    for attribute in attributes {
        *left_out.entry((what, attribute.name.clone())).or_default() += 1;
    }
}
