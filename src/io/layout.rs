//! Which column of a file of ties holds what: by position, or by the names in a header row.

use super::Reader;
use super::WeightColumn;
use super::lines::utf8;
use super::table::{Rows, in_words};
use super::times::{TimeColumns, advice};
use crate::error::{Error, Result, letters_apart};
use crate::graph::check_weight;

/// The pairs of column names that make a first row a header, in lower case.
pub(super) const PAIRS: [(&str, &str); 25] = [
    ("source", "target"),
    ("src", "dst"),
    ("src", "dest"),
    ("from", "to"),
    ("node_1", "node_2"),
    ("node1", "node2"),
    ("id_1", "id_2"),
    ("id1", "id2"),
    ("user_1", "user_2"),
    ("user1", "user2"),
    ("ego", "alter"),
    ("sender", "receiver"),
    ("from_node", "to_node"),
    ("fromnode", "tonode"),
    ("node_from", "node_to"),
    ("nodefrom", "nodeto"),
    ("fromnodeid", "tonodeid"),
    ("from_id", "to_id"),
    ("source_id", "target_id"),
    ("sourceid", "targetid"),
    FOLLOWER,
    ("follower", "followee"),
    ("follower_id", "followed_id"),
    ("follower_id", "followee_id"),
    ("followerid", "followeeid"),
];

/// Columns that say who follows whom, and so nothing of what a row `a b` means by itself.
const FOLLOWER: (&str, &str) = ("follower", "followed");

/// Words that are names of columns rather than of accounts, where both in a first row are such: what the columns
/// hold is then not known.
const LIKE_COLUMNS: [&str; 33] = [
    "user",
    "userid",
    "user_id",
    "username",
    "friend",
    "friendid",
    "friend_id",
    "following",
    "following_id",
    "account",
    "account_id",
    "node",
    "node_id",
    "person",
    "user_a",
    "user_b",
    "usera",
    "userb",
    "person_a",
    "person_b",
    "persona",
    "personb",
    "node_a",
    "node_b",
    "nodea",
    "nodeb",
    "who",
    "whom",
    "citing",
    "cited",
    "retweeter",
    "retweeted",
    "author",
];

/// Whether the first two words of a first row that is no header were meant for one: both are such names, or one is of
/// those that a header has, or both nearly are.
fn look_like_columns(one: &str, other: &str) -> bool {
    let words = [one, other].map(|word| word.replace([' ', '-'], "_"));
    // Numbered names may be those of accounts.
    let numbered = |word: &str| word.contains(|letter: char| letter.is_ascii_digit());
    let known = || PAIRS.iter().flat_map(|pair| [pair.0, pair.1]).filter(|word| !numbered(word));
    let is_of_pairs = |word: &str| known().any(|known| known == word);
    let is_like = |word: &String| is_of_pairs(word) || LIKE_COLUMNS.contains(&word.as_str());
    // `from` and `to` are words of any text.
    let is_said = |word: &String| word.len() > 4 && is_of_pairs(word);
    let is_near =
        |word: &String| known().any(|known| known.len() > 5 && letters_apart(word, known) <= 1);
    words.iter().all(is_like) || words.iter().any(is_said) || words.iter().all(is_near)
}

/// The pairs of names of the columns with layers.
const LAYER_PAIRS: [(&str, &str); 8] = [
    ("source_layer", "target_layer"),
    ("from_layer", "to_layer"),
    ("layer_from", "layer_to"),
    ("layerfrom", "layerto"),
    ("layer_1", "layer_2"),
    ("layer1", "layer2"),
    ("sourcelayer", "targetlayer"),
    ("fromlayer", "tolayer"),
];

/// The forms of rows that state ties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Ties,
    NodeLayerNodeLayer,
    LayerNodeNode,
}

impl Shape {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Ties => "ties",
            Self::NodeLayerNodeLayer => "node-layer-node-layer",
            Self::LayerNodeNode => "layer-node-node",
        }
    }

    pub(super) fn expected(self) -> &'static str {
        match self {
            Self::Ties => "two names",
            Self::NodeLayerNodeLayer => "a node, its layer, another node and its layer",
            Self::LayerNodeNode => "a layer and two nodes",
        }
    }

    /// The columns by position: names, layers, and how many they are.
    fn positions(self) -> ([usize; 2], Option<[usize; 2]>, usize) {
        match self {
            Self::Ties => ([0, 1], None, 2),
            Self::NodeLayerNodeLayer => ([0, 2], Some([1, 3]), 4),
            Self::LayerNodeNode => ([1, 2], Some([0, 0]), 3),
        }
    }
}

