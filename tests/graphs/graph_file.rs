//! Graph files: what is saved is what is opened, to the bit of every result; and whatever happens to
//! a file, it is an error or a panic in words, never more.

use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};

use crate::scenarios::{Case, Dice, crowd};
use crate::worlds::worlds;
use proptest::prelude::*;
use tempfile::TempDir;
use tieline::{
    AccountId, Ensemble, GraphFile, GraphWriter, LinearThreshold, NetworkKind, Outcome,
    Reciprocity, Scenario, ShareLog, SocialGraph, TimeUnit, WeightedCascade,
};
use twox_hash::XxHash3_64;

fn saved(folder: &TempDir, graph: &SocialGraph, with_reverse: bool) -> PathBuf {
    let path = folder.path().join("graph.tl");
    let length =
        if with_reverse { graph.save_with_reverse(&path) } else { graph.save(&path) }.unwrap();
    assert_eq!(fs::metadata(&path).unwrap().len(), length);
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "nothing else is left behind: {left:?}");
    path
}

/// Everything that one can ask of a graph.
fn assert_equal(one: &SocialGraph, other: &SocialGraph) {
    assert_eq!(one.fingerprint(), other.fingerprint());
    assert_eq!(one.bridge_tie_count(), other.bridge_tie_count());
    assert_eq!(one.user_count(), other.user_count());
    assert_eq!(one.users_with_several_accounts(), other.users_with_several_accounts());
    assert!(one.users().eq(other.users()));
    assert!(one.networks().eq(other.networks()) && one.accounts().eq(other.accounts()));
    assert!(one.accounts_in_key_order().eq(other.accounts_in_key_order()));
    for id in one.networks() {
        let (one, other) = (one.network(id), other.network(id));
        assert_eq!((one.name(), one.kind()), (other.name(), other.kind()));
    }
    for account in one.accounts() {
        assert_eq!(one.targets(account), other.targets(account));
        assert_eq!(one.sources(account), other.sources(account));
        assert_eq!(one.logical_key(account), other.logical_key(account));
        let label = one.account_label(account);
        assert_eq!(
            (other.account_label(account), other.account(&label).unwrap()),
            (label, account)
        );
        let user = one.user_of(account);
        assert_eq!(other.user_of(account), user);
        assert!(one.accounts_of_user(user).eq(other.accounts_of_user(user)));
        let name = one.user_name(user);
        assert_eq!((other.user_name(user), other.user(&*name).unwrap()), (name.clone(), user));
        for tie in one.tie_ids(account) {
            assert_eq!(one.weight(tie).map(f64::to_bits), other.weight(tie).map(f64::to_bits));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..Default::default() })]

    #[test]
    fn all_of_a_graph_survives(world in worlds(), with_reverse in any::<bool>()) {
        let folder = TempDir::new().unwrap();
        let path = saved(&folder, &world.graph, with_reverse);
        let file = GraphFile::open(&path).unwrap();
        file.verify().unwrap();
        assert_equal(&world.graph, file.graph());
        // Saved again, it is the same bytes.
        let bytes = fs::read(&path).unwrap();
        let again = saved(&folder, file.graph(), with_reverse);
        assert_eq!(bytes, fs::read(again).unwrap());
        let inside: u64 = file.report().networks.iter().map(|network| network.ties).sum();
        assert_eq!(inside + world.graph.bridge_tie_count(), world.ties.len() as u64);
    }
}

#[test]
fn results_are_the_same_bits() {
    let folder = TempDir::new().unwrap();
    for seed in 0..60 {
        let case = Case::new(seed);
        let graph = case.graph();
        let opened = SocialGraph::open(saved(&folder, &graph, seed % 2 == 0)).unwrap();
        let results = |graph: SocialGraph| {
            let scenario = case.scenario_on(graph);
            let overlay = case.overlay(scenario.graph(), &case.changes);
            let ensemble = Ensemble::new(&scenario)
                .runs(50)
                .rng_seed(seed)
                .links()
                .audience()
                .compare(overlay);
            (ensemble.run(), ensemble.share_log())
        };
        let (want, found): ((Outcome, ShareLog), _) = (results(graph), results(opened));
        assert_eq!(found, want, "case {seed}");
    }
}

