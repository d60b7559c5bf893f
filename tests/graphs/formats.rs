//! Each form of file loads into the graph that it states, and each line is accounted for.

use std::fs;

use proptest::prelude::*;
use tieline::{
    AccountFile, Direction, Duplicates, GraphFiles, Identities, LoadReport, MultilayerFile,
    MultilayerForm, SocialGraph, Source, TieFile, WeightColumn,
};

fn load(files: &GraphFiles) -> (SocialGraph, LoadReport) {
    let (graph, report) = files.load().unwrap_or_else(|error| panic!("{error}"));
    assert_accounted(&report);
    (graph, report)
}

/// `lines` = comments + blank + header + directives + rows.
fn assert_accounted(report: &LoadReport) {
    for file in &report.files {
        let header = u64::from(file.header.is_some());
        let sum = file.comments + file.blank + header + file.directives + file.rows;
        assert_eq!(file.lines, sum, "{file:?}");
    }
}

fn ties(bytes: &str, direction: Direction) -> GraphFiles {
    GraphFiles::new().network("chirp", Source::bytes("chirp.tsv", bytes), direction)
}

fn layers(form: MultilayerForm, bytes: &str) -> GraphFiles {
    GraphFiles::new().multilayer(Source::bytes("layers.txt", bytes), form)
}

fn with_direction(mut files: GraphFiles, direction: Direction) -> GraphFiles {
    files.multilayer[0].direction = Some(direction);
    files
}

/// All ties as `a@net>b@net`, with the weight if there is one, in order of logical key.
fn all_ties(graph: &SocialGraph) -> Vec<String> {
    let mut all = Vec::new();
    for account in graph.accounts_in_key_order() {
        for (tie, &target) in graph.tie_ids(account).zip(graph.targets(account)) {
            let ends = format!("{}>{}", graph.account_label(account), graph.account_label(target));
            all.push(match graph.weight(tie) {
                Some(weight) => format!("{ends}={weight}"),
                None => ends,
            });
        }
    }
    all
}

fn names(graph: &SocialGraph) -> Vec<String> {
    graph.accounts_in_key_order().map(|account| graph.account_label(account)).collect()
}

#[test]
fn a_row_says_who_shares_and_who_sees() {
    let (graph, report) = load(&ties("ann bob\n", Direction::Directed));
    assert_eq!(all_ties(&graph), ["ann@chirp>bob@chirp"]);
    assert_eq!(report.files[0].example.as_deref(), Some("ann shares, bob sees"));

    let (graph, report) = load(&ties("ann bob\n", Direction::Follows));
    assert_eq!(all_ties(&graph), ["bob@chirp>ann@chirp"]);
    assert_eq!(names(&graph), ["ann@chirp", "bob@chirp"], "the order of appearance stays");
    assert_eq!(report.files[0].example.as_deref(), Some("bob shares, ann sees"));

    let (graph, report) = load(&ties("ann ann\nann bob\n", Direction::Mutual));
    assert_eq!(all_ties(&graph), ["ann@chirp>bob@chirp", "bob@chirp>ann@chirp"]);
    let example = report.files[0].example.as_deref();
    assert_eq!(example, Some("ann and bob see what the other shares"));
    assert_eq!(report.networks[0].self_ties, 1);
}

#[test]
fn the_first_row_decides_the_delimiter() {
    for bytes in ["a b\tc\nd\te f\n", "a b,c\nd , e f\n", "a\u{a0}b   c\n  d   e\u{a0}f  \n"] {
        let (graph, _) = load(&ties(bytes, Direction::Directed));
        let found: Vec<String> = names(&graph).iter().map(|n| n.replace('\u{a0}', " ")).collect();
        assert_eq!(found, ["a b@chirp", "c@chirp", "d@chirp", "e f@chirp"], "{bytes}");
    }
}

#[test]
fn comments_blank_lines_line_ends_and_marks_are_no_names() {
    let bytes = "\u{feff}# head\r\n\r\nann bob\r\n % is a name\n% tail\n   \nbob cid";
    let error = ties(bytes, Direction::Directed).load().unwrap_err();
    assert_eq!(error.line(), Some(4), "an indented % begins a row: {error}");
    let (graph, report) = load(&ties(&bytes.replace(" is a", ""), Direction::Directed));
    assert_eq!(names(&graph), ["ann@chirp", "bob@chirp", "%@chirp", "name@chirp", "cid@chirp"]);
    let file = &report.files[0];
    assert_eq!((file.lines, file.comments, file.blank, file.rows), (7, 2, 2, 3));
}

