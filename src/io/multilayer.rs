//! [`MultilayerFile`]: several networks in one file, in which a node is the user.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::layout::{Layout, Shape};
use super::lines::utf8;
use super::source::Source;
use super::table::{Rows, plural};
use super::ties::{account, push, says_who_sees};
use super::times::TimeColumns;
use super::{GraphFiles, Reader, WeightColumn, mpx};
use crate::error::{Error, Result, suggestion};
use crate::graph::{Direction, check_network_name};
use crate::id::NetworkId;

/// Several networks in one file. Each layer is a network, and a node of the same name in two layers
/// is one user.
///
/// As text it is `FILE:FORM[:directed|:follows|:mutual]`.
///
/// ```
/// use tieline::{Direction, MultilayerFile, MultilayerForm};
///
/// let file: MultilayerFile = "fftwyt.txt:node-layer-node-layer:mutual".parse()?;
/// let form = MultilayerForm::NodeLayerNodeLayer;
/// assert_eq!(file, MultilayerFile::new("fftwyt.txt", form).direction(Direction::Mutual));
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct MultilayerFile {
    /// Where the rows are.
    pub file: Source,
    /// What a row holds. Leaving it out is an error that names the forms that parse.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<MultilayerForm>,
    /// What a row says. If it is not stated, rows are directed; in `.mpx`, `#LAYERS` says it, and
    /// without that section it must be stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// Names of networks, by the name that the layer has in the file. Other layers keep theirs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub layers: BTreeMap<String, String>,
}

/// What a row of a multilayer file holds.
///
/// ```
/// use tieline::MultilayerForm;
///
/// assert_eq!("mpx".parse::<MultilayerForm>()?, MultilayerForm::Mpx);
/// assert_eq!(MultilayerForm::LayerNodeNode.to_string(), "layer-node-node");
/// # Ok::<(), tieline::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum MultilayerForm {
    /// `a layer b layer`. Two different layers make a bridge tie; the same node in both is the same
    /// user, which says nothing new.
    NodeLayerNodeLayer,
    /// `layer a b`, perhaps with a weight.
    LayerNodeNode,
    /// The format of multinet and uunet, with sections or without.
    Mpx,
}

impl MultilayerForm {
    pub(super) const ALL: [Self; 3] = [Self::NodeLayerNodeLayer, Self::LayerNodeNode, Self::Mpx];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::NodeLayerNodeLayer => "node-layer-node-layer",
            Self::LayerNodeNode => "layer-node-node",
            Self::Mpx => "mpx",
        }
    }
}

impl fmt::Display for MultilayerForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for MultilayerForm {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|form| form.word() == word)
            .ok_or_else(|| Error::unknown("form", word, Self::ALL.map(Self::word)))
    }
}

impl MultilayerFile {
    /// The rows of `file` have this form.
    #[must_use]
    pub fn new(file: impl Into<Source>, form: MultilayerForm) -> Self {
        Self::plain(file.into(), Some(form), None)
    }

    pub(super) fn plain(
        file: Source,
        form: Option<MultilayerForm>,
        direction: Option<Direction>,
    ) -> Self {
        Self { file, form, direction, layers: BTreeMap::new() }
    }

    /// What a row says.
    #[must_use]
    pub fn direction(mut self, direction: Direction) -> Self {
        self.direction = Some(direction);
        self
    }

    /// The layer that the file calls `layer` is the network `network`.
    #[must_use]
    pub fn layer(mut self, layer: impl Into<String>, network: impl Into<String>) -> Self {
        self.layers.insert(layer.into(), network.into());
        self
    }

    pub(super) fn read(&self, reader: &mut Reader<'_>) -> Result<()> {
        let shape = match self.form {
            Some(MultilayerForm::NodeLayerNodeLayer) => Shape::NodeLayerNodeLayer,
            Some(MultilayerForm::LayerNodeNode) => Shape::LayerNodeNode,
            Some(MultilayerForm::Mpx) => return mpx::read(self, reader),
            None => return Err(self.without_form(reader.files)?),
        };
        let direction = self.direction.unwrap_or_default();
        let form = format!("{}, {direction}", shape.word());
        let mut rows = Rows::open(&mut reader.builder, &self.file, form, shape.expected())?;
        let stated = says_who_sees(self.direction);
        let layout = Layout::find(&mut rows, shape, reader, stated, TimeColumns::default())?;
        let [one, other] = layout.names;
        let mut layers = Layers::new(self);
        let mut identities = 0u64;
        while rows.advance()? {
            rows.split();
            layout.check(&rows)?;
            let [from, to] = layout.layers.unwrap_or_default();
            let wrong = |error| rows.wrong(error);
            let from = layers.network(rows.field(from), reader).map_err(wrong)?;
            let to = layers.network(rows.field(to), reader).map_err(wrong)?;
            let first = account(&mut reader.builder, from, one, &rows)?;
            let second = account(&mut reader.builder, to, other, &rows)?;
            let weight = layout.weight(&rows)?;
            if from != to && rows.field(one) == rows.field(other) {
                identities += 1;
                continue;
            }
            push(&mut reader.builder, direction, first, second, weight, &rows)?;
            if first != second && rows.wants_example() {
                let (one, other) = (rows.text(one)?, rows.text(other)?);
                rows.example(aloud(reader, direction, (one, from), (other, to)));
            }
        }
        if identities > 0 {
            rows.left_out(said_already(identities));
        }
        layers.finish(&self.file)?;
        rows.finish(&mut reader.builder, shape.expected())
    }