/// The columns of one file.
pub(super) struct Layout {
    shape: Shape,
    /// The columns of the two names.
    pub(super) names: [usize; 2],
    /// The columns of their layers.
    pub(super) layers: Option<[usize; 2]>,
    weight: Option<usize>,
    pub(super) times: TimeColumns,
    width: usize,
    /// Rows are two names and no more, in that order.
    pub(super) plain: bool,
    pub(super) has_header: bool,
}

impl Layout {
    /// Finds the columns in the first row, which it takes if it is a header.
    pub(super) fn find(
        rows: &mut Rows,
        shape: Shape,
        reader: &mut Reader<'_>,
        direction_is_stated: bool,
        times: TimeColumns,
    ) -> Result<Self> {
        let (names, layers, fewest) = shape.positions();
        let width = rows.len();
        let mut layout = Self {
            shape,
            names,
            layers,
            weight: None,
            times,
            width,
            plain: false,
            has_header: false,
        };
        let words = rows.folded();
        layout.has_header = layout.find_by_name(&words);
        if layout.has_header {
            let says_who_follows = words[layout.names[0]].starts_with(FOLLOWER.0);
            if says_who_follows && !direction_is_stated {
                return Err(rows.wrong(Error::input(format!(
                    "the header says `{}` and `{}`, so a row may be read in two ways; say \
                     `:follows` (the follower sees what the other shares) or `:mutual`",
                    words[layout.names[0]], words[layout.names[1]]
                ))));
            }
            layout.explain_header(rows, &words, reader)?;
            layout.times.check().map_err(|error| rows.wrong(error))?;
            rows.take_header();
        } else {
            let bare: Vec<String> = words.iter().map(|word| word.replace('"', "")).collect();
            if bare != words && layout.find_by_name(&bare) {
                return Err(rows.wrong(Error::input(
                    "the header is in quotes; quotes are part of a name here, so write the file \
                     without them (R: `quote = FALSE`, pandas: `quoting=csv.QUOTE_NONE`)",
                )));
            }
            if width < fewest {
                return Err(layout.too_few(rows));
            }
            if shape == Shape::Ties && look_like_columns(&words[0], &words[1]) {
                return Err(rows.wrong(Error::input(format!(
                    "`{}` and `{}` look like names of columns, and do not say who sees whom: call them `source` \
                     and `target`, or `follower` and `followed`, or put such a row above if they are accounts",
                    words[0], words[1]
                ))));
            }
            if width < fewest + times.fewest() {
                return Err(times.too_few(rows));
            }
            layout.times.take_positions(fewest);
            layout.explain_positions(rows, fewest + times.fewest(), reader)?;
        }
        layout.plain = shape == Shape::Ties && width == 2 && layout.names == [0, 1];
        Ok(layout)
    }

    /// Whether the words are a header, and then the columns that it names.
    fn find_by_name(&mut self, words: &[String]) -> bool {
        let place = |word: &str| words.iter().position(|other| other == word);
        let pair = |pairs: &[(&str, &str)]| {
            pairs.iter().find_map(|(one, other)| Some([place(one)?, place(other)?]))
        };
        let Some(names) = pair(&PAIRS) else { return false };
        let layers = match self.shape {
            Shape::Ties => None,
            Shape::NodeLayerNodeLayer => pair(&LAYER_PAIRS),
            Shape::LayerNodeNode => place("layer").map(|layer| [layer, layer]),
        };
        if layers.is_none() && self.shape != Shape::Ties {
            return false;
        }
        (self.names, self.layers) = (names, layers);
        true
    }

    fn explain_header(
        &mut self,
        rows: &mut Rows,
        words: &[String],
        reader: &mut Reader<'_>,
    ) -> Result<()> {
        let weights = reader.files.weights;
        for (column, word) in words.iter().enumerate() {
            if self.names.contains(&column) || self.layers.is_some_and(|l| l.contains(&column)) {
                continue;
            }
            if reader.ignores_column(word) {
                rows.left_out(format!("the column `{word}`"));
            } else if weights.is_called(word)
                && (self.weight.is_some() || words[..column].contains(word))
            {
                return Err(rows.wrong(Error::input(match weights {
                    WeightColumn::Delay => {
                        "two columns are delays, by the names `delay` or `weight`: leave one out with \
                         `--ignore-columns`"
                    }
                    _ => "two columns are called `weight`",
                })));
            } else if weights.is_called(word) {
                self.take_weight(column, rows, weights);
            } else if self.times.takes(column, word).map_err(|error| rows.wrong(error))? {
            } else {
                return Err(rows.wrong(Error::input(format!(
                    "nobody said what the column `{word}` is; call it `weight` if it is the \
                     weight, or leave it out with `--ignore-columns {word}`{}",
                    advice(word)
                ))));
            }
        }
        Ok(())
    }

