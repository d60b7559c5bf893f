//! The tables of reference values, and what became of each value.
//!
//! Whoever takes a number says what for. [`Table::fates`] fails if a number, or a word, was forgotten.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde_json::Value;

/// What became of a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    /// A run says the same, in the section of this title.
    Compared(&'static str),
    /// No run gives this number, but runs on either side of it behave as it says.
    Bracketed(&'static str),
    /// It describes the case, or says another value once more.
    Given,
    /// It is not compared, for this reason.
    LeftOut(String),
}

/// A file of reference values.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    root: Value,
    fates: Mutex<BTreeMap<Vec<String>, Fate>>,
}

impl Table {
    pub(crate) fn new(name: &'static str, text: &str) -> Self {
        let root = serde_json::from_str(text).expect("a table of values");
        Self { name, root, fates: Mutex::default() }
    }

    pub(crate) fn at(&self, key: &str) -> Node<'_> {
        Node { table: self, path: Vec::new(), value: &self.root }.at(key)
    }

    /// What became of the values under each key of the file, in order, or the values that nobody took.
    pub(crate) fn fates(&self) -> Result<Vec<(String, Vec<Fate>)>, Vec<String>> {
        let fates = self.fates.lock().expect("no panic");
        let mut forgotten = Vec::new();
        let keys = self.root.as_object().expect("an object").iter().map(|(key, value)| {
            let mut leaves = Vec::new();
            leaves_below(value, &mut vec![key.clone()], &mut leaves);
            let fate = |leaf: &Vec<String>| {
                let fate = fates.get(leaf).cloned();
                if fate.is_none() {
                    forgotten.push(format!("{}: {}", self.name, leaf.join(" / ")));
                }
                fate
            };
            (key.clone(), leaves.iter().filter_map(fate).collect())
        });
        let keys = keys.collect();
        if forgotten.is_empty() { Ok(keys) } else { Err(forgotten) }
    }
}

/// A place in a table.
#[derive(Clone)]
pub(crate) struct Node<'a> {
    table: &'a Table,
    path: Vec<String>,
    value: &'a Value,
}

impl<'a> Node<'a> {
    pub(crate) fn at(&self, key: &str) -> Self {
        self.find(key).unwrap_or_else(|| panic!("no {key} in {}", self.path.join(" / ")))
    }

    pub(crate) fn find(&self, key: &str) -> Option<Self> {
        let value = match self.value {
            Value::Array(values) => values.get(key.parse::<usize>().ok()?)?,
            other => other.get(key)?,
        };
        let mut path = self.path.clone();
        path.push(key.to_owned());
        Some(Self { table: self.table, path, value })
    }

    /// What is below, with its keys.
    pub(crate) fn each(&self) -> Vec<(String, Self)> {
        let mut keys: Vec<String> = match self.value {
            Value::Array(values) => (0..values.len()).map(|i| i.to_string()).collect(),
            Value::Object(values) => values.keys().cloned().collect(),
            _ => Vec::new(),
        };
        if keys.iter().all(|key| key.parse::<f64>().is_ok()) {
            keys.sort_by(|a, b| parse(a).total_cmp(&parse(b)));
        }
        keys.into_iter().map(|key| (key.clone(), self.at(&key))).collect()
    }

    /// A number, or a ratio such as `"1/4"`.
    pub(crate) fn number(&self) -> f64 {
        match self.value {
            Value::String(text) => match text.split_once('/') {
                Some((above, below)) => parse(above) / parse(below),
                None => parse(text),
            },
            other => other.as_f64().expect("a number"),
        }
    }

    pub(crate) fn index(&self) -> usize {
        self.number() as usize
    }

    pub(crate) fn text(&self) -> &'a str {
        self.value.as_str().expect("a text")
    }

    pub(crate) fn value(&self) -> &'a Value {
        self.value
    }

    fn mark(&self, fate: &Fate) {
        let mut leaves = Vec::new();
        leaves_below(self.value, &mut self.path.clone(), &mut leaves);
        let mut fates = self.table.fates.lock().expect("no panic");
        for leaf in leaves {
            fates.insert(leaf, fate.clone());
        }
    }

    /// All below is compared in this section.
    pub(crate) fn compared(&self, section: &'static str) {
        self.mark(&Fate::Compared(section));
    }

    pub(crate) fn bracketed(&self, section: &'static str) {
        self.mark(&Fate::Bracketed(section));
    }

    pub(crate) fn given(&self) {
        self.mark(&Fate::Given);
    }

    pub(crate) fn left_out(&self, reason: &str) {
        self.mark(&Fate::LeftOut(reason.to_owned()));
    }
}

fn parse(text: &str) -> f64 {
    text.trim().parse().unwrap_or_else(|_| panic!("{text} is no number"))
}

/// The paths of all values that are no lists and no objects; an empty list is a value.
fn leaves_below(value: &Value, path: &mut Vec<String>, leaves: &mut Vec<Vec<String>>) {
    let below: Vec<(String, &Value)> = match value {
        Value::Array(values) => {
            values.iter().enumerate().map(|(i, value)| (i.to_string(), value)).collect()
        }
        Value::Object(values) => values.iter().map(|(key, value)| (key.clone(), value)).collect(),
        _ => Vec::new(),
    };
    if below.is_empty() {
        leaves.push(path.clone());
    }
    for (key, value) in below {
        path.push(key);
        leaves_below(value, path, leaves);
        path.pop();
    }
}