    /// The error for a form that was not stated: it names those in which the file can be read.
    fn without_form(&self, files: &GraphFiles) -> Result<Error> {
        self.file.open()?;
        let parses = |form: &MultilayerForm| {
            let directions = [self.direction, Some(Direction::Mutual)];
            directions.into_iter().any(|direction| {
                let mut file = Self::plain(self.file.clone(), Some(*form), direction);
                file.layers.clone_from(&self.layers);
                [files.weights, WeightColumn::Ignored].into_iter().any(|weights| {
                    let alone = GraphFiles {
                        multilayer: vec![file.clone()],
                        weights,
                        duplicates: files.duplicates,
                        ignore_columns: files.ignore_columns.clone(),
                        ..GraphFiles::default()
                    };
                    alone.read().is_ok()
                })
            })
        };
        let parsing: Vec<_> = MultilayerForm::ALL.into_iter().filter(parses).collect();
        let list = |forms: &[MultilayerForm]| {
            forms.iter().map(|form| format!("`{form}`")).collect::<Vec<_>>().join(" or ")
        };
        let found = match parsing.len() {
            0 => "it parses as none of them".to_owned(),
            _ => format!("it parses as {}", list(&parsing)),
        };
        Ok(Error::input(format!(
            "the form of the file must be stated: {}; {found}",
            list(&MultilayerForm::ALL)
        ))
        .in_file(self.file.name()))
    }
}

/// A row between two accounts, read aloud.
pub(super) fn aloud(
    reader: &Reader<'_>,
    direction: Direction,
    one: (&str, NetworkId),
    other: (&str, NetworkId),
) -> String {
    let name = |network: NetworkId| reader.builder.network_name(network);
    if one.1 == other.1 {
        return format!("in {}, {}", name(one.1), direction.aloud(one.0, other.0));
    }
    let label = |(account, network)| format!("{account}@{}", name(network));
    direction.aloud(&label(one), &label(other))
}

/// The sentence on rows that join the accounts of a node.
pub(super) fn said_already(rows: u64) -> String {
    let rows = plural(rows, "row");
    format!("{rows} from a node to itself in another layer: a node is one user already")
}

/// The networks of the layers of a file, by the names that the file gives them.
pub(super) struct Layers<'a> {
    renamed: &'a BTreeMap<String, String>,
    known: HashMap<Vec<u8>, NetworkId>,
    /// In order of first appearance.
    names: Vec<String>,
}

impl<'a> Layers<'a> {
    pub(super) fn new(file: &'a MultilayerFile) -> Self {
        Self { renamed: &file.layers, known: HashMap::new(), names: Vec::new() }
    }

    /// The network of a layer, which is declared now if it is new.
    pub(super) fn network(&mut self, layer: &[u8], reader: &mut Reader<'_>) -> Result<NetworkId> {
        match self.known.get(layer) {
            Some(&network) => Ok(network),
            None => self.declare(layer, reader),
        }
    }

    fn declare(&mut self, layer: &[u8], reader: &mut Reader<'_>) -> Result<NetworkId> {
        let name = utf8(layer)?;
        let network = match self.renamed.get(name) {
            Some(renamed) => reader.declare(renamed)?,
            None => {
                check_network_name(name).map_err(|error| {
                    Error::input(format!("{}; give the layer another name", error.message()))
                })?;
                reader.declare(name)?
            }
        };
        reader.builder.names_are_people(network);
        reader.layers.push(network);
        self.known.insert(layer.to_vec(), network);
        self.names.push(name.to_owned());
        Ok(network)
    }

    /// The networks of all layers so far.
    pub(super) fn networks(&self) -> impl Iterator<Item = NetworkId> {
        self.known.values().copied()
    }

    /// Checks that each layer that was given another name exists.
    pub(super) fn finish(&self, file: &Source) -> Result<()> {
        for layer in self.renamed.keys() {
            if !self.known.contains_key(layer.as_bytes()) {
                let known = suggestion(layer, self.names.iter().map(String::as_str));
                return Err(Error::name(format!("no layer `{layer}` to give another name{known}"))
                    .in_file(file.name()));
            }
        }
        Ok(())
    }
}