#[test]
fn names_hold_anything_but_the_delimiter() {
    let (graph, _) = load(&ties("\"ann\",b#b\n😀,o'hara@home\n", Direction::Directed));
    let found = names(&graph);
    assert_eq!(found, ["\"ann\"@chirp", "b#b@chirp", "😀@chirp", "o'hara@home@chirp"]);
    assert!(graph.account("o'hara@home@chirp").is_ok());
}

#[test]
fn large_numbers_and_leading_zeros_are_names_like_others() {
    let huge = "99999999999999999999999999";
    let bytes = format!("1099511627776 7\n007 7\n0 {huge}\n1099511627776 18446744073709551615\n");
    let (graph, _) = load(&ties(&bytes, Direction::Directed));
    let found: Vec<String> = graph.accounts().map(|a| graph.account_name(a).into()).collect();
    assert_eq!(found, ["1099511627776", "7", "007", "0", huge, "18446744073709551615"]);
}

#[test]
fn a_header_is_a_known_pair_of_names() {
    for header in ["source,target", "SRC,dst", "FromNodeId\tToNodeId", "# x\nnode_1,node_2"] {
        let delimiter = if header.contains('\t') { "\t" } else { "," };
        let bytes = format!("{header}\nann{delimiter}bob\n");
        let (graph, report) = load(&ties(&bytes, Direction::Directed));
        assert_eq!(graph.account_count(), 2, "{header}");
        assert_eq!(report.files[0].header.as_deref(), header.lines().last());
    }
    let (graph, _) = load(&ties("a,b\n", Direction::Directed));
    assert_eq!(graph.account_count(), 2);
    // Columns are found by name, in whatever order.
    let bytes = "weight,note,target,source\n0.5,x,bob,ann\n";
    let files = ties(bytes, Direction::Directed).ignore_column("Note");
    let (graph, report) = load(&files);
    assert_eq!(all_ties(&graph), ["ann@chirp>bob@chirp=0.5"]);
    assert_eq!(report.files[0].left_out, ["the column `note`"]);
    let (graph, _) = load(&ties("followed,follower\nbob,ann\n", Direction::Follows));
    assert_eq!(all_ties(&graph), ["bob@chirp>ann@chirp"]);
}

/// `ann dan` might have been `ann daniel`: nobody can tell, so it is said.
#[test]
fn a_last_line_without_an_end_is_told() {
    let told = |bytes: &str| {
        let (_, report) = load(&ties(bytes, Direction::Directed));
        (report.files[0].open_end, report.to_string())
    };
    for whole in ["ann bob\nann dan\n", "ann bob\r\nann dan\r\n", "ann bob\nann dan\n  "] {
        assert_eq!(told(whole), (false, String::new()));
    }
    let sentence = "chirp.tsv: its last line, 2, has no end, and was read as it stands: if the file was cut short, \
                    that line may be, too\n";
    assert_eq!(told("ann bob\nann dan"), (true, sentence.to_owned()));
}

#[test]
fn a_third_column_is_the_weight_once_somebody_says_so() {
    let bytes = "a b 0.5\na b 2\n";
    let files = ties(bytes, Direction::Directed);
    assert!(files.load().is_err());
    let used = files.clone().weights(WeightColumn::Used);
    assert!(used.load().unwrap_err().is_conflict());
    let (graph, report) = load(&used.duplicates(Duplicates::Sum));
    assert_eq!(all_ties(&graph), ["a@chirp>b@chirp=2.5"]);
    assert_eq!(report.networks[0].combined, 1);
    // Left out before duplicates are compared.
    let (graph, report) = load(&files.weights(WeightColumn::Ignored));
    assert!(!graph.has_weights());
    assert_eq!(report.networks[0].duplicates, 1);
    assert_eq!(report.files[0].left_out, ["the weights (column 3)"]);
}

