//! How do I get from files of my own to a table of who shared what?
//!
//! Pass two files of ties (`a b` a row: a shares, b sees); without arguments two small ones are
//! made up. Equal names are the same person in both.
//!
//! `cargo run --release --example your_own_files -- first.tsv second.csv.gz`

use tieline::report::counted;
use tieline::{
    Direction, Ensemble, GraphFiles, Identities, IndependentCascade, Result, Scenario, Source,
};

fn main() -> Result<()> {
    let mut files: Vec<Source> = std::env::args().skip(1).map(Source::from).collect();
    if files.is_empty() {
        files.push(Source::bytes("first.tsv", "# ties\nann\tbob\nbob\tcid\nann\tcid\ncid\tcid\n"));
        files.push(Source::bytes("second.csv", "from,to\nbob,dee\ndee,eve\nbob,eve\n"));
    }
    let mut graph = GraphFiles::new().identities(Identities::SameName);
    for (number, file) in files.into_iter().enumerate() {
        graph = graph.network(format!("network{}", number + 1), file, Direction::Directed);
    }
    let (graph, report) = graph.load()?;
    for (file, network) in report.files.iter().zip(&report.networks) {
        let aloud = file.example.as_deref().unwrap_or("nothing");
        println!("{}: {}; the first says: {aloud}", file.file, counted(file.rows, "row"));
        println!("   {} accounts, {} ties", network.accounts, network.ties);
        println!(
            "   {} self-ties and {} duplicates dropped",
            network.self_ties, network.duplicates
        );
    }
    let first = graph.accounts().next().expect("a file without rows is an error");
    let scenario = Scenario::builder(graph)
        .model(IndependentCascade::with_probability(0.5))
        .crosspost(0.5)
        .origin(first)
        .build()?;

    println!("\nrun,row,account,parent,step,route");
    let log = Ensemble::new(&scenario).runs(3).share_log();
    for share in log.rows() {
        let account = scenario.graph().account_label(share.account);
        let parent = share.parent.map(|row| row.to_string()).unwrap_or_default();
        let (run, row, step) = (share.run, share.row, share.step);
        println!("{run},{row},{account},{parent},{step},{}", share.route.name());
    }
    Ok(())
}
