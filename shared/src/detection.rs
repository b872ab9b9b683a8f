//! What the judgement detects, measured: worlds in which nothing is wrong, changed leaf by leaf as somebody could change
//! them, and whether a finding then names the object and the field. [docs/detection.md](../../docs/detection.md) is written here.

mod caught;
mod certificates;
mod document;
mod encode;
mod harmless;
mod laws;
mod leaves;
mod look;
mod measure;
mod mutations;
mod world;

use crate::mesh::link::Way;
use measure::Measured;

/// The page is what a run says; whoever changes the one changes the other.
#[test]
fn every_mutation_is_caught_or_stands_in_a_table_and_the_page_says_so() {
    let measured: Vec<Measured> = std::thread::scope(|scope| {
        let runs = Way::ALL.map(|way| scope.spawn(move || Measured::of(way)));
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    let unnamed: Vec<&str> = measured.iter().flat_map(Measured::unnamed).collect();
    assert_eq!(unnamed, Vec::<&str>::new(), "neither caught nor in a table");
    assert_eq!(measure::needless(&measured), Vec::<String>::new(), "rows that nothing needs");
    let page = document::written(&measured);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/detection.md");
    #[expect(clippy::disallowed_methods, reason = "the switch of other files that tests write")]
    let is_written = std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always");
    if is_written {
        std::fs::write(path, &page).unwrap();
    }
    assert!(
        std::fs::read_to_string(path).is_ok_and(|there| there == page),
        "INSTA_UPDATE=always writes {path} anew"
    );
}
