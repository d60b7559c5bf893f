//! Weaves all mutants that cargo-mutants would make one by one into one program, of which an environment variable
//! turns on one: to ask the tests about one takes seconds in place of a build. See MUTANTS.md.
//!
//! `weave K/N [WORD …]` asks every N-th mutant, from number K on, and of these only the ones whose names hold one
//! of the words, if there are any; `weave --built K/N …` does so with what was built last.

mod ask;
mod build;
mod built;
mod list;
mod reach;
mod weave;

use std::collections::HashMap;
use std::error::Error;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use ask::ask;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1).peekable();
    let usage = "weave [--built] K/N [WORD …], such as weave 0/10 src/engine/queue.rs";
    let again = args.next_if_eq("--built").is_some();
    let shard = args.next().ok_or(usage)?;
    let (from, step) = shard.split_once('/').ok_or(usage)?;
    let (from, step): (usize, usize) = (from.parse()?, step.parse()?);
    let only: Vec<String> = args.collect();

    let root = fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))?;
    let folder = root.join("target/woven");
    let copy = folder.join("crate");
    fs::create_dir_all(&folder)?;
    let mutants = list::mutants(&root)?;
    let file = folder.join("built.tsv");
    let (programs, woven) = if again {
        built::read(&file, &mutants)?
    } else {
        let (programs, woven) = build::build(&root, &copy, &mutants)?;
        built::keep(&file, &programs, &mutants, &woven)?;
        (programs, woven)
    };

    let longest = std::env::var("TIELINE_LONGEST").ok().and_then(|said| said.parse().ok());
    let longest = Duration::from_secs_f64(longest.unwrap_or(0.5));
    let tests = reach::tests(&copy, &programs, longest)?;
    eprintln!("{} tests take no longer than {longest:?}", tests.len());
    let places = places(&mutants);

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
                        let place = places[mutant.number as usize - 1];
                        let verdict = ask(&copy, &programs, &tests, mutant, place);
                        let verdict = verdict.expect("tests can be started").to_string();
                        let mut results = results.lock().unwrap();
                        writeln!(results, "{}\t{verdict}", mutant.name).expect("results are kept");
                        verdict
                    });
                    let count = match verdict.as_str() {
                        missed_so if missed_so.starts_with("missed") => {
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

/// Where each mutant stands, by the first there: what is done with an operator is asked once for all that change it.
fn places(mutants: &[list::Mutant]) -> Vec<u32> {
    let (mut first, mut places) = (HashMap::new(), Vec::new());
    for mutant in mutants {
        places.push(match mutant.genre.as_str() {
            "BinaryOperator" => *first.entry(mutant.key()).or_insert(mutant.number),
            _ => mutant.number,
        });
    }
    places
}
