//! Each kind of bad input gets an error that says what was expected and what was found.

use std::fs;
use std::path::Path;

use tieline::{
    AccountFile, BridgeFile, Direction, Duplicates, Error, GraphFiles, Identities, MultilayerFile,
    MultilayerForm, RowTimes, Source, TieFile, TieTime, TimeUnit, WeightColumn,
};

/// `chirp.tsv` with these bytes, read as ties.
fn ties(bytes: impl AsRef<[u8]>) -> GraphFiles {
    GraphFiles::new().network("chirp", Source::bytes("chirp.tsv", bytes), Direction::Directed)
}

fn mutual(bytes: &str) -> GraphFiles {
    GraphFiles::new().network("chirp", Source::bytes("chirp.tsv", bytes), Direction::Mutual)
}

/// Two sound networks, to go with something that is not.
fn two() -> GraphFiles {
    ties("ann bob\n").network("hall", Source::bytes("hall.tsv", "dee eve\n"), Direction::Directed)
}

fn identities(bytes: &str) -> GraphFiles {
    two().identities(Identities::File(Source::bytes("who.csv", bytes)))
}

fn bridges(bytes: &str) -> GraphFiles {
    two().bridges(Source::bytes("bridges.tsv", bytes), Direction::Directed)
}

fn accounts(file: &str, bytes: &str) -> GraphFiles {
    let mut files = ties("ann bob\n");
    let mut accounts: AccountFile = format!("chirp={file}").parse().unwrap();
    accounts.file = Source::bytes("people.tsv", bytes);
    files.accounts.push(accounts);
    files
}

fn layers(form: MultilayerForm, bytes: &str) -> GraphFiles {
    GraphFiles::new().multilayer(Source::bytes("layers.txt", bytes), form)
}

fn quads(bytes: &str) -> GraphFiles {
    layers(MultilayerForm::NodeLayerNodeLayer, bytes)
}

fn triples(bytes: &str) -> GraphFiles {
    layers(MultilayerForm::LayerNodeNode, bytes)
}

fn mpx(bytes: &str) -> GraphFiles {
    layers(MultilayerForm::Mpx, bytes)
}

fn mpx_stated(bytes: &str, direction: Direction) -> GraphFiles {
    let mut files = mpx(bytes);
    files.multilayer[0].direction = Some(direction);
    files
}

fn error(files: &GraphFiles) -> Error {
    match files.load() {
        Err(error) => error,
        Ok((graph, _)) => panic!("loaded {} accounts", graph.account_count()),
    }
}

/// The bytes of a file in the folder of fixtures.
fn fixture(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)).unwrap()
}

