//! What the judgement detects, measured: worlds in which nothing is wrong, changed leaf by leaf as somebody could change
//! them, and whether a finding then names the object and the field. [docs/detection.md](../../docs/detection.md) is written here.

mod alarms;
mod caught;
mod certificates;
mod collected;
mod counted;
mod document;
mod encode;
mod harmless;
mod laws;
mod leaves;
mod look;
mod measure;
mod mutations;
mod pages;
mod rights;
mod rolled;
mod rules;
mod settle;
mod world;

use crate::mesh::link::Way;
use measure::Measured;
use std::path::{Path, PathBuf};

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
    kept("docs/detection.md", &page);
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Finds a file of the repository as it would be written now; writes it where `INSTA_UPDATE` is `always`.
fn kept(path: &str, text: &str) {
    let file = root().join(path);
    #[expect(clippy::disallowed_methods, reason = "insta's own variable, for who works on this")]
    let update = std::env::var("INSTA_UPDATE");
    if update.is_ok_and(|how| how == "always") {
        std::fs::write(&file, text).unwrap();
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(found == text, "{path} is written by this test: run it with INSTA_UPDATE=always");
}