/// What the random worlds do not have: kinds, names that are numbers or nothing, names of users with
/// one account, no accounts, no networks.
#[test]
fn rare_parts_survive() {
    let folder = TempDir::new().unwrap();
    let mut builder = SocialGraph::builder();
    let forum = NetworkKind::new("forum, old", Reciprocity::Mutual);
    let (square, hall) = (builder.network_of_kind("square", forum), builder.network("Halle é"));
    builder.network("empty");
    for account in ["0", "1", "2"] {
        builder.tie(square, account, "0");
    }
    builder.tie(hall, "99", "7").tie(hall, "7", "18446744073709551615");
    builder.user("Zoë", [(square, "1"), (hall, "7")]).user("Alone", [(hall, "99")]);
    builder.user("Also alone", [(square, "2")]);
    let graph = builder.build().unwrap();
    for graph in [
        graph.stored_by(|account| std::cmp::Reverse(account.get())),
        graph,
        SocialGraph::builder().build().unwrap(),
        crowd(300, 3, 1),
    ] {
        let path = saved(&folder, &graph, true);
        let file = GraphFile::open(&path).unwrap();
        file.verify().unwrap();
        assert_equal(&graph, file.graph());
        let clone = file.graph().clone();
        drop(file);
        assert_equal(&graph, &clone);
    }
}

/// A ring of n in one network, a star in another, two shared users: as the builder builds it.
#[test]
fn what_is_written_by_columns_is_what_the_builder_builds() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("made.tl");
    let mut builder = SocialGraph::builder();
    let (ring, star) = (builder.network("ring"), builder.network("star"));
    let name = |account: u32| account.to_string();
    for account in 0..5 {
        builder.account(ring, &name(account));
    }
    for account in 0..4 {
        builder.account(star, &name(account));
    }
    for account in 0..5 {
        builder.weighted_tie(ring, &name(account), &name((account + 1) % 5), f64::from(account));
    }
    for account in 1..4 {
        builder.tie(star, "0", &name(account));
    }
    builder.bridge((star, "2"), (ring, "4"));
    builder
        .user("0", [(ring, "1"), (star, "0")])
        .user("1", [(ring, "2"), (ring, "4"), (star, "3")]);
    let graph = builder.build().unwrap();

    let mut writer = GraphWriter::create(&path).unwrap();
    writer.network("ring", NetworkKind::default(), 5).unwrap();
    writer.network("star", NetworkKind::default(), 4).unwrap();
    writer.degrees([1, 1, 1, 1, 1, 3, 0, 1, 0]).unwrap();
    writer.targets([1, 2, 3, 4, 0, 6, 7, 8, 4].map(AccountId::new)).unwrap();
    let none = f64::NAN;
    writer.weights([0.0, 1.0, 2.0, 3.0, 4.0, none, none, none, none]).unwrap();
    writer
        .users(
            [&[1, 5][..], &[2, 4, 8]]
                .map(|row| row.iter().map(|&a| AccountId::new(a)).collect::<Vec<_>>()),
        )
        .unwrap();
    assert!(!path.exists(), "it appears when it is whole");
    writer.finish().unwrap();
    let file = GraphFile::open(&path).unwrap();
    file.verify().unwrap();
    assert_equal(&graph, file.graph());

    let mistakes: Vec<String> = [
        |writer: &mut GraphWriter| writer.targets([]),
        |writer: &mut GraphWriter| writer.network("a:b", NetworkKind::default(), 1).map(drop),
        |writer: &mut GraphWriter| writer.network("a", NetworkKind::default(), 1).map(drop),
        |writer: &mut GraphWriter| writer.network("b", NetworkKind::default(), u32::MAX).map(drop),
        |writer: &mut GraphWriter| writer.degrees([1, 1]),
        |writer: &mut GraphWriter| writer.degrees([u64::MAX, 1, 0]),
        |writer: &mut GraphWriter| writer.degrees([1, 0, 1]).and_then(|()| writer.degrees([0; 3])),
        |writer: &mut GraphWriter| full(writer, &[1], &[]),
        |writer: &mut GraphWriter| full(writer, &[1, 0, 1], &[]),
        |writer: &mut GraphWriter| full(writer, &[1, 3], &[]),
        |writer: &mut GraphWriter| full(writer, &[1, 0], &[1.0]),
        |writer: &mut GraphWriter| full(writer, &[1, 0], &[1.0, -1.0]),
        |writer: &mut GraphWriter| users(writer, &[&[0]]),
        |writer: &mut GraphWriter| users(writer, &[&[1, 0]]),
        |writer: &mut GraphWriter| users(writer, &[&[0, 3]]),
        |writer: &mut GraphWriter| users(writer, &[&[0, 1], &[1, 2]]),
    ]
    .iter()
    .map(|mistake| {
        let mut writer = GraphWriter::create(folder.path().join("wrong.tl")).unwrap();
        writer.network("a", NetworkKind::default(), 3).unwrap();
        told(&mistake(&mut writer).unwrap_err(), &folder)
    })
    .chain([told(&GraphWriter::create(&path).unwrap().finish().unwrap_err(), &folder)])
    .collect();
    insta::assert_snapshot!(mistakes.join("\n"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no half file is left");
}

fn full(writer: &mut GraphWriter, targets: &[u32], weights: &[f64]) -> tieline::Result<()> {
    writer.degrees([1, 1, 0])?;
    writer.targets(targets.iter().map(|&target| AccountId::new(target)))?;
    writer.weights(weights.iter().copied())
}

fn users(writer: &mut GraphWriter, users: &[&[u32]]) -> tieline::Result<()> {
    writer.degrees([0; 3])?;
    writer.targets([])?;
    writer.users(users.iter().map(|u| u.iter().map(|&a| AccountId::new(a)).collect::<Vec<_>>()))
}

/// An error without the folder of this run.
fn told(error: &tieline::Error, folder: &TempDir) -> String {
    error
        .to_string()
        .replace(&format!("{}{}", folder.path().display(), std::path::MAIN_SEPARATOR), "")
}

/// Two networks with everything in them: names as numbers and text, weights, users, ranks.
fn sample() -> SocialGraph {
    let mut builder = SocialGraph::builder();
    let (square, hall) = (builder.network("square"), builder.network("hall"));
    builder.weighted_tie(square, "ann", "bob", 0.5).weighted_tie(square, "bob", "cid", 0.25);
    builder.weighted_tie(square, "bob", "ann", 0.5).tie(hall, "12", "7").tie(hall, "7", "99");
    builder.weighted_bridge((square, "cid"), (hall, "12"), 1.0);
    builder.user("Bob", [(square, "bob"), (hall, "7")]).user("Ann", [(square, "ann")]);
    builder.build().unwrap().stored_by(|account| std::cmp::Reverse(account.get()))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap())
}