#[test]
fn bad_files_are_told() {
    let no_form = |bytes: &str| {
        let mut files = mpx(bytes);
        files.multilayer[0].form = None;
        files
    };
    let duplicates = |files: GraphFiles, duplicates: Duplicates| files.duplicates(duplicates);
    let renamed = |mut files: GraphFiles, from: &str, to: &str| {
        files.multilayer[0].layers.insert(from.into(), to.into());
        files
    };
    let used = |files: GraphFiles| files.weights(WeightColumn::Used);
    let header = "source,target,weight\n";
    let weights = |rows: &str| ties(format!("{header}{rows}"));
    let layered = "#LAYERS\na,DIRECTED\nb,UNDIRECTED\n";
    let multi = "#TYPE\nmultilayer\n#LAYERS\na,a,DIRECTED\nb,b,DIRECTED\n";
    let mut same_and_stated = identities("Bob,chirp,bob\n");
    same_and_stated = same_and_stated.identities(Identities::SameName);
    assert!(same_and_stated.load().is_ok());

    let cases: Vec<(&str, GraphFiles)> = vec![
        ("no files at all", GraphFiles::new()),
        ("empty file", ties("")),
        ("only comments", ties("# a\n% b\n\n")),
        ("only a header", ties("source,target\n")),
        ("one name", ties("ann bob\ncid\n")),
        ("one name, first row", ties("ann\n")),
        ("a header in quotes", ties("\"source\",\"target\"\n\"ann\",\"bob\"\n")),
        ("semicolons", ties("ann;bob\n")),
        ("networkx without data", ties("ann bob {}\n")),
        ("networkx with a weight", ties("ann bob {\"weight\": 0.5}\n")),
        ("one name beside a tab", ties("ann\tbob\ncid dee\n")),
        ("a name that is empty", ties("ann,bob\ncid,\n")),
        ("a third column that nobody explained", ties("ann bob 0.5\n")),
        ("four columns without a header", ties("ann bob 0.5 7\n")),
        ("four columns, weights ignored", ties("a b 1 7\n").weights(WeightColumn::Ignored)),
        ("a row with one column more", ties("ann bob\nbob cid 1\n")),
        ("a row without its weight", used(ties("ann bob 1\nbob cid\n"))),
        ("an unknown column of a header", ties("from,to,time\na,b,1\n")),
        ("two columns with weights", ties("from,to,weight,weight\na,b,1,1\n")),
        ("follower and followed without a direction", ties("follower,followed\na,b\n")),
        ("a column to leave out that is not there", ties("from,to\na,b\n").ignore_column("tme")),
        ("a weight that is a word", weights("a,b,much\n")),
        ("a weight that is not there", weights("a,b,\n")),
        ("a weight that is NaN", weights("a,b,NaN\n")),
        ("a weight that is infinite", weights("a,b,inf\n")),
        ("a weight too large for a number", weights("a,b,1e999\n")),
        ("a weight that is negative", weights("a,b,1\nb,c,-0.5\n")),
        ("a weight with a decimal comma", weights("a,b,0,5\n")),
        ("a third column that is no weight", used(ties("ann bob friend\n"))),
        ("a header that is not recognised", used(ties("who whom weight\nann bob 1\n"))),
        ("two weights", weights("a,b,1\nc,d,1\na,b,2\n")),
        (
            "a weight and none",
            ties("a b\n").network(
                "chirp",
                Source::bytes("more.csv", "source,target,weight\na,b,2\n"),
                Direction::Directed,
            ),
        ),
        ("two weights of a mutual tie", mutual("from,to,weight\na,b,1\nb,a,2\n")),
        (
            "a sum over a mutual tie",
            duplicates(mutual("from,to,weight\na,b,1\nb,a,2\n"), Duplicates::Sum),
        ),
        ("a name that is not UTF-8", ties(b"ann bob\ncaf\xe9 bob\n")),
        ("UTF-16", ties(b"\xff\xfea\0 \0b\0\n\0")),
        ("bzip2", ties(b"BZh91AY&SY\x01\x02")),
        ("xz", ties(b"\xfd7zXZ\0\0\x04")),
        ("zip", ties(b"PK\x03\x04\x14\0")),
        (
            "a file that is not there",
            GraphFiles::new().network("chirp", "no/such/chirp.tsv", Direction::Directed),
        ),
        ("a folder", GraphFiles::new().network("chirp", "tests", Direction::Directed)),
        (
            "a name with `@`",
            GraphFiles::new().network("ch@rp", Source::bytes("x", "a b"), Direction::Directed),
        ),
        ("no name", GraphFiles::new().network("", Source::bytes("x", "a b"), Direction::Directed)),
        (
            ".gz that is no gzip",
            GraphFiles::new().network("c", Source::bytes("c.gz", "a b\n"), Direction::Directed),
        ),
        (
            ".gz that is empty",
            GraphFiles::new().network("c", Source::bytes("c.gz", ""), Direction::Directed),
        ),
        (
            ".zst that is no zstd",
            GraphFiles::new().network("c", Source::bytes("c.zst", "a b\n"), Direction::Directed),
        ),
        ("accounts: several columns", accounts("f", "id toa\n1 2\n")),
        ("accounts: a column by a wrong name", accounts("f:uid", "id toa\n1 2\n")),
        ("accounts: a column that is far", accounts("f:3", "id toa\n1 2\n")),
        ("accounts: column 0", accounts("f:0", "id toa\n1 2\n")),
        ("accounts: a row with one column", accounts("f:id", "id toa\n1 2\n3\n")),
        ("accounts: an empty name", accounts("f:id", "id,toa\n1,2\n,3\n")),
        ("accounts: empty file", accounts("f", "")),
        ("identities: an unknown network", identities("Bob,chirp,bob\nBob,hal,bob\n")),
        ("identities: two columns", identities("Bob,chirp\n")),
        ("identities: a row with two columns", identities("Bob,chirp,bob\nBob,hall\n")),
        ("identities: four columns", identities("Bob,chirp,bob,1\n")),
        ("identities: an unknown column", identities("user,network,account,age\nB,hall,b,1\n")),
        ("ties: columns that say nothing", ties("user,friend\nann,bob\n")),
        ("ties: accounts like columns", ties("node_a node_b\nnode_b node_c\n")),
        ("ties: who follows whom", ties("follower_id,followee_id\nann,bob\n")),
        ("identities: a column misnamed", identities("user,network,acount\nB,hall,b\n")),
        ("identities: an empty user", identities("Bob,chirp,bob\n,hall,bob\n")),
        ("identities: an empty account", identities("Bob,chirp,\n")),
        (
            "identities: two users of one account",
            identities("Bob,chirp,bob\nAnn,chirp,ann\nCid,chirp,bob\n"),
        ),
        ("identities: empty file", identities("\n\n")),
        ("bridges: no `@`", bridges("ann@chirp dee\n")),
        ("bridges: an unknown network", bridges("ann@chrip dee@hall\n")),
        ("bridges: in one network", bridges("ann@chirp dee@hall\nann@chirp bob@chirp\n")),
        ("bridges: one name", bridges("ann@chirp\n")),
        ("bridges: an empty name", bridges("@chirp dee@hall\n")),
        ("bridges: a third column", bridges("ann@chirp dee@hall 1\n")),
        ("bridges: empty file", bridges("")),
        ("no form, two parse", no_form("1 2 3 4\n")),
        ("no form, one parses", no_form("1,2,a\n")),
        ("no form, none parses", no_form("1 2\n")),
        ("four columns as three", triples("1 1 2 one\n")),
        ("three columns as four", quads("1 1 2\n")),
        ("two columns as three", triples("1 1\n")),
        ("a row of three as four", quads("1 1 2 1\n1 1 2\n")),
        ("a fifth column", quads("1 1 2 1 1\n")),
        ("six columns", quads("1 1 2 1 1 1\n")),
        ("a layer with `:`", triples("a:b 1 2\n")),
        ("a layer without a name", quads("1,a,2,\n")),
        ("a layer's new name with `@`", renamed(triples("a 1 2\n"), "a", "x@y")),
        ("a layer to rename that is not there", renamed(triples("first 1 2\n"), "fist", "x")),
        (
            "mpx: a layer to rename that is not there",
            renamed(mpx(&format!("{layered}#NODES\nann,a\n")), "c", "x"),
        ),
        ("mpx: empty file", mpx("")),
        ("mpx: no rows", mpx("#LAYERS\na,DIRECTED\n")),
        ("mpx: no direction", mpx("ann,bob,a\n")),
        ("mpx: two fields", mpx_stated("ann,bob\n", Direction::Mutual)),
        ("mpx: spaces", mpx_stated("ann bob a\n", Direction::Mutual)),
        ("mpx: four fields", mpx_stated("ann,bob,a,1\n", Direction::Mutual)),
        ("mpx: an unknown section", mpx("#LAYER\na,DIRECTED\n")),
        ("mpx: a remark", mpx("# made by hand\nann,bob,a\n")),
        ("mpx: an unknown type", mpx("#TYPE\nmultiplx\n")),
        ("mpx: the type below the layers", mpx("#LAYERS\na,DIRECTED\n#TYPE\nmultilayer\n")),
        ("mpx: an unknown direction", mpx("#LAYERS\na,DIRECT\n")),
        ("mpx: a layer without direction", mpx("#LAYERS\na\n")),
        ("mpx: a layer with more", mpx("#LAYERS\na,DIRECTED,LOOPS,x\n")),
        ("mpx: a layer without a name", mpx("#LAYERS\n,DIRECTED\n")),
        ("mpx: a layer twice", mpx("#LAYERS\na,DIRECTED\na,UNDIRECTED\n")),
        ("mpx: a layer with `=`", mpx("#LAYERS\na=b,DIRECTED\n")),
        ("mpx: an unknown layer", mpx(&format!("{layered}#EDGES\nann,bob,c\n"))),
        (
            "mpx: layers below edges",
            mpx_stated("ann,bob,a\n#LAYERS\na,DIRECTED\n", Direction::Mutual),
        ),
        ("mpx: mutual over directed", mpx_stated(layered, Direction::Mutual)),
        ("mpx: directed over undirected", mpx_stated(layered, Direction::Directed)),
        (
            "mpx: nothing to turn round",
            mpx_stated("#LAYERS\nb,UNDIRECTED\n#EDGES\nann,bob,b\n", Direction::Follows),
        ),
        ("mpx: an attribute without type", mpx("#ACTOR ATTRIBUTES\nage\n")),
        ("mpx: an unknown type of attribute", mpx("#ACTOR ATTRIBUTES\nage,NUMERC\n")),
        ("mpx: an attribute of nobody", mpx("#NODE ATTRIBUTES\nage,NUMERIC\n")),
        (
            "mpx: an attribute of an unknown layer",
            mpx(&format!("{layered}#EDGE ATTRIBUTES\nc,weight,NUMERIC\n")),
        ),
        (
            "mpx: an edge without its attribute",
            mpx(&format!("{layered}#EDGE ATTRIBUTES\na,weight,NUMERIC\n#EDGES\nann,bob,a\n")),
        ),
        (
            "mpx: a weight that is a word",
            mpx(&format!("{layered}#EDGE ATTRIBUTES\nweight,NUMERIC\n#EDGES\nann,bob,a,much\n")),
        ),
        (
            "mpx: two attributes with weights",
            mpx(&format!(
                "{layered}#EDGE ATTRIBUTES\na,weight,NUMERIC\nweight,NUMERIC\n#EDGES\nann,bob,a,1,2\n"
            )),
        ),
        ("mpx: an actor with more than a name", mpx("#ACTORS\nann,42\n")),
        ("mpx: an actor without a name", mpx("#ACTORS\n \n,\n")),
        ("mpx: a node without its layer", mpx("#NODES\nann\n")),
        ("mpx: a node with more", mpx("#NODES\nann,a,42\n")),
        ("mpx: a node in an unknown layer", mpx(&format!("{layered}#NODES\nann,c\n"))),
        ("mpx: an edge without its actor", mpx(&format!("{layered}#EDGES\n,bob,a\n"))),
        ("mpx: three fields in a multilayer file", mpx(&format!("{multi}#EDGES\nann,a,bob\n"))),
        ("mpx: undeclared edges", mpx(&format!("{multi}#EDGES\nann,a,bob,b\n"))),
        ("mpx: a multilayer layer alone", mpx("#TYPE multilayer\n#LAYERS\na,DIRECTED\n")),
        (
            "a user who is called like another",
            triples("a 1 2\nb 1 2\n")
                .identities(Identities::File(Source::bytes("who.csv", "2,a,1\n"))),
        ),
    ];
    assert!(cases.len() >= 60, "{}", cases.len());
    let texts: Vec<String> =
        cases.iter().map(|(case, files)| format!("{case}: {}", error(files))).collect();
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn bad_words_on_the_command_line_are_told() {
    let texts: Vec<String> = [
        "chirp.tsv",
        "chirp=",
        "chirp=:mutual",
        "=chirp.tsv",
        "ch:irp=chirp.tsv",
        "chirp=chirp.tsv:mutal",
        "chirp=chirp.tsv:",
        "chirp=data/chirp:both",
    ]
    .iter()
    .map(|text| format!("--network {text}: {}", text.parse::<TieFile>().unwrap_err()))
    .chain(
        ["people.tsv", "chirp=:id", "chirp=people.tsv:"]
            .iter()
            .map(|text| format!("--accounts {text}: {}", text.parse::<AccountFile>().unwrap_err())),
    )
    .chain(
        ["a.txt:mpxx", "a.txt:layer-node:mutual", "a.txt:mpx:mutul", ":mpx", "", "a.txt::mutual"]
            .iter()
            .map(|text| {
                format!("--multilayer {text}: {}", text.parse::<MultilayerFile>().unwrap_err())
            }),
    )
    .chain(
        ["b.tsv:followers", ""]
            .iter()
            .map(|text| format!("--bridges {text}: {}", text.parse::<BridgeFile>().unwrap_err())),
    )
    .collect();
    insta::assert_snapshot!(texts.join("\n"));
}

#[cfg(feature = "gzip")]
#[test]
fn a_gzip_file_that_breaks_off_is_told_with_the_line_reached() {
    let whole = fixture("pairs.tsv.gz");
    let load = |bytes: &[u8]| {
        let source = Source::bytes("pairs.tsv.gz", bytes);
        GraphFiles::new().network("chirp", source, Direction::Directed).load()
    };
    assert_eq!(load(&whole).unwrap().0.tie_count(), 3000);
    let mut flipped = whole.clone();
    flipped[whole.len() - 6] ^= 1;
    let texts = [
        load(&whole[..whole.len() / 2]).unwrap_err().to_string(),
        load(&whole[..whole.len() - 3]).unwrap_err().to_string(),
        load(&whole[..5]).unwrap_err().to_string(),
        load(&flipped).unwrap_err().to_string(),
        load(&[&whole[..], b"rubbish"].concat()).unwrap_err().to_string(),
    ];
    insta::assert_snapshot!(texts.join("\n"));
    let twice = [&whole[..], &whole[..]].concat();
    assert_eq!(load(&twice).unwrap().1.networks[0].duplicates, 3000);
}

#[cfg(feature = "zstd")]
#[test]
fn a_zstd_file_that_breaks_off_is_told_with_the_line_reached() {
    let whole = fixture("pairs.tsv.zst");
    let load = |bytes: &[u8]| {
        let source = Source::bytes("pairs.tsv.zst", bytes);
        GraphFiles::new().network("chirp", source, Direction::Directed).load()
    };
    assert_eq!(load(&whole).unwrap().0.tie_count(), 3000);
    let texts = [
        load(&whole[..whole.len() / 2]).unwrap_err().to_string(),
        load(&whole[..5]).unwrap_err().to_string(),
        load(&[&whole[..], b"rubbish"].concat()).unwrap_err().to_string(),
    ];
    insta::assert_snapshot!(texts.join("\n"));
    // Frames that hold nothing, and more than one frame.
    let empty = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
    let twice = [&whole[..], &empty, &whole[..]].concat();
    assert_eq!(load(&twice).unwrap().1.networks[0].duplicates, 3000);
}

#[cfg(not(feature = "gzip"))]
#[test]
fn gzip_without_its_feature_is_told() {
    let source = Source::bytes("pairs.tsv.gz", fixture("pairs.tsv.gz"));
    let files = GraphFiles::new().network("chirp", source, Direction::Directed);
    insta::assert_snapshot!(error(&files), @"pairs.tsv.gz: packed with gzip; build tieline with its feature `gzip` to read it");
}

#[cfg(not(feature = "zstd"))]
#[test]
fn zstd_without_its_feature_is_told() {
    let source = Source::bytes("pairs.tsv.zst", fixture("pairs.tsv.zst"));
    let files = GraphFiles::new().network("chirp", source, Direction::Directed);
    insta::assert_snapshot!(error(&files), @"pairs.tsv.zst: packed with zstd; build tieline with its feature `zstd` to read it");
}

#[test]
fn errors_say_what_kind_they_are() {
    assert!(error(&ties("ann\n")).is_input());
    assert!(error(&GraphFiles::new().network("a", "no/such", Direction::Directed)).is_io());
    assert!(error(&identities("Bob,hal,bob\n")).is_unknown_name());
    assert!(error(&ties("from,to,weight\na,b,-1\n")).is_range());
    let error = error(&bridges("ann@chirp bob@chirp\n"));
    assert!(error.is_conflict());
    assert_eq!((error.file(), error.line()), (Some("bridges.tsv"), Some(1)));
}

/// Rows with times: what is wrong with them, in words.
#[test]
fn bad_times_are_told() {
    let of = |times, bytes: &str, direction| {
        let file = TieFile::new("yard", Source::bytes("yard.tsv", bytes), direction).times(times);
        let mut files = GraphFiles::new();
        files.networks.push(file);
        files
    };
    let contacts = |bytes: &str| of(RowTimes::Contacts, bytes, Direction::Directed);
    let intervals = |bytes: &str| of(RowTimes::Intervals, bytes, Direction::Directed);
    let mut told = String::new();
    let mut tell = |what: &str, files: &GraphFiles| {
        let error = files.load().expect_err(what);
        told.push_str(&format!("{what}: {error}\n"));
    };
    tell("no time", &contacts("a b\n"));
    tell("a fourth column", &contacts("a b 1 2\n"));
    tell("a time that is no number", &contacts("a b 1\nb c noon\n"));
    tell("NaN", &contacts("a b NaN\n"));
    tell("a negative time", &contacts("a b 1\n\na b -1\n"));
    tell("a header without the time", &contacts("source target\na b\n"));
    tell("a header with two times", &contacts("source target t time\na b 1 2\n"));
    tell("a duration of 0", &contacts("source,target,time,duration\na,b,1,0\n"));
    tell("two durations", &contacts("source,target,time,duration\na,b,1,2\na,b,1,3\n"));
    tell("another column", &contacts("source,target,time,mood\na,b,1,2\n"));
    tell("too few columns in a row", &contacts("a b 1\na b\n"));
    tell("one time of an interval", &intervals("a b 1\n"));
    tell("an interval that ends as it starts", &intervals("a b 1 4\na b 5 5\n"));
    tell("an interval that ends first", &intervals("a b 4 1\n"));
    tell("a start without an end", &intervals("source target start\na b 1\n"));
    tell("intervals that overlap", &intervals("a b 1 4\nb c 1 4\na b 3 9\n"));
    tell(
        "intervals of the two rows of a mutual tie that overlap",
        &of(RowTimes::Intervals, "a b 1 4\nb a 2 5\n", Direction::Mutual),
    );
    tell("two weights of one tie", &contacts("source target time weight\na b 1 2\na b 2 3\n"));
    let mut both = contacts("a b 1\n");
    both.networks.push(TieFile::new(
        "yard",
        Source::bytes("more.tsv", "b c\n"),
        Direction::Directed,
    ));
    tell("ties with times and without", &both);
    let mut kinds = contacts("a b 1\n");
    kinds.networks.extend(intervals("b c 1 2\n").networks);
    tell("contacts and intervals", &kinds);
    let mut units = contacts("a b 1\n");
    units.networks.extend(contacts("b c 1\n").networks);
    units.networks[0].unit = Some(TimeUnit::Hour);
    units.networks[1].unit = Some(TimeUnit::Day);
    tell("two units", &units);
    let mut unit = ties("a b\n");
    unit.networks[0].unit = Some(TimeUnit::Hour);
    tell("a unit of no times", &unit);
    insta::assert_snapshot!(told);

    for word in [
        "y=y.tsv:contact",
        "y=y.tsv:contacts:intervals",
        "y=y.tsv:unit=h",
        "y=y:contacts:unit=hour",
    ] {
        assert!(word.parse::<TieFile>().is_err(), "{word}");
    }
    let all: TieFile = "y=a:b.tsv:unit=day:intervals:follows".parse().unwrap();
    let wanted = TieFile::new("y", "a:b.tsv", Direction::Follows);
    assert_eq!(all, wanted.times(RowTimes::Intervals).unit(TimeUnit::Day));
}

/// Rows with times, by position and by header, repeated, reciprocal and weighted.
#[test]
fn times_are_read_by_place_and_by_name() {
    let times = |bytes: &str, times, direction, weights| {
        let file = TieFile::new("yard", Source::bytes("yard.tsv", bytes), direction).times(times);
        let mut files = GraphFiles::new();
        files.networks.push(file);
        files.weights = weights;
        let (graph, report) = files.load().unwrap_or_else(|error| panic!("{error}"));
        let mut all = String::new();
        for account in graph.accounts() {
            for tie in graph.tie_ids(account) {
                let (one, other) = graph.tie_ends(tie);
                let [one, other] = [one, other].map(|end| graph.account_name(end).into_owned());
                all.push_str(&format!("{one}{other}"));
                for time in graph.tie_times(tie) {
                    all.push_str(&match time {
                        TieTime::Contact { at, duration: None } => format!(" {at}"),
                        TieTime::Contact { at, duration: Some(long) } => format!(" {at}+{long}"),
                        TieTime::Interval { start, end } => format!(" {start}..{end}"),
                        _ => unreachable!(),
                    });
                }
                if let Some(weight) = graph.weight(tie) {
                    all.push_str(&format!(" w{weight}"));
                }
                all.push_str("; ");
            }
        }
        let report = &report.networks[0];
        let counts = [report.duplicates, report.confirmed, report.self_ties, report.times];
        (all, counts)
    };
    let (contacts, directed) = (RowTimes::Contacts, Direction::Directed);
    let plain = WeightColumn::Unexplained;
    let rows = "a b 2\na b 1\na b 2\nb b 3\nb a 1\n";
    let found = times(rows, contacts, directed, plain);
    assert_eq!(found, ("ab 1 2; ba 1; ".into(), [1, 0, 1, 3]));
    let found = times(rows, contacts, Direction::Mutual, plain);
    assert_eq!(found, ("ab 1 2; ba 1 2; ".into(), [1, 1, 1, 4]));
    let found = times(rows, contacts, Direction::Follows, plain);
    assert_eq!(found.0, "ab 1; ba 1 2; ");
    let header = "time,target,source,duration\n1.5,b,a,2\n0,b,a,0.25\n";
    assert_eq!(times(header, contacts, directed, plain).0, "ab 0+0.25 1.5+2; ");
    let weighted = "a b 1 0.5\na b 2 0.5\n";
    assert_eq!(times(weighted, contacts, directed, WeightColumn::Used).0, "ab 1 2 w0.5; ");
    assert_eq!(times(weighted, contacts, directed, WeightColumn::Ignored).0, "ab 1 2; ");
    let intervals = "a b 1 4\na b 4 5\na b 1 4\n";
    let found = times(intervals, RowTimes::Intervals, directed, plain);
    assert_eq!(found, ("ab 1..4 4..5; ".into(), [1, 0, 0, 2]));
}

/// A name misspelt in a file of bridge ties is an account that nobody else knows: that is told.
#[test]
fn accounts_that_only_bridges_name_are_told() {
    let (_, report) =
        bridges("ann@chirp\tzed@hall\nann@chirp\tzed@hall\nyan@chirp\tzed@hall\n").load().unwrap();
    assert_eq!(report.bridge_accounts, 2);
    let told = report.to_string();
    assert!(told.contains("bridges: 2 accounts that no file of ties or accounts names"), "{told}");
}
