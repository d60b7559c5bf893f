//! Share events as rows of CSV (RFC 4180) or JSON lines.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufWriter, Result, Write};
use std::path::Path;

use serde::Serialize;
use tieline::{Route, ShareLog, ShareRow, SocialGraph, Ticks, TypedShare};

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

/// A row. Without a graph nobody in particular shares, so that there is no account, no user and no number of
/// the share of an account.
#[derive(Debug, Serialize)]
struct Line<'a> {
    post: Name<'a>,
    run: u64,
    row: u32,
    account: Option<&'a str>,
    network: &'a str,
    user: Option<&'a str>,
    parent: Option<u32>,
    step: u32,
    time: Option<f64>,
    route: &'static str,
    occurrence: Option<u32>,
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
        let (name, user) = (graph.account_name(account), graph.user_name(graph.user_of(account)));
        let post = match self.posts.get(post as usize) {
            Some(name) => Name::One(name),
            None => Name::Only(post.into()),
        };
        let line = Line {
            post,
            run,
            row,
            account: Some(&name),
            network: graph.network(graph.network_of(account)).name(),
            user: Some(&user),
            parent,
            step,
            time: time.map(Ticks::in_units),
            route: word(route),
            occurrence: Some(occurrence),
        };
        write_line(&mut self.out, self.form, &line)
    }

    /// The shares of a run without a graph, of these types.
    pub(super) fn write_typed(
        &mut self,
        types: &[String],
        run: u64,
        shares: &[TypedShare],
    ) -> Result<()> {
        let mut depths: Vec<u32> = Vec::with_capacity(shares.len());
        for (row, share) in (0..).zip(shares) {
            let step = share.parent.map_or(0, |parent| depths[parent] + 1);
            depths.push(step);
            let line = Line {
                post: Name::Only(0),
                run,
                row,
                account: None,
                network: &types[share.of_type],
                user: None,
                parent: share.parent.map(|parent| parent as u32),
                step,
                time: Some(share.time.in_units()),
                route: if share.parent.is_some() { "offspring" } else { word(Route::Origin) },
                occurrence: None,
            };
            write_line(&mut self.out, self.form, &line)?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<()> {
        self.out.flush()
    }
}

fn write_line(out: &mut impl Write, form: Form, line: &Line<'_>) -> Result<()> {
    if form == Form::Jsonl {
        serde_json::to_writer(&mut *out, line)?;
        return writeln!(out);
    }
    let optional = |number: Option<u32>| number.map_or_else(String::new, |n| n.to_string());
    match line.post {
        Name::Only(number) => write!(out, "{number}")?,
        Name::One(name) => write!(out, "{}", quoted(name))?,
    }
    let [account, user] = [line.account, line.user].map(|name| quoted(name.unwrap_or_default()));
    write!(out, ",{},{},{account},{},{user},", line.run, line.row, quoted(line.network))?;
    write!(out, "{},{},", optional(line.parent), line.step)?;
    if let Some(time) = line.time {
        write!(out, "{time}")?;
    }
    writeln!(out, ",{},{}", line.route, optional(line.occurrence))
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