#[test]
fn delays_are_columns_by_that_name_too() {
    let table = |bytes| ties(bytes, Direction::Directed).weights(WeightColumn::Delay);
    for bytes in ["source,target,delay\na,b,2\n", "source,target,weight\na,b,2\n", "a,b,2\n"] {
        assert_eq!(all_ties(&load(&table(bytes)).0), ["a@chirp>b@chirp=2"]);
    }
    let told = |files: GraphFiles| files.load().unwrap_err().to_string();
    assert!(
        told(table("source,target,delay,weight\na,b,2,3\n")).contains("two columns are delays")
    );
    assert!(
        told(ties("source,target,delay\na,b,2\n", Direction::Directed)).contains("--delay weight")
    );
    let mpx = "#TYPE multiplex\n#LAYERS\nchirp,DIRECTED\n#EDGE ATTRIBUTES\ndelay,NUMERIC\n#EDGES\n\
               a,b,chirp,2\n";
    let files = layers(MultilayerForm::Mpx, mpx);
    assert!(!load(&files).0.has_weights());
    let (graph, _) = load(&files.weights(WeightColumn::Delay));
    assert_eq!(all_ties(&graph), ["a@chirp>b@chirp=2"]);
}

#[test]
fn several_files_feed_one_network_and_accounts_come_first() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("more.tsv");
    fs::write(&path, "cid dee\n").unwrap();
    let accounts = Source::bytes("people.csv", "id,age\nzoe,40\nbob,50\nzoe,41\n");
    let mut files = ties("ann bob\n", Direction::Directed)
        .network("chirp", path, Direction::Follows)
        .network("hall", Source::bytes("hall", "bob eve"), Direction::Mutual);
    files.accounts.push(AccountFile::new("chirp", accounts.clone()).column("id".into()));
    files.accounts.push(AccountFile::new("void", accounts).column("1".into()));
    let (graph, report) = load(&files);
    let chirp = graph.network_named("chirp").unwrap();
    let in_chirp: Vec<_> =
        graph.accounts_of_network(chirp).map(|a| graph.account_name(a).into_owned()).collect();
    assert_eq!(in_chirp, ["zoe", "bob", "ann", "cid", "dee"]);
    let networks: Vec<&str> = report.networks.iter().map(|n| n.name.as_str()).collect();
    assert_eq!(networks, ["chirp", "hall", "void"]);
    assert_eq!(report.files[0].left_out, ["the column `age`", "1 row naming an account again"]);
    assert_eq!(report.files[1].form, "accounts of void, which no file gives ties inside");
}

#[test]
fn identities_join_accounts_and_make_those_that_only_they_name() {
    let who = "person\tnetwork\tnode\nBob\tchirp\tbob\nBob\thall\trobert\nBob\thall\trobert\n";
    let files = ties("ann bob\n", Direction::Directed)
        .network("hall", Source::bytes("hall", "dee eve"), Direction::Directed)
        .identities(Identities::File(Source::bytes("who.tsv", who)));
    let (graph, report) = load(&files);
    let bob = graph.user("Bob").unwrap();
    let labels: Vec<_> = graph.accounts_of_user(bob).map(|a| graph.account_label(a)).collect();
    assert_eq!(labels, ["bob@chirp", "robert@hall"]);
    let identities = &report.identities;
    assert_eq!((identities.rows, identities.duplicates), (3, 1));
    assert_eq!((identities.new_accounts, identities.users_with_several), (1, 1));
    assert_eq!(report.files[2].example.as_deref(), Some("Bob is bob@chirp"));
}

#[test]
fn bridges_join_networks_and_the_last_at_splits() {
    let files = ties("ann bob\n", Direction::Directed)
        .network("hall", Source::bytes("hall", "dee eve"), Direction::Directed)
        .bridges(Source::bytes("b.tsv", "b@b@chirp\tdee@hall\n"), Direction::Follows);
    let (graph, report) = load(&files);
    assert_eq!(graph.bridge_tie_count(), 1);
    assert_eq!(all_ties(&graph)[1], "dee@hall>b@b@chirp");
    let example = report.files[2].example.as_deref();
    assert_eq!(example, Some("dee@hall shares, b@b@chirp sees"));
    assert_eq!(report.bridges.ties, 1);
}

#[test]
fn a_node_with_several_layers_is_one_user() {
    let bytes = "# nodeFrom layerFrom nodeTo layerTo weight\n1 a 2 a\n1 a 3 b\n1 a 1 b\n2 b 2 b\n";
    let mut files =
        with_direction(layers(MultilayerForm::NodeLayerNodeLayer, bytes), Direction::Mutual);
    files.multilayer[0].layers.insert("a".into(), "alpha".into());
    let (graph, report) = load(&files);
    let found = all_ties(&graph);
    assert_eq!(found, ["1@alpha>2@alpha", "1@alpha>3@b", "2@alpha>1@alpha", "3@b>1@alpha"]);
    assert_eq!((graph.user_count(), graph.users_with_several_accounts()), (3, 2));
    assert_eq!(graph.user_name(graph.user_of(graph.account("3@b").unwrap())), "3");
    let sentence = "1 row from a node to itself in another layer: a node is one user already";
    assert_eq!(report.files[0].left_out, [sentence]);
    assert_eq!(report.networks[1].self_ties, 1);
}