    fn explain_positions(
        &mut self,
        rows: &mut Rows,
        fewest: usize,
        reader: &Reader<'_>,
    ) -> Result<()> {
        if self.width > fewest && rows.field(fewest).first() == Some(&b'{') {
            return Err(rows.wrong(Error::input(
                "rows end in `{…}`, as networkx writes them: write them with `data=False`, or with \
                 `data=[\"weight\"]`",
            )));
        }
        let weights = match (self.width - fewest, reader.files.weights) {
            (0, _) => return Ok(()),
            (1, WeightColumn::Unexplained) if self.shape == Shape::LayerNodeNode => {
                WeightColumn::Used
            }
            (1, WeightColumn::Unexplained) => {
                return Err(rows.wrong(Error::input(format!(
                    "expected {}{}, found {} columns, and nobody said what the {} is; if it is the \
                     weight, say `--reshare weight` or `--weights as-is|normalise`, or leave it out \
                     with `--ignore-weights`{}, or name the columns in a header row",
                    self.shape.expected(),
                    self.times.expected(),
                    in_words(self.width),
                    if fewest == 2 { "third" } else { "last" },
                    match (self.shape, fewest) {
                        (Shape::Ties, 2) => {
                            "; if it is when they met, say `:contacts` behind the file of a network"
                        }
                        _ => "",
                    }
                ))));
            }
            (1, stated) => stated,
            _ => {
                return Err(rows.wrong(Error::input(format!(
                    "expected {}{} and perhaps a weight, found {} columns; name them in a header \
                     row, and leave out what is neither with `--ignore-columns`",
                    self.shape.expected(),
                    self.times.expected(),
                    in_words(self.width)
                ))));
            }
        };
        let column = self.width - 1;
        if weights != WeightColumn::Ignored
            && let Err(error) = parse_weight(rows.field(column))
        {
            return Err(rows.wrong(Error::input(format!(
                "{}; a header would call the columns `source`, `target` and `weight`, or the like",
                error.message()
            ))));
        }
        self.take_weight(column, rows, weights);
        Ok(())
    }

    fn take_weight(&mut self, column: usize, rows: &mut Rows, weights: WeightColumn) {
        if weights == WeightColumn::Ignored {
            rows.left_out(format!("the weights (column {})", column + 1));
        } else {
            self.weight = Some(column);
        }
    }

    /// Checks the number of columns of a row that was split.
    pub(super) fn check(&self, rows: &Rows) -> Result<()> {
        if rows.len() == self.width {
            return Ok(());
        }
        let needed = self.names.iter().chain(self.layers.iter().flatten()).max();
        if needed.is_some_and(|&last| rows.len() <= last) {
            return Err(self.too_few(rows));
        }
        Err(rows.wrong(Error::input(format!(
            "expected {} columns like in the first row, found {}",
            in_words(self.width),
            in_words(rows.len())
        ))))
    }

    fn too_few(&self, rows: &Rows) -> Error {
        let semicolons = (0..rows.len()).any(|column| rows.field(column).contains(&b';'));
        rows.wrong(Error::input(format!(
            "expected {}, found {}{}",
            self.shape.expected(),
            match (self.shape, rows.len()) {
                (Shape::Ties, count) => in_words(count),
                (_, 1) => "one column".into(),
                (_, count) => format!("{} columns", in_words(count)),
            },
            if semicolons {
                "; tabs, commas or spaces separate columns, not semicolons"
            } else {
                ""
            },
        )))
    }

    /// The weight of the row, NaN if it has none.
    pub(super) fn weight(&self, rows: &Rows) -> Result<f64> {
        match self.weight {
            None => Ok(f64::NAN),
            Some(column) => parse_weight(rows.field(column)).map_err(|error| rows.wrong(error)),
        }
    }
}

/// A weight as files write it.
pub(super) fn parse_weight(field: &[u8]) -> Result<f64> {
    let text = utf8(field)?;
    let weight: f64 = text
        .parse()
        .map_err(|_| Error::input(format!("expected a number for the weight, found `{text}`")))?;
    check_weight(weight)?;
    // −0 is the same weight as 0.
    Ok(weight + 0.0)
}
