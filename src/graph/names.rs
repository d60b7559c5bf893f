//! Names in a side table: account names of one network, or user names.
//!
//! Three forms, chosen by what the names are: counting (0, 1, 2 … in order: nothing is stored),
//! numbers (8 bytes each, so that 2^40 is a name like any other), text.

use std::borrow::Cow;
use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::error::{Error, Result};

/// Names of things numbered 0, 1, 2 … in order of first appearance.
#[derive(Debug, Clone, Default)]
pub(crate) struct NameTable {
    form: Form,
    /// For small numbers their place plus one, 0 if they have none: a look-up without hashing. It
    /// grows with the number of names, never with their size.
    small: Vec<u32>,
    /// The places of all other names.
    places: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

#[derive(Debug, Clone)]
enum Form {
    Counting(u32),
    Numbers(Vec<u64>),
    Text { bytes: String, ends: Vec<u64> },
}

impl Default for Form {
    fn default() -> Self {
        Self::Numbers(Vec::new())
    }
}

/// What there is to store of names. Text ends where the next begins.
#[derive(Debug, Clone, Copy)]
pub(super) enum NameColumns<'a> {
    Counting,
    Numbers(&'a [u64]),
    Text { ends: &'a [u64], bytes: &'a [u8] },
}

/// The most things that a `u32` id can number with one value left over for "none".
pub(crate) const MOST_NAMES: u32 = u32::MAX - 1;

impl NameTable {
    /// The names 0, 1, … `count` − 1, stored as nothing.
    pub(crate) fn counting(count: u32) -> Self {
        Self { form: Form::Counting(count), ..Self::default() }
    }

    pub(crate) fn len(&self) -> u32 {
        match &self.form {
            Form::Counting(count) => *count,
            Form::Numbers(numbers) => numbers.len() as u32,
            Form::Text { ends, .. } => ends.len() as u32,
        }
    }

    /// The place of `name`, which it gets now if it is new.
    pub(crate) fn intern(&mut self, name: &str) -> Result<u32> {
        match canonical_number(name) {
            Some(number) if !matches!(self.form, Form::Text { .. }) => self.intern_number(number),
            _ => {
                self.make_text();
                self.intern_text(name)
            }
        }
    }

    /// [`intern`](Self::intern) for a name that is this number in plain decimal.
    pub(crate) fn intern_number(&mut self, number: u64) -> Result<u32> {
        if let Form::Counting(count) = self.form {
            if number < u64::from(count) {
                return Ok(number as u32);
            }
            self.make_numbers();
        }
        match self.small(number) {
            Some(known) if known > 0 => Ok(known - 1),
            _ => self.intern_other_number(number),
        }
    }

    /// The entry of a small number: its place plus one, or 0.
    #[inline]
    fn small(&self, number: u64) -> Option<u32> {
        usize::try_from(number).ok().and_then(|number| self.small.get(number)).copied()
    }

    /// A number that is new, or not small.
    fn intern_other_number(&mut self, number: u64) -> Result<u32> {
        let Form::Numbers(numbers) = &mut self.form else {
            return self.intern_text(&number.to_string());
        };
        if number >= self.small.len() as u64 && number < 4 * numbers.len() as u64 + 4096 {
            self.widen_small(number);
        }
        let small = self.small(number);
        let Form::Numbers(numbers) = &mut self.form else { unreachable!("numbers as before") };
        match small {
            Some(0) => {
                let place = next_place(numbers.len())?;
                numbers.push(number);
                self.small[number as usize] = place + 1;
                return Ok(place);
            }
            Some(known) => return Ok(known - 1),
            None => {}
        }
        let hash = self.hasher.hash_one(number);
        if let Some(&place) = self.places.find(hash, |&place| numbers[place as usize] == number) {
            return Ok(place);
        }
        let place = next_place(numbers.len())?;
        numbers.push(number);
        let hasher = &self.hasher;
        self.places.insert_unique(hash, place, |&place| hasher.hash_one(numbers[place as usize]));
        Ok(place)
    }

    /// Makes `number` and all below it small.
    fn widen_small(&mut self, number: u64) {
        let Form::Numbers(numbers) = &self.form else { return };
        let width = (number + 1).next_power_of_two();
        self.small.clear();
        self.small.resize(width as usize, 0);
        self.places.clear();
        let hasher = &self.hasher;
        let hash = |&place: &u32| hasher.hash_one(numbers[place as usize]);
        for (place, &number) in (0..).zip(numbers) {
            match usize::try_from(number).ok().and_then(|number| self.small.get_mut(number)) {
                Some(known) => *known = place + 1,
                None => {
                    self.places.insert_unique(hash(&place), place, hash);
                }
            }
        }
    }

    fn intern_text(&mut self, name: &str) -> Result<u32> {
        let hash = self.hasher.hash_one(name);
        let Form::Text { bytes, ends } = &mut self.form else { unreachable!("made text before") };
        if let Some(&place) =
            self.places.find(hash, |&place| text(bytes, ends, place as usize) == name)
        {
            return Ok(place);
        }
        let place = next_place(ends.len())?;
        bytes.push_str(name);
        ends.push(bytes.len() as u64);
        let hasher = &self.hasher;
        self.places.insert_unique(hash, place, |&place| {
            hasher.hash_one(text(bytes, ends, place as usize))
        });
        Ok(place)
    }

