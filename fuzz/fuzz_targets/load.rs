//! Odd bytes never panic in any reader, and each line of what loads is accounted for.
//!
//! Run with `cargo +nightly fuzz run load`. The first byte chooses the reader.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tieline::{Direction, GraphFiles, Identities, MultilayerForm, Source, WeightColumn};

fuzz_target!(|data: &[u8]| {
    let Some((&reader, bytes)) = data.split_first() else { return };
    let source = Source::bytes("odd", bytes);
    let sound = || {
        GraphFiles::new()
            .network("a", Source::bytes("a", "1 2"), Direction::Directed)
            .network("b", Source::bytes("b", "1 2"), Direction::Mutual)
    };
    let files = match reader % 8 {
        0 => GraphFiles::new().network("a", source, Direction::Follows),
        1 => GraphFiles::new().network("a", source, Direction::Mutual).weights(WeightColumn::Used),
        2 => sound().accounts("a", source),
        3 => sound().identities(Identities::File(source)),
        4 => sound().bridges(source, Direction::Directed),
        5 => GraphFiles::new().multilayer(source, MultilayerForm::NodeLayerNodeLayer),
        6 => GraphFiles::new().multilayer(source, MultilayerForm::LayerNodeNode),
        _ => GraphFiles::new().multilayer(source, MultilayerForm::Mpx),
    };
    if let Ok((_, report)) = files.load() {
        for file in &report.files {
            let header = u64::from(file.header.is_some());
            let sum = file.comments + file.blank + header + file.directives + file.rows;
            assert_eq!(file.lines, sum, "{file:?}");
        }
    }
});
