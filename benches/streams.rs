//! Are the streams random as the engine uses them? Writes the words of one stream to standard
//! output, as raw 64-bit words, low byte first, until nobody reads them any more; for dieharder and
//! its like. `RANDOMNESS.md` tells what came of it.
//!
//! ```text
//! cargo bench --features internals --bench streams -- accounts | dieharder -a -g 200
//! ```
#![allow(clippy::print_stderr, reason = "it says what it could write")]

use std::io::{self, Write};
use std::process::ExitCode;

use tieline::Words;

/// The seed of all streams but `seeds`.
const RNG_SEED: u64 = 0;

/// Accounts of one run before the next run begins, where a stream goes on for longer.
const ACCOUNTS: u64 = 1 << 32;

/// The logical key of account `rank` of the second network.
const fn elsewhere(rank: u64) -> u64 {
    1 << 32 | rank
}

/// `N` words for each account of one run after the other.
fn by_account<const N: usize>(
    accounts: u64,
    words: impl Fn(&Words, u64) -> [u64; N],
) -> io::Result<()> {
    let mut run = Words::of_run(RNG_SEED, 0);
    by_number(|number| {
        if number % accounts == 0 {
            run = Words::of_run(RNG_SEED, number / accounts);
        }
        words(&run, number % accounts)
    })
}

/// `N` words for each of the numbers 0, 1, 2 …
fn by_number<const N: usize>(mut words: impl FnMut(u64) -> [u64; N]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let mut bytes = Vec::new();
    let mut number = 0;
    loop {
        bytes.clear();
        for _ in 0..8192 / N {
            for word in words(number) {
                bytes.extend_from_slice(&word.to_le_bytes());
            }
            number += 1;
        }
        out.write_all(&bytes)?;
    }
}

/// Draws 1 to 8 of a block's ties: the places of its points.
const PLACES: [u64; 8] = [1, 2, 3, 4, 5, 6, 7, 8];

type Stream = (&'static str, &'static str, fn() -> io::Result<()>);

const STREAMS: [Stream; 13] = [
    ("accounts", "draw 0 of one account after the other: how many ties fire", || {
        by_account(ACCOUNTS, |run, who| [run.tie(who, 0, 0)[0]])
    }),
    ("top16", "the same, of each draw the first 16 bits: all that the engine compares", || {
        by_account(ACCOUNTS / 4, |run, who| {
            let first = |i: u64| run.tie(4 * who + i, 0, 0)[0] >> 48;
            [first(0) | first(1) << 16 | first(2) << 32 | first(3) << 48]
        })
    }),
    ("places", "draws 1 to 8 of one account after the other: which ties fire", || {
        by_account(ACCOUNTS, |run, who| PLACES.map(|index| run.tie(who, 0, index)[0]))
    }),
    ("fractions", "the same, each with the 64 bits behind it: picks from a table", || {
        by_account(ACCOUNTS, |run, who| {
            let [[a, b], [c, d], [e, f], [g, h]] = [1, 2, 3, 4].map(|i| run.tie(who, 0, i));
            [a, b, c, d, e, f, g, h]
        })
    }),
    ("blocks", "draw 0 of the 64 blocks of each account: hubs", || {
        by_account(ACCOUNTS, |run, who| {
            std::array::from_fn::<_, 64, _>(|block| run.tie(who, 0, (block as u64) << 32)[0])
        })
    }),
    ("networks", "draw 0 of each account into 16 networks: bridge ties", || {
        by_account(ACCOUNTS, |run, who| {
            std::array::from_fn::<_, 16, _>(|network| run.tie(who, network as u64, 0)[0])
        })
    }),
    ("crossposts", "the coin of each account's cross-post into another network", || {
        by_account(ACCOUNTS, |run, who| [run.crosspost(who, elsewhere(who))])
    }),
    ("parents", "what ranks 8 tries to reach each account", || {
        by_account(ACCOUNTS, |run, child| {
            std::array::from_fn::<_, 8, _>(|i| run.parent(child, (child & !7) + 8 + i as u64, 1))
        })
    }),
    ("choices", "whom one account after the other listens to", || {
        by_account(ACCOUNTS, |run, who| [run.choice(who)])
    }),
    ("channels", "a tie, a cross-post, a parent and a choice of each account", || {
        by_account(ACCOUNTS, |run, who| {
            let parent = run.parent(who, who + 1, 1);
            [run.tie(who, 0, 0)[0], run.crosspost(who, elsewhere(who)), parent, run.choice(who)]
        })
    }),
    ("ensembles", "draw 0 of 1,000 accounts in one run after the other", || {
        by_account(1000, |run, who| [run.tie(who, 0, 0)[0]])
    }),
    ("runs", "draw 0 of one account in one run after the other", || {
        by_number(|run| [Words::of_run(RNG_SEED, run).tie(0, 0, 0)[0]])
    }),
    ("seeds", "draw 0 of one account under one rng_seed after the other", || {
        by_number(|rng_seed| [Words::of_run(rng_seed, 0).tie(0, 0, 0)[0]])
    }),
];

fn main() -> ExitCode {
    // cargo adds a flag of its own.
    let asked = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let stream = STREAMS.iter().find(|stream| Some(stream.0) == asked.as_deref());
    let Some((_, _, write)) = stream else {
        eprintln!(
            "cargo bench --features internals --bench streams -- STREAM | dieharder -g 200 -a"
        );
        for (name, what, _) in STREAMS {
            eprintln!("  {name:<12}{what}");
        }
        return if asked.is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
    };
    match write() {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}