    /// The place of `name`, if it has one.
    pub(crate) fn find(&self, name: &str) -> Option<u32> {
        match &self.form {
            Form::Counting(count) => {
                canonical_number(name).filter(|&n| n < u64::from(*count)).map(|n| n as u32)
            }
            Form::Numbers(numbers) => {
                let number = canonical_number(name)?;
                if let Some(known) = self.small(number) {
                    return known.checked_sub(1);
                }
                let hash = self.hasher.hash_one(number);
                self.places.find(hash, |&place| numbers[place as usize] == number).copied()
            }
            Form::Text { bytes, ends } => {
                let hash = self.hasher.hash_one(name);
                self.places.find(hash, |&p| text(bytes, ends, p as usize) == name).copied()
            }
        }
    }

    /// The name at `place`.
    pub(crate) fn get(&self, place: u32) -> Cow<'_, str> {
        match &self.form {
            Form::Counting(_) => Cow::Owned(place.to_string()),
            Form::Numbers(numbers) => Cow::Owned(numbers[place as usize].to_string()),
            Form::Text { bytes, ends } => Cow::Borrowed(text(bytes, ends, place as usize)),
        }
    }

    /// The names as columns: numbers, or text with its ends; neither if they are 0, 1, 2 …
    pub(super) fn columns(&self) -> NameColumns<'_> {
        match &self.form {
            Form::Counting(_) => NameColumns::Counting,
            Form::Numbers(numbers) => NameColumns::Numbers(numbers),
            Form::Text { bytes, ends } => NameColumns::Text { ends, bytes: bytes.as_bytes() },
        }
    }

    /// Drops what is not needed to say that the names are 0, 1, 2 …, if they are.
    pub(crate) fn freeze(&mut self) {
        if let Form::Numbers(numbers) = &self.form
            && numbers.iter().enumerate().all(|(place, &number)| place as u64 == number)
        {
            *self = Self::counting(numbers.len() as u32);
        }
        if let Form::Numbers(numbers) = &mut self.form {
            numbers.shrink_to_fit();
        }
    }

    fn make_numbers(&mut self) {
        if let Form::Counting(count) = self.form {
            self.form = Form::Numbers(Vec::new());
            for number in 0..u64::from(count) {
                // Numbers below a u32 count always find a place.
                let _ = self.intern_number(number);
            }
        }
    }

    fn make_text(&mut self) {
        self.make_numbers();
        let Form::Numbers(numbers) = &self.form else { return };
        let numbers = numbers.clone();
        *self = Self {
            form: Form::Text { bytes: String::new(), ends: Vec::new() },
            small: Vec::new(),
            places: HashTable::with_capacity(numbers.len()),
            hasher: self.hasher.clone(),
        };
        for number in numbers {
            // As many names as before, so each finds a place.
            let _ = self.intern_text(&number.to_string());
        }
    }
}

fn next_place(len: usize) -> Result<u32> {
    u32::try_from(len)
        .ok()
        .filter(|&place| place < MOST_NAMES)
        .ok_or_else(|| Error::capacity(format!("more than {MOST_NAMES} names do not fit a u32 id")))
}

fn text<'a>(bytes: &'a str, ends: &[u64], place: usize) -> &'a str {
    let start = if place == 0 { 0 } else { ends[place - 1] as usize };
    &bytes[start..ends[place] as usize]
}

/// `name` as a number, if it is how that number is written: no sign, no leading zero.
pub(crate) fn canonical_number(name: &str) -> Option<u64> {
    let bytes = name.as_bytes();
    let plain = match bytes {
        [] => false,
        [b'0'] => true,
        [b'0', ..] => false,
        _ => bytes.len() <= 20 && bytes.iter().all(u8::is_ascii_digit),
    };
    if plain { name.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_share_a_place_and_unequal_ones_do_not() {
        let mut names = NameTable::default();
        let given = ["7", "007", "7", "ann", "1099511627776", "ann", "18446744073709551616", "é#@"];
        let places: Vec<u32> = given.iter().map(|n| names.intern(n).unwrap()).collect();
        assert_eq!(places, [0, 1, 0, 2, 3, 2, 4, 5]);
        for (name, &place) in given.iter().zip(&places) {
            assert_eq!(names.find(name), Some(place));
            assert_eq!(names.get(place), *name);
        }
        assert_eq!(names.find("8"), None);
        assert_eq!(names.find("bob"), None);
    }

    #[test]
    fn numbers_keep_their_places_when_they_become_small() {
        let mut names = NameTable::default();
        let given: Vec<u64> = (0..20_000)
            .map(|i| (i * 7919) % 50_000 + if i % 5 == 0 { 1 << 40 } else { 0 })
            .collect();
        for (place, &number) in (0..).zip(&given) {
            assert_eq!(names.intern_number(number).unwrap(), place);
        }
        for (place, &number) in (0..).zip(&given) {
            assert_eq!(names.find(&number.to_string()), Some(place));
            assert_eq!(names.intern_number(number).unwrap(), place);
        }
        assert_eq!(names.find("49999999"), None);
        assert!(names.small.len() <= 1 << 17);
    }

    #[test]
    fn names_in_counting_order_are_stored_as_nothing() {
        let mut names = NameTable::default();
        for number in 0..100 {
            names.intern_number(number).unwrap();
        }
        names.freeze();
        assert!(matches!(names.form, Form::Counting(100)));
        assert_eq!((names.find("99"), names.find("100")), (Some(99), None));
        assert_eq!(names.get(5), "5");
        // A name that breaks the order turns them back into numbers, or text.
        assert_eq!(names.intern("200").unwrap(), 100);
        assert_eq!(names.intern("x").unwrap(), 101);
        assert_eq!((names.find("200"), names.find("3")), (Some(100), Some(3)));
    }
}