#[test]
fn layer_node_node_may_have_weights() {
    let files = layers(MultilayerForm::LayerNodeNode, "1 7 8 2\n2 7 9 0.5\n");
    let (graph, report) = load(&with_direction(files.clone(), Direction::Follows));
    assert_eq!(all_ties(&graph), ["8@1>7@1=2", "9@2>7@2=0.5"]);
    assert_eq!(report.files[0].example.as_deref(), Some("in 1, 8 shares, 7 sees"));
    let (graph, _) = load(&files.weights(WeightColumn::Ignored));
    assert_eq!(all_ties(&graph), ["7@1>8@1", "7@2>9@2"]);
    let headed = layers(MultilayerForm::LayerNodeNode, "from,to,layer\nann,bob,x\n");
    assert_eq!(all_ties(&load(&headed).0), ["ann@x>bob@x"]);
}

const MPX: &str = "\
-- made by hand
#VERSION
3.0

#TYPE
multiplex

#LAYERS
face,UNDIRECTED
chirp,DIRECTED,LOOPS

#ACTOR ATTRIBUTES
age, NUMERIC

#NODE ATTRIBUTES
chirp,since,TIME

#EDGE ATTRIBUTES
chirp,note,STRING
chirp,weight,NUMERIC
all,STRING

#ACTORS
ann,40
bob,41
zoe,42

#NODES
zed,face
ann,chirp,2019

#EDGES
ann,bob,face,x
ann,bob,chirp,hello,0.25,y
";

#[test]
fn mpx_sections_say_what_is_directed_and_where_the_weight_is() {
    let files = layers(MultilayerForm::Mpx, MPX);
    let (graph, report) = load(&files);
    let found = all_ties(&graph);
    assert_eq!(found, ["ann@face>bob@face", "bob@face>ann@face", "ann@chirp>bob@chirp=0.25"]);
    assert_eq!(names(&graph)[0], "zed@face");
    insta::assert_json_snapshot!(report.files);
    let (graph, _) = load(&with_direction(files.clone(), Direction::Follows));
    assert_eq!(all_ties(&graph)[2], "bob@chirp>ann@chirp=0.25");
    let (graph, report) = load(&files.weights(WeightColumn::Ignored));
    assert!(!graph.has_weights());
    assert!(report.files[0].left_out.contains(&"the edge attribute `weight` (1 value)".into()));
}

#[test]
fn mpx_rows_between_layers_are_bridge_ties_or_say_that_a_node_is_one_user() {
    let bytes = "#TYPE multilayer\n#LAYERS\na,a,UNDIRECTED\nb,b,DIRECTED\na,b,DIRECTED\n\
                 #EDGE ATTRIBUTES\nb,a,weight,DOUBLE\n#EDGES\n\
                 1,a,2,a\n1,a,3,b,4\n2,b,2,a,1\n";
    let (graph, report) = load(&layers(MultilayerForm::Mpx, bytes));
    assert_eq!(all_ties(&graph), ["1@a>2@a", "1@a>3@b=4", "2@a>1@a"]);
    assert_eq!((graph.bridge_tie_count(), graph.users_with_several_accounts()), (1, 1));
    assert_eq!(report.files[0].left_out.len(), 1);
}

#[test]
fn mpx_without_sections_takes_the_stated_direction() {
    let bytes = "Cici,Mat,LinkedIn\nCici,Mark,LinkedIn\nCici,Mat,Work\n";
    let files = layers(MultilayerForm::Mpx, bytes);
    let (graph, _) = load(&with_direction(files.clone(), Direction::Mutual));
    assert_eq!((graph.account_count(), graph.user_count(), graph.tie_count()), (5, 3, 6));
    let (graph, _) = load(&with_direction(files, Direction::Follows));
    assert_eq!(all_ties(&graph)[0], "Mat@LinkedIn>Cici@LinkedIn");
}

