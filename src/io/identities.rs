//! [`Identities`]: which accounts are one user's.

use serde::{Deserialize, Serialize};

use super::Reader;
use super::source::Source;
use super::table::{Rows, in_words};
use super::ties::account;
use crate::error::{Error, Result};

/// Which accounts are one user's. Without it, equal names in two networks are different people.
///
/// As text it is `same-name`, or a file (one that is called so is `./same-name`).
///
/// ```
/// use tieline::Identities;
///
/// assert_eq!(Identities::from("same-name"), Identities::SameName);
/// assert_eq!(Identities::from("who.csv"), Identities::File("who.csv".into()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
#[non_exhaustive]
pub enum Identities {
    /// Equal names of accounts, in whatever networks, are one user.
    SameName,
    /// Rows user, network, account.
    File(Source),
}

impl From<&str> for Identities {
    fn from(text: &str) -> Self {
        match text {
            "same-name" => Self::SameName,
            file => Self::File(file.into()),
        }
    }
}

impl From<String> for Identities {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<Identities> for String {
    fn from(identities: Identities) -> Self {
        match identities {
            Identities::SameName => "same-name".into(),
            Identities::File(source) => source.name(),
        }
    }
}

/// The names of the three columns that make a first row a header, in lower case.
const USER: [&str; 5] = ["user", "person", "actor", "user_id", "person_id"];
const NETWORK: [&str; 3] = ["network", "layer", "platform"];
const ACCOUNT: [&str; 6] = ["account", "node", "id", "account_id", "node_id", "username"];

const EXPECTED: &str = "a user, a network and an account";

/// Reads rows user, network, account.
pub(super) fn read(reader: &mut Reader<'_>, source: &Source) -> Result<()> {
    let form = "identities".to_owned();
    let mut rows = Rows::open(&mut reader.builder, source, form, EXPECTED)?;
    let width = rows.len();
    let [user, network, name] = find_columns(&mut rows, reader)?;
    let builder = &mut reader.builder;
    let mut new_accounts = 0;
    while rows.advance()? {
        rows.split();
        if rows.len() != width {
            let expected = if width == 3 {
                EXPECTED.to_owned()
            } else {
                format!("{} columns like in the header", in_words(width))
            };
            return Err(rows.wrong(Error::input(format!(
                "expected {expected}, found {}",
                match rows.len() {
                    1 => "one column".into(),
                    count => format!("{} columns", in_words(count)),
                }
            ))));
        }
        let network_name = rows.text(network)?;
        let Some(id) = builder.find_network(network_name) else {
            let known = builder.network_names();
            return Err(rows.wrong(Error::unknown("network", network_name, known)));
        };
        let before = builder.accounts_in(id);
        let key = account(builder, id, name, &rows)?;
        new_accounts += u64::from(builder.accounts_in(id) - before);
        let user_name = rows.text(user)?;
        builder
            .push_identity(user_name, key, rows.file_number(), rows.line_number())
            .map_err(|error| rows.wrong(error))?;
        if rows.wants_example() {
            rows.example(format!("{user_name} is {}@{network_name}", rows.text(name)?));
        }
    }
    builder.report_mut().identities.new_accounts += new_accounts;
    rows.finish(builder, EXPECTED)
}

/// The columns of user, network and account.
fn find_columns(rows: &mut Rows, reader: &mut Reader<'_>) -> Result<[usize; 3]> {
    let words = rows.folded();
    let place = |known: &[&str]| words.iter().position(|word| known.contains(&word.as_str()));
    let named = [place(&USER), place(&NETWORK), place(&ACCOUNT)];
    if let [Some(user), Some(network), Some(account)] = named {
        for (column, word) in words.iter().enumerate() {
            if [user, network, account].contains(&column) {
                continue;
            }
            if !reader.ignores_column(word) {
                return Err(rows.wrong(Error::input(format!(
                    "expected {EXPECTED}, and nobody said what the column `{word}` is; leave it \
                     out with `--ignore-columns {word}`"
                ))));
            }
            rows.left_out(format!("the column `{word}`"));
        }
        rows.take_header();
        return Ok([user, network, account]);
    }
    // With two of the names it is a header, too.
    if words.len() == 3 && named.iter().flatten().count() == 2 {
        let known = |column: &usize| named.contains(&Some(*column));
        let column = (0..3).find(|column| !known(column)).unwrap_or(0);
        return Err(rows.wrong(Error::input(format!(
            "expected the columns `user`, `network` and `account`, and nobody said what the column `{}` is",
            words[column]
        ))));
    }
    match words.len() {
        3 => Ok([0, 1, 2]),
        count => Err(rows.wrong(Error::input(format!(
            "expected {EXPECTED}, found {} column{}",
            in_words(count),
            if count == 1 { "" } else { "s" }
        )))),
    }
}