fn put(bytes: &mut [u8], at: usize, value: u64) {
    bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
}

/// The line of the table for the section of this kind.
fn line(bytes: &[u8], kind: u32) -> usize {
    let table = u64_at(bytes, 24) as usize;
    let lines = (table..bytes.len()).step_by(40);
    lines.into_iter().find(|&at| bytes[at..at + 4] == kind.to_le_bytes()).unwrap()
}

/// Puts all checksums right, so that only what they cannot see is wrong.
fn seal(bytes: &mut [u8]) {
    let table = u64_at(bytes, 24) as usize;
    if table <= bytes.len() {
        let lines = bytes.len().saturating_sub(table) / 40;
        for at in (0..lines).map(|line| table + 40 * line) {
            let (start, length) =
                (u64_at(bytes, at + 16) as usize, u64_at(bytes, at + 24) as usize);
            if let Some(section) = start.checked_add(length).and_then(|end| bytes.get(start..end)) {
                let checksum = XxHash3_64::oneshot(section);
                put(bytes, at + 32, checksum);
            }
        }
        let checksum = XxHash3_64::oneshot(&bytes[table..]);
        put(bytes, 88, checksum);
    }
    let checksum = XxHash3_64::oneshot(&bytes[..120]);
    put(bytes, 120, checksum);
}