#[test]
fn words_of_the_command_line_are_read() {
    let file: TieFile = "chirp=C:\\data\\chirp.tsv".parse().unwrap();
    assert_eq!((file.file.name().as_str(), file.direction), ("C:\\data\\chirp.tsv", None));
    let file: TieFile = "chirp=a:b/c=d.tsv:directed".parse().unwrap();
    assert_eq!(file, TieFile::new("chirp", "a:b/c=d.tsv", Direction::Directed));
    let file: AccountFile = "chirp=a:b/people.tsv".parse().unwrap();
    assert_eq!(file, AccountFile::new("chirp", "a:b/people.tsv"));
    let file: MultilayerFile = "a.mpx:mpx".parse().unwrap();
    assert_eq!(file, MultilayerFile::new("a.mpx", MultilayerForm::Mpx));
    let file: MultilayerFile = "a.mpx:follows".parse().unwrap();
    assert_eq!((file.form, file.direction), (None, Some(Direction::Follows)));
}

#[test]
fn the_description_is_plain_data() {
    let mut files = ties("", Direction::Mutual).identities(Identities::SameName);
    files.networks[0].file = "chirp.tsv".into();
    files = files.multilayer("a.mpx", MultilayerForm::Mpx).ignore_column("time");
    let text = serde_json::to_string(&files).unwrap();
    insta::assert_snapshot!(text);
    assert_eq!(serde_json::from_str::<GraphFiles>(&text).unwrap(), files);
    assert!(serde_json::from_str::<GraphFiles>("{\"network\":[]}").is_err());
}

/// All readers on the same bytes.
fn readers(bytes: &[u8]) -> Vec<GraphFiles> {
    let source = || Source::bytes("odd", bytes);
    let sound = || {
        GraphFiles::new().network("a", Source::bytes("a", "1 2"), Direction::Directed).network(
            "b",
            Source::bytes("b", "1 2"),
            Direction::Mutual,
        )
    };
    let mut all = vec![
        GraphFiles::new().network("a", source(), Direction::Directed),
        GraphFiles::new().network("a", source(), Direction::Mutual).weights(WeightColumn::Used),
        sound().accounts("a", source()),
        sound().identities(Identities::File(source())),
        sound().bridges(source(), Direction::Follows),
    ];
    for form in
        [MultilayerForm::NodeLayerNodeLayer, MultilayerForm::LayerNodeNode, MultilayerForm::Mpx]
    {
        let files = GraphFiles::new().multilayer(source(), form);
        all.push(with_direction(files.clone(), Direction::Follows));
        all.push(files.duplicates(Duplicates::Max));
    }
    all
}

/// A whole file with some bytes struck, changed or put in.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let whole = prop::sample::select(vec![
        MPX.as_bytes().to_vec(),
        b"source,target,weight\nann,bob,0.5\nbob,cid,1\n".to_vec(),
        b"# c\n1 2\n2 3\n".to_vec(),
        b"1 a 2 a\n1 a 3 b\n".to_vec(),
        b"u,a,1\nu,b,2\n".to_vec(),
        b"1@a\t1@b\n2@b\t3@a\n".to_vec(),
        include_bytes!("../data/pairs.tsv.gz")[..].to_vec(),
        include_bytes!("../data/pairs.tsv.zst")[..].to_vec(),
    ]);
    let odd = prop::sample::select(b"\n\r\t ,#%-@:=0a\xff\0\"".to_vec());
    let change = (any::<prop::sample::Index>(), 0..3u8, prop_oneof![odd, any::<u8>()]);
    (whole, prop::collection::vec(change, 0..8)).prop_map(|(mut bytes, changes)| {
        for (place, what, byte) in changes {
            if bytes.is_empty() {
                break;
            }
            let at = place.index(bytes.len());
            match what {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn odd_bytes_never_panic_and_each_line_is_accounted_for(
        bytes in prop_oneof![prop::collection::vec(any::<u8>(), 0..200), mutated()]
    ) {
        for files in readers(&bytes) {
            match files.load() {
                Ok((_, report)) => assert_accounted(&report),
                Err(error) => prop_assert!(!error.to_string().is_empty()),
            }
        }
    }
}

#[test]
fn networks_may_be_declared_in_another_order_than_their_files() {
    let mut files = GraphFiles::new()
        .network("c", Source::bytes("c.txt", "x y\n"), Direction::Directed)
        .accounts("b", Source::bytes("b.txt", "z\n"));
    files.declared = vec!["b".into(), "c".into()];
    let (graph, _) = files.load().unwrap();
    let names: Vec<_> = graph.networks().map(|n| graph.network(n).name().to_owned()).collect();
    assert_eq!(names, ["b", "c"]);
    files.declared.push("d".into());
    let error = files.load().unwrap_err().to_string();
    assert_eq!(error, "no file gives ties or accounts of network `d`");
}
