//! `tieline convert`: a graph file stands for the files that it was made of.

use serde_json::Value;
use tempfile::TempDir;

use super::{GRAPH, command, folder, stdout, summary, tieline};

/// Everything of a summary but the names of files.
fn results(mut summary: Value) -> Value {
    let summary_of = summary.as_object_mut().unwrap();
    for key in ["scenario", "load"] {
        summary_of.remove(key).unwrap();
    }
    summary
}

#[test]
fn a_graph_file_gives_the_same_bits_as_its_files() {
    let folder = folder();
    let folder = folder.path();
    for (out, more) in [("ab.tl", ""), ("reversed.tl", " --with-reverse")] {
        let page = stdout(&tieline(folder, &format!("convert {GRAPH} --out {out}{more}")));
        let start = format!("{out}: 2 networks, 3 users, 4 accounts, 4 ties; ");
        assert!(page.starts_with(&start), "{page}");
        for model in ["--reshare 0.5", "--model weighted-cascade", "--model linear-threshold"] {
            let rest = format!(
                "{model} --crosspost 0.25 --origins x@a --runs 500 --rng-seed 3 --audience \
                 --no-carry y --compare --carriers 2 --json -"
            );
            let text = summary(folder, &format!("simulate {GRAPH} {rest}"));
            let binary = summary(folder, &format!("simulate --graph {out} {rest}"));
            assert!(page.contains(text["graph"].as_str().unwrap()), "{page}");
            assert_eq!(binary["scenario"]["graph"], *out);
            assert_eq!(results(binary), results(text));
        }
    }
    // A graph file can be made of a graph file.
    stdout(&tieline(folder, "convert --graph reversed.tl --out again.tl"));
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    assert_eq!(read("again.tl"), read("ab.tl"));
}

#[test]
fn pages_tell_of_graph_files() {
    let folder = folder();
    let folder = folder.path();
    let graph = "--network a=third.tsv --accounts a=lonely.txt --network b=b.tsv:mutual --bridges \
                 bridges.tsv --identities who.csv --weights normalise";
    let mut pages =
        stdout(&tieline(folder, &format!("convert {graph} --out ab.tl --with-reverse")));
    for words in ["info --graph ab.tl --verify", "info --graph ab.tl"] {
        pages += &format!("\n$ tieline {words}\n{}", stdout(&tieline(folder, words)));
    }
    insta::assert_snapshot!(pages);
}

#[test]
fn scenario_files_name_graph_files_and_flags_replace_them() {
    let folder = folder();
    let below = folder.path().join("below");
    std::fs::create_dir(&below).unwrap();
    stdout(&tieline(folder.path(), &format!("convert {GRAPH} --out below/ab.tl")));
    let text = "graph = 'ab.tl'\nreshare = 0.5\ncrosspost = 0.25\norigins = ['x@a']\nruns = 50\n";
    std::fs::write(below.join("post.toml"), text).unwrap();
    let binary = summary(folder.path(), "simulate below/post.toml --json -");
    assert_eq!(binary["scenario"]["duplicates"], Value::Null);
    // Files of text take the place of the graph file, and the other way round.
    let flags = summary(folder.path(), &format!("simulate below/post.toml {GRAPH} --json -"));
    assert_eq!(flags["scenario"]["graph"], Value::Null);
    let files = "identities = 'same-name'\n[[network]]\nname = 'a'\nties = 'a.tsv'\n";
    std::fs::write(below.join("text.toml"), format!("{}{files}", &text[16..])).unwrap();
    let replaced = summary(folder.path(), "simulate below/text.toml --graph below/ab.tl --json -");
    assert_eq!(replaced["scenario"]["network"], Value::Null);
    assert_eq!(results(flags), results(binary.clone()));
    assert_eq!(results(replaced), results(binary));
}

/// A folder with `ab.tl`, altered so.
fn folder_with_altered_file(alter: impl FnOnce(&mut [u8])) -> TempDir {
    let folder = folder();
    stdout(&tieline(folder.path(), &format!("convert {GRAPH} --out ab.tl")));
    let path = folder.path().join("ab.tl");
    let mut bytes = std::fs::read(&path).unwrap();
    alter(&mut bytes);
    std::fs::write(&path, bytes).unwrap();
    folder
}

#[test]
fn an_altered_file_is_found_by_verify() {
    let folder = folder_with_altered_file(|bytes| bytes[192] ^= 1);
    let output = command(folder.path(), "info --graph ab.tl --verify").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "error: ab.tl: section `targets` does not have its checksum: the file was altered\n"
    );
}

/// Only verifying reads a file as a whole: what others come across is an error too.
#[test]
fn an_altered_file_that_is_used_all_the_same_gives_an_error() {
    // Where the row of the first account ends.
    let folder = folder_with_altered_file(|bytes| bytes[136] = 0x71);
    let words = "simulate --graph ab.tl --reshare 1 --origins x@a --runs 9";
    let output = command(folder.path(), words).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.starts_with("error: ") && told.lines().count() == 1, "{told}");
    assert!(told.contains("the graph file was altered; `tieline info --graph FILE --verify`"));
}