/// Each mistake in words. `FORMAT.md` says what stands where.
#[test]
fn what_is_wrong_with_a_file_is_told() {
    let folder = TempDir::new().unwrap();
    let whole = fs::read(saved(&folder, &sample(), true)).unwrap();
    let path = folder.path().join("graph.tl");
    let mut texts = vec![format!("{} bytes", whole.len())];
    let mut tell = |what: &str, bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        let opened = GraphFile::open(&path);
        let found = opened.and_then(|file| file.verify().map(|()| file));
        texts.push(format!("{what}: {}", told(&found.map(drop).unwrap_err(), &folder)));
    };
    tell("an empty file", b"");
    tell("text", b"ann bob\nbob cid\n");
    tell("gzip", b"\x1f\x8b\x08\0\0\0\0\0");
    tell("zstd", b"\x28\xb5\x2f\xfd\0\0\0\0");
    tell("line ends", b"\x89tie\n\x1a\n\0\0\0\0\0");
    tell("not finished", &[0; 500]);
    tell("other bytes", b"\x7fELF\x02\x01\x01\0\0\0");
    tell("a piece of a header", &whole[..60]);
    tell("one byte short", &whole[..whole.len() - 1]);
    tell("cut in half", &whole[..whole.len() / 2]);
    tell("one byte more", &[&whole[..], b"x"].concat());

    // `at` bytes from the start; sealed or not.
    let altered = |at: usize, value: u64, sealed: bool| {
        let mut bytes = whole.clone();
        put(&mut bytes, at, value);
        if sealed {
            seal(&mut bytes);
        }
        bytes
    };
    tell("a newer version", &altered(8, 3 | u64_at(&whole, 8) & !0xffff_ffff, true));
    tell("version 0", &altered(8, u64_at(&whole, 8) & !0xffff_ffff, true));
    tell("the header", &altered(32, 9, false));
    tell("the table", &altered(line(&whole, 3) + 16, 64, false));
    tell("the place of the table", &altered(24, u64::MAX - 3, true));
    tell("the number of accounts", &altered(32, 9, true));
    tell("a huge number of accounts", &altered(32, u64::MAX, true));
    tell("the number of ties", &altered(40, 3, true));
    tell("a huge number of ties", &altered(40, u64::MAX, true));
    tell("the number of bridge ties", &altered(48, 2, true));
    tell("the number of users", &altered(56, 2, true));
    tell("a huge number of users", &altered(56, u64::MAX, true));
    tell("the number of named users", &altered(64, 0, true));
    tell("a huge number of named users", &altered(64, u64::MAX, true));
    tell("the number of networks", &altered(72, 3 | u64_at(&whole, 72) & !0xffff_ffff, true));
    tell("the fingerprint", &altered(80, 1, true));
    let targets = line(&whole, 3);
    tell("an unknown section", &altered(targets, 99, true));
    tell("a section twice", &altered(targets, 2, true));
    tell("a missing section", &altered(targets, 17, true));
    tell("another size of number", &altered(targets + 8, 8, true));
    tell("a section that begins between", &altered(targets + 16, 129, true));
    tell("a section beyond the end", &altered(targets + 16, 1 << 40, true));
    tell("a section of another length", &altered(targets + 24, 8, true));
    tell("a section of huge length", &altered(targets + 24, u64::MAX, true));
    tell("half a number", &altered(targets + 24, 23, true));

    // In sections: (kind, byte in it, value as 8 bytes).
    let in_section = |kind: u32, byte: usize, value: u64, sealed: bool| {
        altered(u64_at(&whole, line(&whole, kind) + 16) as usize + byte, value, sealed)
    };
    tell("a target, not sealed", &in_section(3, 0, 77, false));
    tell("the networks, not sealed", &in_section(1, 0, 77, false));
    for (what, kind, byte, value) in [
        ("a network's ties", 1, 24, 1),
        ("a network's name", 1, 32, u64::from_le_bytes(*b"squ@re\0\0")),
        ("offsets that fall", 2, 8, 9),
        ("offsets that end too soon", 2, 48, 5),
        ("a target that is no account", 3, 0, 77),
        ("a target out of place", 3, 0, 0),
        ("a weight below 0", 4, 0, (-0.5f64).to_bits()),
        ("a weight that is infinite", 4, 8, f64::INFINITY.to_bits()),
        ("a rank twice", 5, 0, 0),
        ("a rank of nobody", 5, 0, u64::MAX),
        ("an account by rank", 6, 0, 0),
        ("a user of an account", 7, 0, 0),
        ("offsets of users that end elsewhere", 8, 8, 1),
        ("an account of a user", 9, 0, 0),
        ("an account of a user that is none", 9, 0, 1 << 40),
        ("a named user", 10, 0, 99),
        ("the order of named users", 11, 0, 99),
        ("a name as number", 12, 0, 99),
        ("the end of a name", 13, 0, 99),
        ("the end of the names", 13, 16, 99),
        ("bytes of a name", 14, 0, 0xff),
        ("the order of names", 15, 0, 0),
        ("the order of names, beyond them", 15, 0, 77),
        ("reversed offsets", 16, 8, 9),
        ("a source that is no account", 17, 0, 77),
        ("another source", 17, 0, 3 | 1 << 32),
        ("another reversed tie", 18, 0, 5),
    ] {
        tell(what, &in_section(kind, byte, value, true));
    }
    tell("nothing", &[&whole[..]].concat()[..100]);
    texts.pop();
    texts.push(format!(
        "no file: {}",
        told(&SocialGraph::open(folder.path().join("no.tl")).unwrap_err(), &folder)
            .replace(" (os error 2)", "")
    ));
    texts.push(format!(
        "a folder: {}",
        SocialGraph::open(folder.path())
            .unwrap_err()
            .to_string()
            .replace(&folder.path().display().to_string(), "folder")
    ));
    let error = sample().save(folder.path().join("no/such/folder.tl")).unwrap_err();
    assert!(error.is_io(), "{error}");
    texts.push(format!("no folder: {}", told(&error, &folder).replace(" (os error 2)", "")));
    insta::assert_snapshot!(texts.join("\n"));
}

