//! Arrows between modules only point down: the order below is the one that ARCHITECTURE.md draws.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// From top to bottom. A module may use those below it, and nothing else.
const ORDER: [&str; 19] = [
    "cli",
    "scenario_file",
    "report",
    "exact",
    "typed",
    "ensemble",
    "interlink",
    "cascade",
    "scenario",
    "engine",
    "model",
    "io",
    "generate",
    "graph",
    "stats",
    "random",
    "unit",
    "id",
    "error",
];

/// Each Rust file below `folder` with the top-level module that it belongs to.
fn sources(folder: &Path, module: Option<&str>, found: &mut Vec<(String, String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            sources(&path, Some(module.unwrap_or(&stem)), found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((module.unwrap_or(&stem).to_owned(), path.display().to_string(), text));
        }
    }
}

/// What follows each `crate::` in code, up to the end of a path segment; `{` opens a list of them.
fn references(text: &str) -> Vec<String> {
    let code: String =
        text.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join(" ");
    let segment = |rest: &str| -> String {
        rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let Some(list) = rest.strip_prefix('{') else {
            found.push(segment(rest));
            continue;
        };
        let mut depth = 0;
        let mut start = true;
        for (i, c) in list.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => start = true,
                c if start && !c.is_whitespace() => {
                    found.push(segment(&list[i..]));
                    start = false;
                }
                _ => {}
            }
        }
    }
    found
}

/// Which module each name at the crate's root comes from, as `src/lib.rs` says.
fn facade(lib: &str) -> HashMap<String, String> {
    let mut names = HashMap::new();
    for item in lib.split(';') {
        let Some(at) = item.find("pub use crate::") else { continue };
        let item = &item[at + "pub use crate::".len()..];
        let Some((module, list)) = item.split_once("::") else { continue };
        for name in list.split(|c: char| !(c.is_alphanumeric() || c == '_')) {
            names.insert(name.to_owned(), module.to_owned());
        }
    }
    names
}

#[test]
fn arrows_point_down() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let facade = facade(&fs::read_to_string(root.join("lib.rs")).unwrap());
    let mut files = Vec::new();
    sources(&root, None, &mut files);
    let rank = |module: &str| ORDER.iter().position(|known| *known == module);
    let mut arrows = 0;
    let mut wrong = Vec::new();
    for (module, path, text) in &files {
        if module == "lib" || module == "main" {
            continue;
        }
        let Some(from) = rank(module) else {
            wrong.push(format!("{path}: module `{module}` has no place in the order"));
            continue;
        };
        for name in references(text) {
            let target = facade.get(&name).map_or(name.as_str(), String::as_str);
            match rank(target) {
                Some(to) if to == from => {}
                Some(to) if to > from => arrows += 1,
                Some(_) => {
                    wrong.push(format!("{path}: `{module}` uses `{name}`, which is above it"));
                }
                None => wrong.push(format!("{path}: `crate::{name}` is in no known module")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(arrows > 50, "only {arrows} arrows were seen: does the test still read the code?");
}

#[test]
fn references_are_read() {
    let code =
        "use crate::graph::{A, B}; // crate::cli\nuse crate::{id::C, random::{D, E}}; crate::Run";
    assert_eq!(references(code), ["graph", "id", "random", "Run"]);
}
