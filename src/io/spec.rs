//! What the command line says about files, as text: `NAME=FILE:mutual` and its relatives.
//!
//! The text after the last `:` is a suffix unless it looks like part of a path, so that a slip in a
//! suffix is told and not taken for a file.

use std::str::FromStr;

use super::accounts::{AccountFile, Column};
use super::bridges::BridgeFile;
use super::multilayer::{MultilayerFile, MultilayerForm};
use super::source::Source;
use super::ties::TieFile;
use crate::error::{Error, Result};
use crate::graph::{Direction, RowTimes, check_network_name};

impl FromStr for TieFile {
    type Err = Error;

    /// Reads `NAME=FILE[:directed|:follows|:mutual][:contacts|:intervals][:unit=UNIT]`.
    fn from_str(text: &str) -> Result<Self> {
        let (name, mut rest) =
            named(text, "NAME=FILE[:directed|:follows|:mutual][:contacts|:intervals]")?;
        let mut file = Self { name, file: "".into(), direction: None, times: None, unit: None };
        let twice = |what: &str| Error::conflict(format!("`{text}` says {what} twice"));
        while let (before, Some(last)) = suffix(rest) {
            if let Some(unit) = last.strip_prefix("unit=") {
                if file.unit.replace(unit.parse()?).is_some() {
                    return Err(twice("the unit of times"));
                }
            } else if let Ok(times) = last.parse() {
                if file.times.replace(times).is_some() {
                    return Err(twice("what its times are"));
                }
            } else {
                match last.parse() {
                    Ok(direction) if file.direction.replace(direction).is_some() => {
                        return Err(twice("the direction"));
                    }
                    Ok(_) => {}
                    // What stands in front of a suffix may be part of a path.
                    Err(_) if rest.len() < text.len() - file.name.len() - 1 => break,
                    Err(_) => {
                        let words = Direction::ALL.map(Direction::word).into_iter();
                        let words =
                            words.chain(RowTimes::ALL.map(RowTimes::word)).chain(["unit=h"]);
                        return Err(Error::unknown("direction or kind of times", last, words));
                    }
                }
            }
            rest = before;
        }
        if file.unit.is_some() && file.times.is_none() {
            return Err(Error::conflict(format!(
                "`{text}` says what its times are in, but not what they are: `:contacts` or `:intervals`"
            )));
        }
        file.file = source(text, rest)?;
        Ok(file)
    }
}

impl FromStr for AccountFile {
    type Err = Error;

    /// Reads `NAME=FILE[:COLUMN]`.
    fn from_str(text: &str) -> Result<Self> {
        let (name, rest) = named(text, "NAME=FILE[:COLUMN]")?;
        let (file, column) = match rest.rsplit_once(':') {
            Some((file, column)) if !column.contains(['/', '\\']) => {
                if column.is_empty() {
                    return Err(Error::input(format!(
                        "expected a column after the last `:` of `{text}`, by number or by name"
                    )));
                }
                (file, Some(Column::from(column)))
            }
            _ => (rest, None),
        };
        Ok(Self { name, file: source(text, file)?, column })
    }
}

impl FromStr for MultilayerFile {
    type Err = Error;

    /// Reads `FILE:FORM[:directed|:follows|:mutual]`. A form that is missing is an error only when
    /// the file is there to be tried.
    fn from_str(text: &str) -> Result<Self> {
        let (rest, last) = suffix(text);
        let Some(last) = last else {
            return Ok(Self::plain(source(text, text)?, None, None));
        };
        if let Ok(form) = last.parse::<MultilayerForm>() {
            return Ok(Self::plain(source(text, rest)?, Some(form), None));
        }
        let Ok(direction) = last.parse::<Direction>() else {
            let words = MultilayerForm::ALL.map(MultilayerForm::word).into_iter();
            let words = words.chain(Direction::ALL.map(Direction::word));
            return Err(Error::unknown("form or direction", last, words));
        };
        let (file, form) = match suffix(rest) {
            (file, Some(form)) => (file, Some(form.parse()?)),
            (file, None) => (file, None),
        };
        Ok(Self::plain(source(text, file)?, form, Some(direction)))
    }
}

impl FromStr for BridgeFile {
    type Err = Error;

    /// Reads `FILE[:directed|:follows|:mutual]`.
    fn from_str(text: &str) -> Result<Self> {
        let (file, direction) = directed(text, text)?;
        Ok(Self { file, direction })
    }
}

fn named<'a>(text: &'a str, form: &str) -> Result<(String, &'a str)> {
    let Some((name, rest)) = text.split_once('=') else {
        return Err(Error::input(format!("expected {form}, found `{text}`")));
    };
    check_network_name(name)?;
    Ok((name.to_owned(), rest))
}

fn directed(whole: &str, text: &str) -> Result<(Source, Option<Direction>)> {
    let (file, direction) = suffix(text);
    let direction = direction.map(str::parse).transpose()?;
    Ok((source(whole, file)?, direction))
}

/// What stands before and after the last `:`, if that is not part of a path.
fn suffix(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(':') {
        Some((file, last)) if !last.contains(['/', '\\', '.']) => (file, Some(last)),
        _ => (text, None),
    }
}

fn source(whole: &str, file: &str) -> Result<Source> {
    if file.is_empty() {
        return Err(Error::input(format!("expected a file in `{whole}`, found none")));
    }
    Ok(file.into())
}