/// Opens, verifies, and whatever verifying says, walks and simulates.
fn use_all(path: &Path) -> bool {
    let Ok(file) = GraphFile::open(path) else { return false };
    let sound = file.verify().is_ok();
    let graph = file.into_graph();
    for account in graph.accounts() {
        let _ =
            (graph.account_name(account), graph.account("ann@square"), graph.in_degree(account));
        let user = graph.user_of(account);
        let _ = (graph.user_name(user), graph.accounts_of_user(user).count());
        let _: Vec<_> = graph.tie_ids(account).map(|tie| graph.weight(tie)).collect();
    }
    let _ = (graph.fingerprint(), graph.overlaps());
    let first = AccountId::new(0);
    for model in [WeightedCascade.into(), tieline::Model::from(LinearThreshold::default())] {
        let scenario = Scenario::builder(graph.clone())
            .model(model)
            .crosspost(0.5)
            .ignore_weights()
            .origin(first)
            .build();
        let Ok(scenario) = scenario else { return sound };
        let _ = Ensemble::new(&scenario).runs(3).links().audience().serial().run();
    }
    sound
}

/// Random bytes altered, with checksums put right or not, and random lengths: an error, wrong
/// results, or a panic; never a huge allocation, an endless loop, or the end of the process.
#[test]
fn no_altered_byte_does_more_than_a_panic() {
    let folder = TempDir::new().unwrap();
    let graphs = [(sample(), true), (sample(), false), (Case::new(11).graph(), true)];
    let wholes = graphs.map(|(graph, reverse)| fs::read(saved(&folder, &graph, reverse)).unwrap());
    // What panics here is expected, and need not be printed.
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if std::thread::current().name() != Some("altered") {
            usual(info);
        }
    }));
    let path = folder.path().join("altered.tl");
    let tries = std::thread::Builder::new().name("altered".into()).spawn(move || {
        let mut seen = [0u32; 3];
        for case in 0..3000 {
            let mut dice = Dice::new(case);
            let mut bytes = dice.pick(&wholes);
            let whole = bytes.clone();
            for _ in 0..=dice.below(3) {
                let at = dice.below(bytes.len() - 8);
                match dice.below(5) {
                    0 => bytes[at] ^= 1 << dice.below(8),
                    1 => bytes[at] = dice.below(256) as u8,
                    2 => put(&mut bytes, at & !7, dice.pick(&[0, 1, 1 << 32, u64::MAX, 1 << 63])),
                    3 => bytes[at & !3] = dice.below(12) as u8,
                    _ => bytes.swap(at, at + 4),
                }
            }
            if dice.chance(75) {
                seal(&mut bytes);
            } else if dice.chance(30) {
                bytes.truncate(dice.below(bytes.len()));
            }
            fs::write(&path, &bytes).unwrap();
            match panic::catch_unwind(AssertUnwindSafe(|| use_all(&path))) {
                Ok(true) => seen[0] += 1,
                Ok(false) => seen[1] += 1,
                Err(message) => {
                    let text = message.downcast_ref::<String>().map_or("", String::as_str);
                    assert!(!text.contains("capacity"), "case {case}: {text}");
                    assert!(bytes != whole, "case {case}: {text}");
                    seen[2] += 1;
                }
            }
        }
        seen
    });
    let seen = tries.unwrap().join().unwrap();
    // All three ends are met often, so that the test tests something.
    assert!(seen.iter().all(|&count| count > 100), "sound, told, panicked: {seen:?}");
}

