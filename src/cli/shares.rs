//! Share events as rows of CSV (RFC 4180) or JSON lines.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufWriter, Result, Write};
use std::path::Path;

use serde::Serialize;
use tieline::{Route, ShareLog, ShareRow, SocialGraph, Ticks};

/// The columns, in order.
const COLUMNS: &str = "post,run,row,account,network,user,parent,step,time,route,occurrence";

#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    Csv,
    Jsonl,
}

/// A file of share events.
#[derive(Debug)]
pub(super) struct Shares {
    out: BufWriter<File>,
    form: Form,
    /// The names of the posts, if there are several.
    posts: Vec<String>,
}

/// One line of the JSON form.
#[derive(Debug, Serialize)]
struct Line<'a> {
    post: Name<'a>,
    run: u64,
    row: u32,
    account: &'a str,
    network: &'a str,
    user: &'a str,
    parent: Option<u32>,
    step: u32,
    time: Option<f64>,
    route: Route,
    occurrence: u32,
}

/// What a post is called: by its name, or 0 if there is only one.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Name<'a> {
    Only(u64),
    One(&'a str),
}

impl Shares {
    /// Makes the file, whose ending says the form, for a scenario with these posts.
    pub(super) fn create(path: &Path, posts: Vec<String>) -> Result<Self> {
        let csv = path.extension().is_some_and(|ending| ending == "csv");
        let form = if csv { Form::Csv } else { Form::Jsonl };
        let mut out = BufWriter::new(File::create(path)?);
        if form == Form::Csv {
            writeln!(out, "{COLUMNS}")?;
        }
        Ok(Self { out, form, posts })
    }

    pub(super) fn write(&mut self, graph: &SocialGraph, log: &ShareLog) -> Result<()> {
        log.rows().try_for_each(|row| self.write_row(graph, row))
    }

    fn write_row(&mut self, graph: &SocialGraph, share: ShareRow) -> Result<()> {
        let ShareRow { run, row, account, parent, step, time, route, occurrence, post, .. } = share;
        let post = match self.posts.get(post as usize) {
            Some(name) => Name::One(name),
            None => Name::Only(post.into()),
        };
        let time = time.map(Ticks::in_units);
        let name = graph.account_name(account);
        let network = graph.network(graph.network_of(account)).name();
        let user = graph.user_name(graph.user_of(account));
        if self.form == Form::Jsonl {
            let (account, user) = (&*name, &*user);
            let line = Line {
                post,
                run,
                row,
                account,
                network,
                user,
                parent,
                step,
                time,
                route,
                occurrence,
            };
            serde_json::to_writer(&mut self.out, &line)?;
            return writeln!(self.out);
        }
        let (account, network, user) = (quoted(&name), quoted(network), quoted(&user));
        match post {
            Name::Only(number) => write!(self.out, "{number}")?,
            Name::One(name) => write!(self.out, "{}", quoted(name))?,
        }
        write!(self.out, ",{run},{row},{account},{network},{user},")?;
        if let Some(parent) = parent {
            write!(self.out, "{parent}")?;
        }
        write!(self.out, ",{step},")?;
        if let Some(time) = time {
            write!(self.out, "{time}")?;
        }
        writeln!(self.out, ",{},{occurrence}", word(route))
    }

    pub(super) fn finish(mut self) -> Result<()> {
        self.out.flush()
    }
}

fn word(route: Route) -> &'static str {
    match route {
        Route::Origin => "origin",
        Route::Tie => "tie",
        Route::CrossPost => "cross-post",
        // The library may learn more routes than this binary, which is built with it, knows.
        _ => "other",
    }
}

/// A field as RFC 4180 has it: in quotes if it holds a comma, a quote or a line end.
fn quoted(field: &str) -> Cow<'_, str> {
    if field.contains([',', '"', '\n', '\r']) {
        Cow::Owned(format!("\"{}\"", field.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_needs_quotes_gets_them() {
        assert_eq!(quoted("bob smith #1 😀"), "bob smith #1 😀");
        assert_eq!(quoted("smith, bob"), "\"smith, bob\"");
        assert_eq!(quoted("the \"real\" bob"), "\"the \"\"real\"\" bob\"");
        assert_eq!(quoted("a\rb"), "\"a\rb\"");
    }

    #[test]
    fn routes_are_called_alike_in_both_forms() {
        for route in [Route::Origin, Route::Tie, Route::CrossPost] {
            assert_eq!(serde_json::to_value(route).unwrap(), word(route));
        }
    }
}
