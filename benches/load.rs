//! How fast does a graph come into memory: from text, from packed text, from a graph file?
//!
//! An edge list of integer names, from the first byte to the finished graph, on one thread. The plain
//! loop reads the same text: digits, then a counting sort into compressed rows; no names, no checks,
//! no duplicates. Needs the features `gzip` and `zstd` for the packed forms.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]
#![allow(clippy::print_stdout, reason = "a bench reports what it measured")]

mod common;

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use common::graphs::r_mat;
use common::measure::{Rounds, row, short, table, thousands};
use criterion::{Criterion, criterion_group, criterion_main};
use tieline::{Direction, GraphFile, GraphFiles, SocialGraph};

/// Rows `source<TAB>target` of the ties, in order.
fn text(graph: &SocialGraph) -> String {
    let mut text = String::new();
    for source in graph.accounts_in_key_order() {
        for &target in graph.targets(source) {
            let [source, target] =
                [source, target].map(|account| graph.logical_key(account).rank());
            writeln!(text, "{source}\t{target}").expect("memory to write to");
        }
    }
    text
}

/// The plain loop: reads numbers, counts, and puts targets in their places. Its number of ties.
fn plain_load(path: &Path) -> usize {
    let text = std::fs::read(path).expect("the file that was written");
    let (mut numbers, mut number, mut inside) = (Vec::new(), 0u32, false);
    for byte in text {
        if byte.is_ascii_digit() {
            number = number * 10 + u32::from(byte - b'0');
            inside = true;
        } else if inside {
            numbers.push(number);
            (number, inside) = (0, false);
        }
    }
    let accounts = numbers.iter().max().map_or(0, |&most| most as usize + 1);
    let mut offsets = vec![0u32; accounts + 1];
    numbers.chunks_exact(2).for_each(|row| offsets[row[0] as usize + 1] += 1);
    (0..accounts).for_each(|account| offsets[account + 1] += offsets[account]);
    let mut targets = vec![0; numbers.len() / 2];
    for row in numbers.chunks_exact(2) {
        let next = &mut offsets[row[0] as usize];
        targets[*next as usize] = row[1];
        *next += 1;
    }
    std::hint::black_box(targets).len()
}

fn load_text(path: &Path) -> SocialGraph {
    let files = GraphFiles::new().network("r-mat", path, Direction::Directed);
    files.load().expect("ties without mistakes").0
}

#[cfg(feature = "gzip")]
fn gzip(text: &[u8], path: &Path) -> bool {
    let file = std::fs::File::create(path).expect("a folder that can be written to");
    let mut packed = flate2::write::GzEncoder::new(file, flate2::Compression::new(6));
    std::io::Write::write_all(&mut packed, text).expect("room on the disk");
    packed.finish().expect("room on the disk");
    true
}

#[cfg(not(feature = "gzip"))]
fn gzip(_: &[u8], _: &Path) -> bool {
    false
}

#[cfg(feature = "zstd")]
fn zstd(text: &[u8], path: &Path) -> bool {
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    std::fs::write(path, ruzstd::encoding::compress_to_vec(text, level)).expect("room on the disk");
    true
}

#[cfg(not(feature = "zstd"))]
fn zstd(_: &[u8], _: &Path) -> bool {
    false
}

fn load(criterion: &mut Criterion) {
    #[cfg(feature = "parallel")]
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().expect("no pool before this");
    let graph = r_mat(19, 16);
    let folder = tempfile::tempdir().expect("a folder for what is read");
    let place = |name: &str| folder.path().join(name);
    let (plain_text, gz, zst, file) =
        (place("r-mat.tsv"), place("r-mat.tsv.gz"), place("r-mat.tsv.zst"), place("r-mat.tl"));
    let text = text(&graph);
    std::fs::write(&plain_text, &text).expect("room on the disk");
    graph.save(&file).expect("room on the disk");

    let mut save = || _ = graph.save(place("again.tl")).expect("room on the disk");
    let mut open = || _ = GraphFile::open(&file).expect("the file that was saved");
    let mut verify = || {
        let opened = GraphFile::open(&file).expect("the file that was saved");
        opened.verify().expect("a whole file");
    };
    let mut of_plain = || assert_eq!(plain_load(&plain_text) as u64, graph.tie_count());
    let mut of_text = || _ = load_text(&plain_text);
    let mut of_gzip = || _ = load_text(&gz);
    let mut of_zstd = || _ = load_text(&zst);
    let mut works: Vec<(&str, &mut dyn FnMut())> =
        vec![("plain loop, text", &mut of_plain), ("text", &mut of_text)];
    if gzip(text.as_bytes(), &gz) {
        works.push(("gzip", &mut of_gzip));
    }
    if zstd(text.as_bytes(), &zst) {
        works.push(("zstd", &mut of_zstd));
    }
    works.push(("graph file, opened", &mut open));
    works.push(("graph file, opened and verified", &mut verify));
    works.push(("graph file, written", &mut save));
    assert_eq!(load_text(&plain_text).tie_count(), graph.tie_count());

    let mut in_turn: Vec<&mut dyn FnMut()> =
        works.iter_mut().map(|(_, work)| &mut **work as &mut dyn FnMut()).collect();
    let rounds = Rounds::of(&mut in_turn);
    table(
        &format!(
            "{} accounts, {} ties, {} bytes of text (bar: text at 100 MB/s)",
            thousands(graph.account_count() as u64),
            thousands(graph.tie_count()),
            thousands(text.len() as u64)
        ),
        &["from", "ms", "MB/s of text", "ns per tie", "times the time of the plain loop"],
    );
    for (work, (name, _)) in works.iter().enumerate() {
        let time = rounds.median(work);
        row(&[
            name,
            &short(time / 1e6),
            &short(text.len() as f64 * 1000.0 / time),
            &short(time / graph.tie_count() as f64),
            &short(rounds.ratio(work, 0)),
        ]);
    }
    let mut group = criterion.benchmark_group("load");
    group.sample_size(10).warm_up_time(Duration::from_millis(200));
    group.measurement_time(Duration::from_secs(1));
    group.bench_function("graph file, opened", |bencher| bencher.iter(&mut open));
    group.finish();
}

criterion_group!(benches, load);
criterion_main!(benches);
