//! [`Names`]: names in a table, or as they stand in a graph file, looked up where they lie.

use std::borrow::Cow;

use super::column::Column;
use super::names::{NameColumns, NameTable, canonical_number};

/// Names that do not change any more.
#[derive(Debug, Clone)]
pub(crate) enum Names {
    /// Looked up by their hash.
    Table(NameTable),
    /// Looked up by halving, so that opening a file need not read them.
    Filed(FiledNames),
}

/// The columns of names in a file.
#[derive(Debug, Clone)]
pub(crate) struct FiledNames {
    pub(super) form: FiledForm,
    /// The places of the names in their order: by number, or by bytes.
    pub(super) in_order: Column<u32>,
}

#[derive(Debug, Clone)]
pub(super) enum FiledForm {
    Numbers(Column<u64>),
    Text { ends: Column<u64>, bytes: Column<u8> },
}

impl Default for Names {
    fn default() -> Self {
        Self::Table(NameTable::default())
    }
}

impl Names {
    pub(crate) fn len(&self) -> u32 {
        match self {
            Self::Table(table) => table.len(),
            Self::Filed(filed) => filed.in_order.len() as u32,
        }
    }

    /// The place of `name`, if it has one. O(log names) in a file.
    pub(crate) fn find(&self, name: &str) -> Option<u32> {
        let filed = match self {
            Self::Table(table) => return table.find(name),
            Self::Filed(filed) => filed,
        };
        let place = match &filed.form {
            FiledForm::Numbers(numbers) => {
                let number = canonical_number(name)?;
                filed.in_order.binary_search_by_key(&number, |&place| numbers[place as usize])
            }
            FiledForm::Text { ends, bytes } => {
                let known = |&place: &u32| text(ends, bytes, place).cmp(name.as_bytes());
                filed.in_order.binary_search_by(known)
            }
        };
        place.ok().map(|place| filed.in_order[place])
    }

    /// The name at `place`.
    ///
    /// # Panics
    /// If there is none, or if a file was altered so that it is not UTF-8.
    pub(crate) fn get(&self, place: u32) -> Cow<'_, str> {
        let filed = match self {
            Self::Table(table) => return table.get(place),
            Self::Filed(filed) => filed,
        };
        match &filed.form {
            FiledForm::Numbers(numbers) => Cow::Owned(numbers[place as usize].to_string()),
            FiledForm::Text { ends, bytes } => match str::from_utf8(text(ends, bytes, place)) {
                Ok(name) => Cow::Borrowed(name),
                Err(_) => altered(place),
            },
        }
    }

    pub(super) fn columns(&self) -> NameColumns<'_> {
        match self {
            Self::Table(table) => table.columns(),
            Self::Filed(filed) => match &filed.form {
                FiledForm::Numbers(numbers) => NameColumns::Numbers(numbers),
                FiledForm::Text { ends, bytes } => NameColumns::Text { ends, bytes },
            },
        }
    }

    /// The places of the names in their order: what [`find`](Self::find) needs in a file.
    pub(super) fn in_order(&self) -> Column<u32> {
        if let Self::Filed(filed) = self {
            return filed.in_order.clone();
        }
        let mut places: Vec<u32> = (0..self.len()).collect();
        match self.columns() {
            NameColumns::Counting => {}
            NameColumns::Numbers(numbers) => places.sort_unstable_by_key(|&p| numbers[p as usize]),
            NameColumns::Text { ends, bytes } => {
                places.sort_unstable_by(|&a, &b| text(ends, bytes, a).cmp(text(ends, bytes, b)));
            }
        }
        places.into()
    }
}

/// The bytes of the name at `place`.
pub(super) fn text<'a>(ends: &[u64], bytes: &'a [u8], place: u32) -> &'a [u8] {
    let start = place.checked_sub(1).map_or(0, |before| ends[before as usize]);
    let name = usize::try_from(start).ok().zip(usize::try_from(ends[place as usize]).ok());
    name.and_then(|(start, end)| bytes.get(start..end)).unwrap_or_else(|| altered(place))
}

#[cold]
fn altered(place: u32) -> ! {
    panic!(
        "name {place} is no text: the graph file was altered; \
         `tieline info --graph FILE --verify` says where"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same names as a file would hold them.
    fn filed(names: &Names) -> Names {
        let form = match names.columns() {
            NameColumns::Counting => unreachable!("nothing to store"),
            NameColumns::Numbers(numbers) => FiledForm::Numbers(numbers.to_vec().into()),
            NameColumns::Text { ends, bytes } => {
                FiledForm::Text { ends: ends.to_vec().into(), bytes: bytes.to_vec().into() }
            }
        };
        Names::Filed(FiledNames { form, in_order: names.in_order() })
    }

    #[test]
    fn names_in_columns_are_found_like_names_in_a_table() {
        for given in [&["70", "3", "1099511627776", "0"][..], &["bob", "é", "", "10", "9", "bo"]] {
            let mut table = NameTable::default();
            given.iter().for_each(|name| drop(table.intern(name)));
            let table = Names::Table(table);
            let filed = filed(&table);
            assert_eq!(filed.len(), table.len());
            for (place, name) in (0..).zip(given) {
                assert_eq!((filed.get(place), filed.find(name)), ((*name).into(), Some(place)));
            }
            for unknown in ["b", "bobb", "07", "5", "zz"] {
                assert_eq!(filed.find(unknown), None);
            }
            assert_eq!(super::Names::in_order(&filed), table.in_order());
        }
    }

    #[test]
    #[should_panic(expected = "name 1 is no text: the graph file was altered")]
    fn bytes_that_are_no_text_are_told() {
        let form = FiledForm::Text { ends: vec![1, 2].into(), bytes: b"a\xff".to_vec().into() };
        Names::Filed(FiledNames { form, in_order: vec![0, 1].into() }).get(1);
    }
}