/// Whatever byte is altered, opening says so, or verifying does.
#[test]
fn no_byte_can_be_altered_unseen() {
    let folder = TempDir::new().unwrap();
    let path = saved(&folder, &sample(), true);
    let bytes = fs::read(&path).unwrap();
    for at in 0..bytes.len() {
        let mut altered = bytes.clone();
        altered[at] ^= 0x41;
        fs::write(&path, &altered).unwrap();
        let sound = GraphFile::open(&path).is_ok_and(|file| file.verify().is_ok());
        assert!(!sound, "byte {at} of {}", bytes.len());
    }
}

/// Times are kept, in either order of storage, in files of version 2; every byte of them is checked.
#[test]
fn times_are_kept() {
    let folder = TempDir::new().unwrap();
    let mut builder = SocialGraph::builder();
    let [yard, hall, gate, square] =
        ["yard", "hall", "gate", "square"].map(|name| builder.network(name));
    builder.contact(yard, "a", "b", 2.5).contact(yard, "a", "b", 1.0).contact(yard, "b", "c", 9.0);
    builder.unit_of_times(yard, TimeUnit::Day);
    builder.contact_lasting(hall, "a", "b", 0.0, 0.25).interval(gate, "b", "a", 3.0, 4.0);
    builder.interval(gate, "b", "a", 4.0, 7.5).tie(square, "a", "b");
    builder.bridge((yard, "a"), (square, "b")).same_name_is_one_user();
    let graph = builder.build().unwrap();
    let turned = graph.stored_by(|account| u32::MAX - account.get());
    assert_eq!(graph.fingerprint(), turned.fingerprint());
    for graph in [graph, turned] {
        for with_reverse in [false, true] {
            let path = saved(&folder, &graph, with_reverse);
            let file = GraphFile::open(&path).unwrap();
            file.verify().unwrap();
            let opened = file.into_graph();
            assert_equal(&graph, &opened);
            for account in graph.accounts() {
                for tie in graph.tie_ids(account) {
                    assert!(graph.tie_times(tie).eq(opened.tie_times(tie)));
                }
            }
            for network in graph.networks() {
                let of = |graph: &SocialGraph| {
                    let network = graph.network(network);
                    (network.times(), network.time_unit())
                };
                assert_eq!(of(&graph), of(&opened));
                assert_eq!(graph.times_of_network(network), opened.times_of_network(network));
            }
            let whole = fs::read(&path).unwrap();
            assert_eq!(whole[8], 2);
            let mut told = 0;
            for at in 128..whole.len() {
                let mut bytes = whole.clone();
                bytes[at] ^= 1;
                fs::write(&path, &bytes).unwrap();
                let checked = GraphFile::open(&path).and_then(|file| file.verify());
                told += usize::from(checked.is_err());
            }
            assert_eq!(told, whole.len() - 128);
            fs::remove_file(&path).unwrap();
        }
    }
    let mut builder = SocialGraph::builder();
    let square = builder.network("square");
    builder.tie(square, "a", "b");
    let path = saved(&folder, &builder.build().unwrap(), false);
    assert_eq!(fs::read(&path).unwrap()[8], 1);
}
