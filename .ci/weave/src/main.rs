//! Weaves all mutants that cargo-mutants would make one by one into one program, of which an environment variable
//! turns on one: to ask the tests about one takes seconds in place of a build. See MUTANTS.md.
//!
//! `weave K/N [WORD …]` asks every N-th mutant, from number K on, and of these only the ones whose names hold one
//! of the words, if there are any.

mod ask;
mod build;
mod list;
mod weave;

use std::collections::HashMap;
use std::error::Error;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use ask::{Verdict, Words, ask};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let usage = "weave K/N [WORD …], such as weave 0/10 src/engine/queue.rs";
    let shard = args.next().ok_or(usage)?;
    let (from, step) = shard.split_once('/').ok_or(usage)?;
    let (from, step): (usize, usize) = (from.parse()?, step.parse()?);
    let only: Vec<String> = args.collect();

    let root = fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))?;
    let folder = root.join("target/woven");
    let copy = folder.join("crate");
    fs::create_dir_all(&folder)?;
    let mutants = list::mutants(&root)?;
    let (programs, woven) = build::build(&root, &copy, &mutants)?;

    let fast = std::env::var("FAST_TESTS")?;
    let (unit, mut others): (Vec<_>, Vec<_>) = fast
        .split_whitespace()
        .map(str::to_owned)
        .partition(|word| UNIT.iter().any(|unit| word.starts_with(unit)));
    let first = others.extract_if(.., |word| word == QUICK).collect();
    let words = Words { unit, first, others };
    let before = Instant::now();
    let verdict = ask(&copy, &programs, &words, None, Duration::from_secs(600))?;
    if verdict != Verdict::Missed {
        return Err(format!("without a mutant the tests fail: {verdict}").into());
    }
    // Several run at once, and more slowly.
    let limit = 4 * before.elapsed() + Duration::from_secs(10);

    let asked: Vec<_> = mutants
        .iter()
        .skip(from)
        .step_by(step)
        .filter(|mutant| woven.contains(&mutant.number))
        .filter(|mutant| only.is_empty() || only.iter().any(|word| mutant.name.contains(word)))
        .collect();
    let file = folder.join("asked.tsv");
    let known = fs::read_to_string(&file).unwrap_or_default();
    let known: HashMap<_, _> = known.lines().filter_map(|line| line.split_once('\t')).collect();
    let results = OpenOptions::new().create(true).append(true).open(&file)?;
    let results = Mutex::new(results);
    let [noticed, timeouts, missed] = [(); 3].map(|()| AtomicUsize::new(0));
    let queue = Mutex::new(asked.iter());
    let threads = thread::available_parallelism()?.get();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().unwrap().next();
                    let Some(mutant) = next else { return };
                    let told = known.get(mutant.name.as_str()).map(|told| (*told).to_owned());
                    let verdict = told.unwrap_or_else(|| {
                        let verdict = ask(&copy, &programs, &words, Some(mutant), limit);
                        let verdict = verdict.expect("tests can be started").to_string();
                        let mut results = results.lock().unwrap();
                        writeln!(results, "{}\t{verdict}", mutant.name).expect("results are kept");
                        verdict
                    });
                    let count = match verdict.as_str() {
                        "missed" => {
                            println!("{}", mutant.name);
                            &missed
                        }
                        "timeout" => &timeouts,
                        _ => &noticed,
                    };
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    eprintln!(
        "{} asked: {} noticed, {} timeouts, {} missed (the names above)",
        asked.len(),
        noticed.into_inner(),
        timeouts.into_inner(),
        missed.into_inner(),
    );
    let rest = mutants.len() - woven.len();
    eprintln!("{rest} of {} are not woven, and are to be asked one by one", mutants.len());
    Ok(())
}

/// What is quick and notices most.
const QUICK: &str = "golden";

/// Modules whose names begin those of unit tests.
const UNIT: [&str; 4] = ["engine::", "model::", "random::", "typed::"];
